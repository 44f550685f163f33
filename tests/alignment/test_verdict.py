"""The clean verdict: what it says nothing differs of computes the same function.

Each op of the op table is changed in each of its fields. A change is told at its row,
or the op declares the field uncompared, or it changes no function: then a transplant
takes the models for one, and their outputs agree.
"""

from pathlib import Path

import pytest
from alignment.against import against, printed
from ops.op_cases import CASES

from archcompiler.alignment.aligning import align
from archcompiler.checking.checking import load
from archcompiler.ops.table import OPS

pytestmark = [
    pytest.mark.slow,
    pytest.mark.usefixtures("keras"),
    # Keras reads TensorFlow's variables in a way that NumPy 2 warns of.
    pytest.mark.filterwarnings("ignore:__array__ implementation"),
]


def judge(table, op, inputs):
    """Return the alignment, and whether weights move so that the outputs are equal."""
    from alignment.one_layer import model_of, outputs_differ, randomise

    from archcompiler import TransplantError, transplant
    from archcompiler.reading.keras_model import read_keras

    model, target = model_of(op, inputs), table.to_keras()
    alignment = align(table, read_keras(model, "model"))
    randomise(model)
    try:
        transplant(model, target)
    except TransplantError:
        return alignment, False
    assert not outputs_differ(model, target), "the transplant took unlike for like"
    return alignment, True


@pytest.mark.parametrize("name", CASES)
def test_a_field_that_changes_the_function_is_told_at_its_row(name):
    from alignment.one_layer import changed, ops_of, table_of

    for op, inputs in ops_of(name):
        table = table_of(op, inputs)
        alignment, is_same = judge(table, op, inputs)
        assert is_same, op
        assert not alignment.differs, (op, alignment.findings)
        for field, other in changed(op, inputs):
            alignment, is_same = judge(table, other, inputs)
            open = field in op.uncompared() or op.only_in_training
            assert alignment.differs != (is_same or open), (op, other)
            rows = {finding.row for finding in alignment.findings}
            assert rows <= {
                "a",
                "input",
            }  # a row that does nothing has no layer to name


@pytest.mark.parametrize("name", CASES)
def test_a_field_that_changes_no_function_is_told_by_a_strict_comparison(name):
    from alignment.one_layer import changed, model_of, ops_of, table_of

    from archcompiler.reading.keras_model import read_keras

    for op, inputs in ops_of(name):
        table = table_of(op, inputs)
        same = read_keras(model_of(op, inputs), "model")
        assert not align(table, same, strict=True).differs
        for field, other in changed(op, inputs):
            model = read_keras(model_of(other, inputs), "model")
            if align(table, model).differs or field not in op.uncompared():
                continue
            alignment = align(table, model, strict=True)
            if is_used(op, field):
                told = {f.what for f in alignment.findings}
                assert {f.row for f in alignment.findings} == {"a"}
                # of a mean and a variance follow the numbers that are compared
                by_number = field in ("mean", "variance") and told <= {
                    "scale",
                    "offset",
                }
                assert told == {field} or (told and by_number), (op, other)


def is_used(op, field):
    """Whether the weights that a field begins are there: a bias may not be."""
    return getattr(op, "use_bias", True) or field != "bias_initializer"


def test_an_op_never_passes_for_another():
    from alignment.one_layer import model_of, ops_of, table_of

    from archcompiler.reading.keras_model import read_keras

    each = [pair for name in CASES for pair in ops_of(name)]
    models = [read_keras(model_of(*pair), "model") for pair in each]
    taken = 0
    for ours, inputs in each:
        table = table_of(ours, inputs)
        for model, (op, arriving) in zip(models, each, strict=True):
            if type(op) is type(ours) or arriving != inputs:
                continue
            if not align(table, model).differs:
                taken += 1
                is_noise = ours.only_in_training and op.only_in_training
                numbers = {*ours.uncompared().values()} & {*op.uncompared().values()}
                is_open = is_noise or "the numbers of a rescaling" in numbers
                assert is_open or judge(table, op, inputs)[1], (ours, op)
    assert taken


# Samples ---------------------------------------------------------------------

PAIRS = {
    "average border": (
        "{type: AveragePooling2D, patch: 3x3/1, padding: same}",
        lambda k: [k.ZeroPadding2D(1), k.AveragePooling2D(3, 1)],
        ("border", "left out", "zeros"),
    ),
    "maximum border": (
        "{type: MaxPooling2D, patch: 3x3/2, padding: same}",
        lambda k: [k.ZeroPadding2D(((0, 1), (0, 1))), k.MaxPooling2D(3, 2)],
        ("border", "minus infinity", "zeros"),
    ),
    "transposed padding": (
        "{type: Conv2DTranspose, patch: 3x3/2, filters: 4, padding: same}",
        lambda k: [k.Conv2DTranspose(4, 3, 2, padding="same", output_padding=0)],
        ("cropping", "0+1", "1"),
    ),
    "transposed dilation": (
        "{type: Conv2DTranspose, patch: 3x3/1, filters: 4}",
        lambda k: [k.Conv2DTranspose(4, 3, dilation_rate=2)],
        ("dilation", "1", "2"),
    ),
    "softmax axis": (
        "{type: softmax}",
        lambda k: [k.Softmax(axis=1)],
        ("axis", "-1", "-3"),
    ),
    "normalisation axis": (
        "{type: BatchNormalization}",
        lambda k: [k.BatchNormalization(axis=1)],
        ("unknown layer", "batch normalisation", "BatchNormalization"),
    ),
    "normalisation scale": (
        "{type: BatchNormalization}",
        lambda k: [k.BatchNormalization(scale=False)],
        ("scale", "scale", "no scale"),
    ),
    "normalisation mode": (
        "{type: BatchNormalization}",
        lambda k: [lambda x: k.BatchNormalization()(x, training=True)],
        ("unknown layer", "batch normalisation", "BatchNormalization"),
    ),
    "learnt factors": (
        "{type: LayerScale}",
        lambda k: [k.Rescaling(0.5)],
        ("learnt", "gamma", "no weights"),
    ),
    "softmax of a vector": (
        "{type: softmax}",
        lambda k: [k.Flatten(), k.Softmax()],
        ("extra layer", "none", "flatten"),
    ),
    "a vector for an image": (
        "{type: GlobalAveragePooling2D, keepdims: true}",
        lambda k: [k.GlobalAveragePooling2D()],
        ("output shape", "1x1x8", "8"),
    ),
}


def findings_of(size, rows, make):
    """Return the findings of a chain of layers against a table, and the alignment."""
    import keras

    from archcompiler.reading.keras_model import read_keras

    shape = tuple(map(int, size.split("x")))
    value = inputs = keras.Input(shape)
    for layer in make(keras.layers):
        value = layer(value)
    model = read_keras(keras.Model(inputs, value), "model")
    table = f"table: {{columns: [name, type], rows: [{rows}]}}"
    alignment = align(load(f"name: one\ninput: {size}\n{table}\n"), model)
    return [(each.row, *each[2:5]) for each in alignment.findings], alignment


@pytest.mark.parametrize("name", PAIRS)
def test_what_computes_something_else_is_told(name):
    row, make, expected = PAIRS[name]
    found, alignment = findings_of("16x16x8", "{name: a, " + row[1:], make)
    assert found == [("a", *expected)]
    assert alignment.differs


def test_shared_weights_are_told():
    def twice(layers):
        shared = layers.Conv2D(8, 3, padding="same", name="shared")
        return [shared, layers.ReLU(), shared]

    row = "type: Conv2D, patch: 3x3, filters: 8, padding: same"
    rows = f"{{name: a, {row}, activation: relu}}, {{name: b, {row}}}"
    found, alignment = findings_of("32x32x8", rows, twice)
    assert found == [("b", "shared weights", "its own", "those of `shared`")]
    assert alignment.totals.model_parameters == 584


def test_scalings_that_follow_each_other_share_what_each_of_them_does():
    def twice(layers):
        shared = layers.Normalization(name="shared")
        halves = [layers.Rescaling(0.5), layers.Rescaling(0.5)]
        return [shared, halves[0], layers.ReLU(), shared, halves[1]]

    half = "type: Rescaling, scale: 0.5"
    rows = (
        f"{{name: a, type: Normalization}}, {{name: b, {half}}}, "
        "{name: c, type: relu}, "
        f"{{name: d, type: Normalization}}, {{name: e, {half}}}"
    )
    found, _ = findings_of("32x32x8", rows, twice)
    assert [what for _, what, *_ in found] == ["shared weights"]


def test_zeros_are_no_border_of_their_own_where_nothing_is_below_them():
    rows = (
        "{name: r, type: relu}, "
        "{name: a, type: MaxPooling2D, patch: 3x3/2, padding: same}"
    )
    found, alignment = findings_of(
        "16x16x8",
        rows,
        lambda k: [k.ReLU(), k.ZeroPadding2D(((0, 1), (0, 1))), k.MaxPooling2D(3, 2)],
    )
    assert (found, alignment.differs) == ([], False)


SIGNS = {
    "relu": (lambda k, x: k.ReLU()(x), True),
    "relu of another maximum": (lambda k, x: k.ReLU(3.0)(x), True),
    "leaky": (lambda k, x: k.LeakyReLU(0.1)(x), False),
    "sum": (lambda k, x: k.Add()([k.ReLU()(x), k.Softmax()(x)]), True),
    "difference": (lambda k, x: k.Subtract()([k.ReLU()(x), k.Softmax()(x)]), False),
    "half": (lambda k, x: k.Concatenate()([x, k.ReLU()(x)]), False),
    "means": (lambda k, x: k.AveragePooling2D(2, 1)(k.Softmax()(x)), True),
    "dropout": (lambda k, x: k.Dropout(0.5)(k.Activation("sigmoid")(x)), True),
    "tanh": (lambda k, x: k.Activation("tanh")(k.ReLU()(x)), False),
    "written out": (lambda k, x: k.ReLU(6)(x + 3.0) * (1 / 6), True),
    "normalised": (lambda k, x: k.BatchNormalization()(k.ReLU()(x)), False),
}
"""What comes before a pooling, and whether it is known to be never below 0."""


@pytest.mark.parametrize("name", SIGNS)
def test_the_audit_and_the_transplant_know_the_same_signs(keras, name):
    from alignment.one_layer import outputs_differ

    from archcompiler import TransplantError, transplant
    from archcompiler.reading.keras_model import read_keras

    before, is_known = SIGNS[name]
    layers = keras.layers

    def build(*border):
        value = before(layers, inputs := keras.Input((8, 8, 4)))
        for layer in border:
            value = layer(value)
        return keras.Model(inputs, value)

    length = build().output.shape[1]
    zeros = ((length % 2, 1), (length % 2, 1))
    one = build(layers.MaxPooling2D(3, 2, padding="same"))
    other = build(layers.ZeroPadding2D(zeros), layers.MaxPooling2D(3, 2))
    margins = [
        next(unit.margin for unit in read_keras(model, "m").network.units[::-1])
        for model in (one, other)
    ]
    assert (margins[0].outside == margins[1].outside) == is_known
    try:
        transplant(one, other)
    except TransplantError:
        assert not is_known
        return
    assert is_known
    assert not outputs_differ(one, other)


def test_padding_that_drifts_is_a_note_by_name():
    row = "{name: a, type: Conv2D, patch: 3x3/2, filters: 4, padding: same}"
    found, alignment = findings_of(
        "16x16x8",
        row,
        lambda k: [k.ZeroPadding2D(1), k.Conv2D(4, 3, 2, name="conv1")],
    )
    assert (found, alignment.differs) == ([], False)
    assert "otherwise in `conv1`" in alignment.notes[0]


def test_a_clean_verdict_says_what_it_leaves_open(tmp_path, capsys):
    from archcompiler.backends.keras_model import save_model

    spec, path = str(tmp_path / "small.yaml"), str(tmp_path / "small.keras")
    row = "{name: a, type: Dense, units: 3}"
    table = f"table: {{columns: [name, type], rows: [{row}]}}"
    Path(spec).write_text(f"name: small\ninput: 4\n{table}\n")
    save_model(load(spec).to_keras(), path)
    text = printed(capsys, spec, path)
    _, record = against(capsys, spec, path)
    for op in OPS.values():
        for what in op.uncompared().values():
            assert what in record["uncompared"]
    assert f"not compared: {'; '.join(record['uncompared'])}" in text
