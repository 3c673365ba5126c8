"""What a file that cannot be read as a whole says of holding its story back, line by line."""

from __future__ import annotations

import itertools
import re
from math import inf

from newsgen.nouns.diagnostics import one_line
from newsgen.nouns.model import Hold, When
from newsgen.parsing.dates import canonical_date
from newsgen.parsing.holding_keys import NO, YES, folded, judge
from newsgen.settings.yaml_nodes import Scalar, Sequence, is_absent

_FENCE = r"[ \t]*(?:-{3,}|\+{3,}|;{3,})[ \t]*(?:\w+[ \t]*)?"
_LINE = r"""([ \t\xa0]*(?:-[ \t]+)?)["']?([^\W\d][\w .'’-]{0,60}?)["']?[ \t\xa0]*[:=：][ \t\xa0]*(.*)"""
#: The two keys that an editor means even where the colon is missing.
_BARE = r"(?i)([ \t\xa0]*)(draft|publish)[ \t\xa0]+(true|yes|[0-9]{4}-[0-9]{2}-[0-9]{2}\b.*)"
_COMMENT = r"[ \t]#"
_WORD = r"[^\s,\[\]{}\"']+"
_INVISIBLE = dict.fromkeys(map(ord, "\xad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"))
#: Front matter is never longer; the text of a file that does not end it is no front matter.
_LINES, _CHARACTERS = 500, 2_000


def holds(data: bytes) -> tuple[Hold, ...] | None:
    """What may hold a story back in a file with errors of its own; None if no key can be made out.

    Lines `key: value` (or `key = value`) at the beginning of the file count, whatever stands between them, so that an
    error elsewhere in the file lets no embargo go; what is indented below a key without a value is that key's. Rule:
    CONTENT.md §2, "Fail closed".
    """
    all_holds: list[Hold] = []
    has_keys, opened = False, inf  # opened: how far the key is indented that what is indented further belongs to
    lines = _front_lines(_decoded(data))
    for n, line in enumerate(lines):
        match = re.match(_LINE, line) or re.match(_BARE, line)
        if match is None or len(match[1]) > opened:
            continue
        has_keys = True
        opened = len(match[1]) if match[3].strip()[-1:] in ("", "|", ">", "{", "[") else inf
        hold = _hold(match[2].strip(), _value(match[3], lines[n + 1 :]), n + 1, len(match[1]) + 1)
        if hold:
            all_holds.append(hold)
    return tuple(all_holds) if has_keys else None


def _decoded(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = data.decode("utf-16", "replace")
    else:
        text = data.replace(b"\0", b"").removeprefix(b"\xef\xbb\xbf").decode("utf-8", "replace")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _front_lines(text: str) -> list[str]:
    """The lines up to the second fence; without one, up to the first paragraph of prose."""
    lines = [line[:_CHARACTERS].translate(_INVISIBLE) for line in text.split("\n", _LINES)[:_LINES]]
    fences = [n for n, line in enumerate(lines) if re.fullmatch(_FENCE, line)]
    begins = next((n for n, line in enumerate(lines) if line.strip()), 0)
    if begins in fences and len(fences) > 1:
        return lines[: fences[1]]
    for n, line in enumerate(lines):
        is_prose = line[:1].isalpha() and not (re.match(_LINE, line) or re.match(_BARE, line))
        if is_prose and (n == begins or not lines[n - 1].strip()):
            return lines[:n]
    return lines


def _value(text: str, following: list[str]) -> Scalar | Sequence:
    """What stands behind a key: a text, or the words of a list or a mapping, in brackets or in the lines below."""
    text = re.split(_COMMENT, f" {text}", maxsplit=1)[0].strip().removesuffix(",")
    if not text:
        below = itertools.takewhile(
            lambda line: line[:1] in (" ", "\t", "-") and not re.fullmatch(_FENCE, line), following
        )
        text = " ".join(["[", *(line.strip().removeprefix("- ") for line in below)])
    if text[:1] in ("[", "{"):
        return Sequence(tuple(Scalar(word, 1, 1) for word in re.findall(_WORD, text)), 1, 1)
    if text[:1] in ("'", '"'):
        return Scalar(text[1:].partition(text[0])[0], 1, 1, False)
    return Scalar(text, 1, 1)


def _hold(name: str, node: Scalar | Sequence, line: int, column: int) -> Hold | None:
    items = node.items if isinstance(node, Sequence) else (node,)
    values = [item for item in items if isinstance(item, Scalar) and not is_absent(item)]
    if not values:
        return None
    text = values[0].value.strip()
    word, date = folded(text), None
    if name == "draft":
        holds = len(values) > 1 or word not in NO
    elif name == "publish":
        holds = len(values) > 1 or (word not in YES and word != "none")
        date = canonical_date(text) if len(values) == 1 else None
    else:
        verdict = None if name in _OTHERS else judge(name, node)
        holds = verdict is not None and verdict.holds
    written = one_line(f"{name}: {' '.join(value.value.strip() for value in values)}")
    written = written if len(written) <= 60 else f"{written[:59]}…"
    return Hold(written, line, column, When(date, line, column) if date else None) if holds else None


#: Keys of newsgen that hold no other version back.
_OTHERS = ("date", "expires", "gone")
