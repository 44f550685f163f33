"""Reading an ONNX file: its nodes as units, channels last, whatever they were."""

from pathlib import Path

from archcompiler.alignment.errors import ModelError
from archcompiler.alignment.foreign import Foreign
from archcompiler.alignment.network import finish
from archcompiler.alignment.onnx_file import read_graph
from archcompiler.alignment.onnx_nodes import RULES
from archcompiler.alignment.onnx_reader import Reader
from archcompiler.shapes import Shape


def read_onnx(path: Path, name: str, image: Shape | None = None) -> Foreign:
    """Return an ONNX file as units; `image` stands for an input of open size.

    Raises:
        ModelError: for a file that is damaged, or no ONNX model.
        ModuleNotFoundError: where `onnx` is not installed.
    """
    reader = Reader(read_graph(path), image)
    for node in reader.graph.nodes:
        reader.read(node, RULES)
    missing = [name for name in reader.graph.outputs if name not in reader.places]
    if missing:
        raise ModelError(
            f"no layer gives the output `{missing[0]}`: the file is damaged"
        )
    places = [reader.places[name] for name in reader.graph.outputs]
    network = finish(reader.units, places)
    return Foreign(name, network, reader.parameters, is_export=True)
