"""The notations of papers: `3x3/2`, `7x7/2 (x96)`, `112x112x64`, `159K`."""

import operator
import re
from collections.abc import Callable
from fractions import Fraction
from functools import lru_cache
from typing import NamedTuple

from archcompiler.shapes import Pair, Shape

_COUNT = r"(?:[1-9][0-9]{0,9})"
_SIZE = re.compile(rf"{_COUNT}(?:x{_COUNT})*")
_STRIDE = rf"/({_COUNT})(?:x({_COUNT}))?"
_FILTERS = rf" \(x({_COUNT})\)"
_PATCH = re.compile(rf"({_COUNT})x({_COUNT})(?:{_STRIDE})?(?:{_FILTERS})?")
_DIMENSIONS = re.compile(
    rf"({_COUNT}(?:x{_COUNT})*)(?:{_STRIDE})?(?:{_FILTERS}| [a-z]+)?"
)
_PRINTED = re.compile(r"([0-9]{1,15})(?:\.([0-9]{1,9}))? ?([KMGBT]?)")

POWERS = {"": 0, "K": 1, "M": 2, "G": 3, "B": 3, "T": 4}
"""Which power of 1,000 (in some papers of 1,024) a letter behind a number means."""


def in_unit(number: float) -> tuple[float, str]:
    """Return a number in the largest unit that it fills, and the letter of that.

    9,470 is 9.47 and `K`. What fills none has no letter; 999,900 fills an `M`.
    """
    for letter in ("T", "G", "M", "K"):
        unit = 1000 ** POWERS[letter]
        if abs(number) >= 0.9995 * unit:
            return number / unit, letter
    return number, ""


class Patch(NamedTuple):
    """A window and its stride: `patch size/stride`; without one, the op has its own."""

    window: Pair
    strides: Pair | None
    filters: int | None = None
    """How many there are, where the text says it: `7x7/2 (x96)`."""


def read_patch(text: str) -> Patch:
    """Read `3x3`, `3x3/2`, `3x3/2x1` or `3x3/2 (x96)`: height x width, stride, filters.

    Raises:
        ValueError: for any other text.
    """
    found = _PATCH.fullmatch(text)
    if not found:
        raise ValueError("a patch is written like `3x3` or `3x3/2`")
    height, width, stride, other, filters = found.groups()
    strides = (int(stride), int(other or stride)) if stride else None
    count = int(filters) if filters else None
    return Patch((int(height), int(width)), strides, count)


def read_size(text: str) -> Shape:
    """Read `112x112x64`, `112x112` or `1024`.

    Raises:
        ValueError: for any other text.
    """
    if not _SIZE.fullmatch(text):
        raise ValueError("a size is written like `112x112x64`")
    return tuple(map(int, text.split("x")))


def read_dimension(text: str, attribute: str) -> int:
    """Return one number of a text such as `3x3/2`, `112x112x64` or `3x3x3x32`.

    Raises:
        ValueError: when the text does not hold it.
    """
    found = _DIMENSIONS.fullmatch(text)
    sizes = [int(size) for size in found[1].split("x")] if found else []
    holders = {
        "height": sizes[:1] if len(sizes) > 1 else [],
        "width": sizes[1:2],
        "channels": sizes[-1:] if len(sizes) in (1, 3) else [],
        "filters": _filters(found, sizes),
        "stride": _one_stride(found),
        "rank": [len(sizes)] if sizes else [],
    }
    if not holders[attribute]:
        instead = f", as `{text}/1` does" if attribute == "stride" and sizes else ""
        raise ValueError(f"`{text}` does not say its {attribute}{instead}")
    return holders[attribute][0]


def _filters(found: "re.Match[str] | None", sizes: list[int]) -> list[int]:
    """Return the filters: `(x96)`, or the last axis of a kernel's or matrix' shape."""
    if found is not None and found[4] is not None:
        return [int(found[4])]
    return sizes[-1:] if len(sizes) in (2, 4) else []


def _one_stride(found: "re.Match[str] | None") -> list[int]:
    """Return the stride that holds for both axes, if there is one."""
    if found is None or found[2] is None or found[3] not in (None, found[2]):
        return []
    return [int(found[2])]


class Printed(NamedTuple):
    """A number as a paper prints it: `2.7K` is 27 tenths of K."""

    digits: int
    decimals: int
    unit: str


@lru_cache(maxsize=4096)
def read_printed(text: str) -> Printed:
    """Read `159K`, `2.7K`, `1,000K` or `22`.

    Raises:
        ValueError: for any other text.
    """
    found = _PRINTED.fullmatch(text.replace(",", ""))
    if not found:
        raise ValueError("a printed number is written like `159K`, `2.7M` or `22`")
    whole, decimals, unit = found.groups()
    return Printed(int(whole + (decimals or "")), len(decimals or ""), unit)


def read_quantity(text: str) -> int:
    """Read `600M`, `2.5M`, `1,000` or `22` as the whole number that it is.

    Raises:
        ValueError: for any other text, and for what is no whole number.
    """
    digits, decimals, unit = read_printed(text)
    number = Fraction(digits, 10**decimals) * 1000 ** POWERS[unit]
    if number.denominator != 1:
        raise ValueError(f"`{text}` is no whole number")
    return int(number)


_RELATIONS: dict[str, Callable[[int, int], bool]] = {
    "": operator.eq,
    "<=": operator.le,
    ">=": operator.ge,
    "<": operator.lt,
    ">": operator.gt,
}
_BOUND = re.compile(r"(<=|>=|<|>|) *([^<>= ].*)")


class Bound(NamedTuple):
    """What a total must be: a number, or what `relation` puts it to: `<=`, say."""

    relation: str
    number: int

    def holds(self, total: int) -> bool:
        """Whether a computed total is as it must be."""
        return _RELATIONS[self.relation](total, self.number)

    def __str__(self) -> str:
        return f"{self.relation} {self.number:,}".lstrip()


def read_bound(text: str) -> Bound:
    """Read `5386` as that number, `<= 5.4K` as a budget; exact numbers are in full.

    Raises:
        ValueError: for any other text.
    """
    found = _BOUND.fullmatch(text)
    relation, quantity = found.groups() if found else ("", "")
    try:
        if relation or quantity.isdecimal():
            return Bound(relation, read_quantity(quantity))
    except ValueError:
        pass
    raise ValueError("a total is a whole number, or a budget such as `<= 5M`")
