"""The statements of SQL that builds ask, counted, for tests."""

from __future__ import annotations

import sqlite3
from collections import Counter
from typing import Any

import pytest


class Watched(sqlite3.Connection):
    """Counts its statements."""

    said: Counter[str]

    def execute(self, sql: str, *values: Any) -> sqlite3.Cursor:
        Watched.said[sql] += 1
        return super().execute(sql, *values)

    def executemany(self, sql: str, *values: Any) -> sqlite3.Cursor:
        Watched.said[sql] += 1
        return super().executemany(sql, *values)


def watch(patch: pytest.MonkeyPatch) -> Counter[str]:
    """From now on, statements of this process are counted."""
    connect = sqlite3.connect

    def watched(*arguments: Any, **options: Any) -> sqlite3.Connection:
        return connect(*arguments, **(options | {"factory": Watched}))

    Watched.said = Counter()
    patch.setattr(sqlite3, "connect", watched)
    return Watched.said
