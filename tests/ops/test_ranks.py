"""Ops of sequences and volumes are made from those of images: Keras agrees on each."""

import pytest
from op_cases import CASES

from archcompiler.graph.graph import facts_of
from archcompiler.ops.ranks import RANKS, of_rank, ranked
from archcompiler.ops.table import OPS

MOST = 12
"""The longest axis here; convolutions along three axes are slow."""

EACH = [
    pytest.param(name, rank, number, id=f"{name}-{rank}-{number}")
    for name, op in OPS.items()
    if "2D" in name and not op.custom
    for rank in RANKS
    if (name, rank) not in {("DepthwiseConv2D", 3), ("SeparableConv2D", 3)}
    for number in range(len(CASES[name]))
]
"""Every case of every op, but for those that Keras lacks along three axes."""


def along(rank, value):
    """Return a field's value for another number of axes."""
    return (value * rank)[:rank] if isinstance(value, tuple) else value


def lifted(name, rank, number):
    """Return an op of another rank, and what arrives."""
    case = CASES[name][number]
    *lengths, channels = case.inputs[0]
    left_out = {"interpolation"}  # of images alone
    given = OPS[name](**case.fields).model_dump(exclude_defaults=True, exclude=left_out)
    fields = {key: along(rank, each) for key, each in given.items()}
    op = of_rank(OPS[name], rank)(**fields)
    return op, (*(min(each, MOST) for each in along(rank, (*lengths,))), channels)


def test_an_op_of_images_has_others_and_is_its_own():
    assert of_rank(OPS["Conv2D"], 2) is OPS["Conv2D"]
    assert ranked("Conv3D", OPS) is of_rank(OPS["Conv2D"], 3)
    assert [ranked(name, OPS) for name in ("Conv2D", "LSTM", "Lambda1D")] == [None] * 3


def test_a_kernel_of_a_volume_has_five_axes():
    op = of_rank(OPS["Conv2D"], 3)(filters=4, kernel_size=(3, 3, 3))
    facts = facts_of(op, ((8, 7, 7, 3),))
    assert facts.shape == (6, 5, 5, 4)
    assert facts.parameters == 3 * 3 * 3 * 3 * 4 + 4
    assert facts.macs == 6 * 5 * 5 * 4 * 3**4


@pytest.mark.parametrize("name", [name for name in OPS if "2D" in name])
def test_a_sequence_costs_what_a_row_of_pixels_does(name):
    for number in range(len(CASES[name])):
        op, shape = lifted(name, 1, number)
        fields = {key: in_a_column(key, each) for key, each in op if key != "op"}
        row, image = OPS[name].model_validate(fields), (shape[0], 1, shape[1])
        made = facts_of(op, (shape,))
        other = facts_of(row, (image,))
        assert made[2:6] == other[2:6]
        assert op.features((shape,), made.shape) == row.features((image,), other.shape)
        for ours, theirs in zip(made.window, other.window, strict=True):
            assert (*ours, 1)[:2] == theirs


def in_a_column(field, value):
    """Return a field's value for an image of one column."""
    if not isinstance(value, tuple):
        return value
    is_sides = isinstance(value[0], tuple)
    return (*value, (0, 0) if is_sides else int(field != "output_padding"))


@pytest.mark.slow
@pytest.mark.parametrize(("name", "rank", "number"), EACH)
def test_an_op_of_another_rank_is_keras_layer(keras, name, rank, number):
    from archcompiler.backends.keras_model.building import make_layer
    from archcompiler.models.calls import KerasCall
    from archcompiler.models.keras_ops import op_of

    op, shape = lifted(name, rank, number)
    layer = make_layer(op, "made")
    assert type(layer).__name__ == name.replace("2D", f"{rank}D")
    arrives = keras.Input(shape)
    result = tuple(layer(arrives).shape)[1:]
    assert op.infer_shape((shape,)) == result
    assert [(each.shape, each.trainable) for each in op.weights((shape,))] == [
        (tuple(each.shape), each.trainable) for each in layer.weights
    ]
    call = KerasCall(layer, "made", (shape,), (result,), "float32", None, False)
    found = op_of(call)
    left_out = {*op.uncompared(), "seed"}
    assert type(found) is type(op)
    assert found.model_dump(exclude=left_out) == {
        **op.model_dump(exclude=left_out),
        **({"activation": found.activation} if hasattr(op, "activation") else {}),
        **({"strides": found.strides} if hasattr(op, "strides") else {}),
    }


@pytest.mark.slow
@pytest.mark.parametrize("rank", RANKS)
def test_defaults_of_another_rank_are_those_of_keras(keras, rank):
    for name in ("ZeroPadding2D", "Cropping2D", "UpSampling2D", "MaxPooling2D"):
        op = of_rank(OPS[name], rank)()
        layer = getattr(keras.layers, op.op)()
        config = layer.get_config()
        for field in ({"padding", "cropping", "size", "pool_size"}) & {*config}:
            assert op.field_of(field, config[field]) == getattr(op, field)
