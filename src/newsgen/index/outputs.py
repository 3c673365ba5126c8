"""Pages: which there are, which come and which go."""

# A page comes by `insert`, which notes it as pending, and goes by `note_gone`, which notes the removal, forgets the
# trace, and tells the change set. Both lie in the transaction of index and plan: no build forgets a half of it. Files
# and aliases have what no page wants: `_make_room` takes them out of a page's way, and notes their places in
# `work.folded`, with which `index.files` decides them anew.

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from newsgen.addresses import urls
from newsgen.addresses.urls import address_key, keys_above, keys_below
from newsgen.catalog.traces import forget
from newsgen.index import promises
from newsgen.index.work import Blamed, Work
from newsgen.nouns.changes import ListChange
from newsgen.nouns.diagnostics import Diagnostic, Location, diagnose
from newsgen.nouns.kinds import BESIDE, FILE_KINDS, LIST_KINDS, SECOND_ROUND, STORY_KINDS, of_family, phase
from newsgen.nouns.model import PageKey
from newsgen.pages import wanted
from newsgen.pages.wanted import Wanted
from newsgen.queries import full_pages

#: Kinds of pages that show one version of a story.
OF_VERSIONS = (*STORY_KINDS, *BESIDE)
#: Kinds of pages whose key names a list.
_FEEDS = ("feed-atom", "feed-json")
#: Kinds of which it is told that a page does not get its address.
_TOLD = {*LIST_KINDS, *_FEEDS, *(kind.name for kind in of_family("site", "language"))}
#: Kinds that have what no page wants.
_OF_FILES = SECOND_ROUND


def put_pages(work: Work, templates: dict[tuple[str, str], str]) -> None:
    """The pages that have a template, but redirects; `templates` by (story, language) where not the usual."""
    catalog, config = work.catalog, work.config
    if work.is_first:
        every = _allowed(work, _all_pages(work, templates))
        work.each(every, lambda one: insert(work, one), lambda one: _blame(work, one))
        for one in wanted.list_sitemaps(catalog):
            insert(work, one)
        return
    groups: list[tuple[list[Any], list[Wanted]]] = []
    if work.is_all:
        old = [row for row in rows_where(work, "1") if row[1] not in (*_OF_FILES, "sitemap-lists")]
        groups.append((old, list(_allowed(work, _all_pages(work, templates)))))
    else:
        work.each(
            work.old,
            lambda story: groups.append((_of_story(work, story), _wanted(work, story, templates))),
            lambda story: work.blame_story([story]),
        )
        work.each(
            _touched_lists(work),
            lambda one: groups.append(
                (_of_list(work, *one), list(_allowed(work, wanted.of_list(catalog, config, *one), one)))
            ),
            lambda one: work.blame_term(*one[:2]),
        )
        for kind, lang in {(kind, lang) for kind, lang, _ in work.changes.overviews if kind != "category"}:
            old = rows_where(
                work, "kind = 'overview' AND lang = ? AND key >= ? AND key < ?", lang, f"{kind}/", f"{kind}0"
            )
            groups.append((old, list(wanted.of_prefixes(catalog, kind, lang))))
        if ("static", wanted.OWN_STYLESHEET) in work.files:
            groups.append((rows_where(work, "kind = 'style'"), list(wanted.of_style(catalog))))
        if work.changes.ledger:
            groups.append((rows_where(work, "kind = 'ledger'"), list(wanted.of_ledger(catalog))))
        for (name, lang), change in work.changes.lists.items():
            if name == "all:":
                groups.append(_archives(work, lang, change))
        for month in work.months:
            old = rows_where(work, "kind = 'sitemap-month' AND lang = '' AND key = ?", month)
            groups.append((old, list(wanted.of_month(catalog, month))))
        for period in wanted.periods_of(config, work.months):
            old = rows_where(work, "kind = 'search-index' AND key = ?", period)
            groups.append((old, list(wanted.of_periods(catalog, config, [period]))))
    _move(work, groups)
    if work.is_all or any(key.kind in LIST_KINDS for key in work.changes.pages):
        old = rows_where(work, "kind = 'sitemap-lists' AND lang = ''")
        _move(work, [(old, list(wanted.list_sitemaps(catalog)))])


def _allowed(work: Work, pages: Iterable[Wanted], of_list: tuple[str, str, str] | None = None) -> Iterator[Wanted]:
    """Those of all pages, or of one list, whose address is neither forgotten nor a story's by the ledger; says which
    others there would be."""
    if not (work.forgotten or work.has_promises or work.is_all):
        yield from pages
        return
    told: dict[str, list[Diagnostic]] = {}
    for page in pages:
        if not (fault := _barred(work, page)):
            yield page
        elif page.key.kind in _TOLD:
            told.setdefault(_list_of(page.key), []).append(fault)
    kind, key, lang = of_list or ("", "", "")
    names = [f"{kind}:{key}\0{lang}"] if of_list else work.catalog.owners_that_say(promises.BARRED, "address-taken")
    for name in dict.fromkeys((*names, *told)):
        work.catalog.say(f"{promises.BARRED}{name}", told.get(name, ()))


def _barred(work: Work, page: Wanted) -> Diagnostic | None:
    """Why there is no such page, though it is wanted. Of what shows a version its claim tells."""
    if page.key.kind in OF_VERSIONS:
        return None
    folded, place = address_key(page.output), Location("newsgen.yaml")
    if promises.is_forgotten(work, folded):
        return diagnose(place, "address-taken/forgotten-list", url=page.url)
    if work.has_promises and (story := promises.story_at(work, folded)):
        return diagnose(place, "address-taken/yields", url=page.url, story=story)
    return None


def _list_of(page: PageKey) -> str:
    return f"{page.key}\0{page.lang}" if page.kind in _FEEDS else f"{page.kind}:{page.key}\0{page.lang}"


def _wanted(work: Work, story: str, templates: dict[tuple[str, str], str]) -> list[Wanted]:
    return list(wanted.of_story(work.catalog.story_versions(story).values(), templates))


def _all_pages(work: Work, templates: dict[tuple[str, str], str]) -> Iterator[Wanted]:
    """Every page that has a template; where newsgen fails at it, looks for the stories at which it does."""
    try:
        yield from wanted.all_pages(work.catalog, work.config, templates)
    except Exception:
        if work.inputs.is_careful:
            stories = [story for (story,) in work.catalog.all("SELECT id FROM story ORDER BY id")]
            work.each(stories, lambda story: _wanted(work, story, templates), lambda story: work.blame_story([story]))
        raise


def _blame(work: Work, page: Wanted) -> Blamed:
    """The story of an article's page; of another page the story that stands in its place, if one does."""
    key = page.key
    if key.kind not in OF_VERSIONS:
        at = work.catalog.page_in_the_way(address_key(page.output))
        if at is None or at[0].kind not in OF_VERSIONS:
            return "", []
        key = at[0]
    return work.blame_story([key.key])


def _touched_lists(work: Work) -> list[tuple[str, str, str]]:
    lists: dict[tuple[str, str, str], None] = {}
    for name, lang in work.changes.lists:
        kind, _, key = name.partition(":")
        if kind in LIST_KINDS:
            lists[kind, key, lang] = None
    for kind, key, lang in work.changes.terms:
        lists[kind, key, lang] = None
    return list(lists)


COLUMNS = "id, kind, lang, key, number, url, output, folded, template, phase"


def rows_where(work: Work, where: str, *values: Any) -> list[Any]:
    return work.catalog.all(f"SELECT {COLUMNS} FROM page WHERE {where} ORDER BY id", *values)


def _of_story(work: Work, story: str) -> list[Any]:
    rows = []
    for kind in OF_VERSIONS:
        for lang in work.config.languages:
            rows += rows_where(work, "kind = ? AND lang = ? AND key = ?", kind, lang, story)
    return rows


def _of_list(work: Work, kind: str, key: str, lang: str) -> list[Any]:
    rows = rows_where(work, "kind = ? AND lang = ? AND key = ?", kind, lang, key)
    for feed in _FEEDS:
        rows += rows_where(work, "kind = ? AND lang = ? AND key = ?", feed, lang, f"{kind}:{key}")
    return rows


def _archives(work: Work, lang: str, change: ListChange) -> tuple[list[Any], list[Wanted]]:
    """The archive documents of the site's feed that come or go with this change of its list."""
    first, last = (full_pages(size, work.config.feed_size) for size in (change.old_size, change.new_size))
    where = "kind = 'feed-archive' AND lang = ? AND key = '' AND number > ?"
    low = min(first, last)
    return rows_where(work, where, lang, low) if first > low else [], list(wanted.of_archives(lang, low + 1, last))


def _move(work: Work, groups: list[tuple[list[Any], list[Wanted]]]) -> None:
    """Takes out the pages that are not wanted any more, then puts in those that are new."""
    gone: dict[int, Any] = {}
    new: list[Wanted] = []
    for old, every in groups:
        pages = [page for page in every if not _barred(work, page)]
        old_names = {(PageKey(*row[1:5]), row[5], row[8]) for row in old}
        new_names = {(w.key, w.url, w.template) for w in pages}
        gone |= {row[0]: row for row in old if (PageKey(*row[1:5]), row[5], row[8]) not in new_names}
        new += [w for w in pages if (w.key, w.url, w.template) not in old_names]
    for row in gone.values():
        delete(work, row)
    for one in new:
        _make_room(work, address_key(one.output))
        if one.key.kind == "search-index":
            _make_room(work, address_key(urls.companions_folder(one.output)).removesuffix("/"))
    work.each(new, lambda one: insert(work, one), lambda one: _blame(work, one))


def _make_room(work: Work, folded: str) -> None:
    """Takes out files and redirects in the way of a page; they are looked at again."""
    above = keys_above(folded)
    marks = ", ".join("?" * len(above))
    rows = rows_where(
        work,
        f"(folded IN ({marks}) OR (folded >= ? AND folded < ?)) AND +kind IN {_OF_FILES}",
        *above,
        *keys_below(folded),
    )
    for row in rows:
        delete(work, row)


def delete(work: Work, row: Any) -> None:
    """Takes a page out; its file is to be removed unless another page has the same path."""
    work.catalog.run("DELETE FROM page WHERE id = ?", row[0])
    if row[1] == "redirect":
        work.catalog.run("DELETE FROM alias WHERE url = ?", row[3])
    note_gone(work, row)


def note_gone(work: Work, row: Any) -> None:
    catalog = work.catalog
    forget(catalog, row[0])
    catalog.run("INSERT OR REPLACE INTO removal VALUES (?)", row[6])
    work.changes.pages[PageKey(*row[1:5])] = None
    _note_folded(work, row[1], row[7])
    _tally(work, row[6], -1)
    if row[1] == "redirect":
        work.changes.aliases.add(row[3])
    elif row[1] in FILE_KINDS:
        for (original,) in catalog.all(
            "DELETE FROM file WHERE path = ? AND kind = ? RETURNING original", row[3], row[1]
        ):
            # Who asks for a picture asks for its variants too.
            work.changes.files.add(("media", original) if original else (row[1], row[3]))


def insert(work: Work, page: Wanted) -> None:
    """Puts a page in that is not there. Raises: RuntimeError, if another page has its output path: the address book is
    wrong then, and where it is so is told (see `Work.each`)."""
    key = page.key
    row = (
        key.kind,
        key.lang,
        key.key,
        key.number,
        page.url,
        page.output,
        address_key(page.output),
        page.template,
        phase(key.kind),
    )
    cursor = work.catalog.connection.execute(
        "INSERT OR IGNORE INTO page (kind, lang, key, number, url, output, folded, template, phase)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        row,
    )
    if cursor.rowcount != 1:
        owner = work.catalog.page_in_the_way(row[6])
        if owner and owner[0] == key:
            return
        raise RuntimeError(f"{page.output} belongs to two pages: {key} and {owner and owner[0]}")
    _tally(work, page.output, 1)
    if not work.is_first:
        work.catalog.run("INSERT OR REPLACE INTO pending VALUES (?, 'new page')", cursor.lastrowid)
        work.changes.pages[key] = None
        _note_folded(work, key.kind, row[6])


def _note_folded(work: Work, kind: str, folded: str) -> None:
    """Who may have these output paths is to be decided anew."""
    work.folded[folded] = work.changes.places[folded] = None
    if kind == "search-index":
        work.folded[urls.companions_folder(folded).removesuffix("/")] = None


def _tally(work: Work, output: str, n: int) -> None:
    work.tallied("pages", n)
    work.tallied("html_pages", n if output.endswith(".html") else 0)
