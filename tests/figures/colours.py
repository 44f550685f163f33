"""What eyes see of colours: distances, lightness and contrast.

CIE 1976 L*a*b* at D65; deficiencies after Machado, Oliveira and Fernandes, 2009, table
of severity 1; contrast after WCAG 2.2.
"""

from itertools import combinations, pairwise
from math import dist

SIGHTS = {
    "normal": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritanopia": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}
"""What becomes of linear red, green and blue."""

_XYZ = (
    (0.4124564, 0.3575761, 0.1804375),
    (0.2126729, 0.7151522, 0.0721750),
    (0.0193339, 0.1191920, 0.9503041),
)
_WHITE = (0.95047, 1.0, 1.08883)


def seen(colour, sight="normal"):
    """Return L*, a* and b* of `#rrggbb`."""
    light = [min(max(part, 0), 1) for part in _times(SIGHTS[sight], linear(colour))]
    x, y, z = (
        _curve(part / white)
        for part, white in zip(_times(_XYZ, light), _WHITE, strict=True)
    )
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def smallest_distance(colours):
    """Return how far the two are apart that somebody tells apart least."""
    return min(
        dist(seen(one, sight), seen(other, sight))
        for sight in SIGHTS
        for one, other in combinations(colours, 2)
    )


def smallest_step(colours):
    """Return the smallest difference of lightness: what is left in grey print."""
    lightness = sorted(seen(colour)[0] for colour in colours)
    return min(after - before for before, after in pairwise(lightness))


def contrast(one, other):
    """Return the contrast of two colours, from 1 to 21."""
    dark, bright = sorted([luminance(one), luminance(other)])
    return (bright + 0.05) / (dark + 0.05)


def luminance(colour):
    """Return the relative luminance, from 0 to 1."""
    return _times(_XYZ, linear(colour))[1]


def linear(colour):
    """Return linear red, green and blue, from 0 to 1."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    return [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in parts
    ]


def _curve(ratio):
    cube = 6 / 29
    return ratio ** (1 / 3) if ratio > cube**3 else ratio / (3 * cube**2) + 4 / 29


def _times(rows, column):
    return [
        sum(factor * value for factor, value in zip(row, column, strict=True))
        for row in rows
    ]
