"""Ops that move elements and change none."""

from collections.abc import Mapping
from math import prod
from typing import ClassVar, Literal

from archcompiler.ops.base import AbstractWeightlessOp, OpError, Shapes, Window
from archcompiler.ops.expect import describe, expect_one
from archcompiler.ops.fields import Permutation, TargetShape
from archcompiler.shapes import Shape, format_shape


class Flatten(AbstractWeightlessOp):
    """One vector of all elements, channels changing fastest."""

    role = "other"
    keeps_signs = True

    op: Literal["Flatten"] = "Flatten"

    def infer_shape(self, inputs: Shapes) -> Shape:
        """Return a vector of all elements."""
        return (prod(expect_one(self, inputs)),)

    def window(self, inputs: Shapes) -> Window:
        """Return the whole image."""
        return Window.whole(inputs[0])


class Reshape(AbstractWeightlessOp):
    """The same elements, channels changing fastest, in another shape."""

    role = "other"
    keeps_signs = True
    unchecked = frozenset({"target_shape"})

    own: ClassVar[Mapping[str, str]] = {
        "target_shape": "the new shape; one size may be -1, what is left",
    }

    op: Literal["Reshape"] = "Reshape"
    target_shape: TargetShape

    def infer_shape(self, inputs: Shapes) -> Shape:
        """Return the target; what is left of the elements takes the place of a -1."""
        size = prod(expect_one(self, inputs))
        known = prod(self.target_shape)
        if known < 0 and size % -known == 0:
            rest = size // -known
            return tuple([rest if axis < 0 else axis for axis in self.target_shape])
        if known != size:
            target = format_shape(self.target_shape)
            held = f"a multiple of {-known}" if known < 0 else str(known)
            raise OpError(
                "reshape-mismatch",
                f"`target_shape` (={target}) holds {held} elements, "
                f"{describe(inputs[0])} holds {size}",
            )
        return self.target_shape

    def window(self, inputs: Shapes) -> Window:
        """Return the whole image: positions may mix with channels."""
        return Window.whole(inputs[0])


class Permute(AbstractWeightlessOp):
    """The same elements, axes in another order; axes count from 1."""

    role = "other"
    keeps_signs = True

    own: ClassVar[Mapping[str, str]] = {
        "dims": "the axes in their new order, from 1",
    }

    op: Literal["Permute"] = "Permute"
    dims: Permutation

    def infer_shape(self, inputs: Shapes) -> Shape:
        """Return the axes in the order of `dims`."""
        shape = expect_one(self, inputs)
        if len(shape) != len(self.dims):
            raise OpError(
                "rank-mismatch",
                f"`dims` (={format_shape(self.dims)}) orders {len(self.dims)} axes, "
                f"received {describe(shape)}",
            )
        return tuple([shape[axis - 1] for axis in self.dims])

    def window(self, inputs: Shapes) -> Window:
        """Return one position, unless positions and channels change places."""
        return Window() if self.dims[-1] == len(self.dims) else Window.whole(inputs[0])
