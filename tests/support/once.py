"""What a process that runs tests does once, of what newsgen would do again for each site: it builds thousands.

Nothing of newsgen is replaced but a number in its report. Equal compiled templates are read, and equal pixels encoded,
with the same outcome each time; a quarter of a small build, and most of one with pictures, went there. So is newsgen
itself, where Python is told to write no bytecode: a process that builds compiled its modules for half of its time.
"""

from __future__ import annotations

import gc
import os
import sys
from hashlib import blake2b
from io import BytesIO
from pathlib import Path
from typing import Any

from jinja2.bccache import Bucket
from PIL import Image

from newsgen.pipeline.run import Build

_read_code, _save = Bucket.load_bytecode, Image.Image.save
_code: dict[tuple[object, ...], Any] = {}
_encoded: dict[tuple[object, ...], bytes] = {}
_MODES = ("L", "RGB", "RGBA")
_PLAIN = (str, bytes, int, float, bool, tuple, type(None))


def use(folder: Path) -> None:
    """Lets this process, and those that it forks, remember; and those that it starts, in a folder for all of this run.
    All modules of tests should be loaded.
    """
    if os.environ.pop("PYTHONDONTWRITEBYTECODE", ""):
        os.environ["PYTHONPYCACHEPREFIX"] = str(folder / "python")
    # As a build does, once: what says whether it was done counts all that is kept.
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)
    gc.get_freeze_count = lambda: 1
    Bucket.load_bytecode = _load_bytecode  # type: ignore[method-assign]
    Image.Image.save = _save_once  # type: ignore[method-assign]
    # What tells the memory of a process walks all of it, and this one holds all tests.
    sys.modules[Build.__module__].memory_mib = lambda: 1.0  # type: ignore[attr-defined]


def _load_bytecode(bucket: Bucket, file: Any) -> None:
    """Reads a compiled template, of one file once."""
    about = os.fstat(file.fileno())
    key = (about.st_dev, about.st_ino, about.st_mtime_ns, about.st_size, bucket.checksum)
    if key not in _code:
        _read_code(bucket, file)
        _code[key] = bucket.code
    bucket.code = _code[key]


def _save_once(image: Image.Image, target: Any, format: str | None = None, **options: Any) -> None:
    """Saves a picture; encodes the same pixels with the same options once."""
    said = (*sorted(image.info.items(), key=lambda item: str(item[0])), *sorted(options.items()))
    is_plain = all(isinstance(value, _PLAIN) for _, value in said) and options.get("quality") != "keep"
    if not (is_plain and format and image.mode in _MODES and type(target) is BytesIO and not target.tell()):
        return _save(image, target, format, **options)
    key = (format, image.mode, image.size, repr(said), blake2b(image.tobytes()).digest())
    if key not in _encoded:
        own = BytesIO()
        _save(image, own, format, **options)
        _encoded[key] = own.getvalue()
    target.write(_encoded[key])
