"""Text that means something to a format is printed as itself."""

import csv
import io
import json
import re
from pathlib import Path

import pytest

import archcompiler
from archcompiler.checking.checking import examine
from archcompiler.reports.tables.assembly import paper_table
from archcompiler.reports.tables.formats import format_table
from archcompiler.separated import comma_separated
from archcompiler.tabular import latex, markdown

HOSTILE = [
    "=cmd|' /C calc'!A0",
    "+1+1",
    "-1",
    "@SUM(A1)",
    'a "quoted", comma',
    " blanks around ",
    "a | b \\| c",
    "*bold* _slanted_ `code` ~~gone~~",
    "[link](https://example.org)",
    "&lt; & \\command{x} $x$ 50% #1 a_b ~ ^ { }",
    "[2pt] \\\\ --- ``",
    "'=quoted",
    "\uff1d1+1",
    "--",
    "für",
]
SPEC = """\
name: hostile
paper: {title: "A | B & C_d: 100% #1"}
input: 8x8x3
table:
  columns: [type, patch, filters, "+shape | #1 & 2": filter shape]
  rows:
"""


@pytest.fixture
def hostile(write_spec):
    """Return a table whose last column holds every hostile text."""
    rows = [
        f"  - row {at}: [Conv2D, 1x1, 4, {json.dumps(text)}]\n"
        for at, text in enumerate(HOSTILE)
    ]
    checked = examine(write_spec(SPEC + "".join(rows)))
    assert checked.diagnostics == ()
    return paper_table(checked.architecture, checked.audit)


def test_csv_gives_back_every_text(hostile):
    first, *rows = csv.reader(io.StringIO(format_table(hostile, "csv", marks=True), ""))
    assert without_mark(first[-1]) == "+shape | #1 & 2"
    assert [without_mark(row[-1]) for row in rows] == HOSTILE


def without_mark(text):
    """Take off what keeps a spreadsheet from running a text, as documented."""
    return re.sub(r"^'(?='*\s*[-=+@\uff1d])", "", text)


RUN = re.compile(r"\s*[=+@\t\r\uff0b\uff0d\uff1d\uff20-]")


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+1+1",
        "-1-1",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        " =1",
        "-cmd|'/C calc'!A0",
        "\uff1d1",
        "-a",
    ],
)
def test_csv_has_no_cell_that_a_spreadsheet_runs(text):
    (row,) = csv.reader(io.StringIO(comma_separated([[text]]), ""))
    assert not RUN.match(row[0])
    assert row == [f"'{text}"]


@pytest.mark.parametrize(
    "value",
    [
        "-3",
        "+5",
        "-0.5",
        "-1e-5",
        "-2%",
        -3,
        -1e-05,
        "",
        None,
        "--",
        "-",
        "~",
        "3x3/2",
        "1,000",
    ],
)
def test_csv_leaves_numbers_and_blanks_alone(value):
    row = next(csv.reader(io.StringIO(comma_separated([["a", value]]), "")))
    assert row[1] == ("" if value is None else str(value))


@pytest.mark.thorough
def test_every_csv_is_written_by_the_one_writer():
    """The module `csv` would write a formula as a formula."""
    package = Path(archcompiler.__file__).parent
    for path in package.rglob("*.py"):
        text = path.read_text("utf-8")
        assert "csv.writer" not in text, path
        assert "DictWriter" not in text, path


def test_json_gives_back_every_text(hostile):
    record = json.loads(format_table(hostile, "json"))
    assert [row["cells"][-1]["printed"] for row in record["rows"]] == HOSTILE
    assert record["paper"] == {"title": "A | B & C_d: 100% #1"}


@pytest.mark.parametrize("form", ["text", "markdown", "latex"])
def test_a_row_stays_on_its_line(hostile, form):
    text = format_table(hostile, form, marks=True)
    assert all(line.isprintable() for line in text.splitlines())
    assert sum("Conv2D" in line for line in text.splitlines()) == len(HOSTILE)


def test_markdown_splits_at_its_own_bars_only(hostile):
    for line in format_table(hostile, "markdown").splitlines():
        unescaped = re.sub(r"\\.", "", line)
        assert unescaped.count("|") == 5, line


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("a|b", r"a\|b"),
        ("a\\|b", r"a\\\|b"),
        ("conv2_x", "conv2_x"),
        ("_x_", r"\_x\_"),
        ("2 * 3", r"2 \* 3"),
        ("<b>", r"\<b>"),
        ("&lt;", r"\&lt;"),
        ("[3x3, 64] x 2", "[3x3, 64] x 2"),
        ("[a](b)", r"[a]\(b)"),
        ("<script>$x$", r"\<script>\$x\$"),
    ],
)
def test_markdown_shows_text_as_it_is(text, escaped):
    assert markdown.escape(text) == escaped


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("#1x1", r"\#1$\times$1"),
        ("40% & $5", r"40\% \& \$5"),
        ("a_b {c}", r"a\_b \{c\}"),
        ("~^", r"\textasciitilde{}\textasciicircum{}"),
        ("\\<|>", r"\textbackslash{}\textless{}\textbar{}\textgreater{}"),
        ("[3x3] x 2 *", r"{[}3$\times$3{]} $\times$ 2 {*}"),
        ("3-5 --- 7", "3-5 -{}-{}- 7"),
        ("two\nlines", "two lines"),
    ],
)
def test_latex_prints_text_as_it_is(text, escaped):
    assert latex.escape(text) == escaped
