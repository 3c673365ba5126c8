"""The edits of an archive: each one changes the text of a source file, and says where the new words must appear.

An edit is applied to the source folders of newsgen and of Hugo alike, and stays: the next one comes on top of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

# What `--edits` may name, in the order in which they are made.
KINDS = ("body", "newest", "headline", "story", "template")
KINDS_IN_WORDS = {
    "unchanged": "nothing changed",
    "body": "a sentence more, article of median age",
    "newest": "a sentence more, one of the five newest",
    "headline": "another headline, article of median age",
    "story": "one new story, the newest",
    "template": "article template",
}
TEMPLATES = ("templates/article.html", "layouts/page.html")
TITLE = r'^(title: ".*?)( reperage\d+)?"$'
SAMPLED_PAGES = 25
NEWEST = 5


@dataclass(frozen=True, slots=True)
class Edit:
    """One change; `text` are the words it brings, `outputs` the files where they must stand after the build.

    `least_files` is in how many of the files that newsgen writes they must stand at least.
    """

    kind: str
    text: str
    path: str
    outputs: tuple[str, ...]
    least_files: int = 1
    model: str = ""  # the article that a new story is a copy of
    date: datetime | None = None

    def apply(self, source: Path) -> None:
        """Changes the source folder of newsgen or of Hugo."""
        match self.kind:
            case "body" | "newest":
                # One write at the end of the file: no watcher sees half of it.
                with (source / self.path).open("ab") as file:
                    file.write(f"\nUne phrase de plus : {self.text} confirme.\n".encode())
            case "headline":
                self._replace(source / self.path, source / self.path, {TITLE: rf'\1 {self.text}"'})
            case "story":
                changes = {
                    TITLE: rf'\1 {self.text}"',
                    r"^slug: .*$": f"slug: {Path(self.path).name.removesuffix('.fr.md')}",
                    r"^date: \S+T.*$": f"date: {self.date:%Y-%m-%dT%H:%M:%S}",
                    r"^date: \S+ .*$": f"date: {self.date:%Y-%m-%d %H:%M}",
                    r"^(updated|lastmod): .*\n": "",
                    r"^days: .*$": f'days: ["{self.date:%Y-%m-%d}"]',
                }
                self._replace(source / self.model, source / self.path, changes)
            case "template":
                for template in TEMPLATES:
                    path = source / template
                    if path.exists():
                        self._replace(path, path, {r'(<p class="edition">)[^<]*': rf"\g<1>{self.text}"})

    @staticmethod
    def _replace(source: Path, target: Path, changes: dict[str, str]) -> None:
        text = source.read_text("utf-8")
        for pattern, new in changes.items():
            text = re.sub(pattern, new, text, count=1, flags=re.M)
        target.write_text(text, "utf-8")

    def missing(self, output: Path) -> list[str]:
        """The outputs that do not have the new words."""
        return [name for name in self.outputs if not has_text(output / name, self.text)]


class Archive:
    """The articles of a source folder, and the edits still to be made in it."""

    def __init__(self, source: Path) -> None:
        # By month, then by name: the middle one is of median age to the month.
        paths = (source / "content").glob("[0-9]*/*/[!_]*.fr.md")
        articles = sorted(path.relative_to(source).as_posix() for path in paths)
        middle = len(articles) // 2
        self._source = source
        self._sample = articles[:: max(1, len(articles) // SAMPLED_PAGES)]
        self._median = _around(articles, middle)
        self._newest, self._last = _newest(source, articles)
        self._number = 0

    def next(self, kind: str) -> Edit:
        """Another edit of this kind, of a file that no other edit of median age touched."""
        self._number += 1
        text = f"reperage{self._number:05d}"
        match kind:
            case "body":
                path = next(self._median)
                return Edit(kind, text, path, (page_of(path),))
            case "headline":
                path = next(self._median)
                return Edit(kind, text, path, (page_of(path),), least_files=2)
            case "newest":
                path = self._newest[self._number % min(NEWEST, len(self._newest))]
                return Edit(kind, text, path, (page_of(path), "fr/feed.atom"), least_files=2)
            case "story":
                self._last += timedelta(minutes=1)
                month = f"content/{self._last:%Y/%m}/"
                # Of the same month, because its picture lies beside it.
                models = [path for path in self._newest[:NEWEST] if path.startswith(month)]
                model = models[self._number % len(models)] if models else self._newest[0]
                path = f"{month}{text}.fr.md"
                self._newest.insert(0, path)
                outputs = (page_of(path), "fr/index.html", "fr/feed.atom")
                return Edit(kind, text, path, outputs, least_files=4, model=model, date=self._last)
            case "template":
                return Edit(kind, text, TEMPLATES[0], tuple(map(page_of, self._sample)))
            case _:
                raise ValueError(kind)


def page_of(path: str) -> str:
    """The output of a French article: the slug is written down and is the file's name."""
    return f"fr/{path.removeprefix('content/').removesuffix('.fr.md')}/index.html"


def has_text(path: Path, text: str) -> bool:
    """Whether a file is there and has the words."""
    try:
        return text.encode() in path.read_bytes()
    except OSError:
        return False


def _around(articles: Sequence[str], middle: int) -> Iterator[str]:
    """The articles from the middle outwards, over and over."""
    while True:
        for step in range(len(articles) // 2):
            yield articles[middle + step]
            yield articles[middle - step - 1]


def _newest(source: Path, articles: Sequence[str]) -> tuple[list[str], datetime]:
    """The newest articles, the newest first, and when the newest was published."""
    months = sorted({path.rpartition("/")[0] for path in articles})[-2:]
    dated = []
    for path in articles:
        if path.rpartition("/")[0] in months:
            found = re.search(r"^date: (\S+)[T ](\d\d:\d\d)", (source / path).read_text("utf-8"), re.M)
            if found:
                dated.append((datetime.fromisoformat(f"{found[1]}T{found[2]}"), path))
    dated.sort(reverse=True)
    return [path for _, path in dated[:NEWEST]], dated[0][0]
