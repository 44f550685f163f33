"""Printed expressions against the evaluating visitor: both come to the same value."""

import math
from fractions import Fraction
from functools import cache
from numbers import Rational, Real
from types import SimpleNamespace

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from archcompiler.backends.keras_source import quoted
from archcompiler.backends.keras_source.facets import (
    HEIGHT,
    OWN_STRIDES,
    STRIDES,
    VALUE,
    WINDOW,
    facet_of,
)
from archcompiler.backends.keras_source.names import shape_code
from archcompiler.backends.keras_source.pasting import facet_of_pieces
from archcompiler.backends.keras_source.printing import print_expression
from archcompiler.backends.keras_source.symbols import (
    EXACT,
    NUMBERS,
    WRITTEN,
    Code,
    Known,
    Nature,
    kind_of,
    text_of,
)
from archcompiler.language.expressions import (
    Attribute,
    Binary,
    Conditional,
    ExpressionError,
    FunctionCall,
    Literal,
    Name,
    Not,
    Scope,
    compile_expression,
    functions,
    parse_expression,
    paste,
)

SHAPE = (7, 5, 12)
VARIABLES = {"i": int, "j": int, "u": float, "v": float, "p": bool, "q": bool, "m": str}

WHOLE = st.integers(-20, 40)
REAL = st.integers(-40, 80).map(lambda number: number / 4)
TEXT = st.sampled_from(["same", "valid", ""])
VALUES = {int: WHOLE, float: REAL, bool: st.booleans(), str: TEXT}
ENVIRONMENTS = st.fixed_dictionaries(
    {word: VALUES[kind] for word, kind in VARIABLES.items()}
)


def literal(value):
    return Literal(value, 0, 0)


def binary(left, sign, right):
    return Binary(sign, left, right, 0, 0)


def call(function, arguments):
    return FunctionCall(function, tuple(arguments), 0, 0)


def names(*kinds):
    words = [word for word, kind in VARIABLES.items() if kind in kinds]
    return st.sampled_from(words).map(lambda word: Name(word, 0, 0))


@cache
def numbers(depth):
    """Expressions of a number; built once, as building costs more than drawing."""
    if depth == 0:
        attributes = st.sampled_from(["height", "width", "channels", "rank"])
        shape = attributes.map(lambda attribute: Attribute("t", attribute, 0, 0))
        return (WHOLE | REAL).map(literal) | names(int, float) | shape
    inner = numbers(depth - 1)
    signs = st.sampled_from(["+", "-", "*", "/", "//", "%"])
    single = st.sampled_from(["floor", "ceil", "round", "make_divisible", "log"])
    some = st.lists(inner, min_size=2, max_size=3)
    return (
        st.builds(binary, inner, signs, inner)
        | st.builds(choose, inner, truths(depth - 1), inner)
        | st.builds(call, single, st.tuples(inner))
        | st.builds(call, st.sampled_from(["min", "max"]), some)
        | st.builds(call, st.just("power"), st.tuples(inner, inner))
        | st.builds(shallower, inner)
    )


@cache
def truths(depth):
    """Expressions that are true or false."""
    if depth == 0:
        return st.booleans().map(literal) | names(bool)
    inner, sides = truths(depth - 1), numbers(depth - 1)
    orders = st.sampled_from(["==", "!=", "<", "<=", ">", ">="])
    equal = st.sampled_from(["==", "!="])
    texts = TEXT.map(literal) | names(str)
    return (
        st.builds(binary, inner, st.sampled_from(["and", "or"]), inner)
        | st.builds(binary, sides, orders, sides)
        | st.builds(binary, texts, equal, texts)
        | st.builds(binary, inner, equal, inner)
        | st.builds(lambda operand: Not(operand, 0, 0), inner)
        | st.builds(shallower, inner)
    )


def shallower(expression):
    """Keep alternatives apart: `a | (b | c)` would give all three equal weight."""
    return expression


def choose(then, test, otherwise):
    return Conditional(test, then, otherwise, 0, 0)


class SomeKnown:
    """Names of which some are known values, the others variables of the code."""

    def __init__(self, values, known):
        self.values = values
        self.known = known

    def name(self, word):
        """Return a known value, or the variable."""
        value = self.values[word]
        return Known(value) if word in self.known else Code(word, Nature(type(value)))

    def attribute(self, name, attribute):
        """Return the code of a tensor's shape."""
        return shape_code(name, attribute)


def run(text, values):
    tensor = SimpleNamespace(shape=(None, *SHAPE))
    module = {**vars(quoted), "math": math, "t": tensor}
    return eval(text, {**module, **values})


@pytest.mark.thorough
@settings(deadline=None)
@given(
    numbers(3) | truths(3), ENVIRONMENTS, st.sets(st.sampled_from(sorted(VARIABLES)))
)
def test_printed_code_computes_what_the_closure_does(expression, values, known):
    scope = Scope(values, lambda name: SHAPE if name == "t" else None)
    try:
        expected = compile_expression(expression)(scope)
    except ExpressionError:
        assume(False)
    symbol = print_expression(expression, SomeKnown(values, known))
    value = run(text_of(symbol), values)
    assert exactly_equal(value, expected)
    assert type(value) in HELD.get(kind_of(symbol), {kind_of(symbol)})


HELD = {float: WRITTEN, Rational: EXACT, Real: NUMBERS}


def exactly_equal(value, expected):
    """Whether two values are one: a number as it is written, or none."""
    if isinstance(value, bool | str):
        return (value, type(value)) == (expected, type(expected))
    return Fraction(str(value)) == Fraction(str(expected))


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("i - (j - 2)", "i - (j - 2)"),
        ("(i - j) - 2", "i - j - 2"),
        ("(p and q) or i > 3", "p and q or i > 3"),
        ("p and (q or i > 3)", "p and (q or i > 3)"),
        ("not (p and q)", "not (p and q)"),
        ("p == true", "p"),
        ("false == (i > 3)", "i <= 3"),
        ("not (i > 3 and p)", "not (i > 3 and p)"),
        ("i * 1 - 1 * u", "i - exact(u)"),
        ("u * 0.5 + i", "exact(u) * exact(0.5) + i"),
        ("i / j", "Fraction(i, j)"),
        ("u / 3", "exact(u) / 3"),
        ("i + 1 / 3", "i + Fraction(1, 3)"),
        ("u > 0.5 and u > i / 2", "u > 0.5 and exact(u) > Fraction(i, 2)"),
        ("max(i; u)", "max(i, exact(u))"),
        ("round(i)", "i"),
        ("round(u)", "round_half_up(exact(u))"),
        ("i // 0 if i > 0 else 8 // 0", "i // 0 if i > 0 else 8 // 0"),
        ("(1 if p else 2) * i", "(1 if p else 2) * i"),
        ("m == 'same'", 'm == "same"'),
        ("2 * 3 + i", "6 + i"),
        ("p and false", "False"),
    ],
)
def test_printed_code_has_the_brackets_it_needs(text, printed):
    values = {"i": 1, "j": 1, "u": 0.5, "p": True, "q": True, "m": "same"}
    symbol = print_expression(parse_expression(text), SomeKnown(values, set()))
    assert text_of(symbol) == printed


@pytest.mark.thorough
@given(st.fractions(-(10**6), 10**6) | st.integers(-(10**6), 10**6), WHOLE)
def test_quoted_functions_are_those_of_the_language(value, divisor):
    assert quoted.round_half_up(value) == functions.round_half_up(value)
    assume(divisor > 0)
    for exponent in (divisor % 9, Fraction(divisor, 10**6)):
        raised = quoted.power(abs(value), exponent)
        assert raised == functions.power(abs(value), exponent)
    if value > 0:
        assert quoted.log(value) == functions.log(value)
    made = quoted.make_divisible(value, divisor)
    assert made == functions.make_divisible(value, divisor)


@pytest.mark.thorough
@given(st.fractions() | st.integers() | st.floats(-1e9, 1e9))
def test_whole_takes_whole_numbers_alone(value):
    if isinstance(value, float) or value.denominator > 1:
        with pytest.raises(ValueError, match="is no whole number"):
            quoted.whole(value)
    else:
        assert type(quoted.whole(value)) is int
        assert quoted.whole(value) == value


SIZES = st.integers(1, 99)


@pytest.mark.thorough
@given(
    st.lists(SIZES, min_size=4, max_size=4),
    st.lists(st.booleans(), min_size=4, max_size=4),
    st.sampled_from(["{}x{}", "{}x{}/{}", "{}x{}/{}x{}"]),
    st.sampled_from([WINDOW, HEIGHT, STRIDES, OWN_STRIDES]),
)
def test_facets_of_pasted_code_are_those_of_the_pasted_text(sizes, known, form, facet):
    count = form.count("{}")
    values = {f"n{at}": size for at, size in enumerate(sizes)}
    pieces, rest = [], form
    for at in range(count):
        before, _, rest = rest.partition("{}")
        hole = Known(sizes[at]) if known[at] else Code(f"n{at}")
        pieces += [before, hole] if before else [hole]
    symbol = facet_of_pieces(pieces, facet)
    found = run(text_of(symbol), values)
    expected = facet_of(form.format(*sizes), facet)
    if isinstance(expected, tuple) and isinstance(found, int):
        found = (found, found)
    assert found == expected


@pytest.mark.thorough
@given(st.text("ab{}\"'\\\n<", max_size=8), st.integers(0, 9))
def test_pasted_text_keeps_every_character(text, number):
    symbol = facet_of_pieces([f"a{text}", Code("n"), text], VALUE)
    assert run(text_of(symbol), {"n": number}) == f"a{text}{paste(number)}{text}"
