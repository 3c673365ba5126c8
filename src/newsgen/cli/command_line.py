"""One command of this process, from its arguments to its exit status, and what is said where it fails."""

from __future__ import annotations

import argparse
import atexit
import gc
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from newsgen import __version__
from newsgen.cli.commands import (
    run_build,
    run_check,
    run_ci,
    run_freeze,
    run_init,
    run_manifest,
    run_new,
    run_next,
    run_serve,
    run_verify,
    run_why,
)
from newsgen.cli.console import FAULTS, INTERRUPTED, UNUSABLE, print_diagnostics, say
from newsgen.cli.ledger_commands import run_ledger
from newsgen.cli.options import (
    EPILOG,
    Help,
    add_command,
    build_options,
    check_options,
    ci_options,
    init_options,
    ledger_options,
    manifest_options,
    new_options,
    next_options,
    publish_options,
    rollback_options,
    serve_options,
    verify_options,
    why_options,
)
from newsgen.cli.publish_commands import run_publish, run_rollback

if TYPE_CHECKING:
    from newsgen.nouns.diagnostics import Diagnostic


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="newsgen",
        formatter_class=Help,
        description="Builds a news archive from Markdown: exact, multilingual, and nothing published is ever lost.",
        epilog=EPILOG,
    )
    parser.add_argument("--version", action="version", version=f"newsgen {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND", title="commands")
    build_options(add_command(commands, "build", run_build, "make the site"))
    check_options(add_command(commands, "check", run_check, "say what a build would say, write nothing"))
    verify_options(add_command(commands, "verify", run_verify, "compare the site with a clean build of it"))
    manifest_options(add_command(commands, "manifest", run_manifest, "list the files of the site with size and hash"))
    serve_options(add_command(commands, "serve", run_serve, "preview the site in a browser, rebuilt on every change"))
    new_options(add_command(commands, "new", run_new, "begin a story: a file for each language"))
    next_options(add_command(commands, "next", run_next, "say what the clock will change, the next first"))
    why_options(add_command(commands, "why", run_why, "say what a page was made from, and what last changed it"))
    words = "keep the list of all addresses that were ever published"
    ledger_options(add_command(commands, "ledger", run_ledger, words))
    publish_options(add_command(commands, "publish", run_publish, "build, and bring the site to its readers"))
    rollback_options(add_command(commands, "rollback", run_rollback, "let readers see the release before again"))
    add_command(commands, "freeze", run_freeze, "write the slug into every article that lacks one")
    ci_options(add_command(commands, "ci", run_ci, "write the workflow that checks and publishes the site"))
    init_options(add_command(commands, "init", run_init, "make a site that builds", site=False))
    return parser


# ---- the frame of every command
def main(argv: Sequence[str] | None = None) -> int:
    """Runs one command; its exit status. Raises: SystemExit for wrong usage, as argparse does."""
    for stream in (sys.stdout, sys.stderr):
        # A file name or a letter that the terminal cannot show is no reason to fail.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    # To load the modules of a build makes many values and few cycles, which Python would look for every 700 values.
    gc.set_threshold(50_000, 20, 100)
    # At its end Python looks for cycles among all that was loaded, for a tenth of the time of a one-edit build.
    atexit.register(gc.freeze)
    options = _parser().parse_args(argv)
    try:
        if sys.getfilesystemencoding() != "utf-8":
            from newsgen.sources.folders import need_utf8

            need_utf8()
        status: int = options.run(options)
        sys.stdout.flush()
        return status
    except KeyboardInterrupt:
        say("newsgen: interrupted; the next build goes on where this one stopped")
        return INTERRUPTED
    except BrokenPipeError:
        _close_output()  # whoever read the report has gone, as `head` does
        return FAULTS
    except Exception as fault:
        return _failed(fault, options)


def _close_output() -> None:
    """Lets Python end in silence where standard output or standard error takes no more."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _failed(fault: Exception, options: argparse.Namespace) -> int:
    from newsgen.nouns.diagnostics import NewsgenError

    if os.environ.get("NEWSGEN_DEBUG") == "1":
        import traceback

        traceback.print_exception(fault)
    if isinstance(fault, NewsgenError):
        words = fault.message
    elif isinstance(fault, OSError) and fault.strerror:
        words = f"{os.fsdecode(fault.filename)}: {fault.strerror}" if fault.filename else fault.strerror
    else:
        words = f"{type(fault).__name__}: {fault}".replace("\n", " ")
        words = f"a fault of newsgen itself, please report it: {words} (NEWSGEN_DEBUG=1 shows where)"
    diagnostics = fault.diagnostics if isinstance(fault, NewsgenError) else ()
    if getattr(options, "summary", ""):
        from newsgen.cli.summaries import write_failure

        write_failure(options.summary, words, diagnostics)
    try:
        _print_failure(words, diagnostics, options)
    except OSError:  # such as a full disk below standard output
        _close_output()
        with suppress(OSError):
            from newsgen.output import report

            say(f"newsgen: {report.shown(words)}")
    return UNUSABLE


def _print_failure(words: str, diagnostics: tuple[Diagnostic, ...], options: argparse.Namespace) -> None:
    from newsgen.output import report

    if options.format == "json":
        print(report.to_json(None, diagnostics, status=UNUSABLE, fault=words), flush=True)
    else:
        print_diagnostics(diagnostics, options, fault=words)
    if options.format == "text" or not diagnostics:
        # Where a diagnostic says it all, the last line says what came of it.
        words = f"nothing was done: {words}" if diagnostics else words
        say(f"newsgen: {report.shown(words)}")
    sys.stdout.flush()
