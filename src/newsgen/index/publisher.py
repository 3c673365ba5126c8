"""What is wrong with what newsgen.yaml says of the publisher: a policy that is no story, a logo that is
no file, an entry of the menu that leads nowhere, a `security.txt` that ends."""

from __future__ import annotations

import re
from difflib import get_close_matches
from urllib.parse import unquote

from newsgen.addresses.urls import address_key, output_path
from newsgen.index.work import Work
from newsgen.nouns.diagnostics import Diagnostic, Location, error, in_order, warning
from newsgen.nouns.model import UrlPath
from newsgen.queries import resolve_story
from newsgen.settings.content_policy import SOON_SECONDS


def look(work: Work) -> None:
    """Says so in every build that looks at anything: it takes a few look-ups."""
    work.each((work,), _look, lambda _: _CONFIGURATION)


_CONFIGURATION = "newsgen.yaml", ["newsgen.yaml"]


def _look(work: Work) -> None:
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


# ---- the menu
def look_at_menu(work: Work) -> None:
    """Says which entries of the menu lead to no page of the site; all pages are known by then."""
    work.each((work,), _look_at_menu, lambda _: _CONFIGURATION)


def _look_at_menu(work: Work) -> None:
    found = []
    for number, entry in enumerate(work.config.menu or ()):
        for lang, url in entry.urls.items():
            if lang in entry.titles and (hint := _missing(work, url)):
                message = f"no page of the site has the address `{url}`, to which the menu leads"
                found.append(error(_menu_place(work, number, lang), "link-broken", message, hint))
    work.catalog.say("menu\0", in_order(found))


def _menu_place(work: Work, number: int, lang: str) -> Location:
    key = f"menu.{number}.url"
    return _place(work, next((k for k in (f"{key}.{lang}", key) if k in work.config.places), f"menu.{number}"))


def _missing(work: Work, url: str) -> str:
    """What to write in place of an address that is none of the site; "" if it is one, or lies elsewhere."""
    site, path = work.config.url, re.split("[?#]", url, maxsplit=1)[0]
    if path.startswith(site):
        path = unquote(f"/{path.removeprefix(site)}")
    elif not path.startswith("/"):
        return ""
    there = _page_at(work, path)
    if there == path:
        return ""
    other = there or _page_at(work, f"{path}/")
    if not other:
        marks = ", ".join("?" * len(_MENU_KINDS))
        sql = f"SELECT url FROM page WHERE kind IN ({marks}) AND number = 0 ORDER BY url"
        other = next(iter(get_close_matches(path, [u for (u,) in work.catalog.all(sql, *_MENU_KINDS)], 1, 0.7)), "")
    return f"did you mean `{other}`?" if other else "write the path of a page, such as `/fr/about/`"


_MENU_KINDS = ("home", "page", "category", "latest", "search", "corrections", "overview", "topic")


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
