"""What tools printed for single ops, against the prices of their rules."""

import csv
from pathlib import Path

import pytest

from archcompiler.counting.conventions import read_convention
from archcompiler.counting.naming import rules
from archcompiler.counting.pricing import layers_of, price, sum_up
from archcompiler.graph.graph import Graph
from archcompiler.ops.table import OPS

REFERENCE = Path(__file__).parent.parent / "reference"
IMAGE = (10, 14, 6)
VECTOR = (35,)

RULES = {
    "thop 0.0.31.post2001170342": "thop-2020-01",
    "thop 0.0.31.post2005241907": "thop-0.0.31",
    "thop 0.1.0.post2206102148": "thop",
    "thop 0.1.1.post2209072238": "thop",
    "ptflops 0.6.9": "ptflops-0.6",
    "ptflops 0.7": "ptflops-0.7",
    "ptflops 0.7.5 (default, pytorch backend)": "ptflops",
    "ptflops 0.7.5 (count_functional=False)": "ptflops-modules",
    "ptflops 0.7.5 (aten backend)": "ptflops-aten",
    "fvcore 0.1.5.post20221221": "fvcore",
    "mmengine 0.10.7": "mmengine",
    "torchprofile 0.0.4": "torchprofile",
    "torchprofile 0.1.0": "torchprofile",
    "torchinfo 1.8.0": "torchinfo",
    "torch.utils.flop_counter 2.13": "torch-flop-counter",
    "calflops flops 0.3.2": "calflops-flops",
    "calflops macs 0.3.2": "calflops-macs",
    "deepspeed flops 0.19.8": "deepspeed-flops",
    "deepspeed macs 0.19.8": "deepspeed-macs",
    "onnx-tool 1.0.1 (ONNX export)": "onnx-tool",
    "mmcv flops_counter 1.7.2": "mmcv",
    "TF profiler 2.21, Keras 3.15": "tf-profiler-keras3",
    "TF profiler 2.21, tf-keras 2.21 (Keras 2)": "tf-profiler-keras2",
    "keras-flops registry 0.1.2 on TF 2.21, tf-keras": "keras-flops",
}

CONV = {"filters": 8, "kernel_size": (3, 3), "padding": "same"}
UP = {"filters": 8, "kernel_size": (3, 3), "strides": (2, 2)}
POOL = {"pool_size": (3, 3), "strides": (2, 2), "padding": "same"}

OPS_RUN = {
    "conv bias": ("Conv2D", CONV),
    "conv nobias": ("Conv2D", {**CONV, "use_bias": False}),
    "conv groups2": ("Conv2D", {**CONV, "groups": 2, "use_bias": False}),
    "depthwise": (
        "DepthwiseConv2D",
        {"kernel_size": (3, 3), "padding": "same", "use_bias": False},
    ),
    "separable": ("SeparableConv2D", {**CONV, "use_bias": False}),
    "convT bias": ("Conv2DTranspose", UP),
    "convT nobias": ("Conv2DTranspose", {**UP, "use_bias": False}),
    "linear bias": ("Dense", {"units": 11}),
    "linear nobias": ("Dense", {"units": 11, "use_bias": False}),
    "BN": ("BatchNormalization", {}),
    "BN noscale": ("BatchNormalization", {"scale": False}),
    "BN noaffine": ("BatchNormalization", {"scale": False, "center": False}),
    "LN": ("LayerNormalization", {}),
    "GN": ("GroupNormalization", {"groups": 2}),
    "ReLU": ("ReLU", {}),
    "ReLU6": ("Activation", {"activation": "relu6"}),
    "LeakyReLU": ("LeakyReLU", {}),
    "PReLU": ("PReLU", {"shared_axes": (1, 2, 3)}),
    "SiLU": ("Activation", {"activation": "swish"}),
    "GELU": ("Activation", {"activation": "gelu"}),
    "Hardswish": ("Activation", {"activation": "hard_swish"}),
    "Sigmoid": ("Activation", {"activation": "sigmoid"}),
    "Softmax": ("Softmax", {}),
    "MaxPool 3/2": ("MaxPooling2D", POOL),
    "AvgPool 2/2": ("AveragePooling2D", {"pool_size": (2, 2)}),
    "AdaptiveAvg 1": ("GlobalAveragePooling2D", {}),
    "GlobalAvg": ("GlobalAveragePooling2D", {}),
    "AdaptiveMax 1": ("GlobalMaxPooling2D", {}),
    "GlobalMax": ("GlobalMaxPooling2D", {}),
    "Upsample near": ("UpSampling2D", {}),
    "Upsample bilin": ("UpSampling2D", {"interpolation": "bilinear"}),
    "Dropout": ("Dropout", {"rate": 0.5}),
    "F.relu": ("ReLU", {}),
    "F.max_pool2d": ("MaxPooling2D", POOL),
    "F.avg_pool2d": ("AveragePooling2D", {"pool_size": (2, 2)}),
    "F.adaptive_avg": ("GlobalAveragePooling2D", {}),
    "F.softmax": ("Softmax", {}),
    "Add": ("Add", {}),
    "x+x": ("Add", {}),
    "Multiply": ("Multiply", {}),
    "x*x": ("Multiply", {}),
    "torch.cat": ("Concatenate", {}),
    "Concat": ("Concatenate", {}),
    "ZeroPad": ("ZeroPadding2D", {}),
    "Rescaling": ("Rescaling", {"scale": 0.5}),
    "Normalization": ("Normalization", {}),
}
FUNCTIONAL = {
    "F.relu": "ReLU",
    "F.max_pool2d": "max pooling",
    "F.avg_pool2d": "average pooling",
    "F.adaptive_avg": "global average pooling",
    "F.softmax": "softmax",
}

NOT_ASKED = {
    "AdaptiveAvg 2": "no op pools to 2x2",
    "x.mean": "no op of its own: timm's rule is fvcore with it",
    "x+=y": "written otherwise than `x+x`, the same to our graph",
    "torch.add": "the same",
    "torch.mul": "the same",
    "SE x*y": "a network of several ops",
    "SE torch.mul": "the same",
}
NOT_PRICED = {
    ("calflops-flops", "convT bias"): "its bias is counted at a size of nothing",
    ("torchinfo", "LN"): "normalised over all axes there, over channels here",
    ("tf-profiler-keras2", "Upsample near"): "2 for the image, whatever its size",
    ("tf-profiler-keras2", "Upsample bilin"): "the same",
    ("tf-profiler-keras3", "Upsample near"): "the same",
    ("keras-flops", "Upsample near"): "the same",
    ("keras-flops", "Upsample bilin"): "the same",
}


def counted(rule, run):
    """Return what a rule makes of one op that was run."""
    name, fields = OPS_RUN[run]
    graph = Graph()
    shape = VECTOR if name in ("Dense", "Softmax") else IMAGE
    taken = (graph.add_input("x", shape),) * (1 + (OPS[name].inputs == "several"))
    graph.add("y", OPS[name].model_validate({"op": name, **fields}), taken, None)
    kind = FUNCTIONAL.get(run, "")
    features = sum_up(layers_of(graph), functions={kind: {"y"}})
    behind_nothing = features.pop("final softmax", None)
    if behind_nothing is not None:
        features["softmax as a function" if kind else "softmax"] = behind_nothing
    return price(read_convention(rule), features)


NOT_RUN = (
    ("AveragePooling2D", {"pool_size": (1, 1)}),  # adaptive
    ("ELU", {}),
    ("Activation", {"activation": "hard_sigmoid"}),
    ("ChannelShuffle", {"groups": 2}),
)
"""Ops that are priced by rules whose source was read."""


def runs():
    """Return what was run: tool, its rule, op, count."""
    with (REFERENCE / "counting_ops.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            tool = f"{row['tool']} {row['version']}"
            yield RULES[tool], row["op"], int(row["count"])


@pytest.mark.parametrize("rule", dict.fromkeys(RULES.values()))
def test_a_rule_prices_single_ops_as_its_tool_did(rule):
    wrong = {}
    for each, run, count in runs():
        if each != rule or run in NOT_ASKED or (rule, run) in NOT_PRICED:
            continue
        if counted(rule, run) != count:
            wrong[run] = (counted(rule, run), count)
    assert not wrong


def test_what_is_not_priced_differs_indeed():
    agreeing = {(rule, run): n for rule, run, n in runs() if (rule, run) in NOT_PRICED}
    assert agreeing.keys() == NOT_PRICED.keys()
    for (rule, run), count in agreeing.items():
        assert counted(rule, run) != count


def test_every_kind_and_measure_that_is_priced_is_one_that_an_op_has():
    known = {}
    for op, fields in (*OPS_RUN.values(), *NOT_RUN):
        graph = Graph()
        shape = VECTOR if op in ("Dense", "Softmax") else IMAGE
        taken = (graph.add_input("x", shape),) * (1 + (OPS[op].inputs == "several"))
        graph.add("y", OPS[op].model_validate({"op": op, **fields}), taken, None)
        for kind, measures in sum_up(layers_of(graph)).items():
            known.setdefault(kind, set()).update(measures)
    known["softmax"] = known["final softmax"]
    for kind in ("batch normalisation", "bare batch normalisation"):
        known[kind].add("folded outputs")
    for rule in rules():
        for kind, prices in {**rule.prices, **rule.training}.items():
            priced = set(prices)
            assert priced <= known[kind.removesuffix(" as a function")], (rule, kind)


@pytest.mark.parametrize(("shared", "slopes"), [(None, 256), ("1x2", 4), ("1x2x3", 1)])
def test_torchinfo_charges_the_slopes_of_a_rectifier(shared, slopes):
    graph = Graph()
    shape = (8, 8, 4)
    op = OPS["PReLU"].model_validate({"op": "PReLU", "shared_axes": shared})
    graph.add("y", op, (graph.add_input("x", shape),), None)
    assert price(read_convention("torchinfo"), sum_up(layers_of(graph))) == slopes
