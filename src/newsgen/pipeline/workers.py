"""Work on chunks of files and pages, in this process or in several."""

from __future__ import annotations

import contextlib
import gc
import itertools
import os
import resource
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec.structs import replace

from newsgen.catalog.store import Catalog, ParsedRow
from newsgen.nouns.diagnostics import Diagnostic, Location, NewsgenError, Part, diagnose, own_fault, part
from newsgen.nouns.kinds import FILE_KINDS
from newsgen.nouns.model import (
    Body,
    FileRow,
    Inline,
    Lent,
    Page,
    PageKey,
    Parsed,
    Source,
    Trace,
    content_hash,
    is_picture,
)
from newsgen.output import files as output_files
from newsgen.pipeline.parsed_rows import parsed_row
from newsgen.pipeline.request import theme_folder
from newsgen.pipeline.unsettled import UnsettledError, file_changed

if TYPE_CHECKING:
    from concurrent.futures import Executor, Future

#: Files or pages below which starting workers costs more than it saves.
WORTH_WORKERS = 400
#: Files or pages that a worker takes at a time: few where there are few, so that all workers have some to the end.
_CHUNK, _LARGE_CHUNK, _MANY = 50, 200, 4000


class Pool:
    """Maps chunks over workers, or in this process where there is too little to do."""

    def __init__(self, executor: Executor | None, workers: int) -> None:
        self.executor, self.workers, self.own = executor, workers, executor is None

    def begin(self) -> None:
        """Starts the workers while this process holds little: a fork keeps what its parent held then."""
        if self.executor is None and self.workers > 1:
            from newsgen.parsing import article as article_parsing  # noqa: F401 - loaded once for all of them
            from newsgen.rendering import renderer  # noqa: F401 - loaded once for all of them

            self._start()

    def _start(self) -> Executor:
        import signal
        from concurrent.futures import ProcessPoolExecutor

        self.executor = ProcessPoolExecutor(self.workers, initializer=_follow_the_main_process)
        # Ctrl-C waits until the workers are there: one that it reaches before it ignores it prints a traceback.
        before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            self.executor.submit(int)
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
        return self.executor

    def map(self, function: Callable[[Any], Any], jobs: Iterable[Any], items: int) -> Iterator[Any]:
        """Results in the order of the jobs, which are taken as workers become free.

        Raises: NewsgenError if a worker process dies.
        """
        is_worth = items >= WORTH_WORKERS
        if self.executor is None and self.workers > 1 and is_worth:
            self._start()
        if self.executor is None or (self.own and not is_worth):
            yield from map(function, jobs)
            return
        from concurrent.futures import BrokenExecutor

        waiting: deque[Future[Any]] = deque()
        try:
            for job in jobs:
                waiting.append(self.executor.submit(function, job))
                if len(waiting) > 2 * self.workers:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        except BrokenExecutor as fault:
            reason = "a worker process died (out of memory, or killed): nothing is lost, build again"
            raise NewsgenError(reason) from fault

    def close(self) -> None:
        if self.own and self.executor is not None:
            self.executor.shutdown(cancel_futures=True)


def collect_seldom() -> None:
    """Lets Python's collector of cycles look at what is new seldom, and at what was loaded never: a build makes many
    values and few cycles, and ends soon. Once a process: what is garbage by then stays for ever."""
    if gc.get_freeze_count():
        return
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


def _follow_the_main_process() -> None:
    """A worker that Ctrl-C reaches would print a traceback: the main process ends them all; and when that is killed,
    no worker goes on writing."""
    import signal
    import threading

    collect_seldom()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with, args=(os.getppid(),), daemon=True).start()


def _end_with(parent: int) -> None:
    import multiprocessing.connection

    main = multiprocessing.parent_process()
    while os.getppid() == parent:
        # Other workers may hold the other end of the sentinel's pipe, so that it does not tell at once.
        if main is not None and multiprocessing.connection.wait([main.sentinel], _WATCH):
            break
    os._exit(1)


#: Seconds between two looks whether the main process is there.
_WATCH = 0.25


@contextlib.contextmanager
def workers(executor: Executor | None, workers: int) -> Iterator[Pool]:
    pool = Pool(executor, workers or os.cpu_count() or 1)
    try:
        yield pool
    finally:
        pool.close()


def chunks(items: Iterable[Any], total: int = 0, *, size: int = 0) -> Iterator[list[Any]]:
    """The items in lists of `size`, or as many as fit `total`, which is how many there are about."""
    size = size or (_LARGE_CHUNK if total >= _MANY else _CHUNK)
    iterator = iter(items)
    while chunk := list(itertools.islice(iterator, size)):
        yield chunk


class ParseRules(msgspec.Struct, frozen=True):
    """What of the configuration parsing depends on: when it changes, all files are parsed again."""

    languages: tuple[str, ...]
    trusted_html: bool
    origins: tuple[str, ...]

    def key(self) -> str:
        return " ".join((",".join(self.languages), str(self.trusted_html), *self.origins))


def parse_bytes(source: Source, data: bytes, rules: ParseRules) -> Parsed:
    from newsgen.parsing import article as article_parsing

    return article_parsing.parse(
        source, data, languages=rules.languages, trusted_html=rules.trusted_html, origins=rules.origins
    )


def parsed(source: Source, data: bytes, rules: ParseRules) -> ParsedRow:
    """The parsed file; one at which newsgen itself fails has an error of its own, and the others go on. Without a hash,
    so that it is parsed again, where there was not memory enough."""
    try:
        return parsed_row(parse_bytes(source, data, rules), hash=source.hash)
    except Exception as fault:
        from newsgen.parsing import salvage

        is_strained, holds = isinstance(fault, MemoryError), salvage.holds(data)
        diagnostic = unreadable(source.path, NO_MEMORY) if is_strained else own_fault(source.path, fault)
    name, lang = source.name, source.lang
    nothing = Parsed(source.path, source.kind, name, lang, None, Inline(), Body(), (diagnostic,), holds=holds)
    return parsed_row(nothing, hash="" if is_strained else source.hash)


def parse_chunk(
    job: tuple[str, list[Source], ParseRules],
) -> tuple[list[tuple[ParsedRow, bytes | None]], dict[int, float]]:
    """The parsed files, each with its bytes if it is good; those are left out whose bytes are not those of the hash of
    their source, or cannot be read."""
    root, sources, rules = job
    results: list[tuple[ParsedRow, bytes | None]] = []
    for source in sources:
        try:
            data = (Path(root) / source.path).read_bytes()
        except OSError:
            continue
        if content_hash(data) != source.hash:
            continue
        row = parsed(source, data, rules)
        results.append((row, None if row.broken else data))
    return results, memory_now_and_then()


class Unmade(msgspec.Struct, frozen=True):
    """That a file of a picture could not be made; `operation` is "" for the picture itself."""

    path: str  # of the picture in the site folder
    operation: str
    reason: Part | str
    passing: Diagnostic | None = None  # it could not be read just now: the next build tries again


class Made(msgspec.Struct, frozen=True):
    """What rendering a page gave: its trace, the size of the file, whether its bytes are others than before."""

    page: int
    output: str
    trace: Trace
    size: int
    is_new: bool
    failure: Diagnostic | None = None
    waits: bool = False  # it leads to a page that is not published
    #: Of a page of several files, their output paths and bytes, its own file last: the main process writes them,
    #: because the manifest is to know them first.
    files: tuple[tuple[str, bytes], ...] = ()
    unmade: Unmade | None = None  # it is a file of a picture


@lru_cache(maxsize=1)
def _renderer(catalog_path: str, bytecode: str, build_number: int) -> Any:
    """The renderer of this process for one build: compiled templates and open catalog serve all its pages."""
    from newsgen.rendering.renderer import Renderer

    theme = theme_folder() / "templates"
    return Renderer(Catalog.reader(Path(catalog_path)), Path(bytecode), theme)


def close_renderer(catalog: str, bytecode: str, build: int) -> None:
    """Closes the catalog of a renderer that worked in this process."""
    if _renderer.cache_info().currsize:
        _renderer(catalog, bytecode, build).catalog.close()
        _renderer.cache_clear()


class RenderJob(msgspec.Struct, frozen=True):
    catalog: str
    output: str
    bytecode: str
    roots: tuple[str, str]  # of the site and of the bundled theme, where files to be copied are
    build: int  # tells the renderers of one build from those of another
    pages: list[int]
    strangers: frozenset[str]  # outputs of these pages that newsgen may not have written
    is_new: bool  # nothing stood in the output folder before this build
    held: frozenset[bytes] = frozenset()  # addresses that may not be linked to anew
    pictures: str = ""  # the folder where resized pictures are kept
    keeps: bool = False  # are new ones to be kept there?
    lent: dict[str, tuple[Lent, ...]] = {}  # what was published of pictures whose last good version stands in


def render_chunk(job: RenderJob) -> tuple[list[Made], dict[int, float]]:
    renderer = _renderer(job.catalog, job.bytecode, job.build)
    output = Path(job.output)
    nothing = Trace((), (), (), "")
    made = []
    for page in renderer.catalog.pages_of(job.pages):
        id_ = page.id
        copied = _copied_file(renderer.catalog, page)
        if copied or page.page.kind in FILE_KINDS:
            outcome = _file(job, renderer.catalog, replace(page, page=copied) if copied else page)
            if isinstance(outcome, Diagnostic):
                made.append(Made(id_, page.output, nothing, 0, False, outcome))
                continue
            if isinstance(outcome, Unmade):
                made.append(Made(id_, page.output, nothing, 0, False, unmade=outcome))
                continue
            data = outcome
            trace = replace(nothing, output_hash=content_hash(data))
        else:
            rendered = renderer.render(page)
            if rendered.failure:
                made.append(Made(id_, page.output, nothing, 0, False, rendered.failure))
                continue
            data, trace = rendered.data, rendered.trace
            if page.page.kind == "search-index":
                files = (*rendered.companions, (page.output, data))
                waits = bool(job.held) and any(_leads_anew(output, name, data, job.held) for name, data in files)
                made.append(Made(id_, page.output, trace, len(data), False, None, waits, () if waits else files))
                continue
        if page.output in job.strangers and output_files.is_foreign(output, page.output, data):
            made.append(Made(id_, page.output, nothing, 0, False, foreign(output, page.output, page.url)))
            continue
        if job.held and _leads_anew(output, page.output, data, job.held):
            made.append(Made(id_, page.output, nothing, 0, False, waits=True))
            continue
        try:
            is_new = output_files.write_whole(output, page.output, data, is_new=job.is_new)
        except output_files.BlockedError:
            made.append(Made(id_, page.output, nothing, 0, False, foreign(output, page.output, page.url)))
            continue
        made.append(Made(id_, page.output, trace, len(data), is_new))
    renderer.rest()
    return made, memory_now_and_then()


def _copied_file(catalog: Catalog, page: Page) -> PageKey | None:
    """The file of which a page at an old address is a copy, None of all others."""
    if page.page.kind != "copy":
        return None
    kind, key = catalog.one("SELECT kind, key FROM moved WHERE url = ?", page.page.key)
    return PageKey(kind, "", key) if kind in FILE_KINDS else None


def _file(job: RenderJob, catalog: Catalog, page: Page) -> bytes | Diagnostic | Unmade:
    """The bytes of a file that no template makes, or why there are none."""
    row = catalog.file(page.page.kind, page.page.key)
    if row is None:
        raise KeyError(page.page.key)
    from newsgen.pictures.cache import Cache
    from newsgen.pipeline.resizing import file_bytes

    if row.kind == "media" and not is_picture(row.path) and catalog.look(row.disk, row.hash) is None:
        return file_changed(row.disk)  # nobody knows whether it would act in the name of the site
    cache = Cache(Path(job.pictures) if job.pictures else None, writes=job.keeps)
    try:
        lent = job.lent.get(row.disk, ())
        return file_bytes(disk_path(job.roots, row), row, build=job.build, cache=cache, lent=lent)
    except Exception as fault:  # decoders raise whatever a broken file makes them
        from newsgen.pictures.unusable import reason_of

        unread = fault.strerror if isinstance(fault, OSError) else ""
        reason, passing = unread or reason_of(fault), None
        if isinstance(fault, (UnsettledError, FileNotFoundError, NotADirectoryError)):
            reason, passing = part("picture/changed"), file_changed(row.disk)
        elif unread or isinstance(fault, MemoryError):
            passing = unreadable(row.disk, reason)
        if row.kind == "static":
            return passing or unreadable(row.disk, reason)
        return Unmade(row.disk, row.operation, reason, passing)


NO_MEMORY = part("no-memory")


def unreadable(path: str, reason: Part | str) -> Diagnostic:
    return diagnose(Location(path), "file-unreadable/now", reason=reason)


def _leads_anew(output: Path, relative: str, data: bytes, addresses: frozenset[bytes]) -> bool:
    from newsgen.pipeline.held_pages import leads_anew

    return leads_anew(output, relative, data, addresses)


def disk_path(roots: tuple[str, str], row: FileRow) -> Path:
    site, theme = roots
    below = row.disk.removeprefix("theme/")
    return Path(site if below == row.disk else theme) / below


def foreign(output: Path, path: str, url: str) -> Diagnostic:
    return diagnose(Location(f"{output.name}/{path}"), "output-foreign", url=url)


#: How often a process looks at its memory.
LOOK_SECONDS = 0.5

_seen = [time.monotonic()]  # a process that ends at once is not asked


def memory_now_and_then() -> dict[int, float]:
    """The memory of this process under its id, unless it was said a moment ago: asking for it is slow."""
    now = time.monotonic()
    if now < _seen[0] + LOOK_SECONDS:
        return {}
    _seen[0] = now
    return {os.getpid(): memory_mib()}


def memory_mib() -> float:
    """The proportional memory of this process; where the system does not tell, the most it ever held."""
    with contextlib.suppress(OSError), open("/proc/self/smaps_rollup") as lines:
        for line in lines:
            if line.startswith("Pss:"):
                return int(line.split()[1]) / 1024
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / (1024 if os.uname().sysname == "Linux" else 1024 * 1024)
