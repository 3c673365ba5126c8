"""Runs one build as a session of its own and says how long it took and how much memory it held."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


class BenchmarkError(Exception):
    """A build or an installation failed, so there is nothing to measure."""


@dataclass(frozen=True, slots=True)
class Run:
    """What one command cost.

    `cpu_seconds` are user and system time of all its processes; `peak_mib` is the largest sum of
    their proportional memory (PSS: a shared page is counted once), None where /proc is missing.
    """

    seconds: float
    cpu_seconds: float
    peak_mib: float | None
    status: int
    stdout: str
    stderr: str


def run(command: Sequence[str], *, cwd: Path, limit_seconds: float) -> Run:
    """Runs `command` to its end. Raises: BenchmarkError if it takes longer than the limit."""
    with tempfile.TemporaryFile() as stdout, tempfile.TemporaryFile() as stderr:
        start = time.perf_counter()
        process = subprocess.Popen(
            command,
            cwd=cwd,
            stdin=subprocess.DEVNULL,
            stdout=stdout,
            stderr=stderr,
            start_new_session=True,
        )
        watch = _SessionWatch(process.pid, limit_seconds=limit_seconds)
        # wait4 and not wait: it alone gives the processor time of this child and its workers.
        _, wait_status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(wait_status)
        peak_mib = watch.stop()
        if watch.timed_out:
            raise BenchmarkError(f"{command[0]} took longer than {limit_seconds:.0f} seconds")
        texts = []
        for file in (stdout, stderr):
            file.seek(0)
            texts.append(file.read().decode("utf-8", "replace"))
    return Run(
        seconds=seconds,
        cpu_seconds=usage.ru_utime + usage.ru_stime,
        peak_mib=peak_mib,
        status=process.returncode,
        stdout=texts[0],
        stderr=texts[1],
    )


class _SessionWatch:
    """Samples the memory of all processes of a session, and ends them after the time limit."""

    INTERVAL_SECONDS = 0.05

    def __init__(self, session: int, *, limit_seconds: float) -> None:
        self.timed_out = False
        self._session = session
        self._peak_kib = 0
        self._deadline = time.monotonic() + limit_seconds
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def stop(self) -> float | None:
        """The peak in MiB; None if no sample was possible."""
        self._ended.set()
        self._thread.join()
        return self._peak_kib / 1024 if self._peak_kib else None

    def _watch(self) -> None:
        pause = self.INTERVAL_SECONDS
        while not self._ended.wait(pause):
            start = time.monotonic()
            processes = Path("/proc").glob("[0-9]*")
            self._peak_kib = max(self._peak_kib, sum(map(self._pss_kib, processes)))
            if start > self._deadline and not self.timed_out:
                self.timed_out = True
                os.killpg(self._session, signal.SIGKILL)
            # Reading smaps_rollup walks the page tables and holds up the process that is measured:
            # never for more than a thirtieth of its time.
            pause = max(self.INTERVAL_SECONDS, 30 * (time.monotonic() - start))

    def _pss_kib(self, process: Path) -> int:
        try:
            # The name in parentheses may itself hold spaces; session is the fourth field after it.
            fields = (process / "stat").read_text().rpartition(")")[2].split()
            if int(fields[3]) != self._session:
                return 0
            rollup = (process / "smaps_rollup").read_text()
        except (OSError, IndexError):  # it has ended meanwhile
            return 0
        found = re.search(r"^Pss:\s+(\d+)", rollup, re.M)
        return int(found[1]) if found else 0
