"""The same inputs give the same bytes: on every machine, under any locale, time zone, hash seed and file order."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from support import strategies_site as draw
from support.harness import NOW, PIXEL, Site, article, examples, page_file, temporary_site


def files() -> dict[str, str | bytes]:
    made: dict[str, str | bytes] = dict(draw.archive(30))
    for n, tag in enumerate(("C", "C++", "chine", "CHINE", "Élysée", "elysee")):
        made[f"content/x/{n}.fr.md"] = article(
            f"Titre {n}", "2023-05-01", tags=[tag, "x"], body="[[a]] [[s001]] ![p](p.png)"
        )
        made[f"content/x/{n}.en.md"] = article(f"Title {n}", "2023-05-01", tags=[tag])
    made["content/x/a.fr.md"] = article("Même", slug="même".replace("ê", "e"), aliases=["/vieux/"])
    made["content/y/a.fr.md"] = article("Même", slug="meme", aliases=["/vieux/"])
    made["content/x/p.png"] = PIXEL
    made["content/tags/z.fr.md"] = page_file("C++", slug="cpp")
    made["static/z.txt"] = "z"
    return made


def output_of(site: Site, *arguments: str, **environment: str) -> tuple[dict[str, bytes], str]:
    """What the command line writes and says, in a process of its own with this environment."""
    command = [
        sys.executable,
        "-m",
        "newsgen",
        "build",
        "--now",
        NOW,
        "--json",
        "--output",
        str(site.output),
        *arguments,
    ]
    done = subprocess.run(
        command,
        cwd=site.root,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode in (0, 1), done.stderr
    said = done.stdout.partition('"counts"')[0]
    return site.tree(), said


ENVIRONMENTS = [
    {"PYTHONHASHSEED": "0", "TZ": "UTC", "LANG": "C", "LC_ALL": "C"},
    {"PYTHONHASHSEED": "1", "TZ": "Pacific/Kiritimati", "LANG": "tr_TR.UTF-8", "LC_ALL": "C.UTF-8"},
    {"PYTHONHASHSEED": "4242", "TZ": "America/St_Johns", "LANG": "", "LC_ALL": "POSIX"},
]


def test_locale_time_zone_and_hash_seed_change_nothing(tmp_path: Path) -> None:
    answers = []
    for n, environment in enumerate(ENVIRONMENTS):
        site = Site(tmp_path / f"{n}" / "site-folder")
        names = list(files().items())
        random.Random(n).shuffle(names)
        for path, text in names:
            site.write(path, text)
        answers.append(output_of(site, **environment))
    for tree, said in answers[1:]:
        assert tree == answers[0][0]
        assert said == answers[0][1]


def test_any_number_of_workers_gives_the_same(site: Site) -> None:
    for path, text in files().items():
        site.write(path, text)
    for path, text in draw.archive(110):  # more than one chunk of work
        site.write(path, text)
    one = site.build(workers=1)
    tree, traces = site.tree(), site.traces()
    with ProcessPoolExecutor(4) as pool:
        four = site.build(executor=pool, output=site.root.parent / "four", clean=True)
    assert site.tree(site.root.parent / "four") == tree
    assert four.lines == one.lines
    assert site.traces() == traces


@settings(max_examples=examples(10))
@given(files=draw.archives, order=st.randoms(use_true_random=False))
def test_the_order_in_which_files_were_made_changes_nothing(files: dict[str, str], order: random.Random) -> None:
    names = list(files)
    with temporary_site() as one, temporary_site() as two:
        for name in names:
            one.write(name, files[name])
        order.shuffle(names)
        for name in names:
            two.write(name, files[name])
        first, second = one.build(), two.build()
        assert one.tree() == two.tree()
        assert first.lines == second.lines


def test_where_the_site_lies_changes_nothing(tmp_path: Path) -> None:
    trees = []
    for place in ("a", "a much longer/place with spaces & é"):
        site = Site(tmp_path / place)
        for path, text in files().items():
            site.write(path, text)
        site.build()
        trees.append(site.tree())
    assert trees[0] == trees[1]
