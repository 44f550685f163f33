"""Words of other frameworks: each leads to a name that the language has."""

from typing import get_args

import pytest

from archcompiler.language.mistakes.synonyms import (
    SYNONYMS,
    suggest_argument,
    suggest_here,
    suggest_op,
)
from archcompiler.language.recipe.optimizers import OPTIMIZERS
from archcompiler.language.spec.claims import Expect
from archcompiler.ops import fields, initializers
from archcompiler.ops.table import OPS, WORDS

FIELDS = {name for op in OPS.values() for name in op.model_fields}
INITIALIZERS = get_args(initializers.InitializerName)
OTHERS = {*Expect.model_fields, *OPTIMIZERS["SGD"].model_fields}
NAMES = {*OPS, *WORDS, *FIELDS, *get_args(fields.Activation), *INITIALIZERS, *OTHERS}


@pytest.mark.parametrize("word", SYNONYMS)
def test_a_synonym_leads_to_a_name_of_the_language(word: str) -> None:
    assert word == word.lower()
    assert {*SYNONYMS[word]} <= NAMES


def test_a_synonym_wins_over_the_nearest_word() -> None:
    assert suggest_here("p", ["pad", "rate"]) == "did you mean `rate`?"


def test_a_synonym_that_a_call_does_not_take_is_not_offered() -> None:
    assert suggest_argument("p", ["filters"]) == ""


def test_the_name_of_a_module_in_front_is_left_aside() -> None:
    assert suggest_op("nn.Linear", [], OPS) == "did you mean `Dense`?"


def test_what_arrives_is_not_said_again() -> None:
    help = suggest_argument("in_channels", ["filters"])
    assert help == "remove `in_channels`: it is known from what arrives"


@pytest.mark.parametrize(
    ("word", "name"),
    [
        ("h_swish", "hard_swish"),
        ("h-swish", "hard_swish"),
        ("nn.Hardswish", "hard_swish"),
        ("h-sigmoid", "hard_sigmoid"),
        ("HardTanh", "hard_tanh"),
        ("PixelShuffle", "DepthToSpace"),
        ("DropPath", "StochasticDepth"),
        ("LRN", "LocalResponseNormalization"),
        ("InstanceNorm2d", "GroupNormalization"),
        ("Fully Connected", "Dense"),
        ("BatchNorm1d", "BatchNormalization"),
        ("dw-conv", "DepthwiseConv2D"),
        ("Slice", "ChannelSlice"),
        ("mean", "average"),
        ("PadChannels", "ChannelPadding"),
        ("max", "maximum"),
        ("ChannelMean", "ChannelAveragePooling"),
    ],
)
def test_a_suggestion_never_leads_to_another_network(word: str, name: str) -> None:
    assert suggest_op(word, [], [*OPS, *WORDS]) == f"did you mean `{name}`?"


@pytest.mark.parametrize(
    ("word", "help"),
    [
        ("Conv1D", "its window `1x3`: did you mean `Conv2D`?"),
        ("MaxPool1d", "its window `1x3`: did you mean `MaxPooling2D`?"),
        ("MaxPool3d", "the language holds no volumes: layers take images"),
        ("ConvLSTM2D", "the language holds no recurrent layers"),
        ("MaxUnpool2d", "`UpSampling2D` enlarges without it"),
    ],
)
def test_what_the_language_lacks_is_said(word: str, help: str) -> None:
    assert help in suggest_op(word, [], [*OPS, *WORDS])


def test_what_is_no_layer_is_told_so() -> None:
    assert "branch `[]`" in suggest_op("nn.Identity", [], OPS)
    assert "`input: 224x224x3`" in suggest_op("InputLayer", [], OPS)
    assert "`ChannelAveragePooling`" in suggest_op("ChannelPool", [], OPS)


@pytest.mark.thorough
def test_blocks_of_the_spec_come_before_ops() -> None:
    ops = [*OPS, *WORDS]
    assert suggest_op("maxpool", ["max pool"], ops) == "did you mean `max pool`?"
    assert suggest_op("conv3x", ["conv3", "Flatten"], ops) == "did you mean `conv3`?"
    assert suggest_op("conv2d", ["conv"], ops) == "did you mean `Conv2D`?"
