"""Facts of a Keras layer that no op stands for: all that it may compute by."""

from collections.abc import Hashable
from typing import NamedTuple

import keras

from archcompiler.models.calls import KerasCall
from archcompiler.models.private import is_function
from archcompiler.models.settings import kind_of
from archcompiler.ops.table import OPS
from archcompiler.units.arrays import Arrays, Held

_OF_WINDOWS = {"kernel", "depthwise_kernel", "pointwise_kernel", "bias"}


class Strange(NamedTuple):
    """What is known of a layer without an op."""

    kind: str
    facts: dict[str, Hashable]
    arrays: Arrays

    @property
    def is_of_keras(self) -> bool:
        """Whether it is a layer of Keras' own."""
        is_named = self.facts.get("class") == self.kind
        return is_named and hasattr(keras.layers, self.kind)

    @property
    def is_window(self) -> bool:
        """Whether it has a kernel and perhaps a bias, and nothing that remembers."""
        held = {each.name for each in self.arrays}
        return self.is_of_keras and bool(held) and held <= _OF_WINDOWS


def strange(call: KerasCall) -> Strange:
    """Return a layer's class and config, how it is called, and what it holds."""
    name = kind_of(call.layer)
    kind = name.rpartition(".")[2]
    is_function_of_layer = kind == "Concatenate" and is_function(call.layer)
    facts = {"class": kind if is_function_of_layer else name, **call.settings}
    layer = Strange(kind, {**facts, **_manner(call)}, arrays_of(call))
    return _plainly(layer, call) if layer.is_of_keras else layer


def _plainly(layer: Strange, call: KerasCall) -> Strange:
    """Tell a layer of Keras' own without what only trains, its axes from the end."""
    op = OPS.get(layer.kind)
    left_out = op.trained_with() if op is not None else ()
    facts = {key: each for key, each in layer.facts.items() if key not in left_out}
    if "axis" in facts:
        facts["axis"] = call.axis
    return layer._replace(facts=facts)


def _manner(call: KerasCall) -> dict[str, Hashable]:
    """Return how a layer is called; broadcasting depends on the operands' ranks."""
    ranks = [len(size) for size in call.sizes]
    told: dict[str, Hashable] = {
        "rank": ranks[0] if len({*ranks}) == 1 else tuple(ranks),
        "dtype": precision_of(call),
    }
    if call.arguments is not None:
        told["arguments"] = call.arguments
    if call.is_training:
        told["training"] = True
    return told


def without_activation(layer: Strange) -> tuple[Strange, str | None]:
    """Return a window or matrix without the activation that it applies at last."""
    name = layer.facts.get("activation")
    if not layer.is_window or not isinstance(name, str):
        return layer, None
    facts = {key: each for key, each in layer.facts.items() if key != "activation"}
    return layer._replace(facts=facts), name


def precision_of(call: KerasCall) -> str:
    """Return the type in which a layer computes; a function has that of its result."""
    return str(getattr(call.layer, "compute_dtype", call.dtype))


def arrays_of(call: KerasCall) -> Arrays:
    """Return the arrays of a layer; a function has none."""
    return tuple(
        Held(each.name, each, call.name, identity=id(each))
        for each in getattr(call.layer, "weights", ())
    )
