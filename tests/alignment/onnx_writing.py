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
from archcompiler.graph.nodes import Node

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
            shape = [self.batch, *channels_first(node.shape)]
            shape[2:] = self.sides or shape[2:]
            inputs.append(
                helper.make_tensor_value_info(node.name, TensorProto.FLOAT, shape)
            )
            self.values[node.name] = node.name
        for node in self.architecture.layers:
            if node.op is not None:
                self.values[node.name] = self.write(node)
        outputs = [
            helper.make_tensor_value_info(
                self.values[node.name],
                TensorProto.FLOAT,
                [self.batch, *channels_first(node.shape)],
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
        if function == "hard_swish":
            return self.add("HardSwish", name, [x])
        if function == "gelu":
            return self.gelu(name, x)
        if function == "hard_sigmoid":
            return self.add("HardSigmoid", name, [x], alpha=1 / 6, beta=0.5)
        return self.add(function.capitalize(), name, [x])

    def gelu(self, name: str, x: str) -> str:
        """Write it as `x * (1 + erf(x / sqrt(2))) / 2`."""
        root, one, half = (
            self.numbers(f"{name}.{word}", number)
            for word, number in (("root", 2**0.5), ("one", 1.0), ("half", 0.5))
        )
        share = self.add("Erf", name, [self.add("Div", name, [x, root])])
        whole = self.add("Mul", name, [x, self.add("Add", name, [share, one])])
        return self.add("Mul", f"{name}_half", [whole, half])

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
            strides=list(op.strides),
            group=channels,
            pads=pads(op, op.kernel_size, shapes[0]),
        )
        mixing = self.weight(f"{node.name}.pointwise", op.filters, channels, 1, 1)
        return self.add("Conv", node.name, [x, mixing])

    def write_Conv2DTranspose(
        self, node: Node, op: Any, operands: Any, shapes: Any
    ) -> str:
        kernel = [shapes[0][-1], op.filters, *op.kernel_size]
        inputs = [operands[0], self.weight(f"{node.name}.weight", *kernel)]
        if op.use_bias:
            inputs.append(self.weight(f"{node.name}.bias", op.filters))
        return self.add(
            "ConvTranspose",
            node.name,
            inputs,
            kernel_shape=list(op.kernel_size),
            strides=list(op.strides),
            pads=pads(op, op.kernel_size, shapes[0]),
        )

    def write_Dense(self, node: Node, op: Any, operands: Any, shapes: Any) -> str:
        matrix = self.weight(f"{node.name}.weight", op.units, shapes[0][0])
        inputs = [operands[0], matrix]
        if op.use_bias and self.normalisation != "dropped":
            inputs.append(self.weight(f"{node.name}.bias", op.units))
        return self.add("Gemm", node.name, inputs, transB=1)

    def write_UpSampling2D(self, node: Node, op: Any, operands: Any, _: Any) -> str:
        assert op.interpolation == "nearest"
        scales = self.numbers(f"{node.name}.scales", [1, 1, *op.size])
        words = {"coordinate_transformation_mode": "asymmetric"}
        inputs = [operands[0], "", scales]
        return self.add("Resize", node.name, inputs, nearest_mode="floor", **words)

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

    def write_ChannelSplit(
        self, node: Node, op: Any, operands: Any, shapes: Any
    ) -> str:
        size = shapes[0][-1] // op.parts
        start = op.part * size
        return self.slice(node.name, operands[0], 1, start, start + size)

    def write_ChannelShuffle(
        self, node: Node, op: Any, operands: Any, shapes: Any
    ) -> str:
        height, width, channels = shapes[0]
        sizes = [0, op.groups, channels // op.groups, height, width]
        apart = self.numbers(f"{node.name}.apart", sizes, "int64")
        together = self.numbers(
            f"{node.name}.together", [0, channels, height, width], "int64"
        )
        x = self.add("Reshape", f"{node.name}_apart", [operands[0], apart])
        x = self.add("Transpose", node.name, [x], perm=[0, 2, 1, 3, 4])
        return self.add("Reshape", node.name, [x, together])

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

    def write_GroupNormalization(
        self, node: Node, op: Any, operands: Any, shapes: Any
    ) -> str:
        """Write it as PyTorch does where each channel is a group."""
        channels = shapes[0][-1]
        assert op.groups == channels
        held = [self.weight(f"{node.name}.{w}", channels) for w in ("w", "b")]
        inputs = [*operands, *held]
        return self.add("InstanceNormalization", node.name, inputs, epsilon=op.epsilon)

    def write_LayerNormalization(
        self, node: Node, op: Any, operands: Any, shapes: Any
    ) -> str:
        """Write it as PyTorch does, whose channels are last for as long."""
        held = [self.weight(f"{node.name}.{w}", shapes[0][-1]) for w in ("w", "b")]
        x, is_image = operands[0], len(shapes[0]) > 1
        if is_image:
            x = self.add("Transpose", f"{node.name}_last", [x], perm=[0, 2, 3, 1])
        settings = {"axis": -1, "epsilon": op.epsilon}
        x = self.add("LayerNormalization", node.name, [x, *held], **settings)
        if not is_image:
            return x
        return self.add("Transpose", f"{node.name}_first", [x], perm=[0, 3, 1, 2])

    def write_LayerScale(self, node: Node, _: Any, operands: Any, shapes: Any) -> str:
        factor = self.weight(f"{node.name}.gamma", shapes[0][-1], 1, 1)
        return self.add("Mul", node.name, [*operands, factor])

    def write_Scale(self, node: Node, op: Any, operands: Any, shapes: Any) -> str:
        output = self.write_LayerScale(node, op, operands, shapes)
        offset = self.weight(f"{node.name}.beta", shapes[0][-1], 1, 1)
        return self.add("Add", node.name, [output, offset])

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

    def write_LeakyReLU(self, node: Node, op: Any, operands: Any, _: Any) -> str:
        return self.add("LeakyRelu", node.name, operands, alpha=op.negative_slope)

    def write_Softmax(self, node: Node, _: Any, operands: Any, __: Any) -> str:
        return self.add("Softmax", node.name, operands, axis=1)

    def write_Dropout(self, node: Node, op: Any, operands: Any, _: Any) -> str:
        ratio = self.numbers(f"{node.name}.ratio", op.rate)
        return self.add("Dropout", node.name, [*operands, ratio])

    def write_Flatten(self, node: Node, _: Any, operands: Any, __: Any) -> str:
        return self.add("Flatten", node.name, operands)

    def write_Reshape(self, node: Node, op: Any, operands: Any, shapes: Any) -> str:
        """Write it as a view, or with channels last meanwhile where they change."""
        *size, channels = shapes[0]
        if op.target_shape[-1] == channels or size == []:
            target = [-1, op.target_shape[-1], *op.target_shape[:-1]]
            shape = self.numbers(f"{node.name}.shape", target, "int64")
            return self.add("Reshape", node.name, [*operands, shape])
        last = self.add("Transpose", f"{node.name}_last", operands, perm=[0, 2, 3, 1])
        shape = self.numbers(f"{node.name}.shape", [0, *op.target_shape], "int64")
        viewed = self.add("Reshape", node.name, [last, shape])
        perm = [0, 3, 1, 2]
        return self.add("Transpose", f"{node.name}_first", [viewed], perm=perm)

    def write_ZeroPadding2D(self, node: Node, op: Any, operands: Any, _: Any) -> str:
        (top, bottom), (left, right) = op.padding
        sides = [0, 0, top, left, 0, 0, bottom, right]
        numbers = self.numbers(f"{node.name}.pads", sides, "int64")
        return self.add("Pad", node.name, [*operands, numbers], mode="constant")

    def write_Cropping2D(self, node: Node, op: Any, operands: Any, shapes: Any) -> str:
        """Write it as `x[:, :, top:-bottom, left:-right]`, counted from the start."""
        x = operands[0]
        for axis, (first, last) in enumerate(op.cropping):
            stop = shapes[0][axis] - last
            x = self.slice(f"{node.name}_{axis}", x, 2 + axis, first, stop)
        return str(x)

    def write_Rescaling(self, node: Node, op: Any, operands: Any, _: Any) -> str:
        scale = self.numbers(f"{node.name}.scale", op.scale)
        output = self.add("Mul", node.name, [*operands, scale])
        if not op.offset:
            return output
        offset = self.numbers(f"{node.name}.offset", op.offset)
        return self.add("Add", node.name, [output, offset])

    def write_Normalization(self, node: Node, _: Any, operands: Any, __: Any) -> str:
        mean = self.numbers(f"{node.name}.mean", [[[0.5]], [[0.4]], [[0.3]]])
        deviation = self.numbers(f"{node.name}.deviation", [[[0.2]]] * 3)
        centred = self.add("Sub", node.name, [*operands, mean])
        return self.add("Div", node.name, [centred, deviation])


def channels_first(shape: Any) -> list[int]:
    """Return a shape, whose channels are last, with them first."""
    return [shape[-1], *shape[:-1]]


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
