"""Typography by language: French no-break spaces and guillemets, English quotes and dashes (CONTENT.md §3)."""

from __future__ import annotations

import re
import xml.etree.ElementTree as etree
from collections.abc import Callable
from functools import cache
from itertools import groupby
from typing import NamedTuple

from markdown import Markdown
from markdown.extensions import Extension
from markdown.treeprocessors import Treeprocessor
from markdown.util import AtomicString

from newsgen.parsing.markup.characters import END, SET, TYPED, resolved

NO_BREAK = "\u00a0"
NARROW = "\u202f"
_BREAK = "\u2028"  # stands for a line break within a block
_OPAQUE = "x"  # stands for code, an address, a picture: a word to its neighbours

_FRENCH = re.compile(r"(?<![ \n])[ \n]++(?=[;!?:%€»\"])|«|»|\"|'")
_ENGLISH = re.compile(r"-+|[“”\"']")
_OPENERS = frozenset("([{<«‹“‘„¿¡/–—-=")
_CLOSERS = frozenset(".,;:!?)]}>»›…")
# A straight quote behind a space, words without quotes, and one behind a word.
_PAIR = re.compile(
    r"(?:^|(?<= ))\"(?=[^\s.,;:!?)\]}>»›…\"'“”«’])([^\"“”«»]*[^\s\"“”«»'’([{<‹‘„¿¡/–—=-])\"(?=[\s.,;:!?)\]}>»›…]|\Z)"
)
_OPENING_SINGLE = re.compile(r"(?:^|[ ([{<«‹“‘„¿¡/–—=-])'")
# Words between straight single quotes; one between letters is an apostrophe.
_FRENCH_SINGLE = re.compile(r"'(?=[^\W\d_])(?:[^'’‘\u2028]|(?<=\w)['’](?=\w)){1,200}(?<=[^\s(\[{«])'(?!\w)")
_ELISION = re.compile(r"(?:tis|twas|twere|twill|em|til|cause|bout|n)\b", re.IGNORECASE)


class Edit(NamedTuple):
    """Characters from start to end (of the text of a block) give way to `text`."""

    start: int
    end: int
    text: str


def typeset(text: str, *, lang: str) -> str:
    """Plain text with the typography of its language, if that is French or English; twice is as once."""
    rules = rules_of(lang)
    if rules is None or not text:
        return text
    quick = quickly_typeset(text, text, lang=lang)
    return typeset_by_edits(text, rules) if quick is None else quick


def quickly_typeset(text: str, words: str, *, lang: str) -> str | None:
    """As `typeset`, by the replacement of strings; None where the text needs a closer look.

    `text` may have signs between its `words` that are none of typography's business.
    """
    rules = rules_of(lang)
    if rules is None:
        return text
    # Single spaces between words, no other white space: nothing that a replacement could get wrong.
    if not words.isprintable() or "  " in words or words[0] == " " or words[-1] == " ":
        return None
    return _french(text) if rules is french_edits else _english(text)


def typeset_by_edits(text: str, rules: Callable[[str], list[Edit]]) -> str:
    """The text after the edits of its rules; `typeset` goes past it where it may, with the same answer."""
    out: list[str] = []
    end = 0
    for edit in rules(text):
        out += (text[end : edit.start], edit.text)
        end = edit.end
    out.append(text[end:])
    return "".join(out)


def _french(text: str) -> str | None:
    """French typography where quotes, if any, are plain pairs; None where more than strings must be looked at."""
    if '"' in text:
        text = _PAIR.sub(r"«\1»", text)
        if '"' in text:
            return None
    if "'" in text:
        if _OPENING_SINGLE.search(text):
            return None
        text = text.replace("'", "’")
    if "»" in text:
        text = text.replace(" »", "»").replace("»", NO_BREAK + "»")
        if text[1] == "»":  # the first character
            text = text[1:]
    if "«" in text:
        text = text.replace("«", "«" + NO_BREAK)
        text = text.replace("«" + NO_BREAK + " ", "«" + NO_BREAK).replace("«" + NO_BREAK + NO_BREAK, "«" + NO_BREAK)
        if text[-2:] == "«" + NO_BREAK:
            text = text[:-1]
    for sign in ";!?":
        if sign in text:
            text = text.replace(" " + sign, NARROW + sign)
    for sign in ":%€":
        if sign in text:
            text = text.replace(" " + sign, NO_BREAK + sign)
    return text


def _english(text: str) -> str | None:
    """English typography likewise."""
    if '"' in text:
        text = _PAIR.sub(r"“\1”", text)
        if '"' in text:
            return None
    if "--" in text:
        return None
    if "'" in text:
        if _OPENING_SINGLE.search(text):
            return None
        text = text.replace("'", "’")
    return text


@cache
def rules_of(lang: str) -> Callable[[str], list[Edit]] | None:
    """The rules of a language by its primary subtag; None where nothing is known about it."""
    primary = lang.lower().replace("_", "-").split("-")[0]
    return {"fr": french_edits, "en": english_edits}.get(primary)


def french_edits(text: str) -> list[Edit]:
    """What French typography changes.

    Rule: Lexique des règles typographiques en usage à l'Imprimerie nationale: a no-break space inside « » and before
    `:` `%` `€`, a narrow one before `;` `!` `?`. A typed space is replaced, one is added only inside « ».
    """
    edits: list[Edit] = []
    end, last, is_open = 0, "", 0  # where the last token ended, the character that it left, guillemets that are open
    for match in _FRENCH.finditer(text):
        start, token = match.start(), match[0]
        if start < end:
            continue
        before = last if start == end else text[start - 1] if start else ""
        stop = match.end()
        after = text[stop : stop + 1]
        if token[0] in " \n":
            if not before or before.isspace() or (after == '"' and not _closes(before, text, stop, is_open, True)):
                end, last = stop, " "
                continue
            space = NARROW if after in ";!?" else NO_BREAK
            edits.append(Edit(start, stop, space))
            end, last = stop, space
            continue
        if token == "'":
            new = "‘" if _opens_french_single(before, text, start) else "’"
            edits.append(Edit(start, stop, new))
            end, last = stop, new
            continue
        if token == '"':
            if before.isdigit() and not is_open:
                end, last = stop, '"'
                continue
            new = "»" if _closes(before, text, start, is_open, before.isspace()) else "«"
        else:
            new = token
        if new == "«":
            is_open += 1
            end, last = _after_opening(text, stop, token, edits)
            continue
        is_open = max(0, is_open - 1)
        new = NO_BREAK + new if before and not before.isspace() else new
        if new != token:
            edits.append(Edit(start, stop, new))
        end, last = stop, "»"
    return edits


def _opens_french_single(before: str, text: str, at: int) -> bool:
    """Whether the straight quote at `at` is the first of two: words between them, behind white space or what opens."""
    return (not before or before.isspace() or before in _OPENERS) and _FRENCH_SINGLE.match(text, at) is not None


def _after_opening(text: str, stop: int, token: str, edits: list[Edit]) -> tuple[int, str]:
    """Adds the edits that open guillemets where `token` ends; gives where they end, and the character they leave."""
    end = stop
    while text[end : end + 1] in (" ", "\n"):
        end += 1
    following = text[end : end + 1]
    adds = bool(following) and end == stop and not following.isspace()
    new = "«" + NO_BREAK if adds else "«"
    if new != token:
        edits.append(Edit(stop - 1, stop, new))
    if end > stop and following and following != _BREAK:
        edits.append(Edit(stop, end, NO_BREAK))
        return end, NO_BREAK
    return stop, new[-1]


def _closes(before: str, text: str, at: int, is_open: int, spaced: bool) -> bool:
    """Whether the straight quote at `at` closes; `spaced` says that white space stands before it."""
    after = text[at + 1 : at + 2]
    ends = not after or after.isspace() or after in _CLOSERS
    if not before or spaced or before in _OPENERS:
        return ends and (is_open > 0 or not after)
    return before not in "'’" or not after.isalnum()  # l'"Élysée"


def english_edits(text: str) -> list[Edit]:
    """What English typography changes: quotes, apostrophes, `--` and `---`.

    Rule: The Chicago Manual of Style, 6.115 and 6.117: an apostrophe also begins '90s and 'tis. A straight double
    quote behind a digit, where none is open, is inches and stays.
    """
    edits: list[Edit] = []
    end, last, is_open = 0, "", 0
    for match in _ENGLISH.finditer(text):
        start, stop, token = match.start(), match.end(), match[0]
        before = last if start == end and start else text[start - 1] if start else ""
        after = text[stop : stop + 1]
        new = token
        if token[0] == "-":
            if len(token) in (2, 3) and after != ">" and before != "<":
                new = "–" if len(token) == 2 else "—"
        elif token == "'":
            new = "‘" if _opens_single(before, text, stop) else "’"
        elif token == '"' and not (before.isdigit() and not is_open):
            new = "”" if _closes(before, text, start, is_open, before.isspace()) else "“"
        if new == "“":
            is_open += 1
        elif new == "”":
            is_open = max(0, is_open - 1)
        if new != token:
            edits.append(Edit(start, stop, new))
        end, last = stop, new[-1]
    return edits


def _opens_single(before: str, text: str, stop: int) -> bool:
    if before and not before.isspace() and before not in _OPENERS:
        return False
    after = text[stop : stop + 1]
    if not after or after.isspace() or after.isdigit() or after in _CLOSERS:
        return False
    return _ELISION.match(text, stop) is None


# ---- in the tree of Python-Markdown
_PLACEHOLDER = re.compile("\x02([^\x02\x03]*)\x03")
_LITERAL_TAG = re.compile(r"<(/?)(code|kbd|samp|pre|var|script|style|math)\b", re.IGNORECASE)
_STASHED_RAW = re.compile("\x02wzxhzdk:(\\d+)\x03")
_RAW_TAG = re.compile(r"<(/?)([a-zA-Z][^\s/>]*)((?:[^\"'<>]|\"[^\"]*\"|'[^']*')*)>")
_LANG = re.compile(r"(?<![\w-])lang\s*=\s*(?:[\"']([^\"']*)[\"']|([^\s\"'>]+))", re.IGNORECASE)
_LITERAL = frozenset(("code", "pre", "kbd", "samp", "script", "style"))


_NO_WORDS = (None, "", "\n")


class PlainString(AtomicString):
    """A text without inline Markdown, which need not be searched for it; typography applies."""


Rules = Callable[[str], list[Edit]]


class _Piece:
    """Part of the text of an element: `raw` is what stands in the tree, `shown` what its neighbours see.

    `rules` are those of its language.
    """

    __slots__ = ("is_changed", "is_editable", "is_tail", "owner", "raw", "rules", "shown")

    def __init__(
        self, owner: etree.Element, is_tail: bool, raw: str, shown: str, is_editable: bool, rules: Rules | None
    ) -> None:
        self.owner, self.is_tail, self.raw, self.shown, self.is_editable = owner, is_tail, raw, shown, is_editable
        self.rules = rules
        self.is_changed = False


class _RawLanguages:
    """The elements of raw HTML with a language of their own that are open."""

    __slots__ = ("_open",)

    def __init__(self) -> None:
        self._open: list[tuple[str, int, Rules | None]] = []  # name, how many of it are open, rules

    def __bool__(self) -> bool:
        return bool(self._open)

    @property
    def rules(self) -> Rules | None:
        return self._open[-1][2]

    def read(self, raw: str) -> None:
        for tag in _RAW_TAG.finditer(raw):
            is_end, name = bool(tag[1]), tag[2].lower()
            lang = None if is_end else _LANG.search(tag[3])
            if lang:
                self._open.append((name, 1, rules_of(lang[1] or lang[2])))
            elif self._open and self._open[-1][0] == name:
                _, count, rules = self._open.pop()
                if count + (-1 if is_end else 1):
                    self._open.append((name, count + (-1 if is_end else 1), rules))

    def clear(self) -> None:
        self._open.clear()


class TypographyTreeprocessor(Treeprocessor):
    """Sets the text of each block as one line, across the borders of its inline elements.

    An edit is written so that what the author typed can be had again, for a body's plain text: `as_set`, `as_typed`.
    What bears a language of its own (`{lang=en}`, `<span lang="en">`) is set by the rules of that language.
    """

    def __init__(self, md: Markdown, rules: Rules | None) -> None:
        super().__init__(md)
        self.rules = self._of_text = rules
        self.blocks = frozenset(md.block_level_elements)
        self.literal = ""  # the raw literal element (`<kbd>`) that is open
        self.raw_blocks = _RawLanguages()  # open across blocks
        self.raw_inline = _RawLanguages()  # open in this block

    def run(self, root: etree.Element) -> None:
        self.rules = self._of_text
        self.raw_blocks.clear()
        if self.rules is None and not self._has_language(root):
            return
        self._block(root)

    def _has_language(self, root: etree.Element) -> bool:
        """Whether any part of a text whose own language has no rules bears a language."""
        is_raw = any(" lang" in str(raw) for raw in self.md.htmlStash.rawHtmlBlocks)
        return is_raw or any("lang" in element.attrib for element in root.iter())

    def _block(self, block: etree.Element) -> None:
        rules = self.rules
        if "lang" in block.attrib:
            self.rules = rules_of(block.attrib["lang"])
        elif self.raw_blocks:
            self.rules = self.raw_blocks.rules
        self._set_block(block)
        self.rules = rules

    def _set_block(self, block: etree.Element) -> None:
        if not len(block):
            self._line(block)
            return
        if block.text in _NO_WORDS and all(child.tag in self.blocks and child.tail in _NO_WORDS for child in block):
            for child in block:
                if child.tag != "pre":
                    self._block(child)
            return
        pieces: list[_Piece] = []
        self._inside(block, pieces)
        self._set(pieces)

    def _line(self, block: etree.Element) -> None:
        """Sets a block that is nothing but a text."""
        text = block.text
        if not text or (isinstance(text, AtomicString) and not isinstance(text, PlainString)):
            return
        if stashed := _STASHED_RAW.fullmatch(text):
            self.raw_blocks.read(str(self.md.htmlStash.rawHtmlBlocks[int(stashed[1])]))
        elif "\x02" in text or self.literal:
            pieces: list[_Piece] = []
            self._text(block, text, pieces, is_tail=False)
            self._set(pieces)
        elif self.rules and (edits := self.rules(text)):
            block.text = _edited(text, edits)

    def _inside(self, element: etree.Element, pieces: list[_Piece]) -> None:
        self._text(element, element.text, pieces, is_tail=False)
        for child in element:
            if child.tag in self.blocks:
                self._set(pieces)
                pieces.clear()
                if child.tag != "pre":
                    self._block(child)
            elif child.tag in _LITERAL or child.tag == "img":
                pieces.append(self._piece(child, False, "", _OPAQUE, False))
            elif child.tag == "br":
                pieces.append(self._piece(child, False, "", _BREAK, False))
            elif "lang" in child.attrib:
                rules, self.rules = self.rules, rules_of(child.attrib["lang"])
                self._inside(child, pieces)
                self.rules = rules
            elif child.tag != "sup" or not child.get("id", "").startswith("fnref"):
                self._inside(child, pieces)
            if child.tail:
                self._text(child, child.tail, pieces, is_tail=True)

    def _piece(self, owner: etree.Element, is_tail: bool, raw: str, shown: str, is_editable: bool) -> _Piece:
        rules = self.raw_inline.rules if self.raw_inline else self.rules
        return _Piece(owner, is_tail, raw, shown, is_editable, rules)

    def _text(self, owner: etree.Element, text: str | None, pieces: list[_Piece], *, is_tail: bool) -> None:
        if not text:
            return
        if isinstance(text, AtomicString) and not isinstance(text, PlainString):
            pieces.append(self._piece(owner, is_tail, text, _OPAQUE, False))
            return
        end = 0
        if "\x02" in text:
            for match in _PLACEHOLDER.finditer(text):
                if match.start() > end:
                    self._plain(owner, text[end : match.start()], pieces, is_tail)
                pieces.append(self._placeholder(owner, is_tail, match))
                end = match.end()
        if end < len(text):
            self._plain(owner, text[end:], pieces, is_tail)

    def _plain(self, owner: etree.Element, text: str, pieces: list[_Piece], is_tail: bool) -> None:
        if self.literal:
            pieces.append(self._piece(owner, is_tail, text, _OPAQUE, False))
        else:
            pieces.append(self._piece(owner, is_tail, text, text, True))

    def _placeholder(self, owner: etree.Element, is_tail: bool, match: re.Match[str]) -> _Piece:
        """An escaped character shows as itself, a character reference becomes its character, a tag shows nothing."""
        key = match[1]
        if key.isdecimal():
            return self._piece(owner, is_tail, match[0], _neutral(chr(int(key))), False)
        if not key.startswith("wzxhzdk:"):
            return self._piece(owner, is_tail, match[0], "&" if key == "amp" else "", False)
        raw = str(self.md.htmlStash.rawHtmlBlocks[int(key[8:])])
        if raw.startswith("&"):
            shown = resolved(raw)
            if len(shown) == 1 and shown in "«»“”‘’\u00a0\u202f\u2009–—…€":
                return self._piece(owner, is_tail, shown, shown, True)
            return self._piece(owner, is_tail, match[0], _neutral(shown), False)
        self.raw_inline.read(raw)
        if tag := _LITERAL_TAG.match(raw):
            name = tag[2].lower()
            if not tag[1]:
                self.literal = self.literal or name
            elif self.literal == name:
                self.literal = ""
        is_break = raw[:3].lower() == "<br"
        return self._piece(owner, is_tail, match[0], _BREAK if is_break else "", False)

    def _set(self, pieces: list[_Piece]) -> None:
        self.literal = ""
        self.raw_inline.clear()
        if not pieces:
            return
        if all(piece.rules is self.rules for piece in pieces):
            is_changed = _set_pieces(pieces, self.rules)
        else:
            is_changed = self._set_languages(pieces)
        if is_changed:
            self._write(pieces)

    def _set_languages(self, pieces: list[_Piece]) -> bool:
        """Sets pieces of several languages; what is of another language is a word to those around it."""
        is_changed = False
        of_text: list[_Piece] = []
        for rules, group in groupby(pieces, key=lambda piece: piece.rules):
            own = list(group)
            if rules is self.rules:
                of_text += own
            else:
                is_changed |= _set_pieces(own, rules)
                shown = "".join([piece.shown for piece in own])
                word = f"{' ' * shown[:1].isspace()}{_OPAQUE}{' ' * shown[-1:].isspace()}"
                of_text.append(_Piece(own[0].owner, False, "", word, False, None))
        return _set_pieces(of_text, self.rules) or is_changed

    def _write(self, pieces: list[_Piece]) -> None:
        """Puts what the pieces hold back into the tree."""
        n = 0
        while n < len(pieces):
            piece = pieces[n]
            first = n
            while n < len(pieces) and pieces[n].owner is piece.owner and pieces[n].is_tail == piece.is_tail:
                n += 1
            if any(part.is_changed for part in pieces[first:n]):
                text = "".join([part.raw for part in pieces[first:n]])
                if piece.is_tail:
                    piece.owner.tail = text
                else:
                    piece.owner.text = text


def _set_pieces(pieces: list[_Piece], rules: Rules | None) -> bool:
    """Sets pieces as one line; says whether anything changed."""
    edits = rules("".join([piece.shown for piece in pieces])) if rules else []
    if edits:
        _apply(edits, pieces)
    return bool(edits)


def _neutral(character: str) -> str:
    """A character that its author escaped, as its neighbours see it: a quote is a word to them."""
    return _OPAQUE if character in "\"'«»“”-" else character


def _apply(edits: list[Edit], pieces: list[_Piece]) -> None:
    """Writes edits into the pieces; what would fall on a piece that is not editable is lost."""
    n, start, stop = 0, 0, len(pieces[0].shown)  # the piece that the edit begins in, and where that lies in the block
    pending: dict[int, list[Edit]] = {}
    for edit in edits:
        while edit.start >= stop:
            n += 1
            start, stop = stop, stop + len(pieces[n].shown)
        if edit.end <= stop:
            if pieces[n].is_editable:
                pending.setdefault(n, []).append(Edit(edit.start - start, edit.end - start, edit.text))
            continue
        _span(edit, n, start, pieces, pending)
    for n, edits_of_piece in pending.items():
        piece = pieces[n]
        piece.raw = _edited(piece.raw, edits_of_piece)
        piece.is_changed = True


def _edited(text: str, edits: list[Edit]) -> str:
    """The text after its edits, written so that they can be undone."""
    out: list[str] = []
    end = 0
    for edit in edits:
        out += (text[end : edit.start], _marked(text[edit.start : edit.end], edit.text))
        end = edit.end
    out.append(text[end:])
    return "".join(out)


def _span(edit: Edit, n: int, start: int, pieces: list[_Piece], pending: dict[int, list[Edit]]) -> None:
    """An edit across the border of pieces: the first gets the new characters, the others lose theirs."""
    parts: list[tuple[int, Edit]] = []
    text = edit.text
    while start < edit.end and n < len(pieces):
        piece = pieces[n]
        begin, end = max(edit.start, start) - start, min(edit.end - start, len(piece.shown))
        if end > begin:
            if not piece.is_editable:
                return
            parts.append((n, Edit(begin, end, text)))
            text = ""
        start += len(piece.shown)
        n += 1
    for number, part in parts:
        pending.setdefault(number, []).append(part)


def _marked(typed: str, new: str) -> str:
    return _MARK_OF.get((typed, new)) or f"{TYPED}{typed}{SET}{new}{END}"


# One noncharacter for each frequent edit; others are TYPED, typed characters, SET, new characters, END.
_MARKS = tuple(
    (chr(0xFDE0 + n), typed, new)
    for n, (typed, new) in enumerate(
        (
            ("'", "’"),
            ("'", "‘"),
            (" ", NO_BREAK),
            (" ", NARROW),
            ("«", "«" + NO_BREAK),
            ("»", NO_BREAK + "»"),
            ('"', "«"),
            ('"', "»"),
            ('"', "«" + NO_BREAK),
            ('"', NO_BREAK + "»"),
            ('"', "“"),
            ('"', "”"),
            ("--", "–"),
            ("---", "—"),
        )
    )
)
_MARK_OF = {(typed, new): mark for mark, typed, new in _MARKS}


class TypographyExtension(Extension):
    """Registers the typography of a language after abbreviations and heading ids, before escapes are undone."""

    def __init__(self, lang: str) -> None:
        super().__init__()
        self.rules = rules_of(lang)

    def extendMarkdown(self, md: Markdown) -> None:
        md.treeprocessors.register(TypographyTreeprocessor(md, self.rules), "newsgen-typography", 3)


_EDIT = re.compile(f"{TYPED}([^{SET}]*){SET}([^{END}]*){END}")


def as_set(html: str) -> str:
    """The HTML with what typography made of it."""
    for mark, _, new in _MARKS:
        html = html.replace(mark, new)
    return _EDIT.sub(r"\2", html) if TYPED in html else html


def as_typed(html: str) -> str:
    """The HTML as the author typed it."""
    for mark, typed, _ in _MARKS:
        html = html.replace(mark, typed)
    return _EDIT.sub(r"\1", html) if TYPED in html else html
