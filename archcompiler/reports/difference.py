"""The difference of two architectures, row by row."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from archcompiler.architecture import Architecture
from archcompiler.graph.expansion import PlacedRow
from archcompiler.graph.memory import format_bytes
from archcompiler.graph.nodes import Node
from archcompiler.language.expressions import ExpressionError, paste
from archcompiler.ops.base import AbstractOp
from archcompiler.reports.records import counts_record
from archcompiler.shapes import format_shape
from archcompiler.tabular.form import Cell, Column, Row, Table, number, texts
from archcompiler.tabular.record import Record, table_record
from archcompiler.tabular.report import Remarks, Report

MOST_NAMED = 4
"""How many layers a line names before it counts them."""


@dataclass(frozen=True, slots=True)
class RowChange:
    """What became of one row, and by how much its counts grew; memory in bytes."""

    row: str
    kind: Literal["+", "-", "~"]
    """`+` for an added row, `-` for a removed one, `~` for a changed one."""

    changes: tuple[str, ...]
    parameters: int
    macs: int
    activation_bytes: int


@dataclass(frozen=True, slots=True)
class Difference:
    """Everything in which two architectures differ; empty where they are the same."""

    base: Architecture
    variant: Architecture
    rows: tuple[RowChange, ...]
    around: tuple[str, ...]
    """What differs outside of the rows: inputs and outputs."""

    def __bool__(self) -> bool:
        return bool(self.rows or self.around)


def compare(base: Architecture, variant: Architecture) -> Difference:
    """Compare two architectures by the names of rows and layers."""
    old = {row.name: row for row in base.rows}
    new = {row.name: row for row in variant.rows}
    changes = []
    for name in _merged(list(old), list(new)):
        change = _compare_row(base, variant, old.get(name), new.get(name))
        if change is not None:
            changes.append(change)
    return Difference(base, variant, tuple(changes), tuple(_around(base, variant)))


def _merged(old: list[str], new: list[str]) -> list[str]:
    """Return the rows in the variant's order, removed ones after their neighbours."""
    known = set(new)
    after: dict[str, list[str]] = {}
    last = ""
    for name in old:
        if name in known:
            last = name
        else:
            after.setdefault(last, []).append(name)
    merged = after.get("", [])
    for name in new:
        merged += [name, *after.get(name, [])]
    return merged


def _around(base: Architecture, variant: Architecture) -> Iterator[str]:
    for what in ("inputs", "outputs"):
        old, new = (_ends(architecture, what) for architecture in (base, variant))
        if old != new:
            yield f"{what}: {old} -> {new}"


def _ends(architecture: Architecture, what: str) -> str:
    nodes: Iterable[Node] = getattr(architecture, what)
    return ", ".join(
        f"{_place(architecture, node)} {format_shape(node.shape)}" for node in nodes
    )


def _place(architecture: Architecture, node: Node) -> str:
    """Return the row of a node, or the input that it is."""
    return node.name if node.row is None else architecture.row_names[node.row]


# Rows -----------------------------------------------------------------------


def _compare_row(
    base: Architecture,
    variant: Architecture,
    old: PlacedRow | None,
    new: PlacedRow | None,
) -> RowChange | None:
    if old is not None and new is not None:
        changes = tuple(_row_changes(base, variant, old, new))
        if not changes:
            return None
        kind: Literal["+", "-", "~"] = "~"
    else:
        row = new or old
        assert row is not None
        kind, changes = ("+" if new else "-"), (row.type,)
    before = base.totals(old) if old else None
    after = variant.totals(new) if new else None

    def delta(what: str) -> int:
        return int(getattr(after, what, 0)) - int(getattr(before, what, 0))

    name = (new or old).name  # type: ignore[union-attr]
    counts = delta("parameters"), delta("macs"), delta("activation_bytes")
    return RowChange(name, kind, changes, *counts)


def _row_changes(
    base: Architecture, variant: Architecture, old: PlacedRow, new: PlacedRow
) -> Iterator[str]:
    called = list(_call_changes(old, new))
    yield from called
    yield from _source_changes(base, variant, old, new)
    yield from _layer_changes(
        base.totals(old).layers, variant.totals(new).layers, explained=bool(called)
    )
    ends = (("input", old.inputs, new.inputs), ("output", [old.output], [new.output]))
    for what, before, after in ends:
        shapes = [
            ", ".join(format_shape(n.shape) for n in end) for end in (before, after)
        ]
        if shapes[0] != shapes[1]:
            yield f"{what}: {shapes[0]} -> {shapes[1]}"


def _call_changes(old: PlacedRow, new: PlacedRow) -> Iterator[str]:
    if old.type != new.type:
        yield f"type: {old.type} -> {new.type}"
    before, after = _arguments(old), _arguments(new)
    for name in dict.fromkeys([*before, *after]):
        values = before.get(name, "~"), after.get(name, "~")
        if values[0] != values[1]:
            yield f"{name}: {values[0]} -> {values[1]}"
    times = old.repetitions or 1, new.repetitions or 1
    if times[0] != times[1] and "repeat" not in {**before, **after}:
        yield f"repetitions: {times[0]} -> {times[1]}"


def _arguments(row: PlacedRow) -> dict[str, str]:
    """Return what a row passes to its call, as text."""
    given = {a.name: _text(a.evaluate, row, a.cell.text) for a in row.arguments}
    if row.repetitions is not None:
        given["repeat"] = str(row.repetitions)
    return given


def _text(evaluate: object, row: PlacedRow, written: str) -> str:
    if isinstance(evaluate, tuple):
        parts = (_text(part.evaluate, row, part.cell.text) for part in evaluate)
        return f"[{', '.join(parts)}]"
    try:
        return paste(evaluate(row.scope))  # type: ignore[operator]
    except ExpressionError:
        return written


def _source_changes(
    base: Architecture, variant: Architecture, old: PlacedRow, new: PlacedRow
) -> Iterator[str]:
    """Tell of another source, unless a row that came or went explains it."""
    sources = [
        [_place(architecture, node) for node in row.inputs]
        for architecture, row in ((base, old), (variant, new))
    ]
    if sources[0] == sources[1]:
        return
    kept = {row.name for row in base.rows} & {row.name for row in variant.rows}
    kept |= {node.name for node in (*base.inputs, *variant.inputs)}
    if all(name in kept for name in (*sources[0], *sources[1])):
        yield f"from: {', '.join(sources[0])} -> {', '.join(sources[1])}"


# Layers ---------------------------------------------------------------------


def _layer_changes(
    old: Sequence[Node], new: Sequence[Node], *, explained: bool
) -> Iterator[str]:
    """Tell of layers that came, went or changed; cells explain changed fields."""
    before, after = ({node.name: node for node in nodes} for nodes in (old, new))
    if added := [name for name in after if name not in before]:
        yield f"adds {_named(added)}"
    if removed := [name for name in before if name not in after]:
        yield f"removes {_named(removed)}"
    kept = [(before[name], after[name]) for name in before if name in after]
    if not explained:
        yield from _changed_fields(kept)
    within = before.keys() & after.keys()
    rewired = [
        one.name
        for one, other in kept
        if one.inputs != other.inputs and {*one.inputs, *other.inputs} <= within
    ]
    if rewired:
        yield f"other inputs of {_named(rewired)}"


def _changed_fields(pairs: Iterable[tuple[Node, Node]]) -> Iterator[str]:
    """Tell of fields that changed; of several ways, one of one layer names it."""
    layers: dict[tuple[str, str], list[str]] = {}
    for old, new in pairs:
        for change in _field_changes(old, new):
            layers.setdefault(change, []).append(new.name)
    ways = Counter([field for field, _ in layers])
    for (field, values), names in layers.items():
        told = f"{field}: {values}"
        if len(names) > 1:
            yield f"{told} ({len(names)} layers)"
        else:
            yield f"{told} of {names[0]}" if ways[field] > 1 else told


def _named(names: Sequence[str]) -> str:
    if len(names) > MOST_NAMED:
        return f"{len(names)} layers"
    return ", ".join(names)


def _field_changes(old: Node, new: Node) -> Iterator[tuple[str, str]]:
    """Yield the fields that differ, each with how."""
    one, other = old.op, new.op
    assert one is not None
    assert other is not None
    if one == other:
        return
    if type(one) is not type(other):
        yield "op", f"{one.op} -> {other.op}"
        return
    for field in type(one).model_fields:
        values = _field(one, field), _field(other, field)
        if values[0] != values[1]:
            yield field, f"{values[0]} -> {values[1]}"


def _field(op: AbstractOp, field: str) -> str:
    value = getattr(op, field)
    return format_shape(value) if isinstance(value, tuple) else str(value)


# Report ---------------------------------------------------------------------

_COLUMNS = (
    Column("", key="kind"),
    Column("row", glued=True),
    Column("change", wraps=True),
    Column("parameters", right=True),
    Column("multiply-adds", right=True, key="macs"),
    Column("memory", right=True, rank=1, key="activation_bytes"),
)


def difference_report(difference: Difference) -> Report:
    """Return the difference: the rows that changed, and what became of the totals."""
    base, variant = difference.base, difference.variant
    if not difference:
        same = f"{base.name} and {variant.name} are the same architecture"
        return Report(same, (Table(_COLUMNS, ()),))
    facts = [*difference.around, *_totals(base, variant)]
    return Report(
        f"{base.name} -> {variant.name}",
        (_table(difference), Remarks(facts, listed=True)),
    )


def difference_record(difference: Difference) -> Record:
    """Return the difference as plain data, the totals of both beside it."""
    return {
        "base": {"name": difference.base.name, **counts_record(difference.base)},
        "variant": {
            "name": difference.variant.name,
            **counts_record(difference.variant),
        },
        "differs": bool(difference),
        **table_record(_table(difference)),
        "around": list(difference.around),
    }


def _table(difference: Difference) -> Table:
    grown = _counts(*_grown(difference.base, difference.variant))
    rows = [_shown(change) for change in difference.rows]
    return Table(_COLUMNS, rows, [*texts(("", "total", "")), *grown])


def _shown(change: RowChange) -> Row:
    first, *others = change.changes
    counts = _counts(change.parameters, change.macs, change.activation_bytes)
    said = Cell(first, more=tuple(others))
    return [Cell(change.kind), Cell(change.row), said, *counts]


def _grown(base: Architecture, variant: Architecture) -> Iterator[int]:
    for what in ("parameters", "macs", "activation_bytes"):
        yield getattr(variant, what) - getattr(base, what)


def _counts(parameters: int, macs: int, memory: int) -> Row:
    grown = number(parameters, signed=True), number(macs, signed=True)
    return [*grown, Cell(_signed_bytes(memory), value=memory)]


def _totals(base: Architecture, variant: Architecture) -> Iterator[str]:
    for what in ("parameters", "macs", "depth"):
        old, new = getattr(base, what), getattr(variant, what)
        name = "multiply-adds" if what == "macs" else what
        yield f"{name}: {old:,} -> {new:,}" if old != new else f"{name}: {old:,}"


def _signed_bytes(number: int) -> str:
    if not number:
        return "0"
    return f"{'-' if number < 0 else '+'}{format_bytes(abs(number))}"
