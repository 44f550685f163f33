"""Convolutions that mix channels: plain, grouped, dilated and transposed."""

from typing import Literal

from archcompiler.ops.base import AbstractOp, OpError, Shapes, Weight, Window
from archcompiler.ops.expect import expect_divisor, expect_image
from archcompiler.ops.fields import (
    Activation,
    Bool,
    KernelInitializer,
    OptionalNaturalPair,
    Padding,
    PositiveInt,
    PositivePair,
    VectorInitializer,
)
from archcompiler.ops.sliding import (
    extents,
    refuse_strided_dilation,
    slide,
    sliding_window,
)
from archcompiler.shapes import (
    Pair,
    Shape,
    format_shape,
    transposed_cropping,
    transposed_output,
)


class Conv2D(AbstractOp):
    """2D convolution of one (height, width, channels) tensor."""

    role = "weighted"
    window_field = "kernel_size"

    op: Literal["Conv2D"] = "Conv2D"
    filters: PositiveInt
    kernel_size: PositivePair
    strides: PositivePair = (1, 1)
    padding: Padding = "valid"
    dilation_rate: PositivePair = (1, 1)
    groups: PositiveInt = 1
    activation: Activation | None = None
    use_bias: Bool = True
    kernel_initializer: KernelInitializer = "glorot_uniform"
    bias_initializer: VectorInitializer = "zeros"

    def infer_shape(self, inputs: Shapes) -> Shape:
        """Slide the kernel; every group takes its share of the channels."""
        image = expect_image(self, inputs)
        refuse_strided_dilation(self.strides, self.dilation_rate)
        self._check_groups(image[2])
        height, width = slide(
            image,
            "kernel_size",
            self.kernel_size,
            self.strides,
            self.padding,
            self.dilation_rate,
        )
        return height, width, self.filters

    def _check_groups(self, channels: int) -> None:
        if self.groups == 1:
            return
        expect_divisor("groups", self.groups, channels)
        if self.filters % self.groups:
            raise OpError(
                "groups-mismatch",
                f"`groups` (={self.groups}) must divide `filters` (={self.filters})",
            )

    def weights(self, inputs: Shapes) -> tuple[Weight, ...]:
        """Return the kernel (height, width, channels of a group, filters), the bias."""
        channels = inputs[0][2] // self.groups
        kernel = Weight("kernel", (*self.kernel_size, channels, self.filters))
        return (kernel, Weight("bias", (self.filters,))) if self.use_bias else (kernel,)

    def macs(self, inputs: Shapes) -> int:
        """Count taps x channels of a group for every output."""
        height, width, filters = self.infer_shape(inputs)
        taps = self.kernel_size[0] * self.kernel_size[1]
        return height * width * filters * taps * (inputs[0][2] // self.groups)

    def window(self, inputs: Shapes) -> Window:
        """Return the dilated kernel."""
        return sliding_window(self.kernel_size, self.strides, self.dilation_rate)


class Conv2DTranspose(AbstractOp):
    """Transposed 2D convolution, which enlarges by its strides."""

    role = "weighted"
    window_field = "kernel_size"

    op: Literal["Conv2DTranspose"] = "Conv2DTranspose"
    filters: PositiveInt
    kernel_size: PositivePair
    strides: PositivePair = (1, 1)
    padding: Padding = "valid"
    output_padding: OptionalNaturalPair = None
    dilation_rate: PositivePair = (1, 1)
    activation: Activation | None = None
    use_bias: Bool = True
    kernel_initializer: KernelInitializer = "glorot_uniform"
    bias_initializer: VectorInitializer = "zeros"

    def infer_shape(self, inputs: Shapes) -> Shape:
        """Spread each input over the kernel; `padding: same` cuts the borders off."""
        image = expect_image(self, inputs)
        refuse_strided_dilation(self.strides, self.dilation_rate)
        self._check_output_padding()
        height, width = self._output(image, 0), self._output(image, 1)
        if height < 1 or width < 1:
            raise OpError(
                "window-too-large",
                f"`kernel_size` (={format_shape(self.kernel_size)}) with "
                f"`padding` (=same) leaves {height}x{width} of the "
                f"{format_shape(image[:2])} that arrives",
                "leave `output_padding` out",
            )
        self._check_cover((height, width), image)
        return height, width, self.filters

    def _check_cover(self, output: Pair, image: Shape) -> None:
        """Refuse an output from which the convolution would not make the input."""
        if self.padding == "valid" or self.output_padding is None:
            return
        for made, stride, length in zip(output, self.strides, image, strict=False):
            if -(-made // stride) != length:
                raise OpError(
                    "strides-unsupported",
                    f"`output_padding` (={format_shape(self.output_padding)}) loses "
                    f"an output of an even `kernel_size` "
                    f"(={format_shape(self.kernel_size)}): TensorFlow cannot run it",
                    "write 1 for an even side, or leave `output_padding` out",
                )

    def _output(self, image: Shape, axis: int) -> int:
        extent = extents(self.kernel_size, self.dilation_rate)[axis]
        extra = self.output_padding and self.output_padding[axis]
        return transposed_output(
            image[axis], extent, self.strides[axis], self.padding, extra
        )

    def cropping(self, inputs: Shapes) -> tuple[Pair, Pair]:
        """Return what is cut off: ((top, bottom), (left, right)); below 0, added."""
        image, output = inputs[0], self.infer_shape(inputs)
        spans = extents(self.kernel_size, self.dilation_rate)
        down, right = (
            transposed_cropping(length, extent, stride, self.padding, left)
            for length, extent, stride, left in zip(
                image, spans, self.strides, output, strict=False
            )
        )
        return down, right

    def _check_output_padding(self) -> None:
        extra = self.output_padding
        if extra and (extra[0] >= self.strides[0] or extra[1] >= self.strides[1]):
            raise OpError(
                "strides-unsupported",
                f"`output_padding` (={format_shape(extra)}) must be smaller than "
                f"`strides` (={format_shape(self.strides)})",
            )

    def weights(self, inputs: Shapes) -> tuple[Weight, ...]:
        """Return the kernel (height, width, filters, channels) and the bias."""
        kernel = Weight("kernel", (*self.kernel_size, self.filters, inputs[0][2]))
        return (kernel, Weight("bias", (self.filters,))) if self.use_bias else (kernel,)

    def macs(self, inputs: Shapes) -> int:
        """Count the whole kernel for every *input* position."""
        height, width, channels = inputs[0]
        taps = self.kernel_size[0] * self.kernel_size[1]
        return height * width * channels * taps * self.filters

    def window(self, inputs: Shapes) -> Window:
        """Return the inputs that reach one output: one in `strides` of the kernel."""
        extent = extents(self.kernel_size, self.dilation_rate)
        rows, columns = self.strides
        seen = (-(-extent[0] // rows), -(-extent[1] // columns))
        return Window(seen, (1 / rows, 1 / columns))
