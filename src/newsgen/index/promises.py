"""What the ledger promises, as rows of the index: whose an address is, before anybody claims it."""

# The ledger is an input: `take` makes rows of it when it changed, and from there on it is asked here.
#
#   table     one row for                        asked for
#   promise   each address, with its owner       who has an address (`index.claims`), what is to answer there
#             (`ledger.lines.promises`)          (`index.moved`), what the next ledger adds (`queries.ledger`)
#   forgotten each address that is forgotten,    whether anything may have an address (`index.claims`,
#             by its hash                        `index.files`, `index.outputs`, `index.moved`)
#   ledger    each year, with its file's text    the files of the output
#
# An address that was given to a story stays that story's, whether it is published, held back, or has another address by
# now: a newcomer does not get it, however old its date. Only where no file is left of the story in a language, and one
# story alone claims its addresses in it, is that story the old one under another name (CONTENT.md §9, "A story file
# that was moved"): it is the `heir`, and has all the other addresses too.
#
# Proved by test_a_newcomer_never_gets_an_address_that_was_published, test_a_moved_file_is_the_same_story,
# test_of_two_files_that_claim_a_lost_storys_address_none_is_its_heir,
# test_the_ledger_is_taken_anew_when_a_file_of_it_changes, test_what_is_forgotten_is_given_to_nobody,
# test_a_list_yields_to_what_was_published_there.

from __future__ import annotations

from collections.abc import Iterable

from newsgen.addresses.owners import Promised
from newsgen.addresses.urls import address_key, output_path
from newsgen.index.work import Work
from newsgen.ledger import lines as ledger_lines
from newsgen.ledger.lines import UNKNOWN, Line, Owner
from newsgen.nouns.kinds import SECOND_ROUND, STORY_KINDS
from newsgen.nouns.model import UrlPath

#: The kind of owner of the addresses of articles, pages, notices and aliases.
STORY = "story"
#: Whose diagnostics those of lists are that do not get an address.
BARRED = "barred\0"
_OF_STORY = "kind = 'story' AND key = ?"


def take(work: Work) -> None:
    """Makes rows of the ledger's lines, if they are others now."""
    if work.inputs.ledger is None:
        return
    catalog = work.catalog
    lines, diagnostics = work.inputs.ledger
    catalog.say("ledger\0", diagnostics)
    old = dict(
        catalog.all(
            "SELECT folded, url || char(9) || kind || char(9) || lang || char(9) || key || char(9) ||"
            " accepted FROM promise"
        )
    )
    rows = _rows(lines)
    hashes = _take_forgotten(work, lines)
    accepted = ledger_lines.accepted(lines)
    catalog.run("DELETE FROM promise")
    catalog.many(
        "INSERT INTO promise VALUES (?, ?, ?, ?, ?, ?, ?, ?)", ((*row, row[1] in accepted) for row in rows.values())
    )
    for folded, (_, url, kind, lang, key, *_) in rows.items():
        if old.pop(folded, None) != f"{url}\t{kind}\t{lang}\t{key}\t{int(url in accepted)}":
            work.promised[folded] = None
    work.promised |= dict.fromkeys(old)
    work.is_all |= not work.is_first and _lists_yield_otherwise(work)
    if not work.is_first:
        of_stories = (row for folded in work.promised if (row := rows.get(folded)) and row[2] == STORY)
        work.stories |= {row[4]: None for row in of_stories}
    shown = ledger_lines.kept(lines, hashes) if hashes else lines
    texts = {year: ledger_lines.text_of(of_year) for year, of_year in ledger_lines.by_year(shown).items()}
    before = dict(catalog.all("SELECT year, text FROM ledger"))
    for year in texts.keys() | before.keys():
        if texts.get(year) != before.get(year):
            work.changes.ledger.add(year)
    catalog.run("DELETE FROM ledger")
    catalog.many("INSERT INTO ledger VALUES (?, ?)", texts.items())


def _rows(lines: Iterable[Line]) -> dict[str, tuple[str, str, str, str, str, int, str]]:
    """Folded address to row; of two owners the one of the earlier publication, before that none is known."""
    rows: dict[str, tuple[str, str, str, str, str, int, str]] = {}
    every = sorted(ledger_lines.promises(lines), key=lambda promise: promise.owner.kind == UNKNOWN)
    for promise in every:
        try:
            folded = address_key(output_path(UrlPath(promise.address)))
        except ValueError:
            continue  # no address of this site's: of another newsgen's, or written by hand
        owner = promise.owner
        values = owner.kind, owner.lang, owner.id, owner.number
        rows.setdefault(folded, (folded, promise.address, *values, promise.moment))
    return rows


# ---- what is forgotten
def _take_forgotten(work: Work, lines: Iterable[Line]) -> frozenset[str]:
    """Keeps the hashes of the addresses that are forgotten; where they are others than before, all is looked at."""
    hashes, before = ledger_lines.forgotten(lines), work.forgotten
    if hashes != before:
        work.catalog.run("DELETE FROM forgotten")
        work.catalog.many("INSERT INTO forgotten VALUES (?)", ((hash_,) for hash_ in sorted(hashes)))
        work.forgotten, work.is_all = hashes, True
        for (folded,) in work.catalog.all("SELECT DISTINCT folded FROM claim"):
            if ledger_lines.hash_of_key(folded) in hashes ^ before:
                work.claims[folded] = None
    return hashes


def is_forgotten(work: Work, folded: str) -> bool:
    """Whether an output path is that of an address which is forgotten, so that nothing is to answer there."""
    return bool(work.forgotten) and ledger_lines.hash_of_key(folded) in work.forgotten


# ---- where lists yield
def story_at(work: Work, folded: str) -> str:
    """The story as whose address an output path was published, so that no list has it; "" if there is none."""
    owner = owner_at(work, folded)
    return owner.id if owner and owner.kind == STORY else ""


def has_own(work: Work, story: str, lang: str, url: UrlPath) -> bool:
    """Whether this was published as the address of the story in this language, whatever else could claim it."""
    return owner_at(work, address_key(output_path(url))) == Owner(STORY, lang, story)


def _lists_yield_otherwise(work: Work) -> bool:
    """Whether a list stands where a story was published, by what the ledger says now, or one yields that need not."""
    kinds = (*STORY_KINDS, *SECOND_ROUND)
    stands = f"SELECT 1 FROM page WHERE folded = ? AND kind NOT IN {kinds}"
    yields = work.catalog.owners_that_say(BARRED, "address-taken")
    return any(yields or (story_at(work, folded) and work.catalog.one(stands, folded)) for folded in work.promised)


# ---- whose an address is
def owner_at(work: Work, folded: str) -> Owner | None:
    """What the ledger gives an output path to, None if nothing."""
    row = work.catalog.one("SELECT kind, lang, key, number FROM promise WHERE folded = ?", folded)
    return Owner(*row) if row else None


def promised_at(work: Work, folded: str) -> Promised | None:
    """The story that has an address by the ledger, or has taken its owner's place."""
    owner = owner_at(work, folded)
    if owner is None or owner.kind == UNKNOWN:
        return None
    if owner.kind != STORY:
        return Promised("", owner.lang)
    return Promised(heir(work, owner.id, owner.lang) or owner.id, owner.lang, owner.id)


def heir(work: Work, story: str, lang: str) -> str:
    """The one story that claims an address of this one in a language, of which no file is left; "" if none does."""
    if is_there(work, story, lang):
        return ""
    rows = work.catalog.all(
        "SELECT DISTINCT c.story FROM promise p JOIN claim c ON c.folded = p.folded AND c.lang = p.lang"
        " AND c.kind IN ('article', 'page') WHERE p.kind = 'story' AND p.key = ? AND p.lang = ? LIMIT 2",
        story,
        lang,
    )
    return rows[0][0] if len(rows) == 1 else ""


def languages(work: Work, story: str) -> frozenset[str]:
    """The languages in which a story was published."""
    rows = work.catalog.all(f"SELECT DISTINCT lang FROM promise WHERE {_OF_STORY}", story)
    return frozenset(lang for (lang,) in rows)


def is_there(work: Work, story: str, lang: str) -> bool:
    """Whether a file of a story is there in a language, whatever is wrong with it."""
    sql = "SELECT 1 FROM parsed WHERE story = ? AND lang = ? AND kind IN ('article', 'page')"
    return work.catalog.one(sql, story, lang) is not None


# ---- what is to be looked at
def touch_addresses(work: Work) -> None:
    """Lets the owners be found anew of all addresses whose owner by the ledger may be another one now."""
    catalog = work.catalog
    if work.is_first:
        # Of a promise that its own story claims there is nothing to decide.
        sql = (
            "SELECT DISTINCT p.folded FROM promise p JOIN claim c ON c.folded = p.folded"
            " WHERE c.story != '' AND c.kind IN ('article', 'page')"
            " AND NOT (p.kind = 'story' AND p.key = c.story AND p.lang = c.lang)"
        )
        work.claims |= {folded: None for (folded,) in catalog.all(sql)}
        if work.forgotten:
            of_stories = catalog.all("SELECT DISTINCT folded FROM claim WHERE kind IN ('article', 'page')")
            work.claims |= {folded: None for (folded,) in of_stories if is_forgotten(work, folded)}
        return
    work.claims |= work.promised
    stories: dict[str, None] = dict.fromkeys((*work.changes.stories, *work.old))
    for folded in work.claims:
        owner = owner_at(work, folded)
        if owner and owner.kind == STORY and not is_there(work, owner.id, owner.lang):
            stories[owner.id] = None
    for story in stories:
        work.claims |= {
            folded: None for (folded,) in catalog.all(f"SELECT folded FROM promise WHERE {_OF_STORY}", story)
        }
    for folded in work.claims:
        if owner_at(work, folded):
            work.promised[folded] = None
