"""ONNX files against tables: the faithful ones silent, each change told at its row."""

import random
import sys
from pathlib import Path

import pytest

onnx = pytest.importorskip("onnx")

from alignment.against import NINE, against, cells, printed  # noqa: E402
from alignment.onnx_writing import smaller_windows, write_onnx  # noqa: E402
from shipped import few_first  # noqa: E402

from archcompiler.alignment.aligning import align  # noqa: E402
from archcompiler.checking.checking import examine, load  # noqa: E402
from archcompiler.cli.usage import UsageError  # noqa: E402
from archcompiler.models.errors import ModelError  # noqa: E402
from archcompiler.reading.opening import open_model  # noqa: E402

SMALL = """\
name: small
input: 32x32x3
blocks:
  conv:
    columns: [patch, filters]
    sequence: [Conv2D: {patch: <patch>, filters: <filters>, padding: same, activation: relu}]
  fork (<name>):
    branches:
    - [conv: {name: one, patch: 1x1, filters: 8}]
    - [conv: {name: reduce, patch: 1x1, filters: 4}, conv: {name: five, patch: 5x5, filters: 12}]
    - [MaxPooling2D: {name: pool, patch: 3x3/1, padding: same}, conv: {name: proj, patch: 1x1, filters: 16}]
    merge: concatenate
  residual (<name>):
    branches:
    - [conv: {name: 1, patch: 3x3, filters: <in.channels>}, conv: {name: 2, patch: 3x3, filters: <in.channels>}]
    - []
    merge: add
table:
  columns: [name, type, patch, filters]
  rows:
  - [conv1, conv, 3x3/2, 16]
  - [lrn, LocalResponseNormalization]
  - [a, fork (a)]
  - [b, residual (b)]
  - [conv2, conv, 3x3, 24]
  - [pool, GlobalAveragePooling2D]
  - {name: fc, type: Dense, units: 10}
  - softmax
"""  # noqa: E501


@pytest.fixture
def small(write_spec):
    return write_spec(SMALL)


@pytest.fixture
def export(tmp_path):
    """Write a spec as an ONNX file."""

    def write(spec, **options):
        path = tmp_path / "model.onnx"
        return write_onnx(path, examine(spec).architecture, **options)

    return write


def changed(name, **update):
    """Return the change of one layer."""

    def change(node):
        return node.op.model_copy(update=update) if node.name == name else node.op

    return change


# What must hold -------------------------------------------------------------


@pytest.mark.thorough
def test_a_faithful_googlenet_gives_no_findings(export, capsys):
    code, record = against(capsys, "googlenet", export("googlenet", weights=True))
    assert (code, record["findings"]) == (0, [])
    assert [note[:20] for note in record["notes"]] == ["`same` with a stride"]
    totals = record["totals"]
    assert totals["parameters"] == {"table": 6998552, "model": 6998552}
    assert totals["macs"]["model"] == totals["macs"]["table"] == 1582671872


@pytest.mark.thorough
def test_5x5_convolutions_that_are_3x3_are_found_in_the_nine_rows(export, capsys):
    path = export("googlenet", change=smaller_windows)
    code, record = against(capsys, "googlenet", path)
    assert code == 1
    assert cells(record) == [(row, "kernel", "5x5", "3x3") for row in NINE]
    assert [f["table_layer"] for f in record["findings"]] == [
        f"inception_{row}_5x5" for row in NINE
    ]


@pytest.mark.thorough
def test_the_port_comes_nearer_to_the_printed_sum_than_the_faithful_network(
    export, capsys
):
    path = export("googlenet", change=smaller_windows)
    macs = against(capsys, "googlenet", path)[1]["totals"]["macs"]
    assert (macs["model"], macs["printed"]) == (1498376192, 1502000000)
    out = printed(capsys, "googlenet", path)
    assert "the model is 0.24 % from this sum, the table 5.4 %" in out
    assert out.endswith("totals prove nothing, rows do\n")


@pytest.mark.thorough
def test_visible_normalisations_of_the_port_are_57_findings_more(export, capsys):
    path = export("googlenet", change=smaller_windows, normalisation="visible")
    found = cells(against(capsys, "googlenet", path)[1])
    kernels = [each for each in found if each[1] == "kernel"]
    assert [row for row, *_ in kernels] == [*NINE]
    others = {each[1:] for each in found if each not in kernels}
    assert others == {("normalisation", "none", "batch normalisation")}
    assert len(found) == 9 + 57


@pytest.mark.thorough
@pytest.mark.parametrize("spec", few_first())
def test_every_shipped_spec_is_silent_against_its_own_export(spec, tmp_path):
    assert_silent(spec, tmp_path)


FAMILIES = ("bn-inception", "efficientnet", "inception-v4", "resnet-v2")


@pytest.mark.slow
@pytest.mark.parametrize("spec", FAMILIES)
def test_folding_and_joining_at_once_change_nothing(spec, tmp_path):
    assert_silent(spec, tmp_path, normalisation="folded", dense_nested=False)


def assert_silent(spec, folder, **options):
    """Write a spec as an ONNX file and find nothing in it."""
    architecture = examine(spec).architecture
    path = write_onnx(folder / "model.onnx", architecture, **options)
    found = align(architecture, open_model(path))
    assert found.findings == ()
    assert found.totals.model_macs == architecture.macs


@pytest.mark.thorough
def test_folded_normalisations_are_told_but_are_no_finding(export, capsys):
    code, record = against(
        capsys, "resnet50", export("resnet50", normalisation="folded")
    )
    assert (code, record["findings"]) == (0, [])
    assert record["notes"][0].startswith(
        "53 normalisations of the table are not visible"
    )


@pytest.mark.thorough
def test_a_normalisation_that_is_written_out_is_known(small, export, capsys):
    path = export(small, written_out=True)
    code, record = against(capsys, small, path)
    assert (code, record["findings"], record["totals"]["macs"]["complete"]) == (
        0,
        [],
        True,
    )


# One change, one finding ----------------------------------------------------


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("layer", "update", "expected"),
    [
        ("a_five", {"kernel_size": (3, 3)}, ("a", "kernel", "5x5", "3x3")),
        ("a_proj", {"filters": 20}, ("a", "filters", "16", "20")),
        ("conv2", {"use_bias": False}, ("conv2", "bias", "bias", "no bias")),
        (
            "conv2",
            {"activation": "relu6"},
            ("conv2", "activation", "relu", "relu6"),
        ),
        ("conv2", {"activation": None}, ("conv2", "activation", "relu", "none")),
        ("conv2", {"padding": "valid"}, ("conv2", "padding", "same", "valid")),
        ("conv2", {"strides": (2, 2)}, ("conv2", "stride", "1", "2")),
        ("a_pool", {"pool_size": (5, 5)}, ("a", "window", "3x3", "5x5")),
        ("lrn", {"size": 7}, ("lrn", "size", "5", "7")),
        ("fc", {"units": 11}, ("fc", "units", "10", "11")),
    ],
)
def test_one_changed_argument_is_one_finding(
    small, export, capsys, layer, update, expected
):
    assert layer in load(small).graph
    path = export(small, change=changed(layer, **update))
    code, record = against(capsys, small, path)
    assert (code, cells(record)) == (1, [expected])


@pytest.mark.thorough
def test_a_layer_that_is_left_out_is_one_finding(small, export, capsys):
    def change(node):
        return None if node.name == "b_2" else node.op

    found = cells(against(capsys, small, export(small, change=change))[1])
    assert found == [("b", "missing layer", "3x3 convolution, 36 filters", "none")]


@pytest.mark.thorough
def test_a_normalisation_that_is_left_out_is_one_finding(small, export, capsys):
    def change(node):
        return None if node.name == "lrn" else node.op

    found = cells(against(capsys, small, export(small, change=change))[1])
    assert found == [("lrn", "normalisation", "local response normalisation", "none")]


@pytest.mark.thorough
def test_a_softmax_left_to_the_loss_is_a_note(small, export, capsys):
    def change(node):
        return None if node.name == "softmax" else node.op

    code, record = against(capsys, small, export(small, change=change))
    assert (code, record["findings"]) == (0, [])
    assert record["notes"][1:] == ["the model ends before the softmax: it gives logits"]


@pytest.mark.thorough
def test_branches_in_another_order_are_told(small, export, capsys):
    path = edited(export(small), turn_around)
    found = cells(against(capsys, small, path)[1])
    ours = "1x1 convolution, 8 filters; 5x5 convolution, 12 filters; "
    ours += "1x1 convolution, 16 filters"
    theirs = "; ".join(reversed(ours.split("; ")))
    assert found == [("a", "branch order", ours, theirs)]


@pytest.mark.thorough
def test_operands_of_a_sum_may_stand_in_any_order(small, export, capsys):
    path = edited(export(small), lambda graph: turn_around(graph, "Add"))
    assert against(capsys, small, path)[0] == 0


@pytest.mark.thorough
def test_a_shortcut_that_is_left_out_is_one_finding(small, export, capsys):
    path = edited(export(small), forget_shortcut)
    found = cells(against(capsys, small, path)[1])
    assert [each[:2] for each in found] == [("b", "missing layer")]
    assert found[0][2:] == ("add of `b_2`, `a_concatenate`", "`b_2` alone")


@pytest.mark.thorough
def test_a_branch_that_is_left_out_is_one_finding(small, export, capsys):
    path = edited(export(small), forget_branch)
    found = cells(against(capsys, small, path)[1])
    branch = "3x3 max pooling; 1x1 convolution, 16 filters"
    assert found == [("a", "missing layers", branch, "none")]


@pytest.mark.thorough
def test_an_unknown_layer_is_named(small, export, capsys):
    path = edited(export(small), strange_normalisation)
    code, record = against(capsys, small, path)
    assert code == 1
    assert cells(record) == [
        ("lrn", "unknown layer", "local response normalisation", "somewhere.Strange")
    ]
    assert record["findings"][0]["layer"] == "/lrn/LRN"


@pytest.mark.thorough
def test_an_unknown_layer_between_others_is_named(small, export, capsys):
    path = edited(export(small), einsum_before_the_end)
    found = cells(against(capsys, small, path)[1])
    assert found == [("fc", "unknown layer", "none", "Einsum")]


@pytest.mark.thorough
def test_a_layer_with_graphs_of_its_own_is_named(small, export, capsys):
    path = edited(export(small), choose_before_the_end)
    found = cells(against(capsys, small, path)[1])
    assert found == [("fc", "unknown layer", "none", "If")]


@pytest.mark.thorough
def test_a_row_that_is_left_out_is_one_finding(export, capsys):
    def change(node):
        return None if node.name.startswith("inception_4c") else node.op

    found = cells(against(capsys, "googlenet", export("googlenet", change=change))[1])
    assert found == [("4c", "missing row", "4c", "none")]


@pytest.mark.thorough
def test_a_resized_input_is_told_once(small, export, capsys):
    found = cells(against(capsys, small, export(small, sides=(48, 40)))[1])
    assert found == [("input", "input size", "32x32x3", "48x40x3")]


@pytest.mark.thorough
def test_an_open_batch_and_open_sides_take_those_of_the_table(export, capsys):
    path = export("googlenet", batch="N", sides=("height", "width"))
    assert against(capsys, "googlenet", path)[0] == 0


@pytest.mark.thorough
def test_markdown_has_a_row_for_each_finding(small, export, capsys):
    path = export(small, change=smaller_windows)
    out = " ".join(printed(capsys, small, path, "markdown").split())
    assert "| a | /a_five/Conv (a_five) | kernel | 5x5 | 3x3 |" in out


# Files that cannot be read --------------------------------------------------


def test_a_missing_package_is_named(small, export, monkeypatch):
    path = export(small)
    monkeypatch.setitem(sys.modules, "onnx", None)
    with pytest.raises(ModelError, match=r"pip install 'archcompiler\[onnx\]'"):
        open_model(path)


@pytest.mark.parametrize("text", ["no.onnx", "no/such.keras", "model.h5", "a\0b.onnx"])
def test_what_is_not_there_is_bad_usage(small, capsys, text):
    with pytest.raises(UsageError):
        against(capsys, small, text)


@pytest.mark.thorough
def test_a_truncated_file_never_gives_a_traceback(small, export, tmp_path):
    whole = Path(export(small, weights=True)).read_bytes()
    assert_read_or_refused(tmp_path, [whole[:end] for end in range(0, len(whole), 997)])


@pytest.mark.thorough
def test_a_damaged_file_never_gives_a_traceback(small, export, tmp_path):
    whole = Path(export(small)).read_bytes()
    dice = random.Random(4)
    damaged = []
    for _ in range(300):
        data = bytearray(whole)
        for _ in range(dice.choice([1, 3, 10])):
            data[dice.randrange(len(data))] = dice.randrange(256)
        damaged.append(bytes(data))
    assert_read_or_refused(tmp_path, damaged, small)


def assert_read_or_refused(folder, texts, spec=None):
    """Open each text as a file: it is read, or a ModelError says why not."""
    path = folder / "damaged.onnx"
    refused = []
    for text in texts:
        path.write_bytes(text)
        try:
            model = open_model(str(path), ((32, 32, 3),))
            if spec:
                align(examine(spec).architecture, model)
        except ModelError as error:
            refused.append(str(error))
    assert refused
    assert all(message.isprintable() for message in refused)


# Edits of a file ------------------------------------------------------------


def edited(path, edit):
    """Change the graph of a file in its place."""
    model = onnx.load(path, load_external_data=False)
    edit(model.graph)
    onnx.save(model, path)
    return path


def node_of(graph, kind):
    return next(node for node in graph.node if node.op_type == kind)


def turn_around(graph, kind="Concat"):
    node = node_of(graph, kind)
    node.input[:] = list(reversed(node.input))


def forget_shortcut(graph):
    node = node_of(graph, "Add")
    keep = next(name for name in node.input if "Relu" in name or "relu" in name)
    replace_value(graph, node, keep)


def forget_branch(graph):
    node = node_of(graph, "Concat")
    del node.input[2]


def replace_value(graph, node, value):
    for other in graph.node:
        other.input[:] = [value if x == node.output[0] else x for x in other.input]
    graph.node.remove(node)


def strange_normalisation(graph):
    node = node_of(graph, "LRN")
    node.op_type, node.domain = "Strange", "somewhere"


def choose_before_the_end(graph):
    """Put an `If` before the softmax, whose branches take its operand from outside."""
    last = node_of(graph, "Softmax")
    helper, kind = onnx.helper, onnx.TensorProto
    graph.initializer.append(helper.make_tensor("condition", kind.BOOL, [], [True]))
    branches = {}
    for name in ("then_branch", "else_branch"):
        inner = helper.make_node("Identity", [last.input[0]], [name])
        output = helper.make_tensor_value_info(name, kind.FLOAT, None)
        branches[name] = helper.make_graph([inner], name, [], [output])
    chosen = helper.make_node(
        "If", ["condition"], ["chosen"], name="choose", **branches
    )
    last.input[0] = "chosen"
    graph.node.insert(len(graph.node) - 1, chosen)


def einsum_before_the_end(graph):
    last = node_of(graph, "Softmax")
    strange = onnx.helper.make_node(
        "Einsum", [last.input[0]], ["strange"], name="strange", equation="ij->ij"
    )
    last.input[0] = "strange"
    graph.node.insert(len(graph.node) - 1, strange)
