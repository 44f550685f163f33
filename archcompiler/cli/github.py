"""Diagnostics as annotations that GitHub shows beside the line."""

from archcompiler.diagnostics import Diagnostic


def annotation(diagnostic: Diagnostic, spec: str) -> str:
    """Return the workflow command that annotates the place of a diagnostic."""
    span = diagnostic.span
    fields = {"file": span.source.name if span else spec}
    if span is not None:
        last = max(span.column, span.end - 1)
        fields |= {
            "line": str(span.line),
            "col": str(span.column),
            "endColumn": str(last),
        }
    fields["title"] = diagnostic.code
    properties = ",".join(
        f"{name}={_property(value)}" for name, value in fields.items()
    )
    message = diagnostic.message
    if diagnostic.help:
        message += f"\nhelp: {diagnostic.help}"
    return f"::error {properties}::{_data(message)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
