"""Nothing is dropped in silence: every kind of broken value in every place that takes text is told, or published.

A value is put between two words into one place of one file. Then a diagnostic stands at that line, at a column of the
value, or readers see the value as it was typed.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable
from typing import NamedTuple

import pytest
from selectolax.lexbor import LexborHTMLParser

from newsgen.nouns.diagnostics import NewsgenError
from support.harness import PIXEL, Site

VALUES = {
    "dead link": "[MOT](absent.md)",
    "dead picture": "![MOT](absent.png)",
    "dead story": "[[absent/MOT]]",
    "dead address": "[MOT](/fr/absent/)",
    "dead heading": "[MOT](#absent)",
    "no reference": "[MOT][nulle]",
    "no note": "MOT[^7]",
    "script address": "[MOT](javascript:alert(1))",
    "file address": "[MOT](file:///etc/passwd)",
    "link out of the site": "[MOT](../../../x.md)",
    "backslash in a path": "[MOT](a\\b.pdf)",
    "picture elsewhere": "![MOT](https://x.example/a.png)",
    "script": "<script>MOT</script>",
    "unknown element": "<blink>MOT</blink>",
    "handler": '<b onclick="f()">MOT</b>',
    "frame": '<iframe src="https://x.example/MOT"></iframe>',
    "swallowing element": "<textarea>MOT",
    "liquid": "{% MOT %}",
    "shortcode": "{{< MOT >}}",
    "shortcode in brackets": '[gallery ids="MOT"]',
    "attribute list": "MOT {.a b}",
    "link without words": "[](https://x.example/MOT)",
    "link without an address": "[MOT]()",
    "picture without an address": "![MOT]()",
    "emphasis with spaces": "** MOT **",
    "control": "MO\x07T",
    "vertical tab": "MO\x0bT",
    "null": "MO\x00T",
    "no character": "MO\ufffeT",
    "direction": "MO\u202eT",
}


class Place(NamedTuple):
    """Where a value is put, with {n} for its number: the file, what stands in it, the address of its page."""

    path: str
    text: Callable[[str], str]
    url: str


def quoted(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def article(*keys: str, body: str = "Texte.") -> Callable[[str], str]:
    """`{}` stands where the value goes: as it is in a body, quoted in a key."""

    def text(value: str) -> str:
        lines = [key.replace("{}", quoted(value)) for key in keys]
        head = ["title: Titre"] if not any(key.startswith("title") for key in keys) else []
        front = [*head, "date: 2023-04-16", "categories: [europe]", "slug: s{n}", *lines]
        return "\n".join(["---", *front, "---", "", body.replace("{}", value), ""])

    return text


def other(*keys: str, body: str = "") -> Callable[[str], str]:
    def text(value: str) -> str:
        lines = [key.replace("{}", quoted(value)) for key in keys]
        return "\n".join(["---", "title: Titre {n}", *lines, "---", "", body.replace("{}", value), ""])

    return text


def of_article(*keys: str, body: str = "Texte.") -> Place:
    return Place("content/s{n}.fr.md", article(*keys, body=body), "/fr/2023/04/s{n}/")


_IMAGE = ("image:", "  src: /p.png")
PLACES = {
    "paragraph": of_article(body="{}"),
    "heading": of_article(body="## {}"),
    "list item": of_article(body="- {}"),
    "table": of_article(body="| a | b |\n|---|---|\n| {} | x |"),
    "quotation": of_article(body="> {}"),
    "footnote": of_article(body="Un[^1].\n\n[^1]: {}"),
    "alternative text": of_article(body="![{}](/p.png)"),
    "caption": of_article(body="![alt](/p.png '{}')"),
    "title of a link": of_article(body="[un](https://x.example/ '{}')"),
    "headline": of_article("title: {}"),
    "standfirst": of_article("lead: {}"),
    "kicker": of_article("kicker: {}"),
    "caption of the lead picture": of_article(*_IMAGE, "  alt: a", "  caption: {}"),
    "alternative text of the lead picture": of_article(*_IMAGE, "  alt: {}"),
    "credit": of_article(*_IMAGE, "  alt: a", "  credit: {}"),
    "correction": of_article("corrections:", "  - date: 2023-04-17", "    text: {}"),
    "tag": of_article("tags:", "  - {}"),
    "author": of_article("authors:", "  - {}"),
    "source": of_article("source: {}"),
    "notice": of_article("gone: {}"),
    "page": Place("content/pages/p{n}.fr.md", other(body="{}"), "/fr/p{n}/"),
    "standfirst of a page": Place("content/pages/p{n}.fr.md", other("lead: {}"), "/fr/p{n}/"),
    "term": Place("content/tags/t{n}.fr.md", other("slug: t{n}", body="{}"), "/fr/tags/t{n}/"),
    "description of a term": Place("content/tags/t{n}.fr.md", other("slug: t{n}", "description: {}"), "/fr/tags/t{n}/"),
    "category": Place("content/categories/c{n}.fr.md", other(body="{}"), "/fr/c{n}/"),
}
#: Attributes hold a value that no text shows.
IN_ATTRIBUTES = (
    "alternative text",
    "title of a link",
    "alternative text of the lead picture",
    "description of a term",
)


def put(site: Site, place: Place) -> dict[str, tuple[str, str, str]]:
    """A file for each value; path, text and address of its page by the value's name."""
    site.configure(categories={f"c{n}": {"fr": f"C {n}"} for n in range(len(VALUES))} | {"europe": {"fr": "Europe"}})
    site.write("content/p.png", PIXEL)
    files = {}
    for n, (name, value) in enumerate(VALUES.items()):
        path, url = (text.replace("{n}", str(n)) for text in (place.path, place.url))
        text = place.text(f"AVANT {value} APRES").replace("{n}", str(n))
        site.write(path, text)
        files[name] = path, text, url
        if "/tags/" in path:
            site.story(f"user{n}.fr", title=f"Usager {n}", tags=[f"Titre {n}"])
    return files


def shown(page: str) -> str:
    """What readers see, with straight quotes and single spaces."""
    parsed = LexborHTMLParser(page)
    for node in parsed.css("script, style, head"):
        node.decompose()
    return straight(parsed.root.text(separator="") if parsed.root else "")


def straight(text: str) -> str:
    for sign, plain in (("«\u00a0", '"'), ("\u00a0»", '"'), ("\u202f»", '"'), ("«\u202f", '"'), ("’", "'")):
        text = text.replace(sign, plain)
    return " ".join(text.split())


@pytest.mark.parametrize("name", PLACES)
def test_what_is_broken_is_told_at_its_place_or_published(site: Site, name: str) -> None:
    files = put(site, PLACES[name])
    diagnostics = site.build().diagnostics
    silent = set()
    for of_value, (path, text, url) in files.items():
        number, line = next((n, line) for n, line in enumerate(text.split("\n"), 1) if "AVANT" in line)
        first, last = line.index("AVANT") - 1, line.index("APRES") + 7
        places = [d.location for d in diagnostics if d.location.path == path]
        if any(place.line == number and first <= place.column <= last for place in places):
            continue
        page = site.read(url) if site.exists(url) else ""
        typed = f"AVANT {straight(VALUES[of_value])} APRES"
        if typed not in (straight(html.unescape(page)) if name in IN_ATTRIBUTES else shown(page)):
            silent.add(of_value)
    assert silent == set()


# ---- configuration
_DATA = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.DOTALL)
_CONFIGURED = {"title": "T", "url": "https://news.example", "languages": "[fr]", "categories": "{europe: Europe}"}
IN_CONFIGURATION = {
    "title": {"title": "{}"},
    "description": {"description": "{}"},
    "title of a category": {"categories": "{{europe: {{fr: {}}}}}"},
    "entry of the menu": {"menu": "[{{title: {{fr: {}}}, url: /fr/europe/}}]"},
    "organization": {"organization": "{{name: {}}}"},
    "link of the organization": {"organization": "{{same_as: [{}]}}"},
}


@pytest.mark.parametrize("value", VALUES)
@pytest.mark.parametrize("place", IN_CONFIGURATION)
def test_what_is_broken_in_newsgen_yaml_is_told_or_published(site: Site, place: str, value: str) -> None:
    site.story("a.fr", title="A", slug="a")
    typed = f"AVANT {VALUES[value]} APRES"
    settings = _CONFIGURED | {key: text.format(quoted(typed)) for key, text in IN_CONFIGURATION[place].items()}
    lines = [f"{key}: {text}" for key, text in {**settings, "timezone": "Europe/Paris", "search": "false"}.items()]
    site.write("newsgen.yaml", "\n".join([*lines, ""]))
    try:
        diagnostics = site.build().diagnostics
    except NewsgenError as refused:
        diagnostics = refused.diagnostics
    number, line = next((n, line) for n, line in enumerate(lines, 1) if "AVANT" in line)
    told = [d.location for d in diagnostics if d.location.path == "newsgen.yaml" and d.location.line == number]
    if told:
        assert any(line.index("AVANT") - 1 <= at.column <= line.index("APRES") + 7 for at in told), diagnostics
    else:
        page = site.read("/fr/")
        data = " ".join(json.dumps(json.loads(text), ensure_ascii=False) for text in _DATA.findall(page))
        assert straight(typed) in straight(html.unescape(page)) or json.dumps(typed, ensure_ascii=False)[1:-1] in data
