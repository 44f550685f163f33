"""Networks of functions, of open sizes, and of siblings that only wiring tells."""

import pytest

from archcompiler.alignment.aligning import align
from archcompiler.checking.checking import examine

pytestmark = [
    pytest.mark.slow,
    pytest.mark.usefixtures("keras"),
    pytest.mark.filterwarnings("ignore:__array__ implementation"),
]

CELLS = """\
name: cells
input: 16x16x3
blocks:
  cell:
    columns: [filters, one: 3x3, other: 3x3]
    branches:
    - - Conv2D: {name: a, patch: <one>, filters: <filters>, padding: same}
      - Conv2D: {name: c, patch: 1x1, filters: <filters>}
    - - Conv2D: {name: b, patch: <other>, filters: <filters>, padding: same}
      - MaxPooling2D: {patch: 3x3/1, padding: same}
    merge: add
table:
  columns: [name, type, filters, one, other]
  rows:
  - [stem, cell, 8, 3x3, 3x3]
  - [first, cell, 8, 3x3, 5x5]
  - [second, cell, 8, 3x3, 3x3]
  - [pool, GlobalAveragePooling2D]
  - {name: fc, type: Dense, units: 10}
"""


def findings(spec, model, image):
    """Return what a live model does otherwise: row, layer, what, table, model."""
    from archcompiler.reading.keras_model import read_keras

    read = read_keras(model, "live", image)
    return [
        tuple(each[:5]) for each in align(examine(spec).architecture, read).findings
    ]


def cells(layers, x, names, sizes):
    """Build the cells by hand, the second branch first."""
    for name, (one, other) in zip(names, sizes, strict=True):
        b = layers.Conv2D(8, other, padding="same", name=f"{name}b")(x)
        b = layers.MaxPooling2D(3, 1, "same")(b)
        a = layers.Conv2D(8, one, padding="same", name=f"{name}a")(x)
        a = layers.Conv2D(8, 1, name=f"{name}c")(a)
        x = layers.Add()([b, a])
    return x


@pytest.fixture
def model_of(keras):
    def build(*sizes, size=None):
        inputs = keras.Input((size, size, 3))
        x = cells(keras.layers, inputs, ("one", "two", "three"), sizes)
        x = keras.layers.GlobalAveragePooling2D()(x)
        return keras.Model(inputs, keras.layers.Dense(10, name="head")(x))

    return build


def test_what_a_model_lacks_of_a_table_is_told_at_its_row(keras):
    model = keras.applications.MobileNetV3Small(
        weights=None, include_preprocessing=False, classifier_activation=None
    )
    found = findings("mobilenet-v3-small", model, (224, 224, 3))
    assert [(row, what) for row, _, what, *_ in found] == [
        ("preprocessing", "scaling"),
        ("prediction", "activation"),
    ]


@pytest.mark.parametrize("size", [16, None])
def test_siblings_are_laid_on_their_own(model_of, write_spec, size):
    model = model_of((3, 3), (3, 5), (3, 3), size=size)
    assert findings(write_spec(CELLS), model, (16, 16, 3)) == []


@pytest.mark.parametrize(
    ("sizes", "expected"),
    [
        ([(3, 3), (5, 3), (3, 3)], [("first", "twoa"), ("first", "twob")]),
        ([(3, 3), (3, 5), (3, 7)], [("second", "threeb")]),
        ([(5, 3), (3, 5), (3, 3)], [("stem", "onea")]),
    ],
)
def test_a_sibling_that_differs_is_told_alone(model_of, write_spec, sizes, expected):
    found = findings(write_spec(CELLS), model_of(*sizes), (16, 16, 3))
    assert [each[:2] for each in found] == expected
