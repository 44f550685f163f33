"""What tools printed for whole networks, against what their rules make of ours."""

import csv
from functools import cache
from pathlib import Path

import pytest

import archcompiler

REFERENCE = Path(__file__).parent.parent / "reference"

RULES = {
    "thop@0.0.31": "thop-0.0.31",
    "ptflops@0.6.4-0.7": "ptflops-0.6",
    "ptflops_aten": "ptflops-aten",
    "ptflops_pytorch_nofunc": "ptflops-modules",
    "deepspeed_macs": "deepspeed-macs",
    "deepspeed_flops": "deepspeed-flops",
    "calflops_macs": "calflops-macs",
    "calflops_flops": "calflops-flops",
    "torch_flop_counter": "torch-flop-counter",
    "onnx_tool_ts": "onnx-tool",
    "tf_k2": "tf-profiler-keras2",
    "tf_k2reg": "keras-flops",
    "tf_k3": "tf-profiler-keras3",
}
"""The tools whose rule has another name here."""

SPECS = {
    "vgg16": "vgg16-torchvision",
    "resnet50": "resnet50-v1.5",
    "resnext50_32x4d": "resnext50",
    "mobilenet_v2": "mobilenetv2",
    "squeezenet1_1": "squeezenet-1.1-torchvision",
    "efficientnet_b0": "efficientnet-b0",
    "inception_v3": "inception-v3",
    "keras.applications resnet50v2": "resnet-v2",
}

FUNCTIONS = {
    "densenet121": "ReLU in Classification Pool and global average pooling",
    "mobilenet_v2": "global average pooling",
    "inception_v3": "ReLU and average pooling"
    " and max pooling in mixed 3 and max pooling in mixed 8",
}
"""What torchvision wrote as functions."""


@cache
def network(name):
    """Return the shipped architecture of a network."""
    return archcompiler.load(SPECS.get(name, name.removeprefix("keras.applications ")))


def rows(name):
    """Return the rows of a reference file."""
    with (REFERENCE / name).open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


CHECKS = rows("counting_checks.csv")


def test_no_check_is_left_out():
    assert len(CHECKS) == 177


@pytest.mark.parametrize("tool", dict.fromkeys(row["tool"] for row in CHECKS))
def test_a_rule_makes_what_its_tool_printed(tool):
    for row in CHECKS:
        if row["tool"] != tool:
            continue
        convention = RULES.get(tool, tool)
        if row["model"] in FUNCTIONS:
            convention += f" with {FUNCTIONS[row['model']]} as functions"
        counted = network(row["model"]).count(convention)
        assert counted == int(row["tool_number"]), (tool, row["model"])
