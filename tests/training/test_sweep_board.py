"""The leaderboard and the plot: ranks, ties, the front, folders' names."""

import pytest

from archcompiler.language.loading.loading import load_program
from archcompiler.language.variants.sweeps import seed_heading, sweep_of
from archcompiler.training.sweeping.plot import Dot, front
from archcompiler.training.sweeping.runs import folder_name
from archcompiler.training.sweeping.seeds import (
    Seeded,
    seeded,
    seeds_record,
    seeds_table,
)


@pytest.mark.parametrize(
    ("name", "folder"),
    [
        ("width=0.5 batch-size=32", "width=0.5,batch-size=32"),
        ("narrow", "narrow"),
        ("optimizer=SGD(momentum=0.9)", "optimizer=SGD-momentum=0.9-a3980d33"),
        ("conv1.patch=3x3/2", "conv1.patch=3x3-2-d5a01da4"),
        ("../../etc", "etc-74ccf3c5"),
        ("..", "run-5ec1f7e7"),
    ],
)
def test_a_point_has_a_folder_that_tells_its_values(name, folder):
    assert folder_name(name) == folder


def test_different_points_have_different_folders_of_bearable_length():
    names = [
        "a=b/c",
        "a=b:c",
        "a=b,c",
        "a=b(c)",
        "a=b c=d",
        "a=b,c=d",
        "a=" + 300 * "x",
    ]
    names += ["a=" + 301 * "x", ".archc-x", "-", "ä=1", "ö=1"]
    folders = {folder_name(name) for name in names}
    assert len(folders) == len(names)
    assert all(len(folder) < 120 and folder[0].isalnum() for folder in folders)


def test_the_front_holds_what_nothing_cheaper_reaches():
    dots = [Dot(4, 0.7, "d"), Dot(1, 0.5, "a"), Dot(2, 0.4, "b"), Dot(4, 0.8, "c")]
    assert [dot.name for dot in front(dots)] == ["a", "c"]
    assert [dot.name for dot in front(dots, falling=True)] == ["a", "b"]


RUNS = [
    (("0.5", "0", "32"), 0.9),
    (("1", "0", "32"), 0.5),
    (("0.5", "1", "32"), 0.8),
    (("0.5", "2", "32"), 0.7),
    (("0.5", "2", "64"), 0.1),
]
OTHERS = ("width", "batch-size")


def test_seeds_of_a_variant_are_told_as_one():
    (found,) = seeded(1, RUNS)
    assert found == Seeded(("0.5", "32"), (0.9, 0.8, 0.7))
    assert found.deviation == pytest.approx(0.1)


def test_means_over_seeds_are_a_table_and_a_record():
    groups = seeded(1, RUNS)
    table = seeds_table(OTHERS, "val_accuracy", groups)
    headings = [column.name for column in table.columns]
    numbers = ["seeds", "mean", "deviation", "least", "greatest"]
    assert headings == ["width", "batch-size", *numbers]
    told = [cell.text for cell in table.rows[0]]
    assert told == ["0.5", "32", "3", "0.8000", "0.1000", "0.7000", "0.9000"]
    (record,) = seeds_record(OTHERS, groups)
    assert record["values"] == {"width": "0.5", "batch-size": "32"}
    assert record["seeds"] == 3
    assert record["mean"] == pytest.approx(0.8)


@pytest.mark.parametrize(
    ("grid", "heading"),
    [
        ("{training: {seed: [0, 1]}}", "seed"),
        ("{parameters: {seed: [4, 8]}}", None),
        ("{training: {batch size: [8, 16]}}", None),
    ],
)
def test_only_the_seed_of_training_is_one(write_spec, grid, heading):
    text = f"""\
name: some
input: 8x8x1
parameters: {{seed: 4}}
table: {{columns: [type, units], rows: [[Flatten], [Dense, <seed>], [softmax]]}}
training: {{optimizer: SGD, losses: mean squared error, batch size: 8, epochs: 1}}
sweep: {{grid: {grid}}}
"""
    program = load_program(write_spec(text))
    assert seed_heading(sweep_of(program)) == heading
