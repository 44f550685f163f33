"""The assertion on an architecture."""

import pytest

import archcompiler
from archcompiler.testing import assert_architecture

SPEC = """\
name: small
input: 8x8x3
parameters: {classes: 10}
table:
  columns: [type]
  rows:
  - conv: {type: Conv2D, kernel_size: 3x3, filters: 4, strides: 2}
  - flat: Flatten
  - head: {type: Dense, units: <classes>}
"""


def test_what_is_as_expected_is_returned():
    row = {"parameters": 112, "macs": "<= 1K", "output": (3, 3, 4), "trainable": 112}
    architecture = assert_architecture(
        SPEC,
        parameters=482,
        trainable="> 481",
        non_trainable=0,
        macs="< 2K",
        depth=2,
        output="10",
        rows={"conv": row},
    )
    assert assert_architecture(architecture, output=(10,)) is architecture
    assert assert_architecture(SPEC, settings={"classes": 2}, output="2").depth == 2


def test_all_that_differs_is_told_at_once():
    with pytest.raises(AssertionError) as caught:
        assert_architecture(
            SPEC,
            parameters=480,
            macs="<= 1K",
            output="4x4",
            rows={"conv": {"output": "3x3x5", "macs": 972}, "haed": {}},
        )
    assert str(caught.value).splitlines() == [
        "small is not as expected:",
        "  parameters: expected 480, computed 482",
        "    conv            112",
        "    head            370",
        "  macs: expected <= 1,000, computed 1,332",
        "  output: expected 4x4, computed 10",
        "  row `conv`: output: expected 3x3x5, computed 3x3x4",
        "  row `haed`: there is no such row; did you mean `head`?",
    ]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"parameters": "5M"}, "a total is a whole number, or a budget"),
        ({"rows": {"conv": {"size": 3}}}, "parameters, trainable, macs or output"),
    ],
)
def test_what_cannot_be_asked_is_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        assert_architecture(SPEC, **arguments)
    with pytest.raises(ValueError, match="give the spec"):
        assert_architecture(archcompiler.load(SPEC), settings={"classes": 3})
