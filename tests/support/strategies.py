"""What hypothesis draws: texts, YAML values, front matter, addresses."""

from __future__ import annotations

import unicodedata

from hypothesis import strategies as st

from newsgen.addresses import urls

#: Everything that a text of front matter can hold, and what YAML, slugs and addresses trip over.
characters = st.one_of(
    st.sampled_from("aé'’\"#:-,[]{}&*!|>%@` \tœßŁn0١²ﬁØ中हि́ﷺعＡ€«»—😀"),
    st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp"), exclude_characters="\ufeff").filter(
        lambda character: not (0xFDD0 <= ord(character) <= 0xFDEF or ord(character) & 0xFFFE == 0xFFFE)
    ),
)
#: Any text that may stand in front matter, on one line or several.
texts = st.text(st.one_of(characters, st.just("\n")), max_size=30)
#: Words on one line with no white space around them, never empty.
lines = st.text(characters, min_size=1, max_size=30).map(str.strip).filter(bool)
words = st.from_regex(r"[a-zé]{1,8}", fullmatch=True)

#: Texts, lists and mappings of texts, as deep as an editor goes.
trees = st.recursive(
    texts,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(st.text(characters, min_size=1), inner, max_size=4),
    ),
    max_leaves=12,
)
#: YAML as people type it, and mistype it.
yaml_texts = st.lists(
    st.sampled_from(
        (
            "title",
            "a",
            ": ",
            ":",
            "- ",
            "\n",
            "\n  ",
            "\t",
            " ",
            "'",
            '"',
            "#",
            " # x",
            "[",
            "]",
            "{",
            "}",
            ", ",
            "&a ",
            "*a",
            "!!x ",
            "!",
            "|\n  ",
            ">\n",
            "%",
            "@",
            "---",
            "...",
            "<<: ",
            "? ",
            "\\",
            "é",
            "😀",
            "\r\n",
            "\r",
            "\x85",
            "\u2028",
            "\ufeff",
            "\x00",
            "16/04/2023",
            "2023-04-16",
            "none",
            "true",
            "0x10",
            "1e5",
        )
    ),
    max_size=25,
).map("".join)

days = st.dates().map(str)
moments = st.datetimes(timezones=st.none()).map(lambda d: d.replace(microsecond=0).isoformat())
dates = st.one_of(days, moments)
slugs = st.text(characters, max_size=30).map(urls.slugify).filter(bool)
names = st.lists(lines.filter(lambda line: not set(line) & set(",،、，")), min_size=1, max_size=4)


def nfc(text: str) -> str:
    return unicodedata.normalize("NFC", text)


#: Front matter of an article, key to value, as an editor would mean it.
front_matters = st.fixed_dictionaries(
    {},
    optional={
        "title": lines,
        "date": dates,
        "categories": names,
        "lead": lines,
        "kicker": lines,
        "slug": slugs,
        "authors": names,
        "tags": names,
        "topics": names,
        "related": names,
        "aliases": names,
        "location": lines,
        "description": lines,
        "draft": st.booleans(),
        "noindex": st.booleans(),
        "extra": st.dictionaries(st.text(characters, min_size=1, max_size=8), texts, max_size=3),
    },
)

#: Parts of addresses: anything but what no file or address can have.
segments = (
    st.text(st.one_of(characters, st.sampled_from("?#%&=.")), min_size=1, max_size=12)
    .map(nfc)
    .filter(lambda part: part not in (".", "..", "index.html") and not urls._UNSAFE.search(part) and "/" not in part)
)
url_paths = st.builds(
    lambda parts, end: "/" + "/".join(parts) + (end if parts else ""),
    st.lists(segments, max_size=4),
    st.sampled_from(("/", "", ".html", "/feed.atom")),
)

# ---- Markdown
_MARKDOWN = (
    "mot", "été", " ", "  ", "\n", "\n\n", "    ", "\t", "*", "**", "_", "`", "``", "```\n", "~~~\n", "[", "]", "(",
    ")", "|", "[[x]]", "[[x|y]]", "[[", "]]", "[a](b.jpg)", "[a](c.md#d)", "![a](b.jpg)", '![](b.jpg "c ©d")',
    "[a](../../../x)", "[^1]", "[^1]: n\n", "[^2]", "- ", "* ", "1. ", "2023. ", "> ", "# ", "## ", "\n---\n",
    "\n\n[![a](b.jpg)](https://x.org)", "\n\n[![a](b.jpg \"c ©\")](https://x.org){.c}\n\n", "\n\n[[x]]{.c}\n\n",
    "\n===\n", "\\", "\n|a|b|\n|-|-|\n|c|d|\n", "\n: ", "{.c}", "{#i}", "{onclick=x}", "{", "}", "https://x.org/a_b",
    "<https://x.org>", "<a@b.c>", "\n*[A]: t\n", "A", "\n[q]: z.md 't'\n", "[r][q]",
)  # fmt: skip
_HTML = (
    "<b>", "</b>", "<div>", "</div>", "<p>", "</p>", "<a href='x'>", "</a>", "<script>", "</script>", "<!--", "-->",
    "<table>", "<td>", "</td>", "</table>", "<svg>", "<button>", "</button>", "<form>", "<select>", "<option>",
    "<ul>", "<li>", "</ul>", "<pre>", "</pre>", "<iframe>", "<textarea>", "<style>", "<template>", "<math>",
    "<details>", "<img src=x>", "<br>", "<br/>", "<hr>", "<tr>", "<tbody>", "<caption>", "<nobr>", "<font>",
    "<object>", "<dl>", "<figure>", "<video src=v.mp4>", "<source srcset='a.jpg 2x, b.jpg'>", "<picture>",
    "</picture>", "<body>", "<html>", "<input>", "<kbd>", "</kbd>", "<plaintext>", "<h2 id=k>", "<image>",
    "<track src=v.vtt>", "<video poster=a.jpg src=v.mp4></video>", "<audio src=v.mp3>",
    "<![CDATA[", "]]>", "<?php ?>", "<!DOCTYPE html>", "</", "<a", "<a href=", "<i id=k>", "<i>",
)  # fmt: skip
_CHARACTERS = (
    "&amp;", "&nbsp;", "&#1;", "&#xFDD0;", "&lt;", "&", "<", ">", '"', "'", "«", "»", "\u00a0", "\u202f", "!", ";",
    ":", "?", "%", "€", "--", "---", "\x02", "\x03", "\x00", "\u2028", "\ufdd0", "\ufdd8", "\ud800", "newsgen:0",
    "[n](newsgen:0)", '<a href="newsgen:0">', "[j](javascript:x)", "\x02wzxhzdk:0\x03", "\x02klzzwxh:0000\x03",
)  # fmt: skip
#: Markdown of any kind, and what breaks it.
markdown_texts = st.lists(
    st.one_of(st.sampled_from(_MARKDOWN + _HTML + _CHARACTERS), st.text(max_size=5)), max_size=25
).map("".join)
_BLOCKS = (
    "Un paragraphe simple.", "« Oui », dit-il ; c'est l'\"essai\" : 10 % !",
    '"Yes," she said -- it\'s rock \'n\' roll.',
    "Deux\nlignes", "Deux  \nlignes", "Deux \nlignes", "a\n   \nb", "fin  ", "\u00a0x", "x\u3000", "x.  Y", "AT&T", "",
    "   ", "\t", "\n", "## Titre", "## Titre\u00a0", "## Titre {#id}", "# section", "##  x ##", "#x", "Texte\n## H",
    "Titre\n===", "Titre\n---", "---", "* * *", "- a\n- **b** c", "- a\n\n  b\n- c", "* a\n* b", "- a\n* b", "- ",
    "+ a",
    "1. x\n2. y", "2023. Une\n2024. Deux", "12. fin", "1.5 million", "- [ ] a", "- [[a]]", "> q", "> « q » ;",
    "> q\nlazy", "> - a\n> - b", ">q", "> ", "[[2023/04/x]]", "[[a/b#c]]", "[[/]]", "[[a|b]]", "[[a]]: x",
    "voir [[a/b|c]]",
    "a[^1] b[^2]", "[^1]: note", "[^1]: note\n\n    suite", "[^2]: autre\n[^3]: encore", "du **gras**, *em* et _ici_.",
    "**Gras :** l'**Élysée** [dit](https://x-y.org/a_b?c=1#d) (**« non »**).", "**a**b *c", "***a***", "**a *b* c**",
    "[a](b.md#f) [b](../../../x) [c](/fr/) [d](http://1.2.3.4.5/)", '![alt](p.jpg "Cap ©X")', "![](p.jpg)",
    "[a](<b c>)",
    "    code", "\tcode", "```\ncode\n\nvide\n```", "~~~", "|a|b|\n|-|-|\n|c|d|", "a|b\n-|-\nc|d", "Terme\n: def",
    ": def", "*[HTML]: Hyper", "HTML", "[r]: http://x.org 'T'", "un [mot][r] et [r]", "<div>x</div>", "a <b>b</b>",
    "<!-- c -->", "<!-- c", "a &amp; &#38 ; &#xFDD0;", "`code`", "``co`de``", "\\* \\[ \\", "x\\\ny",
    "https://x.org/a_b, c",
    "<https://x.org>", "[n](newsgen:0)", "[j](javascript:x)", "texte\n{.c}", "*em*{.c} x", "\ufdd9", "\ufdda", '="x:',
)  # fmt: skip
_marks = st.lists(
    st.sampled_from(
        ("**", "*", "_", "__", "**mot**", "*mot*", " **l'été** ", " _x_ ", "[lien](https://a-b.fr/x_y?z=1#q)", "[lien",
         "](https://x.org)", "(**a b**)", "**a :** b", "**« b »**", "mot", "a", " ", "l'", "’s", " ; ", " :", " »",
         "« ",
         "«", "»", '"', ' "', '" ', ".", ",", ")", "(", "!", "--", "1", "é", "%")
    ),
    max_size=10,
).map("".join)  # fmt: skip
#: Bodies block by block, as editors write them: paragraphs with marks, headings, lists, notes, and odd ones.
markdown_bodies = st.lists(
    st.tuples(
        st.one_of(st.sampled_from(_BLOCKS), _marks, texts),
        st.sampled_from(("\n\n",) * 8 + ("\n", "\n\n\n", "\r\n\r\n", "\n \n", "\n\t\n", "\n\n    ", "\n\n> ")),
    ),
    max_size=8,
).map(lambda blocks: "".join(part for block in blocks for part in block))
#: Front matter line by line.
simple_lines = st.lists(
    st.one_of(
        st.builds(
            "{}: {}".format,
            st.sampled_from(("title", "lead", "tags", "date", "a", "A", "a b", "<<", '"k"')),
            st.sampled_from(
                ("mot", "2023-04-16", "« a » b", "a: b", "a:b", "a #b", "a#b", '"q"', '"a \\" b"', '"', "'x'", "[a, b]",
                 '["a", "b"]', "[]", "[ a ]", "[a, ]", "[a: b]", '["a": b]', "[a?]", "[a'b]", "{a: b}", "- a", "|",
                 "&a b",
                 "*a", "!t x", "a ", " a", "", "~", "x:", "x\ty", "x\u00a0", "\u00a0", "😀", "a, b", "[a] # c",
                 '"a" # c',
                 '"a" b', "\ufeffx", "\x85x", '""', "[a,, b]", "[a#b]", "http://x.org/a?b#c", "[12:30]", "[-a]", "a\\b")
            ),
        ),
        st.builds("{}- {}".format, st.sampled_from(("", "  ")), st.sampled_from(("a", "a: b", '"a"', "- a", "", "#"))),
        st.sampled_from(("b:", "c:", "", "# x", "  x", "---", "...", "a:b")),
    ),
    max_size=5,
).map("\n".join)  # fmt: skip
