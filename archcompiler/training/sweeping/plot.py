"""The plot of a sweep: what was reached against what it costs."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from archcompiler.training.figures import new_figure, save_figures
from archcompiler.training.sweeping.leaderboard import Place

NAME = "accuracy-against-cost"
MOST_LABELS = 24
"""Points beyond this many are named only on the front."""


class Dot(NamedTuple):
    """A run in the plane of cost and value."""

    cost: int
    value: float
    name: str


def write_plot(folder: Path, title: str, board: Sequence[Place]) -> bool:
    """Draw the complete runs against multiply-adds and parameters.

    Return whether it could be done: matplotlib may not be installed, and runs that are
    ranked by different things have no common axis.
    """
    complete = [place for place in board if place.rank is not None]
    if len({place.standing.monitored for place in complete}) != 1:
        return False
    figure = new_figure(title, 12, 5)
    if figure is None:
        return False
    monitored = complete[0].standing.monitored
    costs = [place.run.weighed.cost for place in complete]
    for axes, what, at in zip(
        figure.subplots(1, 2, sharey=True),
        ("multiply-adds", "parameters"),
        ("macs", "parameters"),
        strict=True,
    ):
        dots = [
            Dot(getattr(cost, at), place.standing.best or 0.0, place.run.name)
            for place, cost in zip(complete, costs, strict=True)
        ]
        _draw(axes, dots, falling=monitored.endswith("loss"))
        axes.set_xlabel(what)
    figure.axes[0].set_ylabel(monitored)
    save_figures(figure, folder / NAME)
    return True


def front(dots: Sequence[Dot], *, falling: bool = False) -> list[Dot]:
    """Return those that nothing cheaper, or as cheap, reaches: the Pareto front."""
    sign = -1 if falling else 1
    found: list[Dot] = []
    for dot in sorted(dots, key=lambda dot: (dot.cost, -sign * dot.value)):
        if not found or sign * dot.value > sign * found[-1].value:
            found.append(dot)
    return found


def _draw(axes: Any, dots: Sequence[Dot], *, falling: bool) -> None:
    best = front(dots, falling=falling)
    axes.set_xscale("log")
    axes.plot([d.cost for d in dots], [d.value for d in dots], "o", alpha=0.5)
    axes.plot(
        [d.cost for d in best], [d.value for d in best], "o-", label="Pareto front"
    )
    for dot in dots if len(dots) <= MOST_LABELS else best:
        axes.annotate(
            dot.name.replace(" ", "\n"),
            (dot.cost, dot.value),
            xytext=(0, 5),
            textcoords="offset points",
            ha="center",
            fontsize=6,
        )
    _mark_costs(axes, [dot.cost for dot in dots])
    axes.margins(0.15)
    axes.grid(alpha=0.3)
    axes.legend(fontsize=7)


def _mark_costs(axes: Any, costs: Sequence[int]) -> None:
    """Mark even shares of the range, `7.5M`: powers of ten are too far apart."""
    from matplotlib.ticker import EngFormatter, NullLocator

    least, share = min(costs), (max(costs) / min(costs)) ** 0.25
    axes.set_xticks(sorted({least * share**step for step in range(5)}))
    axes.xaxis.set_major_formatter(EngFormatter(places=1, sep=""))
    axes.xaxis.set_minor_locator(NullLocator())
