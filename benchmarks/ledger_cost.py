"""What the ledger adds to a cold build, and to one edit where nothing moved: the same archive with and without it.

    python benchmarks/ledger_cost.py --articles 2000 --rounds 3

The site is built and published once, so that the ledger knows all its addresses. Then two copies of it are built in
turns, one with that ledger and one without: from nothing, and after edits of one body. Each cold build and its edits
have one worker and a process of their own. The figures are seconds of user and system time together, the medians of all
rounds. It works on the RAM disk where there is one, for the reason that parts_cost.py gives.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from archive import write_archive
from parts_cost import RAM_DISK, build
from stories import Size

from newsgen.ledger import folder as ledger_folder
from newsgen.ledger import live

EDITS = 5
PUBLISHED = datetime(2025, 1, 14, tzinfo=UTC)


def measure(root: Path) -> tuple[float, list[float]]:
    """Seconds of a cold build, and of each of some edits after it."""
    for made in ("site", ".newsgen"):
        shutil.rmtree(root / made, ignore_errors=True)
    cold = sum(build(root))
    texts = sorted((root / "content").glob("*/*/*.fr.md"))
    text = texts[len(texts) // 2]
    before = text.read_bytes()
    edits = []
    for number in range(EDITS):
        text.write_bytes(before + f"\nUne phrase, la {number}e.\n".encode())
        edits.append(sum(build(root)))
    text.write_bytes(before)
    return cold, edits


def ask(root: Path) -> tuple[float, list[float]]:
    answer = subprocess.run([sys.executable, __file__, "--one", str(root)], check=True, capture_output=True, text=True)
    cold, edits = json.loads(answer.stdout.splitlines()[-1])
    return cold, edits


def compare(articles: int, rounds: int, folder: Path) -> None:
    write_archive(folder, Size(articles, bilingual_share=0.25, picture_share=0), seed=1, names=["newsgen"])
    without, with_ = folder / "newsgen", folder / "with-ledger"
    ask(without)  # the first build is the one that is published; nothing of it is counted
    shutil.copytree(without, with_, ignore=shutil.ignore_patterns("site", ".newsgen"))
    live.fetch(with_, str(without / "site"), now=PUBLISHED)
    addresses = len(ledger_folder.addresses(ledger_folder.read(with_)))
    cold: dict[Path, list[float]] = {without: [], with_: []}
    edits: dict[Path, list[float]] = {without: [], with_: []}
    for number in range(rounds):
        for root in (without, with_) if number % 2 else (with_, without):
            of_cold, of_edits = ask(root)
            cold[root].append(of_cold)
            edits[root] += of_edits
    size = sum(path.stat().st_size for path in (with_ / "ledger").iterdir())
    print(
        f"{articles:,} articles, seconds of one processor, medians of {rounds} cold builds and {rounds * EDITS} edits"
    )
    print(f"a ledger of {addresses:,} addresses, {size / 1e6:.1f} MB")
    print(f"{'':<18}{'cold':>9}{'edit':>9}")
    for name, root in (("without a ledger", without), ("with it", with_)):
        print(f"{name:<18}{median(cold[root]):>9.2f}{median(edits[root]):>9.3f}")
    ratio = median(cold[with_]) / median(cold[without])
    more = (median(edits[with_]) - median(edits[without])) * 1000
    print(f"{'it adds':<18}{ratio - 1:>9.1%}{more:>6.0f} ms")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--one", type=Path, metavar="ROOT", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.one:
        print(json.dumps(measure(args.one)))
        return
    with tempfile.TemporaryDirectory(prefix="newsgen-ledger-", dir=RAM_DISK if RAM_DISK.is_dir() else None) as name:
        compare(args.articles, args.rounds, Path(name))


if __name__ == "__main__":
    main()
