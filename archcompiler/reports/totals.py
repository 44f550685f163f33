"""Several architectures side by side: a line of totals for each."""

from collections.abc import Sequence

from archcompiler.architecture import Architecture
from archcompiler.claims.claims import Audit
from archcompiler.graph.memory import format_bytes
from archcompiler.reports.text import format_pair
from archcompiler.tabular.form import Cell, Column, Row, Table, number
from archcompiler.tabular.record import Record, table_record
from archcompiler.tabular.report import Report

Examined = tuple[Architecture, Audit]

_COLUMNS = (
    Column("name"),
    Column("rows", right=True, rank=9),
    Column("layers", right=True, rank=6),
    Column("parameters", right=True),
    Column("trainable", right=True, rank=3),
    Column("multiply-adds", right=True, key="macs"),
    Column("depth", right=True),
    Column("with pooling", right=True, rank=8, key="pooled_depth"),
    Column("field", right=True, rank=4, key="receptive_field"),
    Column("stride", right=True, rank=5, key="effective_stride"),
    Column("activations", right=True, rank=1, key="activation_bytes"),
    Column("training step", right=True, rank=2, key="training_bytes"),
    Column("claims", rank=7),
)

_AFTER = 6
"""What tools count stands behind the multiply-adds."""


def totals_report(
    examined: Sequence[Examined], *, batch: int = 32, counting: Sequence[str] = ()
) -> Report:
    """Return a line of totals for each architecture; `batch` is the training step's.

    `counting` are conventions of tools, each a column.
    """
    names = ", ".join(architecture.name for architecture, _ in examined)
    return Report(names, (_table(examined, batch, counting),))


def totals_record(
    examined: Sequence[Examined], *, batch: int = 32, counting: Sequence[str] = ()
) -> Record:
    """Return the totals as plain data."""
    return table_record(_table(examined, batch, counting))


def _table(examined: Sequence[Examined], batch: int, counting: Sequence[str]) -> Table:
    counted = [Column(name, right=True) for name in counting]
    columns = [*_COLUMNS[:_AFTER], *counted, *_COLUMNS[_AFTER:]]
    rows = []
    for architecture, audit in examined:
        row = _row(architecture, audit, batch)
        numbers = [number(architecture.count(name)) for name in counting]
        rows.append([*row[:_AFTER], *numbers, *row[_AFTER:]])
    return Table(columns, rows)


def _row(architecture: Architecture, audit: Audit, batch: int) -> Row:
    seen = architecture.field
    return [
        Cell(architecture.name),
        number(len(architecture.rows)),
        number(len(architecture.layers)),
        number(architecture.parameters),
        number(architecture.trainable),
        number(architecture.macs),
        number(architecture.depth),
        number(architecture.pooled_depth),
        Cell(format_pair(seen.extent), value=list(seen.extent)),
        Cell(format_pair(seen.strides), value=list(seen.strides)),
        _bytes(architecture.activation_bytes),
        _bytes(architecture.training_bytes(batch)),
        Cell(_claims(audit)),
    ]


def _bytes(number: int) -> Cell:
    return Cell(format_bytes(number), value=number)


def _claims(audit: Audit) -> str:
    """Return how many printed cells agree: `51 of 63`."""
    if not audit.verdicts:
        return ""
    return f"{audit.count('agrees')} of {len(audit.verdicts)} agree"
