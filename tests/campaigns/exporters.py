"""Exporters: `PYTHONPATH=tests python -m tests.campaigns.exporters --folder exported`.

Networks of PyTorch's libraries go through `archc audit --against`, each in four files:
by both ways of `torch.onnx.export`, untrained and with random biases and statistics:
all networks of torchvision and pytorchcv that `docs/published.md` has a spec for, and
some of timm. Needs torch, onnxscript and what is named by `--libraries`. A file is
written once, and kept without its weights.

What a library builds otherwise than the spec says is counted before, by hand; each
finding beyond it is false.
"""

import argparse
import logging
import random
import re
import warnings
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import archcompiler
from archcompiler import Architecture
from tests.docs.published_rows import SOURCES, TORCHVISION

LARGEST = 64
"""Elements of an array that are kept: settings have fewer."""


class Network(NamedTuple):
    """A network as a spec has it, and as a library builds it."""

    spec: str
    library: str
    model: str
    differs: Mapping[str, int] = {}
    """What the library builds otherwise, and how often."""

    settings: Mapping[str, Any] = {}


ZEROS = {"border": 9}
"""A mean counts the zeros around: PyTorch's Inception-v3."""

INSIDE = {"scaling": 1}
"""Keras normalises images within the network."""

JOINED = {"takes": 3}
"""pytorchcv joins what ShuffleNet pools behind what it adds, in three units."""

REDUCTION = {"border": 8}
"""Four of NASNet's cells pool zeros that Keras puts around, twice each."""

DIFFERS: Mapping[tuple[str, str], Mapping[str, int]] = {
    **{
        ("torchvision", model): INSIDE
        for model in TORCHVISION
        if model.startswith(("convnext", "efficientnet", "mobilenet_v3"))
    },
    ("torchvision", "inception_v3"): ZEROS,
    ("pytorchcv", "inceptionv3"): ZEROS,
    ("pytorchcv", "nasnet_4a1056"): REDUCTION,
    ("pytorchcv", "nasnet_6a4032"): REDUCTION,
}
"""What a library builds otherwise than the spec that is asked for its row."""

SECOND_HEADS = {"inception-v3-training": "inception-v3-scaled"}
"""Specs with a second classifier, and the network that is exported: without it."""

TIMM = (
    Network("mobilenet-v1", "timm", "mobilenetv1_100"),
    Network("mobilenetv2", "timm", "mobilenetv2_100"),
    Network("mobilenetv2-1.4", "timm", "mobilenetv2_140"),
    Network("efficientnet-b0", "timm", "efficientnet_b0", INSIDE),
    Network("efficientnet-b0", "timm", "tf_efficientnet_b0", INSIDE),
    Network("resnet18", "timm", "resnet18"),
    Network("resnet50-v1.5", "timm", "resnet50"),
    Network("resnext50", "timm", "resnext50_32x4d"),
    Network("densenet121", "timm", "densenet121"),
    Network("vgg16", "timm", "vgg16"),
    Network("inception-v3", "timm", "inception_v3", ZEROS),
    Network("inception-v4", "timm", "inception_v4"),
    Network("inception-resnet-v2", "timm", "inception_resnet_v2"),
    Network("xception", "timm", "legacy_xception"),
    Network("mobilenet-v3-large", "timm", "mobilenetv3_large_100", INSIDE),
    Network("mnasnet", "timm", "mnasnet_100"),
    Network("convnext-tiny", "timm", "convnext_tiny", INSIDE),
    Network("regnet-y-400mf", "timm", "regnety_004"),
)


# What the libraries call their networks --------------------------------------

WIDTHS = {" x0.25": "_wd4", " x0.5": "_wd2", " x0.75": "_w3d4", " x1.0": "_w1"}
IRREGULAR = {
    "WRN-50-2": "wrn50_2",
    "VoVNet-27-slim": "vovnet27s",
    "MobileNetV3 L/224/1.0": "mobilenetv3_large_w1",
    "NASNet-A 4@1056": "nasnet_4a1056",
    "NASNet-A 6@4032": "nasnet_6a4032",
}


def called(row: str) -> str:
    """Return the function of pytorchcv that builds a row of its list.

    `PreResNet-18 x0.25` is `preresnet18_wd4`, `ShuffleNet x1.0 (g=2)` is
    `shufflenet_g2_w1`.
    """
    if row in IRREGULAR:
        return IRREGULAR[row]
    name = re.sub(r"( x[\d.]+) \(g=(\d)\)", r"_g\2\1", row)
    for printed, written in WIDTHS.items():
        name = name.replace(printed, written)
    name = re.sub(r"^(IBN|CBAM|MixNet)(\(b\))?-", r"\1\2_", name)
    name = re.sub(r"-(W\d+)", r"_\1", name)
    name = re.sub(r"[ .]", "_", re.sub(r"[-()]", "", name))
    return name.lower()


def published(library: str) -> Iterator[Network]:
    """Yield the networks of a list that a spec of ours has."""
    names = {"torchvision": str, "pytorchcv": called}[library]
    for row, (spec, settings) in SOURCES[library][1].items():
        model = names(row)
        otherwise = JOINED if spec == "shufflenet" else {}
        differs = DIFFERS.get((library, model), otherwise)
        asked = SECOND_HEADS.get(spec, spec)
        yield Network(asked, library, model, differs, settings)


NETWORKS = (*published("torchvision"), *TIMM, *published("pytorchcv"))


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
    image = torch.zeros(1, 3, *load(network).inputs[0].shape[:2])
    settings: dict[str, Any] = {"dynamo": way.dynamo}
    if way.dynamo:
        settings["verbose"] = False
    written = path.with_suffix(".new")
    torch.onnx.export(model, (image,), str(written), **settings)
    strip(written)
    written.rename(path)
    return path


def load(network: Network) -> Architecture:
    """Return the network as its spec has it."""
    return archcompiler.load(network.spec, **network.settings)


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
    alignment = archcompiler.audit(load(network), str(path))
    found = Counter(finding.what for finding in alignment.findings)
    false = found - Counter(network.differs)
    true = sum(found.values()) - sum(false.values())
    missed = sum(network.differs.values()) - true
    return Result(true, missed, false, alignment.verdict, not alignment.differs)


def run(networks: list[Network], ways: list[Way], folder: Path) -> Iterator[Result]:
    """Yield what is told of each file, and print it."""
    for network in networks:
        for way in ways:
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
    parser.add_argument("--ways", nargs="+", default=[str(way) for way in WAYS])
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
    ways = [way for way in WAYS if str(way) in arguments.ways]
    results = [*run(chosen, ways, arguments.folder)]
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
