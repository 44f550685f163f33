"""A new op is compared in all its fields without being told of anywhere else."""

from typing import Annotated, ClassVar, Literal

import pytest

from archcompiler.alignment.differences import differences
from archcompiler.ops.base import AbstractPositionwiseOp, Family, Uncompared
from archcompiler.ops.fields import Bool, PoolSize, PositiveInt, Real
from archcompiler.units.calls import AppliedOp, Origin
from archcompiler.units.lowering import lower
from archcompiler.units.units import Unit, Units


class Blurring(AbstractPositionwiseOp):
    """An op that the op table lacks, with fields of several types."""

    family: ClassVar[Family] = "pooling"

    op: Literal["Blurring"] = "Blurring"
    pool_size: PoolSize = (3, 3)
    width: PositiveInt = 1
    is_round: Bool = False
    exponent: Real = 1.0
    hint: Annotated[Real, Uncompared("a hint")] = 0.0

    def infer_shape(self, inputs):
        """Return the shape that arrives."""
        return inputs[0]


def unit_of(**fields):
    units = Units()
    image = units.add(Unit("input", {}, (), (8, 8, 3), "in", family="input"))
    return units[
        lower(AppliedOp(units, Blurring(**fields), (image,), Origin("blur", 0)))
    ]


def test_a_new_op_has_its_own_words_and_family():
    assert str(unit_of()) == "3x3 blurring"
    assert unit_of().family == "pooling"


@pytest.mark.parametrize(
    ("field", "told"),
    [
        ({"pool_size": "5x5"}, ("window", "3x3", "5x5")),
        ({"width": "2"}, ("width", "1", "2")),
        ({"is_round": "true"}, ("is_round", "no is_round", "is_round")),
        ({"exponent": "2"}, ("exponent", "1", "2")),
    ],
)
def test_each_field_of_a_new_op_is_compared(field, told):
    found = differences(unit_of(), unit_of(**field))
    assert [each[:3] for each in found] == [told]


def test_a_field_that_says_that_it_is_not_compared_is_not():
    assert differences(unit_of(), unit_of(hint="7")) == []
    assert Blurring.uncompared() == {"hint": "a hint"}
