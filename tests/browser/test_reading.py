"""The sample archive in a browser: every kind of page, in every language."""

from __future__ import annotations

from collections.abc import Callable

from chromium import Reader
from sample import Sample

Read = Callable[..., Reader]


def test_every_kind_of_page_loads_without_a_fault(sample: Sample, read: Read) -> None:
    """No console error, no failed request, no request elsewhere, no violation of the Content-Security-Policy."""
    reader = read()
    for page in sample.all_that_differs():
        reader.open(page.url)


def test_an_address_that_does_not_exist_answers_404_with_the_page_for_it(read: Read) -> None:
    reader = read()
    page = reader.open("/fr/nowhere/")
    assert page.locator("body.kind-not-found").count() == 1
    reader.forgive("404")
