"""Writes a news archive of any size, for newsgen, Hugo or Pelican, or the same one for all three.

    python benchmarks/archive.py /tmp/archive --articles 20000

The same seed and size give the same files.
"""

from __future__ import annotations

import argparse
from collections.abc import Collection
from pathlib import Path

from layouts import all_layouts
from stories import Size, generate


def write_archive(root: Path, size: Size, *, seed: int, names: Collection[str]) -> int:
    """Writes `root/NAME/` for each layout named; the number of stories."""
    layouts = [layout(root / name) for name, layout in all_layouts().items() if name in names]
    count = 0
    for story in generate(size, seed=seed):
        count += 1
        for layout in layouts:
            layout.write(story)
    for layout in layouts:
        layout.close()
    return count


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("root", type=Path, help="each layout becomes a folder in it")
    parser.add_argument("--articles", type=int, default=2000, help="number of article files")
    parser.add_argument("--bilingual", type=float, default=0.25, help="share of the stories")
    parser.add_argument("--pictures", type=float, default=0.02, help="share of the stories")
    parser.add_argument("--seed", type=int, default=1)
    names = list(all_layouts())
    parser.add_argument("--layouts", nargs="+", choices=names, default=names)
    args = parser.parse_args()
    size = Size(args.articles, bilingual_share=args.bilingual, picture_share=args.pictures)
    stories = write_archive(args.root, size, seed=args.seed, names=args.layouts)
    print(f"{args.articles} articles of {stories} stories in {args.root}: {' '.join(args.layouts)}")


if __name__ == "__main__":
    main()
