"""The sample archive in a browser: what readers of every kind of page must find, whatever they read it with.

What the theme promises to these tests: the body's class `kind-…`, `main`, a `.skip-link`, and a switch of languages
whose links stand in `.languages` with `hreflang`. A test looks at all kinds and languages and tells all faults at once.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page

from support.chromium import SHIFTS, Reader
from support.looking import LAPTOP, NARROW, PHONE, READ_TO_THE_END, STICKS_OUT, bare, none_of, printed
from support.sample import Sample, SamplePage
from support.static_server import StaticServer

Read = Callable[..., Reader]

#: How pages are laid out: a name, the window, and the size of text that the reader set in the browser.
SIZES = [
    ("320 pixels", NARROW, 16),
    ("200 % zoom", {"width": 640, "height": 450}, 16),
    ("text of twice the size", LAPTOP, 32),
    ("a very wide window", {"width": 2560, "height": 1300}, 16),
]
#: An article without pictures, compressed, with all that it asks for: bytes and requests.
WEIGHT_BYTES, WEIGHT_REQUESTS = 30_000, 6

#: Colours of the page and of its text as red, green, blue: whatever the notation, a canvas knows.
COLOURS = """
() => {
  const context = new OffscreenCanvas(1, 1).getContext('2d', {willReadFrequently: true});
  const rgb = colour => {
    context.clearRect(0, 0, 1, 1);
    context.fillStyle = colour;
    context.fillRect(0, 0, 1, 1);
    return [...context.getImageData(0, 0, 1, 1).data];
  };
  const ground = [document.body, document.documentElement].map(e => rgb(getComputedStyle(e).backgroundColor))
    .find(colour => colour[3]) ?? rgb('Canvas');
  return {ground, text: rgb(getComputedStyle(document.querySelector('main')).color)};
}
"""
#: The element with the focus: what it is, whether its focus is seen, whether it is in the window and on top.
FOCUSED = """
() => {
  const e = document.activeElement;
  if (!e || e === document.body || e === document.documentElement) return null;
  const style = getComputedStyle(e), boxes = [...e.getClientRects()], first = boxes[0] ?? e.getBoundingClientRect();
  const isSeen = (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2) || style.boxShadow !== 'none';
  const inWindow = boxes.some(
    b => b.width > 1 && b.bottom > 0 && b.top < innerHeight && b.right > 0 && b.left < innerWidth);
  const at = document.elementFromPoint(first.left + first.width / 2, first.top + first.height / 2);
  return {
    name: `${e.localName}.${e.className} ${(e.textContent || e.getAttribute('aria-label') || '').trim().slice(0, 40)}`,
    isSeen, inWindow, isOnTop: !at || e.contains(at) || at.contains(e) || e.labels?.[0]?.contains(at) || false,
    isSkipLink: e.matches('.skip-link'), inMain: !!e.closest('main'),
  };
}
"""
#: What moves although the reader asked for rest (WCAG 2.3.3): animations, and transitions of more than colours.
MOVES = """
() => {
  const found = document.getAnimations().map(a => `an animation of ${a.effect?.target?.localName}`);
  if (getComputedStyle(document.documentElement).scrollBehavior === 'smooth') found.push('scrolls smoothly');
  for (const e of document.querySelectorAll('*')) {
    const style = getComputedStyle(e), seconds = style.transitionDuration.split(', ').map(parseFloat);
    style.transitionProperty.split(', ').forEach((name, n) => {
      if (seconds[n % seconds.length] > 0.01 && !/color|opacity|outline|shadow|decoration|fill|stroke/.test(name))
        found.push(`${e.localName}.${e.className}: a transition of ${name}`);
    });
    if (e.localName === 'video' && e.autoplay) found.push('a video that plays by itself');
  }
  return found;
}
"""
#: Current entries of menus that look like the entries beside them: forced colours take shadows and grounds away.
UNMARKED = """
() => [...document.querySelectorAll('ul > li > [aria-current]')].filter(e => {
  const looks = one => ['borderStyle', 'borderWidth', 'outlineStyle', 'textDecorationLine', 'fontWeight', 'fontStyle']
    .map(name => getComputedStyle(one)[name]).join();
  const beside = [...e.closest('ul').querySelectorAll('li > :not([aria-current])')];
  return e.getClientRects().length && beside.some(one => looks(one) === looks(e));
}).map(e => e.textContent.trim())
"""


def luminance(colour: list[int]) -> float:
    """Relative luminance, 0 to 1 (WCAG 2.2, definition of relative luminance)."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (v / 255 for v in colour[:3])]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: list[int], two: list[int]) -> float:
    light, dark = sorted((luminance(one), luminance(two)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


# ---- no fault anywhere
def test_every_kind_of_page_loads_without_a_fault(sample: Sample, read: Read) -> None:
    """No console error, no failed request, no request elsewhere, no violation of the policy, no cookie."""
    reader = read()
    for page in sample.all_that_differs():
        reader.open(page.url)
    assert reader.context.cookies() == []


def test_an_address_that_does_not_exist_answers_404_with_the_page_for_it(read: Read) -> None:
    reader = read()
    page = reader.open("/fr/nowhere/")
    assert page.locator("body.kind-not-found").count() == 1
    reader.forgive("404")


def test_a_request_elsewhere_would_be_seen(read: Read) -> None:
    """The tests of this folder see what they say they see."""
    reader = read()
    page = reader.open("/fr/")
    page.evaluate("console.error('this one')")
    page.evaluate("fetch('http://127.0.0.2:65000/x').catch(() => 0)")
    assert any("this one" in line for line in reader.wrong)
    page.wait_for_timeout(200)
    assert any("127.0.0.2" in line for line in reader.wrong)
    reader.forgive("this one", "127.0.0.2", "Failed to load resource")


# ---- without JavaScript
def test_every_kind_of_page_is_read_without_javascript(sample: Sample, read: Read) -> None:
    reader, faults = read(java_script_enabled=False), []
    for shown in sample.all_that_differs():
        page = reader.open(shown.url)
        if not page.locator("h1").first.is_visible():
            faults.append(f"{shown.url}: its headline is not seen")
        if len(page.locator("main").inner_text()) < 20:
            faults.append(f"{shown.url}: there is nothing to read")
        faults += [
            f"{shown.url}: `{control.get_attribute('name')}` is there, but does nothing without JavaScript"
            for control in page.locator("main button, main input, main select").all()
            if control.is_visible() and not control.locator("xpath=ancestor::form[@action]").count()
        ]
    none_of(faults)


def test_links_are_followed_without_javascript(sample: Sample, read: Read) -> None:
    reader = read(java_script_enabled=False)
    for home in sample.of("home"):
        reader.open(home.url)
        for kind in ("article", "home", "category"):
            selector = {"article": "main h2 a, main h3 a", "home": ".site-title a, header a[href]", "category": "nav a"}
            reader.page.locator(selector[kind]).first.click()
            reader.page.wait_for_load_state()
            assert reader.page.locator("h1").first.is_visible(), reader.path()


# ---- languages
def switches(page: Page) -> dict[str, str]:
    """Language to address, of the links of the switch."""
    links = page.locator(".languages a[hreflang]").all()
    return {str(link.get_attribute("hreflang")): str(link.get_attribute("href")) for link in links}


def test_the_language_switch_leads_to_the_counterpart_and_back(sample: Sample, read: Read) -> None:
    reader, faults = read(), list[str]()
    bilingual = {kind for kind in sample.kinds if len({page.lang for page in sample.of(kind)}) > 1}
    assert len(bilingual) > 10
    for shown in sample.one_of_each():
        if shown.kind not in bilingual:
            continue
        there = {
            lang: urlsplit(url).path
            for lang, url in shown.alternates().items()
            if lang not in ("x-default", shown.lang)
        }
        links = switches(reader.open(shown.url))
        if not links:
            faults.append(f"{shown.url}: has no switch of languages")
        for lang, href in links.items():
            page = reader.open(shown.url)
            page.locator(f".languages a[hreflang={lang}]").click()
            page.wait_for_load_state()
            if page.locator(f"html[lang={lang}]").count() != 1:
                faults.append(f"{shown.url}: the switch to {lang} leads to another language, at {href}")
            if lang not in there:
                continue
            if reader.path() != there[lang]:
                faults.append(f"{shown.url}: the switch leads to {reader.path()}, its head says {there[lang]}")
            if page.locator(f"body.kind-{shown.kind}").count() != 1:
                faults.append(f"{shown.url}: the switch leads to another kind of page, {reader.path()}")
            if switches(page).get(shown.lang) != shown.url:
                faults.append(f"{reader.path()}: the switch does not lead back to {shown.url}")
    none_of(faults)


def test_the_choice_of_languages_leads_to_every_home(sample: Sample, read: Read) -> None:
    reader = read()
    for home in sample.of("home"):
        reader.open("/").locator(f"main a[hreflang={home.lang}]").first.click()
        reader.page.wait_for_load_state()
        assert reader.path() == home.url


# ---- colours
def test_dark_mode_changes_the_colours_and_keeps_the_contrast(sample: Sample, read: Read) -> None:
    """axe looks at every element (test_axe.py); this is about the page as a whole."""
    reader, faults = read(), []
    for shown in sample.one_of_each():
        page = reader.open(shown.url)
        seen: dict[str, Any] = {}
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            seen[scheme] = page.evaluate(COLOURS)
            if contrast(seen[scheme]["ground"], seen[scheme]["text"]) < 7:
                faults.append(f"{shown.url}: {scheme}: the text has a contrast below 7")
        if luminance(seen["light"]["ground"]) < 0.7 or luminance(seen["dark"]["ground"]) > 0.1:
            faults.append(f"{shown.url}: its ground is {seen}")
    none_of(faults)


def test_forced_colours_are_obeyed(sample: Sample, read: Read) -> None:
    """The reader's own few colours (Windows' contrast themes): text, links and the focus must be seen in them."""
    reader, faults = read(forced_colors="active"), []
    for shown in sample.one_of_each():
        page = reader.open(shown.url)
        colours = page.evaluate(COLOURS)
        if contrast(colours["ground"], colours["text"]) < 7:
            faults.append(f"{shown.url}: the text has a contrast below 7")
        refused = page.evaluate(
            "[...document.querySelectorAll('*')].filter(e => getComputedStyle(e).forcedColorAdjust === 'none'"
            " && e.matches(':not(svg *)')).map(e => e.localName)"
        )
        faults += [f"{shown.url}: {name} refuses the reader's colours" for name in refused]
        faults += [f"{shown.url}: nothing marks the current {name!r}" for name in page.evaluate(UNMARKED)]
        page.keyboard.press("Tab")
        focus = page.evaluate(FOCUSED)
        if focus and not focus["isSeen"]:
            faults.append(f"{shown.url}: no focus is seen on {focus['name']}")
    none_of(faults)


# ---- sizes
def test_nothing_scrolls_sideways(sample: Sample, read: Read) -> None:
    """WCAG 2.2, 1.4.10 (320 pixels) and 1.4.4 (200 % zoom, which leaves half the pixels; text of twice the size)."""
    reader, faults = read(), []
    session = reader.context.new_cdp_session(reader.page)
    for shown in sample.all_that_differs():
        reader.open(shown.url)
        for name, viewport, text in SIZES:
            session.send("Page.setFontSizes", {"fontSizes": {"standard": text, "fixed": text}})
            reader.page.set_viewport_size(viewport)
            sticking = reader.page.evaluate(STICKS_OUT)
            faults += [f"{shown.url}: {name}: {', '.join(sticking)}"] if sticking else []
    none_of(faults)


@pytest.mark.parametrize("viewport", [PHONE, LAPTOP], ids=["phone", "laptop"])
def test_nothing_shifts_while_a_page_loads(
    sample: Sample, server: StaticServer, read: Read, viewport: dict[str, int]
) -> None:
    """Pictures come late, and the page is read to its end, so that lazy ones come too."""
    reader, faults = read(viewport=viewport), []
    reader.context.add_init_script(SHIFTS)
    with server.slow_pictures(seconds=0.05):
        for shown in sample.one_of_each():
            faults += [f"{shown.url}: {shift}" for shift in reader.open(shown.url).evaluate(READ_TO_THE_END)]
    none_of(faults)


@pytest.mark.parametrize("viewport", [PHONE, LAPTOP], ids=["phone", "laptop"])
def test_nothing_shifts_while_a_page_comes_in_pieces(
    sample: Sample, server: StaticServer, read: Read, viewport: dict[str, int]
) -> None:
    """What is shown of a part of the page stays where it is when the rest comes; but for the numbers of a table, which
    may move by a few pixels in their column."""
    reader, faults = read(viewport=viewport), []
    reader.context.add_init_script(SHIFTS)
    with server.slow_pages(pieces=9):
        for shown in sample.one_of_each():
            if shown.lang == "fr":
                shifts = reader.open(shown.url).evaluate("shifts")
                faults += [f"{shown.url}: {shift}" for shift in shifts if float(shift.split()[0]) > 0.003]
    none_of(faults)


# ---- keyboard and rest
def test_the_skip_link_is_the_first_stop_and_leads_to_the_text(sample: Sample, read: Read) -> None:
    reader, faults = read(), []
    for shown in sample.one_of_each():
        page = reader.open(shown.url)
        if page.locator("body > :not(main) a, body > :not(main) input").count() == 0:
            continue  # the text comes first, there is nothing to skip
        page.keyboard.press("Tab")
        focus = page.evaluate(FOCUSED)
        if not focus or not focus["isSkipLink"]:
            faults.append(f"{shown.url}: the first stop of the keyboard is {focus and focus['name']}")
            continue
        if not (focus["inWindow"] and focus["isOnTop"] and focus["isSeen"]):
            faults.append(f"{shown.url}: the skip link is not seen when it has the focus")
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        focus = page.evaluate(FOCUSED)
        has_links = page.locator("main a[href], main input").count() > 0
        if has_links and not (focus and focus["inMain"]):
            faults.append(f"{shown.url}: after the skip link the keyboard is at {focus and focus['name']}")
    none_of(faults)


def test_the_focus_is_seen_wherever_the_keyboard_goes(sample: Sample, read: Read) -> None:
    """WCAG 2.2, 2.4.7 and 2.4.11: it is visible, in the window, and nothing lies over it."""
    reader, faults = read(), []
    for kind in sample.kinds:
        shown = next(page for page in sample.one_of_each() if page.kind == kind)
        page = reader.open(shown.url)
        for _ in range(80):
            page.keyboard.press("Tab")
            focus = page.evaluate(FOCUSED)
            if focus is None:
                break
            for key, words in (
                ("isSeen", "is not seen"),
                ("inWindow", "is out of the window"),
                ("isOnTop", "is hidden"),
            ):
                if not focus[key]:
                    faults.append(f"{shown.url}: the focus on {focus['name']} {words}")
    none_of(faults)


def test_nothing_moves_for_readers_who_want_rest(sample: Sample, read: Read) -> None:
    reader, faults = read(reduced_motion="reduce"), []
    for shown in sample.one_of_each():
        faults += [f"{shown.url}: {what}" for what in reader.open(shown.url).evaluate(MOVES)]
    none_of(faults)


# ---- print
def articles_to_print(sample: Sample) -> Iterator[tuple[SamplePage, dict[str, Any]]]:
    """In each language the first article with a source and corrections, and the first without either."""
    for lang in sorted({page.lang for page in sample.of("article")}):
        wanted = {True, False}
        for page in sample.of("article", lang):
            data = json.loads((page.path.parent / "index.json").read_bytes())
            has_both = bool(data["source"] and data["corrections"])
            if has_both in wanted and (has_both or not data["corrections"]):
                wanted.remove(has_both)
                yield page, data
        assert not wanted, f"the sample archive has no {lang} article to print"


def test_a_printed_article_says_where_it_is_from(sample: Sample, read: Read, tmp_path: Path) -> None:
    """On paper stand headline, text, address, date, source and every correction; nothing to click."""
    reader, faults = read(), []
    for shown, data in articles_to_print(sample):
        page = reader.open(shown.url)
        date = page.locator(f'main time[datetime="{data["date"]}"]').first.inner_text()
        text = printed(page, tmp_path / "page.pdf")
        wanted = {
            "headline": data["title"],
            "address": data["url"],
            "date": date,
            "last words": data["text"].split()[-1],
            **({"source": data["source"]["name"]} if data["source"] else {}),
            **{f"correction {n}": one["text"] for n, one in enumerate(data["corrections"], 1)},
        }
        faults += [
            f"{shown.url}: on paper, the {what} is missing" for what, words in wanted.items() if bare(words) not in text
        ]
        page.emulate_media(media="print")
        for useless in (".skip-link", ".languages", "nav", "form", "button"):
            for element in page.locator(useless).all():
                if element.is_visible():
                    faults.append(f"{shown.url}: on paper, {useless} is of no use: {element.inner_text()[:40]!r}")
    none_of(faults)


# ---- weight
def asked_for(sample: Sample, shown: SamplePage, reader: Reader) -> list[Path]:
    """The files that the page asks for: what the browser asked, and the icon, which a headless one may leave out."""
    start = len(reader.requests)
    reader.open(shown.url)
    addresses = {urlsplit(request.url).path for request in reader.requests[start:]}
    addresses |= {
        urlsplit(str(node.attributes["href"])).path
        for node in shown.tree.css("link[rel~=icon][href], link[rel=manifest]")
    }
    return [
        sample.output / (url.lstrip("/") + ("index.html" if url.endswith("/") else "")) for url in sorted(addresses)
    ]


def test_an_article_without_pictures_is_light(sample: Sample, read: Read) -> None:
    """30 kB compressed in all, 6 requests; the first paint waits for the HTML and one sheet of styles."""
    faults = []
    without = [page for page in sample.of("article") if not page.tree.css_first("img, picture, video")]
    heaviest = sorted(without, key=lambda page: -len(gzip.compress(page.path.read_bytes())))[:3]
    assert heaviest, "the sample archive has no article without pictures"
    for shown in heaviest:
        reader = read()
        files = asked_for(sample, shown, reader)
        weight = sum(len(gzip.compress(file.read_bytes(), 9, mtime=0)) for file in files)
        if weight > WEIGHT_BYTES or len(files) > WEIGHT_REQUESTS:
            faults.append(f"{shown.url}: {weight} bytes in {len(files)} requests: {[file.name for file in files]}")
        blocking = reader.page.evaluate(
            "performance.getEntriesByType('resource')"
            ".filter(entry => entry.renderBlockingStatus === 'blocking').map(entry => entry.name)"
        )
        if len(blocking) > 1 or not all(urlsplit(name).path.endswith(".css") for name in blocking):
            faults.append(f"{shown.url}: the first paint waits for {blocking}")
    none_of(faults)
