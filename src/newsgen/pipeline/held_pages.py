"""Pages that wait: a new link to a page that could not be made, and was never published, is not published either."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Collection, Iterable
from pathlib import Path

from newsgen.addresses import urls
from newsgen.catalog.store import Catalog
from newsgen.nouns.diagnostics import Diagnostic, Location, diagnose
from newsgen.nouns.kinds import BESIDE
from newsgen.nouns.model import Page, Published, UrlPath
from newsgen.output import manifest as output_manifest

_BETWEEN = re.compile(rb"[\s\"'<>#?\\]+")  # what stands around an address in HTML, XML and JSON
_UNMADE = "unmade"  # in `meta`: outputs that the first build could not make, "*" while it lasts


class Waiting:
    """Which pages wait in this build.

    A first build publishes what it can, as nobody reads it yet: what it could not make is linked to from then on, and
    nothing waits for that.
    """

    def __init__(self, catalog: Catalog, manifest: output_manifest.Manifest, site_url: str, base_path: str) -> None:
        self.catalog, self.manifest = catalog, manifest
        self._site_url, self._base_path = site_url, base_path
        unmade = catalog.meta(_UNMADE)
        self.is_first = unmade == "*" or manifest.was_damaged or not manifest.has_published()
        self._unmade = set(json.loads(unmade)) if unmade and not self.is_first else set()
        #: Pages to be rendered that this output never had; those of a first build are not listed.
        self.new: set[int] = set()
        self.look()
        self.addresses: frozenset[bytes] = frozenset()  # that may not be linked to anew
        self._replaced: set[tuple[str, ...]] = set()
        self._first_page = ""
        if self.is_first:
            catalog.set_meta(_UNMADE, "*")

    def look(self) -> None:
        """Takes in what was planned since it looked last."""
        if not self.is_first:
            self.new |= self._new()

    def _new(self) -> set[int]:
        new = set()
        rows = self.catalog.all("SELECT n.page, p.output FROM pending n JOIN page p ON p.id = n.page")
        for start in range(0, len(rows), 500):
            part = rows[start : start + 500]
            published = self.manifest.published([output for _, output in part])
            new |= {id_ for id_, output in part if output not in published}
        return new

    def hold(self, failed: Iterable[int], made: Iterable[int]) -> list[Page]:
        """Notes which new pages failed; those that were made and lead there, or to another that is held."""
        pages = [page for page in map(self.catalog.page, failed) if page.output not in self._unmade]
        if not pages:
            return []
        held = self._leading_to(pages, [self.catalog.page(id_) for id_ in made])
        self.addresses = frozenset(form for page in (*pages, *held) for form in self._forms(page.url))
        self._first_page = pages[0].url
        return held

    def _leading_to(self, failed: list[Page], made: list[Page]) -> list[Page]:
        by_address = {form: page.id for page in (*failed, *made) for form in self._forms(page.url)}
        leading: dict[int, list[Page]] = {}
        for page in made:
            data = self._bytes_of(page)
            for address in links(data, by_address.keys()):
                leading.setdefault(by_address[address], []).append(page)
        by_id: dict[int, Page] = {}
        todo = [page.id for page in failed]
        while todo:
            for page in leading.get(todo.pop(), ()):
                if page.id not in by_id:
                    by_id[page.id] = page
                    todo.append(page.id)
        return list(by_id.values())

    def _bytes_of(self, page: Page) -> bytes:
        """All that a page says, in whichever of its files."""
        names = [page.output, *(self.manifest.companions(page.output) if page.page.kind == "search-index" else ())]
        return b" ".join(_bytes(self.manifest.output, name) for name in names)

    def _forms(self, url: UrlPath) -> set[bytes]:
        forms = {urls.href(self._base_path, url), urls.absolute(self._site_url, url)}
        return {text.encode() for form in forms for text in (form, html.escape(form))}

    def keep_for(self, rows: Iterable[Published]) -> None:
        """The files that pages which are not published were to replace stay."""
        self._replaced |= {key for row in rows if (key := _what(row))}

    def kept(self, removals: Iterable[str]) -> set[str]:
        """Which of these files stay until what replaces them is published."""
        if not self._replaced:
            return set()
        outputs = list(removals)
        staying = {output for output in outputs if (row := self.manifest.row(output)) and _what(row) in self._replaced}
        articles = [output.removesuffix("index.html") for output in staying if output.endswith("index.html")]
        beside = {f"{folder}{name}" for folder in articles for name in BESIDE.values()}
        return staying | (beside & set(outputs))

    def end(self, failed: Iterable[str]) -> None:
        """Remembers what this build could not make, if it was the first."""
        if self.is_first:
            self.catalog.set_meta(_UNMADE, json.dumps(sorted(failed)))

    def note(self, count: int, location: Location) -> Diagnostic:
        return diagnose(location, "pages-wait", count=count, first=self._first_page)


def _what(row: Published) -> tuple[str, ...]:
    """What a file shows, whatever its address is; () if nothing tells."""
    if row.story:
        return row.story, row.lang
    return (row.source,) if row.source else ()


def links(data: bytes, addresses: Collection[bytes]) -> set[bytes]:
    """Which of these addresses stand in a file."""
    return {part for part in _BETWEEN.split(data) if part in addresses}


def leads_anew(output: Path, relative: str, data: bytes, addresses: frozenset[bytes]) -> bool:
    """Whether bytes have one of these addresses that the file in their place has not."""
    linked = links(data, addresses)
    return bool(linked) and not linked <= links(_bytes(output, relative), addresses)


def _bytes(output: Path, relative: str) -> bytes:
    path = output / relative
    try:
        return path.read_bytes() if path.is_file() else b""
    except OSError:
        return b""
