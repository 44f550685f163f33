"""Schedules: how the learning rate goes on from the optimizer's."""

import math
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, ClassVar

from pydantic import BeforeValidator, Field

from archcompiler.language.forms.forms import Read, located, read_items, read_text
from archcompiler.language.forms.sections import (
    NamedSection,
    ReadBy,
    read_all,
    read_call,
)
from archcompiler.language.text.document import Node
from archcompiler.ops.fields import (
    Bool,
    NaturalInt,
    NaturalReal,
    PositiveInt,
    PositiveReal,
    Rate,
    RateBelowOne,
    quote,
    read_float,
    read_int,
)


def read_counts(node: Node) -> tuple[int, ...]:
    """Read numbers of epochs, each above the one before it."""
    counts = read_all(read_items(node), _read_count)
    if not counts or list(counts) != sorted(set(counts)):
        message = "numbers of epochs are needed here, each above the one before it"
        raise located("bad-value", message, node.span)
    return counts


def _read_count(node: Node) -> int:
    cell = read_text(node)
    count = read_int(cell.text)
    if not isinstance(count, int) or count < 1:
        message = f"a number of epochs is needed here, received {quote(cell.text)}"
        raise located("bad-value", message, cell.span)
    return count


class Schedule(NamedSection):
    """What a schedule tells: a share of the optimizer's rate."""

    what: ClassVar[str] = "a schedule"

    spans_all: ClassVar[bool] = False
    """Whether the rates follow from how many epochs there are."""

    def share(self, passed: float, epochs: int, step: float) -> float:
        """Return the share of the rate after `passed` of `epochs` epochs.

        `step` is the part of an epoch that a step is.
        """
        raise NotImplementedError

    def share_after(self, rows: Sequence[Mapping[str, float]], name: str) -> float:
        """Return the share of the rate after these epochs, of which a column tells."""
        raise NotImplementedError


class Constant(Schedule):
    """The optimizer's rate throughout."""

    name: ClassVar[str] = "constant"

    def share(self, passed: float, epochs: int, step: float) -> float:
        """Return 1."""
        del passed, epochs, step
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

    def share(self, passed: float, epochs: int, step: float) -> float:
        """Return the share of the rate, the same throughout an epoch."""
        del epochs, step
        return math.pow(self.factor, math.floor((1 + math.floor(passed)) / self.every))


class Cosine(Schedule):
    """Half a cosine from the rate down to `to` times it, moving at every step."""

    name: ClassVar[str] = "cosine"
    spans_all: ClassVar[bool] = True
    what: ClassVar[str] = "`cosine`"

    to: Rate = 0.0
    """The share of the rate at the end."""

    def share(self, passed: float, epochs: int, step: float) -> float:
        """Return the share of the rate: half a cosine over all epochs."""
        del step
        height = 0.5 * (1 + math.cos(math.pi * min(1.0, passed / epochs)))
        if self.to:
            height = self.to + (1 - self.to) * height
        return height


class Milestones(Schedule):
    """Times `factor` after each of some numbers of epochs, as PyTorch's MultiStepLR."""

    name: ClassVar[str] = "milestones"
    what: ClassVar[str] = "`milestones`"

    after: Annotated[Read[tuple[int, ...]], ReadBy(read_counts)]
    """The numbers of epochs after which the rate falls."""

    factor: PositiveReal = 0.1
    """What the rate is multiplied by."""

    def share(self, passed: float, epochs: int, step: float) -> float:
        """Return the share of the rate, which falls after some epochs."""
        del epochs, step
        return math.pow(self.factor, sum([passed >= each for each in self.after]))


def _read_epochs(value: Any) -> float:
    """Read a number; a whole one is an integer, as records of runs have it."""
    number = read_float(value)
    return int(number) if number.is_integer() else number


class Exponential(Schedule):
    """Times `factor` over `every` epochs, at every step as Keras' ExponentialDecay."""

    name: ClassVar[str] = "exponential"
    what: ClassVar[str] = "`exponential`"

    factor: PositiveReal
    """What the rate is multiplied by."""

    every: Annotated[int | float, Field(gt=0), BeforeValidator(_read_epochs)] = 1
    """Over how many epochs that is done; 2.4 can be one."""

    staircase: Bool = False
    """Whether it falls at the ends of these epochs alone."""

    def share(self, passed: float, epochs: int, step: float) -> float:
        """Return the share of the rate, which falls by a factor."""
        del epochs, step
        times = passed / self.every
        if self.staircase:
            times = math.floor(times)
        return math.pow(self.factor, times)


class Polynomial(Schedule):
    """Down to `to` times the rate at the end, as Keras' PolynomialDecay."""

    name: ClassVar[str] = "polynomial"
    what: ClassVar[str] = "`polynomial`"
    spans_all: ClassVar[bool] = True

    to: Rate = 0.0
    """The share of the rate at the end."""

    power: PositiveReal = 1.0
    """The power of what is left of all epochs; 1 for a straight line."""

    def share(self, passed: float, epochs: int, step: float) -> float:
        """Return the share of the rate: a power of what is left of all epochs."""
        del step
        left = 1 - min(1.0, passed / epochs)
        return self.to + (1 - self.to) * math.pow(left, self.power)


class OneCycle(Schedule):
    """Up to the rate and down again in half cosines, as PyTorch's OneCycleLR.

    The optimizer's rate is PyTorch's `max_lr`.
    """

    name: ClassVar[str] = "one cycle"
    what: ClassVar[str] = "`one cycle`"
    spans_all: ClassVar[bool] = True

    pct_start: RateBelowOne = 0.3
    """The share of all epochs in which the rate rises."""

    div_factor: PositiveReal = 25.0
    """By what the rate is divided at first."""

    final_div_factor: PositiveReal = 10000.0
    """By what the first rate is divided at the end."""

    def share(self, passed: float, epochs: int, step: float) -> float:
        """Return the share of the rate: from a part of it up, then down to less."""
        first = 1 / self.div_factor
        last = first / self.final_div_factor
        top, end = self.pct_start * epochs - step, epochs - step
        if passed <= top:
            height = 0.5 * (1 + math.cos(math.pi * passed / top))
            return 1 + (first - 1) * height
        height = 0.5 * (1 + math.cos(math.pi * (passed - top) / (end - top)))
        return last + (1 - last) * height


class Plateau(Schedule):
    """Times `factor` after `patience` epochs no better, as Keras' ReduceLROnPlateau.

    Which epoch is better is told by what the recipe monitors.
    """

    name: ClassVar[str] = "plateau"
    what: ClassVar[str] = "`plateau`"

    factor: RateBelowOne = 0.1
    """What the rate is multiplied by."""

    patience: PositiveInt = 10
    """How many epochs in a row may be no better."""

    min_delta: NaturalReal = 1e-4
    """By how much one must be better to count."""

    cooldown: NaturalInt = 0
    """For how many epochs after a fall none is counted."""

    to: Rate = 0.0
    """The share of the rate below which it does not fall."""

    def share_after(self, rows: Sequence[Mapping[str, float]], name: str) -> float:
        """Return the share of the rate, which falls where nothing gets better."""
        sign = 1
        if name.endswith("loss"):
            sign = -1
        share, best, waited, cooling = 1.0, float("-inf"), 0, 0
        for row in rows:
            cooling = max(0, cooling - 1)
            waited = 0 if cooling else waited + 1
            if sign * row[name] - self.min_delta > best:
                best, waited = sign * row[name], 0
            if waited >= self.patience and share > self.to:
                share = max(share * self.factor, self.to)
                waited, cooling = 0, self.cooldown
        return share


SCHEDULES: dict[str, type[Schedule]] = {
    kind.name: kind
    for kind in (
        *(Constant, Step, Cosine, Milestones, Exponential, Polynomial, OneCycle),
        Plateau,
    )
}


def read_schedule(node: Node) -> Any:
    """Read `cosine`, or `step: {factor: 0.96, every: 8}`."""
    return read_call(node, SCHEDULES, "`schedule`")
