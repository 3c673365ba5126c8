"""What holds for every body, lead and title, whatever an editor types."""

from __future__ import annotations

import re

import html5lib
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from newsgen.nouns.model import Body, Target
from newsgen.parsing.markup import ALLOWED, convert, fill, standfirst, typeset
from newsgen.parsing.markup.characters import FORBIDDEN
from support.strategies import markdown_texts as texts

pytestmark = pytest.mark.pure

languages = st.sampled_from(("fr", "en", "de", "ar"))
quick = settings(deadline=None, max_examples=120, suppress_health_check=[HealthCheck.too_slow])


def body(text: str, lang: str = "fr", trusted: bool = False) -> Body:
    found, _ = convert(text, path="content/x.md", first_line=5, lang=lang, folder="2023/04", trusted_html=trusted)
    return found


def errors_of(html: str) -> list[object]:
    parser = html5lib.HTMLParser()
    parser.parse(
        f"<!DOCTYPE html><html><head><title>t</title></head><body><main><div>{html}</div></main></body></html>"
    )
    return list(parser.errors)


@given(texts, languages)
@example("https://x.org/a_bnewsgen:0", "fr")
@quick
def test_every_body_is_valid_html_filled_or_not(text: str, lang: str) -> None:
    found = body(text, lang)
    assert errors_of(found.html) == []
    target = Target("/u/", "T", lang="en", label="(l)", lead_in="L:")
    assert errors_of(fill(found.html, found.references, [target] * len(found.references))) == []
    assert errors_of(fill(found.html, found.references, [])) == []
    assert errors_of(f"<p>{standfirst(text, lang=lang).html}</p>") == []


@pytest.mark.parametrize("trusted", [False, True])
@pytest.mark.parametrize(
    "text",
    [
        '[![V](p.jpg "t")](https://v.example/1){.wide}',
        '<figure class="embed"><a class="x" href="https://v.example/1"><img src="p.jpg" alt="a"></a></figure>',
        '<video src="v.mp4" poster="p.jpg"><track src="v.vtt"><source src="w.mp4" srcset="a.jpg 2x"></video>',
        "<audio src=v.mp3></audio>",
        "[[x]]{.c}",
        "[[x|y]]{.c}",
        '<a class="b" href="x.md">y</a>',
        '<a id="b" class="q" href="x.jpg">y</a>',
        "<embed src=x.swf>",
        "<input type=image src=x.jpg>",
        '<a href="x.md"><picture><source srcset="a.jpg, b.jpg 2x"><img src="q.jpg"></picture></a>',
        "<iframe src=x.pdf></iframe>",
        "<a href='x'>",
        "<a href=x.md>y</A>",
        "<a href=x.md>y</a >",
        "<a class=q href=x.md>y",
        "<a href=x.md>y\n\n<a href=y.md>z</a>",
        "<A HREF=x.md>y",
        "<b><a href=x.md>y</b>",
        "- <a href=x.md>y\n- z",
    ],
)
def test_no_slot_is_left_whatever_stands_beside_it(text: str, trusted: bool) -> None:
    found = body(text, "fr", trusted)
    for targets in ([], [Target("/u/", "T", lead_in="L:")] * len(found.references)):
        html = fill(found.html, found.references, targets)
        assert "newsgen:" not in html
        assert ("/u/" in html) == bool(targets) or not found.references
        assert trusted or errors_of(html) == []


@given(texts, languages, st.booleans(), st.booleans())
@quick
def test_no_slot_is_left_in_an_address(text: str, lang: str, trusted: bool, has_targets: bool) -> None:
    found = body(text, lang, trusted)
    targets = [Target("/u/", "T", lead_in="L:") for _ in found.references] if has_targets else []
    tree = html5lib.parseFragment(fill(found.html, found.references, targets), namespaceHTMLElements=False)
    for element in tree.iter():
        for name in ("href", "src", "srcset", "poster"):
            assert "newsgen:" not in element.get(name, ""), element.attrib


@given(texts, languages)
@quick
def test_slots_are_numbered_as_the_references(text: str, lang: str) -> None:
    found = body(text, lang)
    tags = re.findall(r"<(?:a|img|source|video|audio|track) [^>]*>", found.html)
    slots = [int(n) for tag in tags for n in re.findall(r'(?:"|, )newsgen:(\d+)', tag)]
    assert sorted(slots) == list(range(len(found.references)))
    last = 5 + len(re.findall(r"\r\n?|\n", text))
    assert all(5 <= reference.line <= last for reference in found.references)


@given(texts, languages, st.booleans())
@quick
def test_forbidden_characters_never_come_out(text: str, lang: str, trusted: bool) -> None:
    found = body(text, lang, trusted)
    for out in (found.html, found.text, standfirst(text, lang=lang).html):
        assert FORBIDDEN.search(out) is None
        assert not set(out) & set("\r\u2028\u2029\u0085")


@given(texts, texts, languages)
@quick
def test_a_body_depends_on_its_text_alone(text: str, other: str, lang: str) -> None:
    first = body(text, lang)
    body(other, lang)
    assert body(text, lang) == first


@given(texts)
@quick
def test_cleaned_html_holds_only_what_the_list_allows(text: str) -> None:
    tree = html5lib.parseFragment(body(text).html, namespaceHTMLElements=False)
    for element in tree.iter():
        if isinstance(element.tag, str) and element.tag != "DOCUMENT_FRAGMENT":
            assert element.tag in ALLOWED
            is_frame = element.get("class") == "table-scroll"
            ours = {"role", "aria-label", "tabindex"} if is_frame else {"tabindex"} if element.tag == "pre" else set()
            assert set(element.attrib) <= ALLOWED[element.tag] | ALLOWED["*"] | ours


@given(texts, languages)
@quick
def test_ids_are_unique(text: str, lang: str) -> None:
    found = body(text, lang)
    ids = re.findall(r'<[a-z0-9]+ [^>]*?\bid="([^"]*)"', found.html)
    assert len(ids) == len(set(ids)) == len(found.heading_ids)


@pytest.mark.parametrize(
    "thing",
    [
        "<font>x</font>",
        "<iframe></iframe>",
        "<b onclick='x'>y</b>",
        "<i style='x'>y</i>",
        "<form>",
        "<script></script>",
        "</sub>",
    ],
)
@given(
    before=st.lists(
        st.sampled_from(("mot ", "`<font>` ", "*a* ", "<b>x</b> ", "[a](b.md) ", "\\<form> ", "é ")), max_size=5
    )
)
@quick
def test_what_is_dropped_is_named_at_its_place(thing: str, before: list[str]) -> None:
    text = "".join(before)
    _, diagnostics = convert(
        f"Un.\n\n{text}{thing} fin", path="x.md", first_line=1, lang="fr", folder="", trusted_html=False
    )
    column = len(text) + 1 + (3 if "=" in thing else 0)
    assert [(d.id, d.location.line, d.location.column) for d in diagnostics] == [("html-dropped", 3, column)]


@given(texts)
@quick
def test_nothing_is_dropped_in_silence(text: str) -> None:
    """Tags that stand in the HTML of a trusted body and not in the cleaned one are named."""
    _, diagnostics = convert(text, path="x.md", first_line=1, lang="fr", folder="", trusted_html=False)
    raw = re.sub(r"<!--.*?(-->|\Z)", "", body(text, trusted=True).html, flags=re.DOTALL)
    names = {name.lower() for name in re.findall(r"<([a-zA-Z][^\s/>]*)(?:\s[^<>]*)?>", raw)}
    lost = names - set(ALLOWED)
    assert not lost or any(d.id in ("html-dropped", "html-unclosed") for d in diagnostics)


plain = st.text(
    st.one_of(
        st.sampled_from(" \n\"'«»;:!?%€-–—“”‘’().,09a\u00a0\u202f"), st.characters(exclude_categories=("Cs", "Cc"))
    ),
    max_size=30,
)


@given(plain, languages)
@settings(deadline=None, max_examples=400)
def test_typography_applied_twice_is_as_once(text: str, lang: str) -> None:
    once = typeset(text, lang=lang)
    assert typeset(once, lang=lang) == once


@given(plain, languages)
@settings(deadline=None, max_examples=400)
def test_typography_changes_spaces_quotes_and_dashes_only(text: str, lang: str) -> None:
    kept = re.compile("[\\s\"'«»“”‘’–—-]")
    assert kept.sub("", typeset(text, lang=lang)) == kept.sub("", text)


@given(st.text(st.sampled_from("ab \"'«»;:!?%\u00a0*_"), max_size=30))
@quick
def test_plain_text_of_a_body_does_not_depend_on_its_language(text: str) -> None:
    assert body(text, "fr").text == body(text, "en").text == body(text, "de").text
