"""The allow-list for raw HTML, and what it does not let through."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from itertools import islice, pairwise

import msgspec
import nh3

from newsgen.parsing.markup.characters import CUT, UNCLOSED, UNKNOWN, resolved


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


_MEDIA = _names("src controls preload loop muted")
_CELL = _names("colspan rowspan headers")

#: Elements of raw HTML that stay, with the attributes that they may have; `*` holds those of every element.
ALLOWED: dict[str, frozenset[str]] = {
    "*": _names("class id lang dir title translate role aria-label aria-hidden"),
    "a": _names("href hreflang rel type download"),
    "blockquote": _names("cite"),
    "q": _names("cite"),
    "ins": _names("cite datetime"),
    "del": _names("cite datetime"),
    "time": _names("datetime"),
    "data": _names("value"),
    "details": _names("open"),
    "ol": _names("start reversed type"),
    "li": _names("value"),
    "col": _names("span"),
    "colgroup": _names("span"),
    "td": _CELL,
    "th": _CELL | {"scope", "abbr"},
    "img": _names("src srcset sizes alt width height loading decoding"),
    "source": _names("src srcset sizes media type width height"),
    "audio": _MEDIA,
    "video": _MEDIA | {"poster", "width", "height", "playsinline"},
    "track": _names("src kind srclang label default"),
    **{
        name: _names("")
        for name in sorted(
            _names(
                "abbr address article aside b bdi bdo br caption cite code dd dfn div dl dt em figcaption figure footer"
                " h1 h2 h3 h4 h5 h6 header hgroup hr i kbd mark nav p picture pre rp rt ruby s samp section small span"
                " strong sub summary sup table tbody tfoot thead tr u ul var wbr"
            )
        )
    },
}
#: Elements that go with all that is in them; of others that go, the words stay.
DROPPED_WHOLE = _names(
    "script style iframe template textarea select noembed noframes noscript title svg math object applet xmp plaintext"
)
SCHEMES = _names("http https mailto tel sms geo xmpp irc ircs ftp magnet")
INLINE = _names(
    "a abbr b bdi bdo br cite code data del dfn em i ins kbd mark q s samp small span strong sub sup time u var wbr"
)

TAG = (
    r"(?si)<!--(?:>|->|.*?(?:--!?>|\Z))"
    r"|<(?P<raw>script|style|textarea|title|iframe|noembed|noframes|xmp)(?=[\s/>])(?:[^\"'>]|\"[^\"]*\"|'[^']*')*>"
    r".*?(?:</(?P=raw)(?=[\s/>])[^>]*>|\Z)"
    r"|<(?P<end>/?)(?P<name>[a-zA-Z][^\s/>]*)(?P<attributes>(?:[^\"'>]|\"[^\"]*\"|'[^']*')*)>"
    r"|<[!?/][^>]*>"
)
ATTRIBUTE = re.compile(r"([^\s\"'<>/=]+)(?:\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'<>]*)))?")
#: How a section of CDATA, a declaration or an instruction for a program begins.
_NO_TAG = re.compile(r"<(!\[CDATA\[|![A-Za-z]+|\?[A-Za-z]*)")
_CANDIDATE = re.compile(r"([^\s,][^\s]*)(\s+[^,]+)?\s*,?")
ADDRESSES = _names("href src cite poster")
_TABLE_PART = re.compile(r"<(caption|colgroup|col|tbody|td|tfoot|thead|th|tr)(?=[\s/>])", re.IGNORECASE)
_PASSES = 3
_LONG = 20_000  # characters
_SEARCHES = 500
# nh3 looks behind every `&`, and behind every character whose UTF-8 begins as that of a no-break space, for the next
# `<` of the same text: in a long one without any, in time that grows with the square of its length.
_SEARCH = re.compile("[&\u0080-\u00bf]")
_STOP = f"{CUT}&lt;"
_STOPPED = re.compile(f"{CUT}&(?:amp;)*lt;")
_DEEPEST = 500
# Void elements, and those whose end tag may be left out.
_NOT_NESTING = _names(
    "area br col embed hr img input link meta source track wbr"
    " p li dt dd rt rp option tr td th thead tbody tfoot colgroup caption"
)
_ODD_HOST = re.compile(r"https?://(?!\[[0-9a-f:.]+\](?:[:/?#]|\Z))[^/?#@]*[\[\]<>|^% ](?![^/?#]*@)", re.IGNORECASE)
_SCHEME = re.compile(r"[\x00-\x20]*([a-zA-Z][a-zA-Z0-9+.\t\n-]*):")


class Dropped(msgspec.Struct, frozen=True):
    """One thing that does not come through: an element (attribute ""), or an attribute of one with its value.

    The value of an element is "outside" if it is part of a table that stands in none, "block" if it is more than a
    line of text may hold, "unclosed" if nothing closes it,
    "unknown" if HTML has no such element, "markup" if it is none (`<![CDATA[`, `<?php`).
    """

    element: str
    attribute: str
    value: str = ""


def dropped(html: str, *, is_inline: bool = False) -> list[Dropped]:
    """What the list does not let through in HTML that was not cleaned yet, in order; `is_inline` for a line of text.

    An end tag that ends nothing is `/name`. What stands in an element that goes with its content is not named.
    """
    dropped_parts: list[Dropped] = []
    inside = ""  # the element that goes with its content
    depth = 0
    ends: dict[str, int] = {}
    for match in re.finditer(TAG, html):
        name = (match["name"] or match["raw"] or "").lower()
        if not name:
            if no_tag := _NO_TAG.match(match[0]):
                dropped_parts.append(Dropped(no_tag[1], "", "markup"))
            elif match[0][:4] != "<!--":
                dropped_parts.append(Dropped(match[0][:12], ""))
            continue
        is_end = bool(match["end"])
        if inside:
            if name == inside:
                depth += -1 if is_end else 1
                inside = inside if depth else ""
            continue
        if name[-1] in (UNCLOSED, UNKNOWN):
            if not is_end or name[-1] == UNKNOWN:
                value = "unclosed" if name[-1] == UNCLOSED else "unknown"
                dropped_parts.append(Dropped(match["end"] + match["name"][:-1], "", value))
            continue
        if is_end:
            ends[name] = ends.get(name, 0) - 1
            continue
        ends[name] = ends.get(name, 0) + 1
        if name not in ALLOWED or name == "*":
            dropped_parts.append(Dropped(name, ""))
            if name in DROPPED_WHOLE and not match["raw"] and not (match["attributes"] or "").endswith("/"):
                inside, depth = name, 1
        elif is_inline and name not in INLINE:
            dropped_parts.append(Dropped(name, "", "block"))
        elif attributes := match["attributes"]:
            dropped_parts.extend(_dropped_attributes(name, attributes, is_inline=is_inline))
    dropped_parts.extend(
        Dropped(f"/{name}", "") for name, count in ends.items() if count < 0 and name in ALLOWED for _ in range(-count)
    )
    return dropped_parts


def dropped_table_parts(before: str, after: str) -> list[Dropped]:
    """Parts of tables that stood outside a table, which no browser keeps: HTML before and after cleaning."""
    lost = Counter(match[1].lower() for match in _TABLE_PART.finditer(re.sub(TAG, _hidden_raw, before)))
    lost.subtract(match[1] for match in _TABLE_PART.finditer(after))
    return [Dropped(name, "", "outside") for name in sorted(lost) for _ in range(lost[name])]


def _hidden_raw(match: re.Match[str]) -> str:
    return match[0] if match["name"] else ""


def _dropped_attributes(name: str, attributes: str, *, is_inline: bool) -> Iterator[Dropped]:
    allowed = ALLOWED[name]
    for attribute, value in read_attributes(attributes):
        if (attribute not in allowed and attribute not in ALLOWED["*"]) or (is_inline and attribute == "id"):
            is_allowed = False
        elif attribute == "srcset":
            is_allowed = all(has_allowed_scheme(url) for url, _ in candidates(value))
        else:
            is_allowed = attribute not in ADDRESSES or (has_allowed_scheme(value) and not has_odd_host(value))
        if not is_allowed:
            yield Dropped(name, attribute, value)


def read_attributes(text: str) -> list[tuple[str, str]]:
    """The attributes of a start tag, names in lower case, character references undone."""
    attributes: list[tuple[str, str]] = []
    for match in ATTRIBUTE.finditer(text):
        value = match[2] or match[3] or match[4] or ""
        attributes.append((match[1].lower(), resolved(value) if "&" in value else value))
    return attributes


def scheme(address: str) -> str:
    """The scheme of an address in lower case, "" where it has none.

    Rule: URL Standard, "basic URL parser": leading controls and spaces, and tabs and line ends anywhere, do not count.
    """
    match = _SCHEME.match(address)
    return re.sub(r"[\t\n]", "", match[1]).lower() if match else ""


def has_allowed_scheme(address: str) -> bool:
    name = scheme(address)
    return not name or name in SCHEMES


def has_odd_host(address: str) -> bool:
    """Whether an address has a host that nobody can have, for which cleaning takes the whole address away.

    Rule: URL Standard, "host parsing": forbidden domain code points.
    """
    return _ODD_HOST.match(address.strip()) is not None


def candidates(srcset: str) -> list[tuple[str, str]]:
    """The addresses of a `srcset`, each with its descriptor ("" or "480w")."""
    pairs: list[tuple[str, str]] = []
    for match in _CANDIDATE.finditer(srcset):
        url, descriptor = match[1], match[2] or ""
        if url.endswith(","):
            url, descriptor = url.rstrip(","), ""
        pairs.append((url, " ".join(descriptor.split())))
    return pairs


@cache
def _cleaner(is_inline: bool) -> nh3.Cleaner:
    tags = set(INLINE if is_inline else ALLOWED) - {"*"}
    return nh3.Cleaner(
        tags=tags,
        clean_content_tags=set(DROPPED_WHOLE),
        attributes={
            name: set(names) - ({"id"} if is_inline else set())
            for name, names in ALLOWED.items()
            if name == "*" or name in tags
        },
        link_rel=None,
        url_schemes=set(SCHEMES),
        strip_comments=True,
    )


def clean(html: str) -> str:
    """The HTML of a body with only what the list allows, every element closed.

    An element that goes and leaves its words may leave a block within a paragraph: a second pass reads it as browsers
    will, until nothing moves.
    """
    cleaner = _cleaner(False)
    cleaned = _cleaned(cleaner, _shallow(html))
    for _ in range(_PASSES):
        again = _cleaned(cleaner, cleaned)
        if again == cleaned:
            break
        cleaned = again
    return cleaned


def _shallow(html: str) -> str:
    """The HTML without start tags that lie absurdly deep: a browser's parser takes quadratic time for them."""
    if html.count("<") <= _DEEPEST:
        return html
    depth = 0

    def tag(match: re.Match[str]) -> str:
        nonlocal depth
        name = (match["name"] or "").lower()
        if not name or name in _NOT_NESTING:
            return match[0]
        if match["end"]:
            depth = max(0, depth - 1)
            return match[0]
        depth += 1
        return match[0] if depth <= _DEEPEST else ""

    return re.sub(TAG, tag, html)


def clean_once(html: str) -> str:
    """As `clean`, for HTML that Markdown alone has made, whose structure needs no second look."""
    return _cleaned(_cleaner(False), html)


def clean_inline(html: str) -> str:
    """HTML with only such elements as may stand in a line of text; no ids."""
    return _cleaned(_cleaner(True), html)


def _cleaned(cleaner: nh3.Cleaner, html: str) -> str:
    if len(html) <= _LONG:
        return cleaner.clean(html).replace("&nbsp;", "\u00a0")
    cuts = [match.start() for match in islice(_SEARCH.finditer(html), _SEARCHES, None, _SEARCHES)]
    html = _STOP.join([html[begin:end] for begin, end in pairwise((0, *cuts, len(html)))])
    return _STOPPED.sub("", cleaner.clean(html)).replace("&nbsp;", "\u00a0")
