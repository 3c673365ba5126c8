"""The tables of the catalog."""

from __future__ import annotations

SCHEMA_VERSION = "21"

#: Tables that index makes from the parsed files and keeps true, row by row.
INDEX_TABLES = """
CREATE TABLE indexed (
    path TEXT PRIMARY KEY, kind TEXT, story TEXT, name TEXT, lang TEXT, broken INTEGER, marks BLOB
) WITHOUT ROWID;
CREATE TABLE story (id TEXT PRIMARY KEY, sort INTEGER, langs TEXT, moments BLOB) WITHOUT ROWID;
CREATE TABLE tail (tail TEXT, story TEXT, sort INTEGER, PRIMARY KEY (tail, story)) WITHOUT ROWID;
CREATE TABLE clock (at INTEGER, story TEXT, PRIMARY KEY (at, story)) WITHOUT ROWID;
CREATE TABLE version (
    story TEXT, lang TEXT, kind TEXT, state TEXT, url TEXT, sort INTEGER, day TEXT, path TEXT, wakes INTEGER,
    ends INTEGER, noindex INTEGER, row BLOB, PRIMARY KEY (story, lang)
);
CREATE INDEX version_order ON version (lang, kind, state, sort, story);
CREATE INDEX version_day ON version (state, kind, day);
CREATE INDEX version_path ON version (path);
CREATE INDEX version_wakes ON version (wakes) WHERE wakes IS NOT NULL;
CREATE INDEX version_ends ON version (ends) WHERE ends IS NOT NULL;
CREATE TABLE entry (
    list TEXT, lang TEXT, sort INTEGER, story TEXT, story_lang TEXT, position INTEGER,
    PRIMARY KEY (list, lang, sort, story, story_lang)
) WITHOUT ROWID;
CREATE TABLE list (list TEXT, lang TEXT, size INTEGER, PRIMARY KEY (list, lang)) WITHOUT ROWID;
CREATE TABLE spelling (
    story TEXT, lang TEXT, kind TEXT, key TEXT, text TEXT, sort INTEGER, path TEXT, line INTEGER, col INTEGER,
    counts INTEGER, PRIMARY KEY (story, lang, kind, key)
) WITHOUT ROWID;
CREATE TABLE term (
    kind TEXT, key TEXT, lang TEXT, label TEXT, slug TEXT, folded TEXT, url TEXT, description TEXT, path TEXT,
    sort INTEGER, story TEXT, place TEXT, line INTEGER, col INTEGER, spelled TEXT, PRIMARY KEY (kind, key, lang)
) WITHOUT ROWID;
CREATE INDEX term_folded ON term (kind, lang, folded);
CREATE INDEX term_slug ON term (kind, lang, slug) WHERE url != '';
CREATE TABLE reference (story TEXT, lang TEXT, target TEXT, PRIMARY KEY (target, lang, story)) WITHOUT ROWID;
CREATE INDEX reference_story ON reference (story, lang);
CREATE TABLE correction (
    lang TEXT, day TEXT, epoch INTEGER, story TEXT, number INTEGER, PRIMARY KEY (lang, epoch, story, number)
) WITHOUT ROWID;
CREATE TABLE mention (
    path TEXT, number INTEGER, story TEXT, lang TEXT, counts INTEGER, kind TEXT, target TEXT, reference BLOB,
    PRIMARY KEY (path, number)
) WITHOUT ROWID;
CREATE INDEX mention_target ON mention (target);
CREATE INDEX mention_story ON mention (story, lang);
CREATE TABLE claim (
    kind TEXT, key TEXT, story TEXT, lang TEXT, url TEXT, folded TEXT, rank INTEGER, sort INTEGER, counts INTEGER,
    path TEXT, line INTEGER, col INTEGER, operation TEXT, PRIMARY KEY (kind, key, story, lang)
) WITHOUT ROWID;
CREATE INDEX claim_folded ON claim (folded);
CREATE INDEX claim_story ON claim (story);
CREATE TABLE chosen (
    story TEXT, lang TEXT, template TEXT, path TEXT, line INTEGER, col INTEGER, PRIMARY KEY (story, lang)
) WITHOUT ROWID;
CREATE TABLE alias (url TEXT PRIMARY KEY, story TEXT, lang TEXT) WITHOUT ROWID;
CREATE INDEX alias_story ON alias (story);
CREATE TABLE promise (
    folded TEXT PRIMARY KEY, url TEXT, kind TEXT, lang TEXT, key TEXT, number INTEGER, moment TEXT, accepted INTEGER
) WITHOUT ROWID;
CREATE INDEX promise_owner ON promise (kind, key, lang);
CREATE TABLE forgotten (hash TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE ledger (year TEXT PRIMARY KEY, text TEXT) WITHOUT ROWID;
CREATE TABLE moved (
    url TEXT PRIMARY KEY, kind TEXT, lang TEXT, key TEXT, number INTEGER, for_now INTEGER
) WITHOUT ROWID;
CREATE TABLE rule (
    number INTEGER PRIMARY KEY, address TEXT, folded TEXT, target TEXT, addresses INTEGER, line INTEGER, col INTEGER,
    matched INTEGER
);
CREATE INDEX rule_folded ON rule (folded);
CREATE TABLE lost (url TEXT PRIMARY KEY, kind TEXT, lang TEXT, key TEXT) WITHOUT ROWID;
CREATE INDEX lost_owner ON lost (kind, key, lang);
CREATE INDEX moved_to ON moved (kind, key, lang);
CREATE TABLE file (
    path TEXT, kind TEXT, disk TEXT, url TEXT, hash TEXT, size INTEGER, width INTEGER, height INTEGER,
    credit TEXT, original TEXT, operation TEXT, PRIMARY KEY (path, kind)
) WITHOUT ROWID;
CREATE INDEX file_original ON file (original) WHERE original != '';
CREATE TABLE word (lang TEXT, id TEXT, text TEXT, PRIMARY KEY (lang, id)) WITHOUT ROWID;
CREATE TABLE template (name TEXT PRIMARY KEY, place TEXT, source TEXT, hash TEXT) WITHOUT ROWID;
CREATE TABLE setting (name TEXT PRIMARY KEY, value BLOB) WITHOUT ROWID;
CREATE TABLE diagnostic (owner TEXT, number INTEGER, id TEXT, row BLOB, PRIMARY KEY (owner, number));
CREATE INDEX diagnostic_id ON diagnostic (id);
CREATE TABLE tally (name TEXT PRIMARY KEY, n INTEGER) WITHOUT ROWID;
CREATE TABLE page (
    id INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT, lang TEXT, key TEXT, number INTEGER, url TEXT, output TEXT,
    folded TEXT, template TEXT, phase INTEGER, UNIQUE (kind, lang, key, number)
);
CREATE UNIQUE INDEX page_folded ON page (folded);
"""
#: Indexes that are made after a first build has filled their tables, which is faster.
LATE_INDEXES = """
CREATE INDEX IF NOT EXISTS entry_position ON entry (list, lang, position);
CREATE INDEX IF NOT EXISTS spelling_text ON spelling (kind, key, lang, counts, text);
CREATE INDEX IF NOT EXISTS spelling_sort ON spelling (kind, key, lang, counts, sort, story);
"""

KEPT_TABLES = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;
CREATE TABLE parsed (
    path TEXT PRIMARY KEY, hash TEXT, shown TEXT, kind TEXT, name TEXT, story TEXT, lang TEXT, broken INTEGER,
    faulty INTEGER, marks BLOB, head BLOB
);
CREATE INDEX parsed_story ON parsed (story, path);
CREATE INDEX parsed_named ON parsed (story) WHERE name != story AND kind IN ('article', 'page');
CREATE INDEX parsed_term ON parsed (kind, path) WHERE kind NOT IN ('article', 'page');
CREATE TABLE body (path TEXT PRIMARY KEY, searchable BLOB, body BLOB);
CREATE TABLE dirty (path TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE broken (path TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE refused (path TEXT PRIMARY KEY, story TEXT, is_clash INTEGER) WITHOUT ROWID;
CREATE TABLE good (path TEXT, hash TEXT, data BLOB, PRIMARY KEY (path, hash));
CREATE TABLE public (story TEXT, lang TEXT, path TEXT, state TEXT, PRIMARY KEY (story, lang)) WITHOUT ROWID;
CREATE TABLE media (path TEXT PRIMARY KEY, hash TEXT, look BLOB, fault INTEGER, stand_in TEXT) WITHOUT ROWID;
CREATE INDEX media_fault ON media (path) WHERE fault;
CREATE TABLE good_look (path TEXT, hash TEXT, size INTEGER, look BLOB, PRIMARY KEY (path, hash)) WITHOUT ROWID;
"""
#: What pages asked; which are to be rendered and which files to be removed.
TRACE_TABLES = """
CREATE TABLE asked (id INTEGER PRIMARY KEY, query TEXT UNIQUE, hash BLOB);
CREATE TABLE link (query INTEGER, page INTEGER, PRIMARY KEY (query, page)) WITHOUT ROWID;
CREATE TABLE bundle (id INTEGER PRIMARY KEY, digest BLOB UNIQUE, asked BLOB);
CREATE TABLE bundle_link (query INTEGER, bundle INTEGER, PRIMARY KEY (query, bundle)) WITHOUT ROWID;
CREATE TABLE lookup (id INTEGER PRIMARY KEY, names BLOB UNIQUE);
CREATE TABLE lookup_link (name TEXT, lookup INTEGER, PRIMARY KEY (name, lookup)) WITHOUT ROWID;
CREATE TABLE trace (
    page INTEGER PRIMARY KEY, bundle INTEGER, lookup INTEGER, asked BLOB, hash TEXT, reasons BLOB, at INTEGER
);
CREATE INDEX trace_bundle ON trace (bundle);
CREATE INDEX trace_lookup ON trace (lookup);
CREATE TABLE pending (page INTEGER PRIMARY KEY, reasons BLOB);
CREATE TABLE removal (output TEXT PRIMARY KEY) WITHOUT ROWID;
"""
