"""Making: an op of what a call gives it, and the node that it becomes."""

from typing import Any

from pydantic import ValidationError

from archcompiler.diagnostics import Diagnostic, write
from archcompiler.graph.calls import CalledStep, OpTarget
from archcompiler.graph.graph import DuplicateNameError
from archcompiler.graph.holes import as_hole
from archcompiler.graph.nodes import Frame, Node, Trace, origin, path
from archcompiler.graph.rows import PlacedRow
from archcompiler.graph.run import Failed, Run
from archcompiler.language.expressions import ExpressionError, Scope, paste
from archcompiler.language.mistakes.other_forms import patch_help
from archcompiler.language.mistakes.refusals import refusal
from archcompiler.language.text.document import Scalar
from archcompiler.language.text.notation import Patch, read_patch
from archcompiler.ops.base import AbstractOp, OpError
from archcompiler.ops.fields import quote, written
from archcompiler.shapes import Shape, channels_last, format_shape

Caller = CalledStep | PlacedRow
MOST_KEPT = 4096  # ops of one kind that tables share


def add_op(
    run: Run,
    called: Caller,
    target: OpTarget,
    scope: Scope,
    inputs: tuple[Node, ...],
    prefix: str,
    caller: Frame | None,
    number: int = 0,
) -> Node:
    """Add the op of a call to the graph; equal calls share one."""
    try:
        values = [argument.compute(scope) for argument in called.arguments]
    except ExpressionError:
        run.refuse_arguments(called.arguments, scope)
    # The classes tell 1 from 1.0 and from true, which are equal.
    key = (called.names, *values, *[value.__class__ for value in values])
    op = target.made.get(key)
    if op is None:
        given = dict(zip(called.names, values, strict=True))
        if len(target.made) >= MOST_KEPT:
            target.made.clear()
        op = target.made[key] = _make(run, called, target, given, scope, caller)
    try:
        trace = Trace(called, caller, number)
        return run.graph.add(prefix, op, inputs, run.row.index, trace)
    except OpError as error:
        raise _refuse_inputs(run, error, called, inputs, caller) from None
    except DuplicateNameError:
        message = f"two layers would be called `{prefix}`"
        help = "give a row or a step another name"
        raise run.failure("duplicate-name", message, called.place, help) from None


def _make(
    run: Run,
    called: Caller,
    target: OpTarget,
    given: dict[str, Any],
    scope: Scope,
    caller: Frame | None,
) -> AbstractOp:
    op, fields, cell = target.op, {**target.preset, **given}, _cell(called, "patch")
    if cell is not None:
        _split_patch(run, called, op, fields, cell, scope, caller)
    try:
        return op.model_validate(fields)
    except ValidationError as error:
        for item in error.errors(include_url=False):
            _report_field(run, item, called, op, scope, caller)
        raise Failed from None


def _split_patch(
    run: Run,
    called: Caller,
    op: type[AbstractOp],
    fields: dict[str, Any],
    cell: Scalar,
    scope: Scope,
    caller: Frame | None,
) -> None:
    """Replace a `patch` by the window and strides that it stands for."""
    text = fields.pop("patch")
    try:
        patch = read_patch(paste(text))
    except ValueError as error:
        message = f"{error}, received {quote(text)}"
        place = origin(cell, caller)
        help = _hole_help(cell, scope) or patch_help(paste(text))
        if place.text != text:
            help = str(help)  # what an expression gave is no text to replace
        run.fail("bad-value", message, place, help)
    _refuse_filters(run, op, fields, patch, origin(cell, caller))
    fields[op.window_field] = patch.window
    if patch.strides is None:
        return
    if "strides" in fields:
        strides = _cell(called, "strides")
        message = f"`patch` (={quote(text)[1:-1]}) gives the strides already"
        run.fail("bad-value", message, strides or called.place)
    fields["strides"] = patch.strides


def _refuse_filters(
    run: Run, op: type[AbstractOp], fields: dict[str, Any], patch: Patch, cell: Scalar
) -> None:
    """Refuse `7x7/2 (x96)` where the op has other filters, or none."""
    if patch.filters is None or str(fields.get("filters")) == str(patch.filters):
        return
    message = f"`patch` says {patch.filters} filters, `{op.__name__}` has none"
    help = ""
    if "filters" in fields:
        other = fields["filters"]
        message = f"`patch` says {patch.filters} filters, `filters` says {other}"
        help = "write `filters: <patch.filters>`"
    run.fail("bad-value", message, cell, help)


def _cell(called: Caller, name: str) -> Scalar | None:
    return next((a.cell for a in called.arguments if a.name == name), None)


# Refusals -------------------------------------------------------------------


def _report_field(
    run: Run,
    item: Any,
    called: Caller,
    op: type[AbstractOp],
    scope: Scope,
    caller: Frame | None,
) -> None:
    """Report what pydantic says of one field, at the cell that its value came from."""
    name = str(item["loc"][0]) if item["loc"] else ""
    cell = _cell(called, name)
    if cell is None:
        cell = _cell(called, "patch")
    place = origin(cell, caller) if cell is not None else called.place
    needs, help = refusal(item, item["input"])
    if place.text != written(item["input"]):
        help = str(help)  # what an expression gave is no text to replace
    help = _hole_help(cell, scope) or help
    code = (
        "too-large" if "at most" in needs and item["type"] == "value" else "bad-value"
    )
    message = f"`{name}` of `{op.__name__}` {needs}"
    found = Diagnostic(code, message, place.span, run.at(place), help)
    if found not in run.found:  # one text may fail as several parts of a field
        run.found.take(found)


def _hole_help(cell: Scalar | None, scope: Scope) -> str:
    """Return the help for the name of a value that stands without `<` and `>`."""
    hole = as_hole(cell.text, scope.values) if cell is not None else ""
    return write(hole) if hole else ""


_BLAMED = {
    "window-too-large": ("patch", "kernel_size", "pool_size"),
    "strides-unsupported": ("patch", "strides", "dilation_rate"),
    "groups-mismatch": ("groups", "filters"),
    "reshape-mismatch": ("target_shape",),
}
"""The arguments at which an op's refusal is shown, the likeliest first."""


def _refuse_inputs(
    run: Run,
    error: OpError,
    called: Caller,
    inputs: tuple[Node, ...],
    caller: Frame | None,
) -> Failed:
    """Refuse an op that does not fit its inputs, at the cell to blame or the row."""
    names = _BLAMED.get(error.code, ())
    cells = [cell for name in names if (cell := _cell(called, name)) is not None]
    place = origin(cells[0], caller) if cells else run.row.row.at
    label = run.at(place)
    if not label and caller is not None:
        label = f"in {path(called, caller, place)}"
    if error.code == "shape-mismatch":
        operands = " and ".join([f"`{node.name}`" for node in inputs[:4]])
        label = f"{label}, of {operands}" if label else f"of {operands}"
    help = _size_help(run, error.code, inputs[0].shape) or error.help or ""
    return run.failure(error.code, error.message, place, help, label)


def _size_help(run: Run, code: str, arrives: Shape) -> str:
    """Return the help for an input written `32`, `3x32x32` or `1x32x32x3`."""
    shape = next(iter(run.tensors.values())).shape
    turned = channels_last(shape)
    if code == "window-too-large" and turned:
        size = format_shape(turned)
        return f"sizes are height x width x channels: is the input `{size}`?"
    if code == "rank-mismatch" and len(shape) == 1 and arrives == shape:
        size = format_shape((*shape, *shape, 3))
        return f"an image is height x width x channels: is the input `{size}`?"
    if code == "rank-mismatch" and len(shape) == 2:
        size = format_shape((*shape, 3))
        return f"a size is height x width x channels: is the input `{size}`?"
    if code == "rank-mismatch" and len(shape) == 4:
        size = format_shape(shape[1:])
        return f"a size has neither batch nor frames: is the input `{size}`?"
    return ""
