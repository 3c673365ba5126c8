"""The documentation: what it shows works, and what exists is in it."""

from __future__ import annotations

import argparse
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from newsgen.cli import command_line
from newsgen.nouns.diagnostics import CODES
from newsgen.nouns.kinds import TEMPLATES
from newsgen.parsing.keys import KEYS
from newsgen.parsing.markup import ALLOWED
from newsgen.parsing.markup.cleaning import DROPPED_WHOLE, SCHEMES
from newsgen.rendering.renderer import FUNCTIONS
from newsgen.settings import reading
from support.harness import PIXEL, Site, lend_bytecode, value
from support.sample import lend_pictures

ROOT = Path(__file__).parents[1]
DOCS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])
FENCE = re.compile(r"^(?P<fence>`{3,})(?P<kind>[^\n`]*)\n(?P<text>.*?)^(?P=fence)$", re.MULTILINE | re.DOTALL)


def read(name: str) -> str:
    return (ROOT / name).read_text("utf-8")


def blocks(text: str, *kinds: str) -> list[str]:
    return [match["text"] for match in FENCE.finditer(text) if match["kind"] in kinds]


def outside_blocks(text: str) -> str:
    return FENCE.sub("", text)


def sections(text: str, level: int) -> dict[str, str]:
    """Title (without backquotes) to text of the headings of one level; code does not count."""
    starts = [m.span() for m in FENCE.finditer(text)]
    heads = [
        match
        for match in re.finditer(r"^(#+) (.*)$", text, re.MULTILINE)
        if not any(low <= match.start() < high for low, high in starts)
    ]
    found = {}
    for match, following in zip(heads, [*heads[1:], None], strict=True):
        if len(match[1]) == level:
            found[match[2].strip("`")] = text[match.end() : following.start() if following else len(text)]
    return found


def commands(path: Path) -> Iterator[str]:
    for block in blocks(path.read_text("utf-8"), "console", "sh"):
        for line in block.splitlines():
            command = line.removeprefix("$ ").partition("  #")[0].strip()
            if command and (line.startswith("$ ") or block in blocks(path.read_text("utf-8"), "sh")):
                yield command


# ---- commands
def subcommands(parser: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    action = next(a for a in parser._actions if isinstance(a, argparse._SubParsersAction))
    return dict(action.choices)


def options(parser: argparse.ArgumentParser) -> set[str]:
    """The options of a command, and of the actions that it has."""
    own = {
        name
        for action in parser._actions
        if action.help != argparse.SUPPRESS
        for name in action.option_strings
        if name.startswith("--")
    }
    if parser.prog == "newsgen":
        return own
    nested = (action.choices for action in parser._actions if isinstance(action, argparse._SubParsersAction))
    return own.union(*(options(each) for choices in nested for each in choices.values()))


PARSER = command_line._parser()  # its one caller but `main`: the options are nowhere else
SHOWN = [(path.name, command) for path in DOCS for command in commands(path)]


@pytest.mark.parametrize(("file", "command"), [c for c in SHOWN if c[1].startswith("newsgen")])
def test_newsgen_command_that_is_shown_exists(
    file: str, command: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    words = shlex.split(re.split(r" [|>]|&&|;", command)[0])[1:]
    try:
        PARSER.parse_args(words)
    except SystemExit as end:
        assert end.code == 0, f"{file}: {command}: {capsys.readouterr().err}"


@pytest.mark.parametrize(("file", "command"), [c for c in SHOWN if c[1].startswith("make")])
def test_make_command_that_is_shown_exists(file: str, command: str) -> None:
    targets = set(re.findall(r"^([a-z-]+):", read("Makefile"), re.MULTILINE))
    assert {word for word in shlex.split(command)[1:] if "=" not in word} <= targets, file


def test_targets_are_told_by_make_help() -> None:
    makefile = read("Makefile")
    (phony,) = re.findall(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)
    told = set(re.findall(r"make ([\w-]+)", "".join(re.findall(r"^\t@echo .*$", makefile, re.MULTILINE))))
    assert told == set(phony.split()) - {"help"}


@pytest.mark.parametrize("command", sorted(subcommands(PARSER)))
def test_command_and_its_options_are_documented(command: str) -> None:
    told = sections(read("docs/commands.md"), 2)
    assert command in told, f"docs/commands.md has no section `## {command}`"
    text = told[command]
    rows = re.findall(r"^\| (`--[^|]*) \|", text, re.MULTILINE)
    documented = {option for row in rows for option in re.findall(r"--[a-z-]+", row)}
    assert documented == options(subcommands(PARSER)[command]) - {"--help"}
    assert any(
        line.startswith(f"$ newsgen {command}") for block in blocks(text, "console") for line in block.splitlines()
    )


def test_options_of_newsgen_itself_are_documented() -> None:
    text = read("docs/commands.md")
    assert all(f"`newsgen {option}`" in text for option in options(PARSER))


TUTORIALS = sections(read("README.md"), 3)


def tutorial(title: str) -> list[str]:
    """The commands of a tutorial that need no other program, in order."""
    shown = [line[2:] for block in blocks(TUTORIALS[title], "console") for line in block.splitlines()]
    assert any(command.startswith("newsgen serve") for command in shown)
    return [c for c in shown if c.startswith(("newsgen", "cd ")) and not c.startswith("newsgen serve")]


def run_all(script: list[str], folder: Path, bin: Path) -> str:
    bin.mkdir()
    (bin / "newsgen").write_text(f'#!/bin/sh\nexec {sys.executable} -m newsgen "$@"\n')
    (bin / "newsgen").chmod(0o755)
    environment = os.environ | {"PATH": f"{bin}:{os.environ['PATH']}"}
    result = subprocess.run(
        ["bash", "-ex", "-c", "\n".join(script)],
        cwd=folder,
        env=environment,
        text=True,
        timeout=120,
        check=False,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    assert result.returncode == 0, result.stdout
    return result.stdout


def test_five_minutes_in_this_repository(tmp_path: Path) -> None:
    archive = tmp_path / "archive"
    for name in ("content", "templates", "static"):
        shutil.copytree(ROOT / name, archive / name)
    shutil.copy(ROOT / "newsgen.yaml", archive)
    lend_pictures(archive)
    lend_bytecode(archive / ".newsgen")
    run_all(tutorial("In this repository"), archive, tmp_path / "bin")
    drafts = list((archive / "content").glob("*/*/a-bridge-opens-in-riga.*.md"))
    assert len(drafts) == 2
    for path in drafts:  # "delete the line `draft: true`"
        path.write_text(path.read_text().replace("draft: true\n", "") + "Words.\n")
    run_all(["newsgen build"], archive, tmp_path / "bin-after")
    assert list((archive / "site/en").glob("*/*/a-bridge-opens-in-riga/index.html"))
    assert "a-bridge-opens-in-riga" in (archive / "site/en/europe/index.html").read_text()


def test_five_minutes_in_a_repository_of_ones_own(tmp_path: Path) -> None:
    run_all(tutorial("In a repository of your own"), tmp_path, tmp_path / "bin")
    assert (tmp_path / "my-archive/site/index.html").is_file()
    assert list((tmp_path / "my-archive/content").rglob("a-bridge-opens-in-riga.*.md"))


# ---- front matter
def test_every_front_matter_key_is_documented() -> None:
    told = set(sections(read("docs/front-matter.md"), 3))
    keys = {key for keys in KEYS.values() for key in keys}
    assert keys <= told, keys - told


def files_for_examples(site: Site) -> None:
    """What the examples of docs/front-matter.md refer to."""
    for lang in ("fr", "en"):
        site.write(f"content/topics/guerre-en-ukraine.{lang}.md", "---\ntitle: Guerre en Ukraine\n---\n")
        site.story(f"2023/03/xi-moscou.{lang}", title="Xi à Moscou")
        site.story(f"2023/04/finlande-otan.{lang}", title="La Finlande et l'OTAN")
    site.write("content/2023/04/table.svg", "<svg xmlns='http://www.w3.org/2000/svg' width='3' height='2'/>")


KEY_EXAMPLES = [
    (key, example)
    for key, text in sections(read("docs/front-matter.md"), 3).items()
    for example in blocks(text, "yaml")
]


@pytest.mark.parametrize(("key", "example"), KEY_EXAMPLES)
def test_front_matter_example_builds(site: Site, key: str, example: str) -> None:
    files_for_examples(site)
    shown = yaml.safe_load(example)
    assert set(shown) == {key}
    if key == "names":
        site.write("content/tags/chine.fr.md", f"---\ntitle: Chine\n{example}---\n")
        site.story("2023/04/exemple.fr", title="Exemple", tags=["RPC"])
        assert site.build().ids == []
        assert site.exists("/fr/tags/chine/")
        return
    base = {"title": "Exemple", "date": "2023-04-16", "categories": ["europe"], "slug": "exemple"}
    lines = [f"{name}: {value(item)}" for name, item in base.items() if name not in shown]
    front = "\n".join(["---", *lines, example.rstrip("\n"), "---"])
    lang = "en" if key == "translation_of" else "fr"
    if key == "translation_of":
        site.story("2023/04/exemple.fr", title="Exemple")
    if key == "story":  # it joins another file's story as that story's English version
        site.remove("content/2023/04/finlande-otan.en.md")
        lang = "en"
    site.write(f"content/2023/04/exemple.{lang}.md", f"{front}\nTexte.\n")
    built = site.build()
    assert built.ids == [], built.lines


def test_front_matter_files_build(site: Site) -> None:
    text = read("docs/front-matter.md")
    story_fr, story_en, page = blocks(text, "markdown")
    site.write("content/2023/04/sommet.fr.md", story_fr)
    site.write("content/2023/04/sommet.en.md", story_en)
    site.write("content/pages/about.fr.md", page)
    built = site.build()
    assert built.ids == [], built.lines
    assert site.exists("/en/2023/04/brussels-summit-agreement/")
    assert site.exists("/fr/a-propos/")


def test_every_key_has_an_example() -> None:
    keys = {key for keys in KEYS.values() for key in keys}
    assert keys <= {key for key, _ in KEY_EXAMPLES}


# ---- configuration
CONFIG_EXAMPLES = [
    (key, example)
    for key, text in sections(read("docs/configuration.md"), 3).items()
    for example in blocks(text, "yaml")
]
CONFIG_KEYS = {name for name in reading.Config.__struct_fields__ if name not in ("places", "noindex")}


def test_every_configuration_key_is_documented_with_an_example() -> None:
    assert {key for key, _ in CONFIG_EXAMPLES} == CONFIG_KEYS


@pytest.mark.parametrize(("key", "example"), CONFIG_EXAMPLES)
def test_configuration_example_loads(key: str, example: str) -> None:
    shown = yaml.safe_load(example)
    assert set(shown) == {key}
    base = {"title": "Archive", "url": "https://example.org/", "languages": ["fr", "en", "de"]}
    if key == "languages":
        base.pop("languages")
    if key in ("home", "menu"):  # they name categories
        base["categories"] = {"a-la-une": "News", "europe": "Europe"}
    lines = [f"{name}: {value(item)}" for name, item in base.items() if name not in shown]
    loaded, found = reading.load(("\n".join(lines) + "\n" + example).encode())
    assert (loaded is not None, found) == (True, ())


def test_first_configuration_example_loads() -> None:
    loaded, found = reading.load(blocks(read("docs/configuration.md"), "yaml")[0].encode())
    assert (loaded is not None, found) == (True, ())


# ---- Markdown
def test_allow_list_in_the_docs_is_that_of_the_code() -> None:
    text = read("docs/markdown.md")
    rows = dict(re.findall(r"^\| (?:`(\w+)`|every element) \| (.*) \|$", text, re.MULTILINE))
    told = {name or "*": set(re.findall(r"`([\w-]+)`", attributes)) for name, attributes in rows.items()}
    (rest,) = re.findall(r"^With no attributes but those of every element: (.*)\.$", text, re.MULTILINE)
    told |= {name: set() for name in re.findall(r"`(\w+)`", rest)}
    assert told == {name: set(attributes) for name, attributes in ALLOWED.items()}
    (whole,) = re.findall(r"^These go with all that is in them: (.*)\.$", text, re.MULTILINE)
    assert set(re.findall(r"`(\w+)`", whole)) == DROPPED_WHOLE
    (schemes,) = re.findall(r"^Addresses may begin with (.*), or be paths\.$", text, re.MULTILINE)
    assert set(re.findall(r"`(\w+):`", schemes)) == SCHEMES


def test_markdown_examples_build_without_a_word(site: Site) -> None:
    site.story("2023/03/xi-moscou.fr", title="Xi à Moscou", body="## Des résultats {#resultats}\n")
    site.write("content/2023/04/co2.csv", "1")
    for name in ("table.jpg", "line.png", "map.svg"):
        site.write(f"content/2023/04/{name}", "<svg/>" if name.endswith("svg") else PIXEL)
    examples = blocks(read("docs/markdown.md"), "markdown")
    assert len(examples) > 15
    for number, example in enumerate(examples):
        site.story(f"2023/04/exemple-{number}.fr", title=f"Exemple {number}", body=example)
    built = site.build()
    assert built.ids == [], built.lines


# ---- templates
@pytest.mark.pure
def test_every_template_function_is_documented_with_an_example() -> None:
    told = sections(read("docs/templates.md"), 4)
    assert {title.partition("(")[0] for title in told} == set(FUNCTIONS)
    for title, text in told.items():
        name = title.partition("(")[0]
        assert any(re.search(rf"\b{name}\(", example) for example in blocks(text, "jinja")), title


def test_template_examples_render(site: Site) -> None:
    site.story(
        "2023/04/exemple.fr",
        title="Exemple",
        slug="exemple",
        updated="2023-04-17",
        tags=["Chine"],
        related=["2023/03/autre"],
        corrections=[{"date": "2023-05-03", "text": "Rectifié."}],
    )
    site.story("2023/04/exemple.en", title="Example", body="[[2023/03/autre]]")
    site.story("2023/03/autre.fr", title="Autre", body="[[2023/04/exemple]]", tags=["Chine"])
    examples = blocks(read("docs/templates.md"), "jinja")
    site.write(
        "templates/article.html",
        '{% extends "theme/article.html" %}\n{% block after_body %}\n' + "\n".join(examples) + "\n{% endblock %}\n",
    )
    built = site.build()
    assert built.ids == [], built.lines
    assert "16 avril 2023" in site.read("/fr/2023/04/exemple/")


def test_every_template_and_every_kind_of_page_is_documented() -> None:
    text = read("docs/templates.md")
    told = re.findall(r"^\| `([\w.-]+)` \| [^|]* \| ((?:`[\w-]+`(?:, )?)+) \|", text, re.MULTILINE)
    documented = {kind: template for template, kinds in told for kind in re.findall(r"`([\w-]+)`", kinds)}
    assert documented == TEMPLATES


def test_every_part_of_the_theme_is_documented() -> None:
    (line,) = re.findall(r"^Parts: (.*)$", read("docs/templates.md"), re.MULTILINE)
    there = {path.name for path in (ROOT / "templates").iterdir() if path.is_file()} - set(TEMPLATES.values())
    assert set(re.findall(r"`([\w.]+)`", line)) == there


def test_every_block_that_is_documented_exists() -> None:
    told = re.findall(r"^\| `([\w.]+\.html)`[^|]* \| ((?:`\w+`(?:, )?)+) \|$", read("docs/templates.md"), re.MULTILINE)
    assert len(told) >= 4
    for template, names in told:
        there = set(re.findall(r"{% block (\w+)(?: scoped)? %}", read(f"templates/{template}")))
        assert set(re.findall(r"`(\w+)`", names)) <= there, template


def test_settings_that_are_documented_can_be_asked(site: Site) -> None:
    text = sections(read("docs/templates.md"), 4)["setting(name, lang)"]
    names = re.findall(r"`(\w+)`", text.partition("newsgen.yaml`")[2].partition("\n")[0])
    assert len(names) > 5
    site.story("2023/04/exemple.fr")
    calls = "".join(f'{{% if setting("{name}") is none %}}{{{{ fail }}}}{{% endif %}}' for name in names)
    site.write("templates/home.html", '{% extends "theme/home.html" %}{% block meta %}' + calls + "{% endblock %}")
    assert site.build().ids == []


# ---- diagnostics
def test_every_diagnostic_has_its_section() -> None:
    told = sections(read("docs/diagnostics.md"), 3)
    assert set(told) == set(CODES)
    for id, text in told.items():
        why, _, what = text.partition("**What to do:**")
        assert why.strip() and what.strip(), id
        (example,) = blocks(text, "text")
        assert re.match(rf"[^\n]+:\d+:\d+: (error|warning|note)\[{re.escape(id)}\]: \S", example), id


# ---- all of it
@pytest.mark.parametrize("path", DOCS, ids=lambda path: path.name)
def test_internal_links_resolve(path: Path) -> None:
    text = outside_blocks(path.read_text("utf-8"))
    for target in re.findall(r"\]\(([^)\s]+)\)", re.sub(r"`[^`\n]*`", "", text)):
        if re.match(r"[a-z]+:", target):
            continue
        name, _, anchor = target.partition("#")
        file = path.parent / name if name else path
        if file.name == "performance.md" and not file.exists():
            continue  # written by the benchmark
        assert file.is_file(), f"{path.name}: {target}"
        if anchor:
            heads = re.findall(r"^#+ (.*)$", outside_blocks(file.read_text("utf-8")), re.MULTILINE)
            ids = {re.sub(r"[^\w\- ]", "", head.lower()).strip().replace(" ", "-") for head in heads}
            assert anchor in ids, f"{path.name}: {target}"


@pytest.mark.parametrize("path", DOCS, ids=lambda path: path.name)
def test_docs_have_one_sentence_a_line(path: Path) -> None:
    for line in outside_blocks(path.read_text("utf-8")).splitlines():
        if line.startswith(("|", "#", "[")):
            continue
        words = re.sub(r"`[^`]*`|\[[^\]]*\]\([^)]*\)|\"[^\"]*\"", "x", line)
        assert not re.search(r"[a-z)][.!?] +[A-Z]", words), f"{path.name}: {line}"


def tracked() -> list[Path]:
    try:
        listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("not a git checkout")
    return [ROOT / name for name in listed.decode().split("\0") if name and (ROOT / name).is_file()]


def test_no_file_names_a_path_of_a_machine_or_the_host_of_a_package_registry() -> None:
    machine = re.compile(r"(?<![\w.…/~-])/(?:root|work|home/\w+|Users/\w+|private/var|opt/\w+)/\w")
    # In pieces, so that this file does not name them itself.
    hosts = ["py" + "pi.org", "python" + "hosted.org", "npm" + "js.org", "npm" + "js.com", "deb.de" + "bian.org"]
    found = []
    for path in tracked():
        text = path.read_bytes().decode("utf-8", "replace")
        name = path.relative_to(ROOT).as_posix()
        found += [f"{name}: {match[0]}" for match in machine.finditer(text)]
        found += [f"{name}: {host}" for host in hosts if host in text]
    assert not found


def test_constraints_name_versions_and_nothing_else() -> None:
    lines = [line for line in read("constraints.txt").splitlines() if not line.startswith("#")]
    assert lines and all(re.fullmatch(r"[A-Za-z0-9._-]+==[0-9][A-Za-z0-9.]*", line) for line in lines)
    assert not any(line.startswith("newsgen") for line in lines)


@pytest.mark.skipif(shutil.which("bash") is None, reason="needs bash")
@pytest.mark.parametrize("script", [".ci/run", "tools/install-for-checks.sh"])
def test_script_is_valid_bash(script: str) -> None:
    assert os.access(ROOT / script, os.X_OK)
    assert subprocess.run(["bash", "-n", str(ROOT / script)], check=False).returncode == 0


def test_npm_packages_are_pinned_and_the_lock_names_no_registry() -> None:
    wanted = json.loads(read("package.json"))["devDependencies"]
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in wanted.values())
    lock = json.loads(read("package-lock.json"))
    assert lock["packages"][""]["devDependencies"] == wanted
    assert not any("resolved" in package for package in lock["packages"].values())


def test_screenshots_are_small() -> None:
    """`make screenshots` keeps a choice; docs/screenshots/all/ is not in git."""
    kept = [path for path in tracked() if path.parent.name == "screenshots" and path.suffix in (".png", ".webp")]
    assert all(path.stat().st_size < 150_000 for path in kept)
    assert sum(path.stat().st_size for path in kept) < 2_600_000


@pytest.mark.parametrize("name", ["article", "category"])
def test_screenshot_is_small_and_no_wider_than_it_is_shown(name: str) -> None:
    data = (ROOT / f"docs/screenshots/{name}.png").read_bytes()
    assert data[:8] == b"\x89PNG\r\n\x1a\n" and len(data) < 150_000
    assert int.from_bytes(data[16:20], "big") <= 1200
