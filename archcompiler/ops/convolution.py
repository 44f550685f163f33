"""Convolutions that mix channels: plain, grouped, dilated and transposed."""

from math import prod
from operator import ge
from typing import ClassVar, Literal

from archcompiler.ops.base import Measures, OfRanks, OpError, Shapes, Weight, Window
from archcompiler.ops.expect import expect_divisor, expect_image
from archcompiler.ops.fields import (
    Activation,
    DilationRate,
    KernelSize,
    OptionalNaturalPair,
    Padding,
    PositiveInt,
    Strides,
    UseBias,
)
from archcompiler.ops.initializers import KernelInitializer, VectorInitializer
from archcompiler.ops.sliding import (
    extents,
    refuse_strided_dilation,
    slide,
    sliding_window,
)
from archcompiler.ops.weighted import AbstractWeightedOp
from archcompiler.shapes import (
    Lengths,
    Pair,
    Shape,
    format_shape,
    transposed_cropping,
    transposed_output,
)
from archcompiler.shapes import Padding as PaddingOrCausal


class Conv2D(AbstractWeightedOp):
    """2D convolution of one (height, width, channels) tensor."""

    window_field = "kernel_size"
    width_field = "filters"
    of_ranks: ClassVar[OfRanks] = {1: {"padding": (PaddingOrCausal, "valid")}}
    short = "conv"

    op: Literal["Conv2D"] = "Conv2D"
    filters: PositiveInt
    kernel_size: KernelSize
    strides: Strides = (1, 1)
    padding: Padding = "valid"
    dilation_rate: DilationRate = (1, 1)
    groups: PositiveInt = 1
    activation: Activation | None = None
    use_bias: UseBias = True
    kernel_initializer: KernelInitializer = "glorot_uniform"
    bias_initializer: VectorInitializer = "zeros"

    def infer_shape(self, inputs: Shapes) -> Shape:
        """Slide the kernel; every group takes its share of the channels."""
        image = expect_image(self, inputs)
        refuse_strided_dilation(self.strides, self.dilation_rate)
        self._check_groups(image[-1])
        left = slide(
            image,
            "kernel_size",
            self.kernel_size,
            self.strides,
            self.padding,
            self.dilation_rate,
        )
        return (*left, self.filters)

    def filters_apart(self, inputs: Shapes) -> bool:
        """Return whether each channel is a group of its own."""
        return 1 < self.groups == inputs[0][-1]

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
        channels = inputs[0][-1] // self.groups
        kernel = Weight("kernel", (*self.kernel_size, channels, self.filters))
        return (kernel, Weight("bias", (self.filters,))) if self.use_bias else (kernel,)

    def macs(self, inputs: Shapes) -> int:
        """Count taps x channels of a group for every output."""
        outputs, taps = prod(self.infer_shape(inputs)), prod(self.kernel_size)
        return outputs * taps * (inputs[0][-1] // self.groups)

    @classmethod
    def kinds(cls) -> tuple[str, ...]:
        """Return `convolution`."""
        return ("convolution",)

    def measures(self, inputs: Shapes, output: Shape) -> Measures:
        """Return what every layer with kernels has, and what groups multiply."""
        found = super().measures(inputs, output)
        if self.groups == 1:
            return found
        return {**found, "grouped multiply-adds": found["multiply-adds"]}

    def sees_positions_apart(self) -> bool:
        """Return whether kernel and stride are one position."""
        return {*self.kernel_size, *self.strides} == {1}

    def window(self, inputs: Shapes) -> Window:
        """Return the dilated kernel."""
        return sliding_window(self.kernel_size, self.strides, self.dilation_rate)


class Conv2DTranspose(AbstractWeightedOp):
    """Transposed 2D convolution, which enlarges by its strides."""

    window_field = "kernel_size"
    width_field = "filters"
    short = "up-conv"

    op: Literal["Conv2DTranspose"] = "Conv2DTranspose"
    filters: PositiveInt
    kernel_size: KernelSize
    strides: Strides = (1, 1)
    padding: Padding = "valid"
    output_padding: OptionalNaturalPair = None
    dilation_rate: DilationRate = (1, 1)
    activation: Activation | None = None
    use_bias: UseBias = True
    kernel_initializer: KernelInitializer = "glorot_uniform"
    bias_initializer: VectorInitializer = "zeros"

    def infer_shape(self, inputs: Shapes) -> Shape:
        """Spread each input over the kernel; `padding: same` cuts the borders off."""
        image = expect_image(self, inputs)
        refuse_strided_dilation(self.strides, self.dilation_rate, enlarges=True)
        self._check_output_padding()
        output = tuple(self._output(image, axis) for axis in range(self.rank))
        if min(output) < 1:
            raise OpError(
                "window-too-large",
                f"`kernel_size` (={format_shape(self.kernel_size)}) with "
                f"`padding` (=same) leaves {format_shape(output)} of the "
                f"{format_shape(image[:-1])} that arrives",
                "leave `output_padding` out",
            )
        self._check_cover(output, image)
        return (*output, self.filters)

    def _check_cover(self, output: Lengths, image: Shape) -> None:
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

    def cropping(self, inputs: Shapes) -> tuple[Pair, ...]:
        """Return what is cut off: ((top, bottom), (left, right)); below 0, added."""
        image, output = inputs[0], self.infer_shape(inputs)
        spans = extents(self.kernel_size, self.dilation_rate)
        return tuple(
            transposed_cropping(length, extent, stride, self.padding, left)
            for length, extent, stride, left in zip(
                image, spans, self.strides, output, strict=False
            )
        )

    def _check_output_padding(self) -> None:
        extra = self.output_padding
        if extra and any(map(ge, extra, self.strides)):
            raise OpError(
                "strides-unsupported",
                f"`output_padding` (={format_shape(extra)}) must be smaller than "
                f"`strides` (={format_shape(self.strides)})",
            )

    def weights(self, inputs: Shapes) -> tuple[Weight, ...]:
        """Return the kernel (height, width, filters, channels) and the bias."""
        kernel = Weight("kernel", (*self.kernel_size, self.filters, inputs[0][-1]))
        return (kernel, Weight("bias", (self.filters,))) if self.use_bias else (kernel,)

    def macs(self, inputs: Shapes) -> int:
        """Count the whole kernel for every *input* position."""
        return prod(inputs[0]) * prod(self.kernel_size) * self.filters

    @classmethod
    def kinds(cls) -> tuple[str, ...]:
        """Return `transposed convolution`."""
        return ("transposed convolution",)

    def measures(self, inputs: Shapes, output: Shape) -> Measures:
        """Return what every layer with kernels has, and what some take it for.

        Those multiply the kernel at every output, with the channels that arrive, with
        the filters in their place, or once for each step of the strides.
        """
        taps = prod(self.kernel_size)
        at_outputs = prod(output) * taps * inputs[0][-1]
        return {
            **super().measures(inputs, output),
            "multiply-adds at outputs": at_outputs,
            "filters at outputs": prod(output) * taps * self.filters,
            "strided multiply-adds": at_outputs // prod(self.strides),
        }

    def window(self, inputs: Shapes) -> Window:
        """Return the inputs that reach one output: one in `strides` of the kernel."""
        spans = extents(self.kernel_size, self.dilation_rate)
        seen = [
            -(-span // step) for span, step in zip(spans, self.strides, strict=True)
        ]
        return Window(tuple(seen), tuple([1 / step for step in self.strides]))
