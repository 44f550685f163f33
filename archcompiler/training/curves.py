"""Curves: losses, metrics and learning rate over the epochs, as SVG and PNG."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from archcompiler.training.figures import new_figure, save_figures
from archcompiler.training.history import Row, metric_told
from archcompiler.training.recipe import Head

NAME = "curves"
_TRAINING: dict[str, Any] = {"linestyle": "--", "markerfacecolor": "white"}
"""How training looks beside validation, also where an epoch is a single dot."""

_TOTAL = "0.35"
"""The colour of the loss of all outputs beside those of each."""

_MOST_DOTS = 30
_RATE = "learning_rate"


class _Quantity(NamedTuple):
    """A loss or a metric of one output, or of the network as a whole."""

    column: str
    """Its column of the history, that of validation with `val_` before it."""

    caption: str
    colour: str


def write_curves(
    folder: Path, name: str, rows: Sequence[Row], heads: Sequence[Head] = ()
) -> bool:
    """Draw the history into `curves.svg` and `curves.png`.

    A loss, each metric and the learning rate have axes of their own, an output has one
    colour in all of them. Return whether it could be done: matplotlib may not be
    installed.
    """
    panels = _panels(rows[0], heads)
    figure = new_figure(name, 4 * len(panels), 4.5)
    if figure is None:
        return False
    plots = figure.subplots(1, len(panels), squeeze=False)[0]
    for axes, (what, quantities) in zip(plots, panels.items(), strict=True):
        axes.set_xlabel("epoch")
        axes.set_ylabel(metric_told(what))
        for quantity in quantities:
            _draw(axes, rows, quantity, is_rate=what == _RATE)
        _mark_epochs(axes, len(rows))
        axes.grid(alpha=0.3)
    plots[-1].set_ylim(0, 1.1 * max([row[_RATE] for row in rows]) or 1)
    _explain(figure, panels["loss"], any(c.startswith("val_") for c in rows[0]))
    save_figures(figure, folder / NAME)
    return True


def _panels(row: Row, heads: Sequence[Head]) -> dict[str, list[_Quantity]]:
    """Return by loss, metric and learning rate what each output has of it.

    Outputs come as the spec has them, behind what is of the whole network.
    """
    columns = {column.removeprefix("val_") for column in row} - {"epoch", _RATE}
    whole = "total" if len(columns & _losses(heads)) > 0 else ""
    places = [("", whole, _TOTAL if whole else "C0")]
    places += [
        (f"{head.layer}_", head.name, f"C{at}")
        for at, head in enumerate(heads)
        if f"{head.layer}_loss" in columns
    ]
    found: dict[str, list[_Quantity]] = {"loss": []}
    for prefix, caption, colour in reversed(places):
        for column in sorted(c for c in columns if c.startswith(prefix)):
            what = column.removeprefix(prefix)
            found.setdefault(what, []).insert(0, _Quantity(column, caption, colour))
            columns.remove(column)
    return {**found, _RATE: [_Quantity(_RATE, "", "C0")]}


def _losses(heads: Sequence[Head]) -> set[str]:
    return {f"{head.layer}_loss" for head in heads}


def _draw(
    axes: Any, rows: Sequence[Row], quantity: _Quantity, *, is_rate: bool
) -> None:
    """Draw a quantity in training and in validation, in one colour."""
    validation = f"val_{quantity.column}"
    looks = _TRAINING if validation in rows[0] else {}
    if is_rate:
        looks = {"drawstyle": "steps-post"}
    for column, style in ((quantity.column, looks), (validation, {})):
        if column in rows[0]:
            _curve(axes, rows, column, color=quantity.colour, **style)


def _curve(axes: Any, rows: Sequence[Row], column: str, **style: Any) -> None:
    epochs = [row["epoch"] for row in rows]
    marker = "o" if len(rows) <= _MOST_DOTS else ""
    values = [row[column] for row in rows]
    axes.plot(epochs, values, marker=marker, markersize=4, **style)


def _mark_epochs(axes: Any, epochs: int) -> None:
    """Mark whole epochs alone, also where there is but one."""
    from matplotlib.ticker import MaxNLocator

    axes.set_xlim(1 - 0.03 * epochs - 0.1, 1.03 * epochs + 0.1)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1))


def _explain(figure: Any, losses: Sequence[_Quantity], validated: bool) -> None:
    """Say below all axes, where no curve is, what colours and styles mean."""
    from matplotlib.lines import Line2D

    several = len(losses) > 1
    entries = [(Line2D([], [], color=q.colour), q.caption) for q in losses if several]
    if validated:
        look: dict[str, Any] = {"marker": "o", "markersize": 4}
        look["color"] = "gray" if several else "C0"
        training = Line2D([], [], **look, **_TRAINING)
        entries += [(training, "training"), (Line2D([], [], **look), "validation")]
    if entries:
        figure.legend(
            *zip(*entries, strict=True),
            loc="outside lower center",
            ncols=min(len(entries), 6),
            fontsize=8,
            frameon=False,
        )
