"""The table as LaTeX, ruled by the package booktabs."""

import re

from archcompiler.language.patterns import slug
from archcompiler.reports.tables.content import Cell, PaperTable
from archcompiler.reports.tables.wording import (
    mark,
    marks_used,
    one_line,
    right_aligned,
)

_ESCAPES = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "#": r"\#",
    "$": r"\$",
    "%": r"\%",
    "&": r"\&",
    "_": r"\_",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    "[": "{[}",  # after `\\`, a bracket or a star would be its argument
    "]": "{]}",
    "*": "{*}",
}
_SIGNS = {"^": r"\dag", "~": r"\ddag"}
_HYPHENS = re.compile("-(?=-)")


def latex(table: PaperTable, *, marks: bool) -> str:
    """Return a `table` environment with the paper as its caption."""
    right = right_aligned(table)
    headings = [escape(heading.text) for heading in table.headings]
    body = [_row(line.cells, marks=marks) for line in table.lines]
    if table.total:
        body += [r"\midrule", _row(table.total, marks=marks)]
    rules = [r"\toprule", _line(headings), r"\midrule", *body, r"\bottomrule"]
    lines = [
        r"% in the preamble: \usepackage{booktabs}",
        r"\begin{table}",
        r"  \centering",
        rf"  \caption{{{escape(table.caption)}.}}",
        rf"  \label{{tab:{slug(table.name).replace('_', '-')}}}",
        rf"  \begin{{tabular}}{{{''.join('r' if r else 'l' for r in right)}}}",
        *(f"    {rule}" for rule in rules),
        r"  \end{tabular}",
        *_legend(table, marks=marks),
        r"\end{table}",
    ]
    return "\n".join(lines) + "\n"


def escape(text: str) -> str:
    r"""Return a text that LaTeX prints as it is: `#1x1` becomes `\#1x1`."""
    escaped = "".join([_ESCAPES.get(each, each) for each in one_line(text)])
    return _HYPHENS.sub("-{}", escaped)  # two would be joined into a dash


def _row(cells: list[Cell], *, marks: bool) -> str:
    texts = []
    for cell in cells:
        if cell.span == 0:
            continue
        text = _text(cell, marks=marks)
        if cell.span > 1:
            text = rf"\multicolumn{{{cell.span}}}{{c}}{{{text}}}"
        texts.append(text)
    return _line(texts)


def _text(cell: Cell, *, marks: bool) -> str:
    sign = mark(cell, marks=marks)
    return escape(cell.text) + (_raised(sign) if sign else "")


def _raised(sign: str) -> str:
    return rf"\textsuperscript{{{_SIGNS.get(sign, sign)}}}"


def _line(texts: list[str]) -> str:
    return rf"{' & '.join(texts)} \\"


def _legend(table: PaperTable, *, marks: bool) -> list[str]:
    used = list(marks_used(table, marks=marks))
    if not used:
        return []
    meanings = ", ".join([f"{_raised(sign)} {escape(what)}" for sign, what in used])
    return [rf"  \par\smallskip{{\footnotesize {meanings}}}"]
