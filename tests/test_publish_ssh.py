"""A server over SSH: a real one, on loopback, does what a folder does, and whatever happens a site stays whole."""

from __future__ import annotations

import contextlib
import os
import random
import re
import subprocess
import threading
from collections.abc import Iterator
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Any

import pytest

from newsgen.cli import command_line
from newsgen.nouns.diagnostics import NewsgenError
from newsgen.publish import connection, lock, publication, ssh
from newsgen.publish.books import File, Owner, text_of
from newsgen.publish.connection import Address, address_of
from newsgen.publish.folder import FolderMachine
from newsgen.publish.releases import Machine, Releases
from newsgen.publish.ssh import SshMachine
from newsgen.publish.targets import place_of
from newsgen.settings.config import Target
from support.harness import NOW, Site, article, differences
from support.newsroom import Watched, X, hash_of, killed_at, publish, release, seen, two_stories
from support.ssh_server import SshServer, serving
from support.tools import program

#: A name that every shell, URL and pattern reads in its own way.
ODD = "srv é 'news' \"$x\" %20 #1;*"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SshServer]:
    with serving(tmp_path_factory.mktemp("ssh")) as running:
        yield running


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """At the server."""
    return tmp_path / ODD


# ---- small releases, without a build
def tree(folder: Path) -> dict[str, bytes]:
    """What readers get."""
    base = (folder / "current").resolve()
    return {path.relative_to(base).as_posix(): path.read_bytes() for path in base.rglob("*") if path.is_file()}


def noise(seed: int, size: int) -> bytes:
    return random.Random(seed).randbytes(size)  # nothing to compress


OLD = {"index.html": b"old", "a/index.html": b"A", "kept/index.html": b"K" * 99, "was/a/folder.html": b"x"}
NEW = {
    "index.html": b"new",
    "a/index.html": b"B",
    "kept/index.html": b"K" * 99,
    "was/a": b"y",
    "b/big": noise(1, 200_000),
}


@pytest.fixture
def live(server: SshServer, folder: Path, tmp_path: Path) -> SshMachine:
    """A machine at whose end the old site is published."""
    release(Releases(FolderMachine(folder), name="live"), tmp_path / "output", OLD)
    assert tree(folder) == OLD
    return server.machine(folder)


# ---- what a server does
def acts(machine: Machine, output: Path) -> Iterator[object]:
    """Every act of a machine, and what it answers."""
    names = ("a/b/c.html", "#x/i", "; y", "-z", " sp ace ", "é%23+&?", "q'\"$`\\x", "new\nline", "*", "~")
    files = []
    for name in names:
        (output / name).parent.mkdir(parents=True, exist_ok=True)
        (output / name).write_bytes(name.encode() * 50)
        files.append(File(name, hash_of(name.encode() * 50), 0, ""))
    yield machine.read("nothing/here"), machine.names("nothing/here"), machine.leads_to("current"), machine.age("lock")
    yield machine.create("newsgen/lock", b"one\n"), machine.create("newsgen/lock", b"two"), machine.read("newsgen/lock")
    machine.write("newsgen/lock", text := bytes(range(1, 256)) + b"'\n\n")
    yield (
        machine.read("newsgen/lock") == text,
        machine.read("newsgen"),
        machine.read("newsgen/lock/x"),
        machine.names("newsgen"),
    )
    machine.write("newsgen/long", noise(2, 70_000))
    machine.write("newsgen/zeros", b"\0a\0")
    machine.write("newsgen/empty", b"")
    yield [hash_of(machine.read(f"newsgen/{name}") or b"") for name in machine.names("newsgen")]
    machine.touch("newsgen/lock"), machine.touch("newsgen/none")
    yield (machine.age("newsgen/lock") or 0.0) < 60.0, machine.age("newsgen/none"), machine.names("newsgen")
    told: list[tuple[str, int, int]] = []
    machine.send(output, files, "releases/incoming", lambda *one: told.append(one))
    yield told[-1], machine.names("releases/incoming")
    yield {path: hash_ == hash_of(path.encode() * 50) for path, hash_ in machine.hashes("releases/incoming").items()}
    machine.move("releases/incoming", "releases/1")
    machine.switch("current", "releases/1")
    yield machine.leads_to("current"), machine.leads_to("releases/1"), machine.leads_to("newsgen/lock")
    machine.clone("releases/1", "releases/incoming")
    (output / "a/b/c.html").write_bytes(b"another text of another length")
    changed = File("a/b/c.html", hash_of(b"another text of another length"), 0, "")
    machine.send(output, [changed], "releases/incoming", lambda *_: None)
    yield (
        machine.read("current/a/b/c.html"),
        machine.read("releases/incoming/a/b/c.html"),
        machine.hashes("releases/no"),
    )
    machine.switch("current", "releases/incoming")
    yield machine.leads_to("current"), machine.names("releases"), machine.names(".")
    machine.delete([*names[:4], names[-3]], "releases/incoming")
    machine.delete([], "releases/incoming")
    yield machine.names("releases/incoming"), machine.names("releases/1"), machine.names("current")
    machine.remove("releases/1"), machine.remove("current"), machine.remove("nothing/here")
    yield machine.names("releases"), machine.names("releases/incoming"), machine.leads_to("current")


@pytest.mark.parametrize("tools", ["usual", "busybox"])
def test_a_server_does_what_a_folder_does(server: SshServer, folder: Path, tmp_path: Path, tools: str) -> None:
    """Every act, with names of all sorts, by the tools of GNU and by those of a small system, which has no b2sum."""
    wanted = list(acts(FolderMachine(tmp_path / "folder"), tmp_path / "one"))
    script = 'exec sh -c "$SSH_ORIGINAL_COMMAND"'
    if tools == "busybox":
        script = f"PATH={busybox(tmp_path / 'bin')} {script}"
    with server.sessions(script):
        found = list(acts(server.machine(folder), tmp_path / "other"))
    if tools == "busybox":
        found[6], wanted[6] = (dict.fromkeys(answer, "") for answer in (found[6], wanted[6]))  # type: ignore[call-overload]
    for one, other in zip(found, wanted, strict=True):
        assert one == other


def busybox(folder: Path) -> Path:
    """A folder with what busybox can do, and rsync."""
    folder.mkdir()
    for name in subprocess.run(
        [program("busybox"), "--list"], capture_output=True, text=True, check=True
    ).stdout.split():
        (folder / name).symlink_to(program("busybox"))
    (folder / "rsync").symlink_to(program("rsync"))
    return folder


def test_a_site_is_published_and_goes_back(
    server: SshServer, site: Site, folder: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """As an operator types it; the second time, only what differs is sent."""
    monkeypatch.setenv("NEWSGEN_SSH", server.command)
    target = server.target(folder)
    site.configure(publish={"live": target})
    two_stories(site)
    options = ("--source", str(site.root))
    assert command_line.main(("publish", *options, "--now", NOW, "--workers", "1")) == 0
    assert f"{target}: 000001-" in capfd.readouterr().out
    first = seen(site, folder)
    assert not differences(first, site.tree())
    site.story(X, article("Sommet", body="Autre texte."))
    machine = Watched(server.machine(folder), lambda _: None)
    done = publish(site, Releases(machine, name="srv"))
    assert done.is_live and not differences(seen(site, folder), site.tree())
    assert sorted(machine.sent) == sorted(file.path for file in done.plan.sent)
    one, other = sorted((folder / "releases").iterdir())
    same = "fr/2022/05/reste/index.html"
    assert same not in machine.sent and (one / same).stat().st_ino == (other / same).stat().st_ino
    assert command_line.main(("rollback", *options)) == 0
    assert not differences(seen(site, folder), first)


def test_everybody_may_read_what_is_sent(server: SshServer, folder: Path, tmp_path: Path) -> None:
    """Readers are others than who publishes, whatever the umasks here and there say; who may write, that there."""
    previous = os.umask(0o077)
    try:
        with server.sessions('umask 067; exec sh -c "$SSH_ORIGINAL_COMMAND"'):
            release(server.place(folder), tmp_path / "output", NEW)
    finally:
        os.umask(previous)
    modes = {path.stat().st_mode & 0o777 for path in folder.rglob("*") if path.is_file()}
    assert modes == {0o644} and {path.stat().st_mode & 0o777 for path in folder.rglob("*") if path.is_dir()} == {0o755}


def test_a_file_that_changed_since_the_build_is_not_sent(live: SshMachine, folder: Path, tmp_path: Path) -> None:
    output = tmp_path / "output"
    (output / "index.html").write_bytes(b"half a pa")
    with pytest.raises(NewsgenError, match="is not what the build wrote"):
        live.send(output, [File("index.html", hash_of(b"old"), 3, "")], "releases/incoming", lambda *_: None)
    assert not (folder / "releases/incoming").exists()


def test_a_file_that_changes_while_it_is_sent_is_noticed(live: SshMachine, tmp_path: Path) -> None:
    output = tmp_path / "output"

    def changes(*_: object) -> None:
        (output / "index.html").write_bytes(b"new")

    with pytest.raises(NewsgenError, match="is not what the build wrote"):
        live.send(output, [File("index.html", hash_of(b"old"), 3, "")], "releases/incoming", changes)


def test_sizes_and_times_are_not_trusted(live: SshMachine, folder: Path, tmp_path: Path) -> None:
    output = tmp_path / "output"
    live.clone("current/.", "releases/incoming")
    for path in (output / "index.html", folder / "releases/incoming/index.html"):
        path.unlink()
        path.write_bytes(b"new" if output in path.parents else b"off")
        os.utime(path, (1_700_000_000, 1_700_000_000))
    live.send(output, [File("index.html", hash_of(b"new"), 3, "")], "releases/incoming", lambda *_: None)
    assert live.read("releases/incoming/index.html") == b"new" and tree(folder) == OLD


# ---- several who publish
def test_the_lock_of_another_is_named(server: SshServer, live: SshMachine, folder: Path, tmp_path: Path) -> None:
    owner = Owner("0123", "somebody@elsewhere", "", 1, "newsgen publish", "2031-01-01T00:00:00Z")
    live.write("newsgen/lock", text_of(owner))
    with pytest.raises(NewsgenError, match=re.escape(server.target(folder)) + " is held by somebody@elsewhere"):
        release(server.place(folder), tmp_path / "output", NEW)
    assert tree(folder) == OLD
    os.utime(folder / "newsgen/lock", (0, 0))
    release(server.place(folder), tmp_path / "output", NEW)
    assert tree(folder) == NEW


def test_a_wrong_clock_does_no_harm(
    server: SshServer, site: Site, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Releases are counted, and ages are told by the server."""

    class Wrong(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Wrong:
            return cls(2001, 1, 1, tzinfo=tz)

    site.story(X, article("Sommet"))
    assert publish(site, server.place(folder)).is_live
    site.story(X, article("Sommet", body="Autre texte."))
    monkeypatch.setattr(publication, "datetime", Wrong)
    monkeypatch.setattr(lock, "datetime", Wrong)
    with server.place(folder).held("newsgen publish", patience=0), pytest.raises(NewsgenError, match=lock.myself()):
        publish(site, server.place(folder))
    done = publish(site, server.place(folder))
    assert done.is_live and done.record and done.record.number == 2 and done.record.moment.startswith("2001")
    assert not differences(seen(site, folder), site.tree())


def test_two_who_publish_at_once_never_mix(
    server: SshServer, live: SshMachine, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lock, "_LOOK", 0.05)
    sites = [NEW | {"index.html": f"by {n}".encode(), f"{n}.html": b"x"} for n in range(2)]
    threads = [
        threading.Thread(
            target=release, args=(server.place(folder), tmp_path / f"{n}", sites[n]), kwargs={"patience": 30.0}
        )
        for n in range(2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    history = Releases(live, name="live").history().live
    assert len(history) == 3 and [name[:6] for name in history] == ["000001", "000002", "000003"]
    found = [site.tree(folder / "releases" / name) for site in (Site(tmp_path / "s"),) for name in history[1:]]
    assert sorted(found, key=lambda one: one["index.html"]) == sites and tree(folder) == found[-1]


# ---- accidents
KILLS = ["before send b/big", "after send", "before move releases/incoming", "before switch", "after switch"]


@pytest.mark.parametrize("step", KILLS)
def test_killed_around_the_switch(server: SshServer, live: SshMachine, folder: Path, tmp_path: Path, step: str) -> None:
    """Readers have the old site or the new one, whole; the next try comes to the same end."""
    output = tmp_path / "output"

    def act(told: Any) -> None:
        def tells(what: str) -> None:
            if what.startswith(step):
                told(what)

        release(Releases(Watched(server.machine(folder), tells), name="srv"), output, NEW)

    assert killed_at(0, act)
    assert tree(folder) == (NEW if step == "after switch" else OLD)
    record = release(Releases(live, name="live"), output, NEW)
    assert tree(folder) == NEW and os.readlink(folder / "current") == f"releases/{record.id}"
    assert not (folder / "releases/incoming").exists() and not (folder / "newsgen/lock").exists()
    assert Releases(live, name="live").history().live[-1] == record.id


#: What happens to the session in which rsync is at the server.
_TROUBLE = {
    "cut": 'dd bs=1 count=30000 2>/dev/null | sh -c "$SSH_ORIGINAL_COMMAND"; kill -9 $PPID',
    "full": 'ulimit -f 40; exec sh -c "$SSH_ORIGINAL_COMMAND"',
    "silent": "exit 0",
    "gone": "exec rsinc",
}


@pytest.mark.parametrize(
    ("trouble", "words"),
    [
        ("cut", "connection|closed|write error|unexpected"),
        ("full", "File too large"),
        ("silent", "connection unexpectedly closed"),
        ("gone", "unexpectedly closed|not found"),
    ],
)
def test_what_stops_the_sending_keeps_what_is_live(
    server: SshServer, live: SshMachine, folder: Path, tmp_path: Path, trouble: str, words: str
) -> None:
    """A cut connection, a full disk; the next try gets to the end, and what arrived whole need not travel again."""
    other = 'exec sh -c "$SSH_ORIGINAL_COMMAND"'
    script = f"case $SSH_ORIGINAL_COMMAND in *--server*) {_TROUBLE[trouble]} ;; *) {other} ;; esac"
    with server.sessions(script), pytest.raises(NewsgenError, match=words) as raised:
        release(server.place(folder), tmp_path / "output", NEW)
    assert str(raised.value).startswith(server.target(folder))
    assert tree(folder) == OLD and not (folder / "newsgen/lock").exists()
    release(Releases(live, name="live"), tmp_path / "output", NEW)
    assert tree(folder) == NEW and not (folder / "releases/incoming").exists()


def test_a_folder_that_may_not_be_written(server: SshServer, live: SshMachine, folder: Path, tmp_path: Path) -> None:
    other = "exec setpriv --reuid=65534 --regid=65534 --clear-groups" if os.getuid() == 0 else "exec"
    for path in (folder, *folder.rglob("*")):
        if path.is_dir() and not path.is_symlink():
            path.chmod(0o555)
    with (
        server.sessions(f'{other} sh -c "$SSH_ORIGINAL_COMMAND"'),
        pytest.raises(NewsgenError, match="Permission denied"),
    ):
        release(server.place(folder), tmp_path / "output", NEW)
    for path in (folder, *folder.rglob("*")):
        if path.is_dir() and not path.is_symlink():
            path.chmod(0o755)
    release(Releases(live, name="live"), tmp_path / "output", NEW)
    assert tree(folder) == NEW


@pytest.mark.parametrize("act", ["read", "names", "leads_to", "age"])
def test_what_cannot_be_seen_is_not_taken_for_missing(
    server: SshServer, live: SshMachine, folder: Path, act: str
) -> None:
    """A folder that nobody else may enter is no empty place, in which a first site could be published."""
    if os.getuid() != 0:
        folder.chmod(0o000)
    other = "exec setpriv --reuid=65534 --regid=65534 --clear-groups" if os.getuid() == 0 else "exec"
    folder.parent.chmod(0o700)
    try:
        with (
            server.sessions(f'{other} sh -c "$SSH_ORIGINAL_COMMAND"'),
            pytest.raises(NewsgenError, match="Permission denied"),
        ):
            getattr(server.machine(folder), act)("newsgen/history.json")
    finally:
        folder.chmod(0o755)


def test_a_connection_that_was_cut_is_made_anew(server: SshServer, folder: Path, tmp_path: Path) -> None:
    pid = tmp_path / "pid"
    with server.sessions(f'echo $PPID >"{pid}"; exec sh -c "$SSH_ORIGINAL_COMMAND"'):
        machine = server.machine(folder)
        assert machine.create("newsgen/lock", b"mine")
        with pytest.raises(NewsgenError, match="the connection was lost"):
            machine.connection.run('kill -9 "$1"; sleep 60', pid.read_text().strip())
        assert machine.read("newsgen/lock") == b"mine"


def test_the_answer_of_who_was_interrupted_is_nobody_elses(
    live: SshMachine, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "newsgen/one").write_text("1")
    (folder / "newsgen/two").write_text("2")

    def interrupts(*_: object) -> bytes:
        raise KeyboardInterrupt

    assert live.read("newsgen/one") == b"1"
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(connection, "_read_until", interrupts)
        live.read("newsgen/one")
    assert live.read("newsgen/two") == b"2"


def test_two_threads_may_ask_at_once(live: SshMachine, folder: Path) -> None:
    """As the lock is touched while a long act runs."""
    busy = threading.Thread(
        target=live.connection.run, args=('while ! [ -e "$1" ]; do sleep 0.05; done', f"{folder}/go")
    )
    busy.start()
    live.write("newsgen/lock", b"mine")
    assert live.read("newsgen/lock") == b"mine" and busy.is_alive()
    live.write("go", b"")
    busy.join(30)
    assert not busy.is_alive()


def test_nothing_is_done_by_halves(tmp_path: Path) -> None:
    """A command of which a part arrived is none, wherever it was cut; a text neither."""
    path = tmp_path / "text"
    path.write_bytes(b"old")
    told = connection._BEFORE.encode() + connection.act(
        ssh._WRITE, (str(path), f"{path}.new", "9"), b"new 'text", mark="0123"
    )
    for end in range(len(connection._BEFORE) - 1, told.index(b"} 3>&1"), 13):
        subprocess.run(["sh"], input=told[:end], capture_output=True, check=False)
        assert path.read_bytes() == b"old", told[:end]
    done = subprocess.run(["sh"], input=told, capture_output=True, check=True)
    assert path.read_bytes() == b"new 'text" and done.stdout == b"\n0123 0 \n0123\n"


def test_a_text_that_is_cut_off_is_no_text(server: SshServer, live: SshMachine, folder: Path) -> None:
    """Its length was told before."""
    live.write("newsgen/history.json", b"old")
    some = 'dd bs=1 count=99 2>/dev/null | sh -c "$SSH_ORIGINAL_COMMAND"'
    other = 'exec sh -c "$SSH_ORIGINAL_COMMAND"'
    with server.sessions(f'case $SSH_ORIGINAL_COMMAND in *"cat >"*) {some} ;; *) {other} ;; esac'):
        cut = server.machine(folder)
        for act in (cut.write, cut.create):
            with pytest.raises(NewsgenError, match="the connection was cut"):
                act("newsgen/history.json", b"x" * 100_000)
    assert live.read("newsgen/history.json") == b"old"
    assert not [name for name in live.names("newsgen") if ".new-" in name]


def test_who_writes_on_after_an_accident_changes_nothing(live: SshMachine, folder: Path) -> None:
    """A process at the server that lost its connection may have a folder open for a moment longer."""
    live.clone("current/.", "releases/incoming")
    incoming = os.open(folder / "releases/incoming", os.O_RDONLY)
    try:
        assert live.hashes("releases/incoming") == {path: hash_of(data) for path, data in OLD.items()}
        with contextlib.suppress(FileNotFoundError):
            os.close(os.open("late.html", os.O_CREAT | os.O_WRONLY, dir_fd=incoming))
    finally:
        os.close(incoming)
    assert "late.html" not in live.names("releases/incoming") and tree(folder) == OLD


def test_where_nothing_is_known_of_what_was_left_all_of_it_is_sent_again(
    server: SshServer, live: SshMachine, folder: Path, tmp_path: Path
) -> None:
    """By a server without b2sum; what is not to be there goes."""
    live.clone("current/.", "releases/incoming")
    (folder / "releases/incoming/a/index.html").unlink()
    (folder / "releases/incoming/a/index.html").write_bytes(b"half")
    (folder / "releases/incoming/withdrawn.html").write_bytes(b"of nobody")
    with server.sessions(f'PATH={busybox(tmp_path / "bin")} exec sh -c "$SSH_ORIGINAL_COMMAND"'):
        release(server.place(folder), tmp_path / "output", NEW)
    assert tree(folder) == NEW


# ---- who is not let in
def test_who_is_not_let_in_is_told_why(
    server: SshServer, site: Site, folder: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    target, other = server.target(folder), server.folder / "config-of-another"
    other.write_text((server.folder / "config").read_text().replace("/user", "/other"))
    for command, words in (
        (f"ssh -F {other}", "Permission denied (publickey)"),
        (f"{server.command} -oUserKnownHostsFile=none", "Host key verification failed"),
        (f"{server.command} -oProxyCommand=false", "closed"),
        ("no-such-ssh", "there is no `no-such-ssh` here"),
    ):
        monkeypatch.setenv("NEWSGEN_SSH", command)
        assert command_line.main(("publish", target, "--source", str(site.root))) == 2
        said = capfd.readouterr().err
        assert f"{target}: " in said and words in said


def test_a_login_that_talks_is_named(server: SshServer, folder: Path) -> None:
    with (
        server.sessions('echo "Welcome, $USER"; exec sh -c "$SSH_ORIGINAL_COMMAND"'),
        pytest.raises(NewsgenError, match="prints `Welcome, "),
    ):
        server.machine(folder).read("x")


def test_a_server_without_rsync_is_told_before_the_build(server: SshServer, folder: Path, tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/sh").symlink_to("/bin/sh")
    with (
        server.sessions(f'PATH="{tmp_path}/bin"; exec sh -c "$SSH_ORIGINAL_COMMAND"'),
        pytest.raises(NewsgenError, match="there is no rsync on the server"),
    ):
        server.machine(folder).read("x")


# ---- addresses
@pytest.mark.pure
@pytest.mark.parametrize(
    ("written", "user", "host", "port", "folder"),
    [
        ("ssh://news@a.example:2222/srv/news/", "news@", "a.example", "2222", "/srv/news"),
        ("ssh://a.example/srv/my%20news", "", "a.example", "", "/srv/my news"),
        ("ssh://Alias/~/news", "", "Alias", "", "./news"),
        ("ssh://news@[2001:db8::1]:22/srv", "news@", "[2001:db8::1]", "22", "/srv"),
        ("news@a.example:/srv/news", "news@", "a.example", "", "/srv/news"),
        ("alias:news", "", "alias", "", "./news"),
        ("alias:~/my news%20", "", "alias", "", "./my news%20"),
        ("news@[2001:db8::1]:/srv", "news@", "[2001:db8::1]", "", "/srv"),
        ("alias:-n", "", "alias", "", "./-n"),
    ],
)
def test_an_address_as_ssh_and_rsync_write_it(written: str, user: str, host: str, port: str, folder: str) -> None:
    assert address_of(written) == Address(written, user, host, port, folder)
    place = place_of(Target("", written), Path("/nowhere"))
    assert isinstance(place, Releases) and isinstance(place.machine, SshMachine) and place.name == written


@pytest.mark.pure
@pytest.mark.parametrize(
    "written", ["/srv/news", "./a:b", "../a:/b", "news", "s3://bucket/x", "https://a.example/", "-o:/x"]
)
def test_what_is_no_address_of_a_server(written: str) -> None:
    assert address_of(written) is None


@pytest.mark.pure
@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("ssh://a.example", "names no folder"),
        ("ssh://a.example/", "names no folder"),
        ("a.example:", "names no folder"),
        ("a.example:/", "names no folder"),
        ("a.example:~other/x", "names no folder"),
        ("ssh://a.example/%00", "names no folder"),
        ("ssh://-oProxyCommand=x/srv", "is no address"),
        ("ssh://a.example:port/srv", "is no address"),
        ("ssh://a b/srv", "is no address"),
        ("ssh://news:secret@a.example/srv", "holds a password"),
        ("news:secret@a.example:/srv", "holds a password"),
    ],
)
def test_an_address_that_cannot_be_published_to(written: str, words: str) -> None:
    with pytest.raises(NewsgenError, match=words) as raised:
        place_of(Target("", written), Path("/nowhere"))
    assert "secret" not in str(raised.value)
