"""The preview: what it serves, what it never serves, and that it builds anew on every change."""

from __future__ import annotations

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import quote

import pytest

from newsgen.cli.command_line import main
from newsgen.desk import preview as desk_preview
from newsgen.desk.preview import Server, below, content_type, next_due, request_for
from newsgen.nouns.diagnostics import NewsgenError
from newsgen.pipeline import BuildResult, Due
from support.harness import NOW, Site


@contextmanager
def served(folder: Path, base: str) -> Iterator[int]:
    """The port at which the folder is served."""
    with Server(folder, base=base, port=0) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture
def port(tmp_path: Path) -> Iterator[int]:
    """A site below /archives/ with a secret beside it."""
    files = {
        "index.html": "choice",
        "fr/index.html": "accueil",
        "fr/feed.atom": "<feed/>",
        "404.html": "not here",
        "fr/été/index.html": "été",
        ".newsgen-manifest.sqlite": "books",
        ".well-known/x.txt": "known",
        "a.svg": "<svg/>",
        "media/d.html": "<p>x",
        "media/d.pdf": "%PDF",
    }
    for name, text in files.items():
        path = tmp_path / "site" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    (tmp_path / "secret.txt").write_text("secret")
    (tmp_path / "site/link.txt").symlink_to(tmp_path / "secret.txt")
    with served(tmp_path / "site", "/archives/") as port:
        yield port


def get(port: int, path: str, method: str = "GET", **headers: str) -> tuple[int, str, dict[str, str]]:
    """Status, text, header."""
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=10)) as connection:
        connection.putrequest(method, path, skip_host="Host" in headers)
        for name, value in headers.items():
            connection.putheader(name, value)
        connection.endheaders()
        answer = connection.getresponse()
        return answer.status, answer.read().decode(), {k.lower(): v for k, v in answer.getheaders()}


def test_serves_below_the_path_of_the_url(port: int) -> None:
    assert get(port, "/archives/")[:2] == (200, "choice")
    assert get(port, "/archives/fr/?q=1")[:2] == (200, "accueil")
    assert get(port, "/archives/fr/%C3%A9t%C3%A9/")[:2] == (200, "été")
    assert get(port, "/fr/")[0] == 404


@pytest.mark.parametrize(
    ("path", "to"),
    [
        ("/", "/archives/"),
        ("/archives", "/archives/"),
        ("/archives/fr?q=1", "/archives/fr/?q=1"),
        ("/archives/fr/%C3%A9t%C3%A9", "/archives/fr/%C3%A9t%C3%A9/"),
    ],
)
def test_redirects_to_the_folder(port: int, path: str, to: str) -> None:
    status, _, header = get(port, path)
    assert (status, header["location"]) == (302, to)


def test_types_and_no_caching(port: int) -> None:
    header = get(port, "/archives/fr/feed.atom")[2]
    assert (header["content-type"], header["cache-control"]) == ("application/xml; charset=utf-8", "no-store")
    assert get(port, "/archives/a.svg")[2]["content-type"] == "image/svg+xml; charset=utf-8"
    assert content_type("x.JSON") == "application/json; charset=utf-8"
    assert content_type("x.unknown") == "application/octet-stream"


def test_missing_page_is_the_sites_own(port: int) -> None:
    status, text, header = get(port, "/archives/nothing/")
    assert (status, text, header["content-type"]) == (404, "not here", "text/html; charset=utf-8")


def test_page_that_is_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    """Neither one that is asked for, nor the one that says that nothing is there."""
    os.mkfifo(tmp_path / "404.html")
    with served(tmp_path, "/") as port:
        assert get(port, "/404.html")[:2] == get(port, "/nothing/")[:2] == (404, "nothing stands here\n")


def test_head_has_no_body(port: int) -> None:
    status, text, header = get(port, "/archives/", "HEAD")
    assert (status, text, header["content-length"]) == (200, "", "6")


@pytest.mark.parametrize(
    "path",
    [
        "/archives/../secret.txt",
        "/archives/%2e%2e/secret.txt",
        "/archives/..%2fsecret.txt",
        "/archives/link.txt",
        "/archives/fr/../../secret.txt",
        "/archives/.newsgen-manifest.sqlite",
        "/archives/.NEWSGEN-manifest.sqlite",
        "/archives/a%00.svg",
        "/archives//index.html",
        "/archives/..%5csecret.txt",
        "/archives/a.svg/",
        "/archives/%ff",
    ],
)
def test_never_serves_what_is_not_the_sites(port: int, path: str) -> None:
    assert get(port, path)[:2] == (404, "not here")


def test_dot_files_of_the_site_are_served(port: int) -> None:
    assert get(port, "/archives/.well-known/x.txt")[:2] == (200, "known")


def test_a_page_elsewhere_cannot_read_drafts_under_its_own_name(port: int) -> None:
    assert get(port, "/archives/", Host="evil.example")[0] == 403
    assert get(port, "/archives/", Host="localhost:1234")[0] == 200


@pytest.mark.parametrize("host", ["[", "[::1", "]", "[x]"])
def test_host_that_is_none_is_a_bad_request(port: int, host: str) -> None:
    assert get(port, "/archives/", Host=host)[0] == 400


@pytest.mark.parametrize("path", ["a" * 300, "a" * 300 + "/", "fr/" + "é" * 200, "x/" * 3000, "fr/index.html/x"])
def test_path_that_no_file_system_can_hold_is_not_found(port: int, path: str) -> None:
    status, text, _ = get(port, f"/archives/{quote(path)}")
    assert (status, text) == (404, "not here")
    assert get(port, "//[")[0] == 404


def test_many_requests_at_once_are_answered(port: int) -> None:
    opened = []
    for _ in range(200):
        opened.append(socket.create_connection(("127.0.0.1", port), timeout=10))
    assert Server.request_queue_size >= 500
    for one in opened:
        one.sendall(b"GET /archives/ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
    for one in opened:
        with one:
            assert one.recv(100).startswith(b"HTTP/1.1 200 ")


def test_documents_that_run_are_sandboxed(port: int) -> None:
    assert get(port, "/archives/media/d.html")[2]["content-security-policy"] == "sandbox"
    for path in ("media/d.pdf", "fr/", "a.svg"):
        assert "content-security-policy" not in get(port, f"/archives/{path}")[2]


def test_a_site_at_the_top(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text("top")
    assert below(tmp_path, "/", "/") == tmp_path
    with served(tmp_path, "/") as port:
        assert get(port, "/")[:2] == (200, "top")
        assert get(port, "/x")[:2] == (404, "nothing stands here\n")


def test_a_port_that_is_taken_is_said(site: Site, port: int, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["serve", "--source", str(site.root), "--port", str(port)]) == 2
    assert f"port {port} cannot be used" in capsys.readouterr().err


def test_what_is_due_wakes_the_preview_unless_its_clock_stands_still(tmp_path: Path) -> None:
    due = tuple(Due("publish", at, "a.md") for at in ("2020-01-01T00:00:00+00:00", "2999-01-01T00:00:00+00:00"))
    result = BuildResult((), {}, {}, 0.0, due=due)
    assert next_due(result, request_for(tmp_path)) == 32472144000
    assert next_due(result, request_for(tmp_path, now=NOW)) is None


# ---- the whole of it
def eventually(what: Callable[[], bool]) -> bool:
    """True as soon as it is true, False if it never is within 20 seconds."""
    end = time.monotonic() + 20
    while time.monotonic() < end:
        if what():
            return True
        time.sleep(0.05)
    return False


@contextmanager
def preview(site: Site, *options: str) -> Iterator[tuple[subprocess.Popen[str], int, list[str]]]:
    """A running `newsgen serve`: its process, its port and what it has printed so far."""
    command = [sys.executable, "-u", "-m", "newsgen", "serve", "--port", "0", *options]
    process = subprocess.Popen(
        command, cwd=site.root, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True
    )
    said: list[str] = []
    assert process.stdout
    lines = process.stdout
    reader = threading.Thread(target=lambda: said.extend(iter(lines.readline, "")))
    reader.start()
    try:
        assert eventually(lambda: any("preview is at" in line for line in said)), said
        (port,) = re.findall(r"127\.0\.0\.1:(\d+)/", "".join(said))
        yield process, int(port), said
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(20)
        reader.join()
        lines.close()


def test_preview_shows_drafts_and_follows_every_change(site: Site) -> None:
    site.configure(url="https://news.example/a/")
    site.story("2023/04/x.fr", title="Premier", draft=True)
    with preview(site) as (process, port, said):
        assert "Premier" in get(port, "/a/fr/2023/04/premier/")[1]
        assert not site.output.exists()  # what is published is another folder

        site.story("2023/04/x.fr", title="Deuxième", slug="premier", draft=True)
        assert eventually(lambda: "Deuxième" in get(port, "/a/fr/2023/04/premier/")[1])

        site.configure(url="nowhere")
        assert eventually(lambda: any("error[config-invalid]" in line for line in said))
        assert "Deuxième" in get(port, "/a/fr/2023/04/premier/")[1]  # the last good site

        site.configure(url="https://news.example/b/")
        assert eventually(lambda: get(port, "/b/fr/2023/04/premier/")[0] == 200)

        site.write("templates/article.html", "{% if %}")  # a folder that was not there
        assert eventually(lambda: any("error[template-invalid]" in line for line in said))
        assert "Deuxième" in get(port, "/b/fr/2023/04/premier/")[1]
        site.write("templates/article.html", "<main><h1>Tout autre</h1></main>")
        assert eventually(lambda: "Tout autre" in get(port, "/b/fr/2023/04/premier/")[1])

        # No address was published, none is lost.
        before = len(said)
        site.story("2023/04/x.fr", title="Deuxième", slug="second", draft=True)
        # The article and the file beside it; the stories of the search index, whose words are the same.
        assert eventually(lambda: any("3 removed" in line for line in said[before:]))
    assert process.returncode == 0 and said[-1] == "stopped\n"
    assert "Traceback" not in "".join(said) and "address-lost" not in "".join(said)


def test_preview_follows_the_ledger_and_redirects_and_tells_losses(site: Site) -> None:
    site.story("2023/04/x.fr", title="Premier")
    site.story("2023/04/y.fr", title="Reste")
    site.build()
    with preview(site) as (_, port, said):
        site.publish()
        assert eventually(lambda: get(port, "/newsgen-ledger/2024.txt")[0] == 200)
        site.write("redirects.yaml", "/fr/ancien/: /fr/europe/\n")
        assert eventually(lambda: "/fr/europe/" in get(port, "/fr/ancien/")[1])
        site.remove("content/2023/04/x.fr.md")
        assert eventually(lambda: any("error[address-lost]" in line for line in said))


def test_what_changes_during_the_first_build_is_seen(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    site.story("x.fr", title="Premier", slug="x")
    build, told, stop = desk_preview.build, [], threading.Event()

    def slow(*arguments: object, **options: object) -> BuildResult:
        result = build(*arguments, **options)  # type: ignore[arg-type]
        if not told:
            site.story("x.fr", title="Deuxième", slug="x")
        return result

    def tell(result: BuildResult | NewsgenError) -> None:
        told.append(result)
        if len(told) == 2:
            stop.set()

    monkeypatch.setattr(desk_preview, "build", slow)
    timer = threading.Timer(20, stop.set)
    timer.start()
    desk_preview.serve(request_for(site.root, now=NOW), port=0, tell=tell, ready=lambda address: None, stop=stop)
    timer.cancel()
    timer.join()
    assert len(told) == 2
    assert "Deuxième" in (site.root / ".newsgen/serve/site/fr/2023/04/x/index.html").read_text("utf-8")


def test_preview_without_drafts(site: Site) -> None:
    site.story("2023/04/x.fr", draft=True)
    with preview(site, "--no-drafts", "--quiet") as (_, port, said):
        assert get(port, "/fr/2023/04/sommet/")[0] == 404
    assert not [line for line in said if line.startswith("newsgen:")]
    assert (site.root / ".newsgen/serve/site/index.html").is_file()
