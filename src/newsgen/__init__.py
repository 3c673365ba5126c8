"""newsgen: a static news-archive site generator."""

from __future__ import annotations

from importlib import import_module

TYPE_CHECKING = False  # without loading `typing`, which takes as long as all else before the first line of a command
if TYPE_CHECKING:
    from typing import Any

    from newsgen.nouns.diagnostics import Diagnostic
    from newsgen.pipeline import BuildResult, Request, build, check

__version__ = "0.1.0"
__all__ = ["BuildResult", "Diagnostic", "Request", "__version__", "build", "check"]

#: The public door: where each name stands. Loaded when it is asked for, so that `import newsgen` costs nothing.
_HOMES = {
    "BuildResult": "nouns.results",
    "Diagnostic": "nouns.diagnostics",
    "Request": "pipeline",
    "build": "pipeline",
    "check": "pipeline",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"newsgen.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
