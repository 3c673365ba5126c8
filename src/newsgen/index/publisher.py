"""What is wrong with what newsgen.yaml says of the publisher: a policy that is no story, a logo that is
no file, a `security.txt` that ends."""

from __future__ import annotations

from newsgen.diagnostics import Diagnostic, Location, error, warning
from newsgen.index.work import Work
from newsgen.queries import resolve_story
from newsgen.security import SOON_SECONDS


def look(work: Work) -> None:
    """Says so in every build that looks at anything: it takes a few look-ups."""
    found = [*_policies(work), *_logos(work)]
    security = work.config.security
    if security.contact and security.expires_at - work.inputs.now <= SOON_SECONDS:
        is_past = security.expires_at <= work.inputs.now
        message = f"security.txt {'ended' if is_past else 'ends'} on {security.expires[:10]}"
        hint = "see that its addresses still hold, then write a later `expires`, less than a year away"
        found.append(warning(_place(work, "security.expires"), "security-expires", message, hint))
    work.catalog.say("publisher\0", found)


def _policies(work: Work) -> list[Diagnostic]:
    found = []
    for name in ("corrections_policy", "publishing_principles"):
        written = getattr(work.config.organization, name)
        if written and "://" not in written and not resolve_story(work.catalog, written):
            message = f"no story `{written}`, which `organization.{name}` names"
            hint = "write the id of a page, such as `pages/about`, or the address of a page of another site"
            found.append(error(_place(work, f"organization.{name}"), "reference-broken", message, hint))
    return found


def _logos(work: Work) -> list[Diagnostic]:
    config = work.config
    written = {"logo.src": config.logo.src if config.logo else "", "organization.logo": config.organization.logo}
    found = []
    for key, path in written.items():
        if not path.startswith("/"):
            continue  # nothing, or an address elsewhere
        if not work.catalog.one("SELECT 1 FROM source WHERE kind = 'static' AND name = ?", path[1:]):
            message = f"no file static{path}, which `{key}` names"
            found.append(error(_place(work, key), "link-broken", message, f"put the picture at static{path}"))
    return found


def _place(work: Work, key: str) -> Location:
    return Location("newsgen.yaml", *work.config.places.get(key, (1, 1)))
