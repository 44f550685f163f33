"""`archc diff`: how two architectures differ."""

from typing import Any

from archcompiler.checking.checking import load
from archcompiler.cli.colours import print_diagnostics
from archcompiler.cli.exits import BAD, GOOD, USAGE
from archcompiler.cli.printing import print_report
from archcompiler.diagnostics import SpecError
from archcompiler.reports.difference import (
    compare,
    difference_record,
    difference_report,
)


def run(options: Any) -> int:
    """Print the difference; return 1 when there is one, 2 when nobody can say."""
    try:
        difference = compare(load(options.base), load(options.variant))
    except SpecError as error:
        print_diagnostics(error.diagnostics)
        return USAGE
    print_report(
        difference_report(difference),
        options.format,
        lambda: difference_record(difference),
        f"{options.base} {options.variant}",
    )
    return BAD if difference else GOOD
