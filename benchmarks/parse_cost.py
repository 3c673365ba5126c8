"""What parsing an article costs, with the shortcuts of `markup` and `frontmatter` and without them, in one run.

    python benchmarks/archive.py /tmp/archive --articles 400 --layouts newsgen
    python benchmarks/parse_cost.py /tmp/archive/newsgen

CPU time of one core; the two take turns, so that a busy machine slows both; of each article the least of all rounds
counts.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

from newsgen.catalog import store
from newsgen.nouns.model import Source
from newsgen.parsing import article as article_parsing
from newsgen.parsing import file_parts, frontmatter, markup

_LANGUAGES = ("fr", "en")


def articles(site: Path) -> list[tuple[Source, bytes]]:
    found = []
    for path in sorted(site.glob("content/[0-9]*/**/*.md")):
        name, lang, _ = path.name.rsplit(".", 2)
        place = path.relative_to(site).as_posix()
        story = f"{Path(place).parent.relative_to('content').as_posix()}/{name}"
        data = path.read_bytes()
        found.append((Source(place, "article", story, lang, "", len(data)), data))
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("site", type=Path, help="a folder with content/")
    parser.add_argument("--rounds", type=int, default=7)
    args = parser.parse_args()
    files = articles(args.site)

    def whole(source: Source, data: bytes, shortcuts: bool) -> None:
        parsed = article_parsing.parse(source, data, languages=_LANGUAGES, trusted_html=False, shortcuts=shortcuts)
        store.encode_parsed(parsed)

    def front(source: Source, data: bytes, shortcuts: bool) -> None:
        frontmatter.read(data, path=source.path, kind=source.kind, languages=_LANGUAGES, shortcuts=shortcuts)

    def body(source: Source, data: bytes, shortcuts: bool) -> None:
        markup.convert(
            file_parts.split(data, source.path).body,
            path=source.path,
            first_line=9,
            lang=source.lang,
            folder="2023/04",
            trusted_html=False,
            shortcuts=shortcuts,
        )

    print(f"{len(files)} articles; ms of CPU each     with  without  shortcuts")
    for name, work in (("parse and encode", whole), ("  front matter", front), ("  split and body", body)):
        least: dict[tuple[str, bool], float] = {}
        for _ in range(args.rounds):
            for source, data in files:
                for shortcuts in (True, False):
                    begin = time.process_time()
                    work(source, data, shortcuts)
                    spent = time.process_time() - begin
                    key = source.path, shortcuts
                    least[key] = min(least.get(key, spent), spent)
        each = [sum(spent for (_, kind), spent in least.items() if kind is wanted) for wanted in (True, False)]
        print(f"{name:32}{each[0] * 1000 / len(files):8.3f} {each[1] * 1000 / len(files):8.3f}")


if __name__ == "__main__":
    main()
