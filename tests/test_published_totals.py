"""Totals that others published, reproduced from the tables alone."""

import csv
from pathlib import Path

import pytest

import archcompiler

REFERENCE = Path(__file__).parent / "reference"

SPEC_OF = {
    "googlenet (Table 1; no auxiliary heads)": "googlenet",
    "googlenet (training graph: both heads)": "googlenet-training",
    "googlenet-cifar10 (articles 000 and 002: 10 classes; both heads)": (
        "googlenet-cifar10"
    ),
    "inception-fer2013 (article 003: 48x48x1; 7 classes)": "inception-fer2013",
    "InceptionV3": "inception-v3",
    "InceptionResNetV2": "inception-resnet-v2",
    "Xception": "xception",
    "VGG16": "vgg16",
    "VGG19": "vgg19",
    "ResNet50": "resnet50",
    "ResNet101": "resnet101",
    "ResNet152": "resnet152",
    "ResNet50V2": "resnet50v2",
    "ResNet101V2": "resnet101v2",
    "ResNet152V2": "resnet152v2",
    "DenseNet121": "densenet121",
    "DenseNet169": "densenet169",
    "DenseNet201": "densenet201",
    "MobileNet": "mobilenet-v1",
    "MobileNetV2": "mobilenetv2",
    "MobileNetV3Large": "mobilenet-v3-large",
    "MobileNetV3Small": "mobilenet-v3-small",
    "NASNetMobile": "nasnet-mobile",
    **{f"EfficientNetB{n}": f"efficientnet-b{n}" for n in range(8)},
    "VGG11 (column A)": "vgg-a",
    "VGG13 (column B)": "vgg-b",
    "ResNet18": "resnet18",
    "ResNet34": "resnet34",
    "ResNeXt50_32x4d": "resnext50",
    "SqueezeNet 1.0": "squeezenet",
    "BN-Inception": "bn-inception",
    "Inception-v4": "inception-v4",
    "U-Net (Figure 1; 2 classes)": "u-net",
}
ROW_OF = {
    "googlenet auxiliary head after 4a (1000 classes)": "auxiliary 1",
    "googlenet auxiliary head after 4d (1000 classes)": "auxiliary 2",
}
"""What is a row of the table of `googlenet-training`, not a spec."""


def published() -> dict[str, tuple[str, str]]:
    """Return total and trainable parameters by architecture, as the file has them."""
    with (REFERENCE / "totals.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    return {
        row["architecture"]: (row["total_parameters"], row["trainable_parameters"])
        for row in rows
    }


def test_no_published_total_is_left_out():
    assert sorted(published()) == sorted([*SPEC_OF, *ROW_OF])


@pytest.mark.thorough
@pytest.mark.parametrize("architecture", SPEC_OF)
def test_totals_equal_the_published_ones(architecture):
    total, trainable = published()[architecture]
    ours = archcompiler.load(SPEC_OF[architecture])
    assert ours.trainable == int(trainable)
    if total:
        assert ours.parameters == int(total)


def test_googlenet_is_22_layers_deep_and_27_with_pooling():
    googlenet = archcompiler.load("googlenet")
    assert (googlenet.depth, googlenet.pooled_depth) == (22, 27)


@pytest.mark.parametrize("head", ROW_OF)
def test_auxiliary_heads_have_the_parameters_of_section_5(head):
    training = archcompiler.load("googlenet-training")
    row = next(row for row in training.rows if row.name == ROW_OF[head])
    totals = training.totals(row)
    counts = (str(totals.parameters), str(totals.trainable))
    assert counts == published()[head]


@pytest.mark.parametrize(
    ("name", "macs"),
    [("inception-5x5-naive", 120_422_400), ("inception-5x5-reduced", 12_443_648)],
)
def test_the_second_article_counts_its_operations(name, macs):
    assert archcompiler.load(name).macs == macs


def test_the_articles_95_layers_agree_in_type_shape_and_parameters():
    """As a multiset: the articles' layer names are Keras' counters."""
    with (REFERENCE / "seed_googlenet_cifar10_layers.csv").open(newline="") as file:
        printed = sorted(
            (row["type"], row["output_shape"], int(row["parameters"]))
            for row in csv.DictReader(file)
        )
    ours = sorted(
        (
            type(node.op).__name__ if node.op else "InputLayer",
            "x".join(map(str, node.shape)),
            node.parameters,
        )
        for node in archcompiler.load("googlenet-cifar10").graph
    )
    assert len(printed) == 95
    assert ours == printed


def test_the_table_of_googlenet_is_printed_row_for_row_and_column_for_column():
    with (REFERENCE / "googlenet_table1_printed.csv").open(newline="") as file:
        printed = list(csv.reader(file))
    program = archcompiler.load("googlenet").program
    headings = [column.heading.text for column in program.columns]
    meanings = [column.meaning.text for column in program.columns]
    assert headings == printed[0]
    cells = [
        [row.cells[m].text if m in row.cells else "" for m in meanings]
        for row in program.rows
    ]
    filled = [[cell.replace("<classes>", "1000") for cell in row] for row in cells]
    assert filled == printed[1:]
