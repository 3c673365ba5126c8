"""The acts of which a publication is made, in a folder of a server that is reached over SSH."""

# The server needs a POSIX shell, rsync, and `mv` that can put a link in the place of a link: that of GNU, busybox or
# FreeBSD. With GNU's `b2sum`, what an accident left need not travel again.
#
# What a cut connection leaves behind goes on for a moment: whatever was asked last gets an end of its input, and may
# come to its own end. So no act trusts the length of what it reads, and `hashes`, which is asked first after an
# accident, goes on in a copy made of links, where nobody else writes.
#
# Proved by tests/test_publish_ssh.py: test_a_server_does_what_a_folder_does, test_a_text_that_is_cut_off_is_no_text,
# test_who_writes_on_after_an_accident_changes_nothing.

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from hashlib import blake2b
from pathlib import Path, PurePosixPath

from newsgen.nouns.diagnostics import NewsgenError
from newsgen.publish.books import File, not_as_built
from newsgen.publish.connection import MISSING, SHORT, THERE, Address, Connection, for_rsync
from newsgen.publish.place import Progress
from newsgen.publish.releases import BOOKS

#: Writes standard input, whose length is $3, to $2, and makes the folder of $1 for it.
_PUT = """\
put() {
    mkdir -p "${1%/*}" && cat >"$2" || return
    [ "$(($(wc -c <"$2")))" = "$3" ] || { echo "the connection was cut" >&2; return 1; }
}
put "$@" || { rm -f "$2"; exit 1; }
"""
_WRITE = f"""{_PUT}mv -f "$2" "$1" """
#: Twice, for a lock that is given back between the attempt and the look at it.
_CREATE = f"""\
{_PUT}s=0
ln "$2" "$1" 2>/dev/null || {{ [ -e "$1" ] && s={THERE}; }} || ln "$2" "$1" || s=1
rm -f "$2"
exit $s"""
_READ = f"""\
[ -f "$1" ] || absent "$1"
cat "$1" || {{ [ -f "$1" ] || exit {MISSING}; exit 1; }}"""
_AGE = f"""\
[ -e "$1" ] || absent "$1"
s=0
touch "$2" && {{ stat -c %Y "$1" "$2" 2>/dev/null || stat -f %m "$1" "$2"; }} || s=$?
rm -f "$2"
[ -e "$1" ] || s={MISSING}
exit $s"""
_NAMES = """\
cd "$1" 2>/dev/null || absent "$1"
[ -r . ] || { echo "$1: Permission denied" >&2; exit 1; }
for name in * .*; do
    if [ "$name" != . ] && [ "$name" != .. ] && { [ -e "$name" ] || [ -L "$name" ]; }; then printf '%s\\0' "$name"; fi
done"""
_MOVE = """\
if [ -e "$2" ]; then echo "$2: it is there already" >&2; exit 1; fi
mkdir -p "${2%/*}" && mv "$1" "$2" """
#: In a folder of its own, $3: one who was cut off and goes on must not write into the next one's.
_CLONE = """\
rm -rf "${3%/*}"/incoming-*
mkdir -p "${2%/*}" "${3%/*}"
cp -al "$1" "$3" 2>/dev/null || { rm -rf "$3"; cp -pR "$1" "$3"; } || exit
if [ -e "$2" ]; then echo "$2: it is there already" >&2; exit 1; fi
mv "$3" "$2" """
_LEADS_TO = """\
[ -L "$1" ] || absent "$1"
readlink -n "$1" """
#: A rename, as no other act puts one link in the place of another without a moment in which there is none.
_SWITCH = """\
rm -f "$3"
ln -s "$2" "$3" || exit
case $(mv --help 2>&1) in (*-T*) mv -fT "$3" "$1" ;; (*) mv -fh "$3" "$1" ;; esac"""
_DELETE = """cd "$1" && shift && printf '%s\\0' "$@" | xargs -0 rm -f"""
_DELETE_EMPTY = """cd "$1" && shift && printf '%s\\0' "$@" | xargs -0 rmdir 2>/dev/null || :"""
_HASHES = """\
cd "$1" 2>/dev/null || absent "$1"
if command -v b2sum >/dev/null; then
    find . -type f -exec b2sum -l 128 -z {} +
else
    find . -type f -exec printf '  %s\\0' {} +
fi"""
#: Of new files; who may read and write them is up to the server.
_RSYNC = (
    "--from0",
    "--ignore-times",
    "--copy-links",
    "--secluded-args",
    "--compress",
    "--chmod=ugo=rwX",
    "--out-format=%n",
    "--outbuf=L",
    """--rsync-path=sh -c 'umask a+rx; exec rsync "$@"' rsync""",
)


class SshMachine:
    """A folder with releases on a server; paths are relative to it. What is written is whole or not there."""

    def __init__(self, address: Address, *, command: str) -> None:
        self.connection, self._folder = Connection(address, command), address.folder
        self._mine = os.urandom(4).hex()  # whoever publishes at the same time has another one

    # ---- small files
    def read(self, path: str) -> bytes | None:
        return self._asked(_READ, path)

    def write(self, path: str, data: bytes) -> None:
        """Puts a file in the place of another one in one step."""
        self.connection.run(_WRITE, self._at(path), self._beside(path), str(len(data)), data=data)

    def create(self, path: str, data: bytes) -> bool:
        """Writes a file unless there is one; of several who try at once, one gets True. It appears whole."""
        status, _ = self.connection.run(_CREATE, self._at(path), self._beside(path), str(len(data)), data=data)
        return status != THERE

    def touch(self, path: str) -> None:
        self.connection.run('touch -c "$1"', self._at(path))

    def age(self, path: str) -> float | None:
        """Seconds since a file was written or touched, by the server's clock; None if there is none."""
        said = self._asked(_AGE, path, self._beside(path))
        if said is None:
            return None
        then, now = map(int, said.split())
        return float(now - then)

    # ---- folders
    def names(self, path: str) -> list[str]:
        """What lies in a folder, sorted; nothing if there is none."""
        return sorted(_parts(self._asked(_NAMES, path)))

    def move(self, path: str, to: str) -> None:
        """Gives a file or folder another name, which nothing has, in one step."""
        self.connection.run(_MOVE, self._at(path), self._at(to))

    def remove(self, path: str) -> None:
        """Removes a file or a whole folder, if it is there."""
        self.connection.run('rm -rf "$1"', self._at(path))

    def clone(self, path: str, to: str) -> None:
        """A second folder with the same files, which take no room: hard links, copies where there are none."""
        self.connection.run(_CLONE, self._at(path), self._at(to), self._at(f"{BOOKS}/incoming-{self._mine}"))

    # ---- links
    def leads_to(self, path: str) -> str | None:
        """Where a symbolic link leads, as it is written; None if it is none."""
        way = self._asked(_LEADS_TO, path)
        return None if way is None else os.fsdecode(way)

    def switch(self, path: str, to: str) -> None:
        """Lets a symbolic link lead elsewhere, in one step: at every instant it leads somewhere."""
        self.connection.run("sync")  # or a power cut could leave the link, and not what it leads to
        self.connection.run(_SWITCH, self._at(path), to, self._beside(path))

    # ---- the files of a release
    def send(self, output: Path, files: Iterable[File], into: str, progress: Progress) -> None:
        """Copies files of the output into a folder. Raises: NewsgenError where one is not what the build made."""
        files = list(files)
        if not files:
            return
        looks = [_look(output, file) for file in files]
        self.connection.run('mkdir -p "$1"', self._at(into))
        self._rsync(output, [file.path for file in files], into, progress)
        for file, look in zip(files, looks, strict=True):
            if _stat(output / file.path) != look:
                raise not_as_built(output / file.path)

    def _rsync(self, output: Path, paths: Sequence[str], into: str, progress: Progress) -> None:
        """As new files beside those that are there, which have other names in older releases."""
        address = self.connection.address
        rsh = for_rsync(self.connection.words_of_ssh())
        whole = f"{address.user}{address.host}:{self._at(into)}/"
        with tempfile.TemporaryDirectory(prefix="newsgen-") as folder:
            listed, errors = Path(folder, "files"), Path(folder, "errors")
            listed.write_bytes(b"".join(os.fsencode(f"./{path}") + b"\0" for path in paths))  # `#a` is no comment
            words = ("rsync", f"--files-from={listed}", *_RSYNC, f"--rsh={rsh}", "--", f"{output.absolute()}/", whole)
            with errors.open("wb") as said, subprocess.Popen(words, stdout=subprocess.PIPE, stderr=said) as running:
                done = 0
                try:
                    for line in running.stdout or ():
                        done += not line.endswith(b"/\n")
                        progress("send", min(done, len(paths)), len(paths))
                except BaseException:
                    running.kill()
                    raise
            if running.returncode:
                raise self.connection.refused(running.returncode, errors.read_bytes())
        if done < len(paths):
            raise NewsgenError(f"{address.written}: rsync sent {done:,} of {len(paths):,} files, and did not say why")

    def delete(self, paths: Iterable[str], folder: str) -> None:
        """Removes files from a folder, and the folders that are empty then."""
        parents = set()
        for part in _in_parts(paths):
            self.connection.run(_DELETE, self._at(folder), *part)
            parents |= {parent for path in part for parent in PurePosixPath(path).parents if parent.name}
        deepest_first = sorted(parents, key=lambda one: (-len(one.parts), one))
        for part in _in_parts(map(str, deepest_first)):
            self.connection.run(_DELETE_EMPTY, self._at(folder), *part)

    def hashes(self, folder: str) -> dict[str, str]:
        """The hash of every file in a folder by its path, "" where the server cannot tell: after an accident."""
        if not self.names(folder):
            return {}
        beside = f"{BOOKS}/incoming-again"
        self.clone(folder, beside)
        self.remove(folder)
        self.move(beside, folder)
        found = {}
        for line in _parts(self._asked(_HASHES, folder)):
            hash_, _, path = line.partition("  ")
            found[path.removeprefix("./")] = hash_
        return found

    # ---- how it is asked
    def _at(self, path: str) -> str:
        return f"{self._folder}/{path}"

    def _beside(self, path: str) -> str:
        return self._at(f"{path}.new-{self._mine}")

    def _asked(self, script: str, path: str, *more: str) -> bytes | None:
        """What a script says of a path; None where there is nothing."""
        status, said = self.connection.run(script, self._at(path), *more)
        return None if status == MISSING else said


def _parts(said: bytes | None) -> list[str]:
    return [os.fsdecode(part) for part in (said or b"").split(b"\0")[:-1]]


def _in_parts(paths: Iterable[str]) -> Iterator[list[str]]:
    """As many at once as stand in a command."""
    part, size = [], 0
    for path in paths:
        part.append(f"./{path}")  # looks neither like an option nor like a comment
        size += len(os.fsencode(path)) + 10
        if size > SHORT // 2:
            yield part
            part, size = [], 0
    if part:
        yield part


# ---- what is sent
def _look(output: Path, file: File) -> tuple[int, ...]:
    """By which it is seen later that a file is still the one with this hash. Raises: NewsgenError if it has another."""
    path = output / file.path
    look = _stat(path)
    if blake2b(path.read_bytes(), digest_size=16).hexdigest() != file.hash:
        raise not_as_built(path)
    return look


def _stat(path: Path) -> tuple[int, ...]:
    told = path.stat()
    return told.st_ino, told.st_size, told.st_mtime_ns
