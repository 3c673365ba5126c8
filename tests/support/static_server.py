"""A small web server for a built site, as a good host answers: gzip, ETag, 404.html, and what `_headers` asks for.

As a command: `python tests/support/static_server.py FOLDER [PORT]`.
"""

from __future__ import annotations

import gzip
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import blake2b
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

from newsgen.desk.preview import HOST, below, content_type

#: What is compressed on the way: text. Pictures, fonts and search indexes are compressed already.
_TEXTS = (
    "text/",
    "application/json",
    "application/xml",
    "application/atom+xml",
    "application/manifest+json",
    "image/svg+xml",
)


_PIECE_SECONDS = 0.05


class StaticServer(ThreadingHTTPServer):
    """Serves the files of a folder at 127.0.0.1; port 0 takes any that is free."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, folder: Path, port: int = 0) -> None:
        self.folder = folder
        self.extra = headers_file(folder)
        self.compressed: dict[tuple[str, int], bytes] = {}
        self.picture_delay_seconds = 0.0
        self.html_pieces = 1
        super().__init__((HOST, port), _Handler)

    @property
    def address(self) -> str:
        """`http://127.0.0.1:PORT`, without a slash at its end."""
        return f"http://{HOST}:{self.server_address[1]}"

    @contextmanager
    def slow_pictures(self, *, seconds: float) -> Iterator[None]:
        """Meanwhile every picture comes late."""
        self.picture_delay_seconds = seconds
        try:
            yield
        finally:
            self.picture_delay_seconds = 0.0

    @contextmanager
    def slow_pages(self, *, pieces: int) -> Iterator[None]:
        """Meanwhile what every page has in `main` comes in so many pieces, uncompressed; its head fits into the first
        packets of any line."""
        self.html_pieces = pieces
        try:
            yield
        finally:
            self.html_pieces = 1

    def handle_error(self, request: object, client_address: object) -> None:
        """A browser that goes away in the middle of an answer is no news."""


def headers_file(folder: Path) -> list[tuple[str, str, str]]:
    """Pattern, name and value of each header that the site's `_headers` asks for; none without that file.

    Rule: the format that Netlify and Cloudflare Pages share: a pattern at the start of a line, headers indented below.
    """
    headers: list[tuple[str, str, str]] = []
    pattern = ""
    path = folder / "_headers"
    for line in path.read_text("utf-8").splitlines() if path.is_file() else ():
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        if line[0].isspace():
            name, _, value = line.strip().partition(":")
            headers.append((pattern, name.strip(), value.strip()))
        else:
            pattern = line.strip()
    return headers


def _matches(pattern: str, path: str) -> bool:
    return path.startswith(pattern[:-1]) if pattern.endswith("*") else path == pattern


class _Handler(BaseHTTPRequestHandler):
    server: StaticServer
    protocol_version = "HTTP/1.1"
    timeout = 30

    def do_GET(self) -> None:
        self._answer(with_body=True)

    def do_HEAD(self) -> None:
        self._answer(with_body=False)

    def _answer(self, *, with_body: bool) -> None:
        path = urlsplit(f"//{HOST}/{self.path.lstrip('/')}").path
        target = below(self.server.folder, "/", path)
        if target is not None and target.is_dir() and not path.endswith("/"):
            self.send_response(HTTPStatus.MOVED_PERMANENTLY)
            self.send_header("Location", f"{quote(unquote(path))}/")
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        if target is not None and path.endswith("/"):
            target = target / "index.html"
        status = HTTPStatus.OK
        if target is None or not target.is_file():
            target, status = self.server.folder / "404.html", HTTPStatus.NOT_FOUND
        self._send(status, path, target, with_body)

    def _send(self, status: HTTPStatus, path: str, target: Path, with_body: bool) -> None:
        data = target.read_bytes() if target.is_file() else b""
        tag = f'"{blake2b(data, digest_size=8).hexdigest()}"'
        if status == HTTPStatus.OK and self.headers.get("If-None-Match") == tag:
            self.send_response(HTTPStatus.NOT_MODIFIED)
            self.send_header("ETag", tag)
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        kind = content_type(target.name)
        is_text = kind.startswith(_TEXTS)
        if kind.startswith("image/"):
            time.sleep(self.server.picture_delay_seconds)
        self.send_response(status)
        is_slow = kind.startswith("text/html") and self.server.html_pieces > 1
        if is_text and not is_slow and "gzip" in self.headers.get("Accept-Encoding", ""):
            data = self._gzipped(target, data)
            self.send_header("Content-Encoding", "gzip")
        if is_text:
            self.send_header("Vary", "Accept-Encoding")
        asked = {n.lower(): (n, value) for pattern, n, value in self.server.extra if _matches(pattern, path)}
        asked.setdefault("content-type", ("Content-Type", kind))
        asked.setdefault("cache-control", ("Cache-Control", "max-age=600" if "html" in kind else "max-age=31536000"))
        for name, value in asked.values():
            self.send_header(name, value)
        self.send_header("ETag", tag)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        if not with_body:
            return
        begin = max(0, data.find(b"<main")) if is_slow else len(data)
        self.wfile.write(data[:begin])
        size = max(1, -(-(len(data) - begin) // self.server.html_pieces))
        for start in range(begin, len(data), size):
            self.wfile.write(data[start : start + size])
            time.sleep(_PIECE_SECONDS)

    def _gzipped(self, target: Path, data: bytes) -> bytes:
        key = (str(target), target.stat().st_mtime_ns)
        if key not in self.server.compressed:
            self.server.compressed[key] = gzip.compress(data, 9, mtime=0)
        return self.server.compressed[key]

    def log_message(self, format: str, *arguments: object) -> None:
        """Nothing: the tests say what goes wrong."""


@contextmanager
def serving(folder: Path) -> Iterator[StaticServer]:
    """The folder's server, answering from a thread of its own."""
    with StaticServer(folder) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


if __name__ == "__main__":
    with StaticServer(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 0) as running:
        print(running.address, flush=True)
        running.serve_forever()
