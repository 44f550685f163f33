"""The page: what every figure of a table has around it, a heading and a legend."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import NamedTuple

from archcompiler.figures.errata import before, total_corrections
from archcompiler.figures.extents import room, text_width
from archcompiler.figures.packing import packed
from archcompiler.figures.palette import Paint, Tone
from archcompiler.figures.picture import Picture
from archcompiler.figures.scene import Box, Mark, Run, Scene, Text, moved
from archcompiler.figures.wording import count
from archcompiler.figures.wrapping import wrap, wrap_runs
from archcompiler.graph.expansion import Expansion
from archcompiler.graph.totals import RowTotals
from archcompiler.language.program.program import Program

MARGIN = 16
PAPER_GAP = 20
"""Between the parts of a figure in a paper."""

NARROWEST = 200
"""The least width of a heading's lines."""

CAPTION = 9
CAPTION_PITCH = 12
HEADED = 14
"""Between a heading and what stands below it."""

NOTE = "bars: one side ~ log size, the other ~ log channels"
NAMES = {
    Paint.CONVOLUTION: "convolution",
    Paint.DEPTHWISE: "depthwise, separable",
    Paint.POOLING: "pooling",
    Paint.MERGING: "block with branches",
    Paint.DENSE: "dense",
    Paint.NORMALISATION: "normalisation",
    Paint.OTHER: "other",
}


PAPER_MARGIN = 1
SPARE = 8
"""How much wider a text may be in a wider font."""

DESCENT = 3
"""Below the baseline of a last line."""

MUCH_LOWER = 0.92
"""By how much a page is lower whose panels are out of order."""


class Paper(NamedTuple):
    """The room of a figure on a page of a paper, in px."""

    width: float
    height: float

    @property
    def inner(self) -> "Paper":
        """What margins leave."""
        return Paper(self.width - 2 * PAPER_MARGIN, self.height - 2 * PAPER_MARGIN)

    @property
    def line(self) -> float:
        """How wide a line of text may be, in a wider font as well."""
        return self.inner.width - SPARE


def pages(
    expansion: Expansion, groups: Iterable[Sequence[Picture]], paper: Paper
) -> list[Scene]:
    """Return pictures on as few pages, the first under a heading.

    Each stands on the first page that has room for it; those of a group in order.
    """
    name, (width, height) = expansion.program.name, paper.inner
    heads = [heading(expansion, width=paper.line)]
    found: list[list[Picture]] = [[]]
    for group in groups:
        at = 0
        for each in group:
            while found[at] and _height(heads[at], [*found[at], each], width) > height:
                at += 1
                if at == len(found):
                    found.append([])
                    continued = Run(f"{name}, continued", size=CAPTION, bold=True)
                    heads.append(stacked([(continued,)]))
            found[at].append(each)
    wholes = [
        above(head, _packed(each, width), HEADED)
        for head, each in zip(heads, found, strict=True)
    ]
    return [_in_width(each, width, name, _described(expansion)) for each in wholes]


def _height(head: Picture, pictures: Sequence[Picture], width: float) -> float:
    return head.height + HEADED + _packed(pictures, width).height + DESCENT


def _in_width(content: Picture, width: float, title: str, description: str) -> Scene:
    """Return a picture with a narrow margin, which leaves room for a wider font."""
    wide = max(content.width, min(content.width + SPARE, width))
    whole = replace(content, width=wide, height=content.height + DESCENT)
    return framed(whole, title, description, PAPER_MARGIN)


def _packed(pictures: Sequence[Picture], width: float) -> Picture:
    """Return pictures in order, or with narrow ones together where that is lower.

    At the right, where no gap is, a wider font needs room.
    """
    first, *others = pictures
    width -= SPARE
    half = (width - PAPER_GAP) / 2
    orders = ([*pictures], [first, *sorted(others, key=lambda each: each.width > half)])
    found = [packed(order, PAPER_GAP, width) for order in orders]
    return found[found[1].height < MUCH_LOWER * found[0].height]


def page(expansion: Expansion, content: Picture, told: str = "") -> Scene:
    """Return a figure of a table below its heading, in which `told` comes last."""
    whole = above(heading(expansion, told, content.width), content, HEADED)
    return framed(whole, expansion.program.name, _described(expansion))


def above(one: Picture, other: Picture, gap: float = 0) -> Picture:
    """Return two pictures below each other, at the left."""
    y = one.height + gap
    marks = (*one.marks, *moved(other.marks, 0, y))
    width = max(one.width, other.width)
    return Picture(width, y + other.height, one.anchor, marks)


def captions(texts: Iterable[str | Run], width: float, after: str = " ") -> Picture:
    """Return texts below each other, in lines of a width, broken after some signs."""
    runs = [
        text if isinstance(text, Run) else Run(text, Tone.SOFT, CAPTION)
        for text in texts
    ]
    lines = [
        run._replace(text=line) for run in runs for line in wrap(run, width, after)
    ]
    return stacked([(line,) for line in lines])


def stacked(lines: Sequence[tuple[Run, ...]]) -> Picture:
    """Return lines of a caption below each other."""
    marks = [Text(0, CAPTION_PITCH * at, line) for at, line in enumerate(lines, 1)]
    widest = max([room(*line) for line in lines], default=0)
    return Picture(widest, CAPTION_PITCH * len(lines), 0, tuple(marks))


def framed(
    content: Picture, title: str, description: str, margin: float = MARGIN
) -> Scene:
    """Return a picture with a margin around it."""
    marks = moved(content.marks, margin, margin)
    width, height = content.width + 2 * margin, content.height + 2 * margin
    return Scene(width, height, marks, title, description)


def _described(expansion: Expansion) -> str:
    totals = RowTotals(tuple(expansion.graph))
    return (
        f"{len(expansion.rows)} rows, {totals.parameters:,} parameters, "
        f"{totals.macs:,} multiply-adds"
    )


def heading(
    expansion: Expansion, told: str = "", width: float = float("inf")
) -> Picture:
    """Return what stands above a figure: name, source, totals, and what is told."""
    program = expansion.program
    texts = [
        Run(program.name, size=15, bold=True),
        *([Run(_source(program), Tone.SOFT, 9.5)] if program.paper else []),
    ]
    told_last = [Run(told, Tone.HOLE, 9.5)] if told else []
    rows = [
        *_wrapped(texts, width),
        *_facts(expansion, width),
        *_wrapped(told_last, width),
    ]
    marks: list[Mark] = []
    y: float = 13
    for at, runs in enumerate(rows):
        marks.append(Text(0, y, runs))
        y += 16 if at == 0 else 13
    width = max([room(*runs) for runs in rows])
    return Picture(width, y - 10, 0, tuple(marks))


def _wrapped(texts: Iterable[Run], width: float) -> list[tuple[Run, ...]]:
    return [
        (run._replace(text=line),)
        for run in texts
        for line in wrap(run, max(width, NARROWEST))
    ]


def _facts(expansion: Expansion, width: float) -> list[tuple[Run, ...]]:
    """Return the totals in lines; what the paper prints wrong is struck out."""
    totals = RowTotals(tuple(expansion.graph))
    facts = {
        "params": ("", f"{count(totals.parameters) or 0} parameters"),
        "ops": ("", f"{count(totals.macs) or 0} multiply-adds"),
        "depth": ("depth ", str(expansion.outputs[0].depth)),
    }
    wrong = total_corrections(expansion.program)
    if not wrong:
        whole = " · ".join([word + fact for word, fact in facts.values()])
        return _wrapped([Run(whole, Tone.SOFT, 9.5)], width)
    runs: list[Run] = []
    for column, (word, fact) in facts.items():
        lead = f" · {word}" if runs else word
        runs += [Run(lead, Tone.SOFT, 9.5)] if lead else []
        runs += [*before(wrong.get(column)), Run(fact, Tone.SOFT, 9.5)]
    return wrap_runs(runs, max(width, NARROWEST))


def _source(program: Program) -> str:
    paper = program.paper
    assert paper is not None
    parts = [paper.title.text if paper.title else ""]
    parts += [f"arXiv {paper.arxiv.text}"] if paper.arxiv else []
    parts += [f"Table {paper.table.text}"] if paper.table else []
    parts += [f"Figure {paper.figure.text}"] if paper.figure else []
    return ", ".join(filter(None, parts))


def legend(
    paints: Iterable[Paint], width: float, note: str = "", *, of_cells: bool = False
) -> Picture:
    """Return what colours mean, in lines of a width, and a note behind them.

    They are those of rows or, pale, `of_cells`.
    """
    names = NAMES | {Paint.MERGING: "merge"} if of_cells else NAMES
    shown = {*paints}
    marks: list[Mark] = []
    x, y = 0.0, 7.5
    for paint in Paint:
        if paint not in shown:
            continue
        run = Run(names[paint], Tone.SOFT, CAPTION)
        if x and x + 14 + room(run) > width:
            x, y = 0.0, y + 14
        marks.append(Box(x, y - 7, 9, 7.5, 1.5, paint, solid=not of_cells))
        marks.append(Text(x + 13, y, (run,)))
        x += 13 + text_width(run) + 16
    if note:
        run = Run(note, Tone.SOFT, CAPTION, italic=True)
        if x + room(run) > width:
            x, y = 0.0, y + 14
        marks.append(Text(x, y, (run,)))
        width = max(width, x + room(run))
    return Picture(width, y + 4, 0, tuple(marks))
