"""What counts as content: names, links, folders (CONTENT.md §1)."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from newsgen.scan import Scan, scan

THEME = Path("nowhere")


def found(root: Path) -> Scan:
    return scan(root, THEME, ("fr", "en"))


def names(seen: Scan) -> list[str]:
    """Paths below content/ of what a first scan found."""
    paths = [change.new.path for change in seen.changes if change.new]
    return [path.removeprefix("content/") for path in paths if path.startswith("content/")]


def write(root: Path, *paths: str) -> None:
    for path in paths:
        target = root / "content" / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text("x", "utf-8")


def test_hidden_files_and_backups_are_no_content(tmp_path: Path) -> None:
    write(tmp_path, "a.fr.md", ".b.fr.md", "_c.fr.md", "_d/e.fr.md", "f.fr.md~", "g.md.orig", "README.md", "#h.fr.md#")
    assert names(found(tmp_path)) == ["a.fr.md"]


def test_hard_links_are_files_of_their_own(tmp_path: Path) -> None:
    write(tmp_path, "a.fr.md")
    os.link(tmp_path / "content/a.fr.md", tmp_path / "content/b.fr.md")
    assert names(found(tmp_path)) == ["a.fr.md", "b.fr.md"]


def test_link_inside_the_site_is_followed_once(tmp_path: Path) -> None:
    write(tmp_path, "z/a.fr.md")
    (tmp_path / "shared").mkdir()
    (tmp_path / "shared/b.fr.md").write_text("x", "utf-8")
    (tmp_path / "content/a.fr.md").symlink_to("z/a.fr.md")
    (tmp_path / "content/b.fr.md").symlink_to("../shared/b.fr.md")
    (tmp_path / "content/c").symlink_to("z")
    assert names(found(tmp_path)) == ["b.fr.md", "z/a.fr.md"]
    assert not found(tmp_path).diagnostics


def test_linked_folder_is_read_under_the_name_of_the_link(tmp_path: Path) -> None:
    (tmp_path / "wire").mkdir()
    (tmp_path / "wire/a.fr.md").write_text("x", "utf-8")
    (tmp_path / "content").mkdir()
    (tmp_path / "content/wire").symlink_to("../wire")
    assert names(found(tmp_path)) == ["wire/a.fr.md"]


@pytest.mark.parametrize(
    ("target", "id_"), [("/etc", "symlink-outside"), ("nowhere", "symlink-dangling"), ("self", "symlink-loop"),
                        ("..", "symlink-loop")],
)  # fmt: skip
def test_other_links_are_named_once(tmp_path: Path, target: str, id_: str) -> None:
    write(tmp_path, "in/a.fr.md")
    (tmp_path / "content/in/self").symlink_to(target)
    seen = found(tmp_path)
    assert [(d.id, d.location.path) for d in seen.diagnostics] == [(id_, "content/in/self")]
    assert names(seen) == ["in/a.fr.md"]


def test_paths_that_differ_in_case_only_are_an_error(tmp_path: Path) -> None:
    write(tmp_path, "a/x.fr.md", "A/x.fr.md")
    if len(list((tmp_path / "content").iterdir())) < 2:
        pytest.skip("this file system does not tell case")
    assert [d.id for d in found(tmp_path).diagnostics] == ["path-case-clash"]
    assert len(names(found(tmp_path))) == 1


@pytest.mark.skipif(sys.platform == "darwin", reason="file names are always UTF-8 there")
def test_name_that_is_not_utf8_is_an_error_and_the_rest_is_found(tmp_path: Path) -> None:
    write(tmp_path, "a.fr.md")
    Path(os.fsdecode(os.fsencode(tmp_path / "content") + b"/\xe9.fr.md")).write_text("x", "utf-8")
    seen = found(tmp_path)
    assert [d.id for d in seen.diagnostics] == ["encoding-invalid"] and names(seen) == ["a.fr.md"]


def test_undeclared_language_is_an_error_that_names_the_declared(tmp_path: Path) -> None:
    write(tmp_path, "a.de.md")
    (told,) = found(tmp_path).diagnostics
    assert told.id == "language-undeclared" and "fr, en" in told.message and not names(found(tmp_path))
