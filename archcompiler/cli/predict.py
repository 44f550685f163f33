"""`archc predict`: the classes of images, with their probabilities."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from archcompiler.cli.commands import add_command, add_format, count
from archcompiler.cli.using import add_run, with_run

if TYPE_CHECKING:
    from archcompiler.tabular.report import Report
    from archcompiler.training.loading import Run


def add_predict(commands: Any) -> None:
    """Add `archc predict`."""
    examples = (
        "runs/pets cat.jpg",
        "runs/pets photos/ --format csv",
        "runs/pets photos/ --top 1 --json",
    )
    help = "name the classes of images, with the probabilities that a run gives them"
    command = add_command(commands, "predict", help, examples)
    add_run(command, "the first")
    help = "an image, or a folder with images at any depth"
    command.add_argument("images", nargs="+", metavar="IMAGE", help=help)
    command.add_argument(
        "--top",
        type=count(),
        default=3,
        metavar="K",
        help="show the K most probable classes (default 3); CSV has all",
    )
    add_format(command)


def run(options: Any) -> int:
    """Print the most probable classes of each image."""
    return with_run(options, _predict)


def _predict(run: "Run", options: Any) -> int:
    from archcompiler.cli.printing import print_report
    from archcompiler.training.predicting import find_images, head_of, predict_files

    head, paths = head_of(run, options.output), find_images(options.images)
    print(f"predicting {len(paths):,} images", file=sys.stderr, flush=True)
    found = predict_files(run, paths, head)
    names = run.classes[: found.shape[1]]
    names += tuple(map(str, range(len(names), found.shape[1])))
    name = run.architecture.name
    print_report(
        _report(name, paths, found, names, options.top),
        options.format,
        lambda: {"name": name, "images": _records(paths, found, names, options.top)},
        name,
    )
    return 0


def _ranked(row: Any, names: Sequence[str], top: int) -> list[tuple[str, float]]:
    """Return the most probable classes; of equal ones the first."""
    order = sorted(range(len(names)), key=lambda at: -row[at])[:top]
    return [(names[at], float(row[at])) for at in order]


def _report(
    name: str, paths: Sequence[Path], found: Any, names: Sequence[str], top: int
) -> "Report":
    from archcompiler.tabular.form import Cell, Column, Table, bare
    from archcompiler.tabular.report import Report

    shown = min(top, len(names))
    columns = [Column("image", shortest=20)]
    for place in range(1, shown + 1):
        key = f"{place}. " if shown > 1 else ""
        columns += [Column(f"{key}class"), Column("probability", right=True)]
    rows, data = [], []
    for path, row in zip(paths, found, strict=True):
        ranked = _ranked(row, names, shown)
        cells = [Cell(text) for each, p in ranked for text in (each, f"{p:.4f}")]
        rows.append([Cell(str(path)), *cells])
        values: list[str | float] = [str(path), *ranked[0], *map(float, row)]
        data.append([bare(each) for each in values])
    told = [Column(each) for each in ("image", "class", "probability", *names)]
    return Report(
        f"{name}: {len(paths):,} images", (Table(columns, rows),), Table(told, data)
    )


def _records(
    paths: Sequence[Path], found: Any, names: Sequence[str], top: int
) -> list[dict[str, Any]]:
    return [
        {
            "image": str(path),
            "class": ranked[0][0],
            "probability": ranked[0][1],
            "probabilities": [{"class": c, "probability": p} for c, p in ranked],
        }
        for path, row in zip(paths, found, strict=True)
        for ranked in [_ranked(row, names, top)]
    ]
