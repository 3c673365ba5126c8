"""The benchmark archive as a Pelican site: see ../README.md for what is equal and what is not."""

import json
import tomllib
from datetime import datetime
from pathlib import Path

SITENAME = "Archive des infos"
SITEURL = "https://news.example"
DEFAULT_LANG = LISTS_LANG = "fr"
TIMEZONE = "Europe/Paris"
PATH = "content"
ARTICLE_EXCLUDES = ["media"]
PAGE_PATHS: list[str] = []
STATIC_PATHS = ["media"]
USE_FOLDER_AS_CATEGORY = False
THEME = "theme"
THEME_STATIC_DIR = "."
PLUGIN_PATHS = ["plugins"]
PLUGINS = ["newsroom"]

ARTICLE_TRANSLATION_ID = "story"
ARTICLE_URL = ARTICLE_LANG_URL = "{lang}/{date:%Y}/{date:%m}/{slug}/"
ARTICLE_SAVE_AS = ARTICLE_LANG_SAVE_AS = ARTICLE_URL + "index.html"

# The plugin replaces the leading `fr/` of these for each further language.
CATEGORY_URL = "fr/{slug}/"
CATEGORY_SAVE_AS = CATEGORY_URL + "index.html"
TAG_URL = "fr/tags/{slug}/"
TAG_SAVE_AS = TAG_URL + "index.html"
AUTHOR_URL = "fr/authors/{slug}/"
AUTHOR_SAVE_AS = AUTHOR_URL + "index.html"
SOURCE_URL = "fr/sources/{slug}/"
SOURCE_SAVE_AS = SOURCE_URL + "index.html"
YEAR_ARCHIVE_URL = "fr/{date:%Y}/"
YEAR_ARCHIVE_SAVE_AS = YEAR_ARCHIVE_URL + "index.html"
MONTH_ARCHIVE_URL = "fr/{date:%Y}/{date:%m}/"
MONTH_ARCHIVE_SAVE_AS = MONTH_ARCHIVE_URL + "index.html"
DAY_ARCHIVE_URL = "fr/{date:%Y}/{date:%m}/{date:%d}/"
DAY_ARCHIVE_SAVE_AS = DAY_ARCHIVE_URL + "index.html"

DIRECT_TEMPLATES = [
    "index",
    "latest",
    "categories",
    "tags",
    "authors",
    "sources",
    "404",
    "languages",
    "sitemap",
]
INDEX_SAVE_AS = "fr/index.html"
LATEST_SAVE_AS = "fr/latest/index.html"
CATEGORIES_SAVE_AS = "fr/categories/index.html"
TAGS_SAVE_AS = "fr/tags/index.html"
AUTHORS_SAVE_AS = "fr/authors/index.html"
SOURCES_SAVE_AS = "fr/sources/index.html"
LANGUAGES_SAVE_AS = "index.html"
SITEMAP_SAVE_AS = "sitemap.xml"

DEFAULT_PAGINATION = 20
PAGINATED_TEMPLATES = dict.fromkeys(["category", "tag", "author", "source", "period_archives"], DEFAULT_PAGINATION)
PAGINATION_PATTERNS = [
    (1, "{url}", "{save_as}"),
    (2, "{base_name}/page/{number}/", "{base_name}/page/{number}/index.html"),
]

FEED_DOMAIN = SITEURL
FEED_MAX_ITEMS = 20
FEED_ALL_ATOM = None
FEED_ATOM = "fr/feed.atom"
CATEGORY_FEED_ATOM = "fr/{slug}/feed.atom"
TAG_FEED_ATOM = "fr/tags/{slug}/feed.atom"
AUTHOR_FEED_ATOM = "fr/authors/{slug}/feed.atom"
TRANSLATION_FEED_ATOM = None
AUTHOR_FEED_RSS = None

# No code highlighting; quotes, ids of headings and lists as newsgen and Hugo have them.
MARKDOWN = {
    "extension_configs": {
        "markdown.extensions.extra": {},
        "markdown.extensions.meta": {},
        "markdown.extensions.sane_lists": {},
        "markdown.extensions.smarty": {},
        "markdown.extensions.toc": {},
    },
    "output_format": "html5",
}

MONTHS = {
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "en": "January February March April May June July August September October November December",
}
WORDS = tomllib.loads(Path(__file__).with_name("words.toml").read_text("utf-8"))
SITE_CATEGORIES = json.loads(Path(__file__).with_name("categories.json").read_text("utf-8"))


def long_date(moment: datetime, lang: str) -> str:
    """A date in words. Pelican's own way, strftime with a locale, needs locales installed."""
    return f"{moment.day} {MONTHS[lang].split()[moment.month - 1]} {moment.year}"


JINJA_FILTERS = {"long_date": long_date}
