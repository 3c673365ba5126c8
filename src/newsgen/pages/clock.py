"""Whether index and plan have nothing to do where no source, template or setting changed: told by a few look-ups."""

from __future__ import annotations

from newsgen.catalog.store import Catalog
from newsgen.nouns.model import NEWS_SECONDS
from newsgen.settings.content_policy import SOON_SECONDS


def is_idle(catalog: Catalog, now: int) -> bool:
    """Whether `now` gives every story, and every question that depends on the clock, what the last build's gave.

    False too after a build that did not come to index. Proved by test_idle_build_is_told_from_others.
    """
    before = catalog.setting("now")
    if catalog.meta("indexed") != "yes" or before is None or catalog.one("SELECT 1 FROM dirty LIMIT 1"):
        return False
    low, high = sorted((before, now))
    if catalog.one("SELECT 1 FROM clock WHERE at > ? AND at <= ? LIMIT 1", low, high):
        return False
    if low != high and _security_text_ages(catalog, low, high):
        return False
    if low != high and catalog.one("""SELECT 1 FROM asked WHERE query = '["SettingQuery","now"]'"""):
        return False
    return not any(
        _is_dated(catalog, lang, low - seconds, high - seconds)
        for lang in catalog.setting("languages")
        for seconds in (0, NEWS_SECONDS)  # an article begins to be news, or ends
    )


def _security_text_ages(catalog: Catalog, low: int, high: int) -> bool:
    """Whether the warning that `security.txt` ends begins, or becomes another one, after `low` and not after `high`."""
    security = catalog.setting("security")
    if not security["contact"]:
        return False
    return any(low < security["expires_at"] - seconds <= high for seconds in (0, SOON_SECONDS))


def _is_dated(catalog: Catalog, lang: str, low: int, high: int) -> bool:
    """Whether a published article of this language has its place in order after `low` and not after `high`."""
    sql = (
        "SELECT 1 FROM version WHERE lang = ? AND kind = 'article' AND state = 'published' AND sort > ? AND sort <= ?"
        " LIMIT 1"
    )
    return catalog.one(sql, lang, low, high) is not None
