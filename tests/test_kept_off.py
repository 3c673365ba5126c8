"""Which files a build leaves out, and which it shows as they were last published (CONTENT.md §7)."""

from __future__ import annotations

import pytest

from support.harness import NOW, PIXEL, WIDER, Built, Site, article, page_file
from support.strategies_site import BROKEN


def named(built: Built) -> tuple[list[str], list[str]]:
    """What is left out, and what is shown as it was, with what the counts say of them."""
    result = built.result
    assert (result.counts["left_out"], result.counts["last_good"]) == (len(result.left_out), len(result.last_good))
    return list(result.left_out), list(result.last_good)


def agree(site: Site) -> tuple[list[str], list[str]]:
    """What `check`, a build, one in which nothing changed, and a check of all pages say, which is the same."""
    said = [named(site.check()), named(site.build()), named(site.build()), named(site.check(render=True))]
    assert said == said[:1] * 4
    return said[0]


def clean(site: Site) -> tuple[list[str], list[str]]:
    return named(site.clean()[0])


LEFT_OUT = {
    "yaml": "---\ntitle: [\n---\n",
    "date": article(date="16 avril 2023"),
    "comment": article(body="Un. <!-- Deux."),
    "encoding": article(body="\xe9").encode("latin-1"),
    "category": article(categories=["europ"]),
    "title": article(title=None),
    "several": article(date="16 avril 2023", categories=["europ"], body="[un](absent.md) <!-- deux"),
    "scheduled": article(date="2030-01-01", categories=["europ"]),
    "foreign": article(published=False),
}


@pytest.mark.parametrize("text", LEFT_OUT.values(), ids=LEFT_OUT)
@pytest.mark.parametrize("lang", ["fr", "en"])
def test_what_errors_leave_out_is_named(site: Site, text: str | bytes, lang: str) -> None:
    site.story("2023/04/b.fr", title="B")
    site.write(f"content/2023/04/a.{lang}.md", text)
    assert agree(site) == clean(site) == ([f"content/2023/04/a.{lang}.md"], [])
    site.story(f"2023/04/a.{lang}")
    assert agree(site) == ([], [])


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("content/pages/x.fr.md", page_file("Sans fin", "<!-- ")),
        ("content/pages/x.fr.md", "rien"),
        ("content/topics/x.fr.md", "---\ntitle: [\n---\n"),
        ("content/tags/x.fr.md", "---\ntitle: [\n---\n"),
        ("content/tags/!.fr.md", page_file("!")),
        ("content/categories/nulle.fr.md", page_file("Nulle")),
        ("content/2023/04/x.de.md", article(title="X")),
        ("content/2023/04/á.fr.md", article(title="X")),
        ("content/2023/04/x.fr.md", article(title="X", story="2023/04/a")),
        ("content/2023/04/x.fr.md", article(slug="sommet")),
    ],
)
def test_pages_terms_and_what_is_not_read_at_all_are_named_too(site: Site, path: str, text: str) -> None:
    site.story("2023/04/a.fr")
    site.story("2023/04/b.fr", title="B", tags=["Chine"])
    if path == "content/2023/04/á.fr.md":
        site.write("content/2023/04/a\u0301.fr.md", text)
    site.write(path, text)
    assert agree(site) == clean(site) == ([path], [])


def test_a_version_that_lacks_what_another_has_with_a_fault_is_left_out(site: Site) -> None:
    site.story("2023/04/b.fr", title="B")
    site.story("2023/04/a.fr", categories=["europ"])
    site.story("2023/04/a.en", categories=None)  # it has no error of its own
    site.story("2023/04/c.fr", title="C", body="[un](absent.md)")
    site.story("2023/04/c.en", title="C")
    assert agree(site) == clean(site) == (["content/2023/04/a.en.md", "content/2023/04/a.fr.md"], [])
    site.story("2023/04/a.en", categories=None, draft=True)  # which holds the other
    assert agree(site) == clean(site) == ([], [])


HELD = {
    "a draft": article(draft=True, categories=["europ"]),
    "a broken draft": article(draft=True, date="16 avril 2023"),
    "a draft whose address is taken": article(draft=True),
    "over": article(expires="2023-05-01", categories=["europ"]),
    "over and broken": article(expires="2023-05-01", body="<!-- "),
    "a whole one": article(title="Entier", draft=True),
    "scheduled and whole": article(title="Demain", date="2030-01-01"),
    "over and whole": article(title="Passé", expires="2023-05-01"),
}


@pytest.mark.parametrize("text", HELD.values(), ids=HELD)
def test_what_is_not_to_be_public_is_not_left_out(site: Site, text: str) -> None:
    site.story("2023/04/a.fr")
    site.write("content/2023/04/b.fr.md", text)
    assert agree(site) == clean(site) == ([], [])


def test_what_another_version_holds_back_is_not_left_out(site: Site) -> None:
    site.story("2023/04/a.fr", draft=True)
    site.story("2023/04/a.en", categories=["europ"])
    assert agree(site) == ([], [])
    assert site.build(drafts=True).result.left_out == ("content/2023/04/a.en.md",)
    site.story("2023/04/a.en", draft=False, categories=["europ"])
    assert agree(site) == (["content/2023/04/a.en.md"], [])


def test_a_fault_that_drops_less_than_the_file_leaves_nothing_out(site: Site) -> None:
    body = "[un](absent.md) ![deux](absent.jpg) [[nulle-part]]\n\n<iframe src='https://a.example/'>"
    site.story("2023/04/a.fr", body=body, aliases=["pas un chemin", "/fr/"], topics=["nul"])
    site.write("content/pages/x.fr.md", page_file(body="[un](absent.md)"))
    site.write("content/tags/chine.fr.md", page_file("Chine", body="[un](absent.md)"))
    assert len(site.build().errors) > 5
    assert agree(site) == clean(site) == ([], [])


@pytest.mark.parametrize("broken", [BROKEN[0], BROKEN[2], BROKEN[3], BROKEN[6]])
@pytest.mark.parametrize("path", ["content/2023/04/a.fr.md", "content/pages/x.fr.md", "content/tags/chine.fr.md"])
def test_what_is_shown_as_it_was_is_named(site: Site, path: str, broken: str | bytes) -> None:
    site.story("2023/04/a.fr", tags=["Chine"])
    site.write("content/pages/x.fr.md", page_file())
    site.write("content/tags/chine.fr.md", page_file("Chine"))
    assert agree(site) == ([], [])
    site.write(path, broken)
    assert agree(site) == ([], [path])
    assert clean(site) == ([path], [])  # without a cache there is none
    assert named(site.build()) == ([], [path])


def test_of_a_lost_cache_the_broken_file_is_left_out(site: Site) -> None:
    site.story("2023/04/a.fr")
    site.story("2023/04/b.fr", title="B")
    site.build()
    site.write("content/2023/04/a.fr.md", "rien")
    assert named(site.build(clean=True)) == (["content/2023/04/a.fr.md"], [])


def test_a_picture_that_is_shown_as_it_was_is_named(site: Site) -> None:
    site.write("content/2023/04/p.png", PIXEL)
    site.story("2023/04/a.fr", body="![quoi](p.png)")
    site.build()
    site.write("content/2023/04/p.png", WIDER[:30])
    assert agree(site) == ([], ["content/2023/04/p.png"])


def test_a_deleted_file_is_a_loss_and_not_left_out(site: Site) -> None:
    site.story("2023/04/a.fr")
    site.story("2023/04/b.fr", title="B")
    site.build()
    site.remove("content/2023/04/a.fr.md")
    assert named(site.build()) == ([], [])


def test_the_clock_takes_what_is_over_from_the_list(site: Site) -> None:
    site.story("2023/04/b.fr", title="B")
    site.write("content/2023/04/a.fr.md", article(categories=["europ"], expires="2024-03-01"))
    assert named(site.build(now=NOW)) == (["content/2023/04/a.fr.md"], [])
    assert named(site.build(now="2024-04-01")) == ([], [])


@pytest.mark.parametrize("path", ["content/2023/04/a.fr.md", "content/pages/x.fr.md", "content/tags/chine.fr.md"])
def test_a_page_that_fails_stands_where_it_belongs(site: Site, path: str) -> None:
    """A new one is left out; one that was published is shown as it was, whatever its text says now."""
    texts = {
        "content/2023/04/a.fr.md": article(tags=["Chine"]),
        "content/pages/x.fr.md": page_file(),
        "content/tags/chine.fr.md": page_file("Chine"),
    }
    for name, text in texts.items():
        site.write(name, text)
    template = {"2023": "article", "pages": "page", "tags": "term"}[path.split("/")[1]]
    site.write(f"templates/{template}.html", "{{ nothing.at.all }}")
    assert named(site.build()) == named(site.build()) == named(site.check(render=True)) == ([path], [])
    (site.root / f"templates/{template}.html").unlink()
    assert named(site.build()) == ([], [])
    site.write(f"templates/{template}.html", "{{ nothing.at.all }}")
    site.write(path, texts[path].replace("Texte.", "Neuf."))
    assert named(site.build()) == named(site.build()) == named(site.check(render=True)) == ([], [path])
