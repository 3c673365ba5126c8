"""The kinds of pages, one value each: its template, its address, and what else follows from what it is."""

# What the rooms know of the kinds of pages, they read here: which words may stand in an address (`settings`), which
# addresses a slug must not have (`addresses`), in which lists an article stands (`index`), where the switch of
# languages leads and what a sitemap lists (`queries`), which pages there are (`pages.wanted`), which template makes
# them (`rendering`). So a new kind of one of these families is one value more:
#
#   family    there is one                                      its address
#   site      in the whole site                                 `address`
#   language  in each language                                  `address`, with {lang} and {word}
#   list      for each key that articles give it, in pages      `address`, with {lang} and {key}; of a term its row's
#   story     for each version of a story                       the version's own
#   beside    beside each article                               the article's, and the file `address`
#   file      for each file that is published                   its path, below the folder `address`
#   other     as `pages.wanted` has it, kind by kind            likewise
#
# docs/architecture.md, "To add a kind of page", shows it from the value to the test.

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any, Literal

import msgspec

from newsgen.nouns.model import Version

Family = Literal["site", "language", "list", "story", "beside", "file", "other"]

#: The order of writing (ARCHITECTURE.md, write). Pictures come before what shows them: one that cannot be made is shown
#: nowhere. New articles are written before the lists that link to them. A search index is as much work as many pages.
ORIGINALS, VARIANTS, ARTICLES, LISTS, INDEXES = range(5)


def _always(config: Any) -> bool:
    return True


def _for_hosts(*names: str) -> Callable[[Any], bool]:
    """Whether a site asks for redirects in the form of one of these hosts (`nouns.hosts`)."""
    return lambda config: any(name in config.redirect_files for name in names)


class Kind(msgspec.Struct, frozen=True):
    """A kind of page. Addresses are CONTENT.md §5's."""

    name: str
    family: Family
    template: str = ""  # "" for what is copied, or made without a template
    address: str = ""  # by family, see above
    word: str = ""  # the id of its words: those of the interface that are its title, and the path word in its address
    path_words: dict[str, str] = {}  # language to path word; other languages have the English one
    is_there: Callable[[Any], bool] = _always  # whether a site has it, by its `Config`
    keys: Callable[[Version], Iterable[str]] | None = None  # of a list: the keys under which it has a version
    feeds: Literal["", "leads", "full"] = ""  # of a list or its language's page: what its entries show
    footer: int = 0  # of a list with words: its place among the links at the foot of every page; 0 for none
    is_machine: bool = False  # whether it is made for machines, so that its address is no promise (CONTENT.md §9)
    is_section: bool = False  # whether the sitemap of sections has it
    is_menu_target: bool = False  # whether its address is proposed where an address of the menu is none
    pattern: str = ""  # a regular expression of the addresses that one may have, for kinds that claim none beforehand
    own_file: str = ""  # a regular expression of the names of its files, where these stand in folders of other pages
    phase: int = LISTS
    pages: str = ""  # for docs/templates.md: what its pages are,
    page_key: str = ""  # and what their `page.key` is


def _day(version: Version) -> str:
    return version.date.day if version.date else ""


_NO_ZERO_YEAR = "(?!0000)[0-9]{4}"
_MONTH, _DAY = "(?:0[1-9]|1[0-2])", "(?:0[1-9]|[12][0-9]|3[01])"

#: Every kind, in the order in which their pages come and their words are listed.
KINDS: dict[str, Kind] = {kind.name: kind for kind in (
    # ---- of the whole site
    Kind("choice", "site", "choice.html", "/", pages="language choice"),
    # ---- of an article or a page
    Kind("article", "story", "article.html", phase=ARTICLES, pages="articles", page_key="story id"),
    Kind("page", "story", "page.html", is_menu_target=True, phase=ARTICLES, pages="pages that are not news",
         page_key="story id"),
    Kind("gone", "story", "gone.html", phase=ARTICLES, pages="notices of withdrawn stories", page_key="story id"),
    Kind("article-json", "beside", "article.json", "index.json", own_file=r"index\.(?:html|json)", phase=ARTICLES,
         pages="`index.json` beside each article", page_key="story id", is_machine=True),
    # ---- lists of articles
    Kind("category", "list", "category.html", keys=lambda version: version.categories, feeds="full",
         is_section=True, is_menu_target=True, pages="categories", page_key="category id"),
    Kind("tag", "list", "term.html", word="tags", path_words={"fr": "tags", "en": "tags"}, footer=2,
         keys=lambda version: version.tags, feeds="leads", pages="tags", page_key="term key"),
    Kind("author", "list", "term.html", word="authors", path_words={"fr": "auteurs", "en": "authors"}, footer=4,
         keys=lambda version: version.authors, feeds="leads", pages="authors", page_key="term key"),
    Kind("topic", "list", "term.html", word="topics", path_words={"fr": "dossiers", "en": "topics"}, footer=3,
         keys=lambda version: version.topics, is_menu_target=True, pages="topics", page_key="term key"),
    Kind("source", "list", "term.html", word="sources", path_words={"fr": "sources", "en": "sources"}, footer=5,
         keys=lambda version: (version.source,) if version.source else (), pages="sources", page_key="term key"),
    Kind("day", "list", "calendar.html", "/{lang}/{key}/", keys=lambda version: (_day(version),),
         pattern=f"/[^/]+/{_NO_ZERO_YEAR}/{_MONTH}/{_DAY}/", pages="days", page_key="`2023-04-17`"),
    Kind("month", "list", "calendar.html", "/{lang}/{key}/", keys=lambda version: (_day(version)[:7],),
         pattern=f"/[^/]+/{_NO_ZERO_YEAR}/{_MONTH}/", pages="months", page_key="`2023-04`"),
    Kind("year", "list", "calendar.html", "/{lang}/{key}/", keys=lambda version: (_day(version)[:4],),
         pattern=f"/[^/]+/{_NO_ZERO_YEAR}/", pages="years", page_key="`2023`"),
    # ---- one in each language
    Kind("home", "language", "home.html", "/{lang}/", word="home", feeds="full", is_section=True,
         is_menu_target=True, pages="home"),
    Kind("latest", "language", "latest.html", "/{lang}/{word}/", word="latest",
         path_words={"fr": "en-continu", "en": "latest"}, footer=1, is_section=True, is_menu_target=True,
         pages="the running feed"),
    Kind("search", "language", "search.html", "/{lang}/{word}/", word="search",
         path_words={"fr": "recherche", "en": "search"}, is_menu_target=True, pages="search"),
    Kind("corrections", "language", "corrections.html", "/{lang}/{word}/", word="corrections",
         path_words={"fr": "corrections", "en": "corrections"}, footer=6, feeds="leads", is_section=True,
         is_menu_target=True, pages="corrections"),
    Kind("opensearch", "language", "opensearch.xml", "/{lang}/opensearch.xml", own_file=r"opensearch\.xml",
         is_there=lambda config: bool(config.search), pages="the description of search for browsers", is_machine=True),
    # ---- what follows from these
    Kind("overview", "other", "overview.html", is_section=True, is_menu_target=True,
         pages="all tags, authors, topics, sources", page_key="`tag`, or `tag/PREFIX` where there are many"),
    Kind("feed-atom", "other", "feed.atom", own_file=r"feed\.atom", pages="Atom feeds",
         page_key="empty, `category:ID`, `tag:KEY`, `author:KEY`, `corrections`"),
    Kind("feed-json", "other", "feed.json", own_file=r"feed\.json", pages="JSON feeds", page_key="likewise"),
    Kind("feed-archive", "other", "feed-archive.atom", own_file=r"feed-[0-9]+\.(?:atom|json)",
         pages="the history of the site's feed", page_key="empty; `page.number` counts from the oldest"),
    Kind("sitemap-month", "other", "sitemap-month.xml", pages="articles of a month", page_key="`2023-04`",
         is_machine=True),
    Kind("sitemap-lists", "other", "sitemap-lists.xml", pages="lists", page_key="`sections`, `tag:fr`, …",
         is_machine=True),
    Kind("search-index", "other", phase=INDEXES, is_machine=True),
    # ---- of the whole site, for machines and servers
    Kind("not-found", "site", "404.html", "/404.html", own_file=r"404\.html", pages="not found", is_machine=True),
    Kind("sitemap-index", "site", "sitemap-index.xml", "/sitemap.xml", own_file=r"sitemap(?:-.*)?\.xml",
         pages="`/sitemap.xml`", is_machine=True),
    Kind("sitemap-news", "site", "sitemap-news.xml", "/sitemap-news.xml", pages="`/sitemap-news.xml`",
         is_machine=True),
    Kind("robots", "site", "robots.txt", "/robots.txt", own_file=r"robots\.txt", pages="`/robots.txt`",
         is_machine=True),
    Kind("headers", "site", "headers.txt", "/_headers", own_file="_headers", pages="`/_headers`", is_machine=True),
    Kind("host-redirects", "site", "host-redirects.txt", "/_redirects", own_file="_redirects",
         is_there=_for_hosts("netlify", "cloudflare"), pages="`/_redirects`", is_machine=True),
    Kind("host-apache", "site", "host-apache.txt", "/.htaccess", own_file=r"\.htaccess",
         is_there=_for_hosts("apache"), pages="`/.htaccess`", is_machine=True),
    Kind("host-nginx", "site", "host-nginx.txt", "/newsgen-redirects/nginx.conf",
         is_there=_for_hosts("nginx"), pages="`/newsgen-redirects/nginx.conf`", is_machine=True),
    Kind("host-caddy", "site", "host-caddy.txt", "/newsgen-redirects/Caddyfile",
         is_there=_for_hosts("caddy"), pages="`/newsgen-redirects/Caddyfile`", is_machine=True),
    Kind("host-s3", "site", "host-s3.json", "/newsgen-redirects/s3.json",
         is_there=_for_hosts("s3"), pages="`/newsgen-redirects/s3.json`", is_machine=True),
    Kind("style", "site", "style.css", "/assets/style.css", phase=ARTICLES, pages="`/assets/style.css`",
         is_machine=True),
    Kind("security-txt", "site", "security.txt", "/.well-known/security.txt",
         is_there=lambda config: bool(config.security.contact), pages="`/.well-known/security.txt`", is_machine=True),
    Kind("humans", "site", "humans.txt", "/humans.txt", own_file=r"humans\.txt",
         is_there=lambda config: bool(config.humans), pages="`/humans.txt`", is_machine=True),
    # ---- files and aliases, which have what no page wants
    Kind("media", "file", address="media/", phase=ORIGINALS),
    Kind("variant", "file", address="pictures/", phase=VARIANTS, is_machine=True),
    Kind("static", "file", phase=ARTICLES),
    Kind("redirect", "other", "redirect.html", phase=ARTICLES, pages="aliases", page_key="the alias"),
    # ---- what the ledger keeps
    Kind("moved", "other", "redirect.html", phase=ARTICLES, pages="what was published there, and is elsewhere now",
         page_key="the old address"),
    Kind("withdrawn", "other", "withdrawn.html", phase=ARTICLES, pages="what redirects.yaml says is gone",
         page_key="the old address"),
    Kind("copy", "other", is_machine=True),
    Kind("ledger", "other", is_machine=True),
    Kind("ledger-next", "site", address="/newsgen-ledger/next.txt", is_machine=True),
)}  # fmt: skip


def of_family(*families: Family) -> tuple[Kind, ...]:
    return tuple(kind for kind in KINDS.values() if kind.family in families)


#: Kind to template, of all that have one.
TEMPLATES = {kind.name: kind.template for kind in KINDS.values() if kind.template}
LIST_KINDS = tuple(kind.name for kind in of_family("list"))
#: Kinds of terms to the word of their overview: they have an address from their words.
TERM_WORDS = {kind.name: kind.word for kind in of_family("list") if kind.word}
TERM_KINDS = tuple(TERM_WORDS)
CALENDAR_KINDS = tuple(kind.name for kind in of_family("list") if kind.address)
STORY_KINDS = tuple(kind.name for kind in of_family("story"))
#: What stands beside each article: kind and name of its file.
BESIDE = {kind.name: kind.address for kind in of_family("beside")}
FILE_KINDS = tuple(kind.name for kind in of_family("file"))
#: What leads on to what was published at its address, and is elsewhere now: a redirect, or for programs a copy; or says
#: that it was taken off.
MOVED_KINDS = ("moved", "copy", "withdrawn")
#: What has the places that no page wants (`index.files`).
SECOND_ROUND = (*FILE_KINDS, *MOVED_KINDS, "redirect")
HOME = "home"
#: Lists and pages of a language that have feeds; the home page's are the site's.
FEEDS = {kind.name: kind.feeds for kind in KINDS.values() if kind.feeds}


def path_words(kinds: Iterable[Kind]) -> dict[str, dict[str, str]]:
    """Language to word to path word. Raises: ValueError if a kind has them in fewer languages than another."""
    named = [kind for kind in kinds if kind.path_words]
    words: dict[str, dict[str, str]] = {lang: {} for kind in named for lang in kind.path_words}
    for kind in named:
        for lang in words:
            if lang not in kind.path_words:
                raise ValueError(f"the kind {kind.name} has no path word in {lang}: {kind.path_words}")
            words[lang][kind.word] = kind.path_words[lang]
    return words


#: Rule: CONTENT.md §5 "Path words". A theme cannot change them.
PATH_WORDS = path_words(KINDS.values())
#: The words of the lists at the foot of every page, in their order.
FOOTER = tuple(kind.word for kind in sorted(KINDS.values(), key=lambda kind: kind.footer) if kind.footer)
SECTIONS = tuple(kind.name for kind in KINDS.values() if kind.is_section)
MENU_TARGETS = tuple(kind.name for kind in KINDS.values() if kind.is_menu_target)
#: What `path` of templates answers by: pages of a language by their kind, overviews of terms by their word.
ADDRESSES = {kind.name: kind.address for kind in of_family("language")}
ADDRESSES |= dict.fromkeys(TERM_WORDS.values(), "/{lang}/{word}/")
#: Ids of the words that are the title of a list.
TITLE_WORDS = frozenset(kind.word for kind in KINDS.values() if kind.word)

#: Texts, which `re` compiles when they are first asked: many builds do without.
_OWN_FILE = "|".join(kind.own_file for kind in KINDS.values() if kind.own_file)
_BY_PATTERN = "|".join(kind.pattern for kind in KINDS.values() if kind.pattern)


def phase(kind: str) -> int:
    """The place in the order of writing; of a file that belongs to another page (`companion`) it does not matter."""
    return KINDS[kind].phase if kind in KINDS else LISTS


def is_own_file(name: str) -> bool:
    """True for the name of a file that newsgen writes into folders of pages: nothing else may be a folder there."""
    return re.fullmatch(_OWN_FILE, name) is not None


def has_by_pattern(url: str) -> bool:
    """True for an address that a page may have of a kind that claims none beforehand: `/fr/2023/04/17/`."""
    return re.fullmatch(_BY_PATTERN, url) is not None
