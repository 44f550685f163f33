"""A sweep before any training: its points with what they cost."""

from collections import Counter
from collections.abc import Sequence

from archcompiler.checking.sweeping import Weighed
from archcompiler.graph.memory import format_bytes
from archcompiler.reports.records import Record, diagnostic_record
from archcompiler.tabular.form import Cell, Column, Row, Table, number, texts
from archcompiler.tabular.report import Remarks, Report

_COSTS = (
    Column("parameters", right=True),
    Column("multiply-adds", right=True, key="macs"),
    Column("memory", right=True, rank=1, key="memory_bytes"),
    Column("depth", right=True, rank=2),
    Column("", key="refused"),
)


def sweep_report(
    name: str, headings: Sequence[str], weighed: Sequence[Weighed], left_out: int = 0
) -> Report:
    """Return the sweep as people read it; `left_out` points are not shown."""
    first = [Column(heading, shortest=8) for heading in headings or ("name",)]
    reasons = Counter(_first_line(one) for one in weighed if one.refusals)
    told = [f"refused {times:,}: {reason}" for reason, times in reasons.items()]
    table = Table([*first, *_COSTS], [_row(one) for one in weighed])
    parts = (table, Remarks(told, listed=True))
    return Report(_title(name, weighed, left_out), parts, _data(headings, weighed))


def _title(name: str, weighed: Sequence[Weighed], left_out: int) -> str:
    networks = len({id(one.point.network) for one in weighed})
    refused = sum(one.cost is None for one in weighed)
    facts = [f"{_count(len(weighed), 'variant')} of {_count(networks, 'network')}"]
    facts += [f"{refused:,} refused"] * bool(refused)
    facts += [f"{left_out:,} left out"] * bool(left_out)
    return f"{name}: {'; '.join(facts)}"


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def _row(weighed: Weighed) -> Row:
    point = weighed.point
    return [*texts(point.values or (point.name,)), *_costs(weighed)]


def _costs(weighed: Weighed) -> Row:
    cost = weighed.cost
    if cost is None:
        return texts(["", "", "", "", f"refused: {weighed.refusals[0].code}"])
    memory = Cell(format_bytes(cost.memory), value=cost.memory)
    counts = number(cost.parameters), number(cost.macs)
    return [*counts, memory, number(cost.depth), Cell()]


def _first_line(weighed: Weighed) -> str:
    return str(weighed.refusals[0]).partition("\n")[0]


def _data(headings: Sequence[str], weighed: Sequence[Weighed]) -> Table:
    """Return the sweep for programs: its points by name, and what refuses them."""
    columns = [Column("name"), *map(Column, headings), *_COSTS]
    return Table(columns, [_full_row(one) for one in weighed])


def _full_row(weighed: Weighed) -> Row:
    point, *_ = weighed
    row = [*texts((point.name, *point.values)), *_costs(weighed)]
    if weighed.cost is None:
        row[-1] = Cell(_first_line(weighed))
    return row


def sweep_record(
    name: str, headings: Sequence[str], weighed: Sequence[Weighed]
) -> Record:
    """Return the sweep as plain data."""
    return {"name": name, "variants": [_record(headings, one) for one in weighed]}


def _record(headings: Sequence[str], weighed: Weighed) -> Record:
    cost = weighed.cost
    return {
        "name": weighed.point.name,
        "values": dict(zip(headings, weighed.point.values, strict=True)),
        "parameters": cost.parameters if cost else None,
        "macs": cost.macs if cost else None,
        "memory_bytes": cost.memory if cost else None,
        "depth": cost.depth if cost else None,
        "diagnostics": [diagnostic_record(found) for found in weighed.refusals],
    }
