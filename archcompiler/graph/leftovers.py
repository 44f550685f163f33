"""Leftovers: values that lead nowhere, parameters and blocks that nothing uses."""

from collections.abc import Collection, Iterable

from archcompiler.diagnostics import Findings, SpecError, suggest
from archcompiler.graph.calls import BlockTarget
from archcompiler.graph.graph import Graph
from archcompiler.graph.nodes import Node, path
from archcompiler.graph.resolution import Calls, called_blocks
from archcompiler.graph.rows import PlacedRow
from archcompiler.graph.run import Run
from archcompiler.language.expressions import (
    ExpressionError,
    Scope,
    compile_template,
    names_of,
    parse_template,
    paste,
)
from archcompiler.language.program.program import Program
from archcompiler.language.text.document import Scalar, texts_in
from archcompiler.shapes import format_shape


def refuse_leftovers(program: Program, calls: Calls, rows: Iterable[PlacedRow]) -> None:
    """Refuse what the last file or variant, or `--set`, gave and nothing uses.

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
    return chooser is not None and chooser.parameter.text == name


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
        if row.block is not None:
            called.add(row.block.name)
        for cell in row.row.choices.get("type", ()):
            if isinstance(cell, Scalar) and not cell.blank:
                called.add(_block_of(program, calls, cell))
    base = [name for name in program.blocks if name not in called]
    for name in program.declared.blocks:
        if name.text not in called:
            message = f"the block `{name.text}` replaces nothing, and nothing calls it"
            others = [other for other in program.blocks if other != name.text]
            help = suggest(name.text, others or base)
            found.add("bad-variant", message, name.span, help=help)


def uncalled_blocks(program: Program, calls: Calls) -> list[str]:
    """Return the blocks that no row, no other block and no variant calls.

    Those of a base are not told again where a variant or `--set` leaves rows out.
    """
    if program.origin is not None:
        return []
    shared = {name for used in program.used for name in used.blocks}
    own = [name for name in program.blocks if name not in shared]
    return _uncalled(own, program, calls)


def unused_files(program: Program, calls: Calls) -> list[str]:
    """Return the files of blocks that the last file names and that nothing calls."""
    return [
        used.name.text
        for used in program.declared.used
        if len(_uncalled(used.blocks, program, calls)) == len(used.blocks)
    ]


def _uncalled(names: Collection[str], program: Program, calls: Calls) -> list[str]:
    """Return those of some blocks that no row, no other block and no variant calls."""
    called = called_blocks(calls)
    for row in program.rows:
        cells = [row.cells.get("type"), *row.choices.get("type", ())]
        called |= {_block_of(program, calls, c) for c in cells if isinstance(c, Scalar)}
    unknown = [name for name in names if name not in called]
    if unknown:
        texts = [cell for node in program.varied for cell in texts_in(node)]
        called |= {_block_of(program, calls, cell) for cell in texts}
    return [name for name in unknown if name not in called]


def _block_of(program: Program, calls: Calls, cell: Scalar) -> str:
    """Return the block that a cell calls, in whatever configuration, or nothing."""
    scope = Scope(program.values, lambda _: None)
    try:
        target = calls.targets.find(paste(compile_template(cell.text)(scope)), cell)
    except (ExpressionError, SpecError):
        return ""
    return target.block.name if isinstance(target, BlockTarget) else ""


# Values ---------------------------------------------------------------------


def refuse_unused(
    run: Run, program: Program, rows: list[PlacedRow], outputs: tuple[Node, ...]
) -> None:
    """Refuse values that nothing takes and that are no outputs, once for each row.

    Raises:
        SpecError: with all of them.
    """
    reported: set[int | None] = set()
    for node in _unused(run.graph, outputs):
        if node.row is None:
            _refuse_input(run, program, node)
        elif node.row not in reported:
            reported.add(node.row)
            _refuse_value(run, rows[node.row], node)
    run.found.finish()


def _unused(graph: Graph, outputs: tuple[Node, ...]) -> list[Node]:
    """Return the nodes that nothing takes, in order."""
    wanted = {*outputs}
    unused = []
    for node in reversed(graph):  # so that few are wanted at a time
        if node in wanted:
            wanted.remove(node)
        else:
            unused.append(node)
        wanted.update(node.operands)
    return unused[::-1]


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
        for step in frame.block.steps:
            if frame.prefix + step.suffix == node.name and step.target is not None:
                return f"in {path(step, frame, beside)}"
    return ""
