"""A connection to a server by ssh's own command: what is asked there, what it answers, and what went wrong."""

# ssh knows the operator's keys, agent, host names and known hosts; newsgen adds nothing to what it is told there, but
# that it asks nobody for a password.
#
# One `ssh` keeps the connection, with a shell at its other end that is told one act after the other: each takes one
# round trip, where a session of its own takes some more, and a login shell that may have much to read first. Sessions
# of their own, through the same connection, are for rsync, for long texts and for what a second thread asks meanwhile.
# Where it was cut, the next act makes a new one: so a lock can still be given back.
#
# An act of which only a part arrived is no command, for its quotes and brackets are open; and the shell ends when its
# input does, and so with this process, however that ends.
#
# Proved by test_a_connection_that_was_cut_is_made_anew, test_nothing_is_done_by_halves.

from __future__ import annotations

import contextlib
import os
import re
import shlex
import shutil
import subprocess
import tempfile
import threading
import weakref
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from urllib.parse import unquote

import msgspec

from newsgen.nouns.diagnostics import NewsgenError

_HOST = r"(?P<user>[A-Za-z0-9_][\w.+-]*@)?(?P<host>[A-Za-z0-9_][\w.-]*|\[[\w:.%]+\])"
_AS_URL = rf"ssh://{_HOST}(:(?P<port>[0-9]+))?(?P<folder>/.*)?"
_AS_RSYNC = rf"{_HOST}:(?P<folder>.*)"
#: Nothing but the commands, and no question that nobody would answer; a server that is gone is noticed in a minute.
_OPTIONS = (
    "-aTx",
    "-oBatchMode=yes",
    "-oClearAllForwardings=yes",
    "-oPermitLocalCommand=no",
    "-oRemoteCommand=none",
    "-oConnectTimeout=30",
    "-oServerAliveInterval=15",
    "-oServerAliveCountMax=4",
)
_SSH_FAILED = 255
_READY = b"newsgen is connected\n"
#: Said first, so that nobody waits for a build before it is told what is missing.
_GREETING = """\
command -v rsync >/dev/null || { echo "there is no rsync on the server" >&2; exit 1; }
echo "newsgen is connected"
exec sh"""
#: Before each script. Words and order of names are the same everywhere, and everybody may read what is written; who
#: may write is up to the umask there. `absent` says that something is not there, unless that cannot be known.
_BEFORE = """\
LC_ALL=C; export LC_ALL
umask a+rx
absent() {
    p=$1
    until [ -e "$p" ]; do p=${p%/*}; [ "$p" ] || p=/; done
    if [ -d "$p" ] && ! [ -x "$p" ]; then echo "$p: Permission denied" >&2; exit 1; fi
    exit 44
}
"""
#: An act for the shell that waits: what the script prints, a mark with its status, its errors, and the mark again.
_ACT = """\
{{
errors=$( {{ printf %s {data} | {{
set -- {words}
{script}
}}; }} 2>&1 >&3 3>&- </dev/null )
printf '\\n%s %d %s\\n%s\\n' {mark} "$?" "$errors" {mark}
}} 3>&1
"""
#: Bytes that stand in a command; longer ones go beside it.
SHORT = 30_000
#: Statuses by which a script says what is no fault: that something is not there, or there already.
MISSING, THERE = 44, 45


class Address(msgspec.Struct, frozen=True):
    """A folder on a server. One that is relative is so to the home of the user, and begins with `./`."""

    written: str
    user: str  # with `@`, or ""
    host: str
    port: str
    folder: str

    @property
    def for_ssh(self) -> str:
        return f"{self.user}{self.host.strip('[]')}"


def address_of(written: str) -> Address | None:
    """What `ssh://user@host:2222/srv/news` or `user@host:/srv/news` names; None if it is no such address.

    A folder that begins with `~/`, or has no `/` before it in the second form, is one of the user's home. In the first
    form, `%20` stands for a space. Raises: NewsgenError where it has a password, or no folder that can be published to.
    """
    if re.match("(ssh://)?[^/@:]*:[^/@]*@[^/@]*[:/]", written):
        raise NewsgenError("a target holds a password: let ssh have a key or an agent, and write the name of the user")
    as_url = written.startswith("ssh://")
    found = re.fullmatch(_AS_URL if as_url else _AS_RSYNC, written)
    if found is None or ("://" in written and not as_url):
        if as_url:
            raise NewsgenError(f"`{written}` is no address of a server: write `ssh://user@host/srv/news`")
        return None
    folder = found["folder"] or ""
    if as_url:
        folder = unquote(folder)
        folder = folder.removeprefix("/") if folder.startswith("/~/") else folder
    folder = folder.removeprefix("~/").rstrip("/")
    if not folder or folder.startswith("~") or any(not sign.isprintable() for sign in folder):
        raise NewsgenError(f"`{written}` names no folder to publish to: write one, such as `/srv/news`")
    port = found["port"] or "" if as_url else ""
    return Address(written, found["user"] or "", found["host"], port, folder if folder[0] == "/" else f"./{folder}")


class Connection:
    """To one server, by a command such as `ssh` or `ssh -F config`. It begins with the first act."""

    def __init__(self, address: Address, command: str) -> None:
        self.address = address
        self._command = shlex.split(command) or ["ssh"]
        self._beginning, self._asking = threading.Lock(), threading.Lock()  # a thread touches the lock of a target
        self._kept: subprocess.Popen[bytes] | None = None
        self._folder = Path()  # of the socket, and of what ssh says
        self._end: Callable[[], object] = lambda: None

    def run(self, script: str, *words: str, data: bytes = b"") -> tuple[int, bytes]:
        """Status and output of a script for `sh`; its words are `$1` and so on, and `data` is its input.

        Raises: NewsgenError where the status is none of 0, MISSING and THERE.
        """
        if len(data) <= SHORT and b"\0" not in data and self._asking.acquire(blocking=False):
            try:
                status, out, errors = self._act(script, words, data)
            finally:
                self._asking.release()
        else:
            command = shlex.join(("sh", "-c", _BEFORE + script, "newsgen", *words))
            asked = (*self.words_of_ssh(), self.address.for_ssh, command)
            done = subprocess.run(asked, input=data, capture_output=True, check=False)
            status, out, errors = done.returncode, done.stdout, done.stderr
        if status not in (0, MISSING, THERE):
            raise self.refused(status, errors)
        return status, out

    def _act(self, script: str, words: Iterable[str], data: bytes) -> tuple[int, bytes, bytes]:
        """Status, output and errors of a script that the shell ran which waits there."""
        kept, mark = self._connected(), os.urandom(8).hex()
        try:
            with contextlib.suppress(BrokenPipeError):
                _write(kept, act(script, words, data, mark=mark))
            answer = _read_until(kept, f"\n{mark}\n".encode())
        except BaseException:
            kept.kill()  # so that whoever asks next does not get this answer
            kept.wait()
            raise
        if not answer:
            _wait(kept)
            return _SSH_FAILED, b"", self._said()
        out, _, told = answer.partition(f"\n{mark} ".encode())
        status, _, errors = told.removesuffix(f"\n{mark}\n".encode()).partition(b" ")
        return int(status), out, errors

    def words_of_ssh(self) -> list[str]:
        """The command that reaches the server through the connection, but for its name. Raises: NewsgenError."""
        self._connected()
        return [*self._usual(), "-oControlMaster=no"]

    def refused(self, status: int, said: bytes) -> NewsgenError:
        """What went wrong, in the last words of ssh, rsync or the server."""
        words = _last_words(said) or f"it ended with status {status}"
        lost = "the connection was lost: " if status == _SSH_FAILED else ""
        return NewsgenError(f"{self.address.written}: {lost}{words}")

    def _usual(self) -> list[str]:
        socket = str(self._folder / "s").replace("%", "%%")
        port = ("-p", self.address.port) if self.address.port else ()
        return [*self._command, *_OPTIONS, f"-oControlPath={socket}", *port]

    def _said(self) -> bytes:
        """By the ssh that keeps the connection."""
        try:
            return (self._folder / "said").read_bytes()
        except FileNotFoundError:  # a thread has begun another one meanwhile
            return b""

    def _connected(self) -> subprocess.Popen[bytes]:
        with self._beginning:
            if self._kept is None or self._kept.poll() is not None:
                self._kept = self._begin()
            return self._kept

    def _begin(self) -> subprocess.Popen[bytes]:
        self._end()
        for program, package in ((self._command[0], "OpenSSH's client"), ("rsync", "rsync 3.1 or newer")):
            if shutil.which(program) is None:
                raise NewsgenError(f"{self.address.written}: there is no `{program}` here: install {package}")
        self._folder = _short_folder()
        asked = (*self._usual(), "-oControlMaster=yes", "-oControlPersist=no", self.address.for_ssh)
        with (self._folder / "said").open("wb") as errors:
            kept = subprocess.Popen(
                (*asked, shlex.join(("sh", "-c", _GREETING))),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                bufsize=0,
                start_new_session=True,  # Ctrl-C is for newsgen, which then gives the lock back
            )
        self._end = weakref.finalize(self, _end, kept, self._folder)
        first = _read_until(kept, b"\n")
        if first.startswith(_READY):
            _write(kept, _BEFORE.encode())
            return kept
        if first:
            line = first.decode("utf-8", "replace").splitlines()[0]
            words = f"a login without a terminal prints `{line.strip()}`: let it be silent"
        else:
            status = _wait(kept)
            words = _last_words(self._said()) or f"ssh ended with status {status}"
        self._end()
        raise NewsgenError(f"{self.address.written}: {words}")


def act(script: str, words: Iterable[str], data: bytes, *, mark: str) -> bytes:
    """What a shell is told. Cut off anywhere, it is no command."""
    quoted = {"words": shlex.join(words), "data": shlex.quote(os.fsdecode(data)), "mark": mark}
    return os.fsencode(_ACT.format(script=script, **quoted))


def _write(kept: subprocess.Popen[bytes], data: bytes) -> None:
    """The whole of it. Raises: BrokenPipeError."""
    left = memoryview(data)
    while left and kept.stdin:
        left = left[kept.stdin.write(left) :]


def _read_until(kept: subprocess.Popen[bytes], end: bytes) -> bytes:
    """What comes, up to an end that nothing follows; nothing where it ends otherwise."""
    pieces, last = [], b""
    while kept.stdout and (piece := kept.stdout.read(1 << 16)):
        pieces.append(piece)
        last = (last + piece)[-len(end) :]
        if last == end:
            return b"".join(pieces)
    return b""


def _last_words(said: bytes) -> str:
    """The last line that tells something: rsync ends with one that names a place in its source."""
    lines = [line.strip() for line in said.decode("utf-8", "replace").splitlines()]
    return next((line for line in reversed(lines) if line and not line.startswith("rsync error: ")), "")


def _short_folder() -> Path:
    """A private folder whose name is short enough for that of a socket, which may have some hundred bytes."""
    folder = tempfile.mkdtemp(prefix="newsgen-")
    if len(os.fsencode(folder)) > 80:
        os.rmdir(folder)
        folder = tempfile.mkdtemp(prefix="newsgen-", dir="/tmp")
    return Path(folder)


def _wait(kept: subprocess.Popen[bytes]) -> int:
    """For an ssh whose output has ended, and which may have something to say about that; its status."""
    with contextlib.suppress(subprocess.TimeoutExpired):
        return kept.wait(timeout=5)
    kept.kill()
    return kept.wait()


def _end(kept: subprocess.Popen[bytes], folder: Path) -> None:
    kept.kill()
    kept.wait()
    for stream in (kept.stdin, kept.stdout):
        with contextlib.suppress(OSError):
            if stream:
                stream.close()
    shutil.rmtree(folder, ignore_errors=True)


def for_rsync(words: Sequence[str]) -> str:
    """Words of a command as rsync's `--rsh` reads them: a quote within quotes stands twice."""
    return " ".join("'" + word.replace("'", "''") + "'" for word in words)
