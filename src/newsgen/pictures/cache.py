"""What took long to make of pictures, kept in `.newsgen/pictures/` by what it was made from."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Set
from hashlib import blake2b
from pathlib import Path

_SUM = 16
#: Seconds for which something is kept that no build uses: another branch may.
KEPT_SECONDS = 14 * 86400


def key(*parts: str) -> str:
    """The name under which something is kept that follows from `parts` alone."""
    return blake2b("\0".join(parts).encode(), digest_size=20).hexdigest()


class Cache:
    """A folder of files, each with a sum of its bytes before them: a damaged one is as good as none.

    `folder` None: nothing is kept. `writes` False: what is there is used, and nothing is written.
    """

    def __init__(self, folder: Path | None, *, writes: bool = True) -> None:
        self.folder, self.writes = folder, writes

    def _path(self, name: str) -> str:
        return f"{self.folder}/{name[:2]}/{name[2:]}"

    def get(self, name: str) -> bytes | None:
        if self.folder is None:
            return None
        path = self._path(name)
        try:
            with open(path, "rb") as file:
                data = file.read()
            if self.writes:
                os.utime(path)
        except OSError:
            return None
        content = data[_SUM:]
        return content if blake2b(content, digest_size=_SUM).digest() == data[:_SUM] else None

    def put(self, name: str, data: bytes) -> None:
        """Keeps the bytes, whole or not at all; a disk that does not let it costs time later, no more."""
        if self.folder is None or not self.writes:
            return
        path = self._path(name)
        temporary = f"{path}.{os.getpid()}"
        try:
            os.makedirs(path.rpartition("/")[0], exist_ok=True)
            with open(temporary, "wb") as file:
                file.write(blake2b(data, digest_size=_SUM).digest() + data)
            os.replace(temporary, path)
        except OSError:
            with contextlib.suppress(OSError):
                os.unlink(temporary)

    def sweep(self, wanted: Set[str], *, now: float | None = None) -> int:
        """Removes what is not wanted and was not used for a while; how many files went."""
        if self.folder is None or not self.writes:
            return 0
        before = (time.time() if now is None else now) - KEPT_SECONDS
        count = 0
        with contextlib.suppress(OSError), os.scandir(self.folder) as folders:
            for folder in folders:
                if folder.is_dir(follow_symlinks=False):
                    count += _sweep_folder(folder, wanted, before)
        return count


def _sweep_folder(folder: os.DirEntry[str], wanted: Set[str], before: float) -> int:
    count = 0
    with contextlib.suppress(OSError), os.scandir(folder) as files:
        for file in files:
            if folder.name + file.name not in wanted and file.stat(follow_symlinks=False).st_mtime < before:
                with contextlib.suppress(OSError):
                    os.unlink(file.path)
                    count += 1
    return count
