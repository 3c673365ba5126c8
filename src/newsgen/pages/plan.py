"""What is to be rendered and removed after a change: decided in index's transaction, kept until it is done."""

# A page is stale where something that it was made of is another now: an answer, a template, the bytes of its file, or
# the output that it is to stand in. `pending` holds the stale pages with their reasons, `removal` the paths that no
# page has any more; both are written in index's transaction, so that what a build has understood is never forgotten.
#
#   a page becomes pending because             noted by
#   it is new, or has moved                    `index.outputs.insert`
#   its file has other bytes                   `index.files._keep_place`; `make_again`, where one stood in for it
#   an answer that it asked is another         `plan`, by the change set: `_touched`, then the hash of the answer
#   a template that it looked up is another    `plan`, those that were missing too
#   there was no cache                         `plan`, where `changes.is_first`
#   this output does not show it so            `compare`, where catalog and manifest are not paired (`output.manifest`)
#   it leads to a page that failed             `Traces.take_back` (`pipeline.held_pages`)
#   and is no more so by                       `Traces.record`, when it is written; `traces.forget`, when it goes
#
# Which questions are asked again is told twice: `touched_keys` names the keys that the change may touch, and the traces
# those that some page has asked; only what both name is answered. Where the hash is the old one the work ends there,
# and no page is touched: a body edit does not render a list. Where it is another one it is kept at once, before the
# pages are made, and that is sound only since `pending` lies in the same transaction. An answer that cannot be given
# any more (its story is gone) counts as another one: who asked is rendered, and asks something else.
#
# Invariant: between two builds the kept hash of every question is that of its answer now. `audit` looks, and names the
# keys that `touched_keys` forgot; it cannot find one that a page asked anew because it was rendered for another reason.
# Proved by test_any_history_gives_what_a_clean_build_gives, test_a_build_that_is_repeated_writes_nothing,
# test_idle_build_is_told_from_others, test_template_that_appears_later_changes_the_trace,
# test_a_build_that_is_killed_anywhere_is_finished_by_the_next, test_a_lost_cache_changes_nothing,
# test_what_was_made_of_a_turned_picture_meanwhile_is_made_again.

from __future__ import annotations

import itertools
import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator

import msgspec

from newsgen.addresses.urls import address_key
from newsgen.catalog import traces
from newsgen.catalog.store import Catalog
from newsgen.nouns.changes import Changes
from newsgen.nouns.diagnostics import Diagnostic, Location, diagnose
from newsgen.nouns.model import Published
from newsgen.queries import QUERY_TYPES, answer_hash, query_of, text_prefix

_FAILED = b"!"  # stands for the answer of a query that cannot be answered any more


def plan(catalog: Catalog, changes: Changes) -> None:
    """Notes the pages that are new, that asked something whose answer is another one now, or whose template changed."""
    if changes.is_first:
        catalog.run("DELETE FROM pending")
        catalog.run("INSERT INTO pending SELECT id, 'no cache to compare with' FROM page")
        return
    for name in sorted(changes.templates):
        traces.add_pending_template(catalog, name, f"template {name}")
    for id_, text, old_hash in _touched(catalog, changes):
        hash_ = _answer_hash(catalog, text)
        if hash_ != old_hash:
            catalog.run("UPDATE asked SET hash = ? WHERE id = ?", hash_, id_)
            traces.add_pending_query(catalog, id_, in_words(text))
    for (output,) in catalog.all("SELECT output FROM removal"):
        if catalog.page_at(output, address_key(output)):
            catalog.run("DELETE FROM removal WHERE output = ?", output)


def _touched(catalog: Catalog, changes: Changes) -> list[tuple[int, str, bytes]]:
    """Id, text and kept hash of the questions that some trace holds and that the change may touch."""
    questions: dict[int, tuple[int, str, bytes]] = {}
    for name, type_ in QUERY_TYPES.items():
        for leading in dict.fromkeys(type_.touched_keys(changes, catalog)):
            low = text_prefix(name, *leading)
            high = low + "\U0010ffff"
            for row in catalog.all("SELECT id, query, hash FROM asked WHERE query >= ? AND query < ?", low, high):
                questions[row[0]] = row
    return list(questions.values())


def _answer_hash(catalog: Catalog, text: str) -> bytes:
    try:
        return answer_hash(query_of(text, QUERY_TYPES).answer(catalog))
    except (sqlite3.Error, msgspec.DecodeError):
        raise  # it is the catalog's
    except Exception:  # and where newsgen itself fails, rendering the page says so
        return _FAILED  # what it asks about is no more: who asked it is rendered anew, and asks something else


def audit(catalog: Catalog) -> list[str]:
    """The questions whose kept hash is not that of their answer now: each is a key that `touched_keys` forgot."""
    forgotten = []
    for id_, text, old_hash in catalog.all("SELECT id, query, hash FROM asked"):
        is_asked = catalog.one(
            "SELECT 1 FROM link WHERE query = ? UNION SELECT 1 FROM bundle_link b JOIN trace t ON t.bundle = b.bundle"
            " WHERE b.query = ?",
            id_,
            id_,
        )
        if is_asked and _answer_hash(catalog, text) != old_hash:
            forgotten.append(text)
    return sorted(forgotten)


def in_words(text: str) -> str:
    """A question as reports show it: `["TeaserQuery","2023/04/x","fr"]` is `TeaserQuery(2023/04/x, fr)`."""
    name, *values = json.loads(text)
    return f"{name}({', '.join(str(value) for value in values if value != '')})"


# ---- against another output than the one of the last build
def compare(catalog: Catalog, published: Callable[[str], Published | None], outputs: Iterable[str]) -> None:
    """Compares every page with what an output's manifest says, and every file of that manifest with the pages."""
    catalog.run("DELETE FROM removal")
    there = iter(outputs)
    first = next(there, None)
    if first is None:
        catalog.run("INSERT OR IGNORE INTO pending SELECT id, 'not in this output' FROM page")
        return
    catalog.many("INSERT OR IGNORE INTO pending VALUES (?, 'not in this output')", _differing(catalog, published))
    for output in itertools.chain([first], there):
        if catalog.page_at(output, address_key(output)):
            continue
        owner, row = catalog.page_of_companion(output), published(output)
        if owner is None or row is None or row.kind != "companion":
            catalog.run("INSERT OR REPLACE INTO removal VALUES (?)", output)
        elif not row.hash:  # of a killed build: rendering its page settles it
            catalog.run("INSERT OR IGNORE INTO pending VALUES (?, 'not in this output')", owner.id)


def _differing(catalog: Catalog, published: Callable[[str], Published | None]) -> Iterator[tuple[int]]:
    rows = catalog.connection.execute("SELECT p.id, p.output, t.hash FROM page p LEFT JOIN trace t ON t.page = p.id")
    for id_, output, hash_ in rows:
        row = published(output)
        if row is None or not hash_ or row.hash != hash_:
            yield (id_,)


def make_again(catalog: Catalog, pictures: Iterable[str]) -> None:
    """Lets the files of these pictures be made again: what they were made of stood in for the pictures themselves."""
    sql = (
        "INSERT OR IGNORE INTO pending SELECT p.id, 'its file changed' FROM file f"
        " JOIN page p ON p.kind = f.kind AND p.lang = '' AND p.key = f.path AND p.number = 0"
        " WHERE f.kind IN ('media', 'variant') AND (f.path = ?1 OR (f.original = ?1 AND f.original != ''))"
    )
    catalog.many(sql, ((path.removeprefix("content/"),) for path in pictures))


def in_the_way(catalog: Catalog, outputs: Iterable[str]) -> set[str]:
    """Of files to be removed those where a page, or a folder for one, is to be: they go before anything is written."""
    return {output for output in outputs if catalog.page_in_the_way(address_key(output))}


def lost(catalog: Catalog, rows: Iterable[Published]) -> list[Diagnostic]:
    """What to say of published addresses that are removed, where no ledger is kept.

    With one, index tells of what it promises, and nothing else was published: what this output shows besides is of
    builds that nobody published, or of a publication that was stopped.
    """
    if catalog.one("SELECT 1 FROM source WHERE kind = 'ledger' LIMIT 1"):
        return []
    kinds = ("article", "page", "gone", "redirect", "moved")
    return [_lost(catalog, row) for row in rows if row.kind in kinds and row.hash]


def _lost(catalog: Catalog, row: Published) -> Diagnostic:
    there = catalog.one("SELECT path, state FROM version WHERE story = ? AND lang = ?", row.story, row.lang)
    path, state = there if there else (row.source, "")
    place = Location(path or "newsgen.yaml")
    if state == "expired":  # as its editor planned
        return diagnose(place, "address-lost/expired", url=row.url, path=path)
    if state and state not in ("published", "gone"):
        key = "address-lost/scheduled" if state == "scheduled" else "address-lost/unpublished"
        return diagnose(place, key, url=row.url, path=path, state=state)
    return diagnose(place, "address-lost/moved" if state == "published" else "address-lost", url=row.url)
