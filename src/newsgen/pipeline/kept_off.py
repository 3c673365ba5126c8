"""Which files their errors keep off the site, and which are shown as they were last published."""

# A diagnostic says what is wrong, not what became of the file. An error in the text of a story drops a link or a
# picture, and the story is there; one of the file itself leaves it out, or lets its last good version stand in.
#
#   a file with an error                             is
#   is not read, or nothing of it was ever good      left out
#   lacks what a story needs, which another          left out
#     version may have with an error
#   has an address that belongs to another           left out
#   cannot be read now, and was before               shown as it was
#   is broken, and its last good version stands in   shown as it was
#   has a page that could not be rendered            shown as it was, or left out where it never was
#   holds itself back until somebody acts, or has    neither: without its error it would not be there either
#     expired
#
# What waits for its moment is left out all the same: it would miss it.
#
# Proved by test_what_errors_leave_out_is_named, test_a_page_that_fails_stands_where_it_belongs,
# test_a_version_that_lacks_what_another_has_with_a_fault_is_left_out, test_what_is_not_to_be_public_is_not_left_out,
# test_what_is_shown_as_it_was_is_named, test_a_published_story_that_may_be_held_back_stops_the_publication,
# test_a_fault_that_drops_less_than_the_file_leaves_nothing_out.

from __future__ import annotations

from collections.abc import Callable, Iterable
from zoneinfo import ZoneInfo

from newsgen.addresses import urls
from newsgen.catalog.store import Catalog, decode_parsed
from newsgen.index.holding import Holding
from newsgen.index.stories import PUBLIC, moment
from newsgen.nouns.diagnostics import Diagnostic, Severity
from newsgen.nouns.model import Moment, Parsed, When


class KeptOff:
    """`left_out` and `last_good`: paths of content files and, of the latter, pictures; `held_open`: those shown as they
    were that say something which may hold them back, so that nobody knows what was meant; sorted.

    `now`: epoch seconds; `drafts`: whether `draft: true` counts as if it were not there.
    """

    def __init__(
        self, catalog: Catalog, diagnostics: Iterable[Diagnostic], *, zone: ZoneInfo, now: int, drafts: bool
    ) -> None:
        self._catalog, self._zone, self._now, self._drafts = catalog, zone, now, drafts
        faults: dict[str, set[str]] = {}
        for diagnostic in diagnostics:
            path = diagnostic.location.path
            is_content = path.startswith("content/") and path.lower().endswith(urls.MARKDOWN)
            if is_content and diagnostic.severity == Severity.ERROR and diagnostic.key != "address-lost/deleted":
                faults.setdefault(path, set()).add(diagnostic.key)
        for (path,) in (row for faulty in [*faults] for row in catalog.all(_VERSIONS_BESIDE, faulty)):
            faults.setdefault(path, set())
        refused = [path for (path,) in catalog.all("SELECT path FROM refused")]
        left_out, last_good = [], [*refused, *(path for (path,) in catalog.all(_PICTURES))]
        for path, keys in faults.items():
            if path in refused:
                continue
            row = catalog.one("SELECT kind, story, broken, head FROM parsed WHERE path = ?", path)
            kind, story, is_broken, head = row or ("", "", True, b"")
            is_lost = not head or decode_parsed(head).front is None
            is_story = kind in _STORIES
            state = self._state(path) if is_story else ""
            if state in PUBLIC or (kind and not is_story and not is_lost and not keys & _OF_TERM_FILES):
                last_good += [path] if is_broken or keys & _UNREAD else []
            elif not is_story or (state in ("", "clash") and not self._is_held(path, story)):
                left_out.append(path)
        self.left_out, self.last_good = tuple(sorted(left_out)), tuple(sorted(last_good))
        self.held_open = tuple(path for path in self.last_good if path in faults and self._says_held(path))

    def take_failed(self, outputs: Iterable[str], shown: Callable[[str], str]) -> None:
        """Takes in the content files of pages that could not be rendered; `shown` tells whether readers have one."""
        for output in outputs:
            page = self._catalog.page_at(output, urls.address_key(output))
            if page is None or page.page.number:
                continue
            is_story = page.page.kind in ("article", "page", "gone")
            path = self._catalog.owner_of(page.page)[2] if is_story else self._catalog.term_file(page.page)
            if path and path not in self.left_out and path not in self.last_good:
                if shown(path):
                    self.last_good = tuple(sorted((*self.last_good, path)))
                else:
                    self.left_out = tuple(sorted((*self.left_out, path)))

    def _state(self, path: str) -> str:
        row = self._catalog.one("SELECT state FROM version WHERE path = ?", path)
        return row[0] if row else ""

    def _is_held(self, path: str, story: str) -> bool:
        """Whether it would not be public without its errors either: a draft, or past its end."""
        files = self._catalog.parsed_of_story(story)
        file = next(file for file in files if file.path == path)
        holding = self._holding(files)
        causes = holding.held(file, None, file).causes
        if any(cause.until is None and not cause.is_foreign for cause in causes):
            return True
        front = file.front or file.partial
        if front is None:
            return False
        ends = self._moment(front.expires, file).epoch if front.expires else holding.end(file, front)
        return ends is not None and ends <= self._now

    def _says_held(self, path: str) -> bool:
        """Whether the file as it stands, for which a last good version stands in, says anything that may hold it."""
        row = self._catalog.one("SELECT head FROM parsed WHERE path = ? AND kind IN ('article', 'page')", path)
        file = decode_parsed(row[0]).broken if row else None
        if file is None or file.front is not None:
            return False
        return bool(self._holding([file]).held(file, None, file).causes)

    def _holding(self, files: list[Parsed]) -> Holding:
        return Holding(files, drafts=self._drafts, is_future=lambda at: at > self._now, to_moment=self._moment)

    def _moment(self, when: When, file: Parsed) -> Moment:
        return moment(when, self._zone)[0]


_STORIES = ("article", "page")
#: What a term's file is left out for; with its other faults it names its term all the same.
_OF_TERM_FILES = {"story-duplicate/term", "term-empty", "category-unknown/file", "category-unknown/near"}
#: Of the file itself, where it stays as it was read last.
_UNREAD = {"file-changed", "file-unreadable"}
#: What one version lacks it takes from another, which may have it with a fault.
_VERSIONS_BESIDE = (
    "SELECT p.path FROM parsed f JOIN parsed p ON p.story = f.story AND p.kind = f.kind AND p.path != f.path"
    " WHERE f.path = ? AND f.kind IN ('article', 'page')"
)
_PICTURES = (
    "SELECT m.path FROM media m CROSS JOIN file f ON f.path = substr(m.path, 9) AND f.kind = 'media'"
    " WHERE m.fault AND m.stand_in = f.hash AND m.stand_in != ''"
)
