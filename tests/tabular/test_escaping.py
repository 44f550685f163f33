"""Text that means something to a format is read back as it stands, whatever it is."""

import csv
import io
import json
import re
from html.parser import HTMLParser

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from archcompiler.separated import as_text
from archcompiler.tabular.comma_separated import table_csv
from archcompiler.tabular.form import Cell, Column, Table, plain_table
from archcompiler.tabular.html import table_html
from archcompiler.tabular.latex import escape, table_latex
from archcompiler.tabular.markdown import markdown_lines
from archcompiler.tabular.plain import text_lines
from archcompiler.tabular.record import table_record
from archcompiler.tabular.report import Facts, Remarks, Report, report_markdown
from archcompiler.tabular.wording import as_printed, one_line

SPECIAL = r"|\`*_~[]()<>&#$%{}^!-+=.:;'\"@/ 1x" + "\n\t\r\x00\x1b\u202e"
SPECIALS = st.text(st.sampled_from(SPECIAL), max_size=12)
TEXTS = st.one_of(SPECIALS, st.text(max_size=12))
ROWS = st.lists(st.tuples(TEXTS, TEXTS), min_size=1, max_size=3)


def table_of(rows):
    return plain_table(("one", "two"), rows)


def blanks_collapsed(text):
    """Every format shows a run of blanks as it likes."""
    return " ".join(text.split())


def shown(rows):
    return [[blanks_collapsed(one_line(text)) for text in row] for row in rows]


# Markdown -------------------------------------------------------------------


GITHUB = MarkdownIt("commonmark").enable(["table", "strikethrough"])
"""Reads what GitHub reads."""


def markdown_cells(text):
    """Return what is shown of each cell, heading and line."""
    tokens = [t for t in GITHUB.parse(text) if t.type == "inline"]
    return [blanks_collapsed("".join(map(visible, t.children))) for t in tokens]


def visible(token):
    """Return the text of a token; markup of any kind would have lost some."""
    assert token.type in ("text", "text_special"), token
    return token.content


@pytest.mark.thorough
@given(rows=ROWS)
def test_markdown_shows_every_cell_as_it_is(rows):
    lines = markdown_lines(table_of(rows))
    read = markdown_cells("\n".join(lines))
    assert read == ["one", "two", *[text for row in shown(rows) for text in row]]


@pytest.mark.thorough
@given(title=TEXTS, label=TEXTS, remark=TEXTS)
@example(title="", label="[1]", remark="1")
def test_markdown_shows_titles_and_remarks_as_they_are(title, label, remark):
    parts = (Facts([(label, (remark, remark))], 4), Remarks([remark], listed=True))
    read = markdown_cells(report_markdown(Report(title, parts)))
    said, labelled = (
        blanks_collapsed(one_line(remark)),
        blanks_collapsed(one_line(label)),
    )
    first = blanks_collapsed(f"{labelled}: {said}")
    expected = [blanks_collapsed(one_line(title)), first, said, said]
    assert [text for text in read if text] == [text for text in expected if text]


# HTML -----------------------------------------------------------------------


class _Cells(HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.cells, self.tags = [], set()

    def handle_starttag(self, tag, _):
        self.tags.add(tag)
        if tag in ("td", "th", "caption"):
            self.cells.append("")

    def handle_data(self, data):
        if self.cells and data != "\n":
            self.cells[-1] += data


@pytest.mark.thorough
@given(rows=ROWS, caption=TEXTS)
def test_html_shows_every_cell_as_it_is_and_makes_no_element(rows, caption):
    reader = _Cells()
    reader.feed(table_html(table_of(rows), caption))
    reader.close()
    assert reader.tags == {"table", "caption", "thead", "tbody", "tr", "th", "td"}
    read = [blanks_collapsed(text) for text in reader.cells]
    texts = [text for row in shown(rows) for text in row]
    assert read == [blanks_collapsed(one_line(caption)), "one", "two", *texts]


# LaTeX ----------------------------------------------------------------------

WRITTEN = {
    r"\textbackslash{}": "\\",
    r"\textasciitilde{}": "~",
    r"\textasciicircum{}": "^",
    r"\textless{}": "<",
    r"\textgreater{}": ">",
    r"\textbar{}": "|",
    r"$\times$": "\u00d7",
    "{[}": "[",
    "{]}": "]",
    "{*}": "*",
    "-{}": "-",
    r"\`{}": "`",
    r"\textquotesingle{}": "'",
    r"\textquotedbl{}": '"',
    ",{}": ",",
    r"\textdiv{}": "÷",
    r"\textpm{}": "±",
    r"\textperiodcentered{}": "·",
}
TOKEN = re.compile(
    "|".join(map(re.escape, WRITTEN)) + r"|\\([{}#$%&_])|([^\\{}#$%&_~^])"
)


def printed_by_latex(text):
    """Return what LaTeX prints, or fail at what it would obey."""
    stack = re.fullmatch(r"\\shortstack\[[lr]\]\{(.*)\}", text)
    if stack:  # lines of which each was a part
        return " ".join(map(printed_by_latex, stack[1].split(r"\\")))
    found, at = "", 0
    while at < len(text):
        token = TOKEN.match(text, at)
        assert token, f"LaTeX obeys {text[at:]!r}"
        found += token[1] or token[2] or WRITTEN[token[0]]
        at = token.end()
    return found


LATIN = st.text(st.characters(max_codepoint=0xFF), max_size=12)


@pytest.mark.thorough
@given(text=st.text())
def test_latex_obeys_nothing_of_any_letter(text):
    commands = re.sub(r"\$\\[A-Za-z]+\$", "", escape(text))  # a letter of Greece
    printed_by_latex(commands.replace("~", " "))


@pytest.mark.thorough
@given(rows=st.lists(st.tuples(LATIN, st.one_of(LATIN, SPECIALS)), min_size=1))
def test_latex_prints_every_cell_as_it_is(rows):
    lines = table_latex(table_of(rows), "caption", "label").splitlines()
    first = lines.index(r"    \midrule") + 1
    for line, row in zip(lines[first:], shown(rows), strict=False):
        cells = line[4:].removesuffix(r" \\").split(" & ")
        assert [printed_by_latex(cell).strip() for cell in cells] == [
            *map(as_printed, row)
        ]


# Text and programs ----------------------------------------------------------


@pytest.mark.thorough
@given(rows=ROWS)
def test_text_has_one_printable_line_for_each_row(rows):
    lines = text_lines(table_of(rows))
    assert len(lines) == len(rows) + 1
    assert all(line.isprintable() for line in lines)


def unmarked(text):
    """Take off the `'` that keeps a spreadsheet from running a text."""
    return text[1:] if text[:1] == "'" and as_text(text[1:]) != text[1:] else text


@pytest.mark.thorough
@given(rows=ROWS)
@example(rows=[("'=", "''+1"), ("-3", "'-3")])
def test_programs_read_back_every_text(rows):
    written = table_csv(table_of(rows))
    read = list(csv.reader(io.StringIO(written, "")))
    assert [[unmarked(text) for text in row] for row in read[1:]] == [
        list(row) for row in rows
    ]
    record = json.loads(json.dumps(table_record(table_of(rows))))
    assert [[row["one"] or "", row["two"] or ""] for row in record["rows"]] == [
        list(row) for row in rows
    ]


def test_programs_get_bare_numbers_and_words_for_marks():
    cells = [Cell("1,000", "=", 1000), Cell("a", more=("b",)), Cell("2")]
    columns = [Column("n", key="number"), Column("text"), Column("none")]
    table = Table(columns, [cells], marks={"=": "agrees"})
    assert table_csv(table) == "number,number verdict,text,none\n1000,agrees,a; b,2\n"
    row = {"number": 1000, "number verdict": "agrees", "text": ["a", "b"], "none": "2"}
    assert table_record(table)["rows"] == [row]
