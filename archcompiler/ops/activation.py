"""Functions of one element, and softmax."""

from collections.abc import Mapping
from typing import ClassVar, Literal, get_args

from archcompiler.ops import fields, initializers
from archcompiler.ops.base import (
    AbstractOp,
    AbstractPositionwiseOp,
    AbstractUncountedOp,
    AbstractWeightlessOp,
    Family,
    Measures,
    OpError,
    Shapes,
    Weight,
    Window,
    Words,
)
from archcompiler.ops.expect import describe, expect_one
from archcompiler.shapes import Lengths, Shape

_NEVER_NEGATIVE = (
    *("exponential", "hard_sigmoid", "relu", "relu6", "sigmoid", "softmax", "softplus"),
    *("sparse_plus", "sparse_sigmoid", "sparsemax"),
)

_IDEMPOTENT = ("hard_shrink", "hard_tanh", "linear", "relu", "relu6")

_KEEPS_POSITIVE = ("celu", "elu", "leaky_relu", "linear", "relu")

_MONOTONE_FROM_ZERO = (
    *("hard_shrink", "hard_tanh", "relu6", "selu", "soft_shrink", "softsign", "tanh"),
    "tanh_shrink",
)

_MONOTONE = (
    *_KEEPS_POSITIVE,
    *_MONOTONE_FROM_ZERO,
    *("exponential", "hard_sigmoid", "log_sigmoid", "sigmoid", "softplus"),
    *("sparse_plus", "sparse_sigmoid", "squareplus"),
)

_KEEPS_ZERO = (
    *_KEEPS_POSITIVE,
    *_MONOTONE_FROM_ZERO,
    *("gelu", "hard_silu", "hard_swish", "mish", "silu", "swish"),
)

OF_CHANNELS = ("log_softmax", "softmax", "sparsemax")
"""The functions that see all channels of a position."""

_SPELLINGS = {
    "relu": "ReLU",
    "relu6": "ReLU6",
    "elu": "ELU",
    "selu": "SELU",
    "celu": "CELU",
    "gelu": "GELU",
    "silu": "SiLU",
}


SAME = {"swish": "silu", "hard_swish": "hard_silu"}
"""Functions that Keras knows by two names: the other one."""


def kind_of(activation: str) -> str:
    """Return a function by the one of its names that counting tools go by: `SiLU`."""
    return spelled(SAME.get(activation, activation))


def spelled(activation: str) -> str:
    """Return a function as papers write it: `ReLU`, `leaky ReLU`, `hard swish`."""
    return " ".join([_SPELLINGS.get(word, word) for word in activation.split("_")])


class AbstractFunction(AbstractPositionwiseOp):
    """A function of one element; what papers call it says all of its fields."""

    family: ClassVar[Family] = "activation"

    @classmethod
    def kinds(cls) -> tuple[str, ...]:
        """Return its name in figures."""
        return (cls.short or cls.in_words(),)

    def kind(self) -> str:
        """Return the function, as figures call it."""
        return self.in_figures()

    def sees_positions_apart(self) -> bool:
        """Return that it does."""
        return True

    def turned(self, dims: Lengths) -> AbstractOp | None:
        """Return itself."""
        return self


class Activation(AbstractFunction):
    """A function that Keras knows by name."""

    words: ClassVar[Words] = {
        name: {"activation": name}
        for name in get_args(fields.Activation)
        if name not in ("linear", "softmax")  # nothing; an op of its own
    }

    own: ClassVar[Mapping[str, str]] = {
        "activation": "the function of each element",
    }

    op: Literal["Activation"] = "Activation"
    activation: fields.Activation

    def infer_shape(self, inputs: Shapes) -> Shape:
        """Return the shape that arrives."""
        return expect_one(self, inputs)

    def in_figures(self) -> str:
        """Return the function as papers write it."""
        return spelled(self.activation)

    @classmethod
    def kinds(cls) -> tuple[str, ...]:
        """Return every function, by one of its names."""
        return tuple([kind_of(name) for name in get_args(fields.Activation)])

    def kind(self) -> str:
        """Return the function, by one of its names."""
        return kind_of(self.activation)

    def turned(self, dims: Lengths) -> AbstractOp | None:
        """Return itself; a function of all channels only where these stay last."""
        if self.activation in OF_CHANNELS:
            return AbstractPositionwiseOp.turned(self, dims)
        return self

    def is_never_negative(self) -> bool:
        """Whether it is one of the functions that are never below 0."""
        return self.activation in _NEVER_NEGATIVE

    def is_idempotent(self) -> bool:
        """Return whether it is one of the functions that only bound values."""
        return self.activation in _IDEMPOTENT

    def is_monotone(self) -> bool:
        """Return whether it is one of the functions that never fall."""
        return self.activation in _MONOTONE

    def keeps_zero(self) -> bool:
        """Return whether it is one of the functions that are 0 at 0."""
        return self.activation in _KEEPS_ZERO

    def keeps_positive(self) -> bool:
        """Return whether it is one of those that only change what is below 0."""
        return self.activation in _KEEPS_POSITIVE


class ReLU(AbstractFunction):
    """Rectifier that may leak below its threshold and saturate above a maximum."""

    own: ClassVar[Mapping[str, str]] = {
        "max_value": "what larger values become",
        "threshold": "below it the slope is `negative_slope`",
    }

    op: Literal["ReLU"] = "ReLU"
    max_value: fields.NaturalReal | None = None
    negative_slope: fields.NaturalReal = 0.0
    threshold: fields.NaturalReal = 0.0

    @classmethod
    def kinds(cls) -> tuple[str, ...]:
        """Return what it is with the usual fields; a maximum may be any number."""
        return ("ReLU", "ReLU6", "leaky ReLU", "leaky ReLU6")

    def in_figures(self) -> str:
        """Return its name, with the maximum: `ReLU6`."""
        leaky = "leaky " if self.negative_slope else ""
        return (
            f"{leaky}ReLU" if not self.max_value else f"{leaky}ReLU{self.max_value:g}"
        )

    def infer_shape(self, inputs: Shapes) -> Shape:
        """Return the shape that arrives."""
        return expect_one(self, inputs)

    def is_never_negative(self) -> bool:
        """Whether nothing leaks."""
        return self.negative_slope == 0

    def is_idempotent(self) -> bool:
        """Return whether nothing leaks, and what becomes the maximum stays it."""
        is_bound = self.max_value is None or self.max_value > self.threshold
        return is_bound and self.negative_slope == 0

    def is_monotone(self) -> bool:
        """Return that a rectifier never falls."""
        return True

    def keeps_zero(self) -> bool:
        """Return whether nothing leaks that is below a threshold."""
        return self.negative_slope == 0 or self.threshold == 0

    def keeps_positive(self) -> bool:
        """Return whether there is neither a maximum nor a threshold."""
        return self.max_value is None and self.threshold == 0


class LeakyReLU(AbstractFunction):
    """Rectifier with a slope below zero; the plain word `leaky_relu` has 0.2."""

    family = "activation"
    short = "leaky ReLU"

    op: Literal["LeakyReLU"] = "LeakyReLU"
    negative_slope: fields.NaturalReal = 0.3

    def infer_shape(self, inputs: Shapes) -> Shape:
        """Return the shape that arrives."""
        return expect_one(self, inputs)

    def is_never_negative(self) -> bool:
        """Whether nothing leaks."""
        return self.negative_slope == 0

    def is_monotone(self) -> bool:
        """Return that a rectifier never falls."""
        return True

    def keeps_zero(self) -> bool:
        """Return that both slopes meet at 0."""
        return True

    def keeps_positive(self) -> bool:
        """Return that only what is below 0 leaks."""
        return True


class ELU(AbstractFunction):
    """Exponential below zero, which saturates at `-alpha`."""

    family = "activation"
    short = "ELU"

    own: ClassVar[Mapping[str, str]] = {
        "alpha": "minus this is what far below 0 becomes",
    }

    op: Literal["ELU"] = "ELU"
    alpha: fields.Real = 1.0

    def infer_shape(self, inputs: Shapes) -> Shape:
        """Return the shape that arrives."""
        return expect_one(self, inputs)

    def is_monotone(self) -> bool:
        """Return whether what is far below 0 doesn't rise."""
        return self.alpha >= 0

    def keeps_zero(self) -> bool:
        """Return that both pieces meet at 0."""
        return True

    def keeps_positive(self) -> bool:
        """Return that only what is below 0 saturates."""
        return True


class PReLU(AbstractUncountedOp):
    """Rectifier with a learnt slope below zero.

    Every element has its own, but along `shared_axes`: 1x2 shares it between positions.
    """

    family = "activation"
    unchecked = frozenset({"shared_axes"})
    short = "PReLU"

    own: ClassVar[Mapping[str, str]] = {
        "alpha_initializer": "what the slopes below 0 begin with",
        "shared_axes": "the axes along which positions share a slope",
    }

    op: Literal["PReLU"] = "PReLU"
    alpha_initializer: initializers.VectorInitializer = "zeros"
    shared_axes: fields.OptionalAxes = None

    def turned(self, dims: Lengths) -> AbstractOp | None:
        """Return the rectifier whose slopes the same axes share."""
        shared = self.shared_axes
        moved = shared and tuple(sorted([dims[axis - 1] for axis in shared]))
        return self.model_copy(update={"shared_axes": moved})

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

    @classmethod
    def kinds(cls) -> tuple[str, ...]:
        """Return `PReLU`."""
        return ("PReLU",)

    def measures(self, inputs: Shapes, output: Shape) -> Measures:
        """Return its elements and slopes."""
        slopes = sum([weight.size for weight in self.weights(inputs)])
        return {**super().measures(inputs, output), "weights": slopes}

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

    own: ClassVar[Mapping[str, str]] = {
        "axis": "the axis whose values come to 1",
    }

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

    def turned(self, dims: Lengths) -> AbstractOp | None:
        """Return the softmax along the axis that comes to stand in its place."""
        axis = dims[self.axis - 1 if self.axis > 0 else self.axis]
        return self.model_copy(update={"axis": axis - len(dims) - 1})

    def is_never_negative(self) -> bool:
        """Return that probabilities are none below 0."""
        return True

    def sees_positions_apart(self) -> bool:
        """Return whether the channels of a position come to 1."""
        return self.axis == -1

    def window(self, inputs: Shapes) -> Window:
        """Return one position, or all along the axis that is summed."""
        rank = len(inputs[0])
        axis = self.axis if self.axis > 0 else self.axis + rank + 1
        if rank != 3 or axis == rank:
            return Window()
        height, width, _ = inputs[0]
        return Window((height, 1) if axis == 1 else (1, width))
