"""A scene as PNG and as PDF, by a library that brings its font: Liberation Sans.

So a figure looks the same on every machine, and a PDF holds what it shows. Characters
that Liberation Sans lacks are taken from the machine's fonts.
"""

from typing import Any, Literal

from archcompiler.figures.scene import Scene
from archcompiler.figures.svg import to_svg

_FONTS = "'Liberation Sans',sans-serif"


class RasterError(Exception):
    """A figure that cannot be written as PNG or PDF here; the text says what helps."""


def to_png(
    scene: Scene,
    *,
    theme: Literal["light", "dark"] = "light",
    transparent: bool = False,
    scale: float = 2,
) -> bytes:
    """Return a PNG file with `scale` pixels a px.

    Raises:
        RasterError: where the extra `figures` is not installed.
    """
    converter = _converter()
    svg = to_svg(scene, theme=theme, transparent=transparent, fonts=_FONTS)
    written: bytes = converter.svg_to_png(svg, scale=scale)
    return written


def to_pdf(
    scene: Scene,
    *,
    theme: Literal["light", "dark"] = "light",
    transparent: bool = False,
) -> bytes:
    """Return a PDF file of one page, its letters as embedded fonts, a point a px.

    Its objects come in another order each time.

    Raises:
        RasterError: where the extra `figures` is not installed.
    """
    converter = _converter()
    svg = to_svg(scene, theme=theme, transparent=transparent, fonts=_FONTS, unit="")
    written: bytes = converter.svg_to_pdf(svg)
    return written


def _converter() -> Any:
    try:
        import vl_convert
    except ModuleNotFoundError:
        raise RasterError(
            "PNG and PDF need vl-convert: pip install 'archcompiler[figures]'; "
            "SVG and TikZ need nothing"
        ) from None
    return vl_convert
