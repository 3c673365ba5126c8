"""The values of front matter, each typed by its key."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from typing import Any, Literal

from newsgen.addresses import urls
from newsgen.nouns.diagnostics import Diagnostic, Part, part
from newsgen.nouns.messages import shortened
from newsgen.nouns.model import Correction, Outlet, Picture, Text, TranslationOf, When
from newsgen.parsing import as_typed, dates
from newsgen.parsing.dates import canonical_date
from newsgen.parsing.unknown_keys import UnknownKeys
from newsgen.settings.yaml_faults import HASHTAGS, Faults
from newsgen.settings.yaml_nodes import Mapping, Node, Scalar, Sequence, is_absent, plain_value, quoted

_YES = frozenset({"yes", "y", "on", "oui", "vrai", "1", "ja", "si", "sí"})
_NO = frozenset({"no", "n", "off", "non", "faux", "0", "nein"})
_NO_REASONS = _YES | _NO | {"true", "false", "none", "null", "~"}
_COMMAS = ",،、，"
_WEB_ADDRESS = r"(?i)https?://[^\s/?#]\S*"
#: What programs and habits put around an address.
_AROUND = "“”„«»‘’<>\u00a0\u202f "
_ENTITY = r"&#?\w{1,20};"


def _is_blank(node: Mapping) -> bool:
    """Whether a group has keys, and no value for any of them, which is as good as no group."""
    return bool(node.entries) and all(is_absent(entry.value) for entry in node.entries)


def _is_none(node: Node) -> bool:
    """Whether the value declines what another language version or the picture itself says."""
    return isinstance(node, Scalar) and node.is_plain and node.value.strip().lower() == "none"


def _is_quoted(node: Node) -> bool:
    return isinstance(node, Scalar) and not node.is_plain


def _listed(text: str) -> str:
    return _in_brackets(item.strip() for item in re.split(f"[{_COMMAS}]", text))


def _in_brackets(items: Iterable[str]) -> str:
    """A list of these texts, as one writes it in a line."""
    return "[" + ", ".join(item if re.fullmatch(_PLAIN, item) else quoted(item) for item in items if item) + "]"


def _without_brackets(text: str) -> str:
    """The text without brackets around it, and without the one of two that somebody forgot."""
    text = text.strip()
    for opening, closing in ("()", "[]", "{}"):
        if text.count(opening) + text.count(closing) <= 2:
            text = text.removeprefix(opening) if text.count(opening) > text.count(closing) else text
            text = text.removesuffix(closing) if text.count(closing) > text.count(opening) else text
            if text[:1] == opening and text[-1:] == closing:
                text = text[1:-1]
    return text


#: What somebody may put before each item of a list.
_BULLET = r"^(?:[-–—•·‣▪◦*+]|[0-9]{1,2}[.)])\s+"
_FOCUS = r"([0-9]{1,3})% +([0-9]{1,3})%"
_PLAIN = r"[^\W_][^,\[\]{}:#]*|/[^\s,\[\]{}:#]*"


#: What the value of a key is, where it is a text or may be one: part of the keys of what is said of another value.
_Form = Literal["text", "boolean", "date", "source", "image", "language"]


class Values(Faults):
    """Types the values of one file, name of the key and its node in, value or None out; collects what is wrong."""

    def __init__(
        self, path: str, languages: tuple[str, ...], unknown: UnknownKeys, diagnostics: list[Diagnostic]
    ) -> None:
        super().__init__(path, diagnostics)
        self.languages = languages
        self.unknown = unknown
        self.declined: list[str] = []  # what was answered with `none`

    def scalar(self, name: str, node: Node, form: _Form) -> Scalar | None:
        if isinstance(node, Scalar):
            return node
        is_list = isinstance(node, Sequence)
        self.fault(
            node, f"value-type/{form}-not-{'list' if is_list else 'mapping'}", name=name, example=_example(node, form)
        )
        return None

    def words(self, name: str, node: Node) -> Text | None:
        """A text in which line breaks may stand, without the white space around it."""
        scalar = node if isinstance(node, Scalar) else self.scalar(name, node, "text")
        if scalar is None or not (value := scalar.value.strip()):
            return None
        return Text(value, scalar.line, scalar.column)

    def line(self, name: str, node: Node) -> Text | None:
        """A text of one line: a line break in it is a space."""
        text = self.words(name, node)
        if text is None or "\n" not in text.value:
            return text
        return Text(re.sub(r"\s*\n\s*", " ", text.value), text.line, text.column)

    def plain(self, name: str, node: Node) -> Text | None:
        """A text of one line that readers see as it stands there, without mark-up."""
        return self.seen(name, self.line(name, node))

    def seen(self, name: str, text: Text | None) -> Text | None:
        """The text, with a warning of mark-up that readers see as it was typed."""
        if text and (mark := as_typed.mark_in(text.value)) and (meant := as_typed.without_marks(text.value)):
            self.fault(text, "markup-as-typed", name=name, mark=mark, whole=quoted(meant))
        return text

    def id(self, name: str, node: Node) -> Text | None:
        """A text that names something: in NFC."""
        text = self.line(name, node)
        if text is None or text.value.isascii() or (value := unicodedata.normalize("NFC", text.value)) == text.value:
            return text
        return Text(value, text.line, text.column)

    def texts(self, name: str, node: Node) -> tuple[Text, ...] | None:
        return self.items(name, node, self.line)

    def names(self, name: str, node: Node) -> tuple[Text, ...] | None:
        return self.items(name, node, self.plain)

    def ids(self, name: str, node: Node) -> tuple[Text, ...] | None:
        return self.items(name, node, self.id)

    def items(self, name: str, node: Node, item: Callable[[str, Node], Text | None]) -> tuple[Text, ...] | None:
        """The items of a list; a single text without a comma is a list of one."""
        if isinstance(node, Mapping):
            self.fault(node, "value-type/mapping", name=name)
            return None
        if isinstance(node, Scalar):
            if self.is_many(name, node):
                return None
            value = item(name, node)
            return (value,) if value else None
        values = []
        for child in node.items:
            if isinstance(child, Scalar) and child.is_empty:  # what is left of `- #metoo`
                self.fault(child, "list-item-empty", name=name)
            elif is_absent(child):
                continue
            elif isinstance(child, Scalar):
                if child.is_plain and child.value.endswith(",") and (near := child.value.rstrip(", ")):
                    self.fault(child, "list-comma/end", name=name, text=shortened(child.value), near=near)
                    continue
                if len(node.items) == 1 and self.has_semicolons(name, child):
                    continue
                value = item(name, child)
                if value:
                    values.append(value)
            else:
                self.not_a_text(name, child)
        return tuple(values)

    def is_many(self, name: str, node: Scalar) -> bool:
        """Whether a text is several that were to be a list, which it tells."""
        value = node.value
        if self.has_semicolons(name, node):
            return True
        if any(comma in value for comma in _COMMAS):
            text, items = shortened(value), _listed(_without_brackets(value))
            if node.is_plain:
                self.fault(node, "list-comma", name=name, text=text, items=items)
            else:
                self.fault(node, "list-comma/quoted", name=name, text=text, items=items, whole=quoted(value))
            return True
        if len(node.folded) > 1:
            items = _in_brackets(re.sub(_BULLET, "", line) for line in node.folded)
            self.fault(node, "list-comma/lines", name=name, text=shortened(value), items=items, whole=quoted(value))
            return True
        if value[:1] == "#" and re.fullmatch(HASHTAGS, value):
            items = _in_brackets(value.split())
            self.fault(node, "list-comma/hashtags", name=name, text=shortened(value), items=items)
            return True
        return False

    def has_semicolons(self, name: str, node: Scalar) -> bool:
        """Whether semicolons stand where commas would be a list, which it tells."""
        if not node.is_plain or ";" not in node.value or not re.search(r";\s", re.sub(_ENTITY, "", node.value)):
            return False
        items = _listed(_without_brackets(node.value).replace(";", ","))
        text, whole = shortened(node.value), quoted(node.value)
        self.fault(node, "list-comma/semicolon", name=name, text=text, items=items, whole=whole)
        return True

    def not_a_text(self, name: str, node: Node) -> None:
        if isinstance(node, Sequence) and len(node.items) == 1 and isinstance(node.items[0], Scalar):  # `[[story]]`
            self.fault(node, "value-type/list-in-list", name=name, items=_in_brackets([node.items[0].value]))
            return
        if isinstance(node, Mapping) and len(node.entries) == 1 and isinstance(node.entries[0].value, Scalar):
            entry = node.entries[0]
            whole = quoted(f"{entry.key.value}: {getattr(entry.value, 'value', '')}".strip())
            self.fault(node, "value-type/colon", name=name, whole=whole)
        else:
            self.fault(node, "value-type/item", name=name)

    def boolean(self, name: str, node: Node) -> bool | None:
        scalar = self.scalar(name, node, "boolean")
        if scalar is None or not scalar.value.strip():
            return None
        word = scalar.value.strip().lower()
        if word in ("true", "false"):
            return word == "true"
        if word in _YES or word in _NO:
            meant = "true" if word in _YES else "false"
            self.fault(scalar, "value-invalid/boolean-near", name=name, value=scalar.value, meant=meant)
        else:
            self.fault(scalar, "value-invalid/boolean", name=name, value=scalar.value)
        return None

    def when(self, name: str, node: Node) -> When | None:
        scalar = self.scalar(name, node, "date")
        if scalar is None or not (text := scalar.value.strip()):
            return None
        value = canonical_date(text)
        if value is not None:
            if int(value[:4]) < dates.FIRST_NEWS:
                year = text[:4]
                self.fault(
                    scalar, "date-early", name=name.removeprefix("corrections."), year=year, first=dates.FIRST_NEWS
                )
            return When(value, scalar.line, scalar.column)
        self.diagnostics.append(dates.told(name, text, self.at(scalar)))
        return None

    def parts(self, name: str, node: Mapping, known: tuple[str, ...]) -> dict[str, Node]:
        """The values of a mapping by key, without empty ones; `alt: ""` is no empty value."""
        values: dict[str, Node] = {}
        for entry in node.entries:
            key = entry.key.value
            if key not in known:
                self.unknown.told(entry.key, known, inside=name, value=entry.value)
            elif not is_absent(entry.value) or (key == "alt" and _is_quoted(entry.value)):
                values[key] = entry.value
        return values

    def slug(self, name: str, node: Node) -> Text | None:
        text = self.id(name, node)
        if text is None:
            return None
        if not urls.is_slug(text.value):
            if near := urls.slug_for(text.value):
                self.fault(node, "slug-invalid/near", text=shortened(text.value), near=near)
            else:
                self.fault(node, "slug-invalid", text=shortened(text.value))
            return None
        if len(text.value.encode()) > urls.SLUG_BYTES:
            self.fault(node, "slug-invalid/long", most=urls.SLUG_BYTES, near=urls.slug_for(text.value))
            return None
        return text

    def story(self, name: str, node: Node) -> Text | None:
        text = self.id(name, node)
        if text is None:
            return None
        value = text.value.removesuffix(".md")
        near = "/".join(step for step in value.replace("\\", "/").split("/") if step not in ("", ".", ".."))
        if near == text.value:
            return text
        if near:
            self.fault(node, "value-invalid/story-near", text=shortened(text.value), near=near)
        else:
            self.fault(node, "value-invalid/story", text=shortened(text.value))
        return None

    def template(self, name: str, node: Node) -> Text | None:
        text = self.line(name, node)
        if text is None:
            return None
        if "\\" in text.value or any(step in ("", ".", "..") for step in text.value.split("/")):
            self.fault(node, "value-invalid/template", text=shortened(text.value))
            return None
        return text

    def gone(self, name: str, node: Node) -> Text | None:
        text = self.words(name, node)
        is_plain = isinstance(node, Scalar) and node.is_plain
        if text and is_plain and text.value.lower() in _NO_REASONS:
            self.fault(node, "value-invalid/gone")
            return None
        return self.seen(name, text)

    def source(self, name: str, node: Node) -> Outlet | None:
        if not isinstance(node, Mapping):
            text = self.plain(name, node) if self.scalar(name, node, "source") else None
            if text and re.fullmatch(r"(?i)(?:https?://|www\.)\S+", text.value):
                address = text.value if "://" in text.value else f"https://{text.value}"
                self.fault(node, "value-invalid/source", text=shortened(text.value), url=address)
            return Outlet(text) if text else None
        parts = self.parts(name, node, ("name", "url"))
        if not parts and _is_blank(node):
            return None
        outlet = self.plain("source.name", parts["name"]) if "name" in parts else None
        url = self.web_address("source.url", parts["url"]) if "url" in parts else None
        if outlet is None:
            if "name" not in parts or isinstance(parts["name"], Scalar):
                self.fault(node, "key-missing/name-of-source")
            return None
        return Outlet(outlet, url)

    def web_address(self, name: str, node: Node) -> Text | None:
        url = self.line(name, node)
        if url and (not re.fullmatch(_WEB_ADDRESS, url.value) or url.value[-1] in _AROUND):
            near, shown = url.value.strip(_AROUND), shortened(url.value)
            if near != url.value and re.fullmatch(_WEB_ADDRESS, near):
                sign = next(character for character in url.value if character in _AROUND)
                self.fault(node, "value-invalid/url-near", text=shown, sign=(sign,), near=quoted(near))
            else:
                self.fault(node, "value-invalid/url", text=shown)
        return url

    def image(self, name: str, node: Node) -> Picture | None:
        if not isinstance(node, Mapping):
            text = self.id(name, node) if self.scalar(name, node, "image") else None
            if text and (markdown := re.fullmatch(r"!?\[([^\[\]]*)\]\(([^\s()]+)\)", text.value)):
                whole = f"{{src: {quoted(markdown[2])}, alt: {quoted(markdown[1])}}}"
                self.fault(node, "value-invalid/picture", whole=whole)
                return None
            return Picture(text) if text else None
        parts = self.parts(name, node, ("src", "alt", "caption", "credit", "focus"))
        src = None
        if "src" in parts:
            if _is_none(parts["src"]):
                self.declined.append(name)
            else:
                src = self.id("image.src", parts["src"])
        alt = self.plain("image.alt", parts["alt"]) if "alt" in parts else None
        if "alt" in parts and alt is None and isinstance(parts["alt"], Scalar):
            alt = Text("", parts["alt"].line, parts["alt"].column)
        caption = self.words("image.caption", parts["caption"]) if "caption" in parts else None
        credit = self.plain("image.credit", parts["credit"]) if "credit" in parts else None
        if credit and _is_none(parts["credit"]):
            credit = Text("", credit.line, credit.column)
        return Picture(src, alt, caption, credit, self.focus(parts["focus"]) if "focus" in parts else None)

    def focus(self, node: Node) -> Text | None:
        """`60% 30%`, as CSS writes `object-position`, is the text `60,30`."""
        if isinstance(node, Scalar) and node.is_empty:
            return None
        match = re.fullmatch(_FOCUS, node.value.strip()) if isinstance(node, Scalar) else None
        if match is None or int(match[1]) > 100 or int(match[2]) > 100:
            self.fault(node, "value-invalid/focus")
            return None
        return Text(f"{int(match[1])},{int(match[2])}", node.line, node.column)

    def corrections(self, name: str, node: Node) -> tuple[Correction, ...] | None:
        values = []
        for item in node.items if isinstance(node, Sequence) else (node,):
            if is_absent(item):
                continue
            if not isinstance(item, Mapping):
                self.fault(item, "value-type/correction")
                continue
            if by_day := _by_day(item):
                whole = by_day if isinstance(node, Sequence) else f"corrections: [{by_day}]"
                self.fault(item, "value-type/correction-by-day", whole=whole)
                continue
            parts = self.parts(name, item, ("date", "text"))
            if not parts and _is_blank(item):
                continue
            date = self.when("corrections.date", parts["date"]) if "date" in parts else None
            text = self.words("corrections.text", parts["text"]) if "text" in parts else None
            self.seen("corrections.text", text)
            for key in ("date", "text"):
                if key not in parts:
                    self.fault(item, "key-missing/of-correction", key=key)
            if date and text:
                values.append(Correction(date, text))
        return tuple(values)

    def translation_of(self, name: str, node: Node) -> TranslationOf | None:
        date = None
        if isinstance(node, Mapping):
            parts = self.parts(name, node, ("lang", "date"))
            if not parts and _is_blank(node):
                return None
            date = self.when("translation_of.date", parts["date"]) if "date" in parts else None
            if "lang" not in parts:
                self.fault(node, "key-missing/lang-of-translation")
                return None
            node = parts["lang"]
        if not self.scalar(name, node, "language"):
            return None
        lang = self.line(name, node)
        if lang is None:
            return None
        for declared in self.languages:
            if declared.lower() == lang.value.lower():
                return TranslationOf(Text(declared, lang.line, lang.column), date)
        if self.languages:
            self.fault(node, "value-invalid/language", text=shortened(lang.value), declared=self.languages)
            return None
        return TranslationOf(lang, date)

    def extra(self, name: str, node: Node) -> dict[str, Any] | None:
        if isinstance(node, Mapping):
            value: dict[str, Any] = plain_value(node)
            return value
        self.fault(node, "value-type/extra")
        return None


def _by_day(node: Mapping) -> str:
    """The corrections that are meant by days as keys; "" where a key is no day."""
    if not node.entries or any(canonical_date(entry.key.value.strip()) is None for entry in node.entries):
        return ""
    texts = [(entry.key.value.strip(), quoted(getattr(entry.value, "value", "…"))) for entry in node.entries]
    return ", ".join(f"{{date: {day}, text: {text}}}" for day, text in texts)


def _example(node: Sequence | Mapping, form: _Form) -> str | Part:
    """What to write in place of a list or a mapping: the one text in it, if there is no more."""
    only: Node | None = None
    if isinstance(node, Sequence) and len(node.items) == 1:
        only = node.items[0]
    if isinstance(only, Scalar) and only.value:
        return only.value if re.fullmatch(_PLAIN, only.value) else quoted(only.value)
    if form == "text" and isinstance(node, Mapping) and len(node.entries) == 1:
        entry = node.entries[0]
        if isinstance(entry.value, Scalar):
            return quoted(f"{entry.key.value}: {entry.value.value}")
    return part(f"example/{form}")


TYPES: dict[str, Callable[[Values, str, Node], Any]] = {
    "title": Values.plain, "kicker": Values.plain, "lead": Values.words,
    "description": Values.plain, "location": Values.plain, "gone": Values.gone,
    "slug": Values.slug, "story": Values.story, "template": Values.template,
    "date": Values.when, "updated": Values.when, "publish": Values.when,
    "expires": Values.when, "authors": Values.names, "tags": Values.names,
    "names": Values.names, "categories": Values.ids, "topics": Values.ids,
    "related": Values.ids, "aliases": Values.texts, "draft": Values.boolean,
    "noindex": Values.boolean, "source": Values.source, "image": Values.image,
    "corrections": Values.corrections, "translation_of": Values.translation_of,
    "extra": Values.extra,
}  # fmt: skip
