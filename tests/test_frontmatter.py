"""Source files to front matter and body: types by key, places, all faults at once."""

from __future__ import annotations

import datetime
import json
import re

import msgspec
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from newsgen.nouns.model import FrontMatter, Outlet, Picture, Source, Text, When
from newsgen.parsing.article import parse
from newsgen.parsing.dates import is_before
from newsgen.parsing.file_parts import split
from newsgen.parsing.frontmatter import read
from newsgen.parsing.keys import KEYS
from newsgen.settings.yaml_nodes import quoted
from support.strategies import dates, front_matters, nfc, texts, yaml_texts

pytestmark = pytest.mark.pure

PATH = "content/2023/04/x.fr.md"


def document(front, kind="article", languages=("fr", "en"), shortcuts=True):
    data = f"---\n{front}\n---\nTexte.\n".encode()
    return read(data, path=PATH, kind=kind, languages=languages, shortcuts=shortcuts)


def front_of(front, **how):
    found = document(front, **how)
    assert {d.id for d in found.diagnostics} <= {"date-early"} and found.front is not None
    return found.front


def faults(front, **how):
    """Id, line and column of each diagnostic."""
    return [(d.id, d.location.line, d.location.column) for d in document(front, **how).diagnostics]


def only(front, **how):
    found = document(front, **how)
    (diagnostic,) = found.diagnostics
    assert (found.front is None) == (diagnostic.severity == "error")
    return diagnostic


def values(items):
    return [item.value for item in items]


# ---- split
def test_file_is_split_at_its_fences():
    parts = split(b"---\ntitle: x\n---\n\nTexte.\n---\n", PATH)
    assert (parts.front, parts.front_line) == ("title: x\n", 2)
    assert (parts.body, parts.body_line) == ("\nTexte.\n---\n", 4)


def test_dashes_inside_a_value_are_no_fence():
    found = document("lead: |\n  Un\n  --- encore\n  ---\n  a---b\ntitle: c---d")
    assert found.front.lead.value == "Un\n--- encore\n---\na---b"
    assert (found.body, found.body_line) == ("Texte.\n", 9)


def test_fences_may_have_spaces_behind_them():
    parts = split(b"--- \t\ntitle: x\n---  \nTexte.", PATH)
    assert (parts.front, parts.body, parts.body_line) == ("title: x\n", "Texte.", 4)


def test_front_matter_may_be_empty_and_the_body_too():
    assert split(b"---\n---", PATH) == split(b"---\n---\n", PATH)
    found = read(b"---\n---", path=PATH, kind="article", languages=("fr",))
    assert (found.front, found.body, found.diagnostics) == (FrontMatter(), "", ())


@pytest.mark.parametrize("end", ["\r\n", "\r", "\n"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_windows_and_mac_files_read_like_any_other(end, mark):
    data = mark + "---\ntitle: Été\ntags:\n  - a\n---\n\nUn.\n".replace("\n", end).encode()
    found = read(data, path=PATH, kind="article", languages=("fr",))
    assert found.front.title == Text("Été", 2, 8) and found.front.tags == (Text("a", 4, 5),)
    assert (found.body, found.body_line) == ("\nUn.\n", 6)


@pytest.mark.parametrize(
    ("data", "id", "place"),
    [
        (b"", "front-matter-missing", (1, 1)),
        (b"Texte.\n", "front-matter-missing", (1, 1)),
        (b" ---\na: b\n---\n", "front-matter-missing", (1, 1)),
        (b"----\na: b\n----\n", "front-matter-missing", (1, 1)),
        (b"---\ntitle: x\nTexte.\n", "front-matter-unclosed", (1, 1)),
        (b"---\ntitle: x\n ---\n--- x\n", "front-matter-unclosed", (4, 1)),
        ("---\ntitle: Élection\n".encode("latin-1"), "encoding-invalid", (2, 8)),
        ("---\ntitle: Été\r\né: ".encode() + b"\xff", "encoding-invalid", (3, 4)),
        ("---\ntitle: x\n---\n".encode("utf-16"), "encoding-invalid", (1, 1)),
        ("---\ntitle: x\n---\n".encode("utf-16-le"), "encoding-invalid", (1, 1)),
        ("---\ntitle: x\n---\n".encode("utf-16-be"), "encoding-invalid", (1, 1)),
        (b"---\ntitle: \xc3", "encoding-invalid", (2, 8)),
    ],
)
def test_file_without_readable_front_matter_is_an_error(data, id, place):
    found = read(data, path=PATH, kind="article", languages=("fr",))
    (diagnostic,) = found.diagnostics
    assert found.front is None and diagnostic.id == id
    assert (diagnostic.location.line, diagnostic.location.column) == place


@pytest.mark.parametrize("before", ["# Brouillon de Jeanne\n", "<!-- x -->\n\n", "# A\n# B\n", "// x\n", "\n# x\n"])
def test_comments_belong_below_the_first_fence(before):
    (told,) = split(f"{before}---\ntitle: x\n---\nTexte.\n".encode(), PATH).diagnostics
    assert told.hint.startswith("put them below it, where lines that begin with `#` are comments")
    assert front_of("# Brouillon de Jeanne\ntitle: x").title.value == "x"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("\u200b---\ntitle: x\n---\n", "U+200B (zero width space) stands before the first `---`"),
        ("\ufeff\ufeff---\ntitle: x\n---\n", "U+FEFF (zero width no-break space) stands before the first `---`"),
        ("\u2060\u200b---\ntitle: x\n---\n", "U+2060 (word joiner) stands before the first `---`"),
        ("\u00a0---\ntitle: x\n---\n", "U+00A0 (no-break space) stands before the first `---`"),
        ("\u00ad---\ntitle: x\n---\n", "U+00AD (soft hyphen) stands before"),
        ("---yaml\ntitle: x\n---\n", "begins with `---yaml`"),
        ("--- yaml\ntitle: x\n---\n", "begins with `--- yaml`"),
        ("----\ntitle: x\n----\n", "begins with `----`"),
        ("--\ntitle: x\n--\n", "begins with `--`"),
        ("–––\ntitle: x\n–––\n", "begins with `–––`"),
        ("—\ntitle: x\n---\n", "begins with `—`"),
        ("---\u00a0\ntitle: x\n---\n", "begins with `---U+00A0`"),
        ("---\u200b\ntitle: x\n---\n", "begins with `---U+200B`"),
        ("+++\ntitle = 'x'\n+++\n", "front matter in YAML"),
        ('{\n"title": "x"\n}\n', "front matter in YAML"),
        ("```yaml\ntitle: x\n```\n", "front matter in YAML"),
        ("---\ntitle: x\n----\nTexte.\n", "this line is `----`"),
        ("---\ntitle: x\n...\nTexte.\n", "this line is `...`"),
        ("---\ntitle: x\n---\u00a0\nTexte.\n", "this line is `---U+00A0`"),
        ("---\ntitle: x\n--\nTexte.\n", "this line is `--`"),
        ("---\ntitle: x\n———\nTexte.\n", "this line is `———`"),
        ("title: x\n---\n", "the file does not begin with front matter"),
        ("\n---\ntitle: x\n---\n", "the file does not begin with front matter"),
    ],
)
def test_what_was_meant_for_a_fence_is_named(text, words):
    (diagnostic,) = read(text.encode(), path=PATH, kind="article", languages=("fr",)).diagnostics
    assert words in diagnostic.message
    assert diagnostic.location.line == (3 if "this line" in words else 1)


@pytest.mark.parametrize(
    ("front", "place", "hint"),
    [
        ("Le sommet s'est tenu hier.\nIl a plu.", (2, 1), "between the two `---`, and the text of the story below"),
        ("- Un point\n", (2, 1), "write `title: …`"),
        ("titre Sommet", (2, 1), "write `titre: …`"),
        ("title:A", (2, 1), "write `title: A`"),
        ("title:Un sommet\ndate:2023-04-16", (2, 1), "write `title: Un sommet`"),
        ("date: 2023-04-16\nkicker:Chine", (3, 1), "write `kicker: Chine`"),
        ("title:\u00a0A\ndate: 2023-04-16", (2, 1), "write `title: A`, with a plain space"),
        ("title:\u2009A", (2, 1), "write `title: A`, with a plain space"),
        ("date: 2023-04-16\nkicker:\u202fChine", (3, 1), "write `kicker: Chine`, with a plain space"),
        ("title: A\nLe sommet s'est tenu hier.", (3, 1), "write it below the second `---`"),
        ("lead: Première ligne\nsuite de la phrase", (3, 1), "indent it if it goes on with the value above"),
        ("title: A\nkicker Chine populaire", (3, 1), "write `kicker: Chine populaire`"),
        ("title: [Vidéo] Sommet à Kiev\ndate: 2023-04-16", (2, 16), 'write `"[Vidéo] Sommet à Kiev"`'),
        ("title: {A} et B", (2, 12), 'write `"{A} et B"`'),
        ("tags:\n  - [1] Un\n  - Deux", (3, 9), 'write `"[1] Un"`'),
        ('title: [Le "Monde"] dit', (2, 21), "write `'[Le \"Monde\"] dit'`"),
        ('title: "Sommet" de Kiev', (2, 17), """`'"Sommet" de Kiev'`"""),
        ('title: "Le "Monde" dit"', (2, 13), """`'Le "Monde" dit'`"""),
        ("lead: Première ligne\n  suite : autre", (3, 9), 'write `lead: "Première ligne suite : autre"`'),
        ("lead: Un\n  deux\n  Il a dit: oui", (4, 11), 'write `lead: "Un deux Il a dit: oui"`'),
        ("image: p.jpg\n  alt: Un pont", (3, 6), "indent the keys of one mapping alike"),
    ],
)
def test_what_was_meant_for_a_key_or_a_text_is_shown(front, place, hint):
    diagnostic = only(front)
    assert (diagnostic.location.line, diagnostic.location.column) == place
    assert hint in diagnostic.hint


#: A line that is wrong, and the line that the first backticks of its hint show, or mean where they show a value.
OBEYED = [
    ("tags = [x]", "tags: [x]"),
    ("kicker = Chine", "kicker: Chine"),
    ("title: A\ntags=[x]", "title: A\ntags: [x]"),
    ("tags:\n-Russie", "tags:\n- Russie"),
    ("tags:\n- Chine\n-Russie", "tags:\n- Chine\n- Russie"),
    ("tags: [#metoo, x]", 'tags: ["#metoo", x]'),
    ("tags: [x, #metoo]", 'tags: [x, "#metoo"]'),
    ("tags: [C#, R # D]", 'tags: [C#, "R # D"]'),
    ("tags: [R # D, C#]", 'tags: ["R # D", C#]'),
    ('tags: "Chine" "Russie"', 'tags: ["Chine", "Russie"]'),
    ("tags: 'Chine', 'Russie'", "tags: ['Chine', 'Russie']"),
    ("tags: [Chine; Russie]", "tags: [Chine, Russie]"),
    ("tags: Chine; Russie; Inde", "tags: [Chine, Russie, Inde]"),
    ("title: 'Single' start", "title: \"'Single' start\""),
    ("title: 'Il l'a dit", 'title: "Il l\'a dit"'),
    ("title: 'Un' et 'deux'", "title: \"'Un' et 'deux'\""),
    ('title: "K22”', 'title: "K22"'),
    ('title: "K22”\nlead: "x"', 'title: "K22"\nlead: "x"'),
    ("title: ? quest", 'title: "? quest"'),
    ("title: | pipe", 'title: "| pipe"'),
    ("title: > gt", 'title: "> gt"'),
    ("tags:\n- Chine,\n- Russie", "tags:\n- Chine\n- Russie"),
    ("date: 2024‑05‑03", "date: 2024-05-03"),
    ("date: “2024-05-03 18:05”", "date: 2024-05-03 18:05"),
    ("date: 2024–05–03", "date: 2024-05-03"),
    ("updated: « 2024-05-03 »", "updated: 2024-05-03"),
    ("tags:\n  Chine\n  Russie", "tags: [Chine, Russie]"),
    ("tags:\n  Chine\n\n  Russie\nkicker: x", "tags: [Chine, Russie]\nkicker: x"),
    ("tags:\n  – Chine\n  – Russie", "tags: [Chine, Russie]"),
    ("tags:\n  1. Chine\n  2. Russie", "tags: [Chine, Russie]"),
    ("authors: Jean Dupont\n  Marie Martin", "authors: [Jean Dupont, Marie Martin]"),
    ("tags:\n  * Chine\n  * Russie", "tags:\n  - Chine\n  - Russie"),
    ("tags:\nChine", "tags:\n- Chine"),
    ("kicker: x\ntags:\n\nUnion européenne", "kicker: x\ntags:\n- Union européenne"),
    ("tags: (Chine, Russie)", "tags: [Chine, Russie]"),
    ("tags: Chine, Russie]", "tags: [Chine, Russie]"),
    ("tags: Chine; Russie]", "tags: [Chine, Russie]"),
    ("tags: Chine (Taïwan), Russie", "tags: [Chine (Taïwan), Russie]"),
    ('tags: "#Chine #Russie"', 'tags: ["#Chine", "#Russie"]'),
    ('title: "Titre",', 'title: "Titre"'),
    ("title: 'Titre';\nkicker: x", "title: 'Titre'\nkicker: x"),
    ("title： Titre", "title: Titre"),
    ("title：Titre\ndate: 2024-01-02", "title: Titre\ndate: 2024-01-02"),
    ("date: 2024-01-02\nkicker ∶ x\ntitle: y", "date: 2024-01-02\nkicker: x\ntitle: y"),
    ("image: ![Un pont](p.jpg)", 'image: {src: "p.jpg", alt: "Un pont"}'),
    ('image: "![Un pont](p.jpg)"', 'image: {src: "p.jpg", alt: "Un pont"}'),
    ("image: '[](p.jpg)'", 'image: {src: "p.jpg", alt: ""}'),
    ("related: [[2024/b]]", "related: [2024/b]"),
    ("corrections:\n  2024-01-03: Un nom", 'corrections: [{date: 2024-01-03, text: "Un nom"}]'),
    ("corrections:\n- 2024-01-03: Un nom", 'corrections:\n- {date: 2024-01-03, text: "Un nom"}'),
]


@pytest.mark.parametrize(("wrong", "right"), OBEYED)
def test_who_does_what_the_hint_says_has_mended_the_fault(wrong, right):
    (diagnostic,) = document(wrong).diagnostics
    assert diagnostic.severity == "error"
    assert re.search("`([^`]+)`", diagnostic.hint)[1] in right
    assert document(right).diagnostics == ()


@pytest.mark.parametrize(
    ("wrong", "column", "id", "right"),
    [
        (r'"With \ backslash"', 14, "escape-unseen", r"'With \ backslash'"),
        (r'"fin\ x"', 12, "escape-unseen", r"'fin\ x'"),
        (r'"C:\temp\new"', 11, "escape-unseen", r"'C:\temp\new'"),
        (r'"C:\new"', 11, "escape-unseen", r"'C:\new'"),
        (r'"a snake\_case"', 16, "escape-unseen", r"'a snake\_case'"),
        (r'"il dit \"oui\" C:\temp"', 26, "escape-unseen", r"""'il dit "oui" C:\temp'"""),
        (r'"C:\bin"', 11, "character-forbidden", r"'C:\bin'"),
        (r'"a \Nord"', 11, "character-forbidden", r"'a \Nord'"),
        (r'"With \d backslash"', 14, "yaml-invalid", r"'With \d backslash'"),
        (r'''"L'Europe \d"''', 18, "yaml-invalid", r'''"L'Europe \\d"'''),
        (r'"C:\Users\new"', 11, "yaml-invalid", r"'C:\Users\new'"),
        (r'"caf\u00e9 \d"', 19, "yaml-invalid", r"'café \d'"),
        (r'"\<Untel>"', 9, "yaml-invalid", r"'\<Untel>'"),
    ],
)
def test_a_backslash_in_double_quotes_is_told_with_the_text_in_quotes_that_keep_it(wrong, column, id, right):
    diagnostic = only(f"title: {wrong}")
    assert (diagnostic.id, diagnostic.location.line, diagnostic.location.column) == (id, 2, column)
    assert diagnostic.hint == f"write `{right}`"
    meant = wrong[1:-1].replace('\\"', '"').replace(r"\u00e9", "é")
    assert front_of(f"title: {right}").title.value == meant


@pytest.mark.parametrize(("escape", "column"), [(r"\ ", 7), (r"\d", 7), (r"\t", 7)])
def test_a_backslash_in_a_text_over_several_lines_is_told_where_it_stands(escape, column):
    diagnostic = only(f'title: "Un\n  deux{escape}trois"')
    assert (diagnostic.location.line, diagnostic.location.column) == (3, column)
    right = re.search("`([^`]+)`", diagnostic.hint)[1]
    assert front_of(f'title: "Un\n  deux{right}trois"').title.value == f"Un deux{escape}trois"


def test_escapes_that_programs_write_are_not_told():
    long = "mot " * 40 + 'Prix\u00a0: 3\u00a0€ à l\'"été" ' * 3 + "é\nfin"
    text = yaml.safe_dump({"lead": long}).rstrip()
    assert "\n  \\ " in text and r"\_" in text and r"\n" in text
    assert front_of(text).lead.value == long
    assert front_of(r'title: "a\/b \u00e9 \x41 \"q\" \\"').title.value == 'a/b é A "q" \\'


@pytest.mark.parametrize(
    ("written", "right"),
    [
        ('"un <foo> deux"', r'"un \\<foo> deux"'),
        ("'un <foo> deux'", r"'un \<foo> deux'"),
        ("un <foo> deux", r"un \<foo> deux"),
    ],
)
@pytest.mark.parametrize("front", ["lead: {}", "image: {{src: a.jpg, caption: {}}}"])
def test_a_backslash_that_a_hint_asks_for_is_right_in_the_quotes_that_are_there(front, written, right):
    def told(value):
        data = f"---\n{front.format(value)}\n---\n".encode()
        source = Source(PATH, "article", "2023/04/x", "fr", "", len(data))
        return parse(source, data, languages=("fr",), trusted_html=False).diagnostics

    (diagnostic,) = told(written)
    backslashes = re.search(r"`(\\+)<foo>`", diagnostic.hint)[1]
    assert written.replace("<", f"{backslashes}<") == right and told(right) == ()


@pytest.mark.parametrize("front", ["  title: T\ndate: 2024-01-02", "# Un\n\n title: T\ndate: 2024-01-02\ntags: [x]"])
def test_a_first_key_that_is_indented_is_told_where_it_stands(front):
    diagnostic = only(front)
    line = front.split("\n").index(next(words for words in front.split("\n") if "title" in words))
    assert (diagnostic.location.line, diagnostic.location.column) == (line + 2, front.split("\n")[line].index("t") + 1)
    assert diagnostic.hint == "write it at the beginning of the line"
    assert document(front.replace(" title", "title").replace(" title", "title")).diagnostics == ()


def test_hashtags_that_yaml_takes_for_a_comment_are_shown_as_a_list_and_as_one_text():
    for tags in ("#Chine #Russie", "#Chine, #Russie"):
        diagnostic = only(f"tags: {tags}")
        assert (diagnostic.id, diagnostic.location.column) == ("comment-truncates", 7)
        items, whole = re.findall("`([^`]+)`", diagnostic.hint)
        assert values(front_of(f"tags: {items}").tags) == ["#Chine", "#Russie"]
        assert front_of(f"title: {whole}").title.value == tags


@pytest.mark.parametrize("name", ["https://www.afp.com/", "www.afp.com/fr", "HTTP://afp.com"])
def test_an_address_in_place_of_the_name_of_a_source_is_a_warning(name):
    diagnostic = only(f"source: {name}")
    assert (diagnostic.id, diagnostic.severity, diagnostic.location.column) == ("value-invalid", "warning", 9)
    right = re.search("`source: ([^`]+)`", diagnostic.hint)[1]
    assert front_of(f"source: {right.replace('…', 'AFP')}").source.name.value == "AFP"
    assert document("source: AFP.com").diagnostics == ()


@pytest.mark.parametrize("kind", ["author", "tag", "topic", "source", "category"])
@pytest.mark.parametrize("key", ["bio", "Biographie", "about", "À propos"])
def test_words_about_a_term_have_the_key_description(kind, key):
    diagnostic = only(f"title: A\n{key}: Journaliste", kind=kind)
    assert (diagnostic.id, diagnostic.location.line) == ("key-unknown", 3)
    assert diagnostic.hint == "did you mean `description`?"
    assert only("title: A\nfoo: x", kind=kind).hint.startswith("delete it; known here: `title`")


@pytest.mark.parametrize("tags", ["[Chine, , Russie]", "[, a]", "[a, , ]"])
def test_a_comma_too_many_is_deleted(tags):
    assert only(f"tags: {tags}").hint == "delete one `,`"
    mended = tags.replace(", ,", ",").replace("[,", "[")
    assert document(f"tags: {mended}").diagnostics == ()


def test_a_dash_behind_a_key_is_an_item_or_a_text():
    hint = only("tags: - Chine").hint
    assert "`- Chine` into a line of its own" in hint and '`"- Chine"`' in hint
    assert values(front_of("tags:\n- Chine").tags) == ["Chine"]
    assert front_of('title: "- Chine"').title.value == "- Chine"


def test_signs_that_are_part_of_an_item_stay():
    assert values(document("tags: [Tom &amp; Jerry, a;b]").front.tags) == ["Tom &amp; Jerry", "a;b"]
    assert values(front_of('tags: ["Chine; Russie"]').tags) == ["Chine; Russie"]
    assert values(front_of('tags:\n- "Chine,"').tags) == ["Chine,"]


@pytest.mark.parametrize(
    ("typed", "mark", "meant"),
    [
        ("Q&amp;A", "&amp;", "Q&A"),
        ("Le caf&eacute; &amp; Kiev", "&eacute;", "Le café & Kiev"),
        ("L&#39;&#xE9;t&#233;", "&#39;", "L'été"),
        ("Prix&nbsp;: 3 &euro;", "&nbsp;", "Prix : 3 €"),
        ("Anti&shy;constitution", "&shy;", "Anticonstitution"),
        ("Il dit &quot;oui&quot;", "&quot;", 'Il dit "oui"'),
        ("A &lt; B", "&lt;", "A < B"),
        ("<em>Le Monde</em> se tait", "<em>", "Le Monde se tait"),
        ("Un<br />deux", "<br />", "Un deux"),
        ('<a href="https://x.org">Un</a>', '<a href="https://x.org">', "Un"),
        ("*Le Monde* se tait", "*Le Monde*", "Le Monde se tait"),
        ("Un **deux** trois", "**deux**", "Un deux trois"),
        ("[AFP](https://www.afp.com/)", "[AFP](https://www.afp.com/)", "AFP"),
    ],
)
@pytest.mark.parametrize(
    ("front", "column"),
    [("title: {}", 8), ("tags: [{}]", 8), ("source: {}", 9), ("image: {{src: a.jpg, credit: {}}}", 29)],
)
def test_mark_up_in_plain_text_is_told_with_the_text_that_was_meant(front, column, typed, mark, meant):
    diagnostic = only(front.format(f"'{typed}'"))
    assert (diagnostic.id, diagnostic.severity) == ("markup-as-typed", "warning")
    assert f"`{mark}` is shown as it was typed" in diagnostic.message
    assert diagnostic.location.column == column
    right = re.search("`([^`]+)`", diagnostic.hint)[1]
    assert right == quoted(meant) and document(front.format(right)).diagnostics == ()


@pytest.mark.parametrize(
    "front",
    [
        "title: AT&T et R&D; suite",
        'title: "a < b > c, 2 * 3 * 4, *NSYNC, M*A*S*H, prix* et taxes*"',
        "title: 1 &amp 2 &inconnu; <Untel> [1] (2)",
        "lead: A &amp; *B* <em>c</em>",
        'image: {src: a.jpg, caption: "A &amp; *B*"}',
        "aliases: /a/*b*/",
        "extra: {x: A &amp; B}",
    ],
)
def test_signs_and_marks_that_readers_do_not_see_as_typed_are_not_told(front):
    assert document(front).diagnostics == ()


@pytest.mark.parametrize("kind", ["page", "tag", "author", "topic", "source", "category"])
def test_mark_up_is_told_in_terms_and_pages_and_corrections(kind):
    found = faults("title: A &amp; B\ndescription: C &amp; D", kind=kind)
    assert found == [("markup-as-typed", 2, 8), ("markup-as-typed", 3, 14)]
    found = faults("gone: A &amp; B\ncorrections: [{date: 2023-04-17, text: A &amp; B}]")
    assert found == [("markup-as-typed", 2, 7), ("markup-as-typed", 3, 40)]


@pytest.mark.parametrize("key", ["title\u00a0", "\u00a0title", "title\u202f", "title\u200b", "title\u2060"])
def test_a_key_with_an_invisible_character_beside_it_is_told_with_its_name(key):
    diagnostic = only(f"{key}: A")
    odd = key.replace("title", "")
    assert diagnostic.id == "key-unknown" and diagnostic.hint == "write `title:`"
    assert f"U+{ord(odd):04X}" in diagnostic.message
    assert only(f"draft{odd}: true").id in ("key-holds-back", "key-unknown")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2024-02-03 09:15:00 +1", "2024-02-03T09:15:00+01:00"),
        ("2024-02-03  9:00:00", "2024-02-03T09:00:00"),
        ("2024-02-03 9:15", "2024-02-03T09:15:00"),
        ("2024-02-03T9:15:00.5 -3", "2024-02-03T09:15:00-03:00"),
        ("2024-02-03 9:15 +1:30", "2024-02-03T09:15:00+01:30"),
        ("2024-02-03 09:15+0130", "2024-02-03T09:15:00+01:30"),
    ],
)
def test_dates_in_the_forms_that_yaml_has_are_read(text, value):
    assert front_of(f"date: {text}").date.value == value


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("2024-02-03 09:15:00 UTC", "write `2024-02-03 09:15+00:00`"),
        ("2024-02-03 09:15 CET", "write `2024-02-03 09:15+01:00`"),
        ("2024-02-03 09:15 GMT+2", "write `2024-02-03 09:15+02:00`"),
        ("16.04.2023 08:05 MESZ", "write `2023-04-16 08:05+02:00`"),
        ("2024-02-03 09:15 +130", "write `2024-02-03 09:15+01:30`"),
        ("2024-02-03T09:15:00+01:00[Europe/Paris]", "write `2024-02-03 09:15+01:00`"),
        ("Sat, 03 Feb 2024 09:15:00 +0100", "write `2024-02-03 09:15+01:00`"),
        ("Sat, 3 Feb 2024 09:15:00 GMT", "write `2024-02-03 09:15+00:00`"),
        ("03 Feb 24 09:15 EST", "write `2024-02-03 09:15-05:00`"),
        ("Sat Feb  3 09:15:00 CET 2024", "write `2024-02-03 09:15+01:00`"),
        ("February 3, 2024 at 9:15 PM EST", "write `2024-02-03 21:15-05:00`"),
        ("2024-02-03 12:15 am", "write `2024-02-03 00:15`"),
        ("20240203T091500Z", "write `2024-02-03 09:15+00:00`"),
        ("1706948100", "write `2024-02-03 08:15+00:00`"),
        ("2024-02", "write the day too, such as `2024-02-01`"),
        ("2024", "write the day too, such as `2024-01-01`"),
        ("02/2024", "write the day too, such as `2024-02-01`"),
        ("février 2024", "write the day too, such as `2024-02-01`"),
        ("2024-13", "write year, month and day such as `2023-04-16` or `2023-04-16 18:05`"),
        ("2024-2-3", "write `2024-02-03`"),
        ("3 février 2024", "write `2024-02-03`"),
        ("2024-02-03 13:15 pm", "write year, month and day such as `2023-04-16` or `2023-04-16 18:05`"),
    ],
)
def test_dates_of_other_systems_are_told_with_what_to_write(text, hint):
    assert only(f'date: "{text}"').hint == hint


def test_encoding_error_names_utf8_and_the_letter_that_was_meant():
    (diagnostic,) = split("---\ntitle: Élection\n".encode("latin-1"), PATH).diagnostics
    assert "UTF-8" in diagnostic.message and "`É`" in diagnostic.hint


def test_empty_line_before_the_front_matter_is_named():
    (diagnostic,) = split(b"\n---\ntitle: x\n---\n", PATH).diagnostics
    assert "empty line" in diagnostic.hint


def test_body_of_a_file_with_errors_is_still_there():
    found = document("date: hier")
    assert (found.front, found.body, found.body_line) == (None, "Texte.\n", 4)


# ---- texts and lists
def test_words_are_kept_as_typed():
    front = front_of("title: 2023\nslug: 007\ntags: [no, on, 010, 1_000, 12:30, 1e3, .5, '~', 'null', true]")
    assert front.title.value == "2023" and front.slug.value == "007"
    assert values(front.tags) == [
        "no",
        "on",
        "010",
        "1_000",
        "12:30",
        "1e3",
        ".5",
        "~",
        "null",
        "true",
    ]


def test_single_text_is_a_list_of_one():
    front = front_of("tags: énergie\nauthors: 'Rédaction'\ncategories: europe\naliases: /x/")
    assert (front.tags, front.authors) == ((Text("énergie", 2, 7),), (Text("Rédaction", 3, 10),))
    assert (values(front.categories), values(front.aliases)) == (["europe"], ["/x/"])


@pytest.mark.parametrize("key", ["tags", "authors", "categories", "aliases", "topics", "related"])
def test_single_text_with_a_comma_shows_the_list_form(key):
    diagnostic = only(f"title: x\n{key}: un, deux")
    assert (diagnostic.id, diagnostic.location.line, diagnostic.location.column) == (
        "list-comma",
        3,
        len(key) + 3,
    )
    assert f"`{key}`" in diagnostic.message and f"write `{key}: [un, deux]`" == diagnostic.hint


def test_list_form_puts_in_quotes_what_needs_them():
    assert 'write `tags: ["C#", "- x", a b]`, or' in only('tags: "C#, - x, a b"').hint
    assert 'or `authors: ["Martin, Anne"]` if it is one' in only('authors: "Martin, Anne"').hint
    assert "[خبر, أوروبا]" in only("tags: خبر، أوروبا").hint


def test_item_in_a_list_may_have_a_comma():
    assert values(front_of('authors: ["Martin, Anne", Luc]').authors) == ["Martin, Anne", "Luc"]


def test_empty_item_is_an_error():
    assert faults("tags:\n  - #climat\n  - eau\n  - ''") == [
        ("list-item-empty", 3, 4),
    ]


@pytest.mark.parametrize("empty", ["", "''", '""', "'  '", "null", "Null", "NULL", "~"])
@pytest.mark.parametrize(
    "key",
    [
        "slug", "lead", "kicker", "updated", "tags", "authors", "aliases", "related", "story", "source", "image",
        "corrections", "publish", "expires", "draft", "gone", "translation_of", "description", "topics", "location",
        "noindex", "template", "extra",
    ],
)  # fmt: skip
def test_an_empty_value_and_null_are_an_absent_key(key, empty):
    assert faults(f"{key}: {empty}") == []
    assert getattr(front_of(f"{key}: {empty}"), key) == getattr(front_of("title: A"), key)


@pytest.mark.parametrize("empty", ["''", '""', "null", "~"])
@pytest.mark.parametrize(
    "value",
    [
        "tags: [{}]",
        "authors: [{}, {}]",
        "source: {{name: {}, url: {}}}",
        "image: {{src: {}}}",
        "image: {{src: {}, caption: {}, credit: {}, focus: {}}}",
        "corrections: [{}]",
        "corrections: [{{date: {}, text: {}}}]",
        "translation_of: {{lang: {}, date: {}}}",
    ],
)
def test_groups_and_lists_of_empty_values_hold_nothing(value, empty):
    assert faults(value.format(*[empty] * 4)) == []


def test_what_stands_beside_an_empty_value_stays():
    front = front_of("tags: [~, a, '', b]\nsource: {name: AFP, url: null}\nimage: {src: a.jpg, alt: ''}")
    assert values(front.tags) == ["a", "b"]
    assert (front.source.name.value, front.source.url) == ("AFP", None)
    assert front.image.alt.value == "", "`alt` with nothing in its quotes says decorative"
    assert front_of("image: {src: a.jpg, alt: null}").image.alt is None


def test_null_in_quotes_is_a_text():
    assert front_of("kicker: 'null'\ntags: ['~']").kicker.value == "null"


def test_item_with_a_colon_shows_the_quotes():
    diagnostic = only("tags:\n  - Kiev : l'aide\n  - eau")
    assert (diagnostic.id, diagnostic.location.line, diagnostic.location.column) == (
        "value-type",
        3,
        5,
    )
    assert '"Kiev: l\'aide"' in diagnostic.hint


@pytest.mark.parametrize(
    ("front", "place"),
    [
        ('title: ["Un", "titre"]', (2, 8)),
        ("title: {a: b}", (2, 8)),
        ("title:\n  - Un", (3, 3)),
        ("kicker: [x]", (2, 9)),
        ("date: [2023-04-16]", (2, 7)),
        ("draft: [true]", (2, 8)),
        ("slug: {a: b}", (2, 7)),
        ("tags: {a: b}", (2, 7)),
        ("tags: [[a]]", (2, 8)),
        ("source: [AFP]", (2, 9)),
        ("image: [a.jpg]", (2, 8)),
        ("image: {alt: [x]}", (2, 14)),
        ("corrections: x", (2, 14)),
        ("corrections: [x]", (2, 15)),
        ("translation_of: [fr]", (2, 17)),
        ("extra: x", (2, 8)),
        ("extra: [x]", (2, 8)),
        ("gone: [x]", (2, 7)),
        ("template: [x]", (2, 11)),
        ("story: [x]", (2, 8)),
    ],
)
def test_value_of_the_wrong_type_is_an_error_at_the_value(front, place):
    diagnostic = only(front)
    assert (diagnostic.id, diagnostic.location.line, diagnostic.location.column) == (
        "value-type",
        *place,
    )
    assert diagnostic.hint


def test_title_must_be_text():
    assert only('title: ["Un", "titre"]').message == "`title` must be text, not a list"


def test_empty_value_is_an_absent_key_but_remembered():
    front = front_of("title:\ntags:\ndate:\nimage:\nextra:\ndraft:\ncorrections:\nsource:\nlead: ''\ntopics: ''")
    assert front == FrontMatter(keys=front.keys)
    assert [(key.name, key.line, key.column) for key in front.keys][:2] == [
        ("title", 2, 1),
        ("tags", 3, 1),
    ]
    assert len(front.keys) == 10


def test_outer_space_goes_and_a_headline_is_one_line():
    front = front_of('title: >\n  Un\n  deux\n\nkicker: "  Chine "\nlead: |\n  Un.\n\n  Deux.\ntags: ["énergie "]')
    assert (front.title.value, front.kicker.value) == ("Un deux", "Chine")
    assert (front.lead.value, values(front.tags)) == ("Un.\n\nDeux.", ["énergie"])


def test_ids_are_in_nfc_and_words_as_typed():
    front = front_of("categories: e\u0301te\u0301\nstory: 2023/e\u0301\nslug: и\u0306\ntags: e\u0301")
    assert (values(front.categories), front.story.value, front.slug.value) == (
        ["été"],
        "2023/é",
        "й",
    )
    assert values(front.tags) == ["e\u0301"]


# ---- dates
@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("2023-04-16", "2023-04-16"),
        ("'2023-04-16'", "2023-04-16"),
        ("2023-04-16 18:05", "2023-04-16T18:05:00"),
        ("2023-04-16T18:05:09", "2023-04-16T18:05:09"),
        ("2023-04-16t18:05:09.123Z", "2023-04-16T18:05:09+00:00"),
        ("2023-04-16 18:05 +02:00", "2023-04-16T18:05:00+02:00"),
        ("2023-04-16 18:05:00 +0300", "2023-04-16T18:05:00+03:00"),
        ("2023-04-16T18:05-04", "2023-04-16T18:05:00-04:00"),
        ("0001-01-01", "0001-01-01"),
        ("9999-12-31 23:59:59", "9999-12-31T23:59:59"),
        ("2024-02-29", "2024-02-29"),
    ],
)
def test_date_is_read(written, value):
    assert front_of(f"date: {written}").date == When(value, 2, 7)


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("2023-02-30", "no such day"),
        ("2023-02-29", "no such day"),
        ("2023-13-01", "no such month"),
        ("2023-04-00", "no such day"),
        ("0000-04-16", "years"),
        ("2023-04-16 24:00", "no such time"),
        ("2023-04-16 18:60", "no such time"),
        ("2023-04-16 18:05 +02:99", "no such time"),
        ("2023-04-16 18:05 +99:00", "no such time"),
        ("0001-01-01T00:00+02:00", "no such time"),
    ],
)
def test_day_that_never_was_is_an_error_at_the_value(written, words):
    diagnostic = only(f"title: x\ndate: {written}")
    assert (diagnostic.id, diagnostic.location.line, diagnostic.location.column) == (
        "date-invalid",
        3,
        7,
    )
    assert f"`{written}`" in diagnostic.message and words in diagnostic.message


@pytest.mark.parametrize(
    ("written", "hint"),
    [
        ("16/04/2023", "write `2023-04-16`"),
        ("04/16/2023", "write `2023-04-16`"),
        ("16.4.2023", "write `2023-04-16`"),
        ("2023/04/16", "write `2023-04-16`"),
        ("2023-4-16", "write `2023-04-16`"),
        ("20230416", "write `2023-04-16`"),
        ("16 avril 2023", "write `2023-04-16`"),
        ("1er août 2023", "write `2023-08-01`"),
        ("Dimanche 16 avril 2023 à 18h05", "write `2023-04-16 18:05`"),
        ("April 16, 2023", "write `2023-04-16`"),
        ("16 Apr 2023", "write `2023-04-16`"),
        ("2023-04-16 18h", "write `2023-04-16 18:00`"),
        ("٢٠٢٣-٠٤-١٦", "write `2023-04-16`"),
        ("05/04/2023", "write `2023-04-05` or `2023-05-04`"),
    ],
)
def test_date_in_another_order_shows_the_right_one(written, hint):
    diagnostic = only(f'date: "{written}"')
    assert (diagnostic.id, diagnostic.hint) == ("date-invalid", hint)


@pytest.mark.parametrize("written", ["hier", "'null'", "31/31/2023", "²/²/2023", "no", "16 avril"])
def test_date_that_cannot_be_guessed_shows_the_form(written):
    diagnostic = only(f"date: {written}")
    assert diagnostic.hint == "write year, month and day such as `2023-04-16` or `2023-04-16 18:05`"


@given(dates)
def test_every_date_is_read_back(date):
    assert front_of(f"date: {date}").date.value == date


@given(st.text(max_size=20))
def test_any_text_as_a_date_is_one_or_an_error(text):
    found = document(f"date: {json.dumps(text)}")
    if found.front is not None and found.front.date is not None:
        datetime.datetime.fromisoformat(found.front.date.value)


def test_updated_and_expires_lie_after_date():
    assert faults("date: 2023-04-16\nupdated: 2023-04-15\nexpires: 2023-04-14") == [
        ("date-order", 3, 10),
        ("date-order", 4, 10),
    ]
    assert "line 2" in only("date: 2023-04-16\nupdated: 2023-04-15").hint


@pytest.mark.parametrize(
    ("date", "updated"),
    [
        ("2023-04-16 18:05", "2023-04-16"),
        ("2023-04-16", "2023-04-16 00:00"),
        ("2023-04-16 18:05", "2023-04-16 18:05"),
        ("2023-04-16 18:05 +02:00", "2023-04-16 16:05 Z"),
        ("2023-04-16 18:05 +02:00", "2023-04-16 17:00"),
    ],
)
def test_dates_that_may_be_in_order_are_accepted(date, updated):
    assert front_of(f"date: {date}\nupdated: {updated}")


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("2023-04-16T18:05:00+02:00", "2023-04-16T16:06:00+00:00", True),
        ("2023-04-15T18:00:00", "2023-04-17T18:00:00+02:00", True),
        ("2023-04-16T18:00:00", "2023-04-16T19:00:00+02:00", False),
        ("0001-01-01T00:00:00", "9999-12-31T23:59:59+00:00", True),
        ("9999-12-31T23:59:59", "0001-01-01T00:00:00+00:00", False),
        ("2023-04-16", "2023-04-16T23:00:00", False),
        ("0999-04-16", "2023-04-16", True),
    ],
)
def test_order_is_decided_only_where_no_time_zone_could_change_it(one, other, expected):
    assert is_before(When(one, 1, 1), When(other, 1, 1)) is expected


# ---- booleans, none
@pytest.mark.parametrize(("word", "value"), [("true", True), ("false", False), ("True", True), ("'true'", True)])
def test_boolean_is_read(word, value):
    assert front_of(f"draft: {word}").draft is value and front_of(f"noindex: {word}").noindex is value


@pytest.mark.parametrize(
    ("word", "hint"),
    [
        ("yes", "`draft: true`"),
        ("oui", "`draft: true`"),
        ("off", "`draft: false`"),
        ("peut-être", "`draft: true` or `draft: false`"),
    ],
)
def test_other_words_are_no_boolean(word, hint):
    diagnostic = only(f"draft: {word}")
    assert diagnostic.id == "value-invalid" and diagnostic.hint == f"write {hint}"


def test_none_declines_what_the_story_shares():
    front = front_of(
        "date: none\ncategories: none\ntopics: none\nimage: none\npublish: none\nexpires: none\ndraft: none"
    )
    assert front.declined == (
        "date",
        "categories",
        "topics",
        "image",
        "publish",
        "expires",
        "draft",
    )
    assert front == FrontMatter(declined=front.declined, keys=front.keys)


def test_none_as_source_of_the_picture_declines_the_shared_one():
    front = front_of("image: {src: none, alt: Un port}")
    assert front.declined == ("image",) and front.image == Picture(None, Text("Un port", 2, 25))


def test_none_is_a_word_elsewhere():
    assert front_of("title: none\ntags: [none]").title.value == "none"
    assert front_of("topics: 'none'").declined == ()


# ---- structured values
def test_source_is_a_name_or_a_mapping():
    assert front_of("source: AFP").source == Outlet(Text("AFP", 2, 9))
    both = front_of("source: {name: AFP, url: https://www.afp.com/}").source
    assert (both.name, both.url) == (Text("AFP", 2, 16), Text("https://www.afp.com/", 2, 26))


def test_source_needs_a_name_and_a_web_address():
    assert faults("source: {url: https://x.org}") == [("key-missing", 2, 9)]
    assert faults("source: {name: x, url: 'javascript:alert(1)'}") == [("value-invalid", 2, 24)]


@pytest.mark.parametrize("written", ["“{}”", "« {} »", "<{}>", "‘{}’", "„{}“"])
def test_signs_around_a_web_address_are_named(written):
    url = "https://a.example/"
    hint = only(f"source: {{name: A, url: {written.format(url)}}}").hint
    assert hint == f'write `url: "{url}"`'
    assert front_of(f"source: {{name: A, {hint.split('`')[1]}}}").source.url.value == url


def test_image_is_a_path_or_a_mapping():
    assert front_of("image: photo.jpg").image == Picture(Text("photo.jpg", 2, 8))
    image = front_of("image: {src: a.jpg, alt: Un port, caption: Ici, credit: Reuters}").image
    assert [part.value for part in (image.src, image.alt, image.caption, image.credit)] == [
        "a.jpg",
        "Un port",
        "Ici",
        "Reuters",
    ]


def test_empty_alt_in_quotes_says_decorative_and_a_missing_one_nothing():
    assert front_of('image: {src: a.jpg, alt: ""}').image.alt == Text("", 2, 26)
    assert front_of("image:\n  src: a.jpg\n  alt:\n").image.alt is None


def test_corrections_are_a_list_and_one_may_stand_alone():
    many = front_of("corrections:\n  - {date: 2023-04-17, text: Un}\n  - date: 2023-04-18 10:00\n    text: Deux")
    assert [(c.date.value, c.text.value) for c in many.corrections] == [
        ("2023-04-17", "Un"),
        ("2023-04-18T10:00:00", "Deux"),
    ]
    assert front_of("corrections: {date: 2023-04-17, text: Un}").corrections[0].text.value == "Un"
    assert faults("corrections: [{text: x}, {date: hier, text: y}]") == [
        ("key-missing", 2, 15),
        ("date-invalid", 2, 33),
    ]


def test_translation_is_of_a_declared_language():
    front = front_of("translation_of: {lang: FR, date: 2023-04-16}")
    assert (front.translation_of.lang.value, front.translation_of.date.value) == (
        "fr",
        "2023-04-16",
    )
    assert front_of("translation_of: en").translation_of.date is None
    diagnostic = only("translation_of: {lang: de}")
    assert diagnostic.id == "value-invalid" and "`fr`, `en`" in diagnostic.hint
    assert faults("translation_of: {date: 2023-04-16}") == [("key-missing", 2, 17)]


def test_unknown_part_of_a_mapping_is_a_warning():
    diagnostic = only("image: {src: a.jpg, captoin: y}")
    assert (diagnostic.severity, diagnostic.id) == ("warning", "key-unknown")
    assert diagnostic.message == "unknown key `captoin` in `image`" and "`caption`" in diagnostic.hint


def test_own_fields_are_typed_like_json():
    extra = front_of("extra:\n  a: 1\n  b: [true, no, 1.5]\n  c: {d: 2023-04-16, e: }").extra
    assert extra == {"a": 1, "b": [True, "no", 1.5], "c": {"d": "2023-04-16", "e": None}}


# ---- slug, story, template, gone
@pytest.mark.parametrize(
    ("slug", "hint"),
    [
        ("Visite", "visite"),
        ("été", "ete"),
        ("a b", "a-b"),
        ("Logiciel-0.8.9", "logiciel-0.8.9"),
        ("/fr/x/", "fr-x"),
        ("-a-", "a"),
        ("'a..b'", "a.b"),
        ("..", None),
        ("…", None),
    ],
)
def test_slug_must_be_one_already(slug, hint):
    diagnostic = only(f"slug: {slug}")
    assert (diagnostic.id, diagnostic.location.column) == (
        "slug-invalid",
        7,
    ) and "slug" in diagnostic.message
    assert diagnostic.hint == (f"write `slug: {hint}`" if hint else "write letters, digits and hyphens")


def test_slug_has_at_most_255_bytes():
    assert front_of(f"slug: {'x' * 255}") and front_of(f"slug: {'中' * 85}")
    assert "255" in only(f"slug: {'x' * 256}").message
    assert only(f"slug: {'中' * 86}").hint == f"write `slug: {'中' * 80}`"


@pytest.mark.parametrize(
    ("story", "near"),
    [
        ("/2023/x", "2023/x"),
        ("2023/x/", "2023/x"),
        ("2023/x.md", "2023/x"),
        ("../x", "x"),
        ("a//b", "a/b"),
        ("a\\b", "a/b"),
    ],
)
def test_story_must_look_like_a_story_id(story, near):
    assert only(f"story: {story}").hint == f"write `story: {near}`"


@pytest.mark.parametrize("template", ["../x.html", "/x.html", "a//b.html", "a\\b.html", "x/"])
def test_template_lies_under_templates(template):
    assert only(f"template: {template}").id == "value-invalid"


def test_template_may_lie_in_a_folder():
    assert front_of("template: essais/long.html").template.value == "essais/long.html"


@pytest.mark.parametrize("word", ["true", "false", "no", "oui", "none"])
def test_gone_is_a_reason_and_no_switch(word):
    assert only(f"gone: {word}").id == "value-invalid"


def test_gone_is_read():
    assert front_of("gone: Retiré à la demande du tribunal.").gone.value.startswith("Retiré")


# ---- keys
#: What is meant, and what somebody writes for it.
MEANT = """title: titel titre Headline|authors: authros author byline journaliste
tags: Tags tgas tegs mots-clés mot_clé étiquettes
lead: chapo chapô Chapeau sous-titre dek standfirst intro lede leed|kicker: Kickr surtitre eyebrow|slug: slgu
image: imgae cover
updated: lastmod date_modified mise-à-jour
categories: rubrique section catégorie catgories|topics: topcis série
description: descripton|location: locaton lieu dateline|date: created date_de_création createdAt|related: seeAlso
corrections: erratum|source: agence sorce"""


@pytest.mark.parametrize(
    ("near", "key"),
    [(line.split(": ")[0], key) for line in re.split(r"[|\n]", MEANT) for key in line.split(": ")[1].split()],
)
def test_unknown_key_is_a_warning_with_the_one_that_is_meant(key, near):
    diagnostic = only(f"{key}: 2023-04-16")
    assert (diagnostic.severity, diagnostic.id) == ("warning", "key-unknown")
    assert diagnostic.hint == f"did you mean `{near}`?"
    told = document(f"{near}: 2023-04-16" if near != "corrections" else "corrections: {date: 2023-04-16, text: x}")
    assert told.diagnostics == ()


@pytest.mark.parametrize(
    "key", ["note", "mood", "zzz", "rating", "weather", "subject", "map", "isbn", "lien", "âge", "done", "page"]
)
def test_a_key_that_is_like_none_is_offered_none(key):
    assert only(f"{key}: x").hint == "fields of your own go below `extra`"
    assert front_of(f"extra: {{{key}: x}}").extra == {key: "x"}


@pytest.mark.parametrize("key", ["lang", "language", "Langue", "locale", "sprache"])
@pytest.mark.parametrize("kind", ["article", "page", "tag"])
def test_a_key_for_the_language_is_needless(key, kind):
    assert only(f"{key}: en", kind=kind).hint.startswith("delete it: the name of the file says the language")


@pytest.mark.parametrize(
    "line", ["featured: true", "comments: true", "toc: true", "layout: post", "weight: 3", "guid: x"]
)
def test_a_key_that_steers_what_newsgen_has_not_is_needless(line):
    assert only(line).hint.startswith("delete it, or put it below `extra`")
    assert document(f"extra: {{{line}}}").diagnostics == ()


@pytest.mark.parametrize(
    ("key", "part"),
    [("alt", "alt"), ("caption", "caption"), ("credit", "credit"), ("Légende", "caption"), ("alt_text", "alt")],
)
def test_a_part_of_the_picture_belongs_to_it(key, part):
    hint = only(f"{key}: Un pont").hint
    assert hint == f"it belongs to the picture: write `image: {{src: photo.jpg, {part}: …}}`"
    assert getattr(front_of(hint.split("`")[1].replace("…", "Un pont")).image, part).value == "Un pont"


@pytest.mark.parametrize(
    ("line", "alias"),
    [
        ("permalink: /foo/bar/", "/foo/bar/"),
        ("url: /foo", "/foo"),
        ("redirect_from: https://old.example.com/2019/foo.html", "/2019/foo.html"),
        ("old_url: [/a/, /b/]", "/old/address/"),
        ("alias: a, b", "/old/address/"),
        ("permalink: ':year/:title'", "/old/address/"),
    ],
)
def test_an_address_is_an_alias(line, alias):
    hint = only(line).hint
    assert hint.startswith(f"write `aliases: [{alias}]`")
    assert values(front_of(hint.split("`")[1]).aliases) == [alias]


@pytest.mark.parametrize("text", ["Foo, bar", "Foo, bar , baz"])
def test_a_comma_that_cuts_a_text_in_braces_wants_quotes(text):
    diagnostics = document(f"image: {{src: p.png, alt: {text}, caption: C}}").diagnostics
    assert diagnostics and all("the comma needs quotes" in d.hint for d in diagnostics)
    assert front_of(f'image: {{src: p.png, alt: "{text}", caption: C}}').image.alt.value == text


@pytest.mark.parametrize("kind", ["category", "tag", "author", "topic", "source"])
def test_a_term_has_no_fields_of_its_own(kind):
    assert only("email: x", kind=kind).hint.startswith("delete it; known here: `title`, ")


def test_key_like_no_other_belongs_below_extra():
    assert "`extra`" in only("zzz: x").hint


@pytest.mark.parametrize("kind", ["tag", "author", "topic", "source"])
def test_term_file_has_names_and_a_slug(kind):
    front = front_of("title: Chine\nnames: [RPC, Pékin]\nslug: chine\ndescription: x", kind=kind)
    assert (front.title.value, values(front.names), front.slug.value) == (
        "Chine",
        ["RPC", "Pékin"],
        "chine",
    )


@pytest.mark.parametrize(
    ("kind", "key", "words"),
    [
        ("article", "names", "an article"),
        ("tag", "date", "a tag"),
        ("category", "slug", "a category"),
        ("page", "categories", "a page"),
    ],
)
def test_key_of_another_kind_of_file_is_a_warning(kind, key, words):
    diagnostic = only(f"{key}: 2023-04-16", kind=kind)
    assert (diagnostic.id, diagnostic.message) == (
        "key-unknown",
        f"`{key}` has no meaning in {words}",
    )


def test_page_and_category_need_no_date():
    assert front_of("title: À propos", kind="page").title
    assert front_of("title: Europe\ndescription: x", kind="category").description


def test_every_key_of_every_kind_is_typed():
    fields = set(FrontMatter.__struct_fields__) - {"declined", "keys"}
    assert {key for keys in KEYS.values() for key in keys} == fields


def test_duplicate_key_is_an_error():
    assert faults("title: a\ntitle: b") == [("key-duplicate", 3, 1)]


@pytest.mark.parametrize(
    ("front", "missing"),
    [
        ("source: {nom: AFP}", "name"),
        ("corrections: [{date: 2023-04-17, texte: Faux}]", "text"),
        ("corrections: [{jour: 2023-04-17, text: Faux}]", "date"),
        ("translation_of: {langue: fr}", "lang"),
    ],
)
def test_a_group_whose_keys_are_misspelled_lacks_what_it_needs(front, missing):
    """Words that an editor wrote go nowhere with a warning alone."""
    told = document(front).diagnostics
    assert any(d.id == "key-missing" and f"`{missing}`" in d.message for d in told)
    assert any(d.id == "key-unknown" for d in told)


@pytest.mark.parametrize(
    "front", ["source: {name: '', url: ''}", "corrections: [{date: , text: }]", "translation_of: {lang: null}"]
)
def test_a_group_without_values_is_none(front):
    assert faults(front) == []


# ---- YAML
def test_all_faults_of_a_file_are_said_at_once():
    rest = "slug: É\ndraft: oui\nlead: a # b"
    assert faults("title: [a]\ndate: 16/04/2023\ntags: a, b\nzzz: x\n" + rest) == [
        ("value-type", 2, 8),
        ("date-invalid", 3, 7),
        ("list-comma", 4, 7),
        ("key-unknown", 5, 1),
        ("slug-invalid", 6, 7),
        ("value-invalid", 7, 8),
        ("comment-truncates", 8, 9),
    ]


@pytest.mark.parametrize(
    ("broken", "column"),
    [
        ("lead: Le ministre : « un mot »", 19),
        ('kicker: "Chine', 9),
        ("tags: [a, b", 7),
        ("image: {src: a", 8),
        ("location: @Paris", 11),
        ("kicker: Un\n  deux: trois", None),
        ("authors:\n  - a\n - b", None),
    ],
)
@pytest.mark.parametrize("shortcuts", [True, False])
def test_what_is_wrong_beside_broken_yaml_is_said_too(broken, column, shortcuts):
    told = faults(f"date: 16/04/2023\n{broken}\nzzz: x\nslug: É", shortcuts=shortcuts)
    assert [one for one in told if one[0] != "yaml-invalid"] == [
        ("date-invalid", 2, 7),
        ("key-unknown", 4 + broken.count("\n"), 1),
        ("slug-invalid", 5 + broken.count("\n"), 7),
    ]
    ((_, line, at),) = [one for one in told if one[0] == "yaml-invalid"]
    assert 3 <= line <= 3 + broken.count("\n") and column in (None, at)


def test_two_broken_entries_are_said_both_and_leave_no_front_matter():
    found = document("title: a : b\ndate: nope\nlead: c : d")
    assert [(d.id, d.location.line) for d in found.diagnostics] == [
        ("yaml-invalid", 2),
        ("date-invalid", 3),
        ("yaml-invalid", 4),
    ]
    assert found.front is None


@pytest.mark.parametrize("front", ["un mot\nun autre\n", "\n".join(f"a{n}: b : c" for n in range(30)), "a: [\n"])
def test_where_yaml_is_broken_all_over_the_first_fault_is_enough(front):
    assert [id for id, _, _ in faults(front)] in (["yaml-invalid"], ["value-type"], ["front-matter-invalid"])


def test_tag_is_the_only_fault_of_its_value():
    assert faults("title: !!python/object/apply:os.getcwd []") == [("yaml-tag", 2, 8)]


def test_warning_leaves_the_file_as_it_is():
    found = document("title: La ligne 4 # 2")
    assert found.front.title.value == "La ligne 4" and found.diagnostics[0].id == "comment-truncates"


@pytest.mark.parametrize("front", ["title", "- a", "[a]", "'x'"])
def test_front_matter_must_hold_keys(front):
    assert only(front).id == "yaml-invalid"


def test_merge_keys_serve_front_matter():
    front = front_of("image: &i {src: photo.jpg, credit: Agence}\nextra:\n  cover:\n    <<: *i\n    credit: Rédaction")
    assert front.image.credit.value == "Agence"
    assert front.extra["cover"] == {"src": "photo.jpg", "credit": "Rédaction"}


# ---- properties
@given(front_matters)
def test_any_front_matter_dumped_as_yaml_is_read_back(meant):
    text = yaml.safe_dump(meant, allow_unicode=True, sort_keys=False, width=10**6)
    found = document(text)
    front = found.front
    assert {d.id for d in found.diagnostics} <= {"markup-as-typed", "escape-unseen", "date-early"} and front is not None
    lines = ("---\n" + text).split("\n")
    for key, value in meant.items():
        read_value = getattr(front, key)
        if isinstance(value, list):
            want = [nfc(v) for v in value] if key in ("categories", "topics", "related") else value
            assert values(read_value) == want
            _check_places(read_value, lines)
        elif isinstance(value, str):
            assert read_value.value == value
            _check_places((read_value,), lines)
        elif isinstance(value, bool):
            assert read_value is value
        elif value:
            assert set(read_value) == set(value)
    json.dumps(front.extra, allow_nan=False)
    msgspec.json.encode(front)


def _check_places(read_values, lines):
    """Each value stands where its place says, perhaps in quotes (with escapes, in double ones)."""
    for text in read_values:
        here = lines[text.line - 1][text.column - 1 :]
        # Some ideographs are others in NFC, in which names stand.
        assert here[0] in "'\"" or here.startswith(text.value[:1]) or nfc(here).startswith(text.value[:1])


@given(st.one_of(st.binary(), st.binary().map(lambda data: b"---\n" + data + b"\n---\n")))
def test_any_bytes_give_front_matter_or_an_error(data):
    found = read(data, path=PATH, kind="article", languages=("fr",))
    assert (found.front is None) == any(d.severity == "error" for d in found.diagnostics)


@given(
    yaml_texts,
    st.sampled_from(sorted(KEYS)),
    st.sampled_from(sorted({k for keys in KEYS.values() for k in keys})),
)
def test_any_yaml_under_any_key_gives_front_matter_or_an_error(text, kind, key):
    data = f"---\n{key}: {text}\n---\nTexte.\n".encode()
    found = read(data, path=PATH, kind=kind, languages=("fr",))
    assert (found.front is None) == any(d.severity == "error" for d in found.diagnostics)
    assert all("\n" not in d.message + d.hint for d in found.diagnostics)
    last = data.decode().replace("\r\n", "\n").replace("\r", "\n").count("\n") + 1
    assert all(1 <= d.location.line <= last for d in found.diagnostics)


@pytest.mark.parametrize("form", ["{}", "[{}]", "[a: {}]", "{{{0}: {0}}}", "{{lang: {}}}", "{{src: a, focus: {}}}"])
@pytest.mark.parametrize("key", [*KEYS["article"], "retracted", "publishDate"])
def test_no_more_than_500_characters_of_a_value_are_told_and_on_one_line(key, form):
    value = '"2023-04-16 ' + "mots, " * 100 + '\n\n  mots"'
    for diagnostic in document(f"{key}: {form.format(value)}").diagnostics:
        assert max(len(diagnostic.message), len(diagnostic.hint)) <= 500
        assert "\n" not in diagnostic.message + diagnostic.hint


@given(texts, texts)
def test_body_is_kept_to_the_letter(before, body):
    data = "---\ntitle: x\n---\n" + body
    found = read(data.encode(), path=PATH, kind="article", languages=("fr",))
    assert found.body == body and found.body_line == 4


# ---- one of two times without an offset: it may be any of the world's
@pytest.mark.parametrize(
    ("date", "updated", "is_before"),
    [
        ("2023-04-16 10:00", "2023-04-16 00:30Z", False),  # 10:00 at +14:00 is 20:00Z of the day before
        ("2023-04-16 10:00", "2023-04-15 20:00Z", False),
        ("2023-04-16 10:00", "2023-04-15 19:59Z", True),
        ("2023-04-16 10:00Z", "2023-04-15 22:00", False),  # at -12:00 it is 10:00Z
        ("2023-04-16 10:00Z", "2023-04-15 21:59", True),
        ("2023-04-16 10:00+02:00", "2023-04-16 08:00Z", False),
        ("2023-04-16 10:00+02:00", "2023-04-16 07:59Z", True),
    ],
)
def test_order_of_times_in_whatever_zone_the_site_has(date: str, updated: str, is_before: bool) -> None:
    found = faults(f"title: x\ndate: {date}\nupdated: {updated}")
    assert found == ([("date-order", 4, 10)] if is_before else [])


def test_very_many_unknown_keys_are_told_and_the_first_are_held_against_the_known_ones():
    found = document("\n".join(["title: x", "date: 2023-04-16", *(f"title{n}: a" for n in range(250))]))
    told = [d for d in found.diagnostics if d.id == "key-unknown"]
    assert len(told) == 250 and [d.hint.startswith("did you mean `") for d in told] == [True] * 200 + [False] * 50


def test_a_misspelled_key_holds_back_behind_very_many_unknown_ones():
    keys = ["title: x", "date: 2023-04-16", *(f"titre{n}: a" for n in range(250)), "darft: true"]
    assert document("\n".join(keys)).diagnostics[-1].id == "key-holds-back"
