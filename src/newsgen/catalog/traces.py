"""What pages asked, and the way back from a question to the pages that asked it; what is to be rendered and removed.

A question is kept once, with the hash of its present answer. Pages of a bundle asked the same shared questions.
"""

# The trace of a page is all that it was made of, so that a change finds its pages by a look-up and not by reading
# traces. A row for each question of each page would be most of the catalog; what pages have in common is kept once
# instead:
#
#   table                what                                                    from a change to pages
#   asked                each question once, with the hash of its answer now     by its text, in a range of keys
#   link                 which page asked it                                     question to pages
#   bundle, bundle_link  a set of questions that many pages ask alike            question to bundles to pages
#   lookup, lookup_link  a set of templates that were looked up, found or not    name to sets to pages
#   trace                a page: its bundle, its templates, its own questions    (from a page to what it asked)
#                        as ids, the hash of what was written, why, and when
#
# A question has one hash, not one for each page: what a page saw is always the present answer, or the page is pending.
# So `record` may write the hash of the newest answer over the old one, and a page that asked before the answer changed
# is found by plan, in the transaction in which it changed.
#
# Ids are remembered while traces are written (`_ids`): a question that nobody asks any more is deleted with its last
# link, and then what is remembered may name nothing, so it is dropped whole. Bundles and sets of templates stay when
# the last page has left them: they are few, and the next page may want them again. `reasons` and `at` are those of the
# build that changed the bytes last: a page that was rendered to the same bytes keeps them, since `newsgen why` tells
# what made it as it is.
#
# Proved by test_no_page_changes_unless_its_trace_does, test_a_page_has_the_trace_that_it_has_alone,
# test_the_order_of_pages_does_not_matter_to_traces, test_pages_that_asked_the_same_share_one_value,
# test_missing_templates_are_recorded, test_imported_templates_are_traced_on_every_page,
# test_traces_of_pages_that_are_gone_are_dropped, test_more_questions_than_are_remembered_are_numbered_alike,
# test_queries_that_many_pages_ask_are_few, test_answers_in_a_trace_are_hashes_of_what_was_answered.

from __future__ import annotations

import time
from array import array
from collections.abc import Iterable, Iterator
from hashlib import blake2b
from typing import Any

from newsgen.catalog.store import Catalog, decode, encode
from newsgen.nouns.model import Page, Trace

_KEPT = 20_000  # ids of questions that are remembered while traces are written


class Traces:
    """Writes the traces of one build."""

    def __init__(self, catalog: Catalog) -> None:
        self.catalog = catalog
        self._ids: dict[str, int] = {}
        self._next = catalog.count("SELECT COALESCE(MAX(id), 0) FROM asked") + 1
        self._bundles: dict[tuple[tuple[str, bytes], ...], int] = {}
        self._lookups: dict[tuple[tuple[str, str], ...], int] = {}
        self._at = int(time.time())
        self._is_first = catalog.one("SELECT 1 FROM trace LIMIT 1") is None

    def record(self, made: Iterable[tuple[int, Trace, str]]) -> None:
        """Keeps page id, trace and reasons of pages that were rendered; they are pending no more."""
        made = list(made)
        if len(self._ids) > _KEPT:
            self._ids = {}
        olds = {} if self._is_first else self._old_traces(page for page, _, _ in made)
        self._number({text: hash_ for _, trace, _ in made for text, hash_ in trace.asked})
        rows, links, forgotten = [], [], []
        for page, trace, reasons in made:
            ids = [self._ids[text] for text, _ in trace.asked]
            at = self._at
            blob = array("I", ids).tobytes()
            if page in olds:
                asked, hash_, *why = olds[page]
                if asked != blob:
                    before = set(_ids(asked))
                    forgotten.append((page, before - set(ids)))
                    links += [(id_, page) for id_ in ids if id_ not in before]
                if hash_ == trace.output_hash:
                    reasons, at = why  # what made it as it is
            else:
                links += [(id_, page) for id_ in ids]
            rows.append(
                (
                    page,
                    self._bundle(trace.shared),
                    self._lookup(trace.templates),
                    blob,
                    trace.output_hash,
                    reasons,
                    at,
                )
            )
        links.sort()
        self.catalog.many("INSERT OR IGNORE INTO link VALUES (?, ?)", links)
        self.catalog.many("INSERT OR REPLACE INTO trace VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
        self.catalog.many("DELETE FROM pending WHERE page = ?", ((page,) for page, _, _ in made))
        for page, queries in forgotten:
            if queries:
                unlink(self.catalog, page, queries)
                self._ids = {}  # one of them may be forgotten now

    def take_back(self, page: int, reasons: str) -> None:
        """A page that was recorded is to be rendered again."""
        forget(self.catalog, page)
        add_pending(self.catalog, (page,), reasons)
        self._ids = {}  # some may be forgotten now

    def _old_traces(self, pages: Iterable[int]) -> dict[int, Any]:
        ids = list(pages)
        marks = ", ".join("?" * len(ids))
        rows = self.catalog.all(f"SELECT page, asked, hash, reasons, at FROM trace WHERE page IN ({marks})", *ids)
        return {page: row for page, *row in rows}

    def _number(self, asked: dict[str, bytes]) -> None:
        """Gives every question an id, and keeps the hash of its answer."""
        unknown = [text for text in asked if text not in self._ids]
        known: dict[str, bytes] = {}
        for start in range(0, len(unknown), 500):
            part = unknown[start : start + 500]
            marks = ", ".join("?" * len(part))
            rows = self.catalog.all(f"SELECT id, query, hash FROM asked WHERE query IN ({marks})", *part)
            for id_, text, hash_ in rows:
                self._ids[text] = id_
                known[text] = hash_
        new = [text for text in unknown if text not in known]
        numbered = list(enumerate(new, self._next))
        self._next += len(new)
        self.catalog.many("INSERT INTO asked VALUES (?, ?, ?)", ((n, text, asked[text]) for n, text in numbered))
        self._ids |= {text: n for n, text in numbered}
        others = [(asked[text], self._ids[text]) for text, hash_ in known.items() if hash_ != asked[text]]
        self.catalog.many("UPDATE asked SET hash = ? WHERE id = ?", others)

    def _bundle(self, shared: tuple[tuple[str, bytes], ...]) -> int:
        id_ = self._bundles.get(shared)
        if id_ is None:
            self._number(dict(shared))
            ids = sorted(self._ids[text] for text, _ in shared)
            names = array("I", ids).tobytes()
            digest = blake2b(names, digest_size=16).digest()
            row = self.catalog.one("SELECT id FROM bundle WHERE digest = ?", digest)
            if row is None:
                row = self.catalog.one("INSERT INTO bundle (digest, asked) VALUES (?, ?) RETURNING id", digest, names)
                links = ((query, row[0]) for query in ids)
                self.catalog.many("INSERT OR IGNORE INTO bundle_link VALUES (?, ?)", links)
            id_ = self._bundles[shared] = row[0]
        return id_

    def _lookup(self, templates: tuple[tuple[str, str], ...]) -> int:
        id_ = self._lookups.get(templates)
        if id_ is None:
            names = [name for name, _ in templates]
            row = self.catalog.one("SELECT id FROM lookup WHERE names = ?", encode(names))
            if row is None:
                row = self.catalog.one("INSERT INTO lookup (names) VALUES (?) RETURNING id", encode(names))
                self.catalog.many("INSERT OR IGNORE INTO lookup_link VALUES (?, ?)", ((n, row[0]) for n in names))
            id_ = self._lookups[templates] = row[0]
        return id_


def unlink(catalog: Catalog, page: int, queries: Iterable[int]) -> None:
    """The page asks these no more; a question that nobody asks is forgotten."""
    for query in queries:
        catalog.run("DELETE FROM link WHERE query = ? AND page = ?", query, page)
        catalog.run(
            "DELETE FROM asked WHERE id = ? AND NOT EXISTS (SELECT 1 FROM link WHERE query = ?)"
            " AND NOT EXISTS (SELECT 1 FROM bundle_link WHERE query = ?)",
            query,
            query,
            query,
        )


def forget(catalog: Catalog, page: int) -> None:
    """A page that is no more."""
    row = catalog.one("SELECT asked FROM trace WHERE page = ?", page)
    if row:
        unlink(catalog, page, set(_ids(row[0])))
    catalog.run("DELETE FROM trace WHERE page = ?", page)
    catalog.run("DELETE FROM pending WHERE page = ?", page)


def _ids(blob: bytes) -> list[int]:
    ids = array("I")
    ids.frombytes(blob)
    return ids.tolist()


# ---- from a change to pages
_MORE = " ON CONFLICT (page) DO UPDATE SET reasons = reasons || char(10) || excluded.reasons"


def add_pending(catalog: Catalog, pages: Iterable[int], reason: str) -> None:
    """Pages, by id, are to be rendered; to those that are already, the reason is added, a line each."""
    catalog.many(f"INSERT INTO pending VALUES (?, ?){_MORE}", ((page, reason) for page in pages))


def add_pending_query(catalog: Catalog, query: int, reason: str) -> None:
    """Every page that asked the query is to be rendered."""
    catalog.run(f"INSERT INTO pending SELECT page, ? FROM link WHERE query = ?{_MORE}", reason, query)
    catalog.run(
        "INSERT INTO pending SELECT t.page, ? FROM bundle_link b JOIN trace t ON t.bundle = b.bundle"
        f" WHERE b.query = ?{_MORE}",
        reason,
        query,
    )


def add_pending_template(catalog: Catalog, name: str, reason: str) -> None:
    """Every page that looked the template up, found or not, is to be rendered."""
    catalog.run(
        "INSERT INTO pending SELECT t.page, ? FROM lookup_link l JOIN trace t ON t.lookup = l.lookup"
        f" WHERE l.name = ?{_MORE}",
        reason,
        name,
    )


def pending(catalog: Catalog, phase: int) -> Iterator[tuple[int, str, str]]:
    """Id, reasons and kind of pages to be rendered, in the order of writing; rows may be deleted meanwhile."""
    last = -1
    while True:
        rows = catalog.all(
            "SELECT n.page, n.reasons, p.kind FROM pending n JOIN page p ON p.id = n.page"
            " WHERE p.phase = ? AND n.page > ? ORDER BY n.page LIMIT 1000",
            phase,
            last,
        )
        if not rows:
            return
        yield from rows
        last = rows[-1][0]


def trace(catalog: Catalog, page: Page) -> Trace:
    """The trace of a page. Raises: KeyError if it has none."""
    row = catalog.one("SELECT bundle, lookup, asked, hash FROM trace WHERE page = ?", page.id)
    if row is None:
        raise KeyError(page.output)
    (shared,) = catalog.one("SELECT asked FROM bundle WHERE id = ?", row[0])
    (names,) = catalog.one("SELECT names FROM lookup WHERE id = ?", row[1])
    hashes = {name: hash_ for name, (_, _, hash_) in catalog.templates().items()}
    templates = tuple((name, hashes.get(name, "")) for name in decode(names))
    return Trace(_asked(catalog, row[2]), _asked(catalog, shared), templates, row[3])


def _asked(catalog: Catalog, blob: bytes) -> tuple[tuple[str, bytes], ...]:
    questions: list[tuple[str, bytes]] = []
    for id_ in _ids(blob):
        row: Any = catalog.one("SELECT query, hash FROM asked WHERE id = ?", id_)
        questions.append((row[0], row[1]))
    return tuple(sorted(questions))


def reasons(catalog: Catalog, page: Page) -> tuple[list[str], int]:
    """Why a page was rendered when its bytes changed last, and when (epoch seconds).

    Raises: KeyError if it never was rendered.
    """
    row = catalog.one("SELECT reasons, at FROM trace WHERE page = ?", page.id)
    if row is None:
        raise KeyError(page.output)
    return list(dict.fromkeys(row[0].split("\n"))), row[1]
