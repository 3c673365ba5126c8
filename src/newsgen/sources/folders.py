"""Lists the folders that sources lie in: the names of their files and what `lstat` says of each, packed by folder."""

from __future__ import annotations

import errno
import os
import re
import sys
import unicodedata
from collections.abc import Iterable, Iterator
from pathlib import Path
from stat import S_IFDIR, S_IFLNK, S_IFMT, S_IFREG

import msgspec

from newsgen.addresses.urls import forbidden_in, printable
from newsgen.nouns.diagnostics import Diagnostic, Location, NewsgenError, diagnose

#: Editors' backup and lock files; CONTENT.md §1: they are no content.
_BACKUP = re.compile(r"~\Z|^#.*#\Z|\.(swp|swo|swx|orig|bak|rej|tmp)\Z|^(thumbs\.db|desktop\.ini)\Z", re.I)
#: Files and folders for hosts, and for others who ask the site's host.
_HOSTS_NAMES = (".htaccess", ".nojekyll", ".well-known")
_README = re.compile(r"^readme(\.[^.]+)?\.(md|markdown)\Z", re.I)
#: What nearly all names are like: none of the rules for names says anything about them.
_ORDINARY = re.compile(r"(?!(?:readme|con|prn|aux|nul|com[0-9]|lpt[0-9])\.)[a-z0-9][a-z0-9-]*(?:\.[a-z]{2})?\.md")

#: Size, modification and change time in nanoseconds, inode.
Stat = tuple[int, int, int, int]
#: What stands for a file that must be read the next time, whatever `lstat` says.
UNKNOWN: Stat = (-1, 0, 0, 0)

_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder().decode


class Top(msgspec.Struct, frozen=True):
    """A folder at the top of a site or theme: content, static or templates; `place` is its path in diagnostics.

    `closed`: real paths of folders that nothing is published from, whatever link leads there: outputs and caches.
    """

    base: Path
    name: str
    place: str
    closed: tuple[str, ...] = ()


class Folder(msgspec.Struct, frozen=True):
    """One folder with files in it. `place`: its path for diagnostics, `path`: where it is, both with `/` at the end."""

    place: str
    path: str
    stats: bytes
    files: int


def pack(stats: Iterable[tuple[str, Stat]]) -> bytes:
    """Names and figures of a folder's files as bytes that are equal where all of them are."""
    return _pack([(name, *stat) for name, stat in stats])


def unpack(stats: bytes) -> list[tuple[str, Stat]]:
    """What `pack` made bytes of; names that are not UTF-8 are decoded as the file system's are."""
    return [
        (name if isinstance(name, str) else os.fsdecode(name), (size, mtime, ctime, inode))
        for name, size, mtime, ctime, inode in _decode(stats)
    ]


def _pack(rows: list[tuple[str, int, int, int, int]]) -> bytes:
    try:
        return _encode(rows)
    except UnicodeEncodeError:
        return _encode([(name if is_utf8(name) else os.fsencode(name), *stat) for name, *stat in rows])


def is_ordinary(name: str) -> bool:
    """True for most names of content files that count and that every system can hold; quick."""
    return _ORDINARY.fullmatch(name) is not None


def is_source(name: str, top: str) -> bool:
    """Does a file or folder of this name count in content, static or templates?"""
    return is_ordinary(name) or not (
        name.startswith(".")
        or (name.startswith("_") and top != "templates")
        or _BACKUP.search(name)
        or (top == "content" and _README.match(name))
    )


def hidden_by_name(place: str) -> Diagnostic | None:
    """That a file or folder of static/ is not published because its name begins with `_`; None for all others.

    Such names mean something to hosts (`_redirects`), and nobody puts one there for nothing; editors and systems leave
    those with a dot (`.DS_Store`), of which `_of_hosts` knows the ones that mean something.
    """
    name = place.rpartition("/")[2]
    if not (place.startswith("static/") and name.startswith("_")) or _BACKUP.search(name):
        return None
    return diagnose(Location(printable(place)), "name-hidden", name=printable(name))


def _of_hosts(top: Top) -> list[Diagnostic]:
    """What hosts look for at the top of a site, and is not published from static/."""
    if top.place != "static":
        return []
    there = (name for name in _HOSTS_NAMES if os.path.lexists(top.base / top.name / name))
    return [diagnose(Location(f"{top.place}/{name}"), "name-hidden", name=name) for name in there]


def need_utf8() -> None:
    """Raises: NewsgenError where Python takes the bytes of file names for something else than UTF-8, by the locale."""
    encoding = sys.getfilesystemencoding()
    if encoding.lower() not in ("utf-8", "utf8"):
        raise NewsgenError(f"file names must be read as UTF-8, not as {encoding}: set PYTHONUTF8=1 or LC_ALL=C.UTF-8")


def is_utf8(name: str) -> bool:
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def fault_of_name(place: str) -> Diagnostic | None:
    """Why nothing can be published from a file or folder because of its name; None for a good one."""
    name = place.rpartition("/")[2]
    if is_ordinary(name):
        return None
    if not is_utf8(name):
        shown = printable(os.fsencode(place).decode("utf-8", "replace"))
        return diagnose(Location(shown), "encoding-invalid/name")
    forbidden = forbidden_in(name)
    if not forbidden:
        return None
    key = "name-forbidden/backslash" if "\\" in name else "name-forbidden"
    return diagnose(Location(printable(place)), key, name=printable(name), character=forbidden)


def folders(top: Top, diagnostics: list[Diagnostic]) -> list[Folder]:
    """Every folder below a top folder that holds files. Symbolic links are followed inside the site, each file once."""
    of_top: list[Diagnostic] = []
    listed = _without_links(top, of_top)
    if listed is None:
        of_top = []
        listed = _with_links(top, of_top)
    diagnostics += [*of_top, *_of_hosts(top)]
    return listed


def _unreadable(place: str, fault: OSError) -> Diagnostic:
    return diagnose(Location(place.rstrip("/")), "file-unreadable/folder", reason=str(fault.strerror))


def _special(place: str) -> Diagnostic:
    """Of what would keep a reader waiting, or never end."""
    return diagnose(Location(printable(place)), "file-special")


def _no_folder(place: str) -> Diagnostic:
    return diagnose(Location(place), "file-unreadable/no-folder", path=place)


def _without_links(top: Top, diagnostics: list[Diagnostic]) -> list[Folder] | None:
    """None where there is a symbolic link."""
    if os.path.islink(top.base / top.name):
        return None
    listed: list[Folder] = []
    stack = [(f"{top.base / top.name}/", f"{top.place}/")]
    while stack:
        path, place = stack.pop()
        try:
            descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
        except (FileNotFoundError, NotADirectoryError):
            if place == f"{top.place}/" and os.path.lexists(path[:-1]):
                diagnostics.append(_no_folder(top.place))
            continue
        except OSError as fault:
            diagnostics.append(_unreadable(place, fault))
            continue
        rows = _plain_files(descriptor)
        if rows is not None:
            os.close(descriptor)
            if rows:
                listed.append(Folder(place, path, _pack(rows), len(rows)))
            continue
        rows = []
        try:
            with os.scandir(descriptor) as entries:
                for entry in entries:
                    name = entry.name
                    if name[0] == ".":
                        continue
                    try:
                        stat = entry.stat(follow_symlinks=False)
                        type_ = S_IFMT(stat.st_mode)
                    except FileNotFoundError:
                        continue
                    except OSError:  # the folder may be listed, but not entered
                        type_ = S_IFDIR if entry.is_dir(follow_symlinks=False) else 0
                        if not type_:
                            rows.append((name, *UNKNOWN))
                    if type_ == S_IFREG:
                        rows.append((name, stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns, stat.st_ino))
                    elif type_ == S_IFDIR:
                        if is_source(name, top.name):
                            if misnamed := fault_of_name(place + name):
                                diagnostics.append(misnamed)
                            else:
                                stack.append((f"{path}{name}/", f"{place}{name}/"))
                        elif hidden := hidden_by_name(place + name):
                            diagnostics.append(hidden)
                    elif type_ == S_IFLNK and is_source(name, top.name):
                        return None
                    elif type_ not in (0, S_IFLNK) and is_source(name, top.name):
                        diagnostics.append(_special(f"{place}{name}"))
        except OSError as fault:
            diagnostics.append(_unreadable(place, fault))
            continue
        finally:
            os.close(descriptor)
        if rows:
            listed.append(Folder(place, path, _pack(rows), len(rows)))
    return listed


def _plain_files(folder: int) -> list[tuple[str, int, int, int, int]] | None:
    """Names and figures in a folder that holds nothing but files, as most do; None for any other."""
    stat = os.stat
    try:
        names = [name for name in os.listdir(folder) if name[0] != "."]
        rows = [
            (name, s.st_size, s.st_mtime_ns, s.st_ctime_ns, s.st_ino)
            for name in names
            if S_IFMT((s := stat(name, dir_fd=folder, follow_symlinks=False)).st_mode) == S_IFREG
        ]
    except OSError:
        return None
    return rows if len(rows) == len(names) else None


def _with_links(top: Top, diagnostics: list[Diagnostic]) -> list[Folder]:
    rows: dict[str, list[tuple[str, Stat]]] = {}
    for below, stat in _walk(top, diagnostics):
        folder, slash, name = below.rpartition("/")
        figures = (stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns, stat.st_ino) if stat else UNKNOWN
        rows.setdefault(f"{folder}{slash}", []).append((name, figures))
    start = f"{top.base / top.name}/"
    return [Folder(f"{top.place}/{below}", f"{start}{below}", pack(files), len(files)) for below, files in rows.items()]


def _refused(path: str, place: str, target: str, top: Top, limit: Path) -> Diagnostic | None:
    """Why nothing is published from where a symbolic link leads, whether anything is there or not; None if it may be.

    Rule: CONTENT.md §1.
    """
    real = os.path.realpath(path)
    base = str(limit).removesuffix("/") + "/"
    if not real.startswith(base) and real != str(limit):
        if not os.path.lexists(real):
            return None  # it leads nowhere
        return diagnose(Location(place), "symlink-outside", target=printable(target))
    hidden = next((part for part in real[len(base) :].split("/") if part.startswith(".")), "")
    if hidden:
        return diagnose(Location(place), "symlink-hidden", target=printable(target), hidden=printable(hidden))
    if _is_in(real, top.closed):
        return diagnose(Location(place), "symlink-hidden/output", target=printable(target))
    return None


def _is_in(path: str, folders: tuple[str, ...]) -> bool:
    return any(path == folder or path.startswith(f"{folder}/") for folder in folders)


def _walk(top: Top, diagnostics: list[Diagnostic]) -> Iterator[tuple[str, os.stat_result | None]]:
    """(path below the top folder, its figures), file by file, what is behind symbolic links last."""
    start = top.base / top.name
    limit = top.base.resolve()
    seen: set[tuple[int, int]] = set()  # of files found without a link: a link to them is the same file once more
    linked: list[tuple[Path, str, tuple[str, ...]]] = []  # path, path below the top folder, real folders on the way
    entered: set[str] = set()  # real folders: what is behind a link to one of them was found already

    def enter(
        base: str, below: str, chain: tuple[str, ...], *, is_linked: bool
    ) -> Iterator[tuple[str, os.stat_result | None]]:
        try:
            names = sorted(os.listdir(base), key=lambda name: (unicodedata.normalize("NFC", name), name))
        except (FileNotFoundError, NotADirectoryError):
            return
        except OSError as fault:
            diagnostics.append(_unreadable(f"{top.place}/{below}", fault))
            return
        folders: list[str] = []
        entered.add(chain[-1])
        for name in names:
            if not is_source(name, top.name):
                if hidden := hidden_by_name(f"{top.place}/{below}{name}"):
                    diagnostics.append(hidden)
                continue
            path = f"{base}/{name}"
            try:
                stat = os.lstat(path)
            except FileNotFoundError:
                continue
            except OSError:
                yield f"{below}{name}", None
                continue
            type_ = S_IFMT(stat.st_mode)
            if type_ in (S_IFLNK, S_IFDIR) and (misnamed := fault_of_name(f"{top.place}/{below}{name}")):
                diagnostics.append(misnamed)
            elif type_ == S_IFLNK:
                linked.append((Path(path), f"{below}{name}", chain))
            elif type_ == S_IFDIR:
                folders.append(name)
            elif type_ == S_IFREG:
                if is_linked and (stat.st_dev, stat.st_ino) in seen:
                    continue
                seen.add((stat.st_dev, stat.st_ino))
                yield f"{below}{name}", stat
            else:
                diagnostics.append(_special(f"{top.place}/{below}{name}"))
        for name in folders:
            path = f"{base}/{name}"
            real = os.path.realpath(path)
            if _is_in(real, top.closed):
                diagnostics.append(diagnose(Location(f"{top.place}/{below}{name}"), "symlink-hidden/own"))
            elif real not in chain:
                yield from enter(path, f"{below}{name}/", (*chain, real), is_linked=is_linked)

    def follow(path: Path, below: str, chain: tuple[str, ...]) -> Iterator[tuple[str, os.stat_result | None]]:
        place = Location(f"{top.place}/{below}")
        try:
            target = os.readlink(path)
        except OSError:
            return  # gone, or no link any more
        if refused := _refused(str(path), place.path, target, top, limit):
            diagnostics.append(refused)
            return
        try:
            real = path.resolve(strict=True)
            stat = real.stat()
        except (OSError, RuntimeError) as fault:
            if isinstance(fault, RuntimeError) or fault.errno == errno.ELOOP:
                diagnostics.append(diagnose(place, "symlink-loop"))
            elif isinstance(fault, PermissionError):
                yield below, None
            else:
                diagnostics.append(diagnose(place, "symlink-dangling", target=printable(target)))
            return
        if S_IFMT(stat.st_mode) == S_IFDIR:
            if any(_is_in(folder, (str(real),)) for folder in chain):
                diagnostics.append(diagnose(place, "symlink-loop/folder"))
            elif str(real) not in entered:
                yield from enter(str(path), f"{below}/", (*chain, str(real)), is_linked=True)
        elif S_IFMT(stat.st_mode) != S_IFREG:
            diagnostics.append(_special(place.path))
        elif (stat.st_dev, stat.st_ino) not in seen:
            seen.add((stat.st_dev, stat.st_ino))
            yield below, stat

    if start.is_symlink() and (refused := _refused(str(start), top.place, os.readlink(start), top, limit)):
        diagnostics.append(refused)
    elif os.path.realpath(start) == str(limit):
        diagnostics.append(diagnose(Location(top.place), "symlink-loop/top"))
    elif start.is_symlink() and not start.exists():
        diagnostics.append(diagnose(Location(top.place), "symlink-dangling/top", target=printable(os.readlink(start))))
    elif start.is_dir():
        yield from enter(str(start), "", (os.path.realpath(start),), is_linked=False)
    elif os.path.lexists(start):
        diagnostics.append(_no_folder(top.place))
    while linked:
        batch, linked = sorted(linked, key=lambda item: item[1]), []
        for path, below, chain in batch:
            yield from follow(path, below, chain)
