"""The address book: who wants which place in the output, and who has it (CONTENT.md §5 "One owner per address")."""

# Many things want a place in the output: lists, feeds and machine files, articles and pages, pictures with their
# variants, documents, static files, aliases. Two may want the same one, or one may need a folder where another has its
# file, and some file systems tell neither case nor Unicode form. Every place has one owner; who does not get it is told
# where an editor can change that. Which came first never matters: a build after any edits decides as a clean build
# does.
#
#   who wants a place                            how it says so                       who loses to it
#   pages of newsgen's own that always exist     a claim of rank OWN                  every other claim
#   pages whose number and time nobody knows     a pattern (`claimant`): numbered     a slug that could be one of
#   beforehand, and files beside others          pages, calendar, what lies below a   theirs is an error, whether or
#                                                list, own file names                 not it clashes today
#   articles, then pages of content/pages/       a claim of their rank                files and aliases, younger ones
#   pictures, documents, static files            a claim of their rank                those behind them
#   aliases                                      a claim of rank ALIAS                younger aliases
#
# All claims are rows of one table, `claim`, and `order` is the one order among them. It is total, so that no order of
# rows or sets shows: the rank of the kind, then the older date, then the story id. What is not public claims as well,
# behind everything: it owns nothing that somebody else wants, but its clash is told today and not on the day when it is
# published.
#
# `index.claims` keeps the table and decides in that order, in two rounds, because the first decides which pages there
# are, and so which pictures are shown:
#
#   round  ranks                        compares                            who loses
#   1      OWN to PAGE, UNPUBLISHED     output paths                        a version: it gets the state `clash`, and no
#                                                                           page; told at its slug
#   2      PICTURE to ALIAS             output paths with the folders       a file or alias: it has no page; told at the
#                                       above and the files below them      file or the alias
#
# Proved by test_every_address_has_one_owner_and_every_published_article_one_address (any site, any edits),
# test_every_output_path_has_one_owner_and_each_loser_a_diagnostic, test_the_order_of_owners,
# test_of_two_articles_the_older_has_the_address, test_of_two_articles_of_one_day_the_story_id_decides,
# test_addresses_compare_without_case_and_unicode_form, test_what_is_not_published_owns_nothing_but_its_clash_is_said,
# test_slugs_that_calendar_and_numbered_pages_could_claim, test_what_could_claim_an_address,
# test_a_slug_that_is_a_file_of_newsgen_is_an_error_at_its_place.

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterable
from enum import IntEnum
from typing import Literal

import msgspec

from newsgen.nouns import kinds
from newsgen.nouns.diagnostics import Diagnostic, Location, Part, diagnose, part
from newsgen.nouns.model import PageKey, UrlPath


class Rank(IntEnum):
    """CONTENT.md §5: "Kinds in this order"."""

    OWN = 0  # lists, feeds and machine files
    ARTICLE = 1
    PAGE = 2
    MOVED = 3  # what leads to the new place of what was published there
    PICTURE = 4  # and documents: what content/ has besides
    VARIANT = 5
    STATIC = 6
    ALIAS = 7
    UNPUBLISHED = 8  # a version that readers do not see, or an alias of one


RANKS = {
    "article": Rank.ARTICLE, "page": Rank.PAGE, "media": Rank.PICTURE, "variant": Rank.VARIANT,
    "static": Rank.STATIC, "redirect": Rank.ALIAS, "moved": Rank.MOVED, "copy": Rank.MOVED,
    "withdrawn": Rank.MOVED,
}  # fmt: skip


def rank(kind: str, *, is_public: bool = True) -> Rank:
    """The rank of a claim for a page of this kind."""
    return RANKS.get(kind, Rank.OWN) if is_public else Rank.UNPUBLISHED


class Claim(msgspec.Struct, frozen=True):
    """A wish for the place of a page; of a version `page.kind` is what its file is, `article` or `page`."""

    page: PageKey
    story: str  # of a version or an alias, "" of what is no story's
    url: UrlPath
    rank: int
    sort: int  # epoch seconds of its story's `date`; 0 of what has none
    location: Location | None  # where the editor may change it


class Promised(msgspec.Struct, frozen=True):
    """Whose an address is by the ledger: a version of `story`; with "" what is no story's."""

    story: str
    lang: str
    id: str = ""  # by which the ledger names it, where the story bears another id by now

    def is_owner(self, claim: Claim) -> bool:
        return bool(self.story) and (self.story, self.lang) == (claim.story, claim.page.lang)


def order(claim: Claim) -> tuple[int, int, str, str, str]:
    """Of several claims to a place the least has it."""
    return claim.rank, claim.sort, claim.story, claim.page.lang, claim.page.key


Free = Callable[[Claim], str]  #: a slug with which nothing else would have its address


def losers(
    claims: Iterable[Claim], promised: Promised | None = None, *, free: Free
) -> tuple[list[Claim], list[Diagnostic]]:
    """Of all claims to one address those that do not get it, and what to say: where the editor may change it.

    What the ledger says comes before the order of kinds; a list yields to what was published there, which is told
    where the list is left out (CONTENT.md §5, §9).
    """
    ordered = sorted(claims, key=order)
    if promised and (promised.story or ordered[0].rank != Rank.OWN):
        ordered.sort(key=lambda claim: not promised.is_owner(claim))
        if not promised.is_owner(ordered[0]):
            return ordered, [_kept(claim, promised, free) for claim in ordered if claim.location]
    owner, *others = ordered
    diagnostics: list[Diagnostic] = []
    if promised and promised.is_owner(owner) and promised.id != promised.story and owner.location:
        diagnostics.append(diagnose(owner.location, "story-moved", story=promised.id))
    for loser in others:
        if loser.location is None:
            continue
        if owner.location:
            place = str(owner.location)
            told = diagnose(
                loser.location,
                "address-taken/placed",
                url=loser.url,
                owner=name(owner),
                place=place,
                free=free(loser),
            )
        else:
            told = diagnose(loser.location, "address-taken", url=loser.url, owner=name(owner), free=free(loser))
        diagnostics.append(told)
    return others, diagnostics


def all_losers(claims: Iterable[Claim], *, free: Free) -> tuple[list[Claim], list[Diagnostic]]:
    """The same of an address that is forgotten, which nobody gets."""
    ordered = sorted(claims, key=order)
    placed = ((claim, claim.location) for claim in ordered)
    return ordered, [
        diagnose(place, "address-taken/forgotten", url=claim.url, free=free(claim)) for claim, place in placed if place
    ]


def _kept(claim: Claim, promised: Promised, free: Free) -> Diagnostic:
    """That an address belongs to what was published there, wherever that is now."""
    place = claim.location or Location("")
    if promised.story:
        return diagnose(
            place, "address-taken/published", url=claim.url, story=promised.id, lang=promised.lang, free=free(claim)
        )
    return diagnose(place, "address-taken/promised", url=claim.url, free=free(claim))


def name(claim: Claim) -> Part | str:
    """How messages call the owner of an address: by its file, or as what newsgen makes of all files."""
    if claim.location:
        return claim.location.path
    return name_of_page(claim.page, claim.url)


def name_of_page(page: PageKey, url: str) -> Part:
    """How messages call a page that is no story's and no file's."""
    if page.kind == "category":
        return part("owner/category", id=page.key)
    if page.kind in kinds.LIST_KINDS:
        return part("owner/term", kind=page.kind, key=page.key, url=url)
    return part("owner/list" if page.lang else "owner/own", url=url)


# ---- addresses that nothing claims one by one
Claimant = Literal["", "pages", "lists", "calendar", "files"]

_NUMBERED = re.compile(r"(.*/)page/[0-9]+/", re.DOTALL)


def claimant(url: str, slug: str, *, words: Container[str], sections: Container[str]) -> Claimant:
    """What could have this address besides the article or page whose slug it is; "" if nothing.

    `words`: the path words of its language; `sections`: the addresses of categories. A slug has one part, or several
    that `/` joins. Rule: CONTENT.md §5 "One owner per address", a slug that a calendar page could claim.
    """
    if slug == "page":
        return "pages"
    if any(map(kinds.is_own_file, slug.split("/"))):
        return "files"
    if url.count("/") > 3 and url.split("/")[2] in words:
        return "lists"
    numbered = _NUMBERED.fullmatch(url)
    if numbered and (numbered[1] in sections or kinds.has_by_pattern(numbered[1])):
        return "pages"
    return "calendar" if kinds.has_by_pattern(url) else ""
