"""A site in an S3-compatible store: object by object, in stages, and with a state that says how far it came."""

# KEY                           what it is
# fr/index.html, …              the site
# .newsgen/lock                 who publishes
# .newsgen/state.json           the record of what is live, and whether a publication is under way
# .newsgen/manifest.txt.gz      of what is live; `mixed.txt.gz` while a publication is under way
# .newsgen/ledger/YEAR.txt      the ledger
#
# A store has no step in which a whole site changes. So files travel in stages (`plan.stages`), each whole before the
# next: what pages are made of, what is new, pages that changed, lists that changed; what goes, goes last. At no instant
# does a page that can be found lead to what is not there.
#
# Before the first object travels, the state says so: `mixed` names each file that is about to change with no hash, for
# nobody knows what is there until the publication came to its end. The next one compares with `mixed`, and sends what
# has no hash once more. So what was cut off anywhere, also twice, is whole after the next try, without a listing.
#
# The state is written with a condition (If-Match): whoever was overtaken, with a lock that he thought his, stops. A
# store that does not know conditions would let two in; it is asked before (`_knows_conditions`), and then a lock is
# looked at once more after a pause.
#
# Proved by test_s3_killed_at_each_step, test_at_no_instant_is_there_a_link_to_what_is_not_there,
# test_a_store_without_conditions.

from __future__ import annotations

import contextlib
import gzip
import mimetypes
import os
import time
from collections.abc import Iterator
from hashlib import blake2b
from pathlib import Path

import msgspec

from newsgen.ledger.lines import PUBLISHED_FOLDER
from newsgen.nouns.diagnostics import NewsgenError
from newsgen.publish.books import (
    File,
    History,
    Record,
    not_as_built,
    of_unknown,
    read,
    text_of,
)
from newsgen.publish.bucket import Bucket, ConditionError, Upload
from newsgen.publish.lock import Lock
from newsgen.publish.place import Live, Progress
from newsgen.publish.plan import Plan

BOOKS = ".newsgen"
_LOCK, _STATE = f"{BOOKS}/lock", f"{BOOKS}/state.json"
_MANIFEST, _MIXED = f"{BOOKS}/manifest.txt.gz", f"{BOOKS}/mixed.txt.gz"
#: Seconds after which a lock is looked at once more, in a store that does not know conditions.
_PAUSE = 2.0


#: Bytes from which on a text is worth packing.
_LEAST = 1000
#: Kinds that other programs than browsers read, which may not unpack.
_UNPACKED = ("ledger", "ledger-next", "robots", "security-txt", "headers", "host-redirects")


class State(msgspec.Struct, frozen=True):
    """What is live, and whether a publication is under way, so that nobody knows what is there."""

    live: Record | None = None
    is_mixed: bool = False


class S3Place:
    """A bucket, or a part of it, that holds one site. `is_compressed`: texts lie there as gzip."""

    def __init__(self, bucket: Bucket, *, name: str, is_compressed: bool = False) -> None:
        self.bucket, self.name, self.is_compressed = bucket, name, is_compressed
        self.keeper = _Keeper(bucket)
        self.lock = Lock(self.keeper, _LOCK, place=name)
        self._live, self._mark, self._is_trusted = Live(), "", True

    @contextlib.contextmanager
    def held(self, doing: str, *, patience: float) -> Iterator[None]:
        self.keeper.knows_conditions = self._knows_conditions()
        with self.lock.held(doing, patience=patience):
            yield

    def _knows_conditions(self) -> bool:
        """Whether the store refuses to create what is there."""
        key = f"{BOOKS}/probe-{os.urandom(6).hex()}"
        try:
            self.bucket.create(key, b"1")
            self.bucket.create(key, b"2")
        except ConditionError:
            self.bucket.delete_all([key])
            return True
        except NewsgenError as fault:
            if "NotImplemented" not in fault.message and "501" not in fault.message:
                raise
            return False
        self.bucket.delete_all([key])
        return False

    # ---- what is there
    def distrust(self) -> None:
        self._is_trusted = False

    def live_record(self) -> Record | None:
        return self._state().live

    def live(self) -> Live:
        state = self._state()
        if state.live is None and not state.is_mixed:
            self._live = Live()
            return self._live
        key = _MIXED if state.is_mixed else _MANIFEST
        stored = self.bucket.read(key)
        if stored is None:
            raise NewsgenError(f"{self.name}: `{key}` is not there, so that nobody knows what is published")
        manifest = gzip.decompress(stored.data)
        self._live = Live(state.live, manifest if self._is_trusted else of_unknown(manifest))
        return self._live

    def _state(self) -> State:
        stored = self.bucket.read(_STATE)
        self._mark = stored.mark if stored else ""
        if stored is None:
            return State()
        state = read(stored.data, State)
        if state is None:
            raise NewsgenError(f"{self.name}: `{_STATE}` is damaged: put it back from a copy, or delete it (`--first`)")
        return state

    def history(self) -> History:
        stored = self.bucket.read(_STATE)
        record = (read(stored.data, State) or State()).live if stored else None
        return History((record.id,) if record else ())

    def ledger(self) -> tuple[dict[str, bytes], dict[str, bytes]]:
        return self._texts(PUBLISHED_FOLDER.strip("/")), self._texts(f"{BOOKS}/ledger")

    def _texts(self, folder: str) -> dict[str, bytes]:
        stored = {key.rpartition("/")[2]: self.bucket.read(key) for key in self.bucket.listed(folder)}
        return {name: one.data for name, one in stored.items() if one}

    def strange(self) -> str:
        """Looks at the first keys only."""
        if self.bucket.read(_STATE):
            return ""
        for key in self.bucket.listed():
            if not key.startswith(f"{BOOKS}/"):
                return f"{key}, …"
        return ""

    def file(self, path: str) -> bytes | None:
        stored = self.bucket.read(path)
        return stored.data if stored else None

    # ---- the next one
    def publish(self, record: Record, manifest: bytes, plan: Plan, output: Path, progress: Progress) -> None:
        mixed = _mixed(self._live.manifest, plan)
        self.bucket.write(_MIXED, gzip.compress(mixed, 1, mtime=0))
        self._write_state(State(self._live.record, is_mixed=True))
        sent, total = 0, len(plan.sent)
        for _, files in plan.stages():
            uploads = [self._upload(file, output) for file in files]
            self.bucket.write_all(uploads, lambda done, sent=sent: progress("send", sent + done, total))  # type: ignore
            sent += len(files)
            self.lock.still_held()
        self.bucket.delete_all([file.path for file in plan.removed])
        self.bucket.write(_MANIFEST, gzip.compress(manifest, 1, mtime=0))
        self._write_state(State(record))

    def _upload(self, file: File, output: Path) -> Upload:
        upload = _upload(file, output, is_compressed=self.is_compressed)

        def data() -> bytes:
            self.lock.surely_held()
            return upload.read()

        return msgspec.structs.replace(upload, read=data)

    def _write_state(self, state: State) -> None:
        """Only if it is still the one that this publication read or wrote last. Raises: NewsgenError if it is not."""
        self.lock.still_held()
        try:
            if not self.keeper.knows_conditions:
                self.bucket.write(_STATE, text_of(state))
            elif self._mark:
                self._mark = self.bucket.replace(_STATE, text_of(state), mark=self._mark)
            else:
                self._mark = self.bucket.create(_STATE, text_of(state))
        except ConditionError:
            raise NewsgenError(f"somebody else publishes to {self.name}: try again") from None

    def keep_ledger(self, files: dict[str, bytes]) -> None:
        for name, data in sorted(files.items()):
            self.bucket.write(f"{BOOKS}/ledger/{name}", data)


class _Keeper:
    """Where the lock is kept."""

    def __init__(self, bucket: Bucket) -> None:
        self.bucket = bucket
        self.knows_conditions = True

    def read(self, path: str) -> bytes | None:
        stored = self.bucket.read(path)
        return stored.data if stored else None

    def create(self, path: str, data: bytes) -> bool:
        if not self.knows_conditions:
            return self._create_without_conditions(path, data)
        try:
            self.bucket.create(path, data)
        except ConditionError:
            return False
        return True

    def _create_without_conditions(self, path: str, data: bytes) -> bool:
        """Of two who write at once, the later one has it, and both see it after a pause."""
        if self.bucket.read(path):
            return False
        self.bucket.write(path, data)
        time.sleep(_PAUSE)
        return self.read(path) == data

    def touch(self, path: str) -> None:
        if stored := self.bucket.read(path):
            with contextlib.suppress(ConditionError):
                if self.knows_conditions:
                    self.bucket.replace(path, stored.data, mark=stored.mark)
                else:
                    self.bucket.write(path, stored.data)

    def age(self, path: str) -> float | None:
        then = self.bucket.changed_at(path)
        if then is None:
            return None
        probe = f"{path}-{os.urandom(6).hex()}"
        self.bucket.write(probe, b"")
        now = self.bucket.changed_at(probe) or then
        self.bucket.delete_all([probe])
        return (now - then).total_seconds()

    def remove(self, path: str) -> None:
        self.bucket.delete_all([path])


def _mixed(before: bytes, plan: Plan) -> bytes:
    """A manifest of what may be there from now on: what is about to change has no hash."""
    about = {file.path.encode(): b"" for file in (*plan.sent, *plan.removed)}
    lines = []
    for line in before.splitlines(keepends=True):  # of which there are many: they stay as they are
        path = line.partition(b"\t")[0]
        if path in about:
            about[path] = line.rstrip().rpartition(b"\t")[2]
        else:
            lines.append(line)
    lines += (b"%s\t\t-1\t%s\n" % (path, kind) for path, kind in about.items())
    return b"".join(sorted(lines))


# ---- what readers are told of a file
def _upload(file: File, output: Path, *, is_compressed: bool) -> Upload:
    type_ = content_type(file.path)
    is_packed = is_compressed and "charset" in type_ and file.size > _LEAST and file.kind not in _UNPACKED

    def data() -> bytes:
        data = (output / file.path).read_bytes()
        if blake2b(data, digest_size=16).hexdigest() != file.hash:
            raise not_as_built(output / file.path)
        return gzip.compress(data, mtime=0) if is_packed else data

    headers = {"Content-Type": type_, "Cache-Control": cache_control(file)}
    return Upload(file.path, data, headers | ({"Content-Encoding": "gzip"} if is_packed else {}))


#: Types that Python does not know, or not as browsers want them. `.atom`: of application/atom+xml, Chromium shows the
#: source, not what the style sheet makes of it.
_TYPES = {
    ".atom": "application/xml",
    ".avif": "image/avif",
    ".bib": "application/x-bibtex",
    ".ico": "image/x-icon",
    ".js": "text/javascript",
    ".json": "application/json",
    ".md": "text/markdown",
    ".ris": "application/x-research-info-systems",
    ".webmanifest": "application/manifest+json",
    ".webp": "image/webp",
    ".woff": "font/woff",
    ".woff2": "font/woff2",
    ".xml": "application/xml",
}
_KNOWN = mimetypes.MimeTypes()  # those of Python alone: no file of this machine says otherwise
#: Types besides text/* whose bytes are text, so that browsers are told of UTF-8.
_TEXTS = ("application/xml", "application/json", "application/feed+json", "application/manifest+json", "image/svg+xml")


def content_type(path: str) -> str:
    """What a file is, for its readers. Names without an ending are text, as `_headers` is."""
    name = path.rpartition("/")[2]
    ending = f".{name.rpartition('.')[2].lower()}" if "." in name.lstrip(".") else ""
    if name == "feed.json":
        type_ = "application/feed+json"
    elif not ending:
        type_ = "text/plain"
    else:
        type_ = _TYPES.get(ending) or _KNOWN.types_map[True].get(ending) or "application/octet-stream"
    is_text = type_.startswith("text/") or type_ in _TEXTS or ending in (".bib", ".ris")
    return f"{type_}; charset=utf-8" if is_text else type_


def cache_control(file: File) -> str:
    """For how long a browser may keep a file without asking: as `/_headers` has it; a page not at all."""
    if file.path.startswith(("media/", "pictures/")):
        return "public, max-age=86400"
    if file.path.startswith("assets/"):
        return "public, max-age=3600"
    return "public, max-age=0, must-revalidate"
