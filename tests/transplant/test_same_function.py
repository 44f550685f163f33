"""Models that are written otherwise and compute the same."""

import numpy as np
import pytest
from transplant.living import images_for, live_statistics

import archcompiler
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
def agree(keras):
    """Transplant, and compare all outputs."""

    def compare(source, target, tolerance=0.0):
        inputs = [
            images_for(source, seed=n)[..., :3] for n in range(len(source.inputs))
        ]
        images = inputs if len(inputs) > 1 else inputs[0]
        live_statistics(source, images)
        report = transplant(source, target)
        for ours, theirs in zip(
            outputs(target, images), outputs(source, images), strict=True
        ):
            most = tolerance * np.abs(theirs).max()
            np.testing.assert_allclose(ours, theirs, rtol=0, atol=most)
        assert report.parameters == source.count_params()
        return report

    def outputs(model, images):
        found = model(images, training=False)
        several = found if isinstance(found, list) else [found]
        return [keras.ops.convert_to_numpy(each) for each in several]

    return compare


@pytest.fixture
def model_of(keras):
    """Build a model of one 8x8x3 image, by a function of its tensor."""

    def build(function, size=(8, 8, 3)):
        inputs = keras.Input(size)
        return keras.Model(inputs, function(inputs))

    return build


def test_a_fused_activation_is_a_layer_of_its_own(layers, model_of, agree):
    def fused(x):
        x = layers.Conv2D(4, 3, activation="relu6")(x)
        x = layers.DepthwiseConv2D(3, activation="swish")(x)
        return layers.Dense(5, activation="softmax")(layers.Flatten()(x))

    def apart(x):
        x = layers.ReLU(6)(layers.Conv2D(4, 3)(x))
        x = layers.Activation("silu")(layers.DepthwiseConv2D(3)(x))
        return layers.Softmax()(layers.Dense(5)(layers.Reshape((64,))(x)))

    agree(model_of(fused), model_of(apart))
    agree(model_of(apart), model_of(fused))


@pytest.mark.parametrize(
    ("layer", "function"),
    [
        (("ReLU", {}), "relu"),
        (("ReLU", {"negative_slope": 0.2}), "leaky_relu"),
        (("LeakyReLU", {"negative_slope": 0.2}), "leaky_relu"),
        (("ELU", {}), "elu"),
        (("Softmax", {"axis": 3}), "softmax"),
    ],
)
def test_an_activation_layer_equals_its_function(
    layers, model_of, agree, layer, function
):
    name, arguments = layer
    one = model_of(lambda x: getattr(layers, name)(**arguments)(layers.Conv2D(4, 3)(x)))
    other = model_of(lambda x: layers.Conv2D(4, 3, activation=function)(x))
    agree(one, other, 1e-5)


@pytest.mark.parametrize("length", [8, 9])
def test_padding_layers_are_numbers_of_the_convolution(layers, model_of, agree, length):
    before = 0 if length == 8 else 1
    inner, outer = ((0, 0), (0, 0)), ((before, 1), (before, 1))

    def by_hand(x):
        x = layers.ZeroPadding2D(outer)(layers.ZeroPadding2D(inner)(x))
        return layers.Conv2D(4, 3, strides=2)(x)

    def same(x):
        return layers.Conv2D(4, 3, strides=2, padding="same")(x)

    size = (length, length, 3)
    agree(model_of(by_hand, size), model_of(same, size))


def test_one_padding_may_serve_two_convolutions(layers, model_of, agree):
    def shared(x):
        x = layers.ZeroPadding2D(1)(x)
        return layers.Add()([layers.Conv2D(4, 3)(x), layers.Conv2D(4, (3, 3))(x)])

    def apart(x):
        convolutions = [layers.Conv2D(4, 3, padding="same")(x) for _ in range(2)]
        return layers.Add()(convolutions)

    agree(model_of(shared), model_of(apart), 1e-5)


def test_nested_concatenations_are_one(layers, model_of, agree):
    def branches(x):
        return [layers.Conv2D(n, 1)(x) for n in (2, 3, 4)]

    def nested(x):
        a, b, c = branches(x)
        return layers.Concatenate()([layers.Concatenate(axis=3)([a, b]), c])

    agree(model_of(nested), model_of(lambda x: layers.Concatenate()(branches(x))))


def test_what_only_trains_is_left_out(layers, model_of, agree):
    def plain(x):
        x = layers.BatchNormalization(momentum=0.9)(layers.Conv2D(4, 3)(x))
        return layers.Dense(5)(layers.Flatten()(x))

    def dropped(x):
        x = layers.SpatialDropout2D(0.1)(layers.Activation("linear")(x))
        x = layers.Conv2D(4, 3, kernel_regularizer="l2", trainable=False)(x)
        x = layers.BatchNormalization(-1, gamma_initializer="zeros")(x)
        x = layers.Dropout(0.5)(layers.Identity()(layers.Flatten()(x)))
        return layers.Dense(5)(x)

    agree(model_of(plain), model_of(dropped))


def test_a_1x1_image_is_a_vector(layers, model_of, agree):
    def convolutional(x):
        x = layers.GlobalAveragePooling2D(keepdims=True)(x)
        x = layers.Conv2D(5, 1, padding="same", activation="relu")(x)
        return layers.Softmax()(layers.Reshape((6,))(layers.Conv2D(6, 1)(x)))

    def dense(x):
        x = layers.GlobalAveragePooling2D()(x)
        return layers.Dense(6, "softmax")(layers.Dense(5, "relu")(x))

    agree(model_of(convolutional), model_of(dense), 1e-5)


def test_a_dense_layer_on_an_image_is_a_1x1_convolution(layers, model_of, agree):
    one = model_of(lambda x: layers.Dense(4)(x))
    agree(one, model_of(lambda x: layers.Conv2D(4, 1)(x)), 1e-5)


def test_a_separable_convolution_is_two(layers, model_of, agree):
    def two(x):
        x = layers.DepthwiseConv2D(3, padding="same", use_bias=False)(x)
        return layers.Conv2D(4, 1, activation="relu")(x)

    def one(x):
        return layers.SeparableConv2D(4, 3, padding="same", activation="relu")(x)

    report = agree(model_of(one), model_of(two), 1e-5)
    assert [pair.weights for pair in report.copied] == [1, 2]
    agree(model_of(two), model_of(one), 1e-5)


def test_one_position_is_not_dilated(layers, model_of, agree):
    spread = model_of(layers.Conv2D(4, (1, 3), dilation_rate=(2, 1)))
    agree(spread, model_of(layers.Conv2D(4, (1, 3))), 1e-5)


@pytest.mark.parametrize("kind", ["MaxPooling2D", "AveragePooling2D"])
def test_pooling_of_single_positions_is_nothing(layers, model_of, agree, kind):
    def pooled(x):
        return layers.Conv2D(4, 3)(getattr(layers, kind)(1, padding="same")(x))

    agree(model_of(pooled), model_of(layers.Conv2D(4, 3)))


@pytest.mark.parametrize("multiplier", [1, 2, 3])
@pytest.mark.parametrize("bias", [True, False])
def test_groups_of_one_channel_are_a_depthwise_convolution(
    layers, model_of, agree, multiplier, bias
):
    def depthwise(x):
        x = layers.DepthwiseConv2D(
            (3, 2), padding="same", depth_multiplier=multiplier, use_bias=bias
        )(x)
        return layers.Conv2D(2, 1)(x)

    def grouped(x):
        x = layers.Conv2D(
            3 * multiplier, (3, 2), padding="same", groups=3, use_bias=bias
        )(x)
        return layers.Conv2D(2, 1)(x)

    agree(model_of(depthwise), model_of(grouped), 1e-4)
    agree(model_of(grouped), model_of(depthwise), 1e-4)


def test_groups_of_one_channel_of_a_sequence_are_too(layers, model_of, agree):
    one = model_of(layers.DepthwiseConv1D(3, depth_multiplier=2), (9, 3))
    agree(one, model_of(layers.Conv1D(6, 3, groups=3), (9, 3)), 1e-5)


@pytest.mark.parametrize("groups", [1, 2])
def test_groups_of_more_channels_are_no_depthwise_convolution(layers, model_of, groups):
    grouped = model_of(lambda x: layers.Conv2D(4, 3, groups=groups)(x), (8, 8, 4))
    depthwise = model_of(layers.DepthwiseConv2D(3), (8, 8, 4))
    with pytest.raises(TransplantError):
        transplant(grouped, depthwise)


def test_convnext_takes_depthwise_layers_for_its_groups(keras, layers):
    source = keras.applications.ConvNeXtTiny(
        weights=None, input_shape=(64, 64, 3), classes=10
    )

    def depthwise(layer):
        config = layer.get_config()
        if config.get("groups", 1) == 1:
            return type(layer).from_config(config)
        return layers.DepthwiseConv2D(
            config["kernel_size"], padding="same", name=layer.name
        )

    target = keras.models.clone_model(source, clone_function=depthwise)
    images = images_for(source)
    live_statistics(source, images)
    assert transplant(source, target).parameters == source.count_params()
    expected = keras.ops.convert_to_numpy(source(images, training=False))
    found = keras.ops.convert_to_numpy(target(images, training=False))
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-6)
    assert sum(isinstance(each, layers.DepthwiseConv2D) for each in target.layers) == 18


def test_nested_models_are_opened(keras, layers, model_of, agree):
    def body(x):
        x = layers.Conv2D(4, 3, activation="relu")(x)
        return layers.Conv2D(4, 3)(layers.BatchNormalization()(x))

    def nested(x):
        inner = keras.Sequential([layers.Conv2D(4, 3), layers.ReLU()])
        tail = keras.Input((6, 6, 4))
        outputs = layers.Conv2D(4, 3)(layers.BatchNormalization()(tail))
        return keras.Model(tail, outputs)(inner(x))

    agree(model_of(body), model_of(nested))
    agree(model_of(nested), model_of(body))


def test_sequential_models_are_models(keras, layers, model_of, agree):
    sequential = keras.Sequential([keras.Input((8, 8, 3)), layers.Conv2D(4, 3)])
    agree(sequential, model_of(lambda x: layers.Conv2D(4, 3)(x)))


def test_a_shared_layer_stays_shared(keras, layers, agree):
    def siamese():
        convolution = layers.Conv2D(4, 3)
        inputs = [keras.Input((8, 8, 3)) for _ in range(2)]
        return keras.Model(inputs, layers.Subtract()([*map(convolution, inputs)]))

    report = agree(siamese(), siamese())
    assert len(report.copied) == 1


def test_a_model_may_be_called_twice(keras, layers, agree):
    def siamese():
        inner = keras.Sequential([layers.Conv2D(4, 3), layers.BatchNormalization()])
        inputs = [keras.Input((8, 8, 3)) for _ in range(2)]
        return keras.Model(inputs, layers.Subtract()([*map(inner, inputs)]))

    report = agree(siamese(), siamese())
    assert [pair.weights for pair in report.copied] == [2, 4]


def test_layers_that_look_alike_may_match_either_way(layers, model_of, agree):
    def towers(x):
        branches = [
            layers.Conv2D(3, 1)(layers.Conv2D(3, 3, padding="same")(x))
            for _ in range(4)
        ]
        return layers.Add()(branches)

    def two_stages(x):
        return towers(towers(x))

    agree(model_of(two_stages), model_of(two_stages), 1e-5)


def test_a_ring_is_found_whatever_it_begins_with(layers, model_of, agree):
    def ring(order):
        def build(x):
            points = [layers.Conv2D(3, 1)(x) for _ in order]
            ends = zip(order, [*order[1:], order[0]], strict=True)
            pairs = [layers.Add()([points[a], points[b]]) for a, b in ends]
            return layers.Add()([layers.ReLU()(pair) for pair in pairs])

        return build

    agree(model_of(ring([0, 1, 2, 3, 4, 5])), model_of(ring([3, 0, 5, 1, 4, 2])), 1e-5)


def test_two_outputs_keep_their_order(keras, layers, agree):
    def build(names):
        inputs = keras.Input((8, 8, 3))
        shared = layers.Conv2D(3, 3)(inputs)
        heads = {name: layers.Conv2D(4, 1, name=name)(shared) for name in names}
        return keras.Model(inputs, [layers.ReLU()(heads["a"]), heads["b"]])

    report = agree(build("ab"), build("ba"))
    assert {("a", "a"), ("b", "b")} <= {pair[:2] for pair in report.copied}


def test_a_rescaling_normalization_copies_its_statistics(layers, model_of, agree):
    def build(x):
        return layers.Conv2D(4, 3)(layers.Normalization()(x))

    agree(model_of(build), model_of(build))


def test_the_numbers_of_a_rescaling_are_in_single_precision(layers, model_of, agree):
    """Nobody sees in which order somebody multiplied them in double precision."""
    mean, side = 0.485 * 255, 0.229 * 255
    squares = side**2, 0.229 * 255 * 0.229 * 255
    assert squares[0] != squares[1]
    given = [layers.Normalization(mean=mean, variance=each) for each in squares]
    agree(*(model_of(lambda x, r=r: layers.Conv2D(4, 3)(r(x))) for r in given))


def test_operations_of_keras_are_layers_like_others(keras, layers, model_of, agree):
    def build(x):
        return keras.ops.relu(layers.Conv2D(4, 3)(x) * 0.5) + 1.0

    agree(model_of(build), model_of(build))


@pytest.mark.parametrize("name", ["Add", "Subtract", "Multiply", "Maximum", "Minimum"])
def test_an_operation_is_the_layer_that_does_the_same(
    keras, layers, model_of, agree, name
):
    def two(x):
        return layers.Conv2D(4, 3)(x), layers.Conv2D(4, 3)(x)

    operation, layer = getattr(keras.ops, name.lower()), getattr(layers, name)
    agree(model_of(lambda x: operation(*two(x))), model_of(lambda x: layer()(two(x))))


def test_an_operation_on_a_vector_and_an_image_is_no_layer(keras, layers, model_of):
    def two(x):
        return layers.Conv2D(8, 3)(x), layers.GlobalAveragePooling2D()(x[..., :1])

    operation = model_of(lambda x: keras.ops.multiply(*two(x)))
    with pytest.raises(TransplantError, match="Multiply"):
        transplant(operation, model_of(lambda x: layers.Multiply()(two(x))))


@pytest.mark.parametrize(
    "name", ["relu", "relu6", "sigmoid", "hard_sigmoid", "silu", "hard_silu", "tanh"]
)
def test_an_operation_is_the_activation_that_does_the_same(
    keras, layers, model_of, agree, name
):
    fused = model_of(layers.Conv2D(4, 3, activation=name))
    agree(fused, model_of(lambda x: getattr(keras.ops, name)(layers.Conv2D(4, 3)(x))))


def test_a_layer_that_nothing_knows_matches_by_its_class_and_settings(
    layers, model_of, agree
):
    class Twice(layers.Layer):
        def call(self, inputs):
            return inputs * 2

    agree(
        model_of(lambda x: Twice(name="one")(layers.Conv2D(4, 3)(x))),
        model_of(lambda x: Twice(name="other")(layers.Conv2D(4, 3)(x))),
    )


def test_the_image_may_have_another_size(layers, model_of):
    def build(x):
        x = layers.Conv2D(4, 3, padding="same", activation="relu")(x)
        return layers.Dense(2)(layers.GlobalAveragePooling2D()(x))

    report = transplant(model_of(build), model_of(build, (None, None, 3)))
    assert report.parameters == 122


def test_an_inception_resnet_block_scales_then_adds(layers, model_of, agree):
    from keras.src.applications.inception_resnet_v2 import CustomScaleLayer

    def theirs(x):
        return CustomScaleLayer(0.17)([x, layers.Conv2D(3, 1)(x)])

    def ours(x):
        return layers.Add()([layers.Rescaling(0.17)(layers.Conv2D(3, 1)(x)), x])

    agree(model_of(theirs), model_of(ours), 1e-5)


def test_a_spec_takes_the_weights_of_its_emitted_source(write_spec):
    text = """\
        name: small
        input: 8x8x3
        table:
          columns: [type, patch, filters]
          rows:
          - [Conv2D, 3x3, 4]
          - relu
        """
    architecture = archcompiler.load(write_spec(text))
    report = transplant(architecture.to_keras(), architecture.to_keras())
    assert report.parameters == architecture.parameters
