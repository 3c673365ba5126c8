"""Search: what the index holds, who touches it, and that its files come and go with their page."""

from __future__ import annotations

import json
import shutil
import subprocess
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from newsgen.nouns import model
from newsgen.output.manifest import MANIFEST, read_manifest
from newsgen.pipeline import Request
from newsgen.pipeline.verify import verify
from newsgen.search import files as search_files
from newsgen.search.files import SearchEntry, SearchFiles
from newsgen.search.words import fold, searchable, words
from support.accidents import killed, killed_within
from support.harness import NOW, PIXEL, Site, article, audit, differences
from support.searching import SEARCH, found, numbers, page_data, read
from support.tools import program

URL = "/fr/2023/04/sommet/"


SUMMIT: dict[str, Any] = {
    "title": "Sommet à Genève",
    "slug": "sommet",
    "body": "L’élection des élus a lieu.",
    "tags": ["Chine"],
}
AUTRE = "/fr/2023/05/autre/"


def two_languages(site: Site) -> None:
    site.story("2023/04/s.fr", **SUMMIT)
    site.story("2023/04/s.en", title="Summit in Geneva", slug="summit", body="The election takes place.")
    site.story("2023/05/t.fr", title="Autre", slug="autre", date="2023-05-02", body="Rien.", categories=["monde"])
    site.story("2022/05/u.fr", title="Ancien", slug="ancien", date="2022-05-02", body="Une élection passée.")


@pytest.fixture
def built(site: Site) -> Site:
    two_languages(site)
    assert site.build().ids == []
    return site


# ---- words
@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("L’Élection d'Œuvre", {"election", "oeuvre"}),
        ("Straße, Łódź, Ærø", {"strasse", "lodz", "aero"}),
        ("G7 à 7 h, 2 fois", {"g7", "7", "2", "fois"}),
        ("Ёлка и ёж", {"елка", "еж"}),
        ("الانتخاباتُ", {"انتخابات"}),
        ("السلام والسلام فالسلام بالسلام وبالسلام كالسلام للسلام وللسلام", {"سلام"}),
        ("سلام وسلام", {"سلام", "وسلام"}),  # a particle alone may be part of the word: وزير is a minister
        ("والد والدة ألم بالون ولد فلل", {"والد", "والدة", "الم", "بالون", "ولد", "فلل"}),
        ("東京タワー", {"東京", "京タ", "タワ", "ワー", "ー"}),
        ("東", {"東"}),
        ("हिन्दी", {"हिन्दी"}),
        ("a_b, c’est-à-dire", {"est", "dire"}),
        ("L’O.N.U., la C.G.T. et l'É.R.", {"onu", "cgt", "er", "la", "et"}),
        ("R&D at AT&T, U.S. e.g.", {"rd", "at", "us", "eg"}),
        ("fin.Il a.b.2 3.5 M.Dupont", {"fin", "il", "ab", "2", "3", "5", "dupont"}),
        ("", set()),
    ],
)
def test_words_are_folded_and_parted_as_readers_write_them(text: str, wanted: set[str]) -> None:
    # Cyrillic й and ё lose their marks as Latin letters do; one letter of a script with marks is a word of its own.
    assert {word for word in words(text) if word != "и"} == wanted


def test_the_script_of_the_page_parts_a_query_as_the_index_is_parted() -> None:
    texts = [
        "السلام والسلام فالسلام بالسلام وبالسلام كالسلام للسلام وللسلام وسلام والد والدة بالون فلل",
        "L’Élection d'Œuvre, R&D à l'O.N.U. en 2023",
        "Ёлка, हिन्दी, Łódź",
    ]
    module = Path(__file__).parents[1] / "static/assets/search.js"
    script = f"import {{ wordsOf }} from {json.dumps(module.as_uri())};"
    script += f"console.log(JSON.stringify({json.dumps(texts)}.map(wordsOf)));"
    run = [program("node"), "--input-type=module", "-e", script]
    done = subprocess.run(run, capture_output=True, text=True, check=True)
    assert [set(found) for found in json.loads(done.stdout)] == [set(words(text)) for text in texts]


def test_folding_is_the_same_for_every_way_to_write_an_accent() -> None:
    assert fold("E\u0301lection") == fold("Élection") == fold("élection") == "election"


def test_a_word_in_the_title_counts_more_than_one_in_the_text() -> None:
    made = searchable(title="Chine", kicker="", lead="", terms=(), text="la Chine et la France")
    level = dict(zip(made.words.split(" "), made.levels, strict=True))
    assert level["chine"] > level["la"] >= level["france"]
    assert searchable(title="", kicker="", lead="", terms=(), text="") == model.Searchable()


@pytest.mark.parametrize("n", [0, 1, 45, 46, 2115, 2116, 97335, 97336, 10**9])
def test_numbers_are_read_as_they_were_written(n: int) -> None:
    assert numbers(search_files.number(n)) == [n]
    assert numbers(search_files.number(n) + search_files.number(7)) == [n, 7]


def many_texts(count: int = 300) -> list[str]:
    return [f"mot{n} \U00020000 \ufa0e " + " ".join(f"w{n * k}" for k in range(40)) for n in range(count)]


def files_of(texts: list[str]) -> SearchFiles:
    held = [searchable(title="", kicker="", lead="", terms=(), text=text) for text in texts]
    return search_files.files([SearchEntry("/", "T", "", "2023-01-01", ("a",), one) for one in held])


def test_many_words_are_parted_over_small_files() -> None:
    made = files_of(many_texts())
    parts = [data for name, data in made.others if name.endswith(".txt")]
    assert len(parts) > 10 and all(len(data) < search_files.LARGEST_SIZE + 300 for data in parts)
    assert all(len(data) >= search_files.LEAST_SIZE for data in parts[:-1])
    order = [line.split(" ")[0] for data in parts for line in data.decode().splitlines()]
    assert order == sorted(set(order), key=lambda word: word.encode("utf-16-be"))
    # Two letters that folding leaves alone, and whose order in UTF-16 is not that of their code points.
    assert order.index("\U00020000") < order.index("\ufa0e")


@pytest.mark.parametrize("word", ["aaaa", "w55", "w5x", "zzzz", "\u65e5\u672c"])
def test_a_word_more_changes_the_files_around_it_alone(word: str) -> None:
    texts = many_texts()
    old = files_of(texts)
    new = files_of([*texts[:150], f"{texts[150]} {word}", *texts[151:]])
    assert len(old.others) > 30 and old.main != new.main
    assert len(set(new.others) - set(old.others)) <= 3 and len(set(old.others) - set(new.others)) <= 3


def test_an_article_more_changes_the_files_of_its_words_alone() -> None:
    texts = many_texts()
    old, new = files_of(texts), files_of([*texts, "mot12 neuf"])
    assert len(set(new.others) - set(old.others)) <= 5


# ---- what it holds
def test_the_index_finds_words_without_their_accents_in_its_language_only(built: Site) -> None:
    assert found(built, "election") == {URL}
    assert found(built, "election", lang="en") == {"/en/2023/04/summit/"}
    assert found(built, "election", period="2022") == {"/fr/2022/05/ancien/"}
    assert found(built, "geneve", "election") == {URL}
    assert found(built, "chine") == {URL}  # a tag
    assert not found(built, "summit") and not found(built, "sommet", lang="en")
    assert read(built, "en", "2022") is None


def test_the_index_holds_what_results_show(built: Site) -> None:
    index = read(built)
    assert index is not None
    assert index.stories == [[URL, "Sommet à Genève", "2023-04-16", ""], [AUTRE, "Autre", "2023-05-02", ""]]
    assert index.categories == {URL: ["europe"], AUTRE: ["monde"]}


def test_a_site_below_a_path_has_whole_addresses_in_its_index(built: Site) -> None:
    built.configure(url="https://news.example/sub/")
    built.build()
    assert found(built, "election") == {f"/sub{URL}"}
    assert page_data(built)["periods"][0] == ["2023", "/sub/fr/recherche/index/2023.json"]
    assert differences(built.tree(), built.clean_build()) == []


@pytest.mark.parametrize(
    "front",
    [{"draft": True}, {"noindex": True}, {"gone": "Retiré."}, {"publish": "2024-02-01"}, {"expires": "2024-01-01"}],
)
def test_what_may_not_be_found_is_not_in_the_index(built: Site, front: dict[str, Any]) -> None:
    secret = dict(title="Xylophone", slug="xylophone", body="Secret.", **front)
    built.story("2023/06/x.fr", date="2023-06-01", **secret)
    built.story("2021/06/y.fr", date="2021-06-01", **(secret | {"slug": "y"}))
    built.build()
    assert not found(built, "xylophone") and read(built, "fr", "2021") is None
    assert differences(built.tree(), built.clean_build()) == []
    for kind in ("xylophone", "2021"):
        assert not any(kind in name for name in built.tree() if "/recherche/" in name)


def test_an_embargo_that_lapses_and_a_withdrawal(built: Site) -> None:
    built.story("2023/04/s.fr", title="Sommet", slug="sommet", body="Texte.", publish="2024-02-01 08:00")
    built.build()
    assert not found(built, "sommet")
    built.build(now="2024-02-01T08:00:00+01:00")
    assert found(built, "sommet") == {URL}
    assert audit(built) == []
    built.story("2023/04/s.fr", title="Sommet", slug="sommet", gone="Retiré.")
    built.build(now="2024-02-01T08:00:00+01:00")
    assert not found(built, "sommet")
    assert differences(built.tree(), built.clean_build(now="2024-02-01T08:00:00+01:00")) == []


# ---- the page
def test_the_search_page_leads_on_without_a_script(built: Site) -> None:
    for lang, url in SEARCH.items():
        page = built.page(url)
        assert page.css_first("meta[name=robots]").attributes["content"] == "noindex, follow"
        links = built.links(url)
        assert {f"/{lang}/europe/", f"/{lang}/2023/", f"/{lang}/tags/"} <= set(links)
        assert page.css_first("form[role=search][method=get]").attributes["action"] == url
        assert page.css_first("noscript").text().strip()
        assert not page.css("[style], [onclick]") and len(page.css("script[type='application/json']")) == 1
    assert built.links("/fr/recherche/", "link[rel=search]") == ["/fr/opensearch.xml"]
    assert built.alternates("/fr/recherche/")["en"] == "https://news.example/en/search/"
    assert "?q={searchTerms}" in built.read("/fr/opensearch.xml")
    assert "/recherche/" not in built.read("/sitemap-sections.xml")


def test_the_page_names_the_periods_and_words(built: Site) -> None:
    data = page_data(built)
    assert [key for key, _ in data["periods"]] == ["2023", "2022"]
    assert data["sections"]["monde"] == "Monde" and "{count}" in data["words"]["found"]


def test_without_search_the_page_stays_and_leads_on(built: Site) -> None:
    built.configure(search=False)
    built.build()
    assert [name for name in built.tree() if "recherche" in name] == ["fr/recherche/index.html"]
    assert not built.exists("/fr/opensearch.xml")
    assert not built.page("/fr/recherche/").css("form, script:not([type='application/ld+json'])")
    assert "/fr/europe/" in built.links("/fr/recherche/")
    assert differences(built.tree(), built.clean_build()) == []
    built.configure(search={"period": "month"})
    built.build()
    assert found(built, "election", period="2023-04") == {URL}
    assert differences(built.tree(), built.clean_build()) == []


# ---- which parts an edit touches
def shards(site: Site, **options: Any) -> set[str]:
    """The parts of the index that a build renders."""
    return {name for name in site.build(**options).result.rendered if "/index/" in name and name.count("/") == 3}


def test_an_edit_touches_the_part_of_its_language_and_year(built: Site) -> None:
    changes: list[tuple[dict[str, Any], set[str]]] = [
        ({"body": "Un tout autre texte."}, {"fr/recherche/index/2023.json"}),
        ({"title": "Titre neuf"}, {"fr/recherche/index/2023.json"}),
        ({"lead": "Un chapô."}, {"fr/recherche/index/2023.json"}),
        ({"tags": ["Japon"]}, {"fr/recherche/index/2023.json"}),
        ({"noindex": True}, {"fr/recherche/index/2023.json"}),
        ({"date": "2022-04-16"}, {"fr/recherche/index/2023.json", "fr/recherche/index/2022.json"}),
    ]
    front: dict[str, Any] = {"title": "Sommet à Genève", "slug": "sommet", "body": "Texte."}
    built.story("2023/04/s.fr", **front)
    built.build()
    for change, wanted in changes:
        # The date belongs to the story: the English version moves along.
        expected = wanted | ({"en/search/index/2022.json"} if "date" in change else set())
        built.story("2023/04/s.fr", **(front | change))
        if "date" in change:
            built.story("2023/04/s.en", title="Summit in Geneva", slug="summit", date=change["date"])
        assert shards(built) == expected, change
        assert audit(built) == []
        assert differences(built.tree(), built.clean_build()) == []
        built.story("2023/04/s.fr", **front)
        built.story("2023/04/s.en", title="Summit in Geneva", slug="summit")
        built.build()


def test_what_search_does_not_hold_touches_nothing(built: Site) -> None:
    built.configure(title="Autre titre")
    assert shards(built) == set()
    built.write("templates/latest.html", "{{ page.url }}")
    assert shards(built) == set()
    built.story("2023/04/s.fr", **SUMMIT, description="Pour les moteurs.")
    assert shards(built) == set()


# ---- its files
def test_the_files_of_a_part_come_and_go_with_it(built: Site) -> None:
    before = {name for name in built.tree() if name.startswith("fr/recherche/index/2023/")}
    built.story("2023/04/s.fr", title="Sommet à Genève", slug="sommet", body="Tout autre chose.")
    result = built.build().result
    after = {name for name in built.tree() if name.startswith("fr/recherche/index/2023/")}
    assert before - after and after - before and before & after  # the words are others, what results show is not
    assert before - after <= set(result.removed) and after - before <= set(result.written)
    assert not before & after & {*result.written, *result.removed}
    rows = read_manifest(built.output / MANIFEST)
    assert set(rows) == set(built.tree()) and all(row.hash for row in rows.values())
    for name in ("2023/04/s.fr", "2023/05/t.fr"):
        built.remove(f"content/{name}.md")
    removed = set(built.build().result.removed)
    assert after <= removed and "fr/recherche/index/2023.json" in removed
    assert not (built.output / "fr/recherche/index/2023").exists()
    assert set(read_manifest(built.output / MANIFEST)) == set(built.tree())
    assert differences(built.tree(), built.clean_build()) == []


def test_a_killed_build_leaves_no_orphan_of_the_index(site: Site, tmp_path: Path) -> None:
    """Killed at each step of an edit; then the edit is taken back, so that what was announced is not wanted."""
    two_languages(site)
    site.build()
    kept, before = (site.root / "content/2023/04/s.fr.md").read_text("utf-8"), site.clean_build()
    start, log = tmp_path / "start", tmp_path / "log"
    site.story("2023/04/s.fr", title="Neuf", slug="sommet", body="Un autre texte.")
    shutil.copytree(site.root, start, symlinks=True)
    clean = site.clean_build()
    assert not killed(site, -1, log)
    steps = log.read_text().count("\n")
    for step in range(0, steps, 3):
        shutil.rmtree(site.root)
        shutil.copytree(start, site.root, symlinks=True)
        if not killed_within(site, step, steps):
            break
        assert set(site.tree()) <= set(read_manifest(site.output / MANIFEST)), f"an orphan after step {step}"
        if step % 2:
            site.build()
            assert differences(site.tree(), clean) == [], f"step {step}"
        else:
            site.write("content/2023/04/s.fr.md", kept)
            shutil.rmtree(site.cache, ignore_errors=True) if step % 4 else None
            site.build()
            assert differences(site.tree(), before) == [], f"step {step}"
        rows = read_manifest(site.output / MANIFEST)
        assert set(rows) == set(site.tree()) and all(row.hash for row in rows.values()), f"step {step}"


def test_workers_give_the_same_index(built: Site, tmp_path: Path) -> None:
    with ProcessPoolExecutor(2) as executor, built.copy() as other:
        other.build(executor=executor)
        assert differences(built.tree(), other.tree()) == []
    assert built.tree() == built.clean_build()


def test_a_cache_that_is_lost_rewrites_nothing(built: Site) -> None:
    shutil.rmtree(built.cache)
    result = built.build().result
    assert not result.written and not result.removed


def test_a_file_of_others_in_the_place_of_the_index_stays(built: Site) -> None:
    known = set(built.tree())
    built.story("2023/04/s.fr", title="Neuf", slug="sommet")
    with built.copy() as other:
        other.build()
        fresh = next(name for name in set(other.tree()) - known if name.endswith(".txt"))
    built.write(f"site/{fresh}", "mine")
    told = built.build()
    assert told.one("output-foreign").message.startswith("/fr/recherche/index/2023.json")
    assert (built.output / fresh).read_text() == "mine"
    built.remove(f"site/{fresh}")
    assert built.build().ids == []
    assert differences(built.tree(), built.clean_build()) == []


def test_a_static_file_has_no_place_among_the_files_of_the_index(site: Site) -> None:
    site.write("static/fr/recherche/index/2023/mine.txt", "x")
    site.story("2021/05/u.fr", title="Ancien", slug="ancien", date="2021-05-02")
    site.build()
    assert site.exists("/fr/recherche/index/2023/mine.txt")
    two_languages(site)
    built = site.build()
    assert "address-taken" in built.ids and not site.exists("/fr/recherche/index/2023/mine.txt")
    clean, wanted = site.clean()
    assert built.lines == clean.lines and differences(site.tree(), wanted) == []
    for path in ("2023/04/s.fr", "2023/05/t.fr"):
        site.remove(f"content/{path}.md")
    site.build()
    assert site.exists("/fr/recherche/index/2023/mine.txt")
    assert differences(site.tree(), site.clean_build()) == []


def test_an_article_that_fails_is_not_found_before_it_is_published(built: Site) -> None:
    failing = '{% extends "article.html" %}{% block after_body %}{{ nothing.at.all }}{% endblock %}'
    built.write("templates/essai.html", failing)
    built.build()
    built.story("2023/07/n.fr", title="Nouveau", slug="nouveau", date="2023-07-01", template="essai.html")
    built.story("2020/07/n.fr", title="Nouveau", slug="vieux", date="2020-07-01", template="essai.html")
    built.build()
    assert not found(built, "nouveau") and read(built, "fr", "2020") is None
    assert not any("recherche/index/2020" in name for name in built.tree())
    built.write("templates/essai.html", '{% extends "article.html" %}')
    built.build()
    assert found(built, "nouveau") == {"/fr/2023/07/nouveau/"}
    assert differences(built.tree(), built.clean_build()) == []
    assert set(read_manifest(built.output / MANIFEST)) == set(built.tree())


def test_verify_compares_the_files_of_the_index(built: Site) -> None:
    request = Request(built.root, workers=1)
    assert verify(request).problems == ()
    assert verify(request, sample=10_000).problems == ()
    name = next(name for name in built.tree() if "recherche/index" in name and name.endswith(".txt"))
    data = (built.output / name).read_bytes()
    (built.output / name).write_bytes(data[:-1])
    for options in ({}, {"sample": 10_000}):
        assert [(p.kind, p.path) for p in verify(request, **options).problems] == [("changed", name)]
    (built.output / name).unlink()
    assert [(p.kind, p.path) for p in verify(request).problems] == [("missing", name)]
    built.build(clean=True)
    assert verify(request).problems == ()


def test_the_same_archive_gives_the_same_index_twice(tmp_path: Path) -> None:
    trees = []
    for name in ("one", "two"):
        site = Site(tmp_path / name)
        for n in range(40):
            text = article(f"Titre {n}", f"2023-04-{n % 28 + 1:02}", body=f"Mot{n} été.")
            site.write(f"content/2023/04/a{n}.fr.md", text)
        site.build(now=NOW)
        trees.append({name: data for name, data in site.tree().items() if "recherche" in name})
    assert trees[0] == trees[1] and len(trees[0]) > 4


def test_captions_are_found_and_alternative_texts_are_not(built: Site) -> None:
    built.write("content/2023/04/p.png", PIXEL)
    image = {"src": "p.png", "alt": "Xylophone", "caption": "Une légende à part"}
    body = '![Zeppelin](p.png "Une autre légende, *en deux*")'
    built.story("2023/04/s.fr", title="Sommet", slug="sommet", image=image, body=body)
    built.build()
    assert found(built, "part", "legende") == found(built, "deux") == {URL}
    assert not found(built, "xylophone") and not found(built, "zeppelin")
