"""What is pending becomes files: announced, rendered, written, confirmed, chunk by chunk."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from msgspec.structs import replace

from newsgen.catalog.traces import Traces, pending
from newsgen.nouns import kinds
from newsgen.nouns.diagnostics import Diagnostic
from newsgen.nouns.file_list import FileList
from newsgen.nouns.model import Published, content_hash, is_picture
from newsgen.output import files as output_files
from newsgen.output import manifest as output_manifest
from newsgen.pipeline.held_pages import Waiting
from newsgen.pipeline.recovery import companion, published
from newsgen.pipeline.request import TOLD, theme_folder
from newsgen.pipeline.resizing import WEIGHT, close_workshop
from newsgen.pipeline.workers import Made, RenderJob, Unmade, chunks, close_renderer, foreign, render_chunk

if TYPE_CHECKING:
    from newsgen.pipeline.run import Build


#: Resized pictures that a worker takes at a time: about those of one picture, which it decodes once.
_PICTURES = 16


class Rendering:
    """What is pending of one build."""

    def __init__(self, build: Build, manifest: output_manifest.Manifest, waiting: Waiting, total: int) -> None:
        self.build, self.manifest, self.catalog, self.total = build, manifest, build.catalog, total
        self.waiting = waiting
        self.traces = Traces(build.catalog)
        self.written, self.removed = FileList(), FileList()
        self.reasons: dict[str, tuple[str, ...]] = {}
        self.failures: list[Diagnostic] = []
        self.failed: list[str] = []
        self.taken_back: list[str] = []  # new pages that wait
        self.waits = 0  # pages that are not written, or were taken back, because of where they lead
        self.done = 0
        self.number = time.time_ns()
        self.bytecode = str(build.bytecode)
        self.was_damaged = manifest.was_damaged
        self._rows: dict[int, tuple[Published, str]] = {}  # of pages that are being rendered, with their reasons
        self._made: list[int] = []  # new pages that were written
        self._unmade: dict[int, Published] = {}  # of new pages that failed
        self._left_out: list[Unmade] = []
        heavy = "SELECT COUNT(*) FROM pending n CROSS JOIN page p ON p.id = n.page WHERE p.kind = 'variant'"
        self.pictures = self.catalog.count(heavy) if self.catalog.has_variants() else 0
        self._parts: dict[int, list[Published]] = {}  # of pages of several files, those beside their own
        self._stale: dict[str, None] = {}  # such files that were removed, which the manifest still knows

    def make_pictures(self) -> bool:
        """Makes the files of pictures; whether some could not be made, so that nothing shows them any more and other
        files are to be removed than before."""
        is_other = False
        # Originals twice: where one cannot be made of what is there now, the last good version may stand in.
        for phase in (kinds.ORIGINALS, kinds.ORIGINALS, kinds.VARIANTS):
            self._run(phase, pending(self.catalog, phase))
            if self._left_out:
                from newsgen.pipeline.unmade_pictures import leave_out

                leave_out(self.build, self._left_out)
                self._left_out, is_other = [], True
        if is_other:
            self.traces = Traces(self.catalog)
            self.total = self.done + self.catalog.count("SELECT COUNT(*) FROM pending")
            self.waiting.look()
        close_workshop()
        return is_other

    def run(self) -> None:
        """New pages before those that lead to them, and articles before lists."""
        waiting = self.waiting
        phases = (kinds.ARTICLES, kinds.LISTS, kinds.INDEXES)
        if waiting.is_first or waiting.new:
            for phase in phases:
                is_new = (row for row in pending(self.catalog, phase) if waiting.is_first or row[0] in waiting.new)
                self._run(phase, is_new)
        if self._unmade:
            self._take_back()
        if not waiting.is_first:
            for phase in phases:
                self._run(phase, (row for row in pending(self.catalog, phase) if row[0] not in waiting.new))
        close_renderer(str(self.build.catalog_path), self.bytecode, self.number)

    def _run(self, phase: int, due: Iterable[tuple[int, str, str]]) -> None:
        build = self.build
        roots = (str(build.root), str(theme_folder()))
        lent = build.looking.lent()
        jobs = (
            RenderJob(
                str(build.catalog_path), str(build.output), self.bytecode, roots, self.number, ids, strangers,
                self.manifest.is_alone, self.waiting.addresses, str(build.request.pictures_folder),
                build.keeps_pictures, lent,
            )
            for ids, strangers in self._announced(due, size=1 if phase == kinds.INDEXES else 0)
        )  # fmt: skip
        for results, memory in build.pool.map(render_chunk, jobs, self.total + self.pictures * WEIGHT):
            build.note_memory(memory)
            self._confirm(results)
            build.progress("render", self.done, self.total)

    def _take_back(self) -> None:
        """Removes new pages that lead to one that failed: they are to be rendered again."""
        held = self.waiting.hold(self._unmade, self._made)
        rows = [published(self.catalog, page) for page in held]
        self.waiting.keep_for([*self._unmade.values(), *rows])
        if not held:
            return
        indexes = [page.output for page in held if page.page.kind == "search-index"]
        parts = [name for output in indexes for name in self.manifest.companions(output)]
        rows += [companion(name) for name in parts]
        step = self.manifest.confirm(rows)  # without a hash: about to be written
        with self.catalog.transaction():
            self.catalog.set_meta("step", str(step))
            for page in held:
                self.traces.take_back(page.id, "new page")
        for name in (*(page.output for page in held), *parts):
            output_files.remove(self.build.output, name)
            self.taken_back.append(name)
            self.written.discard(name)
        self.waits += len(held)

    def _announced(
        self, due: Iterable[tuple[int, str, str]], *, size: int
    ) -> Iterator[tuple[list[int], frozenset[str]]]:
        """Chunks of pending pages, of `size` if it is not 0; the manifest knows their files before they are written."""
        for chunk in chunks(due, size=size) if size else self._portions(due):
            strangers, new = set(), []
            pages_due = self.catalog.pages_of([id_ for id_, _, _ in chunk])
            rows = {page.id: published(self.catalog, page) for page in pages_due}
            self._rows |= {id_: (rows[id_], reasons) for id_, reasons, _ in chunk}
            is_first = self.manifest.is_alone
            known = self.manifest.known([] if is_first else [row.output for row in rows.values()])
            for row in rows.values():
                if row.output not in known:
                    if not self._is_stranger(row.output):
                        new.append(row)
                    else:
                        strangers.add(row.output)
            if new:
                self.manifest.announce(new)
            yield [id_ for id_, _, _ in chunk], frozenset(strangers)

    def _portions(self, due: Iterable[tuple[int, str, str]]) -> Iterator[list[tuple[int, str, str]]]:
        """The pages in chunks; where resized pictures are among them, in smaller ones."""
        for chunk in chunks(due, self.total):
            last = 0
            for n in range(_PICTURES, len(chunk), _PICTURES):
                if any(kind == "variant" for _, _, kind in chunk[last:n]):
                    yield chunk[last:n]
                    last = n
            yield chunk[last:]

    def _is_stranger(self, output: str) -> bool:
        """Whether a file stands there that the manifest does not know: what newsgen did not write it never touches."""
        if self.was_damaged or self.manifest.is_alone or self.build.checking:
            return False
        return os.path.lexists(os.path.join(self.build.output, output))

    def _write_files(self, made: Made) -> Made:
        """Writes a page of several files: its own after the others, which the manifest knows first; then removes what
        it had before."""
        output, names = self.build.output, [name for name, _ in made.files]
        known = self.manifest.known(names)
        try:
            for name, data in made.files:
                if name not in known and self._is_stranger(name) and output_files.is_foreign(output, name, data):
                    raise output_files.BlockedError(name)
            self.manifest.announce(companion(name) for name in names[:-1] if name not in known)
            sizes = {
                name: len(data) for name, data in made.files
                if output_files.write_whole(output, name, data, is_new=self.manifest.is_alone)
            }  # fmt: skip
        except output_files.BlockedError:
            failure = foreign(output, made.output, self._rows[made.page][0].url)
            return replace(made, failure=failure, files=())
        rows = [replace(companion(name), hash=content_hash(data), size=len(data)) for name, data in made.files[:-1]]
        self._parts[made.page] = rows
        self.written.add((row.output, row.size, row.hash) for row in rows if row.output in sizes)
        for name in set(self.manifest.companions(made.output)) - set(names):
            row = self.manifest.row(name)
            output_files.remove(output, name)
            self._stale[name] = None
            if row and row.hash:
                self.removed.add([(name, row.size, row.hash)])
        return replace(made, is_new=made.output in sizes, files=())

    def _confirm(self, results: list[Made]) -> None:
        results = [self._settled(made) if made.unmade else made for made in results]
        results = [self._write_files(made) if made.files else made for made in results]
        good = [made for made in results if made.failure is None and made.unmade is None and not made.waits]
        self.waits += sum(result.waits for result in results)
        for made in results:
            if made.failure:
                self.failures.append(made.failure)
                self.failed.append(made.output)
                if made.page in self.waiting.new and made.failure.id != "output-foreign":
                    self._unmade[made.page] = self._rows[made.page][0]
            elif made.unmade:
                self._left_out.append(made.unmade)
            elif made.is_new and made.page in self.waiting.new and not is_picture(made.output):
                self._made.append(made.page)
        self.written.add((made.output, made.size, made.trace.output_hash) for made in good if made.is_new)
        rows = {made.page: self._rows.pop(made.page) for made in results}
        confirmed = [replace(rows[made.page][0], hash=made.trace.output_hash, size=made.size) for made in good]
        for made in good:
            confirmed += self._parts.pop(made.page, ())
        step = self.manifest.confirm(confirmed, gone=self._stale)
        self._stale = {}
        with self.catalog.transaction():
            self.catalog.set_meta("step", str(step))
            self.traces.record((made.page, made.trace, rows[made.page][1]) for made in good)
        if self.total <= TOLD:
            self.reasons |= {made.output: tuple(dict.fromkeys(rows[made.page][1].split("\n"))) for made in results}
        self.done += len(results)

    def _settled(self, made: Made) -> Made:
        """What could not be read just now, but was published before, stays as it is."""
        unmade = made.unmade
        is_new = self.waiting.is_first or made.page in self.waiting.new
        if unmade is None or is_new or not unmade.passing:
            return made
        return replace(made, failure=unmade.passing, unmade=None)

    def diagnostics(self) -> list[Diagnostic]:
        """One for each place and reason in a template, with the first page and how many more."""
        groups: dict[object, list[Diagnostic]] = {}
        for failure in self.failures:
            what = tuple(p for p in failure.parameters if p[0] not in ("url", "advice"))
            groups.setdefault((failure.location, failure.key, what), []).append(failure)
        return [first.and_more(len(others)) if others else first for first, *others in groups.values()]
