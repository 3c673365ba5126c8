"""Tags that would take words away: elements that nothing closes, and what only looks like a tag."""

from __future__ import annotations

import re
from bisect import bisect_right

from newsgen.parsing.markup.characters import UNCLOSED, UNKNOWN
from newsgen.parsing.markup.cleaning import ALLOWED, DROPPED_WHOLE


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


#: Elements that hide, hold shut or reshape whatever stands in them; browsers look for their end as far as it takes.
SWALLOWING = DROPPED_WHOLE | _names("audio details pre video")
# Blocks that no other tag closes: without an end, all the rest of the text would stand in them.
_BLOCKS = _names("address article aside blockquote div figure footer h1 h2 h3 h4 h5 h6 header hgroup main nav section")
# Without an end they would format all the rest.
_INLINE = _names(
    "a abbr b bdi bdo big cite code data del dfn em font i ins kbd mark q s samp small span strike strong sub sup time"
    " tt u var"
)
# Their text holds no tags: only their own end tag ends them.
_VERBATIM = _names("iframe noembed noframes script style textarea title xmp")
_FOREIGN = _names("svg math")  # may end with `/>`
_OTHERS = _names(
    "acronym area base basefont bgsound big blink body button canvas center command content datalist dialog dir embed"
    " fencedframe fieldset font form frame frameset head html image input isindex keygen label legend link listing map"
    " marquee menu menuitem meta meter nextid nobr optgroup option output param progress rb rbc rp rtc search shadow"
    " slot spacer strike tt"
)
#: Elements that HTML has, or had.
KNOWN = (frozenset(ALLOWED) - {"*"}) | SWALLOWING | _OTHERS
_TAG = re.compile(
    r"<!--(?:>|->|.*?(?:--!?>|\Z))|<(?P<end>/?)(?P<name>[a-zA-Z][^\s/>]*)(?:[^\"'>]|\"[^\"]*\"|'[^']*')*>", re.DOTALL
)
# Of `a<b and c>d`: words, and no value of an attribute.
_WORDS = re.compile(r"[ \t\n]+[^=>]*>")
_VERBATIM_TAG = re.compile(rf"<(/?)({'|'.join(sorted(_VERBATIM))})(?=[\s/>])", re.IGNORECASE)
_MARKED = re.compile(
    rf"<(?P<end>/?)(?P<name>[a-zA-Z][^\s/>{UNCLOSED}{UNKNOWN}]*)(?P<mark>[{UNCLOSED}{UNKNOWN}])"
    r"(?P<rest>(?:[^\"'>]|\"[^\"]*\"|'[^']*')*)>"
)


_OPENING = SWALLOWING | _BLOCKS | _INLINE


def marked(html: str) -> str:
    """The HTML with UNCLOSED behind the name of each start tag that nothing closes, and UNKNOWN behind each name that
    HTML does not know, unless an end tag of the same name says that mark-up was meant."""
    marks: dict[int, str] = {}  # by the place behind the name
    opened: dict[str, list[int]] = {}
    unknown: dict[str, list[int]] = {}
    paired: set[str] = set()
    verbatim: dict[str, tuple[list[int], list[bool]]] | None = None
    position = 0
    while match := _TAG.search(html, position):
        position = match.end()
        name = (match["name"] or "").lower()
        if not name:
            continue
        behind = match.end("name")
        if name not in KNOWN:
            if ":" not in name:
                unknown.setdefault(name, []).append(behind)
                if match["end"]:
                    paired.add(name)
        elif match["end"]:
            if opened.get(name):
                opened[name].pop()
        elif name in _VERBATIM:
            if verbatim is None:
                verbatim = _verbatim_tags(html)
            places, are_ends = verbatim.get(name, ([], []))
            n = bisect_right(places, match.start())
            if n < len(places) and are_ends[n]:
                position = places[n]
            else:
                marks[behind] = UNCLOSED
        elif name in _OPENING and not (name in _FOREIGN and match[0].endswith("/>")):
            opened.setdefault(name, []).append(behind)
    for name, places in opened.items():
        for place in places:
            marks[place] = UNKNOWN if name in _INLINE and _WORDS.match(html, place) else UNCLOSED
    for name, places in unknown.items():
        if name not in paired or len(places) == 1:
            marks.update(dict.fromkeys(places, UNKNOWN))
    if not marks:
        return html
    out: list[str] = []
    end = 0
    for place in sorted(marks):
        out += (html[end:place], marks[place])
        end = place
    return "".join([*out, html[end:]])


def _verbatim_tags(html: str) -> dict[str, tuple[list[int], list[bool]]]:
    """By name, the places of such tags, and which of them are end tags."""
    tags: dict[str, tuple[list[int], list[bool]]] = {}
    for match in _VERBATIM_TAG.finditer(html):
        places, are_ends = tags.setdefault(match[2].lower(), ([], []))
        places.append(match.start())
        are_ends.append(bool(match[1]))
    return tags


def settled(html: str, *, is_trusted: bool) -> str:
    """The HTML without marks: unclosed tags go and leave their words, unknown ones are text.

    Of trusted HTML only those go that would hide what is not theirs.
    """

    def settle(match: re.Match[str]) -> str:
        if match["mark"] == UNCLOSED:
            keeps = is_trusted and match["name"].lower() not in SWALLOWING
            return f"<{match['name']}{match['rest']}>" if keeps else ""
        tag = f"{match['end']}{match['name']}{match['rest']}"
        return f"<{tag}>" if is_trusted else f"&lt;{tag}&gt;"

    return _MARKED.sub(settle, html) if UNCLOSED in html or UNKNOWN in html else html
