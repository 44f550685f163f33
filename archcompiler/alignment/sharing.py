"""Sharing: layers of a model that hold the weights of another one."""

from collections import Counter
from collections.abc import Hashable, Iterator, Mapping, Sequence

from archcompiler.alignment.events import Event, Met
from archcompiler.alignment.findings import Finding
from archcompiler.units.network import Network
from archcompiler.units.units import Unit


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
        if shared is not None and one is not None and not unit.is_copied:
            row = "input" if one.row is None else rows[one.row]
            theirs = f"those of `{shared.layer}`"
            what = "shared weights"
            yield Finding(row, unit.layer, what, "its own", theirs, one.layer)


def copied_weights(model: Network) -> int:
    """Return how many layers take a copy of what another one holds.

    Exporters write arrays once that are equal, such as kernels of zeros.
    """
    held = Counter(each for unit in model.units for each in unit.weights)
    return sum(
        unit.is_copied and any(held[each] > 1 for each in unit.weights)
        for unit in model.units
    )
