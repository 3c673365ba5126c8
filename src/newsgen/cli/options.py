"""The options of each command, and the help on them."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

CI_HOSTS = ("github", "gitlab", "forgejo")
FORMATS = ("text", "json", "github", "gitlab", "sarif")
SEVERITIES = ("error", "warning", "note")


class Help(argparse.RawDescriptionHelpFormatter):
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


EPILOG = """\
examples:
  newsgen init my-archive        make a site that builds
  cd my-archive
  newsgen new "Sommet à Paris"   begin a story, a file for each language
  newsgen serve                  read it in a browser while you write
  newsgen build                  make the site in site/

`newsgen COMMAND --help` shows the options and examples of a command.
exit status: 0 done, 1 done but something is wrong in the content, 2 not done,
3 done but not to be published: an address would be lost, or a story may be meant to be held back"""
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
    "ledger": """\
  newsgen ledger fetch                          before a build that is to be published
  newsgen ledger fetch /srv/news                from a folder with the live site
  newsgen ledger show /fr/2023/04/sommet/       what was it, what is it now
  newsgen ledger import sitemap.xml             what would be taken over from an older site
  newsgen ledger import sitemap.xml --yes       take it over
  newsgen ledger retract 1a2b3c4d               what that publication was the first to make
  newsgen ledger retract 1a2b3c4d --addresses 2 it was a mistake: these two are no promises
  newsgen ledger forget /fr/2023/04/sommet/     keep only a hash of it (with --yes), for good

The ledger says which addresses were ever published; with it, none of them is lost unseen.""",
    "publish": """\
  newsgen publish                     build, and publish to the target `live` of newsgen.yaml
  newsgen publish --dry-run           what would change there
  newsgen publish staging             to another target
  newsgen publish /srv/news --first   to a folder, where nothing of newsgen's is live yet

Exit status: 0 published, 1 published, and something is wrong in the content, 2 not published,
3 not published, for addresses would be lost.""",
    "rollback": """\
  newsgen rollback            of the target `live`, back to the release before
  newsgen rollback staging

What was withdrawn, has expired or was forgotten since is never shown again.""",
    "verify": """\
  newsgen verify                 every file against the manifest and a clean build
  newsgen verify --sample 200    200 files against the manifest and what their pages give
  newsgen verify --json          for programs
  newsgen verify --url           a hundred files of the live site against what was built here last

The clean build is made in a temporary folder, as of the time of the last build, with the ledger that
is in ledger/ and with redirects.yaml; TMPDIR says where.
The site is not changed. Exit status: 0 equal, 1 something differs, 2 could not be told.""",
    "manifest": """\
  newsgen manifest           a line for each file: path, size in bytes, hash; parted by tabs
  newsgen manifest --json    {"files": [{"path", "size", "hash"}], "unfinished", "status", "error"}

The hash is BLAKE2b with 16 bytes. `b2sum --length 128 FILE` prints the same one.""",
    "check": """\
  newsgen check             all faults of all files
  newsgen check --strict    exit status 1 on warnings too
  newsgen check --severity error --only link-broken,picture-missing
  newsgen check --render    render every page as well: finds what fails in templates
  newsgen check --since origin/main    what this branch adds to what main says""",
    "serve": """\
  newsgen serve                          http://127.0.0.1:8000/, with drafts
  newsgen serve --port 8080 --no-drafts
  newsgen serve --now 2024-06-01T08:00   shows what is embargoed until then

The preview has a folder of its own, .newsgen/serve/, and is never published. Stop it with Ctrl-C.""",
    "new": """\
  newsgen new "Sommet à Paris"
  newsgen new "Sommet à Paris" --title en="Summit in Paris" --category europe
  newsgen new "Sommet à Paris" --date "2024-06-01 18:00" --lang fr
  newsgen new --translate content/2024/06/sommet-a-paris.fr.md "Summit in Paris"

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
    "ci": """\
  newsgen ci github                    a workflow for GitHub Pages, in .github/workflows/newsgen.yml
  newsgen ci gitlab --ledger-in-git    for GitLab Pages; the ledger is committed
  newsgen ci forgejo --force           for `newsgen publish` in Forgejo, over what is there

With it come requirements.txt, .gitignore and content/README.md, which tells editors how it goes.
A file that is there is left as it is, and told; exit status 1 then.""",
    "init": """\
  newsgen init my-archive
  newsgen init my-archive --ci github
  newsgen init my-archive --lang fr,en,ar --url https://news.example/archive/ --title "The Archive\"""",
}


def build_options(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("--output", metavar="FOLDER", help="where the site is made (default: site/ in the site folder)")
    add("--clean", action="store_true", help="forget the cache and make everything anew")
    add("--explain", action="store_true", help="say for each page that was rendered why it was")
    words = "let these addresses be lost, N of them and no other number, and write it down in ledger/"
    add("--accept-loss", type=_number, metavar="N", help=words)
    add("--url", default="", help="address of the site, where it is another one than in newsgen.yaml: of a preview")
    add("--noindex", action="store_true", help="tell search engines to leave the site alone: of a preview")
    words = "append what changed, and what is wrong, as Markdown: in a workflow, $GITHUB_STEP_SUMMARY"
    add("--summary", default="", metavar="FILE", help=words)
    _report_options(parser)


def check_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--render", action="store_true", help="render every page too, into a temporary folder")
    words = "only what was added since HEAD left this revision of git counts, and is shown"
    parser.add_argument("--since", default="", metavar="REVISION", help=words)
    _report_options(parser)


def verify_options(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("--output", metavar="FOLDER", help="where the site was made (default: site/ in the site folder)")
    add("--sample", type=_number, default=0, metavar="N", help="only N files, rendered from the cache; quick")
    add("--url", nargs="?", const="-", default="", metavar="URL", help="compare the live site (default: that of `url`)")
    add("--all", action="store_true", help="with --url: every file, not a hundred of them")
    add("--now", default="", metavar="TIME", help="time of the clean build (default: that of the last build)")
    add("--drafts", action="store_true", help="with drafts (default: as in the last build)")
    add("--workers", type=_number, default=0, metavar="N", help="processes (default: one for each core)")
    add("--quiet", action="store_true", help="no progress")
    add("--json", action="store_const", const="json", dest="format", help="for programs")


def manifest_options(parser: argparse.ArgumentParser) -> None:
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
    add("--only", action="append", default=[], type=_ids, metavar="ID", help="report only what has this id, or these")
    add("--severity", choices=SEVERITIES, default="note", help="report only what is this bad or worse (default: note)")
    add("--all", action="store_true", help="report everything, on a terminal too")
    add("--format", choices=FORMATS, default="text", help="form of the report (default: text)")
    add("--json", action="store_const", const="json", dest="format", help="short for --format json")


def why_options(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("address", metavar="ADDRESS", help="an address of the site, or a path in the output folder")
    add("--output", metavar="FOLDER", help="where the site was made (default: site/ in the site folder)")
    add("--json", action="store_const", const="json", default="text", dest="format", help="for programs")


def ledger_options(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION", title="actions")

    def action(name: str, words: str) -> argparse.ArgumentParser:
        added: argparse.ArgumentParser = actions.add_parser(name, help=words, allow_abbrev=False)
        added.add_argument("--source", type=Path, default=argparse.SUPPRESS, metavar="FOLDER", help="the site folder")
        return added

    fetch = action("fetch", "join the ledger of the live site to the one in ledger/")
    words = "address of the site, or a folder with its output (default: `url` of newsgen.yaml)"
    fetch.add_argument("place", nargs="?", default="", metavar="PLACE", help=words)
    words = "nothing is live yet: that there is no ledger is no fault"
    fetch.add_argument("--first", action="store_true", help=words)
    show = action("show", "say what the ledger knows, of all or of an address")
    show.add_argument("address", nargs="?", default="", metavar="ADDRESS", help="an address of the site")
    adopt = action("import", "take over the addresses of a sitemap, an access log or a list")
    adopt.add_argument("files", nargs="+", type=Path, metavar="FILE", help="a file that holds addresses")
    adopt.add_argument("--yes", action="store_true", help="write them (without it, only say what would be written)")
    adopt.add_argument("--all", action="store_true", help="show every address, on a terminal too")
    retract = action("retract", "take back the addresses that a publication was the first to make")
    words = "its name, as `newsgen ledger show` has it: 1a2b3c4d"
    retract.add_argument("publication", metavar="PUBLICATION", help=words)
    words = "do it, if they are N addresses (without it, only say which they are)"
    retract.add_argument("--addresses", type=_number, metavar="N", help=words)
    forget = action("forget", "keep only a hash of addresses: nothing is ever there again")
    forget.add_argument("addresses", nargs="+", metavar="ADDRESS", help="an address of the site")
    forget.add_argument("--yes", action="store_true", help="do it (without it, only say what they are)")


def serve_options(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("--port", type=_port, default=8000, metavar="N", help="default: 8000; 0: any that is free")
    add("--drafts", action=argparse.BooleanOptionalAction, default=True, help="with drafts, which is the default")
    _now(parser)
    add("--quiet", action="store_true", help="no progress")


def new_options(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("title", metavar="TITLE", help="the headline")
    words = "the headline in another language"
    add("--title", action="append", default=[], type=_titled, dest="titles", metavar="LANG=TITLE", help=words)
    _languages(parser, "only these languages, such as fr,en (default: all of newsgen.yaml)")
    add("--category", default="", metavar="ID", help="default: the first of newsgen.yaml")
    add("--date", default="", help="default: now; 2024-06-01 or 2024-06-01 18:00")
    add("--slug", default="", help="last part of the address (default: from the title)")
    words = "write what this story lacks in other languages, beside it; with its date and categories"
    add("--translate", default="", metavar="FILE", help=words)
    _now(parser)


def publish_options(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    _target(parser)
    add("--dry-run", action="store_true", help="build, and show what would change there")
    add(
        "--first",
        action="store_true",
        help="the first publication there: beside what others put there, and with errors",
    )
    add("--older", action="store_true", help="publish a commit that is older than what is live, or lacks it")
    add("--replaces", default="", metavar="URL", help="take the place of another site, which is live there")
    add("--whole", action="store_true", help="look at what is there, and send whatever somebody else changed")
    add("--removals", type=_number, metavar="N", help="let so many files go, where a brake stopped it")
    add("--keep", type=_number_of_releases, metavar="N", help="releases that stay there, at least 2 (default: 5)")
    add("--now", default="", metavar="TIME", help=argparse.SUPPRESS)
    add("--workers", type=_number, default=0, metavar="N", help="processes that build (default: one for each core)")
    add("--json", action="store_const", const="json", dest="format", help="for programs")
    add("--markdown", action="store_const", const="markdown", dest="format", help="for the summary of a run of CI")
    add("--quiet", action="store_true", help="nothing but what is wrong")


def rollback_options(parser: argparse.ArgumentParser) -> None:
    _target(parser)


def _target(parser: argparse.ArgumentParser) -> None:
    words = "a name under `publish` in newsgen.yaml, a folder or an address (default: live)"
    parser.add_argument("target", nargs="?", default="", metavar="TARGET", help=words)
    words = "wait so long for who publishes there now (default: 60)"
    parser.add_argument("--wait", type=_number, default=60, metavar="SECONDS", help=words)


def next_options(parser: argparse.ArgumentParser) -> None:
    _now(parser)
    words = "for programs"
    parser.add_argument("--json", action="store_const", const="json", default="text", dest="format", help=words)


def init_options(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("folder", metavar="FOLDER", type=Path, help="empty, or not there yet")
    _languages(parser, "languages, the default one first (default: fr,en)")
    add("--url", default="https://example.org/", help="where it will be published")
    add("--title", default="", help="name of the site (default: name of the folder)")
    add("--timezone", default="", metavar="ZONE", help="such as Europe/Paris (default: this machine's)")
    add("--ci", choices=CI_HOSTS, help="write the workflow that checks and publishes it, too")
    _ledger_in_git(parser)


def ci_options(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("host", choices=CI_HOSTS, metavar="HOST", help="github, gitlab or forgejo")
    _ledger_in_git(parser)
    add("--force", action="store_true", help="write files anew that are there; lists of names lose no line")


def _ledger_in_git(parser: argparse.ArgumentParser) -> None:
    words = "commit the ledger, too (else git ignores it, and workflows take it from the live site)"
    parser.add_argument("--ledger-in-git", action="store_true", help=words)


def add_command(
    commands: Any, name: str, run: Callable[[argparse.Namespace], int], words: str, *, site: bool = True
) -> argparse.ArgumentParser:
    description, epilog = f"{words[0].upper()}{words[1:]}.", f"examples:\n{_EXAMPLES[name]}"
    parser: argparse.ArgumentParser = commands.add_parser(
        name, help=words, description=description, epilog=epilog, formatter_class=Help, allow_abbrev=False
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


def _number_of_releases(text: str) -> int:
    if (number := _number(text)) < 2:
        raise argparse.ArgumentTypeError("at least 2 stay: the live one, and the one before, which some still read")
    return number


def _ids(text: str) -> list[str]:
    """The ids of diagnostics in a text such as `link-broken,alias-taken`."""
    # Imported here: few commands name one.
    from difflib import get_close_matches

    from newsgen.nouns.diagnostics import CODES

    ids = [id_ for id_ in text.replace(",", " ").split() if id_]
    for id_ in ids:
        if id_ not in CODES:
            near = get_close_matches(id_, CODES, 1, 0.5)
            raise argparse.ArgumentTypeError(f"no id `{id_}`" + (f": did you mean `{near[0]}`?" if near else ""))
    return ids


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"`{text}` is not a port: write a number from 0 to 65535")
    return int(text)


def _titled(text: str) -> tuple[str, str]:
    lang, is_there, title = text.partition("=")
    if not is_there or not title.strip():
        raise argparse.ArgumentTypeError(f'`{text}` has no language: write `--title en="{text or "Summit"}"`')
    return lang.strip(), title


def listed(words: Sequence[str]) -> list[str]:
    return [lang for word in words for lang in word.replace(",", " ").split()]
