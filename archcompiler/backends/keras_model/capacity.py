"""Capacity: what this machine's memory holds, beside the least that a model takes.

The bound is the float32 weights alone. Building takes more (see `graph/memory.py`), so
a model that passes may still fail; one that is refused cannot succeed.
"""

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from archcompiler.diagnostics import fail
from archcompiler.graph.memory import format_bytes, weight_bytes

if TYPE_CHECKING:
    from archcompiler.graph.expansion import Expansion


def refuse_too_large(expansion: "Expansion", available: int | None = None) -> None:
    """Refuse a model whose weights exceed the memory that this process can get.

    `available` is that memory in bytes, by default measured; where it cannot be,
    nothing is refused.

    Raises:
        SpecError: with the code `memory`.
    """
    needed = weight_bytes(expansion.graph)
    available = available_bytes() if available is None else available
    if available is None or needed <= available:
        return
    message = (
        f"the weights of `{expansion.program.name}` take {format_bytes(needed)}, "
        f"this machine has {format_bytes(available)}"
    )
    help = "build it on a larger machine; `--ignore-memory` builds it nevertheless"
    fail("memory", message, expansion.program.at.span, help=help)


def available_bytes(root: Path = Path("/")) -> int | None:
    """Return the memory that this process can get, or None where nothing tells.

    What Linux calls available, or less where a control group or `ulimit -v` limits it;
    elsewhere the machine's physical memory.
    """
    found = [*_group_limits(root)]
    machine = _linux_available(root)
    if machine is None:
        machine = _physical()
    found += [n for n in (machine, _process_limit(root)) if n is not None]
    return min(found, default=None)


def _linux_available(root: Path) -> int | None:
    for line in _read(root / "proc/meminfo").splitlines():
        name, _, value = line.partition(":")
        if name == "MemAvailable" and value.split()[:1]:
            return int(value.split()[0]) * 1024
    return None


def _group_limits(root: Path) -> list[int]:
    """Return the limits of this process's control groups and of those around them."""
    limits = []
    for line in _read(root / "proc/self/cgroup").splitlines():
        _, controllers, path = (*line.split(":", 2), "", "")[:3]
        if controllers == "":
            folder, name = root / "sys/fs/cgroup", "memory.max"
        elif "memory" in controllers.split(","):
            folder, name = root / "sys/fs/cgroup/memory", "memory.limit_in_bytes"
        else:
            continue
        parts = [part for part in path.split("/") if part not in ("", "..")]
        for depth in range(len(parts) + 1):
            text = _read(folder.joinpath(*parts[:depth], name)).strip()
            if text.isdigit():  # `max` is no limit
                limits.append(int(text))
    return limits


def _physical() -> int | None:
    if sys.platform == "win32":
        return None
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (OSError, ValueError):
        return None


def _process_limit(root: Path) -> int | None:
    """Return what `ulimit -v` leaves to this process; None where it sets no limit."""
    if sys.platform == "win32":
        return None
    import resource

    limit, _ = resource.getrlimit(resource.RLIMIT_AS)
    if limit == resource.RLIM_INFINITY:
        return None
    pages = _read(root / "proc/self/statm").split()[:1]
    taken = int(pages[0]) * resource.getpagesize() if pages else 0
    return max(0, limit - taken)


def _read(path: Path) -> str:
    try:
        return path.read_text()
    except (OSError, ValueError):
        return ""
