"""Running a few ONNX nodes, by the reference that ONNX has of each."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

from archcompiler.models.onnx_file import OnnxNode


def output_of(
    nodes: Sequence[OnnxNode], values: Mapping[str, Any], version: int
) -> Any:
    """Return what the last node gives of arrays; None where nodes make no sense."""
    import numpy as np
    from onnx import TensorProto, helper
    from onnx.reference import ReferenceEvaluator

    info, output = helper.make_tensor_value_info, nodes[-1].outputs[0]
    graph = helper.make_graph(
        [node.proto for node in nodes],
        "nodes",
        [info(name, TensorProto.FLOAT, None) for name in values],
        [info(output, TensorProto.FLOAT, None)],
    )
    opsets = [helper.make_opsetid("", version)]
    model = helper.make_model(graph, opset_imports=opsets)
    with suppress(Exception), np.errstate(all="ignore"):
        outputs: Any = ReferenceEvaluator(model).run(None, dict(values))
        return outputs[0]
    return None
