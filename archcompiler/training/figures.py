"""Figures: drawn with matplotlib where it is installed, written as SVG and PNG."""

from pathlib import Path
from typing import Any

from archcompiler.training.folder import write_file

FORMATS = ("svg", "png")
_DATES = {"svg": "Date", "pdf": "CreationDate"}
"""What each format calls the date, which would make equal figures differ."""


def new_figure(
    title: str, width: float, height: float, dpi: float | None = None
) -> Any:
    """Return an empty figure, in inches; None where matplotlib is not installed."""
    try:
        from matplotlib import figure
    except ModuleNotFoundError:
        return None
    made = figure.Figure(figsize=(width, height), dpi=dpi, layout="constrained")
    made.suptitle(title)
    return made


def save_figures(figure: Any, stem: Path) -> None:
    """Write a figure in each format; equal figures have equal files."""
    for form in FORMATS:
        save_figure(figure, stem.with_suffix(f".{form}"))


def save_figure(figure: Any, path: Path) -> None:
    """Write a figure in the format that its file ends in."""
    from matplotlib import rc_context

    with rc_context({"svg.hashsalt": "archcompiler", "svg.fonttype": "none"}):
        _save(figure, path, path.suffix[1:].lower())


def _save(figure: Any, path: Path, form: str) -> None:
    metadata = {_DATES[form]: None} if form in _DATES else None
    write_file(
        path, lambda place: figure.savefig(place, format=form, metadata=metadata)
    )
