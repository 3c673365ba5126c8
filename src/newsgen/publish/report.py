"""What a publication changed, or would change, in words: for a person, for a program, for the summary of a run."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from newsgen.nouns.diagnostics import Diagnostic
from newsgen.nouns.results import BuildResult
from newsgen.output.report import counted, shown, summary, urgency
from newsgen.publish.books import File
from newsgen.publish.plan import Plan
from newsgen.publish.wishes import Publication, says_nothing_new

#: Paths of one sort that a summary names.
_NAMED = 50


def to_text(done: Publication, *, most: int) -> str:
    """`most`: paths of one sort that are shown; 0 for all."""
    lines = []
    if done.stopped:
        lines += _listed(done, most)
        lines.append(f"not published: {done.stopped}")
    elif done.is_live and done.record:
        lines.append(f"{shown(done.place)}: {done.record.id} is live: {_numbers(done, 'sent')}")
    elif says_nothing_new(done.plan):
        lines.append(f"{shown(done.place)}: nothing new to publish, what was built is live already")
    else:
        lines += _listed(done, most)
        lines.append(f"{shown(done.place)}: to be published: {_numbers(done, 'to send')}")
    lines += (f"note: {note}" for note in done.notes)
    return "\n".join(lines)


def to_json(done: Publication) -> str:
    plan = done.plan
    value = {
        "place": done.place,
        "status": done.status,
        "is_live": done.is_live,
        "stopped": done.stopped,
        "release": done.record,
        "added": plan.added,
        "changed": [change.file for change in plan.changed],
        "removed": plan.removed,
        "taken_off": [file.path for file in plan.taken_off],
        "moved": [file.path for file in plan.moved],
        "same": plan.same,
        "bytes": plan.size,
        "lost": done.result.lost,
        "left_out": done.result.left_out,
        "notes": done.notes,
    }
    return msgspec.json.format(msgspec.json.encode(value), indent=1).decode()


def to_markdown(done: Publication) -> str:
    """For the page that a forge shows of a run: numbers, then the addresses of each sort, folded."""
    title = "Not published" if done.stopped else "Published" if done.is_live else "To be published"
    parts = [f"## {title}: {_code(done.place)}", ""]
    if done.stopped:
        parts += [f"**{_plain(done.stopped)}**", ""]
    parts += _changes(done.plan, done.result)
    return "\n".join((*parts, *(f"\n> {_plain(note)}" for note in done.notes)))


def built_to_markdown(result: BuildResult, plan: Plan) -> str:
    """The same of a build that a host publishes by itself; `plan` is what differs from the output before it."""
    title = "Not to be published" if result.lost else "Nothing was built" if result.is_stopped else "Built"
    parts = [f"## {title}", "", *_changes(plan, result), "", _plain(summary(result).splitlines()[-1])]
    return "\n".join([*parts, *_faults(result.diagnostics, "Faults of the whole site", "details")])


def failure_to_markdown(words: str, diagnostics: Iterable[Diagnostic]) -> str:
    """Of a build that there was not."""
    return "\n".join(
        ["## Nothing was built", "", f"**{_plain(words)}**", *_faults(diagnostics, "Faults", "details open")]
    )


def _faults(diagnostics: Iterable[Diagnostic], title: str, tag: str) -> list[str]:
    faults = sorted(diagnostics, key=urgency)
    lines = [f"- {_code(str(d.location))} {d.severity}[{d.id}]: {_plain(d.message)}" for d in faults[:_NAMED]]
    lines += [f"- and {len(faults) - _NAMED:,} more"] if len(faults) > _NAMED else []
    return ["", f"<{tag}><summary>{title}: {len(faults):,}</summary>", "", *lines, "", "</details>"] if faults else []


def _changes(plan: Plan, result: BuildResult) -> list[str]:
    parts: list[str] = []
    rows = (
        ("added", len(plan.added)),
        ("changed", len(plan.changed)),
        ("moved", len(plan.moved)),
        ("removed", len(plan.removed)),
        ("stories taken off", len(plan.taken_off)),
        ("addresses at risk", len(result.lost)),
        ("files left out by errors", len(result.left_out)),
    )
    parts += ["| | |", "|---|---:|", *(f"| {name} | {number:,} |" for name, number in rows)]
    parts += [f"| same | {plan.same:,} |", f"| weight of what is sent | {_size(plan.size)} |"]
    pictures = [file for file in plan.sent if file.kind in ("media", "variant")]
    parts.append(f"| pictures of these | {len(pictures):,}, {_size(sum(file.size for file in pictures))} |")
    groups = (
        ("Addresses at risk", result.lost),
        ("Left out", result.left_out),
        ("Stories taken off", _pages(plan.taken_off)),
        ("Added", _pages(plan.added)),
        ("Moved", _pages(plan.moved)),
        ("Removed", _pages(plan.removed)),
        ("Changed", _pages(change.file for change in plan.changed)),
    )
    for name, paths in groups:
        if paths:
            more = f"\n- and {len(paths) - _NAMED:,} more" if len(paths) > _NAMED else ""
            listed = "\n".join(f"- {_code(path)}" for path in paths[:_NAMED])
            parts += [
                "",
                f"<details><summary>{name}: {len(paths):,}</summary>",
                "",
                f"{listed}{more}",
                "",
                "</details>",
            ]
    return parts


def _listed(done: Publication, most: int) -> list[str]:
    """What would change, each file once: stories that are taken off before all else."""
    plan, lines = done.plan, []
    taken_off = set(plan.taken_off)
    for word, files in (
        ("taken off", plan.taken_off),
        ("added", plan.added),
        ("changed", [change.file for change in plan.changed if change.file not in taken_off]),
        ("removed", [file for file in plan.removed if file not in taken_off]),
    ):
        paths = _pages(files)
        lines += [shown(f"{word:9} {path}") for path in (paths[:most] if most else paths)]
        if most and len(paths) > most:
            lines.append(f"{word:9} and {len(paths) - most:,} more")
    return lines


def _pages(files: Iterable[File]) -> list[str]:
    """Addresses of files: of a page, that of its folder."""
    return [f"/{file.path.removesuffix('index.html')}" for file in files]


def _numbers(done: Publication, sent: str) -> str:
    plan = done.plan
    parts = [f"{len(plan.added):,} added", f"{len(plan.changed):,} changed", f"{len(plan.removed):,} removed"]
    if plan.moved:
        parts.append(f"{len(plan.moved):,} moved")
    if plan.taken_off:
        parts.append(f"of these {counted(len(plan.taken_off), 'story', 'stories')} taken off")
    return f"{', '.join(parts)}, {plan.same:,} as they were; {_size(plan.size)} {sent}"


def _size(size: int) -> str:
    if size < 1000:
        return f"{size} bytes"
    unit = "kB" if size < 1_000_000 else "MB" if size < 1_000_000_000 else "GB"
    return f"{size / {'kB': 1e3, 'MB': 1e6, 'GB': 1e9}[unit]:,.1f} {unit}"


def _code(text: str) -> str:
    return f"`{shown(text).replace('`', chr(39))}`"


def _plain(text: str) -> str:
    return shown(text).replace("<", "&lt;").replace("|", "\\|")
