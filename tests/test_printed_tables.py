"""Printed tables read: what papers do in LaTeX, Markdown and CSV, and what we print."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archcompiler.starting.grids import Grid, read_grid
from archcompiler.tabular.comma_separated import table_csv
from archcompiler.tabular.form import plain_table
from archcompiler.tabular.latex import table_latex
from archcompiler.tabular.markdown import markdown_lines

_BEFORE = r"""% \begin{tabular}{l} old
\begin{tabular*}{\textwidth}[t]{l@{\hspace{1em}}r} a & b \\
"""
_BEHIND = r"""
\\ c & d \\ \end{tabular*} & not this"""
LATEX = {
    r"$3 \times 3$ & $224^2 \times 3$": ["3 ×3", "224^2 ×3"],
    r"\multicolumn{2}{|c|}{FLOPs}": ["FLOPs", ""],
    r"\multirow{2}{*}{conv2\_x} & \multirow[t]{2}{*}[2pt]{5}": ["conv2_x", "5"],
    r"conv\footnote{without \emph{biases}} & 1\cite{a}": ["conv", "1"],
    r"\begin{tabular}{c} dw / s1\\ conv\end{tabular} & 5": ["dw / s1 conv", "5"],
    r"$\left[\begin{array}{c}3\\[-.1em] 4 \end{array}\right]$ & 5": ["[3 4 ]", "5"],
    r"\makecell[l]{two\\lines} & \shortstack{a\\b}": ["two lines", "a b"],
    r"\rowcolor{gray!10} a & \cellcolor[gray]{.9} \textcolor{red}{b}": ["a", "b"],
    r"\cmidrule(lr){1-2} (a) & [b]": ["(a)", "[b]"],
    r"{\bf a} & \textbf{\textit{b}} % c \\ d": ["a", "b"],
    r"50\% & \#1 \& \{2\}": ["50%", "#1 & {2}"],
    r"-- & ---": ["–", "—"],
    r"$\alpha$ & \textless{}$\leq$": ["α", "<≤"],
    r"\tabularnewline[2pt] a & b": ["a", "b"],
}


@pytest.mark.parametrize(("body", "cells"), LATEX.items(), ids=LATEX)
def test_a_row_of_latex_is_read_as_it_is_set(body: str, cells: list[str]) -> None:
    assert read_grid(f"{_BEFORE}{body}{_BEHIND}", ".tex") == [
        ["a", "b"],
        cells,
        ["c", "d"],
    ]


MARKDOWN = {
    "7×7<br>stride 2 | `a` **b** *c* _d_": ["7×7 stride 2", "a b c d"],
    "conv2_x [^1] | 2 * 3 * 4": ["conv2_x", "2 * 3 * 4"],
    r"a \| b | \*c\*": ["a | b", "*c*"],
    "224<sup>2</sup>&times;3 | [conv](https://a.b/c)": ["224^2×3", "conv"],
    "$7 7$ | 5$": ["7 7", "5$"],
}


@pytest.mark.parametrize(("body", "cells"), MARKDOWN.items(), ids=MARKDOWN)
def test_a_row_of_markdown_is_read_as_it_is_shown(body: str, cells: list[str]) -> None:
    text = f"either | or\n\nhead | more\n---|:-:\n{body}\n\nno | table\n"
    assert read_grid(text, ".md") == [["head", "more"], cells]


@pytest.mark.parametrize("sign", [",", ";", "\t"])
def test_cells_of_csv_are_parted_by_what_parts_the_headings(sign: str) -> None:
    text = f'type{sign}filters\r\n"a, b; c\td\ne"{sign}64\r\n'
    assert read_grid(text, ".csv") == [["type", "filters"], ["a, b; c d e", "64"]]


def test_characters_that_nobody_sees_are_no_part_of_a_cell() -> None:
    text = "type,filters\n\u202eco\0nv\u200b,\u00a064\u2028\n"
    assert read_grid(text, ".csv") == [["type", "filters"], ["conv", "64"]]


_CELL = (
    st.text(
        st.one_of(
            st.characters(codec="ascii", exclude_categories=["C"]),
            st.sampled_from("×≤·→α–"),
        ),
        min_size=1,
        max_size=12,
    )
    .map(lambda text: " ".join(text.split()))
    .filter(bool)
)
_GRIDS = st.integers(2, 3).flatmap(
    lambda width: st.lists(
        st.lists(_CELL, min_size=width, max_size=width), min_size=2, max_size=4
    )
)
_WRITERS = {
    ".csv": table_csv,
    ".md": lambda table: "\n".join(markdown_lines(table)),
    ".tex": lambda table: table_latex(table, "A table", "a"),
}


@pytest.mark.thorough
@pytest.mark.parametrize("ending", _WRITERS)
@given(grid=_GRIDS)
def test_a_table_that_we_print_is_read_as_it_was(ending: str, grid: Grid) -> None:
    written = _WRITERS[ending](plain_table(grid[0], grid[1:]))
    assert _plain(read_grid(written, ending)) == _plain(grid)


def _plain(grid: Grid) -> Grid:
    """Return cells without what a writer adds: `'=1` is no formula, `3×3` no word."""
    return [[cell.lstrip("'").replace("×", "x") for cell in row] for row in grid]
