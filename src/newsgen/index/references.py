"""What refers to what: faults of references, backlinks, and the pictures and documents that something shows."""

from __future__ import annotations

from typing import Any

from newsgen.addresses.urls import MARKDOWN, known_id, story_and_language
from newsgen.catalog.store import decode_reference, encode
from newsgen.index.site_links import file_source, mentioned, missing_file, unpublished
from newsgen.index.stories import PUBLIC
from newsgen.index.work import Work
from newsgen.nouns.changes import tails
from newsgen.nouns.diagnostics import Diagnostic, Location, Part, diagnose, picture_hint
from newsgen.nouns.kinds import TERM_KINDS
from newsgen.nouns.model import Reference, Source, is_picture
from newsgen.queries import (
    linked_language,
    page_of_term_file,
    resolve_story,
    story_target,
    version_of_path,
    written_by_links,
)
from newsgen.settings.active_documents import is_let_through, type_of_name


def put_term_mentions(work: Work) -> None:
    """What the texts of categories and terms refer to."""

    def put(path: str) -> None:
        parsed = work.catalog.one("SELECT name, lang, kind FROM parsed WHERE path = ?", path)
        old = [] if work.is_first else work.catalog.all("SELECT kind, target FROM mention WHERE path = ?", path)
        rows: list[tuple[Any, ...]] = []
        if parsed:
            body, config = work.catalog.body(path), work.config
            references = (*body.references, *body.addresses)
            rows = [
                (path, n, "", parsed[1], 1, r.kind, mentioned(config, r), encode(r)) for n, r in enumerate(references)
            ]
        work.replace("mention", {"path": path}, rows)
        work.mentions[path] = None
        for kind, target in (*old, *((row[5], row[6]) for row in rows)):
            if kind in ("file", "picture"):
                work.files["media", target] = None

    work.each(work.term_files, put, work.blame_path)
    work.flush()


def follow(work: Work) -> None:
    """Looks where the references lead of every file that was touched, or that refers to something that was."""
    catalog = work.catalog
    if work.is_all:
        work.flush()
        work.mentions |= dict.fromkeys(path for (path,) in catalog.all("SELECT DISTINCT path FROM mention"))
        work.files |= {
            ("media", target): None
            for (target,) in catalog.all("SELECT DISTINCT target FROM mention WHERE kind IN ('file', 'picture')")
        }
    else:
        _add_dependent(work)
    work.each(work.mentions, lambda path: _follow(work, path), work.blame_path)


def _add_dependent(work: Work) -> None:
    catalog = work.catalog
    media = [(kind, path) for kind, path in work.files if kind == "media"]
    targets = dict(work.targets)
    for story in work.changes.stories:
        targets |= dict.fromkeys(tails(story))
    texts = ((kind, id_) for kind, id_, _ in work.changes.bodies.values() if kind in TERM_KINDS)
    for kind, id_ in dict.fromkeys((*((kind, id_) for kind, id_, _ in work.changes.terms), *texts)):
        targets |= dict.fromkeys(written_by_links(catalog, kind, id_))
    for target in (*targets, *(path for _, path in media)):
        for path, kind in catalog.all("SELECT path, kind FROM mention WHERE target = ?", target):
            work.mentions[path] = None
            if kind in ("file", "picture"):
                work.files["media", target] = None
    # A fault that says "did you mean" depends on all names that there are.
    if work.changes.stories:
        work.mentions |= dict.fromkeys(catalog.owners_that_say("mention\0", "reference-broken"))
    if work.has_other_names:
        for owner in ("mention\0", "address\0"):
            work.mentions |= dict.fromkeys(catalog.owners_that_say(owner, "link-broken"))
    if any(old is None or new is None for old, new in work.inputs.files):
        work.mentions |= dict.fromkeys(catalog.owners_that_say("mention\0", "picture-missing", "link-broken"))
    # A text of a term whose page came or went shows its pictures now, or no more.
    for kind, key, lang in work.changes.terms:
        for (path,) in catalog.all(
            "SELECT path FROM parsed WHERE kind = ? AND name = ? AND lang = ? AND kind NOT IN ('article', 'page')",
            kind,
            key,
            lang,
        ):
            work.mentions[path] = None
            for (target,) in catalog.all(
                "SELECT target FROM mention WHERE path = ? AND kind IN ('file', 'picture')", path
            ):
                work.files["media", target] = None
    for story, lang in work.changes.versions:
        for (target,) in catalog.all(
            "SELECT target FROM mention WHERE story = ? AND lang = ? AND kind IN ('file', 'picture')", story, lang
        ):
            work.files["media", target] = None


def _follow(work: Work, path: str) -> None:
    catalog = work.catalog
    diagnostics: list[Diagnostic] = []
    backlinks: dict[tuple[str, str], set[str]] = {}
    rows = catalog.all(
        "SELECT m.story, m.lang, m.counts, m.reference, v.state, v.kind FROM mention m"
        " LEFT JOIN version v ON v.story = m.story AND v.lang = m.lang WHERE m.path = ? ORDER BY m.number",
        path,
    )
    for story, lang, counts, row, state, kind in rows:
        reference = decode_reference(row)
        target = _diagnose(work, reference, path, story, lang, diagnostics)
        if not counts or not story:
            continue
        backlinks.setdefault((story, lang), set())
        is_news = state == "published" and kind == "article"
        if is_news and target and target != story and reference.kind not in ("file", "picture"):
            backlinks[story, lang].add(target)
    if not work.is_first or diagnostics:
        catalog.say(f"mention\0{path}", diagnostics)
    for (story, lang), targets in backlinks.items():
        _put_backlinks(work, story, lang, targets)


def drop_backlinks(work: Work) -> None:
    """Backlinks of versions that refer to nothing any more, or are no more."""
    if work.is_first:
        return

    def drop(key: tuple[str, str]) -> None:
        if not work.catalog.one("SELECT 1 FROM mention WHERE story = ? AND lang = ? AND counts = 1", *key):
            _put_backlinks(work, *key, set())

    work.each(work.changes.versions, drop, lambda key: work.blame_story(key[:1]))


def _put_backlinks(work: Work, story: str, lang: str, targets: set[str]) -> None:
    if work.is_first:
        work.put("INSERT OR IGNORE INTO reference VALUES (?, ?, ?)", [(story, lang, t) for t in sorted(targets)])
        return
    rows = work.catalog.all("SELECT target FROM reference WHERE story = ? AND lang = ?", story, lang)
    old = {target for (target,) in rows}
    for target in old - targets:
        work.catalog.run("DELETE FROM reference WHERE target = ? AND lang = ? AND story = ?", target, lang, story)
    for target in targets - old:
        work.catalog.run("INSERT INTO reference VALUES (?, ?, ?)", story, lang, target)
    work.changes.references |= {(target, lang) for target in old ^ targets}


# ---- faults of references
def _diagnose(work: Work, reference: Reference, path: str, story: str, lang: str, diagnostics: list[Diagnostic]) -> str:
    """Says what is wrong with a reference; the story that it means, "" if none or a file."""
    catalog = work.catalog
    place = Location(path, reference.line, reference.column)
    target = reference.target
    if reference.kind in ("embed", "address"):  # addresses have their turn when all pages are known
        return ""
    if reference.kind in ("file", "picture"):
        source = file_source(work, "media", target)
        if source is None and not reference.from_root:  # else its address has its turn when all pages are known
            diagnostics.append(missing_file(work, reference, place))
        elif source is None:
            pass
        elif active := active_type(work, source):
            diagnostics.append(_active(active, target, place))
        elif reference.kind == "picture" and not is_picture(target):
            diagnostics.append(diagnose(place, "picture-broken/no-picture", path=target))
        elif (look := work.inputs.look(source)).fault:
            case = "picture-left-out" if is_picture(target) else "file-left-out"
            diagnostics.append(_broken(f"{look.fault}/{case}", target, look.reason, place))
        elif look.broken:
            diagnostics.append(_broken(f"{look.broken}/shown-before", target, look.reason, place))
        return ""
    if reference.kind == "path":
        row = version_of_path(catalog, target, lang)
        if row is None and (page := page_of_term_file(catalog, target, lang)):
            if reference.fragment and not known_id(reference.fragment, page.heading_ids):
                ids = tuple(f"#{id_}" for id_ in page.heading_ids[:6])
                key = "heading-unknown" if ids else "heading-unknown/none"
                diagnostics.append(diagnose(place, key, target=page.url, fragment=reference.fragment, ids=ids))
            return ""
        if row is None and catalog.one("SELECT 1 FROM parsed WHERE path = ?", f"content/{target}"):
            if not catalog.one("SELECT 1 FROM indexed WHERE broken AND path = ?", f"content/{target}"):
                diagnostics.append(diagnose(place, "link-broken/no-page", path=target))
            return ""
        if row is None:
            stem, dot, ending = target.rpartition(".")
            paths = (target, *(f"{stem}.{one}{dot}{ending}" for one in work.config.languages))
            marks = ", ".join("?" * len(paths))
            sql = f"SELECT 1 FROM indexed WHERE broken AND path IN ({marks})"
            if not catalog.one(sql, *(f"content/{path}" for path in paths)):  # else its own faults are told there
                diagnostics.append(missing_file(work, reference, place))
            return ""
        candidates: tuple[str, ...] = (row[0],)
    else:
        candidates = resolve_story(catalog, target)
        if not candidates:
            near = _nearest(work, target)
            key = "reference-broken/near" if near else "reference-broken"
            diagnostics.append(diagnose(place, key, target=target, near=tuple(near)))
            return ""
        if len(candidates) > 1:
            number, some = len(candidates), tuple(candidates[:5])
            diagnostics.append(
                diagnose(place, "reference-ambiguous", target=target, number=number, some=some, first=candidates[0])
            )
    meant = candidates[0]
    if meant == story:
        diagnostics.append(diagnose(place, "reference-self", story=meant))
    if not linked_language(catalog, meant, lang):
        diagnostics += unpublished(work, meant, place)
    elif reference.fragment:
        linked, fragment = story_target(catalog, reference.kind, target, reference.fragment, lang)
        if linked and not fragment:
            row = version_of_path(catalog, target, lang) if reference.kind == "path" else None
            named = catalog.head(row[0], row[1]).path if row and row[2] in PUBLIC else linked.path
            ids = tuple(f"#{i}" for i in catalog.body(named).heading_ids[:6])
            key = "heading-unknown" if ids else "heading-unknown/none"
            shown = named.removeprefix("content/")
            diagnostics.append(diagnose(place, key, target=shown, fragment=reference.fragment, ids=ids))
    return meant


def active_type(work: Work, source: Source) -> str:
    """The type of a document that is not published because browsers or hosts would run or render it; "" of another."""
    if is_picture(source.name):
        return ""
    active = work.inputs.look(source).active
    return "" if active and is_let_through(source.name, active, work.config.documents) else active


def _active(type_: str, target: str, place: Location) -> Diagnostic:
    if type_ == "program":
        return diagnose(place, "document-active/program", path=target)
    key = "document-active" if type_of_name(target) == type_ else "document-active/disguised"
    return diagnose(place, key, path=target, type=type_)


def _broken(key: str, target: str, reason: Part | str, place: Location) -> Diagnostic:
    return diagnose(place, key, path=target, reason=reason, advice=picture_hint(reason))


def _nearest(work: Work, target: str) -> list[str]:
    from rapidfuzz import process

    if target.lower().endswith(MARKDOWN):  # the name of a file
        named = story_and_language(target, work.config.languages).story_id
        if stories := resolve_story(work.catalog, named):
            return list(stories[:1])
    ids = [id_ for (id_,) in work.catalog.all("SELECT id FROM story ORDER BY id")]
    return [id_ for id_, _, _ in process.extract(target, ids, limit=2, score_cutoff=75)]


# ---- what is shown
def is_shown(work: Work, path: str) -> bool:
    """Whether something published refers to a picture or document. What no browser shows must be linked to."""
    shown = "picture" if is_picture(path) else "file"
    row = work.catalog.one(
        "SELECT 1 FROM mention m JOIN version v ON v.story = m.story AND v.lang = m.lang"
        " WHERE m.target = ? AND m.kind IN ('file', ?) AND m.counts = 1 AND v.state = 'published' LIMIT 1",
        path,
        shown,
    ) or work.catalog.one(
        "SELECT 1 FROM mention m JOIN term t ON t.path = m.path WHERE m.target = ? AND m.story = ''"
        " AND m.kind IN ('file', ?) AND t.url != '' LIMIT 1",
        path,
        shown,
    )
    return row is not None


def is_mentioned(work: Work, path: str) -> bool:
    """Whether anything refers to a picture or document: what is held back, too, and what has errors of its own."""
    sql = "SELECT 1 FROM mention WHERE target = ? AND kind IN ('file', 'picture') LIMIT 1"
    return work.catalog.one(sql, path) is not None


def focuses(work: Work, path: str) -> set[str]:
    """Where published articles that have the picture as lead picture want to see it when it is cut."""
    rows = work.catalog.all(
        "SELECT DISTINCT m.story, m.lang FROM mention m JOIN version v ON v.story = m.story AND v.lang = m.lang"
        " WHERE m.target = ? AND m.kind = 'picture' AND m.counts = 1 AND v.state = 'published' AND v.kind = 'article'",
        path,
    )
    shown = (work.catalog.head(story, lang).picture for story, lang in rows)
    return {picture.focus for picture in shown if picture is not None and picture.path == path}
