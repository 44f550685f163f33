"""Errata: what is wrong in print is struck out beside what is true."""

import pytest
from shipped import TABLES, few_first

from archcompiler import load
from archcompiler.figures.choices import Kind, Width
from archcompiler.figures.scene import Text
from archcompiler.language.loading.places import shipped_specs

FIGURES: list[tuple[Kind, Width | None]] = [
    ("sheet", None),
    ("overview", "page"),
    ("sheet", "column"),
    ("strip", None),
    ("full", None),
]


def texts(
    name: str, kind: Kind = "overview", width: Width | None = None
) -> list[list[tuple[str, bool]]]:
    """Return the pieces of each text of a figure, each with whether it is struck."""
    return [
        [(run.text, run.struck) for run in mark.runs]
        for page in load(name).plot(kind, width=width).pages
        for mark in page.scene.walk()
        if isinstance(mark, Text)
    ]


@pytest.mark.parametrize(
    ("name", "printed", "true"),
    [
        ("googlenet", "2.7K", "9.47 K"),  # a count
        ("bn-inception", "28×28×576", "14 × 14"),  # an output size
        ("bn-inception", "1", " 2"),  # a depth
        ("inception-v3", "71×71×80", " 73×73×80"),  # an input size
        ("inception-v3", "3×3/2", " 3×3/1"),  # an argument
        ("mobilenet-v1", "Conv dw / s2", " 3×3 depthwise · BN · ReLU6"),  # a type
        ("densenet264", "264", "265"),  # a total
    ],
)
def test_a_printed_value_is_struck_out_beside_the_true_one(name, printed, true):
    (found,) = [each for each in texts(name) if any((printed, True) == p for p in each)]
    after = found[found.index((printed, True)) + 1 :]
    assert (true, False) in after[:2]


def test_a_printed_argument_without_another_is_struck_out_alone():
    found = [each for each in texts("mobilenet-v3-small") if ("✓", True) in each]
    assert found == [
        [("1×1 conv · BN · hard swish", False), (" · SE ", False), ("✓", True)]
    ]


@pytest.mark.thorough
@pytest.mark.parametrize("name", few_first())
def test_every_erratum_of_a_row_is_struck_out(name):
    assert_all_struck(name)


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted({*shipped_specs()} - {*TABLES}))
def test_every_erratum_of_a_row_of_a_variant_is_struck_out(name):
    assert_all_struck(name)


def assert_all_struck(name: str) -> None:
    architecture = load(name)
    ran = {row.name for row in architecture.expansion.rows if row.ran}
    errata = architecture.program.errata
    expected = sum([len(errata[row]) for row in errata if row in {*ran, "total"}])
    for kind, width in FIGURES:
        found = texts(name, kind, width)
        struck = [piece for text in found for piece in text if piece[1]]
        assert len(struck) == expected, (kind, width)
