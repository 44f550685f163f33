"""`archc list`: the specs that ship."""

import sys
from typing import Any

from archcompiler.diagnostics import render
from archcompiler.reports.catalogue import catalogue, catalogue_records, shipped


def run_list(options: Any) -> int:
    """Print the catalogue; return 1 when a shipped spec is broken."""
    entries = list(shipped())
    if options.format == "json":
        import json

        print(json.dumps(catalogue_records(entries), indent=2))
    else:
        print(catalogue(entries))
    found = [found for _, checked in entries for found in checked.diagnostics]
    if found:
        print(render(found), file=sys.stderr)
    return 1 if found else 0
