"""Work on chunks of files and pages, in this process or in several."""

from __future__ import annotations

import contextlib
import os
import resource
import signal
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from newsgen import catalog as catalog_module
from newsgen import write
from newsgen.catalog import Catalog
from newsgen.diagnostics import Diagnostic, Location, error
from newsgen.model import Page, Source, Trace, content_hash

#: Files or pages below which starting workers costs more than it saves.
WORTH_WORKERS = 400
_CHUNK = 50


class Pool:
    """Maps chunks over workers, or in this process where there is too little to do."""

    def __init__(self, executor: Executor | None, workers: int) -> None:
        self.executor, self.workers, self.own = executor, workers, executor is None

    def map(self, function: Callable[[Any], Any], jobs: list[Any], items: int) -> Iterable[Any]:
        if self.executor is None and self.workers > 1 and items >= WORTH_WORKERS:
            from concurrent.futures import ProcessPoolExecutor

            self.executor = ProcessPoolExecutor(self.workers, initializer=_leave_interrupts_to_the_main_process)
        if self.executor is None or len(jobs) < 2:
            return map(function, jobs)
        return self.executor.map(function, jobs)

    def close(self) -> None:
        if self.own and self.executor is not None:
            self.executor.shutdown(cancel_futures=True)


def _leave_interrupts_to_the_main_process() -> None:
    """A worker that Ctrl-C reaches would print a traceback; the main process ends them all."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


@contextlib.contextmanager
def workers(executor: Executor | None, workers: int) -> Iterator[Pool]:
    pool = Pool(executor, workers or os.cpu_count() or 1)
    try:
        yield pool
    finally:
        pool.close()


def chunks(items: list[Any]) -> Iterator[list[Any]]:
    for start in range(0, len(items), _CHUNK):
        yield items[start : start + _CHUNK]


def parse_bytes(
    source: Source, data: bytes, languages: tuple[str, ...], trusted_html: bool
) -> tuple[bytes, bytes, bool]:
    from newsgen import parse

    parsed = parse.parse(source, data, languages=languages, trusted_html=trusted_html)
    return *catalog_module.encode_parsed(parsed), parsed.front is not None


def parse_chunk(job: tuple[str, list[Source], tuple[str, ...], bool]) -> tuple[list[Any], dict[int, float]]:
    root, sources, languages, trusted_html = job
    results = []
    for source in sources:
        try:
            data = (Path(root) / source.path).read_bytes()
        except OSError:
            continue  # gone since the scan: the next build says so
        head, body, is_good = parse_bytes(source, data, languages, trusted_html)
        results.append((source.path, content_hash(data), head, body, data if is_good else None))
    return results, {os.getpid(): memory_mib()}


@dataclass(frozen=True, slots=True)
class Made:
    output: str
    trace: Trace
    is_new: bool
    failure: Diagnostic | None = None


@lru_cache(maxsize=1)
def _renderer(catalog_path: str, bytecode: str, build_number: int) -> Any:
    """The renderer of this process for one build: compiled templates and open catalog serve all its pages."""
    from newsgen.render import Renderer

    return Renderer(Catalog.reader(Path(catalog_path)), Path(bytecode) if bytecode else None)


def close_renderer(arguments: tuple[str, str, str, int]) -> None:
    """Closes the catalog of a renderer that worked in this process."""
    if _renderer.cache_info().currsize:
        catalog_path, _, bytecode, build_number = arguments
        _renderer(catalog_path, bytecode, build_number).catalog.close()
        _renderer.cache_clear()


#: Catalog, output, bytecode, number of the build; pages, and those of their outputs that newsgen may not have written.
RenderJob = tuple[str, str, str, int, list[Page], frozenset[str]]


def render_chunk(job: RenderJob) -> tuple[list[Made], dict[int, float]]:
    catalog_path, output, bytecode, build_number, pages, strangers = job
    renderer = _renderer(catalog_path, bytecode, build_number)
    made = []
    for page in pages:
        if page.page.kind in ("media", "static"):
            data = Path(renderer.catalog.disk_of(page.page.kind, page.page.key)).read_bytes()
            trace = Trace((), (), content_hash(data))
        else:
            rendered = renderer.render(page)
            if rendered.failure:
                made.append(Made(page.output, rendered.trace, False, rendered.failure))
                continue
            data, trace = rendered.data, rendered.trace
        if page.output in strangers and write.is_foreign(Path(output), page.output, data):
            made.append(Made(page.output, trace, False, _foreign(Path(output), page)))
            continue
        made.append(Made(page.output, trace, write.write_whole(Path(output), page.output, data)))
    return made, {os.getpid(): memory_mib()}


def _foreign(output: Path, page: Page) -> Diagnostic:
    message = f"{page.url} is not written: a file that newsgen did not write stands there"
    hint = "move it to static/ or delete it; if newsgen wrote it and its manifest was lost, delete the output folder"
    return error(Location(f"{output.name}/{page.output}"), "output-foreign", message, hint)


def memory_mib() -> float:
    """The proportional memory of this process; where the system does not tell, the most it ever held."""
    with contextlib.suppress(OSError), open("/proc/self/smaps_rollup") as lines:
        for line in lines:
            if line.startswith("Pss:"):
                return int(line.split()[1]) / 1024
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / (1024 if os.uname().sysname == "Linux" else 1024 * 1024)
