"""Accidents: a killed build or worker, a full disk, folders that refuse, two builds at once; and who reads meanwhile.

After each of them the next build ends equal to a clean build, and nothing that newsgen wrote is left over.
"""

from __future__ import annotations

import contextlib
import errno
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

from newsgen.cli.command_line import main
from newsgen.nouns.diagnostics import NewsgenError
from newsgen.output import files as output_files
from newsgen.output import manifest as output_manifest
from newsgen.output.manifest import MANIFEST, read_manifest
from support.accidents import add, first, in_order_again, killed, killed_within, rename
from support.harness import NOW, Site, audit, differences, examples, lend_bytecode

RUN = sys.modules["newsgen.pipeline.run"]


# ---- kills
EDITS = {"add": add, "rename": rename}


@pytest.mark.parametrize("edit", EDITS)
def test_a_build_that_is_killed_anywhere_is_finished_by_the_next(site: Site, tmp_path: Path, edit: str) -> None:
    """At one step after the other, each time from the same state; `NEWSGEN_EXAMPLES=3` tries every step."""
    first(site)
    site.build()
    EDITS[edit](site)
    start, log = tmp_path / "start", tmp_path / "log"
    shutil.copytree(site.root, start, symlinks=True)
    clean, wanted = site.clean()
    assert not killed(site, -1, log)
    steps = log.read_text().count("\n")
    assert steps > 40
    for step in range(0, steps, max(1, 4 - examples(1))):
        shutil.rmtree(site.root)
        shutil.copytree(start, site.root, symlinks=True)
        if not killed_within(site, step, steps):
            break
        assert set(site.tree()) <= set(read_manifest(site.output / MANIFEST)), f"an orphan after step {step}"
        built = site.build()
        assert differences(site.tree(), wanted) == [], f"step {step}"
        assert built.lines == clean.lines, f"step {step}"
        rows = read_manifest(site.output / MANIFEST)
        assert set(rows) == set(wanted) and all(row.hash for row in rows.values()), f"step {step}"
        assert audit(site) == [], f"step {step}"


@pytest.fixture
def built(site: Site) -> Site:
    first(site)
    site.build()
    return site


def test_a_first_build_that_is_killed_anywhere_leaves_no_orphan(site: Site, tmp_path: Path) -> None:
    """And what it was about to write is not wanted any more in the next."""
    first(site)
    start, log = tmp_path / "start", tmp_path / "log"
    shutil.copytree(site.root, start)
    assert not killed(site, -1, log)
    steps = log.read_text().count("\n")
    site.remove("content/2023/04/1.fr.md")
    _, wanted = site.clean()
    for step in range(0, steps, max(1, steps // (5 * examples(1)))):
        shutil.rmtree(site.root)
        shutil.copytree(start, site.root)
        if not killed_within(site, step, steps):
            break
        site.remove("content/2023/04/1.fr.md")
        site.build()
        assert differences(site.tree(), wanted) == [], f"step {step}"
        rows = read_manifest(site.output / MANIFEST)
        assert set(rows) == set(wanted) and all(row.hash for row in rows.values()), f"step {step}"


def test_what_a_killed_build_parsed_is_forgotten_where_the_file_is_another_again(
    built: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file put back, one that went again, and one that was deleted and is there again."""
    old = (built.root / "content/2023/04/0.fr.md").read_bytes()
    gone = (built.root / "content/2023/04/2.fr.md").read_bytes()
    built.story("2023/04/0.fr", title="Un moment", body="Faux.")
    built.story("2023/04/neuf.fr", title="Neuf")
    built.remove("content/2023/04/2.fr.md")
    _dies_before_index(built, monkeypatch)
    built.write("content/2023/04/0.fr.md", old)
    built.remove("content/2023/04/neuf.fr.md")
    built.write("content/2023/04/2.fr.md", gone)
    assert not in_order_again(built).result.written


def test_a_build_that_is_killed_while_it_parses_all_anew_loses_nothing(
    built: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    built.configure(languages=["fr", "en", "ar"])
    monkeypatch.setattr(RUN, "parse_chunk", _raise)
    with pytest.raises(KeyboardInterrupt):
        built.build()
    monkeypatch.undo()
    in_order_again(built)


def _dies_before_index(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(RUN.Build, "_index", _raise)
        with pytest.raises(KeyboardInterrupt):
            site.build()


def _raise(*arguments: object) -> None:
    raise KeyboardInterrupt


def test_an_output_put_back_from_before_the_last_build_is_compared(built: Site, tmp_path: Path) -> None:
    shutil.copytree(built.output, tmp_path / "before")
    rename(built)
    built.build()
    shutil.rmtree(built.output)
    shutil.copytree(tmp_path / "before", built.output)
    in_order_again(built)


@pytest.mark.parametrize("which", ["manifest", "catalog"])
def test_a_book_that_lost_its_last_commits_with_the_power(
    built: Site, tmp_path: Path, which: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQLite's log without syncing keeps all up to some commit: here the one before any page was noted."""
    rename(built)
    log, copy = tmp_path / "log", tmp_path / "copy"
    shutil.copytree(built.root, copy, symlinks=True)
    folder, name = (built.output, MANIFEST) if which == "manifest" else (built.cache, "catalog.sqlite")
    with monkeypatch.context() as patch:
        patch.setattr("os.urandom", lambda size: b"0" * size)  # three times the same build
        assert not killed(built, -1, log)
        commits = [n for n, step in enumerate(log.read_text().split("\n")) if step == "after COMMIT"]
        for step in (commits[4], commits[-1]):
            shutil.rmtree(built.root)
            shutil.copytree(copy, built.root, symlinks=True)
            assert killed(built, step)
            if step == commits[4]:
                kept = {path: path.read_bytes() for path in folder.glob(f"{name}*")}
    for path in folder.glob(f"{name}*"):
        path.unlink()
    for path, data in kept.items():
        path.write_bytes(data)
    in_order_again(built)


# ---- the disk
@pytest.mark.parametrize("fault", [errno.ENOSPC, errno.EACCES])
def test_a_disk_that_refuses_to_write(built: Site, fault: int, monkeypatch: pytest.MonkeyPatch) -> None:
    before = built.tree()
    rename(built)
    _, after = built.clean()
    real = output_files._write
    for number in (0, 5):
        left = [number]

        def refuse(path: str, data: bytes, left: list[int] = left) -> None:
            left[0] -= 1
            if left[0] < 0:
                with contextlib.suppress(OSError):
                    real(path, data[: len(data) // 2])
                raise OSError(fault, os.strerror(fault))
            real(path, data)

        with monkeypatch.context() as patch:
            patch.setattr(output_files, "_write", refuse)
            with pytest.raises(NewsgenError, match=os.strerror(fault)):
                built.build()
        tree = built.tree()
        assert before.keys() & after.keys() <= tree.keys() <= read_manifest(built.output / MANIFEST).keys()
        assert [name for name, data in tree.items() if data not in (before.get(name), after.get(name))] == []
    in_order_again(built)


def test_a_file_that_cannot_be_removed_is_removed_later(built: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    built.remove("content/2023/04/1.fr.md")

    def refuse(path: Path, missing_ok: bool = False) -> None:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    with monkeypatch.context() as patch:
        patch.setattr(Path, "unlink", refuse)
        with pytest.raises(NewsgenError, match="cannot be removed: Permission denied"):
            built.build()
    assert built.exists("/fr/2023/04/titre-1/")
    in_order_again(built)
    assert not built.exists("/fr/2023/04/titre-1/")


@contextlib.contextmanager
def mounted(folder: Path, *options: str) -> Iterator[None]:
    if os.geteuid() != 0 or subprocess.run(["mount", *options, folder], check=False, capture_output=True).returncode:
        pytest.skip("no mounts here")
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", folder], check=True)


@pytest.mark.parametrize("what", ["cache", "output"])
def test_a_disk_that_is_full(site: Site, what: str) -> None:
    first(site)
    folder = site.output if what == "output" else site.cache
    folder.mkdir()
    with mounted(folder, "-t", "tmpfs", "-o", "size=4m", "none"):
        site.build()
        rename(site)
        failed = 0
        for room in (0, 4096, 40_960):
            filler = folder / ".newsgen-filler"
            _fill(filler, room)
            try:
                site.build()
            except NewsgenError as fault:
                failed += "full" in str(fault) or os.strerror(errno.ENOSPC) in str(fault)
            assert set(site.tree()) <= set(read_manifest(site.output / MANIFEST))
            filler.unlink()
        assert failed
        in_order_again(site)


def _fill(filler: Path, room: int) -> None:
    with filler.open("wb", buffering=0) as file, contextlib.suppress(OSError):
        while file.write(b"x" * 65536) or True:
            pass
    size = filler.stat().st_size
    os.truncate(filler, max(0, size - room))


@pytest.mark.parametrize(("book", "room"), [("catalog.sqlite", 0), ("catalog.sqlite", 4), (MANIFEST, 0)])
def test_a_disk_that_has_no_room_for_the_books(
    built: Site, book: str, room: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQLite says it is full where its file may not grow by more than some pages."""
    for n in range(25):
        built.story(f"2023/05/{n}.fr", title=f"Mai {n}", tags=["x"])
    connect = sqlite3.connect

    def narrow(path: Any, *arguments: Any, **options: Any) -> sqlite3.Connection:
        connection = connect(path, *arguments, **options)
        if str(path).endswith(book):
            pages = connection.execute("PRAGMA page_count").fetchone()[0]
            connection.execute(f"PRAGMA max_page_count = {pages + room}")
        return connection

    with monkeypatch.context() as patch:
        patch.setattr(sqlite3, "connect", narrow)
        with pytest.raises(NewsgenError, match="full"):
            built.build()
    assert set(built.tree()) <= set(read_manifest(built.output / MANIFEST))
    in_order_again(built)


@contextlib.contextmanager
def read_only(folder: Path) -> Iterator[None]:
    if os.geteuid() == 0:  # who may write anywhere, but not on a disk that is mounted so
        with mounted(folder, "--bind", str(folder)):
            subprocess.run(["mount", "-o", "remount,bind,ro", folder], check=True)
            yield
        return
    folder.chmod(0o555)
    try:
        yield
    finally:
        folder.chmod(0o755)


@pytest.mark.parametrize("what", ["cache", "output"])
def test_a_folder_that_may_only_be_read(built: Site, what: str) -> None:
    rename(built)
    before = built.tree()
    folder = built.output if what == "output" else built.cache
    with read_only(folder), pytest.raises(NewsgenError, match=r"cannot be|readonly") as fault:
        built.build()
    assert str(folder) in str(fault.value)
    assert built.tree() == before
    in_order_again(built)


# ---- two builds, workers
@pytest.mark.parametrize("command", ["build", "verify"])
def test_two_builds_at_once(built: Site, command: str, capsys: pytest.CaptureFixture[str]) -> None:
    script = (
        "import pathlib, sys; from newsgen.pipeline.lock import lock\n"
        "with lock(pathlib.Path(sys.argv[1])): print(flush=True); sys.stdin.read()"
    )
    arguments = [sys.executable, "-c", script, str(built.cache)]
    with subprocess.Popen(arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdin and other.stdout
        other.stdout.readline()
        assert main([command, "--source", str(built.root), "--workers", "1"]) == 2
        assert f"another build of this site is running (process {other.pid})\n" in capsys.readouterr().err
        other.stdin.close()
    built.build()


def test_a_lock_that_cannot_be_taken_is_named(site: Site) -> None:
    """A folder or a pipe in its place, or rights that are lacking."""
    site.cache.mkdir()
    for make in (Path.mkdir, os.mkfifo):
        make(site.cache / "lock")
        with pytest.raises(NewsgenError, match=re.escape(f"{site.cache / 'lock'} cannot be used: ")):
            site.build()
        site.cache.joinpath("lock").rmdir() if make == Path.mkdir else site.remove(".newsgen/lock")


def test_two_builds_that_begin_at_once(site: Site) -> None:
    """Each makes the whole site, or says that the other does."""
    first(site)
    builds = [_started(site) for _ in range(2)]
    told = [build.communicate()[1].decode() for build in builds]
    assert {build.returncode for build in builds} <= {0, 2} and any(build.returncode == 0 for build in builds)
    assert all("another build" in words for build, words in zip(builds, told, strict=True) if build.returncode)
    in_order_again(site)


def test_two_builds_into_one_folder(built: Site, tmp_path: Path) -> None:
    """With a cache of its own each: the folder itself is locked."""
    with output_manifest.Manifest(built.output), pytest.raises(NewsgenError, match="another build is writing to"):
        built.build(cache=tmp_path / "other")
    built.build()


def test_the_lock_of_a_build_that_is_no_more_is_waited_for(built: Site) -> None:
    """Its workers have the lock until they end; its process is gone."""
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    script = "import fcntl, sys, time; fcntl.flock(f := open(sys.argv[1], 'a'), 2); print(flush=True); time.sleep(0.4)"
    (built.cache / "lock").write_text(str(dead.pid))
    worker = subprocess.Popen([sys.executable, "-c", script, built.cache / "lock"], stdout=subprocess.PIPE)
    assert worker.stdout
    with worker, worker.stdout:
        worker.stdout.readline()
        built.build()


MANY = 200


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """A site whose build takes a moment, and that was built."""
    site = Site(tmp_path_factory.mktemp("many"))
    for n in range(MANY):
        month = f"{n % 12 + 1:02}"
        site.story(f"2023/{month}/{n}.fr", title=f"Titre {n}", date=f"2023-{month}-03")
    site.build(workers=2)
    return site


@pytest.fixture
def large(many: Site, tmp_path: Path) -> Site:
    """The same site, in which nothing was built."""
    root = tmp_path / "large"
    shutil.copytree(many.root, root, ignore=shutil.ignore_patterns("site", ".newsgen"))
    return _site(root)


def _site(root: Path) -> Site:
    site = Site.__new__(Site)
    site.root, site.output, site.cache, site.settings = root, root / "site", root / ".newsgen", {}
    return site


def _started(site: Site) -> subprocess.Popen[bytes]:
    """A build by two workers in a process of its own."""
    lend_bytecode(site.cache)
    code = (
        "import sys; from newsgen.pipeline import workers; workers.WORTH_WORKERS = 1\n"
        "from newsgen.cli.command_line import main; sys.exit(main(sys.argv[1:]))"
    )
    arguments = ["build", "--source", site.root, "--now", NOW, "--workers", "2", "--quiet"]
    return subprocess.Popen([sys.executable, "-c", code, *map(str, arguments)], stderr=subprocess.PIPE)


def _children(process: int) -> list[int]:
    with contextlib.suppress(OSError):
        return [int(n) for n in Path(f"/proc/{process}/task/{process}/children").read_text().split()]
    return []


def _until(there: Callable[[], Any], seconds: float = 30) -> Any:
    end = time.monotonic() + seconds
    while not (found := there()) and time.monotonic() < end:
        time.sleep(0.005)
    return found


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="only Linux tells the children of a process")
@pytest.mark.parametrize(("victim", "stage"), [("worker", "parse"), ("worker", "render"), ("main", "render")])
def test_a_process_that_is_killed(many: Site, large: Site, stage: str, victim: str) -> None:
    """A worker: the build says so. The main process: its workers end too, and no lock is left."""
    with _started(large) as build:
        assert build.stderr
        assert stage == "parse" or _until(lambda: large.exists("/fr/2023/01/titre-0/"))
        workers = _until(lambda: _children(build.pid))
        os.kill(workers[0] if victim == "worker" else build.pid, signal.SIGKILL)
        words = build.stderr.read().decode() if victim == "worker" else ""
    if victim == "worker":
        assert build.returncode == 2 and "a worker process died" in words
    else:
        assert build.returncode == -signal.SIGKILL
    built = large.build()
    assert differences(large.tree(), many.tree()) == [] and built.errors == []
    if victim == "main":
        assert _until(lambda: not any(Path(f"/proc/{worker}/cmdline").exists() for worker in workers), 5)


# ---- readers, and the order of writing
def test_no_reader_ever_meets_half_a_file(many: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What stands at an address is what stood there before, or what the build gives."""
    monkeypatch.setattr("newsgen.pipeline.workers.WORTH_WORKERS", 1)
    shutil.copytree(many.root, tmp_path / "large", symlinks=True)
    site = _site(tmp_path / "large")
    before = site.tree()
    for n in range(0, MANY, 5):
        site.story(f"2023/{n % 12 + 1:02}/{n}.fr", title=f"Autre {n}", tags=["neuf"], date=f"2023-{n % 12 + 1:02}-03")
    met: dict[str, set[bytes]] = {}
    looked_at = [name for name in before if name.startswith(("fr/2023/01/", "fr/2023/index", "fr/index"))]
    ended = threading.Event()

    def read() -> None:
        while not ended.wait(0.002):
            for name in looked_at:
                with contextlib.suppress(FileNotFoundError, NotADirectoryError):
                    data = (site.output / name).read_bytes()
                    if data != before[name]:
                        met.setdefault(name, set()).add(data)

    reader = threading.Thread(target=read)
    reader.start()
    try:
        site.build(workers=2)
    finally:
        ended.set()
        reader.join()
    after = site.tree()
    assert met and [name for name, found in met.items() if found != {after.get(name)}] == []


def test_no_reader_ever_follows_a_link_into_the_void(built: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """At each step: no link leads to what was removed, and none to what is not there yet, but from one new page to
    another; from a new list only to another new list."""
    before = set(built.tree())
    rename(built)
    _, after = built.clean()
    links = {name: _links(data) for name, data in built.tree().items()}
    steps, real_write, real_remove = [], output_files.write_whole, output_files.remove

    def look(name: str) -> None:
        links.pop(name, None)
        with contextlib.suppress(FileNotFoundError):
            links[name] = _links((built.output / name).read_bytes())
        dangling = {(source, t) for source, found in links.items() for t in found if not (built.output / t).is_file()}
        steps.append(name)
        wrong = [
            (source, t)
            for source, t in dangling
            if (t not in after or source in before or _is_article(t) > _is_article(source))
            and source.rpartition("/")[0] != t.rpartition("/")[0]  # what lies beside an article goes with it
        ]
        assert wrong == [], f"after {name}, step {len(steps)}"

    def written(output: Path, relative: str, data: bytes, **options: Any) -> bool:
        answer = real_write(output, relative, data, **options)
        look(relative)
        return answer

    def removed(output: Path, relative: str) -> None:
        real_remove(output, relative)
        look(relative)

    monkeypatch.setattr(output_files, "write_whole", written)
    monkeypatch.setattr(output_files, "remove", removed)
    built.build()
    assert set(built.tree()) == set(after) and len(steps) > 20
    assert any(map(_is_article, set(after) - before)) and any(map(_is_article, before - set(after)))


def _links(data: bytes) -> set[str]:
    """Output paths of what a page, a feed or a sitemap leads to on this site."""
    text = data.decode("utf-8", "replace")
    found = re.findall(r'(?:href="|https://news\.example)(/[^"<>&\s?#\\{}]*)', text)
    return {f"{unquote(url)[1:]}index.html" if url.endswith("/") else unquote(url)[1:] for url in found}


def _is_article(output: str) -> bool:
    return bool(re.match(r"fr/\d{4}/\d\d/[a-z][^/]*/", output))


def test_new_pages_come_first_then_what_leads_to_them_then_what_goes(
    built: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = read_manifest(built.output / MANIFEST)
    done: list[tuple[str, str]] = []
    real_write, real_remove = output_files.write_whole, output_files.remove

    def written(output: Path, relative: str, data: bytes, **options: Any) -> bool:
        done.append(("write", relative))
        return real_write(output, relative, data, **options)

    def removed(output: Path, relative: str) -> None:
        done.append(("remove", relative))
        real_remove(output, relative)

    monkeypatch.setattr(output_files, "write_whole", written)
    monkeypatch.setattr(output_files, "remove", removed)
    rename(built)
    built.build()
    rows = before | read_manifest(built.output / MANIFEST)
    ranks = []
    for what, name in done:
        if rows[name].kind in ("companion", "search-index"):
            continue  # its files come and go together: test_search.py
        is_list = rows[name].kind not in (
            "article",
            "article-json",
            "media",
            "static",
            "page",
            "gone",
            "redirect",
        )
        if what == "remove":
            ranks.append(5 - is_list)
        else:
            ranks.append(2 * (name in before) + is_list)
    assert ranks == sorted(ranks) and set(ranks) == {0, 1, 2, 3, 4, 5}
