"""A new story, slugs written into files, a new site: `newsgen new`, `freeze` and `init`."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsgen import pipeline
from newsgen.cli.command_line import main
from newsgen.desk import editors, new_story
from newsgen.ledger import live
from newsgen.nouns.diagnostics import NewsgenError
from newsgen.parsing import frontmatter
from newsgen.pipeline import load_config
from newsgen.settings.reading import Config
from support.harness import Site, article, page_file

NOON = datetime(2024, 1, 15, 12, 0, tzinfo=UTC)


def config_of(site: Site) -> Config:
    return load_config(site.root)[0]


def new(site: Site, title: str, now: datetime = NOON, **options: object) -> tuple[str, ...]:
    return new_story.new(site.root, config_of(site), title, now=now, **options).paths  # type: ignore[arg-type]


def translate(site: Site, title: str, original: str, **options: object) -> new_story.Begun:
    config = config_of(site)
    return new_story.translate(site.root, config, title, original=original, **options)  # type: ignore[arg-type]


def read(site: Site, path: str) -> str:
    return (site.root / path).read_bytes().decode()


# ---- new
def test_new_story_has_a_file_for_each_language_with_a_frozen_slug(site: Site) -> None:
    folder = "content/2024/01"
    assert new(site, "Sommet à Paris") == (f"{folder}/sommet-a-paris.fr.md", f"{folder}/sommet-a-paris.en.md")
    assert read(site, "content/2024/01/sommet-a-paris.fr.md") == (
        "---\ntitle: Sommet à Paris\nslug: sommet-a-paris\ndate: 2024-01-15 12:00\ncategories: [a-la-une]\n"
        "draft: true\nlead:\ntags: []\n---\n\n"
    )
    assert "slug: sommet-a-paris\n" in read(site, "content/2024/01/sommet-a-paris.en.md")


def test_new_story_is_a_draft_until_its_line_is_deleted(site: Site) -> None:
    (path, _) = new(site, "Sommet", now=datetime(2024, 1, 15, 10, 0, tzinfo=UTC))
    assert site.build().ids == ["version-held"] * 2
    assert not site.exists("/fr/2024/01/sommet/") and not site.exists("/en/2024/01/sommet/")
    site.write(path, read(site, path).replace("draft: true\n", ""))
    assert not site.build().diagnostics
    assert site.exists("/fr/2024/01/sommet/") and site.exists("/en/2024/01/sommet/")


def test_later_change_of_title_moves_nothing(site: Site) -> None:
    (path, _) = new(site, "Sommet", now=datetime(2024, 1, 15, 10, 0, tzinfo=UTC))
    site.write(path, read(site, path).replace("title: Sommet", "title: Autre").replace("draft: true\n", ""))
    site.build()
    assert site.h1("/fr/2024/01/sommet/") == "Autre"


def test_headline_of_a_language_has_a_slug_of_its_own(site: Site) -> None:
    paths = new(site, "Sommet à Paris", titles={"en": "Summit in Paris"})
    assert "title: Summit in Paris\nslug: summit-in-paris\n" in read(site, paths[1])
    assert paths[1] == "content/2024/01/sommet-a-paris.en.md"


def test_new_takes_language_category_date_and_slug(site: Site) -> None:
    paths = new(site, "Summit", languages=["EN"], category="europe", day="2023-04-30T23:30:00-05:00", slug="g7")
    assert paths == ("content/2023/05/g7.en.md",)  # May already in Paris
    assert "date: 2023-04-30T23:30:00-05:00\ncategories: [europe]\n" in read(site, paths[0])


@pytest.mark.parametrize(
    ("title", "options", "words"),
    [
        ("  ", {}, "a story needs a title"),
        ("!!!", {}, "--slug"),
        ("Page", {}, "reserved"),
        ("12", {}, "reserved"),
        ("Un titre", {"slug": "feed.atom"}, "reserved"),
        ("Un titre", {"slug": "feed-12.atom"}, "reserved"),
        ("Un titre", {"slug": "opensearch.xml"}, "reserved"),
        ("A", {"languages": ["de"]}, "declared are: fr, en"),
        ("A", {"category": "europ"}, "did you mean `europe`?"),
        ("A", {"day": "16 avril 2023"}, "write `2023-04-16`"),
        ("A", {"slug": "../x"}, "not a slug"),
        ("A", {"slug": "é à"}, "not a slug"),
        ("\udcff x", {}, "cannot be a title"),
        ("a\x07b", {}, "U\\+0007"),
    ],
)
def test_new_refuses_what_cannot_be_used_and_writes_nothing(
    site: Site, title: str, options: dict[str, object], words: str
) -> None:
    with pytest.raises(NewsgenError, match=words.replace("?", r"\?")):
        new(site, title, **options)
    assert not (site.root / "content").exists()


def test_new_never_overwrites(site: Site) -> None:
    site.write("content/2024/01/Sommet.en.md", "mine")
    with pytest.raises(NewsgenError, match=r"content/2024/01/Sommet\.en\.md is there already"):
        new(site, "Sommet")
    assert [p.name for p in (site.root / "content/2024/01").iterdir()] == ["Sommet.en.md"]
    assert read(site, "content/2024/01/Sommet.en.md") == "mine"


# ---- a story that exists in another language
def test_translation_is_written_beside_its_original_without_what_is_the_storys(site: Site) -> None:
    site.story("2023/04/sommet.fr", title="Sommet", slug="au-sommet")
    begun = translate(site, "The summit", str(site.root / "content/2023/04/sommet.fr.md"))
    assert begun.paths == ("content/2023/04/sommet.en.md",)
    text = "---\ntitle: The summit\nslug: the-summit\ndraft: true\nlead:\ntags: []\n---\n\n"
    assert read(site, begun.paths[0]) == text
    site.write(begun.paths[0], text.replace("draft: true\n", ""))
    assert not site.build().diagnostics
    assert site.exists("/fr/2023/04/au-sommet/") and site.exists("/en/2023/04/the-summit/")


def test_translation_of_a_published_story_takes_nothing_away(site: Site) -> None:
    site.story("2023/04/sommet.fr", slug="sommet")
    site.build()
    live.fetch(site.root, str(site.output), now=NOON)
    assert not translate(site, "Summit", "content/2023/04/sommet.fr.md").holds_original
    assert not site.build().errors
    assert site.exists("/fr/2023/04/sommet/") and not site.exists("/en/2023/04/summit/")


@pytest.mark.parametrize(
    ("front", "says"),
    [({}, True), ({"draft": False}, False), ({"publish": "2023-04-16"}, False), ({"draft": "none"}, False)],
)
def test_without_a_ledger_it_is_told_whether_the_draft_holds_the_original(
    site: Site, capsys: pytest.CaptureFixture[str], front: dict[str, object], says: bool
) -> None:
    site.story("2023/04/sommet.fr", **front)
    assert main(["new", "--source", str(site.root), "--translate", "2023/04/sommet", "Summit"]) == 0
    assert ("builds hold content/2023/04/sommet.fr.md back as well" in capsys.readouterr().err) is says
    assert ("version-held" in site.build().ids) is says


@pytest.mark.parametrize(
    "named", ["content/2023/04/sommet.fr.md", "2023/04/sommet", "content/2023/04/sommet", "/2023/04/sommet/"]
)
def test_original_is_named_by_its_file_or_its_story(site: Site, named: str) -> None:
    site.story("2023/04/sommet.fr")
    assert translate(site, "Summit", named).original == "content/2023/04/sommet.fr.md"


@pytest.mark.parametrize("name", ["sommet.md", "sommet.FR.md", "sommet.fr.markdown"])
def test_translation_finds_its_original_however_its_name_says_the_language(site: Site, name: str) -> None:
    site.write(f"content/2023/04/{name}", article(slug="sommet"))
    (path,) = translate(site, "Summit", f"content/2023/04/{name}").paths
    assert path == "content/2023/04/sommet.en.md"
    site.write(path, read(site, path).replace("draft: true\n", ""))
    assert not site.build().diagnostics and site.exists("/en/2023/04/summit/")


def test_translation_of_a_moved_story_is_of_the_same_story(site: Site) -> None:
    site.story("2023/05/elsewhere.fr", story="2023/04/sommet", slug="sommet")
    (path,) = translate(site, "Summit", "content/2023/05/elsewhere.fr.md").paths
    assert "\nstory: 2023/04/sommet\n" in read(site, path)
    site.write(path, read(site, path).replace("draft: true\n", ""))
    assert not site.build().diagnostics and site.exists("/en/2023/04/summit/")


def test_translation_of_a_page_has_the_keys_of_a_page(site: Site) -> None:
    site.write("content/pages/about.fr.md", page_file())
    (path,) = translate(site, "About", "content/pages/about.fr.md").paths
    assert path == "content/pages/about.en.md"
    site.write(path, read(site, path).replace("draft: true\n", ""))
    assert not site.build().diagnostics and site.exists("/en/about/")


def test_of_several_translations_each_goes_alone(site: Site) -> None:
    site.configure(languages=["fr", "en", "de"])
    site.story("2023/04/sommet.fr", slug="sommet", draft=False)
    paths = translate(site, "Summit", "2023/04/sommet", titles={"de": "Gipfel"}).paths
    assert paths == ("content/2023/04/sommet.en.md", "content/2023/04/sommet.de.md")
    site.write(paths[0], read(site, paths[0]).replace("draft: true\n", "draft: false\n"))
    site.build()
    assert site.exists("/en/2023/04/summit/") and not site.exists("/de/2023/04/gipfel/")
    assert "slug: gipfel\n" in read(site, paths[1])


def test_new_story_beside_a_file_of_its_name_is_its_translation(site: Site) -> None:
    site.story("2024/01/sommet.fr", date="2024-01-10", slug="sommet", draft=False)
    with pytest.raises(NewsgenError, match="leave out `--category`"):
        new(site, "Sommet", languages=["en"], category="europe")
    (path,) = new(site, "Sommet", languages=["en"])
    assert path == "content/2024/01/sommet.en.md"
    assert "date:" not in read(site, path) and "categories:" not in read(site, path)


@pytest.mark.parametrize(
    ("original", "options", "words"),
    [
        ("content/2023/04/sommet.fr.md", {"languages": ["fr"]}, "sommet.fr.md is there already"),
        ("content/2023/04/whole.fr.md", {}, "has a version in each language"),
        ("content/2023/04/none.fr.md", {}, "is no file of a story"),
        ("newsgen.yaml", {}, "is no file of a story"),
        ("../elsewhere.md", {}, "is no file of a story"),
        ("content/2023/04/broken.fr.md", {}, "has errors of its own"),
        ("content/tags/chine.fr.md", {}, "is about a term"),
        ("content/2023/04/sommet.fr.md", {"languages": ["de"]}, "declared are: fr, en"),
    ],
)
def test_translate_refuses_what_cannot_be_and_writes_nothing(
    site: Site, original: str, options: dict[str, object], words: str
) -> None:
    site.story("2023/04/sommet.fr")
    site.story("2023/04/whole.fr")
    site.story("2023/04/whole.en")
    site.story("2023/04/broken.fr", date="16 avril")
    site.write("content/tags/chine.fr.md", page_file())
    (site.root.parent / "elsewhere.md").write_text(article())
    before = sorted(site.root.rglob("*.md"))
    with pytest.raises(NewsgenError, match=words):
        translate(site, "Summit", original, **options)
    assert sorted(site.root.rglob("*.md")) == before


def test_date_and_category_are_no_options_of_a_translation(site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    site.story("2023/04/sommet.fr")
    command = ["new", "--source", str(site.root), "--translate", "2023/04/sommet", "Summit"]
    assert main([*command, "--category", "europe"]) == main([*command, "--date", "2024-01-01"]) == 2
    assert "leave out `--date` and `--category`" in capsys.readouterr().err


@given(st.text(st.characters(exclude_categories=["Cs", "Cc", "Co", "Cn", "Zl", "Zp"]), min_size=1, max_size=60))
def test_any_title_is_read_back_as_it_was_given_or_refused(title: str) -> None:
    config = Config({"fr": "x"}, "https://x.example/", ("fr",), "x.example,2000")
    text = f"---\ntitle: {new_story.yaml_text(title)}\n---\n"
    try:
        new_story._prove("x.md", text, " ".join(title.split()), config, kind="article")
    except NewsgenError:
        return
    front = frontmatter.read(text.encode(), path="x.md", kind="article", languages=("fr",)).front
    assert front and front.title and front.title.value == " ".join(title.split())


# ---- freeze
def freeze(site: Site) -> editors.Frozen:
    return editors.freeze(site.root, config_of(site))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("---\ntitle: A b\ndate: 2024-01-01\n---\nx", "---\ntitle: A b\nslug: a-b\ndate: 2024-01-01\n---\nx"),
        ("---\r\ntitle: A\r\n---\r\nx\r\n", "---\r\ntitle: A\r\nslug: a\r\n---\r\nx\r\n"),
        ("\ufeff---\ntitle: 'A'  # c\n---\n", "\ufeff---\ntitle: 'A'  # c\nslug: a\n---\n"),
        ("---\ntitle: >\n  A\n  b\n\n# c\ndate: 2024\n---\n", None),  # an error of its own stays
        (
            "---\ntitle: >\n  A\n  b\n\n# c\ndate: 2024-01-01\n---\n",
            "---\ntitle: >\n  A\n  b\nslug: a-b\n\n# c\ndate: 2024-01-01\n---\n",
        ),
        ("---\ntitle: |\n  # A\n---\n", "---\ntitle: |\n  # A\nslug: a\n---\n"),
        ('---\n  title: "A\n    b"\n  lead: x\n---\n', '---\n  title: "A\n    b"\n  slug: a-b\n  lead: x\n---\n'),
        ("---\nslug:\ntitle: A\n---\n", None),
        ("---\n{title: A, date: 2024-01-01}\n---\n", None),
        ("---\ndate: 2024-01-01\n---\n", None),
        ("---\ntitle: Page\n---\n", None),
        ("---\ntitle: A\rdate: 2024-01-01\r---\rx", "---\ntitle: A\rslug: a\rdate: 2024-01-01\r---\rx"),
    ],
)
def test_freeze_adds_one_line_and_changes_nothing_else(site: Site, before: str, after: str | None) -> None:
    path = site.write("content/2024/01/name.fr.md", before)
    frozen = freeze(site)
    assert path.read_bytes().decode() == (before if after is None else after)
    assert (list(frozen.slugs), list(frozen.left)) == (
        (["content/2024/01/name.fr.md"], []) if after else ([], ["content/2024/01/name.fr.md"])
    )


def test_freeze_is_idempotent_and_moves_no_address(site: Site) -> None:
    site.story("2023/04/a.fr", title="L'été à Paris")
    site.story("2023/04/b.en", title="…", date="2023-05-01")
    site.story("2023/04/c.fr", title="Autre", slug="le-mien")
    before = site.build() and site.tree()
    assert freeze(site).slugs == {"content/2023/04/a.fr.md": "l-ete-a-paris", "content/2023/04/b.en.md": "b"}
    assert site.build() and site.tree() == before
    assert freeze(site) == editors.Frozen({}, 3, {})


def test_freeze_leaves_pages_and_terms_alone(site: Site) -> None:
    site.write("content/pages/about.fr.md", page_file())
    site.write("content/tags/x.fr.md", page_file())
    site.write("content/categories/europe.fr.md", page_file())
    assert freeze(site) == editors.Frozen({}, 0, {})


def test_freeze_keeps_permissions_and_links(site: Site) -> None:
    target = site.write("shared/real.md", article())
    target.chmod(0o640)
    (site.root / "content").mkdir()
    (site.root / "content/link.fr.md").symlink_to(target)
    assert list(freeze(site).slugs) == ["content/link.fr.md"]
    assert "slug: sommet\n" in target.read_text("utf-8")
    assert (site.root / "content/link.fr.md").is_symlink() and target.stat().st_mode & 0o777 == 0o640
    assert [p.name for p in target.parent.iterdir()] == ["real.md"]


# ---- init
@pytest.mark.parametrize("languages", ["fr,en", "en", "ar,fr-CA"])
def test_new_site_builds_without_a_warning(
    tmp_path: Path, languages: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", "Europe/Paris")
    folder = tmp_path / "deep" / "archive"
    options = ["--lang", languages, "--url", "news.example/a", "--title", 'The "News": [1]']
    assert main(["init", str(folder), *options]) == 0
    assert main(["build", "--strict", "--source", str(folder), "--workers", "1", "--quiet"]) == 0
    assert capsys.readouterr().out.startswith(f"{folder}/newsgen.yaml\n")
    config, found = load_config(folder)
    assert not found
    assert (config.url, config.timezone) == ("https://news.example/a/", "Europe/Paris")
    assert config.id == f"news.example,{datetime.now(UTC).year}"
    assert config.title[config.languages[0]] == 'The "News": [1]'
    lang = config.languages[0]
    (story,) = [p for p in (folder / "content").rglob(f"first-story.{lang}.md")]
    assert list((folder / "site" / lang).glob("2*/*/*/index.json")), story
    assert "/site/" in (folder / ".gitignore").read_text().split()


def test_new_site_has_its_words_in_both_languages(tmp_path: Path) -> None:
    editors.init(tmp_path, languages=["fr", "en"], url="https://x.example/", title="X", now=NOON)
    assert "title: Un premier article" in (tmp_path / "content/2024/01/first-story.fr.md").read_text("utf-8")
    assert "title: A first story" in (tmp_path / "content/2024/01/first-story.en.md").read_text("utf-8")
    assert not [p for p in tmp_path.rglob("*.md") if "{" in p.read_text("utf-8")]


def test_new_site_in_a_language_without_interface_words_says_which_to_write(tmp_path: Path) -> None:
    editors.init(tmp_path, languages=["fr", "zh-Hant"], url="https://x.example/", title="X", now=NOON)
    (told,) = pipeline.build(pipeline.Request(tmp_path, now="2024-01-15T12:00:00Z", workers=1)).diagnostics
    assert told.id == "strings-missing" and "templates/i18n/zh-Hant.yaml" in told.hint


def test_init_refuses_a_folder_that_is_not_empty(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("x")
    with pytest.raises(NewsgenError, match="is not empty"):
        editors.init(tmp_path, languages=["fr"], url="https://x.example/", title="X", now=NOON)
    assert [p.name for p in tmp_path.iterdir()] == ["mine.txt"]


def test_init_accepts_a_fresh_clone(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    assert editors.init(tmp_path, languages=["fr"], url="https://x.example/", title="X", now=NOON)


def test_init_in_a_folder_whose_name_is_no_text(tmp_path: Path) -> None:
    folder = tmp_path / os.fsdecode(b"caf\xe9")
    editors.init(folder, languages=["fr"], url="https://x.example/", title=folder.name, now=NOON)
    assert "title: caf?" in (folder / "newsgen.yaml").read_text("utf-8")


@pytest.mark.parametrize("options", [{"languages": ["x y"]}, {"url": "ftp://x"}, {"title": " "}, {"timezone": "Paris"}])
def test_init_refuses_what_cannot_be_used_and_writes_nothing(tmp_path: Path, options: dict[str, object]) -> None:
    usual: dict[str, object] = {"languages": ["fr"], "url": "https://x.example/", "title": "X"}
    with pytest.raises(NewsgenError):
        editors.init(tmp_path / "new", now=NOON, **(usual | options))  # type: ignore[arg-type]
    assert not (tmp_path / "new").exists()
