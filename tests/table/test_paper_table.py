"""The paper's table, printed again: what stands in its cells, in every format."""

import csv
import io
import json
import re
from pathlib import Path

import pytest
from shipped import few_first

from archcompiler.checking.checking import examine
from archcompiler.reports.tables.assembly import COLUMNS, paper_table
from archcompiler.reports.tables.formats import format_table
from archcompiler.separated import as_text

PRINTED = Path(__file__).parent.parent / "reference" / "googlenet_table1_printed.csv"
FORMATS = {
    "text": "txt",
    "markdown": "md",
    "csv": "csv",
    "latex": "tex",
    "json": "json",
}
SMALL = """\
name: small
paper: {title: Small, table: 2, figure: 3}
input: 8x8x3
parameters: {width: 4, classes: 10}
blocks:
  conv:
    columns: [output size, stride: 1]
    sequence: [Conv2D: {patch: 3x3/<stride>, filters: <output size.channels>}]
  unit x <repeat>:
    columns: [filters]
    sequence: [Conv2D: {patch: 1x1, filters: <filters>}]
table:
  columns: [label: name, type, filters, stride, Output: output size, params]
  rows:
  - [C1, conv, ~, 1, 6x6x<width>, 112]
  - C2: {type: unit x 4, filters: <1 if first else (3 if last else 2)>}
  - pool: GlobalAveragePooling2D
  - {type: Dense, units: <classes>, output size: 12}
claims: {params: {counts: weights and biases}}
errata:
  C1: {stride: {printed: 2, reason: the image is too small for it}}
  Dense: {output size: there are 10}
variants:
  small-wide: {parameters: {width: 8}}
"""
MODELS = """\
name: models
input: 8x8x3
parameters: {model: A, width: 5}
blocks:
  conv<k>-<n>: {sequence: [Conv2D: {patch: <k>x<k>, filters: <n>}]}
table:
  columns: [type: {model: [A, B]}, output size: {model: [A, B]}]
  rows:
  - one: [conv3-4, conv1-4, 6x6, 8x8]
  - two: [~, conv1-<width>, ~, 8x8x5]
  - three: conv1-2
"""


def table(spec, columns="printed", settings=None):
    checked = examine(spec, settings)
    assert checked.architecture, checked.diagnostics
    return paper_table(checked.architecture, checked.audit, columns)


def cells(table):
    """Return the table's texts, row by row."""
    return [[cell.text for cell in line.cells] for line in table.lines]


def headings(table):
    return [heading.text for heading in table.headings]


def computed(table):
    """Return the cells that a variant computes, by row and meaning."""
    return {
        (line.name, heading.meaning): cell.text
        for line in table.lines
        for heading, cell in zip(table.headings, line.cells, strict=True)
        if cell.source == "computed"
    }


# Printed --------------------------------------------------------------------


def test_the_csv_of_googlenet_is_table_1_as_printed():
    written = format_table(table("googlenet"), "csv")
    with PRINTED.open(newline="") as file:
        printed = list(csv.reader(file))
    assert list(csv.reader(io.StringIO(written))) == printed
    assert len(printed) == 20
    assert written == PRINTED.read_text()


def test_holes_are_filled_and_names_stand_in_their_column(write_spec):
    assert cells(table(write_spec(SMALL))) == [
        ["C1", "conv", "", "2", "6x6x4", "112"],
        ["C2", "unit x 4", "1, 2, 3", "", "", ""],
        ["pool", "GlobalAveragePooling2D", "", "", "", ""],
        ["", "Dense", "", "", "12", ""],
    ]


def test_a_misprint_is_printed_with_the_right_value_beside_it(write_spec):
    mended = table(write_spec(SMALL)).lines[0].cells[3]
    assert (mended.text, mended.computed, mended.judgement) == ("2", "1", "excused")
    assert mended.reason == "the image is too small for it"


def test_a_variant_prints_no_claim_that_is_its_bases(write_spec):
    write_spec(SMALL)
    wide = table("small.yaml:small-wide")
    assert wide.notes[0].startswith("printed claims are dropped")
    assert cells(wide)[0] == ["C1", "conv", "", "1", "6x6x8", "224"]
    assert cells(wide)[3] == ["", "Dense", "", "", "10", ""]
    assert computed(wide) == {("C1", "params"): "224", ("Dense", "output size"): "10"}
    assert {cell.judgement for line in wide.lines for cell in line.cells} == {None}


def test_settings_fill_the_holes():
    last = cells(table("googlenet", settings={"classes": 10}))[-2]
    assert last == ["linear", "", "1x1x10", "1", *[""] * 6, "10K", "10,240"]
    assert "conv1-7" in cells(table_of_models(settings={"width": 7}))[1]


def table_of_models(**options):
    Path("models.yaml").write_text(MODELS)
    return table("models.yaml", **options)


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


# Columns that are models ----------------------------------------------------


def test_sub_headings_are_columns_and_keep_rows_that_a_model_lacks():
    models = table_of_models()
    assert headings(models) == [
        "type A", "type B", "output size A", "output size B"
    ]  # fmt: skip
    assert cells(models) == [
        ["conv3-4", "conv1-4", "6x6", "8x8"],
        ["", "conv1-5", "", "8x8x5"],
        ["conv1-2", "conv1-2", "", ""],
    ]
    assert [cell.span for cell in models.lines[2].cells] == [2, 0, 2, 0]


def test_only_the_chosen_model_is_judged_and_computed():
    for model, judged in (("A", [2]), ("B", [3])):
        models = table_of_models(columns="all", settings={"model": model})
        first = models.lines[0].cells
        assert [at for at, cell in enumerate(first) if cell.judgement] == judged
        assert headings(models)[4] == f"output ({model})"
    lacking = table_of_models(columns="computed").lines[1].cells
    assert [cell.text for cell in lacking] == ["two", *[""] * 7]


def test_one_column_of_models_prints_its_sub_headings_alone():
    assert headings(table("resnet")) == [
        *("layer name", "output size"),
        *("18-layer", "34-layer", "50-layer", "101-layer", "152-layer"),
        "stride",
    ]


# Computed -------------------------------------------------------------------


def test_computed_cells_are_the_architectures_own():
    checked = examine("googlenet")
    architecture = checked.architecture
    computed = table("googlenet", "computed")
    number = {heading.meaning: at for at, heading in enumerate(computed.headings)}
    for what in ("parameters", "macs", "activation_bytes"):
        column = [line.cells[number[what]].computed for line in computed.lines]
        total = getattr(architecture, what)
        assert sum(column) == total == computed.total[number[what]].computed
    assert computed.lines[0].cells[number["receptive_field"]].computed == [7, 7]


def test_a_computed_heading_is_never_one_that_is_printed():
    both = headings(table("googlenet", "all"))
    assert both[3] == "depth"
    assert "computed depth" in both
    assert len(set(both)) == len(both)


# Formats --------------------------------------------------------------------


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("spec", ["googlenet", "resnet50", "mobilenet-v1"])
def test_tables_of_shipped_specs(golden, spec, form):
    text = format_table(table(spec, "all"), form, marks=True)
    golden(f"table-{spec}.{FORMATS[form]}", text)


@pytest.mark.parametrize("spec", ["googlenet", "resnet50"])
def test_text_keeps_to_a_width(golden, spec):
    text = format_table(table(spec, "all"), "text", marks=True, width=80)
    assert max(map(len, text.splitlines())) <= 80
    golden(f"table-{spec}-narrow.txt", text)


def test_a_heading_above_several_columns_stands_once_in_text():
    lines = format_table(table("shufflenet"), "text").splitlines()
    above, sub_headings = lines[2:4], lines[4]
    assert [line.strip() for line in above] == ["Output channels (g", "groups)"]
    assert sub_headings.split()[-5:] == ["1", "2", "3", "4", "8"]
    left = {len(line) - len(line.lstrip()) for line in above}
    assert left == {sub_headings.index(" 1") - 1}  # from the first of its columns on


def test_text_without_room_has_a_column_at_a_time():
    shown = format_table(table("resnet"), "text", width=1)
    assert shown.count("\nlayer ") == 7  # the first column, once for each other one


@pytest.mark.thorough
@pytest.mark.parametrize("name", few_first())
def test_every_shipped_spec_survives_every_format(name):
    checked = examine(name)
    for columns in COLUMNS:
        shown = paper_table(checked.architecture, checked.audit, columns)
        wide = format_table(shown, "text", marks=True, width=60)
        assert wide.startswith(name)
        for text in (
            format_table(shown, "csv"),
            format_table(shown, "csv", marks=True),
        ):
            rows = list(csv.reader(io.StringIO(text)))
            assert len(rows) == len(shown.lines) + 1
            assert len({len(row) for row in rows}) == 1
        assert_csv_is(shown, format_table(shown, "csv"))
        assert_json_is(shown, format_table(shown, "json"))
        assert_latex_is_sound(shown, format_table(shown, "latex", marks=True))
        assert_markdown_is_sound(shown, format_table(shown, "markdown"))


def assert_csv_is(shown, text):
    first, *rows = csv.reader(io.StringIO(text))
    told = [name.removesuffix(" in bytes") for name in first]
    sources = told[len(shown.headings) :]
    assert told == [*map(as_text, headings(shown)), *sources]
    for row, line in zip(rows, shown.lines, strict=True):
        for text, cell in zip(row, line.cells, strict=False):
            assert text in (as_text(cell.text), str(cell.computed))
        for source, text in zip(sources, row[len(line.cells) :], strict=True):
            pairs = zip(shown.headings, line.cells, strict=True)
            made = [h.text for h, c in pairs if f"{c.source} cells" == source]
            assert text == as_text("; ".join(made))


def assert_json_is(shown, text):
    record = json.loads(text)
    assert [column["heading"] for column in record["columns"]] == headings(shown)
    printed = [column["kind"] == "printed" for column in record["columns"]]
    for row, line in zip(record["rows"], shown.lines, strict=True):
        assert row["name"] == line.name
        for got, cell, is_printed in zip(
            row["cells"], line.cells, printed, strict=True
        ):
            made = cell.source == "computed"
            assert got["computed"] == (cell.text if made else cell.computed)
            is_told = is_printed and not made
            assert (got["printed"] or "") == (cell.text if is_told else "")


def assert_latex_is_sound(shown, text):
    """Check that braces, environments and rows are complete and nothing is bare.

    Each part of a table has the first column, and all of them together the others once;
    so do the parts of the next rows, where a table is too high.
    """
    comment, *lines = re.sub(r"\$\\[a-z]+\$", "x", text).splitlines()
    assert comment.startswith("%")
    opened, widths = [], []
    for line in lines:
        if line.startswith("%"):
            continue
        bare = re.sub(r"\\.", "", line)
        assert bare.count("{") == bare.count("}"), line
        assert not set("%#$_~^<>|") & set(bare), line
        for kind, name in re.findall(r"\\(begin|end)\{(\w+)\}", line):
            assert kind == "begin" or opened.pop() == name
            if kind == "begin":
                opened.append(name)
        if line.endswith(r"\\"):
            assert not re.match(r"\s*[\[*]", line), line
            assert columns_of(line) == widths[-1], line
        widths += map(len, re.findall(r"\\begin\{tabular\}\{([lr]+)\}", line))
    assert opened == []
    sides = range(1, len(widths) + 1)
    repeated = [n for n in sides if widths == widths[:n] * (len(widths) // n)]
    wholes = {sum(widths[:n]) - n + 1 for n in repeated}
    assert len(shown.headings) in wholes, widths
    for rule in ("toprule", "midrule", "bottomrule", "caption{", "label{tab:"):
        assert rf"\{rule}" in text


def columns_of(line):
    """Return how many columns a row of LaTeX fills."""
    cells = re.split(r"(?<!\\)&", line)
    spans = [re.search(r"\\multicolumn\{(\d+)\}", cell) for cell in cells]
    return sum(int(span[1]) if span else 1 for span in spans)


def assert_markdown_is_sound(shown, text):
    rows, _, caption = text.partition("\n\n")
    assert bool(caption) is bool(shown.edits)
    for line in rows.splitlines():
        assert len(re.findall(r"(?<!\\)\|", line)) == len(shown.headings) + 1, line


@pytest.mark.parametrize(
    ("column", "headings"),
    [
        (
            "Channels (g groups): {filters: {groups: ['1', '2']}}",
            ["Channels (g groups) 1", "Channels (g groups) 2"],
        ),
        ("filters: {groups: ['1', '2']}", ["1", "2"]),
    ],
)
def test_a_spanning_heading_that_says_more_than_it_means_is_kept(
    column, headings, write_spec
):
    spec = write_spec(f"""\
        name: grouped
        input: 8x8x4
        parameters: {{groups: "1"}}
        table:
          columns: [name, type, patch, {column}]
          rows:
          - [a, Conv2D, 1x1, 4, 8]
        """)
    checked = examine(spec)
    shown = paper_table(checked.architecture, checked.audit)
    assert [each.text for each in shown.headings][3:] == headings
