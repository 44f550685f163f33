"""ONNX' nodes that lay elements out anew: known by where each of them goes."""

from collections.abc import Callable, Iterator
from math import prod
from typing import Any

from archcompiler.ops.base import AbstractOp
from archcompiler.ops.rearranging import ChannelShuffle, DepthToSpace, SpaceToDepth
from archcompiler.ops.resizing import UpSampling2D
from archcompiler.reading.onnx_reader import Reader
from archcompiler.reading.onnx_stretches import (
    Stretch,
    arrays_of,
    channels_at_end,
    given,
    lengths_of,
    lowered,
)


def rearranged(reader: Reader, stretch: Stretch) -> int | None:
    """Add the op that lays elements out so; None where it is none of the table's."""
    import numpy as np

    lengths = lengths_of(reader, stretch)
    places = np.arange(prod(lengths)).reshape(lengths)
    found = given(reader, stretch, arrays_of(reader, stretch), places)
    if found is None or found.ndim not in (2, 4) or found.shape[0] != lengths[0]:
        return None
    before = channels_at_end(reader, stretch.source, places)
    after = channels_at_end(reader, stretch.output, found)
    if before.shape == after.shape and (before == after).all():
        return reader.places[stretch.source]
    for op in _rearrangements(before.shape[1:], after.shape[1:]):
        if (_REARRANGED[type(op)](before, op) == after).all():
            reader.graph.dimensions[stretch.output] = found.shape
            return lowered(reader, stretch, op)
    return None


def _rearrangements(
    before: tuple[int, ...], after: tuple[int, ...]
) -> Iterator[AbstractOp]:
    """Yield the ops that make one shape of another."""
    channels = before[-1]
    if before == after:
        for groups in range(2, channels):
            if channels % groups == 0:
                yield ChannelShuffle(groups=groups)
    if len(before) != 3 or len(after) != 3:
        return
    (h, w, c), (height, width, filters) = before, after
    if height % h == width % w == 0 and filters == c and before != after:
        yield UpSampling2D(size=(height // h, width // w))
    if height % h == 0 and c == filters * (height // h) ** 2 and height > h:
        yield DepthToSpace(block_size=height // h)
    if h % height == 0 and filters == c * (h // height) ** 2 and height < h:
        yield SpaceToDepth(block_size=h // height)


def _shuffle(x: Any, op: Any) -> Any:
    apart = x.reshape(*x.shape[:-1], op.groups, -1)
    return apart.swapaxes(-1, -2).reshape(x.shape)


def _enlarge(x: Any, op: Any) -> Any:
    return x.repeat(op.size[0], axis=1).repeat(op.size[1], axis=2)


def _to_space(x: Any, op: Any) -> Any:
    n, h, w, c = x.shape
    size = op.block_size
    apart = x.reshape(n, h, w, size, size, c // size**2)
    return apart.transpose(0, 1, 3, 2, 4, 5).reshape(n, h * size, w * size, -1)


def _to_depth(x: Any, op: Any) -> Any:
    n, h, w, c = x.shape
    size = op.block_size
    apart = x.reshape(n, h // size, size, w // size, size, c)
    return apart.transpose(0, 1, 3, 2, 4, 5).reshape(n, h // size, w // size, -1)


_REARRANGED: dict[type[AbstractOp], Callable[[Any, Any], Any]] = {
    ChannelShuffle: _shuffle,
    UpSampling2D: _enlarge,
    DepthToSpace: _to_space,
    SpaceToDepth: _to_depth,
}
"""What ops do with the places of an image, the batch first and the channels last."""
