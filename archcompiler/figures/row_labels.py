"""Labels: what stands beside a row that is drawn out."""

from collections.abc import Iterator
from dataclasses import dataclass

from archcompiler.figures.errata import before, corrected, struck
from archcompiler.figures.extents import room
from archcompiler.figures.lines import CLAIMS, COUNTS, SHOWN, RowLine
from archcompiler.figures.overview_texts import Runs
from archcompiler.figures.palette import Tone
from archcompiler.figures.picture import Marks
from archcompiler.figures.scene import Run, Text
from archcompiler.figures.wording import count, says_more, size, timed
from archcompiler.figures.wrapping import wrap

WIDTH = 150
"""The width in which names and types are broken."""

GAP = 12
"""The gap beside labels that a wider font may take."""

SMALL = 9.2
PITCH = 12.5


@dataclass(frozen=True)
class Label:
    """Texts from (0, 0)."""

    marks: Marks
    width: float
    height: float


def label_of(line: RowLine, kind: str) -> Label:
    """Return a row's name, type, shape and counts, one below the other."""
    name = Run(
        line.name, Tone.SOFT if line.is_input else Tone.INK, 11, not line.is_input
    )
    texts: list[Runs] = [
        (Run(text, name.tone, name.size, name.bold),) for text in wrap(name, WIDTH)
    ]
    texts += _kind(line, kind)
    image, channels = size(line.shape), str(line.shape[-1])
    whole = _soft(f"{image} × {channels}" if image else channels)
    texts.append((*before(line.corrections.get("output size")), whole))
    texts += _counts(line)
    for meaning, each in line.corrections.items():
        if meaning not in SHOWN:
            texts.append(corrected(each))
    marks = tuple([Text(0, 14 + PITCH * at, runs) for at, runs in enumerate(texts)])
    width = max([room(*runs, spare=GAP) for runs in texts])
    return Label(marks, width, PITCH * len(texts) + 9)


def _kind(line: RowLine, kind: str) -> Iterator[Runs]:
    """Yield the lines of a row's type, below what of it is printed wrong."""
    wrong = line.corrections.get("type")
    if wrong is not None:
        yield (struck(wrong.printed),)
    if says_more(kind, line.name):
        for text in wrap(_soft(timed(kind)), WIDTH):
            yield (_soft(text),)


def _counts(line: RowLine) -> Iterator[Runs]:
    for what, heading in COUNTS.items():
        number, wrong = getattr(line, what), line.corrections.get(CLAIMS[what])
        if number or wrong:
            yield (*before(wrong), _soft(f"{count(number) or 0} {heading}"))


def _soft(text: str) -> Run:
    return Run(text, Tone.SOFT, SMALL)
