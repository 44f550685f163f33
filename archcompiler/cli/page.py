"""`archc page`: one HTML file that shows everything of a table."""

import sys
from typing import Any

from archcompiler.cli.commands import SPEC, add_command, add_settings


def add_page(commands: Any) -> None:
    """Add the command."""
    examples = (
        "googlenet -o googlenet.html",
        "vgg --set configuration=E -o vgg19.html",
        "my-variant.yaml --compare googlenet -o both.html",
    )
    help = "write one HTML file: figure, table, source and audit, linked"
    command = add_command(commands, "page", help, examples)
    command.add_argument("spec", metavar="SPEC", help=SPEC)
    add_settings(command)
    command.add_argument(
        "--compare",
        metavar="BASE",
        help="show another spec beside it, and mark what differs",
    )
    command.add_argument(
        "--no-explain",
        action="store_true",
        help="leave out the search for what cells that differ may have counted",
    )
    command.add_argument(
        "-o", "--output", required=True, metavar="FILE", help="the file to write"
    )


def run(options: Any) -> int:
    """Write the page, also of a spec whose claims fail; return 1 then."""
    from archcompiler.cli.output import refuse_inputs, writable
    from archcompiler.diagnostics import Diagnostic, render
    from archcompiler.pages.assembly import comparing_page, one_page
    from archcompiler.pages.subject import read_subject
    from archcompiler.writing import replacing

    path = writable(options.output)
    explaining = not options.no_explain
    subjects = [read_subject(options.spec, options.settings, explaining=explaining)]
    if options.compare is not None:
        subjects.insert(0, read_subject(options.compare, explaining=explaining))
    for subject in subjects:
        refuse_inputs(path, subject.architecture.program)
    text = one_page(*subjects) if len(subjects) == 1 else comparing_page(*subjects)
    with replacing(path) as unfinished:
        unfinished.write_bytes(text.encode())
    print(f"{path}: written")
    found: list[Diagnostic] = []
    for subject in subjects:
        found += subject.full.diagnostics
    if found:
        print(render(found), file=sys.stderr)
    return 0 if all(subject.full.ok for subject in subjects) else 1
