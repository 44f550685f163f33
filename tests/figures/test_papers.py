"""Figures in a paper: legible in print, on pages, with all that the sheet says."""

import re
from contextlib import suppress
from itertools import product
from typing import get_args

import pytest
from figures.geometry import assert_uncrossed, crossings, faults
from figures.odd_tables import INSIDE, ROWS, WHOLE
from shipped import CROSSED, FEW, variants_in_campaigns
from source.random_specs import RandomSpec

from archcompiler import SpecError, load
from archcompiler.figures.choices import Kind, Width
from archcompiler.figures.figure import HIGHEST, LEGIBLE, POINTS, Figure
from archcompiler.figures.fonts import DEJAVU_SANS, HELVETICA
from archcompiler.figures.picture import Picture
from archcompiler.figures.scene import Group, Text
from archcompiler.figures.sheet import NO_MACS
from archcompiler.figures.staggering import arranged
from archcompiler.figures.styles import CLOSE

WIDTHS = get_args(Width)
FIRST = [*product(WIDTHS, FEW)]


def printed(spec, width: Width, kind: Kind = "sheet") -> Figure:
    """Return a figure for a paper, each of whose pages is without fault."""
    figure = load(spec).plot(kind, width=width)
    for page in figure.pages:
        assert not faults(page.scene, HELVETICA)
        assert not faults(page.scene, DEJAVU_SANS)
    return figure


def assert_fits(figure: Figure, width: Width) -> None:
    assert figure.smallest_text >= LEGIBLE - 0.01
    assert figure.height <= HIGHEST
    for page in figure.pages:
        assert page.scene.width * page.scene.scale <= POINTS[width] + 0.01


def assert_in_print(name: str, width: Width, kind: Kind) -> None:
    figure = printed(name, width, kind)
    assert_fits(figure, width)
    if name in CROSSED:
        assert any(crossings(page.scene) for page in figure.pages)
    else:
        for page in figure.pages:
            assert_uncrossed(name, page.scene)
    assert_nothing_hidden(name, figure)


def assert_nothing_hidden(name: str, figure: Figure) -> None:
    """Assert that each row is there, and each layer's word."""
    groups = [mark for page in figure.pages for mark in walked(page.scene.marks)]
    titles = "\n".join(["", *[mark.title or "" for mark in groups]])
    text = words(figure)
    architecture = load(name)
    for row in architecture.expansion.rows:
        assert not row.ran or f"\n{row.name}, " in titles
    for node in architecture.layers:
        if node.op is not None and not node.op.is_padding:
            named = (node.op.in_figures(), node.op.sign or node.op.in_figures())
            assert any(word in text for word in named), node


@pytest.mark.thorough
@pytest.mark.parametrize(("name", "is_told"), [("googlenet", True), ("vgg16", False)])
def test_a_column_that_has_no_room_is_told(name, is_told):
    text = words(load(name).plot(width="column"))
    assert ("MACs" in text) is not is_told
    assert (NO_MACS in text) is is_told


def walked(marks):
    for mark in marks:
        if isinstance(mark, Group):
            yield mark
            yield from walked(mark.marks)


def words(figure: Figure) -> str:
    """Return what a figure says, wrapped lines as one."""
    texts = [
        "".join([run.text for run in mark.runs])
        for page in figure.pages
        for mark in page.scene.walk()
        if isinstance(mark, Text)
    ]
    return " ".join(texts)


@pytest.mark.thorough
@pytest.mark.parametrize(("width", "name"), FIRST)
def test_a_sheet_is_legible_on_its_pages_and_hides_nothing(width, name):
    assert_in_print(name, width, "sheet")


@pytest.mark.slow
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", variants_in_campaigns())
@pytest.mark.parametrize("kind", ["sheet", "overview"])
def test_every_shipped_figure_is_legible_in_print(kind, width, name):
    assert_in_print(name, width, kind)


@pytest.mark.slow
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("odd", [*ROWS, *WHOLE, *INSIDE])
def test_an_odd_table_is_without_fault_in_print(odd, width, write_spec):
    printed(write_spec((ROWS | WHOLE | INSIDE)[odd]), width)


@pytest.mark.thorough
@pytest.mark.parametrize("width", WIDTHS)
def test_random_specs_are_legible_in_print(width, write_spec):
    assert_random(range(8), width, write_spec)


@pytest.mark.slow
@pytest.mark.parametrize("width", WIDTHS)
def test_many_random_specs_are_legible_in_print(width, write_spec, campaign):
    assert_random(range(8, 8 + 60 * campaign), width, write_spec)


def assert_random(seeds, width: Width, write_spec) -> None:
    drawings = 0
    for seed in seeds:
        path = write_spec(RandomSpec(seed).text(), f"random_{seed}.yaml")
        with suppress(SpecError):
            figure = printed(path, width)
            assert_fits(figure, width)
            assert not any(crossings(page.scene) for page in figure.pages), seed
            drawings += 1
    assert drawings


@pytest.mark.thorough
def test_a_pdf_has_its_printed_size():
    pytest.importorskip("vl_convert")
    figure = load("googlenet").plot(width="column")
    for page in figure.pages:
        found = re.search(rb"/MediaBox ?\[0 0 ([0-9.]+)", page.encoded("pdf"))
        assert float(found[1]) == pytest.approx(
            page.scene.width * page.scene.scale, abs=0.1
        )


def branches(*heights: float) -> list[Picture]:
    return [Picture(60, height, 30) for height in heights]


def test_branches_stand_on_one_level_where_they_fit():
    placed = arranged(branches(10, 20, 30), CLOSE._replace(limit=200))
    assert {*placed.levels} == {0}
    assert placed.width == 3 * 60 + 2 * CLOSE.branch_gap


def test_branches_stand_on_two_levels_where_they_do_not():
    placed = arranged(branches(10, 20, 30, 40), CLOSE._replace(limit=190))
    assert sorted(placed.levels) == [0, 0, 1, 1]
    assert placed.width <= 190
    assert [*placed.lefts] == sorted(placed.lefts)


def test_a_line_past_branches_keeps_their_distance():
    wide = CLOSE._replace(limit=0)
    placed = arranged([*branches(10), Picture(12, 0, 6), *branches(10)], wide)
    assert placed.levels[1] == 1
    first, line, last = [
        left + each.anchor
        for left, each in zip(placed.lefts, placed.branches, strict=True)
    ]
    assert min(line - first, last - line) >= CLOSE.branch_gap
