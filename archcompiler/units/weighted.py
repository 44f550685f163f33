"""Layers with weights as units: convolutions and dense layers."""

from dataclasses import replace
from math import prod

from archcompiler.ops import activation as functions
from archcompiler.ops.convolution import Conv2D, Conv2DTranspose
from archcompiler.ops.dense import Dense
from archcompiler.ops.depthwise import DepthwiseConv2D, SeparableConv2D
from archcompiler.shapes import Shape
from archcompiler.units.calls import Call, Settings, as_image, compared, facts
from archcompiler.units.elementwise import activate
from archcompiler.units.margins import absorb, margin_of, padded
from archcompiler.units.units import NOWHERE, Sides


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
    between = depthwise_convolution(
        replace(call, op=first, weights=call.weights[:1], open=kernel)
    )
    taken, rest = (between,), call.weights[1:]
    return convolution(
        Call(call.units, second, taken, call.origin, weights=rest, open=open)
    )


def transposed_convolution(call: Call) -> int:
    """Add a convolution that enlarges; its padding crops, and is told in numbers."""
    op: Conv2DTranspose = call.op
    image = as_image(call.shape)
    shape, counts = facts(op, image)
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
    _, counts = facts(op, None if shape is None else (prod(shape),))
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
    shape, counts = facts(op, padded(as_image(call.units[operand].shape), explicit))
    made = call.make(
        kind, settings, shape, operands=(operand,), margin=margin, counts=counts
    )
    return _activate(call, made)


def _activate(call: Call, place: int) -> int:
    """Add the activation that a layer carries as an argument."""
    given = {"activation": call.op.activation or "linear"}
    op = functions.Activation.model_validate(given)
    return activate(replace(call, op=op, operands=(place,), weights=(), open={}))
