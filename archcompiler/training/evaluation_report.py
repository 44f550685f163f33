"""An evaluation told: as a report, as plain data, and as a figure."""

from pathlib import Path
from typing import Any

import numpy as np

from archcompiler.tabular.form import Cell, Column, Row, Table, bare, number
from archcompiler.tabular.record import Record
from archcompiler.tabular.report import Report
from archcompiler.training.evaluating import Evaluation
from archcompiler.training.figures import new_figure, save_figure
from archcompiler.training.judging import OfClass

MOST_CLASSES = 20
"""Beyond them a matrix is too wide to read, and the largest confusions are told."""

_SHARES = ("precision", "recall", "f1")


def evaluation_report(evaluation: Evaluation) -> Report:
    """Return an evaluation as people read it; as CSV it has a line for each class."""
    judgement = evaluation.judgement
    title = (
        f"{evaluation.run.architecture.name}: {judgement.images:,} images "
        f"{evaluation.images}; weights of {evaluation.run.weights.name}"
    )
    parts = (_quantities(evaluation), _classes(evaluation), _confusion(evaluation))
    return Report(title, parts, _data(evaluation))


def evaluation_record(evaluation: Evaluation) -> Record:
    """Return an evaluation as plain data, numbers in full."""
    judgement = evaluation.judgement
    return {
        "name": evaluation.run.architecture.name,
        "images": judgement.images,
        "of": evaluation.images,
        "weights": evaluation.run.weights.name,
        "output": evaluation.head.name,
        "metrics": dict(evaluation.metrics),
        "top": {str(k): share for k, share in judgement.top.items()},
        "calibration_error": judgement.calibration_error,
        "bins": [each._asdict() for each in judgement.bins],
        "classes": [each._asdict() for each in judgement.classes],
        "confusion": judgement.confusion.tolist(),
    }


def _quantities(evaluation: Evaluation) -> Table:
    judgement = evaluation.judgement
    of = f" of {evaluation.head.name}" if len(evaluation.run.recipe.heads) > 1 else ""
    found = dict(evaluation.told)
    found |= {f"top-{k} accuracy{of}": share for k, share in judgement.top.items()}
    found[f"expected calibration error{of}"] = judgement.calibration_error
    columns = (Column("quantity"), Column("value", right=True))
    return Table(
        columns, [[Cell(name), _share(value)] for name, value in found.items()]
    )


def _classes(evaluation: Evaluation) -> Table:
    judgement = evaluation.judgement
    columns = (
        Column("class", shortest=12),
        *[Column(name, right=True) for name in ("images", "precision", "recall", "F1")],
    )
    means: Row = [
        Cell("mean"),
        number(judgement.images),
        *[_share(judgement.mean(name)) for name in _SHARES],
    ]
    rows = [_of_class(each) for each in judgement.classes]
    return Table(columns, rows, total=means, title="classes")


def _of_class(found: OfClass) -> Row:
    shares = [_share(getattr(found, name)) for name in _SHARES]
    return [Cell(found.name), number(found.images), *shares]


def _confusion(evaluation: Evaluation) -> Table:
    """Return the matrix, or the largest confusions of many classes."""
    judgement = evaluation.judgement
    names = [each.name for each in judgement.classes]
    if len(names) <= MOST_CLASSES:
        columns = [Column("class"), *[Column(name, right=True) for name in names]]
        rows = [
            [Cell(name), *[number(int(each)) for each in row]]
            for name, row in zip(names, judgement.confusion, strict=True)
        ]
        return Table(columns, rows, title="true classes down, predicted ones across")
    wrong = judgement.confusion * (1 - np.eye(len(names), dtype=np.int64))
    largest = np.argsort(-wrong, axis=None, kind="stable")[:MOST_CLASSES]
    pairs = [divmod(int(at), len(names)) for at in largest]
    found = [
        [Cell(names[true]), Cell(names[predicted]), number(int(wrong[true, predicted]))]
        for true, predicted in pairs
        if wrong[true, predicted]
    ]
    columns = [Column("class"), Column("taken for"), Column("images", right=True)]
    return Table(columns, found, title="largest confusions")


def _data(evaluation: Evaluation) -> Table:
    rows = [[bare(each) for each in found] for found in evaluation.judgement.classes]
    return Table([Column(name) for name in ("class", *OfClass._fields[1:])], rows)


def _share(value: float | None) -> Cell:
    return Cell() if value is None else Cell(f"{value:.4f}", value=value)


def write_figure(evaluation: Evaluation, path: Path) -> bool:
    """Draw confusion and calibration; return whether matplotlib is installed."""
    figure = new_figure(evaluation.run.architecture.name, 11, 5)
    if figure is None:
        return False
    confusion, calibration = figure.subplots(1, 2)
    _draw_confusion(confusion, evaluation)
    _draw_calibration(calibration, evaluation)
    save_figure(figure, path)
    return True


def _draw_confusion(axes: Any, evaluation: Evaluation) -> None:
    """Draw shares of each true class, with the numbers where there is room for them."""
    judgement = evaluation.judgement
    found = judgement.confusion
    shares = found / np.maximum(found.sum(axis=1, keepdims=True), 1)
    axes.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    axes.set_xlabel("predicted class")
    axes.set_ylabel("true class")
    if len(found) > MOST_CLASSES:
        return
    names = [each.name for each in judgement.classes]
    turned = 90 if max(map(len, names)) > 2 else 0
    axes.set_xticks(range(len(names)), names, rotation=turned)
    axes.set_yticks(range(len(names)), names)
    for (row, column), count in np.ndenumerate(found):
        if count:
            colour = "white" if shares[row, column] > 0.5 else "black"
            look = {"ha": "center", "va": "center", "fontsize": 8, "color": colour}
            axes.text(column, row, str(count), **look)


def _draw_calibration(axes: Any, evaluation: Evaluation) -> None:
    """Draw how often predictions are right by how sure they are."""
    judgement = evaluation.judgement
    bins = [each for each in judgement.bins if each.images]
    axes.plot([0, 1], [0, 1], color="gray", linestyle="--", label="calibrated")
    axes.bar(
        [each.above for each in bins],
        [each.accuracy for each in bins],
        width=[each.up_to - each.above for each in bins],
        align="edge",
        edgecolor="white",
        label=f"expected error {judgement.calibration_error:.4f}",
    )
    axes.set_xlim(0, 1)
    axes.set_ylim(0, 1)
    axes.set_xlabel("probability of the predicted class")
    axes.set_ylabel("accuracy")
    axes.legend(loc="upper left", frameon=False)
