"""Which versions readers have: what they have, a key of another system in another file does not take away.

`version.state` says it, but for what the table `public` has: versions that are spared such a key stay public wherever
another story takes their address meanwhile; and versions that only `--drafts` shows, with the state "", are not public.
"""

# "Public" is what readers have, and not what the files say: a key of another system in a new file holds back what never
# was public, and spares the rest (`index.holding`). Before a story is merged anew it is asked here what of it is
# public. The state of its version says so, but in three cases:
#
#   case                                          what tells
#   it was spared, and another story took its     a row of `public` with its state, written with the version: where the
#     address meanwhile (`clash`)                   address is free again, it comes back
#   only `--drafts` shows it                      a row of `public` with the state "": it is not public
#   it was planned, and never written             its page is pending, and the output does not show it (`is_shown`)
#
# Rows are a story's, and replaced with it (`keep`); a story that goes takes them along. A new version of newsgen takes
# over what it can read of the old catalog (`catalog.store`); without any, nothing is known to be public, and what may
# be held back is. They are kept apart from `version` because that is what a clean build makes of the files: this is
# not.
#
# Proved by test_a_key_of_another_system_takes_no_other_version_away,
# test_what_is_spared_stays_when_the_file_goes_or_is_mended_or_broken_otherwise,
# test_what_only_drafts_shows_was_never_public, test_a_look_at_drafts_in_between_takes_nothing_away,
# test_what_a_killed_build_never_wrote_was_never_public,
# test_what_a_killed_build_did_not_write_anew_is_public_all_the_same,
# test_it_comes_back_where_another_story_took_its_address_meanwhile, test_what_was_withdrawn_is_not_published_again,
# test_another_newsgen_leaves_it_as_it_is, test_with_a_lost_cache_it_is_held_back_and_told,
# test_two_outputs_are_spared_alike.

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
    latest = {lang: (path, state) for lang, path, state in rows}
    return {
        lang: (path, state)
        for lang, (path, state) in latest.items()
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
