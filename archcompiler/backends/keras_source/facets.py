"""Facets: the parts of a text such as `3x3/2` that functions take as arguments of their own.

A column `patch` becomes `kernel_size` and `strides`, a column that is only asked for its
channels becomes those channels.
"""

import re
from typing import Any

from archcompiler.backends.keras_source.symbols import (
    Code,
    Known,
    Symbol,
    joined,
    text_of,
)
from archcompiler.language.expressions import Value, paste, read_value
from archcompiler.language.notation import read_dimension, read_patch
from archcompiler.ops.fields import LARGEST

VALUE, WINDOW, STRIDES = "value", "window", "strides"


class Unprintable(Exception):
    """A text that cannot be put together in code; `parameters` are those it depends on."""

    def __init__(self, parameters: frozenset[str]) -> None:
        super().__init__(f"no code for a text made of {', '.join(sorted(parameters))}")
        self.parameters = parameters


def facet_of(value: Value, facet: str) -> Any:
    """Return one facet of a column's value; a window is `(3, 3)`, strides may be None."""
    if facet == VALUE:
        return value
    text = paste(value)
    if facet == WINDOW:
        return read_dimension(text, "height"), read_dimension(text, "width")
    return read_patch(text).strides if facet == STRIDES else read_dimension(text, facet)


def facet_of_pieces(pieces: list[str | Symbol], facet: str) -> Symbol:
    """Return one facet of a text that is pasted together.

    Raises:
        Unprintable: where a hole is not a whole number of the notation.
    """
    codes = [piece for piece in pieces if isinstance(piece, Code)]
    if not codes:
        text = "".join(_text(piece) for piece in pieces)
        return Known(facet_of(read_value(text), facet))
    if facet == VALUE:
        return _f_string(pieces, codes)
    marked, holes = _mark(pieces)
    if facet == WINDOW:
        return pair(
            _dimension(marked, holes, "height"), _dimension(marked, holes, "width")
        )
    if facet == STRIDES:
        return _strides(marked, holes)
    return _dimension(marked, holes, facet)


def pair(first: Symbol, second: Symbol) -> Symbol:
    """Return a window or strides from its height and width."""
    if isinstance(first, Known) and isinstance(second, Known):
        return Known((first.value, second.value))
    if first == second:
        return first
    text = f"({text_of(first)}, {text_of(second)})"
    return joined(text, 7, tuple, first, second)


def _text(piece: str | Symbol) -> str:
    return piece if isinstance(piece, str) else paste(piece.value)  # type: ignore[union-attr]


def _f_string(pieces: list[str | Symbol], codes: list[Code]) -> Code:
    text = ""
    for piece in pieces:
        if isinstance(piece, Code):
            if '"' in piece.text or "\\" in piece.text or piece.kind is not int:
                raise Unprintable(
                    frozenset().union(*(code.parameters for code in codes))
                )
            text += f"{{{piece.text}}}"
        else:
            text += (
                repr(_text(piece))[1:-1]
                .replace('"', '\\"')
                .replace("{", "{{")
                .replace("}", "}}")
            )
    return joined(f'f"{text}"', 7, str, *codes)


_DIGITS = r"([0-9]+|<[0-9]+>)"
_STRIDES = re.compile(rf"[^/]*(?:/{_DIGITS}(?:x{_DIGITS})?)?")


def _mark(pieces: list[str | Symbol]) -> tuple[str, dict[str, Code]]:
    """Return the text with a mark for each piece of code."""
    text, holes = "", {}
    for piece in pieces:
        if isinstance(piece, Code):
            mark = f"<{len(holes)}>"
            holes[mark] = piece
            text += mark
        else:
            text += _text(piece)
    return text, holes


def _strides(marked: str, holes: dict[str, Code]) -> Symbol:
    found = _STRIDES.fullmatch(marked)
    if found is None:
        raise _unprintable(holes)
    down, right = found.groups()
    if down is None:
        return Known(None)
    return pair(_size(down, holes), _size(right or down, holes))


def _dimension(marked: str, holes: dict[str, Code], attribute: str) -> Symbol:
    """Read one number of a text whose marks stand for numbers that no table has."""
    stand_ins = {mark: str(LARGEST + at) for at, mark in enumerate(holes, 1)}
    text = marked
    for mark, number in stand_ins.items():
        text = text.replace(mark, number)
    try:
        value = str(read_dimension(text, attribute))
    except ValueError:
        raise _unprintable(holes) from None
    back = {number: holes[mark] for mark, number in stand_ins.items()}
    return back.get(value) or Known(int(value))


def _size(text: str, holes: dict[str, Code]) -> Symbol:
    return holes[text] if text in holes else Known(int(text))


def _unprintable(holes: dict[str, Code]) -> Unprintable:
    return Unprintable(frozenset().union(*(code.parameters for code in holes.values())))
