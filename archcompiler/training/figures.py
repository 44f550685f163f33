"""Figures: drawn with matplotlib where it is installed, written as SVG and PNG."""

from pathlib import Path
from typing import Any

from archcompiler.training.folder import write_file

FORMATS = ("svg", "png")


def new_figure(title: str, width: float, height: float) -> Any:
    """Return an empty figure, in inches; None where matplotlib is not installed."""
    try:
        from matplotlib import figure
    except ModuleNotFoundError:
        return None
    made = figure.Figure(figsize=(width, height), layout="constrained")
    made.suptitle(title)
    return made


def save_figures(figure: Any, stem: Path) -> None:
    """Write a figure in each format; equal figures have equal files."""
    from matplotlib import rc_context

    with rc_context({"svg.hashsalt": "archcompiler", "svg.fonttype": "none"}):
        for form in FORMATS:
            _save(figure, stem.with_suffix(f".{form}"), form)


def _save(figure: Any, path: Path, form: str) -> None:
    metadata = {"Date": None} if form == "svg" else None
    write_file(
        path, lambda place: figure.savefig(place, format=form, metadata=metadata)
    )
