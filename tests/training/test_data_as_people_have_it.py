"""Data as people have it: files of any name, lists, arrays; all that is wrong told."""

import json
from pathlib import Path

import jsonschema
import numpy as np
import pytest
from PIL import Image

import archcompiler
from archcompiler.cli import main
from archcompiler.training.data.fitting import refuse_unfit
from archcompiler.training.data.images import Data, ImageSet, balanced, split
from archcompiler.training.data.kinds import kind_in
from archcompiler.training.data.sources import load_data
from archcompiler.training.errors import TrainingError
from archcompiler.training.recipe import read_recipe

SCHEMA = Path(__file__).parents[2] / "docs" / "json.schema.json"


def write(path, value=0, form=None, size=(8, 8)):
    """Write an image of one shade of grey."""
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(np.full(size, value, np.uint8)).save(path, form)
    return path


@pytest.fixture
def photos(tmp_path):
    """Write two classes as people keep them."""
    write(tmp_path / "cat" / "a.png", 1)
    write(tmp_path / "cat" / "2024" / "june" / "b.jpeg", 2)
    write(tmp_path / "cat" / "c", 3, "webp")
    write(tmp_path / "dog" / "d.jpg", 4, "png")
    write(tmp_path / "dog" / "e.tif", 5)
    write(tmp_path / "dog" / ".thumbnails" / "d.png", 9)
    (tmp_path / "dog" / "notes.txt").write_text("BM is no image")
    (tmp_path / "read me").write_text("-")
    (tmp_path / ".DS_Store").write_text("-")
    return tmp_path


# Files ----------------------------------------------------------------------


@pytest.mark.parametrize("form", ["png", "jpeg", "bmp", "gif", "webp", "tiff"])
def test_a_file_is_what_it_begins_as(tmp_path, form):
    assert kind_in(write(tmp_path / "some.txt", form=form)) == form


@pytest.mark.parametrize("content", [b"", b"BM is no image", b"RIFF1234WAVE", b"II"])
def test_what_begins_otherwise_is_no_image(tmp_path, content):
    (tmp_path / "some.png").write_bytes(content)
    assert not kind_in(tmp_path / "some.png")


def test_class_folders_are_walked_down(photos):
    found = load_data(str(photos))
    names = [path.name for path in found.training.images]
    assert names == ["b.jpeg", "d.jpg", "a.png", "e.tif", "c"]
    assert found.training.labels.tolist() == [0, 1, 0, 1, 0]
    assert found.notes == ("left out, as no images: 1 .txt, 1 read me",)
    assert not found.training.upright
    assert load_data(str(photos), takings=["upright"]).training.upright


def test_all_false_images_are_named_at_once(photos):
    for number in range(12):
        (photos / "dog" / f"{number:02}.png").write_text("<html>")
    with pytest.raises(TrainingError) as error:
        load_data(str(photos))
    said = str(error.value)
    assert said.startswith(f"12 files are no images: `{photos}/dog/00.png`, ")
    assert said.endswith("and 2 more; `--skip-broken` goes on without such files")
    found = load_data(str(photos), takings=["skip-broken"])
    assert len(found.broken) == 12
    assert len(found.training) == 5


def test_what_cannot_be_decoded_is_left_out_with_its_reason(photos):
    file = photos / "cat" / "a.png"
    file.write_bytes(file.read_bytes()[:50])
    assert len(load_data(str(photos)).training) == 5  # read in its turn alone
    found = load_data(str(photos), takings=["skip-broken"])
    assert [each.path for each in found.broken] == [str(file)]
    assert found.broken[0].reason
    assert file not in found.training.images


@pytest.mark.parametrize(
    ("data", "word", "said"),
    [
        ("digits", "upright", "images in files, `digits` has images that need no word"),
        ("photos", "labels-from-1", "said of arrays, `photos` has images in files"),
        ("a.npz", "skip-broken", "said of images in files, `a.npz` has arrays"),
    ],
)
def test_a_word_on_other_data_is_refused(photos, monkeypatch, data, word, said):
    monkeypatch.chdir(photos)
    np.savez("a.npz", x=np.zeros((2, 3, 3)), y=np.arange(2))
    for name in ("cat", "dog"):
        write(photos / "photos" / name / "a.png")
    with pytest.raises(TrainingError, match=f"`--{word}` is .*{said}"):
        load_data(data, takings=[word])


# Lists ----------------------------------------------------------------------


def listed(folder, text, takings=()):
    (folder / "labels.csv").write_text(text)
    return load_data(str(folder / "labels.csv"), takings=takings)


def test_a_list_names_files_and_labels(photos):
    text = "label,file,set\nb,cat/a.png,train\na,cat/c,train\nb,dog/d.jpg,val\n"
    found = listed(photos, text)
    assert found.classes == ("a", "b")
    assert [path.name for path in found.training.images] == ["c", "a.png"]
    assert found.training.labels.tolist() == [0, 1]
    assert found.validation.labels.tolist() == [1]


def test_labels_that_are_numbers_keep_their_order(photos):
    found = listed(photos, "path,class\ncat/a.png,10\ncat/c,9\n")
    assert found.classes == ("9", "10")
    assert found.validation is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "lists no image"),
        ("file,label\n", "lists no image"),
        ("file,size\na,b\n", "has the columns file, size; needed are `file` and"),
        ("file,label\ncat/a.png,\n", "has no file or no label in line 2"),
        ("file,label\ncat/a.png\n", "has no file or no label in line 2"),
        ("file,label,set\ncat/a.png,1,some\n", "the set `some` in line 2: it is train"),
        ("file,label\ncat/a.png,1\n", "has 1 classes; needed are at least 2"),
        ("file,label\nx.png,1\ny.png,2\n", "2 files are no images: .*x.png`, `.*y.png"),
        ("file,label\nx.png,1\ncat/c,2\n", "x.png` is no image: there is no such file"),
    ],
)
def test_a_list_that_is_none_is_refused(photos, text, said):
    with pytest.raises(TrainingError, match=said):
        listed(photos, text)


def test_a_list_goes_on_without_what_is_missing(photos):
    text = "file,label\nx.png,1\ncat/a.png,1\ncat/c,2\n"
    found = listed(photos, text, ["skip-broken"])
    assert [path.name for path in found.training.images] == ["a.png", "c"]
    assert [each.reason for each in found.broken] == ["there is no such file"]


# Arrays ---------------------------------------------------------------------


IMAGES = np.zeros((4, 5, 6), np.uint8)
LABELS = np.array([0, 1, 2, 1])


def arrays(folder, takings=(), **given):
    np.savez(folder / "some.npz", **given)
    return load_data(str(folder / "some.npz"), takings=takings)


@pytest.mark.parametrize(
    ("given", "held"),
    [
        ({"images": IMAGES, "labels": LABELS}, 0),
        ({"X": IMAGES, "target": np.eye(3)[LABELS]}, 0),
        ({"trainX": IMAGES, "trainY": LABELS, "testX": IMAGES, "testY": LABELS}, 4),
        ({"a_train": IMAGES, "b_train": LABELS, "a_val": IMAGES, "b_val": LABELS}, 4),
    ],
)
def test_any_two_clear_names_will_do(tmp_path, given, held):
    found = arrays(tmp_path, **given)
    assert found.training.images.shape == (4, 5, 6, 1)
    assert found.training.labels.tolist() == LABELS.tolist()
    assert len(found.validation or ()) == held


@pytest.mark.parametrize(
    "given",
    [
        {"a": IMAGES},
        {"a": IMAGES, "b": LABELS, "c": LABELS},
        {"a": IMAGES, "b": LABELS[:3]},
        {"a": IMAGES, "b": IMAGES},
        {"a": IMAGES, "b": LABELS, "a_test": IMAGES},
    ],
    ids=str,
)
def test_names_that_are_not_clear_are_refused_with_their_shapes(tmp_path, given):
    said = "holds a 4x5x6 of uint8.*; needed are `x_train` and `y_train`, .* only be"
    with pytest.raises(TrainingError, match=said):
        arrays(tmp_path, **given)


def test_labels_that_are_texts_name_the_classes(tmp_path):
    words = np.array(["dog", "cat", "eel", "cat"])
    found = arrays(tmp_path, x=IMAGES, y=words)
    assert found.classes == ("cat", "dog", "eel")
    assert found.training.labels.tolist() == [1, 0, 2, 0]
    names = ["eel", "dog", "cat"]
    found = arrays(tmp_path, x=IMAGES, y=words, classes=names)
    assert found.training.labels.tolist() == [1, 2, 0, 2]
    with pytest.raises(TrainingError, match="label `eel`, which `classes` lacks"):
        arrays(tmp_path, x=IMAGES, y=words, classes=["cat", "dog"])


def test_labels_count_from_1_where_that_is_told(tmp_path):
    found = arrays(tmp_path, ["labels-from-1"], x=IMAGES, y=LABELS + 1)
    assert found.training.labels.tolist() == LABELS.tolist()
    assert found.classes == ("0", "1", "2")
    for labels in (LABELS, np.eye(3)[LABELS]):
        with pytest.raises(TrainingError, match="leave `--labels-from-1` out"):
            arrays(tmp_path, ["labels-from-1"], x=IMAGES, y=labels)


def test_channels_stand_first_where_that_is_told(tmp_path):
    images = np.arange(2 * 3 * 4 * 5).reshape(2, 3, 4, 5)
    found = arrays(tmp_path, ["channels-first"], x=images, y=np.arange(2))
    assert found.training.images.shape == (2, 4, 5, 3)
    np.testing.assert_array_equal(found.training.images[0, 1, 2], images[0, :, 1, 2])


@pytest.fixture(scope="module")
def recipe():
    return read_recipe(archcompiler.load("googlenet-digits"))


@pytest.mark.parametrize(
    ("shape", "labels", "said"),
    [
        ((11, 8, 8, 1), np.arange(1, 12), "if they count from 1, say `--labels-from"),
        ((2, 1, 8, 8), np.arange(2), "`--channels-first` says that they stand there"),
    ],
)
def test_what_must_be_told_is_asked_for(tmp_path, recipe, shape, labels, said):
    found = arrays(tmp_path, x=np.full(shape, 200, np.uint8), y=labels)
    with pytest.raises(TrainingError, match=said):
        refuse_unfit(found, recipe)


def test_values_that_look_standardised_are_told(tmp_path, recipe):
    values = np.random.default_rng(0).normal(size=(4, 8, 8, 1))
    found = arrays(tmp_path, x=values, y=LABELS)
    with pytest.raises(TrainingError, match=r"look standardised: .*`pixels: as they"):
        refuse_unfit(found, recipe)


# What is held back ----------------------------------------------------------


def test_every_class_is_held_back_in_its_share():
    labels = np.repeat([0, 1, 2, 3], [50, 10, 4, 1])
    images = ImageSet(np.zeros((65, 1, 1, 1)), labels)
    data = Data("some", images, None, tuple("abcd"))
    found = split(data, 0.2, 3, stratified=True)
    assert np.bincount(found.validation.labels, minlength=4).tolist() == [10, 2, 1, 0]
    assert np.bincount(found.training.labels).tolist() == [40, 8, 3, 1]
    both = [*found.training.chosen, *found.validation.chosen]
    assert sorted(both) == list(range(65))
    assert found.training.chosen.tolist() != sorted(found.training.chosen)
    other = split(data, 0.2, 4, stratified=True)
    assert found.training.chosen.tolist() != other.training.chosen.tolist()


# archc data -----------------------------------------------------------------


def told(capsys, *arguments, code=0):
    capsys.readouterr()
    assert main(["data", *map(str, arguments)]) == code
    return capsys.readouterr().out


def record(capsys, *arguments, code=0):
    """Return what is told as JSON, held against its schema."""
    found = json.loads(told(capsys, *arguments, "--json", code=code))
    schema = {**json.loads(SCHEMA.read_text("utf-8")), "$ref": "#/$defs/data"}
    jsonschema.Draft202012Validator(schema).validate(found)
    return found


@pytest.mark.thorough
def test_a_folder_is_shown(photos, capsys):
    text = told(capsys, photos)
    assert f"{photos}: 5 images of 2 classes" in text
    for part in ("cat", "8x8", "webp RGB", "png L", "left out, as no images: 1 .txt"):
        assert part in text
    assert told(capsys, photos, "-f", "csv") == "class,training\ncat,3\ndog,2\n"


@pytest.mark.thorough
def test_broken_files_and_twins_are_found(photos, capsys):
    (photos / "cat" / "z.png").write_text("<html>")
    twin = photos / "dog" / "twin.png"
    twin.write_bytes((photos / "cat" / "a.png").read_bytes())
    found = record(capsys, photos, code=1)
    assert [each["path"] for each in found["broken"]] == [str(photos / "cat" / "z.png")]
    (same,) = found["duplicates"]
    assert [each["class"] for each in same] == ["cat", "dog"]
    text = told(capsys, photos, code=1)
    assert "of several classes" in text
    assert "it does not begin as an image" in text


@pytest.mark.thorough
def test_twins_of_one_class_are_told_and_good(photos, capsys):
    for part in ("train", "val"):
        write(photos / "split" / part / "cat" / "a.png", 1)
        write(photos / "split" / part / "dog" / "b.png", 2)
    found = record(capsys, photos / "split")
    assert [{each["set"] for each in same} for same in found["duplicates"]] == [
        {"training", "validation"}
    ] * 2
    assert "in both sets" in told(capsys, photos / "split")


def test_arrays_are_shown(tmp_path, capsys):
    values = np.random.default_rng(0).normal(size=(4, 8, 8, 1)).astype(np.float32)
    np.savez(tmp_path / "some.npz", x=values, y=LABELS)
    found = record(capsys, tmp_path / "some.npz")
    assert found["modes"] == {"float32 of 1 channel": 4}
    assert found["sizes"] == [{"height": 8, "width": 8, "images": 4}]
    assert "which look standardised" in found["notes"][0]


@pytest.mark.thorough
def test_a_photo_on_its_side_is_told(photos, capsys):
    exif = Image.Exif()
    exif[0x112] = 6
    Image.fromarray(np.zeros((4, 6), np.uint8)).save(
        photos / "cat" / "side.png", exif=exif
    )
    said = "photos lie on their side by EXIF: `--upright` turns them"
    assert said in record(capsys, photos)["notes"]
    assert said not in record(capsys, photos, "--upright")["notes"]


def test_data_that_are_none_are_refused(tmp_path, capsys):
    assert main(["data", str(tmp_path)]) == 1
    assert "has 0 class folders" in capsys.readouterr().err


@pytest.mark.thorough
def test_balanced_classes_weigh_as_scikit_learn_has_it():
    utils = pytest.importorskip("sklearn.utils.class_weight")
    labels = np.array([0, 0, 0, 0, 0, 1, 1, 3], np.uint8)
    expected = utils.compute_class_weight(
        "balanced", classes=np.unique(labels), y=labels
    )
    found = balanced(labels, 4)
    assert [found[each] for each in (0, 1, 3)] == pytest.approx(expected)
