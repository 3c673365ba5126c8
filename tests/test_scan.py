"""What counts as content: names, links, folders (CONTENT.md §1)."""

from __future__ import annotations

import contextlib
import os
import socket
import sys
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from msgspec.structs import replace

from newsgen import pipeline
from newsgen.cli.command_line import main
from newsgen.desk.preview import request_for
from newsgen.nouns.diagnostics import NewsgenError
from newsgen.pipeline import Request
from newsgen.pipeline.verify import verify
from newsgen.sources import scan as source_scan
from newsgen.sources.scan import Scan, scan
from support.harness import NOW, PIXEL, Site, article, differences, page_file
from support.photos import photo
from test_cli import newsgen_in

THEME = Path("nowhere")


def found(root: Path) -> Scan:
    return scan(root, THEME, ("fr", "en"))


def names(seen: Scan) -> list[str]:
    """Paths below content/ of what a first scan found."""
    paths = [change.new.path for change in seen.changes if change.new]
    return [path.removeprefix("content/") for path in paths if path.startswith("content/")]


def write(root: Path, *paths: str) -> None:
    for path in paths:
        target = root / "content" / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text("x", "utf-8")


def test_hidden_files_and_backups_are_no_content(tmp_path: Path) -> None:
    write(tmp_path, "a.fr.md", ".b.fr.md", "_c.fr.md", "_d/e.fr.md", "f.fr.md~", "g.md.orig", "README.md", "#h.fr.md#")
    assert names(found(tmp_path)) == ["a.fr.md"]


def test_hard_links_are_files_of_their_own(tmp_path: Path) -> None:
    write(tmp_path, "a.fr.md")
    os.link(tmp_path / "content/a.fr.md", tmp_path / "content/b.fr.md")
    assert names(found(tmp_path)) == ["a.fr.md", "b.fr.md"]


def test_link_inside_the_site_is_followed_once(tmp_path: Path) -> None:
    write(tmp_path, "z/a.fr.md")
    (tmp_path / "shared").mkdir()
    (tmp_path / "shared/b.fr.md").write_text("x", "utf-8")
    (tmp_path / "content/a.fr.md").symlink_to("z/a.fr.md")
    (tmp_path / "content/b.fr.md").symlink_to("../shared/b.fr.md")
    (tmp_path / "content/c").symlink_to("z")
    assert names(found(tmp_path)) == ["b.fr.md", "z/a.fr.md"]
    assert not found(tmp_path).diagnostics


def test_linked_folder_is_read_under_the_name_of_the_link(tmp_path: Path) -> None:
    (tmp_path / "wire").mkdir()
    (tmp_path / "wire/a.fr.md").write_text("x", "utf-8")
    (tmp_path / "content").mkdir()
    (tmp_path / "content/wire").symlink_to("../wire")
    assert names(found(tmp_path)) == ["wire/a.fr.md"]


def test_loops_of_links_are_told_whatever_way_leads_there(site: Site) -> None:
    """Through a second link, in two folders that lead to each other, and in many that all lead to all."""
    site.story("2026/10/a.fr")
    (site.root / "static").mkdir()
    (site.root / "content/2026/10/loop").symlink_to(".")
    (site.root / "static/src").symlink_to("../content")
    for name in "abcdefgh":
        (site.root / "static" / name).mkdir()
        site.write(f"static/{name}/{name}.txt", name)
        for other in "abcdefgh":
            (site.root / "static" / name / f"to-{other}").symlink_to(f"../{other}")
    built = site.build()
    assert {d.id for d in built.errors} == {"symlink-loop"} and built.result.status() == 1
    assert all(site.exists(f"/{name}/{name}.txt") for name in "abcdefgh")
    assert site.tree() == site.clean_build()


@pytest.mark.parametrize(
    ("target", "id_"),
    [("/etc", "symlink-outside"), ("nowhere", "symlink-dangling"), ("self", "symlink-loop"), ("..", "symlink-loop")],
)
def test_other_links_are_named_once(tmp_path: Path, target: str, id_: str) -> None:
    write(tmp_path, "in/a.fr.md")
    (tmp_path / "content/in/self").symlink_to(target)
    seen = found(tmp_path)
    assert [(d.id, d.location.path) for d in seen.diagnostics] == [(id_, "content/in/self")]
    assert names(seen) == ["in/a.fr.md"]


def test_paths_that_differ_in_case_only_are_an_error(tmp_path: Path) -> None:
    write(tmp_path, "a/x.fr.md", "A/x.fr.md")
    if len(list((tmp_path / "content").iterdir())) < 2:
        pytest.skip("this file system does not tell case")
    assert [d.id for d in found(tmp_path).diagnostics] == ["path-case-clash"]
    assert len(names(found(tmp_path))) == 1


@pytest.mark.skipif(sys.platform == "darwin", reason="file names are always UTF-8 there")
def test_name_that_is_not_utf8_is_an_error_and_the_rest_is_found(tmp_path: Path) -> None:
    write(tmp_path, "a.fr.md")
    Path(os.fsdecode(os.fsencode(tmp_path / "content") + b"/\xe9.fr.md")).write_text("x", "utf-8")
    seen = found(tmp_path)
    assert [d.id for d in seen.diagnostics] == ["encoding-invalid"] and names(seen) == ["a.fr.md"]


def test_undeclared_language_is_an_error_that_names_the_declared(tmp_path: Path) -> None:
    write(tmp_path, "a.de.md")
    (told,) = found(tmp_path).diagnostics
    assert told.id == "language-undeclared" and "fr, en" in told.message and not names(found(tmp_path))


# ---- names that no address can hold
#: And what a message shows of them.
FORBIDDEN = {
    "Icon\r": r"Icon\r",
    "a\nb": r"a\nb",
    "a\tb": r"a\tb",
    "a\x01b": r"a\x01b",
    "a\x7f": r"a\x7f",
    "a\x85b": r"a\x85b",
    "a\u2028b": r"a\u2028b",
    "a\u2029b": r"a\u2029b",
    "a\\b": "a\\b",
    "\ufeffa": r"\ufeffa",
    "a\ufdd0b": r"a\ufdd0b",
    "a\U0001fffe": r"a\U0001fffe",
    "x.bak\n": r"x.bak\n",
    "README.md\n": r"README.md\n",
    "x~\n": r"x~\n",
}
ALLOWED = ("a%2Fb", "a%5Cb", "a#b", "a?b", "a:b", "~a", "a..", "a.", "a ", "a..b", "%2e%2e", "a;b&c", 'a"b', "{a}", "�")


def test_a_name_that_no_address_can_hold_is_an_error_of_that_file(site: Site) -> None:
    """Wherever it stands; all else is published, and the same in an incremental build."""
    site.story("x.fr", title="X", body="Texte.")
    site.build()
    site.story(
        "y.fr",
        title="Y",
        body="\n\n".join(f"[lié](<{quote(f'{name}.pdf')}>)\n\n![i](<{quote(f'{name}.png')}>)" for name in FORBIDDEN),
    )
    for name in FORBIDDEN:
        for path in (f"static/{name}", f"content/{name}.pdf", f"content/tags/{name}.fr.md", f"templates/{name}"):
            site.write(path, "x")
        site.write(f"content/{name}.png", PIXEL)
        site.write(f"content/{name}.fr.md", article(title="Z"))
        for folder in (f"static/in/{name}", f"content/in/{name}", f"templates/in/{name}"):
            site.write(f"{folder}/one.fr.md", article(title="Un"))
            site.write(f"{folder}/two.txt", "x")
    built = site.build()
    places = (
        "static/{}",
        "content/{}.pdf",
        "content/tags/{}.fr.md",
        "templates/{}",
        "content/{}.png",
        "content/{}.fr.md",
        "static/in/{}",
        "content/in/{}",
        "templates/in/{}",
    )
    assert {d.location.path for d in built.find("name-forbidden")} == {
        place.format(shown) for place in places for shown in FORBIDDEN.values()
    }
    assert all(d.message.isprintable() and d.location.path.isprintable() for d in built.diagnostics)
    assert len(built.find("link-broken")) == 2 * len(FORBIDDEN), "links and pictures of the text"
    assert set(built.ids) == {"name-forbidden", "link-broken"}
    assert site.h1("/fr/2023/04/y/") == "Y" and not site.exists("/fr/2023/04/z/")
    clean, wanted = site.clean()
    assert differences(site.tree(), wanted) == [] and built.lines == clean.lines
    site.rename("static/Icon\r", "static/icon")
    site.rename("content/in/Icon\r", "content/in/a")
    assert len(site.build().find("name-forbidden")) == len(FORBIDDEN) * len(places) - 2
    assert site.exists("/icon") and site.exists("/fr/2023/04/un/")


@pytest.mark.parametrize("name", ["a\\b.png", "a\tb.png"])
def test_a_lead_picture_with_such_a_name_is_missing(site: Site, name: str) -> None:
    site.write(f"content/{name}", PIXEL)
    site.write("content/a/b.png", PIXEL)
    site.story("y.fr", title="Y", image={"src": name, "alt": "i"})
    built = site.build()
    assert [id for id in built.ids if id != "escape-unseen"] == ["name-forbidden", "picture-missing"] and site.h1(
        "/fr/2023/04/y/"
    ) == "Y"
    if "\\" in name:
        assert built.one("picture-missing").hint == "did you mean `/a/b.png`?"


def test_names_that_are_only_unusual_are_published(site: Site) -> None:
    for name in ALLOWED:
        site.write(f"static/{name}", "x")
        site.write(f"static/in/{name}/z", "x")
        site.write(f"content/{name}.pdf", name)
    site.story("y.fr", title="Y", body="\n".join(f"[lié]({quote(f'{name}.pdf')})" for name in ALLOWED))
    built = site.build()
    assert set(built.ids) == {"name-unportable"}
    tree = site.tree()
    for name in ALLOWED:
        assert tree[name] == tree[f"in/{name}/z"] == b"x" and tree[f"media/{name}.pdf"] == name.encode()
        assert quote(f"/media/{name}.pdf", safe="/~!$&'()*+,;=:@-._") in site.links("/fr/2023/04/y/"), name


def test_a_link_and_a_file_obey_one_rule(site: Site) -> None:
    """What a link may name is what a file may be called: no character is published that no link can reach."""
    characters = [chr(n) for n in (*range(1, 0x100), *range(0x2000, 0x2070), 0xFEFF, 0xFFFC, 0xFFFD, 0xFDD0, 0x1FFFE)]
    names = {c: unicodedata.normalize("NFC", f"{ord(c)}{c}b.pdf") for c in characters if c != "/"}
    for name in names.values():
        site.write(f"content/d/{name}", "x")
    site.story("d/y.fr", title="Y", body="\n".join(f"[l]({quote(name, safe='')})" for name in names.values()))
    built = site.build()
    told = {d.location.path for d in built.find("name-forbidden")}
    assert len(built.find("link-broken")) == len(told) > 60
    assert len(list((site.output / "media/d").iterdir())) == len(names) - len(told)


def test_a_document_named_as_a_page_of_a_folder(site: Site) -> None:
    """Its address is that of the folder, as everywhere."""
    site.configure(documents=["html"])
    for name in ("index.html", "in/index.html/z.pdf"):
        site.write(f"content/2023/{name}", "x")
    body = "[un](index.html) [deux](in/index.html/z.pdf)"
    site.story("2023/y.fr", title="Y", body=body)
    built = site.build()
    assert built.ids == []
    assert site.exists("/media/2023/") and site.exists("/media/2023/in/index.html/z.pdf")
    assert differences(site.tree(), site.clean_build()) == []


@pytest.mark.parametrize("form", ["text", "json", "github", "gitlab", "sarif"])
def test_a_place_is_printed_on_one_line(site: Site, form: str, capsys: pytest.CaptureFixture[str]) -> None:
    for name in FORBIDDEN:
        site.write(f"static/{name}", "x")
    site.write("content/a.fr.md", article())
    assert main(["build", "--source", str(site.root), "--quiet", "--format", form, "--now", NOW]) == 1
    out = capsys.readouterr().out
    assert out.replace("\n", "").isprintable()
    places = out.count(r"static/Icon\r") or out.count("static/Icon\\\\r") or out.count("static/Icon%5Cr")
    assert places == (2 if form == "text" else 1)  # in the message, and among what is left out


# ---- links to what is hidden
HIDDEN = {
    ".git/config",
    ".env",
    ".newsgen/catalog.sqlite",
    ".newsgen/serve/site/fr/index.html",
    "shared/.secret/a.txt",
    "shared/deep/.b.txt",
    "site/fr/index.html",
    "public/index.html",
    "cache/catalog.sqlite",
}
LINKS = {
    "{}/t.txt": "../.git/config",
    "{}/g": "../.git",
    "{}/e.txt": "../.env",
    "{}/c.sql": "../.newsgen/catalog.sqlite",
    "{}/n": "../.newsgen",
    "{}/round.txt": "../content/../.git/config",
    "{}/in/deep.txt": "../../shared/.secret/a.txt",
    "{}/s": "../shared/.secret",
    "{}/site": "../site",
    "{}/page.html": "../site/fr/index.html",
    "{}/out": "../public",
    "{}/cache": "../cache",
    "{}/gone": "../.gone/away",
    "{}/chain1.txt": "../shared/chain",
}


@pytest.mark.parametrize("top", ["content", "static", "templates"])
def test_no_link_publishes_what_is_hidden(tmp_path: Path, top: str) -> None:
    """Whatever it is called and however it leads there; also a link in a folder that a link leads to."""
    for path in (*HIDDEN, "shared/a.txt", "content/x.fr.md"):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text("secret")
    (tmp_path / "shared/chain").symlink_to("../static/../.env")
    (tmp_path / "shared/inner.txt").symlink_to("../.git/config")
    for place, target in (LINKS | {"{}/shared": "../shared"}).items():
        link = tmp_path / place.format(top)
        link.parent.mkdir(parents=True, exist_ok=True)
        link.symlink_to(target)
    closed = (tmp_path / "site", tmp_path / "public", tmp_path / "cache")
    seen = scan(tmp_path, THEME, ("fr", "en"), closed=closed)
    told = {d.location.path for d in seen.diagnostics if d.id == "symlink-hidden"}
    assert told == {place.format(top) for place in LINKS} | {f"{top}/shared/chain", f"{top}/shared/inner.txt"}
    assert {d.id for d in seen.diagnostics} <= {"symlink-hidden"}
    assert {change.new.path for change in seen.changes if change.new} - {"content/x.fr.md"} == {f"{top}/shared/a.txt"}


def test_a_folder_that_a_link_leads_to_may_hold_the_output(tmp_path: Path) -> None:
    write(tmp_path, "x.fr.md")
    for path in ("shared/a.txt", "shared/public/secret.txt"):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text("x")
    (tmp_path / "content/shared").symlink_to("../shared")
    seen = scan(tmp_path, THEME, ("fr", "en"), closed=[tmp_path / "shared/public"])
    assert [(d.id, d.location.path) for d in seen.diagnostics] == [("symlink-hidden", "content/shared/public")]
    assert names(seen) == ["shared/a.txt", "x.fr.md"]


@pytest.mark.parametrize(
    ("target", "id_"),
    [
        (".git", "symlink-hidden"),
        ("..", "symlink-outside"),
        (".", "symlink-loop"),
        ("site", "symlink-hidden"),
        ("../elsewhere", "symlink-outside"),
    ],
)
def test_a_whole_folder_that_is_such_a_link(site: Site, target: str, id_: str) -> None:
    site.story("x.fr", title="X")
    site.build()
    for folder in (site.root / ".git", site.root.parent / "elsewhere"):
        folder.mkdir()
        (folder / "secret.txt").write_text("secret")
    (site.root / "static").symlink_to(target)
    built = site.build()
    assert [(d.id, d.location.path) for d in built.diagnostics] == [(id_, "static")]
    assert "secret" not in site.text() and site.tree() == site.clean_build()


def test_a_whole_folder_may_be_a_link_within_the_site(site: Site) -> None:
    site.write("assets/a.txt", "x")
    (site.root / "static").symlink_to("assets")
    assert site.build().ids == [] and site.read("/a.txt") == "x"


def test_a_link_to_another_output_or_cache_is_told_by_build_check_serve_and_verify(site: Site, tmp_path: Path) -> None:
    site.story("x.fr", title="X")
    folders = {"output": site.root / "public", "cache": site.root / "kept"}
    (site.root / "static").mkdir()
    for name in ("site", *(folder.name for folder in folders.values())):
        (site.root / f"static/{name}").symlink_to(f"../{name}")
    (site.root / "site").mkdir()
    request = Request(site.root, **folders, now=NOW, workers=1)
    wanted = ["static/kept", "static/public"]
    results = [pipeline.build(request), pipeline.check(request), pipeline.build(request)]
    assert [[d.location.path for d in result.diagnostics] for result in results] == [wanted] * 3
    assert verify(request).problems == ()
    preview = pipeline.build(replace(request_for(site.root), now=NOW, workers=1))
    assert "static/site" in [d.location.path for d in preview.diagnostics]
    with pytest.raises(NewsgenError, match="lies in what the site is made from"):
        pipeline.build(Request(site.root, cache=site.root / "static/kept-2"))


# ---- what is no file, and twins
@pytest.fixture
def special(site: Site) -> Site:
    site.story("2023/a.fr", title="A")
    site.write("static/x.txt", "x")
    site.write("templates/robots.txt", "x")
    return site


def _socket(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as bound, contextlib.chdir(path.parent):
        bound.bind(path.name)


MAKERS: dict[str, Callable[[Path], None]] = {
    "pipe": os.mkfifo,
    "socket": _socket,
    "device": lambda path: path.symlink_to("/dev/zero"),
    "link": lambda path: path.symlink_to("../pipe"),
}


@pytest.mark.parametrize("maker", MAKERS)
def test_what_is_no_file_is_told_and_never_waited_for(special: Site, maker: str) -> None:
    os.mkfifo(special.root / "pipe")
    places = ["content/b.fr.md", "content/p.png", "static/robots.txt", "templates/base.html"]
    for place in places:
        MAKERS[maker](special.root / place)
    built = special.build()
    id_ = "symlink-outside" if maker == "device" else "file-special"
    assert sorted(d.location.path for d in built.find(id_)) == places
    assert special.h1("/fr/2023/04/a/") == "A" and special.build(clean=True).lines == built.lines
    done = newsgen_in(special.root, "check", "--now", NOW)  # which shows the lines of files
    assert done.returncode == 1 and id_ in done.stdout


def test_a_file_that_becomes_a_pipe_while_it_is_scanned(special: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    read = source_scan.fingerprint

    def late(path: str, **options: Any) -> source_scan.Content:
        if path.endswith("a.fr.md"):
            os.unlink(path)
            os.mkfifo(path)
        return read(path, **options)

    special.story("2023/b.fr", title="B")
    with monkeypatch.context() as patch:
        patch.setattr(source_scan, "fingerprint", late)
        special.build()
    assert special.exists("/fr/2023/04/b/")
    assert [d.location.path for d in special.build().find("file-special")] == ["content/2023/a.fr.md"]


@pytest.mark.parametrize("has_link", [False, True])
@pytest.mark.parametrize(
    "path",
    ["_redirects", "_next/app.js", "fonts/_own.woff2", "a/_b/c.txt", ".well-known/assetlinks.json", ".htaccess"],
)
def test_files_for_hosts_that_are_not_published_are_told(site: Site, path: str, has_link: bool) -> None:
    """A folder once for all that lies in it; in each build, however little it looks at."""
    site.story("a.fr")
    site.write("static/plain.txt", "x")
    if has_link:
        (site.root / "static/link.txt").symlink_to("plain.txt")
    site.write(f"static/{path}", "x")
    told = site.build().one("name-hidden")
    place = Path("static", path)
    assert told.severity == "note" and told.location.path in {str(place), str(place.parent)}
    site.story("a.fr", title="B")
    assert site.build().one("name-hidden") == told and site.clean()[0].one("name-hidden") == told
    site.remove(f"static/{path}")
    if place.parent.name[0] in "._":
        (site.root / place.parent).rmdir()
    assert site.build().find("name-hidden") == []


@pytest.mark.parametrize("path", [".DS_Store", ".gitkeep", "a/.well-known/x", "_x.css.bak", "_x~"])
def test_files_that_programs_leave_are_left_out_without_a_word(site: Site, path: str) -> None:
    site.story("a.fr")
    site.write(f"static/{path}", "x")
    assert site.build().ids == []


def test_a_configuration_that_is_no_file(site: Site) -> None:
    site.remove("newsgen.yaml")
    for make in (os.mkfifo, lambda path: path.symlink_to("/dev/zero")):
        make(site.root / "newsgen.yaml")
        done = newsgen_in(site.root, "build")
        assert done.returncode == 2 and "newsgen.yaml:1:1: error[file-special]" in done.stdout
        site.remove("newsgen.yaml")


@pytest.mark.parametrize("folder", ["", "été/"])
def test_twins_in_static_are_told(site: Site, folder: str) -> None:
    """A name in NFC and one in NFD are one address; a bundled file of that name is no twin."""
    site.story("2023/a.fr")
    names_ = sorted(unicodedata.normalize(form, f"static/{folder}é.txt") for form in ("NFC", "NFD"))
    if len({site.write(name, name).stat().st_ino for name in names_}) < 2:
        pytest.skip("this file system does not tell Unicode forms")
    site.write("static/favicon.svg", "<svg/>")
    for _ in range(2):
        built = site.build()
        told = built.one("path-case-clash")
        assert told.location.path == names_[1] and names_[0] in told.message and built.ids == ["path-case-clash"]
        assert site.read(f"/{folder}é.txt") == names_[0]
    assert site.clean()[0].lines == built.lines
    site.remove(names_[0])
    assert site.build().ids == [] and site.read(f"/{folder}é.txt") == names_[1]


def test_names_as_long_as_file_systems_allow(site: Site) -> None:
    """An output path that is longer than the source's name is an error of that file."""
    letters = "日" * 83
    site.write(f"content/{'é' * 125}.png", PIXEL)
    site.write(f"content/{'a' * 251}.jpg", photo(900, 600))
    site.write(f"content/{letters}.fr.md", article(title="!!!", tags=[letters]))
    site.write(f"content/tags/{'z' * 249}.fr.md", page_file(title="Z"))
    site.write("static/" + "\u0958" * 84, "NFC takes six bytes in the place of three")
    body = f"![i]({'é' * 125}.png) ![j]({'a' * 251}.jpg)"
    site.story("y.fr", title="Y", body=body, image={"src": "a" * 251 + ".jpg", "alt": "i"}, tags=["Z"])
    built = site.build()
    assert set(built.ids) == {"path-too-long"}
    assert {d.location.path[:9] for d in built.diagnostics} == {"content/a", "static/\u0915\u093c"}
    assert site.exists(f"/media/{'é' * 125}.png") and site.exists(f"/media/{'a' * 251}.jpg")
    assert site.h1("/fr/2023/04/y/") == "Y" and len([name for name in site.tree() if name.endswith("/index.json")]) == 2
    clean, wanted = site.clean()
    assert differences(site.tree(), wanted) == [] and built.lines == clean.lines


@pytest.mark.skipif(sys.platform == "darwin", reason="file names are always UTF-8 there")
@pytest.mark.parametrize("top", ["content", "static", "templates"])
def test_a_folder_whose_name_is_not_utf8_is_told_once(site: Site, top: str) -> None:
    site.story("a.fr")
    folder = os.fsencode(site.root / top) + b"/\xe9"
    os.makedirs(folder)
    for name in (b"x.fr.md", b"y.txt"):
        with open(folder + b"/" + name, "w") as file:
            file.write("x")
    for _ in range(2):
        assert [(d.id, d.location.path) for d in site.build().diagnostics] == [("encoding-invalid", f"{top}/\ufffd")]


# ---- files that look like stories
@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("x.fr.md.txt", "x.fr.md"),
        ("x.md.docx", "x.md"),
        ("x.fr.markdown.txt", "x.fr.markdown"),
        ("x.md.fr", "x.fr.md"),
        ("x.mdx", "x.md"),
        ("x.en.MKD", "x.en.md"),
        ("x.html", "x.md"),
        ("x.fr.htm", "x.fr.md"),
        ("x.fr.txt", "x.fr.md"),
        ("x.fr", "x.fr.md"),
    ],
)
def test_a_file_that_looks_like_a_story_and_is_not_read_is_told(site: Site, name: str, near: str) -> None:
    site.story("a.fr")
    site.write(f"content/2023/{name}", article("X"))
    told = site.build().one("story-name")
    assert (str(told.location), told.severity, told.hint) == (
        f"content/2023/{name}:1:1",
        "warning",
        f"name it `{near}`",
    )
    assert "is not read as one" in told.message
    site.story("b.fr", title="B")
    assert site.build().ids == site.clean()[0].ids == ["story-name"], "another build says it again"
    site.rename(f"content/2023/{name}", f"content/2023/{near}")
    assert site.build().ids == []
    assert differences(site.tree(), site.clean_build()) == []


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("x_en.md", "x.en.md"),
        ("x_EN.md", "x.en.md"),
        ("x.french.md", "x.fr.md"),
        ("x.Français.md", "x.fr.md"),
        ("x.francais.md", "x.fr.md"),
        ("x.anglais.md", "x.en.md"),
        ("x.fr .md", "x.fr.md"),
        ("x.fr (1).md", "x.fr.md"),
        ("x.en - copie.md", "x.en.md"),
        ("x.fr_v2.md", "x.fr.md"),
        ("x.fr.md.md", "x.fr.md"),
        ("x_en.markdown", "x.en.md"),
        ("x en.md", "x.en.md"),
        ("x  EN.md", "x.en.md"),
        ("x(en).md", "x.en.md"),
        ("x (en).md", "x.en.md"),
        ("x [EN].md", "x.en.md"),
        ("x_(en).md", "x.en.md"),
        ("le 2.0 en.md", "le 2.0.en.md"),
    ],
)
def test_a_name_that_names_a_language_in_another_form_is_told_and_read_as_before(
    site: Site, name: str, near: str
) -> None:
    site.write(f"content/2023/{name}", article("X", slug="x"))
    told = site.build().one("story-name")
    assert told.hint == f"name it `{near}`, or without what looks like a language"
    assert site.exists("/fr/2023/04/x/")


@pytest.mark.parametrize(
    "name",
    [
        "x.md",
        "x.markdown",
        "x.FR.md",
        "x.fr.Markdown",
        "le-2.0.md",
        "a.b.md",
        "x_y.md",
        "mot.final.md",
        "x-fr.md",
        "fr.md",
        "xFR.md",
        "screen.md",
        "-en.md",
    ],
)
def test_ordinary_names_of_stories_are_read_in_silence(site: Site, name: str) -> None:
    site.write(f"content/2023/{name}", article("X", slug="x"))
    assert site.build().ids == []
    assert site.exists("/fr/2023/04/x/")


@pytest.mark.parametrize(
    ("name", "beside"),
    [
        ("x-en.md", "x.md"),
        ("x-en.md", "x.fr.md"),
        ("x-EN.md", "X.fr.md"),
        ("x-fr.md", "x.en.md"),
        ("x-fr.markdown", "x-en.markdown"),
        ("trop-d-en.md", "trop-d.markdown"),
    ],
)
def test_a_language_behind_a_hyphen_is_told_where_another_version_stands_beside_it(
    site: Site, name: str, beside: str
) -> None:
    site.write(f"content/2023/{name}", article("X", slug="x"))
    alone = [] if "-fr" in name else ["note"]
    assert [d.severity for d in site.build().find("story-name")] == alone
    site.write(f"content/2023/{beside}", article("Y", slug="y"))
    built = site.build()
    assert (f"content/2023/{name}", "warning") in {(d.location.path, d.severity) for d in built.find("story-name")}
    assert built.ids == site.build().ids == site.clean()[0].ids
    site.remove(f"content/2023/{beside}")
    assert [d.severity for d in site.build().find("story-name")] == alone


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("2023/x-en.md", "x.en.md"),
        ("2023/on-y-est-EN.markdown", "on-y-est.en.md"),
        ("2023/N19EN.md", "N19.en.md"),
        ("2023/sommetEN.md", "sommet.en.md"),
        ("2023/sommet/en.md", "sommet.en.md"),
        ("en.md", "name.en.md"),
    ],
)
def test_a_name_that_ends_as_another_language_is_written_is_a_note(site: Site, name: str, near: str) -> None:
    site.write(f"content/{name}", article("X", slug="x"))
    told = site.build().one("story-name")
    assert (str(told.location), told.severity) == (f"content/{name}:1:1", "note")
    assert f"name it `{near}` if it is one in `en`" in told.hint
    assert site.exists("/fr/2023/04/x/")
    site.rename(f"content/{name}", f"content/{name.rpartition('/')[0] or '2023'}/{near}")
    assert site.build().find("story-name") == []


def test_a_folder_named_as_a_language_is_told_once_with_the_name_that_a_story_wants(site: Site) -> None:
    for name in ("en/n25.md", "en/n26.md", "en/2024/n27.md", "EN/seul.en.md", "fr/n28.md", "ende/n29.md"):
        site.write(f"content/{name}", article(name, slug=name.rpartition("/")[2][:3]))
    site.write("content/en/n25.svg", "<svg xmlns='http://www.w3.org/2000/svg'/>")
    built = site.build()
    told = [(d.location.path, d.severity, d.hint.split("`")[1]) for d in built.find("story-name")]
    assert told == [
        ("content/en/2024/n27.md", "warning", "n27.en.md"),
        ("content/en/n25.md", "warning", "n25.en.md"),
    ]
    site.story("en/n30.fr", title="N30")
    assert site.build().ids == site.clean()[0].ids == built.ids
    site.rename("content/en/n25.md", "content/en/n25.en.md")
    assert "content/en/n26.md" in {d.location.path for d in site.build().find("story-name")}


@pytest.mark.parametrize("folder", ["drafts", "Brouillons", "2024/draft", "wip"])
def test_a_folder_for_drafts_holds_nothing_back_and_a_note_says_so(site: Site, folder: str) -> None:
    site.story("a.fr")
    site.write(f"content/{folder}/n30.fr.md", article("X", slug="x"))
    site.write(f"content/{folder}/n31.fr.md", article("Y", slug="y"))
    told = site.build().one("story-name")
    assert (told.severity, site.exists("/fr/2023/04/x/")) == ("note", True)
    step = folder.rpartition("/")[2]
    assert f"`_{step}/`" in told.hint
    site.rename(f"content/{folder}", f"content/{folder.removesuffix(step)}_{step}")
    assert (site.build().find("story-name"), site.exists("/fr/2023/04/x/")) == ([], False)


def test_words_of_another_language_at_the_end_of_a_name_are_told_nowhere(site: Site) -> None:
    for n, name in enumerate(["on-y-est.fr.md", "b-fr.md", "made-in-en.fr.md", "-en.md", "open.md", "GREEN.md"]):
        site.write(f"content/{n}/{name}", article(f"X{n}"))
    assert site.build().ids == []


def test_a_pointer_of_git_lfs_in_the_place_of_a_story_is_called_so(site: Site) -> None:
    pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12\n"
    site.story("a.fr", title="A")
    site.write("content/pages/b.fr.md", page_file())
    site.write("content/tags/c.fr.md", page_file())
    before = site.build()
    assert before.ids == []
    for path in ("a.fr.md", "pages/b.fr.md", "tags/c.fr.md"):
        site.write(f"content/{path}", pointer)
    built = site.build()
    assert [str(d.location) for d in built.find("file-pointer")] == [
        "content/a.fr.md:1:1",
        "content/pages/b.fr.md:1:1",
        "content/tags/c.fr.md:1:1",
    ]
    assert built.ids == ["file-pointer"] * 3
    assert site.h1("/fr/2023/04/a/") == "A", "its last good version stands in"


@pytest.mark.parametrize("name", ["notes.txt", "x.html", "data.csv", "readme.markdown", "x.en.html"])
def test_texts_without_front_matter_are_no_stories(site: Site, name: str) -> None:
    site.story("a.fr")
    site.write(f"content/2023/{name}", "Des notes.\n---\n")
    assert site.build().ids == []


def test_a_markdown_file_of_either_ending_is_one_story_and_can_be_linked(site: Site) -> None:
    site.write("content/2023/x.fr.markdown", article("X", slug="x"))
    site.write("content/2023/x.en.md", article("X", slug="x", body="[a](x.fr.markdown) [b](../2023/x.fr.markdown#z)"))
    assert site.build().ids == ["heading-unknown", "reference-self", "reference-self"]
    assert set(site.alternates("/fr/2023/04/x/")) >= {"fr", "en"}
    site.write("content/2023/x.fr.md", article("X", slug="x"))
    assert "story-duplicate" in site.build().ids


@pytest.mark.parametrize(
    ("folder", "near"),
    [("author", "authors"), ("Category", "categories"), ("page", "pages"), ("auteurs", "authors"), ("tag", "tags")],
)
def test_a_folder_called_nearly_as_one_of_terms_is_told_with_its_name(site: Site, folder: str, near: str) -> None:
    site.story("a.fr")
    site.write(f"content/{folder}/x.fr.md", article("X", slug="x"))
    told = site.build().one("story-name")
    assert (told.severity, told.location.path) == ("note", f"content/{folder}/x.fr.md")
    assert f"content/{near}/" in told.hint
    site.write("content/2023/author/y.fr.md", article("Y", slug="y"))
    assert len(site.build().find("story-name")) == 1


@pytest.mark.parametrize("name", ["n29 .fr.md", "n29.fr .md", "n29 .md", "n29  .fr .md"])
def test_a_space_before_a_dot_is_told_with_the_name_that_is_meant(site: Site, name: str) -> None:
    site.write(f"content/2023/{name}", article("X", slug="x"))
    near = name.replace(" ", "")
    told = [d.hint for d in site.build().find("name-unportable")]
    assert told == ([] if name == "n29.fr .md" else [f"name it `{near}`"])
    site.rename(f"content/2023/{name}", f"content/2023/{near}")
    assert site.build().find("name-unportable") == []
