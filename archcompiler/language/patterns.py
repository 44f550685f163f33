"""Block names with holes: `inception (<name>)`, `MBConv<t>, k<k>x<k>`.

A hole matches one number, `<name>` one word, and a hole that is repeated must match
equally, so a text matches in one way or not at all.
"""

import re
from functools import lru_cache

from archcompiler.language.expressions import Value
from archcompiler.ops.fields import read_number

_NUMBER = r"(?:0|[1-9][0-9]{0,15})(?:\.[0-9]{1,15})?%?"
_WORD = r"[^\s()\[\]<>,;]+"
_HOLE = re.compile(r"<([^<>]*)>")


class Pattern:
    """The name of a block, which may have holes."""

    __slots__ = ("_expression", "groups", "holes", "literal", "text")

    def __init__(self, text: str) -> None:
        """Read a block's name; raise ValueError for holes that cannot be matched."""
        self.text = text
        self.groups: list[str] = []
        expression, at = "", 0
        for hole in _HOLE.finditer(text):
            between = text[at : hole.start()]
            if at and not between:
                raise ValueError(f"the holes of `{text}` touch: where does one end?")
            if not hole[1].strip() or hole[1] != hole[1].strip():
                raise ValueError(f"a hole of `{text}` has no name")
            self.groups.append(hole[1])
            expression += re.escape(between) + (f"({_WORD})" if hole[1] == "name" else f"({_NUMBER})")
            at = hole.end()
        if "<" in text[at:] or ">" in _HOLE.sub("", text):
            raise ValueError(f"`{text}` has a `<` or `>` that is no hole")
        self.literal = not self.groups
        self.holes = tuple(dict.fromkeys(self.groups))
        self._expression = re.compile(expression + re.escape(text[at:]))

    def match(self, text: str) -> dict[str, Value] | None:
        """Return the value of each hole, or None where the text does not match."""
        found = self.find(text)
        if found is None:
            return None
        return {name: _read(name, found[group]) for group, name in enumerate(self.groups, 1)}

    def find(self, text: str) -> "re.Match[str] | None":
        """Return the match, whose groups stand for `self.groups`."""
        found = self._expression.fullmatch(text)
        if found is None:
            return None
        seen: dict[str, str] = {}
        for group, name in enumerate(self.groups, 1):
            if seen.setdefault(name, found[group]) != found[group]:
                return None
        return found

    @property
    def words(self) -> str:
        """The words of the name without its holes: `inception` of `inception (<name>)`."""
        return " ".join(re.findall(r"[A-Za-z0-9]+", _HOLE.sub(" ", self.text)))


@lru_cache(maxsize=1024)
def read_pattern(text: str) -> Pattern:
    """Read a block's name.

    Raises:
        ValueError: for holes that touch, have no name, or are not closed.
    """
    return Pattern(text)


def _read(name: str, text: str) -> Value:
    if name == "name":
        return text
    number = read_number(text)
    return text if number is None else number


def slug(text: str) -> str:
    """Return a text as a part of a layer's name: `5x5 reduce` becomes `5x5_reduce`."""
    return re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_")
