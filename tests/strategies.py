"""What hypothesis draws: texts, YAML values, front matter, addresses."""

from __future__ import annotations

import unicodedata

from hypothesis import strategies as st

from newsgen import urls

#: Everything that a text of front matter can hold, and what YAML, slugs and addresses trip over.
characters = st.one_of(
    st.sampled_from("aé'’\"#:-,[]{}&*!|>%@` \tœßŁn0١²ﬁØ中हि́ﷺعＡ€«»—😀"),
    st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp"), exclude_characters="\ufeff\ufffe\uffff"),
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
        "title": lines, "date": dates, "categories": names, "lead": lines, "kicker": lines,
        "slug": slugs, "authors": names, "tags": names, "topics": names, "related": names,
        "aliases": names,
        "location": lines, "description": lines, "draft": st.booleans(), "noindex": st.booleans(),
        "extra": st.dictionaries(st.text(characters, min_size=1, max_size=8), texts, max_size=3),
    },
)  # fmt: skip

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
