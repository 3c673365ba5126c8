"""Which versions readers have: what they have, a key of another system in another file does not take away.

`version.state` says it, but for what the table `public` has: versions that are spared such a key stay public wherever
another story takes their address meanwhile; and versions that only `--drafts` shows, with the state "", are not public.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from newsgen.catalog.store import Catalog
from newsgen.index.stories import PUBLIC
from newsgen.nouns.model import Version


def versions(catalog: Catalog, story: str, is_shown: Callable[[str], object]) -> dict[str, tuple[str, str]]:
    """Path and state, by language, of the versions of a story that are public before it is merged.

    What a build did not come to write is public only if `is_shown` says that the output shows the file.
    """
    rows = catalog.all("SELECT lang, path, state FROM version WHERE story = ?", story)
    rows += catalog.all("SELECT lang, path, state FROM public WHERE story = ?", story)
    found = {lang: (path, state) for lang, path, state in rows}
    return {
        lang: (path, state)
        for lang, (path, state) in found.items()
        if state in PUBLIC and (not _is_pending(catalog, story, lang) or is_shown(path))
    }


def _is_pending(catalog: Catalog, story: str, lang: str) -> bool:
    sql = (
        "SELECT 1 FROM page p JOIN pending n ON n.page = p.id"
        " WHERE p.kind IN ('article', 'page') AND p.lang = ? AND p.key = ?"
    )
    return catalog.one(sql, lang, story) is not None


def keep(catalog: Catalog, story: str, spared: Iterable[Version], previews: Iterable[Version]) -> None:
    """Makes these all that the table `public` says of a story."""
    catalog.run("DELETE FROM public WHERE story = ?", story)
    rows = [(version, version.state) for version in spared] + [(version, "") for version in previews]
    catalog.many(
        "INSERT INTO public VALUES (?, ?, ?, ?)",
        ((story, version.lang, version.path, state) for version, state in rows),
    )
