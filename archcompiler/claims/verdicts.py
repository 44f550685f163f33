"""Verdicts: one printed cell beside the computed one."""

from collections.abc import Mapping
from typing import Literal, NamedTuple

from archcompiler.diagnostics import Diagnostic
from archcompiler.language.program.program import TOTAL
from archcompiler.language.text.document import Scalar

Judgement = Literal["agrees", "differs", "excused", "unstated"]
"""`excused`: it differs and an erratum says why. `unstated`: no convention says what is
counted, so the cell is not judged."""

MARKS: Mapping[Judgement, str] = {
    "agrees": "=",
    "differs": "!",
    "excused": "*",
    "unstated": "?",
}
"""The sign of each judgement, wherever a printed cell is shown."""

SIGNIFY: Mapping[str, str] = {sign: judgement for judgement, sign in MARKS.items()}
"""What the signs mean, in a word."""

SIZE_COLUMNS = ("input size", "output size", "filter shape")


class Verdict(NamedTuple):
    """What became of one printed cell."""

    row: str
    """The row's name, or `total`."""

    column: str
    """The claim's meaning, such as `output size` or `params`."""

    printed: str
    computed: str
    """In the notation and unit of the printed cell, with a decimal more."""

    judgement: Judgement
    cell: Scalar
    exact: str = ""
    """The computed number in full and what it counts, where `computed` is rounded."""

    reason: str = ""
    """The erratum's."""

    @property
    def diagnostic(self) -> Diagnostic:
        """What to tell of a cell that differs."""
        size = self.column in SIZE_COLUMNS
        exact = f" ({self.exact})" if self.exact else ""
        total = self.row == TOTAL
        where = "in total" if total else f"of row `{self.row}`"
        message = (
            f"`{self.column}` {where}: printed {self.printed}, "
            f"computed {self.computed}{exact}"
        )
        excuse = f"errata: {{{self.row}: {{{self.column}: reason}}}}"
        what = "table" if total else "row"
        help = f"mend the {what}, or excuse a misprint: `{excuse}`"
        code = "size-mismatch" if size else "claim-mismatch"
        label = f"computed {self.computed}"
        return Diagnostic(code, message, self.cell.span, label=label, help=help)
