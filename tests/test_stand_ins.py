"""Whatever error a published file gets, it stays as it was published (CONTENT.md §7): also one against the others."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from newsgen.nouns.diagnostics import LEAVING_OUT, Location, diagnose
from newsgen.nouns.model import Parsed, Source
from newsgen.pipeline import Request, workers
from newsgen.pipeline.run import Build
from newsgen.pipeline.verify import verify
from support.harness import CONFIG, NOW, Site, article, audit, differences, page_file

PATH, URL = "content/2023/04/a.fr.md", "/fr/2023/04/sommet/"
NAMELESS, TERM = "content/2023/04/!.fr.md", "content/tags/!.fr.md"
GOOD = article(body="Bon.", tags=["Chine"], authors=["Ana"])


def _text(**front: object) -> str:
    return article(**{"body": "Neuf.", "tags": ["Chine"], **front})  # type: ignore[arg-type]


#: A file that is left out for this id, and what it says then.
BROKEN: dict[str, tuple[str, str | bytes]] = {
    "address-taken": (PATH, _text(slug="b")),
    "category-unknown": (PATH, _text(categories=["eurpoe"])),
    "character-forbidden": (PATH, _text(title="A\x01b")),
    "comment-unclosed": (PATH, _text(body="Un.\n\n<!-- deux")),
    "conflict-mark": (PATH, _text(body="<<<<<<< HEAD\nUn.\n=======\nDeux.\n>>>>>>> autre")),
    "date-invalid": (PATH, _text(date="demain")),
    "encoding-invalid": (PATH, _text(body="\xe9").encode("latin-1")),
    "file-pointer": (PATH, "version https://git-lfs.github.com/spec/v1\noid sha256:" + "a" * 64 + "\nsize 12\n"),
    "front-matter-missing": (PATH, "rien"),
    "front-matter-unclosed": (PATH, "---\ntitle: x\n"),
    "key-duplicate": (PATH, _text().replace("title: Sommet", "title: Sommet\ntitle: Autre")),
    "key-holds-back": (PATH, _text(published=False)),
    "key-missing": (PATH, _text(title=None)),
    "list-comma": (PATH, _text(tags="Chine, Inde")),
    "slug-invalid": (PATH, _text(slug="a b/c")),
    "slug-missing": (NAMELESS, _text(title="!!!")),
    "slug-reserved": (PATH, _text(slug="page")),
    "story-duplicate": (PATH, _text(story="2023/04/b")),
    "term-empty": (TERM, page_file("!!!")),
    "value-invalid": (PATH, _text(noindex="peut-être")),
    "value-type": (PATH, _text(title=["a", "b"])),
    "yaml-alias-limit": (PATH, f"---\ntitle: &a x\nextra: [{'*a, ' * 20_000}]\n---\n"),
    "yaml-invalid": (PATH, "---\ntitle: [\n---\n"),
    "yaml-tag": (PATH, _text().replace("title: Sommet", "title: !!python/none x")),
}


#: Ids that take more than a text, and where they are held.
ELSEWHERE = {
    "file-changed": "test_meanwhile.py",
    "file-unreadable": "test_damage.py",
    "newsgen-fault": "test_containment.py",
    "template-failed": "test_kept_off.py",
}


def good(path: str) -> str:
    return page_file("Chine", "Bon.") if path == TERM else GOOD


def agree(site: Site, path: str, id_: str) -> None:
    """A build, one that follows, a check and a clean build with the same last good versions say and give the same."""
    built = site.build()
    assert id_ in {d.id for d in built.errors if d.location.path == path}
    assert built.result.status() == (3 if id_ == "key-holds-back" else 1)
    assert (built.result.left_out, built.result.last_good) == ((), (path,))
    again = site.build()
    assert (again.lines, list(again.result.written), again.result.last_good) == (built.lines, [], (path,))
    assert site.check().lines == built.lines
    assert audit(site) == [] and not verify(Request(site.root, now=NOW, workers=1)).problems


def test_every_id_that_leaves_out_has_its_example() -> None:
    assert BROKEN.keys() | ELSEWHERE.keys() == LEAVING_OUT


@pytest.mark.parametrize("id_", sorted(BROKEN))
def test_whatever_error_a_published_file_gets_it_stays_as_it_was(site: Site, id_: str) -> None:
    path, text = BROKEN[id_]
    site.story("2023/04/b.fr", title="B", date="2023-04-15", tags=["Chine"], body="[[2023/04/a]]")
    site.write(path, good(path))
    assert site.build().ids in ([], ["reference-broken"])
    before = site.tree()
    site.write(path, text)
    agree(site, path, id_)
    assert differences(site.tree(), before) == []
    site.story("2023/04/c.fr", title="C", tags=["Chine"])  # the rest goes on
    agree(site, path, id_)
    assert site.exists("/fr/2023/04/c/")
    site.write(path, good(path).replace("Bon.", "Meilleur."))
    assert site.build().result.last_good == ()
    assert "Meilleur." in site.text() and differences(site.tree(), site.clean_build()) == []


@pytest.mark.parametrize("id_", sorted(BROKEN))
def test_a_new_file_with_the_same_error_stays_out(site: Site, id_: str) -> None:
    path, text = BROKEN[id_]
    site.story("2023/04/b.fr", title="B", date="2023-04-15", tags=["Chine"])
    site.build()
    before = site.tree()
    site.write(path, text)
    built = site.build()
    assert (built.result.left_out, built.result.last_good) == ((path,), ())
    assert differences(site.tree(), before) == []


# ---- what is not the file's own doing
def test_a_section_that_goes_from_the_configuration_takes_no_article_away(site: Site) -> None:
    site.story("2023/04/a.fr", categories=["monde"], body="Bon.")
    site.story("2023/04/b.fr", title="B", categories=["monde"], date="demain")
    site.build()
    site.configure(categories={id_: CONFIG["categories"][id_] for id_ in ("a-la-une", "europe")})
    site.story("2023/04/n.fr", title="Neuf", categories=["monde"])
    built = site.build()
    assert built.result.last_good == (PATH,) and site.h1(URL) == "Sommet" and URL in site.entries("/fr/en-continu/")
    assert not site.exists("/fr/monde/") and not site.exists("/fr/2023/04/neuf/")
    told = [d.location.path for d in built.find("category-unknown")]
    assert told == [PATH, "content/2023/04/b.fr.md", "content/2023/04/n.fr.md"]
    assert audit(site) == [] and not verify(Request(site.root, now=NOW, workers=1)).problems
    site.story("2023/04/a.fr", title="Autre", categories=["monde"], slug="sommet")
    assert site.build().result.last_good == (PATH,) and site.h1(URL) == "Sommet"
    site.configure(categories=CONFIG["categories"])
    assert site.build().result.last_good == () and site.h1(URL) == "Autre"
    assert differences(site.tree(), site.clean_build()) == []


def _pair(site: Site) -> None:
    """A story of two languages, of which the second has its date and category from the first."""
    site.story("2023/04/a.fr", body="Bon.")
    site.story("2023/04/a.en", title="Summit", body="Good.", date=None, categories=None)
    site.build()


def test_a_version_keeps_what_it_had_of_one_that_is_deleted(site: Site) -> None:
    _pair(site)
    site.remove(PATH)
    built = site.build()
    assert built.result.last_good == ("content/2023/04/a.en.md",) and len(built.find("key-missing")) == 2
    assert not site.exists(URL) and "Good." in site.read("/en/2023/04/summit/")
    assert not verify(Request(site.root, now=NOW, workers=1)).problems and audit(site) == []
    site.story("2023/04/a.en", title="Summit", body="Better.", date="2023-04-16")  # its category is nowhere yet
    site.story("2023/04/a.en", title="Summit", body="Better.", date="2023-04-16", categories=None)
    assert site.build().result.last_good == ("content/2023/04/a.en.md",)
    site.story("2023/04/a.en", title="Summit", body="Better.")
    assert site.build().result.last_good == () and "Better." in site.read("/en/2023/04/summit/")
    assert differences(site.tree(), site.clean_build()) == []


@pytest.mark.parametrize("front", [{"categories": ["eurpoe"]}, {"categories": None}, {"date": None}])
def test_as_few_files_as_possible_are_taken_back(site: Site, front: dict[str, object]) -> None:
    _pair(site)
    site.story("2023/04/a.fr", body="Neuf.", **front)
    site.story("2023/04/a.en", title="Summit", body="New.", date=None, categories=None)
    assert site.build().result.last_good == (PATH,)
    assert "Bon." in site.read(URL) and "New." in site.read("/en/2023/04/summit/")
    assert not verify(Request(site.root, now=NOW, workers=1)).problems and audit(site) == []
    site.story("2023/04/a.en", title="Summit", body="New.")  # what helps the other, too, if it has all that is needed
    site.build()
    assert audit(site) == [] and not verify(Request(site.root, now=NOW, workers=1)).problems


ACTS = [{"draft": True}, {"gone": "Retiré."}, {"expires": "2024-01-01"}, {"publish": "2030-01-01"}]


@pytest.mark.parametrize("act", ACTS, ids=lambda act: next(iter(act)))
def test_an_act_of_the_editor_stays_an_act_beside_an_error(site: Site, act: dict[str, object]) -> None:
    site.write(PATH, GOOD)
    site.story("2023/04/b.fr", title="B")
    site.build()
    site.story("2023/04/a.fr", categories=["eurpoe"], **act)
    assert site.build().result.last_good == () and not site.exists(URL)
    assert differences(site.tree(), site.clean_build()) == [] and audit(site) == []


def test_what_ends_while_its_last_good_version_stands_in_goes(site: Site) -> None:
    site.write(PATH, GOOD)
    site.build()
    site.story("2023/04/a.fr", categories=["eurpoe"], expires="2024-02-01")
    assert site.build().result.last_good == (PATH,)
    site.build(now="2024-02-02")
    assert not site.exists(URL) and audit(site) == []


# ---- addresses
def test_who_wants_the_address_of_another_gets_it_when_it_is_free(site: Site) -> None:
    site.write(PATH, GOOD)
    site.story("2023/04/b.fr", title="B", date="2023-04-15")
    site.build()
    site.story("2023/04/a.fr", slug="b", body="Neuf.")
    agree(site, PATH, "address-taken")
    site.remove("content/2023/04/b.fr.md")
    built = site.build()
    assert built.result.last_good == () and "Neuf." in site.read("/fr/2023/04/b/") and not site.exists(URL)
    assert differences(site.tree(), site.clean_build()) == [] and audit(site) == []


def test_a_last_good_version_that_does_not_help_is_given_back(site: Site) -> None:
    """Its own address is another's now."""
    site.write(PATH, GOOD)
    site.build()
    site.story("2023/04/a.fr", slug="b")
    site.story("2023/04/b.fr", title="B", date="2023-04-15")
    site.story("2023/04/c.fr", title="Sommet", date="2023-04-15")
    built = site.build()
    assert (built.result.left_out, built.result.last_good) == ((PATH,), ())
    assert set(built.ids) == {"address-taken"} and site.h1(URL) == "Sommet"
    assert site.build().lines == built.lines and audit(site) == []
    assert differences(site.tree(), site.clean_build()) == []


def test_a_file_that_joins_another_story_by_mistake_stays_in_its_own(site: Site) -> None:
    site.write(PATH, GOOD)
    site.story("2023/04/b.fr", title="B", date="2023-04-15")
    site.build()
    before = site.tree()
    site.story("2023/04/a.fr", story="2023/04/b", body="Neuf.")
    agree(site, PATH, "story-duplicate")
    assert differences(site.tree(), before) == []
    site.story("2023/04/b.fr", title="B", date="2023-04-15", body="Autre.")
    agree(site, PATH, "story-duplicate")
    site.story("2023/04/a.fr", body="Neuf.")
    assert site.build().ids == [] and "Neuf." in site.read(URL)
    assert differences(site.tree(), site.clean_build()) == []


# ---- another newsgen
def _stricter(monkeypatch: pytest.MonkeyPatch, *names: str, version: str = "another newsgen") -> None:
    """Another version refuses these files as they stand, whatever they say."""
    parse = workers.parse_bytes

    def refuse(source: Source, data: bytes, rules: workers.ParseRules) -> Parsed:
        made = parse(source, data, rules)
        if not source.path.endswith(names):
            return made
        fault = diagnose(Location(source.path), "comment-unclosed")
        return replace(made, front=None, partial=made.front, diagnostics=(fault,))

    monkeypatch.setattr("newsgen.pipeline.workers.parse_bytes", refuse)
    monkeypatch.setattr("newsgen.pipeline.run.parse_bytes", refuse)
    monkeypatch.setattr("newsgen.pipeline.run._tools", lambda: version)


@pytest.mark.parametrize("schema", [False, True])
@pytest.mark.parametrize("name", ["a.fr.md", "!.fr.md", "x.fr.md"])
def test_another_newsgen_whose_rules_are_stricter_takes_nothing_away(
    site: Site, monkeypatch: pytest.MonkeyPatch, name: str, schema: bool
) -> None:
    for path in (PATH, TERM, "content/pages/x.fr.md"):
        site.write(path, GOOD if path == PATH else page_file("Chine", "Bon.", slug="chine"))
    site.story("2023/04/b.fr", title="B", body="[[2023/04/a]]")
    site.build()
    before = site.tree()
    with monkeypatch.context() as patch:
        _stricter(patch, name)
        if schema:
            patch.setattr("newsgen.catalog.store.SCHEMA_VERSION", "next")
            patch.setattr("newsgen.pipeline.verify.SCHEMA_VERSION", "next")
        path = next(path for path in (PATH, TERM, "content/pages/x.fr.md") if path.endswith(name))
        assert site.check().result.last_good == (path,)
        agree(site, path, "comment-unclosed")
        assert differences(site.tree(), before) == []
        site.configure(trusted_html=True)  # which parses all of them again
        agree(site, path, "comment-unclosed")
        site.write(path, (site.root / path).read_text().replace("Bon.", "Neuf."))  # its bytes are others, it is refused
        agree(site, path, "comment-unclosed")
        _stricter(patch, name, version="a third newsgen")
        agree(site, path, "comment-unclosed")
        assert not (site.cache / "catalog.sqlite-old").exists()
    site.build()
    assert "Neuf." in site.text() and differences(site.tree(), site.clean_build()) == []


def test_another_newsgen_that_is_killed_at_once_takes_nothing_away(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    site.write(PATH, GOOD)
    site.build()
    before = site.tree()
    _stricter(monkeypatch, "a.fr.md")
    for stage in ("_parse", "_index"):
        with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
            patch.setattr(Build, stage, _killed)
            site.build()
    agree(site, PATH, "comment-unclosed")
    assert differences(site.tree(), before) == []


def _killed(*arguments: object) -> None:
    raise KeyboardInterrupt
