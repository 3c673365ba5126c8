"""Growth: how much longer a text takes than a quarter of it, for each construct that newsgen reads, in CPU time.

    python tests/growth.py --limit 3 --family body --only notes

Each construct is read at doubled lengths, to a million characters or until one reading takes longer than the limit.
Prints, for each, the greatest length, the seconds it takes, and how many times as long as a quarter of it that is.
Exit status 1 if one grows faster than n log n.
"""

from __future__ import annotations

import argparse
import contextlib
import sys
import time
import xml.etree.ElementTree as etree
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from markdown import Markdown

from newsgen.nouns.diagnostics import Location
from newsgen.nouns.model import Source, Target
from newsgen.parsing import article as article_parsing
from newsgen.parsing.markup import absolute, cleaning, convert, fill, plain_text, standfirst, typeset
from newsgen.parsing.markup.shortcuts import QuickInlineProcessor
from newsgen.parsing.markup.typography import PlainString
from newsgen.pictures import svg
from newsgen.rendering import css_scan
from newsgen.rendering.csp_scan import Rules, blocked, blocked_in_style
from newsgen.search import words as search_words
from newsgen.settings import reading
from support.constructs import CONFIGURATIONS, FRONT, PICTURES, STYLES, TEXTS, UNITS, WHITE_SPACE, Text, repeated

SHORTEST, LONGEST = 1_000, 1_024_000  # characters
LEAST = 0.015  # seconds that are too few to compare: noise
#: Times as long as a quarter of the length takes: n log n is 4.8 at most, n² 16. What a great many objects take in
#: memory makes linear work 5 times as long.
MOST = 5.5
_CERTAIN = 100  # times as long as a sixteenth of the length takes: n² 256 times
_TRIES = 3  # the least of so many readings counts, once one of them is in doubt
Reader = Callable[[str], object]


@dataclass(frozen=True)
class Growth:
    """What reading a construct takes at the greatest length that was read."""

    length: int
    seconds: float
    ratio: float  #: times as long as a quarter of the length; 0 where that is too little to tell
    fault: str = ""  #: where it grows faster than n log n


def growth(read: Reader, text: Text, enough: float) -> Growth:
    """Reads a construct at doubled lengths until a reading takes more than so many seconds."""
    taken: list[float] = []
    length = SHORTEST
    while length <= LONGEST and (len(taken) <= 2 or taken[-1] <= enough):
        taken.append(_seconds(read, text(length)))
        length *= 2
    fault = ""
    for n in range(2, len(taken)):
        if not fault and _is_much(taken[n - 2], taken[n]):
            fault = _fault(read, text, taken, n)
    quarter, last = taken[-3], taken[-1]
    return Growth(length // 2, last, last / quarter if last >= LEAST else 0.0, fault)


def _fault(read: Reader, text: Text, taken: list[float], n: int) -> str:
    """What is wrong where a length takes much longer than a quarter of it; `taken` gets what it takes at the least."""
    for k in (n - 2, n):  # another process may have slowed the one, or a cache was cold
        taken[k] = min(taken[k], *(_seconds(read, text(SHORTEST << k)) for _ in range(_TRIES - 1)))
    length, few, many = SHORTEST << n, taken[n - 2], taken[n]
    rise = many / few
    # A step, where a text is read in another way from some length on or its copies get new pages of memory, does not
    # come again, and two of them not a third time: growth does.
    for _ in range(2):
        if not _is_much(few, many) or rise > _CERTAIN:
            break
        length *= 4
        few, many = many, _least(read, text(length), many)
        rise *= many / few
    return f"{length:,} characters take {many / few:.1f} times as long as a quarter" if _is_much(few, many) else ""


def _least(read: Reader, text: str, few: float) -> float:
    """The seconds of the fastest of some readings; of the first that takes no much longer than so few."""
    least = _seconds(read, text)
    for _ in range(_TRIES - 1):
        if _is_much(few, least):
            least = min(least, _seconds(read, text))
    return least


def _is_much(few: float, many: float) -> bool:
    return many >= LEAST and many > MOST * few


def _seconds(read: Reader, text: str) -> float:
    begin = time.process_time()
    read(text)
    return time.process_time() - begin


# ---- what reads a text
_TARGET = Target("/u/", "T", lang="en", label="l", lead_in="L", credit="C")
_SOURCE = Source("content/2023/a.fr.md", "article", "2023/a", "fr", "", 0)
_MARKDOWN = Markdown()


def article(body: str) -> None:
    """Reads a body, fills it, and takes its words, as a build does."""
    found, _ = convert(body, path="content/2023/a.md", first_line=5, lang="fr", folder="2023", trusted_html=False)
    fill(found.html, found.references, [])
    html = fill(found.html, found.references, [_TARGET] * len(found.references), sizes="1px")
    absolute(html, "https://e.org/", "https://e.org/a/")
    search_words.searchable(title="", kicker="", lead="", terms=(), text=found.text)


def lead(text: str) -> None:
    plain_text(standfirst(text, lang="fr").html)
    typeset(text, lang="fr")
    typeset(text, lang="en")


def front_matter(text: str) -> None:
    article_parsing.parse(_SOURCE, f"---\n{text}\n---\nMot.".encode(), languages=("fr", "en"), trusted_html=False)


def configuration(text: str) -> None:
    reading.load(f"title: T\nurl: https://a.org/\nlanguages: [fr, en]\n{text}".encode())


def _place(at: int) -> Location:
    return Location("templates/custom.css", 1, at + 1)


def style(text: str) -> None:
    rules = Rules({}, "a.org")
    list(css_scan.faults(text, _place))
    list(blocked_in_style(css_scan.addresses(text), rules, _place))
    list(blocked(text, rules, _place))


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


#: What nh3 escapes, or looks at in case it must.
_ESCAPED = ("&", "&amp;", "&lt;", "&gt;", "&nbsp;", "&copy;", "\u00a0", "«", "a°", "é", "’", '"', "«&amp;", "&lt;«")
_ONE_LINE = {name: repeated(unit) for name, unit in UNITS.items()}

#: Constructs by family, with what reads them.
FAMILIES: dict[str, tuple[Reader, dict[str, Text]]] = {
    "body": (article, TEXTS),
    "one line": (article, _ONE_LINE),
    "many lines": (article, {name: repeated(f"{unit}\n") for name, unit in UNITS.items()}),
    "white space": (article, WHITE_SPACE),
    "lead": (lead, _ONE_LINE),
    "front matter": (front_matter, FRONT),
    "newsgen.yaml": (configuration, CONFIGURATIONS),
    "style sheet": (style, STYLES),
    "SVG": (picture, PICTURES),
    "HTML": (cleaned, {repr(unit)[1:-1]: repeated(unit) for unit in _ESCAPED}),
    "inline": (searched, {"elements": repeated("a")}),
}


# ---- the command
def chosen(families: list[str], only: str) -> Iterator[tuple[str, str, Reader, Text]]:
    """The constructs of these families, of all if none is named, whose name has these letters in it."""
    for family, (read, texts) in FAMILIES.items():
        if not families or family in families:
            yield from ((family, name, read, text) for name, text in texts.items() if only in name)


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--family", action="append", default=[], choices=FAMILIES, help="of this family; repeatable")
    parser.add_argument("--only", default="", metavar="LETTERS", help="constructs whose name has these letters in it")
    limit = "CPU time of one reading, from which on a construct is not read at twice its length (default: 1)"
    parser.add_argument("--limit", type=float, default=1.0, metavar="SECONDS", help=limit)
    options = parser.parse_args(arguments)
    constructs = list(chosen(options.family, options.only))
    print(f"{len(constructs)} constructs, each to {LONGEST:,} characters or until a reading takes {options.limit:g} s")
    faults: list[str] = []
    family = ""
    for of, name, read, text in constructs:
        if of != family:
            family = of
            print(f"\n{family:60} {'characters':>10} {'seconds':>8} times a quarter")
        found = growth(read, text, options.limit)
        ratio = f"{found.ratio:5.1f}" if found.ratio else "    -"
        print(
            f"  {name[:58]:58} {found.length:10,} {found.seconds:8.2f} {ratio}{'  !' * bool(found.fault)}", flush=True
        )
        if found.fault:
            faults.append(f"{family}: {name}: {found.fault}")
    print(f"\n{len(faults)} grow faster than n log n", *faults, sep="\n")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
