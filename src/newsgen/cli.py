"""Options to calls to exit status. Imports of what a command needs stand in the command: starting is light."""

from __future__ import annotations

import argparse
import atexit
import gc
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from newsgen import __version__

if TYPE_CHECKING:
    from datetime import datetime

    from newsgen.configuration import Config
    from newsgen.diagnostics import Diagnostic, NewsgenError
    from newsgen.model import Published
    from newsgen.pipeline import BuildResult, Progress, Request
    from newsgen.report import LineOf

OK, FAULTS, UNUSABLE, INTERRUPTED = 0, 1, 2, 130
#: A stage with more files than this says how far it is, where there is no bar.
LONG = 1000
FORMATS = ("text", "json", "github", "sarif")


# ---- options
class _Help(argparse.RawDescriptionHelpFormatter):
    def __init__(self, prog: str) -> None:
        # With a width, or argparse loads `shutil` to ask for one, for every option of every command.
        super().__init__(prog, max_help_position=28, width=_width() - 2)


def _width() -> int:
    """Columns of the terminal, as `shutil.get_terminal_size` finds them."""
    columns = os.environ.get("COLUMNS", "")
    if columns.isdecimal() and int(columns):
        return int(columns)
    with suppress(ValueError, OSError):
        if sys.__stdout__:
            return os.get_terminal_size(sys.__stdout__.fileno()).columns or 80
    return 80


_EPILOG = """\
examples:
  newsgen init my-archive        make a site that builds
  cd my-archive
  newsgen new "Sommet à Paris"   begin a story, a file for each language
  newsgen serve                  read it in a browser while you write
  newsgen build                  make the site in site/

`newsgen COMMAND --help` shows the options and examples of a command.
exit status: 0 done, 1 done but something is wrong in the content, 2 not done"""
_EXAMPLES = {
    "build": """\
  newsgen build                                  the site as of now, into site/
  newsgen build --now 2024-06-01T08:00           as it will be then
  newsgen build --drafts --output /tmp/preview   with drafts, somewhere else
  newsgen build --strict --format github         in a pull request
  newsgen build --json > report.json             for programs""",
    "why": """\
  newsgen why /fr/2023/04/sommet/
  newsgen why https://news.example/fr/tags/chine/
  newsgen why /fr/feed.atom --json

A page asks the catalog questions; it is rendered again when one of them has another answer, or when
one of its templates changed.""",
    "verify": """\
  newsgen verify                 every file against the manifest and a clean build
  newsgen verify --sample 200    200 files against the manifest and what their pages give
  newsgen verify --json          for programs

The clean build is made in a temporary folder, as of the time of the last build; TMPDIR says where.
The site is not changed. Exit status: 0 equal, 1 something differs, 2 could not be told.""",
    "manifest": """\
  newsgen manifest           a line for each file: path, size in bytes, hash; parted by tabs
  newsgen manifest --json    {"files": [{"path", "size", "hash"}], "unfinished", "status", "error"}

The hash is BLAKE2b with 16 bytes. `b2sum --length 128 FILE` prints the same one.""",
    "check": """\
  newsgen check             all faults of all files
  newsgen check --strict    exit status 1 on warnings too
  newsgen check --render    render every page as well: finds what fails in templates""",
    "serve": """\
  newsgen serve                          http://127.0.0.1:8000/, with drafts
  newsgen serve --port 8080 --no-drafts
  newsgen serve --now 2024-06-01T08:00   shows what is embargoed until then

The preview has a folder of its own, .newsgen/serve/, and is never published. Stop it with Ctrl-C.""",
    "new": """\
  newsgen new "Sommet à Paris"
  newsgen new "Sommet à Paris" --title en="Summit in Paris" --category europe
  newsgen new "Sommet à Paris" --date "2024-06-01 18:00" --lang fr

The files are content/YYYY/MM/SLUG.LANG.md. The slug is written down, so that a later change of the
title moves nothing. A new story is a draft: `newsgen serve` shows it. Delete the line `draft: true`
to publish it.""",
    "next": """\
  newsgen next            a line for each: when, publish or expires, file
  newsgen next --json     {"due": [{"kind", "at", "path"}], "due_in_words"}

Run `newsgen build` at the first of these times. Where nothing is due, standard output is empty.""",
    "freeze": """\
  newsgen freeze     from now on, a change of title moves no address

Writes `slug: …` below the title: the one that the address has now. All else in a file stays as it is.""",
    "init": """\
  newsgen init my-archive
  newsgen init my-archive --lang fr,en,ar --url https://news.example/archive/ --title "The Archive\"""",
}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="newsgen",
        formatter_class=_Help,
        description="Builds a news archive from Markdown: exact, multilingual, and nothing published is ever lost.",
        epilog=_EPILOG,
    )
    parser.add_argument("--version", action="version", version=f"newsgen {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND", title="commands")
    _build_options(_command(commands, "build", _build, "make the site"))
    _check_options(_command(commands, "check", _check, "say what a build would say, write nothing"))
    _verify_options(_command(commands, "verify", _verify, "compare the site with a clean build of it"))
    _manifest_options(_command(commands, "manifest", _manifest, "list the files of the site with size and hash"))
    _serve_options(_command(commands, "serve", _serve, "preview the site in a browser, rebuilt on every change"))
    _new_options(_command(commands, "new", _new, "begin a story: a file for each language"))
    _next_options(_command(commands, "next", _next, "say what the clock will change, the next first"))
    _why_options(_command(commands, "why", _why, "say what a page was made from, and what last changed it"))
    _command(commands, "freeze", _freeze, "write the slug into every article that lacks one")
    _init_options(_command(commands, "init", _init, "make a site that builds", site=False))
    return parser


def _build_options(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("--output", metavar="FOLDER", help="where the site is made (default: site/ in the site folder)")
    add("--clean", action="store_true", help="forget the cache and make everything anew")
    add("--explain", action="store_true", help="say for each page that was rendered why it was")
    _report_options(parser)


def _check_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--render", action="store_true", help="render every page too, into a temporary folder")
    _report_options(parser)


def _verify_options(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("--output", metavar="FOLDER", help="where the site was made (default: site/ in the site folder)")
    add("--sample", type=_number, default=0, metavar="N", help="only N files, rendered from the cache; quick")
    add("--now", default="", metavar="TIME", help="time of the clean build (default: that of the last build)")
    add("--drafts", action="store_true", help="with drafts (default: as in the last build)")
    add("--workers", type=_number, default=0, metavar="N", help="processes (default: one for each core)")
    add("--quiet", action="store_true", help="no progress")
    add("--json", action="store_const", const="json", dest="format", help="for programs")


def _manifest_options(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("--output", metavar="FOLDER", help="where the site was made (default: site/ in the site folder)")
    add("--json", action="store_const", const="json", default="text", dest="format", help="for programs")


def _report_options(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    _now(parser)
    add("--drafts", action="store_true", help="with stories that say `draft: true`")
    add("--strict", action="store_true", help="exit status 1 on warnings, not on errors only")
    add("--workers", type=_number, default=0, metavar="N", help="processes (default: one for each core)")
    add("--quiet", action="store_true", help="no progress, no summary: only errors and warnings")
    add("--format", choices=FORMATS, default="text", help="form of the report (default: text)")
    add("--json", action="store_const", const="json", dest="format", help="short for --format json")


def _why_options(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("address", metavar="ADDRESS", help="an address of the site, or a path in the output folder")
    add("--output", metavar="FOLDER", help="where the site was made (default: site/ in the site folder)")
    add("--json", action="store_const", const="json", default="text", dest="format", help="for programs")


def _serve_options(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("--port", type=_port, default=8000, metavar="N", help="default: 8000; 0: any that is free")
    add("--drafts", action=argparse.BooleanOptionalAction, default=True, help="with drafts, which is the default")
    _now(parser)
    add("--quiet", action="store_true", help="no progress")


def _new_options(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("title", metavar="TITLE", help="the headline")
    words = "the headline in another language"
    add("--title", action="append", default=[], type=_titled, dest="titles", metavar="LANG=TITLE", help=words)
    _languages(parser, "only these languages, such as fr,en (default: all of newsgen.yaml)")
    add("--category", default="", metavar="ID", help="default: the first of newsgen.yaml")
    add("--date", default="", help="default: now; 2024-06-01 or 2024-06-01 18:00")
    add("--slug", default="", help="last part of the address (default: from the title)")
    _now(parser)


def _next_options(parser: argparse.ArgumentParser) -> None:
    _now(parser)
    words = "for programs"
    parser.add_argument("--json", action="store_const", const="json", default="text", dest="format", help=words)


def _init_options(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("folder", metavar="FOLDER", type=Path, help="empty, or not there yet")
    _languages(parser, "languages, the default one first (default: fr,en)")
    add("--url", default="https://example.org/", help="where it will be published")
    add("--title", default="", help="name of the site (default: name of the folder)")
    add("--timezone", default="", metavar="ZONE", help="such as Europe/Paris (default: this machine's)")


def _command(
    commands: Any, name: str, run: Callable[[argparse.Namespace], int], words: str, *, site: bool = True
) -> argparse.ArgumentParser:
    description, epilog = f"{words[0].upper()}{words[1:]}.", f"examples:\n{_EXAMPLES[name]}"
    parser: argparse.ArgumentParser = commands.add_parser(
        name, help=words, description=description, epilog=epilog, formatter_class=_Help, allow_abbrev=False
    )
    parser.set_defaults(run=run, format="text", quiet=False)
    if site:
        parser.add_argument(
            "--source", type=Path, default=Path(), metavar="FOLDER", help="the site folder (default: this one)"
        )
    return parser


def _now(parser: argparse.ArgumentParser) -> None:
    words = "as if it were then: 2024-06-01T08:00 (default: the clock)"
    parser.add_argument("--now", default="", metavar="TIME", help=words)


def _languages(parser: argparse.ArgumentParser, words: str) -> None:
    parser.add_argument("--lang", action="append", default=[], metavar="LANGS", help=words)


def _number(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"`{text}` is not a number from 0 on")
    return int(text)


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"`{text}` is not a port: write a number from 0 to 65535")
    return int(text)


def _titled(text: str) -> tuple[str, str]:
    lang, is_there, title = text.partition("=")
    if not is_there or not title.strip():
        raise argparse.ArgumentTypeError(f'`{text}` has no language: write `--title en="{text or "Summit"}"`')
    return lang.strip(), title


def _listed(words: Sequence[str]) -> list[str]:
    return [lang for word in words for lang in word.replace(",", " ").split()]


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
            from newsgen.listing import need_utf8

            need_utf8()
        status: int = options.run(options)
        sys.stdout.flush()
        return status
    except KeyboardInterrupt:
        _say("newsgen: interrupted; the next build goes on where this one stopped")
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
    from newsgen.diagnostics import NewsgenError

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
    try:
        _print_failure(words, diagnostics, options)
    except OSError:  # such as a full disk below standard output
        _close_output()
        with suppress(OSError):
            from newsgen import report

            _say(f"newsgen: {report.shown(words)}")
    return UNUSABLE


def _print_failure(words: str, diagnostics: tuple[Diagnostic, ...], options: argparse.Namespace) -> None:
    from newsgen import report

    if options.format == "json":
        print(report.to_json(None, diagnostics, status=UNUSABLE, fault=words), flush=True)
    else:
        _print_diagnostics(diagnostics, options, fault=words)
    if options.format == "text" or not diagnostics:
        # Where a diagnostic says it all, the last line says what came of it.
        words = f"nothing was done: {words}" if diagnostics else words
        _say(f"newsgen: {report.shown(words)}")
    sys.stdout.flush()


def _say(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


# ---- build and check
def _build(options: argparse.Namespace) -> int:
    from newsgen.pipeline import build

    request = _request(options)
    with _progress(options) as progress:
        result = build(request, progress=progress)
    if options.explain and options.format == "text":
        _explain(result)
    return _report(result, options, wrote=_named(request.output_folder))


def _explain(result: BuildResult) -> None:
    from newsgen.report import shown

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


def _why(options: argparse.Namespace) -> int:
    import json

    from msgspec.structs import asdict

    from newsgen.pipeline import Request, why
    from newsgen.report import shown

    request = Request(options.source, output=Path(options.output) if options.output else None)
    found = why(request, options.address)
    if options.format == "json":
        print(json.dumps(asdict(found), indent=1))
        return OK
    print(shown(f"{found.url}  {found.output}"))
    when = f" at {found.at}" if found.at else ""
    print(f"a page of kind {found.kind}{', to be rendered by the next build' if found.is_pending else ''}")
    print("\n".join(shown(f"changed{when}: {reason}") for reason in found.reasons))
    templates = [name if is_there else f"{name} (looked for, not there)" for name, is_there in found.templates]
    parts = (
        ("It asked:", found.asked), ("It asked, as many pages do:", found.shared), ("Its templates:", templates),
    )  # fmt: skip
    for title, lines in parts:
        if lines:
            print("\n  ".join((f"\n{title}", *map(shown, lines))))
    return OK


def _verify(options: argparse.Namespace) -> int:
    from newsgen import report
    from newsgen.pipeline.verify import verify

    request = _request(options)
    with _progress(options) as progress:
        found = verify(request, sample=options.sample, progress=progress)
    as_json = options.format == "json"
    where = _named(request.output_folder)
    print(report.verified_json(found) if as_json else report.verified_in_words(found, where=where))
    return found.status


def _manifest(options: argparse.Namespace) -> int:
    from newsgen import report
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
        _say(f"newsgen: {words}: {unfinished:,} files may be missing; run `newsgen build`")
    return FAULTS if unfinished else OK


def _check(options: argparse.Namespace) -> int:
    from msgspec.structs import replace

    from newsgen.pipeline import check

    with _progress(options) as progress:
        result = check(_request(options), render=options.render, progress=progress)
    # What was rendered went to a temporary folder: nothing of the site was written.
    counts = {name: n for name, n in result.counts.items() if name not in ("written", "removed", "unchanged")}
    nothing = type(result.written)()
    return _report(replace(result, written=nothing, removed=nothing, manifest="", counts=counts), options, wrote="")


def _request(options: argparse.Namespace) -> Request:
    from newsgen.pipeline import Request

    return Request(
        options.source,
        output=Path(options.output) if getattr(options, "output", None) else None,
        now=options.now,
        drafts=options.drafts,
        clean=getattr(options, "clean", False),
        workers=options.workers,
    )


def _report(result: BuildResult, options: argparse.Namespace, *, wrote: str) -> int:
    from newsgen import report
    from newsgen.diagnostics import Severity

    status = result.status(strict=options.strict)
    if options.format == "json":
        sys.stdout.writelines(report.json_parts(result, status=status))
        print()
        return status
    found = result.diagnostics
    if options.format in ("text", "github"):
        found = (*result.notes, *found)
    if options.quiet and options.format == "text":
        found = tuple(d for d in found if d.severity != Severity.NOTE)
    fault = "templates or string tables cannot be used" if result.is_stopped else ""
    _print_diagnostics(found, options, fault=fault)
    if options.format != "sarif" and not options.quiet:
        if found and options.format == "text":
            print()
        print(report.summary(result, wrote=report.shown(wrote)))
    return status


def _print_diagnostics(found: Sequence[Diagnostic], options: argparse.Namespace, *, fault: str = "") -> None:
    from newsgen import report

    root: Path = getattr(options, "source", Path())
    if options.format == "github":
        print(report.to_github(found, prefix=_prefix(root)), end="")
    elif options.format == "sarif":
        print(report.to_sarif(found, version=__version__, prefix=_prefix(root), docs_url=_docs_url(), fault=fault))
    else:
        print(report.to_text(found, line_of=_line_of(root), colour=_has_colours(), window=_window()), end="")


def _prefix(root: Path) -> str:
    """The way from the top of the repository to the site folder: annotations name files from there."""
    top = os.environ.get("GITHUB_WORKSPACE") or os.getcwd()
    way = os.path.relpath(os.path.realpath(root), os.path.realpath(top)).replace(os.sep, "/")
    return "" if way == "." or way.startswith("..") else f"{way}/"


def _docs_url() -> str:
    """Where the diagnostics are documented, by the package's own metadata; "" if it does not say."""
    from importlib import metadata

    try:
        urls = metadata.metadata("newsgen").get_all("Project-URL") or []
    except metadata.PackageNotFoundError:
        return ""
    home = next((url.partition(", ")[2] for url in urls if url.startswith("Documentation, ")), "")
    return f"{home.rstrip('/')}/diagnostics.md" if home else ""


def _line_of(root: Path) -> LineOf:
    """Reads source lines: of the site's files, of the bundled theme's where the site has none. Each file once."""
    from functools import lru_cache

    from newsgen.pipeline import theme_folder

    @lru_cache(maxsize=64)
    def lines(path: str) -> list[str]:
        files = [] if path.startswith("theme/") else [root / path]
        if path.removeprefix("theme/").startswith(("templates/", "static/")):
            files.append(theme_folder() / path.removeprefix("theme/"))
        for file in files:
            try:
                bases = (root.resolve(), theme_folder())
                if not file.is_file() or not any(_is_shown(file.resolve(), base) for base in bases):
                    continue
                text = file.read_bytes().removeprefix(b"\xef\xbb\xbf").decode("utf-8", "replace")
            except OSError:
                continue
            return [] if "\0" in text else text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        return []

    def line_of(path: str, line: int) -> str:
        found = lines(path)
        return found[line - 1] if 0 < line <= len(found) else ""

    return line_of


def _is_shown(file: Path, base: Path) -> bool:
    """Whether the lines of a file are anybody's business: it lies in the folder, and is not hidden there."""
    return file.is_relative_to(base) and not any(part.startswith(".") for part in file.relative_to(base).parts)


def _has_colours() -> bool:
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def _window() -> int:
    if not sys.stdout.isatty():
        return 100
    import shutil

    return max(40, min(shutil.get_terminal_size((104, 24)).columns, 160) - 4)


def _named(folder: Path) -> str:
    """A folder as the editor would type it."""
    way = os.path.relpath(folder)
    return f"{folder if way.startswith('..') else way}{os.sep}"


# ---- progress
@contextmanager
def _progress(options: argparse.Namespace) -> Iterator[Progress | None]:
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
            _say(f"newsgen: {stage}")
        elif total > LONG and done * 4 // total > self.quarter:
            self.quarter = done * 4 // total
            _say(f"newsgen: {stage} {done}/{total}")


# ---- next
def _next(options: argparse.Namespace) -> int:
    from newsgen import report
    from newsgen.pipeline import Request, due

    coming = due(Request(options.source, now=options.now))
    if options.format == "json":
        print(report.due_json(coming))
    elif coming:
        print(report.due_lines(coming))
    else:
        _say("nothing is due")
    return OK


# ---- serve
def _serve(options: argparse.Namespace) -> int:
    import time

    from msgspec.structs import replace

    from newsgen import report
    from newsgen.pipeline import BuildResult
    from newsgen.serve import request_for, serve

    told: set[Diagnostic] = set()

    def tell(result: BuildResult | NewsgenError) -> None:
        nonlocal told
        # What a preview showed was never published: its lost addresses are nobody's loss.
        listed = [d for d in result.diagnostics if d.id != "address-lost"]
        found, fresh = set(listed), [d for d in listed if d not in told]
        mended, told = len(told - found), found
        _print_diagnostics(fresh, options)
        clock = time.strftime("%H:%M:%S")
        if isinstance(result, BuildResult):
            words = report.rebuilt_in_words(replace(result, diagnostics=tuple(listed)))
        else:
            words = f"not built: {report.shown(result.message)}; the last good site stays"
        print(f"{clock} {words}" + (f" ({mended} mended)" if mended else ""), flush=True)

    def ready(address: str) -> None:
        print(f"the preview is at {address} (Ctrl-C stops it)", flush=True)

    with _progress(options) as progress:
        serve(
            request_for(options.source, drafts=options.drafts, now=options.now),
            port=options.port, tell=tell, ready=ready, progress=progress,
        )  # fmt: skip
    print("stopped")
    return OK


# ---- desk
def _new(options: argparse.Namespace) -> int:
    from newsgen import desk

    config = _config(options.source)
    paths = desk.new(
        options.source, config, options.title, titles=dict(options.titles), languages=_listed(options.lang),
        category=options.category, day=options.date, slug=options.slug, now=_moment(options.now, config),
    )  # fmt: skip
    print("\n".join(paths))
    _say(f"a draft: `newsgen serve` shows it; to publish it, delete `draft: true` in {paths[0]}")
    return OK


def _freeze(options: argparse.Namespace) -> int:
    from newsgen import desk, report

    frozen = desk.freeze(options.source, _config(options.source))
    for path, slug in frozen.slugs.items():
        print(f"{report.shown(path)}: slug: {slug}")
    for path, reason in frozen.left.items():
        _say(f"{report.shown(path)} was left as it is: {reason}")
    written = report.counted(len(frozen.slugs), "article")
    print(f"wrote the slug into {written}; {frozen.had_one} had one, {len(frozen.left)} left as they are")
    return FAULTS if frozen.left else OK


def _init(options: argparse.Namespace) -> int:
    from datetime import UTC, datetime

    from newsgen import desk

    folder: Path = options.folder
    paths = desk.init(
        folder,
        languages=_listed(options.lang) or ["fr", "en"],
        url=options.url,
        title=options.title or os.path.basename(os.path.abspath(folder)) or "Archive",
        timezone=options.timezone or desk.system_timezone(),
        now=datetime.now(UTC),
    )
    print("\n".join(os.path.join(folder, path) for path in paths))
    _say(f"now: `cd {folder}`, then `newsgen serve` to read it while you write, `newsgen build` to make site/")
    return OK


def _config(root: Path) -> Config:
    from newsgen.pipeline import load_config

    return load_config(root)[0]


def _moment(now: str, config: Config) -> datetime:
    """The time of `--now` in the site's time zone."""
    from datetime import UTC, datetime, timedelta

    from newsgen.configuration import zone
    from newsgen.pipeline import parse_now

    zone_ = zone(config)
    return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=parse_now(now, lambda: zone_))).astimezone(zone_)
