"""The catalog of messages and the places that use it: each key, each parameter, each form of the words."""

from __future__ import annotations

import ast
import re
import string
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import pytest

import newsgen
from newsgen.nouns.diagnostics import CODES, Diagnostic, Location, Severity, diagnose, in_order, part
from newsgen.nouns.messages import en

PACKAGE = Path(newsgen.__file__).parent
AT = Location("content/a.fr.md", 2, 7)
#: What makes a diagnostic, with the key behind the place or the node, and what makes a part of its words.
TOLD, PARTS = ("diagnose", ".fault", ".fault_once"), ("part",)
#: What hands on a key and parameters: methods of readers, and what adds a number to any.
METHODS = ("fault", "fault_once", "and_more")

#: The assignments to a name in one function, by line.
Scope = dict[str, list[tuple[int, ast.expr]]]


class Use(NamedTuple):
    """A call that says something: where, which keys it may name, and the parameters that it gives."""

    place: str
    keys: set[str]
    parameters: set[str]


def functions() -> Iterator[tuple[Path, ast.FunctionDef | ast.Module]]:
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef | ast.Module):
                yield path, node


FUNCTIONS = list(functions())


def inner(function: ast.AST) -> Iterator[ast.AST]:
    """What stands in a function, without the functions in it."""
    for child in ast.iter_child_nodes(function):
        if not isinstance(child, ast.FunctionDef):
            yield child
            yield from inner(child)


def calls(function: ast.AST, *names: str) -> Iterator[ast.Call]:
    """The calls of functions, and of methods (`.name`), of these names."""
    for node in inner(function):
        if isinstance(node, ast.Call):
            name = node.func.id if isinstance(node.func, ast.Name) else ""
            method = f".{node.func.attr}" if isinstance(node.func, ast.Attribute) else ""
            if name in names or method in names:
                yield node


def uses(forms: tuple[str, ...], known: Iterable[str]) -> Iterator[Use]:
    for path, function in FUNCTIONS:
        scope: Scope = {}
        for node in inner(function):
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                scope.setdefault(node.targets[0].id, []).append((node.lineno, node.value))
            if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value:
                scope.setdefault(node.target.id, []).append((node.lineno, node.value))
        for node in calls(function, *forms):
            if not is_handed_on(function, node):
                place, argument = f"{path.relative_to(PACKAGE)}:{node.lineno}", node.args[forms != PARTS]
                parameters = {str(keyword.arg) for keyword in node.keywords}
                yield Use(place, keys_of(argument, scope, known), parameters)


def is_handed_on(function: ast.FunctionDef | ast.Module, call: ast.Call) -> bool:
    """Whether a call passes on a key and parameters that the callers of its function name."""
    return getattr(function, "name", "") in METHODS and any(keyword.arg is None for keyword in call.keywords)


def keys_of(node: ast.expr, scope: Scope, known: Iterable[str]) -> set[str]:
    """The keys that an argument can be: a text, one of two, a name for these, or a text with a gap in it."""
    if isinstance(node, ast.Constant):
        return {str(node.value)}
    if isinstance(node, ast.IfExp):
        return keys_of(node.body, scope, known) | keys_of(node.orelse, scope, known)
    if isinstance(node, ast.Name):
        before = [value for line, value in scope.get(node.id, ()) if line < node.lineno]
        return keys_of(before[-1], scope, known) if before else set()
    if isinstance(node, ast.FormattedValue):
        return keys_of(node.value, scope, known)
    if isinstance(node, ast.JoinedStr):
        parts = [keys_of(part, scope, known) for part in node.values]
        pattern = "".join(
            "|".join(map(re.escape, sorted(part))).join(("(?:", ")")) if part else "[a-z-]+" for part in parts
        )
        return {key for key in known if re.fullmatch(pattern, key)}
    return set()


def fields(*templates: str) -> set[str]:
    return {name for template in templates for _, name, _, _ in string.Formatter().parse(template) if name}


#: What is told of pictures: their looks say which of these ids.
BROKEN = {key for key in en.MESSAGES if key.endswith(("-left-out", "/shown-before"))}


def templates(key: str) -> tuple[str, ...]:
    message = en.MESSAGES[key]
    return message.message, message.hint


def test_each_place_gives_what_its_words_ask_for() -> None:
    told = list(uses(TOLD, en.MESSAGES))
    assert len(told) > 60
    for place, keys, names in told:
        if not keys and place.startswith("index/references"):
            keys = BROKEN
        assert keys and keys <= set(en.MESSAGES), place
        assert fields(*(t for key in keys for t in templates(key))) == names, place


def test_each_part_gets_what_its_words_ask_for() -> None:
    told = list(uses(PARTS, en.PHRASES))
    assert len(told) > 10
    for place, keys, names in told:
        assert keys and keys <= set(en.PHRASES), place
        assert fields(*(en.PHRASES[key] for key in keys)) == names, place


def texts_of(node: ast.AST) -> Iterator[str]:
    """The texts that an expression may give, without those that it hands to a function."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    for child in () if isinstance(node, ast.Call) else ast.iter_child_nodes(node):
        yield from texts_of(child)


def test_no_words_are_a_parameter() -> None:
    """Another language could not say them: what differs by case is a phrase."""
    words = re.compile(r"[A-Za-z]{2,} [A-Za-z]{2,}")
    for path, function in FUNCTIONS:
        texts: dict[str, list[ast.expr]] = {}
        for node in inner(function):
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                texts.setdefault(node.targets[0].id, []).append(node.value)
        for call in calls(function, *TOLD, *PARTS):
            for keyword in call.keywords:
                given = texts.get(keyword.value.id, []) if isinstance(keyword.value, ast.Name) else [keyword.value]
                literals = [text for value in given for text in texts_of(value) if words.search(text)]
                assert not literals, f"{path.relative_to(PACKAGE)}:{call.lineno}"


def test_no_words_are_left_over() -> None:
    used = {key for _, keys, _ in uses(TOLD, en.MESSAGES) for key in keys}
    used |= {f"{key}/more" for key in used if f"{key}/more" in en.MESSAGES}
    assert set(en.MESSAGES) == used | BROKEN
    assert set(en.PHRASES) == {key for _, keys, _ in uses(PARTS, en.PHRASES) for key in keys}


def test_more_of_the_same_is_told_of_what_the_first_tells() -> None:
    for key in ("template-failed", "newsgen-fault", "file-unreadable/now", "file-changed"):
        assert fields(*templates(f"{key}/more")) == fields(*templates(key)) | {"more"}


def test_no_case_has_words_twice() -> None:
    pairs = [
        pair
        for node in ast.walk(ast.parse(Path(en.__file__).read_text()))
        if isinstance(node, ast.Dict)
        for pair in zip(node.keys, node.values, strict=True)
    ]
    written = [key.value for key, value in pairs if isinstance(key, ast.Constant) and isinstance(value, ast.Call)]
    assert sorted(map(str, written)) == sorted(en.MESSAGES)


def test_each_key_begins_with_an_id() -> None:
    assert {key.partition("/")[0] for key in en.MESSAGES} <= set(CODES)


@pytest.mark.parametrize("key", en.MESSAGES)
def test_message_is_one_line_in_lower_case_without_full_stop(key: str) -> None:
    message, hint = templates(key)
    assert (
        message
        and (not message[0].isupper() or message.startswith("YAML "))
        and not message.endswith(".")
        and "\n" not in message + hint
    )
    assert not hint[:1].isupper() and not hint.endswith(".")


@pytest.mark.parametrize("key", [*en.MESSAGES, *en.PHRASES])
def test_no_article_goes_by_what_a_parameter_begins_with(key: str) -> None:
    """`a {what}` becomes "a icon"."""
    texts = templates(key) if key in en.MESSAGES else (en.PHRASES[key],)
    assert not [text for text in texts if re.search(r"\b[Aa]n? (?=\{)", text)]


def test_words_that_quote_a_file_stay_on_one_line_whatever_it_holds() -> None:
    assert diagnose(AT, "yaml-tag", tag="!a\n  b").message == "the YAML tag `!a b` is not allowed"
    long = diagnose(AT, "yaml-tag", tag="!" * 10_000)
    assert long.message == f"the YAML tag `{'!' * 485}…" and len(long.message) == 500
    assert len(dict(long.parameters)["tag"]) < 510


def test_a_diagnostic_is_the_same_after_a_journey() -> None:
    free = part("free/draft")
    held = diagnose(
        AT, "version-held", holders=(part("held/by", written="draft: true", path="b.md", line=3),), free=free
    )
    back = msgspec.msgpack.decode(msgspec.msgpack.encode(held), type=Diagnostic)
    assert back == held and hash(back) == hash(held) and back.message == "held back by `draft: true` in b.md:3"
    assert (held.id, held.severity) == ("version-held", Severity.NOTE)


def test_braces_in_what_is_told_are_no_fields() -> None:
    assert (
        diagnose(AT, "category-unknown/near", name="{x}", near="{0.__class__}").hint == "did you mean `{0.__class__}`?"
    )


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("{a}", ("x", "y"), "x, y"),
        ("{a:and}", ("x", "y", "z"), "x and y and z"),
        ("{a:code}", ("x", "y"), "`x`, `y`"),
        ("{a:code-or}", ("x", "y"), "`x` or `y`"),
        ("{a:code 2}", ("x", "y"), "`x`, `y`"),
        ("{a:code 2}", ("x", "y", "z"), "`x`, `y` and 1 more"),
        ("{a:plain 1}", ("x", "y", "z"), "x and 2 more"),
        ("{a:page waits|pages wait}", 1, "1 page waits"),
        ("{a:page waits|pages wait}", 0, "0 pages wait"),
        ("{a:,}", 12345, "12,345"),
    ],
)
def test_fields_of_the_words(field: str, value: Any, words: str) -> None:
    assert en.LANGUAGE.words(field, (("a", value),)) == words


@pytest.mark.parametrize("key", ["no-such-id", "category-unknown/=error", "category-unknown/no-such-case"])
def test_a_case_without_words_is_refused(key: str) -> None:
    with pytest.raises(ValueError, match=key):
        diagnose(AT, key)


def test_no_words_are_made_to_order_what_stands_in_several_places(monkeypatch: pytest.MonkeyPatch) -> None:
    ids = ("topic-unknown/near", "category-unknown/near")
    told = [diagnose(Location("a", line), id_, name="x", near="z") for line in (1, 2, 10) for id_ in ids]
    monkeypatch.setattr(type(en.LANGUAGE), "words", None)
    assert in_order(told[::-1] + told) == tuple(sorted(told, key=lambda d: (d.location, d.id)))


def test_diagnostics_stand_in_the_order_of_their_words() -> None:
    one, two = (diagnose(AT, "topic-unknown/near", name=name, near="z") for name in "ab")
    assert in_order([two, one, two]) == (one, two)
