"""What an overview says of a row: its name, what it does, its size and its counts."""

from collections.abc import Iterable

from archcompiler.figures.changes import grown
from archcompiler.figures.errata import before, corrected, struck
from archcompiler.figures.lines import CLAIMS, SHOWN, RowLine
from archcompiler.figures.palette import Tone
from archcompiler.figures.scene import Run
from archcompiler.figures.wording import (
    LONGEST_NAME,
    count,
    says_more,
    shortened,
    size,
    timed,
)

LONGEST_DETAIL = 56
"""The most characters of what a row does; its group's title has all."""

Runs = tuple[Run, ...]


def name_runs(line: RowLine) -> Runs:
    """Return a row's name."""
    name = shortened(line.name, LONGEST_NAME)
    return (Run(name, Tone.SOFT) if line.is_input else Run(name, bold=True),)


def detail_runs(line: RowLine) -> Runs:
    """Return what a row does, and what of that the paper prints wrong."""
    detail = line.detail if says_more(line.detail, line.name) else ""
    detail = shortened(timed(detail), LONGEST_DETAIL)
    wrong = line.corrections.get("type")
    runs = [struck(wrong.printed), _soft(f" {detail}")] if wrong else []
    runs = runs or ([_soft(detail)] if detail else [])
    for meaning, each in line.corrections.items():
        if meaning not in SHOWN:
            runs += corrected(each, lead=" · " if runs else "")
    return tuple(runs)


def size_runs(line: RowLine) -> Runs:
    """Return the size of a row's images, behind the one that is printed wrong."""
    return (*before(line.corrections.get("output size")), Run(size(line.shape)))


def channels_runs(line: RowLine) -> Runs:
    """Return how many channels come out of a row."""
    return (Run(str(line.shape[-1]), Tone.SOFT),)


def count_runs(line: RowLine, what: str) -> Runs:
    """Return a count, behind how it changed or what is printed wrong."""
    wrong = before(line.corrections.get(CLAIMS[what]))
    number = count(getattr(line, what))
    change = line.change
    delta = grown(getattr(change, what)) if change and change.kind == "~" else ""
    if not delta:
        return (*wrong, Run(number))
    told = Run(f"({delta})", Tone.HOLE, 8.5)
    return (*wrong, told, Run(f"\N{NO-BREAK SPACE}{number}"))


def total_of(lines: Iterable[RowLine], what: str) -> str:
    """Return what the rows of a table have together."""
    return count(sum([getattr(line, what) for line in lines]))


def _soft(text: str) -> Run:
    return Run(text, Tone.SOFT, 9.5)
