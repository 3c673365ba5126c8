"""Pages: which there are, and which file or alias has an output path that no page has."""

# The second round of who owns an address (the first is in `index.versions`, the whole in `addresses.owners`): pages
# have their places, and pictures, documents, static files and aliases get those that no page has.
#
#   order  candidate  there is one where                                       its page is of the kind
#   0      media      something published shows or links to the file           media
#   1      variant    one of those is a picture that is to have this size      variant
#   2      static     the file is there                                        static
#   3      redirect   a version names the alias; has a page if it is public    redirect; of two, the older article's
#
# A place that goes to somebody frees another or takes one away, and so on: so `_decide` first gathers the whole group
# of those whose outcome may be another one now. It begins with the candidates that came, went or changed and with all
# that stand at, above or below a place in `work.folded` (where a page came, went or moved), and goes on with the rivals
# of what each wants and of what each has, until nobody is added. All pages of the group are taken out, and the places
# given anew in order, as if none had ever been given. So the outcome is a clean build's; and who gets what it had
# before gets its old row with its id, so that its trace is kept and nothing is rendered. To look only at the candidates
# that an edit touched is not enough: where a picture gives up a place, the static file that waits for it was not
# touched.
#
# A new page needs no round: `_make_room` takes files and aliases out of its way, and notes their places for `_decide`.
# Pages go by `_note_gone`, which notes the removal, forgets the trace, and tells the change set; they come by
# `_insert`, which notes the page as pending. Both lie in the transaction of index and plan: no build forgets a half of
# it.
#
# Proved by test_no_folder_is_where_a_page_has_its_file, test_no_file_is_where_a_page_needs_a_folder,
# test_no_alias_needs_a_folder_where_a_page_has_its_file, test_pictures_and_documents_come_before_static_files,
# test_of_two_aliases_the_older_article_has_it, test_an_address_that_becomes_a_folder_and_back,
# test_a_static_file_gives_way_to_a_search_index, test_outputs_that_cannot_both_exist_are_found_from_either_side.

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from newsgen.addresses import urls
from newsgen.addresses.urls import address_key, keys_above, keys_below
from newsgen.catalog.traces import forget
from newsgen.index.references import active_type, file_source, focuses, is_shown
from newsgen.index.work import Blamed, Work
from newsgen.nouns.changes import ListChange
from newsgen.nouns.diagnostics import Diagnostic, Location, diagnose, picture_hint
from newsgen.nouns.model import FileRow, Look, PageKey, UrlPath, Version, is_picture
from newsgen.pages import kinds as page_kinds
from newsgen.pages.kinds import Wanted
from newsgen.pictures import has_variants, read_operation, variant_hash, variants
from newsgen.queries import LIST_KINDS, full_pages

_PUBLIC = ("published", "gone")
Candidate = tuple[str, str, str, str]  #: kind, path or address, story, language


def put_pages(work: Work, templates: dict[tuple[str, str], str]) -> None:
    """The pages that have a template, but redirects; `templates` by (story, language) where not the usual."""
    catalog, config = work.catalog, work.config
    if work.is_first:
        work.each(_all_pages(work, templates), lambda wanted: _insert(work, wanted), lambda one: _blame(work, one.key))
        for wanted in page_kinds.list_sitemaps(catalog):
            _insert(work, wanted)
        return
    groups: list[tuple[list[Any], list[Wanted]]] = []
    if work.is_all:
        elsewhere = ("media", "variant", "static", "redirect", "sitemap-lists")
        old = [row for row in _rows(work, "1") if row[1] not in elsewhere]
        groups.append((old, list(_all_pages(work, templates))))
    else:
        work.each(
            work.old,
            lambda story: groups.append((_of_story(work, story), _wanted(work, story, templates))),
            lambda story: work.blame_story([story]),
        )
        work.each(
            _touched_lists(work),
            lambda one: groups.append((_of_list(work, *one), list(page_kinds.of_list(catalog, config, *one)))),
            lambda one: work.blame_term(*one[:2]),
        )
        for kind, lang in {(kind, lang) for kind, lang, _ in work.changes.overviews if kind != "category"}:
            old = _rows(work, "kind = 'overview' AND lang = ? AND key >= ? AND key < ?", lang, f"{kind}/", f"{kind}0")
            groups.append((old, list(page_kinds.of_prefixes(catalog, kind, lang))))
        if ("static", page_kinds.OWN_STYLESHEET) in work.files:
            groups.append((_rows(work, "kind = 'style'"), list(page_kinds.of_style(catalog))))
        for (name, lang), change in work.changes.lists.items():
            if name == "all:":
                groups.append(_archives(work, lang, change))
        for month in work.months:
            old = _rows(work, "kind = 'sitemap-month' AND lang = '' AND key = ?", month)
            groups.append((old, list(page_kinds.of_month(catalog, month))))
        for period in page_kinds.periods_of(config, work.months):
            old = _rows(work, "kind = 'search-index' AND key = ?", period)
            groups.append((old, list(page_kinds.of_periods(catalog, config, [period]))))
    _move(work, groups)
    if work.is_all or any(key.kind in LIST_KINDS for key in work.changes.pages):
        old = _rows(work, "kind = 'sitemap-lists' AND lang = ''")
        _move(work, [(old, list(page_kinds.list_sitemaps(catalog)))])


def _wanted(work: Work, story: str, templates: dict[tuple[str, str], str]) -> list[Wanted]:
    return list(page_kinds.of_story(work.catalog.story_versions(story).values(), templates))


def _all_pages(work: Work, templates: dict[tuple[str, str], str]) -> Iterator[Wanted]:
    """Every page that has a template; where newsgen fails at it, looks for the stories at which it does."""
    try:
        yield from page_kinds.all_pages(work.catalog, work.config, templates)
    except Exception:
        if work.inputs.is_careful:
            stories = [story for (story,) in work.catalog.all("SELECT id FROM story ORDER BY id")]
            work.each(stories, lambda story: _wanted(work, story, templates), lambda story: work.blame_story([story]))
        raise


def _blame(work: Work, key: PageKey) -> Blamed:
    """The story of an article's page, the file of a picture, a document or a static file."""
    if key.kind in ("article", "page", "gone", *page_kinds.BESIDE):
        return work.blame_story([key.key])
    if key.kind in _FILES:
        sql = "SELECT path FROM candidate WHERE kind = ? AND key = ? AND story = ''"
        row = work.catalog.one(sql, key.kind, key.key)
        path = _file_path(key.kind, key.key, row[0] if row else "")
        return path, [path]
    return "", []


def _touched_lists(work: Work) -> list[tuple[str, str, str]]:
    lists: dict[tuple[str, str, str], None] = {}
    for name, lang in work.changes.lists:
        kind, _, key = name.partition(":")
        if kind in LIST_KINDS:
            lists[kind, key, lang] = None
    for kind, key, lang in work.changes.terms:
        lists[kind, key, lang] = None
    return list(lists)


_COLUMNS = "id, kind, lang, key, number, url, output, folded, template, phase"


def _rows(work: Work, where: str, *values: Any) -> list[Any]:
    return work.catalog.all(f"SELECT {_COLUMNS} FROM page WHERE {where} ORDER BY id", *values)


def _of_story(work: Work, story: str) -> list[Any]:
    rows = []
    for kind in ("article", "page", "gone", *page_kinds.BESIDE):
        for lang in work.config.languages:
            rows += _rows(work, "kind = ? AND lang = ? AND key = ?", kind, lang, story)
    return rows


def _of_list(work: Work, kind: str, key: str, lang: str) -> list[Any]:
    rows = _rows(work, "kind = ? AND lang = ? AND key = ?", kind, lang, key)
    for feed in ("feed-atom", "feed-json"):
        rows += _rows(work, "kind = ? AND lang = ? AND key = ?", feed, lang, f"{kind}:{key}")
    return rows


def _archives(work: Work, lang: str, change: ListChange) -> tuple[list[Any], list[Wanted]]:
    """The archive documents of the site's feed that come or go with this change of its list."""
    first, last = (full_pages(size, work.config.feed_size) for size in (change.old_size, change.new_size))
    where = "kind = 'feed-archive' AND lang = ? AND key = '' AND number > ?"
    low = min(first, last)
    return _rows(work, where, lang, low) if first > low else [], list(page_kinds.of_archives(lang, low + 1, last))


def _move(work: Work, groups: list[tuple[list[Any], list[Wanted]]]) -> None:
    """Takes out the pages that are not wanted any more, then puts in those that are new."""
    gone: dict[int, Any] = {}
    new: list[Wanted] = []
    for old, wanted in groups:
        old_names = {(PageKey(*row[1:5]), row[5], row[8]) for row in old}
        new_names = {(w.key, w.url, w.template) for w in wanted}
        gone |= {row[0]: row for row in old if (PageKey(*row[1:5]), row[5], row[8]) not in new_names}
        new += [w for w in wanted if (w.key, w.url, w.template) not in old_names]
    for row in gone.values():
        delete(work, row)
    for one in new:
        _make_room(work, address_key(one.output))
        if one.key.kind == "search-index":
            _make_room(work, address_key(urls.companions_folder(one.output)).removesuffix("/"))
    work.each(new, lambda one: _insert(work, one), lambda one: _blame(work, one.key))


def _make_room(work: Work, folded: str) -> None:
    """Takes out files and redirects in the way of a page; they are looked at again."""
    above = keys_above(folded)
    marks = ", ".join("?" * len(above))
    rows = _rows(
        work,
        f"(folded IN ({marks}) OR (folded >= ? AND folded < ?)) AND kind IN ('media', 'variant', 'static', 'redirect')",
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
    _note_gone(work, row)


def _note_gone(work: Work, row: Any) -> None:
    catalog = work.catalog
    forget(catalog, row[0])
    catalog.run("INSERT OR REPLACE INTO removal VALUES (?)", row[6])
    work.changes.pages[PageKey(*row[1:5])] = None
    _note_folded(work, row[1], row[7])
    _tally(work, row[6], -1)
    if row[1] == "redirect":
        work.changes.aliases.add(row[3])
    elif row[1] in _FILES:
        for (original,) in catalog.all(
            "DELETE FROM file WHERE path = ? AND kind = ? RETURNING original", row[3], row[1]
        ):
            # Who asks for a picture asks for its variants too.
            work.changes.files.add(("media", original) if original else (row[1], row[3]))


def _insert(work: Work, wanted: Wanted) -> bool:
    key = wanted.key
    row = (
        key.kind,
        key.lang,
        key.key,
        key.number,
        wanted.url,
        wanted.output,
        address_key(wanted.output),
        wanted.template,
        page_kinds.phase(key),
    )
    cursor = work.catalog.connection.execute(
        "INSERT OR IGNORE INTO page (kind, lang, key, number, url, output, folded, template, phase)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        row,
    )
    if cursor.rowcount != 1:
        return False
    _tally(work, wanted.output, 1)
    if not work.is_first:
        work.catalog.run("INSERT OR REPLACE INTO pending VALUES (?, 'new page')", cursor.lastrowid)
        work.changes.pages[key] = None
        _note_folded(work, key.kind, row[6])
    return True


def _note_folded(work: Work, kind: str, folded: str) -> None:
    """Who may have these output paths is to be decided anew."""
    work.folded[folded] = None
    if kind == "search-index":
        work.folded[urls.companions_folder(folded).removesuffix("/")] = None


def _tally(work: Work, output: str, n: int) -> None:
    work.tallied("pages", n)
    work.tallied("html_pages", n if output.endswith(".html") else 0)


# ---- files and redirects: they have what no page wants
def put_files(work: Work) -> None:
    """Pictures and documents that something shows, static files and redirects."""
    catalog = work.catalog
    touched: dict[Candidate, None] = {}

    def put(one: tuple[str, str]) -> None:
        kind, path = one
        source = file_source(work, kind, path)
        is_wanted = source is not None and (kind == "static" or is_shown(work, path))
        if kind == "media" and is_picture(path):
            look = work.inputs.look(source) if is_wanted and source else Look()
            is_wanted = is_wanted and not look.fault
            for key in _put_variants(work, path, look):
                touched["variant", key, "", ""] = None
        elif kind == "media" and source:
            is_wanted = is_wanted and not active_type(work, source) and not work.inputs.look(source).fault
        old = catalog.one("SELECT folded FROM candidate WHERE kind = ? AND key = ? AND story = ''", kind, path)
        if is_wanted and source:
            _put_candidate(work, kind, path, source.path)
        elif old:
            catalog.run("DELETE FROM candidate WHERE kind = ? AND key = ? AND story = ''", kind, path)
        if old or is_wanted:
            touched[kind, path, "", ""] = None

    work.each(work.files, put, lambda one: _blame(work, PageKey(one[0], "", one[1])))
    touched |= work.candidates
    if work.is_all:
        rows = catalog.all("SELECT kind, key, story, lang FROM candidate")
        touched |= dict.fromkeys((*row,) for row in rows)
    _decide(work, touched)


def _put_candidate(work: Work, kind: str, key: str, path: str, operation: str = "") -> None:
    output = urls.file_url(kind, key).removeprefix("/") or "index.html"
    row = (kind, key, "", "", address_key(output), 1, path, None, None, operation)
    work.catalog.run("INSERT OR REPLACE INTO candidate VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", *row)


def _put_variants(work: Work, path: str, look: Look) -> list[str]:
    """Makes the candidates those variants that there are to be of a picture; the keys of old and new ones."""
    catalog, prefix, settings = work.catalog, urls.variant_prefix(path), work.config.pictures
    old = (
        []
        if work.is_first
        else catalog.all(
            "SELECT key FROM candidate WHERE kind = 'variant' AND key >= ? AND key < ? AND path = ?",
            prefix,
            f"{prefix}\U0010ffff",
            path,
        )
    )
    keys = dict.fromkeys(key for (key,) in old)
    for key in keys:
        catalog.run("DELETE FROM candidate WHERE kind = 'variant' AND key = ? AND story = '' AND lang = ''", key)
    if has_variants(look, settings):
        unmade = dict(look.unmade)
        for variant in variants(look, settings, focuses(work, path)):
            if variant.operation in unmade:
                continue
            key = prefix + variant.name
            keys[key] = None
            _put_candidate(work, "variant", key, path, variant.operation)
    return list(keys)


def _decide(work: Work, touched: dict[Candidate, None]) -> None:
    """Gives output paths to candidates, in their order, among all whose outcome may be another one now."""
    catalog = work.catalog
    open_ = list(touched)
    if not work.is_all:
        for folded in work.folded:
            open_ += _rivals(work, folded)
    group: dict[Candidate, None] = {}
    old: dict[Candidate, Any] = {}
    while open_:
        one = open_.pop()
        if one in group:
            continue
        group[one] = None
        kind, key, story, lang = one
        for row in _rows(work, "kind = ? AND lang = ? AND key = ? AND number = 0", kind, lang, key):
            owner = catalog.one("SELECT story, lang FROM alias WHERE url = ?", key) if kind == "redirect" else ("", "")
            if owner == (story, lang):
                old[one] = row, _kept_row(work, kind, key)
                open_ += _rivals(work, row[7]) if not work.is_all else []
        for (folded,) in catalog.all(
            "SELECT folded FROM candidate WHERE kind = ? AND key = ? AND story = ? AND lang = ?", *one
        ):
            open_ += _rivals(work, folded) if not work.is_all else []
    for row, _ in old.values():
        catalog.run("DELETE FROM page WHERE id = ?", row[0])
        if row[1] == "redirect":
            catalog.run("DELETE FROM alias WHERE url = ?", row[3])

    def decide(one: Candidate) -> None:
        before = old.get(one)
        if before and _blame_candidate(work, one)[0] in work.inputs.failed:
            _stay(work, one, before)
            return
        made = _place(work, one)
        if made is not None:
            _keep_place(work, one, made, before)
        elif before:
            _note_gone(work, before[0])

    work.each(sorted(group, key=lambda c: _order(work, c)), decide, lambda one: _blame_candidate(work, one))


def _blame_candidate(work: Work, one: Candidate) -> Blamed:
    kind, key, story, _ = one
    return work.blame_story([story]) if kind == "redirect" else _blame(work, PageKey(kind, "", key))


def _stay(work: Work, one: Candidate, before: Any) -> None:
    """Puts back the page of a file or alias at which newsgen itself fails, as it was."""
    work.catalog.run(f"INSERT OR IGNORE INTO page ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", *before[0])
    if one[0] == "redirect":
        work.catalog.run("INSERT OR REPLACE INTO alias VALUES (?, ?, ?)", *one[1:])


def _kept_row(work: Work, kind: str, key: str) -> Any:
    return work.catalog.one("SELECT story, lang FROM alias WHERE url = ?", key) if kind == "redirect" else None


def _rivals(work: Work, folded: str) -> list[Candidate]:
    above = keys_above(folded)
    marks = ", ".join("?" * len(above))
    rows = work.catalog.all(
        f"SELECT kind, key, story, lang FROM candidate WHERE folded IN ({marks}) OR (folded >= ? AND folded < ?)",
        *above,
        *keys_below(folded),
    )
    return [(*row,) for row in rows]


_FIRST = {"media": 0, "variant": 1, "static": 2, "redirect": 3}
_FILES = ("media", "variant", "static")


def _order(work: Work, one: Candidate) -> tuple[Any, ...]:
    kind, key, story, lang = one
    if kind != "redirect":
        return _FIRST[kind], False, 0, key, "", ""
    version = work.catalog.version_or_none(story, lang)
    epoch = version.date.epoch if version and version.date else 0
    is_public = version is not None and version.state in _PUBLIC
    return _FIRST[kind], not is_public, epoch, story, lang, key


def _place(work: Work, one: Candidate) -> Wanted | None:
    """The page of a candidate, None if it has none; says why not."""
    kind, key, story, lang = one
    row = work.catalog.one(
        "SELECT counts, path, line, col FROM candidate WHERE kind = ? AND key = ? AND story = ? AND lang = ?", *one
    )
    diagnostics: list[Diagnostic] = []
    wanted = None
    if row:
        url = UrlPath(key) if kind == "redirect" else urls.file_url(kind, key)
        wanted = Wanted.of(PageKey(kind, lang, key), url)
        owner = work.catalog.page_in_the_way(address_key(wanted.output))
        if kind == "redirect":
            wanted = _alias_place(work, one, row, wanted, owner, diagnostics)
        else:
            place = Location(_file_path(kind, key, row[1]))
            if kind == "media" and (source := file_source(work, kind, key)):
                look = work.inputs.look(source)
                diagnostics += (*_cuts(look, place), *_unmade(work, key, look, place))
            if _is_too_long(wanted.output):
                diagnostics.append(diagnose(place, "path-too-long", name=_longest(wanted.output)))
                wanted = None
            elif owner:
                key_ = "address-taken/style" if owner[0].kind == "style" else "address-taken/file"
                diagnostics.append(diagnose(place, key_, output=wanted.output, owner=_describe(work, *owner)))
                wanted = None
    if not work.is_first or diagnostics:
        work.catalog.say(f"candidate\0{kind}\0{key}\0{story}\0{lang}", diagnostics)
    return wanted


def _file_path(kind: str, key: str, original: str) -> str:
    """The path of a file, or of the picture that a variant is made of, for messages."""
    return f"static/{key}" if kind == "static" else f"content/{original if kind == 'variant' else key}"


def _cuts(look: Look, place: Location) -> list[Diagnostic]:
    if not look.cuts:
        return []
    line, column, _ = look.cuts[0]
    cuts = tuple(dict.fromkeys(what for _, _, what in look.cuts))
    return [diagnose(Location(place.path, line, column), "picture-svg-cleaned", cuts=cuts)]


def _unmade(work: Work, path: str, look: Look, place: Location) -> list[Diagnostic]:
    """What to say of a picture some of whose variants could not be made."""
    if not look.unmade:
        return []
    unmade = dict(look.unmade)
    lost = [v for v in variants(look, work.config.pictures, focuses(work, path)) if v.operation in unmade]
    if not lost:
        return []
    names = tuple(urls.file_url("variant", urls.variant_prefix(path) + variant.name) for variant in lost)
    reason = unmade[lost[0].operation]
    return [diagnose(place, "picture-broken/variants", variants=names, reason=reason, advice=picture_hint(reason))]


def _alias_place(
    work: Work,
    one: Candidate,
    row: Any,
    wanted: Wanted,
    owner: tuple[PageKey, str] | None,
    diagnostics: list[Diagnostic],
) -> Wanted | None:
    _, url, story, lang = one
    counts, *place = row
    version: Version | None = work.catalog.version_or_none(story, lang)
    if version is None:
        return None
    if owner:
        same = work.catalog.one("SELECT story, lang FROM alias WHERE url = ?", owner[1])
        if not (owner[0].kind == "redirect" and same == (story, lang)):
            diagnostics.append(diagnose(Location(*place), "alias-taken/alias", url=url, owner=_describe(work, *owner)))
        return None
    if _is_too_long(wanted.output):
        diagnostics.append(diagnose(Location(*place), "path-too-long/alias", name=_longest(url)))
        return None
    return wanted if counts and version.state in _PUBLIC else None


def _keep_place(work: Work, one: Candidate, made: Wanted, before: Any) -> None:
    catalog = work.catalog
    kind, key, story, lang = one
    if before and (before[0][5], before[0][6]) == (made.url, made.output):
        catalog.run(f"INSERT INTO page ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", *before[0])
    else:
        if before:
            _note_gone(work, before[0])
        _insert(work, made)
    if kind == "redirect":
        catalog.run("INSERT OR REPLACE INTO alias VALUES (?, ?, ?)", key, story, lang)
        if not before:
            work.changes.aliases.add(key)
        return
    row = _variant_row(work, key, made.url) if kind == "variant" else _file_row(work, kind, key, made.url)
    old = catalog.file(kind, key)
    if old == row:
        return
    catalog.add_file(row)
    if work.is_first:
        return
    work.changes.files.add(("media", row.original) if row.original else (kind, key))
    if old is None or old.hash != row.hash:
        id_ = catalog.one("SELECT id FROM page WHERE kind = ? AND lang = '' AND key = ? AND number = 0", kind, key)[0]
        catalog.run("INSERT OR IGNORE INTO pending VALUES (?, 'its file changed')", id_)


def _file_row(work: Work, kind: str, key: str, url: UrlPath) -> FileRow:
    source = file_source(work, kind, key)
    if source is None:
        raise KeyError(key)
    look = work.inputs.look(source) if kind == "media" else Look()
    hash_, size = (look.shown, look.shown_size) if look.shown else (source.hash, source.size)
    return FileRow(
        kind,  # type: ignore[arg-type]
        key,
        source.path,
        url,
        hash_,
        size,
        look.width,
        look.height,
        look.credit,
    )


def _variant_row(work: Work, key: str, url: UrlPath) -> FileRow:
    original, operation = work.catalog.one(
        "SELECT path, operation FROM candidate WHERE kind = 'variant' AND key = ? AND story = '' AND lang = ''", key
    )
    source = file_source(work, "media", original)
    if source is None:
        raise KeyError(original)
    what = read_operation(operation)
    hash_ = variant_hash(work.inputs.look(source).shown or source.hash, operation)
    return FileRow("variant", key, source.path, url, hash_, 0, what.width, what.height, "", original, operation)


def _describe(work: Work, key: PageKey, url: str) -> str:
    if key.kind in ("article", "gone", "page", *page_kinds.BESIDE):
        return work.catalog.version(key.key, key.lang).path
    if key.kind == "redirect":
        row = work.catalog.one("SELECT story, lang FROM alias WHERE url = ?", url)
        return f"an alias of {work.catalog.version(*row).path}"
    if key.kind in _FILES:
        row = work.catalog.file(key.kind, key.key)
        return _file_path(key.kind, key.key, row.original if row else "")
    if key.kind in LIST_KINDS:
        return f"the {key.kind} {key.key} ({url})"
    return f"newsgen's own {url}"


def _is_too_long(output: str) -> bool:
    """Whether file systems refuse the path: names of over 255 bytes (POSIX NAME_MAX), paths near PATH_MAX."""
    return len(output.encode()) > 3000 or any(len(part.encode()) > 255 for part in output.split("/"))


def _longest(path: str) -> str:
    """The beginning of the longest name of a path."""
    return max(path.split("/"), key=len)[:40]
