"""The composed spec: it loads on its own, and is the same architecture."""

import random

import pytest
from shipped import few_first, programs

from archcompiler.checking.checking import Checked, examine, unfit_recipe
from archcompiler.cli import main
from archcompiler.language.loading.loading import load_program
from archcompiler.language.program.program import named_rows
from archcompiler.reports.merging import merged_text

VARIANTS = [name for name, program in programs().items() if program.origin]


@pytest.mark.slow
@pytest.mark.parametrize("name", VARIANTS)
def test_a_merged_spec_is_the_same_architecture(name, write_spec):
    checked = examine(name)
    merged = write_spec(merged_text(checked.architecture), "merged.yaml")
    assert_equal(checked, examine(merged))


def assert_equal(checked: Checked, merged: Checked) -> None:
    assert not merged.diagnostics, merged.diagnostics
    one, other = checked.architecture, merged.architecture
    assert other.program.origin is None
    assert (other.name, other.parameters, other.macs) == (
        (one.name, one.parameters, one.macs)
    )
    assert [n.name for n in other.graph] == [n.name for n in one.graph]
    assert [n.op for n in other.graph] == [n.op for n in one.graph]
    assert [n.inputs for n in other.graph] == [n.inputs for n in one.graph]
    told = {(v.row, v.column, v.printed, v.judgement) for v in merged.audit.verdicts}
    judged = {(v.row, v.column, v.printed, v.judgement) for v in checked.audit.verdicts}
    assert judged <= told
    arguments = {(r.name, a.name) for r in other.rows for a in r.arguments}
    assert {(row, column) for row, column, *_ in told - judged} <= arguments
    one_recipe, other_recipe = one.program.training, other.program.training
    if unfit_recipe(one):
        assert other_recipe is None
        return
    assert bool(one_recipe) is bool(other_recipe)
    assert not one_recipe or one_recipe.plain() == other_recipe.plain()


BASES = ["googlenet", "mobilenet-v1", "resnet50", "mobilenetv2", "vgg16", "densenet121"]


@pytest.mark.thorough
@pytest.mark.parametrize("base", few_first(BASES))
def test_random_edits_merge(base, write_spec, campaign):
    dice, rows = random.Random(base), [*named_rows(load_program(base)).items()]
    tried = 0
    for _ in range(10 * campaign):
        edits = "\n".join(dict(_edits(rows, dice)).values())
        spec = write_spec(f"name: other\nextends: {base}\n{edits}\n")
        checked = examine(spec)
        if checked.ok:
            merged = write_spec(merged_text(checked.architecture), "merged.yaml")
            assert_equal(checked, examine(merged))
            tried += 1
    assert tried > 2


def _edits(rows, dice):
    """Yield one or two random edits of different sections."""
    for _ in range(dice.choice([1, 2])):
        name, row = dice.choice(rows)
        column, number = dice.choice([*row.cells, "type"]), dice.choice([8, 16])
        odd = dice.choice(["'a, b: [c]'", "'#1 \"row\"'", "new"])
        conv = "{type: Conv2D, filters: 8, patch: 1x1}"
        new = f"{odd}: {{type: Dropout, rate: 50%}}"
        yield dice.choice(
            [
                ("remove", f"remove: ['{name}']"),
                ("cells", f"cells: {{'{name}': {{'{column}': {number}}}}}"),
                ("replace", f"replace: {{'{name}': {conv}}}"),
                ("insert", f"insert after: {{'{name}': [{new}]}}"),
                ("parameters", "parameters: {classes: 7}"),
            ]
        )


@pytest.mark.thorough
def test_what_nobody_edits_keeps_its_comments(write_spec, capsys):
    spec = write_spec(
        """\
        name: other  # mine
        extends: googlenet
        parameters: {classes: 10}
        blocks:
          # what it is for
          max pool:
            columns: [patch]
            # sideways
            sequence: [MaxPooling2D: {patch: <patch>, padding: same}]  # as before
        replace:
          conv1: {type: convolution, patch: 7x7/2, output size: 112x112x32}  # half
        """
    )
    assert main(["show", "--merged", spec]) == 0
    text = capsys.readouterr().out
    assert "# Merged of googlenet.yaml with small.yaml." in text
    assert (
        "  inception (<name>):                                     # Figure 2(b)"
        in text
    )
    assert "    # sideways\n    sequence: [MaxPooling2D:" in text
    assert text.count("# half") == 1
    cells = "~,     ~,          ~,  64,  96, 128, 16,  32,  32]"
    assert f"  - [inception (3a),         {cells}\n" in text


@pytest.mark.thorough
def test_a_parameter_that_only_a_dropped_claim_reads_is_left_out(write_spec):
    edits = "blocks: {linear: {sequence: [Flatten]}}"
    checked = examine(write_spec(f"name: headless\nextends: googlenet\n{edits}\n"))
    text = merged_text(checked.architecture)
    assert "parameters" not in text
    assert_equal(checked, examine(write_spec(text, "merged.yaml")))


@pytest.mark.thorough
def test_settings_are_merged(capsys):
    assert main(["show", "--merged", "mobilenetv2", "--set", "width=0.35"]) == 0
    text = capsys.readouterr().out
    assert "# Merged of mobilenetv2.yaml with conv-bn.yaml and width=0.35." in text
    assert "parameters: {width: 0.35," in text


@pytest.mark.thorough
def test_a_spec_that_extends_nothing_is_shown_as_it_stands(capsys):
    assert main(["show", "googlenet"]) == 0
    plain = capsys.readouterr().out
    assert main(["show", "--merged", "googlenet"]) == 0
    assert capsys.readouterr().out == plain


def test_settings_without_merging_are_bad_usage(capsys):
    assert main(["show", "googlenet", "--set", "classes=10"]) == 2
    assert "--merged" in capsys.readouterr().err
