"""Normalisation by neighbouring channels where a file sums slices of padded squares.

So Keras' exports have it: `x / (k + share * (slice + slice + ...)) ** beta`.
"""

from archcompiler.models.onnx_file import OnnxNode
from archcompiler.ops.normalization import LocalResponseNormalization
from archcompiler.reading.onnx_reader import Reader

MOST = 64
"""Neighbours that are looked for."""


def normalisation_by_slices(
    reader: Reader, node: OnnxNode
) -> LocalResponseNormalization | None:
    """Return the normalisation that a quotient is; None where it is another one."""
    power = _maker(reader, node.inputs[1], "Pow")
    beta = reader.number(power.inputs[1]) if power else None
    moved = _apart(reader, power and _maker(reader, power.inputs[0], "Add"))
    scaled = _apart(reader, moved and _maker(reader, moved[0], "Mul"))
    if beta is None or moved is None or scaled is None:
        return None
    total, alpha = scaled
    mean = _apart(reader, _maker(reader, total, "Div"))
    if mean is not None and mean[1]:
        total, alpha = mean[0], alpha / mean[1]
    slices = _terms(reader, total)
    if not _are_neighbours(reader, slices, node.inputs[0]):
        return None
    size = len(slices)
    alpha *= size
    return LocalResponseNormalization(size=size, alpha=alpha, beta=beta, k=moved[1])


def _maker(reader: Reader, name: str, kind: str) -> OnnxNode | None:
    """Return the node that gives a value, wherever its channels were carried."""
    turn = reader.maker(name, "Transpose")
    while turn and reader.places.get(turn.inputs[0]) == reader.places.get(name):
        name = turn.inputs[0]
        turn = reader.maker(name, "Transpose")
    return reader.maker(name, kind)


def _apart(reader: Reader, node: OnnxNode | None) -> tuple[str, float] | None:
    """Return the value and the one number that a node takes."""
    if node is None or len(node.inputs) != 2:
        return None
    for name, other in (node.inputs, node.inputs[::-1]):
        number = reader.number(other)
        if number is not None and name in reader.places:
            return name, number
    return None


def _terms(reader: Reader, name: str) -> list[OnnxNode]:
    """Return the slices of which a value is the sum; nothing where others are in it."""
    found: list[OnnxNode] = []
    waiting = [name]
    while waiting:
        name = waiting.pop()
        total, part = _maker(reader, name, "Add"), _maker(reader, name, "Slice")
        if total is not None:
            waiting += total.inputs
        elif part is not None and len(found) < MOST:
            found.append(part)
        else:
            return []
    return found


def _are_neighbours(reader: Reader, slices: list[OnnxNode], value: str) -> bool:
    """Whether each slice begins a channel further in the padded squares of a value."""
    pads = [reader.maker(each.inputs[0], "Pad") for each in slices]
    pad = pads[0] if pads else None
    if pad is None or any(each is not pad for each in pads):
        return False
    square = pad.inputs[0]
    axis = reader.channel_axis(square)
    starts = {_start(reader, each, axis, square) for each in slices}
    return (
        starts == {*range(len(slices))}
        and _sides(reader, pad, axis) == _reach(len(slices))
        and _is_square(reader, square, value)
    )


def _start(reader: Reader, node: OnnxNode, axis: int, value: str) -> int | None:
    """Return the channel with which a slice begins that has as many as the value."""
    rank, channels = reader.rank(value), reader.dimensions(value)[axis]
    axes, steps = (reader.numbers(node, at, "") or () for at in (3, 4))
    starts, ends = (reader.numbers(node, at, "") or () for at in (1, 2))
    if {*steps} - {1} or channels is None or not len(axes) == len(starts) == len(ends):
        return None
    limits = zip(axes, starts, ends, strict=True)
    cuts = {int(at) % rank: (int(first), stop) for at, first, stop in limits}
    start, end = cuts.pop(axis, (0, 0))
    is_whole = all(a == 0 and b >= 2**31 - 1 for a, b in cuts.values())
    return start if is_whole and end - start == channels else None


def _reach(size: int) -> tuple[int, int]:
    """Return how many channels before and after one belong to it."""
    return size // 2, (size - 1) // 2


def _sides(reader: Reader, pad: OnnxNode, axis: int) -> tuple[int, int] | None:
    """Return the zeros that a node adds before and after an axis, and to no other."""
    sides = [*map(int, reader.numbers(pad, 1, "pads") or ())]
    filled = reader.numbers(pad, 2, "value") or (0.0,)
    rank = len(sides) // 2
    others = [side for at, side in enumerate(sides) if at % rank != axis]
    if pad.word("mode", "constant") != "constant" or any(others) or filled[0]:
        return None
    return (sides[axis], sides[axis + rank]) if rank > axis else None


def _is_square(reader: Reader, name: str, value: str) -> bool:
    square = _maker(reader, name, "Mul")
    places = {reader.places.get(each) for each in square.inputs} if square else set()
    return places == {reader.places[value]}
