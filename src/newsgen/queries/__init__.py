"""Each question to the catalog as a named, typed value, and the Reader that records what a page asked.

A query is a frozen value (its fields are its key) with `answer(catalog)`. Templates reach data in no other way, so
that the trace of a page is complete.
"""

import importlib
import pkgutil
from collections.abc import Iterator

from newsgen.queries.articles import (
    Article,
    ArticleQuery,
    BodyQuery,
    CorrectionText,
    Neighbours,
    NeighboursQuery,
    Teaser,
    TeaserQuery,
)
from newsgen.queries.feeds import (
    Archive,
    ArchiveQuery,
    CorrectionEntry,
    CorrectionsQuery,
    Feed,
    FeedLink,
    FeedLinksQuery,
    FeedQuery,
    archive_url,
    feed_title,
)
from newsgen.queries.hosts import HostRule, HostRules, HostRulesQuery
from newsgen.queries.languages import (
    Alternate,
    AlternatesQuery,
    Switch,
    SwitchQuery,
    TranslationsQuery,
    VersionLink,
    counterpart,
)
from newsgen.queries.ledger import LedgerNextQuery, LedgerQuery, MovedQuery, RedirectQuery
from newsgen.queries.links import (
    AddressQuery,
    BacklinksQuery,
    Link,
    LinkQuery,
    RelatedQuery,
    TargetQuery,
    linked_language,
    page_of_term_file,
    resolve_story,
    story_target,
    version_for,
    version_of_path,
    written_by_links,
    written_paths,
)
from newsgen.queries.lists import (
    CalendarLink,
    CalendarQuery,
    Listing,
    ListingQuery,
    SitePage,
    SitePagesQuery,
    entries,
    full_pages,
    list_url,
)
from newsgen.queries.pictures import PictureView, file_row, picture_view
from newsgen.queries.reader import Asked, Entry, Query, Reader, answer_hash, query_of, query_text, text_prefix
from newsgen.queries.search import SearchEntryQuery, SearchPeriod, SearchPeriodsQuery, SearchStoriesQuery
from newsgen.queries.settings import (
    BACKLINKS,
    LATEST_SIZE,
    NO_DATE,
    OVERVIEW_SIZE,
    NoSuch,
    PathQuery,
    SettingQuery,
    WordQuery,
    fixed_path,
    language_label,
    setting,
    word,
)
from newsgen.queries.sitemaps import (
    NewsQuery,
    PageRef,
    PageUrlQuery,
    SitemapListsQuery,
    SitemapMonthQuery,
    SitemapShardsQuery,
)
from newsgen.queries.terms import (
    Group,
    MenuItem,
    MenuQuery,
    NavigationItem,
    NavigationQuery,
    Overview,
    OverviewQuery,
    Term,
    TermBodyQuery,
    TermQuery,
    overview_url,
    term_row,
)

__all__ = [
    "BACKLINKS",
    "LATEST_SIZE",
    "NO_DATE",
    "OVERVIEW_SIZE",
    "QUERY_TYPES",
    "AddressQuery",
    "Alternate",
    "AlternatesQuery",
    "Archive",
    "ArchiveQuery",
    "Article",
    "ArticleQuery",
    "Asked",
    "BacklinksQuery",
    "BodyQuery",
    "CalendarLink",
    "CalendarQuery",
    "CorrectionEntry",
    "CorrectionText",
    "CorrectionsQuery",
    "Entry",
    "Feed",
    "FeedLink",
    "FeedLinksQuery",
    "FeedQuery",
    "Group",
    "HostRule",
    "HostRules",
    "HostRulesQuery",
    "LedgerNextQuery",
    "LedgerQuery",
    "Link",
    "LinkQuery",
    "Listing",
    "ListingQuery",
    "MenuItem",
    "MenuQuery",
    "MovedQuery",
    "NavigationItem",
    "NavigationQuery",
    "Neighbours",
    "NeighboursQuery",
    "NewsQuery",
    "NoSuch",
    "Overview",
    "OverviewQuery",
    "PageRef",
    "PageUrlQuery",
    "PathQuery",
    "PictureView",
    "Query",
    "Reader",
    "RedirectQuery",
    "RelatedQuery",
    "SearchEntryQuery",
    "SearchPeriod",
    "SearchPeriodsQuery",
    "SearchStoriesQuery",
    "SettingQuery",
    "SitePage",
    "SitePagesQuery",
    "SitemapListsQuery",
    "SitemapMonthQuery",
    "SitemapShardsQuery",
    "Switch",
    "SwitchQuery",
    "TargetQuery",
    "Teaser",
    "TeaserQuery",
    "Term",
    "TermBodyQuery",
    "TermQuery",
    "TranslationsQuery",
    "VersionLink",
    "WordQuery",
    "answer_hash",
    "archive_url",
    "counterpart",
    "entries",
    "feed_title",
    "file_row",
    "fixed_path",
    "full_pages",
    "language_label",
    "linked_language",
    "list_url",
    "overview_url",
    "page_of_term_file",
    "picture_view",
    "query_of",
    "query_text",
    "resolve_story",
    "setting",
    "story_target",
    "term_row",
    "text_prefix",
    "version_for",
    "version_of_path",
    "word",
    "written_by_links",
    "written_paths",
]


def _every_type() -> Iterator[type[Query]]:
    """The types of the modules of this package."""
    for module in pkgutil.iter_modules(__path__):
        for one in vars(importlib.import_module(f"{__name__}.{module.name}")).values():
            if isinstance(one, type) and one.__name__.endswith("Query") and one is not Query:
                yield one


#: Every type of query, by its name: a new one is found where it stands.
QUERY_TYPES: dict[str, type[Query]] = {
    query.__name__: query for query in sorted(_every_type(), key=lambda query: query.__name__)
}
