"""Documents that a browser or host would run or render in the site's name are not published from content/."""

from __future__ import annotations

import pytest

from newsgen.settings import active_documents, reading
from newsgen.settings.active_documents import TYPES, is_let_through, type_of, type_of_name
from support.harness import PIXEL, Site, page_file

PAGE = "<!DOCTYPE html><title>x</title><script>alert(1)</script>"


@pytest.mark.parametrize(
    ("name", "type_"),
    [
        ("d.html", "html"), ("D.HTM", "html"), ("d.xhtml", "xhtml"), ("d.xht", "xhtml"), ("d.xml", "xml"),
        ("d.svgz", "svgz"), ("d.svg.gz", "svgz"), ("d.xsl", "xsl"), ("d.xslt", "xsl"), ("d.js", "script"),
        ("d.mjs", "script"), ("d.wasm", "script"), ("d.swf", "script"), ("d.mht", "mht"), ("d.mhtml", "mht"),
        ("d.shtml", "program"), ("d.php", "program"), ("d.phtml", "program"), ("d.PHP7", "program"),
        ("d.txt.pl", "program"), ("notes.en.pl", "program"),
        ("d.cgi", "program"), ("d.asp", "program"), ("d.aspx", "program"), ("d.jsp", "program"),
        ("web.config", "program"), ("d.php.jpg.txt", "program"), ("d.phar", "program"), ("d.hta", "html"),
        ("d.rss", "xml"), ("d.kml", "xml"), ("d.html.fr", "html"), ("d.html.pt-br", "html"), ("d.html.gz", "html"),
        ("d.xml.gz", "xml"), ("d.html.", "html"), ("x.d/d.html", "html"), ("d.asp;x.txt", ""),
        ("d.pdf", ""), ("d.txt", ""), ("d.csv", ""), ("d.json", ""), ("d.svg", ""), ("d", ""), ("html", ""),
        ("d.js.map", ""), ("d.tar.gz", ""), ("d.html/d.pdf", ""), ("d.plan.pl.pdf", ""), ("d.docx", ""), ("d.mp4", ""),
        ("d.vtt", ""), ("d.epub", ""), ("d.html.pdf", ""), ("fr", ""), ("d.fr", ""),
    ],
)  # fmt: skip
def test_type_by_name(name: str, type_: str) -> None:
    assert type_of_name(name) == type_


@pytest.mark.parametrize(
    ("head", "type_"),
    [
        ("<html>", "html"), (" \t\r\n\f<HTML lang=fr>", "html"), ("<!doctype HTML>", "html"), ("<script>", "html"),
        ("<script\n", "html"), ("<p>x", "html"), ("<!-- x -->", "html"), ("\ufeff<body>", "html"), ("<a/>", "html"),
        ('<?xml version="1.0"?>', "xml"), ("\n<?xml ", "xml"), ("<h1>", "html"), ("<br>", "html"), ("<iframe ", "html"),
        ("%PDF-1.7", ""), ("texte <html>", ""), ("<abc>", ""), ("<svg xmlns='x'>", ""), ("", ""), ("<", ""),
        ("PK\3\4<html>", ""), ("<pre-texte", ""), ("a < b > c", ""), ("<?php", ""),
    ],
)  # fmt: skip
def test_type_by_first_bytes(head: str, type_: str) -> None:
    for name in ("d.pdf", "d.dat", "d", "d.txt"):
        assert type_of(name, head.encode()) == type_
    assert type_of("d.js", head.encode()) == "script"


def test_only_endings_that_hosts_are_told_of_are_let_through() -> None:
    for type_, endings in TYPES.items():
        for ending in endings:
            assert is_let_through(f"a/d.{ending}", type_, (type_,))
            assert not is_let_through(f"a/d.{ending}", type_, tuple(TYPES.keys() - {type_}))
            assert not is_let_through(f"a/d.{ending.upper()}", type_, (type_,))
    assert not is_let_through("d.dat", "html", tuple(TYPES))
    assert not is_let_through("d.html.fr", "html", tuple(TYPES))
    assert not is_let_through("d.php.html", "program", tuple(TYPES))


REFERENCES = {
    "link": ("Lire [le rapport](../../d.html) ici.", "Lire le rapport ici."),
    "reference": ("Lire [le rapport][r] ici.\n\n[r]: ../../d.html", "Lire le rapport ici."),
    "raw link": ('Lire <a href="../../d.html#x">le rapport</a> ici.', "Lire le rapport ici."),
    "relative": ("Lire [le rapport](../../d.html) ici.", "Lire le rapport ici."),
    "encoded": ("Lire [le rapport](../../d%2Ehtml) ici.", "Lire le rapport ici."),
    "query": ("Lire [le rapport](../../d.html?x=1#y) ici.", "Lire le rapport ici."),
    "picture": ("![le rapport](../../d.html)", ""),
    "film": ('<video src="../../d.html"></video>', ""),
    "track": ('<video src="/f.mp4"><track src="../../d.html"></video>', ""),
    "sound": ('<audio src="../../d.html"></audio>', ""),
    "source": ('<audio><source src="../../d.html"></audio>', ""),
    "srcset": ('<img src="/p.png" srcset="../../d.html 2x" alt="x">', ""),
    "poster": ('<video poster="../../d.html"></video>', ""),
    "frame": ("[![x](/p.png)](../../d.html)", ""),
}


@pytest.mark.parametrize("reference", REFERENCES)
@pytest.mark.parametrize("place", ["content/2023/04/a.fr.md", "content/pages/x/p.fr.md", "content/tags/x/zh.fr.md"])
def test_active_document_is_not_published_however_it_is_referred_to(site: Site, reference: str, place: str) -> None:
    body, shown = REFERENCES[reference]
    site.write("content/d.html", PAGE)
    site.write("content/p.png", PIXEL)
    site.write("content/f.mp4", b"\0\0\0 ftyp")
    front = {"names": ["x"], "slug": "x"} if "tags" in place else {}
    if "2023" in place:
        site.story("2023/04/a.fr", body=body)
    else:
        site.write(place, page_file(body=body, **front))
        site.story("2023/04/b.fr", tags=["x"])
    built = site.build()
    told = built.one("document-active")
    assert told.severity == "error" and told.location.path == place
    assert "content/d.html is not published" in told.message and "`documents: [html]`" in told.hint
    assert not [name for name in site.tree() if "d.html" in name]
    assert "media/d.html" not in site.text()
    if shown and "2023" in place:
        assert shown in site.main("/fr/2023/04/sommet/").text()


def test_lead_picture_that_is_a_document_is_not_published(site: Site) -> None:
    site.write("content/d.xhtml", PAGE)
    site.story("a.fr", image={"src": "d.xhtml", "alt": "x"})
    assert site.build().ids == ["document-active"]
    assert "d.xhtml" not in site.text()


@pytest.mark.parametrize("name", ["d.js", "d.svgz", "d.php", "d.mht", "d.xsl", "d.dat", "d.pdf", "d", "d.txt", "d.bin"])
def test_name_or_bytes_decide(site: Site, name: str) -> None:
    site.write(f"content/x/{name}", PAGE)
    site.story("x/a.fr", body=f"[Doc]({name}) fin")
    built = site.build()
    assert built.ids == ["document-active"]
    assert built.errors[0].location.line == 6
    assert "Doc fin" in site.main("/fr/2023/04/sommet/").text()
    assert not (site.output / "media").exists()
    site.write("static/media/x/" + name, PAGE)  # what the site itself runs is static
    site.story("x/a.fr")
    assert site.build().ids == []
    assert (site.output / "media/x" / name).read_text() == PAGE


@pytest.mark.parametrize("name", ["d.pdf", "d.csv", "d.txt", "d.zip", "d.json", "d", "d.dat", "d.docx", "d.vtt"])
def test_other_documents_are_published(site: Site, name: str) -> None:
    site.write(f"content/x/{name}", "texte <html>")
    site.story("x/a.fr", body=f"[Doc]({name})")
    assert site.build().ids == []
    assert (site.output / "media/x" / name).read_text() == "texte <html>"


def test_picture_that_is_linked_is_cleaned_as_one_that_is_shown(site: Site) -> None:
    drawing = '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script><path d="M0 0"/></svg>'
    site.write("content/x/d.svg", drawing)
    site.write("content/x/p.png", PAGE)
    site.story("x/a.fr", body="[Doc](d.svg) [Image](p.png)")
    assert site.build().ids == ["picture-broken", "picture-svg-cleaned"]
    assert "script" not in (site.output / "media/x/d.svg").read_text()
    assert not (site.output / "media/x/p.png").exists()


# ---- letting through
def test_type_that_is_let_through_has_a_policy_of_its_own(site: Site) -> None:
    site.write("content/x/d.html", PAGE)
    site.write("content/x/e.dat", PAGE)
    site.write("content/x/f.xml", "<x/>")
    site.story("x/a.fr", body="[Doc](d.html) [E](e.dat) [F](f.xml)")
    assert site.build().ids == ["document-active"] * 3
    assert "sandbox" not in site.read("/_headers")
    site.configure(documents=["html"])
    built = site.build()
    assert [d.message.split()[0] for d in built.diagnostics] == ["content/x/e.dat", "content/x/f.xml"]
    assert (site.output / "media/x/d.html").read_text() == PAGE
    assert site.links("/fr/2023/04/sommet/", "main [itemprop=articleBody] a") == ["/media/x/d.html"]
    rules = site.read("/_headers")
    for ending in TYPES["html"]:
        assert f"\n/media/*.{ending}\n  Content-Security-Policy: sandbox\n" in rules
    assert "*.xml" not in rules
    assert site.tree() == site.clean_build()
    site.configure(documents=None)
    assert site.build().ids == ["document-active"] * 3
    assert not (site.output / "media").exists()
    assert site.tree() == site.clean_build()


def test_what_a_document_becomes_is_seen(site: Site) -> None:
    site.write("content/x/d.dat", "texte")
    site.story("x/a.fr", body="[Doc](d.dat)")
    site.write("content/pages/p.fr.md", page_file(body="[Doc](/x/d.dat)"))
    for text in ("texte", PAGE, "autre", "<?xml version='1.0'?>", PAGE, "texte"):
        site.write("content/x/d.dat", text)
        built = site.build()
        clean, tree = site.clean()
        assert (built.lines, site.tree()) == (clean.lines, tree)
        assert built.ids == ([] if "t" in text[:3] else ["document-active"] * 2)
        assert (site.output / "media/x/d.dat").exists() == (not built.ids)


def test_unknown_types_of_documents_are_told() -> None:
    head = "title: x\nurl: https://x.example/\nlanguages: [fr]\n"
    for text, column in (("documents: php", 12), ("documents: [html, pdf]", 19), ("documents: {html: x}", 12)):
        found, told = reading.load(f"{head}{text}\n".encode())
        assert found is None
        assert [(d.id, d.location.line, d.location.column) for d in told] == [("config-invalid", 4, column)]
        assert "`html`, `xhtml`" in told[0].hint
    found, told = reading.load(f"{head}documents: html\n".encode())
    assert found is not None and found.documents == ("html",) and not told
    assert active_documents.endings(("html", "mht")) == ["hta", "htm", "html", "mht", "mhtml"]
