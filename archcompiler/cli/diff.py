"""`archc diff`: how two architectures differ."""

import sys
from typing import Any

from archcompiler.checking.checking import load
from archcompiler.cli.exits import BAD, GOOD, USAGE
from archcompiler.diagnostics import SpecError
from archcompiler.reports.difference import compare, format_difference
from archcompiler.reports.text import embolden


def run(options: Any) -> int:
    """Print the difference; return 1 when there is one, 2 when nobody can say."""
    try:
        difference = compare(load(options.base), load(options.variant))
    except SpecError as error:
        print(error, file=sys.stderr)
        return USAGE
    print(embolden(format_difference(difference), sys.stdout))
    return BAD if difference else GOOD
