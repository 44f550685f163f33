"""The paper's table: its columns and its rows, as they are written."""

from collections.abc import Mapping as AbstractMapping
from typing import Annotated, Any, ClassVar, NamedTuple

from pydantic_core import PydanticCustomError

from archcompiler.diagnostics import write
from archcompiler.language.forms.forms import (
    Few,
    Form,
    Items,
    Read,
    Written,
    few,
    located,
    only_entry,
    read_text,
    read_written,
    whole,
)
from archcompiler.language.spec.blocks import CALL_WORDS
from archcompiler.language.text.document import Mapping, Node, Scalar, Sequence

CLAIM_COLUMNS = (
    "input size",
    "output size",
    "filter shape",
    "depth",
    "params",
    "ops",
)
ROW_WORDS = ("type", *CALL_WORDS)
_CHOICES = (
    "sub-headings are `{parameter: [choice, choice]}`, "
    "or `{meaning: {parameter: [choice, choice]}}`"
)


class Chooser(NamedTuple):
    """A parameter, and the sub-headings of which it chooses one."""

    parameter: Scalar
    choices: tuple[Scalar, ...]


class TableColumn(Form):
    """A heading, its meaning where it differs, or one of which a parameter chooses."""

    what: ClassVar[str] = "a column"

    heading: Read[Scalar]
    meaning: Read[Scalar]
    chooser: Read[Chooser | None] = None

    @property
    def choices(self) -> tuple[Scalar, ...]:
        """The sub-headings, if it has any."""
        return self.chooser.choices if self.chooser is not None else ()

    @classmethod
    def read_node(cls, node: Node) -> dict[str, Any]:
        """Read `depth`, `n: repeat`, or what a heading spans.

        That is `type: {model: [A, B]}`, or `"#Channels": {channels: {model: [A, B]}}`.
        """
        if not isinstance(node, Mapping):
            heading = read_text(node)
            return {"at": heading, "heading": heading, "meaning": heading}
        form = "a column is `heading` or `heading: meaning`"
        heading, meaning = only_entry(node, form)
        fields = {"at": heading, "heading": heading}
        if not isinstance(meaning, Mapping):
            return {**fields, "meaning": read_text(meaning)}
        parameter, choices = only_entry(meaning, _CHOICES)
        meant = heading
        if isinstance(choices, Mapping):
            meant = parameter
            parameter, choices = only_entry(choices, _CHOICES)
        if not isinstance(choices, Sequence) or not choices.items:
            raise located("wrong-type", _CHOICES, parameter.span)
        chosen = tuple([read_text(choice) for choice in few(choices).items])
        return {**fields, "meaning": meant, "chooser": Chooser(parameter, chosen)}


class Row(Form):
    """A line of the table: the name in front, then cells by position or by meaning."""

    what: ClassVar[str] = "a row"

    front: Read[Scalar | None] = None
    cells: Read[tuple[Any, ...] | dict[str, tuple[Scalar, Any]] | Scalar]
    """Listed, or by their meanings, each with its place; a text is a bare type."""

    @classmethod
    def read_node(cls, node: Node) -> dict[str, Any]:
        """Read `[cells]`, `{meaning: cell}` or a bare type, with or without a name."""
        if isinstance(node, Mapping) and len(node.entries) == 1:
            key, value = next(node.items())
            if isinstance(value, Scalar) and value.blank:
                message = f"the row `{key.text}` is empty"
                help = f"write `{key.text}: [cells]`"
                raise located("wrong-type", message, key.span, help)
            if not isinstance(value, Scalar) or key.text != "type":
                return {"at": key, "front": key, **_read_cells(value, key)}
        return {"at": _place(node), **_read_cells(node)}


class Table(Form):
    """The paper's table."""

    what: ClassVar[str] = "`table`"

    columns: Annotated[tuple[TableColumn, ...], Few]
    """The headings, each with its meaning where that differs."""

    rows: Annotated[tuple[Row, ...], Items]
    """The rows, in the order in which the paper prints them."""


class OtherTable(Form):
    """Another table of the same paper; without columns it has those of the base."""

    what: ClassVar[str] = "`table`"

    columns: Annotated[tuple[TableColumn, ...] | None, Few] = None
    """The headings, where they are not the base's."""

    rows: Annotated[tuple[Row, ...], Items]
    """The rows of this table."""


def _place(node: Node) -> Node:
    """Return the first cell of a row, or the name of the first."""
    if isinstance(node, Sequence) and node.items:
        return _place(node.items[0])
    if isinstance(node, Mapping) and node.entries:
        return next(node.items())[0]
    return node


def _read_cells(node: Node, front: Scalar | None = None) -> dict[str, Any]:
    if isinstance(node, Scalar):
        return {"cells": read_text(node)}
    if isinstance(node, Sequence):
        if not node.items:
            raise located("wrong-type", "a row has at least one cell", node.span)
        _refuse_list_of_rows(node)
        try:
            return {"cells": tuple([_read_cell(item) for item in node.items])}
        except PydanticCustomError:
            _refuse_call_as_cell(node, front)
            raise
    _refuse_rows_as_cells(node)
    cells = {
        text: (key, _read_cell(value)) for text, (key, value) in node.entries.items()
    }
    return {"cells": cells}


def _refuse_list_of_rows(node: Sequence) -> None:
    """Refuse `[[cells]]` and `[name: [cells]]`, a list of rows in place of a row."""
    rows = []
    for item in node.items:
        row = _cells_of_row(item)
        if row is None:
            return
        rows.append(row)
    message = "a row is due here, received a list of rows"
    help = "write a row, `[cells]`, without the list around it"
    row, place = rows[0], whole(node)
    if len(rows) == 1 and row.brackets and node.brackets:
        line = node.source.line(node.line + 1)
        help = write(line[row.brackets.column - 1 : row.brackets.end - 1])
    raise located("wrong-type", message, place, help)


def _cells_of_row(node: Node) -> Sequence | None:
    """Return the list of a row's cells, where a cell of a row is one."""
    if isinstance(node, Mapping) and len(node.entries) == 1:
        _, node = next(node.items())
    return node if isinstance(node, Sequence) else None


def _refuse_call_as_cell(node: Sequence, front: Scalar | None) -> None:
    """Refuse `[name, Dropout: {rate: 50%}]`: only a row by meaning says arguments."""
    for at, item in enumerate(node.items):
        if item.__class__ is not Mapping or len(item.entries) != 1:
            continue
        key, value = next(item.items())
        if isinstance(value, Mapping):
            first = node.items[0] if at else key
            name = front or (first if isinstance(first, Scalar) else key)
            entries = {text: cell for text, (_, cell) in value.entries.items()}
            row = written_row(name.text, key.text, entries)
            help = f"write the row as `{row}`"
            raise located("wrong-type", "a cell takes no arguments", key.span, help)


def written_row(name: str, kind: str, entries: AbstractMapping[str, Any]) -> str:
    """Return a row by meaning as text, for a help."""
    cells = [
        f"{key}: {value.text if isinstance(value, Scalar) else '...'}"
        for key, value in entries.items()
    ]
    return f"{name}: {{{', '.join([f'type: {kind}', *cells])}}}"


def _read_cell(node: Node) -> Written:
    """Read a scalar, or a list: of references, or of an argument's values."""
    if isinstance(node, Scalar):
        if node.plain and node.text == "-":
            message = "`-` is a text, not a blank cell"
            raise located("yaml-syntax", message, node.span, write("~"))
        return node
    return read_written(node)


def _refuse_rows_as_cells(node: Mapping) -> None:
    """Refuse rows that lack their dashes, which YAML reads as the cells of one."""
    if "type" in node.entries:
        return
    for key, value in list(node.entries.values())[1:]:
        if isinstance(value, Scalar) or key.text == "from":
            continue
        message = f"`{key.text}` is no cell: rows are a list"
        raise located("wrong-type", message, key.span, "begin each row with `- `")
