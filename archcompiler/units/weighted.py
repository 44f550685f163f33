"""Layers with weights as units: convolutions and dense layers."""

from dataclasses import replace
from math import prod

from archcompiler.ops import activation as functions
from archcompiler.ops.convolution import Conv2D, Conv2DTranspose
from archcompiler.ops.dense import Dense
from archcompiler.ops.depthwise import DepthwiseConv2D, SeparableConv2D
from archcompiler.ops.ranks import of_rank
from archcompiler.shapes import Shape
from archcompiler.units.arrays import Arrays, kernel_reshaped
from archcompiler.units.calls import AppliedOp, as_image, compared, facts
from archcompiler.units.elementwise import activate
from archcompiler.units.margins import (
    absorb,
    is_nowhere,
    less_sides,
    margin_of,
    padded,
    told_zeros,
)
from archcompiler.units.units import NOWHERE, Sides


def convolution(call: AppliedOp) -> int:
    """Add a convolution; one whose kernel is as large as the image is a dense layer."""
    op: Conv2D = call.op
    image = as_image(call.shape, op.rank)
    channels = call.channels if image is None else image[-1]
    if channels is not None and op.groups == channels > 1:
        window = (*op.kernel_size, channels, op.filters // op.groups)
        arrays = kernel_reshaped(call.arrays, *window)
        return depthwise_convolution(replace(call, op=_depthwise(op), arrays=arrays))
    if image is not None and _sees_all(call, image):
        matrix = kernel_reshaped(call.arrays, prod(image), op.filters)
        return _dense(replace(call, arrays=matrix), op.filters)
    return _window(call, image, "convolution")


def _depthwise(op: Conv2D) -> DepthwiseConv2D:
    """Return a convolution in as many groups as channels, by its own name."""
    return of_rank(DepthwiseConv2D, op.rank)(
        kernel_size=op.kernel_size,
        strides=op.strides,
        padding=op.padding,
        dilation_rate=op.dilation_rate,
        depth_multiplier=op.filters // op.groups,
        use_bias=op.use_bias,
        activation=op.activation,
    )


def _sees_all(call: AppliedOp, image: Shape) -> bool:
    """Whether a kernel lies on the whole image, once, and on nothing else."""
    op: Conv2D = call.op
    _, zeros = absorb(call.units, call.operands[0], call.zeros)
    if op.groups > 1 or {*op.dilation_rate} != {1} or zeros is None:
        return False
    is_pixel = {*op.kernel_size} == {1} or op.padding == "valid"
    return is_pixel and is_nowhere(zeros) and op.kernel_size == image[:-1]


def depthwise_convolution(call: AppliedOp) -> int:
    """Add a convolution of each channel by itself; of one channel it is a plain one."""
    image = as_image(call.shape, call.op.rank)
    channels = call.channels if image is None else image[-1]
    if channels == 1:
        return convolution(replace(call, op=_plain(call.op)))
    return _window(call, image, "depthwise convolution")


def _plain(op: DepthwiseConv2D) -> Conv2D:
    """Return a convolution of one channel by itself, by its own name."""
    return of_rank(Conv2D, op.rank)(
        filters=op.depth_multiplier,
        kernel_size=op.kernel_size,
        strides=op.strides,
        padding=op.padding,
        dilation_rate=op.dilation_rate,
        use_bias=op.use_bias,
        activation=op.activation,
    )


def separable_convolution(call: AppliedOp) -> int:
    """Add a depthwise convolution, then a 1x1 one."""
    op: SeparableConv2D = call.op
    first = of_rank(DepthwiseConv2D, op.rank)(
        kernel_size=op.kernel_size,
        strides=op.strides,
        padding=op.padding,
        dilation_rate=op.dilation_rate,
        depth_multiplier=op.depth_multiplier,
        use_bias=False,
    )
    second = of_rank(Conv2D, op.rank).model_validate(
        {
            "filters": op.filters,
            "kernel_size": (1,) * op.rank,
            "use_bias": op.use_bias,
            "activation": op.activation,
        }
    )
    open = dict(call.open)
    kernel = {n: open.pop(n) for n in ("depthwise_initializer",) if n in open}
    between = depthwise_convolution(
        replace(call, op=first, arrays=_as_kernel(call.arrays[:1]), open=kernel)
    )
    taken, rest = (between,), _as_kernel(call.arrays[1:])
    return convolution(
        AppliedOp(
            call.units,
            second,
            taken,
            call.origin,
            arrays=rest,
            open=open,
            precision=call.precision,
        )
    )


def _as_kernel(arrays: Arrays) -> Arrays:
    """Return arrays of which the first is called as the kernel that it is."""
    return (replace(arrays[0], name="kernel"), *arrays[1:]) if arrays else ()


def transposed_convolution(call: AppliedOp) -> int:
    """Add a convolution that enlarges; its padding crops, and is told in numbers."""
    op: Conv2DTranspose = call.op
    image = as_image(call.shape, op.rank)
    shape, counts = facts(op, image)
    settings = compared(op, "padding", "output_padding", "activation")
    if call.cropping is None and image is not None and shape is not None:
        settings["cropping"] = op.cropping((image,))
    elif call.cropping is not None:
        settings["cropping"] = call.cropping
        shape = _enlarged(op, image, call.cropping)
    else:
        words = {"padding": op.padding, "output_padding": op.output_padding}
        call = replace(call, exact=words)
    made = call.make("transposed convolution", settings, shape, counts=counts)
    return _activate(call, made)


def _enlarged(
    op: Conv2DTranspose, image: Shape | None, cropping: Sides
) -> Shape | None:
    if image is None:
        return None
    whole = op.model_copy(update={"padding": "valid", "output_padding": None})
    return padded(whole.infer_shape((image,)), less_sides(NOWHERE, cropping))


def dense(call: AppliedOp) -> int:
    """Add a dense layer of all elements that arrive."""
    return _dense(call, call.op.units)


def _dense(call: AppliedOp, units: int) -> int:
    """Add a dense layer, which takes an image as the vector of its elements."""
    before = call.units[call.operands[0]]
    operand, arrays = call.operands[0], call.arrays
    if before.kind == "flatten":
        (operand,) = before.operands
        if not before.is_last and before.arrives is not None:
            arrays = _rows_turned(arrays, before.arrives, units)
    call = replace(call, arrays=arrays)
    op = Dense(units=units, use_bias=call.op.use_bias)
    shape = call.units[operand].shape
    _, counts = facts(op, None if shape is None else (prod(shape),))
    settings, taken = compared(op, "activation"), (operand,)
    made = call.make("dense", settings, (units,), operands=taken, counts=counts)
    return _activate(call, made)


def _rows_turned(arrays: Arrays, image: Shape, units: int) -> Arrays:
    """Return the arrays of a dense layer, the rows of the matrix channels last."""
    if not arrays:
        return arrays
    *lengths, channels = image
    matrix = arrays[0].reshaped(channels, *lengths, units)
    axes = range(1, len(image))
    turned = matrix.transposed(*axes, 0, len(image)).reshaped(prod(image), units)
    return (turned, *arrays[1:])


def _window(call: AppliedOp, image: Shape | None, kind: str) -> int:
    """Add a convolution that slides, with the zero padding before it."""
    op = call.op
    operand, explicit = absorb(call.units, call.operands[0], call.zeros)
    size, strides, rates = op.kernel_size, op.strides, op.dilation_rate
    margin = margin_of(op, size, strides, rates, image, explicit)
    call = replace(call, exact=told_zeros(margin, explicit))
    before = call.units[operand].shape
    settings = compared(op, "padding", "activation")
    settings["dilation"] = tuple(
        rate if length > 1 else 1 for length, rate in zip(size, rates, strict=True)
    )  # a kernel of one row has nothing to spread
    shape, counts = facts(op, padded(as_image(before, op.rank), explicit))
    made = call.make(
        kind, settings, shape, operands=(operand,), margin=margin, counts=counts
    )
    return _activate(call, made)


def _activate(call: AppliedOp, place: int) -> int:
    """Add the activation that a layer carries as an argument."""
    given = {"activation": call.op.activation or "linear"}
    op = functions.Activation.model_validate(given)
    return activate(replace(call, op=op, operands=(place,), arrays=(), open={}))
