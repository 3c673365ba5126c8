"""What was published stays published: owners by the ledger, redirects by themselves, and what is told as lost.

Each test is "state, edit, build": what answered before answers after, or the build says which address is lost, and why.
The clean build of the same sources agrees, in bytes and in words.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from newsgen.desk import ledgers
from newsgen.ledger import folder
from newsgen.ledger import lines as ledger
from newsgen.ledger.lines import Line
from newsgen.nouns.diagnostics import NewsgenError
from newsgen.nouns.kinds import LIST_KINDS
from support.harness import Built, Site, article, audit, differences, page_file
from support.photos import photo

X, Y = "2023/04/x.fr", "2023/04/y.fr"
AT_X = "/fr/2023/04/sommet/"


def published(site: Site, **stories: str) -> None:
    """Publishes these stories, `x` if none is named, and one more that stays; the next build has their ledger."""
    site.story("2022/05/stays.fr", article("Reste", date="2022-05-01"))
    for name, text in (stories or {"x": article("Sommet")}).items():
        site.story(f"2023/04/{name}.fr", text)
    site.build()
    site.publish()
    again(site)


def again(site: Site, **options: Any) -> Built:
    """Builds, and holds it against a clean build of the same sources."""
    built = site.build(**options)
    clean, wanted = site.clean(**options)
    assert built.lines == clean.lines
    assert not differences(site.tree(), wanted)
    assert audit(site) == []
    assert not site.build(**options).result.written
    return built


def leads_to(site: Site, address: str) -> str:
    """Where a redirect at an address leads; the address itself where another page answers, "" where nothing does."""
    if not site.exists(address):
        return ""
    refresh = site.page(address).css_first('meta[http-equiv="refresh"]')
    return str(refresh.attributes["content"]).partition("url=")[2] if refresh else address


def lost(built: Built) -> list[str]:
    return [f"{d.location.path}: {d.message}" for d in built.find("address-lost") if d.severity == "error"]


# ---- the ledger is an input
def test_the_output_carries_the_next_ledger(site: Site) -> None:
    site.story(X, article("Sommet"))
    site.build()
    text = site.read("/newsgen-ledger/next.txt")
    assert "/fr/2023/04/sommet/\tstory\tfr\t2023/04/x\t\n" in text
    for absent in ("index.json", "sitemap", "robots", "assets/style.css", "404", "newsgen-ledger/"):
        assert absent not in text
    site.publish()
    again(site)
    assert ledger.read(site.read("/newsgen-ledger/next.txt").encode(), "")[0] == []
    assert site.read("/newsgen-ledger/2024.txt") == (site.root / "ledger/2024.txt").read_text("utf-8")


def test_a_build_without_a_ledger_says_so_once(site: Site) -> None:
    site.story(X, article("Sommet"))
    assert [note.id for note in site.build().result.notes] == ["ledger-missing"]
    site.story(X, article("Sommet", body="Autre."))
    assert site.build().result.notes == ()
    site.publish()
    assert site.build(clean=True).result.notes == ()
    site.remove("ledger/2024.txt")
    assert [note.id for note in site.build().result.notes] == ["ledger-missing"]
    assert site.build().result.notes == ()


def test_a_build_that_nobody_publishes_adds_nothing(site: Site) -> None:
    published(site)
    site.story(Y, article("Autre", date="2023-04-18"))
    site.build()
    site.remove(f"content/{Y}.md")
    assert not again(site).result.lost


def test_what_is_held_back_is_no_promise(site: Site) -> None:
    site.story(X, article("Sommet", draft=True))
    site.story(Y, article("Embargo", publish="2030-01-01T00:00"))
    site.build()
    assert "2023/04/x" not in (text := site.read("/newsgen-ledger/next.txt"))
    assert "2023/04/y" not in text


def test_the_ledger_is_taken_anew_when_a_file_of_it_changes(site: Site) -> None:
    published(site)
    site.story(X, article("Sommet", slug="autre"))
    again(site)
    assert leads_to(site, AT_X) == "/fr/2023/04/autre/"
    kept = site.root / "ledger/2024.txt"
    text = kept.read_text("utf-8")
    kept.unlink()
    told = site.build()
    assert not told.errors
    assert AT_X in told.one("address-lost").message  # nobody promises it any more, but it answered a moment ago
    assert not again(site).errors
    assert not site.exists(AT_X)
    kept.write_text(text, "utf-8")
    again(site)
    assert leads_to(site, AT_X) == "/fr/2023/04/autre/"


def test_lines_of_two_copies_join(site: Site) -> None:
    published(site)
    text = (site.root / "ledger/2024.txt").read_text("utf-8")
    site.write("ledger/2024-copy.txt", f"<<<<<<< ours\n{text}")
    site.story(X, article("Sommet", slug="autre"))
    built = again(site)
    assert built.one("ledger-invalid").location.line == 1
    assert leads_to(site, AT_X) == "/fr/2023/04/autre/"


# ---- owners
@pytest.mark.parametrize("of_owner", ["there", "moved", "draft", "expired"])
def test_a_newcomer_never_gets_an_address_that_was_published(site: Site, of_owner: str) -> None:
    published(site)
    changes: dict[str, dict[str, Any]] = {
        "there": {},
        "moved": {"slug": "autre"},
        "draft": {"draft": True},
        "expired": {"expires": "2023-05-01"},
    }
    site.story(X, article("Sommet", **changes[of_owner]))
    site.story(Y, article("Sommet", date="2010-01-01", slug="x", aliases=["/fr/2023/04/autre-alias/"]))
    site.configure(permalink="/{lang}/2023/04/{slug}/")
    site.story(Y, article("Sommet", date="2010-01-01"))
    built = again(site)
    told = built.one("address-taken")
    assert told.location.path == f"content/{Y}.md"
    assert "2023/04/x" in told.message
    assert not lost(built)
    assert leads_to(site, AT_X) == {"there": AT_X, "moved": "/fr/2023/04/autre/"}.get(of_owner, "")


def test_without_a_ledger_the_older_date_decides_and_it_is_told(site: Site) -> None:
    """What the cache knows of the last build decides nothing, or a clean build would give another site."""
    site.story(X, article("Sommet", date="2023-04-16"))
    site.build()
    site.story(Y, article("Autre", date="2023-04-15", slug="sommet"))
    built = site.build()
    assert built.one("address-taken").location.path == f"content/{X}.md"
    assert "Autre" in site.read(AT_X) and "`slug: sommet-2`" in built.one("address-taken").hint
    assert not differences(site.tree(), site.clean()[1])


def test_of_two_files_of_a_version_the_one_by_its_path_has_it_and_the_address_answers(site: Site) -> None:
    site.story("ici/x.fr", article("Sommet", story="2023/04/x"))
    site.build()
    site.publish()
    again(site)
    site.story(X, article("Autre", slug="autre"))
    built = again(site)
    assert built.one("story-duplicate").location.path == "content/ici/x.fr.md"
    assert leads_to(site, AT_X) == "/fr/2023/04/autre/" and not lost(built)


def test_a_moved_file_is_the_same_story(site: Site) -> None:
    published(site, x=article("Sommet", slug="ancien"))
    site.story(X, article("Sommet"))
    again(site)
    assert leads_to(site, "/fr/2023/04/ancien/") == AT_X
    site.publish("2024-02-01T00:00:00Z")
    again(site)
    site.rename(f"content/{X}.md", "content/monde/x.fr.md")
    built = again(site)
    assert not lost(built)
    told = built.one("story-moved")
    assert told.location.path == "content/monde/x.fr.md"
    assert "story: 2023/04/x" in told.hint
    assert leads_to(site, AT_X) == AT_X
    assert leads_to(site, "/fr/2023/04/ancien/") == AT_X
    site.write("content/monde/x.fr.md", article("Sommet", story="2023/04/x"))
    built = again(site)
    assert not built.find("story-moved")
    assert leads_to(site, "/fr/2023/04/ancien/") == AT_X


def test_a_file_that_leaves_its_story_keeps_its_address(site: Site) -> None:
    site.story("2023/04/x.en", article("Summit"))
    published(site)
    site.rename("content/2023/04/x.en.md", "content/monde/summit.en.md")
    built = again(site)
    assert not lost(built)
    assert built.one("story-moved").location.path == "content/monde/summit.en.md"
    assert site.exists("/en/2023/04/summit/index.json")
    site.rename("content/monde/summit.en.md", "content/2023/04/x.en.md")
    assert not again(site).find("story-moved")


def test_what_is_built_with_drafts_makes_no_promise(site: Site) -> None:
    site.story(X, article("Sommet", draft=True))
    again(site, drafts=True)
    assert site.exists(AT_X)
    assert ledger.read(site.read("/newsgen-ledger/next.txt").encode(), "")[0] == []
    again(site)
    assert ledger.read(site.read("/newsgen-ledger/next.txt").encode(), "")[0]


def test_of_two_files_that_claim_a_lost_storys_address_none_is_its_heir(site: Site) -> None:
    published(site)
    site.remove(f"content/{X}.md")
    site.story(Y, article("Sommet"))
    assert not lost(again(site))
    site.story("2023/04/z.fr", article("Sommet", date="2023-04-18"))
    built = again(site)
    assert len(built.find("address-taken")) == 2
    assert len(lost(built)) == 1
    site.remove("content/2023/04/z.fr.md")
    assert not lost(again(site))


@pytest.mark.parametrize("held", [{"draft": True}, {"publish": "2032-01-01T00:00"}], ids=["draft", "embargo"])
def test_a_translation_that_is_begun_takes_nothing_away(site: Site, held: dict[str, Any]) -> None:
    published(site)
    site.story("2023/04/x.en", article("Summit", **held))
    built = again(site)
    assert not lost(built)
    assert leads_to(site, AT_X) == AT_X
    assert not site.exists("/en/2023/04/summit/")
    site.story("2023/04/x.en", article("Summit"))
    again(site)
    site.publish("2024-02-01T00:00:00Z")
    again(site)
    site.story(X, article("Sommet", **held))
    assert [d.location.path for d in again(site).find("address-lost")] == [f"content/{X}.md"] * ("publish" in held)
    assert not site.exists(AT_X)
    assert site.exists("/en/2023/04/summit/")


def test_what_was_never_published_is_held_by_the_other_version(site: Site) -> None:
    published(site)
    site.story("2023/04/y.fr", article("Autre"))
    site.story("2023/04/y.en", article("Other", draft=True))
    again(site)
    assert not site.exists("/fr/2023/04/autre/")


def test_it_comes_back_where_its_heir_was(site: Site) -> None:
    published(site)
    site.rename(f"content/{X}.md", f"content/{Y}.md")
    again(site)
    site.story(X, article("Sommet"))
    built = again(site)
    assert built.one("address-taken").location.path == f"content/{Y}.md"
    assert site.exists(f"{AT_X}index.json")


# ---- redirects by themselves
@pytest.mark.parametrize(
    ("change", "now_at"),
    [
        (lambda site: site.story(X, article("Sommet", slug="autre")), "/fr/2023/04/autre/"),
        (lambda site: site.story(X, article("Un autre titre")), "/fr/2023/04/un-autre-titre/"),
        (lambda site: site.story(X, article("Sommet", date="2022-01-02")), "/fr/2022/01/sommet/"),
        (lambda site: site.configure(permalink="/{lang}/{slug}/"), "/fr/sommet/"),
        (lambda site: site.story(X, article("Sommet", slug="autre", gone="Faux.")), "/fr/2023/04/autre/"),
    ],
    ids=["slug", "title", "date", "permalink", "gone"],
)
def test_what_was_published_leads_to_where_it_is_now(site: Site, change: Callable[[Site], None], now_at: str) -> None:
    published(site)
    change(site)
    built = again(site)
    assert not lost(built)
    assert leads_to(site, AT_X) == now_at
    assert leads_to(site, now_at) == now_at


def test_an_old_address_leads_on_in_one_hop(site: Site) -> None:
    published(site)
    for number, slug in enumerate(("deux", "trois")):
        site.story(X, article("Sommet", slug=slug))
        again(site)
        site.publish(f"2024-02-0{number + 1}T00:00:00Z")
        again(site)
    assert leads_to(site, AT_X) == "/fr/2023/04/trois/"
    assert leads_to(site, "/fr/2023/04/deux/") == "/fr/2023/04/trois/"
    site.story(X, article("Sommet"))
    again(site)
    assert leads_to(site, AT_X) == AT_X
    assert leads_to(site, "/fr/2023/04/trois/") == AT_X


def test_a_section_or_a_term_that_was_renamed(site: Site) -> None:
    published(site, x=article("Sommet", tags=["Chine"]))
    site.write("content/tags/chine.fr.md", "---\ntitle: Chine\nslug: rpc\n---\n")
    categories = site.settings["categories"]
    site.configure(categories=categories | {"europe": {"fr": {"title": "Europe", "slug": "ue"}, "en": "Europe"}})
    assert not lost(again(site))
    assert leads_to(site, "/fr/tags/chine/") == "/fr/tags/rpc/"
    assert leads_to(site, "/fr/europe/") == "/fr/ue/"


def test_path_words_that_are_others_now(site: Site) -> None:
    published(site, x=article("Sommet", tags=["Chine"]))
    site.configure(paths={"fr": {"tags": "sujets", "latest": "direct"}})
    assert not lost(again(site))
    assert leads_to(site, "/fr/en-continu/") == "/fr/direct/"
    assert leads_to(site, "/fr/tags/") == "/fr/sujets/"
    assert leads_to(site, "/fr/tags/chine/") == "/fr/sujets/chine/"


def test_a_feed_goes_on_as_a_copy_with_its_new_address(site: Site) -> None:
    published(site, x=article("Sommet", tags=["Chine"]))
    categories = site.settings["categories"]
    site.configure(categories=categories | {"europe": {"fr": {"title": "Europe", "slug": "ue"}, "en": "Europe"}})
    assert not lost(again(site))
    for name in ("feed.atom", "feed.json"):
        assert site.read(f"/fr/europe/{name}") == site.read(f"/fr/ue/{name}")
    assert "https://news.example/fr/ue/feed.atom" in site.read("/fr/europe/feed.atom")
    site.story(Y, article("Autre", date="2023-04-18"))
    again(site)
    assert "Autre" in site.read("/fr/europe/feed.atom")


def test_nothing_is_lost_where_an_archive_shrinks(site: Site) -> None:
    """Every kind of list that there is, also numbered pages and archived feeds, with one story left of many."""
    site.configure(page_size=2, feed_size=2)
    site.write("content/topics/dossier.fr.md", page_file("Dossier"))
    site.story("2022/05/stays.fr", article("Reste", date="2022-05-01"))
    for number in range(12):
        text = article(
            f"Titre {number}",
            date=f"2023-05-{number + 1:02}",
            tags=[f"T{number}", "Tous"],
            authors=[f"Ana {number}"],
            topics=["dossier"],
            source={"name": f"Agence {number}", "url": "https://agency.example/"},
            corrections=[{"date": "2023-06-01", "text": "Corrigé."}],
            expires="2024-02-01",
        )
        site.story(f"2023/05/{number}.fr", text)
    site.build()
    site.publish()
    again(site)
    kinds = {line.kind for line in folder.read(site.root)}
    assert kinds >= {"feed-archive", "feed-atom", "feed-json", *LIST_KINDS}
    assert not lost(again(site, now="2024-03-01T12:00:00+01:00"))


def test_an_empty_list_leads_to_the_list_above_it(site: Site) -> None:
    published(site, x=article("Sommet", tags=["Chine"]), y=article("Autre", date="2023-05-02"))
    site.story(X, article("Sommet", date="2023-04-16", draft=True))
    assert not lost(again(site))
    assert leads_to(site, "/fr/tags/chine/") == "/fr/tags/"
    assert leads_to(site, "/fr/2023/04/16/") == "/fr/2023/"
    assert leads_to(site, "/fr/2023/04/") == "/fr/2023/"
    assert site.read("/fr/tags/chine/feed.atom") == site.read("/fr/feed.atom")
    site.story(Y, article("Autre", date="2023-05-02", draft=True))
    assert not lost(again(site))
    assert leads_to(site, "/fr/2023/") == leads_to(site, "/fr/2023/04/16/") == "/fr/"
    site.story("2023/04/z.fr", article("Nouveau", date="2023-04-20", tags=["Chine"]))
    assert not lost(again(site))
    assert leads_to(site, "/fr/tags/chine/") == "/fr/tags/chine/"
    assert leads_to(site, "/fr/2023/04/16/") == "/fr/2023/04/"
    assert leads_to(site, "/fr/2023/") == "/fr/2023/"


def test_a_numbered_page_leads_to_its_list(site: Site) -> None:
    site.configure(page_size=2)
    stories = {f"x{n}": article(f"Sommet {n}", date=f"2023-04-0{n}") for n in range(1, 7)}
    published(site, **stories)
    assert leads_to(site, "/fr/europe/page/2/") == "/fr/europe/page/2/"
    assert "/fr/europe/page/{n}/\tcategory\tfr\teurope\t1-2" in (site.root / "ledger/2024.txt").read_text("utf-8")
    for n in (1, 2):
        site.story(f"2023/04/x{n}.fr", article(f"Sommet {n}", date=f"2023-04-0{n}", draft=True))
    assert not lost(again(site))
    assert leads_to(site, "/fr/europe/page/2/") == "/fr/europe/"


def test_an_alias_of_the_owner_needs_no_redirect_of_ours(site: Site) -> None:
    published(site)
    site.story(X, article("Sommet", slug="autre", aliases=[AT_X]))
    built = again(site)
    assert not built.find("alias-taken")
    assert leads_to(site, AT_X) == "/fr/2023/04/autre/"
    site.story(X, article("Sommet", slug="autre"))
    again(site)
    assert leads_to(site, AT_X) == "/fr/2023/04/autre/"


def test_an_alias_takes_the_address_of_what_is_gone_and_no_other(site: Site) -> None:
    published(site)
    site.story(X, article("Sommet", slug="autre"))
    site.story(Y, article("Suite", date="2023-04-18", aliases=[AT_X]))
    built = again(site)
    assert built.one("alias-taken").location.path == f"content/{Y}.md"
    assert leads_to(site, AT_X) == "/fr/2023/04/autre/"
    site.remove(f"content/{X}.md")
    built = again(site)
    assert not built.find("alias-taken")
    assert not lost(built)
    assert leads_to(site, AT_X) == "/fr/2023/04/suite/"


def test_a_static_file_does_not_take_an_old_address(site: Site) -> None:
    published(site)
    site.story(X, article("Sommet", slug="autre"))
    site.write("static/fr/2023/04/sommet/index.html", "<p>mine</p>")
    built = again(site)
    assert built.one("address-taken").location.path == "static/fr/2023/04/sommet/index.html"
    assert leads_to(site, AT_X) == "/fr/2023/04/autre/"


def test_words_of_a_redirect_follow_what_it_leads_to(site: Site) -> None:
    published(site, x=article("Sommet", tags=["Chine"]))
    site.story(X, article("Sommet", slug="autre", tags=["Chine"]))
    again(site)
    site.story(X, article("Un titre neuf", slug="autre", tags=["Chine"]))
    again(site)
    assert "Un titre neuf" in site.read(AT_X)


# ---- redirects.yaml
def test_a_line_of_redirects_yaml_leads_there(site: Site) -> None:
    published(site, x=article("Sommet"), y=article("Autre", date="2023-04-18", slug="autre"))
    site.story(X, article("Sommet", slug="neuf"))
    site.write("redirects.yaml", f"{AT_X}: /fr/2023/04/autre/\n/fr/jamais/: {AT_X}\n")
    built = again(site)
    assert built.ids == []
    assert leads_to(site, AT_X) == "/fr/2023/04/autre/"
    assert leads_to(site, "/fr/jamais/") == "/fr/2023/04/autre/"
    site.story(Y, article("Autre", date="2023-04-18", slug="deux"))
    assert again(site).ids == []
    assert leads_to(site, AT_X) == leads_to(site, "/fr/jamais/") == "/fr/2023/04/deux/"
    site.story(Y, article("Autre", date="2023-04-18", slug="deux", draft=True))
    assert [d.location.line for d in again(site).find("redirect-broken")] == [1]
    assert leads_to(site, AT_X) == leads_to(site, "/fr/jamais/") == "/fr/2023/04/neuf/"
    site.story(Y, article("Autre", date="2023-04-18", slug="autre"))
    assert again(site).ids == []
    assert leads_to(site, "/fr/jamais/") == "/fr/2023/04/autre/"
    site.remove("redirects.yaml")
    again(site)
    assert leads_to(site, AT_X) == "/fr/2023/04/neuf/"
    assert leads_to(site, "/fr/jamais/") == ""


def test_a_line_may_be_written_as_browsers_and_servers_have_it(site: Site) -> None:
    published(site)
    site.write("redirects.yaml", "/fr/un/index.html: /fr/europe/\n/fr/deux: /fr/europe\n/fr/trois.html: /fr/monde/\n")
    assert again(site).ids == []
    for address in ("/fr/un/", "/fr/deux/"):
        assert leads_to(site, address) == "/fr/europe/"
    assert leads_to(site, "/fr/trois.html") == "/fr/monde/"
    site.write("redirects.yaml", f"/fr/../x/: /fr/\n/{'a' * 300}/: /fr/\n")
    assert len(again(site).find("redirect-invalid")) == 2


def test_a_file_that_is_published_is_stronger_than_a_line(site: Site) -> None:
    site.write("static/rapport.pdf", b"%PDF-1.4")
    published(site)
    site.write("redirects.yaml", "/rapport.pdf: /fr/feed.atom\n/plan.pdf: gone\n/carte/: /fr/\n")
    assert again(site).ids == ["redirect-taken"]
    assert site.path("/rapport.pdf").read_bytes() == b"%PDF-1.4"
    assert leads_to(site, "/carte/") == "/fr/"
    site.write("static/carte/index.html", "<p>mine</p>")
    assert again(site).ids == ["redirect-taken"] * 2
    site.remove("static/carte/index.html")
    again(site)
    assert leads_to(site, "/carte/") == "/fr/"


def test_a_line_says_that_an_address_is_gone(site: Site) -> None:
    published(site, x=article("Sommet", tags=["Chine"]))
    site.remove(f"content/{X}.md")
    site.write("redirects.yaml", f"{AT_X}: gone\n/fr/2023/04/16/: gone\n/fr/tags/chine/feed.atom: gone\n")
    built = again(site)
    assert not lost(built)
    assert site.h1(AT_X) == "Article retiré"
    assert site.h1("/fr/2023/04/16/") == "Article retiré"
    assert not site.exists("/fr/tags/chine/feed.atom")
    site.story(Y, article("Suite", date="2023-04-18", aliases=[AT_X]))
    assert again(site).one("alias-taken").location.path == f"content/{Y}.md"


def test_a_whole_line_is_stronger_than_a_pattern(site: Site) -> None:
    published(site, x=article("Sommet"), y=article("Autre", date="2023-04-18"))
    for story in (X, Y):
        site.remove(f"content/{story}.md")
    site.write(
        "redirects.yaml",
        f"/fr/2023/04/*/: {{to: /fr/europe/, addresses: 4}}\n{AT_X}: /fr/monde/\n"
        "/fr/2023/**: {to: /fr/, addresses: 6}\n",
    )
    built = again(site)
    assert not lost(built)
    assert leads_to(site, AT_X) == "/fr/monde/"
    assert leads_to(site, "/fr/2023/04/autre/") == "/fr/europe/"
    assert leads_to(site, "/fr/2023/") == "/fr/"


def test_a_pattern_counts(site: Site) -> None:
    published(site)
    site.remove(f"content/{X}.md")
    site.write("redirects.yaml", "/fr/2023/04/s*/: {to: /fr/, addresses: 2}\n/fr/1999/**: {to: /fr/, addresses: 1}\n")
    built = again(site)
    assert built.one("redirect-count").location.line == 1
    assert built.one("redirect-unused").location.line == 2
    assert built.result.lost == (AT_X,)
    site.write("redirects.yaml", "/fr/2023/04/s*/: {to: /fr/, addresses: 1}\n")
    built = again(site)
    assert built.ids == []
    assert leads_to(site, AT_X) == "/fr/"


@pytest.mark.parametrize(
    ("text", "place", "id"),
    [
        ("fr/x/: /fr/\n", (1, 1), "redirect-invalid"),
        ("# \n/fr/x/: https://other.example/\n", (2, 9), "redirect-invalid"),
        ("/fr/x/: {t: /fr/}\n", (1, 9), "redirect-invalid"),
        ("/fr/x?y: /fr/\n", (1, 1), "redirect-invalid"),
        ("/fr/**: /fr/\n", (1, 1), "redirect-invalid"),
        ("/fr/**: {to: /fr/, addresses: all}\n", (1, 31), "redirect-invalid"),
        ("- /fr/\n", (1, 1), "redirect-invalid"),
        ("/fr/x/: /fr/nowhere/\n", (1, 1), "redirect-broken"),
        ("/fr/x/: /fr/x/\n", (1, 1), "redirect-broken"),
        ("/fr/x/: /fr/y/\n/fr/y/: /fr/x/\n", (1, 1), "redirect-broken"),
        ("/fr/: /en/\n", (1, 1), "redirect-taken"),
    ],
)
def test_what_is_wrong_with_a_line_is_told(site: Site, text: str, place: tuple[int, int], id: str) -> None:
    site.story(X, article("Sommet"))
    site.write("redirects.yaml", text)
    told = [d for d in again(site).diagnostics if d.id == id]
    assert (told[0].location.line, told[0].location.column) == place


@pytest.mark.parametrize(
    ("text", "back"),
    [
        ("/fr/x/: /fr/x/\n", [1]),
        ("/fr/x/: /fr/y/\n/fr/y/: /fr/x/\n", [2, 1]),
        ("/fr/a/: /fr/x/\n/fr/x/: /fr/y/\n/fr/y/: /fr/z/\n/fr/z/: /fr/x/\n", [None, 4, 2, 3]),
    ],
)
def test_lines_that_lead_in_a_circle_name_each_other(site: Site, text: str, back: list[int | None]) -> None:
    site.story(X, article("Sommet"))
    site.write("redirects.yaml", text)
    told = again(site).find("redirect-broken")
    assert [re.findall(r"line (\d+) leads back", d.message) for d in told] == [[str(n)] if n else [] for n in back]


def test_a_redirects_yaml_that_cannot_be_read_stops_the_build(site: Site) -> None:
    published(site)
    site.write("redirects.yaml", "/fr/x/: [\n")
    with pytest.raises(NewsgenError, match=r"redirects\.yaml cannot be used"):
        site.build()
    site.write("redirects.yaml", "")
    assert not again(site).errors


def test_a_picture_at_its_old_address_is_a_copy(site: Site) -> None:
    site.write("content/2023/04/a.jpg", photo())
    published(site, x=article("Sommet", body="![Vue](a.jpg)"))
    site.rename("content/2023/04/a.jpg", "content/2023/04/b.jpg")
    site.story(X, article("Sommet", body="![Vue](b.jpg)"))
    site.write("redirects.yaml", "/media/2023/04/a.jpg: /media/2023/04/b.jpg\n")
    assert not lost(again(site))
    for shift in (0, 20):
        site.write("content/2023/04/b.jpg", photo(shift=shift))
        again(site)
        old, new = (site.path(f"/media/2023/04/{name}.jpg").read_bytes() for name in "ab")
        assert old == new


# ---- what is lost
def test_what_its_editor_takes_off_is_no_loss(site: Site) -> None:
    for front in ({"draft": True}, {"expires": "2023-05-01"}, {"gone": "Retirée."}):
        published(site)
        site.story(X, article("Sommet", **front))
        built = again(site)
        assert not lost(built)
        assert built.result.status() == 0


@pytest.mark.parametrize(
    ("change", "at", "why"),
    [
        (lambda site: site.remove(f"content/{X}.md"), f"content/{X}.md", "is gone"),
        (lambda site: site.rename(f"content/{X}.md", f"content/{X}.md.txt"), f"content/{X}.md", "is gone"),
        (lambda site: site.story(X, article("Sommet", date="2032-04-16")), f"content/{X}.md", "waits for its date"),
        (lambda site: site.story(X, article("Sommet", publish="2032-04-16")), f"content/{X}.md", "waits for its date"),
    ],
    ids=["deleted", "not read", "year mistyped", "embargo"],
)
def test_what_is_lost_is_told_at_its_cause(site: Site, change: Callable[[Site], None], at: str, why: str) -> None:
    published(site)
    change(site)
    built = again(site)
    (told,) = lost(built)
    assert told.startswith(f"{at}: nothing answers at {AT_X}")
    assert why in told
    assert built.result.status() == 3
    site.story(X, article("Sommet"))
    if (site.root / f"content/{X}.md.txt").exists():
        site.remove(f"content/{X}.md.txt")
    built = again(site)
    assert not lost(built)
    assert built.result.status() == 0


def test_a_story_that_its_errors_leave_out_is_told_when_the_cache_is_gone(site: Site) -> None:
    published(site)
    site.story(X, article("Sommet", date="hier"))
    built = site.build(clean=True)
    (told,) = lost(built)
    assert built.result.lost == (AT_X,)
    assert told.startswith(f"content/{X}.md: ")
    assert "its errors leave this file out" in told
    assert built.result.status() == 3


@pytest.mark.parametrize(
    "broken",
    [
        article("Sommet").replace("Sommet", '"Sommet'),
        article("Sommet", date="hier", categories=["nulle-part"]),
        article("Sommet").encode() + b"\xe9",
        "Texte.",
    ],
    ids=["quote", "date and section", "encoding", "no front matter"],
)
def test_what_a_file_with_errors_says_for_others_is_not_proposed_anew(site: Site, broken: str | bytes) -> None:
    """Another section or date would put the sister elsewhere, for ever."""
    published(site, x=article("Sommet"))
    site.write("content/2023/04/x.en.md", page_file("Summit"))
    site.write(f"content/{X}.md", broken)
    told = [d for d in site.build(clean=True).find("key-missing") if d.location.path == "content/2023/04/x.en.md"]
    assert [d.hint for d in told] == [f"mend content/{X}.md first"] * 2
    site.story(X, article("Sommet", date=None, categories=None).replace("Sommet", '"Sommet"') + "\n\x00")
    told = [d for d in site.build(clean=True).find("key-missing") if d.location.path == "content/2023/04/x.en.md"]
    assert [d.hint[:6] for d in told] == ["write "] * 2  # which would not be found there


def test_what_a_file_that_is_gone_said_for_others_is_asked_back(site: Site) -> None:
    site.story("2023/04/x.en", page_file("Summit"))
    published(site, x=article("Sommet"))
    site.rename(f"content/{X}.md", f"content/{Y}.md")
    for clean in (False, True):
        told = site.build(clean=clean).find("key-missing")
        assert len(told) == 2
        assert all("the fr version" in d.message and "`story: 2023/04/x`" in d.hint for d in told)
    site.story(Y, article("Sommet", story="2023/04/x"))
    assert not again(site).diagnostics


def test_a_section_with_another_id_is_told_once(site: Site) -> None:
    """All its lists and feeds, at `categories`, with what keeps them."""
    published(site)
    sections = dict(site.settings["categories"])
    del sections["monde"]
    site.configure(categories={**sections, "globe": {"fr": "Monde", "en": "World"}})
    built = again(site)
    told = built.one("address-lost")
    assert str(told.location) == f"newsgen.yaml:{_line_of(site, 'categories:')}:1"
    assert "/fr/monde/" in told.message and told.message.endswith("newsgen.yaml declares no category `monde`")
    assert "`world` or `monde`" in told.hint
    assert len(built.result.lost) == 6
    site.write("newsgen.yaml", f"# one more line\n{(site.root / 'newsgen.yaml').read_text('utf-8')}")
    assert again(site).one("address-lost").location.line == told.location.line + 1
    as_before = {"fr": {"title": "Monde", "slug": "monde"}, "en": {"title": "World", "slug": "world"}}
    site.configure(categories={**sections, "globe": as_before})
    assert not lost(again(site))
    site.configure(categories={**sections, "globe": {"fr": "Monde", "en": "World"}})
    ways = {"/fr/monde/": "/fr/globe/", "/en/world/": "/en/globe/"}
    lines = [f"{old}{name}: {new}{name}\n" for old, new in ways.items() for name in ("", "feed.atom", "feed.json")]
    site.write("redirects.yaml", "".join(lines))
    assert not lost(again(site))


def _line_of(site: Site, key: str) -> int:
    return (site.root / "newsgen.yaml").read_text("utf-8").splitlines().index(key) + 1


def test_a_language_that_newsgen_yaml_forgets_is_told_once(site: Site) -> None:
    published(site)
    site.story("2023/04/x.en", article("Summit"))
    again(site)
    site.publish("2024-02-01T00:00:00Z")
    before = dict(site.settings)
    french = {id_: words["fr"] for id_, words in before["categories"].items()}
    site.configure(languages=["fr"], title="Archive", categories=french)
    built = again(site)
    (told,) = lost(built)
    assert told.startswith("newsgen.yaml: nothing answers at /en/") and "no language `en`" in told
    assert "/en/2023/04/summit/" in built.result.lost
    number = len(built.result.lost)
    site.write("redirects.yaml", f"/en/**: {{to: /fr/, addresses: {number}}}\n")
    assert f"`{(site.root / 'redirects.yaml').read_text('utf-8').strip()}`" in built.one("address-lost").hint
    assert not lost(again(site))
    site.write("redirects.yaml", f"/en/**: {{to: gone, addresses: {number}}}\n")  # a notice in a language that is there
    assert not lost(again(site))
    assert site.exists("/en/2023/04/summit/")
    site.remove("redirects.yaml")
    site.configure(**before)
    assert not lost(again(site))


def test_another_list_is_told_by_its_name(site: Site) -> None:
    published(site)
    line = Line("/fr/balados/", "podcast", "fr", "", "", "2024-01-01T00:00:00Z", "1a2b3c4d")
    site.write("ledger/2023.txt", ledger.text_of([line]))
    (told,) = lost(again(site))
    assert told.endswith("/fr/balados/ any more, which was published as `podcast`")


def test_all_addresses_of_a_story_are_told_at_once(site: Site) -> None:
    published(site)
    site.story(X, article("Sommet", slug="autre"))
    again(site)
    site.publish("2024-02-01T00:00:00Z")
    site.remove(f"content/{X}.md")
    (told,) = lost(again(site))
    assert f"/fr/2023/04/autre/ and {AT_X}" in told


@pytest.mark.parametrize(
    ("shown", "name", "data"),
    [
        ({"body": "![Vue](a.jpg)"}, "a.jpg", photo()),
        ({"image": "a.jpg"}, "a.jpg", photo()),
        ({"body": "[Texte](a.pdf)"}, "a.pdf", b"%PDF-1.4\n"),
    ],
)
def test_a_file_to_which_nothing_refers_any_more_is_told(
    site: Site, shown: dict[str, Any], name: str, data: bytes
) -> None:
    """As a warning: publishing it would hold open what an editor may have taken off."""
    path, at = f"content/2023/04/{name}", f"/media/2023/04/{name}"
    site.write(path, data)
    published(site, x=article("Sommet", **shown))
    assert f"{at}\t" in (site.root / "ledger/2024.txt").read_text("utf-8")
    site.story(X, article("Sommet"))
    built = again(site)
    told = built.one("media-gone")
    assert (told.location.path, str(told.severity)) == (path, "warning")
    assert f"nothing refers to {path}" in told.message and f"`{at}: gone`" in told.hint
    assert (built.result.status(), built.result.lost, lost(built)) == (0, (), [])
    site.story(X, article("Sommet", **shown))
    assert not again(site).find("media-gone")
    site.story(X, article("Sommet"))
    site.remove(path)
    assert f"{path} is gone" in again(site).one("media-gone").message
    site.write("redirects.yaml", f"{at}: gone\n")
    assert not again(site).diagnostics
    site.remove("redirects.yaml")
    site.story(X, article("Sommet", **shown))
    assert lost(site.build(clean=True))


@pytest.mark.parametrize(
    "front",
    [{"draft": True}, {"expires": "2023-05-01"}, {"gone": "Retirée."}, {"publish": "2032-01-01"}, {"date": "x"}],
)
def test_of_a_file_nothing_is_told_while_what_is_held_back_refers_to_it(site: Site, front: dict[str, Any]) -> None:
    site.write("content/2023/04/a.jpg", photo())
    published(site, x=article("Sommet", body="![Vue](a.jpg)"))
    site.story(X, article("Sommet", body="![Vue](a.jpg)", **front))
    assert not site.build().find("media-gone")
    assert not site.build(clean=True).find("media-gone")
    site.story(X, article("Sommet", **front))
    told = [site.build(clean=clean).one("media-gone").message for clean in (False, True)]
    assert told[0] == told[1]


# ---- lists that a later newsgen, or another newsgen.yaml, brings
def of_stories(site: Site, **addresses: str) -> None:
    """A ledger by which these addresses were published as those of French articles."""
    made = "2024-01-01T00:00:00Z", "1a2b3c4d"
    lines = [Line(url, "story", "fr", f"2023/04/{name}", "", *made) for name, url in addresses.items()]
    site.write("ledger/2024.txt", ledger.text_of(lines))


@pytest.mark.parametrize("of_story", ["there", "elsewhere", "deleted"])
def test_a_list_yields_to_what_was_published_there(site: Site, of_story: str) -> None:
    """A section, an overview, a page of a kind that was not there before: its address never changes hands."""
    site.configure(permalink="/{lang}/{slug}/", categories={"europe": {"fr": "Europe"}})
    site.story(X, article("Asie"))
    site.story(Y, article("Corrections"))
    of_stories(site, x="/fr/asie/", y="/fr/corrections/")
    told = {d.message.split()[3]: d.severity for d in again(site).find("address-taken")}
    assert told == {"/fr/corrections/": "warning"}
    if of_story == "elsewhere":
        site.story(X, article("Asie", slug="asia"))
    elif of_story == "deleted":
        site.remove(f"content/{X}.md")
    site.configure(categories={"europe": {"fr": "Europe"}, "asie": {"fr": "Asie"}})
    built = again(site)
    told = {d.message.split()[3]: d.severity for d in built.find("address-taken")}
    assert told == {"/fr/asie/": "warning", "/fr/corrections/": "warning"}
    assert leads_to(site, "/fr/asie/") == {"there": "/fr/asie/", "elsewhere": "/fr/asia/", "deleted": ""}[of_story]
    assert site.exists("/fr/asie/feed.atom") and bool(lost(built)) == (of_story == "deleted")
    site.story(Y, article("Corrections", tags=["a"], body="Autre."))  # an edit of what has the place of a list
    again(site)
    assert "Autre." in site.read("/fr/corrections/")
    (site.root / "ledger/2024.txt").unlink()
    site.build()
    assert again(site).ids.count("address-taken") == (2 if of_story == "there" else 1)
    assert "articleBody" not in site.read("/fr/asie/") + site.read("/fr/corrections/")
    of_stories(site, y="/fr/corrections/")
    again(site)
    assert "Autre." in site.read("/fr/corrections/")


def test_a_page_that_is_wanted_by_its_pattern_yields_as_well(site: Site) -> None:
    """What could be a day, or lies below an overview: a slug that is reserved today was none in an older newsgen."""
    site.configure(permalink="/{lang}/{year}/{slug}/")
    site.story(X, article("Avril", slug="04"))
    of_stories(site, x="/fr/2023/04/")
    site.story(Y, article("Autre", date="2023-05-18"))
    built = again(site)
    assert not built.errors and not lost(built)
    assert [d.severity for d in built.find("address-taken")] == ["warning"]
    assert "articleBody" in site.read("/fr/2023/04/") and site.exists("/fr/2023/05/")
    site.story("2023/04/z.fr", article("Encore", slug="05"))
    assert again(site).one("slug-reserved")
    site.story(X, article("Avril", slug="avril", date="2023-05-17"))
    assert not again(site).find("address-taken")
    assert leads_to(site, "/fr/2023/04/") == "/fr/2023/avril/"


# ---- what may be meant to be held back
@pytest.mark.parametrize(
    ("front", "status"),
    [
        ({"status": "draft"}, 3),
        ({"published": False}, 3),
        ({"embargo": "2030-01-01"}, 3),
        ({"draft": True, "date": "demain"}, 3),
        ({"publish": "2030-01-01", "date": "demain"}, 3),
        ({"publish": "2020-01-01", "date": "demain"}, 1),
        ({"draft": False, "date": "demain"}, 1),
        ({"date": "demain"}, 1),
        ({"status": "published"}, 0),
        ({"draft": True}, 0),
    ],
)
def test_a_published_story_that_may_be_held_back_stops_the_publication(
    site: Site, front: dict[str, Any], status: int
) -> None:
    """Nobody can know what was meant: readers keep what they have, and nothing is published before somebody looked."""
    published(site)
    before = site.read(AT_X)
    site.story(X, article("Secret", **front))
    built = site.build()
    assert built.result.status() == status
    assert built.result.held_open == ((f"content/{X}.md",) if status == 3 else ())
    if status in (1, 3):
        assert site.read(AT_X) == before
    clean = site.clean()[0]
    assert clean.result.status() == (3 if status else 0)
    site.story(X, article("Sommet"))
    assert site.build().result.status() == 0


def test_what_was_never_published_stops_nothing(site: Site) -> None:
    published(site)
    site.story("2023/04/x.en", article("Summit", status="draft"))
    site.story(Y, article("Autre", status="draft"))
    built = site.build()
    assert (built.result.status(), built.result.held_open) == (1, ())
    assert site.exists(AT_X) and not site.exists("/fr/2023/04/autre/")


# ---- what is forgotten
def forgotten(site: Site, *addresses: str) -> None:
    ledgers.forget(site.root, addresses, now=datetime(2024, 2, 1, tzinfo=UTC), writes=True)


def test_what_is_forgotten_answers_like_an_address_that_never_was(site: Site) -> None:
    published(site)
    site.story(X, article("Réunion", slug="autre"))
    again(site)
    assert leads_to(site, AT_X) == "/fr/2023/04/autre/"
    forgotten(site, AT_X)
    assert again(site).lines == []
    assert not site.exists(AT_X)
    site.remove(f"content/{X}.md")
    assert not lost(again(site))
    site.write("redirects.yaml", f"{AT_X}: /fr/\n/fr/a/: {AT_X}\n")
    assert sorted(again(site).ids) == ["redirect-broken", "redirect-taken"]
    site.write("redirects.yaml", f"{AT_X}: gone\n")
    assert again(site).ids == ["redirect-taken"]
    assert not site.exists(AT_X)


@pytest.mark.parametrize("of", ["owner", "newcomer", "translation"])
def test_what_is_forgotten_is_given_to_nobody(site: Site, of: str) -> None:
    published(site, x=article("Sommet"), y=article("Autre"))
    if of == "newcomer":
        site.story(X, article("Réunion", slug="autre-lieu"))
    again(site)
    forgotten(site, AT_X)
    name = X
    if of == "newcomer":
        site.story(name := "2024/z.fr", article("Nouveau", slug="sommet"))
    elif of == "translation":
        site.story("2023/04/x.en", article("Summit"))
    built = again(site)
    (fault,) = built.find("address-taken")
    assert (fault.location.path, fault.severity) == (f"content/{name}.md", "error")
    assert "was forgotten" in fault.message
    assert not site.exists(AT_X) and not lost(built)
    assert site.exists("/fr/2023/04/autre/")
    site.story(name, article("Nouveau", slug="libre"))
    assert not again(site).errors
    site.remove("ledger/2024.txt")
    site.story(name, article("Nouveau", slug="sommet"))
    assert not site.build().errors
    assert site.exists(AT_X)


def test_no_file_and_no_alias_has_what_is_forgotten(site: Site) -> None:
    site.write("static/notes.txt", "Notes.")
    published(site, x=article("Sommet", aliases=["/vieux/"]))
    forgotten(site, "/notes.txt", "/vieux/")
    built = again(site)
    assert sorted(d.location.path for d in built.errors) == [f"content/{X}.md", "static/notes.txt"]
    assert {d.id for d in built.errors} == {"alias-taken", "address-taken"}
    assert not site.exists("/notes.txt") and not site.exists("/vieux/")
    site.remove("static/notes.txt")
    site.story(X, article("Sommet"))
    assert not again(site).errors


def test_no_list_has_what_is_forgotten(site: Site) -> None:
    published(site, x=article("Sommet", tags=["Chine"]))
    site.story(X, article("Sommet"))
    again(site)
    forgotten(site, "/fr/tags/chine/", "/fr/2022/", "/fr/corrections/")
    told = {d.message.split()[2] for d in again(site).errors}
    assert told == {"/fr/2022/", "/fr/corrections/"}
    site.story(Y, article("Autre", tags=["Chine"], date="2023-04-18"))
    told = {d.message.split()[2] for d in again(site).errors}
    assert told == {"/fr/2022/", "/fr/corrections/", "/fr/tags/chine/"}
    assert not site.exists("/fr/tags/chine/")
    site.story(Y, article("Autre", date="2023-04-18"))
    site.remove("content/2022/05/stays.fr.md")
    told = {d.message.split()[2] for d in again(site).find("address-taken")}
    assert told == {"/fr/corrections/"}


def test_a_numbered_page_that_is_forgotten_is_left_out(site: Site) -> None:
    site.configure(page_size=1)
    published(site, x=article("Sommet"), y=article("Autre"), z=article("Encore"))
    forgotten(site, "/fr/europe/page/1/")
    built = again(site)
    assert [d.id for d in built.errors] == ["address-taken"]
    assert not site.exists("/fr/europe/page/1/") and site.exists("/fr/europe/page/2/")
