"""A small site whose every text is what a layout likes least: words without an end, too many of everything.

French and Arabic, so that both directions are seen, and with all kinds of pages. Every word of `LONG` that a page shows
must stay in its column.
"""

from __future__ import annotations

from pathlib import Path

from support.harness import Site, article, page_file, png
from support.sample import Sample

NOW = "2026-11-25T12:00:00+01:00"
#: 120 characters without a place to break.
LONG = (
    "Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetz"
    + "Donaudampfschifffahrtselektrizitätenhauptbetriebsfabrik"
)
WIDE = "ومستشفياتهمالمركزيةالجديدة" * 5
#: What agencies write: it may break, and only between its words.
CREDIT = "REUTERS/Evelyn Hockstein via Agence France-Presse, Associated Press, Getty Images"
ADDRESS = "https://example.org/" + "a" * 90 + "/?q=" + "b" * 90
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 6"><path d="M0 0h10v6z"/></svg>\n'
AUTHORS = [f"Prénom-{number} Nom" for number in range(12)] + [LONG]

BODY = """\
{long} {long}

<{address}> {address} [{long}]({address})[^1]

## {long}

> {long}

| {long} | b | c |
|---|---|--:|
| 14 mai 2023 | {long} | 12 |
| 28 mai 2023 | {prose} | 5 |

Tableau : {long}

| one | two | three | four | five | six | seven | eight | nine | ten | eleven | lastcolumn |
|---|---|---|---|---|---|---|---|---|---|---|---|
| 1 234 567 | Kılıçdaroğlu | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10 | 11 | lastcell |

```python
first = "{long}{long}{long}endofcode"
```

`{long}` {{.note}}

- a
    - b
        - c
            - d
                - e
                    - f
                        - {long}

1. a
    1. b
        1. c
            1. d
                1. e
                    1. f
                        1. Wörter sehr tief

{long}
:   {long}

*[{long}]: {long}

![{long}](/2026/11/wide.png "{long} ©{credit}")

[![{long}](/2026/11/wide.png "{long} ©{long}")](https://www.example.com/{long})

[[{cited}]]

Inline [[{cited}]], [[{other}]].

[^1]: {long}
"""


def build(folder: Path) -> Sample:
    """The site, built in `folder`, which is made."""
    folder.mkdir(parents=True)
    site = Site(folder)
    sections = {f"s{number}": {"fr": f"Rubrique numéro {number}", "ar": f"القسم رقم {number}"} for number in range(12)}
    site.configure(
        title={"fr": LONG, "ar": WIDE},
        languages=["fr", "ar"],
        page_size=2,
        untranslated="show",
        categories={**sections, "long": {"fr": LONG, "ar": WIDE}, "last": {"fr": "Sciences", "ar": "علوم"}},
    )
    _pictures(site)
    for lang, word in (("fr", LONG), ("ar", WIDE)):
        _stories(site, lang, word)
    site.story(
        "2026/11/only.fr",
        _long(LONG, 5, slug="only", image={"src": "wide.png", "alt": LONG}, categories=["long", "last"]),
    )
    drawing = {"src": "drawing.svg", "alt": "Un dessin"}
    site.story("2026/11/drawing.fr", article("Un dessin", "2026-11-01", ["s11"], slug="drawing", image=drawing))
    site.story("2026/11/gone.fr", article(LONG, "2026-11-02", ["long"], gone=f"{LONG} {LONG}"))
    assert site.build(now=NOW).errors == []
    return Sample(folder)


def _pictures(site: Site) -> None:
    for name, size in {"tiny": (12, 12), "tall": (200, 2000), "wide": (1200, 300)}.items():
        site.write(f"content/2026/11/{name}.png", png(*size))
    site.write("content/2026/11/drawing.svg", SVG)


def _stories(site: Site, lang: str, word: str) -> None:
    other = "only" if lang == "ar" else "tiny"
    body = BODY.format(
        long=word,
        address=ADDRESS,
        credit=CREDIT,
        cited="2026/11/tiny",
        other=f"2026/11/{other}",
        prose="Des mots. " * 60,
    )
    picture = {"src": "tall.png", "alt": word, "caption": word, "credit": word}
    site.story(f"2026/11/long.{lang}", _long(word, 4, body=body, image=picture, authors=AUTHORS, location=word))
    tiny = {"src": "tiny.png", "alt": word, "caption": word, "credit": CREDIT}
    site.story(f"2026/11/tiny.{lang}", _long(word, 3, image=tiny, slug="tiny", related=["2026/11/long"]))
    for number in range(4):
        site.story(f"2026/11/n{number}.{lang}", _long(word, 2, slug=f"n{number}", categories=[f"s{number}", "last"]))
    site.write(f"content/pages/about.{lang}.md", page_file(word, body, slug="about", lead=word, kicker=word))
    site.write(f"content/topics/files.{lang}.md", page_file(word, word, slug="files", description=word))
    site.write(f"content/categories/last.{lang}.md", page_file("Sciences" if lang == "fr" else "علوم", body))


def _long(word: str, day: int, **front: object) -> str:
    """An article with the word in every field."""
    body = front.pop("body", "[[2026/11/long]]")
    next_day = f"2026-11-{day + 1:02}"
    keys = {
        "slug": "long",
        "kicker": word,
        "lead": word,
        "source": {"name": word, "url": ADDRESS},
        "authors": [word],
        "tags": [word, *(f"mot {number}" for number in range(30))],
        "topics": ["files"],
        "updated": next_day,
        "corrections": [{"date": next_day, "text": f"{word} {ADDRESS}"}],
    } | front
    categories = keys.pop("categories", ["long", "last"])
    return article(word, f"2026-11-{day:02} 21:30", categories, str(body), **keys)
