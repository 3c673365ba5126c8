"""Files and aliases: which there are to be, and which have an output path that no page has."""

# The second round of who owns an address (the first is in `index.claims`, the whole in `addresses.owners`): pages have
# their places, and pictures, documents, static files and aliases get those that no page has.
#
#   rank     claim of   there is one where                                       of two
#   MOVED    moved,     what was published there is elsewhere now                the address decides
#            copy        (`index.moved`)
#   PICTURE  media      something published shows or links to the file           the path decides
#   VARIANT  variant    one of those is a picture that is to have this size      the path decides
#   STATIC   static     the file is there                                        the path decides
#   ALIAS    redirect   a version names the alias; has a page if it is public    the older article's
#
# A place that goes to somebody frees another or takes one away, and so on: so `_decide` first gathers the whole group
# of those whose outcome may be another one now. It begins with the claims that came, went or changed and with all that
# stand at, above or below a place in `work.folded` (where a page came, went or moved), and goes on with the rivals
# of what each wants and of what each has, until nobody is added. All pages of the group are taken out, and the places
# given anew in order, as if none had ever been given. So the outcome is a clean build's; and who gets what it had
# before gets its old row with its id, so that its trace is kept and nothing is rendered. To look only at the claims
# that an edit touched is not enough: where a picture gives up a place, the static file that waits for it was not
# touched.
#
# A new page needs no round: `outputs._make_room` takes files and aliases out of its way, and notes their places.
#
# Proved by test_no_folder_is_where_a_page_has_its_file, test_no_file_is_where_a_page_needs_a_folder,
# test_no_alias_needs_a_folder_where_a_page_has_its_file, test_pictures_and_documents_come_before_static_files,
# test_of_two_aliases_the_older_article_has_it, test_an_address_that_becomes_a_folder_and_back,
# test_a_static_file_gives_way_to_a_search_index, test_outputs_that_cannot_both_exist_are_found_from_either_side.

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from newsgen.addresses import owners, urls
from newsgen.addresses.owners import Claim
from newsgen.addresses.urls import address_key
from newsgen.index import claims, promises
from newsgen.index.claims import Name
from newsgen.index.outputs import COLUMNS, OF_VERSIONS, insert, note_gone, rows_where
from newsgen.index.references import active_type, focuses, is_shown
from newsgen.index.site_links import file_source
from newsgen.index.work import Blamed, Work
from newsgen.nouns.diagnostics import Diagnostic, Location, Part, diagnose, part, picture_hint
from newsgen.nouns.kinds import FILE_KINDS, MOVED_KINDS
from newsgen.nouns.model import FileRow, Look, PageKey, UrlPath, Version, is_picture
from newsgen.pages.wanted import Wanted
from newsgen.pictures import has_variants, read_operation, variant_hash, variants

_PUBLIC = ("published", "gone")


def claim_files(work: Work) -> dict[Name, None]:
    """Claims places for pictures and documents that something shows, and static files; which are to be decided."""
    touched: dict[Name, None] = {}

    def put(one: tuple[str, str]) -> None:
        kind, path = one
        name: Name = (kind, path, "", "")
        source = file_source(work, kind, path)
        is_wanted = source is not None and (kind == "static" or is_shown(work, path))
        if kind == "media" and is_picture(path):
            look = work.inputs.look(source) if is_wanted and source else Look()
            is_wanted = is_wanted and not look.fault
            for key in _put_variants(work, path, look):
                touched["variant", key, "", ""] = None
        elif kind == "media" and source:
            is_wanted = is_wanted and not active_type(work, source) and not work.inputs.look(source).fault
        was_wanted = claims.of_name(work, name) is not None
        if is_wanted and source:
            _put_claim(work, kind, path, source.path)
        elif was_wanted:
            claims.drop(work, name)
        if was_wanted or is_wanted:
            touched[name] = None

    work.each(work.files, put, lambda one: _blame_file(work, *one))
    return touched


def put_files(work: Work, touched: dict[Name, None]) -> None:
    """Gives places to the files of these claims, to aliases, and to what leads on from old addresses."""
    touched |= work.candidates
    if work.is_all:
        touched |= dict.fromkeys(claims.of_files(work))
    _decide(work, touched)


def _put_claim(work: Work, kind: str, key: str, path: str, operation: str = "") -> None:
    """`path` is the file on disk, `operation` what makes a variant of it."""
    claim = Claim(PageKey(kind, "", key), "", urls.file_url(kind, key), owners.rank(kind), 0, Location(path))
    claims.put(work, claims.row(claim, operation=operation))


def _blame_file(work: Work, kind: str, key: str) -> Blamed:
    """A picture, a document or a static file, by its path."""
    claim = claims.of_name(work, (kind, key, "", ""))
    path = _file_path(kind, key, claim.location.path if claim and claim.location else "")
    return path, [path]


def _put_variants(work: Work, path: str, look: Look) -> list[str]:
    """Makes claims of those variants that there are to be of a picture; the keys of old and new ones."""
    prefix, settings = urls.variant_prefix(path), work.config.pictures
    old = [] if work.is_first else claims.variants_of(work, prefix, path)
    keys = dict.fromkeys(old)
    for key in keys:
        claims.drop(work, ("variant", key, "", ""))
    if has_variants(look, settings):
        unmade = dict(look.unmade)
        for variant in variants(look, settings, focuses(work, path)):
            if variant.operation in unmade:
                continue
            key = prefix + variant.name
            keys[key] = None
            _put_claim(work, "variant", key, path, variant.operation)
    return list(keys)


def _decide(work: Work, touched: dict[Name, None]) -> None:
    """Gives output paths to files and aliases, in their order, among all whose outcome may be another one now."""
    catalog = work.catalog
    open_ = list(touched)
    if not work.is_all:
        for folded in work.folded:
            open_ += claims.rivals(work, folded)
    group: dict[Name, Claim | None] = {}
    old: dict[Name, Any] = {}
    while open_:
        one = open_.pop()
        if one in group:
            continue
        kind, key, story, lang = one
        group[one] = claim = claims.of_name(work, one)
        for row in rows_where(work, "kind = ? AND lang = ? AND key = ? AND number = 0", kind, lang, key):
            if kind != "redirect" or _owner_of_alias(work, key) == (story, lang):
                old[one] = row
                open_ += claims.rivals(work, row[7]) if not work.is_all else []
        if claim and not work.is_all:
            open_ += claims.rivals(work, claims.place(claim))
    for row in old.values():
        catalog.run("DELETE FROM page WHERE id = ?", row[0])
        if row[1] == "redirect":
            catalog.run("DELETE FROM alias WHERE url = ?", row[3])

    def decide(one: Name) -> None:
        before = old.get(one)
        if before and _blame(work, one)[0] in work.inputs.failed:
            _stay(work, one, before)
            return
        page = _place(work, one, group[one])
        if page is not None:
            _keep_place(work, one, page, before)
        elif before:
            note_gone(work, before)

    ordered = sorted((claim for claim in group.values() if claim), key=lambda claim: _order(work, claim))
    names = [claims.name(claim) for claim in ordered]
    names += [one for one, claim in group.items() if claim is None]
    work.each(names, decide, lambda one: _blame(work, one))


def _blame(work: Work, one: Name) -> Blamed:
    kind, key, story, _ = one
    if kind in MOVED_KINDS:
        return "", []
    return work.blame_story([story]) if kind == "redirect" else _blame_file(work, kind, key)


def _stay(work: Work, one: Name, before: Any) -> None:
    """Puts back the page of a file or alias at which newsgen itself fails, as it was, unless its place is taken."""
    work.catalog.run(f"INSERT OR IGNORE INTO page ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", *before)
    if one[0] == "redirect":
        work.catalog.run("INSERT OR REPLACE INTO alias VALUES (?, ?, ?)", *one[1:])


def _owner_of_alias(work: Work, url: str) -> tuple[str, str] | None:
    """Story and language whose alias has its place."""
    row: tuple[str, str] | None = work.catalog.one("SELECT story, lang FROM alias WHERE url = ?", url)
    return row


def _order(work: Work, claim: Claim) -> tuple[Any, ...]:
    """`owners.order`; of an alias with the age of its article, and behind all others where readers do not have it."""
    if claim.page.kind == "redirect":
        version = work.catalog.version_or_none(claim.story, claim.page.lang)
        epoch = version.date.epoch if version and version.date else 0
        is_public = version is not None and version.state in _PUBLIC
        claim = replace(claim, rank=owners.rank("redirect", is_public=is_public), sort=epoch)
    return owners.order(claim)


def _place(work: Work, one: Name, claim: Claim | None) -> Wanted | None:
    """The page of a file or alias, None if it has none; says why not."""
    diagnostics: list[Diagnostic] = []
    page = None
    if claim and promises.is_forgotten(work, claims.place(claim)):
        diagnostics += _forgotten(claim)
    elif claim:
        page = Wanted.of(claim.page, claim.url)
        owner = work.catalog.page_in_the_way(address_key(page.output))
        if one[0] in MOVED_KINDS:
            page = None if owner else page
        elif one[0] == "redirect":
            page = _alias_place(work, claim, page, owner, diagnostics)
        else:
            page = _place_of_file(work, claim, page, owner, diagnostics)
    if not work.is_first or diagnostics:
        work.catalog.say("candidate\0" + "\0".join(one), diagnostics)
    return page


def _forgotten(claim: Claim) -> list[Diagnostic]:
    kind, key = claim.page.kind, claim.page.key
    if claim.location is None:
        return []
    if kind == "redirect":
        return [diagnose(claim.location, "alias-taken/forgotten", url=claim.url)]
    place = Location(_file_path(kind, key, claim.location.path))
    return [diagnose(place, "address-taken/forgotten-file", url=claim.url)]


def _place_of_file(
    work: Work, claim: Claim, page: Wanted, owner: tuple[PageKey, str] | None, diagnostics: list[Diagnostic]
) -> Wanted | None:
    kind, key = claim.page.kind, claim.page.key
    place = Location(_file_path(kind, key, claim.location.path if claim.location else ""))
    if kind == "media" and (source := file_source(work, kind, key)):
        look = work.inputs.look(source)
        diagnostics += (*_cuts(look, place), *_unmade(work, key, look, place))
    if _is_too_long(page.output):
        diagnostics.append(diagnose(place, "path-too-long", name=_longest(page.output)))
        return None
    if owner:
        id_ = "address-taken/style" if owner[0].kind == "style" else "address-taken/file"
        diagnostics.append(diagnose(place, id_, output=page.output, owner=_describe(work, *owner)))
        return None
    return page


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
    work: Work, claim: Claim, page: Wanted, owner: tuple[PageKey, str] | None, diagnostics: list[Diagnostic]
) -> Wanted | None:
    url, place = claim.url, claim.location or Location("")
    version: Version | None = work.catalog.version_or_none(claim.story, claim.page.lang)
    if version is None:
        return None
    if owner:
        is_same = owner[0].kind == "redirect" and _owner_of_alias(work, owner[1]) == (claim.story, claim.page.lang)
        if not is_same:
            diagnostics.append(diagnose(place, "alias-taken", url=url, owner=_describe(work, *owner)))
        return None
    if _is_too_long(page.output):
        diagnostics.append(diagnose(place, "path-too-long/alias", name=_longest(url)))
        return None
    return page if claims.counts(work, claim) and version.state in _PUBLIC else None


def _keep_place(work: Work, one: Name, page: Wanted, before: Any) -> None:
    catalog = work.catalog
    kind, key, story, lang = one
    if before and (before[5], before[6]) == (page.url, page.output):
        catalog.run(f"INSERT INTO page ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", *before)
    else:
        if before:
            note_gone(work, before)
        insert(work, page)
    if kind == "redirect":
        catalog.run("INSERT OR REPLACE INTO alias VALUES (?, ?, ?)", key, story, lang)
        if not before:
            work.changes.aliases.add(key)
        return
    if kind in MOVED_KINDS:
        return
    row = _variant_row(work, key, page.url) if kind == "variant" else _file_row(work, kind, key, page.url)
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
        sql = (
            "INSERT OR IGNORE INTO pending SELECT p.id, 'its file changed' FROM moved m"
            " CROSS JOIN page p ON p.kind = 'copy' AND p.lang = '' AND p.key = m.url WHERE m.kind = ? AND m.key = ?"
        )
        catalog.run(sql, kind, key)


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
    original, operation = claims.variant(work, key)
    source = file_source(work, "media", original)
    if source is None:
        raise KeyError(original)
    what = read_operation(operation)
    hash_ = variant_hash(work.inputs.look(source).shown or source.hash, operation)
    return FileRow("variant", key, source.path, url, hash_, 0, what.width, what.height, "", original, operation)


def _describe(work: Work, page: PageKey, url: str) -> Part | str:
    """How messages call the owner of an address: by its file, or as `owners` does."""
    if page.kind in OF_VERSIONS:
        return str(work.catalog.version(page.key, page.lang).path)
    if page.kind == "redirect" and (owner := _owner_of_alias(work, url)):
        return part("owner/alias", path=work.catalog.version(*owner).path)
    if page.kind in FILE_KINDS:
        row = work.catalog.file(page.kind, page.key)
        return _file_path(page.kind, page.key, row.original if row else "")
    return owners.name_of_page(page, url)


def _is_too_long(output: str) -> bool:
    """Whether file systems refuse the path: names of over 255 bytes (POSIX NAME_MAX), paths near PATH_MAX."""
    return len(output.encode()) > 3000 or any(len(part.encode()) > 255 for part in output.split("/"))


def _longest(path: str) -> str:
    """The beginning of the longest name of a path."""
    return max(path.split("/"), key=len)[:40]
