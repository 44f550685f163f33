"""A list of images: a CSV file with a line for each, its file and its label."""

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path

from archcompiler.training.data import Takings
from archcompiler.training.data.examining import refuse_broken, without_broken
from archcompiler.training.data.folders import image_set
from archcompiler.training.data.images import Data, ImageSet
from archcompiler.training.data.kinds import Broken, kind_in
from archcompiler.training.errors import TrainingError

_FILE = ("file", "filename", "path", "image")
_LABEL = ("label", "class", "category")
_SET = ("set", "split", "part")
_SETS = {
    **dict.fromkeys(("train", "training"), 0),
    **dict.fromkeys(("validation", "valid", "val", "test"), 1),
}
_Row = tuple[int, Path, str]
"""A line: the place of its set, its file and the name of its class."""


def load_listed(path: Path, takings: Takings = ()) -> Data:
    """Read a list; files are named from its folder, and read when they are needed.

    Columns are `file` and `label`, and if images are split already `set`.

    Raises:
        TrainingError: for other columns, files that are not there or no images, and
            an unknown set.
    """
    rows = _rows(path)
    broken = _missing(rows)
    if "skip-broken" in takings:
        there = [row for row in rows if str(row[1]) not in {b.path for b in broken}]
        good, unreadable = without_broken([file for _, file, _ in there])
        broken += unreadable
        kept = {*good}
        rows = [row for row in there if row[1] in kept]
    else:
        refuse_broken(broken)
    classes = _classes(path, rows)
    sets = [_set(rows, place, classes, takings) for place in (0, 1)]
    validation = sets[1] if len(sets[1]) else None
    return Data(str(path), sets[0], validation, classes, tuple(broken))


def _rows(path: Path) -> list[_Row]:
    try:
        with open(path, encoding="utf-8-sig", newline="") as file:
            lines = [*csv.DictReader(file)]
    except (OSError, ValueError, csv.Error) as error:
        raise TrainingError(f"`{path}` is no readable CSV file: {error}") from None
    if not lines:
        raise TrainingError(f"`{path}` lists no image")
    columns = [name for name in lines[0] if name is not None]
    file_in, label_in = (_column(path, columns, names) for names in (_FILE, _LABEL))
    set_in = next((name for name in columns if name.lower() in _SET), None)
    return [
        _row(path, number, line, (file_in, label_in, set_in))
        for number, line in enumerate(lines, 2)
    ]


def _column(path: Path, columns: Sequence[str], names: Sequence[str]) -> str:
    for name in columns:
        if name.strip().lower() in names:
            return name
    raise TrainingError(
        f"`{path}` has the columns {', '.join(columns)}; needed are `file` and "
        f"`label`, in its first line, and if there are any `set`"
    )


def _row(
    path: Path,
    number: int,
    line: Mapping[str, str | None],
    columns: tuple[str, str, str | None],
) -> _Row:
    file_in, label_in, set_in = columns
    file, label = line[file_in], line[label_in]
    if not file or not label:
        raise TrainingError(f"`{path}` has no file or no label in line {number}")
    word = (line[set_in] or "train").strip().lower() if set_in else "train"
    if word not in _SETS:
        message = f"`{path}` has the set `{word}` in line {number}"
        raise TrainingError(f"{message}: it is train, validation or test")
    return _SETS[word], path.parent / file.strip(), label.strip()


def _missing(rows: Sequence[_Row]) -> list[Broken]:
    """Return the files that are not there, or do not begin as images."""
    broken = []
    for _, file, _ in rows:
        if not file.is_file():
            broken.append(Broken(str(file), "there is no such file"))
        elif not kind_in(file):
            broken.append(Broken(str(file), "it does not begin as an image"))
    return broken


def _classes(path: Path, rows: Sequence[_Row]) -> tuple[str, ...]:
    """Return the labels in their order: of numbers that of their values."""
    names = {label for _, _, label in rows}
    if len(names) < 2:
        message = f"`{path}` has {len(names)} classes; needed are at least 2"
        raise TrainingError(message)
    if all(name.isdecimal() for name in names):
        return tuple(sorted(names, key=int))
    return tuple(sorted(names))


def _set(
    rows: Sequence[_Row], place: int, classes: Sequence[str], takings: Takings
) -> ImageSet:
    numbers = dict.fromkeys(range(len(classes)), 0)
    listed = []
    for which, file, name in rows:
        if which == place:
            label = classes.index(name)
            listed.append((numbers[label], label, file))
            numbers[label] += 1
    return image_set(listed, takings)
