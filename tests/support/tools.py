"""What some checks need and a newcomer's machine may not have: Node, Java, a browser, the packages of package.json."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import NoReturn

import pytest

NODE_MODULES = Path(__file__).parents[2] / "node_modules"
#: How a reason to skip begins that the end of the run tells loudly.
NOT_CHECKED = "NOT CHECKED: "


def not_checked(what: str, remedy: str) -> NoReturn:
    """Skips a test, with a note that is told at the end of the run; fails it in CI, where everything must be there."""
    if os.environ.get("CI"):
        pytest.fail(f"{what}, and in CI nothing may be left out: {remedy}", pytrace=False)
    pytest.skip(f"{NOT_CHECKED}{what}: {remedy}")


def program(name: str) -> str:
    """The path of an installed program; without it the test is skipped, or fails in CI. Debian has servers in sbin."""
    folders = f"{os.environ.get('PATH', os.defpath)}:/usr/sbin:/sbin"
    return shutil.which(name, path=folders) or not_checked(
        f"there is no `{name}`", "docs/checks.md says how to install it"
    )


def npm_file(path: str) -> Path:
    """A file of an npm package of package.json; without it the test is skipped, or fails in CI."""
    file = NODE_MODULES / path
    if not file.is_file():
        not_checked(f"node_modules/{path} is not installed", "`make checks` installs it; it needs Node and npm")
    return file
