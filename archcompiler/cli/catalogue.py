"""`archc list`: the specs that ship."""

import shutil
import sys
from typing import Any

from archcompiler.diagnostics import render
from archcompiler.reports.catalogue import catalogue, catalogue_records, shipped
from archcompiler.reports.text import embolden


def run(options: Any) -> int:
    """Print the catalogue; return 1 when a shipped spec is broken."""
    entries = list(shipped())
    if options.format == "json":
        import json

        print(json.dumps(catalogue_records(entries), indent=2))
    else:
        print(embolden(catalogue(entries, _terminal_width()), sys.stdout))
    found = [found for _, checked in entries for found in checked.diagnostics]
    if found:
        print(render(found), file=sys.stderr)
    return 1 if found else 0


def _terminal_width() -> int | None:
    """Return the width of the terminal; a pipe has none, and gets everything."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None
