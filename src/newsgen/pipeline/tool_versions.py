"""The versions of the packages that shape the output: another version is a changed input (ARCHITECTURE.md).

newsgen's own version stands still while its developers change it, so in a checkout its code counts, too: without this,
a build after a change of the code would write nothing and say that all is well.
"""

from __future__ import annotations

import os
import re
import sys
from contextlib import suppress
from functools import cache
from hashlib import blake2b

_SHAPING = (
    "newsgen", "jinja2", "markdown", "pyyaml", "python-slugify", "babel", "nh3", "msgspec", "tzdata",
    "pillow",
)  # fmt: skip


def versions() -> str:
    """`python 3.11.2, newsgen 0.1.0, jinja2 3.1.6, …`; `-` for a package that nothing tells of.

    Of a checkout it is `newsgen 0.1.0+` and the hash of its code.
    """
    by_name = _by_folder_names()
    packages = [f"{name} {by_name.get(name) or _by_metadata(name)}" for name in _SHAPING]
    packages[0] += _code()
    return f"python {sys.version.partition(' ')[0]}, {', '.join(packages)}"


@cache  # a process that lives on goes on with the code that it has loaded
def _code() -> str:
    """`+` and the hash of newsgen's code, BLAKE2b, 64 bits; "" where it is installed, as its version says it all."""
    package = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    with suppress(OSError):
        if any(name.endswith(".dist-info") and name[:8] == "newsgen-" for name in os.listdir(os.path.dirname(package))):
            return ""
        return f"+{_hash_of(package)}"
    return ""


def _hash_of(package: str) -> str:
    """The hash of the files below a folder, and of their names."""
    summed = blake2b(digest_size=8)
    for folder, folders, names in os.walk(package):
        folders[:] = sorted(name for name in folders if name != "__pycache__")
        for name in sorted(names):
            path = os.path.join(folder, name)
            with open(path, "rb", buffering=0) as file:
                data = file.read()
            summed.update(f"{os.path.relpath(path, package)}\0{len(data)}\0".encode("utf-8", "surrogateescape"))
            summed.update(data)
    return summed.hexdigest()


def _by_folder_names() -> dict[str, str]:
    """The versions that the names of `dist-info` folders give, in the order in which imports look for packages.

    To read each package's metadata, as `importlib.metadata` does, takes as long as all the rest of starting.
    """
    wanted = {_folded(name): name for name in _SHAPING}
    by_name: dict[str, str] = {}
    for folder in sys.path:
        here: dict[str, list[str]] = {}
        with suppress(OSError):
            for entry in os.listdir(folder or "."):
                if entry.endswith(".dist-info"):
                    name, _, version = entry.removesuffix(".dist-info").partition("-")
                    here.setdefault(_folded(name), []).append(version)
        for name in wanted.keys() & here.keys():
            by_name.setdefault(wanted[name], "+".join(sorted(here[name])))
        if len(by_name) == len(wanted):
            break
    return by_name


def _folded(name: str) -> str:
    """A package's name as all its spellings are compared. Rule: packaging.python.org, "Names and normalization"."""
    return re.sub("[-_.]+", "-", name).lower()


def _by_metadata(name: str) -> str:
    from importlib import metadata

    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return "-"
