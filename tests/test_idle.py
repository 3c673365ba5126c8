"""A build where nothing changed does nothing; a build where only the clock moved does what the clock asks."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

import newsgen
from newsgen.catalog.store import Catalog
from newsgen.pages import clock as page_clock
from newsgen.pipeline import load_config
from newsgen.pipeline.tool_versions import _hash_of, versions
from support.harness import NOW, Site

LATER = "2024-01-15T13:00:00+01:00"
NOT_LOADED = {
    "newsgen.nouns.messages.en",
    "newsgen.settings.reading",
    "newsgen.settings.yaml_nodes",
    "newsgen.settings.yaml_tree",
    "newsgen.parsing",
    "newsgen.index",
    "newsgen.pages.plan",
    "newsgen.queries",
    "newsgen.search",
    "newsgen.catalog.traces",
    "newsgen.rendering",
    "newsgen.languages",
    "yaml",
    "markdown",
    "jinja2",
    "babel",
    "concurrent.futures",
    "importlib.metadata",
    "zoneinfo",
    "multiprocessing",
}


def epoch(now: str) -> int:
    from datetime import datetime

    return int(datetime.fromisoformat(now).timestamp())


def is_idle(site: Site, now: str) -> bool:
    with closing(Catalog.reader(site.cache / "catalog.sqlite")) as catalog:
        return page_clock.is_idle(catalog, epoch(now))


@pytest.mark.parametrize(
    ("date", "now", "expected"),
    [
        ("2023-01-01", LATER, True),
        ("2023-01-01", "2034-01-15T12:00:00+01:00", True),
        ("2023-01-01", "2022-01-15T12:00:00+01:00", False),  # not published yet, then
        ("2024-01-15 12:30", LATER, False),  # published meanwhile
        ("2024-01-14", LATER, True),
        ("2024-01-14", "2024-01-16T12:00:00+01:00", False),  # no news any more
        ("2024-01-13 12:30", LATER, False),
        ("2024-01-13 12:30", NOW, True),
    ],
)
def test_idle_build_is_told_from_others(site: Site, date: str, now: str, expected: bool) -> None:
    site.story("a.fr", date=date)
    site.story("b.en", date="2022-06-01")
    site.build()
    assert is_idle(site, NOW) and is_idle(site, now) == expected
    site.build(now=now)
    assert site.tree() == site.clean_build(now=now)


def test_clock_that_a_template_shows_is_never_idle(site: Site) -> None:
    site.story("a.fr")
    site.write("templates/404.html", "{{ setting('now') }}")
    site.build()
    assert is_idle(site, NOW) and not is_idle(site, LATER)
    site.build(now=LATER)
    assert site.read("/404.html").strip() == str(epoch(LATER))


def test_parse_that_index_has_not_seen_is_not_idle(site: Site) -> None:
    site.story("a.fr")
    site.build()
    with closing(Catalog.writer(site.cache / "catalog.sqlite", tools=versions())) as catalog:
        catalog.run("INSERT INTO dirty VALUES ('content/a.fr.md')")
    assert not is_idle(site, NOW)


def test_what_idle_builds_skip_is_done_when_it_is_due(site: Site) -> None:
    site.story("a.fr", title="Sommet", expires="2024-01-20")
    site.build()
    for day in (16, 17, 18, 19):
        site.build(now=f"2024-01-{day}T12:00:00+01:00")
    assert site.exists("/fr/2023/04/sommet/")
    now = "2024-01-20T00:00:00+01:00"
    site.build(now=now)
    assert not site.exists("/fr/2023/04/sommet/") and site.tree() == site.clean_build(now=now)


def loaded_by_a_build(site: Site) -> set[str]:
    command = [sys.executable, "-X", "importtime", "-m", "newsgen", "build", "--now", NOW, "--workers", "1"]
    done = subprocess.run(command, cwd=site.root, capture_output=True, text=True, check=True, env=os.environ)
    return {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}


def test_idle_build_loads_no_stage(site: Site) -> None:
    site.story("a.fr")
    loaded_by_a_build(site)
    loaded = loaded_by_a_build(site)
    assert "newsgen.sources.scan" in loaded and not loaded & NOT_LOADED


def test_edit_of_front_matter_with_texts_and_lists_loads_no_yaml_library(site: Site) -> None:
    site.story("a.fr", tags=["a b", "c"])
    loaded_by_a_build(site)
    site.story("a.fr", tags=["a b", "d"])
    loaded = loaded_by_a_build(site)
    assert "newsgen.parsing.article" in loaded and not loaded & {"yaml", "newsgen.settings.yaml_events"}
    site.story("a.fr", source={"name": "AFP", "url": "https://www.afp.com/"})
    assert "yaml" in loaded_by_a_build(site)


def test_configuration_is_kept_as_it_was_read(site: Site) -> None:
    site.configure(extra={"list": [1, 2.5, True, "x"], "map": {"a": [{"b": "c"}]}})
    site.story("a.fr")
    site.build()
    data = (site.root / "newsgen.yaml").read_bytes()
    from newsgen.nouns.model import content_hash

    with closing(Catalog.reader(site.cache / "catalog.sqlite")) as catalog:
        kept = catalog.kept_config(content_hash(data))
        assert kept is not None and repr(kept) == repr(load_config(site.root))
        assert catalog.kept_config(content_hash(data + b"\n")) is None
    site.configure(title="Une autre")
    site.build()
    assert "Une autre" in site.read("/fr/") and site.tree() == site.clean_build()


def test_configuration_that_json_cannot_hold_is_read_each_time(site: Site) -> None:
    site.write("newsgen.yaml", (site.root / "newsgen.yaml").read_text("utf-8") + "extra: {big: .inf}\n")
    site.story("a.fr")
    first = site.build()
    assert site.build().diagnostics == first.diagnostics


def test_versions_are_those_of_the_metadata(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from importlib import metadata

    found = dict(part.partition("+")[0].split(" ") for part in versions().split(", "))
    assert found["jinja2"] == metadata.version("jinja2") and found["pyyaml"] == metadata.version("pyyaml")
    (tmp_path / "Jinja2-99.1.dist-info").mkdir()
    monkeypatch.syspath_prepend(str(tmp_path))
    assert "jinja2 99.1," in versions()


def test_a_checkout_whose_code_changed_is_another_newsgen(site: Site, tmp_path: Path) -> None:
    package = tmp_path / "src" / "newsgen"
    shutil.copytree(Path(newsgen.__file__).parent, package, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("templates", "static"):
        shutil.copytree(Path(name), tmp_path / name)
    site.story("a.fr", title="Un")

    def build() -> str:
        command = [sys.executable, "-m", "newsgen", "build", "--workers", "1"]
        environment = {**os.environ, "PYTHONPATH": str(package.parent)}
        done = subprocess.run(command, cwd=site.root, env=environment, capture_output=True, text=True, check=True)
        return done.stdout + done.stderr

    assert " 0 unchanged" in build()
    assert " 0 written" in build()
    (package / "__pycache__").mkdir(exist_ok=True)
    (package / "__pycache__" / "x.pyc").write_bytes(b"x")
    assert "cache-renewed" not in build()
    words = package / "rendering" / "explain.py"
    words.write_text(f"{words.read_text()}\n# another line\n")
    assert "cache-renewed" in build()
    assert "cache-renewed" not in build()


def test_names_and_bytes_of_the_code_count(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("x")
    (tmp_path / "b").mkdir()
    hashes = {_hash_of(str(tmp_path))}
    for name, data in (("a.py", "y"), ("b/a.py", "y"), ("b/c.py", ""), ("a.py", "xy")):
        (tmp_path / name).write_text(data)
        hashes.add(_hash_of(str(tmp_path)))
    assert len(hashes) == 5
