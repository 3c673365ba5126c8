"""Which addresses that were published answer no longer, and why: told at the cause."""

# What no page answers at is lost, unless the owner's own file says so (`draft`, `expires`), or its loss was accepted (a
# line of the ledger). No build that lost an address is to be published (status 3).
#
#   owner                                   told
#   a story                                 once, at its file
#   a section that newsgen.yaml has no more once for all its lists and feeds, at `categories`
#   all of a language that it has no more   once, at `languages`
#   another list or feed                    once each
#   a picture or document                   at its path; to which nothing refers any more, not even what is held back,
#                                           as a warning that stops nothing (`media-gone`)
#
# Proved by test_what_its_editor_takes_off_is_no_loss, test_what_is_lost_is_told_at_its_cause,
# test_a_file_to_which_nothing_refers_any_more_is_told, test_a_section_with_another_id_is_told_once,
# test_a_language_that_newsgen_yaml_forgets_is_told_once, test_any_history_gives_what_a_clean_build_gives.

from __future__ import annotations

from newsgen.index import promises, redirects
from newsgen.index.moved import FEED_KINDS, touched
from newsgen.index.promises import STORY
from newsgen.index.references import is_mentioned, is_shown
from newsgen.index.site_links import file_source
from newsgen.index.work import Work
from newsgen.ledger.lines import UNKNOWN, Owner
from newsgen.nouns.diagnostics import Diagnostic, Location, diagnose

#: States of a version that its own file asks for.
_MEANT = ("draft", "expired")
#: Whose diagnostics those are of what newsgen.yaml has no more.
_CAUSE = "lost\0"


def tell_what_is_lost(work: Work) -> None:
    """Says of every owner at whose addresses nothing answers any more why that is so; all pages are known."""
    owners: dict[tuple[str, str, str], None] = {}
    for folded in touched(work):
        row = work.catalog.one("SELECT kind, lang, key FROM promise WHERE folded = ?", folded)
        if row:
            owners[row] = None
    if (work.is_all or work.inputs.ledger is not None) and not work.is_first:
        owners |= dict.fromkeys(work.catalog.all("SELECT DISTINCT kind, lang, key FROM lost"))
    for kind, lang, key in owners:
        owner = Owner(kind, lang, key)
        rows = work.catalog.all(_UNANSWERED, kind, lang, key)
        urls = tuple(url for url, folded in rows if not _is_said_gone(work, url, folded))
        told = _told(work, owner, urls) if urls else []
        work.catalog.say(f"promise\0{kind}\0{lang}\0{key}", told)
        is_lost = any(one.id == "address-lost" for one in told) or _cause(work, owner)
        lost = [(url, kind, lang, key) for url in urls if is_lost]
        work.replace("lost", {"kind": kind, "lang": lang, "key": key}, lost)
    work.flush()
    _tell_causes(work)


def _is_said_gone(work: Work, url: str, folded: str) -> bool:
    rule = redirects.rule_of(work.catalog, url, folded)
    return rule is not None and not rule.to


_UNANSWERED = (
    "SELECT url, folded FROM promise p WHERE kind = ? AND lang = ? AND key = ? AND NOT accepted"
    " AND NOT EXISTS (SELECT 1 FROM page WHERE page.folded = p.folded) ORDER BY url"
)


def _told(work: Work, owner: Owner, urls: tuple[str, ...]) -> list[Diagnostic]:
    if _cause(work, owner):
        return []  # told once for all that went with it
    if owner.kind == STORY:
        return _of_story(work, owner, urls)
    if owner.kind == "media" and not is_shown(work, owner.id):
        return _of_unshown(work, owner.id, urls)
    if owner.kind in ("media", "static"):
        path = f"{'content' if owner.kind == 'media' else 'static'}/{owner.id}"
        return [diagnose(Location(path), "address-lost/deleted", urls=urls, path=path)]
    if owner.kind == UNKNOWN:
        return [diagnose(_CONFIGURATION, "address-lost/unknown", urls=urls)]
    name = f"{owner.kind} {owner.id}".rstrip()
    return [diagnose(_CONFIGURATION, "address-lost/list", urls=urls, name=name)]


_CONFIGURATION = Location("newsgen.yaml")


def _of_story(work: Work, owner: Owner, urls: tuple[str, ...]) -> list[Diagnostic]:
    story = promises.heir(work, owner.id, owner.lang) or owner.id
    path, state = work.catalog.one(
        "SELECT path, state FROM version WHERE story = ? AND lang = ?", story, owner.lang
    ) or ("", "")
    if state in _MEANT:
        return []
    if state == "scheduled":
        return [diagnose(Location(path), "address-lost/waits", urls=urls)]
    if state:
        key = "address-lost/clash" if state == "clash" else "address-lost/alias"
        return [diagnose(Location(path), key, urls=urls)]
    sql = "SELECT path FROM parsed WHERE story = ? AND lang = ? AND kind IN ('article', 'page') ORDER BY path"
    if left_out := work.catalog.one(sql, story, owner.lang):
        return [diagnose(Location(left_out[0]), "address-lost/left-out", urls=urls)]
    path = f"content/{owner.id}.{owner.lang}.md"
    return [diagnose(Location(path), "address-lost/deleted", urls=urls, path=path)]


def _of_unshown(work: Work, path: str, urls: tuple[str, ...]) -> list[Diagnostic]:
    """Nothing, where what is held back refers to it, or what its errors leave out: with that it comes back."""
    if is_mentioned(work, path):
        return []
    key = "media-gone/there" if file_source(work, "media", path) else "media-gone"
    return [diagnose(Location(f"content/{path}"), key, urls=urls, url=urls[0], path=f"content/{path}")]


# ---- what newsgen.yaml has no more
def _tell_causes(work: Work) -> None:
    """Says of each section and language that newsgen.yaml has no more what is lost with it."""
    causes: dict[tuple[str, str], list[tuple[bool, str]]] = {}
    for url, kind, lang, key in work.catalog.all("SELECT url, kind, lang, key FROM lost"):
        if cause := _cause(work, Owner(kind, lang, key)):
            causes.setdefault(cause, []).append((kind in FEED_KINDS, url))
    names = {"\0".join(cause): cause for cause in causes}
    for name in dict.fromkeys((*work.catalog.owners_that_say(_CAUSE, "address-lost"), *names)):
        told = [_of_cause(work, names[name], sorted(causes[names[name]]))] if name in names else []
        work.catalog.say(f"{_CAUSE}{name}", told)


def _cause(work: Work, owner: Owner) -> tuple[str, str] | None:
    """The key of newsgen.yaml and the language or section that it has no more, with which these addresses went."""
    if owner.lang and owner.lang not in work.config.languages:
        return "languages", owner.lang
    if owner.kind == "category":
        id_ = owner.id
    elif owner.kind in FEED_KINDS and owner.id.startswith("category:"):
        id_ = owner.id.removeprefix("category:")
    else:
        return None
    return None if any(category.id == id_ for category in work.config.categories) else ("categories", id_)


def _of_cause(work: Work, cause: tuple[str, str], found: list[tuple[bool, str]]) -> Diagnostic:
    """`found`: whether it is that of a feed, and the address; lists come before feeds."""
    key, name = cause
    place = Location("newsgen.yaml", *work.config.places.get(key, (1, 1)))
    urls = tuple(url for _, url in found)
    if key == "languages":
        return diagnose(
            place, "address-lost/language", urls=urls, lang=name, to=work.config.languages[0], number=len(urls)
        )
    slugs = dict.fromkeys(url.rstrip("/").rpartition("/")[2] for is_feed, url in found if not is_feed)
    return diagnose(place, "address-lost/section", urls=urls, id=name, slugs=tuple(slugs), url=urls[0])
