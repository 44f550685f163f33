"""Captions: whose table a report shows, and where it is printed."""

from archcompiler.language.program.program import Program, edited_table
from archcompiler.language.spec.claims import Paper


def caption(program: Program) -> str:
    """Name an architecture, the table that it edits if it does, and the paper's."""
    name = program.name
    if program.settings:
        name += f" with {', '.join(program.settings)}"
    edited = edited_table(program)
    parts = [f"a variant of {edited.name}"] if edited is not None else []
    if program.paper is not None:
        parts.append(citation(program.paper))
    return f"{name}: {', '.join(parts)}" if parts else name


def citation(paper: Paper) -> str:
    """Return where a paper's table is printed."""
    parts = [paper.title.text]
    for word, cell in (
        ("arXiv", paper.arxiv),
        ("Table", paper.table),
        ("Figure", paper.figure),
    ):
        if cell is not None:
            parts.append(f"{word} {cell.text}")
    return ", ".join(parts)
