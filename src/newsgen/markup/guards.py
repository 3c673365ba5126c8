"""What is put right before Markdown reads a body: comments, brackets without a pair, texts that are too long."""

from __future__ import annotations

import re
import string
import xml.etree.ElementTree as etree
from collections.abc import Iterator, Mapping

from markdown import Markdown
from markdown.blockprocessors import BlockProcessor
from markdown.extensions import Extension
from markdown.inlinepatterns import SubstituteTagInlineProcessor
from markdown.preprocessors import Preprocessor
from markdown.treeprocessors import Treeprocessor
from markdown.util import AtomicString

from newsgen.markup.characters import ANGLE, BRACKET
from newsgen.markup.places import comment_end, without_code
from newsgen.markup.typography import PlainString

#: A text longer than this (one paragraph, cell or item, in characters) is not searched for inline Markdown: the search
#: takes time that grows with the square of the length (Python-Markdown 3.11: 20,000 `[` in a row, 103 s).
LONGEST_TEXT = 20_000
MANY = 200  #: brackets of one paragraph, tags or lines of a body, before the costs of Markdown matter
_DEEPEST = 12
_WINDOW = 2_000
_BRACKETS = re.compile(r"[\[\]()]")
# A tag as far as into the quotes of a value.
_OPEN_TAG = re.compile(r"<[a-zA-Z][^\s<>/]*(?:[^\"'<>]|\"[^\"]*\"|'[^']*')*=[ \n]*([\"'])(?:(?!\1).)*\Z", re.DOTALL)
_UNCLOSED_TAG = re.compile(r"<(?=[^<>]*(?:<|\Z))")
_OWN_LINES = re.compile(
    r"^(?:[ ]{0,3}(?:(?:-[ ]{0,2}){3,}|(?:\*[ ]{0,2}){3,}|(?:_[ ]{0,2}){3,})"
    r"|#{1,6}[^\n]*|\*\[[^\]\n]*\][ ]?:[^\n]*)$",
    re.MULTILINE,
)


class CommentPreprocessor(Preprocessor):
    """Empties comments, so that one with a blank line in it is one still; cuts the text at one that is not closed.

    Rule: HTML, "comment state": a comment that nothing closes goes on to the end of the document.
    """

    def __init__(self, md: Markdown) -> None:
        super().__init__(md)
        self.is_unclosed = False

    def run(self, lines: list[str]) -> list[str]:
        text = "\n".join(lines)
        self.is_unclosed = False
        if "<!--" not in text:
            return lines
        out: list[str] = []
        end = 0
        for start, close in _comments(text):
            out.append(text[end:start])
            if close < 0:
                self.is_unclosed = True
                return "".join(out).split("\n")
            out.append("<!-- -->")
            end = close
        out.append(text[end:])
        return "".join(out).split("\n")


def has_unclosed_comment(text: str) -> bool:
    """Whether a comment outside code goes on to the end of the text."""
    return "<!--" in text and any(close < 0 for _, close in _comments(text))


def _comments(text: str) -> Iterator[tuple[int, int]]:
    """Where each comment outside code begins and ends; the end of one that is not closed is -1, and it is the last."""
    shown = without_code(text)
    start = shown.find("<!--")
    while start >= 0:
        after = start + 4
        if not _is_escaped(text, start) and not _is_in_attribute(shown, start):
            after = comment_end(shown, start)
            yield start, after
            if after < 0:
                return
        start = shown.find("<!--", after)


def _is_escaped(text: str, at: int) -> bool:
    slashes = len(text[:at]) - len(text[:at].rstrip("\\")) if text[at - 1 : at] == "\\" else 0
    return slashes % 2 == 1


def _is_in_attribute(text: str, at: int) -> bool:
    """Whether a place lies within the quotes of an attribute's value."""
    tag = _OPEN_TAG.match(text, max(0, text.rfind("<", 0, at)), at)
    return tag is not None and text.find(tag[1], at) >= 0


class CostPreprocessor(Preprocessor):
    """Spares Markdown what it takes quadratic time for; no text that an editor writes is long enough to meet this.

    Hidden characters come out as they were typed. Lone brackets and unclosed tags of a paragraph that has a great many
    are hidden from the patterns for links and tags, each of which would look for its end through all the rest; rules,
    headings and abbreviations that follow each other line by line get blank lines between them.
    """

    def run(self, lines: list[str]) -> list[str]:
        text = "\n".join(lines)
        if text.count("[") > MANY:
            text = "\n\n".join(_without_lone_brackets(part) for part in text.split("\n\n"))
        if text.count("<") > MANY:
            text = _UNCLOSED_TAG.sub(ANGLE, text)
        if len(lines) > MANY and len(_OWN_LINES.findall(text)) > MANY:
            text = _OWN_LINES.sub(r"\n\g<0>\n", text)
        return text.split("\n")


def _without_lone_brackets(paragraph: str) -> str:
    """Hides each `[` that does not pair, that lies deep within others, or whose `](` is not closed."""
    if paragraph.count("[") <= MANY:
        return paragraph
    hidden: set[int] = set()
    opened: list[int] = []
    round_opened: list[tuple[int, int]] = []  # places of `(`, each with the place of the `[` whose `]` stands before it
    last_close, last_open = -1, -1
    for match in _BRACKETS.finditer(paragraph):
        at, sign = match.start(), match[0]
        if sign == "[":
            if len(opened) >= _DEEPEST:
                hidden.add(at)
            opened.append(at)
        elif sign == "]" and opened:
            last_close, last_open = at, opened.pop()
        elif sign == "(":
            begin = last_open if last_close == at - 1 else -1
            if len(round_opened) >= _DEEPEST and begin >= 0:
                hidden.add(begin)
            round_opened.append((at, begin))
        elif sign == ")" and round_opened:
            round_opened.pop()
    hidden.update(opened)
    hidden.update(begin for _, begin in round_opened if begin >= 0)
    characters = list(paragraph)
    for at in hidden:
        characters[at] = BRACKET
    return "".join(characters)


class WindowProcessor(BlockProcessor):
    """Hands the blocks of a very long body to the parser bit by bit: it takes each from the head of a list.

    A list with more than `_WINDOW` blank lines in it would be cut; a body of less than twice as many is not touched.
    """

    def __init__(self, md: Markdown) -> None:
        super().__init__(md.parser)
        self.is_open = False

    def test(self, parent: etree.Element, block: str) -> bool:
        return not self.is_open and parent is self.parser.root

    def run(self, parent: etree.Element, blocks: list[str]) -> bool:
        if len(blocks) <= 2 * _WINDOW:
            return False
        waiting = blocks[::-1]
        blocks.clear()
        window: list[str] = []
        self.is_open = True
        while waiting or window:
            while waiting and len(window) < _WINDOW:
                window += reversed(waiting[-_WINDOW:])
                del waiting[-_WINDOW:]
            for processor in self.parser.blockprocessors:
                if processor.test(parent, window[0]) and processor.run(parent, window) is not False:
                    break
        self.is_open = False
        return True


# What any inline pattern may begin with: code, escapes, brackets, tags, references, emphasis, addresses, line breaks.
_INLINE = re.compile(r"[\\`\[<&*_]|://|  \n")


class LongTextTreeprocessor(Treeprocessor):
    """Leaves a text that is too long as it was typed, and spares texts without any inline Markdown the search."""

    def __init__(self, md: Markdown, abbreviations: Mapping[str, str]) -> None:
        super().__init__(md)
        self.abbreviations = abbreviations
        self.first = ""  # the first words of the first such text

    def run(self, root: etree.Element) -> None:
        self.first = ""
        spares = not self.abbreviations
        for element in root.iter():
            if (
                spares
                and element.text
                and not _INLINE.search(element.text)
                and not isinstance(element.text, AtomicString)
            ):
                element.text = PlainString(element.text)
            if element.text and len(element.text) > LONGEST_TEXT and not isinstance(element.text, AtomicString):
                self.first = self.first or element.text.lstrip()[:40]
                element.text = AtomicString(element.text)
            if element.tail and len(element.tail) > LONGEST_TEXT and not isinstance(element.tail, AtomicString):
                self.first = self.first or element.tail.lstrip()[:40]
                element.tail = AtomicString(element.tail)


class GuardExtension(Extension):
    """Registers the guards; tells the caller what they met in the body that was converted last."""

    def __init__(self, abbreviations: Mapping[str, str]) -> None:
        super().__init__()
        self.abbreviations = abbreviations
        self.comments: CommentPreprocessor
        self.long_texts: LongTextTreeprocessor

    def extendMarkdown(self, md: Markdown) -> None:
        md.registerExtension(self)
        self.comments = CommentPreprocessor(md)
        self.long_texts = LongTextTreeprocessor(md, self.abbreviations)
        md.preprocessors.register(self.comments, "newsgen-comments", 23)
        md.preprocessors.register(CostPreprocessor(md), "newsgen-cost", 22)
        md.parser.blockprocessors.register(WindowProcessor(md), "newsgen-window", 110)
        md.treeprocessors.register(self.long_texts, "newsgen-long-texts", 22)
        # CommonMark 0.31, 6.7: a backslash before the line end is a hard line break too.
        md.inlinePatterns.register(SubstituteTagInlineProcessor(r"(?:[ ]{2,}|\\)\n", "br"), "linebreak", 100)
        # CommonMark 0.31, 2.4: any ASCII punctuation may be escaped. An `&` would become half of a reference.
        md.ESCAPED_CHARS = [c for c in string.punctuation if c != "&"]

    def reset(self) -> None:
        self.comments.is_unclosed = False
        self.long_texts.first = ""
