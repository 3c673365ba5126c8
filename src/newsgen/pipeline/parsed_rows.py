"""A parsed file as the catalog keeps it, with the words that search shall know it by."""

from __future__ import annotations

from hashlib import blake2b

from msgspec.structs import replace

from newsgen.catalog.store import ParsedRow, encode
from newsgen.nouns.model import Parsed, Searchable


def parsed_row(parsed: Parsed, *, hash: str, shown: str = "") -> ParsedRow:
    """What the catalog keeps of a parsed file; `shown` is another hash than `hash` where a last good version stands
    in."""
    head, body = encode(replace(parsed, body=replace(parsed.body, html="", text=""))), encode(parsed.body)
    words = encode(_searchable(parsed))
    marks = b"".join(
        blake2b(data, digest_size=16).digest() for data in (head, body + words, encode(parsed.body.heading_ids))
    )
    broken = parsed.broken or parsed
    return ParsedRow(
        parsed.path, hash, shown or hash, parsed.kind, parsed.name, parsed.story, parsed.lang,
        parsed.broken is not None or parsed.front is None,
        bool(broken.diagnostics), marks, head, words, body,
    )  # fmt: skip


def _searchable(parsed: Parsed) -> Searchable:
    front = parsed.front
    if front is None or parsed.kind != "article":
        return Searchable()
    from newsgen.parsing.markup.plain import plain_text  # likewise
    from newsgen.search.words import searchable  # 6 ms of regular expressions, for a build that parses

    terms = [text.value for text in (*front.tags, *front.authors)]
    if front.source:
        terms.append(front.source.name.value)
    title, kicker = front.title.value if front.title else "", front.kicker.value if front.kicker else ""
    caption = front.image.caption.value if front.image and front.image.caption else ""
    if "<" in parsed.inline.caption or "&" in parsed.inline.caption:
        caption = plain_text(parsed.inline.caption)  # its words without the signs of Markdown
    text = f"{parsed.body.text}\n{caption}"
    return searchable(title=title, kicker=kicker, lead=parsed.inline.lead_text, terms=terms, text=text)
