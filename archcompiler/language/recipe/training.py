"""The recipe: how a network is trained, as the section `training` says it."""

from collections.abc import Callable, Mapping
from typing import Annotated, Any, ClassVar, Literal, NamedTuple, get_args

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError, PydanticKnownError

from archcompiler.diagnostics import suggest
from archcompiler.language.forms.forms import (
    Read,
    located,
    read_items,
    read_text,
    require_mapping,
)
from archcompiler.language.forms.sections import ReadBy, Section, read_all
from archcompiler.language.recipe.augmentation import Augmentation, read_augmentation
from archcompiler.language.recipe.data_sets import FACTS
from archcompiler.language.recipe.freezing import Freeze, read_freeze
from archcompiler.language.recipe.losses import LOSSES, read_loss
from archcompiler.language.recipe.optimizers import (
    MaybeCount,
    Optimizer,
    read_optimizer,
)
from archcompiler.language.recipe.schedules import Constant, Schedule, read_schedule
from archcompiler.language.text.document import Mapping as MappingNode
from archcompiler.language.text.document import Node, Scalar
from archcompiler.ops.fields import (
    Bool,
    NaturalInt,
    NaturalReal,
    PositiveInt,
    RateBelowOne,
    quote,
    read_number,
)

Metric = Literal["accuracy", "top-3 accuracy", "top-5 accuracy"]
Precision = Literal["float32", "mixed_bfloat16", "mixed_float16"]
Monitored = Literal["accuracy", "top-3 accuracy", "top-5 accuracy", "loss"]
BALANCED: Literal["balanced"] = "balanced"
"""What stands for class weights by which all classes count the same together."""

Resize = Literal["bilinear", "nearest", "bicubic", "area"]

NEEDED = ("optimizer", "losses", "batch size", "epochs")
"""The keys that a recipe has, if not of its own then from the base of the variant."""


class ByOutput(NamedTuple):
    """A value for every output, or one for each by name, with the name's place."""

    every: Any
    by_name: Mapping[str, tuple[Scalar, Any]]

    def of(self, output: str) -> Any:
        """Return the value of an output."""
        return self.by_name[output][1] if self.by_name else self.every

    def values(self) -> tuple[Any, ...]:
        """Return the value of every output, in the order of the file."""
        return tuple([v for _, v in self.by_name.values()]) or (self.every,)

    def plain(self) -> Any:
        """Return the value of all, or the values by name, as JSON has them."""
        by_name = {name: value for name, (_, value) in self.by_name.items()}
        return by_name or self.every


def _read_losses(node: Node) -> ByOutput:
    """Read one loss, or `{output: loss}`."""
    if isinstance(node, Scalar) or _is_call(node):
        return ByOutput(read_loss(node, "`losses`"), {})
    return _by_output(node, read_loss)


def _is_call(node: Node) -> bool:
    """Whether a mapping is a loss with arguments, not losses by output."""
    return isinstance(node, MappingNode) and next(iter(node.entries), "") in LOSSES


def _read_weights(node: Node) -> ByOutput:
    """Read `{output: weight}`."""
    return _by_output(node, lambda value: _number(read_text(value), least=0))


def _by_output(node: Node, read: Callable[[Node], Any]) -> ByOutput:
    entries = list(require_mapping(node, "this").items())
    if not entries:
        raise located("wrong-type", "at least one output is named here", node.span)
    values = read_all(entries, lambda entry: (entry[0], read(entry[1])))
    return ByOutput(None, {key.text: (key, value) for key, value in values})


def _read_metrics(node: Node) -> tuple[Any, ...]:
    words = get_args(Metric)
    return read_all(
        read_items(node), lambda item: _word(read_text(item), words, "a metric")
    )


def _read_pixels(node: Node) -> tuple[float, ...] | None:
    """Read what 0 and 255 become, `[-1, 1]`, or `as they are`."""
    if isinstance(node, Scalar) and node.text == "as they are":
        return None
    help = "write `[0, 1]`, `[-1, 1]` or `as they are`"
    try:
        ends = _read_numbers(node)
    except PydanticCustomError:
        ends = ()
    if len(ends) != 2 or ends[0] >= ends[1]:
        message = "`pixels` is what 0 and 255 become, the smaller first"
        raise located("bad-value", message, node.span, help)
    return ends


def _read_numbers(node: Node) -> tuple[float, ...]:
    return read_all(read_items(node), lambda item: _number(read_text(item)))


def _read_deviation(node: Node) -> tuple[float, ...]:
    return read_all(read_items(node), lambda item: _number(read_text(item), above=0))


def _read_class_weights(node: Node) -> tuple[float, ...] | Literal["balanced"]:
    if isinstance(node, Scalar):
        help = suggest(node.text, [BALANCED]) or f"write `{BALANCED}`, or `[1, 2.5]`"
        if node.text != BALANCED:
            message = f"a number for each class is needed here, or `{BALANCED}`"
            raise located("bad-value", message, node.span, help)
        return BALANCED
    return read_all(read_items(node), lambda item: _number(read_text(item), least=0))


def _read_unprinted(node: Node) -> tuple[str, ...]:
    """Read keys, or arguments within: `epochs`, `optimizer.epsilon`."""
    keys = tuple(Training.keys())

    def read(item: Node) -> str:
        cell = read_text(item)
        if cell.text.partition(".")[0] not in keys:
            _word(cell, keys, "what is unprinted")
        return cell.text

    return read_all(read_items(node), read)


def _word(cell: Scalar, words: tuple[str, ...], what: str) -> str:
    if cell.text in words:
        return cell.text
    help = suggest(cell.text, words) or f"it is one of {', '.join(words)}"
    message = f"{what} cannot be {quote(cell.text)}"
    raise located("bad-value", message, cell.span, help)


def _number(
    cell: Scalar, least: float | None = None, above: float | None = None
) -> float:
    number = read_number(cell.text)
    bound = ""
    if least is not None:
        bound = f" of at least {least}"
    elif above is not None:
        bound = f" above {above}"
    good = number is not None and abs(number) < float("inf")
    good = good and (least is None or number >= least)  # type: ignore[operator]
    good = good and (above is None or number > above)  # type: ignore[operator]
    if not good:
        message = f"a number{bound} is needed here, received {quote(cell.text)}"
        raise located("bad-value", message, cell.span)
    return float(number)  # type: ignore[arg-type]


def _published(name: str) -> str:
    if name not in FACTS:
        raise PydanticKnownError("literal_error", {"expected": ", ".join(FACTS)})
    return name


DataSet = Annotated[str, AfterValidator(_published)]


class EarlyStopping(Section):
    """Ends a run after `patience` epochs that are no better, as Keras' callback."""

    what: ClassVar[str] = "`early stopping`"

    patience: PositiveInt
    """How many epochs in a row may be no better."""

    min_delta: NaturalReal = 0.0
    """By how much one must be better to count."""


class Training(Section):
    """How the network is trained. A variant may leave every key to its base."""

    what: ClassVar[str] = "`training`"

    ABOUT: ClassVar[tuple[str, ...]] = ("source", "unprinted")
    """Keys that tell of the recipe, and change nothing of what is trained."""

    data: DataSet = "digits"
    """The images to train on."""

    limit: MaybeCount = None
    """How many images of each set are taken, the first ones; None for all."""

    validation: RateBelowOne = 0.2
    """The share that is held back, of data that come without a set for validation."""

    resize: Resize = "bilinear"
    """How images get the size of the input."""

    pixels: Annotated[Read[tuple[float, float] | None], ReadBy(_read_pixels)] = (0, 1)
    """What 0 and 255 become; None where values are taken as they are."""

    mean: Annotated[Read[tuple[float, ...]], ReadBy(_read_numbers)] = ()
    """A number for each channel, subtracted from the pixels."""

    deviation: Annotated[Read[tuple[float, ...]], ReadBy(_read_deviation)] = ()
    """A number for each channel, by which the pixels are divided."""

    augmentation: Annotated[
        Read[tuple[Augmentation, ...]], ReadBy(read_augmentation)
    ] = ()
    """What is done at random to the images."""

    freeze: Annotated[Read[Freeze], ReadBy(read_freeze)] = Freeze()
    """The rows whose weights stay as they are."""

    optimizer: Annotated[Read[Optimizer | None], ReadBy(read_optimizer)] = None
    """What makes a step of a gradient, with Keras' own arguments."""

    schedule: Annotated[Read[Schedule], ReadBy(read_schedule)] = Field(
        default_factory=lambda: Constant(at=None)
    )
    """How the learning rate goes on from the optimizer's."""

    warm_up: NaturalReal = Field(default=0.0, alias="warm-up")
    """Epochs in which the rate rises evenly to where the schedule has it."""

    losses: Annotated[Read[ByOutput | None], ReadBy(_read_losses)] = None
    """What training makes small: one loss, or one for each output."""

    loss_weights: Annotated[Read[ByOutput], ReadBy(_read_weights)] = Field(
        default=ByOutput(1.0, {}), alias="loss weights"
    )
    """By output, the weight of its loss."""

    class_weights: Annotated[
        Read[tuple[float, ...] | Literal["balanced"]], ReadBy(_read_class_weights)
    ] = Field(default=(), alias="class weights")
    """What an image of each class counts in the loss; empty where all count 1."""

    metrics: Annotated[Read[tuple[Metric, ...]], ReadBy(_read_metrics)] = ("accuracy",)
    """What is told of every epoch beside the losses."""

    monitor: Monitored = "accuracy"
    """What the best epoch is chosen by: of the first output, or the loss of all."""

    early_stopping: Annotated[
        Read[EarlyStopping | None], ReadBy(EarlyStopping.read_section)
    ] = Field(default=None, alias="early stopping")
    """When the run ends before its last epoch."""

    l2: NaturalReal = 0.0
    """Times the sum of the squares of every kernel, added to the loss."""

    label_smoothing: RateBelowOne = Field(default=0.0, alias="label smoothing")
    """The share of a label that goes to all classes."""

    batch_size: MaybeCount = Field(default=None, alias="batch size")
    """How many images make a step, of all devices together."""

    epochs: MaybeCount = None
    """How often all images are seen."""

    precision: Precision = "float32"
    """In which numbers is computed; a softmax stays in float32."""

    xla: Bool = False
    """Whether XLA compiles each step."""

    seed: NaturalInt = 0
    """What first weights, order, augmentation and dropout are drawn from."""

    source: str = ""
    """Where the recipe is printed: `arXiv 1512.03385, section 3.4`."""

    unprinted: Annotated[Read[tuple[str, ...]], ReadBy(_read_unprinted)] = ()
    """Keys whose values stand here, and not there: what the source leaves open."""

    def place(self, key: str) -> Node:
        """Return the value of a key, as it stands in a file."""
        node: Node = self.at.entries[key][1]
        return node


def read_training(node: Any) -> Training:
    """Return the recipe that a node holds."""
    return node if isinstance(node, Training) else Training.read_section(node)


def merge_training(base: Training | None, given: Training | None) -> Training | None:
    """Return a recipe of which each key comes from `given`, else from `base`."""
    if base is None or given is None:
        return given or base
    at = given.at
    merged = MappingNode(at.source, at.line, at.column)
    merged.entries = {**base.at.entries, **at.entries}
    return Training.read_section(merged)
