"""How far a command is: a bar on a terminal, lines elsewhere."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from newsgen.cli.console import say

if TYPE_CHECKING:
    from newsgen.pipeline import Progress


#: A stage with more files than this says how far it is, where there is no bar.
LONG = 1000


@contextmanager
def shown_progress(options: argparse.Namespace) -> Iterator[Progress | None]:
    """A bar on a terminal, plain lines otherwise, nothing with --quiet; always on standard error."""
    if options.quiet:
        yield None
    elif sys.stderr.isatty():
        bar = _Bar()
        try:
            yield bar
        finally:
            bar.close()
    else:
        yield _Lines()


class _Bar:
    """A bar for the stage that is running."""

    def __init__(self) -> None:
        from tqdm import tqdm

        tqdm.monitor_interval = 0  # no thread: worker processes are forked
        self.make, self.stage, self.bar = tqdm, "", None

    def __call__(self, stage: str, done: int, total: int) -> None:
        if stage != self.stage or (total and self.bar is not None and self.bar.total != total):
            self.close()
            words = {"bar_format": "{desc}"} if not total else {}
            self.stage = stage
            self.bar = self.make(
                desc=stage,
                total=total or None,
                leave=False,
                file=sys.stderr,
                dynamic_ncols=True,
                unit=" files",
                **words,
            )
        if self.bar is not None and total:
            self.bar.update(done - self.bar.n)

    def close(self) -> None:
        if self.bar is not None:
            self.bar.close()
        self.bar = None


class _Lines:
    """A line when a stage begins, and one for each quarter of a long one."""

    def __init__(self) -> None:
        self.stage, self.quarter = "", 0

    def __call__(self, stage: str, done: int, total: int) -> None:
        if stage != self.stage:
            self.stage, self.quarter = stage, 0
            say(f"newsgen: {stage}")
        elif total > LONG and done * 4 // total > self.quarter:
            self.quarter = done * 4 // total
            say(f"newsgen: {stage} {done}/{total}")
