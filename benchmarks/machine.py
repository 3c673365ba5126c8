"""Says what machine a measurement was made on, as far as it changes the numbers."""

from __future__ import annotations

import os
import platform
import re
from pathlib import Path


def describe_machine() -> dict[str, str | int]:
    """Processor, cores this process may use, memory, system, Python; "unknown" where not told."""
    return {
        "processor": _line("/proc/cpuinfo", r"^model name\s*:\s*(.+)$"),
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 0,
        "memory_gib": round(memory_mib() / 1024),
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
    }


def memory_mib() -> float:
    """The memory of the machine; 0 where not told."""
    return _kib(_line("/proc/meminfo", r"^MemTotal:\s*(\d+)")) / 1024


def _line(path: str, pattern: str) -> str:
    try:
        found = re.search(pattern, Path(path).read_text(), re.M)
    except OSError:
        return "unknown"
    return found[1] if found else "unknown"


def _kib(text: str) -> int:
    return int(text) if text.isdecimal() else 0
