"""Fully connected layers."""

from typing import Literal

from archcompiler.ops.base import Shapes, Weight, Window
from archcompiler.ops.expect import expect_vector
from archcompiler.ops.fields import Activation, PositiveInt, UseBias
from archcompiler.ops.initializers import KernelInitializer, VectorInitializer
from archcompiler.ops.weighted import AbstractWeightedOp
from archcompiler.shapes import Shape


class Dense(AbstractWeightedOp):
    """Fully connected layer of one vector; Keras would take more axes in silence."""

    width_field = "units"

    op: Literal["Dense"] = "Dense"
    units: PositiveInt
    activation: Activation | None = None
    use_bias: UseBias = True
    kernel_initializer: KernelInitializer = "glorot_uniform"
    bias_initializer: VectorInitializer = "zeros"

    @classmethod
    def kinds(cls) -> tuple[str, ...]:
        """Return `dense layer`."""
        return ("dense layer",)

    def infer_shape(self, inputs: Shapes) -> Shape:
        """Return a vector of the units."""
        everywhere = f"`Conv2D: {{patch: 1x1, filters: {self.units}}}`"
        expect_vector(self, inputs, everywhere)
        return (self.units,)

    def weights(self, inputs: Shapes) -> tuple[Weight, ...]:
        """Return the kernel (features, units) and the bias."""
        kernel = Weight("kernel", (inputs[0][-1], self.units))
        return (kernel, Weight("bias", (self.units,))) if self.use_bias else (kernel,)

    def macs(self, inputs: Shapes) -> int:
        """Count one multiply-add per element of the kernel."""
        return inputs[0][0] * self.units

    def window(self, inputs: Shapes) -> Window:
        """Return the window of a vector, which has no positions."""
        return Window()
