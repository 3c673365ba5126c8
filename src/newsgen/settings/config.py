"""What `newsgen.yaml` says, as a value, and what follows from it: path words and the time zone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import urlsplit

import msgspec

from newsgen.nouns.kinds import PATH_WORDS

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

Untranslated = Literal["link", "show", "hide"]
SearchPeriod = Literal["year", "month", ""]  #: of what an index of search holds the articles; "": no search

DEFAULT_PERMALINK = "/{lang}/{year}/{month}/{slug}/"


class Category(msgspec.Struct, frozen=True):
    """A section of the site; every language has its title and its slug (the id where none is
    written)."""

    id: str
    titles: dict[str, str]
    slugs: dict[str, str]


class MenuEntry(msgspec.Struct, frozen=True):
    """An entry of the menu: a category or a path word (`latest`, `topics`) by its id; or, with an empty id, a title
    and an address in each language that has it."""

    id: str
    titles: dict[str, str] = {}
    urls: dict[str, str] = {}


class Logo(msgspec.Struct, frozen=True):
    """The picture in the place of the site's title, with its size in CSS pixels."""

    src: str  # a site path
    width: int
    height: int


class Organization(msgspec.Struct, frozen=True):
    """Who publishes the site; "" and () where nothing is written. The policies are a story id or the address of a page
    of another site."""

    name: dict[str, str] = {}  # by language; empty: the site's title
    url: str = ""
    logo: str = ""  # a path on the site, or an address
    email: str = ""
    same_as: tuple[str, ...] = ()
    corrections_policy: str = ""
    publishing_principles: str = ""


class Security(msgspec.Struct, frozen=True):
    """What pages may load besides the site's own files, and `security.txt` (RFC 9116), which there is if `contact` has
    an address."""

    csp: dict[str, tuple[str, ...]] = {}  # directive to sources, as `content_policy.policy` adds them
    contact: tuple[str, ...] = ()  # addresses: mailto:, tel: or https:
    expires: str = ""  # RFC 3339 in UTC
    expires_at: int = 0  # the same in seconds since 1970
    encryption: tuple[str, ...] = ()
    policy: str = ""
    languages: tuple[str, ...] = ()  # empty: those of the site


class Pictures(msgspec.Struct, frozen=True):
    """`pictures`: which resized variants raster pictures get."""

    widths: tuple[int, ...] = (360, 720, 1080, 1600)  # pixels, the least first; () for no variants
    formats: tuple[str, ...] = ("avif", "webp")  # besides one that every browser shows
    max_megapixels: int = 64  # a larger picture is not decoded


class Target(msgspec.Struct, frozen=True):
    """`publish`: a place to which the site is published. A `url` of its own or `noindex` make it a preview: what is
    published there makes no promises."""

    name: str
    address: str  # a folder, or an address with a scheme
    url: str = ""  # of the site there, as Config.url; "" for that of the site
    noindex: bool = False  # whether search engines are told to leave it alone
    keep: int = 0  # releases that stay; 0 where nothing is said
    indexnow: str = ""  # the key of the site for IndexNow
    purge: str = ""  # a command that is given the addresses of what changed
    compress: bool = False  # whether a store holds texts as gzip
    endpoint: str = ""  # of an S3-compatible store, "" for what the environment says
    region: str = ""

    @property
    def is_preview(self) -> bool:
        return bool(self.url) or self.noindex


class Accepted(msgspec.Struct, frozen=True):
    """`accepted`: faults of one id that may stay, in the files of a path or pattern, whose message has the words
    `about`; until the end of a day."""

    id: str
    path: str
    why: str
    until: str  # ISO 8601
    about: str = ""
    line: int = 1
    column: int = 1


class Config(msgspec.Struct, frozen=True):
    """What `newsgen.yaml` says, defaults filled in. Plain values only, so that it can be encoded
    and hashed by key.

    `places` holds line and column of each key that is written, by its dotted path
    (`categories.europe.fr`, list items by number from 0: `languages.1`); it is no part of what two
    configurations are compared by.
    """

    title: dict[str, str]  # by language; every language has one
    url: str  # with scheme and host, percent-encoded, ends with "/"
    languages: tuple[str, ...]  # as written; the first is the default
    id: str  # authority and date of tag: URIs
    description: dict[str, str] = {}  # languages without one are absent
    timezone: str = "UTC"
    permalink: str = DEFAULT_PERMALINK
    page_size: int = 20
    feed_size: int = 20
    categories: tuple[Category, ...] = ()
    untranslated: Untranslated = "link"
    trusted_html: bool = False
    documents: tuple[str, ...] = ()  # types that `active_documents` lets through
    organization: Organization = Organization()
    security: Security = Security()
    humans: str = ""  # the text of humans.txt
    search: SearchPeriod = "year"
    paths: dict[str, dict[str, str]] = {}  # language to word to path word, as written
    logo: Logo | None = None
    menu: tuple[MenuEntry, ...] | None = None  # None: the categories, then the running feed
    home: str = ""  # the category whose newest articles lead the home page; "": those of all
    pictures: Pictures = Pictures()
    publish: tuple[Target, ...] = ()
    hub: str = ""  # of WebSub: who tells the readers of feeds
    redirect_files: tuple[str, ...] = ()  # names of `nouns.hosts`
    accepted: tuple[Accepted, ...] = ()  # decides what is said, and no page
    noindex: bool = False  # whether pages tell search engines to leave them alone; set by the target of a preview
    extra: dict[str, Any] = {}  # for the theme
    places: dict[str, tuple[int, int]] = {}

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Config) and self.values() == other.values()

    def values(self) -> tuple[Any, ...]:
        """All that pages may show, in the order of the keys: everything but the places, what is accepted, and where the
        site is published."""
        others = ("places", "accepted", "publish")
        return tuple(getattr(self, name) for name in self.__struct_fields__ if name not in others)

    @property
    def base_path(self) -> str:
        """The path of `url`, percent-encoded: "/" or "/archives/"."""
        return urlsplit(self.url).path

    @property
    def default_language(self) -> str:
        return self.languages[0]


def path_words(config: Config, lang: str) -> dict[str, str]:
    """The path words of a language: `tags`, `authors`, `topics`, `sources`, `latest`, `search`,
    `corrections`."""
    return words_of(config.paths, lang)


def words_of(paths: dict[str, dict[str, str]], lang: str) -> dict[str, str]:
    """The path words of a language where these are written."""
    known = PATH_WORDS.get(lang.lower()) or PATH_WORDS.get(lang.lower().partition("-")[0])
    return (known or PATH_WORDS["en"]) | paths.get(lang, {})


def zone(config: Config) -> ZoneInfo:
    """The site's time zone, from the `tzdata` package, never from the system: equal on every
    machine.

    Raises: ValueError for a name that the package does not have; a Config that was loaded has none
    such.
    """
    # Imported here: a build in which the clock changes nothing does without.
    import io
    import pkgutil
    from zoneinfo import ZoneInfo

    name = config.timezone
    try:
        data = None if ".." in name.split("/") else pkgutil.get_data("tzdata", f"zoneinfo/{name}")
    except OSError:
        data = None
    if data is None:
        raise ValueError(f"the tzdata package has no time zone {name!r}")
    return ZoneInfo.from_file(io.BytesIO(data), key=name)
