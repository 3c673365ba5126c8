"""Names of files in content/ that look like a story's and are read otherwise: editors are told, whatever they meant."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from pathlib import Path

from newsgen.addresses.urls import MARKDOWN, spelling_key
from newsgen.nouns.diagnostics import Diagnostic, Location, diagnose

#: Endings that other systems give to Markdown, and what a program adds to a name that it saves.
_OTHER_MARKDOWN = re.compile(r"\.(?:mdx|mdown|mdwn|mkd|mkdn|mkdown|markdn|rmd|qmd)\Z", re.IGNORECASE)
_ENDING_ADDED = re.compile(r"\.(?:md|markdown)\.[^.]+\Z", re.IGNORECASE)
#: Endings of texts of which the first line tells whether they have front matter.
_TEXT = re.compile(r"\.(?:html?|xhtml|txt|text|rst|adoc|asciidoc|textile|org|tex)\Z|\A[^.]+\.[a-z]{2}\Z", re.IGNORECASE)
_FRONT_MATTER = re.compile(rb"(?:\xef\xbb\xbf)?---[ \t]*\r?\n")


def of_unread(place: str, path: str) -> Diagnostic | None:
    """What to say of a file that is not read as a story; None if it does not look like one.

    `path`: where its bytes are. Of a text with another ending its first bytes are looked at.
    """
    name = place.rpartition("/")[2]
    if _ENDING_ADDED.search(name):
        near = name.rpartition(".")[0]
        language = name.rpartition(".")[2].lower()
        if re.fullmatch("[a-z]{2}", language):  # x.md.fr
            near = f"{re.sub(r'[.](?:md|markdown)$', '', near, flags=re.IGNORECASE)}.{language}.md"
        return diagnose(Location(place), "story-name/unread", name=name, near=near)
    if _OTHER_MARKDOWN.search(name) or (_TEXT.search(name) and _has_front_matter(path)):
        near = f"{name.rpartition('.')[0]}.md" if "." in name else f"{name}.md"
        if re.fullmatch(r"[^.]+\.[a-z]{2}", name):  # x.fr
            near = f"{name}.md"
        return diagnose(Location(place), "story-name/unread", name=name, near=near)
    return None


def _has_front_matter(path: str) -> bool:
    try:
        if not Path(path).is_file():  # a pipe would never end
            return False
        with Path(path).open("rb") as file:
            return _FRONT_MATTER.match(file.read(64)) is not None
    except OSError:
        return False  # told where it is read


def of_read(place: str, languages: tuple[str, ...]) -> Diagnostic | None:
    """What to say of a story whose name ends as if it named a language, or was no name of a story; None if nothing.

    It is read in the default language all the same, as it ever was.
    """
    name = unicodedata.normalize("NFC", place.rpartition("/")[2])
    stem = name[: -len(next(end for end in MARKDOWN if name.lower().endswith(end)))]
    near = _nearest(stem, languages)
    return diagnose(Location(place), "story-name", name=name, near=near, lang=languages[0]) if near else None


def of_folder(places: Iterable[str], languages: tuple[str, ...]) -> list[Diagnostic]:
    """What to say of names that only the others of their folder explain, of the places of all its files.

    `x-en.md` is told as plainly as any other form where a version stands beside it: `x.md`, `x.fr.md`, `x-fr.md`.
    Alone it is a note, since words may end so (`on-y-est-en.md`), and so are `x2EN.md` and `en.md`; none of the default
    language, in which all of these are read.
    """
    by_lower = {lang.lower(): lang for lang in languages}
    ends = tuple(f"{lang}{ending}" for lang in by_lower for ending in MARKDOWN)
    names = {place.rpartition("/")[2]: place for place in places}
    diagnostics = []
    if any(name.lower().endswith(ends) for name in names):
        language = "|".join(map(re.escape, languages))
        name_and_language = re.compile(rf"(.+?)(?:[-.]({language}))?\.(?:md|markdown)", re.IGNORECASE)
        beside: dict[str, set[str]] = {}
        matches = {name: match for name in names if (match := name_and_language.fullmatch(name))}
        for match in matches.values():
            beside.setdefault(match[1].casefold(), set()).add((match[2] or "").lower())
        for name, match in matches.items():
            stem, lang = match[1], (match[2] or "").lower()
            if lang and name[len(stem)] == "-" and len(beside[stem.casefold()]) > 1:
                near = f"{stem}.{by_lower[lang]}.md"
                fault = diagnose(Location(names[name]), "story-name", name=name, near=near, lang=languages[0])
                diagnostics.append(fault)
            elif end := _end(name, names[name], by_lower):
                near, other = end
                if other != languages[0]:
                    diagnostics.append(
                        diagnose(
                            Location(names[name]),
                            "story-name/end",
                            name=name,
                            near=near,
                            other=other,
                            lang=languages[0],
                        )
                    )
    return [*diagnostics, *_of_steps(sorted(names.values()), by_lower, languages[0])]


def _end(name: str, place: str, by_lower: dict[str, str]) -> tuple[str, str] | None:
    """What to name a story whose name ends as `x-en`, `x2EN`, `xEN` or is `en`, and the language; None of others."""
    stem = name.rpartition(".")[0]
    if stem.lower() in by_lower:
        lang = by_lower[stem.lower()]
        folder = place.split("/")[-2]
        return f"{folder if place.count('/') > 1 else 'name'}.{lang}.md", lang
    head, _, suffix = stem.rpartition("-")
    if not head:
        match = re.fullmatch(r"(.*[0-9a-z])([A-Z]{2})", stem)
        head, suffix = match.groups() if match else ("", "")
    if not head or suffix.lower() not in by_lower:
        return None
    return f"{head}.{by_lower[suffix.lower()]}.md", by_lower[suffix.lower()]


#: What people call folders for what is not to be published yet.
_DRAFTS = ("drafts", "draft", "brouillons", "brouillon", "unpublished", "wip")


#: What people call the folders of terms and pages, by what these are called.
_TERMS = {
    "author": "authors",
    "auteur": "authors",
    "auteurs": "authors",
    "category": "categories",
    "categorie": "categories",
    "catégorie": "categories",
    "catégories": "categories",
    "tag": "tags",
    "page": "pages",
    "source": "sources",
    "topic": "topics",
    "series": "topics",
}


def _of_steps(places: list[str], by_lower: dict[str, str], default: str) -> list[Diagnostic]:
    """What to say of the folders above these files, at the first of them: named as a language is, or for drafts."""
    markdown = [place for place in places if place.lower().endswith(MARKDOWN)]
    if not markdown:
        return []
    diagnostics = []
    steps = markdown[0].split("/")[1:-1]
    if near := _TERMS.get(steps[0].lower() if steps else ""):
        diagnostics.append(diagnose(Location(markdown[0]), "story-name/terms", folder=steps[0], near=near))
    if drafts := next((step for step in steps if step.lower() in _DRAFTS), ""):
        diagnostics.append(diagnose(Location(markdown[0]), "story-name/drafts", folder=drafts))
    folder = next((step for step in steps if by_lower.get(step.lower(), default) != default), "")
    for place in markdown if folder else ():
        stem, _, ending = place.rpartition("/")[2].rpartition(".")
        if "." not in stem:
            near = f"{stem}.{by_lower[folder.lower()]}.{ending}"
            fault = diagnose(Location(place), "story-name/folder", folder=folder, near=near, lang=default)
            return [*diagnostics, fault]
    return diagnostics


def _nearest(stem: str, languages: tuple[str, ...]) -> str:
    by_lower = {lang.lower(): lang for lang in languages}
    if stem.lower().endswith(MARKDOWN):  # x.fr.md.md
        return stem
    head, dot, suffix = stem.rpartition(".")
    # `x_en.md`, `x en.md`, `x (en).md`, `x[en].md`.
    apart = re.fullmatch(r"(.*[^\s_(\[])[\s_]*[\s_(\[]([A-Za-z-]+)[)\]]?", suffix if dot else stem)
    if apart and apart[2].lower() in by_lower and (not dot or apart[1].lower() not in by_lower):
        return f"{head}{dot}{apart[1]}.{by_lower[apart[2].lower()]}.md"
    if not dot:
        return ""
    if suffix.lower() in by_lower:
        return ""
    # `x.fr .md`, `x.fr (1).md`, `x.fr copie.md`: a language, and something behind it.
    first = re.split(r"[\s(_]", suffix, maxsplit=1)[0]
    if first != suffix and first.lower() in by_lower:
        return f"{head}.{by_lower[first.lower()]}.md"
    if not suffix.isalpha() or len(suffix) < 4:
        return ""
    return next((f"{head}.{lang}.md" for lang in languages if spelling_key(suffix) in _names(lang, languages)), "")


def _names(lang: str, languages: tuple[str, ...]) -> set[str]:
    """What people call a language: in English, in itself, and in the languages of the site."""
    # Imported here: most builds see no such name, and Babel costs a tenth of the start-up.
    from babel import Locale, UnknownLocaleError

    try:
        locale = Locale.parse(lang, sep="-")
        names = [locale.get_language_name(other.replace("-", "_")) for other in ("en", lang, *languages)]
    except (UnknownLocaleError, ValueError):
        return set()
    return {spelling_key(name) for name in names if name}
