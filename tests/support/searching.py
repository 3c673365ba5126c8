"""Reads the search index as `static/assets/search.js` does."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from support.harness import Site

SEARCH = {"fr": "/fr/recherche/", "en": "/en/search/"}
DIGITS = "".join(chr(code) for code in range(0x21, 0x7F) if chr(code) not in '"\\')


def numbers(text: str) -> list[int]:
    """The numbers that a text of digits says."""
    values, number, unit = [], 0, 1
    for character in text:
        digit = DIGITS.index(character)
        number += digit % 46 * unit
        unit *= 46
        if digit < 46:
            values.append(number)
            number, unit = 0, 1
    return values


def names_in(text: str) -> list[str]:
    """The names of files that a period's own file says in one text."""
    return [text[n : n + 8] for n in range(0, len(text), 8)]


@dataclass
class Index:
    """The index of a language and a period. `places`: each word to the addresses of its articles, with levels."""

    urls: list[str]
    stories: list[list[str]]
    places: dict[str, dict[str, int]]
    categories: dict[str, list[str]]
    files: list[str]

    def find(self, *words: str) -> set[str]:
        """The articles that have all of these words."""
        return set.intersection(*(set(self.places.get(word, {})) for word in words))


def read(site: Site, lang: str = "fr", period: str = "2023") -> Index | None:
    """The index of a period, None if there is none."""
    url = f"{SEARCH[lang]}index/{period}.json"
    if not site.exists(url):
        return None
    head: dict[str, Any] = site.json(url)
    folder = f"{SEARCH[lang]}index/{period}/"
    assert (head["format"], head["each"]) == (2, 16)
    stories: list[list[str]] = []
    for name in names_in(head["stories"]):
        stories += site.json(f"{folder}{name}.json")
    urls = [story[0] for story in stories]
    places: dict[str, dict[str, int]] = {}
    order: list[str] = []
    for name, first in zip(names_in(head["words"]), head["first"], strict=True):
        lines = site.read(f"{folder}{name}.txt").splitlines()
        order += [line.split(" ")[0] for line in lines]
        assert all(word >= first for word in order[-len(lines) :])
        assert all(word < first for word in order[: -len(lines)])
        for line in lines:
            word, text = line.split(" ")
            known = -8
            for step in numbers(text):
                value = step + known + 8
                known = value - value % 8
                places.setdefault(word, {})[urls[value // 8]] = value % 8
    assert order == sorted(set(order)) and len(urls) == head["articles"]
    of = numbers(head["of"])
    names = [path.name for path in sorted(site.path(folder).parent.iterdir()) if path.is_file()]
    return Index(urls, stories, places, {u: head["categories"][n] for u, n in zip(urls, of, strict=True)}, names)


def found(site: Site, *words: str, lang: str = "fr", period: str = "2023") -> set[str]:
    index = read(site, lang, period)
    return index.find(*words) if index else set()


def page_data(site: Site, lang: str = "fr") -> Any:
    """What the search page tells its script."""
    node = site.page(SEARCH[lang]).css_first("#SearchData")
    assert node is not None
    return json.loads(node.text())
