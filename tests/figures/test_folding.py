"""Folding: tables of many rows stand in columns, each continued in the next."""

from itertools import pairwise
from random import Random

import pytest
from figures.geometry import crossings, faults
from figures.long_tables import LONG, plain_table

from archcompiler import load
from archcompiler.figures.cuts import parts_of
from archcompiler.figures.folding import MOST_COLUMNS, MOST_ROWS, folded
from archcompiler.figures.fonts import DEJAVU_SANS, HELVETICA
from archcompiler.figures.lines import lines_of
from archcompiler.figures.overview import overview
from archcompiler.figures.page import framed
from archcompiler.figures.picture import Picture
from archcompiler.figures.scene import Box, Scene, Text


def scene_of(picture: Picture) -> Scene:
    return framed(picture, "", "")


def assert_without_fault(scene: Scene) -> None:
    assert not faults(scene, HELVETICA)
    assert not faults(scene, DEJAVU_SANS)


def columns(scene: Scene) -> list[list[str]]:
    """Return the names of rows in each column, from above."""
    found: dict[float, list[Text]] = {}
    for mark in scene.walk():
        if isinstance(mark, Text) and mark.runs[0].text.startswith(("row ", "join ")):
            found.setdefault(mark.x, []).append(mark)
    return [
        [text.runs[0].text for text in sorted(texts, key=lambda text: text.y)]
        for _, texts in sorted(found.items())
    ]


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("rows", "count"),
    [(MOST_ROWS - 1, 1), (MOST_ROWS, 2), (2 * MOST_ROWS, 3), (300, 3)],
)
def test_a_long_table_stands_in_columns_of_about_one_length(rows, count, write_spec):
    scene = load(write_spec(plain_table(rows))).plot("overview").scene
    found = columns(scene)
    assert len(found) == count <= MOST_COLUMNS
    assert [name for names in found for name in names] == [
        f"row {at}" for at in range(rows)
    ]
    lengths = [len(names) for names in found]
    assert max(lengths) - min(lengths) <= 2


@pytest.mark.thorough
def test_a_column_goes_on_where_the_one_before_ends(write_spec):
    scene = load(write_spec(plain_table(60, skips=2))).plot("overview").scene
    assert_without_fault(scene)
    assert not crossings(scene)


@pytest.mark.thorough
def test_a_papers_column_has_one_column_and_its_page_has_room_for_all(write_spec):
    architecture = load(write_spec(plain_table(60)))
    for each in architecture.plot("overview", width="column").pages:
        assert len(columns(each.scene)) == 1
    (page,) = architecture.plot("overview", width="page").pages
    assert len([name for names in columns(page.scene) for name in names]) == 60


def test_bars_are_on_one_scale_in_all_columns(write_spec):
    lines = lines_of(load(write_spec(plain_table(60))).expansion, [])
    one, several = overview(lines), folded(lines)
    assert one.width < several.width
    assert sorted(bars(one)) == sorted(bars(several))


def bars(picture: Picture) -> list[tuple[float, float]]:
    marks = scene_of(picture).walk()
    return [(mark.width, mark.height) for mark in marks if isinstance(mark, Box)]


def random_table(seed: int) -> str:
    """Return a table some of whose rows add what comes from rows long before."""
    random = Random(seed)
    lines = ["name: long", "input: 8x8x4", "table:"]
    lines += ["  columns: [name, type, patch, filters, from]", "  rows:"]
    for at in range(70):
        if at > 3 and random.random() < 0.2:
            other = random.randrange(max(0, at - 30), at - 1)
            lines.append(f"  - [row {at}, add, ~, ~, [row {at - 1}, row {other}]]")
        else:
            lines.append(f"  - [row {at}, Conv2D, 1x1, 4, ~]")
    return "\n".join(lines)


@pytest.mark.thorough
@pytest.mark.parametrize("seed", range(2))
def test_folding_makes_no_edge_cross_another(seed, write_spec):
    lines = lines_of(load(write_spec(random_table(seed))).expansion, [])
    one, several = scene_of(overview(lines)), scene_of(folded(lines))
    assert len(crossings(several)) <= len(crossings(one))
    assert_without_fault(several)


def test_parts_hold_all_rows_in_order(write_spec):
    lines = lines_of(load(write_spec(plain_table(90))).expansion, [])
    for count in range(1, 6):
        parts = parts_of(lines, count)
        assert parts[0].start == 0
        assert parts[-1].stop == len(lines)
        assert all(one.stop == other.start for one, other in pairwise(parts))


@pytest.mark.slow
@pytest.mark.parametrize("text", LONG.values(), ids=LONG)
@pytest.mark.parametrize("width", [None, "page", "column"])
def test_the_figures_of_a_long_network_are_without_fault(width, text, write_spec):
    architecture = load(write_spec(text))
    for kind in ("overview", "sheet"):
        for page in architecture.plot(kind, width=width).pages:
            assert_without_fault(page.scene)
            assert not crossings(page.scene)
