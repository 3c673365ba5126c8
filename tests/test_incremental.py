"""Whatever happened before, a build gives what a clean build gives: the same bytes and the same words."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from newsgen.nouns import model
from newsgen.output.manifest import MANIFEST, read_manifest
from support import strategies_site as draw
from support.harness import (
    NOW,
    PIXEL,
    Public,
    Site,
    article,
    differences,
    examples,
    is_broken,
    page_file,
    taking_for_public,
    temporary_site,
)
from support.strategies_site import Edit


def shown_hashes(site: Site) -> dict[str, str]:
    """Content file to the hash of its version that the output shows."""
    rows = read_manifest(site.output / MANIFEST).values()
    return {row.source: row.source_hash for row in rows if row.source_hash and row.hash}


def good_texts(site: Site, known: dict[str, dict[str, bytes]]) -> None:
    """Notes every version of each content file by its hash."""
    for path in (site.root / "content").rglob("*.md"):
        data = path.read_bytes()
        known.setdefault(path.relative_to(site.root).as_posix(), {})[model.content_hash(data)] = data


@settings(max_examples=examples(25))
@given(
    files=draw.archives,
    steps=st.lists(st.tuples(st.lists(draw.edits, min_size=1, max_size=3), draw.clocks), max_size=4),
)
def test_any_edits_give_what_a_clean_build_gives(files: dict[str, str], steps: list[tuple[list[Edit], str]]) -> None:
    with temporary_site() as site:
        for path, text in files.items():
            site.write(path, text)
        known: dict[str, dict[str, bytes]] = {}
        public = Public()
        for edits, now in [([], NOW), *steps]:
            for edit in edits:
                edit(site)
            good_texts(site, known)
            shown, before = shown_hashes(site), public.before(site)
            built = site.build(now=now)
            with site.copy() as other:
                stands_in = False
                for path in known:
                    if (site.root / path).exists() and is_broken(site, path) and shown.get(path):
                        other.write(path, known[path][shown[path]])
                        stands_in = True
                with taking_for_public(before):
                    clean = other.build(now=now)
                assert site.tree() == other.tree()
                public.built(site, other)
            if not stands_in:
                assert built.lines == clean.lines


@settings(max_examples=examples(8))
@given(files=draw.archives, edits=st.lists(draw.edits, min_size=1, max_size=4))
def test_a_build_that_is_repeated_writes_nothing(files: dict[str, str], edits: list[Edit]) -> None:
    with temporary_site() as site:
        for path, text in files.items():
            site.write(path, text)
        site.build()
        for edit in edits:
            edit(site)
        first = site.build()
        old = site.tree()
        again = site.build()
        assert not again.result.written and not again.result.removed
        assert again.lines == first.lines
        assert site.tree() == old


@settings(max_examples=examples(8))
@given(files=draw.archives, edits=st.lists(draw.edits, max_size=3))
def test_check_says_what_build_says_and_writes_nothing(files: dict[str, str], edits: list[Edit]) -> None:
    with temporary_site() as site:
        for path, text in files.items():
            site.write(path, text)
        site.build()
        for edit in edits:
            edit(site)
        old = site.tree()
        checked = site.check()
        assert site.tree() == old
        assert checked.diagnostics == site.build().diagnostics


def stamps(site: Site) -> dict[str, tuple[int, int]]:
    """Modification time and inode of each output file."""
    return {name: (path.stat().st_mtime_ns, path.stat().st_ino) for name in site.tree() if (path := site.output / name)}


def test_unchanged_files_are_not_written_again(site: Site) -> None:
    site.story("a.fr", title="Un", tags=["x"])
    site.story("b.fr", title="Deux", date="2023-05-01")
    site.build()
    before, old = stamps(site), site.tree()
    site.story("b.fr", title="Deux bis", date="2023-05-01", slug="deux")
    built = site.build()
    after, new = stamps(site), site.tree()
    same = {name for name in set(old) & set(new) if old[name] == new[name]}
    assert {n for n in same if before[n] != after[n]} == set()
    assert set(built.result.written) == {name for name in new if name not in same}
    assert "fr/tags/x/index.html" in same


def test_a_clean_option_gives_the_same_bytes_and_keeps_times(site: Site) -> None:
    site.story("a.fr")
    site.build()
    before = stamps(site)
    built = site.build(clean=True)
    assert stamps(site) == before
    assert not built.result.written


def test_a_lost_cache_changes_nothing(site: Site) -> None:
    site.story("a.fr")
    site.build()
    before = stamps(site)
    (site.cache / "catalog.sqlite").unlink()
    assert not site.build().result.written
    assert stamps(site) == before


@pytest.mark.parametrize("damage", ["no database", "cut", "overwritten"])
def test_a_damaged_catalog_is_made_anew(site: Site, damage: str) -> None:
    site.story("a.fr")
    site.build()
    old = site.tree()
    path = site.cache / "catalog.sqlite"
    data = path.read_bytes()
    whole = {
        "no database": b"no database at all " * 300,
        "cut": data[: len(data) // 2],
        "overwritten": data[:4096] + b"\xaa" * (len(data) - 4096),
    }
    path.write_bytes(whole[damage])
    built = site.build()
    assert built.ids == []
    assert [note.id for note in built.notes] == ["cache-renewed"]
    assert site.tree() == old
    assert site.build().notes == ()


def test_a_damaged_manifest_is_made_anew(site: Site) -> None:
    site.story("a.fr")
    site.build()
    before = stamps(site)
    (site.output / MANIFEST).write_bytes(b"no database at all " * 300)
    built = site.build()
    assert [note.id for note in built.notes] == ["manifest-renewed"]
    assert not built.result.written
    assert stamps(site) == before


def test_a_lost_manifest_leaves_every_file_in_place(site: Site) -> None:
    site.story("a.fr")
    site.build()
    before = stamps(site)
    (site.output / MANIFEST).unlink()
    assert not site.build().result.written
    assert stamps(site) == before


def test_a_hand_made_change_in_the_output_is_put_right_by_a_clean_build(site: Site) -> None:
    site.story("a.fr")
    site.build()
    old = site.tree()
    (site.output / "fr/index.html").write_text("defaced")
    (site.output / "404.html").unlink()
    site.build(clean=True)
    assert site.tree() == old


def test_files_of_others_in_the_output_are_left_alone(site: Site) -> None:
    site.story("a.fr")
    site.story("b.fr", title="Reste")
    for name, text in (
        (".well-known/x", "1"),
        ("fr/2023/04/sommet/notes.txt", "2"),
        (".git/HEAD", "3"),
        ("CNAME", "4"),
    ):
        path = site.output / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    site.build()
    site.remove("content/a.fr.md")
    site.build()
    site.build(clean=True)
    assert (site.output / ".well-known/x").read_text() == "1"
    assert (site.output / "fr/2023/04/sommet/notes.txt").read_text() == "2"
    assert (site.output / ".git/HEAD").read_text() == "3"
    assert (site.output / "CNAME").read_text() == "4"
    assert not site.exists("/fr/2023/04/sommet/")


def test_a_removed_story_leaves_no_empty_folder(site: Site) -> None:
    site.story("a.fr")
    site.story("b.fr", title="Autre", date="2022-01-01")
    site.build()
    site.remove("content/a.fr.md")
    site.build()
    assert not (site.output / "fr/2023").exists()
    assert [p for p in site.output.rglob("*") if p.is_dir() and not any(p.iterdir())] == []


def test_an_address_that_becomes_a_folder_and_back(site: Site) -> None:
    """A static file where a folder must be, and a folder where a file must be."""
    site.write("static/x", "a file")
    site.build()
    site.remove("static/x")
    site.write("static/x/y", "below it")
    site.build()
    assert site.tree() == site.clean_build()
    site.remove("static/x/y")
    (site.root / "static/x").rmdir()
    site.write("static/x", "a file again")
    site.build()
    assert site.tree() == site.clean_build()


def test_a_path_that_changes_only_its_case(site: Site) -> None:
    site.write("static/Notes.txt", "x")
    site.build()
    site.rename("static/Notes.txt", "static/notes.txt")
    site.build()
    assert site.tree() == site.clean_build()
    assert "notes.txt" in site.tree()


def test_an_edit_of_equal_length_and_time_is_seen(site: Site) -> None:
    path = site.write("content/a.fr.md", article("Un", body="aaaa"))
    stat = path.stat()
    site.build()
    path.write_bytes(article("Un", body="bbbb").encode())
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    site.build()
    assert "bbbb" in site.read("/fr/2023/04/un/")


def test_what_a_file_becomes_decides_not_what_it_was(site: Site) -> None:
    """An article turns into a page, a term file into nothing, a picture into a file of another size."""
    site.story("2023/a.fr", image={"src": "p.png", "alt": "x"}, tags=["t"])
    site.write("content/2023/p.png", PIXEL)
    site.write("content/tags/t.fr.md", page_file("T", "Texte du terme."))
    site.build()
    site.rename("content/2023/a.fr.md", "content/pages/a.fr.md")
    site.write("content/pages/a.fr.md", page_file("Page"))
    site.rename("content/tags/t.fr.md", "content/tags/u.fr.md")
    site.build()
    assert site.tree() == site.clean_build()


def test_two_outputs_of_one_site_do_not_share_a_manifest(site: Site, tmp_path: Path) -> None:
    site.story("a.fr")
    site.story("b.fr", title="Reste")
    site.build()
    other = tmp_path / "elsewhere"
    site.build(output=other, drafts=True)
    site.remove("content/a.fr.md")
    site.build()
    assert not site.exists("/fr/2023/04/sommet/")
    assert (other / "fr/2023/04/sommet/index.html").is_file()


def test_drafts_of_one_build_are_not_in_the_next(site: Site) -> None:
    site.story("a.fr", draft=True)
    site.build(drafts=True)
    assert site.exists("/fr/2023/04/sommet/")
    site.build()
    assert site.tree() == site.clean_build()
    assert not site.exists("/fr/2023/04/sommet/")


@settings(max_examples=examples(10))
@given(now=st.lists(draw.clocks, min_size=1, max_size=3))
@example(now=["2025-01-01T00:00:00+00:00", "2023-04-16T20:00:00+02:00"])
def test_a_clock_that_goes_anywhere(now: list[str]) -> None:
    with temporary_site() as site:
        site.story("a.fr", title="Un", date="2024-01-20")
        site.story("b.fr", title="Deux", date="2023-04-16 20:30", expires="2024-12-31")
        site.story("c.fr", title="Trois", date="2023-01-01", publish="2024-01-24")
        for time in now:
            site.build(now=time)
        assert site.tree() == site.clean_build(now=now[-1])


@pytest.mark.parametrize("story", ["a", "z"])
@pytest.mark.parametrize("categories", ["europe", "europ"])
def test_a_file_that_goes_to_another_story_keeps_what_it_refers_to(site: Site, story: str, categories: str) -> None:
    for name in ("one.png", "two.png"):
        site.write(f"content/2023/04/{name}", PIXEL)
    site.story("2023/04/m.fr", title="M", slug="m", story=story, body="[[b]] ![Port](one.png)")
    site.story("2023/04/b.fr", title="B", slug="b")
    site.build()
    body = "[[b]] ![Port](two.png) ![Port](three.png)"
    site.story("2023/04/m.fr", title="M", slug="m", categories=[categories], body=body)
    built = site.build()
    clean, wanted = site.clean()
    if categories == "europe":
        assert differences(site.tree(), wanted) == []
    assert built.lines == clean.lines and "three.png" in "".join(built.lines)
    site.story("2023/04/m.fr", title="M", slug="m", story=story, body="[[b]]")
    site.build()
    assert differences(site.tree(), site.clean_build()) == []
