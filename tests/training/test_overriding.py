"""Keys of a recipe that `--set training.KEY` gives: read, placed and refused."""

import contextlib

import pytest

import archcompiler
from archcompiler.cli import main
from archcompiler.diagnostics import SpecError
from archcompiler.language.recipe.overriding import merge_overrides
from archcompiler.training.errors import TrainingError
from archcompiler.training.recipe import read_recipe

RECIPE = """
training:
  optimizer: {SGD: {momentum: 0.9}}
  losses: categorical crossentropy
  augmentation: [flip]
  batch size: 32
  epochs: 10
"""
SMALL = """\
name: small
input: 8x8x1
table:
  columns: [name, type, units, activation]
  rows:
  - [flat, Flatten]
  - [out, Dense, 10, softmax]
"""


def recipe_of(write_spec, given, text=SMALL + RECIPE):
    return read_recipe(archcompiler.load(write_spec(text)), given)


@pytest.mark.parametrize(
    ("name", "text", "key", "expected"),
    [
        ("epochs", "3", "epochs", 3),
        ("batch size", "8", "batch size", 8),
        ("schedule", "{cosine: {to: 0.1}}", "schedule", {"cosine": {"to": 0.1}}),
        ("augmentation", "[]", "augmentation", []),
        ("augmentation", "[crop: {pad: 2}]", "augmentation", [{"crop": {"pad": 2}}]),
        ("pixels", "[-1, 1]", "pixels", [-1, 1]),
    ],
)
def test_any_key_can_be_set(write_spec, name, text, key, expected):
    recipe = recipe_of(write_spec, {f"training.{name}": text})
    assert recipe.training.plain()[key] == expected


def test_an_argument_is_set_beside_the_others(write_spec):
    given = {"training.optimizer.learning_rate": "0.02"}
    optimizer = recipe_of(write_spec, given).optimizer
    assert optimizer.written() == {"SGD": {"learning_rate": 0.02, "momentum": 0.9}}


def test_an_argument_is_set_of_what_was_set_before(write_spec):
    given = {"training.optimizer": "Lion", "training.optimizer.beta_1": "0.8"}
    optimizer = recipe_of(write_spec, given).optimizer
    assert optimizer.written() == {"Lion": {"beta_1": 0.8}}


def test_an_argument_may_name_what_it_is_of(write_spec):
    given = {"training.optimizer": "Adam", "training.optimizer.Adam.beta_1": "0.8"}
    optimizer = recipe_of(write_spec, given).optimizer
    assert optimizer.written() == {"Adam": {"beta_1": 0.8}}


def test_what_is_set_later_takes_the_place_of_all_within_it():
    before = {"epochs": "2", "training.optimizer.beta_1": "0.8", "training.seed": "1"}
    later = {"training.optimizer": "SGD", "training.epochs": "3"}
    assert merge_overrides(before, later) == {"training.seed": "1", **later}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--keep", "bst"], "nothing is called 'bst': did you mean `best`?"),
        (["--keep", "first"], "it is a number of checkpoints, best or last"),
        (["--keep", "1,2"], "one number of checkpoints, not '1,2'"),
        (["--epochs", "1", "--set", "training.epochs=2"], "say the same: leave one"),
    ],
)
def test_what_does_not_go_together_is_bad_usage(capsys, arguments, said):
    with contextlib.suppress(SystemExit):
        assert main(["train", "googlenet-digits", *arguments]) == 2
    assert said in capsys.readouterr().err


def test_a_spec_without_a_recipe_is_given_one(write_spec):
    given = {
        "training.optimizer": "Adam",
        "training.losses": "categorical crossentropy",
        "batch size": "32",
        "epochs": "2",
    }
    recipe = recipe_of(write_spec, given, SMALL)
    assert (recipe.optimizer.name, recipe.batch_size, recipe.epochs) == ("Adam", 32, 2)
    with pytest.raises(TrainingError, match=r"or `--set training\.optimizer=Adam`"):
        recipe_of(write_spec, {"epochs": "2"}, SMALL)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (
            {"training.optimizer.momentun": "0.8"},  # of which the recipe has another
            ["--set:1:20: error[unknown-key]", "did you mean `momentum`?"],
        ),
        (
            {"training.optimizer.learning_rate": "fast"},
            ["--set:1:35: error[bad-value]", "`learning_rate` of `SGD`"],
        ),
        (
            {"training.schedul": "cosine"},
            ["--set:1:10: error[unknown-key]", "did you mean `schedule`?"],
        ),
        (
            {"training.augmentation.flip": "vertical"},
            ["--set:1:23: error[wrong-type]", "--set training.augmentation=..."],
        ),
        ({"training.schedule": "cosine: {to: 1}"}, ["--set:1:"]),
        ({"training.epochs": ""}, ["`epochs` has no value"]),
        (
            {"training.epochs.x": "3"},
            ["--set:1:17:", "`epochs` is one value"],
        ),
        ({"training.losses.main": "3"}, ["--set:1:17:", "help: it has none"]),
        ({"training.": "3"}, ["--set:1:10: error[unknown-key]"]),
        ({"training.augmentation": "[flip"}, ["error[yaml-syntax]"]),
    ],
)
def test_what_cannot_be_set_is_refused_at_its_place(write_spec, given, said):
    with pytest.raises(SpecError) as error:
        recipe_of(write_spec, given)
    assert all(part in str(error.value) for part in said), str(error.value)
