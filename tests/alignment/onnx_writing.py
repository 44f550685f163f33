"""ONNX files as PyTorch exports look, written from an expanded table.

NCHW, explicit pads, activations and dropout as nodes of their own, `ceil_mode` where
Keras says `same`. Nothing of the reader is used. Weights lie in a file that isn't
there, unless they are asked for: who reads an architecture needs their shapes alone.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import onnx
from onnx import TensorProto, helper, numpy_helper

from archcompiler.architecture import Architecture
from archcompiler.graph.graph import Node

Change = Callable[[Node], Any]


class _Writer:
    """Writes the graph of one table."""

    def __init__(
        self,
        architecture: Architecture,
        *,
        change: Change | None = None,
        normalisation: str = "as it is",
        weights: bool = False,
        batch: Any = 1,
        sides: Any = None,
        dense_nested: bool = True,
        written_out: bool = False,
    ) -> None:
        self.architecture = architecture
        self.change = change or (lambda node: node.op)
        self.normalisation = normalisation
        self.weights = weights
        self.batch, self.sides = batch, sides
        self.dense_nested = dense_nested
        self.written_out = written_out
        self.nodes: list[Any] = []
        self.initializers: list[Any] = []
        self.values: dict[str, str] = {}
        self.joined: dict[str, list[str]] = {}

    def model(self) -> onnx.ModelProto:
        """Return the whole model."""
        inputs = []
        for node in self.architecture.inputs:
            height, width, channels = node.shape
            height, width = self.sides or (height, width)
            shape = [self.batch, channels, height, width]
            inputs.append(
                helper.make_tensor_value_info(node.name, TensorProto.FLOAT, shape)
            )
            self.values[node.name] = node.name
        for node in self.architecture.layers:
            if node.op is not None:
                self.values[node.name] = self.write(node)
        outputs = [
            helper.make_tensor_value_info(
                self.values[node.name], TensorProto.FLOAT, [self.batch, *node.shape]
            )
            for node in self.architecture.outputs
        ]
        graph = helper.make_graph(
            self.nodes, "exported", inputs, outputs, self.initializers
        )
        opsets = [helper.make_opsetid("", 17)]
        return helper.make_model(graph, opset_imports=opsets, ir_version=8)

    # Pieces -----------------------------------------------------------------

    def add(self, kind: str, name: str, inputs: list[str], **attributes: Any) -> str:
        output = f"/{name}/{kind}_output_0"
        self.nodes.append(
            helper.make_node(
                kind, inputs, [output], name=f"/{name}/{kind}", **attributes
            )
        )
        return output

    def weight(self, name: str, *dimensions: int) -> str:
        tensor = TensorProto(name=name, data_type=TensorProto.FLOAT, dims=dimensions)
        if self.weights:
            size = 4
            for length in dimensions:
                size *= length
            tensor.raw_data = bytes(size)
        else:
            tensor.data_location = TensorProto.EXTERNAL
            tensor.external_data.add(key="location", value="weights.bin")
        self.initializers.append(tensor)
        return name

    def numbers(self, name: str, numbers: list[Any], kind: str = "float32") -> str:
        import numpy as np

        array = np.asarray(numbers, dtype=kind)
        self.initializers.append(numpy_helper.from_array(array, name))
        return name

    def write(self, node: Node) -> str:
        op = self.change(node)
        operands = [self.values[name] for name in node.inputs]
        if op is None:
            return operands[0]
        write = getattr(self, f"write_{type(op).__name__}")
        shapes = [self.architecture.graph[name].shape for name in node.inputs]
        output = write(node, op, operands, shapes)
        function = getattr(op, "activation", None)
        if function is not None and type(op).__name__ != "Activation":
            output = self.function(f"{node.name}_act", function, output)
        return output

    def function(self, name: str, function: str, x: str) -> str:
        if function == "linear":
            return x
        if function == "swish":
            return self.add("Mul", name, [x, self.add("Sigmoid", name, [x])])
        if function == "relu6":
            bounds = [self.numbers(f"{name}.{each}", each) for each in (0.0, 6.0)]
            return self.add("Clip", name, [x, *bounds])
        if function == "softmax":
            return self.add("Softmax", name, [x], axis=-1)
        return self.add(function.capitalize(), name, [x])

    # Layers -----------------------------------------------------------------

    def convolve(
        self, name: str, op: Any, x: str, shape: Any, kernel: list[int], groups: int
    ) -> str:
        bias = op.use_bias
        if self.normalisation in ("visible", "dropped"):
            bias = False
        if self.normalisation == "folded" and self.is_normalised(name):
            bias = True
        inputs = [x, self.weight(f"{name}.weight", *kernel)]
        if bias:
            inputs.append(self.weight(f"{name}.bias", kernel[0]))
        output = self.add(
            "Conv",
            name,
            inputs,
            kernel_shape=list(op.kernel_size),
            strides=list(op.strides),
            dilations=list(op.dilation_rate),
            group=groups,
            pads=pads(op, op.kernel_size, shape),
        )
        if self.normalisation == "visible":
            output = self.normalise(f"{name}_bn", output, kernel[0])
        return output

    def is_normalised(self, name: str) -> bool:
        """Whether a normalisation takes the output of a layer."""
        graph = self.architecture.graph
        return any(
            type(graph[after].op).__name__ == "BatchNormalization"
            for after in graph.network.successors(name)
        )

    def write_Conv2D(self, node: Node, op: Any, operands: Any, shapes: Any) -> str:
        channels = shapes[0][-1] // op.groups
        kernel = [op.filters, channels, *op.kernel_size]
        return self.convolve(node.name, op, operands[0], shapes[0], kernel, op.groups)

    def write_DepthwiseConv2D(
        self, node: Node, op: Any, operands: Any, shapes: Any
    ) -> str:
        channels = shapes[0][-1]
        kernel = [channels * op.depth_multiplier, 1, *op.kernel_size]
        return self.convolve(node.name, op, operands[0], shapes[0], kernel, channels)

    def write_SeparableConv2D(
        self, node: Node, op: Any, operands: Any, shapes: Any
    ) -> str:
        channels = shapes[0][-1]
        kernel = [channels, 1, *op.kernel_size]
        x = self.weight(f"{node.name}.depthwise", *kernel)
        x = self.add(
            "Conv",
            f"{node.name}_depthwise",
            [operands[0], x],
            kernel_shape=list(op.kernel_size),
            group=channels,
            pads=pads(op, op.kernel_size, shapes[0]),
        )
        mixing = self.weight(f"{node.name}.pointwise", op.filters, channels, 1, 1)
        return self.add("Conv", node.name, [x, mixing])

    def write_Dense(self, node: Node, op: Any, operands: Any, shapes: Any) -> str:
        matrix = self.weight(f"{node.name}.weight", op.units, shapes[0][0])
        inputs = [operands[0], matrix]
        if op.use_bias and self.normalisation != "dropped":
            inputs.append(self.weight(f"{node.name}.bias", op.units))
        return self.add("Gemm", node.name, inputs, transB=1)

    def write_MaxPooling2D(
        self, node: Node, op: Any, operands: Any, shapes: Any
    ) -> str:
        return self.pool("MaxPool", node, op, operands[0], shapes[0])

    def write_AveragePooling2D(
        self, node: Node, op: Any, operands: Any, shapes: Any
    ) -> str:
        return self.pool("AveragePool", node, op, operands[0], shapes[0])

    def pool(self, kind: str, node: Node, op: Any, x: str, shape: Any) -> str:
        strides = op.strides or op.pool_size
        margin = pads(op, op.pool_size, shape)
        is_even = all(length % 2 == 0 for length in shape[:2])
        overhangs = op.padding == "same" and max(strides) > 1 and is_even
        return self.add(
            kind,
            node.name,
            [x],
            kernel_shape=list(op.pool_size),
            strides=list(strides),
            pads=[0, 0, 0, 0] if overhangs else margin,
            ceil_mode=int(overhangs),
        )

    def write_GlobalAveragePooling2D(
        self, node: Node, op: Any, operands: Any, _: Any
    ) -> str:
        output = self.add("GlobalAveragePool", node.name, operands)
        return output if op.keepdims else self.add("Flatten", node.name, [output])

    def write_GlobalMaxPooling2D(
        self, node: Node, op: Any, operands: Any, _: Any
    ) -> str:
        output = self.add("GlobalMaxPool", node.name, operands)
        return output if op.keepdims else self.add("Flatten", node.name, [output])

    def write_ChannelAveragePooling(
        self, node: Node, _: Any, operands: Any, __: Any
    ) -> str:
        return self.add("ReduceMean", node.name, operands, axes=[1])

    def write_ChannelMaxPooling(
        self, node: Node, _: Any, operands: Any, __: Any
    ) -> str:
        """Write it as `x.max(dim=1)[0].unsqueeze(1)`."""
        output = self.add("ReduceMax", node.name, operands, axes=[1], keepdims=0)
        axis = self.numbers(f"{node.name}.axis", [1], "int64")
        return self.add("Unsqueeze", node.name, [output, axis])

    def write_ChannelSlice(self, node: Node, op: Any, operands: Any, _: Any) -> str:
        """Write it as `x[:, start:stop]`, whose every colon is a slice."""
        whole = (0, 2**63 - 1)
        x = self.slice(f"{node.name}_samples", operands[0], 0, *whole)
        return self.slice(node.name, x, 1, op.start, op.stop or whole[1])

    def slice(self, name: str, x: str, axis: int, *limits: int) -> str:
        words = ("starts", "ends", "axes", "steps")
        numbers = [
            self.numbers(f"{name}.{word}", [number], "int64")
            for word, number in zip(words, (*limits, axis, 1), strict=True)
        ]
        return self.add("Slice", name, [x, *numbers])

    def write_BatchNormalization(
        self, node: Node, _: Any, operands: Any, shapes: Any
    ) -> str:
        weights_before = {"Conv2D", "DepthwiseConv2D"}
        before = self.architecture.graph[node.inputs[0]]
        if (
            self.normalisation in ("folded", "dropped")
            and type(before.op).__name__ in weights_before
        ):
            return str(operands[0])
        return self.normalise(node.name, operands[0], shapes[0][-1])

    def normalise(self, name: str, x: str, channels: int) -> str:
        words = ("weight", "bias", "running_mean", "running_var")
        held = [self.weight(f"{name}.{word}", channels) for word in words]
        return self.add("BatchNormalization", name, [x, *held], epsilon=1e-5)

    def write_LocalResponseNormalization(
        self, node: Node, op: Any, operands: Any, _: Any
    ) -> str:
        if self.written_out:
            return self.normalise_locally(node.name, op, operands[0])
        numbers = {"alpha": op.alpha, "beta": op.beta, "bias": op.k}
        return self.add("LRN", node.name, operands, size=op.size, **numbers)

    def normalise_locally(self, name: str, op: Any, x: str) -> str:
        """Write it as PyTorch does: squares, averaged along the channels."""
        square = self.add("Mul", f"{name}_square", [x, x])
        axis = self.numbers(f"{name}.axis", [1], "int64")
        apart = self.add("Unsqueeze", name, [square, axis])
        reach = op.size // 2
        sides = [0, 0, reach, 0, 0, 0, 0, reach, 0, 0]
        margin = self.numbers(f"{name}.pads", sides, "int64")
        padded = self.add("Pad", name, [apart, margin])
        kernel = [op.size, 1, 1]
        mean = self.add("AveragePool", name, [padded], kernel_shape=kernel)
        mean = self.add("Squeeze", name, [mean, axis])
        alpha = self.numbers(f"{name}.alpha", op.alpha)
        scaled = self.add("Mul", f"{name}_alpha", [mean, alpha])
        moved = self.add("Add", name, [scaled, self.numbers(f"{name}.k", op.k)])
        power = self.add("Pow", name, [moved, self.numbers(f"{name}.beta", op.beta)])
        return self.add("Div", name, [x, power])

    def write_Concatenate(self, node: Node, _: Any, operands: Any, __: Any) -> str:
        if not self.dense_nested:
            flat = [x for each in operands for x in self.joined.get(each, [each])]
            output = self.add("Concat", node.name, flat, axis=1)
            self.joined[output] = flat
            return output
        return self.add("Concat", node.name, operands, axis=1)

    def write_Add(self, node: Node, _: Any, operands: Any, __: Any) -> str:
        return self.add("Add", node.name, operands)

    def write_Multiply(self, node: Node, _: Any, operands: Any, __: Any) -> str:
        return self.add("Mul", node.name, operands)

    def write_Activation(self, node: Node, op: Any, operands: Any, _: Any) -> str:
        return self.function(node.name, op.activation, operands[0])

    def write_ReLU(self, node: Node, op: Any, operands: Any, _: Any) -> str:
        function = "relu" if op.max_value is None else f"relu{op.max_value:g}"
        return self.function(node.name, function, operands[0])

    def write_Softmax(self, node: Node, _: Any, operands: Any, __: Any) -> str:
        return self.add("Softmax", node.name, operands, axis=-1)

    def write_Dropout(self, node: Node, op: Any, operands: Any, _: Any) -> str:
        ratio = self.numbers(f"{node.name}.ratio", op.rate)
        return self.add("Dropout", node.name, [*operands, ratio])

    def write_Flatten(self, node: Node, _: Any, operands: Any, __: Any) -> str:
        return self.add("Flatten", node.name, operands)

    def write_Reshape(self, node: Node, op: Any, operands: Any, _: Any) -> str:
        target = [-1, op.target_shape[-1], *op.target_shape[:-1]]
        shape = self.numbers(f"{node.name}.shape", target, "int64")
        return self.add("Reshape", node.name, [*operands, shape])

    def write_ZeroPadding2D(self, node: Node, op: Any, operands: Any, _: Any) -> str:
        (top, bottom), (left, right) = op.padding
        sides = [0, 0, top, left, 0, 0, bottom, right]
        numbers = self.numbers(f"{node.name}.pads", sides, "int64")
        return self.add("Pad", node.name, [*operands, numbers], mode="constant")

    def write_Rescaling(self, node: Node, op: Any, operands: Any, _: Any) -> str:
        scale = self.numbers(f"{node.name}.scale", op.scale)
        return self.add("Mul", node.name, [*operands, scale])

    def write_Normalization(self, node: Node, _: Any, operands: Any, __: Any) -> str:
        mean = self.numbers(f"{node.name}.mean", [[[0.5]], [[0.4]], [[0.3]]])
        deviation = self.numbers(f"{node.name}.deviation", [[[0.2]]] * 3)
        centred = self.add("Sub", node.name, [*operands, mean])
        return self.add("Div", node.name, [centred, deviation])


def pads(op: Any, size: Any, _: Any) -> list[int]:
    """Return the same zeros on both sides, as PyTorch pads."""
    if op.padding == "valid":
        return [0, 0, 0, 0]
    rates = getattr(op, "dilation_rate", (1, 1))
    height, width = ((n - 1) * rate // 2 for n, rate in zip(size, rates, strict=True))
    return [height, width, height, width]


def write_onnx(path: Path, architecture: Architecture, **options: Any) -> str:
    """Write a table as an ONNX file and return its path."""
    onnx.save(_Writer(architecture, **options).model(), str(path))
    return str(path)


def smaller_windows(node: Node) -> Any:
    """Return 3x3 convolutions for 5x5 ones, as a widely used port has them."""
    if getattr(node.op, "kernel_size", None) == (5, 5):
        return node.op.model_copy(update={"kernel_size": (3, 3)})
    return node.op
