"""The command line: what it prints where, exit status, start-up (CONTENT.md §6, §7)."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

import newsgen
from newsgen.cli import start
from newsgen.cli.command_line import main
from newsgen.nouns.model import content_hash
from newsgen.pipeline.workers import Pool
from support.harness import NOW, Site, article, lend_bytecode

COMMANDS = ("build", "check", "verify", "manifest", "serve", "new", "next", "why", "freeze", "init")
NOW_OPTIONS = ("--now", NOW, "--workers", "1")


@pytest.fixture
def here(site: Site, monkeypatch: pytest.MonkeyPatch) -> Site:
    """The site, in whose folder newsgen is called."""
    monkeypatch.chdir(site.root)
    monkeypatch.delenv("GITHUB_WORKSPACE", raising=False)
    lend_bytecode(site.cache)
    return site


def report(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, Any]:
    """Exit status, and the one JSON object on standard output."""
    status = main([*arguments, "--json"])
    return status, json.loads(capsys.readouterr().out)


def newsgen_in(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "newsgen", *arguments],
        cwd=folder,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        encoding="utf-8",
    )


# ---- start-up and the public door
def imported(code: str) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-c", code], capture_output=True, text=True, timeout=60, check=True
    )
    return {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}


HEAVY = {
    "jinja2",
    "markdown",
    "babel",
    "yaml",
    "msgspec",
    "nh3",
    "slugify",
    "rapidfuzz",
    "tqdm",
    "watchfiles",
    "tzdata",
    "sqlite3",
    "asyncio",
    "concurrent.futures",
    "multiprocessing",
    "http.server",
    "json",
    "dataclasses",
}


@pytest.mark.parametrize(
    "code",
    [
        "import newsgen",
        "import newsgen.cli.command_line",
        "import newsgen.cli.command_line as c\ntry: c.main(['--version'])\nexcept SystemExit: 0",
    ],
)
def test_start_up_loads_nothing_that_is_not_needed(code: str) -> None:
    loaded = imported(code)
    assert {"newsgen"} <= loaded and not loaded & HEAVY
    assert {name for name in loaded if name.startswith("newsgen.") and not name.startswith("newsgen.cli.")} <= {
        "newsgen.cli"
    }


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--version"])
    assert (ended.value.code, capsys.readouterr().out) == (0, f"newsgen {newsgen.__version__}\n")


def test_public_names_are_importable_and_no_others_are_promised() -> None:
    names = {name: getattr(newsgen, name) for name in newsgen.__all__}
    assert sorted(names) == sorted(["BuildResult", "Diagnostic", "Request", "__version__", "build", "check"])
    assert all(callable(value) for name, value in names.items() if name != "__version__")
    with pytest.raises(AttributeError):
        newsgen.nothing  # noqa: B018


def test_public_build_builds(site: Site) -> None:
    site.story("a.fr")
    result = newsgen.build(newsgen.Request(site.root, now=NOW, workers=1))
    assert isinstance(result, newsgen.BuildResult) and result.counts["articles"] == 1
    assert newsgen.check(newsgen.Request(site.root, now=NOW, workers=1)).diagnostics == result.diagnostics


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_has_help_with_examples(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([command, "--help"])
    out = capsys.readouterr().out
    assert ended.value.code == 0 and f"examples:\n  newsgen {command}" in out


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["nix"],
        ["build", "--nix"],
        ["build", "--workers", "-1"],
        ["build", "--out", "x"],
        ["serve", "--port", "70000"],
        ["new", "A", "--title", "B"],
    ],
)
def test_wrong_usage_is_status_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    captured = capsys.readouterr()
    assert ended.value.code == 2 and not captured.out and captured.err


# ---- build
def test_build_makes_the_site_and_says_so(here: Site, capsys: pytest.CaptureFixture[str]) -> None:
    here.story("2023/04/a.fr")
    here.story("2023/04/b.fr", date="2024-02-01")
    assert main(["build", *NOW_OPTIONS]) == 0
    captured = capsys.readouterr()
    assert here.exists("/fr/2023/04/sommet/")
    assert "\nbuilt site/: 1 article (1 story), " in captured.out
    assert "\n1 article scheduled, next: 2024-02-01T00:00+01:00 content/2023/04/b.fr.md\n" in captured.out
    assert captured.out.endswith("\nno errors, no warnings\n")
    assert "newsgen: render\n" in captured.err and "\r" not in captured.err


def test_json_report_is_one_object_on_standard_output(here: Site, capsys: pytest.CaptureFixture[str]) -> None:
    here.story("a.fr", categories=["europ"])
    status, whole = report(capsys, "build", *NOW_OPTIONS)
    (found,) = [d for d in whole["diagnostics"] if d["severity"] == "error"]
    assert (status, whole["status"], found["id"], found["path"]) == (1, 1, "category-unknown", "content/a.fr.md")
    assert whole["seconds"]["scan"] >= 0 and whole["peak_memory_mib"] > 0
    assert Path(whole["manifest"]).is_file() and "fr/index.html" in [file["path"] for file in whole["written"]]
    home = (here.output / "fr/index.html").read_bytes()
    assert {"path": "fr/index.html", "size": len(home), "hash": content_hash(home)} in whole["written"]
    again = report(capsys, "build", *NOW_OPTIONS)[1]
    assert (again["written"], again["removed"], again["unchanged"]) == ([], [], len(whole["written"]))


def test_now_drafts_output_and_source(site: Site, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    site.story("a.fr", draft=True)
    site.story("b.fr", title="Demain", date="2024-02-01")
    options = ["--source", str(site.root), "--output", str(tmp_path / "out"), "--workers", "1"]
    assert main(["build", *options, "--drafts", "--now", "2024-03-01"]) == 0
    assert (tmp_path / "out/fr/2023/04/sommet/index.html").is_file()
    assert (tmp_path / "out/fr/2024/02/demain/index.html").is_file()
    assert not site.output.exists()


def test_strict_changes_the_exit_status_and_no_byte(here: Site, capsys: pytest.CaptureFixture[str]) -> None:
    here.story("a.fr", titel="x")
    assert main(["build", *NOW_OPTIONS]) == 0
    before = here.tree()
    assert main(["build", *NOW_OPTIONS, "--strict", "--clean"]) == 1
    assert here.tree() == before


def test_summary_is_appended_as_markdown(here: Site, tmp_path: Path) -> None:
    page = tmp_path / "summary.md"
    page.write_text("before\n")
    here.story("2023/04/sommet.fr", slug="sommet")
    assert main(["build", "--quiet", "--now", NOW, "--summary", str(page)]) == 0
    here.story("2023/04/visite.fr", title="Visite", slug="visite", summary="<b>")
    here.story("2023/04/sommet.fr", slug="autre")
    page.write_text("before\n")
    assert main(["build", "--quiet", "--now", NOW, "--summary", str(page)]) == 0
    said = page.read_text()
    assert said.startswith("before\n## Built\n")
    added = said.partition("<summary>Added:")[2].partition("</details>")[0]
    removed = said.partition("<summary>Removed:")[2].partition("</details>")[0]
    assert "- `/fr/2023/04/visite/`" in added and "- `/fr/2023/04/sommet/`" not in added
    assert "- `/fr/2023/04/sommet/`" in removed
    assert "warning[key-unknown]" in said and "no errors" not in said.partition("Faults")[2]


def test_summary_says_what_would_be_lost_and_that_nothing_was_built(here: Site, tmp_path: Path) -> None:
    page = tmp_path / "summary.md"
    here.story("2023/04/sommet.fr", slug="sommet")
    here.story("2023/04/visite.fr", slug="visite")
    here.build()
    here.publish()
    here.remove("content/2023/04/visite.fr.md")
    assert main(["build", "--quiet", "--now", NOW, "--summary", str(page)]) == 3
    said = page.read_text()
    assert said.startswith("## Not to be published\n") and "| addresses at risk | 1 |" in said
    here.write("newsgen.yaml", "title: [\n")
    assert main(["build", "--summary", str(page)]) == 2
    failed = page.read_text().removeprefix(said)
    assert failed.startswith("## Nothing was built\n") and "`newsgen.yaml:1:9`" in failed


def test_preview_of_another_address_is_kept_from_search_engines(here: Site, tmp_path: Path) -> None:
    here.story("2023/04/sommet.fr", slug="sommet")
    output = tmp_path / "preview"
    options = ["--quiet", "--now", NOW, "--noindex", "--url", "https://preview.example/pr/7", "--output", str(output)]
    assert main(["build", *options]) == 0
    page = (output / "fr/2023/04/sommet/index.html").read_text("utf-8")
    assert 'content="noindex' in page and 'href="https://preview.example/pr/7/fr/2023/04/sommet/"' in page
    assert main(["build", "--url", "preview.example"]) == 2


def test_quiet_prints_errors_and_warnings_only(here: Site, capsys: pytest.CaptureFixture[str]) -> None:
    here.story("a.fr")
    assert main(["build", *NOW_OPTIONS, "--quiet"]) == 0
    assert capsys.readouterr() == ("", "")
    here.story("a.fr", titel="x")
    assert main(["build", *NOW_OPTIONS, "--quiet"]) == 0
    captured = capsys.readouterr()
    assert captured.out.startswith("content/a.fr.md:5:1: warning[key-unknown]: unknown key `titel`\n")
    assert not captured.err


@pytest.fixture
def faulty(here: Site) -> Site:
    for number in range(14):
        here.story(f"t{number}.fr", title=f"Titre {number}", categories=["europ"], body="[un](absent.md)")
    return here


@pytest.mark.parametrize("form", ["text", "github", "gitlab", "sarif", "json"])
def test_reports_hold_what_is_asked_for_and_the_status_is_that_of_everything(
    faulty: Site, form: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", "--format", form, "--quiet", "--only", "link-broken,alias-taken"]) == 1
    printed = capsys.readouterr().out
    assert "absent.md" in printed and "europ`" not in printed
    assert main(["check", "--format", form, "--quiet", "--only", "alias-taken", "--severity", "error"]) == 1
    assert "absent.md" not in capsys.readouterr().out


def test_an_id_that_is_none_is_wrong_usage(here: Site, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["check", "--only", "link-brokn"])
    assert "no id `link-brokn`: did you mean `link-broken`?" in capsys.readouterr().err


def test_a_terminal_is_not_flooded_unless_all_is_asked_for(
    faulty: Site, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    main(["check"])
    assert capsys.readouterr().out.count("no file content/absent.md") == 14  # a file or a pipe gets everything
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    main(["check"])
    printed = capsys.readouterr().out
    assert printed.count("no file content/absent.md") == 10 and "4 more, which `--all` shows" in printed
    main(["check", "--all"])
    assert capsys.readouterr().out.count("no file content/absent.md") == 14


def test_a_report_says_what_became_of_files_with_errors(
    faulty: Site, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    faulty.story("bon.fr", title="Bon")
    main(["build", *NOW_OPTIONS])
    faulty.write("content/bon.fr.md", "rien")
    for command in ("check", "build"):
        assert main([command, *NOW_OPTIONS]) == 1
        printed = capsys.readouterr().out
        assert "14 files are left out of the site because of errors:\n  content/t0.fr.md (category-unknown" in printed
        assert "because of errors:\n  content/bon.fr.md (front-matter-missing)\n\n" in printed
        assert printed.splitlines()[-4 if "scheduled" in printed else -3].count("; 14 files left out, 1 shown as") == 1
        main([command, *NOW_OPTIONS, "--severity", "error", "--only", "alias-taken"])
        # They are no messages that are asked for.
        assert "\n  content/bon.fr.md (front-matter-missing)\n\n" in capsys.readouterr().out
        assert main([command, *NOW_OPTIONS, "--quiet"]) == 1
        assert "left out of the site" not in capsys.readouterr().out
        whole = report(capsys, command, *NOW_OPTIONS)[1]
        assert (len(whole["left_out"]), whole["last_good"]) == (14, ["content/bon.fr.md"])
        assert (whole["counts"]["left_out"], whole["counts"]["last_good"]) == (14, 1)
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    main(["check", *NOW_OPTIONS])
    assert "\n  4 more, which `--all` shows\n1 file is shown" in capsys.readouterr().out
    main(["check", *NOW_OPTIONS, "--all"])
    assert "\n  content/t9.fr.md (category-unknown)\n1 file is shown" in capsys.readouterr().out


def test_text_shows_the_line_of_a_file_with_byte_order_mark_and_crlf(
    here: Site, capsys: pytest.CaptureFixture[str]
) -> None:
    text = article(categories=["europ"]).replace("\n", "\r\n")
    here.write("content/a.fr.md", "\ufeff" + text)
    assert main(["check", *NOW_OPTIONS, "--quiet"]) == 1
    assert capsys.readouterr().out.splitlines()[2:] == ["    categories: [europ]", "                 ^"]


@pytest.mark.parametrize("target", ["lien", "x" * 300, "../pipe", "../.env", "/etc/passwd", "nulle-part", "."])
def test_no_link_stops_the_report_nor_shows_lines_that_are_nobody_s_business(
    here: Site, target: str, capsys: pytest.CaptureFixture[str]
) -> None:
    os.mkfifo(here.root / "pipe")
    here.write(".env", "SECRET=1")
    (here.root / "static").mkdir()
    (here.root / "static" / "lien").symlink_to(target)
    here.story("a.fr")
    assert main(["build", *NOW_OPTIONS, "--quiet"]) == 1
    out = capsys.readouterr().out
    assert "SECRET" not in out and "root:" not in out


@pytest.mark.parametrize("format", ["github", "sarif"])
def test_other_formats_name_files_from_the_top_of_the_repository(
    site: Site, format: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    site.story("a.fr", categories=["europ"])
    monkeypatch.setenv("GITHUB_WORKSPACE", str(site.root.parent))
    assert main(["check", *NOW_OPTIONS, "--source", str(site.root), "--format", format]) == 1
    out = capsys.readouterr().out
    if format == "github":
        assert out.startswith("::error file=site-folder/content/a.fr.md,line=4,col=14,title=category-unknown::no cat")
    else:
        (run,) = json.loads(out)["runs"]
        place = run["results"][0]["locations"][0]["physicalLocation"]
        assert place["artifactLocation"]["uri"] == "site-folder/content/a.fr.md"


# ---- check
@pytest.mark.parametrize("options", [[], ["--render"]])
def test_check_writes_nothing(here: Site, options: Sequence[str], capsys: pytest.CaptureFixture[str]) -> None:
    here.story("a.fr", categories=["europ"])
    before = sorted(here.root.rglob("*"))
    status, whole = report(capsys, "check", *NOW_OPTIONS, *options)
    assert (status, whole["written"], whole["removed"], whole["manifest"]) == (1, [], [], "")
    assert sorted(here.root.rglob("*")) == before
    assert main(["check", *NOW_OPTIONS, *options]) == 1
    assert "; nothing was written\n" in capsys.readouterr().out


def test_check_with_render_finds_what_fails_in_templates(here: Site, capsys: pytest.CaptureFixture[str]) -> None:
    here.story("a.fr")
    here.write("templates/article.html", "{{ nothing.at_all }}")
    assert main(["check", *NOW_OPTIONS, "--quiet"]) == 0
    assert main(["check", *NOW_OPTIONS, "--quiet", "--render"]) == 1
    assert "templates/article.html:1:4: error[template-failed]" in capsys.readouterr().out


# ---- what cannot be built
def test_unusable_configuration_is_status_2(here: Site, capsys: pytest.CaptureFixture[str]) -> None:
    here.configure(url="nowhere")
    assert main(["build", *NOW_OPTIONS]) == 2
    captured = capsys.readouterr()
    assert "newsgen.yaml:4:6: error[config-invalid]: `nowhere` is no address of a site\n" in captured.out
    assert captured.err == "newsgen: nothing was done: newsgen.yaml cannot be used\n"
    status, whole = report(capsys, "build", *NOW_OPTIONS)
    assert (status, whole["status"], whole["error"]) == (2, 2, "newsgen.yaml cannot be used")
    assert [d["id"] for d in whole["diagnostics"]] == ["config-invalid"]


def test_folder_without_configuration(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for command in (["build"], ["check"], ["verify"], ["next"], ["freeze"], ["new", "A"], ["serve"]):
        assert main([*command, "--source", str(tmp_path)]) == 2
        assert "error[config-missing]" in capsys.readouterr().out
    assert not list(tmp_path.iterdir())


def test_templates_that_do_not_compile_are_errors_and_touch_nothing(
    here: Site, capsys: pytest.CaptureFixture[str]
) -> None:
    here.write("templates/article.html", "{% if %}")
    assert main(["build", *NOW_OPTIONS]) == 1
    captured = capsys.readouterr()
    assert "templates/article.html:1:1: error[template-invalid]" in captured.out and "nothing was built" in captured.out


def test_wrong_time_is_said_in_one_line(here: Site, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["build", "--now", "hier", "--quiet"]) == 2
    captured = capsys.readouterr()
    assert not captured.out and captured.err.count("\n") == 1
    assert captured.err.startswith("newsgen: `hier` is not a time")


@pytest.mark.parametrize("json_too", [False, True])
def test_a_fault_of_newsgen_is_one_line_and_no_traceback(
    here: Site, json_too: bool, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise KeyError("a\nb")

    monkeypatch.setattr("newsgen.pipeline.build", broken)
    assert main(["build", *(["--json"] if json_too else [])]) == 2
    captured = capsys.readouterr()
    if json_too:
        assert "please report it: KeyError" in json.loads(captured.out)["error"]
    else:
        assert "please report it: KeyError" in captured.err and captured.err.count("\n") == 1
    monkeypatch.setenv("NEWSGEN_DEBUG", "1")
    assert main(["build"]) == 2
    assert "Traceback (most recent call last)" in capsys.readouterr().err


def test_interrupt_is_status_130(
    here: Site, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("newsgen.pipeline.build", interrupted)
    assert main(["build", "--quiet"]) == 130
    assert capsys.readouterr().err.startswith("newsgen: interrupted")


EARLY = """
import sys
module = sys.argv[1]
class Finder:
    def find_spec(self, name, *_):
        if name == module:
            raise KeyboardInterrupt
sys.meta_path.insert(0, Finder())
from newsgen.cli.start import main
sys.argv[1:] = ["build", "--quiet"]
sys.exit(main())
"""


@pytest.mark.parametrize(
    "module",
    ["argparse", "newsgen.cli.command_line", "newsgen.pipeline", "newsgen.sources.scan", "newsgen.output.report"],
)
def test_interrupt_in_the_first_moments(site: Site, module: str) -> None:
    """While modules are loaded, which takes most of the time of a short command."""
    command = [sys.executable, "-c", EARLY, module]
    done = subprocess.run(command, cwd=site.root, capture_output=True, text=True, timeout=60)
    assert done.returncode == 130 and len(done.stderr.splitlines()) == 1
    assert done.stderr.startswith("newsgen: interrupted")


LOADING = """
import os, signal, sys
module = sys.argv[1]
class Finder:
    def find_spec(self, name, *_):
        if name == module:
            try:
                os.kill(os.getpid(), signal.SIGINT)
                sum(range(1000))
            except KeyboardInterrupt:
                print("torn out of it")
                raise
sys.meta_path.insert(0, Finder())
from newsgen.cli.start import main
sys.argv[1:] = ["build", "--quiet"]
sys.exit(main())
"""


@pytest.mark.parametrize("module", ["newsgen.cli.options", "newsgen.catalog.store", "newsgen.index"])
def test_interrupt_waits_until_a_module_is_loaded(site: Site, module: str) -> None:
    """msgspec crashes, which is status -11 and no word, where it is torn out of making a type."""
    command = [sys.executable, "-c", LOADING, module]
    done = subprocess.run(command, cwd=site.root, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout) == (130, "")
    assert done.stderr.startswith("newsgen: interrupted") and len(done.stderr.splitlines()) == 1


def test_interrupt_waits_while_this_thread_blocks_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Another thread takes it then, and Python raises here all the same: in a callback that may ignore it."""
    later = []
    monkeypatch.setattr(signal, "setitimer", lambda *_: later.append(True))
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    with contextlib.suppress(KeyboardInterrupt):  # which would end all tests
        start._interrupt(signal.SIGINT, None)
    signal.pthread_sigmask(signal.SIG_SETMASK, before)
    assert later == [True]
    with pytest.raises(KeyboardInterrupt):
        start._interrupt(signal.SIGINT, None)


def test_workers_cannot_be_interrupted_before_they_ignore_it(monkeypatch: pytest.MonkeyPatch) -> None:
    masks = []

    class Executor:
        def __init__(self, *_: object, **__: object) -> None:
            pass

        def submit(self, *_: object) -> None:
            masks.append(signal.SIGINT in signal.pthread_sigmask(signal.SIG_BLOCK, ()))

    monkeypatch.setattr("concurrent.futures.ProcessPoolExecutor", Executor)
    Pool(None, 2).begin()
    assert masks == [True] and signal.SIGINT not in signal.pthread_sigmask(signal.SIG_BLOCK, ())


def test_interrupted_workers_print_no_traceback(site: Site) -> None:
    for number in range(1200):
        site.story(f"s{number}.fr", title=f"Titre {number}", body="Un *texte* assez long. " * 60)
    command = [sys.executable, "-m", "newsgen", "build", "--workers", "2"]
    process = subprocess.Popen(
        command, cwd=site.root, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    assert process.stderr
    said = []
    for line in process.stderr:
        said.append(line)
        if line.startswith("newsgen: parse ") and len(said) == 3:  # the workers are at work
            os.killpg(process.pid, signal.SIGINT)
    out = process.communicate(timeout=60)[0]
    assert (process.returncode, out) == (130, "")
    assert said[-1].startswith("newsgen: interrupted") and "Traceback" not in "".join(said)


def test_reader_who_leaves_early_is_no_fault(site: Site) -> None:
    site.story("a.fr", titel="x")
    reading, writing = os.pipe()
    os.close(reading)
    command = [sys.executable, "-m", "newsgen", "check", "--quiet"]
    with os.fdopen(writing, "wb") as gone:
        done = subprocess.run(command, cwd=site.root, stdout=gone, stderr=subprocess.PIPE, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (1, "")


def test_report_is_readable_in_any_locale(site: Site) -> None:
    site.story("été.fr", titel="x")
    done = newsgen_in(site.root, "check", LC_ALL="C", PYTHONIOENCODING="ascii")
    assert done.returncode in (0, 1) and not re.search("Traceback|report it", done.stdout + done.stderr)
    assert "key-unknown" in done.stdout
    done = newsgen_in(site.root, "check", "--json", LC_ALL="C", PYTHONIOENCODING="ascii")
    assert "content/été.fr.md" in [d["path"] for d in json.loads(done.stdout)["diagnostics"]]


# ---- next, new, freeze
def test_next_says_what_is_due(here: Site, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["next", "--now", NOW]) == 0
    assert capsys.readouterr() == ("", "nothing is due\n")
    here.story("a.fr", date="2024-02-01 08:30", expires="2024-03-01")
    assert main(["next", "--now", NOW]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "2024-02-01T08:30+01:00  publish  content/a.fr.md",
        "2024-03-01T00:00+01:00  expires  content/a.fr.md",
    ]
    status, whole = report(capsys, "next", "--now", NOW)
    assert (status, whole["due"][0]) == (
        0,
        {"kind": "publish", "at": "2024-02-01T08:30:00+01:00", "path": "content/a.fr.md"},
    )
    assert not here.output.exists() and [p.name for p in here.cache.iterdir()] == ["bytecode"]


def test_new_prints_the_paths(here: Site, capsys: pytest.CaptureFixture[str]) -> None:
    options = ["--now", "2024-03-31T23:30+00:00", "--title", "en=Summit", "--lang", "fr,en", "--category", "monde"]
    assert main(["new", "Sommet", *options]) == 0
    captured = capsys.readouterr()
    assert captured.out == "content/2024/04/sommet.fr.md\ncontent/2024/04/sommet.en.md\n"  # April already in Paris
    assert "draft: true" in captured.err
    assert main(["new", "Sommet", *options[:-2]]) == 2
    assert "is there already" in capsys.readouterr().err


def test_freeze_says_what_it_did(here: Site, capsys: pytest.CaptureFixture[str]) -> None:
    here.story("a.fr")
    assert main(["freeze"]) == 0
    assert capsys.readouterr().out == (
        "content/a.fr.md: slug: sommet\nwrote the slug into 1 article; 0 had one, 0 left as they are\n"
    )
    here.write("content/b.fr.md", "---\ndate: x\n---\n")
    assert main(["freeze"]) == 1
    assert capsys.readouterr().err.startswith("content/b.fr.md was left as it is: it has errors of its own")


# ---- locales that are not UTF-8
LEGACY = {"LC_ALL": "POSIX", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}
COMMANDS = (["build"], ["check"], ["verify"], ["new", "Été à Orléans"], ["freeze"], ["serve", "--port", "0"], ["next"])


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
def test_names_are_never_read_by_the_locale(site: Site, command: list[str]) -> None:
    """Story ids and addresses would be others: one sentence instead, and nothing is written."""
    site.story("été", title="Été à 東京", slug="東京")
    done = newsgen_in(site.root, *command, **LEGACY)
    assert done.returncode == 2 and not done.stdout
    assert done.stderr.splitlines()[-1] == (
        "newsgen: file names must be read as UTF-8, not as ascii: set PYTHONUTF8=1 or LC_ALL=C.UTF-8"
    )
    assert not site.output.exists() and len(list((site.root / "content").rglob("*.md"))) == 1


def test_programs_that_call_newsgen_are_refused_too(site: Site) -> None:
    site.story("été", title="Été")
    code = "import pathlib, newsgen.pipeline as p; p.build(p.Request(pathlib.Path('.')))"
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, cwd=site.root, env=os.environ | LEGACY, capture_output=True, text=True)
    assert "must be read as UTF-8" in done.stderr and not (site.output / "fr").exists()


@pytest.mark.parametrize("environment", [{"LC_ALL": "POSIX"}, {**LEGACY, "PYTHONUTF8": "1"}, {"LC_ALL": "C.UTF-8"}])
def test_other_locales_give_the_same(site: Site, environment: dict[str, str]) -> None:
    site.story("2023/été.fr", title="Été à 東京", slug="東京", categories=["nul"])
    site.story("2023/é.fr", title="Été", slug="été")
    done = newsgen_in(site.root, "build", "--now", NOW, **environment)
    assert done.returncode == 1 and "content/2023/" in done.stdout
    with site.copy() as other:
        other.build()
        assert site.tree() == other.tree()


@pytest.mark.parametrize("arguments", [["--help"], ["build", "--help"], ["new", "--help"], ["--version"]])
def test_help_is_shown_in_any_locale(site: Site, arguments: list[str]) -> None:
    assert newsgen_in(site.root, *arguments, **LEGACY).returncode == 0


@pytest.mark.parametrize("form", ["text", "json", "github", "gitlab", "sarif"])
def test_reports_are_written_where_the_terminal_has_no_such_letters(site: Site, form: str) -> None:
    site.write("content/été-東京.fr.md", article(title="Été", categories=["nül"]))
    done = newsgen_in(site.root, "build", "--format", form, "--now", NOW, PYTHONIOENCODING="ascii")
    assert done.returncode == 1 and "category-unknown" in done.stdout
