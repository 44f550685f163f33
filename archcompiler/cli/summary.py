"""`archc summary`: the table with everything computed."""

import sys
from typing import Any

from archcompiler.checking.checking import examine
from archcompiler.diagnostics import SpecError, render
from archcompiler.reports.summary import summarise
from archcompiler.reports.text import embolden


def run(options: Any) -> int:
    """Print the summary, also of a spec whose claims fail; return 1 then."""
    checked = examine(options.spec, options.settings)
    if checked.architecture is None or checked.audit is None:
        raise SpecError(checked.diagnostics)
    text = summarise(
        checked.architecture, checked.audit, batch=options.batch, layers=options.layers
    )
    print(embolden(text, sys.stdout))
    if checked.diagnostics:
        print(render(checked.diagnostics), file=sys.stderr)
    return 0 if checked.ok else 1
