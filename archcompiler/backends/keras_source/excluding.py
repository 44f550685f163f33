"""Excluding: which conditions never hold together, so that `elif` or `else` says it."""

import re

from archcompiler.backends.keras_source.printing import negate
from archcompiler.backends.keras_source.symbols import COMPARE, Code, same

_EQUAL = re.compile(r'(.+) == ("[^"]*"|-?[0-9]+)')


def excludes(one: Code, other: Code) -> bool:
    """Whether two conditions never hold together: `a` and `not a`, `n == 1` and 2."""
    return is_opposite(one, other) or _ask_for_different_values(one, other)


def is_opposite(one: Code, other: Code) -> bool:
    """Whether one of two conditions holds in any case, and only one."""
    return same(negate(one), other) or same(one, negate(other))


def _ask_for_different_values(one: Code, other: Code) -> bool:
    if one.level != COMPARE or other.level != COMPARE:
        return False
    found, others = _EQUAL.fullmatch(one.text), _EQUAL.fullmatch(other.text)
    if found is None or others is None:
        return False
    return found[1] == others[1] and found[2] != others[2]
