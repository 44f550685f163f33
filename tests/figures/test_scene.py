"""Scenes: where marks are, how much room they take, what they are called."""

import pytest

from archcompiler.figures.extents import extent, head, text_width
from archcompiler.figures.fonts import DEJAVU_SANS
from archcompiler.figures.palette import Paint
from archcompiler.figures.places import Extent, Point
from archcompiler.figures.scene import (
    Box,
    Disc,
    Group,
    Line,
    Polygon,
    Run,
    Scene,
    Text,
    identifiers,
    moved,
)

BOX = Box(1, 2, 30, 10, 2, Paint.CONVOLUTION)
DISC = Disc(10, 10, 4, Paint.MERGING)
TEXT = Text(5, 20, (Run("conv1", size=10),))
LINE = Line((Point(0, 0), Point(0, 20)), width=2)
ARROW = Line((Point(0, 0), Point(0, 20)), width=2, arrow=True)
POLYGON = Polygon((Point(0, 0), Point(8, 0), Point(4, 5)), Paint.BAND)
LEAVES = (BOX, DISC, TEXT, LINE, ARROW, POLYGON)


def shifted(extent, x, y):
    return Extent(extent.left + x, extent.top + y, extent.right + x, extent.bottom + y)


def test_walk_yields_marks_of_groups_where_they_are_on_the_paper():
    inner = Group((BOX, TEXT), x=3, y=4)
    scene = Scene(90, 90, (POLYGON, Group((inner, DISC), x=10, y=20), LINE), "all")
    found = list(scene.walk())
    assert [type(mark) for mark in found] == [Polygon, Box, Text, Disc, Line]
    assert (found[1].x, found[1].y) == (14, 26)
    assert (found[3].x, found[3].y) == (20, 30)


def test_groups_may_be_nested_deeply():
    mark = BOX
    for _ in range(5000):
        mark = Group((mark,), x=1)
    assert [box.x for box in Scene(9, 9, (mark,), "deep").walk()] == [5001]


@pytest.mark.parametrize("mark", LEAVES, ids=lambda mark: type(mark).__name__)
def test_the_extent_moves_with_the_mark_alone_or_in_a_group(mark):
    expected = pytest.approx(shifted(extent(mark), 7, -3))
    assert extent(moved([mark], 7, -3)[0]) == expected
    assert extent(Group((mark,), x=7, y=-3)) == expected
    assert extent(moved([Group((mark,), x=5)], 2, -3)[0]) == expected


def test_extents():
    assert extent(BOX) == (1, 2, 31, 12)
    assert extent(DISC) == (6, 6, 14, 14)
    assert extent(LINE) == (-1, -1, 1, 21)
    assert extent(ARROW) == (-3.2, -1, 3.2, 21)
    assert extent(Group((BOX, DISC))) == (1, 2, 31, 14)


@pytest.mark.parametrize(
    ("anchor", "left"), [("start", 5), ("middle", -5), ("end", -15)]
)
def test_a_text_is_anchored_by_the_sum_of_its_runs(anchor, left):
    runs = (Run("0123", size=5), Run("0000", size=5, bold=True))
    width = text_width(*runs)
    assert width == pytest.approx(8 * 5 * 0.556)
    found = extent(Text(5, 0, runs, anchor))
    assert found.left == pytest.approx(5 - (5 - left) / 20 * width)
    assert found.width == pytest.approx(width)
    assert found.top < 0 < found.bottom


def test_a_text_takes_more_room_where_helvetica_is_not_at_hand():
    assert text_width(*TEXT.runs, font=DEJAVU_SANS) > text_width(*TEXT.runs)


def test_a_head_points_where_its_line_ends():
    assert head(ARROW) == (Point(-3.2, 15), Point(0, 20), Point(3.2, 15))
    left = Line((Point(9, 9), Point(9, 0), Point(0, 0)), arrow=True)
    assert head(left) == (Point(5, -3.2), Point(0, 0), Point(5, 3.2))


def test_a_head_needs_a_direction():
    still = Line((Point(0, 0), Point(1, 1), Point(1, 1)), arrow=True)
    with pytest.raises(ValueError, match="an arrow needs a direction"):
        head(still)


def test_extents_that_touch_do_not_overlap():
    left, right = Extent(0, 0, 5, 5), Extent(5, 0, 9, 5)
    assert not left.overlaps(right)
    assert left.overlaps(right, gap=1)
    assert left.overlaps(Extent(4, 4, 9, 9))
    assert Extent(0, 0, 9, 9).holds(left)
    assert not left.holds(right)


def test_ids_say_the_names_and_are_unlike():
    names = ["conv1", "Pool 2", "pool 2", "pool", "pool-2", "пул", "", "a"]
    assert identifiers(names, "row") == [
        "row-conv1",
        "row-pool-2",
        "row-pool-2-2",
        "row-pool",
        "row-pool-2-3",
        "row",
        "row-2",
        "row-a",
    ]


@pytest.mark.thorough
def test_many_equal_names_take_linear_time():
    assert len(set(identifiers(["pool"] * 20_000, "row"))) == 20_000
