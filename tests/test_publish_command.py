"""`newsgen publish` and `newsgen rollback` as an operator types them; the targets of newsgen.yaml."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from newsgen.cli import command_line
from newsgen.settings.reading import load
from support.harness import NOW, Site, article
from support.newsroom import X


@pytest.fixture
def operator(site: Site, tmp_path: Path) -> Site:
    site.story(X, article("Sommet"))
    site.configure(
        publish={
            "live": str(tmp_path / "srv"),
            "staging": {"target": "../staging", "url": "https://staging.example/sub/", "noindex": True, "keep": 3},
        }
    )
    return site


def run(site: Site, *words: str) -> int:
    options = ("--now", NOW, "--workers", "1") if words[0] == "publish" else ()
    return command_line.main((*words, "--source", str(site.root), *options))


def test_the_live_target_is_meant_where_none_is_named(
    operator: Site, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert run(operator, "publish") == 0
    said = capfd.readouterr().out
    assert "000001-" in said and "is live: " in said and "ledger-missing" not in said
    operator.story(X, article("Autre titre"))
    assert run(operator, "publish", "--dry-run", "--quiet") == 0
    assert run(operator, "publish", "--dry-run") == 0
    assert "to be published: " in capfd.readouterr().out
    assert run(operator, "publish") == 0
    assert run(operator, "rollback") == 0
    assert "000001-" in capfd.readouterr().out and "000001-" in os.readlink(tmp_path / "srv/current")


def test_a_preview_is_a_site_of_its_own(operator: Site) -> None:
    """Its addresses, no search engine, nothing of it in the output that is published."""
    assert run(operator, "publish", "staging") == 0
    live = operator.root.parent / "staging/current"
    page = (live / "fr/2023/04/sommet/index.html").read_text("utf-8")
    assert 'href="https://staging.example/sub/fr/2023/04/sommet/"' in page
    assert '<meta name="robots" content="noindex">' in page
    assert "X-Robots-Tag: noindex" in (live / "_headers").read_text()
    assert not operator.output.exists() and not (operator.root / "ledger").exists()
    operator.build()
    assert "noindex" not in operator.read("/fr/2023/04/sommet/") + operator.read("/_headers")


def test_where_it_is_published_is_no_reason_to_render(operator: Site) -> None:
    operator.build()
    operator.configure(publish={"live": "/srv/elsewhere"})
    result = operator.build().result
    assert not result.rendered and not result.written and not result.counts["parsed"]


def test_programs_and_runs_of_ci(operator: Site, capfd: pytest.CaptureFixture[str]) -> None:
    assert run(operator, "publish", "--json") == 0
    report = json.loads(capfd.readouterr().out)
    assert report["is_live"] and report["release"]["number"] == 1 and report["status"] == 0
    assert {"added", "changed", "removed", "moved", "bytes", "lost", "left_out"} <= report.keys()
    assert run(operator, "publish", "--markdown") == 0
    assert "| addresses at risk | 0 |" in capfd.readouterr().out


def test_a_lost_address_is_status_3(operator: Site, capfd: pytest.CaptureFixture[str]) -> None:
    operator.story("2022/05/stays.fr", article("Reste", date="2022-05-01"))
    assert run(operator, "publish") == 0
    operator.remove(f"content/{X}.md")
    assert run(operator, "publish", "--quiet") == 3
    said = capfd.readouterr().out
    assert "address-lost" in said and "not published: to publish it would lose addresses" in said


@pytest.mark.parametrize(
    ("target", "said"),
    [
        ("nowhere", "has no target `nowhere` under `publish` (it has `live`, `staging`)"),
        ("gopher://x.example/", "cannot publish to `gopher://x.example/`"),
        ("./content", "the site's own `content`"),
        ("./site", "the output"),
        (".", "the site folder"),
        ("..", "holds the site folder"),
    ],
)
def test_what_is_no_target(operator: Site, capfd: pytest.CaptureFixture[str], target: str, said: str) -> None:
    where = str(operator.root / target) if target.startswith(".") else target
    assert run(operator, "publish", where) == 2
    assert said in capfd.readouterr().err


def test_no_target_at_all(site: Site, capfd: pytest.CaptureFixture[str]) -> None:
    assert run(site, "publish") == 2
    assert "write `publish: {live: /srv/news}` into newsgen.yaml" in capfd.readouterr().err


def test_rollback_says_when_there_is_nothing_to_go_back_to(operator: Site, capfd: pytest.CaptureFixture[str]) -> None:
    assert run(operator, "rollback") == 2
    assert "nothing is published at" in capfd.readouterr().err
    assert run(operator, "publish", "--quiet") == 0
    assert run(operator, "rollback") == 2
    assert "no release before" in capfd.readouterr().err


HEAD = b"title: A\nurl: https://a.example/\nlanguages: [fr]\n"


@pytest.mark.parametrize(
    ("text", "place", "said"),
    [
        ("publish: /srv", (4, 10), "must hold places by name"),
        ("publish: [a]", (4, 10), "must hold places by name"),
        ("publish: {à côté: /srv}", (4, 11), "`à côté` cannot be the name of a target"),
        ("publish: {live: {url: https://a.example/}}", (4, 17), "`publish.live` does not say where to"),
        ("publish: {live: {target: /srv, noindex: yes}}", (4, 41), "`noindex` must be true or false"),
        ("publish: {live: {target: /srv, keep: many}}", (4, 38), "`keep`"),
        ("publish: {live: {target: /srv, url: staging}}", (4, 37), "`staging`"),
        ("publish: {live: 's3://key:secret@bucket'}", (4, 17), "holds a password"),
        ("publish: {live: {target: /srv, tagret: /x}}", (4, 32), "tagret"),
    ],
)
def test_a_target_that_is_written_wrong(text: str, place: tuple[int, int], said: str) -> None:
    _, diagnostics = load(HEAD + f"{text}\n".encode())
    (one,) = diagnostics
    assert (one.location.line, one.location.column) == place and said in one.message
