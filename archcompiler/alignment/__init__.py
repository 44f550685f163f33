"""Alignment: a foreign model laid beside a table, row by row.

Both are told in one vocabulary of units, which are laid on each other by their wiring.
Keras and ONNX are imported only when a model of theirs is read.
"""

import os
from typing import TYPE_CHECKING, Any

from archcompiler.alignment.alignment import Alignment
from archcompiler.models.errors import ModelError

if TYPE_CHECKING:
    import keras

    from archcompiler.architecture import Architecture
    from archcompiler.checking.checking import Spec

__all__ = ["Alignment", "ModelError", "audit"]


def audit(
    spec: "Spec | Architecture",
    model: "keras.Model | str | os.PathLike[str]",
    /,
    *,
    strict: bool = False,
    **parameters: Any,
) -> Alignment:
    """Compare a table with somebody else's model, layer by layer.

    `spec` is what `load` takes, or what it gives; keyword arguments set its parameters.
    Cells that differ from what the table computes are no hindrance here. `model` is a
    Keras model, a path, or the name of a model of keras.applications:

        assert not audit("resnet50", keras.applications.ResNet50(weights=None)).differs

    `strict` compares what is `uncompared` otherwise, too, as far as the model tells it:
    epsilons, momenta, initial values, the numbers of a rescaling, noise in training,
    and on which side `same` puts more zeros.

    Only how the model is made is read: neither weights nor code of a file.

    Raises:
        SpecError: for a table that cannot be built.
        ModelError: for a model that is not there, cannot be read, or holds code; where
            the package is missing that reads it.
        TypeError: for anything else as a model, and for parameters beside what `load`
            gave, which has its own.
    """
    from archcompiler.alignment.run import run_audit

    return run_audit(spec, model, parameters, strict=strict)
