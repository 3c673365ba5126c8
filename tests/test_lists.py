"""Lists: numbering from the oldest, order, neighbours, backlinks, calendar (CONTENT.md §5)."""

from __future__ import annotations

import re
from itertools import chain

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from support import strategies_site as draw
from support.harness import Site, article, examples, temporary_site


def filled(site: Site, size: int, **settings_: object) -> None:
    site.configure(**settings_)
    for path, text in draw.archive(size):
        site.write(path, text)


def pages_of(site: Site, url: str) -> list[list[str]]:
    """The entries of a list's pages, its own address first, then from the newest numbered page to the oldest."""
    found = [site.entries(url)]
    numbers = sorted((int(p.name) for p in (site.path(url).parent / "page").glob("*")), reverse=True)
    return found + [site.entries(f"{url}page/{n}/") for n in numbers]


@pytest.mark.parametrize(
    ("size", "lengths"),
    [(0, [0]), (1, [1]), (3, [3]), (4, [4]), (5, [5]), (6, [3, 3]), (8, [5, 3]), (9, [3, 3, 3]), (11, [5, 3, 3])],
)
def test_lists_are_numbered_from_the_oldest_entry(site: Site, size: int, lengths: list[int]) -> None:
    filled(site, size, page_size=3)
    site.build()
    assert [len(page) for page in pages_of(site, "/fr/europe/")] == lengths
    if len(lengths) > 1:
        assert site.entries("/fr/europe/page/1/")[-1] == "/fr/2023/01/titre-0/"
    assert not site.exists(f"/fr/europe/page/{len(lengths)}/")


def test_every_list_is_paged_and_no_page_says_how_many(site: Site) -> None:
    filled(site, 8, page_size=2)
    site.build()
    for url in ("/fr/europe/", "/fr/tags/chine/", "/fr/auteurs/ana/", "/fr/2023/"):
        assert [len(page) for page in pages_of(site, url)] == [2, 2, 2, 2], url
        assert sorted(chain(*pages_of(site, url))) == sorted(f"/fr/2023/0{n % 2 + 1}/titre-{n}/" for n in range(8))
    assert [len(page) for page in pages_of(site, "/fr/2023/01/")] == [2, 2]


def test_pages_of_a_list_lead_to_their_neighbours(site: Site) -> None:
    filled(site, 9, page_size=3)
    site.build()
    assert site.links("/fr/europe/", "a[rel=prev], a[rel=next]") == ["/fr/europe/page/2/"]
    both = site.links("/fr/europe/page/2/", "a[rel=prev], a[rel=next]")
    assert sorted(both) == ["/fr/europe/", "/fr/europe/page/1/"]
    assert site.links("/fr/europe/page/1/", "a[rel=prev], a[rel=next]") == ["/fr/europe/page/2/"]


@settings(max_examples=examples(12))
@given(size=st.integers(0, 14), page_size=st.integers(1, 4), tag=st.booleans())
@example(size=5, page_size=3, tag=True)  # the newest makes a page full
def test_the_newest_story_changes_no_numbered_page_but_a_link_to_the_newer(
    size: int, page_size: int, tag: bool
) -> None:
    with temporary_site() as site:
        filled(site, size, page_size=page_size)
        site.build()
        old = {n: data for n, data in site.tree().items() if "/page/" in n}
        site.write("content/new.fr.md", article("Nouveau", "2023-12-31", tags=["Chine"] if tag else []))
        site.build()
        new = site.tree()
        for url in ("fr/europe/", "fr/tags/chine/", "fr/2023/", "fr/2023/01/"):
            numbered = sorted((n for n in old if n.startswith(f"{url}page/")), key=lambda n: int(n.split("/")[-2]))
            for name in numbered[:-1]:
                assert new[name] == old[name], name
            for name in numbered[-1:]:
                mended = re.sub(rf"/{url}page/\d+/", f"/{url}", new[name].decode())
                assert mended == re.sub(rf"/{url}page/\d+/", f"/{url}", old[name].decode()), name


@settings(max_examples=examples(20))
@given(
    dates=st.lists(
        st.tuples(st.sampled_from(draw.DATES[:5]), st.sampled_from((None, "2023-05-01", "2023-04-16 18:05"))),
        min_size=1,
        max_size=9,
    ),
    page_size=st.integers(1, 3),
)
def test_lists_partition_the_articles_in_one_order(dates: list[tuple[str, str | None]], page_size: int) -> None:
    with temporary_site() as site:
        site.configure(page_size=page_size, feed_size=100)
        for n, (date, publish) in enumerate(dates):
            site.write(f"content/s{n}.fr.md", article(f"T{n}", date, tags=["x"], slug=f"t{n}", publish=publish))
        site.build()
        whole = site.entries("/fr/en-continu/")
        assert len(whole) == len(set(whole)) == len(dates)
        for url in ("/fr/europe/", "/fr/tags/x/"):
            assert list(chain(*pages_of(site, url))) == whole
        assert site.entries("/fr/") == whole[:page_size]
        years = [p.name for p in (site.output / "fr").iterdir() if p.name.isdigit()]
        assert sorted(entry for y in years for page in pages_of(site, f"/fr/{y}/") for entry in page) == sorted(whole)
        feed = [item["url"].removeprefix("https://news.example") for item in site.json("/fr/feed.json")["items"]]
        assert feed == whole
        # Neighbours walk the same order.
        walked = [whole[0]]
        while older := site.links(walked[-1], "nav.neighbours a[rel=prev]"):
            assert site.links(older[0], "nav.neighbours a[rel=next]") == [walked[-1]]
            walked += older
        assert walked == whole


def test_order_is_the_later_of_date_and_publish_then_the_story_id(site: Site) -> None:
    site.story("c.fr", title="C", date="2023-04-16")
    site.story("a.fr", title="A", date="2023-04-16")
    site.story("b.fr", title="B", date="2023-04-10", publish="2023-04-20")
    site.story("d.fr", title="D", date="2023-04-18", publish="2023-04-01")
    site.story("e.fr", title="E", date="2023-04-16 00:01")
    site.build()
    order = [f"/fr/2023/04/{letter}/" for letter in "bdeca"]
    assert site.entries("/fr/europe/") == order
    assert site.entries("/fr/en-continu/") == order


def test_a_late_translation_has_a_place_of_its_own(site: Site) -> None:
    site.story("a.fr", title="A", date="2023-04-01", publish="none")
    site.story("a.en", title="A", date=None, categories=None, publish="2023-06-01")
    site.story("b.fr", title="B", date="2023-05-01")
    site.story("b.en", title="B", date=None, categories=None)
    site.build()
    assert site.entries("/fr/europe/") == ["/fr/2023/05/b/", "/fr/2023/04/a/"]
    assert site.entries("/en/europe/") == ["/en/2023/04/a/", "/en/2023/05/b/"]


def test_home_and_running_feed_are_not_paged(site: Site) -> None:
    filled(site, 53, page_size=5)
    site.build()
    assert len(site.entries("/fr/")) == 5
    assert len(site.entries("/fr/en-continu/")) == 50
    assert not site.exists("/fr/page/1/")
    assert not site.exists("/fr/en-continu/page/1/")
    assert "/fr/2023/01/" in site.links("/fr/en-continu/")


def test_a_backdated_or_removed_entry_renumbers_what_follows(site: Site) -> None:
    filled(site, 9, page_size=3)
    site.build()
    site.story("old.fr", title="Vieux", date="2000-01-01", categories=["europe"])
    site.build()
    assert site.entries("/fr/europe/page/1/")[-1] == "/fr/2000/01/vieux/"
    assert site.tree() == site.clean_build()
    site.remove("content/s003.fr.md")
    site.remove("content/s004.fr.md")
    site.build()
    assert [len(p) for p in pages_of(site, "/fr/europe/")] == [5, 3]
    assert site.tree() == site.clean_build()


def test_calendar_pages_link_what_lies_in_them(site: Site) -> None:
    site.story("a.fr", title="A", date="2023-04-16")
    site.story("b.fr", title="B", date="2023-06-01")
    site.build()
    assert {"/fr/2023/04/", "/fr/2023/06/"} <= set(site.links("/fr/2023/"))
    assert "/fr/2023/05/" not in site.links("/fr/2023/")
    assert "/fr/2023/04/16/" in site.links("/fr/2023/04/")
    assert site.entries("/fr/2023/04/16/") == ["/fr/2023/04/a/"]
    assert not site.exists("/en/2023/")


# ---- backlinks
def test_cited_by_shows_the_newest_twenty_of_the_same_language(site: Site) -> None:
    site.story("cible.fr", title="Cible", date="2022-01-01", categories=["monde"])
    site.story("cible.en", title="Target", date=None, categories=None)
    for n in range(23):
        site.story(f"c{n:02}.fr", title=f"T{n}", date=f"2023-04-{n + 1:02}", body="[[cible]] et [[cible|encore]]")
    site.story("rel.fr", title="Lié", date="2023-05-01", related=["cible"])
    site.story("lien.fr", title="Lien", date="2023-05-02", body="[x](cible.fr.md)")
    site.story("e.en", title="E", body="[[cible]]")
    site.story("draft.fr", title="Brouillon", date="2023-06-01", body="[[cible]]", draft=True)
    site.story("gone.fr", title="Parti", date="2023-06-02", body="[[cible]]", gone="x")
    site.build()
    cited = site.links("/fr/2022/01/cible/", ".cited-by a")
    assert cited[:3] == ["/fr/2023/05/lien/", "/fr/2023/05/lie/", "/fr/2023/04/t22/"]
    assert len(cited) == 20
    assert site.links("/en/2022/01/target/", ".cited-by a") == ["/en/2023/04/e/"]


def test_a_story_does_not_cite_itself(site: Site) -> None:
    site.story("a.fr", body="[[a]]")
    built = site.build()
    assert built.one("reference-self").severity == "warning"
    assert site.links("/fr/2023/04/sommet/", ".cited-by a") == []


# ---- corrections
def test_corrections_stand_on_the_article_on_their_page_and_in_their_feed(site: Site) -> None:
    site.story(
        "a.fr",
        title="A",
        corrections=[{"date": "2023-05-03", "text": "Le chiffre."}, {"date": "2023-05-01", "text": "Le nom."}],
    )
    site.story("b.fr", title="B", corrections=[{"date": "2023-05-02", "text": "La date."}])
    site.build()
    text = site.main("/fr/corrections/").text()
    assert text.index("Le chiffre") < text.index("La date") < text.index("Le nom")
    assert "Le nom" in site.read("/fr/2023/04/a/")
    assert "2023-05-03" in site.read("/fr/corrections/feed.atom")
