"""What pictures cost: an archive with N photos, cold and with a warm cache, and what each format takes.

    python benchmarks/pictures.py --photos 40
    python benchmarks/pictures.py --photos 40 --against /path/to/another/checkout

`--against`: the checkout of a newsgen from before pictures; both build the same archive without raster pictures in
turns, so that a busy machine slows both, and the ratio of the least user times says what pictures cost who has none.
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from io import BytesIO
from pathlib import Path
from random import Random

from PIL import Image

from newsgen.nouns.model import CENTRE, Look
from newsgen.pictures import encoding, variants
from newsgen.settings.config import Pictures

NOW = "2024-06-01T12:00:00+00:00"
CONFIG = "title: Archive\nurl: https://example.org/\nlanguages: [fr]\ncategories: {a: A}\n"


def photo(seed: int, size: tuple[int, int]) -> bytes:
    """A JPEG with as much detail as a photo has: clouds of colour, coarse and fine."""
    random = Random(seed)
    made = Image.new("RGB", size)
    for cells, share in ((4, 1.0), (12, 0.35), (50, 0.2), (200, 0.12), (900, 0.06)):
        high = max(2, cells * size[1] // size[0])
        layer = Image.frombytes("RGB", (cells, high), random.randbytes(cells * high * 3))
        made = Image.blend(made, layer.resize(size, Image.Resampling.BICUBIC), share)
    buffer = BytesIO()
    made.save(buffer, "JPEG", quality=90)
    return buffer.getvalue()


def archive(folder: Path, *, stories: int, photos: list[bytes]) -> None:
    """Stories of which the n-th shows the n-th photo; a site below `folder`."""
    words = "Une phrase qui en suit une autre et en annonce une troisième. " * 40
    (folder / "content/2023").mkdir(parents=True)
    (folder / "newsgen.yaml").write_text(CONFIG)
    for number in range(stories):
        image = f"image: {{src: p{number}.jpg, alt: Une photo}}\n" if number < len(photos) else ""
        day = f"2023-{number // 28 % 12 + 1:02}-{number % 28 + 1:02}"
        head = f"---\ntitle: Titre {number}\nslug: s{number}\ndate: {day}\ncategories: [a]\n{image}---\n"
        (folder / f"content/2023/s{number}.md").write_text(head + words)
    for number, data in enumerate(photos):
        (folder / f"content/2023/p{number}.jpg").write_bytes(data)


def build(folder: Path, source: Path, workers: int) -> tuple[float, float]:
    """Wall and processor seconds of one build in a process of its own."""
    before, begin = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    command = [sys.executable, "-m", "newsgen", "build", "--now", NOW, "--workers", str(workers)]
    environment = os.environ | {"PYTHONPATH": str(source / "src")}
    subprocess.run(
        command, cwd=folder, env=environment, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    wall, after = time.perf_counter() - begin, resource.getrusage(resource.RUSAGE_CHILDREN)
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _tell(what: str, seconds: tuple[float, float], photos: int) -> None:
    wall, processor = seconds
    each = f"{processor * 1000 / photos:8.0f} ms a photo" if photos else ""
    print(f"{what:46}{wall:8.1f} s{processor:8.1f} s of CPU{each}")


def whole_builds(folder: Path, source: Path, photos: list[bytes], stories: int, workers: int) -> None:
    archive(folder, stories=stories, photos=photos)
    count = len(photos)
    _tell("cold: no cache, no output", build(folder, source, workers), count)
    files = [path for path in (folder / "site/pictures").rglob("*") if path.is_file()]
    size = sum(path.stat().st_size for path in files)
    whole = sum(map(len, photos)) / 2**20
    print(f"  {len(files)} variants of {count} photos, {size / 2**20:.1f} MiB; the photos {whole:.1f} MiB")
    _tell("nothing changed", build(folder, source, workers), 0)
    shutil.rmtree(folder / "site")
    _tell("no output, all of the cache", build(folder, source, workers), count)
    shutil.rmtree(folder / "site")
    (folder / ".newsgen/catalog.sqlite").unlink()
    _tell("no output, no catalog, cache of pictures", build(folder, source, workers), count)
    path = folder / "content/2023/s0.md"
    path.write_text(path.read_text().replace("alt: Une photo", "alt: Une photo, focus: 10% 20%"))
    _tell("another focus", build(folder, source, workers), 1)
    (folder / "content/2023/p0.jpg").write_bytes(photo(9999, (1500, 1000)))
    _tell("another photo", build(folder, source, workers), 1)


def formats(data: bytes) -> None:
    """Processor time and bytes of the variants of one photo, by format."""
    size = Image.open(BytesIO(data)).size
    workshop = encoding.Workshop()
    spent: dict[str, float] = {}
    made: dict[str, int] = {}
    for variant in variants(Look("jpeg", *size), Pictures(), [CENTRE]):
        name = "crops" if variant.operation.startswith("crop") else variant.name.rpartition(".")[2]
        begin = time.process_time()
        found = workshop.make(data, "x", variant.operation)
        spent[name] = spent.get(name, 0) + time.process_time() - begin
        made[name] = made.get(name, 0) + len(found)
    print(f"one photo of {size[0]}x{size[1]}, {len(data) / 1024:.0f} KiB, in its default widths")
    for name, seconds in spent.items():
        print(f"  {name:12}{seconds * 1000:8.0f} ms of CPU{made[name] / 1024:8.0f} KiB")


def side_by_side(folder: Path, source: Path, against: Path, stories: int, rounds: int) -> None:
    """The same archive without raster pictures, built cold by both, one worker each."""
    least: dict[Path, float] = {}
    for number in range(rounds):
        for checkout in (source, against)[:: 1 if number % 2 else -1]:
            place = folder / f"{number}-{checkout == source}"
            place.mkdir()
            archive(place, stories=stories, photos=[])
            seconds = build(place, checkout, 1)[1]
            least[checkout] = min(least.get(checkout, seconds), seconds)
            shutil.rmtree(place)
    ratio = least[source] / least[against]
    print(
        f"{stories} stories without pictures: {least[source]:.2f} s of CPU, {least[against]:.2f} s against; {ratio:.3f}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--photos", type=int, default=40)
    parser.add_argument("--stories", type=int, default=400)
    parser.add_argument("--width", type=int, default=3000)
    parser.add_argument("--workers", type=int, default=os.cpu_count())
    parser.add_argument("--against", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    args = parser.parse_args()
    source = Path(__file__).resolve().parents[1]
    size = args.width, args.width * 2 // 3
    print(f"{args.photos} photos of {size[0]}x{size[1]}, {args.stories} stories, {args.workers} workers")
    with tempfile.TemporaryDirectory(prefix="newsgen-pictures-") as name:
        folder = Path(name)
        if args.photos:
            photos = [photo(number % 8, size) + bytes([number % 256]) for number in range(args.photos)]
            formats(photos[0])
            (folder / "photos").mkdir()
            whole_builds(folder / "photos", source, photos, args.stories, args.workers)
        if args.against:
            side_by_side(folder, source, args.against.resolve(), args.stories, args.rounds)


if __name__ == "__main__":
    main()
