"""The address book: which addresses are newsgen's own, and that each place has one owner whoever wants it."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from newsgen.addresses import owners, urls
from newsgen.addresses.urls import address_key, keys_above
from newsgen.catalog.store import Catalog
from newsgen.nouns.kinds import FILE_KINDS, KINDS, has_by_pattern, is_own_file
from newsgen.nouns.model import PageKey, UrlPath
from newsgen.pages import wanted
from newsgen.settings import reading
from support.harness import Site, article, differences, examples, page_file, temporary_site

WORDS = ("tags", "auteurs", "recherche")
SECTIONS = ("/fr/europe/",)


# ---- addresses that newsgen's own pages could have
@pytest.mark.parametrize("url", ["/fr/2023/", "/pt-BR/2023/04/", "/fr/2023/04/17/", "/fr/0001/12/31/"])
def test_address_that_a_calendar_page_could_have(url: str) -> None:
    assert has_by_pattern(url)


@pytest.mark.parametrize(
    "url",
    [
        "/fr/2023/13/",
        "/fr/2023/04/32/",
        "/fr/0000/",
        "/fr/23/",
        "/2023/04/",
        "/fr/2023/04/x/",
        "/fr/2023/4/",
        "/fr/2023",
        "/fr/2023/04/17/x/",
        "/fr/٢٠٢٣/",
    ],
)
def test_address_that_no_calendar_page_could_have(url: str) -> None:
    assert not has_by_pattern(url)


@given(st.dates(), st.text("abc0123456789-", min_size=1))
def test_every_day_is_a_calendar_address(date: datetime.date, slug: str) -> None:
    day = urls.permalink("/{lang}/{year}/{month}/{slug}/", lang="fr", date=date, slug=f"{date.day:02}")
    assert has_by_pattern(day)
    assume(not slug.isdigit())
    assert not has_by_pattern(urls.permalink("/{lang}/{year}/{month}/{slug}/", lang="fr", date=date, slug=slug))


@pytest.mark.parametrize(
    ("url", "slug", "claimant"),
    [
        ("/fr/2023/04/page/", "page", "pages"),
        ("/fr/europe/page/1/", "europe/page/1", "pages"),
        ("/fr/2023/page/12/", "12", "pages"),
        ("/fr/2023/04/17/page/1/", "1", "pages"),
        ("/fr/guide/page/1/", "guide/page/1", ""),  # no list is at /fr/guide/
        ("/fr/europe/page/un/", "europe/page/un", ""),
        ("/fr/tags/x/", "tags/x", "lists"),
        ("/fr/recherche/index/", "recherche/index", "lists"),
        ("/fr/tags/", "tags", ""),  # a claim of its own settles it, and names the other
        ("/fr/2023/04/17/", "17", "calendar"),
        ("/fr/2023/04/feed.atom/", "feed.atom", "files"),
        ("/fr/x/feed.json/y/", "x/feed.json/y", "files"),
        ("/fr/tags/index.json/", "tags/index.json", "files"),
        ("/fr/2023/04/sommet/", "sommet", ""),
    ],
)
def test_what_could_claim_an_address(url: str, slug: str, claimant: str) -> None:
    assert owners.claimant(url, slug, words=WORDS, sections=SECTIONS) == claimant


def test_names_of_newsgens_files_are_those_that_its_kinds_have(site: Site) -> None:
    """Whatever newsgen writes in folders of other pages has a name that no slug may have."""
    site.configure(page_size=1, feed_size=1, security={"contact": "mailto:a@example.org", "expires": "2024-01-01"})
    for number in range(4):
        site.story(f"s{number}.fr", title=f"Titre {number}", tags=["Chine"])
    site.build()
    outside = (
        "assets/",
        ".well-known/",
        "fr/recherche/",
        "en/search/",
        "newsgen-ledger/",
    )  # folders in which nothing else has pages
    with site.catalog() as catalog:
        outputs = [page.output for page in catalog.pages() if page.page.kind not in FILE_KINDS]
    names = {output.rpartition("/")[2] for output in outputs if not output.startswith(outside)}
    assert {"index.html", "feed-1.atom", "sitemap-2023-04.xml", "_headers"} <= names
    assert [name for name in sorted(names) if not is_own_file(name)] == []


@pytest.mark.parametrize("slug", ["feed.atom", "opensearch.xml", "index.json", "sitemap-2023-04.xml"])
def test_a_slug_that_is_one_of_newsgens_files_is_refused_wherever_it_is_written(site: Site, slug: str) -> None:
    written = (site.root / "newsgen.yaml").read_text()
    _, faults = reading.load(f"{written}  {slug}: A\n".encode())
    assert [fault.message for fault in faults] == [f"the category id `{slug}` is the address of another file"]
    site.story("a.fr", slug=slug)
    assert site.check().one("slug-reserved").message == f"the slug `{slug}` is reserved for newsgen's own files"
    site.remove("content/a.fr.md")
    site.write("content/tags/x.fr.md", f"---\ntitle: X\nslug: {slug}\n---\n")
    assert site.check().one("slug-reserved").location.path == "content/tags/x.fr.md"


# ---- the order of claims
def claim(
    kind: str = "article", story: str = "a", *, lang: str = "fr", sort: int = 0, public: bool = True
) -> owners.Claim:
    rank = owners.rank(kind, is_public=public)
    return owners.Claim(PageKey(kind, lang, story), story, UrlPath("/fr/x/"), rank, sort, None)


@given(
    st.permutations(
        [
            claim("category", ""),
            claim("article", "b", sort=1),
            claim("article", "a", sort=2),
            claim("article", "c", sort=2),
            claim("page", "a", sort=0),
            claim("media", ""),
            claim("variant", ""),
            claim("static", ""),
            claim("redirect", "a"),
            claim("article", "0", public=False),
        ]
    )
)
def test_the_order_among_claims_is_that_of_the_contract(claims: list[owners.Claim]) -> None:
    others, _ = owners.losers(claims, free=lambda claim: "free")
    kinds = [(one.page.kind, one.story) for one in others]
    assert kinds == [
        ("article", "b"),
        ("article", "a"),
        ("article", "c"),
        ("page", "a"),
        ("media", ""),
        ("variant", ""),
        ("static", ""),
        ("redirect", "a"),
        ("article", "0"),
    ]


# ---- any site
PERMALINKS = (
    "/{lang}/{year}/{month}/{slug}/",
    "/{lang}/{slug}/",
    "/{lang}/{year}/page/{slug}/",
    "/{slug}/{lang}/",
    "/{lang}/europe/page/{slug}/",
    "/media/{lang}/{slug}/",
    "/{lang}/{slug}/page/{month}/",
)
SLUGS = ("page", "1", "2", "17", "04", "2023", "europe", "tags", "recherche", "x", "fr", "feed-1.atom")
PAGES = (
    "europe",
    "page/1",
    "europe/page/1",
    "2023/page/1",
    "2023/04/page/2",
    "tags/x",
    "2023/04/x",
    "17",
    "x",
    "x/index",
)
FILES = (
    "fr/europe/index.html",
    "fr/x",
    "FR/x/index.html",
    "fr/europe/page/1/z",
    "fr/2023/04/x/index.json",
    "media/x.txt",
    "assets/style.css",
    "fr/recherche/index/2023/z.txt",
    "fr/recherche/index/2023",
    "sitemap.xml",
    "404.html/z",
    "pictures",
)
ALIASES = ("/fr/x/", "/fr/europe/page/1/", "/fr/", "/media/x.txt", "/FR/X", "/fr/feed.atom", "/sitemap.xml/", "/a.html")

sites = st.fixed_dictionaries({
    "permalink": st.sampled_from(PERMALINKS),
    "slugs": st.lists(st.sampled_from(SLUGS), min_size=2, max_size=6),
    "pages": st.sets(st.sampled_from(PAGES), max_size=5),
    "static": st.sets(st.sampled_from(FILES), max_size=5),
    "aliases": st.lists(st.lists(st.sampled_from(ALIASES), max_size=3, unique=True), min_size=6, max_size=6),
    "drafts": st.sets(st.integers(0, 5), max_size=1),
})  # fmt: skip


def put(site: Site, drawn: dict[str, object]) -> None:
    site.configure(permalink=drawn["permalink"], page_size=1, feed_size=1)
    for folder in ("content", "static"):
        for path in sorted((site.root / folder).rglob("*"), reverse=True):
            path.rmdir() if path.is_dir() else path.unlink()
    site.write("content/x.txt", "Un document.")
    for number, slug in enumerate(drawn["slugs"]):  # type: ignore[arg-type]
        front = {"aliases": drawn["aliases"][number]} | ({"draft": True} if number in drawn["drafts"] else {})  # type: ignore[index, operator]
        text = article(title=f"Titre {number}", slug=slug, date=f"2023-04-{17 - number}", body="[un](/x.txt)", **front)
        site.write(f"content/s{number}.fr.md", text)
    for name in drawn["pages"]:  # type: ignore[attr-defined]
        site.write(f"content/pages/{name}.fr.md", page_file(title=f"Page {name}"))
    for name in sorted(drawn["static"]):  # type: ignore[call-overload]
        if not any(other != name and f"{name}/".startswith(f"{other}/") for other in drawn["static"]):  # type: ignore[attr-defined]
            site.write(f"static/{name}", name)


def lost(site: Site, catalog: Catalog) -> list[str]:
    """Which pages, files and aliases that are wanted have no place."""
    config, _ = reading.load((site.root / "newsgen.yaml").read_bytes())
    assert config
    pages = {page.page for page in catalog.pages()}
    missing = [f"page {one.key}" for one in wanted.all_pages(catalog, config, {}) if one.key not in pages]
    sql = "SELECT kind, key, story, lang, path, folded FROM claim WHERE counts AND rank > 0 ORDER BY path, url"
    for kind, key, story, lang, path, folded in catalog.all(sql):
        version = catalog.version_or_none(story, lang) if story else None
        if story and (version is None or version.state not in ("published", "gone", "clash")):
            continue
        if kind == "redirect":
            own = catalog.all("SELECT url FROM alias WHERE story = ? AND lang = ?", story, lang)
            has_place = folded in {address_key(urls.output_path(url)) for (url,) in own}
        elif story:
            has_place = version is not None and version.state != "clash"
        else:
            has_place = PageKey(kind, "", key) in pages
        if not has_place:
            missing.append(f"static/{key}" if kind == "static" else path)
    return missing


@settings(max_examples=examples(25))
@given(before=sites, after=sites)
def test_every_output_path_has_one_owner_and_each_loser_a_diagnostic(
    before: dict[str, object], after: dict[str, object]
) -> None:
    texts: list[dict[str, str]] = []
    with temporary_site() as site:
        for drawn in (before, after):
            put(site, drawn)
            texts.append({f"content/{path.name}": path.read_text() for path in site.root.glob("content/*.md")})
            built = site.build()
            told = {diagnostic.location.path for diagnostic in built.diagnostics}
            with site.catalog() as catalog:
                places = [address_key(page.output) for page in catalog.pages()]
                assert len(set(places)) == len(places)
                for place in places:
                    assert not set(keys_above(place)[:-1]) & set(places) - {place}
                assert [name for name in lost(site, catalog) if name not in told] == []
        with site.copy() as other:  # what was published and is refused now stays as it was
            for path in built.result.last_good:
                other.write(path, texts[0][path])
            clean, tree = other.build(), other.tree()
        assert differences(site.tree(), tree) == []
        assert built.result.last_good or built.lines == clean.lines


def test_each_kind_of_page_has_a_rank_in_the_order() -> None:
    assert {owners.rank(kind) for kind in KINDS} == set(owners.Rank) - {owners.Rank.UNPUBLISHED}
