"""Texts of any length made of one construct each, for the tests of growth."""

from __future__ import annotations

import base64
from collections.abc import Callable

Text = Callable[[int], str]  # about n characters

_DATA = base64.b64encode(bytes(range(256)) * 3).decode()


def repeated(unit: str) -> Text:
    """`unit` again and again, `#` in it numbered if it stands there as `{n}`."""
    if "{n}" not in unit:
        return lambda n: unit * max(1, n // len(unit))
    return lambda n: "".join([unit.replace("{n}", str(k)) for k in range(max(1, n // (len(unit) + 2)))])


def between(before: str, unit: str, after: str) -> Text:
    inner = repeated(unit)
    return lambda n: before + inner(n) + after


def halves(first: str, second: str) -> Text:
    """As many of the one as of the other, the first ones first."""
    one, other = repeated(first), repeated(second)
    return lambda n: one(n // 2) + other(n // 2)


def data_address(before: str, after: str) -> Text:
    return lambda n: before + (_DATA * (n // len(_DATA) + 1))[:n] + after


def nested(unit: str, step: str) -> Text:
    """Lines, each one `step` further in than the one above."""

    def text(n: int) -> str:
        out, size, depth = [], 0, 0
        while size < n:
            out.append(step * depth + unit)
            size += len(out[-1])
            depth += 1
        return "".join(out)

    return text


_UNITS = (
    # emphasis
    "*a* ", "_a_ ", "**a** ", "*a ", "_a ", "**a ", "__a ", "a* ", "a** ", "*", "_", "*_", "*a**b* ", "**a *b ",
    "a*b*c", "***a** b* ", "***a ", "a_b_c ", "\\* ",
    # brackets, links, pictures, references
    "[", "]", "[]", "[]: a", "[a", "[a] ", "[a][", "[a][b] ", "[a](", "[a](b) ", "[a](b ", '[a](b "', '[a](b "c") ',
    "[a](<", "[a](<b>) ", "[a](b(", "](", "![", "![]", "![a](b.jpg) ", '![a](b.jpg "c ©D") ', "![a](b{n}.jpg) ", "![a]",
    "[![a](b.jpg)](c) ", "[a](b{n}.md) ", "[a](#b{n}) ", "[a](/b{n}/) ", "[a](//b) ", "[a](javascript:b) ",
    "[a](data:b) ", "![a](data:b) ", "[a](../../../b) ", "[a](%2F) ", "!", "(", ")", "()", "[a]:", "[a]: b ",
    "[a{n}]: /b", "*[A{n}]: b", "[^a{n}] : b",
    # notes
    "[^", "[^a", "[^a] ", "[^{n}] ", "[^]", "^[a] ", "[^a]: ",
    # attribute lists
    "{", "}", "{a", "{a}", "{:", "{: a", "{: .a} ", "a{.b} ", "*a*{.b} ", "{: a=b ", "{#a{n}} ", "{=", "{: =\"", '{: "',
    # tables
    "|", "|a", "|-", "|:-:", "| a | b ",
    # code
    "`", "`a` ", "`a", "``a` ", "`a`` ", "` ", "```", "~~~", "\\`",
    # raw HTML
    "<", ">", "<a", "<a ", "<a>", "</a>", "<a></a>", "<b>a</b> ", "<b>", "</b>", "<b", "<b ", "<b a=", '<b a="',
    '<b a="c" ', '<b a="c">', "<div>", "</div>", "<div>a</div>", "<div ", "<p>", "<p>a", "</p>", "<br>", "<br/>",
    "<hr>", "<img src=a.jpg>", '<img src="a{n}.jpg">', '<img alt="', "<table>", "<table><tr><td>",
    "<tr>", "<td>", "<ul><li>", "<li>", "<details>", "<h2>a</h2>", "<h1>", "<pre>", "<pre>a</pre>",
    "<code>", "<code>a</code>", "<script>",
    "<script>a</script>", "<style>", "<textarea>", "<title>", "<iframe>", "<iframe src=a></iframe>", "<svg>", "<math>",
    "<select>", "<template>", "<xmp>", "<plaintext>", "<noscript>", "<font>", "<font>a</font>", "<x-y>", "<i><b>",
    "<b><p>", "<a><div>", "<form>", "<button>", "<picture>", "<figure>", "<!--", "<!-- a -->", "-->", "<!--a", "<!",
    "<!a>", "<!DOCTYPE a>", "<?", "<?a?>", "<![CDATA[", "<![CDATA[a]]>", "</", "</>", "</ a>", "<@", "&", "&amp;",
    "&amp", "&#", "&#1;", "&#65;", "&#x41", "&#xFDD0;", "&a;", "&nbsp;", "&lt;", "&;", "<http://a.b/> ", "<http:",
    "<a@b.c> ", "<a@b", '"', "'", '<b a="&', '<b a={n} ', '<b id=a{n}>', '<b class="a b">a</b>', '<a href="b{n}">c</a>',
    '<a href="', "<a href='", '<a href="javascript:b">c</a>', "<a name=b>", '<b onclick="a">', "<b\t", "<b/", "<b//",
    # headings and rules
    "#", "# ", "# a ", "## a #", "=", "-", "- ", "***", "---", "* * ", "_ _ ", "~", "- - ",
    # lists, quotations, definitions
    "* ", "+ ", "1. ", "1) ", ">", "> ", "> - ", "- > ", ": ", ": a ", "> > a ", "1. - ",
    # cross-links, bare addresses
    "[[", "[[a", "[[a]", "[[a]] ", "[[a{n}]] ", "[[a|", "[[a|b]] ", "[[a#b]] ", "[[a|b", "]]", "[[]]", "[[|", "[[a\\|b",
    "https://a.b/c ", "https://a.b/{n} ", "https://", "http:", "://", "https://a)", "https://a(", "https://a_b* ",
    "https://a.b/?c&d ", "https://a**", "www.a.b ", "a@b.c ", "mailto:a@b.c ",
    # line breaks, escapes, white space, typography
    "\\", "\\\\", "\\[", "  ", " ", "\t", "a  ", "a\t", "\u00a0", "\u202f", "«", "»", "« a » ", "«a»", '"a" ', '"a ',
    'a" ', '" ', "'a' ", "'a ", "a'b ", "' ", " ;", " !", " ?", " :", "a ;b ", "--", "--- ", "a--b ", "-- ", "…", "“",
    "”", "“a” ", "‘", "’", "5\" ", "5' ", "\"'", "% ", " €", "( ", " )", ".", "a.", "a. ", ", ", "A.B.", "R&D ",
    # words
    "a", "a ", "é ", "e\u0301", "\u0301", "漢", "สวัสดี", "العربية ", "Œ", "ﬁ", "\U0001f600", "\u200b", "\u200e", "ß",
    "İ",
    # mark-up of other systems, signs around nothing and beside other spaces
    "{{a}} $", "{{a}} $b ", "{{a}} $$b", "{{a}} \\(b", "{{a}} \\[b", "{{a}} _{{b", "\\a{{b}}", "{% a ", "<% a",
    "<% a %> ", "[/a]", "[a]b[/a] ", "[a{n}]b[/a{n}] ", '[a b="', '[a b="c"] ', "[video ", "[video=a] ", "[video a=b ",
    ":::", ":::a ", "!!! a\n    b\n", "![[a]] ", "![[a", "> [!NOTE] ", ">[!", "==a", "==a== ", "== a ==\n", "%%a",
    "%%a%% ", "%%\na", "a^[", "a^[bcd] ", "{++a", "{++a++} ", "{>>", "[toc]", "-\u00a0", "-\u00a0a ", "1.\u00a0a ",
    "\u00a0- a ", "|\u00a0-", "- [\u00a0] a ", "--\u00a0", "---\u00a0 ", "[a](\u00a0b", "[a]:\u00a0/b ",
    '[a](b\u00a0"c" ', "a\n:\u00a0b ", "-\u3000a ", "{.a b} ", "{#a", "{.a b", "** a ** ", "**a ** ", "** **",
    "** ** ", "~~ a", "__ a __ ", "    <b>a</b> ", "\t<b", "##", "[](/b) ", "[](/b{n}/) ", "[a]() ", "![a]() ",
    "[a](#) ", "<img>", "<img ", "<h2></h2>", "[a](https:/b) ", "[a](https//b.c) ", "[a](www.b.c) ", '[a](b "<!-- ',
    "[a](b(c(d(", "'a b' ", " 'l'a", "« 'a ",
    "[a](https://) ", "[a](https://https://b.c) ", "(a)[https://b] ", "(a)[https://b", "[a] (https://b) ",
    "[a] (https://b", "![a] (b", "##a ", "• a ", "- a\n- ", "-\n",
    # characters that go
    "\x00", "\x02", "\x03", "\x0b", "\x0c", "\x85", "\u2028", "\ufeff", "\ufdd0", "\ufffe", "\x02wzxhzdk:0\x03",
    "\x02klzzwxh:0000\x03", "\x02amp\x03", "\ufdd9",
)  # fmt: skip

#: Units of Markdown, raw HTML and typography by the text that names them: each may stand in one line or in many.
UNITS: dict[str, str] = {repr(unit)[1:-1]: unit for unit in _UNITS}

#: What takes more than a unit to say.
TEXTS: dict[str, Text] = {
    "open emphasis of many kinds": repeated("*a _b **c __d "),
    "emphasis opened, then closed": halves("*a ", "b* "),
    "emphasis in depth": lambda n: "*a _b " * (n // 12) + "c_ d* " * (n // 12),
    "strong in depth": lambda n: "**a " * (n // 8) + "b** " * (n // 8),
    "brackets in depth": halves("[", "]"),
    "links with a title that holds a comment": between('[a](b "', "<!-- ", '")'),
    "links with a title that comments keep open": between('[a](b "c', "<!-- ", ""),
    "a link with many slashes": lambda n: "[a](https:" + "/" * n + "b)",
    "a link with many slashes, without its colon": lambda n: "[a](https" + "/" * n + "b.c)",
    "a link with a long host, without its scheme": lambda n: "[a](www." + "b" * n + ".c)",
    "a link with a long address behind its scheme": lambda n: "[a](https:/" + "b" * n + ")",
    "a link of a scheme and many slashes": lambda n: "[a](https:" + "/" * n + ")",
    "a link of a scheme again and again": lambda n: "[a](" + "https://" * (n // 8) + "b.c)",
    "notes without words": lambda n: repeated("a[^{n}]\n")(n // 2) + "\n" + repeated("[^{n}]:\n\n")(n // 2),
    "a French quote that does not close": lambda n: "'a" + " b" * (n // 2),
    "shortcodes, then their ends": halves("[a] ", "[/a] "),
    "shortcodes of many names": halves("[a{n}] ", "[/a{n}] "),
    "a long shortcode": between("[a ", "b=c ", 'd="e"]'),
    "a long shortcode of values": between("[a ", 'b="c" ', "]"),
    "a comment of another system": between("%%\n", "a ", "\n%%"),
    "a comment of another system that does not close": between("%%\n", "a ", ""),
    "signs of emphasis with spaces, in lines": repeated("** a **\n\n"),
    "spaced emphasis of many words": between("** ", "a ", "**"),
    "signs of emphasis with spaces, behind backslashes": repeated("\\*\\* a{n} \\*\\*\n\n"),
    "attribute lists of many words that are none": repeated("a {.b c{n}}\n\n"),
    "embedded notes of many names": repeated("![[a{n}]]\n\n"),
    "links without words": repeated("[](/b{n}/)\n\n"),
    "headings without words": repeated("##\n\n"),
    "headings without words in items": repeated("- ##\n"),
    "items with no-break spaces": repeated("-\u00a0a\n"),
    "numbers with no-break spaces": lambda n: "".join(f"{k % 999}.\u00a0a\n" for k in range(n // 7)),
    "a row of no-break spaces": between("|a|b|\n|", "-\u00a0|", "\n"),
    "links in depth": halves("[a ", "](b)"),
    "pictures in depth": halves("![a ", "](b.jpg)"),
    "cross-links in depth": halves("[[a|", "]]"),
    "parentheses of an address in depth": lambda n: "[a](b" + "(" * (n // 2) + ")" * (n // 2) + ")",
    "definitions of links": repeated("[a{n}]: /b{n}\n"),
    "definitions of links with titles": repeated('[a{n}]: /b{n} "c"\n'),
    "definitions of links, parted": repeated("[a{n}]: /b{n}\n\n"),
    "definitions of links on two lines": repeated('[a{n}]: /b{n}\n "c"\n'),
    "definitions of links between words": repeated("[a{n}]: /b{n}\nc\n"),
    "definitions of links in use": halves("[a{n}]\n", "\n[a{n}]: /b{n}\n"),
    "references in use": lambda n: "[a][b] " * (n // 7) + "\n\n[b]: /c\n",
    "definition without an end": lambda n: '[a]: b "' + "c" * n,
    "definition without an address": repeated("[a]: \n"),
    "definition without a name": repeated("[]: a\n"),
    "notes": halves("a[^{n}]\n", "\n[^{n}]: b\n"),
    "notes in one block": lambda n: repeated("a[^{n}] ")(n // 2) + "\n\n" + repeated("[^{n}]: b\n")(n // 2),
    "notes called by notes": lambda n: "a[^0]\n\n" + "".join(f"[^{k}]: b[^{k + 1}]\n\n" for k in range(n // 16)),
    "a note called often": lambda n: "a[^1] " * (n // 6) + "\n\n[^1]: b\n",
    "a note called often, in lines": lambda n: "a[^1]\n\n" * (n // 7) + "[^1]: b\n",
    "notes not called": repeated("[^{n}]: b\n\n"),
    "notes not called, in one block": repeated("[^{n}]: b\n"),
    "notes without a note": repeated("a[^{n}]\n"),
    "equal notes": repeated("[^1]: a\n\n"),
    "a long note": lambda n: "a[^1]\n\n[^1]: b\n\n" + "    c\n\n" * (n // 7),
    "a long note in one block": lambda n: "a[^1]\n\n[^1]: b\n" + "    c\n" * (n // 6),
    "notes within notes": lambda n: "a[^0]\n\n" + nested("[^{n}]: b\n\n", "    ")(n),
    "spaces in code, beside a note": lambda n: "a[^1]\n\n[^1]: b\n\nc\n\n    d" + " " * n + "e\n",
    "spaces in a heading, before an attribute list": lambda n: "## a" + " " * n + "b {#c}\n",
    "spaces in a cell, before an attribute list": lambda n: "a|b\n-|-\nc" + " " * n + "d {.e}|f\n",
    "no-break spaces in code": lambda n: "`a" + "\u00a0" * n + "b`\n",
    "no-break spaces, beside a note": lambda n: "a[^1]\n\n[^1]: b\n\nc" + "\u00a0" * n + "d\n",
    "abbreviations": halves("a{n}b\n\n", "*[a{n}b]: c\n"),
    "abbreviations, parted": halves("a{n}b\n\n", "*[a{n}b]: c\n\n"),
    "an abbreviation in use": lambda n: "HTML " * (n // 5) + "\n\n*[HTML]: a\n",
    "an abbreviation in use, in lines": lambda n: "HTML\n\n" * (n // 6) + "\n\n*[HTML]: a\n",
    "abbreviations not in use": repeated("*[a{n}]: b\n"),
    "an abbreviation without an end": repeated("*[a"),
    "attribute lists on blocks": repeated("a\n{: .b}\n\n"),
    "attribute lists on headings": repeated("## a {#b}\n\n"),
    "attribute lists on items": repeated("- a {.b}\n"),
    "one attribute list": between("a\n{: ", ".b ", "}"),
    "one attribute list of values": between("a\n{: ", "b{n}=c ", "}"),
    "one attribute list of quotes": between("a\n{: ", 'b="c" ', "}"),
    "one attribute list in a line": between("*a*{", ".b ", "}"),
    "table of long rows": between("a|b\n-|-\n", "c{n}|d|e\n", ""),
    "items with open fences": between("", "- ```\n  a{n}\n", ""),
    "table of many rows": between("a|b\n-|-\n", "c|d\n", ""),
    "table of many columns": lambda n: "|a" * (n // 6) + "\n" + "|-" * (n // 6) + "\n" + "|b" * (n // 6) + "\n",
    "table of many columns and few cells": lambda n: (
        "|a" * (n // 8) + "\n" + "|-" * (n // 8) + "\n" + "|b\n" * (n // 6)
    ),
    "square table": lambda n: "".join(
        f"|{sign}" * int((n / 2) ** 0.5) + "\n" for sign in ("a", "-", *("b" for _ in range(int((n / 2) ** 0.5))))
    ),
    "many tables": repeated("a|b\n-|-\nc|d\n\n"),
    "many tables with captions": repeated("a|b\n-|-\nc|d\n\nTable: e\n\n"),
    "table of code": between("a|b\n-|-\n", "`c|d`|`e\n", ""),
    "table of backslashes": between("a|b\n-|-\n", "c\\|d|\\\\|e\n", ""),
    "table of links": between("a|b\n-|-\n", "[c](d{n}.md)|![e](f.jpg)\n", ""),
    "many rules of a table": between("a|b\n", "-|-\n", ""),
    "tables of HTML in depth": lambda n: "<table><tr><td>\n" * (n // 32) + "</td></tr></table>\n" * (n // 32),
    "tables of HTML side by side": repeated("<table><caption>a</caption><tr><td>b</td></tr></table>\n"),
    "tables of HTML with empty rows": lambda n: "<table>" + "<tr><td></td></tr>" * (n // 18) + "</table>",
    "table parts outside": repeated("<td>a</td>\n"),
    "list": repeated("- a\n"),
    "numbered list": lambda n: "".join(f"{k}. a\n" for k in range(1, n // 6)),
    "loose list": repeated("- a\n\n"),
    "loose list of paragraphs": repeated("- a\n\n  b\n\n"),
    "list of long items": repeated("- a\n  b\n  c\n"),
    "lists that alternate": repeated("- a\n* b\n"),
    "lists that alternate, loose": repeated("- a\n\n* b\n\n"),
    "lists under words": repeated("a\n- b\n\n"),
    "one item of many lines": between("- ", "a\n  ", ""),
    "one item of many lazy lines": between("- ", "a\n", ""),
    "one item of many paragraphs": between("- ", "a\n\n  ", ""),
    "one item of many fences": between("- ", "```\n  a\n  ```\n  ", ""),
    "one item of many lists": between("- ", "- a\n  * b\n  ", ""),
    "list in depth": nested("- a\n", "  "),
    "list in depth by four": nested("- a\n", "    "),
    "loose list in depth": nested("- a\n\n", "  "),
    "numbered list in depth": nested("1. a\n", "   "),
    "list, then less": lambda n: "\n".join(reversed(nested("- a\n", "  ")(n).split("\n"))),
    "quotations": repeated("> a\n"),
    "quotations of paragraphs": repeated("> a\n>\n"),
    "quotations, parted": repeated("> a\n\n"),
    "quotations and words": repeated("> a\n\nb\n\n"),
    "quotations and words without blank lines": repeated("> a\nb\n"),
    "quotations of lists": repeated("> - a\n"),
    "quotations in depth": nested("> a\n", "> "),
    "lists of quotations in depth": nested("- > a\n", "  > "),
    "definitions": repeated("terme\n: a\n"),
    "definitions, loose": repeated("terme\n\n: a\n\n"),
    "definitions of one term": between("terme\n", ": a\n", ""),
    "definitions of one term, loose": between("terme\n\n", ": a\n\n", ""),
    "terms without definitions": lambda n: "terme\n" * (n // 6) + ": a\n",
    "definitions in depth": nested("a\n: b\n\n", "    "),
    "definitions of many paragraphs": between("a\n: b\n\n", "    c\n\n", ""),
    "fences": repeated("```\na\n```\n"),
    "fences of tildes": repeated("~~~\na\n~~~\n"),
    "fences of a language": repeated("```python {.a #b}\na\n```\n"),
    "fences that do not close": repeated("```\n"),
    "fences that grow": lambda n: "".join("`" * k + "\n" for k in range(3, int((2 * n) ** 0.5))),
    "fences that shrink": lambda n: "".join("`" * k + "\n" for k in range(int((2 * n) ** 0.5), 3, -1)),
    "fences of both signs": repeated("```\n~~~\n"),
    "fences far in": repeated("        ```\n"),
    "fences in items": repeated("- ```\n  a\n  ```\n"),
    "fences in quotations": repeated("> ```\n> a\n"),
    "fences in empty items": repeated("- ```\n"),
    "one fence": between("```\n", "a\n", "```\n"),
    "one fence of one line": between("```\n", "a", "\n```\n"),
    "one fence of `<`": between("```\n", "<b>\n", "```\n"),
    "one long info": between("```", "a ", "\nb\n```\n"),
    "one long list of classes": between("```{", ".a ", "}\nb\n```\n"),
    "fences of words": repeated("```a b\nc\n```\n"),
    "fences that almost close": repeated("```\na\n```\u00a0\n"),
    "code by indent": repeated("    a\n"),
    "code by indent of tags": repeated("    <b>a</b>\n"),
    "code by indent of tags, parted": repeated("    <b>a</b>\n\n"),
    "code by indent of many tags": repeated("    <b>a{n}</b>\n"),
    "code by indent, parted": repeated("    a\n\n"),
    "code by indent, parted by more": repeated("    a\n\n\n"),
    "code by indent, parted by still more": repeated("    a\n\n\n\n\n"),
    "code by indent and words": repeated("    a\n\nb\n\n"),
    "code of many blank lines": between("    a\n", "\n", "    b\n"),
    "backticks that grow": lambda n: "".join("`" * k + "a" for k in range(1, int((2 * n) ** 0.5))),
    "backticks that shrink": lambda n: "".join("`" * k + "a" for k in range(int((2 * n) ** 0.5), 0, -1)),
    "code in words": repeated("a `b` c\n\n"),
    "headings": repeated("## a\n\n"),
    "headings without blank lines": repeated("## a\n"),
    "headings of many names": repeated("## a{n}\n\n"),
    "headings of no letters": repeated("## !\n\n"),
    "headings that number themselves": repeated("## a\n\n## a_{n}\n\n"),
    "headings of the first level": repeated("# a\n\n"),
    "headings of emphasis": repeated("## *a*\n\n"),
    "headings with equal ids": repeated("## b{n} {#a}\n\n"),
    "headings of HTML": repeated("<h2>a</h2>\n\n"),
    "headings of HTML with equal ids": repeated('<h2 id="a">b</h2>\n\n'),
    "headings in items": repeated("- ## a\n"),
    "headings with lines": repeated("a\n---\n"),
    "headings with double lines": repeated("a\n===\n"),
    "headings with lines, parted": repeated("a\n---\n\n"),
    "one long line over a line": lambda n: "a" * n + "\n---\n",
    "many lines over a line": lambda n: "a\n" * (n // 2) + "---\n",
    "rules": repeated("---\n"),
    "rules of stars": repeated("* * *\n"),
    "rules and words": repeated("a\n\n---\n\n"),
    "rules almost": lambda n: "- " * (n // 2) + "a",
    "spaces, then a sign": lambda n: "a" + " " * n + "b",
    "spaces in a line, beside a hard break": lambda n: "a" + " " * n + "b\\\nc\n",
    "spaces in a line, beside a hard break of spaces": lambda n: "a" + " " * n + "b  \nc\n",
    "spaces between words and a sign": lambda n: ("a" + " " * 5_000 + "b") * (n // 5_000 + 1),
    "spaces at the ends of lines": lambda n: (" " * 5_000 + "a\n") * (n // 5_000 + 1),
    "blank lines": lambda n: "a" + "\n" * n + "b",
    "blank lines of spaces": lambda n: "a" + "\n    " * (n // 5) + "\nb",
    "one word": lambda n: "a" * n,
    "hard breaks": repeated("a  \n"),
    "hard breaks of a backslash": repeated("a\\\n"),
    "paragraphs": repeated("un mot.\n\n"),
    "paragraphs of marks": repeated("un *mot* et [un lien](https://a.org/b).\n\n"),
    "lines": repeated("un mot.\n"),
    "cross-links": repeated("[[a{n}]]\n\n"),
    "cross-links with a bar": repeated("[[a{n}|b]]\n\n"),
    "a long cross-link": lambda n: "[[" + "a" * n + "]]",
    "a long text of a cross-link": lambda n: "[[a|" + "b" * n + "]]",
    "a long text of a link": lambda n: "[" + "a" * n + "](b)",
    "a long address": lambda n: "[a](" + "b" * n + ")",
    "a long address of HTML": lambda n: '<a href="' + "b" * n + '">c</a>',
    "a long bare address": lambda n: "https://a.b/" + "c" * n,
    "a bare address with many brackets": lambda n: "https://a.b/" + "(" * (n // 2) + ")" * (n // 2),
    "bare addresses after raw links": lambda n: "<a href=b>" * (n // 40) + "https://c.d/ " * (n // 25),
    "cards": repeated('[![a](b.jpg "c")](https://d.org/{n})\n\n'),
    "figures": repeated('![a](b{n}.jpg "c. ©D")\n\n'),
    "figures of one picture": repeated("![a](b.jpg)\n\n"),
    "pictures that are missing": repeated("![a](../../../b.jpg)\n\n"),
    "pictures without words": repeated("![](b.jpg)\n\n"),
    "pictures of HTML": repeated('<figure class="picture"><img src="b{n}.jpg"></figure>\n\n'),
    "pictures without an address": repeated('<figure class="picture"><img></figure>\n\n'),
    "figures that do not close": repeated('<figure class="picture"><img>\n\n'),
    "choices of pictures": repeated('<picture><source srcset="a{n}.jpg 2x"><img src="b.jpg"></picture>\n\n'),
    "choices that do not close": repeated("<picture>\n"),
    "one srcset": between('<img src="a.jpg" srcset="', "b{n}.jpg 2x, ", '">'),
    "one srcset of commas": between('<img src="a.jpg" srcset="', ",", '">'),
    "one srcset of spaces": between('<img src="a.jpg" srcset="a', " ", '">'),
    "one class": between('<b class="', "a ", '">c</b>'),
    "attributes of one tag": between("<b ", 'a{n}="c" ', ">d</b>"),
    "attributes without values": between("<b ", "a{n} ", ">d</b>"),
    "one comment": between("<!-- ", "a ", " -->\n\nb"),
    "one comment of lines": between("<!-- ", "a\n\n", " -->\n\nb"),
    "one comment that is not closed": between("<!-- ", "a ", ""),
    "comments in lines": repeated("a <!-- b --> c\n"),
    "comments as blocks": repeated("<!-- b -->\n\n"),
    "inline tags that comments stand in": repeated("<b>a <!-- c -->\n"),
    "blocks of HTML": repeated("<div>a</div>\n\n"),
    "blocks of HTML without blank lines": repeated("<div>a</div>\n"),
    "blocks of HTML within words": repeated("a\n<div>b</div>\nc\n"),
    "blocks of HTML and Markdown": repeated("<div>a</div>\n\nb *c*\n\n"),
    "one block of HTML": between("<div>\n", "a\n", "</div>\n"),
    "one block of HTML of paragraphs": between("<div>\n", "<p>a</p>\n", "</div>\n"),
    "one block of HTML that is not closed": between("<div>\n", "a\n\n", ""),
    "HTML in depth": lambda n: "<div>\n" * (n // 13) + "</div>\n" * (n // 13),
    "inline HTML in depth": lambda n: "<b>" * (n // 7) + "</b>" * (n // 7),
    "lists of HTML in depth": lambda n: "<ul><li>a" * (n // 19) + "</li></ul>" * (n // 19),
    "links of HTML": repeated('<a href="b{n}.md">c</a>\n\n'),
    "links of HTML that do not close": repeated('<a href="b{n}.md">c\n\n'),
    "links of HTML in their lines": repeated('d <a href="b{n}.md">c</a> d\n\n'),
    "scripts": repeated("<script>a</script>\n\n"),
    "frames": repeated('<iframe src="https://a.b/"></iframe>\n\n'),
    "empty tags": repeated("<br>\n\n"),
    "quotes of a tag that is not closed": between("<b a=", '"c" ', ""),
    "end tags alone": repeated("</b>\n\n"),
    "entities": repeated("&eacute;\n\n"),
    "declarations": repeated("<!a>\n\n"),
    "instructions": repeated("<?a?>\n\n"),
    "instructions that do not close": repeated("<?a\n\n"),
    "CDATA that does not close": repeated("<![CDATA[a\n\n"),
    "picture of data": data_address("![a](data:image/png;base64,", ")"),
    "picture of data among words": data_address("Un mot. ![a](data:image/png;base64,", ") Un mot."),
    "picture of data with a title": data_address("![a](data:image/png;base64,", ' "b. ©C")'),
    "picture of data that is not closed": data_address("![a](data:image/png;base64,", ""),
    "picture of data by reference": data_address("![a][b]\n\n[b]: data:image/png;base64,", "\n"),
    "picture of data in angle brackets": data_address("![a](<data:image/png;base64,", ">)"),
    "picture of data in a link": data_address("[![a](data:image/png;base64,", ")](https://a.org/)"),
    "picture of data in an item": data_address("- ![a](data:image/png;base64,", ")\n- b\n"),
    "picture of data in a quotation": data_address("> ![a](data:image/png;base64,", ")\n"),
    "picture of data in a table": data_address("a|b\n-|-\n![a](data:image/png;base64,", ")|c\n"),
    "picture of data in HTML": data_address('<img alt="a" src="data:image/png;base64,', '">'),
    "picture of data in a block of HTML": data_address('<div><img alt="a" src="data:image/png;base64,', '"></div>'),
    "link of data": data_address("[a](data:image/png;base64,", ")"),
    "data as words": data_address("data:image/png;base64,", ""),
    "pictures of data": lambda n: ("![a](data:image/png;base64," + _DATA + ")\n\n") * (n // len(_DATA) + 1),
    "French quotes in depth": halves("« a ", "b » "),
    "quotes open, then closed": halves(' "a', 'b" '),
    "words of one letter and quotes": repeated('l\'"a" '),
}


_SPACES = {"spaces": " ", "tabs": "\t", "no-break spaces": "\u00a0"}
#: Constructs with an `@` at each place where white space may stand.
_BESIDE = (
    "z@*@a@*@z", "z@**@a@**@z", "z@_@a@_@z", "z@`@a@`@z", "z@[@a@](@b@)@z", '[a](b@"@c@"@)', "z@![@a@](@b.jpg@)@z",
    '![a](b.jpg@"@c@©@D@"@)', "z@[@a@][@b@]@z\n\n[b]:@c@\n", '[b]\n\n[b]:@c@"@d@"@\n', "z@[[@a@|@b@]]@z",
    "z@[^1]@z\n\n[^1]:@a@\n", "z@<b@>@a@</b@>@z", '<b@class@=@"@a@"@>c</b>', "z@https://a.b/c@z", "z@<http://a.b/@>@z",
    "z@&amp;@z", 'z@"@a@"@z', "z@'@a@'@z", "z@«@a@»@z", "z@;@z", "z@--@z", "z@€@z", "z@\n@z", "z@\\@\nz",
    "*a*@{@.b@}@z", "z\n@{:@.b@}@\n", "##@a@#@{@#b@}@\n", "a@\n@---@\n", "-@-@-@\n", "z\n\n@-@a@\n", "@1.@a@\n",
    "@>@a@\n", "@a@|@b@\n@-@|@-@\n@c@|@d@\n", "a\n@:@b@\n", "@```@a@\nb\n@```@\n", "@*[z]:@a@\n\nz\n", "z@<!--@a@-->@z",
    "@<div@>@a@</div@>@\n", "a|b\n-|-\nc|d\n\nTable:@e@\n", '@[a@b=@"c"@]@z', "@[video@a@=b@]@z", "z@{#a@b@}@z",
    "@:::@a@\n", "z@==@a@==@z",
    "z@%%@a@%%@z", "z@**@**@z", "@\u00a0@-@a@\n", "@-@\u00a0@a@\n", "@!!!@a@\n@b@\n", "z@[@](@#@)@z", "##@#@\n",
    "z@<%@a@%>@z",
)  # fmt: skip


def _with_run(construct: str, place: int, space: str) -> Text:
    parts = construct.split("@")
    before, after = "".join(parts[: place + 1]), "".join(parts[place + 1 :])
    return lambda n: before + space * n + after


#: A long run of white space at each of these places.
WHITE_SPACE: dict[str, Text] = {
    f"{name}, {' '.join(filter(None, construct.split('@')))!r} {place}": _with_run(construct, place, space)
    for construct in _BESIDE
    for place in range(construct.count("@"))
    for name, space in _SPACES.items()
}


def _front(*parts: str) -> Text:
    """Front matter with a title, and keys of about n characters in all: what stands before, again and again, behind."""
    before, unit, after = parts
    return between(f"title: T\n{before}", unit, after)


#: Front matter, without its fences.
FRONT: dict[str, Text] = {
    "unknown keys": _front("", "cle{n}: a\n", ""),
    "unknown keys near known ones": _front("", "titre{n}: a\n", ""),
    "equal keys": _front("", "lead: a\n", ""),
    "keys of extra": _front("extra:\n", "  cle{n}: a\n", ""),
    "a long title": _front("lead: ", "un mot ", ""),
    "a long title in quotes": _front('lead: "', "un mot ", '"'),
    "a long text of spaces": _front('lead: "a', " ", 'b"'),
    "a long text of lines": _front('lead: "a', " \n  ", 'b"'),
    "a long word": _front("lead: ", "a", ""),
    "a long key": _front("", "a", ": b"),
    "a long key that is asked": _front("? ", "a", "\n: b"),
    "a block": _front("lead: |\n", "  un mot\n", ""),
    "a block of blank lines": _front("lead: |\n  a\n", "\n", "  b\n"),
    "a block of spaces": _front("lead: |\n  a\n", "  \n", "  b\n"),
    "a folded block": _front("lead: >\n", "  un mot\n", ""),
    "a lead of emphasis": _front("lead: >\n", "  un *mot* et `a`\n", ""),
    "a lead of links": _front("lead: >\n", "  [a](https://a.org/) <b>c</b>\n", ""),
    "a kicker of quotes": _front("kicker: >\n", "  « a » \"b\" 'c' ;\n", ""),
    "a title of references": _front("title: ", "a &amp; &b; ", ""),
    "a title of stars": _front("title: a", " *a", ""),
    "a title of tags": _front("title: a", "<b ", ""),
    "a title of brackets": _front("title: a", "[a](/", ""),
    "escapes in a text": _front('title: "', '\\"\\_a', '"'),
    "escapes of spaces": _front('title: "a\n', "  \\ \n", '"'),
    "tags in lines without dashes": _front("tags:\n", "  mot\n", ""),
    "hashtags in a text": _front('tags: "', "#a; ", 'x"'),
    "tags in a line": _front("tags: [", "mot {n}, ", "a]"),
    "tags in lines": _front("tags:\n", "  - mot {n}\n", ""),
    "equal tags": _front("tags: [", "mot, ", "a]"),
    "tags in quotes": _front("tags: [", '"mot {n}", ', "a]"),
    "tags with commas": _front("tags: ", "mot {n}, ", "a"),
    "empty tags": _front("tags:\n", "  -\n", ""),
    "tags of mappings": _front("tags:\n", "  - a: b\n", ""),
    "authors": _front("authors: [", "Nom {n}, ", "a]"),
    "aliases": _front("aliases: [", "/vieux/{n}/, ", "/a/]"),
    "related": _front("related: [", "2023/a{n}, ", "a]"),
    "categories": _front("categories: [", "a{n}, ", "a]"),
    "corrections": _front("corrections:\n", "  - {date: 2023-01-01, text: a}\n", ""),
    "corrections without a date": _front("corrections:\n", "  - {text: a}\n", ""),
    "a long slug": _front("slug: ", "a", ""),
    "a long slug of letters that change": _front("slug: ", "É ", ""),
    "a long story": _front("story: ", "../", "a"),
    "a long date": _front("date: ", "2023 ", ""),
    "a long address of a source": _front("source: {name: a, url: 'https://", "a.", "b'}"),
    "a long picture": _front("image: ", "a/../", "b.jpg"),
    "a long focus": _front("image: {src: a.jpg, focus: '", "5% ", "'}"),
    "comments": _front("", "# a\n", ""),
    "comments that cut": _front("", "cle{n}: a # b\n", ""),
    "a long comment": _front("# ", "a ", ""),
    "anchors": _front("extra:\n", "  cle{n}: &a{n} b\n", ""),
    "anchors and aliases": _front("extra:\n  a: &a b\n", "  cle{n}: *a\n", ""),
    "aliases without an anchor": _front("extra:\n", "  cle{n}: *a\n", ""),
    "merges": _front("extra:\n  a: &a {b: c}\n", "  cle{n}: {<<: *a}\n", ""),
    "tags of YAML": _front("extra: [", "!a b, ", "c]"),
    "tags of YAML in lines": _front("extra:\n", "  - !a b\n", ""),
    "lists in depth": _front("extra: ", "[", ""),
    "mappings in depth": _front("extra: ", "{a: ", ""),
    "lists in depth by indent": _front("extra:\n  ", "- ", "a"),
    "questions in depth": _front("extra:\n  ", "? ", "a"),
    "mappings in depth by indent": lambda n: "title: T\nextra:\n" + nested("a:\n", " ")(n).replace("\na", "\n a"),
    "a list in one line": _front("extra: {a: [", "b, ", "c]}"),
    "a list that is not closed": _front("extra: {a: [", "b, ", "c"),
    "a mapping in one line": _front("extra: {", "a{n}: b, ", "c: d}"),
    "a quote that is not closed": _front('lead: "', "a ", ""),
    "a single quote that is not closed": _front("lead: '", "a ", ""),
    "colons": _front("lead: ", "a: ", "b"),
    "a line without a colon": _front("", "a ", ""),
    "lines without a colon": _front("", "a\n", ""),
    "spaces, then an error": _front("lead: a", " ", "b: c"),
    "spaces before an error": lambda n: "title: T\n" + " " * n + "a: b: c",
    "tabs": _front("lead: a\n", "\t", "b"),
    "tabs in lines": _front("lead: a\n", "\tb\n", ""),
    "escapes": _front('lead: "', "\\u00e9", '"'),
    "escapes that are none": _front('lead: "', "\\q", '"'),
    "signs that no value begins with": _front("", "cle{n}: @a\n", ""),
    "control characters": _front("lead: ", "\x01", ""),
    "dashes": _front("", "-", ""),
    "percent signs": _front("", "%a\n", ""),
    "documents": _front("", "---a\n", ""),
    "exclamation marks": _front("lead: ", "!", ""),
    "asterisks": _front("lead: ", "*", ""),
    "carriage returns": _front("lead: a\r", "cle{n}: a\r", ""),
}

#: newsgen.yaml, behind the keys that it must have.
CONFIGURATIONS: dict[str, Text] = {
    "unknown keys": repeated("cle{n}: a\n"),
    "categories": between("categories:\n", "  a{n}: {fr: A{n}}\n", ""),
    "categories of one name": between("categories:\n", "  a{n}: {fr: A}\n", ""),
    "categories of one slug": between("categories:\n", "  a{n}: {fr: {title: A, slug: a}}\n", ""),
    "a menu": between("menu:\n", "  - a{n}\n", ""),
    "a menu of addresses": between("menu:\n", "  - {url: /a{n}/, title: A}\n", ""),
    "a home": between("home:\n", "  - a{n}\n", ""),
    "words": between("strings:\n  fr:\n", "    a{n}: b\n", ""),
    "a policy": between("security:\n  csp:\n    img-src:\n", "      - https://a{n}.org\n", ""),
    "directives of a policy": between("security:\n  csp:\n", "    a{n}: [b]\n", ""),
    "documents": between("documents: [", "a{n}, ", "b]"),
    "languages again": between("languages: [", "x{n}, ", "b]"),
    "addresses of lists": between("paths:\n  fr:\n", "    a{n}: b\n", ""),
    "widths of pictures": between("pictures:\n  widths: [", "{n}, ", "1]"),
    "a long title": lambda n: 'description: "' + "a " * (n // 2) + '"\n',
    "a long permalink": lambda n: "permalink: /" + "{lang}" * (n // 6) + "/\n",
    "a long time zone": lambda n: "timezone: " + "Europe/" * (n // 7) + "\n",
    "a long id": lambda n: "id: " + "a." * (n // 2) + "\n",
    "a list in depth": lambda n: "organization: " + "[" * n,
}

#: Parts of the stylesheet.
STYLES: dict[str, Text] = {
    name: repeated(unit)
    for name, unit in {
        "rules": "a { color: red; }\n", "rules in a line": "a{color:red}", "open braces": "a {", "closed braces": "}",
        "parentheses": "(", "brackets": "[", "comments": "/* a */", "comments that do not close": "/* a ",
        "slashes": "/",
        "stars": "/*", "texts": 'a{content:"b"}', "texts that do not close": '"a', "quotes": '"', "single quotes": "'",
        "escapes": "\\", "escaped quotes": '\\"', "addresses": "a{background:url(b.png)}",
        "addresses in quotes": 'url("a") ',
        "addresses that do not close": "url(", "addresses of spaces": "url(  ", "address of a quote": 'url("',
        "imports": "@import url(a.css);\n", "imports alone": "@import ", "Jinja": "{{ a }}", "Jinja tags": "{% a %}",
        "words": "a ", "word": "a", "spaces": " ", "lines": "\n", "at": "@", "nested rules": "a{b:c;",
        "data": "a{background:url(data:image/png;base64,AAAA)}",
    }.items()
}  # fmt: skip
STYLES["one long address"] = between("a{background:url(", "a", ")}")
STYLES["one long address that is not closed"] = between("a{background:url(", "a", "")
STYLES["spaces within an address"] = between("a{background:url(", " ", "")
STYLES["spaces behind an address"] = between("a{background:url(b", " ", "")
STYLES["one long text"] = between('a{content:"', "a", '"}')

_SVG = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 1 1">'
_PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="

#: Pictures as SVG.
PICTURES: dict[str, Text] = {
    "elements": between(_SVG, '<path d="M0 0h1"/>', "</svg>"),
    "elements in depth": lambda n: _SVG + "<g>" * (n // 7) + "</g>" * (n // 7) + "</svg>",
    "elements that do not close": between(_SVG, "<g>", ""),
    "one long path": between(_SVG + '<path d="', "M0 0h1", '"/></svg>'),
    "attributes": between(_SVG + "<path ", 'a{n}="b" ', "/></svg>"),
    "styles": between(_SVG, '<g style="fill:red"/>', "</svg>"),
    "one long style": between(_SVG + '<g style="', "fill:red;", '"/></svg>'),
    "style sheets": between(_SVG, "<style>a{fill:red}</style>", "</svg>"),
    "one style sheet": between(_SVG + "<style>", "a{fill:red}", "</style></svg>"),
    "one style sheet of comments": between(_SVG + "<style>", "/*", "</style></svg>"),
    "one style sheet of addresses": between(_SVG + "<style>", "a{fill:url(#a)}", "</style></svg>"),
    "one style sheet of addresses that do not close": between(_SVG + "<style>", "url(", "</style></svg>"),
    "one style sheet of imports": between(_SVG + "<style>", "@import 'a';", "</style></svg>"),
    "one style sheet of escapes": between(_SVG + "<style>", "\\75 ", "</style></svg>"),
    "one style sheet in depth": between(_SVG + "<style>", "a{", "</style></svg>"),
    "links": between(_SVG, '<a href="https://a.org/"/>', "</svg>"),
    "scripts": between(_SVG, "<script>a</script>", "</svg>"),
    "handlers": between(_SVG, '<g onclick="a"/>', "</svg>"),
    "uses": between(_SVG, '<use href="#a"/>', "</svg>"),
    "comments": between(_SVG, "<!--a-->", "</svg>"),
    "texts": between(_SVG, "<text>a &amp; b</text>", "</svg>"),
    "entities": between(_SVG + "<text>", "&lt;", "</text></svg>"),
    "namespaces": between(_SVG, '<g xmlns:a{n}="b"/>', "</svg>"),
    "data in a place for shapes": between(_SVG, '<path d="data:image/png;" />', "</svg>"),
    "data in one path": between(_SVG + '<path d="', "data:image/png;", '"/></svg>'),
    "pictures of data": between(_SVG, f'<image href="data:image/png;base64,{_PIXEL}"/>', "</svg>"),
    "data that is none": between(_SVG, '<image href="data:image/png;base64,AAAA"/>', "</svg>"),
    "spaces": between(_SVG, " ", "</svg>"),
    "lines": between(_SVG, "\n", "</svg>"),
    "signs": between(_SVG, "<", "</svg>"),
    "instructions": between(_SVG, "<?a b?>", "</svg>"),
    "CDATA": between(_SVG, "<![CDATA[a]]>", "</svg>"),
}
