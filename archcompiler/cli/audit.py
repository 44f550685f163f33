"""`archc audit`: every printed cell beside the computed one."""

import sys
from typing import Any

from archcompiler.auditing.auditing import audit_fully
from archcompiler.cli.colours import print_diagnostics
from archcompiler.cli.printing import print_report
from archcompiler.cli.streams import CLEARED
from archcompiler.cli.usage import UsageError
from archcompiler.diagnostics import SpecError
from archcompiler.reports.audit_records import audit_record
from archcompiler.reports.audit_report import audit_report

_EVERY = 100  # edits tried between two lines of progress


def run(options: Any) -> int:
    """Audit a spec and report; return 1 when a cell that nothing excuses differs.

    Raises:
        SpecError: for a spec that cannot be audited.
        UsageError: for `--strict` alone.
    """
    if options.against is not None:
        return audit_against(options)
    if options.strict:
        raise UsageError("`--strict` compares with a model: add `--against MODEL`")
    progress = _Progress()
    full = audit_fully(
        options.spec,
        options.settings,
        explaining=not options.no_explain,
        tell=progress.tell,
    )
    progress.finish()
    if full.architecture is None and options.format != "json":
        raise SpecError(full.diagnostics)
    print_report(
        audit_report(full), options.format, lambda: audit_record(full), full.name
    )
    if full.diagnostics and options.format != "json":
        sys.stdout.flush()
        print_diagnostics(full.diagnostics)
    return 0 if full.ok else 1


def audit_against(options: Any) -> int:
    """Print what the model does otherwise than the table; return 1 where it does.

    Raises:
        SpecError: for a spec that cannot be built.
        UsageError: for a model that cannot be read.
    """
    from archcompiler.alignment import ModelError, audit
    from archcompiler.reports.alignment import alignment_report

    try:
        alignment = audit(
            options.spec, options.against, strict=options.strict, **options.settings
        )
    except ModelError as error:
        raise UsageError(str(error)) from None
    name = f"{alignment.spec} {alignment.model}"
    print_report(alignment_report(alignment), options.format, alignment.to_dict, name)
    return 1 if alignment.differs else 0


class _Progress:
    """Tells on a terminal how far a long search is, in one line that it clears."""

    def __init__(self) -> None:
        self.shown = False
        self.wanted = sys.stderr.isatty()

    def tell(self, row: str, tried: int) -> None:
        """Show the row and the edits tried, once in a while."""
        if self.wanted and tried and not tried % _EVERY:
            self.shown = True
            told = f"{CLEARED}explaining {row}: {tried:,} edits"
            print(told, end="", file=sys.stderr, flush=True)

    def finish(self) -> None:
        """Clear the line."""
        if self.shown:
            print(CLEARED, end="", file=sys.stderr, flush=True)
