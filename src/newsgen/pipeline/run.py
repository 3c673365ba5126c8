"""The order of the stages: one build of a site, or a check of it, with its clock and workers."""

from __future__ import annotations

import contextlib
import json
import os
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from msgspec.structs import replace

from newsgen.catalog import store
from newsgen.catalog.store import Catalog, ParsedRow
from newsgen.nouns.diagnostics import Diagnostic, Location, NewsgenError, Part, Severity, diagnose, in_order, part
from newsgen.nouns.file_list import FileList
from newsgen.nouns.kinds import phase
from newsgen.nouns.model import TERM_FOLDERS, Lent, Look, Parsed, Published, Source, content_hash
from newsgen.nouns.results import BuildResult, Due
from newsgen.output import files as output_files
from newsgen.output import manifest as output_manifest
from newsgen.pages import clock as page_clock
from newsgen.pipeline import empty_content, parsed_rows
from newsgen.pipeline.last_good import LastGood
from newsgen.pipeline.lock import lock
from newsgen.pipeline.looking import Looking, Version
from newsgen.pipeline.request import (
    CONFIG_NAME,
    TOLD,
    Progress,
    Request,
    config_bytes,
    config_of,
    iso,
    load_config,
    parse_now,
    redirects_bytes,
    redirects_of,
    theme_folder,
)
from newsgen.pipeline.tool_versions import versions as _tools
from newsgen.pipeline.unsettled import UnsettledError, file_changed, settled
from newsgen.pipeline.workers import (
    LOOK_SECONDS,
    ParseRules,
    Pool,
    chunks,
    collect_seldom,
    memory_mib,
    parse_bytes,
    parse_chunk,
    parsed,
    workers,
)
from newsgen.settings import config as configuration
from newsgen.settings.config import Config
from newsgen.sources import scan, scanned_rows

# Stages are imported where there is work for them: to load all of them takes as long as a build in which nothing
# changed.
if TYPE_CHECKING:
    from concurrent.futures import Executor
    from zoneinfo import ZoneInfo

    from newsgen.index import Refused
    from newsgen.ledger.lines import Line
    from newsgen.rendering.environment import TemplateTable


#: The last good version of a picture, if it is to stand in; and where the files of one are.
Pictures = tuple[Callable[[str], Version | None], Callable[[str, str], tuple[Lent, ...]]]
#: Path and state of what readers have of a story, by language.
Public = Callable[[str], dict[str, tuple[str, str]]]


def build(request: Request, *, executor: Executor | None = None, progress: Progress | None = None) -> BuildResult:
    """Builds the site: scan, parse, index, plan, render, write. Raises: NewsgenError where the world or newsgen.yaml
    does not let it."""
    if not (request.root / CONFIG_NAME).is_file():
        load_config(request.root)  # raises: no cache is left in a folder that is no site
    _refuse_output(request)
    catalog_path = request.cache_folder / "catalog.sqlite"
    collect_seldom()
    with lock(request.cache_folder), workers(executor, request.workers) as pool:
        if request.clean:
            store.remove_files(catalog_path)
            store.remove_older(catalog_path)
            _delete(request.cache_folder / "bytecode")
        return _built(lambda renewed: Build(request, catalog_path, pool, progress, renewed=renewed), catalog_path)


def _built(make: Callable[[Part | None], Build], catalog_path: Path) -> BuildResult:
    """Runs a build; once more with an empty catalog or manifest where damage shows only when it is read."""
    renewed: Part | None = None
    is_damaged, reason = False, ""
    build: Build | None = None
    for attempt in range(3):
        try:
            build = make(renewed)
            build.is_manifest_damaged = is_damaged
            return build.run()
        except output_manifest.DamagedManifestError as fault:
            is_damaged, reason = True, f"the manifest is damaged again and again: {fault}"
        except UnsettledError as fault:
            reason = f"{fault} is written again and again while the build reads it: build when it is whole"
        except NewsgenError:
            raise
        except OSError as fault:
            if fault.filename or not build:
                raise
            places = f"{build.output}, {catalog_path.parent} or the temporary folder"
            raise NewsgenError(f"{fault.strerror or fault} (in {places})") from fault
        except Exception as fault:
            is_damaged_cache = isinstance(fault, sqlite3.Error) and store.is_damage(fault)
            if isinstance(fault, sqlite3.Error) and store.is_world(fault):
                raise NewsgenError(f"the catalog {catalog_path} or the manifest cannot be used: {fault}") from fault
            # What damage says may be anything; a fault of newsgen itself comes again when nothing is kept.
            is_ours = attempt or not build or build.catalog.is_new or os.environ.get("NEWSGEN_DEBUG") == "1"
            if attempt == 2 or (is_ours and not is_damaged_cache):
                raise
            # A damaged catalog is a lost cache: everything in it can be made again.
            store.give_up(catalog_path)
            unusable = part("cache/unusable", reason=f"{type(fault).__name__}: {fault}")
            renewed = part("cache/damaged") if is_damaged_cache else unusable
    raise NewsgenError(reason)


def rebuild(
    request: Request, good: LastGood, public: Public, templates: TemplateTable, pictures: Pictures,
    held: Sequence[tuple[Source, Look | None]], pool: Pool, progress: Progress | None,
) -> BuildResult:  # fmt: skip
    """A build into folders of its own, where what stands in for broken files, styles and pictures, what is public, and
    what is held as it was published, is what another build, before which there were these templates, would take."""
    path = request.cache_folder / "catalog.sqlite"

    def make(renewed: Part | None) -> Build:
        build = Build(request, path, pool, progress, renewed=renewed)
        build.good_of, build.public_of, build.templates_before = good, public, templates
        build.looking.last_good, build.looking.lent_files = pictures
        build.hold(held)
        return build

    return _built(make, path)


def check(
    request: Request, *, render: bool = False, executor: Executor | None = None, progress: Progress | None = None
) -> BuildResult:
    """What `build` would say, writing nothing of the site: works on a copy of the catalog in a temporary folder.

    `render`: renders every page as well, into that folder, which finds what fails in templates.
    """
    import tempfile

    with tempfile.TemporaryDirectory(prefix="newsgen-check-") as name, workers(executor, request.workers) as pool:
        temporary = Path(name)
        original = request.cache_folder / "catalog.sqlite"
        if original.is_file():
            try:
                copy_catalog(original, temporary / "catalog.sqlite")
                if (kept := store.older_path(original)).is_file():
                    copy_catalog(kept, temporary / kept.name)
            except sqlite3.Error:
                store.remove_files(temporary / "catalog.sqlite")
        path = temporary / "catalog.sqlite"
        return _built(lambda renewed: Build(request, path, pool, progress, temporary, render, renewed), path)


def copy_catalog(original: Path, to: Path) -> None:
    with (
        contextlib.closing(sqlite3.connect(f"{original.absolute().as_uri()}?mode=ro", uri=True)) as source,
        contextlib.closing(sqlite3.connect(to)) as target,
    ):
        source.backup(target)


def _lend(files: Path, to: Path) -> None:
    """Lays files of a folder into one that is made; a link is as good as a copy where none is ever changed in place."""
    import shutil

    def link_or_copy(file: str, to: str) -> None:
        try:
            os.link(file, to)
        except OSError:  # on another disk, or not let
            shutil.copyfile(file, to)

    shutil.copytree(files, to, copy_function=link_or_copy)


def due(request: Request) -> list[Due]:
    """What `date`, `publish` and `expires` will change, the next first."""
    return list(check(request).due)


class _Theme(msgspec.Struct, frozen=True):
    """Words and templates, None where they are those of the last build, and what is wrong with them."""

    words: dict[str, dict[str, str]] | None = None
    templates: dict[str, tuple[str, str, str]] | None = None
    diagnostics: tuple[Diagnostic, ...] = ()
    unused: tuple[tuple[str, Diagnostic], ...] = ()  # templates that nothing uses but, maybe, an article
    stops: bool = False  # whether no page can be made with them


class Build:
    """One build, or a check: its stages in their order, over one catalog and one output."""

    def __init__(
        self, request: Request, catalog_path: Path, pool: Pool, progress: Progress | None,
        check: Path | None = None, render: bool = True, renewed: Part | None = None,
    ) -> None:  # fmt: skip
        self.request, self.pool = request, pool
        self.progress = progress or (lambda stage, done, total: None)
        self.checking, self.renders = check, render
        self.keeps_pictures = request.keeps_pictures and not check
        self.root = request.root.absolute()
        self.output = check / "site" if check else request.output_folder
        self.seconds: dict[str, float] = {}
        data = config_bytes(self.root)
        self.redirects = redirects_bytes(self.root)
        self.catalog_path = catalog_path
        self.catalog = Catalog.writer(catalog_path, tools=_tools())
        try:
            self.config, self.config_diagnostics = _config(self.catalog, data)
            if request.config_changes:
                self.config = replace(self.config, **request.config_changes)
            self.now = parse_now(request.now, lambda: self.zone)
        except NewsgenError:
            self.catalog.close()
            raise
        self.looking = Looking(
            self.catalog, request, self.root, self.config.pictures.max_megapixels, keeps=self.keeps_pictures
        )
        self.renewed = renewed or self.catalog.renewed
        self.is_manifest_damaged = False
        self.memory = 0.0
        self._looked_at = time.monotonic()
        self._memory_by_process: dict[int, float] = {}
        self.parsed = 0
        self.good_of: LastGood | None = None  # where the last good versions are those of another catalog,
        self.public_of: Public | None = None  # and so is what readers have of a story
        self.last_good = LastGood(output_manifest.Books(None))
        self.older = Catalog.older(catalog_path)  # of another newsgen, or damaged
        self.templates_before: TemplateTable | None = None  # the templates of the build before this one
        self.has_lost_ledger = False
        self.waiting: list[Diagnostic] = []
        self.unclaimed: list[Diagnostic] = []
        self.changed: list[str] = []
        self.unread: list[str] = []  # files that were others, or away, when they were to be parsed
        self.held: dict[str, Source] = {}  # files that stay as another build saw them
        self.is_careful = False  # whether newsgen itself failed in index: it is to name at what
        self.failed: dict[str, tuple[Diagnostic, ...]] = {}  # stories and files at which it did: they stay as they are
        self.taken_back: dict[str, list[str]] = {}  # those whose last good versions stand in, with the paths of these
        self.unhelped: set[str] = set()  # files that index refuses with their last good version, too
        self.tried: set[str] = set()  # files for which one has stood in, in this build, and does no more
        self.strained: list[str] = []  # files for which there was not memory enough

    def hold(self, files: Iterable[tuple[Source, Look | None]]) -> None:
        """Takes files that may not be taken as they stand there for these, and what is known of them."""
        with self.catalog.transaction():
            for source, look in files:
                self.held[source.path] = source
                self.looking.held[source.path] = source.hash
                if look:
                    self.catalog.keep_look(source.path, source.hash, look)
            scanned_rows.take_over(self.catalog.connection, self.held.values())

    @cached_property
    def zone(self) -> ZoneInfo:
        return configuration.zone(self.config)

    @cached_property
    def bytecode(self) -> Path:
        """The folder of compiled templates; a check, which may write none into the cache, has what the cache has."""
        folder = (self.checking or self.request.cache_folder) / "bytecode"
        if self.checking and not folder.exists():
            with contextlib.suppress(OSError):  # there is none, or a build renews it now
                _lend(self.request.cache_folder / "bytecode", folder)
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    @contextlib.contextmanager
    def stage(self, name: str) -> Iterator[None]:
        self.progress(name, 0, 0)
        start = time.perf_counter()
        yield
        self.seconds[name] = round(self.seconds.get(name, 0) + time.perf_counter() - start, 4)

    def run(self) -> BuildResult:
        try:
            return self._run()
        finally:
            self.catalog.close()
            if self.older:
                self.older.close()

    def _run(self) -> BuildResult:
        catalog = self.catalog
        settings = content_hash(f"{self.config.values()!r} {self.request.drafts}".encode() + self.redirects)
        with self.stage("scan"):
            if catalog.is_new:
                self.pool.begin()
            scanned = scan.scan(
                self.root, theme_folder(), self.config.languages, catalog.connection, closed=self.request.own_folders
            )
            diagnostics = [*self.config_diagnostics, *scanned.diagnostics]
            diagnostics += empty_content.look(scanned, catalog, self.root, self.request.output_folder)
            is_all = catalog.meta("settings") != settings
            if not catalog.is_new and len(scanned.changes) <= TOLD:
                self.changed = [CONFIG_NAME] if is_all and catalog.meta("settings") else []
                self.changed += [_in_words(change) for change in scanned.changes]
            theme = _Theme()
            if is_all or catalog.meta("theme") != self._theme_key(scanned):
                theme = self._theme(scanned)
                if theme.stops:
                    return self._result([*diagnostics, *theme.diagnostics], is_stopped=True)
        self.seconds["stat"] = round(scanned.seconds_stat, 4)
        self.seconds["scan"] = round(max(0.0, self.seconds["scan"] - scanned.seconds_stat), 4)
        if self.checking and not self.renders:
            path = self.request.output_folder / output_manifest.MANIFEST
            books = output_manifest.Books(None) if self.is_manifest_damaged else output_manifest.Books.read(path)
            with contextlib.closing(books):
                self._parse(scanned, books)
                self._look_at_pictures(scanned, books)
                self._index(scanned, books, is_all, settings, theme)
                diagnostics += [*self._unsettled(diagnostics), *self._lost(books)]
                return self._result(diagnostics + list(catalog.diagnostics()))
        with output_manifest.Manifest(self.output) as manifest, self._published(manifest) as published:
            if self.is_manifest_damaged:
                manifest.renew()
            self.is_manifest_damaged = manifest.is_renewed
            if not catalog.is_new and (manifest.knows_nothing_of_what_is_there or self._is_of_before(manifest)):
                from newsgen.pipeline import recovery

                recovery.recover(catalog, manifest, self.output)
            self._parse(scanned, published)
            self._look_at_pictures(scanned, published)
            self._index(scanned, manifest, is_all, settings, theme)
            if self.older:
                store.remove_older(self.catalog_path)
            del scanned  # it may be large
            diagnostics += [*self._unsettled(diagnostics), *self._lost(manifest)]
            return self._write(manifest, diagnostics)

    @contextlib.contextmanager
    def _published(self, manifest: output_manifest.Manifest) -> Iterator[output_manifest.Books]:
        """What says which last good versions stand in: the manifest of this output; of a check, that of the site, which
        it renders into a folder of its own."""
        if not self.checking or self.is_manifest_damaged:
            yield manifest
            return
        books = output_manifest.Books.read(self.request.output_folder / output_manifest.MANIFEST)
        with contextlib.closing(books):
            yield books

    # ---- before parsing
    def _theme_key(self, scanned: scan.Scan) -> str:
        """What is said of the theme and of the publisher depends on; the places in newsgen.yaml, too."""
        return f"{scanned.theme_hash} {content_hash(repr(self.config.places).encode())}"

    def _theme(self, scanned: scan.Scan) -> _Theme:
        """The words and templates, and what is wrong with them; compiles the templates."""
        from newsgen.languages import words as interface_words
        from newsgen.rendering import checks, renderer

        config = self.config
        tables = {
            lang: [(place, _as_scanned(path, scanned)) for place, path in scanned.tables.get(lang, ())]
            for lang in dict.fromkeys((*scanned.tables, *config.languages))
        }
        words, faults = interface_words.load_words(tables)
        templates = _templates(scanned)
        bundled = theme_folder() / "templates"
        own = frozenset(name for name, (_, path) in scanned.templates.items() if not path.is_relative_to(bundled))
        own_tables = {
            lang: [(place, _as_scanned(path, scanned)) for place, path in files if not path.is_relative_to(bundled)]
            for lang, files in scanned.tables.items()
        }
        known = {id_ for lang, files in tables.items() for file in files if file not in own_tables.get(lang, ())
                 for id_, _ in interface_words.ids_of(*file)}  # fmt: skip
        written = [one for files in own_tables.values() for file in files for one in interface_words.ids_of(*file)]
        before = self.catalog.templates() if self.templates_before is None else self.templates_before
        whole, halved = checks.with_whole_styles(templates, sorted(own), before)
        own = frozenset(name for name in own if whole.get(name) is templates[name])  # of stand-ins nothing is said
        templates = whole
        checked = checks.look(
            checks.Theme(templates, own, renderer.FUNCTIONS), self.bytecode, csp=config.security.csp,
            host=config.url.removesuffix(config.base_path), word_places=written, known_words=sorted(known),
        )  # fmt: skip
        place = {lang: config.places.get(f"languages.{n}", (1, 1)) for n, lang in enumerate(config.languages)}
        faults += interface_words.lacking(tables, {lang: Location(CONFIG_NAME, *at) for lang, at in place.items()})
        new = {lang: files for lang, files in own_tables.items() if files == tables[lang]}
        faults += interface_words.unused(new, config.languages)
        words = {lang: words[lang] for lang in config.languages}
        stops = any(fault.severity == Severity.ERROR for fault in (*faults, *checked.errors))
        return _Theme(words, templates, (*faults, *halved, *checked.errors, *checked.warnings), checked.unused, stops)

    # ---- parse
    def _parse_rules(self) -> ParseRules:
        config = self.config
        named = [source for sources in config.security.csp.values() for source in sources]
        origins = (config.url.removesuffix(config.base_path), *dict.fromkeys(named))
        return ParseRules(config.languages, config.trusted_html, origins)

    def _parse(self, scanned: scan.Scan, books: output_manifest.Books) -> None:
        """Parses what changed; a broken file's last good version stands in while this output shows it."""
        catalog = self.catalog
        self.last_good = self.good_of or LastGood(books, catalog, *((self.older,) if self.older else ()))
        with self.stage("parse"):
            rules = self._parse_rules()
            key = rules.key()
            changed: dict[str, Source] = {}
            gone = []
            for change in scanned.changes:
                if change.new and _is_text(change.new):
                    changed[change.new.path] = change.new
                elif change.old and _is_text(change.old) and not change.new:
                    gone.append(change.old.path)
            changed |= {path: source for path, source in self.held.items() if _is_text(source)}
            if catalog.meta("parse key") != key:
                for row in catalog.all("SELECT path, kind, name, lang, hash, size FROM source"):
                    source = Source(*row)
                    if _is_text(source) and source.path not in gone:
                        changed.setdefault(source.path, source)
                with catalog.transaction():
                    catalog.run("INSERT OR IGNORE INTO dirty SELECT path FROM parsed")
                    # What stands in may be known from here alone (`last_good`).
                    catalog.run("DELETE FROM parsed WHERE path NOT IN (SELECT path FROM broken)")
                    catalog.run("UPDATE parsed SET hash = ''")
                    catalog.set_meta("parse key", key)
            elif not catalog.is_new:
                changed = {path: source for path, source in changed.items() if not self._is_parsed(source)}
            self._add_unfinished(scanned, changed, gone)
            for (path,) in catalog.all("SELECT path FROM broken"):
                known = self._source(path)
                if path not in changed and path not in gone and known and self._stands_otherwise(path):
                    changed[path] = known
            for path in json.loads(catalog.meta("parse again") or "[]"):
                if path not in changed and path not in gone and (known := self._source(path)):
                    changed[path] = known
            self.parsed = len(changed)
            unread = self._parse_files(changed, rules)
            if unread:
                self._take_as_they_were(unread, rules)
            if gone:
                with catalog.transaction():
                    for path in gone:
                        catalog.forget_parsed(path)

    def _parse_files(self, files: dict[str, Source], rules: ParseRules) -> dict[str, Source]:
        """Parses files, by path; gives those that have other bytes than their source says, or could not be read."""
        catalog, unread, done = self.catalog, dict(files), 0
        jobs = ((str(self.root), chunk, rules) for chunk in chunks(files.values()))
        for results, memory in self.pool.map(parse_chunk, jobs, len(files)):
            self.note_memory(memory)
            with catalog.transaction():
                for row, good in results:
                    source = unread.pop(row.path)
                    self.strained += [row.path] if row.hash != source.hash else []  # there was not memory enough
                    stand_in = self._stand_in(source, row) if row.broken else None
                    catalog.keep_parsed(stand_in or row)
                    if good is not None:
                        catalog.keep_good(row.path, row.hash, good, shown=self.last_good.shown(row.path))
            done += len(results)
            self.progress("parse", done, len(files))
        return unread

    def _take_as_they_were(self, unread: dict[str, Source], rules: ParseRules) -> None:
        """Files that changed, or went, after the scan: they stay as they were parsed last, or, where nothing is known
        of that, as the output shows them; only what is quite new is taken as it is, once it has come to rest."""
        catalog, new = self.catalog, []
        self.unread = sorted(path for path in unread if path not in self.held)
        for path, source in unread.items():
            if catalog.parsed_hash(path):
                continue
            last = self.last_good.data(path)
            if last is None:
                new.append(source)
                continue
            row = parsed(replace(source, hash=last[0]), last[1], rules)
            if not row.broken:
                with catalog.transaction():
                    catalog.keep_parsed(row)
        if new:
            at_rest = {source.path: source for source in settled(self.root, new)}
            self._parse_files(at_rest, rules)

    def _source(self, path: str) -> Source | None:
        row = self.catalog.one("SELECT path, kind, name, lang, hash, size FROM source WHERE path = ?", path)
        return Source(*row) if row else None

    def _add_unfinished(self, scanned: scan.Scan, changed: dict[str, Source], gone: list[str]) -> None:
        """What a build that did not come to index has parsed, or forgotten, of files that are others again since."""
        dirty = [path for (path,) in self.catalog.all("SELECT path FROM dirty")]
        if not dirty:
            return
        now = {change.new.path: change.new for change in scanned.changes if change.new}
        lost = set(gone)
        for path in dirty:
            source = now.get(path) or (None if path in lost else self._source(path))
            if path in changed or path in lost:
                continue
            if source is None or not _is_text(source):
                gone.append(path)
            elif not self._is_parsed(source):
                changed[path] = source

    def _is_parsed(self, source: Source) -> bool:
        """Whether a build that did not end has parsed these very bytes already."""
        row = self.catalog.one("SELECT hash, kind, name, lang FROM parsed WHERE path = ?", source.path)
        return bool(row == (source.hash, source.kind, source.name, source.lang))

    def _stands_otherwise(self, path: str) -> bool:
        """Whether another version is to stand in for a broken file than in the last build."""
        hash_, shown = self.catalog.one("SELECT hash, shown FROM parsed WHERE path = ?", path) or ("", "")
        last = self.last_good.data(path)
        return bool((last[0] if last else hash_) != shown)

    def _parse_good(self, source: Source, data: bytes) -> Parsed:
        return parse_bytes(source, data, self._parse_rules())

    def _stand_in(self, source: Source, row: ParsedRow) -> ParsedRow | None:
        """The parse of the last good version, which says what is wrong with the broken file in its place."""
        last = self.last_good.parsed(source, self._parse_good)
        if last is None:
            return None
        broken = store.decode_parsed(row.head)
        return parsed_rows.parsed_row(replace(last[1], broken=broken), hash=row.hash, shown=last[0])

    # ---- what index refuses
    def _as_parsed(self, path: str) -> tuple[Source, Parsed] | None:
        """A text and what stands there now, without its body, as index sees it."""
        row = self.catalog.one("SELECT kind, name, lang, hash, head FROM parsed WHERE path = ?", path)
        if row is None:
            return None
        kind, name, lang, hash_, head = row
        now = store.decode_parsed(head)
        return Source(path, kind, name, lang, hash_, 0), now.refused or now

    def _last_good(self, path: str) -> tuple[str, Parsed] | None:
        """Hash and values of the last good version of a file that index refuses, with the file as it stands."""
        known = self._as_parsed(path)
        last = self.last_good.parsed(known[0], self._parse_good) if known else None
        return (last[0], replace(last[1], broken=known[1])) if known and last else None

    def stand_in(self, path: str) -> Parsed | None:
        """The last good version of a content file that index refuses, if it may stand in; without its body's text."""
        last = None if path in self.unhelped else self._last_good(path)
        return replace(last[1], body=replace(last[1].body, html="", text="")) if last else None

    def is_unchanged(self, path: str) -> bool:
        return self.catalog.parsed_hash(path) == self.last_good.shown(path)

    def _take_refused(self, refused: Refused) -> None:
        """Puts last good versions in the place of files that index refuses, or those files in theirs."""
        catalog = self.catalog
        self.unhelped |= {path for path, helps_not in refused.given_back.items() if helps_not or path in self.tried}
        self.tried |= refused.given_back.keys()
        back = {path: known[0] for path in refused.given_back if (known := self._as_parsed(path))}
        self._parse_files(back, self._parse_rules())
        with catalog.transaction():
            for path, is_clash in refused.taken_back.items():
                last = self._last_good(path)
                if last is None or last[1].broken is None:
                    self.unhelped.add(path)
                    continue
                story = last[1].broken.story if last[1].kind in ("article", "page") else ""
                catalog.keep_parsed(parsed_rows.parsed_row(last[1], hash=catalog.parsed_hash(path), shown=last[0]))
                catalog.run("INSERT OR REPLACE INTO refused VALUES (?, ?, ?)", path, story, is_clash)

    # ---- index and plan
    def _index(
        self, scanned: scan.Scan, books: output_manifest.Books, is_all: bool, settings: str, theme: _Theme
    ) -> None:
        """Moves the index, and what is to be done to this output, in one transaction."""
        catalog = self.catalog
        is_other = scanned.changes or self.unread or self.looking.otherwise or catalog.meta("failed")
        is_same = not (is_all or theme.words is not None or is_other)
        if is_same and page_clock.is_idle(catalog, self.now):
            with self.stage("index"):
                if scanned.update:
                    with catalog.transaction():
                        scanned_rows.keep(catalog.connection, scanned)
            with self.stage("plan"):
                if not self._is_paired(books):
                    with catalog.transaction():
                        self._pair(books)
            return
        from newsgen.index import IndexFault, Refused

        while True:
            try:
                self._index_changes(scanned, books, is_all, settings, theme)
                return
            except Refused as refused:
                catalog.forget_settings()
                self._take_refused(refused)
            except IndexFault as fault:
                catalog.forget_settings()
                self.is_careful = True
                with catalog.transaction():
                    for name, diagnostics in fault.diagnostics.items():
                        self._take_back(name, diagnostics)

    def _take_back(self, name: str, diagnostics: tuple[Diagnostic, ...]) -> None:
        """The last good versions of the files of a story, or of a term's file, stand in, as for files at which parsing
        fails; without any, or where newsgen fails at them, too, the story or file stays as it is."""
        back = []
        for diagnostic in () if name in self.taken_back else diagnostics:
            path = diagnostic.location.path
            row = self.catalog.one("SELECT head, hash, shown FROM parsed WHERE path = ?", path)
            if not row:
                continue
            broken = replace(store.decode_parsed(row[0]), front=None, diagnostics=(diagnostic,))
            left_out = parsed_rows.parsed_row(broken, hash=row[1])
            source = self._source(path) if row[2] != self.last_good.shown(path) else None
            stand_in = self._stand_in(source, left_out) if source else None
            if stand_in or path == name:
                self.catalog.keep_parsed(stand_in or left_out)
                back.append(path)
        if back:
            self.taken_back[name] = back
        else:
            self.failed[name] = diagnostics

    def _index_changes(
        self, scanned: scan.Scan, books: output_manifest.Books, is_all: bool, settings: str, theme: _Theme
    ) -> None:
        catalog = self.catalog
        with catalog.transaction():
            with self.stage("index"):
                from newsgen import index

                scanned_rows.keep(catalog.connection, scanned)
                for path in self.unread:
                    scanned_rows.distrust(catalog.connection, path)
                for path, source in self.looking.unseen.items():
                    scanned_rows.put_back(catalog.connection, path, source)
                if theme.words is not None:
                    catalog.say("theme\0", theme.diagnostics)
                inputs = index.Inputs(
                    config=self.config, zone=self.zone, now=self.now, drafts=self.request.drafts, words=theme.words,
                    templates=theme.templates, unused=theme.unused, root=self.root,
                    is_careful=self.is_careful, failed=self.failed, look=self.looking.look, public=self.public,
                    stand_in=self.stand_in, is_unchanged=self.is_unchanged,
                    files=tuple(self._files(scanned)), ledger=self._ledger(scanned),
                    redirects=redirects_of(self.redirects) if is_all else None,
                )  # fmt: skip
                changes = index.index(catalog, inputs, is_all=is_all)
                for path in self.looking.doubted:
                    scanned_rows.distrust(catalog.connection, path)
            with self.stage("plan"):
                from newsgen.pages import plan

                plan.plan(catalog, changes)
                plan.make_again(catalog, self.looking.no_longer_standing_in())
                self._pair(books)
            again = sorted({*self.strained, *(path for paths in self.taken_back.values() for path in paths)})
            if json.dumps(again) != (catalog.meta("parse again") or "[]"):
                catalog.set_meta("parse again", json.dumps(again))
            drafts = "yes" if self.request.drafts else ""
            for name, value in (("settings", settings), ("theme", self._theme_key(scanned)), ("drafts", drafts)):
                if catalog.meta(name) != value:
                    catalog.set_meta(name, value)

    def _ledger(self, scanned: scan.Scan) -> tuple[tuple[Line, ...], tuple[Diagnostic, ...]] | None:
        """All lines of the ledger with what is wrong in it, None where it is as in the last build."""
        changed = any((change.new or change.old).kind == "ledger" for change in scanned.changes)  # type: ignore[union-attr]
        if not changed:
            return None
        self.has_lost_ledger = not self._has_ledger()
        from newsgen.ledger import lines as ledger_lines

        lines: list[Line] = []
        diagnostics: list[Diagnostic] = []
        for path, hash_ in self.catalog.all("SELECT path, hash FROM source WHERE kind = 'ledger' ORDER BY path"):
            data = (self.root / path).read_bytes()
            if content_hash(data) != hash_:
                raise UnsettledError(path)
            of_file, faults = ledger_lines.read(data, path)
            lines += of_file
            diagnostics += faults
        return tuple(lines), tuple(diagnostics)

    def _has_ledger(self) -> bool:
        return self.catalog.one("SELECT 1 FROM source WHERE kind = 'ledger' LIMIT 1") is not None

    def _files(self, scanned: scan.Scan) -> Iterator[tuple[Source | None, Source | None]]:
        """Pictures, documents and static files that index is to look at, before and after."""
        for change in scanned.changes:
            is_file = (change.new or change.old).kind in ("media", "static")  # type: ignore[union-attr]
            if is_file and (not change.new or self.looking.unseen.get(change.new.path, change.new) != change.old):
                yield change.old, change.new
        for path in self.looking.otherwise:
            source = self._source(path)
            yield source, source

    def public(self, story: str) -> dict[str, tuple[str, str]]:
        """Path and state, by language, of what readers have of a story before it is merged."""
        from newsgen.index import public

        return self.public_of(story) if self.public_of else public.versions(self.catalog, story, self.last_good.shown)

    def _pair(self, books: output_manifest.Books) -> None:
        """Holds the catalog against an output that another build, or none, was made into.

        What is pending is the difference from the output of the build `paired`; or of `planned`, which has begun when
        the manifest names it, and becomes `paired` before anything of the plan is crossed out. `step` counts what both
        files have noted since then: a manifest that knows less lost its last commits with the power.
        """
        catalog = self.catalog
        if self._is_paired(books):
            return
        if not self._is_known(books):
            from newsgen.pages import plan

            plan.compare(catalog, books.row, books.outputs())
        catalog.set_meta("paired", books.token)
        catalog.set_meta("step", str(books.step))
        catalog.set_meta("planned", os.urandom(16).hex())

    def _is_of_before(self, manifest: output_manifest.Manifest) -> bool:
        """Whether the manifest is that of an earlier build: it knows nothing of what was written since."""
        return bool(manifest.token and self.catalog.meta("paired")) and not self._is_known(manifest)

    def _is_known(self, books: output_manifest.Books) -> bool:
        catalog, token = self.catalog, books.token
        paired = catalog.meta("paired")
        return bool(token) and (
            token == catalog.meta("planned") != paired
            or (token == paired and books.step >= int(catalog.meta("step") or 0))
        )

    def _is_paired(self, books: output_manifest.Books) -> bool:
        """Whether the output is what the catalog takes it for, and nothing is to be done to it."""
        has_work = self.catalog.one("SELECT 1 FROM pending UNION ALL SELECT 1 FROM removal LIMIT 1")
        return not has_work and self._is_known(books)

    # ---- pictures
    def _look_at_pictures(self, scanned: scan.Scan, books: output_manifest.Books) -> None:
        """Looks at the pictures that came or changed; a broken one's last good version stands in while this output
        shows it."""
        if self.good_of is None:
            self.looking.trust(books, self.request.output_folder if self.checking else self.output)
        with self.stage("parse"):
            self.looking.look_at_changed(scanned, self.pool)

    def _unsettled(self, diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
        """What to say of files that changed while this build read them, and that nothing was said of yet."""
        said = {d.location.path for d in diagnostics if d.id == "file-unreadable"}
        looking = self.looking
        return [file_changed(path) for path in (*self.unread, *looking.unseen, *looking.doubted) if path not in said]

    def _lost(self, books: output_manifest.Books) -> list[Diagnostic]:
        """What to say of published addresses that are removed."""
        removals = sorted(self.catalog.removals())
        if not removals:
            return []
        from newsgen.pages import plan

        return plan.lost(self.catalog, [row for output in removals if (row := books.row(output))])

    # ---- render and write
    def _write(self, manifest: output_manifest.Manifest, diagnostics: list[Diagnostic]) -> BuildResult:
        catalog = self.catalog
        total = catalog.count("SELECT COUNT(*) FROM pending")
        if not total and not catalog.removals() and not manifest.was_damaged:
            return self._result(diagnostics + list(catalog.diagnostics()), total=int(catalog.meta("files") or 0))
        from newsgen.pipeline.drain import Rendering
        from newsgen.pipeline.held_pages import Waiting

        manifest.begin(catalog.meta("planned"))
        with catalog.transaction():
            catalog.set_meta("paired", catalog.meta("planned"))
            catalog.set_meta("step", "0")
            waiting = Waiting(catalog, manifest, self.config.url, self.config.base_path)
        removals, rows = self._removals(manifest)
        in_the_way = self._make_way(rows)
        rendering = Rendering(self, manifest, waiting, total)
        with self.stage("render"):
            if rendering.make_pictures():
                removals, rows = self._removals(manifest)
                in_the_way |= self._make_way({output: rows[output] for output in rows if output not in in_the_way})
            rendering.run()
        staying = waiting.kept(output for output in rows if output not in in_the_way)
        removals = [output for output in removals if output not in staying]
        rows = {output: row for output, row in rows.items() if output not in staying}
        if rendering.pictures and self.keeps_pictures:
            self.looking.sweep()
        with self.stage("write"):
            for output in sorted(rows, key=lambda output: -phase(rows[output].kind)):
                if output not in in_the_way:
                    output_files.remove(self.output, output)
            unmade = (*rendering.failed, *rendering.taken_back)
            lost = [output for output in unmade if not (self.output / output).exists()]
            step = manifest.forget([*removals, *lost])
            files = manifest.count
            # Pages that stood there as they are to be, in a folder without a manifest: it was newsgen's.
            was_lost = manifest.is_made and not manifest.is_alone and rendering.done > len(rendering.written)
            if (rendering.was_damaged or was_lost) and not self.checking:
                from newsgen.pipeline import recovery

                self.unclaimed = recovery.unclaimed(manifest, self.output)
            if not rendering.failed:
                manifest.is_whole()
            with catalog.transaction():
                catalog.run("DELETE FROM removal")
                catalog.many("INSERT INTO removal VALUES (?)", ((output,) for output in staying))
                catalog.set_meta("step", str(step))
                catalog.set_meta("files", str(files))
                waiting.end(rendering.failed)
        rendering.removed.add((output, row.size, row.hash) for output, row in rows.items() if row.hash)
        if rendering.waits:
            self.waiting = [waiting.note(rendering.waits, rendering.failures[0].location)]
        return self._result(
            [*diagnostics, *catalog.diagnostics(), *self._rendered(rendering.diagnostics(), diagnostics)],
            written=rendering.written, removed=rendering.removed, total=files, rendered=rendering.reasons,
            done=rendering.done, failed=rendering.failed,
        )  # fmt: skip

    def _rendered(self, said: Iterable[Diagnostic], diagnostics: Iterable[Diagnostic]) -> Iterator[Diagnostic]:
        """What rendering says, but for files of which the scan said why they are not taken as they stand there."""
        held = ("conflict-mark", "file-pointer", "file-unreadable")
        refused = {d.location.path for d in diagnostics if d.id in held}
        for diagnostic in said:
            if diagnostic.id not in ("file-changed", "file-unreadable") or diagnostic.location.path not in refused:
                yield diagnostic

    def _removals(self, manifest: output_manifest.Manifest) -> tuple[list[str], dict[str, Published]]:
        """Output paths that no page is for any more, and the rows of those that newsgen wrote."""
        removals = self.catalog.removals()
        rows = {output: row for output in removals if (row := manifest.row(output))}  # no file of others
        for output in [row.output for row in rows.values() if row.kind == "search-index"]:
            beside = {name: row for name in manifest.companions(output) if (row := manifest.row(name))}
            rows |= beside
            removals += beside
        return removals, rows

    def _make_way(self, rows: dict[str, Published]) -> set[str]:
        """Removes what is in the way of a page."""
        from newsgen.pages import plan

        in_the_way = plan.in_the_way(self.catalog, rows)
        for output in in_the_way:
            output_files.remove(self.output, output)
        return in_the_way

    # ---- report
    def _notes(self) -> tuple[Diagnostic, ...]:
        """What is to be said of this build alone: a clean build says nothing of it."""
        notes = []
        if self.renewed:
            place = Location(f"{self.request.cache_folder.name}/catalog.sqlite")
            notes.append(diagnose(place, "cache-renewed", reason=self.renewed))
        is_first = self.catalog.is_new and not self.renewed and not self._has_ledger()
        if not self.checking and (is_first or self.has_lost_ledger):
            notes.append(diagnose(Location("ledger"), "ledger-missing"))
        if self.is_manifest_damaged and not self.checking:
            notes.append(diagnose(Location(f"{self.output.name}/{output_manifest.MANIFEST}"), "manifest-renewed"))
        return (*notes, *self.waiting, *self.unclaimed)

    def note_memory(self, memory: dict[int, float], *, is_last: bool = False) -> None:
        """Keeps what workers said of theirs, and looks at the sum now and then: it takes a while."""
        self._memory_by_process |= memory
        if not is_last and time.monotonic() < self._looked_at + LOOK_SECONDS:
            return
        self._looked_at = time.monotonic()
        own = {os.getpid(): memory_mib()}
        self.memory = max(self.memory, sum({**self._memory_by_process, **own}.values()))

    def _result(
        self, diagnostics: list[Diagnostic], *, written: FileList | None = None, removed: FileList | None = None,
        total: int = 0, is_stopped: bool = False, rendered: dict[str, tuple[str, ...]] | None = None, done: int = 0,
        failed: Sequence[str] = (),
    ) -> BuildResult:  # fmt: skip
        catalog = self.catalog
        counts, kept_off = {}, {}
        if not is_stopped:
            names = ("articles", "stories", "scheduled", "drafts", "expired", "withdrawn")
            counts = {name: catalog.tally(name) for name in names}
            kept_off = self._kept_off(diagnostics, failed)
            counts |= {name: len(kept_off[name]) for name in ("left_out", "last_good")}
            counts["parsed"] = self.parsed
            counts |= {name: catalog.tally(name) for name in ("pages", "html_pages")}
        written, removed = written or FileList(), removed or FileList()
        if total:
            counts |= {
                "rendered": done, "written": len(written), "removed": len(removed), "unchanged": total - len(written),
            }  # fmt: skip
        coming = () if is_stopped else tuple(
            Due(kind, iso(at, self.zone), path)
            for kind, at, path in catalog.due()
        )  # fmt: skip
        self.note_memory({}, is_last=True)
        accepted: list[Diagnostic] = []
        if self.config.accepted and not is_stopped:
            from newsgen.pipeline.accepted import parted

            today = iso(self.now, self.zone)[:10]
            entries = self.config.accepted
            diagnostics, accepted = parted(set(diagnostics), entries, path=CONFIG_NAME, today=today)
        manifest = "" if self.checking else str(self.output / output_manifest.MANIFEST)
        return BuildResult(
            in_order(diagnostics), counts, self.seconds, round(self.memory, 1), written, removed, coming, manifest,
            is_stopped, tuple(self.changed), rendered or {}, self._notes(),
            left_out=kept_off.get("left_out", ()), last_good=kept_off.get("last_good", ()),
            held_open=kept_off.get("held_open", ()), accepted=in_order(accepted),
            lost=tuple(url for (url,) in catalog.all("SELECT url FROM lost ORDER BY url")),
        )  # fmt: skip

    def _kept_off(self, diagnostics: Iterable[Diagnostic], failed: Sequence[str]) -> dict[str, tuple[str, ...]]:
        """The paths of files that errors leave out, and of those that are shown as they were last published; `failed`
        are the outputs of pages that could not be rendered."""
        if not any(diagnostic.severity == Severity.ERROR for diagnostic in diagnostics):
            return {"left_out": (), "last_good": ()}
        from newsgen.pipeline.kept_off import KeptOff

        kept_off = KeptOff(self.catalog, diagnostics, zone=self.zone, now=self.now, drafts=self.request.drafts)
        kept_off.take_failed(failed, self.last_good.shown)
        return {"left_out": kept_off.left_out, "last_good": kept_off.last_good, "held_open": kept_off.held_open}


def _config(catalog: Catalog, data: bytes) -> tuple[Config, tuple[Diagnostic, ...]]:
    """What these bytes of newsgen.yaml say, read once for as long as they stay the same.

    Raises: NewsgenError, with the diagnostics, if it cannot be used.
    """
    known = catalog.kept_config(content_hash(data))
    if known:
        return known
    config, diagnostics = config_of(data)
    catalog.keep_config(content_hash(data), config, diagnostics)
    return config, diagnostics


def _in_words(change: scan.SourceChange) -> str:
    if change.old and change.new:
        return change.new.path
    return f"{change.new.path} (new)" if change.new else f"{change.old.path if change.old else ''} (gone)"


def _is_text(source: Source) -> bool:
    return source.kind == "article" or source.kind == "page" or source.kind in TERM_FOLDERS.values()


def _templates(scanned: scan.Scan) -> dict[str, tuple[str, str, str]]:
    table = {}
    for name, (place, path) in scanned.templates.items():
        data = _as_scanned(path, scanned)
        table[name] = place, data.decode("utf-8", "replace"), content_hash(data)
    return table


def _as_scanned(path: Path, scanned: scan.Scan) -> bytes:
    """The bytes of a template or string table. Raises: UnsettledError if they are not those that the scan saw."""
    try:
        data = path.read_bytes()
    except (FileNotFoundError, NotADirectoryError) as fault:
        raise UnsettledError(path) from fault
    if content_hash(data) != scanned.theme_hashes[str(path)]:
        raise UnsettledError(path)
    return data


# ---- safety
def _refuse_output(request: Request) -> None:
    output, cache, root = (
        Path(os.path.realpath(folder)) for folder in (request.output_folder, request.cache_folder, request.root)
    )
    sources = [root / name for name in ("content", "templates", "static", "ledger")]
    if root.is_relative_to(output) or any(output.is_relative_to(s) for s in sources):
        raise NewsgenError(f"the output folder {output} holds, or lies in, what the site is made from")
    if cache.is_relative_to(output):  # with drafts, and what is not to be public yet
        raise NewsgenError(f"the output folder {output} holds the cache, which would be published with it")
    if ".git" in output.parts:
        raise NewsgenError(f"the output folder {output} lies in what git keeps for itself")
    if any(cache.is_relative_to(s) for s in sources):
        raise NewsgenError(f"the cache folder {cache} lies in what the site is made from")


def _delete(path: Path) -> None:
    if path.is_dir():
        import shutil

        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def is_of_this_newsgen(catalog: Catalog) -> bool:
    """Whether a catalog was made with these versions of newsgen and of what shapes the output."""
    return catalog.meta("tools") == _tools()
