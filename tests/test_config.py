"""newsgen.yaml: each key with its type, its default, its place."""

from __future__ import annotations

import datetime
import json
import zoneinfo

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsgen.nouns import kinds
from newsgen.settings import reading
from newsgen.settings.config import Logo, MenuEntry, Pictures
from newsgen.settings.reading import Category, Config, load, path_words, zone
from support.strategies import yaml_texts

pytestmark = pytest.mark.pure

LEAST = "title: Archive\nurl: https://example.org/\nlanguages: [fr, en]\n"
SAMPLE = """\
title: {fr: Archive des infos, en: News archive}
url: https://example.org/          # a sub-path is fine
languages: [fr, en]                # the first is the default
timezone: Europe/Paris
permalink: /{lang}/{year}/{month}/{slug}/
id: example.org,2010               # authority of the tag: URIs
page_size: 20
feed_size: 20
categories:                        # order = order in the menu
  a-la-une: {fr: À la une, en: {title: Top stories, slug: top-stories}}   # an address is the id
  europe: {fr: Europe, en: Europe}
"""


def loaded(text):
    config, diagnostics = load(text.encode())
    assert diagnostics == ()
    return config


def faults(text):
    config, diagnostics = load(text.encode())
    assert (config is None) == any(d.severity == "error" for d in diagnostics)
    return [(str(d.location), d.id) for d in diagnostics]


def only(text):
    _, (diagnostic,) = load((LEAST + text).encode())
    assert diagnostic.location.line == 4
    return diagnostic


# ---- what is read
def test_sample_of_the_contract_is_read_without_a_word():
    config = loaded(SAMPLE)
    assert config == Config(
        title={"fr": "Archive des infos", "en": "News archive"},
        url="https://example.org/",
        languages=("fr", "en"),
        id="example.org,2010",
        timezone="Europe/Paris",
        categories=(
            Category(
                "a-la-une",
                {"fr": "À la une", "en": "Top stories"},
                {"fr": "a-la-une", "en": "top-stories"},
            ),
            Category("europe", {"fr": "Europe", "en": "Europe"}, {"fr": "europe", "en": "europe"}),
        ),
    )
    assert config.default_language == "fr"


def test_defaults_are_filled_in():
    config = loaded(LEAST)
    assert config.title == {"fr": "Archive", "en": "Archive"}
    assert config.permalink == "/{lang}/{year}/{month}/{slug}/"
    assert (config.page_size, config.feed_size, config.id) == (20, 20, "example.org,2000")
    assert (config.untranslated, config.trusted_html, config.timezone) == ("link", False, "UTC")
    assert config.description == config.paths == config.extra == {} and config.categories == ()


def test_title_of_one_language_stands_for_those_that_lack_one():
    text = "title: {en: News}\nurl: https://example.org\nlanguages: [fr, en, de]\n"
    assert loaded(text).title == {"fr": "News", "en": "News", "de": "News"}


def test_description_is_kept_for_the_languages_that_have_one():
    assert loaded(LEAST + "description: {EN: About}\n").description == {"en": "About"}
    assert loaded(LEAST + "description: Tout\n").description == {"fr": "Tout", "en": "Tout"}


@pytest.mark.parametrize(
    ("written", "url", "base", "id"),
    [
        ("https://example.org", "https://example.org/", "/", "example.org,2000"),
        (
            "HTTPS://Example.ORG/archives",
            "https://example.org/archives/",
            "/archives/",
            "example.org,2000",
        ),
        ("http://localhost:8000/", "http://localhost:8000/", "/", "localhost,2000"),
        (
            "https://actualités.fr/à b/",
            "https://xn--actualits-i4a.fr/%C3%A0%20b/",
            "/%C3%A0%20b/",
            "xn--actualits-i4a.fr,2000",
        ),
        ("https://example.org/a%20b/", "https://example.org/a%20b/", "/a%20b/", "example.org,2000"),
    ],
)
def test_url_is_complete_and_encoded(written, url, base, id):
    config = loaded(f"title: x\nurl: {written}\nlanguages: fr\n")
    assert (config.url, config.base_path, config.id) == (url, base, id)


def test_languages_are_kept_as_written():
    config = loaded("title: x\nurl: https://x.org\nlanguages: [pt-br, zh-Hant-HK, ar, es-419, sr-Latn, de-CH-1901]")
    assert config.languages == ("pt-br", "zh-Hant-HK", "ar", "es-419", "sr-Latn", "de-CH-1901")


def test_category_without_names_is_called_by_its_id():
    config = loaded(LEAST + "categories:\n  europe:\n  asie: {fr: Asie}\n  monde: Monde\n")
    assert [category.titles for category in config.categories] == [
        {"fr": "europe", "en": "europe"},
        {"fr": "Asie", "en": "asie"},
        {"fr": "Monde", "en": "Monde"},
    ]


def test_category_ids_of_any_script_are_read():
    config = loaded(LEAST + "categories: {e\u0301te\u0301: , हिन्दी: , v2.1: , page: , Économie: }\n")
    assert [category.id for category in config.categories] == [
        "été",
        "हिन्दी",
        "v2.1",
        "page",
        "Économie",
    ]


def test_path_words_are_french_english_or_written():
    config = loaded(
        "title: x\nurl: https://x.org\nlanguages: [fr, fr-CA, en, de]\npaths: {DE: {tags: schlagwoerter}}\n"
    )
    assert (
        path_words(config, "fr")
        == path_words(config, "fr-CA")
        == kinds.PATH_WORDS["fr"]
        | {
            "tags": "tags",
            "authors": "auteurs",
            "topics": "dossiers",
            "sources": "sources",
            "latest": "en-continu",
            "search": "recherche",
            "corrections": "corrections",
        }
    )
    assert path_words(config, "en")["latest"] == "latest"
    assert path_words(config, "de") == path_words(config, "en") | {"tags": "schlagwoerter"}


def test_free_values_are_typed():
    assert loaded(LEAST + "extra: {a: 1, b: [true, no], c: {d: x}}\n").extra == {
        "a": 1,
        "b": [True, "no"],
        "c": {"d": "x"},
    }


def test_places_tell_where_keys_are_written():
    places = loaded(SAMPLE).places
    assert places["title"] == (1, 1) and places["title.en"] == (1, 32)
    assert places["languages.1"] == (3, 17)
    assert places["categories.a-la-une.en.slug"] == (10, 53) and places["categories.europe"] == (
        11,
        3,
    )


def test_places_make_no_difference():
    assert loaded(LEAST) == loaded("# comment\n" + LEAST) and loaded(LEAST) != loaded(SAMPLE)


def test_configuration_can_be_encoded():
    assert json.loads(msgspec.json.encode(loaded(SAMPLE)))["languages"] == ["fr", "en"]


def test_byte_order_mark_and_windows_line_ends_are_accepted():
    config, diagnostics = load(b"\xef\xbb\xbf" + SAMPLE.replace("\n", "\r\n").encode())
    assert config == loaded(SAMPLE) and diagnostics == ()


# ---- time
def test_time_zone_comes_from_the_package_and_not_from_the_system(monkeypatch):
    monkeypatch.setattr(zoneinfo, "TZPATH", ())
    monkeypatch.setenv("TZ", "America/Los_Angeles")
    paris = zone(loaded(SAMPLE))
    summer = datetime.datetime(2023, 7, 1, tzinfo=paris)
    assert (summer.utcoffset(), paris.key) == (datetime.timedelta(hours=2), "Europe/Paris")


@pytest.mark.parametrize("name", ["UTC", "Asia/Kolkata", "Asia/Calcutta", "US/Eastern", "America/Argentina/Ushuaia"])
def test_time_zones_old_and_new_are_known(name):
    assert zone(loaded(LEAST + f"timezone: {name}\n")).key == name


def test_time_zone_that_the_package_lacks_cannot_be_had():
    config = Config({"fr": "x"}, "https://x.org/", ("fr",), "x.org,2000", timezone="../../etc/passwd")
    with pytest.raises(ValueError, match="passwd"):
        zone(config)


# ---- what is refused
def test_all_faults_are_said_at_once():
    assert faults("titel: x\nurl: example.org\nlanguages: [fr, FR]\npage_size: 0\nuntranslated: no\n") == [
        ("newsgen.yaml:1:1", "config-invalid"),
        ("newsgen.yaml:1:1", "config-unknown-key"),
        ("newsgen.yaml:2:6", "config-invalid"),
        ("newsgen.yaml:3:17", "config-invalid"),
        ("newsgen.yaml:4:12", "config-invalid"),
        ("newsgen.yaml:5:15", "config-invalid"),
    ]


def test_empty_file_lacks_what_is_required():
    _, diagnostics = load(b"")
    assert [d.message for d in diagnostics] == [
        "`languages` is missing",
        "`title` is missing",
        "`url` is missing",
    ]


def test_unknown_key_is_a_warning_with_the_nearest():
    diagnostic = only("categorys: {}\n")
    assert (diagnostic.severity, diagnostic.id) == ("warning", "config-unknown-key")
    assert diagnostic.hint == "did you mean `categories`?"


@pytest.mark.parametrize(
    "url",
    [
        "example.org",
        "ftp://x.org/",
        "https://",
        "//x.org/",
        "https://x.org/?a",
        "[x]",
        "https://u:p@x.org/",
        "https://x.org/a/../b/",
        "https://[/",
        "https://x.org/#a",
    ],
)
def test_what_is_no_address_of_a_site_is_refused(url):
    assert faults(f"title: x\nurl: {url}\nlanguages: fr\n") == [("newsgen.yaml:2:6", "config-invalid")]


@pytest.mark.parametrize(
    ("tag", "hint"),
    [("fr_CA", "`fr-CA`"), ("français", "`pt-BR`"), ("f", "`pt-BR`"), ("''", "`pt-BR`")],
)
def test_what_is_no_language_tag_is_refused(tag, hint):
    _, (diagnostic,) = load(f"title: x\nurl: https://x.org\nlanguages: [en, {tag}]\n".encode())
    assert diagnostic.location.column == 17 and hint in diagnostic.hint


def test_undeclared_language_names_the_declared_ones():
    for text in (
        "description: {de: x}\n",
        "paths: {de: {tags: x}}\n",
        "categories: {a: {de: x}}\n",
    ):
        diagnostic = only(text)
        assert diagnostic.message == "the language `de` is not declared" and "`fr`, `en`" in diagnostic.hint


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("europe/paris", "Europe/Paris"),
        ("Paris", "Europe/Paris"),
        ("Europe/Pariss", "Europe/Paris"),
        ("../x", None),
    ],
)
def test_unknown_time_zone_names_the_nearest(name, near):
    diagnostic = only(f"timezone: {name}\n")
    assert diagnostic.location.column == 11
    assert near is None or f"`{near}`" in diagnostic.hint


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        ("/{lang}/{yeer}/{slug}/", "`{yeer}`"),
        ("/{year}/{slug}/", "lacks `{lang}`"),
        ("/{lang}/{year}/", "lacks `{slug}`"),
        ("/{lang}/{slug}", "begin and end"),
        ("'{lang}/{slug}/'", "begin and end"),
        ("/{lang}//{slug}/", "part that no address"),
        ("/{lang}/../{slug}/", "part that no address"),
        ("/{lang}/{slug}}/", "part that no address"),
        ("/{lang}/a?b/{slug}/", "part that no address"),
        ("/.newsgen-tmp/{lang}/{slug}/", "part that no address"),  # is removed at the end of each build
        ("/.Newsgen{slug}/{lang}/", "part that no address"),
    ],
)
def test_permalink_that_makes_no_address_is_refused(pattern, words):
    assert words in only(f"permalink: {pattern}\n").message


@pytest.mark.parametrize("id", ["example.org", "example.org,10", "example.org,2010-13", "exa mple,2010", "é.fr,2010"])
def test_id_must_be_authority_and_date(id):
    assert "`example.org,2010`" in only(f"id: {id}\n").hint


@pytest.mark.parametrize("id", ["example.org,2010-01", "editor@example.org,2010-01-31", "localhost,2000"])
def test_id_as_the_rfc_has_it_is_accepted(id):
    assert loaded(LEAST + f"id: {id}\n").id == id


@pytest.mark.parametrize(
    ("category", "words"),
    [
        ("tags", "path word of `tags`"),
        ("Dossiers", "path word of `topics` in `fr`"),
        ("latest", "path word of `latest` in `en`"),
        ("2023", "address of a year"),
        ("feed.atom", "address of another file"),
        ("a b", "cannot be a category id"),
        (".a", "cannot be a category id"),
        ("..", "cannot be a category id"),
        ("a/b", "cannot be a category id"),
    ],
)
def test_category_id_that_is_the_address_of_something_else_is_refused(category, words):
    diagnostic = only(f"categories: {{'{category}': x}}\n")
    assert words in diagnostic.message and diagnostic.location.column == 14


def test_category_id_is_refused_though_a_slug_is_given():
    assert "path word" in only("categories: {tags: {fr: {slug: a}, en: {slug: b}}}\n").message


def test_slug_of_a_category_is_refused_at_its_place():
    diagnostic = only("categories: {a: {fr: {title: A, slug: recherche}}}\n")
    assert "`recherche` is the path word of `search` in `fr`" in diagnostic.message
    assert diagnostic.location.column == 39
    assert "cannot be a slug" in only("categories: {a: {fr: {slug: A b}}}\n").message


def test_two_categories_with_one_address_are_refused():
    assert "category `Asie` too" in only("categories: {Asie: , asie: }\n").message
    assert "category `b` too" in only("categories: {b: , a: {en: {slug: b}}}\n").message


def test_path_words_that_clash_or_are_unknown_are_said():
    assert "`corrections` is the path word of `corrections`" in only("paths: {fr: {tags: corrections}}\n").message
    assert "did you mean `latest`?" in only("paths: {fr: {latst: x}}\n").hint
    assert "cannot be a path word" in only("paths: {fr: {tags: 2023}}\n").message


def test_category_may_not_be_a_path_word_that_is_written():
    assert faults(LEAST + "paths: {fr: {tags: sujets}}\ncategories: {sujets: x}\n") == [
        ("newsgen.yaml:5:14", "config-invalid")
    ]


@pytest.mark.parametrize(
    "text",
    [
        "page_size: many",
        "feed_size: -1",
        "page_size: 1e3",
        "trusted_html: yes",
        "extra: [a]",
        "paths: x",
        "categories: [a]",
        "categories: {a: [b]}",
        "title: [x]",
        "id: [x]",
        "timezone: {a: b}",
        "permalink: []",
    ],
)
def test_value_of_the_wrong_type_is_an_error(text):
    text = LEAST.replace("title: Archive\n", "") + text if text.startswith("title") else LEAST + text
    found = [d for d in load(text.encode())[1] if d.severity == "error"]
    assert len(found) == 1 and found[0].hint


def test_broken_yaml_and_encoding_are_said_at_their_place():
    assert faults("title: a : b\n") == [("newsgen.yaml:1:10", "yaml-invalid")]
    assert faults("title: a\ntitle: b\nurl: https://x.org\nlanguages: fr\n") == [("newsgen.yaml:2:1", "key-duplicate")]
    assert load(b"title: x\nurl: \xe9\n")[1][0].id == "encoding-invalid"
    assert faults("- a\n") == [("newsgen.yaml:1:1", "config-invalid")]


def test_pictures():
    assert loaded(LEAST).pictures == Pictures()
    written = loaded(LEAST + "pictures: {widths: [800, 400, 800], formats: webp, max_megapixels: 100}\n").pictures
    assert written == Pictures((400, 800), ("webp",), 100)
    assert loaded(LEAST + "pictures: {widths: [], formats: []}\n").pictures == Pictures((), ())
    for wrong in (
        "12",
        "{widths: [360, x]}",
        "{widths: [8001]}",
        "{widths: {a: 1}}",
        "{formats: [jpeg]}",
        "{max_megapixels: 151}",
        "{max_megapixels: [1]}",
        "{formats: {}}",
    ):
        assert faults(LEAST + f"pictures: {wrong}\n")[0][1] == "config-invalid", wrong
    assert only("pictures: {width: [360]}\n").id == "config-unknown-key"


def test_comment_right_behind_a_value_is_a_warning():
    assert only("description: Les # 2\n").id == "comment-truncates"
    assert loaded(LEAST + "description: Les  # 2\n")


@given(st.one_of(st.binary(), yaml_texts.map(str.encode), yaml_texts.map(lambda t: (LEAST + t).encode())))
def test_any_bytes_give_a_configuration_or_an_error(data):
    config, diagnostics = load(data)
    assert (config is None) == any(d.severity == "error" for d in diagnostics)
    assert all("\n" not in d.message + d.hint for d in diagnostics)


LONG = "x" * 256


@pytest.mark.parametrize(
    ("text", "place"),
    [
        (f"categories: {{{LONG}: X}}", "4:14"),
        ("categories: {" + "é" * 128 + ": X}", "4:14"),
        (f"categories: {{a: {{fr: {{title: x, slug: {LONG}}}}}}}", "4:39"),
        (f"paths: {{fr: {{tags: {LONG}}}}}", "4:20"),
        (f"permalink: /{{lang}}/{LONG}/{{slug}}/", "4:12"),
        (f"permalink: /{{lang}}/{LONG}-{{slug}}/", "4:12"),
        ("permalink: /{lang}/" + "a/" * 2000 + "{slug}/", "4:12"),
    ],
)
def test_part_of_addresses_that_no_file_system_holds(text: str, place: str) -> None:
    found, told = load(f"{LEAST}{text}\n".encode())
    assert found is None
    assert [(str(d.location), d.id) for d in told] == [(f"newsgen.yaml:{place}", "config-invalid")]
    assert len(told[0].message) < 120


def test_longest_part_of_addresses_is_taken() -> None:
    name = LONG[:255]
    found, told = load(f"{LEAST}categories: {{{name}: X}}\npermalink: /{{lang}}/{name}/{{slug}}/\n".encode())
    assert found is not None and not told


KEYS = (
    "title",
    "description",
    "url",
    "languages",
    "timezone",
    "permalink",
    "id",
    "page_size",
    "feed_size",
)
KEYS += ("categories", "logo", "menu", "home", "untranslated", "trusted_html", "paths", "extra")
KEYS += ("organization", "security", "humans", "publish", "hub", "redirect_files", "accepted")
KEYS += ("pictures", "search", "documents")
values = st.recursive(
    st.sampled_from(
        (
            "",
            "fr",
            "en",
            "x",
            "2023",
            "9000",
            "avif",
            "tags",
            "https://x.org/",
            "'",
            "[",
            "/{lang}/{slug}/",
            "true",
        )
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.sampled_from(("fr", "en", "tags", "slug", "title", "a", "widths", "formats")), inner, max_size=3
        ),
    ),
    max_leaves=6,
)


@given(st.dictionaries(st.sampled_from(KEYS), values))
def test_any_values_give_a_configuration_or_an_error(document):
    config, diagnostics = load(json.dumps(document).encode())
    assert (config is None) == any(d.severity == "error" for d in diagnostics)


def test_every_key_is_described():
    assert set(reading._KEYS) == set(KEYS)


# ---- what shapes the theme
def test_logo_menu_and_home():
    text = LEAST + (
        "categories: {europe: Europe, monde: Monde}\nhome: {lead: monde}\n"
        "logo: {src: /assets/logo.svg, width: 220, height: 40}\n"
        "menu: [europe, latest, {title: {fr: Nous, en: Us}, url: /fr/about/}]\n"
    )
    config = loaded(text)
    assert config.home == "monde"
    assert config.logo == Logo("/assets/logo.svg", 220, 40)
    assert (loaded(LEAST).menu, loaded(LEAST + "menu: []\n").menu) == (None, ())
    about = MenuEntry("", {"fr": "Nous", "en": "Us"}, {"fr": "/fr/about/", "en": "/fr/about/"})
    assert config.menu == (MenuEntry("europe"), MenuEntry("latest"), about)


@pytest.mark.parametrize("off", ["false", "no", "off", "None"])
def test_whoever_wants_nothing_of_it_is_told_the_form(off):
    assert "`pictures: {widths: []}`" in only(f"pictures: {off}").hint
    assert off == "false" or "`search: false`" in only(f"search: {off}").hint


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("logo: logo.svg", "`logo` must hold"),
        ("logo: {src: /a.svg, width: 2}", "`logo` lacks `height`"),
        ("logo: {src: //evil.example/a.svg, width: 2, height: 2}", "must be the path of a file of this site"),
        ("logo: {src: a.svg, width: 2, height: 2}", "must be the path of a file of this site"),
        ("logo: {src: /a.svg, width: wide, height: 2}", "number of CSS pixels"),
        ("pictures: false", "`pictures` must hold keys"),
        ("menu: europe", "`menu` must be a list"),
        ("menu: [latst]", "no category and no list is called `latst`"),
        ("menu: [[a]]", "an entry of the menu is"),
        ("menu: [{title: A}]", "lacks `url`"),
        ("menu: [{title: A, url: 'javascript:alert(1)'}]", "is no address"),
        ("home: a", "`home` must hold `lead`"),
        ("home: {lead: europ}", "no category `europ`"),
    ],
)
def test_faults_of_what_shapes_the_theme(text, says):
    diagnostic = only(text)
    assert (diagnostic.id, diagnostic.severity) == ("config-invalid", "error")
    assert says in diagnostic.message and diagnostic.hint


@pytest.mark.parametrize("written", ["fr, en", "fr,en", "fr en", "fr; en", "'fr, en'"])
def test_several_languages_in_one_text_show_the_list(written):
    _, diagnostics = load(f"title: A\nurl: https://example.org/\nlanguages: {written}\n".encode())
    assert "write a list: `languages: [fr, en]`" in [d.hint for d in diagnostics]
