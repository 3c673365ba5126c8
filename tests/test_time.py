"""Now, embargo, expiry, time zones and the ends of time (CONTENT.md §6)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from newsgen import pipeline
from newsgen.nouns.diagnostics import NewsgenError
from newsgen.pipeline import Request
from support.harness import PIXEL, Site, article


def secret(site: Site, **front: object) -> None:
    site.write("content/s.png", PIXEL)
    site.story(
        "s.fr",
        title="Secrettitle",
        slug="secretslug",
        tags=["Secrettag"],
        authors=["Secretauthor"],
        image={"src": "s.png", "alt": "secretalt"},
        body="Secretbody",
        aliases=["/secretalias/"],
        **front,
    )
    site.story("a.fr", title="Public", date="2023-01-01", body="[[s]]\n\nVoir [[s]] et [[s|ces mots]].", related=["s"])


@pytest.mark.parametrize(
    "front",
    [
        {"date": "2024-01-16"},
        {"publish": "2024-01-15 12:00:01"},
        {"publish": "2024-01-15T11:00:01Z"},
        {"draft": True},
        {"expires": "2024-01-15"},
        {"expires": "2024-01-15 12:00"},
        {"date": "2024-01-15 12:01"},
    ],
    ids=str,
)
def test_what_is_not_published_appears_nowhere(site: Site, front: dict[str, object]) -> None:
    secret(site, **front)
    built = site.build()
    assert "secret" not in site.text().casefold()
    assert [d.severity for d in built.diagnostics] == ["note"] * len(built.find("reference-unpublished"))
    text = site.main("/fr/2023/01/public/").text()
    assert "ces mots" in text
    assert "Voir un autre article" in " ".join(text.split())
    assert site.links("/fr/2023/01/public/", "[itemprop=articleBody] a") == []


@pytest.mark.parametrize(
    "front", [{"date": "2024-01-15"}, {"publish": "2024-01-15 12:00"}, {"expires": "2024-01-15 12:01"}], ids=str
)
def test_what_is_due_is_published_and_linked(site: Site, front: dict[str, object]) -> None:
    secret(site, **front)
    assert site.build().ids == []
    (url,) = site.links("/fr/2023/01/public/", "[itemprop=articleBody] p:first-child a")
    assert url.endswith("/secretslug/")
    assert site.exists("/secretalias/")


def test_links_appear_when_the_time_comes(site: Site) -> None:
    secret(site, date="2024-02-01")
    site.build()
    assert site.links("/fr/2023/01/public/", "[itemprop=articleBody] a") == []
    site.build(now="2024-02-01T00:00:00+01:00")
    assert set(site.links("/fr/2023/01/public/", "[itemprop=articleBody] a")) == {"/fr/2024/02/secretslug/"}


def test_expired_article_goes_and_stands_in_the_report(site: Site) -> None:
    site.story("a.fr", expires="2024-01-20")
    site.build()
    assert site.exists("/fr/2023/04/sommet/")
    built = site.build(now="2024-01-20T00:00:00+01:00")
    assert not site.exists("/fr/2023/04/sommet/")
    assert built.result.counts["expired"] == 1
    found = built.one("address-lost")
    assert "/fr/2023/04/sommet/" in found.message
    assert "expired" in found.message
    # As planned: no fault of anybody's, so no reason for CI to fail.
    assert found.severity == "note" and built.result.status(strict=True) == 0


def test_the_build_says_when_the_next_is_due(site: Site) -> None:
    site.story("a.fr", title="A", date="2024-03-01")
    site.story("b.fr", title="B", publish="2024-02-01 09:30")
    site.story("c.fr", title="C", expires="2024-07-01")
    site.story("d.fr", title="D", date="2024-05-01", draft=True)
    site.story("e.fr", title="E", expires="2020-01-01")
    due = [(d.kind, d.at, d.path) for d in site.build().result.due]
    assert due == [
        ("publish", "2024-02-01T09:30:00+01:00", "content/b.fr.md"),
        ("publish", "2024-03-01T00:00:00+01:00", "content/a.fr.md"),
        ("expires", "2024-07-01T00:00:00+02:00", "content/c.fr.md"),
    ]
    assert [d.path for d in pipeline.due(Request(site.root, now="2024-01-15"))] == [path for _, _, path in due]


@pytest.mark.parametrize(
    ("now", "there"),
    [
        ("2024-01-15T10:59:59Z", False),
        ("2024-01-15T11:00:00Z", True),
        ("2024-01-15T12:00:00", True),
        ("2024-01-15", False),
        ("2024-01-16", True),
    ],
)
def test_now_without_an_offset_is_in_the_sites_zone(site: Site, now: str, there: bool) -> None:
    site.story("a.fr", publish="2024-01-15 12:00")
    site.build(now=now)
    assert site.exists("/fr/2023/04/sommet/") == there


def test_a_now_that_is_no_time_is_refused(site: Site) -> None:
    with pytest.raises(NewsgenError, match="`demain` is not a time"):
        site.build(now="demain")


def test_a_date_without_a_time_is_shown_and_marked_up_without_one(site: Site) -> None:
    site.story("a.fr", title="Jour")
    site.story("b.fr", title="Heure", date="2023-04-16T18:05:00+00:00")
    site.build()
    day, hour = (site.main(f"/fr/2023/04/{slug}/").css_first("time[datetime]") for slug in ("jour", "heure"))
    assert (day.attributes["datetime"], day.text()) == ("2023-04-16", "16 avril 2023")
    assert hour.attributes["datetime"] == "2023-04-16T20:05:00+02:00", "in the site's zone"
    assert "20:05" in hour.text()
    assert '"datePublished": "2023-04-16"' in site.read("/fr/2023/04/jour/")
    assert site.entries("/fr/europe/") == ["/fr/2023/04/heure/", "/fr/2023/04/jour/"], "it sorts at 00:00"


def test_day_month_and_year_are_those_of_the_sites_zone(site: Site) -> None:
    site.story("a.fr", date="2022-12-31T23:30:00Z")
    site.build()
    assert site.entries("/fr/2023/01/01/") == ["/fr/2023/01/sommet/"]
    assert not site.exists("/fr/2022/")


@pytest.mark.parametrize(
    ("updated", "ids"),
    [
        ("2023-04-15", ["date-order"]),
        ("2023-04-16", []),
        ("2023-04-16 17:00", ["date-order"]),
        ("2023-04-17", []),
        ("2024-01-16", ["date-future"]),
    ],
)
def test_updated_lies_between_date_and_now(site: Site, updated: str, ids: list[str]) -> None:
    site.story("a.fr", date="2023-04-16 18:00", updated=updated)
    built = site.build()
    assert built.ids == ids
    assert site.exists("/fr/2023/04/sommet/") == ("date-order" not in ids), "an error of the file itself leaves it out"
    if ids:
        assert str(built.diagnostics[0].location) == "content/a.fr.md:5:10"


def test_updated_before_a_date_that_the_other_version_gives_drops_only_updated(site: Site) -> None:
    site.story("a.en", title="A", date="2023-04-16")
    site.story("a.fr", title="B", date=None, updated="2023-04-15")
    assert str(site.build().one("date-order").location) == "content/a.fr.md:4:10"
    assert "dateModified" not in site.read("/fr/2023/04/b/")


@pytest.mark.parametrize(
    ("front", "place", "message"),
    [
        ({"date": "0226-11-20"}, "3:7", "`date` lies in the year 0226"),
        ({"date": "1026-11-20 18:05+01:00"}, "3:7", "`date` lies in the year 1026"),
        ({"date": "1604-12-31"}, "3:7", "`date` lies in the year 1604"),
        ({"publish": "1024-01-01"}, "5:10", "`publish` lies in the year 1024"),
        ({"corrections": [{"date": "0203-04-17", "text": "Non."}]}, "5:22", "`date` lies in the year 0203"),
    ],
)
def test_a_date_before_there_were_newspapers_is_told_and_done(
    site: Site, front: dict[str, Any], place: str, message: str
) -> None:
    site.story("a.fr", **front)
    told = site.build().one("date-early")
    assert (str(told.location), str(told.severity)) == (f"content/a.fr.md:{place}", "warning")
    assert told.message.startswith(message)
    assert any(site.exists(f"/fr/{day}/sommet/") for day in ("2023/04", "0226/11", "1026/11", "1604/12"))
    site.story("a.fr", date="1605-01-01", publish="1605-01-01")
    assert not site.build().find("date-early")


def test_updated_before_there_were_newspapers_is_told_beside_its_order(site: Site) -> None:
    site.story("a.fr", updated="0203-04-17")
    assert site.build().ids == ["date-early", "date-order"]


def test_days_are_compared_where_one_has_no_time(site: Site) -> None:
    site.story("a.fr", date="2023-04-16 18:00", updated="2023-04-16")
    site.story("b.fr", title="B", date="2023-04-16", updated="2023-04-16 00:00")
    site.story("c.fr", title="C", date="2023-04-16T23:30:00Z", updated="2023-04-16")  # 17 April in Paris
    assert [d.location.path for d in site.build().find("date-order")] == ["content/c.fr.md"]


def test_a_local_time_that_does_not_exist_is_read_with_the_offset_before_the_change(site: Site) -> None:
    site.story("a.fr", date="2023-03-26 02:30")
    site.story("b.fr", title="B", date="2023-10-29 02:30")  # this one exists twice
    found = site.build().one("time-nonexistent")
    assert (str(found.location), found.severity) == ("content/a.fr.md:3:7", "warning")
    assert "`2023-03-26 02:30" in found.message
    # 02:30 with +01:00 is 01:30 UTC, which Paris calls 03:30.
    time = site.main("/fr/2023/03/sommet/").css_first("time[datetime]").attributes["datetime"]
    assert datetime.fromisoformat(time).astimezone(UTC).isoformat() == "2023-03-26T01:30:00+00:00"


def test_years_1_and_9999(site: Site) -> None:
    site.story("a.fr", title="Un", date="0001-01-01")
    site.story("b.fr", title="Deux", date="0001-01-01T00:00:00+00:00")
    site.story("c.fr", title="Trois", date="0999-12-31 23:59")
    site.story("d.fr", title="Loin", date="9999-12-31 23:59")
    site.story("e.fr", title="Expire", date="2020-01-01", expires="9999-12-31")
    built = site.build()
    assert built.ids == ["date-early"] * 3
    assert site.entries("/fr/en-continu/") == [
        "/fr/2020/01/expire/",
        "/fr/0999/12/trois/",
        "/fr/0001/01/deux/",
        "/fr/0001/01/un/",
    ]
    assert site.exists("/fr/0001/01/01/")
    assert [d.at[:4] for d in built.result.due] == ["9999", "9999"]
    assert site.tree() == site.clean_build()


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Niue", "Asia/Kathmandu", "UTC"])
def test_the_ends_of_time_in_any_zone(site: Site, zone: str) -> None:
    site.configure(timezone=zone)
    for n, date in enumerate(("0001-01-01T00:00:00+00:00", "0001-01-01", "9999-12-31 23:59", "9999-12-31T23:59:59Z")):
        site.story(f"{n}.fr", title=f"T{n}", date=date, updated=date)
    built = site.build()
    assert built.errors == []


def test_no_page_holds_the_time_of_its_build(site: Site) -> None:
    site.story("a.fr")
    site.build(now="2024-01-15T12:00:00+01:00")
    old = site.tree()
    assert not site.build(now="2029-09-09T12:00:00+01:00").result.written
    assert site.tree() == old


def test_dates_before_standard_time_have_offsets_of_minutes(site: Site) -> None:
    site.write("content/a.fr.md", article(title="A", date="0001-01-01"))
    site.build()
    assert "<published>0001-01-01T00:00:00+00:09</published>" in site.read("/fr/feed.atom")


def test_a_correction_of_the_future_is_a_warning(site: Site) -> None:
    site.write("content/a.fr.md", article(title="A", corrections=[{"date": "2099-01-01", "text": "Plus tard"}]))
    assert site.build().find("date-future")
