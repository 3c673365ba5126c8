"""Merge conflicts and unclosed comments: the last good version stands in, and a new file is left out."""

from __future__ import annotations

import pytest

from newsgen import pipeline
from newsgen.nouns.diagnostics import Location, NewsgenError
from newsgen.nouns.model import Source
from newsgen.parsing.article import parse
from newsgen.pipeline.verify import verify
from newsgen.settings import conflict_marks
from support.harness import PIXEL, Site, article, page_file

ENDS = "=======\nNon.\n>>>>>>> branche"
BODY = f"Avant.\n\n<<<<<<< HEAD\nOui.\n{ENDS}\n\nAprès."
URL = "/fr/2023/04/sommet/"


def faults(text: str | bytes, path: str = "content/a.fr.md") -> list[tuple[str, int, int]]:
    data = text.encode() if isinstance(text, str) else text
    source = Source(path, "article", "a", "fr", "", len(data))
    parsed = parse(source, data, languages=("fr", "en"), trusted_html=False)
    assert (parsed.front is None) == any(d.severity == "error" for d in parsed.diagnostics)
    return [(d.id, d.location.line, d.location.column) for d in parsed.diagnostics]


# ---- what is a conflict
@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("<<<<<<< HEAD\na\n=======\nb\n>>>>>>> x\n", "the lines 1, 3 and 5"),
        ("x\n<<<<<<< HEAD\na\n||||||| base\nc\n=======\nb\n>>>>>>> x", "the lines 2, 4, 6 and 8"),
        ("<<<<<<<\na\n=======\nb\n>>>>>>>", "the lines 1, 3 and 5"),
        ("<<<<<<< HEAD\r\na\r\n=======\r\nb\r\n>>>>>>> x\r\n", "the lines 1, 3 and 5"),
        ("Titre\n=======\n\n<<<<<<< HEAD\na\n", "line 4"),
        ("<<<<<<< a\n=======\n>>>>>>> b\n" * 3, "9 lines, from 1 to 9"),
    ],
)
def test_each_mark_of_a_conflict_is_named(text: str, lines: str) -> None:
    told = conflict_marks.told(text, "x")
    assert told is not None
    assert told.message.endswith(f"git's marks stand in {lines}")


@pytest.mark.parametrize(
    "text",
    [
        "Titre\n=======\n\nTexte.",
        "<<<<<<<< huit\n",
        "<<<<<< six\n",
        "<<<<<<<HEAD\n",
        " <<<<<<< HEAD\n",
        "a <<<<<<< HEAD\n",
        ">>>>>>> une citation\n",
        "|||||||\n",
        "",
    ],
)
def test_what_only_resembles_a_conflict_is_none(text: str) -> None:
    assert conflict_marks.told(text, "x") is None
    assert {id_ for id_, *_ in faults(article(body=text))} <= {"heading-level"}


@pytest.mark.parametrize(
    ("text", "place"),
    [
        (article(body=BODY), (8, 1)),
        (article(body=BODY).replace("\n", "\r\n"), (8, 1)),
        ("---\n<<<<<<< HEAD\ntitle: A\n=======\ntitle: B\n>>>>>>> x\n---\nx\n", (2, 1)),
        ("---\ntitle: A\ntags:\n<<<<<<< HEAD\n- a\n=======\n- b\n>>>>>>> x\n---\nx\n", (4, 1)),
        ("<<<<<<< HEAD\n---\ntitle: A\n---\na\n=======\n---\ntitle: B\n---\n>>>>>>> x\n", (1, 1)),
        ("---\ntitle: A\n<<<<<<< HEAD\n---\nx\n=======\ntags: [x]\n---\ny\n>>>>>>> x\n", (3, 1)),
        ("---\ntitle: A\n<<<<<<< HEAD\nkicker: x\n=======\n>>>>>>> x\n", (3, 1)),
        (article(body=BODY, date="demain"), (8, 1)),
        (article(body="<pre>x</pre>\n\n```\nx\n```\n\n<<<<<<< HEAD\n"), (12, 1)),
    ],
)
def test_conflict_is_one_error_at_its_first_mark(text: str, place: tuple[int, int]) -> None:
    assert [fault for fault in faults(text) if fault[0] != "date-invalid"] == [("conflict-mark", *place)]


@pytest.mark.parametrize(
    "body",
    [
        f"```\n{BODY}\n```",
        f"~~~ text\n{BODY}\n~~~",
        "    <<<<<<< HEAD",
        "\t<<<<<<< HEAD\n\t=======",
        f"<pre>\n{BODY}\n</pre>",
        "Voir `a\n<<<<<<< HEAD\n` ici.",
        "1. Git montre :\n\n   ```\n   <<<<<<< HEAD\n   ```",
        "> <<<<<<< HEAD",
    ],
)
def test_article_about_git_may_show_a_conflict_in_code(body: str) -> None:
    assert "conflict-mark" not in [id_ for id_, *_ in faults(article(body=body))]


# ---- what becomes of the file
FILES = {
    "content/a.fr.md": article(body=BODY, tags=["Chine"], topics=["t"]),
    "content/pages/p.fr.md": page_file(body=BODY),
    "content/tags/zh.fr.md": page_file("Chine", body=BODY, names=["Chine"]),
    "content/categories/europe.fr.md": page_file("Europe", body=BODY),
    "content/topics/t.fr.md": page_file("Dossier", body=BODY),
}
HALVES = {
    "conflict-mark": lambda text: text,
    "comment-unclosed": lambda text: text.replace(BODY, "Avant.\n\n<!-- à revoir\n\nAprès."),
}


@pytest.mark.parametrize("id_", HALVES)
@pytest.mark.parametrize("path", FILES)
def test_last_good_version_stands_in_for_a_half_file(site: Site, id_: str, path: str) -> None:
    for name, text in FILES.items():
        site.write(name, text.replace(BODY, "Bon."))
    site.build()
    old = site.tree()
    site.write(path, HALVES[id_](FILES[path]))
    built = site.build()
    assert site.tree() == old
    assert [(d.id, d.location.path) for d in built.diagnostics] == [(id_, path)]
    assert site.build().lines == built.lines
    site.write(path, FILES[path].replace(BODY, "Meilleur."))
    assert site.build().ids == []
    assert "Meilleur." in site.text()
    assert site.tree() == site.clean_build()


@pytest.mark.parametrize("id_", HALVES)
def test_new_half_file_is_left_out(site: Site, id_: str) -> None:
    for name, text in FILES.items():
        site.write(name, HALVES[id_](text))
    site.story("b.fr", title="B")
    built = site.build()
    assert sorted(d.location.path for d in built.find(id_)) == sorted(FILES)
    assert {d.id for d in built.diagnostics} == {id_, "topic-unknown"}  # the topic has no file that can be read
    assert not site.exists(URL)
    assert site.exists("/fr/2023/04/b/")
    assert "Avant." not in site.text() and "HEAD" not in site.text()


def test_other_faults_of_a_half_file_are_told_with_it(site: Site) -> None:
    site.story("a.fr", categories=["europ"], body=BODY)
    site.story("b.fr", title="B", body="[[absent]]\n\n<!-- x", tags=["!!"])
    built = site.build()
    assert built.ids == ["category-unknown", "comment-unclosed", "conflict-mark", "reference-broken", "term-empty"]


# ---- comments
@pytest.mark.parametrize(
    "text",
    [
        "a <!--> b",
        "a <!---> b",
        "a <!---- > --> b",
        "a <!-- x --!> b",
        "a <!-- x\n\ny --> b",
        r"a \<!-- b",
        "a `<!--` b",
        "```\n<!--\n```",
        "    <!--",
        '<div title="<!--">\nb\n</div>',
        "<b title='a <!-- b'>b</b>",
    ],
)
def test_comment_that_html_closes_is_closed(text: str) -> None:
    assert faults(article(body=text)) == []


@pytest.mark.parametrize(
    ("text", "column"),
    [
        ("a <!-- b", 3),
        ("a <!--> b <!-- c", 11),
        ("a <!-- -- > b", 3),
        ("a <!--\n\n> b", 3),
        ('a="<!-- b" c', 4),
        ("<!-- a", 1),
        ("`a` <!-- `b`", 5),
        ("<b title='x'>a</b><!-- b</b>", 19),
        ("a <!- b --> <!-- c -- >", 13),
    ],
)
def test_comment_that_html_leaves_open_is_an_error(text: str, column: int) -> None:
    assert faults(article(body=text)) == [("comment-unclosed", 6, column)]


@pytest.mark.parametrize("lead", ["Un <!-- deux", "Un <!-- deux --", "`x` <!-- deux"])
def test_unclosed_comment_in_a_lead_is_an_error(lead: str) -> None:
    assert faults(article(lead=lead)) == [("comment-unclosed", 5, 7)]
    assert faults(article(lead=lead, date="demain")) == [("date-invalid", 3, 7), ("comment-unclosed", 5, 7)]


@pytest.mark.parametrize("lead", ["Un <!-- deux --> trois", "Un `<!--` deux", "Un <!--> deux", r"Un \<!-- deux"])
def test_closed_comment_in_a_lead_is_none(lead: str) -> None:
    assert faults(article(lead=lead)) == []


# ---- files that are no content
def test_configuration_with_a_conflict_is_not_used(site: Site) -> None:
    text = (site.root / "newsgen.yaml").read_text()
    site.write("newsgen.yaml", f"{text}<<<<<<< HEAD\npage_size: 20\n=======\npage_size: 10\n>>>>>>> x\n")
    with pytest.raises(NewsgenError) as fault:
        pipeline.build(pipeline.Request(site.root))
    (told,) = fault.value.diagnostics
    assert (told.id, told.location) == ("conflict-mark", Location("newsgen.yaml", text.count("\n") + 1))


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("templates/i18n/fr.yaml", "home: Accueil\n{}\n"),
        ("templates/latest.html", "{{{{ page.url }}}}\n{}\n"),
        ("templates/_note.html", "{}\n"),
    ],
)
def test_theme_with_a_conflict_leaves_the_site_as_it_is(site: Site, path: str, text: str) -> None:
    site.story("a.fr")
    site.build()
    old = site.tree()
    site.write(path, text.format("<<<<<<< HEAD\na: 1\n=======\na: 2\n>>>>>>> x"))
    site.story("b.fr", title="B")
    built = site.build()
    assert [(d.id, d.location.path) for d in built.diagnostics] == [("conflict-mark", path)]
    assert site.tree() == old
    assert built.result.status() == 1
    site.remove(path)
    assert site.build().ids == []
    assert site.tree() == site.clean_build()


@pytest.mark.parametrize("path", ["templates/custom.css", "templates/css/search.css"])
@pytest.mark.parametrize("is_new", [False, True])
def test_style_with_a_conflict_is_the_last_good_one(site: Site, path: str, is_new: bool) -> None:
    """The stories go on."""
    conflict = ".x { color: red }\n<<<<<<< HEAD\n.a { top: 1px }\n=======\n.a { top: 2px }\n>>>>>>> x\n"
    site.story("a.fr")
    if not is_new:
        site.write(path, ".x { color: green }\n.y {\n")
    site.build()
    old = site.read("/assets/style.css")
    assert is_new or "color: green" in old
    site.write(path, conflict)
    site.story("b.fr", title="Bord")
    for n in range(3):
        site.story("c.fr", title="Cap", body=f"Texte {n}.")
        built = site.build()
        assert [(d.id, d.location.path, d.location.line) for d in built.diagnostics] == [("conflict-mark", path, 2)]
        assert built.result.status() == 1
        assert site.read("/assets/style.css") == old and site.exists("/fr/2023/04/bord/")
    if not is_new and path == "templates/custom.css":  # it compiles the theme anew
        assert verify(pipeline.Request(site.root)).problems == ()
    clean, tree = site.clean()
    assert clean.ids == ["conflict-mark"] and (tree["assets/style.css"].decode() == old) is is_new
    site.write(path, ".x { color: blue }\n")
    assert site.build().ids == []
    assert site.tree() == site.clean_build()


STATIC = (
    "static/a.txt",
    "static/x/a.css",
    "static/a.JS",
    "static/a.html",
    "static/a.svg",
    "static/a.md",
    "static/a.json",
)


@pytest.mark.parametrize("path", STATIC)
def test_static_text_with_a_conflict_keeps_what_was_published(site: Site, path: str) -> None:
    site.story("a.fr")
    site.write(path, "un\n")
    site.build()
    old = site.tree()
    site.write(path, BODY)
    built = site.build()
    assert [(d.id, d.location) for d in built.errors] == [("conflict-mark", Location(path, 3))]
    assert site.tree() == old
    assert site.build().lines == built.lines  # and again, as long as it is so
    assert site.tree() == old
    site.write(path, "deux\n")
    assert site.build().ids == []
    assert site.tree() == site.clean_build() != old


@pytest.mark.parametrize("path", STATIC)
def test_new_static_text_with_a_conflict_is_left_out(site: Site, path: str) -> None:
    site.story("a.fr")
    site.write(path, BODY)
    built = site.build()
    assert built.ids == ["conflict-mark"]
    assert not (site.output / path.removeprefix("static/")).exists()
    assert site.exists(URL)
    assert site.build().ids == ["conflict-mark"]


def test_document_with_a_conflict_keeps_what_was_published(site: Site) -> None:
    site.write("content/d.csv", "a;b\n")
    site.story("a.fr", body="[Données](/d.csv)")
    site.build()
    old = site.tree()
    site.write("content/d.csv", BODY)
    assert site.build().ids == ["conflict-mark"]
    assert site.tree() == old


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("static/a.md", f"```\n{BODY}\n```\n"),
        ("static/a.html", f"<pre>{BODY}</pre>"),
        ("static/a.bin", BODY),
        ("static/a.txt", "Titre\n=======\n"),
    ],
)
def test_static_text_about_git_is_published(site: Site, path: str, text: str) -> None:
    site.write(path, text)
    assert site.build().ids == []
    assert (site.output / path.removeprefix("static/")).read_text() == text


# ---- the pointer of Git LFS
POINTER = "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a214614ab2935c943f9e0ff69d22e\nsize 12345\n"
LARGE = ("static/film.mp4", "static/carte.pdf", "static/logo.png", "static/a.txt", "static/sans-nom")


@pytest.mark.parametrize("path", [*LARGE, "content/2023/04/doc.pdf", "content/2023/04/son.mp3"])
def test_pointer_of_git_lfs_keeps_what_was_published(site: Site, path: str) -> None:
    name = path.removeprefix("content")
    site.story("2023/04/a.fr", body=f"[le fichier]({name})" if name != path else "Texte.")
    site.write(path, PIXEL if path.endswith("png") else b"%PDF-1.4 " + b"x" * 2000)
    assert site.build().ids == []
    old = site.tree()
    assert any(name.endswith(path.rpartition("/")[2]) for name in old)
    site.write(path, POINTER)
    for _ in range(2):
        built = site.build()
        assert [(d.id, str(d.location)) for d in built.diagnostics] == [("file-pointer", f"{path}:1:1")]
        assert built.result.status() == 1
        assert site.tree() == old
    assert verify(pipeline.Request(site.root, workers=1)).problems == ()
    site.write(path, PIXEL + b" " if path.endswith("png") else b"%PDF-1.4")
    assert site.build().ids == []
    assert site.tree() == site.clean_build() != old


@pytest.mark.parametrize("path", LARGE)
def test_new_pointer_of_git_lfs_is_left_out(site: Site, path: str) -> None:
    site.story("a.fr")
    site.write(path, POINTER)
    built = site.build()
    assert built.ids == ["file-pointer"]
    assert not (site.output / path.removeprefix("static/")).exists()
    assert site.tree() == site.clean_build()


@pytest.mark.parametrize(
    "text", [f" {POINTER}", POINTER.replace("git-lfs.github", "git-lfs.example"), POINTER + "#" * 1024, "version"]
)
def test_text_that_only_resembles_a_pointer_is_published(site: Site, text: str) -> None:
    site.story("a.fr")
    site.write("static/a.txt", text)
    assert site.build().ids == []
    assert (site.output / "a.txt").read_text() == text
