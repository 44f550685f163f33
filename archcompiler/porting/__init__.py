"""Porting: weights of somebody else's model in one of ours."""

import os
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from pathlib import Path
from typing import TYPE_CHECKING

from archcompiler.transplanting import Transplant, TransplantError

if TYPE_CHECKING:
    import keras


def transplant(
    source: "keras.Model | str | os.PathLike[str]",
    target: "keras.Model",
    *,
    until: Mapping[str, str] | tuple[str, str] | AbstractSet[str] | None = None,
) -> Transplant:
    """Copy the weights of one model into another that computes the same function.

    The layers may have other names and another order, activations may be fused or not,
    padding may be a layer or an argument; each model is functional or sequential.
    Afterwards both models give the same outputs for the same inputs, to rounding.

        transplant(keras.applications.ResNet50(), load("resnet50").to_keras())

    `source` may be the path of an ONNX file that computes the same, such as PyTorch's:
    the weights come in Keras' layouts. Epsilons and the side on which `same` puts more
    zeros must be the target's. A folded normalisation becomes one that only shifts.

    `until` names a layer of the source and the layer of the target that gives the same
    values, or maps several: only what feeds these is matched and copied, so a head may
    differ. A layer of a nested model is called `model/layer`. A set names layers of the
    target alone: the source's are found by what leads to them, and where several could
    be meant it is refused.

    Each weight keeps the target's precision. Either all weights are copied or none.

    Raises:
        TransplantError: where the graphs differ, naming the first layers that do; for
            an unknown name in `until`; for a model that holds no graph of layers; for a
            file that cannot be read, and for `until` with one.
        TypeError: for anything but Keras models, and for an `until` of another form.
    """
    if isinstance(source, str | os.PathLike):
        return _transplant_file(Path(source), target, until)
    from archcompiler.transplanting.run import run_transplant

    return run_transplant(source, target, until)


def _transplant_file(path: Path, target: "keras.Model", until: object) -> Transplant:
    from archcompiler.porting.from_onnx import transplant_file

    if until is not None:
        raise TransplantError("`until` is for Keras models: a file is copied whole")
    return transplant_file(path, target)
