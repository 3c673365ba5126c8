"""What can be wrong: places, severities, diagnostics and the table of their ids."""

from __future__ import annotations

import os
import re
from itertools import groupby

import msgspec

from newsgen.nouns.messages import MOST_SHOWN, Language, Message, Value
from newsgen.nouns.messages import Part as Part
from newsgen.nouns.messages import Severity as Severity
from newsgen.nouns.messages import one_line as one_line

#: Every id with one line on what it means. An id never changes meaning; docs/diagnostics.md has an entry for each.
CODES: dict[str, str] = {
    # newsgen.yaml
    "config-missing": "the folder has no newsgen.yaml",
    "config-invalid": "a value of newsgen.yaml cannot be used",
    "config-unknown-key": "newsgen.yaml has a key that newsgen does not know",
    "accepted-over": "newsgen.yaml accepts a fault until a day that is past",
    "accepted-refused": "newsgen.yaml accepts what takes a file off the site",
    "accepted-unused": "newsgen.yaml accepts a fault that there is not",
    "menu-duplicate": "the menu leads to one place twice",
    "menu-partial": "an entry of the menu lacks its title or address in a language",
    "security-expires": "security.txt has ended, or ends within 30 days",
    # files
    "content-missing": "there is no story below content/",
    "encoding-invalid": "a text file is not UTF-8",
    "character-forbidden": "a character that no one sees breaks lines or cannot stand in XML",
    "file-unreadable": "a file cannot be read",
    "conflict-mark": "a text in which git left the marks of a merge conflict",
    "file-changed": "a file changed while the build ran",
    "newsgen-fault": "newsgen itself failed at a file",
    "file-pointer": "a pointer of Git LFS in the place of a file",
    "file-special": "a pipe, a socket or a device in the place of a file",
    "language-undeclared": "a file is in a language that newsgen.yaml does not declare",
    "story-duplicate": "two files for one story and language",
    "story-name": "a file that looks like a story, and is read otherwise than its name says",
    "path-case-clash": "two paths differ only in case or in Unicode form",
    "path-too-long": "an output path is longer than file systems allow",
    "name-hidden": "a file or folder of static/ that is not published because of its name",
    "name-forbidden": "a name that no address can hold",
    "name-unportable": "a name that some systems cannot hold",
    "symlink-outside": "a symbolic link leads out of the site folder",
    "symlink-hidden": "a symbolic link leads to what is hidden, to the output or to the cache",
    "symlink-dangling": "a symbolic link leads nowhere",
    "symlink-loop": "symbolic links lead back to themselves",
    # YAML and front matter
    "front-matter-missing": "a file does not begin with front matter",
    "front-matter-unclosed": "front matter has no closing line of three dashes",
    "yaml-invalid": "the front matter is not valid YAML",
    "yaml-tag": "a YAML tag (`!!`) in front matter",
    "yaml-alias-limit": "YAML aliases that expand to too much",
    "key-duplicate": "a key stands twice",
    "key-unknown": "a key that newsgen does not know",
    "key-holds-back": "a key of another system that may hold a story back",
    "key-missing": "a required key is missing or empty",
    "value-type": "a value of the wrong type",
    "value-invalid": "a value that this key cannot have",
    "markup-as-typed": "HTML or Markdown in a value that readers see as it was typed",
    "list-comma": "a single text with commas where a list is due",
    "list-item-empty": "a list has an empty item",
    "escape-unseen": "a backslash in double quotes that no reader sees",
    "comment-truncates": "a `#` after a space cuts a value",
    "date-invalid": "not a date",
    "date-order": "`updated` or `expires` lies before `date`",
    "date-future": "a change is dated in the future",
    "date-early": "a date lies before there were newspapers",
    "time-nonexistent": "a local time that summer time skips",
    # stories, terms, categories
    "category-unknown": "a category that newsgen.yaml does not declare",
    "topic-unknown": "a topic without a file under content/topics/",
    "term-empty": "a tag, author or source without letters or digits",
    "term-spelling": "one term is spelled in several ways",
    "term-clash": "two terms would have one address",
    "term-file-invalid": "a term file that cannot be used",
    "gone-partial": "a story is withdrawn in one language only",
    "version-held": "one language version of a story holds another back",
    "version-alone": "one language version of a story is public while another is held back",
    "version-unread": "a file of which nothing can be read may hold the other language versions back",
    "template-unknown": "an article asks for a template that it cannot have",
    # addresses
    "slug-invalid": "a slug that cannot be an address",
    "slug-reserved": "a slug that a calendar page or a numbered page could claim",
    "slug-missing": "no slug can be made from title or file name",
    "address-taken": "two outputs want one address",
    "story-moved": "a story that the ledger knows by another id, because its file was moved",
    "ledger-missing": "a build without a ledger knows of nothing that was published",
    "ledger-invalid": "a line of the ledger that is none",
    "redirect-invalid": "a line of redirects.yaml that says nothing that can be done",
    "redirect-broken": "a line of redirects.yaml that leads nowhere",
    "redirect-taken": "a line of redirects.yaml for an address at which something is published",
    "redirect-count": "a pattern in redirects.yaml that matches another number of addresses than it says",
    "redirect-unused": "a pattern in redirects.yaml that matches no address of the ledger",
    "redirects-too-many": "a host takes fewer redirects in its own form than the site has",
    "output-foreign": "something that newsgen did not write stands where a page must be",
    "address-lost": "an address that was published is gone",
    "media-gone": "a published picture or document to which nothing refers any more",
    "alias-invalid": "an alias that is no path on this site",
    "alias-taken": "an alias whose address belongs to another page",
    # references
    "reference-broken": "a cross-link to a story that does not exist",
    "reference-ambiguous": "a shortened story id that several stories fit",
    "reference-unpublished": "a cross-link to a story that is not published now",
    "reference-self": "a story links to itself",
    "heading-unknown": "a link to a heading that its target does not have",
    "link-broken": "a link to a file that does not exist",
    "document-active": "a document that browsers or hosts would run or render in the site's name",
    "picture-missing": "a picture that does not exist",
    "picture-elsewhere": "a picture that lies on another site",
    "picture-broken": "a picture that cannot be read",
    "picture-too-large": "a picture with more pixels than are decoded",
    "picture-svg-cleaned": "an SVG that is published without what acts or loads in it",
    "alt-missing": "a picture without a text that says what is seen",
    "heading-level": "a heading in a text that is a second headline",
    "footnote-undefined": "a footnote mark without its note",
    "footnote-uncalled": "a footnote that nothing calls",
    "html-dropped": "raw HTML that the allow-list does not let through",
    "definition-uncalled": "a reference or abbreviation that nothing in the text uses, and no reader sees",
    "code-unclosed": "fenced code that nothing closes",
    "code-words": "words behind the language of fenced code, which no reader sees",
    "markup-empty": "a link, heading, item, note or emphasis without words, or a link without an address",
    "markup-shown": "signs of Markdown or HTML that readers see as they were typed",
    "table-row-long": "a row of a table with more cells than the table has columns",
    "definition-duplicate": "a footnote, reference, abbreviation or id that is defined a second time",
    "template-syntax": "mark-up of another system that readers see as typed",
    "html-unclosed": "raw HTML that is not closed, and would take what stands behind it",
    "comment-unclosed": "an HTML comment that is not closed",
    "paragraph-too-long": "a paragraph too long to be searched for Markdown",
    # theme
    "template-invalid": "a template that does not compile",
    "template-failed": "a template that failed while rendering a page",
    "template-unused": "a file below templates/ that nothing uses",
    "block-unknown": "a block that no template it extends has",
    "style-invalid": "a part of the stylesheet that is no whole CSS",
    "policy-blocked": "something in a template that the policy of the pages stops",
    "strings-invalid": "a string table that cannot be used",
    "strings-missing": "a language of the site lacks interface words",
    "strings-unknown": "interface words that no template asks for",
    # the build itself
    "cache-renewed": "the cache could not be used and was made anew",
    "manifest-renewed": "the list of what newsgen wrote could not be used and was made anew",
    "output-unclaimed": "files of the output that no page is for, after its manifest was lost",
    "pages-wait": "pages that lead to one that could not be made and was never published",
}


#: Ids of errors that leave the article, page or term of a file out. One that was published is shown as it was last
#: published instead; test_whatever_error_a_published_file_gets_it_stays_as_it_was has an example of each.
LEAVING_OUT = frozenset(
    (
        "address-taken",
        "category-unknown",
        "character-forbidden",
        "comment-unclosed",
        "conflict-mark",
        "date-invalid",
        "encoding-invalid",
        "file-changed",
        "file-pointer",
        "file-unreadable",
        "front-matter-missing",
        "front-matter-unclosed",
        "key-duplicate",
        "key-holds-back",
        "key-missing",
        "list-comma",
        "newsgen-fault",
        "slug-invalid",
        "slug-missing",
        "slug-reserved",
        "story-duplicate",
        "template-failed",
        "term-empty",
        "value-invalid",
        "value-type",
        "yaml-alias-limit",
        "yaml-invalid",
        "yaml-tag",
    )
)
#: Ids, and cases of ids, of warnings for which words that an editor wrote are not published.
DROPPING = frozenset(
    (
        "code-words",
        "comment-truncates",
        "definition-duplicate/note",
        "definition-uncalled",
        "html-dropped/embed",
        "html-dropped/markup",
        "html-dropped/whole",
        "key-unknown",
        "picture-missing/address",
        "story-name/unread",
        "table-row-long",
    )
)


class Location(msgspec.Struct, frozen=True, order=True):
    """A place in a file: path relative to the site folder, line and column from 1, in code points."""

    path: str
    line: int = 1
    column: int = 1

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}"


class Diagnostic(msgspec.Struct, frozen=True):
    """One fault: where, which case of which kind, and what there is to tell of it.

    Its words and how bad it is stand in `messages`: nothing is put into words before someone reads it. `key` is the id,
    or the id and, behind a slash, one of its cases; `parameters` are sorted by their names.
    """

    location: Location
    key: str
    parameters: tuple[tuple[str, Value], ...] = ()

    def __post_init__(self) -> None:
        if self.key not in _language().messages:
            raise ValueError(f"there are no words for the diagnostic `{self.key}`")

    @property
    def id(self) -> str:
        return self.key.partition("/")[0]

    @property
    def severity(self) -> Severity:
        return self._words.severity

    @property
    def drops_words(self) -> bool:
        """Whether words that an editor wrote are not published for this, though it is no error."""
        return self.id in DROPPING or self.key in DROPPING

    @property
    def message(self) -> str:
        """What is wrong, in one line."""
        return self._shown(self._words.message)

    @property
    def subject(self) -> tuple[tuple[str, Value], ...]:
        """The parameters that the message names: what the fault is about, whatever else its hint proposes."""
        names = _language().names(self._words.message)
        return tuple(parameter for parameter in self.parameters if parameter[0] in names)

    @property
    def hint(self) -> str:
        """What to write instead; "" if the message says it."""
        return self._shown(self._words.hint)

    def and_more(self, more: int) -> Diagnostic:
        """This one, in the words that say how many more pages it is about, if there are such words."""
        if f"{self.key}/more" not in _language().messages:
            return self
        return diagnose(self.location, f"{self.key}/more", **dict(self.parameters), more=more)

    def _shown(self, template: str) -> str:
        words = _language().words(template, self.parameters)
        return one_line(words) if self._words.is_cut else words

    @property
    def _words(self) -> Message:
        return _language().messages[self.key]


def _language() -> Language:
    # Imported here: it takes 5 ms, 4 % of an idle build, and most of these have nothing to say.
    from newsgen.nouns.messages import en

    return en.LANGUAGE


def diagnose(location: Location, key: str, /, **parameters: Value) -> Diagnostic:
    """The diagnostic of a case that stands in `messages`, with what its words ask for.

    Of a text in words that are cut, no more is kept than they can show; one more tells that it was longer.
    """
    if (words := _language().messages.get(key)) and words.is_cut:
        most = MOST_SHOWN + 1
        parameters = {name: value[:most] if isinstance(value, str) else value for name, value in parameters.items()}
    return Diagnostic(location, key, tuple(sorted(parameters.items())))


def part(key: str, /, **parameters: Value) -> Part:
    """A parameter that is a phrase of `messages`."""
    return Part(key, tuple(sorted(parameters.items())))


def own_fault(path: str, fault: Exception) -> Diagnostic:
    """That newsgen failed at one file: what it met there is a fault of newsgen, whatever the file says.

    The message names the last line of newsgen's own code on the way, so that a report of it can be followed; none where
    the depth of the stack decides which line that is. Raises: `fault`, where NEWSGEN_DEBUG=1 asks for its traceback.
    """
    if os.environ.get("NEWSGEN_DEBUG") == "1":
        raise fault
    return diagnose(Location(path), "newsgen-fault", fault=own_reason(fault))


def own_reason(fault: Exception) -> Part:
    """That newsgen failed at a file, in one line, the same in each run."""
    said = re.sub(r" at 0x[0-9a-f]+", "", f"{type(fault).__name__}: {fault}")  # another address in each run
    words = "".join(c if c.isprintable() else " " for c in said).strip(": ")[:160]
    place = None if isinstance(fault, (RecursionError, MemoryError)) else _last_line(fault)
    return part("fault/at-line", file=place[0], line=place[1], words=words) if place else part("fault", words=words)


def picture_hint(reason: Part | str) -> Part:
    """What to do about a picture of which nothing can be made for this reason."""
    case = reason.key if isinstance(reason, Part) else ""
    if case == "picture/pointer":
        return part("picture/fetch")
    if case == "picture/named-svg":
        return part("picture/rename")
    return part("picture/report") if case in ("fault", "fault/at-line") else part("picture/save-again")


def _last_line(fault: Exception) -> tuple[str, int] | None:
    """The file and the line of newsgen's own code that an exception came through last."""
    package, place = f"{os.path.dirname(os.path.dirname(__file__))}{os.sep}", None
    step = fault.__traceback__
    while step:
        if step.tb_frame.f_code.co_filename.startswith(package):
            place = step.tb_frame.f_code.co_filename.removeprefix(package), step.tb_lineno
        step = step.tb_next
    return place


def in_order(diagnostics: list[Diagnostic] | tuple[Diagnostic, ...]) -> tuple[Diagnostic, ...]:
    """The diagnostics by place, then id and message, each once.

    Words are made of those alone that share place and id. Parameters would do without words, but in another order than
    editors know: that `title` is missing in newsgen.yaml would be told before that `languages` is.
    """
    by_place = groupby(sorted(set(diagnostics), key=_place_and_id), key=_place_and_id)
    return tuple(d for _, group in by_place for d in _by_words(list(group)))


def _place_and_id(diagnostic: Diagnostic) -> tuple[Location, str]:
    return diagnostic.location, diagnostic.id


def _by_words(diagnostics: list[Diagnostic]) -> list[Diagnostic]:
    return sorted(diagnostics, key=lambda d: (d.message, d.hint)) if len(diagnostics) > 1 else diagnostics


class NewsgenError(Exception):
    """The world fails (disk full, catalog locked, configuration unusable); shown by `cli`, never a traceback.

    `diagnostics` says what is wrong where a file of the editor is the cause.
    """

    def __init__(self, message: str, diagnostics: tuple[Diagnostic, ...] = ()) -> None:
        super().__init__(message, diagnostics)
        self.message = message
        self.diagnostics = diagnostics

    def __str__(self) -> str:
        return self.message
