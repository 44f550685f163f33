"""What an edit causes is told at the edit: in chains, settings, and at random."""

import random

import pytest

from archcompiler.checking.checking import check, load
from archcompiler.cli.github import annotation
from archcompiler.diagnostics import Diagnostic, SpecError
from archcompiler.language.loading.loading import load_program
from archcompiler.language.program.program import named_rows

BASE = """\
name: base
input: 16x16x3
parameters: {width: 8, size: 3x3}
blocks:
  max pool: {sequence: [MaxPooling2D]}
  conv: {columns: [filters], sequence: [Conv2D: {patch: <size>, filters: <filters>}]}
table:
  columns: [name, type, filters]
  rows:
  - [a, conv, <width>]
  - [b, max pool]
  - [c, conv, 4]
  - [d, conv, 4]
"""

CASES = {
    "cell": ("cells: {a: {filters: ~}}", "filters", "missing-argument"),
    "input": ("input: 6x6x3", "6x6x3", "window-too-large"),
    "parameter": ("parameters: {width: 0.3}", "0.3", "bad-value"),
    "one of several": (
        "parameters: {width: 4, size: 9x9}\ncells: {d: {filters: 2}}",
        "9x9",
        "window-too-large",
    ),
    "a block": (
        "blocks:\n  max pool: {sequence: [MaxPooling2D: {pool_size: 7}]}",
        "max pool",
        "window-too-large",
    ),
}


def text_at(found: Diagnostic) -> str:
    """Return the text of the first place."""
    span = found.span
    assert span is not None
    return span.source.line(span.line)[span.column - 1 : span.end - 1]


@pytest.mark.parametrize("case", CASES)
def test_the_first_place_is_the_edit_and_the_second_the_line_of_the_base(
    case, write_spec
):
    edits, place, code = CASES[case]
    write_spec(BASE, "base.yaml")
    spec = write_spec(f"name: other\nextends: base\n{edits}\n", "other.yaml")
    found = check(spec).diagnostics[0]
    assert found.code == code
    assert found.span.source.name == "other.yaml"
    assert text_at(found) == place
    assert [other.span.source.name for other in found.related] == ["base.yaml"]
    with pytest.raises(SpecError) as raised:
        load(spec)
    assert found in raised.value.diagnostics


def test_the_file_of_a_chain_is_named_that_has_the_edit(write_spec):
    write_spec(BASE, "base.yaml")
    write_spec("name: good\nextends: base\nparameters: {width: 4}\n", "good.yaml")
    write_spec("name: bad\nextends: good\ncells: {a: {filters: ~}}\n", "bad.yaml")
    last = "name: last\nextends: bad\nparameters: {width: 2}\n"
    found = check(write_spec(last, "last.yaml")).diagnostics
    assert [(f.span.source.name, f.span.line) for f in found] == [("bad.yaml", 3)]


def test_a_variant_in_the_file_of_its_base_is_told_at_its_own_lines(write_spec):
    variants = "variants:\n  bad: {cells: {c: {filters: ~}}}\n"
    (found,) = check(write_spec(BASE + variants)).diagnostics
    assert found.line == BASE.count("\n") + 2
    assert [other.span.line for other in found.related] == [12]


def test_a_setting_comes_before_the_line_that_it_breaks(write_spec):
    spec = write_spec(BASE)
    found = check(spec, {"width": "0.3"}).diagnostics[0]
    assert str(found).startswith("--set:1:7: error[bad-value]")
    assert [other.span.source.name for other in found.related] == ["small.yaml"]
    shown = annotation(found, spec)
    assert shown.startswith("::error file=small.yaml,line=")
    assert "%0A--set width=0.3: this edit causes it" in shown


def test_an_annotation_tells_the_other_places(write_spec):
    write_spec(BASE, "base.yaml")
    spec = write_spec("name: other\nextends: base\ninput: 6x6x3\n", "other.yaml")
    shown = annotation(check(spec).diagnostics[0], spec)
    assert shown.startswith("::error file=other.yaml,line=3,col=8,")
    assert "%0Abase.yaml:" in shown


def test_what_the_base_has_without_the_edits_stays_in_the_base(write_spec):
    write_spec(BASE.replace("c, conv, 4", "c, conv, 0.5"), "base.yaml")
    spec = write_spec("name: other\nextends: base\nparameters: {width: 4}\n", "o.yaml")
    (found,) = check(spec).diagnostics
    assert found.span.source.name == "base.yaml"
    assert not found.related


BASES = ["googlenet", "vgg16", "resnet50", "mobilenetv2", "squeezenet", "densenet121"]


@pytest.mark.thorough
@pytest.mark.parametrize("base", BASES)
def test_no_random_edit_is_told_at_its_base_first(base, write_spec, campaign):
    program = load_program(base)
    rows, dice = [*named_rows(program).items()], random.Random(base)
    refused = 0
    for _ in range(12 * campaign):
        spec = write_spec(f"name: other\nextends: {base}\n{_edit(rows, dice)}\n")
        for found in check(spec).diagnostics:
            refused += 1
            assert found.span.source.name == "small.yaml", str(found)
    assert refused


def _edit(rows, dice):
    """Return a random edit, of which many cannot be."""
    name, row = dice.choice(rows)
    column = dice.choice([*row.cells, "type"])
    edits = [
        f"remove: ['{name}']",
        f"cells: {{'{name}': {{'{column}': ~}}}}",
        f"cells: {{'{name}': {{'{column}': {dice.choice([0, 0.5, 3, 1000])}}}}}",
        f"replace: {{'{name}': Flatten}}",
        f"insert after: {{'{name}': [new: {{type: Dense, units: 0.5}}]}}",
        f"input: {dice.choice(['8x8x3', '31x7x3', '100', '224x224x3'])}",
        f"parameters: {{{dice.choice(['width', 'classes', 'growth'])}: 0.3}}",
    ]
    return dice.choice(edits)
