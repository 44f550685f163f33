"""Names that clash say what they are; a number would only say that one was taken."""

from functools import cache
from pathlib import Path

import pytest

import archcompiler
from archcompiler.backends.keras_source.identifiers import Identifiers

SPECS = Path(__file__).parent / "specs"


@cache
def source_of(name):
    return archcompiler.load(SPECS / f"{name}.yaml").to_source()


@pytest.mark.parametrize(
    ("spec", "line"),
    [
        # a function for a column of the function that calls it
        ("stepping_aside", "def se_block(x, *, name):"),
        ("stepping_aside", 'x = se_block(x, name=f"{name}_se")'),
        # a function for a parameter of the spec
        ("stepping_aside", "def pair_block(x, y, pair, y_output=8, *, name):"),
        # columns and parameters for the variables that every function has
        ("stepping_aside", "def stem(x, se, y_value, x_value, act, *, name):"),
        # functions for the variables that every function has
        ("local_names", "x = k_k(x, 1, "),
        ("local_names", "def first_block(x, n, *, name):"),
        ("local_names", "x = index_block(x, index=i - 1, "),
        # the value of a row, or of a step, for the function that computes it
        ("stepping_aside", "stem_output = stem(inputs, 2, 6, x_value, act, "),
        ("colliding_names", "conv_output = conv(inputs, 4, pool, "),
        # an input for a function that the body calls
        ("colliding_names", "def one(conv_input, pool, *, name):"),
        # functions of the same words for each other, by the names of their holes
        ("stepping_aside", "def conv_k_m(x, k, m, *, name):"),
        # branches within a branch, and those beside one that passes its input on
        ("stepping_aside", "[branch_2_1, x, branch_2_3]"),
        ("stepping_aside", "([branch_pool_1, branch_pool_2])"),
    ],
)
def test_names_that_clash_say_what_they_are(spec, line):
    assert line in source_of(spec)


def test_names_that_do_not_clash_stay_as_they_are():
    assert Identifiers(["conv"]).new("stem", role="output") == "stem"


def test_two_texts_of_one_slug_are_numbered():
    identifiers = Identifiers(["stem"])
    words = [identifiers.new("stem", role="output") for _ in range(2)]
    assert words == ["stem_output", "stem_output_2"]
