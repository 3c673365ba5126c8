"""Which documents a browser or a host would run, or render as a page, in the name of the site that publishes them."""

from __future__ import annotations

import re

#: Types to the endings of their files: what `documents` of newsgen.yaml may let through.
TYPES: dict[str, tuple[str, ...]] = {
    "html": ("html", "htm", "hta"),
    "xhtml": ("xhtml", "xht"),
    # Any XML may hold elements of XHTML, and with them scripts.
    "xml": (
        "xml", "xsd", "rdf", "rss", "atom", "kml", "gpx", "gml", "opml", "mathml", "mml", "owl", "wsdl", "xbl", "xspf",
        "xul", "dae", "x3d", "tei",
    ),
    "xsl": ("xsl", "xslt"),
    "svgz": ("svgz",),
    "mht": ("mht", "mhtml"),
    "script": ("js", "mjs", "cjs", "wasm", "swf", "htc", "vbs"),
}  # fmt: skip
#: What hosts run, or obey; nothing lets it through. The first of them count wherever they stand in a name, as
#: Apache's mod_mime has it ("Files with Multiple Extensions").
_PROGRAMS_ANYWHERE = frozenset({
    "php", "php3", "php4", "php5", "php7", "php8", "phtml", "phar", "phps", "pht", "cgi", "fcgi", "shtml", "shtm",
    "stm",
})  # fmt: skip
_PROGRAMS = frozenset({
    "asp", "aspx", "ashx", "asmx", "ascx", "jsp", "jspx", "cfm", "cfml", "pl", "htaccess", "htpasswd",
})  # fmt: skip
_PROGRAM_NAMES = frozenset({"web.config", "php.ini"})
_TYPE_OF = {ending: type_ for type_, endings in TYPES.items() for ending in endings}
#: Behind these, or a language, the ending before them says what a host sends.
_ENCODINGS = frozenset({"gz", "br", "z", "zst", "bz2", "xz", "utf8", "utf-8"})
_LANGUAGE = re.compile(r"[a-z]{2}(?:-[a-z]{2,4})?")

SNIFFED = 1_445  #: bytes that a browser looks at where a host sends no type (WHATWG, MIME Sniffing, 5)
# MIME Sniffing, 7.1; a tag may end in other ways than the standard says, because browsers differ there.
_HTML = re.compile(
    rb"(?:\xef\xbb\xbf)?[\t\n\x0c\r ]*<(?:!doctype html|html|head|script|iframe|h1|div|font|table|a|style|title|b|body"
    rb"|br|p|!--)(?:[\t\n\x0c\r >/]|\Z)",
    re.IGNORECASE,
)
_XML = re.compile(rb"(?:\xef\xbb\xbf)?[\t\n\x0c\r ]*<\?xml")


def type_of_name(path: str) -> str:
    """The type that a file's name says it has: one of TYPES, `program`, or "" for one that nothing runs."""
    name = path.rpartition("/")[2].lower().rstrip(". ")
    endings = re.split("[.;]", name)[1:]
    is_program = bool(endings) and endings[-1] in _PROGRAMS  # `.pl` is Perl before it is Polish
    if is_program or name in _PROGRAM_NAMES or not _PROGRAMS_ANYWHERE.isdisjoint(endings):
        return "program"
    while len(endings) > 1 and _is_behind(endings[-1]):
        endings.pop()
    last = endings[-1] if endings else ""
    if last in _PROGRAMS:
        return "program"
    return "svgz" if last == "svg" and not name.endswith(".svg") else _TYPE_OF.get(last, "")


def _is_behind(ending: str) -> bool:
    return ending in _ENCODINGS or (ending not in _TYPE_OF and _LANGUAGE.fullmatch(ending) is not None)


def type_of(path: str, head: bytes) -> str:
    """The same, by the name and by the first bytes of the file."""
    if named := type_of_name(path):
        return named
    if _HTML.match(head):
        return "html"
    return "xml" if _XML.match(head) else ""


def is_let_through(path: str, type_: str, types: tuple[str, ...]) -> bool:
    """Whether the site wants such a document: by an ending that the rules for hosts name, and no other."""
    return type_ in types and path.rpartition(".")[2] in TYPES[type_] and type_of_name(path) == type_


def endings(types: tuple[str, ...]) -> list[str]:
    """The endings of the types that are let through."""
    return sorted(ending for type_ in types for ending in TYPES[type_])
