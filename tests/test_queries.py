"""Queries: what a page asked is written down, in words that tell two questions apart."""

from __future__ import annotations

import inspect
from typing import Any

import msgspec
import pytest

from newsgen import queries
from newsgen.nouns.model import PageKey
from newsgen.queries import (
    ListingQuery,
    Reader,
    SettingQuery,
    TeaserQuery,
    TermQuery,
    WordQuery,
    query_text,
    text_prefix,
)
from support.harness import Site, article
from test_traces import small_archive

TYPES = list(queries.QUERY_TYPES.values())


@pytest.fixture
def built(site: Site) -> Site:
    small_archive(site)
    site.build()
    return site


@pytest.mark.parametrize("kind", TYPES, ids=lambda kind: kind.__name__)
def test_a_query_is_a_frozen_value(kind: Any) -> None:
    assert issubclass(kind, msgspec.Struct)
    assert kind.__struct_config__.frozen
    assert isinstance(kind.shared, bool)
    for field in msgspec.structs.fields(kind):
        assert field.type in (str, int, PageKey), field.name
    assert inspect.signature(kind.answer).parameters.keys() == {"self", "catalog"}


def texts(site: Site) -> set[str]:
    """Every query of every page."""
    return {text for trace in site.traces().values() for text, _ in trace.asked + trace.shared}


def test_every_query_is_asked_by_a_page_of_the_bundled_theme(built: Site) -> None:
    built.story("fichier.fr", body="[a](/robots.txt)")
    built.build()
    built.publish()
    built.story("2023/04/a1.fr", article("Un", slug="autre"))
    built.configure(paths={"fr": {"corrections": "rectificatifs"}}, redirect_files=["nginx"])
    built.build()
    asked = {text.partition('"')[2].partition('"')[0] for text in texts(built)}
    # `link` is offered to newsrooms' templates; the bundled ones ask for what a page lists, one query at a time.
    assert asked | {"LinkQuery"} == {kind.__name__ for kind in TYPES}


def test_a_page_that_asks_what_another_asked_has_it_in_its_own_trace(built: Site) -> None:
    with built.catalog() as catalog:
        reader = Reader(catalog)
        traces = []
        for _ in range(3):
            reader.begin()
            reader.ask(SettingQuery("title"))
            reader.ask(TeaserQuery("2023/04/a1", "fr"))
            reader.ask(SettingQuery("title"))
            traces.append((reader.asked(), reader.bundle()))
    assert traces[0] == traces[1] == traces[2]
    assert [text for text, _ in traces[0][0]] == ['["TeaserQuery","2023/04/a1","fr"]']
    assert [text for text, _ in traces[0][1]] == ['["SettingQuery","title"]']
    assert traces[0][1] is traces[2][1]


def test_forgotten_answers_are_asked_again_and_are_equal(built: Site) -> None:
    with built.catalog() as catalog:
        reader = Reader(catalog)
        reader.KEPT = 0
        answers = []
        for _ in range(2):
            reader.begin()
            answers.append((reader.ask(TeaserQuery("2023/05/b", "fr")), reader.asked()))
    assert answers[0] == answers[1]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (WordQuery("fr", "tags"), WordQuery("en", "tags")),
        (TermQuery("tag", "a", "fr"), TermQuery("author", "a", "fr")),
        (ListingQuery("tag", "a", "fr", 1), ListingQuery("tag", "a", "fr", 11)),
        (ListingQuery("tag", 'a","b', "fr", 1), ListingQuery("tag", "a", 'b","fr', 1)),
        (queries.SwitchQuery(PageKey("tag", "fr", "x", 0)), queries.AlternatesQuery(PageKey("tag", "fr", "x", 0))),
    ],
)
def test_two_questions_have_two_names(built: Site, one: Any, other: Any) -> None:
    with built.catalog() as catalog:
        reader = Reader(catalog)
        for query in (one, other):
            reader.ask(query)
        assert len(reader.asked() + reader.bundle()) == 2


def test_an_unknown_version_is_a_key_error(built: Site) -> None:
    with built.catalog() as catalog, pytest.raises(KeyError):
        Reader(catalog).ask(queries.ArticleQuery("none", "fr"))


def test_a_list_query_answers_ids_only(built: Site) -> None:
    with built.catalog() as catalog:
        answer = Reader(catalog).ask(ListingQuery("category", "europe", "fr", 0))
    assert answer.entries[0] == ("2023/05/b", "fr")
    assert all(isinstance(part, str) for entry in answer.entries for part in entry)


def test_queries_that_many_pages_ask_are_few() -> None:
    shared = {kind.__name__ for kind in TYPES if kind.shared}
    assert shared == {
        "SettingQuery",
        "WordQuery",
        "PathQuery",
        "MenuQuery",
        "NavigationQuery",
        "CalendarQuery",
        "SitePagesQuery",
    }


def test_a_query_as_text() -> None:
    assert query_text(queries.NewsQuery()) == '["NewsQuery"]'
    assert query_text(TeaserQuery("é\u2028\U0001f600", 'f"r')) == '["TeaserQuery","é\u2028\U0001f600","f\\"r"]'
    switch = queries.SwitchQuery(PageKey("article", "fr", "2023/04/x", 0))
    assert query_text(switch) == '["SwitchQuery","article","fr","2023/04/x",0]'
    assert query_text(ListingQuery("tag", "a", "fr", 11)) == '["ListingQuery","tag","a","fr",11]'


def test_a_prefix_finds_the_queries_that_begin_with_its_values() -> None:
    assert text_prefix("LinkQuery") == '["LinkQuery"'
    assert text_prefix("LinkQuery", "a") == '["LinkQuery","a"'
    assert query_text(queries.LinkQuery("a", "fr")).startswith(text_prefix("LinkQuery", "a"))
    assert not query_text(queries.LinkQuery("a/b", "fr")).startswith(text_prefix("LinkQuery", "a"))
    assert not query_text(queries.LinkQuery('a"', "fr")).startswith(text_prefix("LinkQuery", "a"))
