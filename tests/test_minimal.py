"""What an edit renders: the pages that show what changed, and no others.

One fixed archive; the sets are reasoned from the templates. Of each edit, `needed` are the pages whose bytes change,
and `asked` those that must be looked at again although their bytes stay: they asked a query whose whole answer is
another, of which they show a part that is the same. Finer queries may take pages out of `asked`, nothing may add to it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import pytest

from support.harness import NOW, PIXEL, WIDER, Built, Site, article, page_file, png, stamps

#: Story, date, category, languages; a letter of each month stands alone, so that lists have pages of two.
STORIES = (
    ("s01", "2022-03-01", "europe", "fr en"),
    ("s02", "2022-03-02", "europe", "fr"),
    ("s03", "2022-11-05", "monde", "fr"),
    ("s04", "2022-11-05", "monde", "fr en"),
    ("s05", "2023-01-10", "europe", "fr"),
    ("s06", "2023-01-11", "europe", "fr en"),
    ("s07", "2023-04-16", "monde", "fr"),
    ("s08", "2023-04-16", "europe", "fr"),
    ("s09", "2023-04-20", "europe", "fr en"),
    ("s10", "2023-05-01", "monde", "fr"),
    ("s11", "2023-12-30", "europe", "fr"),
    ("s12", "2024-01-10", "europe", "fr en"),
)
#: The lists of French that follow from it, oldest first, two on a page and the rest on the list's own address:
#: europe: 01 02 | 05 06 | 08 09 | 11 12; monde: 03 04 | 07 10; 2022: 01 02 | 03 04; 2023: 05 06 | 07 08 | 09 10 11.
#: English: europe: 01 06 | 09 12; monde: 04; 2022: 01 04; 2023: 06 09; 2024: 12.
#: The history of the French feed: 01 02 | 03 04 | 05 06 | 07 08 | 09 10, the feed itself: 11 12; of the English one:
#: 01 04, the feed itself: 06 09 12.
KEYS = {
    "s01": {"tags": ["Chine"]},
    "s06": {"image": {"src": "/p.png", "alt": "Un port"}},
    "s07": {"tags": ["Chine"]},
    "s09": {"authors": ["Ana"]},
    "s11": {"authors": ["Ana"], "body": "[[s02]]"},
}


def text(story: str, lang: str = "fr", **changes: object) -> str:
    """The file of a story, with some keys changed. Slugs are written, so that a headline moves nothing."""
    _, date, category, _ = next((row for row in STORIES if row[0] == story), (story, "2024-01-12", "europe", "fr"))
    title = f"{'Titre' if lang == 'fr' else 'Title'} {story[1:]}"
    keys = {"title": title, "date": date, "categories": [category], "slug": story} | KEYS.get(story, {}) | changes
    return article(**keys)  # type: ignore[arg-type]


def edit(story: str, lang: str = "fr", **changes: object) -> Callable[[Site], None]:
    return lambda site: site.story(f"{story}.{lang}", text(story, lang, **changes))


def write(path: str, data: str | bytes) -> Callable[[Site], None]:
    return lambda site: (site.write(path, data), None)[1]


@pytest.fixture
def built(site: Site) -> Site:
    site.configure(page_size=2, feed_size=2)
    for story, _, _, langs in STORIES:
        for lang in langs.split():
            site.story(f"{story}.{lang}", text(story, lang))
    site.write("content/p.png", PIXEL)
    assert site.build().ids == []
    return site


def pages(*names: str) -> frozenset[str]:
    """Output paths: an address stands for its page, `+` after an article's address for its index.json too."""
    found = set()
    for name in names:
        folder = name.removesuffix("+")
        if folder != name:
            found.add(f"{folder}index.json")
        found.add(f"{folder}index.html" if folder.endswith("/") else folder)
    return frozenset(found)


def feeds(*lists: str) -> frozenset[str]:
    return frozenset(f"{name}feed.{form}" for name in lists for form in ("atom", "json"))


@dataclass(frozen=True)
class Case:
    """`files`: what is copied, not rendered, whether or not a build counts it as rendered."""

    name: str
    edit: Callable[[Site], None]
    needed: frozenset[str] = frozenset()
    asked: frozenset[str] = frozenset()
    files: frozenset[str] = frozenset()
    removed: frozenset[str] = frozenset()
    before: Callable[[Site], None] | None = None
    now: str = NOW
    options: dict[str, bool] = field(default_factory=dict)


#: A story of 12 January: on its own page and day, which are new, and wherever the newest stand. `fr/europe/` now shows
#: 11 12 13: the numbered pages stay as they are. The months and years that have articles are the same, and so are the
#: sitemap's shards.
_NEWCOMER = pages(
    "fr/2024/01/12/",
    "fr/2024/01/",
    "fr/2024/",
    "fr/europe/",
    "fr/",
    "fr/en-continu/",
    "fr/2024/01/s12/",
    "sitemap-2024-01.xml",
    "newsgen-ledger/next.txt",
) | feeds("fr/", "fr/europe/")

CASES = (
    Case("nothing", lambda site: None),
    Case("the same bytes saved again", edit("s05")),
    Case("the body of an old article", edit("s05", body="Autre."),
         pages("fr/2023/01/s05/+", "fr/feed-3.atom")),
    # Feeds of the site and of categories have full content.
    Case("the body of the newest", edit("s12", body="Autre."), pages("fr/2024/01/s12/+") | feeds("fr/", "fr/europe/")),
    Case(
        "a headline", edit("s05", title="Neuf"),
        # Its lists, the running feed, and its neighbours.
        pages("fr/2023/01/s05/+", "fr/europe/page/2/", "fr/2023/01/10/", "fr/2023/01/", "fr/2023/page/1/",
              "fr/en-continu/", "fr/2022/11/s04/", "fr/2023/01/s06/", "fr/feed-3.atom"),
        # The sitemap asks the whole article and shows its address and date.
        pages("sitemap-2023-01.xml"),
    ),
    Case("a new story", write("content/s13.fr.md", text("s13")), pages("fr/2024/01/s13/+") | _NEWCOMER),
    Case(
        "a story that is deleted", lambda site: site.remove("content/s10.fr.md"),
        # Home shows the newest of each category; monde has three entries left: one page. May leaves the calendar and
        # the sitemap's shards. The feed takes 09 back from the last document of its history.
        pages("fr/", "fr/monde/", "fr/2023/", "fr/en-continu/", "fr/2023/04/s09/", "fr/2023/12/s11/", "sitemap.xml",
              "fr/feed-4.atom", "newsgen-ledger/next.txt")
        | feeds("fr/", "fr/monde/"),
        removed=pages("fr/2023/05/s10/+", "fr/2023/05/01/", "fr/2023/05/", "fr/monde/page/1/", "sitemap-2023-05.xml",
                      "fr/feed-5.atom"),
    ),
    Case(
        "a tag added", edit("s08", tags=["Chine"]),
        pages("fr/2023/04/s08/+", "fr/tags/chine/", "fr/feed-4.atom")
        | feeds("fr/tags/chine/"),
        pages("sitemap-2023-04.xml", ),
    ),
    Case(
        "the label of a tag",
        write("content/tags/chine.fr.md", page_file("La Chine", "", names=["Chine"], slug="chine")),
        # Articles with the tag, their feeds (07 is in that of monde), the tag's own page and the overview.
        pages("fr/2022/03/s01/+", "fr/2023/04/s07/+", "fr/tags/chine/", "fr/tags/", "fr/feed-1.atom", "fr/feed-4.atom")
        | feeds("fr/tags/chine/", "fr/monde/"),
        # If the lists of a category or day offered tags they would be here; they do not.
    ),
    Case("words of the 404 page", write("templates/i18n/fr.yaml", "not-found-text: Rien ici.\n"), pages("404.html")),
    Case("words of one list", write("templates/i18n/fr.yaml", "corrections-intro: Oh.\n"), pages("fr/corrections/")),
    Case("words that no page shows", write("templates/i18n/fr.yaml", "withdrawn: Ôté\n")),
    Case("the stylesheet", write("static/assets/style.css", "a {}"), files=pages("assets/style.css")),
    Case("the template of 404", write("templates/404.html", "{{ page.url }}"), pages("404.html")),
    Case("a template that no page uses", write("templates/essai.html", "{{ page.url }}")),
    Case(
        "a template with other bytes that says the same",
        write("templates/robots.txt", "{# mine #}{% extends 'theme/robots.txt' %}"), asked=pages("robots.txt"),
    ),
    Case(
        "a correction", edit("s09", corrections=[{"date": "2024-01-02", "text": "Un chiffre."}]),
        # It is the newest change of the article: for the sitemap, and for the feed of its author.
        pages("fr/2023/04/s09/+", "fr/corrections/", "sitemap-2023-04.xml", "fr/feed-5.atom")
        | feeds("fr/corrections/", "fr/auteurs/ana/"),
        pages(),
    ),
    Case(
        "the headline of a cross-link's target", edit("s02", title="Neuf"),
        pages("fr/2022/03/s02/+", "fr/feed-1.atom", "fr/europe/page/1/", "fr/2022/03/02/", "fr/2022/03/",
              "fr/2022/page/1/", "fr/en-continu/", "fr/2022/03/s01/", "fr/2022/11/s03/")
        # 11 links to it, and stands whole in two feeds. Its index.json has the words of its own text only.
        | pages("fr/2023/12/s11/") | feeds("fr/", "fr/europe/"),
        pages("sitemap-2022-03.xml"),
    ),
    Case(
        "a translation", edit("s05", "en"),
        # Both versions, their day in both languages (its English page is new, the French one leads there), the English
        # lists; English europe is 01 05 | 06 09 12 then, whose feed shows the newest two, which stay. The site's feed
        # gives 06 to its history, which gets a second document: 05 06.
        pages("en/feed-1.atom", "en/feed-2.atom", "en/feed.atom", "en/feed.json", "en/2023/01/s05/+",
              "fr/2023/01/s05/+", "sitemap-2023-01.xml", "en/2023/01/10/", "fr/2023/01/10/", "en/",
              "en/europe/page/1/", "en/europe/", "en/latest/", "en/2023/01/", "en/2023/", "en/2022/11/s04/",
              "en/2023/01/s06/", "newsgen-ledger/next.txt"),
    ),
    Case(
        "a picture of another size", write("content/p.png", WIDER),
        pages("fr/2023/01/s06/", "fr/europe/page/2/", "fr/2023/01/11/", "fr/2023/01/", "fr/2023/page/1/",
              "en/2023/01/s06/", "en/europe/page/1/", "en/2023/01/11/", "en/2023/01/", "en/2023/",
              "fr/feed-3.atom", "en/feed.atom", "en/feed.json"),
        # They ask for article or teaser, and show no size: index.json, running feed, neighbours, sitemap.
        pages("fr/2023/01/s06/+", "en/2023/01/s06/+", "fr/en-continu/", "en/latest/",
              "fr/2023/01/s05/", "fr/2023/04/s07/", "en/2022/11/s04/", "en/2023/04/s09/", "sitemap-2023-01.xml"),
        files=pages("media/p.png"),
    ),
    Case(
        "a picture of other bytes and equal size", write("content/p.png", png(3, 2, b"red")),
        files=pages("media/p.png"),
    ),
    Case("a picture that nobody shows", write("content/q.png", PIXEL)),
    Case(
        "an embargo that passes", lambda site: None, pages("fr/2024/01/s14/+", "sitemap-news.xml") | _NEWCOMER,
        before=edit("s14", publish="2024-01-20 08:00"), now="2024-01-21T12:00:00+01:00",
    ),
    Case("an embargoed story saved", edit("s14", body="Autre.", publish="2024-01-20 08:00"),
         before=edit("s14", publish="2024-01-20 08:00")),
    # The news sitemap asks for the news of two days: none, before and after.
    Case("a clock that passes nothing", lambda site: None, now="2024-01-16T12:00:00+01:00"),
    Case("news that leave their window", lambda site: None, pages("sitemap-news.xml"),
         before=edit("s15", date="2024-01-14"), now="2024-01-19T12:00:00+01:00"),
    Case("a draft saved", edit("s16", draft=True)),
    # `extra` belongs to the article, so whoever asks for the article is asked again.
    Case("a field of the site's own", edit("s05", extra={"colour": "red"}), frozenset(),
         pages("fr/2023/01/s05/+", "fr/feed-3.atom", "sitemap-2023-01.xml")),
    Case("a setting that no template asks", lambda site: site.configure(extra={"k": 1})),
    # It is no publication.
    Case("a build with drafts, of which there are none", lambda site: None, pages("newsgen-ledger/next.txt"),
         options={"drafts": True}),
)  # fmt: skip


def run(site: Site, case: Case) -> Built:
    if case.before:
        case.before(site)
        site.build()
    old = stamps(site)
    case.edit(site)
    built = site.build(now=case.now, **case.options)
    new = stamps(site)
    assert {name for name in new if old.get(name) != new[name]} == set(built.result.written)
    return built


def is_of_search(name: str) -> bool:
    """Whether a file belongs to search, of which test_search.py says what touches it."""
    return name.startswith(("fr/recherche/", "en/search/"))


def beside_search(names: Iterable[str]) -> set[str]:
    return {name for name in names if not is_of_search(name)}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name.replace(" ", "-"))
def test_an_edit_writes_and_renders_just_this(built: Site, case: Case) -> None:
    result = run(built, case).result
    assert beside_search(result.written) == case.needed | case.files
    assert beside_search(result.removed) == case.removed
    rendered = {name: why for name, why in result.rendered.items() if not is_of_search(name)}
    assert len(result.rendered) - len(rendered) <= 4, "of each language of a story one index, and the page"
    assert set(rendered) >= case.needed
    assert set(rendered) <= case.needed | case.asked | case.files
    assert all(rendered.values()), "each page has a reason"


def test_the_title_of_the_site_is_on_every_page_of_its_language(built: Site) -> None:
    built.configure(title={"fr": "Nouveau", "en": "Archive in English"})
    result = built.build().result
    ends = (".html", ".atom", "feed.json", "opensearch.xml")
    shown = {name for name in built.tree() if name.endswith(ends)}
    french = {name for name in shown if not name.startswith("en/")}
    assert set(result.written) == french
    # `setting("title")` answers all languages: English pages asked for it too, and show the same.
    rendered = set(result.rendered)
    assert french <= rendered <= shown
    assert not [name for name in rendered if "sitemap" in name or name.endswith("index.json")]


def test_the_stylesheet_of_the_theme_taken_back(built: Site) -> None:
    """The bundled file stands there again."""
    old = built.tree()
    built.write("static/assets/style.css", "a {}")
    built.build()
    built.remove("static/assets/style.css")
    assert set(built.build().result.written) == {"assets/style.css"}
    assert built.tree() == old


@pytest.mark.parametrize("accident", ["lost cache", "clean", "other tools"])
def test_without_memory_everything_is_rendered_and_nothing_written(
    built: Site, accident: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    everything = set(built.tree())
    if accident == "lost cache":
        (built.cache / "catalog.sqlite").unlink()
    elif accident == "other tools":
        monkeypatch.setattr("newsgen.pipeline.run._tools", lambda: "another version")
    result = built.build(clean=accident == "clean").result
    rendered = set(result.rendered)
    everything = {name for name in everything if not is_of_search(name) or name in rendered}
    assert {name for name in everything - rendered if name.endswith((".html", ".xml", ".json", ".atom"))} == set()
    assert not result.written
