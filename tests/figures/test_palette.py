"""The palette: which op has which paint, and what eyes see of it."""

import pytest

from archcompiler.figures.palette import Paint, Tone, paint_of
from archcompiler.ops.table import OPS
from tests.figures.colours import (
    SIGHTS,
    contrast,
    seen,
    smallest_distance,
    smallest_step,
)

IMAGE = (8, 8, 6)


def conv(**fields):
    return OPS["Conv2D"](filters=6, kernel_size=(3, 3), **fields)


@pytest.mark.parametrize(
    ("op", "paint"),
    [
        (conv(), Paint.CONVOLUTION),
        (conv(groups=2), Paint.CONVOLUTION),
        (conv(groups=6), Paint.DEPTHWISE),
        (OPS["Conv2DTranspose"](filters=6, kernel_size=(3, 3)), Paint.CONVOLUTION),
        (OPS["DepthwiseConv2D"](kernel_size=(3, 3)), Paint.DEPTHWISE),
        (OPS["SeparableConv2D"](filters=6, kernel_size=(3, 3)), Paint.DEPTHWISE),
        (OPS["Dense"](units=6), Paint.DENSE),
        (OPS["MaxPooling2D"](), Paint.POOLING),
        (OPS["GlobalAveragePooling2D"](), Paint.POOLING),
        (OPS["Concatenate"](), Paint.MERGING),
        (OPS["Add"](), Paint.MERGING),
        (OPS["BatchNormalization"](), Paint.NORMALISATION),
        (OPS["ReLU"](), Paint.OTHER),
        (OPS["Flatten"](), Paint.OTHER),
    ],
    ids=lambda value: getattr(value, "op", None),
)
def test_a_paint_says_the_kind_of_an_op(op, paint):
    assert paint_of(op, (IMAGE,)) is paint


def test_a_grey_image_is_not_filtered_channel_by_channel():
    assert paint_of(conv(), ((8, 8, 1),)) is Paint.CONVOLUTION


THEMES = pytest.mark.parametrize("theme", ["light", "dark"])
KINDS = [paint for paint in Paint if paint.fill and paint.ink]
GREY = [Paint.CONVOLUTION, Paint.MERGING, Paint.POOLING, Paint.DENSE]
"""The kinds whose bars a print without colours has to tell apart."""

READ = [Tone.INK, Tone.SOFT, Tone.SECOND, Tone.HOLE]
"""The tones of small texts on any pale mark."""


def inks(theme, kinds):
    return [getattr(kind.ink, theme) for kind in kinds]


def grounds(theme):
    """Return what texts are written on."""
    pale = [*KINDS, Paint.BAND, Paint.PAPER]
    return [getattr(paint.fill, theme) for paint in pale]


def test_no_two_paints_are_one():
    assert len({paint.name for paint in Paint}) == len(Paint.__members__)
    assert len({tone.name for tone in Tone}) == len(Tone.__members__)


@THEMES
def test_everybody_tells_kinds_apart(theme):
    assert smallest_distance(inks(theme, KINDS)) > 23


@pytest.mark.parametrize(("theme", "least"), [("light", 15), ("dark", 10)])
def test_grey_print_tells_bars_apart(theme, least):
    assert smallest_step(inks(theme, GREY)) > least


@THEMES
@pytest.mark.parametrize("paint", [paint for paint in Paint if paint.outline])
def test_every_kind_is_seen_on_the_paper(paint, theme):
    paper = getattr(Paint.PAPER.fill, theme)
    assert contrast(getattr(paint.outline, theme), paper) > 3


@THEMES
@pytest.mark.parametrize("paint", KINDS)
def test_an_outline_is_of_its_own_kind(paint, theme):
    outline = getattr(paint.outline, theme)
    others = [kind for kind in KINDS if kind is not paint]
    own = smallest_distance([outline, *inks(theme, others)])
    assert own > 14


@THEMES
@pytest.mark.parametrize("tone", READ)
def test_small_texts_are_read_on_every_pale_mark(tone, theme):
    text = getattr(tone.value, theme)
    assert min(contrast(text, ground) for ground in grounds(theme)) >= 4.5


@THEMES
@pytest.mark.parametrize("paint", KINDS)
def test_a_text_is_read_on_a_solid_mark(paint, theme):
    text = getattr(paint.over.value, theme)
    assert contrast(text, getattr(paint.ink, theme)) > 3.5


@THEMES
@pytest.mark.parametrize("tone", [Tone.MERGING, Tone.ERRATUM, Tone.SOFT])
def test_signs_are_seen(tone, theme):
    assert min(contrast(getattr(tone.value, theme), g) for g in grounds(theme)) > 3


@THEMES
def test_quantities_are_seen_beside_their_numbers(theme):
    bars = getattr(Paint.QUANTITY.fill, theme)
    assert contrast(bars, getattr(Paint.PAPER.fill, theme)) > 3


def test_what_is_known_of_colours():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)
    assert seen("#ff0000") == pytest.approx((53.24, 80.09, 67.20), abs=0.02)
    assert seen("#ffffff") == pytest.approx((100, 0, 0), abs=0.02)
    for sight in SIGHTS:
        assert seen("#808080", sight) == pytest.approx(seen("#808080"), abs=0.1)
    red, green = "#c04040", "#5d7a00"
    assert smallest_distance([red, green]) < 25 < smallest_distance([red, "#0040c0"])
