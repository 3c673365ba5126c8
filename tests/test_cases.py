"""The cases of tests/cases through the command line: what multilingual news archives trip over."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from support import forked

CASES = Path(__file__).parent / "cases"
sys.path.insert(0, str(CASES))

import run_cases  # noqa: E402

_TAKES_LONG = (pytest.mark.slow, pytest.mark.alone)


@pytest.mark.parametrize(
    "case",
    [pytest.param(c, marks=_TAKES_LONG if c.id.startswith("size-") else (), id=c.id) for c in run_cases.load(CASES)],
)
def test_case(case: run_cases.Case, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "newsgen"]
    assert list(map(str, run_cases.run(case, command, tmp_path, in_process=forked.newsgen))) == []
