"""The run: what the calls of one table share while they become nodes of the graph."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import NoReturn

from archcompiler.diagnostics import Findings, SpecError
from archcompiler.graph.calls import Argument
from archcompiler.graph.graph import Graph
from archcompiler.graph.nodes import Frame, Node
from archcompiler.graph.rows import PlacedRow
from archcompiler.language.expressions import ExpressionError, Scope, Value
from archcompiler.language.expressions.failures import diagnose
from archcompiler.language.mistakes.other_forms import truth_help
from archcompiler.language.text.document import Scalar
from archcompiler.ops.fields import quote

MOST_LAYERS = 1_000_000
"""Of a table, and of one `repeat`: a minute's work, and two gigabytes, at the most."""

MOST_CALLS = 2 * MOST_LAYERS
"""Of blocks: some make no layer."""

MOST_KEPT = 4096  # bindings of calls


class Failed(Exception):  # noqa: N818 - a row's state, no error of ours
    """A row cannot go on; its diagnostic is recorded, or its input failed before."""


@dataclass(slots=True)
class Run:
    """The state of an expansion.

    `history` holds the outputs of rows and their repetitions, None for a row that
    failed; `failed` names these rows.
    """

    parameters: Mapping[str, Value]
    graph: Graph = field(default_factory=Graph)
    found: Findings = field(default_factory=Findings)
    frames: list[Frame] = field(default_factory=list)
    tensors: dict[str, Node] = field(default_factory=dict)
    history: list[Node | None] = field(default_factory=list)
    failed: set[str] = field(default_factory=set)
    bound: dict[object, Mapping[str, Value]] = field(default_factory=dict)
    """What calls bound, so that equal ones share it."""

    row: PlacedRow = field(init=False)
    """The row that runs, once there are rows."""

    once: Mapping[str, Value] = field(init=False)
    """The parameters and the words about repetition, for a call that runs once."""

    def __post_init__(self) -> None:
        self.once = {**self.parameters, "first": True, "last": True}

    def shared(self, values: dict[str, Value]) -> Mapping[str, Value]:
        """Return the values of the first call that had the same."""
        # The classes tell 1 from 1.0 and from true, which are equal.
        given = values.values()
        key = (*values, *given, *[value.__class__ for value in given])
        return self.keep(key, values)

    def keep(
        self, key: tuple[object, ...], values: Mapping[str, Value]
    ) -> Mapping[str, Value]:
        """Return what is kept under a key; these values, where nothing is."""
        if len(self.bound) >= MOST_KEPT:
            self.bound.clear()
        return self.bound.setdefault(key, values)

    def fail(
        self, code: str, message: str, cell: Scalar, help: str = "", label: str = ""
    ) -> NoReturn:
        """Record a finding and give the row up.

        Raises:
            Failed: always.
        """
        raise self.failure(code, message, cell, help, label)

    def failure(
        self, code: str, message: str, cell: Scalar, help: str = "", label: str = ""
    ) -> Failed:
        """Record a finding; return what gives the row up."""
        label = label or self.at(cell)
        self.found.add(code, message, cell.span, label=label, help=help)
        return Failed()

    def at(self, cell: Scalar) -> str:
        """Say which row runs, where a place does not lie on its line."""
        row = self.row.row.at
        if cell.source is row.source and cell.line == row.line:
            return ""
        return f"in row `{self.row.name}` ({row.line_seen_from(cell)})"

    def refuse_expression(self, error: ExpressionError, cell: Scalar) -> NoReturn:
        """Record an expression that cannot be evaluated, and give the row up.

        Raises:
            Failed: always.
        """
        found = diagnose(error, cell)
        self.found.take(replace(found, label=self.at(cell)))
        raise Failed

    def refuse_arguments(
        self, arguments: tuple[Argument, ...], scope: Scope
    ) -> NoReturn:
        """Find which argument cannot be evaluated, and refuse it.

        Raises:
            Failed: always.
        """
        for argument in arguments:
            if isinstance(argument.evaluate, tuple):
                inner: tuple[Argument, ...] = argument.evaluate
            else:
                inner = (argument,)
            for single in inner:
                try:
                    single.compute(scope)
                except ExpressionError as error:
                    self.refuse_expression(error, single.cell)
        raise AssertionError("an argument failed once and not twice")

    def value(self, argument: Argument, scope: Scope) -> Value:
        """Return an argument's value; give the row up where it has none."""
        try:
            value: Value = argument.compute(scope)
        except ExpressionError as error:
            self.refuse_expression(error, argument.cell)
        return value

    def holds(self, when: Argument, scope: Scope) -> bool:
        """Return whether a `when` holds."""
        value = self.value(when, scope)
        if value.__class__ is not bool:
            message = f"`when` needs `true` or `false`, received {quote(value)}"
            help = truth_help(when.cell.text)
            help = help or "compare it, for instance `<stride > 1>`"
            self.fail("bad-value", message, when.cell, help)
        return value is True

    def refuse_growth(self) -> None:
        """Refuse a table that grows beyond all bounds, in the row that makes it so."""
        if len(self.graph) > MOST_LAYERS:
            at = self.row.index
            self.refuse_size(self.row, sum([node.row == at for node in self.graph]))
        if len(self.frames) > MOST_CALLS:
            message = f"the table makes more than {MOST_CALLS:,} calls of blocks"
            self.found.add("too-large", message, self.row.row.at.span, help=_SIZE_HELP)
            self.found.finish()

    def refuse_size(self, row: PlacedRow, layers: int) -> NoReturn:
        """Refuse a table with too many layers at the row that makes it too large.

        `layers` are those of the row, so far as they are known.

        Raises:
            SpecError: always.
        """
        message = f"the table makes more than {MOST_LAYERS:,} layers"
        label = f"this row alone makes {layers:,}" if layers > 1 else ""
        span = row.row.at.span
        self.found.add("too-large", message, span, label=label, help=_SIZE_HELP)
        raise SpecError(self.found)


_SIZE_HELP = "no network is so large: is a `repeat` meant otherwise?"
