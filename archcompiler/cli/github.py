"""Diagnostics as annotations that GitHub shows beside the line."""

from archcompiler.diagnostics import Diagnostic, Related, Span
from archcompiler.language.variants.settings import OPTION


def annotation(diagnostic: Diagnostic, spec: str) -> str:
    """Return the workflow command that annotates the place of a diagnostic.

    Its other places stand in the message: an annotation has one. A place that is an
    option of the command lies in no file, and changes places with the first that does.
    """
    span, others = diagnostic.span, list(diagnostic.related)
    if span is not None and span.source.name == OPTION:
        others.append(Related(span, diagnostic.label))
        span = next((o.span for o in others if o.span.source.name != OPTION), None)
    lines = [diagnostic.message]
    lines += [_other(other) for other in others if other.span != span]
    if diagnostic.help:
        lines.append(f"help: {diagnostic.help}")
    if diagnostic.follows:
        lines.append(f"note: {diagnostic.consequence}")
    fields = {**_place(span, spec), "title": diagnostic.code}
    properties = ",".join(
        f"{name}={_property(value)}" for name, value in fields.items()
    )
    return f"::error {properties}::{_data(chr(10).join(lines))}"


def _place(span: Span | None, spec: str) -> dict[str, str]:
    if span is None:
        return {"file": spec}
    return {
        "file": span.source.name,
        "line": str(span.line),
        "col": str(span.column),
        "endColumn": str(max(span.column, span.end - 1)),
    }


def _other(other: Related) -> str:
    span = other.span
    if span.source.name == OPTION:
        return f"{OPTION} {span.source.text}: {other.label}"
    return f"{span.source.name}:{span.line}:{span.column}: {other.label}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
