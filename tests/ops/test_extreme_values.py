"""Numbers at the bounds of what they become: float32, int32 sizes, int64 counts.

No list of fields is kept: every field of every op, in every right case, takes each of
the values. What is accepted is built by Keras and runs, where that is small.
"""

import random
from collections.abc import Iterator
from math import prod
from typing import Any

import pytest
from op_cases import CASES
from pydantic import ValidationError
from test_battery import build, run

from archcompiler.graph.graph import facts_of
from archcompiler.ops.base import AbstractOp, OpError
from archcompiler.ops.table import OPS
from archcompiler.shapes import Shape

VALUES = (
    *("1e39", "-1e39", "1e-46", "-1e-46", "3.4e38", "1.2e-38", "0", "-0", "0.0"),
    *("1e999", "nan", "inf", "-inf", "0.9999999999999999", "1e-20", "-1", "1"),
    *("2147483647", "2147483648", "9223372036854775807", "9223372036854775808"),
    *("65536", "46341", "1x1x1x1x1x1x1x1x1", "9", "2", "1.5", "-2147483648"),
)
BEYOND = ("1e39", "-1e39", "1e-46", "-1e-46", "1e999", "nan", "inf", "-inf")
RANKS: tuple[Shape, ...] = ((4,), (5, 4), (5, 5, 4), (3, 5, 5, 4), (1, 1, 1, 1, 4))
SMALL = 200_000


def changed() -> Iterator[tuple[str, dict[str, Any], tuple[Shape, ...]]]:
    """Yield right cases with one field or the inputs changed."""
    for name, cases in CASES.items():
        for case in cases:
            for field in OPS[name].model_fields:
                for value in VALUES if field != "op" else ():
                    yield name, {**case.fields, field: value}, case.inputs
            for shape in RANKS:
                yield name, case.fields, (shape,) * len(case.inputs)
        yield name, cases[0].fields, ((2**31 - 1,) * 3,) * len(cases[0].inputs)


def made(name: str, fields: dict[str, Any]) -> AbstractOp | None:
    """Return an op, or nothing where it is refused; any other error is ours."""
    try:
        return OPS[name].model_validate(fields)
    except ValidationError:
        return None


def accepted() -> Iterator[tuple[AbstractOp, tuple[Shape, ...], int]]:
    """Yield what is accepted, with the largest number of elements that it takes."""
    for name, fields, inputs in changed():
        op = made(name, fields)
        if op is None:
            continue
        try:
            facts = facts_of(op, inputs)
        except OpError:
            continue
        yield op, inputs, max(prod(facts.shape), facts.parameters, *map(prod, inputs))


@pytest.mark.thorough
def test_no_number_is_held_that_float32_does_not_hold() -> None:
    for name, fields, _ in changed():
        beyond = [field for field, value in fields.items() if value in BEYOND]
        assert not beyond or made(name, fields) is None, (name, fields)


@pytest.mark.thorough
def test_no_array_is_beyond_what_frameworks_count() -> None:
    for op, inputs, elements in accepted():
        assert elements < 2**63 or max(map(prod, inputs)) >= 2**63, op


@pytest.mark.slow
def test_what_is_accepted_is_built_by_keras_and_runs(keras: Any, campaign: int) -> None:
    chance = random.Random(0)
    small = [(op, inputs) for op, inputs, size in accepted() if size <= SMALL]
    for op, inputs in chance.sample(small, min(len(small), 150 * campaign)):
        try:
            run(build(keras, op, inputs))
        except Exception as error:
            raise AssertionError(f"{op!r} of {inputs}") from error
