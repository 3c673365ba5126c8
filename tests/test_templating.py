"""Templates compiled our way say what templates compiled by Jinja say."""

from __future__ import annotations

import random
from typing import Any

import jinja2
import pytest
from jinja2.filters import do_tojson, do_urlencode
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from newsgen.nouns.model import Moment
from newsgen.queries import PageRef, Switch
from newsgen.rendering.environment import Environment, tojson, urlencode

pytestmark = pytest.mark.pure

PARTS = {
    "base.html": "<{% block a %}A{% endblock %}|{% block b scoped %}{{ x }}{% endblock %}|{% block c %}{% endblock %}>",
    "middle.html": '{% extends "base.html" %}{% block a %}m{{ super() }}{% endblock %}',
    "part.html": "[{{ page.lang }} {{ x|default('-') }} {{ word('p') }}]",
    "macros.html": "{% set t = word('t') %}{% macro m(a, b='d') %}{{ a }}{{ b }}{{ caller() if caller else '' }}"
    "{% endmacro %}{% macro word2() %}{{ word('in macro') }}{% endmacro %}",
    "needs.html": "{% block r required %}{% endblock %}",
}
SNIPPETS = [
    "{{ page.lang }} {{ page.nonesuch }}",
    "{{ page.nonesuch|default('none') }} {{ page['lang'] }} {{ 'a<b' }} {{ html }} {{ text }} {{ 1.5 }} {{ none }}",
    "{{ date.iso }}{{ date.day[:4] }}{{ {'iso': 1}.iso }}{{ {'title': 'x'}.title }}{{ {'a': 1}.keys()|list }}",
    "{{ word('a') }}{{ word(id='b') }}{{ word('a', x=1, **{'y': 2}) }}{{ word(*['c']) }}{{ word('a') ~ html ~ text }}",
    "{% set word = page.kind %}{{ word }}",
    "{% macro word(a) %}my {{ a }}{% endmacro %}{{ word('<') }}",
    "{% from 'macros.html' import m as word %}{{ word(1) }}{{ word(1, 2) }}",
    "{% import 'macros.html' as q %}{{ q.t }}{{ q.word2() }}{% call q.m(1) %}called {{ page.lang }}{% endcall %}",
    "{% for word in ['x'] %}{{ word }}{% endfor %}{{ word('after') }}",
    "{% for a in range(5) if a % 2 %}{{ loop.index }}{{ loop.first }}{{ loop.last }}{{ a }}{% else %}none{% endfor %}",
    "{% for a in [] %}x{% else %}none {{ word('e') }}{% endfor %}",
    "{% for a in range(4) %}{{ loop.index0 }}{{ loop.length }}{{ loop.cycle('o', 'e') }}{{ loop.changed(a // 2) }}"
    "{{ loop.previtem|default('-') }}{{ loop.revindex }}{% endfor %}",
    "{% for a in [[1, [2]], [3, []]] recursive %}{{ a[0] if a is iterable else a }}"
    "{% if a is iterable and a[1] %}({{ loop(a[1]) }}){% endif %}{% endfor %}",
    "{% for s in switches if s.current %}{{ s.lang }}{{ s.url }}{% endfor %}",
    "a{% include 'part.html' %}b{% include 'part.html' without context ignore missing %}c",
    "a{% include 'none.html' ignore missing %}b{% include ['none.html', 'part.html'] %}c",
    "{% set x = 1 %}{% for x in [2] %}{% include 'part.html' %}{% endfor %}{% with x=3 %}{% include 'part.html' %}"
    "{% endwith %}",
    "{% set c %}<i>{{ text }}{% include 'part.html' %}{% endset %}{{ c }}|{{ c|length }}",
    "{% filter upper %}a{{ text }}{{ word('f') }}{% endfilter %}",
    "{% autoescape false %}{{ text }}{{ word('<') }}{% endautoescape %}{{ text }}",
    "{% extends 'middle.html' %}not shown{% set x = '<x>' %}{% block c %}{{ self.a() }}{{ x }}{% endblock %}",
    "{% if page.lang == 'fr' %}{% extends 'base.html' %}{% endif %}shown? {% block c %}{{ page.lang }}{% endblock %}",
    "{% extends 'needs.html' %}",
    "{% extends 'needs.html' %}{% block r %}there{% endblock %}",
    "{% for x in [1, 2] %}{% block z scoped %}{{ x }}{{ loop.index }}{% endblock %}{% endfor %}",
    "{{ html.unescape() }} {{ text.upper() }} {{ text.partition('<')[2] }} {{ text.unescape() }}",
    "{{ 'a-b'.partition('-')[0] }} {{ '{0.lang}'.format(page) }} {{ '%s'|format(text) }} {{ html.striptags() }}",
    "{{ '{0.__class__}'.format(page) }}",
    "{{ page.__class__ }}",
    "{{ word.__self__ }}",
    "{{ (1).lang }}",
    "{{ nonesuch }}",
    "{{ nonesuch('a') }}",
    "{{ nonesuch.lang }}",
    "{{ word(nonesuch) }}",
    "{{ [].append(1) }}",
    "{{ word }}",
    "{{ text|tojson }}{{ html|tojson }}{{ {'b': text, 'a': [1]}|tojson }}{{ {'a': 1}|tojson(indent=2) }}",
    "{{ text|urlencode }}{{ {'a': 'é &'}|urlencode }}{{ 'é/ü ~'|urlencode }}",
    "{{ 'x' if page.lang == 'en' }}{{ 'y' if page.lang == 'fr' else 'n' }}",
    "{% set ns = namespace(a=1) %}{% for i in range(3) %}{% set ns.a = ns.a + i %}{% endfor %}{{ ns.a }}{{ ns.lang }}",
    "{{ cycler('a', 'b').next() }}{{ joiner(',')() }}{{ dict(a=1).a }}{{ lang(class=1) if false else 'k' }}",
    "line 1\n{{ page.lang }}\n{{ [\n word('a'),\n nonesuch.x ] }}",
]


def word(id: Any, **values: Any) -> str:
    return f"<{id}{''.join(f'{k}={v}' for k, v in sorted(values.items()))}>"


def values() -> dict[str, Any]:
    moment = Moment("2023-04-16", "2023-04-16", False, 0, "2023-04-16T00:00:00+02:00")
    switches = (Switch("fr", "/a&b/", True, True, ""), Switch("en", "/e/", False, True, ""))
    page = PageRef("article", "fr", "k", 0, "/u/")
    return {"page": page, "date": moment, "switches": switches, "html": Markup("<b>&amp;"), "text": "<i>'\"&amp;é"}


def outcome(make: Any) -> str:
    try:
        return str(make())
    except Exception as fault:  # what goes wrong must go wrong alike
        return f"{type(fault).__name__}: {fault}"


@pytest.mark.parametrize("snippet", SNIPPETS)
def test_templates_say_what_jinja_makes_them_say(snippet: str) -> None:
    sources = PARTS | {"page.html": snippet}
    options = {"trim_blocks": True, "lstrip_blocks": True, "keep_trailing_newline": True}
    jinjas = ImmutableSandboxedEnvironment(
        loader=jinja2.DictLoader(sources), autoescape=True, undefined=jinja2.StrictUndefined, **options
    )
    jinjas.globals["word"] = word
    ours = Environment({name: (name, text, "") for name, text in sources.items()}, None, {"word": word})
    said = outcome(lambda: ours.text("page.html", values()))
    assert said == outcome(lambda: jinjas.get_template("page.html").render(values()))


def test_filters_say_what_jinjas_say() -> None:
    context = jinja2.nodes.EvalContext(jinja2.Environment(), None)
    chance = random.Random(7)
    texts = [
        "".join(chr(chance.choice((chance.randrange(128), chance.randrange(0xD800)))) for _ in range(20))
        for _ in range(300)
    ]
    for value in [*texts, 1, None, True, 1.5, [], ["a", "<b>"], ["a", 1], ("a",), {"b": 1, "a": "'"}]:
        assert tojson(value) == do_tojson(context, value)
        assert type(tojson(value)) is Markup
        assert tojson(value, 2) == do_tojson(context, value, 2)
    for value in [*texts, 5, {"a": "b c"}]:
        assert urlencode(value) == do_urlencode(value)
