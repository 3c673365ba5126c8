"""What a build found and did, as editors and programs read it (CONTENT.md §7, §8)."""

from __future__ import annotations

import json
import unicodedata
from dataclasses import dataclass, field
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsgen.nouns.diagnostics import CODES, Diagnostic, Location, Severity, diagnose, part
from newsgen.nouns.diagnostics import DROPPING as DROPPING_KEYS
from newsgen.nouns.file_list import FileList
from newsgen.nouns.messages import en, error
from newsgen.output import report

pytestmark = pytest.mark.pure


@dataclass(frozen=True)
class Due:
    kind: str
    at: str
    path: str


@dataclass(frozen=True)
class Result:
    diagnostics: tuple[Diagnostic, ...] = ()
    counts: dict[str, int] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    peak_memory_mib: float = 40.0
    written: FileList = field(default_factory=FileList)
    removed: FileList = field(default_factory=FileList)
    notes: tuple[Diagnostic, ...] = ()
    left_out: tuple[str, ...] = ()
    last_good: tuple[str, ...] = ()
    held_open: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()
    due: tuple[Due, ...] = ()
    manifest: str = ""
    is_stopped: bool = False
    accepted: tuple[Diagnostic, ...] = ()
    since: str = ""
    known: tuple[Diagnostic, ...] = ()


TYPO = diagnose(Location("content/x.fr.md", 7, 14), "category-unknown/near", name="europ", near="europe")  # an error
UNKNOWN = diagnose(Location("content/à b.md", 2, 3), "key-unknown", name="x")  # a warning
RENEWED = diagnose(Location("a.md"), "cache-renewed", reason="it is old")  # a note, without a hint
UNREAD = diagnose(
    Location("content/a.fr.md"),
    "picture-broken/picture-left-out",
    path="a.jpg",
    reason=part("picture/pointer"),
    advice=part("picture/fetch"),
)  # an error


def caret(line: str, column: int, window: int = 100) -> tuple[str, int]:
    """The excerpt, and the column of the terminal, from 0, in which the caret stands."""
    text, below = report.excerpt(line, column, window)
    assert below.endswith("^") and not below[:-1].strip()
    return text, len(below) - 1


# ---- text
def test_text_shows_place_message_hint_line_and_caret() -> None:
    assert report.to_text([TYPO], line_of=lambda path, line: "categories: [europ]") == (
        "content/x.fr.md:7:14: error[category-unknown]: no category `europ`\n"
        "  hint: did you mean `europe`?\n"
        "    categories: [europ]\n"
        "                 ^\n"
    )


def test_text_without_hint_and_source_line_is_one_line() -> None:
    text = report.to_text([RENEWED], line_of=lambda path, line: "")
    assert text == "a.md:1:1: note[cache-renewed]: the cache is made anew: it is old\n"


def test_text_has_colours_only_if_asked() -> None:
    plain = report.to_text([TYPO], line_of=lambda path, line: "x" * 20)
    coloured = report.to_text([TYPO], line_of=lambda path, line: "x" * 20, colour=True)
    assert "\033" not in plain
    assert "\033[1;31merror[category-unknown]\033[0m" in coloured


def test_the_worst_come_first_and_keep_their_order() -> None:
    later = msgspec.structs.replace(TYPO, location=Location("content/y.fr.md", 1, 1))
    text = report.to_text([RENEWED, TYPO, UNKNOWN, later], line_of=lambda path, line: "")
    assert [line.partition(":")[0] for line in text.splitlines() if not line.startswith((" ", "\n")) and line] == [
        "content/x.fr.md",
        "content/y.fr.md",
        "content/à b.md",
        "a.md",
    ]


def test_of_errors_those_that_leave_a_file_out_come_first() -> None:
    broken = diagnose(Location("content/a.fr.md", 9, 1), "reference-broken", target="x")
    text = report.to_text([broken, TYPO, UNKNOWN], line_of=lambda path, line: "")
    assert [text.index(id_) for id_ in ("category-unknown", "reference-broken", "key-unknown")] == sorted(
        text.index(id_) for id_ in ("category-unknown", "reference-broken", "key-unknown")
    )


def test_what_to_do_about_lost_addresses_is_said_once_for_each_case() -> None:
    lost = [diagnose(Location(f"content/{n}.fr.md"), "address-lost", url=f"/fr/{n}/") for n in range(3)]
    moved = [diagnose(Location(f"content/m{n}.fr.md"), "address-lost/moved", url=f"/fr/m{n}/") for n in range(2)]
    text = report.to_text([*lost, *moved], line_of=lambda path, line: "")
    assert text.count("hint:") == 2 and all(d.message in text for d in (*lost, *moved))
    assert report.to_text([TYPO, TYPO], line_of=lambda path, line: "").count("hint:") == 2


def many(number: int) -> list[Diagnostic]:
    return [msgspec.structs.replace(TYPO, location=Location(f"content/{n:02}.fr.md", 1, 1)) for n in range(number)]


@pytest.mark.parametrize(("number", "shown", "more"), [(3, 3, 0), (4, 4, 0), (5, 3, 2), (30, 3, 27)])
def test_of_many_with_one_id_a_few_are_shown_and_the_number_of_the_rest(number: int, shown: int, more: int) -> None:
    text = report.to_text([UNKNOWN, *many(number)], line_of=lambda path, line: "", most=3)
    assert text.count("no category `europ`") == shown
    rest = f"error[category-unknown]: {more} more, which `--all` shows, and `--only category-unknown` by themselves\n"
    assert text.count(rest) == (1 if more else 0)
    assert "content/à b.md" in text  # what is another fault is not hidden by them
    assert report.to_text(many(number), line_of=lambda path, line: "").count("no category `europ`") == number


def test_where_faults_are_many_a_table_says_how_many_there_are_of_each_id() -> None:
    text = report.to_text([RENEWED, UNKNOWN, *many(12), UNREAD], line_of=lambda path, line: "", most=3)
    assert text.endswith(
        "\n"
        f"12  error[category-unknown]  {CODES['category-unknown']}\n"
        f" 1  error[picture-broken]    {CODES['picture-broken']}\n"
        f" 1  warning[key-unknown]     {CODES['key-unknown']}\n"
        f" 1  note[cache-renewed]      {CODES['cache-renewed']}\n"
    )
    assert CODES["category-unknown"] not in report.to_text([RENEWED, *many(2)], line_of=lambda path, line: "")
    assert CODES["category-unknown"] not in report.to_text(many(30), line_of=lambda path, line: "")  # nothing to part


def again(text: str) -> list[str]:
    """What a report says once more at its end."""
    head, _, rest = text.rpartition("\n\n")
    return rest.splitlines() if head else []


def test_a_long_report_ends_with_the_places_of_its_errors() -> None:
    notes = [msgspec.structs.replace(RENEWED, location=Location(f"content/{n:03}.md")) for n in range(60)]
    text = report.to_text([*notes, *many(2), UNREAD], line_of=lambda path, line: "")
    assert again(text) == [
        "3 errors, which `newsgen check --severity error` shows alone:",
        "  content/00.fr.md:1:1: error[category-unknown]",
        "  content/01.fr.md:1:1: error[category-unknown]",
        "  content/a.fr.md:1:1: error[picture-broken]",
    ]
    assert again(report.to_text([*notes, *many(1)], line_of=lambda path, line: "", colour=True)) == [
        "1 error, which `newsgen check --severity error` shows alone:",
        "  \033[1mcontent/00.fr.md:1:1\033[0m: \033[1;31merror[category-unknown]\033[0m",
    ]


@pytest.mark.parametrize(("number", "named", "more"), [(11, 11, ""), (12, 10, "  2 more"), (1200, 10, "  1,190 more")])
def test_of_many_errors_ten_are_said_again_and_how_many_more(number: int, named: int, more: str) -> None:
    last = again(report.to_text(many(number), line_of=lambda path, line: "x" * 20))
    assert last[0] == f"{number:,} errors:"  # there is nothing else to leave out
    assert sum("error[category-unknown]" in line for line in last) == named
    assert (last[-1] == more) == bool(more)


def test_what_a_screen_holds_is_said_once() -> None:
    for diagnostics in ([RENEWED, *many(9)], [RENEWED] * 200):
        text = report.to_text(diagnostics, line_of=lambda path, line: "")
        assert "errors" not in text and text.count("00.fr.md") <= 1


DROPPING = (
    diagnose(Location("z.md"), "comment-truncates", cut="# 1", whole='"a # 1"'),
    diagnose(Location("z.md", 2), "key-unknown/near", name="subtitel", near="kicker"),
    diagnose(Location("z.md", 3), "html-dropped/whole", tag="svg"),
    diagnose(Location("z.md", 4), "html-dropped/embed", tag="script"),
    diagnose(Location("z.md", 5), "definition-duplicate/note", words="1"),
    diagnose(Location("z.md", 6), "story-name/unread", name="a.txt", near="a.md"),
    diagnose(Location("z.md", 7), "table-row-long", cells=3, columns=2),
    diagnose(Location("z.md", 8), "definition-uncalled/reference", words="Photo"),
    diagnose(Location("z.md", 9), "code-words", words="alert(1)"),
)
LOOKING = (
    diagnose(Location("a.md"), "html-dropped/tag", tag="font"),
    diagnose(Location("a.md", 2), "html-dropped/address", address="x:y"),
    diagnose(Location("a.md", 3), "alt-missing/text", src="a.jpg"),
    diagnose(Location("a.md", 4), "heading-level"),
    diagnose(Location("a.md", 5), "definition-duplicate/id", words="x"),
)


def test_warnings_that_drop_words_come_before_those_of_looks() -> None:
    text = report.to_text([TYPO, RENEWED, *LOOKING, *DROPPING], line_of=lambda path, line: "")
    places = [line.partition(": ")[0] for line in text.splitlines() if "[" in line and line[:1].isalpha()]
    assert places == [str(d.location) for d in (TYPO, *DROPPING, *LOOKING, RENEWED)]


def test_what_drops_words_is_a_warning_that_there_is() -> None:
    for name in DROPPING_KEYS:
        cases = [words for key, words in en.MESSAGES.items() if name in (key, key.partition("/")[0])]
        assert cases and {case.severity for case in cases} == {Severity.WARNING}, name


@pytest.mark.parametrize("names", [("style",), ("style", "border")])
def test_attributes_of_looks_are_told_of_in_words_that_fit_one_and_many(names: tuple[str, ...]) -> None:
    told = diagnose(Location("a.md"), "html-dropped/looks", attributes=names, tag="p", count=3)
    listed = ", ".join(f"`{name}`" for name in names)
    assert told.message == f"{listed}: left out, 3 times from here on; this only says how something looks"


def test_filters_leave_what_is_asked_for() -> None:
    every = [RENEWED, TYPO, UNKNOWN]
    assert report.filtered(every, only=(), least=Severity.NOTE) == every
    assert report.filtered(every, only=(), least=Severity.WARNING) == [TYPO, UNKNOWN]
    assert report.filtered(every, only=(), least=Severity.ERROR) == [TYPO]
    assert report.filtered(every, only={"key-unknown", "cache-renewed"}, least=Severity.WARNING) == [UNKNOWN]


def test_no_character_of_a_file_reaches_the_terminal_as_a_command() -> None:
    evil = diagnose(Location("a\033[2J.md"), "key-unknown/near", name="\033]0;x\a\u202e", near="\x9bno")
    text = report.to_text([evil], line_of=lambda path, line: "\033[31mred\u202e\x07")
    assert not [c for c in text if c != "\n" and (unicodedata.category(c) == "Cc" or c == "\u202e")]


def test_no_format_lets_a_terminal_obey_what_an_editor_wrote() -> None:
    """Nor a log of CI: it is read in a browser, and in a terminal."""
    signs = "".join(map(chr, (*range(32), *range(127, 160), 0x61C, 0x200E, 0x202E, 0x2066, 0x2028, 0xFEFF)))
    evil = diagnose(Location(f"a{signs}.md"), "time-nonexistent", written=signs, zone="", read=signs)
    for text in (
        report.to_text([evil], line_of=lambda path, line: signs),
        report.to_github([evil], prefix=signs),
        report.to_sarif([evil], version="1"),
        report.to_json(None, [evil], status=1, fault=signs),
    ):
        assert not [c for c in text if c != "\n" and c in signs], text
    assert len(report.to_github([evil]).splitlines()) == 1


@pytest.mark.parametrize(
    ("line", "column", "at"),
    [
        ("title: x", 8, 7),
        ("\ttitle: x", 9, 11),  # a tab takes four columns here
        ("a\tb", 3, 4),
        ("标题: x", 5, 6),  # two columns each
        ("e\u0301te\u0301: x", 8, 5),  # accents take none
        ("title", 6, 5),  # behind the end
        ("title", 99, 5),
        ("", 1, 0),
    ],
)
def test_the_caret_stands_below_its_character(line: str, column: int, at: int) -> None:
    assert caret(line, column)[1] == at


def test_a_long_line_is_cut_around_the_place() -> None:
    line = "a" * 300 + "X" + "b" * 300
    text, at = caret(line, 301, 60)
    assert text[at] == "X" and text[0] == text[-1] == "…" and len(text) == 60
    text, at = caret(line, 1, 60)
    assert at == 0 and text.startswith("aaa") and text.endswith("…") and len(text) <= 60
    text, at = caret(line, 601, 60)
    assert text[at] == "b" and text.startswith("…") and not text.endswith("…") and len(text) == 59


def test_a_line_is_never_cut_between_a_letter_and_its_accent() -> None:
    line = "e\u0301" * 200
    for column in range(1, 400, 7):
        assert report.excerpt(line, column, 50)[0].strip("…").count("e") * 2 == len(
            report.excerpt(line, column, 50)[0].strip("…")
        )


@given(st.text(max_size=200), st.integers(1, 250), st.integers(40, 120))
def test_an_excerpt_fits_its_window_and_has_the_caret_inside(line: str, column: int, window: int) -> None:
    text, at = caret(line, column, window)
    width = sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text if unicodedata.category(c) != "Mn")
    assert at <= window
    assert "\n" not in text and width <= 2 * window


# ---- words
def test_summary_names_counts_seconds_memory_and_what_is_due() -> None:
    counts = {"articles": 1204, "stories": 1, "pages": 3000, "written": 2, "removed": 1, "unchanged": 2997}
    due = (Due("publish", "2023-04-21T00:00:00+02:00", "content/demain.fr.md"),)
    words = report.summary(Result((TYPO,), counts, {"scan": 0.25, "render": 1.0}, due=due), wrote="site/")
    assert words.splitlines() == [
        "built site/: 1,204 articles (1 story), 3,000 pages; 2 written, 1 removed, 2,997 unchanged",
        "1.2 seconds (scan 0.2, render 1.0), 40 MiB of memory at most",
        "1 article scheduled, next: 2023-04-21T00:00+02:00 content/demain.fr.md",
        "1 error",
    ]


def test_summary_of_a_check_since_a_commit_counts_what_was_there_apart() -> None:
    checked = Result((TYPO,), since="0123456789abcdef", known=(TYPO, UNKNOWN))
    words = "1 error; the site had at 0123456789 already: 1 error, 1 warning"
    assert report.summary(checked).splitlines()[-1] == words


def test_summary_counts_what_is_accepted() -> None:
    assert (
        report.summary(Result((TYPO,), accepted=(UNKNOWN,))).splitlines()[-1] == "1 error; accepted in newsgen.yaml: 1"
    )


def test_summary_says_when_nothing_was_written() -> None:
    assert report.summary(Result(), wrote="").startswith("checked 0 articles (0 stories), 0 pages; nothing was written")
    assert report.summary(Result(is_stopped=True), wrote="site/").startswith("nothing was built")


def paths(number: int) -> tuple[str, ...]:
    return tuple(f"content/{n:02}.fr.md" for n in range(number))


def test_what_is_left_out_and_what_is_shown_as_it_was_is_named() -> None:
    assert report.kept_off_in_words(Result()) == ""
    assert report.kept_off_in_words(Result(left_out=paths(1), last_good=("content/à\033.jpg",))).splitlines() == [
        "1 file is left out of the site because of errors:",
        "  content/00.fr.md",
        "1 file is shown as it was last published because of errors:",
        "  content/à\u241b.jpg",
    ]
    why = Result((TYPO, UNKNOWN), left_out=("content/x.fr.md",))
    assert "  content/x.fr.md (category-unknown)" in report.kept_off_in_words(why)
    words = report.kept_off_in_words(Result(left_out=paths(30), last_good=paths(4)), most=3).splitlines()
    assert words == [
        "30 files are left out of the site because of errors:",
        *(f"  {path}" for path in paths(3)),
        "  27 more, which `--all` shows",
        "4 files are shown as they were last published because of errors:",
        *(f"  {path}" for path in paths(4)),  # the line that says so is as long
    ]
    assert len(report.kept_off_in_words(Result(left_out=paths(30))).splitlines()) == 31


@pytest.mark.parametrize(
    ("left_out", "last_good", "words"),
    [
        (0, 0, ""),
        (1, 0, "; 1 file left out"),
        (3, 0, "; 3 files left out"),
        (0, 1, "; 1 file shown as last published"),
        (3, 2, "; 3 files left out, 2 shown as last published"),
    ],
)
def test_summaries_count_what_is_left_out(left_out: int, last_good: int, words: str) -> None:
    result = Result(left_out=paths(left_out), last_good=paths(last_good))
    assert report.summary(result, wrote="").splitlines()[0] == (
        f"checked 0 articles (0 stories), 0 pages{words}; nothing was written"
    )
    built = "built site/: 0 articles (0 stories), 0 pages"
    assert report.summary(result, wrote="site/").startswith(f"{built}{words}; 0 written")
    before = words.replace("as last published", "as before")  # what a preview shows was never published
    assert report.rebuilt_in_words(result) == f"built in 0.0 s: 0 files written{before}; no errors, no warnings"


@pytest.mark.parametrize(
    ("due", "words"),
    [
        ([], "nothing is due"),
        (
            [Due("publish", "2023-04-21T09:30:00+02:00", "a.md"), Due("expires", "2024-01-01T00:00:01Z", "b.md")],
            "1 article scheduled, next: 2023-04-21T09:30+02:00 a.md; "
            "1 article expires, next: 2024-01-01T00:00:01Z b.md",
        ),
        (
            [Due("publish", "2023-04-21T09:30:00+02:00", "a.md"), Due("publish", "2023-04-22T09:30:00+02:00", "b.md")],
            "2 articles scheduled, next: 2023-04-21T09:30+02:00 a.md",
        ),
    ],
)
def test_what_is_due_in_words(due: list[Due], words: str) -> None:
    assert report.due_in_words(due) == words


def test_faults_are_counted_by_severity() -> None:
    some = [TYPO, TYPO, RENEWED, UNKNOWN]
    assert report.faults_in_words(some) == "2 errors, 1 warning, 1 note"
    assert report.faults_in_words(some[2:3]) == "no errors, no warnings, 1 note"


# ---- JSON
def test_json_has_the_same_keys_with_and_without_a_result() -> None:
    due = (Due("publish", "2023-04-21T00:00:00+02:00", "a.md"),)
    told = diagnose(TYPO.location, TYPO.key, name='"written": []', near="europe")
    wrote = FileList([("fr/x/index.html", 12, "ab"), ("fr/index.html", 7, "cd")])
    built = Result(
        (told,),
        {"articles": 1},
        {"scan": 0.1},
        written=wrote,
        due=due,
        manifest="/m",
        removed=FileList([("fr/y/index.html", 5, "ef")]),
        left_out=paths(2),
        last_good=("content/a.jpg",),
        lost=("/fr/x/",),
    )
    whole = json.loads(report.to_json(built, status=1))
    assert whole["diagnostics"] == [
        {
            "path": "content/x.fr.md",
            "line": 7,
            "column": 14,
            "severity": "error",
            "id": "category-unknown",
            "message": 'no category `"written": []`',
            "hint": "did you mean `europe`?",
        }
    ]
    assert whole["due"] == [{"kind": "publish", "at": "2023-04-21T00:00:00+02:00", "path": "a.md"}]
    assert whole["due_in_words"] == "1 article scheduled, next: 2023-04-21T00:00+02:00 a.md"
    assert (whole["written"], whole["manifest"], whole["peak_memory_mib"]) == (
        [{"path": "fr/index.html", "size": 7, "hash": "cd"}, {"path": "fr/x/index.html", "size": 12, "hash": "ab"}],
        "/m",
        40.0,
    )
    assert whole["removed"] == [{"path": "fr/y/index.html", "size": 5, "hash": "ef"}]
    assert (whole["left_out"], whole["last_good"]) == (list(paths(2)), ["content/a.jpg"])
    failed = json.loads(report.to_json(None, (TYPO,), status=2, fault="no newsgen.yaml here"))
    assert failed.keys() == whole.keys()
    assert (failed["status"], failed["error"], len(failed["diagnostics"])) == (2, "no newsgen.yaml here", 1)


# ---- GitHub
def unescaped(text: str) -> str:
    for code, character in (("%0A", "\n"), ("%0D", "\r"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
        text = text.replace(code, character)
    return text


def test_github_commands_are_escaped() -> None:
    place = Location("content/a,b:c%.md", 3, 2)
    told = diagnose(place, "time-nonexistent", written="50% of: a, b", zone="UTC", read="one\ntwo")
    assert report.to_github([told], prefix="sub/") == (
        "::warning file=sub/content/a%2Cb%3Ac%25.md,line=3,col=2,title=time-nonexistent::"
        "`50%25 of: a, b` does not exist in UTC (summer time)%0Ahint: it is read as `one%0Atwo`\n"
    )


def test_github_shows_the_worst_first_and_no_more_than_it_has_room_for() -> None:
    some = [RENEWED, *(diagnose(Location(f"content/{n}.md"), "key-unknown", name="x") for n in range(25)), TYPO]
    lines = report.to_github(some, prefix="sub/").splitlines()
    assert [line.split(" ")[0] for line in lines[:12]] == ["::error", *["::warning"] * 10, "::notice"]
    assert lines[12].startswith("15 faults more")
    assert len(lines) == 28 and lines[13] == "- sub/content/10.md:1:1: warning[key-unknown]: unknown key `x`"


def test_no_line_of_the_log_is_a_command_of_an_editor() -> None:
    name = "::error::x ##[error]y\n::set-output name=x::y"
    told = [diagnose(Location(f"::error::{n}"), "key-unknown", name=name) for n in range(12)]
    lines = report.to_github(told).splitlines()
    assert len(lines) == 13 and all(line.startswith("- ") and "##[" not in line for line in lines[11:])


def test_github_calls_a_note_a_notice() -> None:
    assert report.to_github([RENEWED]).startswith("::notice ")


@given(st.text(), st.text(min_size=1))
def test_github_commands_are_one_line_and_can_be_read_back(reason: str, path: str) -> None:
    told = diagnose(Location(path), "cache-renewed", reason=reason)
    (command,) = report.to_github([told]).removesuffix("\n").split("\n")
    properties, _, words = command.removeprefix("::notice ").partition("::")
    assert unescaped(words) == harmless(f"the cache is made anew: {reason}")
    assert unescaped(properties.split(",")[0]) == f"file={harmless(path)}"


def harmless(text: str) -> str:
    """The text as it can be read back: line ends are escaped, and come back."""
    return "".join(c if c in "\r\n" else report.shown(c) for c in text)


# ---- SARIF
def sarif(*diagnostics: Diagnostic, **options: Any) -> Any:
    return json.loads(report.to_sarif(diagnostics, version="1.2.3", **options))


def test_gitlab_is_told_of_equal_faults_by_other_fingerprints() -> None:
    """Of two with one fingerprint it would show one; and a fault is the same one after a line was added above it."""
    again, below = (msgspec.structs.replace(TYPO, location=Location(TYPO.location.path, line, 1)) for line in (30, 31))
    told = json.loads(report.to_gitlab([TYPO, again, UNKNOWN], prefix="sub/"))
    assert len({one["fingerprint"] for one in told}) == 3 and {tuple(sorted(one)) for one in told} == {
        ("check_name", "description", "fingerprint", "location", "severity")
    }
    assert all(one["location"]["path"].startswith("sub/content/") for one in told)
    moved = json.loads(report.to_gitlab([TYPO, below, UNKNOWN], prefix="sub/"))
    assert [one["fingerprint"] for one in told] == [one["fingerprint"] for one in moved]
    assert json.loads(report.to_gitlab([])) == []


def test_sarif_has_what_its_schema_requires() -> None:
    log = sarif(TYPO, UNKNOWN, prefix="sub/")
    assert log["version"] == "2.1.0" and log["$schema"].endswith("sarif-schema-2.1.0.json")
    (run,) = log["runs"]
    assert run["tool"]["driver"]["name"] == "newsgen"
    assert run["columnKind"] == "unicodeCodePoints"
    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == list(CODES)
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["level"] in ("error", "warning", "note") and result["message"]["text"]
    (place,) = run["results"][1]["locations"]
    assert place["physicalLocation"]["artifactLocation"]["uri"] == "sub/content/%C3%A0%20b.md"
    assert place["physicalLocation"]["region"] == {"startLine": 2, "startColumn": 3}
    assert run["invocations"] == [{"executionSuccessful": True}]


def test_sarif_rules_lead_to_the_docs_where_it_is_known_where_they_are() -> None:
    (run,) = sarif(docs_url="https://docs.example/diagnostics.md")["runs"]
    uris = [rule["helpUri"] for rule in run["tool"]["driver"]["rules"]]
    assert uris[0] == "https://docs.example/diagnostics.md#config-missing"
    assert "helpUri" not in sarif()["runs"][0]["tool"]["driver"]["rules"][0]


def test_sarif_fingerprints_survive_a_line_added_above() -> None:
    moved = msgspec.structs.replace(TYPO, location=Location(TYPO.location.path, 9, 14))
    first, second = sarif(TYPO, moved)["runs"][0]["results"]
    assert first["partialFingerprints"] == second["partialFingerprints"]


def fingerprint(told: Diagnostic) -> str:
    ((name, value),) = sarif(told)["runs"][0]["results"][0]["partialFingerprints"].items()
    assert name == "newsgenFault/v2"
    return str(value)


def test_sarif_fingerprints_are_the_same_in_other_words(monkeypatch: pytest.MonkeyPatch) -> None:
    before = fingerprint(UNREAD)
    monkeypatch.setitem(en.MESSAGES, UNREAD.key, error("`{path}` est laissée de côté : {reason}", "{advice}"))
    monkeypatch.setitem(en.PHRASES, "picture/pointer", "c’est un pointeur")
    assert UNREAD.message == "`a.jpg` est laissée de côté : c’est un pointeur"
    assert fingerprint(UNREAD) == before


def test_sarif_fingerprints_tell_faults_apart_and_no_hints() -> None:
    at, one = UNREAD.location, dict(UNREAD.parameters)
    others = [
        diagnose(at, UNREAD.key, **{**one, "path": "b.jpg"}),
        diagnose(at, UNREAD.key, **{**one, "reason": part("picture/none")}),
        diagnose(at, UNREAD.key, **{**one, "reason": "it is a pointer"}),
        diagnose(at, "picture-broken/shown-before", **one),
        diagnose(Location("content/b.fr.md"), UNREAD.key, **one),
    ]
    assert len({fingerprint(told) for told in (UNREAD, *others)}) == 6
    assert fingerprint(diagnose(at, UNREAD.key, **{**one, "advice": part("picture/report")})) == fingerprint(UNREAD)


def test_sarif_takes_names_that_are_not_utf_8() -> None:
    assert fingerprint(
        diagnose(Location("content/\udce9"), UNREAD.key, **{**dict(UNREAD.parameters), "path": "\udce9"})
    )


def test_sarif_says_that_nothing_was_built() -> None:
    (invocation,) = sarif(fault="no newsgen.yaml here")["runs"][0]["invocations"]
    assert invocation["executionSuccessful"] is False
    assert invocation["toolExecutionNotifications"][0]["message"]["text"] == "no newsgen.yaml here"


@pytest.mark.parametrize(("told", "level"), [(TYPO, "error"), (UNKNOWN, "warning"), (RENEWED, "note")])
def test_levels_are_those_of_sarif(told: Diagnostic, level: str) -> None:
    (result,) = sarif(told)["runs"][0]["results"]
    assert result["level"] == level
