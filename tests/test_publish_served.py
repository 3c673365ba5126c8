"""nginx shows the site while it is published, again and again: each answer is of one release, and none is missing."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

import pytest

from newsgen.publish.releases import Releases
from support.newsroom import folder_of, release
from support.nginx_server import showing
from support.ssh_server import HOST, serving

PAGES = 30
PATHS = [f"/section/{number}/" for number in range(PAGES)]


def site_of(number: int) -> dict[str, bytes]:
    """Every page names its release; they get longer, so that a part of one would be seen."""
    text = f"release {number} ".encode() * 200
    pages = {f"section/{page}/index.html": text + b"of %d" % page * number for page in range(PAGES)}
    return pages | {"assets/style.css": text, "404.html": b"not found: " + text}


def file_of(path: str, status: int) -> str:
    return "404.html" if status == 404 else f"{path}index.html"[1:] if path.endswith("/") else path[1:]


@dataclass(frozen=True)
class Answer:
    """`first` and `last`: the releases that may have been live while it was asked for."""

    path: str
    status: int
    body: bytes
    first: int
    last: int


class Publications:
    """How many of them have begun, and how many have ended."""

    def __init__(self) -> None:
        self.begun = self.ended = 0


@contextmanager
def readers(port: int, publications: Publications) -> Iterator[list[Answer]]:
    """Two who read one page after the other, its style, and one that is not there."""
    answers: list[Answer] = []
    over = threading.Event()

    def read(paths: list[str]) -> None:
        connection = HTTPConnection(HOST, port, timeout=30)
        while not over.is_set():
            for path in paths:
                first = publications.ended
                connection.request("GET", path)
                response = connection.getresponse()
                body = response.read()
                answers.append(Answer(path, response.status, body, first, publications.begun))
        connection.close()

    both = ([*PATHS, "/assets/style.css"], ["/assets/style.css", "/section/1/", "/nothing/here/"])
    threads = [threading.Thread(target=read, args=(paths,), daemon=True) for paths in both]
    for thread in threads:
        thread.start()
    try:
        yield answers
    finally:
        over.set()
        for thread in threads:
            thread.join(30)


def watched(place: Releases, root: Path, folder: Path, times: int, *, more: str = "") -> list[Answer]:
    """What readers get while a site is published so many times."""
    release(place, folder / "output", site_of(1))
    publications = Publications()
    publications.begun = publications.ended = 1
    with showing(root / "current", folder / "nginx", more=more) as port, readers(port, publications) as answers:
        for number in range(2, times + 2):
            publications.begun = number
            release(place, folder / "output", site_of(number))
            publications.ended = number
            seen = len(answers)
            while len(answers) < seen + PAGES:  # readers come to each release
                threading.Event().wait(0.002)
    return answers


def faults(answers: list[Answer], may_be: Callable[[Answer], range]) -> list[str]:
    sites = {number: site_of(number) for number in range(1, max(answer.last for answer in answers) + 1)}
    wrong = []
    for answer in answers:
        file = file_of(answer.path, answer.status)
        if answer.status != (404 if answer.path == "/nothing/here/" else 200):
            wrong.append(f"{answer.path}: {answer.status}")
        elif answer.body not in [sites[number][file] for number in may_be(answer)]:
            wrong.append(f"{answer.path}: {answer.body[:20]!r}, {len(answer.body)} bytes, of {may_be(answer)}")
    return wrong


@pytest.fixture
def slowly(monkeypatch: pytest.MonkeyPatch) -> None:
    """Names are given and taken as by a disk that is busy, so that readers see what lies between two of these acts."""

    def slow(act: Callable[..., None]) -> Callable[..., None]:
        def acts(*arguments: object, **options: object) -> None:
            threading.Event().wait(0.005)
            act(*arguments, **options)

        return acts

    monkeypatch.setattr(os, "symlink", slow(os.symlink))
    monkeypatch.setattr(os, "replace", slow(os.replace))
    monkeypatch.setattr(os, "rename", slow(os.rename))


@pytest.mark.parametrize("where", ["folder", "ssh"])
def test_readers_get_the_old_site_or_the_new_one(where: str, tmp_path: Path, slowly: None) -> None:
    root = tmp_path / "srv"
    if where == "folder":
        answers = watched(folder_of(root, keep=2), root, tmp_path, 25)
    else:
        with serving(tmp_path / "ssh") as server:
            answers = watched(server.place(root, keep=2), root, tmp_path, 3)
    assert faults(answers, lambda answer: range(answer.first, answer.last + 1)) == []
    assert len({answer.body for answer in answers if answer.path == PATHS[0]}) > 2


def test_readers_get_whole_pages_from_open_files_that_are_remembered(tmp_path: Path) -> None:
    """With nginx's `open_file_cache` a page may be older than the link, for as long as it is configured."""
    root = tmp_path / "srv"
    cache = "open_file_cache max=1000; open_file_cache_valid 1s; open_file_cache_errors on;"
    answers = watched(folder_of(root, keep=2), root, tmp_path, 20, more=cache)
    assert faults(answers, lambda answer: range(1, answer.last + 1)) == []
