"""Exporters: `python -m tests.campaigns.exporters --folder exported`.

Networks of PyTorch's libraries go through `archc audit --against`, each in four files:
by both ways of `torch.onnx.export`, untrained and with random biases and statistics.
Needs torch, onnxscript and what is named by `--libraries`, of torchvision, timm and
pytorchcv. A file is written once, and kept without its weights.

What a library builds otherwise than the spec says is counted before, by hand; each
finding beyond it is false.
"""

import argparse
import logging
import random
import warnings
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

OWN = Path(__file__).parent / "exported"
LARGEST = 64
"""Elements of an array that are kept: settings have fewer."""


class Network(NamedTuple):
    """A network as a spec has it, and as a library builds it."""

    spec: str
    library: str
    model: str
    side: int = 224
    differs: Mapping[str, int] = {}
    """What the library builds otherwise, and how often."""

    settings: Mapping[str, str] = {}


PORT = {"kernel": 9, "normalisation": 2, "window": 1}
"""torchvision's GoogLeNet: 3x3 for 5x5, no local normalisation, a last pool of 2x2."""

ZEROS = {"border": 9}
"""A mean counts the zeros around: PyTorch's Inception-v3."""

INSIDE = {"scaling": 1}
"""Keras normalises images within EfficientNet."""

LESS = {"input size": 1}
"""At 227, PyTorch's pools, which round up, would leave more."""

NETWORKS = (
    Network("resnet18", "torchvision", "resnet18"),
    Network("resnet34", "torchvision", "resnet34"),
    Network("resnet50-v1.5", "torchvision", "resnet50"),
    Network("resnext50", "torchvision", "resnext50_32x4d"),
    Network("vgg-a", "torchvision", "vgg11"),
    Network("vgg16", "torchvision", "vgg16"),
    Network("densenet121", "torchvision", "densenet121"),
    Network("mobilenetv2", "torchvision", "mobilenet_v2"),
    Network("squeezenet", "torchvision", "squeezenet1_0", 227),
    Network("squeezenet-1.1", "torchvision", "squeezenet1_1", differs=LESS),
    Network("googlenet", "torchvision", "googlenet", differs=PORT),
    Network("inception-v3", "torchvision", "inception_v3", 299, ZEROS),
    Network("efficientnet-b0", "torchvision", "efficientnet_b0", differs=INSIDE),
    Network("own/mobilenet-v3", "torchvision", "mobilenet_v3_large"),
    Network("own/shufflenet-v2", "torchvision", "shufflenet_v2_x1_0"),
    Network("own/mnasnet", "torchvision", "mnasnet1_0"),
    Network("own/convnext", "torchvision", "convnext_tiny"),
    Network("own/regnet", "torchvision", "regnet_y_400mf"),
    Network("own/regnet", "torchvision", "regnet_x_400mf", settings={"model": "X"}),
    Network("mobilenet-v1", "timm", "mobilenetv1_100"),
    Network("mobilenetv2", "timm", "mobilenetv2_100"),
    Network("mobilenetv2-1.4", "timm", "mobilenetv2_140"),
    Network("efficientnet-b0", "timm", "efficientnet_b0", differs=INSIDE),
    Network("efficientnet-b0", "timm", "tf_efficientnet_b0", differs=INSIDE),
    Network("resnet18", "timm", "resnet18"),
    Network("resnet50-v1.5", "timm", "resnet50"),
    Network("resnext50", "timm", "resnext50_32x4d"),
    Network("densenet121", "timm", "densenet121"),
    Network("vgg16", "timm", "vgg16"),
    Network("inception-v3", "timm", "inception_v3", 299, ZEROS),
    Network("inception-v4", "timm", "inception_v4", 299),
    Network("inception-resnet-v2", "timm", "inception_resnet_v2", 299),
    Network("xception", "timm", "legacy_xception", 299),
    Network("own/mobilenet-v3", "timm", "mobilenetv3_large_100"),
    Network("own/mnasnet", "timm", "mnasnet_100"),
    Network("own/convnext", "timm", "convnext_tiny"),
    Network("own/regnet", "timm", "regnety_004"),
    Network("vgg16", "pytorchcv", "vgg16"),
    Network("bn-inception", "pytorchcv", "bninception"),
    Network("resnet18", "pytorchcv", "resnet18"),
    Network("resnet50", "pytorchcv", "resnet50"),
    Network("resnet50-v1.5", "pytorchcv", "resnet50b"),
    Network("resnext50", "pytorchcv", "resnext50_32x4d"),
    Network("densenet121", "pytorchcv", "densenet121"),
    Network("squeezenet", "pytorchcv", "squeezenet_v1_0", 227),
    Network("squeezenet-1.1", "pytorchcv", "squeezenet_v1_1", differs=LESS),
    Network(  # no bound
        "mobilenet-v1", "pytorchcv", "mobilenet_w1", differs={"activation": 27}
    ),
    Network(  # block 1 expands, and the last layer has no bias
        *("mobilenetv2", "pytorchcv", "mobilenetv2_w1"),
        differs={"extra layer": 1, "bias": 1},
    ),
    Network("xception", "pytorchcv", "xception", 299),
    Network("inception-v3", "pytorchcv", "inceptionv3", 299, ZEROS),
    Network("inception-v4", "pytorchcv", "inceptionv4", 299),
    Network("inception-resnet-v2", "pytorchcv", "inceptionresnetv2", 299),
    Network("efficientnet-b0", "pytorchcv", "efficientnet_b0", differs=INSIDE),
    Network("efficientnet-b0", "pytorchcv", "efficientnet_b0b", differs=INSIDE),
    Network("nin", "pytorchcv", "nin_cifar10", 32, {"border": 1}),
    Network(
        "own/mobilenet-v3", "pytorchcv", "mobilenetv3_large_w1", differs={"bias": 1}
    ),
    Network(  # its pool rounds up
        "own/shufflenet-v2", "pytorchcv", "shufflenetv2_w1", differs={"padding": 1}
    ),
    Network("own/mnasnet", "pytorchcv", "mnasnet_b1"),
)


class Way(NamedTuple):
    """One way to export a network."""

    dynamo: bool
    is_random: bool

    def __str__(self) -> str:
        exporter = "dynamo" if self.dynamo else "script"
        return f"{exporter}-{'random' if self.is_random else 'untrained'}"


WAYS = [Way(dynamo, is_random) for dynamo in (False, True) for is_random in (0, 1)]


# Writing ---------------------------------------------------------------------


def export(network: Network, way: Way, folder: Path) -> Path:
    """Write a network, if it isn't there, and return the path."""
    path = folder / f"{network.library}-{network.model}-{way}.onnx"
    if path.exists():
        return path
    import torch

    model = build(network).eval()
    if way.is_random:
        randomise(model)
    image = torch.zeros(1, 3, network.side, network.side)
    settings: dict[str, Any] = {"dynamo": way.dynamo}
    if way.dynamo:
        settings["verbose"] = False
    written = path.with_suffix(".new")
    torch.onnx.export(model, (image,), str(written), **settings)
    strip(written)
    written.rename(path)
    return path


def build(network: Network) -> Any:
    """Return the network as its library builds it, without its second classifiers."""
    if network.library == "timm":
        import timm

        return timm.create_model(network.model)
    if network.library == "pytorchcv":
        from pytorchcv.model_provider import get_model

        return get_model(network.model)
    import torchvision

    settings = {}
    if network.model in ("googlenet", "inception_v3"):
        settings = {"aux_logits": False, "init_weights": False}
    return torchvision.models.get_model(network.model, **settings)


def randomise(model: Any) -> None:
    """Give each vector other numbers: biases, factors and statistics."""
    import torch

    chance = torch.Generator().manual_seed(1)
    with torch.no_grad():
        for tensor in (*model.parameters(), *model.buffers()):
            if tensor.dim() == 1 and tensor.is_floating_point():
                tensor.copy_(torch.rand(tensor.shape, generator=chance) * 0.8 + 0.2)


def strip(path: Path) -> None:
    """Take the weights from a file: who reads an architecture needs their shapes."""
    import onnx

    model = onnx.load(str(path))
    for tensor in model.graph.initializer:
        size = 1
        for length in tensor.dims:
            size *= length
        if size > LARGEST and tensor.data_type == onnx.TensorProto.FLOAT:
            tensor.ClearField("raw_data")
            tensor.ClearField("float_data")
            tensor.data_location = onnx.TensorProto.EXTERNAL
            tensor.external_data.add(key="location", value="weights.bin")
    onnx.save(model, str(path))
    for beside in path.parent.glob(f"{path.name}.data"):
        beside.unlink()


# Comparing -------------------------------------------------------------------


class Result(NamedTuple):
    """What was told of a file."""

    true: int
    missed: int
    false: Counter[str]
    verdict: str
    is_clean: bool


def compare(network: Network, path: Path) -> Result:
    """Lay a file beside its spec."""
    import archcompiler

    spec = network.spec
    if spec.startswith("own/"):
        spec = str(OWN / f"{spec.removeprefix('own/')}.yaml")
    architecture = archcompiler.load(spec, **network.settings)
    alignment = archcompiler.audit(architecture, str(path))
    found = Counter(finding.what for finding in alignment.findings)
    false = found - Counter(network.differs)
    true = sum(found.values()) - sum(false.values())
    missed = sum(network.differs.values()) - true
    return Result(true, missed, false, alignment.verdict, not alignment.differs)


def run(networks: list[Network], folder: Path) -> Iterator[Result]:
    """Yield what is told of each file, and print it."""
    for network in networks:
        for way in WAYS:
            name = f"{network.library} {network.model} {way} vs {network.spec}"
            try:
                path = export(network, way, folder)
            except Exception as error:  # an exporter may fail in any way
                print(f"{name}: not exported, {type(error).__name__}", flush=True)
                continue
            result = compare(network, path)
            told = ", ".join(f"{n} {what}" for what, n in result.false.items())
            print(f"{name}: {told or 'none'} false; {result.verdict}", flush=True)
            yield result


def main() -> None:
    """Export, compare and count."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--libraries", nargs="+")
    parser.add_argument("--models", nargs="+")
    arguments = parser.parse_args()
    warnings.filterwarnings("ignore")
    logging.disable(logging.CRITICAL)
    random.seed(1)
    arguments.folder.mkdir(parents=True, exist_ok=True)
    chosen = [
        each
        for each in NETWORKS
        if each.library in (arguments.libraries or [each.library])
        and each.model in (arguments.models or [each.model])
    ]
    results = [*run(chosen, arguments.folder)]
    false = sum((each.false for each in results), Counter())
    clean = sum(each.is_clean for each in results)
    print(f"| networks | {len(chosen)} |")
    print(f"| files | {len(results)} |")
    print(f"| files with findings that are true | {sum(e.true > 0 for e in results)} |")
    print(f"| differences that are not told | {sum(each.missed for each in results)} |")
    print(f"| clean verdicts | {clean} |")
    print(
        f"| neither | {sum(not (e.true or e.false or e.is_clean) for e in results)} |"
    )
    print(f"| findings that are false | {sum(false.values())} |")
    print(f"| of them in files | {sum(bool(e.false) for e in results)} |")


if __name__ == "__main__":
    main()
