"""Questions about redirects and withdrawals in the form of a host: the same rows as the HTML pages have."""

from __future__ import annotations

from typing import ClassVar

import msgspec

from newsgen.addresses import host_rules
from newsgen.catalog.store import Catalog
from newsgen.nouns.changes import Changes, Keys
from newsgen.nouns.hosts import HOSTS, LONGEST
from newsgen.queries.ledger import led_to
from newsgen.queries.settings import setting

#: Kinds of pages that lead on, or say that a story was taken off.
_KINDS = ("redirect", "moved", "gone", "withdrawn")
#: What was not published yet is the newest, then what was published last.
_ORDER = "ORDER BY coalesce(o.moment, '') != '', o.moment DESC, p.url"
_GONE = 410
_ROWS = (
    "SELECT p.url, p.folded, coalesce(v.url, t.url, ''),"
    f" CASE WHEN p.kind IN ('gone', 'withdrawn') THEN {_GONE} WHEN m.for_now THEN 302 ELSE 301 END"
    " FROM page p LEFT JOIN promise o ON o.folded = p.folded"
    " LEFT JOIN alias a ON p.kind = 'redirect' AND a.url = p.key"
    " LEFT JOIN version v ON v.story = a.story AND v.lang = a.lang"
    " LEFT JOIN moved m ON p.kind = 'moved' AND m.url = p.key"
    " LEFT JOIN page t ON t.kind = m.kind AND t.lang = m.lang AND t.key = m.key AND t.number = m.number"
    f" WHERE p.kind IN {_KINDS} {_ORDER}"
)


class HostRule(msgspec.Struct, frozen=True):
    """An old address, and the one to which it leads with 301, or 302 for now; of one that is gone, 410, none."""

    address: str
    to: str
    status: int


class HostRules(msgspec.Struct, frozen=True):
    """The rules for a host, the newest first; and how many are left to the HTML pages, because the host takes no more
    or has no form for them."""

    rules: tuple[HostRule, ...]
    left_out: int


class HostRulesQuery(msgspec.Struct, frozen=True):
    """Redirects and withdrawals, with addresses in the form of a host of `nouns.hosts`."""

    shared: ClassVar[bool] = False
    function: ClassVar[str] = "host_rules"
    host: str

    def answer(self, catalog: Catalog) -> HostRules:
        host, base_path = HOSTS[self.host], setting(catalog, "base_path")
        rules: list[HostRule] = []
        left_out = 0
        for row in catalog.all(_ROWS):
            if row[3] == _GONE and not host.says_gone:
                continue
            rule = _rule(catalog, self.host, base_path, row) if len(rules) < host.most else None
            if rule:
                rules.append(rule)
            else:
                left_out += 1
        return HostRules(tuple(rules), left_out)

    @classmethod
    def touched_keys(cls, changes: Changes, catalog: Catalog) -> Keys:
        if (
            changes.aliases
            or changes.ledger
            or "base_path" in changes.settings
            or any(page.kind in _KINDS for page in changes.pages)
            or next(led_to(changes, catalog), None)
            or _has_alias(changes, catalog)
        ):
            yield ()
        elif changes.places:
            yield ("s3",)  # what lies below an old address decides whether there is a rule


def _has_alias(changes: Changes, catalog: Catalog) -> bool:
    """Whether a story with an alias changed: it may be elsewhere."""
    return any(catalog.one("SELECT 1 FROM alias WHERE story = ?", story) for story in changes.changed_stories())


def _rule(catalog: Catalog, host: str, base_path: str, row: tuple[str, str, str, int]) -> HostRule | None:
    """A row in the form of a host; None if it has none for it, or the rule would be too long."""
    url, folded, to, status = row
    form = host_rules.written(host, base_path, url, to)
    if form is None or len(" ".join(form).encode()) + len(" 301!") > LONGEST:
        return None
    is_of_many = host == "s3" and _has_pages_below(catalog, folded)
    return None if is_of_many else HostRule(*form, status)


def _has_pages_below(catalog: Catalog, folded: str) -> bool:
    """Whether other addresses begin with this one: S3's rules are about all that begin so."""
    end = f"{folded[:-1]}{chr(ord(folded[-1]) + 1)}"
    return catalog.one("SELECT 1 FROM page WHERE folded > ? AND folded < ?", folded, end) is not None
