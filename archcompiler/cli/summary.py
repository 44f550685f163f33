"""`archc summary`: the table with everything computed, or several side by side."""

import sys
from collections.abc import Sequence
from functools import partial
from typing import Any

from archcompiler.checking.checking import Checked, examine
from archcompiler.cli.colours import print_diagnostics
from archcompiler.cli.printing import print_report
from archcompiler.cli.usage import UsageError
from archcompiler.counting.rules import UnknownConventionError
from archcompiler.diagnostics import SpecError
from archcompiler.reports.summary import summary_record, summary_report
from archcompiler.reports.totals import Examined, totals_record, totals_report


def run(options: Any) -> int:
    """Print the summary, also of a spec whose claims fail; return 1 then.

    Raises:
        SpecError: for a spec that cannot be built.
        UsageError: for the layers of several specs, and for an unknown convention.
    """
    if options.layers and len(options.specs) > 1:
        raise UsageError("--layers is of one SPEC")
    checked = [examine(spec, options.settings) for spec in options.specs]
    try:
        _print([_examined(each) for each in checked], options)
    except UnknownConventionError as error:
        raise UsageError(f"--counting: {error}") from None
    found = [diagnostic for each in checked for diagnostic in each.diagnostics]
    if found:
        sys.stdout.flush()
        print_diagnostics(found)
    return 0 if all(each.ok for each in checked) else 1


def _examined(checked: Checked) -> Examined:
    if checked.architecture is None or checked.audit is None:
        raise SpecError(checked.diagnostics)
    return checked.architecture, checked.audit


def _print(examined: Sequence[Examined], options: Any) -> None:
    counting = list(dict.fromkeys(options.counting))
    if len(examined) > 1:
        more = {"batch": options.batch, "counting": counting}
        report = totals_report(examined, **more)
        record = partial(totals_record, examined, **more)
        print_report(report, options.format, record, "totals")
        return
    architecture, audit = examined[0]
    of = {"layers": options.layers, "counting": counting}
    report = summary_report(architecture, audit, batch=options.batch, **of)
    record = partial(summary_record, architecture, audit, **of)
    print_report(report, options.format, record, architecture.name)
