"""The command line of newsgen in a process that is forked off one that has loaded it: half a second less."""

from __future__ import annotations

import os
import select
import signal
import socket
import sys
import tempfile
import traceback
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import NoReturn

from newsgen.cli import ledger_commands, publish_commands, start  # noqa: F401 - loaded once for all of them
from support.harness import lend_bytecode, temporary_site

#: What `newsgen` on the PATH of a shell does: hands over its words, folder, environment, and standard files.
_ASKS = """\
import os, socket, sys
with socket.socket(socket.AF_UNIX) as server:
    server.connect(sys.argv[1])
    parts = [os.getcwd(), str(len(sys.argv) - 2), *sys.argv[2:], *(f"{k}={v}" for k, v in os.environ.items())]
    data = os.fsencode("\\0".join(parts))
    socket.send_fds(server, [len(data).to_bytes(4, "big")], [0, 1, 2])
    server.sendall(data)
    sys.exit(int(server.recv(8) or b"70"))
"""
#: How often a server looks whether the process is there still for which it serves.
_SECONDS = 2.0


def newsgen(arguments: list[str], folder: Path) -> tuple[int, bytes, bytes]:
    """Runs a command in a folder; its exit status, and what it wrote to standard output and to standard error."""
    lend_bytecode(folder / ".newsgen")
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        child = os.fork()
        if child == 0:
            os._exit(_run(arguments, folder, (os.open(os.devnull, os.O_RDONLY), out.fileno(), err.fileno())))
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        out.seek(0)
        err.seek(0)
        return status, out.read(), err.read()


def _run(arguments: list[str], folder: Path | str, files: tuple[int, int, int]) -> int:
    """Runs a command in this process, which is to end then; its exit status."""
    status = 70
    try:
        for number, file in enumerate(files):
            os.dup2(file, number)
        sys.stdout, sys.stderr = (os.fdopen(number, "w", encoding="utf-8") for number in (1, 2))
        os.chdir(folder)
        sys.argv = ["newsgen", *arguments]
        status = start.main()
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else 1
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
    return status


# ---- for programs that call newsgen
@contextmanager
def server(folder: Path) -> Iterator[str]:
    """The shell command that does what `newsgen` does, while this lasts: a process of its own forks for each call."""
    with temporary_site() as site:  # loads modules and templates
        site.story("a.fr")
        site.build()
    path, asks = folder / "newsgen.socket", folder / "newsgen.py"
    asks.write_text(_ASKS)
    with closing(socket.socket(socket.AF_UNIX)) as listener:
        listener.bind(str(path))
        listener.listen()
        parent, child = os.getpid(), os.fork()
        if child == 0:
            _serve(listener, parent)
    yield f"{sys.executable} -IS {asks} {path}"
    with suppress(ProcessLookupError):
        os.kill(child, signal.SIGTERM)
    os.waitpid(child, 0)


def _serve(listener: socket.socket, parent: int) -> NoReturn:
    try:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        nothing = os.open(os.devnull, os.O_RDWR)
        for number in (0, 1, 2):
            os.dup2(nothing, number)
        os.closerange(3, listener.fileno())  # pipes whose end others wait for
        os.closerange(listener.fileno() + 1, 1024)
        while os.getppid() == parent:
            if select.select([listener], [], [], _SECONDS)[0]:
                with listener.accept()[0] as asked:
                    if os.fork() == 0:
                        _answer(asked)
            with suppress(ChildProcessError):
                while os.waitpid(-1, os.WNOHANG)[0]:
                    pass
    finally:
        os._exit(0)


def _answer(asked: socket.socket) -> NoReturn:
    status = 70
    try:
        head, files, _, _ = socket.recv_fds(asked, 4, 3)
        data = b""
        while len(data) < int.from_bytes(head, "big"):
            data += asked.recv(1 << 16)
        folder, number, *parts = os.fsdecode(data).split("\0")
        os.environ.clear()
        os.environ.update(part.partition("=")[::2] for part in parts[int(number) :])
        status = _run(parts[: int(number)], folder, (files[0], files[1], files[2]))
        asked.sendall(str(status).encode())
    finally:
        os._exit(status)
