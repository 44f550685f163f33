"""Curves: a function of each element, known by what it gives at many points.

Exporters write one function in many ways: `x * clip(x + 3, 0, 6) / 6` is a hard silu,
however its nodes are ordered. What they give is the same.
"""

from collections.abc import Callable
from math import erf, exp, inf, isclose, isfinite, log1p, sqrt, tanh

from archcompiler.ops.activation import Activation
from archcompiler.units.words import function_of, rectifier, with_number

Curve = tuple[float, ...]
"""What comes out at each of the points; not finite where a step is too large."""

Function = Callable[[float], float]

_NEAR = tuple(n * 0.173 for n in range(-75, 76))
_FAR = (*(-1e6, -1e4, -1000.0, -200.0, -60.0, -25.0), *(25.0, 60.0, 200.0, 1000.0, 1e4))
POINTS: Curve = (*_NEAR, *_FAR, 1e6)
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


def curve_of(function: Callable[..., float], *operands: Curve) -> Curve:
    """Return what a function gives of what its operands are at each point."""
    return tuple(_at(function, *numbers) for numbers in zip(*operands, strict=True))


def constant(number: float) -> Curve:
    """Return a number as the curve that is it everywhere."""
    return (number,) * len(POINTS)


def is_identity(curve: Curve) -> bool:
    """Whether nothing is done."""
    pairs = zip(curve, POINTS, strict=True)
    return all(isclose(*pair, rel_tol=1e-12) for pair in pairs)


def name_of(curve: Curve) -> str | None:
    """Return the words of the op table's function that a curve is; None for others."""
    at_once = dict(zip(POINTS, curve, strict=True))
    most, slope, least = at_once[1e6], -at_once[-1000.0] / 1000, -at_once[-25.0]
    families: dict[str, Function] = {}
    if isfinite(most) and 0 < most < 1e6:
        families[rectifier(most)] = lambda x: clip(x, 0, most)
    if 0 < slope < 1:
        families[with_number("leaky relu", slope)] = lambda x: x if x > 0 else slope * x
    if least > 0:
        families[with_number("elu", least)] = lambda x: elu(x, least)
    for words, function in (*_NAMED.items(), *families.items()):
        if _is_like(curve, function):
            return words
    return None


def _is_like(curve: Curve, function: Function) -> bool:
    """Whether a curve is a function's; far out, where it is finite."""
    for x, y in zip(POINTS, curve, strict=True):
        if not isfinite(y) and abs(x) > 30:
            continue
        ours = _at(function, x)
        if not isclose(ours, y, rel_tol=_TOLERANCE, abs_tol=_TOLERANCE):
            return False
    return True


def _at(function: Callable[..., float], *numbers: float) -> float:
    try:
        return float(function(*numbers))
    except (ArithmeticError, ValueError, TypeError):
        return float("nan")  # a root of what is below 0 is complex, or none


_NAMED = {
    function_of(Activation.model_validate({"activation": name})): function
    for name, function in FORMULAS.items()
}
