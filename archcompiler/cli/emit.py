"""`archc emit`: the model as Python source."""

import sys
from pathlib import Path
from typing import Any

from archcompiler.architecture import Architecture
from archcompiler.audit.checking import load
from archcompiler.backends.keras_source import emit_source
from archcompiler.backends.keras_source.files import check_source, write_source
from archcompiler.cli.output import writable
from archcompiler.cli.usage import UsageError
from archcompiler.language.loading import shipped_folder
from archcompiler.language.patterns import slug


def run_emit(options: Any) -> int:
    """Print the source, write it, or compare a file with it."""
    if options.check and options.force:
        raise UsageError("--check writes nothing, so there is nothing to --force")
    path = writable(options.output) if options.output and not options.check else None
    architecture = load(options.spec, **options.settings)
    for note in architecture.notes:
        print(f"{architecture.name}: note: {note}", file=sys.stderr)
    source = emit_source(architecture.expansion)
    try:
        if options.check:
            place = _checked_file(options.output, architecture)
            command = f"archc emit {options.spec} -o {place}"
            check_source(place, source, command)
            print(f"{place}: up to date")
        elif path is None:
            sys.stdout.write(source)
        else:
            written = write_source(path, source, force=options.force)
            print(f"{path}: {'written' if written else 'up to date'}")
    except OSError as error:
        if isinstance(error, BrokenPipeError):
            raise
        raise UsageError(f"{error.filename}: {error.strerror}") from None
    return 0


def _checked_file(output: str | None, architecture: Architecture) -> Path:
    """Return the file to compare: `-o`, else `generated/NAME.py`.

    That folder lies beside the shipped specs for one of them in a checkout, otherwise
    in the current folder.
    """
    if output:
        return Path(output)
    specs = shipped_folder()
    spec = Path(architecture.program.files[-1].name).resolve()
    beside = specs.parent / "generated"
    shipped = spec.parent == specs.resolve() and beside.is_dir()
    folder = beside if shipped else Path("generated")
    return folder / f"{slug(architecture.name)}.py"
