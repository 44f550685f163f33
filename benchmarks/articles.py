"""The articles' GoogLeNet, written by hand in Keras as they print it."""

import itertools

from keras import Input, Model, initializers
from keras.layers import (
    AveragePooling2D,
    Concatenate,
    Conv2D,
    Dense,
    Dropout,
    Flatten,
    GlobalAveragePooling2D,
    MaxPooling2D,
)

TABLE = {
    "3a": (64, 96, 128, 16, 32, 32), "3b": (128, 128, 192, 32, 96, 64),
    "4a": (192, 96, 208, 16, 48, 64), "4b": (160, 112, 224, 24, 64, 64),
    "4c": (128, 128, 256, 24, 64, 64), "4d": (112, 144, 288, 32, 64, 64),
    "4e": (256, 160, 320, 32, 128, 128),
    "5a": (256, 160, 320, 32, 128, 128), "5b": (384, 192, 384, 48, 128, 128),
}  # fmt: skip
_fresh = itertools.count()


def googlenet_cifar10() -> Model:
    """Build the articles' model for 10 classes, every layer under a fresh name."""
    run = next(_fresh)
    numbers = itertools.count()

    def name() -> str:
        return f"by_hand_{run}_{next(numbers)}"

    # One object each, as the articles write it, though equal kernels then start equal.
    kernel_init = initializers.GlorotUniform()
    bias_init = initializers.Constant(0.2)

    def conv(x, filters, size, strides=1, bias_init=bias_init):
        return Conv2D(
            filters,
            size,
            strides=strides,
            padding="same",
            activation="relu",
            kernel_initializer=kernel_init,
            bias_initializer=bias_init,
            name=name(),
        )(x)

    def pool(x, strides):
        return MaxPooling2D(3, strides=strides, padding="same", name=name())(x)

    def inception(x, row):
        f1, r3, f3, r5, f5, proj = TABLE[row]
        one = conv(x, f1, 1)
        three = conv(conv(x, r3, 1), f3, 3)
        five = conv(conv(x, r5, 1), f5, 5)
        pooled = conv(pool(x, 1), proj, 1)
        return Concatenate(name=name())([one, three, five, pooled])

    def head(x):
        x = AveragePooling2D(5, strides=3, name=name())(x)
        x = Flatten(name=name())(conv(x, 128, 1, bias_init="zeros"))
        x = Dense(1024, activation="relu", name=name())(x)
        x = Dropout(0.7, name=name())(x)
        return Dense(10, activation="softmax", name=name())(x)

    image = Input((224, 224, 3), name=name())
    x = pool(conv(image, 64, 7, 2), 2)
    x = pool(conv(conv(x, 64, 1, bias_init="zeros"), 192, 3, bias_init="zeros"), 2)
    x = pool(inception(inception(x, "3a"), "3b"), 2)
    x = inception(x, "4a")
    first = head(x)
    x = inception(inception(inception(x, "4b"), "4c"), "4d")
    second = head(x)
    x = pool(inception(x, "4e"), 2)
    x = inception(inception(x, "5a"), "5b")
    x = GlobalAveragePooling2D(name=name())(x)
    x = Dropout(0.4, name=name())(x)
    output = Dense(10, activation="softmax", name=name())(x)
    return Model(image, [output, first, second])
