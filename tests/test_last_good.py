"""A broken file: its last good version stands in while the output shows it (CONTENT.md §7)."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from support.harness import NOW, Site, article, page_file
from support.strategies_site import BROKEN

URL = "/fr/2023/04/sommet/"


@pytest.fixture
def published(site: Site) -> Site:
    site.story("a.fr", body="Bon.", tags=["Chine"])
    site.story("b.fr", title="B", body="[[a]]")
    site.build()
    return site


@pytest.mark.parametrize("broken", BROKEN)
def test_the_last_good_version_stands_in_for_a_broken_file(published: Site, broken: str | bytes) -> None:
    old = published.tree()
    published.write("content/a.fr.md", broken)
    built = published.build()
    assert published.tree() == old
    assert [d.location.path for d in built.errors] == ["content/a.fr.md"] * len(built.errors)
    assert built.errors
    assert built.result.counts["last_good"] == 1
    assert built.result.status() == (3 if built.result.held_open else 1)
    # And it goes on, as long as the file is broken.
    again = published.build()
    assert published.tree() == old
    assert again.lines == built.lines


def test_a_mended_file_takes_its_place_again(published: Site) -> None:
    published.write("content/a.fr.md", "broken")
    published.build()
    published.story("a.fr", body="Meilleur.")
    built = published.build()
    assert built.ids == []
    assert "Meilleur." in published.read(URL)
    assert published.tree() == published.clean_build()


def test_the_rest_of_the_site_goes_on_around_it(published: Site) -> None:
    published.write("content/a.fr.md", "broken")
    published.story("c.fr", title="C", body="[[a]]", tags=["Chine"])
    published.configure(title="Nouveau nom")
    published.build()
    assert "Nouveau nom" in published.read(URL)
    assert published.links(URL, ".cited-by a") == ["/fr/2023/04/c/", "/fr/2023/04/b/"]
    assert set(published.entries("/fr/tags/chine/")) == {URL, "/fr/2023/04/c/"}


def test_it_goes_with_its_time(published: Site) -> None:
    published.story("a.fr", body="Bon.", expires="2024-02-01")
    published.build()
    published.write("content/a.fr.md", "broken")
    published.build(now="2024-02-02")
    assert not published.exists(URL)


def test_a_file_that_was_never_good_is_left_out(site: Site) -> None:
    site.write("content/a.fr.md", article(date="demain"))
    site.story("b.fr", title="B", body="Voir [x](a.fr.md).")
    built = site.build()
    assert [d.id for d in built.errors] == ["date-invalid"]
    assert not site.exists(URL)
    assert "Voir x." in site.main("/fr/2023/04/b/").text()


def test_an_unpublished_version_does_not_stand_in(published: Site) -> None:
    """What the manifest does not name is not published, whatever the cache holds."""
    published.story("a.fr", body="Bon.", draft=True)
    published.build()
    published.write("content/a.fr.md", "broken")
    published.build()
    assert not published.exists(URL)
    assert published.tree() == published.clean_build()


def test_a_version_of_another_output_does_not_stand_in(published: Site) -> None:
    """One cache, two branches: what another output shows is no version of this one."""
    other = published.root.parent / "other"
    published.story("a.fr", body="Autre branche.")
    published.build(output=other)
    published.write("content/a.fr.md", "broken")
    published.build()
    assert "Autre branche" not in published.text()
    published.build(output=published.root.parent / "third")
    assert "sommet" not in "".join(published.tree(published.root.parent / "third"))


def test_a_last_good_version_that_was_damaged_does_not_stand_in(published: Site) -> None:
    """Its hash is that of what was published: other bytes under it are no version that anyone wrote."""
    with closing(sqlite3.connect(published.cache / "catalog.sqlite")) as catalog:
        (data,) = catalog.execute("SELECT data FROM good WHERE path = 'content/a.fr.md'").fetchone()
        catalog.execute("UPDATE good SET data = ? WHERE path = 'content/a.fr.md'", (data.replace(b"Bon", b"Faux"),))
        catalog.commit()
    published.write("content/a.fr.md", "broken")
    published.build()
    assert not published.exists(URL)
    assert "Faux" not in published.text()


def test_without_a_cache_there_is_none_and_the_lost_addresses_are_named(published: Site) -> None:
    for path in published.cache.glob("catalog.sqlite*"):
        path.unlink()
    published.write("content/a.fr.md", "broken")
    built = published.build()
    assert not published.exists(URL)
    assert URL in built.one("address-lost").message


def test_a_deleted_file_has_no_last_good_version(published: Site) -> None:
    published.write("content/a.fr.md", "broken")
    published.build()
    published.remove("content/a.fr.md")
    published.build()
    assert not published.exists(URL)
    assert published.tree() == published.clean_build()


def test_new_tools_parse_it_anew(published: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    old = published.tree()
    published.write("content/a.fr.md", "broken")
    monkeypatch.setattr("newsgen.pipeline.run._tools", lambda: "another version")
    published.build()
    assert published.tree() == old


def test_one_broken_language_does_not_take_the_other_with_it(site: Site) -> None:
    site.story("a.fr", title="A")
    site.story("a.en", title="B", date=None, categories=None)
    site.build()
    old = site.tree()
    site.write("content/a.fr.md", "broken")
    site.build()
    assert site.tree() == old


def test_a_broken_story_that_was_withdrawn_keeps_its_notice(site: Site) -> None:
    site.story("a.fr", gone="Retiré.")
    site.build()
    old = site.tree()
    site.write("content/a.fr.md", "broken")
    site.build()
    assert site.tree() == old


def test_a_broken_page_keeps_its_last_bytes(site: Site) -> None:
    site.write("content/pages/about.fr.md", page_file("À propos"))
    site.build()
    old = site.tree()
    site.write("content/pages/about.fr.md", "broken")
    site.build()
    assert site.tree() == old


def test_a_broken_term_file_loses_no_address(site: Site) -> None:
    site.write("content/tags/zh.fr.md", page_file("Chine", slug="zh"))
    site.story("a.fr", tags=["Chine"])
    site.build()
    old = site.tree()
    site.write("content/tags/zh.fr.md", "broken")
    site.build()
    assert site.tree() == old


def test_check_sees_the_last_good_version_too(published: Site) -> None:
    published.write("content/a.fr.md", "broken")
    assert published.check(now=NOW).lines == published.build().lines


def test_alias_that_was_published_and_goes_is_named(published: Site) -> None:
    published.story("a.fr", body="Bon.", aliases=["/vieux/", "/plus-vieux/"])
    published.build()
    published.story("a.fr", body="Bon.", aliases=["/vieux/"])
    told = published.build().one("address-lost")
    assert "/plus-vieux/" in told.message and told.location.path == "content/a.fr.md"
    assert not published.exists("/plus-vieux/") and published.exists("/vieux/")
