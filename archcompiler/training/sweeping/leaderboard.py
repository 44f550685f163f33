"""The leaderboard of a sweep: its runs, the best first, with what they cost."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from archcompiler.tabular.form import Cell, Column, Row, Table, bare, number, texts
from archcompiler.tabular.record import Record
from archcompiler.tabular.report import Report
from archcompiler.training.history import told
from archcompiler.training.sweeping.runs import Run, Standing, standing_of
from archcompiler.training.sweeping.seeds import (
    Seeded,
    seeded,
    seeds_record,
    seeds_table,
)

_NUMBERS = (
    Column("epoch", right=True, rank=3),
    Column("parameters", right=True, rank=1),
    Column("multiply-adds", right=True, rank=2),
    Column("seconds", right=True, rank=4),
    Column("", shortest=20),
)
_DATA = (
    *("monitored", "best", "best_epoch", "parameters", "macs", "seconds"),
    *("state", "reason"),
)


class Place(NamedTuple):
    """A run with what it has come to; only those that are complete have a rank."""

    rank: int | None
    run: Run
    standing: Standing

    @property
    def told(self) -> str:
        """What people call that by which the run is ranked."""
        return told(self.standing.monitored, self.run.heads)


def places(runs: Iterable[Run]) -> list[Place]:
    """Rank the runs: the best first, of equal ones the cheaper, then what has none."""
    pairs = [(run, standing_of(run)) for run in runs]
    complete = [pair for pair in pairs if pair[1].state == "complete"]
    others = [pair for pair in pairs if pair[1].state != "complete"]
    complete.sort(key=lambda pair: (pair[1].monitored, -pair[1].score, _macs(pair[0])))
    ranked = [Place(rank, *pair) for rank, pair in enumerate(complete, 1)]
    return ranked + [Place(None, *pair) for pair in others]


def _macs(run: Run) -> int:
    assert run.weighed.cost is not None
    return run.weighed.cost.macs


def monitored(board: Sequence[Place]) -> str:
    """Return what the runs are ranked by."""
    names = dict.fromkeys(p.told for p in board if p.rank is not None)
    return " or ".join(names) or "best"


# Reports --------------------------------------------------------------------


def leaderboard_report(
    name: str, labels: Sequence[str], board: Sequence[Place], seed: str | None = None
) -> Report:
    """Return the leaderboard as people read it; `labels` are the swept keys.

    One of them, `seed`, may be the seed of training: then means over it are told.
    """
    columns = [
        Column("rank", right=True),
        *[Column(label, shortest=8) for label in labels or ("name",)],
        Column(monitored(board), right=True),
        *_NUMBERS,
    ]
    ranked = sum(place.rank is not None for place in board)
    title = f"{name}: {ranked:,} of {len(board):,} trained"
    table = Table(columns, [_row(place) for place in board])
    others, groups = _seeded(labels, board, seed)
    over_seeds = seeds_table(others, monitored(board), groups)
    return Report(title, (table, over_seeds), _data(labels, board))


def leaderboard_record(
    name: str, labels: Sequence[str], board: Sequence[Place], seed: str | None = None
) -> Record:
    """Return the leaderboard as plain data, the values of the swept keys by name."""
    return {
        "name": name,
        "runs": [_record(labels, place) for place in board],
        "over_seeds": seeds_record(*_seeded(labels, board, seed)),
    }


def _seeded(
    labels: Sequence[str], board: Sequence[Place], seed: str | None
) -> tuple[list[str], list[Seeded]]:
    """Return the swept keys that are no seed, and what the seeds have come to."""
    others = [label for label in labels if label != seed]
    if seed is None:
        return others, []
    found = [
        (place.run.weighed.point.values, place.standing.best)
        for place in board
        if place.standing.best is not None
    ]
    return others, seeded(labels.index(seed), found)


def _row(place: Place) -> Row:
    run, standing = place.run, place.standing
    cost = run.weighed.cost
    assert cost is not None
    complete = place.rank is not None
    said = f"{standing.state}: {standing.reason}".removesuffix(": ")
    best = f"{standing.best:.4f}" if complete else ""
    return [
        Cell(str(place.rank) if complete else ""),
        *texts(run.weighed.point.values or (run.name,)),
        Cell(best),
        Cell(str(standing.best_epoch) if complete else ""),
        number(cost.parameters),
        number(cost.macs),
        Cell(f"{standing.seconds:.1f}" if complete else ""),
        Cell("" if complete else said),
    ]


def _data(labels: Sequence[str], board: Sequence[Place]) -> Table:
    """Return the places for programs: runs by name, the numbers in full."""
    rows = []
    for place in board:
        values = place.run.weighed.point.values
        facts = (place.rank, place.run.name, *values, *_facts(place).values())
        rows.append([bare(each) for each in facts])
    return Table([Column(each) for each in ("rank", "name", *labels, *_DATA)], rows)


def _record(labels: Sequence[str], place: Place) -> Record:
    values = place.run.weighed.point.values
    return {
        "rank": place.rank,
        "name": place.run.name,
        "values": dict(zip(labels, values, strict=False)),
        **_facts(place),
    }


def _facts(place: Place) -> dict[str, str | float | None]:
    standing, cost = place.standing, place.run.weighed.cost
    assert cost is not None
    found = (standing.monitored, standing.best, standing.best_epoch)
    costs = (cost.parameters, cost.macs, standing.seconds)
    state = (standing.state, standing.reason)
    return dict(zip(_DATA, (*found, *costs, *state), strict=True))
