"""What answers at a published address whose owner is elsewhere now."""

# A promise is kept where a page stands at its address. Where none does, the page of its owner is looked for, and the
# old address leads there in one hop: a redirect, or for what is no HTML a copy of what it became.
#
#   owner of the address       leads to
#   a story                    its version in that language, wherever it is now; its heir's, if it has one
#   a numbered page            the list, where it has no such page any more
#   a day, month or year       the month, the year, the home page above it, if nothing is dated there any more
#   a term                     the overview of its kind, if no article has it any more
#   a page of a language       its address now, by other path words
#   a feed                     the feed of the list, where that is now; of an empty list the site's
#   an archived feed           the site's feed, once there are not so many entries any more
#   a picture, document, file  nowhere: its address is its path
#
# These are claims of the second round of the address book (`index.files`), of a rank before files and aliases; with the
# claim goes a row of `moved`, which says where it leads. An alias of the owner does the same and has the place.
#
# What no page answers at is lost (`index.losses`).
#
# A promise is looked at again where a page came or went at its address, its owner's page or one above it came or went,
# its story was touched, its picture's mentions changed, or the ledger did.
#
# Proved by test_what_was_published_leads_to_where_it_is_now, test_an_empty_list_leads_to_the_list_above_it,
# test_a_feed_goes_on_as_a_copy_with_its_new_address, test_an_alias_of_the_owner_needs_no_redirect_of_ours,
# test_any_history_gives_what_a_clean_build_gives.

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from newsgen.addresses.owners import Claim, Rank
from newsgen.addresses.urls import address_key, output_path
from newsgen.index import claims, promises, redirects
from newsgen.index.promises import STORY
from newsgen.index.work import Work
from newsgen.ledger.lines import Owner
from newsgen.nouns.kinds import (
    CALENDAR_KINDS,
    FILE_KINDS,
    KINDS,
    MOVED_KINDS,
    SECOND_ROUND,
    STORY_KINDS,
    TERM_KINDS,
)
from newsgen.nouns.model import PageKey, UrlPath

FEED_KINDS = ("feed-atom", "feed-json")


class Target(NamedTuple):
    """The page to which an old address leads; for now only, where that is a list above one that may fill again."""

    page: PageKey
    is_for_now: bool = False


def claim_old_addresses(work: Work) -> None:
    """Claims the places of what was published and is elsewhere now; all pages and files that there may be are known."""
    catalog = work.catalog
    lines = {folded: url for url, folded in redirects.addresses(work)}
    for folded in touched(work):
        row = catalog.one("SELECT url, kind, lang, key, number FROM promise WHERE folded = ?", folded)
        claim = catalog.one(f"SELECT kind, key, lang FROM claim WHERE folded = ? AND kind IN {MOVED_KINDS}", folded)
        old = claim and catalog.one("SELECT url, kind, lang, key, number, for_now FROM moved WHERE url = ?", claim[1])
        url, owner = (row[0], Owner(*row[1:])) if row else (lines.get(folded, ""), None)
        target = _target(work, url, folded, owner, frozenset()) if url else None
        new = (url, *_values(target.page), target.is_for_now) if target else None
        if new == old:
            continue
        if claim:
            _drop(work, claim)
        if target:
            _claim(work, url, target)


def _claim(work: Work, url: str, target: Target) -> None:
    lang = target.page.lang if target.page.kind == "withdrawn" else ""
    page = PageKey(_kind(url, target.page), lang, url)
    claims.put(work, claims.row(Claim(page, "", UrlPath(url), Rank.MOVED, 0, None)))
    row = url, *_values(target.page), target.is_for_now
    work.catalog.run("INSERT OR REPLACE INTO moved VALUES (?, ?, ?, ?, ?, ?)", *row)
    work.candidates[page.kind, url, "", lang] = None
    work.changes.aliases.add(url)
    if page.kind == "copy" and not work.is_first:
        sql = "INSERT OR IGNORE INTO pending SELECT id, ? FROM page WHERE kind = 'copy' AND lang = '' AND key = ?"
        work.catalog.run(sql, "it is a copy of another page", url)


def _drop(work: Work, claim: tuple[str, str, str]) -> None:
    kind, url, lang = claim
    claims.drop(work, (kind, url, "", lang))
    work.catalog.run("DELETE FROM moved WHERE url = ?", url)
    work.candidates[kind, url, "", lang] = None
    work.changes.aliases.add(url)


def _kind(url: str, target: PageKey) -> str:
    if target.kind == "withdrawn":
        return target.kind
    return "moved" if _is_html(url) else "copy"


def _is_html(url: str) -> bool:
    return output_path(UrlPath(url)).endswith(".html")


def _values(page: PageKey) -> tuple[str, str, str, int]:
    return page.kind, page.lang, page.key, page.number


# ---- which promises are to be looked at
def touched(work: Work) -> list[str]:
    """The promises that are to be looked at, as their addresses are compared."""
    catalog = work.catalog
    if work.is_all:
        rows = catalog.all(
            "SELECT p.folded FROM promise p LEFT JOIN page USING (folded)"
            f" WHERE page.kind IS NULL OR page.kind IN {SECOND_ROUND}"  # elsewhere a page answers, and is to
            f" UNION SELECT folded FROM claim WHERE kind IN {MOVED_KINDS}"
            " UNION SELECT folded FROM rule WHERE folded != ''"
        )
        others = () if work.is_first else work.promised  # in a first run, a page that stands there is all there is
        return sorted({*others, *(folded for (folded,) in rows)})
    if not catalog.one("SELECT 1 FROM promise UNION ALL SELECT 1 FROM rule LIMIT 1") and not work.promised:
        return []
    folded_addresses = {*work.promised, *work.folded, *redirects.touched(work)}
    folded_addresses |= {
        address_key(output_path(UrlPath(key))) for kind, key, _, _ in work.candidates if kind == "redirect"
    }
    for owner in _touched_owners(work):
        folded_addresses |= {folded for (folded,) in _addresses_of(work, owner)}
    return sorted(folded_addresses)


#: The stories that have, by the ledger, what this one claims.
_WANTED_BY = (
    "SELECT DISTINCT p.key FROM claim c CROSS JOIN promise p ON p.folded = c.folded"
    " WHERE c.story = ? AND p.kind = 'story'"
)


def _touched_owners(work: Work) -> Iterator[tuple[str, str, str]]:
    """Kind, id and beginning of an id of owners of which something may be otherwise now: `%` ends those of many."""
    for story in dict.fromkeys((*work.changes.changed_stories(), *work.old)):
        yield STORY, story, ""
        for (key,) in work.catalog.all(_WANTED_BY, story):
            yield STORY, key, ""
    for page in work.changes.pages:
        if page.kind in STORY_KINDS:
            continue
        yield page.kind, page.key, page.lang
        if page.kind in CALENDAR_KINDS:
            yield from ((kind, f"{page.key}-%", page.lang) for kind in CALENDAR_KINDS)
    for kind, path in work.files:
        yield kind, path, ""


def _addresses_of(work: Work, owner: tuple[str, str, str]) -> list[tuple[str]]:
    kind, key, lang = owner
    where, values = (
        ("key = ?", (key,)) if not key.endswith("-%") else ("key >= ? AND key < ?", (key[:-1], f"{key[:-2]}."))
    )
    sql = f"SELECT folded FROM promise WHERE kind = ? AND {where}"
    return (
        work.catalog.all(f"{sql} AND lang = ?", kind, *values, lang) if lang else work.catalog.all(sql, kind, *values)
    )


# ---- where an old address leads
def _target(work: Work, url: str, folded: str, owner: Owner | None, seen: frozenset[str]) -> Target | None:
    """The page to which an old address leads; None where its owner, or nothing, is to answer there.

    `seen`: addresses that lead here.
    """
    stands = work.catalog.one("SELECT kind FROM page WHERE folded = ?", folded)
    if (stands and stands[0] not in SECOND_ROUND) or promises.is_forgotten(work, folded):
        return None
    rule = redirects.rule_of(work.catalog, url, folded)
    if rule and (owner is None or owner.kind in FILE_KINDS) and _has_file(work, folded):
        return None  # what is published there is stronger than the line
    if rule and not rule.to:
        languages = work.config.languages
        lang = owner.lang if owner and owner.lang in languages else languages[0]
        return Target(PageKey("withdrawn", lang, url)) if _is_html(url) else None
    if rule and (target := _page_at(work, rule.to, seen | {folded})):
        return target
    if owner is None:
        return None
    if owner.kind == STORY:
        story = promises.heir(work, owner.id, owner.lang) or owner.id
        for (alias_of,) in work.catalog.all("SELECT story FROM claim WHERE folded = ? AND kind = 'redirect'", folded):
            if alias_of == story:
                return None
        return _page_of_story(work, story, owner.lang)
    page = next((page for page in _chain(owner) if _is_there(work, page)), None)
    return Target(page, _values(page) != (owner.kind, owner.lang, owner.id, owner.number)) if page else None


def _has_file(work: Work, folded: str) -> bool:
    """Whether a file wants this place."""
    return work.catalog.one(f"SELECT 1 FROM claim WHERE folded = ? AND kind IN {FILE_KINDS}", folded) is not None


def _page_at(work: Work, url: str, seen: frozenset[str]) -> Target | None:
    """The page that answers at an address, or to which it leads on; None if there is none, or it leads back."""
    catalog = work.catalog
    try:
        folded = address_key(output_path(UrlPath(url)))
    except ValueError:
        return None
    if folded in seen:
        return None
    page = catalog.one("SELECT kind, lang, key, number FROM page WHERE folded = ?", folded)
    if page and page[0] not in SECOND_ROUND:
        return Target(PageKey(*page))
    if alias := catalog.one("SELECT story, lang FROM claim WHERE folded = ? AND kind = 'redirect'", folded):
        return _page_of_story(work, *alias)
    if file := catalog.one(f"SELECT kind, lang, key FROM claim WHERE folded = ? AND kind IN {FILE_KINDS}", folded):
        return Target(PageKey(*file))
    row = catalog.one("SELECT kind, lang, key, number FROM promise WHERE folded = ?", folded)
    return _target(work, url, folded, Owner(*row) if row else None, seen)


def _page_of_story(work: Work, story: str, lang: str) -> Target | None:
    marks = ", ".join("?" * len(STORY_KINDS))
    sql = f"SELECT kind FROM page WHERE kind IN ({marks}) AND lang = ? AND key = ? AND number = 0"
    row = work.catalog.one(sql, *STORY_KINDS, lang, story)
    return Target(PageKey(row[0], lang, story)) if row else None


def _is_there(work: Work, page: PageKey) -> bool:
    sql = "SELECT 1 FROM page WHERE kind = ? AND lang = ? AND key = ? AND number = ?"
    return work.catalog.one(sql, *_values(page)) is not None


def _chain(owner: Owner) -> Iterator[PageKey]:
    """The owner's own page, and the lists above it, the nearest first."""
    kind, lang, key = owner.kind, owner.lang, owner.id
    if kind not in KINDS or kind in ("media", "static"):
        return
    yield PageKey(kind, lang, key, owner.number)
    if kind in FEED_KINDS:
        if key.partition(":")[0] in TERM_KINDS:
            yield PageKey(kind, lang, "")
        return
    if kind == "feed-archive":
        yield PageKey("feed-atom", lang, "")
        return
    if owner.number:
        yield PageKey(kind, lang, key)
    if kind in TERM_KINDS:
        yield PageKey("overview", lang, kind)
    elif kind == "overview":
        yield PageKey(kind, lang, key.partition("/")[0])
    elif kind in CALENDAR_KINDS:
        year, _, month = key[:7].partition("-")
        if kind == "day":
            yield PageKey("month", lang, f"{year}-{month}")
        yield PageKey("year", lang, year)
        yield PageKey("home", lang)
