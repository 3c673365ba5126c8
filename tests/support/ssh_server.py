"""An SSH server of Debian's package on loopback, with keys of its own, whose sessions can be made to fail."""

from __future__ import annotations

import os
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote

from newsgen.publish.connection import address_of
from newsgen.publish.releases import Releases
from newsgen.publish.ssh import SshMachine
from support.tools import program

HOST = "127.0.0.1"
#: Without the files of whoever runs the tests, which a login shell reads.
_SERVER = """\
ListenAddress {host}:{port}
HostKey {folder}/host
PidFile none
AuthorizedKeysFile {folder}/authorized_keys
StrictModes no
UsePAM no
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin prohibit-password
MaxSessions 10
SetEnv HOME={folder}
"""
_CLIENT = """\
Host *
IdentityFile {folder}/user
IdentitiesOnly yes
IdentityAgent none
UserKnownHostsFile {folder}/known_hosts
GlobalKnownHostsFile none
StrictHostKeyChecking yes
"""


class SshServer:
    """`command` is what NEWSGEN_SSH is to be, for who logs in with the key that is known there."""

    def __init__(self, folder: Path, port: int) -> None:
        self.folder, self.port = folder, port
        self.command = f"ssh -F {folder}/config"

    def target(self, folder: Path) -> str:
        return f"ssh://{HOST}:{self.port}{quote(str(folder))}"

    def machine(self, folder: Path) -> SshMachine:
        address = address_of(self.target(folder))
        assert address
        return SshMachine(address, command=self.command)

    def place(self, folder: Path, **options: Any) -> Releases:
        return Releases(self.machine(folder), name=self.target(folder), **options)

    @contextmanager
    def sessions(self, script: str) -> Iterator[None]:
        """Meanwhile each command comes to this script for `sh` as $SSH_ORIGINAL_COMMAND, to be run or not."""
        keys, script_file = self.folder / "authorized_keys", self.folder / "session.sh"
        plain = keys.read_text()
        script_file.write_text(script)
        keys.write_text(f'command="exec sh {script_file}",{plain}')
        try:
            yield
        finally:
            keys.write_text(plain)


@contextmanager
def serving(folder: Path) -> Iterator[SshServer]:
    """Who runs the tests can log in; as root, too."""
    sshd, keygen = program("sshd"), program("ssh-keygen")
    for name in ("ssh", "rsync"):
        program(name)
    folder.mkdir(exist_ok=True)
    for key in ("host", "user", "other"):
        subprocess.run(
            (keygen, "-q", "-t", "ed25519", "-N", "", "-C", "newsgen's tests", "-f", folder / key), check=True
        )
    server = SshServer(folder, free_port())
    host_key = (folder / "host.pub").read_text()
    (folder / "authorized_keys").write_text(f"restrict {(folder / 'user.pub').read_text()}")
    (folder / "known_hosts").write_text(f"[{HOST}]:{server.port} {host_key}")
    (folder / "config").write_text(_CLIENT.format(folder=folder))
    (folder / "sshd_config").write_text(_SERVER.format(folder=folder, host=HOST, port=server.port))
    if os.getuid() == 0:
        Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)  # where sshd shuts itself in, as root
    with (folder / "log").open("wb") as log:
        running = subprocess.Popen(
            (sshd, "-D", "-e", "-f", folder / "sshd_config"), stderr=log, stdin=subprocess.DEVNULL
        )
    try:
        wait_for(server.port, running, folder / "log")
        yield server
    finally:
        running.terminate()
        running.wait()


def free_port() -> int:
    with closing(socket.socket()) as one:
        one.bind((HOST, 0))
        return int(one.getsockname()[1])


def wait_for(port: int, server: subprocess.Popen[bytes], log: Path) -> None:
    """Until a server answers at a port."""
    until = time.monotonic() + 30
    while server.poll() is None and time.monotonic() < until:
        with suppress(OSError), closing(socket.create_connection((HOST, port), timeout=5)):
            return
        time.sleep(0.02)
    raise AssertionError(f"{server.args!r} does not answer: {log.read_text('utf-8', 'replace')}")
