"""Expansion: the table's rows become nodes of the graph, call by call.

Mistakes are collected row by row. A row that fails leaves no output, and what depends on it
stays silent, so that one mistake gives one message.
"""

import gc
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, NamedTuple, NoReturn

from pydantic import ValidationError

from archcompiler.diagnostics import Diagnostic, Span, SpecError, suggest
from archcompiler.graph.calls import (
    Argument,
    CalledBlock,
    CalledStep,
    Calls,
    Target,
    column_value,
    is_relative,
    row_names,
)
from archcompiler.graph.graph import Graph, Node
from archcompiler.language.document import Scalar
from archcompiler.language.expressions import ExpressionError, Scope, Value, paste, read_value
from archcompiler.language.notation import read_patch, read_size
from archcompiler.language.patterns import read_pattern, slug
from archcompiler.language.program import Program, TableRow, diagnose, named_rows
from archcompiler.language.spec import CLAIM_COLUMNS, ROW_WORDS
from archcompiler.ops.base import AbstractOp, OpError
from archcompiler.ops.fields import quote, read_int
from archcompiler.shapes import Shape, format_shape

MOST_REPEATS = 10_000
MOST_NODES = 1_000_000
LARGEST_AXIS = 2**31 - 1


@dataclass(slots=True)
class Frame:
    """One call of a block: its bound columns, its tensors, and who called it."""

    block: CalledBlock
    values: Mapping[str, Value]
    bound: Mapping[str, Value]
    tensors: dict[str, Node]
    prefix: str
    call: Any
    """The CalledStep or PlacedRow that calls."""

    caller: "Frame | None"

    def shape(self, name: str) -> Shape | None:
        """Return the shape of a named tensor, or None where the name is none."""
        node = self.tensors.get(name)
        return node.shape if node is not None else None


@dataclass(slots=True)
class PlacedRow:
    """A row as it ran: its name and slug, what it called, and its part of the graph."""

    row: TableRow
    index: int
    name: str
    slug: str
    type: str = ""
    kind: Scalar | None = None
    """The cell of its type in this configuration; None where the row is left out."""

    target: Target | None = None
    arguments: tuple[Argument, ...] = ()
    when: Argument | None = None
    repeat: Argument | None = None
    repetitions: int | None = None
    """How often the row's call runs where it says so; None for a single call."""

    count: int = 1
    """The table's calls of the row's block."""

    first_index: int = 0
    """How many table calls of the same block come before."""

    inputs: tuple[Node, ...] = ()
    output: Node | None = None
    nodes: list[Node] = field(default_factory=list)
    scope: Scope | None = None
    skipped: bool = False

    @property
    def input(self) -> Node:
        """What `in` means in the cells of the row."""
        return self.inputs[0]


class Expansion(NamedTuple):
    """A program that ran: its graph, its rows, its outputs and every call of a block."""

    program: Program
    calls: Calls
    graph: Graph
    inputs: tuple[Node, ...]
    rows: tuple[PlacedRow, ...]
    outputs: tuple[Node, ...]
    frames: tuple[Frame, ...]


def expand(program: Program) -> Expansion:
    """Run a program.

    Raises:
        SpecError: with the mistakes of the first phase that found any.
    """
    with _collection_paused():
        return _Expander(program).run()


@contextmanager
def _collection_paused() -> Iterator[None]:
    """Keep the garbage collector from walking a growing graph again and again."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


class _Failed(Exception):
    """A row cannot go on; its diagnostic is recorded, or its input already failed."""


class _Expander:
    def __init__(self, program: Program) -> None:
        self.program = program
        self.calls = Calls(program)
        self.parameters = program.values
        self.graph = Graph()
        self.found: list[Diagnostic] = []
        self.frames: list[Frame] = []
        self.tensors: dict[str, Node] = {}
        self.history: list[Node | None] = []
        self.failed: set[str] = set()
        self.ops: dict[Any, AbstractOp] = {}
        self.row: PlacedRow | None = None

    def run(self) -> Expansion:
        _check_choice(self.program)
        inputs = self._add_inputs()
        rows = self._place_rows()
        self._raise_found()
        self._number_calls(rows)
        for row in rows:
            self._run_row(row)
        self._raise_found()
        outputs = self._outputs(rows)
        self._refuse_unused(rows, inputs, outputs)
        self._raise_found()
        return Expansion(
            self.program,
            self.calls,
            self.graph,
            inputs,
            tuple(row for row in rows if not row.skipped),
            outputs,
            tuple(self.frames),
        )

    def _raise_found(self) -> None:
        if self.found:
            raise SpecError(self.found)

    # Inputs -----------------------------------------------------------------

    def _add_inputs(self) -> tuple[Node, ...]:
        nodes = []
        names = row_names(self.calls, set())
        for name, cell in self.program.inputs.items():
            evaluate = names.compile(cell)
            if self.calls.found:
                raise SpecError(self.calls.found)
            text = self._evaluate(evaluate, cell, Scope(self.parameters, lambda name: None))
            node = self.graph.add_input(self._layer_name(slug(name), cell), _input_size(text, cell))
            self.tensors[name] = node
            nodes.append(node)
        if len(nodes) == 1:
            self.history.append(nodes[0])
        else:
            self.history += nodes
        return tuple(nodes)

    # Rows -------------------------------------------------------------------

    def _place_rows(self) -> list[PlacedRow]:
        placed: list[PlacedRow] = []
        names = row_names(self.calls, set(self.tensors))
        slugs: dict[str, Scalar] = {node.name: cell for node, cell in zip(
            self.tensors.values(), self.program.inputs.values(), strict=True
        )}
        for name, row in named_rows(self.program):
            place = PlacedRow(row, len(placed), name, "")
            place.kind = self._kind(row)
            if place.kind is None:
                place.skipped = True
                names.tensors.add(name)
                placed.append(place)
                continue
            try:
                self._resolve_row(place, names)
                self._name_row(place, slugs)
            except SpecError as error:
                self.found += error.diagnostics
            except _Failed:
                pass
            names.tensors.add(name)
            placed.append(place)
        self.found += self.calls.found
        if not placed:
            self._report("missing-key", "the table has no rows", self.program.at)
        return placed

    def _kind(self, row: TableRow) -> Scalar | None:
        """Return the cell of the row's type; None where this configuration lacks the row."""
        if "type" in row.cells or "type" not in row.choices:
            cell = row.cells.get("type")
            if cell is None and "type" not in row.choices:
                self._report("missing-argument", "the row has no type", row.at)
            return cell
        chooser = self.program.chooser
        assert chooser is not None
        choice = self.program.parameters[chooser.parameter.text].text
        at = [cell.text for cell in chooser.choices].index(choice)
        cells = row.choices["type"]
        return cells[at] if at < len(cells) and not cells[at].blank else None

    def _resolve_row(self, place: PlacedRow, names: Any) -> None:
        kind = place.kind
        assert kind is not None
        text = self._evaluate(names.compile(kind), kind, Scope(self.parameters, lambda name: None))
        place.type = paste(text)
        place.target = self._row_target(place, kind)
        accepted = set(place.target.accepted)
        arguments = []
        for meaning, cell in place.row.cells.items():
            if meaning == "when":
                place.when = names.argument(meaning, cell)
            elif meaning == "repeat":
                place.repeat = names.argument(meaning, cell)
            elif meaning in ROW_WORDS and not (meaning == "name" and meaning in accepted):
                continue
            elif meaning in accepted:
                arguments.append(names.argument(meaning, cell))
            elif meaning not in CLAIM_COLUMNS:
                self._refuse_argument(place, meaning, cell[0] if isinstance(cell, tuple) else cell)
        place.arguments = tuple(arguments)
        self.calls.refuse_missing(place.target, place.row.cells, kind)

    def _row_target(self, place: PlacedRow, kind: Scalar) -> Target:
        try:
            return self.calls.target(place.type, kind)
        except SpecError as error:
            others = [c.text for c in place.row.cells.values() if c is not kind and isinstance(c, Scalar)]
            listed = [place.type, *others]
            for length in range(2, len(listed) + 1):
                whole = ", ".join(listed[:length])
                if any(read_pattern(name).match(whole) for name in self.program.blocks):
                    message = error.diagnostics[0].message
                    help = f'a comma ends a cell: write `"{whole}"` with its quotes'
                    raise SpecError([Diagnostic("unknown-op", message, kind.span, help=help)]) from None
            raise

    def _refuse_argument(self, place: PlacedRow, meaning: str, cell: Scalar) -> None:
        assert place.target is not None
        if meaning in place.target.preset:
            message = f"`{place.type}` sets `{meaning}` by its name already"
            self._report("unknown-argument", message, cell)
            return
        known = list(place.target.accepted)
        help = suggest(meaning, known) or f"it takes {', '.join(known) or 'no arguments'}"
        message = f"`{place.type}` takes no `{meaning}`, received {quote(cell.text)}"
        self._report("unknown-argument", message, cell, help)

    def _name_row(self, place: PlacedRow, slugs: dict[str, Scalar]) -> None:
        place.slug = self._row_slug(place)
        if not place.slug:
            self._report("bad-name", f"the name `{place.name}` has no letter or digit", place.row.at)
        elif place.slug in slugs:
            first = slugs[place.slug]
            message = f"two rows, or a row and an input, are called `{place.slug}` in layer names"
            help = f"the other stands on line {first.line + 1}; put a name in front: `other: [...]`"
            self._report("duplicate-name", message, place.row.at, help)
        slugs[place.slug] = place.row.at

    def _row_slug(self, place: PlacedRow) -> str:
        """Return a row's slug; one that begins with a digit takes its pattern or heading first."""
        text = slug(place.name)
        if not text[:1].isdigit():
            return text
        block = place.target.block if place.target else None
        words = block.pattern.words if block else place.type
        if place.row.front is None and "name" in place.row.cells:
            words = next(c.heading.text for c in self.program.columns if c.meaning.text == "name")
        lead = slug(words)
        return f"{lead}_{text}" if lead and not lead[0].isdigit() else f"row_{text}"

    def _number_calls(self, rows: Iterable[PlacedRow]) -> None:
        """Number the table's calls of each block that reads `index` or `count`."""
        seen: dict[str, list[PlacedRow]] = {}
        for row in rows:
            block = row.target.block if row.target else None
            if block is not None and block.counts and not row.skipped:
                seen.setdefault(block.name, []).append(row)
        for calls in seen.values():
            total = 0
            for row in calls:
                row.first_index = total
                total += self._count_of(row)
            for row in calls:
                row.count = total

    def _count_of(self, row: PlacedRow) -> int:
        scope = Scope({**self.parameters, "first": True, "last": True}, lambda name: None)
        assert row.target is not None
        assert row.target.block is not None
        try:
            if row.when is not None and not self._condition(row.when, scope):
                return 0
            bound = self._bind(row.target, row.arguments, scope, {}, {})
            return self._repetitions(row, scope, bound) or 1
        except _Failed:
            self.found.clear()
            message = "`index` and `count` need a repetition that does not depend on shapes"
            self._report("expression-error", message, row.row.at)
            self._raise_found()
            raise

    def _run_row(self, row: PlacedRow) -> None:
        self.row = row
        if row.skipped:
            if row.name not in self.tensors and self.history[-1] is not None:
                self.tensors[row.name] = self.history[-1]
            return
        try:
            self._call_row(row)
        except _Failed:
            self.failed.add(row.name)
            self.history.append(None)
            return
        except SpecError as error:
            self.found += error.diagnostics
            self.failed.add(row.name)
            self.history.append(None)
            return
        self.tensors[row.name] = row.output  # type: ignore[assignment]
        if len(self.graph) > MOST_NODES:
            message = f"the table makes more than {MOST_NODES:,} layers"
            self._report("too-large", message, row.row.at)
            self._raise_found()

    def _call_row(self, row: PlacedRow) -> None:
        inputs = self._row_inputs(row, None)
        row.inputs = inputs
        values = {**self.parameters, "first": True, "last": True}
        scope = Scope(values, self._row_shapes(row))
        row.scope = scope
        row.output = inputs[0]
        if row.when is not None and not self._condition(row.when, scope):
            return
        target = row.target
        assert target is not None
        bound = None
        if target.block is not None:
            bound = self._bind(target, row.arguments, scope, *self._callee(target, row, inputs, 0, 1))
        repetitions = self._repetitions(row, scope, bound)
        row.repetitions = repetitions
        times = repetitions or 1
        for number in range(times):
            if number:
                inputs = self._row_inputs(row, row.output)
            values["first"], values["last"] = number == 0, number == times - 1
            prefix = row.slug if repetitions is None else f"{row.slug}_{number + 1}"
            row.output = self._call(row, target, row.arguments, scope, inputs, prefix, number, times, None)
            self.history.append(row.output)
            if len(self.graph) > MOST_NODES:
                return

    def _row_shapes(self, row: PlacedRow) -> Any:
        tensors = self.tensors

        def shape(name: str) -> Shape | None:
            if name == "in":
                return row.inputs[0].shape
            node = tensors.get(name)
            return node.shape if node is not None else None

        return shape

    def _row_inputs(self, row: PlacedRow, previous: Node | None) -> tuple[Node, ...]:
        """Return a row's operands; a later repetition takes the output of the one before."""
        references = self._row_references(row)
        if references is None:
            node = previous or self._previous(row)
            return (node,)
        found = []
        for at, cell in enumerate(references):
            if is_relative(cell.text):
                found.append(self._back(self.history, cell))
            elif previous is not None and at == 0:
                found.append(previous)
            else:
                found.append(self._row_reference(cell))
        return tuple(found)

    def _row_references(self, row: PlacedRow) -> tuple[Scalar, ...] | None:
        cell = row.row.cells.get("from")
        if cell is None:
            return None
        return tuple(cell) if isinstance(cell, tuple) else (cell,)

    def _previous(self, row: PlacedRow) -> Node:
        if len(self.tensors) > 1 and not any(r is not None for r in self.history[len(self.program.inputs):]) and len(self.program.inputs) > 1:
            names = ", ".join(self.program.inputs)
            self._fail("bad-reference", "the first row says which input it takes", row.row.at, f"write `from: {names.split(', ')[0]}`; the inputs are {names}")
        node = self.history[-1]
        if node is None:
            raise _Failed
        return node

    def _row_reference(self, cell: Scalar) -> Node:
        if cell.text in self.failed:
            raise _Failed
        if cell.text == "in":
            self._fail("bad-reference", "`in` is the row's own input", cell)
        node = self.tensors.get(cell.text)
        if node is not None:
            return node
        names = [name for name, _ in named_rows(self.program)]
        if cell.text in names:
            message = f"`{cell.text}` is not an earlier row"
            self._fail("bad-reference", message, cell, "a row can only take what stands above it")
        help = suggest(cell.text, [*self.tensors, *names])
        self._fail("bad-reference", f"`{cell.text}` names no row and no input", cell, help)

    def _back(self, history: list[Node | None], cell: Scalar) -> Node:
        steps = int(cell.text[1:])
        if steps > len(history):
            message = f"`{cell.text}` counts back beyond the beginning"
            self._fail("bad-reference", message, cell)
        node = history[-steps]
        if node is None:
            raise _Failed
        return node

    # Calls ------------------------------------------------------------------

    def _repetitions(self, call: Any, scope: Scope, bound: Mapping[str, Value] | None) -> int | None:
        """Return how often a call runs, or None where it does not say."""
        if call.repeat is not None:
            value, cell = self._argument(call.repeat, scope), call.repeat.cell
        elif bound is not None and "repeat" in bound:
            value, cell = bound["repeat"], self._call_cell(call)
        else:
            return None
        try:
            times = read_int(value)
        except Exception:
            self._fail("bad-value", f"`repeat` is a whole number, received {quote(value)}", cell)
        if times < 1:
            self._fail("bad-value", f"`repeat` is at least 1, received {times}", cell)
        if times > MOST_REPEATS:
            message = f"`repeat` is at most {MOST_REPEATS:,}, received {quote(value)}"
            self._fail("too-large", message, cell)
        return times

    def _call_cell(self, call: Any) -> Scalar:
        return call.kind if isinstance(call, PlacedRow) else call.step.call

    def _callee(
        self, target: Target, call: Any, inputs: tuple[Node, ...], number: int, times: int
    ) -> tuple[dict[str, Value], dict[str, Node]]:
        """Return the words about repetition, and the tensors, with which a block begins."""
        block = target.block
        assert block is not None
        if len(inputs) != len(block.inputs):
            self._refuse_inputs(call, block, len(inputs))
        tensors = dict(zip(block.inputs, inputs, strict=True))
        tensors["in"] = inputs[0]
        words: dict[str, Value] = {"first": number == 0, "last": number == times - 1}
        if block.counts and isinstance(call, PlacedRow):
            words["index"] = call.first_index + number
            words["count"] = call.count
        return words, tensors

    def _refuse_inputs(self, call: Any, block: CalledBlock, received: int) -> NoReturn:
        names = ", ".join(block.inputs)
        wants = f"{len(block.inputs)} inputs ({names})" if block.block.inputs else "one input"
        message = f"`{block.name}` takes {wants}, received {received}"
        help = f"name them: `from: [{names}]`" if block.block.inputs else ""
        self._fail("input-count", message, self._call_cell(call), help)

    def _bind(
        self,
        target: Target,
        arguments: tuple[Argument, ...],
        scope: Scope,
        words: Mapping[str, Value],
        tensors: Mapping[str, Node],
    ) -> dict[str, Value]:
        """Return the value of each column of a block: given, bound by its name, or default."""
        block = target.block
        assert block is not None
        bound: dict[str, Value] = {**target.preset}
        for argument in arguments:
            if argument.evaluate.__class__ is tuple:
                message = f"the column `{argument.name}` takes one value, not a list"
                self._fail("wrong-type", message, argument.cell)
            bound[argument.name] = column_value(self._argument(argument, scope))
        values: dict[str, Value] | None = None
        for name, default in block.columns.items():
            if name in bound or default is None:
                continue
            if values is None:
                values = {**self.parameters, **words}
                inner = Scope(values, lambda name: shape_of(tensors, name))
            values.update(bound)
            bound[name] = column_value(self._argument(default, inner))
        return bound

    def _call(
        self,
        call: Any,
        target: Target,
        arguments: tuple[Argument, ...],
        scope: Scope,
        inputs: tuple[Node, ...],
        prefix: str,
        number: int,
        times: int,
        caller: Frame | None,
    ) -> Node:
        if target.op is not None:
            return self._call_op(call, target, arguments, scope, inputs, prefix, caller)
        words, tensors = self._callee(target, call, inputs, number, times)
        bound = self._bind(target, arguments, scope, words, tensors)
        block = target.block
        assert block is not None
        values = {**self.parameters, **words, **bound}
        frame = Frame(block, values, bound, tensors, prefix, call, caller)
        self.frames.append(frame)
        return self._run_steps(block.body, frame, [inputs[0]])

    def _run_steps(
        self, steps: tuple[CalledStep, ...], frame: Frame, history: list[Node]
    ) -> Node:
        """Run steps in order; `history` holds the values so far, the current one last."""
        scope = Scope(frame.values, frame.shape)
        for step in steps:
            current = history[-1]
            if step.when is not None and not self._condition(step.when, scope):
                output = current
            elif step.step.source is None:
                output = self._run_step(step, frame, scope, (current,), history)
            else:
                inputs = tuple([self._step_input(cell, frame, history) for cell in step.step.source])
                output = self._run_step(step, frame, scope, inputs, history)
            if output is not current or step.step.source is not None:
                history.append(output)
            if step.step.name is not None:
                frame.tensors[step.step.name.text] = output
        return history[-1]

    def _step_input(self, cell: Scalar, frame: Frame, history: list[Node]) -> Node:
        node = frame.tensors.get(cell.text)
        if node is not None:
            return node
        if is_relative(cell.text):
            return self._back(history, cell)  # type: ignore[arg-type]
        self._fail("bad-reference", f"`{cell.text}` has no value here", cell)

    def _run_step(
        self, step: CalledStep, frame: Frame, scope: Scope, inputs: tuple[Node, ...], history: list[Node]
    ) -> Node:
        if step.repeat is None and step.target is not None and (
            step.target.block is None or "repeat" not in step.target.block.columns
        ):
            prefix = frame.prefix + step.suffix
            return self._call(step, step.target, step.arguments, scope, inputs, prefix, 0, 1, frame)
        return self._repeat_step(step, frame, scope, inputs)

    def _repeat_step(
        self, step: CalledStep, frame: Frame, scope: Scope, inputs: tuple[Node, ...]
    ) -> Node:
        target = step.target
        bound = None
        if target is not None and target.block is not None:
            words, tensors = self._callee(target, step, inputs, 0, 1)
            bound = self._bind(target, step.arguments, scope, words, tensors)
        repetitions = self._repetitions(step, scope, bound)
        times = repetitions or 1
        output = inputs[0]
        if repetitions is not None:
            scope = Scope(dict(scope.values), scope.shapes)
        for number in range(times):
            operands = inputs if number == 0 else (output, *inputs[1:])
            prefix = frame.prefix + step.suffix
            if repetitions is not None:
                scope.values["first"] = number == 0  # type: ignore[index]
                scope.values["last"] = number == times - 1  # type: ignore[index]
                prefix = f"{prefix}_{number + 1}"
            if target is not None:
                output = self._call(
                    step, target, step.arguments, scope, operands, prefix, number, times, frame
                )
            else:
                output = self._run_fork(step, frame, operands, prefix)
        return output

    def _run_fork(
        self, step: CalledStep, frame: Frame, inputs: tuple[Node, ...], prefix: str
    ) -> Node:
        if step.branches is None:
            return inputs[0]  # a lone `from`
        if len(inputs) > 1:
            self._fail("input-count", "a fork takes one value", step.step.at)
        outer = frame.prefix
        frame.prefix = prefix
        try:
            ends = tuple(self._run_steps(branch, frame, [inputs[0]]) for branch in step.branches)
            assert step.merge is not None
            scope = Scope(frame.values, frame.shape)
            merged = self._run_step(step.merge, frame, scope, ends, [])
            if step.merge.step.name is not None:
                frame.tensors[step.merge.step.name.text] = merged
            return self._run_steps(step.then, frame, [merged])
        finally:
            frame.prefix = outer

    # Ops --------------------------------------------------------------------

    def _call_op(
        self,
        call: Any,
        target: Target,
        arguments: tuple[Argument, ...],
        scope: Scope,
        inputs: tuple[Node, ...],
        prefix: str,
        caller: Frame | None,
    ) -> Node:
        fields = [(a.name, self._argument(a, scope)) for a in arguments]
        kinds = tuple([value.__class__ for _, value in fields])  # 1 == True == 1.0
        key = (target.op, tuple(target.preset.items()), tuple(fields), kinds)
        op = self.ops.get(key)
        if op is None:
            op = self.ops[key] = self._make_op(call, target, dict(fields), arguments, caller)
        if prefix in self.graph:
            message = f"two layers would be called `{prefix}`"
            help = "give a row or a step another name"
            self._fail("duplicate-name", message, self._place(call, caller), help)
        assert self.row is not None
        try:
            return self.graph.add(prefix, op, inputs, self.row.index)
        except OpError as error:
            self._refuse_op(error, call, arguments, caller)

    def _make_op(
        self,
        call: Any,
        target: Target,
        given: dict[str, Any],
        arguments: tuple[Argument, ...],
        caller: Frame | None,
    ) -> AbstractOp:
        op = target.op
        assert op is not None
        fields = {**target.preset, **given}
        if "patch" in fields:
            cell = next(a.cell for a in arguments if a.name == "patch")
            try:
                patch = read_patch(str(fields.pop("patch")))
            except ValueError as error:
                message = f"{error}, received {quote(given['patch'])}"
                self._fail("bad-value", message, self._origin(cell, caller))
            assert op.window_field is not None
            fields[op.window_field] = patch.window
            if patch.strides is not None:
                fields["strides"] = patch.strides
        try:
            return op.model_validate(fields)
        except ValidationError as error:
            for item in error.errors(include_url=False):
                self._report_field(item, op, call, arguments, caller)
            raise _Failed from None

    def _report_field(
        self, item: Any, op: type[AbstractOp], call: Any, arguments: tuple[Argument, ...], caller: Frame | None
    ) -> None:
        name = str(item["loc"][0]) if item["loc"] else ""
        cells = {argument.name: argument.cell for argument in arguments}
        cell = cells.get(name, cells.get("patch"))
        place = self._origin(cell, caller) if cell is not None else self._place(call, caller)
        received = "" if "received" in item["msg"] or isinstance(item["input"], dict) else (
            f", received {quote(item['input'])}"
        )
        message = item["msg"].removeprefix("Value error, ")
        message = message[:1].lower() + message[1:] if message.startswith("Input") else message
        help = ""
        if item["type"] == "literal_error":
            words = str(item["ctx"]["expected"]).replace("'", "").replace(" or ", ", ").split(", ")
            help = suggest(str(item["input"]), words)
            message = f"one of {', '.join(words)} is due"
        code = "too-large" if "at most" in message else "bad-value"
        self._report(code, f"`{name}` of {op.__name__}: {message}{received}", place, help)

    def _refuse_op(
        self, error: OpError, call: Any, arguments: tuple[Argument, ...], caller: Frame | None
    ) -> NoReturn:
        row = self.row
        assert row is not None
        cells = {a.name: a.cell for a in arguments}
        place, label = row.row.at, ""
        if "patch" in cells and error.code == "window-too-large":
            place = self._origin(cells["patch"], caller)
        if caller is not None:
            label = f"in {self._path(call, caller)}"
        message = f"{error.message}"
        self.found.append(
            Diagnostic(error.code, message, place.span, label=label, help=error.help or "")
        )
        raise _Failed

    def _path(self, call: Any, caller: Frame | None) -> str:
        """Return the blocks that lead to a step, and the step's line."""
        step = call.step
        names = [f"`{step.call.text}` (line {step.at.line + 1})"]
        frame = caller
        while frame is not None:
            names.append(f"`{frame.block.name}`")
            frame = frame.caller
        return " > ".join(reversed(names))

    def _origin(self, cell: Scalar, caller: Frame | None) -> Scalar:
        """Follow a text that is just `<column>` to the cell that the value came from."""
        while caller is not None and cell.text.startswith("<") and cell.text.endswith(">"):
            name = cell.text[1:-1]
            given = next((a.cell for a in caller.call.arguments if a.name == name), None)
            if given is None:
                break
            cell, caller = given, caller.caller
        return cell

    def _place(self, call: Any, caller: Frame | None) -> Scalar:
        if caller is None and isinstance(call, PlacedRow):
            return call.row.at
        assert self.row is not None
        return call.step.at

    # Values -----------------------------------------------------------------

    def _argument(self, argument: Argument, scope: Scope) -> Any:
        evaluate = argument.evaluate
        if evaluate.__class__ is tuple:
            return tuple([self._argument(item, scope) for item in evaluate])
        try:
            return evaluate(scope)
        except ExpressionError as error:
            self._refuse_expression(error, argument.cell)

    def _evaluate(self, evaluate: Any, cell: Scalar, scope: Scope) -> Value:
        try:
            value: Value = evaluate(scope)
        except ExpressionError as error:
            self._refuse_expression(error, cell)
        return value

    def _condition(self, argument: Argument, scope: Scope) -> bool:
        value = self._argument(argument, scope)
        if value.__class__ is str:
            value = read_value(value)
        if value.__class__ is not bool:
            message = f"`when` needs `true` or `false`, received {quote(value)}"
            self._fail("bad-value", message, argument.cell, "compare it, for instance with `> 0`")
        return bool(value)

    def _refuse_expression(self, error: ExpressionError, cell: Scalar) -> NoReturn:
        where = f", in row `{self.row.name}`" if self.row is not None else ""
        note = where if self.row is not None and cell.line != self.row.row.at.line else ""
        self.found.append(diagnose(error, cell, note))
        raise _Failed

    def _layer_name(self, name: str, cell: Scalar) -> str:
        if not name or name[0].isdigit():
            self._report("bad-name", "an input needs a name that begins with a letter", cell)
        return name

    # Outputs ----------------------------------------------------------------

    def _outputs(self, rows: list[PlacedRow]) -> tuple[Node, ...]:
        if self.program.outputs is None:
            last = self.history[-1]
            assert last is not None
            return (last,)
        found: list[Node] = []
        for cell in self.program.outputs:
            node = self.tensors.get(cell.text)
            if node is None:
                help = suggest(cell.text, self.tensors)
                self._report("bad-reference", f"`outputs` names `{cell.text}`, which is no row", cell, help)
            elif node in found:
                self._report("duplicate-name", f"`{cell.text}` gives an output twice", cell)
            elif node.op is None:
                self._report("bad-reference", f"`{cell.text}` is an input, not an output", cell)
            else:
                found.append(node)
        return tuple(found)

    def _refuse_unused(
        self, rows: list[PlacedRow], inputs: tuple[Node, ...], outputs: tuple[Node, ...]
    ) -> None:
        if self.found:
            return
        ends = {node.name for node in outputs}
        reported: set[int] = set()
        for name, consumers in self.graph.network.out_degree():
            if consumers or name in ends:
                continue
            node = self.graph[name]
            if node.row is None:
                cell = next(c for c, n in zip(self.program.inputs.values(), inputs, strict=True) if n is node)
                self._report("unused-value", f"the input `{name}` leads nowhere", cell)
            elif node.row not in reported:
                reported.add(node.row)
                row = rows[node.row]
                message = f"the value of `{name}` ({format_shape(node.shape)}) leads nowhere"
                help = "list it in `outputs`, or take it with `from`"
                self._report("unused-value", message, row.row.at, help)

    # Reports ----------------------------------------------------------------

    def _report(self, code: str, message: str, cell: Scalar, help: str = "") -> None:
        span: Span = cell.span
        self.found.append(Diagnostic(code, message, span, help=help))

    def _fail(self, code: str, message: str, cell: Scalar, help: str = "") -> NoReturn:
        self._report(code, message, cell, help)
        raise _Failed


def shape_of(tensors: Mapping[str, Node], name: str) -> Shape | None:
    """Return the shape of a named tensor, or None where the name is none."""
    node = tensors.get(name)
    return node.shape if node is not None else None


def _check_choice(program: Program) -> None:
    chooser = program.chooser
    if chooser is None:
        return
    name = chooser.parameter.text
    if name not in program.parameters:
        message = f"`{name}` is no parameter, so it cannot choose a sub-heading"
        help = f"write `parameters: {{{name}: {chooser.choices[0].text}}}`"
        raise SpecError([Diagnostic("missing-key", message, chooser.parameter.span, help=help)])
    cell = program.parameters[name]
    choices = [choice.text for choice in chooser.choices]
    if cell.text not in choices:
        message = f"`{name}` is one of {', '.join(choices)}, received {quote(cell.text)}"
        help = suggest(cell.text, choices)
        raise SpecError([Diagnostic("bad-value", message, cell.span, help=help)])


def _input_size(value: Value, cell: Scalar) -> Shape:
    try:
        shape = read_size(paste(value))
    except ValueError as error:
        message = f"{error}, received {quote(value)}"
        raise SpecError([Diagnostic("bad-value", message, cell.span)]) from None
    if max(shape) > LARGEST_AXIS:
        message = f"an axis is at most {LARGEST_AXIS:,}"
        raise SpecError([Diagnostic("too-large", message, cell.span)])
    return shape

