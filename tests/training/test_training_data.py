"""Data: read, refused, put in order; none of it needs a framework."""

import gzip
import inspect
import io
import pickle
import struct
import sys
import tarfile

import numpy as np
import pytest

import archcompiler
from archcompiler.language.recipe.augmentation import AUGMENTATIONS
from archcompiler.language.recipe.data_sets import FACTS
from archcompiler.training.data.archives import PUBLISHED
from archcompiler.training.data.fingerprints import fingerprint
from archcompiler.training.data.fitting import refuse_unfit
from archcompiler.training.data.formats import read_cifar100
from archcompiler.training.data.images import Data, ImageSet, split
from archcompiler.training.data.order import Order
from archcompiler.training.data.sources import load_data
from archcompiler.training.errors import TrainingError
from archcompiler.training.recipe import read_recipe


@pytest.fixture(scope="module")
def recipe():
    return read_recipe(archcompiler.load("googlenet-digits"))


def images(count, labels=None, shape=(8, 8, 1), dtype=np.uint8):
    array = np.arange(count * int(np.prod(shape))).reshape(count, *shape).astype(dtype)
    return ImageSet(
        array, np.arange(count) % 10 if labels is None else np.array(labels)
    )


def data(training, validation=None, classes=10):
    return Data("some", training, validation, tuple(map(str, range(classes))))


# Sources --------------------------------------------------------------------


@pytest.mark.slow
def test_the_digits_are_those_of_scikit_learn():
    digits = load_data("digits")
    assert digits.training.images.shape == (1797, 8, 8, 1)
    assert digits.training.images.max() == 255
    assert np.bincount(digits.training.labels).tolist() == [
        *(178, 182, 177, 183, 181, 182, 181, 179, 174, 180)
    ]


def test_unknown_data_are_refused_with_the_nearest_name():
    with pytest.raises(TrainingError, match="did you mean `digits`"):
        load_data("digit")


@pytest.fixture
def article_files(tmp_path):
    """Write the four files that the third article loads, whose labels are one-hot."""
    random = np.random.default_rng(0)
    for name, count in (("train", 40), ("test", 10)):
        np.save(tmp_path / f"X_{name}.npy", random.random((count, 48, 48, 1)))
        labels = np.eye(7)[random.integers(0, 7, count)]
        np.save(tmp_path / f"y_{name}.npy", labels)
    return tmp_path


def test_the_files_of_the_third_article_are_read(article_files):
    found = load_data(str(article_files))
    assert found.training.images.shape == (40, 48, 48, 1)
    assert found.validation is not None
    assert len(found.validation) == 10
    assert found.training.labels.max() == 6
    assert isinstance(found.training.images, np.memmap)


def test_an_npz_is_read_and_grey_images_get_their_channel(tmp_path):
    path = tmp_path / "some.npz"
    np.savez(
        path, x_train=np.zeros((4, 5, 6), np.uint8), y_train=np.array([0, 1, 2, 1])
    )
    found = load_data(str(path))
    assert found.training.images.shape == (4, 5, 6, 1)
    assert found.validation is None
    assert found.classes == ("0", "1", "2")


def test_arrays_may_name_their_classes(tmp_path):
    arrays = {"x_train": np.zeros((2, 5, 5)), "y_train": np.array([0, 1])}
    np.savez(tmp_path / "some.npz", **arrays, classes=["cat", "dog", "=1+1"])
    assert load_data(str(tmp_path / "some.npz")).classes == ("cat", "dog", "=1+1")


@pytest.mark.parametrize(
    "classes", [["cat"], ["cat", "cat"], [0, 1], [["cat", "dog"]]], ids=str
)
def test_names_that_are_none_are_refused(tmp_path, classes):
    arrays = {"x_train": np.zeros((2, 5, 5)), "y_train": np.array([0, 1])}
    np.savez(tmp_path / "some.npz", **arrays, classes=classes)
    with pytest.raises(TrainingError, match="a text for each of the labels 0 to 1"):
        load_data(str(tmp_path / "some.npz"))


@pytest.mark.parametrize(
    ("arrays", "said"),
    [
        ({"x_train": np.zeros((4, 5, 6))}, "needed are `x_train` and `y_train`"),
        ({"x_train": np.zeros((4, 5, 6)), "y_train": np.zeros(3)}, "4 images, but 3"),
        ({"x_train": np.zeros((4, 5)), "y_train": np.zeros(4)}, "is 4x5; needed is"),
        ({"x_train": np.zeros((2, 5, 5)), "y_train": np.array([0.5, 1])}, "holds 0.5"),
        ({"x_train": np.zeros((2, 5, 5)), "y_train": np.ones((2, 3))}, "is 2x3"),
        (
            {"x_train": np.zeros((2, 5, 5)), "y_train": np.zeros((0, 10))},
            "is 0x10 of float64; needed is one label an image",
        ),
        ({"x_train": np.zeros((2, 5, 5)), "y_train": np.zeros((5, 0))}, "is 5x0"),
        ({"x_train": np.zeros((2, 5, 5)), "y_train": np.zeros(0)}, "is 0 of float64"),
        (
            {"x_train": np.zeros((2, 5, 5)), "y_train": np.full((2, 3), "a")},
            "is 2x3 of <U1",
        ),
        (
            {"x_train": np.zeros((2, 5, 5)), "y_train": np.array([np.nan, 1])},
            "holds nan, which is no class",
        ),
        (
            {"x_train": np.zeros((2, 0, 5)), "y_train": np.zeros(2)},
            "is 2x0x5x1; needed is count x height x width x channels",
        ),
        (
            {"x_train": np.full((1, 5, 5), "a"), "y_train": np.zeros(1)},
            "holds <U1, not numbers",
        ),
    ],
)
def test_arrays_that_do_not_go_together_are_refused(tmp_path, arrays, said):
    np.savez(tmp_path / "some.npz", **arrays)
    with pytest.raises(TrainingError, match=said):
        load_data(str(tmp_path / "some.npz"))


@pytest.mark.parametrize("content", [b"", b"no archive", b"PK\x03\x04 cut off"])
def test_a_broken_npz_is_refused(tmp_path, content):
    (tmp_path / "some.npz").write_bytes(content)
    with pytest.raises(TrainingError, match=r"is no readable \.npz file"):
        load_data(str(tmp_path / "some.npz"))


def test_pickled_arrays_are_refused(tmp_path):
    np.savez(tmp_path / "some.npz", x_train=np.array([{}]), y_train=np.zeros(1))
    with pytest.raises(TrainingError, match="is no readable"):
        load_data(str(tmp_path / "some.npz"))


PNG = b"\x89PNG\r\n\x1a\n"


def test_class_folders_are_listed_class_by_class_in_turn(tmp_path):
    for name, count in (("cat", 3), ("dog", 2)):
        (tmp_path / name).mkdir()
        for number in range(count):
            (tmp_path / name / f"{number}.png").write_bytes(PNG)
    found = load_data(str(tmp_path))
    assert found.classes == ("cat", "dog")
    assert found.training.labels.tolist() == [0, 1, 0, 1, 0]
    assert found.limited(2).training.labels.tolist() == [0, 1]


def test_class_folders_may_be_split_already(tmp_path):
    for part in ("train", "validation"):
        for name in ("cat", "dog"):
            (tmp_path / part / name).mkdir(parents=True)
            (tmp_path / part / name / "1.png").write_bytes(PNG)
    found = load_data(str(tmp_path))
    assert (len(found.training), len(found.validation)) == (2, 2)
    (tmp_path / "validation" / "cow").mkdir()
    with pytest.raises(TrainingError, match="has other classes than"):
        load_data(str(tmp_path))


def test_an_empty_class_and_a_false_image_are_refused(tmp_path):
    for name in ("cat", "dog"):
        (tmp_path / name).mkdir()
    (tmp_path / "cat" / "1.png").write_bytes(PNG)
    with pytest.raises(TrainingError, match=r"class folder `.*dog` has no image"):
        load_data(str(tmp_path))
    (tmp_path / "dog" / "1.png").write_bytes(b"<html>")
    with pytest.raises(TrainingError, match=r"dog/1.png` is no image"):
        load_data(str(tmp_path))


def test_a_folder_without_classes_is_refused(tmp_path):
    (tmp_path / "1.png").write_bytes(PNG)
    with pytest.raises(TrainingError, match="has 0 class folders"):
        load_data(str(tmp_path))


def test_files_that_only_pillow_reads_need_it(tmp_path, recipe, monkeypatch):
    for name in ("cat", "dog"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "1.PNG").write_bytes(PNG)
    monkeypatch.setitem(sys.modules, "PIL", None)  # as if it were not there
    refuse_unfit(load_data(str(tmp_path)), recipe)
    (tmp_path / "dog" / "2.BMP").write_bytes(b"BM" + bytes(12))
    with pytest.raises(TrainingError) as error:
        refuse_unfit(load_data(str(tmp_path)), recipe)
    said = f"reading `{tmp_path}/dog/2.BMP`, a bmp of 1 channel, needs Pillow: pip"
    assert str(error.value) == f"{said} install 'archcompiler[train]'"


# What fits the network ------------------------------------------------------


@pytest.mark.parametrize(
    ("some", "said"),
    [
        (data(images(20), classes=11), "some has 11 classes, the network has 10"),
        (
            data(images(3, [0, 1, 10])),
            "has the label 10, the network has outputs for 0",
        ),
        (data(images(3, [0, -1, 2])), "training set of some has the label -1"),
        (
            data(images(3), images(2, [0, 12])),
            "validation set of some has the label 12",
        ),
        (
            data(images(2, shape=(8, 8, 3))),
            "of 3 channels, the network takes 1 channel",
        ),
        (data(images(0)), "the training set of some is empty"),
        (
            data(ImageSet(np.full((2, 8, 8, 1), np.nan, np.float32), np.array([0, 1]))),
            "values that are no numbers",
        ),
    ],
)
def test_what_does_not_fit_is_refused(recipe, some, said):
    with pytest.raises(TrainingError, match=said):
        refuse_unfit(some, recipe)


@pytest.fixture
def recipe_with(write_spec):
    """Return what reads the recipe of the digits with other keys."""

    def read(keys):
        text = f"name: mine\nextends: googlenet-digits\ntraining: {{{keys}}}\n"
        return read_recipe(archcompiler.load(write_spec(text)))

    return read


AS_THEY_ARE = "or write `pixels: as they are`"


def shades(*values, dtype=np.float32):
    """Return two images of the given values."""
    array = np.resize(np.array(values, dtype), (2, 8, 8, 1))
    return data(ImageSet(array, np.array([0, 1])))


@pytest.mark.parametrize(
    ("some", "said"),
    [
        (shades(0, 0.5, 1), "values of 0 to 1, where `pixels` scales 0 to 255: give"),
        (shades(0, 1, dtype=np.uint8), f"give images of 0 to 255, {AS_THEY_ARE}"),
        (shades(0, 65535, dtype=np.uint16), "values of 0 to 65535, where `pixels`"),
        (shades(-128, 127, dtype=np.int8), "values of -128 to 127, where `pixels`"),
        (shades(-1.5, 2), "which look standardised: .*, where `pix"),
    ],
)
def test_values_that_are_not_0_to_255_are_taken_only_as_they_are(
    recipe, recipe_with, some, said
):
    with pytest.raises(TrainingError, match=said):
        refuse_unfit(some, recipe)
    refuse_unfit(some, recipe_with("pixels: as they are, augmentation: [flip]"))


@pytest.mark.parametrize("pixels", ["as they are", "[0, 1]"])
@pytest.mark.parametrize("some", [shades(0, 1), shades(0, 4095, dtype=np.uint16)])
def test_what_changes_values_of_0_to_255_needs_them(recipe_with, some, pixels):
    calls = "contrast: {by: 0.1}, flip, brightness: {by: 0.1}"
    recipe = recipe_with(f"pixels: {pixels}, augmentation: [{calls}]")
    both = "`contrast` and `brightness`"
    said = f"where {both} would change 0 to 255: .*`pixels: as they are` without {both}"
    with pytest.raises(TrainingError, match=said):
        refuse_unfit(some, recipe)
    refuse_unfit(shades(0, 255, dtype=np.uint8), recipe)


def test_fewer_classes_fit(recipe):
    refuse_unfit(data(images(4, [0, 1, 2, 1]), classes=3), recipe)


# Order ----------------------------------------------------------------------


def test_the_split_depends_on_the_seed_alone():
    one, two, other = (split(data(images(50)), 0.2, seed) for seed in (0, 0, 1))
    assert (len(one.training), len(one.validation)) == (40, 10)
    kinds = [fingerprint(each).sha256 for each in (one, two, other)]
    assert kinds[0] == kinds[1] != kinds[2]
    both = [*one.training.chosen, *one.validation.chosen]
    assert sorted(both) == list(range(50))


def test_an_epoch_shows_every_image_once_and_each_epoch_another_order():
    order = Order(50, 8, 3, shuffled=True)
    assert order.steps == 7
    epochs = [
        [index for step in range(7) for index in order.batch(7 * epoch + step)]
        for epoch in range(3)
    ]
    assert all(sorted(epoch) == list(range(50)) for epoch in epochs)
    assert len({tuple(epoch) for epoch in epochs}) == 3
    assert len(order.batch(6)) == 2
    again = Order(50, 8, 3, shuffled=True)
    assert again.batch(9).tolist() == order.batch(9).tolist()


def test_validation_keeps_its_order():
    order = Order(10, 4, 0, shuffled=False)
    assert [order.batch(step).tolist() for step in range(3)] == [
        *([0, 1, 2, 3], [4, 5, 6, 7], [8, 9])
    ]


# Augmentation ---------------------------------------------------------------


@pytest.mark.slow
def test_every_augmentation_is_a_function_of_its_arguments(keras):
    del keras
    from archcompiler.training.data.augmenting import FUNCTIONS, MIXING

    assert FUNCTIONS.keys() | MIXING.keys() == AUGMENTATIONS.keys()
    assert {n for n, kind in AUGMENTATIONS.items() if kind.of_labels} == MIXING.keys()
    for name, kind in AUGMENTATIONS.items():
        if kind.of_labels:
            continue
        _, _, *arguments = inspect.signature(FUNCTIONS[name]).parameters
        assert arguments == [*kind.keys()], name


# Archives -------------------------------------------------------------------


def idx(array):
    """Return an array as MNIST's files hold it."""
    head = struct.pack(f">HBB{array.ndim}I", 0, 8, array.ndim, *array.shape)
    return gzip.compress(head + array.tobytes())


def test_every_published_data_set_but_the_digits_has_its_archives():
    assert FACTS.keys() - PUBLISHED.keys() == {"digits"}
    assert PUBLISHED.keys() <= FACTS.keys()


def test_the_format_of_mnist_is_read(tmp_path):
    archives = PUBLISHED["fashion_mnist"].archives
    parts = [np.zeros((5, 28, 28), np.uint8), np.arange(5, dtype=np.uint8)] * 2
    for archive, array in zip(archives, parts, strict=True):
        (tmp_path / archive.name).write_bytes(idx(array))
    found = load_data("fashion_mnist", tmp_path)
    assert found.training.images.shape == (5, 28, 28, 1)
    assert found.training.labels.tolist() == [0, 1, 2, 3, 4]
    (tmp_path / archives[0].name).write_bytes(b"no gzip")
    with pytest.raises(TrainingError, match="fashion_mnist cannot be read"):
        load_data("fashion_mnist", tmp_path)


def test_the_format_of_cifar_is_read(tmp_path):
    path = tmp_path / "cifar.tar.gz"
    with tarfile.open(path, "w:gz") as archive:
        pixels = np.arange(2 * 3072).astype(np.uint8).reshape(2, 3072)
        part = {b"data": pixels, b"fine_labels": [7, 99]}
        names = {b"fine_label_names": [b"apple", *[b"%d" % n for n in range(99)]]}
        for name, held in (("train", part), ("test", part), ("meta", names)):
            content = pickle.dumps(held)
            member = tarfile.TarInfo(f"cifar-100-python/{name}")
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    found = read_cifar100("cifar100", [path])
    assert found.training.images.shape == (2, 32, 32, 3)
    assert found.training.images[0, 0, 1].tolist() == [
        1,
        1024 % 256 + 1,
        2048 % 256 + 1,
    ]
    assert found.validation.labels.tolist() == [7, 99]
    assert found.classes[:2] == ("apple", "0")


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("cifar10", "cifar-10-python.tar.gz"),
        ("cifar100", "cifar-100-python.tar.gz"),
        ("mnist", "mnist.npz"),
    ],
)
def test_a_missing_and_a_wrong_archive_name_file_and_place(tmp_path, name, file):
    with pytest.raises(TrainingError) as error:
        load_data(name, tmp_path)
    assert f"there is no `{tmp_path / file}`: put https://" in str(error.value)
    (tmp_path / file).write_bytes(b"something else")
    with pytest.raises(TrainingError, match="is not the published file: its SHA-256"):
        load_data(name, tmp_path)
