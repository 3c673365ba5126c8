"""YAML with places: what is read, what is refused, and in which words."""

from __future__ import annotations

import json
import re
import time
import tracemalloc

import pytest
import yaml
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from newsgen.settings import yaml_events
from newsgen.settings.yaml_nodes import Mapping, Scalar, Sequence, plain_value, quoted
from newsgen.settings.yaml_tree import read
from support.strategies import simple_lines, texts, trees, yaml_texts

pytestmark = pytest.mark.pure

LOADERS = [yaml_events._PythonLoader, *([yaml.CSafeLoader] if yaml.__with_libyaml__ else [])]


def tree(text):
    root, diagnostics = read(text, path="f.md")
    assert diagnostics == ()
    return root


def faults(text, first_line=1):
    _, diagnostics = read(text, path="f.md", first_line=first_line)
    return [(d.id, d.location.line, d.location.column) for d in diagnostics]


def only(text):
    _, (diagnostic,) = read(text, path="f.md")
    return diagnostic


@pytest.fixture(params=LOADERS, ids=lambda loader: loader.__name__)
def each_loader(request, monkeypatch):
    monkeypatch.setattr(yaml_events, "_LOADER", request.param)


# ---- what is read
def test_scalars_stay_the_text_as_written():
    root = tree("a: no\nb: 010\nc: 1e3\nd: 12:30\ne: 2023-02-30\nf: ~\ng: 0x1F\nh: 'x'\n")
    assert [entry.value.value for entry in root.entries] == [
        "no",
        "010",
        "1e3",
        "12:30",
        "2023-02-30",
        "~",
        "0x1F",
        "x",
    ]


def test_places_count_code_points_in_the_file():
    root, _ = read("a: 😀\nb: [😀é, 'x']\n", path="f.md", first_line=2)
    b = root.entries[1].value
    assert (b.line, b.column) == (3, 4)
    assert [(item.line, item.column) for item in b.items] == [(3, 5), (3, 9)]


def test_value_in_quotes_is_not_plain_and_never_empty():
    root = tree('a:\nb: ""\n')
    assert [entry.value.is_empty for entry in root.entries] == [True, False]


def test_windows_and_mac_line_ends_count_as_one():
    root = tree("a: 1\r\nb: 2\rc: 3")
    assert [entry.value.line for entry in root.entries] == [1, 2, 3]


def test_empty_document_is_an_empty_mapping():
    assert tree("") == tree("# nothing\n") == Mapping((), 1, 1)


@given(trees)
def test_dumped_values_are_read_back(value):
    text = yaml.safe_dump(value, allow_unicode=True, sort_keys=False)
    if not isinstance(value, dict):
        text = "- " + text.replace("\n", "\n  ").rstrip(" ")
    root, diagnostics = read(yaml.safe_dump({"k": value}, allow_unicode=True), path="f.md")
    assert {d.id for d in diagnostics} <= {"escape-unseen"}  # a tab before a letter
    assert texts_of(root.entries[0].value) == value


def texts_of(node):
    """The tree as plain values in which everything is text."""
    if isinstance(node, Scalar):
        return node.value
    if isinstance(node, Sequence):
        return [texts_of(item) for item in node.items]
    return {entry.key.value: texts_of(entry.value) for entry in node.entries}


@given(texts)
def test_place_of_a_value_is_where_its_text_begins(text):
    whole = yaml.safe_dump({"k": [text]}, allow_unicode=True, width=10**6)
    assume(not re.search(r"\\[^uUxN\"\\]", whole))  # an escape that few mean is told (`escape-unseen`)
    node = tree(whole).entries[0].value.items[0]
    line = whole.split("\n")[node.line - 1]
    assert line[node.column - 2] == " " and (
        line[node.column - 1] in "'\"|>" or line[node.column - 1 :].startswith(text[:1])
    )


@given(yaml_texts)
def test_whatever_is_typed_gives_a_tree_or_an_error(text):
    root, diagnostics = read(text, path="f.md")
    assert (root is None) <= any(d.severity == "error" for d in diagnostics)
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    for diagnostic in diagnostics:
        line, column = diagnostic.location.line, diagnostic.location.column
        assert 1 <= line <= len(lines) and 1 <= column <= len(lines[line - 1]) + 1
        assert "\n" not in diagnostic.message and "\n" not in diagnostic.hint


@given(
    st.lists(
        st.sampled_from(("a", "b: ", "\t", " ", "\n", "\n  ", "- ", "'q'", '"d"', " # c", "é😀")),
        max_size=12,
    ).map("".join)
)
def test_both_parsers_agree(text):
    found = []
    for loader in LOADERS:
        original, yaml_events._LOADER = yaml_events._LOADER, loader
        try:
            found.append(read(text, path="f.md")[0])
        finally:
            yaml_events._LOADER = original
    assert all(root == found[0] for root in found)


def test_tab_after_a_key_is_white_space(each_loader):
    root = tree("a:\tb\nc:\t[d,\te]\n")
    assert texts_of(root) == {"a": "b", "c": ["d", "e"]}


# ---- anchors
def test_merge_key_brings_what_the_mapping_lacks():
    root = tree("a: &i {src: x, credit: y}\nb:\n  <<: *i\n  credit: z\n")
    assert plain_value(root) == {"a": {"src": "x", "credit": "y"}, "b": {"credit": "z", "src": "x"}}


def test_first_of_several_merged_mappings_wins():
    root = tree("a: &a {x: 1}\nb: &b {x: 2, y: 3}\nc:\n  <<: [*a, *b]\n")
    assert plain_value(root)["c"] == {"x": 1, "y": 3}


def test_merge_key_wants_a_mapping():
    assert faults("a: &a x\nb:\n  <<: *a\n") == [("value-type", 1, 4)]


def test_alias_bomb_is_refused_at_once_where_the_limit_is_passed(each_loader):
    text = "a: &a [" + ", ".join("x" * 10) + "]\n"
    for before, name in zip("abcdefghijklmnopq", "bcdefghijklmnopqr", strict=True):
        text += f"{name}: &{name} [" + ", ".join([f"*{before}"] * 10) + "]\n"
    tracemalloc.start()
    begun = time.perf_counter()
    found = faults(text)
    seconds, (_, peak) = time.perf_counter() - begun, tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert found == [("yaml-alias-limit", 4, 36)]
    assert seconds < 1 and peak < 5_000_000


def test_merge_bomb_is_refused():
    text = "a0: &a0 {" + ", ".join(f"k{n}: v" for n in range(100)) + "}\n"
    text += "".join(f"a{n}: &a{n} {{<<: [*a{n - 1}, *a{n - 1}], x{n}: y}}\n" for n in range(1, 30))
    assert [id for id, *_ in faults(text)] == ["yaml-alias-limit"]


def test_alias_that_contains_itself_is_refused():
    assert faults("a: &x\n  b: *x\n") == [("yaml-invalid", 2, 6)]


def test_many_values_without_aliases_are_honest():
    assert tree("a:\n" + "  - b\n" * 20_000)


# ---- what is refused
def test_duplicate_key_names_the_line_of_the_first():
    diagnostic = only("a: 1\nb: 2\na: 3\n")
    assert (diagnostic.id, diagnostic.location.line) == ("key-duplicate", 3)
    assert "line 1" in diagnostic.hint


def test_duplicate_key_does_not_hide_other_faults():
    assert [id for id, *_ in faults("a: 1\na: !x 3\n")] == ["yaml-tag", "key-duplicate"]


@pytest.mark.parametrize(
    ("text", "column"),
    [
        ("t: !!str x", 4),
        ("t: !x", 4),
        ("t: !!python/object/apply:os.getcwd []", 4),
        ("t: [a, ! b]", 8),
        ("t: &a !!map {b: c}", 7),
    ],
)
def test_tag_is_an_error_at_its_place(text, column, each_loader):
    assert faults(text) == [("yaml-tag", 1, column)]


@pytest.mark.parametrize("character", "\u2028\u2029\x85\x0b\x0c\0\x07\x7f\ufeff\uffff")
def test_invisible_character_is_named_at_its_place(character):
    diagnostic = only(f"a: b\nc: d {character}e : f\n")
    assert diagnostic.id == "character-forbidden"
    assert (diagnostic.location.line, diagnostic.location.column) == (2, 6)
    assert f"U+{ord(character):04X}" in diagnostic.message


def test_each_invisible_character_is_said_but_not_a_thousand():
    assert faults("a: \u2028\u2028\nb: \x85") == [
        ("character-forbidden", 1, 4),
        ("character-forbidden", 1, 5),
        ("character-forbidden", 2, 4),
    ]
    assert len(faults("\0" * 10_000)) == 20


def test_invisible_character_from_an_escape_is_refused():
    assert faults(r'a: "x\u2028y"') == [("character-forbidden", 1, 4)]
    assert faults(r'a: "x\Ny"') == [("character-forbidden", 1, 6)]


@pytest.mark.parametrize("code", [0xFDD0, 0xFDD5, 0xFDEF, 0xFFFE, 0x1FFFE, 0x10FFFF])
def test_noncharacters_cannot_be_written_however_they_are_written(code: int) -> None:
    """HTML has no place for them, and newsgen marks places in texts with some."""
    written = (f"a: x{chr(code)}", f'a: "x{chr(code)}"', f"a: |\n  x{chr(code)}", f'a: "x\\U{code:08X}"')
    for text in written:
        assert [fault[0] for fault in faults(text)] == ["character-forbidden"], text
    assert "(no character)" in only(written[0]).message


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ("title: Kiev : l'aide\n", (1, 13), "`title`"),
        ("title: Kiev: l'aide\n", (1, 12), "`title`"),
        ("- title: Kiev : l'aide\n", (1, 15), "`title`"),
        ('a: b\nlead "x"\n', (2, 1), "no `:` after `lead`"),
        ("a: b\nlead\n", (2, 1), "no `:` after `lead`"),
        ("title:x\nb: c\n", (1, 1), "no space after the `:` of `title`"),
        ("a: b\nc:d\n", (2, 1), "no space after the `:` of `c`"),
        ("a: 'l'été'\n", (1, 7), "after the closing quote"),
        ('a: "l"été"\n', (1, 7), "after the closing quote"),
        ('a: "x\nb: c\n', (1, 4), "never closed"),
        ('a: "x\nb: "c"\n', (1, 4), "closes only in a later line"),
        ("a: [b, c\nd: e\n", (1, 4), "never closed"),
        ("a: {b: c\n", (1, 4), "never closed"),
        ("a: [b, c]]\n", (1, 10), "without the bracket"),
        ("a: [b 'c' [d]]\n", (1, 11), "is missing before"),
        ("a: @b\n", (1, 4), "cannot begin with `@`"),
        ("a: %b\n", (1, 4), "cannot begin with `%`"),
        ("a: `b`\n", (1, 4), "cannot begin with"),
        ("a: ,b\n", (1, 4), "cannot begin with `,`"),
        ("a: *b* c\n", (1, 4), "begins with `*` needs quotes"),
        ("a: *b\n", (1, 4), "no anchor `&b`"),
        ("a: & b\n", (1, 4), "begins with `&` needs quotes"),
        ('a: "\\q"\n', (1, 5), "`\\q` is no escape"),
        ('a: "\\xZZ"\n', (1, 5), "`\\x` is no escape"),
        ("a: b\n\tc: d\n", (2, 1), "a tab where YAML wants spaces"),
        ("a:\n\t- b\n", (2, 1), "a tab where YAML wants spaces"),
        ("a: |\n\tb\n", (2, 1), "a tab where YAML wants spaces"),
        ("a: b\n c: d\n", (2, 3), "`c:` stands where no key can stand"),
        ("a:\n  - b\n - c\n", (3, 2), "a list item stands where it fits no list"),
        ("- a\nb: c\n", (2, 1), "does not fit"),
        ("%YAML 1.2\n---\na: b\n", (1, 1), "directives"),
        ("%FOO\na: b\n", (1, 1), "directives"),
        ("a: b\n--- c\n", (2, 1), "second YAML document"),
        ("a: b\n---\nc: d\n", (2, 1), "second YAML document"),
        ("a: b\n...\n", (2, 1), "`...`"),
        ("? [a]\n: b\n", (1, 3), "a key must be a text"),
        (": b\n", (1, 1), "without a key"),
        ("a: " + "[" * 80 + "\n", (1, 67), "inside each other"),
        ("a: " + "[" * 80_000 + "\n", None, "inside each other"),
        ("- " * 80 + "a\n", (1, 129), "inside each other"),
    ],
)
def test_broken_yaml_is_one_message_in_our_words(text, place, words, each_loader):
    diagnostic = only(text)
    assert diagnostic.id == "yaml-invalid" and words in diagnostic.message
    assert place in (None, (diagnostic.location.line, diagnostic.location.column))


def test_colon_in_a_value_shows_the_value_in_quotes():
    assert only("title: Kiev : l'aide\n").hint == """write `title: "Kiev : l'aide"`"""
    assert only('title: Kiev : "l\'aide"\n').hint == r"""write `title: "Kiev : \"l'aide\""`"""


def test_apostrophe_in_single_quotes_shows_double_ones():
    assert '`"l\'été"`' in only("a: 'l'été'\n").hint


@given(texts)
def test_quoted_text_is_that_text(text):
    line = " ".join(text.split())
    assert texts_of(tree(f"a: {quoted(line)}")) == {"a": line}


def test_single_document_may_begin_with_three_dashes():
    assert plain_value(tree("---\na: b\n")) == {"a": "b"}


# ---- comments
def test_hash_that_cuts_a_value_is_a_warning_at_the_hash(each_loader):
    diagnostic = only("title: La ligne 4 # 2\n")
    assert (diagnostic.severity, diagnostic.id) == ("warning", "comment-truncates")
    assert (diagnostic.location.line, diagnostic.location.column) == (1, 19)
    assert "comment" in diagnostic.message and '`"La ligne 4 # 2"`' in diagnostic.hint


@pytest.mark.parametrize(
    "text",
    [
        "# x\na: b\n",
        "a: b\n  # x\n",
        "a: 'b' # x\n",
        "a: [b] # x\n",
        "a: b#c\n",
        "a: # x\n  b: c\n",
        "a: | # x\n  b\n",
        "a: # x\n",
        "- # x\n- b\n",
    ],
)
def test_comment_that_cuts_nothing_is_silent(text, each_loader):
    assert faults(text) == []


def test_hashtag_as_value_is_a_warning(each_loader):
    assert faults("a: #climat\n") == [("comment-truncates", 1, 4)]
    assert faults("a: [b, c # d\n  ]\n") == [("comment-truncates", 1, 10)]


# ---- free values
def test_plain_values_follow_the_core_schema():
    root = tree("a: true\nb: no\nc: 12\nd: -1.5\ne: null\nf: ~\ng:\nh: 0x1f\ni: 0o17\nj: 1e3\nk: '12'\nl: 2023-04-16\n")
    assert plain_value(root) == {
        "a": True,
        "b": "no",
        "c": 12,
        "d": -1.5,
        "e": None,
        "f": None,
        "g": None,
        "h": 31,
        "i": 15,
        "j": 1000.0,
        "k": "12",
        "l": "2023-04-16",
    }


def test_numbers_that_would_lose_something_stay_text():
    root = tree(f"a: 01000\nb: 1e999\nc: {'9' * 5000}\nd: .inf\ne: .nan\nf: 18446744073709551616\n")
    assert all(isinstance(value, str) for value in plain_value(root).values())


@given(yaml_texts)
def test_plain_values_fit_json(text):
    root, _ = read(text, path="f.md")
    if root is not None:
        assert json.loads(json.dumps(plain_value(root), allow_nan=False)) == plain_value(root)


# ---- shortcuts
@given(st.one_of(simple_lines, simple_lines.map(lambda text: text + "\n"), yaml_texts))
@settings(max_examples=1000)
def test_simple_lines_mean_what_libyaml_makes_of_them(text):
    assert read(text, path="f.md", first_line=2) == read(text, path="f.md", first_line=2, shortcuts=False)


def test_lines_of_keys_with_texts_and_lists_need_no_libyaml(monkeypatch):
    text = 'title: "Un « titre »: oui"\ndate: 2023-04-16 10:00\ntags: ["a b", c]\nauthors:\n  - x\n  - "y"\n'
    expected = read(text, path="f.md", shortcuts=False)
    monkeypatch.setattr(yaml_events, "_LOADER", None)
    assert read(text, path="f.md") == expected
