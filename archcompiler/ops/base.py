"""What an op declares: fields, shape rule, weights, multiply-adds and Keras call."""

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from math import prod
from types import MappingProxyType
from typing import Any, ClassVar, Literal, NamedTuple, Self

from pydantic import BaseModel, ConfigDict

from archcompiler.ops.meanings import MEANINGS
from archcompiler.shapes import Lengths, Shape

Shapes = tuple[Shape, ...]
Role = Literal["weighted", "pooling", "other"]
Family = Literal[
    "weighted", "pooling", "merging", "normalisation", "activation", "scaling", "other"
]
Words = Mapping[str, Mapping[str, Any]]
Measures = dict[str, int]
OfRanks = Mapping[int, Mapping[str, tuple[Any, Any]]]


class OpError(Exception):
    """An op that does not fit its inputs; the graph adds the place."""

    def __init__(self, code: str, message: str, help: str | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.help = help


class Weight(NamedTuple):
    """One array of a layer, named and shaped as Keras names and shapes it."""

    name: str
    shape: tuple[int, ...]
    trainable: bool = True

    @property
    def size(self) -> int:
        """Number of elements; a scalar weight has one."""
        return prod(self.shape)


class Window(NamedTuple):
    """What one output position sees of the input: positions and stride, per axis.

    A stride below 1 is that of an op that enlarges: 1/2 makes two outputs of one input.
    """

    extent: Lengths = (1, 1)
    strides: tuple[float, ...] = (1, 1)

    @classmethod
    def whole(cls, shape: Shape) -> Self:
        """Return the window that sees all of `shape`, and so has nowhere to slide."""
        lengths = shape[:-1]
        return cls(lengths, (1,) * len(lengths)) if lengths else cls()


class LayerCall(NamedTuple):
    """A call that makes a layer: `layer(*positional, **keywords)`.

    `layer` is written as source writes it: `layers.Conv2D` for one of `keras.layers`,
    bare `LocalResponseNormalization` for a layer that Keras lacks and this project has.
    """

    layer: str
    positional: tuple[Any, ...]
    keywords: dict[str, Any]


class Construct(NamedTuple):
    """An argument that is itself a call, such as `keras.initializers.Constant(0.2)`."""

    path: str
    positional: tuple[Any, ...] = ()
    keywords: tuple[tuple[str, Any], ...] = ()


class Argument(NamedTuple):
    """The mark of a field that Keras takes in another form than the op holds it.

    `convert` receives each value of type `of`, or the code that will compute one;
    `revert` receives what Keras' config holds.
    """

    convert: Callable[[Any], Any]
    of: type = object
    revert: Callable[[Any], Any] | None = None


class Uncompared(NamedTuple):
    """The mark of a field that says nothing about which function two models share."""

    what: str
    """What the field sets, in words: `epsilon`."""

    only_in_training: bool = False
    """Whether outside training the function is the same whatever it holds."""


class Called(NamedTuple):
    """The mark of a field that people call by a shorter word."""

    word: str


class AbstractOp(BaseModel, ABC):
    """One op: a Keras layer with fixed arguments, known without Keras.

    The fields carry Keras' own argument names, order and defaults, so that the fields
    that differ are the layer's call. `op` is the first field and the class' name.
    """

    model_config = ConfigDict(
        frozen=True, strict=True, extra="forbid", defer_build=True
    )

    role: ClassVar[Role]
    """How depth counts the op: papers count weighted layers, sometimes pooling too."""

    family: ClassVar[Family | None] = None
    """What the op is for where models are compared; its role where nothing is said."""

    is_ordered: ClassVar[bool] = False
    """Whether the order of several inputs changes what comes out."""

    is_associative: ClassVar[bool] = False
    """Whether one of two inputs, and of a third, is one of all three."""

    is_balanced: ClassVar[bool] = False
    """Whether one of several, each of which is one of as many, is one of all."""

    keeps_signs: ClassVar[bool] = False
    """Whether nothing below 0 comes out where nothing below 0 goes in."""

    inputs: ClassVar[Literal["one", "several"]] = "one"
    """Whether the op takes one tensor or a list of at least two."""

    window_field: ClassVar[str] = ""
    """The field that a paper's `patch` (`3x3/2`) sets, beside `strides`."""

    rank: ClassVar[int] = 2
    """Along how many axes a window slides: two of an image."""

    of_ranks: ClassVar[OfRanks] = {}
    """By their number, the fields that aren't an image's repeated along other axes.

    Each has its type, `...` where that is an image's repeated, and its default.
    """

    width_field: ClassVar[str | None] = None
    """The field that says how many channels come out."""

    short: ClassVar[str] = ""
    """What figures call it where that isn't its name in words: `BN`."""

    sign: ClassVar[str] = ""
    """The sign that stands for it between its operands: `+`."""

    is_padding: ClassVar[bool] = False
    """Whether it only adds a border, which figures leave out."""

    only_in_training: ClassVar[bool] = False
    """Whether the op does nothing outside training."""

    has_modes: ClassVar[bool] = False
    """Whether the op computes something else in training."""

    custom: ClassVar[bool] = False
    """Whether Keras lacks the layer and `backends/keras_model/layers/` brings it."""

    training_arguments: ClassVar[frozenset[str]] = frozenset()
    """The arguments of the layer that are no fields, and act only in training."""

    unchecked: ClassVar[frozenset[str]] = frozenset()
    """The fields for which the layer takes any number, also one that they refuse."""

    own: ClassVar[Mapping[str, str]] = {}
    """What fields set that no other op has, or that mean something else here."""

    words: ClassVar[Words] = {}
    """A paper's plain words for this op, each with the fields that it sets."""

    op: str

    @abstractmethod
    def infer_shape(self, inputs: Shapes) -> Shape:
        """Return the output shape; raise OpError for inputs that do not fit."""

    @abstractmethod
    def weights(self, inputs: Shapes) -> tuple[Weight, ...]:
        """Return every array of the layer, in Keras' order."""

    @abstractmethod
    def macs(self, inputs: Shapes) -> int:
        """Return the multiply-adds of one sample: convolutions and dense layers."""

    @abstractmethod
    def window(self, inputs: Shapes) -> Window:
        """Return what one output position sees of the input."""

    @classmethod
    def kinds(cls) -> tuple[str, ...]:
        """Return all that counting tools may take it for, by its fields."""
        return (cls.in_words(),)

    def kind(self) -> str:
        """Return what counting tools take it for: `ReLU`, `batch normalisation`."""
        return self.kinds()[0]

    def measures(self, inputs: Shapes, output: Shape) -> Measures:
        """Return what counting tools may charge for, of one sample: its elements."""
        found = {"inputs": sum(map(prod, inputs)), "outputs": prod(output)}
        return {**found, "positions": prod(output[:-1])}

    def features(self, inputs: Shapes, output: Shape) -> Mapping[str, Measures]:
        """Return what counting tools may charge for, by the kind of work."""
        return {self.kind(): self.measures(inputs, output)}

    @classmethod
    def in_words(cls) -> str:
        """Return its name in words: `batch normalisation`, `channel shuffle`."""
        name = re.sub(r"[123]D", "", cls.__name__)
        words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).lower()
        return words.replace("normalization", "normalisation")

    def in_figures(self) -> str:
        """Return what a figure calls it, its window and width left out: `conv`."""
        return self.short or self.in_words()

    @classmethod
    def uncompared(cls) -> dict[str, str]:
        """Return the fields that no comparison looks at, and what each sets."""
        return {name: mark.what for name, mark in cls._open_fields()}

    @classmethod
    def trained_with(cls) -> frozenset[str]:
        """Return the arguments of the layer, fields or not, that act in training."""
        marked = [name for name, mark in cls._open_fields() if mark.only_in_training]
        return cls.training_arguments.union(marked)

    @classmethod
    def _open_fields(cls) -> Iterator[tuple[str, Uncompared]]:
        for name, field in cls.model_fields.items():
            for mark in field.metadata:
                if isinstance(mark, Uncompared):
                    yield name, mark

    @classmethod
    def called(cls, name: str) -> str:
        """Return what people call a field: `kernel` for `kernel_size`."""
        marks = cls.model_fields[name].metadata
        return next((each.word for each in marks if isinstance(each, Called)), name)

    @classmethod
    def meaning(cls, name: str) -> str:
        """Return in words what a field sets; nothing where that was not told."""
        return cls.own.get(name) or MEANINGS.get(name, "")

    def is_never_negative(self) -> bool:
        """Whether nothing below 0 comes out, whatever goes in."""
        return False

    def is_idempotent(self) -> bool:
        """Return whether what comes out is what comes out of it once more."""
        return False

    def is_monotone(self) -> bool:
        """Return whether of two elements the larger one gives no less."""
        return False

    def keeps_zero(self) -> bool:
        """Return whether an element of 0 stays 0."""
        return False

    def keeps_positive(self) -> bool:
        """Return whether each element that is not below 0 stays what it is."""
        return False

    def sees_positions_apart(self) -> bool:
        """Return whether it does the same to each position, by that one alone."""
        return False

    def is_affine(self) -> bool:
        """Return whether, outside training, each channel is scaled and shifted."""
        return False

    def filters_apart(self, inputs: Shapes) -> bool:
        """Return whether it filters each channel of its input by itself."""
        return False

    def turned(self, dims: Lengths) -> "AbstractOp | None":
        """Return what does the same before the axes are put in the order `dims`.

        None where no op does, or none is known. Axes count from 1, as of Permute.
        """
        return None

    def layer_call(self) -> LayerCall:
        """Return the Keras call: required fields first, others where they differ."""
        fields = type(self).model_fields
        given = {name: getattr(self, name) for name in fields if name != "op"}
        return self.call_of(
            {
                name: value
                for name, value in given.items()
                if value != fields[name].default
            }
        )

    @classmethod
    def call_of(
        cls,
        arguments: Mapping[str, Any],
        kinds: Mapping[str, type] = MappingProxyType({}),
    ) -> LayerCall:
        """Return the call for `arguments`: field values, or code that computes them.

        `kinds` gives the type that code computes, which decides how Keras takes it:
        `call_of({"bias_initializer": code}, {"bias_initializer": float})`.
        """
        taken = {
            name: cls.argument(name, value, kinds.get(name))
            for name, value in arguments.items()
        }
        required = [
            name for name, field in cls.model_fields.items() if field.is_required()
        ]
        positional = tuple(taken.pop(name) for name in required)
        layer = cls.__name__ if cls.custom else f"layers.{cls.__name__}"
        return LayerCall(layer, positional, taken)

    @classmethod
    def argument(cls, name: str, value: Any, kind: type | None = None) -> Any:
        """Return what Keras takes for a field's value, or for code of that `kind`."""
        kind = kind or type(value)
        for mark in cls.model_fields[name].metadata:
            if isinstance(mark, Argument) and issubclass(kind, mark.of):
                return mark.convert(value)
        return value

    @classmethod
    def field_of(cls, name: str, value: Any) -> Any:
        """Return what a field holds where Keras' config holds `value`."""
        field = cls.model_fields.get(name)
        for mark in field.metadata if field else ():
            if isinstance(mark, Argument) and mark.revert is not None:
                return mark.revert(value)
        return value


class AbstractWeightlessOp(AbstractOp):
    """An op that learns nothing and multiplies nothing."""

    def weights(self, inputs: Shapes) -> tuple[Weight, ...]:
        """Return no arrays."""
        return ()

    def macs(self, inputs: Shapes) -> int:
        """Return 0."""
        return 0


class AbstractPositionwiseOp(AbstractWeightlessOp):
    """A weightless op that leaves positions apart, if not channels."""

    role = "other"

    def window(self, inputs: Shapes) -> Window:
        """Return one position."""
        return Window()

    def turned(self, dims: Lengths) -> AbstractOp | None:
        """Return itself where the channels stay last."""
        return self if dims[-1] == len(dims) else None


class AbstractUncountedOp(AbstractOp):
    """An op that learns and leaves positions apart, whose products no paper counts."""

    role = "other"

    def macs(self, inputs: Shapes) -> int:
        """Return 0: papers count convolutions and dense layers."""
        return 0

    def window(self, inputs: Shapes) -> Window:
        """Return one position."""
        return Window()

    def turned(self, dims: Lengths) -> AbstractOp | None:
        """Return itself where the channels stay last."""
        return self if dims[-1] == len(dims) else None
