"""A few sites of the soak; and that the soak finds what it is there for."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

import soak
from newsgen.nouns.diagnostics import Location
from newsgen.pipeline import workers
from newsgen.rendering import environment
from soak import Shrinker, Trial, drawn, run
from support.soak_pieces import PLANTED
from support.soak_sites import Step

pipeline_run = sys.modules["newsgen.pipeline.run"]
GOOD = b"---\ntitle: Un\ndate: 2023-04-16\ncategories: [europe]\n---\nTexte.\n"
FILES = {"content/a.fr.md": GOOD, "content/b.fr.md": GOOD.replace(b"Un", b"Deux")}


@pytest.mark.parametrize("seed", (1, 2, 3, 4, 5, 7, 8, 9, 10, 11))
def test_any_site_is_built(seed: int) -> None:
    failure = run(drawn(seed))
    assert failure is None, soak.as_text(drawn(seed), failure)


def test_a_seed_gives_one_site() -> None:
    assert [drawn(seed) for seed in range(20)] == [drawn(seed) for seed in range(20)]


def test_what_is_planted_is_told() -> None:
    assert run(Trial({planted.path: planted.data for planted in PLANTED}, {})) is None


# ---- newsgen with a fault in it
def test_an_exception_is_found_and_made_small(monkeypatch: pytest.MonkeyPatch) -> None:
    real = workers.parse_bytes

    def parse_bytes(source: Any, data: bytes, rules: Any) -> Any:
        if b"FAUTE" in data:
            raise ZeroDivisionError
        return real(source, data, rules)

    monkeypatch.setattr(workers, "parse_bytes", parse_bytes)
    files = {"content/c.fr.md": b"Un mot.\n\nFAUTE!", "static/x.txt": b"x"}
    trial = Trial(files, {"page_size": 1}, (Step({"static/x.txt": None}, {}),))
    failure = run(trial)
    assert failure
    small = Shrinker(failure.kind).shrink(trial)
    assert set(small.files) == {"content/c.fr.md"} and (small.settings, small.steps) == ({}, ())
    assert small.files["content/c.fr.md"] == b"FAUTE"
    assert run(Trial(FILES, {})) is None


def test_a_text_that_cannot_be_read_is_found_and_made_small(monkeypatch: pytest.MonkeyPatch) -> None:
    real = soak.article_parsing.parse

    def parse(source: Any, data: bytes, **options: Any) -> Any:
        if b"FAUTE" in data:
            raise ZeroDivisionError
        return real(source, b"x" if b"AUTRE" in data and options["shortcuts"] else data, **options)

    monkeypatch.setattr(soak.article_parsing, "parse", parse)
    for word, kind in (("FAUTE", "a text: ZeroDivisionError in tests"), ("AUTRE", "a text is another one")):
        trial = Trial(FILES, {}, (), (GOOD, GOOD + f"Un.\n\nUne {word} ici.\n".encode()))
        failure = run(trial)
        assert failure and failure.kind.startswith(kind)
        assert Shrinker(failure.kind).shrink(trial) == Trial({}, {}, (), (word.encode(),))


def test_a_word_that_nobody_sees_is_found_and_made_small(monkeypatch: pytest.MonkeyPatch) -> None:
    real = soak.article_parsing.parse

    def parse(source: Any, data: bytes, **options: Any) -> Any:
        parsed = real(source, data, **options)
        return replace(parsed, body=replace(parsed.body, html=parsed.body.html.replace("w7x", "")))

    monkeypatch.setattr(soak.article_parsing, "parse", parse)
    trial = Trial({}, {}, (), (GOOD, GOOD + b"\nw6x *w7x*\n\n- w8x\n"))
    failure = run(trial)
    assert failure == soak.Failure("a word of a text is not seen", "w7x")
    (small,) = Shrinker(failure.kind).shrink(trial).texts
    assert small.endswith(b"w7x") and b"w6x" not in small and b"w8x" not in small


def test_a_stale_page_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    real, numbers = environment.Environment.text, iter(range(10**9))

    def text(self: environment.Environment, name: str, values: Any) -> str:
        return (
            f"{real(self, name, values)}<!-- {next(numbers)} -->" if name == "home.html" else real(self, name, values)
        )

    monkeypatch.setattr(environment.Environment, "text", text)
    failure = run(Trial(FILES, {}))
    assert failure and failure.kind == "output differs from a clean build's: index.html"


@pytest.mark.parametrize(
    ("old", "new", "kind"),
    [
        ("</body>", '<img src="/media/absent.png"></body>', "names a file that is not there: "),
        (
            "</body>",
            '<img srcset="https://news.example/pictures/x.webp 2x"></body>',
            "names a file that is not there: ",
        ),
        ('itemprop="articleBody">', 'itemprop="articleBody"><script>x</script>', "acts: script"),
        ('itemprop="articleBody">', 'itemprop="articleBody"><b onclick=x>x</b>', "acts: b"),
        ('itemprop="articleBody">', 'itemprop="articleBody"><a href="Java\tscript:x">x</a>', "acts: a"),
    ],
)
def test_a_page_that_names_what_is_not_there_or_acts_is_found(
    old: str, new: str, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = environment.Environment.text
    monkeypatch.setattr(
        environment.Environment, "text", lambda self, name, values: real(self, name, values).replace(old, new)
    )
    failure = run(Trial(FILES, {}))
    assert failure and failure.kind.startswith(kind)


def test_a_fault_that_is_not_told_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = pipeline_run.in_order
    monkeypatch.setattr(pipeline_run, "in_order", lambda told: kept([d for d in told if d.id != "link-broken"]))
    planted = next(planted for planted in PLANTED if planted.id == "link-broken")
    failure = run(Trial({planted.path: planted.data}, {}))
    assert failure and failure.kind == "is not told: link-broken (but [])"


def test_an_error_that_names_no_file_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = pipeline_run.in_order
    monkeypatch.setattr(
        pipeline_run, "in_order", lambda told: tuple(replace(d, location=Location("content")) for d in kept(told))
    )
    failure = run(Trial({"content/a.fr.md": b"no front matter"}, {}))
    assert failure and failure.kind == "names no file: front-matter-missing"


def test_a_slow_build_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(soak, "CPU_SECONDS", 0.02)
    with pytest.raises(soak.TooSlow), soak.within_time():
        while True:
            pass

    def parse_bytes(*arguments: Any) -> Any:
        raise soak.TooSlow

    monkeypatch.setattr(soak, "CPU_SECONDS", 20)
    monkeypatch.setattr(workers, "parse_bytes", parse_bytes)
    failure = run(Trial(FILES, {}))
    assert failure and failure.kind.startswith("too slow: ")


def test_a_healthy_article_that_is_left_out_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(soak.WITNESSES, "content/witness.fr.md", b"")
    failure = run(Trial(FILES, {}))
    assert failure and failure.kind == "a healthy article is not published"


def test_a_run_tells_each_kind_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(soak, "drawn", lambda seed: Trial(FILES, {}))
    monkeypatch.setattr(soak, "run", lambda trial, tally=None: soak.Failure("kind", "more"))
    said: list[str] = []
    assert soak.soak(iter((3, 4)), say=said.append, keep=tmp_path) == {"kind": [3, 4]}
    assert said[0] == "seed 3: kind" and len(said) == 2
    assert "more" in (tmp_path / "seed-3" / "failure.txt").read_text()
