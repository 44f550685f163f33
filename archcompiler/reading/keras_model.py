"""Reading a Keras model: each call as an op of ours, and that as units."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from math import prod
from typing import Any

import keras
import numpy as np

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
from archcompiler.models.settings import freeze, identity, kind_of
from archcompiler.models.sizes import Size
from archcompiler.ops.activation import Activation
from archcompiler.ops.base import AbstractOp, OpError
from archcompiler.ops.convolution import Conv2D
from archcompiler.ops.merging import Add
from archcompiler.ops.rearranging import ChannelSlice
from archcompiler.ops.reshaping import Permute
from archcompiler.reading.keras_facts import (
    Strange,
    arrays_of,
    precision_of,
    strange,
    without_activation,
)
from archcompiler.shapes import Lengths, Shape, channels_to_front, laid_out, undone
from archcompiler.units.arrays import Arrays, kernel_reshaped
from archcompiler.units.calls import AppliedOp, Origin
from archcompiler.units.elementwise import SCALED
from archcompiler.units.facing import CHANNELS, moves_axes, with_outputs_turned
from archcompiler.units.finishing import finish
from archcompiler.units.foreign import Foreign
from archcompiler.units.lowering import lower
from archcompiler.units.network import Network, as_wholes
from archcompiler.units.rearranging import order_of, permute
from archcompiler.units.units import PART, Counts, Unit, Units


def read_keras(model: Any, name: str, image: Shape | None = None) -> Foreign:
    """Return a built Keras model as units; `image` stands for an input of open size.

    Raises:
        ModelError: for a model that holds no graph of layers.
    """
    if not has_graph(model):
        raise ModelError(f"the model `{model.name}` {NO_GRAPH}")
    network, turned = _network(KerasReading(), model, image), None
    if moves_axes(network):
        reading = KerasReading(has_channels_first=True)
        turned = with_outputs_turned(_network(reading, model, image))
    shapes = tuple(tuple(tensor.shape)[1:] for tensor in model.outputs)
    count = int(model.count_params())
    return Foreign(name, network, count, turned=turned, outputs=shapes)


def _network(reading: "KerasReading", model: Any, image: Shape | None) -> Network:
    places = reading.read(model, image)
    return finish(*as_wholes(reading.units.made, places))


class KerasReading(AbstractReading[int]):
    """Adds what each call of a model does to one list of units.

    With `has_channels_first`, images are read as those whose channels were put first.
    """

    def __init__(self, *, has_channels_first: bool = False) -> None:
        super().__init__()
        self.has_channels_first = has_channels_first
        self.units = Units(has_variables=True)
        self.layers: dict[str, list[tuple[int, ...]]] = {}
        """What each layer gives, a tuple of outputs for each of its calls."""

        self.owners: dict[str, Any] = {}
        """The layer of each name."""

    def note(self, name: str, layer: Any, values: tuple[int, ...]) -> None:
        """Note what a layer gives, and which layer has that name."""
        self.layers.setdefault(name, []).append(values)
        self.owners[name] = layer

    def add_input(self, index: int, tensor: Any, size: Size) -> int:  # noqa: ARG002
        """Add an input."""
        exact = {
            "rank": len(tensor.shape),
            "channels": tensor.shape[-1],
            "dtype": keras.backend.standardize_dtype(tensor.dtype),
        }
        rank = len(size)
        if not self.has_channels_first or rank < 2:
            return self.units.add_input(tensor.name, _known(size), **exact)
        order = channels_to_front(rank)
        last = _known(laid_out(size, undone(order)))
        place = self.units.add_input(tensor.name, last, **exact)
        settings = {**self.units[place].settings, CHANNELS: "first"}
        self.units.change(place, settings=settings)
        origin = Origin(tensor.name)
        return permute(AppliedOp(self.units, Permute(dims=order), (place,), origin))

    def add_call(self, call: KerasCall, operands: tuple[int, ...]) -> tuple[int, ...]:
        """Add what a call does; an output that only it can tell apart is the whole."""
        for turned in self._ways(call, operands):
            found = [self._turn(turned, part, operands) for part in _parts(turned)]
            parts = tuple(place for place in found if place is not None)
            if parts:
                return parts
        whole = self._one(call, operands)
        others = range(1, len(call.results))
        return (whole, *(self._part(call, whole, at) for at in others))

    def _part(self, call: KerasCall, whole: int, at: int) -> int:
        """Add what takes one more output of a layer."""
        shape = _known(call.results[at])
        return self.units.add(
            Unit(PART, {"index": at}, (whole,), shape, call.name, family="unknown")
        )

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
        if call.has_channels_first:
            operands = (self._channels_first(call, operands),)
        elif own is None or kind != "Activation":
            operands = (self._along_axes(call, operands),)
        if own is None:
            return operands[0]
        function = f"activation {getattr(own, '__name__', type(own).__name__)}"
        facts = {"function": identity(own), "dtype": precision_of(call)}
        return self._unknown(call, Strange(function, facts, ()), operands)

    def _channels_first(self, call: KerasCall, operands: tuple[int, ...]) -> int:
        """Add what a layer does of an image whose channels come first.

        That is what it does of the image turned, and then turned back.
        """
        turned = call.turned(channels_to_front(len(call.sizes[0])))
        op = op_of(turned) if len(operands) == 1 and len(call.sizes[0]) > 1 else None
        if op is None:
            return self._apply(call, None, operands)
        function = getattr(op, "activation", None)
        if function is not None:
            op = op.model_copy(update={"activation": None})
        place = self._turn(turned, op, operands)
        if place is None:
            return self._apply(call, None, operands)
        op = Activation.model_validate({"activation": function or "linear"})
        return self._apply(call, op, (place,), arrays=())

    def _along_axes(self, call: KerasCall, operands: tuple[int, ...]) -> int:
        """Add what a layer does, its channels along whatever axis it has them."""
        for turned in self._ways(call, operands):
            op = op_of(turned)
            place = None if op is None else self._turn(turned, op, operands)
            if place is not None:
                return place
        return self._apply(call, None, operands)

    def _ways(self, call: KerasCall, operands: tuple[int, ...]) -> Iterator[KerasCall]:
        """Yield a call as it is, and of what arrives before its axes were moved."""
        yield call
        for order in _orders(call, [self.units[place] for place in operands]):
            yield call.turned(order)

    def _turn(
        self, turned: KerasCall, op: AbstractOp, operands: tuple[int, ...]
    ) -> int | None:
        """Add an op of values before they are put in an order; None if it refuses."""
        with suppress(OpError):
            if not turned.order:
                return self._lower(turned, op, operands)
            order, back = turned.order, undone(turned.order)
            taken = tuple(
                self._permute(turned, back, place, laid_out(size, order))
                for place, size in zip(operands, turned.sizes, strict=True)
            )
            place, result = self._lower(turned, op, taken), turned.results[0]
            if len(result) != len(order):
                return place
            return self._permute(turned, order, place, result)
        return None

    def _permute(self, call: KerasCall, dims: Lengths, place: int, size: Size) -> int:
        """Put the axes of a value of some size in an order."""
        given = replace(call, sizes=(size,), results=(laid_out(size, dims),))
        return self._lower(given, Permute(dims=dims), (place,), arrays=(), open={})

    def _rescale(
        self, call: KerasCall, operands: tuple[int, ...], scale: Any, offset: Any
    ) -> int:
        """Add a rescaling by numbers, or by one for each channel."""
        numbers = {
            name: freeze(np.asarray(each).tolist())
            for name, each in (("scale", scale), ("offset", offset))
        }
        if numbers == {"scale": 1, "offset": 0}:
            return operands[0]
        is_one = all(isinstance(each, int | float) for each in numbers.values())
        return self._apply(call, SCALED, operands, open=numbers, stays=not is_one)

    def _apply(
        self,
        call: KerasCall,
        op: AbstractOp | None,
        operands: tuple[int, ...],
        **numbers: Any,
    ) -> int:
        """Add the units of an op; what it refuses, Keras may take: a layer by name."""
        if op is not None:
            with suppress(OpError):
                return self._lower(call, op, operands, **numbers)
        layer, function = without_activation(strange(call))
        place = self._unknown(call, layer, operands)
        if function is None:
            return place
        op = Activation.model_validate({"activation": function})
        return self._apply(call, op, (place,), arrays=())

    def _lower(
        self, call: KerasCall, op: AbstractOp, operands: tuple[int, ...], **numbers: Any
    ) -> int:
        """Add the units of an op.

        Raises:
            OpError: for an op that does not fit what arrives.
        """
        told = {
            "open": open_fields(call, op),
            "arrays": _arrays(call, op),
            **numbers,
        }
        place = lower(
            AppliedOp(
                self.units,
                op,
                operands,
                Origin(call.name),
                arrives=_known(call.sizes[0]),
                channels=call.sizes[0][-1] if call.sizes[0] else None,
                precision=precision_of(call),
                **told,
            )
        )
        return self._sized(place, call.results[0])

    def _sized(self, place: int, size: Size) -> int:
        """Let a unit have the shape that Keras knows, as of a mean of any image."""
        shape = _known(size)
        if self.units[place].shape is None and shape is not None:
            is_vector = set(shape[:-1]) == {1}
            self.units.change(place, shape=shape[-1:] if is_vector else shape)
        return place

    def _unknown(
        self, call: KerasCall, layer: Strange, operands: tuple[int, ...]
    ) -> int:
        """Add the unit of a layer that no op stands for."""
        held = sum(prod(each.shape) for each in layer.arrays)
        return self.units.add(
            Unit(
                layer.kind,
                {},
                operands,
                _known(call.results[0]),
                call.name,
                counts=Counts(held),
                family="unknown",
                arrays=layer.arrays,
                exact=layer.facts,
            )
        )


def _orders(call: KerasCall, operands: Sequence[Unit]) -> set[Lengths]:
    """Return the orders in which values were put that a layer with an axis takes."""
    if call.settings.get("axis") is None or len({*map(len, call.sizes)}) > 1:
        return set()
    found = {order_of(unit) for unit in operands}
    return {order for order in found if order is not None}


def _arrays(call: KerasCall, op: AbstractOp) -> Arrays:
    """Return the arrays of a layer; a dense layer's are a 1x1 window's if its op is."""
    arrays = arrays_of(call)
    if isinstance(op, Conv2D) and kind_of(call.layer) == "Dense":
        kernel = arrays[0].source
        return kernel_reshaped(arrays, *op.kernel_size, *kernel.shape)
    return arrays


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
