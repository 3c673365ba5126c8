"""Options to calls to exit status; no logic."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="newsgen")
    commands = parser.add_subparsers(dest="command", required=True)
    build = commands.add_parser("build")
    for name in ("--now", "--output"):
        build.add_argument(name, default="")
    for name in ("--drafts", "--clean", "--json", "--strict"):
        build.add_argument(name, action="store_true")
    build.add_argument("--workers", type=int, default=0)
    options = parser.parse_args(argv)
    from newsgen.build import Request
    from newsgen.build import build as run

    request = Request(
        Path.cwd(), Path(options.output) if options.output else None, now=options.now, drafts=options.drafts,
        clean=options.clean, workers=options.workers,
    )  # fmt: skip
    result = run(request)
    found = [
        {"path": d.location.path, "line": d.location.line, "column": d.location.column, "severity": d.severity,
         "id": d.id, "message": d.message, "hint": d.hint}
        for d in result.diagnostics
    ]  # fmt: skip
    due = [{"kind": d.kind, "at": d.at, "path": d.path} for d in result.due]
    json.dump({"diagnostics": found, "counts": result.counts, "seconds": result.seconds, "due": due}, sys.stdout)
    return result.status(strict=options.strict)
