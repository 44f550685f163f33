"""The field types of ops: each reads a cell's text by what the field means.

A value arrives as text (from YAML, or pasted from an expression) or as the typed result
of an expression. YAML's own typing is never consulted, so `010`, `on` and `3:2` mean
what the field says, or are refused.
"""

import numbers
import re
from fractions import Fraction
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field
from pydantic_core import PydanticCustomError

from archcompiler.ops.base import Argument, Called, Uncompared

LARGEST = 2**31 - 1  # what a framework holds in one axis
LARGEST_REAL = (2 - 2**-23) * 2.0**127  # of float32, as is the next
SMALLEST_REAL = 2.0**-126

_WHOLE = re.compile(r"-?(?:0|[1-9][0-9]{0,18})")
_BEYOND = re.compile(r"-?[1-9][0-9]{19,}")
"""Whole numbers with more digits than any that is read."""

_REAL = re.compile(
    r"-?(?:0|[1-9][0-9]{0,18})(?:\.[0-9]{1,40})?(?:[eE][+-]?[0-9]{1,3})?"
)


def refuse(expected: str, received: object) -> PydanticCustomError:
    """Return the error of a value that is not `expected`."""
    return PydanticCustomError(
        "value",
        "{expected}, received {received}",
        {"expected": expected, "received": quote(received)},
    )


def quote(value: object) -> str:
    """Show a value in a message, cut when it is long."""
    text = written(value)
    return f"`{text if len(text) <= 60 else text[:57] + '...'}`"


def written(value: object) -> str:
    """Write a value as YAML has it; a fraction as the decimal nearest to it."""
    if isinstance(value, bool):
        return str(value).lower()
    return str(float(value) if isinstance(value, Fraction) else value)


def read_number(text: str) -> int | float | None:
    """Read `64`, `0.5`, `1e-3` or `40%`; return None for anything else."""
    if _WHOLE.fullmatch(text):
        return int(text)
    if text.endswith("%") and _REAL.fullmatch(text[:-1]):
        return float(Fraction(text[:-1]) / 100)
    if _REAL.fullmatch(text):
        return float(text)
    return None


NUMBERS = "numbers are written like `64`, `0.5`, `1e-3` or `40%`"
"""The help for a text where a number is due."""


def number_help(text: str) -> str:
    """Return what to write for `10 %`, or how numbers are written."""
    bare = text.replace(" ", "")
    return NUMBERS if read_number(bare) is None else f"write `{bare}`"


WHOLE = "a whole number"
"""What a count needs."""


def read_int(value: Any) -> int:
    """Read a whole number: `4`, not `4.0`, and 4.5 is never rounded."""
    too_long = isinstance(value, str) and _BEYOND.fullmatch(value)
    number = read_number(value) if isinstance(value, str) else value
    number = LARGEST + 1 if too_long else number
    if isinstance(number, bool) or not isinstance(number, int):
        raise refuse(WHOLE, value)
    if abs(number) > LARGEST:
        raise refuse(f"a whole number of at most {LARGEST:,}", value)
    return number


def read_channel(value: Any) -> int:
    """Read a channel's number; Python's habit of counting from the end is refused."""
    number = read_int(value)
    if number < 0:
        from_end = f"`<in.channels - {-number}>`"
        raise refuse(f"a channel counted from 0 (from the end: {from_end})", number)
    return number


def read_float(value: Any) -> float:
    """Read a real number: `0.5`, `1e-3`, `40%`."""
    number = read_number(value) if isinstance(value, str) else value
    if isinstance(number, bool) or not isinstance(number, numbers.Real):
        raise refuse("a number", value)
    return fit_float32(number, value)


def read_floats(value: Any) -> float | tuple[float, ...]:
    """Read a real number for all channels, or a YAML list of one for each."""
    if isinstance(value, list | tuple):
        if not value:
            raise refuse("a number, or a list of one for each channel", "[]")
        return tuple(map(read_float, value))
    return read_float(value)


def fit_float32(number: Any, written: object) -> float:
    """Return a number that float32 holds; one that it makes 0 or infinity fails.

    Numbers below its smallest normal one are 0 on processors that flush them.
    """
    if number and not SMALLEST_REAL <= abs(number) <= LARGEST_REAL:
        raise refuse("0 or a number from 1.2e-38 to 3.4e38, as float32 has", written)
    return float(number)


TRUTH = "`true` or `false`"
"""What a truth value needs."""


def read_bool(value: Any) -> bool:
    """Read `true` or `false`, and no other spelling."""
    if value in ("true", "false"):
        return bool(value == "true")
    if not isinstance(value, bool):
        raise refuse(TRUTH, value)
    return value


def read_pair(value: Any) -> tuple[Any, ...]:
    """Read `3x5` (height x width), or `3` for both axes."""
    pair = value.split("x") if isinstance(value, str) and "x" in value else value
    if not isinstance(pair, list | tuple):
        return (value, value)
    if len(pair) != 2:
        raise refuse("one number, or height x width", value)
    return tuple(pair)


def read_list(value: Any) -> tuple[Any, ...]:
    """Read a YAML list, or `7x7x64`."""
    if isinstance(value, str) and "x" in value:
        return tuple(value.split("x"))
    if isinstance(value, list | tuple):
        return tuple(value)
    return (value,)


def read_sides(value: Any) -> tuple[Any, ...]:
    """Read `2`, `2x1` (height x width), or `[[top, bottom], [left, right]]`."""
    return tuple(map(read_pair, read_pair(value)))


def check_odd(value: int) -> int:
    """Refuse an even number: a window of even size has no middle."""
    if value % 2 == 0:
        raise refuse("an odd number", value)
    return value


def check_target(value: tuple[int, ...]) -> tuple[int, ...]:
    """Refuse sizes below 1; a single -1 stands for what is left."""
    if any(size < 1 and size != -1 for size in value) or value.count(-1) > 1:
        raise refuse("positive sizes with at most one -1", "x".join(map(str, value)))
    return value


def check_permutation(value: tuple[int, ...]) -> tuple[int, ...]:
    """Refuse axes that are not each of 1, 2, ... once."""
    if sorted(value) != [*range(1, len(value) + 1)]:
        expected = f"each of 1 to {len(value)} once"
        raise refuse(expected, "x".join(map(str, value)))
    return value


def check_axes(value: tuple[int, ...]) -> tuple[int, ...]:
    """Refuse an axis that stands twice."""
    if len(set(value)) < len(value):
        raise refuse("axes that differ", "x".join(map(str, value)))
    return value


def square(value: Any) -> Any:
    """Write a pair of equals once: `3` for (3, 3)."""
    if isinstance(value, tuple) and value[0] == value[1]:
        return value[0]
    return value


def symmetric(value: Any) -> Any:
    """Write sides as briefly as Keras reads them: `1`, (1, 2) or ((0, 1), (0, 1))."""
    if not isinstance(value, tuple):
        return value
    height, width = map(square, value)
    if isinstance(height, tuple) or isinstance(width, tuple):
        return value
    return square((height, width))


def after_batch(value: Any) -> tuple[Any, ...]:
    """Put the batch axis, which our shapes leave out, in front."""
    return (None, *value)


def without_batch(value: Any) -> Any:
    """Leave the batch axis out of a shape."""
    return value[1:] if isinstance(value, tuple) and value[:1] == (None,) else value


Int = Annotated[int, BeforeValidator(read_int)]
PositiveInt = Annotated[int, Field(ge=1), BeforeValidator(read_int)]
NaturalInt = Annotated[int, Field(ge=0), BeforeValidator(read_int)]
OptionalNaturalInt = NaturalInt | None
Channel = Annotated[int, Field(ge=0), BeforeValidator(read_channel)]
OddInt = Annotated[PositiveInt, AfterValidator(check_odd)]
_Finite = Annotated[float, Field(allow_inf_nan=False)]
Real = Annotated[_Finite, BeforeValidator(read_float)]
PositiveReal = Annotated[_Finite, Field(gt=0), BeforeValidator(read_float)]
NaturalReal = Annotated[_Finite, Field(ge=0), BeforeValidator(read_float)]
Rate = Annotated[_Finite, Field(ge=0, le=1), BeforeValidator(read_float)]
RateBelowOne = Annotated[_Finite, Field(ge=0, lt=1), BeforeValidator(read_float)]
BEGINNING = Uncompared("initial values", only_in_training=True)
_NUMBERS = Uncompared("the numbers of a rescaling")
ChannelNumbers = Annotated[
    float | tuple[float, ...], BeforeValidator(read_floats), _NUMBERS
]
Statistic = Annotated[ChannelNumbers | None, _NUMBERS]
InitialValue = Annotated[Real, BEGINNING]
Epsilon = Annotated[PositiveReal, Uncompared("epsilon")]
Momentum = Annotated[Rate, Uncompared("momentum", only_in_training=True)]
Bool = Annotated[bool, BeforeValidator(read_bool)]
UseBias = Annotated[Bool, Called("bias")]
DepthMultiplier = Annotated[PositiveInt, Called("multiplier")]

_Written = Annotated[str, Field(pattern=r"^-?[0-9]+(x-?[0-9]+)*$")]
"""How an editor sees `3x3`, or `7x7x64`."""

_LIST = BeforeValidator(read_list, json_schema_input_type=int | _Written | list[int])

Shaped = Annotated[tuple[PositiveInt, ...], _LIST]
NoiseShape = Annotated[
    Shaped | None, Argument(after_batch, of=tuple, revert=without_batch)
]
TargetShape = Annotated[
    tuple[Int, ...],
    Field(min_length=1),
    _LIST,
    AfterValidator(check_target),
]
Permutation = Annotated[
    tuple[Int, ...],
    Field(min_length=1),
    _LIST,
    AfterValidator(check_permutation),
]
_Axes = Annotated[tuple[PositiveInt, ...], _LIST, AfterValidator(check_axes)]
OptionalAxes = _Axes | None

_PAIR = BeforeValidator(read_pair, json_schema_input_type=int | _Written | list[int])
_Pair = Annotated[tuple[PositiveInt, PositiveInt], _PAIR]
_NaturalPair = Annotated[tuple[NaturalInt, NaturalInt], _PAIR]
PositivePair = Annotated[_Pair, Argument(square)]
OptionalPair = Annotated[_Pair | None, Argument(square)]
KernelSize = Annotated[PositivePair, Called("kernel")]
PoolSize = Annotated[PositivePair, Called("window")]
Strides = Annotated[PositivePair, Called("stride")]
OptionalStrides = Annotated[OptionalPair, Called("stride")]
DilationRate = Annotated[PositivePair, Called("dilation")]
OptionalNaturalPair = Annotated[_NaturalPair | None, Argument(square)]
Sides = Annotated[
    tuple[_NaturalPair, _NaturalPair],
    BeforeValidator(
        read_sides, json_schema_input_type=int | _Written | list[int | list[int]]
    ),
    Argument(symmetric),
]

Padding = Literal["valid", "same"]
Interpolation = Literal["nearest", "bilinear", "bicubic", "lanczos3", "lanczos5"]
Activation = Literal[
    "celu",
    "elu",
    "exponential",
    "gelu",
    "hard_shrink",
    "hard_sigmoid",
    "hard_silu",
    "hard_swish",
    "hard_tanh",
    "leaky_relu",
    "linear",
    "log_sigmoid",
    "log_softmax",
    "mish",
    "relu",
    "relu6",
    "selu",
    "sigmoid",
    "silu",
    "soft_shrink",
    "softmax",
    "softplus",
    "softsign",
    "sparse_plus",
    "sparse_sigmoid",
    "sparsemax",
    "squareplus",
    "swish",
    "tanh",
    "tanh_shrink",
]
