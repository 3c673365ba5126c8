"""Questions about what refers to what: cross-links, files, related stories, backlinks."""

from __future__ import annotations

from typing import ClassVar
from urllib.parse import urlsplit

import msgspec
from markupsafe import Markup as HTML

from newsgen.addresses.urls import MARKDOWN, known_id, story_and_language
from newsgen.catalog.store import Catalog, Head
from newsgen.nouns.changes import Changes, Keys, tails
from newsgen.nouns.model import TERM_FOLDERS, Reference, Target, is_picture
from newsgen.queries.pictures import file_row, variants_of
from newsgen.queries.settings import BACKLINKS, language_label, setting, word


class Link(msgspec.Struct, frozen=True):
    """What a link from a page in one language to a story is; `url` "" if there is none."""

    url: str = ""
    title: HTML = HTML()
    lang: str = ""
    foreign: bool = False
    label: str = ""


def resolve_story(catalog: Catalog, written: str) -> tuple[str, ...]:
    """The stories that a whole id or a tail of one may mean, the one that is meant first; () if none.

    Rule: CONTENT.md §3: a whole id beats a tail; of several, the one with the oldest date, then id.
    """
    whole = catalog.connection.execute("SELECT id FROM story WHERE id = ?", (written,)).fetchone()
    if whole:
        return (whole[0],)
    rows = catalog.connection.execute("SELECT story FROM tail WHERE tail = ? ORDER BY sort, story", (written,))
    return tuple(story for (story,) in rows)


def linked_language(catalog: Catalog, story: str, lang: str) -> str:
    """The language of the version that a link from a page in `lang` leads to; "" if nothing can be linked."""
    there = {its_lang for its_lang, state, _ in catalog.versions_of(story) if state in ("published", "gone")}
    if lang in there:
        return lang
    if setting(catalog, "untranslated") == "hide":
        return ""
    return next((other for other in setting(catalog, "languages") if other in there), "")


def version_for(catalog: Catalog, story: str, lang: str) -> Head | None:
    """The version that a link from a page in `lang` leads to; None if nothing can be linked (policy, state)."""
    linked_lang = linked_language(catalog, story, lang)
    return catalog.head(story, linked_lang) if linked_lang else None


def _are_links_other(changes: Changes) -> bool:
    """Whether every link may lead elsewhere, or be called otherwise."""
    return bool(changes.settings & {"languages", "untranslated"}) or any(i == "in-language" for _, i in changes.words)


class LinkQuery(msgspec.Struct, frozen=True):
    shared: ClassVar[bool] = False
    function: ClassVar[str] = "link"
    story: str
    lang: str

    def answer(self, catalog: Catalog) -> Link:
        stories = resolve_story(catalog, self.story)
        v = version_for(catalog, stories[0], self.lang) if stories else None
        if v is None:
            return Link()
        foreign = v.lang != self.lang
        label = language_label(catalog, v.lang, self.lang) if foreign else ""
        return Link(v.url, HTML(v.title), v.lang, foreign, label)

    @classmethod
    def touched_keys(cls, changes: Changes, catalog: Catalog) -> Keys:
        if _are_links_other(changes):
            yield ()
        for story in changes.changed_stories():
            for tail in tails(story):
                yield (tail,)


class TargetQuery(msgspec.Struct, frozen=True):
    """What a reference of a body leads to on a page in `lang`."""

    shared: ClassVar[bool] = False
    kind: str
    target: str
    fragment: str
    lang: str

    def answer(self, catalog: Catalog) -> Target:
        if self.kind in ("file", "picture"):
            return _file_target(catalog, self.target, must_show=self.kind == "picture")
        if self.kind == "embed":
            return Target(self.target, lead_in=str(HTML.escape(_card_label(catalog, self.target, self.lang))))
        lead_in = word(catalog, self.lang, "read-more") if self.kind == "block" else ""
        v, fragment = story_target(catalog, self.kind, self.target, self.fragment, self.lang)
        if v is None and self.kind == "path" and (page := page_of_term_file(catalog, self.target, self.lang)):
            foreign = page.lang if page.lang != self.lang else ""
            named = language_label(catalog, page.lang, self.lang) if foreign else ""
            fragment = known_id(self.fragment, page.heading_ids) if self.fragment else ""
            url = page.url + (f"#{fragment}" if fragment else "")
            return Target(url, str(HTML.escape(page.label)), page.label, foreign, str(HTML.escape(named)))
        if v is None:
            if self.kind in ("block", "inline") and not resolve_story(catalog, self.target):
                typed = f"[[{self.target}{'#' * bool(self.fragment)}{self.fragment}]]"
                return Target(title=str(HTML.escape(typed)), words=typed)
            nameless = "" if self.kind == "block" else word(catalog, self.lang, "another-article")
            return Target(title=str(HTML.escape(nameless)), words=nameless)
        foreign = v.lang if v.lang != self.lang else ""
        label = language_label(catalog, v.lang, self.lang) if foreign else ""
        url = v.url + (f"#{fragment}" if fragment else "")
        return Target(url, v.title, v.title_text, foreign, str(HTML.escape(label)), str(HTML.escape(lead_in)))

    @classmethod
    def of(cls, reference: Reference, lang: str) -> TargetQuery:
        return cls(reference.kind, reference.target, reference.fragment, lang)

    @classmethod
    def touched_keys(cls, changes: Changes, catalog: Catalog) -> Keys:
        if _are_links_other(changes) or {id_ for _, id_ in changes.words} & {"read-more", "another-article"}:
            yield ()
        if changes.settings & {"url", "host"} or {id_ for _, id_ in changes.words} & {"embed-video", "embed-page"}:
            yield ("embed",)
        stories = dict.fromkeys(changes.changed_stories())
        for path, (kind, story, _) in changes.bodies.items():
            if kind in ("article", "page"):  # its headings may be others
                stories[story] = None
                yield from (("path", written) for written in written_paths(path))
        for story in stories:
            for tail in tails(story):
                yield "block", tail
                yield "inline", tail
            for (path,) in catalog.all("SELECT path FROM version WHERE story = ?", story):
                yield from (("path", written) for written in written_paths(path))
        for key in changes.versions:
            for v in changes.both(key):
                yield from (("path", written) for written in written_paths(v.path))
        for kind, id_, _ in changes.bodies.values():
            if kind in _FOLDERS:  # its headings may be others
                yield from (("path", written) for written in written_by_links(catalog, kind, id_))
        for kind, id_, _ in changes.terms:
            yield from (("path", written) for written in written_by_links(catalog, kind, id_))
        for kind, path in changes.files:
            if kind == "media":
                yield "file", path
                yield "picture", path


class AddressQuery(msgspec.Struct, frozen=True):
    """The address of the page or file at an output path, as it is written; "" if there is none.

    `folded`: the path as `urls.address_key` has it.
    """

    shared: ClassVar[bool] = False
    folded: str

    def answer(self, catalog: Catalog) -> str:
        row = catalog.one("SELECT url FROM page WHERE folded = ?", self.folded)
        return str(row[0]) if row else ""

    @classmethod
    def touched_keys(cls, changes: Changes, catalog: Catalog) -> Keys:
        for folded in changes.places:
            yield (folded,)


#: Hosts whose pages are videos; of others the end of the address tells.
_VIDEO_HOSTS = frozenset({
    "youtube.com", "youtu.be", "vimeo.com", "dailymotion.com", "dai.ly", "twitch.tv", "tiktok.com", "rumble.com",
    "odysee.com", "rutube.ru", "bilibili.com",
})  # fmt: skip


def _card_label(catalog: Catalog, address: str, lang: str) -> str:
    """What a card says of where it leads: "Video on youtube.com, opens another site"; "" within the site."""
    if f"{address}/".startswith(setting(catalog, "url")):
        return ""
    try:
        parts = urlsplit(address)
        host = (parts.hostname or "").removeprefix("www.").removeprefix("m.")
    except ValueError:
        return ""
    is_video = host in _VIDEO_HOSTS or parts.path.lower().endswith((".mp4", ".webm", ".m3u8"))
    return word(catalog, lang, "embed-video" if is_video else "embed-page").replace("{host}", host)


def _file_target(catalog: Catalog, path: str, *, must_show: bool) -> Target:
    if must_show and not is_picture(path):
        return Target()
    url, width, height, credit = file_row(catalog, path)
    if not must_show or not url:
        return Target(url, width=width, height=height)
    variants = variants_of(catalog, path)
    return Target(
        url,
        width=width,
        height=height,
        credit=credit,
        sources=variants.sources,
        files=variants.files,
        middle=variants.middle,
    )


def story_target(catalog: Catalog, kind: str, target: str, fragment: str, lang: str) -> tuple[Head | None, str]:
    """The version that a cross-link or a link to a content file leads to, and the `#heading` that goes along.

    Rule: CONTENT.md §3: to the reader's language; `#heading` goes along where the version linked has that id, else the
    link leads to the file that was named.
    """
    if kind != "path":
        stories = resolve_story(catalog, target)
        v = version_for(catalog, stories[0], lang) if stories else None
        return v, known_id(fragment, catalog.body(v.path).heading_ids) if v and fragment else ""
    row = version_of_path(catalog, target, lang)
    if row is None:
        return None, ""
    v = version_for(catalog, row[0], lang)
    if v is None or not fragment:
        return v, ""
    if id_ := known_id(fragment, catalog.body(v.path).heading_ids):
        return v, id_
    if row[2] in ("published", "gone"):
        named = catalog.head(row[0], row[1])
        if id_ := known_id(fragment, catalog.body(named.path).heading_ids):
            return named, id_
    return v, ""


def version_of_path(catalog: Catalog, target: str, lang: str) -> tuple[str, str, str] | None:
    """Story, language and state of the version that a link on a page in `lang` to a content file means; None if none.

    Where only `x.LANG.md` are there, `x.md` means their story.
    """
    sql = "SELECT story, lang, state FROM version WHERE path = ?"
    row: tuple[str, str, str] | None = catalog.one(sql, f"content/{target}")
    stem, dot, ending = target.rpartition(".")
    for other in (lang, *setting(catalog, "languages")) if row is None else ():
        if row := catalog.one(sql, f"content/{stem}.{other}{dot}{ending}"):
            break
    return row


_FOLDERS: dict[str, str] = {kind: folder for folder, kind in TERM_FOLDERS.items()}


class TermPage(msgspec.Struct, frozen=True):
    """The page of a category or term."""

    url: str
    label: str
    lang: str
    heading_ids: tuple[str, ...]  # of its text


def written_by_links(catalog: Catalog, kind: str, id_: str) -> list[str]:
    """The paths below content/ that the files of a category or term may have."""
    langs = ("", *(f".{lang}" for lang in setting(catalog, "languages")))
    return [f"{_FOLDERS[kind]}/{id_}{lang}{ending}" for lang in langs for ending in MARKDOWN]


def page_of_term_file(catalog: Catalog, target: str, lang: str) -> TermPage | None:
    """The page that a link on a page in `lang` to the file of a category or term means.

    That in the language of the page, else in that of the file; None if neither is there.
    """
    folder, slash, name = target.partition("/")
    if not slash or folder not in TERM_FOLDERS:
        return None
    file = story_and_language(name, tuple(setting(catalog, "languages")))
    for one in (lang, file.lang):
        sql = "SELECT url, label, path FROM term WHERE kind = ? AND key = ? AND lang = ? AND url != ''"
        if row := catalog.one(sql, TERM_FOLDERS[folder], file.story_id, one):
            return TermPage(row[0], row[1], one, catalog.body(row[2]).heading_ids if row[2] else ())
    return None


def written_paths(path: str) -> tuple[str, ...]:
    """What links write that may mean a content file: its path below content/, and that without its language."""
    target = path.removeprefix("content/")
    stem, dot, ending = target.rpartition(".")
    head, between, lang = stem.rpartition(".")
    return (target, f"{head}{dot}{ending}") if between and lang and "/" not in lang else (target,)


class BacklinksQuery(msgspec.Struct, frozen=True):
    """Stories whose version in `lang` refers to this one ("Cité par"), the newest 20, newest first."""

    shared: ClassVar[bool] = False
    function: ClassVar[str] = "backlinks"
    story: str
    lang: str

    def answer(self, catalog: Catalog) -> tuple[str, ...]:
        rows = catalog.connection.execute(
            "SELECT r.story FROM reference r CROSS JOIN version v ON v.story = r.story AND v.lang = r.lang"
            " WHERE r.target = ? AND r.lang = ? AND v.state = 'published' AND v.kind = 'article'"
            " ORDER BY v.sort DESC, v.story DESC LIMIT ?",
            (self.story, self.lang, BACKLINKS),
        )
        return tuple(story for (story,) in rows)

    @classmethod
    def touched_keys(cls, changes: Changes, catalog: Catalog) -> Keys:
        yield from changes.references
        for story, lang in changes.versions:
            rows = catalog.all("SELECT target FROM reference WHERE story = ? AND lang = ?", story, lang)
            yield from ((target, lang) for (target,) in rows)


class RelatedQuery(msgspec.Struct, frozen=True):
    """`related` of a version: the links that can be made."""

    shared: ClassVar[bool] = False
    function: ClassVar[str] = "related"
    story: str
    lang: str

    def answer(self, catalog: Catalog) -> tuple[Link, ...]:
        written = catalog.head(self.story, self.lang).related
        links = [LinkQuery(story, self.lang).answer(catalog) for story in written]
        own = {url for _, _, url in catalog.versions_of(self.story)}
        return tuple(link for link in links if link.url and link.url not in own)

    @classmethod
    def touched_keys(cls, changes: Changes, catalog: Catalog) -> Keys:
        if _are_links_other(changes):
            yield ()
        for story in changes.changed_stories():
            yield (story,)
            for tail in tails(story):
                yield from catalog.all(
                    "SELECT story, lang FROM mention WHERE target = ? AND kind = 'inline' AND counts = 1", tail
                )
