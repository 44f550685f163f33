"""Expressions: what they mean, beside Python's own for what both share."""

import math
import re
from fractions import Fraction
from math import inf
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archcompiler.language.expressions import (
    ExpressionError,
    Literal,
    Name,
    Scope,
    Value,
    compile_expression,
    compile_template,
    compile_value,
    exact,
    parse_expression,
    parse_template,
    round_half_up,
)

VALUES: dict[str, Value] = {
    "a": 3,
    "b": 5,
    "c": 0.5,
    "yes": True,
    "no": False,
    "3x3 reduce": 96,
    "word": "same",
    "patch": "3x5/2",
    "counted": "7x7/2 (x96)",
}
SHAPES = {"in": (28, 14, 192), "flat": (64,)}
SCOPE = Scope(VALUES, SHAPES.get)


def evaluate(text: str) -> Any:
    return compile_expression(parse_expression(text))(SCOPE)


# The same as in Python ------------------------------------------------------

numbers = st.one_of(
    st.integers(0, 50).map(str),
    st.sampled_from(["a", "b", "c", "0.25", "1.5"]),
)
truths = st.sampled_from(["yes", "no"])


def _number(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    signs = st.sampled_from(["+", "-", "*", "/", "//", "%"])
    binary = st.builds("{} {} {}".format, inner, signs, inner)
    brackets = st.builds("({})".format, inner)
    extremes = st.builds(
        "{}({}; {})".format, st.sampled_from(["min", "max"]), inner, inner
    )
    rounded = st.builds("{}({})".format, st.sampled_from(["floor", "ceil"]), inner)
    return binary | brackets | extremes | rounded


arithmetic = st.recursive(numbers, _number, max_leaves=12)


def _truth(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    signs = st.sampled_from(["and", "or"])
    compared = st.sampled_from(["==", "!=", "<", "<=", ">", ">="])
    return (
        st.builds("{} {} {}".format, inner, signs, inner)
        | st.builds("not ({})".format, inner)
        | st.builds("not {} {} {}".format, arithmetic, compared, arithmetic)
        | st.builds("({})".format, inner)
    )


logic = st.recursive(truths, _truth, max_leaves=8)
conditional = st.builds("{} if {} else {}".format, arithmetic, logic, arithmetic)


def _in_python(text: str) -> Any:
    """Evaluate a text with fractions, as a decimal is what is written."""
    names = {name: Fraction(str(VALUES[name])) for name in ("a", "b", "c")}
    functions = {"min": min, "max": max, "floor": math.floor, "ceil": math.ceil}
    divided = text.replace(" / ", " / 1 / ")  # of whole numbers, too, a fraction
    fractions = re.sub(r"[0-9]+(?:\.[0-9]+)?", r"Fraction('\g<0>')", divided)
    known = {**VALUES, **names, **functions, "Fraction": Fraction}
    return eval(fractions.replace(";", ","), {}, known)


def _agree(text: str) -> None:
    try:
        expected = _in_python(text)
    except ZeroDivisionError:
        with pytest.raises(ExpressionError):
            evaluate(text)
        return
    if abs(expected) > 10**17:
        return  # beyond the bounds, or near
    received = evaluate(text)
    if isinstance(received, float):  # a number as it was written
        received = exact(received)
    assert received == expected
    kind = int if expected.denominator == 1 else Fraction
    assert type(received) is (bool if isinstance(expected, bool) else kind)


@pytest.mark.thorough
@given(arithmetic)
def test_arithmetic_is_python_s(text: str) -> None:
    _agree(text)


@pytest.mark.thorough
@given(logic)
def test_logic_is_python_s(text: str) -> None:
    _agree(text)


@pytest.mark.thorough
@given(conditional)
def test_conditionals_are_python_s(text: str) -> None:
    _agree(text)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2 + 3 * 4", 14),
        ("(2 + 3) * 4", 20),
        ("10 - 4 - 3", 3),
        ("7 // 2 * 2", 6),
        ("1 / 4", 0.25),
        ("8 / 2", 4),
        ("0.57 * 100", 57),
        ("floor(0.57 * 100)", 57),
        ("0.1 + 0.2 == 0.3", True),
        ("1 / 49 * 49", 1),
        ("make_divisible(0.07 * 100; 7)", 7),
        ("power(1.2; 2)", Fraction("1.44")),
        ("power(2; -2)", 0.25),
        ("power(2; 1 / 2)", Fraction("1.4142135623730951")),
        ("power(4; 0.5)", 2),
        ("log(1)", 0),
        ("log(2)", Fraction("0.6931471805599453")),
        ("7 % 4", 3),
        ("1 if no else 2 if no else 3", 3),
        ("yes or no and no", True),
        ("not yes or yes", True),
        ("not 1 == 2", True),
        ("(1 < 2) == yes", True),
        ("a + 1 > 3 and b < 6", True),
        ("40%", 0.4),
        ("1e-3", 0.001),
        ("-1", -1),
        ("2 - -1", 3),
    ],
)
def test_precedence(text: str, value: Value) -> None:
    assert evaluate(text) == value


# What differs ---------------------------------------------------------------


def test_an_operand_is_a_declared_name_with_its_spaces_and_digits() -> None:
    assert evaluate("3x3 reduce") == 96
    assert evaluate("2 * 3x3 reduce") == 192
    assert parse_expression("3x3 reduce") == Name("3x3 reduce", 0, 10)


def test_without_spaces_an_operator_belongs_to_the_name() -> None:
    for text in ("a+b", "a*2", "a -1", "a >b"):
        assert isinstance(parse_expression(text), Name)


@pytest.mark.parametrize(
    ("value", "rounded"),
    [(0.5, 1), (1.5, 2), (2.5, 3), (-0.5, 0), (-1.5, -1), (2.4, 2), (2.6, 3), (7, 7)],
)
def test_round_takes_halves_up(value: float, rounded: int) -> None:
    assert evaluate(f"round({value})") == rounded


@pytest.mark.thorough
@given(st.integers(-(10**17), 10**17))
def test_rounding_keeps_whole_numbers(number: int) -> None:
    assert round_half_up(number) == number


def test_rounding_looks_at_the_number_itself() -> None:
    assert evaluate("round(0.49999999999999994)") == 0


def test_the_arm_not_taken_is_not_evaluated() -> None:
    assert evaluate("1 if yes else 1 / 0") == 1
    assert evaluate("1 // 0 if no else 2") == 2
    assert evaluate("no and 1 / 0 == 1") is False
    assert evaluate("yes or 1 / 0 == 1") is True


@pytest.mark.parametrize(
    "text", ["1 if a else 2", "a and yes", "not a", "yes or word", "'x' if '' else 'y'"]
)
def test_there_is_no_truthiness(text: str) -> None:
    if text == "yes or word":
        assert evaluate(text) is True  # never looked at
        return
    with pytest.raises(ExpressionError, match="needs `true` or `false`"):
        evaluate(text)


@pytest.mark.parametrize(
    "text", ["word == 1", "yes == 1", "word != true", "word < 'b'"]
)
def test_unlike_things_do_not_compare(text: str) -> None:
    with pytest.raises(ExpressionError):
        evaluate(text)


def test_texts_compare_with_texts() -> None:
    assert evaluate("word == 'same'") is True
    assert evaluate("word != 'valid'") is True


@pytest.mark.parametrize("text", ["word + 1", "yes * 2", "min(word; 2)", "floor(yes)"])
def test_arithmetic_needs_numbers(text: str) -> None:
    with pytest.raises(ExpressionError, match="needs numbers"):
        evaluate(text)


@pytest.mark.parametrize(
    "text",
    [
        "a ** 2", "a & b", "a < b < 4", "lambda", "f(a)", "max(a)", "a if yes", "(a",
        "a b)", "1 +", "+ 1", "a not b", "", " ", "'open", "max(a, b)", "a;b", "a ; b",
        "a[0]", "__import__('os')",
    ],
)  # fmt: skip
def test_python_s_other_forms_do_not_exist(text: str) -> None:
    with pytest.raises(ExpressionError):
        evaluate(text)


def test_attributes_of_tensors_and_of_texts() -> None:
    assert evaluate("in.height") == 28
    assert evaluate("in.width // 2") == 7
    assert evaluate("in.channels") == 192
    assert evaluate("in.rank") == 3
    assert evaluate("flat.rank") == 1
    assert evaluate("patch.height") == 3
    assert evaluate("patch.width") == 5
    assert evaluate("patch.stride") == 2
    assert evaluate("counted.filters") == 96
    assert evaluate("counted.height") == 7
    for text in ("flat.height", "patch.channels", "word.height", "nothing.height"):
        with pytest.raises(ExpressionError):
            evaluate(text)


@pytest.mark.parametrize(
    ("channels", "width", "made"),
    [(32, 1.0, 32), (32, 0.5, 16), (24, 1.1, 24), (16, 1.4, 24), (3, 1.0, 8)],
)
def test_make_divisible_is_mobilenet_s(channels: int, width: float, made: int) -> None:
    assert evaluate(f"make_divisible({channels} * {width})") == made
    assert evaluate(f"make_divisible({channels} * {width}; 8)") == made


def test_make_divisible_needs_a_divisor() -> None:
    for divisor in ("0", "-8", "0.5"):
        with pytest.raises(ExpressionError, match="has no value"):
            evaluate(f"make_divisible(3; {divisor})")


@pytest.mark.parametrize(
    "text",
    ["power(2; 65)", "power(0; -1)", "power(-1; 0.5)", "power(1e300; 1.5)", "log(0)"],
)
def test_powers_and_logarithms_that_have_no_value_are_refused(text: str) -> None:
    with pytest.raises(ExpressionError, match="has no value"):
        evaluate(text)


def test_regnet_s_rule_gives_the_published_widths() -> None:
    """RegNetX-400MF: section 3.3 of "Designing network design spaces"."""
    rule = "24 * power(2.54; round(log(1 + 24.48 * {0} / 24) / log(2.54)))"
    texts = [f"make_divisible(8 * round({rule.format(n)} / 8); 16)" for n in range(22)]
    widths = [evaluate(text) for text in texts]
    assert widths == [32] + 2 * [64] + 7 * [160] + 12 * [400]


def test_results_are_bounded() -> None:
    assert evaluate("1000000000 * 1000000000") == 10**18
    with pytest.raises(ExpressionError, match="beyond the bound"):
        evaluate("1000000000 * 1000000001")
    with pytest.raises(ExpressionError, match="beyond the bound"):
        evaluate("1e308 * 10.0")
    with pytest.raises(ExpressionError, match="too many digits"):
        evaluate("1e-300 * 1e-300")
    with pytest.raises(ExpressionError, match="no finite number"):
        compile_expression(parse_expression("n + 1"))(Scope({"n": inf}, SHAPES.get))


@pytest.mark.thorough
def test_deep_and_long_expressions_are_refused_and_not_run() -> None:
    texts = [
        "(" * 2000 + "1" + ")" * 2000,
        "not " * 2000 + "yes",
        " + ".join(["1"] * 2000),
        "1 if yes else " * 2000 + "1",
        "floor(" * 2000 + "1" + ")" * 2000,
    ]
    for text in texts:
        with pytest.raises(ExpressionError):
            parse_expression(text)


# Templates ------------------------------------------------------------------


def test_a_whole_cell_hole_keeps_its_type() -> None:
    assert compile_template("<a>")(SCOPE) == 3
    assert compile_template("<yes>")(SCOPE) is True
    assert compile_template("<c>")(SCOPE) == 0.5


def test_other_holes_are_pasted_and_the_text_is_read_again() -> None:
    assert compile_template("<a>x<b>/2")(SCOPE) == "3x5/2"
    assert compile_template("<a><b>")(SCOPE) == "35"
    assert compile_value("<a><b>")(SCOPE) == 35
    assert compile_value("<c>0%")(SCOPE) == 0.005
    assert compile_value("<yes>")(SCOPE) is True


def test_a_column_reads_plain_text_as_a_value() -> None:
    assert compile_value("64")(SCOPE) == 64
    assert compile_value("true")(SCOPE) is True
    assert compile_value("64x64")(SCOPE) == "64x64"


def test_a_hole_closes_at_a_bracket_after_no_space() -> None:
    template = parse_template("<a > 1>")
    assert template.whole is not None
    assert compile_template("<a > 1>")(SCOPE) is True
    assert compile_template("<a >= 4>")(SCOPE) is False
    assert compile_template("<word == '>'>")(SCOPE) is False


@pytest.mark.parametrize("text", ["<a", "<a >", "a <b> > 2", "<a> 1>", "<(a>", "<>"])
def test_unclosed_holes_and_stray_brackets_are_refused(text: str) -> None:
    with pytest.raises(ExpressionError):
        parse_template(text)


def test_text_without_holes_may_hold_brackets() -> None:
    assert compile_template("a -> b")(SCOPE) == "a -> b"


def test_places_count_from_the_cell() -> None:
    template = parse_template("k<a>x<2 * b>")
    names = [part for part in template.parts if not isinstance(part, str)]
    assert [(name.start, name.end) for name in names] == [(2, 3), (6, 11)]
    assert template.text[6:11] == "2 * b"
    assert parse_expression("12") == Literal(12, 0, 2)


def test_pasted_text_cannot_grow_without_bound() -> None:
    scope = Scope({"t": "x" * 600}, SHAPES.get)
    with pytest.raises(ExpressionError, match="grows beyond"):
        compile_template("<t><t>")(scope)
