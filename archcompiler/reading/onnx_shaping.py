"""ONNX' nodes that only lay elements out anew, and what they are together."""

from collections.abc import Callable
from math import prod
from typing import Any

from archcompiler.models.onnx_file import OnnxNode, is_real
from archcompiler.models.onnx_layouts import order_of
from archcompiler.ops.base import AbstractOp
from archcompiler.ops.rearranging import ChannelShuffle, DepthToSpace, SpaceToDepth
from archcompiler.ops.reshaping import Flatten, Permute
from archcompiler.reading.onnx_reader import Reader
from archcompiler.reading.onnx_values import NotReadError
from archcompiler.shapes import Shape


def passing(reader: Reader, node: OnnxNode) -> int:
    """Leave out what only lays elements out anew."""
    return reader.operand(node)


def squeezing(reader: Reader, node: OnnxNode) -> int:
    """Leave out axes of length 1 that come or go, where the channels stay theirs."""
    place = reader.operand(node)
    before, after = reader.units[place].shape, reader.shape(node.outputs[0])
    if before is None or after is None or _as_image(after) == _as_image(before):
        return place
    raise NotReadError


def _as_image(shape: Shape) -> Shape:
    return (1,) * (3 - len(shape)) + shape


def casting(reader: Reader, node: OnnxNode) -> int:
    """Leave out another precision; whole numbers are another value."""
    if not is_real(int(node.number("to", 0))):
        raise NotReadError
    return reader.operand(node)


def dropping(reader: Reader, node: OnnxNode) -> int:
    """Leave out what only acts in training, unless the file trains."""
    is_test = reader.graph.version >= 7 or bool(node.number("is_test", 0))
    if any(reader.numbers(node, 2, "training_mode") or ()) or not is_test:
        raise NotReadError
    return reader.operand(node)


def flattening(reader: Reader, node: OnnxNode) -> int:
    """Add a vector of each sample's elements."""
    rank = reader.rank(node.inputs[0])
    if node.number("axis", 1) not in (1, 1 - rank):
        raise NotReadError
    return reader.lower(node, Flatten(), (reader.operand(node),))


def reshaping(reader: Reader, node: OnnxNode) -> int:
    """Add elements laid out anew, as far as the file says how."""
    found = _rearranged(reader, node)
    if found is not None:
        place, op = found
        return reader.lower(node, op, (place,))
    return _laid_out(reader, node)


def gathering(reader: Reader, node: OnnxNode) -> int:
    """Leave a row of elements as it is, where each stays in its place."""
    places = reader.numbers(node, 1, "indices") or ()
    is_row = len(reader.dimensions(node.inputs[0])) == 1
    if not is_row or places != tuple(range(len(places))):
        raise NotReadError
    shape = reader.units[reader.operand(node)].shape
    if shape is None or prod(shape) != len(places):
        raise NotReadError
    return _laid_out(reader, node)


def _laid_out(reader: Reader, node: OnnxNode) -> int:
    place = reader.operand(node)
    before, after = reader.units[place].shape, reader.shape(node.outputs[0])
    if after is None or before is None or after == before:
        return place
    if sum(length > 1 for length in after) <= 1:
        return reader.lower(node, Flatten(), (place,))
    if prod(after or ()) != prod(before):
        raise NotReadError  # the batch was mixed in
    return reader.add(node, "reshape", {"target": after}, after)


def transposition(reader: Reader, node: OnnxNode) -> int:
    """Leave out what carries the channels to the end, or back: a value knows it."""
    name, rank = node.inputs[0], reader.rank(node.inputs[0])
    order = node.numbers("perm", tuple(reversed(range(rank))))
    before, after = (reader.is_last(each) for each in (name, node.outputs[0]))
    place = reader.operand(node)
    if order == order_of(len(order), before, after):
        return place
    if order[:1] != (0,) or {*order} != {*range(rank)}:
        raise NotReadError
    taken, given = (_channels_last(rank, is_last) for is_last in (before, after))
    dims = tuple(taken.index(order[axis]) + 1 for axis in given)
    return reader.lower(node, Permute(dims=dims), (place,))


def _channels_last(rank: int, is_last: bool) -> list[int]:
    """Return the axes of a value but the batch, that of the channels at the end."""
    return [*range(1, rank)] if is_last else [*range(2, rank), 1]


def rearrangement(op: type[Any]) -> Callable[[Reader, OnnxNode], int]:
    """Return the rule of blocks that become channels, or channels that become them."""

    def rule(reader: Reader, node: OnnxNode) -> int:
        if node.word("mode", "DCR") != "DCR":
            raise NotReadError
        size = int(node.number("blocksize", 0))
        return reader.lower(node, op(block_size=size), (reader.operand(node),))

    return rule


# Apart, turned, and together again ---------------------------------------------


def _rearranged(reader: Reader, node: OnnxNode) -> tuple[int, AbstractOp] | None:
    """Return what reshaping, transposing and reshaping are, and of which unit."""
    turn = reader.maker(node.inputs[0], "Transpose")
    apart = turn and reader.maker(turn.inputs[0], "Reshape")
    place = reader.places.get(apart.inputs[0]) if apart else None
    if turn is None or apart is None or place is None:
        return None
    shape = reader.units[place].shape
    if shape is None or len(shape) != 3:
        return None
    is_last = reader.is_last(apart.inputs[0])
    lengths = _lengths(reader, apart, shape)
    op = _op_of(shape, lengths, turn.numbers("perm", ()), is_last=is_last)
    if op is None:
        return None
    *sides, channels = op.infer_shape((shape,))
    given = (*sides, channels) if is_last else (channels, *sides)
    return (place, op) if _lengths(reader, node, shape) == given else None


def _op_of(
    shape: Shape, lengths: Shape, order: Shape, *, is_last: bool
) -> AbstractOp | None:
    """Return the op that turns the axes of an image, some of them taken apart."""
    for size in {*lengths}:
        for (known, field), ways in _WRITTEN[is_last].items():
            parts = _parts(shape, size, known)
            for before, after in ways:
                turned = (0, *(before.index(axis) + 1 for axis in after))
                if turned == order and lengths == tuple(map(parts.get, before)):
                    return known.model_validate({field: size})
    return None


def _parts(shape: Shape, size: int, op: type[AbstractOp]) -> dict[str, int]:
    """Return the lengths of the axes that an image is taken apart into."""
    height, width, channels = shape
    if op is ChannelShuffle:
        lengths = {"g": size, "k": channels // size, "p": height * width}
        return {**lengths, "h": height, "w": width}
    block = {"i": size, "j": size}
    if op is SpaceToDepth:
        return {**block, "h": height // size, "w": width // size, "c": channels}
    return {**block, "h": height, "w": width, "c": channels // size**2}


def _lengths(reader: Reader, node: OnnxNode, shape: Shape) -> Shape:
    """Return the axes that elements are laid out in, the batch left out."""
    known = reader.dimensions(node.outputs[0])[1:]
    found = [axis for axis in known if axis is not None]
    if not found or len(found) != len(known):
        found = [int(axis) for axis in reader.numbers(node, 1, "shape") or ()][1:]
    left = prod(shape) // abs(prod(found) or 1)
    filled = tuple(left if axis == -1 else axis for axis in found)
    return filled if prod(filled) == prod(shape) else ()


_WRITTEN: dict[bool, dict[tuple[type[AbstractOp], str], list[tuple[str, str]]]] = {
    False: {
        (ChannelShuffle, "groups"): [("gkhw", "kghw"), ("gkp", "kgp")],
        (DepthToSpace, "block_size"): [("ijchw", "chiwj")],
        (SpaceToDepth, "block_size"): [("chiwj", "ijchw")],
    },
    True: {
        (ChannelShuffle, "groups"): [("hwgk", "hwkg"), ("pgk", "pkg")],
        (DepthToSpace, "block_size"): [("hwijc", "hiwjc")],
        (SpaceToDepth, "block_size"): [("hiwjc", "hwijc")],
    },
}
"""How ops are written, channels first or last: the axes taken apart, and turned.

Groups and their channels, rows and columns of blocks; positions as one axis, too.
"""
