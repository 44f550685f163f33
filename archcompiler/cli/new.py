"""`archc new`: a spec to begin with, in a file that was not there."""

import sys
from pathlib import Path
from typing import Any

from archcompiler.cli.commands import SPEC, add_command
from archcompiler.cli.output import writable
from archcompiler.cli.usage import UsageError
from archcompiler.diagnostics import SpecError
from archcompiler.language.expressions.patterns import slug

_ENDINGS = (".yaml", ".yml")


def add_new(commands: Any) -> None:
    """Add the command."""
    help = "write a spec to begin with, new, like another, or from a printed table"
    examples = (
        "my-net",
        "my-net --like googlenet",
        "my-net --extends googlenet",
        "my-net --from table.tex",
    )
    command = add_command(commands, "new", help, examples)
    name = "the name of the spec, or its file: NAME.yaml, which must not be there yet"
    command.add_argument("name", metavar="NAME", help=name)
    of = command.add_mutually_exclusive_group()
    of.add_argument("--like", metavar="SPEC", help=f"a copy to be changed: {SPEC}")
    of.add_argument("--extends", metavar="SPEC", help="a variant, to be edited")
    of.add_argument(
        "--from",
        dest="table",
        metavar="TABLE",
        help="the rows of a printed table: a .csv, .md or .tex file",
    )


def run(options: Any) -> int:
    """Write the file; return 1 where its spec is to be mended by hand.

    Raises:
        SpecError: for a spec that is not there, or is wrong.
        UsageError: for a name that is none, a file that is there, an unknown table.
    """
    path = _new_path(options.name)
    if options.table:
        return _write_table(path, Path(options.table))
    from archcompiler.checking.checking import load
    from archcompiler.diagnostics import Source
    from archcompiler.formatting import format_spec
    from archcompiler.language.loading.places import SpecPlace
    from archcompiler.starting.specs import copied_text, first_text, variant_text

    if options.like:
        text = copied_text(path.stem, options.like)
    elif options.extends:
        text = variant_text(path.stem, options.extends)
    else:
        text = first_text(path.stem)
    text = format_spec(Source(str(path), text))
    load(SpecPlace(path, source=Source(str(path), text)))  # right, where it will stand
    _write(path, text)
    return 0


def _new_path(name: str) -> Path:
    path = writable(name if name.endswith(_ENDINGS) else f"{name}.yaml")
    if not slug(path.stem).strip("_"):
        raise UsageError(f"`{path.stem}` is no name: it needs letters or digits")
    if path.exists() or path.is_symlink():
        raise UsageError(f"`{path}` is there already: name another file")
    return path


def _write_table(path: Path, table: Path) -> int:
    from archcompiler.language.text.files import read_source_file
    from archcompiler.starting.grids import READERS, read_grid
    from archcompiler.starting.printed import lay_out

    ending = table.suffix.lower()
    if ending not in READERS:
        raise UsageError(f"`{table}` ends in none of {', '.join(READERS)}")
    try:
        laid = lay_out(path.stem, read_grid(read_source_file(table).text, ending))
    except SpecError:
        raise
    except ValueError as error:
        raise UsageError(f"`{table}` cannot be laid out: {error}") from None
    _write(path, laid.text)
    for cell in laid.unread:
        under = f" under `{cell.heading}`" if cell.heading else ""
        note = f"row {cell.row}{under}: `{cell.text}` does not read: {cell.why}"
        print(f"{path}: note: {note}", file=sys.stderr)
    if laid.size:
        note = f"the table tells no input: `input: {laid.size}` is a guess"
        print(f"{path}: note: {note}", file=sys.stderr)
    for each in laid.types:
        print(f"{path}: note: `{each}` is no op: write a block", file=sys.stderr)
    return 1 if laid.unread or laid.types else _check(path)


def _check(path: Path) -> int:
    """Tell what else is to be mended in a spec that has been written."""
    from archcompiler.checking.checking import check
    from archcompiler.cli.colours import print_diagnostics
    from archcompiler.language.loading.places import SpecPlace

    found = check(SpecPlace(path)).diagnostics
    print_diagnostics(found)
    return 1 if found else 0


def _write(path: Path, text: str) -> None:
    try:
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except FileExistsError:
        message = f"`{path}` is there already: name another file"
        raise UsageError(message) from None
    print(f"{path}: written")
