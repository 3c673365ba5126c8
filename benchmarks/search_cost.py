"""Measures what search costs: a build with and without it, its files, one edit, and what a first query transfers.

    python benchmarks/search_cost.py --articles 2000 20000

The archives are those of benchmarks/archive.py. A query is asked as `static/assets/search.js` asks it; with a Chromium
and Playwright at hand, `--browser` asks it there, and counts what a server is asked for.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
import shutil
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from archive import write_archive
from stories import Size

from newsgen import pipeline
from newsgen.pipeline import Request
from newsgen.search.files import NAME_SIZE
from newsgen.search.words import words

NOW = "2025-01-15T12:00:00+01:00"
QUERIES = ("sommet", "crise énergétique", "crise énergétique Bruxelles")


def build(root: Path) -> float:
    """Processor seconds of a build in one process: what else the machine does counts little."""
    start = time.process_time()
    pipeline.build(Request(root, now=NOW, workers=1))
    return time.process_time() - start


def configured(root: Path, search: str) -> None:
    path = root / "newsgen.yaml"
    kept = re.sub(r"^search:.*\n", "", path.read_text("utf-8"), flags=re.MULTILINE)
    path.write_text(f"{kept.rstrip()}\nsearch: {search}\n", "utf-8")


def edited(root: Path) -> float:
    """Processor seconds of a build after an edit of one text in the year with the most articles: the least of five."""
    names = sorted((root / "content").glob("*/*/*.fr.md"))
    ((year, _),) = Counter(path.parts[-3] for path in names).most_common(1)
    path = next(path for path in names if path.parts[-3] == year)
    seconds = []
    for n in range(5):
        with path.open("a", encoding="utf-8") as file:
            file.write(f"\nUne phrase, la {n}e.\n")
        seconds.append(build(root))
    return min(seconds)


# ---- the query as search.js asks it
class Asked:
    """What a query fetched: the files, and their bytes as they are and compressed."""

    def __init__(self, site: Path) -> None:
        self.site, self.files = site, dict[str, bytes]()

    def get(self, path: str) -> bytes:
        self.files[path] = data = (self.site / path.removeprefix("/")).read_bytes()
        return data

    @property
    def raw(self) -> int:
        return sum(map(len, self.files.values()))

    @property
    def compressed(self) -> int:
        return sum(len(gzip.compress(data, 6)) for data in self.files.values())


def ask(site: Path, query: str) -> Asked:
    """A first query of a reader who has only the page: words over all periods, then ten results of the newest."""
    asked = Asked(site)
    asked.get("/fr/recherche/index.html")
    asked.get("/assets/search.js")
    results = 0
    for path in sorted((site / "fr/recherche/index").glob("*.json"), reverse=True):
        head: dict[str, Any] = json.loads(asked.get(f"/fr/recherche/index/{path.name}"))
        folder, words_in, stories_in = f"/fr/recherche/index/{path.stem}", head["words"], head["stories"]
        for word in words(query):
            place = max((n for n, first in enumerate(head["first"]) if first <= word), default=0)
            asked.get(f"{folder}/{words_in[NAME_SIZE * place :][:NAME_SIZE]}.txt")
        if results < 10:  # at worst, each result is in another file of stories
            count = min(10 - results, -(-head["articles"] // head["each"]))
            for n in range(count):
                story = json.loads(asked.get(f"{folder}/{stories_in[NAME_SIZE * n :][:NAME_SIZE]}.json"))[0]
                asked.get(f"{story[0]}index.json")
            results += count
    return asked


# ---- the query in a browser
class _Counting(SimpleHTTPRequestHandler):
    counts: dict[str, int]

    def __init__(self, counts: dict[str, int], *arguments: Any, **options: Any) -> None:
        self.counts = counts
        super().__init__(*arguments, **options)

    def log_message(self, format: str, *arguments: Any) -> None:
        pass

    def do_GET(self) -> None:
        path = Path(self.translate_path(self.path))
        path = path / "index.html" if path.is_dir() else path
        if path.is_file():
            data = path.read_bytes()
            packed = gzip.compress(data, 6)
            self.counts["requests"] += 1
            self.counts["raw"] += len(data)
            self.counts["compressed"] += len(packed)
        super().do_GET()


@contextmanager
def served(site: Path) -> Iterator[tuple[str, dict[str, int]]]:
    counts = {"requests": 0, "raw": 0, "compressed": 0}
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Counting, counts, directory=str(site)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", counts
    finally:
        server.shutdown()
        server.server_close()


def in_browser(site: Path, query: str) -> tuple[dict[str, int], str, float]:
    """Counts of what was asked for, what the page said, seconds until it did."""
    from playwright.sync_api import sync_playwright

    with served(site) as (url, counts), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page()
        page.goto(f"{url}/fr/recherche/")
        page.locator("#SearchField").fill(query)
        start = time.perf_counter()
        page.keyboard.press("Enter")
        answered = "() => /[0-9]/.test(document.getElementById('SearchStatus').textContent)"
        page.wait_for_function(answered, timeout=20_000)
        seconds = time.perf_counter() - start
        said = page.locator("#SearchStatus").inner_text()
        browser.close()
    return counts, said, seconds


def measure(articles: int, *, browser: bool, folder: Path) -> None:
    size = Size(articles, bilingual_share=0.25, picture_share=0)
    write_archive(folder, size, seed=1, names=["newsgen"])
    root = folder / "newsgen"
    print(f"{articles:,} articles")
    for search in ("{period: year}", "false"):
        configured(root, search)
        for name in (".newsgen", "site"):
            shutil.rmtree(root / name, ignore_errors=True)
        first, edit = build(root), edited(root)
        print(f"  search: {search}: first build {first:.1f} s of one processor, one edit {edit:.2f} s", flush=True)
        if search != "false":
            queries(root / "site", browser=browser)


def queries(site: Path, *, browser: bool) -> None:
    files = [path for lang in ("fr/recherche", "en/search") for path in (site / lang / "index").rglob("*.*")]
    total = sum(path.stat().st_size for path in files)
    print(f"  index: {len(files):,} files, {total / 1e6:.1f} MB")
    for query in QUERIES:
        asked = ask(site, query)
        print(f"  `{query}`: {len(asked.files)} files, {in_words(asked.raw, asked.compressed)}")
        if browser:
            counts, said, took = in_browser(site, query)
            numbers = f"{counts['requests']} requests, {in_words(counts['raw'], counts['compressed'])}"
            print(f"    in Chromium, with page and styles: {numbers}, {took:.2f} s: {said}", flush=True)


def in_words(raw: int, compressed: int) -> str:
    return f"{raw / 1000:.0f} kB, {compressed / 1000:.0f} kB in gzip"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, nargs="+", default=[2000, 20_000])
    parser.add_argument("--browser", action="store_true", help="ask the queries in Chromium as well")
    args = parser.parse_args()
    for articles in args.articles:
        with tempfile.TemporaryDirectory(prefix="newsgen-search-") as name:
            measure(articles, browser=args.browser, folder=Path(name))


if __name__ == "__main__":
    main()
