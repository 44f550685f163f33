"""A table that no page holds: in parts, whose letters can be read."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import product
from typing import NamedTuple

from archcompiler.tabular.form import Row, Table
from archcompiler.tabular.page import Fit, fit, fits, heights, room, ways, widths


class Part(NamedTuple):
    """A part of a table, and how it is set."""

    table: Table
    way: Fit


def parts_of(table: Table, *, landscape: bool = False) -> list[Part]:
    """Return a table as it fits a page, whole or in the fewest parts.

    All parts have the first column, and letters of one size. What fits no page by
    itself, such as a single long cell, is made smaller.
    """
    whole = fit(table, landscape=landscape)
    if not whole.shrunk:
        return [Part(table, whole)]
    splits = [
        (way, list(_split(table, way)))
        for way in ways(landscape=landscape)
        if way.is_legible
    ]
    way, tables = min(splits, key=lambda split: _cost(*split))
    return [
        Part(one, way if fits(one, way) else fit(one, landscape=way.landscape))
        for one in tables
    ]


def _cost(way: Fit, tables: Sequence[Table]) -> tuple[int, int]:
    return sum(not fits(one, way) for one in tables), len(tables)


def _split(table: Table, way: Fit) -> Iterator[Table]:
    """Yield the parts of which each fits: rows first, then columns beside the first."""
    across, down = room(way)
    first, *others = _units(table)
    measured = widths(table, way)
    beside, *sizes = [sum([measured[at] for at in unit]) for unit in (first, *others)]
    bands = _runs(sizes, across - beside) or [[]]
    chunks = _runs(heights(table, way), down)
    for chunk, band in product(chunks, bands):
        kept = [*first, *[at for unit in band for at in others[unit]]]
        ends = chunk[-1] == len(table.every_row) - 1
        yield _part(table, kept, chunk, total=table.total if ends else ())


def _part(
    table: Table, columns: Sequence[int], rows: Sequence[int], total: Row
) -> Table:
    """Return the part of a table with these columns and rows."""
    every = [[row[at] for at in columns] for row in (*table.rows, total) if row]
    last = every.pop() if total else []
    says = any(cell.text for cell in last[1:])
    return replace(
        table,
        columns=[table.columns[at] for at in columns],
        rows=[every[at] for at in rows if at < len(table.rows)],
        total=last if says else (),
    )


def _units(table: Table) -> list[list[int]]:
    """Return the columns, those together that a cell spans."""
    units: list[list[int]] = []
    for at, _ in enumerate(table.columns):
        if at and any(not row[at].span for row in table.every_row):
            units[-1].append(at)
        else:
            units.append([at])
    return units


def _runs(sizes: Sequence[float], most: float) -> list[list[int]]:
    """Return the fewest runs of items whose sizes add up to at most so much.

    Of these, those of which the largest is the smallest.
    """
    fewest = len(_filled(sizes, most))
    limits = range(int(sum(sizes) / max(fewest, 1)), int(most))
    even = (_filled(sizes, limit) for limit in limits)
    return next((runs for runs in even if len(runs) == fewest), _filled(sizes, most))


def _filled(sizes: Sequence[float], most: float) -> list[list[int]]:
    runs: list[list[int]] = []
    left = 0.0
    for at, size in enumerate(sizes):
        if not runs or size > left:
            runs.append([])
            left = most
        runs[-1].append(at)
        left -= size
    return runs
