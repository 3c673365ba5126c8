"""Runs one command as a session of its own and says what it cost; asks the processes of a session what they use."""

from __future__ import annotations

import contextlib
import math
import os
import re
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


class BenchmarkError(Exception):
    """A build or an installation failed, or built something else, so there is nothing to measure."""


@dataclass(frozen=True, slots=True)
class Run:
    """What one command cost.

    `user_seconds` and `system_seconds` are those of all its processes; `peak_mib` is the largest sum of
    their proportional memory (PSS: a shared page is counted once), None where /proc is missing.
    `stopped` says why it was killed, "" if it was not.
    """

    seconds: float
    user_seconds: float
    system_seconds: float
    peak_mib: float | None
    status: int
    stdout: str
    stderr: str
    stopped: str = ""

    @property
    def cpu_seconds(self) -> float:
        return self.user_seconds + self.system_seconds


def run(command: Sequence[str], *, cwd: Path, limit_seconds: float, limit_mib: float = math.inf) -> Run:
    """Runs `command` to its end, or kills it when it needs more than a limit, and says so."""
    with tempfile.TemporaryFile() as stdout, tempfile.TemporaryFile() as stderr:
        start = time.perf_counter()
        process = subprocess.Popen(
            command, cwd=cwd, stdin=subprocess.DEVNULL, stdout=stdout, stderr=stderr, start_new_session=True
        )
        _offer_to_the_killer(process.pid)
        watch = _SessionWatch(process.pid, limit_seconds=limit_seconds, limit_mib=limit_mib)
        # wait4 and not wait: it alone gives the processor time of this child and its workers.
        _, wait_status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(wait_status)
        peak_mib = watch.stop()
        texts = []
        for file in (stdout, stderr):
            file.seek(0)
            texts.append(file.read().decode("utf-8", "replace"))
    return Run(
        seconds=seconds,
        user_seconds=usage.ru_utime,
        system_seconds=usage.ru_stime,
        peak_mib=peak_mib,
        status=process.returncode,
        stdout=texts[0],
        stderr=texts[1],
        stopped=watch.stopped,
    )


def _offer_to_the_killer(pid: int) -> None:
    """Where memory ends, the build that is measured is killed, and not this program or another one."""
    with contextlib.suppress(OSError):
        Path(f"/proc/{pid}/oom_score_adj").write_text("500")


# ---- the processes of a session
def session_pss_mib(session: int) -> float:
    """The proportional memory of all processes of a session just now."""
    total = 0
    for process, _ in _processes(session):
        with contextlib.suppress(OSError):
            found = re.search(r"^Pss:\s+(\d+)", (process / "smaps_rollup").read_text(), re.M)
            total += int(found[1]) if found else 0
    return total / 1024


def session_cpu_seconds(session: int) -> float:
    """User and system time of the processes of a session, and of those children that have ended."""
    return sum(sum(map(int, fields[11:15])) for _, fields in _processes(session)) / TICKS


def _processes(session: int) -> Iterator[tuple[Path, list[str]]]:
    """Folder and `stat` fields, from the state on, of each process."""
    for process in Path("/proc").glob("[0-9]*"):
        try:
            # The name in parentheses may itself hold spaces; session is the fourth field after it.
            fields = (process / "stat").read_text().rpartition(")")[2].split()
        except OSError:  # it has ended meanwhile
            continue
        if len(fields) > 14 and int(fields[3]) == session:
            yield process, fields


class _SessionWatch:
    """Samples the memory of all processes of a session, and ends them when a limit is passed."""

    INTERVAL_SECONDS = 0.05

    def __init__(self, session: int, *, limit_seconds: float, limit_mib: float) -> None:
        self.stopped = ""
        self._session = session
        self._limit_seconds, self._limit_mib = limit_seconds, limit_mib
        self._peak_mib = 0.0
        self._deadline = time.monotonic() + limit_seconds
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def stop(self) -> float | None:
        """The peak in MiB; None if no sample was possible."""
        self._ended.set()
        self._thread.join()
        return self._peak_mib or None

    def _watch(self) -> None:
        pause = self.INTERVAL_SECONDS
        while not self._ended.wait(pause):
            start = time.monotonic()
            held = session_pss_mib(self._session)
            self._peak_mib = max(self._peak_mib, held)
            if not self.stopped and (start > self._deadline or held > self._limit_mib):
                time_is_over = start > self._deadline
                limit = f"{self._limit_seconds:g} s" if time_is_over else f"{self._limit_mib:,.0f} MiB"
                self.stopped = f"stopped at its limit of {limit}"
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(self._session, signal.SIGKILL)
            # Reading smaps_rollup walks the page tables and holds up the process that is measured:
            # never for more than a thirtieth of its time.
            pause = max(self.INTERVAL_SECONDS, 30 * (time.monotonic() - start))
