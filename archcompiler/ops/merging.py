"""Ops of several tensors."""

from math import prod
from typing import ClassVar, Literal

from archcompiler.ops.base import (
    AbstractOp,
    AbstractPositionwiseOp,
    Measures,
    OpError,
    Shapes,
    Words,
)
from archcompiler.ops.expect import describe, expect_several
from archcompiler.shapes import Lengths, Shape, format_shape


class AbstractMerge(AbstractPositionwiseOp):
    """One tensor of several; Keras broadcasts unlike shapes in silence, we refuse."""

    family = "merging"
    keeps_signs = True
    inputs = "several"

    is_one_of_equals: ClassVar[bool] = False
    """Whether of one value that it takes several times it is that value."""

    def measures(self, inputs: Shapes, output: Shape) -> Measures:
        """Return its elements, and the operations: one less than it has operands."""
        operations = (len(inputs) - 1) * prod(output)
        return {**super().measures(inputs, output), "operations": operations}

    def turned(self, dims: Lengths) -> AbstractOp | None:
        """Return itself."""
        return self

    def infer_shape(self, inputs: Shapes) -> Shape:
        """Return the shape that all inputs share."""
        expect_several(self, inputs)
        first = inputs[0]
        for shape in inputs:
            if shape != first:
                raise _mismatch(self, "equal shapes", inputs, _advise(first, shape))
        return first


class Add(AbstractMerge):
    """Sum, element by element."""

    is_associative = True
    words: ClassVar[Words] = {"add": {}}
    sign = "+"

    op: Literal["Add"] = "Add"


class Subtract(AbstractMerge):
    """Difference of exactly two tensors."""

    is_ordered = True
    keeps_signs = False
    words: ClassVar[Words] = {"subtract": {}}
    sign = "−"

    op: Literal["Subtract"] = "Subtract"

    def infer_shape(self, inputs: Shapes) -> Shape:
        """Return the shape that both inputs share."""
        if len(inputs) > 2:
            raise OpError(
                "input-count", f"`Subtract` takes two inputs, received {len(inputs)}"
            )
        return super().infer_shape(inputs)


class Multiply(AbstractMerge):
    """Product; 1x1xC scales the channels of an image HxWxC, HxWx1 its positions."""

    is_associative = True
    words: ClassVar[Words] = {"multiply": {}}
    sign = "×"

    op: Literal["Multiply"] = "Multiply"

    def infer_shape(self, inputs: Shapes) -> Shape:
        """Return the shape that all inputs share, but for those that scale it."""
        expect_several(self, inputs)
        image = max(inputs, key=lambda shape: (len(shape), prod(shape)))
        for shape in inputs:
            if shape != image and not _scales(shape, image):
                needed = "equal shapes, or HxWxC scaled by 1x1xC or HxWx1"
                raise _mismatch(self, needed, inputs, _advise_scale(shape, image))
        return image


class Average(AbstractMerge):
    """Mean, element by element."""

    is_balanced = True
    is_one_of_equals = True
    words: ClassVar[Words] = {"average": {}}

    op: Literal["Average"] = "Average"


class Maximum(AbstractMerge):
    """Largest, element by element."""

    is_associative = True
    is_one_of_equals = True
    words: ClassVar[Words] = {"maximum": {}}

    op: Literal["Maximum"] = "Maximum"


class Minimum(AbstractMerge):
    """Smallest, element by element."""

    is_associative = True
    is_one_of_equals = True
    words: ClassVar[Words] = {"minimum": {}}

    op: Literal["Minimum"] = "Minimum"


class Concatenate(AbstractMerge):
    """Channels of every input, one input after the other."""

    is_associative = True
    is_ordered = True
    words: ClassVar[Words] = {"concatenate": {}}

    op: Literal["Concatenate"] = "Concatenate"

    def turned(self, dims: Lengths) -> AbstractOp | None:
        """Return itself where the channels stay last."""
        return AbstractPositionwiseOp.turned(self, dims)

    def infer_shape(self, inputs: Shapes) -> Shape:
        """Add up the channels; everything before them must be equal."""
        expect_several(self, inputs)
        first = inputs[0]
        channels = 0
        for shape in inputs:
            if shape[:-1] != first[:-1]:
                needed = "shapes that differ only in channels"
                help = _in_one_list(inputs) or _advise(first, shape)
                raise _mismatch(self, needed, inputs, help)
            channels += shape[-1]
        return (*first[:-1], channels)


def _mismatch(op: AbstractMerge, needed: str, inputs: Shapes, help: str) -> OpError:
    received = " and ".join(map(describe, dict.fromkeys(inputs)))
    message = f"`{type(op).__name__}` needs {needed}, received {received}"
    return OpError("shape-mismatch", message, help)


def _advise(first: Shape, other: Shape) -> str:
    """Say how the nearest difference of two shapes is usually mended."""
    if len(first) != len(other):
        return "flatten or pool every input, or none"
    if len(first) == 1:
        return "give every input the same number of units, by a Dense layer"
    if first[:-1] != other[:-1]:
        return "give every input the same strides and padding"
    return "give every input the same number of channels, by a 1x1 convolution"


def _in_one_list(inputs: Shapes) -> str:
    """Say how lists of positions are joined; nothing where inputs are none."""
    if any(len(shape) != 2 for shape in inputs) or len({c for _, c in inputs}) > 1:
        return ""
    target = format_shape((sum([positions for positions, _ in inputs]), inputs[0][1]))
    return (
        "to join positions, write `Flatten` before it on every input, and "
        f"`Reshape: {{target_shape: {target}}}` behind it"
    )


def _scales(shape: Shape, image: Shape) -> bool:
    """Return whether a shape has one number for each channel, or for each position."""
    return len(image) == 3 and shape in ((1, 1, image[2]), (*image[:2], 1))


def _advise_scale(shape: Shape, image: Shape) -> str:
    """Say how an input comes to fit the image that it multiplies."""
    if len(shape) != len(image):
        return "keep 1x1xC: pool with `keepdims: true`, or Reshape the vector"
    if len(image) != 3:
        return _advise(image, shape)
    if _are_scales(shape, image) or _are_scales(image, shape):
        return "multiply the image by the one, and the product by the other"
    height, width, channels = image
    convolution = f"`Conv2D: {{patch: 1x1, filters: {channels}}}`"
    if shape[:2] == (1, 1):
        return f"make it 1x1x{channels} by {convolution}"
    if shape[:2] == (height, width):
        return f"make it {format_shape(image)} by {convolution}, or HxWx1 by one filter"
    if shape[2] == 1:
        resizing = f"`Resizing: {{height: {height}, width: {width}}}`"
        return f"make it {height}x{width}x1 by {resizing}"
    return _advise(image, shape)


def _are_scales(channels: Shape, positions: Shape) -> bool:
    """Return whether these scale an image, each in its way, but none is the image."""
    return channels[:2] == (1, 1) and positions[2] == 1
