"""Lowering: ops of the op table become units; one rule for each family of ops."""

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field, replace
from math import prod
from typing import Any, NamedTuple

from archcompiler.alignment.idioms import as_function
from archcompiler.alignment.margins import (
    absorb,
    add_sides,
    is_never_negative,
    margin_of,
    padded,
)
from archcompiler.alignment.units import (
    NO_COUNTS,
    NOISE,
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
from archcompiler.ops.reshaping import Flatten, Reshape
from archcompiler.ops.resizing import Cropping2D, ZeroPadding2D
from archcompiler.shapes import Shape

Settings = dict[str, Any]

SHORT = {
    "kernel_size": "kernel",
    "pool_size": "window",
    "strides": "stride",
    "dilation_rate": "dilation",
    "depth_multiplier": "multiplier",
    "use_bias": "bias",
}
"""What people call a field."""

SCALED = scaling.Rescaling(scale=0.5)
"""A scaling of which a reader only knows that it does something."""

FUNCTION_FIELDS = ("activation", "max_value", "negative_slope", "threshold", "alpha")
"""The fields that the words of a function tell."""


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

    outside: Sides = NOWHERE
    """What surrounds the zeros, and pooling doesn't see."""

    channels: int | None = None
    """How many channels arrive, where only the weights tell."""

    cropping: Sides | None = None
    """What a transposed convolution cuts off; None where the op's own words say it."""

    weights: tuple[Hashable, ...] = ()
    """What tells the layer's weights from those of others, where it is known."""

    open: Mapping[str, Hashable] = field(default_factory=dict)
    """What the uncompared fields hold, as far as the reader knows."""

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
    ) -> int:
        """Add a unit of this call."""
        taken = self.operands if operands is None else operands
        layer, row = self.origin
        arrives = self.units[taken[0]].shape if taken else None
        unit = Unit(
            kind,
            settings,
            taken,
            shape,
            layer,
            arrives,
            row,
            margin,
            counts,
            family=self.op.family or self.op.role,
            is_ordered=self.op.is_ordered,
            keeps_signs=self.op.keeps_signs,
            is_never_negative=self.op.is_never_negative(),
            open=self.open,
            weights=self.weights if counts.parameters else (),
            is_affine=self.op.is_affine(),
        )
        return self.units.add(as_function(self.units, unit))

    def instead(self, op: AbstractOp, *operands: int) -> int:
        """Lower another op in place of this one."""
        taken = operands or self.operands
        return lower(replace(self, op=op, operands=taken, weights=(), open={}))


Rule = Callable[[Call], int]


def lower(call: Call) -> int:
    """Add what an op does, and return the place of its output.

    Raises:
        OpError: for an op that does not fit what arrives.
    """
    return RULES.get(type(call.op), other)(call)


# Layers with weights --------------------------------------------------------


def convolution(call: Call) -> int:
    """Add a convolution; one whose kernel is as large as the image is a dense layer."""
    op: Conv2D = call.op
    image = as_image(call.shape)
    channels = call.channels if image is None else image[2]
    if channels is not None and op.groups == channels > 1:
        own = {"multiplier": op.filters // op.groups}
        return _window(call, image, "depthwise convolution", own, "filters", "groups")
    if image is not None and _sees_all(call, image):
        return _dense(call, op.filters)
    return _window(call, image, "convolution", {})


def _sees_all(call: Call, image: Shape) -> bool:
    """Whether a kernel lies on the whole image, once, and on nothing else."""
    op: Conv2D = call.op
    _, zeros = absorb(call.units, call.operands[0], call.zeros)
    is_plain = op.groups == 1 and op.dilation_rate == (1, 1) and zeros == NOWHERE
    is_pixel = op.kernel_size == (1, 1) or op.padding == "valid"
    return is_plain and is_pixel and op.kernel_size == image[:2]


def depthwise_convolution(call: Call) -> int:
    """Add a convolution of each channel by itself."""
    return _window(call, as_image(call.shape), "depthwise convolution", {})


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
    open = dict(call.open)
    kernel = {n: open.pop(n) for n in ("depthwise_initializer",) if n in open}
    between = lower(replace(call, op=first, weights=call.weights[:1], open=kernel))
    taken, rest = (between,), call.weights[1:]
    return lower(Call(call.units, second, taken, call.origin, weights=rest, open=open))


def transposed_convolution(call: Call) -> int:
    """Add a convolution that enlarges; its padding crops, and is told in numbers."""
    op: Conv2DTranspose = call.op
    image = as_image(call.shape)
    shape, counts = _facts(op, image)
    settings = compared(op, "padding", "output_padding", "activation")
    if call.cropping is None and image is not None and shape is not None:
        settings["cropping"] = op.cropping((image,))
    elif call.cropping is not None:
        settings["cropping"] = call.cropping
        shape = _enlarged(op, image, call.cropping)
    made = call.make("transposed convolution", settings, shape, counts=counts)
    return _activate(call, made)


def _enlarged(
    op: Conv2DTranspose, image: Shape | None, cropping: Sides
) -> Shape | None:
    if image is None:
        return None
    whole = op.model_copy(update={"padding": "valid", "output_padding": (0, 0)})
    height, width, filters = whole.infer_shape((image,))
    return height - sum(cropping[0]), width - sum(cropping[1]), filters


def dense(call: Call) -> int:
    """Add a dense layer of all elements that arrive."""
    return _dense(call, call.op.units)


def _dense(call: Call, units: int) -> int:
    """Add a dense layer, which takes an image as the vector of its elements."""
    before = call.units[call.operands[0]]
    operand = before.operands[0] if before.kind == "flatten" else call.operands[0]
    op = Dense(units=units, use_bias=call.op.use_bias)
    shape = call.units[operand].shape
    _, counts = _facts(op, None if shape is None else (prod(shape),))
    settings, taken = compared(op, "activation"), (operand,)
    made = call.make("dense", settings, (units,), operands=taken, counts=counts)
    return _activate(call, made)


def _window(
    call: Call, image: Shape | None, kind: str, own: Settings, *told: str
) -> int:
    """Add a convolution that slides, with the zero padding before it."""
    op = call.op
    operand, explicit = absorb(call.units, call.operands[0], call.zeros)
    size, strides, rates = op.kernel_size, op.strides, op.dilation_rate
    margin = margin_of(op, size, strides, rates, image, explicit)
    settings = {**compared(op, "padding", "activation", *told), **own}
    settings["dilation"] = tuple(
        rate if length > 1 else 1 for length, rate in zip(size, rates, strict=True)
    )  # a kernel of one row has nothing to spread
    shape, counts = _facts(op, padded(as_image(call.units[operand].shape), explicit))
    made = call.make(
        kind, settings, shape, operands=(operand,), margin=margin, counts=counts
    )
    return _activate(call, made)


def _facts(op: AbstractOp, shape: Shape | None) -> tuple[Shape | None, Counts]:
    if shape is None:
        return None, Counts(macs=None)
    try:
        facts = facts_of(op, (shape,))
    except OpError:
        if len(shape) != 1:
            raise
        facts = facts_of(op, ((1, 1, *shape),))  # units hold a 1x1 image as a vector
    return facts.shape, Counts(facts.parameters, facts.macs)


def _activate(call: Call, place: int) -> int:
    """Add the activation that a layer carries as an argument."""
    given = {"activation": call.op.activation or "linear"}
    return call.instead(functions.Activation.model_validate(given), place)


# Layers without weights -----------------------------------------------------


def pool(call: Call) -> int:
    """Add pooling; a window over the whole image is global pooling.

    What `same` puts around the image, and `outside`, no window sees: it is left out of
    a mean, and below every number. Zeros that are written are numbers as others are;
    where nothing is below 0 either way gives the same largest value.
    """
    op = call.op
    is_max = isinstance(op, pooling.MaxPooling2D)
    name = "max" if is_max else "average"
    strides = op.strides or op.pool_size
    operand, explicit = absorb(call.units, call.operands[0], call.zeros)
    image = as_image(call.units[operand].shape)
    margin = margin_of(
        op, op.pool_size, strides, (1, 1), as_image(call.shape), explicit, call.outside
    )
    if is_max and is_never_negative(call.units, operand):
        margin = margin._replace(outside=NOWHERE)
    around = explicit and add_sides(explicit, call.outside)
    shape, _ = _facts(op, padded(image, around))
    if op.pool_size == strides == (1, 1) and margin.zeros == NOWHERE:
        return operand
    if image is not None and image[:2] == op.pool_size and margin.zeros == NOWHERE:
        return call.make(f"global {name} pooling", {}, (image[2],), operands=(operand,))
    settings = {**compared(op, "padding"), "stride": strides}
    return call.make(
        f"{name} pooling", settings, shape, operands=(operand,), margin=margin
    )


def pool_globally(call: Call) -> int:
    """Add global pooling, of more than one position; a vector holds one."""
    image = as_image(call.shape)
    if image is not None and image[:2] == (1, 1):
        return call.operands[0]
    is_max = isinstance(call.op, pooling.GlobalMaxPooling2D)
    name = "max" if is_max else "average"
    channels = None if call.shape is None else call.shape[-1:]
    settings = compared(call.op, "keepdims")
    return call.make(f"global {name} pooling", settings, channels)


def merge(call: Call) -> int:
    """Add a merge, element by element; the largest value gives the shape."""
    shapes = [call.units[place].shape for place in call.operands]
    known = [shape for shape in shapes if shape is not None]
    largest = max(known, key=prod) if len(known) == len(shapes) else None
    return call.make(words_of(type(call.op)), {}, largest)


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
    settings = compared(call.op, *FUNCTION_FIELDS)
    if call.op.op == "PReLU" and call.shape is not None:
        del settings["shared_axes"]
        settings["slopes"] = as_image(call.op.weights((call.shape,))[0].shape)
    if "axis" in settings and call.shape is not None:
        axes = len(call.shape) + 1
        settings["axis"] = call.op.axis % axes - axes
    shape, counts = _facts(call.op, call.shape)
    settings["function"] = function_of(call.op)
    if settings["function"] == "softmax":
        settings.setdefault("axis", -1)  # the function knows no other
    return call.make("activation", settings, shape, counts=counts)


def scale(call: Call) -> int:
    """Add products and sums of each channel; one after the other, they are one."""
    if call.op == scaling.Rescaling(scale=1.0):
        return call.operands[0]
    before = call.units[call.operands[0]]
    names = tuple(weight.name for weight in call.op.weights((call.shape or (1,),)))
    counts, taken = _facts(call.op, call.shape)[1], call.operands
    numbers = _numbers(call)
    if before.kind == "scaling":
        earlier: Any = before.settings.get("learnt", ())
        names = (*earlier, *names)
        counts = Counts(before.counts.parameters + counts.parameters, counts.macs)
        taken = before.operands
        numbers = _composed(before.open, numbers)
    settings: Settings = {"learnt": names}
    call = replace(call, open={**call.open, **numbers})
    place = call.make("scaling", settings, call.shape, operands=taken, counts=counts)
    if before.kind == "scaling" and before.is_affine:
        call.units.change(place, is_affine=True)
    return place


def _numbers(call: Call) -> Mapping[str, Hashable]:
    """Return scale and offset, which may be arrays; what is learnt changes neither.

    Of an op whose numbers nobody told, they are not known.
    """
    told = call.open or call.op.weights((call.shape or (1,),))
    own = _UNSCALED if told else dict.fromkeys(_UNSCALED)
    return {**own, **call.open}


_UNSCALED: Mapping[str, float] = {"scale": 1.0, "offset": 0.0}


def _composed(
    before: Mapping[str, Hashable], after: Mapping[str, Hashable]
) -> Mapping[str, Hashable]:
    """Return the numbers of two rescalings, one after the other."""
    both = [[each.get(name) for name in _UNSCALED] for each in (before, after)]
    (a, b), (c, d) = both
    if all(isinstance(each, float) for each in (a, b, c, d)):
        return {"scale": a * c, "offset": b * c + d}  # type: ignore[operator]
    if None in (a, b, c, d):
        return dict.fromkeys(_UNSCALED)
    return {"scale": (a, c), "offset": (b, d)}


def reshape(call: Call) -> int:
    """Add elements laid out anew: nothing, where a 1x1 image or vector stays one."""
    shape, _ = _facts(call.op, call.shape)
    if shape is not None and _is_same(shape, call.shape):
        return call.operands[0]
    if isinstance(call.op, Flatten) or (shape is not None and len(shape) == 1):
        return call.make("flatten", {}, shape)
    return call.make("reshape", {"target": shape or call.op.target_shape}, shape)


def _is_same(shape: Shape, other: Shape | None) -> bool:
    """Whether two shapes are one, or a vector and the 1x1 image that holds the same."""
    return other is not None and as_image(shape) == as_image(other)


def pad(call: Call) -> int:
    """Add zeros around the image, until a window absorbs them."""
    sides: Sides = call.op.padding
    if sides == NOWHERE:
        return call.operands[0]
    shape = padded(call.shape, sides)
    return call.make("zero padding", {"sides": sides}, shape)


def crop(call: Call) -> int:
    """Add what is cut off; after another cut, or where one enlarges, they are one."""
    sides: Sides = call.op.cropping
    if sides == NOWHERE:
        return call.operands[0]
    before = call.units[call.operands[0]]
    earlier: Any = before.settings.get("cropping")
    if before.kind not in ("cropping", "transposed convolution") or earlier is None:
        return other(call)
    shape, _ = _facts(call.op, call.shape)
    settings = {**before.settings, "cropping": add_sides(earlier, sides)}
    return call.units.add(replace(before, settings=settings, shape=shape))


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
    if call.op.only_in_training:
        return _note_noise(call)
    shape, counts = _facts(call.op, call.shape)
    return call.make(words_of(type(call.op)), compared(call.op), shape, counts=counts)


def _note_noise(call: Call) -> int:
    """Note with a value what acts on it in training."""
    (place,) = call.operands
    before = call.units[place].open
    numbers = [v for k, v in call.op if isinstance(v, float)]
    text = " ".join([words_of(type(call.op)), *(f"{number:g}" for number in numbers)])
    earlier: Any = before.get(NOISE, ())
    noise = (text, call.origin.row)
    call.units.change(place, open={**before, NOISE: (*earlier, noise)})
    return place


def open_fields(op: AbstractOp) -> Mapping[str, Hashable]:
    """Return the fields that no comparison looks at."""
    return {name: getattr(op, name) for name in op.uncompared()}


def compared(op: AbstractOp, *told: str) -> Settings:
    """Return the fields that tell what an op computes, but for those told otherwise."""
    left_out = {"op", *told, *op.uncompared()}
    return {
        SHORT.get(name, name): getattr(op, name)
        for name in type(op).model_fields
        if name not in left_out
    }


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
    normalization.Normalization: scale,
    scaling.Rescaling: scale,
    scaling.Scale: scale,
    scaling.LayerScale: scale,
    Flatten: reshape,
    Reshape: reshape,
    ChannelSlice: keep_channels,
    ChannelSplit: keep_channels,
    ZeroPadding2D: pad,
    Cropping2D: crop,
}
"""The rule of each op; any other op is told by its name and arguments."""

__all__ = ["Call", "OpError", "Origin", "lower"]
