"""Which calls of a block have a step, in words."""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from archcompiler.figures.calls import BlockCall, is_heavy
from archcompiler.figures.cells import Calls, Cell, Diagram, Light
from archcompiler.figures.wording import GROWS, NO_BREAK, SHRINKS, listed

EACH = "each row"


def call_names(calls: Sequence[BlockCall]) -> str:
    """Return the rows that call a block, with how often: `3 × 2, 4 × 2`."""
    names = []
    for name, group in groupby(sorted_calls(calls), key=row_label):
        times = len(list(group))
        names.append(name if times == 1 else f"{name} × {times}")
    return listed(_joined(names))


def drawn_for(calls: Sequence[BlockCall], every: Sequence[BlockCall]) -> str:
    """Return the calls that a drawing shows, of every call of its block."""
    shown = {id(call) for call in calls}
    at = frozenset([place for place, call in enumerate(every) if id(call) in shown])
    told = where(at, every)
    is_of_ends = told == _at_ends(at, every)
    return told.removeprefix("only ") if told and is_of_ends else call_names(calls)


def row_label(call: BlockCall) -> str:
    """Return a row's name, or the word that fills the `<name>` of its block."""
    row = call.row
    if row.block is not None and "name" in row.block.pattern.holes:
        found = row.block.pattern.match(row.type)
        return str(found["name"]) if found else row.name
    return row.name


def sorted_calls(calls: Sequence[BlockCall]) -> list[BlockCall]:
    """Return calls in the order of the table."""
    return sorted(calls, key=lambda call: call.row.index)


def optional_captions(
    diagram: Diagram, calls: Sequence[BlockCall], everywhere: Calls
) -> list[str]:
    """Return what a reader must know of what is not the same in all calls.

    Words that would stand at two places are told apart by their cell, else by number.
    """
    parts = [
        *_optional_cells(diagram, calls, everywhere),
        *_optional_lights(diagram, calls),
        *_strides(diagram, calls),
    ]
    names = [part.words for part in parts]
    for told_apart in (_with_cells, _with_numbers):
        places: dict[str, set[str]] = {}
        for name, part in zip(names, parts, strict=True):
            places.setdefault(name, set()).add(part.place)
        ambiguous = {name for name, found in places.items() if len(found) > 1}
        names = told_apart(names, parts, ambiguous)
    told: dict[str, list[str]] = {}
    for name, part in zip(names, parts, strict=True):
        told.setdefault(part.place, []).append(name)
    return [
        f"{', '.join(dict.fromkeys(words))}: {place}" for place, words in told.items()
    ]


class _Part(NamedTuple):
    """Something that not all calls have: its words, those of its cell, and where."""

    words: str
    cell: str
    place: str


def _optional_cells(
    diagram: Diagram, calls: Sequence[BlockCall], everywhere: Calls
) -> Iterator[_Part]:
    for cell in diagram.cells:
        if cell.calls != everywhere:
            words = cell.sign or cell.title
            words = words or " · ".join([light.text for light in cell.after])
            second = "".join([run.text for run in cell.second])
            yield _Part(f"dashed {words}", f" {second}", where(cell.calls, calls))


def _optional_lights(diagram: Diagram, calls: Sequence[BlockCall]) -> Iterator[_Part]:
    found: dict[str, list[tuple[Light, Cell]]] = {}
    for cell in diagram.cells:
        for light in (*cell.before, *cell.after):
            if not light.calls >= cell.calls:
                found.setdefault(light.text, []).append((light, cell))
    for text, each in found.items():
        anywhere = frozenset[int]().union(*[light.calls for light, _ in each])
        is_one = all(light.calls == anywhere & cell.calls for light, cell in each)
        for light, cell in each:
            place = where(anywhere if is_one else light.calls, calls)
            yield _Part(f"({text})", _of(cell), place)


def _strides(diagram: Diagram, calls: Sequence[BlockCall]) -> Iterator[_Part]:
    """Yield where a stride that differs between calls is not 1."""
    for cell in diagram.cells:
        words = cell.title.split()
        if cell.is_block or not {SHRINKS, GROWS} & {*words}:
            continue
        found: dict[float, set[int]] = {}
        for call, node in cell.layers:
            if is_heavy(node) and node.facts.window.strides != (1, 1):
                stride = max(node.facts.window.strides)
                found.setdefault(1 / stride if GROWS in words else stride, set()).add(
                    call
                )
        for stride, present in found.items():
            place = where(frozenset(present), calls)
            yield _Part(f"s = {stride:g}", _of(cell), place)


def _of(cell: Cell) -> str:
    """Return the words that tell a cell from others."""
    second = "".join([run.text for run in cell.second])
    return f" of {cell.title} {second}".rstrip()


def _with_cells(
    names: Sequence[str], parts: Sequence[_Part], ambiguous: set[str]
) -> list[str]:
    return [
        f"{name}{part.cell}".rstrip() if name in ambiguous else name
        for name, part in zip(names, parts, strict=True)
    ]


def _with_numbers(
    names: Sequence[str], _: Sequence[_Part], ambiguous: set[str]
) -> list[str]:
    counts: Counter[str] = Counter()
    found = []
    for name in names:
        counts[name] += 1
        found.append(f"{name} no. {counts[name]}" if name in ambiguous else name)
    return found


def where(present: Calls, calls: Sequence[BlockCall]) -> str:
    """Return in which calls a step is: `only in the first of each row`."""
    absent = frozenset(range(len(calls))) - present
    some, others = _rows(present, calls), _rows(absent, calls)
    told = _at_ends(present, calls)
    if told.endswith(EACH) or (told and some & others):
        return told
    if some & others:
        return f"in {len(present)} of {len(calls)}"
    if len(some) <= len(others):
        return f"only in {_named(some, calls)}"
    return f"not in {_named(others, calls)}"


def _at_ends(present: Calls, calls: Sequence[BlockCall]) -> str:
    """Return `only in the first of each row`, or nothing where it is not about ends."""
    everywhere = frozenset(range(len(calls)))
    rows: dict[int, list[int]] = {}
    for at, call in enumerate(calls):
        rows.setdefault(call.row.index, []).append(at)
    if len(rows) == len(calls) or present == everywhere:
        return ""
    for told, those in (("only", present), ("not", everywhere - present)):
        for which, at in (("first", 0), ("last", -1)):
            ends = {row for row, found in rows.items() if found[at] in those}
            if those == {rows[row][at] for row in ends}:
                names = EACH if len(ends) == len(rows) else _named(ends, calls)
                return f"{told} in the {which} of {names}"
    return ""


def _rows(at: Calls | set[int], calls: Sequence[BlockCall]) -> set[int]:
    return {calls[each].row.index for each in at}


def _named(rows: set[int], calls: Sequence[BlockCall]) -> str:
    labels = {call.row.index: row_label(call) for call in calls}
    return listed(_joined([labels[row] for row in sorted(rows)]))


def _joined(names: Sequence[str]) -> list[str]:
    return [name.replace(" ", NO_BREAK) for name in names]
