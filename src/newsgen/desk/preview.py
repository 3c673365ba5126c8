"""A preview on 127.0.0.1: builds with drafts into a folder of its own, serves it, and builds anew on every change."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from hashlib import blake2b
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

import watchfiles
from msgspec.structs import replace

from newsgen.nouns.diagnostics import NewsgenError
from newsgen.pipeline import CACHE_NAME, CONFIG_NAME, REDIRECTS_NAME, BuildResult, Progress, Request, build, load_config
from newsgen.settings import active_documents

HOST = "127.0.0.1"
FOLDERS = ("content", "templates", "static", "ledger")
#: How soon a change, a due article or a new folder is seen, in seconds.
TICK_SECONDS = 0.25
_TEXT = "; charset=utf-8"
#: By suffix; not from the system's own table, which differs from machine to machine.
TYPES = {
    ".html": f"text/html{_TEXT}", ".css": f"text/css{_TEXT}", ".js": f"text/javascript{_TEXT}",
    ".mjs": f"text/javascript{_TEXT}", ".txt": f"text/plain{_TEXT}", ".md": f"text/plain{_TEXT}",
    ".csv": f"text/csv{_TEXT}", ".vtt": f"text/vtt{_TEXT}", ".xml": f"application/xml{_TEXT}",
    ".xsl": f"application/xml{_TEXT}", ".atom": f"application/xml{_TEXT}",  # else Chromium shows the source
    ".bib": f"application/x-bibtex{_TEXT}", ".ris": f"application/x-research-info-systems{_TEXT}",
    ".json": f"application/json{_TEXT}", ".geojson": f"application/geo+json{_TEXT}",
    ".webmanifest": f"application/manifest+json{_TEXT}", ".svg": f"image/svg+xml{_TEXT}",
    ".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".gif": "image/gif",
    ".webp": "image/webp", ".avif": "image/avif", ".ico": "image/x-icon", ".woff": "font/woff",
    ".woff2": "font/woff2", ".ttf": "font/ttf", ".otf": "font/otf", ".pdf": "application/pdf",
    ".mp3": "audio/mpeg", ".ogg": "audio/ogg", ".wav": "audio/wav", ".m4a": "audio/mp4",
    ".mp4": "video/mp4", ".webm": "video/webm", ".zip": "application/zip", ".wasm": "application/wasm",
}  # fmt: skip


def content_type(name: str) -> str:
    return TYPES.get(os.path.splitext(name)[1].lower(), "application/octet-stream")


def below(folder: Path, base: str, path: str) -> Path | None:
    """What a request path means below the folder, whether it is there or not; None for what is never served.

    `base` is the path of the site's url, percent-encoded. Never served: what lies outside of the folder, by `..` or by
    a symbolic link, and newsgen's own books.
    """
    wanted, start = unquote(path, errors="surrogateescape"), unquote(base)
    if not wanted.startswith(start):
        return None
    parts = wanted[len(start) :].removesuffix("/").split("/")
    for part in parts if parts != [""] else ():
        if part in ("", ".", "..") or "\\" in part or "\0" in part or part.lower().startswith(".newsgen"):
            return None
    target = folder.joinpath(*parts)
    return target if Path(os.path.realpath(target)).is_relative_to(os.path.realpath(folder)) else None


class Server(ThreadingHTTPServer):
    """Serves the files of a folder below the path of the site's url. Raises: NewsgenError if the port is taken."""

    daemon_threads = True
    request_queue_size = 1024  # connections that wait to be taken: a browser with many tabs opens some hundreds at once

    def __init__(self, folder: Path, *, base: str, port: int) -> None:
        self.folder, self.base = folder, base
        try:
            super().__init__((HOST, port), _Handler)
        except (OSError, OverflowError) as fault:
            reason = getattr(fault, "strerror", None) or str(fault)
            words = f"port {port} cannot be used ({reason}): try `newsgen serve --port {port + 1}`"
            raise NewsgenError(words) from None

    @property
    def address(self) -> str:
        return f"http://{HOST}:{self.server_address[1]}{self.base}"

    def handle_error(self, request: object, client_address: object) -> None:
        """A browser that goes away in the middle of an answer is no news."""


class _Handler(BaseHTTPRequestHandler):
    server: Server
    protocol_version = "HTTP/1.1"
    timeout = 30

    def do_GET(self) -> None:
        self._answer(with_body=True)

    def do_HEAD(self) -> None:
        self._answer(with_body=False)

    def _answer(self, *, with_body: bool) -> None:
        host = self._host()
        if host is None:
            return self._send(HTTPStatus.BAD_REQUEST, b"the header `Host` is no name of a host\n", ".txt", with_body)
        if host not in (HOST, "localhost", "::1"):
            return self._send(HTTPStatus.FORBIDDEN, b"this preview is read at 127.0.0.1 only\n", ".txt", with_body)
        # A path that begins with two slashes is a host to urlsplit, and to the browser that is redirected there.
        if self.path.startswith("//"):
            return self._not_found(with_body)
        parts = urlsplit(self.path if self.path.startswith("/") else "/")
        path, base = parts.path, self.server.base
        if base != "/" and (path == "/" or path + "/" == base):
            return self._redirect(base)
        target = below(self.server.folder, base, path)
        if target is None:
            return self._not_found(with_body)
        if os.path.isdir(target) and not path.endswith("/"):
            query = f"?{parts.query}" if parts.query else ""
            return self._redirect(f"{quote(unquote(path))}/{query}")
        if path.endswith("/"):
            target = target / "index.html"
        try:
            if not target.is_file():  # a pipe would keep the browser waiting
                return self._not_found(with_body)
            data = target.read_bytes()
        except (OSError, ValueError):
            return self._not_found(with_body)
        return self._send(HTTPStatus.OK, data, target.name, with_body)

    def _host(self) -> str | None:
        """The host that is asked, None if it is none: a page elsewhere whose name leads here (DNS rebinding) must not
        read drafts and embargoed stories."""
        try:
            return urlsplit(f"//{self.headers.get('Host', HOST)}").hostname or ""
        except ValueError:
            return None

    def _redirect(self, to: str) -> None:
        self.send_response(HTTPStatus.FOUND)
        self.send_header("Location", to)
        self.send_header("Cache-Control", "no-store")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _not_found(self, with_body: bool) -> None:
        page = self.server.folder / "404.html"
        try:
            data = page.read_bytes() if page.is_file() else b""
        except OSError:
            data = b""
        name = "404.html" if data else "404.txt"
        data = data or b"nothing stands here\n"
        self._send(HTTPStatus.NOT_FOUND, data, name, with_body)

    def _send(self, status: HTTPStatus, data: bytes, name: str, with_body: bool) -> None:
        self.send_response(status)
        self.send_header("Content-Type", content_type(name))
        self.send_header("Content-Length", str(len(data)))
        self.send_header("Cache-Control", "no-store")
        self.send_header("X-Content-Type-Options", "nosniff")
        below_base = f"/{self.path.removeprefix(self.server.base)}"
        if below_base.startswith("/media/") and active_documents.type_of_name(name):
            self.send_header("Content-Security-Policy", "sandbox")  # as `_headers` asks of hosts
        self.end_headers()
        if with_body:
            self.wfile.write(data)

    def version_string(self) -> str:
        return "newsgen"

    def log_message(self, format: str, *arguments: object) -> None:
        """Nothing: what an editor wants to read is what the build says."""


# ---- building
def request_for(root: Path, *, drafts: bool = True, now: str = "") -> Request:
    """What `serve` builds: its output and catalog are its own, so that a preview is never published."""
    folder = root / CACHE_NAME / "serve"
    closed = Request(root).own_folders
    return Request(root, output=folder / "site", cache=folder, now=now, drafts=drafts, closed=closed)


def serve(
    request: Request,
    *,
    port: int,
    tell: Callable[[BuildResult | NewsgenError], None],
    ready: Callable[[str], None],
    progress: Progress | None = None,
    stop: threading.Event | None = None,
) -> None:
    """Builds and serves until `stop` is set or Ctrl-C is pressed.

    `tell` gets what each build says, `ready` the address once it answers. Raises: NewsgenError if the first build or
    the port does not let it; later faults are told, and the last good site stays.
    """
    stop = stop or threading.Event()
    config, _ = load_config(request.root)
    with Server(request.output_folder, base=config.base_path, port=port) as server:
        before = fingerprint(request.root)
        # Before any thread is there: worker processes are forked.
        result = build(request, progress=progress)
        tell(result)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": TICK_SECONDS}, daemon=True)
        thread.start()
        try:
            ready(server.address)
            _keep_building(replace(request, workers=1), server, result, before, tell, stop)
        except KeyboardInterrupt:
            pass
        finally:
            server.shutdown()
            thread.join()


def _keep_building(
    request: Request,
    server: Server,
    result: BuildResult,
    before: str,
    tell: Callable[[BuildResult | NewsgenError], None],
    stop: threading.Event,
) -> None:
    due = next_due(result, request)
    watched = _stamps(request.root)
    for has_changed in _ticks(request.root, stop):
        if before and fingerprint(request.root) != before:
            has_changed = True  # during the first build, when nothing was watched yet
        before = ""
        if (stamps := _stamps(request.root)) != watched:
            watched, has_changed = stamps, True
        if not has_changed and (due is None or time.time() < due):
            continue
        try:
            server.base = load_config(request.root)[0].base_path
            result = build(request)
        except NewsgenError as fault:
            due = None
            tell(fault)
            continue
        due = next_due(result, request)
        tell(result)


def next_due(result: BuildResult, request: Request) -> float | None:
    """Epoch seconds of what the clock changes next; None if there is nothing, or if `now` stands still."""
    if request.now:
        return None
    moments = (datetime.fromisoformat(due.at).timestamp() for due in result.due)
    return min((at for at in moments if at > time.time()), default=None)


def _ticks(root: Path, stop: threading.Event) -> Iterator[bool]:
    """Whether something changed in the folders, every tick; watches folders that are made later as well."""
    is_new = False  # whether folders came or went, and the watch of the others began anew
    while not stop.is_set():
        folders = _existing(root)
        if not folders:
            stop.wait(TICK_SECONDS)
            yield is_new
            is_new = _existing(root) != folders
            continue
        watch = watchfiles.watch(
            *folders,
            watch_filter=_matters,
            debounce=400,
            step=50,
            rust_timeout=int(TICK_SECONDS * 1000),
            yield_on_timeout=True,
            stop_event=stop,
            ignore_permission_denied=True,
        )
        for changes in watch:
            yield bool(changes) or is_new
            is_new = _existing(root) != folders
            if is_new:
                break


def _existing(root: Path) -> list[Path]:
    return [root / name for name in FOLDERS if (root / name).is_dir()]


_editors_files = watchfiles.DefaultFilter()


def _matters(change: watchfiles.Change, path: str) -> bool:
    name = os.path.basename(path)
    return _editors_files(change, path) and not name.startswith(".") and not name.endswith((".tmp", ".bak", ".orig"))


def _stamp(path: Path) -> tuple[int, int, int]:
    try:
        stat = path.stat()
    except OSError:
        return 0, 0, 0
    return stat.st_mtime_ns, stat.st_size, stat.st_ino


def _stamps(root: Path) -> list[tuple[int, int, int]]:
    """Of the files beside the folders: newsgen.yaml and redirects.yaml."""
    return [_stamp(root / name) for name in (CONFIG_NAME, REDIRECTS_NAME)]


def fingerprint(root: Path) -> str:
    """A hash of all names, sizes and times of what the site is made from."""
    digest = blake2b(digest_size=16)
    for top in [root / name for name in FOLDERS]:
        for folder, folders, names in os.walk(top):
            folders.sort()
            for name in sorted(names):
                path = os.path.join(folder, name)
                digest.update(f"{path}\0{_stamp(Path(path))}\0".encode("utf-8", "surrogateescape"))
    digest.update(str(_stamps(root)).encode())
    return digest.hexdigest()
