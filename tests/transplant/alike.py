"""Pieces of models that are written in two ways and compute the same.

Each piece is a pair of functions of a tensor. What they make has the rank that arrives.
"""

from collections.abc import Iterator
from functools import partial
from typing import Any

import keras
from keras import layers
from transplant.pieces import (
    Function,
    Pair,
    Rank,
    at_once,
    chain,
    connected,
    depthwise,
    from_the_left,
    from_the_right,
    gated,
    halved,
    join,
    one_above_the_other,
    one_by_one,
    partial_sums,
    twice,
)


def alike(rank: int) -> Iterator[tuple[str, Pair]]:
    """Yield what computes the same, and keeps most of the image."""
    r = Rank(rank)
    ones = (1,) * rank
    mean = partial(r.AveragePooling, 3, 1)
    yield "Dense at each position", (layers.Dense(4), r.Conv(4, 1))
    yield "same", (r.Conv(4, 3, padding="same"), chain(r.ZeroPadding(1), r.Conv(4, 3)))
    yield (
        "zeros twice",
        (
            chain(r.ZeroPadding(1), r.ZeroPadding(1), r.Conv(4, 3)),
            chain(r.ZeroPadding(2), r.Conv(4, 3)),
        ),
    )
    yield "no zeros", (chain(r.ZeroPadding(0), layers.ReLU()), layers.ReLU())
    yield "nothing cut off", (chain(r.Cropping(0), layers.ReLU()), layers.ReLU())
    yield "cut off twice", (chain(r.Cropping(1), r.Cropping(1)), r.Cropping(2))
    yield (
        "cut off where it was padded too much",
        (
            chain(r.ZeroPadding(2), r.Conv(4, 3, 2), r.point, r.Cropping(1)),
            chain(r.Conv(4, 3, 2), r.point),
        ),
    )
    yield (
        "zeros that are cut off",
        (
            chain(r.ZeroPadding(r.sides((1, 2))), r.Cropping(r.sides((2, 0))), r.point),
            chain(r.Cropping(r.sides((1, 0))), r.ZeroPadding(r.sides((0, 2))), r.point),
        ),
    )
    yield (
        "a mean of zeros, cut off",
        (
            chain(r.ZeroPadding(1), mean(padding="same"), r.Cropping(1)),
            chain(r.ZeroPadding(1), mean()),
        ),
    )
    yield "one position pooled", (chain(r.MaxPooling(1), r.point), r.point)
    yield (
        "every second position",
        (
            chain(r.Conv(4, 3, padding="same"), r.AveragePooling(1, 2)),
            chain(r.Conv(4, 3, padding="same"), r.MaxPooling(1, 2)),
        ),
    )
    yield "its mean", (chain(r.AveragePooling(1, padding="same"), r.point), r.point)
    yield "one position spread", (r.Conv(4, 1, dilation_rate=2), r.Conv(4, 1))
    yield "repeated twice", (chain(r.UpSampling(2), r.UpSampling(1)), r.UpSampling(2))
    yield (
        "groups of one channel",
        (
            chain(lambda x: r.Conv(3 * x.shape[-1], 3, groups=x.shape[-1])(x), r.point),
            chain(lambda x: depthwise(r, x, 3), r.point),
        ),
    )
    yield (
        "one channel",
        (
            chain(lambda x: r.point(x, 1), lambda x: depthwise(r, x, 4)),
            chain(lambda x: r.point(x, 1), r.Conv(4, 3)),
        ),
    )
    yield (
        "the border of what is never negative",
        (
            chain(r.Conv(4, 1, activation="relu"), r.MaxPooling(3, 1, padding="same")),
            chain(r.point, layers.ReLU(), r.ZeroPadding(1), r.MaxPooling(3, 1)),
        ),
    )
    yield (
        "a transposed convolution, cut",
        (
            chain(r.ConvTranspose(4, 3), r.Cropping(1)),
            r.ConvTranspose(4, 3, padding="same"),
        ),
    )
    yield (
        "a larger one",
        (
            chain(r.ConvTranspose(4, 3, strides=2), r.Cropping(r.sides((0, 1)))),
            r.ConvTranspose(4, 3, strides=2, padding="same"),
        ),
    )
    yield (
        "a fused activation",
        (
            r.Conv(4, 3, activation="relu6"),
            chain(r.Conv(4, 3), layers.ReLU(6)),
        ),
    )
    yield (
        "a rectifier twice",
        (
            chain(r.point, layers.ReLU(6), layers.ReLU(6)),
            chain(r.point, layers.ReLU(6)),
        ),
    )
    yield (
        "a rectifier behind what is never negative",
        (
            chain(r.Conv(4, 1, activation="sigmoid"), r.MaxPooling(2), layers.ReLU()),
            chain(r.Conv(4, 1, activation="sigmoid"), r.MaxPooling(2)),
        ),
    )
    yield (
        "zeros that a function keeps",
        (
            chain(r.point, r.ZeroPadding(1), layers.ReLU(), r.Conv(4, 3)),
            chain(r.point, layers.ReLU(), r.Conv(4, 3, padding="same")),
        ),
    )
    yield (
        "a function that never falls, of the largest",
        (
            chain(r.point, r.MaxPooling(3, 2, padding="same"), layers.ReLU()),
            chain(r.point, layers.ReLU(), r.MaxPooling(3, 2, padding="same")),
        ),
    )
    yield (
        "a sigmoid of the largest",
        (
            chain(r.MaxPooling(2), layers.Activation("sigmoid"), r.point),
            chain(layers.Activation("sigmoid"), r.MaxPooling(2), r.point),
        ),
    )
    yield (
        "the mean and the largest of equals",
        (
            chain(
                r.point,
                lambda x: layers.Average()([x, x]),
                lambda x: layers.Maximum()([x, x, x]),
            ),
            r.point,
        ),
    )
    yield (
        "a mean of means",
        (
            lambda x: layers.Average()(
                [layers.Average()([r.point(x), r.point(x)]) for _ in range(2)]
            ),
            lambda x: layers.Average()([r.point(x) for _ in range(4)]),
        ),
    )
    yield (
        "noise",
        (chain(r.SpatialDropout(0.2), r.point, layers.Dropout(0.1)), r.point),
    )
    yield (
        "nested sums",
        (
            lambda x: layers.Add()(
                [r.point(x), layers.Add()([r.point(x), r.point(x)])]
            ),
            lambda x: layers.Add()([r.point(x), r.point(x), r.point(x)]),
        ),
    )
    yield (
        "partial sums",
        (partial_sums(r, from_the_left), partial_sums(r, at_once)),
    )
    yield (
        "other partial sums",
        (partial_sums(r, from_the_left), partial_sums(r, from_the_right)),
    )
    yield (
        "a mean of three",
        (
            lambda x: layers.Add()([r.point(x) for _ in range(3)]) / 3,
            lambda x: layers.Average()([r.point(x) for _ in range(3)]),
        ),
    )
    yield (
        "nested concatenations",
        (
            lambda x: join(join(r.point(x, 2), r.point(x, 3)), r.point(x, 5)),
            lambda x: join(r.point(x, 2), r.point(x, 3), r.point(x, 5)),
        ),
    )
    yield (
        "dense connections",
        (connected(r, is_nested=True), connected(r)),
    )
    yield (
        "numbers twice",
        (
            chain(r.point, layers.Rescaling(0.5, 0.25), layers.Rescaling(0.5)),
            chain(r.point, layers.Rescaling(0.25, 0.125)),
        ),
    )
    yield (
        "silu",
        (
            chain(r.point, lambda x: x * keras.ops.sigmoid(x)),
            r.Conv(4, 1, activation="silu"),
        ),
    )
    yield "a layer called twice", (twice(r, is_shared=True), twice(r))
    yield (
        "a gate",
        (
            gated(r, r.Conv(4, 1, activation="sigmoid")),
            gated(
                r,
                chain(
                    layers.Flatten(),
                    layers.Dense(4, "sigmoid"),
                    layers.Reshape((*ones, 4)),
                ),
            ),
        ),
    )
    yield (
        "an axis there and back",
        (
            chain(
                layers.Permute((*range(2, rank + 2), 1)),
                r.Conv(4, 1),
                layers.Permute((*range(2, rank + 2), 1)),
            ),
            chain(
                layers.Permute((*range(2, rank + 2), 1)),
                layers.Dense(4),
                layers.Permute((*range(2, rank + 2), 1)),
            ),
        ),
    )
    if rank == 1:
        yield (
            "causal",
            (
                r.Conv(4, 3, padding="causal", dilation_rate=2),
                chain(r.ZeroPadding((4, 0)), r.Conv(4, 3, dilation_rate=2)),
            ),
        )
    if rank < 3:
        yield "separable", (
            r.SeparableConv(4, 3, padding="same", activation="relu"),
            chain(r.DepthwiseConv(3, padding="same", use_bias=False), r.Conv(4, 1),
                   layers.ReLU()),
        )  # fmt: skip


def endings(rank: int) -> Iterator[tuple[str, Pair]]:
    """Yield what computes one vector in two ways."""
    r = Rank(rank)

    def whole(layer: Any) -> Function:
        return lambda x: layers.Flatten()(layer(x.shape[1:-1])(x))

    yield "a mean of all", (whole(r.AveragePooling), r.GlobalAveragePooling())
    yield "the largest of all", (whole(r.MaxPooling), r.GlobalMaxPooling())
    yield (
        "a kernel on all",
        (
            whole(lambda size: r.Conv(4, size)),
            chain(layers.Flatten(), layers.Dense(4)),
        ),
    )
    yield (
        "an image with its channels first as a vector",
        (
            chain(
                layers.Permute((rank + 1, *range(1, rank + 1))),
                layers.ReLU(),
                layers.Flatten(),
                layers.Dense(4),
            ),
            chain(layers.ReLU(), layers.Flatten(), layers.Dense(4)),
        ),
    )
    yield (
        "elements laid out anew twice",
        (
            chain(halved, layers.Flatten(), layers.Dense(4)),
            chain(layers.Flatten(), layers.Dense(4)),
        ),
    )
    yield (
        "a function of a vector's elements",
        (
            chain(layers.Flatten(), layers.ReLU(), layers.Dense(4)),
            chain(layers.ReLU(), layers.Flatten(), layers.Dense(4)),
        ),
    )
    yield (
        "a function of elements laid out anew",
        (
            chain(halved, layers.Activation("tanh"), layers.Flatten()),
            chain(layers.Activation("tanh"), halved, layers.Flatten()),
        ),
    )
    yield (
        "one position",
        (
            chain(
                r.pixel, r.Conv(4, 1, strides=2, activation="relu"), layers.Flatten()
            ),
            chain(r.GlobalAveragePooling(), layers.Dense(4, "relu")),
        ),
    )
    yield (
        "zeros around one position",
        (
            chain(r.pixel, r.Conv(4, 3, padding="same"), layers.Flatten()),
            chain(r.pixel, r.ZeroPadding(1), r.Conv(4, 3), layers.Flatten()),
        ),
    )
    yield (
        "vectors one above the other",
        (
            chain(one_by_one(r), layers.Flatten()),
            one_above_the_other(r),
        ),
    )
    yield (
        "one position normalised",
        (
            chain(r.pixel, layers.BatchNormalization(), layers.Flatten()),
            chain(r.GlobalAveragePooling(), layers.BatchNormalization()),
        ),
    )
    yield (
        "one position enlarged",
        (
            chain(r.pixel, r.UpSampling(2), r.UpSampling(2), layers.Flatten()),
            chain(r.pixel, r.UpSampling(4), layers.Flatten()),
        ),
    )
