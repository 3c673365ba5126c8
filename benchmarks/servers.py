"""Measures an edit while a preview runs: from the change of the source until the page on disk has the new words."""

from __future__ import annotations

import contextlib
import http.client
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from edits import Archive, Edit, has_text
from generators import Generator, Preview
from measure import BenchmarkError, session_cpu_seconds, session_pss_mib

POLL_SECONDS = 0.002
# A preview has settled when it used hardly any processor time for as long as this.
QUIET_SECONDS = 1.0
QUIET_CPU_SECONDS = 0.05
FIRST_PAGE = "/fr/"


def measure_previews(
    sources: dict[str, Path],
    outputs: dict[str, Path],
    generators: Sequence[Generator],
    archive: Archive,
    *,
    edits: int,
    limit_seconds: float,
    logs: Path,
) -> dict[str, Any]:
    """Body edits, by preview; each preview runs alone and ends after its limit, measured or not.

    The first previews of all generators get the same edits, the second ones others, because they watch the same
    sources.
    """
    rounds: list[list[tuple[Preview, Path]]] = []
    for generator in generators:
        for number, preview in enumerate(generator.previews(sources[generator.name], outputs[generator.name])):
            if number == len(rounds):
                rounds.append([])
            rounds[number].append((preview, sources[generator.name]))
    found: dict[str, Any] = {}
    for previews in rounds:
        same_edits = [archive.next("body") for _ in range(edits + 1)]
        for preview, source in previews:
            found[preview.name] = _measured(preview, source, same_edits, limit_seconds, logs)
            shutil.rmtree(preview.output, ignore_errors=True)
    return found


def _measured(
    preview: Preview, source: Path, edits: Sequence[Edit], limit_seconds: float, logs: Path
) -> dict[str, Any]:
    """What its edits cost, and `failed` where the limit came first, or the preview's end."""
    facts: dict[str, Any] = {"command": preview.shown_command(), "runs": []}
    begin = time.perf_counter()
    try:
        with _started(preview, source, begin + limit_seconds, logs) as server:
            facts["start_seconds"] = server.start_seconds
            for number, edit in enumerate(edits):
                run = server.measure(edit)
                if number:  # the first edit warms it up
                    facts["runs"].append(run)
                facts["mib"] = session_pss_mib(server.session)
    except BenchmarkError as fault:
        facts["failed"] = {"words": f"failed after {time.perf_counter() - begin:.0f} s: {fault}"}
    return facts


class _Server:
    """A running preview, which has until `deadline`, of `time.perf_counter`."""

    def __init__(self, preview: Preview, source: Path, session: int, start_seconds: float, deadline: float) -> None:
        self.session, self.start_seconds = session, start_seconds
        self._source, self._output, self._deadline = source, preview.output, deadline

    def measure(self, edit: Edit) -> dict[str, float]:
        """Seconds until the page is new, about how many until the preview has nothing left to do, and its CPU time.

        Raises: BenchmarkError when its time is over.
        """
        self.settle()
        os.sync()
        page = self._output / edit.outputs[0]
        used = session_cpu_seconds(self.session)
        start = time.perf_counter()
        edit.apply(self._source)
        while not has_text(page, edit.text):
            time.sleep(POLL_SECONDS)
            if time.perf_counter() > self._deadline:
                raise BenchmarkError(f"no new page {time.perf_counter() - start:.0f} s after an edit")
        seconds = time.perf_counter() - start
        settled = max(seconds, self.settle() - start)
        return {
            "seconds": seconds,
            "settled_seconds": settled,
            "cpu_seconds": session_cpu_seconds(self.session) - used,
        }

    def settle(self) -> float:
        """Waits until the preview does nothing; when it last did something."""
        last = time.perf_counter()
        used = session_cpu_seconds(self.session)
        while time.perf_counter() - last < QUIET_SECONDS:
            time.sleep(QUIET_SECONDS / 10)
            now = session_cpu_seconds(self.session)
            if now - used > QUIET_CPU_SECONDS:
                used, last = now, time.perf_counter()
            if time.perf_counter() > self._deadline:
                raise BenchmarkError("it did not come to rest")
        return last


@contextlib.contextmanager
def _started(preview: Preview, source: Path, deadline: float, logs: Path) -> Iterator[_Server]:
    """Runs a preview until the end of the block; it has built the site and answers when the block begins."""
    shutil.rmtree(preview.output, ignore_errors=True)
    port = _free_port()
    logs.mkdir(parents=True, exist_ok=True)
    log = logs / f"{preview.name.replace(' ', '-')}.log"
    with log.open("wb") as said:
        start = time.perf_counter()
        process = subprocess.Popen(
            preview.command_at(port),
            cwd=source,
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=said,
            start_new_session=True,
        )
        try:
            while not _answers(port, max(0.1, deadline - time.perf_counter())):
                if process.poll() is not None:
                    raise BenchmarkError(f"it ended: {log.read_text('utf-8', 'replace')[-2000:].strip()}")
                if time.perf_counter() > deadline:
                    raise BenchmarkError("it did not answer yet")
                time.sleep(0.05)
            yield _Server(preview, source, process.pid, time.perf_counter() - start, deadline)
        finally:
            _stop(process)


def _answers(port: int, limit_seconds: float) -> bool:
    """Whether it shows a page; newsgen takes connections before its first build and answers after it."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=limit_seconds)
    try:
        connection.request("GET", FIRST_PAGE)
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def _stop(process: subprocess.Popen[bytes]) -> None:
    for number in (signal.SIGINT, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, number)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(20)
            return


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
