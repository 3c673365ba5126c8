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
from newsgen.desk import editors
from newsgen.nouns.diagnostics import NewsgenError
from newsgen.parsing import frontmatter
from newsgen.pipeline import load_config
from newsgen.settings.reading import Config
from support.harness import Site, article, page_file

NOON = datetime(2024, 1, 15, 12, 0, tzinfo=UTC)


def config_of(site: Site) -> Config:
    return load_config(site.root)[0]


def new(site: Site, title: str, now: datetime = NOON, **options: object) -> tuple[str, ...]:
    return editors.new(site.root, config_of(site), title, now=now, **options)  # type: ignore[arg-type]


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


@given(st.text(st.characters(exclude_categories=["Cs", "Cc", "Co", "Cn", "Zl", "Zp"]), min_size=1, max_size=60))
def test_any_title_is_read_back_as_it_was_given_or_refused(title: str) -> None:
    config = Config({"fr": "x"}, "https://x.example/", ("fr",), "x.example,2000")
    text = f"---\ntitle: {editors._yaml_text(title)}\n---\n"
    try:
        editors._prove("x.md", text, " ".join(title.split()), config)
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
