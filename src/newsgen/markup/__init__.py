"""Markdown to HTML with slots, typography, the allow-list for raw HTML, and the filling of slots (CONTENT.md §3)."""

from markupsafe import Markup

from newsgen.markup.bodies import convert, inline_html
from newsgen.markup.cleaning import ALLOWED
from newsgen.markup.fill import absolute, fill, trusted
from newsgen.markup.guards import has_unclosed_comment
from newsgen.markup.plain import escape, plain_text
from newsgen.markup.typography import typeset
from newsgen.model import Target

__all__ = [
    "ALLOWED",
    "Markup",
    "Target",
    "absolute",
    "convert",
    "escape",
    "fill",
    "has_unclosed_comment",
    "inline_html",
    "plain_text",
    "trusted",
    "typeset",
]
