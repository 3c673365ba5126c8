"""What `newsgen ledger` does, from its options to its exit status. Imports of what it needs stand in the command."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from newsgen.cli.console import FAULTS, OK, say

if TYPE_CHECKING:
    from newsgen.ledger.folder import Joined
    from newsgen.settings.config import Config


def run_ledger(options: argparse.Namespace) -> int:
    from newsgen.pipeline import load_config

    actions = {"fetch": _fetch, "show": _show, "import": _import}
    return actions[options.action](options, load_config(options.source)[0])


def _fetch(options: argparse.Namespace, config: Config) -> int:
    from datetime import UTC, datetime

    from newsgen.ledger import live

    place = options.place or config.url
    joined = live.fetch(options.source, place, now=datetime.now(UTC), is_first=options.first)
    print(_joined(joined, place))
    if joined.only_here:
        say(f"{place} lacks {joined.only_here:,} lines that are here: they stay")
    return OK


def _joined(joined: Joined, place: str) -> str:
    from newsgen.output.report import counted

    new = counted(joined.new, "address", "addresses")
    files = f", written to {', '.join(joined.paths)}" if joined.paths else ""
    return f"{new} new from {place}{files}; the ledger has {joined.addresses:,}"


def _import(options: argparse.Namespace, config: Config) -> int:
    from datetime import UTC, datetime

    from newsgen.publish import adoption

    found: set[str] = set()
    for path in options.files:
        in_file = adoption.addresses_of(path.read_text("utf-8", "replace"), config.url)
        if not in_file:
            say(f"{path}: no address below {config.url}")
        found.update(in_file)
    joined = adoption.adopt(options.source, sorted(found), now=datetime.now(UTC), writes=options.yes)
    print(_joined(joined, ", ".join(map(str, options.files))))
    if not options.yes and joined.new:
        say("nothing was written: with --yes they are; `newsgen build` then says at which of them nothing answers")
    return OK if found else FAULTS


def _show(options: argparse.Namespace, config: Config) -> int:
    from contextlib import nullcontext

    from newsgen.desk import ledgers
    from newsgen.ledger import folder
    from newsgen.output.report import shown
    from newsgen.pipeline import Request, last_catalog

    if not options.address:
        print("\n".join(ledgers.in_words(folder.read(options.source))))
        return OK
    with last_catalog(Request(options.source)) or nullcontext() as catalog:
        one = ledgers.show(options.source, catalog, options.address)
    what = " ".join(word for word in (one.kind, f"`{one.id}`" if one.id else "", one.lang) if word)
    print(shown(f"{one.address}: {what}, published {one.moment} ({one.publication})"))
    if one.leads_to:
        print(shown(f"leads to {one.leads_to}"))
    else:
        print(f"a page of kind {one.page} answers there" if one.page else "nothing answers there in the last build")
    return OK
