"""Convolutions, dense layers and pooling: windows that slide, with explicit padding."""

from collections.abc import Hashable
from typing import Any

from archcompiler.models.sizes import Size
from archcompiler.shapes import transposed_cropping, window_extent
from archcompiler.transplanting.activations import activate
from archcompiler.transplanting.call import Call
from archcompiler.transplanting.generic import generic
from archcompiler.transplanting.graph import Value, Weight
from archcompiler.transplanting.padding import (
    Sides,
    absorb,
    add_sides,
    image_axes,
    padding_numbers,
)
from archcompiler.transplanting.signs import is_never_negative

Attributes = dict[str, Hashable]


def convolution(call: Call) -> Value:
    """`Conv` and `DepthwiseConv` of any rank."""
    if not _has_plain_weights(call):
        return generic(call)
    value = _convolve(call, type(call.layer).__name__, call.settings, call.weights())
    return activate(call, value, call.layer.activation)


def separable_convolution(call: Call) -> Value:
    """`SeparableConv`: each channel by itself, then a 1x1 convolution."""
    is_plain = len(call.layer.weights) == 2 + bool(call.settings["use_bias"])
    if not is_plain or call.settings["data_format"] != "channels_last":
        return generic(call)
    kernel, *pointwise = call.weights()
    name = type(call.layer).__name__
    first = {**call.settings, "use_bias": False}
    value = _convolve(call, name.replace("Separable", "Depthwise"), first, (kernel,))
    value = _mix_channels(call, value, call.results[0], tuple(pointwise))
    return activate(call, value, call.layer.activation)


def transposed_convolution(call: Call) -> Value:
    """`ConvTranspose`, whose padding crops."""
    if not _has_plain_weights(call):
        return generic(call)
    kept = {key: each for key, each in call.settings.items() if key != "activation"}
    cropping = _cropping(call)
    if cropping is not None:
        del kept["padding"], kept["output_padding"]
        kept["cropping"] = cropping
    attributes = {**kept, **call.precision(), **call.ranks()}
    value = call.add(type(call.layer).__name__, attributes, weights=call.weights())
    return activate(call, value, call.layer.activation)


def _cropping(call: Call) -> Sides | None:
    """Return what is cut off before and after, per axis; None where the run tells."""
    settings: dict[str, Any] = call.settings
    sizes = (call.sizes[0], call.results[0])
    images = [image_axes(size, settings["data_format"]) for size in sizes]
    names = ("kernel_size", "dilation_rate", "strides")
    axes = zip(*(settings[name] for name in names), *images, strict=True)
    sides = []
    for size, rate, stride, length, output in axes:
        if length is None or output is None:
            return None
        extent, word = window_extent(size, rate), settings["padding"]
        sides.append(transposed_cropping(length, extent, stride, word, output))
    return tuple(sides)


def dense(call: Call) -> Value:
    """`Dense`: of an image, a 1x1 convolution."""
    if not _has_plain_weights(call):
        return generic(call)
    value = _mix_channels(call, call.operands[0], call.sizes[0], call.weights())
    return activate(call, value, call.layer.activation)


def pooling(call: Call) -> Value:
    """`MaxPooling` and `AveragePooling`.

    `zeros` are pooled like any value; what `same` puts around, `outside`, never is.
    Where nothing is below 0 either way gives the same largest value.
    """
    settings = call.settings
    size: Any = settings["pool_size"]
    strides: Any = settings["strides"]
    layout = settings["data_format"]
    outside = padding_numbers(call, settings, size, strides, (1,) * len(size))
    operand, zeros = absorb(call.graph, call.operands[0], len(size), layout)
    if {*size, *strides} == {1} and not any(map(any, zeros)):
        return operand
    if outside is not None and _makes_no_border(call, operand):
        zeros, outside = add_sides(zeros, outside), ((0, 0),) * len(size)
    if _is_whole_image(call, size) and zeros == outside:
        return pool_globally(call, f"Global{type(call.layer).__name__}")
    attributes: Attributes = {
        "pool_size": size,
        "strides": strides,
        "zeros": zeros,
        "outside": settings["padding"] if outside is None else outside,
        "data_format": layout,
        **call.precision(),
        **call.ranks(),
    }
    return call.add(type(call.layer).__name__, attributes, operands=[operand])


def _makes_no_border(call: Call, operand: Value) -> bool:
    is_max = type(call.layer).__name__.startswith("Max")
    return is_max and is_never_negative(call.graph, operand)


def pool_globally(call: Call, kind: str) -> Value:
    """Add global pooling to a vector, or to a 1x1 image, which holds the same."""
    return call.add(kind, {**call.precision(), **call.ranks()})


def _is_whole_image(call: Call, size: Size) -> bool:
    """Whether a window of that size covers an image once, nothing around it."""
    is_last = call.settings["data_format"] == "channels_last"
    is_one = is_last and call.results[0][:-1] == (1, 1)
    return is_one and call.sizes[0][:-1] == size


def is_pixel(size: Size) -> bool:
    """Whether a shape, channels last, is a 1x1 image: it holds what a vector holds."""
    return len(size) > 1 and set(size[:-1]) == {1}


def _convolve(
    call: Call, kind: str, settings: Attributes, weights: tuple[Weight, ...]
) -> Value:
    """Add a convolution of the call's operand, all zero padding absorbed."""
    kind, settings, weights = _by_channel(kind, settings, weights)
    size: Any = settings["kernel_size"]
    strides: Any = settings["strides"]
    rates = _spread(size, settings["dilation_rate"])
    layout = settings["data_format"]
    is_depthwise = "Depthwise" in kind
    mixes = not is_depthwise and settings["groups"] == 1 and set(size) == {1}
    if mixes and layout == "channels_last" and is_pixel(call.sizes[0]):
        return _multiply_matrix(call, call.operands[0], weights)
    own = padding_numbers(call, settings, size, strides, rates)
    operand, padding = call.operands[0], settings["padding"]
    if own is not None:
        operand, zeros = absorb(call.graph, operand, len(size), layout)
        padding = add_sides(zeros, own)
    many = "depth_multiplier" if is_depthwise else "filters"
    attributes = {
        "kernel_size": size,
        many: settings[many],
        "strides": strides,
        "dilation_rate": rates,
        "groups": 1 if is_depthwise else settings["groups"],
        "use_bias": settings["use_bias"],
        "padding": padding,
        "data_format": layout,
        **call.precision(),
        **call.ranks(),
    }
    return call.add(kind, attributes, operands=[operand], weights=weights)


def _spread(size: tuple[int, ...], rates: Any) -> tuple[int, ...]:
    """Return the dilation along each axis, of which one position has none."""
    return tuple(
        1 if length == 1 else rate for length, rate in zip(size, rates, strict=True)
    )


def _by_channel(
    kind: str, settings: Attributes, weights: tuple[Weight, ...]
) -> tuple[str, Attributes, tuple[Weight, ...]]:
    """Tell a convolution in groups of one channel as the depthwise one that it is.

    Both count what they give channel by channel, so the kernels hold the same numbers
    in the same order.
    """
    kernel, *bias = weights
    groups: Any = settings.get("groups", 1)
    if "Depthwise" in kind or groups == 1 or kernel.shape[-2] > 1:
        return kind, settings, weights
    multiplier = kernel.shape[-1] // groups
    window = Weight(kernel.variable, (*kernel.shape[:-2], groups, multiplier))
    told = {**settings, "depth_multiplier": multiplier}
    return f"Depthwise{kind}", told, (window, *bias)


def _mix_channels(
    call: Call, operand: Value, size: Size, weights: tuple[Weight, ...]
) -> Value:
    """Add what a dense layer does at each position of an image of that size."""
    if len(size) == 1 or is_pixel(size):
        return _multiply_matrix(call, operand, weights)
    kernel, *bias = weights
    axes = len(size) - 1
    ones, matrix = (1,) * axes, kernel.shape[-2:]
    layout = call.settings.get("data_format", "channels_last")
    operand, zeros = absorb(call.graph, operand, axes, layout)
    attributes = {
        "kernel_size": ones,
        "filters": matrix[-1],
        "strides": ones,
        "dilation_rate": ones,
        "groups": 1,
        "use_bias": bool(bias),
        "padding": zeros,
        "data_format": layout,
        **call.precision(),
        **call.ranks(),
    }
    window = Weight(kernel.variable, (*ones, *matrix))
    weights = (window, *bias)
    return call.add(f"Conv{axes}D", attributes, operands=[operand], weights=weights)


def _multiply_matrix(call: Call, operand: Value, weights: tuple[Weight, ...]) -> Value:
    """Add a dense layer; the kernel of a 1x1 convolution is a matrix with more axes."""
    kernel, *bias = weights
    matrix = Weight(kernel.variable, kernel.shape[-2:])
    attributes = {
        "units": matrix.shape[-1],
        "use_bias": bool(bias),
        **call.precision(),
    }
    return call.add("Dense", attributes, operands=[operand], weights=[matrix, *bias])


def _has_plain_weights(call: Call) -> bool:
    """Whether the layer has a kernel and perhaps a bias, and nothing else."""
    return len(call.layer.weights) == 1 + bool(call.settings["use_bias"])
