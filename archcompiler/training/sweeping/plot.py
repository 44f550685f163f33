"""The plot of a sweep: what was reached against what it costs."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from archcompiler.language.text.notation import in_unit
from archcompiler.training.figures import new_figure, save_figures
from archcompiler.training.sweeping.labels import place_labels
from archcompiler.training.sweeping.leaderboard import Place

NAME = "accuracy-against-cost"
_FRONT = "Pareto front"
_MARKERS = "osD^vP*Xh<>"
_MOST_MARKS = 8
_MOST_KEYS = 10
"""Values of a swept key that still have a colour, or a marker, of their own."""


class Dot(NamedTuple):
    """A run in the plane of cost and value, with what was swept to come there."""

    cost: int
    value: float
    name: str
    values: tuple[str, ...] = ()


def write_plot(
    folder: Path, title: str, board: Sequence[Place], labels: Sequence[str] = ()
) -> bool:
    """Draw the complete runs against multiply-adds and parameters.

    The first of the swept keys is told by colour, the second by the marker.
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
    for axes, what, at in zip(
        figure.subplots(1, 2, sharey=True),
        ("multiply-adds", "parameters"),
        ("macs", "parameters"),
        strict=True,
    ):
        _draw(axes, _dots(complete, at), labels, falling=monitored.endswith("loss"))
        axes.set_xlabel(what)
    figure.axes[0].set_ylabel(complete[0].told)
    _explain(figure, _dots(complete, "macs"), labels)
    for axes, at in zip(figure.axes, ("macs", "parameters"), strict=True):
        dots = _dots(complete, at)
        if len(_varied(dots, labels)) != len(_shown_keys(dots, labels)) or not labels:
            best = front(dots, falling=monitored.endswith("loss"))
            place_labels(figure, axes, [(d.cost, d.value, d.name) for d in best])
    save_figures(figure, folder / NAME)
    return True


def _dots(complete: Sequence[Place], at: str) -> list[Dot]:
    return [
        Dot(
            getattr(place.run.weighed.cost, at),
            place.standing.best or 0.0,
            place.run.name,
            place.run.weighed.point.values,
        )
        for place in complete
    ]


def front(dots: Sequence[Dot], *, falling: bool = False) -> list[Dot]:
    """Return those that nothing cheaper, or as cheap, reaches: the Pareto front."""
    sign = -1 if falling else 1
    found: list[Dot] = []
    for dot in sorted(dots, key=lambda dot: (dot.cost, -sign * dot.value)):
        if not found or sign * dot.value > sign * found[-1].value:
            found.append(dot)
    return found


# Keys -----------------------------------------------------------------------


def _varied(dots: Sequence[Dot], labels: Sequence[str]) -> list[int]:
    """Return the swept keys that have more than one value among the dots."""
    return [at for at, _ in enumerate(labels) if len({d.values[at] for d in dots}) > 1]


def _shown_keys(dots: Sequence[Dot], labels: Sequence[str]) -> list[int]:
    """Return the keys that colour, then marker, tell."""
    few = [at for at in _varied(dots, labels) if len(_values(dots, at)) <= _MOST_KEYS]
    return few[:2]


def _values(dots: Sequence[Dot], at: int) -> list[str]:
    return list(dict.fromkeys(sorted((d.values[at] for d in dots), key=_in_order)))


def _in_order(text: str) -> tuple[float, str]:
    try:
        return float(text), ""
    except ValueError:
        return float("inf"), text


# Drawing --------------------------------------------------------------------


def _draw(
    axes: Any, dots: Sequence[Dot], labels: Sequence[str], *, falling: bool
) -> None:
    best = front(dots, falling=falling)
    axes.set_xscale("log")
    costs, reached = [d.cost for d in best], [d.value for d in best]
    axes.plot(costs, reached, "-", color="gray", lw=1, zorder=1)
    keys = _shown_keys(dots, labels)
    for dot in dots:
        numbers = [_values(dots, at).index(dot.values[at]) for at in keys]
        colour, marker = [*numbers, 0, 0][:2]
        axes.plot(dot.cost, dot.value, f"C{colour}{_MARKERS[marker]}")
    _mark_costs(axes, [dot.cost for dot in dots])
    axes.margins(0.15)
    axes.grid(alpha=0.3)


def _explain(figure: Any, dots: Sequence[Dot], labels: Sequence[str]) -> None:
    """Say beside the axes, where no dot is, what colours and markers mean."""
    from matplotlib.lines import Line2D

    look: dict[str, Any] = {"linestyle": "", "color": "gray"}
    entries, names = [], []
    for key, at in enumerate(_shown_keys(dots, labels)):
        for number, value in enumerate(_values(dots, at)):
            own: dict[str, Any] = (
                {"marker": _MARKERS[number]} if key else {"color": f"C{number}"}
            )
            entries.append(Line2D([], [], **{**look, "marker": "o", **own}))
            names.append(f"{labels[at]} {value}")
    if any(len(axes.lines[0].get_xdata()) > 1 for axes in figure.axes):
        entries.append(Line2D([], [], color="gray", lw=1))
        names.append(_FRONT)
    figure.legend(entries, names, loc="outside right upper", fontsize=8)


def _mark_costs(axes: Any, costs: Sequence[int]) -> None:
    """Mark what the dots cost, `7.5M`, as far as there is room between the marks."""
    from matplotlib.ticker import FixedFormatter, NullLocator

    least, most = min(costs), max(costs)
    apart = (most / least) ** (1 / _MOST_MARKS)
    marked = [least]
    for cost in sorted({*costs}):
        if cost > marked[-1] and cost >= marked[-1] * apart:
            marked.append(cost)
    axes.set_xticks(marked)
    axes.xaxis.set_major_formatter(FixedFormatter([*map(short, marked)]))
    axes.xaxis.set_minor_locator(NullLocator())


def short(cost: int) -> str:
    """Write a cost in three digits: `95.3K`, `1.49M`, `12G`."""
    number, letter = in_unit(cost)
    digits = max(0, 3 - len(str(round(number))))
    text = f"{number:.{digits}f}"
    return (text.rstrip("0").rstrip(".") if digits else text) + letter
