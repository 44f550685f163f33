"""`archc table`: the paper's table, printed again."""

import shutil
import sys
from typing import Any

from archcompiler.checking.checking import examine
from archcompiler.cli.output import refuse_inputs, writable
from archcompiler.diagnostics import SpecError, render
from archcompiler.reports.tables.assembly import paper_table
from archcompiler.reports.tables.formats import format_of, format_table
from archcompiler.reports.text import embolden
from archcompiler.writing import replacing


def run(options: Any) -> int:
    """Print or write the table, also of a spec whose claims fail; return 1 then."""
    path = writable(options.output) if options.output else None
    checked = examine(options.spec, options.settings)
    if checked.architecture is None or checked.audit is None:
        raise SpecError(checked.diagnostics)
    if path is not None:
        refuse_inputs(path, checked.architecture.program)
    table = paper_table(checked.architecture, checked.audit, options.columns)
    form = options.format or (format_of(path) if path else "text")
    width = None if path else _terminal_width()
    text = format_table(table, form, marks=options.marks, width=width)
    for note in table.notes:
        print(f"{table.name}: note: {note}", file=sys.stderr)
    if path is None:
        sys.stdout.write(embolden(text, sys.stdout) if form == "text" else text)
    else:
        with replacing(path) as unfinished:
            unfinished.write_bytes(text.encode())
        print(f"{path}: written")
    if checked.diagnostics:
        print(render(checked.diagnostics), file=sys.stderr)
    return 0 if checked.ok else 1


def _terminal_width() -> int | None:
    """Return the width of the terminal; a pipe has none, and gets everything."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None
