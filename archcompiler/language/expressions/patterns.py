"""Block names with holes: `inception (<name>)`, `MBConv<t>, k<k>x<k>`.

A hole matches one number, `<name>` one word, and a hole that is repeated must match
equally, so a text matches in one way or not at all.
"""

import re
from functools import lru_cache

from archcompiler.language.expressions import Value, read_value
from archcompiler.language.expressions.naming import slug

__all__ = ["Pattern", "read_pattern", "slug"]

_NUMBER = r"(?:0|[1-9][0-9]{0,15})(?:\.[0-9]{1,15})?%?"
_FILLED = rf"{_NUMBER}|<(?:[^ >]| (?!>)| >)*>"  # a number, or a hole of the text
_WORD = r"[^\s()\[\]<>,;]+"
_HOLE = re.compile(r"<([^<>]*)>")


class Pattern:
    """The name of a block, which may have holes."""

    __slots__ = ("_expression", "groups", "holes", "literal", "text", "words")

    def __init__(self, text: str) -> None:
        """Read a block's name; raise ValueError for holes that cannot be matched."""
        self.text = text
        self.groups: list[str] = []
        expression, at = "", 0
        for hole in _HOLE.finditer(text):
            name, between = hole[1], text[at : hole.start()]
            if at and between in ("", "."):
                raise ValueError(f"the holes of `{text}` touch: where does one end?")
            if not name.strip() or name != name.strip():
                raise ValueError(f"a hole of `{text}` has no name")
            expression += re.escape(between) + self._group(name)
            at = hole.end()
        if "<" in text[at:] or ">" in _HOLE.sub("", text):
            raise ValueError(f"`{text}` has a `<` or `>` that is no hole")
        self.literal = not self.groups
        self.holes = tuple(self.groups)
        words = re.findall(r"[A-Za-z0-9]+", _HOLE.sub(" ", text))
        self.words = " ".join([word for word in words if word != "x"] or words)
        """Those of the name but its holes: `inception` of `inception (<name>)`."""

        self._expression = re.compile(expression + re.escape(text[at:]))

    def _group(self, name: str) -> str:
        """Return what a hole matches; a hole that stands again must match equally."""
        if name in self.groups:
            return rf"(?:\{self.groups.index(name) + 1})"
        self.groups.append(name)
        return f"({_WORD})" if name == "name" else f"({_NUMBER})"

    @property
    def unnamed(self) -> str:
        """The text with holes that have no names: what two patterns both match."""
        return _HOLE.sub("<>", self.text)

    def match(self, text: str) -> dict[str, Value] | None:
        """Return the value of each hole, or None where the text does not match."""
        match = self.find(text)
        if match is None:
            return None
        pairs = zip(self.groups, match.groups(), strict=True)
        return {
            name: found if name == "name" else read_value(found)
            for name, found in pairs
        }

    def find(self, text: str) -> "re.Match[str] | None":
        """Return the match, whose groups stand for `self.groups`."""
        return self._expression.fullmatch(text)

    def fill(self, text: str) -> dict[str, tuple[int, int]] | None:
        """Return where a text says the value of each hole, by a number or a hole.

        `conv 3x3, <n>` fills `conv <k>x<k>, <n>`. A `<name>` takes a word, as ever.
        """
        expression = self._expression.pattern.replace(_NUMBER, _FILLED)
        match = re.fullmatch(expression, text)
        if match is None:
            return None
        return {name: match.span(at) for at, name in enumerate(self.groups, 1)}

    def filled_from(self, text: str) -> str:
        """Return the name, its holes filled from a text that is nearly such a name.

        `inceptoin (3b)` gives `inception (3b)`; what fills no holes gives nothing.
        """
        holes = _HOLE.findall(self.text)
        found = re.findall(_WORD if "name" in self.groups else _NUMBER, text)
        if len(found) < len(holes):
            return ""
        values = iter(found[len(found) - len(holes) :])
        filled = _HOLE.sub(lambda _: next(values), self.text)
        return filled if self.find(filled) else ""

    @property
    def parts(self) -> list[str]:
        """The texts between holes and the holes' names, in turn: text, hole, text."""
        return _HOLE.split(self.text)


@lru_cache(maxsize=1024)
def read_pattern(text: str) -> Pattern:
    """Read a block's name.

    Raises:
        ValueError: for holes that touch, have no name, or are not closed.
    """
    return Pattern(text)
