"""What rendering a page used is recorded, all of it: no page changes unless its trace says so."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing

import pytest
from msgspec.structs import replace

from newsgen.catalog.store import Catalog
from newsgen.nouns.model import Page, Trace
from newsgen.rendering.renderer import FUNCTIONS, Rendered, Renderer
from support.harness import PIXEL, WIDER, Site, article, page_file


def small_archive(site: Site) -> None:
    """A bit of every kind of page, template and reference."""
    site.configure(page_size=2, feed_size=3)
    for n in range(1, 7):
        site.story(
            f"2023/04/a{n}.fr",
            title=f"Titre {n}",
            date=f"2023-04-{n:02}",
            tags=["Chine", f"Sujet {n}"],
            authors=["Ana"],
            categories=["europe"],
            body=f"Corps {n}.\n\n[[a{n % 6 + 1}]]\n\n## Partie",
        )
    site.story("2023/04/a1.en", title="Title 1", tags=["China"], slug="one", date=None, categories=None)
    site.story(
        "2023/05/b.fr",
        title="Photo",
        date="2023-05-02",
        image={"src": "b.png", "alt": "Une place", "caption": "Ici"},
        source={"name": "Agence", "url": "https://agence.example/"},
        topics=["dossier"],
        lead="Un *chapô*.",
        corrections=[{"date": "2023-05-03", "text": "Un chiffre."}],
        aliases=["/vieux/"],
        related=["a2"],
        body='![Un port](b.png "Le port ©AFP") et [a1](../04/a1.fr.md#partie).',
    )
    site.write("content/2023/05/b.png", PIXEL)
    site.story("2023/06/later.fr", title="Secret", date="2024-02-01", body="Plus tard.")
    site.story("2023/03/gone.fr", title="Parti", date="2023-03-01", gone="Erreur.")
    site.write("content/topics/dossier.fr.md", page_file("Un dossier"))
    site.write("content/tags/chine.fr.md", page_file("Chine", "Le pays.", description="Sur la Chine"))
    site.write("content/tags/chine.en.md", page_file("China"))
    site.write("content/categories/europe.fr.md", page_file("Europe", "Le continent."))
    site.write("content/pages/about.fr.md", page_file("À propos"))


def added(site: Site) -> None:
    site.story("2023/07/new.fr", title="Nouveau", date="2023-07-01", tags=["Chine"], body="[[b]]")


EDITS: dict[str, Callable[[Site], object]] = {
    "title": lambda s: s.story("2023/05/b.fr", title="Autre photo", date="2023-05-02"),
    "body": lambda s: s.story("2023/04/a2.fr", title="Titre 2", date="2023-04-02", body="Changé."),
    "heading": lambda s: s.story("2023/04/a1.fr", title="Titre 1", date="2023-04-01", body="## Autre"),
    "date": lambda s: s.story("2023/04/a3.fr", title="Titre 3", date="2022-01-01"),
    "time": lambda s: s.story("2023/04/a3.fr", title="Titre 3", date="2023-04-03 10:00"),
    "tag": lambda s: s.story("2023/04/a4.fr", title="Titre 4", date="2023-04-04", tags=["Europe"]),
    "spelling": lambda s: [s.story(f"2023/04/s{n}.fr", title=f"S{n}", tags=["SUJET 1"]) for n in range(3)],
    "category": lambda s: s.story("2023/04/a4.fr", title="Titre 4", date="2023-04-04", categories=["monde"]),
    "author": lambda s: s.story("2023/04/a4.fr", title="Titre 4", date="2023-04-04", authors=["Bea"]),
    "correction": lambda s: s.story(
        "2023/04/a4.fr", title="Titre 4", date="2023-04-04", corrections=[{"date": "2023-08-01", "text": "Non."}]
    ),
    "translation": lambda s: s.story("2023/04/a2.en", title="Title 2", date=None, categories=None),
    "new story": added,
    "new story with an ambiguous id": lambda s: s.story("2022/a5.fr", title="Homonyme", date="2022-04-01"),
    "deleted story": lambda s: s.remove("content/2023/04/a5.fr.md"),
    "deleted translation": lambda s: s.remove("content/2023/04/a1.en.md"),
    "renamed story": lambda s: s.rename("content/2023/04/a5.fr.md", "content/2023/04/z5.fr.md"),
    "withdrawn story": lambda s: s.story("2023/04/a5.fr", title="Titre 5", date="2023-04-05", gone="Faux."),
    "term file": lambda s: s.write("content/tags/chine.fr.md", page_file("La Chine", "Texte.", names=["Chine"])),
    "category file": lambda s: s.write("content/categories/europe.fr.md", page_file("L'Europe", "Autre.")),
    "page": lambda s: s.write("content/pages/about.fr.md", page_file("Qui nous sommes")),
    "new page": lambda s: s.write("content/pages/contact.fr.md", page_file("Contact")),
    "picture": lambda s: s.write("content/2023/05/b.png", WIDER),
    "deleted picture": lambda s: s.remove("content/2023/05/b.png"),
    "template": lambda s: s.write("templates/latest.html", "{{ page.url }}"),
    "include": lambda s: s.write("templates/_pager.html", "<!-- pager -->"),
    "i18n word": lambda s: s.write("templates/i18n/fr.yaml", "read-more: Voir aussi\n"),
    "config title": lambda s: s.configure(title={"fr": "Nouveau nom", "en": "New name"}),
    "config categories": lambda s: s.configure(categories=dict(reversed(s.settings["categories"].items()))),
    "config category title": lambda s: s.configure(
        categories=s.settings["categories"] | {"monde": {"fr": "Planète", "en": "World"}}
    ),
    "config page_size": lambda s: s.configure(page_size=3),
    "config feed_size": lambda s: s.configure(feed_size=2),
    "config url": lambda s: s.configure(url="https://other.example/sub/"),
    "config untranslated show": lambda s: s.configure(untranslated="show"),
    "config untranslated hide": lambda s: s.configure(untranslated="hide"),
    "config languages": lambda s: s.configure(languages=["fr", "en", "ar"]),
    "config timezone": lambda s: s.configure(timezone="Pacific/Auckland"),
    "config id": lambda s: s.configure(id="news.example,2020"),
    "config paths": lambda s: s.configure(paths={"en": {"tags": "subjects"}}),
    "nothing": lambda s: None,
}
CLOCKS = {"clock past embargo": "2024-02-02T00:00:00+01:00", "clock back": "2023-04-03T12:00:00+02:00"}


def asserts_changes_are_traced(before: dict[str, Trace], old: dict[str, bytes], site: Site) -> None:
    after, new = site.traces(), site.tree()
    for name in set(before) & set(after):
        if old[name] != new[name]:
            trace = replace(before[name], output_hash="") != replace(after[name], output_hash="")
            # A file is a page without a template: its own hash is its trace.
            assert trace or name.startswith("media/"), f"{name} changed, and its trace does not say why"


@pytest.mark.parametrize("edit", [*EDITS, *CLOCKS])
def test_no_page_changes_unless_its_trace_does(site: Site, edit: str) -> None:
    small_archive(site)
    assert site.build().errors == []
    before, old = site.traces(), site.tree()
    EDITS.get(edit, lambda s: None)(site)
    site.build(**({"now": CLOCKS[edit]} if edit in CLOCKS else {}))
    asserts_changes_are_traced(before, old, site)
    assert (site.tree() != old) == (edit != "nothing"), "an edit that changes nothing tests nothing"


def renderer(site: Site) -> Renderer:
    return Renderer(Catalog.reader(site.cache / "catalog.sqlite"), None)


def rendered(site: Site, pages: list[Page]) -> list[Rendered]:
    """The pages, one after another, by one renderer."""
    ours = renderer(site)
    with closing(ours.catalog):
        return [ours.render(page) for page in pages]


def pages_of(site: Site) -> list[Page]:
    with site.catalog() as catalog:
        return [page for page in catalog.pages() if page.template]


def test_a_page_has_the_trace_that_it_has_alone(site: Site) -> None:
    small_archive(site)
    site.write(
        "templates/home.html", '{% import "_m.html" as m %}{{ m.title() }}{% include "_none.html" ignore missing %}'
    )
    site.write("templates/latest.html", '{% from "_m.html" import title %}{{ title() }}')
    site.write(
        "templates/_m.html", '{% set name = setting("title", "fr") %}{% macro title() %}{{ name }}{% endmacro %}'
    )
    assert site.build().errors == []
    pages = pages_of(site)
    kinds = {page.page.kind: page for page in pages}  # one of each: a renderer of its own costs time
    together = dict(zip(pages, rendered(site, pages), strict=True))
    for page in kinds.values():
        (alone,) = rendered(site, [page])
        assert together[page].trace == alone.trace, page.url
        assert together[page].data == alone.data
    recorded = site.traces()
    for page, made in together.items():
        assert made.trace == recorded[page.output], page.url


def test_the_order_of_pages_does_not_matter_to_traces(site: Site) -> None:
    small_archive(site)
    site.build()
    pages = pages_of(site)
    forward = {r.output: r.trace for r in rendered(site, pages)}
    backward = {r.output: r.trace for r in rendered(site, pages[::-1])}
    assert forward == backward


def test_pages_that_asked_the_same_share_one_value(site: Site) -> None:
    small_archive(site)
    site.build()
    made = rendered(site, [page for page in pages_of(site) if page.page.kind == "article-json"])
    assert len(made) > 4
    assert len({id(r.trace.shared) for r in made}) == len({r.trace.shared for r in made})
    assert len({id(r.trace.templates) for r in made}) == 1
    everything = rendered(site, pages_of(site))
    for trace in (r.trace for r in everything):
        assert list(trace.asked) == sorted(set(trace.asked))
        assert list(trace.shared) == sorted(set(trace.shared))
        assert not set(trace.asked) & set(trace.shared)


def test_a_renderer_that_rests_holds_no_view_of_the_catalog(site: Site) -> None:
    """A view that nobody ends would keep the write-ahead log from ever being emptied."""
    site.story("a.fr")
    site.build()
    ours = renderer(site)
    with closing(ours.catalog):
        ours.render(pages_of(site)[0])
        assert ours.catalog.connection.in_transaction
        ours.rest()
        assert not ours.catalog.connection.in_transaction
        ours.rest()


def custom(site: Site, home: str, **others: str) -> tuple[Trace, Trace]:
    """The traces of the two homes with this template."""
    site.story("a.fr")
    site.write("templates/home.html", home)
    for name, text in others.items():
        site.write(f"templates/{name}.html", text)
    assert site.build().errors == []
    traces = site.traces()
    return traces["fr/index.html"], traces["en/index.html"]


@pytest.mark.parametrize("used", ['{% import "m.html" as m %}{{ m.t }}', '{% from "m.html" import t %}{{ t }}'])
def test_imported_templates_are_traced_on_every_page(site: Site, used: str) -> None:
    for trace in custom(site, used, m='{% set t = setting("title")["fr"] %}'):
        assert trace.asked == ()
        assert [query for query, _ in trace.shared] == ['["SettingQuery","title"]']
        assert dict(trace.templates).keys() == {"home.html", "m.html"}


def test_macros_that_ask_are_traced_where_they_are_called(site: Site) -> None:
    home = '{% import "m.html" as m %}{% if page.lang == "fr" %}{{ m.t() }}{% endif %}'
    fr, en = custom(site, home, m='{% macro t() %}{{ word("skip", lang="en") }}{% endmacro %}')
    assert [query for query, _ in fr.shared] == ['["WordQuery","en","skip"]']
    assert (fr.asked, en.asked, en.shared) == ((), (), ())


def test_missing_templates_are_recorded(site: Site) -> None:
    home = '{% include "none.html" ignore missing %}{% include ["nor-this.html", "there.html", "unasked.html"] %}'
    trace, _ = custom(site, home, there="x", unasked="y")
    templates = dict(trace.templates)
    assert templates["none.html"] == templates["nor-this.html"] == ""
    assert templates["there.html"]
    assert "unasked.html" not in templates


def test_template_that_appears_later_changes_the_trace(site: Site) -> None:
    before, _ = custom(site, '{% include "none.html" ignore missing %}')
    site.write("templates/none.html", "now there")
    site.build()
    assert site.traces()["fr/index.html"].templates != before.templates
    assert "now there" in site.read("/fr/")


def test_traces_of_pages_that_are_gone_are_dropped(site: Site) -> None:
    site.story("a.fr")
    site.story("b.fr", title="Reste")
    site.build()
    site.remove("content/a.fr.md")
    site.build()
    with site.catalog() as catalog:
        kept = {page for (page,) in catalog.all("SELECT page FROM trace")}
        assert kept == {page.id for page in catalog.pages()}
        asked = [text for (text,) in catalog.all("SELECT query FROM asked")]
    assert not [text for text in asked if text.startswith(('["ArticleQuery","a"', '["BodyQuery","a"'))]


@pytest.mark.parametrize(
    ("template", "told"),
    [
        ("{{ lipsum() }}", "`lipsum` is undefined"),
        ("{{ [1, 2]|random }}", "no filter is called `random`"),
        ("{{ setting.__self__ }}", "unsafe"),
        ("{{ setting.__func__ }}", "unsafe"),
        ("{{ setting.__globals__ }}", "unsafe"),
        ('{{ "".__class__.__mro__ }}', "unsafe"),
        ("{{ page.__class__ }}", "unsafe"),
        ('{{ (setting|attr("__self__")).catalog }}', "unsafe"),
        ("{{ self.__init__ }}", "unsafe"),
        ("{{ [].append(1) }}", "unsafe"),
        ("{{ catalog }}", "`catalog` is undefined"),
        ("{{ reader }}", "`reader` is undefined"),
        ("{{ now() }}", "`now` is undefined"),
        ("{{ page.nonesuch }}", "page has no `nonesuch`"),
        ('{{ article("a", "fr").nonesuch }}', "article has no `nonesuch`"),
        ('{{ word("no-such-word") }}', "no words with the id `no-such-word`"),
        ('{% include "nonesuch.html" %}', "nonesuch.html"),
        ("{{ 1 / 0 }}", "ZeroDivisionError"),
    ],
)
def test_templates_reach_data_in_no_other_way(site: Site, template: str, told: str) -> None:
    site.story("a.fr")
    site.write("templates/home.html", "\n" + template)
    built = site.build()
    fault = built.errors[0]
    assert fault.id in ("template-failed", "template-invalid")
    assert told in fault.message
    assert (fault.location.path, fault.location.line) == ("templates/home.html", 2)


def test_templates_see_no_more_names_than_are_published(site: Site) -> None:
    site.story("a.fr")
    site.build()
    ours = renderer(site)
    with closing(ours.catalog):
        names = set(ours.environment.globals)
    assert names == {*FUNCTIONS, "range", "dict", "cycler", "joiner", "namespace"}


def test_a_failing_page_keeps_its_last_bytes_and_the_others_are_written(site: Site) -> None:
    site.story("a.fr")
    site.build()
    old = site.read("/fr/")
    site.write("templates/home.html", "{{ nonesuch }}")
    site.story("b.fr", title="Autre")
    built = site.build()
    assert built.one("template-failed").message.endswith("while rendering /fr/ and 1 more page")
    assert site.read("/fr/") == old
    assert site.exists("/fr/2023/04/autre/")


def test_a_template_that_does_not_compile_stops_the_build_before_the_first_write(site: Site) -> None:
    site.story("a.fr")
    site.build()
    old = site.tree()
    site.story("a.fr", title="Autre")
    site.write("templates/home.html", "ok\n{% if %}")
    built = site.build()
    assert built.result.is_stopped
    assert str(built.one("template-invalid").location) == "templates/home.html:2:1"
    assert site.tree() == old


def test_answers_in_a_trace_are_hashes_of_what_was_answered(site: Site) -> None:
    """Two pages that ask one question have one hash for it; another answer has another."""
    small_archive(site)
    site.build()
    seen: dict[str, bytes] = {}
    for trace in site.traces().values():
        for query, hash_ in trace.asked + trace.shared:
            assert seen.setdefault(query, hash_) == hash_, query
    title = next(q for q in seen if q == '["SettingQuery","title"]')
    site.configure(title="X")
    site.build()
    assert dict(site.traces()["fr/index.html"].shared)[title] != seen[title]


def test_bodies_touch_only_their_own_page_and_what_shows_bodies(site: Site) -> None:
    """A body edit changes answers that the article's page, its index.json and full feeds asked for, and no list's."""
    small_archive(site)
    site.build()
    before = site.traces()
    site.write(
        "content/2023/04/a6.fr.md",
        (site.root / "content/2023/04/a6.fr.md").read_text("utf-8").replace("Corps 6.", "Tout autre."),
    )
    site.build()
    after = site.traces()
    changed = {name for name in after if before[name] != after[name]}
    allowed = {"fr/2023/04/titre-6/index.html", "fr/2023/04/titre-6/index.json"}
    allowed |= {f"fr/{where}feed.{kind}" for where in ("", "europe/") for kind in ("atom", "json")}
    allowed.add("fr/recherche/index/2023.json")  # of this language and year only
    assert changed <= allowed
    assert "fr/2023/04/titre-6/index.html" in changed


def test_article_helper_writes_what_it_is_told() -> None:
    assert article(tags=["C++", "a: b"]).splitlines()[4] == 'tags: [C++, "a: b"]'


def test_more_questions_than_are_remembered_are_numbered_alike(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    small_archive(site)
    monkeypatch.setattr("newsgen.catalog.traces._KEPT", 5)
    site.build()
    kept = site.traces()
    monkeypatch.undo()
    site.build(clean=True)
    assert site.traces() == kept
