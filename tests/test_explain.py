"""Why a page was rendered, and what it was made from: `newsgen build --explain` and `newsgen why ADDRESS`."""

from __future__ import annotations

import re

import pytest

import test_minimal
from newsgen.cli.command_line import main
from support.harness import NOW, PIXEL, Site, lend_bytecode
from test_minimal import KEYS, STORIES, text

NOW_OPTIONS = ("--now", NOW, "--workers", "1")


@pytest.fixture
def built(site: Site, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Site:
    """The archive of test_minimal.py, built once, in whose folder newsgen is called."""
    site.configure(page_size=2, feed_size=2)
    for story, _, _, langs in STORIES:
        for lang in langs.split():
            site.story(f"{story}.{lang}", text(story, lang))
    site.write("content/p.png", PIXEL)
    lend_bytecode(site.cache)
    monkeypatch.chdir(site.root)
    assert main(["build", *NOW_OPTIONS]) == 0
    capsys.readouterr()
    return site


def explained(capsys: pytest.CaptureFixture[str], *options: str) -> dict[str, str]:
    """The address or output path of each page that a build rendered, with its reasons."""
    assert main(["build", "--explain", *NOW_OPTIONS, *options]) == 0
    lines = capsys.readouterr().out.splitlines()
    return {found[1]: found[2] for line in lines if (found := re.match(r"(/\S*)  (.+)$", line))}


def rendered(lines: dict[str, str]) -> set[str]:
    """The output paths of the explained pages."""
    names = {name.removeprefix("/") for name in lines}
    return {f"{name}index.html" if name.endswith("/") or not name else name for name in names}


def test_a_body_edit_is_explained_by_the_body(built: Site, capsys: pytest.CaptureFixture[str]) -> None:
    built.story("s05.fr", text("s05", body="Autre."))
    lines = explained(capsys)
    assert rendered(lines) == {
        "fr/2023/01/s05/index.html",
        "fr/2023/01/s05/index.json",
        "fr/feed-3.atom",
        "fr/recherche/index/2023.json",
    }
    assert all(("Body" in reasons or "SearchEntry" in reasons) and "s05" in reasons for reasons in lines.values())


def test_what_changed_is_said_first(built: Site, capsys: pytest.CaptureFixture[str]) -> None:
    built.story("s05.fr", text("s05", body="Autre."))
    built.story("s99.fr", text("s99"))
    built.remove("content/s04.fr.md")
    built.configure(page_size=3)
    assert main(["build", "--explain", *NOW_OPTIONS]) in (0, 1)
    lines = capsys.readouterr().out.splitlines()
    assert lines[:4] == [
        "changed: newsgen.yaml",
        "changed: content/s04.fr.md (gone)",
        "changed: content/s05.fr.md",
        "changed: content/s99.fr.md (new)",
    ]
    assert main(["build", "--explain", *NOW_OPTIONS]) in (0, 1)
    assert "changed: " not in capsys.readouterr().out


def test_each_rendered_page_has_one_line_with_a_reason(built: Site, capsys: pytest.CaptureFixture[str]) -> None:
    case = next(case for case in test_minimal.CASES if case.name == "a headline")
    case.edit(built)
    lines = explained(capsys)
    assert case.needed <= rendered(lines) <= case.needed | case.asked | {"fr/recherche/index/2023.json"}
    # A list shows the teaser, a neighbour too: none of them asked for the article.
    page = next(reasons for name, reasons in lines.items() if "fr/2023/01/10" in name)
    assert "Teaser" in page
    assert "Article" not in page


def test_a_template_is_a_reason(built: Site, capsys: pytest.CaptureFixture[str]) -> None:
    built.write("templates/404.html", "{{ page.url }}")
    lines = explained(capsys)
    assert rendered(lines) == {"404.html"}
    assert "404.html" in next(iter(lines.values()))


def test_a_new_page_says_that_it_is_new(built: Site, capsys: pytest.CaptureFixture[str]) -> None:
    built.story("s13.fr", text("s13"))
    lines = explained(capsys)
    page = next(reasons for name, reasons in lines.items() if "fr/2024/01/s13" in name)
    assert "new" in page
    assert "Neighbours" in next(reasons for name, reasons in lines.items() if "fr/2024/01/s12/" in name)


def test_nothing_to_do_explains_nothing(built: Site, capsys: pytest.CaptureFixture[str]) -> None:
    assert explained(capsys) == {}


def test_why_says_what_a_page_asked(built: Site, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["why", "/fr/2023/12/s11/"]) == 0
    said = capsys.readouterr().out
    for query in ("ArticleQuery", "BodyQuery", "TargetQuery", "NeighboursQuery", "SwitchQuery", "WordQuery"):
        assert query in said
    assert "ListingQuery" not in said
    for template in ("article.html", "base.html", "_menu.html", "_footer.html"):
        assert template in said
    assert "home.html" not in said
    assert "s02" in said, f"the cross-link's target: {KEYS['s11']['body']}"


def test_why_says_what_last_changed_a_page(built: Site, capsys: pytest.CaptureFixture[str]) -> None:
    built.story("s02.fr", text("s02", title="Neuf"))
    main(["build", *NOW_OPTIONS])
    built.story("s01.fr", text("s01", body="Ailleurs."))
    main(["build", *NOW_OPTIONS])
    capsys.readouterr()
    assert main(["why", "/fr/2023/12/s11/"]) == 0
    lines = capsys.readouterr().out.splitlines()
    # Of all that it asked, what the last change of this page was: its link to s02, not the later edit of s01.
    changed = [line for line in lines if "chang" in line.lower()]
    assert any("TargetQuery" in line and "s02" in line for line in changed)
    assert not any("s01" in line for line in changed)


@pytest.mark.parametrize("address", ["/fr/2023/12/s11/", "fr/2023/12/s11/", "fr/2023/12/s11/index.html"])
def test_why_takes_an_address_as_it_is_at_hand(built: Site, capsys: pytest.CaptureFixture[str], address: str) -> None:
    assert main(["why", address]) == 0
    assert "ArticleQuery" in capsys.readouterr().out


@pytest.mark.parametrize(
    "address", ["/archive/fr/2023/12/s11/", "/fr/2023/12/s11/", "https://a.example/archive/fr/2023/12/s11/"]
)
def test_why_takes_an_address_of_a_site_below_a_path(
    built: Site, capsys: pytest.CaptureFixture[str], address: str
) -> None:
    built.configure(url="https://a.example/archive/")
    built.build()
    assert main(["why", address]) == 0
    assert "ArticleQuery" in capsys.readouterr().out


def test_why_of_no_page_says_so(built: Site, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["why", "/fr/nowhere/"]) != 0
    out, err = capsys.readouterr()
    assert "/fr/nowhere/" in out + err


def test_why_changes_nothing(built: Site, capsys: pytest.CaptureFixture[str]) -> None:
    old = built.tree()
    main(["why", "/fr/"])
    assert built.tree() == old
    built.build()
    assert built.tree() == old


@pytest.mark.parametrize("address", ["//[", "https://[x/", "\udcff", "/%ff/", "[", "/a" * 3000])
def test_why_of_what_is_no_address(site: Site, address: str, capsys: pytest.CaptureFixture[str]) -> None:
    site.build()
    assert main(["why", address, "--source", str(site.root)]) == 2
    assert capsys.readouterr().err.startswith("newsgen: no page has the address ")


def test_why_names_the_line_by_which_an_old_address_leads_on(site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    site.story("x.fr", slug="sommet")
    site.story("y.fr", slug="autre", title="Autre", date="2023-04-18")
    site.build()
    site.publish()
    site.story("x.fr", slug="neuf")
    site.remove("content/y.fr.md")
    site.write("redirects.yaml", "/fr/vieux/: /fr/\n/fr/2023/04/autre/: gone\n/fr/2023/04/18/: /fr/2023/\n")
    site.build()

    def why(address: str) -> str:
        assert main(["why", address, "--source", str(site.root)]) == 0
        return capsys.readouterr().out

    of_ledger = why("/fr/2023/04/sommet/")
    assert "leads to /fr/2023/04/neuf/, by\n  ledger/2024.txt: /fr/2023/04/sommet/ story fr x 2024-" in of_ledger
    assert "redirects.yaml" not in of_ledger
    assert "leads to /fr/, by\n  redirects.yaml:1: /fr/vieux/: /fr/\n" in why("/fr/vieux/")
    assert "gone, by\n  redirects.yaml:2: /fr/2023/04/autre/: gone\n  ledger/2024.txt: " in why("/fr/2023/04/autre/")
    of_day = why("/fr/2023/04/18/")
    assert (
        "leads to /fr/2023/, by\n  redirects.yaml:3: " in of_day
        and "  ledger/2024.txt: /fr/2023/04/{nn}/ day" in of_day
    )
    assert "leads to" not in why("/fr/2023/04/neuf/")
