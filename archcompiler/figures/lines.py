"""Lines: what a figure says of each input and each row of the table."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from string import digits
from types import MappingProxyType

from archcompiler.figures.changes import Change
from archcompiler.figures.errata import Correction, corrections_of
from archcompiler.figures.kinds import paint_of_all
from archcompiler.figures.padding import unsaid_padding
from archcompiler.figures.palette import Paint
from archcompiler.figures.panels import Panel
from archcompiler.figures.scene import identifiers
from archcompiler.figures.wording import extras, label, says_more
from archcompiler.graph.expansion import Expansion
from archcompiler.graph.nodes import OpNode
from archcompiler.graph.rows import PlacedRow
from archcompiler.graph.totals import RowTotals, layers_by_row
from archcompiler.shapes import Shape, format_shape

COUNTS = {"parameters": "parameters", "macs": "multiply-adds"}
"""What a line counts, and its heading."""

CLAIMS = {"parameters": "params", "macs": "ops"}
"""What the columns of a table mean that print what a line counts."""

SHOWN = (*CLAIMS.values(), "type", "output size")
"""What the columns of a table mean whose values a figure shows anyway."""


@dataclass(frozen=True)
class RowLine:
    """An input or a row; `sources` are the places of the lines that it takes."""

    name: str
    detail: str
    shape: Shape
    paint: Paint
    parameters: int = 0
    macs: int = 0
    times: int = 1
    letter: str = ""
    sources: tuple[int, ...] = ()
    is_input: bool = False
    is_output: bool = False
    corrections: Mapping[str, Correction] = field(default_factory=dict)
    """The cells that are wrong in print, by what their column means."""

    is_in_panel: bool = False
    """Whether the title of a panel and its rows say all that `detail` does."""

    change: Change | None = None
    """What became of the row, where a base is compared."""

    id: str = ""
    """What links lead to."""

    @property
    def told(self) -> str:
        """The line in words, for a reader who doesn't see it."""
        words = [self.name]
        if self.detail and says_more(self.detail, self.name):
            words.append(self.detail)
        if self.times > 1:
            words.append(f"{self.times} times")
        words.append(format_shape(self.shape))
        if self.parameters:
            words.append(f"{self.parameters:,} parameters")
        if self.macs:
            words.append(f"{self.macs:,} multiply-adds")
        words += [each.told for each in self.corrections.values()]
        if self.change is not None:
            words += self.change.words
        return ", ".join(words)


def lines_of(
    expansion: Expansion,
    panels: Sequence[Panel],
    changes: Mapping[str, Change] = MappingProxyType({}),
    *,
    shows_padding: bool = False,
) -> list[RowLine]:
    """Return the inputs and the rows that ran; `changes` are those of rows, by name."""
    letters, times, titled = _letters(panels), _times(panels), _titled(panels)
    layers = layers_by_row(expansion.graph)
    rows = [row for row in expansion.rows if row.index in layers]
    inputs = {node.name: at for at, node in enumerate(expansion.inputs)}
    places = {row.index: len(inputs) + at for at, row in enumerate(rows)}
    found = _input_lines(expansion)
    names = [*[line.name for line in found], *[row.name for row in rows]]
    ids = identifiers(names, "row")
    found = [replace(line, id=id) for line, id in zip(found, ids, strict=False)]
    outputs = {node.row for node in expansion.outputs}
    for row in rows:
        nodes = layers[row.index]
        sources = _sources(row, nodes, places, inputs)
        letter = letters.get(row.index, "")
        detail = row.type if letter else _ops(nodes, shows_padding=shows_padding)
        totals = RowTotals(nodes)
        line = RowLine(
            row.name,
            detail,
            row.output.shape,
            paint_of_all(nodes),
            totals.parameters,
            totals.macs,
            row.repetitions or times.get(row.index, 1),
            letter,
            sources,
            is_output=row.index in outputs,
            corrections=corrections_of(expansion.program, row),
            is_in_panel=_is_named_alone(row) and row.index in titled,
            change=changes.get(row.name),
            id=ids[places[row.index]],
        )
        found.append(line)
    return found


def _input_lines(expansion: Expansion) -> list[RowLine]:
    inputs = expansion.inputs
    names = [node.name for node in inputs] if len(inputs) > 1 else ["input"]
    return [
        RowLine(name, "", node.shape, Paint.OTHER, is_input=True)
        for name, node in zip(names, inputs, strict=True)
    ]


def lines_along(lines: Sequence[RowLine], rows: range) -> list[RowLine]:
    """Return some lines, their sources counted from the first of them."""
    if not rows.start:
        return list(lines[: rows.stop])
    return [
        replace(line, sources=tuple([each - rows.start for each in line.sources]))
        for line in lines[rows.start : rows.stop]
    ]


def _times(panels: Sequence[Panel]) -> Counter[int]:
    """Return how often each row's block runs, also where an inner one repeats."""
    return Counter([call.row.index for panel in panels for call in panel.of_rows])


def _letters(panels: Sequence[Panel]) -> dict[int, str]:
    """Return the letter of each row's block, with a number where one panel shows it."""
    found: dict[int, set[str]] = {}
    for panel in panels:
        for call in panel.of_rows:
            found.setdefault(call.row.index, set()).add(panel.letter)
    return {
        row: letters.pop() if len(letters) == 1 else min(letters).rstrip(digits)
        for row, letters in found.items()
    }


def _sources(
    row: PlacedRow,
    nodes: Sequence[OpNode],
    places: Mapping[int, int],
    inputs: Mapping[str, int],
) -> tuple[int, ...]:
    found = set()
    for node in nodes:
        for source in node.operands:
            if source.row is None:
                found.add(inputs[source.name])
            elif source.row != row.index:
                found.add(places[source.row])
    return tuple(sorted(found))


def _titled(panels: Sequence[Panel]) -> set[int]:
    """Return the rows whose own block has a panel, not one that it calls."""
    return {
        call.row.index
        for panel in panels
        for call in panel.of_rows
        if call.frame.caller is None
    }


def _is_named_alone(row: PlacedRow) -> bool:
    """Whether a row's type is the name of a block, with no hole but the row's name."""
    return row.block is not None and {*row.block.pattern.holes} <= {"name"}


def _ops(nodes: Sequence[OpNode], *, shows_padding: bool) -> str:
    """Return what a row without a panel does, each op once: `7×7 conv /2 · BN`."""
    unsaid = unsaid_padding(nodes, shown=shows_padding)
    words = [
        word
        for node in nodes
        if node.name not in unsaid
        for word in (label([node], shows_padding=shows_padding), *extras(node))
    ]
    return " · ".join(dict.fromkeys(words))
