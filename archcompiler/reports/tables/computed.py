"""The columns that are computed, beside those that the paper prints."""

from collections.abc import Collection

from archcompiler.architecture import Architecture
from archcompiler.graph.expansion import PlacedRow
from archcompiler.graph.memory import format_bytes
from archcompiler.language.program.program import TOTAL
from archcompiler.reports.tables.content import Heading, PaperCell
from archcompiler.reports.text import format_pair
from archcompiler.shapes import format_shape

ROW = Heading("row", "row", computed=True)
"""The row's name, which tells the rows apart where no printed column does."""

_HEADINGS = (
    Heading("output", "output_shape", computed=True),
    Heading("depth", "depth", computed=True),
    Heading("parameters", "parameters", computed=True),
    Heading("multiply-adds", "macs", computed=True),
    Heading("receptive field", "receptive_field", computed=True),
    Heading("effective stride", "effective_stride", computed=True),
    Heading("memory", "activation_bytes", computed=True, unit="bytes"),
)


def computed_headings(choice: str | None, taken: Collection[str]) -> list[Heading]:
    """Return the headings, none of which is `taken` by a printed column.

    With sub-headings, each says for which `choice` it is computed.
    """
    return [_distinct(heading, choice, taken) for heading in _HEADINGS]


def _distinct(heading: Heading, choice: str | None, taken: Collection[str]) -> Heading:
    text = heading.text
    if text in taken:
        text = f"computed {text}"
    if choice is not None:
        text += f" ({choice})"
    return heading._replace(text=text, choice=choice)


def computed_cells(
    architecture: Architecture, row: PlacedRow | None
) -> list[PaperCell]:
    """Return the cells of a row; None is a row that this configuration lacks."""
    if row is None:
        return [PaperCell()] * len(_HEADINGS)
    totals = architecture.totals(row)
    depth = row.output.row_depth if row.output.row == row.index else 0
    return [
        PaperCell(format_shape(row.output.shape), list(row.output.shape)),
        _count(depth),
        _count(totals.parameters),
        _count(totals.macs),
        _pair(row.output.field.extent),
        _pair(row.output.field.strides),
        _bytes(totals.activation_bytes),
    ]


def total_cells(architecture: Architecture) -> list[PaperCell]:
    """Return the cells of the whole network."""
    return [
        PaperCell(),
        _count(architecture.depth),
        _count(architecture.parameters),
        _count(architecture.macs),
        *(PaperCell(), PaperCell()),
        _bytes(architecture.activation_bytes),
    ]


def name_cell(name: str = TOTAL) -> PaperCell:
    """Return the cell that names a row."""
    return PaperCell(name, name)


def _count(number: int) -> PaperCell:
    return PaperCell(f"{number:,}", number)


def _pair(pair: tuple[float, float]) -> PaperCell:
    return PaperCell(format_pair(pair), list(pair))


def _bytes(number: int) -> PaperCell:
    return PaperCell(format_bytes(number), number)
