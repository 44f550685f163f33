"""Figures as PNG and PDF, by the real library."""

import re
import struct
import subprocess
import sys
import zlib

import pytest

from archcompiler.figures.palette import Paint
from archcompiler.figures.raster import to_pdf, to_png
from archcompiler.figures.scene import Box, Scene
from tests.figures.every_mark import every_mark


@pytest.fixture
def converter():
    return pytest.importorskip("vl_convert")


def pixel(png):
    """Return red, green, blue and alpha of the first pixel of a PNG."""
    data = b"".join(re.findall(rb"IDAT(.*?)....(?:....IDAT|\0\0\0\0IEND)", png, re.S))
    return tuple(zlib.decompressobj().decompress(data)[1:5])


@pytest.mark.thorough
@pytest.mark.usefixtures("converter")
def test_a_png_has_so_many_pixels_a_px():
    png = to_png(every_mark(), scale=3)
    assert struct.unpack(">II", png[16:24]) == (1800, 1230)
    assert png == to_png(every_mark(), scale=3)


@pytest.mark.usefixtures("converter")
@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, (255, 255, 255, 255)),
        ({"theme": "dark"}, (0x15, 0x18, 0x1B, 255)),
        ({"transparent": True}, (0, 0, 0, 0)),
    ],
)
def test_the_paper_is_that_of_the_theme(options, expected):
    assert pixel(to_png(Scene(8, 8, (), "empty"), **options)) == expected


@pytest.mark.usefixtures("converter")
@pytest.mark.parametrize("paint", [paint for paint in Paint if paint.fill])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_colours_of_the_style_are_drawn(paint, theme):
    scene = Scene(8, 8, (Box(-4, -4, 16, 16, 0, paint),), "filled")
    expected = getattr(paint.fill, theme)
    assert "#{:02x}{:02x}{:02x}".format(*pixel(to_png(scene, theme=theme))) == expected


@pytest.mark.thorough
@pytest.mark.usefixtures("converter")
def test_a_pdf_embeds_its_fonts():
    pdf = to_pdf(every_mark())
    assert re.findall(rb"/MediaBox ?\[([^]]*)\]", pdf) == [b"0 0 600 410"]
    faces = {name.split(b"+")[-1] for name in re.findall(rb"/FontName ?/(\S+)", pdf)}
    family = b"LiberationSans"
    assert faces == {family, family + b"-Bold", family + b"-Italic"}
    assert len(re.findall(rb"/FontFile2", pdf)) == 3


@pytest.mark.thorough
def test_an_error_says_what_to_install():
    program = (
        "import sys\n"
        "sys.modules['vl_convert'] = None\n"
        "from archcompiler.figures.raster import RasterError, to_pdf, to_png\n"
        "from tests.figures.every_mark import every_mark\n"
        "for write in (to_pdf, to_png):\n"
        "    try:\n"
        "        write(every_mark())\n"
        "    except RasterError as error:\n"
        "        print(error)\n"
    )
    result = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert result.stdout.count("pip install 'archcompiler[figures]'") == 2
