"""`freeze` and the heads of a table: read, checked and found without a framework."""

import pytest

import archcompiler
from archcompiler.checking.checking import check
from archcompiler.checking.freezing import frozen_rows
from archcompiler.diagnostics import SpecError, render
from archcompiler.training.recipe import read_recipe
from archcompiler.training.transfer.heads import boundary, default_head, head_layers
from archcompiler.training.transfer.init import Init, read_init


def spec(freeze, name="googlenet-digits"):
    return f"name: small\nextends: {name}\ntraining: {{freeze: {freeze}}}\n"


def frozen(path, **overrides):
    architecture = archcompiler.load(path)
    training = read_recipe(architecture, overrides).training
    return [row.name for row in frozen_rows(architecture, training)]


def said(write_spec, freeze):
    return render(check(write_spec(spec(freeze))).diagnostics)


# What is frozen -------------------------------------------------------------


def test_a_list_names_its_rows(write_spec):
    assert frozen(write_spec(spec("[3a, conv1]"))) == ["conv1", "3a"]


def test_up_to_takes_every_row_to_that_one(write_spec):
    rows = ["conv1", "conv2", "pool2", "3a", "3b"]
    assert frozen(write_spec(spec("up to 3b"))) == rows
    assert frozen(write_spec(spec('"up to 3b"'))) == rows


def test_the_command_line_and_variants_override(write_spec):
    path = write_spec(spec("up to 3b"))
    assert frozen(path, freeze="up to conv1") == ["conv1"]
    write_spec("name: free\nextends: small.yaml\ntraining: {freeze: []}", "free.yaml")
    assert frozen("free.yaml") == []


@pytest.mark.thorough
def test_what_is_frozen_is_part_of_the_digest(write_spec):
    digests = {
        read_recipe(archcompiler.load(write_spec(spec(freeze)))).digest
        for freeze in ("[]", "[conv1]", "up to conv1", "up to 3a")
    }
    assert len(digests) == 4


def test_a_row_that_only_another_configuration_has_is_no_mistake(write_spec):
    text = """\
    name: vgg-frozen
    extends: vgg
    training:
      freeze: [conv1_1, conv3_4]
      optimizer: Adam
      losses: categorical crossentropy
      batch size: 2
      epochs: 1
    variants:
      nineteen: {parameters: {configuration: E}}
      up-to: {training: {freeze: up to conv3_4}}
    """
    path = write_spec(text)
    assert check(path).ok
    assert frozen(path) == ["conv1_1"]
    assert frozen(f"{path}:nineteen") == ["conv1_1", "conv3_4"]
    assert frozen(f"{path}:up-to")[-1] == "conv3_3"


# Refused --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("freeze", "expected"),
    [
        (
            "[conv1, cnv2]",
            """\
small.yaml:3:28: error[bad-reference]: `freeze` names `cnv2`, which is no row
    3 | training: {freeze: [conv1, cnv2]}
      |                            ^^^^
  help: did you mean `conv2`?""",
        ),
        (
            "[inception (3a)]",
            """\
small.yaml:3:21: error[bad-reference]: `freeze` names `inception (3a)`, which is no row
    3 | training: {freeze: [inception (3a)]}
      |                     ^^^^^^^^^^^^^^
  help: the row is called `3a`""",
        ),
        (
            "[conv1, conv1]",
            """\
small.yaml:3:28: error[duplicate-name]: `freeze` names the row `conv1` twice
    3 | training: {freeze: [conv1, conv1]}
      |                            ^^^^^""",
        ),
        (
            "[pool2]",
            """\
small.yaml:3:21: error[bad-value]: the row `pool2` has no weights, so it cannot be \
frozen
    3 | training: {freeze: [pool2]}
      |                     ^^^^^""",
        ),
        (
            "up to 9z",
            """\
small.yaml:3:26: error[bad-reference]: `freeze` names `9z`, which is no row
    3 | training: {freeze: up to 9z}
      |                          ^^
  help: the rows are conv1, conv2, pool2, 3a, 3b, pool3, 4a, 4b, 4c, 4d, 4e, pool4, \
...""",
        ),
        (
            "up to linear",
            """\
small.yaml:3:20: error[bad-value]: `freeze` leaves nothing to train: every row with \
weights is frozen
    3 | training: {freeze: up to linear}
      |                    ^^^^^^^^^^^^""",
        ),
        (
            "conv1",
            """\
small.yaml:3:20: error[bad-value]: `freeze` is a list of rows, or `up to ROW`, \
received `conv1`
    3 | training: {freeze: conv1}
      |                    ^^^^^
  help: write `[conv1]`, or `up to conv1`""",
        ),
        (
            "up to",
            """\
small.yaml:3:20: error[bad-value]: `freeze` is a list of rows, or `up to ROW`, \
received `up to`
    3 | training: {freeze: up to}
      |                    ^^^^^""",
        ),
        (
            "{up to: 4e}",
            """\
small.yaml:3:21: error[bad-value]: `freeze` is a list of rows, or `up to ROW`, \
received a mapping
    3 | training: {freeze: {up to: 4e}}
      |                     ^^^^^
  help: write `up to 4e`""",
        ),
        (
            "[up to 4e]",
            """\
small.yaml:3:21: error[bad-value]: a row is needed here, received `up to 4e`
    3 | training: {freeze: [up to 4e]}
      |                     ^^^^^^^^
  help: write `freeze: up to 4e`, without a list""",
        ),
    ],
)
def test_what_cannot_be_frozen_is_refused(write_spec, freeze, expected):
    assert said(write_spec, freeze) == expected


def test_up_to_a_row_before_all_weights_freezes_nothing(write_spec):
    text = """\
    name: small
    input: 8x8x1
    table:
      columns: [name, type, units]
      rows:
      - [flat, Flatten]
      - [out, Dense, 10]
    training:
      freeze: up to flat
      optimizer: Adam
      losses: categorical crossentropy
      batch size: 2
      epochs: 1
    """
    found = render(check(write_spec(text)).diagnostics)
    assert "no row up to `flat` has weights to freeze" in found


# Heads ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "head", "ends"),
    [
        ("googlenet", ("linear",), {"dropout"}),
        ("mobilenetv2", ("fc",), {"pool_1"}),
        (
            "googlenet-training",
            ("linear", "auxiliary 1", "auxiliary 2"),
            {"dropout", "inception_4a_concatenate", "inception_4d_concatenate"},
        ),
    ],
)
def test_the_head_is_the_last_row_with_weights_of_each_output(name, head, ends):
    architecture = archcompiler.load(name)
    assert default_head(architecture) == head
    found = boundary(architecture, head_layers(architecture, head))
    assert found == ends


def test_what_follows_from_a_head_begins_anew_and_the_rest_ends_in_its_outputs():
    architecture = archcompiler.load("googlenet-training")
    layers = head_layers(architecture, ["auxiliary 1"])
    assert {name.rpartition("_")[0] for name in layers} >= {"auxiliary_1"}
    assert boundary(architecture, layers) == {
        "inception_4a_concatenate",
        "softmax",
        "auxiliary_2_softmax",
    }
    layers = head_layers(architecture, ["4e"])
    assert "linear_dense" in layers
    assert "auxiliary_2_linear" not in layers


def test_a_head_is_checked_against_the_rows():
    architecture = archcompiler.load("googlenet-digits")
    assert read_init(architecture, None, ()) is None
    assert read_init(architecture, "r", ["5b"]) == Init("r", ("5b",))
    with pytest.raises(SpecError) as caught:
        read_init(architecture, "r", ["linear", "liner", "linear"])
    assert str(caught.value) == (
        "--head:1:1: error[bad-reference]: `--head` names `liner`, which is no row\n"
        "    1 | liner\n"
        "      | ^^^^^\n"
        "  help: did you mean `linear`?\n"
        "--head:1:1: error[duplicate-name]: `--head` names the row `linear` twice\n"
        "    1 | linear\n"
        "      | ^^^^^^"
    )
