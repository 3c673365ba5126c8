"""The set of articles: merges stories, decides addresses, terms and lists, and says what is wrong across files.

A run looks at what was parsed since the last one, and at what that touches; the rows before and after are the change
set from which plan tells the pages to be rendered. A first run, or one with another configuration, looks at all.
"""

from __future__ import annotations

import json
import os

from newsgen.catalog.store import Catalog
from newsgen.index import (
    claims,
    files,
    host_files,
    lists,
    lone_stories,
    losses,
    moved,
    outputs,
    promises,
    publisher,
    redirects,
    references,
    site_links,
    stand_ins,
    versions,
)
from newsgen.index import terms as index_terms
from newsgen.index.work import DAMAGE, IndexFault, Inputs, Refused, Work
from newsgen.languages import cldr_snapshot
from newsgen.nouns.changes import Changes
from newsgen.nouns.diagnostics import NewsgenError
from newsgen.nouns.kinds import FOOTER
from newsgen.settings import active_documents
from newsgen.settings.config import path_words

#: Values of newsgen.yaml that queries answer by name.
_SETTINGS = (
    "title", "description", "url", "languages", "id", "page_size", "feed_size", "untranslated", "extra", "base_path",
    "timezone", "menu", "home", "logo", "organization", "security", "humans", "search", "noindex", "hub",
    "redirect_files",
)  # fmt: skip


def index(catalog: Catalog, inputs: Inputs, *, is_all: bool) -> Changes:
    """Moves the index to what is parsed now, inside the caller's transaction. `is_all`: other settings than in the
    last run, so that everything is looked at.

    Raises: IndexFault, where newsgen itself fails and it may be told at which story or file; Refused, where last good
    versions are to stand in for other files than they do.
    """
    try:
        return _indexed(catalog, inputs, is_all=is_all)
    except (*DAMAGE, IndexFault, Refused, NewsgenError, OSError):
        raise
    except Exception as fault:
        if inputs.is_careful or os.environ.get("NEWSGEN_DEBUG") == "1":
            raise
        raise IndexFault({}) from fault


def _indexed(catalog: Catalog, inputs: Inputs, *, is_all: bool) -> Changes:
    changes = Changes(is_first=catalog.meta("indexed") != "yes")
    work = Work(catalog, inputs, changes)
    work.is_all = changes.is_first or is_all
    _put_settings(work)
    has_words = inputs.words is not None
    if inputs.words is not None:
        changes.words = catalog.set_words(inputs.words)
    if inputs.templates is not None:
        changes.templates = catalog.set_templates(inputs.templates)
    promises.take(work)
    work.has_promises = catalog.one("SELECT 1 FROM promise LIMIT 1") is not None
    redirects.take(work)
    lists.begin(work)
    has_terms = versions.take_files(work)
    book = versions.read_book(work, has_changed=has_terms)
    if has_terms or work.is_all:
        index_terms.put_categories(work, book)
    if work.is_all and not work.is_first:
        work.stories |= {story: None for (story,) in catalog.all("SELECT id FROM story")}
        work.stories |= {
            story: None
            for (story,) in catalog.all("SELECT DISTINCT story FROM parsed WHERE kind IN ('article', 'page')")
        }
    versions.add_due_stories(work)
    _look_again(work)
    versions.merge_stories(work, book)
    if work.is_all:
        claims.put_own(work)
    versions.find_owners(work)
    stand_ins.look(work)
    versions.settle_all(work)
    lists.number_entries(work)
    index_terms.put_terms(work, book)
    _take_changed_files(work)
    references.put_term_mentions(work)
    references.follow(work)
    references.drop_backlinks(work)
    publisher.look(work)
    work.flush()
    lone_stories.look(work)
    templates = versions.choose_templates(work, has_changed=inputs.templates is not None or has_words)
    outputs.put_pages(work, templates)
    touched = files.claim_files(work)
    moved.claim_old_addresses(work)
    files.put_files(work, touched)
    redirects.tell(work)
    host_files.tell(work)
    losses.tell_what_is_lost(work)
    site_links.follow_addresses(work)
    publisher.look_at_menu(work)
    work.keep_tallies()
    catalog.set_meta("indexed", "yes")
    return changes


def _put_settings(work: Work) -> None:
    config, catalog, changes = work.config, work.catalog, work.changes
    values = {name: getattr(config, name) for name in _SETTINGS}
    values["host"] = config.url.removesuffix(config.base_path)  # with its scheme
    values["csp"] = config.security.csp
    values["footer"] = list(FOOTER)
    values["drafts"] = work.inputs.drafts
    values["document_endings"] = active_documents.endings(config.documents)
    values["categories"] = [category.id for category in config.categories]
    values |= {f"paths:{lang}": path_words(config, lang) for lang in config.languages}
    if work.is_all:
        values |= {f"cldr:{lang}": cldr_snapshot.made(lang, config.languages) for lang in config.languages}
        for name, value in values.items():
            if catalog.set_setting(name, value):
                changes.settings.add(name)
    before = catalog.setting("now")
    if catalog.set_setting("now", work.inputs.now) and before is not None:
        changes.clock = before, work.inputs.now


def _look_again(work: Work) -> None:
    """What newsgen itself failed at in the last run is looked at again; says at what it fails in this one."""
    catalog, failed = work.catalog, work.inputs.failed
    before = catalog.meta("failed")
    for name in (*json.loads(before or "[]"), *failed):
        catalog.say(f"fault\0{name}", failed.get(name, ()))
        kind, _, path = name.partition("/")
        if kind in ("content", "static") and path:
            work.files["media" if kind == "content" else "static", path] = None
            paths, terms = [name], catalog.all("SELECT kind, name FROM parsed WHERE path = ?", name)
            work.term_files |= dict.fromkeys(paths) if terms else {}
        else:
            work.stories[name] = None
            paths = work.blame_story([name])[1]
            terms = catalog.all("SELECT kind, key FROM spelling WHERE story = ?", name)
            claims.look_again(work, name)
        work.terms |= dict.fromkeys((kind, key) for kind, key in terms if kind not in ("article", "page"))
        work.mentions |= dict.fromkeys(paths if terms or name in work.stories else ())
    now = json.dumps(sorted(failed)) if failed else ""
    if now != before:
        catalog.set_meta("failed", now)


def _take_changed_files(work: Work) -> None:
    """Pictures, documents and static files that came, went or changed."""
    for change in work.inputs.files:
        for source in change:
            if source:
                work.files[source.kind, source.name] = None
    if work.is_all:
        rows = work.catalog.all("SELECT name FROM source WHERE kind = 'static'")
        work.files |= {("static", name): None for (name,) in rows}


__all__ = ["IndexFault", "Inputs", "Refused", "index"]
