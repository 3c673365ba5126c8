"""Files that are other ones, half written or away only while a build runs (CONTENT.md §1): what a build read is what it
publishes, wholly the old or the new file, and the next build looks again."""

from __future__ import annotations

import importlib
import os
from collections.abc import Callable
from typing import Any

import pytest

from newsgen.nouns.diagnostics import NewsgenError
from newsgen.sources import scan
from support.accidents import in_order_again, lasting
from support.harness import Site, article, page_file, png

RUN = importlib.import_module("newsgen.pipeline.run")
MEANWHILE = ("another", "half", "away")
#: Where a file becomes another one, and where it is itself again: before these steps of a build, or around the very
#: look of the scan.
SPANS = (
    ("scan", "scan"),
    ("_parse", "_look_at_pictures"),
    ("_parse", "_write"),
    ("_look_at_pictures", "_index"),
    ("_index", "_write"),
    ("_write", ""),
    ("_parse", ""),
)


def texts(state: str) -> dict[str, bytes]:
    """Every kind of file that a build reads, each with marks at its beginning and at its end."""
    wide = 40 if state == "first" else 41

    def marked(name: str) -> str:
        return f"begin-{name}-{state}-x\n\n" + "mot " * 50 + f"\n\nend-{name}-{state}-x\n"

    body = marked("a") + "\n![p](p.png)\n\n![s](s.svg)\n\n[d](d.pdf)\n"
    files = {
        "content/2023/04/a.fr.md": article("Sommet", body=body, tags=["chine"], image="lead.png"),
        "content/2023/04/b.fr.md": article("Bord", body=f"[[a]]\n\n{marked('b')}"),
        "content/pages/p.fr.md": page_file(body=marked("p")),
        "content/categories/europe.fr.md": page_file("Europe", marked("c")),
        "content/tags/chine.fr.md": page_file("Chine", marked("t")),
        "content/2023/04/d.pdf": marked("d"),
        "content/2023/04/s.svg": (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{wide}" height="9"><g id="begin-s-{state}-x">'
            f'<path d="{"M 1 1 " * 30}"/></g><g id="end-s-{state}-x"/></svg>'
        ),
        "static/robot.txt": marked("r"),
    }
    pictures = {"content/2023/04/p.png": png(wide, 30), "content/2023/04/lead.png": png(wide * 20, 420)}
    return {name: text.encode() for name, text in files.items()} | pictures


def put(site: Site, files: dict[str, bytes]) -> None:
    for name, data in files.items():
        site.write(name, data)


class Meddler:
    """Changes files before one step of a build, and puts them back before another."""

    def __init__(self, site: Site, files: dict[str, bytes], how: str) -> None:
        self.site, self.files, self.how = site, files, how
        self.other = texts("other")

    def begin(self, names: list[str] | None = None) -> None:
        for name in names or self.files:
            path = self.site.root / name
            if self.how == "away":
                path.unlink(missing_ok=True)
            elif self.how == "half":
                os.truncate(path, len(self.files[name]) // 2)
            else:
                path.write_bytes(self.other[name])

    def end(self, names: list[str] | None = None) -> None:
        for name in names or self.files:
            self.site.write(name, self.files[name])


def meddled(site: Site, meddler: Meddler, span: tuple[str, str], monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The ids that a build tells whose files are changed during this span."""

    def before(step: str, *acts: Callable[[], None]) -> None:
        real = getattr(RUN.Build, step)

        def changed(build: Any, *arguments: Any) -> Any:
            for act in acts:
                act()
            return real(build, *arguments)

        patch.setattr(RUN.Build, step, changed)

    with monkeypatch.context() as patch:
        if span[0] == "scan":
            real = scan.fingerprint

            def around(path: str, **options: Any) -> Any:
                name = os.path.relpath(path, site.root)
                if name not in meddler.files:
                    return real(path, **options)
                meddler.begin([name])
                try:
                    return real(path, **options)
                finally:
                    meddler.end([name])

            patch.setattr(scan, "fingerprint", around)
        else:
            before(span[0], meddler.begin)
            if span[1]:
                before(span[1], meddler.end)
        ids = site.build().ids
    meddler.end()
    return ids


def half_published(site: Site) -> list[str]:
    """Files of the output that have the beginning of a text, and not its end."""
    return [
        f"{output}: {name}-{state}"
        for output, data in site.tree().items()
        for name in "abpctdsr"
        for state in ("first", "second", "other")
        if (f"begin-{name}-{state}-x".encode() in data) != (f"end-{name}-{state}-x".encode() in data)
        and not output.endswith(".json")  # of the search index, whose excerpts are short
    ]


@pytest.mark.parametrize("how", MEANWHILE)
@pytest.mark.parametrize("span", SPANS, ids="-".join)
def test_files_that_are_others_while_a_build_reads_them(
    site: Site, monkeypatch: pytest.MonkeyPatch, span: tuple[str, str], how: str
) -> None:
    put(site, texts("first"))
    site.build()
    before = site.tree()
    put(site, texts("second"))
    meddled(site, Meddler(site, texts("second"), how), span, monkeypatch)
    assert half_published(site) == []
    assert not any(b"-other-x" in data for data in site.tree().values())
    assert lasting(before) <= lasting(site.tree())
    in_order_again(site)


@pytest.mark.parametrize("how", MEANWHILE)
@pytest.mark.parametrize("span", SPANS, ids="-".join)
def test_files_that_are_others_while_a_first_build_reads_them(
    site: Site, monkeypatch: pytest.MonkeyPatch, span: tuple[str, str], how: str
) -> None:
    put(site, texts("first"))
    meddled(site, Meddler(site, texts("first"), how), span, monkeypatch)
    if (span[0], how) != ("_parse", "half"):  # of what nobody has seen before, half a file looks like a whole one
        assert half_published(site) == []
    in_order_again(site)


@pytest.mark.parametrize("span", [("_parse", "_write"), ("_index", "_write"), ("_index", "")], ids="-".join)
@pytest.mark.parametrize(("is_html", "is_new"), [(True, True), (True, False), (False, True), (False, False)])
def test_a_document_that_has_another_type_while_a_build_reads_it(
    site: Site, monkeypatch: pytest.MonkeyPatch, span: tuple[str, str], is_html: bool, is_new: bool
) -> None:
    html, text = b"<!DOCTYPE html><script>act()</script>", b"Un texte."
    site.story("a.fr", body="[d](/d.txt)")
    site.write("content/d.txt", text)
    if not is_new:
        site.build()
    meddler = Meddler(site, {"content/d.txt": html if is_html else text + b" Plus."}, "another")
    meddler.other = {"content/d.txt": text if is_html else html}
    site.write("content/d.txt", meddler.files["content/d.txt"])
    meddled(site, meddler, span, monkeypatch)
    assert not any(b"act()" in data for data in site.tree().values())
    in_order_again(site)
    assert site.exists("/media/d.txt") is not is_html


@pytest.mark.parametrize("how", MEANWHILE)
def test_files_that_are_others_while_everything_is_parsed_anew(
    site: Site, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    """Another newsgen: what was parsed is no longer known, but what the output shows is."""
    put(site, texts("first"))
    site.build()
    before = site.tree()
    monkeypatch.setattr(RUN, "_tools", lambda: "another newsgen")
    ids = meddled(site, Meddler(site, texts("first"), how), ("_parse", "_index"), monkeypatch)
    if how != "another":
        assert lasting(before) - lasting(site.tree()) == set()
        assert half_published(site) == []
    assert "file-changed" in ids
    in_order_again(site)


@pytest.mark.parametrize("name", ["templates/custom.css", "templates/_note.html", "templates/i18n/fr.yaml"])
@pytest.mark.parametrize("how", ["another", "away"])
def test_a_theme_that_is_another_while_a_build_reads_it(
    site: Site, monkeypatch: pytest.MonkeyPatch, name: str, how: str
) -> None:
    """The build begins anew, with the theme as it is then."""
    texts = {
        "templates/custom.css": "p { color: %s }",
        "templates/i18n/fr.yaml": "latest: %s",
        "templates/_note.html": "%s",
    }
    site.write(
        "templates/base.html",
        '{% extends "theme/base.html" %}{% block title %}{% include "_note.html" %}{% endblock %}',
    )
    put(site, {path: (text % "blue").encode() for path, text in texts.items()})
    site.story("a.fr")
    path, real, times = site.root / name, RUN.Build._theme, []

    def changed(build: Any, scanned: Any) -> Any:
        if not times:
            path.unlink() if how == "away" else path.write_text(texts[name] % "green")
        elif how == "away":
            site.write(name, texts[name] % "green")
        times.append(None)
        return real(build, scanned)

    with monkeypatch.context() as patch:
        patch.setattr(RUN.Build, "_theme", changed)
        if how == "away" and name == "templates/_note.html":
            site.write("templates/other.html", "x")  # so that a second scan finds a theme without it
        site.build()
    assert len(times) == 2
    in_order_again(site)
    assert "green" in site.text()


def test_a_theme_that_never_comes_to_rest(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    site.story("a.fr")
    site.build()
    before = site.tree()
    path, real = site.write("templates/custom.css", "p { color: red }"), RUN.Build._theme

    def changed(build: Any, scanned: Any) -> Any:
        path.write_text(path.read_text() + "\n")
        return real(build, scanned)

    with monkeypatch.context() as patch:
        patch.setattr(RUN.Build, "_theme", changed)
        with pytest.raises(NewsgenError, match=r"templates/custom\.css is written again and again"):
            site.build()
    assert site.tree() == before
    in_order_again(site)
