"""Calls: ops applied to units, and what every rule of lowering may ask."""

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, NamedTuple

from archcompiler.graph.graph import facts_of
from archcompiler.ops.base import AbstractOp, OpError
from archcompiler.ops.table import OPS
from archcompiler.shapes import Shape
from archcompiler.units.arrays import Arrays
from archcompiler.units.idioms import as_function
from archcompiler.units.units import (
    NO_COUNTS,
    NOWHERE,
    Counts,
    Margin,
    Sides,
    Unit,
    Units,
)

Settings = dict[str, Any]


class Origin(NamedTuple):
    """Where a unit comes from: the layer's name, and the table's row."""

    layer: str
    row: int | None = None


@dataclass(frozen=True)
class AppliedOp:
    """An op applied to units that were made already."""

    units: Units
    op: Any
    operands: tuple[int, ...]
    origin: Origin
    zeros: Sides | None = NOWHERE
    """What the reader knows to surround the image, beside the op's own padding."""

    outside: Sides = NOWHERE
    """What surrounds the zeros, and pooling doesn't see."""

    arrives: Shape | None = None
    """The shape of the first operand as the reader has it.

    Units hold a 1x1 image as a vector.
    """

    channels: int | None = None
    """How many channels arrive, where only the weights tell."""

    cropping: Sides | None = None
    """What a transposed convolution cuts off; None where the op's own words say it."""

    arrays: Arrays = ()
    """What the layer holds, as far as it is known."""

    is_last: bool = True
    """Whether the elements that arrive have their channels last."""

    open: Mapping[str, Hashable] = field(default_factory=dict)
    """What the uncompared fields hold, as far as the reader knows."""

    exact: Mapping[str, Hashable] = field(default_factory=dict)
    """What else a transplant compares."""

    precision: str = ""
    """The type in which the layer computes, where it is known."""

    stays: bool = False
    """Whether more than the op says depends on how the elements are laid out."""

    @property
    def shape(self) -> Shape | None:
        """The shape of the first operand."""
        return self.units[self.operands[0]].shape

    def make(
        self,
        kind: str,
        settings: Settings,
        shape: Shape | None,
        *,
        operands: tuple[int, ...] | None = None,
        margin: Margin | None = None,
        counts: Counts = NO_COUNTS,
    ) -> int:
        """Add a unit of this call."""
        taken = self.operands if operands is None else operands
        layer, row = self.origin
        arrives = self.units[taken[0]].shape if taken else None
        left_out = trained_with()
        exact = {key: each for key, each in self.open.items() if key not in left_out}
        exact |= self.exact
        exact |= {"dtype": self.precision} if self.precision else {}
        unit = Unit(
            kind,
            settings,
            taken,
            shape,
            layer,
            arrives,
            row,
            margin,
            counts,
            family=self.op.family or self.op.role,
            is_ordered=self.op.is_ordered,
            is_associative=self.op.is_associative,
            is_balanced=self.op.is_balanced,
            keeps_signs=self.op.keeps_signs,
            keeps_zero=self.op.keeps_zero(),
            is_monotone=self.op.is_monotone(),
            is_never_negative=self.op.is_never_negative(),
            open=self.open,
            arrays=self.arrays,
            exact=exact,
            is_last=self.is_last,
            is_affine=self.op.is_affine(),
        )
        return self.units.add(as_function(self.units, unit))


@cache
def trained_with() -> frozenset[str]:
    """Return the fields of ops that act only in training."""
    return frozenset().union(*(op.trained_with() for op in OPS.values()))


Rule = Callable[[AppliedOp], int]


def facts(op: AbstractOp, shape: Shape | None) -> tuple[Shape | None, Counts]:
    """Return the shape that an op makes, and what it costs, as far as they are known.

    Raises:
        OpError: for an op that does not fit what arrives.
    """
    if shape is None:
        return None, Counts(macs=None)
    try:
        found = facts_of(op, (shape,))
    except OpError:
        if len(shape) != 1:
            raise
        image = as_image(shape, op.rank)  # units hold a 1x1 image as a vector
        assert image is not None
        return facts(op, image)
    return found.shape, Counts(found.parameters, found.macs)


def open_fields(op: AbstractOp) -> Mapping[str, Hashable]:
    """Return the fields that no comparison looks at."""
    return {name: getattr(op, name) for name in op.uncompared()}


def compared(op: AbstractOp, *told: str) -> Settings:
    """Return the fields that tell what an op computes, but for those told otherwise."""
    left_out = {"op", *told, *op.uncompared()}
    return {
        op.called(name): getattr(op, name)
        for name in type(op).model_fields
        if name not in left_out
    }


def flat(shape: Shape) -> Shape:
    """Return an image of one position as the vector that holds the same."""
    return shape[-1:] if {*shape[:-1]} <= {1} else shape


def as_image(shape: Shape | None, rank: int = 2) -> Shape | None:
    """Return a vector as the 1x1 image that holds the same, or one of another rank."""
    is_vector = shape is not None and len(shape) == 1
    return (*(1,) * rank, *shape) if shape is not None and is_vector else shape
