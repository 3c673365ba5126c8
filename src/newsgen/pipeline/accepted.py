"""Faults that a newsroom accepts: told apart from the others, and told of where there is no reason to any more."""

# This only decides what is shown and what counts, at the end of a run: no page, and nothing that is kept, depends on
# it. What takes a file off the site is never accepted, and the line that would is an error.
#
# Proved by test_what_is_accepted_is_not_shown_and_does_not_count, test_what_leaves_a_file_out_is_not_accepted,
# test_what_is_over_counts_again_and_is_told, test_what_matches_nothing_is_told,
# test_to_accept_something_renders_nothing.

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence

from newsgen.nouns.diagnostics import LEAVING_OUT, Diagnostic, Location, Severity, diagnose
from newsgen.settings.config import Accepted


def parted(
    diagnostics: Iterable[Diagnostic], entries: Sequence[Accepted], *, path: str, today: str
) -> tuple[list[Diagnostic], list[Diagnostic]]:
    """What counts, with what is to be said of the entries; and what is accepted.

    `path` is that of newsgen.yaml, `today` an ISO day.
    """
    by_id: dict[str, list[tuple[int, re.Pattern[str]]]] = defaultdict(list)
    for number, entry in enumerate(entries):
        by_id[entry.id].append((number, _pattern(entry.path)))
    counting: list[Diagnostic] = []
    accepted: list[Diagnostic] = []
    matched: dict[int, set[bool]] = defaultdict(set)  # entry to whether what it matches leaves a file out
    for one in diagnostics:
        matching = [
            number
            for number, pattern in by_id.get(one.id, ())
            if pattern.fullmatch(one.location.path) and entries[number].about in one.message
        ]
        leaves_out = one.severity == Severity.ERROR and one.id in LEAVING_OUT
        for number in matching:
            matched[number].add(leaves_out)
        is_accepted = not leaves_out and any(entries[number].until >= today for number in matching)
        (accepted if is_accepted else counting).append(one)
    for number, entry in enumerate(entries):
        place = Location(path, entry.line, entry.column)
        if not matched[number]:
            counting.append(diagnose(place, "accepted-unused", id=entry.id, path=entry.path))
        elif True in matched[number]:
            counting.append(diagnose(place, "accepted-refused", id=entry.id, path=entry.path))
        elif entry.until < today:
            counting.append(diagnose(place, "accepted-over", id=entry.id, path=entry.path, until=entry.until))
    return counting, accepted


def _pattern(path: str) -> re.Pattern[str]:
    """`*` stands for any letters."""
    return re.compile(".*".join(map(re.escape, path.split("*"))))
