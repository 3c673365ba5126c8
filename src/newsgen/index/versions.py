"""From parsed files to versions: which stories are to be merged, what each of them says, who owns which address."""

from __future__ import annotations

from contextlib import closing
from difflib import get_close_matches
from functools import partial
from typing import Any

import msgspec
from msgspec.structs import replace

from newsgen.addresses import owners, urls
from newsgen.addresses.urls import address_key, term_key
from newsgen.catalog.store import decode, decode_parsed, decode_version, encode
from newsgen.index import claims, promises, public, stand_ins, stories
from newsgen.index import spellings as index_spellings
from newsgen.index.lists import memberships
from newsgen.index.site_links import mentioned
from newsgen.index.work import Work
from newsgen.nouns.changes import tails
from newsgen.nouns.diagnostics import Diagnostic, Location, diagnose
from newsgen.nouns.kinds import TEMPLATES
from newsgen.nouns.model import PageKey, Parsed, Reference, Version
from newsgen.pages import wanted
from newsgen.queries import written_paths


def take_files(work: Work) -> bool:
    """Looks at the files that were parsed or forgotten since the last run; whether a term's file is among them."""
    catalog = work.catalog
    stand_ins.forget_mended(work)
    if work.is_first:
        catalog.run("DELETE FROM dirty")
        catalog.run("INSERT INTO indexed SELECT path, kind, story, name, lang, broken, marks FROM parsed")
        for path, head in catalog.all("SELECT path, head FROM parsed WHERE faulty"):
            parsed = decode_parsed(head)
            catalog.say(f"file\0{path}", (parsed.broken or parsed).diagnostics)
        rows = catalog.all("SELECT path FROM parsed WHERE kind NOT IN ('article', 'page')")
        work.term_files = dict.fromkeys(path for (path,) in rows)
        return True
    has_terms = False
    for (path,) in catalog.all("SELECT path FROM dirty ORDER BY path"):
        has_terms |= _take_file(work, path)
    catalog.run("DELETE FROM dirty")
    return has_terms


def _take_file(work: Work, path: str) -> bool:
    catalog = work.catalog
    old = catalog.one("SELECT kind, story, name, lang, broken, marks FROM indexed WHERE path = ?", path)
    new = catalog.one("SELECT kind, story, name, lang, broken, marks FROM parsed WHERE path = ?", path)
    if old == new:
        return False
    work.has_other_names |= not old or not new
    if new:
        catalog.run("INSERT OR REPLACE INTO indexed VALUES (?, ?, ?, ?, ?, ?, ?)", path, *new)
        head = decode_parsed(catalog.one("SELECT head FROM parsed WHERE path = ?", path)[0])
        catalog.say(f"file\0{path}", (head.broken or head).diagnostics)
        if old and old[5][_BODY] != new[5][_BODY]:
            kind, story, name, lang = new[:4]
            work.changes.bodies[path] = kind, story if kind in ("article", "page") else name, lang
    else:
        catalog.run("DELETE FROM indexed WHERE path = ?", path)
        catalog.say(f"file\0{path}", ())
    has_terms = False
    for row in filter(None, (old, new)):
        if row[0] in ("article", "page"):
            work.stories[row[1]] = None
        else:
            has_terms = True
            work.terms[row[0], row[2]] = None
            work.term_files[path] = None
    if not old or not new or old[:5] != new[:5] or old[5][_HEADINGS] != new[5][_HEADINGS]:
        work.targets |= dict.fromkeys(written_paths(path))  # a link to the file may mean something else now
        for row in filter(None, (old, new)):
            # It leads to the reader's language: the headings of all of them decide what is said of it.
            files = catalog.all("SELECT path FROM parsed WHERE story = ? AND kind IN ('article', 'page')", row[1])
            work.targets |= dict.fromkeys(written for (file,) in files for written in written_paths(file))
            if row[0] in ("article", "page"):
                work.targets |= dict.fromkeys(tails(row[1]))
    return has_terms


#: Where `marks` of a parsed file has the digests of its body and of the ids of its headings.
_BODY, _HEADINGS = slice(16, 32), slice(32, 48)


# ---- term files
def read_book(work: Work, *, has_changed: bool) -> index_spellings.TermBook:
    """The book of term files; stories that a change of it concerns are to be merged again."""
    catalog = work.catalog
    reader = index_spellings.BookReader()
    files = catalog.parsed_term_files()
    work.each(files, reader.take, lambda file: (file.path, [file.path]))
    book = reader.book()
    if not has_changed:
        return book
    catalog.say("book\0", stand_ins.judge_terms(work, files, reader))
    names = {"\0".join(key): id_ for key, id_ in book.spellings.items()}
    alike = {"\0".join(key): id_ for key, id_ in book.alike.items()}
    topics = sorted(name for kind, name in book.ids if kind == "topic")
    row = catalog.one("SELECT value FROM setting WHERE name = 'term book'")
    old_names, old_alike, old_topics = decode(row[0]) if row else ({}, {}, [])
    catalog.set_setting("term book", [names, alike, topics])
    if work.is_first:
        return book
    for old_ids, new_ids in ((old_names, names), (old_alike, alike)):
        for key in old_ids.keys() | new_ids.keys():
            kind, lang, spelled = key.split("\0")
            old, new = old_ids.get(key, spelled), new_ids.get(key, spelled)
            if old != new:
                # A use had the key of the file that has its spelling, of one that has another like it, or its own.
                like = term_key(spelled)
                other = old_alike.get(f"{kind}\0{lang}\0{like}", like)
                for key_of_users in dict.fromkeys((old, spelled, like, other)):
                    _merge_users(work, kind, key_of_users, lang)
    for topic in set(topics) ^ set(old_topics):
        for (story,) in catalog.all("SELECT story FROM spelling WHERE kind = 'topic' AND key = ?", topic):
            work.stories[story] = None
    if names.keys() != old_names.keys() or topics != old_topics:
        for story in catalog.owners_that_say("story\0", "topic-unknown", "term-empty"):
            work.stories[story] = None
        for (story,) in catalog.all(_WITHOUT_VERSION):
            work.stories[story] = None
    return book


#: What these files say of terms is told, but is no use of a term.
_WITHOUT_VERSION = (
    "SELECT DISTINCT p.story FROM parsed p LEFT JOIN version v ON v.path = p.path LEFT JOIN broken b ON b.path = p.path"
    " WHERE p.kind IN ('article', 'page') AND (v.path IS NULL OR b.path IS NOT NULL)"
)


def _merge_users(work: Work, kind: str, key: str, lang: str) -> None:
    rows = work.catalog.all("SELECT story FROM spelling WHERE kind = ? AND key = ? AND lang = ?", kind, key, lang)
    for (story,) in rows:
        work.stories[story] = None


# ---- stories
def add_due_stories(work: Work) -> None:
    """Stories of which a moment lies between the clock of the last build and this one's."""
    if work.changes.clock:
        low, high = sorted(work.changes.clock)
        for (story,) in work.catalog.all("SELECT story FROM clock WHERE at > ? AND at <= ?", low, high):
            work.stories[story] = None


def merge_stories(work: Work, book: index_spellings.TermBook) -> None:
    """Merges the stories that are to be merged."""
    around = stories.Circumstances(
        work.config,
        work.inputs.zone,
        work.inputs.now,
        work.inputs.drafts,
        book.key,
        frozenset(name for kind, name in book.ids if kind == "topic"),
        partial(promises.has_own, work),
        partial(promises.languages, work),
    )
    if work.is_first:
        with closing(work.catalog.parsed_stories()) as every:
            work.each(
                list(every) if work.inputs.is_careful else every,
                lambda row: _merge(work, row[0], row[1], around),
                lambda row: work.blame_story(row[:1]),
            )
        work.flush()
        if work.has_public:
            work.catalog.run("DELETE FROM public WHERE story NOT IN (SELECT id FROM story)")
        return
    for story in work.stories:
        work.old_versions(story)
    work.each(
        sorted(work.stories),
        lambda story: _merge(work, story, work.catalog.parsed_of_story(story), around),
        lambda story: work.blame_story([story]),
    )


def _merge(work: Work, story: str, files: list[Parsed], around: stories.Circumstances) -> None:
    if story in work.inputs.failed:
        if not work.is_first and work.catalog.story_versions(story):
            return  # and its versions stay what they are
        files = []
    if any(file.holds and not file.front for file in files):
        around = replace(around, public=work.inputs.public(story))
    if len(files) > 1 and (promised := promises.languages(work, story)):
        around = replace(around, promised=promised)
    merged = stories.merge(story, files, around)
    told = stand_ins.judge(work, story, files, around, merged)
    if not work.is_first or told.diagnostics:
        work.catalog.say(f"story\0{story}", told.diagnostics)
    if merged.spared or merged.previews or work.is_public(story):
        spared, previews = ([v for v in merged.versions if v.lang in on] for on in (merged.spared, merged.previews))
        public.keep(work.catalog, story, spared, previews)
    merged = replace(merged, moments=merged.moments | told.moments)
    _put_story(work, story, merged, is_there=bool(files) or story in work.inputs.failed)
    sorts = {version.lang: version.sort for version in merged.versions}
    states = {version.lang: version.state for version in merged.versions}
    spellings = [
        (story, s.lang, s.kind, s.key, s.text, sorts[s.lang], s.location.path, s.location.line, s.location.column,
         states[s.lang] == "published")
        for s in merged.spellings if s.lang in sorts
    ]  # fmt: skip
    if not work.is_first:
        old = work.catalog.all("SELECT kind, key FROM spelling WHERE story = ?", story)
        if work.replace("spelling", {"story": story}, spellings):
            for kind, key in (*old, *((row[2], row[3]) for row in spellings)):
                work.terms[kind, key] = None
    else:
        work.replace("spelling", {"story": story}, spellings)
    fronts = {file.path: file.front for file in files}
    chosen = []
    for version in merged.versions:
        front = fronts[version.path]
        if front and front.template:
            place = front.template.at(version.path)
            chosen.append((story, version.lang, version.template, place.path, place.line, place.column))
    work.replace("chosen", {"story": story}, chosen)
    _put_mentions(work, story, files, merged)
    _put_claims(work, story, merged, told)
    _put_versions(work, story, merged)


def _put_story(work: Work, story: str, merged: stories.Merged, *, is_there: bool) -> None:
    langs = " ".join(version.lang for version in merged.versions)
    row = (story, merged.oldest, langs, encode(sorted(merged.moments)))
    old = None if work.is_first else work.catalog.one("SELECT * FROM story WHERE id = ?", story)
    if (old or None) == (row if is_there else None):
        return
    is_other = not old or not is_there or (old[1], old[2]) != row[1:3]
    if old:
        for at in decode(old[3]):
            work.catalog.run("DELETE FROM clock WHERE at = ? AND story = ?", at, story)
        for tail in tails(story) if is_other else ():
            work.catalog.run("DELETE FROM tail WHERE tail = ? AND story = ?", tail, story)
        work.catalog.run("DELETE FROM story WHERE id = ?", story)
    if is_there:
        oldest = merged.oldest if merged.oldest is not None else 1 << 60
        work.put("INSERT INTO story VALUES (?, ?, ?, ?)", [row])
        work.put("INSERT INTO clock VALUES (?, ?)", [(at, story) for at in merged.moments])
        if is_other:
            work.put("INSERT INTO tail VALUES (?, ?, ?)", [(tail, story, oldest) for tail in tails(story)])
    if not work.is_first and is_other:
        work.changes.stories[story] = None
        work.targets |= dict.fromkeys(tails(story))


def _put_mentions(work: Work, story: str, files: list[Parsed], merged: stories.Merged) -> None:
    """What bodies, `related` and lead pictures refer to; also of files that make no version, whose faults are told."""
    rows: list[tuple[Any, ...]] = []
    config = work.config
    by_path = {version.path: version for version in merged.versions}
    for file in files:
        version = by_path.get(file.path)
        if version:
            references = [*file.body.references, *file.body.addresses]
            related = merged.related[version.lang]
            references += [Reference("inline", t.value, t.line, t.column, "", False) for t in related]
            if version.picture and version.picture.path and file.front:
                written = file.front.image.src if file.front.image else None
                place = written.at(version.path) if written else Location(version.path)
                references.append(Reference("picture", version.picture.path, place.line, place.column))
            rows += (
                (file.path, n, story, version.lang, 1, r.kind, mentioned(config, r), encode(r))
                for n, r in enumerate(references)
            )
        if file.broken or not version:
            faulty = file.broken or file
            front = faulty.front or faulty.partial
            written_ids = front.related if front else ()
            references = [*faulty.body.references, *faulty.body.addresses]
            references += [Reference("inline", t.value, t.line, t.column, "", False) for t in written_ids]
            if (
                front
                and front.image
                and (src := front.image.src)
                and (picture := stories.picture_path(src.value, file.path)[1])
            ):
                references.append(Reference("picture", picture, src.line, src.column))
            rows += (
                (file.path, -1 - n, story, file.lang, 0, r.kind, mentioned(config, r), encode(r))
                for n, r in enumerate(references)
            )
    if work.is_first:
        work.replace("mention", {}, rows)
        return
    old = work.catalog.all("SELECT path, kind, target FROM mention WHERE story = ?", story)
    taken: list[Any] = []  # of files that were another story's
    for file in files:
        taken += work.catalog.all(
            "DELETE FROM mention WHERE path = ? AND story != ? RETURNING path, kind, target", file.path, story
        )
    if work.replace("mention", {"story": story}, rows) or taken:
        for path, kind, target in (*old, *taken, *((row[0], row[5], row[6]) for row in rows)):
            work.mentions[path] = None
            if kind in ("file", "picture"):
                work.files["media", target] = None


def _put_claims(work: Work, story: str, merged: stories.Merged, told: stories.Merged) -> None:
    """What the story wants: an address for each version, and its aliases."""
    rows = []
    for version in merged.versions:
        rank = owners.rank(version.kind, is_public=version.state in stories.PUBLIC)
        epoch = version.date.epoch if version.date else 0
        page = PageKey(version.kind, version.lang, story)
        claim = owners.Claim(page, story, version.url, rank, epoch, merged.slug_places[version.lang])
        rows.append(claims.row(claim))
    rows += stand_ins.claims_of_refused(work, story, told)
    there = {version.lang for version in merged.versions}
    for alias in merged.aliases:
        if alias.lang in there:
            page = PageKey("redirect", alias.lang, alias.url)
            claim = owners.Claim(page, story, alias.url, owners.Rank.ALIAS, 0, alias.location)
            rows.append(claims.row(claim, counts=alias.counts))
    claims.put_of_story(work, story, rows)


def _put_versions(work: Work, story: str, merged: stories.Merged) -> None:
    new = {version.lang: version for version in merged.versions}
    if not work.is_first:
        old_rows = {lang: row for lang, row in work.catalog.all("SELECT lang, row FROM version WHERE story = ?", story)}
        for lang in old_rows.keys() - new.keys():
            work.catalog.run("DELETE FROM version WHERE story = ? AND lang = ?", story, lang)
    else:
        old_rows = {}
    for lang, version in new.items():
        row = encode(version)
        if old_rows.get(lang) == row:
            continue
        work.put(
            "INSERT OR REPLACE INTO version VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [(story, lang, version.kind, version.state, version.url, version.sort,
              version.date.day if version.date else "", version.path, version.wakes, version.ends, version.noindex,
              row)],
        )  # fmt: skip
        work.claims[address_key(urls.output_path(version.url))] = None
    if work.is_first:
        work.claims = {}
        settle(work, story, {}, new)


# ---- who owns which address: the first round
def find_owners(work: Work) -> None:
    """Of several claims to an address the first owns it; the versions of the others get the state `clash`."""
    work.each(
        claims.lost_addresses(work).items(),
        lambda row: _give_state(work, *row[0], is_lost=row[1]),
        lambda row: work.blame_story(row[0][:1]),
    )


def _give_state(work: Work, story: str, lang: str, *, is_lost: bool) -> None:
    catalog = work.catalog
    before = work.old_versions(story) if not work.is_first else {}
    version = catalog.version_or_none(story, lang)
    if version is None:
        return
    state = decode_state(work, story, lang)
    if is_lost:
        work.lost |= {version.path: None} if state == "published" else {}
        state = "clash"
    if version.state != state:
        if work.is_first:
            before = catalog.story_versions(story)
        catalog.run("UPDATE version SET state = ? WHERE story = ? AND lang = ?", state, story, lang)
        if work.is_first:
            settle(work, story, before, catalog.story_versions(story))


def decode_state(work: Work, story: str, lang: str) -> str:
    """The state that the merge gave a version, whoever owns its address."""
    (row,) = work.catalog.one("SELECT row FROM version WHERE story = ? AND lang = ?", story, lang)
    return str(decode_version(row).state)


def settle_all(work: Work) -> None:
    """Draws the consequences for every story that was touched."""
    if not work.is_first:
        work.each(list(work.old.items()), lambda row: _settle(work, *row), lambda row: work.blame_story(row[:1]))


def _settle(work: Work, story: str, old: dict[str, Version]) -> None:
    new = work.catalog.story_versions(story)
    for version in new.values():
        _count_spellings(work, version)
    settle(work, story, old, new)


def _count_spellings(work: Work, version: Version) -> None:
    """Only what is published counts as a use of a term: a version that lost its address since the merge does not."""
    catalog, values = work.catalog, (version.story, version.lang, version.state == "published")
    uses = catalog.all("SELECT kind, key FROM spelling WHERE story = ? AND lang = ? AND counts != ?", *values)
    if uses:
        catalog.run("UPDATE spelling SET counts = ?3 WHERE story = ?1 AND lang = ?2", *values)
        work.terms |= dict.fromkeys((kind, key) for kind, key in uses)


def settle(work: Work, story: str, old: dict[str, Version], new: dict[str, Version]) -> None:
    """What follows from the versions of a story before and after: memberships, corrections, counts, pages, links."""
    if old == new:
        return
    for lang in old.keys() | new.keys():
        before, after = old.get(lang), new.get(lang)
        if before == after:
            continue
        _settle_version(work, before, after)
        if not work.is_first:
            work.changes.versions[story, lang] = before, after
    was, now = memberships(work.config, old), memberships(work.config, new)
    if work.is_first and not was:
        work.put("INSERT INTO temp.member VALUES (?, ?, ?, ?, ?)", [(m[0], m[1], *m[2]) for m in now])
    elif work.is_first or not work.is_all:
        for name, lang, entry in was - now:
            work.entries.setdefault((name, lang), set()).add(("-", entry))
        for name, lang, entry in now - was:
            work.entries.setdefault((name, lang), set()).add(("+", entry))
    had, has = (any(_is_listed(v) for v in group.values()) for group in (old, new))
    work.tallied("stories", has - had)
    if work.is_first:
        return
    states = {lang: (v.state, v.path, v.url) for lang, v in old.items()}
    if states != {lang: (v.state, v.path, v.url) for lang, v in new.items()}:
        # Links that mean the story, and its own links, may lead elsewhere or be faulty now.
        work.targets |= dict.fromkeys(tails(story))
        for version in (*old.values(), *new.values()):
            work.targets |= dict.fromkeys(written_paths(version.path))
            work.mentions[version.path] = None
            output = address_key(urls.output_path(version.url))
            work.folded |= {output: None, output.rpartition("/")[0]: None}  # its index.json lies beside it
    aliases = work.catalog.all("SELECT key, lang FROM claim WHERE story = ? AND kind = 'redirect'", story)
    work.candidates |= {("redirect", url, story, lang): None for url, lang in aliases}


def _is_listed(version: Version) -> bool:
    return version.state == "published" and version.kind == "article"


_TALLIES = {"scheduled": "scheduled", "draft": "drafts", "expired": "expired", "gone": "withdrawn"}


def _settle_version(work: Work, before: Version | None, after: Version | None) -> None:
    for version, n in ((before, -1), (after, 1)):
        if version is None:
            continue
        work.tallied("articles" if _is_listed(version) else _TALLIES.get(version.state, ""), n)
        if version.date:
            work.months[version.date.day[:7]] = None
        rows = [
            (version.lang, c.day, c.date.epoch, version.story, number)
            for number, c in enumerate(version.corrections if _is_listed(version) else ())
        ]
        if n < 0:
            for lang, _, epoch, story, number in rows:
                work.catalog.run(
                    "DELETE FROM correction WHERE lang = ? AND epoch = ? AND story = ? AND number = ?",
                    lang,
                    epoch,
                    story,
                    number,
                )
        else:
            work.put("INSERT OR REPLACE INTO correction VALUES (?, ?, ?, ?, ?)", rows)
        if rows and not work.is_first:
            work.changes.corrections.add(version.lang)
    if before is None or after is None or (before.state, before.sort) == (after.state, after.sort):
        return
    counts = after.state == "published"
    work.catalog.run(
        "UPDATE spelling SET counts = ?, sort = ? WHERE story = ? AND lang = ?",
        counts,
        after.sort,
        after.story,
        after.lang,
    )
    uses = work.catalog.all("SELECT kind, key FROM spelling WHERE story = ? AND lang = ?", after.story, after.lang)
    for kind, key in uses:
        work.terms[kind, key] = None


# ---- templates that articles choose
def choose_templates(work: Work, *, has_changed: bool) -> dict[tuple[str, str], str]:
    """The template of each version that asks for one that there is, of the stories that were touched (or of all)."""
    catalog = work.catalog
    there = {name for (name,) in catalog.all("SELECT name FROM template")}
    stories_ = None if work.is_all or has_changed else list(work.old)
    if stories_ is None:
        rows = catalog.all("SELECT * FROM chosen ORDER BY story, lang")
    else:
        rows = [row for story in stories_ for row in catalog.all("SELECT * FROM chosen WHERE story = ?", story)]
    named: dict[str, list[Any]] = {}
    chosen = {}

    def choose(row: Any) -> None:
        story, lang, name, path, line, column = row
        named.setdefault(story, [])
        work.old_versions(story)  # its pages are looked at
        place = Location(path, line, column)
        kind = "page" if path.startswith("content/pages/") else "article"
        if name in there and wanted.may_ask_for(kind, name):
            chosen[story, lang] = name
        elif name in there:
            key = "template-unknown/of-page" if kind == "page" else "template-unknown/of-article"
            named[story].append(diagnose(place, key, name=name, own=TEMPLATES[kind]))
        else:
            near = get_close_matches(name, sorted(t for t in there if wanted.may_ask_for(kind, t)), 1, 0.5)
            key = "template-unknown/near" if near else "template-unknown"
            named[story].append(diagnose(place, key, name=name, near=near[0] if near else ""))

    work.each(rows, choose, lambda row: work.blame_story(row[:1]))
    for story, diagnostics in named.items():
        catalog.say(f"template\0{story}", diagnostics)
    for story in () if work.is_first else list(work.old):
        if story not in named:
            catalog.say(f"template\0{story}", ())
    _say_unused(work)
    return chosen


def _say_unused(work: Work) -> None:
    """Says which templates nothing uses: no other template, and no article."""
    catalog = work.catalog
    if work.inputs.templates is not None:
        catalog.set_meta("unused templates", msgspec.json.encode(work.inputs.unused).decode())
    encoded = catalog.meta("unused templates")
    rows = msgspec.json.decode(encoded, type=list[tuple[str, Diagnostic]]) if encoded else []
    unused = [d for name, d in rows if not catalog.one("SELECT 1 FROM chosen WHERE template = ? LIMIT 1", name)]
    if not work.is_first or unused:
        catalog.say("unused templates\0", unused)
