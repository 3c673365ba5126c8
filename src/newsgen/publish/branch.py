"""A site on a branch of a Git repository, for hosts that show one: a publication is a commit, whole by itself."""

# refs/heads/BRANCH           the site, and `.nojekyll`, without which GitHub Pages leaves out names with `_` and `.`
# refs/heads/BRANCH-newsgen   what is kept beside it: history.json, records/ID.json, manifests/ID.txt, ledger/YEAR.txt
#
# Both are pushed at once (`--atomic`), each only from the commit that was fetched (`--force-with-lease`): no lock is
# needed, for of two publications one is refused, and nothing of it is there. Killed anywhere before the push was taken,
# nothing happened; after it, all of it did.
#
# The repository in the cache is bare and shallow, and without the blobs of the live site where the server lets one ask
# so: the next tree is that of the live commit with what differs put in. It may be deleted at any time.
#
# Proved by test_a_branch_shows_what_was_built, test_of_two_publications_one_is_refused,
# test_branch_killed_at_each_step, test_the_commit_before_is_live_again.

from __future__ import annotations

import contextlib
import os
import subprocess
from collections.abc import Iterable, Iterator
from hashlib import blake2b
from pathlib import Path

import msgspec

from newsgen.ledger.lines import PUBLISHED_FOLDER
from newsgen.nouns.diagnostics import NewsgenError
from newsgen.publish.books import History, Record, not_as_built, of_unknown, read, text_of
from newsgen.publish.lock import myself
from newsgen.publish.place import Live, Progress
from newsgen.publish.plan import Plan

#: The branch where none is named: the one that GitHub Pages proposes.
USUAL = "gh-pages"
_LIVE, _BOOKS = "refs/newsgen/live", "refs/newsgen/books"
_NOTHING = "0" * 40
#: Files of the branch that are no part of the site.
_BESIDE = {".nojekyll": b""}


class BranchPlace:
    """A branch of a repository; `repository` is the cache for it, `remote` an address or a path."""

    def __init__(self, repository: Path, remote: str, branch: str, *, name: str, keep: int) -> None:
        self.repository, self.remote, self.branch, self.name, self.keep = repository, remote, branch, name, keep
        self._is_fetched, self._is_trusted = False, True

    @contextlib.contextmanager
    def held(self, doing: str, *, patience: float) -> Iterator[None]:
        """Nothing is held: what is pushed says what it comes from, and is refused where that is another commit."""
        self._is_fetched = False
        yield

    # ---- what is there
    def distrust(self) -> None:
        self._is_trusted = False

    def live(self) -> Live:
        self._fetch()
        record = self.live_record()
        if record is None:
            return Live()
        manifest = self.manifest_of(record.id)
        if manifest is None:
            raise NewsgenError(f"{self.name}: the branch `{self.branch}-newsgen` lacks the manifest of {record.id}")
        if self._commit(_LIVE) == _NOTHING:
            return Live(record, b"", f"the branch `{self.branch}` is gone: everything is sent anew")
        tree = (self._blob(_BOOKS, "tree") or b"").decode()
        if tree != self._git("rev-parse", f"{_LIVE}^{{tree}}"):
            note = f"somebody else changed the branch `{self.branch}`: what newsgen published is sent anew"
            return Live(record, of_unknown(manifest), note)
        return Live(record, manifest if self._is_trusted else of_unknown(manifest))

    def live_record(self) -> Record | None:
        live = self.history().live
        return self.record_of(live[-1]) if live else None

    def history(self) -> History:
        self._fetch()
        return read(self._blob(_BOOKS, "history.json"), History) or History()

    def record_of(self, release: str) -> Record | None:
        return read(self._blob(_BOOKS, f"records/{release}.json"), Record)

    def manifest_of(self, release: str) -> bytes | None:
        return self._blob(_BOOKS, f"manifests/{release}.txt")

    def ledger(self) -> tuple[dict[str, bytes], dict[str, bytes]]:
        self._fetch()
        return self._texts(_LIVE, PUBLISHED_FOLDER.strip("/")), self._texts(_BOOKS, "ledger")

    def _texts(self, ref: str, folder: str) -> dict[str, bytes]:
        return {name: self._blob(ref, f"{folder}/{name}") or b"" for name in self._names(ref, folder)}

    def strange(self) -> str:
        self._fetch()
        if self._commit(_BOOKS) != _NOTHING or self._commit(_LIVE) == _NOTHING:
            return ""
        names = [name for name in self._names(_LIVE, "") if name not in _BESIDE]
        return ", ".join(names[:3]) + (", …" if len(names) > 3 else "")

    def file(self, path: str) -> bytes | None:
        self._fetch()
        return self._blob(_LIVE, path)

    # ---- the next one
    def publish(self, record: Record, manifest: bytes, plan: Plan, output: Path, progress: Progress) -> None:
        for file in plan.sent:
            if blake2b((output / file.path).read_bytes(), digest_size=16).hexdigest() != file.hash:
                raise not_as_built(output / file.path)
        progress("send", 0, 0)
        paths = [file.path for file in plan.sent]
        hashes = self._written(output / path for path in paths)
        changes = [(hash_, path) for hash_, path in zip(hashes, paths, strict=True)]
        changes += [(_NOTHING, file.path) for file in plan.removed]
        changes += [(self._blob_of(data), path) for path, data in _BESIDE.items()]
        tree = self._tree(_LIVE if self._commit(_LIVE) != _NOTHING else "", changes)
        history = self.history()
        history = msgspec.structs.replace(history, live=(*history.live, record.id))
        books = {
            "history.json": text_of(history),
            "tree": tree.encode(),
            f"records/{record.id}.json": text_of(record),
            f"manifests/{record.id}.txt": manifest,
        }
        self._push(tree, f"Publish {record.id}", self._books(books, history), f"Publish {record.id}")

    def keep_ledger(self, files: dict[str, bytes]) -> None:
        self._is_fetched = False
        self._fetch()
        books = self._books({f"ledger/{name}": data for name, data in files.items()}, self.history())
        self._push("", "", books, "Keep the ledger")

    # ---- the way back
    def return_to(self, record: Record, *, left: Record) -> None:
        """As a new commit with the tree of the earlier one, so that nobody's clone loses anything."""
        whole = "--depth=2147483647"  # as `--unshallow`, which refuses where the history is whole already
        self._git("fetch", "--quiet", "--filter=blob:none", whole, "origin", f"refs/heads/{self.branch}")
        words = f"Publish {record.id}"
        commit = self._git("log", "-1", "--format=%H", "--fixed-strings", f"--grep={words}", _LIVE)
        if not commit:
            raise NewsgenError(f"{self.name} has no commit of {record.id} any more: go back with git, and publish")
        history = self.history()
        history = History(history.live[: history.live.index(record.id) + 1], (*history.rolled_back, left))
        tree = self._git("rev-parse", f"{commit}^{{tree}}")
        books = self._books({"history.json": text_of(history), "tree": tree.encode()}, history)
        self._push(tree, words, books, f"Go back to {record.id}")

    # ---- trees and commits
    def _books(self, files: dict[str, bytes], history: History) -> str:
        """The tree of what is kept beside the site; of releases that nobody can go back to, nothing."""
        changes = [(self._blob_of(data), path) for path, data in files.items()]
        kept = history.live[-self.keep :]
        for folder, ending in (("records", ".json"), ("manifests", ".txt")):
            for name in self._names(_BOOKS, folder):
                if name.removesuffix(ending) not in kept:
                    changes.append((_NOTHING, f"{folder}/{name}"))
        return self._tree(_BOOKS if self._commit(_BOOKS) != _NOTHING else "", changes)

    def _tree(self, ref: str, changes: Iterable[tuple[str, str]]) -> str:
        """A tree: that of a ref with other blobs at some paths; `_NOTHING` takes a path out."""
        index = {"GIT_INDEX_FILE": str(self.repository / f"index-{os.getpid()}")}
        with contextlib.suppress(FileNotFoundError):
            os.unlink(index["GIT_INDEX_FILE"])
        if ref:
            self._git("read-tree", ref, env=index)
        lines = (f"{'0' if hash_ == _NOTHING else '100644'} {hash_}\t{path}\0" for hash_, path in changes)
        self._git("update-index", "-z", "--index-info", env=index, given="".join(lines).encode())
        tree = self._git("write-tree", "--missing-ok", env=index)
        os.unlink(index["GIT_INDEX_FILE"])
        return tree

    def _written(self, paths: Iterable[Path]) -> list[str]:
        """The blobs of files, whose bytes are taken as they are."""
        given = "".join(f"{path}\n" for path in paths).encode()
        return self._git("hash-object", "-w", "--no-filters", "--stdin-paths", given=given).split()

    def _blob_of(self, data: bytes) -> str:
        return self._git("hash-object", "-w", "--stdin", given=data)

    def _push(self, tree: str, words: str, books: str, books_words: str) -> None:
        """Pushes a commit of the site (none where `tree` is empty) and one of what lies beside it, both or none."""
        branches = [(self.branch, _LIVE, tree, words)] if tree else []
        branches.append((f"{self.branch}-newsgen", _BOOKS, books, books_words))
        arguments, new = ["push", "--quiet", "--atomic"], []
        for branch, ref, of_branch, message in branches:
            old = self._commit(ref)
            parents = ("-p", old) if old != _NOTHING else ()
            commit = self._git("commit-tree", of_branch, *parents, "-m", message)
            expected = "" if old == _NOTHING else old
            arguments.append(f"--force-with-lease=refs/heads/{branch}:{expected}")
            new.append((f"{commit}:refs/heads/{branch}", ref, commit))
        try:
            self._git(*arguments, "origin", *(refspec for refspec, _, _ in new))
        except NewsgenError as fault:
            if "stale info" in fault.message or "fetch first" in fault.message or "cannot lock ref" in fault.message:
                raise NewsgenError(f"{self._other()} published to {self.name} meanwhile: try again") from None
            raise
        for _, ref, commit in new:
            self._git("update-ref", ref, commit)

    def _other(self) -> str:
        """Who published last, as far as can be told now."""
        self._is_fetched = False
        with contextlib.suppress(NewsgenError):
            self._fetch()
            if record := self.live_record():
                return record.by
        return "somebody"

    # ---- git
    def _fetch(self) -> None:
        """Takes over both branches, the last commit of each, once."""
        if self._is_fetched:
            return
        if not (self.repository / "HEAD").exists():
            self.repository.mkdir(parents=True, exist_ok=True)
            self._git("init", "--quiet", "--bare")
            for key, value in (("promisor", "true"), ("partialclonefilter", "blob:none")):
                self._git("config", f"remote.origin.{key}", value)
        self._git("config", "remote.origin.url", self.remote)
        there = dict(line.split("\t")[::-1] for line in self._git("ls-remote", "origin", "refs/heads/*").splitlines())
        for branch, ref in ((self.branch, _LIVE), (f"{self.branch}-newsgen", _BOOKS)):
            if f"refs/heads/{branch}" in there:
                refspec = f"+refs/heads/{branch}:{ref}"
                self._git("fetch", "--quiet", "--no-tags", "--depth=1", "--filter=blob:none", "origin", refspec)
            elif self._commit(ref) != _NOTHING:
                self._git("update-ref", "-d", ref)
        self._is_fetched = True

    def _commit(self, ref: str) -> str:
        try:
            return self._git("rev-parse", "--verify", "--quiet", f"{ref}^{{commit}}")
        except NewsgenError:
            return _NOTHING

    def _blob(self, ref: str, path: str) -> bytes | None:
        done = self._run(("cat-file", "blob", f"{ref}:{path}"))
        return done.stdout if done.returncode == 0 else None

    def _names(self, ref: str, folder: str) -> list[str]:
        done = self._run(("ls-tree", "-z", "--name-only", f"{ref}:{folder}"))
        return done.stdout.decode().split("\0")[:-1] if done.returncode == 0 else []

    def _git(self, *arguments: str, given: bytes = b"", env: dict[str, str] | None = None) -> str:
        """What git answers. Raises: NewsgenError with what it says."""
        done = self._run(arguments, given=given, env=env)
        if done.returncode != 0:
            said = done.stderr.decode("utf-8", "replace").strip().replace("\n", "; ")
            raise NewsgenError(f"{self.name}: `git {arguments[0]}` did not succeed: {said or done.returncode}")
        return done.stdout.decode().strip()

    def _run(
        self, arguments: Iterable[str], *, given: bytes = b"", env: dict[str, str] | None = None
    ) -> subprocess.CompletedProcess[bytes]:
        identity = {"NAME": myself(), "EMAIL": myself()}
        surroundings = {
            "GIT_TERMINAL_PROMPT": "0",  # nobody is there to answer
            **{f"GIT_{who}_{what}": value for who in ("AUTHOR", "COMMITTER") for what, value in identity.items()},
        }
        # A repository that CI named for its own checkout is not the one that is meant here.
        kept = {key: value for key, value in os.environ.items() if key not in _OF_ANOTHER}
        return subprocess.run(
            ("git", "--git-dir", self.repository, *arguments),
            input=given,
            capture_output=True,
            env=kept | surroundings | (env or {}),
            check=False,
        )


_OF_ANOTHER = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_COMMON_DIR", "GIT_NAMESPACE")
