"""A source file to its front matter, each value typed by its key, and its body."""

from __future__ import annotations

import calendar
import datetime
import difflib
import re
import unicodedata
import urllib.parse
from collections.abc import Callable
from typing import Any, Literal

import msgspec

from newsgen.addresses import urls
from newsgen.nouns.diagnostics import Diagnostic, Location, Part, Severity, diagnose, in_order, one_line, part
from newsgen.nouns.messages import Value
from newsgen.nouns.model import Correction, FrontMatter, Key, Outlet, Picture, SourceKind, Text, TranslationOf, When
from newsgen.parsing import holding_keys
from newsgen.settings import conflict_marks, yaml_faults, yaml_nodes, yaml_tree
from newsgen.settings.yaml_nodes import Mapping, Node, Scalar, Sequence, quoted


class Split(msgspec.Struct, frozen=True):
    """The two parts of a file, line ends as LF; `front` is None if there is none to be read.

    Lines count from 1 in the file: `front_line` is that of the first line after the opening fence.
    """

    front: str | None
    front_line: int
    body: str
    body_line: int
    diagnostics: tuple[Diagnostic, ...] = ()


class Document(msgspec.Struct, frozen=True):
    """A file as read; `front` is None if it has errors of its own. `body_line` is the first line of
    the body. `partial` is what could be read of a file with errors, so that its other faults are said too."""

    front: FrontMatter | None
    body: str
    body_line: int
    diagnostics: tuple[Diagnostic, ...] = ()
    partial: FrontMatter | None = None


_FENCE = re.compile(r"^---[ \t]*$", re.MULTILINE)


def split(data: bytes, path: str) -> Split:
    """The front matter between two lines of three dashes, and the body after them.

    A byte order mark, CR LF and CR are accepted. A line inside the front matter that is indented is
    no fence.
    """
    text = _decoded(data, path)
    if isinstance(text, Diagnostic):
        return Split(None, 1, "", 1, (text,))
    opening = _FENCE.match(text)
    if not opening and conflict_marks.is_pointer(data):
        return Split(None, 1, text, 1, (diagnose(Location(path), "file-pointer"),))
    if not opening:
        return Split(None, 1, text.lstrip(_BEFORE), 1, (_without_opening(text, path),))
    start = opening.end() + 1
    closing = _closing(text, start)
    if closing is None:
        return Split(None, 2, "", 1, (_without_closing(text, path),))
    front = text[start : closing.start()]
    return Split(front, 2, text[closing.end() + 1 :], front.count("\n") + 3)


#: Invisible characters that programs put at the beginning of a file, spaces that are no plain ones among them.
_BEFORE = "\ufeff\u200b\u200c\u200d\u200e\u200f\u2060\u00ad\u00a0\u202f\u2009\u3000"
# Patterns that only a fault or a rare key asks for are texts: `re` compiles them at the first question and keeps them.
# To compile every pattern of newsgen takes longer than all else that is done for the edit of one article.
#: Lines that somebody may take for `---`.
_LIKE_FENCE = r"(?i)(?:-{2,}|[‐-―−_=*~]{1,5}|\.\.\.)(?:\W.*|yaml|yml)?"
#: Comments and headings, and behind them the front matter.
_COMMENTS_BEFORE = r"(?:(?:[#%]|//|<!--)[^\n]*\n|[ \t]*\n)+---[ \t]*\n[\w-]+:[ \t\n]"
_OTHER_FORM = r"(?:\+{3}|;{3}|\{\s*[\"'\n]|```)"


def _without_opening(text: str, path: str) -> Diagnostic:
    """What stands where front matter begins."""
    first = text.partition("\n")[0]
    if first[:1] in _BEFORE and first and text.lstrip(_BEFORE).startswith("---"):
        name = unicodedata.name(first[0], "byte order mark").lower()
        return diagnose(Location(path), "front-matter-missing/invisible", code=ord(first[0]), name=name)
    if re.match(_OTHER_FORM, text):
        return diagnose(Location(path), "front-matter-missing/form")
    if re.fullmatch(_LIKE_FENCE, first):
        return diagnose(Location(path), "front-matter-missing/fence", line=_visible(first))
    if not text.lstrip().startswith("---") and re.match(_COMMENTS_BEFORE, text):
        return diagnose(Location(path), "front-matter-missing/comment")
    is_later = text.lstrip().startswith("---")
    return diagnose(Location(path), "front-matter-missing/later" if is_later else "front-matter-missing")


def _without_closing(text: str, path: str) -> Diagnostic:
    """What stands where front matter may have been meant to end, else where it begins."""
    for number, line in enumerate(text.split("\n")[1:], 2):
        if re.fullmatch(_LIKE_FENCE, line) or (line.strip() == "---" and not line.startswith((" ", "\t"))):
            return diagnose(Location(path, number), "front-matter-unclosed/near", line=_visible(line))
    return diagnose(Location(path), "front-matter-unclosed")


def _visible(line: str) -> str:
    """The line on which invisible characters are written as `U+00A0`."""
    return _shortened("".join(f"U+{ord(character):04X}" if character in _BEFORE else character for character in line))


def _closing(text: str, start: int) -> re.Match[str] | None:
    """The first fence from `start`, which begins a line."""
    at = start - 1
    while (at := text.find("\n---", at)) >= 0:
        if closing := _FENCE.match(text, at + 1):
            return closing
        at += 4
    return None


def _decoded(data: bytes, path: str) -> str | Diagnostic:
    """The text of a file, or why it is none."""
    bom = b"\xef\xbb\xbf"
    if data.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in data[:4]:
        return diagnose(Location(path), "encoding-invalid/utf-16")
    data = data.removeprefix(bom)
    try:
        return _with_line_feeds(data.decode())
    except UnicodeDecodeError as trouble:
        before = _with_line_feeds(data[: trouble.start].decode())
        place = Location(path, before.count("\n") + 1, len(before) - before.rfind("\n"))
        byte = data[trouble.start]
        # One that Windows-1252 does not have becomes U+FFFD, which is no letter.
        character = bytes((byte,)).decode("cp1252", "replace")
        if character.isalpha() or character in "«»‘’“”–—…€":
            return diagnose(place, "encoding-invalid/windows", byte=byte, character=character)
        return diagnose(place, "encoding-invalid", byte=byte)


def _with_line_feeds(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def read(data: bytes, *, path: str, kind: SourceKind, languages: tuple[str, ...], shortcuts: bool = True) -> Document:
    """The typed front matter and the body of one content file, with all its errors at once.

    Each value has the type that CONTENT.md §2 gives its key, from the text as written. Required
    keys are not asked for: that happens when the languages of a story are merged. `languages` are
    the declared ones, for `translation_of`.
    """
    parts = split(data, path)
    if parts.front is None:
        return Document(None, parts.body, parts.body_line, parts.diagnostics)
    root, yaml_faults = yaml_tree.read_past(
        parts.front, path=path, first_line=parts.front_line, shortcuts=shortcuts, known=_KNOWN
    )
    reader = _Reader(path, kind, languages, list(yaml_faults))
    front = None
    if isinstance(root, Mapping):
        front = reader.front_matter(root)
    elif root is not None:
        reader.not_a_mapping(root, parts.front.split("\n")[root.line - parts.front_line])
    if front is not None and not reader.diagnostics:
        return Document(front, parts.body, parts.body_line)
    # What stands behind a tag has no type of its own: one cause, one diagnostic.
    tagged = {d.location for d in yaml_faults if d.id == "yaml-tag"}
    diagnostics = in_order([d for d in reader.diagnostics if d.id == "yaml-tag" or d.location not in tagged])
    if any(d.severity is Severity.ERROR for d in diagnostics):
        return Document(None, parts.body, parts.body_line, diagnostics, front)
    return Document(front, parts.body, parts.body_line, diagnostics)


# ---- which keys a file may have
#: Unknown keys of a file that are held against all known ones, which takes a while.
_MOST_SUGGESTIONS = 200
_STORY_LEVEL = ("date", "categories", "topics", "image", "publish", "expires", "draft")
_TERM_KEYS = ("title", "names", "slug", "description", "lead")
_ARTICLE_KEYS = (
    "title", "date", "categories", "lead", "kicker", "slug", "updated", "authors", "tags",
    "topics", "story", "source", "image", "related", "aliases", "corrections", "publish",
    "expires", "draft", "translation_of", "gone", "description", "location", "noindex", "template",
    "extra",
)  # fmt: skip
_NOT_OF_PAGES = ("date", "categories", "topics", "tags")
#: The keys of each kind of file; `date` and `categories` mean nothing where nothing is news.
KEYS: dict[str, tuple[str, ...]] = {
    "article": _ARTICLE_KEYS,
    "page": tuple(key for key in _ARTICLE_KEYS if key not in _NOT_OF_PAGES),
    "category": ("title", "description", "lead"),
    "tag": _TERM_KEYS,
    "author": _TERM_KEYS,
    "topic": _TERM_KEYS,
    "source": _TERM_KEYS,
}
#: What editors coming from other systems write, folded, by the key that is meant.
_WORDS_FOR = {
    "title": "titre headline titel titulo",
    "authors": "author auteur auteurs autrice byline signature journaliste journalistes writer writers redacteur",
    "tags": "tag keywords keyword motscles motcle motsclefs motclef etiquettes etiquette hashtags",
    "categories": "category categorie rubrique rubriques section sections kategorie",
    "lead": "subtitle lede chapo chapeau summary excerpt standfirst intro introduction soustitre accroche dek deck"
    " sommaire resume teaser subhead subheading subheadline",
    "kicker": "surtitre overline eyebrow suptitle surtitle",
    "updated": "lastmod modified lastmodified lastmodifiedat datemodified modifieddate modifiedat dateupdated updatedat"
    " updateddate lastupdated lastupdate miseajour dernieremodification datedemodification datemodification modifiele",
    "date": "created createdat createdon datecreated createddate datecreation datedecreation creele",
    "expires": "expirydate",
    "publish": "publishdate",
    "draft": "published",
    "aliases": "redirectfrom permalink url alias oldurl oldurls redirect redirects",
    "image": "images cover thumbnail coverimage featuredimage featureimage heroimage hero photo picture vignette"
    " illustration imagealaune",
    "topics": "topic series serie dossier dossiers collection collections",
    "location": "lieu dateline place ville ort",
    "names": "name",
    "extra": "params custom",
    "description": "metadescription seodescription",
    "corrections": "correction erratum errata",
    "related": "relatedposts relatedarticles seealso voiraussi",
    "slug": "basename",
    "source": "agence agency",
}
_OTHER_WORDS = {word: key for key, words in _WORDS_FOR.items() for word in words.split()}
#: What other systems write for parts of the lead picture, by the part that is meant.
_PICTURE_PARTS = {
    "alt": "alt", "alttext": "alt", "imagealt": "alt", "textealternatif": "alt",
    "caption": "caption", "legende": "caption", "imagecaption": "caption",
    "credit": "credit", "imagecredit": "credit", "photocredit": "credit", "copyright": "credit", "src": "src",
}  # fmt: skip
#: Keys that say the language of a file, which its name says here.
_LANGUAGE_KEYS = frozenset(("lang", "language", "langue", "locale", "sprache", "idioma"))
#: Keys that steer what newsgen has not, or decides by itself.
_NEEDLESS = """
featured comments comment toc layout weight math mathjax markup pinned sticky id guid uuid type posttype authorid
showtoc sidebar searchhidden disableshare showreadingtime readingtime wordcount commentstatus pingstatus menuorder
format parent classes nav navorder sitemap ispage isindex cascade outputs commentaires alaune
"""
_NEEDLESS_KEYS = frozenset(_NEEDLESS.split())
#: Words with which a sentence may begin as well: a line that does is more likely one of the text.
_EVERYDAY = """
created collection collections deck dossier dossiers hero illustration intro introduction lieu photo picture place
redirect redirects resume section sections serie series signature sommaire ville vignette voiraussi writer writers
"""
#: Words that somebody writes for a key, in any kind of file.
_KNOWN = frozenset((*_ARTICLE_KEYS, *_TERM_KEYS, *(word for word in _OTHER_WORDS if word not in _EVERYDAY.split())))

# ---- dates
# RFC 3339 without what is needless in it, and YAML's own forms (yaml.org/type/timestamp.html): hours of one digit.
_WHEN = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})"
    r"(?:(?:[Tt]|[ \t]+)([0-9]{1,2}):([0-9]{2})(?::([0-9]{2})(?:[.,][0-9]+)?)?"
    r"[ \t]*([Zz]|[+-](?:[0-9]{1,2}(?::[0-9]{2})?|[0-9]{4}))?)?"
)
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "janvier january janv jan",
            "février february fevrier févr feb fév",
            "mars march mar",
            "avril april avr apr",
            "mai may",
            "juin june jun",
            "juillet july juil jul",
            "août august aout aug",
            "septembre september sept sep",
            "octobre october oct",
            "novembre november nov",
            "décembre december decembre déc dec",
        ),
        1,
    )
    for name in names.split()
}
_CLOCK = r"(?:à|at|,|T|\s)*\s*(\d{1,2})\s*(?:[:hH]\s*(\d{2})?)\s*(?::\d{2}(?:[.,]\d+)?)?\s*([AaPp]\.?[Mm]\.?)?\s*$"
#: Zones by the names that people write, in hours from UTC; those of RFC 822 (5.1) among them.
_ZONES = {
    "ut": 0,
    "utc": 0,
    "gmt": 0,
    "z": 0,
    "wet": 0,
    "west": 1,
    "bst": 1,
    "cet": 1,
    "mez": 1,
    "cest": 2,
    "mesz": 2,
    "eet": 2,
    "eest": 3,
    "msk": 3,
    "jst": 9,
    "est": -5,
    "edt": -4,
    "cst": -6,
    "cdt": -5,
    "mst": -7,
    "mdt": -6,
    "pst": -8,
    "pdt": -7,
}
_ZONE = (
    r"(?<=[0-9MmhH.])\s*(?:(?:UTC|GMT)?([+-])(\d{1,2})(?::?(\d{2}))?(?:\s[A-Za-z]{3,4})?|(?:\b|(?=[Zz]))([A-Za-z]{1,4}))?"
    r"\s*(?:[(\[][^()\[\]]*[)\]])?$"
)
#: As programs in C and `date` write it (`Sat Feb 3 09:15:00 CET 2024`): day, time, zone, year.
_YEAR_LAST = r"(.+?) (\d{1,2}:\d{2}(?::\d{2})?)( [A-Z]{3,4})? (\d{4})"
_BASIC = r"(\d{4})(\d{2})(\d{2})[T ]?(\d{2})(\d{2})(?:\d{2})?"  # ISO 8601, basic format
_WITHOUT_DAY = r"(\d{4})(?:[-/. ](\d{1,2}))?|(\d{1,2})[-/. ](\d{4})|([^\W\d_]+)\.? (\d{4})"


def _canonical(match: re.Match[str]) -> str | None:
    """A date as ISO 8601 has it; None if there is no such day or time. Raises: nothing."""
    year, month, day, hour, minute, second, offset = match.groups()
    try:
        moment = datetime.datetime(int(year), int(month), int(day), int(hour or 0), int(minute or 0), int(second or 0))
        if hour is None:
            return moment.date().isoformat()
        if not offset:
            return moment.isoformat()
        if offset in "Zz":
            offset = "+00:00"
        else:
            hours, minutes = re.fullmatch(r"[+-](\d{1,2}):?(\d{2})?", offset).groups()  # type: ignore[union-attr]
            offset = f"{offset[0]}{int(hours):02}:{minutes or '00'}"
        # Some moment in UTC must exist: 0001-01-01T00:00+02:00 has none.
        text = moment.isoformat() + offset
        datetime.datetime.fromisoformat(text).astimezone(datetime.UTC)
        return text if int(offset[4:]) < 60 else None
    except (ValueError, OverflowError):
        return None


def _derived(text: str) -> tuple[str, ...]:
    """The dates that a text in another order can mean, as `2023-04-16` or `2023-04-16 18:05+02:00`."""
    text = re.sub(_YEAR_LAST, r"\1 \4 \2\3", " ".join(text.split()))
    if re.fullmatch("[0-9]{10}", text):  # seconds since 1970
        return (f"{datetime.datetime.fromtimestamp(int(text), datetime.UTC):%Y-%m-%d %H:%M}+00:00",)
    text, offset = _without_zone(text)
    if basic := re.fullmatch(_BASIC, text):
        year, month, day, *clock_time = basic.groups()
        text = f"{year}-{month}-{day} {':'.join(clock_time)}"
    clock = re.search(_CLOCK, text)
    time = ""
    if clock and clock.start() > 5 and (hour := _hour(int(clock[1]), clock[3])) < 24 and int(clock[2] or 0) < 60:
        time = f" {hour:02}:{int(clock[2] or 0):02}{offset}"
        text = text[: clock.start()]
    readings: list[tuple[int, int, int]] = []
    if match := re.fullmatch(r"(\d{4})[-/. ](\d{1,2})[-/. ](\d{1,2})", text) or re.fullmatch(
        r"(\d{4})(\d{2})(\d{2})", text
    ):
        readings = [(int(match[1]), int(match[2]), int(match[3]))]
    elif match := re.fullmatch(r"(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4})", text):
        first, second, year = int(match[1]), int(match[2]), int(match[3])
        readings = [(year, second, first), (year, first, second)]
    else:
        words = re.findall(r"[^\W\d_]+|\d+", text.lower())
        months = [_MONTHS[word] for word in words if word in _MONTHS]
        years = [int(word) for word in words if word.isdecimal() and len(word) == 4]
        days = [int(word) for word in words if word.isdecimal() and len(word) <= 2]
        if not years and len(days) == 2 and words[-1].isdecimal():  # `03 Feb 24`, Rule: RFC 822, 5.1
            years = [2000 + days.pop()]
        if len(months) == len(years) == len(days) == 1:
            readings = [(years[0], months[0], days[0])]
    dates: dict[str, None] = {}
    for year, month, day in readings:
        try:
            dates[datetime.date(year, month, day).isoformat() + time] = None
        except ValueError:
            continue
    return tuple(dates)


def _without_zone(text: str) -> tuple[str, str]:
    """A text without the zone at its end, and the offset from UTC that this means; "" if it has none."""
    match = re.search(_ZONE, text)
    if match is None or not text[: match.start()]:
        return text, ""
    sign, hours, minutes, name = match.groups()
    if sign and re.search("[0-9] ?[:hH]", text[: match.start()]):
        return text[: match.start()], f"{sign}{int(hours):02}:{minutes or '00'}"
    if name and name.lower() in _ZONES:
        return text[: match.start()], f"{_ZONES[name.lower()]:+03}:00"
    return (text, "") if name or sign else (text[: match.start()], "")


def _hour(hour: int, half: str | None) -> int:
    """The hour of a day, from one of 12 with `am` or `pm`; 24 if there is none."""
    if not half:
        return hour
    if not 0 < hour < 13:
        return 24
    return hour % 12 + (12 if half[0] in "Pp" else 0)


def _day_lacks(text: str) -> str:
    """A day of the month or year that a text names without a day, as `2024-02-01`; "" if it does not."""
    match = re.fullmatch(_WITHOUT_DAY, " ".join(text.split()))
    if match is None:
        return ""
    year, month = match[1] or match[4] or match[6], match[2] or match[3] or "1"
    number = _MONTHS.get(match[5].lower(), 0) if match[5] else int(month)
    return f"{year}-{number:02}-01" if 0 < number < 13 else ""


def _range(when: When) -> tuple[datetime.datetime, datetime.datetime]:
    """The earliest and the latest moment in UTC that it can mean, whatever the site's time zone
    (-12 to +14)."""
    moment = datetime.datetime.fromisoformat(when.value)
    if moment.tzinfo is not None:
        exact = moment.astimezone(datetime.UTC).replace(tzinfo=None)
        return exact, exact
    return _shifted(moment, -14), _shifted(moment, 12)


def _shifted(moment: datetime.datetime, hours: int) -> datetime.datetime:
    try:
        return moment + datetime.timedelta(hours=hours)
    except OverflowError:
        return datetime.datetime.max if hours > 0 else datetime.datetime.min


def is_before(one: When, other: When) -> bool:
    """True if `one` lies before `other` in every time zone; days are compared if one of them has no
    time."""
    if not (one.has_time and other.has_time):
        one, other = (When(w.value[:10], w.line, w.column) for w in (one, other))
        return one.value < other.value
    first, second = (
        datetime.datetime.fromisoformat(one.value),
        datetime.datetime.fromisoformat(other.value),
    )
    if (first.tzinfo is None) == (second.tzinfo is None):
        return first < second
    return _range(one)[1] < _range(other)[0]


# ---- values
_YES = frozenset({"yes", "y", "on", "oui", "vrai", "1", "ja", "si", "sí"})
_NO = frozenset({"no", "n", "off", "non", "faux", "0", "nein"})
_NO_REASONS = _YES | _NO | {"true", "false", "none", "null", "~"}
#: Keys with a date where somebody may have written yes or no.
_SWITCHES = ("publish", "expires")
_COMMAS = ",،、，"
#: Characters that stand for those of a date: dashes, quotes around it, full-width signs and digits.
_LIKE_DATES = {
    **dict.fromkeys(map(ord, "‐‑‒–—―−－"), "-"),
    **dict.fromkeys(map(ord, "“”„«»‘’‚‹›″′"), ""),
    **{ord("０") + digit: str(digit) for digit in range(10)},
    ord("："): ":",
}
_WEB_ADDRESS = r"(?i)https?://[^\s/?#]\S*"
#: What programs and habits put around an address.
_AROUND = "“”„«»‘’<>\u00a0\u202f "
_ENTITY = r"&#?\w{1,20};"
#: An address that can stand in `aliases` once its host is off.
_ADDRESS = r"(?:https?://[\w.-]+)?/[\w./~-]{1,100}"


def _is_blank(node: Mapping) -> bool:
    """Whether a group has keys, and no value for any of them, which is as good as no group."""
    return bool(node.entries) and all(_is_absent(entry.value) for entry in node.entries)


def _is_absent(node: Node) -> bool:
    """Whether a value is that of a key that nobody wrote: nothing, quotes with nothing in them, or `null` and `~`
    without quotes, which forms of other systems write. Rule: CONTENT.md §2."""
    if not isinstance(node, Scalar):
        return False
    return not node.value.strip() or (node.is_plain and node.value.lower() in ("null", "~"))


def _is_quoted(node: Node) -> bool:
    return isinstance(node, Scalar) and not node.is_plain


def _listed(text: str) -> str:
    items = [item.strip() for item in re.split(f"[{_COMMAS}]", text) if item.strip()]
    return "[" + ", ".join(item if re.fullmatch(_PLAIN, item) else quoted(item) for item in items) + "]"


_FOCUS = r"([0-9]{1,3})% +([0-9]{1,3})%"
_PLAIN = r"[^\W_][^,\[\]{}:#]*|/[^\s,\[\]{}:#]*"


#: What the value of a key is, where it is a text or may be one: part of the keys of what is said of another value.
_Form = Literal["text", "boolean", "date", "source", "image", "language"]


class _Reader:
    """Types the keys of one file; collects its faults."""

    def __init__(self, path: str, kind: SourceKind, languages: tuple[str, ...], diagnostics: list[Diagnostic]) -> None:
        self.path = path
        self.kind = kind
        self.languages = languages
        self.diagnostics = diagnostics
        self.suggestions = 0
        self.declined: list[str] = []

    def at(self, node: Node) -> Location:
        return Location(self.path, node.line, node.column)

    def fault(self, node: Node, key: str, /, **parameters: Value) -> None:
        self.diagnostics.append(diagnose(self.at(node), key, **parameters))

    def not_a_mapping(self, root: Node, line: str) -> None:
        """`line`: that in which it begins."""
        words = root.value.split() if isinstance(root, Scalar) else []
        if isinstance(root, Scalar) and root.is_plain and (glued := yaml_faults.glued_key(line)):
            self.diagnostics.append(yaml_faults.without_space(glued, self.at(root)))
        elif isinstance(root, Scalar) and root.is_plain and (equals := yaml_faults.with_equals(line, self.at(root))):
            self.diagnostics.append(equals)
        elif len(words) > 1 and words[0].lower() not in _KNOWN:
            self.fault(root, "yaml-invalid/front-prose")
        elif isinstance(root, Scalar):
            self.fault(root, "yaml-invalid/front-text", word=words[0] if words else "")
        else:
            self.fault(root, "yaml-invalid/front-list")

    def front_matter(self, root: Mapping) -> FrontMatter:
        known = KEYS[self.kind]
        keys: list[Key] = []
        values: dict[str, Any] = {}
        day = _day_of(root)
        for entry in root.entries:
            name, node = entry.key.value, entry.value
            keys.append(Key(name, entry.key.line, entry.key.column))
            if name not in known:
                if _is_absent(node) and name in _TYPES:  # it means nothing here, and says nothing
                    continue
                if not self.holds_back(entry.key, node, day):
                    self.unknown_key(entry.key, known, value=node)
                continue
            if _is_absent(node):
                continue
            if name in _STORY_LEVEL and isinstance(node, Scalar) and node.is_plain and node.value.lower() == "none":
                self.declined.append(name)
                continue
            value = _TYPES[name](self, name, node)
            if value is not None:
                values[name] = value
        self.check_order(values)
        return FrontMatter(**values, declined=tuple(self.declined), keys=tuple(keys))

    def holds_back(self, key: Scalar, node: Node, day: str) -> bool:
        """Says what is to be said of a key with which other systems hold a story back; False if it is none.

        `day`: that of the story's `date`, "" if the file says none.
        """
        name = one_line(key.value)
        if name in KEYS["article"] or self.kind not in ("article", "page"):
            return False
        if self.kind == "page" and holding_keys.folded(name) in _NOT_OF_PAGES:
            return False
        verdict = holding_keys.judge(name, node, day=day)
        if verdict is None:
            return False
        if verdict.holds:
            written = f"{name}: {_shortened(node.value)}" if isinstance(node, Scalar) else name
            self.fault(key, "key-holds-back", name=name, written=written, advice=verdict.advice)
        else:
            self.fault(key, "key-unknown/public", name=name, advice=verdict.advice)
        return True

    def unknown_key(self, key: Scalar, known: tuple[str, ...], inside: str = "", *, value: Node) -> None:
        """Says what is wrong with a key that this kind of file, or this group in it, has not."""
        name = one_line(key.value)
        if not inside and name in _ARTICLE_KEYS + _TERM_KEYS:
            self.fault(key, "key-unknown/picture" if name == "image" else f"key-unknown/in-{self.kind}", name=name)
            return
        bare = name.strip("".join((_BEFORE, " \t")))
        if bare != name and bare in known:
            odd = next(character for character in key.value if character in _BEFORE)
            self.fault(key, "key-unknown/odd-space", name=bare, code=ord(odd))
            return
        word = holding_keys.folded(name)
        near = self.nearest(word, known)
        if inside and near:
            self.fault(key, "key-unknown/near-inside", name=name, inside=inside, near=near)
        elif inside and isinstance(value, Scalar) and value.is_empty:  # a comma cut it off the text before it
            self.fault(key, "key-unknown/comma", name=name, inside=inside)
        elif inside:
            self.fault(key, "key-unknown/inside", name=name, inside=inside, known=known)
        else:
            self.unknown_word(key, word, value, known, near)

    def unknown_word(self, key: Scalar, word: str, value: Node, known: tuple[str, ...], near: str) -> None:
        """Says what to write in place of a key of the file itself. `word`: its name as `holding_keys.folded` has it."""
        name, is_news = one_line(key.value), "extra" in known
        if word in _LANGUAGE_KEYS and "lang" not in known:
            self.fault(key, "key-unknown/language", name=name)
        elif is_news and word in _PICTURE_PARTS:
            self.fault(key, "key-unknown/of-image", name=name, part=_PICTURE_PARTS[word])
        elif _OTHER_WORDS.get(word) == "aliases" and "aliases" in known:
            text = value.value.strip() if isinstance(value, Scalar) else ""
            path = urllib.parse.urlsplit(text).path if re.fullmatch(_ADDRESS, text) else "/old/address/"
            self.fault(key, "key-unknown/address", name=name, path=path)
        elif _OTHER_WORDS.get(word) in known:
            self.fault(key, "key-unknown/near", name=name, near=_OTHER_WORDS[word])
        elif is_news and word in _NEEDLESS_KEYS:
            self.fault(key, "key-unknown/nothing", name=name)
        elif near:
            self.fault(key, "key-unknown/near", name=name, near=near)
        elif is_news:
            self.fault(key, "key-unknown", name=name)
        else:
            self.fault(key, "key-unknown/known", name=name, known=known)

    def nearest(self, word: str, known: tuple[str, ...]) -> str:
        """The known key that was misspelled, "" if none is that near; none for very many in a file, as each is held
        against all. Of short words, half of the letters say nothing: a wrong key would be worse than none."""
        self.suggestions += 1
        if self.suggestions > _MOST_SUGGESTIONS:
            return ""
        by_word = {holding_keys.folded(key): key for key in known}
        near = difflib.get_close_matches(word, by_word, n=1, cutoff=0.75)
        is_near = near and (sorted(word) == sorted(near[0]) or len(word) > 4)  # `tgas`; `age` is no `image`
        return by_word[near[0]] if is_near else ""

    def check_order(self, values: dict[str, Any]) -> None:
        date = values.get("date")
        for name in ("updated", "expires"):
            when = values.get(name)
            if date and when and is_before(when, date):
                place = when.at(self.path)
                order = diagnose(
                    place, "date-order/in-file", name=name, when=when.value, date=date.value, line=date.line
                )
                self.diagnostics.append(order)

    # ---- types: name of the key and its node in, value or None out
    def scalar(self, name: str, node: Node, form: _Form) -> Scalar | None:
        if isinstance(node, Scalar):
            return node
        is_list = isinstance(node, Sequence)
        self.fault(
            node, f"value-type/{form}-not-{'list' if is_list else 'mapping'}", name=name, example=_example(node, form)
        )
        return None

    def words(self, name: str, node: Node) -> Text | None:
        """A text in which line breaks may stand, without the white space around it."""
        scalar = node if isinstance(node, Scalar) else self.scalar(name, node, "text")
        if scalar is None or not (value := scalar.value.strip()):
            return None
        return Text(value, scalar.line, scalar.column)

    def line(self, name: str, node: Node) -> Text | None:
        """A text of one line: a line break in it is a space."""
        text = self.words(name, node)
        if text is None or "\n" not in text.value:
            return text
        return Text(re.sub(r"\s*\n\s*", " ", text.value), text.line, text.column)

    def id(self, name: str, node: Node) -> Text | None:
        """A text that names something: in NFC."""
        text = self.line(name, node)
        if text is None or text.value.isascii() or (value := unicodedata.normalize("NFC", text.value)) == text.value:
            return text
        return Text(value, text.line, text.column)

    def texts(self, name: str, node: Node) -> tuple[Text, ...] | None:
        return self.items(name, node, self.line)

    def ids(self, name: str, node: Node) -> tuple[Text, ...] | None:
        return self.items(name, node, self.id)

    def items(self, name: str, node: Node, item: Callable[[str, Node], Text | None]) -> tuple[Text, ...] | None:
        """The items of a list; a single text without a comma is a list of one."""
        if isinstance(node, Mapping):
            self.fault(node, "value-type/mapping", name=name)
            return None
        if isinstance(node, Scalar):
            if self.has_semicolons(name, node):
                return None
            if not any(comma in node.value for comma in _COMMAS):
                value = item(name, node)
                return (value,) if value else None
            text, items = _shortened(node.value), _listed(node.value)
            if node.is_plain:
                self.fault(node, "list-comma", name=name, text=text, items=items)
            else:
                self.fault(node, "list-comma/quoted", name=name, text=text, items=items, whole=quoted(node.value))
            return None
        values = []
        for child in node.items:
            if isinstance(child, Scalar) and child.is_empty:  # what is left of `- #metoo`
                self.fault(child, "list-item-empty", name=name)
            elif _is_absent(child):
                continue
            elif isinstance(child, Scalar):
                if child.is_plain and child.value.endswith(",") and (near := child.value.rstrip(", ")):
                    self.fault(child, "list-comma/end", name=name, text=_shortened(child.value), near=near)
                    continue
                if len(node.items) == 1 and self.has_semicolons(name, child):
                    continue
                value = item(name, child)
                if value:
                    values.append(value)
            else:
                self.not_a_text(name, child)
        return tuple(values)

    def has_semicolons(self, name: str, node: Scalar) -> bool:
        """Whether semicolons stand where commas would be a list, which it tells."""
        if not node.is_plain or ";" not in node.value or not re.search(r";\s", re.sub(_ENTITY, "", node.value)):
            return False
        items = _listed(node.value.replace(";", ","))
        text, whole = _shortened(node.value), quoted(node.value)
        self.fault(node, "list-comma/semicolon", name=name, text=text, items=items, whole=whole)
        return True

    def not_a_text(self, name: str, node: Node) -> None:
        if isinstance(node, Mapping) and len(node.entries) == 1 and isinstance(node.entries[0].value, Scalar):
            entry = node.entries[0]
            whole = quoted(f"{entry.key.value}: {getattr(entry.value, 'value', '')}".strip())
            self.fault(node, "value-type/colon", name=name, whole=whole)
        else:
            self.fault(node, "value-type/item", name=name)

    def boolean(self, name: str, node: Node) -> bool | None:
        scalar = self.scalar(name, node, "boolean")
        if scalar is None or not scalar.value.strip():
            return None
        word = scalar.value.strip().lower()
        if word in ("true", "false"):
            return word == "true"
        if word in _YES or word in _NO:
            meant = "true" if word in _YES else "false"
            self.fault(scalar, "value-invalid/boolean-near", name=name, value=scalar.value, meant=meant)
        else:
            self.fault(scalar, "value-invalid/boolean", name=name, value=scalar.value)
        return None

    def when(self, name: str, node: Node) -> When | None:
        scalar = self.scalar(name, node, "date")
        if scalar is None or not (text := scalar.value.strip()):
            return None
        match = _WHEN.fullmatch(text)
        value = _canonical(match) if match else None
        if value is not None:
            return When(value, scalar.line, scalar.column)
        if match:
            self.no_moment(scalar, match)
        else:
            self.no_date(name, scalar, text)
        return None

    def no_moment(self, scalar: Scalar, match: re.Match[str]) -> None:
        """Says what is wrong with a date of the right shape."""
        year, month, day = (int(number) for number in match.groups()[:3])
        if not year:
            self.fault(scalar, "date-invalid/year", text=match[0])
        elif not 1 <= month <= 12:
            self.fault(scalar, "date-invalid/month", text=match[0])
        elif not 1 <= day <= calendar.monthrange(year, month)[1]:
            last = f"{match[1]}-{match[2]}-{calendar.monthrange(year, month)[1]}"
            self.fault(scalar, "date-invalid/day", text=match[0], last=last)
        else:
            self.fault(scalar, "date-invalid/time", text=match[0])

    def no_date(self, name: str, scalar: Scalar, text: str) -> None:
        """Says what to write in place of a text of another shape."""
        shown = _shortened(text)
        plain = text.translate(_LIKE_DATES).strip()
        if plain != text and (match := _WHEN.fullmatch(plain)) and _canonical(match):
            odd = next(character for character in text if ord(character) in _LIKE_DATES)
            self.fault(
                scalar,
                "date-invalid/character",
                text=shown,
                code=ord(odd),
                name=unicodedata.name(odd).lower(),
                date=plain,
            )
            return
        switch = _switch(text) if name in _SWITCHES else ""
        if switch == "no":
            self.fault(scalar, f"date-invalid/{name}-no", text=shown)
        elif switch == "yes":
            self.fault(scalar, f"date-invalid/{name}-yes", text=shown)
        elif dates := _derived(text) if len(text) < 60 else ():
            self.fault(scalar, "date-invalid/near", text=shown, dates=dates)
        elif near := _day_lacks(text) if len(text) < 60 else "":
            self.fault(scalar, "date-invalid/no-day", text=shown, near=near)
        else:
            self.fault(scalar, "date-invalid", text=shown)

    def parts(self, name: str, node: Mapping, known: tuple[str, ...]) -> dict[str, Node]:
        """The values of a mapping by key, without empty ones; `alt: ""` is no empty value."""
        values: dict[str, Node] = {}
        for entry in node.entries:
            key = entry.key.value
            if key not in known:
                self.unknown_key(entry.key, known, inside=name, value=entry.value)
            elif not _is_absent(entry.value) or (key == "alt" and _is_quoted(entry.value)):
                values[key] = entry.value
        return values

    def slug(self, name: str, node: Node) -> Text | None:
        text = self.id(name, node)
        if text is None:
            return None
        if not urls.is_slug(text.value):
            if near := urls.slug_for(text.value):
                self.fault(node, "slug-invalid/near", text=_shortened(text.value), near=near)
            else:
                self.fault(node, "slug-invalid", text=_shortened(text.value))
            return None
        if len(text.value.encode()) > urls.SLUG_BYTES:
            self.fault(node, "slug-invalid/long", most=urls.SLUG_BYTES, near=urls.slug_for(text.value))
            return None
        return text

    def story(self, name: str, node: Node) -> Text | None:
        text = self.id(name, node)
        if text is None:
            return None
        value = text.value.removesuffix(".md")
        near = "/".join(step for step in value.replace("\\", "/").split("/") if step not in ("", ".", ".."))
        if near == text.value:
            return text
        if near:
            self.fault(node, "value-invalid/story-near", text=_shortened(text.value), near=near)
        else:
            self.fault(node, "value-invalid/story", text=_shortened(text.value))
        return None

    def template(self, name: str, node: Node) -> Text | None:
        text = self.line(name, node)
        if text is None:
            return None
        if "\\" in text.value or any(step in ("", ".", "..") for step in text.value.split("/")):
            self.fault(node, "value-invalid/template", text=_shortened(text.value))
            return None
        return text

    def gone(self, name: str, node: Node) -> Text | None:
        text = self.words(name, node)
        is_plain = isinstance(node, Scalar) and node.is_plain
        if text and is_plain and text.value.lower() in _NO_REASONS:
            self.fault(node, "value-invalid/gone")
            return None
        return text

    def source(self, name: str, node: Node) -> Outlet | None:
        if not isinstance(node, Mapping):
            text = None
            if self.scalar(name, node, "source"):
                text = self.line(name, node)
            return Outlet(text) if text else None
        parts = self.parts(name, node, ("name", "url"))
        if not parts and _is_blank(node):
            return None
        outlet = self.line("source.name", parts["name"]) if "name" in parts else None
        url = self.line("source.url", parts["url"]) if "url" in parts else None
        if url and (not re.fullmatch(_WEB_ADDRESS, url.value) or url.value[-1] in _AROUND):
            near, shown = url.value.strip(_AROUND), _shortened(url.value)
            if near != url.value and re.fullmatch(_WEB_ADDRESS, near):
                sign = next(character for character in url.value if character in _AROUND)
                self.fault(parts["url"], "value-invalid/url-near", text=shown, sign=(sign,), near=quoted(near))
            else:
                self.fault(parts["url"], "value-invalid/url", text=shown)
        if outlet is None:
            if "name" not in parts or isinstance(parts["name"], Scalar):
                self.fault(node, "key-missing/name-of-source")
            return None
        return Outlet(outlet, url)

    def image(self, name: str, node: Node) -> Picture | None:
        if not isinstance(node, Mapping):
            text = None
            if self.scalar(name, node, "image"):
                text = self.id(name, node)
            return Picture(text) if text else None
        parts = self.parts(name, node, ("src", "alt", "caption", "credit", "focus"))
        src = None
        if "src" in parts:
            if isinstance(parts["src"], Scalar) and parts["src"].is_plain and parts["src"].value.lower() == "none":
                self.declined.append(name)
            else:
                src = self.id("image.src", parts["src"])
        alt = self.line("image.alt", parts["alt"]) if "alt" in parts else None
        if "alt" in parts and alt is None and isinstance(parts["alt"], Scalar):
            alt = Text("", parts["alt"].line, parts["alt"].column)
        caption = self.words("image.caption", parts["caption"]) if "caption" in parts else None
        credit = self.line("image.credit", parts["credit"]) if "credit" in parts else None
        written = parts.get("credit")
        if credit and isinstance(written, Scalar) and written.is_plain and credit.value.lower() == "none":
            credit = Text("", credit.line, credit.column)
        return Picture(src, alt, caption, credit, self.focus(parts["focus"]) if "focus" in parts else None)

    def focus(self, node: Node) -> Text | None:
        """`60% 30%`, as CSS writes `object-position`, is the text `60,30`."""
        if isinstance(node, Scalar) and node.is_empty:
            return None
        match = re.fullmatch(_FOCUS, node.value.strip()) if isinstance(node, Scalar) else None
        if match is None or int(match[1]) > 100 or int(match[2]) > 100:
            self.fault(node, "value-invalid/focus")
            return None
        return Text(f"{int(match[1])},{int(match[2])}", node.line, node.column)

    def corrections(self, name: str, node: Node) -> tuple[Correction, ...] | None:
        values = []
        for item in node.items if isinstance(node, Sequence) else (node,):
            if _is_absent(item):
                continue
            if not isinstance(item, Mapping):
                self.fault(item, "value-type/correction")
                continue
            parts = self.parts(name, item, ("date", "text"))
            if not parts and _is_blank(item):
                continue
            date = self.when("corrections.date", parts["date"]) if "date" in parts else None
            text = self.words("corrections.text", parts["text"]) if "text" in parts else None
            for key in ("date", "text"):
                if key not in parts:
                    self.fault(item, "key-missing/of-correction", key=key)
            if date and text:
                values.append(Correction(date, text))
        return tuple(values)

    def translation_of(self, name: str, node: Node) -> TranslationOf | None:
        date = None
        if isinstance(node, Mapping):
            parts = self.parts(name, node, ("lang", "date"))
            if not parts and _is_blank(node):
                return None
            date = self.when("translation_of.date", parts["date"]) if "date" in parts else None
            if "lang" not in parts:
                self.fault(node, "key-missing/lang-of-translation")
                return None
            node = parts["lang"]
        if not self.scalar(name, node, "language"):
            return None
        lang = self.line(name, node)
        if lang is None:
            return None
        for declared in self.languages:
            if declared.lower() == lang.value.lower():
                return TranslationOf(Text(declared, lang.line, lang.column), date)
        if self.languages:
            self.fault(node, "value-invalid/language", text=_shortened(lang.value), declared=self.languages)
            return None
        return TranslationOf(lang, date)

    def extra(self, name: str, node: Node) -> dict[str, Any] | None:
        if isinstance(node, Mapping):
            value: dict[str, Any] = yaml_nodes.plain_value(node)
            return value
        self.fault(node, "value-type/extra")
        return None


def _example(node: Sequence | Mapping, form: _Form) -> str | Part:
    """What to write in place of a list or a mapping: the one text in it, if there is no more."""
    only: Node | None = None
    if isinstance(node, Sequence) and len(node.items) == 1:
        only = node.items[0]
    if isinstance(only, Scalar) and only.value:
        return only.value if re.fullmatch(_PLAIN, only.value) else quoted(only.value)
    if form == "text" and isinstance(node, Mapping) and len(node.entries) == 1:
        entry = node.entries[0]
        if isinstance(entry.value, Scalar):
            return quoted(f"{entry.key.value}: {entry.value.value}")
    return part(f"example/{form}")


def _switch(text: str) -> str:
    word = holding_keys.folded(text)
    return "no" if word in holding_keys.NO else "yes" if word in holding_keys.YES else ""


def canonical_date(text: str) -> str | None:
    """A date or date-time of front matter as ISO 8601 has it; None if it is none."""
    match = _WHEN.fullmatch(text)
    return _canonical(match) if match else None


def _day_of(root: Mapping) -> str:
    """The day of `date`, as `2023-04-16`; "" if it has none that can be read."""
    written = next((entry.value for entry in root.entries if entry.key.value == "date"), None)
    return (canonical_date(written.value.strip()) or "")[:10] if isinstance(written, Scalar) else ""


def _shortened(text: str) -> str:
    """The text on one line, fit for a message."""
    text = " ".join(text.split())
    return text if len(text) <= 60 else text[:59] + "…"


_TYPES: dict[str, Callable[[_Reader, str, Node], Any]] = {
    "title": _Reader.line, "kicker": _Reader.line, "lead": _Reader.words,
    "description": _Reader.line, "location": _Reader.line, "gone": _Reader.gone,
    "slug": _Reader.slug, "story": _Reader.story, "template": _Reader.template,
    "date": _Reader.when, "updated": _Reader.when, "publish": _Reader.when,
    "expires": _Reader.when, "authors": _Reader.texts, "tags": _Reader.texts,
    "names": _Reader.texts, "categories": _Reader.ids, "topics": _Reader.ids,
    "related": _Reader.ids, "aliases": _Reader.texts, "draft": _Reader.boolean,
    "noindex": _Reader.boolean, "source": _Reader.source, "image": _Reader.image,
    "corrections": _Reader.corrections, "translation_of": _Reader.translation_of,
    "extra": _Reader.extra,
}  # fmt: skip
