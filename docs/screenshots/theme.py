"""Takes the pictures of docs/theme.md: the sample archive with each example of that page, read from the page itself."""

from __future__ import annotations

import io
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "src")]

from support import chromium  # noqa: E402
from support.static_server import serving  # noqa: E402

NOW = "2026-11-25T12:00:00+01:00"
LOGO = """\
<svg xmlns="http://www.w3.org/2000/svg" width="220" height="40" viewBox="0 0 220 40">
<circle cx="20" cy="20" r="18" fill="#a0181c"/><path d="M12 27V13l16 14V13" fill="none" stroke="#fff" stroke-width="3"/>
<path d="M52 12h150M52 20h150M52 28h96" stroke="#a0181c" stroke-width="4"/>
</svg>
"""
#: Name of the picture to the page, what is looked at, and how high the picture is in CSS pixels.
SHOTS = {
    "theme-colours": ("/fr/", "body", 620),
    "theme-menu": ("/fr/europe/", "body", 300),
    "theme-block": ("/en/2023/04/beijing-moscow-ties-cold-war-alliances/", ".appeal", 330),
    "theme-entry": ("/fr/europe/", "body", 620),
}


def examples(kind: str) -> list[str]:
    """The blocks of docs/theme.md in a language."""
    text = (ROOT / "docs/theme.md").read_text("utf-8")
    return re.findall(rf"^```{re.escape(kind)}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def change(site: Path, name: str) -> None:
    """Puts an example of the page into the site."""
    if name == "theme-colours":
        (site / "templates").mkdir()
        (site / "templates/custom.css").write_text(examples("css")[0], "utf-8")
    elif name == "theme-menu":
        (site / "static/assets").mkdir(parents=True)
        (site / "static/assets/logo.svg").write_text(LOGO, "utf-8")
        config = site / "newsgen.yaml"
        lines = [line for line in config.read_text("utf-8").splitlines() if not line.startswith("home:")]
        config.write_text("\n".join(lines) + "\n" + examples("yaml")[0], "utf-8")
    else:
        file, mark = ("article.html", "theme/article.html") if name == "theme-block" else ("_entry.html", "entry-title")
        (example,) = (text for text in examples("html+jinja") if mark in text)
        (site / "templates").mkdir()
        (site / "templates" / file).write_text(example, "utf-8")


def main() -> int:
    with tempfile.TemporaryDirectory() as folder, chromium.launched() as browser:
        if browser is None:
            raise SystemExit("screenshots need Chromium: docs/checks.md")
        for name, (url, selector, height) in SHOTS.items():
            site = Path(folder, name)
            site.mkdir()
            shutil.copy(ROOT / "newsgen.yaml", site)
            shutil.copytree(ROOT / "content", site / "content")
            change(site, name)
            pictures = Path(folder, "pictures")  # made once for all of them
            if pictures.exists():
                shutil.copytree(pictures, site / ".newsgen/pictures")
            command = [sys.executable, "-m", "newsgen", "build", "--quiet", "--strict", "--now", NOW]
            subprocess.run(command, cwd=site, check=True, env=os.environ | {"PYTHONPATH": str(ROOT / "src")})
            if not pictures.exists() and (site / ".newsgen/pictures").exists():
                shutil.copytree(site / ".newsgen/pictures", pictures)
            with serving(site / "site") as server:
                reader = chromium.Reader(browser, server.address, viewport={"width": 1100, "height": height})
                page = reader.open(url)
                if selector != "body":
                    page.evaluate("one => scrollTo(0, document.querySelector(one).offsetTop - 60)", selector)
                page.wait_for_timeout(500)
                image = Image.open(io.BytesIO(page.screenshot(animations="disabled"))).convert("RGB")
                image.save(HERE / f"{name}.webp", quality=75, method=6)
                reader.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
