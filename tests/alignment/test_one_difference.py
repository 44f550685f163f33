"""One difference, one finding: what follows from it is told with it."""

from textwrap import dedent

from archcompiler.alignment.aligning import align
from archcompiler.checking.checking import examine
from archcompiler.reading.table import read_table
from archcompiler.units.foreign import Foreign

SMALL = """\
name: small
input: 8x8x3
table:
  columns: [name, type, patch, filters, padding, from]
  rows:
  - [conv, Conv2D, 3x3/2, 4, same]
  - [wide, Conv2D, 3x3, 4, same]
  - [act, relu]
  - [sum, add, ~, ~, ~, [act, conv]]
  - [pool, AveragePooling2D, 4x4, ~, valid]
  - [flat, Flatten]
  - {name: fc, type: Dense, units: 2}
"""


def compare(write_spec, port, table=SMALL):
    """Return the alignment with a port, which is a table, too."""
    ours = examine(write_spec(table)).architecture
    theirs = examine(write_spec(port)).architecture
    outputs = tuple(node.shape for node in theirs.outputs)
    read = Foreign("port", read_table(theirs), theirs.parameters, outputs=outputs)
    return align(ours, read)


def told(alignment):
    return [(each.row, *each[2:5]) for each in alignment.findings]


def without(*rows):
    """Return the table without some rows."""
    lines = SMALL.splitlines(keepends=True)
    return "".join(line for line in lines if not line[5:].startswith(rows))


def test_a_table_is_like_itself(write_spec):
    assert not compare(write_spec, SMALL).differs


def test_a_window_that_was_the_whole_image_follows_from_the_stride(write_spec):
    found = compare(write_spec, SMALL.replace("3x3/2", "3x3/1"))
    assert told(found) == [("conv", "stride", "2", "1; `pool` follows from it")]
    assert found.findings[0].rows == {"conv", "pool"}
    assert found.alike == ("wide", "act", "sum", "flat", "fc")


def test_what_only_led_to_a_value_is_gone_with_it(write_spec):
    port = without("wide", "act", "sum").replace("4x4, ~, valid", "4x4, ~, valid, conv")
    found = compare(write_spec, port)
    assert told(found) == [
        (
            "sum",
            "missing layer",
            "add of `act`, `conv`",
            "`conv` alone; `wide`, `act` lead nowhere",
        )
    ]
    assert found.alike == ("conv", "pool", "flat", "fc")


def test_of_a_sum_that_is_left_out_it_is_told_what_is_left(write_spec):
    found = compare(write_spec, without("sum"))
    sum_of_two = "add of `act`, `conv`"
    assert told(found) == [("sum", "missing layer", sum_of_two, "`act` alone")]


CHAIN = """\
name: chain
input: 8x8x3
table:
  columns: [name, type, patch, filters]
  rows:
  - [one, Conv2D, 3x3, 4]
  - [two, Conv2D, 1x1, 4]
  - [three, Conv2D, 1x1, 4]
  - [four, Conv2D, 1x1, 4]
  - [last, MaxPooling2D, 2x2]
"""


def test_layers_in_a_run_that_are_left_out_are_one_finding(write_spec):
    gone = "  - [three, Conv2D, 1x1, 4]\n  - [four, Conv2D, 1x1, 4]\n"
    found = compare(write_spec, CHAIN.replace(gone, ""), CHAIN)
    both = "1x1 convolution, 4 filters; 1x1 convolution, 4 filters"
    assert told(found) == [("three", "missing layers", both, "none")]
    assert found.findings[0].rows == {"three", "four"}
    assert found.alike == ("one", "two", "last")


def test_what_another_value_is_taken_for_is_named(write_spec):
    port = SMALL.replace("[act, conv]]", "[act, wide]]")
    found = compare(write_spec, port)
    ours = "`conv` (3x3/2 convolution, 4 filters)"
    theirs = "`wide` (3x3 convolution, 4 filters)"
    assert told(found) == [("sum", "takes", ours, theirs)]


def test_layers_that_are_there_for_another_value_are_named(write_spec):
    new = """\
          - [first, Conv2D, 1x1, 4, same, wide]
          - [second, Conv2D, 5x5, 4, same]
          - [sum, add, ~, ~, ~, [act, second]]
        """
    old = "  - [sum, add, ~, ~, ~, [act, conv]]\n"
    found = compare(write_spec, SMALL.replace(old, dedent(new).replace("- [", "  - [")))
    theirs = "`second` (5x5 convolution, 4 filters); `first` only for it"
    ours = "`conv` (3x3/2 convolution, 4 filters)"
    assert told(found) == [("sum", "takes", ours, theirs)]
    assert [each.layer for each in found.findings[0].follows] == ["first"]


def test_layers_in_another_order_are_one_finding_of_both_rows(write_spec):
    wide, act = "  - [wide, Conv2D, 3x3, 4, same]\n", "  - [act, relu]\n"
    port = SMALL.replace(wide + act, act + wide).replace(
        "[act, conv]]", "[wide, conv]]"
    )
    found = compare(write_spec, port)
    assert [each[:2] for each in told(found)] == [("wide", "order")]
    assert found.alike == ("conv", "sum", "pool", "flat", "fc")


BLOCKS = """\
name: blocks
input: 8x8x3
blocks:
  inverted:
    columns: [filters]
    sequence:
    - Conv2D: {name: expand, patch: 1x1, filters: <2 * in.channels>}
    - DepthwiseConv2D: {name: depth, patch: 3x3, padding: same}
    - Conv2D: {name: project, patch: 1x1, filters: <filters>}
table:
  columns: [name, type, filters]
  rows:
  - [one, inverted, 8]
  - [two, inverted, 16]
  - [three, inverted, 12]
"""


def test_what_is_as_many_times_as_wide_follows(write_spec):
    found = compare(
        write_spec, BLOCKS.replace("two, inverted, 16", "two, inverted, 20"), BLOCKS
    )
    follows = "20; `three_expand` follows from it"
    assert told(found) == [("two", "filters", "16", follows)]
    assert found.alike == ("one",)


def test_as_many_filters_of_more_channels_are_told(write_spec):
    port = BLOCKS.replace("two, inverted, 16", "two, inverted, 20")
    port = port.replace("three, inverted, 12", "three, inverted, 14")
    found = compare(write_spec, port, BLOCKS)
    assert [each[:2] for each in told(found)] == [
        ("two", "filters"),
        ("three", "filters"),
    ]
