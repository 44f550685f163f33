"""A strict comparison: fields that change no function are told, too, at their rows."""

import pytest

import archcompiler
from archcompiler.cli import main

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("keras")]

SPEC = """\
name: small
input: 32x32x3
table:
  columns: [name, type, patch, filters]
  rows:
  - [c, Conv2D, 3x3/2, 8]
  - {name: n, type: BatchNormalization}
  - [r, relu]
  - {name: d, type: Dropout, rate: 0.3}
  - {name: s, type: Rescaling, scale: 0.5}
  - {name: p, type: GlobalAveragePooling2D}
  - {name: f, type: Dense, units: 5}
"""


def build(keras, *, rate=0.3, scale=0.5, begins="glorot_uniform", **normalisation):
    """Build the model of the spec, or one that is open to strictness."""
    layers = keras.layers
    middle = [
        layers.Conv2D(8, 3, 2, name="conv", kernel_initializer=begins),
        layers.BatchNormalization(name="bn", **normalisation),
        layers.ReLU(),
        *([layers.Dropout(rate)] if rate else []),
        layers.Rescaling(scale),
        layers.GlobalAveragePooling2D(),
        layers.Dense(5, name="head"),
    ]
    return keras.Sequential([keras.Input((32, 32, 3)), *middle])


@pytest.mark.parametrize(
    ("other", "found"),
    [
        ({}, []),
        ({"epsilon": 1e-5}, [("n", "epsilon", "0.001", "1e-05")]),
        ({"momentum": 0.9}, [("n", "momentum", "0.99", "0.9")]),
        ({"rate": 0.5}, [("d", "in training", "dropout 0.3", "dropout 0.5")]),
        ({"rate": 0}, [("d", "in training", "dropout 0.3", "none")]),
        ({"scale": 0.25}, [("s", "scale", "0.5", "0.25")]),
        (
            {"begins": "he_normal"},
            [("c", "kernel_initializer", "glorot_uniform", "he_normal")],
        ),
    ],
)
def test_an_open_field_is_told_at_its_row(keras, other, found):
    model = build(keras, **other)
    assert not archcompiler.audit(SPEC, model).differs
    strict = archcompiler.audit(SPEC, model, strict=True)
    told = [(f.row, f.what, f.table, f.model) for f in strict.findings]
    assert told == found
    assert "epsilon" not in strict.uncompared


def test_an_initial_value_that_no_op_says_is_left_open(keras):
    begins = keras.initializers.VarianceScaling(2.0, "fan_out", seed=3)
    strict = archcompiler.audit(SPEC, build(keras, begins=begins), strict=True)
    assert not strict.differs
    assert "initial values" in strict.uncompared


def test_where_same_begins_is_told(keras):
    spec = SPEC.replace(
        "[c, Conv2D, 3x3/2, 8]",
        "{name: c, type: Conv2D, patch: 3x3/2, filters: 8, padding: same}",
    )
    layers = keras.layers
    model = build(keras)
    inputs = keras.Input((32, 32, 3))
    x = layers.Conv2D(8, 3, 2, name="conv")(layers.ZeroPadding2D(1)(inputs))
    for layer in model.layers[1:]:
        x = layer(x)
    model = keras.Model(inputs, x)
    assert not archcompiler.audit(spec, model).differs
    (found,) = archcompiler.audit(spec, model, strict=True).findings
    assert (found.row, found.what) == ("c", "padding")


def test_strict_needs_a_model(capsys):
    assert main(["audit", "googlenet", "--strict"]) == 2
    assert "add `--against MODEL`" in capsys.readouterr().err
