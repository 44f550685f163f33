"""How much one command runs: every variant runs the whole table."""

from archcompiler.diagnostics import fail
from archcompiler.language.program.program import Program

MOST_ROWS = 200_000
"""Of all variants together: about a minute."""


def refuse_work(program: Program, variants: int) -> None:
    """Refuse more variants of a table than anybody waits for.

    Raises:
        SpecError: where their rows are more than `MOST_ROWS`.
    """
    rows = len(program.rows)
    if variants > 1 and variants * rows > MOST_ROWS:
        message = f"{variants:,} variants of {rows:,} rows are {variants * rows:,} rows"
        help = f"keep them below {MOST_ROWS:,}, in files of their own"
        fail("too-large", message, program.at.span, help=help)
