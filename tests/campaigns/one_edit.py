"""One edit of a spec, as a slip of the hand makes it, and where it was made."""

import random
import re
from collections.abc import Callable, Iterator
from typing import NamedTuple


class Mutant(NamedTuple):
    """A text with one edit: its kind, and its place in the new text, from 0."""

    kind: str
    text: str
    start: int
    end: int

    @property
    def lines(self) -> range:
        """The lines that hold the edit, from 1; of a line lost, those around it."""
        first = self.text.count("\n", 0, self.start) + 1
        if self.kind == "line lost":
            return range(first - 1, first + 1)
        return range(first, first + self.text.count("\n", self.start, self.end) + 1)

    def columns(self, line: int) -> tuple[int, int]:
        """Return where the edit lies on one of its lines: from 1, the end excluded."""
        if self.kind == "line lost":
            return 1, len(self.text)
        begin = 0
        for _ in range(line - 1):
            begin = self.text.index("\n", begin) + 1
        stop = self.text.find("\n", begin)
        stop = len(self.text) if stop < 0 else stop
        return max(self.start, begin) - begin + 1, min(self.end, stop) - begin + 1


Slip = Callable[[str, random.Random], "tuple[int, int, str] | None"]
"""Returns the part of the text that is replaced, and by what; None where it cannot."""


def one_edit(text: str, chance: random.Random) -> Mutant:
    """Return a text with one edit outside of its comments and prose."""
    while True:
        kind = chance.choice([*SLIPS])
        edit = SLIPS[kind](text, chance)
        if edit is None:
            continue
        start, end, new = edit
        if text[start:end] != new and not _is_prose(text, start):
            return Mutant(
                kind, text[:start] + new + text[end:], start, start + len(new)
            )


def _is_prose(text: str, at: int) -> bool:
    """Whether a place lies in a comment, in `paper`, or in a reason of `errata`."""
    begin = text.rfind("\n", 0, at) + 1
    if re.search(r"(?:^|\s)#", re.sub(r'"[^"]*"', '""', text[begin:at] + "x")):
        return True
    heads = re.findall(r"^([a-z]+):", text[: at + 1], re.MULTILINE)
    return bool(heads) and heads[-1] in ("paper", "errata")


def _found(text: str, pattern: str, chance: random.Random) -> "re.Match[str] | None":
    found = list(re.finditer(pattern, text))
    return chance.choice(found) if found else None


def _lose(pattern: str) -> Slip:
    def slip(text: str, chance: random.Random) -> tuple[int, int, str] | None:
        found = _found(text, pattern, chance)
        return (found.start(), found.end(), "") if found else None

    return slip


_WORD = r"[A-Za-z][A-Za-z0-9]{2,}"


def _drop_character(text: str, chance: random.Random) -> tuple[int, int, str]:
    at = chance.randrange(len(text))
    return at, at + 1, ""


def _double_character(text: str, chance: random.Random) -> tuple[int, int, str]:
    at = chance.randrange(len(text))
    return at, at + 1, text[at] * 2


def _turn_letters(text: str, chance: random.Random) -> tuple[int, int, str] | None:
    found = _found(text, _WORD, chance)
    if found is None:
        return None
    at = chance.randrange(found.start(), found.end() - 1)
    return at, at + 2, text[at + 1] + text[at]


def _other_case(text: str, chance: random.Random) -> tuple[int, int, str] | None:
    found = _found(text, _WORD, chance)
    return (*found.span(), found[0].swapcase()) if found else None


def _other_key(text: str, chance: random.Random) -> tuple[int, int, str] | None:
    found = _found(text, r"[a-z][a-z ]+(?=:)", chance)
    return (*found.span(), found[0][:-1] + chance.choice("sxe")) if found else None


def _other_number(text: str, chance: random.Random) -> tuple[int, int, str] | None:
    found = _found(text, r"\d+", chance)
    if found is None:
        return None
    number = int(found[0][:9])
    other = chance.choice((0, number + 1, number * 10, number // 2, -1))
    return (*found.span(), str(other))


def _other_type(text: str, chance: random.Random) -> tuple[int, int, str] | None:
    found = _found(text, r"(?<=[ \[])[\w.]+(?=[,\]}\n])", chance)
    other = chance.choice(("true", "[1, 2]", "{a: 1}", "abc", "~", "1.5"))
    return (*found.span(), other) if found else None


def _drop_line(text: str, chance: random.Random) -> tuple[int, int, str] | None:
    found = _found(text, r"(?m)^.+\n", chance)
    return (*found.span(), "") if found else None


def _double_line(text: str, chance: random.Random) -> tuple[int, int, str] | None:
    found = _found(text, r"(?m)^.+\n", chance)
    return (found.end(), found.end(), found[0]) if found else None


def _indent(text: str, chance: random.Random) -> tuple[int, int, str] | None:
    found = _found(text, r"(?m)^ *(?=\S)", chance)
    if found is None:
        return None
    width = len(found[0]) + chance.choice((-2, -1, 1, 2))
    return (*found.span(), " " * width) if width >= 0 else None


def _shift_cells(text: str, chance: random.Random) -> tuple[int, int, str] | None:
    found = _found(text, r"(?<=, )[^,\[\]{}\n]+, ", chance)
    if found is None:
        return None
    return (*found.span(), chance.choice(("", found[0] * 2, f"~, {found[0]}")))


def _stray_item(text: str, chance: random.Random) -> tuple[int, int, str] | None:
    found = _found(text, r"(?m)^ *(?=\S)", chance)
    return (*found.span(), f"{found[0]}- ") if found else None


SLIPS: dict[str, Slip] = {
    "character lost": _drop_character,
    "character doubled": _double_character,
    "letters turned": _turn_letters,
    "other case": _other_case,
    "other key": _other_key,
    "other number": _other_number,
    "other type": _other_type,
    "comma lost": _lose(","),
    "quote lost": _lose("[\"']"),
    "bracket lost": _lose(r"[\[\]{}<>]"),
    "colon lost": _lose(":"),
    "space lost": _lose(r"(?<=[:,-]) "),
    "dash lost": _lose(r"(?m)(?<=^ )- |(?<=  )- "),
    "line lost": _drop_line,
    "line doubled": _double_line,
    "indented otherwise": _indent,
    "cells shifted": _shift_cells,
    "dash too many": _stray_item,
}


def mutants(
    texts: dict[str, str], count: int, seed: int
) -> Iterator[tuple[str, Mutant]]:
    """Yield so many mutants, each with the name of its spec."""
    chance = random.Random(seed)
    names = sorted(texts)
    for at in range(count):
        name = names[at % len(names)]
        yield name, one_edit(texts[name], chance)
