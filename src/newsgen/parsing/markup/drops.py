"""What does not come through cleaning, told at its place."""

from __future__ import annotations

from collections.abc import Iterable

from newsgen.nouns.diagnostics import Diagnostic, Location, diagnose
from newsgen.parsing.markup.characters import shortened
from newsgen.parsing.markup.cleaning import ADDRESSES, DROPPED_WHOLE, Dropped
from newsgen.parsing.markup.places import Places
from newsgen.parsing.markup.unclosed import SWALLOWING


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


#: What other sites give to copy; the policy of the pages would not let it load either.
_EMBEDS = {"iframe", "script", "object", "embed", "frame", "frameset", "applet"}


#: Attributes that say how something looks, which is for the site's style sheets to say.
#: Rule: HTML, 16.2 "Non-conforming features", "The following attributes are obsolete (though the elements are still
#: part of the language)"; and `style`, `target`, and sizes where no picture or film has them.
_LOOKS = _names(
    "align alink axis background bgcolor border bordercolor cellpadding cellspacing char charoff clear color compact"
    " face frame frameborder height hspace link marginheight marginwidth noshade nowrap rules scrolling size style"
    " target text valign vlink vspace width"
)


def diagnosed_all(things: Iterable[Dropped], places: Places) -> list[Diagnostic]:
    """What is said of all that goes: each thing at its place; attributes of looks in one note, at the first of them."""
    diagnostics: list[Diagnostic] = []
    looks: list[tuple[Dropped, Location]] = []
    for thing in things:
        if thing.attribute in _LOOKS:
            looks.append((thing, places.next("attribute", thing.attribute)))
        else:
            diagnostics.append(diagnosed(thing, places))
    if looks:
        thing, place = looks[0]
        names = tuple(dict.fromkeys(thing.attribute for thing, _ in looks))
        case = "html-dropped/looks" if len(looks) > 1 else "html-dropped/look"
        diagnostics.append(diagnose(place, case, attributes=names, tag=thing.element, count=len(looks)))
    return diagnostics


def diagnosed(thing: Dropped, places: Places) -> Diagnostic:
    """What is said of a thing that cleaning takes away, at the next of its places."""
    if not thing.attribute:
        return _of_element(thing, places)
    place = places.next("attribute", thing.attribute)
    if thing.attribute in ADDRESSES or thing.attribute == "srcset":
        address = shortened(thing.value)
        place = places.next("link", address.strip())
        return diagnose(place, "html-dropped/address", address=" ".join(f"`{address}`".split())[1:-1])
    if (thing.element, thing.attribute) == ("a", "name"):
        return diagnose(place, "html-dropped/name")
    return diagnose(place, "html-dropped/attribute", attribute=thing.attribute, tag=thing.element)


def _of_element(thing: Dropped, places: Places) -> Diagnostic:
    name = thing.element
    if thing.value == "unclosed":
        key = "html-unclosed" if name.lower() in SWALLOWING else "html-unclosed/block"
        return diagnose(places.next_unclosed(name.lower()), key, tag=name.lower())
    if thing.value == "markup":
        return diagnose(places.next("text", f"<{name}"), "html-dropped/markup", words=f"<{name}")
    place, is_end = places.next("tag", name.lower()), name.startswith("/")
    if thing.value == "unknown":
        return diagnose(place, "html-dropped/unknown", tag=name)
    if thing.value == "block":
        return diagnose(place, "html-dropped/block", tag=name)
    whole = "whole" if name in DROPPED_WHOLE else "tag"
    case = "embed" if name in _EMBEDS else "closing" if is_end else "no-table" if thing.value else whole
    return diagnose(place, f"html-dropped/{case}", tag=name)
