"""Who owns which address: pure functions of claims (CONTENT.md §5 "One owner per address")."""

from __future__ import annotations

from newsgen.nouns.diagnostics import Diagnostic, error
from newsgen.nouns.model import Claim


def losers(claims: list[Claim]) -> tuple[list[Claim], list[Diagnostic]]:
    """The claims that do not get their address, of all claims to one address, the owner first; and what to say.

    The message stands where the editor may change the address, and names the other place.
    """
    owner, *others = claims
    found: list[Diagnostic] = []
    for loser in others:
        if loser.location is None:
            continue
        at = f" ({owner.location})" if owner.location else ""
        message = f"the address {loser.url} belongs to {owner.what}{at}"
        if loser.what.startswith("the alias"):
            found.append(error(loser.location, "alias-taken", message, "delete this alias"))
        else:
            found.append(error(loser.location, "address-taken", message, "write another `slug`"))
    return others, found
