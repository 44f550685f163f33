"""Functions of one element, and softmax."""

from typing import ClassVar, Literal, get_args

from archcompiler.ops import fields
from archcompiler.ops.base import (
    AbstractPositionwiseOp,
    AbstractUncountedOp,
    AbstractWeightlessOp,
    OpError,
    Shapes,
    Weight,
    Window,
    Words,
)
from archcompiler.ops.expect import describe, expect_one
from archcompiler.shapes import Shape

_NEVER_NEGATIVE = (
    *("exponential", "hard_sigmoid", "relu", "relu6", "sigmoid", "softmax", "softplus"),
    *("sparse_plus", "sparse_sigmoid", "sparsemax"),
)


class Activation(AbstractPositionwiseOp):
    """A function that Keras knows by name."""

    family = "activation"
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

    def is_never_negative(self) -> bool:
        """Whether it is one of the functions that are never below 0."""
        return self.activation in _NEVER_NEGATIVE


class ReLU(AbstractPositionwiseOp):
    """Rectifier that may leak below its threshold and saturate above a maximum."""

    family = "activation"

    op: Literal["ReLU"] = "ReLU"
    max_value: fields.NaturalReal | None = None
    negative_slope: fields.NaturalReal = 0.0
    threshold: fields.NaturalReal = 0.0

    def infer_shape(self, inputs: Shapes) -> Shape:
        """Return the shape that arrives."""
        return expect_one(self, inputs)

    def is_never_negative(self) -> bool:
        """Whether nothing leaks."""
        return self.negative_slope == 0


class LeakyReLU(AbstractPositionwiseOp):
    """Rectifier with a slope below zero; the plain word `leaky_relu` has 0.2."""

    family = "activation"

    op: Literal["LeakyReLU"] = "LeakyReLU"
    negative_slope: fields.NaturalReal = 0.3

    def infer_shape(self, inputs: Shapes) -> Shape:
        """Return the shape that arrives."""
        return expect_one(self, inputs)

    def is_never_negative(self) -> bool:
        """Whether nothing leaks."""
        return self.negative_slope == 0


class ELU(AbstractPositionwiseOp):
    """Exponential below zero, which saturates at `-alpha`."""

    family = "activation"

    op: Literal["ELU"] = "ELU"
    alpha: fields.Real = 1.0

    def infer_shape(self, inputs: Shapes) -> Shape:
        """Return the shape that arrives."""
        return expect_one(self, inputs)


class PReLU(AbstractUncountedOp):
    """Rectifier with a learnt slope below zero.

    Every element has its own, but along `shared_axes`: 1x2 shares it between positions.
    """

    family = "activation"
    unchecked = frozenset({"shared_axes"})

    op: Literal["PReLU"] = "PReLU"
    alpha_initializer: fields.VectorInitializer = "zeros"
    shared_axes: fields.OptionalAxes = None

    def infer_shape(self, inputs: Shapes) -> Shape:
        """Return the shape that arrives, which must have the shared axes."""
        shape = expect_one(self, inputs)
        last = max(self.shared_axes or (1,))
        if last > len(shape):
            raise OpError(
                "rank-mismatch",
                f"`shared_axes` has axis {last}, received {describe(shape)}",
                "axes count from 1, without the batch",
            )
        return shape

    def weights(self, inputs: Shapes) -> tuple[Weight, ...]:
        """Return the slopes, one along each shared axis."""
        shared = self.shared_axes or ()
        axes = enumerate(inputs[0], start=1)
        return (Weight("alpha", tuple([1 if a in shared else n for a, n in axes])),)


class Softmax(AbstractWeightlessOp):
    """Probabilities that sum to 1 along one axis; Keras counts the batch as axis 0."""

    family = "activation"
    role = "other"
    words: ClassVar[Words] = {"softmax": {}}
    unchecked = frozenset({"axis"})

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

    def is_never_negative(self) -> bool:
        """Return that probabilities are none below 0."""
        return True

    def window(self, inputs: Shapes) -> Window:
        """Return one position, or all along the axis that is summed."""
        rank = len(inputs[0])
        axis = self.axis if self.axis > 0 else self.axis + rank + 1
        if rank != 3 or axis == rank:
            return Window()
        height, width, _ = inputs[0]
        return Window((height, 1) if axis == 1 else (1, width))
