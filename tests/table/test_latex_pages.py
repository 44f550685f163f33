"""LaTeX sets every table on its page: by a real LaTeX, within the margins."""

import os
import re
import shutil
import subprocess

import pytest

from archcompiler.checking.checking import examine
from archcompiler.cli import main
from archcompiler.language.loading.places import shipped_specs
from archcompiler.reports.tables.assembly import COLUMNS, paper_table
from archcompiler.reports.tables.formats import format_table
from archcompiler.reports.tables.selection import select
from archcompiler.tabular.form import Cell, Column, Table
from archcompiler.tabular.latex import Setting, table_latex
from archcompiler.tabular.page import fit, fits, width_of
from archcompiler.tabular.parts import parts_of

PREAMBLE = r"""\documentclass{article}
\usepackage[T1,OT1]{fontenc}
\usepackage{booktabs,rotating,graphicx}
\begin{document}
"""


@pytest.fixture
def typeset(tmp_path):
    """Set texts with LaTeX, a page each, and return what it complains about."""
    if shutil.which("pdflatex") is None:
        reason = "LaTeX not installed: `apt-get install texlive-latex-recommended`"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)

    def run(texts):
        pages = "\n\\clearpage\n".join(texts)
        (tmp_path / "all.tex").write_text(f"{PREAMBLE}{pages}\n\\end{{document}}\n")
        command = ["pdflatex", "-interaction=nonstopmode", "all.tex"]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
        log = (tmp_path / "all.log").read_text(errors="replace")
        bad = r"^(?:!|Overfull|LaTeX Warning: Float too large).*"
        return re.findall(bad, log, re.MULTILINE), done.returncode

    return run


@pytest.fixture(scope="module")
def tables():
    """Return the tables of all shipped specs and variants, with each set of columns."""
    found = {}
    for name in shipped_specs():
        checked = examine(name)
        for columns in COLUMNS:
            shown = paper_table(checked.architecture, checked.audit, columns)
            found[name, columns] = shown
    return found


@pytest.mark.slow
@pytest.mark.parametrize("columns", COLUMNS)
@pytest.mark.parametrize("landscape", [False, True])
def test_every_shipped_table_fits_its_page(tables, typeset, columns, landscape):
    setting = Setting(landscape=landscape)
    texts = [
        format_table(shown, "latex", marks=True, setting=setting)
        for (_, chosen), shown in tables.items()
        if chosen == columns
    ]
    assert typeset(texts) == ([], 0)
    assert not [text for text in texts if r"\resizebox" in text]


@pytest.mark.slow
def test_every_report_fits_its_pages(typeset, capsys):
    commands = (
        *("audit googlenet", "audit resnet", "list", "sweep googlenet-digits"),
        *("summary resnet50", "summary densenet264 --layers", "diff vgg16 vgg19"),
        "summary googlenet resnet50 vgg16",
    )
    texts = []
    for command in commands:
        main([*command.split(), "-f", "latex"])
        texts.append(capsys.readouterr().out)
    assert typeset(texts) == ([], 0)
    assert not [text for text in texts if r"\resizebox" in text]


@pytest.mark.slow
def test_hostile_texts_and_wide_tables_are_set(typeset):
    hostile = r"\input{x} $a_b^c$ 50% #1 & {[}] ~ -- `` '' <|> \\ *"
    row = [Cell(hostile, "^"), *[Cell("12,345,678,901")] * 20]
    columns = [Column(hostile), *[Column("a long heading")] * 20]
    table = Table(columns, [row, [Cell("[2pt]"), *row[1:]]], marks={"^": hostile})
    text = table_latex(table, hostile, "hostile")
    assert typeset([text]) == ([], 0)
    assert text.count(r"\caption") > 1
    assert r"\resizebox" not in text


@pytest.mark.slow
def test_what_fits_no_page_by_itself_is_made_smaller(typeset):
    row = [Cell("1"), *[Cell("0123456789" * 20)] * 3]
    text = table_latex(Table([Column("a")] * 4, [row]), "wide", "wide")
    assert typeset([text]) == ([], 0)
    assert text.count(r"\resizebox") == 3


def test_prose_begins_on_the_line_of_its_row():
    prose = "a word " * 30
    columns = [Column("row"), Column("why", wraps=True), Column("n")]
    table = Table(columns, [[Cell("one"), Cell(prose), Cell("1")]])
    text = table_latex(table, "prose", "prose")
    assert r"one & \begin{tabular}[t]{@{}l@{}}a word a word" in text
    assert text.count(r" \\ a word") + text.count(r" \\ word") > 2


def row_of(first, columns):
    return [Cell(f"{first}-{at}") for at in range(columns)]


@pytest.mark.thorough
@pytest.mark.parametrize("columns", [2, 15, 40])
@pytest.mark.parametrize("rows", [1, 30, 110])
def test_no_cell_is_lost_or_told_twice_where_a_table_is_in_parts(rows, columns):
    every = [row_of(at, columns) for at in range(rows)]
    total = row_of("total", columns)
    table = Table([Column(f"head {at}") for at in range(columns)], every, total)
    parts = parts_of(table)
    assert all(fits(part.table, part.way) for part in parts)
    assert (len(parts) > 1) is (rows == 110 or columns == 40)
    cells = [
        cell.text
        for part in parts
        for row in part.table.every_row
        for cell in (row if part.table.columns[1].heading == "head 1" else row[1:])
    ]
    assert sorted(cells) == sorted(c.text for row in (*every, total) for c in row)
    sizes = [len(part.table.every_row) * len(part.table.columns) for part in parts]
    assert max(sizes) <= 2 * min(sizes)


def test_a_cell_that_spans_columns_is_never_cut():
    spanned = [Cell("0"), *[Cell("1,000,000,000")] * 9, Cell("-" * 40, span=3)]
    row = [*spanned, Cell(span=0), Cell(span=0), *[Cell("1,000,000,000")] * 9]
    parts = parts_of(Table([Column(str(at)) for at in range(22)], [row]))
    heads = [[column.heading for column in part.table.columns] for part in parts]
    assert len(parts) > 1
    assert [len({"10", "11", "12"} & {*each}) for each in heads].count(3) == 1
    assert sum(len(each) - 1 for each in heads) == 21


@pytest.mark.slow
def test_any_letter_is_set(typeset):
    letters = [chr(code) for code in [*range(0xA1, 0x2C00, 3), 0x1D6FC, 0x1F600]]
    printable = [each for each in ["ΑΩλςοϵ✓✗≤→", *letters] if each.isprintable()]
    rows = [[Cell(f"a{each}b")] for each in printable]
    pages = [rows[first : first + 25] for first in range(0, len(rows), 25)]
    texts = [table_latex(Table([Column("α")], page), "Ω", "x") for page in pages]
    poland = r"\renewcommand{\encodingdefault}{T1}\normalfont"
    assert typeset([poland, *texts]) == ([], 0)


def test_a_wide_table_gets_smaller_letters_then_a_page_on_its_side():
    def way(columns):
        return fit(Table([Column("#1x1")] * columns, [[Cell("1,000,000")] * columns]))

    ways = [way(number) for number in range(1, 30)]
    sizes = [each.letters.name for each in ways]
    assert sizes[0] == "normalsize"
    assert list(dict.fromkeys(each.landscape for each in ways)) == [False, True]
    assert {"small", "footnotesize", "scriptsize"} <= set(sizes)
    assert ways[-1].shrunk


@pytest.mark.thorough
def test_what_is_done_to_fit_is_told_in_a_comment():
    checked = examine("googlenet")
    every = paper_table(checked.architecture, checked.audit, "all")
    first, second, *_ = format_table(every, "latex").splitlines()
    assert first == r"% in the preamble: \usepackage{booktabs,rotating}"
    said = "so it fits a page of 345 by 550 points"
    assert second == f"% set on its side, in 2 parts: {said}"


def test_a_bare_tabular_stands_alone():
    checked = examine("googlenet")
    every = paper_table(checked.architecture, checked.audit, "all")
    few = select(every, ["type", "#3x3 reduce", "macs"])
    text = format_table(few, "latex", setting=Setting(bare=True))
    _, *lines = text.splitlines()
    assert lines[0] == r"\begin{tabular}{lrr}"
    assert lines[-1] == r"\end{tabular}"
    assert lines[-3] == r"  total &  & 1,582,671,872 \\"


def test_numbers_are_multiplied_by_a_sign():
    checked = examine("squeezenet")
    shown = paper_table(checked.architecture, checked.audit)
    text = format_table(shown, "latex")
    assert r"7$\times$7/2 (x96)" in text
    assert width_of("7x7") > width_of("7a7")
