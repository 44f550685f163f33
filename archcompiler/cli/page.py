"""`archc page`: one HTML file that shows everything of a table."""

import sys
from typing import Any

from archcompiler.cli.output import refuse_inputs, writable
from archcompiler.diagnostics import Diagnostic, render
from archcompiler.pages.assembly import comparing_page, one_page
from archcompiler.pages.subject import read_subject
from archcompiler.writing import replacing


def run(options: Any) -> int:
    """Write the page, also of a spec whose claims fail; return 1 then."""
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
