"""A mistyped type that calls a block with holes: its own holes are kept."""

import pytest

import archcompiler
from archcompiler import SpecError

SPEC = """\
name: rows
input: 8x8x3
blocks:
  inception (<name>):
    sequence: [{Conv2D: {filters: 4, patch: 1x1}}]
  MBConv<t>, k<k>x<k>:
    sequence: [{Conv2D: {filters: <t>, patch: <k>x<k>, padding: same}}]
table:
  columns: [type]
  rows:
  - [inception (3a)]
  - [inception (3b)]
  - ["MBConv1, k3x3"]
  - {type: "MBConv6, k5x5", name: six}
"""


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("inception (3b)", "inceptoin (3b)"),
        ("inception (3a)", "incepton (3a)"),
        ("MBConv6, k5x5", "MBCnov6, k5x5"),
    ],
)
def test_the_help_is_the_row_as_it_was_meant(right, wrong):
    archcompiler.load(SPEC)
    with pytest.raises(SpecError) as caught:
        archcompiler.load(SPEC.replace(right, wrong))
    (found,) = caught.value.diagnostics
    assert found.help == f"did you mean `{right}`?"
    assert [edit.text.strip('"') for edit in found.edits] == [right]
