"""Reading an ONNX file: its nodes as units, channels last, whatever they were."""

from collections.abc import Iterator
from pathlib import Path

from archcompiler.models.errors import ModelError
from archcompiler.models.onnx_constants import IN_WHOLE_NUMBERS, ROUNDING
from archcompiler.models.onnx_graph import OnnxGraph, read_graph
from archcompiler.reading.onnx_nodes import RULES
from archcompiler.reading.onnx_reader import Reader
from archcompiler.shapes import Shape
from archcompiler.units.finishing import finish
from archcompiler.units.foreign import Foreign


def read_onnx(path: Path, name: str, images: tuple[Shape, ...] = ()) -> Foreign:
    """Return an ONNX file as units; `images` are the inputs of the table.

    Raises:
        ModelError: for a file that is damaged, or no ONNX model.
        ModuleNotFoundError: where `onnx` is not installed.
    """
    graph = read_graph(path, images)
    reader = Reader(graph)
    for node in graph.nodes:
        reader.read(node, RULES)
    outputs = [each for each in graph.outputs if not graph.is_constant(each)]
    missing = [name for name in outputs if name not in reader.places]
    if missing or not outputs:
        lost = (missing or graph.outputs)[0]
        raise ModelError(f"no layer gives the output `{lost}`: the file is damaged")
    network = finish(reader.units.made, [reader.places[name] for name in outputs])
    return Foreign(
        name, network, reader.parameters, is_export=True, notes=tuple(_notes(graph))
    )


def _notes(graph: OnnxGraph) -> Iterator[str]:
    """Yield what the file has, and isn't compared."""
    kinds = ROUNDING | IN_WHOLE_NUMBERS
    rounding = [node for node in graph.nodes if node.kind in kinds]
    rounded = sum(not graph.is_constant(node.outputs[0]) for node in rounding)
    if rounded:
        yield (
            f"values are rounded to whole numbers and back in {rounded} nodes of the "
            "file: it is read as if they weren't"
        )
