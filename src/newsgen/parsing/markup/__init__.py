"""Markdown to HTML with slots, typography, the allow-list for raw HTML, and the filling of slots (CONTENT.md §3)."""

from markupsafe import Markup

from newsgen.nouns.model import Target
from newsgen.parsing.markup.addresses import site_addresses
from newsgen.parsing.markup.bodies import convert, inline_html
from newsgen.parsing.markup.cleaning import ALLOWED
from newsgen.parsing.markup.fill import absolute, fill, trusted
from newsgen.parsing.markup.guards import has_unclosed_comment
from newsgen.parsing.markup.plain import escape, plain_text
from newsgen.parsing.markup.typography import typeset

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
    "site_addresses",
    "trusted",
    "typeset",
]
