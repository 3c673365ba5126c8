"""Nothing but the site's own files: no inline script or style, a strict policy in pages and `_headers`, security.txt.

Rules: W3C, Content Security Policy Level 3; RFC 9116 (security.txt).
"""

from __future__ import annotations

import re
from contextlib import closing
from datetime import datetime
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
from selectolax.lexbor import LexborHTMLParser

from newsgen.catalog.store import Catalog
from newsgen.nouns.diagnostics import Diagnostic
from newsgen.pages import clock as page_clock
from newsgen.settings import content_policy
from newsgen.settings.reading import load
from support.harness import NOW, Site
from support.sample_site import URL, sample

LEAST = "title: A\nurl: https://news.example/\nlanguages: [fr, en]\n"
#: Elements and attributes by which a page loads something.
LOADS = {
    "script": ("src",),
    "img": ("src", "srcset"),
    "iframe": ("src", "srcdoc"),
    "embed": ("src",),
    "object": ("data",),
    "audio": ("src",),
    "video": ("src", "poster"),
    "source": ("src", "srcset"),
    "track": ("src",),
    "input": ("src",),
}
LINKS_THAT_LOAD = {
    "stylesheet",
    "icon",
    "preload",
    "modulepreload",
    "prefetch",
    "preconnect",
    "dns-prefetch",
    "manifest",
}


def html(site: Site) -> list[tuple[str, LexborHTMLParser]]:
    return [(name, LexborHTMLParser(data.decode())) for name, data in site.tree().items() if name.endswith(".html")]


def meta_policy(page: LexborHTMLParser) -> dict[str, list[str]]:
    (node,) = page.css('meta[http-equiv="Content-Security-Policy"]')
    return parsed(node.attributes["content"] or "")


def parsed(policy: str) -> dict[str, list[str]]:
    found = {}
    for part in policy.split(";"):
        name, *sources = part.split()
        assert name not in found
        found[name] = sources
    return found


def headers(site: Site) -> dict[str, dict[str, str]]:
    """Path to headers, as `_headers` says."""
    found: dict[str, dict[str, str]] = {}
    for line in site.read("/_headers").splitlines():
        if not line or line.startswith("#"):
            continue
        if line[0] != " ":
            assert line.startswith("/") and line not in found and line.count("*") <= 1
            found[line] = here = {}
        else:
            assert re.fullmatch(r"  [A-Za-z-]+: \S.*", line), line
            name, _, value = line.strip().partition(": ")
            assert name not in here
            here[name] = value
    return found


# ---- pages
def test_no_page_has_an_inline_script_style_or_handler() -> None:
    for name, page in html(sample()):
        assert not page.css("style"), name
        assert not page.css("[style]"), name
        for script in page.css("script"):
            # A data block: the browser does not run it, and script-src does not concern it (HTML, 4.12.1).
            is_data = script.attributes.get("type") in ("application/ld+json", "application/json")
            assert is_data or script.attributes.get("src"), name
        for node in page.css("*"):
            pairs = node.attributes.items()
            bad = [a for a, value in pairs if a.startswith("on") or (value or "").startswith("javascript:")]
            assert not bad, f"{name}: {bad}"


def test_every_page_loads_the_sites_own_files_only() -> None:
    for name, page in html(sample()):
        here = f"{URL}/{name}"
        for node in page.css(", ".join(LOADS)):
            for attribute in LOADS[node.tag]:
                for part in (node.attributes.get(attribute) or "").split(","):
                    if part.strip():
                        address = urljoin(here, part.split()[0])
                        assert address.startswith(f"{URL}/"), f"{name} loads {address}"
        for node in page.css("link[href]"):
            if LINKS_THAT_LOAD & set((node.attributes["rel"] or "").split()):
                assert urljoin(here, node.attributes["href"] or "").startswith(f"{URL}/"), name
        assert not page.css("iframe, object, embed, form[action*='//']"), name


def test_every_page_has_the_policy_before_anything_loads() -> None:
    pages = html(sample())
    for name, page in pages:
        policy = meta_policy(page)
        assert policy["default-src"] == ["'none'"] and policy["base-uri"] == ["'none'"]
        assert not {"frame-ancestors", "report-uri", "sandbox"} & policy.keys()  # not in a meta element (CSP3, 3.3)
        for sources in policy.values():
            assert not {"'unsafe-inline'", "'unsafe-eval'", "*", "https:", "data:"} & set(sources), name
        children = [node for node in page.css_first("head").iter()]
        assert children[0].attributes.get("charset") == "utf-8"
        assert children[1].attributes.get("http-equiv") == "Content-Security-Policy", name
        assert page.css_first("meta[name=referrer]").attributes["content"] == "strict-origin-when-cross-origin"
    assert len(pages) > 300


# ---- _headers
def test_headers_hold_the_policy_of_pages_and_what_only_a_header_can_say() -> None:
    rules = headers(sample())
    policy = parsed(rules["/*"]["Content-Security-Policy"])
    assert policy.pop("frame-ancestors") == ["'none'"]
    assert policy == meta_policy(sample().page("/fr/"))
    assert rules["/*"]["X-Content-Type-Options"] == "nosniff"
    assert rules["/*"]["Referrer-Policy"] == "strict-origin-when-cross-origin"
    assert "camera=()" in rules["/*"]["Permissions-Policy"]
    assert rules["/assets/*"]["Cache-Control"] and rules["/media/*"]["Cache-Control"]
    assert rules["/*.bib"]["Content-Type"].startswith("application/x-bibtex")
    assert rules["/*.atom"]["Content-Type"].startswith("application/xml")
    # Hosts join the values of all rules that match: a second policy would only narrow the first.
    assert [path for path, rule in rules.items() if "Content-Security-Policy" in rule] == ["/*"]


def test_headers_of_a_site_in_a_folder_name_that_folder(site: Site) -> None:
    site.configure(url="https://news.example/archives/")
    site.build()
    assert next(iter(headers(site))) == "/archives/*"


# ---- configuration
def test_a_newsroom_adds_sources(site: Site) -> None:
    site.story("a.fr", title="A")
    site.build()
    site.configure(
        security={"csp": {"img-src": ["https://pictures.example", "data:"], "frame-src": "https://v.example"}}
    )
    site.build()
    for policy in (meta_policy(site.page("/fr/2023/04/a/")), parsed(headers(site)["/*"]["Content-Security-Policy"])):
        assert policy["img-src"] == ["'self'", "https://pictures.example", "data:"]
        assert policy["frame-src"] == ["https://v.example"]
        assert policy["script-src"] == ["'self'"]
    assert site.tree() == site.clean_build()


def test_a_page_of_one_kind_can_ask_for_more(site: Site) -> None:
    site.write(
        "templates/latest.html",
        '{% extends "theme/latest.html" %}{% block security %}'
        "{% set more_sources = {'script-src': [\"'wasm-unsafe-eval'\"]} %}"
        '{% include "_security.html" %}{% endblock %}',
    )
    site.build()
    assert meta_policy(site.page("/fr/en-continu/"))["script-src"] == ["'self'", "'wasm-unsafe-eval'"]
    assert meta_policy(site.page("/fr/"))["script-src"] == ["'self'"]


def test_none_gives_way_to_sources() -> None:
    assert content_policy.policy({"base-uri": ["'self'"]}).endswith("base-uri 'self'")
    assert "object-src 'none'" in content_policy.policy({"object-src": []})


def faults(text: str) -> list[tuple[str, int, int, str]]:
    found: tuple[Diagnostic, ...] = load((LEAST + text).encode())[1]
    return [(d.id, d.location.line, d.location.column, d.message) for d in found]


@pytest.mark.parametrize(
    ("text", "column", "message"),
    [
        ("security: x", 11, "`security` must hold keys and values"),
        ("security: {csp: x}", 17, "`security.csp` must hold sources by directive"),
        ("security: {csp: {img-src: 'a;b'}}", 27, "`a;b` is no source of `img-src`"),
        ("security: {csp: {img-src: [a b]}}", 28, "`a b` is no source of `img-src`"),
        ("security: {csp: {img-src: [{a: b}]}}", 28, "an item of `img-src` must be a text"),
        ("security: {contact: a@b.example}", 21, "`security` has `contact` but no `expires`"),
        ("security: {expires: 2030-01-01}", 21, "`security` has `expires` but no `contact`"),
        ("security: {contact: here, expires: 2030-01-01}", 21, "`here` is no contact"),
        ("security: {contact: a@b.example, expires: soon}", 43, "`soon` is no date, or no time with an offset"),
        (
            "security: {contact: a@b.example, expires: 2030-01-01T10:00}",
            43,
            "`2030-01-01T10:00` is no date, or no time with an offset",
        ),
        ("security: {policy: here}", 20, "`here` is no address of a page"),
        ("security: {policy: http://a.example/p}", 20, "`http://a.example/p` does not begin with https://"),
        ("security: {encryption: [http://a.example/k]}", 25, "`http://a.example/k` does not begin with https://"),
        ("security: {encryption: key}", 24, "`key` is no address of a page"),
        ("security: {contact: http://a.example, expires: 2030-01-01}", 21, "`http://a.example` is no contact"),
        ("security: {languages: français}", 23, "`français` is no language tag"),
        ("security: {languages: [fr, xx-yy-zz]}", 28, "`xx-yy-zz` is no language tag"),
        ("organization: x", 15, "`organization` must hold keys and values"),
        ("organization: {url: x}", 21, "`x` is no address of a page"),
        ("organization: {logo: x.png}", 22, "`x.png` is no address"),
        ("organization: {email: x}", 23, "`x` is no e-mail address"),
        ("organization: {same_as: [x]}", 26, "`x` is no address of a page"),
        ("organization: {name: {de: X}}", 23, "the language `de` is not declared"),
        ("organization: {corrections_policy: 'x://y'}", 36, "`x://y` is no address of a page"),
        ("humans: {a: b}", 9, "`humans` must be a text"),
    ],
)
def test_a_value_that_makes_no_sense_is_told_with_its_place(text: str, column: int, message: str) -> None:
    assert faults(text) == [("config-invalid", 4, column, message)]


@pytest.mark.parametrize("text", ["security: {cps: {}}", "security: {csp: {image-src: x}}", "organization: {nam: x}"])
def test_an_unknown_key_is_a_warning(text: str) -> None:
    assert [fault[0] for fault in faults(text)] == ["config-unknown-key"]


def test_keywords_may_stand_without_quotes() -> None:
    config, found = load((LEAST + "security: {csp: {script-src: [self, wasm-unsafe-eval, sha256-abc=]}}").encode())
    assert config is not None and found == ()
    assert config.security.csp == {"script-src": ("'self'", "'wasm-unsafe-eval'", "'sha256-abc='")}


# ---- who publishes
def test_a_policy_that_is_no_story_is_an_error_until_it_is_one(site: Site) -> None:
    site.story("2023/a.fr")
    site.configure(organization={"corrections_policy": "pages/rules"})
    fault = site.build().one("reference-broken")
    assert (fault.location.path, fault.location.line > 1) == ("newsgen.yaml", True)
    site.write("content/pages/rules.fr.md", "---\ntitle: Règles\n---\nTexte.\n")
    built = site.build()
    assert built.errors == []
    assert '"correctionsPolicy": "https://news.example/fr/rules/"' in site.read("/fr/")
    assert '"correctionsPolicy": "https://news.example/fr/rules/"' in site.read("/en/")  # the policy that there is
    clean, tree = site.clean()
    assert (site.tree(), built.lines) == (tree, clean.lines)
    site.remove("content/pages/rules.fr.md")
    built = site.build()
    assert "reference-broken" in built.ids and "correctionsPolicy" not in site.read("/fr/")
    assert site.tree() == site.clean_build()


# ---- security.txt and humans.txt
def fields(site: Site) -> list[tuple[str, str]]:
    lines = site.read("/.well-known/security.txt").splitlines()
    found = []
    for line in lines:
        assert re.fullmatch(r"[A-Z][A-Za-z-]*: \S.*", line), line
        name, _, value = line.partition(": ")
        found.append((name, value))
    return found


def values(site: Site, name: str) -> list[str]:
    return [value for found, value in fields(site) if found == name]


def test_security_txt_is_what_rfc_9116_asks_for(site: Site) -> None:
    site.configure(
        security={
            "contact": ["security@news.example", "tel:+33-1-23-45-67-89", "https://news.example/fr/about/"],
            "expires": "2024-12-31",
            "encryption": "https://keys.example/k.txt",
            "policy": "https://news.example/policy",
        }
    )
    assert site.build().ids == []
    assert values(site, "Contact") == [
        "mailto:security@news.example",
        "tel:+33-1-23-45-67-89",
        "https://news.example/fr/about/",
    ]
    (expires,) = values(site, "Expires")
    assert expires == "2024-12-31T00:00:00Z" and datetime.fromisoformat(expires).tzinfo
    assert values(site, "Preferred-Languages") == ["fr, en"]
    assert values(site, "Canonical") == ["https://news.example/.well-known/security.txt"]
    site.configure(url="https://news.example/archive/")
    site.build()
    # Where it counts: at the root of the host, to which docs/machines.md has it copied (RFC 9116, 3).
    assert values(site, "Canonical") == ["https://news.example/.well-known/security.txt"]
    for name in ("Policy", "Encryption"):
        assert all(urlsplit(value).scheme == "https" for value in values(site, name))
    assert site.tree() == site.clean_build()


def test_humans_txt_is_what_was_written(site: Site) -> None:
    site.configure(humans="Team: Ana & Bé <desk>\n  Thanks: you")
    site.build()
    assert site.read("/humans.txt") == "Team: Ana & Bé <desk>\n  Thanks: you\n"
    site.configure(humans=["Ana", "Bé"])
    site.build()
    assert site.read("/humans.txt") == "Ana\nBé\n"


def test_neither_is_there_unless_it_is_asked_for(site: Site) -> None:
    site.configure(humans="Ana", security={"contact": "a@b.example", "expires": "2030-01-01"})
    site.build()
    assert site.exists("/humans.txt") and site.exists("/.well-known/security.txt")
    site.configure(humans=None, security=None)
    site.build()
    assert not site.exists("/humans.txt") and not site.exists("/.well-known/security.txt")
    assert site.tree() == site.clean_build()


@pytest.mark.parametrize(
    ("expires", "words"),
    [
        ("2024-01-15", "ended on 2024-01-15"),
        ("2024-02-14", "ends on 2024-02-14"),
        ("2024-02-15", ""),
        ("2030-01-01", ""),
    ],
)
def test_the_end_of_security_txt_is_warned_of(site: Site, expires: str, words: str) -> None:
    site.configure(security={"contact": "a@b.example", "expires": expires})
    built = site.build()
    assert [d.message for d in built.find("security-expires")] == ([f"security.txt {words}"] if words else [])
    if words:
        assert built.one("security-expires").location.path == "newsgen.yaml"


def test_a_build_that_only_the_clock_moves_warns_in_time(site: Site) -> None:
    site.configure(security={"contact": "a@b.example", "expires": "2024-06-30"})
    site.story("a.fr", title="A")

    def is_idle(now: str) -> bool:
        with closing(Catalog.reader(site.cache / "catalog.sqlite")) as catalog:
            return page_clock.is_idle(catalog, int(datetime.fromisoformat(now).timestamp()))

    def warnings(now: str) -> list[Any]:
        built = site.build(now=now)
        assert built.lines == site.clean(now=now)[0].lines
        return [d.message for d in built.find("security-expires")]

    assert warnings(NOW) == []
    assert is_idle("2024-05-30T00:00:00+00:00") and not is_idle("2024-06-01T00:00:00+00:00")
    assert warnings("2024-05-31T23:00:00+00:00") == ["security.txt ends on 2024-06-30"]
    assert is_idle("2024-06-29T00:00:00+00:00") and not is_idle("2024-06-30T00:00:00+00:00")
    assert warnings("2024-06-30T00:00:00+00:00") == ["security.txt ended on 2024-06-30"]
