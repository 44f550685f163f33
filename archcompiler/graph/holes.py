"""Expressions that lack their `<` and `>`, to say how they are written."""

from collections.abc import Container

from archcompiler.language.expressions import (
    ExpressionError,
    names_of,
    parse_template,
)
from archcompiler.language.mistakes.other_forms import with_holes


def as_hole(text: str, known: Container[str]) -> str:
    """Return `<n>` where a text is `n`, `{n}` or `$n` of known names, else nothing."""
    written = with_holes(text)
    written = f"<{text}>" if written == text else written
    try:
        expressions = parse_template(written).expressions
    except ExpressionError:
        return ""
    names = [place for expression in expressions for place in names_of(expression)]
    of_known = names and all(place.name in known for place in names)
    return written if of_known else ""
