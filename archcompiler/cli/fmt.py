"""`archc fmt`: specs laid out, each as its authors would."""

import sys
from collections.abc import Iterator
from difflib import unified_diff
from pathlib import Path
from typing import Any

from archcompiler.cli.colours import print_diagnostics
from archcompiler.cli.exits import BAD, GOOD
from archcompiler.cli.usage import UsageError
from archcompiler.diagnostics import Diagnostic, Source, SpecError
from archcompiler.formatting import format_spec
from archcompiler.language.loading.places import specs_below
from archcompiler.language.text.files import (
    STANDARD_INPUT,
    read_source_file,
    read_standard_input,
)
from archcompiler.writing import replacing


def run(options: Any) -> int:
    """Lay out each file; with `--check` or `--diff` write none, and return 1 for any.

    What is no YAML is told, left as it is, and makes 1, too.

    Raises:
        UsageError: for a folder without specs.
    """
    is_asked = options.check or options.diff
    changed, names = 0, list(_names(options.paths))
    found: list[Diagnostic] = []
    for name in names:
        try:
            source = _read(name)
            text = format_spec(source)
        except SpecError as error:
            found.extend(error.diagnostics)
            continue
        changes = text != source.text
        changed += changes
        if options.diff:
            sys.stdout.writelines(_difference(source, text))
        elif options.check and changes:
            print(f"{name}: would be formatted")
        elif name == STANDARD_INPUT and not is_asked:
            sys.stdout.write(text)
        elif changes:
            _write(Path(name), text)
    if not options.diff and names != [STANDARD_INPUT]:
        print(_summary(changed, len(names), "would be" if is_asked else ""))
    if found:
        print_diagnostics(found)
    return BAD if found or (is_asked and changed) else GOOD


def _summary(changed: int, of: int, would: str) -> str:
    files = f"{changed} of {of} file{'' if of == 1 else 's'}"
    return " ".join(filter(None, [files, would, "formatted"]))


def _names(paths: list[str]) -> Iterator[str]:
    """Yield the files that are meant: of a folder, all specs below it."""
    for path in paths:
        if not Path(path).is_dir():
            yield path
            continue
        below = [str(spec) for spec in specs_below(Path(path))]
        if not below:
            raise UsageError(f"there is no spec below `{path}`")
        yield from below


def _read(name: str) -> Source:
    return (
        read_standard_input()
        if name == STANDARD_INPUT
        else read_source_file(Path(name))
    )


def _write(path: Path, text: str) -> None:
    with replacing(path) as unfinished:
        unfinished.write_bytes(text.encode())
    print(f"{path}: formatted", flush=True)


def _difference(source: Source, text: str) -> Iterator[str]:
    name = source.name
    before, after = source.text.splitlines(True), text.splitlines(True)
    for line in unified_diff(before, after, name, f"{name} (formatted)"):
        yield line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"
