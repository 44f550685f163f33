"""Convolutions that filter each channel by itself."""

from math import prod
from typing import Literal

from archcompiler.ops.base import Shapes, Weight, Window
from archcompiler.ops.expect import expect_image
from archcompiler.ops.fields import (
    Activation,
    DepthMultiplier,
    DilationRate,
    KernelSize,
    Padding,
    PositiveInt,
    Strides,
    UseBias,
)
from archcompiler.ops.initializers import KernelInitializer, VectorInitializer
from archcompiler.ops.sliding import slide, sliding_window
from archcompiler.ops.weighted import AbstractWeightedOp
from archcompiler.shapes import Shape


class DepthwiseConv2D(AbstractWeightedOp):
    """2D convolution of every channel by itself."""

    window_field = "kernel_size"
    short = "depthwise"

    op: Literal["DepthwiseConv2D"] = "DepthwiseConv2D"
    kernel_size: KernelSize
    strides: Strides = (1, 1)
    padding: Padding = "valid"
    depth_multiplier: DepthMultiplier = 1
    dilation_rate: DilationRate = (1, 1)
    activation: Activation | None = None
    use_bias: UseBias = True
    depthwise_initializer: KernelInitializer = "glorot_uniform"
    bias_initializer: VectorInitializer = "zeros"

    @classmethod
    def kinds(cls) -> tuple[str, ...]:
        """Return `convolution`."""
        return ("convolution",)

    def filters_apart(self, inputs: Shapes) -> bool:
        """Return True."""
        return True

    def infer_shape(self, inputs: Shapes) -> Shape:
        """Slide the kernel; every channel makes `depth_multiplier` channels."""
        image = expect_image(self, inputs)
        left = slide(
            image,
            "kernel_size",
            self.kernel_size,
            self.strides,
            self.padding,
            self.dilation_rate,
        )
        return (*left, image[-1] * self.depth_multiplier)

    def weights(self, inputs: Shapes) -> tuple[Weight, ...]:
        """Return the kernel (height, width, channels, multiplier) and the bias."""
        channels = inputs[0][-1]
        kernel = Weight("kernel", (*self.kernel_size, channels, self.depth_multiplier))
        if not self.use_bias:
            return (kernel,)
        return kernel, Weight("bias", (channels * self.depth_multiplier,))

    def macs(self, inputs: Shapes) -> int:
        """Count the taps for every output."""
        return prod(self.infer_shape(inputs)) * prod(self.kernel_size)

    def window(self, inputs: Shapes) -> Window:
        """Return the dilated kernel."""
        return sliding_window(self.kernel_size, self.strides, self.dilation_rate)


class SeparableConv2D(AbstractWeightedOp):
    """Depthwise convolution, then a 1x1 convolution that mixes its channels."""

    window_field = "kernel_size"
    width_field = "filters"
    short = "separable"

    op: Literal["SeparableConv2D"] = "SeparableConv2D"
    filters: PositiveInt
    kernel_size: KernelSize
    strides: Strides = (1, 1)
    padding: Padding = "valid"
    dilation_rate: DilationRate = (1, 1)
    depth_multiplier: DepthMultiplier = 1
    activation: Activation | None = None
    use_bias: UseBias = True
    depthwise_initializer: KernelInitializer = "glorot_uniform"
    pointwise_initializer: KernelInitializer = "glorot_uniform"
    bias_initializer: VectorInitializer = "zeros"

    @classmethod
    def kinds(cls) -> tuple[str, ...]:
        """Return `convolution`."""
        return ("convolution",)

    def filters_apart(self, inputs: Shapes) -> bool:
        """Return True."""
        return True

    def infer_shape(self, inputs: Shapes) -> Shape:
        """Slide the depthwise kernel; the 1x1 convolution sets the channels."""
        image = expect_image(self, inputs)
        left = slide(
            image,
            "kernel_size",
            self.kernel_size,
            self.strides,
            self.padding,
            self.dilation_rate,
        )
        return (*left, self.filters)

    def weights(self, inputs: Shapes) -> tuple[Weight, ...]:
        """Return the depthwise kernel, the 1x1 kernel that follows, and the bias."""
        channels = inputs[0][-1]
        multiplier, ones = self.depth_multiplier, (1,) * self.rank
        kernels = (
            Weight("depthwise_kernel", (*self.kernel_size, channels, multiplier)),
            Weight("pointwise_kernel", (*ones, channels * multiplier, self.filters)),
        )
        return (*kernels, Weight("bias", (self.filters,))) if self.use_bias else kernels

    def macs(self, inputs: Shapes) -> int:
        """Count the taps of every intermediate channel, and its part in each filter."""
        *left, filters = self.infer_shape(inputs)
        intermediate = inputs[0][-1] * self.depth_multiplier
        return prod(left) * intermediate * (prod(self.kernel_size) + filters)

    def window(self, inputs: Shapes) -> Window:
        """Return the dilated depthwise kernel."""
        return sliding_window(self.kernel_size, self.strides, self.dilation_rate)
