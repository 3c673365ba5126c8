"""How the messages of a language are written: what stands in its catalog, and how parameters are put into it."""

from __future__ import annotations

import re
import string
from collections.abc import Mapping
from enum import StrEnum
from typing import Any, TypeAlias

import msgspec


class Severity(StrEnum):
    """How bad it is: an error drops something, a warning may mislead a reader, a note informs."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


class Part(msgspec.Struct, frozen=True):
    """A part of a sentence that differs by case (why a picture is broken, say): the key of a phrase, its parameters."""

    key: str
    parameters: tuple[tuple[str, str | int | Part | tuple[str | Part, ...]], ...] = ()


#: What can be told of: a text, a number, a part of a sentence, or a list of these.
Value: TypeAlias = str | int | Part | tuple[str | Part, ...]


class Message(msgspec.Struct, frozen=True):
    """The words of one case: what is wrong, what to write instead; both with parameters in braces."""

    severity: Severity
    message: str
    hint: str = ""
    is_cut: bool = False  # it quotes what an editor wrote, of any length: shown as `one_line` has it


def error(message: str, hint: str = "") -> Message:
    return Message(Severity.ERROR, message, hint)


def warning(message: str, hint: str = "") -> Message:
    return Message(Severity.WARNING, message, hint)


def note(message: str, hint: str = "") -> Message:
    return Message(Severity.NOTE, message, hint)


#: Characters of a message or a hint that quotes what an editor wrote.
MOST_SHOWN = 500


def cut(messages: Mapping[str, Message]) -> dict[str, Message]:
    """The same words, to be shown on one line, and no more of it than `MOST_SHOWN`."""
    return {key: Message(words.severity, words.message, words.hint, True) for key, words in messages.items()}


def one_line(text: str) -> str:
    """The text as messages have it: on one line, cut at `MOST_SHOWN`."""
    text = text if len(text) <= MOST_SHOWN else f"{text[: MOST_SHOWN - 1]}…"
    return re.sub(r"\s*\n\s*", " ", text) if "\n" in text else text


def shortened(text: str) -> str:
    """The text on one line, its first 60 characters."""
    text = " ".join(text.split())
    return text if len(text) <= 60 else text[:59] + "…"


class Language(string.Formatter):
    """Puts parameters into the words of one language.

    A field is `{name}`; `{name:page waits|pages wait}` is a number with what it counts. Of a list, `{name}` has commas,
    `{name:and}` the word for "and", `{name:code}` and `{name:code-or}` backticks around each item, and
    `{name:code 2}` the first two and how many more there are.
    """

    def __init__(
        self,
        messages: Mapping[str, Message],
        phrases: Mapping[str, str],
        *,
        conjunctions: Mapping[str, str],
        more: str,
    ) -> None:
        self.messages, self.phrases, self.conjunctions, self.more = messages, phrases, conjunctions, more

    def words(self, template: str, parameters: tuple[tuple[str, Value], ...]) -> str:
        return self.vformat(template, (), dict(parameters)) if "{" in template else template

    def names(self, template: str) -> set[str]:
        """The parameters that a template asks for."""
        return {name for _, name, _, _ in self.parse(template) if name}

    def is_one(self, number: int) -> bool:
        """Whether a number takes the first of two forms."""
        return number == 1

    def format_field(self, value: Any, spec: str) -> str:
        if isinstance(value, Part):
            return self.words(self.phrases[value.key], value.parameters)
        if isinstance(value, tuple):
            return self._list([self.format_field(item, "") for item in value], *spec.split())
        if "|" in spec:
            one, many = spec.split("|")
            return f"{value} {one if self.is_one(value) else many}"
        return format(value, spec)

    def _list(self, items: list[str], style: str = "", most: str = "") -> str:
        shown = items[: int(most)] if most else items
        code, _, between = style.partition("-") if style.startswith("code") else ("", "", style)
        words = [f"`{item}`" for item in shown] if code else shown
        listed = self.conjunctions.get(between, ", ").join(words)
        left = len(items) - len(shown)
        return f"{listed} {self.more.format(left)}" if left else listed
