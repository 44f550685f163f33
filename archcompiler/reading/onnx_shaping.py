"""ONNX' nodes that only lay elements out anew, and what they are together."""

from collections.abc import Callable
from math import prod
from typing import Any

from archcompiler.models.onnx_file import OnnxNode, is_real
from archcompiler.models.onnx_layouts import order_of
from archcompiler.ops.reshaping import Flatten, Permute, Reshape
from archcompiler.reading.onnx_curves import CONDITIONS
from archcompiler.reading.onnx_reader import Reader
from archcompiler.reading.onnx_values import NotReadError
from archcompiler.shapes import Shape, channels_to_front, laid_out, undone


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
    """Leave out another precision; whole numbers are another value.

    What is true or false is 1 or 0 in each of them.
    """
    made = reader.maker(node.inputs[0])
    is_condition = made is not None and made.kind in CONDITIONS
    if not is_real(int(node.number("to", 0))) and not is_condition:
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
    return _flatten(reader, node, reader.operand(node))


def _flatten(reader: Reader, node: OnnxNode, place: int) -> int:
    is_last = reader.is_last(node.inputs[0])
    return reader.lower(node, Flatten(), (place,), is_last=is_last)


def gathering(reader: Reader, node: OnnxNode) -> int:
    """Leave a row of elements as it is, where each stays in its place."""
    places = reader.numbers(node, 1, "indices") or ()
    is_row = len(reader.dimensions(node.inputs[0])) == 1
    if not is_row or places != tuple(range(len(places))):
        raise NotReadError
    shape = reader.units[reader.operand(node)].shape
    if shape is None or prod(shape) != len(places):
        raise NotReadError
    return reshaping(reader, node)


def reshaping(reader: Reader, node: OnnxNode) -> int:
    """Add elements laid out anew, as far as the file says how.

    They are laid out in the order that the file has them in: an image whose channels
    are first there is turned before and after, unless each channel keeps its elements.
    """
    place = reader.operand(node)
    before, after = reader.units[place].shape, reader.shape(node.outputs[0])
    if after is None or before is None:
        return place
    firsts = [
        len(shape) > 1 and not reader.is_last(name)
        for name, shape in ((node.inputs[0], before), (node.outputs[0], after))
    ]
    if after == before and len({*firsts}) == 1:
        return place
    if sum(length > 1 for length in after) <= 1:
        return _flatten(reader, node, place)
    if prod(after) != prod(before):
        raise NotReadError  # the batch was mixed in
    if all(firsts) and before[-1] == after[-1]:
        firsts = [False, False]
    taken_first, given_first = firsts
    if taken_first:
        front = Permute(dims=channels_to_front(len(before)))
        place = reader.lower(node, front, (place,))
    front_of = channels_to_front(len(after))
    target = laid_out(after, front_of) if given_first else after
    place = reader.lower(node, Reshape(target_shape=target), (place,))
    if given_first:
        place = reader.lower(node, Permute(dims=undone(front_of)), (place,))
    return place


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
