"""What the browser tests share: the served sample archive, the browser, readers whose troubles are told.

`read` opens a reader: `reader = read(viewport=..., color_scheme="dark", java_script_enabled=False)`, with the options
of Playwright's `Browser.new_context`; `page = reader.open("/fr/")`. After the test, everything that went wrong in any
of its readers fails it: console errors, violations of the policy, failed requests, requests to other origins.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

import chromium
from chromium import Reader
from sample import Sample
from static_server import StaticServer, serving
from tools import not_checked

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def server(sample: Sample) -> Iterator[StaticServer]:
    with serving(sample.output) as running:
        yield running


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium. Without one the tests are skipped with a warning, but fail in CI."""
    with chromium.launched() as found:
        if found is None:
            not_checked("there is no browser", "install Chromium, or run `.venv/bin/playwright install chromium`")
        yield found


@pytest.fixture
def read(browser: Browser, server: StaticServer) -> Iterator[Callable[..., Reader]]:
    """Opens readers; what went wrong in them fails the test in the end."""
    readers: list[Reader] = []

    def opened(**options: Any) -> Reader:
        readers.append(Reader(browser, server.address, **options))
        return readers[-1]

    yield opened
    for reader in readers:
        reader.close()
    wrong = [line for reader in readers for line in reader.wrong]
    assert not wrong, "\n".join(["went wrong in the browser:", *wrong])
