"""What went wrong in a template, in the words of those who write templates: what is wrong, where, what to write."""

from __future__ import annotations

import inspect
import re
import traceback
from collections.abc import Callable, Iterable, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import jinja2
import msgspec
from jinja2 import nodes
from msgspec.structs import replace

from newsgen import queries
from newsgen.languages.cldr_snapshot import MonthGrid
from newsgen.nouns.diagnostics import Location
from newsgen.nouns.model import Moment
from newsgen.rendering.environment import Environment, TemplateTable

#: The names that Jinja itself gives to blocks of statements.
_TAGS = (
    "autoescape", "block", "call", "elif", "else", "endautoescape", "endblock", "endcall", "endfilter", "endfor",
    "endif", "endmacro", "endraw", "endset", "endwith", "extends", "filter", "for", "from", "if", "import", "include",
    "macro", "raw", "set", "with",
)  # fmt: skip
_TEMPLATES_DOC = "docs/templates.md says what a template can use"
STAYS = "what was published there stays as it was"

_UNKNOWN_TOOL = re.compile(r"No (filter|test) named '([^']*)'")
_UNKNOWN_TAG = re.compile(r"Encountered unknown tag '([^']*)'")
_NO_ATTRIBUTE = re.compile(r"'(?:[\w.]+\.)?(\w+)(?: object)?' has no attribute '(\w+)'")
_UNDEFINED = re.compile(r"'(\w+)' is undefined")
_NO_WORDS = re.compile(r"no words with the id `([^`]*)`")
_NO_LIST = re.compile(r"no list is called `([^`]*)`")
_CALL = re.compile(r"Renderer\._(\w+)\(\) ")
_GIVEN = re.compile(r"but (\d+) (?:positional arguments? )?(?:were|was) given")
_TYPES = {found.__name__: found for found in (*vars(queries).values(), Moment, MonthGrid) if isinstance(found, type)}


class Told(msgspec.Struct, frozen=True):
    """What to say of a fault; `at` are words that stand where it is, in the line that is known or below it."""

    message: str
    hint: str = STAYS
    at: str = ""
    is_known: bool = True  # whether it is a slip that templates make


# ---- what else may have been meant
def near(name: str, known: Iterable[str]) -> str:
    """`did you mean …?` with the name that is most like it, or ""."""
    found = get_close_matches(name, sorted(known), 1, 0.6)
    return f"did you mean `{found[0]}`?" if found else ""


def near_template(name: str, names: Iterable[str]) -> str:
    """What to write in place of the name of a template that there is not."""
    known = set(names)
    below = name.removeprefix("theme/")
    if below != name and below in known:
        return f"write `{below}`: below theme/ lie only the templates that yours take the place of"
    parts = {other for other in known if (other[:1] == "_") == (name[:1] == "_")}
    return near(name, parts) or near(below, known) or "write the name of a file below templates/"


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
    message, hint, at = fault.message or "", "mend the template", ""
    if match := _UNKNOWN_TOOL.search(message):
        kind, name = match[1], match[2]
        known = environment.filters if kind == "filter" else environment.tests
        message, at = f"no {kind} is called `{name}`", name
        hint = near(name, known) or f"Jinja's documentation lists its {kind}s"
    elif match := _UNKNOWN_TAG.search(message):
        at = match[1]
        if at not in _TAGS:
            message, hint = f"no tag is called `{at}`", near(at, _TAGS) or hint
    elif "end of comment" in message:
        at, hint = "{#", "`{#` begins a comment of Jinja: end it with `#}`, or write a space between `{` and `#`"
    return Told(f"the template does not compile: {message}", hint, at)


# ---- templates that fail on a page
def of_failure(
    fault: Exception, environment: Environment, *, template: str, owner: type, words: Callable[[], Iterable[str]]
) -> tuple[Told, Location]:
    """What to say of an exception, and where it came from.

    `template`: that of the page; `owner`: the type whose methods `_NAME` are the functions that templates call;
    `words`: the ids of the interface words.
    """
    table = environment.table
    names = {table[name][0]: name for name in table}
    frames = [frame for frame in traceback.extract_tb(fault.__traceback__) if frame.filename in names]
    if isinstance(fault, RecursionError) and frames:
        frames = frames[:1] + [frame for frame in frames if frame.filename == frames[-1].filename][:1]
    name, line = (names[frames[-1].filename], frames[-1].lineno or 1) if frames else (template, 1)
    told = _told(fault, environment, name=name, line=line, owner=owner, words=words)
    if not told.at and (called := _called(fault, names, owner)):
        told = replace(told, message=f"`{called}()` cannot answer: {told.message}", at=f"{called}(")
    if name not in table:
        return told, Location(f"templates/{name}")
    return told, place(table, name, line, told.at) if frames else Location(table[name][0])


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


def _called(fault: Exception, places: Mapping[str, str], owner: type) -> str:
    """The function of newsgen's own that a template called and that failed, or ""."""
    frames = traceback.extract_tb(fault.__traceback__)
    last = max((n for n, frame in enumerate(frames) if frame.filename in places), default=len(frames))
    made_here = (frame.name for frame in frames[last + 1 : last + 2])
    return next((name[1:] for name in made_here if name[:1] == "_" and name in vars(owner)), "")


def _told(
    fault: Exception,
    environment: Environment,
    *,
    name: str,
    line: int,
    owner: type,
    words: Callable[[], Iterable[str]],
) -> Told:
    reason = str(fault.args[0]) if isinstance(fault, KeyError) and fault.args else str(fault)
    reason = " ".join(reason.split())
    table = environment.table
    source = table[name][1] if name in table else ""
    if isinstance(fault, jinja2.TemplateNotFound):
        missing = [str(missing) for missing in fault.templates] or [str(fault.name)]
        message = f"no template `{missing[0]}`" if len(missing) == 1 else f"no template of {', '.join(missing)}"
        return Told(message, near_template(missing[0], table), missing[0])
    if isinstance(fault, RecursionError):
        return replace(_endless(name, table, source), is_known=False)
    if isinstance(fault, TypeError) and (match := _CALL.match(reason)):
        return _wrong_call(match[1], reason, owner)
    if isinstance(fault, KeyError) and (match := _NO_WORDS.search(reason)):
        known_words = list(words())
        if match[1] in known_words:
            return Told(f"{reason} in this language", "name one of `languages` in newsgen.yaml", match[1])
        return Told(reason, near(match[1], known_words) or "write them into templates/i18n/LANG.yaml", match[1])
    if isinstance(fault, KeyError) and (match := _NO_LIST.search(reason)):
        known = ("home", "search", "latest", "corrections", "opensearch", *queries.TERM_WORDS.values())
        return Told(reason, near(match[1], known) or f"there are: {', '.join(known)}", match[1])
    if isinstance(fault, KeyError) and fault.args and isinstance(fault.args[0], tuple) and len(fault.args[0]) == 2:
        story, lang = fault.args[0]
        hint = "write the id of a story, such as `2023/04/summit`, and a language in which it is there"
        return Told(f"there is no story `{story}` in the language `{lang}`", hint)
    if isinstance(fault, KeyError) and "`" in reason:
        return Told(reason)  # our own words
    if isinstance(fault, jinja2.UndefinedError):
        if match := _NO_ATTRIBUTE.fullmatch(reason):
            return _no_attribute(match[1], match[2], source, line)
        if match := _UNDEFINED.fullmatch(reason):
            return _undefined(match[1], environment, source)
        return Told(reason)
    return Told(f"{type(fault).__name__}: {reason}", is_known=False)


def _endless(name: str, table: TemplateTable, source: str) -> Told:
    hint, verb = "write a condition under which it ends", "calls"
    if re.search(rf"[\"']{re.escape(name)}[\"']", source):
        verb = "includes"
        if f"theme/{name}" in table:
            hint = f"the bundled template of this name is called `theme/{name}` here"
    return Told(f"`{name}` {verb} itself without end", hint, name)


def _wrong_call(name: str, reason: str, owner: type) -> Told:
    """A function of newsgen's own that was given too little, too much, or something under a wrong name."""
    parameters = list(inspect.signature(getattr(owner, f"_{name}")).parameters.values())[1:]
    shown = ", ".join(f"**{p.name}" if p.kind is p.VAR_KEYWORD else p.name for p in parameters)
    call = f"`{name}({shown})`"
    named = re.findall(r"'(\w+)'", reason.partition(". Did you mean")[0])
    hint = f"docs/templates.md has an example of `{name}()`"
    if "missing" in reason:
        return Told(f"{call} lacks {', '.join(f'`{word}`' for word in named)}", hint, f"{name}(")
    if "unexpected keyword" in reason and named:
        return Told(f"{call} takes no `{named[0]}`", near(named[0], (p.name for p in parameters)) or hint, f"{name}(")
    if "multiple values" in reason and named:
        return Told(f"{call} is given `{named[0]}` twice", hint, f"{name}(")
    given = _GIVEN.search(reason)
    number = f"{int(given[1]) - 1}" if given else "more"
    return Told(f"{call} is given {number} values", hint, f"{name}(")


def _no_attribute(kind: str, attribute: str, source: str, line: int) -> Told:
    lines = source.splitlines()
    text = lines[line - 1] if 0 < line <= len(lines) else ""
    step = r"\w+(?:\([^()]*\))?"
    written = set(re.findall(rf"((?:{step}\.)*{step})\.{attribute}\b", text))
    at = f".{attribute}"
    if kind == "None":
        what = f"`{min(written)}` is none and" if len(written) == 1 else "`none`"
        hint = f"ask first whether it is there: `{{% if {min(written)} %}}`" if len(written) == 1 else STAYS
        return Told(f"{what} has no `{attribute}`", hint, at)
    if kind in ("tuple", "list"):
        return Told(f"a list has no `{attribute}`", "ask each of its items: `{% for item in … %}`", at)
    if kind == "dict" and len(written) == 1:
        owner = min(written)
        hint = f"where it may be missing: `{{% if {owner}.{attribute} is defined %}}`"
        return Told(f"`{owner}` has no `{attribute}`", hint, at)
    found = _TYPES.get(kind)
    if found is None:
        return Told(f"a value of the type {kind} has no `{attribute}`", _TEMPLATES_DOC, at)
    known = getattr(found, "__struct_fields__", ())
    hint = near(attribute, known) or f"it has: {', '.join(f'`{name}`' for name in known)}"
    what = "page" if kind == "PageRef" else re.sub(r"(?<!^)(?=[A-Z])", " ", kind).lower()
    return Told(f"{what} has no `{attribute}`", hint, at)


def _undefined(name: str, environment: Environment, source: str) -> Told:
    if name == "page":
        hint = 'what `cached()` renders sees no page: hand it over, as in `cached("_footer.html", lang=page.lang)`'
        return Told("`page` is undefined here", hint, name)
    try:
        tree = environment.parse(source)
        own = {node.name for node in tree.find_all(nodes.Name) if node.ctx in ("store", "param")}
    except jinja2.TemplateSyntaxError:
        own = set()
    known: Mapping[str, Any] = environment.globals
    return Told(f"`{name}` is undefined", near(name, {*known, *own, "page"}) or _TEMPLATES_DOC, name)
