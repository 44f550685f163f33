"""Nearby: what stands around units without a partner."""

from collections.abc import Mapping

from archcompiler.alignment.wiring import Pairing
from archcompiler.units.network import Network, takers


def left_of(table: Network, model: Network, pairing: Pairing, place: int) -> int | None:
    """Return which operand of a merge the model takes instead of the merge."""
    operands = {pairing.get(each): each for each in table.units[place].operands}
    for taker, _ in takers(table)[place]:
        partner = pairing.get(taker)
        taken: tuple[int, ...] = ()
        if partner is not None:
            taken = model.units[partner].operands
        elif taker < 0:
            taken = model.outputs[-1 - taker : -taker]
        for each in taken:
            if each in operands:
                return operands[each]
    return None


class Rows:
    """The rows near units of the model, by the partners around them."""

    def __init__(
        self, table: Network, model: Network, partner: Mapping[int, int]
    ) -> None:
        self.units = model.units
        self.taken = takers(model)
        self.rows = {at: table.units[each].row for at, each in partner.items()}
        made = [unit.row for unit in table.units if unit.row is not None]
        self.first = made[0] if made else None
        self.last = made[-1] if made else None

    def near(self, places: tuple[int, ...]) -> int | None:
        """Return the row before units, or the one after where values part."""
        above = self._above(places[0])
        is_fork = above is not None and len({*self.taken[above]}) > 1
        row = None if above is None else self.rows[above]
        if is_fork or row is None:
            below = self._below(places[-1])
            row = row if below is None else below
        return self.first if row is None else row

    def _above(self, place: int) -> int | None:
        while place not in self.rows and self.units[place].operands:
            place = self.units[place].operands[0]
        return place if place in self.rows else None

    def _below(self, place: int) -> int | None:
        while place not in self.rows:
            below = [each for each, _ in self.taken[place] if each >= 0]
            if not below:
                return self.last
            place = below[0]
        return self.rows[place]
