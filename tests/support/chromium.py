"""Chromium by way of Playwright: where it is, how it starts, and a page that remembers all that goes wrong in it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Playwright, Request, sync_playwright
from playwright.sync_api import Response as HttpResponse

#: Installed browsers, by name, the first that is found; `CHROME_PATH` names another.
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
#: What Chromium does of its own accord is no part of a test: no updates, no field trials.
ARGUMENTS = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    "--force-color-profile=srgb",
    "--font-render-hinting=none",
    "--disable-dev-shm-usage",
)
_TELL_VIOLATIONS = """
document.addEventListener('securitypolicyviolation', event => console.error(
  `csp: ${event.effectiveDirective} forbids ${event.blockedURI} ${event.sample}`));
"""
#: For `add_init_script`: `window.shifts` says how much of the page has moved, and what. What is rounded to nothing is
#: none: Chromium tells of 0.0000 without a source where a picture of 12 px is drawn late, at the place that it has.
SHIFTS = """
window.shifts = [];
new PerformanceObserver(list => {
  for (const entry of list.getEntries())
    if (entry.value >= 0.00005)
      shifts.push(`${entry.value.toFixed(4)} ${entry.sources.map(s => s.node?.className ?? s.node?.nodeName).join()}`);
}).observe({type: 'layout-shift', buffered: true});
"""


def installed() -> str | None:
    """The path of an installed Chromium or Chrome; None: only Playwright's own may be there."""
    named = os.environ.get("CHROME_PATH")
    return named or next((path for name in NAMES if (path := shutil.which(name))), None)


def path_of(playwright: Playwright) -> str | None:
    """The browser that the tests drive; None if there is none."""
    own = playwright.chromium.executable_path
    return installed() or (own if os.path.exists(own) else None)


@contextmanager
def launched() -> Iterator[Browser | None]:
    """A headless Chromium; None where none is installed."""
    with sync_playwright() as playwright:
        path = path_of(playwright)
        if path is None:
            yield None
            return
        is_root = hasattr(os, "geteuid") and os.geteuid() == 0
        browser = playwright.chromium.launch(
            executable_path=path, args=[*ARGUMENTS, *(["--no-sandbox"] if is_root else [])]
        )
        try:
            yield browser
        finally:
            browser.close()


class Reader:
    """Reads the site in one context of the browser, and remembers what goes wrong.

    `wrong` has a line for each console error, uncaught exception, violation of the Content-Security-Policy, failed
    request, answer of status 400 or more and request to another origin. A test that provokes one calls `forgive`.
    """

    def __init__(self, browser: Browser, origin: str, **options: Any) -> None:
        self.origin = origin
        self.requests: list[Request] = []
        self.wrong: list[str] = []
        self.context: BrowserContext = browser.new_context(
            base_url=origin, **({"viewport": {"width": 1280, "height": 900}, "reduced_motion": "reduce"} | options)
        )
        self.context.set_default_timeout(15_000)
        if options.get("java_script_enabled", True):
            self.context.add_init_script(_TELL_VIOLATIONS)
        self.context.on("request", self._on_request)
        self.context.on("requestfailed", self._on_failure)
        self.context.on("response", self._on_response)
        self.context.on("console", self._on_console)
        self.context.on("weberror", lambda error: self.wrong.append(f"uncaught: {error.error}"))
        self.page: Page = self.context.new_page()

    def open(self, url: str) -> Page:
        """The page at an address of this site, loaded with all that it asks for."""
        self.page.goto(url, wait_until="load")
        return self.page

    def forgive(self, *words: str) -> None:
        """Forgets what went wrong so far and has one of these words; nothing else may be left at the end."""
        self.wrong = [line for line in self.wrong if not any(word in line for word in words)]

    def path(self) -> str:
        """Where the reader is: the address without the origin."""
        return self.page.url.removeprefix(self.origin)

    def close(self) -> None:
        self.context.close()

    def _on_request(self, request: Request) -> None:
        self.requests.append(request)
        parts = urlsplit(request.url)
        if f"{parts.scheme}://{parts.netloc}" != self.origin and parts.scheme not in ("blob", "data", "about"):
            self.wrong.append(f"{self.path()}: a request to another origin: {request.url}")

    def _on_failure(self, request: Request) -> None:
        # A page that is left while it loads something gives that up.
        if request.failure != "net::ERR_ABORTED":
            self.wrong.append(f"{self.path()}: {request.url} failed: {request.failure}")

    def _on_response(self, response: HttpResponse) -> None:
        if response.status >= 400:
            self.wrong.append(f"{self.path()}: {response.url} answered {response.status}")

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.wrong.append(f"{self.path()}: console: {message.text}")
