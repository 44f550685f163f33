"""Curves: a function of each element, known by what it gives at many points.

Exporters write one function in many ways: `x * clip(x + 3, 0, 6) / 6` is a hard silu,
however its nodes are ordered. What they give is the same, at many points and on both
sides of each place where a condition changes.
"""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import pairwise
from math import erf, exp, inf, isclose, isfinite, log1p, sqrt, tanh

from pydantic import ValidationError

from archcompiler.ops.activation import ELU, Activation, ReLU
from archcompiler.ops.base import AbstractOp

Function = Callable[[float], float]

_NEAR = tuple(n * 0.173 for n in range(-75, 76))
_FAR = (*(-1e6, -1e4, -1000.0, -200.0, -60.0, -25.0), *(25.0, 60.0, 200.0, 1000.0, 1e4))
POINTS = tuple(sorted((*_NEAR, *_FAR, 1e6)))
"""Steps that no bound of a function is a multiple of, and points far out."""

_TOLERANCE = 5e-5
"""Files write a sixth as 0.16667, too."""


def sigmoid(x: float) -> float:
    """Return the logistic function."""
    return 1 / (1 + exp(-x)) if x >= 0 else exp(x) / (1 + exp(x))


def softplus(x: float) -> float:
    """Return the logarithm of 1 + e to the x."""
    return max(x, 0.0) + log1p(exp(-abs(x)))


def elu(x: float, alpha: float = 1.0) -> float:
    """Return a rectifier that saturates below zero."""
    return x if x > 0 else alpha * (exp(x) - 1)


def clip(x: float, least: float = -inf, most: float = inf) -> float:
    """Return the number nearest to x between two bounds."""
    return min(max(x, least), most)


def _selu(x: float) -> float:
    return 1.0507009873554805 * elu(x, 1.6732632423543772)


def _sparse_plus(x: float) -> float:
    return x if x >= 1 else max(x + 1, 0.0) ** 2 / 4


FORMULAS: dict[str, Function] = {
    "relu": lambda x: max(x, 0.0),
    "relu6": lambda x: clip(x, 0, 6),
    "leaky_relu": lambda x: x if x > 0 else 0.2 * x,
    "elu": elu,
    "selu": _selu,
    "exponential": exp,
    "gelu": lambda x: x * (1 + erf(x / sqrt(2))) / 2,
    "sigmoid": sigmoid,
    "hard_sigmoid": lambda x: clip(x + 3, 0, 6) / 6,
    "log_sigmoid": lambda x: -softplus(-x),
    "silu": lambda x: x * sigmoid(x),
    "hard_silu": lambda x: x * clip(x + 3, 0, 6) / 6,
    "tanh": tanh,
    "hard_tanh": lambda x: clip(x, -1, 1),
    "tanh_shrink": lambda x: x - tanh(x),
    "hard_shrink": lambda x: x if abs(x) > 0.5 else 0.0,
    "soft_shrink": lambda x: x - clip(x, -0.5, 0.5),
    "softplus": softplus,
    "softsign": lambda x: x / (1 + abs(x)),
    "squareplus": lambda x: (x + sqrt(x * x + 4)) / 2,
    "sparse_plus": _sparse_plus,
    "sparse_sigmoid": lambda x: clip((x + 1) / 2, 0, 1),
    "mish": lambda x: x * tanh(softplus(x)),
}
"""The activations that look at one element, by the names that the op table has."""


@dataclass(frozen=True, eq=False)
class Curve:
    """A function of other curves, and what it gives at each of the points.

    That is not finite where a step is too large. A function that jumps has a `branch`:
    a function of the same operands that tells which of its pieces holds.
    """

    function: Callable[..., float]
    operands: tuple["Curve", ...]
    values: tuple[float, ...]
    branch: Callable[..., float] | None = None

    def at(self, x: float) -> float:
        """Return what comes out at any x."""
        return _numbers(self, x)[self]

    def branch_at(self, x: float) -> float:
        """Return which piece holds at any x."""
        assert self.branch is not None
        known = _numbers(self, x)
        return _at(self.branch, *(known[each] for each in self.operands))


def _numbers(curve: Curve, x: float) -> dict[Curve, float]:
    """Return what a curve, and each that it is made of, gives at x."""
    known = {X: x}
    for each in _parts(curve):
        known[each] = _at(each.function, *(known[one] for one in each.operands))
    return known


def _parts(curve: Curve) -> list[Curve]:
    """Return what a curve is made of but x, each after its operands."""
    found: dict[Curve, None] = {}
    waiting = [curve]
    while waiting:
        missing = [e for e in waiting[-1].operands if e not in found and e is not X]
        if missing:
            waiting += missing
        else:
            found[waiting.pop()] = None
    return [each for each in found if each is not X]


X = Curve(lambda x: x, (), POINTS)
"""What arrives."""


def curve_of(
    function: Callable[..., float],
    *operands: Curve,
    branch: Callable[..., float] | None = None,
) -> Curve:
    """Return what a function gives of its operands."""
    rows = zip(*(each.values for each in operands), strict=True)
    values = tuple(_at(function, *numbers) for numbers in rows)
    return Curve(function, operands, values, branch)


def constant(number: float) -> Curve:
    """Return a number as the curve that is it everywhere."""
    return Curve(lambda: number, (), (number,) * len(POINTS))


def is_identity(curve: Curve) -> bool:
    """Whether nothing is done."""
    return _is_like(curve, lambda x: x, tolerance=1e-12)


def op_of(curve: Curve) -> AbstractOp | None:
    """Return the op of the function that a curve is; None where the table has none."""
    for op, function in (*_NAMED, *_families(curve)):
        if _is_like(curve, function):
            return op
    return None


def _families(curve: Curve) -> Iterator[tuple[AbstractOp, Function]]:
    """Yield the functions of the op table that have numbers, with those that fit."""
    at_once = dict(zip(POINTS, curve.values, strict=True))
    most, least = at_once[1e6], -at_once[-25.0]
    bound = most if isfinite(most) and 0 < most < 1e6 else None
    one, other = at_once[-200.0], at_once[-1000.0]
    slope = (one - other) / 800
    thresholds = [0.0, *_jumps(curve)] if slope == 0 else []
    if slope > 0:
        threshold = -200 - one / slope
        thresholds.append(0.0 if abs(threshold) < 1e-4 else threshold)
    for threshold in thresholds:
        with suppress(ValidationError):  # a number that no rectifier takes
            yield _rectifier(bound, slope, threshold)
    if isfinite(least) and least > 0:
        with suppress(ValidationError):
            yield ELU(alpha=least), lambda x: elu(x, least)


def _rectifier(
    most: float | None, slope: float, threshold: float
) -> tuple[AbstractOp, Function]:
    def function(x: float) -> float:
        if x <= threshold:
            return slope * (x - threshold)
        return clip(x, most=inf if most is None else most)

    op = ReLU(max_value=most, negative_slope=slope, threshold=threshold)
    return op, function


def _is_like(curve: Curve, function: Function, tolerance: float = _TOLERANCE) -> bool:
    """Whether a curve is a function's; far out, where it is finite."""
    pairs = zip(POINTS, curve.values, strict=True)
    if not all(_is_near(x, y, function, tolerance) for x, y in pairs):
        return False
    for jump in _jumps(curve):
        step = 1e-6 * max(1.0, abs(jump))
        places = [jump - step, jump + step]
        places += [(jump + each) / 2 for each in _around(jump)]
        if not all(_is_near(x, curve.at(x), function, tolerance) for x in places):
            return False
    return True


def _is_near(x: float, y: float, function: Function, tolerance: float) -> bool:
    if not isfinite(y) and abs(x) > 30:
        return True
    return isclose(_at(function, x), y, rel_tol=tolerance, abs_tol=tolerance)


def _around(jump: float) -> tuple[float, float]:
    """Return the points before and after a place."""
    before = max((x for x in POINTS if x < jump), default=jump)
    return before, min((x for x in POINTS if x > jump), default=jump)


def _jumps(curve: Curve) -> Iterator[float]:
    """Yield the places where a condition changes between two points."""
    for each in _parts(curve):
        if each.branch is None:
            continue
        rows = zip(*(one.values for one in each.operands), strict=True)
        pieces = [_at(each.branch, *numbers) for numbers in rows]
        for at, (one, other) in enumerate(pairwise(pieces)):
            if one != other:
                yield _place(each, POINTS[at], POINTS[at + 1])


def _place(curve: Curve, low: float, high: float) -> float:
    """Return where a condition changes that is another one at both ends."""
    piece = curve.branch_at(low)
    while (middle := (low + high) / 2) not in (low, high):
        if curve.branch_at(middle) == piece:
            low = middle
        else:
            high = middle
    return high


def _at(function: Callable[..., float], *numbers: float) -> float:
    try:
        return float(function(*numbers))
    except (ArithmeticError, ValueError, TypeError):
        return float("nan")  # a root of what is below 0 is complex, or none


_NAMED = [
    (Activation.model_validate({"activation": name}), function)
    for name, function in FORMULAS.items()
]
