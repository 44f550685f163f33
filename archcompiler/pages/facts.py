"""Facts: what a page tells of the row or the cell that is pointed at, for JSON."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from archcompiler.architecture import Architecture
from archcompiler.backends.keras_source.lines import SourceLines
from archcompiler.claims.claims import Audit
from archcompiler.claims.verdicts import MARKS
from archcompiler.figures.calls import BlockCall, frames_above
from archcompiler.figures.cells import Cell
from archcompiler.figures.panels import Panel
from archcompiler.graph.expansion import PlacedRow
from archcompiler.graph.nodes import Node
from archcompiler.pages.drawing import Drawing, panel_id
from archcompiler.reports.tables.computed import computed_cells, computed_headings
from archcompiler.reports.text import format_pair
from archcompiler.shapes import format_shape

Record = dict[str, Any]
MOST_CALLS = 12
"""How many calls of a block a cell tells of; the others are counted."""

_CALL_HEADINGS = ("row", "output", "parameters", "multiply-adds", "receptive field")


def page_facts(
    architecture: Architecture,
    audit: Audit,
    drawing: Drawing,
    source: SourceLines | None,
) -> Record:
    """Return what is told, by the ids of rows and cells; lines count from 1."""
    facts = _Facts(architecture, audit, drawing, source)
    ids = drawing.row_ids
    rows = {
        ids[row.name]: facts.row(row) for row in architecture.rows if row.name in ids
    }
    cells = {
        drawing.prefix + cell.id: facts.cell(panel, cell)
        for panel in drawing.panels
        for cell in panel.diagram.cells
    }
    return {"prefix": drawing.prefix, "items": rows | cells}


class _Facts:
    def __init__(
        self,
        architecture: Architecture,
        audit: Audit,
        drawing: Drawing,
        source: SourceLines | None,
    ) -> None:
        self.architecture = architecture
        self.drawing = drawing
        self.source = source
        self.ids = drawing.row_ids
        self.places = {node: at for at, node in enumerate(architecture.layers)}
        self.claims: dict[str, list[Record]] = {}
        for verdict in audit.verdicts:
            record = {
                "column": verdict.column,
                "mark": MARKS[verdict.judgement],
                "verdict": verdict.judgement,
                "printed": verdict.printed,
                "computed": verdict.computed,
                "reason": verdict.reason,
            }
            self.claims.setdefault(verdict.row, []).append(record)

    def row(self, row: PlacedRow) -> Record:
        """Return what is told of a row."""
        headings = computed_headings(None, ())
        cells = computed_cells(self.architecture, row)
        pairs = zip(headings, cells, strict=True)
        layers = self.architecture.totals(row).layers
        letters = self.drawing.letters_of(row.index)
        return {
            "title": row.name,
            "detail": row.type if row.type != row.name else "",
            "facts": [[heading.text, cell.text] for heading, cell in pairs],
            "claims": self.claims.get(row.name, []),
            "lines": self._row_lines(row),
            "within": self._block_lines(_blocks(layers)),
            "also": [panel_id(letter, self.drawing.prefix) for letter in letters],
        }

    def cell(self, panel: Panel, cell: Cell) -> Record:
        """Return what is told of a block's cell, call by call."""
        calls = sorted({at for at, _ in cell.layers})
        told = [
            self._call(panel.drawing.calls[at], cell, at) for at in calls[:MOST_CALLS]
        ]
        innermost = [node.trace.frame for _, node in cell.layers if node.trace]
        inner = [frame.block.name for frame in innermost if frame]
        blocks = dict.fromkeys([panel.drawing.block.name, *inner])
        rows = [panel.drawing.calls[at].row.name for at in calls]
        return {
            "title": cell.told,
            "detail": f"in {panel.drawing.block.name}",
            "headings": list(_CALL_HEADINGS),
            "calls": told,
            "more": len(calls) - len(told),
            "lines": self._step_lines(panel, cell),
            "within": self._block_lines(blocks),
            "also": [self.ids[name] for name in dict.fromkeys(rows)],
        }

    def _call(self, call: BlockCall, cell: Cell, at: int) -> list[str]:
        """Return what a cell stands for in one call."""
        nodes = [node for place, node in cell.layers if place == at]
        last = max(nodes, key=self.places.__getitem__)
        return [
            _call_name(call),
            format_shape(last.shape),
            f"{sum([node.parameters for node in nodes]):,}",
            f"{sum([node.macs for node in nodes]):,}",
            f"{format_pair(last.field.extent)} / {format_pair(last.field.strides)}",
        ]

    # Source -----------------------------------------------------------------

    def _row_lines(self, row: PlacedRow) -> list[list[int]]:
        if self.source is None or row.name not in self.source.rows:
            return []
        return [_ends(self.source.rows[row.name])]

    def _step_lines(self, panel: Panel, cell: Cell) -> list[list[int]]:
        """Return the lines of the steps that make a cell, from its block inwards."""
        if self.source is None:
            return []
        steps: dict[int, None] = {}
        for at, node in cell.layers:
            call = panel.drawing.calls[at]
            calls = [frame.call for frame in call.frames_within(node)]
            if node.trace is not None:
                calls.insert(0, node.trace.call)
            steps.update(dict.fromkeys(map(id, reversed(calls))))
        found = [lines for step in steps for lines in self.source.steps.get(step, ())]
        return [_ends(lines) for lines in found]

    def _block_lines(self, blocks: Iterable[str]) -> list[list[int]]:
        if self.source is None:
            return []
        return [_ends(self.source.blocks[block]) for block in blocks]


def _ends(lines: range) -> list[int]:
    """Return the first and the last line."""
    return [lines.start, lines.stop - 1]


def _blocks(layers: Sequence[Node]) -> Iterator[str]:
    """Yield the blocks whose calls made layers, each once."""
    seen: set[str] = set()
    for node in layers:
        frame = node.trace.frame if node.trace else None
        for each in frames_above(frame):
            if each.block.name not in seen:
                seen.add(each.block.name)
                yield each.block.name


def _call_name(call: BlockCall) -> str:
    """Return the row of a call, and which of its repetitions it is from the second."""
    number = call.frame.number + 1
    return f"{call.row.name}, {number}" if number > 1 else call.row.name
