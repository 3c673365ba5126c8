"""What a publication changes at its target: the difference of two manifests, and in which order files travel."""

# A reader must never be led to what is not there. So files travel in stages, each whole before the next: first what
# pages are made of; then whatever is new, pages and lists, which lead to each other, and to which nothing leads yet;
# then pages that changed, and may lead to them; then lists, feeds and sitemaps that changed, which is where readers
# find what is new; what goes, goes last. A place that switches from one release to the next in one step has no use for
# the order; object stores do.

from __future__ import annotations

import msgspec

from newsgen.publish.books import File, files_of

#: What pages are made of, by kind.
_PARTS = frozenset(("media", "variant", "static", "style", "search-index", "companion"))
#: What is found by lists; every other kind is a list, a feed or an index.
_PAGES = frozenset(("article", "page", "gone", "article-json", "redirect", "moved", "copy", "withdrawn"))
#: Pages that show a story.
STORIES = frozenset(("article", "page"))
#: What the page of a story may become without taking the story off.
_KEPT = STORIES | {"moved", "redirect", "copy"}
#: Removals that need no word: this many files, or one in a hundred if that is more.
FEW, ONE_IN = 50, 100


class Change(msgspec.Struct, frozen=True):
    """One file that differs: as it will be, and the size and kind that it had; a new one had none."""

    file: File
    size_before: int = -1
    kind_before: str = ""


class Plan(msgspec.Struct, frozen=True):
    """What differs between the live site and the next one, by path."""

    added: tuple[File, ...] = ()
    changed: tuple[Change, ...] = ()
    removed: tuple[File, ...] = ()
    same: int = 0  # files

    @property
    def sent(self) -> list[File]:
        """What travels."""
        return [*self.added, *(change.file for change in self.changed)]

    @property
    def size(self) -> int:
        """Bytes that travel, before compression."""
        return sum(file.size for file in self.sent)

    @property
    def moved(self) -> list[File]:
        """Where a page stood and its way to another address stands now."""
        is_way = ("moved", "redirect")
        return [c.file for c in self.changed if c.file.kind in is_way and c.kind_before not in is_way]

    @property
    def taken_off(self) -> list[File]:
        """Stories that were shown, and are shown no more: withdrawn, expired, forgotten, deleted."""
        turned = (c.file for c in self.changed if c.kind_before in STORIES and c.file.kind not in _KEPT)
        return sorted((*turned, *(file for file in self.removed if file.kind in STORIES)))

    @property
    def is_empty(self) -> bool:
        return not (self.added or self.changed or self.removed)

    def most_removals(self) -> int:
        """Files that may go without a word."""
        before = self.same + len(self.changed) + len(self.removed)
        return max(FEW, before // ONE_IN)

    def stages(self) -> list[tuple[str, list[File]]]:
        """What travels, in stages by name; within one, any order will do."""
        parts: list[File] = [file for file in self.sent if file.kind in _PARTS]
        new = [file for file in self.added if file.kind not in _PARTS]
        changed = [change.file for change in self.changed if change.file.kind not in _PARTS]
        pages = [file for file in changed if file.kind in _PAGES]
        lists = [file for file in changed if file.kind not in _PAGES]
        return [("parts", parts), ("new", new), ("pages", pages), ("lists", lists)]


def plan(before: bytes, after: bytes) -> Plan:
    """The difference between two manifests. Raises: ValueError where one is none."""
    old, new = set(before.splitlines()), set(after.splitlines())
    gone = {file.path: file for file in files_of(old - new)}
    come = {file.path: file for file in files_of(new - old)}
    added, changed, same = [], [], len(old & new)
    for path, file in sorted(come.items()):
        was = gone.get(path)
        if was is None:
            added.append(file)
        elif was.hash != file.hash:
            changed.append(Change(file, was.size, was.kind))
        else:
            same += 1
    removed = [file for path, file in sorted(gone.items()) if path not in come]
    return Plan(tuple(added), tuple(changed), tuple(removed), same)
