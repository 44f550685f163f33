"""Every op as YAML writes it, beside the Keras arguments that an expert would write."""

from typing import Any, NamedTuple

from archcompiler.shapes import Shape


class Case(NamedTuple):
    """An op that is right: its fields as text, its inputs, and Keras' own arguments."""

    fields: dict[str, Any]
    inputs: tuple[Shape, ...]
    keras: dict[str, Any]


class Wrong(NamedTuple):
    """An op that does not fit its inputs; `keras` says whether Keras refuses it too."""

    op: str
    fields: dict[str, Any]
    inputs: tuple[Shape, ...]
    code: str
    message: str
    help: str | None
    keras: bool


IMAGE = ((9, 8, 6),)
VECTOR = ((12,),)
QUARTER = ("Constant", 0.25)
ONE_EACH = "write one number for each channel, or a lone number for all"

CASES: dict[str, list[Case]] = {
    "Conv2D": [
        Case(
            {"filters": "4", "kernel_size": "3x3"},
            IMAGE,
            {"filters": 4, "kernel_size": 3},
        ),
        Case(
            {
                "filters": "4",
                "kernel_size": "3x2",
                "strides": "2",
                "padding": "same",
                "activation": "relu",
                "use_bias": "false",
                "kernel_initializer": "he_normal",
            },
            IMAGE,
            {
                "filters": 4,
                "kernel_size": (3, 2),
                "strides": 2,
                "padding": "same",
                "activation": "relu",
                "use_bias": False,
                "kernel_initializer": "he_normal",
            },
        ),
        Case(
            {
                "filters": "6",
                "kernel_size": "2",
                "dilation_rate": "3x1",
                "groups": "3",
                "kernel_initializer": "orthogonal",
                "bias_initializer": "0.2",
            },
            IMAGE,
            {
                "filters": 6,
                "kernel_size": 2,
                "dilation_rate": (3, 1),
                "groups": 3,
                "kernel_initializer": "orthogonal",
                "bias_initializer": ("Constant", 0.2),
            },
        ),
        Case(
            {
                "filters": "2",
                "kernel_size": "1",
                "strides": "5x2",
                "kernel_initializer": "variance_scaling(mode=fan_out; scale=2)",
                "bias_initializer": "random_normal(stddev=0.05; mean=0)",
            },
            IMAGE,
            {
                "filters": 2,
                "kernel_size": 1,
                "strides": (5, 2),
                "kernel_initializer": ("VarianceScaling", 2.0, "fan_out"),
                "bias_initializer": "random_normal",
            },
        ),
        Case(
            {"filters": "2", "kernel_size": "11", "padding": "same", "groups": "2"},
            IMAGE,
            {"filters": 2, "kernel_size": 11, "padding": "same", "groups": 2},
        ),
    ],
    "Conv2DTranspose": [
        Case(
            {"filters": "4", "kernel_size": "3"},
            IMAGE,
            {"filters": 4, "kernel_size": 3},
        ),
        Case(
            {
                "filters": "4",
                "kernel_size": "4x3",
                "strides": "2",
                "padding": "same",
                "use_bias": "false",
            },
            IMAGE,
            {
                "filters": 4,
                "kernel_size": (4, 3),
                "strides": 2,
                "padding": "same",
                "use_bias": False,
            },
        ),
        Case(
            {"filters": "2", "kernel_size": "2", "strides": "3x5"},
            IMAGE,
            {"filters": 2, "kernel_size": 2, "strides": (3, 5)},
        ),
        Case(
            {
                "filters": "2",
                "kernel_size": "3",
                "strides": "2",
                "padding": "same",
                "output_padding": "1x0",
            },
            IMAGE,
            {
                "filters": 2,
                "kernel_size": 3,
                "strides": 2,
                "padding": "same",
                "output_padding": (1, 0),
            },
        ),
        Case(
            {"filters": "2", "kernel_size": "3", "strides": "2", "output_padding": "1"},
            IMAGE,
            {"filters": 2, "kernel_size": 3, "strides": 2, "output_padding": 1},
        ),
        Case(
            {"filters": "2", "kernel_size": "3", "dilation_rate": "2"},
            IMAGE,
            {"filters": 2, "kernel_size": 3, "dilation_rate": 2},
        ),
    ],
    "DepthwiseConv2D": [
        Case({"kernel_size": "3"}, IMAGE, {"kernel_size": 3}),
        Case(
            {"kernel_size": "3", "strides": "1x2", "depth_multiplier": "2"},
            IMAGE,
            {"kernel_size": 3, "strides": (1, 2), "depth_multiplier": 2},
        ),
        Case(
            {
                "kernel_size": "2",
                "strides": "2",
                "dilation_rate": "2",
                "padding": "same",
                "use_bias": "false",
                "depthwise_initializer": "0",
            },
            IMAGE,
            {
                "kernel_size": 2,
                "strides": 2,
                "dilation_rate": 2,
                "padding": "same",
                "use_bias": False,
                "depthwise_initializer": ("Constant", 0.0),
            },
        ),
    ],
    "SeparableConv2D": [
        Case(
            {"filters": "5", "kernel_size": "3"},
            IMAGE,
            {"filters": 5, "kernel_size": 3},
        ),
        Case(
            {
                "filters": "2",
                "kernel_size": "7",
                "strides": "2",
                "padding": "same",
                "depth_multiplier": "8",
                "activation": "relu",
                "use_bias": "false",
                "pointwise_initializer": "he_uniform",
            },
            IMAGE,
            {
                "filters": 2,
                "kernel_size": 7,
                "strides": 2,
                "padding": "same",
                "depth_multiplier": 8,
                "activation": "relu",
                "use_bias": False,
                "pointwise_initializer": "he_uniform",
            },
        ),
        Case(
            {"filters": "2", "kernel_size": "2", "dilation_rate": "1x3"},
            IMAGE,
            {"filters": 2, "kernel_size": 2, "dilation_rate": (1, 3)},
        ),
    ],
    "Dense": [
        Case({"units": "7"}, VECTOR, {"units": 7}),
        Case(
            {
                "units": "7",
                "activation": "softmax",
                "use_bias": "false",
                "kernel_initializer": "1e-2",
            },
            VECTOR,
            {
                "units": 7,
                "activation": "softmax",
                "use_bias": False,
                "kernel_initializer": ("Constant", 0.01),
            },
        ),
    ],
    "MaxPooling2D": [
        Case({}, IMAGE, {}),
        Case(
            {"pool_size": "3x3", "strides": "2"}, IMAGE, {"pool_size": 3, "strides": 2}
        ),
        Case(
            {"pool_size": "2x5", "strides": "3x1", "padding": "same"},
            IMAGE,
            {"pool_size": (2, 5), "strides": (3, 1), "padding": "same"},
        ),
    ],
    "AveragePooling2D": [
        Case({"pool_size": "2x4"}, IMAGE, {"pool_size": (2, 4)}),
        Case(
            {"pool_size": "11", "strides": "1", "padding": "same"},
            IMAGE,
            {"pool_size": 11, "strides": 1, "padding": "same"},
        ),
    ],
    "GlobalAveragePooling2D": [
        Case({}, IMAGE, {}),
        Case({"keepdims": "true"}, IMAGE, {"keepdims": True}),
    ],
    "GlobalMaxPooling2D": [
        Case({}, IMAGE, {}),
        Case({"keepdims": "true"}, IMAGE, {"keepdims": True}),
    ],
    "ChannelAveragePooling": [Case({}, IMAGE, {}), Case({}, ((9, 8, 1),), {})],
    "ChannelMaxPooling": [Case({}, IMAGE, {}), Case({}, ((9, 8, 1),), {})],
    "Activation": [
        Case({"activation": name}, shape, {"activation": name})
        for name in (
            *("celu", "elu", "exponential", "gelu", "hard_shrink", "hard_sigmoid"),
            *("hard_silu", "hard_swish", "hard_tanh", "leaky_relu", "linear"),
            *("log_sigmoid", "log_softmax", "mish", "relu", "relu6", "selu"),
            *("sigmoid", "silu", "soft_shrink", "softmax", "softplus", "softsign"),
            *("sparse_plus", "sparse_sigmoid", "sparsemax", "squareplus", "swish"),
            *("tanh", "tanh_shrink"),
        )
        for shape in (IMAGE, VECTOR)
    ],
    "ReLU": [
        Case({}, IMAGE, {}),
        Case(
            {"max_value": "6", "negative_slope": "0.1", "threshold": "1e-3"},
            VECTOR,
            {"max_value": 6.0, "negative_slope": 0.1, "threshold": 0.001},
        ),
    ],
    "LeakyReLU": [
        Case({}, IMAGE, {}),
        Case({"negative_slope": "0.1"}, VECTOR, {"negative_slope": 0.1}),
    ],
    "ELU": [Case({}, IMAGE, {}), Case({"alpha": "0.5"}, VECTOR, {"alpha": 0.5})],
    "PReLU": [
        Case({}, IMAGE, {}),
        Case({"alpha_initializer": "0.25"}, VECTOR, {"alpha_initializer": QUARTER}),
        Case({"shared_axes": "1x2"}, IMAGE, {"shared_axes": (1, 2)}),
        Case({"shared_axes": ["2", "3"]}, IMAGE, {"shared_axes": (2, 3)}),
        Case({"shared_axes": "1"}, VECTOR, {"shared_axes": (1,)}),
    ],
    "Softmax": [
        Case({}, VECTOR, {}),
        Case({"axis": "1"}, IMAGE, {"axis": 1}),
        Case({"axis": "-3"}, IMAGE, {"axis": -3}),
    ],
    "BatchNormalization": [
        Case({}, IMAGE, {}),
        Case(
            {
                "momentum": "0.9",
                "epsilon": "1.001e-5",
                "center": "false",
                "gamma_initializer": "zeros",
                "moving_variance_initializer": "2",
            },
            VECTOR,
            {
                "momentum": 0.9,
                "epsilon": 1.001e-5,
                "center": False,
                "gamma_initializer": "zeros",
                "moving_variance_initializer": ("Constant", 2.0),
            },
        ),
        Case({"scale": "false"}, IMAGE, {"scale": False}),
    ],
    "LayerNormalization": [
        Case({}, IMAGE, {}),
        Case(
            {"epsilon": "1e-6", "center": "false", "gamma_initializer": "1e-6"},
            VECTOR,
            {"epsilon": 1e-6, "center": False, "gamma_initializer": ("Constant", 1e-6)},
        ),
        Case({"scale": "false"}, IMAGE, {"scale": False}),
    ],
    "GroupNormalization": [
        Case({"groups": "3"}, IMAGE, {"groups": 3}),
        Case({}, ((4, 4, 64),), {}),
        Case(
            {"groups": "12", "epsilon": "1e-5", "scale": "false"},
            VECTOR,
            {"groups": 12, "epsilon": 1e-5, "scale": False},
        ),
        Case(
            {"groups": "1", "center": "false", "gamma_initializer": "0.25"},
            IMAGE,
            {"groups": 1, "center": False, "gamma_initializer": QUARTER},
        ),
    ],
    "UnitNormalization": [Case({}, IMAGE, {}), Case({}, VECTOR, {})],
    "Normalization": [
        Case({}, IMAGE, {}),
        Case({}, VECTOR, {}),
        Case(
            {"mean": "0.5", "variance": "0.25"}, VECTOR, {"mean": 0.5, "variance": 0.25}
        ),
        Case(
            {"mean": ["0.5", "1", "0", "-1", "2", "3"], "variance": ["0.25"] * 6},
            IMAGE,
            {"mean": (0.5, 1.0, 0.0, -1.0, 2.0, 3.0), "variance": (0.25,) * 6},
        ),
    ],
    "LocalResponseNormalization": [
        Case({}, IMAGE, {}),
        Case(
            {"size": "3", "alpha": "1e-3", "beta": "0.5", "k": "2"},
            IMAGE,
            {"size": 3, "alpha": 1e-3, "beta": 0.5, "k": 2.0},
        ),
    ],
    "Rescaling": [
        Case({"scale": "0.5"}, IMAGE, {"scale": 0.5}),
        Case({"scale": "2", "offset": "-1"}, VECTOR, {"scale": 2.0, "offset": -1.0}),
        Case(
            {"scale": ["2", "1", "0.5", "1", "1", "-1"], "offset": "0.5"},
            IMAGE,
            {"scale": (2.0, 1.0, 0.5, 1.0, 1.0, -1.0), "offset": 0.5},
        ),
    ],
    "LayerScale": [
        Case({}, IMAGE, {}),
        Case({"initial_value": "0.1"}, VECTOR, {"initial_value": 0.1}),
    ],
    "Scale": [
        Case({}, IMAGE, {}),
        Case({"center": "false"}, VECTOR, {"center": False}),
        Case(
            {"beta_initializer": "0.25", "gamma_initializer": "zeros"},
            IMAGE,
            {"beta_initializer": QUARTER, "gamma_initializer": "zeros"},
        ),
    ],
    "Dropout": [
        Case({"rate": "40%"}, VECTOR, {"rate": 0.4}),
        Case(
            {"rate": "0.2", "noise_shape": ["1", "1", "1"]},
            IMAGE,
            {"rate": 0.2, "noise_shape": (None, 1, 1, 1)},
        ),
        Case(
            {"rate": "0.2", "noise_shape": "1x1x6"},
            IMAGE,
            {"rate": 0.2, "noise_shape": (None, 1, 1, 6)},
        ),
        Case({"rate": "0"}, IMAGE, {"rate": 0.0}),
        Case({"rate": "1", "seed": "7"}, IMAGE, {"rate": 1.0, "seed": 7}),
    ],
    "AlphaDropout": [
        Case({"rate": "5%"}, VECTOR, {"rate": 0.05}),
        Case(
            {"rate": "0.5", "noise_shape": "1x1x6", "seed": "3"},
            IMAGE,
            {"rate": 0.5, "noise_shape": (None, 1, 1, 6), "seed": 3},
        ),
    ],
    "SpatialDropout2D": [
        Case({"rate": "20%"}, IMAGE, {"rate": 0.2}),
        Case({"rate": "1", "seed": "0"}, IMAGE, {"rate": 1.0, "seed": 0}),
    ],
    "StochasticDepth": [
        Case({"rate": "20%"}, IMAGE, {"rate": 0.2}),
        Case({"rate": "0"}, VECTOR, {"rate": 0.0}),
        Case({"rate": "1", "seed": "7"}, VECTOR, {"rate": 1.0, "seed": 7}),
    ],
    "GaussianDropout": [
        Case({"rate": "0"}, VECTOR, {"rate": 0.0}),
        Case({"rate": "0.9", "seed": "7"}, IMAGE, {"rate": 0.9, "seed": 7}),
    ],
    "GaussianNoise": [
        Case({"stddev": "0.1"}, IMAGE, {"stddev": 0.1}),
        Case({"stddev": "1", "seed": "7"}, VECTOR, {"stddev": 1.0, "seed": 7}),
    ],
    "Add": [Case({}, IMAGE * 2, {}), Case({}, VECTOR * 3, {})],
    "Subtract": [Case({}, IMAGE * 2, {})],
    "Multiply": [
        Case({}, IMAGE * 2, {}),
        Case({}, ((1, 1, 6), *IMAGE), {}),
        Case({}, (*IMAGE, (1, 1, 6), *IMAGE), {}),
        Case({}, (*IMAGE, (9, 8, 1)), {}),
        Case({}, ((9, 8, 1), (1, 1, 6), *IMAGE), {}),
        Case({}, ((1, 1, 6), (1, 1, 1)), {}),
        Case({}, VECTOR * 2, {}),
    ],
    "Average": [Case({}, IMAGE * 3, {})],
    "Maximum": [Case({}, IMAGE * 2, {})],
    "Minimum": [Case({}, IMAGE * 2, {})],
    "Concatenate": [
        Case({}, ((9, 8, 6), (9, 8, 1), (9, 8, 3)), {}),
        Case({}, ((12,), (5,)), {}),
    ],
    "Flatten": [Case({}, IMAGE, {}), Case({}, VECTOR, {})],
    "Reshape": [
        Case({"target_shape": "2x2x3"}, VECTOR, {"target_shape": (2, 2, 3)}),
        Case({"target_shape": ["-1", "6"]}, IMAGE, {"target_shape": (-1, 6)}),
        Case({"target_shape": "432"}, IMAGE, {"target_shape": (432,)}),
        Case({"target_shape": "1x1x12"}, VECTOR, {"target_shape": (1, 1, 12)}),
    ],
    "Permute": [
        Case({"dims": ["2", "3", "1"]}, IMAGE, {"dims": (2, 3, 1)}),
        Case({"dims": "2x1x3"}, IMAGE, {"dims": (2, 1, 3)}),
    ],
    "ChannelSplit": [
        Case({"parts": "2", "part": "0"}, IMAGE, {"parts": 2, "part": 0}),
        Case({"parts": "3", "part": "2"}, VECTOR, {"parts": 3, "part": 2}),
        Case({"parts": "1", "part": "0"}, IMAGE, {"parts": 1, "part": 0}),
    ],
    "ChannelSlice": [
        Case({"stop": "4"}, IMAGE, {"stop": 4}),
        Case({"start": "4"}, IMAGE, {"start": 4}),
        Case({"start": "1", "stop": "2"}, IMAGE, {"start": 1, "stop": 2}),
        Case({"stop": "6"}, IMAGE, {"stop": 6}),
        Case({"start": "5", "stop": "12"}, VECTOR, {"start": 5, "stop": 12}),
    ],
    "ChannelPadding": [
        Case({"after": "4"}, IMAGE, {"after": 4}),
        Case({"after": "0"}, IMAGE, {"after": 0}),
        Case({"after": "1", "before": "2"}, VECTOR, {"after": 1, "before": 2}),
    ],
    "ChannelShuffle": [
        Case({"groups": "3"}, IMAGE, {"groups": 3}),
        Case({"groups": "1"}, IMAGE, {"groups": 1}),
        Case({"groups": "12"}, VECTOR, {"groups": 12}),
    ],
    "DepthToSpace": [
        Case({"block_size": "2"}, ((9, 8, 12),), {"block_size": 2}),
        Case({"block_size": "1"}, IMAGE, {"block_size": 1}),
    ],
    "SpaceToDepth": [
        Case({"block_size": "2"}, ((6, 8, 3),), {"block_size": 2}),
        Case({"block_size": "1"}, IMAGE, {"block_size": 1}),
    ],
    "ZeroPadding2D": [
        Case({}, IMAGE, {}),
        Case({"padding": "3"}, IMAGE, {"padding": 3}),
        Case({"padding": "0x2"}, IMAGE, {"padding": (0, 2)}),
        Case(
            {"padding": [["0", "1"], ["0", "1"]]},
            IMAGE,
            {"padding": ((0, 1), (0, 1))},
        ),
    ],
    "Cropping2D": [
        Case({}, IMAGE, {}),
        Case({"cropping": "3"}, IMAGE, {"cropping": 3}),
        Case(
            {"cropping": [["0", "1"], ["2", "2"]]},
            IMAGE,
            {"cropping": ((0, 1), (2, 2))},
        ),
    ],
    "UpSampling2D": [
        Case({}, IMAGE, {}),
        *[
            Case(
                {"size": "2x3", "interpolation": name},
                IMAGE,
                {"size": (2, 3), "interpolation": name},
            )
            for name in ("nearest", "bilinear", "bicubic", "lanczos3", "lanczos5")
        ],
    ],
    "Resizing": [
        Case({"height": "5", "width": "16"}, IMAGE, {"height": 5, "width": 16}),
        *[
            Case(
                {"height": "1", "width": "20", "interpolation": name},
                IMAGE,
                {"height": 1, "width": 20, "interpolation": name},
            )
            for name in ("nearest", "bilinear", "bicubic", "lanczos3", "lanczos5")
        ],
    ],
}

BEFORE_FLATTEN = "put `{}` before Flatten, Dense or global pooling"
MERGE_FIRST = "merge them first: write `concatenate` or `add` before it"
TWO_NAMES = "name them: `from: [a, b]`, or make it the `merge` of branches"
SAME_STRIDES = "give every input the same strides and padding"
FIRST_LEFT_OUT = "channels count from 0; `stop` is the first left out"

WRONG: list[Wrong] = [
    Wrong(
        "Conv2D",
        {"filters": "8", "kernel_size": "3"},
        ((1024,),),
        "rank-mismatch",
        "`Conv2D` needs height x width x channels, received a vector of 1024",
        BEFORE_FLATTEN.format("Conv2D"),
        keras=True,
    ),
    Wrong(
        "Conv2D",
        {"filters": "8", "kernel_size": "3"},
        ((9, 9, 3), (9, 9, 3)),
        "input-count",
        "`Conv2D` takes one input, received 2",
        MERGE_FIRST,
        keras=True,
    ),
    Wrong(
        "Conv2D",
        {"filters": "8", "kernel_size": "7x3"},
        ((5, 9, 3),),
        "window-too-large",
        "`kernel_size` (=7x3) does not fit into the 5x9 that arrives",
        "write `padding: same`, or a smaller window",
        keras=True,
    ),
    Wrong(
        "Conv2D",
        {"filters": "8", "kernel_size": "3", "dilation_rate": "4"},
        ((9, 8, 3),),
        "window-too-large",
        "`kernel_size` (=3x3), dilated to 9x9, does not fit into the 9x8 that arrives",
        "write `padding: same`, or a smaller window",
        keras=True,
    ),
    Wrong(
        "Conv2D",
        {"filters": "10", "kernel_size": "1", "groups": "5"},
        ((7, 7, 64),),
        "groups-mismatch",
        "`groups` (=5) must divide the 64 channels that arrive",
        None,
        keras=True,
    ),
    Wrong(
        "Conv2D",
        {"filters": "10", "kernel_size": "1", "groups": "4"},
        ((7, 7, 64),),
        "groups-mismatch",
        "`groups` (=4) must divide `filters` (=10)",
        None,
        keras=True,
    ),
    Wrong(
        "Conv2D",
        {"filters": "4", "kernel_size": "2", "strides": "1x2", "dilation_rate": "2x1"},
        ((7, 7, 3),),
        "strides-unsupported",
        "`strides` (=1x2) and `dilation_rate` (=2x1) cannot both exceed 1",
        "leave the strides at 1, and thin out by `MaxPooling2D: {patch: 1x1/1x2}` "
        "behind it",
        keras=True,
    ),
    Wrong(
        "Conv2DTranspose",
        {"filters": "4", "kernel_size": "2", "strides": "2", "dilation_rate": "2"},
        ((7, 7, 3),),
        "strides-unsupported",
        "`strides` (=2x2) and `dilation_rate` (=2x2) cannot both exceed 1",
        "keep one of them at 1",
        keras=True,
    ),
    Wrong(
        "Conv2DTranspose",
        {"filters": "4", "kernel_size": "2", "strides": "2", "output_padding": "1x2"},
        ((7, 7, 3),),
        "strides-unsupported",
        "`output_padding` (=1x2) must be smaller than `strides` (=2x2)",
        None,
        keras=True,
    ),
    Wrong(
        "Conv2DTranspose",
        {
            "filters": "4",
            "kernel_size": "2",
            "strides": "2",
            "padding": "same",
            "output_padding": "0",
        },
        ((7, 1, 3),),
        "window-too-large",
        "`kernel_size` (=2x2) with `padding` (=same) leaves 12x0 "
        "of the 7x1 that arrives",
        "leave `output_padding` out",
        keras=False,
    ),
    Wrong(
        "Conv2DTranspose",
        {"filters": "4", "kernel_size": "2"},
        ((7,),),
        "rank-mismatch",
        "`Conv2DTranspose` needs height x width x channels, received a vector of 7",
        BEFORE_FLATTEN.format("Conv2DTranspose"),
        keras=True,
    ),
    Wrong(
        "DepthwiseConv2D",
        {"kernel_size": "5"},
        ((4, 4, 3),),
        "window-too-large",
        "`kernel_size` (=5x5) does not fit into the 4x4 that arrives",
        "write `padding: same`, or a smaller window",
        keras=True,
    ),
    Wrong(
        "SeparableConv2D",
        {"filters": "2", "kernel_size": "5"},
        ((4, 4),),
        "rank-mismatch",
        "`SeparableConv2D` needs height x width x channels, received 4x4",
        BEFORE_FLATTEN.format("SeparableConv2D"),
        keras=True,
    ),
    Wrong(
        "MaxPooling2D",
        {"pool_size": "3", "strides": "2"},
        ((2, 9, 64),),
        "window-too-large",
        "`pool_size` (=3x3) does not fit into the 2x9 that arrives",
        "write `padding: same`, or a smaller window",
        keras=True,
    ),
    Wrong(
        "AveragePooling2D",
        {"pool_size": "3"},
        ((64,),),
        "rank-mismatch",
        "`AveragePooling2D` needs height x width x channels, received a vector of 64",
        BEFORE_FLATTEN.format("AveragePooling2D"),
        keras=True,
    ),
    Wrong(
        "GlobalAveragePooling2D",
        {},
        ((64,),),
        "rank-mismatch",
        "`GlobalAveragePooling2D` needs height x width x channels, "
        "received a vector of 64",
        BEFORE_FLATTEN.format("GlobalAveragePooling2D"),
        keras=True,
    ),
    Wrong(
        "Dense",
        {"units": "10"},
        ((7, 7, 1024),),
        "rank-mismatch",
        "`Dense` needs a vector, received 7x7x1024",
        "write Flatten or GlobalAveragePooling2D before it; for a layer of every "
        "position, `Conv2D: {patch: 1x1, filters: 10}`",
        keras=False,
    ),
    Wrong(
        "Dense",
        {"units": "10"},
        ((196, 512),),
        "rank-mismatch",
        "`Dense` needs a vector, received 196x512",
        "write Flatten or GlobalAveragePooling2D before it",
        keras=False,
    ),
    Wrong(
        "Softmax",
        {"axis": "0"},
        ((7, 7, 3),),
        "rank-mismatch",
        "`axis` (=0) is no axis of 7x7x3",
        "axes are 1 to 3, or -1 for the last",
        keras=False,
    ),
    Wrong(
        "Softmax",
        {"axis": "-4"},
        ((7, 7, 3),),
        "rank-mismatch",
        "`axis` (=-4) is no axis of 7x7x3",
        "axes are 1 to 3, or -1 for the last",
        keras=False,
    ),
    Wrong(
        "Softmax",
        {"axis": "2"},
        ((10,),),
        "rank-mismatch",
        "`axis` (=2) is no axis of a vector of 10",
        "axes are 1, or -1 for the last",
        keras=True,
    ),
    Wrong(
        "Normalization",
        {"mean": ["0.5", "0.4"], "variance": ["1", "1"]},
        IMAGE,
        "shape-mismatch",
        "`mean` holds 2 numbers, and 6 channels arrive",
        ONE_EACH,
        keras=True,
    ),
    Wrong(
        "Normalization",
        {"mean": ["0.5"] * 6, "variance": "1"},
        IMAGE,
        "shape-mismatch",
        "`mean` and `variance` are two numbers, or two lists",
        None,
        keras=True,
    ),
    Wrong(
        "Normalization",
        {"mean": "0.5"},
        IMAGE,
        "missing-argument",
        "`Normalization` with a `mean` needs a `variance`, too",
        None,
        keras=True,
    ),
    Wrong(
        "Rescaling",
        {"scale": "1", "offset": ["0.5"]},
        IMAGE,
        "shape-mismatch",
        "`offset` holds 1 number, and 6 channels arrive",
        ONE_EACH,
        keras=False,
    ),
    Wrong(
        "LocalResponseNormalization",
        {},
        ((10,),),
        "rank-mismatch",
        "`LocalResponseNormalization` needs height x width x channels, "
        "received a vector of 10",
        BEFORE_FLATTEN.format("LocalResponseNormalization"),
        keras=False,
    ),
    Wrong(
        "PReLU",
        {"shared_axes": "1x2"},
        ((10,),),
        "rank-mismatch",
        "`shared_axes` has axis 2, received a vector of 10",
        "axes count from 1, without the batch",
        keras=True,
    ),
    Wrong(
        "GroupNormalization",
        {},
        ((7, 7, 48),),
        "groups-mismatch",
        "`groups` (=32) must divide the 48 channels that arrive",
        None,
        keras=True,
    ),
    Wrong(
        "GroupNormalization",
        {},
        ((7, 7, 16),),
        "groups-mismatch",
        "`groups` (=32) must divide the 16 channels that arrive",
        None,
        keras=True,
    ),
    Wrong(
        "SpatialDropout2D",
        {"rate": "0.5"},
        ((64,),),
        "rank-mismatch",
        "`SpatialDropout2D` needs height x width x channels, received a vector of 64",
        BEFORE_FLATTEN.format("SpatialDropout2D"),
        keras=True,
    ),
    Wrong(
        "ChannelSplit",
        {"parts": "2", "part": "0"},
        ((7, 7, 15),),
        "groups-mismatch",
        "`parts` (=2) must divide the 15 channels that arrive",
        None,
        keras=True,
    ),
    Wrong(
        "ChannelSplit",
        {"parts": "2", "part": "2"},
        ((7, 7, 16),),
        "bad-value",
        "`part` (=2) must be below `parts` (=2)",
        "the first part is 0",
        keras=True,
    ),
    *[
        Wrong("ChannelSlice", fields, shapes, "bad-value", message, help, keras)
        for fields, shapes, message, help, keras in (
            (
                {},
                IMAGE,
                "`ChannelSlice` needs `start` or `stop`: without them it keeps all",
                "write `stop: 16` for the first 16, `start: 16` for all after them",
                False,
            ),
            (
                {"stop": "7"},
                IMAGE,
                "`stop` (=7) lies beyond the 6 channels that arrive",
                FIRST_LEFT_OUT,
                True,
            ),
            (
                {"start": "12"},
                VECTOR,
                "`start` (=12) lies beyond the 12 channels that arrive",
                FIRST_LEFT_OUT,
                True,
            ),
            (
                {"start": "8", "stop": "14"},
                VECTOR,
                "`stop` (=14) lies beyond the 12 channels that arrive",
                FIRST_LEFT_OUT,
                True,
            ),
            (
                {"start": "4", "stop": "2"},
                IMAGE,
                "`start` (=4) must be below `stop` (=2)",
                "`stop` is the first channel left out, not a number of channels",
                True,
            ),
            (
                {"start": "3", "stop": "3"},
                IMAGE,
                "`start` (=3) must be below `stop` (=3)",
                "`stop` is the first channel left out, not a number of channels",
                True,
            ),
        )
    ],
    *[
        Wrong(
            name,
            {},
            ((64,),),
            "rank-mismatch",
            f"`{name}` needs height x width x channels, received a vector of 64",
            BEFORE_FLATTEN.format(name),
            keras=False,
        )
        for name in ("ChannelAveragePooling", "ChannelMaxPooling")
    ],
    Wrong(
        "AlphaDropout",
        {"rate": "0.5", "noise_shape": "6"},
        IMAGE,
        "shape-mismatch",
        "`noise_shape` (=6) does not spread over 9x8x6",
        "each axis is 1 or as it arrives, without the batch axis",
        keras=True,
    ),
    Wrong(
        "ChannelShuffle",
        {"groups": "3"},
        ((7, 7, 16),),
        "groups-mismatch",
        "`groups` (=3) must divide the 16 channels that arrive",
        None,
        keras=True,
    ),
    Wrong(
        "DepthToSpace",
        {"block_size": "2"},
        ((7, 7, 6),),
        "groups-mismatch",
        "`block_size` (=2) makes 4 positions of each, which must divide the 6 channels "
        "that arrive",
        None,
        keras=True,
    ),
    Wrong(
        "DepthToSpace",
        {"block_size": "2"},
        ((8,),),
        "rank-mismatch",
        "`DepthToSpace` needs height x width x channels, received a vector of 8",
        BEFORE_FLATTEN.format("DepthToSpace"),
        keras=True,
    ),
    Wrong(
        "SpaceToDepth",
        {"block_size": "2"},
        ((8, 7, 3),),
        "shape-mismatch",
        "`block_size` (=2) must divide the 8x7 that arrives",
        "pad or crop first: write ZeroPadding2D or Cropping2D before it",
        keras=True,
    ),
    Wrong(
        "Resizing",
        {"height": "4", "width": "4"},
        ((8,),),
        "rank-mismatch",
        "`Resizing` needs height x width x channels, received a vector of 8",
        BEFORE_FLATTEN.format("Resizing"),
        keras=True,
    ),
    Wrong(
        "Dropout",
        {"rate": "0.5", "noise_shape": "1x64"},
        ((7, 7, 64),),
        "shape-mismatch",
        "`noise_shape` (=1x64) does not spread over 7x7x64",
        "each axis is 1 or as it arrives, without the batch axis",
        keras=True,
    ),
    Wrong(
        "Dropout",
        {"rate": "0.5", "noise_shape": "7x2x64"},
        ((7, 7, 64),),
        "shape-mismatch",
        "`noise_shape` (=7x2x64) does not spread over 7x7x64",
        "each axis is 1 or as it arrives, without the batch axis",
        keras=True,
    ),
    Wrong(
        "Add",
        {},
        ((14, 14, 64), (28, 28, 64)),
        "shape-mismatch",
        "`Add` needs equal shapes, received 14x14x64 and 28x28x64",
        SAME_STRIDES,
        keras=True,
    ),
    Wrong(
        "Add",
        {},
        ((8, 8, 3), (8, 8, 3), (1, 1, 3)),
        "shape-mismatch",
        "`Add` needs equal shapes, received 8x8x3 and 1x1x3",
        SAME_STRIDES,
        keras=False,
    ),
    Wrong(
        "Average",
        {},
        ((8, 8, 3), (8, 8, 4)),
        "shape-mismatch",
        "`Average` needs equal shapes, received 8x8x3 and 8x8x4",
        "give every input the same number of channels, by a 1x1 convolution",
        keras=True,
    ),
    Wrong(
        "Maximum",
        {},
        ((8, 8, 3), (3,)),
        "shape-mismatch",
        "`Maximum` needs equal shapes, received 8x8x3 and a vector of 3",
        "flatten or pool every input, or none",
        keras=False,
    ),
    Wrong(
        "Minimum",
        {},
        ((8, 8, 3),),
        "input-count",
        "`Minimum` takes at least two inputs, received 1",
        TWO_NAMES,
        keras=False,
    ),
    Wrong(
        "Subtract",
        {},
        ((3,), (3,), (3,)),
        "input-count",
        "`Subtract` takes two inputs, received 3",
        None,
        keras=True,
    ),
    *[
        Wrong(
            "Multiply",
            {},
            shapes,
            "shape-mismatch",
            "`Multiply` needs equal shapes, or HxWxC scaled by 1x1xC or HxWx1, "
            f"received {received}",
            help,
            keras,
        )
        for shapes, received, help, keras in (
            (
                ((3,), (8, 8, 3)),
                "a vector of 3 and 8x8x3",
                "keep 1x1xC: pool with `keepdims: true`, or Reshape the vector",
                False,
            ),
            (
                ((8, 8, 3), (1, 1, 4)),
                "8x8x3 and 1x1x4",
                "make it 1x1x3 by `Conv2D: {patch: 1x1, filters: 3}`",
                True,
            ),
            (
                ((1, 1, 1), (8, 8, 3)),
                "1x1x1 and 8x8x3",
                "make it 1x1x3 by `Conv2D: {patch: 1x1, filters: 3}`",
                False,
            ),
            (
                ((8, 8, 2), (8, 8, 3)),
                "8x8x2 and 8x8x3",
                "make it 8x8x3 by `Conv2D: {patch: 1x1, filters: 3}`, "
                "or HxWx1 by one filter",
                True,
            ),
            (
                ((8, 8, 3), (4, 4, 1)),
                "8x8x3 and 4x4x1",
                "make it 8x8x1 by `Resizing: {height: 8, width: 8}`",
                True,
            ),
            (
                ((8, 8, 1), (1, 1, 3)),
                "8x8x1 and 1x1x3",
                "multiply the image by the one, and the product by the other",
                False,
            ),
            (
                ((8, 8, 1), (1, 1, 300)),
                "8x8x1 and 1x1x300",
                "multiply the image by the one, and the product by the other",
                False,
            ),
            (
                ((8, 1, 3), (1, 8, 3)),
                "8x1x3 and 1x8x3",
                SAME_STRIDES,
                False,
            ),
            (
                ((8, 8, 3), (4, 4, 3)),
                "8x8x3 and 4x4x3",
                SAME_STRIDES,
                True,
            ),
            (
                ((4,), (3,)),
                "a vector of 4 and a vector of 3",
                "give every input the same number of units, by a Dense layer",
                True,
            ),
        )
    ],
    Wrong(
        "Multiply",
        {},
        ((8, 8, 3),),
        "input-count",
        "`Multiply` takes at least two inputs, received 1",
        TWO_NAMES,
        keras=False,
    ),
    Wrong(
        "Concatenate",
        {},
        ((28, 28, 64), (14, 14, 32), (28, 28, 16)),
        "shape-mismatch",
        "`Concatenate` needs shapes that differ only in channels, "
        "received 28x28x64 and 14x14x32 and 28x28x16",
        SAME_STRIDES,
        keras=True,
    ),
    Wrong(
        "Concatenate",
        {},
        ((28, 28, 64), (64,)),
        "shape-mismatch",
        "`Concatenate` needs shapes that differ only in channels, "
        "received 28x28x64 and a vector of 64",
        "flatten or pool every input, or none",
        keras=True,
    ),
    Wrong(
        "Concatenate",
        {},
        ((28, 28, 64),),
        "input-count",
        "`Concatenate` takes at least two inputs, received 1",
        TWO_NAMES,
        keras=False,
    ),
    Wrong(
        "Reshape",
        {"target_shape": "4x3"},
        ((13,),),
        "reshape-mismatch",
        "`target_shape` (=4x3) holds 12 elements, a vector of 13 holds 13",
        None,
        keras=True,
    ),
    Wrong(
        "Reshape",
        {"target_shape": ["-1", "5"]},
        ((7, 7, 3),),
        "reshape-mismatch",
        "`target_shape` (=-1x5) holds a multiple of 5 elements, 7x7x3 holds 147",
        None,
        keras=True,
    ),
    Wrong(
        "Permute",
        {"dims": "2x1"},
        ((7, 7, 3),),
        "rank-mismatch",
        "`dims` (=2x1) orders 2 axes, received 7x7x3",
        None,
        keras=True,
    ),
    Wrong(
        "ZeroPadding2D",
        {},
        ((7,),),
        "rank-mismatch",
        "`ZeroPadding2D` needs height x width x channels, received a vector of 7",
        BEFORE_FLATTEN.format("ZeroPadding2D"),
        keras=True,
    ),
    Wrong(
        "Cropping2D",
        {"cropping": [["4", "4"], ["0", "0"]]},
        ((8, 9, 3),),
        "shape-mismatch",
        "`cropping` (=4+4 rows, 0+0 columns) leaves nothing of the 8x9 that arrives",
        None,
        keras=True,
    ),
    Wrong(
        "UpSampling2D",
        {},
        ((8, 9),),
        "rank-mismatch",
        "`UpSampling2D` needs height x width x channels, received 8x9",
        BEFORE_FLATTEN.format("UpSampling2D"),
        keras=True,
    ),
    *[
        Wrong(
            op,
            fields,
            ((3,), (3,)),
            "input-count",
            f"`{op}` takes one input, received 2",
            MERGE_FIRST,
            keras,
        )
        for op, fields, keras in (
            ("Flatten", {}, True),
            ("Activation", {"activation": "relu"}, True),
            ("BatchNormalization", {}, True),
            ("Dense", {"units": "3"}, True),
            ("Dropout", {"rate": "0"}, False),
            ("LayerScale", {}, True),
            ("StochasticDepth", {"rate": "0"}, False),
        )
    ],
]
