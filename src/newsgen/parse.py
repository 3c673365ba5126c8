"""One content file to its own values: front matter, body, references; no other file, no address, no clock."""

from __future__ import annotations

from newsgen import frontmatter, markup
from newsgen.model import FrontMatter, Inline, Parsed, Source


def parse(
    source: Source, data: bytes, *, languages: tuple[str, ...], trusted_html: bool, origins: tuple[str, ...] = (),
    shortcuts: bool = True,
) -> Parsed:  # fmt: skip
    """What a file says by itself; `front` is None where the file has errors of its own.

    Without `shortcuts` the answer is the same and takes several times as long: for tests.
    """
    document = frontmatter.read(data, path=source.path, kind=source.kind, languages=languages, shortcuts=shortcuts)
    body, found = markup.convert(
        document.body,
        path=source.path,
        first_line=document.body_line,
        lang=source.lang,
        folder=source.path.removeprefix("content/").rpartition("/")[0],
        trusted_html=trusted_html,
        origins=origins,
        shortcuts=shortcuts,
    )
    front, diagnostics = document.front, (*document.diagnostics, *found)
    inline = _inline(front, source.lang) if front else Inline()
    return Parsed(
        source.path, source.kind, source.name, source.lang, front, inline, body, diagnostics, document.partial
    )


def _inline(front: FrontMatter, lang: str) -> Inline:
    def shown(text: str) -> str:
        return markup.escape(markup.typeset(text, lang=lang)) if text else ""

    caption = front.image.caption.value if front.image and front.image.caption else ""
    lead = markup.inline_html(front.lead.value, lang=lang) if front.lead else ""
    return Inline(
        title=shown(front.title.value) if front.title else "",
        kicker=shown(front.kicker.value) if front.kicker else "",
        lead=lead,
        lead_text=_words(lead),
        caption=shown(caption),
        gone=shown(front.gone.value) if front.gone else "",
        corrections=tuple(shown(c.text.value) for c in front.corrections),
    )


def _words(html: str) -> str:
    """The words of inline HTML on one line."""
    return " ".join((markup.plain_text(html) if "<" in html or "&" in html else html).split())
