"""Writes the same stories as the source folder of newsgen, of Hugo and of Pelican.

Each layout is what that generator's manual recommends; where one lacks a feature, the README says
what stands in for it.
"""

from __future__ import annotations

import json
import shutil
import struct
import zlib
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, ClassVar

from stories import LANGUAGES, Story, Target, Version, load_words

SITE_URL = "https://news.example"
SITE_TITLES = {"fr": "Archive des infos", "en": "News archive"}
READ_MORE = {"fr": "En savoir plus : ", "en": "Read more: "}
HERE = Path(__file__).parent
# A newsroom's own article template, so that there is one to edit: see `edits`. Hugo's page.html has the same line.
NEWSGEN_ARTICLE = """{% extends "theme/article.html" %}
{% block trail %}
{{ super() }}
<p class="edition">edition</p>
{% endblock %}
"""


class Layout(ABC):
    """A source folder being filled story by story; `close` writes what needs all of them."""

    name: ClassVar[str]

    def __init__(self, root: Path) -> None:
        self.root = root
        self.categories: Mapping[str, Mapping[str, str]] = load_words()["categories"]
        self._folders: set[Path] = set()

    def write(self, story: Story) -> None:
        """Writes the story's articles, and its picture if it has one."""
        for version in story.versions:
            self._save(
                self.root / "content" / f"{story.id}.{version.lang}.md",
                self._article(story, version).encode(),
            )
        if story.versions[0].picture:
            self._save(self._picture_path(story), picture_of(story.id))

    @abstractmethod
    def close(self) -> None:
        """Writes configuration, templates, and what depends on all the stories."""

    @abstractmethod
    def _article(self, story: Story, version: Version) -> str: ...

    @abstractmethod
    def _picture_path(self, story: Story) -> Path: ...

    def _save(self, path: Path, data: bytes) -> None:
        # 200,000 calls of mkdir for 252 folders are worth avoiding.
        if path.parent not in self._folders:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._folders.add(path.parent)
        path.write_bytes(data)


class NewsgenLayout(Layout):
    """CONTENT.md: `content/YYYY/MM/slug.LANG.md`, cross-links as `[[story-id]]`."""

    name = "newsgen"

    def _article(self, story: Story, version: Version) -> str:
        picture = version.picture
        front_matter = {
            "title": version.title,
            "date": f"{story.date:%Y-%m-%d %H:%M}",
            "updated": story.updated and f"{story.updated:%Y-%m-%d %H:%M}",
            "slug": version.slug,
            "kicker": version.kicker,
            "lead": version.lead,
            "categories": story.categories,
            "tags": version.tags,
            "authors": story.authors,
            "source": story.source,
            "image": picture
            and {
                "src": story.id.rpartition("/")[2] + ".png",
                "alt": picture.alt,
                "caption": picture.caption,
                "credit": picture.credit,
            },
            "related": [target.story for target in story.related],
        }
        blocks = (f"[[{b.story}]]" if isinstance(b, Target) else b for b in version.body)
        return _yaml_block(front_matter) + _paragraphs(blocks)

    def _picture_path(self, story: Story) -> Path:
        return self.root / "content" / f"{story.id}.png"

    def close(self) -> None:
        config = {
            "title": SITE_TITLES,
            "url": f"{SITE_URL}/",
            "languages": list(LANGUAGES),
            "timezone": "Europe/Paris",
            "id": "news.example,2004",
            "page_size": 20,
            "feed_size": 20,
            "categories": self.categories,
        }
        self._save(self.root / "newsgen.yaml", "".join(_yaml_lines(config)).encode())
        self._save(self.root / "templates" / "article.html", NEWSGEN_ARTICLE.encode())


class HugoLayout(Layout):
    """Years and months are sections, days a taxonomy, cross-links a shortcode that looks up."""

    name = "hugo"

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        # Of each section ("" is the home page) and language: date of the newest article, and of the last update.
        self._newest: dict[tuple[str, str], tuple[datetime, datetime]] = {}

    def write(self, story: Story) -> None:
        super().write(story)
        for version in story.versions:
            for section in ("", f"{story.date:%Y}", f"{story.date:%Y/%m}"):
                date, updated = self._newest.get((section, version.lang), (story.date, story.date))
                newest = max(date, story.date), max(updated, story.updated or story.date)
                self._newest[section, version.lang] = newest

    def _article(self, story: Story, version: Version) -> str:
        picture = version.picture
        front_matter = {
            "title": version.title,
            "date": f"{story.date:%Y-%m-%dT%H:%M:%S}",
            "lastmod": story.updated and f"{story.updated:%Y-%m-%dT%H:%M:%S}",
            "slug": version.slug,
            "kicker": version.kicker,
            "lead": version.lead,
            "categories": story.categories,
            "tags": version.tags,
            "authors": story.authors,
            "sources": story.source and [story.source],
            "days": [f"{story.date:%Y-%m-%d}"],
            "picture": picture
            and {
                "src": f"/media/{story.id}.png",
                "alt": picture.alt,
                "caption": picture.caption,
                "credit": picture.credit,
            },
            "related": [f"/{target.story}" for target in story.related],
        }
        blocks = (f'{{{{< read-more "/{b.story}" >}}}}' if isinstance(b, Target) else b for b in version.body)
        return _yaml_block(front_matter) + _paragraphs(blocks)

    def _picture_path(self, story: Story) -> Path:
        return self.root / "static" / "media" / f"{story.id}.png"

    def close(self) -> None:
        shutil.copytree(HERE / "sites" / "hugo", self.root, dirs_exist_ok=True)
        shutil.copy(HERE / "static" / "style.css", self._folder("static") / "style.css")
        for category, names in self.categories.items():
            for lang, name in names.items():
                self._index(f"categories/{category}", lang, {"title": name})
        # With a date of its own: Hugo's server takes a section whose date is that of its newest page for changed after
        # every edit, looks for all that depends on it, and needs 25 times as long.
        for (section, lang), (date, updated) in sorted(self._newest.items()):
            front_matter = {
                "title": section.replace("/", "-") or SITE_TITLES[lang],
                "date": f"{date:%Y-%m-%dT%H:%M:%S}",
                "lastmod": f"{updated:%Y-%m-%dT%H:%M:%S}",
            }
            self._index(section, lang, front_matter)

    def _folder(self, name: str) -> Path:
        folder = self.root / name
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def _index(self, section: str, lang: str, front_matter: Mapping[str, Any]) -> None:
        path = self.root / "content" / section / f"_index.{lang}.md"
        self._save(path, _yaml_block(front_matter).encode())


class PelicanLayout(Layout):
    """Articles pair by `Story`, cross-links are `{filename}` links with their title written out."""

    name = "pelican"

    def _article(self, story: Story, version: Version) -> str:
        picture = version.picture
        metadata = {
            "Title": version.title,
            "Date": f"{story.date:%Y-%m-%d %H:%M}",
            "Modified": f"{story.updated:%Y-%m-%d %H:%M}" if story.updated else "",
            "Slug": version.slug,
            "Lang": version.lang,
            "Story": story.id,
            "Kicker": version.kicker,
            "Summary": version.lead,
            "Category": story.categories[0],
            "More_categories": ", ".join(story.categories[1:]),
            "Tags": ", ".join(version.tags),
            "Authors": ", ".join(story.authors),
            "Source": story.source,
            "Picture": f"media/{story.id}.png" if picture else "",
            "Picture_alt": picture.alt if picture else "",
            "Picture_caption": picture.caption if picture else "",
            "Picture_credit": picture.credit if picture else "",
            "Related": ", ".join(target.story for target in story.related),
        }
        head = "".join(f"{key}: {value}\n" for key, value in metadata.items() if value)
        blocks = (self._cross_link(b, version.lang) if isinstance(b, Target) else b for b in version.body)
        return f"{head}\n{_paragraphs(blocks)}"

    @staticmethod
    def _cross_link(target: Target, lang: str) -> str:
        target_lang, title = target.version_for(lang)
        return f"{READ_MORE[lang]}[{title}]({{filename}}/{target.story}.{target_lang}.md)"

    def _picture_path(self, story: Story) -> Path:
        return self.root / "content" / "media" / f"{story.id}.png"

    def close(self) -> None:
        shutil.copytree(
            HERE / "sites" / "pelican",
            self.root,
            dirs_exist_ok=True,
            ignore=shutil.ignore_patterns("__pycache__"),
        )
        style = self.root / "theme" / "static" / "style.css"
        self._save(style, (HERE / "static" / "style.css").read_bytes())
        names = json.dumps(self.categories, ensure_ascii=False, indent=2)
        self._save(self.root / "categories.json", names.encode())


def all_layouts() -> dict[str, type[Layout]]:
    """The layouts by name."""
    return {layout.name: layout for layout in (NewsgenLayout, HugoLayout, PelicanLayout)}


def picture_of(story: str) -> bytes:
    """A PNG of 640 by 360 pixels, its colours a function of the story id."""
    red, green, blue = zlib.crc32(story.encode()).to_bytes(4, "big")[:3]
    rows = b"".join(b"\0" + bytes((red, (green + y) % 256, blue)) * 640 for y in range(360))
    header = struct.pack(">IIBBBBB", 640, 360, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks
    )


def _paragraphs(blocks: Iterable[str]) -> str:
    return "\n\n".join(blocks) + "\n"


def _yaml_block(front_matter: Mapping[str, Any]) -> str:
    return "".join(["---\n", *_yaml_lines(front_matter), "---\n"])


def _yaml_lines(mapping: Mapping[str, Any], indent: str = "") -> Iterable[str]:
    """`mapping` as YAML, empty values left out.

    JSON's strings are YAML's double-quoted ones; dates alone are written bare, as editors do.
    """
    for key, value in mapping.items():
        match value:
            case None | "" | [] | ():
                continue
            case dict():
                yield f"{indent}{key}:\n"
                yield from _yaml_lines(value, f"{indent}  ")
            case str() if key in ("date", "updated", "lastmod", "slug"):
                yield f"{indent}{key}: {value}\n"
            case _:
                text = json.dumps(value, ensure_ascii=False)
                yield f"{indent}{key}: {text}\n"
