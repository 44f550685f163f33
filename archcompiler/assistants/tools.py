"""What an assistant may ask: checks, summaries, audits, differences and source.

Nothing is written. A SPEC is the name of one that ships, a path below the folder that
is served, or the YAML itself.
"""

import os
from collections.abc import Callable, Iterable
from functools import wraps
from pathlib import Path
from typing import Any

from archcompiler.auditing.auditing import audit_fully
from archcompiler.backends.keras_source import emit_source
from archcompiler.checking.checking import check, examine, load
from archcompiler.diagnostics import Diagnostic, SpecError, failure
from archcompiler.language.loading.places import SpecPlace, find_spec
from archcompiler.language.loading.runs import holds_run
from archcompiler.language.text.files import STANDARD_INPUT
from archcompiler.ops.fields import quote
from archcompiler.reports.audit_records import audit_record
from archcompiler.reports.difference import (
    compare,
    difference_record,
    difference_report,
)
from archcompiler.reports.records import check_record, diagnostic_record
from archcompiler.reports.summary import summary_report
from archcompiler.tabular.report import report_text

Record = dict[str, Any]
Tool = Callable[..., Record]
Settings = dict[str, str | bool | int | float]


def check_spec(spec: str, settings: Settings | None = None) -> Record:
    """Check a spec: shapes, totals, every printed cell, all variants.

    Diagnostics have file, line, column, help, and the edits that mend them.
    """
    checked = check(_place(spec), settings)
    record = check_record(checked)
    del record["layers"]  # what rows come to is enough, and a tenth as long
    return record


def summarize(spec: str, settings: Settings | None = None) -> Record:
    """Return the table with each row's output size, parameters and multiply-adds."""
    checked = examine(_place(spec), settings)
    found = _found(checked.diagnostics)
    if checked.architecture is None or checked.audit is None:
        return found
    report = summary_report(checked.architecture, checked.audit)
    return {**found, "text": report_text(report)}


def audit_claims(spec: str, settings: Settings | None = None) -> Record:
    """Compare every printed cell with the computed one: agrees, excused, differs."""
    full = audit_fully(_place(spec), settings, explaining=False)
    return {"ok": full.ok, **audit_record(full)}


def diff_specs(base: str, variant: str) -> Record:
    """Show per row how two architectures differ."""
    difference = compare(load(_place(base)), load(_place(variant)))
    text = report_text(difference_report(difference))
    return {"ok": True, **difference_record(difference), "text": text}


def emit_keras(spec: str, settings: Settings | None = None) -> Record:
    """Return Python source that builds the model and needs nothing but Keras."""
    architecture = load(_place(spec), **(settings or {}))
    return {"ok": True, "source": emit_source(architecture.expansion)}


TOOLS: dict[str, Tool] = {
    "check": check_spec,
    "summary": summarize,
    "audit": audit_claims,
    "diff": diff_specs,
    "emit": emit_keras,
}


def answering(tool: Tool) -> Tool:
    """Return a tool that answers with what is wrong, where nothing can be done."""

    @wraps(tool)
    def answer(*given: Any, **named: Any) -> Record:
        try:
            return tool(*given, **named)
        except SpecError as error:
            return _found(error.diagnostics)

    return answer


def _found(diagnostics: Iterable[Diagnostic]) -> Record:
    records = [diagnostic_record(each) for each in diagnostics]
    return {"ok": not records, "diagnostics": records}


def _place(spec: str) -> SpecPlace:
    """Find a spec; nothing outside of the folder that is served is read.

    Raises:
        SpecError: for a path that leads out of it, and for what is not there.
    """
    if "\n" in spec:
        return find_spec(spec)
    stem = spec.rpartition(":")[0] or spec
    outside = any(_leads_out(name) for name in (spec, stem))
    if outside or STANDARD_INPUT in (spec, stem):
        message = f"{quote(spec)} is not in the folder that is served"
        raise failure("unreadable-file", message)
    return find_spec(spec)


def _leads_out(name: str) -> bool:
    path = Path(name)
    if not os.path.exists(path):  # nor is what has too long a name
        return path.is_absolute() or ".." in path.parts
    names = path.is_file() or holds_run(path)
    return not names or not path.resolve().is_relative_to(Path.cwd())
