"""Shape arithmetic against counting, and what follows from shapes."""

from math import prod

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archcompiler.ops.base import OpError, Weight, Window
from archcompiler.ops.table import OPS
from archcompiler.shapes import format_shape, window_extent, window_output

LENGTHS = st.integers(1, 60)
SMALL = st.integers(1, 9)
IMAGES = st.tuples(LENGTHS, LENGTHS, SMALL)


def test_a_shape_is_written_as_papers_do():
    assert format_shape((28, 28, 192)) == "28x28x192"
    assert format_shape((1000,)) == "1000"


@pytest.mark.thorough
@given(length=LENGTHS, size=SMALL, dilation=SMALL, stride=SMALL)
def test_a_valid_window_has_an_output_wherever_it_fits(length, size, dilation, stride):
    extent = window_extent(size, dilation)
    taps = range(0, extent, dilation)
    fits = [
        start
        for start in range(0, length, stride)
        if all(start + tap < length for tap in taps)
    ]
    assert max(window_output(length, extent, stride, "valid"), 0) == len(fits)


@pytest.mark.thorough
@given(length=LENGTHS, extent=LENGTHS, stride=SMALL)
def test_a_same_window_has_an_output_at_every_stride(length, extent, stride):
    outputs = len(range(0, length, stride))
    assert window_output(length, extent, stride, "same") == outputs


@pytest.mark.thorough
@given(image=IMAGES, kernel=st.tuples(SMALL, SMALL), groups=SMALL)
def test_groups_divide_weights_and_macs_alike(image, kernel, groups):
    height, width, channels = image
    inputs = ((height, width, channels * groups),)
    fields = {"filters": 2 * groups, "kernel_size": kernel, "padding": "same"}
    whole = OPS["Conv2D"](**fields)
    grouped = OPS["Conv2D"](**fields, groups=groups)
    assert grouped.infer_shape(inputs) == whole.infer_shape(inputs)
    assert grouped.macs(inputs) * groups == whole.macs(inputs)
    assert grouped.weights(inputs)[0].size * groups == whole.weights(inputs)[0].size


@pytest.mark.thorough
@given(image=IMAGES, kernel=st.tuples(SMALL, SMALL), strides=st.tuples(SMALL, SMALL))
def test_macs_are_weights_times_positions(image, kernel, strides):
    op = OPS["Conv2D"](filters=3, kernel_size=kernel, strides=strides, padding="same")
    height, width, _ = op.infer_shape((image,))
    assert op.macs((image,)) == op.weights((image,))[0].size * height * width


@pytest.mark.thorough
@given(shape=st.lists(SMALL, min_size=1, max_size=4).map(tuple), data=st.data())
def test_reshape_keeps_the_elements_and_finds_the_axis_left_out(shape, data):
    at = data.draw(st.integers(0, len(shape) - 1))
    target = (*shape[:at], -1, *shape[at + 1 :])
    assert OPS["Reshape"](target_shape=target).infer_shape(((prod(shape),),)) == shape


@pytest.mark.thorough
@given(data=st.data(), shape=st.lists(SMALL, min_size=1, max_size=4).map(tuple))
def test_permuting_there_and_back_changes_nothing(data, shape):
    dims = data.draw(st.permutations(range(1, len(shape) + 1)))
    back = [dims.index(axis) + 1 for axis in range(1, len(shape) + 1)]
    moved = OPS["Permute"](dims=dims).infer_shape((shape,))
    assert OPS["Permute"](dims=back).infer_shape((moved,)) == shape


@pytest.mark.thorough
@given(image=IMAGES, sides=st.tuples(*[st.integers(0, 5)] * 4))
def test_cropping_undoes_padding(image, sides):
    ends = (sides[:2], sides[2:])
    padded = OPS["ZeroPadding2D"](padding=ends).infer_shape((image,))
    assert OPS["Cropping2D"](cropping=ends).infer_shape((padded,)) == image


@pytest.mark.thorough
@given(images=st.lists(IMAGES, min_size=2, max_size=4))
def test_merges_take_equal_shapes_and_nothing_else(images):
    for name in ("Add", "Average", "Maximum", "Minimum"):
        op = OPS[name]()
        if len(set(images)) == 1:
            assert op.infer_shape(tuple(images)) == images[0]
        else:
            with pytest.raises(OpError, match="needs equal shapes"):
                op.infer_shape(tuple(images))


def test_the_first_layer_of_googlenet_has_the_numbers_of_the_paper():
    dense = OPS["Conv2D"](filters=64, kernel_size=7, strides=2, padding="same")
    image = ((224, 224, 3),)
    assert dense.infer_shape(image) == (112, 112, 64)
    assert dense.weights(image) == (
        Weight("kernel", (7, 7, 3, 64)),
        Weight("bias", (64,)),
    )
    assert dense.macs(image) == 118_013_952

    printed = OPS["SeparableConv2D"](
        filters=64, kernel_size=7, strides=2, padding="same", depth_multiplier=8
    )
    weights = printed.weights(image)
    assert sum(weight.size for weight in weights if weight.name != "bias") == 2_712
    assert printed.macs(image) == 112 * 112 * 2_712  # 34.02 M


def test_a_scalar_weight_counts_one():
    assert [weight.size for weight in OPS["Normalization"]().weights(((8, 8, 3),))] == [
        3,
        3,
        1,
    ]


def test_a_window_says_what_one_output_sees():
    image = ((9, 7, 3),)

    def window(name, **fields):
        return OPS[name](**fields).window(image)

    assert window("Conv2D", filters=1, kernel_size=(3, 5), dilation_rate=2) == Window(
        (5, 9), (1, 1)
    )
    assert window("MaxPooling2D") == Window((2, 2), (2, 2))
    assert window("MaxPooling2D", pool_size=3, strides=2) == Window((3, 3), (2, 2))
    assert window("GlobalAveragePooling2D") == Window((9, 7), (1, 1))
    assert window("Flatten") == Window((9, 7), (1, 1))
    assert window("Softmax") == Window()
    assert window("Softmax", axis=1) == Window((9, 1))
    assert window("Softmax", axis=-2) == Window((1, 7))
    assert window("Permute", dims=(2, 1, 3)) == Window()
    assert window("Permute", dims=(3, 1, 2)) == Window((9, 7))
    assert window("UpSampling2D") == Window((1, 1), (1 / 2, 1 / 2))
    assert window("UpSampling2D", interpolation="bilinear").extent == (2, 2)
    assert window("Conv2DTranspose", filters=1, kernel_size=4, strides=2) == Window(
        (2, 2), (1 / 2, 1 / 2)
    )
    assert window("Resizing", height=18, width=7).extent == (2, 2)
    assert window("Resizing", height=18, width=7).strides == (1 / 2, 1)
    assert window("DepthToSpace", block_size=3) == Window((1, 1), (1 / 3, 1 / 3))
    assert window("SpaceToDepth", block_size=3) == Window((3, 3), (3, 3))
    assert window("ChannelShuffle", groups=3) == Window()
    assert window("BatchNormalization") == Window()
    assert window("GroupNormalization") == Window()
    assert window("PReLU") == Window()
    assert OPS["Dense"](units=1).window(((5,),)) == Window()
