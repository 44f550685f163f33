"""Leftovers: values that lead nowhere, parameters and blocks that nothing uses."""

from collections.abc import Iterable

from archcompiler.diagnostics import Findings, SpecError, suggest
from archcompiler.graph.calls import all_steps
from archcompiler.graph.frames import path
from archcompiler.graph.graph import Node
from archcompiler.graph.resolution import Calls, called_blocks
from archcompiler.graph.rows import PlacedRow
from archcompiler.graph.run import Run
from archcompiler.language.document import Scalar
from archcompiler.language.expressions import (
    ExpressionError,
    names_of,
    parse_template,
)
from archcompiler.language.program import Program
from archcompiler.shapes import format_shape


def refuse_leftovers(program: Program, calls: Calls, rows: Iterable[PlacedRow]) -> None:
    """Refuse what the last file, variant or `--set` gave and nothing uses.

    Raises:
        SpecError: with all of it.
    """
    found = Findings()
    _refuse_parameters(program, calls, found)
    if program.declared.blocks:
        _refuse_blocks(program, calls, rows, found)
    found.finish()


def _refuse_parameters(program: Program, calls: Calls, found: Findings) -> None:
    for key in program.declared.parameters:
        name = key.text
        if not is_read(program, calls, name):
            message = f"nothing reads the parameter `{name}`"
            near = suggest(name, sorted(calls.read - {name}))
            help = near or f"read it somewhere, as `<{name}>`, or remove it"
            found.add("unused-parameter", message, key.span, help=help)


def is_read(program: Program, calls: Calls, name: str) -> bool:
    """Whether a parameter chooses a configuration, or some text reads it."""
    if name in calls.read or _is_read_elsewhere(program, name):
        return True
    chooser = program.chooser
    return bool(chooser and chooser.parameter and chooser.parameter.text == name)


def _is_read_elsewhere(program: Program, name: str) -> bool:
    """Whether another configuration of the table reads a parameter."""
    texts = {
        cell.text
        for row in program.rows
        for cells in row.choices.values()
        for cell in cells
        if isinstance(cell, Scalar) and "<" in cell.text
    }
    return any(name in _names_in(text) for text in texts)


def _names_in(text: str) -> set[str]:
    try:
        template = parse_template(text)
    except ExpressionError:
        return set()
    expressions = template.expressions
    return {found.name for one in expressions for found in names_of(one)}


def _refuse_blocks(
    program: Program, calls: Calls, rows: Iterable[PlacedRow], found: Findings
) -> None:
    """Refuse a variant's block that replaces nothing and is called by nothing."""
    called = called_blocks(calls)
    for row in rows:
        if row.target is not None and row.target.block is not None:
            called.add(row.target.block.name)
        for cell in row.row.choices.get("type", ()):
            if isinstance(cell, Scalar) and not cell.blank:
                called.add(_block_of(calls, cell))
    base = [name for name in program.blocks if name not in called]
    for name in program.declared.blocks:
        if name.text not in called:
            message = f"the block `{name.text}` replaces nothing, and nothing calls it"
            others = [other for other in program.blocks if other != name.text]
            help = suggest(name.text, others or base)
            found.add("bad-variant", message, name.span, help=help)


def _block_of(calls: Calls, cell: Scalar) -> str:
    """Return the block that another configuration's cell calls, or nothing."""
    try:
        target = calls.target(cell.text, cell)
    except SpecError:
        return ""
    return target.block.name if target.block is not None else ""


# Values ---------------------------------------------------------------------


def refuse_unused(
    run: Run, program: Program, rows: list[PlacedRow], outputs: tuple[Node, ...]
) -> None:
    """Refuse values that nothing takes and that are no outputs, once for each row.

    Raises:
        SpecError: with all of them.
    """
    ends = {node.name for node in outputs}
    reported: set[int | None] = set()
    for name, consumers in run.graph.network.out_degree():
        if consumers or name in ends:
            continue
        node = run.graph[name]
        if node.row is None:
            _refuse_input(run, program, node)
        elif node.row not in reported:
            reported.add(node.row)
            _refuse_value(run, rows[node.row], node)
    run.found.finish()


def _refuse_input(run: Run, program: Program, node: Node) -> None:
    name = next(name for name, other in run.tensors.items() if other is node)
    message = f"the input `{name}` leads nowhere"
    help = f"take it with `from: {name}`"
    run.found.add("unused-value", message, program.inputs[name].span, help=help)


def _refuse_value(run: Run, row: PlacedRow, node: Node) -> None:
    message = f"the value of `{node.name}` ({format_shape(node.shape)}) leads nowhere"
    label, help = "", "list it in `outputs`, or take it with `from`"
    if node is not row.output:
        label = _step_path(run, node, row.row.at)
        help = "take it in a later step with `from`, or remove the step"
    run.found.add("unused-value", message, row.row.at.span, label=label, help=help)


def _step_path(run: Run, node: Node, beside: Scalar) -> str:
    """Return the blocks that lead to the step that made a node, if it can be told."""
    for frame in reversed(run.frames):
        for step in all_steps(frame.block.body):
            if frame.prefix + step.suffix == node.name and step.target is not None:
                return f"in {path(step, frame, beside)}"
    return ""
