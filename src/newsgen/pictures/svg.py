"""Published SVG without what acts, loads or tells of its maker: such parts are cut out, all other bytes stay.

A page shows an SVG in `img`, where browsers run nothing and load nothing; but its address can be opened by itself, and
then a script in it would be one of the site's own. expat tells where each part begins and ends, so that what is cut is
what a browser's parser sees.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from urllib.parse import unquote_to_bytes
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

import msgspec

from newsgen.nouns.diagnostics import Part, part
from newsgen.pictures.unusable import Unusable

_MOST = 8 << 20  # bytes, entities expanded
_DROPPED = {
    "script", "foreignObject", "handler", "listener",
    # Of HTML, which an SVG may hold by its namespace.
    "iframe", "frame", "embed", "object", "applet", "audio", "video", "canvas", "portal", "link", "meta", "base",
    "form",
}  # fmt: skip
#: Namespaces that browsers show. What is in others, drawing programs note for themselves: names of folders and files
#: of the one who drew, earlier versions of the drawing. It goes without a word.
_SHOWN = {
    "http://www.w3.org/2000/svg",
    "http://www.w3.org/1999/xlink",
    "http://www.w3.org/1999/xhtml",
    "http://www.w3.org/XML/1998/namespace",
    "http://www.w3.org/2000/xmlns/",
}
_ANIMATIONS = {"animate", "set", "animateTransform", "animateMotion", "animateColor", "discard"}
_TAG = re.compile(rb"<[^\s/>]+((?:\s+[^\s=/>]+\s*=\s*(?:\"[^\"]*\"|'[^']*'))*)\s*/?>")
_ATTRIBUTE = re.compile(rb"\s+([^\s=/>]+)\s*=\s*(?:\"[^\"]*\"|'[^']*')")
_SPACE = re.compile("[\x00-\x20]+")
_LINK = re.compile(r"(?:https?|mailto):", re.IGNORECASE)
#: A raster picture in an address, up to its bytes. Limits, and no way back, make one look at each place enough.
_HEAD = r"data:image/(png|jpe?g|gif|webp|avif)((?:;[^,;\"'()]{0,100}+){0,8}+),"
_DATA = re.compile(_HEAD, re.IGNORECASE)
#: In CSS, a quotation mark or a bracket ends it.
_RASTER = re.compile(_HEAD + r"([^\"'()]*+)", re.IGNORECASE)
_URL = re.compile(rf"url\(\s*+[\"']?+\s*+(?!#|{_HEAD}|data:(?:font/|application/(?:x-)?font))", re.IGNORECASE)
_IMAGE = re.compile("data:image/", re.IGNORECASE)
#: What a comment may look like and be none, and comments, to the end where nothing ends them.
#: Rule: www.w3.org/TR/css-syntax-3, 4.3.
_CSS = re.compile(
    r"""(\"(?:[^\"\\\n]|\\.)*+"?|'(?:[^'\\\n]|\\.)*+'?|url\((?!\s*+["'])[^)]*+|\\.)|/\*(?:(?!\*/).)*+(?:\*/)?""",
    re.DOTALL | re.IGNORECASE,
)
_ACTIVE = re.compile(
    r"@import|image-set|expression\s*\(|javascript:|-moz-binding|behavior\s*:"
    # Addresses as texts. Rule: www.w3.org/TR/css-values-4, 4.5; www.w3.org/TR/css-images-4, 2.
    r"|(?:src|image|cross-fade)\(\s*+[\"']",
    re.IGNORECASE,
)
_ESCAPE = re.compile(r"\\(?:([0-9a-fA-F]{1,6})\s?|(.))", re.DOTALL)
#: Attributes that hold addresses, of which only the first two are needed; `xml:base` gives all others another meaning.
_ADDRESSES = {"href", "src", "srcset", "poster", "action", "formaction", "data", "ping", "background", "base"} | {
    *("attributionsrc", "imagesrcset", "lowsrc", "dynsrc", "classid", "codebase", "archive", "manifest")
}
_LINKING = ("href", "src")
_DECLARATION = re.compile(rb"\s*+<\?xml\s[^>?]*+\?>")
_ENCODING = re.compile(rb"\bencoding\s*+=\s*+[\"']([A-Za-z0-9._-]++)[\"']")
_ENTITY = re.compile(rb"&([^\s&;#<>\"']++);")
_MOST_DECLARED = 1024  # bytes of `<?xml …?>`


_UNITS = {"": 1, "px": 1, "in": 96, "cm": 96 / 2.54, "mm": 96 / 25.4, "q": 96 / 101.6, "pc": 16, "pt": 96 / 72}


class _Seen(Exception):
    """The rest of the file says nothing more about what was asked."""


class Invalid(Unusable):
    """The file is no well-formed SVG, or one whose entities have no end."""


class Cut(msgspec.Struct, frozen=True):
    """Something that acts or loads and was cut out, with its place in the file as the editor sees it."""

    line: int
    column: int
    what: Part


def clean(data: bytes, bare: Callable[[bytes], bytes] = lambda data: data) -> tuple[bytes, tuple[Cut, ...]]:
    """The SVG as it is published, and what was dropped of it.

    `bare`: makes of a raster picture that the SVG holds the one that is published. Raises: Invalid.
    """
    text = _as_utf8(data)
    if len(text) > _MOST:
        raise Invalid(part("svg/bytes", most=_MOST >> 20))
    return _Cleaner(_without_document_type(text), bare).run()


def size(data: bytes) -> tuple[int, int]:
    """Width and height in pixels: as the SVG says, or those of its `viewBox`; (0, 0) if it says neither.

    Rule: www.w3.org/TR/SVG2, 8.2 and "Intrinsic sizing properties of the viewport of SVG content".
    """
    root: dict[str, str] = {}
    parser = expat.ParserCreate("UTF-8")

    def first(_: str, attributes: dict[str, str]) -> None:
        root.update(attributes)
        raise _Seen

    parser.StartElementHandler = first
    try:
        parser.Parse(_without_document_type(_as_utf8(data)), True)
    except (expat.ExpatError, ValueError):
        return 0, 0
    except _Seen:
        pass
    width, height = _pixels(root.get("width", "")), _pixels(root.get("height", ""))
    try:
        box = root.get("viewBox", "").strip()
        wide, high = (float(number) for number in re.split(r"[\s,]+", box if len(box) < 200 else "")[2:4])
    except ValueError:
        wide, high = 0, 0
    if wide > 0 and high > 0:
        if width and not height:
            height = width * high / wide
        elif height and not width:
            width = height * wide / high
        elif not width:
            width, height = wide, high
    return (max(1, round(width)), max(1, round(height))) if 0 < width < 1e6 and 0 < height < 1e6 else (0, 0)


def _pixels(text: str) -> float:
    """Rule: www.w3.org/TR/css-values-4, 6.2, "Absolute Lengths"; 0 for what is none."""
    match = re.fullmatch(r"([0-9.]{1,40}(?:e[+-]?[0-9]{1,9})?)(px|cm|mm|q|in|pc|pt|)", text.strip().lower())
    try:
        return float(match[1]) * _UNITS[match[2]] if match else 0
    except ValueError:
        return 0


def _as_utf8(data: bytes) -> bytes:
    """The text as UTF-8, without a byte order mark and an encoding that is another one."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        data = _decoded(data, "utf-16").encode()
        declared = _DECLARATION.match(data, 0, _MOST_DECLARED)
        return data[declared.end() :] if declared else data
    data = data.removeprefix(b"\xef\xbb\xbf")
    declared = _DECLARATION.match(data, 0, _MOST_DECLARED)
    named = _ENCODING.search(declared[0]) if declared else None
    if declared and named and named[1].lower() not in (b"utf-8", b"us-ascii"):
        return _decoded(data[declared.end() :], named[1].decode()).encode()
    return data


def _decoded(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except (UnicodeDecodeError, LookupError) as fault:
        raise Invalid(part("svg/encoding", encoding=encoding[:100])) from fault


def _without_document_type(data: bytes) -> bytes:
    """The text without `<!DOCTYPE …>`, its entities put in: drawing programs use them for names of namespaces."""
    if b"<!DOCTYPE" not in data:
        return data
    entities: dict[bytes, bytes] = {}
    places: list[int] = []
    parser = expat.ParserCreate("UTF-8")

    def entity(name: str, is_parameter: int, value: str | None, *_: str | None) -> None:
        if not is_parameter and value is not None:
            entities[name.encode()] = value.encode()

    def ended() -> None:
        places.append(parser.CurrentByteIndex)
        raise _Seen

    parser.EntityDeclHandler = entity
    parser.StartDoctypeDeclHandler = lambda *_: places.append(parser.CurrentByteIndex)
    parser.EndDoctypeDeclHandler = ended
    try:
        parser.Parse(data, True)
    except (expat.ExpatError, ValueError) as fault:
        raise Invalid(str(fault)) from fault
    except _Seen:
        pass
    if len(places) != 2:
        return data
    start = data.rindex(b"<!DOCTYPE", 0, places[0] + 9)
    end = data.index(b">", places[1]) + 1
    # As many ends of lines as before, so that places are those that the editor sees.
    data = data[:start] + b"\n" * data.count(b"\n", start, end) + data[end:]
    if not entities:
        return data
    for _ in range(8):
        used = [name for name in _ENTITY.findall(data) if name in entities]
        if not used:
            return data
        if len(data) + sum(len(entities[name]) for name in used) > _MOST:
            raise Invalid(part("svg/entities"))
        data = _ENTITY.sub(lambda match: entities.get(match[1], match[0]), data)
    raise Invalid(part("svg/entities-endless"))


class _Cleaner:
    def __init__(self, data: bytes, bare: Callable[[bytes], bytes]) -> None:
        self.data = data
        self.bare = bare
        self.cuts: list[Cut] = []
        self.ranges: list[tuple[int, int, bytes]] = []  # what is cut, and what stands there instead
        self.depth = 0  # of elements inside one that is cut
        self.begin = 0
        self.style: list[str] | None = None
        self.style_place = 0, 1, 1
        self.starts: list[int] = []  # of the elements that are open
        self.declared: list[tuple[str, ...]] = []  # the prefixes that each of them declares
        # Prefix to namespaces, the innermost last. Rule: www.w3.org/TR/xml-names, 6.
        self.names: dict[str, list[str]] = {"xml": ["http://www.w3.org/XML/1998/namespace"]}
        self.parser = parser = expat.ParserCreate("UTF-8")
        parser.ordered_attributes = True
        parser.specified_attributes = True
        parser.buffer_text = False
        parser.StartElementHandler = self.start
        parser.EndElementHandler = self.end
        parser.CharacterDataHandler = self.text
        parser.CommentHandler = lambda _: self.cut_to(b"-->")
        parser.ProcessingInstructionHandler = self.instruction

    def run(self) -> tuple[bytes, tuple[Cut, ...]]:
        try:
            self.parser.Parse(self.data, True)
        except Invalid:
            raise
        except (expat.ExpatError, ValueError) as fault:
            raise Invalid(str(fault)) from fault
        pieces: list[bytes] = []
        at = 0
        for low, high, instead in sorted(self.ranges):
            if high > at:
                pieces += self.data[at : max(at, low)], instead
                at = high
        pieces.append(self.data[at:])
        return b"".join(pieces), tuple(self.cuts)

    # ---- what expat tells
    def start(self, name: str, attributes: list[str]) -> None:
        local = name.rpartition(":")[2]
        if not self.starts and local != "svg":
            raise Invalid(part("svg/outermost", name=name[:40]))
        at = self.parser.CurrentByteIndex
        self.starts.append(at)
        pairs = list(zip(attributes[::2], attributes[1::2], strict=True))
        named = {key.removeprefix("xmlns").removeprefix(":"): value for key, value in pairs if key.startswith("xmlns")}
        self.declared.append(tuple(named))
        for prefix, uri in named.items():
            self.names.setdefault(prefix, []).append(uri)
        if self.depth:
            self.depth += 1
            return
        is_silent = local == "metadata" or self.is_foreign(name)
        # A style holds nothing but text: an element in it would part what browsers put together.
        if is_silent or local in _DROPPED or self.style is not None or _changes_links(local, pairs):
            self.depth, self.begin = 1, at
            if not is_silent or local in _DROPPED:
                self.note(part("cut/part", name=name))
            return
        if local == "style":
            self.style = []
            self.style_place = at, self.parser.CurrentLineNumber, self.parser.CurrentColumnNumber + 1
        self.attributes(at, local, pairs)

    def is_foreign(self, name: str) -> bool:
        """Whether an element, or an attribute with a prefix, is in a namespace that browsers do not show."""
        prefix = name.partition(":")[0] if ":" in name else ""
        uris = self.names.get(prefix)
        return (uris[-1] if uris else "" if prefix else "http://www.w3.org/2000/svg") not in _SHOWN

    def end(self, name: str) -> None:
        for prefix in self.declared.pop():
            self.names[prefix].pop()
        tag = _TAG.match(self.data, self.starts.pop())
        is_empty = tag is not None and tag[0].endswith(b"/>")  # expat tells no place of its end
        end = tag.end() if tag and is_empty else self.data.index(b">", self.parser.CurrentByteIndex) + 1
        if self.depth:
            self.depth -= 1
            if not self.depth:
                self.ranges.append((self.begin, end, b""))
        elif self.style is not None and name.rpartition(":")[2] == "style":
            css = "".join(self.style)
            self.style = None
            at, line, column = self.style_place
            if _loads(css):
                self.ranges.append((at, end, b""))
                self.cuts.append(Cut(line, column, part("cut/loads", name="style")))
            elif tag and (bare := self.without_metadata(_without_comments(css))) != css:
                self.ranges.append((tag.end(), self.parser.CurrentByteIndex, escape(bare).encode()))

    def text(self, text: str) -> None:
        if self.style is not None and not self.depth:
            self.style.append(text)

    def instruction(self, target: str, _: str) -> None:
        if not self.depth and target == "xml-stylesheet":
            self.note(part("cut/part", name=target))
        self.cut_to(b"?>")

    # ---- what is cut
    def note(self, what: Part) -> None:
        self.cuts.append(Cut(self.parser.CurrentLineNumber, self.parser.CurrentColumnNumber + 1, what))

    def cut_to(self, mark: bytes) -> None:
        at = self.parser.CurrentByteIndex
        self.ranges.append((at, self.data.index(mark, at) + len(mark), b""))

    def attributes(self, at: int, element: str, pairs: list[tuple[str, str]]) -> None:
        tag = _TAG.match(self.data, at)
        written = list(_ATTRIBUTE.finditer(self.data, tag.start(1), tag.end(1))) if tag else []
        if len(written) != len(pairs):
            raise Invalid(part("svg/attributes", name=element[:40]))
        for (name, value), match in zip(pairs, written, strict=True):
            why = _fault(element, name, value)
            if why or self.is_private(name, value):
                self.ranges.append((*match.span(), b""))
                if why:
                    self.note(why)
                continue
            address = _SPACE.sub("", value) if name.rpartition(":")[2].lower() in _LINKING else value
            shown = _without_comments(address) if name == "style" else address
            if (bare := self.without_metadata(shown)) != address:
                self.ranges.append((*match.span(), b" " + match[1] + f"={quoteattr(bare)}".encode()))

    def is_private(self, name: str, value: str) -> bool:
        """Whether an attribute is of no use to browsers: what programs note, and the names of their namespaces."""
        if name.startswith("xmlns:"):
            return value not in _SHOWN
        return name == "data-name" or (":" in name and self.is_foreign(name))

    def without_metadata(self, text: str) -> str:
        """The text with each raster picture in it as it is published."""
        return _RASTER.sub(self.raster, text) if _IMAGE.search(text) else text

    def raster(self, match: re.Match[str]) -> str:
        data = unquote_to_bytes("".join(match[3].split()))
        is_base64 = ";base64" in match[2].lower()
        try:
            if is_base64:
                data = base64.b64decode(data + b"==")
            bare = self.bare(data)
        except Exception:  # decoders raise whatever a broken picture makes them
            self.note(part("cut/picture"))
            return "data:,"
        is_plain = "\\" not in match[3] and (is_base64 or len(match[3].split()) == 1)
        if bare == data and is_plain:  # else a browser may read other bytes
            return match[0]
        return f"data:image/{match[1].lower()};base64,{base64.b64encode(bare).decode()}"


def _changes_links(element: str, pairs: list[tuple[str, str]]) -> bool:
    """Whether an animation would put another address, or a handler, in the place of one that was looked at."""
    named = dict(pairs).get("attributeName", "").strip().lower().rpartition(":")[2]
    return element in _ANIMATIONS and (named in ("href", "src") or named.startswith("on"))


def _loads(css: str) -> bool:
    """Comments count as well: whether something is one, only a parser of CSS knows. So does a picture that is written
    with escapes."""
    plain = _ESCAPE.sub(_character, css) if "\\" in css else css
    if plain != css and len(_IMAGE.findall(plain)) != len(_IMAGE.findall(css)):
        return True
    return bool(_ACTIVE.search(plain) or _URL.search(plain))


def _without_comments(css: str) -> str:
    """Comments are emptied, so that what stands beside them stays apart."""
    return _CSS.sub(lambda match: match[1] or "/**/", css) if "/*" in css else css


def _character(escape: re.Match[str]) -> str:
    """Rule: www.w3.org/TR/css-syntax-3, 4.3.7."""
    if escape[2]:
        return escape[2]
    number = int(escape[1], 16)
    return chr(number) if 0 < number < 0x110000 else "\ufffd"


def _is_allowed(element: str, address: str) -> bool:
    if address.startswith("#") or (element == "a" and _LINK.match(address)):
        return True
    return element in ("image", "feImage", "img") and bool(_DATA.match(address))


def _fault(element: str, name: str, value: str) -> Part | None:
    """Why an attribute goes, None if it stays."""
    local = name.rpartition(":")[2].lower()
    if local.startswith("on"):
        return part("cut/part", name=name)
    if local in _ADDRESSES and not name.startswith("xmlns"):
        address = _SPACE.sub("", value)
        if local in _LINKING and _is_allowed(element, address):
            return None
        return part("cut/address", name=name, address=repr(address[:40]))
    if local == "style" or "(" in value:
        return part("cut/loads", name=name) if _loads(value) else None
    return None
