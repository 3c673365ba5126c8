"""Sites that no editor would write, each drawn from a seed: bodies, front matter, pictures and names of pieces."""

from __future__ import annotations

import dataclasses
import random
import string
from collections.abc import Callable
from typing import Any

from support import lettered
from support.harness import NOW
from support.soak_pieces import (
    ARTICLE_KEYS,
    ATTRIBUTES,
    BAD_LINES,
    BAD_VALUES,
    BLOCKS,
    FOLDER,
    FOUND,
    FRAMES,
    GROUP_KEYS,
    HOLDING,
    HTML,
    IDS,
    INLINE,
    LETTERS,
    LINKS,
    MOMENTS,
    NARROW,
    NO_PICTURES,
    ODD,
    ODD_FILE_NAMES,
    ODD_FILES,
    ODD_KEYS,
    ODD_NAMES,
    ODD_SUFFIXES,
    OPENINGS,
    PAGE_KEYS,
    PATHS,
    PICTURES,
    PIPE,
    PLANTED,
    PLANTED_BELOW,
    SETTINGS,
    SPECIALS,
    SVG_PARTS,
    SVG_STARTS,
    TARGETS,
    TEXTS,
    THEME,
    WORDS,
    Files,
    Link,
    Thing,
)


@dataclasses.dataclass(frozen=True)
class Step:
    """What happens between two builds: files that come, change or go (None), settings, and the clock."""

    files: dict[str, Thing | None]
    settings: dict[str, Any]
    now: str = NOW
    is_older: bool = False  # what changes takes an old time along, as `cp -p` and archives leave it
    loses: str = ""  # the cache or the output, which is lost before the build


class Draw:
    """All that is drawn of one seed."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.one = self.random.choice

    def chance(self, share: float) -> bool:
        return self.random.random() < share

    # ---- bodies
    def lettered(self) -> bytes:
        """An article whose words are numbered."""
        lines = [[self.one(lettered.LINES) for _ in range(self.random.randint(0, 12))] for _ in range(8)]
        body = lettered.lettered([(self.one(lettered.BLOCKS), some) for some in lines[: self.random.randint(1, 8)]])
        return f"---\ntitle: Un\ndate: 2023-04-16\ncategories: [europe]\n---\n\n{body}\n".encode()

    def word(self) -> str:
        kind = self.random.random()
        if kind < 0.6:
            return self.one(WORDS)
        if kind < 0.75:
            return self.one(ODD)
        if kind < 0.8:
            return self.one(LETTERS) * self.one((3, 40, 400))
        if kind < 0.9:
            return self.one(HTML)
        return f"[{self.one(TEXTS)}]({self.path()})"

    def path(self) -> str:
        return self.one(PATHS[:FOUND] if self.chance(0.4) else PATHS)

    def words(self, most: int = 8) -> str:
        return self.one(("", " ", " ", " ", "\n")).join(self.word() for _ in range(self.random.randint(1, most)))

    def inline(self, depth: int = 0) -> str:
        if depth > 3 or self.chance(0.4):
            return self.words(3)
        inner = self.inline(depth + 1)
        return self.one(INLINE).replace("{}", inner.replace("{", "(")).replace("{{", "{").replace("}}", "}")

    def block(self, depth: int = 0) -> str:
        kind = self.random.random()
        if kind < 0.35 or depth > 4:
            made = self.one(BLOCKS)
        elif kind < 0.45:
            made = self.words()
        elif kind < 0.6:
            made = " ".join(self.inline() for _ in range(self.random.randint(1, 3)))
        elif kind < 0.64:
            made = f"[[{self.one(IDS)}]]" if self.chance(0.5) else f"Voir [[{self.one(IDS)}|{self.one(TEXTS)}]]."
        elif kind < 0.68:
            title = self.one(("", "", f' "{self.one(TEXTS)}"'))
            made = f"![{self.one(TEXTS)}]({self.path()}{title})"
        elif kind < 0.7:
            made = self.one(("\n", "", " ", "\n\n")).join([self.one(BLOCKS)] * self.one((20, 60, 300)))
        elif kind < 0.72:
            made = self.one(OPENINGS) * self.one((9, 30, 120)) + self.words(2)
        elif kind < 0.74:
            made = f"{self.block(depth + 1)} {self.one(ATTRIBUTES)}"
        else:
            made = _nested(self.blocks(self.random.randint(1, 3), depth + 1), self.one(FRAMES))
        if self.chance(0.06) and made:
            at = self.random.randrange(len(made) + 1)
            made = made[:at] + self.one(ODD) + made[at:]
        if self.chance(0.05) and made:
            at = self.random.randrange(len(made))
            made = made[:at] + made[at + self.random.randint(1, 4) :]
        return made

    def blocks(self, number: int, depth: int = 0) -> str:
        made = ""
        for _ in range(number):
            made += self.block(depth) + self.one(("\n\n", "\n\n", "\n\n", "\n", "\n", " ", "", "\n\n\n"))
        return made

    def body(self) -> str:
        return self.blocks(self.random.choice((0, 1, 1, 2, 3, 3, 4, 6, 9)))

    # ---- front matter
    def scalar(self) -> str:
        """A value as it stands behind a key, of any type and in any state."""
        return (
            self.one(BAD_VALUES)
            if self.chance(0.7)
            else self.one(
                (
                    lambda: self.words(3),
                    lambda: repr(self.words(3)),
                    lambda: '"' + self.words(2).replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ") + '"',
                    lambda: "|\n  " + self.words(4).replace("\n", "\n  "),
                    lambda: "[" + ", ".join(self.one(BAD_VALUES) for _ in range(3)) + "]",
                    lambda: "{" + ", ".join(f"{self.one(GROUP_KEYS)}: {self.one(BAD_VALUES)}" for _ in range(2)) + "}",
                    lambda: "\n" + "".join(f"  - {self.one(BAD_VALUES)}\n" for _ in range(3)),
                    self.moment,
                )
            )()
        )

    def moment(self) -> str:
        number = self.random.randint
        day = f"{number(-10, 10100):04}-{number(0, 13):02}-{number(0, 32):02}"
        return f"{day} {number(0, 24):02}:{number(0, 60):02}"

    def front(self, kind: str) -> str:
        keys = ARTICLE_KEYS if kind == "article" else PAGE_KEYS
        if self.chance(0.7):
            return self.good_front(kind, keys)
        lines = []
        for key in ("title", "date", "categories") if kind == "article" else ("title",):
            if self.chance(0.94):
                value = self.one(keys[key]) if self.chance(0.9) else self.scalar()
                lines.append(f"{key}: {value}")
        for _ in range(self.one((0, 0, 1, 1, 2, 3, 5, 8))):
            key = self.one((*keys, *keys, *ODD_KEYS) if self.chance(0.2) else tuple(keys))
            if any(line.startswith(f"{key}:") for line in lines) and not self.chance(0.1):
                continue
            good = keys.get(key, BAD_VALUES)
            lines.append(f"{key}: {self.one(good) if self.chance(0.75) else self.scalar()}")
        if self.chance(0.05):
            lines.insert(self.random.randrange(len(lines) + 1), self.one(BAD_LINES))
        if self.chance(0.1):
            self.random.shuffle(lines)
        return "\n".join(lines)

    def good_front(self, kind: str, keys: dict[str, tuple[str, ...]]) -> str:
        """What newsgen takes: the first values of each key are good."""
        lines = [f"title: Titre {self.random.randrange(40)}" if self.chance(0.7) else "title: Sommet"]
        if kind == "article":
            lines += [f"date: {self.one(keys['date'][:6])}", f"categories: {self.one(keys['categories'][:4])}"]
        names = [name for name in keys if name not in ("title", "date", "categories")]
        for name in self.random.sample(names, self.one((0, 0, 1, 1, 2, 3, 5))):
            if name not in HOLDING or self.chance(0.3):
                lines.append(f"{name}: {self.one(keys[name][:2])}")
        return "\n".join(lines)

    def text_file(self, kind: str = "article") -> bytes:
        if self.chance(0.03):
            return self.one(ODD_FILES)
        text = f"---\n{self.front(kind)}\n---\n{self.body()}"
        if self.chance(0.08):
            text = self.one(DAMAGES)(text, self)
        data = text.encode("utf-8", "surrogatepass")
        if self.chance(0.05):
            data = self.one(
                (
                    lambda d: d.replace(b"\n", b"\r\n"),
                    lambda d: d.replace(b"\n", b"\r"),
                    lambda d: b"\xef\xbb\xbf" + d,
                    lambda d: d.decode("utf-8", "replace").encode("utf-16"),
                    lambda d: d.decode("utf-8", "replace").encode("latin-1", "replace"),
                    lambda d: d[: len(d) // 2],
                    lambda d: d + b"\xff",
                    lambda d: d + b"\x00" * 30,
                    lambda d: b"\x00" + d,
                    lambda d: d * 3,
                    lambda d: b"\xef\xbb\xbf\xef\xbb\xbf" + d,
                    lambda d: b"\n\n" + d,
                    lambda d: b" " + d,
                    lambda d: d.rstrip(b"\n"),
                )
            )(data)
        return data

    def text(self, number: int) -> bytes:
        """A text to be read alone: every second one with a body that is longer, and surely read."""
        return self.text_file() if number % 2 else f"---\ntitle: T\n---\n{self.blocks(12)}".encode()

    # ---- pictures and other files
    def picture(self) -> bytes:
        if self.chance(0.2):
            return self.svg()
        if self.chance(0.06):
            return self.one(NO_PICTURES)
        data = self.one(PICTURES)()
        if self.chance(0.12):
            data = data[: self.random.randrange(len(data))]
        elif self.chance(0.15):
            bytes_ = bytearray(data)
            for _ in range(self.one((1, 1, 3, 20))):
                bytes_[self.random.randrange(len(bytes_))] ^= 1 << self.random.randrange(8)
            data = bytes(bytes_)
        elif self.chance(0.05):
            data += self.one((b"\x00" * 50, b"<script>", data, b"PK\x03\x04"))
        return data

    def document(self) -> bytes:
        return self.one((b"%PDF-1.4\n", b"<script>x</script>", b"", b"<?xml version='1.0'?><x/>", PICTURES[0]()))

    def svg(self) -> bytes:
        parts = "".join(self.one(SVG_PARTS) for _ in range(self.random.randint(0, 6)))
        if self.chance(0.05):
            parts = self.one(SVG_PARTS) * self.one((50, 400))
        end = self.one(("</svg>", "</svg>", "</svg>", "", "</svg></svg>", "<!-- -->"))
        made = f"{self.one(SVG_STARTS)}{parts}{end}"
        data = made.encode(self.one(("utf-8",) * 9 + ("utf-16", "latin-1")), "replace")
        return data[: self.random.randrange(len(data))] if self.chance(0.05) else data

    # ---- names
    def story_name(self) -> str:
        name = self.one(("a", "b", "2023/04/a", "2023/04/c", "c", "d")) if self.chance(0.8) else self.one(ODD_NAMES)
        suffix = self.one((".fr.md",) * 5 + (".en.md",) * 4 + (".md",) * 2 + ODD_SUFFIXES)
        return f"content/{name}{suffix}"

    def thing(self) -> tuple[str, Thing]:
        """A file, a link or a folder, and where it lies."""
        kind = self.random.random()
        if kind < 0.5:
            return self.story_name(), self.text_file()
        if kind < 0.56:
            name = self.one(("about", "a", "fr", "page", "x/y", "tags", "404"))
            return f"content/pages/{name}{self.one(('.fr.md', '.en.md', '.md'))}", self.text_file("page")
        if kind < 0.64:
            folder = self.one(("tags", "tags", "authors", "sources", "topics", "categories"))
            name = self.one(("chine", "c", "europe", "t", "ana", "agence", "a/b", "sport", "É", "x y"))
            return f"content/{folder}/{name}{self.one(('.fr.md', '.en.md', '.md'))}", self.text_file("page")
        if kind < 0.8:
            name = self.one(("p.png", "q.jpg", "s.svg", "2023/04/p.png", "é.png", "a b.png", "w.webp", "g.gif"))
            return f"content/{name}", self.picture()
        if kind < 0.86:
            top = self.one(("content/", "content/", "content/2023/04/", "static/", "static/x/", "content/tags/"))
            return top + self.one(ODD_FILE_NAMES), self.document()
        if kind < 0.91:
            path, target = self.one(LINKS), self.one(TARGETS)
            # Texts as templates: what does not compile stops a build, as in any template.
            is_theme_of_texts = path.startswith("templates/") and target == "../content"
            return path, Link("p.png" if is_theme_of_texts else target)
        if kind < 0.93:
            return self.one(SPECIALS), self.one((FOLDER, FOLDER, PIPE))
        return self.one(THEME)

    def settings(self) -> dict[str, Any]:
        return dict(self.random.sample(SETTINGS, self.one((0, 0, 0, 1, 1, 2))))

    # ---- a site, and what happens to it
    def site(self) -> tuple[Files, dict[str, Any]]:
        files: Files = {}
        for _ in range(self.random.randint(1, 11)):
            put(files, *self.thing())
        for name in ("content/p.png", "content/q.jpg"):
            if self.chance(0.6):
                put(files, name, self.picture())
        for name, make in (("s.svg", self.svg), ("f.pdf", self.document), ("d.html", self.document)):
            if self.chance(0.3):
                put(files, f"content/{name}", make())
        for _ in range(self.one((0, 0, 1, 1, 2))):
            put(files, *self.planted())
        return files, {"pictures": NARROW, "feed_size": 2, "page_size": 2, **self.settings()}

    def planted(self) -> tuple[str, Thing]:
        number = self.random.randrange(len(PLANTED))
        return PLANTED[number].path, PLANTED[number].data

    def step(self, files: Files) -> Step:
        """One to four edits of these files."""
        changed: dict[str, Thing | None] = {}
        for _ in range(self.random.randint(1, 4)):
            path = self.one(sorted(files)) if files and self.chance(0.7) else ""
            old = files.get(path)
            kind = self.random.random()
            if not path:
                new_path, new = self.planted() if self.chance(0.2) else self.thing()
                changed[new_path] = new
            elif kind < 0.25:
                changed[path] = None
            elif kind < 0.4:
                other = self.one(sorted(files)) if self.chance(0.5) else self.thing()[0]
                if not path.startswith(PLANTED_BELOW) and not other.startswith((PLANTED_BELOW, "templates/")):
                    changed |= {path: None, other: old}
            elif path.startswith(PLANTED_BELOW):
                continue
            elif isinstance(old, bytes) and path.endswith("md"):
                changed[path] = (
                    self._edited(old) if kind < 0.7 else self.text_file("page" if is_page(path) else "article")
                )
            elif isinstance(old, bytes) and not path.startswith(("templates", "static")):
                changed[path] = self.picture()
        settings = self.settings() if self.chance(0.15) else {}
        loses = self.one(("cache", "output")) if self.chance(0.1) else ""
        return Step(changed, settings, self.one(MOMENTS), self.chance(0.1), loses)

    def _edited(self, old: bytes) -> bytes:
        lines = old.split(b"\n")
        at = self.random.randrange(len(lines))
        new = self.one((self.words(4), self.one(BLOCKS), f"{self.one(tuple(ARTICLE_KEYS))}: {self.scalar()}"))
        lines[at : at + self.one((0, 1, 1))] = self.one(([], [new.encode("utf-8", "surrogatepass")]))
        return b"\n".join(lines)


def is_page(path: str) -> bool:
    return path.split("/")[1] in ("pages", "tags", "authors", "sources", "topics", "categories")


def put(files: Files, path: str, thing: Thing | None) -> None:
    """Puts a thing at a path, in the place of what stands there, above it or below it."""
    parents = {path[:at] for at, character in enumerate(path) if character == "/"}
    for other in [name for name in files if name in parents or name == path or name.startswith(f"{path}/")]:
        del files[other]
    if thing is not None:
        files[path] = thing


def _nested(inner: str, frame: tuple[str, str]) -> str:
    first, rest = frame
    return first + inner.replace("\n", f"\n{rest}")


def _in_front(text: str, *lines: str) -> str:
    return text.replace("\n---\n", "\n".join(("", *lines, "---", "")), 1)


Damage = Callable[[str, Draw], str]
DAMAGES: tuple[Damage, ...] = (
    lambda text, draw: text.removeprefix("---\n"),
    lambda text, draw: text.replace("\n---\n", "\n", 1),
    lambda text, draw: text.replace("---\n", f"{draw.one(('----', '--- ', '---yaml', '–––', '+++', '- --'))}\n", 1),
    lambda text, draw: text.replace("\n---\n", f"\n{draw.one(('...', '----', '--- ', ' ---', '+++'))}\n", 1),
    lambda text, draw: text.replace(": ", ":", 1),
    lambda text, draw: text.replace(": ", ":\u00a0", 1),
    lambda text, draw: text.replace(":", " :", 1),
    lambda text, draw: "\u200b" + text,
    lambda text, draw: text + "\n<<<<<<< HEAD\nx\n=======\ny\n>>>>>>> z\n",
    lambda text, draw: text + "\n<!-- non fermé\n\nFin.",
    lambda text, draw: text.replace("\n", f"{draw.one(ODD)}\n", draw.random.randint(1, 5)),
    lambda text, draw: text[: draw.random.randrange(len(text))],
    lambda text, draw: text.replace("title:", "title: a\ntitle:"),
    lambda text, draw: text + draw.block() * draw.one((10, 50)),
    lambda text, draw: "".join(c for c in text if draw.random.random() > 0.02),
    lambda text, draw: _in_front(text, *(f"{c}: {{a: 1}}" for c in string.ascii_letters)),
    lambda text, draw: _in_front(text, "a: &a [x,x,x,x,x,x,x,x]", "b: &b [*a,*a,*a,*a,*a,*a]", "extra: [*b,*b,*b,*b]"),
)
