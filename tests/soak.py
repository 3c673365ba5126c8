"""The soak: sites of a seed, built and edited, until the time is up; what must hold of any site, whatever is in it.

    python tests/soak.py --minutes 60 --seed 1 --keep FOLDER

A build ends with 0 or 1, within its time, and says of each fault which file has it; healthy articles are published
beside anything; no word of a text is lost; feeds, sitemaps and JSON can be read; an incremental build gives what a
clean one gives. What fails is made small (files, edits, lines, characters, as long as it fails in the same way) and
printed with the seed that makes it again: `--seed N --sites 1`. Exit status 1 if anything failed.
"""

from __future__ import annotations

import argparse
import dataclasses
import faulthandler
import html
import io
import json
import os
import re
import shutil
import signal
import sys
import tempfile
import time
import traceback
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path
from types import FrameType
from typing import Any
from urllib.parse import unquote, urlsplit
from xml.etree import ElementTree

from selectolax.lexbor import LexborHTMLParser

from newsgen.cli import command_line
from newsgen.nouns.diagnostics import NewsgenError, Severity
from newsgen.nouns.model import Source, is_picture
from newsgen.output import report
from newsgen.parsing import article as article_parsing
from newsgen.sources.folders import printable
from support import harness
from support.harness import (
    NOW,
    Built,
    LastGood,
    Lent,
    Public,
    Site,
    audit,
    differences,
    stamps,
    standing_in,
    taking_for_public,
)
from support.lettered import lost
from support.soak_pieces import FOLDER, PLANTED, WITNESSES, Files, Link, Thing
from support.soak_sites import Draw, Step, put

#: CPU seconds that one build of a dozen small files may take, and the seconds after which it hangs.
CPU_SECONDS, WALL_SECONDS = 20, 240
#: CPU seconds that making one failure small may take.
SHRINK_SECONDS = 60
STEPS, TEXTS, LETTERED = 3, 20, 20
_ACTING = ("script", "style", "iframe", "object", "embed", "form", "input", "base", "meta", "link", "svg", "math")
_NUMBERS = re.compile(r"\d+")


@dataclasses.dataclass(frozen=True)
class Trial:
    """A site, and what is done to it: all that a failure needs to happen again."""

    files: Files
    settings: dict[str, Any]
    steps: tuple[Step, ...] = ()
    texts: tuple[bytes, ...] = ()  # more files, which are read alone: many more of them in the same time


@dataclasses.dataclass(frozen=True)
class Failure:
    """What did not hold: `kind` is equal for equal faults."""

    kind: str
    details: str = ""


class Failed(Exception):
    def __init__(self, kind: str, details: str = "") -> None:
        super().__init__(kind)
        self.failure = Failure(kind, details)


class TooSlow(BaseException):
    """No `Exception`: nothing may take it for the fault of a file."""


# ---- a trial
def drawn(seed: int) -> Trial:
    draw = Draw(seed)
    files, settings = draw.site()
    steps, now = [], dict(files)
    for _ in range(draw.random.randint(0, STEPS)):
        step = draw.step(now)
        for path, thing in step.files.items():
            put(now, path, thing)
        steps.append(step)
    texts = [draw.text(number) for number in range(TEXTS)] + [draw.lettered() for _ in range(LETTERED)]
    return Trial(files, settings, tuple(steps), tuple(texts))


class Tally:
    """What a run did."""

    def __init__(self) -> None:
        self.sites = self.edits = self.builds = self.texts = 0


def run(trial: Trial, tally: Tally | None = None) -> Failure | None:
    """The first thing that did not hold."""
    tally = tally or Tally()
    tally.sites += 1
    with tempfile.TemporaryDirectory(prefix="newsgen-soak-") as name, warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            for text in trial.texts:
                tally.texts += 1
                read_text(text)
            if trial.files or trial.steps or not trial.texts:
                _History(Path(name), trial, tally).run()
        except Failed as failed:
            return failed.failure
        except Exception as fault:  # where the soak itself asks what a file says
            return Failure(f"{type(fault).__name__} in {_place(fault)}", _trace(fault))
    return None


def read_text(data: bytes) -> None:
    """A text is read in time, whatever is in it; the quick way says what the long way says; no numbered word goes."""
    source = Source("content/2023/04/a.fr.md", "article", "2023/04/a", "fr", "", len(data))
    try:
        with within_time():
            quick, long = (
                article_parsing.parse(source, data, languages=("fr", "en"), trusted_html=False, shortcuts=shortcuts)
                for shortcuts in (True, False)
            )
    except TooSlow as slow:
        raise Failed(f"a text is too slow: {_place(slow)}", _trace(slow)) from None
    except Exception as fault:
        raise Failed(f"a text: {type(fault).__name__} in {_place(fault)}", _trace(fault)) from None
    if quick != long:
        raise Failed("a text is another one without shortcuts", f"{quick}\n{long}")
    if quick.front and (words := lost(data.decode("utf-8", "ignore"), quick.body.html)):
        raise Failed("a word of a text is not seen", " ".join(words))


class _History:
    def __init__(self, folder: Path, trial: Trial, tally: Tally) -> None:
        self.folder, self.trial, self.tally = folder, trial, tally
        self.site = Site(folder / "site-folder")
        self.good, self.public = LastGood(_content_files), Public()
        self.files: Files = {}
        self.ever: set[str] = {"newsgen.yaml"}

    def run(self) -> None:
        wanted = {**self.trial.files}
        for number, step in enumerate((Step({}, self.trial.settings), *self.trial.steps)):
            for path, thing in step.files.items():
                put(wanted, path, thing)
            files = dict(wanted)
            for path, thing in WITNESSES.items():
                put(files, path, thing)
            lay(self.site.root, self.files, files, is_older=step.is_older)
            self.lose(step.loses)
            self.files = files
            self.ever |= _all_parents(files)
            self.site.configure(**step.settings)
            self.tally.edits += len(step.files) + len(step.settings) if number else 0
            built = self.build(step.now, "first build" if not number else f"build {number + 1}")
        with self.told("newsgen build"):
            self.say(built, step.now)

    def lose(self, what: str) -> None:
        if what == "output":
            shutil.rmtree(self.site.output)
        elif what == "cache":
            shutil.rmtree(self.site.cache)
            self.good.in_cache, self.public = {}, Public()

    def build(self, now: str, name: str) -> Built:
        site = self.site
        self.good.look(site)
        stand_ins, public = self.good.stand_ins(site), self.public.before(site)
        lent = Lent(self.good, site)
        with self.told(name):
            built = self.built(site, now)
            tree = site.tree()
            self.check(built, tree, now)
            with self.clean_site(stand_ins) as other:
                with taking_for_public(public), standing_in(lent):
                    clean = self.built(other, now)
                self.public.built(site, other)
                wanted = other.tree()
                if any(told.id == "conflict-mark" and told.location.path.endswith(".css") for told in built.errors):
                    wanted["assets/style.css"] = tree["assets/style.css"]  # its last good version stands in
                found = differences(tree, wanted)
                if found:
                    kinds = sorted({_kind_of_output(line.partition(": ")[0]) for line in found})
                    raise Failed(f"output differs from a clean build's: {', '.join(kinds[:4])}", "\n".join(found))
            if not stand_ins and built.lines != clean.lines:
                lines = [f"should not be said: {line}" for line in built.lines if line not in clean.lines]
                lines += [f"is not said: {line}" for line in clean.lines if line not in built.lines]
                ids = sorted(set(re.findall(r"\w+\[([a-z-]+)\]", "\n".join(lines))))
                raise Failed(f"diagnostics differ from a clean build's: {', '.join(ids)}", "\n".join(lines))
            stale = audit(site)
            if stale:
                raise Failed("the catalog keeps an answer that is another now", "\n".join(stale))
        self.good.built(site)
        return built

    def say(self, built: Built, now: str) -> None:
        """The command says the same, in one of its formats, and writes nothing once more."""
        old, said, trouble = stamps(self.site), io.StringIO(), io.StringIO()
        format_ = report.FORMATS[len(self.files) % len(report.FORMATS)]
        command = ["build", "--source", str(self.site.root), "--now", now, "--workers", "1", "--format", format_]
        with within_time(), redirect_stdout(said), redirect_stderr(trouble):
            status = command_line.main(command)
        if status != built.result.status():
            kind = f"status {status} instead of {built.result.status()}"
            raise Failed(kind, f"{said.getvalue()}\n{trouble.getvalue()}")
        if format_ in ("json", "sarif"):
            json.loads(said.getvalue())
        if stamps(self.site) != old:
            raise Failed("a build without a change writes")

    def built(self, site: Site, now: str) -> Built:
        """A build that must end with 0 or 1, and soon."""
        self.tally.builds += 1
        try:
            with within_time():
                built = site.build(now=now)
        except TooSlow as slow:
            raise Failed(f"too slow: {_place(slow)}", _trace(slow)) from None
        except NewsgenError as fault:
            told = "; ".join(map(str, fault.diagnostics))
            raise Failed(
                f"refused: {_NUMBERS.sub('0', fault.message)[:80]}", f"{fault} {told}\n{_trace(fault)}"
            ) from None
        except Exception as fault:
            raise Failed(f"{type(fault).__name__} in {_place(fault)}", _trace(fault)) from None
        if built.result.is_stopped:
            raise Failed(f"stopped: {sorted({d.id for d in built.errors})}", "\n".join(built.lines))
        return built

    def check(self, built: Built, tree: dict[str, bytes], now: str) -> None:
        for told in built.diagnostics:
            if told.id == "newsgen-fault":
                raise Failed(
                    f"newsgen-fault: {_NUMBERS.sub('0', told.message)[:100]}",
                    f"{told.location} {told.message} {told.hint}",
                )
            path = told.location.path
            if told.severity == Severity.ERROR and not self.was_there(path):
                raise Failed(f"names no file: {told.id}", f"{path!r}: {told.message}")
            if told.location.line < 1 or told.location.column < 1 or not told.message:
                raise Failed(f"is no diagnostic: {told.id}", repr(told))
        said = {(told.location.path, told.id) for told in built.diagnostics}
        for planted in PLANTED:
            if planted.id == "html-dropped" and self.site.settings.get("trusted_html"):
                continue
            if self.files.get(planted.path) == planted.data and (planted.path, planted.id) not in said:
                at = sorted(id_ for path, id_ in said if path == planted.path)
                if planted.id != "reference-broken" or "reference-self" not in at:
                    raise Failed(f"is not told: {planted.id} (but {at})", planted.path)
        if now >= "2021":
            for lang, slug in (("fr", "temoin"), ("en", "witness")):
                at = [name for name in tree if name.startswith(f"{lang}/") and name.endswith(f"/{slug}/index.html")]
                if lang in self.site.settings["languages"] and not at:
                    raise Failed("a healthy article is not published", "\n".join([slug, *built.lines]))
        self.read(tree)

    def was_there(self, path: str) -> bool:
        """Whether there is or was such a file, as diagnostics write its name; what is behind a link has many names."""
        if path in self.ever or path.startswith("theme/"):
            return True
        place = self.site.root / path
        is_source = path.startswith(("content/", "static/", "templates/"))
        return is_source and os.path.lexists(place.parent if "\ufffd" in place.name else place)

    def read(self, tree: dict[str, bytes]) -> None:
        """What newsgen writes can be read by programs, names no picture that is not there, and nothing in it acts."""
        laid = {thing for thing in self.files.values() if isinstance(thing, bytes)}
        base = urlsplit(self.site.settings["url"]).path.rstrip("/")
        for name, data in tree.items():
            if data in laid or name.startswith(("media/", "pictures/")):
                continue
            try:
                if name.endswith((".atom", ".xml", ".xsl")):
                    ElementTree.fromstring(data)
                elif name.endswith(".json"):
                    json.loads(data)
                text = data.decode()
            except (ElementTree.ParseError, ValueError) as fault:
                raise Failed(f"cannot be read: {_kind_of_output(name)}", f"{name}: {fault}") from None
            for address in re.findall(
                rf"[\"' ,](?:https://news.example)?{base}(/(?:media|pictures)/[^\"' ,<>)\\]+)", text
            ):
                if unquote(html.unescape(address)).removeprefix("/").partition("#")[0] not in tree:
                    raise Failed(f"names a file that is not there: {_kind_of_output(name)}", f"{name}: {address}")
            if name.endswith(".html") and not self.site.settings.get("trusted_html"):
                self.is_still(name, text)

    def is_still(self, name: str, text: str) -> None:
        """Nothing in a body acts or loads: no element, attribute or address of those that an editor may not use."""
        for node in LexborHTMLParser(text).css("[itemprop=articleBody], [itemprop=articleBody] *"):
            addresses = [re.sub(r"\s", "", node.attributes.get(key) or "").lower() for key in ("href", "src")]
            acts = node.tag in _ACTING or any(key.startswith("on") for key in node.attributes)
            if acts or any(address.startswith(("javascript:", "data:text", "vbscript:")) for address in addresses):
                raise Failed(f"acts: {node.tag}", f"{name}: {node.html}")

    @contextmanager
    def clean_site(self, stand_ins: dict[str, bytes]) -> Iterator[Site]:
        """The same files elsewhere, without output and cache; of broken ones the version that stands in."""
        with tempfile.TemporaryDirectory(prefix="newsgen-soak-clean-") as name:
            other = Site(Path(name, "site-folder"))
            lay(other.root, {}, self.files)
            for path, data in stand_ins.items():
                other.write(path, data)
            other.configure(**self.site.settings)
            yield other

    @contextmanager
    def told(self, name: str) -> Iterator[None]:
        try:
            yield
        except Failed as failed:
            details = f"{name}\n{failed.failure.details}".replace(str(self.site.root), "SITE")
            raise Failed(failed.failure.kind, details) from None


def lay(root: Path, old: Files, new: Files, *, is_older: bool = False) -> None:
    """Makes what lies in the folder, `old`, into `new`; what stays as it is is not touched."""
    for path in sorted(old.keys() - {path for path in new if new[path] == old.get(path)}, reverse=True):
        target = root / path
        if isinstance(old[path], bytes) and isinstance(new.get(path), bytes):
            continue
        if old[path] == FOLDER:
            target.rmdir()
        else:
            target.unlink()
        for folder in target.parents:
            if folder == root or new.get(folder.relative_to(root).as_posix()) == FOLDER or any(folder.iterdir()):
                break
            folder.rmdir()
    for path, thing in new.items():
        if old.get(path) == thing:
            continue
        target = root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(thing, bytes):
            target.write_bytes(thing)
            if is_older:
                os.utime(target, ns=(0, 1_500_000_000_000_000_000))
        elif isinstance(thing, Link):
            target.symlink_to(thing.target)
        elif thing == FOLDER:
            target.mkdir()
        else:
            os.mkfifo(target)


def _all_parents(files: Files) -> set[str]:
    """The paths that a diagnostic may name, as it shows them."""
    names = {os.fsencode(path).decode("utf-8", "replace") for path in files}
    paths = names | {printable(name) for name in names}
    paths |= {path[:at] for path in paths for at, character in enumerate(path) if character == "/"}
    return paths - {"content", "static", "templates"}


def _content_files(site: Site) -> list[str]:
    """The files below content/ that may be read as texts or pictures, also behind links."""
    found, seen, limit = [], set(), site.root.resolve()
    for folder, names, files in os.walk(site.root / "content", followlinks=True):
        real = Path(folder).resolve()
        names[:] = [] if real in seen or not real.is_relative_to(limit) else sorted(names)
        seen.add(real)
        for name in files if real.is_relative_to(limit) else ():
            path = Path(folder, name)
            if (name.lower().endswith((".md", ".markdown")) or is_picture(name)) and os.path.isfile(path):
                found.append(path.relative_to(site.root).as_posix())
    return sorted(found)


@contextmanager
def within_time() -> Iterator[None]:
    """Raises: TooSlow. What does not even come to that is ended with its traceback."""

    def stop(number: int, frame: FrameType | None) -> None:
        raise TooSlow

    old = {number: signal.signal(number, stop) for number in (signal.SIGPROF, signal.SIGALRM)}
    signal.setitimer(signal.ITIMER_PROF, CPU_SECONDS)
    signal.setitimer(signal.ITIMER_REAL, WALL_SECONDS)
    faulthandler.dump_traceback_later(2 * WALL_SECONDS, exit=True)
    try:
        yield
    finally:
        faulthandler.cancel_dump_traceback_later()
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.setitimer(signal.ITIMER_REAL, 0)
        for number, handler in old.items():
            signal.signal(number, handler)


def _place(fault: BaseException) -> str:
    """The innermost function of newsgen in the traceback."""
    frames = [frame for frame in traceback.extract_tb(fault.__traceback__) if "/newsgen/" in frame.filename]
    return f"{Path(frames[-1].filename).stem}.{frames[-1].name}" if frames else "tests"


def _trace(fault: BaseException) -> str:
    return "".join(traceback.format_exception(fault)[-12:])


def _kind_of_output(name: str) -> str:
    """`fr/2023/04/x/index.html` is `article`, and so on: what an output is, without what it is of."""
    parts = name.split("/")
    last = parts[-1]
    if parts[0] in ("media", "pictures"):
        return parts[0]
    if last != "index.html":
        return _NUMBERS.sub("0", last)
    return _NUMBERS.sub("0", "/".join(parts[1:-2] or parts[1:]))


# ---- making a failure small
class Shrinker:
    """Leaves out what a failure does not need, as long as it fails in the same way and there is time."""

    def __init__(self, kind: str) -> None:
        self.kind, self.end = kind, time.process_time() + SHRINK_SECONDS

    def fails(self, trial: Trial) -> bool:
        failure = run(trial) if time.process_time() < self.end else None
        return failure is not None and failure.kind == self.kind

    def shrink(self, trial: Trial) -> Trial:
        trial = dataclasses.replace(
            trial,
            steps=tuple(self.fewer(list(trial.steps), lambda steps: dataclasses.replace(trial, steps=tuple(steps)))),
        )
        small = trial
        files = self.fewer(list(small.files), lambda kept: dataclasses.replace(small, files=_some(small.files, kept)))
        trial = dataclasses.replace(small, files=_some(small.files, files))
        if trial.settings and self.fails(plain := dataclasses.replace(trial, settings={})):
            trial = plain
        for number, step in enumerate(trial.steps):
            trial = self._step(trial, number, step)
        texts = self.fewer(list(trial.texts), lambda kept: dataclasses.replace(trial, texts=tuple(kept)))
        trial = dataclasses.replace(trial, texts=tuple(texts))
        for cut in (_lines, _characters):
            for number in range(len(texts)):
                trial = self._text(trial, number, cut)
            for path in list(trial.files):
                trial = self._bytes(trial, path, cut)
        return trial

    def _step(self, trial: Trial, number: int, step: Step) -> Trial:
        def with_step(new: Step) -> Trial:
            steps = (*trial.steps[:number], new, *trial.steps[number + 1 :])
            return dataclasses.replace(trial, steps=steps)

        kept = self.fewer(
            list(step.files), lambda some: with_step(dataclasses.replace(step, files=_some(step.files, some)))
        )
        step = dataclasses.replace(step, files=_some(step.files, kept))
        for change in ({"settings": {}}, {"now": NOW}, {"is_older": False}, {"loses": ""}):
            new = dataclasses.replace(step, **change)
            if new != step and self.fails(with_step(new)):
                step = new
        for path, data in step.files.items():
            if isinstance(data, bytes):

                def with_data(lines: list[bytes], path: str = path, step: Step = step) -> Trial:
                    return with_step(dataclasses.replace(step, files={**step.files, path: b"".join(lines)}))

                lines = self.fewer(data.splitlines(keepends=True), with_data)
                step = dataclasses.replace(step, files={**step.files, path: b"".join(lines)})
        return with_step(step)

    def _bytes(self, trial: Trial, path: str, cut: Callable[[bytes], list[bytes]]) -> Trial:
        data = trial.files[path]
        if not isinstance(data, bytes):
            return trial
        pieces = self.fewer(
            cut(data), lambda kept: dataclasses.replace(trial, files={**trial.files, path: b"".join(kept)})
        )
        return dataclasses.replace(trial, files={**trial.files, path: b"".join(pieces)})

    def _text(self, trial: Trial, number: int, cut: Callable[[bytes], list[bytes]]) -> Trial:
        def with_text(pieces: list[bytes]) -> Trial:
            texts = (*trial.texts[:number], b"".join(pieces), *trial.texts[number + 1 :])
            return dataclasses.replace(trial, texts=texts)

        return with_text(self.fewer(cut(trial.texts[number]), with_text))

    def fewer(self, items: list[Any], made: Callable[[list[Any]], Trial]) -> list[Any]:
        """The items without those that are not needed: halves, quarters, and so on, to one by one."""
        size = len(items)
        while size and time.process_time() < self.end:
            at = 0
            while at < len(items):
                without = items[:at] + items[at + size :]
                if self.fails(made(without)):
                    items = without
                else:
                    at += size
            size //= 2
        return items


def _lines(data: bytes) -> list[bytes]:
    return data.splitlines(keepends=True)


def _characters(data: bytes) -> list[bytes]:
    return (
        [character.encode("utf-8", "surrogateescape") for character in data.decode("utf-8", "surrogateescape")]
        if len(data) < 4000
        else [data]
    )


def _some(things: dict[str, Any], kept: list[str]) -> dict[str, Any]:
    return {path: thing for path, thing in things.items() if path in kept}


# ---- the run
def soak(
    seeds: Iterator[int],
    *,
    is_over: Callable[[], bool] = lambda: False,
    say: Callable[[str], None] = print,
    keep: Path | None = None,
    tally: Tally | None = None,
) -> dict[str, list[int]]:
    """Tries the sites of these seeds; the seeds that failed, by the kind of their failure."""
    found: dict[str, list[int]] = {}
    tally = tally or Tally()
    for seed in seeds:
        if is_over():
            break
        trial = drawn(seed)
        try:
            failure = run(trial, tally)
        except KeyboardInterrupt:
            break
        if failure is None:
            continue
        found.setdefault(failure.kind, []).append(seed)
        if len(found[failure.kind]) > 1:
            continue
        say(f"seed {seed}: {failure.kind}")
        small = Shrinker(failure.kind).shrink(trial)
        say(as_text(small, run(small) or failure))
        if keep:
            folder = keep / f"seed-{seed}"
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
            lay(folder, {}, small.files)
            (folder / "failure.txt").write_text(as_text(small, failure), "utf-8", "backslashreplace")
    return found


def as_text(trial: Trial, failure: Failure) -> str:
    """The files, the edits and what failed, for those who mend it."""

    def shown(path: str, thing: Thing | None) -> str:
        text = repr(thing)
        return f"    {path!r}: {text if len(text) < 3000 else f'{text[:3000]} … {len(text)} characters'}"

    lines = [f"  settings: {trial.settings}", *(shown(*item) for item in trial.files.items())]
    lines += [shown("text", text) for text in trial.texts] if len(trial.texts) < TEXTS else []
    for step in trial.steps:
        lines += [
            f"  then: {step.settings} now={step.now} is_older={step.is_older} loses={step.loses!r}",
            *(shown(*item) for item in step.files.items()),
        ]
    return "\n".join([*lines, f"  {failure.kind}", *(f"  | {line}" for line in failure.details.splitlines()[:60])])


def main() -> int:
    parser = argparse.ArgumentParser(description="builds random sites until the time is up")
    parser.add_argument("--minutes", type=float, default=60, help="how long (default: 60)")
    parser.add_argument("--seed", type=int, default=1, help="the first seed; each site has the next one (default: 1)")
    parser.add_argument("--sites", type=int, default=10**9, help="at most this many sites")
    parser.add_argument("--keep", type=Path, help="a folder for the sites that fail")
    options = parser.parse_args()
    sys.stdout.reconfigure(errors="backslashreplace", line_buffering=True)  # type: ignore[union-attr]
    end, tally, start = time.monotonic() + options.minutes * 60, Tally(), time.monotonic()
    seeds = iter(range(options.seed, options.seed + options.sites))
    try:
        found = soak(seeds, is_over=lambda: time.monotonic() > end, keep=options.keep, tally=tally)
    finally:
        if "NEWSGEN_TESTS" not in os.environ:  # where all tests have it
            shutil.rmtree(harness.BYTECODE, ignore_errors=True)
        took = (time.monotonic() - start) / 60
        print(
            f"{tally.sites} sites from seed {options.seed}, {tally.edits} edits, {tally.builds} builds,"
            f" {tally.texts} texts in {took:.1f} minutes"
        )
    for kind, failed in sorted(found.items(), key=lambda item: -len(item[1])):
        print(f"{len(failed):6}  {kind}  (seed {failed[0]})")
    if not found:
        print("nothing was found")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
