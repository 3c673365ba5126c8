"""What spares Markdown quadratic time and a recursion too deep: brackets without a pair, a great many lines or blocks,
texts that are too long; and comments, which are put right first."""

from __future__ import annotations

import re
import string
import xml.etree.ElementTree as etree
from collections.abc import Iterator, Mapping

from markdown import Markdown
from markdown.blockparser import BlockParser
from markdown.blockprocessors import BlockProcessor, CodeBlockProcessor, EmptyBlockProcessor
from markdown.extensions import Extension
from markdown.inlinepatterns import SubstituteTagInlineProcessor
from markdown.preprocessors import Preprocessor
from markdown.treeprocessors import InlineProcessor, Treeprocessor
from markdown.util import AtomicString

from newsgen.parsing.markup.characters import AMPERSAND, ANGLE, BRACKET, LONG_REFERENCE, TAB
from newsgen.parsing.markup.fences import TAB_STOP
from newsgen.parsing.markup.places import comment_end, without_code
from newsgen.parsing.markup.typography import PlainString

#: A text longer than this (one paragraph, cell or item, in characters) is not searched for inline Markdown: the search
#: takes time that grows with the square of the length (Python-Markdown 3.11: 20,000 `[` in a row, 103 s).
LONGEST_TEXT = 20_000
MANY = 200  #: brackets of one paragraph, tags or lines of a body, before the costs of Markdown matter
DEEPEST = 50  #: containers (items, quotations, definitions) within each other: deeper ones are text, as parsers recurse
_DEEPEST_BRACKET = 12  # where brackets lie deeper than containers may
_DEEPEST_ELEMENT = 150
_WINDOW = 2_000
_PART = 2_000  # elements
_may_be_code = re.compile(r"(?:[ ]{0,3}>[ ]?|[ ]*(?:[-*+:]|\d{1,9}[.)])[ ])*(?:[ ]{4}|[ ]{0,3}\t)[ \t]*").match
_BRACKETS = re.compile(r"[\[\]()]")
# A tag as far as into the quotes of a value.
_OPEN_TAG = re.compile(r"<[a-zA-Z][^\s<>/]*(?:[^\"'<>]|\"[^\"]*\"|'[^']*')*=[ \n]*([\"'])(?:(?!\1).)*\Z", re.DOTALL)
_OPEN_TITLE = re.compile(r"\]\([ ]*(?:<[^<>\n]*>|[^\s()]*)[ \n]+([\"'])(?:(?!\1).)*\Z", re.DOTALL)
_LONGEST_TITLE = 1_000
_UNCLOSED_TAG = re.compile(r"<(?=[^<>]*(?:<|\Z))")
_own_line = re.compile(r"(?:(?:-[ ]{0,2}){3,}|(?:\*[ ]{0,2}){3,}|(?:_[ ]{0,2}){3,}|#{1,6}(?:[ ].*)?)\Z").match
_note = re.compile(r"[ ]{0,3}\[\^[^\[\]\n]+\]:").match
_underline = re.compile(r"(?:=+|-+)[ ]*\Z").match
_words = re.compile(r"[^\W\d_]").match
_stashed = re.compile("\x02wzxhzdk:(\\d+)\x03[ ]*\\Z").match


class WhitespacePreprocessor(Preprocessor):
    """Makes lines of white space empty, and tabs spaces; one within a line that may be code waits as TAB."""

    def run(self, lines: list[str]) -> list[str]:
        return [*map(_with_spaces, lines), "", ""]


def _with_spaces(line: str) -> str:
    if "\t" in line:
        indent = _may_be_code(line)
        words = line[indent.end() :] if indent else ""
        line = line[: len(line) - len(words)].expandtabs(TAB_STOP) + words.rstrip("\t").replace("\t", TAB)
    return "" if line.startswith(" ") and not line.strip(" ") else line


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
    """Whether a place lies within the quotes of an attribute's value, or of the title of a link or picture."""
    tag = _OPEN_TAG.match(text, max(0, text.rfind("<", 0, at)), at)
    if tag is not None and text.find(tag[1], at) >= 0:
        return True
    link = text.rfind("](", max(0, at - _LONGEST_TITLE), at)
    title = _OPEN_TITLE.match(text, link, at) if link >= 0 else None
    return title is not None and re.compile(rf"[^{title[1]}]*{title[1]}[ ]*\)").match(text, at) is not None


class CostPreprocessor(Preprocessor):
    """Spares Markdown what it takes quadratic time for; no text that an editor writes is long enough to meet this.

    Hidden characters come out as they were typed. Lone brackets and unclosed tags of a paragraph that has a great many
    are hidden from the patterns for links and tags, each of which would look for its end through all the rest; and the
    `&` of numbers that are too long for Python.
    """

    def run(self, lines: list[str]) -> list[str]:
        text = "\n".join(lines)
        if text.count("[") > DEEPEST:
            text = "\n\n".join([_without_lone_brackets(part) for part in text.split("\n\n")])
        if text.count("<") > MANY:
            text = _UNCLOSED_TAG.sub(ANGLE, text)
        if "&#" in text:
            text = LONG_REFERENCE.sub(AMPERSAND, text)
        return text.split("\n")


def _without_lone_brackets(paragraph: str) -> str:
    """Hides each `[` that does not pair, that lies deep within others, or whose `](` is not closed.

    Fewer than a great many are let be, unless they lie deeper than the parser can recurse.
    """
    if paragraph.count("[") <= DEEPEST:
        return paragraph
    hidden: set[int] = set()
    opened: list[int] = []
    round_opened: list[tuple[int, int]] = []  # places of `(`, each with the place of the `[` whose `]` stands before it
    last_close, last_open, depth = -1, -1, 0
    for match in _BRACKETS.finditer(paragraph):
        at, sign = match.start(), match[0]
        if sign == "[":
            if len(opened) >= _DEEPEST_BRACKET:
                hidden.add(at)
            opened.append(at)
            depth = max(depth, len(opened))
        elif sign == "]" and opened:
            last_close, last_open = at, opened.pop()
        elif sign == "(":
            begin = last_open if last_close == at - 1 else -1
            if len(round_opened) >= _DEEPEST_BRACKET and begin >= 0:
                hidden.add(begin)
            round_opened.append((at, begin))
        elif sign == ")" and round_opened:
            round_opened.pop()
    if depth <= DEEPEST and paragraph.count("[") <= MANY:
        return paragraph
    hidden.update(opened)
    hidden.update(begin for _, begin in round_opened if begin >= 0)
    characters = list(paragraph)
    for at in hidden:
        characters[at] = BRACKET
    return "".join(characters)


class WindowProcessor(BlockProcessor):
    """Hands a great many blocks to the parser bit by bit: it takes each from the head of a list.

    A list with more than `_WINDOW` blank lines in it would be cut; a body of less than twice as many is not touched.
    """

    def __init__(self, md: Markdown) -> None:
        super().__init__(md.parser)
        self._open: list[list[str]] = []

    def test(self, parent: etree.Element, block: str) -> bool:
        return parent.tag == "div" or parent.tag == "blockquote"

    def run(self, parent: etree.Element, blocks: list[str]) -> bool:
        if len(blocks) <= 2 * _WINDOW or any(blocks is window for window in self._open):
            return False
        waiting = blocks[::-1]
        blocks.clear()
        window: list[str] = []
        self._open.append(window)
        while waiting or window:
            while waiting and len(window) < _WINDOW:
                window += reversed(waiting[-_WINDOW:])
                del waiting[-_WINDOW:]
            for processor in self.parser.blockprocessors:
                if processor.test(parent, window[0]) and processor.run(parent, window) is not False:
                    break
        self._open.pop()
        return True

    def reset(self) -> None:
        self._open.clear()


def put_parts(parser: BlockParser, parent: etree.Element, blocks: list[str], parts: list[str]) -> None:
    """Puts the parts of the block that was read in its place; of a great many only the last, the others are parsed."""
    while len(parts) > _WINDOW:
        parser.parseBlocks(parent, parts[:_WINDOW])
        parts = parts[_WINDOW:]
    blocks[:1] = parts


class IndentedCodeProcessor(CodeBlockProcessor):
    """Takes blocks of code that only blank lines part as one, instead of putting each behind a copy of all before."""

    def run(self, parent: etree.Element, blocks: list[str]) -> None:
        if len(blocks) > 1 and not self.detab(blocks[0])[1] and (count := self._count(blocks)) > 1:
            parts = [block.rstrip() or "\n" * block.startswith("\n") for block in blocks[:count]]
            blocks[:count] = ["\n\n".join(parts)]
        super().run(parent, blocks)

    def _count(self, blocks: list[str]) -> int:
        """How many blocks from the first on are code alone, up to the last that has more than white space."""
        count = 1
        for n, block in enumerate(blocks[1:], start=2):
            lines = block.lstrip("\n")
            if not lines.strip():
                continue
            if not lines.startswith(" " * self.tab_length) or self.detab(lines)[1]:
                break
            count = n
        return count


class BlankProcessor(EmptyBlockProcessor):
    """Takes empty blocks in a row at once, instead of putting each behind a copy of the code before it."""

    def run(self, parent: etree.Element, blocks: list[str]) -> None:
        count = next((n for n, block in enumerate(blocks) if block), len(blocks))
        if count > 1:
            sibling = self.lastChild(parent)
            if sibling is not None and sibling.tag == "pre" and len(sibling) and sibling[0].tag == "code":
                sibling[0].text = AtomicString((sibling[0].text or "") + "\n\n" * (count - 1))
            del blocks[: count - 1]
        super().run(parent, blocks)


class CutProcessor(BlockProcessor):
    """Cuts a block of a great many lines where a heading, a rule, a note or code begins another one.

    Whoever takes such a line puts the rest of its block back, for all others to look through.
    """

    def test(self, parent: etree.Element, block: str) -> bool:
        return block.count("\n") > MANY

    def run(self, parent: etree.Element, blocks: list[str]) -> bool:
        parts = self._parts(blocks[0].split("\n"))
        if len(parts) == 1:
            return False
        put_parts(self.parser, parent, blocks, parts)
        return True

    def _parts(self, lines: list[str]) -> list[str]:
        parts: list[str] = []
        begin = n = 0
        while n < len(lines):
            line = lines[n]
            height = 0  # of the part that begins here
            may_be_headline = _words(line) or (_underline(line) and not _own_line(line))
            if begin == n and may_be_headline and n + 1 < len(lines) and _underline(lines[n + 1]):
                height = 2
            elif _own_line(line) or self._is_code(line):
                height = 1
            if (height or _note(line)) and begin < n:
                parts.append("\n".join(lines[begin:n]))
                begin = n
            if height:
                parts.append("\n".join(lines[n : n + height]))
                begin = n + height
            n += height or 1
        if begin < len(lines):
            parts.append("\n".join(lines[begin:]))
        return parts

    def _is_code(self, line: str) -> bool:
        stashed = _stashed(line)
        return stashed is not None and str(self.parser.md.htmlStash.rawHtmlBlocks[int(stashed[1])]).startswith("<pre")


# What any inline pattern may begin with: code, escapes, brackets, tags, references, emphasis, addresses, line breaks.
_INLINE = re.compile(r"[\\`\[<&*_@]|~~|://|www\.|  \n")


class LongTextTreeprocessor(Treeprocessor):
    """Leaves a text that is too long as it was typed, and spares texts without any inline Markdown the search.

    Tabs of lines that turned out to be no code are spaces from here on.
    """

    def __init__(self, md: Markdown, abbreviations: Mapping[str, str]) -> None:
        super().__init__(md)
        self.abbreviations = abbreviations
        self.first = ""  # the first words of the first such text

    def run(self, root: etree.Element) -> None:
        self.first = ""
        spares = not self.abbreviations
        for element in root.iter():
            if element.text and TAB in element.text and not isinstance(element.text, AtomicString):
                element.text = element.text.replace(TAB, " ")
            if element.tail and TAB in element.tail:
                element.tail = element.tail.replace(TAB, " ")
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


class PartedInlineProcessor(InlineProcessor):
    """Looks for inline Markdown in a great many elements part by part: it takes each from the head of a list."""

    def run(self, tree: etree.Element, ancestors: list[str] | None = None) -> etree.Element:
        elements = list(tree.iter())
        if len(elements) <= 2 * _PART or ancestors is not None:
            return super().run(tree, ancestors)
        parents = {child: parent for parent in elements for child in parent}
        sizes: dict[etree.Element, int] = {}
        emptied: list[tuple[etree.Element, list[etree.Element]]] = []
        for element in reversed(elements):
            sizes[element] = 1 + sum([sizes[child] for child in element])
            if sizes[element] <= _PART:
                continue
            above: list[str] = []
            parent = parents.get(element)
            while parent is not None:
                above.insert(0, parent.tag)
                parent = parents.get(parent)
            children = list(element)
            del element[:]
            sizes[element] = 1
            emptied.append((element, self._run_parts(element.tag, children, sizes, above)))
        super().run(tree)
        for element, children in emptied:
            element.extend(children)
        return tree

    def read(self, text: str) -> str:
        """A text with placeholders for what inline patterns make of it; it stands elsewhere than where it was typed."""
        handled: str = self._InlineProcessor__handleInline(text)  # type: ignore[attr-defined]
        return handled

    def _run_parts(
        self, tag: str, children: list[etree.Element], sizes: dict[etree.Element, int], above: list[str]
    ) -> list[etree.Element]:
        """The children of an element after the search, with what it put behind them."""
        done: list[etree.Element] = []
        part, size = etree.Element(tag), 0
        for n, child in enumerate(children, start=1):
            part.append(child)
            size += sizes[child]
            if size >= _PART or n == len(children):
                done += super().run(part, above)
                part, size = etree.Element(tag), 0
        return done


class DepthTreeprocessor(Treeprocessor):
    """Dissolves elements that lie deeper than what comes next can recurse: their words, pictures and code stay."""

    def run(self, root: etree.Element) -> None:
        level = [root]
        for _ in range(_DEEPEST_ELEMENT):
            level = [child for element in level for child in element if len(child)]
            if not level:
                return
        for element in level:
            _flatten(element)


def _flatten(element: etree.Element) -> None:
    """Puts what lies within an element, however deep, right into it."""
    leaves: list[etree.Element] = []
    text = element.text or ""
    waiting: list[etree.Element | str] = list(reversed(element))
    while waiting:
        child = waiting.pop()
        if isinstance(child, str) or len(child):
            words = child if isinstance(child, str) else child.text or ""
            if not isinstance(child, str):
                waiting += (child.tail or "", *reversed(child))
            if leaves:
                leaves[-1].tail = (leaves[-1].tail or "") + words
            else:
                text += words
        else:
            leaves.append(child)
    element.text = text
    element[:] = leaves


class GuardExtension(Extension):
    """Registers the guards; tells the caller what they met in the body that was converted last."""

    def __init__(self, abbreviations: Mapping[str, str]) -> None:
        super().__init__()
        self.abbreviations = abbreviations
        self.comments: CommentPreprocessor
        self.windows: WindowProcessor
        self.long_texts: LongTextTreeprocessor

    def extendMarkdown(self, md: Markdown) -> None:
        md.registerExtension(self)
        self.comments = CommentPreprocessor(md)
        self.long_texts = LongTextTreeprocessor(md, self.abbreviations)
        md.preprocessors.register(WhitespacePreprocessor(md), "normalize_whitespace", 30)
        md.preprocessors.register(self.comments, "newsgen-comments", 23)
        md.preprocessors.register(CostPreprocessor(md), "newsgen-cost", 22)
        self.windows = WindowProcessor(md)
        md.parser.blockprocessors.register(self.windows, "newsgen-window", 110)
        md.parser.blockprocessors.register(CutProcessor(md.parser), "newsgen-cut", 109)
        md.parser.blockprocessors.register(BlankProcessor(md.parser), "empty", 100)
        md.parser.blockprocessors.register(IndentedCodeProcessor(md.parser), "code", 80)
        md.treeprocessors.register(PartedInlineProcessor(md), "inline", 20)
        md.treeprocessors.register(DepthTreeprocessor(md), "newsgen-depth", 19)  # behind inline patterns
        md.treeprocessors.register(self.long_texts, "newsgen-long-texts", 22)
        # CommonMark 0.31, 6.7: a backslash before the line end is a hard line break too. A run of spaces is tried once.
        md.inlinePatterns.register(SubstituteTagInlineProcessor(r"(?:(?<! )[ ]{2,}|\\)\n", "br"), "linebreak", 100)
        # CommonMark 0.31, 2.4: any ASCII punctuation may be escaped. An `&` would become half of a reference.
        md.ESCAPED_CHARS = [c for c in string.punctuation if c != "&"]

    def reset(self) -> None:
        self.comments.is_unclosed = False
        self.windows.reset()
        self.long_texts.first = ""
