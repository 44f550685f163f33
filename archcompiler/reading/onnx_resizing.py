"""ONNX' nodes that enlarge an image, pad it, or cut its borders off."""

from collections.abc import Callable, Sequence
from math import ceil, floor

from archcompiler.models.onnx_file import Dimensions, OnnxNode
from archcompiler.ops.fields import Interpolation
from archcompiler.ops.resizing import (
    Cropping2D,
    Resizing,
    UpSampling2D,
    ZeroPadding2D,
)
from archcompiler.reading.onnx_reader import ARITHMETIC, Reader
from archcompiler.reading.onnx_values import NotReadError, positions
from archcompiler.shapes import Pair
from archcompiler.units.calls import as_image
from archcompiler.units.margins import is_nowhere
from archcompiler.units.units import Sides


def padding(reader: Reader, node: OnnxNode) -> int:
    """Add zeros around the image; fewer than none cut its borders off."""
    sides = sides_of(reader, node)
    if is_nowhere(sides):
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
    axes = positions(reader, node)
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
    """Add an image in another size; in its own, nothing."""
    before, after = _sizes(reader, node)
    if before == after:
        return reader.operand(node)
    pairs = [*zip(before, after, strict=True)]
    mode = node.word("mode", "nearest")
    if mode == "linear" and all(_is_half_pixel(node, length) for length in after):
        words: Interpolation = "bilinear"
    elif mode == "cubic" and all(_is_half_pixel(node, length) for length in after):
        words = "bicubic"
    elif mode == "nearest" and all(_is_nearest(node, *pair) for pair in pairs):
        words = "nearest"
    else:
        raise NotReadError
    op = Resizing(height=after[0], width=after[1], interpolation=words)
    place = reader.lower(node, op, (reader.operand(node),))
    if mode == "cubic" and not _is_as_in_keras(node):
        settings = {**reader.units[place].settings, "interpolation": _cubic(node)}
        reader.units.change(place, settings=settings)
    return place


def _is_as_in_keras(node: OnnxNode) -> bool:
    """Whether a cubic is the one that Keras has on TensorFlow and on JAX."""
    is_within = bool(node.number("exclude_outside", 0))
    return is_within and node.number("cubic_coeff_a", _CUBIC) == -0.5


def _cubic(node: OnnxNode) -> str:
    """Say which cubic it is, of those that go by the name of bicubic."""
    is_within = bool(node.number("exclude_outside", 0))
    border = "leaves the border out" if is_within else "repeats the border"
    return f"cubic of {node.number('cubic_coeff_a', _CUBIC):g}, {border}"


def tiling(reader: Reader, node: OnnxNode) -> int:
    """Add an image that is repeated; of one position, that is an enlargement."""
    repeats = reader.numbers(node, 1, "repeats") or ()
    place, axes = reader.operand(node), positions(reader, node)
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
    down, right = positions(reader, node)
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


def _sizes(reader: Reader, node: OnnxNode) -> tuple[Pair, Pair]:
    """Return height and width before and after, which are all that changes.

    Raises:
        NotReadError: for factors that no whole sizes have.
    """
    down, right = positions(reader, node)
    before = reader.dimensions(node.inputs[0])
    after = _resized(reader, node, before)
    word = node.word("keep_aspect_ratio_policy", "stretch")
    is_plain = not node.attributes.get("axes") and not node.number("antialias", 0)
    if word != "stretch" or not is_plain or len(after) != 4 or len(before) != 4:
        raise NotReadError
    found = []
    for at, (old, new) in enumerate(zip(before, after, strict=True)):
        if at not in (down, right):
            if None not in (old, new) and old != new:
                raise NotReadError
        elif not old or not new or new % 1:
            raise NotReadError
        else:
            found.append((old, int(new)))
    (top, height), (left, width) = found
    return (top, left), (height, width)


def _resized(
    reader: Reader, node: OnnxNode, before: Dimensions
) -> Sequence[float | None]:
    """Return the shape that a node gives, by its sizes or its factors."""
    sizes = reader.numbers(node, 3, "sizes")
    factors = reader.numbers(node, 1 if _is_old(node) else 2, "scales")
    if sizes or not factors or len(factors) != len(before):
        return sizes or reader.dimensions(node.outputs[0])
    pairs = zip(before, factors, strict=True)
    return [None if each is None else _whole(each * factor) for each, factor in pairs]


def _whole(length: float) -> float:
    """Return a length without what 32 bits of its factor add."""
    near = round(length)
    return near if abs(length - near) < 1e-5 * near else length


def _is_half_pixel(node: OnnxNode, length: int) -> bool:
    """Whether the middle of each position counts, as Keras has it."""
    way = _way(node)
    return way == "half_pixel" or (way == "pytorch_half_pixel" and length > 1)


def _is_nearest(node: OnnxNode, before: int, after: int) -> bool:
    """Whether each position takes the one that its middle lies in."""
    if _way(node) not in _PLACES:
        return False
    usual = "floor" if _is_old(node) else "round_prefer_floor"
    find, take = _PLACES[_way(node)], _NEAREST[node.word("nearest_mode", usual)]
    taken = (take(find(at, before, after)) for at in range(after))
    wanted = ((2 * at + 1) * before // (2 * after) for at in range(after))
    pairs = zip(taken, wanted, strict=True)
    return all(min(max(one, 0), before - 1) == other for one, other in pairs)


def _is_old(node: OnnxNode) -> bool:
    """Whether a node is of the time when positions began in one way only."""
    return node.kind == "Upsample" or len(node.inputs) == 2


def _way(node: OnnxNode) -> str:
    usual = "asymmetric" if _is_old(node) else "half_pixel"
    return node.word("coordinate_transformation_mode", usual)


_CUBIC = -0.75
"""The coefficient of a cubic where a file doesn't say it."""

_PLACES: dict[str, Callable[[int, int, int], float]] = {
    "asymmetric": lambda at, before, after: at * before / after,
    "half_pixel": lambda at, before, after: (at + 0.5) * before / after - 0.5,
    "pytorch_half_pixel": (
        lambda at, before, after: (at + 0.5) * before / after - 0.5 if after > 1 else 0
    ),
    "tf_half_pixel_for_nn": lambda at, before, after: (at + 0.5) * before / after,
    "align_corners": (lambda at, before, after: at * (before - 1) / max(after - 1, 1)),
}
"""Where a position of the enlarged image lies in the one that arrives."""

_NEAREST: dict[str, Callable[[float], int]] = {
    "round_prefer_floor": lambda place: ceil(place - 0.5),
    "round_prefer_ceil": lambda place: floor(place + 0.5),
    "floor": floor,
    "ceil": ceil,
}
"""Which of the positions that arrive is the nearest."""
