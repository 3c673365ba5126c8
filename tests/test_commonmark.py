"""The structure of bodies is CommonMark's and GitHub's, but for a short list in docs/markdown.md."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from support.commonmark import ours, structure, theirs

pytestmark = pytest.mark.pure

Lines = list[str]

#: Where newsgen differs by decision: the name in docs/markdown.md, and examples that show it.
DIFFERENCES = {
    "A tag alone on its line": ("<b>\n*a*\n</b>", "<kbd>\n\na"),
    "An element that nothing closes": ("<div>\n\na", "<details>a\n\nb"),
    "A definition right under words": ("a [b]\n[b]: https://a.org", "- a\n[b]: https://a.org"),
    "A note that nothing calls": ("a\n\n[^1]: b",),
    "A note that begins below its label": ("a[^1]\n\n[^1]:\nb",),
    "Several terms": ("a\nb\n: c",),
    "Fenced code in a block of HTML": ("<div>\n```\na\n```\n</div>",),
    "A year at the beginning": ("2023. a",),
    "A bare address": ("https://a.org", "www.a.org", "a@b.org"),
}


@pytest.mark.parametrize("name", DIFFERENCES)
def test_a_difference_that_is_listed_still_differs(name: str) -> None:
    for text in DIFFERENCES[name]:
        assert structure(ours(text)) != structure(theirs(text)), text


def test_the_list_in_the_docs_names_these_differences() -> None:
    section = Path("docs/markdown.md").read_text("utf-8").partition("\n## Beside CommonMark\n")[2].partition("\n## ")[0]
    assert re.findall(r"^- \*\*(.+?)\*\*", section, re.MULTILINE) == list(DIFFERENCES)


# ---- right values, one by one
@pytest.mark.parametrize(
    "text",
    [
        # quotations
        "> a\n\n> b",
        "> a\n>\n> b",
        "> a\n\n> b\nc\n\n> d",
        "- > a\n\n  > b",
        "> > a\n>\n> > b",
        "> a\n===",
        "> a\n- b\n> c",
        "> ## a\nb",
        "> ```\na",
        "> - a\nb",
        "> a\n2. b",
        "> a\n: b",
        # definitions
        "a\n: b\n  c",
        "a\n: b\n\n  c",
        "a\n:   b\n\n    c",
        "a\n: b\n\n  - c\n  - d\n\ne",
        "a\n: b\n: c\n\nd\n: e",
        "- a\n  : b\n\n    c",
        "a\n: ",
        "## a\n: b",
        "> a\n\n: b",
        # lists
        "- a\n===",
        "- a\n--",
        "- ## a\nb",
        "- <div>\n  </div>\na",
        "- | a | b |\n  |---|---|\n  | c | d |\ne",
        "- a\n: b",
        " \n1. a",
        # tasks
        "- [ ] a\n- [x] *b*\n- [X] c",
        "1. [ ] a\n\n   b",
        "- [ ] a\n  - [x] b",
        "- [ ](https://a.org)",
        "- [x]",
        "- [y] a",
        # code
        "- a\n  ```\n  b\n- c",
        "- a\n\n  - b\n    ```\n    c\n  - d",
        "1. a\n   ~~~\n   b\n2. c",
        "- ```\n  a\nb",
        "- a\n  ```\n b\n  ```",
        "```\na\tb\n\tc\n```",
        "    a\tb\n\tc\td",
        "- ```\n  a\tb\n\tc\n  ```",
        "> ```\n> a\tb\n> ```",
        "~~~\n-\ta\n~~~",
        # headings
        "  ## a ##",
        "   # a",
        "    # a",
        "a\nb\n---",
        "a\n  ===",
        "*a\nb*\n===",
        "***\n---",
        "> \n- ",
        "[b]: https://a.org\n===",
        # references
        "[x]\n\n[x]: <https://a.org/u v>",
        "[x]\n\n[x]: <> 'a'",
        "[x]\n\n[x]: <https://a.org> 'a'",
        "[a] [b]\n\n[a]: https://a.org\n[b]: https://b.org",
        "![a] [b]\n\n[a]: x.jpg\n[b]: y.jpg",
        "> > a\n> > ---\n> b\n> ---",
        "-       a\n\n    ```\n    b\n    ```",
        "- a\n\n    - b\nc",
        "-   ---\n    ---",
        "    - ```\n\na",
        "-\n  ~~~\n  a\n  ~~~\nb",
        "***\n-\n- a",
        ": a\n---",
        "> - a\n    -",
        "- a\n      # b",
        "- > -     a\n  >\n  >     b\nc",
        # tables
        "| a | b |\n|---|--:|",
        "a | b\n--|--\n> c",
        "a | b\n--|--\nc | d\n- e",
    ],
)
def test_structure_is_that_of_commonmark(text: str) -> None:
    assert structure(ours(text)) == structure(theirs(text))


# ---- generated bodies
INLINE = (
    "a",
    "a b",
    "*a*",
    "**a** b",
    "`a`",
    "[a](https://a.org)",
    "![a](x.jpg)",
    "a  \nb",
    "a\\\nb",
    "a\nb",
    "~~a~~",
    "<b>a</b>",
    "a[^1]",
    "[a]",
    "\\*a*",
    "a_b_c",
    "<https://a.org>",
    "&amp; a",
    "[a][r]",
    "a 5 < 6",
    "***a** b* ",
    "a: b",
    "(a)",
    "a 1. b",
    "a - b",
    "`` a ` ``",
    "[a](https://a.org 't')",
    "[a](<https://a.org/x y>)",
    "[*a*](https://a.org)",
    "a![](x.jpg)b",
    "[r]",
    "![a][r]",
    "a > b",
    "a | b",
)
inline = st.lists(st.sampled_from(INLINE), min_size=1, max_size=2).map(" ".join)
one_line = inline.map(lambda text: re.sub(r"\\?\n", " ", text))
cell = one_line.map(lambda text: text.replace("|", "\\|"))
leaf: st.SearchStrategy[Lines] = st.one_of(
    inline.map(lambda text: text.split("\n")),
    st.builds("{} {}{}".format, st.sampled_from(("##", "###")), one_line, st.sampled_from(("", " ##"))).map(
        lambda line: [line]
    ),
    st.builds(lambda text, line: [*text.split("\n"), line], inline, st.sampled_from(("---", "===", " --"))),
    st.builds(
        lambda fence, info, code: [fence + info, *code, fence],
        st.sampled_from(("```", "~~~", "````")),
        st.sampled_from(("", "python")),
        st.sampled_from((["a"], ["a", "", "b"], ["  a"], ["- a", "> b"], ["\ta\tb"], ["<b>"], [])),
    ),
    st.sampled_from((["    a"], ["    a", "", "    b"], ["    - a"], ["    a\tb"])),
    st.sampled_from((["---"], ["***"], ["* * *"], ["___"])),
    st.builds(lambda a, b: [f"| {a} | b |", "|---|--:|", f"| {b} | d |"], cell, cell),
    st.builds(lambda a: ["<div>", a, "</div>"], one_line),
    st.builds(lambda a: ["<div>", "", a, "", "</div>"], one_line),
    st.just(["[z]: https://b.org"]),
)


def indented(lines: Lines, first: str, others: str) -> Lines:
    return [(others if n else first) + line if line else others.rstrip() for n, line in enumerate(lines)]


def joined(parts: list[tuple[Lines, bool]]) -> Lines:
    """Blocks under each other, some of them right below the one above."""
    out: Lines = []
    above: Lines = [""]
    for lines, is_close in parts:
        if out and not (is_close and _may_be_close(above, lines)):
            out.append("")
        out += lines
        above = lines
    return out


def _may_be_close(above: Lines, below: Lines) -> bool:
    """Not definitions, of references or of terms: those right under words are on the list."""
    if any(line.startswith(":") for line in (*above, *below)):
        return False
    return not re.match(r"[ >]*(?:\[|<|$)", below[0]) and not re.search(r"^[ >\d.)*+-]*(?:\[|<)|\|", above[-1])


def items(parts: list[Lines], marker: str, *, is_loose: bool) -> Lines:
    out: Lines = []
    for n, lines in enumerate(parts, start=1):
        own = marker.replace("1", str(n))
        out += [""] * (is_loose and n > 1) + indented(lines, own, " " * len(own))
    return out


def _is_simple(lines: Lines) -> bool:
    """Whether markdown-it-py reads it right in a definition: no line below words, no heading or code behind spaces."""
    return not re.search(r"^[ ]*(?:-+|=+)$|^[ ]+#|^[ ]{4}", "\n".join(lines), re.MULTILINE)


def containers(inner: st.SearchStrategy[Lines]) -> st.SearchStrategy[Lines]:
    blocks = st.lists(st.tuples(inner, st.booleans()), min_size=1, max_size=2).map(joined)
    return st.one_of(
        blocks.map(lambda lines: indented(lines, "> ", "> ")),
        st.builds(
            items,
            st.lists(blocks, min_size=1, max_size=3),
            st.sampled_from(("- ", "* ", "1. ", "-   ", "1) ")),
            is_loose=st.booleans(),
        ),
    )


# As the first block of an item it would begin before the item's sign, for markdown-it-py.
bare_table = cell.map(lambda text: ["a | b", "--|--", f"c | {text}"])
nested = st.recursive(leaf, containers, max_leaves=5)
in_definitions = st.lists(st.tuples(leaf, st.booleans()), min_size=1, max_size=2).map(joined).filter(_is_simple)
definitions = st.one_of(
    st.builds(lambda term, lines: [term, *indented(lines, ":   ", "    ")], one_line, in_definitions),
    st.builds(lambda term, lines: [term, *indented(lines, ": ", "  ")], one_line, in_definitions),
)
block = st.one_of(nested, bare_table, definitions)
texts = st.lists(st.tuples(block, st.booleans()), min_size=1, max_size=4).map(joined)
bodies = st.builds(
    lambda text, note: "\n".join([*text, "", "a[^2]", "", "[^2]: b", "", *indented(note, "    ", "    ")]), texts, leaf
)


@given(bodies)
@settings(deadline=None, max_examples=150)
def test_structure_of_any_body_is_that_of_commonmark(text: str) -> None:
    text = f"{text}\n\na[^1]\n\n[^1]: b\n\n[r]: https://r.org"
    assert structure(ours(text)) == structure(theirs(text))


def test_structure_of_the_sample_archive_is_that_of_commonmark() -> None:
    """Cross-links and abbreviations apart, which CommonMark has none of."""
    for path in sorted(Path("content").rglob("*.md")):
        text = path.read_text("utf-8").replace("\r\n", "\n")
        text = re.sub(r"\A---\n.*?\n---\n|^\*\[.*$", "", text, flags=re.DOTALL | re.MULTILINE)
        text = re.sub(r"\[\[(?:[^\]|]*\|)?([^\]]*)\]\]", r"\1", text)
        assert structure(ours(text)) == structure(theirs(text)), path
