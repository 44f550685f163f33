"""Curves: loss, accuracy and learning rate over the epochs, as SVG and PNG."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from archcompiler.training.figures import new_figure, save_figures
from archcompiler.training.history import Row, told
from archcompiler.training.recipe import Head

NAME = "curves"
_TRAINING: dict[str, Any] = {"linestyle": "--", "markerfacecolor": "white"}
"""How training looks beside validation, also where an epoch is a single dot."""

_MOST_DOTS = 30


def write_curves(
    folder: Path, name: str, rows: Sequence[Row], heads: Sequence[Head] = ()
) -> bool:
    """Draw the history into `curves.svg` and `curves.png`.

    Return whether it could be done: matplotlib may not be installed.
    """
    figure = new_figure(name, 12, 4.5)
    if figure is None:
        return False
    loss, accuracy, rate = figure.subplots(1, 3)
    _draw(loss, "loss", rows, heads)
    _draw(accuracy, "accuracy", rows, heads)
    _draw(rate, "learning_rate", rows, heads)
    save_figures(figure, folder / NAME)
    return True


def _draw(axes: Any, what: str, rows: Sequence[Row], heads: Sequence[Head]) -> None:
    """Draw a quantity of all outputs, in training and in validation in one colour."""
    columns = [column for column in rows[0] if column.endswith(what)]
    quantities = list(dict.fromkeys([each.removeprefix("val_") for each in columns]))
    validated = any(column.startswith("val_") for column in columns)
    drawn = {"drawstyle": "steps-post"} if what == "learning_rate" else {}
    for number, quantity in enumerate(quantities):
        looks = {quantity: _TRAINING if validated else drawn, f"val_{quantity}": {}}
        for column in [each for each in looks if each in columns]:
            _curve(axes, rows, column, color=f"C{number}", **looks[column])
    axes.set_xlabel("epoch")
    axes.set_ylabel(what.replace("_", " "))
    _mark_epochs(axes, len(rows))
    axes.grid(alpha=0.3)
    if validated:
        _explain(axes, [_caption(each, quantities, heads) for each in quantities])


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


def _caption(column: str, columns: Sequence[str], heads: Sequence[Head]) -> str:
    """Return what the legend says of a quantity: the loss of all outputs is a total."""
    name = told(column, heads)
    return f"total {name}" if column == "loss" and len(columns) > 1 else name


def _explain(axes: Any, quantities: Sequence[str]) -> None:
    """Say below the axes, where no curve is, what colours and styles mean."""
    from matplotlib.lines import Line2D

    entries = [Line2D([], [], color=f"C{at}") for at in range(len(quantities))]
    names = list(quantities)
    if len(names) == 1:  # the axis says what it is
        entries, names = [], []
    look: dict[str, Any] = {
        "color": "gray" if entries else "C0",
        "marker": "o",
        "markersize": 4,
    }
    entries += [Line2D([], [], **look, **_TRAINING), Line2D([], [], **look)]
    axes.legend(
        entries,
        [*names, "training", "validation"],
        loc="upper center",
        bbox_to_anchor=(0.5, -0.18),
        ncols=2,
        fontsize=8,
        frameon=False,
    )
