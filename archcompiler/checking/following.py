"""Following: what is wrong only because of something further up is counted, not told.

Two trials decide. A row is run on what the table prints above it: where it agrees then,
its findings follow. And where one number in the first row that differs can be solved
for, the whole table is run with it: what agrees then follows from that number.

Without such a number, a row whose size differs takes along what is counted from that
size: its own multiply-adds, and the sums over all rows.
"""

from collections.abc import Sequence
from dataclasses import replace

from archcompiler.architecture import Architecture
from archcompiler.checking.partial import run_until_failure
from archcompiler.checking.reading_down import read_or_none
from archcompiler.claims.claims import Audit, audit
from archcompiler.claims.suspects import Suspect, find_suspects, find_suspects_of
from archcompiler.claims.verdicts import Verdict
from archcompiler.diagnostics import Diagnostic, Edit, Proposal, Span
from archcompiler.language.program.program import TOTAL, Program
from archcompiler.language.text.notation import read_size
from archcompiler.shapes import channels_last, format_shape

Key = tuple[str, Span | None]

MOST_LAYERS_TRIED = 20_000
"""How many layers may be made to find what to write: about half a second's work."""

_MOST_NAMED = 3


def fold(
    architecture: Architecture, audited: Audit, *, solving: bool = True
) -> tuple[Diagnostic, ...]:
    """Return what is wrong with the claims of a table that runs, its roots alone.

    `solving` looks for the number that mends the first of them.
    """
    found = audited.findings(architecture.program)
    differing = [v for v in audited.verdicts if v.judgement == "differs"]
    rows = [v for v in differing if v.row != TOTAL]
    totals = total_keys(architecture.program, found)
    if not rows and not solving:
        return found
    if not rows:
        return _fold_totals(architecture, audited, found, totals)
    printed = read_or_none(architecture.program, as_printed=True)
    if printed is None:
        return found
    keys = {key_of(v.diagnostic) for v in rows}
    still = {key_of(v.diagnostic) for v in printed.differing.values()}
    if printed.whole is not None:
        keys |= totals
        still |= {key_of(d) for d in audit(printed.whole).diagnostics}
    return _told(architecture, rows, found, keys - still, totals, solving)


def fold_failure(
    program: Program, failures: Sequence[Diagnostic], *, solving: bool = True
) -> tuple[Diagnostic, ...]:
    """Return what is wrong with a table that fails to run, its roots alone.

    A failure follows where the row runs on what the table prints above it.
    """
    if any(failure.code == "too-large" for failure in failures):
        return tuple(failures)
    above = run_until_failure(program)
    computed = above and read_or_none(program, as_printed=False)
    printed = above and read_or_none(program, as_printed=True)
    if not (above and computed and printed and computed.differing):
        return tuple(failures)
    differing = list(computed.differing.values())
    known = {
        key_of(d) for d in (*(v.diagnostic for v in differing), *computed.failures)
    }
    still = {key_of(d) for d in printed.failures}
    still |= {key_of(v.diagnostic) for v in printed.differing.values()}
    found = (*(v.diagnostic for v in differing), *failures)
    return _told(above, differing, found, known - still, set(), solving)


def total_keys(program: Program, found: Sequence[Diagnostic]) -> set[Key]:
    """Return the findings about the whole network: claims in total, expectations."""
    cells = {cell.span for cell in program.total_claims.values()}
    keys = [key_of(diagnostic) for diagnostic in found]
    return {key for key in keys if key[0] == "expectation-failed" or key[1] in cells}


def _fold_totals(
    architecture: Architecture,
    audited: Audit,
    found: Sequence[Diagnostic],
    totals: set[Key],
) -> tuple[Diagnostic, ...]:
    """Fold totals into one, where a single number in the table mends them all."""
    if not totals or len(totals) < len(found):
        return tuple(found)
    suspects = find_suspects(architecture, audited, MOST_LAYERS_TRIED)
    if not suspects:
        return tuple(found)
    root = replace(found[0], follows=len(found) - 1)
    return (_explained(root, suspects),)


def _told(
    architecture: Architecture,
    differing: Sequence[Verdict],
    found: Sequence[Diagnostic],
    following: set[Key],
    totals: set[Key],
    solving: bool,
) -> tuple[Diagnostic, ...]:
    """Return the findings that do not follow, each with how many follow from it."""
    roots = [v for v in differing if key_of(v.diagnostic) not in following]
    if not roots:
        return tuple(found)
    first = key_of(roots[0].diagnostic)
    suspects, mended = _mended(architecture, roots, found) if solving else ([], None)
    if mended is not None:
        left = {key_of(diagnostic) for diagnostic in audit(mended).diagnostics}
        following |= {key_of(diagnostic) for diagnostic in found} - left
        roots = [v for v in roots if key_of(v.diagnostic) in left]
    following |= _counted_from_sizes(roots, totals)
    told = _counted(found, following - {first}, first, suspects)
    return (_of_channels_first(architecture, told[0]), *told[1:])


def _counted(
    found: Sequence[Diagnostic],
    following: set[Key],
    first: Key,
    suspects: Sequence[Suspect],
) -> tuple[Diagnostic, ...]:
    """Leave out what follows, and count it with the root above it."""
    told: list[Diagnostic] = []
    early = 0
    for diagnostic in found:
        if key_of(diagnostic) not in following:
            told.append(diagnostic)
        elif told:
            told[-1] = replace(told[-1], follows=told[-1].follows + 1)
        else:
            early += 1
    at = next(at for at, root in enumerate(told) if key_of(root) == first)
    root = replace(told[at], follows=told[at].follows + early)
    told[at] = _explained(root, suspects)
    return tuple(told)


def _of_channels_first(architecture: Architecture, root: Diagnostic) -> Diagnostic:
    """Tell a size that differs what the input was to be, if it has channels first."""
    inputs = zip(architecture.program.inputs.values(), architecture.inputs, strict=True)
    for cell, node in inputs:
        turned = channels_last(node.shape)
        if turned is None or root.code != "size-mismatch":
            continue
        size = format_shape(turned)
        words = f"sizes are height x width x channels: is the input `{size}`?"
        written = cell.text == format_shape(node.shape)
        help = Proposal(words, size, cell.span) if written else words
        return replace(root, help=help, edits=())
    return root


def _counted_from_sizes(roots: Sequence[Verdict], totals: set[Key]) -> set[Key]:
    """Return the counts that are made from sizes which differ."""
    sizes = [v for v in roots if v.column in ("input size", "output size")]
    wide = {v.row for v in sizes if _channels_differ(v)}
    counted = {v.row: {"ops"} for v in sizes}
    counted |= {row: {"ops", "params", "filter shape"} for row in wide}
    of_rows = {
        key_of(v.diagnostic) for v in roots if v.column in counted.get(v.row, ())
    }
    return of_rows | totals if sizes else of_rows


def _channels_differ(verdict: Verdict) -> bool:
    printed, computed = read_size(verdict.printed), read_size(verdict.computed)
    return len(printed) != 2 and printed[-1] != computed[-1]


def _mended(
    architecture: Architecture, roots: Sequence[Verdict], found: Sequence[Diagnostic]
) -> tuple[list[Suspect], Architecture | None]:
    """Return the numbers that mend the first row that differs, and the table so."""
    same_row = [verdict for verdict in roots if verdict.row == roots[0].row]
    suspects, bench = find_suspects_of(architecture, same_row, MOST_LAYERS_TRIED)
    least = min([suspect.left for suspect in suspects], default=len(found))
    if least >= len(found):
        return [], None
    best = [suspect for suspect in suspects if suspect.left == least]
    return best, bench.whole(best[0].row, {best[0].knob.meaning: best[0].mended})


def _explained(diagnostic: Diagnostic, suspects: Sequence[Suspect]) -> Diagnostic:
    """Return a root with the numbers that mend it; a single one is an edit."""
    if not suspects:
        return diagnostic
    row = suspects[0].row
    ways = " or ".join(
        [f"`{s.column}: {s.mended}`" for s in suspects if s.row == row][:_MOST_NAMED]
    )
    help = f"{ways} in row `{row}` gives what is printed"
    _, _, excuse = diagnostic.help.partition(", or ")
    help += f"; or {excuse}" if excuse else ""
    return replace(diagnostic, help=help, edits=_edits(suspects))


def _edits(suspects: Sequence[Suspect]) -> tuple[Edit, ...]:
    cell = suspects[0].cell
    if len(suspects) > 1 or not cell.plain:
        return ()
    return (Edit(cell.span, suspects[0].mended),)


def key_of(diagnostic: Diagnostic) -> Key:
    """Return what tells findings of one program apart."""
    return diagnostic.code, diagnostic.span
