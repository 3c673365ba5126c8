"""`newsgen publish` and `newsgen rollback`, from their options to their exit status."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from newsgen.cli.console import OK, most_shown, named, print_diagnostics
from newsgen.cli.progress import shown_progress

if TYPE_CHECKING:
    from newsgen.pipeline import Request
    from newsgen.publish.publication import Publication
    from newsgen.settings.config import Config, Target


def run_publish(options: argparse.Namespace) -> int:
    from newsgen.pipeline import load_config
    from newsgen.publish import publication, report
    from newsgen.publish.targets import place_of, target_of

    config = load_config(options.source)[0]
    target = target_of(config, options.target)
    request = _request(options, config, target)
    place = place_of(target, options.source, keep=options.keep)
    wishes = publication.Wishes(
        is_first=options.first,
        is_older=options.older,
        removals=options.removals,
        is_dry=options.dry_run,
        patience=float(options.wait),
        keeps_promises=not target.is_preview,
    )
    with shown_progress(options) as progress:
        done = publication.publish(request, place, wishes, progress or (lambda *_: None))
    if options.format == "json":
        print(report.to_json(done))
        return done.status
    if options.format == "text":
        _print_faults(done, options, request)
    words = report.to_markdown(done) if options.format == "markdown" else report.to_text(done, most=most_shown(options))
    if not options.quiet or done.stopped:
        print(words)
    return done.status


def _print_faults(done: Publication, options: argparse.Namespace, request: Request) -> None:
    from newsgen.nouns.diagnostics import Severity
    from newsgen.output import report

    diagnostics = tuple(
        d for d in (*done.result.notes, *done.result.diagnostics) if not options.quiet or d.severity != Severity.NOTE
    )
    print_diagnostics(diagnostics, options)
    if not options.quiet:
        print(report.summary(done.result, wrote=report.shown(named(request.output_folder))))


def _request(options: argparse.Namespace, config: Config, target: Target) -> Request:
    """A preview with another address is a site of its own, with its own output and cache."""
    from newsgen.pipeline import CACHE_NAME, Request

    request = Request(options.source, now=options.now, workers=options.workers)
    if not target.is_preview:
        return request
    folder: Path = options.source / CACHE_NAME / "targets" / target.name
    changes = {"url": target.url or config.url, "noindex": target.noindex}
    return Request(
        options.source,
        output=folder / "site",
        cache=folder / "cache",
        now=options.now,
        workers=options.workers,
        config_changes=changes,
        closed=(request.output_folder, request.cache_folder),
    )


def run_rollback(options: argparse.Namespace) -> int:
    from newsgen.pipeline import load_config
    from newsgen.publish import publication
    from newsgen.publish.targets import place_of, target_of

    config = load_config(options.source)[0]
    place = place_of(target_of(config, options.target), options.source)
    record, left = publication.rollback(place, patience=float(options.wait))
    print(f"{place.name}: {record.id} of {record.moment} is live again; {left.id} of {left.moment} was left")
    if left.commit:
        print(f"its commit, {left.commit[:12]}, is not published again: commit what mends it", file=sys.stderr)
    return OK
