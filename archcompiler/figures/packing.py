"""Packing: pictures on one page, in reading order, with little left empty."""

from collections.abc import Sequence
from itertools import accumulate

from archcompiler.figures.picture import Picture
from archcompiler.figures.scene import Group, Mark

ASPECT = 1.45
"""Width by height of a page that looks well."""

DISORDER = 1.3
"""How much worse a page is that must be read neither by rows nor by columns."""


def packed(
    pictures: Sequence[Picture], gap: float, width: float | None = None
) -> Picture:
    """Return pictures on one page, the first at its upper left.

    Without a width, the one is chosen whose page is nearest to `ASPECT` and emptiest.
    """
    if width is not None:
        return _skyline(pictures, gap, max(width, *[each.width for each in pictures]))
    widest = max([each.width for each in pictures])
    total = sum([each.width + gap for each in pictures])
    candidates = {widest, total}
    x = pictures[0].width
    for each in pictures[1:]:
        x += gap + each.width
        candidates.add(max(widest, x))
    area = sum([(each.width + gap) * (each.height + gap) for each in pictures])
    for ratio in (1.0, 1.2, 1.45, 1.7, 2.0):
        candidates.add(max(widest, (area * ratio) ** 0.5))
    pages = [_skyline(pictures, gap, each) for each in sorted(candidates)]
    pages += [_columns(pictures, gap, each) for each in _heights(pictures, gap)]
    return min(pages, key=lambda page: _badness(page, area))


def _badness(page: Picture, area: float) -> tuple[float, float]:
    """Return how far a page is from its best shape, and of equal ones how large."""
    aspect = page.width / page.height
    off = max(aspect / ASPECT, ASPECT / aspect)
    disorder = 1 if _is_in_order(page) else DISORDER
    size = page.width * page.height
    return round(off * disorder * size / area, 3), size


def _is_in_order(page: Picture) -> bool:
    """Whether a page is read in columns or in rows."""
    places = [(mark.x, mark.y) for mark in page.marks if isinstance(mark, Group)]
    rows = [(y, x) for x, y in places]
    return places == sorted(places) or rows == sorted(rows)


def _heights(pictures: Sequence[Picture], gap: float) -> list[float]:
    """Return the heights of columns that some pictures in a row fill."""
    highest = max([each.height for each in pictures])
    found = {highest}
    for first in range(len(pictures)):
        heights = accumulate([each.height + gap for each in pictures[first:]])
        found.update([max(highest, height - gap) for height in heights])
    return sorted(found)


def _columns(pictures: Sequence[Picture], gap: float, height: float) -> Picture:
    """Place pictures below each other, in as many columns as a height asks for."""
    marks: list[Mark] = []
    left = right = top = bottom = 0.0
    for each in pictures:
        if marks and top + each.height > height:
            left, top = right + gap, 0.0
        marks.append(Group(each.marks, x=left, y=top))
        right, bottom = max(right, left + each.width), max(bottom, top + each.height)
        top += each.height + gap
    return Picture(right, bottom, 0, tuple(marks))


def _skyline(pictures: Sequence[Picture], gap: float, width: float) -> Picture:
    """Place each picture as high, then as far left, as the ones before leave room."""
    heights = [(0.0, 0.0)]  # where each step of the skyline begins, and its height
    marks: list[Mark] = []
    right = bottom = 0.0
    for each in pictures:
        x, y = _lowest(heights, each.width + gap, width + gap)
        marks.append(Group(each.marks, x=x, y=y))
        right, bottom = max(right, x + each.width), max(bottom, y + each.height)
        heights = _raised(heights, x, x + each.width + gap, y + each.height + gap)
    return Picture(right, bottom, 0, tuple(marks))


def _lowest(
    heights: Sequence[tuple[float, float]], width: float, page: float
) -> tuple[float, float]:
    found = []
    for at, (x, _) in enumerate(heights):
        if x + width > page + 0.01 and at:
            continue
        y = max(
            [
                height
                for start, height in heights
                if start < x + width and _end(heights, start) > x
            ]
        )
        found.append((y, x))
    y, x = min(found)
    return x, y


def _end(heights: Sequence[tuple[float, float]], start: float) -> float:
    return min([each for each, _ in heights if each > start], default=float("inf"))


def _raised(
    heights: Sequence[tuple[float, float]], left: float, right: float, top: float
) -> list[tuple[float, float]]:
    """Return the skyline with one part at a new height."""
    beyond = [height for start, height in heights if start <= right][-1]
    kept = [step for step in heights if step[0] < left]
    after = [step for step in heights if step[0] > right]
    return [*kept, (left, top), (right, beyond), *after]
