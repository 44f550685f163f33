"""SARIF 2.1.0 (OASIS): findings as code scanning of GitHub, GitLab and editors read."""

from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path
from typing import Any

from archcompiler.checking.checking import Checked
from archcompiler.diagnostics import CODES, Diagnostic, Edit, Span
from archcompiler.language.variants.settings import OPTION
from archcompiler.ops.fields import quote

Record = dict[str, Any]

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def sarif_record(results: Iterable[Checked]) -> Record:
    """Return one run with all that was found; each code that was is a rule of it.

    A place that is an option of the command lies in no file: it is told in words.
    """
    pairs = [(checked.spec, d) for checked in results for d in checked.diagnostics]
    codes = sorted({diagnostic.code for _, diagnostic in pairs})
    driver = {
        "name": "archcompiler",
        "semanticVersion": version("archcompiler"),
        "rules": [
            {"id": code, "shortDescription": {"text": CODES[code]}} for code in codes
        ],
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_result(spec, found, codes) for spec, found in pairs],
    }
    return {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}


def _result(spec: str, found: Diagnostic, codes: list[str]) -> Record:
    lines = [found.message, *_options(found)]
    lines += [f"help: {found.help}"] if found.help else []
    lines += [f"note: {found.consequence}"] if found.follows else []
    result: Record = {
        "ruleId": found.code,
        "ruleIndex": codes.index(found.code),
        "level": "error",
        "message": {"text": "\n".join(lines)},
        "locations": [_location(found.span, found.label, spec)],
    }
    others = [o for o in found.related if o.span.source.name != OPTION]
    if others:
        result["relatedLocations"] = [_location(o.span, o.label, spec) for o in others]
    if found.edits:
        fix = f"help: {found.help}" if found.help else "apply what helps"
        changes = [_change(edit) for edit in found.edits]
        result["fixes"] = [{"description": {"text": fix}, "artifactChanges": changes}]
    return result


def _options(found: Diagnostic) -> list[str]:
    """Return in words what the finding says of options of the command."""
    places = [(found.span, found.label), *((o.span, o.label) for o in found.related)]
    return [
        f"{OPTION} {quote(span.source.text)}: {label}"
        for span, label in places
        if span is not None and span.source.name == OPTION
    ]


def _location(span: Span | None, label: str, spec: str) -> Record:
    is_file = span is not None and span.source.name != OPTION
    file = span.source.name if span is not None and is_file else spec
    place: Record = {"artifactLocation": {"uri": _uri(file)}}
    if span is not None and is_file:
        place["region"] = _region(span)
    location: Record = {"physicalLocation": place}
    return location | ({"message": {"text": label}} if label else {})


def _uri(file: str) -> str:
    """Return a path as a reference; what is no path, as `<stdin>`, stays readable."""
    path = Path(file)
    if path.is_absolute():
        return path.as_uri()
    from urllib.parse import quote as escape

    return escape(path.as_posix())


def _region(span: Span) -> Record:
    region = {"startLine": span.line, "startColumn": span.column}
    return region | {"endLine": span.line, "endColumn": span.end}


def _change(edit: Edit) -> Record:
    replacement = {
        "deletedRegion": _region(edit.span),
        "insertedContent": {"text": edit.text},
    }
    return {
        "artifactLocation": {"uri": _uri(edit.span.source.name)},
        "replacements": [replacement],
    }
