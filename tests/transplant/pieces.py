"""What pieces of models are made of: layers along one axis, two or three."""

from collections.abc import Callable
from typing import Any, NamedTuple

from keras import layers

RANKS = (1, 2, 3)
SIZES = {1: (12, 3), 2: (10, 11, 3), 3: (8, 7, 7, 3)}
"""The image of each rank; channels last."""

Function = Callable[[Any], Any]
Pair = tuple[Function, Function]


class Rank(NamedTuple):
    """Keras' layers of a rank, and what pieces are made of."""

    axes: int

    def __getattr__(self, name: str) -> Any:
        """Return `Conv1D` for `Conv` along one axis, and `Conv1DTranspose`."""
        stem = name.removesuffix("Transpose")
        return getattr(layers, f"{stem}{self.axes}D{name[len(stem) :]}")

    def sides(self, *each: tuple[int, int]) -> Any:
        """Return zeros before and after as Keras takes them, one axis as the other."""
        return each[0] if self.axes == 1 else (each * self.axes)[: self.axes]

    def pixel(self, x: Any) -> Any:
        """Return an image of one position."""
        return self.GlobalAveragePooling(keepdims=True)(x)

    def point(self, x: Any, filters: int = 4) -> Any:
        """Return a convolution of single positions."""
        return self.Conv(filters, 1)(x)


def chain(*functions: Function) -> Function:
    def build(x: Any) -> Any:
        for function in functions:
            x = function(x)
        return x

    return build


def join(*values: Any) -> Any:
    return layers.Concatenate()([*values])


def halved(x: Any) -> Any:
    *lengths, channels = x.shape[1:]
    return layers.Reshape((*lengths[:-1], lengths[-1] * channels, 1))(x)


def depthwise(r: Rank, x: Any, multiplier: int) -> Any:
    """Filter each channel by itself; along three axes Keras has no layer for it."""
    if r.axes == 3:
        channels = x.shape[-1]
        return r.Conv(multiplier * channels, (3, 3, 3), groups=channels)(x)
    return r.DepthwiseConv(3, depth_multiplier=multiplier)(x)


def partial_sums(r: Rank, total: Callable[..., Any]) -> Function:
    """Return what joins a sum of two with one of three, by that of two or not."""

    def build(x: Any) -> Any:
        a, b, c = r.point(x), r.point(x), r.point(x)
        return join(layers.Add()([a, b]), total(a, b, c))

    return build


def from_the_left(a: Any, b: Any, c: Any) -> Any:
    return layers.Add()([layers.Add()([a, b]), c])


def from_the_right(a: Any, b: Any, c: Any) -> Any:
    return layers.Add()([a, layers.Add()([b, c])])


def at_once(a: Any, b: Any, c: Any) -> Any:
    return layers.Add()([a, b, c])


def connected(r: Rank, *, is_nested: bool = False) -> Function:
    def build(x: Any) -> Any:
        one, two = r.point(x, 2), r.point(x, 3)
        both = join(one, two)
        three = r.point(both, 4)
        return join(both, three) if is_nested else join(one, two, three)

    return build


def twice(r: Rank, *, is_shared: bool = False) -> Function:
    def build(x: Any) -> Any:
        layer = r.Conv(4, 1)
        one = layer(x)
        return join(one, layers.ReLU()(layer(x) if is_shared else one))

    return build


def gated(r: Rank, gate: Function) -> Function:
    def build(x: Any) -> Any:
        x = r.point(x)
        return layers.Multiply()([x, gate(r.pixel(x))])

    return build


def one_by_one(r: Rank, *, is_shared: bool = True) -> Function:
    """Return a layer, or two, of the mean and of the largest, added up."""

    def build(x: Any) -> Any:
        first = r.Conv(4, 1, activation="relu")
        second = first if is_shared else r.Conv(4, 1, activation="relu")
        largest = r.GlobalMaxPooling(keepdims=True)(x)
        return layers.Add()([first(r.pixel(x)), second(largest)])

    return build


def one_above_the_other(r: Rank) -> Function:
    """Return a layer of the mean and of the largest as two positions, added up."""

    def build(x: Any) -> Any:
        both = join(r.pixel(x), r.GlobalMaxPooling(keepdims=True)(x))
        rest = (1,) * (r.axes - 1)
        stack = layers.Reshape((2, *rest, x.shape[-1]))(both)
        made = r.Conv(4, 1, activation="relu")(stack)
        return layers.Rescaling(2.0)(r.GlobalAveragePooling()(made))

    return build
