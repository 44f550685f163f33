"""`archc explain`: what a code means, an example, and how it is mended."""

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from archcompiler.cli.colours import in_colour, takes_colour
from archcompiler.cli.commands import add_command
from archcompiler.cli.usage import UsageError
from archcompiler.diagnostics import CODES, CODES_BY_SUBJECT, listed, suggest

_FENCE = "```"
_SPAN = re.compile(r"`([^`\n]+)`")
_OF_LINES = {"$": "1", "-": "31", "+": "32"}
"""The colours of a command, and of what a change takes away and adds."""


def add_explain(commands: Any) -> None:
    """Add the command."""
    help = "explain the code of an error: what it means, an example, how to mend it"
    examples = ("size-mismatch", "")
    command = add_command(commands, "explain", help, examples)
    what = "what stands in `error[CODE]` (default: list all)"
    command.add_argument("code", metavar="CODE", nargs="?", help=what)


def run(options: Any) -> int:
    """Print the page of a code, or every code with a line.

    Raises:
        UsageError: for a code that no error has.
    """
    if options.code is None:
        sys.stdout.write("\n".join(_listed()) + "\n")
        return 0
    code = options.code.removeprefix("error").strip("[]:")
    if code not in CODES:
        near = _near(code) or "`archc explain` lists all"
        raise UsageError(f"no error has the code `{code}`; {near}")
    text = (pages_folder() / f"{code}.md").read_text("utf-8")
    if takes_colour(sys.stdout):
        text = "".join(f"{line}\n" for line in _rendered(text))
    sys.stdout.write(text)
    return 0


def _near(code: str) -> str:
    """Return the code that is meant, or those that are told with one of its words."""
    words = {word for word in re.split(r"[\W_]+", code.lower()) if len(word) > 3}
    held = [
        each
        for each, told in CODES.items()
        if words & {*each.split("-"), *re.split(r"\W+", told.lower())}
    ]
    return suggest(code, CODES) or (f"see {listed(held, 6)}" if held else "")


def pages_folder() -> Path:
    """Return the folder of the pages: in a wheel, or in the docs beside the sources."""
    package = Path(__file__).resolve().parent.parent
    inside = package / "errors"
    return inside if inside.is_dir() else package.parent / "docs" / "errors"


def _listed() -> Iterator[str]:
    wide = max(map(len, CODES))
    for subject, codes in CODES_BY_SUBJECT.items():
        yield f"{subject}:"
        for code, told in codes.items():
            yield f"  {code:<{wide}}  {told}"


def _rendered(text: str) -> Iterator[str]:
    """Yield a page's lines for a terminal: examples indented, no marks of Markdown."""
    is_example = False
    for line in text.splitlines():
        if line.startswith(_FENCE):
            is_example = not is_example
        elif is_example:
            colour = _OF_LINES.get(line[:1])
            yield f"    {in_colour(colour, line) if colour else line}"
        elif line.startswith("# "):
            yield in_colour("1", line[2:])
        else:
            yield _SPAN.sub(lambda span: in_colour("36", span[1]), line)
