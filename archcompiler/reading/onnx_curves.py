"""ONNX' functions of each element, in one node or in many.

What a node gives is followed as a curve from each value that it comes from; where that
is a function of the op table, it is told as that one, and what led there is left out.
"""

import re
from collections.abc import Callable, Hashable, Iterator, Sequence
from math import erf, erfc, exp, expm1, inf, log, pi, sqrt, tanh

from archcompiler.models.onnx_file import OnnxNode
from archcompiler.reading.onnx_reader import Reader
from archcompiler.reading.onnx_values import NotReadError
from archcompiler.units.curves import (
    FORMULAS,
    Curve,
    X,
    clip,
    constant,
    curve_of,
    elu,
    is_identity,
    op_of,
)

Numbers = Callable[..., float]
Curves = dict[int, Curve]
"""What a value is of each unit that it comes from, by the unit's place."""

MOST_SOURCES = 16
"""Units that a value is followed from: functions of more nodes are none."""


# What each kind of node gives of numbers --------------------------------------


def _gelu_by_tanh(x: float) -> float:
    return x * (1 + tanh(sqrt(2 / pi) * (x + 0.044715 * x**3))) / 2


def _selu(x: float, alpha: float, gamma: float) -> float:
    return gamma * elu(x, alpha)


def _celu(x: float, alpha: float) -> float:
    return x if x > 0 else alpha * (exp(x / alpha) - 1)


def _shrink(x: float, bias: float, limit: float) -> float:
    return x + bias if x < -limit else x - bias if x > limit else 0.0


FUNCTIONS: dict[str, tuple[Numbers, dict[str, float]]] = {
    "Abs": (abs, {}),
    "Celu": (_celu, {"alpha": 1.0}),
    "Clip": (clip, {"min": -inf, "max": inf}),
    "Elu": (elu, {"alpha": 1.0}),
    "Erf": (erf, {}),
    "Erfc": (erfc, {}),
    "Exp": (exp, {}),
    "Expm1": (expm1, {}),
    "Gelu": (FORMULAS["gelu"], {}),
    "HardSigmoid": (lambda x, a, b: clip(a * x + b, 0, 1), {"alpha": 0.2, "beta": 0.5}),
    "HardSwish": (FORMULAS["hard_silu"], {}),
    "LeakyRelu": (lambda x, alpha: x if x > 0 else alpha * x, {"alpha": 0.01}),
    "Log": (log, {}),
    "Mish": (FORMULAS["mish"], {}),
    "Neg": (lambda x: -x, {}),
    "Reciprocal": (lambda x: 1 / x, {}),
    "Relu": (FORMULAS["relu"], {}),
    "Selu": (_selu, {"alpha": 1.6732632, "gamma": 1.0507010}),
    "Shrink": (_shrink, {"bias": 0.0, "lambd": 0.5}),
    "Sigmoid": (FORMULAS["sigmoid"], {}),
    "Softplus": (FORMULAS["softplus"], {}),
    "Softsign": (FORMULAS["softsign"], {}),
    "Sqrt": (sqrt, {}),
    "Swish": (lambda x, alpha: x * FORMULAS["sigmoid"](alpha * x), {"alpha": 1.0}),
    "Tanh": (tanh, {}),
    "ThresholdedRelu": (lambda x, alpha: x if x > alpha else 0.0, {"alpha": 1.0}),
}
"""Functions of one element, and of numbers: operands, or attributes as they follow."""

_COMPARISONS: dict[str, Numbers] = {
    "Greater": lambda x, y: float(x > y),
    "GreaterOrEqual": lambda x, y: float(x >= y),
    "Less": lambda x, y: float(x < y),
    "LessOrEqual": lambda x, y: float(x <= y),
}

CONDITIONS: dict[str, Numbers] = {
    **_COMPARISONS,
    "And": lambda x, y: float(bool(x) and bool(y)),
    "Or": lambda x, y: float(bool(x) or bool(y)),
    "Not": lambda x: float(not x),
}
"""What is true or false of an element, as 1 or 0."""

BRANCHES: dict[str, Numbers] = {
    **_COMPARISONS,
    "Shrink": lambda x, _, limit: float(x > limit) - float(x < -limit),
    "ThresholdedRelu": lambda x, alpha: float(x > alpha),
}
"""Which of its pieces a function that jumps gives."""

ARITHMETIC: dict[str, Numbers] = {
    **CONDITIONS,
    "Add": lambda x, y: x + y,
    "Sub": lambda x, y: x - y,
    "Mul": lambda x, y: x * y,
    "Div": lambda x, y: x / y,
    "Pow": lambda x, y: x**y,
    "Sum": lambda *numbers: sum(numbers),
    "Max": lambda *numbers: max(numbers),
    "Min": lambda *numbers: min(numbers),
    "Mean": lambda *numbers: sum(numbers) / len(numbers),
    "Where": lambda chosen, x, y: x if chosen else y,
}
"""Functions of the elements of several values, or of a value and numbers."""


# What nodes are --------------------------------------------------------------


def function(reader: Reader, node: OnnxNode) -> int:
    """Add a function of each element; one that no op has is told by its numbers."""
    place, words = reader.operand(node), _words(reader, node)
    return apply(reader, node, lambda: activation(reader, node, place, words))


def apply(reader: Reader, node: OnnxNode, otherwise: Callable[[], int]) -> int:
    """Add the op's function that a node ends in, if it does; `otherwise` what it is."""
    curves = dict(_curves(reader, node))
    for source, curve in curves.items():
        if is_identity(curve):
            return source
        op = op_of(curve)
        if op is not None:
            return _keep(reader, curves, reader.lower(node, op, (source,)))
    try:
        place = otherwise()
    except NotReadError:
        place = reader.unknown(node)
    return _keep(reader, curves, place)


def _keep(reader: Reader, curves: Curves, place: int) -> int:
    if place not in curves:
        reader.curves.setdefault(place, curves)
    return place


def activation(
    reader: Reader, node: OnnxNode, place: int, words: str, **more: Hashable
) -> int:
    """Add a function that no op has, or one with numbers of the file, by its words."""
    settings = {"function": words, **more}
    shape = reader.units[place].shape
    return reader.add(node, "activation", settings, shape, (place,), "activation")


def _words(reader: Reader, node: OnnxNode) -> str:
    """Return a function as the file has it: `hard sigmoid 0.2 0.5`."""
    _, defaults = _formula(node)
    numbers = [
        (reader.numbers(node, at, name) or (number,))[0]
        for at, (name, number) in enumerate(defaults.items(), start=1)
    ]
    way = [node.word("approximate", "")] if node.kind == "Gelu" else []
    kind = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", node.kind).lower()
    return " ".join([kind, *way, *(f"{number:g}" for number in numbers)])


# Curves ----------------------------------------------------------------------


def _curves(reader: Reader, node: OnnxNode) -> Iterator[tuple[int, Curve]]:
    """Yield what a node gives of each unit that all its operands come from."""
    formula, defaults = _formula(node)
    given = [node.number(name, number) for name, number in defaults.items()]
    found = [
        _operand(reader, name, given[at - 1 :]) for at, name in enumerate(node.inputs)
    ]
    operands = [each for each in found if each is not None]
    known = [each for each in operands if isinstance(each, dict)]
    if len(operands) < len(found) or not known or _are_laid_apart(reader, node):
        return
    operands += map(constant, given[max(0, len(operands) - 1) :])
    for source in sorted(set.intersection(*map(set, known)))[-MOST_SOURCES:]:
        taken = [each[source] if isinstance(each, dict) else each for each in operands]
        yield source, curve_of(formula, *taken, branch=BRANCHES.get(node.kind))


def _formula(node: OnnxNode) -> tuple[Numbers, dict[str, float]]:
    if node.kind == "Gelu" and node.word("approximate", "none") != "none":
        return _gelu_by_tanh, {}
    return FUNCTIONS.get(node.kind) or (ARITHMETIC[node.kind], {})


def _operand(
    reader: Reader, name: str, given: Sequence[float]
) -> Curves | Curve | None:
    """Return an operand as curves, or as one number; None where it is many.

    What is left out is the first of the numbers that are given otherwise.
    """
    if not name and given:
        return constant(given[0])
    place = reader.places.get(name)
    if place is not None:
        return {**reader.curves.get(place, {}), place: X}
    number = reader.number(name)
    return None if number is None else constant(number)


def _are_laid_apart(reader: Reader, node: OnnxNode) -> bool:
    """Whether one value meets itself in another shape: then elements don't meet."""
    values = [name for name in node.inputs if name in reader.places]
    shapes = {reader.dimensions(name) for name in values} - {()}
    known = map(reader.graph.constants.get, node.inputs)
    shapes |= {each.dimensions for each in known if each and each.filled is not None}
    return len(shapes) > 1
