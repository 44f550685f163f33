"""A survey told: as a report, and as plain data."""

from collections.abc import Sequence

from archcompiler.tabular.form import Cell, Column, Row, Table, bare, number
from archcompiler.tabular.record import Record
from archcompiler.tabular.report import Report
from archcompiler.training.data.survey import Image, Survey, extremes

_MOST = 10  # lines of sizes, modes and twins
_NAMED = 4  # images of a group of twins


def survey_report(found: Survey) -> Report:
    """Return a survey as people read it; as CSV it has a line for each class."""
    images = sum(sum(counts.values()) for counts in found.classes.values())
    title = f"{found.data.name}: {images:,} images of {len(found.data.classes)} classes"
    parts = [_classes(found), _kinds(found)]
    if found.data.broken:
        parts.append(_broken(found))
    if found.twins:
        parts.append(_twins(found))
    parts += [_notes(found)] if found.notes else []
    return Report(title, tuple(parts), _data(found))


def survey_record(found: Survey) -> Record:
    """Return a survey as plain data: all that is broken, and all twins."""
    return {
        "name": found.data.name,
        "classes": list(found.data.classes),
        "images": {name: dict(counts) for name, counts in found.classes.items()},
        "sizes": [
            {"height": height, "width": width, "images": count}
            for (height, width), count in found.sizes.items()
        ],
        "modes": dict(found.modes),
        "broken": [each._asdict() for each in found.data.broken],
        "duplicates": [
            [{"image": e.name, "set": e.of, "class": _class(found, e)} for e in same]
            for same in found.twins
        ],
        "notes": list(found.notes),
    }


def _class(found: Survey, image: Image) -> str:
    names = found.data.classes
    return names[image.label] if image.label < len(names) else str(image.label)


def _classes(found: Survey) -> Table:
    columns = [Column("class"), *(Column(name, right=True) for name in found.classes)]
    rows: list[Row] = [
        [
            Cell(name),
            *(number(counts[name]) for counts in found.classes.values()),
        ]
        for name in found.data.classes
    ]
    totals = [sum(counts.values()) for counts in found.classes.values()]
    return Table(columns, rows, [Cell("total"), *map(number, totals)])


def _kinds(found: Survey) -> Table:
    """Return sizes and modes, the most frequent first."""
    rows: list[Row] = []
    for size, count in [*found.sizes.items()][:_MOST]:
        rows.append([Cell("size"), Cell("x".join(map(str, size))), number(count)])
    if len(found.sizes) > 1:
        for word, size in zip(
            ("smallest", "largest"), extremes(found.sizes), strict=True
        ):
            text = "x".join(map(str, size))
            rows.append([Cell(word), Cell(text), number(found.sizes[size])])
    for mode, count in [*found.modes.items()][:_MOST]:
        rows.append([Cell("mode"), Cell(mode), number(count)])
    return Table((Column(""), Column("of"), Column("images", right=True)), rows)


def _broken(found: Survey) -> Table:
    rows: list[Row] = [
        [Cell(each.path), Cell(each.reason)] for each in found.data.broken
    ]
    return Table((Column("broken"), Column("reason")), rows)


def _twins(found: Survey) -> Table:
    """Return the images that are equal, those of several classes or sets first."""
    ordered = sorted(found.twins, key=_worst)
    rows: list[Row] = []
    for same in ordered[:_MOST]:
        names = ", ".join(f"{e.name} ({_class(found, e)})" for e in same[:_NAMED])
        more = f" and {len(same) - _NAMED} more" if len(same) > _NAMED else ""
        rows.append([Cell(_WORDS[_worst(same)]), Cell(names + more)])
    left = len(found.twins) - _MOST
    if left > 0:
        rows.append([Cell(""), Cell(f"and {left:,} groups more")])
    return Table((Column("duplicates"), Column("images")), rows)


_WORDS = ("of several classes", "in both sets", "")


def _worst(same: Sequence[Image]) -> int:
    if len({each.label for each in same}) > 1:
        return 0
    return 1 if len({each.of for each in same}) > 1 else 2


def _notes(found: Survey) -> Table:
    return Table((Column("notes"),), [[Cell(note)] for note in found.notes])


def _data(found: Survey) -> Table:
    columns = [Column("class"), *(Column(name) for name in found.classes)]
    return Table(
        columns,
        [
            [bare(name), *(number(counts[name]) for counts in found.classes.values())]
            for name in found.data.classes
        ],
    )
