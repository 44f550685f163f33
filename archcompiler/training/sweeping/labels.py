"""Labels that lie on nothing: each where there is room, or left out."""

from collections.abc import Iterable, Sequence
from typing import Any

_PLACES = ((0, 6, "center"), (0, -14, "center"), (7, -3, "left"), (-7, -3, "right"))
"""Where a label may stand: points to the right of its dot, points above, its side."""


def place_labels(
    figure: Any, axes: Any, labels: Sequence[tuple[float, float, str]]
) -> list[Any]:
    """Write labels at their dots, as far as none covers another, or a dot.

    Return those that have found room.
    """
    figure.draw_without_rendering()  # it settles where the axes are
    dots = axes.transData.transform([(x, y) for x, y, _ in labels])
    taken: list[Any] = []
    written = []
    for x, y, text in labels:
        for right, up, side in _PLACES:
            label = axes.annotate(
                text.replace(" ", "\n"),
                (x, y),
                xytext=(right, up),
                textcoords="offset points",
                ha=side,
                va="top" if up == _PLACES[1][1] else "bottom",
                fontsize=7,
                bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.5},
            )
            box = label.get_window_extent()
            if _is_free(box, taken, dots, axes.bbox):
                taken.append(box)
                written.append(label)
                break
            label.remove()
    return written


def _is_free(box: Any, taken: Sequence[Any], dots: Iterable[Any], inside: Any) -> bool:
    within = inside.contains(box.x0, box.y0) and inside.contains(box.x1, box.y1)
    apart = not any(box.overlaps(other) for other in taken)
    return within and apart and not any(box.contains(*dot) for dot in dots)
