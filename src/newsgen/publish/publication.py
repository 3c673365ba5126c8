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

from collections.abc import Iterator
from contextlib import ExitStack, closing
from datetime import UTC, datetime
from pathlib import Path

from msgspec.structs import replace

from newsgen import __version__
from newsgen.ledger.folder import moment
from newsgen.nouns.diagnostics import NewsgenError
from newsgen.output.manifest import MANIFEST, Books
from newsgen.pipeline import BuildResult, Request, build
from newsgen.publish import brakes, ledger
from newsgen.publish import plan as plans
from newsgen.publish.announce import announce
from newsgen.publish.books import History, Record, name_of
from newsgen.publish.commit import Commit, commit_of
from newsgen.publish.lock import myself
from newsgen.publish.place import Live, Place, Progress, telling_of
from newsgen.publish.wishes import Publication, Wishes, says_nothing_new


def publish(request: Request, place: Place, wishes: Wishes, progress: Progress) -> Publication:
    """Builds the site and publishes it. Raises: NewsgenError where it cannot be built, or the place does not answer."""
    if wishes.is_whole:
        place.distrust()
    progress("look at the target", 0, 0)
    brakes.refuse_what_is_none(request, place, wishes)  # before anything is written there
    with ExitStack() as stack:
        if not wishes.is_dry:
            with telling_of(place):
                stack.enter_context(place.held("newsgen publish", patience=wishes.patience))
        taken_over = stack.enter_context(ledger.taken_over(request.root))
        return _publish(request, place, wishes, taken_over, progress)


def _publish(
    request: Request, place: Place, wishes: Wishes, taken_over: ledger.TakenOver, progress: Progress
) -> Publication:
    with telling_of(place):
        live, history = place.live(), place.history()
        promises = ledger.promises_of(request.root, place, live) if wishes.keeps_promises else ledger.Promises()
    faults = list(ledger.join(request.root, promises, place.name, now=datetime.now(UTC)))
    taken_over.is_kept = not wishes.is_dry and not promises.adopted  # of another system's only if it is published
    result = _built(request, progress)
    manifest, commit = manifest_of(request.output_folder), commit_of(request.root)
    plan, record = plans.plan(live.manifest, manifest), _record(request, manifest, live, history, commit)
    publication = Publication(place.name, plan, result, record, notes=(*faults, *_notes(commit, live)))
    if stopped := brakes.reason_to_stop(publication, live, history, wishes, root=request.root):
        return replace(publication, stopped=stopped)
    if wishes.is_dry or says_nothing_new(plan):
        return publication
    with telling_of(place):
        place.publish(record, manifest, plan, request.output_folder, progress)
    taken_over.is_kept, notes = True, list(publication.notes)
    if wishes.keeps_promises:
        notes += ledger.keep(request, place, promises, moment=record.moment)
    progress("announce", 0, 0)
    notes += announce(plan, wishes.told) if wishes.told else ()
    return replace(publication, is_live=True, notes=tuple(notes))


def _built(request: Request, progress: Progress) -> BuildResult:
    """Without the note on a missing ledger: whatever there is to know was just taken over."""
    result = build(request, progress=progress)
    return replace(result, notes=tuple(n for n in result.notes if n.id != "ledger-missing"))


# ---- what is published
def manifest_of(output: Path) -> bytes:
    """The manifest of what a build made. Raises: NewsgenError where the build did not come to its end."""
    with closing(Books.read(output / MANIFEST)) as books:
        lines = books.lines()
    if not lines or not all(lines):
        raise NewsgenError(f"{output} is not whole: run `newsgen build`")
    return "".join(lines).encode()


def _record(request: Request, manifest: bytes, live: Live, history: History, commit: Commit) -> Record:
    known = [record.number for record in (live.record, *history.rolled_back) if record]
    number = max([*known, *(int(id_[:6]) for id_ in history.live if id_[:6].isdecimal())], default=0) + 1
    url, id_ = brakes.site_of(request)
    sizes = [int(line.split(b"\t", 3)[2]) for line in manifest.splitlines()]
    return Record(
        id=f"{number:06}-{name_of(manifest)}",
        number=number,
        moment=moment(datetime.now(UTC)),
        by=myself(),
        newsgen=__version__,
        files=len(sizes),
        size=sum(sizes),
        commit=commit.id,
        is_dirty=commit.is_dirty,
        site=url,
        site_id=id_,
        noindex=brakes.config_is_preview(request),
    )


def _notes(commit: Commit, live: Live) -> Iterator[str]:
    if live.note:
        yield live.note
    if commit.is_dirty:
        yield "there are changes here that no commit has: commit them, or the next publication takes them off again"
    if live.record and live.record.is_dirty:
        yield (
            f"what was live had changes that no commit had (by {live.record.by}, {live.record.moment}):"
            " unless somebody has committed them since, this takes them off"
        )
