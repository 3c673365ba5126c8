"""`newsgen publish` and `newsgen rollback`, from their options to their exit status."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from newsgen.cli.console import FAULTS, OK, most_shown, named, print_diagnostics
from newsgen.cli.progress import shown_progress

if TYPE_CHECKING:
    from newsgen.pipeline import Request
    from newsgen.publish.announce import Announcements
    from newsgen.publish.wishes import Publication
    from newsgen.settings.config import Config, Target


def run_publish(options: argparse.Namespace) -> int:
    from newsgen.pipeline import load_config
    from newsgen.publish import report
    from newsgen.publish.publication import publish
    from newsgen.publish.targets import place_of, target_of
    from newsgen.publish.wishes import Wishes

    config = load_config(options.source)[0]
    target = target_of(config, options.target)
    request = _request(options, config, target)
    place = place_of(target, options.source, keep=options.keep)
    wishes = Wishes(
        is_first=options.first,
        is_older=options.older,
        is_whole=options.whole,
        replaces=options.replaces,
        removals=options.removals,
        is_dry=options.dry_run,
        patience=float(options.wait),
        keeps_promises=not target.is_preview,
        told=_announcements(config, target),
    )
    with shown_progress(options) as progress:
        done = publish(request, place, wishes, progress or (lambda *_: None))
    if options.format == "json":
        print(report.to_json(done))
        return done.status
    if options.format == "text":
        _print_faults(done, options, request)
    words = report.to_markdown(done) if options.format == "markdown" else report.to_text(done, most=most_shown(options))
    if not options.quiet or done.stopped:
        print(words)
    return done.status


def _announcements(config: Config, target: Target) -> Announcements:
    """Nobody is told of a preview."""
    from newsgen.publish.announce import Announcements

    hub = "" if target.is_preview else config.hub
    indexnow = "" if target.noindex else target.indexnow
    return Announcements(target.url or config.url, hub=hub, indexnow=indexnow, purge=target.purge)


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
    from newsgen.publish.targets import place_of, target_of
    from newsgen.publish.way_back import rollback

    config = load_config(options.source)[0]
    place = place_of(target_of(config, options.target), options.source)
    record, left = rollback(place, patience=float(options.wait))
    print(f"{place.name}: {record.id} of {record.moment} is live again; {left.id} of {left.moment} was left")
    if left.commit:
        print(f"its commit, {left.commit[:12]}, is not published again: commit what mends it", file=sys.stderr)
    return OK


# ---- verify --url
def verify_live(options: argparse.Namespace, request: Request) -> int:
    """Compares the live site with what was built here last; the status is 1 where something differs."""
    import json

    from newsgen.nouns.diagnostics import NewsgenError
    from newsgen.output.report import counted, shown
    from newsgen.pipeline import load_config
    from newsgen.publish import live_check
    from newsgen.publish.books import files_of
    from newsgen.publish.publication import manifest_of

    url = load_config(options.source)[0].url if options.url == "-" else f"{options.url.rstrip('/')}/"
    files = list(files_of(manifest_of(request.output_folder).splitlines()))
    if not options.all:
        files = live_check.sample(files, options.sample or live_check.SAMPLE)
    with shown_progress(options) as progress:
        found = live_check.compare(url, files, progress or (lambda *_: None))
    if len(found) == len(files) and not any(one.is_answer for one in found):
        raise NewsgenError(f"{url} {found[0].words}")
    status = FAULTS if found else OK
    if options.format == "json":
        problems = [{"url": one.url, "message": one.words} for one in found]
        print(json.dumps({"status": status, "url": url, "files": len(files), "problems": problems}, indent=1))
        return status
    for one in found:
        print(shown(f"{one.url} {one.words}"))
    differ = f"{counted(len(found), 'file differs', 'files differ')}" if found else "all as they were built"
    print(f"compared {counted(len(files), 'file')} of {shown(url)}: {differ}")
    return status
