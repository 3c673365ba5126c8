"""What is said of the redirects that a host does not take in its own form; which it takes, `queries.hosts` decides."""

from __future__ import annotations

from newsgen.index.work import Work
from newsgen.nouns.diagnostics import Location, diagnose
from newsgen.nouns.hosts import HOSTS
from newsgen.queries import HostRulesQuery


def tell(work: Work) -> None:
    """Says how many redirects each host of `redirect_files` leaves to the HTML pages; all pages are known."""
    if not work.is_all and not (work.config.redirect_files and _may_be_others(work)):
        return
    place = Location("newsgen.yaml", *work.config.places.get("redirect_files", (1, 1)))
    told = []
    for name in work.config.redirect_files:
        found = HostRulesQuery(name).answer(work.catalog)
        if found.left_out:
            number, shown, address = found.left_out, len(found.rules), HOSTS[name].address
            fault = diagnose(place, "redirects-too-many", host=name, address=address, number=number, shown=shown)
            told.append(fault)
    work.catalog.say("host-files\0", told)


def _may_be_others(work: Work) -> bool:
    """Whether redirects may be others now, or the key may stand at another place: words are read anew then."""
    keys = HostRulesQuery.touched_keys(work.changes, work.catalog)
    return work.inputs.words is not None or next(keys, None) is not None
