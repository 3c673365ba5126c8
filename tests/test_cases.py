"""The cases of tests/cases through the command line: what multilingual news archives trip over."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

CASES = Path(__file__).parent / "cases"
sys.path.insert(0, str(CASES))

import run_cases  # noqa: E402


@pytest.mark.parametrize(
    "case",
    [
        pytest.param(c, marks=[pytest.mark.slow] if c.id.startswith("size-") else [], id=c.id)
        for c in run_cases.load(CASES)
    ],
)
def test_case(case: run_cases.Case, tmp_path: Path) -> None:
    assert list(map(str, run_cases.run(case, [sys.executable, "-m", "newsgen"], tmp_path))) == []
