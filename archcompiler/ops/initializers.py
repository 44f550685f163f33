"""Initializers: a name, the number to fill with, or a name with arguments."""

import numbers
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Annotated, Any, Literal, get_args

from pydantic import BeforeValidator, Field

from archcompiler.ops.base import Argument, Construct
from archcompiler.ops.fields import BEGINNING, fit_float32, read_number, refuse

_VectorName = Literal[
    "glorot_normal",
    "glorot_uniform",
    "he_normal",
    "he_uniform",
    "lecun_normal",
    "lecun_uniform",
    "ones",
    "random_normal",
    "random_uniform",
    "truncated_normal",
    "variance_scaling",
    "zeros",
]
InitializerName = Literal[_VectorName, "orthogonal"]  # which asks two axes

CLASSES: Mapping[str, tuple[str, Mapping[str, float | str]]] = {
    "orthogonal": ("Orthogonal", {"gain": 1.0}),
    "random_normal": ("RandomNormal", {"mean": 0.0, "stddev": 0.05}),
    "random_uniform": ("RandomUniform", {"minval": -0.05, "maxval": 0.05}),
    "truncated_normal": ("TruncatedNormal", {"mean": 0.0, "stddev": 0.05}),
    "variance_scaling": (
        "VarianceScaling",
        {"scale": 1.0, "mode": "fan_in", "distribution": "truncated_normal"},
    ),
}
"""Those that take arguments: Keras' class, and its arguments with their defaults."""

WORDS: Mapping[str, tuple[str, ...]] = {
    "mode": ("fan_in", "fan_out", "fan_avg"),
    "distribution": ("truncated_normal", "untruncated_normal", "uniform"),
}
"""What an argument that is no number may be."""

_POSITIVE = ("scale", "stddev")
_CALL = re.compile(r"([a-z_]+) ?\((.*)\)")


def initializer(name: str, given: Mapping[str, float | str]) -> str:
    """Return an initializer with what differs from Keras' defaults, in Keras' order."""
    told = [
        f"{key}={given[key]}"
        for key, default in CLASSES[name][1].items()
        if given.get(key, default) != default
    ]
    return f"{name}({'; '.join(told)})" if told else name


def read_initializer(names: tuple[str, ...]) -> Callable[[Any], str | float]:
    """Return the reader of an initializer of one of `names`."""

    def read(value: Any) -> str | float:
        if value in names:
            return str(value)
        call = _CALL.fullmatch(value) if isinstance(value, str) else None
        if call is not None and call[1] in names:
            return initializer(call[1], dict(_read_arguments(call[1], call[2])))
        number = read_number(value) if isinstance(value, str) else value
        if isinstance(number, bool) or not isinstance(number, numbers.Real):
            raise refuse(f"a number or one of {', '.join(names)}", value)
        return fit_float32(number, value)

    return read


def _read_arguments(name: str, text: str) -> Iterator[tuple[str, float | str]]:
    """Yield the arguments of an initializer."""
    if name not in CLASSES:
        taking = ", ".join(CLASSES)
        raise refuse(f"`{name}` without arguments ({taking} take some)", f"({text})")
    if "," in text:
        raise refuse("arguments separated by `;`", text)
    known = CLASSES[name][1]
    given: set[str] = set()
    for part in text.split(";"):
        key, equals, value = part.partition("=")
        key = key.strip()
        if not equals or key not in known or key in given:
            form = "; ".join([f"{key}={default}" for key, default in known.items()])
            raise refuse(f"arguments like `{name}({form})`, each once", part.strip())
        given.add(key)
        yield key, _read_argument(key, value.strip())


def _read_argument(key: str, text: str) -> float | str:
    if key in WORDS:
        if text not in WORDS[key]:
            raise refuse(f"for `{key}` one of {', '.join(WORDS[key])}", text)
        return text
    number = read_number(text)
    if number is None or (key in _POSITIVE and number <= 0):
        kind = "a positive number" if key in _POSITIVE else "a number"
        raise refuse(f"for `{key}` {kind}", text)
    return fit_float32(number, text)


def constant(value: Any) -> Construct:
    """Write a number as the initializer that fills with it."""
    return Construct("keras.initializers.Constant", (value,))


def called(value: Any) -> Any:
    """Write an initializer with arguments as a call of Keras' class; leave others."""
    call = _CALL.fullmatch(value) if isinstance(value, str) else None
    if call is None:
        return value
    arguments = tuple(_read_arguments(call[1], call[2]))
    return Construct(f"keras.initializers.{CLASSES[call[1]][0]}", (), arguments)


_WithArguments = Annotated[str, Field(pattern=r"^[a-z_]+ ?\(.+\)$")]
VectorInitializer = Annotated[
    _VectorName | float | _WithArguments,
    BeforeValidator(read_initializer(get_args(_VectorName))),
    Argument(constant, of=numbers.Real),
    Argument(called, of=str),
    BEGINNING,
]
KernelInitializer = Annotated[
    InitializerName | float | _WithArguments,
    BeforeValidator(read_initializer(get_args(InitializerName))),
    Argument(constant, of=numbers.Real),
    Argument(called, of=str),
    BEGINNING,
]
