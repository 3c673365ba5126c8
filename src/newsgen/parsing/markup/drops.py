"""What does not come through cleaning, told at its place."""

from __future__ import annotations

from newsgen.nouns.diagnostics import Diagnostic, diagnose
from newsgen.parsing.markup.characters import shortened
from newsgen.parsing.markup.cleaning import ADDRESSES, Dropped
from newsgen.parsing.markup.places import Places
from newsgen.parsing.markup.unclosed import SWALLOWING

#: What other sites give to copy; the policy of the pages would not let it load either.
_EMBEDS = {"iframe", "script", "object", "embed", "frame", "frameset", "applet"}


def diagnosed(thing: Dropped, places: Places) -> Diagnostic:
    """What is said of a thing that cleaning takes away, at the next of its places."""
    if not thing.attribute:
        return _of_element(thing, places)
    place = places.next("attribute", thing.attribute)
    if thing.attribute in ADDRESSES or thing.attribute == "srcset":
        address = shortened(thing.value)
        place = places.next("link", address.strip())
        return diagnose(place, "html-dropped/address", address=" ".join(f"`{address}`".split())[1:-1])
    return diagnose(place, "html-dropped/attribute", attribute=thing.attribute, tag=thing.element)


def _of_element(thing: Dropped, places: Places) -> Diagnostic:
    name = thing.element
    place, is_end = places.next("tag", name.lower()), name.startswith("/")
    if thing.value == "unclosed":
        key = "html-unclosed" if name.lower() in SWALLOWING else "html-unclosed/block"
        return diagnose(place, key, tag=name.lower())
    if thing.value == "unknown":
        return diagnose(place, "html-dropped/unknown", tag=name)
    if thing.value == "block":
        return diagnose(place, "html-dropped/block", tag=name)
    case = "embed" if name in _EMBEDS else "closing" if is_end else "no-table" if thing.value else "tag"
    return diagnose(place, f"html-dropped/{case}", tag=name)
