"""Declarations: a parameter that nothing reads, and a name near it that is none.

One of the two is misspelt. Where several texts agree on the name, it is the parameter.
"""

from collections.abc import Collection
from dataclasses import replace

from archcompiler.diagnostics import Diagnostic, Findings, Proposal, Related
from archcompiler.language.program.program import Program
from archcompiler.language.text.document import Scalar


def blame_declarations(
    found: Findings, program: Program, read: Collection[str]
) -> None:
    """Show a parameter that nothing reads where it is declared, each use of it once.

    `read` holds the names that blocks ask for.
    """
    for key in program.declared.parameters:
        uses = [finding for finding in found if _proposes(finding, key.text)]
        if uses and key.text not in read and not _in_rows(program, key.text):
            told = _told(uses, key)
            found[:] = [d for d in found if d not in uses]
            found.insert(0, told)


def _proposes(finding: Diagnostic, name: str) -> bool:
    texts = [edit.text for edit in finding.edits]
    return finding.code == "bad-expression" and texts == [name]


def _told(uses: list[Diagnostic], key: Scalar) -> Diagnostic:
    """Return the first use with the declaration beside it, told for all."""
    words = {_written(finding) for finding in uses}
    first, label = uses[0], f"`{key.text}` is declared here, and nothing reads it"
    told = replace(first, related=(Related(key.span, label),), follows=len(uses) - 1)
    if len(uses) == 1 or len(words) > 1:
        return told
    word = words.pop()
    help = Proposal(f"did you mean to declare `{word}`?", word, key.span)
    return replace(told, help=help, edits=())


def _written(finding: Diagnostic) -> str:
    span = finding.span
    assert span is not None
    return span.source.line(span.line)[span.column - 1 : span.end - 1]


def _in_rows(program: Program, name: str) -> bool:
    """Whether a cell of the table may ask for a name."""
    cells = [cell for row in program.rows for cell in row.cells.values()]
    cells += program.inputs.values()
    return any("<" in text and name in text for cell in cells for text in _texts(cell))


def _texts(cell: object) -> list[str]:
    if isinstance(cell, Scalar):
        return [cell.text]
    assert isinstance(cell, tuple)
    return [text for item in cell for text in _texts(item)]
