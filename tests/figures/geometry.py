"""What is wrong with a figure as it lies on the paper, told by geometry alone."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple, TypeVar

from shipped import CROSSED

from archcompiler.figures.extents import extent, head
from archcompiler.figures.fonts import HELVETICA, Font
from archcompiler.figures.palette import Paint
from archcompiler.figures.places import Extent, Point, around, grown, union
from archcompiler.figures.scene import Box, Disc, Leaf, Line, Polygon, Scene, Text

HAIR = 0.3
"""What is nearer than this touches."""


Thing = TypeVar("Thing")


class Segment(NamedTuple):
    """A straight piece of a line, and which line."""

    start: Point
    end: Point
    line: int


class Placed(NamedTuple):
    """A mark, how far from the back it is, and the room that it takes."""

    depth: int
    mark: Leaf
    extent: Extent


Meetings = Sequence[tuple[Placed, Placed]]
"""Marks whose rooms overlap."""


def faults(scene: Scene, font: Font = HELVETICA) -> list[str]:
    """Return what is wrong with a figure whose texts are as wide as a font makes them.

    A text lies on nothing but the box that holds it; a line meets no box but those in
    which it ends; nothing is off the page.
    """
    placed = [
        Placed(depth, mark, extent(mark, font))
        for depth, mark in enumerate(scene.walk())
        if not isinstance(mark, Polygon)
    ]
    meetings = [(one, other) for one, other in _near(placed, _extent_of)]
    return [
        *_off_the_page(scene, placed),
        *_texts_on_texts(meetings),
        *_texts_on_boxes(meetings),
        *_lines_on_texts(meetings),
        *_lines_through_boxes(meetings),
        *_boxes_on_boxes(meetings),
    ]


def crossings(scene: Scene) -> list[str]:
    """Return where lines cross, or run on one another, that share no end."""
    lines = [mark for mark in scene.walk() if isinstance(mark, Line)]
    return [
        f"{told(lines[one.line])} crosses {told(lines[other.line])}"
        for one, other in _near(_segments(lines), _around_segment)
        if one.line != other.line
        and (_cross(one, other) or _run_together(one, other))
        and not _ends(lines[one.line]) & _ends(lines[other.line])
    ]


def assert_uncrossed(name: str, scene: Scene) -> None:
    """Assert that lines of a shipped table cross only where no plane holds it."""
    assert bool(crossings(scene)) == (name in CROSSED), crossings(scene)


def told(mark: Leaf) -> str:
    """Return a mark in words, where it is rounded to px."""
    match mark:
        case Text(x, y, runs):
            return f"“{''.join([run.text for run in runs])}” at {x:.0f}, {y:.0f}"
        case Line(points):
            return "line " + " ".join([f"{x:.0f},{y:.0f}" for x, y in points])
        case Polygon(points):
            return "polygon " + " ".join([f"{x:.0f},{y:.0f}" for x, y in points])
        case Disc(x, y):
            return f"disc at {x:.0f}, {y:.0f}"
        case Box(x, y, width, height):
            return f"box at {x:.0f}, {y:.0f}, {width:.0f} by {height:.0f}"


def _off_the_page(scene: Scene, placed: Iterable[Placed]) -> Iterator[str]:
    page = grown(Extent(0, 0, scene.width, scene.height), HAIR)
    for each in placed:
        if not page.holds(each.extent):
            yield f"{told(each.mark)} is off the page"


def _texts_on_texts(meetings: Meetings) -> Iterator[str]:
    for one, other in meetings:
        if isinstance(one.mark, Text) and isinstance(other.mark, Text):
            yield f"{told(one.mark)} is on {told(other.mark)}"


def _texts_on_boxes(meetings: Meetings) -> Iterator[str]:
    """Yield texts that leave the box in front of which they are, or that one hides."""
    for text, boxes in _under(Text, meetings):
        behind = [each for each in boxes if each.depth < text.depth]
        if behind and not grown(behind[-1].extent, HAIR).holds(text.extent):
            yield f"{told(text.mark)} leaves its {told(behind[-1].mark)}"
        for each in boxes[len(behind) :]:
            yield f"{told(text.mark)} is hidden by {told(each.mark)}"


def _under(
    kind: type[Leaf], meetings: Meetings
) -> Iterator[tuple[Placed, list[Placed]]]:
    """Yield each mark of a kind with the boxes that it meets, back to front."""
    found: dict[int, tuple[Placed, list[Placed]]] = {}
    for pair in meetings:
        for one, other in (pair, pair[::-1]):
            if isinstance(one.mark, kind) and isinstance(other.mark, Box | Disc):
                found.setdefault(one.depth, (one, []))[1].append(other)
    for mark, boxes in found.values():
        yield mark, sorted(boxes, key=lambda each: each.depth)


def _lines_on_texts(meetings: Meetings) -> Iterator[str]:
    """Yield lines that are seen through a text: no box lies between the two."""
    front = {text.depth: boxes[-1].depth for text, boxes in _under(Text, meetings)}
    for pair in meetings:
        for line, text in (pair, pair[::-1]):
            if not isinstance(line.mark, Line) or not isinstance(text.mark, Text):
                continue
            is_seen = line.depth > front.get(text.depth, -1)
            if is_seen and _meets(line.mark, grown(text.extent, -HAIR)):
                yield f"{told(line.mark)} runs through {told(text.mark)}"


def _lines_through_boxes(meetings: Meetings) -> Iterator[str]:
    for line, boxes in _under(Line, meetings):
        assert isinstance(line.mark, Line)
        for box in boxes:
            home = union([each.extent for each in boxes if _are_cards(box, each)])
            if _runs_through(line.mark, box.extent, home):
                yield f"{told(line.mark)} runs through {told(box.mark)}"


def _runs_through(line: Line, box: Extent, home: Extent) -> bool:
    """Whether more of a line is in a box than its ends, which are in its home."""
    inside, at_home = grown(box, -HAIR), grown(home, HAIR)
    met = [pair for pair in pairwise(line.points) if _touches(*pair, inside)]
    first, last = line.points[:2], line.points[-2:]
    for pair in met:
        starts = pair == first and _holds(at_home, pair[0])
        ends = pair == last and _holds(at_home, pair[1])
        if not starts and not ends:
            return True
    return False


def _boxes_on_boxes(meetings: Meetings) -> Iterator[str]:
    """Yield boxes that lie on others, but for cards of a repeated row and frames."""
    for one, other in meetings:
        if not isinstance(one.mark, Box | Disc) or not isinstance(
            other.mark, Box | Disc
        ):
            continue
        if not _are_cards(one, other) and not _frames(one, other):
            yield f"{told(one.mark)} is on {told(other.mark)}"


def _are_cards(one: Placed, other: Placed) -> bool:
    same = (
        one.extent.width - other.extent.width,
        one.extent.height - other.extent.height,
    )
    return max(map(abs, same)) < HAIR and abs(one.depth - other.depth) <= 2


def _frames(one: Placed, other: Placed) -> bool:
    """Whether a mark is a frame around another."""
    return any(
        isinstance(outer.mark, Box)
        and outer.mark.paint is Paint.FRAME
        and outer.extent.holds(inner.extent)
        for outer, inner in ((one, other), (other, one))
    )


def _meets(line: Line, room: Extent) -> bool:
    pairs = [*pairwise(line.points)]
    if line.arrow:
        pairs += [*pairwise(head(line))]
    return any(_touches(start, end, room) for start, end in pairs)


def _touches(start: Point, end: Point, room: Extent) -> bool:
    """Whether a segment has a point in a rectangle (Liang and Barsky, 1984)."""
    low, high = 0.0, 1.0
    for begin, finish, least, most in (
        (start.x, end.x, room.left, room.right),
        (start.y, end.y, room.top, room.bottom),
    ):
        along = finish - begin
        if not along:
            if not least <= begin <= most:
                return False
            continue
        first, last = sorted([(least - begin) / along, (most - begin) / along])
        low, high = max(low, first), min(high, last)
    return low <= high


def _cross(one: Segment, other: Segment) -> bool:
    """Whether each of two segments has the ends of the other on both of its sides."""
    return (
        _side(one, other.start) * _side(one, other.end) < -HAIR
        and _side(other, one.start) * _side(other, one.end) < -HAIR
    )


def _run_together(one: Segment, other: Segment) -> bool:
    """Whether two segments share more than a point: both along one straight line."""
    along = [abs(_side(one, point)) < HAIR for point in (other.start, other.end)]
    start, end = sorted([_along(one, other.start), _along(one, other.end)])
    return all(along) and min(end, 1) - max(start, 0) > 0


def _along(segment: Segment, point: Point) -> float:
    """Return where a point is beside a segment: 0 at its start, 1 at its end."""
    (ax, ay), (bx, by), _ = segment
    length = (bx - ax) ** 2 + (by - ay) ** 2
    return ((bx - ax) * (point.x - ax) + (by - ay) * (point.y - ay)) / (length or 1)


def _side(segment: Segment, point: Point) -> float:
    (ax, ay), (bx, by), _ = segment
    return (bx - ax) * (point.y - ay) - (by - ay) * (point.x - ax)


def _segments(lines: list[Line]) -> list[Segment]:
    return [
        Segment(start, end, at)
        for at, line in enumerate(lines)
        for start, end in pairwise(line.points)
    ]


def _ends(line: Line) -> set[tuple[float, float]]:
    return {(round(x, 1), round(y, 1)) for x, y in (line.points[0], line.points[-1])}


def _holds(room: Extent, point: Point) -> bool:
    return room.holds(Extent(point.x, point.y, point.x, point.y))


def _near(
    things: Sequence[Thing], room: Callable[[Thing], Extent]
) -> Iterator[tuple[Thing, Thing]]:
    """Yield the pairs whose rooms overlap."""
    waiting: list[tuple[Extent, Thing]] = []
    rooms = [(room(thing), thing) for thing in things]
    for here, thing in sorted(rooms, key=lambda each: each[0].top):
        waiting = [each for each in waiting if each[0].bottom >= here.top]
        for there, other in waiting:
            if there.overlaps(here, -HAIR):
                yield other, thing
        waiting.append((here, thing))


def _extent_of(placed: Placed) -> Extent:
    return placed.extent


def _around_segment(segment: Segment) -> Extent:
    return grown(around([segment.start, segment.end]), HAIR)
