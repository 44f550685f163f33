"""Curves: loss, accuracy and learning rate over the epochs, as SVG and PNG."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from archcompiler.training.folder import write_file
from archcompiler.training.history import Row

FORMATS = ("svg", "png")


def write_curves(folder: Path, name: str, rows: Sequence[Row]) -> bool:
    """Draw the history into `curves.svg` and `curves.png`.

    Return whether it could be done: matplotlib may not be installed.
    """
    try:
        from matplotlib import rc_context
        from matplotlib.figure import Figure
    except ModuleNotFoundError:
        return False
    figure = Figure(figsize=(11, 4), layout="constrained")
    figure.suptitle(name)
    loss, accuracy, rate = figure.subplots(1, 3)
    columns = list(rows[0])
    _draw(loss, "loss", rows, [c for c in columns if c.endswith("loss")])
    _draw(accuracy, "accuracy", rows, [c for c in columns if c.endswith("accuracy")])
    _draw(rate, "learning rate", rows, ["learning_rate"])
    with rc_context({"svg.hashsalt": "archcompiler", "svg.fonttype": "none"}):
        for form in FORMATS:
            save_figure(figure, folder / f"curves.{form}", form)
    return True


def save_figure(figure: Any, path: Path, form: str) -> None:
    """Write a figure as SVG or PNG; equal figures have equal files."""
    metadata = {"Date": None} if form == "svg" else None
    write_file(
        path, lambda place: figure.savefig(place, format=form, metadata=metadata)
    )


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
