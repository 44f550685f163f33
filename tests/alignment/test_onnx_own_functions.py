"""Functions that an ONNX file has of its own."""

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
from onnx import helper  # noqa: E402

from archcompiler.models.errors import ModelError  # noqa: E402


def function(name, *nodes):
    """Return a function of a file, from `a` to `b`."""
    opsets = [helper.make_opsetid("", 19), helper.make_opsetid("own", 1)]
    return helper.make_function("own", name, ["a"], ["b"], nodes, opsets)


def call(name, x, output):
    return node(name, [x], output, domain="own")


def test_functions_of_the_file_are_what_they_stand_for(tmp_path):
    functions = [function("Twice", call("Once", "a", "c"), call("Once", "c", "b"))]
    functions += [function("Once", node("Identity", ["a"], "b"))]
    nodes = [call("Twice", "x", "x1"), call("Once", "w0", "w"), conv("x1")]
    weights = {"w0": KERNEL, "b": BIAS}
    path = save(tmp_path / "m.onnx", nodes, weights, functions=functions)
    assert told(aligned(CONV, path)) == []


def test_functions_without_end_are_refused(tmp_path):
    functions = [function("Ever", call("Ever", "a", "b"))]
    nodes = [call("Ever", "x", "x1"), conv("x1")]
    path = save(tmp_path / "m.onnx", nodes, {}, functions=functions)
    with pytest.raises(ModelError, match="without end"):
        aligned(CONV, path)


def test_functions_that_come_to_too_much_are_refused(tmp_path):
    functions = [
        function(f"F{n}", call(f"F{n + 1}", "a", "c"), call(f"F{n + 1}", "c", "b"))
        for n in range(40)
    ]
    functions += [function("F40", node("Relu", ["a"], "b"))]
    nodes = [call("F0", "x", "x1"), conv("x1")]
    path = save(tmp_path / "m.onnx", nodes, {}, functions=functions)
    with pytest.raises(ModelError, match="over 100,000 nodes"):
        aligned(CONV, path)
