"""What an op declares: fields, shape rule, weights, multiply-adds and Keras call."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from math import prod
from types import MappingProxyType
from typing import Any, ClassVar, Literal, NamedTuple, Self

from pydantic import BaseModel, ConfigDict

from archcompiler.shapes import Shape

Shapes = tuple[Shape, ...]
Role = Literal["weighted", "pooling", "other"]
Family = Literal[
    "weighted", "pooling", "merging", "normalisation", "activation", "scaling", "other"
]
Words = Mapping[str, Mapping[str, Any]]


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

    extent: tuple[int, int] = (1, 1)
    strides: tuple[float, float] = (1, 1)

    @classmethod
    def whole(cls, shape: Shape) -> Self:
        """Return the window that sees all of `shape`, and so has nowhere to slide."""
        return cls((shape[0], shape[1])) if len(shape) == 3 else cls()


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

    keeps_signs: ClassVar[bool] = False
    """Whether nothing below 0 comes out where nothing below 0 goes in."""

    inputs: ClassVar[Literal["one", "several"]] = "one"
    """Whether the op takes one tensor or a list of at least two."""

    window_field: ClassVar[str | None] = None
    """The field that a paper's `patch` (`3x3/2`) sets, beside `strides`."""

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

    def is_never_negative(self) -> bool:
        """Whether nothing below 0 comes out, whatever goes in."""
        return False

    def is_affine(self) -> bool:
        """Return whether, outside training, each channel is scaled and shifted."""
        return False

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


class AbstractUncountedOp(AbstractOp):
    """An op that learns and leaves positions apart, whose products no paper counts."""

    role = "other"

    def macs(self, inputs: Shapes) -> int:
        """Return 0: papers count convolutions and dense layers."""
        return 0

    def window(self, inputs: Shapes) -> Window:
        """Return one position."""
        return Window()
