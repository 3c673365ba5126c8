"""A story that is begun: a file for each language, or those that a story lacks in other languages."""

# A story's versions find each other by their files' name, so a translation is written beside its original, under the
# same name. It has no `date` and no `categories`: these are the story's, and stand where the original has them. It is a
# draft by a line of its own, which holds nothing back that was published (CONTENT.md §2, "Holding back"). Where an
# original is another story than its path says, by its key `story`, so is its translation.

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from difflib import get_close_matches
from pathlib import Path

import msgspec

from newsgen.addresses import urls
from newsgen.index import stories
from newsgen.ledger.lines import FOLDER as LEDGER
from newsgen.nouns.diagnostics import NewsgenError
from newsgen.nouns.model import TERM_FOLDERS, FrontMatter, SourceKind, When
from newsgen.pages.wanted import claimant
from newsgen.parsing import frontmatter
from newsgen.pipeline import CONFIG_NAME
from newsgen.settings import yaml_nodes
from newsgen.settings.config import Config, zone


class Begun(msgspec.Struct, frozen=True):
    """The files that were written; the one that they translate, "" where the story is new; and whether a build without
    a ledger would hold that one back with them."""

    paths: tuple[str, ...]
    original: str = ""
    holds_original: bool = False


class _Words(msgspec.Struct, frozen=True):
    """Headline and slug of one version."""

    headline: str
    slug: str


def new(
    root: Path,
    config: Config,
    title: str,
    *,
    now: datetime,
    titles: Mapping[str, str] | None = None,
    languages: Sequence[str] = (),
    category: str = "",
    day: str = "",
    slug: str = "",
) -> Begun:
    """Writes one file for each language; a draft, until its line `draft: true` is deleted.

    `titles` has headlines of their own for some languages; each such language has a slug of its own too. `day` is the
    story's `date` as front matter has it, default the minute of `now`. The file name is the slug of `title`; where a
    file of that name is there in another language, what is written is its translation.
    Raises: NewsgenError if a file is there already, or if a value cannot be used; then nothing is written.
    """
    chosen = _declared(config, languages) or config.languages
    words = _words(config, title, titles or {}, languages=chosen, slug=slug)
    when = day or now.isoformat(" ", "minutes")[:16]
    stem = f"content/{_month(when, config)}/{slug or _slug_of(title)}"
    if versions := _versions(root, stem, config):
        if category:
            raise NewsgenError(f"{_first(versions, config)} has the categories of the story: leave out `--category`")
        return _translations(root, config, versions, words)
    category = _category(config, category)
    texts = {}
    for lang in chosen:
        # Keys of the story stand in one file, so that there is one place to change them.
        shared = [f"date: {when}", f"categories: [{category}]", "draft: true"] if lang == chosen[0] else []
        texts[f"{stem}.{lang}.md"] = _text(words[lang], [*shared, "lead:", "tags: []"])
    for (path, text), lang in zip(texts.items(), chosen, strict=True):
        _prove(path, text, words[lang].headline, config, kind="article")
    _write_new(root, texts)
    return Begun(tuple(texts))


def translate(
    root: Path,
    config: Config,
    title: str,
    *,
    original: str,
    titles: Mapping[str, str] | None = None,
    languages: Sequence[str] = (),
    slug: str = "",
) -> Begun:
    """Writes the versions that a story or page lacks, beside the one that is there; each is a draft of its own.

    `original` is a file of it, or its story id. Raises: NewsgenError as `new` does.
    """
    versions = _versions(root, _stem(root, original, config), config)
    chosen = _declared(config, languages) or tuple(lang for lang in config.languages if lang not in versions)
    if not chosen:
        raise NewsgenError(f"{_first(versions, config)} has a version in each language of {CONFIG_NAME} already")
    return _translations(root, config, versions, _words(config, title, titles or {}, languages=chosen, slug=slug))


def _words(
    config: Config, title: str, titles: Mapping[str, str], *, languages: Sequence[str], slug: str
) -> dict[str, _Words]:
    """Headline and slug of each language. Raises: NewsgenError for one that cannot be."""
    if not title.strip():
        raise NewsgenError("a story needs a title")
    words = {}
    for lang in languages:
        headline = " ".join(titles.get(lang, title).split())
        own = _slug_of(headline) if lang in titles or not slug else slug
        if is_reserved(config, lang, own):
            raise NewsgenError(f"the slug `{own}` is reserved: write `--slug article-{own}`")
        words[lang] = _Words(headline, own)
    return words


def _text(words: _Words, keys: Sequence[str]) -> str:
    return "\n".join(["---", f"title: {yaml_text(words.headline)}", f"slug: {words.slug}", *keys, "---", "", ""])


# ---- the versions that there are
def _stem(root: Path, original: str, config: Config) -> str:
    """The path of a story's files without language and ending. Raises: NewsgenError if it has none."""
    top = os.path.realpath(root)
    for path in (Path(original), root / original):
        place = os.path.relpath(os.path.realpath(path.parent), top).replace(os.sep, "/")
        if path.is_file() and path.name.lower().endswith(urls.MARKDOWN) and f"{place}/".startswith("content/"):
            named = urls.story_and_language(f"{place}/{path.name}", config.languages)
            return str(named.story_id)
    stem = f"content/{original.strip('/').removeprefix('content/')}"
    if not _versions(root, stem, config):
        raise NewsgenError(f"`{original}` is no file of a story: name one, such as content/2023/04/summit.fr.md")
    return stem


def _versions(root: Path, stem: str, config: Config) -> dict[str, str]:
    """The files of a story by their language, as they are named."""
    folder, _, _ = stem.rpartition("/")
    versions: dict[str, str] = {}
    for name in sorted(os.listdir(root / folder)) if (root / folder).is_dir() else ():
        if name.lower().endswith(urls.MARKDOWN):
            named = urls.story_and_language(f"{folder}/{name}", config.languages)
            if urls.address_key(named.story_id) == urls.address_key(stem):
                versions.setdefault(named.lang, f"{folder}/{name}")
    return versions


def _first(versions: Mapping[str, str], config: Config) -> str:
    """The version that a translation takes from: the first in the order of the languages."""
    return next((versions[lang] for lang in config.languages if lang in versions), next(iter(versions.values())))


def _translations(root: Path, config: Config, versions: Mapping[str, str], words: Mapping[str, _Words]) -> Begun:
    original = _first(versions, config)
    if there := next((versions[lang] for lang in words if lang in versions), ""):
        more = f"`newsgen new --translate {original} TITLE` begins what is not there"
        raise NewsgenError(f"{there} is there already; nothing was written: {more}")
    kind, front = _original(root, original, config)
    keys = [f"story: {yaml_text(front.story.value)}"] if front.story else []
    # Its own, in each: translations are ready one after the other.
    keys += ["draft: true", "lead:", *(["tags: []"] if kind == "article" else [])]
    stem = urls.story_and_language(original, config.languages).story_id
    texts = {}
    for lang, own in words.items():
        path = f"{stem}.{lang}.md"
        texts[path] = _text(own, keys)
        _prove(path, texts[path], own.headline, config, kind=kind)
    _write_new(root, texts)
    is_free = front.draft is not None or front.publish or {"draft", "publish"} & set(front.declined)
    return Begun(tuple(texts), original, holds_original=not is_free and not any((root / LEDGER).glob("*.txt")))


def _original(root: Path, path: str, config: Config) -> tuple[SourceKind, FrontMatter]:
    folder = path.split("/")[1]
    if folder in TERM_FOLDERS and path.count("/") > 1:
        raise NewsgenError(f"{path} is about a term, and no story: copy it, and translate what it says")
    kind: SourceKind = "page" if folder == "pages" and path.count("/") > 1 else "article"
    front = frontmatter.read((root / path).read_bytes(), path=path, kind=kind, languages=config.languages).front
    if front is None:
        raise NewsgenError(f"{path} has errors of its own, which `newsgen check` shows")
    return kind, front


# ---- values
def _declared(config: Config, languages: Sequence[str]) -> tuple[str, ...]:
    known = {lang.lower(): lang for lang in config.languages}
    for lang in languages:
        if lang.lower() not in known:
            listed = ", ".join(config.languages)
            raise NewsgenError(f"the language `{lang}` is not declared in {CONFIG_NAME}; declared are: {listed}")
    return tuple(dict.fromkeys(known[lang.lower()] for lang in languages))


def _category(config: Config, wanted: str) -> str:
    known = [category.id for category in config.categories]
    if not known:
        raise NewsgenError(f"{CONFIG_NAME} declares no category: write `categories: {{news: News}}` there first")
    if wanted and wanted not in known:
        near = get_close_matches(wanted, known, 1, 0.5)
        advice = f"did you mean `{near[0]}`?" if near else f"declared are: {', '.join(known)}"
        raise NewsgenError(f"no category `{wanted}`; {advice}")
    return wanted or known[0]


def _month(when: str, config: Config) -> str:
    """The folder of a story: `2023/04`, in the site's time zone."""
    front = frontmatter.read(
        f"---\ndate: {yaml_text(when)}\n---\n".encode(), path="--date", kind="article", languages=config.languages
    )
    if front.front is None or front.front.date is None:
        hints = " ".join(d.hint for d in front.diagnostics if d.hint)
        raise NewsgenError(f"`{when}` is not a date{': ' + hints if hints else ''}")
    moment, _ = stories.moment(When(front.front.date.value, 1, 1), zone(config))
    return moment.day[:7].replace("-", "/")


def _slug_of(title: str) -> str:
    slug = urls.slugify(title)
    if not slug:
        raise NewsgenError(f"no address can be made of the title `{title}`: write `--slug some-words` as well")
    if not urls.is_slug(slug):
        raise NewsgenError(f"`{slug}` is not a slug")
    return slug


def yaml_text(text: str) -> str:
    """The text as front matter writes it, without quotes where they are not needed."""
    is_plain = re.fullmatch(r"[^\W_][^:#\"\\\[\]{}]*", text) and text.lower() != "none"
    return text if is_plain else yaml_nodes.quoted(text)


def _prove(path: str, text: str, headline: str, config: Config, *, kind: SourceKind) -> None:
    """Raises: NewsgenError if the file that would be written cannot be read as it is meant."""
    document = frontmatter.read(text.encode("utf-8", "replace"), path=path, kind=kind, languages=config.languages)
    if document.front is None or document.diagnostics:
        faults = "; ".join(f"{d.message} ({d.hint})" if d.hint else d.message for d in document.diagnostics)
        raise NewsgenError(faults or f"`{headline}` cannot be a title")
    if document.front.title is None or document.front.title.value != headline:
        raise NewsgenError(f"`{headline}` cannot be a title")


def _write_new(root: Path, texts: dict[str, str]) -> None:
    for path in texts:
        folder = (root / path).parent
        taken = {urls.address_key(name): name for name in os.listdir(folder)} if folder.is_dir() else {}
        other = taken.get(urls.address_key(Path(path).name))
        if other:
            raise NewsgenError(f"{Path(path).parent}/{other} is there already; nothing was written")
    try:
        for path, text in texts.items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            with (root / path).open("x", encoding="utf-8", newline="\n") as file:
                file.write(text)
    except OSError as fault:
        raise NewsgenError(f"{path} cannot be written: {fault.strerror}") from fault


def is_reserved(config: Config, lang: str, slug: str) -> bool:
    """Whether another page could have an address with this slug (CONTENT.md §5); `index` says so at each build."""
    url = urls.permalink(config.permalink, lang=lang, date=date(2023, 4, 16), slug=slug)
    return bool(claimant(config, lang, url, slug))
