"""Why a page is as it is: what it asked, which templates made it, and what last made a build render it."""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path
from urllib.parse import unquote, urlsplit

import msgspec

from newsgen.addresses import urls
from newsgen.catalog.store import Catalog
from newsgen.ledger.lines import FOLDER
from newsgen.nouns.diagnostics import NewsgenError
from newsgen.nouns.kinds import MOVED_KINDS
from newsgen.nouns.model import Page
from newsgen.pipeline.request import Request, load_config


class Why(msgspec.Struct, frozen=True):
    """`asked` and `shared` (by many pages alike) are questions to the catalog; `templates` were looked up in vain where
    the flag is False; `reasons` of the last rendering, `at` its time (ISO 8601, UTC)."""

    url: str
    output: str
    kind: str
    reasons: tuple[str, ...]
    at: str
    is_pending: bool
    asked: tuple[str, ...]
    shared: tuple[str, ...]
    templates: tuple[tuple[str, bool], ...]
    leads_to: str = ""  # of an old address
    made_by: tuple[str, ...] = ()  # lines of the ledger and of redirects.yaml for which there is such a page


def last_catalog(request: Request) -> contextlib.closing[Catalog] | None:
    """What the last build knew, None if there was none. Raises: NewsgenError."""
    path = request.cache_folder / "catalog.sqlite"
    if not path.is_file():
        return None
    try:
        return contextlib.closing(_reader(path))
    except sqlite3.Error as fault:
        raise NewsgenError(f"the catalog {path} cannot be used: {fault}; run `newsgen build`") from fault


def why(request: Request, address: str) -> Why:
    """The last build's record of the page at an address: a path of the site, a whole URL, or an output path.

    Raises: NewsgenError if there is no such page, or no build.
    """
    config, _ = load_config(request.root)
    path = request.cache_folder / "catalog.sqlite"
    if not path.is_file():
        raise NewsgenError("nothing was built yet: run `newsgen build`")
    try:
        with contextlib.closing(_reader(path)) as catalog:
            page = _page(catalog, address, config.base_path)
            return _why(catalog, page)
    except sqlite3.Error as fault:
        raise NewsgenError(f"the catalog {path} cannot be used: {fault}; run `newsgen build`") from fault


def _reader(path: Path) -> Catalog:
    """Where nothing may be written beside the catalog, it is read as one that nobody writes."""
    catalog = Catalog.reader(path)
    try:
        catalog.meta("schema")
        return catalog
    except sqlite3.OperationalError:
        catalog.close()
        return Catalog.reader(path, is_still=True)


def _page(catalog: Catalog, address: str, base_path: str) -> Page:
    try:
        wanted = unquote(urlsplit(address).path)
        wanted.encode()
    except ValueError:  # brackets that are no host, bytes that are no UTF-8
        raise NewsgenError(f"no page has the address {address}") from None
    below = [wanted.removeprefix("/")]
    if wanted.startswith(base_path):  # as browsers show it
        below.insert(0 if "://" in address else 1, wanted.removeprefix(base_path))
    for path in below:
        for output in [f"{path}index.html"] if path.endswith("/") or not path else [path, f"{path}/index.html"]:
            page = catalog.page_at(output, urls.address_key(output))
            if page:
                return page
    rows = catalog.all("SELECT url FROM page WHERE url >= ? ORDER BY url LIMIT 2000", wanted[: len(wanted) // 2])
    from difflib import get_close_matches

    near = get_close_matches(wanted, [url for (url,) in rows], 1, 0.6)
    hint = f": did you mean {near[0]}?" if near else ""
    raise NewsgenError(f"no page has the address {address}{hint}")


def _why(catalog: Catalog, page: Page) -> Why:
    # Imported here, as all that builds do without: this module is loaded for each of them.
    from datetime import UTC, datetime

    from newsgen.catalog import traces
    from newsgen.pages import plan

    waiting = catalog.one("SELECT reasons FROM pending WHERE page = ?", page.id)
    leads_to, made_by = _old_address(catalog, page)
    try:
        trace = traces.trace(catalog, page)
        reasons, at = traces.reasons(catalog, page)
    except KeyError:
        reasons = list(dict.fromkeys(waiting[0].split("\n"))) if waiting else []
        return Why(page.url, page.output, page.page.kind, tuple(reasons), "", True, (), (), (), leads_to, made_by)
    when = datetime.fromtimestamp(at, UTC).isoformat()
    return Why(
        page.url, page.output, page.page.kind, tuple(reasons), when, waiting is not None,
        tuple(plan.in_words(text) for text, _ in trace.asked), tuple(plan.in_words(text) for text, _ in trace.shared),
        tuple((name, bool(hash_)) for name, hash_ in trace.templates), leads_to, made_by,
    )  # fmt: skip


def _old_address(catalog: Catalog, page: Page) -> tuple[str, tuple[str, ...]]:
    """Where an old address leads, and the lines by which it does: of redirects.yaml before those of the ledger."""
    from newsgen.index import redirects
    from newsgen.ledger import lines as ledger_lines
    from newsgen.settings.redirects import NAME

    if page.page.kind not in MOVED_KINDS:
        return "", ()
    sql = "SELECT p.url FROM moved m JOIN page p USING (kind, lang, key, number) WHERE m.url = ?"
    target = catalog.one(sql, page.url)
    made_by = []
    if rule := redirects.line_that_leads(catalog, page.url, urls.address_key(page.output)):
        made_by.append(f"{NAME}:{rule.line}: {rule.address}: {rule.to or 'gone'}")
    for year, text in catalog.all("SELECT year, text FROM ledger ORDER BY year"):
        for line in ledger_lines.read(text.encode(), "")[0]:
            if any(promise.address == page.url for promise in ledger_lines.promises([line])):
                made_by.append(f"{FOLDER}/{year}.txt: {' '.join(line.text().split())}")
    leads_on = page.page.kind != "withdrawn" and target
    return target[0] if leads_on else "", tuple(made_by)
