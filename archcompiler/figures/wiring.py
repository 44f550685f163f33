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
    DASHED_IDENTITY,
    Picture,
    edge,
    in_series,
)
from archcompiler.figures.pieces import Piece, pieces_of
from archcompiler.figures.scene import Group, Mark, moved
from archcompiler.figures.styles import USUAL, Style, styles_within
from archcompiler.graph.series_parallel import (
    Element,
    Parallel,
    Series,
    Tangle,
)

WIDEST = 700
"""How wide rows of pieces may be above a piece that is not wider."""

ROW_GAP = 17
"""From a row of pieces to the next."""

STEM = 14
"""The edges that lead into a diagram and out of it."""


def picture_of(diagram: Diagram, everywhere: Calls) -> Picture:
    """Return the picture of a diagram; cells that some calls lack are dashed."""
    return _above(_laid_out(diagram, pieces_of(diagram), everywhere, USUAL))


def pictures_within(
    diagram: Diagram, everywhere: Calls, width: float, height: float
) -> list[Picture]:
    """Return a diagram in close pictures below each other, each within a room.

    Where words that wrap and branches on two levels are still too wide, the largest
    merge takes values by their names; what is still too high is cut in the middle.
    """
    cuts: set[int] = set()
    while True:
        pieces = pieces_of(diagram, cuts)
        rows = _narrow(diagram, pieces, everywhere, width)
        more = _to_cut(rows, width, height) - cuts
        if not more:
            return _pages(rows, height)
        cuts |= more


Row = tuple[Picture, Sequence[Piece]]
"""Pieces side by side."""


def _narrow(
    diagram: Diagram, pieces: Sequence[Piece], everywhere: Calls, width: float
) -> list[Row]:
    """Return rows in the first style that is narrow enough, else in the narrowest."""
    narrowest: list[Row] = []
    for styles in styles_within(width):
        found = [_laid_out(diagram, pieces, everywhere, each, width) for each in styles]
        fitting = [rows for rows in found if _width(rows) <= width]
        if fitting:
            return min(fitting, key=_height)
        narrowest = min([*([narrowest] if narrowest else []), *found], key=_width)
    return narrowest


def _width(rows: Sequence[Row]) -> float:
    return max([picture.width for picture, _ in rows])


def _height(rows: Sequence[Row]) -> float:
    return sum([picture.height + ROW_GAP for picture, _ in rows])


def _to_cut(rows: Sequence[Row], width: float, height: float) -> set[int]:
    """Return the places at which what is too wide or too high is cut."""
    found: set[int] = set()
    for picture, among in rows:
        if picture.width > width:
            for piece in among:
                found |= _operands(piece)
        elif picture.height > height:
            for piece in among:
                found |= _middle(piece)
    return found


def _operands(piece: Piece) -> set[int]:
    """Return what the largest merge takes that has no name yet."""
    taken = [
        {piece.places[each] for each in fed if not piece.cells[each].is_name}
        for fed in piece.feeds
        if len(fed) > 1
    ]
    return max(taken, key=len, default=set())


def _middle(piece: Piece) -> set[int]:
    """Return the place of the cell in the middle of what has its own name."""
    own = [place for place in piece.places[:-1] if place >= 0]
    return {own[len(own) // 2]} if own else set()


def _pages(rows: Sequence[Row], height: float) -> list[Picture]:
    """Return rows below each other in as few pictures as a height allows."""
    pages: list[list[Row]] = []
    for row in rows:
        if not pages or _height([*pages[-1], row]) - ROW_GAP > height:
            pages.append([])
        pages[-1].append(row)
    return [_above(page) for page in pages]


def _laid_out(
    diagram: Diagram,
    pieces: Sequence[Piece],
    everywhere: Calls,
    style: Style,
    width: float | None = None,
) -> list[Row]:
    """Return pieces in rows, the one with the output alone in the last."""
    cells = cell_width(diagram.cells, style)
    pictures = [_Layout(piece, cells, everywhere, style).picture() for piece in pieces]
    *named, last = pictures
    width = width or max(WIDEST, last.width)
    found: list[Row] = []
    for row in _rows(named, width, 2 * style.branch_gap):
        first = sum([len(among) for _, among in found])
        among = pieces[first : first + len(row)]
        found.append((_side_by_side(row, 2 * style.branch_gap), among))
    return [*found, (last, pieces[-1:])]


def is_series_parallel(diagram: Diagram) -> bool:
    """Whether a diagram is drawn whole, with no value that stands as a name."""
    return len(pieces_of(diagram)) == 1


class _Layout:
    """Lays one piece out, bottom up."""

    def __init__(
        self, piece: Piece, width: float, everywhere: Calls, style: Style
    ) -> None:
        self.piece = piece
        self.width = width
        self.everywhere = everywhere
        self.style = style

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
        return in_series(pictures, self.style.series_gap)

    def _cell(self, place: int) -> Picture:
        cell = self.piece.cells[place]
        dashed = self._is_dashed(cell)
        return cell_picture(cell, self.width, self.style, dashed=dashed)

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
            above = above_disc if merge.sign else above_bar
            return above(branches, self.style)
        if merge.sign:
            sign = Sign(merge, dashed, self.style)
            is_chained = self._is_chained(parallel.branches)
            return into_disc(branches, sign, is_chained=is_chained)
        return into_bar(branches, Bar(merge, dashed, self.style))

    def _is_chained(self, branches: Sequence[Series]) -> bool:
        """Whether a name alone is merged with what a disc gives."""
        lasts = [each.elements[-1] for each in branches if each.elements]
        cells = [self.piece.cells[each] for each in lasts if isinstance(each, int)]
        return any(c.is_name for c in cells) and any(c.sign for c in cells)


def _merges(before: Element, place: int) -> bool:
    """Whether a place is drawn already, as the end of the branches before it."""
    return isinstance(before, Parallel) and before.merge == place


def _rows(pictures: Sequence[Picture], width: float, gap: float) -> list[list[Picture]]:
    """Return pictures in as many rows as a width asks for."""
    rows: list[list[Picture]] = []
    right: float = 0
    for each in pictures:
        right += each.width
        if not rows or right > width:
            rows.append([])
            right = each.width
        rows[-1].append(each)
        right += gap
    return rows


def _side_by_side(pictures: Sequence[Picture], gap: float) -> Picture:
    marks: list[Mark] = []
    x: float = 0
    for each in pictures:
        marks.append(Group(each.marks, x=x))
        x += each.width + gap
    width = x - gap
    height = max([each.height for each in pictures])
    return Picture(width, height, width / 2, tuple(marks))


def _above(rows: Sequence[Row]) -> Picture:
    if len(rows) == 1:
        return rows[0][0]
    marks: list[Mark] = []
    y: float = 0
    for each, _ in rows:
        marks.append(Group(each.marks, y=y))
        y += each.height + ROW_GAP
    width = _width(rows)
    return Picture(width, y - ROW_GAP, rows[-1][0].anchor, tuple(marks))
