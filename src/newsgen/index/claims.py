"""The rows of the address book, and which versions lose their address (the whole is in `addresses.owners`)."""

# Who wants a place has a row of `claim`, by the key of its page and its story:
#
#   rows of           written by                       as long as
#   newsgen's own     `put_own`, with a configuration  the configuration has such a page
#   a version         `put_of_story`, at each merge    the story has the version, published or not
#   an alias          `put_of_story`, at each merge    a version names it
#   a file            `index.files`                    something published shows it; of static/ always
#
# In the first round each place whose claims came, went or changed is in `work.claims`, and of all its claims the owner
# is found anew, whichever of them was touched. A version that loses gets a state for it:
#
#   column `version.state`     written by                        means
#   as in `version.row`        `versions._put_versions`          what the files and the clock say of the version
#   `clash`                    `versions._give_state`, to losers that, and that another owns its address: it has no page
#   as in `version.row` again  `versions._give_state`            the other is gone; nothing needs to be merged for it
#
# A story whose files nobody touched may so change its state: it joins `work.old` there, before the column is written,
# and `versions.settle` draws the consequences for it as for the others: memberships, counts, links to it, aliases, and
# the places in `work.folded`, with which the second round begins (`index.files`). Newsgen's own pages have no state to
# lose. In a first run each version is settled as if its address were free, and the few that lose theirs once more after
# that: to wait for all claims would mean to read every version from the catalog again.
#
# Proved by test_of_two_articles_the_older_has_the_address, test_a_page_cannot_take_a_list,
# test_it_comes_back_where_another_story_took_its_address_meanwhile,
# test_owner_of_an_address_is_called_by_the_name_that_it_has_now.

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from newsgen.addresses import owners
from newsgen.addresses.owners import Claim, Rank
from newsgen.addresses.urls import address_key, keys_above, keys_below, output_path
from newsgen.index import free_slugs, promises
from newsgen.index.work import Blamed, Work
from newsgen.nouns.diagnostics import Location
from newsgen.nouns.kinds import SECOND_ROUND
from newsgen.nouns.model import PageKey, UrlPath
from newsgen.pages import wanted

Name = tuple[str, str, str, str]  #: of a claim: kind and key of its page, story, language

_COLUMNS = "kind, key, story, lang, url, folded, rank, sort, counts, path, line, col, operation"
_NAMED = "kind = ? AND key = ? AND story = ? AND lang = ?"
#: The claims of the second round, and those of the first.
_OF_FILES = f"kind IN {SECOND_ROUND}"
_OF_PAGES = f"kind NOT IN {SECOND_ROUND}"
_INSERT = f"INSERT OR REPLACE INTO claim ({_COLUMNS}) VALUES ({', '.join('?' * 13)})"


def row(claim: Claim, *, counts: bool = True, operation: str = "") -> tuple[Any, ...]:
    """`counts`: whether it may get the place; `operation`: of a variant, what makes it of its original."""
    at = claim.location
    where = (at.path, at.line, at.column) if at else (None, None, None)
    return *name(claim), claim.url, place(claim), int(claim.rank), claim.sort, int(counts), *where, operation


def _claim(values: Any) -> Claim:
    kind, key, story, lang, url, _, rank, sort, _, path, line, column, _ = values
    location = Location(path, line, column) if path is not None else None
    return Claim(PageKey(kind, lang, key), story, UrlPath(url), rank, sort, location)


def name(claim: Claim) -> Name:
    return claim.page.kind, claim.page.key, claim.story, claim.page.lang


def place(claim: Claim) -> str:
    """Its output path, as `address_key` folds it."""
    return address_key(output_path(claim.url))


def of_name(work: Work, name: Name) -> Claim | None:
    row = work.catalog.one(f"SELECT {_COLUMNS} FROM claim WHERE {_NAMED}", *name)
    return _claim(row) if row else None


def of_files(work: Work) -> list[Name]:
    """All claims of the second round."""
    return work.catalog.all(f"SELECT kind, key, story, lang FROM claim WHERE {_OF_FILES}")


def variants_of(work: Work, prefix: str, path: str) -> list[str]:
    """The keys of the variants of a picture, which begin alike."""
    sql = "SELECT key FROM claim WHERE kind = 'variant' AND key >= ? AND key < ? AND path = ?"
    return [key for (key,) in work.catalog.all(sql, prefix, f"{prefix}\U0010ffff", path)]


def variant(work: Work, key: str) -> tuple[str, str]:
    """The original of a variant and what makes it. Raises TypeError if there is none."""
    original, operation = work.catalog.one(f"SELECT path, operation FROM claim WHERE {_NAMED}", "variant", key, "", "")
    return original, operation


def counts(work: Work, claim: Claim) -> bool:
    """Whether it may get the place: not an alias of a file whose last good version stands in for it."""
    return bool(work.catalog.one(f"SELECT counts FROM claim WHERE {_NAMED}", *name(claim))[0])


def is_of_refused(claim: Claim) -> bool:
    """Whether it is what a file wants for which a last good version stands in: it is told, and owns nothing."""
    return claim.rank == Rank.UNPUBLISHED and claim.page.key != claim.story and claim.page.kind in ("article", "page")


def at_place_of(work: Work, claim: Claim) -> list[Claim]:
    """All claims of the first round to the place of one."""
    return list(map(_claim, _at(work, place(claim))))


def drop(work: Work, name: Name) -> None:
    work.catalog.run(f"DELETE FROM claim WHERE {_NAMED}", *name)


def put(work: Work, values: tuple[Any, ...]) -> None:
    work.catalog.run(_INSERT, *values)


def put_own(work: Work) -> None:
    """The addresses of the pages that exist whatever the articles are."""
    rows = [
        row(Claim(page.key, "", page.url, Rank.OWN, 0, None)) for page in wanted.own_pages(work.catalog, work.config)
    ]
    _put(work, {"rank": int(Rank.OWN)}, rows)


def put_of_story(work: Work, story: str, rows: list[tuple[Any, ...]]) -> None:
    """The addresses of its versions, and its aliases."""
    _put(work, {"story": story}, rows)


def _put(work: Work, key: dict[str, Any], rows: list[tuple[Any, ...]]) -> None:
    (column, value), *_ = key.items()
    old = [] if work.is_first else work.catalog.all(f"SELECT {_COLUMNS} FROM claim WHERE {column} = ?", value)
    if not work.replace("claim", key, rows) or work.is_first:
        return
    for kind, name, story, lang, _, folded, *_ in (*old, *rows):
        if kind == "redirect":
            work.candidates[kind, name, story, lang] = None
            work.claims |= dict.fromkeys(free_slugs.not_free_for(folded))
        else:
            work.claims[folded] = None


def rivals(work: Work, folded: str) -> list[Name]:
    """The files and aliases that want this place, one above it or one below it."""
    above = keys_above(folded)
    marks = ", ".join("?" * len(above))
    return work.catalog.all(
        "SELECT kind, key, story, lang FROM claim"
        f" WHERE (folded IN ({marks}) OR (folded >= ? AND folded < ?)) AND +{_OF_FILES}",
        *above,
        *keys_below(folded),
    )


# ---- the first round
def lost_addresses(work: Work) -> dict[tuple[str, str], bool]:
    """Whether it lost its address, of each version (story, language) of which that may be otherwise now."""
    catalog = work.catalog
    if work.is_first:
        work.flush()
        sql = f"SELECT folded FROM claim WHERE {_OF_PAGES} GROUP BY folded HAVING COUNT(*) > 1 ORDER BY folded"
        work.claims = {folded: None for (folded,) in catalog.all(sql)}
    promises.touch_addresses(work)
    free_slugs.touch(work)
    lost: dict[tuple[str, str], bool] = {}

    def decide(folded: str) -> None:
        group = list(map(_claim, _at(work, folded)))
        promised = promises.promised_at(work, folded) if group else None
        free = free_slugs.Free(work)
        if promises.is_forgotten(work, folded):
            losers, diagnostics = owners.all_losers(group, free=free)
        elif promised or len(group) > 1:
            losers, diagnostics = owners.losers(group, promised, free=free)
        else:
            losers, diagnostics = [], []
        catalog.say(f"claim\0{folded}", diagnostics)
        for claim in group:
            if claim.story and not is_of_refused(claim):
                lost[claim.story, claim.page.lang] = claim in losers and claim.rank != Rank.UNPUBLISHED

    work.each(work.claims, decide, lambda folded: _blame(work, folded))
    work.claims = {}
    return lost


def _at(work: Work, folded: str) -> Iterable[Any]:
    return work.catalog.all(f"SELECT {_COLUMNS} FROM claim WHERE folded = ? AND {_OF_PAGES}", folded)


def _blame(work: Work, folded: str) -> Blamed:
    """The story that claims an address last."""
    claims = sorted(map(_claim, _at(work, folded)), key=owners.order, reverse=True)
    return work.blame_story(claim.story for claim in claims if claim.story)


def look_again(work: Work, story: str) -> None:
    """Finds the owners anew of all addresses that the versions of a story want."""
    rows = work.catalog.all(f"SELECT folded FROM claim WHERE story = ? AND {_OF_PAGES}", story)
    work.claims |= dict.fromkeys(folded for (folded,) in rows)
