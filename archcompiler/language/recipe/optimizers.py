"""Optimizers: their fields carry Keras' own argument names, order and defaults."""

from typing import Annotated, Any, ClassVar

from pydantic import AfterValidator, BeforeValidator

from archcompiler.language.forms.sections import NamedSection, read_call
from archcompiler.language.text.document import Node
from archcompiler.ops.fields import (
    Bool,
    NaturalReal,
    PositiveReal,
    Rate,
    RateBelowOne,
    read_float,
    read_int,
    refuse,
)


def _positive(value: float) -> float:
    if not 0 < value < float("inf"):
        raise refuse("a number above 0", value)
    return value


MaybePositive = Annotated[
    float | None, BeforeValidator(read_float), AfterValidator(_positive)
]


def _at_least(least: int) -> AfterValidator:
    def check(value: int) -> int:
        if value < least:
            raise refuse(f"at least {least}", value)
        return value

    return AfterValidator(check)


MaybeCount = Annotated[int | None, BeforeValidator(read_int), _at_least(1)]
MaybeSeveral = Annotated[int | None, BeforeValidator(read_int), _at_least(2)]


class Optimizer(NamedSection):
    """What every optimizer has: a rate, and bounds on the gradient."""

    learning_rate: PositiveReal
    """The length of a step."""

    weight_decay: MaybePositive = None
    """Decoupled: each step takes this share of every weight, times the rate."""

    clipnorm: MaybePositive = None
    """The largest norm of each gradient."""

    clipvalue: MaybePositive = None
    """The largest number in a gradient, up or down."""

    global_clipnorm: MaybePositive = None
    """The largest norm of all gradients together."""

    use_ema: Bool = False
    """Whether the weights become in the end the moving averages of those so far."""

    ema_momentum: Rate = 0.99
    """How much of the averages each step keeps."""

    ema_overwrite_frequency: MaybeCount = None
    """Steps after which the averages take the place of the weights; else at the end."""

    gradient_accumulation_steps: MaybeSeveral = None
    """How many steps' gradients are averaged before the weights change."""


class SGD(Optimizer):
    """Stochastic gradient descent."""

    name: ClassVar[str] = "SGD"
    what: ClassVar[str] = "`SGD`"

    learning_rate: PositiveReal = 0.01
    momentum: RateBelowOne = 0.0
    """The share of the last step that is made again."""

    nesterov: Bool = False
    """Whether the gradient is taken where the momentum leads."""


class Adam(Optimizer):
    """Adam."""

    name: ClassVar[str] = "Adam"
    what: ClassVar[str] = "`Adam`"

    learning_rate: PositiveReal = 0.001
    beta_1: RateBelowOne = 0.9
    """How much of the mean gradient each step keeps."""

    beta_2: RateBelowOne = 0.999
    """How much of the mean squared gradient each step keeps."""

    epsilon: PositiveReal = 1e-7
    """What is added to the divisor."""

    amsgrad: Bool = False
    """Whether the largest mean square so far divides."""


class AdamW(Optimizer):
    """Adam with decoupled weight decay."""

    name: ClassVar[str] = "AdamW"
    what: ClassVar[str] = "`AdamW`"

    learning_rate: PositiveReal = 0.001
    weight_decay: NaturalReal = 0.004
    beta_1: RateBelowOne = 0.9
    """How much of the mean gradient each step keeps."""

    beta_2: RateBelowOne = 0.999
    """How much of the mean squared gradient each step keeps."""

    epsilon: PositiveReal = 1e-7
    """What is added to the divisor."""

    amsgrad: Bool = False
    """Whether the largest mean square so far divides."""


class RMSprop(Optimizer):
    """RMSprop."""

    name: ClassVar[str] = "RMSprop"
    what: ClassVar[str] = "`RMSprop`"

    learning_rate: PositiveReal = 0.001
    rho: RateBelowOne = 0.9
    """How much of the mean squared gradient each step keeps."""

    momentum: RateBelowOne = 0.0
    """The share of the last step that is made again."""

    epsilon: PositiveReal = 1e-7
    """What is added to the divisor."""

    centered: Bool = False
    """Whether the variance divides, not the mean square."""


class Lion(Optimizer):
    """Lion."""

    name: ClassVar[str] = "Lion"
    what: ClassVar[str] = "`Lion`"

    learning_rate: PositiveReal = 0.001
    beta_1: RateBelowOne = 0.9
    """How much of the mean gradient counts in the sign of a step."""

    beta_2: RateBelowOne = 0.99
    """How much of the mean gradient each step keeps."""


OPTIMIZERS: dict[str, type[Optimizer]] = {
    kind.name: kind for kind in (SGD, Adam, AdamW, RMSprop, Lion)
}


def read_optimizer(node: Node) -> Any:
    """Read `Adam`, or `SGD: {learning_rate: 0.01, momentum: 0.9}`."""
    return read_call(node, OPTIMIZERS, "`optimizer`")
