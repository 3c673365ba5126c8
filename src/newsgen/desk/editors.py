"""What editors have done for them: slugs written into files, a new site."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib import resources
from pathlib import Path

from msgspec.structs import replace

from newsgen.addresses import urls
from newsgen.desk.new_story import is_reserved, yaml_text
from newsgen.nouns.diagnostics import NewsgenError
from newsgen.nouns.model import FrontMatter, Source
from newsgen.parsing import file_parts, frontmatter
from newsgen.pipeline import CONFIG_NAME, theme_folder
from newsgen.settings import reading, yaml_nodes, yaml_tree
from newsgen.settings.config import Config, zone
from newsgen.sources import scan


# ---- freeze
@dataclass(frozen=True, slots=True)
class Frozen:
    """What `freeze` did: the slug by path of each file that it changed, and why others could not be."""

    slugs: dict[str, str]
    had_one: int
    left: dict[str, str]  # path to reason


def freeze(root: Path, config: Config) -> Frozen:
    """Writes `slug:` below the title of every article file that lacks one: the slug that its address has now.

    Everything else in the file stays byte for byte. Pages and term files are left alone.
    """
    slugs: dict[str, str] = {}
    had_one = 0
    seen = scan.scan(root, theme_folder(), config.languages)
    left = {d.location.path: d.message for d in seen.diagnostics if d.id == "file-unreadable"}
    for change in seen.changes:
        source = change.new
        if source is None or source.kind != "article":
            continue
        try:
            data = (root / source.path).read_bytes()
        except OSError as fault:
            left[source.path] = f"it cannot be read: {fault.strerror}"
            continue
        front = _front(source, data, config)
        if front is None:
            left[source.path] = "it has errors of its own, which `newsgen check` shows"
        elif front.slug:
            had_one += 1
        else:
            slug, reason = _current_slug(source, front, config)
            changed = _with_slug(source, data, slug, config) if slug else None
            if changed is None:
                left[source.path] = reason or f"write `slug: {slug}` by hand: its front matter is not one key a line"
            else:
                _replace(root / source.path, changed)
                slugs[source.path] = slug
    return Frozen(slugs, had_one, left)


def _front(source: Source, data: bytes, config: Config) -> FrontMatter | None:
    return frontmatter.read(data, path=source.path, kind=source.kind, languages=config.languages).front


def _current_slug(source: Source, front: FrontMatter, config: Config) -> tuple[str, str]:
    """The slug that the article's address has, and "", or "" and why it has none."""
    if front.title is None:
        return "", "it has no title"
    slug = urls.slugify(front.title.value) or urls.slugify(source.name.rpartition("/")[2])
    if not slug:
        return "", "neither title nor file name has a letter or digit"
    if is_reserved(config, source.lang, slug):
        return "", f"the slug `{slug}` is reserved: write another"
    return slug, ""


def _with_slug(source: Source, data: bytes, slug: str, config: Config) -> bytes | None:
    """The file with one line more, None if there is no place for it that leaves all else as it is."""
    lines = re.split(r"(?<=\n)|(?<=\r)(?!\n)", data.decode())
    before = frontmatter.read(data, path=source.path, kind=source.kind, languages=config.languages)
    for number, indent in _places(data, lines, source.path):
        ending = re.search(r"\r\n|\r|\n|$", lines[number - 1])
        line = f"{indent}slug: {slug}{ending[0] if ending else ''}"
        changed = "".join([*lines[:number], line, *lines[number:]]).encode()
        after = frontmatter.read(changed, path=source.path, kind=source.kind, languages=config.languages)
        if (
            after.front
            and before.front
            and _same_but_slug(before.front, after.front, slug)
            and after.body == before.body
        ):
            return changed
    return None


def _places(data: bytes, lines: list[str], path: str) -> Iterator[tuple[int, str]]:
    """Behind which line the slug may stand, and its indent: right below the title; else before the next key."""
    parts = file_parts.split(data, path)
    root, _ = yaml_tree.read(parts.front or "", path=path, first_line=parts.front_line)
    if not isinstance(root, yaml_nodes.Mapping):
        return
    title = next((entry.key for entry in root.entries if entry.key.value == "title"), None)
    if title is None:
        return
    indent = lines[title.line - 1][: title.column - 1]
    if indent.strip(" "):
        return
    later = [entry.key.line for entry in root.entries if entry.key.line > title.line]
    following = min(later, default=parts.body_line - 1)
    last = following - 1
    while last > title.line and lines[last - 1].lstrip(" \t").startswith(("#", "\r", "\n")):
        last -= 1  # comments and empty lines belong to the key below them
    yield last, indent
    yield following - 1, indent
    yield title.line - 1, indent


def _same_but_slug(before: FrontMatter, after: FrontMatter, slug: str) -> bool:
    if after.slug is None or after.slug.value != slug:
        return False
    return _values(replace(before, slug=None, keys=())) == _values(replace(after, slug=None, keys=()))


def _values(front: FrontMatter) -> str:
    """All values without their places, which move by a line."""
    return re.sub(r"line=\d+, column=\d+", "", repr(front))


def _replace(path: Path, data: bytes) -> None:
    """Puts the bytes in the file's place, whole or not at all, with its permissions; a link stays a link."""
    target = Path(os.path.realpath(path))
    try:
        handle, name = tempfile.mkstemp(prefix=".newsgen-", dir=target.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
            shutil.copymode(target, name)
            os.replace(name, target)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as fault:
        raise NewsgenError(f"{path} cannot be written: {fault.strerror}") from fault


# ---- init
_CATEGORY = {"fr": "À la une", "en": "Top stories"}
_OWN_WORDS = ("fr", "en")  # the languages of the starter's texts
_TEMPLATE = """\
title: {title}
url: {url}  # where the site will be published
languages: {languages}
timezone: {timezone}
id: {id}  # names the site in feeds; never change it once you have published

# The sections, in the order of the menu. Without a slug, the address is the id.
categories:
  a-la-une: {category}
"""


def init(
    folder: Path,
    *,
    languages: Sequence[str],
    url: str,
    title: str,
    now: datetime,
    timezone: str = "UTC",
    beside: Mapping[str, str] | None = None,
) -> tuple[str, ...]:
    """Makes a site that builds without a warning, and returns the paths of its files.

    One story and one page in every language (in English where newsgen has no words of its own), one category, dated
    `now`. `beside`: texts of other files, by path.
    Raises: NewsgenError if the folder has something in it (but `.git`), or a value cannot be used.
    """
    languages = tuple(dict.fromkeys(languages))
    files = _site_files(languages, url, title, now, timezone) | dict(beside or {})
    try:
        if folder.exists() and any(name != ".git" for name in os.listdir(folder)):
            raise NewsgenError(f"{folder} is not empty: name a folder that is empty or not there yet")
        for path, text in files.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(text, encoding="utf-8", newline="\n")
    except OSError as fault:
        raise NewsgenError(f"{folder} cannot be used: {fault.strerror}") from fault
    return tuple(files)


def _site_files(languages: tuple[str, ...], url: str, title: str, now: datetime, timezone: str) -> dict[str, str]:
    config, text = _first_config(languages, url, title, now, timezone)
    day = now.astimezone(zone(config))
    story = f"content/{day.date().isoformat()[:7].replace('-', '/')}/first-story"
    files = {CONFIG_NAME: text, ".gitignore": _starter("gitignore")}
    for lang in config.languages:
        words = lang.partition("-")[0].lower()
        words = words if words in _OWN_WORDS else "en"
        others = [f"`{other}`" for other in config.languages if other != lang]
        pattern = "Le même article existe en {}. " if words == "fr" else "The same story exists in {}. "
        values = {
            # Keys of the story stand in one file, so that there is one place to change them.
            "shared": f"date: {day.date()}\ncategories: [a-la-une]\n" if lang == config.default_language else "",
            "others": pattern.format(", ".join(others)) if others else "",
            "path": f"`{story}.{lang}.md`",
            "lang": lang,
        }
        for name, path in (("story", f"{story}.{lang}.md"), ("about", f"content/pages/about.{lang}.md")):
            files[path] = _filled(_starter(f"{words}/{name}.md"), values)
    return files


def _first_config(languages: tuple[str, ...], url: str, title: str, now: datetime, timezone: str) -> tuple[Config, str]:
    url = url if "://" in url else f"https://{url}"
    url = url if url.endswith("/") else f"{url}/"
    names = {lang: _CATEGORY.get(lang.partition("-")[0].lower(), _CATEGORY["en"]) for lang in languages}
    category = "{" + ", ".join(f"{lang}: {_category_words(lang, name)}" for lang, name in names.items()) + "}"
    values = {
        # The name of a folder may be no text.
        "title": yaml_text(" ".join(title.encode("utf-8", "replace").decode().split())),
        "url": url,
        "timezone": timezone,
        "category": category,
        "languages": "[" + ", ".join(languages) + "]",
    }
    without_id = re.sub(r"(?m)^id: .*\n", "", _filled(_TEMPLATE, values))
    values["id"] = f"{_loaded(without_id).id.partition(',')[0]},{now.year:04}"
    text = _filled(_TEMPLATE, values)
    return _loaded(text), text


def _category_words(lang: str, name: str) -> str:
    return name if lang.partition("-")[0].lower() == "fr" else f"{{title: {name}, slug: {urls.slugify(name)}}}"


def _loaded(text: str) -> Config:
    config, diagnostics = reading.load(text.encode("utf-8", "replace"), CONFIG_NAME)
    if config is None or diagnostics:
        raise NewsgenError("; ".join(f"{d.message} ({d.hint})" if d.hint else d.message for d in diagnostics))
    return config


def _starter(name: str) -> str:
    return resources.files("newsgen.desk").joinpath("starter", *name.split("/")).read_text("utf-8")


def _filled(text: str, values: dict[str, str]) -> str:
    return re.sub(r"\{(\w+)\}", lambda match: values.get(match[1], match[0]), text)


def system_timezone() -> str:
    """The name of this machine's time zone, as `timezone` of newsgen.yaml has it; UTC if it has none."""
    name = os.environ.get("TZ", "").removeprefix(":")
    if not name:
        with contextlib.suppress(OSError):
            name = os.path.realpath("/etc/localtime").partition("zoneinfo/")[2]
    name = name.removeprefix("posix/").removeprefix("right/")
    try:
        zone(Config(title={}, url="", languages=("en",), id="", timezone=name))
    except ValueError:
        return "UTC"
    return "UTC" if name in ("Etc/UTC", "UCT", "Universal", "Zulu", "Etc/UCT") else name
