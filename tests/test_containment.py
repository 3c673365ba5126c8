"""One file never stops the archive: whatever newsgen itself fails at is an error of that file, its last good version
stands in, and everything else goes on. Each test plants a fault in one stage."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any

import pytest

from newsgen import index, queries
from newsgen.catalog.store import Catalog, decode_parsed
from newsgen.index import files, publisher, references, spellings, stories, terms, versions
from newsgen.nouns.diagnostics import Severity
from newsgen.nouns.model import content_hash
from newsgen.pages import wanted
from newsgen.parsing import frontmatter, markup
from newsgen.pictures import encoding, inspect
from newsgen.rendering import css_scan
from newsgen.sources import scan
from support.accidents import in_order_again, lasting
from support.harness import Built, Site, article, audit, differences, page_file, png

CHECKS = importlib.import_module("newsgen.rendering.checks")
FAULTS = (RecursionError("planted"), ValueError("with `ticks`\nand\x1b lines"))
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


# ---- index
NEWS = "content/2023/04/a.fr.md"
NEW_BODY = "Texte zibeline.\n\n[x](absent.fr.md) ![p](p.png)"
NEW_TEXT = article("Sommet", tags=["Chine", "Neuf"], aliases=["/ancien/"], body=NEW_BODY)
#: Each a function of index that is called for a story, and where its arguments name the story, its term or its page.
OF_STORIES: dict[str, tuple[Any, str, Callable[..., bool]]] = {
    "merge": (stories, "merge", lambda story, *_: story == "2023/04/a"),
    "its row": (versions, "_put_story", lambda work, story, *_, **__: story == "2023/04/a"),
    "claims": (versions, "_put_claims", lambda work, story, *_: story == "2023/04/a"),
    "references": (references, "_follow", lambda work, path: path == NEWS),
    "term": (terms, "_labels", lambda work, book, kind, key: key == "neuf"),
    "address of a term": (terms, "_own", lambda work, kind, lang, folded: folded == "neuf"),
    "pages": (wanted, "_of_version", lambda story, *_: story == "2023/04/a"),
    "alias": (files, "_alias_place", lambda work, claim, *_: claim.story == "2023/04/a"),
}


@pytest.mark.parametrize("stage", OF_STORIES)
def test_a_new_version_at_which_index_fails(full: Site, monkeypatch: pytest.MonkeyPatch, stage: str) -> None:
    """The last good version stands in, as long as it lasts; then all is in order without another edit."""
    owner, name, is_meant = OF_STORIES[stage]
    full.build()
    before = full.tree()
    with monkeypatch.context() as patch:
        hash_ = content_hash(NEW_TEXT.encode())
        catalogs = catching(patch)
        failing(
            patch,
            owner,
            name,
            lambda *a, **o: is_meant(*a, **o) and catalogs[-1].shown_hash(NEWS) == hash_,
            IndexError("planted"),
        )
        full.write(NEWS, NEW_TEXT)
        full.story("2023/04/y.fr", title="Nouveau")
        for built in (full.build(), full.build()):  # as long as nothing changes, too
            assert NEWS in at(built, "newsgen-fault") and built.result.status() == 1
            after = full.tree()
            assert full.exists("/fr/2023/04/nouveau/") and lasting(before) <= lasting(after)
            assert b"remi" in after["fr/2023/04/sommet/index.html"]
            assert not any(b"zibeline" in data for data in after.values())
            assert built.lines == full.check().lines
        assert audit(full) == []
    in_order_again(full)


@pytest.mark.parametrize("stage", OF_STORIES)
def test_a_story_at_which_index_fails_whatever_it_says(full: Site, monkeypatch: pytest.MonkeyPatch, stage: str) -> None:
    """It stays what it is, and everything else goes on."""
    owner, name, is_meant = OF_STORIES[stage]
    full.write(NEWS, NEW_TEXT)
    full.build()
    before = full.tree()
    with monkeypatch.context() as patch:
        failing(patch, owner, name, is_meant, IndexError("planted"))
        more = NEW_TEXT.replace("/ancien/", "/ancien/, /autre/").replace("Neuf", "Neuf, Autre").replace("(absent", "(b")
        assert more.count("utre") == 2
        full.write(NEWS, more)
        full.story("2023/04/y.fr", title="Nouveau")
        built = full.build()
        assert "newsgen-fault" in built.ids and built.result.status() == 1
        assert full.exists("/fr/2023/04/nouveau/") and lasting(before) <= lasting(full.tree())
        assert b"zibeline" in full.tree()["fr/2023/04/sommet/index.html"]
        assert full.build().lines == built.lines
    in_order_again(full)


@pytest.mark.parametrize("stage", OF_STORIES)
def test_a_new_story_at_which_index_fails(full: Site, monkeypatch: pytest.MonkeyPatch, stage: str) -> None:
    """It is left out, in the first build and in later ones."""
    owner, name, is_meant = OF_STORIES[stage]
    (full.root / NEWS).unlink()
    (full.root / "content/2023/04/a.en.md").unlink()
    full.build()
    with monkeypatch.context() as patch:
        failing(patch, owner, name, is_meant, IndexError("planted"))
        full.write(NEWS, NEW_TEXT)
        built = full.build()
        assert NEWS in at(built, "newsgen-fault") and full.exists("/fr/2023/04/autre/")
        clean, tree = full.clean()
        assert differences(full.tree(), tree) == [] and clean.lines == built.lines
        assert not any(b"zibeline" in data for data in tree.values())
    in_order_again(full)


TERM = "content/tags/chine.fr.md"


@pytest.mark.parametrize(
    ("owner", "name", "is_meant"),
    [
        (spellings.BookReader, "take", lambda reader, file: file.path == TERM and "Zut" in repr(file.front)),
        (terms, "_labels", lambda work, book, kind, key: "Zut" in words(book, (kind, key, "fr"))),
        (spellings, "label", lambda key, uses, book: "Zut" in words(book, key)),
    ],
    ids=["reading", "labels", "label"],
)
def test_a_term_file_at_which_index_fails(
    full: Site, monkeypatch: pytest.MonkeyPatch, owner: Any, name: str, is_meant: Callable[..., bool]
) -> None:
    full.build()
    before = full.tree()
    with monkeypatch.context() as patch:
        failing(patch, owner, name, is_meant, IndexError("planted"))
        full.write(TERM, TEXTS[TERM].replace("title: ", "title: Zut "))
        full.story("2023/04/y.fr", title="Nouveau")
        for _ in range(2):
            told(full.build(), TERM)
        assert full.exists("/fr/2023/04/nouveau/") and lasting(before) <= lasting(full.tree())
        assert "Zut" not in full.read("/fr/tags/chine/") and "Terme premier" in full.read("/fr/tags/chine/")
    in_order_again(full)
    assert full.exists("/fr/tags/zut-chine/")


@pytest.mark.parametrize("stage", ["reading", "references", "category"])
def test_a_new_term_file_at_which_index_fails(full: Site, monkeypatch: pytest.MonkeyPatch, stage: str) -> None:
    """Without it: the words of newsgen.yaml and of the stories stand."""
    path = TERM if stage != "category" else "content/categories/europe.fr.md"
    (full.root / path).unlink()
    full.build()
    with monkeypatch.context() as patch:
        if stage == "reading":
            failing(patch, spellings.BookReader, "take", lambda _, file: file.path == path, IndexError("planted"))
        elif stage == "references":
            failing(
                patch, references, "_follow", lambda work, at: at == path and is_there(work, at), IndexError("planted")
            )
        else:
            failing(patch, terms, "_row", lambda *a: a[6] is not None and a[6].path == path, IndexError("planted"))
        full.write(path, TEXTS[path])
        told(full.build(), path)
        assert full.tree() == full.clean_build() and full.build().lines == full.clean()[0].lines
    in_order_again(full)


def words(book: spellings.TermBook, key: tuple[str, str, str]) -> str:
    return repr(book.files[key].front) if key in book.files else ""


def is_there(work: Any, path: str) -> bool:
    return bool(decode_parsed(work.catalog.one("SELECT head FROM parsed WHERE path = ?", path)[0]).front)


@pytest.mark.parametrize("stage", ["_put_claim", "_place", "insert"])
@pytest.mark.parametrize("name", ["content/2023/04/p.png", "static/note.txt"])
def test_a_file_at_which_index_fails(full: Site, monkeypatch: pytest.MonkeyPatch, name: str, stage: str) -> None:
    key = name.partition("/")[2]
    full.story("2023/04/b.fr", title="Image", body="![p](p.png)")
    full.write("content/2023/04/p.png", png(9, 9))
    full.write("static/note.txt", "Un.")
    (full.root / name).unlink()
    full.build()

    def is_meant(work: Any, *values: Any) -> bool:
        if stage == "insert":
            return bool(values[0].key.key == key)
        return key in (values[0] if stage == "_place" else values)

    with monkeypatch.context() as patch:
        failing(patch, files, stage, is_meant, IndexError("planted"))
        full.write(name, png(11, 9) if name.endswith("png") else "Deux.")
        full.story("2023/04/y.fr", title="Nouveau")
        told(full.build(), name)
        assert full.exists("/fr/2023/04/nouveau/")
        assert differences(full.tree(), full.clean_build()) == []
        assert full.build().lines == full.clean()[0].lines
    in_order_again(full)


def test_a_published_file_at_which_index_fails(full: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    full.write("static/note.txt", "Un.")
    full.build()
    before = full.tree()
    with monkeypatch.context() as patch:
        failing(patch, files, "_keep_place", lambda work, one, *_: one[1] == "note.txt", IndexError("planted"))
        full.write("static/note.txt", "Deux.")
        told(full.build(), "static/note.txt")
        assert full.tree() == before
    in_order_again(full)
    assert full.read("/note.txt") == "Deux."


@pytest.mark.parametrize("name", ["_look", "_look_at_menu"])
def test_a_configuration_at_which_index_fails(full: Site, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    full.build()
    with monkeypatch.context() as patch:
        failing(patch, publisher, name, lambda work: True, IndexError("planted"))
        full.story("2023/04/y.fr", title="Nouveau")
        told(full.build(), "newsgen.yaml")
        assert full.tree() == full.clean_build()
    in_order_again(full)


# ---- plan and render
@pytest.mark.parametrize("fault", [kind("planted") for kind in (RecursionError, AttributeError, MemoryError)], ids=repr)
@pytest.mark.parametrize("name", ["content/2023/04/a.fr.md", "content/pages/p.fr.md"])
def test_a_page_at_which_rendering_fails(
    full: Site, monkeypatch: pytest.MonkeyPatch, name: str, fault: Exception
) -> None:
    """Its query fails when plan asks it again, and when the page is rendered."""
    full.build()
    before = full.tree()
    with monkeypatch.context() as patch:
        for query in (queries.BodyQuery, queries.ArticleQuery):
            failing(patch, query, "answer", lambda self, catalog: f"content/{self.story}.{self.lang}.md" == name, fault)
        full.write(name, TEXTS[name].replace("remi", "oli"))
        full.story("2023/04/y.fr", title="Nouveau")
        built = full.build()
        assert at(built, "newsgen-fault") == {name} and built.result.status() == 1
        assert full.exists("/fr/2023/04/nouveau/") and lasting(before) <= lasting(full.tree())
    in_order_again(full)


def test_a_list_at_which_rendering_fails(full: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """No file of content is to blame: the template's place is told, with the request to report it."""
    failing(monkeypatch, queries.CorrectionsQuery, "answer", lambda self, _: self.lang == "fr", IndexError("planted"))
    built = full.build()
    assert at(built, "template-failed") and "newsgen-fault" not in built.ids and full.exists("/fr/2023/04/autre/")


def test_a_template_of_the_site_at_which_rendering_fails(full: Site) -> None:
    """Nothing is to be reported where the site's own template has a part in it."""
    full.write("templates/page.html", "{{ bibtex(page) }}")
    assert "report" not in full.build().one("template-failed").hint


# ---- pictures, and want of memory
def test_a_picture_at_which_newsgen_fails_is_to_be_reported(full: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    full.write("content/2023/04/p.png", png(9, 9))
    full.write("content/2023/04/q.png", png(9, 9)[:20])
    full.story("2023/04/b.fr", title="Image", body="![p](p.png)\n\n![q](q.png)")
    with monkeypatch.context() as patch:
        failing(patch, inspect, "rights_of", lambda *_: True, IndexError("planted"))
        ours, theirs = sorted(full.build().find("picture-broken"), key=lambda told: told.location)
        assert "newsgen itself failed" in ours.message and "planted" in ours.message and "report" in ours.hint
        assert "newsgen" not in theirs.message and "report" not in theirs.hint


def test_a_variant_at_which_newsgen_fails_is_to_be_reported(full: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    full.write("content/2023/04/p.png", png(900, 9))
    full.story("2023/04/b.fr", title="Image", body="![p](p.png)")
    with monkeypatch.context() as patch:
        failing(patch, encoding.Workshop, "make", lambda *_: True, IndexError("planted"))
        found = full.build().one("picture-broken")
        assert "planted" in found.message and "report" in found.hint


@pytest.mark.parametrize("path", TEXTS)
def test_want_of_memory_passes(full: Site, monkeypatch: pytest.MonkeyPatch, path: str) -> None:
    """The last good version stands in, and the next build parses the file again."""
    full.build()
    before = full.tree()
    with monkeypatch.context() as patch:
        failing(patch, markup, "convert", lambda *a, **o: o["path"] == path and "remi" not in a[0], MemoryError())
        full.write(path, TEXTS[path].replace("remi", "oli"))
        for _ in range(2):
            found = full.build().one("file-unreadable")
            assert (found.location.path, found.hint) == (path, "build again") and "memory" in found.message
        assert lasting(before) <= lasting(full.tree())
    in_order_again(full)


def test_want_of_memory_at_a_new_text_passes(full: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """What it holds back in its story it holds back all the same."""
    full.build()
    with monkeypatch.context() as patch:
        failing(patch, markup, "convert", lambda *a, **o: o["path"].endswith("w.fr.md"), MemoryError())
        full.write("content/2023/04/w.fr.md", article("Attente", publish="2033-01-01"))
        full.write("content/2023/04/w.en.md", article("Wait"))
        full.build().one("file-unreadable")
        assert not full.exists("/en/2023/04/wait/") and full.tree() == full.clean_build()
    in_order_again(full)
    assert not full.exists("/en/2023/04/wait/")


def catching(patch: pytest.MonkeyPatch) -> list[Catalog]:
    """The catalogs of the runs of index, as they come."""
    caught: list[Catalog] = []
    real = index._indexed

    def indexed(catalog: Catalog, inputs: Any, **options: Any) -> Any:
        caught.append(catalog)
        return real(catalog, inputs, **options)

    patch.setattr(index, "_indexed", indexed)
    return caught


def at(built: Built, id_: str) -> set[str]:
    """The files that are told of it, each with the request to report it."""
    assert all("report" in found.hint and "planted" in found.message for found in built.find(id_))
    return {found.location.path for found in built.find(id_)}


def test_a_fault_names_the_line_of_newsgen(full: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    bodies = importlib.import_module("newsgen.parsing.markup.bodies")
    failing(monkeypatch, bodies, "clean_text", lambda text: "remi" in text, IndexError("x"))
    message = full.build().find("newsgen-fault")[0].message
    assert "(parsing/markup/bodies.py, line " in message


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
            patch.setattr("newsgen.sources.folders.is_ordinary", lambda _: False)
            failing(patch, scan._Scanner, "_content_file", lambda self, place, *a: place == name, IndexError("planted"))
        told(full.build(), name)
        assert full.exists("/fr/2023/04/nouveau/") and lasting(before) <= lasting(full.tree())
        told(full.build(), name)
    in_order_again(full)


@pytest.mark.parametrize("stage", ["faults", "addresses"])
def test_a_style_sheet_at_which_the_checks_fail(full: Site, monkeypatch: pytest.MonkeyPatch, stage: str) -> None:
    full.write("templates/custom.css", "p { color: red }")
    failing(monkeypatch, css_scan, stage, lambda css, *_: "red" in css, IndexError("planted"))
    told(full.build(), "templates/custom.css")
    assert "color: red" in full.read("/assets/style.css")
    full.story("2023/04/y.fr", title="Nouveau")
    told(full.build(), "templates/custom.css")
    assert full.tree() == full.clean_build()


def test_a_template_at_which_the_checks_fail(full: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    full.write("templates/article.html", '{% extends "theme/article.html" %}{% block x %}{% endblock %}')
    failing(monkeypatch, CHECKS, "blocked", lambda source, *_: "block x" in source, IndexError("planted"))
    built = full.build()
    told(built, "templates/article.html")
    assert "block-unknown" in built.ids  # the other checks are made


@pytest.mark.parametrize(
    "source",
    [
        "{% for a in [1] %}" * 30 + "{% endfor %}" * 30,
        "{{ " + "(" * 3000 + "1" + ")" * 3000 + " }}",
        "{{ " + "[" * 300 + "1" + "]" * 300 + " }}",
        "{% if 1 %}" * 200 + "{% endif %}" * 200,
    ],
    ids=["loops", "brackets", "lists", "conditions"],
)
def test_a_template_that_is_too_deep_for_python(full: Site, source: str) -> None:
    full.build()
    before = full.tree()
    full.write("templates/base.html", f'{{% extends "theme/base.html" %}}{{% block title %}}{source}{{% endblock %}}')
    assert full.build().one("template-invalid").location.path == "templates/base.html"
    assert full.tree() == before
