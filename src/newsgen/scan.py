"""Finds the files that a build reads: content, pictures, static files, templates, string tables."""

from __future__ import annotations

import errno
import os
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from newsgen import urls
from newsgen.diagnostics import Diagnostic, Location, error, warning
from newsgen.model import TERM_FOLDERS, Source, SourceKind

#: Editors' backup and lock files; CONTENT.md §1: they are no content.
_BACKUP = re.compile(r"~$|^#.*#$|\.(swp|swo|swx|orig|bak|rej|tmp)$|^(thumbs\.db|desktop\.ini)$", re.I)
_README = re.compile(r"^readme(\.[^.]+)?\.md$", re.I)
#: Names that Windows cannot hold (learn.microsoft.com, "Naming Files, Paths, and Namespaces").
_UNPORTABLE = re.compile(r"^(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|$)|[<>:\"|?*\\]|[. ]$", re.I)


@dataclass(frozen=True, slots=True)
class Scan:
    """What was found: content files and files to copy, templates by logical name, string tables by language."""

    content: tuple[Source, ...]
    media: tuple[Source, ...]
    static: tuple[tuple[str, Path], ...]  # path under static/, its file; the site's own before the bundled one
    templates: dict[str, tuple[str, Path]]  # logical name: path for diagnostics, its file
    tables: dict[str, tuple[tuple[str, Path], ...]]  # language: path for diagnostics and file, the bundled one first
    diagnostics: tuple[Diagnostic, ...]


def scan(root: Path, theme: Path, languages: tuple[str, ...]) -> Scan:
    """Everything below content/, templates/ and static/ of the site, over the bundled theme, file by file."""
    found: list[Diagnostic] = []
    content: dict[str, Source] = {}
    media: dict[str, Source] = {}
    folded: dict[str, str] = {}
    for path, below in _walk(root, "content", found):
        disk = path.as_posix()
        place = f"content/{below}"
        twin = folded.setdefault(urls.address_key(below), place)
        if twin != place:
            message = f"this path and {twin} differ only in case or Unicode form"
            found.append(error(Location(place), "path-case-clash", message, "rename one of the two"))
            continue
        name = below.rpartition("/")[2]
        if _UNPORTABLE.search(name) or _UNPORTABLE.search(name.partition(".")[0]):
            message = f"the name `{name}` cannot be held by every system"
            found.append(warning(Location(place), "name-unportable", message, "use letters, digits, `-` and `.`"))
        if below.lower().endswith(".md"):
            source = _content_source(below, place, languages, found)
            if source:
                content[place] = source
        else:
            nfc = unicodedata.normalize("NFC", below)
            media[nfc] = Source(place, "media", nfc, "", "", os.stat(disk).st_size)
    static = {}
    for base in (theme, root):
        for path, below in _walk(base, "static", found):
            static[unicodedata.normalize("NFC", below)] = path
    templates: dict[str, tuple[str, Path]] = {}
    tables: dict[str, tuple[tuple[str, Path], ...]] = {}
    for base in dict.fromkeys((theme, root)):
        for path, below in _walk(base, "templates", found, hidden=True):
            place = f"templates/{below}"
            if below.startswith("i18n/"):
                lang = below.removeprefix("i18n/").rpartition(".")[0]
                tables[lang] = (*tables.get(lang, ()), (place, path))
            else:
                if below in templates:
                    # So that a site's article.html can extend the bundled one that it takes the place of.
                    templates[f"theme/{below}"] = f"theme/{place}", templates[below][1]
                templates[below] = place, path
    return Scan(
        tuple(content[k] for k in sorted(content)), tuple(media[k] for k in sorted(media)),
        tuple(sorted(static.items())), templates, tables, tuple(found),
    )  # fmt: skip


def _content_source(below: str, place: str, languages: tuple[str, ...], found: list[Diagnostic]) -> Source | None:
    folder, _, rest = below.partition("/")
    kind: SourceKind = "article"
    named = below
    if folder == "pages" and rest:
        kind = "page"
    elif folder in TERM_FOLDERS and rest:
        kind, named = TERM_FOLDERS[folder], rest
    name = urls.story_and_language(named, languages)
    if not name.declared:
        message = f"the language `{name.suffix}` is not declared; declared are: {', '.join(languages)}"
        hint = f"name the file with one of them, or add `{name.suffix}` to `languages` in newsgen.yaml"
        found.append(error(Location(place), "language-undeclared", message, hint))
        return None
    return Source(place, kind, name.story_id, name.lang, "", 0)


def _walk(root: Path, folder: str, found: list[Diagnostic], *, hidden: bool = False) -> Iterator[tuple[Path, str]]:
    """(file, its path below `folder`), sorted; symbolic links are followed inside the site, each file once.

    `hidden`: names that begin with `_` count too, as templates' do.
    """
    top = root / folder
    limit = root.resolve()
    seen: set[tuple[int, int]] = set()  # of files found without a link: a link to them is the same file once more
    linked: list[tuple[Path, str]] = []

    def enter(base: Path, below: str, chain: tuple[str, ...], *, is_linked: bool) -> Iterator[tuple[Path, str]]:
        try:
            names = sorted(os.listdir(base), key=lambda n: unicodedata.normalize("NFC", n))
        except OSError as fault:
            message = f"the folder cannot be read: {fault.strerror}"
            found.append(error(Location(f"{folder}/{below}".rstrip("/")), "file-unreadable", message))
            return
        folders: list[str] = []
        for name in names:
            if name.startswith(".") or (name.startswith("_") and not hidden) or _BACKUP.search(name):
                continue
            if folder == "content" and _README.match(name):
                continue
            if not _is_utf8(name):
                shown = f"{folder}/{below}{os.fsencode(name).decode('utf-8', 'replace')}"
                message = "the file's name is not UTF-8"
                found.append(error(Location(shown), "encoding-invalid", message, "rename it"))
                continue
            path = base / name
            if path.is_symlink():
                linked.append((path, f"{below}{name}"))
            elif path.is_dir():
                folders.append(name)
            elif path.is_file():
                stat = path.stat()
                if is_linked and (stat.st_dev, stat.st_ino) in seen:
                    continue
                seen.add((stat.st_dev, stat.st_ino))
                yield path, f"{below}{name}"
        for name in folders:
            real = os.path.realpath(base / name)
            if real not in chain:
                yield from enter(base / name, f"{below}{name}/", (*chain, real), is_linked=is_linked)

    def follow(path: Path, below: str) -> Iterator[tuple[Path, str]]:
        place = Location(f"{folder}/{below}")
        target = os.readlink(path)
        try:
            real = path.resolve(strict=True)
        except (OSError, RuntimeError) as fault:
            if isinstance(fault, RuntimeError) or fault.errno == errno.ELOOP:
                found.append(error(place, "symlink-loop", "the symbolic link leads back to itself", "delete it"))
            else:
                message = f"the symbolic link leads nowhere: `{target}`"
                found.append(error(place, "symlink-dangling", message, "delete it or mend its target"))
            return
        if not real.is_relative_to(limit):
            message = f"the symbolic link leads out of the site folder: `{target}`"
            found.append(error(place, "symlink-outside", message, "copy the file into the site"))
        elif real.is_dir():
            if path.absolute().is_relative_to(real) or os.path.realpath(path.parent).startswith(f"{real}{os.sep}"):
                message = "the symbolic link leads back to a folder that it lies in"
                found.append(error(place, "symlink-loop", message, "delete the link"))
            else:
                yield from enter(path, f"{below}/", (str(real),), is_linked=True)
        else:
            stat = real.stat()
            if (stat.st_dev, stat.st_ino) not in seen:
                seen.add((stat.st_dev, stat.st_ino))
                yield path, below

    if top.is_dir():
        yield from enter(top, "", (os.path.realpath(top),), is_linked=False)
        while linked:
            batch, linked = sorted(linked, key=lambda item: item[1]), []
            for path, below in batch:
                yield from follow(path, below)


def _is_utf8(name: str) -> bool:
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def picture_size(path: Path) -> tuple[int, int]:
    """Width and height in pixels from a picture's own header, (0, 0) if it does not say."""
    import imagesize

    try:
        width, height = imagesize.get(str(path))
    except (OSError, ValueError, AttributeError):
        return 0, 0
    return (int(width), int(height)) if width > 0 and height > 0 else (0, 0)
