"""ONNX' normalisations: in one node, or written out in many."""

from archcompiler.models.onnx_file import OnnxNode
from archcompiler.ops import normalization
from archcompiler.reading.onnx_reader import Reader
from archcompiler.reading.onnx_values import NotReadError
from archcompiler.units.calls import Settings
from archcompiler.units.units import AFFINE, NO_COUNTS

NORMALISATIONS = frozenset(
    {"batch normalisation", "group normalisation", "layer normalisation"}
)
"""Those that may scale and shift each channel afterwards."""

_LAYOUT = {"If", "Identity", "Pad", "Reshape", "Squeeze", "Unsqueeze"}


# In one node -----------------------------------------------------------------


def of_batch(reader: Reader, node: OnnxNode) -> int:
    """Add a normalisation by numbers of the file."""
    name = node.inputs[0]
    is_test = reader.graph.version >= 7 or bool(node.number("is_test", 0))
    if node.number("training_mode", 0) or not is_test or not node.number("spatial", 1):
        raise NotReadError
    if reader.channel_axis(name) != 1:
        raise NotReadError
    place = _add(reader, node, "batch normalisation", name)
    names = ("gamma", "beta", "moving_mean", "moving_variance")
    reader.units.change(place, parts=AFFINE, arrays=reader.held_as(node, names))
    return place


def of_groups(reader: Reader, node: OnnxNode) -> int:
    """Add a normalisation of groups of channels."""
    if reader.is_last(node.inputs[0]):
        raise NotReadError
    return _of_groups(reader, node, node.inputs[0], int(node.number("num_groups", 0)))


def of_instances(reader: Reader, node: OnnxNode) -> int:
    """Add a normalisation of each channel, or of the groups that were made channels."""
    name = node.inputs[0]
    source, groups = _before_grouping(reader, name)
    if source == name:
        return _of_groups(reader, node, source, groups)
    if not _is_plain(reader, node):
        raise NotReadError
    place = _of_groups(reader, node, source, groups)
    reader.units.change(place, counts=NO_COUNTS)
    reader.parameters -= reader.held(node)
    return place


def _is_plain(reader: Reader, node: OnnxNode) -> bool:
    """Whether a normalisation neither scales nor shifts."""
    factors, offsets = (reader.numbers(node, at, "") or () for at in (1, 2))
    return {*factors} == {1.0} and {*offsets} == {0.0}


def of_layer(reader: Reader, node: OnnxNode) -> int:
    """Add a normalisation of the channels at every position."""
    name = node.inputs[0]
    rank, axis = reader.rank(name), int(node.number("axis", -1))
    if not rank or axis % rank != rank - 1 or reader.channel_axis(name) != rank - 1:
        raise NotReadError
    place = _add(reader, node, "layer normalisation", name)
    reader.units.change(place, arrays=reader.held_as(node, ("gamma", "beta")))
    return place


def of_neighbours(reader: Reader, node: OnnxNode) -> int:
    """Add a normalisation by neighbouring channels, whose mean alpha scales."""
    op = normalization.LocalResponseNormalization(
        size=int(node.number("size", 0)),
        alpha=node.number("alpha", 1e-4),
        beta=node.number("beta", 0.75),
        k=node.number("bias", 1.0),
    )
    return reader.lower(node, op, (reader.operand(node),))


def _of_groups(reader: Reader, node: OnnxNode, name: str, groups: int) -> int:
    if not groups:
        raise NotReadError
    place = reader.places[name]
    settings = {"groups": groups}
    return _normalise(reader, node, "group normalisation", settings, place)


def _add(reader: Reader, node: OnnxNode, kind: str, name: str) -> int:
    return _normalise(reader, node, kind, {}, reader.places[name])


def _normalise(
    reader: Reader, node: OnnxNode, kind: str, settings: Settings, place: int
) -> int:
    """Add a normalisation; where one node is all of it, its epsilon is known."""
    is_whole = node.kind.endswith("Normalization")
    open = {"epsilon": node.number("epsilon", 1e-5)} if is_whole else {}
    shape, taken = reader.units[place].shape, (place,)
    return reader.add(node, kind, settings, shape, taken, "normalisation", open=open)


def _before_grouping(reader: Reader, name: str) -> tuple[str, int]:
    """Return the image whose groups of channels a value has as channels, and how many.

    That is the value itself where its channels are those of an image.
    """
    maker = reader.makers.get(name)
    dimensions = reader.dimensions(name)
    if maker is None or maker.kind != "Reshape":
        if reader.rank(name) != 4 or reader.is_last(name):
            raise NotReadError
        return name, _channels(reader, name)
    source, target = maker.inputs[0], reader.numbers(maker, 1, "shape") or dimensions
    before = reader.dimensions(source)
    keeps_batch = before[:1] in (dimensions[:1], target[:1]) or target[:1] == (0,)
    if not keeps_batch or reader.is_last(source) or reader.rank(source) != 4:
        raise NotReadError
    groups = (dimensions[1:2] or target[1:2] or (None,))[0]
    return source, int(groups or 0)


def _channels(reader: Reader, name: str) -> int:
    shape = reader.units[reader.places[name]].shape
    if shape is None:
        raise NotReadError
    return shape[-1]


# Written out -----------------------------------------------------------------


def local_normalisation_of(
    reader: Reader, node: OnnxNode
) -> normalization.LocalResponseNormalization | None:
    """Return the normalisation that PyTorch writes as `x / (k + alpha * mean) ** beta`.

    The mean of the squares is an average pooling along the channels.
    """
    whole, divisor = node.inputs
    found: dict[str, float] = {}
    is_along_channels = False
    for maker in reader.before(divisor):
        if maker.kind == "Mul" and maker.inputs == (whole, whole):
            return _normalisation(found) if is_along_channels else None
        if maker.kind == "AveragePool":
            size, *others = maker.numbers("kernel_shape", (1,))
            found[maker.kind] = size if {*others} == {1} else 0
        elif maker.kind in ("Pow", "Add", "Mul"):
            numbers = reader.other_numbers(maker)
            is_power = maker.kind != "Pow" or maker.inputs[0] in reader.places
            if len(numbers) != 1 or maker.kind in found or not is_power:
                return None
            found[maker.kind] = numbers[0]
        elif maker.kind not in _LAYOUT or maker.word("mode", "constant") != "constant":
            return None
        is_along_channels = maker.kind in ("Reshape", "Unsqueeze") or is_along_channels
    return None


def _normalisation(
    found: dict[str, float],
) -> normalization.LocalResponseNormalization | None:
    if found.keys() != {"Pow", "Add", "Mul", "AveragePool"} or not found["AveragePool"]:
        return None
    return normalization.LocalResponseNormalization(
        size=int(found["AveragePool"]),
        alpha=found["Mul"],
        beta=found["Pow"],
        k=found["Add"],
    )
