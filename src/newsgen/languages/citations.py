"""Texts as citation files want them: values of BibTeX and of RIS, and keys of BibTeX entries."""

from __future__ import annotations

import re
import unicodedata

_LATEX = str.maketrans({
    "\\": r"\textbackslash{}", "{": r"\textbraceleft{}", "}": r"\textbraceright{}", "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}", "$": r"\$", "&": r"\&", "%": r"\%", "#": r"\#", "_": r"\_",
})  # fmt: skip
_IN_ADDRESS = str.maketrans({character: f"%{ord(character):02X}" for character in "%\t\n \"#<>?[\\]^`{|}'"})
_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ufdd0-\ufdef\ufffe\uffff]+")
_JOINS_NAMES = re.compile(r",|\band\b", re.IGNORECASE)


def _one_line(text: str) -> str:
    return " ".join(_CONTROLS.sub(" ", text).split())


def bibtex(text: str) -> str:
    """A text as it stands within the braces of a BibTeX field, in one line.

    What LaTeX reads as a command is written out; braces go by name, because BibTeX counts those behind a backslash too.
    """
    return _one_line(text).translate(_LATEX)


def bibtex_name(text: str) -> str:
    """A name for `author`: in braces where its words would part it into several names, or into last name and first."""
    name = bibtex(text)
    return f"{{{name}}}" if _JOINS_NAMES.search(text) else name


def bibtex_key(text: str) -> str:
    """A key of an entry: ASCII letters, digits, `-`, `.`, `:` and `/`, without accents; other letters by their number.

    Two texts that differ have two keys unless they differ in accents, or in characters that are no letters, only.
    """
    plain = unicodedata.normalize("NFKD", text)
    if not plain.isascii():
        plain = "".join(c if c.isascii() else f"u{ord(c):x}" if c.isalnum() else "" for c in plain)
    return re.sub(r"[^A-Za-z0-9.:/-]+", "-", plain).strip("-") or "x"


def data_url(type_: str, text: str) -> str:
    """A text as an address: a file that stands in the page. Rule: RFC 2397; what is no URL code point (WHATWG URL) goes
    by its number."""
    return f"data:{type_};charset=utf-8,{text.translate(_IN_ADDRESS)}"


def ris(text: str) -> str:
    """A text as the value of a RIS line: in one line, without the asterisk, which RIS keeps for itself in names."""
    return _one_line(text.replace("*", ""))
