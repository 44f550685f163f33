"""Offsets of zero, which exporters leave out: one note, and no clean verdict."""

import pytest

onnx = pytest.importorskip("onnx")

from alignment.against import against, cells, printed  # noqa: E402
from alignment.onnx_by_hand import Graph, compare  # noqa: E402
from alignment.onnx_writing import write_onnx  # noqa: E402

from archcompiler.checking.checking import examine  # noqa: E402


@pytest.fixture
def export(tmp_path):
    """Write a spec as a file without offsets; but for those of some layers."""

    def write(spec, **options):
        path = tmp_path / "model.onnx"
        return write_onnx(path, examine(spec).architecture, **options)

    return write


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("spec", "layers"),
    [
        ("resnet18", 21),
        ("vgg-a", 11),
        pytest.param("densenet121", 60, marks=pytest.mark.slow),
    ],
)
def test_a_file_without_any_offset_is_one_note(spec, layers, export, capsys):
    path = export(spec, normalisation="dropped")
    code, record = against(capsys, spec, path)
    assert (code, record["findings"], record["ok"]) == (1, [], False)
    assert record["notes"][0].startswith(f"{layers} layers of the table have a bias")
    verdict = f"but for the biases of {layers} layers, of which the file tells too"
    assert verdict in printed(capsys, spec, path)


@pytest.mark.thorough
def test_an_offset_among_others_was_forgotten(export, capsys):
    def change(node):
        if node.name == "conv3_1":
            return node.op.model_copy(update={"use_bias": False})
        return node.op

    found = cells(against(capsys, "vgg-a", export("vgg-a", change=change))[1])
    assert found == [("conv3_1", "bias", "bias", "no bias")]


@pytest.mark.thorough
def test_a_normalisation_among_others_was_forgotten(export, capsys):
    def change(node):
        return None if node.name == "conv2_x_1_1_bn" else node.op

    found = cells(against(capsys, "resnet18", export("resnet18", change=change))[1])
    expected = ("normalisation", "batch normalisation", "none")
    assert found == [("conv2_x", *expected)]


@pytest.mark.thorough
def test_the_only_bias_was_forgotten(export, capsys):
    """Normalisations that are visible have their offsets: none was left out."""

    def change(node):
        if type(node.op).__name__ == "Dense":
            return node.op.model_copy(update={"use_bias": False})
        return node.op

    record = against(capsys, "resnet18", export("resnet18", change=change))[1]
    assert [each[1:] for each in cells(record)] == [("bias", "bias", "no bias")]


@pytest.mark.parametrize("is_copied", [True, False])
def test_a_copied_kernel_may_be_shared_or_equal(is_copied, tmp_path):
    graph = Graph(1, 6, 8, 8)
    kernel = graph.weights(6, 6, 3, 3)
    first = graph.add("Conv", "x", kernel, graph.weights(6))
    again = graph.add("Identity", kernel) if is_copied else kernel
    output = graph.add("Conv", first, again, graph.weights(6))
    row = "type: Conv2D, patch: 3x3, filters: 6"
    alignment = compare(tmp_path, graph, output, row, row)
    assert alignment.differs
    assert bool(alignment.findings) is not is_copied
    assert ("written as copies of others" in alignment.verdict) is is_copied


@pytest.mark.thorough
@pytest.mark.parametrize("at", [0, 1, 2])
def test_an_unknown_layer_may_hold_its_normalisation(at, export, capsys):
    path = export("resnet18", normalisation="folded")
    model = onnx.load(path, load_external_data=False)
    shortcuts = [each for each in model.graph.node if "_0_conv/Conv" in each.name]
    shortcuts[at].op_type, shortcuts[at].domain = "Strange", "somewhere"
    del model.graph.value_info[:]
    onnx.save(model, path)
    found = cells(against(capsys, "resnet18", path)[1])
    assert [what for _, what, *_ in found] == ["unknown layer"]
