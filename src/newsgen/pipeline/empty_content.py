"""Whether content/ holds a story at all: one that was not fetched must not take an archive away."""

from __future__ import annotations

import contextlib
from pathlib import Path

from newsgen.catalog.store import Catalog
from newsgen.ledger.lines import FOLDER
from newsgen.nouns.diagnostics import Diagnostic, Location, NewsgenError, Part, diagnose, part
from newsgen.output import manifest as output_manifest
from newsgen.sources import scan

_STORIES = ("article", "page")


def look(scanned: scan.Scan, catalog: Catalog, root: Path, output: Path) -> list[Diagnostic]:
    """What to say of a content/ without stories; nothing where there is one.

    Raises: NewsgenError where the ledger, the cache, or the manifest of the output knows of stories (CONTENT.md §1).
    """
    if _has_story(scanned, catalog):
        return []
    if not _is_known(scanned, catalog, output):
        return [diagnose(_PLACE, "content-missing", reason=_reason(root))]
    raise missing(root, scanned.diagnostics)


def missing(root: Path, others: tuple[Diagnostic, ...] = ()) -> NewsgenError:
    """What stops a build of an archive whose content/ has no stories any more; `others`: what else is wrong."""
    key = "content-missing/promised" if any((root / FOLDER).glob("*.txt")) else "content-missing/published"
    missing_stories = diagnose(_PLACE, key, reason=_reason(root))
    return NewsgenError("content/ holds no story; what was published stays", (*others, missing_stories))


_PLACE = Location("content")


def _has_story(scanned: scan.Scan, catalog: Catalog) -> bool:
    gone = 0
    for change in scanned.changes:
        if change.new and change.new.kind in _STORIES:
            return True
        gone += change.old is not None and change.old.kind in _STORIES
    where = "FROM source WHERE kind IN ('article', 'page')"
    if not gone:
        return catalog.one(f"SELECT 1 {where} LIMIT 1") is not None
    return catalog.count(f"SELECT COUNT(*) {where}") > gone


def _is_known(scanned: scan.Scan, catalog: Catalog, output: Path) -> bool:
    """Whether there was a story once, as far as ledger, cache or output know; an output that cannot tell had some."""
    if any(change.new and change.new.kind == "ledger" for change in scanned.changes):
        return True
    if catalog.one("SELECT 1 FROM source WHERE kind = 'ledger' LIMIT 1"):
        return True
    if catalog.one("SELECT 1 FROM parsed WHERE kind IN ('article', 'page') UNION ALL SELECT 1 FROM good LIMIT 1"):
        return True
    path = output / output_manifest.MANIFEST
    if not path.is_file():
        return False
    with contextlib.closing(output_manifest.Books.read(path)) as books:
        try:
            return books.connection is None or books.has_stories()
        except output_manifest.DamagedManifestError:
            return True


def _reason(root: Path) -> Part:
    folder = root / "content"
    if not folder.is_dir():
        return part("content/dangling") if folder.is_symlink() else part("content/none")
    return part("content/empty")
