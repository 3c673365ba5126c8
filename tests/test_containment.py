"""One file never stops the archive: whatever newsgen itself fails at is an error of that file, its last good version
stands in, and everything else goes on. Each test plants a fault in one stage."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any

import pytest

from accidents import in_order_again, lasting
from harness import Built, Site, article, page_file, png
from newsgen import frontmatter, markup, scan, stories, theme_styles
from newsgen.diagnostics import Severity

CHECKS = importlib.import_module("newsgen.theme_checks")
FAULTS = (RecursionError("planted"), MemoryError(), ValueError("with `ticks`\nand\x1b lines"))
TEXTS = {
    "content/2023/04/a.fr.md": article("Sommet", body="Texte premier."),
    "content/2023/04/a.en.md": article("Summit", body="Text of Premiere."),
    "content/pages/p.fr.md": page_file("À propos", "Page première."),
    "content/tags/chine.fr.md": page_file("Chine", "Terme premier."),
    "content/categories/europe.fr.md": page_file("Europe", "Rubrique première."),
}


@pytest.fixture
def full(site: Site) -> Site:
    """A site with each kind of text, and one story that nothing happens to."""
    for name, text in TEXTS.items():
        site.write(name, text)
    site.story("2023/04/z.fr", title="Autre", body="Rien.", tags=["Chine"])
    return site


def failing(
    monkeypatch: pytest.MonkeyPatch, owner: Any, name: str, is_meant: Callable[..., bool], fault: Exception
) -> None:
    """The function raises where these arguments are meant."""
    real = getattr(owner, name)

    def fails(*arguments: Any, **options: Any) -> Any:
        if is_meant(*arguments, **options):
            raise fault
        return real(*arguments, **options)

    monkeypatch.setattr(owner, name, fails)


def told(built: Built, path: str, words: str = "planted") -> None:
    """The fault is an error of that file, in one printable line, and asks for a report."""
    found = built.one("newsgen-fault")
    assert (found.location.path, found.severity) == (path, Severity.ERROR)
    assert words in found.message and found.message.isprintable() and "report" in found.hint
    assert built.result.status() == 1


@pytest.mark.parametrize(
    ("path", "stage", "fault"),
    [(path, stage, IndexError("planted")) for path in TEXTS for stage in ("frontmatter", "markup")]
    + [("content/2023/04/a.fr.md", "markup", fault) for fault in FAULTS],
    ids=str,
)
def test_a_text_at_which_parsing_fails(
    full: Site, monkeypatch: pytest.MonkeyPatch, path: str, stage: str, fault: Exception
) -> None:
    full.build()
    before = full.tree()
    text = TEXTS[path].replace("remi", "oli")
    with monkeypatch.context() as patch:
        if stage == "markup":
            failing(patch, markup, "convert", lambda *a, **o: o["path"] == path and "remi" not in a[0], fault)
        else:
            failing(patch, frontmatter, "read", lambda data, **o: o["path"] == path and data == text.encode(), fault)
        full.write(path, text)
        full.story("2023/04/y.fr", title="Nouveau")
        told(full.build(), path, type(fault).__name__)
        assert full.exists("/fr/2023/04/nouveau/") and lasting(before) <= lasting(full.tree())
        assert b"Text of Premiere." in full.tree()["en/2023/04/summit/index.html"]
        told(full.build(), path, type(fault).__name__)  # as long as nothing changes, too
        assert full.build().lines == full.check().lines
    full.write(path, text.replace("oli", "oli "))
    in_order_again(full)


@pytest.mark.parametrize("path", TEXTS)
def test_a_new_text_at_which_parsing_fails(full: Site, monkeypatch: pytest.MonkeyPatch, path: str) -> None:
    failing(monkeypatch, frontmatter, "read", lambda data, **o: o["path"] == path, IndexError("planted"))
    told(full.build(), path)
    assert full.exists("/fr/2023/04/autre/")
    assert full.tree() == full.clean_build()


@pytest.mark.parametrize("path", ["content/2023/04/a.fr.md", "content/pages/p.fr.md"])
def test_a_story_at_which_the_merge_fails(full: Site, monkeypatch: pytest.MonkeyPatch, path: str) -> None:
    """Its pages stay what they are; a new one is left out."""
    story = path.removeprefix("content/").removesuffix(".fr.md")
    full.build()
    before = full.tree()
    with monkeypatch.context() as patch:
        failing(patch, stories, "merge", lambda name, *_: name == story, IndexError("planted"))
        full.write(path, TEXTS[path].replace("title: ", "title: Zut ").replace("remi", "oli") + "\n![x](absent.png)")
        full.story("2023/04/y.fr", title="Nouveau")
        built = full.build()
        assert path in [told.location.path for told in built.find("newsgen-fault")]
        after = full.tree()
        assert full.exists("/fr/2023/04/nouveau/") and lasting(before) <= lasting(after)
        page = next(name for name, data in before.items() if b"remi" in data and name.endswith("/index.html"))
        assert b"remi" in after[page] and not any(b"olier" in data or b"Zut " in data for data in after.values())
        clean, tree = full.clean()
        assert clean.find("newsgen-fault") == full.build().find("newsgen-fault")
        assert "fr/2023/04/nouveau/index.html" in tree
    full.write(path, TEXTS[path].replace("title: ", "title: Nouvel "))
    in_order_again(full)


def test_a_fault_names_the_line_of_newsgen(full: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    bodies = importlib.import_module("newsgen.markup.bodies")
    failing(monkeypatch, bodies, "clean_text", lambda text: "remi" in text, IndexError("x"))
    message = full.build().find("newsgen-fault")[0].message
    assert "(markup/bodies.py, line " in message


def test_a_fault_comes_with_its_traceback_where_it_is_asked_for(full: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    failing(monkeypatch, markup, "convert", lambda *a, **o: True, IndexError("planted"))
    monkeypatch.setenv("NEWSGEN_DEBUG", "1")
    with pytest.raises(IndexError, match="planted"):
        full.build()


@pytest.mark.parametrize("name", ["content/2023/04/a.fr.md", "content/2023/04/p.png", "static/note.txt"])
@pytest.mark.parametrize("stage", ["fingerprint", "name"])
def test_a_file_at_which_the_scan_fails(full: Site, monkeypatch: pytest.MonkeyPatch, name: str, stage: str) -> None:
    full.write("content/2023/04/p.png", png(9, 9))
    full.write("static/note.txt", "Note première.")
    full.story("2023/04/b.fr", title="Image", body="![p](p.png)")
    full.build()
    before = full.tree()
    with monkeypatch.context() as patch:
        full.write(name, TEXTS.get(name, "").replace("premier", "second").encode() or png(11, 9))
        full.write("content/2023/04/new.fr.md", article("Nouveau"))
        if stage == "fingerprint":
            failing(patch, scan, "fingerprint", lambda path, **o: path.endswith(name), IndexError("planted"))
        else:
            if name.startswith("static/"):
                pytest.skip("nothing is read of the names of static files")
            patch.setattr("newsgen.listing.is_ordinary", lambda _: False)
            failing(patch, scan._Scanner, "_content_file", lambda self, place, *a: place == name, IndexError("planted"))
        told(full.build(), name)
        assert full.exists("/fr/2023/04/nouveau/") and lasting(before) <= lasting(full.tree())
        told(full.build(), name)
    in_order_again(full)


@pytest.mark.parametrize("stage", ["faults", "addresses"])
def test_a_style_sheet_at_which_the_checks_fail(full: Site, monkeypatch: pytest.MonkeyPatch, stage: str) -> None:
    full.write("templates/custom.css", "p { color: red }")
    failing(monkeypatch, theme_styles, stage, lambda css: "red" in css, IndexError("planted"))
    told(full.build(), "templates/custom.css")
    assert "color: red" in full.read("/assets/style.css")
    full.story("2023/04/y.fr", title="Nouveau")
    told(full.build(), "templates/custom.css")
    assert full.tree() == full.clean_build()


def test_a_template_at_which_the_checks_fail(full: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    full.write("templates/article.html", '{% extends "theme/article.html" %}{% block x %}{% endblock %}')
    failing(monkeypatch, CHECKS, "blocked", lambda source, rules: "block x" in source, IndexError("planted"))
    built = full.build()
    told(built, "templates/article.html")
    assert "block-unknown" in built.ids  # the other checks are made


@pytest.mark.parametrize(
    "source",
    ["{% for a in [1] %}" * 30 + "{% endfor %}" * 30, "{{ " + "(" * 3000 + "1" + ")" * 3000 + " }}",
     "{{ " + "[" * 300 + "1" + "]" * 300 + " }}", "{% if 1 %}" * 200 + "{% endif %}" * 200],
    ids=["loops", "brackets", "lists", "conditions"],
)  # fmt: skip
def test_a_template_that_is_too_deep_for_python(full: Site, source: str) -> None:
    full.build()
    before = full.tree()
    full.write("templates/base.html", f'{{% extends "theme/base.html" %}}{{% block title %}}{source}{{% endblock %}}')
    assert full.build().one("template-invalid").location.path == "templates/base.html"
    assert full.tree() == before
