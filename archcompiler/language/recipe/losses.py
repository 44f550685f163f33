"""Losses: Keras' own, what they take, and what does not go with them."""

from typing import Any, ClassVar

from archcompiler.language.forms.sections import NamedSection, read_call
from archcompiler.language.text.document import Node


class Loss(NamedSection):
    """What tells how far a head is from its labels."""

    what: ClassVar[str] = "a loss"

    keras_name: ClassVar[str]
    takes: ClassVar[tuple[str, ...]] = ()
    """The arguments of Keras' class that follow from the head and the recipe."""

    unfit: ClassVar[str] = ""
    """The activation of a head that it does not go with."""

    def plain(self) -> Any:
        """Return the name: a loss has no arguments of its own."""
        return self.name


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


class MeanSquaredError(Loss):
    """Of the values as they are."""

    name: ClassVar[str] = "mean squared error"
    keras_name: ClassVar[str] = "MeanSquaredError"


LOSSES: dict[str, type[Loss]] = {
    kind.name: kind
    for kind in (CategoricalCrossentropy, BinaryCrossentropy, MeanSquaredError)
}


def read_loss(node: Node, what: str = "a loss") -> Any:
    """Read `categorical crossentropy`."""
    return read_call(node, LOSSES, what)
