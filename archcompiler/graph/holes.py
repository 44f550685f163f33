"""Expressions that lack their `<` and `>`, to say how they are written."""

from collections.abc import Container

from archcompiler.language.expressions import (
    ExpressionError,
    names_of,
    parse_expression,
)


def as_hole(text: str, known: Container[str]) -> str:
    """Return `<text>` where the text is an expression of known names, else nothing."""
    try:
        names = names_of(parse_expression(text))
    except ExpressionError:
        return ""
    of_known = names and all(place.name in known for place in names)
    return f"<{text}>" if of_known else ""
