"""Links within the site by address (`/fr/…`, its own host): whether there is such a page, and such a heading on it."""

# These links have no slots: readers get them as they were typed, and what is wrong is told. So no page is rendered
# again where another one comes or goes. An address is looked up when all pages, files and redirects are known, at the
# end of index; those are looked at again that a touched file writes, and those whose place is in `work.folded`, where a
# page came or went, or whose page has another text.
#
# Proved by test_a_page_that_comes_mends_a_dead_link_and_one_that_goes_breaks_it.

from __future__ import annotations

import re
import unicodedata
from urllib.parse import unquote, urlsplit

from newsgen.addresses.urls import address_key, known_id, output_path
from newsgen.catalog.store import decode_reference
from newsgen.index.work import Work
from newsgen.nouns.diagnostics import Diagnostic, Location, diagnose
from newsgen.nouns.model import Reference, UrlPath
from newsgen.settings.config import Config


def mentioned(config: Config, reference: Reference) -> str:
    """What a reference leads to, as the column `mention.target` has it: of an address the folded output path."""
    if reference.kind != "address":
        return reference.target
    path = site_path(config, reference.target)
    return "" if path is None else _place(path)


def site_path(config: Config, address: str) -> str | None:
    """The path below `url` of an address of this site; None if it lies beside the site on its host."""
    path = re.split("[?#]", address, maxsplit=1)[0]
    if not path.startswith("/") or path.startswith("//"):
        path = urlsplit(path).path or "/"
        if not f"{path}/".startswith(config.base_path):
            return None
        path = f"/{path[len(config.base_path) :]}"
    path = unicodedata.normalize("NFC", unquote(path))
    last = path.rpartition("/")[2]
    if last == "index.html":
        return path.removesuffix(last)
    return path if not last or "." in last else f"{path}/"  # hosts lead from `/fr/europe` to the page


def _place(path: str) -> str:
    try:
        return address_key(output_path(UrlPath(path)))
    except ValueError:
        return ""


def follow_addresses(work: Work) -> None:
    """Says which addresses no page has, of the files that were touched or whose targets came or went."""
    catalog = work.catalog
    paths = dict(work.mentions)
    if work.is_all:
        paths |= {p: None for (p,) in catalog.all("SELECT DISTINCT path FROM mention WHERE kind = 'address'")}
    else:
        for folded in (*work.folded, *_with_other_texts(work)):
            rows = catalog.all("SELECT path FROM mention WHERE target = ? AND kind = 'address'", folded)
            paths |= dict.fromkeys(path for (path,) in rows)
    work.each(paths, lambda path: _follow(work, path), work.blame_path)


def _with_other_texts(work: Work) -> list[str]:
    """The places of pages whose headings may be others."""
    stories = dict.fromkeys(story for kind, story, _ in work.changes.bodies.values() if kind in ("article", "page"))
    return [_place(url) for story in stories for _, _, url in work.catalog.versions_of(story)]


def _follow(work: Work, path: str) -> None:
    rows = work.catalog.all("SELECT target, reference FROM mention WHERE path = ? AND kind = 'address'", path)
    diagnostics: list[Diagnostic] = []
    for folded, row in rows:
        diagnostics += _faults(work, path, folded, decode_reference(row))
    if not work.is_first or diagnostics:
        work.catalog.say(f"address\0{path}", diagnostics)


def _faults(work: Work, path: str, folded: str, reference: Reference) -> list[Diagnostic]:
    catalog, at = work.catalog, Location(path, reference.line, reference.column)
    written = site_path(work.config, reference.target)
    if written is None:
        return []
    page = catalog.one("SELECT kind, key, lang, url FROM page WHERE folded = ?", folded) if folded else None
    if page is None:
        return _without_page(work, at, folded, reference.target)
    kind, story, lang, url = page
    if url != written:
        return [diagnose(at, "link-broken/address-near", address=reference.target, near=url)]
    if reference.fragment and kind in ("article", "page"):
        ids = catalog.body(catalog.head(story, lang).path).heading_ids
        if not known_id(reference.fragment, ids):
            shown = tuple(f"#{id_}" for id_ in ids[:6])
            case = "heading-unknown" if shown else "heading-unknown/none"
            return [diagnose(at, case, target=url, fragment=reference.fragment, ids=shown)]
    return []


def _without_page(work: Work, at: Location, folded: str, address: str) -> list[Diagnostic]:
    """An address that a story would have that is not published now, or that nothing has."""
    sql = "SELECT story FROM claim WHERE folded = ? AND kind IN ('article', 'page') ORDER BY rank, sort, story"
    claim = work.catalog.one(sql, folded) if folded else None
    if claim and (diagnostics := unpublished(work, claim[0], at)):
        return diagnostics
    return [diagnose(at, "link-broken/address", address=address)]


def unpublished(work: Work, story: str, place: Location) -> list[Diagnostic]:
    """That a story is not published in each of its languages, if that is so."""
    rows = work.catalog.all("SELECT lang, state FROM version WHERE story = ? ORDER BY lang", story)
    if not rows or all(state in ("published", "gone") for _, state in rows):
        return []
    states = tuple(f"{lang}: {state}" for lang, state in rows)
    return [diagnose(place, "reference-unpublished", story=story, states=states)]
