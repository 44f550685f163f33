"""Reading a Keras model: the nodes of its canonical graph as units.

The canonical graph is the one that a transplant matches: nested models are opened,
fused activations split off, padding is in numbers, and training's own layers are gone.
"""

from collections.abc import Callable, Mapping
from math import prod
from typing import Any, get_args

from pydantic import ValidationError

from archcompiler.alignment.errors import ModelError
from archcompiler.alignment.foreign import Foreign
from archcompiler.alignment.lowering import Call, Origin, lower
from archcompiler.alignment.margins import add_sides
from archcompiler.alignment.network import finish
from archcompiler.alignment.units import NOWHERE, Counts, Sides, Unit, Units
from archcompiler.ops import fields
from archcompiler.ops.base import AbstractOp, OpError
from archcompiler.ops.table import OPS
from archcompiler.shapes import Shape
from archcompiler.transplanting.call import Size
from archcompiler.transplanting.errors import TransplantError
from archcompiler.transplanting.graph import Node, Value
from archcompiler.transplanting.reading import read_model

Fields = dict[str, Any]


def read_keras(model: Any, name: str, image: Shape | None = None) -> Foreign:
    """Return a built Keras model as units; `image` stands for an input of open size.

    Raises:
        ModelError: for a model that holds no graph of layers.
    """
    try:
        graph, outputs = read_model(model, "model", image)
    except TransplantError as error:
        raise ModelError(str(error)) from None
    units = Units()
    places: list[int] = []
    for at, node in enumerate(graph.nodes):
        operands = tuple(places[value.node] for value in node.operands)
        shape = _known(graph.sizes.get(Value(at)))
        places.append(_read(node, units, operands, shape))
    network = finish(units, [places[node.operands[0].node] for node in outputs])
    return Foreign(name, network, int(model.count_params()))


def _read(
    node: Node, units: Units, operands: tuple[int, ...], shape: Shape | None
) -> int:
    if node.kind == "input":
        return units.add(Unit("input", {}, (), shape, node.layer))
    op = _op_of(node)
    if op is not None:
        call = Call(units, op, operands, Origin(node.layer), _zeros(node))
        try:
            return lower(call)
        except OpError:
            pass  # what the op table refuses, Keras may take: it is told by its class
    return units.add(_unknown(node, operands, shape))


def _unknown(node: Node, operands: tuple[int, ...], shape: Shape | None) -> Unit:
    """Return the unit of a layer that no op stands for."""
    counts = Counts(sum(prod(each.shape) for each in node.weights))
    kind = node.kind.rpartition(".")[2]
    if kind == "activation":
        kind = f"activation {node.attribute('function')}"
    return Unit(kind, {}, operands, shape, node.layer, counts=counts, is_known=False)


def _known(size: Size | None) -> Shape | None:
    """Return a shape; None where a length is left open."""
    lengths = [length for length in size or () if length is not None]
    return None if size is None or len(lengths) < len(size) else tuple(lengths)


# Nodes as ops ---------------------------------------------------------------


def _op_of(node: Node) -> AbstractOp | None:
    """Return the op that a node stands for; None where the op table has none."""
    name = _name_of(node)
    rule = RULES.get(name, _any)
    layout = node.attribute("data_format") or "channels_last"
    if name not in OPS or layout != "channels_last":
        return None
    given = rule(node)
    if given is None:
        return None
    try:
        return OPS[name].model_validate(given)
    except ValidationError:
        return None


def _name_of(node: Node) -> str:
    """Return the name in the op table of what a node computes."""
    kind = node.kind.removeprefix("archcompiler>")
    if kind in get_args(fields.Activation):
        return _ACTIVATION_LAYERS.get(kind, "Activation")
    return {"ZeroPadding": "ZeroPadding2D"}.get(kind, kind)


_ACTIVATION_LAYERS = {"relu": "ReLU", "elu": "ELU", "softmax": "Softmax"}


def _zeros(node: Node) -> Sides | None:
    """Return the margin of a window in numbers; None where only the run tells."""
    if node.kind in ("MaxPooling2D", "AveragePooling2D"):
        outside = node.attribute("outside")
        if isinstance(outside, str):
            return None
        return add_sides(node.attribute("zeros"), outside)
    if node.kind in ("Conv2D", "DepthwiseConv2D"):
        padding: Sides | str = node.attribute("padding")
        return None if isinstance(padding, str) else padding
    return NOWHERE


def _window(node: Node) -> Fields:
    """Return a window's fields; its padding, in numbers, is given beside the op."""
    return {**_any(node), "padding": "valid"}


def _grouped(node: Node) -> Fields:
    return {**_window(node), "groups": node.attribute("groups")}


def _function(node: Node) -> Fields | None:
    return {"activation": node.kind}


def _concatenation(node: Node) -> Fields | None:
    axis = node.attribute("axis")
    return {} if axis in (-1, None) else None


def _scale(_: Node) -> Fields:
    """Return any numbers: which ones is not compared."""
    return {"scale": 1.0}


def _nothing(_: Node) -> Fields:
    return {}


def _zero_padding(node: Node) -> Fields:
    return {"padding": node.attribute("padding")}


def _any(node: Node) -> Fields:
    """Return the attributes that are fields of the op."""
    known: Mapping[str, Any] = OPS[_name_of(node)].model_fields
    given = {key: each for key, each in node.attributes if key in known}
    given.pop("axis", None)
    return given


RULES: dict[str, Callable[[Node], Fields | None]] = {
    "Conv2D": _grouped,
    "DepthwiseConv2D": _window,
    "MaxPooling2D": _window,
    "AveragePooling2D": _window,
    "Activation": _function,
    "Concatenate": _concatenation,
    "Rescaling": _scale,
    "Normalization": _nothing,
    "LayerScale": _nothing,
    "BatchNormalization": _nothing,
    "LayerNormalization": _nothing,
    "UnitNormalization": _nothing,
    "ZeroPadding2D": _zero_padding,
}
"""The fields of an op from the node's attributes; others are taken by their names."""
