"""The run: what the calls of one table share while they become nodes of the graph."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import NoReturn

from archcompiler.diagnostics import Findings
from archcompiler.graph.calls import Argument
from archcompiler.graph.frames import Frame
from archcompiler.graph.graph import Graph, Node
from archcompiler.graph.rows import PlacedRow
from archcompiler.language.document import Scalar
from archcompiler.language.expressions import ExpressionError, Scope, Value
from archcompiler.language.other_forms import truth_help
from archcompiler.language.program import diagnose
from archcompiler.ops.fields import quote

MOST_LAYERS = 200_000
MOST_CALLS = 400_000


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
    row: PlacedRow | None = None
    """The row that runs."""

    once: Mapping[str, Value] = field(init=False)
    """The parameters and the words about repetition, for a call that runs once."""

    def __post_init__(self) -> None:
        self.once = {**self.parameters, "first": True, "last": True}

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
        if self.row is None:
            return ""
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
        layers, calls = len(self.graph), len(self.frames)
        if layers <= MOST_LAYERS and calls <= MOST_CALLS:
            return
        assert self.row is not None
        what = f"{MOST_LAYERS:,} layers"
        if layers <= MOST_LAYERS:
            what = f"{MOST_CALLS:,} calls of blocks"
        message = f"the table makes more than {what}"
        self.found.add("too-large", message, self.row.row.at.span)
        self.found.finish()
