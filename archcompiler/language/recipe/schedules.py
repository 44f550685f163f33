"""Schedules: how the learning rate goes on from the optimizer's."""

import math
from typing import Any, ClassVar

from archcompiler.language.forms.sections import NamedSection, read_call
from archcompiler.language.text.document import Node
from archcompiler.ops.fields import PositiveInt, PositiveReal, Rate


class Schedule(NamedSection):
    """What a schedule tells: a share of the optimizer's rate."""

    what: ClassVar[str] = "a schedule"

    def share(self, passed: float, epochs: int) -> float:
        """Return the share of the rate after `passed` of `epochs` epochs."""
        raise NotImplementedError


class Constant(Schedule):
    """The optimizer's rate throughout."""

    name: ClassVar[str] = "constant"

    def share(self, passed: float, epochs: int) -> float:
        """Return 1."""
        del passed, epochs
        return 1.0


class Step(Schedule):
    """Times `factor` every `every` epochs, counted from 1 as the articles count.

    `0.01 * 0.96 ** floor((1 + epoch) / 8)`: of 25 epochs, the 8th is the first at the
    lower rate.
    """

    name: ClassVar[str] = "step"
    what: ClassVar[str] = "`step`"

    factor: PositiveReal
    """What the rate is multiplied by."""

    every: PositiveInt
    """After how many epochs that is done."""

    def share(self, passed: float, epochs: int) -> float:
        """Return the share of the rate, the same throughout an epoch."""
        del epochs
        return math.pow(self.factor, math.floor((1 + math.floor(passed)) / self.every))


class Cosine(Schedule):
    """Half a cosine from the rate down to `to` times it, moving at every step."""

    name: ClassVar[str] = "cosine"
    what: ClassVar[str] = "`cosine`"

    to: Rate = 0.0
    """The share of the rate at the end."""

    def share(self, passed: float, epochs: int) -> float:
        """Return the share of the rate: half a cosine over all epochs."""
        height = 0.5 * (1 + math.cos(math.pi * min(1.0, passed / epochs)))
        if self.to:
            height = self.to + (1 - self.to) * height
        return height


SCHEDULES: dict[str, type[Schedule]] = {
    kind.name: kind for kind in (Constant, Step, Cosine)
}


def read_schedule(node: Node) -> Any:
    """Read `cosine`, or `step: {factor: 0.96, every: 8}`."""
    return read_call(node, SCHEDULES, "`schedule`")
