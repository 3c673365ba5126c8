"""Addresses: slugs, permalinks, aliases, ids; URL and output path as inverse functions."""

from __future__ import annotations

import datetime
import re
import unicodedata
from collections.abc import Container, Iterable
from typing import NamedTuple
from urllib.parse import quote, unquote, urlsplit

from newsgen.nouns.diagnostics import Part, part
from newsgen.nouns.model import OutputPath, StoryId, UrlPath

#: A derived slug is cut at a word at this many characters; a written one may have this many bytes
#: (file systems).
SLUG_CHARACTERS = 80
SLUG_BYTES = 255
_TITLE_CHARACTERS = 2_000  # what follows decides no slug

# ---- slugs
#: Latin letters that Unicode does not take apart into a letter and an accent.
_SPELT_OUT = str.maketrans({
    "œ": "oe", "æ": "ae", "ß": "ss", "ł": "l", "đ": "d", "ð": "d", "ø": "o", "þ": "th", "ı": "i",
    "ȷ": "j", "ħ": "h", "ŋ": "ng", "ĸ": "k", "ŧ": "t", "ƒ": "f", "ƀ": "b", "ɓ": "b", "ƈ": "c",
    "ɖ": "d", "ɗ": "d", "ƌ": "d", "ə": "e", "ɛ": "e", "ǝ": "e", "ǥ": "g", "ɠ": "g", "ɣ": "g",
    "ɩ": "i", "ɨ": "i", "ɪ": "i", "ƙ": "k", "ƚ": "l", "ɬ": "l", "ɲ": "ny", "ƞ": "n", "ɔ": "o",
    "ɵ": "o", "ƥ": "p", "ʀ": "r", "ɍ": "r", "ʃ": "sh", "ƭ": "t", "ʈ": "t", "ʉ": "u", "ʊ": "u",
    "ʋ": "v", "ⱱ": "v", "ƴ": "y", "ɏ": "y", "ƶ": "z", "ȥ": "z", "ʒ": "zh", "ƣ": "oi", "ȣ": "ou",
    "ꜳ": "aa", "ꜵ": "ao", "ꜷ": "au", "ꜹ": "av", "ꜽ": "ay", "ꝏ": "oo", "ⱥ": "a", "ȼ": "c", "ɇ": "e",
    "ɉ": "j", "ⱦ": "t", "ȿ": "s", "ɀ": "z", "ꞌ": "-", "ꝡ": "vy",
})  # fmt: skip
_COMPATIBLE_SHARP = str.maketrans({"ſ": "s", "ẞ": "ß"})
#: Letters by Unicode's book that stand for an apostrophe or an accent (ʼ ʻ ˈ …) in Latin texts.
_APOSTROPHES = re.compile("[\u02b9-\u02df\u02ec-\u02ff]")
#: What is invisible inside a word: it neither parts nor joins (soft hyphen, joiners, direction
#: marks, tatweel, variation selectors).
_INVISIBLE = re.compile(
    "[\xad\u034f\u0600-\u0605\u061c\u0640\u06dd\u070f\u08e2\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f"
    "\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\U000110bd\U000110cd"
    "\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
#: What stands in many headlines and is no letter.
_PUNCTUATION = str.maketrans(dict.fromkeys("’‘“”„‚«»‹›…–—•€°·¿¡", "-"))
#: In names of terms: what stands for an apostrophe, what stands for a hyphen, signs with the spaces around them.
_APOSTROPHES_ALIKE = re.compile("[‘’‛`´′ʹ-ʼˈˊˋ＇]")
_HYPHENS = re.compile(r"[-_\u2010-\u2015\u2212\ufe58\ufe63\uff0d]+")
_AROUND_SIGNS = re.compile(r" *([&+/'@]) *")
_LATIN_ONLY = re.compile("[\0-\x7f\u0300-\u036f]*")
_ACCENTS = re.compile("[\u0300-\u036f]+")
_WORD_PARTS = re.compile(r"[-.]+")


def slugify(text: str) -> str:
    """The slug of a title or a name, at most 80 characters and 255 bytes; "" if there is no letter
    and no digit.

    Lower case; Latin letters lose their accents, ligatures are spelt out; letters of other scripts
    stay with their vowel signs, in NFC; everything else, apostrophes of every kind too, parts
    words. Rule: CONTENT.md §5, Slugs.
    """
    words = _fold(text[:_TITLE_CHARACTERS])
    if len(words) < SLUG_CHARACTERS // 2:
        return words
    # Imported here: few titles are so long, and the import takes a tenth of a start-up.
    from slugify import slugify as cut_at_a_word

    # `words` is letters, digits and hyphens already: nothing is left to transliterate.
    slug = cut_at_a_word(
        words,
        entities=False,
        decimal=False,
        hexadecimal=False,
        allow_unicode=True,
        regex_pattern=r"\s+",
        max_length=SLUG_CHARACTERS,
        word_boundary=True,
        save_order=True,
    )
    return _whole_characters(slug, words)


def _whole_characters(slug: str, words: str) -> str:
    """The slug without a last letter that the cut left without its vowel signs, in no more than 255
    bytes."""
    if words.startswith(slug) and _is_mark(words[len(slug) : len(slug) + 1]):
        slug = _without_last_letter(slug)
    return shortened(slug, SLUG_BYTES)


def shortened(slug: str, most: int) -> str:
    """The slug in no more than so many bytes, cut at a word where there are several."""
    while len(slug.encode()) > most:
        shorter, _, _ = slug.rpartition("-")
        slug = shorter or _without_last_letter(slug)
    return slug


def _without_last_letter(slug: str) -> str:
    end = len(slug)
    while end > 1 and _is_mark(slug[end - 1]):
        end -= 1
    return slug[: end - 1].rstrip("-")


def _is_mark(character: str) -> bool:
    return bool(character) and unicodedata.category(character) in ("Mn", "Mc")


def _is_latin(character: str) -> bool:
    return character < "\x80" or unicodedata.name(character, "").startswith("LATIN ")


def _fold(text: str) -> str:
    """The words of a text as slugs write them, with single hyphens between them."""
    if text.isascii():
        return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")
    text = _INVISIBLE.sub("", _APOSTROPHES.sub("-", unicodedata.normalize("NFC", text)))
    latin = text.translate(_PUNCTUATION).lower().translate(_SPELT_OUT)
    latin = unicodedata.normalize("NFKD", latin).lower().translate(_SPELT_OUT)  # Ǿ is an Ø with an accent
    if _LATIN_ONLY.fullmatch(latin):
        return re.sub(r"[^a-z0-9]+", "-", _ACCENTS.sub("", latin)).strip("-")
    return _fold_any(text)


def _fold_any(text: str) -> str:
    """`_fold` for all scripts; the same for Latin ones, five times as slow."""
    # Twice: what NFKC takes apart can be upper case again (mathematical letters), and what lower()
    # makes can be taken apart (İ).
    for _ in range(2):
        text = "".join(map(_compatible, text)).translate(_COMPATIBLE_SHARP).lower()
        text = _INVISIBLE.sub("", unicodedata.normalize("NFKC", text))
    kept: list[str] = []
    base = ""  # the letter that the next combining mark belongs to; "" where marks are dropped
    for character in unicodedata.normalize("NFD", text.translate(_SPELT_OUT)).translate(_SPELT_OUT):
        if _is_mark(character):
            if base and not _is_latin(base):
                kept.append(character)
        elif character.isalnum():
            kept.append(character)
            base = character
        else:
            kept.append("-")
            base = ""
    return unicodedata.normalize("NFC", re.sub("-+", "-", "".join(kept)).strip("-"))


def _compatible(character: str) -> str:
    """Symbols that are no letters or digits stay symbols: ™ is not the word "tm"."""
    return character if character.isalnum() or _is_mark(character) else _symbol(character)


def _symbol(character: str) -> str:
    return character if unicodedata.category(character) in ("Cf", "Zs") or character < "\x80" else "-"


def is_slug(text: str) -> bool:
    """True for what can be the last part of an address as it is: words as `slugify` writes them,
    parted by single dots or by hyphens, beginning and ending with a word."""
    if text.isascii():
        return re.fullmatch(r"[a-z0-9]+(?:(?:-+|\.)[a-z0-9]+)*", text) is not None
    if ".." in text or ".-" in text or "-." in text:
        return False
    return all(part and part == _fold(part) for part in _WORD_PARTS.split(text))


def slug_for(text: str) -> str:
    """The nearest slug to what an editor wrote as one, dots kept; "" if there is none."""
    return ".".join(filter(None, (slugify(part) for part in text.split("."))))[:SLUG_CHARACTERS].strip("-.")


def term_key(text: str) -> str:
    """What is equal for spellings of one term: letters are compared as in slugs, all apostrophes, all hyphens and
    dashes, a hyphen and a space are alike, and so are spaces around a sign and punctuation at the ends.

    C, C++ and C# have three keys: signs count, and a `#` that ends a word. Rule: CONTENT.md §5, Tags.
    """
    key = spelling_key(text)
    if key.isalpha() and key.isascii():
        return key
    # Twice: a letter that was spelt out or a sign that went can let others fold further.
    for _ in range(2):
        folded = _APOSTROPHES_ALIKE.sub("'", key.translate(_SPELT_OUT))
        folded = " ".join(_HYPHENS.sub(" ", folded).split())
        key = _without_punctuation(_AROUND_SIGNS.sub(r"\1", folded)) or key
    return key


def _without_punctuation(text: str) -> str:
    """The text without punctuation at its ends, but for a `#` behind a word (C#)."""
    start, end = 0, len(text)
    while start < end and _is_punctuation(text[start]):
        start += 1
    while end > start and _is_punctuation(text[end - 1]) and text[end - 1] != "#":
        end -= 1
    return text[start:end]


def _is_punctuation(character: str) -> bool:
    return character == " " or unicodedata.category(character)[0] == "P"


def spelling_key(text: str) -> str:
    """What is equal for spellings that differ in case, white space and Latin accents only: so near must names be that
    two term files cannot both claim them. It is part of the ids of feeds, which never change."""
    text = " ".join(text.split())
    if text.isascii():
        return text.lower()
    text = " ".join(_INVISIBLE.sub("", text).split())
    # Twice: casefold() can make letters that fold further (ΐ), and dropping an accent can too.
    for _ in range(2):
        text = unicodedata.normalize("NFD", unicodedata.normalize("NFC", text).casefold())
        kept: list[str] = []
        base = ""
        for character in text:
            if not unicodedata.combining(character):
                base = character
            elif base and _is_latin(base) and base.isalpha():
                continue
            kept.append(character)
        text = "".join(kept)
    return unicodedata.normalize("NFC", text)


# ---- addresses and files
#: Controls, line ends, `\\` (a `/` to browsers), what is no character, and the mark of byte order, which no one sees.
_UNSAFE = re.compile(
    "[\\\\\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufdd0-\ufdef\ufeff"
    + "".join(f"{chr(plane << 16 | 0xFFFE)}{chr(plane << 16 | 0xFFFF)}" for plane in range(17))
    + "]"
)


def permalink(pattern: str, *, lang: str, date: datetime.date, slug: str) -> UrlPath:
    """The address of an article; `date` is its day in the site's time zone. Years have four
    digits."""
    return UrlPath(
        pattern.replace("{lang}", lang)
        .replace("{year}", f"{date.year:04}")
        .replace("{month}", f"{date.month:02}")
        .replace("{day}", f"{date.day:02}")
        .replace("{slug}", slug)
    )


def excess(url: UrlPath) -> int:
    """The bytes by which the longest part of an address is longer than what file systems hold; 0 if they hold it."""
    return max(0, *(len(part.encode()) - SLUG_BYTES for part in url.split("/")))


def slug_in(pattern: str, url: str, *, lang: str) -> tuple[str, str] | None:
    """The slug of an address that `pattern` made, and the pattern of those that have another slug only:
    `sommet`, `/fr/2023/04/{slug}/`. None if the pattern did not make it."""
    parts = []
    for piece in re.split(r"(\{[a-z]+\})", pattern.replace("{lang}", lang)):
        name = piece.strip("{}")
        if name == piece:
            parts.append(re.escape(piece))
        elif f"(?P<{name}>" in "".join(parts):
            parts.append(f"(?P={name})")
        else:
            parts.append(f"(?P<{name}>{'.+' if name == 'slug' else '[0-9]+'})")
    found = re.fullmatch("".join(parts), url, re.DOTALL)
    if found is None:
        return None
    others = pattern.replace("{lang}", lang)
    for name, value in found.groupdict().items():
        others = others.replace(f"{{{name}}}", value) if name != "slug" else others
    return found["slug"], others


def companions_folder(output: str) -> str:
    """Where the files lie that a page of several files has beside its own: `index/2023/` for `index/2023.json`.
    Nothing else lies there."""
    return f"{output.removesuffix('.json')}/"


def companion_owner(output: str) -> str:
    """The output path of the page that a file in such a folder belongs to, if it is one: `index/2023.json` for
    `index/2023/k5r2m7qa.txt`."""
    return f"{output.rpartition('/')[0]}.json"


def output_path(url: UrlPath) -> OutputPath:
    """The file that answers at an address: `/fr/x/` → `fr/x/index.html`, `/404.html` → `404.html`.

    Raises: ValueError for what is no address below `url`: a path never leaves the output folder,
    and `/x/index.html` is not one, as `/x/` is that page's address.
    """
    if not url.startswith("/"):
        raise ValueError(f"{url!r} does not begin with `/`")
    _check_parts(url[1:].removesuffix("/").split("/") if url != "/" else (), url)
    if url.endswith("/"):
        return OutputPath(f"{url[1:]}index.html")
    if url.endswith("/index.html"):
        raise ValueError(f"{url!r} is written without index.html")
    return OutputPath(url[1:])


def url_path(output: OutputPath) -> UrlPath:
    """The address at which a file of the output answers; inverse of `output_path`. Raises:
    ValueError likewise."""
    _check_parts(output.split("/"), output)
    if output == "index.html":
        return UrlPath("/")
    if output.endswith("/index.html"):
        return UrlPath("/" + output.removesuffix("index.html"))
    return UrlPath("/" + output)


def variant_prefix(path: str) -> str:
    """How the paths below /pictures/ of all variants of a picture begin: `2023/04/x.jpg` → `2023/04/x-jpg-`.

    With the suffix in it, two pictures never have one name; and nothing of content/ is published below /pictures/.
    """
    stem, _, suffix = path.rpartition(".")
    return f"{stem}-{suffix}-"


def file_url(kind: str, path: str) -> UrlPath:
    """The address of a picture or document (`media`), a resized picture (`variant`) or a static file."""
    return url_path(OutputPath({"media": "media/", "variant": "pictures/"}.get(kind, "") + path))


def forbidden_in(path: str) -> Part | None:
    """What no path, address or link can hold and this one does, as a phrase; None if there is nothing of it."""
    match = _UNSAFE.search(path)
    if not match:
        return None
    is_backslash = match[0] == "\\"
    return part("character/backslash") if is_backslash else part("character/unseen", code=f"{ord(match[0]):04X}")


def printable(path: str) -> str:
    """The path on one line: what no path can hold is written as Python writes it (`Icon\\r`), but `\\` itself."""
    return _UNSAFE.sub(lambda match: match[0] if match[0] == "\\" else ascii(match[0])[1:-1], path)


def _check_parts(parts: Iterable[str], whole: str) -> None:
    for name in parts:
        if name in ("", ".", "..") or forbidden_in(name):
            raise ValueError(f"{whole!r} is no path below the output folder")


def href(base_path: str, url: UrlPath) -> str:
    """The address as a link writes it: below the path of the site, percent-encoded.

    Rule: RFC 3986 §3.3, pchar; everything else as UTF-8 bytes, `?`, `#` and `%` too.
    """
    return base_path.removesuffix("/") + quote(url, safe="/~!$&'()*+,;=:@-._")


def absolute(site_url: str, url: UrlPath) -> str:
    """The address with scheme and host; `site_url` is `Config.url`."""
    return href(site_url, url)


def usual_address(written: str) -> UrlPath:
    """The address that is meant by one of an older site, or one in redirects.yaml: `/x` and `/x/index.html` are `/x/`.

    Raises: ValueError for what is no address below `url`, or has a part of over 255 bytes.
    """
    url = written.removesuffix("index.html") if written.endswith("/index.html") else written
    if not url.endswith("/") and "." not in url.rpartition("/")[2]:
        url += "/"
    output = output_path(UrlPath(url))
    if any(len(part.encode()) > 255 for part in output.split("/")):
        raise ValueError(f"{url!r} has a part that no file system holds")
    return UrlPath(url)


def address_key(url: str) -> str:
    """What is equal for addresses that cannot both exist: they differ in case or Unicode form only,
    or by the `index.html` that `/` stands for."""
    if url.isascii():
        key = url.lower()
    else:
        key = unicodedata.normalize("NFD", url)
        key = unicodedata.normalize("NFC", unicodedata.normalize("NFD", key.casefold()).casefold())
    return key.removesuffix("index.html") if key.endswith("/index.html") else key


def known_id(fragment: str, ids: Container[str]) -> str:
    """The id that a fragment means: that one, or the one that newsgen gives to a heading of which a forge makes this
    fragment; "" if there is none.

    Rule: CONTENT.md §3. A forge writes a `-` for each space and takes signs away (`énergie--le-prix-monte-`), newsgen
    one `-` between words; a forge numbers equal headings `bilan-1`, newsgen `bilan_1`.
    """
    if fragment in ids:
        return fragment
    written = unicodedata.normalize("NFC", fragment).lower().removeprefix("user-content-")
    words = [word for word in written.split("-") if word]
    one = "-".join(words)
    if one in ids:
        return one
    if len(words) > 1 and words[-1].isdecimal():
        numbered = f"{'-'.join(words[:-1])}_{words[-1]}"
        return numbered if numbered in ids else ""
    return ""


def keys_above(key: str) -> list[str]:
    """The `address_key`s of the output with this one and of those where a folder for it must be.

    `fr/index.html/z` needs a folder where the page `fr/` has its file.
    """
    parts = key.split("/")
    above = ["/".join(parts[:n]) for n in range(1, len(parts) + 1)]
    return above + [part.removesuffix("index.html") for part in above if part.endswith("/index.html")]


def keys_below(key: str) -> tuple[str, str]:
    """From which `address_key` on, and before which, the outputs lie that need a folder where this one has its file."""
    file = f"{key}index.html" if key.endswith("/") else key
    return f"{file}/", f"{file}0"  # the character behind "/"


def alias_path(text: str, *, site_url: str) -> UrlPath | None:
    """The address that an alias means; None if that is no path on this site.

    All addresses are below `url`; a full address of this site is accepted, with http or https. What
    is percent-encoded is decoded. "/" is added unless it ends in "/" or ".html". Rule: CONTENT.md
    §5, Aliases.
    """
    text = text.strip()
    if not text or _UNSAFE.search(text) or "?" in text or "#" in text:
        return None
    if text.startswith("//") or re.match(r"[A-Za-z][A-Za-z0-9+.-]*:", text):
        below = _below_site(text, site_url)
        if below is None:
            return None
        text = below
    parts = [unicodedata.normalize("NFC", unquote(part)) for part in text.removeprefix("/").split("/")]
    is_folder = parts[-1] == ""
    if is_folder:
        parts.pop()
    if parts and parts[-1].lower() == "index.html":
        parts.pop()
        is_folder = True
    # �: percent-encoded bytes that are not UTF-8.
    if any(part in ("", ".", "..") or _UNSAFE.search(part) or "/" in part or "�" in part for part in parts):
        return None
    if parts and parts[0].lower().startswith(".newsgen"):
        return None
    if not parts:
        return UrlPath("/")
    path = "/" + "/".join(parts)
    return UrlPath(path if not is_folder and path.lower().endswith(".html") else path + "/")


def _below_site(address: str, site_url: str) -> str | None:
    """What follows `url` in a full address; None if it is of another site."""
    try:
        theirs, ours = urlsplit(address), urlsplit(site_url)
        same_host = _host(theirs.hostname) == _host(ours.hostname)
        same_port = (theirs.port or _PORTS.get(theirs.scheme or ours.scheme)) in (
            ours.port or _PORTS.get(ours.scheme),
            None if ours.port else _PORTS.get(theirs.scheme),
        )
    except ValueError:
        return None
    if theirs.scheme not in ("", "http", "https") or not same_host or not same_port:
        return None
    base, path = unquote(ours.path) or "/", theirs.path or "/"
    if path + "/" == base:
        return "/"
    decoded = unquote(base)
    for prefix in (base, quote(decoded)):
        if path.startswith(prefix):
            return "/" + path[len(prefix) :]
    return None


_PORTS = {"http": 80, "https": 443}


def _host(host: str | None) -> str:
    """A host name as DNS compares it."""
    host = (host or "").lower().rstrip(".")
    try:
        return host if host.isascii() else host.encode("idna").decode()
    except UnicodeError:
        return host


def tag_uri(site_id: str, *parts: str) -> str:
    """The `tag:` URI of a thing of this site, such as a story and its language; `site_id` is
    `Config.id`.

    The parts are joined with `:`, which is percent-encoded inside them, so that different parts
    never give one URI. Rule: RFC 4151 §2.1.
    """
    return f"tag:{site_id}:" + ":".join(quote(part, safe="/~!$&'()*+,;=@-._") for part in parts)


# ---- content files
class FileName(NamedTuple):
    """What the name of a content file says.

    `lang` is spelled as the configuration spells it where it is `declared`, else as the file does.
    `suffix` is the language as the file's name has it; "" if it names none.
    """

    story_id: StoryId
    lang: str
    declared: bool
    suffix: str


#: Endings of the files that are read as stories.
MARKDOWN = (".md", ".markdown")
_TAG_SHAPE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z]{4})?(?:[-_](?:[A-Za-z]{2}|[0-9]{3}))?(?:[-_][0-9A-Za-z]{5,8})*")


def story_and_language(relative_path: str, languages: tuple[str, ...]) -> FileName:
    """The story id and the language of a file by its path below `content/` (or below a folder of
    terms).

    The last dotted part before `.md` or `.markdown` is the language if the site declares it (in any case) or CLDR
    knows it; without one the file is in the default language, the first. Rule: CONTENT.md §1.
    """
    path = unicodedata.normalize("NFC", relative_path)
    ending = next((ending for ending in MARKDOWN if path.lower().endswith(ending)), "")
    stem = path[: len(path) - len(ending)]
    folder, slash, name = stem.rpartition("/")
    head, dot, suffix = name.rpartition(".")
    if dot and head:
        story = StoryId(f"{folder}{slash}{head}")
        for lang in languages:
            if lang.lower() == suffix.lower():
                return FileName(story, lang, True, suffix)
        if _TAG_SHAPE.fullmatch(suffix) and _is_known_to_cldr(suffix):
            return FileName(story, suffix, False, suffix)
    return FileName(StoryId(stem), languages[0], True, "")


def _is_known_to_cldr(tag: str) -> bool:
    # Imported here: most builds see no such name, and Babel costs a tenth of the start-up.
    from babel import localedata

    subtags = re.split("[-_]", tag)
    if localedata.exists("_".join(subtags)):
        return True
    # Any region or script behind a known language, if it is written like one: `fr-AQ` is a tag,
    # `to-do` a name.
    return localedata.exists(subtags[0]) and all(
        part.isupper() or part.istitle() or part.isdigit() for part in subtags[1:]
    )
