"""The distance of two trees: edits along series, a pairing across branches."""

from collections.abc import Hashable

from archcompiler.alignment.differences import IMPOSSIBLE, cost_of
from archcompiler.alignment.edits import Pairs, edit, pair, settle
from archcompiler.alignment.series_parallel import Element, Leaf, Parallel, Series

_DISPLACED = 0.2
_DISPLACED_FREELY = 0.01


class Distance:
    """What it costs to lay one tree beside another; each pair of parts is asked once.

    The parts of the table come first, those of the model second.
    """

    def __init__(self) -> None:
        self._known: dict[Hashable, tuple[float, Pairs]] = {}

    def series(self, one: Series, other: Series) -> tuple[float, Pairs]:
        """Return the least cost of two series, and which elements stand together."""
        key = ("series", one.key, other.key)
        if key not in self._known:
            ours, theirs = one.elements, other.elements
            least, pairs = edit(
                [element.weight for element in ours],
                [element.weight for element in theirs],
                lambda i, j: self._elements(ours[i], theirs[j]),
            )
            keys = [[each.key for each in side] for side in (ours, theirs)]
            self._known[key] = least, settle(pairs, *keys)
        return self._known[key]

    def parallel(self, one: Parallel, other: Parallel) -> tuple[float, Pairs]:
        """Return the least cost of two forks, and which branches stand together."""
        key = ("parallel", one.key, other.key)
        if key not in self._known:
            ours, theirs = one.branches, other.branches
            self._known[key] = pair(
                [_branch_weight(branch) for branch in ours],
                [_branch_weight(branch) for branch in theirs],
                lambda i, j: self.series(ours[i], theirs[j])[0],
                _DISPLACED if one.is_ordered else _DISPLACED_FREELY,
            )
        return self._known[key]

    def _elements(self, one: Element, other: Element) -> float:
        if isinstance(one, Parallel) and isinstance(other, Parallel):
            return self.parallel(one, other)[0]
        if isinstance(one, Leaf) and isinstance(other, Leaf):
            key = ("unit", one.key, other.key)
            if key not in self._known:
                self._known[key] = cost_of(one.unit, other.unit), []
            return self._known[key][0]
        return IMPOSSIBLE


def _branch_weight(branch: Series) -> float:
    """Return what an unmatched branch costs; an identity is something, too."""
    return branch.weight + 1
