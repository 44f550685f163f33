"""Functions of one element, and softmax."""

from typing import ClassVar, Literal, get_args

from archcompiler.ops import fields
from archcompiler.ops.base import (
    AbstractPositionwiseOp,
    AbstractWeightlessOp,
    OpError,
    Shapes,
    Window,
    Words,
)
from archcompiler.ops.expect import describe, expect_one
from archcompiler.shapes import Shape


class Activation(AbstractPositionwiseOp):
    """A function that Keras knows by name."""

    words: ClassVar[Words] = {
        name: {"activation": name}
        for name in get_args(fields.Activation)
        if name not in ("linear", "softmax")  # nothing; an op of its own
    }

    op: Literal["Activation"] = "Activation"
    activation: fields.Activation

    def infer_shape(self, inputs: Shapes) -> Shape:
        """Return the shape that arrives."""
        return expect_one(self, inputs)


class ReLU(AbstractPositionwiseOp):
    """Rectifier that may leak below its threshold and saturate above a maximum."""

    op: Literal["ReLU"] = "ReLU"
    max_value: fields.NaturalReal | None = None
    negative_slope: fields.NaturalReal = 0.0
    threshold: fields.NaturalReal = 0.0

    def infer_shape(self, inputs: Shapes) -> Shape:
        """Return the shape that arrives."""
        return expect_one(self, inputs)


class Softmax(AbstractWeightlessOp):
    """Probabilities that sum to 1 along one axis; Keras counts the batch as axis 0."""

    role = "other"
    words: ClassVar[Words] = {"softmax": {}}

    op: Literal["Softmax"] = "Softmax"
    axis: fields.Int = -1

    def infer_shape(self, inputs: Shapes) -> Shape:
        """Return the shape that arrives, which must have the axis."""
        shape = expect_one(self, inputs)
        rank = len(shape)
        if not (1 <= self.axis <= rank or -rank <= self.axis <= -1):
            axes = "1" if rank == 1 else f"1 to {rank}"
            raise OpError(
                "rank-mismatch",
                f"`axis` (={self.axis}) is no axis of {describe(shape)}",
                f"axes are {axes}, or -1 for the last",
            )
        return shape

    def window(self, inputs: Shapes) -> Window:
        """Return one position, or all along the axis that is summed."""
        rank = len(inputs[0])
        axis = self.axis if self.axis > 0 else self.axis + rank + 1
        if rank != 3 or axis == rank:
            return Window()
        height, width, _ = inputs[0]
        return Window((height, 1) if axis == 1 else (1, width))
