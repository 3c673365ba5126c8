"""The files of the search index of one language and period: a pure function of what search holds of its articles.

docs/search.md describes them; `static/assets/search.js` reads them.
"""

from __future__ import annotations

import base64
import zlib
from collections import defaultdict
from collections.abc import Iterator, Sequence

import msgspec

from newsgen.nouns.model import Searchable, content_hash
from newsgen.search.words import LEVELS


class SearchEntry(msgspec.Struct, frozen=True):
    """What search holds of one article."""

    url: str
    title: str
    kicker: str
    date: str  # ISO 8601
    categories: tuple[str, ...]
    words: Searchable


class SearchFiles(msgspec.Struct, frozen=True):
    """`main` is the period's own file, which names the others; they are of no use without it."""

    main: bytes
    others: tuple[tuple[str, bytes], ...]  # file name, bytes; those of stories come first, in their order


#: Bytes of a file of words: it may end from the first on, and does at the last; one that a common word fills is longer.
#: Smaller files make a query cheaper, and their number larger: benchmarks/search_cost.py.
LEAST_SIZE, LARGEST_SIZE = 1024, 3072
#: Articles in a file of stories, of which a page of results needs a few.
STORIES_SIZE = 16
#: Digits of numbers: the first half ends a number, the second says that more follows. Printable ASCII without space,
#: quotation mark and backslash, so that JSON and HTML hold them as they are.
_DIGITS = "".join(chr(code) for code in range(0x21, 0x7F) if chr(code) not in '"\\')
_BASE = len(_DIGITS) // 2
FORMAT = 2
#: Characters of a file's name without its suffix. Names are a hash of the content, in letters and digits that differ on
#: disks where case does not count; 40 bits, of which a period uses some hundreds.
NAME_SIZE = 8


def number(n: int) -> str:
    """A number that is not negative, its lowest digit first: one character below 46, two below 2,116."""
    digits = ""
    while n >= _BASE:
        n, low = divmod(n, _BASE)
        digits += _DIGITS[_BASE + low]
    return digits + _DIGITS[n]


_NUMBERS = [number(n) for n in range(LEVELS * 512)]


def files(entries: Sequence[SearchEntry]) -> SearchFiles:
    """The files for these articles, which are numbered in their order: the oldest first."""
    stories = [
        _json([[e.url, e.title, e.date, e.kicker] for e in entries[start : start + STORIES_SIZE]])
        for start in range(0, len(entries), STORIES_SIZE)
    ]
    words = list(_word_files(entries))
    sets = list(dict.fromkeys(entry.categories for entry in entries))
    places = {categories: n for n, categories in enumerate(sets)}
    # A name is one for its content: an edit leaves the other files alone, and no cache on the way mixes two states.
    story_names, word_names = [_name(data) for data in stories], [_name(data) for _, data in words]
    head = {
        "format": FORMAT,
        "articles": len(entries),
        "each": STORIES_SIZE,
        "categories": sets,
        "of": "".join(number(places[entry.categories]) for entry in entries),
        "stories": "".join(story_names),
        "words": "".join(word_names),
        "first": [first for first, _ in words],
    }
    parts = [(f"{name}.json", data) for name, data in zip(story_names, stories, strict=True)]
    parts += [(f"{name}.txt", data) for name, (_, data) in zip(word_names, words, strict=True)]
    return SearchFiles(_json(head), tuple(parts))


def is_name_of(name: str, data: bytes) -> bool:
    """Whether a file with this name and content is one that newsgen made."""
    return name.removesuffix(".json").removesuffix(".txt") == _name(data)


def _name(data: bytes) -> str:
    return base64.b32encode(bytes.fromhex(content_hash(data)[: NAME_SIZE * 5 // 4])).decode().lower()


def _word_files(entries: Sequence[SearchEntry]) -> Iterator[tuple[str, bytes]]:
    """The words of all articles in their order, in files: each with the least text that no word of the files before it
    reaches.

    Where a file ends, the next word and its line say by themselves, more often where the line is long: a word more in
    an article moves a few borders nearby and no other (content-defined chunking).
    """
    by_word: defaultdict[str, list[int]] = defaultdict(list)
    for place, entry in enumerate(entries):
        if entry.words.words:
            first_level = place * LEVELS
            for word, level in zip(entry.words.words.split(" "), entry.words.levels, strict=True):
                by_word[word].append(first_level + level)
    last, first, size = "", "", 0
    lines: list[str] = []
    for word in sorted(by_word, key=_order):
        line = f"{word} {_places(by_word[word])}\n"
        if size >= LARGEST_SIZE or (size >= LEAST_SIZE and zlib.crc32(word.encode()) % LEAST_SIZE < len(line)):
            yield first, "".join(lines).encode()
            first, lines, size = _apart(last, word), [], 0
        lines.append(line)
        size += len(line)
        last = word
    if lines:
        yield first, "".join(lines).encode()


def _places(values: list[int]) -> str:
    """Each article and the level of the word there, as the distance from the one before times 8, plus the level."""
    known, many = -LEVELS, len(_NUMBERS)
    parts = []
    for value in values:
        step = value - known - LEVELS
        parts.append(_NUMBERS[step] if step < many else number(step))
        known = value - value % LEVELS
    return "".join(parts)


def _apart(last: str, word: str) -> str:
    """The shortest beginning of `word` that comes after `last`."""
    return next((word[:n] for n in range(1, len(word)) if _order(word[:n]) > _order(last)), word)


def _order(word: str) -> bytes:
    """The order in which JavaScript compares texts: of UTF-16, not of code points."""
    return word.encode("utf-16-be")


def _json(value: object) -> bytes:
    return msgspec.json.encode(value)
