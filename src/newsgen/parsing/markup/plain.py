"""HTML as plain text, and plain text as HTML."""

from __future__ import annotations

import re

from newsgen.parsing.markup.characters import resolved

_HIDDEN = re.compile(r"<!--.*?(?:-->|\Z)|<(script|style|template)\b[^>]*>.*?(?:</\1\s*>|\Z)", re.DOTALL | re.IGNORECASE)
_REST = r"(?=[\s/>])(?:[^\"'>]|\"[^\"]*\"|'[^']*')*>"
_PARAGRAPH = re.compile(
    r"</?(?:address|article|aside|blockquote|details|div|dl|figcaption|figure|footer|h[1-6]|header|hr|main|nav|ol|p|pre"
    rf"|section|summary|table|ul){_REST}",
    re.IGNORECASE,
)
_LINE = re.compile(rf"</?(?:br|caption|dd|dt|li|tr){_REST}", re.IGNORECASE)
_CELL = re.compile(rf"</?(?:td|th){_REST}", re.IGNORECASE)
_OTHER = re.compile(r"</?[a-zA-Z](?:[^\"'>]|\"[^\"]*\"|'[^']*')*>")
_PRE = re.compile(r"(<pre\b.*?</pre>)", re.DOTALL | re.IGNORECASE)
_NOTE_MARKS = re.compile(
    r'<sup id="fnref[^"]*"[^>]*>.*?</sup>|(?<![ \u00a0])[ \u00a0]*<a [^>]*class="footnote-backref"[^>]*>.*?</a>',
    re.DOTALL,
)
_SPACES = re.compile("  +")
_BREAKS = re.compile(r" ?([\x01\x02])[ \x01\x02]*")
_CONTROL = re.compile("[\x01-\x04]")
_KEPT_SPACE = "\x04"
_AS_TYPED = {ord("\n"): "\x03", ord(" "): "\x04"}
_KEPT = "\x03"  # a line end within `pre`, while white space is folded


def escape(text: str) -> str:
    """The text as HTML, fit for attributes too."""
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return text.replace('"', "&quot;").replace("'", "&#39;")


def plain_text(html: str) -> str:
    """The words of HTML in reading order: paragraphs two line ends apart, list items, rows and `br` one.

    Marks of notes (the call and the way back) are no words; neither are comments, scripts and styles. White space is
    folded as a browser does it, except in `pre`; no-break spaces stay.
    """
    if "footnote-" in html:
        html = _NOTE_MARKS.sub("", html)
    if "<!--" in html or "<s" in html or "<t" in html:
        html = _HIDDEN.sub("", html)
    html = _CONTROL.sub("", html)
    if "<pre" in html:
        html = _PRE.sub(lambda pre: pre[0].replace("\n</code>", "</code>").translate(_AS_TYPED), html)
    html = _PARAGRAPH.sub("\x02", html)
    html = _LINE.sub("\x01", html)
    html = _OTHER.sub("", _CELL.sub(" ", html))
    text = resolved(html) if "&" in html else html
    text = _SPACES.sub(" ", text.replace("\n", " ").replace("\t", " ").replace("\f", " "))
    text = _BREAKS.sub(_breaks, text)
    return text.replace(_KEPT, "\n").replace(_KEPT_SPACE, " ").strip(" \n")


# As nh3 writes tags: names in lower case, values in double quotes.
_TAG = re.compile(r"<(/?[a-z][a-z0-9]*)(?: [^>]*)?>")
_SEPARATORS = {
    f"{slash}{name}": separator
    for separator, names in (
        ("\x02", "address article aside blockquote details div dl figcaption figure footer h1 h2 h3 h4 h5 h6 header hr"
         " main nav ol p pre section summary table ul"),
        ("\x01", "br caption dd dt li tr"),
        (" ", "td th"),
    )
    for name in names.split()
    for slash in ("", "/")
}  # fmt: skip


def plain_text_of_ours(html: str) -> str:
    """As `plain_text`, for HTML that Markdown alone has made and nh3 has written: no raw HTML, no comments."""
    if "footnote-" in html:
        html = _NOTE_MARKS.sub("", html)
    if "<pre" in html:
        return plain_text(html)
    parts = _TAG.split(html)
    parts[1::2] = [_SEPARATORS.get(name, "") for name in parts[1::2]]
    text = "".join(parts)
    if "&" in text:
        text = resolved(text)
    text = text.replace("\n", " ")
    if "  " in text:
        text = _SPACES.sub(" ", text)
    return _BREAKS.sub(_breaks, text).strip(" \n")


def _breaks(match: re.Match[str]) -> str:
    return "\n\n" if "\x02" in match[0] else "\n"
