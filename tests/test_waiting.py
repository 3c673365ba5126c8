"""A page that fails while rendering and was never published: nothing new leads to it, until it can be made."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from newsgen.output.manifest import MANIFEST, read_manifest
from support.harness import Built, Site, audit, differences

#: An article's template that fails where a headline says so.
TEMPLATE = """{% extends "theme/article.html" %}
{% block after_body %}{{ super() }}
{% if "Faulty" in article(page.key, page.lang).title %}{{ nonesuch }}{% endif %}
{% endblock %}
"""


def story(site: Site, name: str, title: str = "", **front: object) -> None:
    site.story(f"2023/04/{name}.fr", title=title or f"Titre {name}", slug=name, **front)


@pytest.fixture
def built(site: Site) -> Site:
    site.configure(page_size=2)
    site.write("templates/article.html", TEMPLATE)
    for day in range(1, 6):
        story(site, f"s{day}", date=f"2023-04-{day:02}")
    assert site.build().ids == []
    return site


def dead_links(site: Site) -> list[str]:
    """Links of pages to pages of this site that are not there."""
    return [
        f"{name}: {link}"
        for name in site.tree()
        if name.endswith(".html")
        for link in site.links(f"/{name.removesuffix('index.html')}", "a, link")
        if link.startswith("/") and not site.path(link.partition("#")[0]).exists()
    ]


def is_mended(site: Site) -> None:
    """After the template is mended, all is as a clean build has it."""
    site.remove("templates/article.html")
    built = site.build()
    assert built.lines == [] and built.notes == ()  # a page that moved says address-lost
    assert differences(site.tree(), site.clean_build()) == []
    assert set(read_manifest(site.output / MANIFEST)) == set(site.tree())
    assert audit(site) == []
    again = site.build().result
    assert not again.written and not again.removed and again.rendered == {}


def waits(built: Built) -> str:
    assert [d.id for d in built.errors] == ["template-failed"] and built.result.status() == 1
    (note,) = built.notes
    assert note.id == "pages-wait" and str(note.location) == "templates/article.html:3:59"
    return note.message


def test_what_leads_to_a_new_page_that_fails_keeps_its_last_bytes(built: Site) -> None:
    before = built.tree()
    story(built, "s6", "Faulty", date="2023-04-06")
    result = built.build()
    assert waits(result).endswith(" pages wait for /fr/2023/04/s6/")
    after = built.tree()
    for url in (
        "fr/index.html",
        "fr/europe/index.html",
        "fr/2023/04/s5/index.html",
        "fr/feed.atom",
        "sitemap-2023-04.xml",
        "fr/2023/04/index.html",
    ):
        assert after[url] == before[url], url
    assert "fr/2023/04/s6/index.json" not in after  # it leads there too
    assert "fr/2023/04/06/index.html" not in after
    assert all(after[name] != before.get(name) for name in result.result.written)
    assert dead_links(built) == []
    again = built.build()
    assert waits(again) == waits(result) and built.tree() == after
    is_mended(built)


def test_what_does_not_lead_there_goes_out(built: Site) -> None:
    story(built, "s6", "Faulty", date="2023-04-06")
    story(built, "s1", "Autre", date="2023-04-01", body="Autre.")
    waits(built.build())
    assert "Autre." in built.read("/fr/2023/04/s1/")
    assert built.h1("/fr/2023/04/s1/") == "Autre"
    assert "Autre" in built.read("/fr/europe/page/1/")
    assert dead_links(built) == []
    is_mended(built)


def test_new_pages_that_lead_there_are_not_published(built: Site) -> None:
    story(built, "s6", "Faulty", date="2023-04-06")
    story(built, "s7", date="2023-04-07", tags=["Chine"], body="[[s6]]")  # its neighbour
    story(built, "s8", date="2023-04-08")  # the neighbour of that
    story(built, "s0", date="2023-03-31")  # beside the oldest
    result = built.build()
    waits(result)
    assert not any(built.exists(f"/fr/2023/04/{name}/") for name in ("s6", "s7", "s8"))
    assert not built.exists("/fr/tags/chine/")
    assert built.exists("/fr/2023/03/s0/") or built.exists("/fr/2023/04/s0/")
    assert dead_links(built) == []
    assert set(read_manifest(built.output / MANIFEST)) == set(built.tree())
    is_mended(built)


def test_a_page_that_moves_and_fails_leaves_the_old_one(built: Site) -> None:
    before = built.tree()
    built.story("2023/04/s3.fr", title="Faulty", slug="moved", date="2023-04-03")
    result = built.build()
    waits(result)
    assert built.tree()["fr/2023/04/s3/index.html"] == before["fr/2023/04/s3/index.html"]
    assert "fr/2023/04/s3/index.json" in built.tree()
    assert [name for name in result.result.removed if not name.startswith("fr/recherche/index/")] == []
    assert dead_links(built) == []
    is_mended(built)
    assert not built.exists("/fr/2023/04/s3/") and built.exists("/fr/2023/04/moved/")


def test_a_withdrawn_story_goes_at_once(built: Site) -> None:
    story(built, "s6", "Faulty", date="2023-04-06")
    built.remove("content/2023/04/s2.fr.md")
    result = built.build()
    waits(result)
    assert not built.exists("/fr/2023/04/s2/") and "fr/2023/04/s2/index.html" in result.result.removed
    is_mended(built)


def test_a_published_page_that_fails_holds_nothing_up(built: Site) -> None:
    old = built.read("/fr/2023/04/s5/")
    story(built, "s5", "Faulty", date="2023-04-05")
    result = built.build()
    assert [d.id for d in result.errors] == ["template-failed"] and result.notes == ()
    assert built.read("/fr/2023/04/s5/") == old
    assert "Faulty" in built.read("/fr/")
    is_mended(built)


def test_a_first_build_publishes_what_it_can(site: Site) -> None:
    site.write("templates/corrections.html", "{{ nonesuch }}")
    story(site, "s1", date="2023-04-01")
    result = site.build()
    assert [d.id for d in result.errors] == ["template-failed"] and result.notes == ()
    assert not site.exists("/fr/corrections/") and site.exists("/fr/2023/04/s1/")
    story(site, "s2", date="2023-04-02")  # links to the corrections, as all do
    assert site.build().notes == ()
    assert site.exists("/fr/2023/04/s2/") and "Titre s2" in site.read("/fr/")
    assert differences(site.tree(), site.clean_build()) == []


def mend(site: Site) -> None:
    story(site, "s6", date="2023-04-06")


def give_up(site: Site) -> None:
    site.remove("content/2023/04/s6.fr.md")


def other_output(site: Site) -> None:
    site.build(output=site.root / "other")


@pytest.mark.parametrize("step", [mend, give_up])
@pytest.mark.parametrize("between", [None, other_output])
def test_it_ends_when_the_story_is_mended_or_gone(
    built: Site, step: Callable[[Site], None], between: Callable[[Site], None] | None
) -> None:
    story(built, "s6", "Faulty", date="2023-04-06")
    waits(built.build())
    if between:
        between(built)
    step(built)
    assert built.build().ids == []
    assert differences(built.tree(), built.clean_build()) == []
    is_mended(built)


@pytest.mark.parametrize("lost", ["catalog.sqlite", ""])
def test_without_cache_it_waits_as_well(built: Site, lost: str) -> None:
    story(built, "s6", "Faulty", date="2023-04-06")
    built.build()
    before = built.tree()
    if lost:
        (built.cache / lost).unlink()
    waits(built.build())
    assert built.tree() == before
    is_mended(built)
