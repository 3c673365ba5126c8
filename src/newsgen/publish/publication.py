"""One publication, from the ledger of what is live to the switch: all that comes before and after the files."""

# publish = lock, join the ledger, build, stop on what must not go out, compare, send, switch, write down, unlock.
#
# The build stands between two looks at the target. The first takes over what is live there: the ledger, without which
# the build would not know what was promised. The second is the plan: the manifest of what was built beside that of
# what is live. Nobody else can publish between them, for the lock is held.
#
# What stops it: a build that failed (2), addresses that would be lost (3), and what looks like somebody's mistake,
# each with the one word that says it is none: nothing known of what lies there or errors in the first publication
# (`--first`), an older commit than what is live (`--older`), many files that go (`--removals N`).

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from newsgen import __version__
from newsgen.ledger import folder as ledger_folder
from newsgen.ledger import lines as ledger_lines
from newsgen.ledger import live as ledger_live
from newsgen.ledger.lines import FOLDER, NEXT, PUBLISHED_FOLDER
from newsgen.nouns.diagnostics import NewsgenError
from newsgen.output.manifest import MANIFEST, Books
from newsgen.pipeline import BuildResult, Request, build, load_config
from newsgen.publish import adoption
from newsgen.publish import plan as plans
from newsgen.publish.announce import Announcements, announce
from newsgen.publish.books import History, Record, name_of
from newsgen.publish.commit import Commit, commit_of, is_before
from newsgen.publish.lock import myself
from newsgen.publish.place import Live, Place, Progress, Returning
from newsgen.publish.plan import Plan


class Wishes(msgspec.Struct, frozen=True):
    """What the operator says besides."""

    is_first: bool = False  # nothing of newsgen's is live yet, and the content may have errors
    is_older: bool = False  # the commit may be older than what is live, or lack it
    is_whole: bool = False  # what is there is looked at, for somebody else may have changed it
    replaces: str = ""  # the address of another site that is live there, and is to go
    removals: int | None = None  # so many files may go
    is_dry: bool = False  # only the plan is wanted
    patience: float = 60.0  # seconds to wait for who publishes at the moment
    keeps_promises: bool = True  # whether what is published there is what readers keep
    told: Announcements | None = None  # who is to be told of what changed


class Publication(msgspec.Struct, frozen=True):
    """What was published, or would be. `stopped` says why it was not; `record` is that of the next release."""

    place: str
    plan: Plan
    result: BuildResult
    record: Record | None = None
    stopped: str = ""
    notes: tuple[str, ...] = ()
    is_live: bool = False

    @property
    def status(self) -> int:
        """0 published, or nothing to publish; 1 the same, with errors in the content; 2 not; 3 as of the build."""
        if self.result.status() == 3:
            return 3
        return 2 if self.stopped else self.result.status()


def publish(request: Request, place: Place, wishes: Wishes, progress: Progress) -> Publication:
    """Builds the site and publishes it. Raises: NewsgenError where it cannot be built, or the place does not answer."""
    if wishes.is_whole:
        place.distrust()
    progress("look at the target", 0, 0)
    _refuse_what_is_none(request, place, wishes)  # before anything is written there
    if wishes.is_dry:
        with _ledger_as_it_was(request.root):
            return _publish(request, place, wishes, progress)
    with place.held("newsgen publish", patience=wishes.patience), _telling_of(place):
        return _publish(request, place, wishes, progress)


def _publish(request: Request, place: Place, wishes: Wishes, progress: Progress) -> Publication:
    live, history = place.live(), place.history()
    now, beside = datetime.now(UTC), {}
    if wishes.keeps_promises:
        beside = _join_ledger(request.root, place, live, now=now)
    result = _built(request, progress)
    manifest = manifest_of(request.output_folder)
    plan = plans.plan(live.manifest, manifest)
    commit = commit_of(request.root)
    record = _record(manifest, live, history, commit, now=now)
    url, id_ = site_of(request)
    record = msgspec.structs.replace(record, site=url, site_id=id_)
    notes = tuple(_notes(commit, live, request.root))
    publication = Publication(place.name, plan, result, record, notes=notes)
    if stopped := _reason_to_stop(publication, live, history, wishes, root=request.root):
        return msgspec.structs.replace(publication, stopped=stopped)
    if wishes.is_dry or says_nothing_new(plan):
        return publication
    place.publish(record, manifest, plan, request.output_folder, progress)
    if wishes.keeps_promises:
        _keep_ledger(request, place, beside, now=now)
    if wishes.told:
        progress("announce", 0, 0)
        notes = (*notes, *announce(plan, wishes.told))
    return msgspec.structs.replace(publication, is_live=True, notes=notes)


@contextmanager
def _ledger_as_it_was(root: Path) -> Iterator[None]:
    """What is taken over is for this build alone: its files are put back."""
    before = ledger_folder.files(root)
    try:
        yield
    finally:
        for name, data in ledger_folder.files(root).items():
            if name not in before:
                (root / FOLDER / name).unlink()
            elif before[name] != data:
                (root / FOLDER / name).write_bytes(before[name])


@contextmanager
def _telling_of(place: Place) -> Iterator[None]:
    try:
        yield
    except OSError as fault:
        where = f" ({os.fsdecode(fault.filename)})" if fault.filename else ""
        raise NewsgenError(
            f"{place.name}: {fault.strerror or fault}{where};"
            " readers have the old site or the new one, whole: try again"
        ) from fault


# ---- is it the right place?
def site_of(request: Request) -> tuple[str, str]:
    """The address of the site that is published, and its id."""
    config = load_config(request.root)[0]
    return str(request.config_changes.get("url", config.url)), config.id


def _refuse_what_is_none(request: Request, place: Place, wishes: Wishes) -> None:
    """Raises: NewsgenError where something else lies there: sources, another site, what newsgen does not know."""
    url, id_ = site_of(request)
    record = place.live_record()
    if record and record.site and (record.site, record.site_id) != (url, id_) and wishes.replaces != record.site:
        what = f"the site {record.site}" if record.site != url else f"a site with the id `{record.site_id}`"
        raise NewsgenError(
            f"{place.name} shows {what}, and this one is {url} with the id `{id_}`:"
            f" if it is to take its place, `--replaces {record.site}`"
        )
    if record:
        return
    for name in ("newsgen.yaml", ".git/HEAD", "pyvenv.cfg"):
        if place.file(name) is not None:
            raise NewsgenError(f"{place.name} is no place to publish to: `{name}` lies there")
    if not wishes.is_first and (strange := place.strange()):
        raise NewsgenError(
            f"{place.name} holds what newsgen did not publish ({strange}): is it the right place?"
            " If so, `--first` takes over the addresses of its sitemap, and publishes beside it"
        )


def _built(request: Request, progress: Progress) -> BuildResult:
    """Without the note on a missing ledger: whatever there is to know was just taken over."""
    result = build(request, progress=progress)
    return msgspec.structs.replace(result, notes=tuple(n for n in result.notes if n.id != "ledger-missing"))


# ---- the ledger
def _join_ledger(root: Path, place: Place, live: Live, *, now: datetime) -> dict[str, bytes]:
    """Joins what is live, and what lies beside it, to `ledger/`; of a site without one, its sitemap. What lies
    beside it, by name."""
    shown, beside = place.ledger()
    if live.record is None and not shown and not beside:
        if sitemap := place.file("sitemap.xml"):
            _adopt_sitemap(root, place, sitemap, now=now)
    elif not ledger_folder.has_all(root, (*shown.values(), *beside.values())):
        lines = [line for name, data in beside.items() for line in ledger_lines.read(data, name)[0]]
        ledger_folder.join(root, ledger_folder.read(root), lines)
        ledger_live.join(root, shown.get, place.name, now=now, is_first=NEXT not in shown)
    return beside


def _adopt_sitemap(root: Path, place: Place, sitemap: bytes, *, now: datetime) -> None:
    """Takes over the addresses of a sitemap and of those that it names. Addresses are below that of the site."""
    url = load_config(root)[0].url
    addresses = set()
    for address in adoption.addresses_of(sitemap.decode("utf-8", "replace"), url):
        part = place.file(address.lstrip("/")) if address.endswith(".xml") else None
        addresses |= set(adoption.addresses_of(part.decode("utf-8", "replace"), url)) if part else {address}
    adoption.adopt(root, sorted(addresses), now=now, writes=True)


def _keep_ledger(request: Request, place: Place, beside: dict[str, bytes], *, now: datetime) -> None:
    """Writes down, here and beside the site, what this publication was the first to publish."""
    next_ = request.output_folder / PUBLISHED_FOLDER.strip("/") / NEXT
    waiting = ledger_lines.read(next_.read_bytes(), NEXT)[0] if next_.is_file() else []
    if waiting:
        here = ledger_folder.read(request.root)
        taken = ledger_lines.retracted(here)
        ledger_folder.join(request.root, here, ledger_lines.stamped(waiting, ledger_folder.moment(now), taken))
    files = ledger_folder.files(request.root)
    if new := {name: data for name, data in files.items() if beside.get(name) != data}:
        place.keep_ledger(new)


# ---- what is published
def manifest_of(output: Path) -> bytes:
    """The manifest of what a build made. Raises: NewsgenError where the build did not come to its end."""
    with closing(Books.read(output / MANIFEST)) as books:
        lines = books.lines()
    if not lines or not all(lines):
        raise NewsgenError(f"{output} is not whole: run `newsgen build`")
    return "".join(lines).encode()


def _record(manifest: bytes, live: Live, history: History, commit: Commit, *, now: datetime) -> Record:
    known = [record.number for record in (live.record, *history.rolled_back) if record]
    number = max([*known, *(int(id_[:6]) for id_ in history.live if id_[:6].isdecimal())], default=0) + 1
    sizes = [int(line.split(b"\t", 3)[2]) for line in manifest.splitlines()]
    return Record(
        id=f"{number:06}-{name_of(manifest)}",
        number=number,
        moment=ledger_folder.moment(now),
        by=myself(),
        newsgen=__version__,
        files=len(sizes),
        size=sum(sizes),
        commit=commit.id,
        is_dirty=commit.is_dirty,
    )


def says_nothing_new(plan: Plan) -> bool:
    """Whether nothing differs but how the ledger is parted: what was next is in its year's file after a publication."""
    paths = [file.path for file in (*plan.sent, *plan.removed)]
    return all(f"/{path}".startswith(PUBLISHED_FOLDER) for path in paths)


def _notes(commit: Commit, live: Live, root: Path) -> Iterator[str]:
    if live.note:
        yield live.note
    if commit.is_dirty:
        yield "what is published has changes that no commit has"
    if live.record and live.record.commit and commit.id and is_before(root, commit.id, live.record.commit) is None:
        yield f"git cannot tell whether this is older than what is live ({live.record.commit[:12]}): fetch its history"


# ---- what stops it
def _reason_to_stop(publication: Publication, live: Live, history: History, wishes: Wishes, *, root: Path) -> str:
    """In words, with the one that lets it pass; "" if nothing does."""
    result, plan = publication.result, publication.plan
    if result.is_stopped:
        return "nothing was built: templates or string tables cannot be used"
    if result.lost:
        return (
            "to publish it would lose addresses: mend what is named above, or write in redirects.yaml where they lead"
        )
    if result.held_open:
        return f"{result.held_open[0]} may be meant to be held back, and is shown as it was"
    if live.record is None and result.has_errors and not wishes.is_first:
        return (
            "this is the first publication, and what has errors is not in it: mend them;"
            " or, with `--first`, publish without"
        )
    if not wishes.is_older and (older := _is_older(publication, live, history, root=root)):
        return older
    if len(plan.removed) > plan.most_removals() and len(plan.removed) != wishes.removals:
        return f"{len(plan.removed):,} files would go: if that is meant, `--removals {len(plan.removed)}`"
    return ""


def _is_older(publication: Publication, live: Live, history: History, *, root: Path) -> str:
    commit = publication.record.commit if publication.record else ""
    if not commit or publication.plan.is_empty:
        return ""
    if live.record and live.record.commit not in ("", commit) and is_before(root, commit, live.record.commit):
        return (
            f"this commit ({commit[:12]}) is older than what is live ({live.record.commit[:12]},"
            f" by {live.record.by}, {live.record.moment}): if that is meant, `--older`"
        )
    if live.record and live.record.commit and is_before(root, live.record.commit, commit) is False:
        return (
            f"this commit ({commit[:12]}) does not contain what is live ({live.record.commit[:12]},"
            f" by {live.record.by}, {live.record.moment}): merge it; or, to publish without, `--older`"
        )
    for left in history.rolled_back:
        if left.commit and is_before(root, commit, left.commit) and not _has_been_mended(live, left):
            return (
                f"this commit ({commit[:12]}) is not newer than one that was rolled back ({left.commit[:12]}):"
                " commit what mends it; or, if it is meant, `--older`"
            )
    return ""


def _has_been_mended(live: Live, left: Record) -> bool:
    """Whether something was published since that one was rolled back."""
    return live.record is not None and live.record.number > left.number


# ---- the way back
def rollback(place: Place, *, patience: float) -> tuple[Record, Record]:
    """Makes the release before the live one live again; which one it was, and which one was left.

    Raises: NewsgenError where there is none, or it shows what was taken off since.
    """
    if not isinstance(place, Returning):
        raise NewsgenError(f"{place.name} keeps no releases: go back with git, and publish with `--older`")
    if place.live_record() is None:
        raise NewsgenError(f"nothing is published at {place.name}")
    with place.held("newsgen rollback", patience=patience), _telling_of(place):
        return _rollback(place)


def _forgotten(place: Place, manifest: bytes) -> list[str]:
    """The files of a release whose addresses are to be forgotten."""
    texts = place.ledger()[1].items()
    hashes = ledger_lines.forgotten(line for name, data in texts for line in ledger_lines.read(data, name)[0])
    paths = (line.partition(b"\t")[0].decode() for line in manifest.splitlines()) if hashes else ()
    return [path for path in paths if ledger_lines.hash_of(f"/{path.removesuffix('index.html')}") in hashes]


def _rollback(place: Returning) -> tuple[Record, Record]:
    live, history = place.live(), place.history()
    if live.record is None:
        raise NewsgenError(f"nothing is published at {place.name}")
    earlier = history.live[: history.live.index(live.record.id)]
    record = place.record_of(earlier[-1]) if earlier else None
    manifest = place.manifest_of(record.id) if record else None
    if record is None or manifest is None:
        raise NewsgenError(f"{place.name} has no release before {live.record.id}: go back with git, and publish")
    if shown := sorted({*plans.taken_off(manifest, live.manifest), *_forgotten(place, manifest)}):
        names = ", ".join(f"/{path.removesuffix('index.html')}" for path in shown[:10])
        more = f" and {len(shown) - 10:,} more" if len(shown) > 10 else ""
        raise NewsgenError(
            f"{record.id} shows what was withdrawn, has expired or was taken off since: {names}{more}."
            " Go back with git (`git revert`), and publish"
        )
    place.return_to(record, left=live.record)
    return record, live.record
