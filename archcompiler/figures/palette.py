"""The colours of figures, on white paper and on dark, and which op has which."""

from enum import Enum
from typing import NamedTuple

from archcompiler.ops.base import AbstractOp, Shapes


class Colour(NamedTuple):
    """One colour as `#rrggbb`, on white paper and on dark."""

    light: str
    dark: str


class Tone(Enum):
    """The colour of a text or a line."""

    INK = Colour("#1c1f23", "#e6e8ea")
    SOFT = Colour("#5f646a", "#9aa1a8")
    """What is said beside: captions, headings, edges."""

    SECOND = Colour("#4a5056", "#b4bbc2")
    """The second line of a cell."""

    HOLE = Colour("#06458e", "#8fbdf5")
    """What a block's call fills in."""

    RULE = Colour("#d9dcdf", "#363b41")
    PAPER = Colour("#ffffff", "#15181b")
    """On solid marks that are darker than the ink is on white, brighter on dark."""

    SHADE = Colour("#1c1f23", "#15181b")
    """On solid marks that are bright on either paper."""

    MERGING = Colour("#128450", "#9dcdac")
    """The sign in the disc of a merge."""

    ERRATUM = Colour("#c4541a", "#e8875a")
    """What is printed and wrong."""


class Paint(Enum):
    """What fills a mark: the kind of an op, or what is no op.

    A kind has a pale `fill`, on which texts are read, and an `ink`: marks are pale or
    solid, and outlined in either form by the ink, or by a darker one where the ink is
    hard to see on the paper. What has no ink is only filled; a frame is only outlined.
    """

    CONVOLUTION = Colour("#dbe7f8", "#22344f"), Colour("#06458e", "#6aa7ef")
    DEPTHWISE = (
        Colour("#d6eef8", "#12383f"),
        Colour("#32b7de", "#55eafe"),
        Colour("#089dc3", "#55eafe"),
    )
    POOLING = (
        Colour("#fde0cb", "#442a1f"),
        Colour("#f07c1c", "#dd6328"),
        Colour("#c26505", "#dd6328"),
    )
    MERGING = Colour("#d1ecda", "#1f3a2a"), Colour("#128450", "#9dcdac")
    DENSE = (
        Colour("#fbf0d0", "#3a3318"),
        Colour("#ebc06f", "#f8e46c"),
        Colour("#986a20", "#f8e46c"),
    )
    NORMALISATION = Colour("#ece2ee", "#3b2b3d"), Colour("#6c5075", "#9a5aa0")
    OTHER = Colour("#eef0f1", "#2b2e31"), Colour("#90959b", "#888b8f")
    BAND = Colour("#f4f5f6", "#1d2125"), None
    """The ground of a row, and the silhouette of the spine."""

    PAPER = Colour("#ffffff", "#15181b"), None
    QUANTITY = Colour("#5b6470", "#9aa5b1"), None
    """Bars of parameters and multiply-adds."""

    FRAME = None, Colour("#5f646a", "#9aa1a8")

    def __init__(
        self, fill: Colour | None, ink: Colour | None, outline: Colour | None = None
    ) -> None:
        self.fill = fill
        self.ink = ink
        self.outline = outline or ink

    def filling(self, solid: bool) -> Colour | None:
        """Return what fills a mark: the ink where it is solid and there is one."""
        return self.ink if solid and self.fill and self.ink else self.fill

    @property
    def over(self) -> Tone:
        """The tone of a text on the solid form."""
        return Tone.SHADE if self in _BRIGHT else Tone.PAPER


_BRIGHT = {Paint.DEPTHWISE, Paint.POOLING, Paint.DENSE, Paint.OTHER}


def paint_of(op: AbstractOp, inputs: Shapes) -> Paint:
    """Return the paint of what an op is, given what it takes."""
    family = op.family or op.role
    if family != "weighted":
        return _PAINTS.get(family, Paint.OTHER)
    if not op.window_field:
        return Paint.DENSE
    return Paint.DEPTHWISE if op.filters_apart(inputs) else Paint.CONVOLUTION


_PAINTS = {
    "pooling": Paint.POOLING,
    "merging": Paint.MERGING,
    "normalisation": Paint.NORMALISATION,
}
