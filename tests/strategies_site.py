"""What hypothesis draws of whole sites: stories that get in each other's way, and what editors do to them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from harness import PIXEL, Site, article, page_file, value

LANGS = ("fr", "en")
#: Two of them end alike, one is in no month's folder, one names another's tail.
NAMES = ("2023/04/a", "2023/04/b", "2022/b", "c", "d")
TITLES = ("Sommet", "sommet !", "Élection", "C'est « dit »", "東京", "!!!")
DATES = ("2023-04-16", "2023-04-16 18:05", "2023-04-16T18:05:00+00:00", "2023-04-17", "2022-12-31 23:30", "2024-01-20")
TAGS = ("Chine", "chine", "CHINE", "C", "C++", "Élysée", "elysee", "?", "Paris  Nord")
BODIES = (
    "Un texte.", "[[a]]", "Voir [[b]] et [[c|ceci]].", "[x](a.fr.md#partie)", "## Partie\n\nTexte.", "![Port](p.png)",
    "[doc](/f.pdf)", "[[nulle-part]]", "Note[^1].\n\n[^1]: Ici.", "[[2023/04/a]]\n\n[[d]]",
)  # fmt: skip
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
    image=maybe(st.sampled_from(("p.png", {"src": "/p.png", "alt": "Port", "caption": "Le port"}))),
    publish=maybe(st.sampled_from(("2024-01-20 08:00", "none"))),
    expires=maybe(st.sampled_from(("2024-01-20", "none"))),
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


paths = st.builds("content/{}.{}.md".format, st.sampled_from(NAMES), st.sampled_from(LANGS))
BROKEN = ("---\ntitle: [\n---\n", "---\ntitle: x\ndate: demain\n---\n", "rien", b"\xff\xfe")

saves = st.builds(lambda path, text: Edit("save", path, text), paths, articles)
deletions = st.builds(lambda path: Edit("delete", path), paths)
renames = st.builds(lambda path, to: Edit("rename", path, to=to), paths, paths)
breakable = st.one_of(paths, paths, st.sampled_from(("content/tags/zh.fr.md", "content/topics/t.fr.md")))
breaks = st.builds(lambda path, text: Edit("break", path, text), breakable, st.sampled_from(BROKEN))
pictures = st.sampled_from((
    Edit("picture", "content/2023/04/p.png", PIXEL),
    Edit("picture", "content/p.png", PIXEL[:19] + b"\x09" + PIXEL[20:]),
    Edit("picture", "content/2023/04/p.png"), Edit("document", "content/f.pdf", b"%PDF"),
    Edit("document", "content/f.pdf"),
))  # fmt: skip
term_files = st.sampled_from((
    Edit("term", "content/tags/zh.fr.md", page_file("Chine", "Le pays.", names=["CHINE"], slug="zh")),
    Edit("term", "content/tags/zh.en.md", page_file("China", "A country.", names=["chine"])),
    Edit("term", "content/tags/zh.fr.md"), Edit("term", "content/tags/cpp.fr.md", page_file("C++", slug="cpp")),
    Edit("term", "content/topics/t.fr.md", page_file("Dossier")), Edit("term", "content/topics/t.fr.md"),
    Edit("term", "content/categories/europe.en.md", page_file("The continent", "[[a]]")),
    Edit("page", "content/pages/about.fr.md", page_file("À propos", "[[a]] ![x](/p.png)")),
    Edit("page", "content/pages/about.fr.md"),
))  # fmt: skip
themes = st.sampled_from((
    Edit("template", "templates/latest.html", "{{ page.url }}"), Edit("template", "templates/latest.html"),
    Edit("include", "templates/_pager.html", "<!-- none -->"), Edit("include", "templates/_pager.html"),
    Edit("words", "templates/i18n/fr.yaml", "read-more: Voir\n"), Edit("words", "templates/i18n/fr.yaml"),
    Edit("static", "static/robots.txt", "mine"), Edit("static", "static/x/y.txt", "one"),
    Edit("static", "static/x/y.txt"),
))  # fmt: skip
settings = st.sampled_from((
    ("title", "Autre"), ("page_size", 1), ("page_size", 2), ("feed_size", 1), ("untranslated", "show"),
    ("untranslated", "hide"), ("untranslated", "link"), ("languages", ["fr", "en", "ar"]), ("languages", ["fr", "en"]),
    ("url", "https://news.example/sub/"), ("timezone", "Pacific/Auckland"), ("permalink", "/{lang}/{slug}/"),
    ("trusted_html", True),
)).map(lambda setting: Edit("config", setting=setting))  # fmt: skip
edits = st.one_of(
    saves, saves, saves, saves, breaks, deletions, renames, pictures, term_files,
    themes, settings,
)  # fmt: skip
clocks = st.sampled_from(CLOCKS)
#: A first archive, as files.
archives = st.dictionaries(paths, articles, min_size=1, max_size=6)


def archive(size: int, *, months: int = 2) -> list[tuple[str, str]]:
    """`size` stories from the oldest, as (path, file): a day and a title each."""
    made = []
    for n in range(size):
        date = f"2023-{n % months + 1:02}-{n // months + 1:02}" if n < 28 * months else f"2023-12-{n % 28 + 1:02}"
        made.append((f"content/s{n:03}.fr.md", article(f"Titre {n}", date, tags=["Chine"], authors=["Ana"])))
    return made


__all__ = ["Edit", "archive", "archives", "articles", "clocks", "edits", "value"]
