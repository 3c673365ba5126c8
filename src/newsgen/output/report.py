"""What a build found and did, in words for people, as JSON, GitHub annotations and SARIF; touches nothing itself."""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from hashlib import blake2b
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import msgspec

from newsgen.nouns.diagnostics import CODES, LEAVING_OUT, Diagnostic, Severity

if TYPE_CHECKING:
    from newsgen.nouns.file_list import FileList
    from newsgen.nouns.model import Published
    from newsgen.nouns.problems import Verified
    from newsgen.nouns.results import BuildResult, Due

FORMATS = ("text", "json", "github", "gitlab", "sarif")
LineOf = Callable[[str, int], str]  #: path and line to the source line, "" if there is none to be shown

_WINDOW = 100
_TAB = 4
_INDENT = " " * 4


# ---- text
# ANSI: red, yellow, cyan; green; bold; back to plain.
_COLOURS = {Severity.ERROR: "\033[1;31m", Severity.WARNING: "\033[1;33m", Severity.NOTE: "\033[1;36m"}
_GREEN, _BOLD, _PLAIN = "\033[1;32m", "\033[1m", "\033[0m"
#: What a terminal would obey instead of showing it, or what would turn the line around.
_UNSHOWN = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]")


def to_text(
    diagnostics: Iterable[Diagnostic], *, line_of: LineOf, colour: bool = False, window: int = _WINDOW, most: int = 0
) -> str:
    """The diagnostics as editors read them: place, message, hint, source line, caret; parted by empty lines.

    The worst come first: of errors those that leave a file out, of warnings those that drop words; where they are many,
    a table by id stands at the end, and where they are longer than a screen, the places of the first errors. `window`:
    columns of a terminal that a source line may take; `most`: how many of one id are shown, and then their number; 0
    for all.
    """
    ordered = sorted(diagnostics, key=urgency)
    paint = _painter(colour)
    left = Counter((diagnostic.severity, diagnostic.id) for diagnostic in ordered)
    shown_of: Counter[tuple[Severity, str]] = Counter()
    blocks, hinted = [], set()
    for diagnostic in ordered:
        kind = diagnostic.severity, diagnostic.id
        shown_of[kind] += 1
        if not most or shown_of[kind] <= most or left[kind] == most + 1:  # the line that says so is as long
            has_hint = diagnostic.id not in _HINTED_ONCE or diagnostic.key not in hinted
            hinted.add(diagnostic.key)
            blocks.append(_block(diagnostic, line_of, paint, window, has_hint=has_hint))
        elif shown_of[kind] == most + 1:
            blocks.append(_more(kind, left[kind] - most, paint))
    if len(ordered) >= _MANY and len(left) > 1:
        blocks.append(_table(left, paint))
    if sum(block.count("\n") + 1 for block in blocks) > _SCREEN:
        blocks += _errors_again(ordered, paint)
    return "\n".join(blocks)


#: What one edit may do to many addresses: to say once what to write is enough.
_HINTED_ONCE = frozenset(("address-lost",))


def urgency(diagnostic: Diagnostic) -> tuple[int, bool]:
    """By what the worst stand first: errors that leave a file out, other errors, warnings that drop words, the rest."""
    is_error = diagnostic.severity == Severity.ERROR
    return _RANK[diagnostic.severity], not (diagnostic.id in LEAVING_OUT if is_error else diagnostic.drops_words)


_SCREEN = 40  # lines, behind which what came first has left the screen
_AGAIN = 10  # errors of which the end of a long report says where they are


def _errors_again(ordered: Sequence[Diagnostic], paint: Callable[[str, str], str]) -> Iterator[str]:
    """Where the first errors are, if there are any: one line each, without their words."""
    errors = [diagnostic for diagnostic in ordered if diagnostic.severity == Severity.ERROR]
    if not errors:
        return
    lines = [f"{paint(shown(str(d.location)), _BOLD)}: {paint(f'error[{d.id}]', _COLOURS[d.severity])}" for d in errors]
    shown_lines = cut_list(lines, _AGAIN)
    alone = "" if len(errors) == len(ordered) else ", which `newsgen check --severity error` shows alone"
    yield "\n".join([f"{counted(len(errors), 'error')}{alone}:", *(f"  {line}" for line in shown_lines)]) + "\n"


def cut_list(lines: Sequence[str], most: int, more: str = "{:,} more") -> list[str]:
    """The first lines, and how many more there are; all of them where `most` is 0, or one more than that."""
    if not most or len(lines) <= most + 1:
        return list(lines)
    return [*lines[:most], more.format(len(lines) - most)]


#: The order of severities in a report.
_RANK = {severity: rank for rank, severity in enumerate((Severity.ERROR, Severity.WARNING, Severity.NOTE))}
_MANY = 10  # diagnostics, of which a table says what they are


def _more(kind: tuple[Severity, str], number: int, paint: Callable[[str, str], str]) -> str:
    severity, id_ = kind
    what = paint(f"{severity}[{id_}]", _COLOURS[severity])
    return f"{what}: {number:,} more, which `--all` shows, and `--only {id_}` by themselves\n"


def _table(numbers: Mapping[tuple[Severity, str], int], paint: Callable[[str, str], str]) -> str:
    """How many there are of each id, the worst and then the most first, and what each is."""
    rows = sorted(numbers.items(), key=lambda row: (_RANK[row[0][0]], -row[1], row[0][1]))
    counts = [f"{number:,}" for _, number in rows]
    wide, widest = max(map(len, counts)), max(len(f"{severity}[{id_}]") for (severity, id_), _ in rows)
    lines = []
    for ((severity, id_), _), count in zip(rows, counts, strict=True):
        what = f"{severity}[{id_}]"
        padding = " " * (widest - len(what))
        lines.append(f"{count:>{wide}}  {paint(what, _COLOURS[severity])}{padding}  {CODES[id_]}")
    return "\n".join(lines) + "\n"


def filtered(diagnostics: Iterable[Diagnostic], *, only: Collection[str], least: Severity) -> list[Diagnostic]:
    """Those with one of these ids, if there are any, of this severity or a worse one."""
    return [
        diagnostic
        for diagnostic in diagnostics
        if (not only or diagnostic.id in only) and _RANK[diagnostic.severity] <= _RANK[least]
    ]


def _block(
    diagnostic: Diagnostic, line_of: LineOf, paint: Callable[[str, str], str], window: int, *, has_hint: bool
) -> str:
    place, colour = diagnostic.location, _COLOURS[diagnostic.severity]
    what = paint(f"{diagnostic.severity}[{diagnostic.id}]", colour)
    lines = [f"{paint(shown(str(place)), _BOLD)}: {what}: {shown(diagnostic.message)}"]
    if has_hint and diagnostic.hint:
        lines.append(f"  hint: {shown(diagnostic.hint)}")
    source = line_of(place.path, place.line)
    if source.strip() not in ("", "---"):  # the fence is where the file itself is meant
        line, caret = excerpt(source, place.column, window)
        lines += [f"{_INDENT}{line}", f"{_INDENT}{caret[:-1]}{paint('^', _GREEN)}"]
    return "\n".join(lines) + "\n"


def _painter(colour: bool) -> Callable[[str, str], str]:
    return (lambda text, code: f"{code}{text}{_PLAIN}") if colour else (lambda text, code: text)


def shown(text: str) -> str:
    """The text with a picture in the place of each character that a terminal would obey."""
    return _UNSHOWN.sub(lambda match: _picture(match[0]), text)


def _picture(character: str) -> str:
    if character < " ":
        return chr(0x2400 + ord(character))
    return "\u2421" if character == "\x7f" else "\ufffd"


def excerpt(line: str, column: int, window: int = _WINDOW) -> tuple[str, str]:
    """The part of a source line around a column, and the line with the caret below it.

    A long line is cut at both sides, marked by `…`, never between a letter and its accents. Widths are those of
    Unicode's East Asian Width (UAX 11): wide characters take two columns, combining ones none, a tab up to four.
    """
    cells = _cells(line.rstrip())
    starts = [start for start, _, _ in cells]
    at = next((n for n in range(len(cells) - 1, -1, -1) if starts[n] <= column - 1), 0)
    if cells and column - 1 >= starts[-1] + len(line.rstrip()) - starts[-1]:
        at = len(cells)  # behind the end of the line
    widths = [width for _, _, width in cells]
    first, last = 0, len(cells)
    if sum(widths) > window:
        room = window - 2
        # A third of the window for what stands before the place: the fault itself is what follows.
        first = at
        while first > 0 and sum(widths[first - 1 : at]) <= room // 3:
            first -= 1
        last = first
        while last < len(cells) and sum(widths[first : last + 1]) <= room:
            last += 1
        while first > 0 and sum(widths[first - 1 : last]) <= room:
            first -= 1
    before = "…" if first else ""
    text = before + "".join(text for _, text, _ in cells[first:last]) + ("…" if last < len(cells) else "")
    return text, " " * (len(before) + sum(widths[first:at])) + "^"


def _cells(line: str) -> list[tuple[int, str, int]]:
    """Index, text and width of each character with the marks that belong to it."""
    cells: list[tuple[int, str, int]] = []
    column = 0
    for index, character in enumerate(line):
        if character == "\t":
            width = _TAB - column % _TAB
            cells.append((index, " " * width, width))
        elif cells and (unicodedata.category(character) in ("Mn", "Me") or character in "\u200b\u200c\u200d\ufe0f"):
            start, text, width = cells[-1]
            cells[-1] = start, text + character, width
            continue
        else:
            width = 2 if unicodedata.east_asian_width(character) in "WF" else 1
            cells.append((index, shown(character), width))
        column += width
    return cells


# ---- words
def kept_off_in_words(result: BuildResult, *, most: int = 0) -> str:
    """Which files are left out of the site, and which are shown as they were, with the ids of the errors that do it: a
    line each; "" where there are none.

    `most`: how many of each are named; 0 for all.
    """
    lines = []
    why: dict[str, dict[str, None]] = {}
    for diagnostic in result.diagnostics:
        if diagnostic.severity == Severity.ERROR and diagnostic.id in LEAVING_OUT:
            why.setdefault(diagnostic.location.path, {})[diagnostic.id] = None
    for paths, one, many in (
        (result.left_out, f"is left out of the site{_FAULTY}", f"are left out of the site{_FAULTY}"),
        (
            result.last_good,
            f"is shown as it was last published{_FAULTY}",
            f"are shown as they were last published{_FAULTY}",
        ),
        (result.held_open, _HELD_OPEN, _HELD_OPEN),
    ):
        if paths:
            lines.append(f"{counted(len(paths), 'file')} {one if len(paths) == 1 else many}:")
            named = [shown(path) + (f" ({', '.join(why[path])})" if path in why else "") for path in paths]
            lines += [f"  {line}" for line in cut_list(named, most, "{:,} more, which `--all` shows")]
    return "\n".join(lines)


_AS_BEFORE = "shown as it was last published", "shown as they were last published"
_FAULTY = " because of errors"
_HELD_OPEN = "of these may be meant to be held back, so this is not to be published"


def kept_off_in_short(result: BuildResult, shown_as: str = "as last published") -> str:
    """`3 files left out, 2 shown as last published`; "" where there are none."""
    words = [f"{counted(len(result.left_out), 'file')} left out"] if result.left_out else []
    if result.last_good:
        number = f"{len(result.last_good):,}" if words else counted(len(result.last_good), "file")
        words.append(f"{number} shown {shown_as}")
    return ", ".join(words)


def summary(result: BuildResult, *, wrote: str = "") -> str:
    """What was built, how long it took, what is due and how much is wrong: a line for each.

    `wrote` is the output folder as readers of the report know it; "" where nothing is written.
    """
    lines = [_what(result, wrote)]
    if result.seconds:
        stages = ", ".join(f"{name} {seconds:.1f}" for name, seconds in result.seconds.items())
        total = sum(result.seconds.values())
        lines.append(f"{total:.1f} seconds ({stages}), {result.peak_memory_mib:.0f} MiB of memory at most")
    if result.due:
        lines.append(due_in_words(result.due))
    lines.append(faults_in_words(result.diagnostics))
    if result.accepted:
        lines[-1] += f"; accepted in newsgen.yaml: {len(result.accepted):,}"
    if result.since:
        lines[-1] += f"; the site had at {result.since[:10]} already: {faults_in_words(result.known)}"
    return "\n".join(lines)


def _what(result: BuildResult, wrote: str) -> str:
    if result.is_stopped:
        return "nothing was built: templates or string tables cannot be used, the last output stays"
    counts = result.counts
    made = f"{counted(counts.get('articles', 0), 'article')} ({counted(counts.get('stories', 0), 'story', 'stories')})"
    made += f", {counted(counts.get('pages', 0), 'page')}"
    made += f"; {kept_off}" if (kept_off := kept_off_in_short(result)) else ""
    if not wrote:
        return f"checked {made}; nothing was written"
    changes = ", ".join(f"{counts.get(word, 0):,} {word}" for word in ("written", "removed", "unchanged"))
    return f"built {wrote}: {made}; {changes}"


def rebuilt_in_words(result: BuildResult) -> str:
    """What a build of the preview did, in one line."""
    if result.is_stopped:
        return f"not built: {faults_in_words(result.diagnostics)}; the last good site stays"
    written, removed = len(result.written), len(result.removed)
    changes = counted(written, "file") + " written" + (f", {removed} removed" if removed else "")
    changes += f"; {kept_off}" if (kept_off := kept_off_in_short(result, "as before")) else ""
    return f"built in {sum(result.seconds.values()):.1f} s: {changes}; {faults_in_words(result.diagnostics)}"


def counted(number: int, one: str, many: str = "") -> str:
    """`1 article`, `2 articles`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def faults_in_words(diagnostics: Iterable[Diagnostic]) -> str:
    """`2 errors, 1 warning`; `no errors, no warnings` where there are none, with the number of notes."""
    severities = [d.severity for d in diagnostics]
    numbers = [(severities.count(severity), str(severity)) for severity in Severity]
    words = [counted(number, word) for number, word in numbers if number]
    is_clean = Severity.ERROR not in severities and Severity.WARNING not in severities
    return ", ".join(["no errors, no warnings", *words] if is_clean else words)


def due_in_words(due: Sequence[Due]) -> str:
    """`1 article scheduled, next: 2023-04-21T00:00+02:00 content/2023/04/demain.fr.md`; `nothing is due`."""
    words = []
    for kind, one, many in (("publish", "scheduled", "scheduled"), ("expires", "expires", "expire")):
        coming = [d for d in due if d.kind == kind]
        if coming:
            verb = one if len(coming) == 1 else many
            first = coming[0]
            words.append(f"{counted(len(coming), 'article')} {verb}, next: {minutes(first.at)} {shown(first.path)}")
    return "; ".join(words) or "nothing is due"


def due_lines(due: Sequence[Due]) -> str:
    """What is due, one line for each: when, what, which file."""
    return "\n".join(f"{minutes(d.at)}  {d.kind:7}  {shown(d.path)}" for d in due) or "nothing is due"


def minutes(at: str) -> str:
    """A moment in ISO 8601 without seconds where there are none."""
    return re.sub(r"(T\d\d:\d\d):00(?=[+-])", r"\1", at)


# ---- what `verify` and `manifest` found
_CLOCKS = {
    "request": "as you asked",
    "build": "the time of the last build",
    "clock": "the time now: the cache does not know when this output was built",
}
#: Files that newsgen did not write, of which a summary gives the names.
_NAMED = 3


def verified_in_words(verified: Verified, *, where: str) -> str:
    """A line for each problem, what was compared, and a hint for each kind of problem; `where` is the output folder."""
    lines = [
        f"{shown(problem.path if problem.kind == 'diagnostic' else where + problem.path)} {shown(problem.words)}"
        for problem in verified.problems
    ]
    other = "what its page gives now" if verified.sample else "a clean build"
    other += " with the same ledger" if verified.has_ledger else ""
    moment = f"as of {minutes(verified.now)}, {_CLOCKS[verified.clock]}"
    sampled = "a sample of " if verified.sample else ""
    lines.append(f"compared {sampled}{counted(verified.files, 'file')} of {shown(where)} with the manifest and {other}")
    lines[-1] += "" if verified.sample else f" {moment}"
    if verified.others:
        names = ", ".join(map(shown, verified.others[:_NAMED])) + (", …" if len(verified.others) > _NAMED else "")
        lines.append(f"{counted(len(verified.others), 'file')} that newsgen did not write, left alone: {names}")
    kinds = [problem.kind for problem in verified.problems]
    counts = ", ".join(f"{kinds.count(kind):,} {kind}" for kind in dict.fromkeys(kinds))
    lines.append(f"{counted(len(kinds), 'problem')}: {counts}" if kinds else "all is as it should be")
    hints = {problem.kind: problem.hint for problem in verified.problems}
    lines += [f"  hint: {kind}: {hint}" for kind, hint in hints.items()]
    return "\n".join(lines)


def verified_json(verified: Verified) -> str:
    """`{status, error, problems: [{kind, path, message, hint}], files, others, now, clock, sample, has_ledger}`."""
    return json.dumps(
        {
            "status": verified.status,
            "error": "",
            "problems": [
                {"kind": p.kind, "path": p.path, "message": p.words, "hint": p.hint} for p in verified.problems
            ],
            "files": verified.files,
            "others": list(verified.others),
            "now": verified.now,
            "clock": verified.clock,
            "sample": verified.sample,
            "has_ledger": verified.has_ledger,
        }
    )


def manifest_lines(files: Iterable[Published], *, as_json: bool) -> Iterator[str]:
    """Path, size and hash of each file, parted by tabs; or the lines of one JSON object, `{files: [{path, size, hash}],
    unfinished: [path], status, error}`."""
    unfinished = []
    before = '{"files": ['
    for file in files:
        if not file.hash:
            unfinished.append(file.output)
        elif as_json:
            yield before + json.dumps({"path": file.output, "size": file.size, "hash": file.hash})
            before = ","
        else:
            yield f"{shown(file.output)}\t{file.size}\t{file.hash}"
    if as_json:
        rest = json.dumps({"unfinished": unfinished, "status": 1 if unfinished else 0, "error": ""})
        yield f"{before if before != ',' else ''}], {rest[1:]}"


# ---- JSON
def to_json(result: BuildResult | None, diagnostics: Sequence[Diagnostic] = (), *, status: int, fault: str = "") -> str:
    """One JSON object, see `json_parts`."""
    return "".join(json_parts(result, diagnostics, status=status, fault=fault))


def json_parts(
    result: BuildResult | None, diagnostics: Sequence[Diagnostic] = (), *, status: int, fault: str = ""
) -> Iterator[str]:
    """One JSON object in parts, because a first build has written very many files; the same keys always.

    Without a `result` nothing was built: `fault` says why.

    `{diagnostics: [{path, line, column, severity, id, message, hint}], status, error, counts, seconds, peak_memory_mib,
    due: [{kind, at, path}], due_in_words, written: [{path, size, hash}], removed: [{path, size, hash}], unchanged,
    notes, left_out: [path], last_good: [path], held_open: [path], lost: [address], accepted, since, known, manifest,
    is_stopped}`; `accepted` and `known` as `diagnostics`. Rule: CONTENT.md §8.
    """
    diagnostics = result.diagnostics if result else diagnostics
    due = list(result.due) if result else []
    whole: dict[str, Any] = {
        "diagnostics": [fields(d) for d in diagnostics],
        "status": status,
        "error": fault,
        "counts": result.counts if result else {},
        "seconds": result.seconds if result else {},
        "peak_memory_mib": result.peak_memory_mib if result else 0,
        **due_fields(due),
        "written": (),
        "removed": (),
        "unchanged": result.counts.get("unchanged", 0) if result else 0,
        "notes": [fields(d) for d in result.notes] if result else [],
        "left_out": list(result.left_out) if result else [],
        "last_good": list(result.last_good) if result else [],
        "held_open": list(result.held_open) if result else [],
        "lost": list(result.lost) if result else [],
        "accepted": [fields(d) for d in result.accepted] if result else [],
        "since": result.since if result else "",
        "known": [fields(d) for d in result.known] if result else [],
        "manifest": result.manifest if result else "",
        "is_stopped": result.is_stopped if result else True,
    }
    # ASCII: the same in every locale, and a file name that is not UTF-8 does no harm.
    before, after = json.dumps(whole).split('"written": [], "removed": []')
    yield before + '"written": ['
    yield from _files(result.written if result else None)
    yield '], "removed": ['
    yield from _files(result.removed if result else None)
    yield "]" + after


def _files(files: FileList | None) -> Iterator[str]:
    for number, (path, size, hash_) in enumerate(files.rows() if files else ()):
        yield f"{', ' if number else ''}{json.dumps({'path': path, 'size': size, 'hash': hash_})}"


def fields(diagnostic: Diagnostic) -> dict[str, Any]:
    """A diagnostic as programs get it (CONTENT.md §8)."""
    place = diagnostic.location
    return {
        "path": place.path,
        "line": place.line,
        "column": place.column,
        "severity": str(diagnostic.severity),
        "id": diagnostic.id,
        "message": diagnostic.message,
        "hint": diagnostic.hint,
    }


def due_fields(due: Sequence[Due]) -> dict[str, Any]:
    return {
        "due": [{"kind": d.kind, "at": d.at, "path": d.path} for d in due],
        "due_in_words": due_in_words(due),
    }


def due_json(due: Sequence[Due]) -> str:
    return json.dumps(due_fields(due))


# ---- GitHub
_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}


#: Annotations of one level that GitHub shows of a step. Rule: docs.github.com, "Usage limits for annotations".
_ANNOTATED = 10


def to_github(diagnostics: Iterable[Diagnostic], *, prefix: str = "") -> str:
    """A workflow command for each diagnostic that GitHub shows, the worst first, and of all others a line for the log;
    `prefix` leads from the repository's top to the site folder.

    Rule: docs.github.com, "Workflow commands for GitHub Actions"; escapes as actions/toolkit's command.ts has them.
    """
    commands: list[Diagnostic] = []
    rest: list[Diagnostic] = []
    number: Counter[Severity] = Counter()
    for diagnostic in sorted(diagnostics, key=urgency):
        number[diagnostic.severity] += 1
        is_annotated = number[diagnostic.severity] <= _ANNOTATED
        (commands if is_annotated else rest).append(diagnostic)
    lines = [_command(diagnostic, prefix) for diagnostic in commands]
    if rest:
        lines.append(f"{counted(len(rest), 'fault')} more, which GitHub has no room for beside the files:")
    # The blank before `[`: the log obeys `##[`, too.
    lines += [f"- {_plain(diagnostic, prefix)}".replace("##[", "## [") for diagnostic in rest]
    return "".join(f"{line}\n" for line in lines)


def _plain(diagnostic: Diagnostic, prefix: str) -> str:
    """A diagnostic in one line, without its hint."""
    what = f"{diagnostic.severity}[{diagnostic.id}]: {diagnostic.message}"
    return shown(f"{prefix}{diagnostic.location}: {what}").replace("\n", " ")


def _command(diagnostic: Diagnostic, prefix: str) -> str:
    place = diagnostic.location
    properties = {"file": prefix + place.path, "line": place.line, "col": place.column, "title": diagnostic.id}
    words = diagnostic.message + (f"\nhint: {diagnostic.hint}" if diagnostic.hint else "")
    listed = ",".join(f"{name}={_property(str(value))}" for name, value in properties.items())
    return f"::{_COMMANDS[diagnostic.severity]} {listed}::{_data(words)}"


def _data(text: str) -> str:
    return shown(text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A"))


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


# ---- SARIF
_LEVELS = {Severity.ERROR: "major", Severity.WARNING: "minor", Severity.NOTE: "info"}


def to_gitlab(diagnostics: Iterable[Diagnostic], *, prefix: str = "") -> str:
    """A report that GitLab shows in a merge request, beside the lines, the worst first.

    Rule: docs.gitlab.com, "Code Quality", "Code Quality report format". Of equal fingerprints GitLab shows one, so that
    the second of equal faults in one file has another.
    """
    seen: Counter[str] = Counter()
    issues = []
    for diagnostic in sorted(diagnostics, key=urgency):
        first = _fingerprint(diagnostic)
        fingerprint = _fingerprint(diagnostic, seen[first]) if seen[first] else first
        seen[first] += 1
        words = diagnostic.message + (f" (hint: {diagnostic.hint})" if diagnostic.hint else "")
        path = (prefix + diagnostic.location.path).encode("utf-8", "surrogateescape").decode("utf-8", "replace")
        issues.append(
            {
                "description": words,
                "check_name": diagnostic.id,
                "fingerprint": fingerprint,
                "severity": _LEVELS[diagnostic.severity],
                "location": {"path": path, "lines": {"begin": max(1, diagnostic.location.line)}},
            }
        )
    return json.dumps(issues, indent=1)


_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


def to_sarif(
    diagnostics: Iterable[Diagnostic],
    *,
    version: str,
    prefix: str = "",
    docs_url: str = "",
    fault: str = "",
    codes: Mapping[str, str] = CODES,
) -> str:
    """A SARIF 2.1.0 log with one run. `docs_url` is where docs/diagnostics.md is read; rules have no `helpUri`
    without it. `fault` says why nothing was built.

    Rule: docs.oasis-open.org/sarif/sarif/v2.1.0, §3.14 run, §3.27 result, §3.30 region (columns in code points).
    """
    order = {id: number for number, id in enumerate(codes)}
    rules = [
        {
            "id": id,
            "shortDescription": {"text": meaning},
            **({"helpUri": f"{docs_url}#{id}"} if docs_url else {}),
        }
        for id, meaning in codes.items()
    ]
    invocation: dict[str, Any] = {"executionSuccessful": not fault}
    if fault:
        invocation["toolExecutionNotifications"] = [{"level": "error", "message": {"text": fault}}]
    run = {
        "tool": {"driver": {"name": "newsgen", "version": version, "rules": rules}},
        "columnKind": "unicodeCodePoints",
        "invocations": [invocation],
        "results": [_sarif_result(d, prefix, order[d.id]) for d in diagnostics],
    }
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]})


def _sarif_result(diagnostic: Diagnostic, prefix: str, rule: int) -> dict[str, Any]:
    place = diagnostic.location
    uri = quote((prefix + place.path).encode("utf-8", "surrogateescape"), safe="/~!$&'()*+,;=@-._")
    words = diagnostic.message + (f" (hint: {diagnostic.hint})" if diagnostic.hint else "")
    return {
        "ruleId": diagnostic.id,
        "ruleIndex": rule,
        "level": str(diagnostic.severity),
        "message": {"text": words},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": uri, "uriBaseId": "%SRCROOT%"},
                    "region": {"startLine": place.line, "startColumn": place.column},
                }
            }
        ],
        "partialFingerprints": {"newsgenFault/v2": _fingerprint(diagnostic)},
    }


def _fingerprint(diagnostic: Diagnostic, *besides: int) -> str:
    """Without line and column, so that a fault is the same one after a line was added above it; without words, which
    are others in another language; and without what only the hint names, such as the ids that there are by now."""
    same = [diagnostic.location.path, diagnostic.key, msgspec.to_builtins(diagnostic.subject), *besides]
    return blake2b(json.dumps(same).encode(), digest_size=16).hexdigest()
