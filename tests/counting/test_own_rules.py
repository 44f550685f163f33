"""Rules of one's own: files that a command, a claim or code names."""

import pytest

import archcompiler
from archcompiler.checking.checking import examine
from archcompiler.cli import main
from archcompiler.diagnostics import SpecError, render

SPEC = """\
name: small
input: 8x8x3
table:
  columns: [name, type, patch, filters, ops]
  rows:
  - [stem, Conv2D, 3x3, 4, 4.0K]
  - [act, relu]
"""
CLAIM = "claims: {ops: {counts: RULE}}\n"
RULE = "like: thop\ntools: [ours 1.0]\nprices:\n  ReLU: {outputs: 2}\n"
MACS, OUTPUTS = 36 * 4 * 27, 36 * 4


@pytest.fixture
def write(write_spec):
    """Write a rule and a spec, whose column counts by it where that is said."""

    def written(rule, counts=""):
        write_spec(rule, "my-tool.yaml")
        return write_spec(SPEC + (CLAIM.replace("RULE", counts) if counts else ""))

    return written


def test_a_rule_of_ones_own_is_like_another_but_for_its_prices(write, capsys):
    path = write(RULE)
    network = archcompiler.load(path)
    assert network.count("my-tool.yaml") == MACS + 2 * OUTPUTS
    assert network.count("my-tool.yaml without the head") == 2 * OUTPUTS
    assert network.count("my-tool.yaml with ReLU as functions") == MACS
    main(["summary", path, "--counting", "my-tool.yaml"])
    assert f"my-tool.yaml     {MACS + 2 * OUTPUTS:,}" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("rule", "count"),
    [
        ("prices: {convolution: {multiply-adds: 3, biases: 1}}", 3 * MACS + OUTPUTS),
        ("like: multiply-adds\nprices: {ReLU: {outputs: 1}}", MACS + OUTPUTS),
        ("like: my\nprices: {}", None),
        ("{like: fvcore, divide: 5}", MACS // 5),
    ],
)
def test_a_rule_says_what_it_charges(write, rule, count):
    network = archcompiler.load(write(RULE))
    write(rule)
    if count is None:
        with pytest.raises(SpecError, match="no rule is called `my`"):
            network.count("my-tool.yaml")
    else:
        assert network.count("my-tool.yaml") == count


def test_a_claim_names_a_rule_beside_the_spec(write, tmp_path, monkeypatch):
    write(RULE, "my-tool.yaml")
    monkeypatch.chdir("/")
    (checked,) = [examine(tmp_path / "small.yaml")]
    assert [found.message for found in checked.diagnostics] == [
        f"`ops` of row `stem`: printed 4.0K, computed 3.89K (3,888 {tmp_path}/"
        "my-tool.yaml, K = 1,000, rounded to the nearest)"
    ]


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("../my-tool.yaml", "`../my-tool.yaml` leaves the folder of the spec"),
        ("/my-tool.yaml", "`/my-tool.yaml` leaves the folder of the spec"),
        ("link.yaml", "`link.yaml` is a link out of the spec's folder"),
    ],
)
def test_a_claim_names_no_rule_beyond_the_folder(tmp_path, name, told):
    inner = tmp_path / "inner"
    inner.mkdir()
    (tmp_path / "my-tool.yaml").write_text(RULE)
    (inner / "link.yaml").symlink_to(tmp_path / "my-tool.yaml")
    (inner / "small.yaml").write_text(SPEC + CLAIM.replace("RULE", name))
    (found,) = examine(inner / "small.yaml").diagnostics
    assert found.message == f"`counts` of `ops`: {told}"
    assert found.help == "name a file beside the spec"


def test_what_is_no_rule_is_told_with_its_place(write, capsys):
    wrong = """\
like: thopp
prices:
  conv: {multiply-adds: 1}
  ReLU: {outpus: 1}
  softmax as a function: {outputs: 1}
"""
    assert main(["check", write(wrong, "my-tool.yaml")]) == 1
    assert (
        capsys.readouterr().err
        == """\
my-tool.yaml:1:7: error[bad-reference]: no rule is called `thopp`
    1 | like: thopp
      |       ^^^^^
  help: did you mean `thop`?
my-tool.yaml:3:3: error[bad-reference]: no work is called `conv`
    3 |   conv: {multiply-adds: 1}
      |   ^^^^
  help: did you mean `convolution`?
my-tool.yaml:4:10: error[bad-reference]: of no work is measured `outpus`
    4 |   ReLU: {outpus: 1}
      |          ^^^^^^
  help: did you mean `outputs`?
"""
    )


@pytest.mark.parametrize(
    ("rule", "told"),
    [
        ("", "my-tool.yaml is empty: it holds no rule of counting"),
        ("- thop", "a rule of counting is a mapping, received a list"),
        ("price: {}", "a rule of counting has no key `price`"),
        ("divide: 0", "`divide` is a whole number above 0, received 0"),
        ("divide: x", "a price is a whole number, received `x`"),
        ("functions: yes", "`functions` is `as modules`, received `yes`"),
        ("prices: [ReLU]", "a list of prices is a mapping, received a list"),
        ("prices: {ReLU: 1}", "a price is a mapping, received `1`"),
        ("prices: {ReLU: {outputs: 0.5}}", "a price is a whole number, received `0.5`"),
    ],
)
def test_a_bad_rule_is_refused(write, rule, told):
    network = archcompiler.load(write(RULE))
    write(rule)
    with pytest.raises(SpecError) as refused:
        network.count("my-tool.yaml")
    (found,) = refused.value.diagnostics
    assert found.message == told
    assert found.span is not None
    assert "my-tool.yaml:1:" in render([found])


def test_a_rule_that_is_not_there_is_told_where_it_is_named(write, capsys):
    path = write(RULE, "other.yaml")
    assert main(["check", path]) == 1
    told = "cannot read `other.yaml`: no such file or directory"
    assert f"small.yaml:8:24: error[unreadable-file]: {told}" in capsys.readouterr().err
