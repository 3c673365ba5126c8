"""What is said of a file after an edit elsewhere: the diagnostics of an incremental build are those of a clean one."""

from __future__ import annotations

import pytest

from support.harness import PIXEL, Site, article, audit, page_file

Edit = tuple[str, str | bytes | None]  # a file and its new bytes, None: it goes


def follow(site: Site, *edits: Edit) -> list[list[str]]:
    """The ids that each build says after one more edit, which are those of a clean build; the pages are the same."""
    said = [site.build().ids]
    for path, text in edits:
        if text is None:
            site.remove(path)
        else:
            site.write(path, text)
        said.append(alike(site, path))
    return said


def alike(site: Site, what: str = "") -> list[str]:
    """The ids that a build says, which are those of a clean build; the pages are the same."""
    built = site.build()
    clean, tree = site.clean()
    assert built.lines == clean.lines, what
    assert site.tree() == tree, what
    assert audit(site) == [], what
    return [id_ for id_ in built.ids if id_ != "address-lost"]


# ---- names that are meant
@pytest.mark.parametrize("body", ["![x](photo.png)", "![x](/x/photo.png)", "[x](photo.png)", "[x](/x/photo.png)"])
def test_did_you_mean_follows_the_files_that_there_are(site: Site, body: str) -> None:
    hints = []
    site.story("x/a.fr", body=body)
    site.build()
    for edit in (
        ("content/x/phota.png", PIXEL),
        ("content/y/photo.png", PIXEL),
        ("content/x/phota.png", None),
        ("content/y/photo.png", None),
        ("content/x/phot.png", PIXEL),
        ("content/x/phot.png", None),
    ):
        follow(site, edit)
        hints += [d.hint for d in site.build().diagnostics if d.id in ("picture-missing", "link-broken")]
    near = ["`/x/phota.png`", "`/y/photo.png`", "`/y/photo.png`", "relative", "`/x/phot.png`", "relative"]
    assert all(words in hint for words, hint in zip(near, hints, strict=True))


# ---- headings of another language
HEADING, NONE = article("B", body="## Bilan"), article("B", body="Rien.")


@pytest.mark.parametrize("named", ["fr", "en"])
@pytest.mark.parametrize("place", ["content/a.fr.md", "content/a.en.md", "content/tags/zh.fr.md"])
def test_heading_of_whatever_language_is_told_where_it_is_linked(site: Site, named: str, place: str) -> None:
    """A link leads to the reader's language, or to the file that it names: the headings of both decide."""
    link = f"[x](/b.{named}.md#bilan)"
    site.write(place, page_file("Chine", link, names=["Chine"]) if "tags" in place else article("A", body=link))
    site.story("c.fr", title="C", tags=["Chine"])
    site.write("content/b.fr.md", HEADING)
    site.write("content/b.en.md", HEADING)
    reader = place.split(".")[1]
    other = "en" if reader == "fr" else "fr"
    said = follow(
        site,
        (f"content/b.{reader}.md", NONE),
        (f"content/b.{other}.md", NONE),
        (f"content/b.{reader}.md", HEADING),
        (f"content/b.{reader}.md", NONE),
        (f"content/b.{other}.md", HEADING),
    )
    assert ["heading-unknown"] in said and [] in said


def test_heading_of_a_file_that_takes_the_story_of_another_is_told(site: Site) -> None:
    site.story("a.fr", body="[x](b.en.md#bilan)")
    site.write("content/b.en.md", NONE)
    site.write("content/bilan.fr.md", HEADING)
    follow(
        site,
        ("content/bilan.fr.md", article("B", body="## Bilan", story="b")),
        ("content/bilan.fr.md", article("B", body="## Autre", story="b")),
        ("content/bilan.fr.md", article("B", body="## Bilan", story="b", draft=True)),
        ("content/bilan.fr.md", article("B", body="## Bilan")),
    )


# ---- terms of what is no version
TOPIC = page_file("Dossier")


@pytest.mark.parametrize(
    "text",
    [
        article(date=None, topics=["t"]),
        article(title=None, topics=["t"]),
        article(categories=["x"], topics=["t"]),
        article(date="demain", topics=["t"]),
        article(title="!!!", topics=["t"]),
        article(topics=["t"], draft=True),
    ],
)
def test_topic_that_goes_is_told_of_articles_without_a_version_too(site: Site, text: str) -> None:
    site.write("content/a.fr.md", text)
    site.write("content/topics/t.fr.md", TOPIC)
    topics = "content/topics/t.fr.md"
    said = follow(site, (topics, None), (topics, TOPIC), (topics, None), ("content/topics/u.fr.md", TOPIC))
    assert ["topic-unknown" in ids for ids in said] == [False, True, False, True, True]


@pytest.mark.parametrize("kind", ["tags", "authors"])
@pytest.mark.parametrize("front", [{"date": None}, {"date": "demain"}, {"draft": True}, {}])
def test_name_that_goes_is_told_of_articles_without_a_version_too(site: Site, kind: str, front: dict[str, str]) -> None:
    site.story("a.fr", **({kind: ["!!"]} | front))
    names = page_file("Exclamations", names=["!!"], slug="cri")
    said = follow(
        site,
        (f"content/{kind}/cri.fr.md", names),
        (f"content/{kind}/cri.fr.md", None),
        (f"content/{kind}/cri.fr.md", names),
        (f"content/{kind}/cri.fr.md", page_file("X", names=["??"])),
    )
    assert ["term-empty" in ids for ids in said] == [True, False, True, False, True]


# ---- places and owners
def test_places_in_the_configuration_follow_its_lines(site: Site) -> None:
    site.story("a.fr", title="A")
    site.configure(
        languages=["fr", "en", "mi"],
        logo={"src": "/absent.svg", "width": 10, "height": 10},
        menu=["europe", {"title": "X", "url": {"fr": "/fr/absent/", "en": "/en/absent/"}}, "europe"],
        organization={"logo": "/none.png", "corrections_policy": "absent", "publishing_principles": "rien"},
        security={"contact": "mailto:a@b.example", "expires": "2024-01-20"},
    )
    said = site.build()
    text = (site.root / "newsgen.yaml").read_text()
    for above in ("# une ligne\n", "# une\n# deux\n\n", "extra: {a: b}\n", ""):
        site.write("newsgen.yaml", f"{above}{text}")
        built = site.build()
        clean, tree = site.clean()
        assert built.lines == clean.lines
        assert site.tree() == tree
        moved = [d.location.line - above.count("\n") for d in built.diagnostics]
        assert moved == [d.location.line for d in said.diagnostics]
    assert {d.id for d in said.diagnostics} >= {
        "link-broken",
        "reference-broken",
        "security-expires",
        "menu-duplicate",
        "strings-missing",
    }
    assert {d.location.path for d in said.diagnostics} == {"newsgen.yaml"}


@pytest.mark.parametrize("name", ["index.html", "index.json", "index.html/x", "INDEX.JSON"])
def test_owner_of_an_address_is_called_by_the_name_that_it_has_now(site: Site, name: str) -> None:
    site.write("content/a.fr.md", article("A"))
    site.write(f"static/fr/2023/04/a/{name}", "x")
    site.build()
    site.rename("content/a.fr.md", "content/b.fr.md")
    site.write("content/b.fr.md", article("A", story="a"))
    assert alike(site) == ["address-taken"]
    site.write("content/c.fr.md", article("C", aliases=["/fr/2023/04/a/x/"]))
    site.write("content/b.fr.md", article("A", story="a", body="autre"))
    assert alike(site) == ["address-taken"]
    site.rename("content/c.fr.md", "content/a.fr.md")
    site.write("content/a.fr.md", article("A"))
    site.write("content/b.fr.md", article("B"))
    assert alike(site) == ["address-taken"]


# ---- beside a stand-in
@pytest.mark.parametrize("broken", ["rien", article(date="demain"), article(related=["x"], body="<!--")])
def test_related_of_a_stand_in_is_not_forgotten(site: Site, broken: str) -> None:
    good = article(related=["b", "2023/c"], body="[[d]]")
    site.write("content/a.fr.md", good)
    site.build()
    site.write("content/a.fr.md", broken)
    for name in ("b", "2023/04/2023/c", "d", "x"):
        site.story(f"{name}.fr", title=name[-1].upper())
        site.build()
        assert audit(site) == []
        with site.copy() as other:
            other.write("content/a.fr.md", good)
            other.build()
            assert site.tree() == other.tree()
    assert [link for link in site.links("/fr/2023/04/sommet/") if link.endswith(("/b/", "/c/", "/d/"))]
    for name in ("b", "d"):
        site.remove(f"content/{name}.fr.md")
        site.build()
        assert audit(site) == []
        with site.copy() as other:
            other.write("content/a.fr.md", good)
            other.build()
            assert site.tree() == other.tree()
