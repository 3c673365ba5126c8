"""The last good version of a picture (CONTENT.md §7): one that cannot be read any more is shown as it was published."""

from __future__ import annotations

import importlib
import shutil

import msgspec
import pytest

from newsgen.catalog.store import decode_look
from newsgen.output.manifest import MANIFEST
from newsgen.pipeline import Request
from newsgen.pipeline.verify import verify
from support.harness import Built, Site, audit, differences, stamps
from support.photos import exif, photo

RUN = importlib.import_module("newsgen.pipeline.run")
SMALL = {"widths": [80, 160], "formats": ["avif", "webp"]}
NAME = "content/2023/04/x.jpg"
URL = "/fr/2023/04/port/"
GOOD = photo(200, 150)
POINTER = b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n"
BROKEN = {
    "a pointer of Git LFS": POINTER,
    "cut off": GOOD[:-400],
    "no picture": b"Bonjour.",
    "empty": b"",
    "another format, damaged": photo(200, 150, "PNG")[:-90],
    "too large": photo(2100, 1000),
}


def story(site: Site, slug: str = "port", **image: object) -> None:
    shown = {"src": "x.jpg", "alt": "Un port", **image}
    site.story("2023/04/a.fr", title="Le port", slug=slug, image=shown, body="![Un quai](x.jpg)")


@pytest.fixture
def published(site: Site) -> Site:
    """A site of which one photo is shown, in an article and on lists."""
    site.configure(pictures={**SMALL, "max_megapixels": 2})
    site.write(NAME, GOOD)
    story(site)
    assert site.build().ids == []
    return site


def pictures(site: Site) -> list[str]:
    return [name for name in site.tree() if name.startswith(("media/", "pictures/"))]


def is_as_published(site: Site, built: Built, wanted: dict[str, bytes]) -> None:
    assert differences(site.tree(), wanted) == []
    assert built.result.status() == 1 and built.result.counts["last_good"] == 1
    assert audit(site) == []
    again = site.build()
    assert again.lines == built.lines and again.result.rendered == {}
    assert not again.result.written and not again.result.removed
    assert verify(Request(site.root, workers=1)).problems == ()
    assert verify(Request(site.root, workers=1), sample=500).problems == ()


@pytest.mark.parametrize("case", BROKEN)
def test_a_picture_that_cannot_be_read_is_shown_as_it_was_published(published: Site, case: str) -> None:
    before, old = published.tree(), stamps(published)
    published.write(NAME, BROKEN[case])
    built = published.build()
    assert [str(d.location).partition(":")[0] for d in built.errors] == ["content/2023/04/a.fr.md"] * 2
    assert all("is shown as it was published before: " in d.message for d in built.errors)
    assert (case == "a pointer of Git LFS") == all("`git lfs pull`" in d.hint for d in built.errors)
    assert set(built.ids) == {"picture-too-large" if case == "too large" else "picture-broken"}
    assert not built.result.written and stamps(published) == old
    is_as_published(published, built, before)


def test_a_first_picture_has_nothing_that_stands_in(site: Site) -> None:
    site.configure(pictures=SMALL)
    site.write(NAME, POINTER)
    story(site)
    assert all("is left out: it is a Git LFS pointer" in d.message for d in site.build().find("picture-broken"))
    assert pictures(site) == []


def test_a_picture_that_was_never_shown_has_nothing_that_stands_in(site: Site) -> None:
    site.configure(pictures=SMALL)
    site.write(NAME, GOOD)
    site.story("2023/04/a.fr", title="Le port", slug="port")
    site.build()
    site.write(NAME, POINTER)
    site.build()
    story(site)
    assert "is left out" in site.build().find("picture-broken")[0].message
    assert pictures(site) == []


@pytest.mark.parametrize("data", [GOOD, photo(180, 120, shift=40)], ids=["the same", "another"])
def test_a_picture_that_is_mended_is_published(published: Site, data: bytes) -> None:
    published.write(NAME, POINTER)
    published.build()
    published.write(NAME, data)
    built = published.build()
    assert built.ids == [] and built.result.counts["last_good"] == 0
    assert differences(published.tree(), published.clean_build()) == []
    assert not published.build().result.written


def test_whoever_shows_it_anew_shows_the_last_good_version(published: Site) -> None:
    published.write(NAME, POINTER)
    published.build()
    published.story("2023/04/b.fr", title="Le quai", slug="quai", date="2023-04-17", image="x.jpg")
    built = published.build()
    with published.copy() as other:
        other.write(NAME, GOOD)
        other.build()
        is_as_published(published, built, other.tree())


def test_resized_pictures_that_are_asked_for_meanwhile_are_made_of_it(published: Site) -> None:
    shutil.rmtree(published.cache / "pictures")
    published.write(NAME, POINTER)
    published.build()
    published.configure(pictures={"widths": [40, 120], "formats": ["webp"], "max_megapixels": 2})
    story(published, focus="20% 80%")
    built = published.build()
    with published.copy() as other:
        other.write(NAME, GOOD)
        other.build()
        is_as_published(published, built, other.tree())


@pytest.mark.parametrize("lies", [6, 8])
def test_what_was_made_of_a_turned_picture_meanwhile_is_made_again(published: Site, lies: int) -> None:
    """Its published form has other pixels than the picture itself."""
    turned = photo(200, 150, exif=exif(orientation=lies))
    published.write(NAME, turned)
    published.build()
    shutil.rmtree(published.cache / "pictures")
    published.write(NAME, POINTER)
    published.configure(pictures={"widths": [40, 120], "formats": ["webp"], "max_megapixels": 2})
    assert published.build().result.counts["last_good"] == 1
    assert "pictures/2023/04/x-jpg-40.webp" in published.tree()
    published.write(NAME, turned)
    assert published.build().ids == []
    assert differences(published.tree(), published.clean_build()) == []


def test_nothing_stands_in_where_nobody_shows_it_any_more(published: Site) -> None:
    published.write(NAME, POINTER)
    published.build()
    published.story("2023/04/a.fr", title="Le port", slug="port")
    built = published.build()
    assert built.ids == [] and pictures(published) == []
    story(published)
    assert "is left out" in published.build().find("picture-broken")[0].message


def test_a_deleted_picture_is_a_loss(published: Site) -> None:
    published.remove(NAME)
    assert set(published.build().ids) == {"picture-missing"}
    assert pictures(published) == []


def test_without_a_cache_there_is_none(published: Site) -> None:
    published.write(NAME, POINTER)
    shutil.rmtree(published.cache)
    built = published.build()
    assert all("is left out" in d.message for d in built.find("picture-broken"))
    assert differences(published.tree(), published.clean_build()) == []


def test_another_newsgen_knows_it(published: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    before = published.tree()
    published.write(NAME, POINTER)
    published.build()
    monkeypatch.setattr(RUN, "_tools", lambda: "another newsgen")
    built = published.build()
    assert differences(published.tree(), before) == []
    assert built.result.counts["last_good"] == 1


def test_what_schema_11_kept_of_a_good_picture_can_be_read() -> None:
    """Its reasons are texts: they are taken over with the last good versions."""
    old = {"kind": "svg", "width": 9, "cuts": [[1, 2, "`script`"]], "unmade": [["scale 80x60 avif", "it is odd"]]}
    look = decode_look(msgspec.msgpack.encode(old))
    assert look.cuts == ((1, 2, "`script`"),) and look.unmade == (("scale 80x60 avif", "it is odd"),)


def test_another_output_shows_another_version(published: Site) -> None:
    """In each output the version that it shows; the cache has the last good one, and the one that was shown then."""
    second = published.root / "second"
    first = published.tree()
    published.write(NAME, POINTER)
    assert published.build(output=second).result.counts["last_good"] == 0
    assert not (second / "media").exists()
    assert published.build().result.counts["last_good"] == 1
    assert differences(published.tree(), first) == []


def test_a_killed_build_loses_none(published: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """A newer good version that never came to be published does not take the place of the one that was."""
    before = published.tree()
    published.write(NAME, photo(180, 120, shift=40))

    def killed(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(RUN.Build, "_write", killed)
        with pytest.raises(KeyboardInterrupt):
            published.build()
    published.write(NAME, POINTER)
    built = published.build()
    is_as_published(published, built, before)


def test_a_lost_manifest_is_made_anew_with_it(published: Site) -> None:
    before = published.tree()
    published.write(NAME, POINTER)
    published.build()
    (published.output / MANIFEST).unlink()
    built = published.build()
    assert built.result.counts["last_good"] == 1
    assert differences(published.tree(), before) == []


def test_what_was_published_is_away_too(published: Site) -> None:
    """Somebody deleted it from the output, and its files are to be made again: then nothing can stand in."""
    published.write(NAME, POINTER)
    published.build()
    (published.output / "media/2023/04/x.jpg").unlink()
    shutil.rmtree(published.cache / "pictures")
    published.configure(pictures={"widths": [40, 120], "formats": ["webp"], "max_megapixels": 2})
    built = published.build()
    assert built.find("picture-broken")
    for name in pictures(published):
        assert (published.output / name).is_file()
    assert not published.build().result.written


def test_check_says_the_same(published: Site) -> None:
    published.write(NAME, POINTER)
    checked = published.check()
    built = published.build()
    assert checked.lines == built.lines
    assert published.check().lines == built.lines


def test_a_lowered_limit_takes_no_published_picture_away(published: Site) -> None:
    published.write(NAME, photo(1600, 900))
    assert published.build().ids == []
    before = published.tree()
    published.configure(pictures={**SMALL, "max_megapixels": 1})
    built = published.build()
    assert set(built.ids) == {"picture-too-large"}
    is_as_published(published, built, before)
