"""A slug that is free now, for the story whose address another has (CONTENT.md §5, §9)."""

# Where `sommet` is taken, `sommet-2` is proposed, or the first number with which nothing else is at the address, or
# ever was: no page, article or alias, nothing that the ledger promises or has forgotten. Files do not count: they come
# behind articles.
#
# So what is said at one address depends on others. Where something came or went at `sommet-2`, what is said at `sommet`
# is said anew: `not_free_for` finds it, as whatever stands before a number. With another configuration, or where
# addresses were forgotten, all that is told is.
#
# Proved by test_a_slug_that_is_free_is_proposed, test_the_free_slug_is_what_a_clean_build_proposes.

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from hashlib import blake2b

from newsgen.addresses import urls
from newsgen.addresses.owners import Claim
from newsgen.addresses.urls import SLUG_BYTES, address_key, output_path
from newsgen.index import promises
from newsgen.index.promises import STORY
from newsgen.index.work import Work
from newsgen.nouns.kinds import FILE_KINDS, MOVED_KINDS
from newsgen.nouns.model import UrlPath
from newsgen.pages import wanted

_NUMBER = re.compile(r"-[0-9]+(?![0-9])")
#: Bytes that a number and its hyphen may take.
_ROOM = 8


def touch(work: Work) -> None:
    """Lets it be said anew what to write where the slug that was proposed may be taken by now, or a nearer one free."""
    if work.is_first:
        return
    if work.is_all:
        work.claims |= dict.fromkeys(work.catalog.owners_that_say("claim\0", "address-taken"))
    work.claims |= {base: None for folded in list(work.claims) for base in not_free_for(folded)}


def not_free_for(folded: str) -> Iterator[str]:
    """The addresses whose story may be told to take this one."""
    for number in _NUMBER.finditer(folded):
        yield folded[: number.start()] + folded[number.end() :]


class Free:
    """Proposes slugs to the stories that want one address, each another one."""

    def __init__(self, work: Work) -> None:
        self.work = work
        self.proposed: set[str] = set()

    def __call__(self, claim: Claim) -> str:
        lang = claim.page.lang
        pattern = self.work.config.permalink if claim.page.kind == "article" else "/{lang}/{slug}/"
        slug, others = urls.slug_in(pattern, claim.url, lang=lang) or ("article", f"/{lang}/{{slug}}/")
        if len(slug.encode()) > SLUG_BYTES - _ROOM or "/" in slug:  # from the new one the old could not be told
            last = slug.rpartition("/")[2][: SLUG_BYTES // 8].rstrip("-")
            return f"{last}-{blake2b(slug.encode(), digest_size=4).hexdigest()}"
        slugs = (f"{slug}-{number}" for number in itertools.count(2))
        free = next(one for one in slugs if one not in self.proposed and self._is_free(claim, others, one))
        self.proposed.add(free)
        return free

    def _is_free(self, claim: Claim, others: str, slug: str) -> bool:
        work, lang = self.work, claim.page.lang
        url = UrlPath(others.replace("{slug}", slug))
        folded = address_key(output_path(url))
        owner = promises.owner_at(work, folded)
        if owner and (owner.kind, owner.id, owner.lang) != (STORY, claim.story, lang):
            return False
        if promises.is_forgotten(work, folded) or wanted.claimant(work.config, lang, url, slug):
            return False
        sql = f"SELECT 1 FROM claim WHERE folded = ? AND kind NOT IN {(*FILE_KINDS, *MOVED_KINDS)}"
        return work.catalog.one(f"{sql} AND NOT (story = ? AND lang = ?)", folded, claim.story, lang) is None
