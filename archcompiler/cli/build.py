"""`archc build`: the Keras model, verified and saved."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from archcompiler.architecture import Architecture
from archcompiler.backends.keras_model import (
    build_model,
    import_keras,
    save_model,
    verify_model,
)
from archcompiler.backends.keras_model.capacity import refuse_too_large
from archcompiler.backends.keras_model.exhaustion import exhaustion_told
from archcompiler.backends.keras_model.stranger import Stranger, imports_to_open
from archcompiler.checking.checking import load
from archcompiler.cli.colours import print_error
from archcompiler.cli.exits import code_of_run
from archcompiler.cli.output import refuse_inputs, writable
from archcompiler.cli.usage import UsageError
from archcompiler.graph.memory import format_bytes
from archcompiler.language.loading.runs import holds_run
from archcompiler.training.errors import TrainingError
from archcompiler.training.folder import BEST

if TYPE_CHECKING:
    import keras


def run(options: Any) -> int:
    """Build, verify and save; nothing is written before the model is verified.

    The network of a run gets the best weights of this.
    """
    try:
        return _run(options)
    except TrainingError as error:
        print_error(str(error))
        return code_of_run(error)


def _run(options: Any) -> int:
    path = writable(options.output)
    if path.suffix != ".keras":
        raise UsageError(f"a saved model ends in `.keras`, received `{path.name}`")
    architecture = load(options.spec, **options.settings)
    refuse_inputs(path, architecture.program)
    for note in architecture.notes:
        _tell(f"note: {note}")
    if not options.ignore_memory:
        refuse_too_large(architecture.expansion)
    with Stranger(architecture.expansion) as stranger:
        model = _build(architecture)
        of = _train(model, options)
        _tell(f"saving {path}, and opening it in a new process")
        with exhaustion_told(architecture.expansion, "saving"):
            save_model(model, path, stranger.compare)
    print(f"{path}: {architecture.name}, {architecture.parameters:,} parameters{of}")
    needed = imports_to_open(architecture.expansion)
    if len(needed) > 1:
        print(f"`{needed[0]}` before `keras.models.load_model` opens it")
    return 0


def _build(architecture: Architecture) -> "keras.Model":
    """Return the verified model."""
    _import_keras()
    estimate = format_bytes(architecture.building_bytes)
    _tell(
        f"building {architecture.name}: {len(architecture.layers)} layers, {estimate}"
    )
    model = build_model(architecture.expansion, ignore_memory=True)
    _tell(f"verifying {architecture.parameters:,} parameters and every layer")
    verify_model(architecture.expansion, model)
    return model


def _train(model: "keras.Model", options: Any) -> str:
    """Give the network of a run its best weights; return what to say of them."""
    folder = Path(options.spec)
    if not holds_run(folder):
        return ""
    weights = folder / BEST
    if options.settings or not weights.is_file():
        why = "`--set` makes another network" if options.settings else "it has none yet"
        _tell(f"note: without the weights of the run: {why}")
        return ""
    from archcompiler.training.transfer.weights import load_exactly

    load_exactly(model, weights)
    return f" of {weights.name}"


def _import_keras() -> None:
    """Import Keras, or say how to install it.

    Raises:
        UsageError: where it is not installed.
    """
    _tell("importing Keras")
    try:
        import_keras()
    except ModuleNotFoundError as error:
        raise UsageError(str(error)) from None


def _tell(progress: str) -> None:
    print(progress, file=sys.stderr, flush=True)
