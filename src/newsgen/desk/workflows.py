"""What a forge needs to check and publish a site: the workflow, and the files that stand beside it."""

# Files of the newsroom are never changed without a word. One that says what it is to say already is left alone, and so
# is every other one that is there, with a line that tells what it lacks; with `force` a workflow is written anew, and
# lists of names (`.gitignore`, `.gitattributes`, `requirements.txt`) get the lines that they lack, and lose none.
#
# Proved by test_ci_never_changes_a_file_without_a_word, test_force_keeps_the_lines_of_lists.

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from importlib import resources
from pathlib import Path

import msgspec

from newsgen import __version__
from newsgen.nouns.diagnostics import NewsgenError

HOSTS = ("github", "gitlab", "forgejo")
_WORKFLOWS = {
    "github": ".github/workflows/newsgen.yml",
    "gitlab": ".gitlab-ci.yml",
    "forgejo": ".forgejo/workflows/newsgen.yml",
}
_REQUESTS = {"github": "pull", "gitlab": "merge", "forgejo": "pull"}
#: A line of requirements.txt that names newsgen, however it is to be had.
_NAMED = re.compile(r"(?mi)^\s*newsgen\b|^[^#\n]*\bnewsgen\s*@|^[^#\n]*[/\\]newsgen[^\n]*$")
_OWN_WORDS = ("en", "fr")  # the languages of the starter's texts


class Written(msgspec.Struct, frozen=True):
    """The files that were written; and of those that were there, also of other hosts, by path what to do about each."""

    paths: tuple[str, ...]
    left: dict[str, str]


def write(
    root: Path, host: str, languages: Sequence[str], *, ledger_in_git: bool = False, force: bool = False
) -> Written:
    """Writes what a site needs at a host into its folder. Raises: NewsgenError if a file cannot be written, or the
    folder is not the top of its repository, where the host would not see the workflow."""
    if not (root / ".git").exists():
        top = next((folder for folder in root.resolve().parents if (folder / ".git").exists()), None)
        if top:
            raise NewsgenError(f"a host reads workflows at the top of a repository, which is {top}: make the site that")
    paths: list[str] = []
    left: dict[str, str] = {}
    for path, text, is_list in _files(host, languages, ledger_in_git=ledger_in_git):
        old = _read(root / path)
        lacking = _lacking(path, old or "", text) if is_list else []
        if old is None or (force and not is_list and old != text):
            new = text
        elif is_list and lacking and force:
            new = "".join([old, "" if old.endswith("\n") or not old else "\n", *(f"{line}\n" for line in lacking)])
        else:
            if lacking:
                left[path] = f"add {', '.join(f'`{line}`' for line in lacking)}, or let `--force` do it"
            elif not is_list and old != text:
                left[path] = "it is another one: `--force` writes it anew"
            continue
        _write(root / path, new)
        paths.append(path)
    left |= {
        path: f"remove it if the site is at {host} now, or both publish it"
        for other, path in _WORKFLOWS.items()
        if other != host and (root / path).exists()
    }
    return Written(tuple(paths), left)


def files(host: str, languages: Sequence[str], *, ledger_in_git: bool = False) -> dict[str, str]:
    """The text of each file of a new site."""
    return {path: text for path, text, _ in _files(host, languages, ledger_in_git=ledger_in_git)}


def _files(host: str, languages: Sequence[str], *, ledger_in_git: bool) -> Iterator[tuple[str, str, bool]]:
    """Path, text, and whether it is a list of lines of which each counts by itself."""
    yield _WORKFLOWS[host], _starter(f"ci/{host}.yml"), False
    yield "requirements.txt", f"newsgen=={__version__}\n", True
    ledger = (
        "" if ledger_in_git else "# Which addresses were published: workflows take it from the live site.\n/ledger/\n"
    )
    yield ".gitignore", _starter("gitignore") + ledger, True
    if ledger_in_git:
        yield ".gitattributes", "ledger/*.txt merge=union\n", True
    yield "content/README.md", _editors(host, languages), False


def _editors(host: str, languages: Sequence[str]) -> str:
    """How the archive is edited, in each language that there are words in; in English if there are none."""
    named = ", ".join(f"`{lang}`" for lang in languages)
    spoken = [lang.partition("-")[0].lower() for lang in languages]
    chosen = [lang for lang in dict.fromkeys(spoken) if lang in _OWN_WORDS] or ["en"]
    values = {"languages": named, "request": _REQUESTS[host]}
    return "\n".join(_filled(_starter(f"{lang}/editors.md"), values) for lang in chosen)


def _lacking(path: str, old: str, text: str) -> list[str]:
    """The lines that a list has not, without comments."""
    if path == "requirements.txt" and _NAMED.search(old):
        return []
    there = {line.strip().strip("/") for line in old.splitlines()}
    wanted = [line for line in text.splitlines() if line and not line.startswith("#")]
    return [line for line in wanted if line.strip("/") not in there]


def _read(path: Path) -> str | None:
    try:
        return path.read_bytes().decode("utf-8", "surrogateescape")
    except FileNotFoundError:
        return None
    except OSError as fault:
        raise NewsgenError(f"{path} cannot be read: {fault.strerror}") from fault


def _write(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode("utf-8", "surrogateescape"))
    except OSError as fault:
        raise NewsgenError(f"{path} cannot be written: {fault.strerror}") from fault


def _starter(name: str) -> str:
    return resources.files("newsgen.desk").joinpath("starter", *name.split("/")).read_text("utf-8")


def _filled(text: str, values: Mapping[str, str]) -> str:
    return re.sub(r"\{(\w+)\}", lambda match: values.get(match[1], match[0]), text)
