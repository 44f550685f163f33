"""Grids: rows of a table, and other siblings on lines of their own, cell under cell."""

import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple, get_args, get_origin

from archcompiler.formatting.lines import Line
from archcompiler.language.forms.forms import Form
from archcompiler.language.spec.spec import Spec, VariantFile
from archcompiler.language.text.document import Mapping, Node, Scalar, Sequence

FARTHEST = 16
"""How far beyond three quarters of the others a cell may reach and still push all."""

_NUMBER = re.compile(r"(?:[0-9]+|~)[,\]]")


class Row(NamedTuple):
    """A line that ends with a list or a mapping in brackets."""

    number: int
    bracket: str
    cells: list[str]
    """Each with its comma; the first begins the line, the last closes the bracket."""

    keys: list[str]
    """The key of each cell of a mapping; empty for a list's."""


def grids_of(root: Mapping, lines: list[Line]) -> dict[int, str]:
    """Return by its number what stands on each line of a grid, without its indent."""
    written: dict[int, str] = {}
    for siblings in _siblings(root):
        rows = [row for number in siblings if (row := _row(lines[number]))]
        for bracket in ("[", "{"):
            alike = [row for row in rows if row.bracket == bracket]
            numbers = [row.number for row in alike]
            written.update(zip(numbers, _lay_out(alike), strict=True))
    return written


def _siblings(node: Node, key: str = "") -> Iterator[list[int]]:
    """Yield the lines on which the entries of lists of rows and of names begin.

    Steps and branches of blocks are no rows.
    """
    if isinstance(node, Scalar) or key == "blocks":
        return
    if isinstance(node, Sequence):
        yield [each.line for each in node.items]
        return
    if key in _keys_of_rows():
        yield [name.line for name, _ in node.items()]
    for name, value in node.items():
        yield from _siblings(value, name.text)


@cache
def _keys_of_rows() -> frozenset[str]:
    """Return the keys whose entries have names that people chose, and fields or cells.

    Parameters and inputs are texts, and what is inserted is several rows: not these.
    """
    found: set[str] = set()
    forms: list[type[Form]] = [Spec, VariantFile]
    for form in forms:  # grows on the way
        for key, field in form.keys().items():
            for kind in _kinds(field.annotation):
                if _is_form(kind) and kind not in forms:
                    forms.append(kind)
                if get_origin(kind) is dict and _has_fields(get_args(kind)[1]):
                    found.add(key)
    return frozenset(found)


def _kinds(annotation: Any) -> Iterator[Any]:
    """Yield a type and those within it."""
    yield annotation
    for each in get_args(annotation):
        yield from _kinds(each)


def _has_fields(annotation: Any) -> bool:
    kind = (
        get_args(annotation)[0] if hasattr(annotation, "__metadata__") else annotation
    )
    return _is_form(kind) or get_origin(kind) is dict


def _is_form(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, Form)


def _row(line: Line) -> Row | None:
    """Read a line as a row; None where it is none."""
    kinds = [token.kind for token in line.tokens]
    start = next((n for n, kind in enumerate(kinds) if kind in ("[", "{")), None)
    if line.is_kept or not start:
        return None
    is_list = kinds[start] == "["
    cells = [line.tokens[: start + is_list]]
    if not is_list:
        cells.append([line.tokens[start]])
    depth = 1
    for token in line.tokens[start + 1 :]:
        if not depth:
            return None  # something follows the bracket
        depth += (token.kind in ("[", "{")) - (token.kind in ("]", "}"))
        cells[-1].append(token)
        if token.kind == "," and (depth == 1 or not is_list):
            cells.append([])
    if depth:
        return None
    words = [line.words(cell) for cell in cells]
    keys = ["" if is_list else cell.rpartition(": ")[0] for cell in words]
    return Row(line.number, kinds[start], words, keys)


def _lay_out(rows: list[Row]) -> list[str]:
    """Write rows, each cell under those of its column.

    A row whose cell reaches far beyond most others goes on by itself, and so does a
    mapping where its keys are no longer those of most others.
    """
    lines = ["" for _ in rows]
    within = list(range(len(rows)))
    for column in range(max((len(row.cells) for row in rows), default=0)):
        within = [n for n in within if column < len(rows[n].cells)]
        if not within:
            break
        key, _ = Counter(rows[n].keys[column] for n in within).most_common(1)[0]
        lengths = sorted(len(lines[n]) for n in within)
        usual = lengths[3 * (len(lengths) - 1) // 4]
        for n in within.copy():
            far = len(lines[n]) > usual + FARTHEST
            if far or (column and rows[n].keys[column] != key):
                within.remove(n)
                lines[n] = " ".join([lines[n], *rows[n].cells[column:]])
        cells = {n: rows[n].cells[column] for n in within}
        start = max((len(lines[n]) + 1 for n in within), default=0) if column else 0
        numbers = all(map(_NUMBER.fullmatch, cells.values()))
        width = max(map(len, cells.values()), default=0) if numbers else 0
        for n, cell in cells.items():
            lines[n] = lines[n].ljust(start) + cell.rjust(width)
    return lines
