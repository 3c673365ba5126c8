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
    sources: dict[str, Path], outputs: dict[str, Path], generators: Sequence[Generator], archive: Archive,
    *, edits: int, limit_seconds: float, logs: Path,
) -> dict[str, Any]:  # fmt: skip
    """Body edits, by preview. The first preview of each generator runs beside those of the others, in turns; further
    ones run alone, because they watch the same sources."""
    rounds: list[list[tuple[Preview, Path]]] = []
    for generator in generators:
        for number, preview in enumerate(generator.previews(sources[generator.name], outputs[generator.name])):
            if number == len(rounds):
                rounds.append([])
            rounds[number].append((preview, sources[generator.name]))
    found: dict[str, Any] = {}
    for previews in rounds:
        with contextlib.ExitStack() as stack:
            started = [_started(preview, source, limit_seconds, logs) for preview, source in previews]
            running = [stack.enter_context(server) for server in started]
            found |= _edited(running, archive, edits=edits, limit_seconds=limit_seconds)
        for preview, _ in previews:
            shutil.rmtree(preview.output, ignore_errors=True)
    return found


def _edited(running: Sequence[_Server], archive: Archive, *, edits: int, limit_seconds: float) -> dict[str, Any]:
    runs: dict[str, list[dict[str, float]]] = {server.name: [] for server in running}
    for number in range(edits + 1):
        edit = archive.next("body")
        for turn in range(len(running)):
            server = running[(number + turn) % len(running)]
            facts = server.measure(edit, limit_seconds)
            if number:  # the first edit warms it up
                runs[server.name].append(facts)
    return {
        server.name: {
            "command": server.shown_command,
            "start_seconds": server.start_seconds,
            "mib": session_pss_mib(server.session),
            "runs": runs[server.name],
        }
        for server in running
    }


class _Server:
    """A running preview."""

    def __init__(self, preview: Preview, source: Path, session: int, start_seconds: float) -> None:
        self.name, self.shown_command = preview.name, preview.shown_command()
        self.session, self.start_seconds = session, start_seconds
        self._source, self._output = source, preview.output

    def measure(self, edit: Edit, limit_seconds: float) -> dict[str, float]:
        """Seconds until the page is new, and about how many until the preview has nothing left to do."""
        self.settle(limit_seconds)
        os.sync()
        page = self._output / edit.outputs[0]
        start = time.perf_counter()
        edit.apply(self._source)
        while not has_text(page, edit.text):
            time.sleep(POLL_SECONDS)
            if time.perf_counter() - start > limit_seconds:
                raise BenchmarkError(f"{self.name}: no new {edit.outputs[0]} after {limit_seconds:.0f} s")
        seconds = time.perf_counter() - start
        return {"seconds": seconds, "settled_seconds": max(seconds, self.settle(limit_seconds) - start)}

    def settle(self, limit_seconds: float) -> float:
        """Waits until the preview does nothing; when it last did something."""
        begin = last = time.perf_counter()
        used = session_cpu_seconds(self.session)
        while time.perf_counter() - last < QUIET_SECONDS:
            time.sleep(QUIET_SECONDS / 10)
            now = session_cpu_seconds(self.session)
            if now - used > QUIET_CPU_SECONDS:
                used, last = now, time.perf_counter()
            if last - begin > limit_seconds:
                raise BenchmarkError(f"{self.name} does not come to rest")
        return last


@contextlib.contextmanager
def _started(preview: Preview, source: Path, limit_seconds: float, logs: Path) -> Iterator[_Server]:
    """Runs a preview until the end of the block; it has built the site and answers when the block begins."""
    shutil.rmtree(preview.output, ignore_errors=True)
    port = _free_port()
    logs.mkdir(parents=True, exist_ok=True)
    log = logs / f"{preview.name.replace(' ', '-')}.log"
    with log.open("wb") as said:
        start = time.perf_counter()
        process = subprocess.Popen(
            preview.command_at(port),
            cwd=source, stdin=subprocess.DEVNULL, stdout=said, stderr=said, start_new_session=True,
        )  # fmt: skip
        try:
            while not _answers(port, limit_seconds):
                if process.poll() is not None or time.perf_counter() - start > limit_seconds:
                    words = log.read_text("utf-8", "replace")[-2000:]
                    raise BenchmarkError(f"{preview.name} does not answer:\n{words}")
                time.sleep(0.05)
            yield _Server(preview, source, process.pid, time.perf_counter() - start)
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
