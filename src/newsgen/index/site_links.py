"""Links within the site by address (`/fr/…`, its own host): whether there is such a page, and such a heading on it; and
files of content/ that are not there."""

# These links have no slots: readers get them as they were typed, and what is wrong is told. So no page is rendered
# again where another one comes or goes. An address is looked up when all pages, files and redirects are known, at the
# end of index; those are looked at again that a touched file writes, and those whose place is in `work.folded`, where a
# page came or went, or whose page has another text.
#
# Proved by test_a_page_that_comes_mends_a_dead_link_and_one_that_goes_breaks_it.

from __future__ import annotations

import re
import unicodedata
from urllib.parse import unquote, urlsplit

from msgspec.structs import replace

from newsgen.addresses.urls import address_key, known_id, output_path, printable
from newsgen.catalog.store import decode_reference
from newsgen.index.work import Work
from newsgen.nouns.diagnostics import Diagnostic, Location, diagnose
from newsgen.nouns.model import Reference, Source, UrlPath
from newsgen.settings.config import Config


def mentioned(config: Config, reference: Reference) -> str:
    """What a reference leads to, as the column `mention.target` has it: of an address the folded output path."""
    if reference.kind != "address":
        return reference.target
    path = site_path(config, reference.target)
    return "" if path is None else _place(path)


def site_path(config: Config, address: str) -> str | None:
    """The path below `url` of an address of this site; None if it lies beside the site on its host."""
    path = re.split("[?#]", address, maxsplit=1)[0]
    if not path.startswith("/") or path.startswith("//"):  # what begins with one `/` lies below `url` already
        path = urlsplit(path).path or "/"
        if not f"{path}/".startswith(config.base_path):
            return None
        path = f"/{path[len(config.base_path) :]}"
    path = unicodedata.normalize("NFC", unquote(path))
    last = path.rpartition("/")[2]
    if last == "index.html":
        return path.removesuffix(last)
    return path if not last or "." in last else f"{path}/"  # hosts lead from `/fr/europe` to the page


def _place(path: str) -> str:
    try:
        return address_key(output_path(UrlPath(path)))
    except ValueError:
        return ""


def follow_addresses(work: Work) -> None:
    """Says which addresses no page has, of the files that were touched or whose targets came or went."""
    catalog = work.catalog
    paths = dict(work.mentions)
    if any(old is None or new is None for old, new in work.inputs.files):  # what is near a missing file
        paths |= dict.fromkeys(catalog.owners_that_say("address\0", "link-broken"))
    if work.is_all:
        paths |= {p: None for (p,) in catalog.all("SELECT DISTINCT path FROM mention WHERE kind = 'address'")}
    else:
        for folded in (*work.folded, *_with_other_texts(work)):
            rows = catalog.all("SELECT path FROM mention WHERE target = ? AND kind = 'address'", folded)
            paths |= dict.fromkeys(path for (path,) in rows)
    work.each(paths, lambda path: _follow(work, path), work.blame_path)


def _with_other_texts(work: Work) -> list[str]:
    """The places of pages whose headings may be others."""
    stories = dict.fromkeys(story for kind, story, _ in work.changes.bodies.values() if kind in ("article", "page"))
    return [_place(url) for story in stories for _, _, url in work.catalog.versions_of(story)]


def _follow(work: Work, path: str) -> None:
    rows = work.catalog.all("SELECT target, reference FROM mention WHERE path = ? AND kind = 'address'", path)
    diagnostics: list[Diagnostic] = []
    for folded, row in rows:
        diagnostics += _faults(work, path, folded, decode_reference(row))
    if not work.is_first or diagnostics:
        work.catalog.say(f"address\0{path}", diagnostics)


def _faults(work: Work, path: str, folded: str, reference: Reference) -> list[Diagnostic]:
    catalog, at = work.catalog, Location(path, reference.line, reference.column)
    if reference.from_root and file_source(work, "media", reference.target.removeprefix("/")):
        return []  # a link to a file of content/
    written = site_path(work.config, reference.target)
    if written is None:
        return []
    page = catalog.one("SELECT kind, key, lang, url FROM page WHERE folded = ?", folded) if folded else None
    if page is None:
        if reference.from_root:
            return [missing_file(work, replace(reference, kind="file", target=reference.target[1:]), at)]
        return _without_page(work, at, folded, reference.target)
    kind, story, lang, url = page
    if url != written and reference.from_root:  # what its link shows is its words alone
        return [diagnose(at, "link-broken/near", path=reference.target[1:], near=url[1:])]
    if url != written:
        return [diagnose(at, "link-broken/address-near", address=reference.target, near=url)]
    if reference.fragment and kind in ("article", "page"):
        ids = catalog.body(catalog.head(story, lang).path).heading_ids
        if not known_id(reference.fragment, ids):
            shown = tuple(f"#{id_}" for id_ in ids[:6])
            case = "heading-unknown" if shown else "heading-unknown/none"
            return [diagnose(at, case, target=url, fragment=reference.fragment, ids=shown)]
    return []


def _without_page(work: Work, at: Location, folded: str, address: str) -> list[Diagnostic]:
    """An address that a story would have that is not published now, or that nothing has."""
    sql = "SELECT story FROM claim WHERE folded = ? AND kind IN ('article', 'page') ORDER BY rank, sort, story"
    claim = work.catalog.one(sql, folded) if folded else None
    if claim and (diagnostics := unpublished(work, claim[0], at)):
        return diagnostics
    return [diagnose(at, "link-broken/address", address=address)]


def unpublished(work: Work, story: str, place: Location) -> list[Diagnostic]:
    """That a story is not published in each of its languages, if that is so."""
    rows = work.catalog.all("SELECT lang, state FROM version WHERE story = ? ORDER BY lang", story)
    if not rows or all(state in ("published", "gone") for _, state in rows):
        return []
    states = tuple(f"{lang}: {state}" for lang, state in rows)
    return [diagnose(place, "reference-unpublished", story=story, states=states)]


def file_source(work: Work, kind: str, path: str) -> Source | None:
    """The picture, document or static file with this path under content/ or static/; None if there is none."""
    row = work.catalog.one(
        "SELECT path, kind, name, lang, hash, size FROM source WHERE kind = ? AND name = ?", kind, path
    )
    return Source(*row) if row else None


_LONG_NAME = 500
_LIKENESS, _LIKENESS_OF_NAMES = 80, 60  # per cent of letters that two paths, and their names, have in common at least
#: A title in quotes that Markdown does not take for some, behind the name of a file.
_CURLY = re.compile("(.+?)\\s+[“”„«‘’‚‹]\\s*(.+?)\\s*[“”»‘’›]")


def missing_file(work: Work, reference: Reference, place: Location) -> Diagnostic:
    """That content/ has no file of this name, with the one that is like it."""
    case = "picture-missing" if reference.kind == "picture" else "link-broken"
    path = printable(reference.target)
    name = reference.target.rpartition("/")[2]
    if len(name) < _LONG_NAME and (titled := _CURLY.fullmatch(name)):
        return diagnose(place, f"{case}/quotes", path=path, file=printable(titled[1]), title=printable(titled[2]))
    if near := _like(work, reference):
        return diagnose(place, f"{case}/near", path=path, near=near)
    return diagnose(place, case, path=path)


def _like(work: Work, reference: Reference) -> str:
    """The file of content/ that is most like the one that a link names: of its name, else of a name like it, in its
    folder first; "" if there is none."""
    # Imported here: few builds miss a file.
    from rapidfuzz import fuzz, process

    target = reference.target
    folder, _, name = target.rpartition("/")
    known = work.names("story" if reference.kind == "path" else "media")
    folded, stem = name.casefold(), _stem(name)
    same = [path for path in known if path.rpartition("/")[2].casefold() == folded]
    if (slashes := target.replace("\\", "/")) != target and slashes in known:
        same.insert(0, slashes)
    if not same and reference.kind != "picture":  # `x`, `x.html`, `x.fr.markdown`: a story of another ending
        same = [path for path in work.names("story") if _stem(path.rpartition("/")[2]) == stem]
    same.sort(key=lambda path: path.rpartition("/")[0] != folder)
    if same:
        return same[0]
    beside = [path for path in known if path.rpartition("/")[0] == folder]
    likely = [
        path
        for paths in (beside, known)
        for path, _, _ in process.extract(target, paths, scorer=fuzz.ratio, score_cutoff=_LIKENESS, limit=3)
    ]
    # Folder and ending are much of a path: `2023/a.jpg` and `2023/b.jpg` are alike, and their names are not.
    near = (path for path in likely if fuzz.ratio(stem, _stem(path.rpartition("/")[2])) >= _LIKENESS_OF_NAMES)
    return next(near, "")


def _stem(name: str) -> str:
    """The name of a file up to its first dot, folded: without language and ending."""
    return name.casefold().partition(".")[0]
