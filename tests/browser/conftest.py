"""What the browser tests share: the served sample archive, the browser, readers whose troubles are told.

`read` opens a reader: `reader = read(viewport=..., color_scheme="dark", java_script_enabled=False)`, with the options
of Playwright's `Browser.new_context`; `page = reader.open("/fr/")`. After the test, everything that went wrong in any
of its readers fails it: console errors, violations of the policy, failed requests, requests to other origins.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from support import chromium, hostile_site
from support.chromium import Reader
from support.sample import Sample, built_once
from support.static_server import StaticServer, serving
from support.tools import not_checked

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


@pytest.fixture(scope="session")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Sample:
    """The small site of tests/support/hostile_site.py, built once for all processes of this run."""
    base = tmp_path_factory.getbasetemp()
    base = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    return built_once(base / "hostile", hostile_site.build)


@pytest.fixture(scope="session")
def hostile_server(hostile: Sample) -> Iterator[StaticServer]:
    with serving(hostile.output) as running:
        yield running


@pytest.fixture
def read(browser: Browser, server: StaticServer) -> Iterator[Callable[..., Reader]]:
    """Opens readers; what went wrong in them fails the test in the end."""
    with readers(browser, server) as opened:
        yield opened


@pytest.fixture
def read_hostile(browser: Browser, hostile_server: StaticServer) -> Iterator[Callable[..., Reader]]:
    """Likewise, readers of the hostile site."""
    with readers(browser, hostile_server) as opened:
        yield opened


@contextmanager
def readers(browser: Browser, server: StaticServer) -> Iterator[Callable[..., Reader]]:
    found: list[Reader] = []

    def opened(**options: Any) -> Reader:
        found.append(Reader(browser, server.address, **options))
        return found[-1]

    yield opened
    for reader in found:
        reader.close()
    wrong = [line for reader in found for line in reader.wrong]
    assert not wrong, "\n".join(["went wrong in the browser:", *wrong])
