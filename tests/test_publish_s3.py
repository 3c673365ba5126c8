"""`newsgen publish` to an S3-compatible store: in stages, with a state that outlives what was cut off.

The store is moto's server, on loopback, asked by another client than newsgen's own.
"""

from __future__ import annotations

import gzip
import re
import uuid
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import Any

import boto3
import pytest
from moto.server import ThreadedMotoServer

from newsgen.cli import command_line
from newsgen.nouns.diagnostics import NewsgenError
from newsgen.publish import lock, s3
from newsgen.publish.books import File, Owner, text_of
from newsgen.publish.bucket import Bucket, Upload
from newsgen.publish.s3 import S3Place, cache_control, content_type
from newsgen.publish.way_back import rollback
from support.harness import NOW, PIXEL, Site, article, differences
from support.newsroom import X, edit, publish, two_stories


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    server = ThreadedMotoServer("127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


class Store:
    """A bucket as somebody else sees it."""

    def __init__(self, endpoint: str, prefix: str = "") -> None:
        self.endpoint, self.name, self.prefix = endpoint, f"news-{uuid.uuid4().hex[:12]}", prefix
        self.client: Any = boto3.client("s3", endpoint_url=endpoint, region_name="us-east-1")
        self.client.create_bucket(Bucket=self.name)

    def names(self) -> list[str]:
        pages = self.client.get_paginator("list_objects_v2").paginate(Bucket=self.name)
        return sorted(one["Key"] for page in pages for one in page.get("Contents", ()))

    def get(self, key: str) -> bytes:
        data: bytes = self.client.get_object(Bucket=self.name, Key=self.prefix + key)["Body"].read()
        return data

    def put(self, key: str, data: bytes) -> None:
        self.client.put_object(Bucket=self.name, Key=self.prefix + key, Body=data)

    def site(self) -> dict[str, bytes]:
        """What readers get."""
        names = [key.removeprefix(self.prefix) for key in self.names()]
        return {name: self.get(name) for name in names if not name.startswith(".newsgen/")}

    def books(self) -> dict[str, bytes]:
        """All that newsgen keeps for itself."""
        return {key: self.get(key) for key in self.names() if key.startswith(".newsgen/")}

    def restore(self, objects: dict[str, bytes]) -> None:
        for key in set(self.names()) - set(objects):
            self.client.delete_object(Bucket=self.name, Key=key)
        for key, data in objects.items():
            self.put(key, data)

    def bucket(self) -> Bucket:
        return Bucket.of(
            self.name, self.prefix.rstrip("/"), name="s3://news", endpoint=self.endpoint, region="us-east-1"
        )

    def place(self) -> S3Place:
        return S3Place(self.bucket(), name="s3://news")


@pytest.fixture(autouse=True)
def keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "key")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")


@pytest.fixture
def store(endpoint: str) -> Store:
    return Store(endpoint)


@pytest.fixture
def live(site: Site, store: Store) -> Store:
    """A store in which the site of two stories is published."""
    two_stories(site)
    assert publish(site, store.place()).is_live
    return store


class Watched(Bucket):
    """Tells each object that is written or deleted, before it is."""

    def __init__(self, bucket: Bucket, told: Any) -> None:
        super().__init__(bucket.store, name=bucket.name)
        self.told = told

    def _put(self, key: str, *arguments: Any) -> str:
        self.told(f"put {key}")
        return super()._put(key, *arguments)

    def write_all(self, uploads: list[Upload], done: Any) -> None:
        for upload in uploads:
            self.told(f"send {upload.key}")
            super().write_all([upload], lambda _: None)

    def delete_all(self, keys: list[str]) -> None:
        for key in keys:
            self.told(f"delete {key}")
            super().delete_all([key])


class Killed(BaseException):
    """The process is no more: nothing of it happens from now on."""


class Steps:
    def __init__(self, kill_at: int = -1) -> None:
        self.told: list[str] = []
        self.kill_at = kill_at

    def __call__(self, what: str) -> None:
        if 0 <= self.kill_at <= len(self.told):
            raise Killed
        self.told.append(re.sub("probe-[0-9a-f]+", "probe", what))


# ---- what is published
def test_a_store_holds_what_was_built(site: Site, live: Store) -> None:
    assert not differences(live.site(), site.tree())
    assert set(live.books()) == {
        ".newsgen/state.json",
        ".newsgen/manifest.txt.gz",
        ".newsgen/mixed.txt.gz",
        ".newsgen/ledger/" + _year(site),
    }
    assert not publish(site, live.place()).is_live, "nothing new"


def _year(site: Site) -> str:
    (path,) = (site.root / "ledger").iterdir()
    return path.name


def test_only_what_differs_is_sent(site: Site, live: Store) -> None:
    edit(site)
    steps = Steps()
    done = publish(site, S3Place(Watched(live.bucket(), steps), name="s3://news"))
    assert done.is_live and not differences(live.site(), site.tree())
    sent = [what.removeprefix("send ") for what in steps.told if what.startswith("send ")]
    assert sorted(sent) == sorted(file.path for file in done.plan.sent)
    assert "fr/2022/05/reste/index.html" not in sent


def test_a_folder_of_a_bucket(site: Site, endpoint: str) -> None:
    """What lies beside it is nobody's business."""
    store = Store(endpoint, prefix="archive/été/")
    store.client.put_object(Bucket=store.name, Key="other/index.html", Body=b"of others")
    site.story(X, article("Sommet"))
    assert publish(site, store.place()).is_live
    site.remove(f"content/{X}.md")
    site.write("redirects.yaml", "/fr/2023/04/sommet/: gone\n")
    site.story("2022/05/stays.fr", article("Reste", date="2022-05-01"))
    assert publish(site, store.place()).is_live
    mine = {key.removeprefix(store.prefix) for key in store.names() if key.startswith(store.prefix)}
    assert {key for key in mine if not key.startswith(".newsgen/")} == set(site.tree())
    assert "other/index.html" in store.names()


def test_odd_names(site: Site, live: Store) -> None:
    for name in ("a b.txt", "été.txt", "c+d%20e.txt", "f'g&h.txt", "i(j)!k*.txt"):
        site.write(f"static/odd/{name}", name)
    assert publish(site, live.place()).is_live
    assert not differences(live.site(), site.tree())
    assert live.get("odd/été.txt").decode() == "été.txt"


def test_stages_come_one_after_the_other(site: Site, live: Store) -> None:
    site.story(X, article("Autre titre"))
    site.write("static/new.css", "a {}")
    site.story("2023/05/away.fr", article("Parti", date="2023-05-02", expires="2024-01-20"))
    publish(site, live.place())
    steps = Steps()
    later = "2024-03-01T12:00:00+01:00"
    site.story("2023/06/new.fr", article("Nouveau", date="2023-06-01"))
    site.write("static/newer.css", "a {}")
    publish(site, S3Place(Watched(live.bucket(), steps), name="s3://news"), now=later)
    told = [what for what in steps.told if "/lock" not in what]
    order = [
        "put .newsgen/mixed.txt.gz",
        "put .newsgen/state.json",
        "send newer.css",
        "send fr/2023/06/nouveau/index.html",
        "send fr/index.html",
        "delete fr/2023/05/parti/index.json",
        "put .newsgen/manifest.txt.gz",
    ]
    assert [told.index(what) for what in order] == sorted(told.index(what) for what in order)
    deleted = [n for n, what in enumerate(told) if what.startswith("delete fr/")]
    assert min(deleted) > max(n for n, what in enumerate(told) if what.startswith("send "))


@pytest.mark.parametrize(
    ("path", "type_"),
    [
        ("fr/index.html", "text/html; charset=utf-8"),
        ("fr/feed.atom", "application/xml; charset=utf-8"),
        ("fr/feed.json", "application/feed+json; charset=utf-8"),
        ("fr/2023/04/x/index.json", "application/json; charset=utf-8"),
        ("sitemap.xml", "application/xml; charset=utf-8"),
        ("site.webmanifest", "application/manifest+json; charset=utf-8"),
        ("assets/style.css", "text/css; charset=utf-8"),
        ("assets/search.js", "text/javascript; charset=utf-8"),
        ("favicon.svg", "image/svg+xml; charset=utf-8"),
        ("_headers", "text/plain; charset=utf-8"),
        ("robots.txt", "text/plain; charset=utf-8"),
        (".well-known/security.txt", "text/plain; charset=utf-8"),
        ("fr/x/cite.bib", "application/x-bibtex; charset=utf-8"),
        ("fr/x/cite.ris", "application/x-research-info-systems; charset=utf-8"),
        ("pictures/a/360.avif", "image/avif"),
        ("media/a.JPG", "image/jpeg"),
        ("media/a.png", "image/png"),
        ("media/a.pdf", "application/pdf"),
        ("media/a.webp", "image/webp"),
        ("media/a.mp3", "audio/mpeg"),
        ("font.woff2", "font/woff2"),
        ("media/what.ever", "application/octet-stream"),
    ],
)
def test_types(path: str, type_: str) -> None:
    assert content_type(path) == type_


def test_readers_are_told_type_and_age(site: Site, live: Store) -> None:
    head = live.client.head_object(Bucket=live.name, Key="fr/2023/04/sommet/index.html")
    assert head["ContentType"] == "text/html; charset=utf-8"
    assert head["CacheControl"] == "public, max-age=0, must-revalidate"
    head = live.client.head_object(Bucket=live.name, Key="assets/style.css")
    assert (head["ContentType"], head["CacheControl"]) == ("text/css; charset=utf-8", "public, max-age=3600")
    assert cache_control(File("pictures/a/360.avif", "", 0, "variant")) == "public, max-age=86400"


def test_texts_are_packed_where_that_is_wanted(site: Site, store: Store) -> None:
    """Each object says itself how it is packed: what is declared is what is there."""
    site.story(X, article("Sommet", tags=["Chine"]))
    site.write("static/p.png", PIXEL)
    place = S3Place(store.bucket(), name="s3://news", is_compressed=True)
    assert publish(site, place).is_live
    packed = 0
    for name, data in site.tree().items():
        answer = store.client.get_object(Bucket=store.name, Key=name)
        body, coding = answer["Body"].read(), answer.get("ContentEncoding", "")
        assert (gzip.decompress(body) if coding == "gzip" else body) == data, name
        packed += coding == "gzip"
        if name.endswith(".png") or name.startswith("newsgen-ledger/") or len(data) < 1000:
            assert not coding, name
    assert packed > 20


# ---- what stops it
def test_a_bucket_with_another_site_wants_first(site: Site, store: Store) -> None:
    store.put("index.html", b"an older site")
    store.put("sitemap.xml", b"<urlset><url><loc>https://news.example/old/</loc></url></urlset>")
    site.story(X, article("Sommet"))
    with pytest.raises(NewsgenError, match=r"did not publish \(index.html, …\).*`--first`"):
        publish(site, store.place())
    assert publish(site, store.place(), is_first=True).result.lost == ("/old/",)
    site.write("redirects.yaml", "/old/: /fr/\n")
    assert publish(site, store.place(), is_first=True).is_live


def test_any_machine_knows_what_was_promised(site: Site, live: Store) -> None:
    import shutil

    for folder in (site.cache, site.output, site.root / "ledger"):
        shutil.rmtree(folder)
    site.remove(f"content/{X}.md")
    done = publish(site, live.place())
    assert done.status == 3 and "/fr/2023/04/sommet/" in done.result.lost


def test_what_somebody_else_changed_is_put_right(site: Site, live: Store) -> None:
    live.put("fr/index.html", b"somebody else's")
    live.client.delete_object(Bucket=live.name, Key="fr/feed.atom")
    assert not publish(site, live.place()).is_live, "what newsgen left there is taken for there"
    assert publish(site, live.place(), is_whole=True).is_live
    assert not differences(live.site(), site.tree())


def test_a_store_without_keys(store: Store) -> None:
    fault = OSError("Error performing PUT http://169.254.169.254/latest/api/token in 3s, after 10 retries")
    assert "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY" in store.bucket()._refused("read", "x", fault).message


def test_there_is_no_release_to_go_back_to(live: Store) -> None:

    with pytest.raises(NewsgenError, match="keeps no releases: go back with git"):
        rollback(live.place(), patience=0)


# ---- two at once
def test_two_publications_never_mix(site: Site, live: Store) -> None:
    edit(site)
    with live.place().held("newsgen publish", patience=0), pytest.raises(NewsgenError, match=lock.myself()):
        publish(site, live.place())
    assert publish(site, live.place()).is_live


def test_a_lock_of_somebody_who_died_is_taken_over(site: Site, live: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    edit(site)
    owner = Owner("0123", "somebody@elsewhere", "", 1, "newsgen publish", "2031-01-01T00:00:00Z")
    live.put(".newsgen/lock", text_of(owner))
    with pytest.raises(NewsgenError, match="held by somebody@elsewhere"):
        publish(site, live.place())
    monkeypatch.setattr(lock, "STALE", -5.0)
    assert publish(site, live.place()).is_live and ".newsgen/lock" not in live.books()


def test_who_slept_does_not_go_on_where_it_was(site: Site, live: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Others may have taken the lock over meanwhile, and published: not one file more is sent."""
    edit(site)
    clock = [lock._awake_or_asleep()]
    monkeypatch.setattr(lock, "_awake_or_asleep", lambda: clock[0])
    steps = Steps()

    def told(what: str) -> None:
        steps(what)
        if what.startswith("send "):
            clock[0] += lock.STALE

    with pytest.raises(NewsgenError, match="did not answer for too long"):
        publish(site, S3Place(Watched(live.bucket(), told), name="s3://news"))
    assert sum(what.startswith("send ") for what in steps.told) == 1
    assert publish(site, live.place()).is_live
    assert not differences(live.site(), site.tree())


def test_who_was_overtaken_stops(site: Site, live: Store) -> None:
    """Another took the lock, published and went, while this one slept: the state is another one."""
    edit(site)
    state = live.get(".newsgen/state.json")

    def told(what: str) -> None:
        if what == "put .newsgen/manifest.txt.gz":
            live.put(".newsgen/state.json", state + b" ")

    with pytest.raises(NewsgenError, match="somebody else publishes"):
        publish(site, S3Place(Watched(live.bucket(), told), name="s3://news"))


@pytest.mark.parametrize("how", ["ignores", "refuses"])
def test_a_store_without_conditions(site: Site, live: Store, how: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(s3, "_PAUSE", 0.01)

    class Simple(Bucket):
        def _put(self, key: str, data: bytes, mode: Any, attributes: Any) -> str:
            if mode != "overwrite" and how == "refuses":
                raise NewsgenError("501 Not Implemented")
            return super()._put(key, data, "overwrite", attributes)

    def place() -> S3Place:
        return S3Place(Simple(live.bucket().store, name="s3://news"), name="s3://news")

    edit(site)
    with place().held("newsgen publish", patience=0), pytest.raises(NewsgenError, match=lock.myself()):
        publish(site, place())
    assert publish(site, place()).is_live
    assert not differences(live.site(), site.tree())


# ---- accidents
def test_s3_killed_at_each_step(site: Site, live: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Twice, at two places: the third try brings it to the end, without asking the store what it has."""
    monkeypatch.setattr(lock, "STALE", -5.0)
    site.story("2023/05/away.fr", article("Parti", date="2023-05-02", expires="2024-01-20"))
    publish(site, live.place())
    start, ledger = live.site() | live.books(), (site.root / "ledger" / _year(site)).read_bytes()
    later = {"now": "2024-03-01T12:00:00+01:00"}
    edit(site, "Le dernier texte.")
    site.story("2023/06/new.fr", article("Nouveau", date="2023-06-01"))
    steps = Steps()
    publish(site, S3Place(Watched(live.bucket(), steps), name="s3://news"), **later)
    wanted = live.site()
    count = len(steps.told)
    books = ("put .newsgen/state", "put .newsgen/m", "delete .newsgen/lock")
    chosen = sorted({*range(0, count, 20), *(n for n, what in enumerate(steps.told) if what.startswith(books))})
    assert any("delete fr/" in what for what in steps.told) and len(chosen) > 6
    for step in chosen:
        live.restore(start)
        (site.root / "ledger" / _year(site)).write_bytes(ledger)
        for again in (step, step // 2):  # the second has fewer steps
            with suppress(Killed):
                publish(site, S3Place(Watched(live.bucket(), Steps(again)), name="s3://news"), **later)
                assert again != step
        publish(site, live.place(), **later)
        now = live.site()
        changed = [name for name in differences(now, wanted) if "newsgen-ledger/" not in name]
        assert not changed, steps.told[step]
        assert b'"is_mixed": false' in live.get(".newsgen/state.json")


def test_at_no_instant_is_there_a_link_to_what_is_not_there(site: Site, live: Store) -> None:
    """As a reader finds it who comes from the home page, or from a page that he knew."""
    site.story("2023/06/new.fr", article("Nouveau", date="2023-06-01", tags=["Neuf"], body="[[2023/04/x]]"))
    site.story(X, article("Sommet", body="[[2023/06/new]]", slug="autre"))
    known = set(live.site())
    present = live.site()
    faults: list[str] = []

    def told(what: str) -> None:
        act, key = what.split(" ", 1)
        if act in ("send", "delete") and not key.startswith(".newsgen/"):
            faults.extend(f"before {what}: {broken}" for broken in broken_links(present, known))
            if act == "delete":
                present.pop(key, None)
            else:
                present[key] = (site.output / key).read_bytes()

    assert publish(site, S3Place(Watched(live.bucket(), told), name="s3://news")).is_live
    assert not faults, faults[:5]
    assert not differences(present, site.tree()) and not list(broken_links(present, known))


def broken_links(files: dict[str, bytes], known: Iterable[str]) -> Iterator[str]:
    """Links from pages that can be found to files that are not there."""
    waiting = [name for name in known if name.endswith(".html") and name in files]
    seen = set(waiting)
    while waiting:
        page = waiting.pop()
        for target in re.findall(rb'(?:href|src)="/([^"#?]*)', files[page]):
            name = target.decode()
            name = f"{name}index.html" if not name or name.endswith("/") else name
            if name not in files:
                yield f"{page} leads to {name}"
            elif name not in seen and name.endswith(".html"):
                seen.add(name)
                waiting.append(name)


def test_a_store_that_refuses(site: Site, live: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    edit(site)
    bucket = Bucket.of("no-such-bucket", "", name="s3://no-such-bucket", endpoint=live.endpoint, region="us-east-1")
    with pytest.raises(NewsgenError, match="s3://no-such-bucket"):
        publish(site, S3Place(bucket, name="s3://no-such-bucket"))


# ---- as an operator types it
def test_the_command(site: Site, store: Store, capfd: pytest.CaptureFixture[str]) -> None:
    site.story(X, article("Sommet"))
    target = {"target": f"s3://{store.name}/archive", "endpoint": store.endpoint, "region": "us-east-1"}
    site.configure(publish={"live": target})
    words = ("--source", str(site.root))
    assert command_line.main(("publish", *words, "--now", NOW, "--workers", "1")) == 0
    assert f"s3://{store.name}/archive: 000001-" in capfd.readouterr().out
    assert "archive/fr/2023/04/sommet/index.html" in store.names()
    assert command_line.main(("rollback", *words)) == 2
    assert "go back with git" in capfd.readouterr().err
