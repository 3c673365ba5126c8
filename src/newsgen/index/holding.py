"""Which language version of a story holds which back, until when, and the notes that say so."""

# A story is several files, a language each, and an embargo that stands in one of them must not leak through another. So
# whatever holds back in one file holds every version of the story, unless a version says something itself. What readers
# have already is another matter: a key of another system, which may mean nothing, takes none of it away.
#
#   in a file                         holds                                                    until
#   `draft: true`                     its own version, and those that were never published     somebody changes it
#   `publish`, to come                its own version, and those that were never published     that moment
#   `date`, to come                   its own version, and those that take its date            that moment
#   a key of another system           its own file (an error); the others, where not public    somebody changes it
#   errors                            its own file; the others by what can be read of it       as above
#                                       (`parsing.salvage`), where no good version stands in
#   `expires`                         ends every version that has none of its own
#
# Which were published the ledger says; without one, none was.
#
# A version is free of what others say where it says `draft` or `publish` itself, also `draft: false` and `publish:
# none`; with `--drafts`, `draft: true` counts as if it were not there, and frees nothing. Of several `publish` the
# latest holds, of several `expires` the earliest ends; a version without a date takes the oldest of the story.
#
#   state      because                                   goes on by
#   draft      something holds until somebody acts       an edit
#   scheduled  date or `publish` lies in the future      the clock; the moment stands in `version.wakes`
#   published  nothing holds                             the clock, at `version.ends`; an edit
#   expired    its end is past                           an edit
#   gone       `gone`, and nothing holds                 an edit
#   clash      another has its address                   that one's edit (`index.versions`)
#
# Each moment that is held against the clock (`stories._Merger.is_future`) becomes a row of the table `clock`: a build
# at another time merges just the stories with a moment in between.
#
# Proved by test_each_row_of_the_table_holds and test_as_the_clock_moves_each_build_of_the_table_equals_a_clean_one,
# over a table that test_the_table_has_every_key_in_every_state knows to be whole;
# test_what_another_version_holds_back_appears_nowhere, test_a_new_file_with_errors_holds_the_others_all_the_same,
# test_a_key_of_another_system_takes_no_other_version_away,
# test_our_own_keys_hold_what_is_public_and_it_is_public_no_more,
# test_a_translation_that_is_begun_takes_nothing_away, test_pages_hold_each_other_back_too,
# test_of_several_others_the_latest_publish_holds_and_the_earliest_expires_ends,
# test_with_drafts_a_draft_holds_nothing_and_an_embargo_does,
# test_a_last_good_version_decides_for_the_file_that_it_stands_in_for.

from __future__ import annotations

from collections.abc import Callable, Iterable
from math import inf

import msgspec

from newsgen.nouns.diagnostics import Diagnostic, Location, diagnose, part
from newsgen.nouns.model import FrontMatter, Moment, Parsed, State, When

Clock = Callable[[int], bool]  #: whether epoch seconds lie in the future
ToMoment = Callable[[When, Parsed], Moment]


class Cause(msgspec.Struct, frozen=True):
    """What holds a version back now."""

    key: str  # `draft`, `publish`, `date`; `` where the file could not be read as a whole
    written: str  # `draft: true`
    path: str
    place: Location  # of the key
    until: int | None = None  # epoch seconds; None: until somebody changes it
    is_foreign: bool = False  # a key of another system: it takes nothing away that is public


class Held(msgspec.Struct, frozen=True):
    """`starts` is the later of a version's date and its `publish`, whosoever wrote it; `causes` hold it back now, those
    of its own file first. `is_draft`: some of them end only when somebody changes a file. `is_spared`: a key of another
    system would hold the version, too, if it were not public."""

    starts: int
    is_draft: bool
    causes: tuple[Cause, ...]
    is_spared: bool = False


class Holding:
    """What the files of one story say of holding back. Rule: CONTENT.md §2, "Holding back".

    With `drafts`, `draft: true` counts as if it were not there, and `has_drafts` says whether it is.
    """

    def __init__(self, files: Iterable[Parsed], *, drafts: bool, is_future: Clock, to_moment: ToMoment) -> None:
        self.drafts, self.is_future, self.to_moment = drafts, is_future, to_moment
        self.has_drafts = False
        self.drafted: list[Cause] = []
        self.published: list[Cause] = []  # every `publish`, past ones too
        self.ends: list[tuple[str, int]] = []  # path and epoch seconds of every `expires`
        self.free: set[str] = set()  # paths of files that no other one holds back
        for file in files:
            self._take_broken(file) if file.front is None else self._take(file, file.front)

    def _take(self, file: Parsed, front: FrontMatter) -> None:
        if front.draft:
            self._draft(Cause("draft", "draft: true", file.path, place_of(file, "draft")))
        if front.publish:
            self._publish(file, front.publish, place_of(file, "publish"))
        if front.expires:
            self.ends.append((file.path, self.to_moment(front.expires, file).epoch))
        has_own = front.draft is False or (front.draft and not self.drafts) or front.publish
        if has_own or "draft" in front.declined or "publish" in front.declined:
            self.free.add(file.path)

    def _take_broken(self, file: Parsed) -> None:
        """A file with errors of its own and no version yet: what can be made out of it holds the others."""
        lines = set()
        for hold in file.holds or ():
            lines.add(hold.line)
            place = Location(file.path, hold.line, hold.column)
            if hold.until:
                self._publish(file, hold.until, place, written=hold.key)
            elif hold.key.startswith("draft:"):
                self._draft(Cause("", hold.key, file.path, place))
            else:
                is_foreign = not hold.key.startswith("publish:")
                self.drafted.append(Cause("", hold.key, file.path, place, is_foreign=is_foreign))
        front = file.partial
        if front is None:
            return
        place = place_of(file, "draft")
        if front.draft and place.line not in lines:
            self._draft(Cause("", "draft: true", file.path, place))
        place = place_of(file, "publish")
        if front.publish and place.line not in lines:
            self._publish(file, front.publish, place)

    def _draft(self, cause: Cause) -> None:
        self.has_drafts = True
        if not self.drafts:
            self.drafted.append(cause)

    def _publish(self, file: Parsed, when: When, place: Location, written: str = "") -> None:
        written = written or f"publish: {_as_written(when)}"
        self.published.append(Cause("publish", written, file.path, place, self.to_moment(when, file).epoch))

    def held(
        self,
        file: Parsed,
        day: Moment | None,
        day_source: Parsed,
        *,
        is_public: bool = False,
        is_promised: bool = False,
    ) -> Held:
        """What holds one version back, whose `date` a file says. `is_public`: readers have it already; `is_promised`:
        they have had it at some time, so that its own file alone holds it back."""
        drafted, published, causes, is_spared = self.drafted, self.published, [], False
        if drafted or published:
            if file.path in self.free:
                drafted, published = ([c for c in said if c.path == file.path] for said in (drafted, published))
            elif is_promised:
                drafted = [cause for cause in drafted if cause.path == file.path]
                published = [c for c in published if c.path == file.path or not self.is_future(c.until or 0)]
            elif is_public and any(cause.is_foreign for cause in drafted):
                drafted, is_spared = [cause for cause in drafted if not cause.is_foreign], True
            causes = [*drafted, *(c for c in published if c.until is not None and self.is_future(c.until))]
        starts = day.epoch if day else 0
        if day and self.is_future(starts):
            date = day_source.front.date if day_source.front else None
            written = f"date: {_as_written(date)}" if date else "date"
            causes.append(Cause("date", written, day_source.path, place_of(day_source, "date"), starts))
        if published:
            starts = max(starts, *(cause.until or 0 for cause in published))
        causes.sort(key=lambda cause: cause.path != file.path)
        return Held(starts, bool(drafted), tuple(causes), is_spared)

    def end(self, file: Parsed, front: FrontMatter) -> int | None:
        """Epoch seconds at which a version ends: by its own `expires`, else by the earliest of the others."""
        own = [at for path, at in self.ends if path == file.path]
        if own or "expires" in front.declined:
            return own[0] if own else None
        return min((at for _, at in self.ends), default=None)


def _as_written(when: When) -> str:
    day, _, time = when.value.partition("T")
    return f"{day} {time[:-3] if len(time) == 8 and time.endswith(':00') else time}".rstrip()


def place_of(file: Parsed, key: str) -> Location:
    """Where a key stands in a file; its beginning, where a last good version stands in for it or it has no such key."""
    front = file.front or file.partial
    written = next((k for k in front.keys if k.name == key), None) if front and not file.broken else None
    return Location(file.path, written.line, written.column) if written else Location(file.path)


# ---- the notes
class Shown(msgspec.Struct, frozen=True):
    """A version as its notes see it."""

    file: Parsed
    state: State
    held: Held


def told(versions: list[Shown], broken: Iterable[Parsed]) -> list[Diagnostic]:
    """The notes of a story whose versions hold each other back, or of which one is public while another is not.

    A file that a last good version stands in for is not spoken of: it stands only as long as it is public.
    """
    versions = [version for version in versions if not version.file.broken]
    public = [version for version in versions if version.state == "published"]
    notes = _told_held(versions) if any(version.held.causes for version in versions) else []
    if public:
        notes += _told_alone(public, [version for version in versions if version.held.causes])
        notes += [_told_unread(file, public) for file in broken if file.holds is None]
    return notes


def _told_held(versions: list[Shown]) -> list[Diagnostic]:
    notes = []
    holders: dict[str, tuple[Cause, list[str]]] = {}
    for version in versions:
        others: dict[str, Cause] = {}
        own = max((_end(c) for c in version.held.causes if c.path == version.file.path), default=0.0)
        for cause in version.held.causes:
            if cause.path != version.file.path and _end(cause) > own:
                others.setdefault(cause.path, cause)
        for path, cause in others.items():
            holders.setdefault(path, (cause, []))[1].append(version.file.path)
        if others:
            first = next(iter(others.values()))
            held_by = tuple(
                part("held/by", written=c.written, path=path, line=c.place.line) for path, c in others.items()
            )
            place = Location(version.file.path)
            notes.append(diagnose(place, "version-held", holders=held_by, free=_FREE[first.key]))
    for cause, paths in holders.values():
        free = _FREE[cause.key]
        notes.append(
            diagnose(cause.place, "version-held/holder", written=cause.written, others=tuple(paths), free=free)
        )
    return notes


def _end(cause: Cause) -> float:
    return inf if cause.until is None else cause.until


_FREE = {
    "": part("free/draft"),
    "draft": part("free/draft"),
    "publish": part("free/publish"),
    "date": part("free/date"),
}


def _told_alone(public: list[Shown], waiting: list[Shown]) -> list[Diagnostic]:
    if not waiting:
        return []
    notes = []
    causes = [version.held.causes[0] for version in waiting]
    held = tuple(
        part("held/version", path=v.file.path, written=c.written) for v, c in zip(waiting, causes, strict=True)
    )
    for version in public:
        places = [place_of(version.file, key) for key in ("draft", "publish")]
        place = next((place for place in places if place != Location(version.file.path)), places[0])
        notes.append(diagnose(place, "version-alone/public", held=held, same=_same(causes[0])))
    names = tuple(version.file.path for version in public)
    key = "version-alone/one" if len(public) == 1 else "version-alone"
    for version, cause in zip(waiting, causes, strict=True):
        place = cause.place if cause.path == version.file.path else Location(version.file.path)
        notes.append(diagnose(place, key, written=cause.written, others=names, same=_same(cause)))
    return notes


def _same(cause: Cause) -> str:
    """What another version is to say to be held back by the same."""
    if cause.key == "date":
        return cause.written.replace("date:", "publish:")
    return cause.written if cause.key else "draft: true"


def _told_unread(file: Parsed, public: list[Shown]) -> Diagnostic:
    others = tuple(version.file.path for version in public)
    return diagnose(Location(file.path), "version-unread", others=others)
