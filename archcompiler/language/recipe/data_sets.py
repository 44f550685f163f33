"""The published data sets, by the names that a recipe calls them.

Every command waits for this module: its help names them.
"""

from typing import NamedTuple

from archcompiler.shapes import Shape


class Facts(NamedTuple):
    """What is known of a data set before it is loaded."""

    image: Shape
    classes: int
    validation: bool = True
    """Whether it comes with a set for validation."""


FACTS = {
    "digits": Facts((8, 8, 1), 10, validation=False),
    "cifar10": Facts((32, 32, 3), 10),
    "cifar100": Facts((32, 32, 3), 100),
    "mnist": Facts((28, 28, 1), 10),
    "fashion_mnist": Facts((28, 28, 1), 10),
}
