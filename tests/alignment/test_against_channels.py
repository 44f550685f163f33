"""Choices of channels and spatial attention against Keras models."""

import numpy as np
import pytest
from alignment.channels_by_hand import TABLE, by_hand
from transplant.living import images_for, live_statistics

from archcompiler import transplant
from archcompiler.alignment.aligning import align
from archcompiler.checking.checking import examine, load

pytestmark = [
    pytest.mark.slow,
    pytest.mark.usefixtures("keras"),
    pytest.mark.filterwarnings("ignore:__array__ implementation"),
]
CUT_BEFORE = [
    ("path", "stop", "8", "7"),
    ("path", "start", "8", "7"),
    ("path", "stop", "8", "7"),
    ("path", "start", "8", "7"),
]


@pytest.fixture
def table(write_spec):
    return write_spec(TABLE)


def read(model):
    from archcompiler.reading.keras_model import read_keras  # imports Keras

    return read_keras(model, "live")


def findings(table, model):
    found = align(examine(table).architecture, model).findings
    return [each[:1] + each[2:5] for each in found]


def test_operations_of_keras_are_the_ops_of_the_table(keras, table):
    model, ours = by_hand(keras), load(table).to_keras()
    assert findings(table, read(model)) == []
    images = images_for(model)
    live_statistics(model, images)
    assert transplant(model, ours).parameters == model.count_params()
    expected = model(images)
    most = 1e-6 * np.abs(expected).max()
    np.testing.assert_allclose(ours(images), expected, rtol=0, atol=most)


def test_our_own_model_gives_no_findings(table):
    assert findings(table, read(load(table).to_keras())) == []


def test_channels_that_are_cut_elsewhere_are_told(keras, table):
    assert findings(table, read(by_hand(keras, at=7))) == CUT_BEFORE


def test_another_window_and_another_reduction_are_told(keras, table):
    smaller = read(by_hand(keras, kernel=3))
    assert findings(table, smaller) == [("attention", "kernel", "7x7", "3x3")]
    least = read(by_hand(keras, mean=False))
    unknown = ("attention", "unknown layer", "channel average pooling", "Min")
    assert findings(table, least) == [unknown]
