"""Invents the stories of a news archive: any number of them, always the same for one seed.

Nothing here knows a generator's file format; `layouts` writes the same stories for each of them.
Stories come one by one, oldest first, and memory stays bounded, so that 200,000 are possible.
"""

from __future__ import annotations

import bisect
import itertools
import random
import re
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

FIRST_DAY, LAST_DAY = date(2004, 1, 1), date(2024, 12, 31)
LANGUAGES = ("fr", "en")
# A small archive is a few full days, not many days of one story: day pages then weigh as they
# do in a real newsroom's archive, whatever the size.
STORIES_ON_A_DAY = 10
SENTENCES_IN_POOL = 6000
PEOPLE_AS_TAGS = 210
AUTHORS = 40
LINKABLE_STORIES = 10_000


@dataclass(frozen=True, slots=True)
class Target:
    """An earlier story as a link needs it: its id, and its title in each language it exists in."""

    story: str
    titles: tuple[tuple[str, str], ...]

    def version_for(self, lang: str) -> tuple[str, str]:
        """Language and title to show a reader of `lang`: the other language where it must be."""
        return next((pair for pair in self.titles if pair[0] == lang), self.titles[0])


@dataclass(frozen=True, slots=True)
class Picture:
    """A lead picture; the file is `STORY_ID.png`."""

    alt: str
    caption: str
    credit: str


@dataclass(frozen=True, slots=True)
class Version:
    """One language version of a story. A `Target` in the body is a cross-link block."""

    lang: str
    title: str
    slug: str
    kicker: str
    lead: str
    tags: tuple[str, ...]
    body: tuple[str | Target, ...]
    picture: Picture | None


@dataclass(frozen=True, slots=True)
class Story:
    """What the versions share. `id` is `YYYY/MM/slug`; dates are local times of Europe/Paris."""

    id: str
    date: datetime
    updated: datetime | None
    categories: tuple[str, ...]
    authors: tuple[str, ...]
    source: str
    related: tuple[Target, ...]
    versions: tuple[Version, ...]


@dataclass(frozen=True, slots=True)
class Size:
    """How large an archive is: `articles` counts files, a bilingual story being two of them."""

    articles: int
    bilingual_share: float = 0.25
    picture_share: float = 0.02

    @property
    def stories(self) -> int:
        return max(1, round(self.articles / (1 + self.bilingual_share)))

    def is_bilingual(self, index: int) -> bool:
        """Spread evenly, so that the number of files is exactly `articles`."""
        extra = self.articles - self.stories
        return (index + 1) * extra // self.stories > index * extra // self.stories


@dataclass(frozen=True, slots=True)
class Prose:
    """The words of one language, and sentences made of them once: choosing is all that is left."""

    lang: str
    words: Mapping[str, Any]
    sentences: Sequence[str]

    def fill(self, template: str, rng: random.Random) -> str:
        """`template` with each slot filled, beginning with a capital."""
        text = re.sub(r"\{(\w+)\}", lambda slot: self._choose(slot[1], rng), template)
        return text[0].upper() + text[1:]

    def _choose(self, slot: str, rng: random.Random) -> str:
        if slot == "number":
            return str(rng.randint(2, 98))
        choice: str = rng.choice(self.words["quotes" if slot == "quote" else slot])
        return choice


def load_words() -> dict[str, Any]:
    """The word lists beside this file."""
    return tomllib.loads(Path(__file__).with_name("words.toml").read_text("utf-8"))


def slugify(title: str) -> str:
    """ASCII, lower case, at most 80 characters; apostrophes part words."""
    text = title.replace("œ", "oe").replace("æ", "ae").replace("ø", "o").replace("ł", "l")
    text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", re.sub(r"\s", " ", text)).strip("-")
    return slug[:80].rstrip("-")


def generate(size: Size, *, seed: int) -> Iterator[Story]:
    """The stories of an archive, oldest first; the same for equal arguments on any machine."""
    newsroom = _Newsroom.open(seed)
    days = _days_with_news(size.stories, random.Random(f"{seed}/days"))
    linkable: list[Target] = []
    taken: set[tuple[str, str]] = set()
    month = (0, 0)
    for index, day in enumerate(days):
        if (day.year, day.month) != month:
            month, taken = (day.year, day.month), set()
        rng = random.Random(f"{seed}/{index}")
        languages = LANGUAGES if size.is_bilingual(index) else LANGUAGES[:1]
        story = newsroom.write(day, languages, linkable, rng=rng, taken=taken, picture_share=size.picture_share)
        yield story
        target = Target(story.id, tuple((v.lang, v.title) for v in story.versions))
        if len(linkable) < LINKABLE_STORIES:
            linkable.append(target)
        else:
            linkable[rng.randrange(LINKABLE_STORIES)] = target


def _days_with_news(stories: int, rng: random.Random) -> Iterator[date]:
    """One day for each story, in order; the archive grows with the years, and Sundays are quiet."""
    calendar = [FIRST_DAY + timedelta(n) for n in range((LAST_DAY - FIRST_DAY).days + 1)]
    active = max(1, min(len(calendar), stories // STORIES_ON_A_DAY))
    days = sorted(rng.sample(calendar, active))
    weights = ((0.5 + n / len(days)) * (0.5 if day.weekday() == 6 else 1) for n, day in enumerate(days))
    totals = list(itertools.accumulate(weights))
    for n in range(stories):
        yield days[bisect.bisect_left(totals, (n + 0.5) / stories * totals[-1])]


@dataclass(frozen=True, slots=True)
class _Newsroom:
    """Everything that is drawn once for an archive: prose, authors, tags and their weights."""

    prose: Mapping[str, Prose]
    categories: Sequence[str]
    agencies: Sequence[str]
    authors: Sequence[str]
    tags: Sequence[Mapping[str, str]]
    tag_totals: Sequence[float]

    @classmethod
    def open(cls, seed: int) -> _Newsroom:
        words, rng = load_words(), random.Random(f"{seed}/newsroom")
        prose = {lang: _prose(lang, words[lang], rng) for lang in LANGUAGES}
        people = [f"{a} {b}" for a in words["names"]["first"] for b in words["names"]["last"]]
        rng.shuffle(people)
        pairs = [*words["tags"]["places"], *words["tags"]["themes"]]
        pairs += [(name, name) for name in people[AUTHORS : AUTHORS + PEOPLE_AS_TAGS]]
        tags = [dict(zip(LANGUAGES, pair, strict=True)) for pair in pairs]
        rng.shuffle(tags)
        return cls(
            prose=prose,
            categories=list(words["categories"]),
            agencies=words["names"]["agencies"],
            authors=people[:AUTHORS],
            tags=tags,
            # Zipf: the second tag is half as frequent as the first, as tags of real archives are.
            tag_totals=list(itertools.accumulate(1 / rank for rank in range(1, len(tags) + 1))),
        )

    def write(
        self,
        day: date,
        languages: Sequence[str],
        linkable: Sequence[Target],
        *,
        rng: random.Random,
        taken: set[tuple[str, str]],
        picture_share: float,
    ) -> Story:
        """A story of `day`; `taken` holds the month's slugs by language and is added to."""
        # Between 5 and 23 o'clock no local time is missing or doubled by summer time.
        minute = rng.randrange(5 * 60, 23 * 60)
        published = datetime.combine(day, time(minute // 60, minute % 60))
        tags = self._some_tags(rng)
        cross_link = rng.choice(linkable) if linkable and rng.random() < 0.5 else None
        has_picture = rng.random() < picture_share
        versions = tuple(
            self._version(self.prose[lang], tags, cross_link, rng=rng, taken=taken, has_picture=has_picture)
            for lang in languages
        )
        return Story(
            id=f"{day:%Y/%m}/{versions[0].slug}",
            date=published,
            updated=published + timedelta(hours=5) if rng.random() < 0.1 else None,
            categories=tuple(rng.sample(self.categories, 2 if rng.random() < 0.15 else 1)),
            authors=tuple(rng.sample(self.authors, 2 if rng.random() < 0.1 else 1)),
            source=rng.choice(self.agencies) if rng.random() < 0.5 else "",
            related=self._related(linkable, rng),
            versions=versions,
        )

    def _some_tags(self, rng: random.Random) -> list[Mapping[str, str]]:
        drawn = rng.choices(self.tags, cum_weights=self.tag_totals, k=rng.randint(1, 4))
        return list({tag["fr"]: tag for tag in drawn}.values())

    @staticmethod
    def _related(linkable: Sequence[Target], rng: random.Random) -> tuple[Target, ...]:
        if len(linkable) < 3 or rng.random() < 0.6:
            return ()
        return tuple({t.story: t for t in rng.choices(linkable, k=rng.randint(1, 3))}.values())

    @staticmethod
    def _version(
        prose: Prose,
        tags: Sequence[Mapping[str, str]],
        cross_link: Target | None,
        *,
        rng: random.Random,
        taken: set[tuple[str, str]],
        has_picture: bool,
    ) -> Version:
        title = prose.fill(rng.choice(prose.words["titles"]), rng)
        slug = base = slugify(title)
        number = itertools.count(2)
        while (prose.lang, slug) in taken:
            slug = f"{base[:72]}-{next(number)}"
        taken.add((prose.lang, slug))
        picture = None
        if has_picture:
            caption = prose.fill(prose.words["caption"], rng)
            alt = prose.fill("{who}, {city}", rng)
            picture = Picture(alt=alt, caption=caption, credit=rng.choice(("Reuters", "AFP")))
        return Version(
            lang=prose.lang,
            title=title,
            slug=slug,
            kicker=tags[0][prose.lang],
            lead=" ".join(rng.choices(prose.sentences, k=2)),
            tags=tuple(tag[prose.lang] for tag in tags),
            body=_body(prose, cross_link, rng),
            picture=picture,
        )


def _prose(lang: str, words: Mapping[str, Any], rng: random.Random) -> Prose:
    prose = Prose(lang, words, ())
    filled = [prose.fill(rng.choice(words["sentences"]), rng) for _ in range(SENTENCES_IN_POOL)]
    return Prose(lang, words, filled)


def _body(prose: Prose, cross_link: Target | None, rng: random.Random) -> tuple[str | Target, ...]:
    """Five to nine paragraphs, 400 to 500 words in all, with the Markdown that agency copy has."""
    paragraphs = rng.randint(5, 9)
    sentences = rng.choices(prose.sentences, k=max(paragraphs, rng.randint(13, 16)))
    cuts = sorted(rng.sample(range(1, len(sentences)), paragraphs - 1))
    texts = [" ".join(sentences[start:end]) for start, end in zip([0, *cuts], [*cuts, len(sentences)], strict=True)]
    blocks: list[str | Target] = list(texts)
    if rng.random() < 0.6:
        blocks[0] = _in_bold(texts[0], rng)
    if rng.random() < 0.4:
        address = f"https://agency.example/{prose.lang}/{rng.randint(1000, 99999)}"
        blocks[1] = f"{texts[1]} ([{rng.choice(prose.words['link_text'])}]({address}))"
    if rng.random() < 0.2:
        blocks[2] = f"{texts[2]}[^1]"
        blocks.append(f"[^1]: {rng.choice(prose.words['notes'])}")
    # From here on whole blocks go in, between the paragraphs.
    if rng.random() < 0.3:
        blocks.insert(3, f"> {prose.fill('{quote}.', rng)}")
    if rng.random() < 0.3:
        items = rng.sample(prose.words["items"], 3)
        blocks.insert(4, "\n".join(f"- {prose.fill(item, rng)}" for item in items))
    if rng.random() < 0.4:
        blocks.insert(rng.randint(2, 3), f"## {rng.choice(prose.words['headings'])}")
    if cross_link:
        blocks.insert(rng.randint(1, 4), cross_link)
    return tuple(blocks)


def _in_bold(text: str, rng: random.Random) -> str:
    words = text.split(" ")
    start = rng.randrange(1, len(words) - 4)
    words[start] = f"**{words[start]}"
    words[start + 2] = f"{words[start + 2]}**"
    return " ".join(words)
