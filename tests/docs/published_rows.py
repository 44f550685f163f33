"""Which of our specs is which published network, and why the others are none of ours.

The counts are in `tests/reference`: torchvision's are those of the metadata of its
weights, pytorchcv's those of its README; keras.applications were built and counted.
"""

import csv
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from keras_applications import APPLICATIONS

import archcompiler

REFERENCE = Path(__file__).parents[1] / "reference"

Asked = tuple[str, Mapping[str, Any]]
"""A spec that ships, and what `--set` changes of it."""


def ask(spec: str, **settings: Any) -> Asked:
    return spec, settings


def stages(letter: str, numbers: str, at: str = "1234") -> dict[str, Any]:
    pairs = zip(at, numbers.split(), strict=True)
    return {f"{letter}{stage}": int(number) for stage, number in pairs}


def widened(width: float) -> dict[str, Any]:
    return {} if width == 1 else {"width": width}


def preresnet(units: str, name: str) -> dict[str, Any]:
    """Return the parameters of a name such as `18 x0.25`, `50b` or `BC-26b`."""
    depth, _, width = name.partition(" x")
    is_basic = depth.isdigit() and int(depth) < 50
    return {
        **({"unit": "basic"} if is_basic else {}),
        **stages("units", units, "2345"),
        **({"strided": 2} if depth.endswith("b") else {}),
        **widened(float(width or 1)),
    }


def regnet(widths: str, depths: str, g: int, se: bool) -> Asked:
    numbers = {**stages("w", widths), **stages("d", depths), "g": g}
    return "regnet", {**numbers, **({"se": True} if se else {})}


def c_x_d(**settings: Any) -> Asked:
    return "resnext", {"model": "C x d", **settings}


TORCHVISION = {
    "alexnet": ask("alexnet-one-tower"),
    **{
        f"convnext_{name}": ask(f"convnext-{name}")
        for name in ("tiny", "small", "base", "large")
    },
    **{f"densenet{depth}": ask(f"densenet{depth}") for depth in (121, 161, 169, 201)},
    **{f"efficientnet_b{n}": ask(f"efficientnet-b{n}") for n in range(8)},
    **{f"efficientnet_v2_{name}": ask(f"efficientnet-v2-{name}") for name in "sml"},
    "googlenet": ask("googlenet-bn"),
    "inception_v3": ask("inception-v3-training"),
    "mnasnet0_5": ask("mnasnet-0.5"),
    "mnasnet0_75": ask("mnasnet-0.75"),
    "mnasnet1_0": ask("mnasnet"),
    "mnasnet1_3": ask("mnasnet-1.3"),
    "mobilenet_v2": ask("mobilenetv2"),
    "mobilenet_v3_large": ask("mobilenet-v3-large"),
    "mobilenet_v3_small": ask("mobilenet-v3-small"),
    "regnet_x_400mf": ask("regnet"),
    "regnet_x_800mf": regnet("64 128 288 672", "1 3 7 5", 16, se=False),
    "regnet_x_1_6gf": regnet("72 168 408 912", "2 4 10 2", 24, se=False),
    "regnet_x_3_2gf": ask("regnet-x-3.2gf"),
    "regnet_x_8gf": regnet("80 240 720 1920", "2 5 15 1", 120, se=False),
    "regnet_x_16gf": regnet("256 512 896 2048", "2 6 13 1", 128, se=False),
    "regnet_x_32gf": regnet("336 672 1344 2520", "2 7 13 1", 168, se=False),
    "regnet_y_400mf": ask("regnet-y-400mf"),
    "regnet_y_800mf": regnet("64 144 320 784", "1 3 8 2", 16, se=True),
    "regnet_y_1_6gf": regnet("48 120 336 888", "2 6 17 2", 24, se=True),
    "regnet_y_3_2gf": ask("regnet-y-3.2gf"),
    "regnet_y_8gf": regnet("224 448 896 2016", "2 4 10 1", 56, se=True),
    "regnet_y_16gf": regnet("224 448 1232 3024", "2 4 11 1", 112, se=True),
    "regnet_y_32gf": regnet("232 696 1392 3712", "2 5 12 1", 232, se=True),
    "regnet_y_128gf": regnet("528 1056 2904 7392", "2 7 17 1", 264, se=True),
    "resnet18": ask("resnet18"),
    "resnet34": ask("resnet34"),
    **{f"resnet{depth}": ask(f"resnet{depth}-v1.5") for depth in (50, 101, 152)},
    "resnext50_32x4d": ask("resnext50"),
    "resnext101_32x8d": ask("resnext101-32x8d"),
    "resnext101_64x4d": ask("resnext101-64x4d"),
    "wide_resnet50_2": ask("wide-resnet50-2"),
    "wide_resnet101_2": ask("wide-resnet101-2"),
    **{
        f"shufflenet_v2_x{width.replace('.', '_')}": ask(
            f"shufflenet-v2-{width.removesuffix('.0')}x"
        )
        for width in ("0.5", "1.0", "1.5", "2.0")
    },
    "squeezenet1_0": ask("squeezenet-torchvision"),
    "squeezenet1_1": ask("squeezenet-1.1-torchvision"),
    "vgg11": ask("vgg-a"),
    "vgg13": ask("vgg-b"),
    "vgg16": ask("vgg16"),
    "vgg19": ask("vgg19"),
    **{f"vgg{depth}_bn": ask(f"vgg{depth}-bn") for depth in (11, 13, 16, 19)},
}

KERAS = {name: ask(spec) for spec, name in APPLICATIONS.items()}

PYTORCHCV = {
    "BN-Inception": ask("bn-inception"),
    "ResNeXt-14 (16x4d)": c_x_d(cardinality=16, units=1, units3=1, units4=1),
    "ResNeXt-14 (32x2d)": c_x_d(width=2, units=1, units3=1, units4=1),
    "ResNeXt-14 (32x4d)": c_x_d(units=1, units3=1, units4=1),
    "ResNeXt-26 (32x2d)": c_x_d(width=2, units=2, units3=2, units4=2),
    "ResNeXt-26 (32x4d)": c_x_d(units=2, units3=2, units4=2),
    "ResNeXt-50 (32x4d)": ask("resnext50"),
    "ResNeXt-101 (32x4d)": ask("resnext101-32x4d"),
    "ResNeXt-101 (64x4d)": ask("resnext101-64x4d"),
    "WRN-50-2": ask("wide-resnet50-2-biased"),
    "SqueezeNet v1.0": ask("squeezenet-torchvision"),
    "SqueezeNet v1.1": ask("squeezenet-1.1-torchvision"),
    "SqueezeResNet v1.0": ask("squeezenet-bypass"),
    "SqueezeResNet v1.1": ask("squeezenet-1.1-bypass"),
    **{
        f"MobileNetV2{b} x{width}": ask("mobilenetv2b", **widened(width), **expanded)
        for b, expanded in (("", {"expanded": True}), ("b", {}))
        for width in (0.25, 0.5, 0.75, 1.0)
    },
    **{
        f"FD-MobileNet x{width}": ask("fd-mobilenet", **widened(width))
        for width in (0.25, 0.5, 0.75, 1.0)
    },
    **{
        f"ShuffleNet x{width} (g={g})": ask("shufflenet", **widened(width), groups=g)
        for width, groups in {0.25: "13", 0.5: "13", 0.75: "13", 1.0: "12348"}.items()
        for g in map(int, groups)
    },
    **{
        f"PreResNet-{name}": ask("preresnet", **preresnet(units, name))
        for name, units in {
            "12": "2 1 1 1",
            "14": "2 2 1 1",
            "16": "2 2 2 1",
            "18": "2 2 2 2",
            **{f"18 x{width}": "2 2 2 2" for width in (0.25, 0.5, 0.75)},
            "26": "3 3 3 3",
            "BC-26b": "2 2 2 2",
            "34": "3 4 6 3",
            "BC-38b": "3 3 3 3",
            "50": "3 4 6 3",
            "50b": "3 4 6 3",
            "101": "3 4 23 3",
            "101b": "3 4 23 3",
            "152": "3 8 36 3",
            "152b": "3 8 36 3",
            "200b": "3 24 36 3",
            "269b": "3 30 48 8",
        }.items()
    },
    **{
        f"DRN-{name}": ask("drn", model=model, **stages("units", units, "3456"))
        for name, model, units in (
            ("C-26", "C basic", "2 2 2 2"),
            ("C-42", "C basic", "3 4 6 3"),
            ("C-58", "C bottleneck", "3 4 6 3"),
            ("D-22", "D basic", "2 2 2 2"),
            ("D-38", "D basic", "3 4 6 3"),
            ("D-54", "D bottleneck", "3 4 6 3"),
            ("D-105", "D bottleneck", "3 4 23 3"),
        )
    },
    **{
        f"VoVNet-{name}": ask("vovnet", model=f"VoVNet-{name}")
        for name in ("27-slim", "39", "57")
    },
    "CBAM-ResNet-50": ask("cbam-resnet50"),
    "IBN-ResNet-50": ask("ibn-resnet"),
    "IBN-ResNet-101": ask(
        "ibn-resnet", model="C x d", cardinality=1, width=64, units4=23
    ),
    "IBN-ResNeXt-101 (32x4d)": ask("ibn-resnet", model="C x d", units4=23),
    "IBN(b)-ResNet-50": ask("ibn-b-resnet50"),
    "IBN-DenseNet-121": ask("ibn-densenet"),
    "IBN-DenseNet-169": ask("ibn-densenet169"),
    "HRNet-W18 Small V1": ask("hrnet-w18-small-v1"),
    "HRNet-W18 Small V2": ask("hrnet-w18-small-v2"),
    "HRNetV2-W18": ask("hrnet"),
    **{f"HRNetV2-W{C}": ask("hrnet", width=C) for C in (30, 32, 40, 44, 48, 64)},
    "HarDNet-39DS": ask("hardnet-39ds"),
    "HarDNet-68DS": ask("hardnet-68ds"),
    "HarDNet-68": ask("hardnet"),
    "HarDNet-85": ask("hardnet-85"),
    "MobileNetV3 L/224/1.0": ask("mobilenet-v3-large-unbiased"),
    "Xception": ask("xception"),
    "InceptionV3": ask("inception-v3-scaled"),
    "InceptionV4": ask("inception-v4"),
    "InceptionResNetV1": ask("inception-resnet-v1-facenet"),
    "InceptionResNetV2": ask("inception-resnet-v2-scaled"),
    "PeleeNet": ask("peleenet"),
    "DarkNet-53": ask("darknet-53", resolution=224),
    "NASNet-A 4@1056": ask("nasnet-mobile"),
    "NASNet-A 6@4032": ask("nasnet-large"),
    "PNASNet-5-Large": ask("pnasnet-5-large"),
    "MixNet-S": ask("mixnet"),
    "MixNet-M": ask("mixnet-m"),
    "MixNet-L": ask("mixnet-l"),
}

ATTENTION = "attention, which the language does not have"
UNWRITTEN = "no spec of it ships"
REASONS = {
    **dict.fromkeys(("maxvit_t", "swin", "vit"), ATTENTION),
    "PolyNet": "calls that share their weights, which the language does not have",
}
"""Why a row differs, or cannot be asked; by how its name begins."""


class Row(NamedTuple):
    """A published network, and what ours counts."""

    name: str
    published: int
    asked: Asked | None
    counted: int | None

    @property
    def equal(self) -> bool:
        """Whether ours has as many trainable parameters."""
        return self.counted == self.published

    @property
    def reason(self) -> str:
        """Why the row differs or cannot be asked."""
        found = [text for begin, text in REASONS.items() if self.name.startswith(begin)]
        return found[0] if found else UNWRITTEN


SOURCES = {
    "torchvision": ("torchvision_classification.csv", TORCHVISION),
    "keras applications": ("keras_applications.csv", KERAS),
    "pytorchcv": ("pytorchcv_counts.csv", PYTORCHCV),
}


@cache
def read_rows(source: str) -> list[Row]:
    """Return the rows of a source; a network in several sizes once."""
    return list({row.name: row for row in _rows(*SOURCES[source])}.values())


def _rows(file: str, ours: Mapping[str, Asked]) -> Iterator[Row]:
    for line in read_lines(file):
        asked = ours.get(line["model"])
        counted = count(*asked) if asked else None
        yield Row(line["model"], int(line["trainable_parameters"]), asked, counted)


PRINTED = {
    "torchvision": ("ops_G", "multiply-adds", 1e9),
    "pytorchcv": ("flops_by_2_M", "pytorchcv", 1e6),
}
"""Where a source prints operations: its column, who counts so, and the unit."""


def operations(source: str) -> Iterator[tuple[str, float, float]]:
    """Yield published and counted operations, where the images are as large."""
    column, counts, unit = PRINTED[source]
    file, ours = SOURCES[source]
    for line in read_lines(file):
        if line["model"] in ours:
            spec, settings = ours[line["model"]]
            architecture = archcompiler.load(spec, **settings)
            if architecture.inputs[0].shape[0] == int(line["input_size"]):
                counted = architecture.count(counts) / unit
                yield line["model"], float(line[column]), counted


def read_lines(file: str) -> list[dict[str, str]]:
    with (REFERENCE / file).open(newline="") as opened:
        return list(csv.DictReader(opened))


def count(spec: str, settings: Mapping[str, Any]) -> int:
    """Return the trainable parameters of a spec with some parameters set."""
    return archcompiler.load(spec, **settings).trainable


def published_tables() -> dict[str, str]:
    """Return every generated text of docs/published.md by the name in its mark."""
    rows = {source: read_rows(source) for source in SOURCES}
    tables = {source: "".join(_lines(found)) for source, found in rows.items()}
    return {"published": "".join(_sums(rows)), **tables}


def _sums(rows: Mapping[str, list[Row]]) -> Iterator[str]:
    yield "| source | equal | can be asked | networks |\n|---|--:|--:|--:|\n"
    for source, found in rows.items():
        equal = sum(row.equal for row in found)
        asked = sum(row.asked is not None for row in found)
        yield f"| {source} | {equal} | {asked} | {len(found)} |\n"


def _lines(rows: list[Row]) -> Iterator[str]:
    yield "| network | published | ours | difference | |\n|---|--:|---|--:|---|\n"
    for row in rows:
        asked = f"`{_written(*row.asked)}`" if row.asked else ""
        difference = "" if row.counted is None else f"{row.counted - row.published:+,}"
        difference = "0" if row.equal else difference
        why = "" if row.equal else row.reason
        yield f"| {row.name} | {row.published:,} | {asked} | {difference} | {why} |\n"


def _written(spec: str, settings: Mapping[str, Any]) -> str:
    """Write what is asked as on the command line."""
    words = [f"--set {_quoted(f'{name}={_text(v)}')}" for name, v in settings.items()]
    return " ".join([spec, *words])


def _quoted(text: str) -> str:
    return f'"{text}"' if " " in text else text


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
