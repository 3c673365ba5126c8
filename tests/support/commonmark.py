"""What another reader, markdown-it-py, makes of a body; the structure of what either makes, to hold them together."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import unquote

from markdown_it import MarkdownIt
from mdit_py_plugins.deflist import deflist_plugin
from mdit_py_plugins.footnote import footnote_plugin
from mdit_py_plugins.tasklists import tasklists_plugin
from selectolax.lexbor import LexborHTMLParser, LexborNode

from newsgen.parsing.markup import convert
from newsgen.parsing.markup.cleaning import clean

#: An element: its name, attributes that are structure, and what is in it; a text is its words.
Node = tuple[Any, ...] | str


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


_BLOCKS = _names(
    "address article aside blockquote body caption dd details div dl dt figcaption figure footer h1 h2 h3 h4 h5 h6"
    " header hr li main nav ol p pre section summary table tbody td tfoot th thead tr ul"
)
_TASK = re.compile(r"<input[^>]*>")
_ALIGNED = re.compile(r'style="text-align:\s*(\w+);?"')


def theirs(text: str) -> str:
    """The body by CommonMark and GitHub's tables and strikethrough, with notes and definition lists."""
    reader = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    reader.use(footnote_plugin, inline=False).use(deflist_plugin).use(tasklists_plugin)
    html: str = _TASK.sub(lambda box: "☑" if "checked" in box[0] else "☐", reader.render(text))
    return clean(_ALIGNED.sub(r'class="align-\1"', html))


def ours(text: str) -> str:
    """The body by newsgen, in a language whose typography changes nothing."""
    body, _ = convert(text, path="x.md", first_line=1, lang="de", folder="a/b/c/d", trusted_html=False)
    return body.html


def structure(html: str) -> list[Node]:
    """Elements within each other with their words: white space folded, ids and most attributes left out.

    What both know and write in ways of their own is written alike: notes, frames of tables, figures, paragraphs of
    definitions.
    """
    body = LexborHTMLParser(f"<body>{html}").body
    return _trimmed(_children(body)) if body is not None else []


def _children(node: LexborNode) -> list[Node]:
    out: list[Node] = []
    for child in node.iter(include_text=True):
        for one in _nodes(child):
            if isinstance(one, str) and out and isinstance(out[-1], str):
                out[-1] += one
            elif one[0] == "dl" and (above := [node for node in out if node != "\n"]) and above[-1][0] == "dl":
                out[out.index(above[-1])] = (*above[-1], *one[1:])
            else:
                out.append(one)
    return out


def _nodes(node: LexborNode) -> list[Node]:
    tag = node.tag or ""
    if tag == "-text":
        return [node.text_content or ""]
    attributes = node.attributes
    classes = (attributes.get("class") or "").split()
    if tag == "a" and "footnote-backref" in classes:
        return []
    if tag == "sup" and ("footnote-ref" in classes or (attributes.get("id") or "").startswith("fnref")):
        return [("note", (node.text() or "").strip("[]").partition(":")[0])]
    if tag == "img":
        return [("img", " ".join((attributes.get("alt") or "").split()))]
    if tag == "p" and _is_way_back(node):
        return []  # of a note that ends with something else
    if tag in ("html", "-comment") or "footnotes-sep" in classes:
        return []
    children = _children(node)
    if tag == "section" and "footnotes" in classes:
        return children
    if tag == "div" and "footnote" in classes:
        return children[1:] if children[0] == ("hr",) else [*children[:1], *children[2:]]
    if tag == "div" and "table-scroll" in classes:
        return children
    if tag == "figcaption":
        return []
    if tag == "figure" and "picture" in classes:
        tag = "p"
    if tag == "pre":
        return [("pre", "\n".join(line.rstrip() for line in node.text(deep=True).rstrip("\n").split("\n")))]
    kept = []
    if tag == "code":
        return [("code", " ".join((node.text() or "").split()))]
    if tag == "a":
        href = attributes.get("href") or ""
        kept = [unquote(href)] if re.match(r"https?:|mailto:|#", href) else []
    elif tag == "s":
        tag = "del"
    elif tag == "ol" and attributes.get("start"):
        kept = [f"start={attributes['start']}"]
    elif tag in ("td", "th"):
        kept = [name for name in classes if name.startswith("align-")]
    if tag == "dd":
        children = _with_paragraphs(children)
    return [(tag, *kept, *(_trimmed(children) if tag in _BLOCKS else children))]


def _with_paragraphs(nodes: list[Node]) -> list[Node]:
    """Blocks, with each run of words and inline elements as a paragraph."""
    out: list[Node] = []
    run: list[Node] = []
    for node in (*nodes, ("end",)):
        if node != ("end",) and (isinstance(node, str) or node[0] not in _BLOCKS):
            run.append(node)
            continue
        if words := _trimmed(run):
            out.append(("p", *words))
        run = []
        out.append(node)
    return out[:-1]


def _is_way_back(node: LexborNode) -> bool:
    """Whether nothing but ways back stands in a paragraph."""
    words = (node.text(deep=False) or "").strip(" \n\xa0")
    return not words and len(node.css("a.footnote-backref")) == len(list(node.iter())) > 0


def _trimmed(nodes: list[Node]) -> list[Node]:
    """What is in a block, without white space at its ends and beside other blocks; other white space is one space."""
    out: list[Node] = []
    for node in nodes:
        if isinstance(node, str) and node == "\u00a0":  # before the way back from a note
            continue
        out.append(re.sub(r"[ \t\n]+", " ", node.rstrip("\u00a0")) if isinstance(node, str) else node)
    for n, node in enumerate(out):
        if isinstance(node, str):
            if n == 0 or _is_block(out[n - 1]):
                node = node.lstrip(" ")
            if n == len(out) - 1 or _is_block(out[n + 1]):
                node = node.rstrip(" ")
            out[n] = node
    return [node for node in out if node != ""]


def _is_block(node: Node) -> bool:
    return not isinstance(node, str) and (node[0] in _BLOCKS or node[0] == "br")
