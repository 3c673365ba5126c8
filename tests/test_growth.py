"""The time that a text takes grows with its length, not with the square of it, whatever it is made of.

`make growth` reads the same constructs at greater lengths.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from pathlib import Path

import pytest

import growth
from support.constructs import Text, repeated
from support.harness import Site

pytestmark = pytest.mark.slow

#: Seconds of CPU time after which a construct is not read at a greater length.
ENOUGH = 0.03
ENOUGH_OF = {"inline": 0.5}  # where what a list moves begins to tell
#: Of these families every so manieth construct: the others are read by `make growth`.
EVERY = {"lead": 5, "white space": 5}
MOST_OF_A_BUILD = 7.0  # times as long as one of a quarter: once only, as it takes seconds


@pytest.mark.parametrize(
    ("read", "text", "enough"),
    [
        pytest.param(read, text, ENOUGH_OF.get(family, ENOUGH), id=f"{family}: {name}")
        for family, (read, texts) in growth.FAMILIES.items()
        for name, text in list(texts.items())[:: EVERY.get(family, 1)]
    ],
)
def test_time_grows_with_the_length_of_a_text(read: growth.Reader, text: Text, enough: float) -> None:
    assert growth.growth(read, text, enough).fault == ""


# ---- growth itself
Model = Callable[[int], float]  # seconds for so many characters


def modelled(model: Model, monkeypatch: pytest.MonkeyPatch) -> growth.Growth:
    monkeypatch.setattr(growth, "_seconds", lambda read, text: model(len(text)))
    return growth.growth(len, repeated("a"), 1e9)


@pytest.mark.parametrize(
    ("model", "ratio"),
    [
        (lambda n: n / 1e6, 4.0),
        (lambda n: n * math.log2(n) / 1e6, 4.4),
        (lambda n: n / 1e6 + (0.2 if n > 30_000 else 0), 2.7),  # a step
        (lambda n: n / 1e6 * (1 if n < 10_000 else 2 if n < 50_000 else 4), 4.0),  # two steps
        (lambda n: 0.001, 0.0),  # too little to tell
    ],
)
def test_what_grows_no_faster_than_n_log_n_passes(model: Model, ratio: float, monkeypatch: pytest.MonkeyPatch) -> None:
    found = modelled(model, monkeypatch)
    assert found.length == growth.LONGEST and found.fault == ""
    assert found.ratio == pytest.approx(ratio, abs=0.1)


@pytest.mark.parametrize(
    "model",
    [
        lambda n: n**2 / 1e9,
        lambda n: n**1.5 / 1e7,
        lambda n: n / 1e5 + n**2 / 1e11,  # begins late
        lambda n: n / 1e8 + max(0, n - 500_000) ** 2 / 1e11,  # begins with a length that is read last
    ],
)
def test_what_grows_faster_is_found(model: Model, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "times as long as" in modelled(model, monkeypatch).fault


def test_a_construct_is_not_read_at_twice_a_length_that_takes_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(growth, "_seconds", lambda read, text: len(text) / 1e5)
    assert growth.growth(len, repeated("a"), 0.5).length == 64_000


def test_a_reading_that_something_slowed_is_done_again(monkeypatch: pytest.MonkeyPatch) -> None:
    slowed = [64_000, 64_000, 256_000, 256_000]

    def seconds(read: object, text: str) -> float:
        if len(text) in slowed:
            slowed.remove(len(text))
            return len(text) / 1e4
        return len(text) / 1e6

    monkeypatch.setattr(growth, "_seconds", seconds)
    assert growth.growth(len, repeated("a"), 1e9).fault == ""
    assert slowed.count(64_000) == 0


def test_the_command_prints_each_construct_and_fails_where_one_grows(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(growth, "_seconds", lambda read, text: len(text) / 1e6)
    assert growth.main(["--family", "inline", "--limit", "9"]) == 0
    assert "elements" in capsys.readouterr().out
    monkeypatch.setattr(growth, "_seconds", lambda read, text: len(text) ** 2 / 1e9)
    assert growth.main(["--family", "body", "--only", "notes called by notes"]) == 1
    out = capsys.readouterr().out
    assert "1 constructs" in out and "body: notes called by notes: " in out


# ---- builds
_MANY: dict[str, Callable[[int], tuple[str, str]]] = {
    "tags": lambda n: (f"tags: [{', '.join(f'mot {k}' for k in range(n))}]", "Mot."),
    "aliases": lambda n: (f"aliases: [{', '.join(f'/vieux/{k}/' for k in range(n))}]", "Mot."),
    "related": lambda n: (f"related: [{', '.join(f'2023/x{k}' for k in range(n))}]", "Mot."),
    "headings": lambda n: ("", "## Titre\n\n" * n),
    "missing pictures": lambda n: ("", "".join(f"![a](absente{k}.jpg)\n\n" for k in range(n))),
    "missing links": lambda n: ("", "".join(f"[a](absent{k}.fr.md)\n\n" for k in range(n))),
    "missing cross-links": lambda n: ("", "".join(f"[[2023/a{k}]]\n\n" for k in range(n))),
}


@pytest.mark.parametrize("make", _MANY.values(), ids=_MANY)
def test_time_of_a_build_grows_with_what_an_article_names(
    make: Callable[[int], tuple[str, str]], tmp_path: Path
) -> None:
    taken = []
    for n in (1, 2, 400, 1_600):  # the first compiles the templates
        site = Site(tmp_path / str(n))
        front, body = make(n)
        site.write("content/2023/a.fr.md", f"---\ntitle: T\ndate: 2023-04-16\ncategories: europe\n{front}\n---\n{body}")
        begin = time.process_time()
        site.build()
        taken.append(time.process_time() - begin)
    _, nothing, few, many = taken
    assert many - nothing <= MOST_OF_A_BUILD * max(few - nothing, 0.15)
