"""The merge of a story's language versions: pure functions of its parsed files."""

from __future__ import annotations

import calendar
import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from difflib import get_close_matches
from typing import Any, Literal
from zoneinfo import ZoneInfo

import msgspec
from msgspec.structs import replace

from newsgen.addresses import urls
from newsgen.index import holding
from newsgen.nouns.diagnostics import Diagnostic, Location, diagnose, part
from newsgen.nouns.model import (
    CENTRE,
    Alias,
    CorrectionView,
    FrontMatter,
    Moment,
    Parsed,
    Shown,
    Spelling,
    State,
    Text,
    UrlPath,
    Version,
    When,
)
from newsgen.pages import wanted
from newsgen.settings import content_policy
from newsgen.settings.config import Config

PUBLIC = ("published", "gone")  #: states of versions that have a page
TermKey = Callable[[str, str, str], str]  #: kind, language, spelling to the term's key, "" if it has none


class Circumstances(msgspec.Struct, frozen=True):
    """What a merge depends on besides the files."""

    config: Config
    zone: ZoneInfo
    now: int  # epoch seconds
    drafts: bool
    term_key: TermKey
    topics: frozenset[str]
    has_own: Callable[[str, str, UrlPath], bool]  # whether an address was published as that of a story in a language
    published_in: Callable[[str], frozenset[str]]  # languages in which a story was published, by the ledger
    promised: frozenset[str] = frozenset()  # languages in which the story was published, by the ledger
    public: Mapping[str, tuple[str, str]] = {}  # by language: path and state of versions of the story that readers have


class Merged(msgspec.Struct, frozen=True):
    versions: tuple[Version, ...]
    aliases: tuple[Alias, ...]
    spellings: tuple[Spelling, ...]
    slug_places: Mapping[str, Location]  # by language: where the editor may change the address
    related: Mapping[str, tuple[Text, ...]]  # by language
    oldest: int | None  # epoch seconds of its date
    moments: frozenset[int]  # epoch seconds at which the clock changes what the merge gives
    diagnostics: tuple[Diagnostic, ...]
    spared: frozenset[str] = frozenset()  # languages that are public though a key of another system would hold them
    previews: frozenset[str] = frozenset()  # languages that only `drafts` makes public
    refused: frozenset[str] = frozenset()  # paths of files that would be public but for an error against the others


# ---- moments
def moment(when: When, zone: ZoneInfo) -> tuple[Moment, bool]:
    """The moment in the site's time zone, and whether summer time skips that local time.

    A skipped time is read with the offset before the change (CONTENT.md §6); an offset that was written is converted.
    """
    if not when.has_time:
        day = date.fromisoformat(when.value)
        local = _in_minutes(datetime(day.year, day.month, day.day, tzinfo=zone))
        return Moment(when.value, when.value, False, _epoch(local), local.isoformat()), False
    read = datetime.fromisoformat(when.value)
    if read.tzinfo is None:
        local = read.replace(tzinfo=zone)
        skipped = _is_skipped(local)
        local = _in_minutes(local)
    else:
        local, skipped = _in_minutes(_in_zone(read, zone)), False
    return Moment(local.isoformat(), local.date().isoformat(), True, _epoch(local), local.isoformat()), skipped


def _in_minutes(local: datetime) -> datetime:
    """The time with an offset of whole minutes: local mean times before standard time have seconds, which neither
    RFC 3339 (5.6 time-numoffset) nor the W3C's date-time format can say."""
    offset = local.utcoffset() or timedelta()
    if not offset.seconds % 60:
        return local
    return local.replace(tzinfo=timezone(timedelta(minutes=round(offset.total_seconds() / 60))))


def _epoch(local: datetime) -> int:
    # Not timestamp(): that leaves the range of datetime in the years 1 and 9999.
    offset = local.utcoffset() or timedelta()
    return calendar.timegm(local.timetuple()) - int(offset.total_seconds())


def _is_skipped(local: datetime) -> bool:
    try:
        return local.astimezone(UTC).astimezone(local.tzinfo).replace(tzinfo=None) != local.replace(tzinfo=None)
    except OverflowError:
        return False


def _in_zone(read: datetime, zone: tzinfo) -> datetime:
    try:
        return read.astimezone(zone)
    except OverflowError:
        return read


def is_before(one: Moment, other: Moment) -> bool:
    """Whether `one` lies before `other`; days are compared where one of them has no time (CONTENT.md §6)."""
    if one.has_time and other.has_time:
        return one.epoch < other.epoch
    return one.day < other.day


# ---- the merge
def merge(story: str, files: list[Parsed], around: Circumstances) -> Merged:
    """The versions of one story from its readable files, faults included.

    A key of the story that a version lacks comes from the first version, in the order of `languages`, that has it, but
    `date` from the oldest, and what holds back as `holding` says. Rule: CONTENT.md §2.
    """
    diagnostics: list[Diagnostic] = []
    order = {lang: n for n, lang in enumerate(around.config.languages)}
    chosen: dict[str, Parsed] = {}
    doubles: list[Parsed] = []
    for file in sorted(
        files, key=lambda f: (f.lang not in order, order.get(f.lang, 0), f.front is None, f.name != story, f.path)
    ):
        if file.lang in chosen:
            other = chosen[file.lang].path
            diagnostics.append(
                diagnose(Location(file.path), "story-duplicate", other=other, lang=file.lang, story=story)
            )
            doubles.append(file)
        else:
            chosen[file.lang] = file
    merger = _Merger(story, list(chosen.values()), around, diagnostics)
    merger.refused |= {file.path for file in doubles if file.front and merger.would_be_public(file, file.front)}
    return merger.run()


def as_few_as_possible(
    story: str, files: list[Parsed], good: Mapping[str, Parsed], around: Circumstances
) -> dict[str, Parsed]:
    """Of the last good versions of files that are refused those that have to stand in, so that each of these files is
    public that can be: an error in one file takes nothing back that was changed in another."""
    order = {lang: n for n, lang in enumerate(around.config.languages)}

    def public(standing_in: Mapping[str, Parsed]) -> set[str]:
        merged = merge(story, [standing_in.get(file.path, file) for file in files], around)
        return {version.path for version in merged.versions if version.state in PUBLIC}

    can_be = public(good) & good.keys()
    needed = {path: good[path] for path in sorted(can_be)}
    # What nobody changed first: what it lacks is another's, whose last good version has it.
    for path in sorted(can_be, key=lambda path: (_is_other(good[path]), order.get(good[path].lang, 0), path)):
        fewer = {one: needed[one] for one in needed if one != path}
        if can_be <= public(fewer):
            needed = fewer
    return needed


def _is_other(good: Parsed) -> bool:
    """Whether the file says something else than its last good version, as far as front matter tells."""
    now = good.broken
    return now is None or (good.front, good.inline) != (now.front, now.inline)


_HOW_TO_WRITE = {"title": part("write/title"), "date": part("write/date")}


#: Required keys that one version may have for all others.
_OF_THE_STORY = ("date", "categories")


def _may_say(broken: Parsed, key: str) -> bool:
    """Whether a file with errors of its own has a key, or nothing can be made out of it."""
    front = broken.partial or broken.front
    return front is None or any(one.name == key for one in front.keys)


class _Merger:
    def __init__(self, story: str, files: list[Parsed], around: Circumstances, diagnostics: list[Diagnostic]) -> None:
        self.story, self.around, self.diagnostics = story, around, diagnostics
        self.present = files
        self.files = [file for file in files if file.front is not None]
        self.broken = [broken for file in files if (broken := file.broken or (None if file.front else file))]
        self.fronts = {file.lang: file.front for file in files if file.front is not None}
        self.spellings: list[Spelling] = []
        self.aliases: list[Alias] = []
        self.slug_places: dict[str, Location] = {}
        self.nonexistent: set[tuple[str, int, int]] = set()
        self.moments: set[int] = set()
        self.holding = self._holding(files, drafts=around.drafts)
        has_previews = around.drafts and self.holding.has_drafts
        self.undrafted = self._holding(files, drafts=False) if has_previews else None
        self.spared: set[str] = set()
        self.previews: set[str] = set()
        self.refused: set[str] = set()
        self.unread = [file for file in files if file.holds is None]
        self.shown: list[holding.Shown] = []

    def _holding(self, files: list[Parsed], *, drafts: bool) -> holding.Holding:
        return holding.Holding(files, drafts=drafts, is_future=self.is_future, to_moment=self.moment)

    def is_future(self, epoch: int) -> bool:
        """Whether it lies after the clock, which is noted as something that another clock would answer otherwise."""
        self.moments.add(epoch)
        return epoch > self.around.now

    def run(self) -> Merged:
        versions = [v for file in self.files if (v := self.version(file))]
        self._check_gone(versions)
        if self.unread or any(version.held.causes for version in self.shown):
            self.diagnostics += holding.told(self.shown, self.unread)
        related = {v.lang: self.fronts[v.lang].related for v in versions}
        self._check_broken()
        sorts = [v.date.epoch for v in versions if v.date]
        return Merged(
            tuple(versions),
            tuple(self.aliases),
            tuple(self.spellings),
            self.slug_places,
            related,
            min(sorts) if sorts else None,
            frozenset(self.moments),
            tuple(self.diagnostics),
            frozenset(self.spared),
            frozenset(self.previews),
            frozenset(self.refused),
        )

    def _check_broken(self) -> None:
        """Says what else is wrong with files that have errors of their own: all faults of a file in one run."""
        for file in self.broken:
            if file.partial is None:
                continue
            self.fronts[file.lang] = file.partial
            day = self.date(file)[0] if file.kind == "article" else None
            if file.kind == "article":
                self._categories(file)
                self._topics(file)
            slug = self._slug(file) if file.partial.title or file.partial.slug else ""
            url = self._url(file, slug, day) if slug and (day or file.kind == "page") else None
            sizes = len(self.aliases), len(self.spellings)
            self._aliases(file, url or UrlPath(""))
            self._terms(file, "tag", file.partial.tags)
            self._terms(file, "author", file.partial.authors)
            # What a broken file says is looked at; what it would publish waits until it is mended.
            self.aliases[sizes[0] :] = [replace(alias, counts=False) for alias in self.aliases[sizes[0] :]]
            del self.spellings[sizes[1] :]

    def shared(self, file: Parsed, key: str) -> tuple[Any, Parsed]:
        """The value of a key of the story for one version, and the file that says it: its own, else the first other."""
        front = self.fronts[file.lang]
        own = getattr(front, key)
        if own not in (None, ()) or key in front.declined:
            return own, file
        for other in self.files:
            value = getattr(self.fronts[other.lang], key)
            if value not in (None, ()):
                return value, other
        return own, file

    def moment(self, when: When, file: Parsed) -> Moment:
        made, skipped = moment(when, self.around.zone)
        if skipped and (file.path, when.line, when.column) not in self.nonexistent:
            self.nonexistent.add((file.path, when.line, when.column))
            written, zone = when.value.replace("T", " "), self.around.config.timezone
            self.diagnostics.append(
                diagnose(when.at(file.path), "time-nonexistent", written=written, zone=zone, read=made.iso)
            )
        return made

    def date(self, file: Parsed) -> tuple[Moment | None, Parsed]:
        """The `date` of one version, and the file that says it: its own, else the one whose `date` is the oldest."""
        front = self.fronts[file.lang]
        when, source = front.date, file
        if when is None and "date" not in front.declined:
            dated = [(other, date) for other in self.files if (date := self.fronts[other.lang].date)]
            if dated:
                source, when = min(dated, key=lambda pair: moment(pair[1], self.around.zone)[0].epoch)
            else:
                when = file.had_date
        return (self.moment(when, source) if when else None), source

    def version(self, file: Parsed) -> Version | None:
        front = self.fronts[file.lang]
        is_article = file.kind == "article"
        day, day_source = self.date(file) if is_article else (None, file)
        categories = self._categories(file) if is_article else ()
        lacks = [] if front.title else ["title"]
        if is_article:
            lacks += [] if day else ["date"]
            # A section that the configuration has no more takes nothing away that is public.
            lacks += [] if categories or file.broken else ["categories"]
        for key in lacks:
            self._missing(file, key)
        slug = self._slug(file)
        url = self._url(file, slug, day) if slug and (day or not is_article) else None
        tags, authors = self._terms(file, "tag", front.tags), self._terms(file, "author", front.authors)
        picture, title = self._picture(file), front.title
        updated = self._updated(file, day)
        is_preview = self.undrafted is not None and bool(
            self.undrafted.held(file, day, day_source, is_public=True).causes
        )
        is_public = not is_preview and self._is_public(file, front)
        is_promised = file.lang in self.around.promised
        held = self.holding.held(file, day, day_source, is_public=is_public, is_promised=is_promised)
        ends = self.holding.end(file, front)
        corrections = self._corrections(file)
        moments = [m for m in (day, updated, *(c.date for c in corrections)) if m]
        changed = max(moments, key=lambda m: m.epoch, default=None)
        self._aliases(file, url or UrlPath(""))
        translation = front.translation_of
        source = self._terms(file, "source", (front.source.name,))[:1] if front.source else ()
        topics = self._topics(file)
        state = self._state(front, held, ends)
        if lacks or url is None or title is None:
            if state == "published":
                self.refused.add(file.path)
            return None
        self.shown.append(holding.Shown(file, state, held))
        if state in PUBLIC and (is_preview or held.is_spared):
            (self.previews if is_preview else self.spared).add(file.lang)
        return Version(
            story=self.story, lang=file.lang, kind="article" if is_article else "page", path=file.path,
            state=state, url=url,
            title=file.inline.title, title_text=title.value,
            kicker=file.inline.kicker, lead=file.inline.lead, lead_text=file.inline.lead_text,
            description=front.description.value if front.description else file.inline.lead_text,
            date=day, updated=updated, changed=changed.full if changed else "", sort=held.starts,
            wakes=held.starts if self.is_future(held.starts) else None,
            ends=ends if ends is not None and self.is_future(ends) else None,
            categories=categories, tags=tags, authors=authors, topics=topics,
            source=source[0] if source else "",
            source_url=front.source.url.value if front.source and front.source.url else "",
            picture=picture, corrections=corrections,
            location=front.location.value if front.location else "",
            translation_of=translation.lang.value if translation else "",
            translation_date=self.moment(translation.date, file) if translation and translation.date else None,
            translation_behind=self._is_behind(file), gone=file.inline.gone, noindex=front.noindex,
            template=front.template.value if front.template else "",
            related=tuple(text.value for text in front.related), extra=front.extra,
        )  # fmt: skip

    def would_be_public(self, file: Parsed, front: FrontMatter) -> bool:
        """Whether nothing but its errors keeps a file off the site."""
        day = moment(front.date, self.around.zone)[0] if front.date else None
        held = self.holding.held(file, day, file)
        return self._state(front, held, self.holding.end(file, front)) == "published"

    def _is_public(self, file: Parsed, front: FrontMatter) -> bool:
        """Whether readers have this version; what was withdrawn is not public for being published again."""
        path, state = self.around.public.get(file.lang, ("", ""))
        return path == file.path and (state == "published" or (state == "gone" and front.gone is not None))

    def _state(self, front: FrontMatter, held: holding.Held, ends: int | None) -> State:
        if held.is_draft:
            return "draft"
        if self.is_future(held.starts):
            return "scheduled"
        if ends is not None and not self.is_future(ends):
            return "expired"
        return "gone" if front.gone else "published"

    def _missing(self, file: Parsed, key: str) -> None:
        front = self.fronts[file.lang]
        is_declined = key in front.declined
        if key == "categories" and not is_declined and self.shared(file, key)[0]:
            return  # each of them was an error of its own
        place = next((k for k in front.keys if k.name == key), None)
        case = "declined" if is_declined else "empty" if place else "absent"
        id_ = next((c.id for c in self.around.config.categories), "a-category")
        hint = part("write/categories", id=id_) if key == "categories" else _HOW_TO_WRITE[key]
        location = Location(file.path, place.line, place.column) if place else Location(file.path)
        if key in _OF_THE_STORY and not is_declined:
            if other := next((one for one in self.broken if one.path != file.path and _may_say(one, key)), None):
                self.diagnostics.append(diagnose(location, "key-missing/unread", key=key, other=other.path))
                return
            if left := sorted(self.around.published_in(self.story) - {one.lang for one in self.present}):
                fault = diagnose(location, "key-missing/left", key=key, lang=left[0], story=self.story, example=hint)
                self.diagnostics.append(fault)
                return
        self.diagnostics.append(diagnose(location, f"key-missing/{case}", key=key, example=hint))

    def _categories(self, file: Parsed) -> tuple[str, ...]:
        written, source = self.shared(file, "categories")
        if not written and file.had_categories:
            written = file.had_categories
        known = {category.id for category in self.around.config.categories}
        ids: dict[str, None] = {}
        for text in written:
            id_ = unicodedata.normalize("NFC", text.value)
            if id_ in known:
                ids[id_] = None
            elif source is file and text.line:
                near = get_close_matches(id_, sorted(known), 1, 0.5)
                place = text.at(file.path)
                if near:
                    fault = diagnose(place, "category-unknown/near", name=text.value, near=near[0])
                elif known:
                    fault = diagnose(place, "category-unknown", name=text.value, known=tuple(sorted(known)))
                else:
                    fault = diagnose(place, "category-unknown/none", name=text.value)
                self.diagnostics.append(fault)
        return tuple(ids)

    def _topics(self, file: Parsed) -> tuple[str, ...]:
        written, source = self.shared(file, "topics")
        ids: dict[str, None] = {}
        for text in written:
            id_ = unicodedata.normalize("NFC", text.value)
            if id_ in self.around.topics:
                ids[id_] = None
                place = text.at(source.path)
                self.spellings.append(Spelling("topic", id_, file.lang, id_, 0, self.story, place, False))
            elif source is file:
                near = get_close_matches(id_, sorted(self.around.topics), 1, 0.5)
                place = text.at(file.path)
                if near:
                    fault = diagnose(place, "topic-unknown/near", name=text.value, near=near[0])
                else:
                    fault = diagnose(place, "topic-unknown", name=text.value, id=id_, lang=file.lang)
                self.diagnostics.append(fault)
        return tuple(ids)

    def _terms(
        self, file: Parsed, kind: Literal["tag", "author", "source"], written: tuple[Text, ...]
    ) -> tuple[str, ...]:
        keys: dict[str, None] = {}
        for text in written:
            key = self.around.term_key(kind, file.lang, text.value)
            if not key:
                self.diagnostics.append(diagnose(text.at(file.path), "term-empty", kind=kind, name=text.value))
                continue
            if key not in keys:
                label = " ".join(unicodedata.normalize("NFC", text.value).split())
                self.spellings.append(Spelling(kind, key, file.lang, label, 0, self.story, text.at(file.path), False))
            keys[key] = None
        return tuple(keys)

    # ---- addresses
    def _slug(self, file: Parsed) -> str:
        front = self.fronts[file.lang]
        if front.slug:
            self.slug_places[file.lang] = front.slug.at(file.path)
            return front.slug.value
        self.slug_places[file.lang] = front.title.at(file.path) if front.title else Location(file.path)
        name = file.name.rpartition("/")[2]
        if file.kind == "page":
            made = "/".join(filter(None, map(urls.slugify, file.name.removeprefix("pages/").split("/"))))
            made = made or (urls.slugify(front.title.value) if front.title else "")
        else:
            made = (urls.slugify(front.title.value) if front.title else "") or urls.slugify(name)
        if not made and front.title:
            self.diagnostics.append(diagnose(front.title.at(file.path), "slug-missing"))
        return made

    def _url(self, file: Parsed, slug: str, day: Moment | None) -> UrlPath | None:
        if day is None:
            url = UrlPath(f"/{file.lang}/{slug}/")
        else:
            url = urls.permalink(
                self.around.config.permalink, lang=file.lang, date=date.fromisoformat(day.day), slug=slug
            )
        if over := urls.excess(url):  # the pattern adds to a slug that is nearly as long as names may be
            most = len(slug.encode()) - over
            near = urls.shortened(slug, most)
            self.diagnostics.append(diagnose(self.slug_places[file.lang], "slug-invalid/long", most=most, near=near))
            return None
        claimant = wanted.claimant(self.around.config, file.lang, url, slug)
        if claimant and not self.around.has_own(self.story, file.lang, url):
            name = urls.slugify(self.story.rpartition("/")[2]) or "article"
            free = f"{name if name != slug else 'article'}-{slug}"
            self.diagnostics.append(
                diagnose(self.slug_places[file.lang], f"slug-reserved/{claimant}", slug=slug, free=free)
            )
            return None
        return url

    def _aliases(self, file: Parsed, url: UrlPath) -> None:
        for text in self.fronts[file.lang].aliases:
            path = urls.alias_path(text.value, site_url=self.around.config.url)
            if path is None:
                site, place = self.around.config.url, text.at(file.path)
                elsewhere = re.fullmatch(r"https?://[\w.:-]+(/[^\s?#]+)", text.value, re.IGNORECASE)
                if elsewhere and urls.alias_path(elsewhere[1], site_url=site):
                    fault = diagnose(place, "alias-invalid/elsewhere", alias=text.value, path=elsewhere[1])
                else:
                    fault = diagnose(place, "alias-invalid", alias=text.value, site=site)
                self.diagnostics.append(fault)
            elif urls.address_key(path) == urls.address_key(url):
                self.diagnostics.append(diagnose(text.at(file.path), "alias-taken/own", url=path))
            else:
                self.aliases.append(Alias(path, self.story, file.lang, text.at(file.path)))

    # ---- the rest
    def _updated(self, file: Parsed, day: Moment | None) -> Moment | None:
        when = self.fronts[file.lang].updated
        if when is None:
            return None
        made = self.moment(when, file)
        if day and is_before(made, day):
            self.diagnostics.append(diagnose(when.at(file.path), "date-order", updated=made.day, date=day.day))
            return None
        if self.is_future(made.epoch):
            self.diagnostics.append(diagnose(when.at(file.path), "date-future", updated=made.iso))
        return made

    def _corrections(self, file: Parsed) -> tuple[CorrectionView, ...]:
        front = self.fronts[file.lang]
        made = []
        for correction, text in zip(front.corrections, file.inline.corrections, strict=True):
            at = self.moment(correction.date, file)
            if self.is_future(at.epoch):
                self.diagnostics.append(diagnose(correction.date.at(file.path), "date-future/correction", day=at.day))
            made.append(CorrectionView(at.day, at, text))
        return tuple(sorted(made, key=lambda c: (c.date.epoch, c.text)))

    def _picture(self, file: Parsed) -> Shown | None:
        own = self.fronts[file.lang].image
        if "image" in self.fronts[file.lang].declined:
            return None
        src, source = (own.src, file) if own and own.src else (None, file)
        if src is None:
            for other in self.files:
                image = self.fronts[other.lang].image
                if image and image.src:
                    src, source = image.src, other
                    break
        if src is None:
            written = (own.caption or own.credit or own.alt or own.focus) if own else None
            if written:
                self.diagnostics.append(diagnose(written.at(file.path), "picture-missing/no-src"))
            return None
        is_whole, path = picture_path(src.value, source.path)
        if not is_whole and not path:
            self.diagnostics.append(diagnose(src.at(source.path), "picture-missing/outside", address=src.value))
            return None
        if is_whole and not self._lets_load(src.value):
            self.diagnostics.append(diagnose(src.at(source.path), "picture-elsewhere", address=src.value))
        if own is None or own.alt is None:
            place = own.src.at(file.path) if own and own.src else Location(file.path)
            self.diagnostics.append(diagnose(place, "alt-missing", src=src.value))
        alt = own.alt.value if own and own.alt else ""
        credit = own.credit.value if own and own.credit else ""
        if is_whole:
            return Shown(url=src.value, alt=alt, caption=file.inline.caption, credit=credit)
        first = self.fronts[source.lang].image
        focus = (own and own.focus) or (first and first.focus)
        return Shown(
            path=path,
            alt=alt,
            caption=file.inline.caption,
            credit=credit,
            is_uncredited=bool(own and own.credit and not credit),
            focus=focus.value if focus else CENTRE,
        )

    def _lets_load(self, address: str) -> bool:
        """Whether the policy of the pages lets a picture of this address load."""
        config = self.around.config
        named = [source for sources in config.security.csp.values() for source in sources]
        return content_policy.allows((config.url.removesuffix(config.base_path), *named), address)

    def _is_behind(self, file: Parsed) -> bool:
        translation = self.fronts[file.lang].translation_of
        if not translation or not translation.date or translation.lang.value not in self.fronts:
            return False
        original = self.fronts[translation.lang.value]
        state = original.updated or original.date
        if state is None:
            return False
        return is_before(moment(translation.date, self.around.zone)[0], moment(state, self.around.zone)[0])

    def _check_gone(self, versions: list[Version]) -> None:
        withdrawn = [v for v in versions if v.gone]
        for version in versions if withdrawn else ():
            if not version.gone and version.state == "published":
                withdrawal = self.fronts[withdrawn[0].lang].gone
                place = withdrawal.at(withdrawn[0].path) if withdrawal else Location(withdrawn[0].path)
                self.diagnostics.append(diagnose(place, "gone-partial", other=version.path))


#: A scheme, or the letter of a drive.
_SCHEME = re.compile("[A-Za-z][A-Za-z0-9+.-]*:")


def picture_path(written: str, path: str) -> tuple[bool, str]:
    """Whether a lead picture is one of another site; else its path under content/, "" where it can have none.

    `path` is the file that names it.
    """
    if written.lower().startswith(("https://", "http://")):
        return True, ""
    return False, "" if _SCHEME.match(written) else content_path(
        written, path.removeprefix("content/").rpartition("/")[0]
    )


def content_path(written: str, folder: str) -> str:
    """The path under content/ that a file named relative to `folder`, or from content/ with "/", means.

    "" where it would leave content/.
    """
    parts: list[str] = [] if written.startswith("/") else [p for p in folder.split("/") if p]
    for name in written.split("/"):
        if name == "..":
            if not parts:
                return ""
            parts.pop()
        elif name not in ("", "."):
            parts.append(name)
    return unicodedata.normalize("NFC", "/".join(parts))
