"""Who is told what a publication changed: hubs of feeds, search engines, a CDN. Never in the way of it."""

# WebSub (W3C Recommendation, 2018), 7: a publisher tells its hub which feeds changed; each names the hub by a link.
# IndexNow (indexnow.org/documentation): addresses that were added, changed or removed, at most 10,000 in a request; the
# key is proved by a file of its name at the root of the site, which is the site's own, in static/.
# A CDN's own tools differ, so a command is run; it reads the addresses of all files that differ, a line each: also of
# those that are new, for CDNs keep the answer that there is nothing.

from __future__ import annotations

import json
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterable, Iterator
from urllib.parse import quote, urlencode, urlsplit

import msgspec

from newsgen.publish.books import File
from newsgen.publish.plan import STORIES, Plan

#: Where IndexNow is told; the engines that take part tell each other.
INDEXNOW = "https://api.indexnow.org/indexnow"
#: Addresses in one request to IndexNow.
_MOST = 10_000
#: Seconds to wait for an answer, and for the command.
_PATIENCE, _LONGEST = 20, 600
_FEEDS = ("feed-atom", "feed-json")


class Announcements(msgspec.Struct, frozen=True):
    """Who is to be told; "" for nobody."""

    base: str  # the address of the site
    hub: str = ""
    indexnow: str = ""  # the key
    purge: str = ""  # a command of the shell


def announce(plan: Plan, wanted: Announcements) -> Iterator[str]:
    """Tells of what differs; in words, what did not succeed."""
    if wanted.hub:
        feeds = [change.file for change in plan.changed if change.file.kind in _FEEDS]
        for feed in (*feeds, *(file for file in plan.added if file.kind in _FEEDS)):
            form = urlencode({"hub.mode": "publish", "hub.url": address(wanted.base, feed.path)}).encode()
            if fault := _posted(wanted.hub, form, "application/x-www-form-urlencoded"):
                yield f"the hub {wanted.hub} was not told: {fault}"
                break
    if wanted.indexnow:
        pages = [address(wanted.base, file.path) for file in _stories(plan)]
        for start in range(0, len(pages), _MOST):
            if fault := _posted(INDEXNOW, _indexnow(wanted, pages[start : start + _MOST]), "application/json"):
                yield f"IndexNow was not told: {fault}"
                break
    if wanted.purge and (fault := _purged(wanted, plan)):
        yield f"the command under `purge` did not succeed: {fault}"


def address(base: str, path: str) -> str:
    """Where readers ask for a file: a page by its folder, as links have it."""
    return base + quote(path.removesuffix("index.html"), safe="/~!$&'()*+,;=:@-._")


def _stories(plan: Plan) -> Iterable[File]:
    yield from (file for file in plan.added if file.kind in STORIES)
    yield from (change.file for change in plan.changed if {change.file.kind, change.kind_before} & STORIES)
    yield from (file for file in plan.removed if file.kind in STORIES)


def _indexnow(wanted: Announcements, pages: list[str]) -> bytes:
    body = {
        "host": urlsplit(wanted.base).netloc,
        "key": wanted.indexnow,
        "keyLocation": f"{wanted.base}{wanted.indexnow}.txt",
        "urlList": pages,
    }
    return json.dumps(body).encode()


def _posted(url: str, data: bytes, type_: str) -> str:
    """Posts something; what went wrong, "" if nothing did."""
    request = urllib.request.Request(url, data=data, headers={"Content-Type": type_, "User-Agent": "newsgen"})
    try:
        with urllib.request.urlopen(request, timeout=_PATIENCE):
            return ""
    except urllib.error.HTTPError as fault:
        return f"it answers {fault.code} {fault.reason}"
    except (OSError, ValueError) as fault:
        return str(getattr(fault, "reason", fault))


def _purged(wanted: Announcements, plan: Plan) -> str:
    files = [*plan.sent, *plan.removed]
    given = "".join(f"{address(wanted.base, file.path)}\n" for file in files)
    try:
        done = subprocess.run(
            wanted.purge, shell=True, input=given, capture_output=True, text=True, timeout=_LONGEST, check=False
        )
    except subprocess.TimeoutExpired:
        return f"it ran for more than {_LONGEST} seconds"
    said = done.stderr.strip().rpartition("\n")[2]
    return "" if done.returncode == 0 else f"status {done.returncode}{f', {said}' if said else ''}"
