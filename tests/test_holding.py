"""Holding back: what one language version says, and what that does to the others (CONTENT.md §2)."""

from __future__ import annotations

import itertools
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from newsgen.parsing import holding_keys, markup
from newsgen.pipeline import Request
from newsgen.pipeline.verify import verify
from support.harness import PIXEL, Built, Site, article, audit, differences, page_file, temporary_site
from test_docs import read, sections
from test_machine import killed_after

LATER = "2035-01-01T00:00:00+01:00"


# ---- the table of the docs
def _rows() -> list[list[str]]:
    table = sections(read("docs/front-matter.md"), 2)["Holding back"].partition("| one version says |")[2]
    lines = itertools.takewhile(lambda line: line.startswith("|"), table.splitlines()[2:])
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def _cases(cell: str) -> list[dict[str, str | None]]:
    """The keys of each of the values that a cell names."""
    cases = []
    for value in cell.split(" or "):
        keys: dict[str, str | None] = {"date": "2019-01-01"}
        for part in value.split(" and "):
            if match := re.fullmatch(r"`(\w+): (.*)`", part):
                keys[match[1]] = match[2]
            elif part == "no `date`":
                keys["date"] = None
            else:
                assert part == "nothing", cell
        cases.append(keys)
    return cases


def _combinations() -> Iterator[tuple[str, str, dict[str, str | None], str, str, list[str]]]:
    """Story, language, what its file says, what the row says of it, the row, and the notes in this file."""
    for number, (one, other, first, second, said) in enumerate(_rows()):
        notes = re.findall(r"`([\w-]+)`", said)
        for n, keys in enumerate(itertools.product(_cases(one), _cases(other))):
            for langs in (("fr", "en"), ("en", "fr")):
                story = f"s{number}-{n}-{langs[0]}"
                row = f"{one} | {other} ({langs[0]}: {keys})"
                for lang, said_here, state in zip(langs, keys, (first, second), strict=True):
                    yield story, lang, said_here, state, row, notes


@pytest.fixture(scope="module")
def table() -> Iterator[tuple[Site, Built]]:
    with temporary_site() as site:
        site.configure(page_size=100)
        for story, lang, keys, *_ in _combinations():
            site.story(f"{story}.{lang}", title=f"{story} {lang}", slug=story, **keys)
        yield site, site.build()


def test_the_table_has_every_key_in_every_state() -> None:
    said = {text for row in _rows() for cell in row[:2] for text in re.findall(r"`(\w+: [\w-]+)`", cell)}
    assert {
        "draft: true",
        "draft: false",
        "draft: none",
        "publish: 2020-01-01",
        "publish: 2030-01-01",
        "publish: none",
        "expires: 2020-01-01",
        "expires: 2030-01-01",
        "expires: none",
        "date: 2030-01-01",
        "date: 2019-01-01",
    } <= said


@pytest.mark.parametrize("number", range(len(_rows())), ids=lambda n: " - ".join(_rows()[n][:2])[:80])
def test_each_row_of_the_table_holds(table: tuple[Site, Built], number: int) -> None:
    site, built = table
    due = {(d.path, d.kind): d.at[:10] for d in built.result.due}
    for story, lang, _, state, row, notes in _combinations():
        if not story.startswith(f"s{number}-"):
            continue
        path = f"content/{story}.{lang}.md"
        has_page = any(site.exists(f"/{lang}/{month}/{story}/") for month in ("2019/01", "2030/01", "2031/01"))
        assert has_page == (state == "public" or state.startswith("until")), row
        assert due.get((path, "publish"), "") == (state[5:] if state.startswith("from ") else ""), row
        if state.startswith("until") or state in ("public", "ended"):
            assert due.get((path, "expires"), "") == (state[6:] if state.startswith("until ") else ""), row
        with site.catalog() as catalog:
            shown = catalog.version_or_none(story, lang)
        assert shown is not None, row
        states = {
            "public": "published",
            "draft": "draft",
            "ended": "expired",
            "until": "published",
            "from": "scheduled",
        }
        assert shown.state == states[state.split()[0]], row
        assert [d.id for d in built.diagnostics if d.location.path == path] == notes, row


def test_no_line_of_the_table_is_an_error(table: tuple[Site, Built]) -> None:
    assert {str(d.severity) for d in table[1].diagnostics} == {"note"}


def test_as_the_clock_moves_each_build_of_the_table_equals_a_clean_one(site: Site) -> None:
    site.configure(page_size=100)
    for story, lang, keys, *_ in _combinations():
        if story.endswith("-0-fr"):  # one case of each row
            site.story(f"{story}.{lang}", title=f"{story} {lang}", slug=story, **keys)
    numbers = []
    for now in ("2024-01-01", "2030-01-01", "2031-01-01", "2019-06-01"):
        built = site.build(now=now)
        clean, tree = site.clean(now=now)
        assert differences(site.tree(), tree) == [], now
        assert (built.lines, built.result.due) == (clean.lines, clean.result.due), now
        assert audit(site) == [], now
        numbers.append(built.result.counts["scheduled"])
    assert numbers[0] > numbers[1] > numbers[2] == 0 < numbers[3]


# ---- three languages, pages, dates
URLS = ("/fr/2023/04/a/", "/en/2023/04/b/", "/ar/2023/04/c/")


def test_of_several_others_the_latest_publish_holds_and_the_earliest_expires_ends(site: Site) -> None:
    site.configure(languages=["fr", "en", "ar"])
    site.story("a.fr", title="A", publish="2024-02-01", expires="2025-02-01")
    site.story("a.en", title="B", publish="2024-03-01", expires="2025-01-01")
    site.story("a.ar", title="C", slug="c")
    assert [(d.kind, d.at[:10]) for d in site.build().result.due if d.path == "content/a.ar.md"] == [
        ("publish", "2024-03-01"),
        ("expires", "2025-01-01"),
    ]
    for now, there in (("2024-02-15", "fr"), ("2024-03-01", "fr en ar"), ("2025-01-15", "fr"), ("2025-02-01", "")):
        built = site.build(now=now)
        assert [url[1:3] for url in URLS if site.exists(url)] == there.split(), now
        clean, tree = site.clean(now=now)
        assert (site.tree(), built.lines, built.result.due) == (tree, clean.lines, clean.result.due), now


def test_pages_hold_each_other_back_too(site: Site) -> None:
    site.write("content/pages/a.fr.md", page_file("A", publish="2024-02-01"))
    site.write("content/pages/a.en.md", page_file("B"))
    assert site.build().ids == ["version-held"] * 2
    assert not site.exists("/en/a/")
    site.build(now="2024-02-01")
    assert site.exists("/en/a/")


def test_a_version_takes_the_oldest_date_so_that_a_later_one_moves_nothing(site: Site) -> None:
    site.configure(languages=["fr", "en", "ar"])
    site.story("a.en", title="B", date="2023-04-16T00:30:00+02:00")
    site.story("a.ar", title="C", slug="c", date=None)
    site.build()
    assert site.exists("/ar/2023/04/c/")
    # 23:00 UTC on the 15th in the first language: half an hour later than 22:30 UTC, whatever the texts look like.
    site.story("a.fr", title="A", date="2023-04-15T23:00:00Z")
    site.build()
    assert site.json("/ar/2023/04/c/index.json")["date"] == "2023-04-16T00:30:00+02:00"
    site.story("a.fr", title="A", date="2022-12-31")
    site.build()
    assert site.exists("/ar/2022/12/c/") and not site.exists("/ar/2023/04/c/")
    assert site.tree() == site.clean_build()


def test_the_notes_name_file_line_and_key_and_stand_at_the_key(site: Site) -> None:
    site.story("a.fr", title="A", publish="2024-02-01 08:00")
    site.story("a.en", title="B")
    site.story("b.fr", title="C", draft=True)
    site.story("b.en", title="D", draft=False)
    assert site.build().lines == [
        "content/a.en.md:1:1: note[version-held]: held back by `publish: 2024-02-01 08:00` in content/a.fr.md:5 | "
        "`publish: none` in this file lets that version go alone",
        "content/a.fr.md:5:1: note[version-held]: `publish: 2024-02-01 08:00` holds content/a.en.md back, too | "
        "`publish: none` there lets that version go alone",
        "content/b.en.md:5:1: note[version-alone]: public, while content/b.fr.md is held back by `draft: true` | "
        "nothing to do if that is meant; else write `draft: true` here, too",
        "content/b.fr.md:5:1: note[version-alone]: held back by `draft: true`, while content/b.en.md is public | "
        "nothing to do if that is meant; else write `draft: true` there, too",
    ]
    assert site.build(now="2024-02-01T08:00:00+01:00").ids == ["version-alone"] * 2


@pytest.mark.parametrize("key", ["draft", "publish"])
def test_what_a_hint_says_lets_the_version_go_alone(site: Site, key: str) -> None:
    site.story("a.fr", title="A", **{key: True if key == "draft" else "2024-02-01"})
    site.story("a.en", title="B")
    hint = next(d.hint for d in site.build().find("version-held") if d.location.path == "content/a.en.md")
    name, written = re.findall(r"`(\w+): (\w+)`", hint)[0]
    site.story("a.en", title="B", **{name: written})
    site.build()
    assert site.exists("/en/2023/04/b/") and not site.exists("/fr/2023/04/a/")


def test_with_drafts_a_draft_holds_nothing_and_an_embargo_does(site: Site) -> None:
    site.story("a.fr", title="A", draft=True)
    site.story("a.en", title="B")
    site.story("b.fr", title="C", publish="2024-02-01")
    site.story("b.en", title="D", draft=True)
    built = site.build(drafts=True)
    assert [site.exists(url) for url in URLS[:2]] == [True, True]
    # Without its line `draft: true` the fourth would wait, too.
    assert not site.exists("/en/2023/04/d/")
    assert built.ids == ["version-held"] * 2
    assert site.tree() == site.clean_build(drafts=True)
    site.build()
    assert not any(site.exists(url) for url in URLS[:2])
    assert site.tree() == site.clean_build()


# ---- nothing leaks
HOLDERS: dict[str, str | bytes] = {
    "draft": article("Secretfr", draft=True),
    "publish": article("Secretfr", publish="2030-01-01"),
    "date": article("Secretfr", "2030-01-01"),
    "broken": article("Secretfr", "demain", draft=True),
    "foreign": article("Secretfr", status="draft"),
    "unreadable": "---\ntitle: [Secretfr\nembargo: 2030-01-01\n",
}


@pytest.mark.parametrize("holder", HOLDERS)
def test_what_another_version_holds_back_appears_nowhere(site: Site, holder: str) -> None:
    site.write("content/s.png", PIXEL)
    site.write("content/s.pdf", b"%PDF secret")
    date = None if holder == "date" else "2023-04-16"
    site.story(
        "s.en",
        title="Secrettitle",
        slug="secretslug",
        tags=["Secrettag"],
        authors=["Secretauthor"],
        date=date,
        source="Secretsource",
        image={"src": "s.png", "alt": "secretalt"},
        body="Secretbody [x](s.pdf) [[a]]",
        aliases=["/secretalias/"],
        corrections=[{"date": "2023-05-01", "text": "Secretcorrection"}],
    )
    site.write("content/s.fr.md", HOLDERS[holder])
    body = "[[s]]\n\nSee [[s]] and [[s|these words]], [a file](s.en.md)."
    site.story("a.en", title="Public", date="2023-01-01", body=body, related=["s"])
    site.story("a.fr", title="Public", date="2023-01-01", body=body, related=["s"])
    built = site.build()
    assert "secret" not in site.text().casefold()
    assert not any(name.startswith(("media/", "pictures/", "secretalias")) for name in site.tree())
    assert site.links("/en/2023/01/public/", "[itemprop=articleBody] a") == []
    assert built.find("version-held")
    assert site.tree() == site.clean_build()


# ---- a file with errors that holds others back
def _file(*lines: str, body: str = "Texte.") -> str:
    return "\n".join(["---", "title: A", *lines, "categories: [europe]", "---", body, ""])


BROKEN = {
    "a bad date": _file("draft: true", "date: demain"),
    "a bad date above": _file("date: demain", "publish: 2030-01-01"),
    "a list": _file("tags: a, b", "date: 2023-04-16", "draft: true"),
    "YAML behind": _file("draft: true", "date: 2023-04-16", "lead: [a"),
    "YAML above": _file("lead: Kiev : ville", "date: 2023-04-16", "publish: 2030-01-01 08:00"),
    "a key twice": _file("draft: false", "date: 2023-04-16", "draft: true"),
    "a tag": _file("draft: !!bool true", "date: 2023-04-16"),
    "no closing line": "---\ntitle: A\ndate: 2023-04-16\n\ndraft: true\n\nTexte.\n",
    "no opening line": "title: A\ndate: 2023-04-16\ndraft: true\n---\nTexte.\n",
    "a line before": "\n" + _file("date: 2023-04-16", "draft: true"),
    "four dashes": _file("date: 2023-04-16", "draft: true").replace("---", "----"),
    "Latin-1": _file("lead: été", "date: 2023-04-16", "publish: 2030-01-01").encode("latin-1"),
    "UTF-16": _file("date: 2023-04-16", "draft: true").encode("utf-16"),
    "a null": _file("date: 2023-04-16", "draft: true").encode() + b"\0\xff",
    "carriage returns": _file("draft: true", "date: demain").replace("\n", "\r").encode(),
    "TOML": '+++\ntitle = "A"\ndate = 2023-04-16\ndraft = true\n+++\nTexte.\n',
    "JSON": '{\n  "title": "A",\n  "draft": true\n}\nTexte.\n',
    "flow": "---\n{title: A, date: demain, draft: true}\n---\n",
    "a merge conflict": _file("<<<<<<< HEAD", "draft: true", "=======", "draft: false", ">>>>>>> x"),
    "no value": _file("draft: peut-être", "date: 2023-04-16"),
    "no date": _file("publish: lundi", "date: 2023-04-16"),
    "no colon": _file("date: 2023-04-16", "draft true"),
    "a colon of another script": _file("date: 2023-04-16", "publish：2030-01-01"),
    "an indent": _file("date: 2023-04-16", " draft: true"),
    "a list of keys": "---\n- title: A\n- date: 2023-04-16\n- draft: true\n---\nTexte.\n",
    "an end of the document": _file("date: 2023-04-16", "...", "draft: true"),
    "a letter that nobody sees": _file("date: 2023-04-16", "dr\u200baft: true"),
    "a letter of another script": _file("date: 2023-04-16", "dr\u0430ft: true"),
    "no space": _file("date: 2023-04-16", "publish:2030-01-01"),
    "a value below": _file("date: demain", "draft:", "  true"),
    "a list below": _file("date: 2023-04-16", "status:", "- draft"),
    "a mapping below": _file("date: 2023-04-16", "build:", "  render: never", "  list: never"),
    "quotes": _file("date: demain", '"publish": "2030-01-01"  # embargo'),
    "a key of another system": _file("embargo: 2030-01-01", "date: 2023-04-16"),
    "its story": _file("story: s", "draft: true", "date: demain"),
    "an unknown category": article("A", draft=True, categories=["europ"]),
    "no title": article(None, draft=True),
}


@pytest.mark.parametrize("how", BROKEN)
def test_a_new_file_with_errors_holds_the_others_all_the_same(site: Site, how: str) -> None:
    site.write("content/x.fr.md" if how == "its story" else "content/s.fr.md", BROKEN[how])
    site.story("s.en", title="B")
    built = site.build()
    assert built.errors
    assert not site.exists("/en/2023/04/b/")
    (told,) = [d for d in built.find("version-held") if d.location.path == "content/s.en.md"]
    line = int(re.findall(r"in content/\w\.fr\.md:(\d+)", told.message)[0])
    data = BROKEN[how]
    text = data if isinstance(data, str) else data.decode("utf-16" if how == "UTF-16" else "latin-1")
    assert re.search("dr.?.?ft|publish|embargo|status|build", text.replace("\r", "\n").splitlines()[line - 1])
    assert site.tree() == site.clean_build()
    # Mended, it lets the other go; `draft: false` there would have, too.
    site.story("s.en", title="B", draft=False)
    site.build()
    assert site.exists("/en/2023/04/b/")


HARMLESS = {
    "no": _file("draft: non", "date: 2023-04-16"),
    "false": _file("draft: false", "date: demain"),
    "none": _file("publish: none", "date: demain"),
    "empty": _file("publish:", "draft: ~", "date: demain"),
    "past": _file("publish: 2020-01-01", "date: demain"),
    "yes": _file("publish: true", "date: 2023-04-16"),
    "in its text": _file("date: demain", body="draft: true\n\npublish: 2030-01-01"),
    "in its text, no closing line": "---\ntitle: A\n\nUn texte.\n\ndraft: true\n",
    "below extra": _file("date: demain", "extra:", "  draft: true"),
    "below a list of keys": _file("date: demain", "corrections:", "- draft: true"),
    "in a text of several lines": _file("date: demain", "lead: |", "  draft: true"),
    "in JSON below another key": '{\n  "title": "A",\n  "extra": {\n    "draft": true\n  },\n  "x": 1\n}\n',
    "a comment": _file("date: demain", "# draft: true"),
    "public": _file("date: demain", "status: published", "published: true"),
}


@pytest.mark.parametrize("how", HARMLESS)
def test_a_new_file_with_errors_that_holds_nothing_lets_the_others_go(site: Site, how: str) -> None:
    site.write("content/s.fr.md", HARMLESS[how])
    site.story("s.en", title="B")
    built = site.build()
    assert built.errors
    assert site.exists("/en/2023/04/b/")
    assert built.find("version-held") == built.find("version-unread") == []


@pytest.mark.parametrize("data", [b"\xff\xfe\x00", b"rien", b"\x89PNG\r\n\x1a\n", b"---\n\xe9\n---\n", b""], ids=str)
def test_a_file_of_which_nothing_can_be_read_is_a_warning_where_others_are_public(site: Site, data: bytes) -> None:
    site.write("content/s.fr.md", data)
    site.story("s.en", title="B")
    built = site.build()
    told = built.one("version-unread")
    assert (str(told.location), told.severity) == ("content/s.fr.md:1:1", "warning")
    assert "content/s.en.md" in told.message and site.exists("/en/2023/04/b/")
    site.story("s.en", title="B", draft=True)
    assert site.build().find("version-unread") == []


def test_an_embargo_in_a_file_with_errors_ends_at_its_time(site: Site) -> None:
    site.write("content/s.fr.md", _file("publish: 2024-02-01 08:00", "date: demain"))
    site.story("s.en", title="B")
    assert [(d.at, d.path) for d in site.build().result.due] == [("2024-02-01T08:00:00+01:00", "content/s.en.md")]
    site.build(now="2024-02-01T08:00:00+01:00")
    assert site.exists("/en/2023/04/b/")
    assert site.tree() == site.clean_build(now="2024-02-01T08:00:00+01:00")


def test_a_last_good_version_decides_for_the_file_that_it_stands_in_for(site: Site) -> None:
    site.story("a.fr", title="A")
    site.story("a.en", title="B")
    site.build()
    old = site.tree()
    for text in (_file("draft: true", "date: demain"), _file("status: draft", "date: 2023-04-16"), "rien"):
        site.write("content/a.fr.md", text)
        built = site.build()
        assert site.tree() == old
        assert built.result.status() == (1 if text == "rien" else 3)
        assert built.find("version-held") == built.find("version-unread") == []
    site.story("a.fr", title="A", draft=True)
    site.build()
    assert not any(site.exists(url) for url in URLS[:2])


def test_a_draft_takes_a_stand_in_away_and_two_builds_say_the_same(site: Site) -> None:
    site.story("a.fr", title="A")
    site.story("a.en", title="B")
    site.build()
    site.write("content/a.fr.md", "rien")
    site.story("a.en", title="B", draft=True)
    built = site.build()
    assert not any(site.exists(url) for url in URLS[:2])
    assert len(built.find("address-lost")) == 2
    assert site.build().lines == built.lines


def test_a_good_file_is_taken_before_one_with_errors_for_the_same_language(site: Site) -> None:
    site.write("content/a.fr.md", _file("date: demain"))
    site.story("b.fr", title="B", story="a")
    built = site.build()
    assert built.one("story-duplicate").location.path == "content/a.fr.md"
    assert site.exists("/fr/2023/04/b/")


# ---- keys of other systems
def _documented() -> list[tuple[list[str], str]]:
    text = sections(read("docs/front-matter.md"), 3)["Keys of other systems"]
    rows = [line.strip("|").split("|") for line in text.splitlines() if line.startswith("| `")]
    return [(re.findall(r"`([^`]+)`", row[0]), re.findall(r"`(\w+)", row[2])[0]) for row in rows]


def test_the_docs_name_every_key_of_other_systems() -> None:
    tables = (holding_keys.KEYS, holding_keys.WEAK_KEYS)
    assert sorted(key for keys, _ in _documented() for key in keys) == sorted(
        key for table in tables for names in table.values() for key in names.split()
    )


#: For each key of newsgen, a value of another system's key that holds back.
SAMPLES = {
    "true": "true",
    "false": "false",
    "state": "private",
    "kind": "draft",
    "from": "2030-01-01",
    "until": "2030-01-01",
    "embargo": "2030-01-01",
    "password": "x",
    "withdrawn": "x",
}


def test_each_key_of_another_system_is_an_error_that_names_ours_however_it_is_written(site: Site) -> None:
    wanted = {}
    words = {key: write for keys, write in _documented() for key in keys}
    for table in (holding_keys.KEYS, holding_keys.WEAK_KEYS):
        for meaning, names in table.items():
            for name in names.split():
                snake = re.sub("([A-Z])", r"_\1", name).lower()
                for form in (name, name.upper(), snake, snake.replace("_", "-"), f"_{name}", snake.title()):
                    if form not in ("draft", "publish", "expires", "date", "gone"):
                        story = f"s{len(wanted)}"
                        site.write(f"content/{story}.fr.md", _file("date: 2023-04-16", f"{form}: {SAMPLES[meaning]}"))
                        wanted[f"content/{story}.fr.md"] = name, form, "date" if name == "date" else words[name]
    found = {d.location.path: d for d in site.build().diagnostics}
    for path, (name, form, write) in wanted.items():
        told = found[path]
        assert (told.id, told.location.line, told.severity) == ("key-holds-back", 4, "error"), (name, form)
        assert f"`{form}`" in told.message and f"`{write}: " in told.hint, (name, form, told.hint)
    assert not list(site.output.glob("fr/2023/04/*"))


DRAFTS = [
    ("published", "false"), ("Status", "draft"), ("status", "[draft]"), ("status", "{workflow: private}"),
    ("status", '"future"'), ("status", "0"), ("visibility", "members"), ("Hidden", "yes"), ("hidden", "2030"),
    ("darft", "true"), ("publihsed", "false"), ("is_draft", "1"), ("mot de passe", "x"), ("permalink", "false"),
    ("build", "{render: never}"), ("layout", "draft"), ("Brouillon", "oui"), ("publie", "non"), ("état", "à relire"),
    ("password", "1234"), ("state", "in review"), ("Draft", "maybe"),
    ("hidden", "[no, yes]"), ("status", "[published, draft]"), ("published", "[true, false]"),
]  # fmt: skip
#: Key, value as YAML, what the hint says.
FOREIGN = [
    *((key, written, "draft: true") for key, written in DRAFTS),
    ("publishDate", "2020-01-01", "publish: 2020-01-01"),
    ("publish_on", "lundi", "publish: 2035-12-31 06:00"),
    ("published", "2030-01-01 08:00", "publish: 2030-01-01 08:00"),
    ("Expires", "2030-01-01", "expires: 2030-01-01"),
    ("expire", "demain", "expires: 2035-12-31 23:59"),
    ("PUBLISH", "2030-01-01", "publish: 2030-01-01"),
    ("publsih", "2030-01-01", "publish: 2030-01-01"),
    ("embrago", "2030-01-01", "publish: 2030-01-01"),
    ("expirse", "2030-01-01", "expires: 2030-01-01"),
    ("Gone", "Retiré.", "gone: Retiré."),
    ("Date", "2030-01-01", "date: 2030-01-01"),
    ("scheduled", "true", "publish: 2035-12-31 06:00"),
]


@pytest.mark.parametrize(("key", "written", "hint"), FOREIGN)
def test_a_value_that_may_hold_back_is_an_error_that_says_what_to_write(
    site: Site, key: str, written: str, hint: str
) -> None:
    site.write("content/a.fr.md", _file("date: 2023-04-16", f"{key}: {written}"))
    site.story("a.en", title="B")
    told = site.build().one("key-holds-back")
    assert (str(told.location), told.severity) == ("content/a.fr.md:4:1", "error")
    assert hint in told.hint
    assert [site.exists(url) for url in URLS[:2]] == [False, False]


@pytest.mark.parametrize(
    ("key", "written"),
    [
        ("published", "true"),
        ("published", "Yes"),
        ("Draft", "false"),
        ("DRAFT", "no"),
        ("status", "publish"),
        ("status", '"Published"'),
        ("status", "[public]"),
        ("hidden", "false"),
        ("visibility", "Public"),
        ("private", "no"),
        ("embargo", "none"),
        ("expire", "never"),
        ("unlisted", "0"),
        ("brouillon", "non"),
        ("publié", "oui"),
        ("password", "false"),
        ("online", "true"),
    ],
)
def test_a_value_that_says_public_is_a_warning_that_names_our_key(site: Site, key: str, written: str) -> None:
    site.write("content/a.fr.md", _file("date: 2023-04-16", f"{key}: {written}"))
    told = site.build().one("key-unknown")
    assert (str(told.location), told.severity) == ("content/a.fr.md:4:1", "warning")
    assert told.message == f"unknown key `{key}`" and "`draft: true`" in told.hint
    assert site.exists("/fr/2023/04/a/")


@pytest.mark.parametrize(
    ("key", "written"),
    [("published", ""), ("published", "null"), ("status", "~"), ("Draft", '""'), ("hidden", "[]"), ("type", "review"),
     ("layout", "post"), ("state", "Texas"), ("access", "rue de la Paix"), ("cache", "true"), ("archive", "2020"),
     ("live", "https://example.org/"), ("publisher", "Reuters"), ("craft", "bois"), ("public", "enfants"),
     ("drafted_by", "Ana"), ("etat", "Texas"), ("permalink", "/x/"), ("exclude", "Paris"), ("retire", "1998"),
     ("start_date", "2023-04-16"), ("startDate", "2019-05-01"), ("début", "2023-04-16 18:00"), ("ready", "presque"),
     ("event_start", "2030-01-01"), ("diffusion", "TF1"), ("publication", "Le Monde"), ("fin", "heureuse"),
     ("from", "2030-01-01"), ("mise_à_jour", "2030-01-01"), ("hold", "false"), ("time", "on hold")],
)  # fmt: skip
def test_what_holds_nothing_back_is_the_usual_warning(site: Site, key: str, written: str) -> None:
    site.write("content/a.fr.md", _file("date: 2023-04-16", f"{key}: {written}"))
    assert site.build().ids == ["key-unknown"]
    assert site.exists("/fr/2023/04/a/")


#: Names that stand in no list: with a value that holds back, with a date to come, with one that may be past.
HELD_BY_WORDS = """etat: brouillon|Etat: draft|retire: oui|on_hold: true|pending: yes|en_attente: true|hold: true
ready: false|valid: false|diffusion: interne|isReady: no|not_ready: true|pasPrête: oui|mise_en_attente: oui|prêt: non
blocked: oui|statutEditorial: brouillon|article_status: in review|content-state: private|finished: false|final: non
a_valider: oui|audience: internal|Story Status: on hold|étape: relecture"""
STARTS = """embargoed_until|scheduled_publish|à_publier|draft_until|date_parution|go_live_date|schedule|start_date
hold_until|planifié|date_de_mise_en_ligne|live_at|onlineFrom|Embargo End|paru_le|debut|begin|startsOn|published|online
embargo_levé_le|embargoLiftedAt"""
ENDS = """end_date|date_fin|fin|until|published_until|onlineUntil|expires_date|date_de_retrait|endsOn|jusqu'au|hide_on
publication_end|Removal Date"""
BY_WORDS = [
    *((*line.split(": "), "draft: true") for line in re.split("[|\n]", HELD_BY_WORDS)),
    *((key, "2030-01-01", "publish: 2030-01-01") for key in re.split("[|\n]", STARTS)),
    *((key, "2020-01-01", "expires: 2020-01-01") for key in re.split("[|\n]", ENDS)),
]


@pytest.mark.parametrize(("key", "written", "hint"), BY_WORDS)
def test_a_name_made_of_words_for_holding_back_holds_by_its_value(
    site: Site, key: str, written: str, hint: str
) -> None:
    site.write("content/a.fr.md", _file("date: 2019-04-16", f"{key}: {written}"))
    told = site.build().one("key-holds-back")
    assert (str(told.location), told.severity) == ("content/a.fr.md:4:1", "error")
    assert f"`{hint}`" in told.hint
    assert not list(site.output.glob("fr/2019/*/a"))


def test_the_docs_name_every_word_that_names_are_judged_by() -> None:
    text = sections(read("docs/front-matter.md"), 3)["Keys of other systems"]
    rows = [line.strip("|").split("|") for line in text.splitlines() if line.startswith("| *")]
    named = {row[0].strip(" *"): set(re.findall(r"`([^`]+)`", row[1])) for row in rows}
    assert named == {kind: set(words.split()) for kind, words in holding_keys.WORDS.items()}


def test_keys_of_other_systems_are_told_of_pages_too_and_stay_the_sites_own_below_extra(site: Site) -> None:
    site.write("content/pages/a.fr.md", page_file("A", status="draft"))
    site.write("content/pages/b.fr.md", page_file("B", Date="2030-01-01"))
    site.story("c.fr", title="C", extra={"status": "draft", "hidden": True})
    built = site.build()
    assert [d.location.path for d in built.find("key-holds-back")] == ["content/pages/a.fr.md"]
    assert built.ids == ["key-holds-back", "key-unknown"]
    assert [site.exists(url) for url in ("/fr/a/", "/fr/b/", "/fr/2023/04/c/")] == [False, True, True]


def test_a_published_story_stays_as_it_was(site: Site) -> None:
    site.story("a.fr", title="A", body="Bon.")
    site.build()
    old = site.tree()
    site.story("a.fr", title="A", body="Secret.", embargo="2030-01-01")
    built = site.build()
    assert (site.tree(), built.ids, built.result.status()) == (old, ["key-holds-back"], 3)
    site.story("a.fr", title="A", body="Secret.", publish="2030-01-01")
    site.build()
    assert not site.exists("/fr/2023/04/a/")


# ---- own keys whose value is none of theirs
@pytest.mark.parametrize(
    ("line", "hint"),
    [
        ("draft: oui", "write `draft: true`"),
        ("draft: maybe", "write `draft: true` or `draft: false`"),
        ("draft: 1", "write `draft: true`"),
        ("draft: [true]", "write `draft: true`"),
        ("draft: on", "write `draft: true`"),
        ("draft: off", "write `draft: false`"),
        ("publish: false", "write `draft: true`"),
        ("publish: yes", "delete the key"),
        ("publish: 1er mai 2030", "2030"),
        ("publish: {date: 2030-01-01}", "write `publish: "),
        ("expires: never", "`expires: none`"),
        ("expires: true", "2035"),
    ],
)
def test_an_own_key_with_another_value_leaves_the_story_out(site: Site, line: str, hint: str) -> None:
    site.write("content/a.fr.md", _file("date: 2023-04-16", line))
    (told,) = site.build().errors
    assert told.location.line == 4 and hint in told.hint
    assert not site.exists("/fr/2023/04/a/")


def test_a_file_at_which_newsgen_fails_holds_the_others_too(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    site.story("s.fr", title="A", body="À ce mot.", draft=True)
    site.story("s.en", title="B")
    convert = markup.convert

    def failing(text: str, **options: object) -> object:
        if "À ce mot" in text:
            raise RuntimeError("a fault")
        return convert(text, **options)

    monkeypatch.setattr(markup, "convert", failing)
    assert site.build().ids == ["newsgen-fault", "version-held", "version-held"]
    assert not site.exists("/en/2023/04/b/")


# ---- keys of other systems in a file without a version, beside versions that readers have
KEPT_BY = ("status: draft", "published: false", "publishDate: 2099-01-01", "brouillon: oui", "Draft: true")
#: Whether the French original was public before, whether the English file was, and which of them are public then.
BESIDE = ((True, False, "fr"), (False, False, ""), (True, True, "fr en"), (False, True, "fr en"))


def _beside() -> Iterator[tuple[str, str, bool, bool, list[str]]]:
    for (has_fr, has_en, public), key in itertools.product(BESIDE, KEPT_BY):
        yield f"{'ab'[has_fr]}{'ab'[has_en]}{KEPT_BY.index(key)}", key, has_fr, has_en, public.split()


def _french(name: str, body: str = "Texte.") -> str:
    # The correction is one more moment at which the story is merged again.
    return article(f"Fr {name}", body=body, slug=name, corrections=[{"date": "2024-02-01", "text": "Un chiffre."}])


def _foreign(name: str, *lines: str) -> str:
    return article(f"En {name}", slug=name).replace("---\n", "\n".join(["---", *lines, ""]), 1)


def _problems(site: Site) -> list[str]:
    found = verify(Request(site.root, workers=1)).problems
    return [f"{problem.kind} {problem.path} {problem.detail}" for problem in found]


def _shown(site: Site, name: str) -> list[str]:
    return [lang for lang in ("fr", "en") if site.exists(f"/{lang}/2023/04/{name}/")]


def test_a_key_of_another_system_takes_no_other_version_away(site: Site) -> None:
    for name, _, has_fr, has_en, _ in _beside():
        if has_fr:
            site.story(f"{name}.fr", _french(name))
        if has_en:
            site.story(f"{name}.en", _foreign(name))
    site.build()
    for name, key, has_fr, _, _ in _beside():
        if not has_fr:
            site.story(f"{name}.fr", _french(name))
        site.story(f"{name}.en", _foreign(name, key))

    def look(built: Built) -> None:
        assert built.result.status() == (3 if built.result.held_open else 1) and not built.find("address-lost")
        for name, key, _, _, public in _beside():
            assert _shown(site, name) == public, (name, key)
            told = [(d.location.path, d.id) for d in built.diagnostics if f"/{name}." in d.location.path]
            fr, en = f"content/{name}.fr.md", f"content/{name}.en.md"
            held = [] if public else [(en, "version-held"), (fr, "version-held")]
            assert [row for row in told if row[1] != "date-future"] == [(en, "key-holds-back"), *held], (name, key)
            (place,) = [d.location for d in built.find("key-holds-back") if d.location.path == en]
            assert place.line == 2, (name, key)

    look(site.build())
    assert _problems(site) == []
    look(site.build())
    for name, *_ in _beside():
        site.story(f"{name}.fr", _french(name, "Tout autre chose."))
    look(site.build())
    assert "Tout autre chose." in site.read("/fr/2023/04/ba0/")
    site.configure(title="Autre titre", page_size=7)
    look(site.build())
    assert _problems(site) == []
    look(site.build(now="2024-03-01"))
    assert _problems(site) == []
    assert audit(site) == []
    for name, *_ in _beside():
        site.story(f"{name}.en", _foreign(name))
    built = site.build(now="2024-03-01")
    assert built.ids == [] and _shown(site, "aa0") == ["fr", "en"]
    assert site.tree() == site.clean_build(now="2024-03-01")


@pytest.fixture
def spared(site: Site) -> Site:
    """A site whose story s is public in French, and kept by another system's key in English."""
    site.story("s.fr", title="A", slug="s")
    site.build()
    site.story("s.en", title="B", slug="s", status="draft")
    assert site.build().ids == ["key-holds-back"]
    assert _shown(site, "s") == ["fr"]
    return site


def _is_as_it_was(site: Site, **options: Any) -> bool:
    built = site.build(**options)
    return _shown(site, "s") == ["fr"] and built.result.status() == 1 and _problems(site) == []


def test_what_is_spared_stays_when_the_file_goes_or_is_mended_or_broken_otherwise(spared: Site) -> None:
    spared.story("s.en", title="B", slug="s", status="draft", date="demain")
    assert _is_as_it_was(spared)
    spared.remove("content/s.en.md")
    assert spared.build().ids == []
    assert spared.tree() == spared.clean_build()
    spared.story("s.en", title="B", slug="s", visibility="private")
    assert _is_as_it_was(spared)
    spared.story("s.en", title="B", slug="s")
    spared.build()
    assert _shown(spared, "s") == ["fr", "en"]
    assert spared.tree() == spared.clean_build()


@pytest.mark.parametrize(
    "lines",
    [
        ["draft: true"],
        ["publish: 2030-01-01"],
        ["draft: peut-être"],
        ["draft: true", "date: demain"],
        ["publish: lundi"],
        ["status: draft", "draft: true"],
    ],
    ids=str,
)
def test_our_own_keys_hold_what_is_public_and_it_is_public_no_more(spared: Site, lines: list[str]) -> None:
    spared.write("content/s.en.md", _foreign("s", *lines))
    assert _shown(spared, "s") == ["fr"]
    assert spared.build().find("address-lost")
    assert _shown(spared, "s") == []
    spared.story("s.en", title="B", slug="s", status="draft")
    assert spared.build().find("version-held")
    assert _shown(spared, "s") == [] and _problems(spared) == []


def test_a_version_that_was_never_public_waits_though_another_is(spared: Site) -> None:
    spared.configure(languages=["fr", "en", "ar"])
    spared.story("s.ar", title="C", slug="s")
    built = spared.build()
    assert _shown(spared, "s") == ["fr"] and not spared.exists("/ar/2023/04/s/")
    assert built.ids == ["key-holds-back", "version-alone", "version-alone", "version-held", "version-held"]
    assert _is_as_it_was(spared) and not spared.exists("/ar/2023/04/s/")


def test_pages_are_spared_too(site: Site) -> None:
    site.write("content/pages/a.fr.md", page_file("A"))
    site.build()
    site.write("content/pages/a.en.md", page_file("B", hidden=True))
    assert site.build().ids == ["key-holds-back"]
    assert site.exists("/fr/a/") and not site.exists("/en/b/") and _problems(site) == []


def test_another_file_for_the_same_language_was_never_public(spared: Site) -> None:
    spared.remove("content/s.fr.md")
    spared.story("other.fr", title="Secret", slug="s", story="s")
    assert spared.build().find("address-lost")
    assert "Secret" not in spared.text()


def test_what_was_withdrawn_is_not_published_again(site: Site) -> None:
    site.story("s.fr", title="A", slug="s", gone="Retiré.")
    site.build()
    site.story("s.en", title="B", slug="s", status="draft")
    assert _is_as_it_was(site)
    site.story("s.fr", title="A", slug="s")
    site.build()
    assert _shown(site, "s") == []


def test_a_public_version_may_be_withdrawn_or_end(spared: Site) -> None:
    spared.story("s.fr", title="A", slug="s", gone="Retiré.")
    assert _is_as_it_was(spared)
    spared.story("s.fr", title="A", slug="s", gone="Retiré.", expires="2023-12-01")
    spared.build()
    assert _shown(spared, "s") == []


def test_with_a_lost_cache_it_is_held_back_and_told(spared: Site) -> None:
    shutil.rmtree(spared.cache)
    built = spared.build()
    assert _shown(spared, "s") == [] and "version-held" in built.ids
    assert built.find("address-lost")


def test_another_newsgen_leaves_it_as_it_is(spared: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    spared.story("t.fr", title="T", slug="t")
    spared.build()
    spared.story("t.en", title="T", slug="t", published=False)
    monkeypatch.setattr("newsgen.pipeline.run._tools", lambda: "other")
    assert _is_as_it_was(spared) and _shown(spared, "t") == ["fr"]
    spared.remove("content/s.en.md")
    monkeypatch.setattr("newsgen.pipeline.run._tools", lambda: "another")
    assert spared.build().ids == ["key-holds-back"]
    assert _shown(spared, "t") == ["fr"]


def test_what_only_drafts_shows_was_never_public(site: Site) -> None:
    site.configure(languages=["fr", "en", "ar"])
    site.story("s.fr", title="A", slug="s")
    site.story("s.ar", title="C", slug="s", draft=True)
    site.build(drafts=True)
    assert _shown(site, "s") == ["fr"]
    site.remove("content/s.ar.md")
    site.story("s.en", title="B", slug="s", status="draft")
    for drafts in (True, False):
        site.build(drafts=drafts)
        assert _shown(site, "s") == [] and _problems(site) == []
        assert site.tree() == site.clean_build(drafts=drafts)


def test_a_look_at_drafts_in_between_takes_nothing_away(spared: Site) -> None:
    assert _is_as_it_was(spared, drafts=True)
    assert _is_as_it_was(spared)
    spared.remove("content/s.en.md")
    spared.build(drafts=True)
    spared.story("s.en", title="B", slug="s", status="draft")
    assert _is_as_it_was(spared)
    spared.story("s.fr", title="A", slug="s", draft=True)
    spared.build(drafts=True)
    assert _shown(spared, "s") == [] and _problems(spared) == []


def test_what_a_killed_build_never_wrote_was_never_public(site: Site) -> None:
    site.build()
    site.story("s.fr", title="A", slug="s")
    with killed_after(0):
        site.build()
    site.story("s.en", title="B", slug="s", status="draft")
    site.build()
    assert _shown(site, "s") == [] and _problems(site) == []


def test_what_a_killed_build_did_not_write_anew_is_public_all_the_same(spared: Site) -> None:
    spared.story("s.fr", title="A", slug="s", body="Autre.")
    with killed_after(0):
        spared.build()
    spared.story("s.en", title="B", slug="s", hidden=True)
    assert _is_as_it_was(spared)


def test_it_comes_back_where_another_story_took_its_address_meanwhile(spared: Site) -> None:
    spared.story("older.fr", title="Plus ancien", slug="s", date="2023-04-16T00:00:00+03:00")
    assert "address-taken" in spared.build().ids
    assert "Plus ancien" in spared.read("/fr/2023/04/s/") and _problems(spared) == []
    spared.configure(title="Autre")
    assert "address-taken" in spared.build().ids
    assert _problems(spared) == []
    spared.remove("content/older.fr.md")
    assert _is_as_it_was(spared)


def test_verify_and_check_know_what_is_public_before_the_next_build(site: Site) -> None:
    site.story("s.fr", title="A", slug="s")
    site.build()
    site.story("s.en", title="B", slug="s", status="draft")
    assert _problems(site) == []
    assert site.check().ids == ["key-holds-back"]
    assert _is_as_it_was(site)


def test_two_outputs_are_spared_alike(spared: Site, tmp_path: Path) -> None:
    other = tmp_path / "elsewhere"
    spared.build(output=other)
    assert (other / "fr/2023/04/s/index.html").is_file()
    assert _is_as_it_was(spared)
