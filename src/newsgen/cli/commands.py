"""What each command does, from its options to its exit status. Imports of what it needs stand in the command."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from newsgen.cli.console import FAULTS, OK, most_shown, named, print_diagnostics, say
from newsgen.cli.options import listed
from newsgen.cli.progress import shown_progress

if TYPE_CHECKING:
    from datetime import datetime

    from newsgen.nouns.diagnostics import Diagnostic, NewsgenError
    from newsgen.nouns.model import Published
    from newsgen.pipeline import BuildResult, Request
    from newsgen.settings.config import Config


# ---- the site
def run_build(options: argparse.Namespace) -> int:
    from newsgen.pipeline import build

    request = _request(options)
    before = b""
    if options.summary:
        from newsgen.cli.summaries import published_before, write_summary

        before = published_before(request)
    with shown_progress(options) as progress:
        result = build(request, progress=progress)
        if options.accept_loss is not None and _accepts(options, result):
            result = build(request, progress=progress)
    if options.explain and options.format == "text":
        _explain(result)
    if options.summary:
        write_summary(options.summary, result, before, request)
    return _report(result, options, wrote=named(request.output_folder))


def _accepts(options: argparse.Namespace, result: BuildResult) -> bool:
    """Writes down that the addresses may be lost, if they are as many as was said."""
    from datetime import UTC, datetime

    from newsgen.ledger import folder
    from newsgen.output.report import counted

    lost = counted(len(result.lost), "address", "addresses")
    if len(result.lost) != options.accept_loss:
        say(f"newsgen: --accept-loss {options.accept_loss}: {lost} would be lost, so nothing was accepted")
        return False
    joined = folder.accept(options.source, result.lost, now=datetime.now(UTC))
    say(f"accepted: {lost} may be lost, which is written down in {', '.join(joined.paths) or 'ledger/'}")
    return bool(joined.paths)


def _explain(result: BuildResult) -> None:
    from newsgen.output.report import shown

    for change in result.changed[:_CHANGES]:
        print(f"changed: {shown(change)}")
    if len(result.changed) > _CHANGES:
        print(f"changed: {len(result.changed) - _CHANGES:,} files more")
    for output, reasons in sorted(result.rendered.items()):
        address = f"/{output.removesuffix('index.html')}" if output.endswith("index.html") else f"/{output}"
        more = f", and {len(reasons) - _REASONS} more" if len(reasons) > _REASONS else ""
        print(shown(f"{address}  {'; '.join(reasons[:_REASONS])}{more}"))


#: Changed files that `--explain` names.
_CHANGES = 20
#: Reasons that a line of `--explain` gives.
_REASONS = 4


def run_why(options: argparse.Namespace) -> int:
    import json

    from msgspec.structs import asdict

    from newsgen.output.report import shown
    from newsgen.pipeline import Request, why

    request = Request(options.source, output=Path(options.output) if options.output else None)
    answer = why(request, options.address)
    if options.format == "json":
        print(json.dumps(asdict(answer), indent=1))
        return OK
    print(shown(f"{answer.url}  {answer.output}"))
    when = f" at {answer.at}" if answer.at else ""
    print(f"a page of kind {answer.kind}{', to be rendered by the next build' if answer.is_pending else ''}")
    if answer.made_by:
        print(shown(f"leads to {answer.leads_to}, by" if answer.leads_to else "gone, by"))
        print("\n".join(shown(f"  {line}") for line in answer.made_by))
    print("\n".join(shown(f"changed{when}: {reason}") for reason in answer.reasons))
    templates = [name if is_there else f"{name} (looked for, not there)" for name, is_there in answer.templates]
    parts = (
        ("It asked:", answer.asked),
        ("It asked, as many pages do:", answer.shared),
        ("Its templates:", templates),
    )
    for title, lines in parts:
        if lines:
            print("\n  ".join((f"\n{title}", *map(shown, lines))))
    return OK


def run_verify(options: argparse.Namespace) -> int:
    if options.url:
        from newsgen.cli.publish_commands import verify_live

        return verify_live(options, _request(options))
    from newsgen.output import report
    from newsgen.pipeline.verify import verify

    request = _request(options)
    with shown_progress(options) as progress:
        verified = verify(request, sample=options.sample, progress=progress)
    as_json = options.format == "json"
    where = named(request.output_folder)
    print(report.verified_json(verified) if as_json else report.verified_in_words(verified, where=where))
    return verified.status


def run_manifest(options: argparse.Namespace) -> int:
    from newsgen.output import report
    from newsgen.pipeline import Request
    from newsgen.pipeline.verify import files

    unfinished = 0

    def counted() -> Iterator[Published]:
        nonlocal unfinished
        for file in files(Request(options.source, output=Path(options.output) if options.output else None)):
            unfinished += not file.hash
            yield file

    for line in report.manifest_lines(counted(), as_json=options.format == "json"):
        print(line)
    if unfinished:
        words = "a build is running, or did not come to its end"
        say(f"newsgen: {words}: {unfinished:,} files may be missing; run `newsgen build`")
    return FAULTS if unfinished else OK


def run_check(options: argparse.Namespace) -> int:
    from msgspec.structs import replace

    from newsgen.pipeline import check

    with shown_progress(options) as progress:
        if options.since:
            from newsgen.pipeline.since import check_since

            result = check_since(_request(options), options.since, render=options.render, progress=progress)
        else:
            result = check(_request(options), render=options.render, progress=progress)
    # What was rendered went to a temporary folder: nothing of the site was written.
    counts = {name: n for name, n in result.counts.items() if name not in ("written", "removed", "unchanged")}
    nothing = type(result.written)()
    return _report(replace(result, written=nothing, removed=nothing, manifest="", counts=counts), options, wrote="")


def _request(options: argparse.Namespace) -> Request:
    from newsgen.pipeline import Request

    changes: dict[str, Any] = {}
    if getattr(options, "url", "") not in ("", "-"):  # `-`: that of newsgen.yaml
        from newsgen.cli.summaries import preview_address

        changes["url"] = preview_address(options.url)
    if getattr(options, "noindex", False):
        changes["noindex"] = True
    return Request(
        options.source,
        output=Path(options.output) if getattr(options, "output", None) else None,
        config_changes=changes,
        now=options.now,
        drafts=options.drafts,
        clean=getattr(options, "clean", False),
        workers=options.workers,
    )


def _report(result: BuildResult, options: argparse.Namespace, *, wrote: str) -> int:
    """Prints what is wrong, as far as `--only` and `--severity` ask for it; the status is that of all of it."""
    from msgspec.structs import replace

    from newsgen.nouns.diagnostics import Severity
    from newsgen.output import report

    status = result.status(strict=options.strict)
    only = {id_ for ids in options.only for id_ in ids}
    least = Severity(options.severity)
    if options.format == "json":
        result = replace(
            result,
            diagnostics=tuple(report.filtered(result.diagnostics, only=only, least=least)),
            notes=tuple(report.filtered(result.notes, only=only, least=least)),
            accepted=tuple(report.filtered(result.accepted, only=only, least=least)),
            known=tuple(report.filtered(result.known, only=only, least=least)),
        )
        sys.stdout.writelines(report.json_parts(result, status=status))
        print()
        return status
    diagnostics = result.diagnostics
    if options.format in ("text", "github"):
        diagnostics = (*result.notes, *diagnostics)
    if options.quiet and options.format == "text":
        diagnostics = tuple(d for d in diagnostics if d.severity != Severity.NOTE)
    diagnostics = tuple(report.filtered(diagnostics, only=only, least=least))
    fault = "templates or string tables cannot be used" if result.is_stopped else ""
    print_diagnostics(diagnostics, options, fault=fault)
    if options.format not in ("gitlab", "sarif") and not options.quiet:
        if diagnostics and options.format == "text":
            print()
        if kept_off := report.kept_off_in_words(result, most=most_shown(options)):
            print(f"{kept_off}\n")
        print(report.summary(result, wrote=report.shown(wrote)))
    return status


# ---- next
def run_next(options: argparse.Namespace) -> int:
    from newsgen.output import report
    from newsgen.pipeline import Request, due

    coming = due(Request(options.source, now=options.now))
    if options.format == "json":
        print(report.due_json(coming))
    elif coming:
        print(report.due_lines(coming))
    else:
        say("nothing is due")
    return OK


# ---- serve
def run_serve(options: argparse.Namespace) -> int:
    import time

    from msgspec.structs import replace

    from newsgen.desk.preview import request_for, serve
    from newsgen.output import report
    from newsgen.pipeline import BuildResult

    before: set[Diagnostic] = set()

    def tell(result: BuildResult | NewsgenError) -> None:
        nonlocal before
        # What a preview showed was never published: its lost addresses are nobody's loss, but those of the ledger.
        listed = [d for d in result.diagnostics if d.id != "address-lost" or d.severity == "error"]
        current, fresh = set(listed), [d for d in listed if d not in before]
        mended, before = len(before - current), current
        print_diagnostics(fresh, options)
        clock = time.strftime("%H:%M:%S")
        if isinstance(result, BuildResult):
            words = report.rebuilt_in_words(replace(result, diagnostics=tuple(listed)))
        else:
            words = f"not built: {report.shown(result.message)}; the last good site stays"
        print(f"{clock} {words}" + (f" ({mended} mended)" if mended else ""), flush=True)

    def ready(address: str) -> None:
        print(f"the preview is at {address} (Ctrl-C stops it)", flush=True)

    with shown_progress(options) as progress:
        serve(
            request_for(options.source, drafts=options.drafts, now=options.now),
            port=options.port,
            tell=tell,
            ready=ready,
            progress=progress,
        )
    print("stopped")
    return OK


# ---- desk
def run_new(options: argparse.Namespace) -> int:
    from newsgen.desk import new_story
    from newsgen.nouns.diagnostics import NewsgenError

    config = _config(options.source)
    titles, languages = dict(options.titles), listed(options.lang)
    if options.translate:
        if options.date or options.category:
            raise NewsgenError("date and categories are those of the original: leave out `--date` and `--category`")
        begun = new_story.translate(
            options.source,
            config,
            options.title,
            original=options.translate,
            titles=titles,
            languages=languages,
            slug=options.slug,
        )
    else:
        begun = new_story.new(
            options.source,
            config,
            options.title,
            titles=titles,
            languages=languages,
            category=options.category,
            day=options.date,
            slug=options.slug,
            now=_moment(options.now, config),
        )
    print("\n".join(begun.paths))
    what = f"a translation of {begun.original}, and a draft" if begun.original else "a draft"
    ready = f"to publish it, delete `draft: true` in {begun.paths[0]}"
    if begun.original and len(begun.paths) > 1:
        ready = "each that is ready goes by `draft: false` in the place of `draft: true`"
    say(f"{what}: `newsgen serve` shows it; {ready}")
    if begun.holds_original:
        ways = f"`newsgen ledger fetch`, or write `draft: false` into {begun.original}"
        say(f"without a ledger, builds hold {begun.original} back as well: {ways}")
    return OK


def run_freeze(options: argparse.Namespace) -> int:
    from newsgen.desk import editors
    from newsgen.output import report

    frozen = editors.freeze(options.source, _config(options.source))
    for path, slug in frozen.slugs.items():
        print(f"{report.shown(path)}: slug: {slug}")
    for path, reason in frozen.left.items():
        say(f"{report.shown(path)} was left as it is: {reason}")
    written = report.counted(len(frozen.slugs), "article")
    print(f"wrote the slug into {written}; {frozen.had_one} had one, {len(frozen.left)} left as they are")
    return FAULTS if frozen.left else OK


def run_init(options: argparse.Namespace) -> int:
    from datetime import UTC, datetime

    from newsgen.desk import editors

    folder: Path = options.folder
    languages = listed(options.lang) or ["fr", "en"]
    beside: dict[str, str] = {}
    if options.ci:
        from newsgen.desk import workflows

        beside = workflows.files(options.ci, languages, ledger_in_git=options.ledger_in_git)
    paths = editors.init(
        folder,
        languages=languages,
        beside=beside,
        url=options.url,
        title=options.title or os.path.basename(os.path.abspath(folder)) or "Archive",
        timezone=options.timezone or editors.system_timezone(),
        now=datetime.now(UTC),
    )
    print("\n".join(os.path.join(folder, path) for path in paths))
    if options.ci == "forgejo":
        say("before the first push: say under `publish` in newsgen.yaml where the workflow publishes the site")
    say(f"now: `cd {folder}`, then `newsgen serve` to read it while you write, `newsgen build` to make site/")
    return OK


def run_ci(options: argparse.Namespace) -> int:
    from newsgen.desk import workflows
    from newsgen.output.report import shown

    config = _config(options.source)
    written = workflows.write(
        options.source, options.host, config.languages, ledger_in_git=options.ledger_in_git, force=options.force
    )
    for path in written.paths:
        print(shown(path))
    for path, remedy in written.left.items():
        say(f"{shown(path)} is there and was left as it is: {remedy}")
    if not written.paths and not written.left:
        say("all of it is there already")
    if options.host == "forgejo" and not any(target.name == "live" for target in config.publish):
        say("its workflow runs `newsgen publish`: say under `publish` in newsgen.yaml where, as `live`")
    say(f"what is left to do at the host: docs/publishing.md of newsgen, under {_NAMES_OF_HOSTS[options.host]}")
    return FAULTS if written.left else OK


_NAMES_OF_HOSTS = {"github": "GitHub Pages", "gitlab": "GitLab Pages", "forgejo": "Forgejo"}


def _config(root: Path) -> Config:
    from newsgen.pipeline import load_config

    return load_config(root)[0]


def _moment(now: str, config: Config) -> datetime:
    """The time of `--now` in the site's time zone."""
    from datetime import UTC, datetime, timedelta

    from newsgen.pipeline import parse_now
    from newsgen.settings.config import zone

    zone_ = zone(config)
    return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=parse_now(now, lambda: zone_))).astimezone(zone_)
