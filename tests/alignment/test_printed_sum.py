"""The sum of the printed `ops`: read as claims are, in multiply-adds or not at all."""

from archcompiler.alignment.totals import printed_macs
from archcompiler.checking.checking import load

TABLE = """\
name: sums
input: 8x8x3
claims:
  ops: {counts: 2 x multiply-adds, K: 1024}
  cells: {last: {ops: {counts: multiply-adds, K: 1000}}}
table:
  columns: [name, type, patch, filters, ops]
  rows:
  - [first, Conv2D, 3x3, 4, 7.6K]
  - [act, relu, ~, ~, ~]
  - [middle, Conv2D, 3x3, <2 * 2>, <4 * 1152>]
  - [last, Conv2D, 1x1, 5, 0.3K]
"""


def test_each_cell_is_read_by_its_own_convention():
    assert printed_macs(load(TABLE)) == round(7.6 * 1024 / 2 + 4 * 1152 / 2 + 300)


def test_what_a_tool_counts_has_no_such_sum():
    text = TABLE.replace("counts: multiply-adds, K: 1000", "counts: thop-2020-01")
    assert printed_macs(load(text.replace("0.3K", "400"))) is None


def test_what_no_convention_reads_has_no_sum():
    text = TABLE.replace(TABLE[TABLE.index("claims") : TABLE.index("table:")], "")
    assert printed_macs(load(text)) is None
