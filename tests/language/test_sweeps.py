"""Sweeps: what a grid or a list stands for, how points are called and composed."""

import pytest

import archcompiler
from archcompiler.checking import sweeping
from archcompiler.checking.checking import check
from archcompiler.checking.choosing import Bounds, has_name, sort_points
from archcompiler.checking.sweeping import weigh
from archcompiler.diagnostics import SpecError
from archcompiler.language.loading.loading import load_program
from archcompiler.language.variants.sweeps import (
    find_point,
    headings,
    points_of,
    sweep_of,
)

TINY = """\
name: tiny
input: 8x8x1
parameters: {units: 16}
table:
  columns: [name, type, units, activation]
  rows:
  - [flat, Flatten]
  - [hidden, Dense, <units>, relu]
  - [out, Dense, 10, softmax]
training:
  optimizer: Adam
  losses: categorical crossentropy
  batch size: 32
  epochs: 10
"""


@pytest.fixture
def sweep(write_spec):
    """Write the tiny spec with a sweep, and return its program."""

    def write(text):
        return load_program(write_spec(TINY + f"sweep:\n  {text}\n", "tiny.yaml"))

    return write


def names(program):
    return [point.name for point in points_of(sweep_of(program))]


def weighed(program):
    return weigh(program, points_of(sweep_of(program)))


def test_a_grid_is_every_combination_in_the_order_of_the_file(sweep):
    program = sweep("grid: {training: {epochs: [1, 2]}, parameters: {units: [4, 8]}}")
    assert headings(sweep_of(program)) == ("epochs", "units")
    assert names(program) == [
        "epochs=1 units=4",
        "epochs=1 units=8",
        "epochs=2 units=4",
        "epochs=2 units=8",
    ]


@pytest.mark.parametrize(
    ("grid", "first"),
    [
        ("input: [8x8x1, 4x4x1]", "input=8x8x1"),
        ("cells: {hidden: {units: [4]}}", "hidden.units=4"),
        ("cells: {out: {activation: [~, softmax]}}", "out.activation=~"),
        ("training: {batch size: [16]}", "batch-size=16"),
        ("training: {optimizer: [SGD: {clipnorm: 1}]}", "optimizer=SGD(clipnorm=1)"),
        ("training: {optimizer: {SGD: {learning_rate: [1]}}}", "learning_rate=1"),
        ("training: {augmentation: [[flip, crop: {pad: 2}]]}",
         "augmentation=[flip,crop(pad=2)]"),
        ("training: {optimizer: {SGD: {momentum: [0, 0.9]}}, "
         "schedule: {step: {factor: [0.9], every: 2}}}", "momentum=0 factor=0.9"),
        ("parameters: {units: [4]}, cells: {hidden: {units: [5]}}",
         "units=4 hidden.units=5"),
    ],
)  # fmt: skip
def test_a_point_is_called_by_its_values(sweep, grid, first):
    program = sweep(f"grid: {{{grid}}}")
    assert names(program)[0] == first
    assert find_point(sweep_of(program), first).name == first


def test_labels_that_would_be_equal_are_told_apart(sweep):
    program = sweep("grid: {parameters: {seed: [1, 2]}, training: {seed: [3, 4]}}")
    assert headings(sweep_of(program)) == ("parameters.seed", "training.seed")


def test_a_value_without_a_list_holds_for_all(sweep):
    program = sweep("grid: {parameters: {units: 4}, training: {epochs: [1, 2]}}")
    assert names(program) == ["epochs=1", "epochs=2"]
    small = archcompiler.load("tiny.yaml:epochs=2")
    assert small.program.parameters["units"].text == "4"
    assert small.program.training.epochs == 2


def test_a_point_is_the_variant_that_says_the_same(sweep, write_spec):
    sweep("grid: {parameters: {units: [4]}, cells: {out: {units: [7]}}, "
          "training: {optimizer: {SGD: {momentum: [0.5]}}}}")  # fmt: skip
    point = archcompiler.load("tiny.yaml:units=4 out.units=7 momentum=0.5")
    text = "name: same\nextends: tiny\nparameters: {units: 4}\ncells: {out: {units: 7}}"
    same = archcompiler.load(
        write_spec(text + "\ntraining: {optimizer: {SGD: {momentum: 0.5}}}\n", "v.yaml")
    )
    assert point.name == "tiny units=4 out.units=7 momentum=0.5"
    assert point.parameters == same.parameters
    assert point.program.training.plain() == same.program.training.plain()
    assert point.program.sweep is None


def test_a_list_holds_variants_of_every_kind(sweep):
    program = sweep(
        "list: {short: {remove: [hidden]}, briefly: {training: {epochs: 1}}}"
    )
    assert [(w.point.name, w.cost.depth) for w in weighed(program)] == [
        ("short", 1),
        ("briefly", 2),
    ]
    assert archcompiler.load("tiny.yaml:briefly").program.training.epochs == 1


def test_a_claim_of_a_listed_variant_is_checked(sweep):
    program = sweep(
        "list: {right: {parameters: {units: 4}, expect: {depth: 2}}, "
        "wrong: {parameters: {units: 8}, expect: {depth: 3}}}"
    )
    right, wrong = weighed(program)
    assert right.cost is not None
    assert [found.code for found in wrong.refusals] == ["expectation-failed"]


def test_no_variant_inherits_a_sweep(sweep, write_spec):
    sweep("grid: {parameters: {units: [4, 8]}}")
    write_spec("name: other\nextends: tiny\n", "other.yaml")
    with pytest.raises(SpecError, match="`other` has no sweep"):
        sweep_of(load_program("other.yaml"))


@pytest.mark.thorough
def test_a_point_of_a_shipped_sweep_has_a_name():
    half = archcompiler.load("googlenet-digits:width=0.5 batch-size=32")
    assert (
        half.parameters == archcompiler.load("googlenet-digits", width=0.5).parameters
    )


def test_a_point_that_is_not_there_is_refused(sweep):
    sweep("grid: {parameters: {units: [4, 8]}}")
    with pytest.raises(SpecError, match="archc sweep` shows the values"):
        archcompiler.load("tiny.yaml:units=5")


# Weighing -------------------------------------------------------------------


def test_each_network_is_expanded_once(sweep, monkeypatch):
    expanded = []

    def counted(program):
        expanded.append(program)
        return real(program)

    real = sweeping.expand
    monkeypatch.setattr(sweeping, "expand", counted)
    program = sweep(
        "grid: {training: {batch size: [1, 2, 3], epochs: [1, 2]}, "
        "parameters: {units: [4, 8]}}"
    )
    found = weighed(program)
    assert (len(found), len(expanded)) == (12, 2)
    assert [one.point.name for one in found] == names(program)


def test_a_point_costs_what_the_architecture_says(sweep):
    program = sweep(
        "grid: {parameters: {units: [4, 8]}, training: {batch size: [8, 9]}}"
    )
    for one in weighed(program):
        alone = archcompiler.load(f"tiny.yaml:{one.point.name}")
        batch = int(one.point.values[1])
        assert one.cost == (
            alone.parameters, alone.macs, alone.training_bytes(batch), alone.depth
        )  # fmt: skip


def test_what_cannot_be_is_refused_and_the_others_are_not(sweep):
    program = sweep("grid: {input: [8x8x1, 8x8], parameters: {units: [4, 0]}}")
    found = {one.point.name: one for one in weighed(program)}
    assert found["input=8x8x1 units=4"].cost is not None
    refused = found["input=8x8x1 units=0"].refusals
    assert [(d.code, d.line) for d in refused] == [("bad-value", 8)]


def test_a_recipe_that_does_not_fit_is_refused(sweep):
    program = sweep("grid: {training: {warm-up: [0, 20], epochs: [10, 30]}}")
    refused = [one.point.name for one in weighed(program) if one.refusals]
    assert refused == ["warm-up=20 epochs=10"]


def test_a_mistake_that_all_share_is_one_of_the_spec(sweep):
    program = sweep("grid: {parameters: {unit: [4, 8, 12]}}")
    with pytest.raises(SpecError) as caught:
        weighed(program)
    (found,) = caught.value.diagnostics
    assert "has no parameter `unit`" in found.message


def test_a_value_that_goes_with_another_is_no_mistake(write_spec):
    spec = """\
    name: windows
    input: 8x8x1
    parameters: {side: 3}
    table: {columns: [type, kernel_size, filters], rows: [[Conv2D, <side>, 4]]}
    sweep:
      grid: {parameters: {side: [3, 9]}, input: [8x8x1, 16x16x1]}
    """
    assert check(write_spec(spec)).ok
    assert not check(write_spec(spec.replace("16x16x1", "6x6x1"))).ok


def test_bounds_admit_what_is_within_and_what_is_refused(sweep):
    program = sweep(
        "grid: {parameters: {units: [4, 8, 0]}, training: {epochs: [1, 2]}}"
    )
    found = weighed(program)
    least = found[0].cost
    for bounds in (
        Bounds(parameters=least.parameters),
        Bounds(macs=least.macs),
        Bounds(memory=least.memory),
    ):
        admitted = [one.point.values[0] for one in found if bounds.admit(one)]
        assert admitted == ["4", "4", "0", "0"]
    only = Bounds(names=("units=8", "epochs=2 units=4"))
    assert [w.point.name for w in found if only.admit(w)] == [
        "units=4 epochs=2", "units=8 epochs=1", "units=8 epochs=2"
    ]  # fmt: skip


def test_a_listed_variant_has_its_whole_name_only(sweep):
    found = weighed(sweep("list: {a b: {parameters: {units: 4}}}"))
    assert has_name(found[0].point, "a b")
    assert not has_name(found[0].point, "a")


def test_sorting_puts_the_cheapest_first_and_the_refused_last(sweep):
    program = sweep("grid: {parameters: {units: [8, 0, 4]}}")
    for by in ("params", "macs", "memory"):
        found = sort_points(weighed(program), by)
        assert [one.point.values[0] for one in found] == ["4", "8", "0"]
