"""What newsgen wrote, found again after its manifest was lost: by its bytes, which the cache knows by their hash."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path

from msgspec.structs import replace

from newsgen.addresses import urls
from newsgen.catalog.store import Catalog
from newsgen.nouns.diagnostics import Diagnostic, Location, diagnose
from newsgen.nouns.model import OutputPath, Page, Published, content_hash, is_picture
from newsgen.output import manifest as output_manifest
from newsgen.search import files as search_files

_BATCH = 1000
#: Files that a warning names.
_NAMED = 20


def recover(catalog: Catalog, manifest: output_manifest.Manifest, output: Path) -> None:
    """Notes in a manifest every file that it does not know and that stands in the output byte by byte as the cache says
    it was written.

    Such a file is newsgen's own, and is removed when nothing is there any more that it was made of. All others are
    taken for somebody else's. Before index, which forgets the pages that go.
    """
    hashes = dict(catalog.all("SELECT page, hash FROM trace WHERE hash != ''"))
    unfinished = {page for (page,) in catalog.all("SELECT page FROM pending")}
    unseen = {path for (path,) in catalog.all("SELECT path FROM dirty")}

    def standing() -> Iterator[Published]:
        for page in catalog.pages():
            is_ours = page.id in hashes and not manifest.row(page.output)
            data = _bytes(output, page.output) if is_ours else None
            if data is None or content_hash(data) != hashes[page.id]:
                continue
            row = replace(published(catalog, page), hash=hashes[page.id], size=len(data))
            is_shown = page.id not in unfinished and row.source not in unseen
            yield row if is_shown else replace(row, source_hash="")
            if page.page.kind == "search-index":
                yield from _companions(output, page.output)

    for rows in _batches(standing()):
        manifest.announce(rows)


def _companions(output: Path, index: str) -> Iterator[Published]:
    folder = urls.companions_folder(index)
    try:
        names = sorted(os.listdir(output / folder))
    except OSError:
        return
    for name in names:
        data = _bytes(output, folder + name)
        if data is not None and search_files.is_name_of(name, data):
            yield replace(companion(folder + name), hash=content_hash(data), size=len(data))


def _batches(rows: Iterable[Published]) -> Iterator[list[Published]]:
    batch: list[Published] = []
    for row in rows:
        batch.append(row)
        if len(batch) == _BATCH:
            yield batch
            batch = []
    yield batch


def _bytes(output: Path, name: str) -> bytes | None:
    path = output / name
    try:
        return path.read_bytes() if stat.S_ISREG(os.lstat(path).st_mode) else None
    except OSError:
        return None


def published(catalog: Catalog, page: Page) -> Published:
    """What a manifest says of a page that is about to be written."""
    key, story, lang, source = page.page, "", "", ""
    if key.kind == "media" and is_picture(key.key) and (file := catalog.file(key.kind, key.key)):
        return Published(page.output, "", key.kind, page.url, "", "", file.disk, file.hash)
    if key.kind in ("article", "page", "gone", "redirect"):
        story, lang, source = catalog.owner_of(key)
    elif not key.number:
        source = catalog.term_file(key)
    shown = catalog.shown_hash(source) if source else ""
    return Published(page.output, "", key.kind, page.url, story, lang, source, shown)


def companion(output: str) -> Published:
    """What a manifest says of a file beside a page's own that is about to be written."""
    return Published(output, "", "companion", urls.url_path(OutputPath(output)), "", "", "", "")


def unclaimed(manifest: output_manifest.Manifest, output: Path) -> list[Diagnostic]:
    """What to say, when all is written again, of files that are in no manifest: newsgen's, or somebody else's."""
    names = sorted(name for name in _files(output) if not manifest.known([name]))
    if not names:
        return []
    shown = tuple(map(urls.printable, names[:_NAMED]))
    place = Location(f"{output.name}/{shown[0]}")
    if len(names) > _NAMED:
        return [diagnose(place, "output-unclaimed/more", names=shown, more=len(names) - _NAMED)]
    return [diagnose(place, "output-unclaimed", names=shown)]


def _files(output: Path) -> Iterator[str]:
    for folder, folders, names in os.walk(output):
        folders[:] = [name for name in folders if not name.startswith(".")]
        way = os.path.relpath(folder, output)
        for name in names:
            path = name if way == "." else f"{way}/{name}"
            if not name.startswith(".") and path.isprintable() and path.encode("utf-8", "replace").decode() == path:
                yield path
