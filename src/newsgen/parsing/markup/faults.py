"""What Markdown met in a body that an editor is told: notes, references, ids and rows that readers do not see whole."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from newsgen.nouns.diagnostics import Diagnostic, diagnose
from newsgen.parsing.markup.body_markdown import BodyMarkdown
from newsgen.parsing.markup.characters import BAR, shortened
from newsgen.parsing.markup.crosslinks import unescaped
from newsgen.parsing.markup.guards import LONGEST_TEXT
from newsgen.parsing.markup.places import Places

#: What the places of definitions are called, and what the case of a diagnostic is.
_DEFINED = {"definition": "note", "reference": "reference", "abbreviation": "abbreviation", "attribute": "id"}


@cache
def _spaced_note() -> re.Pattern[str]:
    """A note whose colon stands behind a space, as French has it."""
    return re.compile(r"^[ ]{0,3}\[\^([^\[\]\n]+)\][ \u00a0\u202f]+:", re.MULTILINE)


@cache
def _label() -> re.Pattern[str]:
    return re.compile(r"^[ ]{0,3}\[([^\[\]\n]+)\]:", re.MULTILINE)


def faults(markdown: BodyMarkdown, places: Places) -> Iterator[Diagnostic]:
    """What is told of the body that was converted last, each at its place."""
    yield from _of_notes(markdown, places)
    yield from _defined_again(markdown, places)
    for address in markdown.figures.left_out:
        yield diagnose(places.next("link", address), "link-broken/attribute", address=shortened(address))
    yield from _uncalled(markdown, places)
    if markdown.tables.long_rows:
        yield from _long_rows(markdown, places)
    if markdown.guards.comments.is_unclosed:
        yield diagnose(places.next("comment", "<!--"), "comment-unclosed")
    if words := markdown.guards.long_texts.first:
        yield diagnose(places.next("text", words), "paragraph-too-long", most=LONGEST_TEXT)


def _of_notes(markdown: BodyMarkdown, places: Places) -> Iterator[Diagnostic]:
    undefined = list(map(unescaped, markdown.notes.undefined))
    spaced = {note[1] for note in _spaced_note().finditer(places.text)} if undefined else set()
    for label in undefined:
        key = "footnote-undefined/space" if label in spaced else "footnote-undefined"
        yield diagnose(places.next("note", label), key, label=label)
    for label in markdown.notes.uncalled:
        yield diagnose(places.next("definition", label), "footnote-uncalled", label=label)


def _defined_again(markdown: BodyMarkdown, places: Places) -> Iterator[Diagnostic]:
    for kind, again in (
        ("definition", markdown.notes.again),
        ("reference", markdown.references.again),
        ("abbreviation", markdown.abbreviations.again),
        ("attribute", [f"#{id}" for id in markdown.attributes.treeprocessor.again]),
    ):
        for words in again:
            yield diagnose(places.later(kind, words), f"definition-duplicate/{_DEFINED[kind]}", words=words)


def _uncalled(markdown: BodyMarkdown, places: Places) -> Iterator[Diagnostic]:
    """Definitions that nothing calls, of which readers see nothing."""
    if uncalled := markdown.references.uncalled():
        typed = {label[1].strip().lower(): label[1].strip() for label in _label().finditer(places.text)}
        for label in uncalled:
            words = typed.get(label, label)
            yield diagnose(places.next("reference", label), "definition-uncalled/reference", words=words)
    for words in markdown.abbreviations.uncalled():
        yield diagnose(places.next("abbreviation", words), "definition-uncalled/abbreviation", words=words)


def _long_rows(markdown: BodyMarkdown, places: Places) -> Iterator[Diagnostic]:
    end = 0
    for row, cells, columns in markdown.tables.long_rows:
        words = row.strip().replace(BAR, "|")
        begin = places.text.find(words, end)
        begin = begin if begin >= 0 else max(0, places.text.find(words))
        end = begin + len(words)
        yield diagnose(places.at(begin), "table-row-long", cells=cells, columns=columns)
