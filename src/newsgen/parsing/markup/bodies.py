"""A body from Markdown to HTML with slots: a function of its text alone."""

from __future__ import annotations

import itertools
import re
import threading
import unicodedata
from collections.abc import Iterator

from markdown import Markdown
from markdown.extensions.toc import TocExtension
from msgspec.structs import replace

from newsgen.nouns.diagnostics import Diagnostic, Location, diagnose, in_order
from newsgen.nouns.model import Body, Reference
from newsgen.parsing.markup.addresses import AddressPass
from newsgen.parsing.markup.attributes import AttributeListExtension
from newsgen.parsing.markup.characters import (
    AMPERSAND,
    ANGLE,
    BAR,
    CONTROL_NAMES,
    FORBIDDEN,
    PLAIN,
    SLOT,
    SPACES,
    TAB,
    UNCLOSED,
    clean_references,
    clean_text,
    finished,
    is_clean,
    shortened,
    with_data,
    without_data,
)
from newsgen.parsing.markup.cleaning import clean, clean_once, dropped, dropped_table_parts
from newsgen.parsing.markup.crosslinks import AddressExtension, CrossLinkExtension, unescaped
from newsgen.parsing.markup.definition_lists import DefinitionListExtension
from newsgen.parsing.markup.definitions import AbbreviationExtension, ReferenceExtension
from newsgen.parsing.markup.drops import diagnosed_all
from newsgen.parsing.markup.emphasis import EmphasisExtension
from newsgen.parsing.markup.fences import FenceExtension, fences
from newsgen.parsing.markup.figures import FigureExtension
from newsgen.parsing.markup.footnotes import NoteExtension
from newsgen.parsing.markup.guards import LONGEST_TEXT, GuardExtension
from newsgen.parsing.markup.headings import HeadingExtension
from newsgen.parsing.markup.html_blocks import HtmlBlockExtension
from newsgen.parsing.markup.lists import ListExtension
from newsgen.parsing.markup.places import Places, without_code, without_raw_code
from newsgen.parsing.markup.plain import plain_text, plain_text_of_ours
from newsgen.parsing.markup.prepass import Prepass, prepass
from newsgen.parsing.markup.quotations import QuoteExtension
from newsgen.parsing.markup.shortcuts import QuickMarkdown, ShortcutExtension
from newsgen.parsing.markup.tables import CaptionExtension, WrittenTableExtension, scrolling
from newsgen.parsing.markup.typography import TypographyExtension, as_set, as_typed
from newsgen.parsing.markup.unclosed import SWALLOWING, marked, settled

# The value of an attribute that may be an address with a scheme of its own, or with a character reference in it.
_ODD_VALUE = re.compile(r'(?<! id)="(?:(?!https?:)[^"/?#]*[:&]|https?://[^"/?#]*(?:[\[\]|^% ]|&[lg]t;))')
#: What stands for a cross-link, or, of Python-Markdown, for anything; a piece may have lost its end.
_ON_THE_WAY = re.compile(rf"{SLOT}\d*|\x02[^\x03\s]*+\x03?")
_WORDLESS = re.compile(r"(<a href=\"newsgen:(\d+)\"(?:[^\"'>]|\"[^\"]*\"|'[^']*')*>)(?=</a>)")
#: `{% tag %}`, `{{ value }}`, `{{< shortcode >}}`, `{{% shortcode %}}`, not behind a backslash.
_OTHER_SYSTEM = re.compile(r"(?<!\\)\{(?:%[^{}%\n]{1,300}%|\{[^{}\n]{1,300}\})\}")
# LaTeX has double braces, too: `$x_{{a}}$`, `\({{a}}\)`, `\frac{{a}}{{b}}`.
_MATH = re.compile(
    r"\$\$[^$]{1,1000}\$\$|(?<![\\$\w])\$(?=[^\s$])[^$\n]{0,300}(?<=\S)\$(?!\d)"
    r"|\\\([^()\n]{1,300}\\\)|\\\[[^\[\]]{1,1000}\\\]|(?:\\[a-zA-Z]{1,30}|[_^])(?:\{\{[^{}\n]{1,300}\}\})+"
)

#: A note whose colon stands behind a space, as French has it.
_SPACED_NOTE = re.compile(r"^[ ]{0,3}\[\^([^\[\]\n]+)\][ \u00a0\u202f]+:", re.MULTILINE)
_LABEL = re.compile(r"^[ ]{0,3}\[([^\[\]\n]+)\]:", re.MULTILINE)
_FENCE_MARK = re.compile("`{3,}|~{3,}")
#: What the places of definitions are called, and what the case of a diagnostic is.
_DEFINED = {"definition": "note", "reference": "reference", "abbreviation": "abbreviation", "attribute": "id"}


class _BodyMarkdown:
    """Python-Markdown set up for the bodies of one language, with the extensions that say what they found."""

    def __init__(self, lang: str, *, shortcuts: bool) -> None:
        self.tables = WrittenTableExtension()
        self.notes = NoteExtension()
        self.cross_links = CrossLinkExtension()
        self.figures = FigureExtension(self.cross_links.links)
        self.fences = FenceExtension()
        headings = TocExtension(marker="", slugify=_heading_id)
        self.abbreviations = AbbreviationExtension()
        self.references = ReferenceExtension()
        self.attributes = AttributeListExtension()
        self.guards = GuardExtension(self.abbreviations.abbrs)
        self.md = (QuickMarkdown if shortcuts else Markdown)(
            extensions=[
                self.tables,
                self.notes,
                DefinitionListExtension(),
                self.references,
                self.attributes,
                self.abbreviations,
                headings,
                self.fences,
                ListExtension(),
                QuoteExtension(),
                self.figures,
                CaptionExtension(),
                self.cross_links,
                AddressExtension(),
                EmphasisExtension(),
                self.guards,
                HtmlBlockExtension(),
                HeadingExtension(),
                TypographyExtension(lang),
                *([ShortcutExtension(headings)] if shortcuts else []),
            ],
            output_format="html",
        )

    def convert(self, text: str) -> str:
        self.md.reset()
        return self.md.convert(text)

    def has_raw_html(self) -> bool:
        """Whether the text that was converted last held tags of the author's own."""
        stash = self.md.htmlStash
        ours = self.fences.preprocessor.stashed
        return any(
            raw[:1] == "<" and raw != "<!-- -->" and stash.get_placeholder(n) not in ours
            for n, raw in enumerate(map(str, stash.rawHtmlBlocks))
        )


class _Kept(threading.local):
    """Markdown objects of this thread by language: building one takes longer than an article."""

    def __init__(self) -> None:
        self.bodies: dict[tuple[str, bool], _BodyMarkdown] = {}


_kept = _Kept()


def convert(
    text: str,
    *,
    path: str,
    first_line: int,
    lang: str,
    folder: str,
    trusted_html: bool,
    origins: tuple[str, ...] = (),
    shortcuts: bool = True,
) -> tuple[Body, tuple[Diagnostic, ...]]:
    """The body of a content file, and what is wrong with it.

    `text` begins in line `first_line` of the file `path`; `folder` is the file's folder under content/ ("" at the
    top), from which relative links start; `trusted_html` turns the allow-list off; `origins` are other sites whose
    pictures and films the policy of the pages lets load, the site's own among them. Markdown decides what is a link, a
    note or raw HTML; places come from a tokenizer that only reports. Without `shortcuts` the answer is the same, and
    takes four times as long: for tests.
    """
    source = clean_text(text)
    invisible = [] if is_clean(text) else _invisible(text, path, first_line)
    host = origins[0].partition("://")[2].lower() if origins else ""
    if shortcuts and not (host and host in source.lower()):  # what names the own host may be a dead link
        plain = prepass(source, lang=lang, first_line=first_line, heading_id=_heading_id)
        if plain.body is not None:
            return plain.body, tuple(invisible)
    else:
        plain = Prepass(source, [])
    # An exception leaves the object in a state of which nothing is known: it comes back only after a good end.
    markdown = _kept.bodies.pop((lang, shortcuts), None) or _BodyMarkdown(lang, shortcuts=shortcuts)
    shown, data = without_data(plain.text)
    html = clean_references(markdown.convert(shown))
    if TAB in html:
        html = html.replace(TAB, "\t")
    if shortcuts and ("\x02" in html or "\x03" in html or html.count(PLAIN) != len(plain.runs)):
        # Python-Markdown lost one of its placeholders (`***[*_ []()*`); their numbers tell what it did not see.
        _kept.bodies[lang, shortcuts] = markdown
        return convert(
            text,
            path=path,
            first_line=first_line,
            lang=lang,
            folder=folder,
            trusted_html=trusted_html,
            origins=origins,
            shortcuts=False,
        )
    places = Places(source, path=path, first_line=first_line)
    diagnostics = invisible
    if "{%" in source or "{{" in source:
        diagnostics += _of_other_systems(source, places)
    is_raw = markdown.has_raw_html()
    has_raw = not trusted_html and is_raw
    if is_raw:
        html = marked(html)
    if trusted_html:
        if UNCLOSED in html:
            swallowing = (
                thing for thing in dropped(html) if thing.value == "unclosed" and thing.element.lower() in SWALLOWING
            )
            diagnostics += diagnosed_all(swallowing, places)
        html = settled(html.replace("<!-- -->", ""), is_trusted=True)
    else:
        if has_raw or "{" in source or _ODD_VALUE.search(html):
            diagnostics += diagnosed_all(dropped(html), places)
        html = settled(html, is_trusted=False)
        cleaned = clean(html) if has_raw else clean_once(html)
        if has_raw:
            diagnostics += diagnosed_all(dropped_table_parts(html, cleaned), places)
        html = cleaned
    is_ours = shortcuts and not trusted_html and not has_raw
    to_text = plain_text_of_ours if is_ours else plain_text
    last_pass = AddressPass(
        places,
        folder=folder,
        cross_links=markdown.cross_links.links,
        blocks=markdown.cross_links.blocks,
        trusted=trusted_html,
        origins=origins,
        again=frozenset(markdown.attributes.treeprocessor.again),
    )
    html = with_data(last_pass.run(html).strip(), data)
    diagnostics += last_pass.diagnostics
    diagnostics += _faults(markdown, places)
    diagnostics += (diagnose(places.next("heading", "1"), "heading-level") for _ in range(html.count("<h1")))
    _kept.bodies[lang, shortcuts] = markdown
    html_set = _finished_around(as_set(html))
    if not (trusted_html and is_raw):  # what looks like a table may stand in a script then
        html_set = scrolling(html_set)
    references = tuple(last_pass.references)
    typed = _with_gaps_marked(_finished_around(as_typed(html)), references)
    text, gaps = _gaps(plain.put_back_text(to_text(typed)))
    body = Body(plain.put_back(html_set), text, references, tuple(last_pass.ids), gaps, tuple(last_pass.addresses))
    return body, in_order([_as_author_reads_it(diagnostic) for diagnostic in diagnostics])


def _as_author_reads_it(diagnostic: Diagnostic) -> Diagnostic:
    """The diagnostic without what stands for something on the way: what it quotes may be a piece of Markdown that took
    raw HTML, or HTML that took Markdown, for an address or a name."""
    if all(is_clean(value) for _, value in diagnostic.parameters if isinstance(value, str)):
        return diagnostic
    quoted = ((name, _quoted(value) if isinstance(value, str) else value) for name, value in diagnostic.parameters)
    return replace(diagnostic, parameters=tuple(quoted))


def _quoted(text: str) -> str:
    return finished(_ON_THE_WAY.sub("…", as_typed(text)).replace(ANGLE, "<").replace(AMPERSAND, "&"))


def _with_gaps_marked(html: str, references: tuple[Reference, ...]) -> str:
    """The HTML with a sign in each link within a sentence that has no words but its target's title."""
    if all(reference.has_text or reference.kind == "block" for reference in references):
        return html

    def marked(match: re.Match[str]) -> str:
        reference = references[int(match[2])]
        return f"{match[1]}{SLOT}{match[2]}{SLOT}" if reference.kind in ("inline", "path") else match[1]

    return _WORDLESS.sub(marked, html)


def _gaps(text: str) -> tuple[str, tuple[tuple[int, int], ...]]:
    """The text without these signs; the place in it and the reference of each."""
    if SLOT not in text:
        return text, ()
    parts = text.split(SLOT)
    places = itertools.accumulate(map(len, parts[::2]))
    return "".join(parts[::2]), tuple(zip(places, map(int, parts[1::2]), strict=False))


def _faults(markdown: _BodyMarkdown, places: Places) -> list[Diagnostic]:
    faults: list[Diagnostic] = []
    undefined = list(map(unescaped, markdown.notes.undefined))
    spaced = {note[1] for note in _SPACED_NOTE.finditer(places.text)} if undefined else set()
    for label in undefined:
        key = "footnote-undefined/space" if label in spaced else "footnote-undefined"
        faults.append(diagnose(places.next("note", label), key, label=label))
    for label in markdown.notes.uncalled:
        faults.append(diagnose(places.next("definition", label), "footnote-uncalled", label=label))
    for kind, again in (
        ("definition", markdown.notes.again),
        ("reference", markdown.references.again),
        ("abbreviation", markdown.abbreviations.again),
        ("attribute", [f"#{id}" for id in markdown.attributes.treeprocessor.again]),
    ):
        for words in again:
            faults.append(diagnose(places.later(kind, words), f"definition-duplicate/{_DEFINED[kind]}", words=words))
    for address in markdown.figures.left_out:
        faults.append(diagnose(places.next("link", address), "link-broken/attribute", address=shortened(address)))
    uncalled = markdown.references.uncalled()
    typed = {label[1].strip().lower(): label[1].strip() for label in _LABEL.finditer(places.text)} if uncalled else {}
    for label in uncalled:
        words = typed.get(label, label)
        faults.append(diagnose(places.next("reference", label), "definition-uncalled/reference", words=words))
    for words in markdown.abbreviations.uncalled():
        faults.append(diagnose(places.next("abbreviation", words), "definition-uncalled/abbreviation", words=words))
    end = 0
    for row, cells, columns in markdown.tables.long_rows:
        words = row.strip().replace(BAR, "|")
        begin = places.text.find(words, end)
        begin = begin if begin >= 0 else max(0, places.text.find(words))
        end = begin + len(words)
        faults.append(diagnose(places.at(begin), "table-row-long", cells=cells, columns=columns))
    if "```" in places.text or "~~~" in places.text:
        faults += _open_fences(places)
    if markdown.guards.comments.is_unclosed:
        faults.append(diagnose(places.next("comment", "<!--"), "comment-unclosed"))
    if words := markdown.guards.long_texts.first:
        faults.append(diagnose(places.next("text", words), "paragraph-too-long", most=LONGEST_TEXT))
    return faults


def _open_fences(places: Places) -> Iterator[Diagnostic]:
    offset = line = 0
    for fence in fences(places.text.split("\n")):
        if fence.is_closed:
            continue
        while line < fence.first:
            offset, line = places.text.index("\n", offset) + 1, line + 1
        mark = _FENCE_MARK.search(places.text, offset)
        if mark:
            yield diagnose(places.at(mark.start()), "code-unclosed", mark=mark[0])


def _invisible(text: str, path: str, first_line: int) -> list[Diagnostic]:
    """Each kind of character that is left out, at the first place where it stands."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    first: dict[str, int] = {}
    for match in FORBIDDEN.finditer(text):
        if match[0] not in SPACES:
            first.setdefault(match[0], match.start())
    faults = []
    for character, at in first.items():
        line = text.count("\n", 0, at)
        place = Location(path, first_line + line, at - text.rfind("\n", 0, at))
        count = text.count(character)
        name = CONTROL_NAMES.get(character) or unicodedata.name(character, "no character").lower()
        case = "text" if count == 1 else "texts"
        faults.append(diagnose(place, f"character-forbidden/{case}", code=ord(character), name=name, count=count))
    return faults


def _of_other_systems(source: str, places: Places) -> list[Diagnostic]:
    """What is written for Liquid, Jinja, Hugo or their like: readers would see it as it was typed."""
    shown = _MATH.sub(lambda math: " " * len(math[0]), without_raw_code(without_code(source)))
    tags = list(_OTHER_SYSTEM.finditer(shown))
    if not tags:
        return []
    case = "template-syntax" if len(tags) == 1 else "template-syntax/many"
    return [diagnose(places.at(tags[0].start()), case, words=" ".join(tags[0][0].split()), count=len(tags))]


def _finished_around(html: str) -> str:
    """As `finished`, with the placeholders of plain paragraphs kept."""
    return PLAIN.join([finished(part) for part in html.split(PLAIN)])


def _heading_id(words: str, separator: str) -> str:
    """The id of a heading: its letters (of any script, with their marks) and digits, words joined by `-`."""
    characters = []
    for character in unicodedata.normalize("NFC", words).lower():
        if character.isalnum() or character == "_" or unicodedata.category(character)[0] == "M":
            characters.append(character)
        elif character.isspace() or character == "-":
            characters.append(" ")
    return separator.join("".join(characters).split()) or "section"
