"""What theme makers get wrong is told in their words: place, what is wrong, what to write; and nothing else is told."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from newsgen.nouns.diagnostics import Location
from newsgen.rendering import checks, css_scan
from newsgen.rendering.checks import Theme
from newsgen.rendering.environment import Environment, is_style_part
from newsgen.rendering.renderer import FUNCTIONS
from support.harness import Site, audit, differences

ROOT = Path(__file__).parent.parent
ARTICLE = "templates/article.html"
IN_BLOCK = '{% extends "theme/article.html" %}\n{% block after_body %}\n'


@pytest.fixture
def built(site: Site) -> Site:
    site.story("2023/04/sommet.fr", title="Un sommet", slug="sommet")
    assert site.build().ids == []
    return site


def is_exact(site: Site) -> None:
    """Output, questions and diagnostics are those of a clean build."""
    ours = site.build().lines
    clean, tree = site.clean()
    assert differences(site.tree(), tree) == [] and audit(site) == []
    assert ours == clean.lines


# ---- the stylesheet
#: What minified CSS has, and Jinja reads as its own.
ODD_RULES = (
    "@media print{#Main{color:red}}",
    ".a::after{content:'{{'}",
    ".b{--x:'{%'}",
    "@media print{.c{d:e}}/*#}*/.f{g:h}",
    ".g::after{content:'{% endraw %}'}",
    "/*{{*/.h{i:j}/*}}*/",
    ".k{l:m}{#n",
)


@pytest.mark.parametrize("name", ["custom.css", "css/calendar.css"])
@pytest.mark.parametrize("rules", ODD_RULES)
def test_rules_of_a_site_are_taken_as_they_are(built: Site, name: str, rules: str) -> None:
    built.write(f"templates/{name}", f"{rules}\n")
    result = built.build()
    assert list(result.result.written) == ["assets/style.css"] and not result.errors
    assert f"{rules}\n" in built.read("/assets/style.css")
    built.write(f"templates/{name}", ".z { color: red; }\n")
    assert list(built.build().result.written) == ["assets/style.css"]
    assert ".z { color: red; }" in built.read("/assets/style.css")
    is_exact(built)


def test_rules_that_need_jinja_stand_in_the_stylesheet_itself(built: Site) -> None:
    built.configure(extra={"accent": "tomato"})
    built.write(
        "templates/style.css", '{% include "theme/style.css" %}\n:root { --accent: {{ setting("extra").accent }}; }\n'
    )
    assert built.build().ids == []
    css = built.read("/assets/style.css")
    assert css.endswith(":root { --accent: tomato; }\n") and ".news {" in css


def test_no_part_of_the_bundled_stylesheet_needs_jinja() -> None:
    for part in (ROOT / "templates/css").glob("*.css"):
        assert not re.search(r"\{[{%#]", part.read_text("utf-8")), part.name


@pytest.mark.parametrize(
    ("css", "place", "told"),
    [
        ("a {\n  b: c;\n\nd { e: f }\n", "1:3", "`{` is not closed"),
        ("@media print {\n  a { b: c; }\n", "1:14", "`{` is not closed"),
        ("a { b: c; }}\nd { e: f }", "1:12", "`}` closes nothing"),
        ("a { b: calc(1px + 2px; }\n", "1:12", "`(` is not closed"),
        ("a { b: c; }\n/* d\n", "2:1", "the comment `/*` is not closed"),
        ("a { b: 'c; }\n", "1:8", "begins with `'` is not closed"),
        ("a { b: url(c.png; }\n", "1:8", "`url(` is not closed"),
        ("a { b: {{ setting('title') }}; }\n", "1:8", "`{{` is no CSS"),
        ("\n@import 'own.css';\n", "2:1", "pass over `@import`"),
    ],
)
def test_rules_that_are_not_whole_are_told(built: Site, css: str, place: str, told: str) -> None:
    built.write("templates/custom.css", css)
    fault = built.build().one("style-invalid")
    assert str(fault.location) == f"templates/custom.css:{place}" and told in fault.message and fault.hint
    is_exact(built)
    built.write("templates/custom.css", "a { b: c }\n")
    assert built.build().ids == []


@pytest.mark.parametrize(
    "css",
    [
        "a::after { content: '}'; }",
        'a { b: "\\"{"; }',
        "/* { */ a { b: c } /* ' */",
        "a { b: url(c{d.png) }",
        "a { b: url('c)d.png') }",
        "a:not([b='{']) { c: d }",
        "@media (x) { a { &:hover { b: c } } }",
        "a\\{b { c: d }",
        "a { b: 'c\\\nd' }",
        "",
        ":root { --x: {a: b} }",
        "a { b: url(data:,x'y) }",
    ],
)
def test_rules_that_are_whole_are_not_told(css: str) -> None:
    assert list(css_scan.faults(css, lambda at: Location("custom.css", 1, at))) == []


# ---- templates that fail
@pytest.mark.parametrize(
    ("name", "source", "place", "told", "hint"),
    [
        ("article.html", '{% extends "article.html" %}', "1:13", "`article.html` extends itself", "theme/article.html"),
        ("base.html", "\n{% extends 'base.html' %}", "2:13", "`base.html` extends itself", "theme/base.html"),
        ("essay.html", '{% extends "essay.html" %}', "1:13", "`essay.html` extends itself", "base.html"),
        ("base.html", '{% extends "page.html" %}', "1:13", "`page.html`, which extends `base.html`", "another"),
        ("page.html", "a\n{{ 'b'|uper }}", "2:8", "no filter is called `uper`", "`upper`"),
        ("page.html", "{{ 1 is definde }}", "1:9", "no test is called `definde`", "`defined`"),
        ("page.html", "\n {% includ 'x' %}", "2:5", "no tag is called `includ`", "`include`"),
        ("page.html", "<style>@media print{#Main{a:b}}</style>", "1:20", "end of comment", "`{#` begins a comment"),
    ],
)
def test_templates_that_cannot_be_compiled_say_why(
    built: Site, name: str, source: str, place: str, told: str, hint: str
) -> None:
    old = built.tree()
    built.write(f"templates/{name}", source)
    fault = built.build().one("template-invalid")
    assert str(fault.location) == f"templates/{name}:{place}" and told in fault.message and hint in fault.hint
    assert built.tree() == old


@pytest.mark.parametrize(
    ("source", "column", "told", "hint"),
    [
        ('{{ listing("day") }}', 4, "`listing(kind, key, lang, number)` lacks `key`, `lang`, `number`", "`listing()`"),
        ("{{ href('a', 'b') }}", 4, "`href(url)` is given 2 values", "`href()`"),
        ("{{ href(ulr='a') }}", 4, "`href(url)` takes no `ulr`", "`url`"),
        ("{{ href('a', url='b') }}", 4, "`href(url)` is given `url` twice", "`href()`"),
        ("{{ article(page.key, page.lang).titel }}", 32, "article has no `titel`", "`title`"),
        ("{{ neighbours(page.key, page.lang).prev }}", 35, "neighbours has no `prev`", "`previous`"),
        ("{{ article(page.key, page.lang).date.isso }}", 37, "moment has no `isso`", "`iso`"),
        (
            "{{ article(page.key, page.lang).picture.url }}",
            40,
            "`article(page.key, page.lang).picture` is none",
            "{% if",
        ),
        ("{{ calendar(page.lang).key }}", 23, "a list has no `key`", "{% for"),
        ("{{ setting('extra').accent }}", 20, "`setting('extra')` has no `accent`", "is defined"),
        ("{{ page.langg }}", 8, "page has no `langg`", "`lang`"),
        ("{{ articel(page.key) }}", 4, "`articel` is undefined", "`article`"),
        ("{% set entry = 1 %}{{ entri }}", 23, "`entri` is undefined", "`entry`"),
        ("{{ word('latets') }}", 10, "no words with the id `latets`", "`latest`"),
        ("{{ word('latest', 'zz') }}", 10, "in this language", "`languages`"),
        ("{{ path('lates', page.lang) }}", 10, "no list is called `lates`", "`latest`"),
        ("{{ article('none', 'fr') }}", 4, "`article()` cannot answer: there is no story `none`", "the id of a story"),
        ("{{ date_words(none, 'fr') }}", 4, "`date_words()` cannot answer", ""),
        ("{% include '_entrry.html' %}", 13, "no template `_entrry.html`", "`_entry.html`"),
        ("{% from '_picure.html' import x %}", 10, "no template `_picure.html`", "`_picture.html`"),
        ("{{ cached('_footr.html') }}", 12, "no template `_footr.html`", "`_footer.html`"),
        ("{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}", None, "without end", "condition"),
    ],
)
def test_templates_that_fail_say_what_was_meant(
    built: Site, source: str, column: int | None, told: str, hint: str
) -> None:
    built.write(ARTICLE, f"{IN_BLOCK}{source}\n{{% endblock %}}\n")
    fault = built.build().one("template-failed")
    assert told in fault.message and hint in fault.hint
    assert "newsgen." not in fault.message and "Renderer" not in fault.message
    if column:
        assert str(fault.location) == f"{ARTICLE}:3:{column}"


@pytest.mark.parametrize(
    ("extended", "hint"),
    [
        ("theme/artcle.html", "`theme/article.html`"),
        ("theme/base.html", "write `base.html`"),
        ("bse.html", "base.html"),
    ],
)
def test_a_template_that_extends_nothing_says_what_there_is(built: Site, extended: str, hint: str) -> None:
    built.write(ARTICLE, f'\n{{% extends "{extended}" %}}')
    fault = built.build().one("template-failed")
    assert (str(fault.location), hint in fault.hint) == (f"{ARTICLE}:2:13", True)


def test_what_a_cached_part_cannot_see_is_told(built: Site) -> None:
    built.write("templates/_footer.html", "\n<p>{{ page.lang }}</p>")
    fault = built.build().one("template-failed")
    assert str(fault.location) == "templates/_footer.html:2:7" and "`cached()`" in fault.hint


def test_a_part_that_includes_itself_is_told_what_the_bundled_one_is_called(built: Site) -> None:
    built.write("templates/_footer.html", "{% include '_footer.html' %}")
    fault = built.build().one("template-failed")
    assert "`_footer.html` includes itself" in fault.message and "`theme/_footer.html`" in fault.hint
    assert str(fault.location) == "templates/_footer.html:1:13"


# ---- what nobody would see
def test_a_block_that_nothing_has_is_told(built: Site) -> None:
    built.write(ARTICLE, '{% extends "theme/article.html" %}\n{% block shares %}{% endblock %}\n')
    fault = built.build().one("block-unknown")
    assert str(fault.location) == f"{ARTICLE}:2:10" and "`shares`" in fault.message and "`share`" in fault.hint
    is_exact(built)


@pytest.mark.parametrize(
    "source",
    [
        '{% extends "theme/article.html" %}{% block body %}{% block mine %}{% endblock %}{% endblock %}',
        '{% extends "theme/article.html" %}{% block mine %}x{% endblock %}'
        "{% block body %}{{ self.mine() }}{% endblock %}",
        '{% extends "theme/article.html" %}{% block head %}{% endblock %}{% block title %}T{% endblock %}',
        '{% set parent = "theme/article.html" %}{% extends parent %}{% block mine %}{% endblock %}',
        '{% if page.lang %}{% extends "theme/article.html" %}{% else %}{% extends "theme/article.html" %}{% endif %}'
        "{% block mine %}{% endblock %}",
        "{% block mine %}{% endblock %}",
    ],
)
def test_blocks_that_may_be_shown_are_not_told(built: Site, source: str) -> None:
    built.write(ARTICLE, source)
    assert built.build().find("block-unknown") == []


def test_a_file_that_nothing_uses_is_told_until_something_does(built: Site) -> None:
    built.write("templates/artcle.html", '{% extends "article.html" %}')
    built.write("templates/css/artcle.css", "a { b: c }")
    built.write("templates/README.md", "Our theme")
    built.write("templates/i18n/frr.yaml", "latest: Neu\n")
    built.write("templates/i18n/de.yaml", "latest: Neu\n")  # the theme has it too
    told = {str(d.location): d.hint for d in built.build().find("template-unused")}
    assert list(told) == [f"templates/{name}:1:1" for name in ("artcle.html", "css/artcle.css", "i18n/frr.yaml")]
    assert "`article.html`" in told["templates/artcle.html:1:1"]
    assert "`css/article.css`" in told["templates/css/artcle.css:1:1"]
    built.remove("templates/css/artcle.css")
    built.remove("templates/i18n/frr.yaml")
    assert built.build().ids == ["template-unused"]
    built.story("2023/04/essai.fr", title="Un essai", template="artcle.html", draft=True)
    assert built.build().ids == []
    is_exact(built)
    built.story("2023/04/essai.fr", title="Un essai")
    assert built.build().ids == ["template-unused"]
    is_exact(built)


@pytest.mark.parametrize(
    "user",
    [
        '{% include "_mine.html" %}',
        '{% include ["_none.html", "_mine.html"] %}',
        '{% include "_mine.html" if page.lang else "_none.html" ignore missing %}',
        '{% from "_mine.html" import x with context %}',
        '{{ cached("_mine.html", lang=page.lang) }}',
        '{% include "_" ~ "mine" ~ ".html" %}',
        '{% include "_" ~ (page.lang and "mine") ~ ".html" %}',
        '{% include "_mi" + "ne.html" %}',
        '{% set part = "_mine.html" %}{% include part %}',
        '{% for part in ["_mine.html"] %}{% include part %}{% endfor %}',
        '{% include setting("extra").part %}',
    ],
)
def test_a_part_that_may_be_used_is_not_told(built: Site, user: str) -> None:
    built.configure(extra={"part": "_mine.html"})
    built.write("templates/_mine.html", "{% set x = 1 %}")
    built.write(ARTICLE, f"{IN_BLOCK}{user}{{% endblock %}}")
    result = built.build()
    assert result.ids == [], result.lines


# ---- the policy
ELSEWHERE = "https://cdn.example"


@pytest.mark.parametrize(
    ("html", "column", "told", "allowed"),
    [
        ("<script>go()</script>", 1, "script that stands in the page", {"script-src": ["unsafe-inline"]}),
        ("<script type='module'>go()</script>", 1, "script that stands", {"script-src": ["unsafe-inline"]}),
        ("<p onclick='go()'>", 4, "`onclick`", {"script-src": ["unsafe-inline"]}),
        ("<style>a { b: c }</style>", 1, "rules that stand in the page", {"style-src": ["unsafe-inline"]}),
        ("<p style='a: b'>", 4, "`style`", {"style-src": ["unsafe-inline"]}),
        (f"<script src='{ELSEWHERE}/a.js'></script>", 9, "another site", {"script-src": [ELSEWHERE]}),
        ("<script src=//cdn.example/a.js></script>", 9, "another site", {"script-src": [ELSEWHERE]}),
        (f"<link rel=stylesheet href='{ELSEWHERE}/a.css'>", 22, "stylesheet", {"style-src": [ELSEWHERE]}),
        (f"<img src='{ELSEWHERE}/{{{{ page.key }}}}.png' alt=''>", 6, "picture", {"img-src": [ELSEWHERE]}),
        ("<img src='data:image/gif;base64,AA' alt=''>", 6, "`data:`", {"img-src": ["data:"]}),
        (f"<video src='{ELSEWHERE}/a.mp4'></video>", 8, "film", {"media-src": [ELSEWHERE]}),
        (f"<iframe src='{ELSEWHERE}/a'></iframe>", 9, "frame", {"frame-src": [ELSEWHERE]}),
        ("<iframe src='/fr/'></iframe>", 9, "frame", {"frame-src": ["self"]}),
        (f"<form action='{ELSEWHERE}/join'></form>", 7, "sent to", {"form-action": [ELSEWHERE]}),
    ],
)
def test_what_the_policy_stops_is_told_until_it_is_allowed(
    built: Site, html: str, column: int, told: str, allowed: dict[str, list[str]]
) -> None:
    built.write(ARTICLE, f"{IN_BLOCK}{html}\n{{% endblock %}}")
    fault = built.build().one("policy-blocked")
    assert str(fault.location) == f"{ARTICLE}:3:{column}" and told in fault.message and fault.hint
    is_exact(built)
    built.configure(security={"csp": allowed})
    assert built.build().ids == []
    is_exact(built)


@pytest.mark.parametrize(
    "html",
    [
        '<script type="application/ld+json">{}</script>',
        '<script src="{{ href("/assets/own.js") }}" defer></script>',
        '<script src="https://news.example/assets/own.js"></script>',
        '<script {% if page.lang %}src="/own.js"{% endif %}></script>',
        "{# <script>go()</script> #}<!-- <p style='a: b'> -->",
        '<a href="https://cdn.example/a.js">a</a><link rel="preconnect" href="https://cdn.example">',
        '<img src="{{ article(page.key, page.lang).source_url }}" alt="">',
        '{{ "<script>" }}',
        '<form action="{{ href(path("search", page.lang)) }}"></form><form action="">',
    ],
)
def test_what_the_policy_lets_pass_is_not_told(built: Site, html: str) -> None:
    built.write(ARTICLE, f"{IN_BLOCK}{html}\n{{% endblock %}}")
    result = built.build()
    assert result.ids == [], result.lines


def test_a_site_that_says_the_policy_in_a_template_is_not_told_of_it(built: Site) -> None:
    built.write("templates/_security.html", "<meta name='referrer' content='no-referrer'>")
    built.write(ARTICLE, f"{IN_BLOCK}<script>go()</script>{{% endblock %}}")
    assert built.build().ids == []


@pytest.mark.parametrize(
    ("address", "told"),
    [
        (f"{ELSEWHERE}/a.woff2", True),
        ("'//cdn.example/a.png'", True),
        ("data:image/png;base64,AA", True),
        ("/assets/a.woff2", False),
        ("a.png", False),
        ("https://news.example/a.png", False),
        ("#mark", False),
    ],
)
def test_fonts_and_pictures_of_rules_are_told_of_too(built: Site, address: str, told: bool) -> None:
    built.write("templates/custom.css", f"/* url({ELSEWHERE}) */\na {{ b: url({address}) }}\n")
    assert [str(d.location) for d in built.build().diagnostics] == ["templates/custom.css:2:8"] * told


# ---- words
@pytest.mark.parametrize(("lang", "place"), [("zh", "newsgen.yaml:5:3"), ("zh-Hant-TW", "newsgen.yaml:5:3")])
def test_a_language_without_interface_words_is_told(site: Site, lang: str, place: str) -> None:
    site.configure(languages=["fr", lang], title="A", categories={"europe": "Europe"})
    site.story("a.fr")
    ids = (ROOT / "templates/i18n/en.yaml").read_text("utf-8")
    number = len(re.findall("^[a-z0-9-]+:", ids, re.MULTILINE)) - 1  # of `at`, CLDR knows better
    told = site.build().one("strings-missing")
    assert str(told.location) == place and f"{number} interface words" in told.message
    assert f"templates/i18n/{lang}.yaml" in told.hint
    site.write("templates/i18n/zh.yaml", ids.replace("\nskip:", "\n# skip:"))
    told = site.build().one("strings-missing")
    assert str(told.location) == "templates/i18n/zh.yaml:1:1" and "`skip`" in told.message
    is_exact(site)
    site.write("templates/i18n/zh.yaml", ids)
    assert site.build().ids == []


@pytest.mark.parametrize("lang", ["fr-CA", "en-GB", "es", "ar-EG", "de-AT"])
def test_a_language_whose_parent_has_words_is_not_told(site: Site, lang: str) -> None:
    site.configure(languages=[lang], title="A", categories={"europe": "Europe"})
    assert site.build().ids == []


def test_words_that_nothing_asks_for_are_told(built: Site) -> None:
    built.write("templates/i18n/fr.yaml", "latest: Le fil\nlatets: Le fil\n")
    told = built.build().one("strings-unknown")
    assert str(told.location) == "templates/i18n/fr.yaml:2:1" and "`latest`" in told.hint
    is_exact(built)


@pytest.mark.parametrize(
    "asked", ["{{ word('appeal') }}", "{{ word('app' ~ 'eal') }}", "{{ word(setting('extra').w) }}"]
)
def test_words_of_a_sites_own_that_are_asked_for_are_not_told(built: Site, asked: str) -> None:
    built.configure(extra={"w": "appeal"})
    built.write("templates/i18n/fr.yaml", "appeal: Aidez-nous\n")
    built.write("templates/i18n/en.yaml", "appeal: Help us\n")
    built.write(ARTICLE, f"{IN_BLOCK}{asked}{{% endblock %}}")
    result = built.build()
    assert result.ids == [], result.lines


# ---- what is right
def test_the_bundled_theme_would_be_right_as_a_sites_own() -> None:
    folder = ROOT / "templates"
    paths = [path for path in folder.rglob("*") if path.is_file() and path.parent.name != "i18n"]
    table = {(name := path.relative_to(folder).as_posix()): (name, path.read_text("utf-8"), "") for path in paths}
    found = checks.look(Theme(table, frozenset(table), FUNCTIONS), None, csp={}, host="https://news.example")
    pages = {name for name in table if not name.startswith(("_", "css/")) and name != "base.html"}  # named by newsgen
    assert (found.errors, found.warnings) == ((), ())
    assert {name for name, _ in found.unused} <= pages


def test_the_examples_of_the_theme_docs_are_right(site: Site) -> None:
    text = (ROOT / "docs/theme.md").read_text("utf-8")
    rules = re.findall(r"^```css\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    templates = re.findall(r"^```html\+jinja\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    (words,) = re.findall(r"^## Words.*?^```yaml\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    assert len(rules) >= 2 and len(templates) >= 2
    site.story("2023/04/sommet.fr", title="Un sommet", slug="sommet")
    site.write("static/assets/logo.svg", '<svg xmlns="http://www.w3.org/2000/svg"/>')
    site.configure(
        logo={"src": "/assets/logo.svg", "width": 220, "height": 40},
        menu=["europe", "topics", "latest"],
        home={"lead": "a-la-une"},
        extra={"accent": "tomato"},
    )
    site.write("templates/custom.css", "".join(rules))
    site.write("templates/i18n/en.yaml", words)
    for template in templates:
        named = re.search(r'"theme/([\w.]+)"', template)
        site.write(f"templates/{named[1] if named else '_entry.html'}", template)
    result = site.build()
    assert result.ids == [], result.lines


def test_templates_of_the_same_theme_are_not_looked_at_again(built: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    built.write("templates/custom.css", "a {\n")
    assert built.build().ids == ["style-invalid"]

    def fail(*_: object, **__: object) -> None:
        raise AssertionError("looked at again")

    monkeypatch.setattr(checks, "look", fail)
    built.story("2023/04/autre.fr", title="Autre")
    assert built.build().ids == ["style-invalid"]
    assert built.build().ids == ["style-invalid"]


def test_parts_of_the_stylesheet_are_known_by_their_names() -> None:
    assert all(map(is_style_part, ("custom.css", "css/a.css", "css/style.css", "theme/css/a.css")))
    assert not any(map(is_style_part, ("style.css", "theme/style.css", "article.html")))
    environment = Environment({"custom.css": ("p", "{{#}{%", "h")}, None, {})
    assert environment.text("custom.css", {}) == "{{#}{%"
