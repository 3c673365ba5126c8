"""Whether what readers get is what was published: files of the live site, compared by hash."""

from __future__ import annotations

import gzip
import os
import urllib.error
import urllib.request
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from hashlib import blake2b

import msgspec

from newsgen.publish.announce import address
from newsgen.publish.books import File
from newsgen.publish.place import Progress

#: Files that are looked at where no number is said.
SAMPLE = 100
#: Requests at once: as a browser does it, so that no server takes it for an attack.
_AT_ONCE = 6
_PATIENCE = 20


_SILENCE = "does not answer"


class Difference(msgspec.Struct, frozen=True):
    """An address whose answer is another one than what was published, and what it is."""

    url: str
    words: str

    @property
    def is_answer(self) -> bool:
        """Whether there was an answer at all."""
        return not self.words.startswith(_SILENCE)


def compare(base: str, files: Sequence[File], progress: Progress) -> list[Difference]:
    """Asks the site at `base` for each of these files; what differs, in their order."""
    found: list[Difference] = []
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        for done, words in enumerate(pool.map(lambda file: _difference(base, file), files), 1):
            progress("compare", done, len(files))
            if words:
                found.append(Difference(address(base, files[done - 1].path), words))
    return found


def sample(files: Sequence[File], number: int) -> list[File]:
    """So many files, others each time; sorted by path."""
    salt = os.urandom(8)
    chosen = sorted(files, key=lambda file: blake2b(file.path.encode(), key=salt, digest_size=8).digest())[:number]
    return sorted(chosen)


def _difference(base: str, file: File) -> str:
    """In words; "" where the answer is what it should be."""
    request = urllib.request.Request(
        address(base, file.path), headers={"User-Agent": "newsgen", "Cache-Control": "no-cache"}
    )
    try:
        with urllib.request.urlopen(request, timeout=_PATIENCE) as answer:
            data: bytes = answer.read()
            if answer.headers.get("Content-Encoding") == "gzip":
                data = gzip.decompress(data)
    except urllib.error.HTTPError as fault:
        if fault.code in (404, 410) and file.kind in _MAY_BE_GONE:
            return ""
        return f"answers {fault.code} {fault.reason}"
    except (OSError, ValueError, EOFError) as fault:
        return f"{_SILENCE}: {getattr(fault, 'reason', fault)}"
    if blake2b(data, digest_size=16).hexdigest() == file.hash:
        return ""
    return "answers otherwise than what was built" if data else "answers nothing"


#: Kinds whose status says that there is nothing, and files that hosts keep for themselves.
_MAY_BE_GONE = ("not-found", "gone", "withdrawn", "headers")
