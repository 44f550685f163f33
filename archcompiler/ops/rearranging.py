"""Ops that choose, add, shuffle and move channels, for which Keras has no layers."""

from collections.abc import Mapping
from typing import ClassVar, Literal

from archcompiler.ops.base import (
    AbstractPositionwiseOp,
    AbstractWeightlessOp,
    OpError,
    Shapes,
    Window,
)
from archcompiler.ops.expect import expect_divisor, expect_image, expect_one
from archcompiler.ops.fields import Channel, NaturalInt, PositiveInt
from archcompiler.shapes import Shape, format_shape


class ChannelSplit(AbstractPositionwiseOp):
    """One of `parts` equal parts of the channels, the first is 0: ShuffleNet V2."""

    custom = True
    keeps_signs = True
    unchecked = frozenset({"part"})

    own: ClassVar[Mapping[str, str]] = {
        "parts": "into how many equal parts the channels are cut",
        "part": "which of them comes out, from 0",
    }

    op: Literal["ChannelSplit"] = "ChannelSplit"
    parts: PositiveInt
    part: NaturalInt

    def in_figures(self) -> str:
        """Return which part it is, counted from 1: `part 2 of 4`."""
        return f"part {self.part + 1} of {self.parts}"

    def infer_shape(self, inputs: Shapes) -> Shape:
        """Divide the channels, which the parts must divide."""
        shape = expect_one(self, inputs)
        expect_divisor("parts", self.parts, shape[-1])
        if self.part >= self.parts:
            raise OpError(
                "bad-value",
                f"`part` (={self.part}) must be below `parts` (={self.parts})",
                "the first part is 0",
            )
        return (*shape[:-1], shape[-1] // self.parts)


class ChannelSlice(AbstractPositionwiseOp):
    """Channels from `start` up to `stop`, which is left out: dual path networks.

    They count from 0; without `stop` the last one is kept. `stop: 8` and `start: 8`
    meet, and share no channel.
    """

    custom = True
    keeps_signs = True

    own: ClassVar[Mapping[str, str]] = {
        "start": "the first channel that comes out, from 0",
        "stop": "the channel before which it ends",
    }

    op: Literal["ChannelSlice"] = "ChannelSlice"
    start: Channel = 0
    stop: Channel | None = None

    def infer_shape(self, inputs: Shapes) -> Shape:
        """Return as many channels as lie between, of which there must be one."""
        *positions, channels = expect_one(self, inputs)
        self._check_limits(channels)
        return (*positions, (self.stop or channels) - self.start)

    def _check_limits(self, channels: int) -> None:
        if self.start == 0 and self.stop is None:
            raise OpError(
                "bad-value",
                "`ChannelSlice` needs `start` or `stop`: without them it keeps all",
                "write `stop: 16` for the first 16, `start: 16` for all after them",
            )
        if self.stop is not None and self.stop > channels:
            raise _beyond("stop", self.stop, channels)
        if self.stop is not None and self.start >= self.stop:
            raise OpError(
                "bad-value",
                f"`start` (={self.start}) must be below `stop` (={self.stop})",
                "`stop` is the first channel left out, not a number of channels",
            )
        if self.start >= channels:
            raise _beyond("start", self.start, channels)


class ChannelPadding(AbstractPositionwiseOp):
    """Channels of zeros beside those that arrive: ResNet, section 3.3, option A."""

    custom = True
    keeps_signs = True

    own: ClassVar[Mapping[str, str]] = {
        "after": "how many channels of zeros follow",
        "before": "how many channels of zeros come first",
    }

    op: Literal["ChannelPadding"] = "ChannelPadding"
    after: NaturalInt
    before: NaturalInt = 0

    def infer_shape(self, inputs: Shapes) -> Shape:
        """Add them to the channels; no zeros leave these as they are."""
        *positions, channels = expect_one(self, inputs)
        return (*positions, self.before + channels + self.after)


class ChannelShuffle(AbstractPositionwiseOp):
    """Channels that take one of each group in turn: ShuffleNet, figure 1."""

    custom = True
    keeps_signs = True
    unchecked = frozenset({"groups"})

    op: Literal["ChannelShuffle"] = "ChannelShuffle"
    groups: PositiveInt

    def infer_shape(self, inputs: Shapes) -> Shape:
        """Return the shape that arrives, whose channels the groups must divide."""
        shape = expect_one(self, inputs)
        expect_divisor("groups", self.groups, shape[-1])
        return shape


class DepthToSpace(AbstractWeightlessOp):
    """Blocks of positions made of channels, also called pixel shuffle.

    The channels of a block's first position come first, as in TensorFlow.
    """

    role = "other"
    keeps_signs = True
    custom = True

    op: Literal["DepthToSpace"] = "DepthToSpace"
    block_size: PositiveInt

    def infer_shape(self, inputs: Shapes) -> Shape:
        """Multiply height and width, and divide the channels by a block's positions."""
        height, width, channels = expect_image(self, inputs)
        size = self.block_size
        if channels % size**2:
            raise OpError(
                "groups-mismatch",
                f"`block_size` (={size}) makes {size**2} positions of each, which must "
                f"divide the {channels} channels that arrive",
            )
        return height * size, width * size, channels // size**2

    def window(self, inputs: Shapes) -> Window:
        """Return one position, of which many are made."""
        return Window(strides=(1 / self.block_size, 1 / self.block_size))


class SpaceToDepth(AbstractWeightlessOp):
    """Blocks of positions laid out as channels, those of the first position first."""

    role = "other"
    keeps_signs = True
    custom = True

    op: Literal["SpaceToDepth"] = "SpaceToDepth"
    block_size: PositiveInt

    def infer_shape(self, inputs: Shapes) -> Shape:
        """Divide height and width, and multiply the channels by a block's positions."""
        height, width, channels = expect_image(self, inputs)
        size = self.block_size
        if height % size or width % size:
            raise OpError(
                "shape-mismatch",
                f"`block_size` (={size}) must divide the "
                f"{format_shape((height, width))} that arrives",
                "pad or crop first: write ZeroPadding2D or Cropping2D before it",
            )
        return height // size, width // size, channels * size**2

    def window(self, inputs: Shapes) -> Window:
        """Return the block."""
        size = self.block_size
        return Window((size, size), (size, size))


def _beyond(field: str, limit: int, channels: int) -> OpError:
    return OpError(
        "bad-value",
        f"`{field}` (={limit}) lies beyond the {channels} channels that arrive",
        "channels count from 0; `stop` is the first left out",
    )
