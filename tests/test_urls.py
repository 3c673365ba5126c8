"""Addresses: slugs, permalinks, aliases, ids; URL and output path are inverse."""

from __future__ import annotations

import builtins
import datetime
import importlib
import re
import unicodedata
from urllib.parse import unquote, urlsplit

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from newsgen.addresses import urls
from newsgen.nouns.model import OutputPath, UrlPath
from support.strategies import lines, segments, texts, url_paths

pytestmark = pytest.mark.pure

SITE = "https://example.org/archives/"


# ---- slugs
@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("L'été à l'Élysée", "l-ete-a-l-elysee"),
        ("L’été à l’Élysée", "l-ete-a-l-elysee"),
        ("Lʼété à lʼÉlysée", "l-ete-a-l-elysee"),
        ("Cœur, œuvre et ex æquo", "coeur-oeuvre-et-ex-aequo"),
        ("Straße et Łódź", "strasse-et-lodz"),
        ("Ǿ, Ǿre et Ǣ", "o-ore-et-ae"),
        ("STRASSE ET STRAẞE", "strasse-et-strasse"),
        ("Þórður, Đặng, Ørsted, Kadıköy, Ħamrun, Ŋ", "thordur-dang-orsted-kadikoy-hamrun-ng"),
        ("İstanbul", "istanbul"),
        ("50 % de hausse & C++", "50-de-hausse-c"),
        ("1,000 morts", "1-000-morts"),
        ("&amp; &#233;", "amp-233"),
        ("Version 2.1", "version-2-1"),
        ("n° 5 ² ½ ™", "n-5-2-1-2"),
        ("ﬁn ＡＢＣ Ⅷ 𝐀𝐛", "fin-abc-viii-ab"),
        ("中文标题", "中文标题"),
        ("عنوان خبر", "عنوان-خبر"),
        ("عُنْوَان", "عُنْوَان"),
        ("كـــتاب", "كتاب"),
        ("हिन्दी समाचार", "हिन्दी-समाचार"),
        ("Київ: й і ї", "київ-й-і-ї"),
        ("می\u200cخواهم", "میخواهم"),
        ("un\xadtitre co\u200bupé", "untitre-coupe"),
        ("ラーメン", "ラーメン"),
        ("1️⃣ 😀 un", "1-un"),
        ("😀 … !!!", ""),
        ("", ""),
        ("---", ""),
    ],
)
def test_slug_of_a_title(title, slug):
    assert urls.slugify(title) == slug


def test_slug_never_transliterates_whatever_is_installed(monkeypatch):
    original = builtins.__import__

    def refuse(name, *args, **kwargs):
        assert "unidecode" not in name and name != "anyascii"
        return original(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", refuse)
    monkeypatch.setattr(importlib, "import_module", refuse)
    assert urls.slugify("Đặng 中文 हिन्दी Œuvre") == "dang-中文-हिन्दी-oeuvre"


def test_long_title_is_cut_at_a_word_in_its_order():
    title = "mot " * 15 + "anticonstitutionnellementanticonstitutionnellement fin"
    assert urls.slugify(title) == "-".join(["mot"] * 15)


def test_long_word_is_cut_between_letters():
    hindi = "कि" * 60
    assert urls.slugify(hindi) == "कि" * 40
    assert urls.slugify("x" * 100) == "x" * 80
    assert urls.slugify("क" * 79 + "कि") == "क" * 79


@given(texts)
def test_slug_is_a_slug_and_its_own(text):
    slug = urls.slugify(text)
    assert slug == "" or urls.is_slug(slug)
    assert urls.slugify(slug) == slug
    assert len(slug) <= 80 and len(slug.encode()) <= 255
    assert unicodedata.is_normalized("NFC", slug)


@given(st.text("𞤀𞤁 क्षि\u0308", min_size=60, max_size=400))
def test_slug_fits_file_systems_in_any_script(text):
    slug = urls.slugify(text)
    assert len(slug.encode()) <= 255 and (slug == "" or urls.is_slug(slug))


@given(lines)
def test_slug_is_the_same_in_every_unicode_form_and_with_any_apostrophe(text):
    assert urls.slugify(unicodedata.normalize("NFD", text)) == urls.slugify(text)
    assert urls.slugify(text.replace("'", "’")) == urls.slugify(text)


@given(st.one_of(st.text("aÀÿœŒßéÉ ’'«»…—-.ıİȘž½ªﬁ²€°̈́ʼ𝐀Ⅷ", max_size=20), texts))
def test_short_way_for_latin_texts_leads_to_the_same_slug(text):
    cleaned = urls._INVISIBLE.sub("", urls._APOSTROPHES.sub("-", unicodedata.normalize("NFC", text)))
    assert urls._fold(text) == urls._fold_any(cleaned)


@given(texts)
def test_slug_exists_where_there_is_a_letter_or_digit(text):
    has = any(unicodedata.category(c) in ("Lu", "Ll", "Lo", "Nd") and c not in "\u115f\u1160\u3164\uffa0" for c in text)
    assert bool(urls.slugify(text)) or not has


@pytest.mark.parametrize("text", ["a", "007", "logiciel-0.8.9", "中文", "हिन्दी", "feed.xml", "a--b"])
def test_written_slug_is_accepted(text):
    assert urls.is_slug(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "…",
        "A",
        "é",
        "œ",
        "a b",
        "a_b",
        "-a",
        "a-",
        ".a",
        "a.",
        "a..b",
        "a.-b",
        "a/b",
        "..",
        "a\n",
        "l’été",
        "😀",
        "cafe\u0301",
        "a\u200bb",
        "%20",
        "İ",
    ],
)
def test_what_is_no_slug_is_refused(text):
    assert not urls.is_slug(text)


@given(lines)
def test_nearest_slug_is_a_slug(text):
    near = urls.slug_for(text)
    assert near == "" or (urls.is_slug(near) and urls.slug_for(near) == near)


def test_nearest_slug_keeps_dots():
    assert urls.slug_for("Logiciel 0.8.9") == "logiciel-0.8.9"


# ---- terms
def test_spellings_that_differ_in_case_space_and_accents_are_one_term():
    spellings = ("Énergie", "énergie", "Energie", " énergie ", "ENERGIE", "e\u0301nergie")
    assert {urls.term_key(s) for s in spellings} == {"energie"}
    assert urls.term_key("Union  européenne") == urls.term_key("union\xa0Européenne")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("C", "C++"),
        ("C", "C#"),
        ("C++", "C#"),
        ("Canal+", "Canal"),
        ("й", "и"),
        ("कि", "क"),
        ("é", "è b"),
        ("Covid-19", "Covid19"),
        ("États-Unis", "Étatsunis"),
        ("R&D", "R D"),
        ("l'eau", "l eau"),
        ("A.B.C.", "ABC"),
        (".", "!"),
    ],
)
def test_terms_that_differ_in_more_stay_apart(one, other):
    assert urls.term_key(one) != urls.term_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("cœur", "coeur"),
        ("Łódź", "LODZ"),
        ("Ørsted", "Orsted"),
        ("Đà Nẵng", "Da Nang"),
        ("Ægir", "aegir"),
        ("Straße", "Strasse"),
        ("l'eau", "l’eau"),
        ("l‘eau", "l ’ eau"),
        ("lʼeau", "l`eau"),
        ("Covid-19", "Covid 19"),
        ("Covid\u201019", "Covid\u201119"),
        ("Covid – 19", "covid—19"),
        ("Al\u2212Qods", "Al_Qods"),
        ("R&D", "R & D"),
        ("AC/DC", "AC / DC"),
        ("« Sommet »", "Sommet"),
        ("“Sommet”", "(sommet)"),
        ("Sommet !", "Sommet…"),
        ("#Sommet", "sommet."),
        ("«\u202fC++\u202f»", "C++"),
        ("Москва-река", "москва река"),
        ("п'ять", "пʼять"),
    ],
)
def test_terms_that_differ_in_letters_spelt_out_apostrophes_hyphens_and_outer_punctuation_are_one(one, other):
    assert urls.term_key(one) == urls.term_key(other)
    assert urls.slugify(one) == urls.slugify(other), "what is one term has one address"


@given(texts)
def test_term_key_is_its_own(text):
    key = urls.term_key(text)
    assert urls.term_key(key) == key == urls.term_key(f"  {text}\n")
    assert urls.term_key(unicodedata.normalize("NFD", text)) == key


# ---- addresses and files
def test_permalink_has_four_digit_years():
    url = urls.permalink("/{lang}/{year}/{month}/{day}/{slug}/", lang="fr", date=datetime.date(33, 4, 3), slug="x")
    assert url == "/fr/0033/04/03/x/"


@pytest.mark.parametrize(
    ("url", "output"),
    [
        ("/", "index.html"),
        ("/fr/x/", "fr/x/index.html"),
        ("/404.html", "404.html"),
        ("/fr/feed.atom", "fr/feed.atom"),
    ],
)
def test_address_and_file(url, output):
    assert urls.output_path(UrlPath(url)) == output and urls.url_path(OutputPath(output)) == url


@given(url_paths)
def test_url_and_output_path_are_inverse(url):
    assert urls.url_path(urls.output_path(url)) == url


@given(st.lists(segments, min_size=1, max_size=4).map("/".join))
def test_output_path_and_url_are_inverse(output):
    assert urls.output_path(urls.url_path(OutputPath(output))) == output


@pytest.mark.parametrize(
    "url",
    [
        "",
        "x/",
        "//",
        "/../",
        "/x/../y/",
        "/./",
        "/x//y/",
        "/x\\y/",
        "/x\0/",
        "/x\n/",
        "/..",
        "/x/index.html",
        "/\u2028/",
    ],
)
def test_address_that_could_leave_the_site_is_refused(url):
    with pytest.raises(ValueError, match=r"."):
        urls.output_path(UrlPath(url))


@pytest.mark.parametrize("output", ["", "/etc", "../x", "x/../../y", "x//y", "x\\y", "x/", ".", "x\x7f"])
def test_file_that_could_lie_outside_is_refused(output):
    with pytest.raises(ValueError, match=r"."):
        urls.url_path(OutputPath(output))


@given(st.text())
def test_no_path_leaves_the_output_folder(text):
    try:
        output = urls.output_path(UrlPath(text))
    except ValueError:
        return
    assert not output.startswith("/") and not set(output.split("/")) & {"", ".", ".."}


def test_links_are_percent_encoded():
    assert urls.href("/", UrlPath("/fr/quoi?/")) == "/fr/quoi%3F/"
    assert urls.href("/archives/", UrlPath("/a%20b#é/中/")) == "/archives/a%2520b%23%C3%A9/%E4%B8%AD/"
    assert urls.absolute(SITE, UrlPath("/fr/x/")) == "https://example.org/archives/fr/x/"


@given(url_paths)
def test_encoded_link_leads_back_to_its_address(url):
    parts = urlsplit(urls.absolute(SITE, url))
    assert parts.netloc == "example.org" and not parts.query and not parts.fragment
    assert unquote(parts.path).removeprefix("/archives") == url
    assert urls.href("/archives/", url).isascii()


def test_addresses_compare_in_any_case_and_form():
    keys = {urls.address_key(u) for u in ("/fr/Été/", "/FR/e\u0301te\u0301/", "/fr/été/index.html")}
    assert keys == {"/fr/été/"}


@given(url_paths)
def test_address_key_is_its_own(url):
    key = urls.address_key(url)
    assert urls.address_key(key) == key == urls.address_key(unicodedata.normalize("NFD", url))


# ---- aliases
@pytest.mark.parametrize(
    ("alias", "url"),
    [
        ("/vieux/", "/vieux/"),
        ("/vieux", "/vieux/"),
        ("vieux/2010", "/vieux/2010/"),
        (" /vieux/ ", "/vieux/"),
        ("/vieux.html", "/vieux.html"),
        ("/vieux.php", "/vieux.php/"),
        ("/vieux/index.html", "/vieux/"),
        ("/a%20b/%C3%A9t%C3%A9", "/a b/été/"),
        ("/e\u0301te\u0301/", "/été/"),
        ("/100%/", "/100%/"),
        ("/?p", None),
        ("/x#y", None),
        ("https://example.org/archives/x", "/x/"),
        ("http://EXAMPLE.org:80/archives/x.html", "/x.html"),
        ("//example.org/archives/x/", "/x/"),
        ("https://example.org/archives", "/"),
        ("https://example.org/ailleurs/", None),
        ("https://example.org/archives2/", None),
        ("https://example.net/archives/x/", None),
        ("https://example.org:443/archives/x/", "/x/"),
        ("https://example.org:80/archives/x/", None),
        ("http://example.org:81/archives/x/", None),
        ("https://example.org:8443/archives/x/", None),
        ("https://[/", None),
        ("mailto:x@example.org", None),
        ("/../x", None),
        ("/%2e%2e/x", None),
        ("/a/./b", None),
        ("/a//b", None),
        ("/a%2Fb", None),
        ("/a\\b", None),
        ("/a%00b", None),
        ("/%FF/", None),
        ("/.newsgen/x/", None),
        ("", None),
    ],
)
def test_alias_as_path_of_the_site(alias, url):
    assert urls.alias_path(alias, site_url=SITE) == url


def test_alias_of_an_international_host():
    site = "https://xn--actualits-i4a.fr/"
    assert urls.alias_path("https://actualités.fr/x/", site_url=site) == "/x/"


@given(st.one_of(st.text(), texts, url_paths))
def test_alias_is_nothing_or_an_address(alias):
    url = urls.alias_path(alias, site_url=SITE)
    if url is not None:
        assert urls.url_path(urls.output_path(url)) == url
        assert url.endswith("/") or url.lower().endswith(".html")


@given(url_paths)
def test_full_address_of_a_page_is_an_alias_of_it(url):
    assume(not url.startswith("/.newsgen") and not url.lower().endswith("index.html"))
    assume("\ufffd" not in url)
    found = urls.alias_path(urls.absolute(SITE, url), site_url=SITE)
    assert found == (url if url.endswith("/") or url.lower().endswith(".html") else url + "/")


# ---- ids
@given(st.lists(texts, min_size=1, max_size=3), st.lists(texts, min_size=1, max_size=3))
def test_tag_uri_names_one_thing(parts, others):
    uri = urls.tag_uri("example.org,2010", *parts)
    assert re.fullmatch(r"tag:example\.org,2010:(?:[A-Za-z0-9\-._~!$&'()*+,;=:@/]|%[0-9A-F]{2})*", uri)
    assert (uri == urls.tag_uri("example.org,2010", *others)) == (parts == others)


def test_tag_uri_of_a_story():
    assert urls.tag_uri("example.org,2010", "2023/04/été", "fr") == "tag:example.org,2010:2023/04/%C3%A9t%C3%A9:fr"


# ---- content files
@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("2023/04/x.fr.md", ("2023/04/x", "fr", True, "fr")),
        ("2023/04/un.titre.fr.md", ("2023/04/un.titre", "fr", True, "fr")),
        ("version-2.1.fr.md", ("version-2.1", "fr", True, "fr")),
        ("version-2.1.md", ("version-2.1", "fr", True, "")),
        ("maj.FR.md", ("maj", "fr", True, "FR")),
        ("sans.md", ("sans", "fr", True, "")),
        ("x.titre.md", ("x.titre", "fr", True, "")),
        ("x.PT-br.md", ("x", "pt-BR", True, "PT-br")),
        ("trois.de.md", ("trois", "de", False, "de")),
        ("region.fr-CA.md", ("region", "fr-CA", False, "fr-CA")),
        ("region.fr_CA.md", ("region", "fr_CA", False, "fr_CA")),
        ("region.de-AQ.md", ("region", "de-AQ", False, "de-AQ")),
        ("zh.zh-Hant-HK.md", ("zh", "zh-Hant-HK", False, "zh-Hant-HK")),
        ("a.to-do.md", ("a.to-do", "fr", True, "")),
        ("e\u0301.en.md", ("é", "en", True, "en")),
        ("a.b/x.md", ("a.b/x", "fr", True, "")),
        (".fr.md", (".fr", "fr", True, "")),
        ("X.EN.MD", ("X", "en", True, "EN")),
    ],
)
def test_story_and_language_of_a_file_name(path, expected):
    assert urls.story_and_language(path, ("fr", "en", "pt-BR")) == expected
