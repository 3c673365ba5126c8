"""What a build has to write and to remove, and which published addresses would be lost."""

from __future__ import annotations

from dataclasses import dataclass

from newsgen.catalog import Catalog
from newsgen.diagnostics import Diagnostic, Location, warning
from newsgen.model import Page, Published


@dataclass(frozen=True, slots=True)
class Plan:
    pages: tuple[Page, ...]  # in the order of writing
    removals: tuple[str, ...]  # output paths
    diagnostics: tuple[Diagnostic, ...]


def plan(catalog: Catalog, published: dict[str, Published]) -> Plan:
    """All pages to render, and what of the last output has no page any more."""
    planned = tuple(catalog.pages())
    outputs = {page.output for page in planned}
    removals = [output for output in published if output not in outputs]
    lost = [
        published[output]
        for output in sorted(removals)
        if published[output].kind in ("article", "page", "gone", "redirect") and published[output].hash
    ]
    return Plan(planned, tuple(sorted(removals, reverse=True)), tuple(_lost(catalog, row) for row in lost))


def _lost(catalog: Catalog, row: Published) -> Diagnostic:
    there = catalog.connection.execute(
        "SELECT path, state FROM version WHERE story = ? AND lang = ?", (row.story, row.lang)
    ).fetchone()
    message = f"the address {row.url} was published and is gone"
    path, state = there if there else (row.source, "")
    if state and state not in ("published", "gone"):
        message += f" ({path} is {state} now)"
    hint = f"add `aliases: [{row.url}]` to the article that takes its place, or `gone: why` to keep a notice there"
    if state == "published":
        hint = f"add `aliases: [{row.url}]` to this file"
    return warning(Location(path or "newsgen.yaml"), "address-lost", message, hint)
