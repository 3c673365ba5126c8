"""The acts of which a publication is made, in a folder of this machine."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Iterable
from hashlib import blake2b
from pathlib import Path

from newsgen.publish.books import File, not_as_built
from newsgen.publish.place import Progress


class FolderMachine:
    """A folder with releases on this machine; paths are relative to it.

    What is written is whole or not there: it gets its name last. Readers on a server are others than who publishes, so
    that everybody may read it; who may write is up to the umask.
    """

    def __init__(self, root: Path) -> None:
        self.root = root

    # ---- small files
    def read(self, path: str) -> bytes | None:
        try:
            return (self.root / path).read_bytes()
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
            return None

    def write(self, path: str, data: bytes) -> None:
        """Puts a file in the place of another one in one step."""
        beside = f"{path}.new-{os.getpid()}"
        self._write_new(beside, data)
        os.replace(self.root / beside, self.root / path)

    def create(self, path: str, data: bytes) -> bool:
        """Writes a file unless there is one; of several who try at once, one gets True. It appears whole."""
        beside = f"{path}.new-{os.getpid()}"
        self._write_new(beside, data)
        try:
            os.link(self.root / beside, self.root / path)
        except FileExistsError:
            return False
        finally:
            os.unlink(self.root / beside)
        return True

    def touch(self, path: str) -> None:
        with contextlib.suppress(FileNotFoundError):
            os.utime(self.root / path)

    def age(self, path: str) -> float | None:
        """Seconds since a file was written or touched, by the clock of whoever keeps it; None if there is none."""
        probe = f"{path}.now-{os.getpid()}"
        try:
            then = os.stat(self.root / path).st_mtime
            self._write_new(probe, b"")
            now = os.stat(self.root / probe).st_mtime
            os.unlink(self.root / probe)
        except FileNotFoundError:
            return None
        return now - then

    # ---- folders
    def names(self, path: str) -> list[str]:
        """What lies in a folder, sorted; nothing if there is none."""
        try:
            return sorted(os.listdir(self.root / path))
        except (FileNotFoundError, NotADirectoryError):
            return []

    def move(self, path: str, to: str) -> None:
        """Gives a file or folder another name in one step."""
        _make((self.root / to).parent)
        os.rename(self.root / path, self.root / to)

    def remove(self, path: str) -> None:
        """Removes a file or a whole folder, if it is there."""
        whole = self.root / path
        with contextlib.suppress(FileNotFoundError):
            if whole.is_dir() and not whole.is_symlink():
                shutil.rmtree(whole)
            else:
                whole.unlink()

    def clone(self, path: str, to: str) -> None:
        """A second folder with the same files, which take no room: hard links, copies where there are none."""

        def linked(source: str, target: str) -> None:
            try:
                os.link(source, target)
            except OSError:
                shutil.copy2(source, target)

        shutil.copytree(self.root / path, self.root / to, copy_function=linked, symlinks=True)

    # ---- links
    def leads_to(self, path: str) -> str | None:
        """Where a symbolic link leads, as it is written; None if it is none."""
        try:
            return os.readlink(self.root / path)
        except OSError:
            return None

    def switch(self, path: str, to: str) -> None:
        """Lets a symbolic link lead elsewhere, in one step: at every instant it leads somewhere."""
        os.sync()  # or a power cut could leave the link, and not what it leads to
        beside = f"{path}.new-{os.getpid()}"
        with contextlib.suppress(FileNotFoundError):
            os.unlink(self.root / beside)
        os.symlink(to, self.root / beside)
        os.replace(self.root / beside, self.root / path)

    # ---- the files of a release
    def send(self, output: Path, files: Iterable[File], into: str, progress: Progress) -> None:
        """Copies files of the output into a folder. Raises: NewsgenError where one is not what the build made."""
        files = list(files)
        for done, file in enumerate(files):
            data = (output / file.path).read_bytes()
            if blake2b(data, digest_size=16).hexdigest() != file.hash:
                raise not_as_built(output / file.path)
            self._write_new(f"{into}/{file.path}", data)
            progress("send", done + 1, len(files))

    def delete(self, paths: Iterable[str], folder: str) -> None:
        """Removes files from a folder, and the folders that are empty then."""
        folders = set()
        for path in paths:
            self.remove(f"{folder}/{path}")
            folders |= {parent for parent in Path(path).parents if parent.name}
        for parent in sorted(folders, key=lambda one: -len(one.parts)):
            with contextlib.suppress(OSError):
                os.rmdir(self.root / folder / parent)

    def hashes(self, folder: str) -> dict[str, str]:
        """The hash of every file in a folder by its path: looks at every byte, after an accident."""
        base, found = self.root / folder, {}
        for where, _, names in os.walk(base):
            for name in names:
                path = Path(where, name)
                if path.is_file() and not path.is_symlink():
                    with path.open("rb") as file:
                        hash_ = blake2b(digest_size=16)
                        while data := file.read(1 << 20):
                            hash_.update(data)
                    found[path.relative_to(base).as_posix()] = hash_.hexdigest()
        return found

    def _write_new(self, path: str, data: bytes) -> None:
        """Writes a file that nobody reads yet; what stands there may have other names, which stay."""
        whole = self.root / path
        try:
            descriptor = os.open(whole, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
        except (FileNotFoundError, FileExistsError):
            _make(whole.parent)
            self.remove(path)
            descriptor = os.open(whole, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            if (mode := os.fstat(file.fileno()).st_mode) & 0o444 != 0o444:
                os.fchmod(file.fileno(), (mode & 0o777) | 0o444)


def _make(folder: Path) -> None:
    """A folder and those above it, which everybody may enter and read where they are new."""
    if folder.is_dir():
        return
    _make(folder.parent)
    with contextlib.suppress(FileExistsError):
        folder.mkdir()
        if (mode := folder.stat().st_mode) & 0o555 != 0o555:
            folder.chmod((mode & 0o7777) | 0o555)
