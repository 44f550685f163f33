"""ONNX' nodes that make each number of many: normalisations and probabilities."""

from collections.abc import Callable, Iterator
from functools import partial
from itertools import product
from typing import Any

from archcompiler.ops.activation import Activation, Softmax
from archcompiler.ops.base import AbstractOp
from archcompiler.ops.normalization import (
    GroupNormalization,
    LayerNormalization,
    UnitNormalization,
)
from archcompiler.reading.onnx_reader import Reader
from archcompiler.reading.onnx_stretches import (
    LARGE,
    Stretch,
    are_equal,
    arrays_of,
    channels_at_end,
    counted,
    given,
    lengths_of,
    lowered,
    noise_of,
)

_ROOTS = {"Pow", "ReduceL2", "Sqrt"}
"""Of these, whatever divides by a length or a deviation has one."""

_POWERS = {"Exp"}
_ORDERS = {"CumSum", "TopK"}


def normalisation(reader: Reader, stretch: Stretch) -> int | None:
    """Add a normalisation, or what makes probabilities of many numbers."""
    import numpy as np

    lengths = lengths_of(reader, stretch)
    if not _keeps_shape(reader, stretch):
        return None
    channels = lengths[reader.channel_axis(stretch.source)]
    functions = [*_functions(channels, stretch.kinds)]
    if not functions:
        return None
    arrays = arrays_of(reader, stretch)
    noise = noise_of(lengths)
    x, found = [], []
    for size in (1.0, LARGE, 1 / LARGE):
        y = given(reader, stretch, arrays, size * noise)
        if y is None or y.shape != noise.shape:
            return None
        x.append(channels_at_end(reader, stretch.source, size * noise))
        found.append(channels_at_end(reader, stretch.output, y))
    if not np.isfinite(found[0]).all():
        return None  # far out, a power may be too large
    for op, function, is_exact in functions:
        if is_exact:
            pairs = zip(map(function, x[:2]), found, strict=False)
            held = 0 if all(are_equal(*pair) for pair in pairs) else None
        else:
            at = 1 if function(x[1]).any() else 2  # rounding is all that is left
            held = _affine(function(x[at]), found[at], arrays)
        if held is not None:
            return _normalised(reader, stretch, op, held)
    return None


def _normalised(reader: Reader, stretch: Stretch, op: AbstractOp, held: int) -> int:
    """Add a normalisation; a file doesn't tell whether one of zeros shifts."""
    place = lowered(reader, stretch, op)
    settings = dict(reader.units[place].settings)
    for name in ("center", "scale"):
        settings.pop(name, None)
    reader.units.change(place, settings=settings)
    return counted(reader, stretch, place, held)


def _keeps_shape(reader: Reader, stretch: Stretch) -> bool:
    """Whether what comes out may have the shape of what goes in."""
    lengths, found = lengths_of(reader, stretch), reader.dimensions(stretch.output)
    pairs = zip(lengths, found or lengths, strict=False)
    is_alike = all(one in (None, length) for length, one in pairs)
    return len(lengths) in (2, 4) and len(found) in (0, len(lengths)) and is_alike


def _functions(
    channels: int, kinds: set[str]
) -> Iterator[tuple[AbstractOp, Callable[[Any], Any], bool]]:
    """Yield ops that such nodes can be, what they do, and whether without an epsilon.

    Nodes that give zeros whatever arrives look like groups of one channel each.
    """
    if kinds & _ROOTS:
        yield UnitNormalization(), _unit, True
        yield LayerNormalization(), partial(_centred, axes=(-1,)), False
        for groups in range(1, channels + 1):
            if channels % groups == 0:
                op = GroupNormalization(groups=groups)
                yield op, partial(_grouped, groups=groups), False
    if kinds & _POWERS:
        yield Softmax(), _softmax, True
        yield Activation(activation="log_softmax"), _log_softmax, True
    if kinds & _ORDERS:
        yield Activation(activation="sparsemax"), _sparsemax, True


def _affine(plain: Any, found: Any, arrays: dict[str, Any]) -> int | None:
    """Return how many factors and offsets of channels lead to what was found."""
    channels = plain.shape[-1]
    held = [
        each.ravel()
        for each in arrays.values()
        if each.size == channels and each.ndim and each.dtype.kind == "f"
    ]
    one, none = [1.0], [0.0]
    for factor, offset in product([*held, one], [*held, none]):
        if factor is not offset and are_equal(plain * factor + offset, found):
            return int(channels * ((factor is not one) + (offset is not none)))
    return None


def _centred(x: Any, axes: tuple[int, ...]) -> Any:
    moved = x - x.mean(axes, keepdims=True)
    spread = moved.std(axes, keepdims=True)
    return moved / (spread + (spread == 0))


def _grouped(x: Any, groups: int) -> Any:
    apart = x.reshape(*x.shape[:-1], groups, -1)
    axes = (*range(1, x.ndim - 1), x.ndim)
    return _centred(apart, axes).reshape(x.shape)


def _unit(x: Any) -> Any:
    return x / (x**2).sum(-1, keepdims=True) ** 0.5


def _softmax(x: Any) -> Any:
    import numpy as np

    return np.exp(_log_softmax(x))


def _log_softmax(x: Any) -> Any:
    import numpy as np

    moved = x - x.max(-1, keepdims=True)
    return moved - np.log(np.exp(moved).sum(-1, keepdims=True))


def _sparsemax(x: Any) -> Any:
    """Return what Keras has by this name: it adds up sums where others add numbers."""
    import numpy as np

    ordered = -np.sort(-x, axis=-1)
    sums = ordered.cumsum(-1)
    kept = ordered * np.arange(1, x.shape[-1] + 1) > sums - 1
    bound = ((sums * kept).sum(-1, keepdims=True) - 1) / kept.sum(-1, keepdims=True)
    return np.maximum(x - bound, 0)
