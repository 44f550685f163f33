"""`archc list`: the specs that ship."""

from collections.abc import Sequence
from typing import Any

from archcompiler.cli.colours import print_diagnostics
from archcompiler.cli.printing import print_report
from archcompiler.cli.usage import UsageError
from archcompiler.diagnostics import suggest
from archcompiler.language.loading.places import shipped_specs
from archcompiler.reports.catalogue import (
    catalogue_records,
    catalogue_report,
    shipped,
    sort_entries,
)


def run(options: Any) -> int:
    """Print the catalogue, or a part of it; return 1 when a shipped spec is broken.

    Raises:
        UsageError: for names that no spec has.
    """
    entries = list(shipped(options.patterns or ("*",)))
    if not entries:
        raise UsageError(_unknown(options.patterns))
    if options.sort:
        entries = sort_entries(entries, options.sort)
    print_report(
        catalogue_report(entries, nested=not options.sort),
        options.format,
        lambda: catalogue_records(entries),
        "catalogue",
    )
    found = [found for _, checked in entries for found in checked.diagnostics]
    if found:
        print_diagnostics(found)
    return 1 if found else 0


def _unknown(patterns: Sequence[str]) -> str:
    names = " and ".join(f"`{pattern}`" for pattern in patterns)
    near = next(filter(None, (suggest(p, shipped_specs()) for p in patterns)), "")
    return f"no spec that ships is called {names}; {near or '`archc list` shows all'}"
