"""The leaderboard: every run of a sweep, the best first, for people and programs."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from archcompiler.separated import comma_separated
from archcompiler.training.sweeping.runs import Run, Standing, standing_of

COLUMNS = ("epoch", "parameters", "multiply-adds", "seconds")


class Place(NamedTuple):
    """A run with what it has come to; only those that are complete have a rank."""

    rank: int | None
    run: Run
    standing: Standing


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
    names = dict.fromkeys(p.standing.monitored for p in board if p.rank is not None)
    return " or ".join(names) or "best"


def rows(board: Sequence[Place]) -> list[list[str]]:
    """Return the places as people read them: rank, values, numbers, what is amiss."""
    return [_row(place) for place in board]


def _row(place: Place) -> list[str]:
    run, standing = place.run, place.standing
    cost = run.weighed.cost
    assert cost is not None
    complete = place.rank is not None
    return [
        str(place.rank) if complete else "",
        *(run.weighed.point.values or (run.name,)),
        f"{standing.best:.4f}" if complete else "",
        str(standing.best_epoch) if complete else "",
        f"{cost.parameters:,}",
        f"{cost.macs:,}",
        f"{standing.seconds:.1f}" if complete else "",
        "" if complete else f"{standing.state}: {standing.reason}".removesuffix(": "),
    ]


def leaderboard_csv(headings: Sequence[str], board: Sequence[Place]) -> str:
    """Return the leaderboard as CSV, the numbers in full."""
    numbers = ("monitored", "best", "best_epoch", "parameters", "macs", "seconds")
    heads: list[object] = ["rank", "name", *headings, *numbers, "state", "reason"]
    rows = [heads]
    for rank, run, standing in board:
        cost = run.weighed.cost
        assert cost is not None
        found = (standing.monitored, standing.best, standing.best_epoch)
        costs = (cost.parameters, cost.macs, standing.seconds)
        state = (standing.state, standing.reason)
        values = run.weighed.point.values
        rows.append([rank, run.name, *values, *found, *costs, *state])
    return comma_separated(rows)
