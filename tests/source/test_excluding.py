"""Conditions that exclude each other, by which `elif` and `else` are written."""

from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from source.test_printing import ENVIRONMENTS, WHOLE, SomeKnown, literal, run, truths

import archcompiler
from archcompiler.backends.keras_source.printing import (
    excludes,
    is_opposite,
    print_expression,
)
from archcompiler.backends.keras_source.symbols import Code
from archcompiler.language.expressions import Binary, Name, Not, parse_expression

CASES = Path(__file__).parent / "specs" / "cases.yaml"
EQUAL = st.builds(
    lambda word, value: Binary("==", Name(word, 0, 0), value, 0, 0),
    st.sampled_from(["i", "j", "m"]),
    (WHOLE | st.sampled_from(["same", "valid", 'a" == "b', ""])).map(literal),
)
CONDITIONS = EQUAL | EQUAL.map(lambda e: Not(e, 0, 0)) | truths(1)


def printed(expression):
    values = {"i": 1, "j": 1, "u": 0.5, "v": 1.5, "p": True, "q": True, "m": "same"}
    return print_expression(expression, SomeKnown(values, set()))


@pytest.mark.thorough
@settings(deadline=None)
@given(CONDITIONS, CONDITIONS | st.none(), ENVIRONMENTS)
def test_conditions_that_exclude_each_other_never_both_hold(one, other, values):
    first, second = printed(one), printed(other or Not(one, 0, 0))
    assume(isinstance(first, Code) and isinstance(second, Code))
    held = run(first.text, values), run(second.text, values)
    assert not (excludes(first, second) and all(held))
    assert not (is_opposite(first, second) and held[0] is held[1])


@pytest.mark.parametrize(
    ("one", "other", "excluding", "opposite"),
    [
        ("p", "not p", True, True),
        ("not p", "p", True, True),
        ("i > 1", "i <= 1", True, True),
        ("i != 2", "i == 2", True, True),
        ("p and q", "not (p and q)", True, True),
        ("i == 2", "i == 3", True, False),
        ("m == 'same'", "m == 'valid'", True, False),
        ("i == 2", "j == 3", False, False),
        ("i == 2", "i == 2", False, False),
        ("i > 2", "i < 2", False, False),
        ("i == 2 and p", "i == 3 and p", False, False),
        ("p", "q", False, False),
    ],
)
def test_which_conditions_exclude_each_other(one, other, excluding, opposite):
    pair = printed(parse_expression(one)), printed(parse_expression(other))
    assert excludes(*pair) is excluding
    assert is_opposite(*pair) is opposite


@pytest.mark.thorough
@pytest.mark.parametrize(
    "lines",
    [
        """\
    if stride == 1:
        x = layers.Conv2D(8, 1, name=f"{name}_conv2d_1")(x)
    else:
        x = layers.Conv2D(
""",
        """\
    if mode == "a":
        x = layers.BatchNormalization(name=f"{name}_batch_normalization")(x)
        x = layers.Activation("relu", name=f"{name}_relu_1")(x)
    elif mode == "b":
        x = layers.Activation("tanh", name=f"{name}_tanh_1")(x)
    elif mode == "c":
        x = layers.Activation("sigmoid", name=f"{name}_sigmoid")(x)
    kept = x
    if kind == "relu":
        kept = layers.Conv2D(8, 1, name=f"{name}_kept")(x)
    x = kept
    if kind != "relu":
""",
        """\
    if n == 2:
        x = layers.Activation("relu", name=f"{name}_relu_2")(sum_)
    elif n == 3:
        x = kept
    if n == 4 or n == 5:
""",
        """\
    branches = [branch_1]
    if stride > 1:
        branches.append(
""",
        "([*branches, branch_5])",
    ],
)
def test_cases_are_written_as_by_hand(lines):
    assert lines in archcompiler.load(CASES).to_source()
