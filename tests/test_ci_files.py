"""What `newsgen ci` writes: its files, and the shell steps of the workflows as they are written, with every outcome."""

from __future__ import annotations

import copy
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml

from newsgen import __version__
from newsgen.cli.command_line import main
from newsgen.desk import workflows
from newsgen.nouns.diagnostics import NewsgenError
from support import forked
from support.harness import Site, article, lend_bytecode
from support.static_server import serving
from support.tools import not_checked

DOCS = Path(__file__).parents[1] / "docs" / "ci"
BUILT, ERRORS, NOT_BUILT, LOSS = 0, 1, 2, 3
HOSTS = workflows.HOSTS
PATHS = {
    "github": ".github/workflows/newsgen.yml",
    "gitlab": ".gitlab-ci.yml",
    "forgejo": ".forgejo/workflows/newsgen.yml",
}
PUBLISH = {"github": "publish", "gitlab": "pages", "forgejo": "publish"}
NOTHING_DUE = 75


def text_of(host: str) -> str:
    return workflows.files(host, ["fr", "en"])[PATHS[host]]


def workflow(host: str) -> dict[Any, Any]:
    data: dict[Any, Any] = yaml.safe_load(text_of(host))
    return data


@dataclass
class Run:
    """What a job did: the status of the step or job that ended it, and whether readers have the site now."""

    status: int
    published: bool
    output: str
    summary: str = ""
    kept: list[str] = field(default_factory=list)  # what was handed to the cache or kept as an artifact


class Workplace:
    """A site in git, with its live copy on a server; first on PATH a `newsgen` that starts at once, and programs that
    install nothing."""

    def __init__(self, site: Site, folder: Path, live: Path, address: str, newsgen: str) -> None:
        self.site, self.bin, self.live, self.target = site, folder / "bin", live, folder / "target"
        self.temporary = folder / "runner"
        self.temporary.mkdir()
        self.bin.mkdir()
        lend_bytecode(site.cache)
        self.calls = folder / "calls.txt"
        self.program("newsgen", f'echo "newsgen $*" >> {self.calls}\nexec {newsgen} "$@"')
        self.program("python", f'echo "python $*" >> {self.calls}')
        self.program("python3", f'mkdir -p "$3/bin"\ncp {self.bin}/python "$3/bin/"')  # -m venv FOLDER
        self.program("apt-get", f'echo "apt-get $*" >> {self.calls}')
        site.configure(url=f"{address}/", publish={"live": str(self.target)})
        site.write(".gitignore", workflows.files("github", ["fr"])[".gitignore"])
        self.git("init", "-q", "-b", "main")
        self.make(BUILT)
        self.commit()

    def program(self, name: str, script: str) -> None:
        path = self.bin / name
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)

    def bash(self, script: str, **variables: str) -> subprocess.CompletedProcess[str]:
        environment = {k: v for k, v in os.environ.items() if not k.startswith(("GITHUB_", "CI_", "NEWSGEN_"))}
        environment |= {"PATH": f"{self.bin}:{os.environ['PATH']}"} | variables
        return subprocess.run(
            ["bash", "-e", "-o", "pipefail", "-c", script],
            cwd=self.site.root,
            env=environment,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
            timeout=300,
        )

    def git(self, *arguments: str) -> str:
        command = ["git", "-c", "user.name=n", "-c", "user.email=n@example.org", *arguments]
        done = subprocess.run(command, cwd=self.site.root, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def commit(self) -> None:
        self.git("add", "--all", ".")
        self.git("commit", "-q", "--allow-empty", "-m", "x")

    def called(self) -> list[str]:
        return self.calls.read_text().splitlines() if self.calls.exists() else []

    def built(self) -> bool:
        return any(call.startswith(("newsgen build", "newsgen publish")) for call in self.called())

    # ---- outcomes of a build
    def make(self, outcome: int) -> None:
        """Makes the next build end with this status."""
        self.site.story("2023/04/sommet.fr", title="Sommet", slug="sommet")
        self.site.story("2023/04/visite.fr", title="Visite", slug="visite")
        if outcome == ERRORS:
            self.site.story("2023/04/visite.fr", title="Visite", slug="visite", date="16 avril")
        if outcome == NOT_BUILT:
            self.site.write("newsgen.yaml", "title: [\n")
        if outcome == LOSS:
            self.site.remove("content/2023/04/visite.fr.md")

    def unpack(self, archive: Path) -> None:
        """What GitHub Pages does with an artifact."""
        shutil.rmtree(self.live)
        with tarfile.open(archive) as packed:
            packed.extractall(self.live, filter="data")

    def run(self, host: str, job: str, event: str, **more: Any) -> Run:
        return (_run_gitlab if host == "gitlab" else _run_actions)(self, job, event, host=host, **more)

    def publish(self, host: str, *, event: str = "push", **more: Any) -> Run:
        return self.run(host, PUBLISH[host], event, **more)

    def request(self, host: str) -> Run:
        """The run of a pull request that is merged into what was committed last."""
        self.commit()
        return self.run(host, "check", "merge_request_event" if host == "gitlab" else "pull_request")


class Ground:
    """One folder with one address for all workplaces of this file, so that a site that was published can be put back as
    it was: its addresses have the port in them, and its cache the places of files."""

    def __init__(self, folder: Path, address: str, newsgen: str) -> None:
        self.folder, self.address, self.kept, self.newsgen = folder / "ground", address, folder / "kept", newsgen
        self.places: dict[str, Workplace] = {}

    def begun(self) -> Workplace:
        """A workplace in which nothing is published yet."""
        shutil.rmtree(self.folder, ignore_errors=True)
        (self.folder / "live").mkdir(parents=True)
        site = Site(self.folder / "site-folder")
        return Workplace(site, self.folder, self.folder / "live", self.address, self.newsgen)

    def published(self, host: str) -> Workplace:
        """One whose site was published once; made once for each host, and copied."""
        if host not in self.places:
            place = self.begun()
            assert place.publish(host, first=True).published
            shutil.copytree(self.folder, self.kept / host, symlinks=True)
            self.places[host] = place
        else:
            shutil.rmtree(self.folder)
            shutil.copytree(self.kept / host, self.folder, symlinks=True)
        return copy.deepcopy(self.places[host])


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    folder = tmp_path_factory.mktemp("hosts")
    with forked.server(folder) as newsgen, serving(folder / "ground/live") as server:
        yield Ground(folder, server.address, newsgen)


@pytest.fixture
def place(ground: Ground) -> Workplace:
    return ground.begun()


@pytest.fixture(params=HOSTS)
def host(request: pytest.FixtureRequest) -> str:
    return str(request.param)


# ---- runners
def expression(text: str, values: dict[str, str]) -> str:
    """A workflow expression of names, texts, `==`, `!=`, `&&` and `||`, answered with these values."""
    if text == "${{ !cancelled() }}":
        return "True"
    tokens = re.findall(r"'[^']*'|==|!=|&&|\|\||[a-z_.-]+", text)
    assert "".join(tokens) == text.replace(" ", ""), f"the test cannot read {text!r}"
    words = {"&&": "and", "||": "or", "==": "==", "!=": "!="}
    python = " ".join(words.get(t, t if t[0] == "'" else repr(values.get(t, ""))) for t in tokens)
    return str(eval(python, {"__builtins__": {}}))  # its tokens are those above and nothing else


def filled(text: str, values: dict[str, str]) -> str:
    return re.sub(r"\$\{\{ (.*?) \}\}", lambda m: values.get(m[1], ""), text)


def _run_actions(
    place: Workplace, job: str, event: str, *, host: str, first: bool = False, secrets: dict[str, str] | None = None
) -> Run:
    values = {"github.event_name": event, "github.ref": "refs/heads/main", "github.run_id": "7"} | (secrets or {})
    values["inputs.first"] = "true" if first else ""
    definition = workflow(host)["jobs"][job]
    assert expression(definition["if"], values) == "True"
    before = _release(place)
    done = Run(0, False, "")
    told, summary, path = (place.temporary / name for name in ("output", "summary", "path"))
    summary.write_text("")
    for step in definition["steps"]:
        if (done.status and "cancelled()" not in step.get("if", "")) or (
            "if" in step and expression(step["if"], values) != "True"
        ):
            continue
        uses = step.get("uses", "")
        if "upload-artifact@" in uses or "cache/save@" in uses:
            done.kept += step["with"]["path"].split()
        if "deploy-pages@" in uses:
            assert done.kept == ["pages.tar"]
            place.unpack(place.site.root / "pages.tar")
            done.published = True
        if "run" not in step:
            continue
        told.write_text("")
        variables = {name: filled(value, values) for name, value in step.get("env", {}).items()}
        variables |= {"GITHUB_OUTPUT": str(told), "GITHUB_STEP_SUMMARY": str(summary), "GITHUB_PATH": str(path)}
        result = place.bash(step["run"], RUNNER_TEMP=str(place.temporary), **variables)
        done.output += result.stdout
        for line in told.read_text().splitlines():
            name, _, value = line.partition("=")
            values[f"steps.{step['id']}.outputs.{name}"] = value
        done.status = done.status or result.returncode
    done.summary = summary.read_text()
    done.published = done.published or _release(place) != before
    return done


def _release(place: Workplace) -> str:
    current = place.target / "current"
    return os.readlink(current) if current.is_symlink() else ""


def _run_gitlab(place: Workplace, job: str, event: str, *, host: str, first: bool = False) -> Run:
    definition = workflow(host)[job]
    variables = {"CI_PIPELINE_SOURCE": event} | ({"NEWSGEN_FIRST": "true"} if first else {})
    if job == "check":
        variables["CI_MERGE_REQUEST_DIFF_BASE_SHA"] = place.git("rev-parse", "HEAD^")
    for name in ("public", "summary.md"):
        shutil.rmtree(place.site.root / name, ignore_errors=True)
    (place.site.root / "summary.md").unlink(missing_ok=True)
    result = place.bash("\n".join(definition["script"]), **variables)
    summary = place.site.root / "summary.md"
    said = summary.read_text() if summary.is_file() else ""
    public = place.site.root / "public"
    # GitLab publishes what a job named `pages` leaves in public/, if the job succeeds.
    is_published = job == "pages" and result.returncode == 0
    if is_published:
        shutil.rmtree(place.live)
        shutil.copytree(public, place.live)
    return Run(result.returncode, is_published, result.stdout, said)


# ---- main
def test_the_first_publication_is_asked_for_and_the_next_ones_go_by_themselves(place: Workplace, host: str) -> None:
    place.program("newsgen", f'exec {sys.executable} -m newsgen "$@"')  # as it is started
    if host != "forgejo":  # whose target newsgen knows to be empty
        refused = place.publish(host)
        assert (refused.status, refused.published) == (2, False) and "has no ledger" in refused.output
    done = place.publish(host, first=True)
    assert (done.status, done.published) == (0, True), done.output
    place.site.story("2023/04/essai.fr", title="Essai", slug="essai")
    done = place.publish(host)
    assert (done.status, done.published) == (0, True), done.output
    live = place.target / "current" if host == "forgejo" else place.live
    assert (live / "fr/2023/04/essai/index.html").is_file() and (live / "newsgen-ledger/next.txt").is_file()
    assert not list(live.glob(".newsgen*"))


def test_main_is_published_on_0_and_1_and_no_other_status(ground: Ground, host: str) -> None:
    place = ground.published(host)
    config = (place.site.root / "newsgen.yaml").read_text()
    for outcome in (ERRORS, NOT_BUILT, LOSS):
        place.site.story(f"2023/04/essai-{outcome}.fr", title=f"Essai {outcome}", slug=f"essai-{outcome}")
        place.make(outcome)
        done = place.publish(host)
        assert done.published is (outcome == ERRORS), done.output
        assert done.published or done.status == outcome
        live = place.target / "current" if host == "forgejo" else place.live
        assert (live / "fr/2023/04/visite/index.html").is_file()
        assert (live / "fr/2023/04/essai-1/index.html").is_file()
        place.site.write("newsgen.yaml", config)


def test_a_lost_cache_never_loses_an_address(ground: Ground, host: str) -> None:
    place = ground.published(host)
    shutil.rmtree(place.site.cache)
    shutil.rmtree(place.site.output)
    lend_bytecode(place.site.cache)
    place.make(ERRORS)
    done = place.publish(host)
    assert (done.status, done.published) == (LOSS, False), done.output


def test_the_summary_tells_what_would_be_lost_and_that_nothing_was_built(ground: Ground) -> None:
    for host in ("github", "gitlab"):
        place = ground.published(host)
        place.make(LOSS)
        assert "| addresses at risk | 1 |" in place.publish(host).summary
    place.make(NOT_BUILT)
    assert place.run("github", "publish", "push").status == 2  # the ledger cannot be fetched without a configuration


def test_a_push_with_errors_is_red_after_it_was_published(ground: Ground, host: str) -> None:
    place = ground.published(host)
    place.site.story("2023/04/essai.fr", title="Essai", slug="essai")
    place.make(ERRORS)
    done = place.publish(host)
    assert done.published
    if host == "gitlab":
        assert (place.site.root / "newsgen.env").read_text() == "NEWSGEN_STATUS=1\n"
        (script,) = workflow(host)["errors"]["script"]
        assert [place.bash(script, NEWSGEN_STATUS=status).returncode for status in "01"] == [0, 1]
    else:
        assert done.status == 1
        assert place.publish(host, event="workflow_dispatch").status == 0


def test_scheduled_run_ends_at_once_where_nothing_is_due(place: Workplace, host: str) -> None:
    place.site.story("2023/04/bientot.fr", title="Bientôt", slug="bientot", publish="2123-01-01 09:00")
    place.publish(host, first=True)
    due = place.site.cache / "next-due"
    assert due.read_text().startswith("2123-01-01T09:00")
    place.calls.unlink()
    done = place.publish(host, event="schedule")
    assert (place.called(), done.published) == ([], False)
    assert done.status == (NOTHING_DUE if host == "gitlab" else 0)
    assert workflow("gitlab")["pages"]["allow_failure"] == {"exit_codes": NOTHING_DUE}
    due.write_text("2020-01-01T00:00:00+01:00\n")  # as if the embargo had ended since
    place.publish(host, event="schedule")
    assert place.built()


def test_scheduled_run_builds_once_a_day_and_where_the_last_output_is_lost(ground: Ground, host: str) -> None:
    place = ground.published(host)
    due = place.site.cache / "next-due"
    assert due.read_text().strip() == ""
    place.calls.unlink()
    place.publish(host, event="schedule")
    assert not place.built()
    yesterday = due.stat().st_mtime - 24 * 3600
    os.utime(due, (yesterday, yesterday))
    place.publish(host, event="schedule")
    assert place.built()
    place.calls.unlink()
    shutil.rmtree(place.site.output)
    place.publish(host, event="schedule")
    assert place.built()


def test_what_is_kept_for_the_next_run_is_cache_and_output(place: Workplace, host: str) -> None:
    if host == "gitlab":
        assert workflow(host)["pages"]["cache"]["paths"] == [".newsgen/", "site/"]
        return
    done = place.publish(host, first=True)
    assert done.kept[-2:] == [".newsgen", "site"]
    place.make(LOSS)
    assert ".newsgen" not in place.publish(host).kept
    for job in workflow(host)["jobs"].values():
        restored = [s["with"]["path"].split() for s in job["steps"] if "cache/restore@" in s.get("uses", "")]
        assert restored == [[".newsgen", "site"]]


def test_forgejo_hands_the_key_of_a_server_to_newsgen_and_to_nobody_else(place: Workplace) -> None:
    place.program("newsgen", 'if [ "$1" = publish ]; then echo "by $NEWSGEN_SSH"; fi')
    key, hosts = place.temporary / "ssh-key", place.temporary / "ssh-hosts"
    assert "by \n" in place.publish("forgejo").output and not key.exists()
    done = place.publish("forgejo", secrets={"secrets.NEWSGEN_SSH_KEY": "a\nb", "vars.NEWSGEN_SSH_KNOWN_HOSTS": "h k"})
    assert f"by ssh -i {key} -o IdentitiesOnly=yes -o UserKnownHostsFile={hosts}\n" in done.output
    assert (key.read_text(), hosts.read_text(), key.stat().st_mode & 0o777) == ("a\nb\n", "h k\n", 0o600)


def test_names_with_a_dot_reach_readers_but_for_newsgens_own(place: Workplace) -> None:
    contact = {"contact": ["mailto:security@example.org"], "expires": "2030-01-01T00:00:00Z"}
    place.site.configure(security=contact)
    for host in HOSTS:
        place.publish(host, first=True)
        live = place.target / "current" if host == "forgejo" else place.live
        assert (live / ".well-known/security.txt").is_file()
        assert not [path for path in live.rglob(".*") if path.name != ".well-known"]


# ---- pull requests
def test_pull_request_fails_on_every_warning_that_it_adds_and_no_other(place: Workplace, host: str) -> None:
    place.site.story("2023/04/ancien.fr", title="Ancien", slug="ancien", summary="an old fault")
    place.commit()
    faults: list[dict[str, str]] = [{}, {"summary": "an unknown key is only a warning"}, {"date": "16 avril"}]
    for number, fault in enumerate(faults if host == "github" else faults[:2]):
        place.site.write(f"content/2023/04/essai{number}.fr.md", article(**({"title": f"Essai {number}"} | fault)))
        done = place.request(host)
        assert (done.status, done.published) == (1 if fault else 0, False), done.output
        assert "ancien.fr.md" not in done.output.partition("## Built")[0]


def test_pull_request_that_loses_an_address_fails(ground: Ground, host: str) -> None:
    place = ground.published(host)
    if host == "forgejo":  # it is served from the target, and the ledger fetched from there
        shutil.copytree(place.target / "current", place.live, dirs_exist_ok=True)
    place.make(LOSS)
    done = place.request(host)
    assert done.status == LOSS and "address-lost" in done.output
    assert "| addresses at risk | 1 |" in done.summary


def test_pull_request_without_a_ledger_is_checked_all_the_same(place: Workplace, host: str) -> None:
    place.commit()
    done = place.request(host)
    assert done.status == 0 and "There is no ledger to be had" in done.output


def test_pull_request_says_what_would_change_and_keeps_a_preview(ground: Ground, host: str) -> None:
    place = ground.published(host)
    place.site.story("2023/04/essai.fr", title="Essai", slug="essai")
    done = place.request(host)
    assert "- `/fr/2023/04/essai/`" in done.summary.partition("<summary>Added:")[2].partition("</details>")[0]
    if host == "forgejo":
        return
    if host == "github":
        assert done.kept == ["preview.tar.gz"]
        with tarfile.open(place.site.root / "preview.tar.gz") as packed:
            names = packed.getnames()
        assert "./fr/2023/04/essai/index.html" in names and not any("/.newsgen" in name for name in names)
    page = (place.site.root / "preview/fr/2023/04/essai/index.html").read_text("utf-8")
    assert 'content="noindex' in page


def test_github_pull_request_shows_faults_at_their_lines(place: Workplace) -> None:
    place.site.story("2023/04/visite.fr", categories=["europ"])
    done = place.request("github")
    assert "::error file=content/2023/04/visite.fr.md,line=4," in done.output


def test_gitlab_merge_request_shows_faults_at_their_lines(place: Workplace) -> None:
    """From the report of the job, which is no part of its log: that is for persons."""
    place.site.story("2023/04/visite.fr", categories=["europ"])
    done = place.request("gitlab")
    reports = workflow("gitlab")["check"]["artifacts"]["reports"]
    (fault,) = json.loads((place.site.root / reports["codequality"]).read_text("utf-8"))
    assert fault["check_name"] == "category-unknown" and fault["severity"] == "major"
    assert fault["location"] == {"path": "content/2023/04/visite.fr.md", "lines": {"begin": 4}}
    assert "content/2023/04/visite.fr.md:4:" in done.output and "fingerprint" not in done.output


def test_a_checkout_of_a_pull_request_has_what_it_is_compared_with() -> None:
    for name in ("github", "forgejo"):
        check = workflow(name)["jobs"]["check"]["steps"]
        (checkout,) = (step for step in check if "actions/checkout@" in step.get("uses", ""))
        assert checkout["with"]["fetch-depth"] == 2
    assert workflow("gitlab")["check"]["variables"]["GIT_DEPTH"] == "0"


# ---- the text of the workflows
def test_docs_show_what_is_written() -> None:
    names = {"github": "github-pages.yml", "gitlab": "gitlab-ci.yml", "forgejo": "forgejo.yml"}
    assert {path.name for path in DOCS.iterdir()} == set(names.values())
    for name, file in names.items():
        assert (DOCS / file).read_text("utf-8") == text_of(name), (
            f"cp src/newsgen/desk/starter/ci/{name}.yml docs/ci/{file}"
        )


@pytest.mark.parametrize("name", ["github", "forgejo"])
def test_permissions_are_the_least_and_actions_are_pinned(name: str) -> None:
    data = workflow(name)
    assert data["permissions"] == {}
    expected = {"contents": "read"}
    assert data["jobs"]["check"]["permissions"] == expected
    if name == "github":
        expected |= {"pages": "write", "id-token": "write"}
    assert data["jobs"]["publish"]["permissions"] == expected
    uses = re.findall(r"uses: (.*)", text_of(name))
    assert uses and all(re.fullmatch(r"[a-z-]+(?:/[a-z-]+)+@[0-9a-f]{40} # v[0-9.]+", use) for use in uses)
    pins: dict[str, set[str]] = {}
    for use in uses:
        pins.setdefault("/".join(use.split("@")[0].split("/")[:2]), set()).add(use.split("@")[1])
    assert all(len(versions) == 1 for versions in pins.values())


def test_events_of_the_workflows() -> None:
    for name in ("github", "forgejo"):
        events = workflow(name)[True]  # YAML 1.1 reads the key `on` as true
        assert set(events) == {"push", "pull_request", "schedule", "workflow_dispatch"}
        assert events["push"] == {"branches": ["main"]}


@pytest.mark.parametrize("name", ["github", "forgejo"])
@pytest.mark.parametrize(
    "command",
    [
        ("actionlint", "-no-color", "-shellcheck=", "-pyflakes=", "-config-file", "{config}"),
        ("zizmor", "--offline", "--no-progress", "--quiet", "--persona", "pedantic"),
    ],
    ids=lambda command: command[0],
)
def test_linters_of_workflows_find_nothing(tmp_path: Path, name: str, command: tuple[str, ...]) -> None:
    program = Path(sys.executable).with_name(command[0])
    if not program.is_file():
        not_checked(f"`{command[0]}` is not installed", "`make test` installs it")
    (tmp_path / ".git").mkdir()
    config = tmp_path / "actionlint.yaml"
    config.write_text("self-hosted-runner:\n  labels: [docker]\n")  # as Forgejo calls its runners
    file = tmp_path / PATHS[name]
    file.parent.mkdir(parents=True)
    file.write_text(text_of(name), "utf-8")
    arguments = [argument.format(config=config) for argument in command[1:]]
    done = subprocess.run(
        [program, *arguments, str(file)], cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stdout + done.stderr


# ---- what is written where
def test_new_site_with_a_workflow_has_all_that_it_needs(tmp_path: Path, host: str) -> None:
    folder = tmp_path / "news"
    assert main(["init", str(folder), "--lang", "fr,en,ar", "--ci", host]) == 0
    assert (folder / PATHS[host]).read_text("utf-8") == text_of(host)
    assert (folder / "requirements.txt").read_text() == f"newsgen=={__version__}\n"
    ignored = (folder / ".gitignore").read_text().splitlines()
    assert {"/site/", "/.newsgen/", "/ledger/"} <= set(ignored) and not (folder / ".gitattributes").exists()
    editors = (folder / "content/README.md").read_text("utf-8")
    assert "# Comment cette archive se rédige" in editors and "# How this archive is edited" in editors
    assert "`fr`, `en`, `ar`" in editors and ("merge request" if host == "gitlab" else "pull request") in editors
    assert main(["build", "--source", str(folder), "--quiet", "--workers", "1"]) == 0


def test_ledger_in_git_is_joined_by_git(tmp_path: Path) -> None:
    assert main(["init", str(tmp_path / "news"), "--ci", "github", "--ledger-in-git"]) == 0
    assert (tmp_path / "news/.gitattributes").read_text() == "ledger/*.txt merge=union\n"
    assert "ledger" not in (tmp_path / "news/.gitignore").read_text()


def written(site: Site, name: str = "github", **options: Any) -> workflows.Written:
    return workflows.write(site.root, name, ["fr"], **options)


def test_ci_writes_into_a_site_that_is_there(site: Site, host: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ci", host, "--source", str(site.root)]) == 0
    captured = capsys.readouterr()
    assert captured.out.splitlines() == [PATHS[host], "requirements.txt", ".gitignore", "content/README.md"]
    assert "docs/publishing.md" in captured.err
    assert main(["ci", host, "--source", str(site.root)]) == 0
    assert "all of it is there already" in capsys.readouterr().err


def test_ci_never_changes_a_file_without_a_word(site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    mine = {PATHS["github"]: "on: push\n", ".gitignore": "/site/\n", "requirements.txt": "requests\n"}
    for path, text in mine.items():
        site.write(path, text)
    done = written(site)
    assert done.paths == ("content/README.md",)
    assert "`/.newsgen/`, `/ledger/`" in done.left[".gitignore"] and set(done.left) == set(mine)
    assert all((site.root / path).read_text() == text for path, text in mine.items())
    assert main(["ci", "github", "--source", str(site.root)]) == 1
    assert "requirements.txt is there and was left as it is: add `newsgen==" in capsys.readouterr().err


@pytest.mark.parametrize("host", HOSTS)
def test_the_workflow_of_a_host_that_was_left_is_named(site: Site, host: str) -> None:
    for other in HOSTS:
        site.write(PATHS[other], text_of(other))
    done = written(site, host)
    assert set(done.left) == {PATHS[other] for other in HOSTS if other != host}
    assert all(f"remove it if the site is at {host} now" in remedy for remedy in done.left.values())


def test_an_operator_is_told_that_no_target_is_named(site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    """Only the workflow of Forgejo needs one."""
    told = "say under `publish` in newsgen.yaml where"
    assert main(["ci", "github", "--source", str(site.root)]) == 0
    assert told not in capsys.readouterr().err
    (site.root / PATHS["github"]).unlink()
    assert main(["ci", "forgejo", "--source", str(site.root)]) == 0
    assert told in capsys.readouterr().err
    assert main(["init", str(site.root / "new"), "--ci", "forgejo", "--url", "https://news.example/"]) == 0
    assert "before the first push: say under `publish`" in capsys.readouterr().err
    site.configure(publish={"live": "/srv/news"})
    assert main(["ci", "forgejo", "--source", str(site.root)]) == 0
    assert told not in capsys.readouterr().err


def test_force_keeps_the_lines_of_lists(site: Site) -> None:
    site.write(PATHS["github"], "on: push\n")
    site.write(".gitignore", "node_modules\nsite/")
    site.write("requirements.txt", "newsgen @ git+https://example.org/newsgen\nrequests\n")
    done = written(site, force=True)
    assert not done.left and done.paths == (PATHS["github"], ".gitignore", "content/README.md")
    assert (site.root / ".gitignore").read_text() == "node_modules\nsite/\n/.newsgen/\n/ledger/\n"
    assert (site.root / PATHS["github"]).read_text("utf-8") == text_of("github")
    assert (site.root / "requirements.txt").read_text().endswith("\nrequests\n")


def test_a_site_below_the_top_of_its_repository_is_told(site: Site) -> None:
    (site.root.parent / ".git").mkdir()
    with pytest.raises(NewsgenError, match="at the top of a repository"):
        written(site)
    assert not (site.root / "requirements.txt").exists()


def test_ci_of_a_site_without_configuration_writes_nothing(tmp_path: Path) -> None:
    assert main(["ci", "github", "--source", str(tmp_path)]) == 2
    assert not list(tmp_path.iterdir())
