"""Fixtures and options of the tests."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from newsgen.pipeline.run import Build
from support import harness, once
from support import sample as sample_archive
from support.harness import Site
from support.sample import Sample
from support.tools import NOT_CHECKED

_SLOW = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture, HealthCheck.data_too_large]
RAM_DISK, ROOM = Path("/dev/shm"), 2 << 30
_RUN_FOLDER = pytest.StashKey[Path]()
settings.register_profile("ci", derandomize=True, deadline=None, suppress_health_check=_SLOW, database=None)
settings.register_profile("dev", deadline=None, suppress_health_check=_SLOW)
settings.load_profile("ci" if os.environ.get("CI") else "dev")


def make_run_folder() -> Path:
    """The folder for temporary files of this run and all its processes, deleted at its end: on the RAM disk if there is
    one with room, on which programs may run. The tests write gigabytes in small files, and keep none of them.

    TMPDIR says where else.
    """
    place = RAM_DISK if "TMPDIR" not in os.environ and has_room(RAM_DISK) else Path(tempfile.gettempdir())
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(place))
    for left in place.glob("newsgen-tests-*-*"):  # by a run that was killed
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(int(left.name.split("-")[2]), 0)
            continue
        shutil.rmtree(left, ignore_errors=True)
    folder = tempfile.mkdtemp(prefix=f"newsgen-tests-{os.getpid()}-", dir=place)
    os.environ["NEWSGEN_TESTS"] = os.environ["TMPDIR"] = tempfile.tempdir = folder
    return Path(folder)


def has_room(disk: Path) -> bool:
    with contextlib.suppress(OSError):
        told = os.statvfs(disk)
        return told.f_bavail * told.f_frsize >= ROOM and not told.f_flag & getattr(os, "ST_NOEXEC", 0)
    return False


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="rewrite the golden files from what newsgen does")


def pytest_configure(config: pytest.Config) -> None:
    if "PYTEST_XDIST_WORKER" not in os.environ:  # they follow the process that starts them
        config.stash[_RUN_FOLDER] = make_run_folder()
    harness.BYTECODE = Path(os.environ["NEWSGEN_TESTS"]) / "bytecode"
    config.addinivalue_line("markers", "slow: many seconds together, of CPU time that is counted; beside each other")
    config.addinivalue_line("markers", "alone: measures seconds or memory, with the machine for itself; slow, too")
    config.addinivalue_line("markers", "pure: builds no site and starts no process, which is not let; `make quick`")
    config.addinivalue_line("markers", "browser: drives a browser; all of tests/browser has it")


def pytest_collection_finish() -> None:
    once.use(Path(os.environ["NEWSGEN_TESTS"]))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What was left out because something is not installed is told, not only counted."""
    reasons = {str(report.longrepr[-1]) for report in terminalreporter.stats.get("skipped", ()) if report.longrepr}
    left_out = sorted(reason.partition(NOT_CHECKED)[2] for reason in reasons if NOT_CHECKED in reason)
    if left_out:
        terminalreporter.section("NOT CHECKED, because something is not installed", sep="=", yellow=True, bold=True)
        for reason in left_out:
            terminalreporter.line(reason, yellow=True)


def pytest_unconfigure(config: pytest.Config) -> None:
    if folder := config.stash.get(_RUN_FOLDER, None):
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(autouse=True)
def _is_pure(request: pytest.FixtureRequest) -> Iterator[None]:
    """Refuses what a test marked pure must not do: each of them would cost `make quick` more than all the others."""

    def refuse(*_: object, **__: object) -> None:
        pytest.fail("a test that is marked pure builds no site and starts no process")

    with pytest.MonkeyPatch.context() as patch:
        if request.node.get_closest_marker("pure"):
            for owner, name in ((Build, "__init__"), (subprocess, "Popen"), (os, "fork")):
                patch.setattr(owner, name, refuse)
        yield


@pytest.fixture
def update_golden(request: pytest.FixtureRequest) -> bool:
    return bool(request.config.getoption("--update-golden"))


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Sample:
    """The sample archive of this checkout, built once for all processes of this run."""
    base = tmp_path_factory.getbasetemp()
    return sample_archive.built_once((base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "sample")


@pytest.fixture
def site(tmp_path: Path) -> Site:
    """An empty bilingual site: French first, English, Europe/Paris, https://news.example/."""
    return Site(tmp_path / "site-folder")
