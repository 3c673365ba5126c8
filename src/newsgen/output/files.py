"""Writes output files whole or not at all, and removes only what newsgen wrote."""

from __future__ import annotations

import contextlib
import os
import stat
from pathlib import Path

from newsgen.nouns.diagnostics import NewsgenError

TEMPORARY = ".newsgen-tmp"


class BlockedError(NewsgenError):
    """A folder stands where a file is to be, or a file where a folder is to be."""


def write_whole(output: Path, relative: str, data: bytes, *, is_new: bool = False) -> bool:
    """Puts `data` at `relative` below the output folder unless these bytes stand there; True if it wrote.

    A reader sees the old file or the new one, never half of one. `is_new`: the output folder was empty before this
    build, so that nothing is to be compared. Raises: BlockedError, NewsgenError if the world does not let it;
    ValueError for a path that would leave the folder.
    """
    if relative.startswith("/") or ".." in relative.split("/"):
        raise ValueError(f"output path `{relative}` leaves the output folder")
    base = os.fspath(output)
    target = f"{base}/{relative}"
    folder = target.rpartition("/")[0]
    if not is_new:
        if not _stays_inside(base, folder):
            raise NewsgenError(f"{folder} is reached through a symbolic link that leads out of the output folder")
        if _holds(target, data):
            return False
    temporary = f"{base}/{TEMPORARY}/{os.getpid()}-{relative.replace('/', '-')[-60:]}"
    try:
        try:
            _write(temporary, data)
        except FileNotFoundError:
            os.makedirs(f"{base}/{TEMPORARY}", exist_ok=True)
            _write(temporary, data)
        try:
            os.replace(temporary, target)
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
            _make_folder(folder)
            os.replace(temporary, target)
    except OSError as fault:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(temporary)
        is_blocked = isinstance(fault, (IsADirectoryError, NotADirectoryError, FileExistsError))
        raise (BlockedError if is_blocked else NewsgenError)(f"{target} cannot be written: {fault.strerror}") from fault
    return True


def _make_folder(folder: str) -> None:
    try:
        os.mkdir(folder)
    except FileNotFoundError:
        os.makedirs(folder, exist_ok=True)
    except FileExistsError:
        pass


def _holds(target: str, data: bytes) -> bool:
    try:
        status = os.lstat(target)
        if not stat.S_ISREG(status.st_mode) or status.st_size != len(data):
            return False
        with open(target, "rb") as file:
            return file.read() == data
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        return False
    except OSError as fault:
        raise NewsgenError(f"{target} cannot be read: {fault.strerror}") from fault


def _write(path: str, data: bytes) -> None:
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC | os.O_NOFOLLOW, 0o666)
    try:
        written = os.write(file, data)
        while written < len(data):
            written += os.write(file, data[written:])
    finally:
        os.close(file)


def _stays_inside(output: str, folder: str) -> bool:
    """Whether no symbolic link on the way leads out; a folder that is none is where its parent is.

    Asked anew for every file: a process lives on, and what was a folder may be a link by the next build.
    """
    way = folder
    while len(way) > len(output):
        if os.path.islink(way) and not Path(os.path.realpath(way)).is_relative_to(os.path.realpath(output)):
            return False
        way = way.rpartition("/")[0]
    return True


def is_foreign(output: Path, relative: str, data: bytes) -> bool:
    """Whether other bytes than `data` stand at `relative`: what newsgen did not write it never touches."""
    target = output / relative
    try:
        return not stat.S_ISREG(target.stat().st_mode) or target.read_bytes() != data
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:
        return True


def remove(output: Path, relative: str) -> None:
    """Removes a file that newsgen wrote, and the folders that it leaves empty. Raises: NewsgenError."""
    target = output / relative
    if not _stays_inside(str(output), str(target.parent)):
        raise NewsgenError(f"{target.parent} is reached through a symbolic link that leads out of the output folder")
    try:
        target.unlink(missing_ok=True)
    except (NotADirectoryError, IsADirectoryError):
        pass
    except OSError as fault:
        if not target.is_dir() or target.is_symlink():  # unlink() of a folder is not permitted on some systems
            raise NewsgenError(f"{target} cannot be removed: {fault.strerror}") from fault
    for folder in list(target.parents):
        if folder == output or not folder.is_relative_to(output):
            break
        try:
            folder.rmdir()
        except OSError:
            break
