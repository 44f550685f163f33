"""Fields read a cell's text by what they mean, and refuse the rest."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from archcompiler.ops.table import OPS


def read(op, field, value, **others):
    return getattr(OPS[op](**{field: value, **others}), field)


def message(op, fields):
    with pytest.raises(ValidationError) as caught:
        OPS[op](**fields)
    (error,) = caught.value.errors()
    return error["loc"], error["msg"]


@pytest.mark.parametrize(
    ("op", "field", "text", "value"),
    [
        ("Dense", "units", "1000", 1000),
        ("Dense", "units", 1000, 1000),
        ("Dropout", "rate", "40%", 0.4),
        ("Dropout", "rate", "1e-3", 0.001),
        ("Dropout", "rate", 0, 0.0),
        ("Dropout", "rate", Fraction(1, 3), 1 / 3),
        ("Dropout", "rate", "33.3%", 0.333),
        ("Dropout", "noise_shape", "1x1x64", (1, 1, 64)),
        ("Dropout", "noise_shape", ["1", "1", "1"], (1, 1, 1)),
        ("Dropout", "noise_shape", None, None),
        ("MaxPooling2D", "pool_size", "3x2", (3, 2)),
        ("MaxPooling2D", "pool_size", "3", (3, 3)),
        ("MaxPooling2D", "strides", 2, (2, 2)),
        ("MaxPooling2D", "strides", None, None),
        ("MaxPooling2D", "padding", "same", "same"),
        ("GlobalAveragePooling2D", "keepdims", "true", True),
        ("GlobalAveragePooling2D", "keepdims", False, False),
        ("BatchNormalization", "gamma_initializer", "zeros", "zeros"),
        ("BatchNormalization", "gamma_initializer", "0.2", 0.2),
        ("BatchNormalization", "gamma_initializer", 0, 0.0),
        ("ZeroPadding2D", "padding", "3", ((3, 3), (3, 3))),
        ("ZeroPadding2D", "padding", "3x0", ((3, 3), (0, 0))),
        ("ZeroPadding2D", "padding", [["0", "1"], "2"], ((0, 1), (2, 2))),
        ("ReLU", "max_value", "6", 6.0),
        ("Reshape", "target_shape", "7x7x64", (7, 7, 64)),
        ("Reshape", "target_shape", ["-1", "64"], (-1, 64)),
        ("Reshape", "target_shape", "-1", (-1,)),
        ("Permute", "dims", "2x1", (2, 1)),
        ("PReLU", "shared_axes", "1x2", (1, 2)),
        ("PReLU", "shared_axes", "3", (3,)),
        ("PReLU", "shared_axes", None, None),
        ("LayerScale", "initial_value", "1e-6", 1e-6),
        ("ChannelSlice", "start", 4, 4),
        ("ChannelSlice", "stop", "16", 16),
        ("ChannelSlice", "stop", None, None),
        ("GaussianNoise", "seed", None, None),
        ("GaussianNoise", "seed", "7", 7),
    ],
)
def test_a_field_reads_what_yaml_and_expressions_give(op, field, text, value):
    others = {"noise_shape": {"rate": "0.5"}, "seed": {"stddev": "0.5"}}.get(field, {})
    found = read(op, field, text, **others)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    ("op", "fields", "where", "text"),
    [
        ("Dense", {}, ("units",), "Field required"),
        ("Dense", {"units": 4.0}, ("units",), "a whole number, received `4.0`"),
        (
            "Dense",
            {"units": Fraction(24, 7)},
            ("units",),
            "a whole number, received `3.4285714285714284`",
        ),
        (
            "Dense",
            {"units": "0"},
            ("units",),
            "Input should be greater than or equal to 1",
        ),
        ("Dense", {"units": "4.5"}, ("units",), "a whole number, received `4.5`"),
        ("Dense", {"units": 4.5}, ("units",), "a whole number, received `4.5`"),
        ("Dense", {"units": "010"}, ("units",), "a whole number, received `010`"),
        ("Dense", {"units": "many"}, ("units",), "a whole number, received `many`"),
        ("Dense", {"units": True}, ("units",), "a whole number, received `true`"),
        (
            "Dense",
            {"units": "9999999999"},
            ("units",),
            "a whole number of at most 2,147,483,647, received `9999999999`",
        ),
        (
            "Dense",
            {"units": "1", "use_bias": "on"},
            ("use_bias",),
            "`true` or `false`, received `on`",
        ),
        (
            "Dense",
            {"units": "1", "bias": "0.2"},
            ("bias",),
            "Extra inputs are not permitted",
        ),
        (
            "Dense",
            {"units": "1", "bias_initializer": "orthogonal"},
            ("bias_initializer",),
            "a number or one of glorot_normal, glorot_uniform, he_normal, he_uniform, "
            "lecun_normal, lecun_uniform, ones, random_normal, random_uniform, "
            "truncated_normal, variance_scaling, zeros, received `orthogonal`",
        ),
        (
            "Dense",
            {"units": "1", "bias_initializer": "1e999"},
            ("bias_initializer",),
            "0 or a number from 1.2e-38 to 3.4e38, as float32 has, received `1e999`",
        ),
        (
            "MaxPooling2D",
            {"padding": "SAME"},
            ("padding",),
            "Input should be 'valid' or 'same'",
        ),
        (
            "MaxPooling2D",
            {"pool_size": "3x3x3"},
            ("pool_size",),
            "one number, or height x width, received `3x3x3`",
        ),
        (
            "MaxPooling2D",
            {"pool_size": "3x0"},
            ("pool_size", 1),
            "Input should be greater than or equal to 1",
        ),
        (
            "Dropout",
            {"rate": "1.5"},
            ("rate",),
            "Input should be less than or equal to 1",
        ),
        (
            "Rescaling",
            {"scale": "1e999"},
            ("scale",),
            "0 or a number from 1.2e-38 to 3.4e38, as float32 has, received `1e999`",
        ),
        ("Dropout", {"rate": "half"}, ("rate",), "a number, received `half`"),
        (
            "BatchNormalization",
            {"epsilon": "0"},
            ("epsilon",),
            "Input should be greater than 0",
        ),
        (
            "LocalResponseNormalization",
            {"size": "4"},
            ("size",),
            "an odd number, received `4`",
        ),
        (
            "Reshape",
            {"target_shape": ["-1", "-1"]},
            ("target_shape",),
            "positive sizes with at most one -1, received `-1x-1`",
        ),
        (
            "Reshape",
            {"target_shape": "0x3"},
            ("target_shape",),
            "positive sizes with at most one -1, received `0x3`",
        ),
        (
            "Permute",
            {"dims": "1x3"},
            ("dims",),
            "each of 1 to 2 once, received `1x3`",
        ),
        (
            "PReLU",
            {"shared_axes": "2x2"},
            ("shared_axes",),
            "axes that differ, received `2x2`",
        ),
        (
            "GaussianDropout",
            {"rate": "1"},
            ("rate",),
            "Input should be less than 1",
        ),
        (
            "GroupNormalization",
            {"groups": "-1"},
            ("groups",),
            "Input should be greater than or equal to 1",
        ),
        (
            "LeakyReLU",
            {"negative_slope": "-0.1"},
            ("negative_slope",),
            "Input should be greater than or equal to 0",
        ),
        (
            "ZeroPadding2D",
            {"padding": [["-1", "0"], "0"]},
            ("padding", 0, 0),
            "Input should be greater than or equal to 0",
        ),
    ],
)
def test_a_field_refuses_what_it_cannot_mean(op, fields, where, text):
    assert message(op, fields) == (where, text)


@pytest.mark.thorough
@given(height=st.integers(1, 2**31 - 1), width=st.integers(1, 2**31 - 1))
def test_a_pair_reads_back_as_it_was_written(height, width):
    assert read("MaxPooling2D", "pool_size", f"{height}x{width}") == (height, width)


@pytest.mark.thorough
@given(st.just(0.0) | st.floats(2**-126, 1))
def test_a_rate_is_read_to_the_last_bit(number):
    assert read("Dropout", "rate", number) == number


def test_an_op_is_a_value_that_never_changes():
    dense = OPS["Dense"](units="7")
    assert dense == OPS["Dense"](units=7)
    assert hash(dense) == hash(OPS["Dense"](units=7))
    with pytest.raises(ValidationError, match="frozen"):
        dense.units = 8
