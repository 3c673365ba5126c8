"""What `newsgen ledger` does, from its options to its exit status. Imports of what it needs stand in the command."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from newsgen.cli.console import FAULTS, OK, lines_shown, say

if TYPE_CHECKING:
    from newsgen.desk.ledgers import Taken
    from newsgen.ledger.folder import Joined
    from newsgen.publish.adoption import Found
    from newsgen.settings.config import Config


def run_ledger(options: argparse.Namespace) -> int:
    from newsgen.pipeline import load_config

    actions = {"fetch": _fetch, "show": _show, "import": _import, "retract": _retract, "forget": _forget}
    return actions[options.action](options, load_config(options.source)[0])


def _fetch(options: argparse.Namespace, config: Config) -> int:
    from datetime import UTC, datetime

    from newsgen.ledger import live
    from newsgen.output.report import counted, shown

    place = options.place or config.url
    joined = live.fetch(options.source, place, now=datetime.now(UTC), is_first=options.first)
    print(_joined(joined, place))
    for file, number in joined.left_out:
        say(shown(f"{file}: {counted(number, 'line')} no ledger has, left out"))
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

    from newsgen.output.report import shown
    from newsgen.publish import adoption

    found: set[str] = set()
    for path in options.files:
        in_file = adoption.found_in(path.read_text("utf-8", "replace"), config.url)
        if not in_file.addresses:
            say(f"{path}: no address below {config.url}")
        if left_out := _left_out(in_file):
            say(f"{path}: left out {left_out}")
        found.update(in_file.addresses)
    new = adoption.unknown(options.source, sorted(found))
    most = lines_shown(options) or len(new)
    for address in new[:most]:
        print(shown(f"  {address}"))
    if len(new) > most:
        print(f"  and {len(new) - most:,} more, which --all shows")
    joined = adoption.adopt(options.source, sorted(found), now=datetime.now(UTC), writes=options.yes)
    print(_joined(joined, ", ".join(map(str, options.files))))
    if not options.yes and joined.new:
        say("nothing was written: with --yes they are; `newsgen build` then says at which of them nothing answers")
    return OK if found else FAULTS


def _left_out(found: Found) -> str:
    """What of a file was taken for no address, or for one with another, and why."""
    why = (
        (found.elsewhere, "of another site"),
        (found.unanswered, "that got no page"),
        (found.impossible, "that can be no address here"),
        (found.queries, "that differ from another only behind `?`, which no file can answer"),
    )
    return ", ".join(f"{number:,} {words}" for number, words in why if number)


def _show(options: argparse.Namespace, config: Config) -> int:
    from contextlib import nullcontext

    from newsgen.desk import ledgers
    from newsgen.ledger import folder
    from newsgen.ledger.lines import FORGOTTEN
    from newsgen.output.report import shown
    from newsgen.pipeline import Request, last_catalog

    if not options.address:
        print("\n".join(ledgers.in_words(folder.read(options.source))))
        return OK
    with last_catalog(Request(options.source)) or nullcontext() as catalog:
        one = ledgers.show(options.source, catalog, ledgers.address_of(options.address, config.url))
    if one.kind == FORGOTTEN:
        print(shown(f"{one.address}: forgotten {one.moment}: nothing is there, nor ever will be"))
        return OK
    print(shown(f"{one.address}: {_called(one.kind, one.id, one.lang)}, published {one.moment} ({one.publication})"))
    if one.retracted:
        print(f"retracted {one.retracted}: nobody promises it")
    if one.accepted:
        print(f"that it is lost was accepted {one.accepted}: nobody is asked again")
    if one.leads_to:
        print(shown(f"leads to {one.leads_to}"))
    else:
        print(f"a page of kind {one.page} answers there" if one.page else "nothing answers there in the last build")
    if one.why:
        print(shown(one.why))
    return OK


def _retract(options: argparse.Namespace, config: Config) -> int:
    from datetime import UTC, datetime

    from newsgen.desk import ledgers
    from newsgen.output.report import counted

    taken = ledgers.retract(options.source, options.publication, options.addresses, now=datetime.now(UTC))
    number = len(taken.promises)
    print(f"{options.publication} was the first to make {counted(number, 'address', 'addresses')}:")
    _print_taken(options, taken)
    if taken.paths:
        print(f"retracted, which is written down in {', '.join(taken.paths)}: what is published of it now is")
        print("promised again by the next publication, all else is not")
    else:
        say(f"nothing was written: with --addresses {number} they are no promises any more")
    return OK


def _forget(options: argparse.Namespace, config: Config) -> int:
    from datetime import UTC, datetime

    from newsgen.desk import ledgers

    addresses = [ledgers.address_of(address, config.url) for address in options.addresses]
    taken = ledgers.forget(options.source, addresses, now=datetime.now(UTC), writes=options.yes)
    _print_taken(options, taken)
    if taken.paths:
        print(f"forgotten: {', '.join(taken.paths)} {'has' if len(taken.paths) == 1 else 'have'} only a hash of it now")
    else:
        say("nothing was written: with --yes only a hash is kept, and nothing is ever there again, which is for good")
    return OK


def _print_taken(options: argparse.Namespace, taken: Taken) -> None:
    """The addresses that are taken back, what each was, and what the last build has there."""
    from contextlib import nullcontext

    from newsgen.desk import ledgers
    from newsgen.output.report import shown
    from newsgen.pipeline import Request, last_catalog

    with last_catalog(Request(options.source)) or nullcontext() as catalog:
        for promise in taken.promises[:_TAKEN]:
            page, leads_to = ledgers.at(catalog, promise.address) if catalog else ("", "")
            owner = promise.owner
            now = f"leads to {leads_to}" if leads_to else f"a page of kind {page} answers there" if page else ""
            print(shown(f"  {promise.address}: {_called(owner.kind, owner.id, owner.lang)}{f'; {now}' if now else ''}"))
    if len(taken.promises) > _TAKEN:
        print(f"  and {len(taken.promises) - _TAKEN:,} more")


def _called(kind: str, id_: str, lang: str) -> str:
    return " ".join(word for word in (kind, f"`{id_}`" if id_ else "", lang) if word)


#: So many addresses are named that are taken back.
_TAKEN = 50
