"""Scaling: by numbers that are given, and by numbers that are learnt."""

from typing import Literal

from archcompiler.ops.base import (
    AbstractPositionwiseOp,
    AbstractUncountedOp,
    Shapes,
    Weight,
)
from archcompiler.ops.expect import expect_one
from archcompiler.ops.fields import (
    Bool,
    InitialValue,
    ScalingNumber,
    VectorInitializer,
)
from archcompiler.shapes import Shape


class Rescaling(AbstractPositionwiseOp):
    """`inputs * scale + offset`, as `1 / 255` for images of bytes."""

    family = "scaling"

    op: Literal["Rescaling"] = "Rescaling"
    scale: ScalingNumber
    offset: ScalingNumber = 0.0

    def infer_shape(self, inputs: Shapes) -> Shape:
        """Return the shape that arrives."""
        return expect_one(self, inputs)


class LayerScale(AbstractUncountedOp):
    """Small learnt factor of every channel at the end of a branch: ConvNeXt, CaiT."""

    family = "scaling"
    custom = True

    op: Literal["LayerScale"] = "LayerScale"
    initial_value: InitialValue = 1e-6

    def infer_shape(self, inputs: Shapes) -> Shape:
        """Return the shape that arrives."""
        return expect_one(self, inputs)

    def weights(self, inputs: Shapes) -> tuple[Weight, ...]:
        """Return gamma, one factor for each channel."""
        return (Weight("gamma", inputs[0][-1:]),)


class Scale(AbstractUncountedOp):
    """Learnt factor and offset of every channel: Caffe's Scale."""

    family = "scaling"
    custom = True

    op: Literal["Scale"] = "Scale"
    center: Bool = True
    beta_initializer: VectorInitializer = "zeros"
    gamma_initializer: VectorInitializer = "ones"

    def infer_shape(self, inputs: Shapes) -> Shape:
        """Return the shape that arrives."""
        return expect_one(self, inputs)

    def is_affine(self) -> bool:
        """Return whether there is an offset."""
        return self.center

    def weights(self, inputs: Shapes) -> tuple[Weight, ...]:
        """Return gamma and beta, one number of each for each channel."""
        channels = inputs[0][-1:]
        gamma = Weight("gamma", channels)
        return (gamma, Weight("beta", channels)) if self.center else (gamma,)
