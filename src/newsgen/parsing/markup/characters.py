"""Characters that must never come out, and the noncharacters that stand for something on the way through a conversion.

Noncharacters (U+FDD0 to U+FDEF and the last two of each plane) are taken out of every source first, so that no author
can type one: what bears one is ours.
"""

from __future__ import annotations

import re
from html import unescape

SLOT = "\ufdd0"  #: begins the address of a cross-link; its number in the list of cross-links follows
BAR = "\ufdd1"  #: the `|` of a `[[id|text]]`, hidden from tables
BRACKET = "\ufdd2"  #: a `[` that pairs with nothing, hidden from the link patterns
PLAIN = "\ufdd9"  #: a paragraph of its own: stands for a run of paragraphs that Markdown need not see
TAG = "\ufdda"  #: a tag within a paragraph, while its typography is set
ANGLE = "\ufdd8"  #: a `<` that begins no tag, hidden from the patterns for tags
AMPERSAND = "\ufddb"  #: an `&` that begins a number too long to be one, hidden from whoever undoes references
CUT = "\ufddd"  #: stands, with a `<`, where a long text is cut for the one who cleans it
DATA = "\ufddc"  #: stands, with a number and DATA, for what a long `data:` address holds
UNCLOSED = "\ufdde"  #: behind the name of a start tag that nothing closes
UNKNOWN = "\ufddf"  #: behind the name of a tag that HTML does not know
TAB = "\ufdee"  #: a tab behind the first word of a line that may be code: all others are spaces
TYPED = "\ufdd3"  #: begins what typography changes: TYPED, characters as typed, SET, characters as set, END
SET = "\ufdd4"
END = "\ufdd5"

# HTML, "Preprocessing the input stream": controls other than white space and noncharacters are parse errors; XML 1.0
# (feeds) forbids most of them. A carriage return is no line end here: the caller gives LF.
_FORBIDDEN = (
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufdd0-\ufdef\ufffe\uffff\ud800-\udfff\ufeff"
    + "".join(chr(plane * 0x10000 + 0xFFFE) + chr(plane * 0x10000 + 0xFFFF) for plane in range(1, 17))
    + "]"
)
FORBIDDEN = re.compile(_FORBIDDEN)
#: Control characters that part words: what stands for them is a space.
SPACES = "\x0b\x0c"
_AS_SPACES = str.maketrans(dict.fromkeys(f"{SPACES}\u0085\u2028\u2029", " "))
#: Control characters by their names, which Unicode keeps as aliases only.
CONTROL_NAMES = {
    **{chr(code): "control character" for code in (*range(0x20), *range(0x7F, 0xA0))},
    "\0": "null",
    "\x02": "start of text",
    "\x03": "end of text",
    "\x07": "bell",
    "\x08": "backspace",
    "\x1a": "substitute",
    "\x1b": "escape",
    "\x7f": "delete",
    "\ufeff": "byte order mark",
}
_LINE_BREAKS = re.compile("\r\n?")
# What a `data:` address holds, in one line or in many of base64; a last line that is short is closed.
DATA_ADDRESS = (
    r"(?i)(data:[a-zA-Z0-9.+/;=-]{0,100},)"
    r"([a-zA-Z0-9+/=_%-]{40,}+(?:\n[a-zA-Z0-9+/=_%-]{40,}+)*+(?:\n[a-zA-Z0-9+/=_%-]+(?=[)\"'>]))?)"
)
_STASHED_DATA = re.compile(f"{DATA}(\\d+){DATA}")
_LONG_DATA = 500  # characters
#: A reference with more digits than any character's number has: Python refuses to read thousands of them.
LONG_REFERENCE = re.compile(r"&(?=#[xX]?[0-9a-fA-F]{20})")
_REFERENCE = re.compile(r"&#(?:[xX]([0-9a-fA-F]+)|([0-9]+));?")


def clean_text(text: str) -> str:
    """The text without characters that must not come out; those that part words or lines are spaces, CR a line end.

    Every character keeps its line; columns move only behind a character that goes.
    """
    if is_clean(text):
        return text
    if "\r" in text:
        text = _LINE_BREAKS.sub("\n", text)
    return FORBIDDEN.sub("", text.translate(_AS_SPACES))


def without_data(text: str) -> tuple[str, list[str]]:
    """The text with a number in the place of what each long `data:` address holds, and what they hold."""
    stashed: list[str] = []
    if len(text) < _LONG_DATA or "data:" not in text.lower():
        return text, stashed

    def stash(match: re.Match[str]) -> str:
        if len(match[2]) < _LONG_DATA:
            return match[0]
        stashed.append(match[2])
        return f"{match[1]}{DATA}{len(stashed) - 1}{DATA}"

    return re.sub(DATA_ADDRESS, stash, text), stashed


def with_data(html: str, stashed: list[str]) -> str:
    """The HTML with what `without_data` took away."""
    return _STASHED_DATA.sub(lambda match: stashed[int(match[1])], html) if stashed else html


def shortened(address: str) -> str:
    """An address as messages show it: of a long `data:` address its beginning."""
    if DATA in address:
        return _STASHED_DATA.sub("…", address)
    return re.sub(DATA_ADDRESS, r"\1…", address) if len(address) >= _LONG_DATA else address


def finished(html: str) -> str:
    """The HTML without the characters that stood for something on the way."""
    html = html.replace(BAR, "|").replace(BRACKET, "[").replace(ANGLE, "&lt;").replace(AMPERSAND, "&amp;")
    return without_forbidden(html)


def without_forbidden(text: str) -> str:
    """The text without characters that must not come out."""
    return text if is_clean(text) else FORBIDDEN.sub("", text)


def is_clean(text: str) -> bool:
    """Whether the text surely holds nothing to clean; False says only that a closer look is needed."""
    return text.replace("\n", "").replace("\u00a0", "").replace("\u202f", "").isprintable()


def resolved(text: str) -> str:
    """The text with its character references undone; a number that is too long to be one stays."""
    return unescape(LONG_REFERENCE.sub("&amp;", text) if "&#" in text else text)


def clean_references(html: str) -> str:
    """The HTML without character references to characters that must not come out (`&#1;`, `&#xFDD0;`, `&#13;`)."""
    if "&#" not in html:
        return html
    return _REFERENCE.sub(_checked, html)


def _checked(match: re.Match[str]) -> str:
    digits, base = (match[1], 16) if match[1] else (match[2], 10)
    if len(digits.lstrip("0")) > 7:
        return ""
    code = int(digits, base)
    if code > 0x10FFFF or code == 0 or code == 13 or FORBIDDEN.match(chr(code)):
        # HTML, "numeric character reference end state": 0x80 to 0x9F are read as windows-1252.
        return match[0] if 0x80 <= code <= 0x9F else ""
    return " " if chr(code) in "\u2028\u2029" else match[0]
