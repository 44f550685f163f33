"""Every printed cell: its verdict, and that no change of it goes unnoticed."""

import pytest
from audited_specs import GOOGLENET, audited_googlenet, one_row

from archcompiler.auditing.auditing import audit_fully
from archcompiler.checking.checking import examine
from archcompiler.language.loading.places import shipped_specs

pytestmark = pytest.mark.slow

TABLE_1 = {
    ("conv1", "params"): ("2.7K", "9.19K", "excused"),
    ("conv1", "ops"): ("34M", "118.0M", "excused"),
    ("conv2", "params"): ("112K", "112.0K", "agrees"),
    ("conv2", "ops"): ("360M", "359.7M", "agrees"),
    ("3a", "params"): ("159K", "159.5K", "agrees"),
    ("3a", "ops"): ("128M", "128.0M", "agrees"),
    ("3b", "params"): ("380K", "379.0K", "excused"),
    ("3b", "ops"): ("304M", "304.3M", "agrees"),
    ("4a", "params"): ("364K", "366.8K", "excused"),
    ("4a", "ops"): ("73M", "73.6M", "excused"),
    ("4b", "params"): ("437K", "438.0K", "excused"),
    ("4b", "ops"): ("88M", "87.9M", "agrees"),
    ("4c", "params"): ("463K", "497.5K", "excused"),
    ("4c", "ops"): ("100M", "99.9M", "agrees"),
    ("4d", "params"): ("580K", "590.5K", "excused"),
    ("4d", "ops"): ("119M", "118.5M", "agrees"),
    ("4e", "params"): ("840K", "847.0K", "excused"),
    ("4e", "ops"): ("170M", "170.0M", "agrees"),
    ("5a", "params"): ("1072K", "1018.0K", "excused"),
    ("5a", "ops"): ("54M", "51.1M", "excused"),
    ("5b", "params"): ("1388K", "1409.0K", "excused"),
    ("5b", "ops"): ("71M", "70.7M", "agrees"),
    ("linear", "params"): ("1000K", "1000.0K", "agrees"),
    ("linear", "ops"): ("1M", "1.0M", "agrees"),
}
"""The 12 + 12 printed counts of GoogLeNet's Table 1."""


def test_googlenets_table_has_a_verdict_for_each_of_its_counts():
    cells = audited_googlenet().cells
    counts = [cell for cell in cells if cell.column in ("params", "ops")]
    found = {(c.row, c.column): (c.printed, c.computed, c.judgement) for c in counts}
    assert found == TABLE_1
    assert audited_googlenet().ok


def test_what_differs_is_told_with_the_difference_and_the_reason():
    cells = {(cell.row, cell.column): cell for cell in audited_googlenet().cells}
    assert cells["5a", "params"].difference == "-54.0K (-5.0%)"
    assert cells["4c", "params"].difference == "+34.5K (+7.5%)"
    assert "depthwise-separable" in cells["conv1", "params"].reason
    assert cells["3a", "params"].difference == ""


@pytest.mark.parametrize("name", [name for name in shipped_specs() if "-" not in name])
def test_shipped_specs_pass_the_audit(name):
    assert audit_fully(name, explaining=False).ok


def test_a_family_is_audited_with_its_variants():
    full = audit_fully("resnet")
    totals = {c.variant: c.judgement for c in full.cells if c.row == "total"}
    assert totals == {
        "resnet18": "agrees",
        "resnet34": "agrees",
        "resnet50": "agrees",
        "resnet101": "agrees",
        "resnet152": "agrees",
    }
    assert {c.variant for c in audit_fully("resnet18").cells} == {""}


def test_a_mistake_of_the_table_is_told_once_and_one_of_a_variant_with_its_name(
    write_spec,
):
    more = "variants: {a: {claims: {depth: 7}}, b: {claims: {depth: 1}}}"
    full = audit_fully(write_spec(one_row(params="2305", more=more)))
    first, second = [found.message.split(",")[0] for found in full.diagnostics]
    assert first == "`params` of row `conv`: printed 2305"
    assert second == "in variant `a`: `depth` in total: printed 7"


# Mutations ------------------------------------------------------------------


VERDICTS = examine("googlenet").audit.verdicts
EXCUSED = {place for place, (_, _, verdict) in TABLE_1.items() if verdict == "excused"}


def mutated(text):
    """Yield other texts for a printed cell: each number a little larger and smaller."""
    numbers = "".join(c if c.isdigit() else " " for c in text).split()
    for number in dict.fromkeys(numbers):
        for value in (int(number) + 1, int(number) - 1):
            if value > 0 or text.isdigit():
                yield text.replace(number, str(value), 1)


def replaced(cell, text):
    lines = GOOGLENET.splitlines()
    line = lines[cell.line]
    lines[cell.line] = line[: cell.column] + text + line[cell.end :]
    return "\n".join(lines) + "\n"


def test_a_mutation_of_any_claim_is_caught_at_its_cell(write_spec):
    tried = 0
    for row, column, _, _, _, cell, *_ in VERDICTS:
        for text in mutated(cell.text):
            if (row, column, text[:7]) == ("conv1", "output size", "112x112"):
                continue  # its channels are an argument: see the tests of suspects
            tried += 1
            checked = examine(write_spec(replaced(cell, text)))
            places = {(f.span.line, f.span.column) for f in checked.diagnostics}
            assert places == {(cell.line + 1, cell.column + 1)}, (row, column, text)
            verdicts = checked.audit.verdicts
            differing = [v[:2] for v in verdicts if v.judgement == "differs"]
            assert differing in ([(row, column)], [])  # a mended misprint agrees
    assert tried > 120


def test_a_misprint_that_is_mended_makes_its_erratum_untrue(write_spec):
    for verdict in VERDICTS:
        if verdict[:2] in EXCUSED:
            right = rounded(verdict)
            checked = examine(write_spec(replaced(verdict.cell, right)))
            (found,) = checked.diagnostics
            assert found.code == "erratum-untrue"
            assert f"`{verdict.column}` of row `{verdict.row}`" in found.message


def rounded(verdict):
    """Round what is shown as GoogLeNet's conventions do: params down, ops nearest."""
    number, unit = float(verdict.computed[:-1]), verdict.computed[-1]
    return f"{int(number) if verdict.column == 'params' else round(number)}{unit}"


# A row that fails -----------------------------------------------------------


def test_the_claims_above_a_row_that_fails_are_audited(write_spec):
    spec = write_spec(
        GOOGLENET.replace(
            "[max pool,        3x3/2, 56x56x64,", "[max pool,        3x3/4, 56x56x64,"
        )
    )
    full = audit_fully(spec)
    assert full.partial
    assert not full.ok
    (root,) = full.diagnostics
    assert root.code == "size-mismatch"
    assert root.follows  # the row that fails below, too
    assert "row `pool1`" in root.message
    (suspect,) = full.suspects
    assert (suspect.row, suspect.mended) == ("pool1", "3x3/2")
    assert examine(spec).diagnostics == tuple(full.diagnostics)


def test_nothing_is_told_of_rows_above_that_agree(write_spec):
    row = "  - [conv, Conv2D, 3x3, 32, 14x14x32, 2304, 451584]\n"
    bad = "  - [pool, MaxPooling2D, 20x20]\n"
    checked = examine(write_spec(one_row().replace(row, row + bad)))
    assert [found.code for found in checked.diagnostics] == ["window-too-large"]


def test_a_spec_that_cannot_be_read_has_no_cells(write_spec):
    full = audit_fully(write_spec("name: a\n"))
    assert (full.architecture, full.cells) == (None, [])
    assert not full.ok
