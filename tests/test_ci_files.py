"""The workflow files under docs/ci/: their shell steps as they are written, in a small site, with every outcome."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml

from support.harness import Site, article, lend_bytecode

CI = Path(__file__).parents[1] / "docs" / "ci"
BUILT, ERRORS, NOT_BUILT = 0, 1, 2


@dataclass
class Run:
    """What a job did: the status of the step or job that ended it, and whether the site would be published."""

    status: int
    published: bool
    output: str
    outputs: dict[str, dict[str, str]] = field(default_factory=dict)


class Workplace:
    """A site, and first on PATH the `newsgen` of this Python and a `python` that installs nothing."""

    def __init__(self, site: Site, folder: Path) -> None:
        self.site, self.bin = site, folder / "bin"
        self.bin.mkdir()
        lend_bytecode(site.cache)
        self.calls = folder / "calls.txt"
        self.program("newsgen", f'echo "newsgen $*" >> {self.calls}\nexec {sys.executable} -m newsgen "$@"')
        self.program("python", f'echo "python $*" >> {self.calls}')

    def program(self, name: str, script: str) -> None:
        path = self.bin / name
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)

    def bash(self, script: str, **variables: str) -> subprocess.CompletedProcess[str]:
        environment = {k: v for k, v in os.environ.items() if not k.startswith(("GITHUB_", "CI_"))}
        environment |= {"PATH": f"{self.bin}:{os.environ['PATH']}"} | variables
        return subprocess.run(
            ["bash", "-e", "-o", "pipefail", "-c", script],
            cwd=self.site.root,
            env=environment,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
            timeout=120,
        )

    def called(self) -> list[str]:
        return self.calls.read_text().splitlines() if self.calls.exists() else []

    # ---- outcomes of a build
    def make(self, outcome: int) -> None:
        """Makes the next build end with this status."""
        self.site.story("2023/04/sommet.fr", title="Sommet", slug="sommet")
        self.site.story("2023/04/visite.fr", title="Visite", slug="visite")
        if outcome == ERRORS:
            self.site.story("2023/04/visite.fr", title="Visite", slug="visite", date="16 avril")
        if outcome == NOT_BUILT:
            self.site.write("newsgen.yaml", "title: [\n")

    def restore_output(self) -> None:
        """An earlier build, as the cache would bring it back."""
        self.make(BUILT)
        assert self.bash("newsgen build --quiet").returncode == 0
        assert (self.site.output / ".newsgen-manifest.sqlite").is_file()
        self.calls.unlink()


@pytest.fixture
def place(site: Site, tmp_path: Path) -> Workplace:
    return Workplace(site, tmp_path)


# ---- GitHub
def github() -> dict[Any, Any]:
    data: dict[Any, Any] = yaml.safe_load((CI / "github-pages.yml").read_text())
    return data


def expression(text: str, values: dict[str, str]) -> str:
    """A workflow expression of names, texts, `==`, `!=`, `&&` and `||`, answered with these values."""
    tokens = re.findall(r"'[^']*'|==|!=|&&|\|\||[a-z_.-]+", text)
    assert "".join(tokens) == text.replace(" ", ""), f"the test cannot read {text!r}"
    words = {"&&": "and", "||": "or", "==": "==", "!=": "!="}
    python = " ".join(words.get(t, t if t[0] == "'" else repr(values.get(t, ""))) for t in tokens)
    return str(eval(python, {"__builtins__": {}}))  # its tokens are those above and nothing else


def filled(text: str, values: dict[str, str]) -> str:
    return re.sub(r"\$\{\{ (.*?) \}\}", lambda m: values.get(m[1], ""), text)


def run_github(place: Workplace, job: str, event: str) -> Run:
    values = {"github.event_name": event, "github.ref": "refs/heads/main", "github.run_id": "7"}
    definition = github()["jobs"][job]
    assert expression(definition["if"], values) == "True"
    published, said = False, []
    outputs: dict[str, dict[str, str]] = {}
    for step in definition["steps"]:
        if "if" in step and expression(step["if"], values) != "True":
            continue
        published = published or "deploy-pages" in step.get("uses", "")
        if "run" not in step:
            continue
        told = place.bin / "github-output"
        told.write_text("")
        variables = {name: filled(value, values) for name, value in step.get("env", {}).items()}
        result = place.bash(step["run"], GITHUB_OUTPUT=str(told), **variables)
        said.append(result.stdout)
        if "id" in step:
            found = dict(line.split("=", 1) for line in told.read_text().splitlines())
            outputs[step["id"]] = found
            values |= {f"steps.{step['id']}.outputs.{name}": value for name, value in found.items()}
        if result.returncode:
            return Run(result.returncode, published, "".join(said), outputs)
    return Run(0, published, "".join(said), outputs)


# ---- GitLab
def gitlab() -> dict[str, Any]:
    data: dict[str, Any] = yaml.safe_load((CI / "gitlab-ci.yml").read_text())
    return data


def run_gitlab(place: Workplace, job: str, source: str) -> Run:
    definitions = gitlab()
    definition = definitions[job]
    parts = definitions[definition["extends"]] | definition if "extends" in definition else definition
    script = "\n".join([*parts.get("before_script", []), *parts["script"]])
    result = place.bash(script, CI_PIPELINE_SOURCE=source, NEWSGEN_STATUS=os.environ.get("NEWSGEN_STATUS", ""))
    public = place.site.root / "public"
    # GitLab publishes what a job named `pages` leaves in public/, if the job succeeds.
    return Run(result.returncode, result.returncode == 0 and public.is_dir(), result.stdout)


RUNS: list[Callable[[Workplace, str, str], Run]] = [run_github, run_gitlab]
PUBLISH = {run_github: "publish", run_gitlab: "pages"}
PULL_REQUEST = {run_github: "pull_request", run_gitlab: "merge_request_event"}


@pytest.mark.parametrize("run", RUNS)
@pytest.mark.parametrize(
    ("outcome", "is_restored", "is_published"),
    [
        (BUILT, True, True),
        (BUILT, False, True),
        (ERRORS, True, True),
        (ERRORS, False, False),
        (NOT_BUILT, True, False),
        (NOT_BUILT, False, False),
    ],
)
def test_main_is_published_on_0_and_on_1_over_the_last_output(
    place: Workplace, run: Callable[..., Run], outcome: int, is_restored: bool, is_published: bool
) -> None:
    if is_restored:
        place.restore_output()
    place.make(outcome)
    done = run(place, PUBLISH[run], "push")
    assert done.published is is_published, done.output
    assert any(call.startswith("newsgen build") for call in place.called())
    if not is_published:
        assert done.status == outcome


def test_a_broken_story_keeps_its_last_good_version_in_what_is_published(place: Workplace) -> None:
    place.restore_output()
    place.make(ERRORS)
    assert run_gitlab(place, "pages", "push").published
    assert (place.site.root / "public/fr/2023/04/visite/index.html").is_file()
    assert not list((place.site.root / "public").glob(".newsgen*"))


def test_github_run_of_a_push_with_errors_is_red_after_it_has_published(place: Workplace) -> None:
    place.restore_output()
    place.make(ERRORS)
    done = run_github(place, "publish", "push")
    assert (done.status, done.published) == (1, True)
    assert run_github(place, "publish", "workflow_dispatch").status == 0


@pytest.mark.parametrize(("status", "answer"), [("0", 0), ("1", 1)])
def test_gitlab_tells_of_errors_in_a_job_of_its_own(place: Workplace, status: str, answer: int) -> None:
    (script,) = gitlab()["errors"]["script"]
    assert place.bash(script, NEWSGEN_STATUS=status).returncode == answer


@pytest.mark.parametrize("run", RUNS)
@pytest.mark.parametrize(
    ("fault", "status"),
    [({}, 0), ({"date": "16 avril"}, 1), ({"summary": "an unknown key is only a warning"}, 1)],
)
def test_pull_request_fails_on_every_warning(
    place: Workplace, run: Callable[..., Run], fault: dict[str, str], status: int
) -> None:
    place.make(BUILT)
    place.site.write("content/2023/04/visite.fr.md", article(**({"title": "Visite"} | fault)))
    done = run(place, "check", PULL_REQUEST[run])
    assert (done.status, done.published) == (status, False), done.output


def test_github_pull_request_shows_faults_at_their_lines(place: Workplace) -> None:
    place.site.story("2023/04/visite.fr", categories=["europ"])
    assert "::error file=content/2023/04/visite.fr.md,line=4," in run_github(place, "check", "pull_request").output


@pytest.mark.parametrize("run", RUNS)
def test_scheduled_run_builds_only_when_something_is_due(place: Workplace, run: Callable[..., Run]) -> None:
    place.restore_output()
    place.site.story("2023/04/bientot.fr", title="Bientôt", slug="bientot", publish="2123-01-01 09:00")
    run(place, PUBLISH[run], "push")
    due = place.site.cache / "next-due"
    assert due.read_text().startswith("2123-01-01T09:00")

    place.calls.unlink()
    run(place, PUBLISH[run], "schedule")
    assert not any(call.startswith("newsgen build") for call in place.called())
    due.write_text("2020-01-01T00:00:00+01:00\n")  # as if the embargo had ended since
    run(place, PUBLISH[run], "schedule")
    assert any(call.startswith("newsgen build") for call in place.called())


@pytest.mark.parametrize("run", RUNS)
def test_scheduled_run_without_embargoes_builds_once_a_day(place: Workplace, run: Callable[..., Run]) -> None:
    place.restore_output()
    run(place, PUBLISH[run], "push")
    due = place.site.cache / "next-due"
    assert due.read_text().strip() == ""
    place.calls.unlink()
    run(place, PUBLISH[run], "schedule")
    assert not any(call.startswith("newsgen build") for call in place.called())
    yesterday = due.stat().st_mtime - 24 * 3600
    os.utime(due, (yesterday, yesterday))
    run(place, PUBLISH[run], "schedule")
    assert any(call.startswith("newsgen build") for call in place.called())


@pytest.mark.parametrize("run", RUNS)
def test_scheduled_run_without_the_last_output_builds(place: Workplace, run: Callable[..., Run]) -> None:
    place.restore_output()
    run(place, PUBLISH[run], "push")
    place.calls.unlink()
    shutil.rmtree(place.site.output)
    assert run(place, PUBLISH[run], "schedule").published
    assert any(call.startswith("newsgen build") for call in place.called())


def test_workflows_keep_cache_and_output_and_install_what_the_newsroom_names() -> None:
    steps = github()["jobs"]["publish"]["steps"]
    kept = [step["with"]["path"].split() for step in steps if step.get("uses", "").startswith("actions/cache/")]
    assert kept == [[".newsgen", "site"], [".newsgen", "site"]]
    assert gitlab()["pages"]["cache"]["paths"] == [".newsgen/", "site/"]
    texts = [(CI / name).read_text() for name in ("github-pages.yml", "gitlab-ci.yml")]
    assert all("python -m pip install --requirement requirements.txt" in text for text in texts)


def test_events_and_permissions_of_the_github_workflow() -> None:
    workflow = github()
    events = workflow[True]  # YAML 1.1 reads the key `on` as true
    assert set(events) == {"push", "pull_request", "schedule", "workflow_dispatch"}
    assert events["push"] == {"branches": ["main"]}
    assert workflow["permissions"] == {"contents": "read"}
    assert workflow["jobs"]["publish"]["permissions"] == {"contents": "read", "pages": "write", "id-token": "write"}
