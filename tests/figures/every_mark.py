"""A little scene by hand that has every mark, tone and paint."""

from archcompiler.figures.palette import Paint, Tone
from archcompiler.figures.places import Point
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

TITLE = "a <small> & \"hand-made\" network, 'naïve'"


def cells():
    """Return a row for every paint: pale, dashed, solid, as a disc and as a polygon."""
    ids = identifiers([paint.name for paint in Paint], "row")
    for at, (paint, name) in enumerate(zip(Paint, ids, strict=True)):
        marks = (
            Box(0, 0, 76, 22, 2, paint),
            Text(38, 14.5, (Run(paint.name.lower()),), "middle"),
            Box(86, 0, 76, 22, 2, paint, dashed=True),
            Text(124, 14.5, (Run("#3×3 reduce", Tone.SECOND, 9.5),), "middle"),
            Box(172, 0, 60, 16, 2, paint, solid=True),
            Text(202, 11.5, (Run("×6", paint.over, 9.5, bold=True),), "middle"),
            Disc(250, 11, 11, paint),
            Line((Point(245, 11), Point(255, 11)), Tone.MERGING, 1.6),
            Line((Point(250, 6), Point(250, 16)), Tone.MERGING, 1.6),
            Polygon(
                (Point(272, 0), Point(312, 0), Point(300, 22), Point(284, 22)), paint
            ),
        )
        yield Group(marks, name, f"{paint.name.lower()}: {TITLE}", 16, 60 + 30 * at)


def lines():
    """Return lines of every form."""
    right = (Point(0, 0), Point(30, 0), Point(30, 40), Point(70, 40))
    yield Line(right, radius=6, arrow=True)
    yield from moved([Line(right, Tone.INK, 1, arrow=True)], 0, 60)
    yield from moved([Line(right, Tone.RULE, 0.7)], 0, 120)
    yield from moved([Line(right, Tone.HOLE, 1.4, 5, dashed=True, arrow=True)], 0, 180)
    for at, (x, y) in enumerate([(24, 0), (0, 24), (-24, 0), (0, -24), (17, 17)]):
        start = Point(20 + 12 * at, 270)
        end = Point(start.x + x, start.y + y)
        yield Line((start, end), list(Tone)[at % 2], arrow=True)
    yield Line((Point(8, 310), Point(8, 312)), arrow=True)


def texts():
    """Return a line in every tone, and one in every face."""
    for at, tone in enumerate(Tone):
        yield Text(0, 12 * at, (Run(f"in {tone.name.lower()}", tone, 9.5),))
    faces = (
        Run("c2_x "),
        Run("bold ", bold=True),
        Run("italic", Tone.HOLE, italic=True),
        Run(" "),
        Run("64", Tone.ERRATUM, struck=True),
        Run("  ÷ … – ± é", Tone.SOFT, 9),
    )
    yield Text(0, 130, faces)
    yield Text(60, 150, (Run("Middle"),), "middle")
    yield Text(120, 170, (Run("End"),), "end")


def every_mark():
    """Return the scene."""
    heading = Text(16, 26, (Run(TITLE, size=15, bold=True),))
    band = Box(348, 50, 220, 190, 4, Paint.BAND)
    marks = (
        heading,
        *cells(),
        band,
        Group(tuple(lines()), x=360, y=60),
        Group(tuple(texts()), "texts", "texts", 450, 70),
    )
    return Scene(600, 410, marks, TITLE, "Every mark: a description.")
