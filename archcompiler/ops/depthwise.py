"""Convolutions that filter each channel by itself."""

from typing import Literal

from archcompiler.ops.base import AbstractOp, Shapes, Weight, Window
from archcompiler.ops.expect import expect_image
from archcompiler.ops.fields import (
    Activation,
    Bool,
    KernelInitializer,
    Padding,
    PositiveInt,
    PositivePair,
    VectorInitializer,
)
from archcompiler.ops.sliding import slide, sliding_window
from archcompiler.shapes import Shape


class DepthwiseConv2D(AbstractOp):
    """2D convolution of every channel by itself."""

    role = "weighted"
    window_field = "kernel_size"

    op: Literal["DepthwiseConv2D"] = "DepthwiseConv2D"
    kernel_size: PositivePair
    strides: PositivePair = (1, 1)
    padding: Padding = "valid"
    depth_multiplier: PositiveInt = 1
    dilation_rate: PositivePair = (1, 1)
    activation: Activation | None = None
    use_bias: Bool = True
    depthwise_initializer: KernelInitializer = "glorot_uniform"
    bias_initializer: VectorInitializer = "zeros"

    def infer_shape(self, inputs: Shapes) -> Shape:
        """Slide the kernel; every channel makes `depth_multiplier` channels."""
        image = expect_image(self, inputs)
        height, width = slide(
            image,
            "kernel_size",
            self.kernel_size,
            self.strides,
            self.padding,
            self.dilation_rate,
        )
        return height, width, image[2] * self.depth_multiplier

    def weights(self, inputs: Shapes) -> tuple[Weight, ...]:
        """Return the kernel (height, width, channels, multiplier) and the bias."""
        channels = inputs[0][2]
        kernel = Weight("kernel", (*self.kernel_size, channels, self.depth_multiplier))
        if not self.use_bias:
            return (kernel,)
        return kernel, Weight("bias", (channels * self.depth_multiplier,))

    def macs(self, inputs: Shapes) -> int:
        """Count the taps for every output."""
        height, width, filters = self.infer_shape(inputs)
        return height * width * filters * self.kernel_size[0] * self.kernel_size[1]

    def window(self, inputs: Shapes) -> Window:
        """Return the dilated kernel."""
        return sliding_window(self.kernel_size, self.strides, self.dilation_rate)


class SeparableConv2D(AbstractOp):
    """Depthwise convolution, then a 1x1 convolution that mixes its channels."""

    role = "weighted"
    window_field = "kernel_size"

    op: Literal["SeparableConv2D"] = "SeparableConv2D"
    filters: PositiveInt
    kernel_size: PositivePair
    strides: PositivePair = (1, 1)
    padding: Padding = "valid"
    dilation_rate: PositivePair = (1, 1)
    depth_multiplier: PositiveInt = 1
    activation: Activation | None = None
    use_bias: Bool = True
    depthwise_initializer: KernelInitializer = "glorot_uniform"
    pointwise_initializer: KernelInitializer = "glorot_uniform"
    bias_initializer: VectorInitializer = "zeros"

    def infer_shape(self, inputs: Shapes) -> Shape:
        """Slide the depthwise kernel; the 1x1 convolution sets the channels."""
        image = expect_image(self, inputs)
        height, width = slide(
            image,
            "kernel_size",
            self.kernel_size,
            self.strides,
            self.padding,
            self.dilation_rate,
        )
        return height, width, self.filters

    def weights(self, inputs: Shapes) -> tuple[Weight, ...]:
        """Return the depthwise kernel, the 1x1 kernel that follows, and the bias."""
        channels = inputs[0][2]
        multiplier = self.depth_multiplier
        kernels = (
            Weight("depthwise_kernel", (*self.kernel_size, channels, multiplier)),
            Weight("pointwise_kernel", (1, 1, channels * multiplier, self.filters)),
        )
        return (*kernels, Weight("bias", (self.filters,))) if self.use_bias else kernels

    def macs(self, inputs: Shapes) -> int:
        """Count the taps of every intermediate channel, and its part in each filter."""
        height, width, filters = self.infer_shape(inputs)
        taps = self.kernel_size[0] * self.kernel_size[1]
        intermediate = inputs[0][2] * self.depth_multiplier
        return height * width * intermediate * (taps + filters)

    def window(self, inputs: Shapes) -> Window:
        """Return the dilated depthwise kernel."""
        return sliding_window(self.kernel_size, self.strides, self.dilation_rate)
