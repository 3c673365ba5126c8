"""What is said of a key that a kind of file, or a group in it, has not."""

from __future__ import annotations

import difflib
import re
import urllib.parse

from newsgen.nouns.diagnostics import Diagnostic, one_line
from newsgen.nouns.model import SourceKind
from newsgen.parsing import holding_keys
from newsgen.parsing.file_parts import INVISIBLE
from newsgen.parsing.keys import (
    ABOUT_TERM,
    ARTICLE_KEYS,
    LANGUAGE_KEYS,
    NEEDLESS_KEYS,
    OTHER_WORDS,
    PICTURE_PARTS,
    TERM_KEYS,
)
from newsgen.settings.yaml_faults import Faults
from newsgen.settings.yaml_nodes import Node, Scalar

#: Unknown keys of a file that are held against all known ones, which takes a while.
_MOST_SUGGESTIONS = 200
#: An address that can stand in `aliases` once its host is off.
_ADDRESS = r"(?:https?://[\w.-]+)?/[\w./~-]{1,100}"


class UnknownKeys(Faults):
    """Says what to write in place of the unknown keys of one file."""

    def __init__(self, path: str, kind: SourceKind, diagnostics: list[Diagnostic]) -> None:
        super().__init__(path, diagnostics)
        self.kind = kind
        self.suggestions = 0

    def told(self, key: Scalar, known: tuple[str, ...], inside: str = "", *, value: Node) -> None:
        """Says what is wrong with a key that this kind of file, or this group in it, has not."""
        name = one_line(key.value)
        if not inside and name in ARTICLE_KEYS + TERM_KEYS:
            self.fault(key, "key-unknown/picture" if name == "image" else f"key-unknown/in-{self.kind}", name=name)
            return
        bare = name.strip("".join((INVISIBLE, " \t")))
        if bare != name and bare in known:
            odd = next(character for character in key.value if character in INVISIBLE)
            self.fault(key, "key-unknown/odd-space", name=bare, code=ord(odd))
            return
        word = holding_keys.folded(name)
        near = self._nearest(word, known)
        if inside and near:
            self.fault(key, "key-unknown/near-inside", name=name, inside=inside, near=near)
        elif inside and isinstance(value, Scalar) and value.is_empty:  # a comma cut it off the text before it
            self.fault(key, "key-unknown/comma", name=name, inside=inside)
        elif inside:
            self.fault(key, "key-unknown/inside", name=name, inside=inside, known=known)
        else:
            self._word(key, word, value, known, near)

    def _word(self, key: Scalar, word: str, value: Node, known: tuple[str, ...], near: str) -> None:
        """Says what to write in place of a key of the file itself. `word`: its name as `holding_keys.folded` has it."""
        name, is_news = one_line(key.value), "extra" in known
        if word in LANGUAGE_KEYS and "lang" not in known:
            self.fault(key, "key-unknown/language", name=name)
        elif is_news and word in PICTURE_PARTS:
            self.fault(key, "key-unknown/of-image", name=name, part=PICTURE_PARTS[word])
        elif OTHER_WORDS.get(word) == "aliases" and "aliases" in known:
            text = value.value.strip() if isinstance(value, Scalar) else ""
            path = urllib.parse.urlsplit(text).path if re.fullmatch(_ADDRESS, text) else "/old/address/"
            self.fault(key, "key-unknown/address", name=name, path=path)
        elif OTHER_WORDS.get(word) in known:
            self.fault(key, "key-unknown/near", name=name, near=OTHER_WORDS[word])
        elif not is_news and word in ABOUT_TERM:
            self.fault(key, "key-unknown/near", name=name, near="description")
        elif is_news and word in NEEDLESS_KEYS:
            self.fault(key, "key-unknown/nothing", name=name)
        elif near:
            self.fault(key, "key-unknown/near", name=name, near=near)
        elif is_news:
            self.fault(key, "key-unknown", name=name)
        else:
            self.fault(key, "key-unknown/known", name=name, known=known)

    def _nearest(self, word: str, known: tuple[str, ...]) -> str:
        """The known key that was misspelled, "" if none is that near; none for very many in a file, as each is held
        against all. Of short words, half of the letters say nothing: a wrong key would be worse than none."""
        self.suggestions += 1
        if self.suggestions > _MOST_SUGGESTIONS:
            return ""
        by_word = {holding_keys.folded(key): key for key in known}
        near = difflib.get_close_matches(word, by_word, n=1, cutoff=0.75)
        return by_word[near[0]] if near and _is_misspelled(word, near[0]) else ""


def _is_misspelled(word: str, near: str) -> bool:
    """Whether one is the other with letters wrong: `tgas`, `leed`; `age` is no `image`, and `done` is no `gone`."""
    if len(word) > 4 or sorted(word) == sorted(near):
        return True
    return word[0] == near[0] and len(word) == len(near) and sum(map(str.__ne__, word, near)) == 1
