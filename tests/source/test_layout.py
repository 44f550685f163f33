"""Layout against ruff itself: what we lay out, `ruff format` leaves as it is."""

import subprocess
import sysconfig
from pathlib import Path

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from archcompiler.backends.keras_source.code import (
    Assign,
    Do,
    For,
    If,
    Items,
    PythonCall,
    Return,
    literal,
)
from archcompiler.backends.keras_source.layout import (
    lay_out_definition,
    lay_out_statements,
)

WORDS = st.text("abcdefgh_", min_size=1, max_size=24).map(lambda text: f"n{text}")
NUMBERS = st.integers(0, 10**6).map(str)
TEXTS = st.text("ab 'x", max_size=30).map(literal)
NAMES = WORDS.map(lambda word: f'f"{{name}}_{word}"')


def joined(parts, signs):
    """Join operands by signs of one level, as printed expressions do."""
    return st.builds(
        lambda first, others: first + "".join(f" {s} {o}" for s, o in others),
        parts,
        st.lists(st.tuples(signs, parts), min_size=1, max_size=5),
    )


SHORT = st.text("abcdefgh", min_size=1, max_size=9).map(lambda text: f"n{text}")
ATOMS = SHORT | NUMBERS | st.builds("math.floor({})".format, SHORT)
PRODUCTS = ATOMS | st.builds(
    "{} {} {}".format, ATOMS, st.sampled_from(["*", "//", "%"]), ATOMS
)
SUMS = PRODUCTS | joined(PRODUCTS, st.sampled_from(["+", "-"]))
COMPARISONS = st.builds(
    "{} {} {}".format, PRODUCTS, st.sampled_from(["==", ">", "!="]), ATOMS
)
CONDITIONS = COMPARISONS | joined(COMPARISONS, st.just("and"))
CHOICES = st.builds("{} if {} else {}".format, PRODUCTS, COMPARISONS, PRODUCTS)

DEEP = st.recursive(
    SHORT | NUMBERS,
    lambda inner: (
        st.builds("max({}, {})".format, inner, inner)
        | st.builds("whole({})".format, inner)
        | st.builds("({} + {}) * {} % 7 + 1".format, inner, inner, SHORT)
        | st.builds("min({} if {} == 3 else {}, 4)".format, inner, SHORT, inner)
    ),
    max_leaves=12,
)
"""Calculations whose operands are calls and brackets with calculations in them."""

PAIRS = st.builds(lambda *items: Items(items, "()"), *[NUMBERS | SUMS] * 2)
NESTED = st.lists(PAIRS, min_size=1, max_size=2).map(
    lambda pairs: Items(tuple(pairs), "()")
)
VALUES = WORDS | NUMBERS | TEXTS | SUMS | DEEP | CHOICES | PAIRS | NESTED
ARGUMENTS = st.lists(st.tuples(st.just(""), WORDS | NUMBERS), max_size=6)
KEYWORDS = st.lists(
    st.tuples(WORDS.map(lambda word: f"{word}="), VALUES),
    max_size=5,
    unique_by=lambda pair: pair[0],
)
OPERANDS = WORDS | st.lists(WORDS, min_size=1, max_size=6).map(
    lambda words: Items(tuple(words))
)


def call(function, arguments, keywords, name):
    return PythonCall(function, (*arguments, *keywords, ("name=", name)))


LAYERS = st.builds(
    call,
    WORDS.map("layers.{}".format),
    ARGUMENTS,
    KEYWORDS,
    NAMES | WORDS,
)
APPLIED = st.builds(lambda layer, x: PythonCall(layer, (("", x),)), LAYERS, OPERANDS)
BLOCKS = st.builds(call, WORDS, ARGUMENTS, KEYWORDS, NAMES | WORDS)

SIMPLE = st.builds(Assign, WORDS, APPLIED | BLOCKS | DEEP) | st.builds(
    Return, APPLIED | BLOCKS
)
BODIES = st.lists(SIMPLE, min_size=1, max_size=2)
TESTS = CONDITIONS | st.builds("{} > {}".format, DEEP, ATOMS)
IFS = st.builds(If, TESTS, BODIES)
STATEMENTS = (
    SIMPLE
    | st.builds(Do, st.builds(call, WORDS, ARGUMENTS, st.just([]), BLOCKS | WORDS))
    | IFS
    | st.builds(If, CONDITIONS, BODIES, BODIES | IFS.map(lambda other: [other]))
    | st.builds(For, st.just("i"), SUMS, BODIES)
)
DEFINITIONS = st.tuples(
    WORDS,
    st.lists(WORDS, min_size=1, max_size=12, unique=True),
    st.lists(WORDS, max_size=3, unique=True),
    st.lists(STATEMENTS, min_size=1, max_size=4),
)


def lay_out(definition):
    name, required, optional, statements = definition
    defaults = [f"{word}=None" for word in optional if word not in required]
    parameters = (*required, *defaults, "*", "name")
    head = lay_out_definition(name, parameters)
    return [*head, *lay_out_statements(statements, 1), "", ""]


RUFF = Path(sysconfig.get_path("scripts")) / "ruff"


def ruff(source):
    command = [RUFF, "format", "--isolated", "-"]
    done = subprocess.run(command, input=source, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


# Explaining a failure would run ruff thousands of times.
PHASES = [phase for phase in Phase if phase is not Phase.explain]


@pytest.mark.thorough
@settings(max_examples=settings().max_examples // 4, deadline=None, phases=PHASES)
@given(st.lists(DEFINITIONS, min_size=1, max_size=6))
def test_ruff_leaves_the_layout_as_it_is(definitions):
    lines = [line for definition in definitions for line in lay_out(definition)]
    source = "\n".join(lines).rstrip("\n") + "\n"
    assert ruff(source) == source
