"""`newsgen verify` where a build left files as they were published: it takes them for what they are in the output."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from newsgen.pipeline import Request
from newsgen.pipeline.verify import verify
from support.harness import Site, article, page_file
from support.photos import photo

MARKS = "\n<<<<<<< HEAD\nun\n=======\ndeux\n>>>>>>> autre\n"
SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="30"><path d="M 1 1"/></svg>'
FILES = {
    "static/notes.txt": "une note\n",
    "static/style/own.css": "a { color: red }\n",
    "content/2023/04/plan.svg": SVG,
    "content/2023/04/donnees.csv": "a;b\n",
    "content/2023/04/x.jpg": photo(200, 150),
    "content/2023/04/doc.pdf": "%PDF-1.4\n",
    "content/tags/chine.fr.md": page_file("Chine", "Le pays."),
    "content/pages/p.fr.md": page_file(),
    "content/2023/04/b.fr.md": article("Autre"),
}


@pytest.fixture
def held(site: Site) -> Site:
    site.configure(pictures={"widths": [80, 160], "formats": ["webp"]})
    for path, data in FILES.items():
        site.write(path, data)
    body = "![plan](plan.svg) ![quai](x.jpg) [données](donnees.csv) [doc](doc.pdf)"
    site.story("2023/04/a.fr", title="A", tags=["chine"], body=body, image={"src": "x.jpg", "alt": "Un quai"})
    assert site.build().ids == []
    return site


def problems(site: Site) -> list[tuple[str, str]]:
    found = [verify(Request(site.root, workers=1), sample=sample) for sample in (0, 500)]
    return [(problem.kind, problem.path + problem.detail) for each in found for problem in each.problems]


@pytest.mark.parametrize("path", [path for path in FILES if path.rpartition(".")[2] not in ("jpg", "pdf", "md")])
def test_text_with_a_conflict(held: Site, path: str) -> None:
    before = held.tree()
    (held.root / path).write_text(str(FILES[path]) + MARKS)
    assert held.build().ids == ["conflict-mark"]
    assert held.tree() == before
    assert problems(held) == []


@pytest.mark.parametrize("path", FILES)
def test_file_that_cannot_be_read(held: Site, path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    file, read, opened = held.root / path, Path.read_bytes, os.open

    def refuse(name: object) -> None:
        if os.fspath(name) == str(file):  # type: ignore[call-overload]
            raise PermissionError(13, "Permission denied", str(name))

    def read_bytes(self: Path) -> bytes:
        refuse(self)
        return read(self)

    def open_(name: object, *rest: object, **named: object) -> int:
        refuse(name)
        return opened(name, *rest, **named)  # type: ignore[arg-type]

    file.write_bytes(file.read_bytes() + b" ")
    monkeypatch.setattr(Path, "read_bytes", read_bytes)
    monkeypatch.setattr(os, "open", open_)
    before = held.tree()
    built = held.build()
    assert built.ids == ["file-unreadable"]
    assert held.tree() == before
    assert problems(held) == []


def test_what_the_output_lost_is_told_all_the_same(held: Site) -> None:
    (held.root / "static/notes.txt").write_text("une note" + MARKS)
    held.build()
    (held.output / "notes.txt").write_text("autre")
    assert problems(held) == [("changed", "notes.txt")] * 2
