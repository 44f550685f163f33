"""What a run is known by: network and recipe, each image and label, its version."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import archcompiler
from archcompiler.cli import main
from archcompiler.training.data.fingerprints import (
    fingerprint,
    refuse_other_data,
)
from archcompiler.training.data.images import Data, ImageSet
from archcompiler.training.data.sources import load_data
from archcompiler.training.errors import TrainingError
from archcompiler.training.recipe import read_recipe
from archcompiler.training.recorded import (
    know_again,
    known_as,
    read_record,
    recorded_request,
)
from archcompiler.training.task import prepare

EARLIER = Path(__file__).parent / "version_1"
"""A folder that the version without a number left, killed in its last epoch."""


# Images ---------------------------------------------------------------------


def arrays(count=2000):
    values = np.random.default_rng(0).integers(0, 256, (count, 4, 4, 1), np.uint8)
    labels = np.arange(count) % 10
    held = ImageSet(values[:50].copy(), labels[:50].copy())
    return Data("arrays", ImageSet(values, labels), held, (*map(str, range(10)),))


@pytest.fixture
def folder(tmp_path):
    """Return a folder of two classes with files that begin as images do."""
    for name in ("cat", "dog"):
        (tmp_path / name).mkdir()
        for number in range(3):
            (tmp_path / name / f"{number}.bmp").write_bytes(
                b"BM" + bytes(8) + bytes([number])
            )
    return tmp_path


def refusal(data, before):
    found = fingerprint(data, before.digests)
    assert found.sha256 != before.sha256
    with pytest.raises(TrainingError) as error:
        refuse_other_data(data, found, before.digests, "runs/x")
    return str(error.value)


def change_pixel(data):
    data.training.images[1234, 2, 3, 0] ^= 1


def change_label(data):
    data.training.labels[7] += 1


def change_validation(data):
    data.validation.images[3, 0, 0, 0] ^= 1


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (change_pixel, "image 1234 of arrays, in the training set, or its label"),
        (change_label, "image 7 of arrays, in the training set, or its label"),
        (change_validation, "image 3 of arrays, in the validation set, or its label"),
    ],
)
def test_another_pixel_or_label_of_an_array_is_named(change, said):
    data = arrays()
    before = fingerprint(data)
    change(data)
    assert refusal(data, before) == (
        f"the data are not those with which `runs/x` began: {said}, is another"
    )


@pytest.mark.thorough
def test_other_counts_kinds_and_shapes_are_other_data():
    data = arrays()
    before = fingerprint(data)
    fewer = data.limited(1999)
    assert "the training set had 2,000 images, and has 1,999" in refusal(fewer, before)
    alone = replace(data, validation=None)
    assert "the validation set had 50 images, and has 0" in refusal(alone, before)
    kinds = [data.training.images.view(np.int8), data.training.images[..., None]]
    for images in kinds:
        other = replace(data, training=ImageSet(images, data.training.labels))
        assert fingerprint(other).sha256 != before.sha256


def test_an_image_that_a_split_chose_is_named_by_its_place_in_the_file():
    data = arrays()
    part = replace(data, training=data.training.take(np.array([5, 1234])))
    before = fingerprint(part)
    change_pixel(data)
    assert "image 1234 of arrays" in refusal(part, before)


def test_a_byte_of_a_file_is_noticed_and_the_file_named(folder):
    before = fingerprint(load_data(str(folder)))
    (folder / "dog" / "1.bmp").write_bytes(b"BM" + bytes(8) + bytes([2]))
    said = refusal(load_data(str(folder)), before)
    assert said.endswith(f"began: `{folder / 'dog' / '1.bmp'}` is another")


def test_files_that_change_places_are_noticed(folder):
    before = fingerprint(load_data(str(folder)))
    one, two, aside = (folder / "cat" / name for name in ("0.bmp", "1.bmp", "aside"))
    one.rename(aside)
    two.rename(one)
    aside.rename(two)
    assert f"`{one}` is another" in refusal(load_data(str(folder)), before)


def test_files_that_are_as_they_were_are_not_read_again(folder):
    data = load_data(str(folder))
    before = fingerprint(data)
    assert before.read == 6 * 11
    again = fingerprint(data, before.digests)
    assert (again.sha256, again.read) == (before.sha256, 0)
    (folder / "dog" / "1.bmp").touch()
    touched = fingerprint(data, before.digests)
    assert (touched.sha256, touched.read) == (before.sha256, 11)


def test_a_folder_that_was_copied_is_the_same_data(folder, tmp_path_factory):
    copy = shutil.copytree(folder, tmp_path_factory.mktemp("copy") / "images")
    one, two = (fingerprint(load_data(str(place))) for place in (folder, copy))
    assert one.sha256 == two.sha256


# Network and recipe ---------------------------------------------------------


def digest(write_spec, training):
    text = (EARLIER / "spec" / "small.yaml").read_text()
    return read_recipe(archcompiler.load(write_spec(text + training))).digest


@pytest.mark.parametrize(
    "training",
    [
        "  l2: 0\n",
        "  schedule: constant\n",
        "  pixels: [0.0, 1.0]\n",
        "  metrics: [accuracy]\n",
        "  freeze: []\n",
    ],
)
def test_what_says_the_default_is_the_same_recipe(write_spec, training):
    assert digest(write_spec, training) == digest(write_spec, "")


@pytest.mark.parametrize(
    "training", ["  l2: 1e-9\n", "  schedule: cosine\n", "  pixels: as they are\n"]
)
def test_what_says_something_else_is_another(write_spec, training):
    assert digest(write_spec, training) != digest(write_spec, "")


def test_what_is_written_is_what_is_no_default():
    recipe = read_recipe(archcompiler.load(EARLIER / "spec" / "small.yaml"))
    assert recipe.training.written() == {
        "limit": 64,
        "augmentation": [{"flip": {}}],
        "optimizer": {"SGD": {"momentum": 0.9}},
        "losses": {"categorical crossentropy": {}},
        "batch size": 32,
        "epochs": 3,
    }


# Versions -------------------------------------------------------------------


def earlier(tmp_path, said=""):
    """Return a copy of the earlier folder, with its recipe as it is read today."""
    copy = shutil.copytree(EARLIER, tmp_path / "earlier")
    with open(copy / "spec" / "small.yaml", "a") as file:
        file.write(said)
    record = read_record(copy)
    architecture = archcompiler.load(copy / record["spec"])
    recipe = read_recipe(architecture, record["request"]["overrides"])
    return copy, record, known_as(record, architecture, recipe)


def test_an_earlier_folder_knows_its_recipe(tmp_path):
    _, record, recipe = earlier(tmp_path)
    assert recipe.digest == record["digest"]


def test_an_earlier_folder_knows_another_recipe(tmp_path):
    _, record, recipe = earlier(tmp_path, "  l2: 1e-9\n")
    assert recipe.digest != record["digest"]


def test_a_key_that_came_later_is_no_part_of_an_earlier_digest(tmp_path):
    copy, record, _ = earlier(tmp_path)
    del record["recipe"]["l2"]  # as if it had come later
    for said in ("", "  l2: 1e-9\n"):
        text = (EARLIER / "spec" / "small.yaml").read_text() + said
        (copy / "spec" / "small.yaml").write_text(text)
        architecture = archcompiler.load(copy / "spec" / "small.yaml")
        recipe = read_recipe(architecture)
        found = known_as(record, architecture, recipe).digest
        whole = {"recipe": recipe.training.plain()}
        knows_all = found == known_as(whole, architecture, recipe).digest
        assert knows_all is bool(said)


@pytest.mark.slow
def test_an_earlier_folder_knows_its_data(tmp_path):
    copy, record, _ = earlier(tmp_path)
    task = prepare(recorded_request(copy))
    assert know_again(copy, record, task.data).sha256 == record["data"]["sha256"]
    other = replace(task.data, training=task.data.training.take(np.arange(63)))
    with pytest.raises(TrainingError, match="the data are not those with which"):
        know_again(copy, record, other)


def test_a_later_version_is_refused(tmp_path):
    copy, record, _ = earlier(tmp_path)
    (copy / "run.json").write_text(json.dumps({**record, "version": 99}))
    with pytest.raises(TrainingError, match=r"is of version 99, this .* up to 2"):
        read_record(copy)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:__array__ implementation")  # of TensorFlow's
def test_an_earlier_folder_is_gone_on_with(tmp_path, keras):
    del keras
    copy = shutil.copytree(EARLIER, tmp_path / "earlier")
    assert main(["train", "--resume", str(copy)]) == 0
    lines = (copy / "history.csv").read_text().splitlines()
    (checkpoint,) = (EARLIER / "checkpoints").iterdir()
    rows = json.loads((checkpoint / "progress.json").read_text())
    assert len(lines) == 1 + 4
    for line, row in zip(lines[1:], rows["progress"]["rows"], strict=False):
        assert line == ",".join(map(str, row.values()))
