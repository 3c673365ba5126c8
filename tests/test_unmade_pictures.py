"""Files of pictures that cannot be made: pages show those that exist and wait for none, as in a clean build."""

from __future__ import annotations

import html
import re
import shutil
import struct
from concurrent.futures import ProcessPoolExecutor
from typing import Any
from urllib.parse import unquote

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from PIL import Image

from newsgen.nouns.diagnostics import part
from newsgen.nouns.model import CENTRE, Look
from newsgen.output.manifest import MANIFEST, read_manifest
from newsgen.pictures import encoding, sizes, variants
from newsgen.pipeline import Request, run
from newsgen.pipeline.verify import verify
from newsgen.settings.config import Pictures
from support.harness import Built, Site, audit, differences, examples, png, words
from support.photos import photo

SMALL = {"widths": [80, 160], "formats": ["avif", "webp"]}
URL = "/fr/2023/04/port/"
NAME = "content/2023/04/x.jpg"
_OID = "4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393"
POINTER = f"version https://git-lfs.github.com/spec/v1\noid sha256:{_OID}\nsize 12345\n"
_REFERENCE = re.compile(r"/(?:pictures|media)/[^\s\"'<>,\\]+")


@pytest.fixture
def small(site: Site) -> Site:
    """A site with narrow variants, which take little time, and an article that shows none."""
    site.configure(pictures=SMALL)
    site.story("2023/03/old.fr", title="Ancien", slug="ancien", date="2023-03-02")
    return site


def story(site: Site, data: bytes | None = None, *, slug: str = "port", **front: Any) -> None:
    site.write(NAME, photo(200, 150) if data is None else data)
    image = {"src": "x.jpg", "alt": "Un port", **front.pop("image", {})}
    site.story("2023/04/a.fr", title="Le port", slug=slug, image=image, body="![Un quai](x.jpg)", **front)


class Faults:
    """Lets the making of files fail: `operations` matches what fails, with what; "" is a picture itself."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.operations, self.fault = "nothing at all", ValueError("it is odd")
        self.tried: list[str] = []
        make, publish = encoding.Workshop.make, encoding.published

        def made(workshop: encoding.Workshop, data: bytes, hash_: str, operation: str) -> bytes:
            self._meet(operation)
            return make(workshop, data, hash_, operation)

        def published(data: bytes, path: str) -> bytes:
            self._meet("original")
            return publish(data, path)

        monkeypatch.setattr(encoding.Workshop, "make", made)
        monkeypatch.setattr(encoding, "published", published)

    def _meet(self, operation: str) -> None:
        self.tried.append(operation)
        if re.search(self.operations, operation):
            raise self.fault


@pytest.fixture
def faults(monkeypatch: pytest.MonkeyPatch) -> Faults:
    return Faults(monkeypatch)


def dead(site: Site) -> list[str]:
    """Addresses of pictures that some file of the output names and that are not there."""
    tree = site.tree()
    found = []
    for name, data in tree.items():
        if not name.startswith(("pictures/", "media/", "static/", "_headers")):
            for address in _REFERENCE.findall(html.unescape(data.decode())):
                if unquote(address.removeprefix("/")) not in tree:
                    found.append(f"{name}: {address}")
    return found


def is_whole(site: Site, built: Built) -> None:
    """What every build leaves behind, whatever failed."""
    assert dead(site) == []
    assert built.notes == ()  # nothing waits
    clean, wanted = site.clean()
    assert differences(site.tree(), wanted) == []
    assert clean.lines == built.lines
    assert set(read_manifest(site.output / MANIFEST)) == set(site.tree())
    assert audit(site) == []


def is_quiet(site: Site, built: Built) -> None:
    """A build in which nothing changed says the same, and does nothing."""
    again = site.build()
    assert again.lines == built.lines and again.result.status() == built.result.status()
    assert not again.result.written and not again.result.removed and again.result.rendered == {}


OPERATIONS = {
    "the crop of cards": r"^crop 200x105 ",
    "all crops": r"^crop",
    "one width": r"^fit 160x",
    "one format": r" avif$",
    "the format of all browsers": r"^fit .* jpeg$",
    "all but one format": r" (webp|jpeg)$",
    "all variants": r"^(fit|crop)",
    "the picture itself": "original",
    "everything": "",
}


@pytest.mark.parametrize("case", OPERATIONS)
def test_pages_show_what_exists_and_wait_for_nothing(small: Site, faults: Faults, case: str) -> None:
    faults.operations = OPERATIONS[case]
    assert small.build().ids == []
    story(small)
    built = small.build()
    assert set(built.ids) == {"picture-broken"} and built.result.status() == 1
    assert "it is odd" in built.diagnostics[0].message
    assert {"fr/index.html", "fr/europe/index.html", "fr/feed.atom"} <= set(built.result.written)
    is_whole(small, built)
    is_quiet(small, built)
    is_shown = bool(small.main(URL).css("img"))
    assert is_shown == (case not in ("the picture itself", "everything"))


@pytest.mark.parametrize("case", OPERATIONS)
def test_first_build_is_as_exact(small: Site, faults: Faults, case: str) -> None:
    faults.operations = OPERATIONS[case]
    story(small)
    built = small.build()
    assert set(built.ids) == {"picture-broken"} and built.result.status() == 1
    assert not built.result.removed
    is_whole(small, built)
    is_quiet(small, built)
    assert small.check().lines == built.lines


def test_fault_of_a_variant_is_told_at_the_picture(small: Site, faults: Faults) -> None:
    faults.operations = "^crop 200x105 "
    story(small)
    told = small.build().one("picture-broken")
    assert str(told.location) == f"{NAME}:1:1"
    assert told.message == (
        "the picture is published without `/pictures/2023/04/x-jpg-card.jpg`, which cannot be made of it: it is odd"
    )
    assert 'content="https://news.example/pictures/2023/04/x-jpg-160.jpg"' in small.read(URL)  # og:image
    faults.operations = "^crop"
    story(small, photo(200, 150, shift=9))
    assert " and 2 more, which cannot be made" in small.build().one("picture-broken").message
    assert '"image": ["https://news.example/media/2023/04/x.jpg"]' in small.read(URL)


def test_fault_of_the_picture_itself_is_told_where_it_is_shown(small: Site, faults: Faults) -> None:
    faults.operations = "original"
    story(small)
    told = small.build().find("picture-broken")
    assert [(d.location.path, d.location.line) for d in told] == [
        ("content/2023/04/a.fr.md", 6),
        ("content/2023/04/a.fr.md", 8),
    ]
    assert {d.message for d in told} == {f"the picture {NAME} is left out: it is odd"}


@pytest.mark.parametrize("case", [case for case, fails in OPERATIONS.items() if fails not in ("original", "")])
def test_published_picture_whose_new_variants_fail_leaves_nothing_of_the_old(
    small: Site, faults: Faults, case: str
) -> None:
    story(small)
    small.story("2023/04/b.fr", title="Autre", slug="autre", body="[[2023/04/a]]")
    assert small.build().ids == []
    faults.operations = OPERATIONS[case]
    story(small, photo(200, 150, shift=90))
    built = small.build()
    assert set(built.ids) == {"picture-broken"}
    is_whole(small, built)
    is_quiet(small, built)
    faults.operations = "nothing at all"
    story(small, photo(200, 150, shift=91))
    mended = small.build()
    assert mended.ids == []
    is_whole(small, mended)


@pytest.mark.parametrize("keeps_variants", [True, False], ids=["variants kept", "no variants kept"])
@pytest.mark.parametrize("case", ["the picture itself", "everything"])
def test_published_picture_whose_new_bytes_fail_stays_as_it_was(
    small: Site, faults: Faults, case: str, keeps_variants: bool
) -> None:
    story(small)
    small.story("2023/04/b.fr", title="Autre", slug="autre", body="[[2023/04/a]]")
    assert small.build().ids == []
    before = small.tree()
    if not keeps_variants:
        shutil.rmtree(small.cache / "pictures")
    faults.operations = OPERATIONS[case]
    story(small, photo(200, 150, shift=90))
    built = small.build()
    assert set(built.ids) == {"picture-broken"} and built.result.counts["last_good"] == 1
    assert dead(small) == [] and audit(small) == []
    if keeps_variants or case == "the picture itself":
        assert differences(small.tree(), before) == []
    is_quiet(small, built)
    faults.operations = "nothing at all"
    story(small, photo(200, 150, shift=91))
    mended = small.build()
    assert mended.ids == []
    is_whole(small, mended)


@pytest.mark.parametrize(
    "fault",
    [
        ValueError("x"),
        OSError("x"),
        RecursionError(),
        MemoryError(),
        struct.error("x"),
        SyntaxError("x"),
        Image.DecompressionBombError("x"),
        ZeroDivisionError("x"),
        KeyError("x"),
    ],
    ids=lambda fault: type(fault).__name__,
)
def test_whatever_is_raised_is_a_fault_of_the_picture(small: Site, faults: Faults, fault: Exception) -> None:
    is_world = isinstance(fault, MemoryError | RecursionError)
    faults.operations, faults.fault = "original" if is_world else "^crop", fault
    small.build()
    story(small)
    built = small.build()
    assert built.result.status() == 1 and built.errors
    is_whole(small, built)
    assert small.build().lines == built.lines


def test_what_failed_is_tried_again_when_that_may_help(small: Site, faults: Faults, monkeypatch: Any) -> None:
    faults.operations = "^crop"
    story(small)
    small.build()
    faults.tried.clear()
    small.build()
    story(small, title_of_nothing="x")
    assert "picture-broken" in small.build().ids
    assert faults.tried == []  # the same bytes, the same Pillow
    faults.operations = "nothing at all"
    monkeypatch.setattr(run, "_tools", lambda: "pillow 99")
    story(small)
    assert small.build().ids == []
    assert {tried for tried in faults.tried if tried.startswith("crop")} == {
        v.operation for v in variants(Look("jpeg", 200, 150), Pictures((80, 160)), [CENTRE]) if "crop" in v.operation
    }
    is_whole(small, small.build())


def test_what_is_not_wanted_any_more_is_not_told(small: Site, faults: Faults) -> None:
    faults.operations = " 0,0 jpeg"
    story(small, image={"focus": "0% 0%"})
    assert small.build().ids == ["picture-broken"]
    story(small)
    built = small.build()
    assert built.ids == []
    is_whole(small, built)
    story(small, image={"focus": "0% 0%"})
    assert small.build().ids == ["picture-broken"]
    small.configure(pictures={"widths": []})
    built = small.build()
    assert built.ids == []
    is_whole(small, built)


def test_another_file_gets_the_address(small: Site, faults: Faults) -> None:
    faults.operations = "^fit 80x60 webp"
    small.write("static/pictures/2023/04/x-jpg-80.webp", "mine")
    small.build()
    story(small)
    built = small.build()
    assert built.ids == ["picture-broken"]
    assert small.tree()["pictures/2023/04/x-jpg-80.webp"] == b"mine"
    is_whole(small, built)
    faults.operations = "nothing at all"
    story(small, photo(200, 150, shift=9))
    built = small.build()
    assert built.ids == ["address-taken"]
    is_whole(small, built)


def test_two_paths_with_the_same_bytes_and_two_outputs(small: Site, faults: Faults) -> None:
    faults.operations = "^crop"
    story(small)
    small.write("content/2023/04/y.jpg", photo(200, 150))
    small.story("2023/04/b.fr", title="B", slug="b", image={"src": "y.jpg", "alt": "x"})
    built = small.build()
    assert [d.location.path for d in built.find("picture-broken")] == [NAME, "content/2023/04/y.jpg"]
    is_whole(small, built)
    other = small.root / "other"
    assert small.build(output=other).lines == built.lines
    assert differences(small.tree(other), small.tree()) == []


def test_verify_and_check_agree(small: Site, faults: Faults) -> None:
    story(small)
    assert small.build().ids == []
    faults.operations = "^fit 160x120 (avif|jpeg)$"
    story(small, photo(200, 150, shift=9))
    built = small.build()
    assert built.ids == ["picture-broken"]
    for sample in (0, 1000):
        assert verify(Request(small.root, workers=1), sample=sample).problems == ()
    assert small.check().lines == small.check(render=True).lines == built.lines


def test_file_that_cannot_be_read_just_now_is_tried_again(
    small: Site, faults: Faults, monkeypatch: pytest.MonkeyPatch
) -> None:
    story(small)
    small.build()
    small.write("content/2023/04/y.jpg", photo(200, 150, shift=9))
    small.story("2023/04/b.fr", title="B", slug="b", body="![x](y.jpg)")
    faults.operations, faults.fault = "original", PermissionError(13, "Permission denied")
    built = small.build()
    told = built.one("file-unreadable")
    assert told.message == "the picture content/2023/04/y.jpg is left out: Permission denied"
    assert dead(small) == [] and built.notes == () and small.exists("/fr/2023/04/b/")
    assert "x-jpg-80.avif" in small.read(URL)
    faults.operations = "nothing at all"
    built = small.build()
    assert built.ids == []
    is_whole(small, built)


def test_published_picture_that_cannot_be_read_just_now_stays(small: Site, faults: Faults) -> None:
    story(small)
    small.build()
    before = small.tree()
    faults.operations, faults.fault = "", PermissionError(13, "Permission denied")
    story(small, photo(200, 150, shift=9))
    built = small.build()
    assert set(built.ids) == {"file-unreadable"} and built.notes == ()
    assert small.tree() == before
    faults.operations = "nothing at all"
    built = small.build()
    assert built.ids == []
    is_whole(small, built)


def test_only_pictures_that_failed_are_made_again_by_a_killed_build(
    small: Site, faults: Faults, monkeypatch: pytest.MonkeyPatch
) -> None:
    from newsgen.pipeline import unmade_pictures

    class Killed(BaseException):
        pass

    def killed(*_: object) -> None:
        raise Killed

    faults.operations = "^crop"
    story(small)
    with monkeypatch.context() as patch:
        patch.setattr(unmade_pictures, "leave_out", killed)
        with pytest.raises(Killed):
            small.build()
    faults.tried.clear()
    built = small.build()
    assert built.ids == ["picture-broken"]
    assert len(faults.tried) == 4  # the crops
    is_whole(small, built)


# ---- the part of a picture that a crop shows
@given(
    st.integers(1, 40000),
    st.integers(1, 40000),
    st.sampled_from(["card", "1x1", "4x3", "16x9"]),
    st.tuples(st.integers(0, 100), st.integers(0, 100)),
)
@example(3888, 2592, "card", (50, 50))
@example(914, 383, "16x9", (50, 50))
@example(5178, 3317, "card", (52, 80))
@settings(max_examples=examples(300))
def test_part_that_a_crop_shows_lies_within_the_picture(
    width: int, height: int, name: str, focus: tuple[int, int]
) -> None:
    crops = [v for v in variants(Look("jpeg", width, height), Pictures((1,)), [f"{focus[0]},{focus[1]}"])]
    for variant in crops:
        if variant.name.startswith(name):
            what = sizes.read_operation(variant.operation)
            box = encoding._box((width, height), what)
            left, top, right, bottom = struct.unpack("4f", struct.pack("4f", *box))  # as Pillow takes them
            assert 0 <= left < right <= width and 0 <= top < bottom <= height
            assert (right - left) / (bottom - top) == pytest.approx(what.width / what.height, rel=1e-3)
            centre = (left + right) / 2, (top + bottom) / 2
            wanted = width * focus[0] / 100, height * focus[1] / 100
            low, high = (right - left) / 2, width - (right - left) / 2
            assert centre[0] == pytest.approx(min(max(wanted[0], low), high), abs=0.02, rel=1e-5)


@pytest.mark.parametrize("size", [(3888, 2592), (914, 383), (1389, 926), (2777, 1851), (5178, 3317)])
def test_crops_of_such_sizes_are_made(size: tuple[int, int]) -> None:
    data = photo(*size)
    for focus in (CENTRE, "52,80", "13,24"):
        for variant in variants(Look("jpeg", *size), Pictures(()), [focus]):
            encoding.Workshop().make(data, "h", variant.operation)


@given(st.integers(1, 700), st.integers(1, 700), st.tuples(st.integers(0, 100), st.integers(0, 100)))
@settings(max_examples=examples(40), deadline=None)
def test_pillow_takes_that_part_of_pictures_of_all_sizes(width: int, height: int, focus: tuple[int, int]) -> None:
    image = Image.new("L", (width, height))
    for variant in variants(Look("jpeg", width, height), Pictures((1,)), [f"{focus[0]},{focus[1]}"]):
        what = sizes.read_operation(variant.operation)
        if what.is_crop:
            made = image.resize((what.width, what.height), box=encoding._box(image.size, what), reducing_gap=2)
            assert made.size == (what.width, what.height)


# ---- what is no picture yet
@pytest.mark.parametrize("name", ["x.jpg", "x.svg", "x.PNG"])
def test_git_lfs_pointer_is_called_what_it_is(small: Site, name: str) -> None:
    small.write(f"content/2023/04/{name}", POINTER)
    small.story("2023/04/a.fr", slug="port", body=f"![Un quai]({name})")
    told = small.build().one("picture-broken")
    assert told.message.endswith("it is a Git LFS pointer, not the picture itself: run `git lfs pull`")
    assert told.hint == "run `git lfs pull`, then build again"
    assert not small.exists(f"/media/2023/04/{name}")


def test_why_a_picture_cannot_be_used_is_kept_without_words(small: Site) -> None:
    small.write(NAME, POINTER)
    small.write("content/2023/04/x.svg", "<g/>")
    small.write("content/2023/04/x.png", photo(200, 150)[:-400])
    small.story("2023/04/a.fr", slug="port", body="![Un](x.jpg) ![Deux](x.svg) ![Trois](x.png)")
    told = [d.message.partition(": ")[2] for d in small.build().find("picture-broken")]
    with small.catalog() as catalog:
        rows = catalog.all("SELECT path, hash FROM media ORDER BY path")
        reasons = [look.reason for path, hash_ in rows if (look := catalog.look(path, hash_))]
    assert reasons[0] == part("picture/pointer") and reasons[2] == part("svg/outermost", name="g")
    assert isinstance(reasons[1], str)  # Pillow's own
    assert sorted(told) == sorted(map(words, reasons))


def icon_with_a_part_outside() -> bytes:
    """Browsers and Pillow show its first picture; that the second is cut shows only when both are written."""
    part = png(16, 16)
    entries = [(16, 16, 0, 0, 1, 32, len(part), 38), (8, 8, 0, 0, 1, 32, 500, 38 + len(part))]
    return struct.pack("<HHH", 0, 1, 2) + b"".join(struct.pack("<BBBBHHII", *entry) for entry in entries) + part


@pytest.mark.parametrize("workers", [0, 1])
def test_real_file_whose_parts_cannot_be_told_is_left_out(small: Site, workers: int) -> None:
    small.build()
    small.write("content/2023/04/x.ico", icon_with_a_part_outside())
    small.story("2023/04/a.fr", title="Le port", slug="port", body="![Un quai](x.ico)\n\nFin.")
    if workers:
        with ProcessPoolExecutor(workers) as executor:
            built = small.build(executor=executor)
    else:
        built = small.build()
    assert built.one("picture-broken").location.path == "content/2023/04/a.fr.md"
    assert "Fin." in small.read(URL) and not small.main(URL).css("img")
    is_whole(small, built)
    is_quiet(small, built)
