"""Words of other frameworks: each leads to a name that the language has."""

from typing import get_args

import pytest

from archcompiler.language.synonyms import (
    SYNONYMS,
    suggest_argument,
    suggest_here,
    suggest_op,
)
from archcompiler.ops import fields
from archcompiler.ops.table import OPS, WORDS

FIELDS = {name for op in OPS.values() for name in op.model_fields}
INITIALIZERS = get_args(fields._KernelName)
NAMES = {*OPS, *WORDS, *FIELDS, *get_args(fields.Activation), *INITIALIZERS}


@pytest.mark.parametrize("word", SYNONYMS)
def test_a_synonym_leads_to_a_name_of_the_language(word: str) -> None:
    assert word == word.lower()
    assert {*SYNONYMS[word]} <= NAMES


def test_a_synonym_wins_over_the_nearest_word() -> None:
    assert suggest_here("p", ["pad", "rate"]) == "did you mean `rate`?"


def test_a_synonym_that_a_call_does_not_take_is_not_offered() -> None:
    assert suggest_argument("p", ["filters"]) == ""


def test_the_name_of_a_module_in_front_is_left_aside() -> None:
    assert suggest_op("nn.Linear", OPS) == "did you mean `Dense`?"


def test_what_arrives_is_not_said_again() -> None:
    help = suggest_argument("in_channels", ["filters"])
    assert help == "remove `in_channels`: it is known from what arrives"
