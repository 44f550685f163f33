"""Strips: rows from left to right, cut where a table is long."""

from collections.abc import Iterable, Iterator

import pytest
from figures.geometry import assert_uncrossed, faults
from figures.long_tables import plain_table
from figures.odd_tables import ROWS, WHOLE
from shipped import TABLES, few_first

from archcompiler import load
from archcompiler.figures.fonts import DEJAVU_SANS, HELVETICA
from archcompiler.figures.scene import Group, Line, Mark, Scene, Text
from archcompiler.figures.strip import MOST_ROWS, strip
from archcompiler.language.loading.places import shipped_specs


def drawn(name: str) -> Scene:
    return strip(load(name).expansion)


def words(scene: Scene) -> list[str]:
    texts = [mark for mark in scene.walk() if isinstance(mark, Text)]
    return ["".join([run.text for run in text.runs]) for text in texts]


def groups(marks: Iterable[Mark]) -> Iterator[Group]:
    for mark in marks:
        if isinstance(mark, Group):
            yield mark
            yield from groups(mark.marks)


def assert_without_fault(name: str, scene: Scene) -> None:
    assert not faults(scene, HELVETICA)
    assert not faults(scene, DEJAVU_SANS)
    assert_uncrossed(name, scene)


@pytest.mark.parametrize("name", few_first())
def test_the_strip_of_a_shipped_table_is_without_fault(name):
    assert_without_fault(name, drawn(name))


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted({*shipped_specs()} - {*TABLES}))
def test_the_strip_of_a_shipped_variant_is_without_fault(name):
    assert_without_fault(name, drawn(name))


@pytest.mark.parametrize("text", (ROWS | WHOLE).values(), ids=ROWS | WHOLE)
def test_the_strip_of_an_odd_table_is_without_fault(text, write_spec):
    scene = drawn(write_spec(text))
    assert not faults(scene, HELVETICA)
    assert not faults(scene, DEJAVU_SANS)


@pytest.mark.parametrize("name", few_first())
def test_each_row_stands_in_the_strip_with_its_name(name):
    scene, rows = drawn(name), [r for r in load(name).expansion.rows if r.ran]
    titles = [group.title for group in groups(scene.marks) if group.title]
    inputs = len(titles) - len(rows)
    assert [told.split(", ")[0] for told in titles[inputs:]] == [r.name for r in rows]
    text = "".join(words(scene)).replace(" ", "")
    for row in rows:
        assert row.name.replace(" ", "") in text


def test_a_size_stands_once_above_all_rows_that_have_it():
    assert words(drawn("googlenet")).count("14×14") == 1


@pytest.mark.thorough
def test_a_strip_of_a_usual_table_is_about_twice_as_wide_as_high():
    for name in TABLES:
        scene = drawn(name)
        if 6 <= len(load(name).expansion.rows) <= MOST_ROWS:
            assert 1.4 < scene.width / scene.height < 2.7, name


def heights_of_names(scene: Scene) -> set[float]:
    texts = [mark for mark in scene.walk() if isinstance(mark, Text)]
    return {text.y for text in texts if text.runs[0].text.startswith("row ")}


def test_a_long_table_is_cut_into_strips(tmp_path):
    path = tmp_path / "long.yaml"
    path.write_text(plain_table(MOST_ROWS - 1))
    assert len(heights_of_names(drawn(path))) == 1
    path.write_text(plain_table(MOST_ROWS))
    assert len(heights_of_names(drawn(path))) == 2


@pytest.mark.thorough
def test_an_edge_over_a_cut_is_named_on_both_sides(tmp_path):
    path = tmp_path / "long.yaml"
    path.write_text(plain_table(30, skips=2))
    found = words(drawn(path))
    for number in range(2):
        assert found.count(f"from row {number}") == 1
        assert found.count(f"to join {number}") == 1
    assert_without_fault(path.stem, drawn(path))


def test_a_repeated_row_says_how_often_in_its_bar_or_below_its_name():
    found = words(drawn("densenet"))
    assert [text for text in found if text.startswith("×")] == [
        "×6",
        "×12",
        "×24",
        "×16",
    ]


@pytest.mark.slow
def test_many_rows_take_near_linear_time(tmp_path):
    path = tmp_path / "long.yaml"
    path.write_text(plain_table(3000))
    lines = [mark for mark in drawn(path).walk() if isinstance(mark, Line)]
    assert len(lines) > 3000
