"""Likeness: how far around two units everything looks alike, up and down."""

from collections.abc import Hashable, Sequence

from archcompiler.units.network import Network, operands_of, takers

ROUNDS = 16
"""How many units away something is still seen."""

Colours = list[int]


class Likeness:
    """The surroundings of the units of two networks; numbers that are equal look alike.

    Shapes are left out: they say what came before, and change with it.
    """

    def __init__(self, one: Network, other: Network) -> None:
        self._palette: dict[Hashable, int] = {}
        self._up, self._down = zip(
            *(self._both_ways(network) for network in (one, other)), strict=True
        )

    def of(self, one: int, other: int) -> int:
        """Return how many units away, up and down together, all is alike."""
        return sum(
            _agreeing(rounds[0], rounds[1], one, other)
            for rounds in (self._up, self._down)
        )

    def _both_ways(self, network: Network) -> tuple[list[Colours], list[Colours]]:
        units = network.units
        own = [self._colour(("unit", str(unit))) for unit in units]
        feeds = [operands_of(unit) for unit in units]
        return (
            self._rounds(own, feeds, "fed by"),
            self._rounds(own, takers(network), "taken by"),
        )

    def _rounds(
        self, own: Colours, beside: Sequence[Sequence[tuple[int, int]]], way: str
    ) -> list[Colours]:
        """Return colours that see nothing around, then one unit further each."""
        rounds = [own]
        for _ in range(ROUNDS):
            last = rounds[-1]
            rounds.append(
                [
                    self._colour(
                        (
                            way,
                            colour,
                            *sorted((_seen(last, place), at) for place, at in near),
                        )
                    )
                    for colour, near in zip(last, beside, strict=True)
                ]
            )
        return rounds

    def _colour(self, key: Hashable) -> int:
        return self._palette.setdefault(key, len(self._palette))


def _seen(colours: Colours, place: int) -> int:
    """Return the colour of a place; an output, which is below 0, is its own."""
    return colours[place] if place >= 0 else place


def _agreeing(ours: list[Colours], theirs: list[Colours], one: int, other: int) -> int:
    for count, (here, there) in enumerate(zip(ours, theirs, strict=True)):
        if here[one] != there[other]:
            return count
    return len(ours)
