"""Pieces of models that are nearly alike, and compute something else.

Each piece is a pair of functions of a tensor. What they make has the rank that arrives.
"""

from collections.abc import Iterator

from keras import layers
from transplant.pieces import (
    Pair,
    Rank,
    chain,
    from_the_left,
    join,
    one_by_one,
    partial_sums,
)


def unlike(rank: int) -> Iterator[tuple[str, Pair]]:
    """Yield what is nearly alike."""
    r = Rank(rank)
    yield "no zeros", (r.Conv(4, 3, padding="same"), r.Conv(4, 3))
    yield (
        "the border of a mean",
        (
            r.AveragePooling(3, 1, padding="same"),
            chain(r.ZeroPadding(1), r.AveragePooling(3, 1)),
        ),
    )
    yield (
        "the border of what may be negative",
        (
            chain(r.point, r.MaxPooling(3, 1, padding="same")),
            chain(r.point, r.ZeroPadding(1), r.MaxPooling(3, 1)),
        ),
    )
    yield (
        "zeros before or after",
        (
            chain(r.ZeroPadding(r.sides((1, 0))), r.Conv(4, 3)),
            chain(r.ZeroPadding(r.sides((0, 1))), r.Conv(4, 3)),
        ),
    )
    yield (
        "cut off before or after",
        (
            chain(r.ZeroPadding(2), r.Conv(4, 3, 2), r.Cropping(r.sides((1, 0)))),
            chain(r.ZeroPadding(2), r.Conv(4, 3, 2), r.Cropping(r.sides((0, 1)))),
        ),
    )
    yield (
        "zeros that an activation changes",
        (
            chain(r.ZeroPadding(1), layers.Activation("sigmoid"), r.point),
            chain(layers.Activation("sigmoid"), r.ZeroPadding(1), r.point),
        ),
    )
    yield (
        "a function that may fall, of the largest",
        (
            chain(r.MaxPooling(2), layers.Activation("silu"), r.point),
            chain(layers.Activation("silu"), r.MaxPooling(2), r.point),
        ),
    )
    yield (
        "zeros that the largest sees, and a function changes",
        (
            chain(r.ZeroPadding(1), r.MaxPooling(3), layers.Activation("sigmoid")),
            chain(layers.Activation("sigmoid"), r.ZeroPadding(1), r.MaxPooling(3)),
        ),
    )
    yield (
        "a rectifier behind what may be negative",
        (
            chain(r.Conv(4, 1, activation="tanh"), layers.ReLU()),
            chain(r.Conv(4, 1, activation="tanh")),
        ),
    )
    yield (
        "a bound behind what is never negative",
        (
            chain(r.Conv(4, 1, activation="softplus"), layers.ReLU(6)),
            chain(r.Conv(4, 1, activation="softplus")),
        ),
    )
    yield (
        "a mean of unlike means",
        (
            lambda x: layers.Average()(
                [layers.Average()([r.point(x), r.point(x)]), r.point(x)]
            ),
            lambda x: layers.Average()([r.point(x) for _ in range(3)]),
        ),
    )
    yield (
        "one layer called twice, and two layers",
        (one_by_one(r), one_by_one(r, is_shared=False)),
    )
    yield (
        "zeros after those that are cut off",
        (
            chain(r.Cropping(1), r.ZeroPadding(1), r.point),
            chain(r.ZeroPadding(1), r.Cropping(1), r.point),
        ),
    )
    yield (
        "a function that isn't its own when taken twice",
        (
            chain(r.point, layers.Activation("tanh"), layers.Activation("tanh")),
            chain(r.point, layers.Activation("tanh")),
        ),
    )
    yield (
        "a mean of pairs",
        (
            lambda x: layers.Average()(
                [layers.Average()([r.point(x), r.point(x)]), r.point(x)]
            ),
            lambda x: layers.Average()([r.point(x) for _ in range(3)]),
        ),
    )
    yield (
        "a partial sum of others",
        (
            partial_sums(r, from_the_left),
            partial_sums(r, lambda a, _, c: layers.Add()([a, layers.Add()([c, c])])),
        ),
    )
    yield (
        "a slope",
        (
            chain(r.point, layers.LeakyReLU(0.12345671)),
            chain(r.point, layers.LeakyReLU(0.12345679)),
        ),
    )
    yield "strides", (r.Conv(4, 3, 2), r.Conv(4, 3))
    yield (
        "a stride of one axis less",
        (
            r.MaxPooling(2, 2),
            r.MaxPooling(2, (1,) + (2,) * (rank - 1)),
        ),
    )
    yield "the largest or a mean", (r.MaxPooling(2, 2), r.AveragePooling(2, 2))
    yield (
        "the order of what is joined",
        (
            lambda x: join(r.point(x, 2), layers.ReLU()(x)),
            lambda x: join(layers.ReLU()(x), r.point(x, 2)),
        ),
    )
    yield "a bias", (r.Conv(4, 3), r.Conv(4, 3, use_bias=False))
    yield (
        "an epsilon",
        (
            chain(r.point, layers.BatchNormalization(epsilon=1e-3)),
            chain(r.point, layers.BatchNormalization(epsilon=1e-4)),
        ),
    )
