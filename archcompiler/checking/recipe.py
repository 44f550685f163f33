"""The recipe against the network: outputs that exist, heads that fit their losses."""

from collections.abc import Iterator, Mapping

from archcompiler.architecture import Architecture
from archcompiler.checking.freezing import check_freeze
from archcompiler.diagnostics import Diagnostic, listed, suggest
from archcompiler.graph.nodes import Node
from archcompiler.language.forms.forms import read_items
from archcompiler.language.recipe.augmentation import mixing_of
from archcompiler.language.recipe.losses import LOSSES
from archcompiler.language.recipe.training import BALANCED, NEEDED, ByOutput, Training
from archcompiler.language.text.document import Scalar
from archcompiler.ops.activation import Softmax
from archcompiler.ops.base import AbstractOp
from archcompiler.ops.reshaping import Flatten, Reshape

_CLIPS = ("clipnorm", "clipvalue", "global_clipnorm")
_PASSING = (Flatten, Reshape)
"""Ops behind a head's activation that leave its values as they are."""


def check_recipe(
    architecture: Architecture, training: Training | None = None
) -> Iterator[Diagnostic]:
    """Yield what keeps a recipe, by default its own, from training an architecture."""
    training = training or architecture.program.training
    if training is None:
        return
    missing = [f"`{key}`" for key in NEEDED if key not in training.at.entries]
    if missing:
        message = f"`training` needs the key{'s' * (len(missing) > 1)} "
        message += " and ".join(missing)
        yield Diagnostic("missing-key", message, training.at.span)
    yield from _check_numbers(training)
    yield from _check_smoothing(training)
    yield from _check_optimizer(training)
    yield from _check_monitor(training)
    yield from _check_class_weights(training, named_outputs(architecture))
    yield from _check_mixing(training)
    yield from _check_image(architecture, training)
    yield from check_freeze(architecture, training)
    outputs = named_outputs(architecture)
    for key, given in (
        ("losses", training.losses),
        ("loss weights", training.loss_weights),
    ):
        if given is not None and given.by_name:
            yield from _check_names(training, key, given, outputs)
    yield from _check_heads(architecture, training, outputs)
    yield from _check_sizes(architecture, outputs)


def named_outputs(architecture: Architecture) -> dict[str, Node]:
    """Return the outputs by the names of their rows, in order."""
    cells = architecture.program.outputs
    if cells is None:
        return {architecture.rows[-1].name: architecture.outputs[0]}
    names = [cell.text for cell in cells]
    return dict(zip(names, architecture.outputs, strict=True))


def activation_of(architecture: Architecture, output: Node) -> str:
    """Return the activation in which a head ends, `linear` where it has none."""
    while isinstance(output.op, _PASSING):
        output = architecture.graph[output.inputs[0]]
    return ends_in(output.op)


def ends_in(op: AbstractOp | None) -> str:
    """Return the activation in which an op ends, `linear` where it has none."""
    if isinstance(op, Softmax):
        return "softmax"
    return str(getattr(op, "activation", None) or "linear")


def _check_numbers(training: Training) -> Iterator[Diagnostic]:
    epochs = training.epochs
    if epochs is not None and training.warm_up > epochs:
        message = (
            f"`warm-up` (={training.warm_up:g}) is longer than `epochs` (={epochs})"
        )
        yield Diagnostic("bad-value", message, training.place("warm-up").span)
    if not any(training.loss_weights.values()):
        message = "every loss weighs 0, so nothing is learned"
        yield Diagnostic("bad-value", message, training.place("loss weights").span)


def _check_smoothing(training: Training) -> Iterator[Diagnostic]:
    losses = training.losses.values() if training.losses is not None else ()
    smoothed = any("label_smoothing" in loss.takes for loss in losses)
    if losses and training.label_smoothing and not smoothed:
        message = f"`label smoothing` does not go with `{losses[0].name}`"
        taking = [n for n, kind in LOSSES.items() if "label_smoothing" in kind.takes]
        help = f"it is of {listed(taking)}; with another loss write 0"
        span = training.place("label smoothing").span
        yield Diagnostic("bad-value", message, span, help=help)


def _check_optimizer(training: Training) -> Iterator[Diagnostic]:
    """Yield what Keras' optimizers refuse, or would not heed."""
    optimizer = training.optimizer
    if optimizer is None:
        return
    span = training.place("optimizer").span
    clips = [name for name in _CLIPS if getattr(optimizer, name) is not None]
    if len(clips) > 1:
        message = f"an optimizer clips in one way, not by {listed(clips)}"
        yield Diagnostic("bad-value", message, span)
    given = [name for name in optimizer.arguments() if name.startswith("ema_")]
    if given and not optimizer.use_ema:
        message = f"`{given[0]}` means nothing without averages"
        yield Diagnostic("bad-value", message, span, help="add `use_ema: true`")


def _check_monitor(training: Training) -> Iterator[Diagnostic]:
    monitor, metrics = training.monitor, training.metrics
    if "monitor" in training.at.entries and monitor not in ("loss", *metrics):
        message = f"`monitor` is `{monitor}`, which is none of the `metrics`"
        help = f"write `loss`, or `metrics: [{', '.join((*metrics, monitor))}]`"
        span = training.place("monitor").span
        yield Diagnostic("bad-reference", message, span, help=help)


def _check_class_weights(
    training: Training, outputs: Mapping[str, Node]
) -> Iterator[Diagnostic]:
    weights = training.class_weights
    if not weights:
        return
    span = training.place("class weights").span
    classes = min(node.shape[0] for node in outputs.values())
    if len(outputs) > 1:
        message = "Keras takes `class weights` of one output alone, "
        message += f"the network has {len(outputs)}"
        yield Diagnostic("bad-value", message, span)
    elif weights == BALANCED:
        return
    elif len(weights) != classes:
        message = "`class weights` needs a number for each class, "
        message += f"{classes}, received {len(weights)}"
        yield Diagnostic("bad-value", message, span)
    elif not any(weights):
        message = "every class weighs 0, so nothing is learned"
        yield Diagnostic("bad-value", message, span)


def _check_mixing(training: Training) -> Iterator[Diagnostic]:
    mixing = mixing_of(training.augmentation)
    if mixing is None:
        return
    if training.class_weights:
        message = f"{mixing.what} gives an image two classes, `class weights` weigh one"
        span = training.place("class weights").span
        yield Diagnostic("bad-value", message, span, help="leave either out")
    if training.batch_size == 1:
        message = f"{mixing.what} mixes the images of a batch, and it has one"
        span = training.place("batch size").span
        yield Diagnostic("bad-value", message, span, help="`batch size: 2`, at least")


def _check_image(
    architecture: Architecture, training: Training
) -> Iterator[Diagnostic]:
    image = architecture.inputs[0]
    if len(architecture.inputs) > 1 or len(image.shape) != 3:
        message = "training takes one image as input: height x width x channels"
        cells = architecture.program.inputs.values()
        yield Diagnostic("rank-mismatch", message, next(iter(cells)).span)
        return
    calls = training.augmentation
    items = read_items(training.place("augmentation")) if calls else ()
    for item, call in zip(items, calls, strict=True):
        if call.of_colours and image.shape[-1] != 3:
            message = f"{call.what} needs images of three channels, the network takes "
            message += f"{image.shape[-1]}"
            yield Diagnostic("bad-value", message, item.span)
    for key in ("mean", "deviation"):
        numbers = getattr(training, key)
        if numbers and len(numbers) != image.shape[-1]:
            message = (
                f"`{key}` needs a number for each channel of the image, "
                f"{image.shape[-1]}, received {len(numbers)}"
            )
            yield Diagnostic("bad-value", message, training.place(key).span)


def _check_names(
    training: Training, key: str, given: ByOutput, outputs: Mapping[str, Node]
) -> Iterator[Diagnostic]:
    for name, (cell, _) in given.by_name.items():
        if name not in outputs:
            message = f"`{key}` names `{name}`, which is no output"
            help = suggest(name, outputs) or f"the outputs are {listed(outputs)}"
            yield Diagnostic("bad-reference", message, cell.span, help=help)
    missing = [name for name in outputs if name not in given.by_name]
    if missing:
        message = f"`{key}` lacks the output `{missing[0]}`"
        yield Diagnostic("missing-key", message, training.place(key).span)


def _check_heads(
    architecture: Architecture, training: Training, outputs: Mapping[str, Node]
) -> Iterator[Diagnostic]:
    for name, node in outputs.items():
        if len(node.shape) != 1:
            shape = "x".join(map(str, node.shape))
            message = (
                f"the output `{name}` is {shape}: training takes a vector of classes"
            )
            span = _output_place(architecture, name).span
            yield Diagnostic("rank-mismatch", message, span, help="end it in `Flatten`")
            continue
        losses = training.losses
        if losses is None or (losses.by_name and name not in losses.by_name):
            continue
        loss, activation = losses.of(name), activation_of(architecture, node)
        if loss.unfit == activation:
            message = (
                f"`{loss.name}` does not go with `{activation}`, in which `{name}` ends"
            )
            place = training.place("losses")
            if losses.by_name:
                place = losses.by_name[name][0]
            yield Diagnostic("bad-value", message, place.span)


def _check_sizes(
    architecture: Architecture, outputs: Mapping[str, Node]
) -> Iterator[Diagnostic]:
    first, *others = outputs
    for name in others:
        shapes = outputs[first].shape, outputs[name].shape
        if shapes[0] != shapes[1]:
            message = (
                f"the outputs `{first}` and `{name}` learn the same classes, "
                f"but have {shapes[0][-1]} and {shapes[1][-1]}"
            )
            span = _output_place(architecture, name).span
            yield Diagnostic("shape-mismatch", message, span)


def _output_place(architecture: Architecture, name: str) -> Scalar:
    cells = architecture.program.outputs
    if cells is not None:
        return next(cell for cell in cells if cell.text == name)
    return architecture.rows[-1].row.at
