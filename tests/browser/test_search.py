"""Search in a browser: by words with accents and without, by keys alone, with filters, without a script."""

from __future__ import annotations

import gzip
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, Page

from support.chromium import SHIFTS, Reader
from support.harness import Site, article
from support.sample import Sample
from support.searching import SEARCH
from support.static_server import serving

Read = Callable[..., Reader]
#: A first query, all that it transfers (issue: under 300 KB for 20,000 articles; here a part of them).
FIRST_QUERY_BYTES = 300_000


def ask(page: Page, query: str) -> None:
    page.locator("#SearchField").fill(query)
    page.keyboard.press("Enter")
    answered(page)


def answered(page: Page) -> None:
    """Waits until the query of the address is answered."""
    page.wait_for_function(
        "() => { const text = document.getElementById('SearchStatus').textContent;"
        " const data = JSON.parse(document.getElementById('SearchData').textContent);"
        " return text && text !== data.words.loading; }"
    )


def results(page: Page) -> list[str]:
    """The paths of the results that are shown, in order."""
    links = page.locator("#SearchResults h2 a").all()
    return [urlsplit(link.get_attribute("href") or "").path for link in links]


def number(page: Page) -> int:
    """What the page says of how many there are."""
    found = re.search(r"\d+", page.locator("#SearchStatus").inner_text())
    return int(found[0]) if found else 0


@pytest.mark.parametrize(("lang", "words"), [("fr", ("élection", "election", "ÉLECTIONS")), ("en", ("election",))])
def test_words_are_found_with_accents_and_without(read: Read, lang: str, words: tuple[str, ...]) -> None:
    reader = read()
    found = []
    for word in words:
        page = reader.open(SEARCH[lang])
        ask(page, word)
        assert number(page) >= len(results(page)) > 0
        assert all(url.startswith(f"/{lang}/") for url in results(page)), "languages are mixed"
        marks = page.locator("#SearchResults mark").all_inner_texts()
        assert marks and all(mark.casefold().replace("é", "e").startswith("election") for mark in marks)
        found.append(set(results(page)))
    assert len(found[0]) > 1 and all(urls == found[0] for urls in found[:2])


def test_a_search_has_an_address_and_a_history(read: Read) -> None:
    reader = read()
    page = reader.open("/fr/recherche/?q=sommet&sort=oldest")
    answered(page)
    assert page.locator("#SearchField").input_value() == "sommet"
    assert page.locator("#SearchSort").input_value() == "oldest"
    first = results(page)
    assert first and page.title().startswith("sommet")
    dates = page.locator("#SearchResults time").evaluate_all("all => all.map(one => one.dateTime)")
    assert dates == sorted(dates)
    ask(page, "otan")
    assert parse_qs(urlsplit(page.url).query) == {"q": ["otan"], "sort": ["oldest"]}
    assert results(page) != first
    page.go_back()
    page.wait_for_function("() => document.getElementById('SearchField').value === 'sommet'")
    answered(page)
    assert results(page) == first
    page.go_forward()
    page.wait_for_function("() => document.getElementById('SearchField').value === 'otan'")


def test_filters_and_orders(read: Read) -> None:
    page = read().open("/fr/recherche/?q=la")
    answered(page)
    everything = number(page)
    page.locator("#SearchSection").select_option("europe")
    page.wait_for_url("**section=europe*")
    answered(page)
    assert 0 < number(page) < everything
    in_europe = number(page)
    page.locator("#SearchFrom").select_option("2023")
    page.locator("#SearchTo").select_option("2023")
    page.wait_for_url("**to=2023*")
    answered(page)
    assert 0 < number(page) < in_europe
    assert all("/2023/" in url for url in results(page))
    page.locator("#SearchSort").select_option("newest")
    page.wait_for_url("**sort=newest*")
    answered(page)
    dates = page.locator("#SearchResults time").evaluate_all("all => all.map(one => one.dateTime.slice(0, 10))")
    assert dates == sorted(dates, reverse=True)


def test_by_keys_alone(read: Read) -> None:
    page = read().open("/fr/recherche/")
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == "SearchField":
            break
    page.keyboard.type("la")
    page.keyboard.press("Enter")
    answered(page)
    assert page.evaluate("document.activeElement.id") == "SearchField"
    links = page.locator("#SearchResults h2 a")
    page.keyboard.press("ArrowDown")
    assert links.nth(0).evaluate("one => one === document.activeElement")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    assert links.nth(1).evaluate("one => one === document.activeElement")
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.id") == "SearchField"
    assert links.count() == 10
    page.locator("#SearchMore").press("Enter")
    page.wait_for_function("() => document.querySelectorAll('#SearchResults li').length > 10")
    assert links.nth(10).evaluate("one => one === document.activeElement"), "the first new result has the focus"
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/fr/\d{4}/"))
    page.go_back()
    page.wait_for_function("() => document.querySelectorAll('#SearchResults li').length > 10")


def test_what_is_nowhere_is_said_so(read: Read) -> None:
    page = read().open("/en/search/")
    ask(page, "xylophone zeppelin")
    assert results(page) == [] and page.locator("#SearchMore").is_hidden()
    assert page.locator("#SearchStatus").get_attribute("role") == "status"
    assert "No article" in page.locator("#SearchStatus").inner_text()
    ask(page, "<b>&\"'")
    assert page.locator("#SearchResults b").count() == 0


def test_the_beginning_of_a_word_finds_it_where_nothing_else_does(read: Read) -> None:
    page = read().open("/fr/recherche/")
    ask(page, "parlem")
    assert results(page)


def test_without_a_script_the_page_leads_on(read: Read) -> None:
    page = read(java_script_enabled=False).open("/fr/recherche/?q=sommet")
    assert page.locator("#Search").is_hidden() and page.locator(".search-no-script").is_visible()
    for url in ("/fr/europe/", "/fr/2023/", "/fr/tags/"):
        assert page.locator(f"main a[href='{url}']").first.is_visible()


def test_the_form_of_another_page_leads_to_results(read: Read, sample: Sample) -> None:
    reader = read()
    page = reader.open("/fr/recherche/")
    page.evaluate(
        "() => { const form = document.createElement('form'); form.action = '/fr/recherche/';"
        " form.innerHTML = '<input name=q value=sommet>'; document.body.append(form); form.submit(); }"
    )
    page.wait_for_url("**?q=sommet")
    answered(page)
    assert results(page)


def test_an_index_that_cannot_be_loaded_is_said_so_and_tried_again(read: Read) -> None:
    reader = read()
    page = reader.open("/fr/recherche/")
    page.route("**/index/**", lambda route: route.abort())
    ask(page, "sommet")
    retry = page.locator("#SearchStatus + button")
    assert retry.is_visible()
    page.unroute("**/index/**")
    retry.press("Enter")
    page.locator("#SearchResults li").first.wait_for()
    reader.forgive("failed", "console")
    assert page.evaluate("document.activeElement.id") == "SearchField" and results(page)


# ---- a site of its own: larger, and built anew while somebody searches
#: Titles and texts that are searched for in odd ways.
ODD = {
    "points": ("L'O.N.U. appelle", "Le R&D, dit l'un d'eux, est \"prêt\" : oui !"),
    "onu": ("L’ONU répond", "Rien."),
    "pont": ("Un pont", "他说桥开了。\n\n|Nom|Voix|\n|-|-|\n|Ana|12|\n|Bea|9|\n"),
}


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Site:
    site = Site(tmp_path_factory.mktemp("search") / "site-folder")
    for n in range(400):
        text = " ".join(f"mot{n % k} phrase{n * k % 997}" for k in range(2, 60))
        body = f"Une élection {'rare' if n % 40 == 0 else ''} a lieu. {text}"
        site.write(f"content/a{n}.fr.md", article(f"Titre {n}", f"{2004 + n % 20}-04-{n % 28 + 1:02}", body=body))
    for name, (title, body) in ODD.items():
        site.write(f"content/{name}.fr.md", article(title, "2023-05-01", slug=name, body=body))
    site.build()
    return site


@pytest.fixture
def served(browser: Browser, large: Site) -> Iterator[tuple[Reader, Any]]:
    with serving(large.output) as server:
        reader = Reader(browser, server.address)
        yield reader, server
        reader.close()
        assert not reader.wrong


def test_a_first_query_is_small_and_stays_on_the_site(served: tuple[Reader, Any], large: Site) -> None:
    reader, _ = served
    page = reader.open("/fr/recherche/")
    ask(page, "élection rare")
    assert number(page) == 10
    paths = {urlsplit(request.url).path for request in reader.requests}
    files = [large.path(path) for path in paths]
    assert sum(len(gzip.compress(file.read_bytes())) for file in files) < FIRST_QUERY_BYTES
    assert sum(file.stat().st_size for file in files) < FIRST_QUERY_BYTES
    assert page.evaluate("document.cookie") == "" and page.evaluate("localStorage.length") == 0


def test_an_index_that_was_built_anew_is_read_anew(served: tuple[Reader, Any], large: Site, tmp_path: Path) -> None:
    reader, _ = served
    page = reader.open("/fr/recherche/")
    ask(page, "élection")
    assert number(page) == 400
    large.story("a1.fr", title="Une gazelle", date="2005-04-02", body="Nouvelle.")
    large.build()
    ask(page, "phrase7")  # of files that the page has not read yet, in a folder that is gone
    assert number(page) > 0
    ask(page, "gazelle")
    assert results(page) == ["/fr/2005/04/une-gazelle/"]
    reader.forgive("404")


def test_without_a_network_what_was_read_is_still_found(served: tuple[Reader, Any]) -> None:
    reader, _ = served
    page = reader.open("/fr/recherche/")
    ask(page, "rare")
    before = results(page)
    reader.context.set_offline(True)
    ask(page, "élection rare")
    assert "?q=%C3%A9lection+rare" in page.url
    reader.context.set_offline(False)
    assert len(before) == 10
    reader.forgive("ERR_INTERNET_DISCONNECTED", "console")


def marks(page: Page) -> list[str]:
    return page.locator("#SearchResults mark").all_inner_texts()


@pytest.mark.parametrize("query", ["O.N.U.", "o.n.u", "ONU", "L'O.N.U."])
def test_letters_with_points_are_a_word(served: tuple[Reader, Any], query: str) -> None:
    page = served[0].open("/fr/recherche/")
    ask(page, query)
    assert {url.split("/")[-2] for url in results(page)} == {"points", "onu"}
    assert {"O.N.U", "ONU"} <= set(marks(page))
    ask(page, "R&D")
    assert [url.split("/")[-2] for url in results(page)] == ["points"] and "R&D" in marks(page)


@pytest.mark.parametrize("query", [*"他说桥开了", "桥开", "桥开了", "他说桥开了"])
def test_characters_of_a_script_without_spaces_are_found_and_marked_alone(
    served: tuple[Reader, Any], query: str
) -> None:
    page = served[0].open("/fr/recherche/")
    ask(page, query)
    assert [url.split("/")[-2] for url in results(page)] == ["pont"]
    assert marks(page) == [query]


def test_excerpts_are_set_as_texts_are(served: tuple[Reader, Any]) -> None:
    page = served[0].open("/fr/recherche/")
    ask(page, "R&D")
    said = page.locator(".search-excerpt").text_content()
    assert said == "Le R&D, dit l’un d’eux, est «\u00a0prêt\u00a0»\u00a0: oui\u202f!"
    ask(page, "voix")
    assert "Nom Voix · Ana 12 · Bea 9" in (page.locator(".search-excerpt").text_content() or "")


def test_years_in_the_wrong_order_are_a_period_all_the_same(served: tuple[Reader, Any]) -> None:
    page = served[0].open("/fr/recherche/?q=rare&from=2012&to=2004")
    answered(page)
    wrong = results(page)
    page.goto(page.url.replace("from=2012&to=2004", "from=2004&to=2012"))
    answered(page)
    assert wrong == results(page) and wrong


@pytest.mark.parametrize("body", ["<!doctype html>\n<p>Log in\n", "", "mot0 !", "not found\nat all\n"])
def test_an_answer_that_is_no_index_is_not_taken_for_one(served: tuple[Reader, Any], body: str) -> None:
    reader, _ = served
    page = reader.open("/fr/recherche/")
    page.route("**/*.txt", lambda route: route.fulfill(status=200, content_type="text/html", body=body))
    ask(page, "rare")
    assert results(page) == [] and "n’a pas pu être chargé" in page.locator("#SearchStatus").inner_text()
    assert page.locator("#SearchStatus + button").is_visible()
    page.unroute("**/*.txt")
    reader.forgive("console")


@pytest.mark.parametrize("query", ["rare", "xylophone", ""])
@pytest.mark.parametrize("width", [390, 1280])
def test_nothing_shifts_when_results_come_late(browser: Browser, large: Site, query: str, width: int) -> None:
    with serving(large.output) as server:
        reader = Reader(browser, server.address, viewport={"width": width, "height": 800})
        reader.context.add_init_script(SHIFTS)
        reader.page.route("**/index/**", lambda route: (time.sleep(0.02), route.continue_()))
        page = reader.open(f"/fr/recherche/?q={query}")
        if query:
            answered(page)
        page.wait_for_timeout(100)
        assert page.evaluate("shifts") == []
        assert page.locator(".search-browse").is_visible() == (query != "rare")
        reader.close()
        assert not reader.wrong


def test_what_leads_on_is_there_where_no_script_comes(read: Read) -> None:
    reader = read()
    reader.page.route("**/search.js", lambda route: route.abort())
    page = reader.open("/fr/recherche/")
    page.locator(".search-browse").wait_for(state="visible")
    reader.forgive("failed", "console", "search.js")
