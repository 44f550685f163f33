"""Pasting: the facets of a text that is put together from pieces, some of them code."""

import re
from collections.abc import Mapping

from archcompiler.backends.keras_source.facets import (
    HEIGHT,
    ONES,
    OWN_STRIDES,
    STRIDES,
    VALUE,
    WIDTH,
    WINDOW,
    Facet,
    facet_of,
    pair,
)
from archcompiler.backends.keras_source.symbols import (
    Code,
    Known,
    Symbol,
    nature_of,
    parameters_of,
)
from archcompiler.backends.keras_source.unprintable import Unprintable
from archcompiler.language.expressions import paste, read_value
from archcompiler.language.text.notation import read_dimension
from archcompiler.ops.fields import LARGEST

Pieces = list[str | Symbol]


def facet_of_pieces(pieces: Pieces, facet: Facet) -> Symbol:
    """Return one facet of a text that is pasted together.

    Raises:
        Unprintable: where a hole is not a whole number of the notation.
    """
    if not any(isinstance(piece, Code) for piece in pieces):
        return Known(facet_of(read_value("".join(map(_paste, pieces))), facet))
    if facet == VALUE:
        only = pieces[0] if len(pieces) == 1 else None
        return only if isinstance(only, Code) else _f_string(pieces)
    marked, holes = _mark(pieces)
    size = marked.partition("/")[0]
    if facet == WINDOW:
        return pair(*[_dimension(size, holes, s.part) for s in (HEIGHT, WIDTH)])
    if facet in (STRIDES, OWN_STRIDES):
        return _strides(marked, holes) or Known(ONES if facet == STRIDES else None)
    of_window = facet in (HEIGHT, WIDTH)
    return _dimension(size if of_window else marked, holes, facet.part)


def _paste(piece: str | Symbol) -> str:
    if isinstance(piece, str):
        return piece
    if isinstance(piece, Code) or isinstance(piece.value, tuple | None):
        raise Unprintable("a text is made of what has no text")
    return paste(piece.value)


def _f_string(pieces: Pieces) -> Code:
    """Return the f-string that pastes the pieces as the language would."""
    codes = [piece for piece in pieces if isinstance(piece, Code)]
    text = ""
    for piece in pieces:
        if not isinstance(piece, Code):
            plain = repr(_paste(piece))[1:-1].replace('"', '\\"')
            text += plain.replace("{", "{{").replace("}", "}}")
        elif '"' in piece.text or "\\" in piece.text or not _pastes(piece):
            why = "a text is pasted from a value that is no whole number"
            raise Unprintable(why, parameters_of(codes))
        else:
            text += f"{{{piece.text}}}"
    return Code(f'f"{text}"', nature_of(str, codes))


def _pastes(piece: Code) -> bool:
    """Whether Python writes a value as the language would paste it."""
    return piece.nature.kind in (int, float, str, object)


# Marks ----------------------------------------------------------------------

_DIGITS = r"([0-9]+|<[0-9]+>)"
_STRIDES = re.compile(rf"[^/]*(?:/{_DIGITS}(?:x{_DIGITS})?)?(?: \(x[^)]*\))?")
Holes = Mapping[str, Code]


def _mark(pieces: Pieces) -> tuple[str, Holes]:
    """Return the text with a mark for each piece of code."""
    text = ""
    holes: dict[str, Code] = {}
    for piece in pieces:
        if isinstance(piece, Code):
            mark = f"<{len(holes)}>"
            holes[mark] = piece
            text += mark
        else:
            text += _paste(piece)
    return text, holes


def _strides(marked: str, holes: Holes) -> Symbol | None:
    found = _STRIDES.fullmatch(marked)
    if found is None:
        raise _unprintable(marked, holes)
    down, right = found.groups()
    return pair(_size(down, holes), _size(right or down, holes)) if down else None


def _dimension(marked: str, holes: Holes, attribute: str) -> Symbol:
    """Read one number of a text whose marks stand for numbers that no table has."""
    stand_ins = {mark: str(LARGEST + at) for at, mark in enumerate(holes, 1)}
    text = marked
    for mark, number in stand_ins.items():
        text = text.replace(mark, number)
    try:
        value = str(read_dimension(text, attribute))
    except ValueError:
        raise _unprintable(marked, holes) from None
    back = {number: holes[mark] for mark, number in stand_ins.items()}
    return back.get(value) or Known(int(value))


def _size(text: str, holes: Holes) -> Symbol:
    return holes[text] if text in holes else Known(int(text))


def _unprintable(marked: str, holes: Holes) -> Unprintable:
    why = f"`{re.sub('<[0-9]+>', '<>', marked)}` is no size"
    return Unprintable(why, parameters_of(holes.values()))
