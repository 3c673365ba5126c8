"""`newsgen.yaml` to a Config: each key typed, with its default and its place."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Callable, Iterator
from importlib import resources
from typing import Any, Literal, cast
from urllib.parse import quote, unquote, urlsplit

from newsgen.nouns.diagnostics import Diagnostic, Location, diagnose, in_order
from newsgen.nouns.kinds import PATH_WORDS, is_own_file
from newsgen.settings import accepted, active_documents, appearance, publisher, targets, yaml_nodes, yaml_tree
from newsgen.settings.config import (
    DEFAULT_PERMALINK,
    Category,
    Config,
    Pictures,
    SearchPeriod,
    Untranslated,
    path_words,
    words_of,
    zone,
)
from newsgen.settings.key_reader import EXAMPLES, LANGUAGE, KeyReader
from newsgen.settings.yaml_nodes import Mapping, Node, Scalar, Sequence

__all__ = ["Category", "Config", "load", "path_words", "zone"]


def load(data: bytes, path: str = "newsgen.yaml") -> tuple[Config | None, tuple[Diagnostic, ...]]:
    """The configuration, and all its faults at once; None if one of them is an error.

    Defaults: `timezone` UTC, `permalink` /{lang}/{year}/{month}/{slug}/, `page_size` and
    `feed_size` 20, `untranslated` link, `trusted_html` false, `search` by year, `id` the host of `url` and the year
    2000, `pictures` as in config.Pictures, no categories (a category without names is called
    by its id). `title`, `url` and `languages` are required. A title in some languages only stands for
    the others too, the default language's first.
    """
    try:
        text = data.removeprefix(b"\xef\xbb\xbf").decode()
    except UnicodeDecodeError as trouble:
        before = data.removeprefix(b"\xef\xbb\xbf")[: trouble.start].decode()
        line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
        byte = trouble.object[trouble.start]
        return None, (diagnose(Location(path, line, column), "encoding-invalid/config", byte=byte),)
    root, diagnostics = yaml_tree.read(text, path=path)
    lines = text.splitlines()
    reader = Reader(path, [d for d in diagnostics if not _is_comment_of_a_program(d, lines)])
    config = None
    if isinstance(root, Mapping):
        config = reader.config(root)
    elif root is not None:
        reader.fault(root, "config-invalid/no-mapping")
    has_errors = any(d.severity == "error" for d in reader.diagnostics)
    return (None if has_errors else config), in_order(reader.diagnostics)


def _is_comment_of_a_program(diagnostic: Diagnostic, lines: list[str]) -> bool:
    """True for the warning of a comment that two spaces set apart: whoever writes so knows what a
    comment is."""
    line, column = diagnostic.location.line, diagnostic.location.column
    return diagnostic.id == "comment-truncates" and lines[line - 1][: column - 1].endswith(("  ", "\t"))


_UNSAFE = re.compile("[\\\\/?#%\x00-\x20\x7f-\xa0\u2028\u2029]")
#: RFC 4151 §2.1: a domain name or an e-mail address, and a day on which one owned it.
_TAG_ID = re.compile(
    r"(?:[A-Za-z0-9._-]+@)?[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)*"
    r",[0-9]{4}(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12][0-9]|3[01]))?)?"
)
_FIELD = re.compile(r"\{([^{}]*)\}")
_PERMALINK_FIELDS = ("lang", "year", "month", "day", "slug")
_MOST_PARTS = 20  # of a permalink
_YEAR = re.compile(r"[0-9]{4}")
#: What makes the address of a category.
_Named = Literal["category-id", "slug"]


def _is_id(text: str) -> bool:
    """True for letters, digits (with their vowel signs), `-` and `.` between them, in NFC."""
    if not text or text[0] in "-." or text[-1] in "-." or ".." in text:
        return False
    if unicodedata.normalize("NFC", text) != text:
        return False
    return all(c in "-." or c.isalnum() or unicodedata.category(c) in ("Mn", "Mc") for c in text)


def _key(text: str) -> str:
    return unicodedata.normalize("NFC", text.casefold())


def _is_off(node: Node) -> bool:
    """Whether somebody says that there is to be nothing of it."""
    return isinstance(node, Scalar) and node.value.lower() in ("false", "no", "off", "none")


class Reader(KeyReader):
    """Types the keys of one configuration."""

    def config(self, root: Mapping) -> Config | None:
        nodes = self.entries(root, "", _KEYS)
        for name in ("title", "url", "languages"):
            if name not in nodes:
                place = Location(self.path)
                self.diagnostics.append(diagnose(place, "config-invalid/missing", name=name, example=EXAMPLES[name]))
        values: dict[str, Any] = {}
        for (
            name,
            read,
        ) in _KEYS.items():  # in the order of the table: languages first, path words before categories
            if name in nodes and (value := read(self, nodes[name])) is not None:
                values[name] = value
        if not all(name in values for name in ("title", "url", "languages")):
            return None
        if "id" not in values:
            host = _ascii_host(urlsplit(values["url"]).hostname or "")
            values["id"] = f"{host},2000"
            if not _TAG_ID.fullmatch(values["id"]):
                self.fault(nodes["url"], "config-invalid/id-of-host", host=host)
        return Config(**values, places=self.places)

    # ---- helpers: the path is where the value's place is kept
    # ---- the keys
    def read_title(self, node: Node) -> dict[str, str] | None:
        texts = {lang: text for lang, (_, text) in self.by_language(node, "title").items()}
        if not texts:
            if not self.diagnostics:
                self.fault(node, "config-invalid/title")
            return None
        fallback = next(texts[lang] for lang in self.languages if lang in texts)
        return {lang: texts.get(lang, fallback) for lang in self.languages}

    def read_description(self, node: Node) -> dict[str, str]:
        texts = self.by_language(node, "description")
        return {lang: texts[lang][1] for lang in self.languages if lang in texts}

    def read_languages(self, node: Node) -> tuple[str, ...] | None:
        items = node.items if isinstance(node, Sequence) else (node,)
        languages: dict[str, str] = {}
        for number, item in enumerate(items):
            tag = item.value if isinstance(item, Scalar) else ""
            self.keep(f"languages.{number}", item)
            if not LANGUAGE.fullmatch(tag):
                near = tag.replace("_", "-")
                several = re.split(r"[\s,;]+", tag.strip())
                if LANGUAGE.fullmatch(near):
                    self.fault(item, "config-invalid/languages-tag-near", tag=tag, near=near)
                elif len(several) > 1 and all(map(LANGUAGE.fullmatch, several)) and not isinstance(node, Sequence):
                    self.fault(item, "config-invalid/languages-list", tag=tag, items=f"[{', '.join(several)}]")
                elif tag:
                    self.fault(item, "config-invalid/languages-tag", tag=tag)
                else:
                    self.fault(item, "config-invalid/languages-item")
            elif not self.fits(item, tag):
                continue
            elif tag.lower() in languages:
                self.fault(item, "config-invalid/languages-twice", tag=tag)
            else:
                languages[tag.lower()] = tag
        self.languages = tuple(languages.values())
        return self.languages or None

    def read_url(self, node: Node) -> str | None:
        text = self.text(node, "url")
        if text is None:
            return None
        try:
            parts = urlsplit(text)
            host, port = parts.hostname or "", parts.port
        except ValueError:
            host, port = "", None
        if not host or parts.scheme not in ("http", "https") or _UNSAFE.search(host):
            self.fault(node, "config-invalid/url", url=text)
            return None
        if parts.query or parts.fragment or parts.username is not None:
            self.fault(node, "config-invalid/url-with-more", url=text)
            return None
        folders = [unquote(part) for part in parts.path.strip("/").split("/")] if parts.path.strip("/") else []
        if any(part in ("", ".", "..") or _UNSAFE.search(part.replace(" ", "")) for part in folders):
            self.fault(node, "config-invalid/url-path", url=text)
            return None
        path = "".join(f"{quote(part, safe=_SEGMENT_SAFE)}/" for part in folders)
        host = f"[{host}]" if ":" in host else _ascii_host(host)
        return f"{parts.scheme}://{host}{f':{port}' if port else ''}/{path}"

    def read_timezone(self, node: Node) -> str | None:
        name = self.text(node, "timezone")
        if name is None or name in (names := _zone_names()):
            return name
        folded = {known.casefold(): known for known in names}
        cities = {known.casefold().rpartition("/")[2]: known for known in names}
        wanted = name.casefold().replace(" ", "_")
        near = folded.get(wanted) or cities.get(wanted.rpartition("/")[2])
        if not near:
            close = difflib.get_close_matches(wanted, folded, n=1)
            near = folded[close[0]] if close else None
        if near:
            self.fault(node, "config-invalid/timezone-near", name=name, near=near)
        else:
            self.fault(node, "config-invalid/timezone", name=name)
        return None

    def read_permalink(self, node: Node) -> str | None:
        pattern = self.text(node, "permalink")
        if pattern is None:
            return None
        before = len(self.diagnostics)
        for name in _FIELD.findall(pattern):
            if name not in _PERMALINK_FIELDS:
                near = difflib.get_close_matches(name, _PERMALINK_FIELDS, n=1)
                if near:
                    self.fault(node, "config-invalid/permalink-field-near", name=name, near=near[0])
                else:
                    self.fault(node, "config-invalid/permalink-field", name=name, known=_PERMALINK_FIELDS)
        for name in ("lang", "slug"):
            if f"{{{name}}}" not in pattern:
                self.fault(node, "config-invalid/permalink-lacks", name=name, example=DEFAULT_PERMALINK)
        if not pattern.startswith("/") or not pattern.endswith("/"):
            self.fault(node, "config-invalid/permalink-ends", example=DEFAULT_PERMALINK)
        else:
            literal = _FIELD.sub("x", pattern)
            parts = literal[1:-1].split("/")
            is_own = any(part.lower().startswith(".newsgen") for part in parts)  # what lies there is not published
            if is_own or any(p in ("", ".", "..") or _UNSAFE.search(p) or set(p) & set("{}") for p in parts):
                self.fault(node, "config-invalid/permalink-part", example=DEFAULT_PERMALINK)
            elif len(parts) > _MOST_PARTS:
                key = "config-invalid/permalink-deep"
                self.fault(node, key, count=len(parts), most=_MOST_PARTS, example=DEFAULT_PERMALINK)
            else:
                for part in parts:
                    self.fits(node, part)
        return unicodedata.normalize("NFC", pattern) if len(self.diagnostics) == before else None

    def read_id(self, node: Node) -> str | None:
        text = self.text(node, "id")
        if text is not None and not _TAG_ID.fullmatch(text):
            self.fault(node, "config-invalid/id", id=text)
            return None
        return text

    def read_page_size(self, node: Node) -> int | None:
        return self.number(node, "page_size")

    def read_feed_size(self, node: Node) -> int | None:
        return self.number(node, "feed_size")

    def read_untranslated(self, node: Node) -> Untranslated | None:
        text = node.value if isinstance(node, Scalar) else ""
        if text in ("link", "show", "hide"):
            return cast(Untranslated, text)
        self.fault(node, "config-invalid/untranslated")
        return None

    def read_trusted_html(self, node: Node) -> bool | None:
        text = node.value if isinstance(node, Scalar) else ""
        if text in ("true", "false"):
            return text == "true"
        self.fault(node, "config-invalid/trusted-html")
        return None

    def read_documents(self, node: Node) -> tuple[str, ...]:
        types: dict[str, None] = {}
        for item in node.items if isinstance(node, Sequence) else (node,):
            text = item.value if isinstance(item, Scalar) else ""
            if text in active_documents.TYPES:
                types[text] = None
            elif text:
                self.fault(item, "config-invalid/documents-type", text=text, known=tuple(active_documents.TYPES))
            else:
                self.fault(item, "config-invalid/documents", known=tuple(active_documents.TYPES))
        return tuple(types)

    def read_pictures(self, node: Node) -> Pictures | None:
        if not isinstance(node, Mapping):
            self.fault(node, "config-invalid/pictures-off" if _is_off(node) else "config-invalid/pictures")
            return None
        nodes = self.entries(node, "pictures", ("widths", "formats", "max_megapixels"))
        values: dict[str, Any] = {}
        if "widths" in nodes:
            values["widths"] = tuple(sorted(set(self.picture_widths(nodes["widths"]))))
        if "formats" in nodes:
            values["formats"] = tuple(dict.fromkeys(self.picture_formats(nodes["formats"])))
        if "max_megapixels" in nodes:
            text = nodes["max_megapixels"].value if isinstance(nodes["max_megapixels"], Scalar) else ""
            if re.fullmatch(r"[0-9]{1,3}", text) and 1 <= int(text) <= 150:
                values["max_megapixels"] = int(text)
            else:
                self.fault(nodes["max_megapixels"], "config-invalid/pictures-megapixels")
        return Pictures(**values)

    def picture_widths(self, node: Node) -> Iterator[int]:
        for item in node.items if isinstance(node, Sequence) else (node,):
            text = item.value if isinstance(item, Scalar) else ""
            if re.fullmatch(r"[0-9]{1,4}", text) and 16 <= int(text) <= 8000:
                yield int(text)
            else:
                self.fault(item, "config-invalid/pictures-width")

    def picture_formats(self, node: Node) -> Iterator[str]:
        for item in node.items if isinstance(node, Sequence) else (node,):
            text = item.value if isinstance(item, Scalar) else ""
            if text in ("avif", "webp"):
                yield text
            else:
                self.fault(item, "config-invalid/pictures-format")

    def read_search(self, node: Node) -> SearchPeriod | None:
        if isinstance(node, Scalar) and node.value in ("true", "false"):
            return "year" if node.value == "true" else ""
        if isinstance(node, Mapping):
            period = self.entries(node, "search", ("period",)).get("period")
            text = period.value if isinstance(period, Scalar) else "" if period else "year"
            if text in ("year", "month"):
                return cast(SearchPeriod, text)
            self.fault(period or node, "config-invalid/search-period")
            return None
        self.fault(node, "config-invalid/search-off" if _is_off(node) else "config-invalid/search")
        return None

    def read_extra(self, node: Node) -> dict[str, Any] | None:
        if isinstance(node, Mapping):
            return cast(dict[str, Any], yaml_nodes.plain_value(node))
        self.fault(node, "config-invalid/extra")
        return None

    def read_paths(self, node: Node) -> dict[str, dict[str, str]]:
        if not isinstance(node, Mapping):
            self.fault(node, "config-invalid/paths")
            return {}
        for entry in node.entries:
            lang = self.language(entry.key)
            self.keep(f"paths.{lang or entry.key.value}", entry.key)
            if not isinstance(entry.value, Mapping):
                if not (isinstance(entry.value, Scalar) and entry.value.is_empty):
                    self.fault(entry.value, "config-invalid/paths-words", lang=entry.key.value)
                continue
            if lang is None:
                continue
            words: dict[str, str] = {}
            written = self.entries(entry.value, f"paths.{lang}", PATH_WORDS["en"])
            for word, value in written.items():
                text = value.value if isinstance(value, Scalar) else ""
                if not _is_id(text) or text != text.lower() or _YEAR.fullmatch(text) or is_own_file(text):
                    self.fault(value, "config-invalid/paths-word", word=text or word)
                elif self.fits(value, text):
                    words[word] = text
            self.paths[lang] = words
            merged = words_of(self.paths, lang)
            for word, value in written.items():
                for other, text in merged.items():
                    if other != word and _key(text) == _key(words.get(word, "")):
                        self.fault(value, "config-invalid/paths-word-twice", word=text, kind=other)
        return self.paths

    def read_categories(self, node: Node) -> tuple[Category, ...]:
        if not isinstance(node, Mapping):
            self.fault(node, "config-invalid/categories")
            return ()
        taken: dict[tuple[str, str], str] = {}
        categories = []
        for entry in node.entries:
            id = unicodedata.normalize("NFC", entry.key.value)
            self.keep(f"categories.{id}", entry.key)
            if not _is_id(id):
                self.fault(entry.key, "config-invalid/category-id", id=id)
                continue
            if not self.fits(entry.key, id):
                continue
            self.check_reserved(entry.key, id, "category-id")
            titles, slugs = self.category_names(id, entry.value)
            for lang in self.languages:
                place, slug = slugs.get(lang, (entry.key, id))
                self.check_category_slug(place, slug, lang, id, taken)
            categories.append(
                Category(
                    id,
                    {lang: titles.get(lang, id) for lang in self.languages},
                    {lang: slugs[lang][1] if lang in slugs else id for lang in self.languages},
                )
            )
        self.category_ids = tuple(category.id for category in categories)
        return tuple(categories)

    def category_names(self, id: str, node: Node) -> tuple[dict[str, str], dict[str, tuple[Node, str]]]:
        """Titles and written slugs by language: a text for all, or by language a text or `{title,
        slug}`."""
        titles: dict[str, str] = {}
        slugs: dict[str, tuple[Node, str]] = {}
        if isinstance(node, Scalar):
            if not node.is_empty and (text := self.text(node, id)):
                titles = dict.fromkeys(self.languages, text)
            return titles, slugs
        if isinstance(node, Sequence):
            self.fault(node, "config-invalid/category", id=id)
            return titles, slugs
        for entry in node.entries:
            lang = self.language(entry.key)
            path = f"categories.{id}.{lang or entry.key.value}"
            self.keep(path, entry.key)
            if isinstance(entry.value, Mapping):
                parts = self.entries(entry.value, path, ("title", "slug"))
                title = self.text(parts["title"], "title") if "title" in parts else None
                slug = self.text(parts["slug"], "slug") if "slug" in parts else None
                if slug is not None:
                    slug = unicodedata.normalize("NFC", slug)
                    if not _is_id(slug) or slug != slug.lower():
                        self.fault(parts["slug"], "config-invalid/slug", slug=slug)
                    elif self.fits(parts["slug"], slug) and lang:
                        slugs[lang] = (parts["slug"], slug)
            elif isinstance(entry.value, Scalar) and entry.value.is_empty:
                continue
            else:
                title = self.text(entry.value, entry.key.value)
            if lang and title:
                titles[lang] = title
        return titles, slugs

    def check_category_slug(self, node: Node, slug: str, lang: str, id: str, taken: dict[tuple[str, str], str]) -> None:
        """A fault if the address of a category in one language cannot be its own."""
        what: _Named = "category-id" if slug == id else "slug"
        if what == "slug":
            self.check_reserved(node, slug, what)
        other = taken.setdefault((lang, _key(slug)), id)
        if other != id:
            self.fault_once(node, f"config-invalid/{what}-of-category", slug=slug, other=other)

    def check_reserved(self, node: Node, slug: str, what: _Named) -> None:
        """A fault if other pages have or could have this address, in whichever language."""
        key = _key(slug)
        if _YEAR.fullmatch(slug):
            self.fault_once(node, f"config-invalid/{what}-of-year", slug=slug)
        elif is_own_file(key):
            self.fault_once(node, f"config-invalid/{what}-of-file", slug=slug)
        else:
            for lang in dict.fromkeys((*self.languages, *PATH_WORDS)):
                for word, text in words_of(self.paths, lang).items():
                    if _key(text) == key:
                        key = f"config-invalid/{what}-of-path-word"
                        self.fault_once(node, key, slug=slug, word=word, lang=lang)
                        return


def _zone_names() -> tuple[str, ...]:
    return tuple(resources.files("tzdata").joinpath("zones").read_text("utf-8").split())


_SEGMENT_SAFE = "~!$&'()*+,;=:@-._"


def _ascii_host(host: str) -> str:
    """A host name as DNS has it."""
    try:
        return host.lower() if host.isascii() else host.encode("idna").decode()
    except UnicodeError:
        return host.lower()


#: The keys in the order of reading: what others need comes first.
_KEYS: dict[str, Callable[[Reader, Node], Any]] = {
    "languages": Reader.read_languages,
    "title": Reader.read_title,
    "description": Reader.read_description,
    "url": Reader.read_url,
    "timezone": Reader.read_timezone,
    "permalink": Reader.read_permalink,
    "id": Reader.read_id,
    "page_size": Reader.read_page_size,
    "feed_size": Reader.read_feed_size,
    "paths": Reader.read_paths,
    "categories": Reader.read_categories,
    "logo": appearance.read_logo,
    "menu": appearance.read_menu,
    "home": appearance.read_home,
    "untranslated": Reader.read_untranslated,
    "trusted_html": Reader.read_trusted_html,
    "documents": Reader.read_documents,
    "search": Reader.read_search,
    "pictures": Reader.read_pictures,
    "organization": publisher.read_organization,
    "security": publisher.read_security,
    "humans": publisher.read_humans,
    "publish": targets.read_publish,
    "hub": targets.read_hub,
    "redirect_files": targets.read_redirect_files,
    "accepted": accepted.read_accepted,
    "extra": Reader.read_extra,
}
