"""Files of pictures that cannot be made: nothing is to show them, in this build as in a clean one."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING

from msgspec.structs import replace

from newsgen import index
from newsgen.nouns.model import Look, Source
from newsgen.pages import plan
from newsgen.pipeline.workers import Unmade
from newsgen.sources import scanned_rows

if TYPE_CHECKING:
    from newsgen.pipeline.run import Build


def leave_out(build: Build, unmade: Iterable[Unmade]) -> None:
    """Indexes and plans again without these files. What is known of a picture says that they cannot be made, as long as
    its bytes and the versions of what makes them stay the same; of one that was not read, until the next build."""
    catalog = build.catalog
    with catalog.transaction():
        changed, passing = [], []
        for path, group in groupby(sorted(unmade, key=attrgetter("path", "operation")), attrgetter("path")):
            row = catalog.one("SELECT path, kind, name, lang, hash, size FROM source WHERE path = ?", path)
            faults = list(group)
            source = Source(*row)
            _note(build, source, faults)
            changed.append((source, source))
            passing += [path] if any(fault.passing for fault in faults) else []
        inputs = index.Inputs(
            config=build.config, zone=build.zone, now=build.now, drafts=build.request.drafts, words=None,
            templates=None, unused=(), files=tuple(changed), root=build.root,
            is_careful=build.is_careful, failed=build.failed, look=build.looking.look, public=build.public,
            stand_in=build.stand_in, is_unchanged=build.is_unchanged,
        )  # fmt: skip
        plan.plan(catalog, index.index(catalog, inputs, is_all=False))
        for path in passing:
            scanned_rows.distrust(catalog.connection, path)
            catalog.forget_look(path)


def _note(build: Build, source: Source, faults: list[Unmade]) -> None:
    """Keeps that a picture, or the version that stands in for it, cannot be published as a whole or in part."""
    catalog, path = build.catalog, source.path
    look, version = catalog.look(path, source.hash) or Look(), build.looking.last_good(path)
    shown = version.hash if version else ""
    if look.fault and version:
        without = _without(version.look, faults)
        if without.fault:
            catalog.forget_good_look(path, shown)
        else:
            catalog.keep_good_look(path, shown, version.size, without, shown=shown)
        return
    without = _without(look, faults)
    catalog.keep_look(path, source.hash, without)
    if not without.fault:
        catalog.keep_good_look(path, source.hash, source.size, without, shown=shown)
    elif source.hash != shown:
        catalog.forget_good_look(path, source.hash)


def _without(look: Look, faults: list[Unmade]) -> Look:
    whole = next((fault for fault in faults if not fault.operation), None)
    if whole:
        return replace(look, fault="file-unreadable" if whole.passing else "picture-broken", reason=whole.reason)
    return replace(look, unmade=(*look.unmade, *((fault.operation, fault.reason) for fault in faults)))
