"""Markdown to HTML with slots, typography, the allow-list for raw HTML, and the filling of slots (CONTENT.md §3)."""

from markupsafe import Markup

from newsgen.nouns.model import Target
from newsgen.parsing.markup.addresses import fragment_of, is_own_address
from newsgen.parsing.markup.bodies import convert
from newsgen.parsing.markup.cleaning import ALLOWED
from newsgen.parsing.markup.fill import absolute, fill, trusted
from newsgen.parsing.markup.guards import has_unclosed_comment
from newsgen.parsing.markup.plain import escape, plain_text
from newsgen.parsing.markup.standfirsts import Standfirst, in_standfirst, standfirst
from newsgen.parsing.markup.typography import typeset

__all__ = [
    "ALLOWED",
    "Markup",
    "Standfirst",
    "Target",
    "absolute",
    "convert",
    "escape",
    "fill",
    "fragment_of",
    "has_unclosed_comment",
    "in_standfirst",
    "is_own_address",
    "plain_text",
    "standfirst",
    "trusted",
    "typeset",
]
