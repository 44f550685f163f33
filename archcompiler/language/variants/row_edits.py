"""Edits of rows: cells, replacement, removal and insertion, by the base's names."""

from collections.abc import Mapping

from archcompiler.diagnostics import Findings, Span, listed, suggest
from archcompiler.language.forms.forms import Written, colon_lost
from archcompiler.language.program.layout import lay_out, lay_out_rows
from archcompiler.language.program.program import Program, TableRow, named_rows
from archcompiler.language.spec.spec import CLAIM_COLUMNS, ROW_WORDS, Edits, Row
from archcompiler.language.text.document import Scalar

Rows = tuple[TableRow, ...]


def edit_rows(base: Program, edits: Edits) -> Rows:
    """Return the base's rows with the edits of one variant.

    Raises:
        SpecError: for an edit that hits nothing, and for two edits of one row or cell.
    """
    rows = (edits.cells, edits.replace, edits.remove)
    if not any((*rows, edits.insert_before, edits.insert_after)):
        return base.rows
    named = named_rows(base)
    found = Findings()
    removed = _refuse_rows(named, edits, found)
    edited: list[TableRow] = []
    for name, row in named.items():
        edited += _inserted(base, edits.insert_before, name)
        if name in edits.replace:
            edited.append(_replaced(base, name, edits.replace[name]))
        elif name in edits.cells:
            edited.append(_edit_cells(base, name, row, edits, found))
        elif name not in removed:
            edited.append(row)
        edited += _inserted(base, edits.insert_after, name)
    found.finish()
    return tuple(edited)


def _inserted(base: Program, rows: Mapping[str, tuple[Row, ...]], name: str) -> Rows:
    return lay_out_rows(base.columns, rows[name]) if name in rows else ()


def _replaced(base: Program, name: str, row: Row) -> TableRow:
    """Lay out a replacement, which keeps the name unless it gives one."""
    laid_out = lay_out(base.columns, row)
    if laid_out.front is not None or "name" in laid_out.cells:
        return laid_out
    at = row.at
    front = Scalar(name, True, at.source, at.line, at.column, at.end)
    return laid_out._replace(front=front)


def _refuse_rows(
    named: Mapping[str, TableRow], edits: Edits, found: Findings
) -> set[str]:
    """Refuse rows that the base lacks, or that are edited twice; return the removed."""
    hits: dict[str, str] = {}
    for kind, name, span in _edited_rows(edits):
        if name not in named:
            help = suggest(name, named) or f"the rows are {listed(named)}"
            message = f"`{kind}` names the row `{name}`, which the base does not have"
            found.add("bad-variant", message, span, help=help)
        elif not kind.startswith("insert"):
            if name in hits:
                message = f"the row `{name}` is edited twice"
                label = f"`{hits[name]}` edits it too"
                found.add("bad-variant", message, span, label=label)
            hits[name] = kind
    found.finish()
    return {cell.text for cell in edits.remove}


def _edited_rows(edits: Edits) -> list[tuple[str, str, Span]]:
    """Return the kind of each edit, the row that it names, and where."""
    entries = edits.at.entries
    named = [
        (kind, name, key.span)
        for kind in ("cells", "replace", "insert before", "insert after")
        if kind in entries
        for name, (key, _) in entries[kind][1].entries.items()
    ]
    return [*named, *(("remove", cell.text, cell.span) for cell in edits.remove)]


def _edit_cells(
    base: Program, name: str, row: TableRow, edits: Edits, found: Findings
) -> TableRow:
    headings = base.meanings
    known = {*headings.values(), *row.cells, *ROW_WORDS, *CLAIM_COLUMNS}
    keys = edits.at.entries["cells"][1].entries[name][1].entries
    cells: dict[str, Written] = dict(row.cells)
    choices = dict(row.choices)
    seen: dict[str, Scalar] = {}
    for text, cell in edits.cells[name].items():
        key = keys[text][0]
        meaning = text if text in known else headings.get(text, text)
        if cell.blank and meaning not in known:
            message = f"the row `{name}` has no cell `{text}` to leave blank"
            help = colon_lost(key, known) or suggest(text, known)
            help = help or f"the columns are {listed(headings)}"
            found.add("bad-variant", message, key.span, help=help)
        elif meaning in seen:
            message = f"the cell `{meaning}` is edited twice"
            found.add("bad-variant", message, key.span)
        seen[meaning] = key
        choices.pop(meaning, None)
        cells.pop(meaning, None)
        if not cell.blank:
            cells[meaning] = cell
    places = {name: key for name, key in seen.items() if name not in known}
    return row._replace(
        cells=cells,
        choices=choices,
        claimed=False,
        own=frozenset(seen),
        keys={**row.keys, **places},
    )
