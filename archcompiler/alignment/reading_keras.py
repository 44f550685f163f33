"""Reading a Keras model: the nodes of its canonical graph as units.

The canonical graph is the one that a transplant matches: nested models are opened,
fused activations split off, padding is in numbers, and training's own layers are gone.
"""

from collections.abc import Callable, Mapping
from inspect import signature
from math import prod
from typing import Any, get_args

import keras
from pydantic import ValidationError

from archcompiler.alignment.errors import ModelError
from archcompiler.alignment.foreign import Foreign
from archcompiler.alignment.lowering import SCALED, Call, Origin, lower
from archcompiler.alignment.network import finish
from archcompiler.alignment.units import Counts, Sides, Unit, Units
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
    shapes = tuple(tuple(tensor.shape)[1:] for tensor in model.outputs)
    return Foreign(name, network, int(model.count_params()), outputs=shapes)


def _read(
    node: Node, units: Units, operands: tuple[int, ...], shape: Shape | None
) -> int:
    if node.kind == "input":
        return units.add(Unit("input", {}, (), shape, node.layer, family="input"))
    op = _op_of(node)
    if op is not None:
        call = Call(units, op, operands, Origin(node.layer), **_margins(node))
        try:
            return _mark_weights(units, lower(call), node)
        except OpError:
            pass  # what the op table refuses, Keras may take: it is told by its class
    return units.add(_unknown(node, operands, shape))


def _mark_weights(units: Units, place: int, node: Node) -> int:
    """Note which variables a unit holds: another call of the layer has them, too."""
    if node.weights:
        held = tuple(id(weight.variable) for weight in node.weights)
        units.change(place, weights=held)
    return place


def _margins(node: Node) -> dict[str, Any]:
    """Return what surrounds or crops the image in numbers, beside the op."""
    if node.kind in ("MaxPooling2D", "AveragePooling2D"):
        zeros, outside = node.attribute("zeros"), node.attribute("outside")
        if isinstance(outside, str):
            return {"zeros": None}
        return {"zeros": zeros, "outside": outside}
    if node.kind in ("Conv2D", "DepthwiseConv2D"):
        padding: Sides | str = node.attribute("padding")
        return {"zeros": None if isinstance(padding, str) else padding}
    return {"cropping": node.attribute("cropping")}


def _unknown(node: Node, operands: tuple[int, ...], shape: Shape | None) -> Unit:
    """Return the unit of a layer that no op stands for."""
    counts = Counts(sum(prod(each.shape) for each in node.weights))
    kind = node.kind.rpartition(".")[2]
    if kind == "activation":
        kind = f"activation {node.attribute('function')}"
    return Unit(kind, {}, operands, shape, node.layer, counts=counts, family="unknown")


def _known(size: Size | None) -> Shape | None:
    """Return a shape; None where a length is left open."""
    lengths = [length for length in size or () if length is not None]
    return None if size is None or len(lengths) < len(size) else tuple(lengths)


# Nodes as ops ---------------------------------------------------------------


def _op_of(node: Node) -> AbstractOp | None:
    """Return the op that a node stands for; None where the op table has none."""
    name = _name_of(node)
    if name not in OPS:
        return None
    given = RULES.get(name, _fields)(node)
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

_BESIDE = ("dtype", "rank")
"""The attributes that no op has: precision, and what the shapes that arrive say."""


def _fields(node: Node, *beside: str) -> Fields | None:
    """Return the attributes that are fields of the op.

    None where another, but for those told `beside` the op, isn't as Keras has it
    without a word: then the op doesn't say what the layer computes.
    """
    op = OPS[_name_of(node)]
    known: Mapping[str, Any] = op.model_fields
    beside += _BESIDE if op.has_modes else (*_BESIDE, "training")
    given = {}
    for key, value in node.attributes:
        if key in known:
            given[key] = value
        elif key not in beside and value != _default(node.kind, key):
            return None
    return given


def _default(kind: str, name: str) -> Any:
    """Return what an argument of a layer of Keras is unless it is given."""
    if name == "data_format":
        return "channels_last"
    layer = getattr(keras.layers, kind, None)
    found = signature(layer).parameters.get(name) if layer else None
    return found.default if found else False


def _window(node: Node) -> Fields | None:
    """Return a window's fields; its padding, in numbers, is given beside the op."""
    beside = ("zeros", "outside", *(("groups",) if "Depth" in node.kind else ()))
    given = _fields(node, *beside)
    return None if given is None else {**given, "padding": "valid"}


def _transposed(node: Node) -> Fields | None:
    return _fields(node, "cropping")


def _function(node: Node) -> Fields | None:
    return None if _fields(node) is None else {"activation": node.kind}


def _scale(node: Node) -> Fields:
    """Return whether numbers do anything: which ones is not compared."""
    is_nothing = (node.attribute("scale"), node.attribute("offset")) == (1.0, 0.0)
    return {"scale": 1.0 if is_nothing else SCALED.scale}


RULES: dict[str, Callable[[Node], Fields | None]] = {
    "Conv2D": _window,
    "DepthwiseConv2D": _window,
    "MaxPooling2D": _window,
    "AveragePooling2D": _window,
    "Conv2DTranspose": _transposed,
    "Activation": _function,
    "Rescaling": _scale,
}
"""The fields of an op from the node's attributes; others are taken by their names."""
