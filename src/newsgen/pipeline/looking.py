"""What is in pictures and documents: looked at once for each state of a file, the last good version standing in.

A picture that cannot be used as it is now (damaged, the pointer of Git LFS) is shown as it was published before: the
version that the manifest of this output names, of which the cache knows what was in it (CONTENT.md §7). Its bytes are
those in the output: `Build.lent` names them for the workers that make its files.
"""

# A published file that is broken now is shown as it was: its last good version stands in. "Good" is what parsed, or was
# looked at, without an error; "last" is what this output shows, by its manifest, and not what parsed last: a version
# that a killed build never wrote, or that only another output has, would publish what no reader has seen.
#
#                                texts (`run.Build._parse`)                pictures (here)
#   which version is shown       `Books.shown`: the manifest's `source_hash` of the file, for both
#   its bytes                    table `good`                              the output itself (`lent`)
#   what was in it               parsed anew from them                     table `good_look`
#   that it stands in            `parsed.shown` is not `parsed.hash`       `media.stand_in`
#   stands another one in now?   `run.Build._stands_otherwise`             `_is_standing_otherwise`
#
# Both are asked in every build, not only where the file changed: another output, or one that was put back, shows
# another version, and the broken file is then parsed, or taken by index, again. Where nothing stands in, a text is left
# out and a picture is not shown. A good version is kept beside the one that is shown (`keep_good`, `keep_good_look`),
# since the build may be killed before it shows the new one; older ones go. A new version of newsgen takes both tables
# over. Bytes of pictures are not kept twice, as they are most of an archive.
#
# Somebody may write a file while the build reads it. A picture that is another one then, or away, stays as it was
# (`unseen` has what it is in this build); a document is noted in `doubted`; the next build looks at both again.
#
# Proved by test_the_last_good_version_stands_in_for_a_broken_file, test_a_version_of_another_output_does_not_stand_in,
# test_a_version_that_a_killed_build_never_wrote_does_not_stand_in,
# test_a_killed_build_loses_no_article_that_is_broken_next, test_a_last_good_version_that_was_damaged_does_not_stand_in,
# test_new_tools_parse_it_anew, test_another_newsgen_knows_it,
# test_a_picture_that_cannot_be_read_is_shown_as_it_was_published, test_another_output_shows_another_version,
# test_a_killed_build_loses_none, test_what_was_made_of_a_turned_picture_meanwhile_is_made_again,
# test_files_that_are_others_while_a_build_reads_them.

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import msgspec
from msgspec.structs import replace

from newsgen.addresses.urls import file_url, output_path
from newsgen.catalog.store import Catalog
from newsgen.nouns.model import Lent, Look, OutputPath, Source, content_hash, is_picture
from newsgen.output import manifest as output_manifest
from newsgen.pipeline.unsettled import settled

if TYPE_CHECKING:
    from pathlib import Path

    from newsgen.pipeline.request import Request
    from newsgen.pipeline.workers import Pool
    from newsgen.sources.scan import Scan

#: Pictures that a worker looks at at a time.
_LOOKS = 8
_NO_PICTURE = Look()


class Version(msgspec.Struct, frozen=True):
    """A version of a picture that was published: its hash, its size in bytes, and what is in it."""

    hash: str
    size: int
    look: Look


class Looking:
    """What a build knows of pictures and documents, and what changed under its hands."""

    def __init__(self, catalog: Catalog, request: Request, root: Path, megapixels: int, *, keeps: bool) -> None:
        self.catalog, self.request, self.root = catalog, request, root
        self.megapixels, self.keeps = megapixels, keeps
        self.last_good: Callable[[str], Version | None] = lambda path: None
        self.lent_files: Callable[[str, str], tuple[Lent, ...]] = lambda path, hash_: ()
        #: Pictures that were others, or away, when they were to be looked at, and what each is in this build.
        self.unseen: dict[str, Source | None] = {}
        self.doubted: dict[str, None] = {}  # documents that were others, or away, when they were to be looked at
        self.held: dict[str, str] = {}  # files that may not be taken as they stand there, and the hash of what is shown
        self.stood_in: dict[str, str] = {}  # pictures whose last good version stood in, in the build before
        self.otherwise: list[str] = []  # pictures for which another version, or none, is to stand in now

    # ---- the last good version
    def trust(self, books: output_manifest.Books, output: Path) -> None:
        """Takes for published what this manifest of an output says."""
        catalog = self.catalog
        self.last_good = lambda path: last_good(catalog, books, path)
        self.lent_files = lambda path, hash_: lent(catalog, books, output, path, hash_)

    def _is_standing_otherwise(self, path: str, before: str) -> bool:
        version = self.last_good(path)
        return (version.hash if version else "") != before

    def no_longer_standing_in(self) -> list[str]:
        """Pictures that are good again, or gone: what was made of the version that stood in is made anew."""
        now = {path for path, _, stand_in in self.catalog.faulty_looks() if stand_in}
        return [path for path in self.stood_in if path not in now]

    def lent(self) -> dict[str, tuple[Lent, ...]]:
        """Where the bytes are of pictures whose last good version stands in, and of what is held, by path."""
        standing_in = {path: stand_in for path, _, stand_in in self.catalog.faulty_looks() if stand_in}
        return {path: self.lent_files(path, hash_) for path, hash_ in (standing_in | self.held).items()}

    # ---- before index
    def look_at_changed(self, scanned: Scan, pool: Pool) -> None:
        """Looks at the pictures that came or changed, in workers: index asks for what is in them."""
        catalog = self.catalog
        self.stood_in = {path: stand_in for path, _, stand_in in catalog.faulty_looks() if stand_in}
        changed = [change for change in scanned.changes if (change.new or change.old).kind == "media"]  # type: ignore[union-attr]
        there = [change.new for change in changed if change.new and is_picture(change.new.path)]
        unseen = self._look_at([source for source in there if not catalog.look(source.path, source.hash)], pool)
        if unseen:
            old = {change.old.path: change.old for change in changed if change.old}
            at_rest = {new.path: new for new in settled(self.root, (s for s in unseen if s.path not in old))}
            for source in self._look_at(list(at_rest.values()), pool):
                del at_rest[source.path]
            self.unseen = {
                source.path: old.get(source.path) or at_rest.get(source.path) or self._as_published(source)
                for source in unseen
            }
        gone = [change.old.path for change in changed if change.old and not change.new]
        if gone:
            with catalog.transaction():
                for path in gone:
                    catalog.forget_look(path)
        self.otherwise = [
            path for path, _, stand_in in catalog.faulty_looks() if self._is_standing_otherwise(path, stand_in)
        ]

    def _as_published(self, source: Source) -> Source | None:
        """A picture that is away now as what the output shows of it; None if it shows nothing."""
        version = self.last_good(source.path)
        return replace(source, hash=version.hash, size=version.size) if version else None

    def _look_at(self, pictures: list[Source], pool: Pool) -> list[Source]:
        """Looks at pictures; gives those that have other bytes than their source says, or cannot be read."""
        if not pictures:
            return []
        from newsgen.pipeline.resizing import WEIGHT, LookJob, look_chunk

        folder, unseen = str(self.request.pictures_folder), {source.path: source for source in pictures}
        jobs = (
            LookJob(str(self.root), pictures[n : n + _LOOKS], self.megapixels, folder, self.keeps)
            for n in range(0, len(pictures), _LOOKS)
        )
        for results in pool.map(look_chunk, jobs, len(pictures) * WEIGHT):
            with self.catalog.transaction():
                for source, look in results:
                    del unseen[source.path]
                    self._keep(source, look)
        return list(unseen.values())

    def _keep(self, source: Source, look: Look) -> None:
        self.catalog.keep_look(source.path, source.hash, look)
        if not look.fault and is_picture(source.path):
            version = self.last_good(source.path)
            shown = version.hash if version else ""
            self.catalog.keep_good_look(source.path, source.hash, source.size, look, shown=shown)

    # ---- while index asks
    def look(self, source: Source) -> Look:
        """What is in a picture or document; of a picture that changed since the scan, what is shown of it, if anything:
        the next build looks again."""
        look = self.catalog.look(source.path, source.hash)
        if not is_picture(source.path):
            return look or self._look_at_document(source)
        if look is None or not self._is_within_limit(look):
            from newsgen.pictures.cache import Cache
            from newsgen.pipeline.resizing import look_at

            cache = Cache(self.request.pictures_folder, writes=self.keeps)
            look = look_at(self.root / source.path, source, self.megapixels, cache)
            if look is not None:
                self._keep(source, look)
        if look is None:
            version = self.last_good(source.path)
            return _shown(version) if version else _NO_PICTURE
        return self._standing_in(source, look) if look.fault else look

    def _standing_in(self, source: Source, look: Look) -> Look:
        """The look of the version that stands in for a picture with a fault; else the one with the fault."""
        version = self.last_good(source.path)
        self.catalog.let_stand_in(source.path, version.hash if version else "")
        if version is None:
            return look
        return replace(_shown(version), broken=look.fault, reason=look.reason)

    def _look_at_document(self, source: Source) -> Look:
        """Whether a browser or host would run it; kept, so that a document is opened once for each state of it."""
        from newsgen.settings import active_documents

        try:
            data = (self.root / source.path).read_bytes()
        except OSError:
            self.doubted[source.path] = None
            return _NO_PICTURE  # its page says that it cannot be read
        look = Look(active=active_documents.type_of(source.name, data[: active_documents.SNIFFED]))
        if content_hash(data) != source.hash:
            self.doubted[source.path] = None
            return look  # nor is it written without one that is kept: the next build looks again
        self._keep(source, look)
        return look

    def _is_within_limit(self, look: Look) -> bool:
        """Whether a look under this limit of pixels would say the same."""
        pixels = look.pixels if look.kind == "svg" else look.width * look.height
        is_larger = pixels > self.megapixels * 1_000_000
        return is_larger == (look.fault == "picture-too-large")

    # ---- after writing
    def sweep(self) -> None:
        """Drops what is kept of pictures and was not used for long."""
        from newsgen.pictures.cache import Cache
        from newsgen.pipeline.resizing import look_key, variant_key

        catalog = self.catalog
        wanted = {variant_key(hash_) for (hash_,) in catalog.all("SELECT hash FROM file WHERE kind = 'variant'")}
        rows = catalog.all("SELECT path, hash FROM media")
        wanted |= {look_key(path, hash_, self.megapixels) for path, hash_ in rows}
        Cache(self.request.pictures_folder).sweep(wanted)


def _shown(version: Version) -> Look:
    return replace(version.look, cuts=(), shown=version.hash, shown_size=version.size)


def last_good(catalog: Catalog, books: output_manifest.Books, path: str) -> Version | None:
    """The version of a picture that an output shows, if the catalog knows what was in it."""
    shown = books.shown(path)
    good = catalog.good_look(path, shown) if shown else None
    return Version(shown, *good) if good else None


def lent(catalog: Catalog, books: output_manifest.Books, output: Path, path: str, hash_: str) -> tuple[Lent, ...]:
    """The files of this version of a picture, document or static file in an output, the original first, as far as
    catalog and manifest agree on them."""
    top, _, key = path.partition("/")
    kind = "static" if top == "static" else "media"
    original, file = books.row(output_path(file_url(kind, key))), catalog.file(kind, key)
    if original is None or hash_ != (original.source_hash or (file.hash if file else "")):
        return ()
    files = [Lent(str(output), OutputPath(original.output), hash_, original.hash)]
    variants = catalog.all(
        "SELECT f.hash, p.output, t.hash FROM file f"
        " JOIN page p ON p.kind = 'variant' AND p.lang = '' AND p.key = f.path AND p.number = 0"
        " JOIN trace t ON t.page = p.id"
        " WHERE f.original = ? AND NOT EXISTS (SELECT 1 FROM pending n WHERE n.page = p.id)", key,
    )  # fmt: skip
    for of, name, made in variants:
        row = books.row(name)
        if row and row.hash and row.hash == made:
            files.append(Lent(str(output), name, of, made))
    return tuple(files)
