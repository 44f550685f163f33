"""What a figure marks where it compares two architectures."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from archcompiler.figures.cells import Cell
from archcompiler.figures.panels import Panel
from archcompiler.figures.presence import optional_captions
from archcompiler.figures.wording import count

Kind = Literal["+", "-", "~"]


@dataclass(frozen=True)
class Change:
    """What became of a row: added, removed or changed, and how its counts grew."""

    kind: Kind
    parameters: int = 0
    macs: int = 0
    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class Changes:
    """What differs from a base: its rows by name, and the panels of its blocks."""

    base: str
    rows: Mapping[str, Change]
    panels: Sequence[Panel] = field(default=())
    """Of the base."""

    @property
    def removed(self) -> dict[str, Change]:
        """The rows that only the base has."""
        return {name: each for name, each in self.rows.items() if each.kind == "-"}

    def of_panel(self, panel: Panel) -> str:
        """Return what became of a block: `added`, `changed`, or nothing."""
        name = panel.drawing.block.name
        same = [each for each in self.panels if each.drawing.block.name == name]
        if not same:
            return "added"
        drawn = _drawn(panel)
        return "" if any(_drawn(each) == drawn for each in same) else "changed"


def grown(number: int) -> str:
    """Return by how much a count grew: `+1.2 K`, `−3.4 M`; nothing for 0."""
    if not number:
        return ""
    return f"{'+' if number > 0 else '−'}{count(abs(number))}"


def _drawn(panel: Panel) -> object:
    """Return all that is seen of a panel, but letters and the rows that call it."""
    diagram = panel.drawing.diagram
    told = optional_captions(diagram, panel.drawing.calls, panel.everywhere)
    return [_seen(cell) for cell in diagram.cells], diagram.feeds, told


def _seen(cell: Cell) -> object:
    lights = [light.text for light in (*cell.before, *cell.after)]
    texts = [run.text for run in cell.second]
    return cell.title, texts, lights, cell.sign, cell.often
