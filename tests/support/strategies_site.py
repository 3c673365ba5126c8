"""What hypothesis draws of whole sites: stories that get in each other's way, and what editors do to them."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Any

import yaml
from hypothesis import strategies as st

from support.harness import CONFIG, PIXEL, WIDER, Site, article, page_file, value
from support.photos import exif, photo

LANGS = ("fr", "en")
#: Two of them end alike, one is in no month's folder, one names another's tail.
NAMES = ("2023/04/a", "2023/04/b", "2022/b", "c", "d")
TITLES = ("Sommet", "sommet !", "Élection", "C'est « dit »", "東京", "!!!")
DATES = ("2023-04-16", "2023-04-16 18:05", "2023-04-16T18:05:00+00:00", "2023-04-17", "2022-12-31 23:30", "2024-01-20")
TAGS = ("Chine", "chine", "CHINE", "C", "C++", "Élysée", "elysee", "?", "Paris  Nord")
BODIES = (
    "Un texte.",
    "[[a]]",
    "Voir [[b]] et [[c|ceci]].",
    "[x](a.fr.md#partie)",
    "## Partie\n\nTexte.",
    "![Port](p.png)",
    "[doc](/f.pdf)",
    "[doc](/f.html)",
    "[[nulle-part]]",
    "Note[^1].\n\n[^1]: Ici.",
    "[[2023/04/a]]\n\n[[d]]",
)
CLOCKS = (
    "2024-01-15T12:00:00+01:00",
    "2024-01-25T00:00:00+01:00",
    "2023-04-16T20:00:00+02:00",
    "2025-01-01T00:00:00+00:00",
)


def maybe(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """None three times out of four: most articles have few keys."""
    return st.one_of(st.none(), st.none(), st.none(), strategy)


articles = st.builds(
    article,
    title=st.sampled_from(TITLES),
    date=st.one_of(st.sampled_from(DATES), st.sampled_from(DATES), st.none()),
    categories=st.sampled_from((("europe",), ("europe", "monde"), ("monde",), ("europ",), None)),
    body=st.sampled_from(BODIES),
    slug=maybe(st.sampled_from(("x", "sommet", "page", "2023"))),
    tags=maybe(st.lists(st.sampled_from(TAGS), max_size=3)),
    authors=maybe(st.sampled_from((["Ana"], ["Ana", "Bea"], ["ANA"]))),
    topics=maybe(st.sampled_from((["t"], ["nul"]))),
    source=maybe(st.sampled_from(("Agence", {"name": "Agence", "url": "https://agence.example/"}))),
    story=maybe(st.sampled_from(("d", "zz"))),
    related=maybe(st.lists(st.sampled_from(("a", "b", "c")), max_size=2)),
    aliases=maybe(st.sampled_from((["/vieux/"], ["/fr/2023/04/sommet/"], ["/vieux/", "/fr/tags/"]))),
    image=maybe(
        st.sampled_from(
            (
                "p.png",
                {"src": "/p.png", "alt": "Port", "caption": "Le port"},
                {"src": "/p.png", "alt": "Port", "focus": "10% 90%"},
            )
        )
    ),
    publish=maybe(st.sampled_from(("2024-01-20 08:00", "2024-01-22", "2023-06-01", "none"))),
    expires=maybe(st.sampled_from(("2024-01-20", "2024-01-24", "none"))),
    embargo=maybe(st.sampled_from(("2030-01-01", "none"))),
    updated=maybe(st.sampled_from(("2023-05-01", "2023-01-01"))),
    corrections=maybe(st.just([{"date": "2023-06-01", "text": "Un chiffre."}])),
    draft=maybe(st.booleans()),
    gone=maybe(st.just("Retiré.")),
    noindex=maybe(st.booleans()),
    unknown=maybe(st.just("x")),
)


@dataclass(frozen=True)
class Edit:
    """One thing that an editor does: `path` gets `text` (None deletes it), or moves to `to`; or a setting changes."""

    what: str
    path: str = ""
    text: str | bytes | None = None
    to: str = ""
    setting: tuple[str, Any] | None = None

    def __call__(self, site: Site) -> None:
        if self.setting:
            site.configure(**dict([self.setting]))
        elif self.to:
            if (site.root / self.path).exists() and not (site.root / self.to).exists():
                site.rename(self.path, self.to)
        elif self.text is None:
            (site.root / self.path).unlink(missing_ok=True)
        else:
            site.write(self.path, self.text)

    def __str__(self) -> str:
        if self.setting:
            return f"newsgen.yaml: {self.setting[0]} = {self.setting[1]!r}"
        if self.to:
            return f"rename {self.path} to {self.to}"
        if self.text is None:
            return f"delete {self.path}"
        return f"write {self.path} = {self.text!r}"


paths = st.builds("content/{}.{}.md".format, st.sampled_from(NAMES), st.sampled_from(LANGS))
BROKEN = (
    "---\ntitle: [\n---\n",
    "---\ntitle: x\ndate: demain\n---\n",
    "rien",
    b"\xff\xfe",
    "---\ntitle: [\ndraft: true\n---\n",
    "---\ntitle: x\ndate: demain\npublish: 2024-01-20 08:00\n---\n",
    "---\ntitle: x\ndate: 2023-04-16\ncategories: [europe]\n---\nUn.\n\n<!-- deux\n",
    "---\ntitle: x\ntags: [zh]\nrelated: [a]\n---\n<<<<<<< HEAD\nUn [[a]].\n=======\nDeux.\n>>>>>>> x\n",
    b"---\ntitle: \xe9\npublish: 2024-01-20 08:00\n---\n",
    "---\ntitle: x\nstatus: draft\nstory: d\n---\n",
)

saves = st.builds(lambda path, text: Edit("save", path, text), paths, articles)
deletions = st.builds(lambda path: Edit("delete", path), paths)
renames = st.builds(lambda path, to: Edit("rename", path, to=to), paths, paths)
breakable = st.one_of(paths, paths, st.sampled_from(("content/tags/zh.fr.md", "content/topics/t.fr.md")))
breaks = st.builds(lambda path, text: Edit("break", path, text), breakable, st.sampled_from(BROKEN))
#: Wide enough for variants where the configuration wants narrow ones; the third names who made it.
PHOTOS = (
    photo(40, 30, "PNG"),
    photo(30, 40, shift=50),
    photo(48, 20, "PNG", exif=exif(orientation=6, artist="Ana Lima")),
)
NARROW = {"widths": [16, 24], "formats": ["webp"]}
pictures = st.sampled_from(
    (
        Edit("picture", "content/2023/04/p.png", PIXEL),
        Edit("picture", "content/p.png", WIDER),
        Edit("picture", "content/2023/04/p.png"),
        Edit("document", "content/f.pdf", b"%PDF"),
        Edit("picture", "content/p.png", PHOTOS[0]),
        Edit("picture", "content/2023/04/p.png", PHOTOS[1]),
        Edit("picture", "content/p.png", PHOTOS[0][:-40]),
        Edit("document", "content/f.pdf"),
    )
)
term_files = st.sampled_from(
    (
        Edit("term", "content/tags/zh.fr.md", page_file("Chine", "Le pays.", names=["CHINE"], slug="zh")),
        Edit("term", "content/tags/zh.en.md", page_file("China", "A country.", names=["chine"])),
        Edit("term", "content/tags/zh.fr.md"),
        Edit("term", "content/tags/cpp.fr.md", page_file("C++", slug="cpp")),
        Edit("term", "content/topics/t.fr.md", page_file("Dossier")),
        Edit("term", "content/topics/t.fr.md"),
        Edit("term", "content/categories/europe.en.md", page_file("The continent", "[[a]]")),
        Edit("page", "content/pages/about.fr.md", page_file("À propos", "[[a]] ![x](/p.png)")),
        Edit("page", "content/pages/about.fr.md"),
    )
)
themes = st.sampled_from(
    (
        Edit("template", "templates/latest.html", "{{ page.url }}"),
        Edit("template", "templates/latest.html"),
        Edit("include", "templates/_pager.html", "<!-- none -->"),
        Edit("include", "templates/_pager.html"),
        Edit("words", "templates/i18n/fr.yaml", "read-more: Voir\n"),
        Edit("words", "templates/i18n/fr.yaml"),
        Edit("static", "static/robots.txt", "mine"),
        Edit("static", "static/x/y.txt", "one"),
        Edit("static", "static/x/y.txt"),
    )
)
settings = st.sampled_from(
    (
        ("title", "Autre"),
        ("page_size", 1),
        ("page_size", 2),
        ("feed_size", 1),
        ("untranslated", "show"),
        ("untranslated", "hide"),
        ("untranslated", "link"),
        ("languages", ["fr", "en", "ar"]),
        ("languages", ["fr", "en"]),
        ("url", "https://news.example/sub/"),
        ("timezone", "Pacific/Auckland"),
        ("permalink", "/{lang}/{slug}/"),
        ("trusted_html", True),
        ("documents", ["html"]),
        ("search", False),
        ("search", {"period": "month"}),
        ("pictures", NARROW),
        ("pictures", NARROW),
        ("pictures", {"widths": [20], "formats": []}),
    )
).map(lambda setting: Edit("config", setting=setting))
edits = st.one_of(
    saves,
    saves,
    saves,
    saves,
    breaks,
    deletions,
    renames,
    pictures,
    term_files,
    themes,
    settings,
)
clocks = st.sampled_from(CLOCKS)
#: A file that no edit touches: an archive whose last story goes is not built at all (tests/test_archive.py).
FOR_EVER = {"content/pages/toujours.fr.md": page_file(title="Toujours", slug="toujours")}
#: A first archive, as files.
archives = st.dictionaries(paths, articles, min_size=1, max_size=6).map(lambda files: files | FOR_EVER)


# ---- for the state machine (test_machine.py): archives of a few dozen stories, and each kind of edit by itself
#: `[[a]]` fits four of them, until there is a story whose whole id is `a`.
STORIES = (
    *(f"{month}/{letter}" for letter in "abcdef" for month in ("2023/04", "2022/12", "2023/03", "2024/01")),
    "a",
    "d",
)
THIRD = ("fr", "en", "de", "ar")
#: Around them: an embargo, an expiry, and the edges of the news sitemap's window.
MOMENTS = (
    *CLOCKS,
    "2024-01-16T09:59:59+01:00",
    "2024-01-16T10:00:00+01:00",
    "2024-01-20T07:59:59+01:00",
    "2024-01-20T08:00:00+01:00",
)


def first_version(name: str, lang: str) -> str:
    """The file of a story before anybody edits it: valid, with an address of its own, a link and terms."""
    number = STORIES.index(name)
    month = name[:7].replace("/", "-") if "/" in name else "2023-04"
    time = "" if number % 4 else " 10:00"
    return article(
        f"Titre {number}",
        f"{month}-{number % 14 + 1:02}{time}",
        ("europe", "monde")[number % 2 :],
        BODIES[number % len(BODIES)],
        tags=[TAGS[number % 5]],
        authors=["Ana"] if number % 3 else ["ANA", "Bea"],
    )


def first_archive(size: int, languages: list[str]) -> dict[str, str]:
    """`size` stories: all in the first language, two thirds in the second, half in the third."""
    return FOR_EVER | {
        f"content/{name}.{lang}.md": first_version(name, lang)
        for number, name in enumerate(STORIES[:size])
        for place, lang in enumerate(languages)
        if place == 0 or number % (4 - place)
    }


#: One key of an article, or its body, and what it becomes; None takes the key away.
CHANGES: tuple[tuple[str, Any], ...] = (
    *(("body", body) for body in (*BODIES, "Tout autre chose.", "## Autre\n\n[x](2023/04/a.fr.md#partie)")),
    *(("title", title) for title in TITLES),
    *(("date", date) for date in (*DATES, "2024-01-14 10:00", None)),
    *(("slug", slug) for slug in ("x", "X", "titre-1", "titre-2", "page", "2023", None)),
    *(("tags", tags) for tags in (["C"], ["C++"], ["Chine"], ["chine", "C"], ["CHINE", "C++", "?"], None)),
    *(("authors", names) for names in (["Ana"], ["ANA"], ["Ana", "Bea"], None)),
    *(("topics", ids) for ids in (["t"], ["u"], ["t", "nul"], None)),
    *(("source", name) for name in ("Agence", "agence", {"name": "Agence", "url": "https://agence.example/"}, None)),
    *(("categories", ids) for ids in (["europe"], ["monde"], ["monde", "europe"], ["sport"], ["europ"], None)),
    *(("lead", lead) for lead in ("Un *chapô*.", None)), ("kicker", "Chine"), ("description", "Pour les moteurs."),
    *(("image", image) for image in ("/p.png", {"src": "/q.png", "alt": "Quai", "caption": "Un quai ©AFP"},
                                    {"src": "/p.png", "alt": "Port", "focus": "0% 100%"},
                                    {"src": "/p.png", "alt": "Port", "credit": "none"}, None)),
    *(("aliases", urls) for urls in (["/vieux/"], ["/vieux/", "/x/"], ["/fr/2023/04/titre-4/"], ["/fr/tags/"], None)),
    *(("related", ids) for ids in (["a"], ["2023/04/b", "d"], ["f"], None)),
    ("corrections", [{"date": "2023-06-01", "text": "Un chiffre."}]),
    ("corrections", [{"date": "2023-06-01", "text": "Un."}, {"date": "2024-01-01", "text": "Un nom."}]),
    ("corrections", None), ("gone", "Retiré."), ("gone", None),
    *(("draft", value) for value in (True, True, False, "none", None)),
    ("status", "draft"), ("status", "published"), ("status", None),
    *(("publish", time) for time in ("2024-01-20 08:00", "2024-01-16 10:00", "2024-01-14", "none", None)),
    *(("expires", time) for time in ("2024-01-20 08:00", "2023-04-16 20:00", "none", None)),
    *(("updated", time) for time in ("2023-05-01", "2024-01-02 03:04", None)),
    ("noindex", True), ("noindex", None), ("template", "essai.html"), ("template", None), ("location", "Pékin"),
    ("extra", {"colour": "red"}), ("extra", {"colour": "blue"}), ("translation_of", {"lang": "en"}),
    ("translation_of", {"lang": "fr", "date": "2023-04-16"}), ("story", "zz"), ("story", "a"), ("story", None),
)  # fmt: skip


def changed(text: bytes, key: str, to: Any) -> str:
    """The article with one key changed; a file that cannot be read starts from an article that can."""
    try:
        _, head, body = text.decode().split("---\n", 2)
        front = yaml.load(head, yaml.BaseLoader)
    except (ValueError, yaml.YAMLError):
        front = None
    if not isinstance(front, dict):
        front, body = {"title": "Sommet", "date": "2023-04-16", "categories": ["europe"]}, "Texte.\n"
    if key == "body":
        body = f"{to}\n"
    elif to is None:
        front.pop(key, None)
    else:
        front[key] = to
    required = {name: front.pop(name, None) for name in ("title", "date", "categories")}
    return article(body=body.removesuffix("\n"), **required, **front)


@dataclass(frozen=True)
class Change:
    """An editor changes one key of an article, or its body; the file is made if it is not there.

    `how`: "" saves it; "older": another file with an older time takes its place, as `cp -p` and `git` leave it.
    """

    path: str
    key: str
    to: Any
    how: str = ""

    def __call__(self, site: Site) -> None:
        target = site.root / self.path
        text = changed(target.read_bytes() if target.exists() else b"", self.key, self.to)
        if not self.how:
            site.write(self.path, text)
            return
        fresh = site.write(f"{self.path}.tmp", text)
        os.utime(fresh, ns=(0, 1_500_000_000_000_000_000))
        fresh.rename(target)

    def __str__(self) -> str:
        return f"{self.path}: {self.key} = {self.to!r}{' (with an older time)' if self.how else ''}"


@dataclass(frozen=True)
class Touch:
    """What stat does not tell: equal size and time and other bytes; or two files that change places; or a new time."""

    how: str  # same-size, swap, touch
    path: str
    other: str = ""

    def __call__(self, site: Site) -> None:
        one, two = site.root / self.path, site.root / self.other
        if not one.is_file():
            return
        stat = one.stat()
        if self.how == "same-size":
            head, mark, body = one.read_bytes().rpartition(b"---\n")
            one.write_bytes(head + mark + body.swapcase())
            os.utime(one, ns=(stat.st_atime_ns, stat.st_mtime_ns))
        elif self.how == "touch":
            os.utime(one)
        elif two.is_file() and one != two:
            aside = site.root / "aside"
            one.rename(aside)
            two.rename(one)
            aside.rename(two)

    def __str__(self) -> str:
        return f"{self.how} {self.path} {self.other}".rstrip()


def _case(path: str) -> str:
    folder, _, name = path.rpartition("/")
    story, _, rest = name.partition(".")
    return f"{folder}/{story.swapcase()}.{rest}"


story_paths = st.builds("content/{}.{}.md".format, st.sampled_from(STORIES), st.sampled_from(THIRD[:2] * 3 + THIRD[2:]))
changes = st.builds(lambda path, pair: Change(path, *pair), story_paths, st.sampled_from(CHANGES))
#: Files that come, hold each other back and go, of stories of which there is another version (first_version).
holding_changes = st.builds(
    lambda name, lang, pair: Change(f"content/{name}.{lang}.md", *pair),
    st.sampled_from(STORIES[:3]),
    st.sampled_from(THIRD),
    st.sampled_from(
        (
            *(("status", "draft"),) * 3,
            ("status", None),
            ("embargo", "2030-01-01"),
            ("draft", True),
            ("draft", None),
            ("publish", "2024-01-20 08:00"),
            ("publish", None),
            ("gone", "Retiré."),
            ("gone", None),
            ("title", "Sommet"),
            ("date", "2023-04-16"),
            ("date", "demain"),
            ("expires", "2024-01-20 08:00"),
            ("expires", None),
        )
    ),
)
older = st.builds(lambda path, pair: Change(path, *pair, how="older"), story_paths, st.sampled_from(CHANGES))
touches = st.builds(Touch, st.sampled_from(("same-size", "swap", "touch")), story_paths, story_paths)
whole_saves = st.builds(lambda path, text: Edit("save", path, text), story_paths, articles)
story_deletions = st.builds(lambda path: Edit("delete", path), story_paths)
story_renames = st.builds(lambda path, to: Edit("rename", path, to=to), story_paths, story_paths)
case_renames = st.builds(lambda path: Edit("rename", path, to=_case(path)), story_paths) | st.builds(
    lambda path: Edit("rename", _case(path), to=path), story_paths
)
story_breaks = st.builds(
    lambda path, text: Edit("break", path, text),
    story_paths | st.sampled_from(("content/tags/zh.fr.md", "content/topics/t.fr.md", "content/pages/about.fr.md")),
    st.sampled_from(BROKEN),
)


#: Errors against the other files and the configuration: index refuses the file.
story_refusals = st.builds(
    lambda path, front, body: Edit("refuse", path, article("Refusé", **{"body": body, **front})),
    st.sampled_from(tuple(f"content/{name}.{lang}.md" for name in NAMES for lang in LANGS)),
    st.sampled_from(
        (
            {"categories": ["eurpoe"]},
            {"categories": None},
            {"date": None},
            {"slug": "page"},
            {"slug": "sommet"},
            {"story": "d"},
            {"categories": ["eurpoe"], "draft": True},
            {"categories": None, "expires": "2024-01-20"},
        )
    ),
    st.sampled_from(BODIES),
)


def _each(what: str, path: str, *texts: str | bytes) -> tuple[Edit, ...]:
    return *(Edit(what, path, text) for text in texts), Edit(what, path)


#: What a file becomes decides, not what it was: an article that becomes a page, a file without or with a language.
_MOVES = (
    ("content/2023/04/a.fr.md", "content/pages/a.fr.md"),
    ("content/2023/04/a.fr.md", "content/tags/a.fr.md"),
    ("content/2023/04/b.fr.md", "content/2023/04/b.md"),
    ("content/2023/04/b.en.md", "content/2023/04/b.en.txt"),
    ("content/d.fr.md", "content/pages/d.md"),
    ("content/2022/12/a.fr.md", "content/2022/12/_a.fr.md"),
    ("static/x/y.txt", "content/2023/04/f.pdf"),
)
moves = st.sampled_from(
    (
        *(Edit("move", one, to=two) for one, two in _MOVES),
        *(Edit("move", two, to=one) for one, two in _MOVES),
        *_each("save", "content/2023/04/a.md", article("Sans langue", "2023-04-16")),
        *_each("save", "content/2023/04/A.fr.md", article("Grand A", "2023-04-17")),
    )
)
files_edits = st.sampled_from(
    (
        *_each("picture", "content/p.png", PIXEL, WIDER, *PHOTOS),
        *_each("picture", "content/q.png", PIXEL, b"no picture", PHOTOS[1], PHOTOS[1][:-300]),
        *_each("picture", "content/2023/04/p.png", PIXEL, WIDER, PHOTOS[2]),
        *_each("document", "content/f.pdf", b"%PDF", b"%PDF 2", b"<html>"),
        *_each("document", "content/f.html", b"<html>", b"text"),
        Edit("picture", "content/p.png", to="content/q.png"),
        Edit("picture", "content/q.png", to="content/p.png"),
        Edit("picture", "content/p.png", to="content/P.png"),
        Edit("picture", "content/P.png", to="content/p.png"),
        *_each(
            "tag",
            "content/tags/zh.fr.md",
            page_file("Chine", "Le pays.", names=["CHINE"], slug="zh"),
            page_file("La Chine", "[[a]]"),
        ),
        *_each("tag", "content/tags/zh.en.md", page_file("China", "A country.", names=["chine"])),
        *_each("tag", "content/tags/cpp.fr.md", page_file("C++", slug="cpp"), page_file("C++", slug="c")),
        *_each("author", "content/authors/ana.fr.md", page_file("Ana Lima", "![](/p.png)", names=["Ana"])),
        *_each("source", "content/sources/agence.en.md", page_file("The agency", names=["Agence"], slug="agency")),
        *_each(
            "topic", "content/topics/t.fr.md", page_file("Dossier"), page_file("Dossier bis", "[[d]]", slug="dossier")
        ),
        *_each("topic", "content/topics/u.en.md", page_file("Topic")),
        *_each("category", "content/categories/europe.en.md", page_file("The continent", "[[a]]", description="Here.")),
        *_each("category", "content/categories/sport.fr.md", page_file("Le sport", "[f](/f.pdf)")),
        *_each("page", "content/pages/about.fr.md", page_file("À propos", "[[a]] ![x](/p.png)"), page_file("Qui ?")),
        *_each("page", "content/pages/about.en.md", page_file("About", "[x](about.fr.md)", noindex=True)),
        *_each("page", "content/pages/x.fr.md", page_file("X", slug="sommet", related=["a"], draft=True)),
    )
)
_ESSAI = (
    '{% import "_macros.html" as m %}{% include ["_box.html"] ignore missing %}{{ m.line("tags") }}'
    '{{ article(page.key, page.lang).extra }}{{ link("a", page.lang).title }}{{ page_of("tag", page.lang, "c").url }}'
)
theme_edits = st.sampled_from(
    (
        *_each("template", "templates/essai.html", _ESSAI, "{{ page.url }}{{ calendar(page.lang)|length }}"),
        *_each("macro", "templates/_macros.html", "{% macro line(id) %}{{ word(id) }}{% endmacro %}"),
        *_each("include", "templates/_box.html", "<hr>", "{{ menu(page.lang)|length }}"),
        *_each("include", "templates/_pager.html", "<!-- none -->"),
        *_each("include", "templates/_footer.html", "<hr>"),
        *_each("template", "templates/latest.html", "{{ page.url }}"),
        *_each("template", "templates/404.html", '{{ word("not-found", lang="fr") }}'),
        *_each(
            "template", "templates/article.html", '{% extends "theme/article.html" %}{% block share %}{% endblock %}'
        ),
        *_each("words", "templates/i18n/fr.yaml", "read-more: Voir\n", "in-language: sur {language}\nhome: Maison\n"),
        *_each("words", "templates/i18n/en.yaml", "another-article: another one\ntags: Labels\n"),
        *_each("words", "templates/i18n/ar.yaml", "no-entries: '-'\n"),
    )
)
static_edits = st.sampled_from(
    (
        *_each("static", "static/robots.txt", "mine"),
        *_each("static", "static/assets/style.css", "a {}", "b {}"),
        *_each("static", "static/x/y.txt", "one", "two"),
        *_each("static", "static/Notes.txt", "notes"),
        Edit("static", "static/Notes.txt", to="static/notes.txt"),
        Edit("static", "static/notes.txt", to="static/Notes.txt"),
        *_each("static", "static/x", "a file, not a folder"),
        *_each("static", "static/vieux/index.html", "an alias wants this"),
        *_each("static", "static/x/index.html", "too"),
        *_each("static", "static/fr/2023/04/titre-0/index.html", "an article has this"),
        *_each("static", "static/fr/2023/04/titre-4", "a file where a folder is"),
        *_each("static", "static/fr/recherche/index/2023/x.txt", "has no place there"),
        *_each("static", "static/media/p.png", PIXEL),
        *_each("static", "static/pictures/p-png-16.webp", b"in the way"),
    )
)
_TITLES = CONFIG["categories"]
config_edits = st.sampled_from(
    (
        *(("title", t) for t in ("Autre", {"fr": "Archive", "en": "Archive in English"})),
        *(("pictures", p) for p in (NARROW, NARROW, {"widths": [20], "formats": []}, {"widths": []}, None)),
        *(("page_size", n) for n in (1, 2, 3, None)),
        *(("feed_size", n) for n in (1, 2, 3)),
        *(("untranslated", policy) for policy in ("show", "hide", "link")),
        *(("permalink", p) for p in ("/{lang}/{slug}/", "/{lang}/{year}/{month}/{slug}/")),
        *(("url", u) for u in ("https://news.example/", "https://news.example/sub/", "http://other.example/")),
        *(("languages", [*langs]) for langs in (("fr", "en"), THIRD[:3], ("fr", "en", "ar"), ("en", "fr"), THIRD)),
        *(("timezone", zone) for zone in ("Europe/Paris", "Pacific/Auckland")),
        ("trusted_html", True),
        *(("search", value) for value in (False, {"period": "month"}, None)),
        ("trusted_html", None),
        ("id", "example.org,2010"),
        ("description", {"fr": "Des infos"}),
        ("extra", {"k": 1}),
        ("documents", ["html", "xml"]),
        ("documents", None),
        *(("paths", words) for words in ({"en": {"tags": "labels"}}, {"fr": {"latest": "direct"}}, None)),
        ("categories", _TITLES),
        ("categories", {**_TITLES, "sport": {"fr": "Sport", "en": "Sport"}}),
        ("categories", {id_: _TITLES[id_] for id_ in ("monde", "europe")}),
        ("categories", {id_: _TITLES[id_] for id_ in ("europe", "a-la-une")}),
        ("categories", {**_TITLES, "europe": {"fr": {"title": "L’Europe", "slug": "ue"}, "en": "Europe"}}),
    )
).map(lambda setting: Edit("config", setting=setting))
#: What stops a build before it writes anything, and what mends it.
STOPS = (
    Edit("syntax", "templates/_pager.html", "{% if %}"),
    Edit("syntax", "templates/i18n/fr.yaml", "read-more: [\n"),
    Edit("syntax", "newsgen.yaml", "title: [\n"),
    Edit("syntax", "newsgen.yaml", "title: x\nlanguages: [fr]\n"),
)
FAILURE = Edit("failure", "templates/latest.html", "{{ nothing.at.all }}")
moments = st.sampled_from((CLOCKS[0], *MOMENTS))


def archive(size: int, *, months: int = 2) -> list[tuple[str, str]]:
    """`size` stories from the oldest, as (path, file): a day and a title each."""
    made = []
    for n in range(size):
        date = f"2023-{n % months + 1:02}-{n // months + 1:02}" if n < 28 * months else f"2023-12-{n % 28 + 1:02}"
        made.append((f"content/s{n:03}.fr.md", article(f"Titre {n}", date, tags=["Chine"], authors=["Ana"])))
    return made


__all__ = ["Change", "Edit", "Touch", "archive", "archives", "articles", "clocks", "edits", "first_archive", "value"]
