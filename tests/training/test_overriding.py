"""Keys of a recipe that `--set training.KEY` gives: read, placed and refused."""

import argparse
import contextlib

import pytest

import archcompiler
from archcompiler.cli import main
from archcompiler.cli.commands import add_settings
from archcompiler.cli.recipe_arguments import add_recipe, overrides_of
from archcompiler.diagnostics import SpecError
from archcompiler.language.loading.loading import load_program
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


# Another recipe -------------------------------------------------------------------


def overrides(arguments):
    """Return the texts that take the place of the recipe's, by its keys."""
    parser = argparse.ArgumentParser()
    add_settings(parser)
    add_recipe(parser)
    return overrides_of(parser.parse_args(arguments))


def test_another_spec_s_recipe_takes_the_place_of_the_whole(write_spec):
    given = overrides(["--recipe", "densenet", "--epochs", "3"])
    text = (SMALL + RECIPE).replace("8x8x1", "8x8x3")
    recipe = recipe_of(write_spec, given, text)
    expected = load_program("densenet").training.written()
    assert recipe.training.written() == {**expected, "epochs": 3}
    assert recipe.training.augmentation[0].name != "flip"  # of the spec's own


def test_a_spec_without_a_recipe_takes_one_that_is_written_out(write_spec):
    text = (
        "{optimizer: Lion, losses: categorical crossentropy, batch size: 8, epochs: 1}"
    )
    given = overrides(["--recipe", text, "--set", "training.optimizer.beta_1=0.8"])
    recipe = recipe_of(write_spec, given, SMALL)
    assert recipe.optimizer.written() == {"Lion": {"beta_1": 0.8}}


def test_a_later_recipe_takes_the_place_of_all_that_was_set():
    later = {"recipe": "{}", "epochs": "3"}
    assert merge_overrides({"seed": "1", "training.l2": "1"}, later) == later
    assert merge_overrides({"recipe": "{}"}, {"seed": "1"})["recipe"] == "{}"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{optimiser: Adam}", ["--recipe:1:2: error[unknown-key]", "`optimizer`?"]),
        ("{optimizer: Adam", ["--recipe:1:1: error[yaml-syntax]"]),
        ("{optimizer: Adam, epochs: 0}", ["--recipe:1:27: error[bad-value]"]),
        ("{unprinted: [epoch]}", ["what is unprinted cannot be `epoch`", "`epochs`?"]),
    ],
)
def test_a_wrong_recipe_is_refused_at_its_place(write_spec, text, said):
    with pytest.raises(SpecError) as error:
        recipe_of(write_spec, {"recipe": text})
    assert all(part in str(error.value) for part in said), str(error.value)


@pytest.mark.parametrize(
    ("given", "code", "said"),
    [
        ("lenet-5", 2, "--recipe: `lenet-5` has no recipe"),
        ("resnet5", 1, "did you mean"),
        ("no/such.yaml", 1, "there is no file `no/such.yaml`"),
    ],
)
def test_a_recipe_that_is_not_there_is_told(capsys, given, code, said):
    assert main(["train", "googlenet-digits", "--recipe", given]) == code
    assert said in capsys.readouterr().err
