"""The order of the stages: one build of a site, or a check of it, with its clock, workers and lock."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import Executor
from dataclasses import replace
from importlib import metadata
from pathlib import Path
from typing import Any

from newsgen import catalog as catalog_module
from newsgen import config as config_module
from newsgen import i18n, plan, scan, write
from newsgen import index as index_module
from newsgen.catalog import Catalog
from newsgen.diagnostics import Diagnostic, Location, NewsgenError, Severity, error, in_order
from newsgen.model import FileRow, OutputPath, Page, Published, Source, UrlPath, content_hash
from newsgen.pipeline.request import (
    CONFIG_NAME,
    BuildResult,
    Due,
    Progress,
    Request,
    iso,
    load_config,
    parse_now,
    theme_folder,
)
from newsgen.pipeline.workers import (
    Pool,
    RenderJob,
    chunks,
    close_renderer,
    memory_mib,
    parse_bytes,
    parse_chunk,
    render_chunk,
    workers,
)
from newsgen.urls import address_key, url_path

#: Packages whose version shapes the output: another version is a changed input (ARCHITECTURE.md).
_SHAPING = (
    "newsgen", "jinja2", "markdown", "pyyaml", "python-slugify", "babel", "nh3", "msgspec", "tzdata", "imagesize",
)  # fmt: skip


def build(request: Request, *, executor: Executor | None = None, progress: Progress | None = None) -> BuildResult:
    """Builds the site: scan, parse, index, plan, render, write. Raises: NewsgenError where the world or newsgen.yaml
    does not let it."""
    if not (request.root / CONFIG_NAME).is_file():
        load_config(request.root)  # raises: no cache is left in a folder that is no site
    _refuse_output(request)
    catalog_path = request.cache_folder / "catalog.sqlite"
    with _lock(request.cache_folder), workers(executor, request.workers) as pool:
        if request.clean:
            _delete_catalog(catalog_path)
            _delete(request.cache_folder / "bytecode")
        try:
            return _Build(request, catalog_path, pool, progress).run()
        except sqlite3.Error as fault:
            if catalog_module.is_world(fault):
                raise NewsgenError(f"the catalog {catalog_path} or the manifest cannot be used: {fault}") from fault
            if not catalog_module.is_damage(fault):
                raise
        # A damaged catalog is a lost cache: everything in it can be made again.
        _delete_catalog(catalog_path)
        return _Build(request, catalog_path, pool, progress).run()


def check(
    request: Request, *, render: bool = False, executor: Executor | None = None, progress: Progress | None = None
) -> BuildResult:
    """What `build` would say, writing nothing of the site: works on a copy of the catalog in a temporary folder.

    `render`: renders every page as well, into that folder, which finds what fails in templates.
    """
    with tempfile.TemporaryDirectory(prefix="newsgen-check-") as name, workers(executor, request.workers) as pool:
        temporary = Path(name)
        kept = request.cache_folder / "catalog.sqlite"
        if kept.is_file():
            with contextlib.suppress(sqlite3.Error):
                _copy_catalog(kept, temporary / "catalog.sqlite")
        return _Build(request, temporary / "catalog.sqlite", pool, progress, check=temporary, render=render).run()


def _copy_catalog(kept: Path, to: Path) -> None:
    with (
        contextlib.closing(sqlite3.connect(f"{kept.absolute().as_uri()}?mode=ro", uri=True)) as source,
        contextlib.closing(sqlite3.connect(to)) as target,
    ):
        source.backup(target)


def due(request: Request) -> list[Due]:
    """What `date`, `publish` and `expires` will change, the next first."""
    return list(check(request).due)


class _Build:
    def __init__(
        self, request: Request, catalog_path: Path, pool: Pool, progress: Progress | None,
        check: Path | None = None, render: bool = True,
    ) -> None:  # fmt: skip
        self.request, self.pool = request, pool
        self.progress = progress or (lambda stage, done, total: None)
        self.checking, self.renders = check, render
        self.root = request.root.absolute()
        self.output = check / "site" if check else request.output_folder
        self.seconds: dict[str, float] = {}
        self.config, self.found = load_config(self.root)
        if request.config_changes:
            self.config = replace(self.config, **request.config_changes)
        self.zone = config_module.zone(self.config)
        self.now = parse_now(request.now, self.zone)
        self.catalog_path = catalog_path
        self.catalog = Catalog.writer(catalog_path, tools=_tools())
        self.memory = 0.0
        self.stood_in = 0

    @contextlib.contextmanager
    def stage(self, name: str) -> Iterator[None]:
        self.progress(name, 0, 0)
        start = time.perf_counter()
        yield
        self.seconds[name] = round(self.seconds.get(name, 0) + time.perf_counter() - start, 3)

    def run(self) -> BuildResult:
        found: list[Diagnostic] = list(self.found)
        with self.stage("scan"):
            self.scanned = scan.scan(self.root, theme_folder(), self.config.languages)
            found += self.scanned.diagnostics
            words, told = self._words()
            templates = self._templates()
            stops = [d for d in told if d.severity == Severity.ERROR]
            stops += self._compiled(templates)
        if stops:
            found += told + stops
            return self._result(found, is_stopped=True)
        found += told
        manifest = None if self.checking and not self.renders else write.Manifest(self.output)
        with manifest or contextlib.nullcontext():
            published = self._published(manifest)
            with self.stage("parse"):
                found += self._parse(published)
            with self.stage("index"), self.catalog.transaction():
                inputs = self._inputs(words, templates)
                found += index_module.index(self.catalog, inputs)
                self.catalog.add_templates((n, *row) for n, row in sorted(templates.items()))
            found += self._parsed_diagnostics
            with self.stage("plan"):
                planned = plan.plan(self.catalog, published)
                found += planned.diagnostics
            if manifest is None:
                return self._result(found)
            return self._written(planned, manifest, found)

    def _published(self, manifest: write.Manifest | None) -> dict[str, Published]:
        if self.checking:
            path = self.request.output_folder / write.MANIFEST
            return write.read_manifest(path) if path.is_file() else {}
        return manifest.published() if manifest else {}

    # ---- before parsing
    def _words(self) -> tuple[dict[str, dict[str, str]], list[Diagnostic]]:
        tables = {
            lang: [(place, path.read_bytes()) for place, path in self.scanned.tables.get(lang, ())]
            for lang in dict.fromkeys((*self.scanned.tables, *self.config.languages))
        }
        words, told = i18n.load_words(tables)
        return {lang: words[lang] for lang in self.config.languages}, list(told)

    def _templates(self) -> dict[str, tuple[str, str, str]]:
        table = {}
        for name, (place, path) in self.scanned.templates.items():
            data = path.read_bytes()
            table[name] = place, data.decode("utf-8", "replace"), content_hash(data)
        return table

    def _compiled(self, templates: dict[str, tuple[str, str, str]]) -> list[Diagnostic]:
        from newsgen import render

        bytecode = self.request.cache_folder / "bytecode" if not self.checking else None
        if bytecode:
            bytecode.mkdir(parents=True, exist_ok=True)
        return render.compile_all(templates, bytecode)

    # ---- parse
    def _parse(self, published: dict[str, Published]) -> list[Diagnostic]:
        """Parses what changed; a broken file's last good version stands in while this output shows it."""
        found: list[Diagnostic] = []
        key = f"{','.join(self.config.languages)} {self.config.trusted_html}"
        kept = self.catalog.parsed_hashes(key)
        sources = {source.path: source for source in self.scanned.content}
        changed = []
        for source in sources.values():
            try:
                data = (self.root / source.path).read_bytes()
            except OSError as fault:
                message = f"the file cannot be read: {fault.strerror}"
                found.append(error(Location(source.path), "file-unreadable", message))
                self.catalog.forget_parsed([source.path])
                continue
            if kept.get(source.path) != content_hash(data):
                changed.append(source)
        self.parsed = len(changed)
        shown = {row.source: row.source_hash for row in published.values() if row.source_hash}
        stand_ins: list[Diagnostic] = []
        jobs = [(str(self.root), chunk, self.config.languages, self.config.trusted_html) for chunk in chunks(changed)]
        done = 0
        for results, memory in self.pool.map(parse_chunk, jobs, len(changed)):
            self._note_memory(memory)
            with self.catalog.transaction():
                for path, hash_, head, body, good in results:
                    if good is None and shown.get(path):
                        last = self.catalog.good_bytes(path, shown[path])
                        if last is not None:
                            self._stand_in(sources[path], key, hash_, head, last, stand_ins)
                            continue
                    self.catalog.keep_parsed([(path, hash_, key, head, body)])
                    if good is not None:
                        self.catalog.keep_good(path, hash_, good)
            done += len(results)
            self.progress("parse", done, len(changed))
        with self.catalog.transaction():
            gone = [path for path in self.catalog.parsed_paths() if path not in sources]
            self.catalog.forget_parsed(gone)
        self._parsed_diagnostics = [*stand_ins, *self.catalog.parsed_diagnostics()]
        return found

    def _stand_in(
        self, source: Source, key: str, hash_: str, broken: bytes, last: bytes, told: list[Diagnostic]
    ) -> None:
        """Keeps the last good version's parse in the broken file's place, with the broken file's diagnostics.

        Its hash is the good version's, so that the next build looks at the file again.
        """
        parsed = catalog_module.decode_parsed(broken)
        told += parsed.diagnostics
        head, body, _ = parse_bytes(source, last, self.config.languages, self.config.trusted_html)
        good = replace(catalog_module.decode_parsed(head), diagnostics=(), broken=parsed)
        self.catalog.keep_parsed([(source.path, content_hash(last), key, catalog_module.encode(good), body)])
        self.stood_in += 1

    # ---- index
    def _inputs(self, words: dict[str, dict[str, str]], templates: dict[str, tuple[str, str, str]]) -> Any:
        static = []
        for path, disk in self.scanned.static:
            data = disk.read_bytes()
            url = url_path(OutputPath(path))
            static.append(FileRow("static", path, str(disk), UrlPath(url), content_hash(data), len(data)))
        return index_module.Inputs(
            config=self.config, zone=self.zone, now=self.now, drafts=self.request.drafts, words=words,
            templates=frozenset(templates), media={source.name: source for source in self.scanned.media},
            static=tuple(static), root=self.root, measure=self._measure,
        )  # fmt: skip

    def _measure(self, source: Source) -> tuple[str, int, int]:
        path = self.root / source.path
        hash_ = content_hash(path.read_bytes())
        size = self.catalog.media_size(source.path, hash_)
        if size is None:
            size = scan.picture_size(path)
            self.catalog.keep_media_size(source.path, hash_, size)
        return hash_, *size

    # ---- render and write
    def _written(self, planned: plan.Plan, manifest: write.Manifest, found: list[Diagnostic]) -> BuildResult:
        before = {} if self.checking else manifest.published()
        rows = {row.output: row for row in self._rows(planned.pages)}
        strangers = self._strangers(rows, before, manifest)
        manifest.announce(row for row in rows.values() if row.output not in before and row.output not in strangers)
        in_the_way = _in_the_way(planned)
        for output in in_the_way:
            write.remove(self.output, output)
        written: list[str] = []
        failures: list[Diagnostic] = []
        failed: list[str] = []
        done, total = 0, len(planned.pages)
        with self.stage("render"):
            for phase in (0, 1):
                pages = [page for page in planned.pages if page.phase == phase]
                arguments = (str(self.catalog_path), str(self.output), self._bytecode(), time.time_ns())
                jobs: list[RenderJob] = [
                    (*arguments, chunk, strangers.intersection(page.output for page in chunk))
                    for chunk in chunks(pages)
                ]
                for results, memory in self.pool.map(render_chunk, jobs, total):
                    self._note_memory(memory)
                    good = [result for result in results if result.failure is None]
                    failures += [result.failure for result in results if result.failure]
                    failed += [result.output for result in results if result.failure]
                    written += [result.output for result in good if result.is_new]
                    with self.catalog.transaction():
                        self.catalog.record_traces((r.output, r.trace) for r in good)
                    manifest.confirm(
                        replace(rows[r.output], hash=r.trace.output_hash)
                        for r in good
                        if before.get(r.output) != replace(rows[r.output], hash=r.trace.output_hash)
                    )
                    done += len(results)
                    self.progress("render", done, total)
                close_renderer(arguments)
        with self.stage("write"):
            for output in planned.removals:
                if output not in in_the_way:
                    write.remove(self.output, output)
            manifest.forget(planned.removals)
            manifest.forget(output for output in failed if not (self.output / output).exists())
            with self.catalog.transaction():
                self.catalog.forget_traces()
        removed = [output for output in planned.removals if before.get(output) and before[output].hash]
        return self._result(found + _grouped(failures), written=written, removed=removed, total=total)

    def _strangers(
        self, rows: dict[str, Published], before: dict[str, Published], manifest: write.Manifest
    ) -> frozenset[str]:
        """Outputs where a file stands that the manifest does not know: what newsgen did not write it never touches."""
        if manifest.was_damaged or self.checking:
            return frozenset()
        return frozenset(output for output in rows if output not in before and (self.output / output).exists())

    def _bytecode(self) -> str:
        return "" if self.checking else str(self.request.cache_folder / "bytecode")

    def _rows(self, pages: Iterable[Page]) -> Iterator[Published]:
        hashes = self.catalog.parsed_source_hashes()
        for page in pages:
            key, story, lang, source = page.page, "", "", ""
            if key.kind in ("article", "page", "gone", "redirect"):
                story, lang, source = self.catalog.owner_of(key)
            elif not key.number:
                source = self.catalog.term_file(key)
            yield Published(
                page.output, "", key.kind, page.url, story, lang, source, hashes.get(source, "") if source else ""
            )

    # ---- report
    def _note_memory(self, memory: dict[int, float]) -> None:
        self._memory_by_process = {**getattr(self, "_memory_by_process", {}), **memory}
        own = {os.getpid(): memory_mib()}
        self.memory = max(self.memory, sum({**self._memory_by_process, **own}.values()))

    def _result(
        self, found: list[Diagnostic], *, written: Iterable[str] = (), removed: Iterable[str] = (), total: int = 0,
        is_stopped: bool = False,
    ) -> BuildResult:  # fmt: skip
        count = self.catalog.count
        articles = "FROM version WHERE state = 'published' AND kind = 'article'"
        counts = {} if is_stopped else {
            "articles": count(f"SELECT COUNT(*) {articles}"),
            "stories": count(f"SELECT COUNT(DISTINCT story) {articles}"),
            "scheduled": count("SELECT COUNT(*) FROM version WHERE state = 'scheduled'"),
            "drafts": count("SELECT COUNT(*) FROM version WHERE state = 'draft'"),
            "expired": count("SELECT COUNT(*) FROM version WHERE state = 'expired'"),
            "withdrawn": count("SELECT COUNT(*) FROM version WHERE state = 'gone'"),
            "last_good": self.stood_in,
            "parsed": self.parsed,
            "pages": count("SELECT COUNT(*) FROM page"),
            "html_pages": count("SELECT COUNT(*) FROM page WHERE output LIKE '%.html'"),
        }  # fmt: skip
        written, removed = tuple(sorted(written)), tuple(sorted(removed))
        if total:
            counts |= {"written": len(written), "removed": len(removed), "unchanged": total - len(written)}
        coming = () if is_stopped else tuple(
            Due(d.kind, iso(d.at, self.zone), d.path)
            for d in index_module.due(self.catalog)
        )  # fmt: skip
        self._note_memory({})
        self.catalog.close()
        manifest = "" if self.checking else str(self.output / write.MANIFEST)
        return BuildResult(
            in_order(found), counts, self.seconds, round(self.memory, 1), written, removed, coming, manifest, is_stopped
        )


# ---- safety
def _refuse_output(request: Request) -> None:
    output, root = Path(os.path.realpath(request.output_folder)), Path(os.path.realpath(request.root))
    sources = [root / name for name in ("content", "templates", "static")]
    if root.is_relative_to(output) or any(output.is_relative_to(s) for s in sources):
        raise NewsgenError(f"the output folder {output} holds, or lies in, what the site is made from")


@contextlib.contextmanager
def _lock(cache: Path) -> Iterator[None]:
    """One build of a site at a time. Raises: NewsgenError naming the other's process."""
    path = cache / "lock"
    try:
        cache.mkdir(parents=True, exist_ok=True)
        file = path.open("a+")
    except OSError as fault:
        raise NewsgenError(f"the cache folder {cache} cannot be used: {fault.strerror}") from fault
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            file.seek(0)
            raise NewsgenError(f"another build of this site is running (process {file.read().strip()})") from None
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield


def _delete_catalog(path: Path) -> None:
    for name in (path, Path(f"{path}-wal"), Path(f"{path}-shm")):
        _delete(name)


def _delete(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def _in_the_way(planned: plan.Plan) -> set[str]:
    """Removals that must come before the writes: a file where a folder must be, or equal but for case and form."""
    folders = {"/".join(p.output.split("/")[:n]) for p in planned.pages for n in range(1, p.output.count("/") + 1)}
    folded = {address_key(page.output) for page in planned.pages}
    outputs = {page.output for page in planned.pages}
    return {
        old for old in planned.removals
        if old in folders or address_key(old) in folded
        or any(old.startswith(f"{o}/") for o in _parents(old) if o in outputs)
    }  # fmt: skip


def _parents(path: str) -> Iterator[str]:
    parts = path.split("/")
    for n in range(1, len(parts)):
        yield "/".join(parts[:n])


def _grouped(failures: list[Diagnostic]) -> list[Diagnostic]:
    """One diagnostic for each place and reason in a template, with the first page and how many more."""
    groups: dict[tuple[Location, str], list[Diagnostic]] = {}
    for failure in failures:
        groups.setdefault((failure.location, failure.message.partition(" while rendering ")[0]), []).append(failure)
    return [
        replace(first, message=f"{first.message} and {len(others)} more pages") if others else first
        for first, *others in groups.values()
    ]


def _tools() -> str:
    """The versions that shape the output."""
    import platform

    versions = []
    for name in _SHAPING:
        try:
            versions.append(f"{name} {metadata.version(name)}")
        except metadata.PackageNotFoundError:
            versions.append(f"{name} -")
    return f"python {platform.python_version()}, " + ", ".join(versions)
