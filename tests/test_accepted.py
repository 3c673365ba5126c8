"""`accepted` in newsgen.yaml: what is not shown and does not count, and what cannot be accepted."""

from __future__ import annotations

from typing import Any

import pytest

from newsgen.settings.reading import load
from support.harness import Built, Site

PATH = "content/2023/04/sommet.fr.md"
LINK = {"id": "link-broken", "path": PATH, "why": "the ministry took it off", "until": "2024-01-15"}


@pytest.fixture
def faulty(site: Site) -> Site:
    """A site with a broken link, which is an error, and an unknown key."""
    site.story("2023/04/sommet.fr", slug="sommet", body="[rapport](absent.pdf)", summary="x")
    return site


def accept(site: Site, *entries: dict[str, Any]) -> None:
    site.configure(accepted=list(entries))


def said(built: Built) -> list[str]:
    return [d.id for d in built.diagnostics]


def test_what_is_accepted_is_not_shown_and_does_not_count(faulty: Site) -> None:
    assert said(faulty.build()) == ["key-unknown", "link-broken"]
    accept(faulty, LINK)
    built = faulty.build()
    assert (said(built), [d.id for d in built.result.accepted]) == (["key-unknown"], ["link-broken"])
    assert (built.result.status(), built.result.status(strict=True)) == (0, 1)
    accept(faulty, LINK, LINK | {"id": "key-unknown"})
    assert faulty.build().result.status(strict=True) == 0
    assert faulty.check().result.status(strict=True) == 0


def test_to_accept_something_renders_nothing(faulty: Site) -> None:
    faulty.build()
    before = faulty.tree()
    accept(faulty, LINK)
    built = faulty.build()
    assert not (built.result.rendered or built.result.changed)
    assert faulty.tree() == before == faulty.clean_build()
    again, clean = faulty.build(), faulty.build(clean=True)
    assert again.diagnostics == clean.diagnostics and again.result.accepted == clean.result.accepted


@pytest.mark.parametrize(
    ("change", "is_accepted"),
    [
        ({"path": "content/2023/04/visite.fr.md"}, False),
        ({"path": "content/2023/*"}, True),
        ({"path": "*.en.md"}, False),
        ({"path": "content/2023"}, False),
        ({"id": "reference-broken"}, False),
        ({"about": "absent.pdf"}, True),
        ({"about": "autre.pdf"}, False),
    ],
)
def test_an_entry_matches_by_id_path_and_words(faulty: Site, change: dict[str, str], is_accepted: bool) -> None:
    accept(faulty, LINK | change)
    built = faulty.build()
    assert ("link-broken" in said(built)) is not is_accepted
    assert ("accepted-unused" in said(built)) is not is_accepted


def test_what_matches_nothing_is_told(faulty: Site) -> None:
    accept(faulty, LINK)
    faulty.build()
    faulty.story("2023/04/sommet.fr", slug="sommet", body="Rien.")
    (told,) = faulty.build().diagnostics
    assert (told.id, told.severity, told.location.path) == ("accepted-unused", "warning", "newsgen.yaml")
    lines = (faulty.root / "newsgen.yaml").read_text().splitlines()
    assert "id: link-broken" in lines[told.location.line - 1]


@pytest.mark.parametrize(
    ("now", "is_over"), [("2024-01-15T23:59:00+01:00", False), ("2024-01-15T23:30:00Z", True), ("2025-01-01", True)]
)
def test_what_is_over_counts_again_and_is_told(faulty: Site, now: str, is_over: bool) -> None:
    accept(faulty, LINK)
    faulty.build()
    ids = said(faulty.build(now=now))
    assert ("link-broken" in ids, "accepted-over" in ids) == (is_over, is_over)


@pytest.mark.parametrize("front", [{"date": "16 avril"}, {"categories": ["europ"]}, {"title": None}])
def test_what_leaves_a_file_out_is_not_accepted(site: Site, front: dict[str, Any]) -> None:
    site.story("2023/04/visite.fr", slug="visite")
    site.story("2023/04/sommet.fr", slug="sommet", **front)
    (told,) = site.build().diagnostics
    accept(site, LINK | {"id": told.id})
    built = site.build()
    assert sorted(said(built)) == sorted([told.id, "accepted-refused"]) and built.result.status() == 1
    assert not built.result.accepted and built.result.left_out


def test_a_warning_is_accepted_whose_id_leaves_files_out_elsewhere(site: Site) -> None:
    site.story("2023/04/sommet.fr", slug="sommet", body="Un\x07 mot.")
    assert [(d.id, d.severity) for d in site.build().diagnostics] == [("character-forbidden", "warning")]
    accept(site, LINK | {"id": "character-forbidden"})
    assert not site.build().diagnostics


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("x", "must be a list"),
        ("[x]", "must be a list"),
        ("[{id: link-broken}]", "lacks `path`"),
        ("[{id: link-broken, path: a, until: 2027-01-01}]", "lacks `why`"),
        ("[{id: link-broken, path: a, why: x}]", "lacks `until`"),
        ("[{id: link-brocken, path: a, why: x, until: 2027-01-01}]", "there is no fault `link-brocken`"),
        ("[{id: zzz, path: a, why: x, until: 2027-01-01}]", "there is no fault `zzz`"),
        ("[{id: address-lost, path: a, why: x, until: 2027-01-01}]", "cannot be accepted here"),
        ("[{id: accepted-over, path: a, why: x, until: 2027-01-01}]", "cannot be accepted here"),
        ("[{id: link-broken, path: a, why: x, until: 2027-02-30}]", "`2027-02-30` is no day"),
        ("[{id: link-broken, path: a, why: x, until: 20270101}]", "`20270101` is no day"),
        ("[{id: link-broken, path: a, why: [x], until: 2027-01-01}]", "must be a text"),
    ],
)
@pytest.mark.pure
def test_what_cannot_be_an_entry_is_told(written: str, words: str) -> None:
    text = f"title: A\nurl: https://example.org/\nlanguages: [fr]\naccepted: {written}\n"
    config, (told,) = load(text.encode())
    assert config is None and told.location.line == 4
    assert words in told.message
