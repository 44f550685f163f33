"""Losses: Keras' own, what they take, and what does not go with them."""

from typing import Any, ClassVar

from archcompiler.language.forms.sections import NamedSection, read_call
from archcompiler.language.text.document import Node
from archcompiler.ops.fields import Bool, NaturalReal


class Loss(NamedSection):
    """What tells how far a head is from its labels."""

    what: ClassVar[str] = "a loss"

    keras_name: ClassVar[str]
    takes: ClassVar[tuple[str, ...]] = ()
    """The arguments of Keras' class that follow from the head and the recipe."""

    unfit: ClassVar[str] = ""
    """The activation of a head that it does not go with."""

    def plain(self) -> Any:
        """Return the name, with arguments where there are any."""
        given: Any = super().plain()
        return given if given[self.name] else self.name


class CategoricalCrossentropy(Loss):
    """Of one class among all."""

    name: ClassVar[str] = "categorical crossentropy"
    keras_name: ClassVar[str] = "CategoricalCrossentropy"
    takes: ClassVar[tuple[str, ...]] = ("from_logits", "label_smoothing")
    unfit: ClassVar[str] = "sigmoid"


class BinaryCrossentropy(Loss):
    """Of each class by itself."""

    name: ClassVar[str] = "binary crossentropy"
    keras_name: ClassVar[str] = "BinaryCrossentropy"
    takes: ClassVar[tuple[str, ...]] = ("from_logits", "label_smoothing")
    unfit: ClassVar[str] = "softmax"


class CategoricalFocalCrossentropy(CategoricalCrossentropy):
    """Of one class among all; what is easy weighs less."""

    name: ClassVar[str] = "categorical focal crossentropy"
    what: ClassVar[str] = "`categorical focal crossentropy`"
    keras_name: ClassVar[str] = "CategoricalFocalCrossentropy"

    alpha: NaturalReal = 0.25
    """What every class weighs."""

    gamma: NaturalReal = 2.0
    """How much less what is easy weighs; with 0 as much as all."""


class BinaryFocalCrossentropy(BinaryCrossentropy):
    """Of each class by itself; what is easy weighs less."""

    name: ClassVar[str] = "binary focal crossentropy"
    what: ClassVar[str] = "`binary focal crossentropy`"
    keras_name: ClassVar[str] = "BinaryFocalCrossentropy"

    apply_class_balancing: Bool = False
    """Whether `alpha` weighs a class where it is, and 1 - `alpha` where it isn't."""

    alpha: NaturalReal = 0.25
    """The weight of a class, with the balancing alone."""

    gamma: NaturalReal = 2.0
    """How much less what is easy weighs; with 0 as much as all."""


class MeanSquaredError(Loss):
    """Of the values as they are."""

    name: ClassVar[str] = "mean squared error"
    keras_name: ClassVar[str] = "MeanSquaredError"


LOSSES: dict[str, type[Loss]] = {
    kind.name: kind
    for kind in (
        CategoricalCrossentropy,
        BinaryCrossentropy,
        CategoricalFocalCrossentropy,
        BinaryFocalCrossentropy,
        MeanSquaredError,
    )
}


def read_loss(node: Node, what: str = "a loss") -> Any:
    """Read `categorical crossentropy`, or a name with arguments."""
    return read_call(node, LOSSES, what)
