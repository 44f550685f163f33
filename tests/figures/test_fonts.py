"""Widths of texts against the fonts' own files."""

import pytest

from archcompiler.figures import fonts

TABLES = [
    f"{name}.{weight}"
    for name, font in vars(fonts).items()
    if isinstance(font, fonts.Font)
    for weight in font._fields
]


@pytest.mark.thorough
@pytest.mark.parametrize("table", TABLES)
def test_widths_are_those_of_the_files(table):
    pytest.importorskip("matplotlib", reason="the fonts' files come with it")
    from tests.campaigns.font_widths import widths_of

    name, weight = table.split(".")
    assert getattr(getattr(fonts, name), weight) == widths_of(table)


def test_a_width_follows_the_size_and_the_weight():
    assert fonts.HELVETICA.width("i0", 10) == pytest.approx(7.78)
    assert fonts.HELVETICA.width("i0", 20) == pytest.approx(15.56)
    assert fonts.HELVETICA.width("i0", 10, bold=True) == pytest.approx(8.34)


@pytest.mark.parametrize("table", TABLES)
def test_what_a_font_lacks_is_as_wide_as_its_widest(table):
    name, weight = table.split(".")
    font = getattr(fonts, name)
    widest = max(getattr(font, weight).values())
    assert font.width("層", 1000, weight == "bold") == pytest.approx(widest)


def test_the_fallback_has_the_same_characters():
    assert set(fonts.DEJAVU_SANS.regular) == set(fonts.HELVETICA.regular)
    assert set(fonts.DEJAVU_SANS.bold) == set(fonts.HELVETICA.bold)
    assert {*"×·–…÷"} < set(fonts.HELVETICA.regular)
