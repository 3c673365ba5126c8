"""CPU milliseconds a page of each kind, of a site that has been built: python benchmarks/render_cost.py SITE_FOLDER

Renders every page of the site's catalog in this process, in the order of writing, and writes it to a temporary
folder. Times are user and system time, so that other work on the machine matters less.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections import Counter
from contextlib import closing
from pathlib import Path

from newsgen.catalog.store import Catalog
from newsgen.output.files import write_whole
from newsgen.rendering.renderer import Renderer


def measure(catalog: Catalog, output: Path) -> tuple[Counter[str], Counter[str], Counter[str]]:
    """Pages, seconds of rendering and seconds of writing by kind."""
    pages = [page for page in catalog.pages() if page.template]
    renderer = Renderer(catalog, None)
    for page in {page.page.kind: page for page in pages}.values():
        renderer.render(page)  # compiles its template
    number: Counter[str] = Counter()
    rendering: Counter[str] = Counter()
    writing: Counter[str] = Counter()
    for page in pages:
        kind = page.page.kind
        started = time.process_time()
        made = renderer.render(page)
        rendered = time.process_time()
        write_whole(output, made.output, made.data)
        writing[kind] += time.process_time() - rendered
        rendering[kind] += rendered - started
        number[kind] += 1
    return number, rendering, writing


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("site", type=Path, help="folder of a site that has been built")
    site = parser.parse_args().site
    with (
        closing(Catalog.reader(site / ".newsgen" / "catalog.sqlite")) as catalog,
        tempfile.TemporaryDirectory(prefix="newsgen-render-cost-") as output,
    ):
        number, rendering, writing = measure(catalog, Path(output))
    print(f"{'kind':<16}{'pages':>8}{'render':>10}{'write':>10}   ms a page")
    for kind, seconds in rendering.most_common():
        print(f"{kind:<16}{number[kind]:>8}{_ms(seconds, number[kind])}{_ms(writing[kind], number[kind])}")
    total = number.total()
    print(f"{'all':<16}{total:>8}{_ms(rendering.total(), total)}{_ms(writing.total(), total)}")


def _ms(seconds: float, pages: int) -> str:
    return f"{seconds * 1000 / pages:>10.3f}"


if __name__ == "__main__":
    main()
