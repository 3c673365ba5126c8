"""The cases of tests/cases through the command line: what multilingual news archives trip over."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Any

import pytest

from support import forked

CASES = Path(__file__).parent / "cases"
sys.path.insert(0, str(CASES))

import run_cases  # noqa: E402
from workspace import OUTPUT, Build, Workspace  # noqa: E402

_TAKES_LONG = (pytest.mark.slow, pytest.mark.alone)


class QuickWorkspace(Workspace):  # type: ignore[misc]
    """Builds in a process that has newsgen loaded, but where an environment or the memory of a build counts."""

    def run_newsgen(self, site: Path, *, env: Any = None, extra: Any = (), measure: bool = False, **more: Any) -> Any:
        if env or measure:
            return super().run_newsgen(site, env=env, extra=extra, measure=measure, **more)
        arguments = ["build", "--now", self.now, "--output", str(site / OUTPUT), "--json", *extra]
        start = time.monotonic()
        status, *texts = forked.newsgen(arguments, site)
        stdout, stderr = (text.decode("utf-8", "replace") for text in texts)
        return Build(status, stdout, stderr, time.monotonic() - start, None)


run_cases.Workspace = QuickWorkspace


@pytest.mark.parametrize(
    "case",
    [pytest.param(c, marks=_TAKES_LONG if c.id.startswith("size-") else (), id=c.id) for c in run_cases.load(CASES)],
)
def test_case(case: run_cases.Case, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "newsgen"]
    assert list(map(str, run_cases.run(case, command, tmp_path))) == []
