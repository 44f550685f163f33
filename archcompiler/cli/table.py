"""`archc table`: the paper's table, printed again."""

import sys
from typing import Any

from archcompiler.architecture import Architecture
from archcompiler.checking.checking import examine
from archcompiler.claims.claims import Audit
from archcompiler.cli.colours import embolden, print_diagnostics
from archcompiler.cli.output import refuse_inputs, writable
from archcompiler.cli.printing import terminal_width
from archcompiler.cli.usage import UsageError, refuse_given
from archcompiler.diagnostics import SpecError, listed, suggest
from archcompiler.reports.tables.assembly import COLUMNS, paper_table
from archcompiler.reports.tables.content import PaperTable
from archcompiler.reports.tables.formats import format_of, format_table
from archcompiler.reports.tables.selection import known_names, select
from archcompiler.tabular.latex import Setting
from archcompiler.writing import replacing


def run(options: Any) -> int:
    """Print or write the table, also of a spec whose claims fail; return 1 then."""
    path = writable(options.output) if options.output else None
    checked = examine(options.spec, options.settings)
    if checked.architecture is None or checked.audit is None:
        raise SpecError(checked.diagnostics)
    if path is not None:
        refuse_inputs(path, checked.architecture.program)
    form = options.format or (format_of(path) if path else "text")
    setting = _setting(options, form)
    table = _table(checked.architecture, checked.audit, options.columns)
    width = None if path else terminal_width()
    text = format_table(table, form, marks=options.marks, width=width, setting=setting)
    for note in table.notes:
        print(f"{table.name}: note: {note}", file=sys.stderr)
    if path is None:
        sys.stdout.write(embolden(text, sys.stdout) if form == "text" else text)
    else:
        with replacing(path) as unfinished:
            unfinished.write_bytes(text.encode())
        print(f"{path}: written")
    if checked.diagnostics:
        print_diagnostics(checked.diagnostics)
    return 0 if checked.ok else 1


def _setting(options: Any, form: str) -> Setting:
    if form != "latex":
        message = "{} is for LaTeX: add --format latex"
        refuse_given(options, ("landscape", "bare"), message)
    if options.landscape and options.bare:
        raise UsageError("--landscape makes an environment, --bare none: leave one out")
    return Setting(options.landscape, options.bare)


def _table(architecture: Architecture, audit: Audit, columns: str) -> PaperTable:
    """Return the table with a set of columns, or with those of a list of names.

    Raises:
        UsageError: for a name that no column has.
    """
    if columns in COLUMNS:
        return paper_table(architecture, audit, columns)
    every = paper_table(architecture, audit, "all")
    try:
        return select(every, columns.split(","))
    except KeyError as error:
        (name,) = error.args
        near = suggest(name, known_names(every))
        known = near or f"there are {listed(known_names(every))}"
        raise UsageError(f"no column is called {name!r}: {known}") from None
