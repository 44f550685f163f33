"""Out of the box: the small GoogLeNet learns the digits, images come as they should."""

import csv
import json

import numpy as np
import pytest

import archcompiler
from archcompiler.cli import main
from archcompiler.training.data.images import ImageSet
from archcompiler.training.recipe import read_recipe

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore:__array__ implementation"),  # of TensorFlow's
]


def test_googlenet_digits_reaches_97_percent(keras, tmp_path, capsys):
    del keras
    folder = tmp_path / "run"
    assert main(["train", "googlenet-digits", "--run", str(folder)]) == 0
    out = capsys.readouterr().out.splitlines()
    assert out[0].startswith(
        "googlenet-digits: 376,838 parameters; digits: 1,438 images"
    )
    assert len(out) == 1 + 10 + 1
    summary = json.loads((folder / "summary.json").read_text())
    assert summary["monitored"] == "val_accuracy"
    assert summary["best"] >= 0.97
    rows = list(csv.DictReader((folder / "history.csv").read_text().splitlines()))
    assert max(float(row["val_accuracy"]) for row in rows) == summary["best"]
    for name, head in (("curves.png", b"\x89PNG"), ("curves.svg", b"<?xml")):
        assert (folder / name).read_bytes().startswith(head)


@pytest.fixture
def pipeline(keras):
    del keras
    from archcompiler.training.data import pipeline

    return pipeline


def recipe_with(write_spec, lines):
    text = "name: some\nextends: googlenet-digits\ntraining:\n  batch size: 4\n" + lines
    return read_recipe(archcompiler.load(write_spec(text)))


def shades(count):
    values = np.random.default_rng(0).integers(0, 256, (count, 16, 16, 1), np.uint8)
    return ImageSet(values, np.arange(count) % 10)


@pytest.mark.parametrize(
    ("line", "low", "high"),
    [("[0, 1]", 0, 1), ("[-1, 1]", -1, 1), ("as they are", 0, 255)],
)
def test_pixels_become_what_the_recipe_says(pipeline, write_spec, line, low, high):
    images = ImageSet(
        np.array([0, 255], np.uint8).reshape(2, 1, 1, 1), np.array([3, 4])
    )
    recipe = recipe_with(write_spec, f"  pixels: {line}\n")
    ((batch, targets),) = pipeline.validation_batches(images, recipe)
    assert batch.shape == (2, 16, 16, 1)
    assert [float(image.numpy().mean()) for image in batch] == [low, high]
    assert targets.numpy().argmax(axis=1).tolist() == [3, 4]


def test_the_batches_of_a_resumed_run_are_those_of_the_whole(pipeline, write_spec):
    lines = "  augmentation: [flip, crop: {pad: 2}, brightness: {by: 0.2}]\n"
    recipe, images = recipe_with(write_spec, lines), shades(10)
    whole = [x.numpy() for x, _ in pipeline.training_batches(images, recipe, 0, 9)]
    rest = [x.numpy() for x, _ in pipeline.training_batches(images, recipe, 4, 9)]
    assert len(whole) == 9
    for one, other in zip(whole[4:], rest, strict=True):
        np.testing.assert_array_equal(one, other)
    assert [len(batch) for batch in whole[:3]] == [4, 4, 2]


@pytest.mark.parametrize("axis", ["horizontal", "vertical"])
def test_flip_mirrors_some_images_and_leaves_the_others(pipeline, write_spec, axis):
    lines = f"  augmentation: [flip: {{axis: {axis}}}]\n  pixels: as they are\n"
    recipe, images = recipe_with(write_spec, lines), shades(64)
    order = pipeline.training_order(images, recipe)
    turned = 0
    for step, (batch, _) in enumerate(pipeline.training_batches(images, recipe, 0, 16)):
        for image, index in zip(batch.numpy(), order.batch(step), strict=True):
            original = images.images[index]
            mirrored = original[:, ::-1] if axis == "horizontal" else original[::-1]
            assert (image == original).all() or (image == mirrored).all()
            turned += bool((image == mirrored).all())
    assert 16 < turned < 48


def test_crop_cuts_out_of_a_black_border(pipeline, write_spec):
    recipe = recipe_with(
        write_spec, "  augmentation: [crop: {pad: 1}]\n  pixels: as they are\n"
    )
    images = shades(64)
    order, seen = pipeline.training_order(images, recipe), set()
    for step, (batch, _) in enumerate(pipeline.training_batches(images, recipe, 0, 16)):
        for image, index in zip(batch.numpy(), order.batch(step), strict=True):
            padded = np.pad(images.images[index], [(1, 1), (1, 1), (0, 0)])
            found = [
                (top, left)
                for top in range(3)
                for left in range(3)
                if (padded[top : top + 16, left : left + 16] == image).all()
            ]
            assert len(found) == 1
            seen.update(found)
    assert len(seen) == 9


def test_images_in_files_are_read_and_resized(pipeline, write_spec, tmp_path, keras):
    from archcompiler.training.data.sources import load_data

    for name, value, size in (("black", 0, 20), ("white", 255, 9)):
        (tmp_path / "images" / name).mkdir(parents=True)
        image = np.full((size, size + 3, 3), value, np.uint8)
        keras.utils.save_img(tmp_path / "images" / name / "1.png", image, scale=False)
    data = load_data(str(tmp_path / "images"))
    recipe = recipe_with(write_spec, "")
    ((batch, targets),) = pipeline.validation_batches(data.training, recipe)
    assert batch.shape == (2, 16, 16, 1)
    assert [float(image.numpy().mean()) for image in batch] == [0, 1]
    assert targets.numpy().argmax(axis=1).tolist() == [0, 1]
