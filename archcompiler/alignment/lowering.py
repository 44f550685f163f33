"""Lowering: ops of the op table become units; one rule for each family of ops."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from math import prod
from typing import Any, NamedTuple

from archcompiler.alignment.margins import absorb, margin_of, padded
from archcompiler.alignment.units import (
    NO_COUNTS,
    NOWHERE,
    Counts,
    Margin,
    Sides,
    Unit,
    Units,
)
from archcompiler.alignment.words import function_of, words_of
from archcompiler.graph.graph import facts_of
from archcompiler.ops import activation as functions
from archcompiler.ops import merging, normalization, pooling, scaling
from archcompiler.ops.base import AbstractOp, OpError
from archcompiler.ops.convolution import Conv2D, Conv2DTranspose
from archcompiler.ops.dense import Dense
from archcompiler.ops.depthwise import DepthwiseConv2D, SeparableConv2D
from archcompiler.ops.rearranging import ChannelSlice, ChannelSplit
from archcompiler.ops.regularization import (
    AlphaDropout,
    Dropout,
    GaussianDropout,
    GaussianNoise,
    SpatialDropout2D,
    StochasticDepth,
)
from archcompiler.ops.reshaping import Flatten, Reshape
from archcompiler.ops.resizing import ZeroPadding2D
from archcompiler.shapes import Shape

Settings = dict[str, Hashable]


class Origin(NamedTuple):
    """Where a unit comes from: the layer's name, and the table's row."""

    layer: str
    row: int | None = None


@dataclass(frozen=True)
class Call:
    """An op applied to units that were made already."""

    units: Units
    op: Any
    operands: tuple[int, ...]
    origin: Origin
    zeros: Sides | None = NOWHERE
    """What the reader knows to surround the image, beside the op's own padding."""

    @property
    def shape(self) -> Shape | None:
        """The shape of the first operand."""
        return self.units[self.operands[0]].shape

    def make(
        self,
        kind: str,
        settings: Settings,
        shape: Shape | None,
        *,
        operands: tuple[int, ...] | None = None,
        margin: Margin | None = None,
        counts: Counts = NO_COUNTS,
        is_known: bool = True,
    ) -> int:
        """Add a unit of this call."""
        taken = self.operands if operands is None else operands
        layer, row = self.origin
        arrives = self.units[taken[0]].shape if taken else None
        unit = Unit(
            kind, settings, taken, shape, layer, arrives, row, margin, counts, is_known
        )
        return self.units.add(unit)

    def instead(self, op: AbstractOp, *operands: int) -> int:
        """Lower another op in place of this one."""
        taken = operands or self.operands
        return lower(Call(self.units, op, taken, self.origin, self.zeros))


Rule = Callable[[Call], int]


def lower(call: Call) -> int:
    """Add what an op does, and return the place of its output.

    Raises:
        OpError: for an op that does not fit what arrives.
    """
    return RULES.get(type(call.op), other)(call)


def leave_out(call: Call) -> int:
    """Leave out what does nothing outside training, or only lays elements out anew."""
    return call.operands[0]


# Layers with weights --------------------------------------------------------


def convolution(call: Call) -> int:
    """Add a convolution; of a 1x1 image, it is a dense layer."""
    op: Conv2D = call.op
    image = as_image(call.shape)
    if image is not None and op.groups == image[2] > 1:
        multiplier = op.filters // op.groups
        return _window(call, image, "depthwise convolution", {"multiplier": multiplier})
    settings: Settings = {"filters": op.filters, "groups": op.groups}
    is_pixel = image is not None and image[:2] == (1, 1)
    if is_pixel and op.kernel_size == (1, 1) and op.groups == 1:
        return _dense(call, op.filters)
    return _window(call, image, "convolution", settings)


def depthwise_convolution(call: Call) -> int:
    """Add a convolution of each channel by itself."""
    settings: Settings = {"multiplier": call.op.depth_multiplier}
    return _window(call, as_image(call.shape), "depthwise convolution", settings)


def separable_convolution(call: Call) -> int:
    """Add a depthwise convolution, then a 1x1 one."""
    op: SeparableConv2D = call.op
    first = DepthwiseConv2D(
        kernel_size=op.kernel_size,
        strides=op.strides,
        padding=op.padding,
        dilation_rate=op.dilation_rate,
        depth_multiplier=op.depth_multiplier,
        use_bias=False,
    )
    second = Conv2D(
        filters=op.filters,
        kernel_size=(1, 1),
        use_bias=op.use_bias,
        activation=op.activation,
    )
    between = call.instead(first)
    return lower(Call(call.units, second, (between,), call.origin))


def transposed_convolution(call: Call) -> int:
    """Add a convolution that enlarges; its padding, which crops, is not compared."""
    op: Conv2DTranspose = call.op
    settings: Settings = {
        "kernel": op.kernel_size,
        "stride": op.strides,
        "filters": op.filters,
        "bias": op.use_bias,
    }
    shape, counts = _facts(op, as_image(call.shape))
    made = call.make("transposed convolution", settings, shape, counts=counts)
    return _activate(call, made)


def dense(call: Call) -> int:
    """Add a dense layer of all elements that arrive."""
    return _dense(call, call.op.units)


def _dense(call: Call, units: int) -> int:
    use_bias = call.op.use_bias
    settings: Settings = {"units": units, "bias": use_bias}
    shape = call.shape
    flat = None if shape is None else (prod(shape),)
    _, counts = _facts(Dense(units=units, use_bias=use_bias), flat)
    return _activate(call, call.make("dense", settings, (units,), counts=counts))


def _window(call: Call, image: Shape | None, kind: str, own: Settings) -> int:
    """Add a convolution that slides, with the zero padding before it."""
    op = call.op
    operand, explicit = absorb(call.units, call.operands[0], call.zeros)
    margin = margin_of(op, op.kernel_size, op.strides, _rates(op), image, explicit)
    settings: Settings = {
        "kernel": op.kernel_size,
        **own,
        "stride": op.strides,
        "dilation": _rates(op),
        "bias": op.use_bias,
    }
    shape, counts = _facts(op, padded(as_image(call.units[operand].shape), explicit))
    made = call.make(
        kind, settings, shape, operands=(operand,), margin=margin, counts=counts
    )
    return _activate(call, made)


def _rates(op: Any) -> tuple[int, int]:
    rates: tuple[int, int] = getattr(op, "dilation_rate", (1, 1))
    return rates


def _facts(op: AbstractOp, shape: Shape | None) -> tuple[Shape | None, Counts]:
    if shape is None:
        return None, Counts(macs=None)
    facts = facts_of(op, (shape,))
    return facts.shape, Counts(facts.parameters, facts.macs)


def _activate(call: Call, place: int) -> int:
    """Add the activation that a layer carries as an argument."""
    name = call.op.activation
    if name is None or name == "linear":
        return place
    settings: Settings = {
        "function": function_of(functions.Activation(activation=name))
    }
    shape = call.units[place].shape
    return call.make("activation", settings, shape, operands=(place,))


# Layers without weights -----------------------------------------------------


def pool(call: Call) -> int:
    """Add pooling; a window over the whole image is global pooling."""
    op = call.op
    name = "max" if isinstance(op, pooling.MaxPooling2D) else "average"
    strides = op.strides or op.pool_size
    operand, explicit = absorb(call.units, call.operands[0], call.zeros)
    image = as_image(call.units[operand].shape)
    shape, _ = _facts(op, padded(image, explicit))
    margin = margin_of(
        op, op.pool_size, strides, (1, 1), as_image(call.shape), explicit
    )
    if image is not None and image[:2] == op.pool_size and margin.zeros == NOWHERE:
        return call.make(f"global {name} pooling", {}, (image[2],), operands=(operand,))
    settings: Settings = {"window": op.pool_size, "stride": strides}
    return call.make(
        f"{name} pooling", settings, shape, operands=(operand,), margin=margin
    )


def pool_globally(call: Call) -> int:
    """Add global pooling; a vector and a 1x1 image hold the same."""
    is_max = isinstance(call.op, pooling.GlobalMaxPooling2D)
    name = "max" if is_max else "average"
    channels = None if call.shape is None else call.shape[-1:]
    return call.make(f"global {name} pooling", {}, channels)


def merge(call: Call) -> int:
    """Add a merge, element by element; the largest value gives the shape."""
    shapes = [call.units[place].shape for place in call.operands]
    known = [shape for shape in shapes if shape is not None]
    largest = max(known, key=prod) if len(known) == len(shapes) else None
    return call.make(words_of(call.op), {}, largest)


def concatenate(call: Call) -> int:
    """Add a concatenation of channels."""
    shapes = [call.units[place].shape for place in call.operands]
    known = [shape for shape in shapes if shape is not None]
    shape = None
    if len(known) == len(shapes):
        shape = (*known[0][:-1], sum(each[-1] for each in known))
    return call.make("concatenate", {}, shape)


def activate(call: Call) -> int:
    """Add a function of each element, or softmax."""
    if call.op.op == "Activation" and call.op.activation == "linear":
        return call.operands[0]
    return call.make("activation", {"function": function_of(call.op)}, call.shape)


def normalise(call: Call) -> int:
    """Add a normalisation by statistics; epsilon and momentum are not compared."""
    groups = getattr(call.op, "groups", None)
    settings: Settings = {} if groups is None else {"groups": groups}
    return call.make(words_of(call.op), settings, call.shape)


def normalise_locally(call: Call) -> int:
    """Add a normalisation by neighbouring channels."""
    op: normalization.LocalResponseNormalization = call.op
    settings: Settings = {
        "size": op.size,
        "alpha": op.alpha,
        "beta": op.beta,
        "k": op.k,
    }
    return call.make("local response normalisation", settings, call.shape)


def scale(call: Call) -> int:
    """Add products and sums of each channel; one after the other, they are one."""
    before = call.units[call.operands[0]]
    if before.kind == "scaling":
        return call.operands[0]
    return call.make("scaling", {}, call.shape)


def reshape(call: Call) -> int:
    """Add elements laid out anew: nothing, unless an image comes of it."""
    shape, _ = _facts(call.op, call.shape)
    if shape is None or len(shape) == 1 or set(shape[:-1]) == {1}:
        return call.operands[0]
    return call.make("reshape", {"target": shape}, shape)


def pad(call: Call) -> int:
    """Add zeros around the image, until a window absorbs them."""
    sides: Sides = call.op.padding
    if sides == NOWHERE:
        return call.operands[0]
    shape = padded(call.shape, sides)
    return call.make("zero padding", {"sides": sides}, shape)


def keep_channels(call: Call) -> int:
    """Add a choice of channels; a part of a split is told as the slice that it is."""
    shape, _ = _facts(call.op, call.shape)
    if shape is None:
        return other(call)
    if shape == call.shape:
        return call.operands[0]
    is_part = isinstance(call.op, ChannelSplit)
    start = call.op.part * shape[-1] if is_part else call.op.start
    settings: Settings = {"start": start, "stop": start + shape[-1]}
    return call.make("channel slice", settings, shape)


def other(call: Call) -> int:
    """Add any other op: its name and its arguments."""
    fields = call.op.model_dump(exclude={"op"})
    settings = {key: each for key, each in fields.items() if not _is_open(key)}
    shape, counts = _facts(call.op, call.shape)
    return call.make(words_of(call.op), settings, shape, counts=counts)


def _is_open(field: str) -> bool:
    """Whether a field says nothing about what the op computes."""
    return field == "seed" or field.endswith("_initializer")


def as_image(shape: Shape | None) -> Shape | None:
    """Return a vector as the 1x1 image that holds the same."""
    return (1, 1, *shape) if shape is not None and len(shape) == 1 else shape


RULES: dict[type[AbstractOp], Rule] = {
    Conv2D: convolution,
    DepthwiseConv2D: depthwise_convolution,
    SeparableConv2D: separable_convolution,
    Conv2DTranspose: transposed_convolution,
    Dense: dense,
    pooling.MaxPooling2D: pool,
    pooling.AveragePooling2D: pool,
    pooling.GlobalAveragePooling2D: pool_globally,
    pooling.GlobalMaxPooling2D: pool_globally,
    merging.Add: merge,
    merging.Subtract: merge,
    merging.Multiply: merge,
    merging.Average: merge,
    merging.Maximum: merge,
    merging.Minimum: merge,
    merging.Concatenate: concatenate,
    functions.Activation: activate,
    functions.ReLU: activate,
    functions.LeakyReLU: activate,
    functions.ELU: activate,
    functions.PReLU: activate,
    functions.Softmax: activate,
    normalization.BatchNormalization: normalise,
    normalization.LayerNormalization: normalise,
    normalization.GroupNormalization: normalise,
    normalization.UnitNormalization: normalise,
    normalization.LocalResponseNormalization: normalise_locally,
    normalization.Normalization: scale,
    scaling.Rescaling: scale,
    scaling.Scale: scale,
    scaling.LayerScale: scale,
    Dropout: leave_out,
    AlphaDropout: leave_out,
    SpatialDropout2D: leave_out,
    GaussianDropout: leave_out,
    GaussianNoise: leave_out,
    StochasticDepth: leave_out,
    Flatten: leave_out,
    Reshape: reshape,
    ChannelSlice: keep_channels,
    ChannelSplit: keep_channels,
    ZeroPadding2D: pad,
}
"""The rule of each op; any other op is told by its name and arguments."""

__all__ = ["Call", "OpError", "Origin", "lower"]
