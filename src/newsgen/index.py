"""The new set of articles: merges stories, decides addresses, terms and lists, and says what is wrong across files."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from difflib import get_close_matches
from pathlib import Path
from zoneinfo import ZoneInfo

from newsgen import addresses, pages, stories, terms, urls
from newsgen.catalog import Catalog
from newsgen.config import Config, path_words
from newsgen.diagnostics import Diagnostic, Location, error, note, warning
from newsgen.model import (
    CLAIM_RANKS,
    Alias,
    Claim,
    FileRow,
    PageKey,
    Parsed,
    Reference,
    Source,
    UrlPath,
    Version,
)
from newsgen.queries import LIST_KINDS, TERM_KINDS, TERM_WORDS, resolve_story, story_target, version_for

#: Values of newsgen.yaml that queries answer by name.
_SETTINGS = (
    "title", "description", "url", "languages", "id", "page_size", "feed_size", "untranslated", "extra", "base_path",
    "timezone",
)  # fmt: skip
TERM_FILE_KINDS = ("category", *TERM_KINDS)


@dataclass(frozen=True)
class Inputs:
    """What index depends on besides the parsed files."""

    config: Config
    zone: ZoneInfo
    now: int  # epoch seconds
    drafts: bool
    words: dict[str, dict[str, str]]
    templates: frozenset[str]  # logical names
    media: dict[str, Source]  # by path under content/
    static: tuple[FileRow, ...]
    root: Path
    measure: Callable[[Source], tuple[str, int, int]]  # hash, width and height of a picture or document


@dataclass(frozen=True, slots=True)
class Due:
    """What the clock will change next."""

    kind: str  # publish or expires
    at: int  # epoch seconds
    path: str


def index(catalog: Catalog, inputs: Inputs) -> list[Diagnostic]:
    """Makes all rows of the index from the parsed files, inside the caller's transaction; returns what is wrong."""
    return _Index(catalog, inputs).run()


class _Index:
    def __init__(self, catalog: Catalog, inputs: Inputs) -> None:
        self.catalog, self.inputs, self.config = catalog, inputs, inputs.config
        self.found: list[Diagnostic] = []
        self.broken: set[str] = set()  # files that have errors of their own
        self.wanted: dict[str, None] = {}  # pictures and documents that something published refers to
        self.aliases: list[Alias] = []
        self.faulty: list[tuple[str, Parsed]] = []  # story and file, of files that make no version
        self.template_places: dict[tuple[str, str], Location] = {}

    def run(self) -> list[Diagnostic]:
        self.catalog.empty_index()
        self._settings()
        files = self.catalog.parsed_of_kinds(TERM_FILE_KINDS)
        self.book, found = terms.read_files(files)
        self.found += found
        self._categories()
        self._stories()
        self._owners()
        self._members()
        self._terms()
        self._mentions(files)
        pages.add_pages(self.catalog, self.config, self._templates())
        self._files()
        self._redirects()
        return self.found

    def _settings(self) -> None:
        config, put = self.config, self.catalog.set_setting
        for name in _SETTINGS:
            put(name, getattr(config, name))
        put("host", config.url.removesuffix(config.base_path))  # with its scheme
        put("categories", [category.id for category in config.categories])
        put("now", self.inputs.now)
        for lang in config.languages:
            put(f"paths:{lang}", path_words(config, lang))
        self.catalog.add_words(self.inputs.words)

    def _categories(self) -> None:
        known = {category.id for category in self.config.categories}
        for (kind, id_, _), file in self.book.files.items():
            if kind == "category" and id_ not in known:
                near = get_close_matches(id_, sorted(known), 1, 0.5)
                hint = f"did you mean `{near[0]}`?" if near else "declare it in newsgen.yaml"
                self.found.append(error(Location(file.path), "category-unknown", f"no category `{id_}`", hint))
        for category in self.config.categories:
            for lang in self.config.languages:
                slug, text = category.slugs[lang], self.book.files.get(("category", category.id, lang))
                front = text.front if text else None
                title = front.title.value if front and front.title else category.titles[lang]
                self.catalog.add_term(
                    "category", category.id, lang, label=title, slug=slug, url=f"/{lang}/{slug}/", text=text
                )

    # ---- stories
    def _stories(self) -> None:
        around = stories.Circumstances(
            self.config, self.inputs.zone, self.inputs.now, self.inputs.drafts, self.book.key,
            frozenset(name for kind, name in self.book.ids if kind == "topic"),
        )  # fmt: skip
        for story, files in self.catalog.parsed_stories():
            merged = stories.merge(story, files, around)
            self.found += merged.diagnostics
            self.broken |= {file.path for file in files if file.front is None}
            self.catalog.add_story(story, merged.oldest, tuple(v.lang for v in merged.versions))
            bodies = {file.path: file.body.references for file in files}
            sorts = {version.lang: version.sort for version in merged.versions}
            spellings = (s for s in merged.spellings if s.lang in sorts)
            self.catalog.add_spellings(replace(s, sort=sorts[s.lang]) for s in spellings)
            self.aliases += merged.aliases
            fronts = {file.path: file.front for file in files}
            paths = {version.path for version in merged.versions}
            self.faulty += [(story, file.broken or file) for file in files if file.broken or file.path not in paths]
            for version in merged.versions:
                self.catalog.add_version(version)
                self._claim(version, merged.slug_places[version.lang])
                front = fronts[version.path]
                if front and front.template:
                    self.template_places[story, version.lang] = front.template.at(version.path)
                related = merged.related[version.lang]
                references = [*bodies[version.path]]
                references += [Reference("inline", t.value, t.line, t.column, "", False) for t in related]
                for number, reference in enumerate(references):
                    self.catalog.add_mention(version, number, reference)
                if version.picture and version.picture.path and front:
                    written = front.image.src if front.image else None
                    place = written.at(version.path) if written else Location(version.path)
                    shown = Reference("picture", version.picture.path, place.line, place.column)
                    self.catalog.add_mention(version, len(references), shown)

    def _claim(self, version: Version, place: Location) -> None:
        is_public = version.state in ("published", "gone")
        rank = CLAIM_RANKS[version.kind] if is_public else CLAIM_RANKS["unpublished"]
        sort = version.date.epoch if version.date else 0
        name = f"{version.story}\n{version.lang}"
        claim = Claim(version.url, rank, sort, name, version.path, place)
        self.catalog.add_claim(claim, urls.address_key(version.url))

    def _owners(self) -> None:
        for url, what in pages.fixed_addresses(self.config, self.catalog).items():
            claim = Claim(UrlPath(url), CLAIM_RANKS["list"], 0, "", what, None)
            self.catalog.add_claim(claim, urls.address_key(url))
        for group in self.catalog.contested():
            lost, found = addresses.losers(group)
            self.found += found
            for claim in lost:
                if claim.rank < CLAIM_RANKS["unpublished"] and "\n" in claim.name:
                    story, _, lang = claim.name.partition("\n")
                    self.catalog.set_state(story, lang, "clash")

    # ---- terms and lists
    def _terms(self) -> None:
        labels: dict[tuple[str, str], list[terms.Label]] = {}
        for key, uses in self.catalog.spellings():
            label, found = terms.label(key, uses, self.book)
            self.found += found
            if label:
                labels.setdefault((label.kind, label.lang), []).append(label)
        if self.config.untranslated == "show":
            self._shown_terms(labels)
        for (kind, lang), group in labels.items():
            kept, found = terms.owners(group)
            self.found += found
            owners = {label.key for label in kept}
            for label in group:
                word = path_words(self.config, lang)[TERM_WORDS[kind]]
                url = f"/{lang}/{word}/{label.slug}/" if label.key in owners else ""
                text = self.book.files.get((kind, label.key, lang))
                self.catalog.add_term(kind, label.key, lang, label=label.text, slug=label.slug, url=url, text=text)

    def _shown_terms(self, labels: dict[tuple[str, str], list[terms.Label]]) -> None:
        """Under `untranslated: show` a list may hold only articles of other languages: it is called as they call it."""
        for kind in TERM_KINDS:
            by_key: dict[str, terms.Label] = {}
            for lang in reversed(self.config.languages):
                by_key |= {label.key: label for label in labels.get((kind, lang), [])}
            for lang in self.config.languages:
                there = {label.key for label in labels.get((kind, lang), [])}
                for key, label in sorted(by_key.items()):
                    if key not in there and self.catalog.size_of(f"{kind}:{key}", lang):
                        labels.setdefault((kind, lang), []).append(replace(label, lang=lang))

    def _members(self) -> None:
        corrections = []
        published: dict[str, list[str]] = {}
        for version in self.catalog.versions():
            if version.state == "published" and version.kind == "article":
                self.catalog.add_members(_memberships(version, version.lang))
                corrections += [
                    (version.lang, c.day, c.date.epoch, version.story, n) for n, c in enumerate(version.corrections)
                ]
                if self.config.untranslated == "show":
                    published.setdefault(version.story, []).append(version.lang)
        self.catalog.add_corrections(corrections)
        order = list(self.config.languages)
        for story, langs in published.items():
            first = self.catalog.version(story, min(langs, key=order.index))
            for lang in order:
                if lang not in langs:
                    self.catalog.add_members(_memberships(first, lang))
        self.catalog.number_entries()

    # ---- references
    def _mentions(self, term_files: list[Parsed]) -> None:
        for story, lang, path, reference in self.catalog.mentions():
            version = self.catalog.version(story, lang)
            target = self._diagnose(reference, path, story, lang)
            if version.state != "published":
                continue
            if reference.kind in ("file", "picture"):
                self.wanted[reference.target] = None
            elif target and target != story and version.kind == "article":
                self.catalog.add_backlink(story, lang, target)
        for story, faulty in self.faulty:
            front = faulty.front or faulty.partial
            written = front.related if front else ()
            related = [Reference("inline", t.value, t.line, t.column, "", False) for t in written]
            for reference in (*faulty.body.references, *related):
                self._diagnose(reference, faulty.path, story, faulty.lang)
        for file in term_files:
            row = self.catalog.connection.execute(
                "SELECT url FROM term WHERE kind = ? AND key = ? AND lang = ?", (file.kind, file.name, file.lang)
            ).fetchone()
            for reference in file.body.references:
                self._diagnose(reference, file.path, "", file.lang)
                if reference.kind in ("file", "picture") and row and row[0]:
                    self.wanted[reference.target] = None

    def _diagnose(self, reference: Reference, path: str, story: str, lang: str) -> str:
        """Says what is wrong with a reference; the story that it means, "" if none or a file."""
        place = Location(path, reference.line, reference.column)
        target = reference.target
        if reference.kind in ("file", "picture"):
            if target not in self.inputs.media:
                self._missing_file(reference, place)
            return ""
        if reference.kind == "path":
            row = self.catalog.connection.execute(
                "SELECT story FROM version WHERE path = ?", (f"content/{target}",)
            ).fetchone()
            if row is None:
                if f"content/{target}" not in self.broken:
                    self._missing_file(reference, place)
                return ""
            candidates: tuple[str, ...] = (row[0],)
        else:
            candidates = resolve_story(self.catalog, target)
            if not candidates:
                near = self._nearest(target)
                hint = f"did you mean {' or '.join(f'`{n}`' for n in near)}?" if near else "write the id of a story"
                self.found.append(error(place, "reference-broken", f"no story `{target}`", hint))
                return ""
            if len(candidates) > 1:
                shown = ", ".join(f"`{c}`" for c in candidates[:5])
                message = f"`{target}` fits {len(candidates)} stories: {shown}; the first is meant"
                hint = f"write `{candidates[0]}`"
                self.found.append(warning(place, "reference-ambiguous", message, hint))
        meant = candidates[0]
        if meant == story:
            message = f"the story links to itself (`{meant}`)"
            self.found.append(warning(place, "reference-self", message, "link another"))
        version = version_for(self.catalog, meant, lang)
        if version is None:
            self._note_unpublished(meant, place)
        elif reference.fragment and reference.kind == "path":
            linked, fragment = story_target(self.catalog, "path", target, reference.fragment, lang)
            if linked and not fragment:
                message = f"`{target}` has no heading with the id `{reference.fragment}`"
                ids = ", ".join(f"`#{i}`" for i in self.catalog.body(linked.path).heading_ids[:6])
                self.found.append(warning(place, "heading-unknown", message, f"it has: {ids}" if ids else "drop it"))
        return meant

    def _note_unpublished(self, story: str, place: Location) -> None:
        rows = self.catalog.connection.execute(
            "SELECT lang, state FROM version WHERE story = ? ORDER BY lang", (story,)
        ).fetchall()
        states = ", ".join(f"{lang}: {state}" for lang, state in rows)
        if rows and not all(state in ("published", "gone") for _, state in rows):
            message = f"story `{story}` is not published now ({states}): its words stay without a link"
            self.found.append(note(place, "reference-unpublished", message, "nothing to do if that is meant"))

    def _missing_file(self, reference: Reference, place: Location) -> None:
        name = reference.target.rpartition("/")[2]
        known = sorted(self.inputs.media) if reference.kind != "path" else []
        same = [path for path in known if path.rpartition("/")[2].casefold() == name.casefold()]
        near = same[:1] or get_close_matches(reference.target, known[:2000], 1, 0.8)
        hint = f"did you mean `/{near[0]}`?" if near else "a path is relative to the file, or from content/ with `/`"
        if reference.kind == "picture":
            self.found.append(error(place, "picture-missing", f"no picture content/{reference.target}", hint))
        else:
            self.found.append(error(place, "link-broken", f"no file content/{reference.target}", hint))

    def _nearest(self, target: str) -> list[str]:
        from rapidfuzz import process

        rows = self.catalog.connection.execute("SELECT id FROM story ORDER BY id")
        ids = [id_ for (id_,) in rows]
        return [id_ for id_, _, _ in process.extract(target, ids, limit=2, score_cutoff=75)]

    # ---- files, aliases, templates
    def _templates(self) -> dict[tuple[str, str], str]:
        chosen = {}
        for key, place in sorted(self.template_places.items()):
            name = self.catalog.version(*key).template
            if name in self.inputs.templates:
                chosen[key] = name
            else:
                near = get_close_matches(name, sorted(self.inputs.templates), 1, 0.5)
                hint = f"did you mean `{near[0]}`?" if near else "write a path under templates/"
                self.found.append(error(place, "template-unknown", f"no template `{name}`", hint))
        return chosen

    def _files(self) -> None:
        rows = []
        for path in sorted(self.wanted):
            source = self.inputs.media.get(path)
            if source:
                hash_, width, height = self.inputs.measure(source)
                disk = str(self.inputs.root / source.path)
                rows.append(FileRow("media", path, disk, UrlPath(f"/media/{path}"), hash_, source.size, width, height))
        for row in (*rows, *self.inputs.static):
            place = Location(f"content/{row.path}" if row.kind == "media" else f"static/{row.path}")
            output = row.url.removeprefix("/") or "index.html"
            if _is_too_long(output):
                self.found.append(_too_long(place, output, "rename the file"))
                continue
            owner = self.catalog.page_in_the_way(urls.address_key(output))
            if owner:
                message = f"the address /{output} belongs to {self._describe(*owner)}"
                self.found.append(error(place, "address-taken", message, "rename the file"))
                continue
            pages.add(self.catalog, PageKey(row.kind, "", row.path), row.url)
            self.catalog.add_file(row)

    def _redirects(self) -> None:
        def age(alias: Alias) -> tuple[int, str, str]:
            version = self.catalog.version(alias.story, alias.lang)
            return (version.date.epoch if version.date else 0), alias.story, alias.lang

        public = {"published", "gone"}
        living = [a for a in self.aliases if self._has_version(a)]
        for alias in sorted(living, key=lambda a: (self.catalog.version(a.story, a.lang).state not in public, age(a))):
            version = self.catalog.version(alias.story, alias.lang)
            owner = self.catalog.page_in_the_way(urls.address_key(urls.output_path(alias.url)))
            if owner:
                message = f"the alias {alias.url} belongs to {self._describe(*owner)}"
                if owner[0].kind == "redirect" and self._is_same(owner[1], alias):
                    continue
                self.found.append(error(alias.location, "alias-taken", message, "delete this alias"))
            elif _is_too_long(urls.output_path(alias.url)):
                self.found.append(_too_long(alias.location, alias.url, "delete this alias"))
            elif version.state in public:
                pages.add(self.catalog, PageKey("redirect", alias.lang, alias.url), alias.url)
                self.catalog.connection.execute(
                    "INSERT INTO alias VALUES (?, ?, ?)", (alias.url, alias.story, alias.lang)
                )

    def _has_version(self, alias: Alias) -> bool:
        try:
            self.catalog.version(alias.story, alias.lang)
        except KeyError:
            return False
        return True

    def _is_same(self, url: str, alias: Alias) -> bool:
        row = self.catalog.connection.execute("SELECT story, lang FROM alias WHERE url = ?", (url,)).fetchone()
        return bool(row) and tuple(row) == (alias.story, alias.lang)

    def _describe(self, key: PageKey, url: str) -> str:
        if key.kind in ("article", "article-json", "gone", "page"):
            return self.catalog.version(key.key, key.lang).path
        if key.kind == "redirect":
            row = self.catalog.connection.execute("SELECT story, lang FROM alias WHERE url = ?", (url,)).fetchone()
            return f"an alias of {self.catalog.version(*row).path}"
        if key.kind in ("media", "static"):
            return f"{'content' if key.kind == 'media' else 'static'}/{key.key}"
        if key.kind in LIST_KINDS:
            return f"the {key.kind} {key.key} ({url})"
        return f"newsgen's own {url}"


def _is_too_long(output: str) -> bool:
    """Whether file systems refuse the path: names of over 255 bytes (POSIX NAME_MAX), paths near PATH_MAX."""
    return len(output.encode()) > 3000 or any(len(part.encode()) > 255 for part in output.split("/"))


def _too_long(place: Location, path: str, hint: str) -> Diagnostic:
    longest = max(path.split("/"), key=len)
    return error(place, "path-too-long", f"the output path is too long for file systems: `{longest[:40]}…`", hint)


def _memberships(version: Version, lang: str) -> Iterator[tuple[str, str, str, str, int]]:
    """The lists of one language that an article stands in."""
    day = version.date.day if version.date else ""
    names = ["all:", f"day:{day}", f"month:{day[:7]}", f"year:{day[:4]}"]
    names += [f"category:{id_}" for id_ in version.categories]
    names += [f"tag:{key}" for key in version.tags]
    names += [f"author:{key}" for key in version.authors]
    names += [f"topic:{key}" for key in version.topics]
    names += [f"source:{version.source}"] if version.source else []
    for name in names:
        yield name, lang, version.story, version.lang, version.sort


def due(catalog: Catalog) -> list[Due]:
    """What the clock will publish or take away, the next first."""
    rows = catalog.connection.execute(
        "SELECT 'publish', wakes, path FROM version WHERE state = 'scheduled' AND wakes IS NOT NULL UNION ALL"
        " SELECT 'expires', ends, path FROM version WHERE state IN ('published', 'scheduled') AND ends IS NOT NULL"
        " ORDER BY 2, 3"
    )
    return [Due(*row) for row in rows]
