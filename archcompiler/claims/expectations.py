"""Expectations: totals that must come out exactly, or stay within a budget."""

from collections.abc import Iterator

from archcompiler.architecture import Architecture
from archcompiler.diagnostics import Diagnostic


def check_expectations(architecture: Architecture) -> Iterator[Diagnostic]:
    """Yield a diagnostic for each total that is not as expected."""
    expect = architecture.program.expect
    if expect is None:
        return
    for total, expected in expect.totals():
        computed = getattr(architecture, total)
        if not expected.bound.holds(computed):
            key = total.replace("_", "-")
            message = f"`{key}`: expected {expected.bound}, computed {computed:,}"
            label = f"computed {computed}"
            span = expected.cell.span
            yield Diagnostic("expectation-failed", message, span, label=label)
