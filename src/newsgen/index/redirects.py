"""The lines of redirects.yaml: which of them says something of an address, and what is wrong with them."""

# A whole address is stronger than a pattern, the first pattern than the next (CONTENT.md §9). What is published at an
# address is stronger than any line, which is an error then. A pattern that matches another number of the ledger's
# addresses than it says is no rule: what it would have led on, or let go, is told as lost.
#
# Other lines are another configuration, so that a run with them looks at everything; between such runs the table `rule`
# has them, with the number of addresses that each pattern matches.
#
# Proved by test_a_line_of_redirects_yaml_leads_there, test_a_line_says_that_an_address_is_gone,
# test_a_whole_line_is_stronger_than_a_pattern, test_a_pattern_counts, test_what_is_wrong_with_a_line_is_told.

from __future__ import annotations

from difflib import get_close_matches

from msgspec.structs import replace

from newsgen.addresses.urls import address_key, output_path, usual_address
from newsgen.catalog.store import Catalog
from newsgen.index import promises
from newsgen.index.work import Work
from newsgen.nouns.diagnostics import Diagnostic, Location, diagnose
from newsgen.nouns.kinds import MOVED_KINDS
from newsgen.nouns.model import UrlPath
from newsgen.settings.redirects import NAME, Rule


def take(work: Work) -> None:
    """Keeps the lines of redirects.yaml, if they are others now, and counts what their patterns match."""
    if work.inputs.redirects is not None:
        written, diagnostics = work.inputs.redirects
        rules, faults = _usual(written)
        work.catalog.say("redirects\0", (*diagnostics, *faults))
        for number, _, _ in _all(work.catalog, "1"):
            work.catalog.say(f"rule\0{number}", ())
        work.catalog.run("DELETE FROM rule")
        rows = (
            (n, r.address, "" if r.is_pattern else _folded(r.address), r.to, r.addresses, r.line, r.column, 0)
            for n, r in enumerate(rules)
        )
        work.catalog.many("INSERT INTO rule VALUES (?, ?, ?, ?, ?, ?, ?, ?)", rows)
    if work.inputs.redirects is not None or work.changes.ledger:
        urls = [url for (url,) in work.catalog.all("SELECT url FROM promise")]
        for number, rule, _ in _all(work.catalog, "folded = ''"):
            matched = sum(map(rule.matches, urls))
            work.catalog.run("UPDATE rule SET matched = ? WHERE number = ?", matched, number)


def _usual(written: tuple[Rule, ...]) -> tuple[list[Rule], list[Diagnostic]]:
    """The lines with their addresses as the site has them, and what to say of those that can have none."""
    rules, faults = [], []
    for rule in written:
        try:
            address = rule.address if rule.is_pattern else usual_address(rule.address)
            rules.append(replace(rule, address=address, to=usual_address(rule.to) if rule.to else ""))
        except ValueError:
            place = Location(NAME, rule.line, rule.column)
            faults.append(diagnose(place, "redirect-invalid/address", address=rule.address))
    return rules, faults


def _folded(address: str) -> str:
    try:
        return address_key(output_path(UrlPath(address)))
    except ValueError:
        return address


def _all(catalog: Catalog, where: str, *values: str) -> list[tuple[int, Rule, int]]:
    """Number, rule, and how many addresses it matches."""
    sql = f"SELECT number, address, target, addresses, line, col, matched FROM rule WHERE {where} ORDER BY number"
    return [(row[0], Rule(*row[1:6]), row[6]) for row in catalog.all(sql, *values)]


def rule_of(catalog: Catalog, url: str, folded: str) -> Rule | None:
    """The line that counts for an address."""
    whole = _all(catalog, "folded = ?", folded)
    if whole:
        return whole[0][1]
    patterns = _all(catalog, "folded = '' AND matched = addresses")
    return next((rule for _, rule, _ in patterns if rule.matches(url)), None)


def line_that_leads(catalog: Catalog, url: str, folded: str) -> Rule | None:
    """The line by which an old address leads elsewhere, or says that it is gone: not one whose target is not there."""
    rule = rule_of(catalog, url, folded)
    if rule is None or (rule.to and not _kind_at(catalog, _folded(rule.to))):
        return None
    return rule


def addresses(work: Work) -> list[tuple[str, str]]:
    """Address and folded address of whole lines."""
    return work.catalog.all("SELECT address, folded FROM rule WHERE folded != ''")


def touched(work: Work) -> list[str]:
    """The folded addresses that lines say something of, if any page came or went: where they lead may do so through
    other old addresses, and those through others."""
    if not (work.changes.pages or work.promised or work.folded or work.files):
        return []
    rules = [rule for _, rule, _ in _all(work.catalog, "1")]
    patterns = [rule for rule in rules if rule.is_pattern]
    rows = work.catalog.all("SELECT url, folded FROM promise") if patterns else []
    found = [_folded(rule.address) for rule in rules if not rule.is_pattern]
    return found + [folded for url, folded in rows if any(rule.matches(url) for rule in patterns)]


def tell(work: Work) -> None:
    """Says what is wrong with the lines; all pages are known."""
    for number, rule, matched in _all(work.catalog, "1"):
        work.catalog.say(f"rule\0{number}", _faults(work, rule, matched))


def _faults(work: Work, rule: Rule, matched: int) -> list[Diagnostic]:
    place = Location(NAME, rule.line, rule.column)
    if rule.is_pattern and matched != rule.addresses:
        return [
            diagnose(place, "redirect-count", address=rule.address, number=matched, said=rule.addresses)
            if matched
            else diagnose(place, "redirect-unused", address=rule.address)
        ]
    if not rule.is_pattern and promises.is_forgotten(work, _folded(rule.address)):
        return [diagnose(place, "redirect-taken/forgotten", address=rule.address)]
    if not rule.is_pattern and (kind := _kind_at(work.catalog, _folded(rule.address))) and kind not in MOVED_KINDS:
        return [diagnose(place, "redirect-taken", address=rule.address)]
    if rule.to and not _is_there(work, rule):
        if back := _way_back(work.catalog, rule):
            return [diagnose(place, "redirect-broken/loop", to=rule.to, other=back)]
        urls = [url for (url,) in work.catalog.all("SELECT url FROM page WHERE number = 0 ORDER BY url")]
        near = next(iter(get_close_matches(rule.to, urls, 1, 0.7)), "")
        if near:
            return [diagnose(place, "redirect-broken/near", to=rule.to, near=near)]
        return [diagnose(place, "redirect-broken", to=rule.to)]
    return []


def _way_back(catalog: Catalog, rule: Rule) -> int:
    """The line from which a line's target leads back to it, 0 if none does."""
    before, seen = rule, set()
    while before.to and before.to not in seen:
        seen.add(before.to)
        next_ = rule_of(catalog, before.to, _folded(before.to))
        if next_ is None:
            return 0
        if next_ == rule:
            return before.line
        before = next_
    return 0


def _is_there(work: Work, rule: Rule) -> bool:
    """Whether its target answers, and is not itself led back here."""
    folded = _folded(rule.to)
    kind = _kind_at(work.catalog, folded)
    if kind in MOVED_KINDS:
        back = work.catalog.one("SELECT 1 FROM moved WHERE url = ?", rule.to)
        return back is not None and folded != _folded(rule.address)
    return kind != ""


def _kind_at(catalog: Catalog, folded: str) -> str:
    row = catalog.one("SELECT kind FROM page WHERE folded = ?", folded)
    return row[0] if row else ""
