"""A table as LaTeX, ruled by the package booktabs."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from archcompiler.tabular.form import Cell, Column, Row, Table
from archcompiler.tabular.page import (
    SIZES,
    TEXT_HEIGHT,
    TEXT_WIDTH,
    Fit,
    cell_lines,
    fit,
    stacked_headings,
)
from archcompiler.tabular.parts import Part, parts_of
from archcompiler.tabular.tex import escaped
from archcompiler.tabular.wording import as_printed

_SIGNS = {"^": r"\dag", "~": r"\ddag"}
_MOST_WAITING = 8
"""Parts that LaTeX may hold back; it gives up with 18, or 52 since 2015."""

_TIMES = {"\u00d7": r"$\times$"}


class Setting(NamedTuple):
    """How a table is wanted on paper."""

    landscape: bool = False
    bare: bool = False
    """Whether the `tabular` alone is wanted, for an environment of one's own."""


_AS_IT_FITS = Setting()


def table_latex(
    table: Table, caption: str, label: str, setting: Setting = _AS_IT_FITS
) -> str:
    """Return a table that fits a page, or the bare `tabular`.

    It is an environment, or where no page holds it one for each part.
    """
    if setting.bare:
        way = fit(table, landscape=setting.landscape)
        lines = [*_comments(way, bare=True), *_tabular(table, way)]
        return "\n".join(lines) + "\n"
    first, *others = parts_of(table, landscape=setting.landscape)
    ends = [rf"\caption{{{escape(caption)}.}}", rf"\label{{tab:{label}}}"]
    written = [_environment(first, ends, len(others) + 1)]
    ends = [r"\addtocounter{table}{-1}", rf"\caption{{{escape(caption)}, continued.}}"]
    for number, part in enumerate(others, 1):
        written += ["\\clearpage\n"] * (number % _MOST_WAITING == 0)
        written.append(_environment(part, ends, len(others) + 1))
    return "\n".join(written)


def _environment(part: Part, caption: Sequence[str], parts: int) -> str:
    way = part.way
    environment = "sidewaystable" if way.landscape else "table"
    lines = [
        *_comments(way, parts),
        rf"\begin{{{environment}}}",
        r"  \centering",
        *[f"  {line}" for line in caption],
        *[f"  {line}" for line in _sized(way, list(_tabular(part.table, way)))],
        *_legend(part.table),
        rf"\end{{{environment}}}",
    ]
    return "\n".join(lines) + "\n"


def _comments(way: Fit, parts: int = 1, *, bare: bool = False) -> Iterator[str]:
    packages = ["booktabs"]
    if not bare:
        packages += ["rotating"] * way.landscape + ["graphicx"] * way.shrunk
    yield rf"% in the preamble: \usepackage{{{','.join(packages)}}}"
    said = [f"in {way.letters.name}"] * (way.letters is not SIZES[0])
    said += ["on its side"] * way.landscape + ["made smaller"] * way.shrunk
    said += [f"in {parts} parts"] * (parts > 1)
    if said:
        page = f"a page of {TEXT_WIDTH} by {TEXT_HEIGHT} points"
        yield f"% set {', '.join(said)}: so it fits {page}"


def _sized(way: Fit, tabular: list[str]) -> Iterator[str]:
    if way.letters is not SIZES[0]:
        yield rf"\{way.letters.name}"
        yield rf"\setlength{{\tabcolsep}}{{{way.letters.separation}pt}}"
    if way.shrunk:
        yield r"\resizebox{\linewidth}{!}{%"
    yield from tabular
    if way.shrunk:
        yield "}"


def _tabular(table: Table, way: Fit) -> Iterator[str]:
    columns = "".join(map(_side, table.columns))
    yield rf"\begin{{tabular}}{{{columns}}}"
    yield r"  \toprule"
    yield f"  {_line(_headings(table, way))}"
    yield r"  \midrule"
    yield from [f"  {_row(table, row, way)}" for row in table.rows]
    if table.total:
        yield r"  \midrule"
        yield f"  {_row(table, table.total, way)}"
    yield r"  \bottomrule"
    yield r"\end{tabular}"


def _headings(table: Table, way: Fit) -> list[str]:
    pairs = zip(table.columns, stacked_headings(table, way), strict=True)
    return [_stacked(lines, _side(column)) for column, lines in pairs]


def _side(column: Column) -> str:
    return "r" if column.right else "l"


def _stacked(lines: list[str], side: str) -> str:
    written = r"\\".join([escape(line) for line in lines])
    return rf"\shortstack[{side}]{{{written}}}" if len(lines) > 1 else written


def _prose(lines: list[str]) -> str:
    """Return lines of which the first one stands beside the other cells of its row."""
    written = r" \\ ".join([escape(line) for line in lines])
    whole = rf"\begin{{tabular}}[t]{{@{{}}l@{{}}}}{written}\end{{tabular}}"
    return whole if len(lines) > 1 else written


def escape(text: str) -> str:
    r"""Return a text that LaTeX prints as it is: `#1` becomes `\#1`."""
    return escaped(as_printed(text), _TIMES)


def _row(table: Table, row: Row, way: Fit) -> str:
    cells = zip(table.columns, row, cell_lines(table, row, way), strict=True)
    return _line([_cell(*each) for each in cells if each[1].span])


def _cell(column: Column, cell: Cell, lines: list[str]) -> str:
    text = _prose(lines) if column.wraps else _stacked(lines, _side(column))
    text += _raised(cell.mark) if cell.mark else ""
    return rf"\multicolumn{{{cell.span}}}{{c}}{{{text}}}" if cell.span > 1 else text


def _raised(sign: str) -> str:
    return rf"\textsuperscript{{{_SIGNS.get(sign, sign)}}}"


def _line(texts: list[str]) -> str:
    return rf"{' & '.join(texts)} \\"


def _legend(table: Table) -> list[str]:
    if not table.legend:
        return []
    meanings = ", ".join([f"{_raised(s)} {escape(what)}" for s, what in table.legend])
    return [rf"  \par\smallskip{{\footnotesize {meanings}}}"]
