"""A trained run is asked: evaluated as Keras does, and its classes of real images."""

import csv
import io
import json

import numpy as np
import pytest

import archcompiler
from archcompiler.cli import main
from tests.training.test_loading_runs import SPEC

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore:__array__ implementation"),  # of TensorFlow's
]
NAMES = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


def write_digits(folder, first, last):
    """Write scikit-learn's digits as png files, in a folder for each class."""
    from PIL import Image
    from sklearn.datasets import load_digits

    images, labels = load_digits(return_X_y=True)
    for at in range(first, last):
        place = folder / NAMES[labels[at]]
        place.mkdir(parents=True, exist_ok=True)
        shades = (images[at].reshape(8, 8) * (255 / 16)).astype(np.uint8)
        Image.fromarray(shades).save(place / f"{at:04}.png")
    return folder


@pytest.fixture(scope="module")
def trained(keras, tmp_path_factory):
    del keras
    place = tmp_path_factory.mktemp("used")
    (place / "small.yaml").write_text(SPEC)
    write_digits(place / "digits", 0, 300)
    train = ["train", str(place / "small.yaml"), "--data", str(place / "digits")]
    assert main([*train, "--epochs", "3", "--run", str(place / "run")]) == 0
    return place


def told(capsys, *arguments):
    capsys.readouterr()
    assert main([*map(str, arguments)]) == 0
    return capsys.readouterr().out


def test_a_run_keeps_the_names_of_its_folders(trained):
    assert archcompiler.load_run(trained / "run").classes == tuple(sorted(NAMES))


def test_an_evaluation_is_that_of_the_training(trained, capsys):
    found = json.loads(told(capsys, "evaluate", trained / "run", "--json"))
    run = archcompiler.load_run(trained / "run")
    best = max(run.history, key=lambda row: row["val_accuracy"])
    for name in ("loss", "accuracy"):
        assert found["metrics"][name] == pytest.approx(best[f"val_{name}"], abs=1e-6)
    assert found["top"]["1"] == pytest.approx(best["val_accuracy"], abs=1e-6)
    assert found["images"] == np.sum(found["confusion"]) == 60


def test_other_images_than_were_held_back_are_refused(trained, capsys):
    run = archcompiler.load_run(trained / "run")
    from archcompiler.training.evaluating import held_back

    _, images = held_back(run)
    file = images.read(np.array([3]))[0]
    content = file.read_bytes()
    file.write_bytes(content + b" ")
    try:
        assert main(["evaluate", str(trained / "run")]) == 1
    finally:
        file.write_bytes(content)
    said = capsys.readouterr().err
    assert f"held back is no more what it was: `{file}` is another; `--data`" in said


def test_an_evaluation_has_text_csv_and_a_figure(trained, capsys):
    figure = trained / "evaluation.png"
    text = told(capsys, "evaluate", trained / "run", "-o", figure)
    assert "expected calibration error" in text
    assert figure.read_bytes().startswith(b"\x89PNG")
    rows = told(capsys, "evaluate", trained / "run", "-f", "csv")
    classes = [row["class"] for row in csv.DictReader(io.StringIO(rows))]
    assert classes == sorted(NAMES)


def test_other_images_are_judged_by_the_names_of_their_classes(trained, capsys):
    some = write_digits(trained / "more", 300, 340)
    for name in NAMES[5:]:  # with fewer folders the same names have other numbers
        for file in (some / name).iterdir():
            file.unlink()
        (some / name).rmdir()
    found = json.loads(told(capsys, "evaluate", trained / "run", "--data", some, "-j"))
    images = {each["name"]: each["images"] for each in found["classes"]}
    assert {name for name in images if images[name]} == set(NAMES[:5])
    (some / "zero").rename(some / "zeros")
    assert main(["evaluate", str(trained / "run"), "--data", str(some)]) == 1
    assert "the class `zeros`, which the run does not know: did you mean `zero`" in (
        capsys.readouterr().err
    )


def test_predictions_are_those_of_the_pipeline(trained, capsys):
    place = trained / "digits" / "zero"
    found = json.loads(told(capsys, "predict", trained / "run", place, "--json"))
    run = archcompiler.load_run(trained / "run")
    from archcompiler.training.data.folders import load_folder
    from archcompiler.training.data.pipeline import validation_batches

    images = load_folder(trained / "digits").training
    own = run.model.predict(validation_batches(images, run.recipe), verbose=0)
    by_path = dict(zip(map(str, images.images), own, strict=True))
    for each in found["images"]:
        row = by_path[each["image"]]
        assert each["class"] == run.classes[row.argmax()]
        assert each["probability"] == pytest.approx(row.max(), abs=1e-6)
    rows = told(capsys, "predict", trained / "run", place, "-f", "csv").splitlines()
    assert rows[0] == f"image,class,probability,{','.join(sorted(NAMES))}"
    assert len(rows) == 1 + len(found["images"])


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nowhere.png"], "there is no image `nowhere.png`"),
        (["empty"], "no image lies below `empty`"),
        (["text.png"], "`text.png` is no image: it does not begin as one"),
        (["cut.png"], "`cut.png` cannot be read as an image of 1 channel"),
        (["cut.png", "--output", "ou"], "has no output `ou`: did you mean `out`"),
    ],
)
def test_what_is_no_image_is_refused(trained, capsys, monkeypatch, arguments, said):
    monkeypatch.chdir(trained)
    (trained / "empty").mkdir(exist_ok=True)
    (trained / "text.png").write_text("text")
    (trained / "cut.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    assert main(["predict", "run", *arguments]) == 1
    assert said in capsys.readouterr().err
