"""The call that makes a layer, from values and from the code that computes them."""

from archcompiler.ops.base import Construct, LayerCall
from archcompiler.ops.table import OPS


class Code:
    """What a source backend puts in place of a value."""


def test_required_fields_come_first_and_defaults_are_left_out():
    conv = OPS["Conv2D"](
        filters="64", kernel_size="7x7", strides="2", padding="same", use_bias="true"
    )
    assert conv.layer_call() == LayerCall(
        "layers.Conv2D", (64, 7), {"strides": 2, "padding": "same"}
    )


def test_keywords_keep_the_order_of_keras():
    conv = OPS["Conv2D"](
        bias_initializer="0.2",
        activation="relu",
        filters=1,
        padding="same",
        kernel_size=1,
    )
    assert [*conv.layer_call().keywords] == [
        "padding",
        "activation",
        "bias_initializer",
    ]


def test_a_pair_of_equals_is_written_once():
    pool = OPS["MaxPooling2D"](pool_size="3x2", strides="2x2")
    assert pool.layer_call().keywords == {"pool_size": (3, 2), "strides": 2}


def test_a_target_shape_of_equals_stays_a_shape():
    assert OPS["Reshape"](target_shape="7x7").layer_call().positional == ((7, 7),)
    assert OPS["Reshape"](target_shape="49").layer_call().positional == ((49,),)


def test_sides_are_written_as_briefly_as_keras_reads_them():
    def padding(value):
        return OPS["ZeroPadding2D"](padding=value).layer_call().keywords

    assert padding("1") == {}
    assert padding("3") == {"padding": 3}
    assert padding("1x2") == {"padding": (1, 2)}
    assert padding([["0", "1"], ["0", "1"]]) == {"padding": ((0, 1), (0, 1))}
    assert padding([["1", "1"], ["0", "1"]]) == {"padding": ((1, 1), (0, 1))}


def test_the_batch_axis_goes_in_front_of_a_noise_shape():
    call = OPS["Dropout"](rate="20%", noise_shape="1x1x1").layer_call()
    assert call == LayerCall("layers.Dropout", (0.2,), {"noise_shape": (None, 1, 1, 1)})


def test_a_number_as_initializer_fills_with_it():
    dense = OPS["Dense"](units=1, kernel_initializer="zeros", bias_initializer="0.2")
    assert dense.layer_call().keywords == {
        "kernel_initializer": "zeros",
        "bias_initializer": Construct("keras.initializers.Constant", (0.2,)),
    }


def test_code_takes_the_form_of_the_value_that_it_computes():
    filters, bias, kernel = Code(), Code(), Code()
    call = OPS["Conv2D"].call_of(
        {
            "kernel_size": (3, 3),
            "filters": filters,
            "kernel_initializer": kernel,
            "bias_initializer": bias,
        },
        {"kernel_initializer": str, "bias_initializer": float},
    )
    assert call == LayerCall(
        "layers.Conv2D",
        (filters, 3),
        {
            "kernel_initializer": kernel,
            "bias_initializer": Construct("keras.initializers.Constant", (bias,)),
        },
    )


def test_code_inside_a_pair_collapses_only_when_it_is_the_same():
    size, other = Code(), Code()

    def pool(height, width):
        return OPS["MaxPooling2D"].call_of({"pool_size": (height, width)}).keywords

    assert pool(size, size) == {"pool_size": size}
    assert pool(size, other) == {"pool_size": (size, other)}
    assert OPS["MaxPooling2D"].call_of({"pool_size": size}).keywords == {
        "pool_size": size
    }


def test_a_layer_that_keras_lacks_is_called_by_its_bare_name():
    call = OPS["LocalResponseNormalization"](size="3").layer_call()
    assert call == LayerCall("LocalResponseNormalization", (), {"size": 3})
