"""Curves: loss, accuracy and learning rate over the epochs, as SVG and PNG."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from archcompiler.training.figures import new_figure, save_figures
from archcompiler.training.history import Row

NAME = "curves"


def write_curves(folder: Path, name: str, rows: Sequence[Row]) -> bool:
    """Draw the history into `curves.svg` and `curves.png`.

    Return whether it could be done: matplotlib may not be installed.
    """
    figure = new_figure(name, 11, 4)
    if figure is None:
        return False
    loss, accuracy, rate = figure.subplots(1, 3)
    columns = list(rows[0])
    _draw(loss, "loss", rows, [c for c in columns if c.endswith("loss")])
    _draw(accuracy, "accuracy", rows, [c for c in columns if c.endswith("accuracy")])
    _draw(rate, "learning rate", rows, ["learning_rate"])
    save_figures(figure, folder / NAME)
    return True


def _draw(axes: Any, title: str, rows: Sequence[Row], columns: Iterable[str]) -> None:
    epochs = [row["epoch"] for row in rows]
    for column in columns:
        style = "-" if column.startswith("val_") else "--"
        axes.plot(
            epochs, [row[column] for row in rows], style, marker=".", label=column
        )
    axes.set_title(title)
    axes.set_xlabel("epoch")
    axes.xaxis.get_major_locator().set_params(integer=True)
    axes.grid(alpha=0.3)
    if axes.lines:
        axes.legend(fontsize=7)
