"""Spreading: `all conv`, the repetitions of a row or step, each as a reference."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import count
from typing import TypeVar

from archcompiler.language.expressions.naming import repetition_asked, repetition_name
from archcompiler.language.text.document import Scalar

T = TypeVar("T")


def spread(
    references: Iterable[Scalar], known: Mapping[str, object] | None
) -> Iterator[Scalar]:
    """Yield references, for `all conv` one for each repetition that is known."""
    for cell in references:
        asked = repetition_asked(cell.text)
        if asked is None or asked[1] is not None or known is None or cell.text in known:
            yield cell
        else:
            yield from _repetitions(cell, asked[0], known) or [cell]


def _repetitions(cell: Scalar, name: str, known: Mapping[str, object]) -> list[Scalar]:
    found: list[Scalar] = []
    for number in count(1):
        text = repetition_name(name, number)
        if text not in known:
            return found
        place = (cell.source, cell.line, cell.column, cell.end)
        found.append(Scalar(text, cell.plain, *place))
    raise AssertionError("a count ends")


def forget(known: dict[str, T], name: str) -> None:
    """Forget the repetitions of a call that runs anew."""
    for number in count(1):
        if known.pop(repetition_name(name, number), None) is None:
            return


def why_none(text: str, name: str, known: Mapping[str, object]) -> str:
    """Say why there is no such repetition of something that has a name."""
    times = next(n for n in count(1) if repetition_name(name, n) not in known) - 1
    if not times:
        return f"`{name}` does not repeat here, so there is no `{text}`"
    return f"`{name}` runs {times} times, so there is no `{text}`"
