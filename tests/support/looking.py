"""What the browser tests ask of a page, and the windows in which they look at it."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import Page
from pypdf import PdfReader

#: A small phone; the narrowest that WCAG 2.2 asks for (1.4.10 Reflow); a laptop.
PHONE = {"width": 390, "height": 844}
NARROW = {"width": 320, "height": 640}
LAPTOP = {"width": 1280, "height": 900}
#: What sticks out of the window sideways, and is not in a box that scrolls by itself.
STICKS_OUT = """
() => {
  const width = document.documentElement.clientWidth, root = document.scrollingElement;
  if (root.scrollWidth <= width) return [];
  const scrolls = element => {
    for (let e = element.parentElement; e && e !== document.body; e = e.parentElement)
      if (getComputedStyle(e).overflowX !== 'visible') return true;
    return false;
  };
  const found = [...document.body.querySelectorAll('*')].filter(e => {
    const box = e.getBoundingClientRect();
    return box.width && (box.right > width + 1 || box.left < -1) && !scrolls(e);
  });
  return [`${root.scrollWidth} pixels in ${width}`, ...found.slice(-3).map(e => `${e.localName}.${e.className}`)];
}
"""
#: Scrolls through the page, waits for its pictures, and answers what has shifted.
READ_TO_THE_END = """
async () => {
  const frame = () => new Promise(requestAnimationFrame);
  for (let y = 0; y < document.body.scrollHeight; y += innerHeight) {
    scrollTo(0, y);
    await frame();
  }
  await Promise.race([
    Promise.all([...document.images].map(picture => picture.decode().catch(() => 0))),
    new Promise(done => setTimeout(done, 3000)),
  ]);
  await frame();
  await frame();
  return shifts;
}
"""


def none_of(faults: list[str]) -> None:
    assert not faults, "\n".join(["", *faults])


def printed(page: Page, path: Path) -> str:
    """The text of the page on paper, without any white space: a PDF has none that could be relied on."""
    page.pdf(path=path, format="A4", print_background=False)
    return bare("".join(sheet.extract_text() for sheet in PdfReader(path).pages))


def bare(text: str) -> str:
    return re.sub(r"[\s\u00ad\u200b\u2060-]+", "", text.replace("’", "'"))
