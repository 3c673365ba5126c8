"""A small site on disk for tests: files, builds through the public door, what readers get of them."""

from __future__ import annotations

import json
import os
import re
import shutil
import sqlite3
import struct
import tempfile
import zlib
from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from unittest.mock import patch
from urllib.parse import unquote

import yaml
from selectolax.lexbor import LexborHTMLParser, LexborNode

from newsgen import pipeline
from newsgen.addresses.urls import output_path
from newsgen.catalog import traces
from newsgen.catalog.store import Catalog
from newsgen.ledger import live
from newsgen.nouns.diagnostics import Diagnostic, NewsgenError, Part, Severity
from newsgen.nouns.messages import en
from newsgen.nouns.model import TERM_FOLDERS, Parsed, Source, Trace, Version, content_hash, is_picture
from newsgen.output.manifest import MANIFEST, read_manifest
from newsgen.pages import plan
from newsgen.parsing import article as article_parsing
from newsgen.pictures.inspect import look
from newsgen.pipeline import BuildResult, Request, last_good
from newsgen.pipeline.run import Build
from newsgen.settings.config import Pictures

NOW = "2024-01-15T12:00:00+01:00"
CONFIG: dict[str, Any] = {
    "title": {"fr": "Archive", "en": "Archive in English"},
    "url": "https://news.example/",
    "languages": ["fr", "en"],
    "timezone": "Europe/Paris",
    "categories": {
        "a-la-une": {"fr": "À la une", "en": {"title": "Top stories", "slug": "top-stories"}},
        "europe": {"fr": "Europe", "en": "Europe"},
        "monde": {"fr": "Monde", "en": {"title": "World", "slug": "world"}},
    },
}
#: Compiled templates of all sites: they depend on the templates' sources only, and halve a build. conftest.py has one
#: folder for all processes of a run.
BYTECODE = Path(tempfile.gettempdir()) / f"newsgen-tests-bytecode-{os.getuid()}-{os.getpid()}"


def words(phrase: Part | str) -> str:
    """A phrase, or what another tool said, as an editor reads it."""
    return en.LANGUAGE.format_field(phrase, "")


def png(width: int, height: int, colour: bytes = b"\x20\x40\x80") -> bytes:
    """A picture of one colour."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    rows = (b"\x00" + colour * width) * height
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


PIXEL, WIDER = png(3, 2), png(9, 2)


def value(item: Any) -> str:
    """A value as front matter writes it."""
    if isinstance(item, bool):
        return "true" if item else "false"
    if isinstance(item, dict):
        return "{" + ", ".join(f"{k}: {value(v)}" for k, v in item.items()) + "}"
    if isinstance(item, list | tuple):
        return "[" + ", ".join(map(value, item)) + "]"
    text = str(item)
    return text if re.fullmatch(r"[\w/.+:-]+(?: [\w/.+:-]+)*", text) and ": " not in text else json.dumps(text)


def article(
    title: str | None = "Sommet",
    date: str | None = "2023-04-16",
    categories: Any = ("europe",),
    body: str = "Texte.",
    **front: Any,
) -> str:
    """A content file; a key whose value is None is left out."""
    keys = {"title": title, "date": date, "categories": categories, **front}
    lines = [f"{key}: {value(item)}" for key, item in keys.items() if item is not None]
    return "\n".join(["---", *lines, "---", body, ""])


def page_file(title: str = "À propos", body: str = "Texte.", **front: Any) -> str:
    """A file of content/pages/, or of a term."""
    return article(title, None, None, body, **front)


@dataclass(frozen=True)
class Built:
    """What a build answered."""

    result: BuildResult

    @property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        return self.result.diagnostics

    @property
    def errors(self) -> list[Diagnostic]:
        return [d for d in self.diagnostics if d.severity == Severity.ERROR]

    @property
    def ids(self) -> list[str]:
        """The ids of all diagnostics, sorted; `content-missing` apart, because many tests need no story."""
        return sorted(d.id for d in self.diagnostics if d.id != "content-missing")

    @property
    def lines(self) -> list[str]:
        """The diagnostics as an editor reads them, apart from `address-lost` of what a former build alone knows."""
        return [
            f"{d.location}: {d.severity}[{d.id}]: {d.message} | {d.hint}"
            for d in self.diagnostics
            if d.id != "address-lost" or d.severity == Severity.ERROR
        ]

    @property
    def notes(self) -> tuple[Diagnostic, ...]:
        """What is said of this build alone; `ledger-missing` apart, because few tests have a ledger."""
        return tuple(note for note in self.result.notes if note.id != "ledger-missing")

    def find(self, id: str) -> list[Diagnostic]:
        return [d for d in self.diagnostics if d.id == id]

    def one(self, id: str) -> Diagnostic:
        """The only diagnostic with this id."""
        (diagnostic,) = self.find(id)
        return diagnostic


class Site:
    """A site folder with its output in `site/` and its cache in `.newsgen/`."""

    def __init__(self, root: Path) -> None:
        self.root, self.output, self.cache = root, root / "site", root / ".newsgen"
        self.settings: dict[str, Any] = json.loads(json.dumps(CONFIG))
        self.configure()

    @classmethod
    def there(cls, root: Path, settings: dict[str, Any]) -> Site:
        """A site folder that exists, with these settings."""
        site = cls.__new__(cls)
        site.root, site.output, site.cache, site.settings = root, root / "site", root / ".newsgen", settings
        return site

    # ---- what editors do
    def configure(self, **changes: Any) -> None:
        """Writes newsgen.yaml with these keys changed; a key whose value is None is left out."""
        self.settings |= changes
        settings = {key: item for key, item in self.settings.items() if item is not None}
        self.write("newsgen.yaml", yaml.safe_dump(settings, allow_unicode=True, sort_keys=False))

    def write(self, path: str, text: str | bytes) -> Path:
        target = self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(text.encode() if isinstance(text, str) else text)
        return target

    def story(self, name: str, text: str = "", **front: Any) -> None:
        """Writes content/NAME.md: `text`, or the article of these keys."""
        self.write(f"content/{name}.md", text or article(**front))

    def remove(self, path: str) -> None:
        (self.root / path).unlink()

    def rename(self, old: str, new: str) -> None:
        (self.root / new).parent.mkdir(parents=True, exist_ok=True)
        (self.root / old).rename(self.root / new)

    def build(self, *, now: str = NOW, executor: Executor | None = None, **options: Any) -> Built:
        lend_bytecode(self.cache)
        built = Built(pipeline.build(Request(self.root, now=now, **({"workers": 1} | options)), executor=executor))
        assert not any("could not be used" in note.message for note in built.result.notes)  # a fault of newsgen itself
        return built

    def publish(self, moment: str = "2024-01-15T11:00:00Z") -> None:
        """Takes the output for what is live, and fetches its ledger."""
        live.fetch(self.root, str(self.output), now=datetime.fromisoformat(moment))

    def check(self, *, now: str = NOW, **options: Any) -> Built:
        lend_bytecode(self.cache)
        return Built(pipeline.check(Request(self.root, now=now, workers=1), **options))

    # ---- what readers get
    def path(self, url: str) -> Path:
        return self.output / output_path(url)  # type: ignore[arg-type]

    def exists(self, url: str) -> bool:
        return self.path(url).is_file()

    def read(self, url: str) -> str:
        return self.path(url).read_text("utf-8")

    def json(self, url: str) -> Any:
        return json.loads(self.read(url))

    def page(self, url: str) -> LexborHTMLParser:
        return LexborHTMLParser(self.read(url))

    def main(self, url: str) -> LexborNode:
        node = self.page(url).css_first("main")
        assert node is not None
        return node

    def links(self, url: str, css: str = "main a") -> list[str]:
        return [node.attributes.get("href") or "" for node in self.page(url).css(css)]

    def entries(self, url: str) -> list[str]:
        """The addresses of a list's entries, in order and not percent-encoded: links to articles (CONTENT.md §8)."""
        links = dict.fromkeys(self.links(url, "main [data-entries] a"))
        base = re.sub("^https?://[^/]+", "", self.settings["url"])
        articles = (unquote(link).replace(base, "/", 1) for link in links)
        return [url for url in articles if self.exists(f"{url}index.json")]

    def alternates(self, url: str) -> dict[str, str]:
        nodes = self.page(url).css("link[rel=alternate][hreflang]")
        return {str(n.attributes["hreflang"]): str(n.attributes["href"]) for n in nodes}

    def h1(self, url: str) -> str:
        return self.page(url).css_first("main h1").text().strip()

    def text(self) -> str:
        """All that the output says, for what must stand nowhere."""
        return "\n".join(f"{name}\n{data.decode('utf-8', 'replace')}" for name, data in self.tree().items())

    def tree(self, folder: Path | None = None) -> dict[str, bytes]:
        """Every file of the output but newsgen's own books."""
        base = folder or self.output
        return {
            path.relative_to(base).as_posix(): path.read_bytes()
            for path in sorted(base.rglob("*"))
            if path.is_file() and not any(part.startswith(".newsgen") for part in path.relative_to(base).parts)
        }

    @contextmanager
    def copy(self) -> Iterator[Site]:
        """The same sources elsewhere, without output and cache."""
        with tempfile.TemporaryDirectory(prefix="newsgen-copy-") as name:
            ours = {self.output, self.cache}

            def left_out(folder: str, names: list[str]) -> list[str]:
                return [n for n in names if Path(folder, n) in ours]

            root = Path(name, "site-folder")
            shutil.copytree(self.root, root, symlinks=True, ignore=left_out)
            yield Site.there(root, self.settings)

    def clean(self, **options: Any) -> tuple[Built, dict[str, bytes]]:
        """What a build of the same sources gives that knows of no earlier one."""
        with self.copy() as other:
            return other.build(**options), other.tree()

    def clean_build(self, **options: Any) -> dict[str, bytes]:
        return self.clean(**options)[1]

    # ---- what the engine remembers
    def catalog(self) -> closing[Catalog]:
        return closing(Catalog.reader(self.cache / "catalog.sqlite"))

    def traces(self) -> dict[str, Trace]:
        """The trace of each page, by output path."""
        with self.catalog() as catalog:
            return {page.output: traces.trace(catalog, page) for page in catalog.pages()}


def lend_bytecode(cache: Path) -> None:
    """Lets the cache of a site, which is made if it is not there, begin with the templates that are compiled."""
    cache.mkdir(parents=True, exist_ok=True)
    BYTECODE.mkdir(exist_ok=True)
    if not (cache / "bytecode").exists():
        (cache / "bytecode").symlink_to(BYTECODE)


class LastGood:
    """Which last good version of a broken file stands in for it (CONTENT.md §7), kept without asking newsgen.

    The one whose hash the manifest of this output names, if the cache has it: it keeps the last good version of each
    file that it saw, and the one that the output showed at that time.
    """

    def __init__(self, files: Callable[[Site], list[str]] | None = None) -> None:
        self.files = files or _content_files
        self.known: dict[str, dict[str, bytes]] = {}  # content file: hash: bytes, of all versions that ever were
        self.in_cache: dict[str, frozenset[str]] = {}  # content file to the hashes of versions that the cache has
        self.shown: dict[str, str] = {}  # content file to the hash of what the output shows, before a build

    def look(self, site: Site) -> None:
        """Notes what the content files say now, and what the output shows, before a build."""
        self.shown = _shown(site)
        for path in self.files(site):
            data = (site.root / path).read_bytes()
            self.known.setdefault(path, {})[content_hash(data)] = data

    def built(self, site: Site) -> None:
        """Notes what the cache holds after a build."""
        broken = self.broken(site)
        for path in self.files(site):
            hash_ = content_hash((site.root / path).read_bytes())
            hashes = self.in_cache.get(path, frozenset())
            if path not in broken and hash_ not in hashes:
                self.in_cache[path] = frozenset({hash_} | (hashes & {self.shown.get(path, "")}))

    def broken(self, site: Site) -> set[str]:
        """The files that have errors of their own."""
        return {path for path in self.files(site) if is_broken(site, path)}

    def stand_ins(self, site: Site) -> dict[str, bytes]:
        shown = _shown(site)
        return {
            path: self.known[path][shown[path]]
            for path in sorted(self.broken(site))
            if path in shown and shown[path] in self.in_cache.get(path, ())
        }


class Lent(last_good.LastGood):
    """What a build takes for last good versions: those that `LastGood` knows of a site, before it is built."""

    def __init__(self, good: LastGood, site: Site) -> None:
        shown = _shown(site)
        self._data = {
            path: (hash_, good.known[path][hash_])
            for path, hash_ in shown.items()
            if hash_ in good.in_cache.get(path, ()) and not is_picture(path)
        }
        self._shown_hashes = shown
        self._versions: dict[str, Version] = {}
        with suppress(sqlite3.Error, NewsgenError), site.catalog() as catalog:
            self._versions = {version.path: version for version in catalog.versions()}

    def shown(self, path: str) -> str:
        return self._shown_hashes.get(path, "")

    def data(self, path: str) -> tuple[str, bytes] | None:
        return self._data.get(path)

    def _as_parsed(self, path: str, shown: str) -> Parsed | None:
        return None

    def _version(self, path: str) -> Version | None:
        return self._versions.get(path)


@contextmanager
def standing_in(lent: Lent) -> Iterator[None]:
    """Builds let these versions stand in for files that index refuses, whatever manifest and catalog know."""
    with patch("newsgen.pipeline.run.LastGood", lambda books, *catalogs: lent):
        yield


class Public:
    """What readers have of each story, as the cache knows it (CONTENT.md §2, "Fail closed").

    Taken from the clean builds that the output is held against, each of which knows what was public before it.
    """

    def __init__(self) -> None:
        self.known: dict[tuple[str, str], tuple[str, str]] = {}  # story and language to path and state
        self.unwritten: set[str] = set()  # content files whose page no build came to write

    def copy(self) -> Public:
        other = Public()
        other.known, other.unwritten = dict(self.known), set(self.unwritten)
        return other

    def renewed(self) -> None:
        """Notes that the cache was made anew by another newsgen."""
        self.known = {key: row for key, row in self.known.items() if row[0] not in self.unwritten}
        self.unwritten = set()

    def before(self, site: Site) -> dict[tuple[str, str], tuple[str, str]]:
        """What a build of this site has to take for public."""
        shown = _shown(site)
        return {key: row for key, row in self.known.items() if row[0] not in self.unwritten or row[0] in shown}

    def built(self, site: Site, clean: Site) -> None:
        """Notes what readers have after a build, and its clean counterpart."""
        ours, wanted = (one.tree() if one.output.is_dir() else {} for one in (site, clean))
        with clean.catalog() as catalog:
            versions = [v for v in catalog.versions() if v.state in ("published", "gone")]
            public = {(story, lang): row for story, lang, *row in catalog.all("SELECT * FROM public")}
        self.known = {(v.story, v.lang): (v.path, v.state) for v in versions}
        self.known |= {key: (path, state) for key, (path, state) in public.items()}
        self.known = {key: row for key, row in self.known.items() if row[1]}
        pages = {v.path: output_path(v.url) for v in versions}
        self.unwritten = {path for path, page in pages.items() if ours.get(page) != wanted.get(page)}


@contextmanager
def taking_for_public(known: dict[tuple[str, str], tuple[str, str]]) -> Iterator[None]:
    """Builds take this for public, whatever their catalog says."""

    def public(build: Build, story: str) -> dict[str, tuple[str, str]]:
        return {lang: row for (id_, lang), row in known.items() if id_ == story}

    with patch.object(Build, "public", public):
        yield


def is_broken(site: Site, path: str) -> bool:
    """Whether a content file has errors of its own, or a picture cannot be read."""
    if is_picture(path):
        limit = (site.settings.get("pictures") or {}).get("max_megapixels", Pictures().max_megapixels)
        return bool(look((site.root / path).read_bytes(), path, megapixels=limit).fault)
    folder = path.split("/")[1]
    kind = "page" if folder == "pages" else TERM_FOLDERS.get(folder, "article")
    data, languages = (site.root / path).read_bytes(), tuple(site.settings["languages"])
    source = Source(path, kind, "", "fr", "", len(data))
    return article_parsing.parse(source, data, languages=languages, trusted_html=False).front is None


def _shown(site: Site) -> dict[str, str]:
    rows = read_manifest(site.output / MANIFEST).values() if (site.output / MANIFEST).is_file() else ()
    return {row.source: row.source_hash for row in rows if row.source_hash and row.hash}


def _content_files(site: Site) -> list[str]:
    files = sorted((site.root / "content").rglob("*"))
    return [
        path.relative_to(site.root).as_posix()
        for path in files
        if path.suffix == ".md" or (is_picture(path.name) and path.is_file())
    ]


def stamps(site: Site) -> dict[str, tuple[int, int]]:
    """Modification time and inode of each output file."""
    return {name: (path.stat().st_mtime_ns, path.stat().st_ino) for name in site.tree() if (path := site.output / name)}


def differences(ours: dict[str, bytes], wanted: dict[str, bytes]) -> list[str]:
    """What is wrong with an output, a line for each file: the first lines that differ, of the first few files."""
    lines = [f"{name}: should not be there" for name in sorted(set(ours) - set(wanted))]
    lines += [f"{name}: is missing" for name in sorted(set(wanted) - set(ours))]
    for name in sorted(set(ours) & set(wanted)):
        if ours[name] != wanted[name]:
            one, two = ours[name].splitlines(), wanted[name].splitlines()
            pairs = zip([*one, b"(end)"], [*two, b"(end)"], strict=False)
            here, there = next((pair for pair in pairs if pair[0] != pair[1]), (b"(line ends)", b""))
            lines.append(f"{name}: has {here.decode(errors='replace')!r}, wants {there.decode(errors='replace')!r}")
    return lines[:20] + ([f"and {len(lines) - 20} more"] if len(lines) > 20 else [])


def audit(site: Site) -> list[str]:
    """The kept queries whose answer is another now than the catalog says: each is a page that should be stale."""
    with site.catalog() as catalog:
        return list(plan.audit(catalog))


def examples(number: int) -> int:
    """How many examples of a property: `NEWSGEN_EXAMPLES=20` tries twenty times as many."""
    return number * int(os.environ.get("NEWSGEN_EXAMPLES", "1"))


@contextmanager
def temporary_site() -> Iterator[Site]:
    """A site of its own for one example of a property."""
    with tempfile.TemporaryDirectory(prefix="newsgen-test-") as name:
        yield Site(Path(name))
