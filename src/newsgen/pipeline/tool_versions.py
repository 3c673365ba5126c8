"""The versions of the packages that shape the output: another version is a changed input (ARCHITECTURE.md)."""

from __future__ import annotations

import os
import re
import sys
from contextlib import suppress

_SHAPING = (
    "newsgen", "jinja2", "markdown", "pyyaml", "python-slugify", "babel", "nh3", "msgspec", "tzdata",
    "pillow",
)  # fmt: skip


def versions() -> str:
    """`python 3.11.2, newsgen 0.1.0, jinja2 3.1.6, …`; `-` for a package that nothing tells of."""
    by_name = _by_folder_names()
    packages = [f"{name} {by_name.get(name) or _by_metadata(name)}" for name in _SHAPING]
    return f"python {sys.version.partition(' ')[0]}, {', '.join(packages)}"


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
