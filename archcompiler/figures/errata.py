"""Errata: what the paper prints, and an erratum says is wrong."""

from collections.abc import Mapping
from dataclasses import dataclass

from archcompiler.figures.palette import Tone
from archcompiler.figures.scene import Run
from archcompiler.figures.wording import shortened, timed
from archcompiler.graph.rows import PlacedRow
from archcompiler.language.program.program import TOTAL, Program
from archcompiler.language.spec.spec import CLAIM_COLUMNS
from archcompiler.shapes import format_shape

LONGEST_PRINTED = 36
"""The most characters of a printed value; its group's title has all."""


@dataclass(frozen=True)
class Correction:
    """A cell that is wrong in print; `true` is what stands there, empty for nothing.

    The `true` of a count is empty: a figure shows it anyway.
    """

    heading: str
    printed: str
    true: str = ""

    @property
    def told(self) -> str:
        """The correction in words, for a reader who doesn't see it."""
        return f"{self.heading} printed as {self.printed}"


def corrections_of(program: Program, row: PlacedRow) -> dict[str, Correction]:
    """Return the cells of a row that are wrong in print, by what their column means."""
    found = {}
    for meaning, erratum in program.errata_by_meaning.get(row.name, {}).items():
        cell = erratum.printed or row.row.text(meaning)
        if cell is not None and (meaning in CLAIM_COLUMNS or erratum.printed):
            heading = program.headings.get(meaning, meaning)
            found[meaning] = Correction(heading, cell.text, _true(row, meaning))
    return found


def _true(row: PlacedRow, meaning: str) -> str:
    """Return what a row computes where a size or a depth is printed, or its cell."""
    if meaning == "output size":
        return format_shape(row.output.shape)
    if meaning == "input size":
        return format_shape(row.input.shape)
    if meaning == "depth":
        return str(row.output.row_depth)
    cell = None if meaning in CLAIM_COLUMNS else row.row.text(meaning)
    return cell.text if cell is not None else ""


def total_corrections(program: Program) -> Mapping[str, Correction]:
    """Return the totals that are wrong in print: of `params`, `ops` and `depth`."""
    found = {}
    for column, erratum in program.errata.get(TOTAL, {}).items():
        cell = erratum.printed or program.total_claims.get(column)
        if cell is not None:
            found[column] = Correction(column, cell.text)
    return found


def before(correction: Correction | None) -> tuple[Run, ...]:
    """Return what stands before a true value: the printed one that is wrong."""
    if correction is None:
        return ()
    return struck(correction.printed), Run(" ", size=9)


def corrected(
    correction: Correction, true: str = "", lead: str = ""
) -> tuple[Run, ...]:
    """Return a heading, what is printed under it and what is true."""
    true = true or timed(correction.true)
    told = Run(f"{lead}{correction.heading} ", Tone.SOFT, 9.5)
    after = (Run(f" {true}", Tone.SOFT, 9.5),) if true else ()
    return told, struck(correction.printed), *after


def struck(printed: str) -> Run:
    """Return a printed value that is wrong, struck out."""
    text = shortened(timed(printed), LONGEST_PRINTED)
    return Run(text, Tone.ERRATUM, 9, struck=True)
