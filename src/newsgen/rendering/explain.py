"""What went wrong in a template, in the words of those who write templates: what is wrong, where, what to write."""

from __future__ import annotations

import inspect
import re
import traceback
from collections.abc import Callable, Iterable, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any, cast

import jinja2
import msgspec
from jinja2 import nodes
from msgspec.structs import replace

from newsgen import queries
from newsgen.languages.cldr_snapshot import MonthGrid
from newsgen.nouns.diagnostics import Location, Part, part
from newsgen.nouns.kinds import ADDRESSES
from newsgen.nouns.model import Moment
from newsgen.rendering.environment import Environment, TemplateTable

#: The names that Jinja itself gives to blocks of statements.
_TAGS = (
    "autoescape", "block", "call", "elif", "else", "endautoescape", "endblock", "endcall", "endfilter", "endfor",
    "endif", "endmacro", "endraw", "endset", "endwith", "extends", "filter", "for", "from", "if", "import", "include",
    "macro", "raw", "set", "with",
)  # fmt: skip
#: Hints where nothing says what was meant.
_STAYS = part("template/stays")
_TEMPLATES_DOC = part("template/docs")
#: The one for a fault of newsgen's own.
REPORT = part("template/report")

_UNKNOWN_TOOL = re.compile(r"No (filter|test) named '([^']*)'")
_UNKNOWN_TAG = re.compile(r"Encountered unknown tag '([^']*)'")
_NO_ATTRIBUTE = re.compile(r"'(?:[\w.]+\.)?(\w+)(?: object)?' has no attribute '(\w+)'")
_UNDEFINED = re.compile(r"'(\w+)' is undefined")
_CALL = re.compile(r"Renderer\._(\w+)\(\) ")
_GIVEN = re.compile(r"but (\d+) (?:positional arguments? )?(?:were|was) given")
_TYPES = {value.__name__: value for value in (*vars(queries).values(), Moment, MonthGrid) if isinstance(value, type)}


class Told(msgspec.Struct, frozen=True):
    """What to say of a fault: why, as a phrase or in the words of Jinja or Python, and what to write instead.

    `at` are words that stand where it is, in the line that is known or below it.
    """

    reason: Part | str
    advice: Part = _STAYS
    at: str = ""
    is_known: bool = True  # whether it is a slip that templates make


# ---- what else may have been meant
def near(name: str, known: Iterable[str]) -> str:
    """The name that is most like it, or ""."""
    alike = get_close_matches(name, sorted(known), 1, 0.6)
    return alike[0] if alike else ""


def _meant(name: str, known: Iterable[str]) -> Part | None:
    """`did you mean …?`, if a name is like it."""
    nearest = near(name, known)
    return part("near", name=nearest) if nearest else None


def near_template(name: str, names: Iterable[str]) -> Part:
    """What to write in place of the name of a template that there is not."""
    known = set(names)
    below = name.removeprefix("theme/")
    if below != name and below in known:
        return part("template/not-of-theme", name=below)
    parts = {other for other in known if (other[:1] == "_") == (name[:1] == "_")}
    return _meant(name, parts) or _meant(below, known) or part("template/name-file")


def place(table: TemplateTable, name: str, line: int, words: str) -> Location:
    """Where the words stand in a template from this line on: the beginning of the line if they are not found."""
    path, source, _ = table[name]
    lines = source.splitlines()
    for number in range(line, min(line + 20, len(lines) + 1)) if words else ():
        column = lines[number - 1].find(words)
        if column >= 0:
            return Location(path, number, column + 1)
    return Location(path, max(line, 1))


# ---- templates that do not compile
def of_syntax(fault: jinja2.TemplateSyntaxError, environment: Environment) -> Told:
    message = fault.message or ""
    reason: Part | str = message
    advice, at = part("template/mend"), ""
    if match := _UNKNOWN_TOOL.search(message):
        kind, name = match[1], match[2]
        known = environment.filters if kind == "filter" else environment.tests
        at = name
        if kind == "filter":
            reason, advice = part("template/no-filter", name=name), part("template/filters")
        else:
            reason, advice = part("template/no-test", name=name), part("template/tests")
        advice = _meant(name, known) or advice
    elif match := _UNKNOWN_TAG.search(message):
        at = match[1]
        if at not in _TAGS:
            reason, advice = part("template/no-tag", name=at), _meant(at, _TAGS) or advice
    elif "end of comment" in message:
        at, advice = "{#", part("template/comment")
    return Told(reason, advice, at)


# ---- templates that fail on a page
def of_failure(
    fault: Exception, environment: Environment, *, template: str, words: Callable[[], Iterable[str]]
) -> tuple[Told, Location]:
    """What to say of an exception, and where it came from.

    `template`: that of the page; `words`: the ids of the interface words.
    """
    table = environment.table
    names = {table[name][0]: name for name in table}
    frames = [frame for frame in traceback.extract_tb(fault.__traceback__) if frame.filename in names]
    if isinstance(fault, RecursionError) and frames:
        frames = frames[:1] + [frame for frame in frames if frame.filename == frames[-1].filename][:1]
    name, line = (names[frames[-1].filename], frames[-1].lineno or 1) if frames else (template, 1)
    explanation = _told(fault, environment, name=name, line=line, words=words)
    if not explanation.at and (called := _called(fault, names, environment)):
        reason = part("template/cannot-answer", function=called, reason=explanation.reason)
        explanation = replace(explanation, reason=reason, at=f"{called}(")
    if name not in table:
        return explanation, Location(f"templates/{name}")
    return explanation, place(table, name, line, explanation.at) if frames else Location(table[name][0])


def is_of_newsgen(fault: Exception, environment: Environment, theme: Path) -> bool:
    """Whether newsgen's own code failed, and no template of the site's own has a part in it. `theme`: where the bundled
    templates are."""
    names = {place: (name, source) for name, (place, source, _) in environment.table.items()}
    frames = [frame.filename for frame in traceback.extract_tb(fault.__traceback__)]
    if not frames or frames[-1] in names:
        return False
    for name, source in {names[frame] for frame in frames if frame in names}:
        bundled = theme / name.removeprefix("theme/")
        if not bundled.is_file() or bundled.read_bytes() != source.encode():
            return False
    return True


def _called(fault: Exception, places: Mapping[str, str], environment: Environment) -> str:
    """The function of newsgen's own, `NAME`, that a template called and that failed as `_NAME`, or ""."""
    frames = traceback.extract_tb(fault.__traceback__)
    last = max((n for n, frame in enumerate(frames) if frame.filename in places), default=len(frames))
    made_here = (frame.name for frame in frames[last + 1 : last + 2])
    return next((name[1:] for name in made_here if name[:1] == "_" and name[1:] in environment.own_names), "")


def _told(
    fault: Exception,
    environment: Environment,
    *,
    name: str,
    line: int,
    words: Callable[[], Iterable[str]],
) -> Told:
    missing = fault.args[0] if isinstance(fault, KeyError) and fault.args else None
    reason = " ".join(str(fault if missing is None else missing).split())
    table = environment.table
    source = table[name][1] if name in table else ""
    if isinstance(fault, jinja2.TemplateNotFound):
        asked = tuple(map(str, fault.templates)) or (str(fault.name),)
        none = part("template/none", name=asked[0]) if len(asked) == 1 else part("template/none-of", names=asked)
        return Told(none, near_template(asked[0], table), asked[0])
    if isinstance(fault, RecursionError):
        return replace(_endless(name, table, source), is_known=False)
    if isinstance(fault, TypeError) and (match := _CALL.match(reason)):
        return _wrong_call(match[1], reason, environment)
    if isinstance(fault, queries.NoSuch):
        return _no_such(fault, words)
    if isinstance(missing, tuple) and len(missing) == 2:
        story, lang = map(str, missing)
        return Told(part("template/no-story", story=story, lang=lang), part("template/name-story"))
    if isinstance(fault, jinja2.UndefinedError):
        if match := _NO_ATTRIBUTE.fullmatch(reason):
            return _no_attribute(match[1], match[2], source, line)
        if match := _UNDEFINED.fullmatch(reason):
            return _undefined(match[1], environment, source)
        return Told(reason)
    return Told(f"{type(fault).__name__}: {reason}", is_known=False)


def _no_such(fault: queries.NoSuch, words: Callable[[], Iterable[str]]) -> Told:
    """What a function of newsgen's own does not know, and what there is."""
    name = " ".join(fault.name.split())
    if fault.kind == "language":
        return Told(part("template/no-language", lang=name))
    if fault.kind == "list":
        known = tuple(ADDRESSES)
        return Told(
            part("template/no-list", name=name), _meant(name, known) or part("template/lists", names=known), name
        )
    known_words = list(words())
    if name in known_words:
        return Told(part("template/no-words-in-language", id=name), part("template/name-language"), name)
    advice = _meant(name, known_words) or part("template/write-words")
    return Told(part("template/no-words", id=name), advice, name)


def _endless(name: str, table: TemplateTable, source: str) -> Told:
    advice = part("template/end")
    if not re.search(rf"[\"']{re.escape(name)}[\"']", source):
        return Told(part("template/calls-itself", name=name), advice, name)
    if f"theme/{name}" in table:
        advice = part("template/bundled", name=name)
    return Told(part("template/includes-itself", name=name), advice, name)


def _wrong_call(name: str, reason: str, environment: Environment) -> Told:
    """A function of newsgen's own that was given too little, too much, or something under a wrong name."""
    parameters = list(inspect.signature(cast("Callable[..., Any]", environment.globals[name])).parameters.values())
    shown = ", ".join(f"**{p.name}" if p.kind is p.VAR_KEYWORD else p.name for p in parameters)
    call, at = f"{name}({shown})", f"{name}("
    named = tuple(re.findall(r"'(\w+)'", reason.partition(". Did you mean")[0]))
    advice = part("template/example", function=name)
    if "missing" in reason:
        return Told(part("template/call-lacks", call=call, names=named), advice, at)
    if "unexpected keyword" in reason and named:
        nearest = _meant(named[0], (p.name for p in parameters))
        return Told(part("template/call-takes-no", call=call, name=named[0]), nearest or advice, at)
    if "multiple values" in reason and named:
        return Told(part("template/call-twice", call=call, name=named[0]), advice, at)
    if given := _GIVEN.search(reason):
        return Told(part("template/call-values", call=call, number=int(given[1]) - 1), advice, at)
    return Told(part("template/call-more", call=call), advice, at)


def _no_attribute(kind: str, attribute: str, source: str, line: int) -> Told:
    lines = source.splitlines()
    text = lines[line - 1] if 0 < line <= len(lines) else ""
    step = r"\w+(?:\([^()]*\))?"
    written = set(re.findall(rf"((?:{step}\.)*{step})\.{attribute}\b", text))
    owner = min(written) if len(written) == 1 else ""
    at = f".{attribute}"
    if kind == "None":
        if not owner:
            return Told(part("template/none-has-no", attribute=attribute), at=at)
        return Told(part("template/is-none", value=owner, attribute=attribute), part("template/ask", value=owner), at)
    if kind in ("tuple", "list"):
        return Told(part("template/list-has-no", attribute=attribute), part("template/each-item"), at)
    if kind == "dict" and owner:
        advice = part("template/ask-defined", value=owner, attribute=attribute)
        return Told(part("template/value-has-no", value=owner, attribute=attribute), advice, at)
    type_ = _TYPES.get(kind)
    if type_ is None:
        return Told(part("template/type-has-no", type=kind, attribute=attribute), _TEMPLATES_DOC, at)
    known = getattr(type_, "__struct_fields__", ())
    advice = _meant(attribute, known) or part("template/attributes", names=tuple(known))
    what = "page" if kind == "PageRef" else re.sub(r"(?<!^)(?=[A-Z])", " ", kind).lower()
    return Told(part("template/has-no", type=what, attribute=attribute), advice, at)


def _undefined(name: str, environment: Environment, source: str) -> Told:
    if name == "page":
        return Told(part("template/undefined-page"), part("template/hand-over"), name)
    try:
        tree = environment.parse(source)
        own = {node.name for node in tree.find_all(nodes.Name) if node.ctx in ("store", "param")}
    except jinja2.TemplateSyntaxError:
        own = set()
    known: Mapping[str, Any] = environment.globals
    advice = _meant(name, {*known, *own, "page"}) or _TEMPLATES_DOC
    return Told(part("template/undefined", name=name), advice, name)
