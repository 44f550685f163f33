"""Scaling: by numbers that are given, and by numbers that are learnt."""

from collections.abc import Mapping
from typing import ClassVar, Literal

from archcompiler.ops.base import (
    AbstractOp,
    AbstractPositionwiseOp,
    AbstractUncountedOp,
    Shapes,
    Weight,
)
from archcompiler.ops.expect import expect_channel_numbers, expect_one
from archcompiler.ops.fields import Bool, ChannelNumbers, InitialValue
from archcompiler.ops.initializers import VectorInitializer
from archcompiler.shapes import Lengths, Shape


class Rescaling(AbstractPositionwiseOp):
    """`inputs * scale + offset`, as `1 / 255` for images of bytes.

    Both are one number, or a list of one for each channel.
    """

    family = "scaling"

    own: ClassVar[Mapping[str, str]] = {
        "scale": "the factor: a number, or one for each channel",
        "offset": "what is added: a number, or one for each channel",
    }

    op: Literal["Rescaling"] = "Rescaling"
    scale: ChannelNumbers
    offset: ChannelNumbers = 0.0

    def turned(self, dims: Lengths) -> AbstractOp | None:
        """Return itself, but where each channel has its number and they move."""
        is_listed = isinstance(self.scale, tuple) or isinstance(self.offset, tuple)
        return super().turned(dims) if is_listed else self

    def infer_shape(self, inputs: Shapes) -> Shape:
        """Return the shape that arrives, which lists of numbers must fit."""
        shape = expect_one(self, inputs)
        expect_channel_numbers("scale", self.scale, shape[-1])
        expect_channel_numbers("offset", self.offset, shape[-1])
        return shape


class LayerScale(AbstractUncountedOp):
    """Small learnt factor of every channel at the end of a branch: ConvNeXt, CaiT."""

    family = "scaling"
    custom = True

    own: ClassVar[Mapping[str, str]] = {
        "initial_value": "what the learnt factors begin with",
    }

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
