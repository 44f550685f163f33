"""Users' journeys: images of one's own, and the commands, one after the other.

Everything is real: bundled images, processes, kills. Nothing is fetched.
"""

import csv
import io
import itertools
import json
import os

import numpy as np
import pytest

from tests.training.journeys import (
    OPENINGS,
    approximately,
    archc,
    assert_equal,
    by_class,
    exported,
    needs_to_export,
    predicted,
    train_killed,
)
from tests.training.test_using_runs import NAMES

pytestmark = pytest.mark.slow

DIGITS = """\
name: digits
input: 8x8x1
table:
  columns: [name, type, patch, filters, activation]
  rows:
  - [conv1, Conv2D, 3x3, 16, relu]
  - [conv2, Conv2D, 3x3, 16, relu]
  - norm: {type: BatchNormalization, momentum: 0.9}
  - [pool, MaxPooling2D, 2x2]
  - [flat, Flatten]
  - drop: {type: Dropout, rate: 10%}
  - out: {type: Dense, units: 10, activation: softmax}
training:
  augmentation: [crop: {pad: 1}, rotation: {degrees: 9}]
  mean: [0.3]
  deviation: [0.4]
  optimizer: {Adam: {learning_rate: 0.005}}
  schedule: cosine
  losses: categorical crossentropy
  batch size: 32
  epochs: 4
"""
PHOTOS = """\
name: photos
input: 24x24x3
table:
  columns: [name, type, patch, filters, activation]
  rows:
  - [conv1, Conv2D, 3x3/2, 8, relu]
  - [conv2, Conv2D, 3x3/2, 16, relu]
  - [mean, GlobalAveragePooling2D]
  - drop: {type: Dropout, rate: 10%}
  - out: {type: Dense, units: 2, activation: softmax}
training:
  validation: 25%
  augmentation: [flip, translation: {by: 0.1}, brightness: {by: 0.05}, hue: {by: 0.02}]
  pixels: [-1, 1]
  optimizer: {Adam: {learning_rate: 0.01}}
  losses: categorical crossentropy
  batch size: 16
  epochs: 4
"""
FACES = """\
name: faces
input: 48x48x1
table:
  columns: [name, type, patch, filters, activation]
  rows:
  - [conv1, Conv2D, 6x6/6, 16, relu]
  - [conv2, Conv2D, 3x3, 16, relu]
  - [flat, Flatten]
  - out: {type: Dense, units: 7, activation: softmax}
training:
  optimizer: {Adam: {learning_rate: 0.005}}
  losses: categorical crossentropy
  batch size: 32
  epochs: 6
"""


# scikit-learn's digits ------------------------------------------------------


FILES = ("zero.png", "one.png")


def digits():
    """Return scikit-learn's digits as images of bytes, and their labels."""
    from sklearn.datasets import load_digits

    images, labels = load_digits(return_X_y=True)
    return (images.reshape(-1, 8, 8) * (255 / 16)).astype(np.uint8), labels


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """Return a folder with digits, two as png, and a run that nobody disturbed."""
    from PIL import Image

    folder = tmp_path_factory.mktemp("digits")
    images, labels = digits()
    (folder / "digits.yaml").write_text(DIGITS)
    np.savez(folder / "digits.npz", images=images, labels=np.array(NAMES)[labels])
    wide = np.repeat(np.repeat(images[1], 2, axis=0), 3, axis=1)
    for file, image in zip(FILES, (images[0], wide), strict=True):
        Image.fromarray(image).save(folder / file)
    archc(folder, "train", "digits.yaml", "--data", "digits.npz", "--run", "whole")
    return folder


@pytest.fixture(scope="module")
def answers_of_the_run(trained):
    return predicted(trained, "whole", *FILES)


def test_digits_are_trained_killed_resumed_and_judged(trained, answers_of_the_run):
    train_killed(trained, "digits.yaml", "--data", "digits.npz")
    archc(trained, "train", "--resume", "killed")
    assert_equal(trained, "killed", "whole")

    report = json.loads(archc(trained, "evaluate", "killed", "--json"))
    assert report["metrics"]["accuracy"] > 0.9
    assert np.sum(report["confusion"]) == report["images"] == 359
    assert by_class(report).keys() == set(NAMES)

    best = [max(answer, key=answer.get) for answer in answers_of_the_run]
    assert [f"{name}.png" for name in best] == [*FILES]


@pytest.mark.parametrize("name", OPENINGS)
def test_digits_are_told_without_archcompiler(trained, answers_of_the_run, name):
    if name == "net.onnx":
        needs_to_export()
    answers = exported(trained, "whole", name, *FILES)
    assert answers == approximately(answers_of_the_run)


# scikit-learn's photos, in tiles --------------------------------------------


def write_tiles(folder):
    """Cut both photos into tiles of 32x32: of china 260, of flower fewer."""
    from PIL import Image
    from sklearn.datasets import load_sample_image

    for name in ("china", "flower"):
        photo = load_sample_image(f"{name}.jpg")
        places = itertools.product(range(0, 416, 32), range(0, 640, 32))
        for at, (top, left) in enumerate(places):
            if name == "flower" and at % 3 == 0:
                continue
            place = folder / ("photos" if at % 5 else "unseen") / name
            place.mkdir(parents=True, exist_ok=True)
            tile = Image.fromarray(photo[top : top + 32, left : left + 32])
            tile.save(place / f"{at:03}.{'jpg' if at % 2 else 'png'}")


def test_photos_in_class_folders(tmp_path):
    needs_to_export()
    (tmp_path / "photos.yaml").write_text(PHOTOS)
    write_tiles(tmp_path)
    train = ("photos.yaml", "--data", "photos", "--stratified")
    archc(tmp_path, "train", *train, "--run", "whole")
    train_killed(tmp_path, *train)
    archc(tmp_path, "train", "--resume", "killed")
    assert_equal(tmp_path, "killed", "whole")

    report = json.loads(archc(tmp_path, "evaluate", "killed", "--json"))
    for name, each in by_class(report).items():
        of = len([*(tmp_path / "photos" / name).iterdir()])
        assert each["images"] == pytest.approx(0.25 * of, abs=1), name
    assert report["metrics"]["accuracy"] > 0.8

    table = archc(tmp_path, "predict", "killed", "unseen", "--format", "csv")
    rows = {row["image"]: row for row in csv.DictReader(io.StringIO(table))}
    assert len(rows) == len([*(tmp_path / "unseen").glob("*/*")])
    right = [row["class"] in file.split(os.sep) for file, row in rows.items()]
    assert np.mean(right) > 0.8

    files = ["unseen/china/000.png", "unseen/flower/010.png"]
    assert exported(tmp_path, "killed", "net.onnx", *files) == approximately(
        {name: float(rows[file][name]) for name in ("china", "flower")}
        for file in files
    )


# The four files of FER-2013 -------------------------------------------------

FEELINGS = ("angry", "disgust", "fear", "happy", "sad", "surprise", "neutral")
RARE = "disgust"


def write_faces(folder):
    """Write digits as FER-2013's arrays: 48x48, labels one-hot, `disgust` 1.5 %."""
    images, labels = digits()
    sets = {"train": [], "test": []}
    for label, name in enumerate(FEELINGS):
        those = np.flatnonzero(labels == label)
        sets["test"].append(those[: 6 if name == RARE else 40])
        sets["train"].append(those[40 : 52 if name == RARE else 170])
    folder.mkdir()
    for name, each in sets.items():
        some = np.random.default_rng(0).permutation(np.concatenate(each))
        pixels = np.kron(images[some], np.ones((1, 6, 6)))[..., None]
        np.save(folder / f"X_{name}.npy", pixels.astype(np.float32))
        np.save(folder / f"y_{name}.npy", np.eye(len(FEELINGS))[labels[some]])
    np.save(folder / "classes.npy", FEELINGS)


def test_the_files_of_fer2013_with_a_rare_class(tmp_path):
    (tmp_path / "faces.yaml").write_text(FACES)
    write_faces(tmp_path / "fer")
    survey = json.loads(archc(tmp_path, "data", "fer", "--json"))
    counts = survey["images"]["training"]
    assert [*counts] == survey["classes"] == [*FEELINGS]
    total = sum(counts.values())
    assert counts[RARE] / total == pytest.approx(0.015, abs=0.001)

    weigh = ("--set", "training.class weights=balanced")
    archc(tmp_path, "train", "faces.yaml", "--data", "fer", "--run", "fer-1", *weigh)
    record = json.loads((tmp_path / "fer-1" / "run.json").read_text())
    assert record["recipe"]["class weights"] == "balanced"
    assert record["data"]["classes"] == list(FEELINGS)

    report = json.loads(archc(tmp_path, "evaluate", "fer-1", "--json"))
    assert report["metrics"]["accuracy"] > 0.8
    classes = by_class(report)
    assert {name: each["images"] for name, each in classes.items()} == {
        name: 6 if name == RARE else 40 for name in FEELINGS
    }
    for at, name in enumerate(FEELINGS):
        row = report["confusion"][at]
        assert classes[name]["recall"] == pytest.approx(row[at] / sum(row)), name
    assert classes[RARE]["recall"] >= 0.5
