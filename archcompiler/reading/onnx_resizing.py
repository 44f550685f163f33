"""ONNX' nodes that enlarge an image, pad it, or cut its borders off."""

from collections.abc import Callable
from math import ceil, floor

from archcompiler.models.onnx_file import Dimensions, OnnxNode
from archcompiler.ops.resizing import Cropping2D, UpSampling2D, ZeroPadding2D
from archcompiler.reading.onnx_reader import ARITHMETIC, Reader
from archcompiler.reading.onnx_values import NotReadError
from archcompiler.shapes import Pair
from archcompiler.units.calls import as_image
from archcompiler.units.units import NOWHERE, Sides


def padding(reader: Reader, node: OnnxNode) -> int:
    """Add zeros around the image; fewer than none cut its borders off."""
    sides = sides_of(reader, node)
    if sides == NOWHERE:
        return reader.operand(node)
    filled = reader.numbers(node, 2, "value") or (0.0,)
    if node.word("mode", "constant") != "constant" or filled[0] != 0:
        raise NotReadError
    return _surround(reader, node, sides)


def sides_of(reader: Reader, node: OnnxNode) -> Sides:
    """Return how far a node pads height and width, with whatever it does."""
    sides = reader.numbers(node, 1, "pads")
    if sides is None or len(sides) != 8 or node.inputs[3:] not in ((), ("",)):
        raise NotReadError
    before, after = sides[:4], sides[4:]
    axes = _positions(reader, node)
    if any(sides[at] for at in range(8) if at % 4 not in axes):
        raise NotReadError
    down, right = ((int(before[axis]), int(after[axis])) for axis in axes)
    return down, right


def _surround(reader: Reader, node: OnnxNode, sides: Sides) -> int:
    (top, bottom), (left, right) = sides
    less = (_less(top, bottom), _less(left, right))
    more = (_less(-top, -bottom), _less(-left, -right))
    place = reader.operand(node)
    if any(map(any, less)):
        place = reader.lower(node, Cropping2D(cropping=less), (place,))
    if any(map(any, more)):
        place = reader.lower(node, ZeroPadding2D(padding=more), (place,))
    return place


def _less(before: int, after: int) -> Pair:
    return max(-before, 0), max(-after, 0)


def resizing(reader: Reader, node: OnnxNode) -> int:
    """Add an enlargement by whole factors; by 1 it is nothing."""
    factors = _factors(reader, node)
    if factors == (1, 1):
        return reader.operand(node)
    mode = node.word("mode", "nearest")
    if mode == "linear" and _is_half_pixel(node):
        op = UpSampling2D(size=factors, interpolation="bilinear")
    elif mode == "nearest" and _repeats_both(reader, node, factors):
        op = UpSampling2D(size=factors)
    else:
        raise NotReadError
    return reader.lower(node, op, (reader.operand(node),))


def tiling(reader: Reader, node: OnnxNode) -> int:
    """Add an image that is repeated; of one position, that is an enlargement."""
    repeats = reader.numbers(node, 1, "repeats") or ()
    place, axes = reader.operand(node), _positions(reader, node)
    shape = as_image(reader.units[place].shape)
    if repeats and {*repeats} == {1}:
        return place
    others = {number for at, number in enumerate(repeats) if at not in axes}
    if len(repeats) != 4 or others != {1} or shape is None or shape[:2] != (1, 1):
        raise NotReadError
    down, right = (int(repeats[axis]) for axis in axes)
    return reader.lower(node, UpSampling2D(size=(down, right)), (place,))


def expanding(reader: Reader, node: OnnxNode) -> int:
    """Add one position in the place of many; nothing, where a value meets it anyway."""
    place, (name,) = reader.operand(node), node.outputs
    before, after = reader.dimensions(node.inputs[0]), reader.dimensions(name)
    if not after or None in after:
        raise NotReadError
    if before == after or _meets_values(reader, name, after):
        return place
    down, right = _positions(reader, node)
    others = {at for at in range(4) if before[at] != after[at]} - {down, right}
    if others or (before[down], before[right]) != (1, 1):
        raise NotReadError
    size = (after[down] or 1, after[right] or 1)
    return reader.lower(node, UpSampling2D(size=size), (place,))


def _meets_values(reader: Reader, name: str, shape: Dimensions) -> bool:
    """Whether each node that takes a value broadcasts it itself."""
    takers = [each for each in reader.graph.nodes if name in each.inputs]
    others = [
        [reader.dimensions(each) for each in taker.inputs if each != name]
        for taker in takers
        if taker.kind in ARITHMETIC
    ]
    return len(others) == len(takers) > 0 and all(shape in each for each in others)


def _positions(reader: Reader, node: OnnxNode) -> Pair:
    """Return the axes of height and width, of four as numbers tell them."""
    name = node.inputs[0]
    if reader.rank(name) not in (0, 4):
        raise NotReadError
    return (1, 2) if reader.is_last(name) else (2, 3)


def _factors(reader: Reader, node: OnnxNode) -> Pair:
    """Return how many times as high and wide an image becomes."""
    down, right = _positions(reader, node)
    before = reader.dimensions(node.inputs[0])
    after = reader.dimensions(node.outputs[0])
    at = 1 if _is_old(node) else 2
    factors = reader.numbers(node, at, "scales") or ()
    sizes = reader.numbers(node, 3, "sizes") or after
    if not factors and len(sizes) == len(before) == 4:
        factors = tuple(
            new / old if new and old else 0.0
            for new, old in zip(sizes, before, strict=True)
        )
    ones = {each for axis, each in enumerate(factors) if axis not in (down, right)}
    is_whole = node.word("keep_aspect_ratio_policy", "stretch") == "stretch"
    if node.attributes.get("axes") or not is_whole or len(factors) != 4 or ones - {1}:
        raise NotReadError
    found = factors[down], factors[right]
    if any(factor < 1 or factor % 1 for factor in found):
        raise NotReadError
    return int(found[0]), int(found[1])


def _is_half_pixel(node: OnnxNode) -> bool:
    """Whether the middle of each position counts, as Keras has it."""
    return _way(node) in ("half_pixel", "pytorch_half_pixel")


def _repeats_both(reader: Reader, node: OnnxNode, factors: Pair) -> bool:
    shape = reader.units[reader.operand(node)].shape
    if shape is None or len(shape) != 3:
        return False
    pairs = zip(shape, factors, strict=False)
    return all(_repeats(node, length, factor) for length, factor in pairs)


def _repeats(node: OnnxNode, length: int, factor: int) -> bool:
    """Whether each position is repeated, wherever the file lets positions begin."""
    if _way(node) not in _PLACES:
        return False
    usual = "floor" if _is_old(node) else "round_prefer_floor"
    find, take = _PLACES[_way(node)], _NEAREST[node.word("nearest_mode", usual)]
    taken = [take(find(at, length, factor)) for at in range(length * factor)]
    last = length - 1
    return all(
        min(max(place, 0), last) == at // factor for at, place in enumerate(taken)
    )


def _is_old(node: OnnxNode) -> bool:
    """Whether a node is of the time when positions began in one way only."""
    return node.kind == "Upsample" or len(node.inputs) == 2


def _way(node: OnnxNode) -> str:
    usual = "asymmetric" if _is_old(node) else "half_pixel"
    return node.word("coordinate_transformation_mode", usual)


_PLACES: dict[str, Callable[[int, int, int], float]] = {
    "asymmetric": lambda at, _, factor: at / factor,
    "half_pixel": lambda at, _, factor: (at + 0.5) / factor - 0.5,
    "pytorch_half_pixel": lambda at, _, factor: (at + 0.5) / factor - 0.5,
    "tf_half_pixel_for_nn": lambda at, _, factor: (at + 0.5) / factor,
    "align_corners": lambda at, n, factor: at * (n - 1) / (n * factor - 1),
}
"""Where a position of the enlarged image lies in the one that arrives."""

_NEAREST: dict[str, Callable[[float], int]] = {
    "round_prefer_floor": lambda place: ceil(place - 0.5),
    "round_prefer_ceil": lambda place: floor(place + 0.5),
    "floor": floor,
    "ceil": ceil,
}
"""Which of the positions that arrive is the nearest."""
