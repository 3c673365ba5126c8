"""What a publication costs beside its build: the first one, and one after an edit, to a folder, a store and a branch.

    python benchmarks/publish_cost.py --articles 2000 --rounds 5

The store is moto's server on loopback, in a process of its own (where it is installed); a real one answers more slowly,
and more requests at once. Seconds are those of a clock, without the build, the median of the rounds with the middle
half; `files` and `kB` are what was sent. It works on the RAM disk where there is one.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from archive import write_archive
from stories import Size

from newsgen.pipeline import Request
from newsgen.publish import publication, releases
from newsgen.publish.folder import FolderMachine
from newsgen.publish.place import Place
from newsgen.publish.releases import Releases
from newsgen.publish.wishes import Publication, Wishes

NOW = "2025-01-15T12:00:00+01:00"
RAM_DISK = Path("/dev/shm")
SERVER = """
import sys, time
from moto.server import ThreadedMotoServer
server = ThreadedMotoServer("127.0.0.1", port=0, verbose=False)
server.start()
print(server.get_host_and_port()[1], flush=True)
sys.stdin.read()
"""


class Watch:
    """Counts the seconds of builds, which are taken off those of publications."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.build = publication.build

    def __call__(self, *arguments: object, **options: object) -> object:
        start = time.perf_counter()
        try:
            return self.build(*arguments, **options)  # type: ignore[arg-type]
        finally:
            self.seconds += time.perf_counter() - start


def published(root: Path, place: Place, watch: Watch) -> tuple[float, Publication]:
    """Seconds beside the build, and what was done."""
    watch.seconds, start = 0.0, time.perf_counter()
    done = publication.publish(Request(root, now=NOW), place, Wishes(is_first=True, patience=0), lambda *_: None)
    assert done.is_live, done.stopped
    return time.perf_counter() - start - watch.seconds, done


@contextmanager
def store() -> Iterator[Callable[[], Place] | None]:
    """A bucket at moto's server; None where it is not installed."""
    try:
        import boto3
        import moto  # noqa: F401

        from newsgen.publish.bucket import Bucket
        from newsgen.publish.s3 import S3Place
    except ImportError:
        yield None
        return
    os.environ |= {"AWS_ACCESS_KEY_ID": "key", "AWS_SECRET_ACCESS_KEY": "secret"}
    command = (sys.executable, "-c", SERVER)
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as server:
        assert server.stdout
        endpoint = f"http://127.0.0.1:{server.stdout.readline().split()[-1]}"
        boto3.client("s3", endpoint_url=endpoint, region_name="us-east-1").create_bucket(Bucket="news")
        yield lambda: S3Place(Bucket.of("news", "", name="s3://news", endpoint=endpoint, region="us-east-1"), name="s3")
        server.kill()


def branch(root: Path, folder: Path) -> Callable[[], Place]:
    from newsgen.publish.branch import BranchPlace

    forge = folder / "forge.git"
    subprocess.run(("git", "init", "--quiet", "--bare", str(forge)), check=True)
    subprocess.run(("git", "-C", str(forge), "config", "uploadpack.allowFilter", "true"), check=True)
    return lambda: BranchPlace(folder / "cache.git", f"file://{forge}", "pages", name="branch", keep=5)


def compare(articles: int, rounds: int, folder: Path, *, only: str) -> None:
    write_archive(folder, Size(articles, bilingual_share=0.25, picture_share=0), seed=1, names=["newsgen"])
    root, watch = folder / "newsgen", Watch()
    releases.WAIT = -1.0  # as if minutes lay between them: a release that nobody needs is used again
    publication.build = watch  # type: ignore[assignment]
    with store() as bucket:
        places: dict[str, Callable[[], Place]] = {
            "a folder": lambda: Releases(FolderMachine(folder / "srv"), name="folder", keep=2),
            "a branch": branch(root, folder),
        }
        if bucket:
            places["a store (moto)"] = bucket
        places = {name: place for name, place in places.items() if only in name}
        print(f"{articles:,} articles, seconds beside the build; middle half of {rounds} in brackets")
        print(f"{'':<18}{'first':>8}{'files':>9}{'MB':>8}{'one edit':>18}{'files':>8}{'kB':>8}")
        first = {name: published(root, place(), watch) for name, place in places.items()}
        edits: dict[str, list[tuple[float, Publication]]] = {name: [] for name in places}
        article = sorted((root / "content").rglob("*.md"))[articles // 2]
        for number in range(-2, rounds):  # before the first, a folder has no release to use again
            for name, place in places.items():
                text = article.read_text("utf-8")
                article.write_text(f"{text.rstrip()}\n\nUne phrase de plus, {name}, {number}.\n", "utf-8")
                one = published(root, place(), watch)
                if number >= 0:
                    edits[name].append(one)
    for name, (seconds, done) in first.items():
        times = sorted(one for one, _ in edits[name])
        quarter = len(times) // 4
        spread = f"{statistics.median(times):.3f} ({times[-1 - quarter] - times[quarter]:.3f})"
        last = edits[name][-1][1].plan
        print(
            f"{name:<18}{seconds:>8.2f}{len(done.plan.sent):>9,}{done.plan.size / 1e6:>8.1f}"
            f"{spread:>18}{len(last.sent):>8,}{last.size / 1e3:>8.0f}"
        )
    print(f"the ledger has {sum(path.stat().st_size for path in (root / 'ledger').iterdir()) / 1e3:,.0f} kB,", end=" ")
    print(f"a manifest {len(publication.manifest_of(root / 'site')) / 1e3:,.0f} kB")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", default="", metavar="PLACE", help="such as `folder`")
    args = parser.parse_args()
    place = RAM_DISK if RAM_DISK.is_dir() else None
    folder = Path(tempfile.mkdtemp(prefix="newsgen-publish-", dir=place))
    try:
        compare(args.articles, args.rounds, folder, only=args.only)
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
