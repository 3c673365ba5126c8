"""The pieces of the soak's sites: well-formed, half-formed or odd; any may stand within any other (soak_sites.py)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from support.harness import CONFIG, NOW, article, page_file, png
from support.photos import animation, exif, photo, with_iptc, xmp


# ---- what may lie in a site folder: bytes are a file
@dataclass(frozen=True)
class Link:
    target: str


@dataclass(frozen=True)
class Special:
    """A folder with nothing in it, or a named pipe."""

    kind: str


FOLDER, PIPE = Special("folder"), Special("pipe")
Thing = bytes | Link | Special
Files = dict[str, Thing]


# ---- words and characters
ODD = (
    "\x00", "\x01", "\x07", "\x08", "\x0b", "\x0c", "\x1b[31m", "\x1f", "\x7f", "\x80", "\x85", "\x9f", "\xa0",
    "\xad", "\u0301", "\u0338",
    "\u061c", "\u200b", "\u200d", "\u200e", "\u200f", "\u2028", "\u2029", "\u202a", "\u202e", "\u2066", "\u2069",
    "\u202f", "\u2060",
    "\u3000", "\ufe0f", "\ufeff", "\ufffd", "\ufffe", "\uffff", "\U0001f600", "👨‍👩‍👧", "🇫🇷", "\U000e0001",
    "\U0010ffff", "İ", "ı", "ß", "ﬁ", "ŉ", "中文",
    "العربية", "e\u0301", "א", "ﷺ", "\t", "\r", "\u1680", "ᚠ", "Ａ", "²", "½", "𝔘",
    "\x02", "\x03", "\x02klzzwxh:0001\x03", "wzxhzdk:0", "\ue000", "\uf8ff", "\x1a", "\x1c", "\x1d", "\x1e",
)  # fmt: skip
WORDS = (
    "Le", "ministre", "a dit", "l'accord", "« oui »", "No!", "50 %", "10 €", "Pékin ;", "why ?", "R&D", "a<b",
    "x > y", "1984", "C++", "...", "--", '"mot"', "été", "東京", "_", "*", "`", "\\", "|", "#", "[", "]", "(", ")",
    "{", "}", "<", ">", "!", "&", ":", "~", "^", "=", "$", "©", "www.example.org", "a@b.example",
    "https://example.org/a_b_c", "EU",
)  # fmt: skip
#: Ids of stories: of the site, shortened, of nothing, of itself.
IDS = (
    "a", "b", "2023/04/a", "2023/04/c", "c", "d", "witness", "pages/about", "about", "nulle-part", "", " ",
    "a#partie", "A", "../a", "x|y", "2023", "tags/chine", "europe", "é", "a.fr", "a.fr.md",
)  # fmt: skip
#: The first of these are of files that many sites have.
FOUND = 12
PATHS = (
    "p.png", "/p.png", "q.jpg", "/q.jpg", "s.svg", "/s.svg", "f.pdf", "/f.pdf", "d.html", "/d.html", "a.fr.md#partie",
    "/a.fr.md",
    "../p.png", "/2023/04/p.png", "../../../etc/passwd", "/etc/passwd",
    "p.png?x=1#y", "missing.png", "d.js", "a.fr.md", "../../a.en.md",
    "/fr/", "/fr/europe/", "/en/absent/", "#partie", "#", "?", "", "https://example.org/", "http://[::1",
    "http://a b/", "//news.example/fr/", "https://news.example/fr/europe/", "javascript:alert(1)", "JaVa\tScript:x",
    "data:text/html,x", "data:image/png;base64,iVBORw0KGgo=",
    "mailto:a@b.example", "mailto:", "tel:+33", "file:///etc/passwd", "%", "%zz", "%00", "a%2Fb.png", "é.png",
    "a b.png", "<p.png>", "x\\y.png", ".", "..", "/", "./", "a//b", "p.png \"t\"", "\x00", "p.png\u2028", "c:\\x",
    "urn:x", "xn--", "https://xn--/", "https://" + "a" * 300 + ".example/", "http://user:pass@host:99999/", "1:2",
    ":", "data:", "sous/", "lien.png", "lien/p.png", "pipe.png", "dossier.png", "Icon\r", "n\u0303.png", "ñ.png",
)  # fmt: skip
TEXTS = (
    "", " ", "x", "Partie", "*a*", "**b", "`c`", "[[a]]", "![i](p.png)", "[^1]", "<b>d</b>", "a|b", "x\ny", "©AFP",
    "a © b ©", '"', "'", "\\]", "]", "<!-- c -->", "{#id}", "&amp;", "&#0;", "&#x110000;", "&bogus;",
    "http://x.example", "EU",
)  # fmt: skip
ATTRIBUTES = (
    "{#partie}", "{: #partie .x}", "{.note #first}", "{#id1 #id2}", "{.}", "{#}", "{:}", "{}", "{1, 2, 3}",
    "{% raw %}", "{key=value}", "{key='a b' k=\"c\"}", "{onclick=x}", "{style=\"x\"}", "{lang=en}", '{alt=""}',
    "{src=x}", "{href=javascript:x}", "{id=\"a b\"}", "{#é}", "{class=}", "{ .a .b", "{.a}{.b}", "{\\}",
    "{width=10 height=x}", "{=html}", "{id=}", "{#main}", "{#search}",
)  # fmt: skip
HTML = (
    "<b>", "</b>", "<i><b></i></b>", "<div>", "</div>", "<div markdown=1>", "<p>", "</p>", "<br>", "<br/>", "</br>",
    "<hr>", "<span class=x>", "<a href=p.png>", "<a href='javascript:x'>y</a>", "<a href=\"a.fr.md#partie\">z</a>",
    "</a>", "<a name=x></a>", "<a id=partie></a>",
    "<img>", "<img src=p.png>", "<img src=p.png alt='x' srcset='p.png 1x, q.jpg 2x'>", "<img srcset=','>",
    "<img src=x onerror=alert(1)>", "<img src='data:image/png;base64,AAAA'>",
    "<picture><source srcset=p.png><img src=q.jpg></picture>", "<video src=v.mp4 poster=p.png controls>", "<audio>",
    "<source>", "<track>",
    "<iframe src=x></iframe>", "<iframe src=x />", "<iframe>", "<script>alert(1)</script>", "<script>", "</script>",
    "<style>p{}</style>", "<style>", "<object>", "<embed>", "<svg><path d='M0 0'/></svg>", "<svg>",
    "<math><mi>x</mi></math>", "<math>", "<select>", "<textarea>", "<title>", "<xmp>", "<plaintext>", "<noscript>",
    "<template>", "<noembed>",
    "<details>", "<details open><summary>s</summary>", "</details>",
    "<figure><img src=p.png><figcaption>c</figcaption></figure>", "<figure>", "<figcaption>", "<table>",
    "<table><tr><td>x</table>", "<tr>", "<td>", "<caption>", "</table>", "<ul><li>x", "<li>", "</ul>",
    "<ol reversed start=3>", "<dl><dt>x<dd>y</dl>", "<h1>x</h1>", "<h2 id=partie>y</h2>", "<h2>", "<h9>",
    "<blockquote cite='javascript:x'>", "<q cite=x>", "<pre>", "<pre><code>", "</code></pre>", "<code>[[a]]</code>",
    "<code>", "<kbd>", "<ruby>x<rt>y</ruby>", "<time datetime=2023>", "<bdo dir=rtl>", "<wbr>", "<data value=1>",
    "<main>", "<body>", "<html>", "</body>", "</html>", "<head>", "<meta http-equiv=refresh content=0>",
    "<base href=//x>", "<link rel=stylesheet href=x>", "<form action=x>", "<input>", "<button>",
    "<!-- c -->", "<!--", "-->", "<!-->", "<!--->", "<!-- a -- b --!>", "<!-- <b> -->", "<![CDATA[ x ]]>",
    "<![CDATA[", "]]>", "<?php echo 1 ?>", "<?", "<!DOCTYPE html>", "<!x>", "<!", "<>", "</>", "< b>", "<b",
    "<b class=\"", "<b class='x", "<b =x>", "<b\n>", "<B>", "<stdio.h>", "<your_project>", "<a@b.example>",
    "<https://example.org/>", "<https://", "<1>", "<é>", "<b\x00>", "<x-y>", "<svg:rect>", "<p/ >", "<br / / />",
    "<p " + "a " * 60 + ">", "<[[a]]>", "<b title='[[a]]'>", "<img alt='<!--'>", "<a href=\"[[a]]\">", "&lt;b&gt;",
    "&nbsp;", "&#x202e;", "&",
)  # fmt: skip
BLOCKS = (
    "# Titre", "## Partie", "## Partie\n## Partie", "###### six", "####### sept", "#sans", "##", "# ",
    "## *a* `b` [[a]]", "## ![](p.png)", "## {#x}", "### End ###", "Titre\n===", "Titre\n---", "===", "---", "***",
    "* * *", "___", "-----|-----",
    "> citation", "> a\n> > b\n> > > c", ">", "> - a\n>\n>   b", "> ```\n> x",
    "> | a | b |\n> |---|---|\n> | 1 | 2 |",
    "- a\n- b", "- a\n  - b\n    - c", "- a\n\n  b\n\n      code", "-", "- ", "-\n-\n-", "* a\n+ b\n- c",
    "1. a\n2. b", "1) a", "0. x", "99999999999999999999. x", "2023. Une année",
    "1. Run:\n   ```\n   x\n   ```\n   then:\n   ```\n   y\n   ```\n2. Next", "- [ ] à faire\n- [x] fait",
    "- > a\n  > b", "- # t", "- a\n-- b", "1.a", "a\n- b\nc", "- ![x](p.png)", "- [[a]]", "- ```\n  x", "  - a",
    "    - a", "\t- a", " -\ta", "- a\n\t- b\n\t\t- c", "- a\n        - b", "- term\n  : def",
    "terme\n: définition", "terme\n:   définition\n\n    suite", "terme\n\n:   définition", ": seule", ":",
    "a\nb\n: c\n: d", "terme\n: - a\n: > b", "terme\n:   ```\n    x",
    "| a | b |\n|---|--:|\n| 1 | 2 |", "a | b\n--|--\n1 | 2", "| a |\n|---|", "|---|---|", "|\n|-|\n|",
    "| a | b |\n|---|\n| 1 | 2 | 3 |", "| `a|b` | \\| |\n|---|---|",
    "| a |\n|---|\n| [[a|b]] |\n\nTable: Légende *x* [[a]]", "Table: seule", "Tableau : x", "||||\n|-|-|-|",
    "| <b> | </td> |\n|---|---|\n| ![x](p.png) | [^1] |",
    "```python\nprint('x')\n```", "```", "~~~\nx\n~~~", "````\n```\n````", "``` {.x #y}\nz\n```",
    "```html\n<script>\n```", "```\n[[a]]", "   ```\n   x\n   ```", "    code", "\tcode", "    <b>\n\n    x",
    "```a b c\nx\n``", "```mermaid\nx\n```", "``` `\nx\n```",
    "Note[^1].\n\n[^1]: Ici.", "[^1]", "[^1]:", "[^1]: a\n\n    b\n\n    - c", "[^a b]: x", "[^]", "[^^]",
    "[^1]: voir[^1]", "[^x]: Note[^y]\n\n[^y]: Note[^x]", "Note[^x] et[^x].", "[^1]: un\n[^1]: deux",
    "[^1]: ```\n    x", "[^1]: | a |\n    |---|",
    "*[EU]: European Union", "*[EU]:", "*[]: x", "*[a b]: c", "*[EU]: <b>", "*[*]: x", "*[EU]: autre",
    "[ref]: p.png", "[ref]: <a b> 'titre'", "[ref]:", "[ref]: javascript:x", "[a]: b\n[a]: c", "[]: words",
    "[é]: https://example.org 'x\ny'", "[x]: data:,", "[Feature #1]: https://example.org/",
    "[[a]]", "[[nulle-part]]", "[[", "]]", "[[]]", "[[|]]", "[[a|]]", "[[a||b]]", "[[a#partie]]", "[[a\nb]]",
    "[[a]] [[b]]", "[[[a]]]", "[[a]](p.png)", "[[a]][ref]", "![[a]]", "[[a|**b**]]", "[[a|![x](p.png)]]",
    "[[a|[[b]]]]", "[[Feature #1]]", "[[2023/04/a|x\u2028y]]",
    "![x](p.png)", '![x](p.png "Légende. ©AFP")', '![](p.png){alt=""}', "![x]", "![x](", "![x]()", "![x](p.png \"",
    '![x](p.png "©")', '![x](q.jpg "a *b* [[c]] `d` [^1] <i>e</i>")', "![x](s.svg)",
    "![x](https://example.org/x.png)", "![x](data:image/png;base64,iVBORw0KGgo=)", "![a](p.png)![b](q.jpg)",
    "![a](p.png)\n![b](q.jpg)", "[![x](p.png \"t\")](https://video.example/)", "[![x](p.png)](/fr/)",
    "[![x](p.png)", "![![x](p.png)](q.jpg)", "![x][ref]", "![ref]", "![x](<a b.png>)",
    "<<<<<<< HEAD\na\n=======\nb\n>>>>>>> branche", "=======", "<<<<<<< HEAD", ">>>>>>> x", "{% include x %}",
    "{{ site.title }}", "{{< youtube x >}}", "{{% x %}}", "{# c #}", "[caption id=1]x[/caption]", ":::note\nx\n:::",
    "!!! note\n    x", "$$\nx^2\n$$", "[TOC]", "[toc]", "\\newpage", "---\ntitle: x\n---", "...", "+++\nx = 1\n+++",
    "\\", "\\\\", "\\\n", "a  \nb", "a\\\nb", "<div>\n\n**x**\n\n</div>", "<details>\n\n[[a]]\n\n</details>",
    "<table>\n\n<tr>\n\n<td>\n\nx\n\n</td>", "<pre>\n\nx\n\n</pre>", "<p>a</p>b", "<div>a</div>b\nc",
    "<!-- a\n\nb -->", "<!--\n\nx", "<script>\n\nx\n\n</script>y",
    *ATTRIBUTES, *HTML,
)  # fmt: skip
#: What blocks stand in: before the first line, and before each that follows.
FRAMES = (
    ("> ", "> "),
    ("- ", "  "),
    ("- ", "    "),
    ("1. ", "   "),
    (":   ", "    "),
    ("x\n:   ", "    "),
    ("[^1]: ", "    "),
    ("    ", "    "),
    ("<div>\n\n", ""),
    ("| ", "| "),
    ("## ", ""),
    ("```\n", ""),
    ("\t", "\t"),
    ("- ", "\t"),
    ("* > ", "  > "),
    ("<details>\n", ""),
)
#: What opens something that is never closed, and what long words are made of: many times.
OPENINGS = ("> ", "- ", "1. ", "<div>", "[", "*", "<b>", "(", "  ", ">", ": ")
LETTERS = ("a", "é", "*", "_", "[", "<", "(", "`", "\\", "&", "-", ">", "#", "!", "\u0301")
INLINE = (
    "*{}*", "**{}**", "***{}***", "_{}_", "`{}`", "``{}``", "~~{}~~", "[{}](p.png)", "[{}](a.fr.md#partie 'x')",
    "[{}][ref]", "[{}]", "![{}](p.png)", '![{}](p.png "{}")', "[[a|{}]]", "[[{}]]", "<b>{}</b>", "<i>{}",
    "<a href='{}'>x</a>", "<span title=\"{}\">y</span>", "<code>{}</code>", "<!-- {} -->", "{}[^1]", "{}{{.x}}",
    "\\{}", "« {} »", '"{}"', "'{}'", "({})", "{}*", "**{}", "[{}", "{}](", "^{}^", "H~{}~", "=={}==", "<{}>",
    "&{};", "&#{};",
)  # fmt: skip


# ---- values of front matter
BAD_VALUES = (
    "", "null", "~", "true", "no", "0", "-1", "010", "1e3", "1_000", ".inf", ".nan", "0x1F", "12:30:45",
    "2023-04-16", "2023-13-45", "16/04/2023", "[]", "{}", "[[]]", "[{}]", "{a: [b, {c: d}]}", "[, ]", "[a, , b]",
    "a, b", "''", '""', "' '", "'''", "|", ">", "|\n  x\n  y", "&x y", "*x", "!!str x",
    "!!python/object:os.system x", "!x", "@", "`", "%", "? x", "- x", "x: y", "x # y", "#", '"\\x00"', '"\\u2028"',
    '"\\uD800"', '"\\U0010FFFF"', '"a\\nb"', "é", "\U0001f600", "\u202ex", "x" * 300, "a " * 500, "../../x",
    "/etc/passwd", "/", "//", "https://example.org/x y", "javascript:x", "<script>", "[[a]]", "{{ x }}", "a/b",
    "a\\b", "..", ".", "-", "CON", "index.html", "page", "2023", "a#b", "a%b", "%00", "a?b", '"\\t"', "'a''b'",
    "[a", "{a", '"a', "a]", "[2023-04-16]", "[true, 1, null]", "&a [*a]", "{<<: {a: b}}",
)  # fmt: skip
GROUP_KEYS = ("src", "alt", "name", "url", "date", "text", "lang", "x")
BAD_LINES = (
    "title", ":", ": x", "- a", "  indented: x", "\ttab: x", "? a\n: b", "a: b: c", "<<: *x", "# comment", "---",
    "...", "--- ", "----", "%YAML 1.2", "{a: b}", "[a]", "<<<<<<< HEAD", "=======\ntitle: y\n>>>>>>> b", "title: y",
    "title:A", "x:\n    - a\n   - b", "\u00a0title: x", "\ufeffx: y", "\x00", "x: \x07", "a: &a\n  - *a",
    "lead: >\n  a\n b", "'title': x", '"ti\\u0074le": x', "? {a: b}\n: c", "!!x y: z", "x: " + "[" * 60 + "]" * 60,
    "x: " + "{a: " * 60 + "}" * 60, "Title: X", "tittle: x",
)  # fmt: skip
ODD_KEYS = (
    "Draft", "published", "status", "visibility", "unknown", "layout", "permalink", "é", "'a b'", "1", "null", "~",
    "image.src", "<<", "x" * 200, "\u202e", "tag", "category", "author", "publishDate", "brouillon",
)  # fmt: skip
_TITLES = (
    "Sommet", "Élection", "'C''est « dit »'", "東京", "'!!!'", '"a: b # c"', "x" * 200, "'<b>gras</b> & [[a]]'",
    '"\\u202e\\u0301\\u2028"', "'*a* `b`'", "😀", '"a\\nb"', "1984", "'{{ x }}'", "العربية", "'\"'", "\u00a0x",
    "'©'", "a\u0301", "null",
)  # fmt: skip
_IMAGES = (
    "p.png", "/p.png", "q.jpg", "s.svg", "missing.png", "/lien.png", "{src: p.png}",
    "{src: /p.png, alt: Port, caption: 'Le *port* [[a]] ©AFP', credit: none, focus: 10% 90%}",
    "{src: p.png, focus: 200% x}", "{src: p.png, alt: ''}", "{alt: x}", "{src: s.svg, alt: x}",
    "{src: g.gif, alt: y}", "https://example.org/x.png", "../p.png", "../../x", "/pipe.png", "/dossier.png",
    "a.fr.md", "f.pdf", "/", ".", "{src: {a: b}}", "é.png", "'a b.png'", "w.webp", "{src: 2023/04/p.png, width: 3}",
    "{src: /p.png, caption: 'Note[^1] <b>'}",
)  # fmt: skip
_LEADS = (
    "Un *chapô*.",
    "'Voir [[a]] et [x](p.png) ![y](q.jpg)'",
    "'<b>gras'",
    "'<script>'",
    "'Note[^1]'",
    "'# t'",
    "'> c'",
    "'- a'",
    "|\n  a\n\n  b",
    "'`x'",
    "x" * 300,
    "'*[EU]: x'",
    "'<!--'",
    "'&bogus; &#0;'",
    "'[a](a.fr.md#partie)'",
)
PAGE_KEYS: dict[str, tuple[str, ...]] = {
    "title": _TITLES,
    "slug": (
        "x", "sommet", "page", "2023", "feed.atom", "'é'", "a/b", "index.html", "opensearch.xml", "X", "con",
        "y" * 250, "tags", "recherche", "404.html",
    ),
    "lead": _LEADS,
    "description": ("Ici.", "'<b>'", "x" * 400, '"\\u202e"'),
    "image": _IMAGES,
    "names": ("[chine]", "[CHINE, Ana]", "CHINE", "[C, C++]", "['']", "[a, a]", "[Ana, ANA]"),
    "noindex": ("true", "false"),
    "aliases": (
        "[/vieux/]", "[/vieux/2/, /fr/x/]", "/vieux", "[/fr/]", "[/fr/index.html/x/]", "[/]", "[/a b/]", "[/../x/]",
        "['/%']", "[/vieux/, /vieux/]", "[/fr/2023/04/sommet/]", "[/media/p.png]", "[https://x.example/]", "['/x?y#z']",
        "[/robots.txt]", "['/é/']", "[/x/feed.atom]", "[/" + "z" * 300 + "/]",
    ),
    "template": ("essai.html", "article.html", "base.html", "missing.html", "../x", "style.css", "_pager.html"),
    "extra": ("{k: 1}", "{a: {b: [c]}}", "x", "[1, 2]", "{date: 2023-04-16, x: ~}"),
    "corrections": (
        "[{date: 2023-06-01, text: Un chiffre.}]", "[{date: 2023-06-01, text: Un.}, {date: 2024-01-01, text: Deux.}]",
        "[{date: 2023-06-01}]", "[{text: x}]",
        "[{date: 2099-01-01, text: 'x [[a]] <b>'}]", "[x]", "{date: 2023-06-01, text: y}",
    ),
    "related": ("[a]", "[a, b, nulle-part]", "a", "[a, a]", "['']", "[witness]", "[2023/04/a#x]"),
    "updated": ("2023-05-01", "2024-01-02 03:04", "2020-01-01", "2099-01-01"),
    "draft": ("true", "false"),
    "publish": ("2024-01-20 08:00", "none"),
    "expires": ("2024-01-20", "none"),
    "gone": ("Retiré.", "'<b>[[a]]'"),
}  # fmt: skip
ARTICLE_KEYS: dict[str, tuple[str, ...]] = {
    **PAGE_KEYS,
    "date": (
        "2023-04-16", "2023-04-16 18:05", "2023-04-16T18:05:00+00:00", "2023-03-26 02:30", "2022-12-31 23:30",
        "2024-01-20", "2023-04-16 24:00", "0001-01-01", "9999-12-31", "9999-12-31 23:59:59-12:00",
        "0001-01-01 00:00+14:00", "2023-02-29", "2023-04-16 18:05:00.123", "1901-12-13 20:45",
        "2024-02-03 09:15:00 +1", "'2023-04-16'",
    ),
    "categories": (
        "[europe]", "europe", "[europe, monde]", "[monde]", "[europ]", "[a-la-une, europe]", "[]", "[europe, europe]",
        "[EUROPE]", "['']", "[" + "e" * 300 + "]",
    ),
    "kicker": ("Chine", "'<b>'", "*x*"),
    "authors": (
        "[Ana]", "[Ana, Bea]", "[ANA]", "Ana", "['', x]", "[Ana, Ana]", "['!']",
        "[" + ", ".join(f"n{n}" for n in range(60)) + "]",
    ),
    "tags": (
        "[Chine, chine]", "[C, C++, 'C#']", "['?']", "[Élysée, elysee]", "[cœur, coeur]", "['[[a]]', '<b>']",
        "[" + "t" * 300 + "]", '["\\u0301", "\\u200b"]', "[a/b, a\\b, ..]",
        "[" + ", ".join(f"t{n}" for n in range(90)) + "]", "['2023', page]", "[İ, ı, i, I]",
    ),
    "topics": ("[t]", "[nul]", "t", "[chine]", "['']"),
    "story": ("d", "zz", "a", "2023/04/a", "'a b'", "../x", "a/", "É", "a.fr"),
    "source": (
        "Agence", "{name: Agence, url: 'https://agence.example/'}", "{name: ''}", "{url: x}", "{name: [a]}",
        "{name: x, url: 'javascript:x'}", "'!'",
    ),
    "translation_of": (
        "{lang: fr, date: 2023-04-16}", "{lang: en}", "{lang: de}", "fr", "{date: x}", "{lang: fr, date: 2099-01-01}",
    ),
    "location": ("Pékin", "'<b>'", '"\\u202e"'),
}  # fmt: skip
#: Keys that keep a file from being published.
HOLDING = ("draft", "publish", "expires", "gone", "noindex")
ODD_FILES = (
    b"", b"\n", b"---", b"---\n", b"---\n---\n", b"---\n---", b"\xff\xfe", b"\xef\xbb\xbf", b"\x00" * 100, b"rien",
    b"---\n\n---\nx", b"---\nnull\n---\n", b"---\n[]\n---\n", b"---\nx\n---\n", b"--- ---\n",
    b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n", b"<html><body>x</body></html>",
    b"---\n" * 50, b"---\r---\r", b"---\ntitle: x\n", b"\x89PNG\r\n\x1a\n", b"---\n" + b"a: b\n" * 2000 + b"---\n",
    b"---\n# c\n---\n",
)  # fmt: skip
ODD_NAMES = (
    "a b", "100%", "a#b", "a?b", "-x", "x\\y", "a\x85b", "a\u2028b", "a\rb", "a\tb", "a\nb", "a\x01b", "e\u0301",
    "é", "A", "B", "İ", "x" * 200, ".caché", "_brouillon", "2023/04/_x/a", "README", "con", "a.", "a..b", "a.b",
    "a.de", "pages/a", "tags/a", "a'b", 'a"b', "<b>", "a|b", "a:b", "\u202ea", "\ufeffa", "%41", "a&b", "😀",
    "2023/04/2023/04/a", "a/a/a/a/a/a/a/a/a", "\udcff", "x\udce9", "index", "fr", "~a", "a~", "#a#", "a;b", "[[a]]",
    "{a}",
)  # fmt: skip
ODD_SUFFIXES = (
    ".FR.md",
    ".fr.MD",
    ".de.md",
    ".french.md",
    "_en.md",
    ".fr.markdown",
    ".fr.md.txt",
    ".fr .md",
    ".fr.md~",
    ".html",
    ".mdx",
    ".fr-FR.md",
    ".x.md",
    "..md",
    ".fr.fr.md",
    ".fr.en.md",
    ".en.fr.md",
)
ODD_FILE_NAMES = (
    "f.pdf", "d.html", "d.js", "Icon\r", "a\\b.pdf", "x\x85.pdf", "x\u2028.txt", "x\ty.pdf", "x\ny.txt",
    "x\x01.png", "%.pdf", "%41.pdf", "a b.pdf", "#x.pdf", "-x.pdf", "é.pdf", "e\u0301.pdf", "X.pdf", "x.pdf",
    "robots.txt", "index.html", "fr/index.html", "fr/index.html/z", "fr/europe", "feed.atom", "x" * 240 + ".pdf",
    ".hidden", "_x.pdf", "Thumbs.db", "con.pdf", "x.", "\udcff.pdf", "a?b.pdf", "\u202efdp.exe", "404.html",
    "media/p.png", "sitemap.xml", "assets/style.css", "_headers", ".well-known/x", "fr/2020/01/x",
    "pictures/x.webp", "x\x7f.pdf", "n\u0303.png", "ñ.png",
)  # fmt: skip
TARGETS = (
    "p.png", "a.fr.md", "../content/p.png", "nulle-part", "lien", "lien.png", ".", "..", "../..", "/etc/passwd",
    "/etc", "/", "../.git/config", "../.newsgen/catalog.sqlite", "../site", "../site/fr/index.html",
    "../newsgen.yaml", "../static", "../content", "2023/04", "tags", "../templates", "/dev/null", "/dev/zero",
    "a" * 300, "é", "../lien.png", "pipe.png", "../../x", "x\n", "content/a.fr.md", "/proc/self/environ",
)  # fmt: skip
#: Where links lie, and folders and pipes: in the place of files too.
LINKS = (
    "content/lien.png",
    "content/lien",
    "content/a.fr.md",
    "content/lien.fr.md",
    "static/lien",
    "content/p.png",
    "content/2023/04",
    "templates/lien.html",
    "static/assets",
    "content/tags/lien.fr.md",
)
SPECIALS = (
    "content/dossier.png",
    "content/a.fr.md",
    "static/robots.txt",
    "content/p.png",
    "content/vide",
    "content/tags/chine.fr.md",
    "content/pages",
    "static/pipe",
    "content/pipe.png",
    "content/pipe.fr.md",
)
THEME: tuple[tuple[str, Thing], ...] = (
    ("templates/custom.css", b"p { color: red }"),
    ("templates/custom.css", b"p { color: red"),
    ("templates/custom.css", b"@import url(http://x.example/);"),
    ("templates/custom.css", b"<<<<<<< HEAD\n"),
    ("templates/custom.css", b"\xff\xfe\x00"),
    ("templates/custom.css", b"</style><script>x</script> {{ x }}"),
    ("templates/custom.css", b"/* " + b"*" * 3000),
    ("templates/css/article.css", b"p {}"),
    ("templates/essai.html", b"{{ page.url }}"),
    ("templates/_footer.html", b"<hr>"),
    ("templates/_pager.html", b""),
    ("templates/article.html", b'{% extends "theme/article.html" %}{% block share %}{% endblock %}'),
    ("templates/404.html", b'{{ word("not-found", lang="fr") }}'),
    ("templates/i18n/fr.yaml", b"read-more: Voir\n"),
    ("templates/i18n/de.yaml", b"read-more: Mehr\n"),
    ("templates/unused.html", b"x"),
    ("static/robots.txt", b"mine"),
    ("static/x/y.txt", b"one"),
    ("static/x", b"a file"),
    ("static/fr/index.html/z", b"z"),
    ("static/fr", b"file"),
    ("static/assets/style.css", b"a {}"),
    ("static/x.html", b"<<<<<<< HEAD\na\n=======\nb\n>>>>>>> c\n"),
)
NARROW = {"widths": [16, 24], "formats": ["webp"]}
MOMENTS = (
    NOW,
    NOW,
    NOW,
    "2024-01-25T00:00:00+01:00",
    "2023-04-16T20:00:00+02:00",
    "2025-01-01T00:00:00+00:00",
    "0001-01-02T00:00:00+00:00",
    "9999-12-31T00:00:00+00:00",
    "1970-01-01T00:00:00+00:00",
)
SETTINGS: list[tuple[str, Any]] = [
    ("title", "Autre"),
    ("title", {"fr": "<b>", "en": '\u202e & "'}),
    ("page_size", 1),
    ("feed_size", 1),
    ("untranslated", "show"),
    ("untranslated", "hide"),
    ("languages", ["fr", "en", "ar"]),
    ("languages", ["en", "fr"]),
    ("url", "https://news.example/sub/"),
    ("timezone", "Pacific/Auckland"),
    ("timezone", "UTC"),
    ("permalink", "/{lang}/{slug}/"),
    ("permalink", "/{lang}/{year}/{month}/{day}/{slug}/"),
    ("trusted_html", True),
    ("search", False),
    ("search", {"period": "month"}),
    ("pictures", {"widths": [20], "formats": []}),
    ("pictures", {"widths": []}),
    ("pictures", {"widths": [16], "formats": ["avif"], "max_megapixels": 1}),
    ("home", {"lead": "europe"}),
    ("menu", []),
    ("menu", ["europe", "latest", {"title": "À propos", "url": "/fr/about/"}]),
    ("extra", {"k": 1}),
    ("humans", "x"),
    ("description", "Des infos"),
    ("categories", {**CONFIG["categories"], "sport": {"fr": "Sport", "en": "Sport"}}),
    ("organization", {"name": "Les Archives", "corrections_policy": "pages/about"}),
]


# ---- pictures
def _turned(number: int) -> Callable[[], bytes]:
    return lambda: photo(48, 20, exif=exif(orientation=number, artist="Ana"))


PICTURES: tuple[Callable[[], bytes], ...] = (
    lambda: png(3, 2), lambda: png(1, 1), lambda: png(1, 700), lambda: png(700, 1), lambda: png(914, 383),
    lambda: photo(40, 30), lambda: photo(30, 40, "PNG"), lambda: photo(40, 30, "WEBP"),
    lambda: photo(40, 30, "GIF", mode="P"), lambda: photo(33, 17, "AVIF"), lambda: photo(20, 20, "BMP"),
    lambda: photo(32, 32, "ICO"), lambda: photo(40, 30, "TIFF"), lambda: photo(41, 31, "JPEG2000"),
    lambda: photo(20, 20, "PPM"), lambda: photo(20, 20, "TGA"),
    lambda: photo(40, 30, mode="CMYK"), lambda: photo(40, 30, mode="L"), lambda: photo(40, 30, "PNG", mode="1"),
    lambda: photo(40, 30, "PNG", mode="LA"), lambda: photo(40, 30, "PNG", mode="RGBA"),
    lambda: photo(40, 30, "PNG", mode="P"), lambda: photo(40, 30, "PNG", mode="I;16"),
    lambda: photo(40, 30, "TIFF", mode="F"), lambda: photo(40, 30, "WEBP", mode="RGBA"),
    lambda: photo(40, 30, progressive=True, quality=5), lambda: photo(388, 259), lambda: photo(640, 42),
    *(_turned(number) for number in (0, 2, 3, 6, 8, 9)),
    lambda: with_iptc(photo(40, 30), by_line="Ana [[a]]", credit="<b>AFP"),
    lambda: photo(40, 30, xmp=xmp(creator="\u202eBea", rights="© *x*")),
    lambda: photo(40, 30, icc_profile=b"x" * 200), lambda: photo(40, 30, dpi=(0, 0)),
    lambda: photo(40, 30, comment=b"\xff" * 60),
    animation, lambda: animation("WEBP"), lambda: animation("PNG"),
    lambda: photo(40, 30, "WEBP", exif=exif(orientation=6)), lambda: photo(40, 30, "PNG", exif=exif(orientation=5)),
)  # fmt: skip
NO_PICTURES = (
    b"",
    b"GIF89a",
    b"\x89PNG\r\n\x1a\n",
    b"\xff\xd8\xff",
    b"RIFF\x00\x00\x00\x00WEBP",
    b"no picture",
    b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n",
    b"\x00" * 200,
    b"BM" + b"\xff" * 60,
    b"<html>",
    b"%PDF-1.4",
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\xff\xff\x00\x00\xff\xff\x08\x02\x00\x00\x00",
)
_NS = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
SVG_STARTS = (
    f'<svg {_NS} viewBox="0 0 40 30">',
    f'<svg {_NS} width="40" height="30">',
    f'<?xml version="1.0" encoding="UTF-8"?><svg {_NS}>',
    f'<svg {_NS} viewBox="0 0 0 0">',
    f'<svg {_NS} viewBox="x y 1e999 -1" width="100%">',
    "<svg>",
    f'<!DOCTYPE svg [<!ENTITY a "b"><!ENTITY c "&a;&a;">]><svg {_NS}>',
    f'<!-- x --><svg {_NS} width="1e9" height="nan">',
    f'<?xml version="1.0" encoding="klingon"?><svg {_NS}>',
    f'<svg {_NS} onload="x" width="10mm">',
    "\ufeff<svg>",
    f"<svg:svg {_NS.replace('xmlns=', 'xmlns:svg=')}>",
    f'<svg {_NS} viewBox="0 0 99999999 99999999">',
)
SVG_PARTS = (
    '<path d="M0 0h9v9z"/>', "<script>x</script>", "<style>p{fill:url(http://x.example/)}@import 'x';</style>",
    "<style>", '<image href="p.png"/>', '<image xlink:href="data:image/png;base64,iVBORw0KGgo="/>',
    '<image href="data:image/svg+xml,%3Csvg/%3E"/>', '<use href="#a"/>', '<use href="x.svg#a"/>',
    '<a href="javascript:x"><text>t</text></a>', "<foreignObject><p>x</p></foreignObject>", '<g onclick="x">',
    "</g>", "<g>", '<rect style="fill:url(#a);background:url(//x)" width="5"/>',
    "<animate attributeName=\"href\" to=\"javascript:x\"/>", "<!-- c -->", "<!--", "<![CDATA[x]]>", "&a;", "&#0;",
    "&nbsp;", "\x00", "\u2028", "<metadata>Geheim</metadata>", "<title>&lt;script></title>",
    '<text x="1" y="é">العربية</text>', "<?x y?>", "<set/>", "<linearGradient id='a'/>",
    "<filter><feImage href='x'/></filter>", "<path d=\"" + "M0 0" * 300 + "\"/>", "<g " * 3, "<x:y/>",
    '<path d="data:image/png;"/>', "<svg>", "</svg>", "<g>" * 300,
    "<html:script xmlns:html='http://www.w3.org/1999/xhtml'>x</html:script>",
)  # fmt: skip


# ---- what must be told, each in a file of its own
@dataclass(frozen=True)
class Planted:
    path: str
    data: Thing
    id: str


PLANTED_BELOW = "content/plante/"


def _planted() -> tuple[Planted, ...]:
    texts: tuple[tuple[str, str, bytes | str], ...] = (
        ("encoding", "encoding-invalid", b"---\ntitle: \xe9\n---\n"),
        ("empty", "front-matter-missing", b""),
        ("open", "front-matter-unclosed", b"---\ntitle: x\n"),
        ("yaml", "yaml-invalid", "---\ntitle: [\n---\n"),
        ("date", "date-invalid", article(date="demain")),
        ("category", "category-unknown", article(categories=["europ"])),
        ("link", "link-broken", article(body="[x](absent.pdf)")),
        ("reference", "reference-broken", article(body="[[zz/yy]]")),
        ("picture", "picture-missing", article(body="![x](absent.png)")),
        ("lead", "picture-missing", article(image="absent.png")),
        ("footnote", "footnote-undefined", article(body="Note[^9].")),
        ("html", "html-dropped", article(body="<iframe src=x></iframe>")),
        ("defined", "definition-duplicate", article(body="a[^1]\n\n[^1]: b\n[^1]: c")),
        ("uncalled", "definition-uncalled", article(body="[Lire]: https://example.org/")),
        ("fence", "code-unclosed", article(body="```\nx")),
        ("info", "code-words", article(body="```js alert(1)\nx\n```")),
        ("hollow", "markup-empty", article(body="Un [](https://x.example/) mot.")),
        ("space", "markup-shown", article(body="-\u00a0un")),
        ("row", "table-row-long", article(body="| a | b |\n|---|---|\n| c | d | e |")),
        ("braces", "template-syntax", article(body="{% include x %}")),
        ("unclosed", "html-unclosed", article(body="<iframe src=x />\n\nDeux")),
        ("slug", "slug-invalid", article(slug="a b/c")),
        ("unknown", "key-unknown", article(tittle="x")),
        ("typed", "markup-as-typed", article(kicker="A &amp; B")),
        ("none", "key-missing", article(title=None)),
        ("escape", "escape-unseen", article(kicker="x").replace("kicker: x", 'kicker: "C:\\temp"')),
        ("twice", "key-duplicate", "---\ntitle: a\ntitle: b\ndate: 2023-04-16\ncategories: [europe]\n---\n"),
        ("topic", "topic-unknown", article(topics=["absent"])),
        ("self", "reference-self", article(body="[[plante/self]]")),
        ("elsewhere", "picture-elsewhere", article(body="![x](https://example.org/x.png)")),
        ("heading", "heading-level", article(body="# Titre")),
        ("alt", "alt-missing", article(body="![](/plante/p.png)")),
        ("template", "template-unknown", article(template="absent.html")),
        ("alias", "alias-invalid", article(aliases=["https://x.example/"])),
        ("comment", "comment-unclosed", article(body="Un.\n\n<!-- deux")),
        ("early", "date-early", article(date="0226-11-20")),
        ("language", "language-undeclared", article()),
    )
    made = [
        Planted(
            f"{PLANTED_BELOW}{name}.{'de' if name == 'language' else 'fr'}.md",
            text if isinstance(text, bytes) else text.replace("title: Sommet", f"title: Plante {name}").encode(),
            id_,
        )
        for name, id_, text in texts
    ]
    made.append(Planted(f"{PLANTED_BELOW}loin.fr.md", Link("/etc/passwd"), "symlink-outside"))
    made.append(Planted(f"{PLANTED_BELOW}perdu.png", Link("absent"), "symlink-dangling"))
    return tuple(made)


PLANTED = _planted()
#: Two healthy articles that must be published, whatever else lies in the site, and the picture that they show.
WITNESSES: Files = {
    "content/witness.fr.md": article(
        "Témoin", "2020-01-01", body="Le témoin.\n\n![Port](/plante/p.png)", slug="temoin"
    ).encode(),
    "content/witness.en.md": article("Witness", "2020-01-01", body="The witness.", slug="witness").encode(),
    "content/plante/p.png": png(40, 30),
    "content/pages/plante.fr.md": page_file("Plante", slug="plante").encode(),
}
