"""The time that a text takes grows with its length, not with the square of it, whatever it is made of.

Each construct is read at doubled lengths, in CPU time, until a reading takes long enough to tell; a length that takes
several times as long as a quarter of it would in proportion is a fault.
"""

from __future__ import annotations

import contextlib
import os
import time
import xml.etree.ElementTree as etree
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from markdown import Markdown

from newsgen.nouns.model import Source, Target
from newsgen.parsing import article as article_parsing
from newsgen.parsing.markup import absolute, cleaning, convert, fill, inline_html, plain_text, typeset
from newsgen.parsing.markup.shortcuts import QuickInlineProcessor
from newsgen.parsing.markup.typography import PlainString
from newsgen.pictures import svg
from newsgen.rendering import css_scan
from newsgen.rendering.csp_scan import Rules, blocked, blocked_in_style
from newsgen.search import words as search_words
from newsgen.settings import reading
from support.constructs import CONFIGURATIONS, FRONT, PICTURES, STYLES, TEXTS, UNITS, Text, repeated
from support.harness import Site

pytestmark = pytest.mark.slow

SHORTEST, LONGEST = 1_000, 1_000_000  # characters
#: Seconds of CPU time after which a construct is not read at a greater length. NEWSGEN_GROWTH=50 goes so many times as
#: far, to a million characters of most constructs, and takes as many times as long.
ENOUGH = 0.04 * float(os.environ.get("NEWSGEN_GROWTH", "1"))
LEAST = 0.015  # seconds that are too few to compare: noise
MOST = 7.0  # times as long as a quarter of the length takes; n log n is 4.8 times at most, n² 16 times
Reader = Callable[[str], object]


def seconds(read: Reader, text: str) -> float:
    begin = time.process_time()
    read(text)
    return time.process_time() - begin


def growth(read: Reader, text: Text) -> tuple[float, int]:
    """How many times as long as a quarter of it a text takes, at worst, and its length."""
    taken: list[float] = []
    length = SHORTEST
    while length <= LONGEST and (len(taken) <= 2 or taken[-1] <= ENOUGH):
        taken.append(seconds(read, text(length)))
        length *= 2
    for n, (few, many) in enumerate(zip(taken, taken[2:], strict=False)):
        length = SHORTEST << (n + 2)
        if many < LEAST or many <= MOST * few:
            continue
        # Another process may have slowed the one, or a cache was cold.
        few, many = least(read, text(length // 4), few), least(read, text(length), many)
        # A step, where a text is read in another way from some length on, does not come again: growth does.
        if many >= LEAST and many > MOST * few and (more := least(read, text(length * 4))) > MOST * many:
            return more / many, length * 4
    return 0.0, 0


def least(read: Reader, text: str, before: float = 1e9) -> float:
    return min(before, *(seconds(read, text) for _ in range(2)))


def of(read: Reader, texts: dict[str, Text], kind: str) -> Iterator[object]:
    for name, text in texts.items():
        yield pytest.param(read, text, id=f"{kind}: {name}")


_TARGET = Target("/u/", "T", lang="en", label="l", lead_in="L", credit="C")
_SOURCE = Source("content/2023/a.fr.md", "article", "2023/a", "fr", "", 0)


def article(body: str) -> None:
    """Reads a body, fills it, and takes its words, as a build does."""
    found, _ = convert(body, path="content/2023/a.md", first_line=5, lang="fr", folder="2023", trusted_html=False)
    fill(found.html, found.references, [])
    html = fill(found.html, found.references, [_TARGET] * len(found.references), sizes="1px")
    absolute(html, "https://e.org/", "https://e.org/a/")
    search_words.searchable(title="", kicker="", lead="", terms=(), text=found.text)


def lead(text: str) -> None:
    plain_text(inline_html(text, lang="fr"))
    typeset(text, lang="fr")
    typeset(text, lang="en")


def front_matter(text: str) -> None:
    article_parsing.parse(_SOURCE, f"---\n{text}\n---\nMot.".encode(), languages=("fr", "en"), trusted_html=False)


def configuration(text: str) -> None:
    reading.load(f"title: T\nurl: https://a.org/\nlanguages: [fr, en]\n{text}".encode())


def style(text: str) -> None:
    rules = Rules({}, "a.org")
    list(css_scan.faults(text))
    list(blocked_in_style(css_scan.addresses(text), rules))
    list(blocked(text, rules))


def picture(text: str) -> None:
    for read in (svg.clean, svg.size):
        with contextlib.suppress(svg.Invalid):
            read(text.encode())


def cleaned(html: str) -> None:
    cleaning.clean_once(f"<p>{html}</p>")


def searched(text: str) -> None:
    """Looks for inline Markdown in as many elements as the text has letters."""
    root = etree.Element("div")
    for letter in text:
        etree.SubElement(etree.SubElement(root, "dd"), "p").text = PlainString(letter)
    QuickInlineProcessor(_MARKDOWN).run(root)


_MARKDOWN = Markdown()
#: What nh3 escapes, or looks at in case it must.
_ESCAPED = ("&", "&amp;", "&lt;", "&gt;", "&nbsp;", "&copy;", "\u00a0", "«", "a°", "é", "’", '"', "«&amp;", "&lt;«")
_ONE_LINE = {name: repeated(unit) for name, unit in UNITS.items()}
_LINES = {name: repeated(f"{unit}\n") for name, unit in UNITS.items()}


@pytest.mark.parametrize(
    ("read", "text"),
    [
        *of(article, TEXTS, "body"),
        *of(article, _ONE_LINE, "one line"),
        *of(article, _LINES, "many lines"),
        *of(lead, {name: _ONE_LINE[name] for name in list(_ONE_LINE)[::4]}, "lead"),
        *of(front_matter, FRONT, "front matter"),
        *of(configuration, CONFIGURATIONS, "newsgen.yaml"),
        *of(style, STYLES, "style sheet"),
        *of(picture, PICTURES, "SVG"),
        *of(cleaned, {unit: repeated(unit) for unit in _ESCAPED}, "HTML"),
        *of(searched, {"elements": repeated("a")}, "inline"),
    ],
)
def test_time_grows_with_the_length_of_a_text(read: Reader, text: Text) -> None:
    ratio, length = growth(read, text)
    assert ratio <= MOST, f"{length} characters take {ratio:.1f} times as long as a quarter of them"


_MANY: dict[str, Callable[[int], tuple[str, str]]] = {
    "tags": lambda n: (f"tags: [{', '.join(f'mot {k}' for k in range(n))}]", "Mot."),
    "aliases": lambda n: (f"aliases: [{', '.join(f'/vieux/{k}/' for k in range(n))}]", "Mot."),
    "related": lambda n: (f"related: [{', '.join(f'2023/x{k}' for k in range(n))}]", "Mot."),
    "headings": lambda n: ("", "## Titre\n\n" * n),
    "missing pictures": lambda n: ("", "".join(f"![a](absente{k}.jpg)\n\n" for k in range(n))),
    "missing links": lambda n: ("", "".join(f"[a](absent{k}.fr.md)\n\n" for k in range(n))),
    "missing cross-links": lambda n: ("", "".join(f"[[2023/a{k}]]\n\n" for k in range(n))),
}


@pytest.mark.parametrize("make", _MANY.values(), ids=_MANY)
def test_time_of_a_build_grows_with_what_an_article_names(
    make: Callable[[int], tuple[str, str]], tmp_path: Path
) -> None:
    taken = []
    for n in (1, 2, 400, 1_600):  # the first compiles the templates
        site = Site(tmp_path / str(n))
        front, body = make(n)
        site.write("content/2023/a.fr.md", f"---\ntitle: T\ndate: 2023-04-16\ncategories: europe\n{front}\n---\n{body}")
        begin = time.process_time()
        site.build()
        taken.append(time.process_time() - begin)
    _, nothing, few, many = taken
    assert many - nothing <= MOST * max(few - nothing, 0.15)
