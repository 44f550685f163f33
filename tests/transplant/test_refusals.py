"""Models that differ: refused whole, and the first differing layers named."""

import re

import numpy as np
import pytest

from archcompiler import TransplantError, transplant

pytestmark = [
    pytest.mark.slow,
    pytest.mark.usefixtures("keras"),
    pytest.mark.filterwarnings("ignore:__array__ implementation"),
]


@pytest.fixture
def layers(keras):
    return keras.layers


@pytest.fixture
def refused(keras):
    """Transplant between models of an 8x8x3 image; return what is said about it."""

    def build(function, name):
        inputs = keras.Input((8, 8, 3), name="image")
        return keras.Model(inputs, function(inputs), name=name)

    def attempt(ours, theirs, **arguments):
        source, target = build(ours, "left"), build(theirs, "right")
        before = [array.copy() for array in target.get_weights()]
        with pytest.raises(TransplantError) as caught:
            transplant(source, target, **arguments)
        for array, now in zip(before, target.get_weights(), strict=True):
            np.testing.assert_array_equal(array, now)
        return str(caught.value)

    return attempt


def chain(layers, size=3, epsilon=1e-3):
    def build(x):
        x = layers.Conv2D(4, 3, padding="same", name="conv1")(x)
        x = layers.Conv2D(4, size, padding="same", name="conv2")(x)
        x = layers.BatchNormalization(epsilon=epsilon, name="bn")(x)
        return layers.Dense(2, name="fc")(layers.Flatten()(x))

    return build


def test_another_kernel_is_named_and_nothing_after_it(layers, refused):
    assert refused(chain(layers, 5), chain(layers, 3)) == (
        "the source `left` and the target `right` differ; nothing is copied:\n"
        "  `conv2`: kernel 5x5 in the source, 3x3 in the target; "
        "padding ((2, 2), (2, 2)) in the source, ((1, 1), (1, 1)) in the target"
    )


def test_another_epsilon_is_named(layers, refused):
    said = refused(chain(layers), chain(layers, epsilon=1e-5))
    assert "`bn`: epsilon 0.001 in the source, 1e-05 in the target" in said


def test_swapped_operands_of_a_concatenation_are_refused(layers, refused):
    def build(order):
        def joined(x):
            branches = [
                layers.Conv2D(4, 1, name="a")(x),
                layers.Conv2D(4, 1, activation="relu", name="b")(x),
            ]
            return layers.Concatenate(name="join")([branches[n] for n in order])

        return joined

    said = refused(build((0, 1)), build((1, 0)))
    assert "`join`: joins in another order `a`, `b` in the source" in said
    assert "`b`, `a` in the target" in said


def test_swapped_operands_of_a_difference_are_refused(layers, refused):
    def build(x, turn=1):
        branches = [layers.Conv2D(4, 1, name="a")(x), layers.Conv2D(4, 1)(x)]
        branches[1] = layers.ReLU()(branches[1])
        return layers.Subtract()(branches[::turn])

    assert "another order" in refused(build, lambda x: build(x, -1))


def test_another_kind_of_layer_is_named(layers, refused):
    def build(last):
        return lambda x: last(layers.Conv2D(3, 3, name="conv")(x))

    ours = build(layers.MaxPooling2D(name="pool"))
    said = refused(ours, build(layers.AveragePooling2D(2, name="mean")))
    assert "`pool` and `mean`: max pooling in the source, average pooling" in said


def test_a_layer_more_is_named(layers, refused):
    def build(x, more=False):
        x = layers.Conv2D(3, 3, name="conv")(x)
        return layers.ReLU(name="relu")(x) if more else x

    said = refused(build, lambda x: build(x, True))
    assert "output 0: in the target, `relu` (relu) comes before it" in said


def test_a_missing_branch_is_named(layers, refused):
    def build(x, sizes=(1, 3, 5)):
        branches = [
            layers.Conv2D(4, size, padding="same", name=f"conv{size}")(x)
            for size in sizes
        ]
        return layers.Add(name="sum")(branches)

    said = refused(build, lambda x: build(x, (1, 3)))
    assert "`conv5` (convolution) has no counterpart in the target" in said
    said = refused(lambda x: build(x, (1, 3)), build)
    assert (
        "`conv5` (convolution) of the target has no counterpart in the source" in said
    )


def test_same_average_pooling_is_not_zero_padding(layers, refused):
    def same(x):
        return layers.AveragePooling2D(3, 1, padding="same")(x)

    def padded(x):
        return layers.AveragePooling2D(3, 1)(layers.ZeroPadding2D(1)(x))

    assert "outside" in refused(same, padded)


def test_zeros_around_a_maximum_are_not_the_border_of_same(layers, refused):
    def same(x):
        return layers.MaxPooling2D(3, 1, padding="same")(x)

    def padded(x):
        return layers.MaxPooling2D(3, 1)(layers.ZeroPadding2D(1)(x))

    assert "outside" in refused(same, padded)


def test_a_softmax_along_another_axis_is_refused(layers, refused):
    said = refused(layers.Softmax(), layers.Softmax(axis=1))
    assert "axis -1 in the source, -3 in the target" in said


def test_weights_shared_or_not_are_told_apart(layers, refused):
    def shared(x):
        convolution = layers.Conv2D(3, 3, padding="same", name="conv")
        return convolution(convolution(x))

    def apart(x):
        return layers.Conv2D(3, 3, padding="same")(
            layers.Conv2D(3, 3, padding="same")(x)
        )

    assert "serve another number of calls" in refused(shared, apart)


def test_one_layer_does_not_stand_for_two(layers, refused):
    def two(x):
        branches = [layers.Conv2D(3, 3, name=name)(x) for name in "ab"]
        return layers.Add()(branches)

    def one(x):
        x = layers.Conv2D(3, 3, name="c")(x)
        return layers.Add()([x, x])

    assert "the source has `a`, `b`, the target only `c`" in refused(two, one)


def test_layers_that_are_joined_otherwise_are_refused(layers, refused):
    def build(x, pairs):
        branches = [layers.Conv2D(3, 3)(x) for _ in range(2)]
        return [
            layers.Activation(function)(branches[at])
            for function, at in zip(("relu", "tanh", "elu"), pairs, strict=True)
        ]

    said = refused(lambda x: build(x, (0, 0, 1)), lambda x: build(x, (0, 1, 1)))
    assert "each layer has its like, but they are joined" in said


def ring(layers, edges):
    """Join six equal convolutions along the edges of a graph."""

    def build(x):
        points = [layers.Conv2D(3, 1)(x) for _ in range(6)]
        pairs = [layers.Add()([points[a], points[b]]) for a, b in edges]
        return layers.Add()([layers.ReLU()(pair) for pair in pairs])

    return build


def test_graphs_that_look_alike_everywhere_are_told_apart(layers, refused):
    hexagon = ring(layers, [(n, (n + 1) % 6) for n in range(6)])
    triangles = ring(layers, [(0, 1), (1, 2), (2, 0), (3, 4), (4, 5), (5, 3)])
    said = refused(hexagon, triangles)
    assert "each layer has its like, but they are joined" in said


def test_another_precision_is_named(layers, refused):
    def build(x, policy="float32"):
        return layers.Conv2D(3, 3, dtype=policy, name="conv")(x)

    said = refused(build, lambda x: build(x, "mixed_float16"))
    assert "`conv`: dtype float32 in the source, float16 in the target" in said


def test_functions_that_are_not_known_are_refused(layers, refused):
    said = refused(
        lambda x: layers.Activation(lambda y: y + 1)(x),
        lambda x: layers.Activation(lambda y: y + 2)(x),
    )
    assert "function without a name in the source" in said


def test_a_layer_that_hides_its_settings_is_refused(layers, refused):
    class Silent(layers.Layer):
        def call(self, inputs):
            return inputs * 2

        def get_config(self):
            raise NotImplementedError

    said = refused(lambda x: Silent(name="one")(x), lambda x: Silent(name="other")(x))
    assert "`one` and `other`" in said


def test_many_differences_are_cut(layers, refused):
    def build(x, size):
        return [layers.Conv2D(n, size, padding="same")(x) for n in range(1, 20)]

    said = refused(lambda x: build(x, 3), lambda x: build(x, 5))
    assert len(said.splitlines()) == 11
    assert said.endswith("... and 10 more")


def test_only_keras_models_are_taken(keras):
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)])
    with pytest.raises(TypeError, match="the target must be a Keras model"):
        transplant(model, "resnet50")


def test_a_model_without_a_graph_is_refused(keras):
    class Own(keras.Model):
        def call(self, inputs):
            return inputs

    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)])
    with pytest.raises(TransplantError, match=r"the source `own\w*` holds no graph"):
        transplant(Own(name="own"), model)
    with pytest.raises(TransplantError, match="the target `s` holds no graph"):
        transplant(model, keras.Sequential([keras.layers.Dense(2)], name="s"))


def test_a_model_is_not_its_own_target(keras):
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)])
    with pytest.raises(TransplantError, match="share a weight"):
        transplant(model, model)


@pytest.mark.parametrize("until", ["fc", ("fc",), {}, {"fc": 1}, 3])
def test_a_boundary_of_another_form_is_refused(keras, until):
    models = [
        keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)]) for _ in range(2)
    ]
    message = re.escape("`until` takes two names, `(source layer, target layer)`")
    with pytest.raises(TypeError, match=message):
        transplant(*models, until=until)
