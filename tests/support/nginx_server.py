"""nginx of Debian's package on loopback, configured as docs/publishing.md says."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from support.ssh_server import HOST, free_port, wait_for
from support.tools import program

_DOCS = Path(__file__).parents[2] / "docs" / "publishing.md"
_AROUND = """\
{user}
daemon off;
pid {folder}/pid;
error_log {folder}/log;
events {{ }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    types {{ text/html html; text/css css; }}
    {more}
{server}
}}
"""


def documented() -> str:
    """The block `server` that the documentation shows."""
    found = re.search(r"^```text\n(server \{.*?^\})\n```", _DOCS.read_text("utf-8"), re.M | re.S)
    assert found
    return found[1]


@contextmanager
def showing(root: Path, folder: Path, *, more: str = "") -> Iterator[int]:
    """The port at which a folder is shown; `more` says what its configuration has besides."""
    nginx = program("nginx")
    folder.mkdir()
    port = free_port()
    server = documented().replace("listen 80;", f"listen {HOST}:{port};").replace("/srv/news/current", f'"{root}"')
    assert f"{HOST}:{port}" in server and str(root) in server
    user = "user root;" if os.getuid() == 0 else ""  # who may enter the folders of tests
    configuration = folder / "nginx.conf"
    configuration.write_text(_AROUND.format(folder=folder, user=user, more=more, server=server))
    running = subprocess.Popen((nginx, "-c", configuration, "-e", folder / "log"), stderr=subprocess.DEVNULL)
    try:
        wait_for(port, running, folder / "log")
        yield port
    finally:
        running.terminate()
        running.wait()
