"""HTML as plain text, and plain text as HTML."""

from __future__ import annotations

import html as _html
import re

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
    r'<sup id="fnref[^"]*"[^>]*>.*?</sup>|[ \u00a0]*<a [^>]*class="footnote-backref"[^>]*>.*?</a>', re.DOTALL
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
    text = _html.unescape(html) if "&" in html else html
    text = _SPACES.sub(" ", text.replace("\n", " ").replace("\t", " ").replace("\f", " "))
    text = _BREAKS.sub(lambda breaks: "\n\n" if "\x02" in breaks[0] else "\n", text)
    return text.replace(_KEPT, "\n").replace(_KEPT_SPACE, " ").strip(" \n")
