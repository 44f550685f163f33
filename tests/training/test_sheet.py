"""The contact sheet: what training sees, drawn before it is trained on."""

import numpy as np
import pytest

import archcompiler
from archcompiler.cli import main
from archcompiler.training.recipe import read_recipe

SPEC = """\
name: small
input: 8x8x1
table:
  columns: [name, type, units]
  rows: [[flat, Flatten], [fc, Dense, 10], [out, softmax]]
training:
  optimizer: SGD
  losses: categorical crossentropy
  batch size: 16
  epochs: 1
  pixels: as they are
  seed: 3
  augmentation: [%s]
"""
CALLS = "resizing: {to: 12}, flip, rotation: {degrees: 30}, rand augment, mixup"


@pytest.mark.parametrize(
    ("calls", "options", "said"),
    [
        ("flip", ["-o", "sheet.txt"], "a figure ends in .svg, .png or .pdf"),
        ("flip", [], "the following arguments are required: -o"),
        ("flip", ["--draws", "0"], "expected a number from 1 on"),
        ("flip", ["-o", "nowhere/sheet.png"], "there is no folder `nowhere`"),
        ("flip", ["-o", "sheet.png", "--init", "run"], "--init"),
    ],
)
def test_bad_usage_is_explained(write_spec, capsys, calls, options, said):
    spec = write_spec(SPEC % calls)
    try:
        code = main(["augment", spec, *options])
    except SystemExit as error:
        code = error.code
    assert code == 2
    assert said in capsys.readouterr().err


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("calls", "code", "said"),
    [
        ("", 2, "changes no images: write `augmentation`, or `--set 'training."),
        ("flip, mixup, flip", 1, "`mixup` comes last"),
    ],
)
def test_a_recipe_that_is_wrong_or_changes_nothing_is_refused(
    write_spec, capsys, calls, code, said
):
    spec = write_spec(SPEC % calls)
    assert main(["augment", spec, "-o", "sheet.png"]) == code
    assert said in capsys.readouterr().err


@pytest.mark.thorough
def test_data_that_do_not_fit_are_refused(write_spec, capsys):
    spec = write_spec((SPEC % "flip").replace("10]", "9]"))
    assert main(["augment", spec, "-o", "sheet.png"]) == 1
    assert "10 classes" in capsys.readouterr().err


def recipe_of(write_spec, calls):
    return read_recipe(archcompiler.load(write_spec(SPEC % calls)))


@pytest.mark.slow
def test_each_change_stands_alone_and_all_in_turn(keras, write_spec):
    del keras
    from archcompiler.training.sheet import stages_of

    def told(calls):
        found = stages_of(recipe_of(write_spec, calls).training.augmentation)
        return {stage.title: [*stage.calls] for stage in found}

    assert told(CALLS) == {
        "flip": [0, 1],
        "rotation: {degrees: 30}": [0, 2],
        "rand augment": [0, 3],
        "mixup": [0, 4],
        "all in turn": [0, 1, 2, 3, 4],
    }
    assert told("flip: {axis: vertical}") == {"flip: {axis: vertical}": [0]}
    assert told("resizing: {to: 12}") == {"resizing: {to: 12}": [0]}
    given = "resized crop: {area: 0.5, ratio: 2}"
    assert told(f"resizing: {{to: 12}}, {given}") == {given: [0, 1]}


def images():
    from archcompiler.training.data.images import ImageSet

    random = np.random.default_rng(1)
    return ImageSet(
        random.integers(0, 256, (40, 10, 10, 1), np.uint8), random.integers(0, 10, 40)
    )


@pytest.mark.slow
@pytest.mark.parametrize("calls", [CALLS, CALLS.removesuffix(", mixup")])
def test_the_first_step_shows_what_training_begins_with(keras, write_spec, calls):
    del keras
    from archcompiler.training.data.pipeline import redrawn_batches, training_batches

    recipe = recipe_of(write_spec, calls)
    every = range(len(recipe.training.augmentation))
    first, second = map(np.asarray, redrawn_batches(images(), recipe, every, 5, 2))
    ((batch, _),) = training_batches(images(), recipe, 0, 1)
    assert first.shape == (5, 8, 8, 1)
    np.testing.assert_array_equal(first, batch[:5])
    assert np.abs(first - second).mean() > 1


@pytest.mark.slow
def test_a_change_alone_draws_as_it_does_in_its_list(keras, write_spec):
    del keras
    from archcompiler.training.data.pipeline import redrawn_batches

    recipe = recipe_of(write_spec, "brightness: {by: 0.5}, flip")
    brighter, flipped, both, plain = (
        np.stack([*map(np.asarray, redrawn_batches(images(), recipe, calls, 16, 3))])
        for calls in ([0], [1], [0, 1], [])
    )
    same = (both == brighter).all((2, 3, 4))
    assert 0 < same.mean() < 1
    np.testing.assert_array_equal(same, (flipped == plain).all((2, 3, 4)))


@pytest.mark.slow
@pytest.mark.usefixtures("keras")
def test_equal_sheets_have_equal_files(write_spec, capsys, tmp_path):
    pytest.importorskip("matplotlib")
    from PIL import Image

    spec, sheets = write_spec(SPEC % "flip, mixup"), []
    for name in ("one.png", "two.png", "other.png"):
        seed = ["--seed", "4"] if name == "other.png" else []
        command = ["augment", spec, "--images", "2", "--draws", "3", *seed]
        assert main([*command, "-o", str(tmp_path / name)]) == 0
        sheets.append((tmp_path / name).read_bytes())
    assert "one.png: written" in capsys.readouterr().out
    assert sheets[0] == sheets[1] != sheets[2]
    with Image.open(tmp_path / "one.png") as sheet:
        wide, high = sheet.size
    assert wide > 4 * 128
    assert high > 3 * 2 * 128
