"""Faults that a reader of the contract found, each with others of its kind."""

from __future__ import annotations

import pytest

from harness import Site, article


@pytest.mark.parametrize("slug", ["index.html", "index.json", "feed.atom", "feed.json", "robots.txt", "sitemap.xml"])
@pytest.mark.parametrize("permalink", ["/{lang}/{year}/{month}/{slug}/", "/{lang}/{slug}/", "/{slug}/{lang}/"])
def test_a_slug_that_is_a_file_of_newsgen_is_an_error_at_its_place(site: Site, slug: str, permalink: str) -> None:
    site.configure(permalink=permalink)
    site.write("content/a.fr.md", article(title="A", slug=slug))
    site.write("content/pages/p.fr.md", f"---\ntitle: P\nslug: {slug}\n---\nP.\n")
    site.write("content/tags/t.fr.md", f"---\ntitle: T\nslug: {slug}\n---\n")
    site.write("content/b.fr.md", article(title="B", tags=["T"]))
    result = site.build()
    assert {d.location.path for d in result.find("slug-reserved")} == {
        "content/a.fr.md", "content/pages/p.fr.md", "content/tags/t.fr.md"
    }  # fmt: skip
    assert result.result.counts["articles"] == 1


def test_all_faults_of_one_file_come_in_one_run(site: Site) -> None:
    text = (
        '---\ntitle: A\ndate: nope\ncategories: eu\nslug: "12"\nrelated: zzz\naliases: [/../x]\ntags: ["!!!"]\n---\n'
        "![](no.jpg) [[qqq]] [l](no.md)\n"
    )
    site.write("content/a.fr.md", text)
    ids = {d.id for d in site.build().diagnostics}
    assert ids >= {
        "date-invalid", "category-unknown", "alias-invalid", "term-empty", "reference-broken", "picture-missing",
        "alt-missing", "link-broken",
    }  # fmt: skip
    site.write("content/a.fr.md", text.replace("nope", "2023-04-16"))
    ids = {d.id for d in site.build().diagnostics}
    assert ids >= {"category-unknown", "slug-reserved", "alias-invalid", "term-empty", "reference-broken"}


def test_shown_terms_have_a_page_or_no_link(site: Site) -> None:
    site.configure(untranslated="show")
    site.write("content/w.fr.md", article(title="F", tags=["Chine"], authors=["Jean"], source="AFP"))
    site.write("content/w.en.md", article(title="E", tags=["China"]))
    site.build()
    assert "/en/tags/chine/" not in site.read("/en/tags/") and "/fr/tags/china/" not in site.read("/fr/tags/")
    assert "/en/authors/jean/" not in site.read("/en/authors/")


def test_a_withdrawn_version_is_no_alternate(site: Site) -> None:
    site.write("content/w.fr.md", article(title="F", gone="Erreur"))
    site.write("content/w.en.md", article(title="E"))
    site.build()
    assert "2023/04/f/" not in site.read("/sitemap-2023-04.xml")
    assert 'hreflang="fr" href="https://news.example/fr/2023' not in site.read("/en/2023/04/e/")


def test_the_loser_of_a_term_clash_is_words_without_a_link(site: Site) -> None:
    site.write("content/a.fr.md", article(title="A", tags=["C", "C++"]))
    site.build()
    assert 'href=""' not in site.read("/fr/2023/04/a/") and "C++" in site.read("/fr/2023/04/a/")


def test_a_file_that_newsgen_did_not_write_stays(site: Site) -> None:
    site.write("content/a.fr.md", article(title="A"))
    site.output.mkdir(parents=True)
    (site.output / "robots.txt").write_text("mine", "utf-8")
    for _ in range(2):
        result = site.build()
        assert [d.location.path for d in result.find("output-foreign")] == ["site/robots.txt"]
        assert (site.output / "robots.txt").read_text("utf-8") == "mine"
    (site.output / "robots.txt").unlink()
    assert not site.build().errors and "Sitemap" in site.read("/robots.txt")


def test_dates_before_standard_time_have_offsets_of_minutes(site: Site) -> None:
    site.write("content/a.fr.md", article(title="A", date="0001-01-01"))
    site.build()
    assert "<published>0001-01-01T00:00:00+00:09</published>" in site.read("/fr/feed.atom")


def test_a_story_is_not_related_to_itself(site: Site) -> None:
    site.write("content/a.fr.md", article(title="Seul", related=["a"]))
    site.build()
    assert 'class="related"' not in site.read("/fr/2023/04/seul/")


def test_a_correction_of_the_future_is_a_warning(site: Site) -> None:
    site.write("content/a.fr.md", article(title="A", corrections=[{"date": "2099-01-01", "text": "Plus tard"}]))
    assert site.build().find("date-future")


def test_output_does_not_leave_through_a_link(site: Site) -> None:
    from newsgen.diagnostics import NewsgenError

    site.write("content/a.fr.md", article(title="A"))
    outside = site.root.parent / "outside"
    outside.mkdir()
    site.output.mkdir(parents=True)
    (site.output / "fr").symlink_to(outside)
    with pytest.raises(NewsgenError, match="symbolic link"):
        site.build()
    assert not list(outside.iterdir())
