"""The sample archive as its readers get it: built from the sources of the checkout, and which pages it has.

Nothing here names a page: they are found by the class of their body, so that new kinds are looked at by themselves.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from selectolax.lexbor import LexborHTMLParser

ROOT = Path(__file__).parents[2]
#: The time for which the sample archive is built; .ci/run has the same.
NOW = "2026-11-25T12:00:00+01:00"
#: The kind of a page that only leads elsewhere.
REDIRECT = "redirect"


@dataclass(frozen=True)
class SamplePage:
    """A page of HTML; `kind` is that of its body's class `kind-…`, `redirect` for a page that leads elsewhere."""

    url: str
    path: Path
    kind: str
    lang: str

    @cached_property
    def html(self) -> str:
        return self.path.read_text("utf-8")

    @cached_property
    def tree(self) -> LexborHTMLParser:
        return LexborHTMLParser(self.html)

    @cached_property
    def features(self) -> frozenset[str]:
        """The elements of the page with their classes and roles: what there is to look at."""
        return frozenset(
            f"{node.tag}.{name}"
            for node in self.tree.css("*")
            for name in (*(node.attributes.get("class") or "").split(), node.attributes.get("role") or "")
        )

    def alternates(self) -> dict[str, str]:
        """Language to address on this site, by the head's `link rel=alternate hreflang`; x-default too."""
        nodes = self.tree.css("link[rel=alternate][hreflang]")
        return {str(n.attributes["hreflang"]): str(n.attributes["href"]) for n in nodes}


class Sample:
    """The built sample archive."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.output = folder, folder / "site"

    @cached_property
    def pages(self) -> tuple[SamplePage, ...]:
        """All pages of HTML, redirects too, by address."""
        return tuple(
            _page(self.output, path) for path in sorted(self.output.rglob("*.html")) if _is_public(self.output, path)
        )

    @cached_property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of pages that readers see, sorted; redirects are none."""
        return tuple(sorted({page.kind for page in self.pages} - {REDIRECT}))

    def of(self, kind: str, lang: str | None = None) -> list[SamplePage]:
        return [page for page in self.pages if page.kind == kind and lang in (None, page.lang)]

    def one_of_each(self) -> list[SamplePage]:
        """For each kind and language the page that shows most."""
        return [showing[0] for showing in self._showing()]

    def all_that_differs(self) -> list[SamplePage]:
        """For each kind and language the fewest pages that together show all that any page of them shows."""
        return [page for showing in self._showing() for page in showing]

    def _showing(self) -> list[list[SamplePage]]:
        groups: dict[tuple[str, str], list[SamplePage]] = {}
        for page in self.pages:
            if page.kind != REDIRECT:
                groups.setdefault((page.kind, page.lang), []).append(page)
        return [_cover(groups[key]) for key in sorted(groups)]


def _cover(pages: Iterable[SamplePage]) -> list[SamplePage]:
    """Greedy: the page with most that is not shown yet, the first by address of those."""
    left, chosen = list(pages), []
    missing = frozenset().union(*(page.features for page in left))
    while missing or not chosen:
        best = max(left, key=lambda page: len(page.features & missing))
        chosen.append(best)
        missing -= best.features
    return chosen


def _is_public(output: Path, path: Path) -> bool:
    return not any(part.startswith(".newsgen") for part in path.relative_to(output).parts)


def _page(output: Path, path: Path) -> SamplePage:
    url = "/" + path.relative_to(output).as_posix().removesuffix("index.html")
    tree = LexborHTMLParser(path.read_text("utf-8"))
    body, html = tree.css_first("body"), tree.css_first("html")
    assert body is not None and html is not None
    names = [name for name in (body.attributes.get("class") or "").split() if name.startswith("kind-")]
    if not names:
        assert tree.css_first("meta[http-equiv=refresh]"), f"{url}: its body has no class `kind-…`"
    return SamplePage(
        url, path, names[0].removeprefix("kind-") if names else REDIRECT, html.attributes.get("lang") or ""
    )


def build(folder: Path) -> Sample:
    """The sample archive, built in `folder`, which is made; the checkout's own site stays as it is."""
    folder.mkdir(parents=True)
    for name in ("content", "templates", "static"):
        shutil.copytree(ROOT / name, folder / name)
    shutil.copy(ROOT / "newsgen.yaml", folder)
    lend_pictures(folder)
    subprocess.run(
        [sys.executable, "-m", "newsgen", "build", "--quiet", "--strict", "--now", NOW],
        cwd=folder,
        check=True,
        env=os.environ | {"PYTHONPATH": str(ROOT / "src")},
    )
    return Sample(folder)


def lend_pictures(folder: Path) -> None:
    """Lays what `make site` made of the pictures into a site folder: what costs most, and is named by what it was made
    of."""
    if (ROOT / ".newsgen" / "pictures").is_dir():
        shutil.copytree(ROOT / ".newsgen" / "pictures", folder / ".newsgen" / "pictures")


def built_once(shared: Path, make: Callable[[Path], object] = build) -> Sample:
    """The sample archive below `shared`: the first process that asks builds it, the others wait for it."""
    shared.mkdir(parents=True, exist_ok=True)
    with (shared / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (shared / "done").exists():
            shutil.rmtree(shared / "archive", ignore_errors=True)
            make(shared / "archive")
            (shared / "done").touch()
    return Sample(shared / "archive")
