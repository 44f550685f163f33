"""The table of a variant: what is built, under its own caption, and no cell lost."""

import csv
import io
import random

import pytest

from archcompiler.checking.checking import examine
from archcompiler.claims.claims import shown_by
from archcompiler.claims.conventions import read_conventions
from archcompiler.claims.sizes import agrees_with_size
from archcompiler.language.loading.loading import load_program
from archcompiler.language.program.program import named_rows
from archcompiler.language.text.notation import read_printed
from archcompiler.reports.tables.assembly import paper_table
from archcompiler.reports.tables.formats import format_table

HALF = """\
name: half
extends: googlenet
parameters: {width: 0.5}
blocks:
  conv:
    columns: [patch, filters]
    sequence:
    - Conv2D: {patch: <patch>, filters: <width * filters>, padding: same}
"""
REPLACED = """\
name: replaced
extends: googlenet
replace:
  conv1: {type: conv, patch: 7x7/2, filters: 96}
"""


def table(spec, columns="printed", settings=None):
    checked = examine(spec, settings)
    assert checked.architecture, checked.diagnostics
    return paper_table(checked.architecture, checked.audit, columns)


def row(table, name):
    """Return the cells of a row by their headings."""
    (line,) = [line for line in table.lines if line.name == name]
    return dict(zip([h.text for h in table.headings], line.cells, strict=True))


@pytest.mark.thorough
def test_arguments_become_what_is_built_of_them(write_spec):
    cells = row(table(write_spec(HALF)), "3a")
    built = {name: cell.text for name, cell in cells.items() if cell.source}
    assert built == {
        "output size": "28x28x128",
        "#1x1": "32",
        "#3x3 reduce": "48",
        "#3x3": "64",
        "#5x5 reduce": "8",
        "#5x5": "16",
        "pool proj": "16",
        "params": "39K",
        "ops": "32M",
    }
    assert (cells["type"].text, cells["depth"].text) == ("inception (3a)", "2")


@pytest.mark.thorough
def test_a_cell_that_has_no_column_gets_one(write_spec):
    cells = row(table(write_spec(REPLACED)), "conv1")
    assert (cells["filters"].text, cells["filters"].source) == ("96", "")
    assert (cells["output size"].text, cells["depth"].text) == ("112x112x96", "1")
    assert (cells["params"].text, cells["ops"].text) == ("13.7K", "177M")
    assert "filters" in row(table(write_spec(REPLACED), "all"), "conv1")


@pytest.mark.thorough
def test_all_columns_hold_every_cell_of_a_spec_that_edits_nothing():
    assert "activation" not in [h.text for h in table("vgg").headings]
    assert "activation" in [h.text for h in table("vgg", "all").headings]


@pytest.mark.thorough
def test_the_caption_is_the_variants_own(write_spec):
    told = "half: a variant of googlenet, Going deeper with convolutions"
    shown = table(write_spec(HALF))
    for form in ("text", "markdown", "latex"):
        text = format_table(shown, form)
        assert told in text, form
        assert "computed, where googlenet prints something else" in text, form
    assert r"32\textsuperscript{\dag}" in format_table(shown, "latex")
    first, conv1, *_ = csv.reader(io.StringIO(format_table(shown, "csv")))
    assert (first[-1], conv1[-1]) == ("computed cells", "output size; params; ops")
    assert '"variant_of": "googlenet"' in format_table(shown, "json")


def test_the_caption_of_settings_tells_them():
    shown = table("mobilenetv2", settings={"width": 0.35})
    begins = "mobilenetv2 with width=0.35: a variant of mobilenetv2, MobileNetV2"
    assert shown.caption.startswith(begins)
    assert [line.cells[3].text for line in shown.lines][:4] == ["16", "8", "8", "16"]


def test_what_only_chooses_a_printed_configuration_is_the_papers_table():
    shown = table("vgg19")
    assert (shown.edits, shown.caption[:11]) == ("", "vgg19: Very")
    assert not any(cell.source for line in shown.lines for cell in line.cells)


def test_levels_of_variants_are_held_against_the_printed_table(write_spec):
    write_spec(HALF, "half.yaml")
    deeper = "name: deeper\nextends: half\nremove: [3b]\n"
    deeper += "variants:\n  more: {cells: {3a: {1x1: 32}}}\n"
    write_spec(deeper, "deeper.yaml")
    shown = table("deeper.yaml:more")
    assert shown.caption.startswith("more: a variant of googlenet, ")
    cells = row(shown, "3a")
    assert (cells["#1x1"].text, cells["#1x1"].source) == ("16", "computed")
    assert cells["#3x3"].text == "64"
    assert "3b" not in [line.name for line in shown.lines]


def test_a_number_that_becomes_several_is_told_as_given(write_spec):
    twice = "- Conv2D: {patch: 1x1, filters: <3 * filters>}\n    - Conv2D:"
    text = HALF.replace("- Conv2D:", twice)
    shown = table(write_spec(text))
    assert row(shown, "3a")["#1x1"][:1] == ("64",)
    assert row(shown, "3a")["#1x1"].source == "given"
    assert "64 ~" in format_table(shown, "text")


def test_the_chosen_sub_heading_says_what_is_built(write_spec):
    spec = write_spec("""\
        name: models
        input: 8x8x3
        parameters: {model: A}
        blocks:
          conv<k>-<n>: {sequence: [Conv2D: {patch: <k>x<k>, filters: <n>}]}
        table:
          columns: [type: {model: [A, B]}, output size: {model: [A, B]}]
          rows:
          - one: [conv3-4, conv1-4, 6x6, 8x8]
        variants:
          larger: {input: 9x9x3}
    """)
    (line,) = table(f"{spec}:larger").lines
    assert [cell.text for cell in line.cells] == ["conv3-4", "conv1-4", "7x7", ""]
    assert line.cells[2].source == "computed"


@pytest.mark.thorough
@pytest.mark.parametrize(
    "base", ["googlenet", "mobilenet-v1", "resnet50", "mobilenetv2"]
)
def test_claims_of_random_variants_are_what_is_built(base, write_spec, campaign):
    dice = random.Random(base)
    program = load_program(base)
    tried = 0
    for _ in range(10 * campaign):
        name, edited = dice.choice([*named_rows(program).items()])
        column = dice.choice([*edited.cells])
        edits = [
            f"cells: {{'{name}': {{'{column}': {dice.choice([8, 24, 48])}}}}}",
            f"replace: {{'{name}': {{type: Conv2D, filters: 24, kernel_size: 1}}}}",
            f"insert after: {{'{name}': [new: {{type: Dense, units: 8}}]}}",
            f"remove: ['{name}']",
            f"parameters: {{classes: {dice.choice([7, 100])}}}",
        ]
        spec = write_spec(f"name: other\nextends: {base}\n{dice.choice(edits)}\n")
        checked = examine(spec)
        if checked.architecture is not None:
            assert_is_built(checked)
            tried += 1
    assert tried > 3


def assert_is_built(checked):
    architecture = checked.architecture
    shown = paper_table(architecture, checked.audit)
    placed = {row.name: row for row in architecture.rows}
    meanings = [heading.meaning for heading in shown.headings]
    stated = read_conventions(architecture.program, [])
    for line in shown.lines:
        row = placed[line.name]
        assert set(row.row.cells) <= set(meanings)
        for meaning, cell in zip(meanings, line.cells, strict=True):
            if cell.judgement or not cell.text:
                continue
            if meaning == "output size":
                assert agrees_with_size(cell.text, row.output.shape)
            elif meaning in ("params", "ops"):
                convention = stated.get(meaning) or shown_by(meaning)
                number = architecture.count(convention.counts, row)
                assert convention.agrees(read_printed(cell.text), number)
