"""The ledger's lines: read, joined, counted out and written; fetched, shown and taken over (CONTENT.md §9)."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsgen.cli import command_line
from newsgen.desk import ledgers
from newsgen.ledger import folder, live
from newsgen.ledger import lines as ledger
from newsgen.ledger.lines import Line, Owner
from newsgen.nouns.diagnostics import NewsgenError
from newsgen.publish import adoption
from support.harness import Site, article

MOMENT = "2024-01-15T11:00:00Z"
NOW = datetime(2024, 1, 15, 11, tzinfo=UTC)
LATER = datetime(2025, 2, 1, tzinfo=UTC)

words = st.text(st.characters(codec="utf-8", exclude_characters="\t\n\r�", exclude_categories=("Cs",)), max_size=8)
unstamped = st.builds(Line, words.map("/{}".format), st.sampled_from(("story", "tag", "home")), words, words)
lines = st.builds(
    lambda line, day, name: Line(*line_values(line), f"2024-01-{day:02}T00:00:00Z", f"{name:08x}"),
    unstamped,
    st.integers(1, 28),
    st.integers(0, 1 << 32 - 1),
)


def line_values(line: Line) -> tuple[str, ...]:
    return line.address, line.kind, line.lang, line.id, line.numbers


# ---- the lines
@pytest.mark.pure
@given(st.lists(lines | unstamped))
def test_a_ledger_is_read_as_it_was_written(written: list[Line]) -> None:
    read, faults = ledger.read(ledger.text_of(written).encode(), "ledger/2024.txt")
    assert (read, faults) == (sorted(set(written)), [])


@pytest.mark.pure
@given(st.lists(lines), st.lists(lines))
def test_two_ledgers_join_in_any_order(one: list[Line], other: list[Line]) -> None:
    joined = {p.address: p.owner for p in reversed(list(ledger.promises([*one, *other])))}
    assert joined == {p.address: p.owner for p in reversed(list(ledger.promises([*other, *one, *one])))}
    assert ledger.text_of([*one, *other]) == ledger.text_of([*other, *one, *other])


@pytest.mark.pure
def test_of_two_owners_the_earlier_publication_has_an_address() -> None:
    early = Line("/fr/x/", "story", "fr", "z", "", "2024-01-01T00:00:00Z", "ffffffff")
    late = Line("/fr/x/", "story", "fr", "a", "", "2024-01-02T00:00:00Z", "00000000")
    same = Line("/fr/x/", "story", "fr", "b", "", "2024-01-01T00:00:00Z", "ffffffff")
    assert next(ledger.promises([late, early])).owner.id == "z"
    assert next(ledger.promises([early, same])).owner.id == "b"


@pytest.mark.pure
def test_a_line_stands_for_all_pages_of_a_list() -> None:
    pages = Line("/fr/europe/page/{n}/", "category", "fr", "europe", "1-2,11")
    days = Line("/fr/2023/04/{nn}/", "day", "fr", "2023-04-{nn}", "3,17")
    braces = Line("/fr/tags/a/page/{n}/", "tag", "fr", "{n}", "1")
    made = [(p.address, p.owner) for p in ledger.promises([pages, days, braces])]
    assert made == [
        ("/fr/europe/page/1/", Owner("category", "fr", "europe", 1)),
        ("/fr/europe/page/2/", Owner("category", "fr", "europe", 2)),
        ("/fr/europe/page/11/", Owner("category", "fr", "europe", 11)),
        ("/fr/2023/04/03/", Owner("day", "fr", "2023-04-03")),
        ("/fr/2023/04/17/", Owner("day", "fr", "2023-04-17")),
        ("/fr/tags/a/page/1/", Owner("tag", "fr", "{n}", 1)),
    ]


@pytest.mark.pure
@given(st.sets(st.integers(1, 400)))
def test_numbers_are_counted_out_as_they_were_written(numbers: set[int]) -> None:
    line = Line("/{n}/", "tag", "fr", "x", ledger.numbers_of(numbers))
    made = [promise.owner.number for promise in ledger.promises([line])] if numbers else []
    assert made == sorted(numbers)


@pytest.mark.pure
@pytest.mark.parametrize(
    "text",
    [
        "<<<<<<< HEAD",
        "/fr/x/",
        "/fr/x/\tstory\tfr\tx",
        "fr/x/\tstory\tfr\tx\t",
        "/fr/x/\t\tfr\tx\t",
        "/fr/x/\tstory\tfr\tx\t\t2024\t1a2b3c4d",
        "/fr/x/\tstory\tfr\tx\t\t2024-01-15T11:00:00Z\tnone",
        "/fr/x/\ttag\tfr\tx\t1-2\t2024-01-15T11:00:00Z\t1a2b3c4d",
        "/fr/{n}/\ttag\tfr\tx\tall\t2024-01-15T11:00:00Z\t1a2b3c4d",
    ],
)
def test_a_line_that_is_none_is_told_and_the_others_count(text: str) -> None:
    good = Line("/fr/y/", "story", "fr", "y", "", MOMENT, "1a2b3c4d")
    read, (fault,) = ledger.read(f"# ledger\n{text}\r\n\n{good.text()}".encode(), "ledger/2024.txt")
    assert read == [good]
    assert (str(fault.location), fault.id) == ("ledger/2024.txt:2:1", "ledger-invalid")


@pytest.mark.pure
def test_a_publication_is_known_by_what_it_made() -> None:
    new = [Line("/fr/x/", "story", "fr", "x"), Line("/fr/", "home", "fr", "")]
    (one, other) = (ledger.stamped(lines, MOMENT) for lines in (new, new[::-1]))
    assert {line.publication for line in (*one, *other)} == {ledger.publication_of(new)}
    assert {line.moment for line in one} == {MOMENT}
    assert ledger.stamped(one, "2025-01-01T00:00:00Z") == []


# ---- what is taken back
def taken_back(line: Line, name: str = "", *, day: int = 20) -> Line:
    """A line that forgets the address of another one, or retracts the publication of this name."""
    kind, place = (ledger.RETRACTED, name) if name else (ledger.FORGOTTEN, ledger.hash_of(line.address))
    return Line(place, kind, "", "", "", f"2024-01-{day:02}T00:00:00Z", "0" * 8)


@pytest.mark.pure
@given(st.lists(lines, min_size=1), st.data())
def test_what_was_retracted_and_what_was_forgotten_is_no_promise_in_any_order(written: list[Line], data: Any) -> None:
    one, other = data.draw(st.sampled_from(written)), data.draw(st.sampled_from(written))
    every = data.draw(st.permutations([*written, taken_back(one, one.publication), taken_back(other)]))
    left = [p for p in ledger.promises(written) if p.publication != one.publication]
    left = [p for p in left if ledger.hash_of(p.address) != ledger.hash_of(other.address)]
    assert set(ledger.promises(every)) == set(left)
    read, faults = ledger.read(ledger.text_of(every).encode(), "")
    assert (sorted(set(every)), []) == (read, faults)


@pytest.mark.pure
def test_an_address_is_forgotten_in_all_its_spellings() -> None:
    for other in ("/fr/été/", "/fr/e\u0301te\u0301/", "/fr/ÉTÉ/"):
        assert ledger.hash_of(other) == ledger.hash_of("/fr/été/")
    assert ledger.hash_of("/fr/ete/") != ledger.hash_of("/fr/été/")


@pytest.mark.pure
def test_of_a_list_one_page_is_forgotten() -> None:
    pages = Line("/fr/europe/page/{n}/", "category", "fr", "europe", "1-3", MOMENT, "1a2b3c4d")
    third = Line("/fr/europe/page/2/", "category", "fr", "europe")
    assert [p.owner.number for p in ledger.promises([pages, taken_back(third)])] == [1, 3]
    (kept,) = ledger.kept([pages], {ledger.hash_of(third.address)})
    assert kept.numbers == "1,3"


@pytest.mark.pure
@pytest.mark.parametrize("text", ["/fr/x/\tforgotten\t\t\t", "1a2b3c4d\tforgotten\t\t\t", "/\tretracted\t\t\t"])
def test_a_line_that_takes_back_names_a_hash_or_a_publication(text: str) -> None:
    assert ledger.read(text.encode(), "")[0] == []


@pytest.mark.pure
def test_what_is_published_anew_after_it_was_retracted_has_another_name() -> None:
    new = [Line("/fr/x/", "story", "fr", "x")]
    (first,) = ledger.stamped(new, MOMENT)
    (again,) = ledger.stamped(new, MOMENT, {first.publication})
    assert [p.publication for p in ledger.promises([first, again, taken_back(first, first.publication)])] == [
        again.publication
    ]


def test_what_is_retracted_is_no_promise_any_more(site: Site) -> None:
    """A draft was public for two minutes: its address is free, and what else was published then stays promised."""
    built(site).publish()
    site.story("2023/04/y.fr", article("Autre", date="2023-04-18"))
    site.build()
    site.publish("2024-02-01T00:00:00Z")
    (name,) = {line.publication for line in folder.read(site.root) if line.address == "/fr/2023/04/autre/"}
    asked = ledgers.retract(site.root, name, None, now=LATER)
    of_it = {promise.address for promise in asked.promises}
    assert "/fr/2023/04/autre/" in of_it and "/fr/2023/04/sommet/" not in of_it
    before = (site.root / "ledger/2024.txt").read_bytes()
    with pytest.raises(NewsgenError, match="nothing was written"):
        ledgers.retract(site.root, name, len(of_it) + 1, now=LATER)
    assert ledgers.retract(site.root, name, len(of_it), now=LATER).paths == ("ledger/2025.txt",)
    assert (site.root / "ledger/2024.txt").read_bytes() == before
    assert not of_it & addresses(site.root)
    with pytest.raises(NewsgenError, match="already"):
        ledgers.retract(site.root, name, None, now=LATER)
    # What is live says the same once more, and is not obeyed.
    assert live.fetch(site.root, str(site.output), now=LATER).new == 0
    site.remove("content/2023/04/y.fr.md")
    site.story("2023/04/z.fr", article("Autre", date="2023-05-18", slug="autre"))
    site.story("2023/04/w.fr", article("Encore", date="2023-04-18", slug="autre"))
    assert site.build().ids == []
    assert site.exists("/fr/2023/05/autre/") and "Encore" in site.read("/fr/2023/04/autre/")
    site.publish("2025-03-01T00:00:00Z")
    assert "/fr/2023/04/autre/" in addresses(site.root)
    assert not site.build().result.lost


def test_what_another_publication_made_as_well_stays_promised(site: Site) -> None:
    one = Line("/fr/x/", "story", "fr", "x", "", MOMENT, "1a2b3c4d")
    other = Line("/fr/x/", "story", "fr", "x", "", "2024-01-16T00:00:00Z", "5e6f7a8b")
    site.write("ledger/2024.txt", ledger.text_of([one, other]))
    assert ledgers.retract(site.root, "1a2b3c4d", 0, now=LATER).promises == ()
    assert addresses(site.root) == {"/fr/x/"}


def test_what_is_forgotten_leaves_every_local_file(site: Site) -> None:
    built(site).publish()
    site.write("ledger/2024-copy.txt", f"# of ours\n<<<<<<< HEAD\n{(site.root / 'ledger/2024.txt').read_text('utf-8')}")
    site.story("2023/04/x.fr", article("Réunion", slug="autre"))
    site.build()
    with site.copy() as other:
        other.build()
        asked = ledgers.forget(site.root, ["/fr/2023/04/sommet/"], now=LATER, writes=False)
        assert (len(asked.promises), asked.paths) == (1, ())
        done = ledgers.forget(site.root, ["/FR/2023/04/Sommet/"], now=LATER, writes=True)
        assert done.paths == ("ledger/2024-copy.txt", "ledger/2024.txt", "ledger/2025.txt")
        texts = [path.read_text("utf-8") for path in sorted((site.root / "ledger").glob("*"))]
        assert texts[0].startswith("# of ours\n<<<<<<< HEAD\n# newsgen ledger")
        assert not any("sommet" in text for text in texts)
        with pytest.raises(NewsgenError, match="forgotten already"):
            ledgers.forget(site.root, ["/fr/2023/04/sommet/"], now=LATER, writes=True)
        with pytest.raises(NewsgenError, match="no address /nowhere/"):
            ledgers.forget(site.root, ["/nowhere/"], now=LATER, writes=True)
        site.build()
        assert not [name for name, data in site.tree().items() if b"/sommet/" in data]
        # Whatever other copies say: the live site of yesterday, a list, a merge.
        live.fetch(site.root, str(other.output), now=LATER)
        assert adoption.adopt(site.root, ["/fr/2023/04/sommet/"], now=LATER, writes=True).new == 0
        assert not any(b"sommet" in path.read_bytes() for path in (site.root / "ledger").glob("*"))
        site.write("ledger/merged.txt", (other.root / "ledger/2024.txt").read_text("utf-8"))
        site.build()
        assert not [name for name, data in site.tree().items() if b"/sommet/" in data]
        # And the other way round: a copy that learns of it forgets it, too.
        live.fetch(other.root, str(site.output), now=LATER)
        assert not any(b"sommet" in path.read_bytes() for path in (other.root / "ledger").glob("*"))


# ---- fetch
class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *args: Any) -> None:
        pass


@contextmanager
def served(folder: Path) -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder))) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/"
        finally:
            server.shutdown()
            thread.join()


def built(site: Site) -> Site:
    site.story("2023/04/x.fr", article("Sommet"))
    site.build()
    return site


def addresses(root: Path) -> set[str]:
    return {promise.address for promise in ledger.promises(folder.read(root))}


def test_fetch_joins_the_live_ledger(site: Site) -> None:
    built(site)
    with served(site.output) as address:
        joined = live.fetch(site.root, address, now=NOW)
        assert joined.paths == ("ledger/2024.txt",)
        assert joined.new == joined.addresses == len(addresses(site.root))
        assert {"/fr/2023/04/sommet/", "/fr/", "/fr/europe/feed.atom", "/fr/2023/04/16/"} <= addresses(site.root)
        site.story("2023/04/y.fr", article("Autre", date="2023-04-18"))
        site.build()
        again = live.fetch(site.root, address.rstrip("/"), now=LATER)
        assert again.paths == ("ledger/2025.txt",)
        assert "/fr/2023/04/autre/" in addresses(site.root)
        moments = {line.address: line.moment[:4] for line in folder.read(site.root)}
        assert (moments["/fr/2023/04/sommet/"], moments["/fr/2023/04/autre/"]) == ("2024", "2025")


def test_fetch_from_a_folder(site: Site) -> None:
    built(site)
    assert live.fetch(site.root, str(site.output), now=NOW).new > 20


def test_fetch_from_a_folder_that_publish_made(site: Site) -> None:
    built(site)
    place = site.root / "srv"
    (place / "releases").mkdir(parents=True)
    site.output.rename(place / "releases/1")
    (place / "current").symlink_to("releases/1")
    assert live.fetch(site.root, str(place), now=NOW).new > 20
    with pytest.raises(NewsgenError, match="has no ledger"):
        live.fetch(site.root, str(place / "releases"), now=NOW)


def test_fetch_tells_of_lines_that_are_none(site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    built(site).publish()
    site.build()
    for path in (site.root / "ledger/2024.txt", site.output / "newsgen-ledger/2024.txt"):
        path.write_bytes(path.read_bytes() + b"\x00\xff\xfe\n\x1b[31m\n")
    assert run("ledger", "--source", str(site.root), "fetch", str(site.output)) == 0
    told = capsys.readouterr().err.splitlines()
    assert [line.partition(": ")[2] for line in told] == ["2 lines no ledger has, left out"] * 2
    assert told[0].startswith("ledger/2024.txt") and told[1].startswith("/newsgen-ledger/2024.txt of ")


def test_fetch_twice_changes_nothing(site: Site) -> None:
    built(site).publish()
    before = (site.root / "ledger/2024.txt").read_bytes()
    again = live.fetch(site.root, str(site.output), now=LATER)
    assert (again.new, again.only_here, again.paths) == (0, 0, ())
    site.build()
    assert live.fetch(site.root, str(site.output), now=LATER).paths == ()
    assert (site.root / "ledger/2024.txt").read_bytes() == before


def test_a_live_site_that_lacks_what_is_here_is_told(site: Site) -> None:
    built(site).publish()
    with site.copy() as other:
        other.remove("ledger/2024.txt")
        other.remove("content/2023/04/x.fr.md")
        other.story("2023/04/y.fr", article("Autre"))
        other.build()
        joined = live.fetch(site.root, str(other.output), now=LATER)
    assert joined.only_here == 1
    assert {"/fr/2023/04/sommet/", "/fr/2023/04/autre/"} <= addresses(site.root)


def test_a_live_site_without_a_ledger_is_told(site: Site) -> None:
    with served(site.root) as address, pytest.raises(NewsgenError, match="has no ledger"):
        live.fetch(site.root, address, now=NOW)
    with pytest.raises(NewsgenError, match="cannot be fetched"):
        live.fetch(site.root, "http://127.0.0.1:1/", now=NOW)
    with pytest.raises(NewsgenError, match="there is no folder"):
        live.fetch(site.root, str(site.root / "nowhere"), now=NOW)
    with pytest.raises(NewsgenError, match="http:, https: or a folder"):
        live.fetch(site.root, "ftp://news.example/", now=NOW)
    assert not (site.root / "ledger").exists()
    with served(site.root) as address:
        assert live.fetch(site.root, address, now=NOW, is_first=True).addresses == 0


def test_a_ledger_that_lacks_a_year_is_refused(site: Site) -> None:
    built(site).publish()
    site.build()
    (site.output / "newsgen-ledger/2024.txt").unlink()
    with pytest.raises(NewsgenError, match=r"lacks /newsgen-ledger/2024\.txt"):
        live.fetch(site.root, str(site.output), now=LATER)


# ---- import
@pytest.mark.pure
@pytest.mark.parametrize(
    ("text", "found"),
    [
        (
            "<urlset><url><loc> https://news.example/a/ </loc></url><url><loc>https://other.example/b/</loc></url>",
            ["/a/"],
        ),
        ("<urlset><loc>https://NEWS.example/a/?p=1&amp;q#x</loc></urlset>", ["/a/"]),
        ("https://news.example/%C3%A9t%C3%A9/\n# no\n/b.html\n\n/b.html\n", ["/b.html", "/été/"]),
        ('1.2.3.4 - - [x] "GET /a/?x HTTP/1.1" 200 5\n1.2.3.4 - - [x] "GET /b/ HTTP/2.0" 404 5\n', ["/a/"]),
        ('1.2.3.4 - - [x] "POST /a/ HTTP/1.1" 200 5\n1.2.3.4 - - [x] "HEAD /c/ HTTP/1.1" 301 5\n', ["/c/"]),
        ("/a/index.html\n/a\n/b.html\n/../c/\n", ["/a/", "/b.html"]),
        ("", []),
    ],
)
def test_addresses_of_an_older_site(text: str, found: list[str]) -> None:
    assert adoption.addresses_of(text, "https://news.example/") == found


@pytest.mark.pure
@pytest.mark.parametrize(
    ("text", "left_out"),
    [
        ("https://other.example/a/\nhttps://news.example/a/\n", (1, 0, 0, 0)),
        ("/a/\nsans barre\nhttps://[::1\n/%FF/\n", (0, 0, 3, 0)),
        ("/a/?p=1\n/a/?p=2\n/a/?p=2\n/a/\n", (0, 0, 0, 2)),
        ('x "GET /a/ HTTP/1.1" 200 5\nx "GET /b/ HTTP/1.1" 404 5\nx "HEAD /b/ HTTP/1.1" 500 5\n', (0, 2, 0, 0)),
    ],
)
def test_what_is_no_address_of_an_older_site_is_counted(text: str, left_out: tuple[int, ...]) -> None:
    found = adoption.found_in(text, "https://news.example/")
    assert found.addresses == ["/a/"]
    assert (found.elsewhere, found.unanswered, found.impossible, found.queries) == left_out


def test_import_shows_the_addresses(
    site: Site, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    site.write("list.txt", "".join(f"/old/{n:03}/\n" for n in range(60)) + "https://other.example/\n/old/000/?p=1\n")
    arguments = ["ledger", "--source", str(site.root), "import", str(site.root / "list.txt")]
    assert run(*arguments) == 0
    shown = capsys.readouterr()
    assert shown.out.count("  /old/") == 60
    assert "left out 1 of another site, 1 that differ from another only behind `?`" in shown.err
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    assert run(*arguments) == 0
    shown = capsys.readouterr()
    assert 10 <= shown.out.count("  /old/") < 60 and "more, which --all shows" in shown.out
    assert run(*arguments, "--all", "--yes") == 0
    assert capsys.readouterr().out.count("  /old/") == 60
    assert run(*arguments) == 0
    assert "  /old/" not in capsys.readouterr().out


@pytest.mark.pure
def test_addresses_of_an_older_site_below_a_path() -> None:
    text = "https://news.example/archive/a/\nhttps://news.example/other/\n"
    assert adoption.addresses_of(text, "https://news.example/archive/") == ["/a/"]


def test_an_older_site_is_taken_over(site: Site) -> None:
    site.story("2023/04/x.fr", article("Sommet"))
    asked = adoption.adopt(site.root, ["/fr/2023/04/sommet/", "/old.html"], now=NOW, writes=False)
    assert (asked.new, asked.paths) == (2, ())
    assert not (site.root / "ledger").exists()
    adoption.adopt(site.root, ["/fr/2023/04/sommet/", "/old.html"], now=NOW, writes=True)
    lost = site.build().one("address-lost")
    assert "/old.html" in lost.message
    site.story("2023/04/x.fr", article("Sommet", aliases=["/old.html"]))
    assert not site.build().find("address-lost")
    site.publish("2024-02-01T00:00:00Z")
    site.story("2023/04/x.fr", article("Sommet", slug="autre", aliases=["/old.html"]))
    assert not site.build().find("address-lost")
    assert site.exists("/fr/2023/04/sommet/")


# ---- the commands
def run(*arguments: str) -> int:
    return command_line.main(list(arguments))


def test_the_commands_of_the_ledger(site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    built(site)
    source = ["--source", str(site.root)]
    assert run("ledger", *source, "show") == 0
    assert "the ledger is empty" in capsys.readouterr().out
    assert run("ledger", *source, "fetch", str(site.output)) == 0
    assert "written to ledger/" in capsys.readouterr().out
    assert run("build", *source, "--quiet") == 0
    assert run("ledger", *source, "show") == 0
    assert "1 publication, " in capsys.readouterr().out
    assert run("ledger", *source, "show", "https://news.example/fr/2023/04/sommet/") == 0
    shown = capsys.readouterr().out
    assert shown.startswith("/fr/2023/04/sommet/: story `2023/04/x` fr, published ")
    assert "a page of kind article answers there" in shown
    site.story("2023/04/x.fr", article("Sommet", slug="autre"))
    assert run("build", *source, "--quiet") == 0
    capsys.readouterr()
    assert run("ledger", *source, "show", "/fr/2023/04/sommet/") == 0
    assert "leads to /fr/2023/04/autre/" in capsys.readouterr().out
    assert run("ledger", "show", "/nowhere/", *source) == 2
    older = site.write("old.txt", "/old/\n/fr/\n")
    assert run("ledger", *source, "import", str(older)) == 0
    assert "1 address new" in capsys.readouterr().out
    assert run("ledger", *source, "import", str(older), "--yes") == 0
    assert run("build", *source, "--quiet") == 3


def test_show_says_why_nothing_answers(site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    site.write("content/2023/04/a.pdf", b"%PDF-1.4\n")
    site.story("2023/05/stays.fr", article("Reste", date="2023-05-01", body="[Texte](/2023/04/a.pdf)"))
    built(site).publish()
    site.story("2023/05/stays.fr", article("Reste", date="2023-05-01"))
    site.remove("content/2023/04/x.fr.md")
    site.build()
    for address, why in (("/media/2023/04/a.pdf", "warning[media-gone]: "), ("/fr/2023/04/sommet/", "put the file")):
        assert run("ledger", "--source", str(site.root), "show", address) == 0
        shown = capsys.readouterr().out
        assert "nothing answers there in the last build\n" in shown and why in shown


def test_a_loss_is_accepted_by_its_exact_number(site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    site.story("2023/05/stays.fr", article("Reste", date="2023-05-01"))
    built(site).publish()
    site.build()
    site.remove("content/2023/04/x.fr.md")
    site.story("2023/04/y.fr", article("Autre"))
    source = ["--source", str(site.root), "--quiet"]
    assert run("build", *source) == 3
    assert run("build", *source, "--accept-loss", "2") == 3
    assert "1 address would be lost, so nothing was accepted" in capsys.readouterr().err
    assert run("build", *source, "--accept-loss", "1") == 0
    assert "1 address may be lost" in capsys.readouterr().err
    assert run("ledger", "--source", str(site.root), "show", "/fr/2023/04/sommet/") == 0
    assert "that it is lost was accepted 2" in capsys.readouterr().out
    assert run("build", *source) == 0
    assert run("build", *source, "--clean") == 0
    assert run("build", *source, "--accept-loss", "0") == 0
    assert "/fr/2023/04/sommet/\taccepted\t" in site.read(f"/newsgen-ledger/{datetime.now(UTC).year}.txt")
    site.story("2023/04/z.fr", article("Sommet"))
    assert run("build", *source) == 0
    site.remove("content/2023/04/y.fr.md")
    assert run("build", *source) == 0


def test_the_commands_that_take_back(site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    built(site).publish()
    site.story("2023/04/x.fr", article("Sommet", slug="autre"))
    site.build()
    source = ["--source", str(site.root)]
    (name,) = {line.publication for line in folder.read(site.root)}
    assert run("ledger", *source, "retract", "00000000") == 2
    capsys.readouterr()
    assert run("ledger", *source, "retract", name) == 0
    shown = capsys.readouterr()
    assert "/fr/2023/04/sommet/: story `2023/04/x` fr; leads to /fr/2023/04/autre/" in shown.out
    assert "nothing was written" in shown.err
    assert run("ledger", *source, "retract", name, "--addresses", "1") == 2
    assert run("ledger", *source, "forget", "https://news.example/fr/2023/04/sommet/") == 0
    assert "with --yes" in capsys.readouterr().err
    assert run("ledger", *source, "forget", "/fr/2023/04/sommet/", "--yes") == 0
    assert run("ledger", *source, "show", "/fr/2023/04/sommet/") == 0
    shown = capsys.readouterr()
    assert "leads to /fr/2023/04/autre/" in shown.out and ": forgotten " in shown.out
    number = len(addresses(site.root))
    assert run("ledger", *source, "retract", name, "--addresses", str(number)) == 0
    assert run("ledger", *source, "show") == 0
    shown = capsys.readouterr()
    assert "0 addresses" in shown.out and "1 publication retracted\n1 address forgotten\n" in shown.out
    assert run("ledger", *source, "show", "/fr/") == 0
    assert "retracted 2" in capsys.readouterr().out
