"""Reading a Keras model: each call as an op of ours, and that as units."""

from math import prod
from typing import Any

from archcompiler.models.calls import NO_GRAPH, AbstractReading, KerasCall, has_graph
from archcompiler.models.errors import ModelError
from archcompiler.models.keras_ops import (
    IDLE,
    is_real,
    op_of,
    open_fields,
    own_activation,
)
from archcompiler.models.private import SCALE_THEN_ADD, SPLIT
from archcompiler.models.settings import freeze, kind_of
from archcompiler.models.sizes import Size
from archcompiler.ops.base import AbstractOp, OpError
from archcompiler.ops.merging import Add
from archcompiler.ops.rearranging import ChannelSlice
from archcompiler.shapes import Shape
from archcompiler.units.calls import Call, Origin
from archcompiler.units.elementwise import SCALED
from archcompiler.units.foreign import Foreign
from archcompiler.units.lowering import lower
from archcompiler.units.network import finish
from archcompiler.units.units import Counts, Unit, Units


def read_keras(model: Any, name: str, image: Shape | None = None) -> Foreign:
    """Return a built Keras model as units; `image` stands for an input of open size.

    Raises:
        ModelError: for a model that holds no graph of layers.
    """
    if not has_graph(model):
        raise ModelError(f"the model `{model.name}` {NO_GRAPH}")
    reading = _Reading()
    network = finish(reading.units, reading.read(model, image))
    shapes = tuple(tuple(tensor.shape)[1:] for tensor in model.outputs)
    return Foreign(name, network, int(model.count_params()), outputs=shapes)


class _Reading(AbstractReading[int]):
    """Adds what each call of a model does to one list of units."""

    def __init__(self) -> None:
        super().__init__()
        self.units = Units()

    def add_input(self, index: int, tensor: Any, size: Size) -> int:  # noqa: ARG002
        """Add an input."""
        return self.units.add_input(tensor.name, _known(size))

    def add_call(self, call: KerasCall, operands: tuple[int, ...]) -> tuple[int, ...]:
        """Add what a call does; an output that only it can tell apart is the whole."""
        parts = _parts(call)
        if parts:
            return tuple(self._apply(call, part, operands) for part in parts)
        return (self._one(call, operands),) * len(call.results)

    def _one(self, call: KerasCall, operands: tuple[int, ...]) -> int:
        kind = kind_of(call.layer)
        if not is_real(call):
            return self._apply(call, None, operands)
        if kind in IDLE and not call.is_training and call.arguments is None:
            return operands[0]
        if kind == SCALE_THEN_ADD:
            scaled = self._rescale(call, operands[1:], call.layer.scale, 0.0)
            return self._apply(call, Add(), (operands[0], scaled))
        if kind == "Rescaling" and call.arguments is None:
            return self._rescale(call, operands, call.layer.scale, call.layer.offset)
        own = own_activation(call.layer)
        if own is None or kind != "Activation":
            operands = (self._apply(call, op_of(call), operands),)
        if own is None:
            return operands[0]
        function = f"activation {getattr(own, '__name__', type(own).__name__)}"
        return self._unknown(call, function, operands, 0)

    def _rescale(
        self, call: KerasCall, operands: tuple[int, ...], scale: Any, offset: Any
    ) -> int:
        """Add a rescaling by numbers, or by one for each channel."""
        numbers = {"scale": freeze(scale), "offset": freeze(offset)}
        if numbers == {"scale": 1, "offset": 0}:
            return operands[0]
        return self._apply(call, SCALED, operands, open=numbers)

    def _apply(
        self,
        call: KerasCall,
        op: AbstractOp | None,
        operands: tuple[int, ...],
        **numbers: Any,
    ) -> int:
        """Add the units of an op; what it refuses, Keras may take: a layer by name."""
        weights = tuple(map(id, getattr(call.layer, "weights", ())))
        if op is not None:
            origin = Origin(call.name)
            numbers = numbers or {"open": open_fields(call, op)}
            try:
                place = lower(
                    Call(
                        self.units,
                        op,
                        operands,
                        origin,
                        arrives=_known(call.sizes[0]),
                        weights=weights,
                        **numbers,
                    )
                )
            except OpError:
                pass
            else:
                return self._sized(place, call.results[0])
        kind = kind_of(call.layer).rpartition(".")[2]
        held = sum(prod(each.shape) for each in getattr(call.layer, "weights", ()))
        return self._unknown(call, kind, operands, held)

    def _sized(self, place: int, size: Size) -> int:
        """Let a unit have the shape that Keras knows, as of a mean of any image."""
        shape = _known(size)
        if self.units[place].shape is None and shape is not None:
            is_vector = set(shape[:-1]) == {1}
            self.units.change(place, shape=shape[-1:] if is_vector else shape)
        return place

    def _unknown(
        self, call: KerasCall, kind: str, operands: tuple[int, ...], held: int
    ) -> int:
        """Add the unit of a layer that no op stands for."""
        shape, counts = _known(call.results[0]), Counts(held)
        return self.units.add(
            Unit(kind, {}, operands, shape, call.name, counts=counts, family="unknown")
        )


def _parts(call: KerasCall) -> list[ChannelSlice]:
    """Return the slices that `split(x, [2], axis=-1)` gives; none of another call."""
    sizes: list[Any] = [size[-1] if size else None for size in call.results]
    is_split = kind_of(call.layer) == SPLIT and call.arguments is None
    if not is_split or None in sizes or call.axis != -1:
        return []
    ends = [sum(sizes[: at + 1]) for at in range(len(sizes))]
    return [
        ChannelSlice(start=end - size, stop=end)
        for size, end in zip(sizes, ends, strict=True)
    ]


def _known(size: Size) -> Shape | None:
    """Return a shape; None where a length is left open."""
    lengths = [length for length in size if length is not None]
    return None if len(lengths) < len(size) else tuple(lengths)
