"""The command `archc`: arguments, exit codes, and one module for each command."""

import gc
import os
import sys
from argparse import Namespace
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import NoReturn

from archcompiler.cli.arguments import read_arguments
from archcompiler.cli.colours import print_diagnostics, print_error
from archcompiler.cli.exits import MEMORY, USAGE, code_of, describe
from archcompiler.cli.streams import (
    errors_printable,
    forget_if_stuck,
    name_output,
    open_descriptors,
    prepare_output,
)
from archcompiler.cli.usage import UsageError
from archcompiler.diagnostics import SpecError
from archcompiler.ending import INTERRUPTED


def run() -> NoReturn:
    """Run `archc` as a process of its own, and end it.

    A short command spends a third of its time on collecting what its imports made and
    on taking the interpreter apart. Neither serves it: nothing is collected, and the
    process ends when its output is flushed, unless a framework has work to finish.
    """
    gc.disable()
    open_descriptors()
    name_output()
    code = main()
    if "keras" not in sys.modules:
        os._exit(code)
    sys.exit(code)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run `archc` and return its exit code; `arguments` default to the process's."""
    with errors_printable():
        return _main(sys.argv[1:] if arguments is None else arguments)


def _main(arguments: Sequence[str]) -> int:
    message = ""
    try:
        prepare_output()
        code = _run(arguments)
        sys.stdout.flush()
    except OSError as error:
        code, message = describe(error)
    except MemoryError:
        code, message = MEMORY, "this process gets no more memory"
    except KeyboardInterrupt:
        code = INTERRUPTED
    if message:  # told only now: what the error holds is given back first
        _tell(message)
    forget_if_stuck(sys.stdout)
    forget_if_stuck(sys.stderr)
    return code


def _run(arguments: Sequence[str]) -> int:
    try:
        options = read_arguments(arguments)
    except SystemExit as stop:  # `--help`, or bad usage, and all is said
        return int(stop.code or 0)
    run: Callable[[Namespace], int] = options.run
    try:
        return run(options)
    except SpecError as error:
        print_diagnostics(error.diagnostics)
        return code_of(error)
    except UsageError as error:
        _tell(str(error))
        return USAGE


def _tell(message: str) -> None:
    with suppress(OSError):  # nobody can be told that nobody can be told
        print_error(message)
