"""Write this folder's exports: `python -m tests.exports.exporting torch-dynamo`.

Each network is written as it is, and once more with its slip, by one exporter. Weights
are random and stay in the files; what names the writer's own paths is taken out. Needs
what README.md lists.
"""

import argparse
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

FOLDER = Path(__file__).parent


class Network(NamedTuple):
    """A table, and the slip of which there is another file."""

    spec: str
    slip: Mapping[str, Any]
    """The parameters of the table that make it."""

    row: str
    what: str
    """The finding that is due."""


NETWORKS = (
    Network("residual", {"shortcut": False}, "block", "missing layer"),
    Network("branches", {"kernel": 3}, "mixed", "kernel"),
    Network("enlarging", {"rate": 1}, "wide", "dilation"),
)


def path_of(network: Network, exporter: str, *, is_slip: bool) -> Path:
    """Return where an export lies."""
    end = ".slip.onnx" if is_slip else ".onnx"
    return FOLDER / f"{network.spec}.{exporter}{end}"


# In PyTorch, by hand ---------------------------------------------------------


def residual(shortcut: bool = True) -> Any:
    """Return the network of residual.yaml."""
    from torch import nn

    def conv_bn(
        *sizes: int, groups: int = 1, act: Any = nn.Hardswish, **more: Any
    ) -> Any:
        before, after, kernel = sizes
        half = kernel // 2
        conv = nn.Conv2d(
            before, after, kernel, padding=half, groups=groups, bias=False, **more
        )
        return nn.Sequential(conv, nn.BatchNorm2d(after), act())

    class Excited(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.reduce, self.expand = nn.Conv2d(8, 2, 1), nn.Conv2d(2, 8, 1)

        def forward(self, x: Any) -> Any:
            squeezed = nn.functional.adaptive_avg_pool2d(x, 1)
            inner = nn.functional.relu(self.reduce(squeezed))
            return x * nn.functional.hardsigmoid(self.expand(inner))

    class Block(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            depthwise = conv_bn(8, 8, 5, groups=8)
            project = conv_bn(8, 4, 1, act=nn.Identity)
            self.inner = nn.Sequential(conv_bn(4, 8, 1), depthwise, Excited(), project)

        def forward(self, x: Any) -> Any:
            return x + self.inner(x) if shortcut else self.inner(x)

    end = (nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(6, 3), nn.Softmax(-1))
    head = conv_bn(4, 6, 1, act=nn.ReLU6)
    return nn.Sequential(conv_bn(3, 4, 3, stride=2), Block(), head, *end)


def branches(kernel: int = 5) -> Any:
    """Return the network of branches.yaml."""
    import torch
    from torch import nn

    def conv(before: int, after: int, size: Any, **more: Any) -> Any:
        return nn.Sequential(
            nn.Conv2d(before, after, size, padding="same", **more), nn.ReLU()
        )

    class Mixed(nn.ModuleList):
        def forward(self, x: Any) -> Any:
            return torch.cat([branch(x) for branch in self], 1)

    pool = nn.AvgPool2d(3, 1, 1, count_include_pad=False)
    mixed = Mixed(
        [
            conv(4, 2, 1),
            nn.Sequential(conv(4, 3, 1), conv(3, 3, kernel)),
            nn.Sequential(conv(4, 2, (1, 7)), conv(2, 3, (7, 1))),
            nn.Sequential(pool, conv(4, 2, 1)),
        ]
    )
    stem = (nn.Conv2d(3, 4, 4, 2), nn.ReLU(), nn.MaxPool2d(3, 2))
    apart = (nn.Conv2d(10, 20, 3, groups=10), nn.Tanh())
    end = (nn.Flatten(), nn.Linear(180, 4), nn.ELU(), nn.Linear(4, 3))
    return nn.Sequential(*stem, mixed, *apart, *end)


def enlarging(rate: int = 2) -> Any:
    """Return the network of enlarging.yaml."""
    import torch
    from torch import nn

    class Normalised(nn.LayerNorm):
        def forward(self, x: Any) -> Any:
            return super().forward(x.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)

    class Joined(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            wide = nn.Conv2d(4, 4, 3, padding="same", dilation=rate)
            up = nn.ConvTranspose2d(4, 4, 2, 2)
            down = nn.Conv2d(4, 4, 2, 2)
            self.inner = nn.Sequential(
                down, Normalised(4, eps=1e-3), wide, nn.SiLU(), up
            )

        def forward(self, x: Any) -> Any:
            return torch.cat([self.inner(x), x], 1)

    larger = nn.Upsample(scale_factor=2, mode="bilinear")
    stem = (nn.Conv2d(3, 4, 3, padding=1), nn.PReLU(4))
    end = (nn.LeakyReLU(0.1), nn.Conv2d(8, 2, 1), nn.Sigmoid())
    return nn.Sequential(*stem, Joined(), larger, *end)


BY_HAND: dict[str, Callable[..., Any]] = {
    "residual": residual,
    "branches": branches,
    "enlarging": enlarging,
}


# Exporters -------------------------------------------------------------------


class Made(NamedTuple):
    """A table, and the parameters in which it is otherwise than its file says."""

    table: Any
    settings: Mapping[str, Any]


def by_script(made: Made, path: Path) -> None:
    """Write by PyTorch's older exporter."""
    _from_torch(made, path, dynamo=False)


def by_dynamo(made: Made, path: Path) -> None:
    """Write by PyTorch's newer exporter."""
    _from_torch(made, path, dynamo=True, external_data=False, verbose=False)


def _from_torch(made: Made, path: Path, **how: Any) -> None:
    import torch

    from tests.campaigns.exporters import randomise

    torch.manual_seed(1)
    model = BY_HAND[made.table.name](**made.settings).eval()
    randomise(model)
    height, width, channels = made.table.inputs[0].shape
    image = torch.zeros(1, channels, height, width)
    torch.onnx.export(model, (image,), str(path), **how)


def by_keras(made: Made, path: Path) -> None:
    """Write the table's Keras model by Keras' own export."""
    from tests.campaigns.keras_exports import write

    write(made.table.to_keras(), path)


def by_tf2onnx(made: Made, path: Path) -> None:
    """Write the table's Keras model by tf2onnx, as a function of TensorFlow."""
    import tensorflow as tf
    import tf2onnx

    from tests.campaigns.keras_exports import randomise

    model = made.table.to_keras()
    randomise(model)
    form = tf.TensorSpec((None, *made.table.inputs[0].shape), tf.float32, name="image")
    function = tf.function(lambda image: model(image, training=False))
    tf2onnx.convert.from_function(
        function, [form], opset=17, inputs_as_nchw=["image"], output_path=str(path)
    )


class Exporter(NamedTuple):
    """How a network is written, and the backend of Keras that it needs."""

    write: Callable[[Made, Path], None]
    backend: str = ""
    refused: tuple[str, ...] = ()
    """The networks of which it writes nothing."""


EXPORTERS = {
    "torch-script": Exporter(by_script),
    "torch-dynamo": Exporter(by_dynamo),
    "keras-torch": Exporter(by_keras, "torch", refused=("enlarging",)),
    "keras-tensorflow": Exporter(by_keras, "tensorflow"),
    "tf2onnx": Exporter(by_tf2onnx, "tensorflow"),
}


def without_paths(path: Path) -> None:
    """Take out what exporters note of the program that called them."""
    import onnx

    model = onnx.load(path, load_external_data=False)
    graphs = [model.graph, *model.functions]
    for each in (model, *graphs, *(node for graph in graphs for node in graph.node)):
        each.ClearField("doc_string")
        each.ClearField("metadata_props")
    for value in (*model.graph.input, *model.graph.output, *model.graph.value_info):
        value.ClearField("metadata_props")
    for tensor in model.graph.initializer:
        tensor.ClearField("metadata_props")
    onnx.save(model, path)


def main() -> None:
    """Write each network twice, by one exporter."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("exporter", choices=EXPORTERS)
    name = parser.parse_args().exporter
    exporter = EXPORTERS[name]
    if exporter.backend:
        os.environ["KERAS_BACKEND"] = exporter.backend

    from archcompiler import load

    for network in NETWORKS:
        for is_slip in (False, True):
            if network.spec in exporter.refused:
                continue
            settings = network.slip if is_slip else {}
            table = load(FOLDER / f"{network.spec}.yaml", **settings)
            path = path_of(network, name, is_slip=is_slip)
            exporter.write(Made(table, settings), path)
            without_paths(path)


if __name__ == "__main__":
    main()
