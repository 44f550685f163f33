"""Wiring: whether layers that lie side by side take the same values."""

from collections.abc import Hashable, Iterator, Mapping, Sequence

from archcompiler.alignment.findings import Finding
from archcompiler.alignment.network import Network
from archcompiler.alignment.units import Unit
from archcompiler.alignment.walking import Event, Extra, Met, Missing, Rewired


def rewired(
    table: Network, model: Network, events: Sequence[Event]
) -> Iterator[Rewired]:
    """Yield the layers that take other values in the model than in the table.

    Where a layer has no partner, those after it take other values anyway: then nothing
    is told but that layer.
    """
    if not all(isinstance(each, Met) or _is_light(each) for each in events):
        return
    met = [each for each in events if isinstance(each, Met)]
    of_table = {id(each.one): each.one for each in met}
    of_model = {id(each.other): each.one for each in met}
    for one, other in met:
        ours = [_nearest(table, place, of_table) for place in one.operands]
        theirs = [_nearest(model, place, of_model) for place in other.operands]
        if not _are_alike(one, ours, theirs):
            yield Rewired(one, other, tuple(ours), tuple(theirs))


def shared_weights(
    events: Sequence[Event], model: Network, rows: Mapping[int, str]
) -> Iterator[Finding]:
    """Yield the layers of the model that take the weights of one before them."""
    partners = {id(each.other): each.one for each in events if isinstance(each, Met)}
    holders: dict[Hashable, Unit] = {}
    for unit in model.units:
        first = [holders.setdefault(each, unit) for each in unit.weights]
        shared = next((each for each in first if each is not unit), None)
        one = partners.get(id(unit))
        if shared is not None and one is not None:
            row = "input" if one.row is None else rows[one.row]
            theirs = f"those of `{shared.layer}`"
            what = "shared weights"
            yield Finding(row, unit.layer, what, "its own", theirs, one.layer)


def _is_light(event: Event) -> bool:
    if isinstance(event, Missing):
        return event.one.is_light
    return isinstance(event, Extra) and event.other.is_light


def _nearest(network: Network, place: int, partners: Mapping[int, Unit]) -> Unit:
    """Return the table's unit of a value, light ones without a partner left out."""
    while id(network.units[place]) not in partners:
        place = network.units[place].operands[0]
    return partners[id(network.units[place])]


def _are_alike(one: Unit, ours: Sequence[Unit], theirs: Sequence[Unit]) -> bool:
    taken = [[*map(id, each)] for each in (ours, theirs)]
    if not one.is_ordered:
        taken = [*map(sorted, taken)]
    return taken[0] == taken[1]
