"""Transplant: weights move between two models that are the same graph.

Layers are matched by graph isomorphism, never by name, order or shape alone. Keras is
imported only when a transplant runs.
"""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from typing import TYPE_CHECKING

from archcompiler.transplanting.errors import TransplantError
from archcompiler.transplanting.report import Copied, Left, Transplant

if TYPE_CHECKING:
    import keras

__all__ = ["Copied", "Left", "Transplant", "TransplantError", "transplant"]


def transplant(
    source: "keras.Model",
    target: "keras.Model",
    *,
    until: Mapping[str, str] | tuple[str, str] | AbstractSet[str] | None = None,
) -> Transplant:
    """Copy the weights of one Keras model into another that computes the same function.

    The layers may have other names and another order, activations may be fused or not,
    padding may be a layer or an argument; each model is functional or sequential.
    Afterwards both models give the same outputs for the same inputs, to rounding.

        transplant(keras.applications.ResNet50(), load("resnet50").to_keras())

    `until` names a layer of the source and the layer of the target that gives the same
    values, or maps several: only what feeds these is matched and copied, so a head may
    differ. A layer of a nested model is called `model/layer`. A set names layers of the
    target alone: the source's are found by what leads to them, and where several could
    be meant it is refused.

    Each weight keeps the target's precision. Either all weights are copied or none.

    Raises:
        TransplantError: where the graphs differ, naming the first layers that do; for
            an unknown name in `until`; for a model that holds no graph of layers.
        TypeError: for anything but Keras models, and for an `until` of another form.
    """
    from archcompiler.transplanting.run import run_transplant

    return run_transplant(source, target, until)
