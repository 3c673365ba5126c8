"""What is wrong with what newsgen.yaml says of the publisher: a policy that is no story, a logo that is
no file, an entry of the menu that leads nowhere, a `security.txt` that ends."""

from __future__ import annotations

import re
from difflib import get_close_matches
from urllib.parse import unquote

from newsgen.addresses.urls import address_key, output_path
from newsgen.index.work import Work
from newsgen.nouns.diagnostics import Diagnostic, Location, diagnose, in_order
from newsgen.nouns.kinds import MENU_TARGETS
from newsgen.nouns.model import UrlPath
from newsgen.queries import resolve_story
from newsgen.settings.content_policy import SOON_SECONDS


def look(work: Work) -> None:
    """Says so in every build that looks at anything: it takes a few look-ups."""
    work.each((work,), _look, lambda _: _CONFIGURATION)


_CONFIGURATION = "newsgen.yaml", ["newsgen.yaml"]


def _look(work: Work) -> None:
    diagnostics = [*_policies(work), *_logos(work)]
    security = work.config.security
    if security.contact and security.expires_at - work.inputs.now <= SOON_SECONDS:
        is_past = security.expires_at <= work.inputs.now
        key = "security-expires/past" if is_past else "security-expires"
        diagnostics.append(diagnose(_place(work, "security.expires"), key, day=security.expires[:10]))
    work.catalog.say("publisher\0", diagnostics)


def _policies(work: Work) -> list[Diagnostic]:
    diagnostics = []
    for name in ("corrections_policy", "publishing_principles"):
        written = getattr(work.config.organization, name)
        if written and "://" not in written and not resolve_story(work.catalog, written):
            place = _place(work, f"organization.{name}")
            diagnostics.append(diagnose(place, "reference-broken/configured", target=written, name=name))
    return diagnostics


def _logos(work: Work) -> list[Diagnostic]:
    config = work.config
    written = {"logo.src": config.logo.src if config.logo else "", "organization.logo": config.organization.logo}
    diagnostics = []
    for key, path in written.items():
        if not path.startswith("/"):
            continue  # nothing, or an address elsewhere
        if not work.catalog.one("SELECT 1 FROM source WHERE kind = 'static' AND name = ?", path[1:]):
            diagnostics.append(diagnose(_place(work, key), "link-broken/logo", path=path, key=key))
    return diagnostics


# ---- the menu
def look_at_menu(work: Work) -> None:
    """Says which entries of the menu lead to no page of the site; all pages are known by then."""
    work.each((work,), _look_at_menu, lambda _: _CONFIGURATION)


def _look_at_menu(work: Work) -> None:
    diagnostics = []
    for number, entry in enumerate(work.config.menu or ()):
        for lang, url in entry.urls.items():
            if lang in entry.titles and (near := _missing(work, url)) is not None:
                key = "link-broken/menu-near" if near else "link-broken/menu"
                diagnostics.append(diagnose(_menu_place(work, number, lang), key, url=url, near=near))
    work.catalog.say("menu\0", in_order(diagnostics))


def _menu_place(work: Work, number: int, lang: str) -> Location:
    key = f"menu.{number}.url"
    return _place(work, next((k for k in (f"{key}.{lang}", key) if k in work.config.places), f"menu.{number}"))


def _missing(work: Work, url: str) -> str | None:
    """What may be meant by an address that is none of the site, "" if nobody knows; None if it is one, or elsewhere."""
    site, path = work.config.url, re.split("[?#]", url, maxsplit=1)[0]
    if path.startswith(site):
        path = unquote(f"/{path.removeprefix(site)}")
    elif not path.startswith("/"):
        return None
    there = _page_at(work, path)
    if there == path:
        return None
    other = there or _page_at(work, f"{path}/")
    if not other:
        marks = ", ".join("?" * len(MENU_TARGETS))
        sql = f"SELECT url FROM page WHERE kind IN ({marks}) AND number = 0 ORDER BY url"
        other = next(iter(get_close_matches(path, [u for (u,) in work.catalog.all(sql, *MENU_TARGETS)], 1, 0.7)), "")
    return other


def _page_at(work: Work, path: str) -> str:
    """The address of the page that this one is, but for case and Unicode form; "" if there is none."""
    try:
        folded = address_key(output_path(UrlPath(path)))
    except ValueError:
        return ""
    row = work.catalog.one("SELECT url FROM page WHERE folded = ?", folded)
    return row[0] if row else ""


def _place(work: Work, key: str) -> Location:
    return Location("newsgen.yaml", *work.config.places.get(key, (1, 1)))
