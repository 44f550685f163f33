"""A sweep before any training: its points with what they cost, as text, CSV, JSON."""

import json
from collections import Counter
from collections.abc import Sequence

from archcompiler.checking.sweeping import Weighed
from archcompiler.graph.memory import format_bytes
from archcompiler.reports.records import Record, diagnostic_record
from archcompiler.reports.text import Column, Row, lay_out, shorten
from archcompiler.separated import comma_separated

LONGEST_VALUE = 44
_COSTS = ("parameters", "multiply-adds", "memory", "depth")


def format_sweep(
    name: str, headings: Sequence[str], weighed: Sequence[Weighed], left_out: int = 0
) -> str:
    """Return the sweep as people read it; `left_out` points are not shown."""
    first = [Column(heading) for heading in headings or ("name",)]
    costs = [Column(cost, right=True) for cost in _COSTS]
    rows = [_row(one) for one in weighed]
    lines = lay_out([*first, *costs, Column("")], rows)
    reasons = Counter(_first_line(one) for one in weighed if one.refusals)
    told = [f"refused {times:,}: {reason}" for reason, times in reasons.items()]
    footer = ["", *told] if told else []
    return "\n".join([_title(name, weighed, left_out), "", *lines, *footer])


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
    point, cost = weighed.point, weighed.cost
    values = [shorten(v, LONGEST_VALUE) for v in point.values or (point.name,)]
    if cost is None:
        return [*values, *[""] * len(_COSTS), f"refused: {weighed.refusals[0].code}"]
    numbers = (f"{cost.parameters:,}", f"{cost.macs:,}", format_bytes(cost.memory))
    return [*values, *numbers, str(cost.depth), ""]


def _first_line(weighed: Weighed) -> str:
    return str(weighed.refusals[0]).partition("\n")[0]


def sweep_csv(headings: Sequence[str], weighed: Sequence[Weighed]) -> str:
    """Return the sweep as CSV, the numbers in full."""
    costs = ("parameters", "macs", "memory_bytes", "depth")
    rows: list[list[object]] = [["name", *headings, *costs, "refused"]]
    for one in weighed:
        numbers = one.cost or [""] * len(costs)
        refused = "" if one.cost else _first_line(one)
        rows.append([one.point.name, *one.point.values, *numbers, refused])
    return comma_separated(rows)


def sweep_json(name: str, headings: Sequence[str], weighed: Sequence[Weighed]) -> str:
    """Return the sweep as JSON."""
    record = {"name": name, "variants": [_record(headings, one) for one in weighed]}
    return json.dumps(record, indent=2) + "\n"


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
