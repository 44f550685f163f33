"""The structure of an ONNX file, read without the numbers of its large arrays."""

import numpy as np
import pytest

onnx = pytest.importorskip("onnx")

from alignment.small_graphs import (  # noqa: E402
    BIAS,
    CONV,
    KERNEL,
    aligned,
    conv,
    node,
    save,
    told,
)
from onnx import TensorProto, helper, numpy_helper  # noqa: E402

from archcompiler.models.errors import ModelError  # noqa: E402
from archcompiler.models.onnx_bytes import read_structure  # noqa: E402

LARGE = np.ones((128, 3, 3, 3), "float32")


def write(path, tensor):
    """Write a file with an array, once as an initializer and twice within nodes."""
    inner = helper.make_graph(
        [node("Constant", [], "inner", value=tensor)],
        "inner",
        [],
        [helper.make_tensor_value_info("inner", TensorProto.FLOAT, None)],
    )
    nodes = [
        node("Constant", [], "held", value=tensor),
        node("If", ["c"], "chosen", then_branch=inner, else_branch=inner),
        conv(),
    ]
    save(path, nodes, {"w": KERNEL, "b": BIAS, "c": np.asarray(True)})
    model = onnx.load(path)
    model.graph.initializer.append(tensor)
    onnx.save(model, path)
    return path


@pytest.mark.parametrize("is_raw", [True, False])
def test_large_arrays_keep_all_but_their_numbers(is_raw, tmp_path):
    held = LARGE.tobytes() if is_raw else LARGE.ravel()
    tensor = helper.make_tensor("large", TensorProto.FLOAT, LARGE.shape, held, is_raw)
    path = write(tmp_path / "m.onnx", tensor)
    assert path.stat().st_size > 4 * LARGE.nbytes
    model = read_structure(path)
    assert model.ByteSize() < 2000
    assert [*model.graph.initializer[-1].dims] == [128, 3, 3, 3]
    whole = onnx.load(path)
    for tensors in (model, whole):
        empty(tensors.graph)
    assert model == whole


def empty(graph):
    """Take the numbers of the large arrays away."""
    large = [each for each in graph.initializer if each.name == "large"]
    for each in graph.node:
        for attribute in each.attribute:
            if attribute.HasField("t"):
                large.append(attribute.t)
            if attribute.HasField("g"):
                empty(attribute.g)
    for tensor in large:
        for word in ("raw_data", "float_data"):
            tensor.ClearField(word)


def test_a_small_file_is_read_as_it_is(tmp_path):
    path = tmp_path / "m.onnx"
    save(path, [conv()], {"w": KERNEL, "b": BIAS})
    assert read_structure(path) == onnx.load(path)
    assert told(aligned(CONV, str(path))) == []


def field(number, content):
    """Write a field that holds bytes."""
    length, size = len(content), []
    while length > 127:
        size.append(length & 127 | 128)
        length >>= 7
    return bytes([number << 3 | 2, *size, length]) + content


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "empty"),
        (b"\x3a\x90\x4e\x00", "beyond its end"),
        (b"\xff" * 20, "without end"),
        (b"\x0b", "unknown kind"),
        (b"\x3a\xff\xff", "damaged"),
    ],
)
def test_what_is_no_protobuf_is_refused(data, said, tmp_path):
    path = tmp_path / "m.onnx"
    path.write_bytes(data)
    with pytest.raises(ModelError, match=said):
        read_structure(path)


def test_graphs_that_lie_in_each_other_without_end_are_refused(tmp_path):
    graph = numpy_helper.from_array(LARGE, "large").SerializeToString()
    graph = field(5, graph)
    for _ in range(200):  # a graph in an attribute of a node of a graph
        graph = field(1, field(5, field(6, graph)))
    path = tmp_path / "m.onnx"
    path.write_bytes(field(7, graph))
    with pytest.raises(ModelError, match="too deep"):
        read_structure(path)


# Nodes in an order that cannot be ------------------------------------------------


@pytest.mark.parametrize(
    ("nodes", "said"),
    [
        ([node("Relu", ["x"], "x"), conv()], "`x` is given twice"),
        ([node("Relu", ["x"], "w"), conv()], "`w` is given twice"),
        ([node("Add", ["x", "z"], "v"), node("Relu", ["v"], "z"), conv("z")], "takes"),
        ([conv("lost")], "takes `lost`, which nothing before it gives"),
    ],
)
def test_values_are_given_once_and_before_they_are_taken(nodes, said, tmp_path):
    path = save(tmp_path / "m.onnx", nodes, {"w": KERNEL, "b": BIAS})
    with pytest.raises(ModelError, match=said):
        aligned(CONV, path)


def test_a_sparse_kernel_is_a_kernel(tmp_path):
    path = save(tmp_path / "m.onnx", [conv()], {"b": BIAS})
    model = onnx.load(path)
    numbers = numpy_helper.from_array(np.ones(2, "float32"), "w")
    places = numpy_helper.from_array(np.asarray([3, 70]), "places")
    sparse = helper.make_sparse_tensor(numbers, places, KERNEL.shape)
    model.graph.sparse_initializer.append(sparse)
    onnx.save(model, path)
    found = aligned(CONV, path)
    assert (told(found), found.totals.model_parameters) == ([], 112)
