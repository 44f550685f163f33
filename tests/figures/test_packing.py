"""Packing: pictures on one page, near its best shape and without holes."""

from archcompiler.figures.packing import packed
from archcompiler.figures.picture import Picture
from archcompiler.figures.scene import Group


def places(*sizes: tuple[float, float]) -> list[tuple[float, float]]:
    page = packed([Picture(width, height, 0) for width, height in sizes], 10)
    return [(mark.x, mark.y) for mark in page.marks if isinstance(mark, Group)]


def test_of_pages_with_equally_good_shapes_the_smallest_is_taken():
    assert places((700, 240), (210, 370), (200, 150)) == [(0, 0), (0, 250), (220, 250)]


def test_pictures_are_read_in_rows_or_in_columns():
    found = places((700, 400), (200, 500), (400, 300), (250, 80), (300, 300))
    assert found in (sorted(found), sorted(found, key=lambda place: place[::-1]))
