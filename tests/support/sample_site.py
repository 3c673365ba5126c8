"""The sample archive of this repository, built once a run, with all that is optional switched on."""

from __future__ import annotations

import os
import shutil
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from support.harness import Site
from support.sample import built_once, lend_pictures

ROOT = Path(__file__).parents[2]
NOW = "2026-11-25T12:00:00+01:00"
URL = "https://example.org"
OPTIONAL: dict[str, Any] = {
    "description": {"fr": "L'actualité, archivée", "en": "The news, archived"},
    "organization": {
        "name": {"fr": "Les Archives", "en": "The Archives"},
        "logo": "/favicon.svg",
        "email": "desk@example.org",
        "same_as": ["https://social.example/archive"],
        "corrections_policy": "pages/about",
        "publishing_principles": "https://example.net/principles",
    },
    "security": {"contact": ["security@example.org"], "expires": "2027-06-30"},
    "humans": "Written by people.",
    "feed_size": 7,
}


@cache
def sample() -> Site:
    """The built site; nobody changes it."""
    archive = built_once(Path(os.environ["NEWSGEN_TESTS"]) / "sample-site", _build)
    return Site.there(archive.folder, settings())


def settings() -> dict[str, Any]:
    return yaml.safe_load((ROOT / "newsgen.yaml").read_text("utf-8")) | OPTIONAL


def _build(folder: Path) -> None:
    site = Site(folder)
    shutil.copytree(ROOT / "content", site.root / "content")
    lend_pictures(site.root)
    site.settings = settings()
    site.configure()
    assert site.build(now=NOW).errors == []


def html_pages() -> list[str]:
    """The address of each HTML page, redirects left out."""
    site = sample()
    names = [name for name in site.tree() if name.endswith(".html")]
    urls = [f"/{name.removesuffix('index.html')}" for name in names]
    return [url for url in urls if 'http-equiv="refresh"' not in site.read(url)]
