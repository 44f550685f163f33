"""The weights of an ONNX file, in the order and layout in which Keras holds them."""

from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from archcompiler.models.errors import ModelError
from archcompiler.models.onnx_file import OnnxNode, node_of, text_of
from archcompiler.models.onnx_functions import inlined
from archcompiler.models.onnx_graph import read_graph
from archcompiler.shapes import Shape
from archcompiler.units.units import Unit

Arrays = Mapping[str, np.ndarray]
"""Arrays by what Keras calls them: `kernel`, `bias`, `gamma`, ..."""

_BETWEEN = ("Dropout", "Flatten", "Identity", "Reshape", "Squeeze")
"""What may stand between an image and the dense layer of its elements."""


class OnnxWeights:
    """Finds the arrays that a unit of a file holds.

    Raises:
        ModelError: for a file whose weights lie elsewhere, and are not there.
    """

    def __init__(self, path: Path, images: tuple[Shape, ...]) -> None:
        self.model = inlined(_loaded(path))
        self.layouts = read_graph(path, images).layouts
        self.nodes = [node_of(each) for each in self.model.graph.node]
        self.named = {node.name: node for node in self.nodes}
        self.makers = {name: node for node in self.nodes for name in node.outputs}

    def of(self, unit: Unit) -> Arrays | None:
        """Return a unit's arrays; None where no rule tells which they are."""
        node = self.named.get(unit.layer)
        rule = None if node is None else RULES.get(node.kind)
        return None if rule is None or node is None else rule(self, node, unit)

    def epsilon(self, unit: Unit) -> float | None:
        """Return what a normalisation adds to the variance, where one node is all."""
        node = self.named.get(unit.layer)
        is_whole = node is not None and node.kind.endswith("Normalization")
        return node.number("epsilon", 1e-5) if node and is_whole else None

    def value(self, name: str) -> np.ndarray:
        """Return a constant, computed where nodes make it.

        Raises:
            ModelError: for what no constants give.
        """
        import onnx
        from onnx.reference import ReferenceEvaluator

        if name in self._initializers:
            array: np.ndarray = onnx.numpy_helper.to_array(self._initializers[name])
            return array
        needed, nodes = [*self._made_of(name)], self.model.graph.node
        graph = onnx.helper.make_graph(
            [node for node in nodes if text_of(node.output[0]) in needed],
            "constant",
            [],
            [onnx.ValueInfoProto(name=name)],
            [self._initializers[each] for each in needed if each in self._initializers],
        )
        opsets = [*self.model.opset_import]
        made = onnx.helper.make_model(graph, opset_imports=opsets)
        (result,) = ReferenceEvaluator(made).run(None, {})
        return np.asarray(result)

    def bias_behind(self, node: OnnxNode) -> str | None:
        """Return the constant that is added to what a node gives, if it is."""
        takers = [each for each in self.nodes if node.outputs[0] in each.inputs]
        if len(takers) != 1 or takers[0].kind != "Add":
            return None
        others = [name for name in takers[0].inputs if name != node.outputs[0]]
        is_bias = len(others) == 1 and self._is_constant(others[0])
        return others[0] if is_bias else None

    def image_before(self, name: str) -> str:
        """Return the value whose elements a dense layer takes."""
        while name in self.makers and self.makers[name].kind in _BETWEEN:
            name = self.makers[name].inputs[0]
        return name

    @cached_property
    def _initializers(self) -> dict[str, Any]:
        return {text_of(each.name): each for each in self.model.graph.initializer}

    def _is_constant(self, name: str) -> bool:
        known = (self._initializers, self.makers)
        return all(any(each in some for some in known) for each in self._made_of(name))

    def _made_of(self, name: str) -> Iterator[str]:
        """Yield a value, and what it is made of."""
        waiting, seen = [name], set[str]()
        while waiting:
            each = waiting.pop()
            if not each or each in seen:
                continue
            seen.add(each)
            yield each
            maker = self.makers.get(each)
            waiting += maker.inputs if maker is not None else ()


def _loaded(path: Path) -> Any:
    import onnx

    try:
        return onnx.load(str(path))
    except (OSError, onnx.checker.ValidationError) as error:
        raise ModelError(f"the weights of `{path}` are not there: {error}") from None


# Layouts ----------------------------------------------------------------------


def _convolution(weights: OnnxWeights, node: OnnxNode, unit: Unit) -> Arrays:
    """Return filters x channels x height x width as Keras has it.

    A kernel of one channel becomes as many multiples as it has filters for each.
    """
    kernel = weights.value(node.inputs[1])
    if unit.kind == "depthwise convolution":
        filters, _, *size = kernel.shape
        multiplier: Any = unit.settings["multiplier"]
        kernel = kernel.transpose(2, 3, 0, 1)
        kernel = kernel.reshape(*size, filters // multiplier, multiplier)
    else:
        kernel = kernel.transpose(2, 3, 1, 0)
    return {"kernel": kernel, **_bias(weights, node, 2)}


def _transposed(weights: OnnxWeights, node: OnnxNode, _: Unit) -> Arrays:
    kernel = weights.value(node.inputs[1]).transpose(2, 3, 1, 0)
    return {"kernel": kernel, **_bias(weights, node, 2)}


def _dense(weights: OnnxWeights, node: OnnxNode, unit: Unit) -> Arrays | None:
    """Return the matrix; its rows follow the elements of an image, channels last."""
    if node.number("alpha", 1) != 1 or node.number("beta", 1) != 1:
        return None
    matrix = weights.value(node.inputs[1])
    if node.number("transB", 0):
        matrix = matrix.T
    image = unit.arrives
    is_last = weights.layouts.get(weights.image_before(node.inputs[0]), False)
    if image is not None and len(image) == 3 and not is_last:
        height, width, channels = image
        matrix = matrix.reshape(channels, height, width, -1).transpose(1, 2, 0, 3)
        matrix = matrix.reshape(height * width * channels, -1)
    return {"kernel": matrix, **_bias(weights, node, 2)}


def _bias(weights: OnnxWeights, node: OnnxNode, at: int) -> Arrays:
    """Return the bias of a node, or the one that is added to what it gives."""
    own = node.inputs[at] if len(node.inputs) > at else ""
    name = own or weights.bias_behind(node)
    return {"bias": weights.value(name).ravel()} if name else {}


def _batch(weights: OnnxWeights, node: OnnxNode, _: Unit) -> Arrays:
    names = ("gamma", "beta", "moving_mean", "moving_variance")
    return dict(zip(names, map(weights.value, node.inputs[1:5]), strict=True))


def _slopes(weights: OnnxWeights, node: OnnxNode, _: Unit) -> Arrays:
    slopes = weights.value(node.inputs[1])
    is_last = weights.layouts.get(node.inputs[0], False)
    turned = slopes if is_last or slopes.ndim < 3 else np.moveaxis(slopes, 0, -1)
    return {"alpha": turned}


RULES: dict[str, Callable[[OnnxWeights, OnnxNode, Unit], Arrays | None]] = {
    "BatchNormalization": _batch,
    "Conv": _convolution,
    "ConvTranspose": _transposed,
    "Gemm": _dense,
    "MatMul": _dense,
    "PRelu": _slopes,
}
"""How each kind of node holds its weights."""
