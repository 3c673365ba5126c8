"""The table of kinds of pages is whole: what a kind needs besides its value is there."""

from __future__ import annotations

from collections import Counter
from functools import cache
from pathlib import Path

import pytest
import yaml
from jinja2 import nodes

from newsgen.nouns.kinds import KINDS, PATH_WORDS, Kind, path_words
from newsgen.rendering.environment import Environment
from newsgen.rendering.renderer import FUNCTIONS

pytestmark = pytest.mark.pure

TEMPLATES = Path(__file__).parent.parent / "templates"
TABLES = sorted((TEMPLATES / "i18n").glob("*.yaml"))
#: Names that every template has.
OF_ALL = {"page", "range", "dict", "namespace", "self", "super", "loop"}
PAGES = sorted({kind.template for kind in KINDS.values() if kind.template})


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.name)
def test_a_kind_has_its_template_and_its_words(kind: Kind) -> None:
    if kind.template:
        assert (TEMPLATES / kind.template).is_file(), f"write templates/{kind.template}"
        assert kind.pages, "say in `pages` what its pages are, for docs/templates.md"
    for path in TABLES if kind.word else ():
        assert kind.word in yaml.load(path.read_bytes(), yaml.BaseLoader), f"add `{kind.word}` to {path.name}"


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.name)
def test_a_kind_with_a_path_word_has_one_in_each_language_that_others_have(kind: Kind) -> None:
    assert kind.path_words.keys() in (set(), PATH_WORDS.keys())
    assert ("{word}" in kind.address) <= bool(kind.path_words)


def test_no_two_kinds_have_one_path_word_or_one_place_at_the_foot_of_pages() -> None:
    for lang in PATH_WORDS:
        words = Counter(kind.path_words[lang] for kind in KINDS.values() if kind.path_words)
        assert [word for word, count in words.items() if count > 1] == [], lang
    places = Counter(kind.footer for kind in KINDS.values() if kind.footer)
    assert [place for place, count in places.items() if count > 1] == []


def test_a_missing_path_word_is_told_with_its_kind() -> None:
    whole = Kind("a", "language", word="a", path_words={"en": "a", "fr": "a"})
    with pytest.raises(ValueError, match="the kind b has no path word in en"):
        path_words((whole, Kind("b", "language", word="b", path_words={"fr": "b"})))


@cache
def names_in(template: Path) -> tuple[set[str], set[str]]:
    """The names that a template reads, and those that it sets, takes or imports."""
    parsed = Environment({}, None, {}).parse(template.read_text("utf-8"))
    read, made = set(), {macro.name for macro in parsed.find_all(nodes.Macro)}
    for name in parsed.find_all(nodes.Name):
        (read if name.ctx == "load" else made).add(name.name)
    for imported in parsed.find_all(nodes.FromImport):
        made |= {name if isinstance(name, str) else name[1] for name in imported.names}
    # What a part is handed: `cached("_entry.html", story=…)`.
    made |= {argument.key for call in parsed.find_all(nodes.Call) for argument in call.kwargs}
    return read, made


@pytest.mark.parametrize("name", PAGES)
def test_a_template_reads_no_name_that_nothing_makes(name: str) -> None:
    """A name of a branch that no sample takes, too: Jinja would say so only there."""
    others = {made for path in TEMPLATES.glob("*.*") for made in names_in(path)[1]}
    assert names_in(TEMPLATES / name)[0] - OF_ALL - set(FUNCTIONS) - others == set()
