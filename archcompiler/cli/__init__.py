"""The command `archc`: arguments, exit codes, and one module for each command.

Exit codes: 0 good, 1 a bad spec (or, of `diff` and `emit --check`, a difference), 2 bad
usage.
"""

import gc
import os
import sys
from argparse import Namespace
from collections.abc import Callable, Sequence
from typing import NoReturn

from archcompiler.cli.arguments import read_arguments
from archcompiler.cli.usage import UsageError
from archcompiler.diagnostics import SpecError, printable

INTERRUPTED = 130  # 128 + SIGINT, as shells say it


def run() -> NoReturn:
    """Run `archc` as a process of its own, and end it.

    A short command spends a third of its time on collecting what its imports made and
    on taking the interpreter apart. Neither serves it: nothing is collected, and the
    process ends when its output is flushed, unless a framework has work to finish.
    """
    gc.disable()
    code = main()
    if "keras" not in sys.modules:
        sys.stderr.flush()
        os._exit(code)
    sys.exit(code)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run `archc` and return its exit code; `arguments` default to the process's."""
    _prepare_streams()
    try:
        code = _run(sys.argv[1:] if arguments is None else arguments)
        sys.stdout.flush()
    except BrokenPipeError:
        _forget_output()
        return 1
    except OSError as error:  # a full disk, an output that vanished
        _forget_output()
        print(f"archc: error: {printable(str(error))}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return INTERRUPTED
    return code


def _run(arguments: Sequence[str]) -> int:
    options = read_arguments(arguments)
    run: Callable[[Namespace], int] = options.run
    try:
        return run(options)
    except SpecError as error:
        print(error, file=sys.stderr)
        return 1
    except UsageError as error:
        print(f"archc: error: {error}", file=sys.stderr)
        return 2


def _prepare_streams() -> None:
    """Escape what the terminal's encoding lacks; a closed stream swallows all."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, open(os.devnull, "w"))  # noqa: SIM115
        elif reconfigure := getattr(stream, "reconfigure", None):
            reconfigure(errors="backslashreplace")


def _forget_output() -> None:
    """Keep Python from complaining at exit that nobody reads any more."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
