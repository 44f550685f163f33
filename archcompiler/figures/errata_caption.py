"""Below a figure: what is printed wrong and stands nowhere in the figure itself."""

from collections.abc import Container, Iterable, Iterator, Sequence

from archcompiler.figures.errata import Correction, corrected
from archcompiler.figures.lines import CLAIMS, RowLine
from archcompiler.figures.page import stacked
from archcompiler.figures.palette import Tone
from archcompiler.figures.picture import Picture
from archcompiler.figures.scene import Run
from archcompiler.figures.wording import LONGEST_NAME, count, shortened
from archcompiler.figures.wrapping import flow

_COUNTED = {meaning: what for what, meaning in CLAIMS.items()}


def errata_caption(
    lines: Sequence[RowLine], width: float, shown: Container[str] = ()
) -> Picture:
    """Return the errata of rows in lines of a width; `shown` are meanings of columns.

    Those stand in the figure. Without others, the picture is empty.
    """
    between = Run(" · ", Tone.SOFT, 9.5)
    return stacked(flow(_texts(lines, shown), between, width))


def _texts(
    lines: Iterable[RowLine], shown: Container[str]
) -> Iterator[tuple[Run, ...]]:
    lead = "printed wrong: "
    for line in lines:
        name = shortened(line.name, LONGEST_NAME)
        for meaning, each in line.corrections.items():
            if meaning not in shown:
                yield corrected(each, _true(line, meaning, each), f"{lead}{name}, ")
                lead = ""


def _true(line: RowLine, meaning: str, correction: Correction) -> str:
    """Return what is true of a count, of which a correction does not tell it."""
    what = _COUNTED.get(meaning)
    if correction.true or what is None:
        return ""
    return count(getattr(line, what)) or "0"
