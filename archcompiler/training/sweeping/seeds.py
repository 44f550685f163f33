"""Several seeds of one variant, told as one: the mean of what is monitored."""

from collections.abc import Iterable, Sequence
from statistics import mean, stdev
from typing import NamedTuple

from archcompiler.tabular.form import Cell, Column, Table, texts
from archcompiler.tabular.record import Record


class Seeded(NamedTuple):
    """What the seeds of one variant have come to."""

    values: tuple[str, ...]
    """Of the other keys that are swept."""

    found: tuple[float, ...]
    """The best of what is monitored, of each seed; two at least."""

    @property
    def deviation(self) -> float:
        """The standard deviation, as a sample tells it (with n - 1)."""
        return stdev(self.found)


def seeded(at: int, runs: Iterable[tuple[tuple[str, ...], float]]) -> list[Seeded]:
    """Return the variants of which several seeds are complete, in their order.

    A run is its values for the swept keys, of which one, `at`, is the seed, and its
    best.
    """
    found: dict[tuple[str, ...], list[float]] = {}
    for values, best in runs:
        found.setdefault((*values[:at], *values[at + 1 :]), []).append(best)
    return [Seeded(key, tuple(all)) for key, all in found.items() if len(all) > 1]


def seeds_table(others: Sequence[str], monitored: str, groups: list[Seeded]) -> Table:
    """Return variants with mean, deviation, least and greatest over their seeds.

    `others` are the swept keys that are no seed.
    """
    numbers = ("seeds", "mean", "deviation", "least", "greatest")
    columns = [
        *[Column(label, shortest=8) for label in others],
        *[Column(each, right=True) for each in numbers],
    ]
    rows = [
        [
            *texts(each.values),
            Cell(str(len(each.found))),
            *[Cell(f"{number:.4f}") for number in _numbers(each)],
        ]
        for each in groups
    ]
    return Table(columns, rows, title=f"{monitored} over seeds")


def seeds_record(others: Sequence[str], groups: Iterable[Seeded]) -> list[Record]:
    """Return the same as plain data."""
    names = ("mean", "deviation", "least", "greatest")
    return [
        {
            "values": dict(zip(others, each.values, strict=True)),
            "seeds": len(each.found),
            **dict(zip(names, _numbers(each), strict=True)),
        }
        for each in groups
    ]


def _numbers(each: Seeded) -> tuple[float, ...]:
    return mean(each.found), each.deviation, min(each.found), max(each.found)
