"""What geometry finds wrong: each fault in a figure that has no other."""

import pytest
from figures.geometry import crossings, faults

from archcompiler.figures.fonts import DEJAVU_SANS
from archcompiler.figures.palette import Paint
from archcompiler.figures.places import Point
from archcompiler.figures.scene import Box, Disc, Group, Line, Run, Scene, Text

BOX = Box(20, 20, 40, 20, 2, Paint.CONVOLUTION)
DISC = Disc(40, 30, 9, Paint.MERGING)
WORD = Text(40, 34, (Run("conv"),), "middle")


def line(*points: tuple[float, float], arrow: bool = False) -> Line:
    return Line(tuple([Point(*point) for point in points]), arrow=arrow)


def found(*marks) -> list[str]:
    return faults(Scene(100, 100, marks, "small"))


def test_what_is_right_has_no_fault():
    into, out = line((40, 2), (40, 20), arrow=True), line((40, 40), (40, 90))
    assert not found(into, BOX, WORD, out)
    assert not found(line((40, 2), (40, 98)), Group((BOX, WORD), x=35))


def test_a_mark_is_off_the_page():
    assert found(Group((BOX,), x=50)) == ["box at 70, 20, 40 by 20 is off the page"]


def test_texts_overlap():
    other = Text(50, 30, (Run("pool"),))
    assert found(WORD, other) == ["“pool” at 50, 30 is on “conv” at 40, 34"]


@pytest.mark.parametrize("box", [BOX, DISC])
def test_a_text_leaves_its_box(box):
    (fault,) = found(box, Text(40, 34, (Run("a long word"),), "middle"))
    assert fault.startswith("“a long word” at 40, 34 leaves its ")


def test_a_text_leaves_its_box_in_a_wider_font():
    text = Text(40, 34, (Run("3×3 dw"),), "middle")
    scene = Scene(100, 100, (BOX, text), "small")
    assert not faults(scene)
    assert faults(scene, DEJAVU_SANS)


def test_a_box_hides_a_text():
    assert found(WORD, BOX) == ["“conv” at 40, 34 is hidden by box at 20, 20, 40 by 20"]


@pytest.mark.parametrize(
    "mark", [line((2, 2), (90, 70)), line((26.5, 2), (26.5, 34), arrow=True)]
)
def test_a_line_or_its_head_runs_through_a_text(mark):
    (fault,) = found(mark, WORD)
    assert fault.endswith("runs through “conv” at 40, 34")


@pytest.mark.parametrize(
    "points",
    [
        [(40, 2), (40, 90)],
        [(40, 30), (90, 30), (90, 25), (10, 25)],
        [(2, 2), (90, 60)],
    ],
)
def test_a_line_runs_through_a_box_in_which_it_does_not_end(points):
    (fault,) = found(line(*points), BOX)
    assert fault.endswith("runs through box at 20, 20, 40 by 20")


def test_boxes_overlap_but_for_cards():
    assert found(BOX, Box(30, 30, 9, 50, 2, Paint.DENSE))
    assert not found(Box(22.5, 17.5, 40, 20, 2, Paint.CONVOLUTION), BOX)


def test_lines_cross_or_run_on_one_another():
    def count(*lines: Line) -> int:
        return len(crossings(Scene(100, 100, lines, "small")))

    across = line((0, 50), (90, 50))
    assert count(across, line((50, 0), (50, 90))) == 1
    assert count(across, line((50, 0), (50, 50))) == 0
    assert count(across, line((40, 2), (40, 50), (60, 50), (60, 0))) == 1
    assert count(across, line((0, 50), (60, 50), (60, 0))) == 0
