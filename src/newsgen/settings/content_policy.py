"""The Content-Security-Policy that pages and `_headers` name, and when `security.txt` ends."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from urllib.parse import urlsplit

#: Directive to its sources: nothing but the site's own files. Rule: W3C, Content Security Policy Level 3.
POLICY: dict[str, tuple[str, ...]] = {
    "default-src": ("'none'",),
    "script-src": ("'self'",),
    "style-src": ("'self'",),
    "img-src": ("'self'",),
    "font-src": ("'self'",),
    "media-src": ("'self'",),
    "connect-src": ("'self'",),
    "manifest-src": ("'self'",),
    "form-action": ("'self'",),
    "base-uri": ("'none'",),
}
#: What `security.csp` may name.
DIRECTIVES = (*POLICY, "child-src", "frame-src", "object-src", "worker-src")
#: How long before its end `security.txt` is warned of.
SOON_SECONDS = 30 * 86400


def allows(sources: Iterable[str], address: str) -> bool:
    """Whether the policy lets an address of another site load; `//host/x` counts as `https`.

    Rule: W3C, Content Security Policy Level 3, 6.7.2.8, without the paths of sources.
    """
    try:
        parts = urlsplit(address if "://" in address else f"https:{address}")
    except ValueError:
        return False
    name = parts.netloc.lower()
    for source in sources:
        scheme, _, rest = source.lower().rpartition("://")
        host = rest.partition("/")[0]
        if source in ("*", f"{parts.scheme}:"):
            return True
        if scheme in ("", parts.scheme) and (host == name or (host[:2] == "*." and name.endswith(host[1:]))):
            return True
    return False


def policy(*more: Mapping[str, Sequence[str]]) -> str:
    """The policy as a header has it, with the sources of each of `more` added; `'none'` gives way to others."""
    directives = {name: [*sources] for name, sources in POLICY.items()}
    for added in more:
        for name, sources in added.items():
            there = [source for source in directives.get(name, []) if source != "'none'"]
            directives[name] = list(dict.fromkeys((*there, *sources))) or ["'none'"]
    return "; ".join(f"{name} {' '.join(sources)}" for name, sources in directives.items())
