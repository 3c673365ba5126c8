"""What a build is asked for; the site's configuration and clock."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from newsgen.nouns.diagnostics import Diagnostic, Location, NewsgenError, diagnose
from newsgen.settings.config import Config

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from newsgen.settings.redirects import Rule

CONFIG_NAME = "newsgen.yaml"
CACHE_NAME = ".newsgen"
REDIRECTS_NAME = "redirects.yaml"
Progress = Callable[[str, int, int], None]  #: stage, done, total


#: Pages, or changed files, up to whose number a result names each.
TOLD = 20_000


class Request(msgspec.Struct, frozen=True):
    """What to build, where to, and when it is; `root` is the site folder."""

    root: Path
    output: Path | None = None  # default: site/ in the root
    cache: Path | None = None  # default: .newsgen/ in the root
    now: str = ""  # ISO 8601; without an offset in the site's zone; "" is the clock
    drafts: bool = False
    clean: bool = False
    workers: int = 0  # 0: one for each core
    config_changes: dict[str, Any] = {}  # `serve` previews below another address
    keeps_pictures: bool = True  # whether resized pictures are kept for later builds
    closed: tuple[Path, ...] = ()  # outputs and caches of other builds of this site: no source lies there

    @property
    def output_folder(self) -> Path:
        return (self.output or self.root / "site").absolute()

    @property
    def cache_folder(self) -> Path:
        return (self.cache or self.root / CACHE_NAME).absolute()

    @property
    def own_folders(self) -> tuple[Path, ...]:
        """Where no source lies, whatever symbolic link leads there."""
        return (self.output_folder, self.cache_folder, *self.closed)

    @property
    def pictures_folder(self) -> Path:
        """Where resized pictures are kept: one place for builds, previews and verifications."""
        return (self.root / CACHE_NAME / "pictures").absolute()


def theme_folder() -> Path:
    """The folder with the bundled `templates` and `static`: in the wheel, or at the top of a checkout."""
    packaged = Path(__file__).parents[1] / "theme"
    return packaged if packaged.is_dir() else Path(__file__).resolve().parents[3]


def load_config(root: Path) -> tuple[Config, tuple[Diagnostic, ...]]:
    """The site's configuration. Raises: NewsgenError, with the diagnostics, if it cannot be used."""
    return config_of(config_bytes(root))


def config_bytes(root: Path) -> bytes:
    """What stands in newsgen.yaml. Raises: NewsgenError if there is none."""
    path = root / CONFIG_NAME
    try:
        if path.exists() and not (path.is_file() or path.is_dir()):  # a pipe would keep us waiting
            raise NewsgenError(f"{CONFIG_NAME} cannot be used", (diagnose(Location(CONFIG_NAME), "file-special"),))
        return path.read_bytes()
    except OSError as fault:
        if not isinstance(fault, (FileNotFoundError, NotADirectoryError)):
            unread = diagnose(Location(CONFIG_NAME), "file-unreadable", reason=str(fault.strerror))
            raise NewsgenError(f"{CONFIG_NAME} cannot be used", (unread,)) from None
        missing = diagnose(Location(CONFIG_NAME), "config-missing", name=CONFIG_NAME, folder=str(root))
        raise NewsgenError(f"no {CONFIG_NAME} here", (missing,)) from None


def redirects_bytes(root: Path) -> bytes:
    """What stands in redirects.yaml, nothing if there is none. Raises: NewsgenError where it cannot be read."""
    path = root / REDIRECTS_NAME
    try:
        return path.read_bytes() if path.is_file() else b""
    except OSError as fault:
        unread = diagnose(Location(REDIRECTS_NAME), "file-unreadable", reason=str(fault.strerror))
        raise NewsgenError(f"{REDIRECTS_NAME} cannot be used", (unread,)) from None


def redirects_of(data: bytes) -> tuple[tuple[Rule, ...], tuple[Diagnostic, ...]]:
    """The lines of redirects.yaml. Raises: NewsgenError, with the diagnostics, if it cannot be used."""
    from newsgen.settings import redirects

    rules, diagnostics = redirects.load(data)
    if rules is None:
        raise NewsgenError(f"{REDIRECTS_NAME} cannot be used", diagnostics)
    return rules, diagnostics


def config_of(data: bytes) -> tuple[Config, tuple[Diagnostic, ...]]:
    """The configuration in these bytes. Raises: NewsgenError, with the diagnostics, if it cannot be used."""
    from newsgen.settings.reading import load

    config, diagnostics = load(data, CONFIG_NAME)
    if config is None:
        raise NewsgenError(f"{CONFIG_NAME} cannot be used", diagnostics)
    return config, diagnostics


def parse_now(text: str, zone: Callable[[], ZoneInfo]) -> int:
    """Epoch seconds of `--now`; the clock if it is empty. Raises: NewsgenError for what is no date."""
    if not text:
        return int(time.time())
    from datetime import datetime

    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        raise NewsgenError(f"`{text}` is not a time: write `2024-06-01T12:00:00+02:00`") from None
    return int((read if read.tzinfo else read.replace(tzinfo=zone())).timestamp())


def iso(epoch: int, zone: ZoneInfo) -> str:
    """ISO 8601 in the zone; where its local time lies before the year 1 or after 9999, the nearest that can be said."""
    from datetime import datetime

    for seconds in (epoch, epoch - 86400, epoch + 86400):
        with contextlib.suppress(OverflowError, ValueError):
            return datetime.fromtimestamp(seconds, zone).isoformat()
    return ""
