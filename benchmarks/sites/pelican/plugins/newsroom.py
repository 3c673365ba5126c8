"""What a bilingual news archive needs and Pelican leaves to plugins, in one pass over the articles.

Neighbours, related stories, second categories, pages of sources; and the lists, feeds and calendar
of every further language, which Pelican writes for the default language only. They are made with
Pelican's own generator on a copy whose articles and settings are that language's, so that nothing
is read or parsed twice (as the plugin i18n_subsites would).
"""

from __future__ import annotations

import copy
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from pelican import signals
from pelican.contents import Article, Author, Category, Tag
from pelican.generators import ArticlesGenerator
from pelican.urlwrappers import URLWrapper
from pelican.writers import Writer

Settings = dict[str, Any]
ONCE_PER_SITE = {"404", "languages", "sitemap"}


class Source(URLWrapper):
    """The agency of an article; the settings SOURCE_URL and SOURCE_SAVE_AS say where it is."""


def list_second_categories(generator: ArticlesGenerator) -> None:
    """An article is in one category for Pelican; here the others list it too."""
    by_category = dict(generator.categories)
    for article in generator.articles:
        for category in _second_categories(article, generator.settings):
            by_category.setdefault(category, []).append(article)
    for articles in by_category.values():
        articles.sort(key=lambda article: article.date, reverse=True)
    generator.categories = sorted(by_category.items())
    generator.context["categories"] = generator.categories


def connect_articles(generator: ArticlesGenerator) -> None:
    """Gives each article its `neighbours` and `related_articles`; each language has its own."""
    by_story = defaultdict(dict)
    for lang, articles in _by_language(generator).items():
        for place, article in enumerate(articles):
            by_story[article.story][lang] = article
            article.next_article = articles[place - 1] if place else None
            article.previous_article = articles[place + 1] if place + 1 < len(articles) else None
            article.source_page = _source(article, generator.settings)
    for versions in by_story.values():
        for lang, article in versions.items():
            article.related_articles = [
                by_story[story].get(lang) or next(iter(by_story[story].values()))
                for story in _texts(article, "related")
            ]
    generator.context["sources"] = _sources(generator.articles, generator.settings)


def write_other_lists(generator: ArticlesGenerator, writer: Writer) -> None:
    """The pages of sources, and every list, feed and calendar page of the further languages."""
    _write_sources(generator, writer)
    for lang, articles in _by_language(generator).items():
        if lang != generator.settings["DEFAULT_LANG"]:
            translated = _in_language(generator, lang, articles)
            translated.generate_feeds(writer)
            write = writer.write_file
            translated.generate_period_archives(write)
            translated.generate_direct_templates(write)
            translated.generate_tags(write)
            translated.generate_categories(write)
            translated.generate_authors(write)
            _write_sources(translated, writer)


def _in_language(generator: ArticlesGenerator, lang: str, articles: list[Article]) -> ArticlesGenerator:
    settings = _settings_in_language(generator.settings, lang)
    other = copy.copy(generator)
    other.settings = settings
    other.articles = other.dates = articles
    categories, tags, authors = defaultdict(list), defaultdict(list), defaultdict(list)
    for name in settings["SITE_CATEGORIES"]:
        categories[Category(name, settings)] = []
    for article in articles:
        for category in [article.category, *_second_categories(article, settings)]:
            categories[Category(category.name, settings)].append(article)
        for tag in getattr(article, "tags", []):
            tags[Tag(tag.name, settings)].append(article)
        for author in article.authors:
            authors[Author(author.name, settings)].append(article)
    other.categories, other.authors = sorted(categories.items()), sorted(authors.items())
    other.tags = tags
    other.period_archives = generator._build_period_archives(articles, articles, settings)
    other.context = {
        **generator.context,
        **settings,
        "articles": articles,
        "dates": articles,
        "categories": other.categories,
        "tags": list(tags.items()),
        "authors": other.authors,
        "sources": _sources(articles, settings),
        "period_archives": other.period_archives,
    }
    return other


def _settings_in_language(settings: Settings, lang: str) -> Settings:
    default = settings["DEFAULT_LANG"] + "/"
    addresses = {
        key: f"{lang}/{value.removeprefix(default)}"
        for key, value in settings.items()
        if isinstance(value, str) and value.startswith(default)
    }
    templates = [name for name in settings["DIRECT_TEMPLATES"] if name not in ONCE_PER_SITE]
    site = settings["WORDS"][lang]["site"]
    changed = {"LISTS_LANG": lang, "DIRECT_TEMPLATES": templates, "SITENAME": site}
    return {**settings, **addresses, **changed}


def _write_sources(generator: ArticlesGenerator, writer: Writer) -> None:
    template = generator.get_template("source")
    for source, articles in _sources(generator.articles, generator.settings):
        writer.write_file(
            source.save_as,
            template,
            generator.context,
            source=source,
            articles=articles,
            template_name="source",
            url=source.url,
            page_name=source.page_name,
        )


def _by_language(generator: ArticlesGenerator) -> Mapping[str, list[Article]]:
    """Articles of each language, newest first."""
    found = defaultdict(list)
    for article in [*generator.articles, *generator.translations]:
        found[article.lang].append(article)
    for articles in found.values():
        articles.sort(key=lambda article: (article.date, article.story), reverse=True)
    return found


def _sources(articles: Iterable[Article], settings: Settings) -> list[tuple[Source, list[Article]]]:
    by_source = defaultdict(list)
    for article in articles:
        if source := _source(article, settings):
            by_source[source].append(article)
    return sorted(by_source.items())


def _source(article: Article, settings: Settings) -> Source | None:
    name = getattr(article, "source", "")
    return Source(name, settings) if name else None


def _second_categories(article: Article, settings: Settings) -> list[Category]:
    return [Category(name, settings) for name in _texts(article, "more_categories")]


def _texts(article: Article, key: str) -> list[str]:
    """A metadata line as a list; an article without it has an empty one."""
    return [text.strip() for text in getattr(article, key, "").split(",") if text.strip()]


def register() -> None:
    """Pelican calls this once when it loads the plugin."""
    signals.article_generator_finalized.connect(list_second_categories)
    signals.article_generator_finalized.connect(connect_articles)
    signals.article_writer_finalized.connect(write_other_lists)
