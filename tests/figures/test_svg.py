"""Scenes as SVG: what is in the file, that it reads, and that it is the same always."""

import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from dataclasses import replace

import pytest

from archcompiler.figures.palette import Paint, Tone
from archcompiler.figures.places import Point
from archcompiler.figures.scene import Box, Line, Run, Scene, Text
from archcompiler.figures.svg import number, to_svg
from tests.figures.every_mark import TITLE, every_mark

SVG = "{http://www.w3.org/2000/svg}"


def root(scene, **options):
    return ET.fromstring(to_svg(scene, **options))


def small(*marks):
    return Scene(90, 40, marks, "small")


def test_a_figure_says_what_it_is():
    figure = root(every_mark())
    assert figure.get("role") == "img"
    assert [child.tag for child in figure[:2]] == [f"{SVG}title", f"{SVG}desc"]
    assert figure[0].text == TITLE
    assert figure[1].text == "Every mark: a description."
    assert (figure.get("width"), figure.get("viewBox")) == ("600", "0 0 600 410")


def test_rows_have_an_id_and_a_title_of_their_own():
    groups = [group for group in root(every_mark()).iter(f"{SVG}g") if group.get("id")]
    ids = [group.get("id") for group in groups]
    assert ids[:2] == ["row-convolution", "row-depthwise"]
    assert len(set(ids)) == len(ids)
    assert groups[0][0].text == f"convolution: {TITLE}"


def test_a_mark_is_a_line():
    text = to_svg(every_mark())
    marks = sum(1 for _ in every_mark().walk())
    drawn = [
        line for line in text.splitlines() if re.match("<(rect|circle|p|text)", line)
    ]
    assert len(drawn) == marks + 1  # the paper


def test_an_edit_changes_the_lines_of_its_row():
    scene = every_mark()
    row = scene.marks[3]
    edited = row._replace(marks=(*row.marks, Box(0, 0, 9, 9, 0, Paint.QUANTITY)), y=90)
    after = replace(scene, marks=(*scene.marks[:3], edited, *scene.marks[4:]))
    before, after = (set(to_svg(one).splitlines()) for one in (scene, after))
    assert len(after - before) == 2


def test_texts_keep_their_letters_and_spaces():
    runs = (Run("a  <b> & "), Run("'c' \"d\"", Tone.HOLE, italic=True))
    (text,) = root(small(Text(1, 2, runs))).iter(f"{SVG}text")
    assert "".join(text.itertext()) == "a  <b> & 'c' \"d\""
    assert text.get("{http://www.w3.org/XML/1998/namespace}space") == "preserve"


@pytest.mark.parametrize("space", [" ", "\N{NO-BREAK SPACE}"])
@pytest.mark.parametrize("runs", ["a{}|b", "a|{}b"])
def test_a_space_between_runs_is_kept_by_every_reader(runs, space):
    parts = [Run(part) for part in runs.format(space).split("|")]
    (text,) = root(small(Text(1, 2, tuple(parts)))).iter(f"{SVG}text")
    assert text.get("{http://www.w3.org/XML/1998/namespace}space") == "preserve"


@pytest.mark.parametrize("theme", ["light", "dark", "auto"])
def test_every_class_has_a_rule_and_every_rule_is_used(theme):
    figure = root(every_mark(), theme=theme)
    used = {element.get("class") for element in figure.iter()} - {None}
    style = figure.find(f"{SVG}style").text
    assert set(re.findall(r"\.([a-z-]+)\{", style)) == used


@pytest.mark.parametrize("paint", list(Paint))
def test_a_theme_decides_the_colours(paint):
    scene = small(Box(0, 0, 9, 9, 0, paint))
    colour = paint.fill or paint.ink
    assert colour.light in to_svg(scene, theme="light")
    assert "@media" not in to_svg(scene, theme="light")
    assert colour.dark in to_svg(scene, theme="dark")
    light, dark = to_svg(scene).split("@media (prefers-color-scheme:dark)")
    assert colour.light in light
    assert colour.dark in dark


def test_a_transparent_figure_has_no_paper():
    assert list(root(small(), transparent=True).iter(f"{SVG}rect")) == []
    (paper,) = root(small()).iter(f"{SVG}rect")
    assert (paper.get("width"), paper.get("class")) == ("90", "paper")


def paths(*points, **options):
    line = Line(tuple(Point(*point) for point in points), **options)
    return [path.get("d") for path in root(small(line)).iter(f"{SVG}path")]


def test_corners_are_rounded_and_arrows_have_heads():
    assert paths((0, 0), (20, 0), (20, 30)) == ["M0 0L20 0L20 30"]
    assert paths((0, 0), (20, 0), (20, 30), radius=6) == ["M0 0L14 0Q20 0 20 6L20 30"]
    assert paths((0, 0), (0, 20), arrow=True) == ["M0 0L0 16", "M-3.2 15L0 20L3.2 15Z"]


def test_an_arc_takes_at_most_half_of_a_side():
    assert paths((0, 0), (4, 0), (4, 30), radius=6) == ["M0 0L2 0Q4 0 4 2L4 30"]


def test_a_short_arrow_does_not_turn_round():
    assert paths((0, 0), (0, 2), arrow=True) == ["M0 0L0 0", "M-3.2 -3L0 2L3.2 -3Z"]


@pytest.mark.parametrize(
    ("value", "text"),
    [(3, "3"), (3.0, "3"), (2.25, "2.2"), (-0.04, "0"), (0.06, "0.1"), (-1.5, "-1.5")],
)
def test_numbers_have_at_most_one_decimal(value, text):
    assert number(value) == text


def test_no_number_of_a_figure_has_more():
    assert re.findall(r"\d\.\d\d", to_svg(every_mark())) == []


@pytest.mark.thorough
def test_other_processes_write_the_same_bytes():
    program = (
        "import sys\n"
        "from archcompiler.figures.svg import to_svg\n"
        "from tests.figures.every_mark import every_mark\n"
        "sys.stdout.buffer.write(to_svg(every_mark()).encode())"
    )
    written = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert written == {to_svg(every_mark()).encode()}


def calls_for(rows):
    group = every_mark().marks[1]
    scene = small(*(group._replace(id=f"row-{at}", y=at) for at in range(rows)))
    calls = 0

    def count(*_):
        nonlocal calls
        calls += 1

    sys.setprofile(count)
    try:
        to_svg(scene)
    finally:
        sys.setprofile(None)
    return calls


@pytest.mark.thorough
def test_ten_times_the_marks_are_ten_times_the_work():
    assert calls_for(400) < 10.5 * calls_for(40)
