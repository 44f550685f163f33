"""Choosing among weighed points: by name, by bounds, in an order."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from archcompiler.checking.sweeping import Cost, Weighed
from archcompiler.language.variants.sweeps import Point

SORTS: dict[str, Callable[[Cost], int]] = {
    "params": lambda cost: cost.parameters,
    "macs": lambda cost: cost.macs,
    "memory": lambda cost: cost.memory,
}
"""By what a sweep can be sorted, the cheapest first."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """What points may cost and how they are called; None and nothing bound nothing."""

    parameters: int | None = None
    macs: int | None = None
    memory: int | None = None
    names: tuple[str, ...] = ()

    def admit(self, weighed: Weighed) -> bool:
        """Whether a point is within; one that is refused costs nothing."""
        if self.names and not any(has_name(weighed.point, name) for name in self.names):
            return False
        cost = weighed.cost
        if cost is None:
            return True
        pairs = (
            (cost.parameters, self.parameters),
            (cost.macs, self.macs),
            (cost.memory, self.memory),
        )
        return all(bound is None or number <= bound for number, bound in pairs)


def has_name(point: Point, name: str) -> bool:
    """Whether a point is called so, or has all of these values: `width=0.5`."""
    if not point.values:
        return name == point.name
    return set(name.split(" ")) <= set(point.name.split(" "))


def sort_points(weighed: Iterable[Weighed], by: str | None) -> Sequence[Weighed]:
    """Return points sorted, those that are refused last; without `by` as they are."""
    if by is None:
        return list(weighed)
    measure = SORTS[by]
    return sorted(weighed, key=lambda w: (w.cost is None, w.cost and measure(w.cost)))
