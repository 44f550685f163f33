"""Writes the widths of `figures/fonts.py`, of the files that matplotlib brings.

`python -m tests.campaigns.font_widths` prints them; the test beside the figures reads
the same files by `widths_of`.
"""

from collections import defaultdict
from pathlib import Path

import matplotlib
from fontTools import agl
from fontTools.ttLib import TTFont

FOLDER = Path(matplotlib.get_data_path()) / "fonts"
FILES = {
    "HELVETICA.regular": ("afm/phvr8a.afm", "afm/phvro8a.afm"),
    "HELVETICA.bold": ("afm/phvb8a.afm", "afm/phvbo8a.afm"),
    "DEJAVU_SANS.regular": ("ttf/DejaVuSans.ttf", "ttf/DejaVuSans-Oblique.ttf"),
    "DEJAVU_SANS.bold": ("ttf/DejaVuSans-Bold.ttf", "ttf/DejaVuSans-BoldOblique.ttf"),
}
"""Every table, and the files of its upright and its oblique font."""


def widths_of(table: str) -> dict[str, int]:
    """Return how wide every character is in the wider one, in thousandths of the size.

    Characters that Helvetica lacks are left out.
    """
    fonts = [read(FOLDER / file) for file in FILES[table]]
    known = read(FOLDER / FILES["HELVETICA.regular"][0])
    found = {
        character: max(font[character] for font in fonts if character in font)
        for character in known
    }
    return {**found, "\N{NO-BREAK SPACE}": found[" "]}


def read(file: Path) -> dict[str, int]:
    """Return the width of every character of a font."""
    return _metrics(file) if file.suffix == ".afm" else _font(file)


def _metrics(file: Path) -> dict[str, int]:
    found = {}
    for line in file.read_text("ascii").splitlines():
        if not line.startswith("C "):
            continue
        parts = [part.split(maxsplit=1) for part in line.split(";")]
        fields = {part[0]: part[1].strip() for part in parts if len(part) == 2}
        character = agl.toUnicode(fields["N"])
        if len(character) == 1:
            found[character] = round(float(fields["WX"]))
    return found


def _font(file: Path) -> dict[str, int]:
    font = TTFont(file)
    widths, em = font["hmtx"], font["head"].unitsPerEm
    return {
        chr(code): round(1000 * widths[name][0] / em)
        for code, name in font.getBestCmap().items()
    }


def written(table: str) -> str:
    """Return a table as Python: a width, and the characters that have it."""
    widths = widths_of(table)
    having = defaultdict(list)
    for character in sorted(widths):
        having[widths[character]].append(character)
    lines = [f"    {width}: {''.join(having[width])!r}," for width in sorted(having)]
    return "\n".join([f"{table} = {{", *lines, "}"])


if __name__ == "__main__":
    print("\n".join(map(written, FILES)))
