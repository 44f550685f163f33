"""Ops of several tensors."""

from typing import ClassVar, Literal

from archcompiler.ops.base import AbstractPositionwiseOp, OpError, Shapes, Words
from archcompiler.ops.expect import describe, expect_several
from archcompiler.shapes import Shape


class AbstractMerge(AbstractPositionwiseOp):
    """One tensor of several; Keras broadcasts unlike shapes in silence, we refuse."""

    inputs = "several"

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

    words: ClassVar[Words] = {"add": {}}

    op: Literal["Add"] = "Add"


class Subtract(AbstractMerge):
    """Difference of exactly two tensors."""

    words: ClassVar[Words] = {"subtract": {}}

    op: Literal["Subtract"] = "Subtract"

    def infer_shape(self, inputs: Shapes) -> Shape:
        """Return the shape that both inputs share."""
        if len(inputs) > 2:
            raise OpError(
                "input-count", f"`Subtract` takes two inputs, received {len(inputs)}"
            )
        return super().infer_shape(inputs)


class Multiply(AbstractMerge):
    """Product; a 1x1xC input scales the channels of the others."""

    words: ClassVar[Words] = {"multiply": {}}

    op: Literal["Multiply"] = "Multiply"

    def infer_shape(self, inputs: Shapes) -> Shape:
        """Return the shape that all inputs share, but for those that are 1x1xC."""
        expect_several(self, inputs)
        largest = max(inputs)
        scales = (1, 1, largest[-1])
        for shape in inputs:
            if shape != largest and (shape != scales or len(largest) != 3):
                needed = f"equal shapes, or 1x1x{largest[-1]} to scale channels"
                help = "GlobalAveragePooling2D keeps 1x1xC with `keepdims: true`"
                raise _mismatch(self, needed, inputs, help)
        return largest


class Average(AbstractMerge):
    """Mean, element by element."""

    words: ClassVar[Words] = {"average": {}}

    op: Literal["Average"] = "Average"


class Maximum(AbstractMerge):
    """Largest, element by element."""

    words: ClassVar[Words] = {"maximum": {}}

    op: Literal["Maximum"] = "Maximum"


class Minimum(AbstractMerge):
    """Smallest, element by element."""

    words: ClassVar[Words] = {"minimum": {}}

    op: Literal["Minimum"] = "Minimum"


class Concatenate(AbstractMerge):
    """Channels of every input, one input after the other."""

    words: ClassVar[Words] = {"concatenate": {}}

    op: Literal["Concatenate"] = "Concatenate"

    def infer_shape(self, inputs: Shapes) -> Shape:
        """Add up the channels; everything before them must be equal."""
        expect_several(self, inputs)
        first = inputs[0]
        channels = 0
        for shape in inputs:
            if shape[:-1] != first[:-1]:
                needed = "shapes that differ only in channels"
                raise _mismatch(self, needed, inputs, _advise(first, shape))
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
    if first[:-1] != other[:-1]:
        return "give every input the same strides and padding"
    return "give every input the same number of channels, by a 1x1 convolution"
