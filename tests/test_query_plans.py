"""No edit reads a whole table: each statement of an incremental build finds its rows by an index.

A statement that reads all stories, promises or pages costs nothing in a site of ten, and minutes in an archive: one
that was asked for each story took a publication of 20,000 articles from seconds to an hour. SQLite says of each how it
would find the rows (EXPLAIN QUERY PLAN).
"""

from __future__ import annotations

import re
import sqlite3
from pathlib import Path

import pytest

from support.harness import PIXEL, Site, article
from support.newsroom import folder_of, publish
from support.statements import watch

#: Tables that are as small in a large archive, or hold what a build has just found, or all of which is reported.
_SMALL = """
setting word template rule tally meta ledger build forgotten list dirty broken refused pending removal diagnostic folder
lost sqlite_master
"""
SMALL = frozenset(_SMALL.split())
#: Columns of which many rows have the same value.
WIDE = frozenset(("kind", "lang", "state", "number", "phase", "counts", "fault"))
#: What statements have in them that may read one, each with the reason.
MAY = {
    "SELECT 1 FROM": "whether there is anything at all: the first row will do",
    "SELECT size FROM file LIMIT 1": "likewise",
    "COALESCE(MAX(id), 0)": "the last row",
    "FROM media WHERE fault": "an index of those with a fault",
    "FROM media m CROSS JOIN file f": "likewise",
    "FROM parsed INDEXED BY parsed_term": "an index of the files of terms",
    "FROM parsed WHERE kind = ? AND name = ? AND lang = ? AND kind NOT IN": "likewise",
    "FROM parsed WHERE name != story": "an index of files that say whose story they are",
    "FROM mention m JOIN term t": "only for a picture that a file of a term shows",
    "FROM term WHERE kind = 'category'": "there are few",
    "FROM correction WHERE lang = ?": "the page of all corrections",
    "kind = 'search-index' AND key = ?": "one for each month and language",
    "kind = 'sitemap-lists'": "one for each 20,000 lists",
    "kind IN ('sitemap-lists', 'sitemap-month')": "one for each month",
    "kind IN (?, ?, ?, ?, ?) AND (kind != 'overview'": "the sitemap of lists, when one came or went",
    "FROM page WHERE kind = ? AND lang = ? AND number = 0 ORDER BY url": "an overview, when a list came or went",
    "FROM version WHERE kind = 'page' AND lang = ?": "pages beside articles, of which there are few",
    # What the ledger does not know yet, when an address came or went (`LedgerNextQuery`).
    "SELECT url, story, lang FROM alias": "the next lines of the ledger",
    "SELECT path FROM file WHERE kind = 'static'": "likewise",
    "SELECT COUNT(*) FROM file WHERE hash != ''": "the number of files in the report: 6 ms for 100,000 files",
}


def scans(site: Site, sql: str) -> list[str]:
    """The large tables that a statement would read whole."""
    with sqlite3.connect(site.cache / "catalog.sqlite") as catalog:
        try:
            rows = catalog.execute(f"EXPLAIN QUERY PLAN {sql}", [None] * sql.count("?")).fetchall()
        except sqlite3.Error:
            return []
    named = dict(re.findall(r"\b(?:FROM|JOIN|,)\s+(\w+)(?:\s+(?:AS\s+)?(\w+))?", sql))
    tables = {alias or table: table for table, alias in named.items()} | {table: table for table in named}
    found = []
    for *_, detail in rows:
        name = detail.split()[1] if detail.startswith(("SCAN ", "SEARCH ")) else ""
        if name and tables.get(name, name) not in SMALL and not _is_narrow(detail):
            found.append(detail)
    return found


def _is_narrow(detail: str) -> bool:
    """Whether few rows have these values; SQLite spells them at the end: `(kind=? AND key=?)`."""
    columns = set(re.findall(r"[a-z_]+", detail.partition("(")[2]))
    return bool(columns - WIDE) and "AUTOMATIC" not in detail


def test_no_edit_reads_a_whole_table(site: Site, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for number in range(30):
        site.story(f"2023/04/x{number}.fr", article(f"Sommet {number}", tags=["paix", f"t{number}"]))
    site.write("content/p.png", PIXEL)
    place = folder_of(tmp_path / "srv")
    publish(site, place)
    publish(site, place)
    said = watch(monkeypatch)
    site.story("2023/04/x1.fr", article("Autre titre", tags=["paix"], body="![x](/p.png)"))
    site.build()
    site.story("2023/04/x1.fr", article("Autre titre", tags=["guerre"], categories=["europe"]))
    site.story("2023/04/x99.fr", article("Nouveau", aliases=["/fr/vieux/"]))
    site.remove("content/2023/04/x7.fr.md")
    publish(site, place)
    site.story("2023/04/x99.fr", article("Nouveau", slug="encore", date="2023-06-07"))
    publish(site, place)
    publish(site, place)
    site.story("2023/04/x98.fr", article("Nouveau", slug="sommet-3"))
    site.write("content/p.png", PIXEL + b"\0")
    site.write("content/q.png", PIXEL)
    site.write("static/robots.txt", "User-agent: *")
    site.write("content/tags/paix.fr.md", "---\nname: Paix\n---\n![x](/q.png)\n")
    site.build()
    found = {sql: plan for sql in tuple(said) if (plan := scans(site, sql))}
    bad = [f"{plan}: {sql}" for sql, plan in found.items() if not any(part in " ".join(sql.split()) for part in MAY)]
    assert not bad, "\n".join(bad)
    assert [part for part in MAY if not any(part in " ".join(sql.split()) for sql in found)] == []
