"""Wiring: a diagram as pictures that no edge crosses.

Each of its pieces becomes a picture; those that end with a name stand above the last.
"""

from collections.abc import Sequence

from archcompiler.figures.cell_pictures import cell_picture, cell_width, name_picture
from archcompiler.figures.cells import Calls, Cell, Diagram
from archcompiler.figures.merges import (
    Bar,
    Sign,
    above_bar,
    above_disc,
    into_bar,
    into_disc,
)
from archcompiler.figures.picture import (
    BRANCH_GAP,
    DASHED_IDENTITY,
    SERIES_GAP,
    Picture,
    edge,
    in_series,
)
from archcompiler.figures.pieces import Piece, pieces_of
from archcompiler.figures.scene import Group, Mark, moved
from archcompiler.graph.series_parallel import (
    Element,
    Parallel,
    Series,
    Tangle,
)

WIDEST = 700
"""How wide rows of pieces may be above a piece that is not wider."""

STEM = 14
"""The edges that lead into a diagram and out of it."""


def picture_of(diagram: Diagram, everywhere: Calls) -> Picture:
    """Return the picture of a diagram; cells that some calls lack are dashed."""
    width = cell_width(diagram.cells)
    pieces = pieces_of(diagram)
    pictures = [_Layout(piece, width, everywhere).picture() for piece in pieces]
    *named, last = pictures
    if not named:
        return last
    return _above([*_rows(named, max(WIDEST, last.width)), last])


def is_series_parallel(diagram: Diagram) -> bool:
    """Whether a diagram is drawn whole, with no value that stands as a name."""
    return len(pieces_of(diagram)) == 1


class _Layout:
    """Lays one piece out, bottom up."""

    def __init__(self, piece: Piece, width: float, everywhere: Calls) -> None:
        self.piece = piece
        self.width = width
        self.everywhere = everywhere

    def picture(self) -> Picture:
        """Return the picture with the edges that lead in and out."""
        inner = self._series(self.piece.tree)
        marks: list[Mark] = []
        top: float = 0
        if not inner.is_open:
            top = STEM
            marks.append(edge(inner.anchor, 0, STEM, arrow=inner.has_head))
        marks += moved(inner.marks, 0, top)
        bottom = top + inner.height
        marks.append(edge(inner.anchor, bottom, bottom + STEM))
        bottom += STEM
        if self.piece.name:
            name = name_picture(self.piece.name)
            marks += moved(name.marks, inner.anchor - name.anchor, bottom)
            bottom += name.height
        return Picture(inner.width, bottom, inner.anchor, tuple(marks))

    def _series(self, series: Series, end: int | None = None) -> Picture:
        """Return the picture of a series; `end` is what merges it with others."""
        pictures: list[Picture] = []
        elements = list(series.elements)
        for at, element in enumerate(elements):
            if isinstance(element, Parallel):
                pictures.append(self._parallel(element, end))
            elif isinstance(element, Tangle):
                raise AssertionError("a piece has no tangles")
            elif at == 0 or not _merges(elements[at - 1], element):
                pictures.append(self._cell(element))
        return in_series(pictures)

    def _cell(self, place: int) -> Picture:
        cell = self.piece.cells[place]
        return cell_picture(cell, self.width, dashed=self._is_dashed(cell))

    def _is_dashed(self, cell: Cell) -> bool:
        return not cell.is_name and cell.calls != self.everywhere

    def _parallel(self, parallel: Parallel, end: int | None) -> Picture:
        """Return branches with their merge, unless it is that of the branches around.

        A branch without cells is there only where its merge is.
        """
        assert parallel.merge is not None
        merge = self.piece.cells[parallel.merge]
        dashed = self._is_dashed(merge)
        branches = [
            DASHED_IDENTITY
            if dashed and not branch.elements
            else self._series(branch, parallel.merge)
            for branch in parallel.branches
        ]
        if parallel.merge == end:
            return above_disc(branches) if merge.sign else above_bar(branches)
        if merge.sign:
            return into_disc(branches, Sign(merge, dashed))
        return into_bar(branches, Bar(merge, dashed))


def _merges(before: Element, place: int) -> bool:
    """Whether a place is drawn already, as the end of the branches before it."""
    return isinstance(before, Parallel) and before.merge == place


def _rows(pictures: Sequence[Picture], width: float) -> list[Picture]:
    """Return pictures side by side, in as many rows as a width asks for."""
    rows: list[list[Picture]] = []
    right: float = 0
    for each in pictures:
        right += each.width
        if not rows or right > width:
            rows.append([])
            right = each.width
        rows[-1].append(each)
        right += 2 * BRANCH_GAP
    return [_side_by_side(row) for row in rows]


def _side_by_side(pictures: Sequence[Picture]) -> Picture:
    marks: list[Mark] = []
    x: float = 0
    for each in pictures:
        marks.append(Group(each.marks, x=x))
        x += each.width + 2 * BRANCH_GAP
    width = x - 2 * BRANCH_GAP
    height = max([each.height for each in pictures])
    return Picture(width, height, width / 2, tuple(marks))


def _above(pictures: Sequence[Picture]) -> Picture:
    marks: list[Mark] = []
    y: float = 0
    for each in pictures:
        marks.append(Group(each.marks, y=y))
        y += each.height + SERIES_GAP
    width = max([each.width for each in pictures])
    return Picture(width, y - SERIES_GAP, pictures[-1].anchor, tuple(marks))
