"""Facets: the parts of a text such as `3x3/2` that functions take separately.

A column `patch` becomes `kernel_size` and `strides`; a column that is only asked for
its channels becomes those channels.
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from archcompiler.backends.keras_source.symbols import (
    Code,
    Known,
    Symbol,
    kind_of,
    nature_of,
    parameters_of,
    same,
    text_of,
)
from archcompiler.graph.calls import Call
from archcompiler.language.document import Scalar
from archcompiler.language.expressions import Value, paste, read_value
from archcompiler.language.notation import read_dimension, read_patch
from archcompiler.ops.base import AbstractOp
from archcompiler.ops.fields import LARGEST
from archcompiler.shapes import Pair

ONES = (1, 1)


@dataclass(frozen=True, slots=True)
class Facet:
    """A part of a text; `word` is what the op that receives it calls it."""

    part: str
    word: str = field(default="", compare=False)


VALUE = Facet("value")
WINDOW = Facet("window")
HEIGHT, WIDTH = Facet("height"), Facet("width")
STRIDES = Facet("strides", "strides")
"""The strides of an op that has 1 where a text leaves them out."""

OWN_STRIDES = Facet("own strides", "strides")
"""The strides of an op that has others then, as pooling has its window; or None."""

ORDER = (
    WINDOW,
    HEIGHT,
    WIDTH,
    Facet("channels"),
    Facet("filters"),
    Facet("rank"),
    Facet("stride"),
    VALUE,
    STRIDES,
    OWN_STRIDES,
)
"""The order of a column's facets among the arguments of a function."""


class Unprintable(Exception):  # noqa: N818 - asks for another try, no error of ours
    """Something that no code says; `parameters` are those that had better be known."""

    def __init__(self, why: str, parameters: frozenset[str] = frozenset()) -> None:
        super().__init__(why)
        self.why = why
        self.parameters = parameters
        self.place: Scalar | None = None


@contextmanager
def writing(call: Call, parameters: frozenset[str] = frozenset()) -> Iterator[None]:
    """Let what proves unprintable know its call, and the parameters that let it run."""
    try:
        yield
    except Unprintable as problem:
        problem.place = problem.place or call.place
        problem.parameters = problem.parameters or parameters
        raise


def patch_facets(op: type[AbstractOp]) -> tuple[Facet, Facet]:
    """Return the window and strides that an op takes from a `patch`."""
    own = op.model_fields["strides"].default is None
    window = Facet(WINDOW.part, op.window_field or "")
    return window, OWN_STRIDES if own else STRIDES


def facet_of(value: Value, facet: Facet) -> Value | Pair | None:
    """Return one facet of a column's value; None where the text does not say it."""
    if facet == VALUE:
        return value
    text = paste(value)
    size = text.partition("/")[0]
    try:
        if facet == WINDOW:
            return read_dimension(size, "height"), read_dimension(size, "width")
        if facet in (STRIDES, OWN_STRIDES):
            return read_patch(text).strides or (ONES if facet == STRIDES else None)
        of_window = facet in (HEIGHT, WIDTH)
        return read_dimension(size if of_window else text, facet.part)
    except ValueError:
        return None


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


def pair(first: Symbol, second: Symbol) -> Symbol:
    """Return a window or strides from height and width; equal ones stand for both."""
    if isinstance(first, Known) and isinstance(second, Known):
        return Known((_whole(first), _whole(second)))
    if same(first, second):
        return first
    text = f"({text_of(first)}, {text_of(second)})"
    return Code(text, nature_of(tuple, [first, second]))


def is_square(window: Symbol) -> bool:
    """Whether a window is as high as wide, whatever its code computes."""
    if isinstance(window, Code):
        return window.nature.kind is not tuple
    return not isinstance(window.value, tuple) or len({*window.value}) == 1


def _whole(symbol: Known) -> int:
    if not isinstance(symbol.value, int):
        raise Unprintable(f"`{symbol.value}` is no size")
    return symbol.value


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
        elif '"' in piece.text or "\\" in piece.text or kind_of(piece) is not int:
            why = "a text is pasted from a value that is no whole number"
            raise Unprintable(why, parameters_of(codes))
        else:
            text += f"{{{piece.text}}}"
    return Code(f'f"{text}"', nature_of(str, codes))


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
