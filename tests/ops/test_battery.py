"""One battery over every op: what it declares is what Keras does."""

from inspect import Parameter, signature
from math import prod

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from op_cases import CASES, WRONG

from archcompiler.ops.base import Construct, OpError
from archcompiler.ops.initializers import CLASSES
from archcompiler.ops.table import OPS

pytestmark = pytest.mark.slow

EACH = [
    pytest.param(name, case, id=f"{name}-{number}")
    for name, cases in CASES.items()
    for number, case in enumerate(cases)
]
# Padded zeros take part in no sum; two kernels in a row multiply their counts.
COUNTABLE = [
    pytest.param(name, case, id=f"{name}-{number}")
    for name, cases in CASES.items()
    if OPS[name].role == "weighted" and name != "SeparableConv2D"
    for number, case in enumerate(cases)
    if case.fields.get("padding") != "same"
]


def layer_class(keras, name):
    from archcompiler.backends.keras_model import layers

    return getattr(layers if OPS[name].custom else keras.layers, name)


def make(keras, call):
    """Make the layer of a LayerCall, as a backend would."""

    def value(argument):
        if isinstance(argument, Construct):
            assert argument.path.startswith("keras.initializers.")
            path = argument.path.removeprefix("keras.initializers.")
            made = getattr(keras.initializers, path)
            return made(*argument.positional, **dict(argument.keywords))
        return argument

    name = call.layer.removeprefix("layers.")
    assert OPS[name].custom == (name == call.layer)
    keywords = {key: value(argument) for key, argument in call.keywords.items()}
    return layer_class(keras, name)(*map(value, call.positional), **keywords)


def build(keras, op, inputs):
    """Put the op's layer between the inputs and the output of a functional model."""
    tensors = [keras.Input(shape) for shape in inputs]
    arrives = tensors if op.inputs == "several" or len(inputs) > 1 else tensors[0]
    return keras.Model(tensors, make(keras, op.layer_call())(arrives))


def run(model):
    """Call the model on a batch of two samples, all ones, in training mode."""
    batch = [np.ones((2, *tensor.shape[1:]), "float32") for tensor in model.inputs]
    return model(batch, training=True)


@pytest.mark.parametrize("name", OPS)
def test_defaults_are_those_of_keras(keras, name):
    parameters = signature(layer_class(keras, name).__init__).parameters
    op = OPS[name]
    for field, info in op.model_fields.items():
        if field == "op":
            continue
        default = parameters[field].default
        if info.is_required():
            assert default is Parameter.empty, field
        else:
            ours = op.argument(field, info.default)
            assert ours == op.argument(field, _lowered(default)), field


def _lowered(default):
    """Write an initializer's name as all others are: PReLU's default is `Zeros`."""
    return default.lower() if isinstance(default, str) else default


@pytest.mark.parametrize("name", OPS)
def test_fields_stand_in_the_order_of_keras(keras, name):
    parameters = [*signature(layer_class(keras, name).__init__).parameters]
    fields = [field for field in OPS[name].model_fields if field != "op"]
    assert fields == sorted(fields, key=parameters.index)


@pytest.mark.parametrize(("name", "case"), EACH)
def test_shapes_are_those_that_keras_computes(keras, name, case):
    op = OPS[name](**case.fields)
    model = build(keras, op, case.inputs)
    shape = op.infer_shape(case.inputs)
    assert model.output_shape == (None, *shape)
    assert tuple(run(model).shape) == (2, *shape)


@pytest.mark.parametrize(("name", "case"), EACH)
def test_weights_are_those_that_keras_makes(keras, name, case):
    op = OPS[name](**case.fields)
    model = build(keras, op, case.inputs)
    ours = op.weights(case.inputs)
    theirs = [(w.name, tuple(w.shape), w.trainable) for w in model.layers[-1].weights]
    assert [*ours] == theirs
    assert sum(weight.size for weight in ours) == model.count_params()


@pytest.mark.parametrize("name", CLASSES)
def test_initializers_take_what_those_of_keras_take(keras, name):
    class_name, ours = CLASSES[name]
    made = getattr(keras.initializers, class_name)
    theirs = signature(made).parameters
    assert ours == {argument: theirs[argument].default for argument in ours}
    assert type(keras.initializers.get(name)) is made


@pytest.mark.parametrize(("name", "case"), EACH)
def test_the_call_makes_the_layer_that_an_expert_writes(keras, name, case):
    arguments = {
        key: getattr(keras.initializers, value[0])(*value[1:])
        if isinstance(value, tuple) and isinstance(value[0], str)
        else value
        for key, value in case.keras.items()
    }
    expert = layer_class(keras, name)(**arguments, name="layer")
    config = make(keras, OPS[name](**case.fields).layer_call()).get_config()
    assert {**config, "name": "layer"} == expert.get_config()


@pytest.mark.parametrize(("name", "case"), EACH)
def test_macs_are_kernels_times_the_positions_they_meet(keras, name, case):
    op = OPS[name](**case.fields)
    model = build(keras, op, case.inputs)
    kernels = sum(prod(w.shape) for w in model.weights if w.name.endswith("kernel"))
    # A transposed kernel meets every input; any other makes every output.
    meets = model.input_shape if name == "Conv2DTranspose" else model.output_shape
    assert op.macs(case.inputs) == kernels * prod(meets[1:-1])


@pytest.mark.parametrize(("name", "case"), COUNTABLE)
def test_an_unpadded_layer_of_ones_adds_up_to_its_macs(keras, name, case):
    """Each multiply-add of ones adds one, so that the outputs count them."""
    plain = {"activation": "linear", "use_bias": "false"}
    initializer = next(f for f in OPS[name].model_fields if f.endswith("_initializer"))
    op = OPS[name](**{**case.fields, **plain, initializer: "ones"})
    outputs = run(build(keras, op, case.inputs))
    assert op.macs(case.inputs) == float(np.sum(np.asarray(outputs)[0]))


@pytest.mark.parametrize("wrong", WRONG, ids=lambda wrong: f"{wrong.op}-{wrong.code}")
def test_what_we_refuse_keras_refuses_or_takes_in_silence(keras, wrong):
    tf = pytest.importorskip("tensorflow")
    op = OPS[wrong.op](**wrong.fields)
    if wrong.keras:
        refusals = (ValueError, IndexError, tf.errors.InvalidArgumentError)
        with pytest.raises(refusals):
            run(build(keras, op, wrong.inputs))
    else:
        run(build(keras, op, wrong.inputs))


SIZES = st.integers(1, 5)
PAIRS = st.tuples(SIZES, SIZES)
IMAGES = st.tuples(st.integers(1, 24), st.integers(1, 24), st.just(4))
PADDINGS = st.sampled_from(["valid", "same"])


def agree(keras, op, image):
    """Check that Keras computes the shape that `op` infers, or that both refuse.

    An empty output, which Keras makes and we refuse, counts as refused.
    """
    try:
        layer = make(keras, op.layer_call())
        theirs = tuple(layer.compute_output_shape((None, *image)))
    except ValueError:
        theirs = None
    try:
        ours = (None, *op.infer_shape((image,)))
    except OpError:
        ours = None
    assert ours == (None if theirs and 0 in theirs else theirs)


@settings(max_examples=60, deadline=None)
@given(image=IMAGES, size=PAIRS, strides=PAIRS, dilation=PAIRS, padding=PADDINGS)
def test_convolutions_of_any_size_have_the_shape_of_keras(
    keras, image, size, strides, dilation, padding
):
    window = {"kernel_size": size, "strides": strides, "padding": padding}
    for name, fields in (
        ("Conv2D", {"filters": 2}),
        ("Conv2DTranspose", {"filters": 2}),
        ("DepthwiseConv2D", {}),
        ("SeparableConv2D", {"filters": 2}),
    ):
        agree(keras, OPS[name](**fields, **window, dilation_rate=dilation), image)
        agree(keras, OPS[name](**fields, **window), image)


@settings(max_examples=60, deadline=None)
@given(image=IMAGES, size=PAIRS, strides=PAIRS | st.none(), padding=PADDINGS)
def test_pooling_of_any_size_has_the_shape_of_keras(
    keras, image, size, strides, padding
):
    for name in ("MaxPooling2D", "AveragePooling2D"):
        op = OPS[name](pool_size=size, strides=strides, padding=padding)
        agree(keras, op, image)


@settings(max_examples=60, deadline=None)
@given(
    image=IMAGES,
    size=PAIRS,
    strides=PAIRS,
    extra=st.tuples(st.integers(0, 4), st.integers(0, 4)),
    padding=PADDINGS,
)
def test_transposed_convolutions_pad_their_output_as_keras_does(
    keras, image, size, strides, extra, padding
):
    op = OPS["Conv2DTranspose"](
        filters=2,
        kernel_size=size,
        strides=strides,
        padding=padding,
        output_padding=extra,
    )
    try:
        op.infer_shape((image,))
    except OpError as error:
        if "TensorFlow cannot run it" in error.message:
            with pytest.raises(Exception, match="Conv2D"):
                make(keras, op.layer_call())(np.ones((1, *image), "float32"))
            return
    agree(keras, op, image)
