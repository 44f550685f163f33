"""`archc diff`: how two architectures differ."""

import sys
from typing import Any

from archcompiler.audit.checking import load
from archcompiler.reports.difference import compare, format_difference
from archcompiler.reports.text import embolden


def run(options: Any) -> int:
    """Print the difference; return 1 when there is one."""
    difference = compare(load(options.base), load(options.variant))
    print(embolden(format_difference(difference), sys.stdout))
    return 1 if difference else 0
