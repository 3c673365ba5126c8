"""After a publication: who is told of what changed, and whether the live site is what was published."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from functools import partial
from http.server import BaseHTTPRequestHandler, SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs

import pytest

from newsgen.cli import command_line
from newsgen.publish import announce as announcing
from newsgen.publish.announce import Announcements, address, announce
from newsgen.settings.reading import load
from support.harness import Site, article
from support.newsroom import X, folder_of, publish

BASE = "https://news.example/"


class Listening(BaseHTTPRequestHandler):
    """Takes what is posted, and answers as the server says."""

    def do_POST(self) -> None:
        data = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.told.append((self.path, self.headers["Content-Type"], data))  # type: ignore[attr-defined]
        self.send_response(self.server.status)  # type: ignore[attr-defined]
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def listener() -> Iterator[ThreadingHTTPServer]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Listening)
    server.told, server.status = [], 204  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def live(site: Site, tmp_path: Path) -> Path:
    site.story(X, article("Sommet", tags=["Chine"]))
    site.story("2022/05/stays.fr", article("Reste", date="2022-05-01"))
    publish(site, folder_of(tmp_path / "srv"))
    return tmp_path / "srv"


# ---- who is told
def test_only_what_changed_is_told(
    site: Site, live: Path, listener: ThreadingHTTPServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = f"http://127.0.0.1:{listener.server_port}"
    monkeypatch.setattr(announcing, "INDEXNOW", f"{at}/indexnow")
    wanted = Announcements(BASE, hub=f"{at}/hub", indexnow="0123456789abcdef", purge=f"cat > {tmp_path}/purged")
    site.story(X, article("Autre titre", tags=["Chine"]))
    site.story("2023/06/été.fr", article("Été", date="2023-06-01"))
    done = publish(site, folder_of(live), told=wanted)
    assert done.is_live and not done.notes
    told = listener.told  # type: ignore[attr-defined]
    feeds = [parse_qs(data.decode())["hub.url"][0] for path, _, data in told if path == "/hub"]
    assert f"{BASE}fr/feed.atom" in feeds and f"{BASE}fr/tags/chine/feed.json" in feeds
    assert not [feed for feed in feeds if "/en/" in feed]
    (sent,) = [(type_, json.loads(data)) for path, type_, data in told if path == "/indexnow"]
    assert sent[0] == "application/json" and sent[1]["host"] == "news.example"
    assert sent[1]["keyLocation"] == f"{BASE}0123456789abcdef.txt"
    new, old = f"{BASE}fr/2023/04/autre-titre/", f"{BASE}fr/2023/04/sommet/"
    assert {new, old, f"{BASE}fr/2023/06/ete/"} <= set(sent[1]["urlList"])
    assert all(page.startswith(f"{BASE}fr/20") and page.count("/") == 7 for page in sent[1]["urlList"])
    purged = (tmp_path / "purged").read_text().splitlines()
    assert {f"{BASE}fr/", f"{BASE}fr/2023/06/ete/", f"{BASE}sitemap.xml"} <= set(purged)
    assert not [line for line in purged if "/en/" in line]
    told.clear()
    assert not publish(site, folder_of(live), told=wanted).is_live and not told, "nothing new, nobody told"


def test_who_does_not_answer_is_a_note(site: Site, live: Path, listener: ThreadingHTTPServer) -> None:
    listener.status = 503  # type: ignore[attr-defined]
    at = f"http://127.0.0.1:{listener.server_port}"
    site.story(X, article("Autre titre"))
    wanted = Announcements(BASE, hub=f"{at}/hub", purge="echo refused >&2; exit 3")
    done = publish(site, folder_of(live), told=wanted)
    assert done.is_live and done.status == 0
    assert done.notes == (
        f"the hub {at}/hub was not told: it answers 503 Service Unavailable",
        "the command under `purge` did not succeed: status 3, refused",
    )
    wanted = Announcements(BASE, hub="http://127.0.0.1:1/", indexnow="")
    (fault,) = announce(done.plan, wanted)
    assert "was not told" in fault


@pytest.mark.parametrize(
    ("path", "url"),
    [
        ("fr/été/index.html", "fr/%C3%A9t%C3%A9/"),
        ("index.html", ""),
        ("a b%.txt", "a%20b%25.txt"),
        ("c+d#e?.txt", "c+d%23e%3F.txt"),
        ("fr/page/index.html.txt", "fr/page/index.html.txt"),
    ],
)
def test_addresses_are_those_of_readers(path: str, url: str) -> None:
    assert address(BASE, path) == BASE + url


def test_feeds_name_their_hub(site: Site) -> None:
    site.story(X, article("Sommet"))
    site.configure(hub="https://hub.example/")
    site.build()
    assert '<link rel="hub" href="https://hub.example/"/>' in site.read("/fr/feed.atom")
    assert site.json("/fr/feed.json")["hubs"] == [{"type": "WebSub", "url": "https://hub.example/"}]
    site.configure(hub=None)
    site.build()
    assert "hub" not in site.read("/fr/feed.atom") and "hubs" not in site.json("/fr/feed.json")


HEAD = b"title: A\nurl: https://a.example/\nlanguages: [fr]\n"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("hub: hub.example", "`hub.example` is no address of a server"),
        ("publish: {live: {target: /srv, indexnow: short}}", "`short` is no key of IndexNow"),
        ("publish: {live: {target: /srv, purge: [a]}}", "`purge` must be a text"),
    ],
)
def test_keys_that_are_written_wrong(text: str, said: str) -> None:
    (one,) = load(HEAD + f"{text}\n".encode())[1]
    assert said in one.message and one.location.line == 4


# ---- verify --url
@pytest.fixture
def served(site: Site, live: Path) -> Iterator[str]:
    """The live site, over HTTP."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(live / "current")))
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    thread.join()
    server.server_close()


def run(site: Site, *words: str) -> int:
    return command_line.main(("verify", "--source", str(site.root), "--quiet", *words))


def test_the_live_site_is_what_was_published(
    site: Site, live: Path, served: str, capfd: pytest.CaptureFixture[str]
) -> None:
    assert run(site, "--url", served, "--all") == 0
    files = len(site.tree())
    assert f"compared {files} files of {served}: all as they were built" in capfd.readouterr().out
    assert run(site, "--url", served, "--sample", "7") == 0
    assert "compared 7 files" in capfd.readouterr().out
    (live / "current/fr/index.html").write_text("somebody else's")
    (live / "current/fr/feed.atom").unlink()
    assert run(site, "--url", served.rstrip("/"), "--all") == 1
    said = capfd.readouterr().out
    assert f"{served}fr/ answers otherwise than what was built" in said
    assert f"{served}fr/feed.atom answers 404" in said and "2 files differ" in said
    assert run(site, "--url", served, "--all", "--json") == 1
    report = json.loads(capfd.readouterr().out)
    assert report["status"] == 1
    assert {one["url"] for one in report["problems"]} == {f"{served}fr/", f"{served}fr/feed.atom"}


def test_a_site_that_is_not_there(site: Site, live: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert run(site, "--url", "http://127.0.0.1:1/", "--sample", "2") == 2
    assert "http://127.0.0.1:1/ does not answer: " in capfd.readouterr().err


def test_the_address_of_the_site_is_meant_where_none_is_said(
    site: Site, live: Path, served: str, capfd: pytest.CaptureFixture[str]
) -> None:
    site.configure(url=served)
    site.build()
    assert run(site, "--url", "--all") == 1, "the live site was built for another address"
    assert f"of {served}: " in capfd.readouterr().out


def test_a_site_that_was_never_built(site: Site, capfd: pytest.CaptureFixture[str]) -> None:
    site.story(X, article("Sommet"))
    assert run(site, "--url", BASE) == 2
    assert "run `newsgen build`" in capfd.readouterr().err
