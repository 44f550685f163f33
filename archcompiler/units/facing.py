"""Facing: a network whose images have their channels first, by images that don't.

It takes and gives images whose axes stand in another order, and computes the same of
them. Which inputs are so is noted there; a comparison then tells it once.
"""

from archcompiler.shapes import channels_to_front
from archcompiler.units.network import Network
from archcompiler.units.rearranging import ORDER, order_of
from archcompiler.units.units import Unit

CHANNELS = "channels"
"""The setting of an input whose channels come first."""


def moves_axes(network: Network) -> bool:
    """Whether anything in a network puts axes in another order."""
    return any(unit.kind == ORDER for unit in network.units)


def with_outputs_turned(network: Network) -> Network:
    """Return a network that gives images with their channels last."""
    outputs = (
        network.units[at].operands[0] if _puts_first(network.units[at]) else at
        for at in network.outputs
    )
    return network.feeding((*outputs,))


def _puts_first(unit: Unit) -> bool:
    order = order_of(unit)
    return order is not None and order == channels_to_front(len(order))
