"""What ops expect of the tensors that arrive: how many, of which rank and channels."""

from math import prod

from archcompiler.ops.base import AbstractOp, OpError, Shapes, Weight
from archcompiler.ops.fields import LARGEST
from archcompiler.shapes import Shape, format_shape


def expect_one(op: AbstractOp, inputs: Shapes) -> Shape:
    """Return the shape of the only input."""
    if len(inputs) != 1:
        raise OpError(
            "input-count",
            f"`{type(op).__name__}` takes one input, received {len(inputs)}",
            "merge them first: write `concatenate` or `add` before it",
        )
    return inputs[0]


def expect_image(op: AbstractOp, inputs: Shapes) -> Shape:
    """Return the height, width and channels of the only input.

    An op of another rank takes a sequence (length, channels) or a volume.
    """
    shape = expect_one(op, inputs)
    if len(shape) != op.rank + 1:
        name = type(op).__name__
        raise OpError(
            "rank-mismatch",
            f"`{name}` needs height x width x channels, received {describe(shape)}",
            f"put `{name}` before Flatten, Dense or global pooling",
        )
    return shape


def expect_vector(op: AbstractOp, inputs: Shapes, everywhere: str) -> int:
    """Return the features of the only input.

    `everywhere` is the call that does the same at every position of an image.
    """
    shape = expect_one(op, inputs)
    if len(shape) != 1:
        at_positions = f"; for a layer of every position, {everywhere}"
        raise OpError(
            "rank-mismatch",
            f"`{type(op).__name__}` needs a vector, received {describe(shape)}",
            "write Flatten or GlobalAveragePooling2D before it"
            + (at_positions if len(shape) == 3 else ""),
        )
    return shape[0]


def expect_several(op: AbstractOp, inputs: Shapes) -> None:
    """Refuse fewer than two inputs."""
    if len(inputs) < 2:
        raise OpError(
            "input-count",
            f"`{type(op).__name__}` takes at least two inputs, received {len(inputs)}",
            "name them: `from: [a, b]`, or make it the `merge` of branches",
        )


def expect_divisor(field: str, number: int, channels: int) -> None:
    """Refuse a number of groups that does not divide the channels."""
    if channels % number:
        raise OpError(
            "groups-mismatch",
            f"`{field}` (={number}) must divide the {channels} channels that arrive",
        )


def expect_channel_numbers(
    field: str, numbers: float | tuple[float, ...] | None, channels: int
) -> None:
    """Refuse a list that does not hold one number for each channel."""
    if isinstance(numbers, tuple) and len(numbers) != channels:
        plural = "" if len(numbers) == 1 else "s"
        raise OpError(
            "shape-mismatch",
            f"`{field}` holds {len(numbers)} number{plural}, "
            f"and {channels} channels arrive",
            "write one number for each channel, or a lone number for all",
        )


MOST_AXES = 4
"""Of a shape: with the batch five, beyond which TensorFlow's softmax does not run."""

MOST_ELEMENTS = 2**63 - 1
"""Of an array: what frameworks count in."""


def size_problem(shape: Shape, most_axes: int = MOST_AXES) -> str:
    """Return why no framework holds a shape, or nothing."""
    if len(shape) > most_axes:
        return f"has {len(shape)} axes: frameworks run at most {most_axes}"
    if max(shape, default=0) > LARGEST:
        return f"has an axis beyond {LARGEST:,}"
    if prod(shape) > MOST_ELEMENTS:
        return "has 2**63 elements or more"
    return ""


def expect_size(op: AbstractOp, shape: Shape, weights: tuple[Weight, ...]) -> None:
    """Refuse an output or a weight that no framework holds."""
    name = type(op).__name__
    if problem := size_problem(shape):
        raise OpError("too-large", f"what `{name}` makes {problem}: {_cut(shape)}")
    most = max(MOST_AXES, op.rank + 2)  # a kernel has channels on both sides
    for weight in weights:
        if problem := size_problem(weight.shape, most):
            message = f"`{weight.name}` of `{name}` {problem}: {_cut(weight.shape)}"
            raise OpError("too-large", message)


def _cut(shape: Shape) -> str:
    text = format_shape(shape)
    return text if len(text) <= 60 else f"{text[:57]}..."


def describe(shape: Shape) -> str:
    """Write a shape for a message, where a lone number would not read as one."""
    return f"a vector of {shape[0]}" if len(shape) == 1 else format_shape(shape)
