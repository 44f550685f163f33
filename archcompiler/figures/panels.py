"""Panels: each block of the table drawn once, with a letter that its rows bear."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from string import digits

from archcompiler.figures.calls import BlockCall, block_calls, by_block
from archcompiler.figures.cells import Calls, Cell, Diagram
from archcompiler.figures.drawings import Drawing, drawings_of
from archcompiler.figures.palette import Paint, Tone
from archcompiler.figures.presence import (
    drawn_for,
    optional_captions,
    sorted_calls,
)
from archcompiler.figures.scene import Run
from archcompiler.figures.wiring import is_series_parallel
from archcompiler.figures.wording import listed, shortened, timed
from archcompiler.graph.expansion import Expansion
from archcompiler.language.expressions.patterns import Pattern

LONGEST_PART = 36
"""The most characters of a title between two holes; its group's title has all."""

MOST_CELLS = 24
"""More cells than these are too many for one panel: its inner blocks are folded."""


@dataclass(eq=False)
class Panel:
    """A block of the table as it is drawn; `captions` say what the drawing doesn't."""

    letter: str
    drawing: Drawing
    diagram: Diagram
    captions: tuple[str, ...]
    factored: tuple[str, ...] = ()
    """What hangs on every convolution, and is told in a caption alone."""

    of_rows: tuple[BlockCall, ...] = ()
    """The calls that rows make; others are boxes in other panels."""

    @property
    def everywhere(self) -> Calls:
        """All calls that the panel shows."""
        return self.drawing.everywhere

    @property
    def words(self) -> tuple[str, ...]:
        """What the block does, each op once: `1×1 conv`, `ReLU`, `concatenate`."""
        found: list[str] = []
        for cell in self.diagram.cells:
            found += [light.text for light in cell.before]
            found += [cell.title] if cell.title else []
            found += [light.text for light in cell.after]
        found += self.factored
        return tuple(dict.fromkeys(found))

    @property
    def title(self) -> tuple[Run, ...]:
        """The block's name, its holes in italics."""
        return title_runs(self.drawing.block.pattern)


def title_runs(pattern: Pattern) -> tuple[Run, ...]:
    """Return a block's name as runs: `MBConv`*t*`, `*k*`×`*k*."""
    runs = []
    for at, part in enumerate(_timed_parts(pattern)):
        text = shortened(part, LONGEST_PART)
        if at % 2:
            runs.append(Run(text, Tone.HOLE, 11, italic=True))
        elif text:
            runs.append(Run(text, size=11, bold=True))
    return tuple(runs)


def _timed_parts(pattern: Pattern) -> Iterator[str]:
    """Yield the texts and holes of a name, each `x` that means times as a sign."""
    numbered = ["0" if at % 2 else part for at, part in enumerate(pattern.parts)]
    whole, start = timed("".join(numbered)), 0
    for at, (part, text) in enumerate(zip(pattern.parts, numbered, strict=True)):
        end = start + len(text)
        yield part if at % 2 else whole[start:end]
        start = end


def panels_of(expansion: Expansion, *, shows_padding: bool = False) -> list[Panel]:
    """Return the panels of a table, in the order of its rows, then inner blocks."""
    return _Collecting(expansion, shows_padding).run()


class _Collecting:
    def __init__(self, expansion: Expansion, shows_padding: bool) -> None:
        self.expansion = expansion
        self.shows_padding = shows_padding
        self.waiting: dict[int, list[BlockCall]] = {}
        self.users: dict[int, list[str]] = {}
        self.tops: set[int] = set()
        self.found: set[int] = set()

    def run(self) -> list[Panel]:
        calls = block_calls(self.expansion)
        tops = [innermost(call) for call in calls.values() if call.frame.caller is None]
        self.tops = {id(call) for each in tops for call in each}
        groups = by_block([call for each in tops for call in each])
        self.waiting = {
            block: sorted_calls(group)
            for block, group in groups.items()
            if any(is_drawn(call) for call in group)
        }
        found = self._all_drawings()
        letters = _letters([len(drawings) for drawings in found])
        by_id = {
            id(d[0].block): each[0].rstrip(digits)
            for d, each in zip(found, letters, strict=True)
        }
        return [
            self._panel(drawing, letter, by_id)
            for drawings, named in zip(found, letters, strict=True)
            for drawing, letter in zip(drawings, named, strict=True)
        ]

    def _all_drawings(self) -> list[list[Drawing]]:
        """Return the drawings of each block, done again when more calls are found."""
        drawn: dict[int, list[Drawing]] = {}
        counts: dict[int, int] = {}
        while True:
            block = next(
                (
                    each
                    for each, calls in self.waiting.items()
                    if counts.get(each) != len(calls)
                ),
                None,
            )
            if block is None:
                return [drawn[each] for each in self.waiting]
            self.waiting[block] = sorted_calls(self.waiting[block])
            counts[block] = len(self.waiting[block])
            drawn[block] = self._drawings(self.waiting[block])

    def _drawings(self, calls: Sequence[BlockCall]) -> list[Drawing]:
        """Return the drawings of a block; what they fold waits to be drawn as well."""
        folded = frozenset(_to_fold(calls))
        drawings = self._drawn(calls, frozenset())
        is_large = any(len(each.diagram.cells) > MOST_CELLS for each in drawings)
        if is_large or not all(is_series_parallel(each.diagram) for each in drawings):
            folded |= frozenset(_inner_blocks(calls))
        if not folded:
            return drawings
        drawings = self._drawn(calls, folded)
        for drawing in drawings:
            for box in drawing.boxes:
                known = self.waiting.setdefault(id(box.block), [])
                if id(box) not in self.found:
                    self.found.add(id(box))
                    known.append(box)
                users = self.users.setdefault(id(box.block), [])
                users.append(drawing.block.name)
        return drawings

    def _drawn(
        self, calls: Sequence[BlockCall], folded: frozenset[int]
    ) -> list[Drawing]:
        return drawings_of(
            calls,
            self.expansion.program,
            self.expansion.graph,
            folded,
            shows_padding=self.shows_padding,
        )

    def _rows_calls(self, drawing: Drawing) -> list[BlockCall]:
        """Return every call of a block that rows make."""
        every = self.waiting[id(drawing.block)]
        return [call for call in every if id(call) in self.tops]

    def _told_users(self, drawing: Drawing, users: Sequence[str]) -> str:
        """Return the blocks that call a block, and for which rows if some are drawn."""
        inner = [call for call in drawing.calls if id(call) not in self.tops]
        if not inner:
            return ""
        told = f"in {listed(list(dict.fromkeys(users)))}"
        every = self.waiting[id(drawing.block)]
        if len(drawing.calls) == len(every):
            return told
        others = [call for call in every if id(call) not in self.tops]
        return f"{told}: {drawn_for(inner, others).replace('in the ', 'the ', 1)}"

    def _panel(self, drawing: Drawing, letter: str, letters: dict[int, str]) -> Panel:
        everywhere = drawing.everywhere
        factored, strip = _factored(drawing.diagram)
        of_rows = [call for call in drawing.calls if id(call) in self.tops]
        users = self.users.get(id(drawing.block), [])
        captions = [
            drawn_for(of_rows, self._rows_calls(drawing)) if of_rows else "",
            self._told_users(drawing, users),
            f"every convolution: {', '.join(strip)}" if strip else "",
            *optional_captions(drawing.diagram, drawing.calls, everywhere),
        ]
        cells = [_with_letter(cell, letters) for cell in factored.cells]
        diagram = replace(factored, cells=tuple(_with_ids(cells, letter)))
        kept = tuple([text for text in captions if text])
        return Panel(letter, drawing, diagram, kept, strip, tuple(of_rows))


def is_drawn(call: BlockCall) -> bool:
    """Whether a call is more than one layer with what hangs on it."""
    return call.stacks > 1


def innermost(call: BlockCall) -> list[BlockCall]:
    """Return the calls within a call that are all that it does, or the call itself."""
    inner = call.inner
    if not inner or len({id(each.block) for each in inner}) > 1:
        return [call]
    if sum(len(each.layers) for each in inner) < len(call.layers):
        return [call]
    if any(not is_drawn(each) for each in inner) or not inner[-1].frame.number:
        return [call]
    return [found for each in inner for found in innermost(each)]


def _to_fold(calls: Sequence[BlockCall]) -> Iterator[int]:
    """Yield the blocks that a call repeats."""
    for call in _within(calls):
        if call.frame.number and is_drawn(call):
            yield id(call.block)


def _inner_blocks(calls: Sequence[BlockCall]) -> Iterator[int]:
    """Yield the blocks that make several layers, or one several times."""
    for call in _within(calls):
        if is_drawn(call) or (call.frame.number and call.stacks):
            yield id(call.block)


def _within(calls: Sequence[BlockCall]) -> Iterator[BlockCall]:
    for call in calls:
        yield from call.inner
        yield from _within(call.inner)


def _with_letter(cell: Cell, letters: dict[int, str]) -> Cell:
    if not cell.is_block:
        return cell
    letter = letters.get(cell.block, "")
    letter = f"{letter} {cell.often}".strip()
    return replace(
        cell, times=1, least=1, second=(Run(letter, Tone.SECOND, 9.2, bold=True),)
    )


def _with_ids(cells: Sequence[Cell], letter: str) -> Iterator[Cell]:
    for number, cell in enumerate(cells, 1):
        yield replace(cell, id=f"cell-{letter.lower()}-{number}")


def _factored(diagram: Diagram) -> tuple[Diagram, tuple[str, ...]]:
    """Return a diagram without what hangs on all of its convolutions, and what did.

    Only where nothing else hangs on anything, so that no op is hidden.
    """
    others = [cell for cell in diagram.cells if cell.paint not in _CONVOLUTIONS]
    convolutions = [cell for cell in diagram.cells if cell.paint in _CONVOLUTIONS]
    strips = {cell.after for cell in convolutions}
    plain = not any(cell.before or cell.after for cell in others)
    if len(convolutions) < 3 or len(strips) > 1 or not plain:
        return diagram, ()
    (strip,) = strips
    words = tuple([light.text for light in strip])
    full = all(light.calls >= cell.calls for cell in convolutions for light in strip)
    if not strip or not full or any(cell.before for cell in convolutions):
        return diagram, ()
    cells = [
        replace(cell, after=()) if cell.paint in _CONVOLUTIONS else cell
        for cell in diagram.cells
    ]
    return replace(diagram, cells=tuple(cells)), words


_CONVOLUTIONS = (Paint.CONVOLUTION, Paint.DEPTHWISE)


def _letters(sizes: Sequence[int]) -> list[list[str]]:
    """Return letters for blocks, numbered where one block has several drawings."""
    found = []
    for at, size in enumerate(sizes):
        letter = _letter(at)
        numbered = [f"{letter}{number + 1}" for number in range(size)]
        found.append(numbered if size > 1 else [letter])
    return found


def _letter(at: int) -> str:
    first, last = divmod(at, 26)
    return (_letter(first - 1) if first else "") + chr(ord("A") + last)
