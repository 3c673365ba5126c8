"""The worked examples of docs/architecture.md, "To add a query" and "To add a kind of page", done in a copy of this
repository as they are written."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.harness import NOW, Site, differences
from test_docs import ROOT, sections

BLOCK = re.compile(r"^```(\w+) (\S+)( of a site)?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
RULE = re.compile(r"(class DaySizeQuery.*?def touched_keys[^\n]*\n).*\Z", re.DOTALL)
COPIED = ("src", "templates", "static", "docs", "tests", "tools", "pyproject.toml", "Makefile")
COPIED += ("README.md", "CHANGELOG.md", "CONTRIBUTING.md")
#: What a new query must pass; those about the whole of the documentation, and about all queries.
TESTS = (
    "tests/test_day_size.py",
    "tests/test_queries.py",
    "tests/test_docs.py::test_every_template_function_is_documented_with_an_example",
    "tests/test_docs.py::test_template_examples_render",
)


class Checkout:
    """A copy of this repository in which the blocks of the section are applied."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.templates: dict[str, str] = {}  # of a site
        for name in COPIED:
            if (ROOT / name).is_dir():
                left_out = shutil.ignore_patterns("golden", "cases", "screenshots")
                shutil.copytree(ROOT / name, root / name, ignore=left_out)
            else:
                shutil.copy2(ROOT / name, root / name)

    def apply(self, text: str) -> list[str]:
        """Does what the blocks of a section say; the files that they name."""
        names = []
        for kind, name, of_site, block in BLOCK.findall(text):
            if of_site:
                self.templates[name] = block
            elif kind == "diff":
                self.edit(name, block)
            else:
                path = self.root / name
                kept = path.read_text("utf-8") + "\n\n" if path.exists() else ""
                path.write_text(kept + block, "utf-8")
            names.append(name)
        return names

    def edit(self, name: str, block: str) -> None:
        lines = block.splitlines(keepends=True)
        assert all(line[0] in " +-" for line in lines)
        old = "".join(line[1:] for line in lines if line[0] != "+")
        new = "".join(line[1:] for line in lines if line[0] != "-")
        path = self.root / name
        text = path.read_text("utf-8")
        assert text.count(old) == 1, f"{name} has not this place once:\n{old}"
        path.write_text(text.replace(old, new), "utf-8")

    def forget_keys(self) -> None:
        """Makes `touched_keys` yield nothing."""
        path = self.root / "src/newsgen/queries/lists.py"
        text, number = RULE.subn(r"\1        yield from ()\n", path.read_text("utf-8"))
        assert number == 1
        path.write_text(text, "utf-8")

    def python(self, folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
        environment = os.environ | {"PYTHONPATH": str(self.root / "src")}
        return subprocess.run(
            [sys.executable, *words],
            cwd=folder,
            env=environment,
            text=True,
            capture_output=True,
            check=False,
            timeout=1200,
        )


@pytest.fixture
def checkout(tmp_path: Path) -> Iterator[Checkout]:
    made = Checkout(tmp_path / "checkout")
    names = made.apply(sections((ROOT / "docs/architecture.md").read_text("utf-8"), 3)["To add a query"])
    assert len(names) == 6 and "src/newsgen/queries/lists.py" in names and "tests/test_day_size.py" in names
    yield made
    shutil.rmtree(made.root)


def build(checkout: Checkout, site: Site) -> set[str]:
    """The addresses of the pages that a build rendered."""
    done = checkout.python(site.root, "-m", "newsgen", "build", "--now", NOW, "--workers", "1", "--explain")
    assert done.returncode == 0, done.stdout + done.stderr
    return set(re.findall(r"^(/\S*)  \S", done.stdout, re.MULTILINE))


def stories(site: Site, *names: str, day: str) -> None:
    for name in names:
        site.story(f"2023/04/{name}.fr", title=f"Titre {name}", slug=name, date=day)


@pytest.fixture
def archive(checkout: Checkout, site: Site) -> Site:
    """A site whose articles call `day_size`, built once."""
    assert list(checkout.templates) == ["templates/article.html"]
    for name, text in checkout.templates.items():
        site.write(name, text)
    stories(site, "s1", "s2", "s3", day="2023-04-16")
    stories(site, "t1", "t2", "t3", day="2023-04-20")
    build(checkout, site)
    assert "<p>3</p>" in site.read("/fr/2023/04/s1/")
    return site


def test_an_edit_renders_the_pages_that_show_the_answer(checkout: Checkout, archive: Site) -> None:
    stories(archive, "s4", day="2023-04-16")
    rendered = build(checkout, archive)
    # All of that day; of the other only the one that is beside the new one.
    assert {url for url in rendered if re.fullmatch(r"/fr/2023/04/[st]\d/", url)} == {
        f"/fr/2023/04/{name}/" for name in ("s1", "s2", "s3", "s4", "t1")
    }
    assert "<p>4</p>" in archive.read("/fr/2023/04/s1/")
    with archive.copy() as other:
        build(checkout, other)
        assert differences(archive.tree(), other.tree()) == []


def test_the_example_without_its_keys_leaves_old_pages(checkout: Checkout, archive: Site) -> None:
    checkout.forget_keys()
    build(checkout, archive)  # with this code, all is made anew
    stories(archive, "s4", day="2023-04-16")
    build(checkout, archive)
    assert "<p>3</p>" in archive.read("/fr/2023/04/s1/")
    done = checkout.python(checkout.root, "-m", "pytest", "-q", "-p", "no:randomly", TESTS[0])
    assert done.returncode == 1, done.stdout + done.stderr
    assert "<p>4</p>" in done.stdout


def test_audit_names_a_key_that_is_forgotten(checkout: Checkout, archive: Site) -> None:
    archive.remove("templates/article.html")
    archive.write("templates/404.html", '{{ day_size("fr", "2023-04-16") }}')
    checkout.forget_keys()
    build(checkout, archive)  # with this code, all is made anew
    stories(archive, "s4", day="2023-04-16")
    build(checkout, archive)
    script = (
        "from pathlib import Path; from newsgen.catalog import store; from newsgen.pages import plan; "
        "print(plan.audit(store.Catalog.reader(Path('.newsgen/catalog.sqlite'))))"
    )
    done = checkout.python(archive.root, "-c", script)
    assert done.stdout == """['["DaySizeQuery","fr","2023-04-16"]']\n""", done.stderr


def test_the_test_of_the_example_passes(checkout: Checkout) -> None:
    done = checkout.python(checkout.root, "-m", "pytest", "-q", "-p", "no:randomly", *TESTS)
    assert done.returncode == 0, done.stdout + done.stderr


# ---- a kind of page
#: What a new kind must pass: its own test, and those that go over all kinds, words, queries and functions.
TESTS_OF_KINDS = (
    "tests/test_headlines.py",
    "tests/test_kinds.py",
    "tests/test_queries.py",
    "tests/test_i18n.py",
    "tests/test_owners.py",
    "tests/test_config.py",
    "tests/test_sitemaps.py",
    "tests/test_languages.py",
    "tests/test_docs.py::test_every_template_function_is_documented_with_an_example",
    "tests/test_docs.py::test_every_template_and_every_kind_of_page_is_documented",
    "tests/test_docs.py::test_template_examples_render",
    "tests/test_architecture.py::test_what_the_docs_show_of_the_code_is_as_the_code_is",
)


@pytest.fixture
def with_kind(tmp_path: Path) -> Iterator[Checkout]:
    made = Checkout(tmp_path / "checkout")
    text = (ROOT / "docs/architecture.md").read_text("utf-8")
    names = made.apply(sections(text, 3)["To add a kind of page"])
    assert {name.partition("/")[0] for name in names} == {"src", "templates", "tests", "docs"} and len(names) == 10
    done = made.python(made.root, "tools/drawing.py", "--write")
    assert done.returncode == 0, done.stderr
    yield made
    shutil.rmtree(made.root)


def test_a_kind_of_page_has_all_that_follows_from_it(with_kind: Checkout, site: Site) -> None:
    site.story("a.fr", title="Zones", slug="a")
    site.story("b.fr", title="Accord", slug="b", aliases=["/fr/titres/"])
    done = with_kind.python(site.root, "-m", "newsgen", "build", "--now", NOW, "--workers", "1")
    assert "[alias-taken]: the alias /fr/titres/ belongs to the list /fr/titres/" in done.stdout + done.stderr
    assert site.links("/fr/titres/", "main li a") == ["/fr/2023/04/b/", "/fr/2023/04/a/"]
    assert site.h1("/en/headlines/") == "Every headline, from A to Z"
    assert "/fr/titres/" in site.links("/fr/", "footer a")
    assert site.alternates("/fr/titres/")["en"].endswith("/en/headlines/")
    assert "/fr/titres/" in site.read("/sitemap-sections.xml")
    docs = (with_kind.root / "docs/templates.md").read_text("utf-8")
    assert "| `headlines.html` | every headline, from A to Z | `headlines` | |" in docs


def test_the_tests_that_go_over_all_kinds_pass_with_another_one(with_kind: Checkout) -> None:
    done = with_kind.python(with_kind.root, "-m", "pytest", "-q", "-p", "no:randomly", *TESTS_OF_KINDS)
    assert done.returncode == 0, done.stdout + done.stderr
