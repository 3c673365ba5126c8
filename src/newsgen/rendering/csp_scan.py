"""What stands in a template and the policy of the pages does not let act or load."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from newsgen.nouns.diagnostics import Diagnostic, Location, diagnose, part
from newsgen.settings.content_policy import POLICY, allows

#: Stands for what Jinja writes: nothing is known of it.
_FILL = "\ue000"
_COMMENT = re.compile(r"\{#.*?#\}|<!--.*?-->", re.DOTALL)
_JINJA = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
_NOT_LINE_END = re.compile(r"[^\n]")
_TAG = re.compile(r"<([a-zA-Z][a-zA-Z0-9-]*)((?:[^\"'<>]|\"[^\"]*\"|'[^']*')*)>")
_ATTRIBUTE = re.compile(rf"([^\s\"'<>/={_FILL}]+)(?:\s*=\s*(\"[^\"]*\"|'[^']*'|[^\s\"'<>]+))?")
_ELSEWHERE = re.compile(rf"((?:https?:)?//[^/?#{_FILL}\s]+)(?:[/?#]|\Z)", re.IGNORECASE)
_IN_ITSELF = re.compile("data:", re.IGNORECASE)
#: Types of a script that browsers run or obey. Rule: HTML, "prepare the script element".
_RUNS = re.compile(
    r"(?:(?:text|application)/(?:x-)?(?:java|ecma|j)script(?:1\.[0-5])?|text/livescript|module|importmap"
    r"|speculationrules)?\Z",
    re.IGNORECASE,
)
#: Element and attribute to the directive that says whence it may come, and which of the phrases `load/…` names it.
_LOADS = {
    ("script", "src"): ("script-src", "script"),
    ("img", "src"): ("img-src", "picture"),
    ("video", "poster"): ("img-src", "picture"),
    ("video", "src"): ("media-src", "film"),
    ("audio", "src"): ("media-src", "sound"),
    ("source", "src"): ("media-src", "film-or-sound"),
    ("track", "src"): ("media-src", "text-track"),
    ("iframe", "src"): ("frame-src", "frame"),
    ("embed", "src"): ("object-src", "object"),
    ("object", "data"): ("object-src", "object"),
    ("form", "action"): ("form-action", "form-target"),
}
_LINKS = {
    "stylesheet": ("style-src", "stylesheet"),
    "icon": ("img-src", "icon"),
    "manifest": ("manifest-src", "manifest"),
}


class Rules:
    """The policy of a site: what `security.csp` adds to it, and the site's own host."""

    def __init__(self, csp: Mapping[str, Sequence[str]], host: str) -> None:
        self.csp, self.host = csp, host.lower()

    def sources(self, directive: str) -> Sequence[str]:
        if directive == "frame-src":
            return self.csp.get(directive) or self.csp.get("child-src") or self.csp.get("default-src", ())
        if directive not in POLICY:
            return self.csp.get(directive) or self.csp.get("default-src", ())
        return self.csp.get(directive, ())

    def lets_act(self, directive: str) -> bool:
        """Whether what stands in the page itself may count. Of a hash or nonce nobody knows to what it belongs."""
        return any(s == "'unsafe-inline'" or s.startswith(("'sha", "'nonce-")) for s in self.sources(directive))

    def lets_load(self, directive: str, address: str) -> bool:
        """Whether an address, as a template writes it, may be loaded; True where that is not known."""
        sources = self.sources(directive)
        if _IN_ITSELF.match(address):
            return "data:" in sources
        if elsewhere := _ELSEWHERE.match(address):
            is_own = elsewhere[1].lower() in (self.host, f"//{self.host.partition('//')[2]}")
            if not is_own:
                return allows(sources, elsewhere[1])
        elif address[:1] == _FILL or not address or ":" in address.partition("/")[0]:
            return True
        return directive in POLICY or "'self'" in sources


def blocked_in_style(
    addresses: Iterable[tuple[int, str]], rules: Rules, place: Callable[[int], Location]
) -> Iterator[Diagnostic]:
    """Fonts and pictures that a part of the stylesheet takes from other sites. `place`: that of an offset."""
    for at, address in addresses:
        if not any(rules.lets_load(directive, address) for directive in ("font-src", "img-src")):
            is_font = re.search(r"font|\.(?:woff2?|[ot]tf)(?:[?#]|\Z)", address, re.IGNORECASE)
            what, directive = ("font", "font-src") if is_font else ("picture", "img-src")
            yield _elsewhere(place(at), what, address, directive)


def blocked(source: str, rules: Rules, place: Callable[[int], Location]) -> Iterator[Diagnostic]:
    """Scripts, styles and handlers in the page itself, and what is loaded from other sites.

    `place`: that of an offset.
    """
    html = _COMMENT.sub(lambda match: _NOT_LINE_END.sub(" ", match[0]), source)
    html = _JINJA.sub(lambda match: _NOT_LINE_END.sub(_FILL, match[0]), html)
    lower = html.lower()
    position = 0
    while tag := _TAG.search(html, position):
        position = tag.end()
        name = tag[1].lower()
        begin = tag.start(2)
        attributes = {
            attribute[1].lower(): (begin + attribute.start(), (attribute[2] or "").strip("\"'").strip())
            for attribute in _ATTRIBUTE.finditer(tag[2])
        }
        has_more = _FILL in _ATTRIBUTE.sub("", tag[2])
        yield from _of_tag(tag.start(), name, attributes, has_more=has_more, rules=rules, place=place)
        if name in ("script", "style"):
            end = lower.find(f"</{name}", position)
            position = end if end >= 0 else len(html)


def _of_tag(
    at: int,
    name: str,
    attributes: dict[str, tuple[int, str]],
    *,
    has_more: bool,
    rules: Rules,
    place: Callable[[int], Location],
) -> Iterator[Diagnostic]:
    """`has_more`: Jinja writes attributes of which nothing is known."""
    if name == "script" and "src" not in attributes and not has_more and not rules.lets_act("script-src"):
        if _RUNS.match(attributes.get("type", (0, ""))[1]):
            yield diagnose(place(at), "policy-blocked/script")
    elif name == "style" and not rules.lets_act("style-src"):
        yield diagnose(place(at), "policy-blocked/rules")
    for attribute, (where, value) in attributes.items():
        if attribute == "style" and not rules.lets_act("style-src"):
            yield diagnose(place(where), "policy-blocked/style")
        elif re.fullmatch(r"on[a-z]+", attribute) and value and not rules.lets_act("script-src"):
            yield diagnose(place(where), "policy-blocked/handler", attribute=attribute)
        directive, what = _LOADS.get((name, attribute), ("", ""))
        if name == "link" and attribute == "href":
            kinds = attributes.get("rel", (0, ""))[1].lower().split()
            directive, what = next((_LINKS[kind] for kind in kinds if kind in _LINKS), ("", ""))
        if directive and not rules.lets_load(directive, value):
            yield _elsewhere(place(where), what, value, directive)


def _elsewhere(at: Location, what: str, address: str, directive: str) -> Diagnostic:
    if _IN_ITSELF.match(address):
        return diagnose(at, "policy-blocked/in-itself", what=part(f"load/{what}"), directive=directive)
    shown = re.sub(f"{_FILL}+", "…", address)
    if not (match := _ELSEWHERE.match(address)):
        return diagnose(at, "policy-blocked/own", what=part(f"load/{what}"), address=shown, directive=directive)
    origin = match[1] if ":" in match[1] else f"https:{match[1]}"
    if directive in ("form-action", "frame-src"):  # no file of the site can take its place
        case = "policy-blocked/form" if directive == "form-action" else "policy-blocked/frame"
        return diagnose(at, case, address=shown, origin=origin, directive=directive)
    loaded = part(f"load/{what}")
    return diagnose(at, "policy-blocked/elsewhere", what=loaded, address=shown, origin=origin, directive=directive)
