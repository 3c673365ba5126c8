"""The nouns that stages exchange, as frozen values: sources, front matter, bodies, references, page keys, traces."""

from __future__ import annotations

from hashlib import blake2b
from typing import Any, Literal, NewType

import msgspec

from newsgen.nouns.diagnostics import Diagnostic, Location, Part

StoryId = NewType("StoryId", str)  #: path under content/ without .LANG.md, in NFC
UrlPath = NewType("UrlPath", str)  #: path below the site's `url`, beginning with "/", not percent-encoded, in NFC
OutputPath = NewType("OutputPath", str)  #: path below the output folder, with "/" between its parts

SourceKind = Literal[
    "article",
    "page",
    "category",
    "tag",
    "author",
    "topic",
    "source",
    "media",
    "static",
    "template",
    "table",
    "ledger",
]
#: For how long an article is news. Rule: developers.google.com/search, "News sitemaps": of the last two days.
NEWS_SECONDS = 2 * 86400
#: Folder under content/ to the kind of term whose files lie in it.
TERM_FOLDERS: dict[str, SourceKind] = {
    "categories": "category",
    "tags": "tag",
    "authors": "author",
    "topics": "topic",
    "sources": "source",
}


class Source(msgspec.Struct, frozen=True):
    """One file that the build reads."""

    path: str  # as on disk, relative to the site folder: content/2023/04/x.fr.md; theme/… for a bundled file
    kind: SourceKind
    name: str  # story id, term id, path under content/ or static/ (NFC), logical name of a template
    lang: str  # "" for media and static files
    hash: str  # of its bytes
    size: int


def content_hash(data: bytes) -> str:
    """The hash that decides whether a file changed: BLAKE2b, 128 bits, in hexadecimal."""
    return blake2b(data, digest_size=16).hexdigest()


# ---- front matter: every value keeps the place where the editor wrote it
class Text(msgspec.Struct, frozen=True):
    """Words that an editor wrote; line and column (from 1, code points) in the file."""

    value: str
    line: int
    column: int

    def at(self, path: str) -> Location:
        return Location(path, self.line, self.column)


class When(msgspec.Struct, frozen=True):
    """A date or date-time as written: `2023-04-16`, `2023-04-16T18:05:00` or with an offset (`+02:00`) behind."""

    value: str  # ISO 8601, one of the three forms above
    line: int
    column: int

    @property
    def has_time(self) -> bool:
        return "T" in self.value

    def at(self, path: str) -> Location:
        return Location(path, self.line, self.column)


class Outlet(msgspec.Struct, frozen=True):
    """The agency or outlet of `source`."""

    name: Text
    url: Text | None = None


class Picture(msgspec.Struct, frozen=True):
    """The lead picture of `image`; `alt` with the value "" says decorative, None says that nobody wrote one.

    `credit` with the value "" says that none is to be shown, not the file's own either. `focus` is `x,y`: what must not
    be cut off, in per cent from the left and from the top.
    """

    src: Text | None = None
    alt: Text | None = None
    caption: Text | None = None
    credit: Text | None = None
    focus: Text | None = None


class Correction(msgspec.Struct, frozen=True):
    date: When
    text: Text


class TranslationOf(msgspec.Struct, frozen=True):
    lang: Text
    date: When | None = None


class Key(msgspec.Struct, frozen=True):
    """A key of the front matter and its place."""

    name: str
    line: int
    column: int


class FrontMatter(msgspec.Struct, frozen=True):
    """The typed front matter of one file (CONTENT.md §2); None or () where a key is absent or empty."""

    title: Text | None = None
    date: When | None = None
    categories: tuple[Text, ...] = ()
    lead: Text | None = None
    kicker: Text | None = None
    slug: Text | None = None
    updated: When | None = None
    authors: tuple[Text, ...] = ()
    tags: tuple[Text, ...] = ()
    topics: tuple[Text, ...] = ()
    story: Text | None = None
    source: Outlet | None = None
    image: Picture | None = None
    related: tuple[Text, ...] = ()
    aliases: tuple[Text, ...] = ()
    corrections: tuple[Correction, ...] = ()
    publish: When | None = None
    expires: When | None = None
    draft: bool | None = None
    translation_of: TranslationOf | None = None
    gone: Text | None = None
    description: Text | None = None
    location: Text | None = None
    noindex: bool = False
    template: Text | None = None
    extra: dict[str, Any] = {}  # the site's own fields: str, bool, int, float, list, dict
    names: tuple[Text, ...] = ()  # term files: other spellings
    declined: tuple[str, ...] = ()  # story-level keys whose value is `none`
    keys: tuple[Key, ...] = ()  # every key present, empty ones too, in file order


# ---- bodies
ReferenceKind = Literal["block", "inline", "path", "file", "picture", "embed", "address"]


class Reference(msgspec.Struct, frozen=True):
    """What a body refers to. The n-th reference of a body is the slot `newsgen:n` in its HTML.

    kind `block`: `[[id]]` alone in its paragraph: target is a story id or a tail of one.
    kind `inline`: `[[id]]` or `[[id|text]]` in a sentence: target likewise.
    kind `path`: a link to another content file: target is that file's path under content/ (`2023/03/other.fr.md`).
    kind `file`: a link to any other file: target is its path under content/.
    kind `picture`: an `img` (or `srcset` candidate): target likewise.
    kind `embed`: the link of a card (`<figure class="embed">`): target is the address on another site.
    kind `address`: a link within the site by address, of `Body.addresses`, without a slot: target is the address as
    written. A link to a file that begins with "/" is in both, with `from_root`: where content/ has no such file, it
    means what the site has at this address (`/sitemap.xml`, a file of static/).
    """

    kind: ReferenceKind
    target: str
    line: int
    column: int
    fragment: str = ""  # without "#"
    has_text: bool = True  # False: the link has no words of its own, and takes the target's title
    from_root: bool = False  # whether a link to a file was written with "/" before it


class Body(msgspec.Struct, frozen=True):
    """A body as HTML with slots.

    A link slot is `<a href="newsgen:N" …>words</a>` (words empty if `has_text` is False), a block slot the paragraph
    `<p><a href="newsgen:N"></a></p>`, a picture slot `<img src="newsgen:N" …>`, alone or inside a
    `<figure class="picture">…</figure>`. An author's own `newsgen:` addresses never get here.
    """

    html: str = ""
    text: str = ""  # plain text in reading order, as index.json gives it: no typography, no notes' marks
    references: tuple[Reference, ...] = ()
    heading_ids: tuple[str, ...] = ()  # every id that a link may name
    gaps: tuple[tuple[int, int], ...] = ()  # places in `text`, and the references whose titles readers see there
    addresses: tuple[Reference, ...] = ()  # links within the site by address (`/fr/…`, its own host), to be checked


class Inline(msgspec.Struct, frozen=True):
    """Front-matter texts as readers see them: typography applied, HTML-escaped; `lead` holds inline Markdown."""

    title: str = ""
    kicker: str = ""
    lead: str = ""
    lead_text: str = ""  # the lead without mark-up
    caption: str = ""
    gone: str = ""
    corrections: tuple[str, ...] = ()


class Hold(msgspec.Struct, frozen=True):
    """What a file with errors of its own says to hold its story back: the key as written, and its place."""

    key: str  # `draft: true`
    line: int
    column: int
    until: When | None = None  # None: until somebody changes it


class Parsed(msgspec.Struct, frozen=True):
    """What one content file says, by itself. `front` is None where the file has errors of its own.

    `partial` is then what could be read of it, for its other faults, and `holds` what may hold its story back (None
    where no key can be made out); `broken` is the file as it stands, where its last good version stands in for it: with
    a `front` where the file is whole by itself, and index refuses it. `had_date` and `had_categories` are then what it
    was published with, for want of any in its story.
    """

    path: str
    kind: SourceKind
    name: str
    lang: str
    front: FrontMatter | None
    inline: Inline
    body: Body
    diagnostics: tuple[Diagnostic, ...] = ()
    partial: FrontMatter | None = None
    broken: Parsed | None = None
    holds: tuple[Hold, ...] | None = ()
    had_date: When | None = None
    had_categories: tuple[Text, ...] = ()

    @property
    def story(self) -> str:
        """The story that it says it belongs to; of a term's file, its name."""
        front = self.front or self.partial
        return front.story.value if front and front.story and self.kind in ("article", "page") else self.name

    @property
    def refused(self) -> Parsed | None:
        """The file as it stands, where index refuses it and its last good version stands in."""
        return self.broken if self.broken and self.broken.front else None


# ---- pictures
#: Suffixes of the names of pictures that browsers show; what is in such a file, its bytes say.
PICTURE_SUFFIXES = frozenset({
    "jpg", "jpeg", "jpe", "jfif", "png", "apng", "webp", "avif", "gif", "svg", "bmp", "ico", "cur",
})  # fmt: skip
#: The ratios in which a lead picture is cut, with their largest size in pixels.
#: Rule: developers.google.com/search, "Article structured data": 16x9, 4x3 and 1x1; ogp.me: `card` is 1.91:1.
CROPS = {"card": (1200, 630), "1x1": (1200, 1200), "4x3": (1200, 900), "16x9": (1200, 675)}
CENTRE = "50,50"  #: the focus of a picture where nobody wrote one


def is_picture(path: str) -> bool:
    """Whether the name of a file says that it is a picture that browsers show."""
    return path.rpartition(".")[2].lower() in PICTURE_SUFFIXES


class Look(msgspec.Struct, frozen=True):
    """What is in a picture file; all but `kind` and sizes is empty where nothing is to be said."""

    kind: str = ""  # jpeg, png, webp, avif, gif, svg; "" for other files
    width: int = 0  # in pixels, as it is shown: orientation applied
    height: int = 0
    is_animated: bool = False
    credit: str = ""  # as its metadata name it, without the ©
    fault: str = ""  # id of a diagnostic: it is not published
    reason: Part | str = ""  # why, as a phrase, or as another tool says it
    #: What is dropped of an SVG: line, column, what; a text in what schema 11 kept of good pictures, as reasons are.
    cuts: tuple[tuple[int, int, Part | str], ...] = ()
    unmade: tuple[tuple[str, Part | str], ...] = ()  # resized pictures that a build could not make: operation, why
    active: str = ""  # of a document that a browser or host would run or render: its type, `active_documents`
    pixels: int = 0  # of the pictures within an SVG together
    shown: str = ""  # where the last good version stands in for what is there now: its hash,
    shown_size: int = 0  # its size in bytes,
    broken: str = ""  # and the id of what is wrong with what is there now, with its `reason`


# ---- what index makes of parsed files
State = Literal["published", "gone", "draft", "scheduled", "expired", "clash"]


class Moment(msgspec.Struct, frozen=True):
    """A date or date-time in the site's time zone."""

    iso: str  # machine form: `2023-04-16`, or `2023-04-16T18:05:00+02:00`
    day: str  # `2023-04-16`
    has_time: bool
    epoch: int  # seconds since 1970 UTC; 00:00 in the site's zone where there is no time
    full: str  # always a date-time with offset, as feeds and sitemaps want it


class Shown(msgspec.Struct, frozen=True):
    """The lead picture as a version shows it: `path` under content/, or `url` of another site."""

    path: str = ""
    url: str = ""
    alt: str = ""
    caption: str = ""  # HTML
    credit: str = ""
    is_uncredited: bool = False  # the file's own credit is not to stand in for one either
    focus: str = CENTRE


class CorrectionView(msgspec.Struct, frozen=True):
    day: str
    date: Moment
    text: str  # HTML


class Version(msgspec.Struct, frozen=True):
    """One language version of a story after the merge of its files: all that pages show of it but its body."""

    story: str
    lang: str
    kind: Literal["article", "page"]
    path: str  # the file
    state: State
    url: UrlPath
    title: str = ""  # HTML, as kicker, lead and gone
    title_text: str = ""
    kicker: str = ""
    lead: str = ""
    lead_text: str = ""
    description: str = ""
    date: Moment | None = None  # None on pages
    updated: Moment | None = None
    changed: str = ""  # date-time with offset: the latest of date, updated and corrections
    sort: int = 0  # epoch seconds of the later of date and publish
    wakes: int | None = None  # epoch seconds at which a scheduled version is due
    ends: int | None = None  # epoch seconds at which it expires
    categories: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()  # term keys, as authors and topics
    authors: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    source: str = ""  # term key
    source_url: str = ""
    picture: Shown | None = None
    corrections: tuple[CorrectionView, ...] = ()
    location: str = ""
    translation_of: str = ""
    translation_date: Moment | None = None
    translation_behind: bool = False
    gone: str = ""
    noindex: bool = False
    template: str = ""
    related: tuple[str, ...] = ()  # story ids as written
    extra: dict[str, Any] = {}


class Alias(msgspec.Struct, frozen=True):
    """An old address of a version that must keep answering with a redirect."""

    url: UrlPath
    story: str
    lang: str
    location: Location
    counts: bool = True  # False: of a file whose last good version stands in for it


class Spelling(msgspec.Struct, frozen=True):
    """One use of a term by a version."""

    kind: str
    key: str
    lang: str
    text: str
    sort: int
    story: str
    location: Location
    counts: bool  # the version is published


# ---- pages
class PageKey(msgspec.Struct, frozen=True):
    """Which page: kind, language ("" where it has none), key within the kind, number (0: the list's own address)."""

    kind: str
    lang: str = ""
    key: str = ""
    number: int = 0


class Page(msgspec.Struct, frozen=True):
    """A page to render: `template` is its logical name, `phase` its place in the order of writing."""

    id: int
    page: PageKey
    url: UrlPath
    output: OutputPath
    template: str
    phase: int


class Trace(msgspec.Struct, frozen=True):
    """What rendering one page used.

    `asked`: each query (as text) with a hash of its answer, by text; `shared`: likewise those that many pages ask, the
    same value for all pages that asked the same. `templates`: each logical name that was looked up with the hash of
    its source, "" where there was none.
    """

    asked: tuple[tuple[str, bytes], ...]
    shared: tuple[tuple[str, bytes], ...]
    templates: tuple[tuple[str, str], ...]
    output_hash: str


class Lent(msgspec.Struct, frozen=True):
    """A file of a picture as it was published, from which it is published again while the picture itself is broken."""

    folder: str  # the output folder in which it is
    output: OutputPath
    hash: str  # of the `FileRow` that it was made for
    output_hash: str


class FileRow(msgspec.Struct, frozen=True):
    """A picture, document or static file: `path` under content/ or static/, where its bytes are, its address.

    A resized picture is a file of the kind `variant`: `path` is the part of its address behind /pictures/, `original`
    the picture that it is made of, `operation` what makes it (pictures.Variant).
    """

    kind: Literal["media", "variant", "static"]
    path: str
    disk: str  # absolute path of the file
    url: UrlPath
    hash: str
    size: int
    width: int = 0  # pixels; 0 where unknown
    height: int = 0
    credit: str = ""  # that the picture's metadata name
    original: str = ""
    operation: str = ""


class PictureFile(msgspec.Struct, frozen=True):
    """A published picture: its address, and its size in pixels (0 if unknown)."""

    url: str
    width: int
    height: int


class PictureSource(msgspec.Struct, frozen=True):
    """One picture in several widths, all of one media type (`image/avif`), the narrowest first."""

    type: str
    files: tuple[PictureFile, ...]


class Target(msgspec.Struct, frozen=True):
    """What a reference of a body leads to on one page.

    `url` "" means no link; `title`, `label` and `lead_in` are HTML, already escaped; `lang` is set if the target is in
    another language than the page; `label` says so to readers ("(en anglais)"); `lead_in` begins a block ("En savoir
    plus :") or is the label of a card; width and height in pixels, 0 if unknown.

    Of a picture, `sources` and `files` are its resized variants (for `source` and for `img`), `middle` is the one of a
    middle width, and `credit` what its metadata name. Of a story, `words` is its title as its editor typed it.
    """

    url: str = ""
    title: str = ""
    words: str = ""
    lang: str = ""
    label: str = ""
    lead_in: str = ""
    width: int = 0
    height: int = 0
    credit: str = ""
    sources: tuple[PictureSource, ...] = ()
    files: tuple[PictureFile, ...] = ()
    middle: PictureFile | None = None


class Published(msgspec.Struct, frozen=True):
    """A row of the manifest: one file of the output."""

    output: str
    hash: str  # of its bytes; "" while it is being written
    kind: str
    url: str
    story: str
    lang: str
    source: str  # the content file that an article was made from
    source_hash: str
    size: int = -1  # in bytes; -1 if it is not known


class Searchable(msgspec.Struct, frozen=True):
    """The words of one article, sorted and parted by spaces, each with a byte from 0 to 7: how
    much it counts there."""

    words: str = ""
    levels: bytes = b""
