"""Columns that nothing takes: told once at their heading, not in every row."""

import re

from archcompiler.diagnostics import Proposal, listed
from archcompiler.graph.argument_checks import ArgumentChecks
from archcompiler.graph.calls import Target
from archcompiler.graph.rows import PlacedRow
from archcompiler.language.mistakes.synonyms import is_near, suggest_argument
from archcompiler.language.program.program import Program
from archcompiler.language.spec.spec import CLAIM_COLUMNS, ROW_WORDS

Lacking = list[tuple[PlacedRow, Target]]
"""Rows with what they call, which does not take some cell of theirs."""

Untaken = dict[str, Lacking]
"""By the meaning of a column, the rows that have a cell there and do not take it."""

_WORDS = (*ROW_WORDS, *CLAIM_COLUMNS)


def refuse_untaken(
    untaken: Untaken, rows: list[PlacedRow], program: Program, checks: ArgumentChecks
) -> None:
    """Report the cells that their rows do not take, or the heading that none takes."""
    if not untaken:
        return
    accepted = _accepted(rows)
    unclear = any(row.target is None and not row.skipped for row in rows)
    used = {column.meaning.text for column in program.columns}
    free = [name for name in (*accepted, *_WORDS) if name not in used]
    for meaning, lacking in untaken.items():
        near = _word_meant(meaning, lacking, free) or suggest_argument(meaning, free)
        of_all = meaning not in accepted and not _is_preset(meaning, lacking)
        if not of_all or (len(lacking) == 1 and not isinstance(near, Proposal)):
            _refuse_cells(meaning, lacking, checks)
        elif not unclear:
            column = next(c for c in program.columns if c.meaning.text == meaning)
            message = f"no row takes the column `{meaning}`"
            help = near or f"rows take {listed(accepted, 20) or 'no arguments'}"
            span = column.meaning.span
            checks.found.add("unknown-argument", message, span, help=help)


def _word_meant(meaning: str, lacking: Lacking, free: list[str]) -> str:
    """Return the help for a column of counts or names that has only its heading."""
    texts = [row.row.place(meaning).text for row, _ in lacking if not row.row.keys]
    if len(texts) < 2:
        return ""
    words = {text for text in texts if text[:1].isalpha()}
    if "name" in free and len(words) == len(texts):
        return f"where it names the rows: `{meaning}: name`"
    if any(is_near(meaning, name) for name in free):
        return ""
    if "repeat" in free and all(re.fullmatch("[1-9][0-9]?", text) for text in texts):
        return f"where it says how often a row runs: `{meaning}: repeat`"
    return ""


def _refuse_cells(meaning: str, lacking: Lacking, checks: ArgumentChecks) -> None:
    for row, target in lacking:
        checks.refuse_cell(target, meaning, row.row.place(meaning), row.type)


def _is_preset(meaning: str, lacking: Lacking) -> bool:
    return any(meaning in target.preset for _, target in lacking)


def _accepted(rows: list[PlacedRow]) -> dict[str, None]:
    targets = [row.target for row in rows if row.target is not None]
    return dict.fromkeys(name for target in targets for name in target.accepted)
