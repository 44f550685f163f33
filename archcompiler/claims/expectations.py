"""Expectations: totals that must come out exactly."""

from collections.abc import Iterator

from archcompiler.architecture import Architecture
from archcompiler.diagnostics import Diagnostic
from archcompiler.ops.fields import quote, read_number

EXPECTED = ("parameters", "trainable", "non_trainable", "macs", "depth")


def check_expectations(architecture: Architecture) -> Iterator[Diagnostic]:
    """Yield a diagnostic for each total that is not the expected one."""
    expect = architecture.program.expect
    if expect is None:
        return
    for total in EXPECTED:
        cell = getattr(expect, total)
        if cell is None:
            continue
        key = total.replace("_", "-")
        expected, computed = read_number(cell.text), getattr(architecture, total)
        if not isinstance(expected, int):
            message = f"`{key}` is a whole number, received {quote(cell.text)}"
            yield Diagnostic("bad-value", message, cell.span)
        elif expected != computed:
            message = f"`{key}`: expected {expected:,}, computed {computed:,}"
            label = f"computed {computed}"
            yield Diagnostic("expectation-failed", message, cell.span, label=label)
