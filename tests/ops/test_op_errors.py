"""Ops refuse inputs that do not fit, and say what would."""

import pytest
from op_cases import CASES, WRONG

from archcompiler.ops.base import OpError
from archcompiler.ops.table import OPS


@pytest.mark.parametrize("wrong", WRONG, ids=lambda wrong: f"{wrong.op}-{wrong.code}")
def test_an_op_that_does_not_fit_is_refused_with_a_reason(wrong):
    op = OPS[wrong.op](**wrong.fields)
    with pytest.raises(OpError) as caught:
        op.infer_shape(wrong.inputs)
    error = caught.value
    assert (error.code, error.message, error.help) == (
        wrong.code,
        wrong.message,
        wrong.help,
    )


@pytest.mark.parametrize("name", OPS)
def test_no_op_works_without_inputs(name):
    op = OPS[name](**CASES[name][0].fields)
    with pytest.raises(
        OpError, match=r"takes (one input|at least two inputs)"
    ) as caught:
        op.infer_shape(())
    assert caught.value.code == "input-count"
