"""Which pages exist: kind, address, template and place in the order of writing."""

from __future__ import annotations

from newsgen import urls
from newsgen.catalog import Catalog
from newsgen.config import Config
from newsgen.model import PageKey, UrlPath
from newsgen.queries import (
    LIST_KINDS,
    TERM_KINDS,
    TERM_WORDS,
    OverviewQuery,
    fixed_path,
    full_pages,
    list_url,
    overview_url,
)

#: Kind of page to its template.
TEMPLATES = {
    "choice": "choice.html", "home": "home.html", "article": "article.html", "gone": "gone.html", "page": "page.html",
    "article-json": "article.json", "category": "category.html", "tag": "term.html", "author": "term.html",
    "topic": "term.html", "source": "term.html", "day": "calendar.html", "month": "calendar.html",
    "year": "calendar.html", "latest": "latest.html", "overview": "overview.html", "corrections": "corrections.html",
    "not-found": "404.html", "redirect": "redirect.html", "feed-atom": "feed.atom", "feed-json": "feed.json",
    "sitemap-index": "sitemap-index.xml", "sitemap-month": "sitemap-month.xml", "sitemap-lists": "sitemap-lists.xml",
    "sitemap-news": "sitemap-news.xml", "robots": "robots.txt",
}  # fmt: skip
#: New articles are written before the lists that link to them (ARCHITECTURE.md, write).
_FIRST = {"article", "article-json", "gone", "page", "media", "static", "redirect"}

FIXED = {"choice": "/", "not-found": "/404.html", "sitemap-index": "/sitemap.xml", "sitemap-news": "/sitemap-news.xml",
         "robots": "/robots.txt"}  # fmt: skip


def add(catalog: Catalog, key: PageKey, url: str, template: str = "") -> bool:
    """Notes a page; False if its output has an owner already."""
    output = urls.output_path(UrlPath(url))
    phase = 0 if key.kind in _FIRST else 1
    return catalog.add_page(
        key, UrlPath(url), output, urls.address_key(output), template or TEMPLATES.get(key.kind, ""), phase
    )


def fixed_addresses(config: Config, catalog: Catalog) -> dict[str, str]:
    """Address to what it is, of every page that exists whatever the articles are."""
    found = {url: f"newsgen's own {url}" for url in FIXED.values()}
    for lang in config.languages:
        for name in ("home", "latest", "corrections", *TERM_WORDS.values()):
            found[fixed_path(catalog, name, lang)] = f"the list {fixed_path(catalog, name, lang)}"
        for category in config.categories:
            found[f"/{lang}/{category.slugs[lang]}/"] = f"the category {category.id}"
    return found


def add_pages(catalog: Catalog, config: Config, templates: dict[tuple[str, str], str]) -> None:
    """Notes every page that has a template, but redirects; `templates` by (story, language) where not the usual."""
    for kind, url in FIXED.items():
        add(catalog, PageKey(kind), url)
    for version in catalog.connection.execute(
        "SELECT story, lang, kind, state, url FROM version WHERE state IN ('published', 'gone')"
        " ORDER BY sort, story, lang"
    ).fetchall():
        story, lang, kind, state, url = version
        if state == "gone":
            add(catalog, PageKey("gone", lang, story), url)
            continue
        add(catalog, PageKey(kind, lang, story), url, templates.get((story, lang), ""))
        if kind == "article":
            add(catalog, PageKey("article-json", lang, story), f"{url}index.json")
    for lang in config.languages:
        for kind in ("home", "latest", "corrections"):
            add(catalog, PageKey(kind, lang), fixed_path(catalog, kind, lang))
        _add_feeds(catalog, "", lang, f"/{lang}/")
        _add_feeds(catalog, "corrections", lang, fixed_path(catalog, "corrections", lang))
        for category in config.categories:
            url = list_url(catalog, "category", category.id, lang)
            _add_list(catalog, config, "category", category.id, lang, url)
            _add_feeds(catalog, f"category:{category.id}", lang, url)
    for kind in LIST_KINDS[1:]:
        for key, lang, _ in list(catalog.lists(kind)):
            url = list_url(catalog, kind, key, lang)
            if url:
                _add_list(catalog, config, kind, key, lang, url)
                if kind in ("tag", "author"):
                    _add_feeds(catalog, f"{kind}:{key}", lang, url)
    for lang in config.languages:
        for kind in TERM_KINDS:
            add(catalog, PageKey("overview", lang, kind), fixed_path(catalog, TERM_WORDS[kind], lang))
            _add_prefixes(catalog, kind, lang, "")
    _add_sitemaps(catalog)


def _add_list(catalog: Catalog, config: Config, kind: str, key: str, lang: str, url: str) -> None:
    add(catalog, PageKey(kind, lang, key), url)
    for number in range(1, full_pages(catalog.size_of(f"{kind}:{key}", lang), config.page_size) + 1):
        add(catalog, PageKey(kind, lang, key, number), f"{url}page/{number}/")


def _add_feeds(catalog: Catalog, key: str, lang: str, url: str) -> None:
    add(catalog, PageKey("feed-atom", lang, key), f"{url}feed.atom")
    add(catalog, PageKey("feed-json", lang, key), f"{url}feed.json")


def _add_prefixes(catalog: Catalog, kind: str, lang: str, prefix: str) -> None:
    for group in OverviewQuery(kind, lang, prefix).answer(catalog).groups:
        url = overview_url(catalog, kind, lang, group.prefix)
        add(catalog, PageKey("overview", lang, f"{kind}/{group.prefix}"), url)
        _add_prefixes(catalog, kind, lang, group.prefix)


def _add_sitemaps(catalog: Catalog) -> None:
    months = catalog.connection.execute(
        "SELECT DISTINCT substr(day, 1, 7) FROM version WHERE state = 'published' AND kind = 'article' AND NOT noindex"
        " ORDER BY 1"
    ).fetchall()
    for (month,) in months:
        add(catalog, PageKey("sitemap-month", "", month), f"/sitemap-{month}.xml")
    add(catalog, PageKey("sitemap-lists", "", "sections"), "/sitemap-sections.xml")
    rows = catalog.connection.execute(
        "SELECT DISTINCT kind, lang FROM page WHERE kind IN ('tag', 'author', 'topic', 'source') ORDER BY kind, lang"
    ).fetchall()
    for kind, lang in rows:
        add(catalog, PageKey("sitemap-lists", "", f"{kind}:{lang}"), f"/sitemap-{kind}-{lang}.xml")
