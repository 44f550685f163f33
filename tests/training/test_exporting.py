"""A trained network in files for others: each gives the outputs of its run."""

import json
import sys
import zipfile

import numpy as np
import pytest

import archcompiler
from archcompiler.cli import main
from archcompiler.training.exporting import TARGETS
from archcompiler.training.recipe import read_recipe
from tests.training.test_loading_runs import SPEC, keep
from tests.training.test_using_runs import NAMES, told, write_digits

MODES = """\
  - [flat, Flatten]
  - [norm, BatchNormalization]
  - drop: {type: Dropout, rate: 50%}
"""
"""Rows that compute something else in training."""

DEEP = SPEC.replace("  epochs: 6", "  epochs: 2\n  mean: [0.3]\n  deviation: [0.4]")
DEEP = DEEP.replace("  - [flat, Flatten]\n", MODES)


def refused(capsys, *arguments, code=2):
    assert main(["export", *map(str, arguments)]) == code
    return capsys.readouterr().err


# Names ----------------------------------------------------------------------


@pytest.fixture
def kept(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return keep(tmp_path / "run")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["-o", "net"], "SavedModel: `net/`; received `net`"),
        (["-o", "net.h5"], "is written as .keras, .onnx, .tflite, or as the folder"),
        (["-o", "net.onnx", "--format", "tflite"], "is no name for `--format tflite`"),
        (["-o", "net/", "--format", "keras"], "`net/` is no name for `--format keras`"),
        (["-o", "net", "--format", "onnx"], "`--format onnx` ends in .onnx"),
        (["-o", "nowhere/net.onnx"], "there is no folder `nowhere`"),
        (["-o", "nowhere/net/"], "there is no folder `nowhere`"),
        (["-o", "run/"], "`run` holds something else than a SavedModel"),
    ],
)
def test_a_name_that_is_of_no_form_is_refused(kept, capsys, arguments, said):
    assert said in refused(capsys, kept, *arguments)


def test_what_is_not_installed_is_named_with_its_command(kept, capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "tf2onnx", None)  # as if it were not there
    said = refused(capsys, kept, "-o", "net.onnx")
    assert "`net.onnx` needs tf2onnx, which is not installed: pip install " in said
    assert "archcompiler[tensorflow,export]" in said


# Files ----------------------------------------------------------------------

slow = pytest.mark.slow
others = pytest.mark.filterwarnings("ignore")  # warnings of exporters
quiet = pytest.mark.filterwarnings("ignore:__array__ implementation")  # of TensorFlow's


@pytest.fixture(scope="module")
def trained(keras, tmp_path_factory):
    """Train on png files of 8x8, in class folders."""
    del keras
    place = tmp_path_factory.mktemp("exported")
    (place / "small.yaml").write_text(DEEP)
    write_digits(place / "digits", 0, 200)
    train = ["train", str(place / "small.yaml"), "--data", str(place / "digits")]
    assert main([*train, "--run", str(place / "run")]) == 0
    return place


def classes_in(path, form):
    """Return the names of the classes that a file carries."""
    if form == "saved_model":
        return json.loads((path / "assets.extra" / "classes.json").read_text())
    if form == "onnx":
        import onnx

        (entry,) = onnx.load(str(path)).metadata_props
        return json.loads(entry.value)
    with zipfile.ZipFile(path) as archive:
        return json.loads(archive.read("classes.json"))


@slow
@others
@pytest.mark.parametrize("form", TARGETS)
def test_a_file_gives_the_outputs_of_the_run(trained, capsys, form):
    for package in TARGETS[form].packages:
        pytest.importorskip(package)
    name = f"net{TARGETS[form].suffix or '/'}"
    for _ in range(2):  # the second goes over the first
        found = told(
            capsys, "export", trained / "run", "-o", f"{trained}/{name}", "--preprocess"
        )
        assert "compared on 16 images held back from" in found
        assert float(found.split()[-1]) < 1e-5
    assert classes_in(trained / name, form) == sorted(NAMES)
    assert not [*trained.glob(".archc-*")]


@slow
@others
def test_onnxruntime_says_what_predict_says(trained, capsys):
    onnxruntime = pytest.importorskip("onnxruntime")
    pytest.importorskip("tf2onnx")
    from PIL import Image

    file = trained / "wide.png"
    Image.fromarray(np.arange(300, dtype=np.uint8).reshape(15, 20)).save(file)
    told(capsys, "export", trained / "run", "-o", trained / "a.onnx", "--preprocess")
    found = json.loads(told(capsys, "predict", trained / "run", file, "-j"))
    session = onnxruntime.InferenceSession(trained / "a.onnx")
    pixels = np.asarray(Image.open(file), np.float32)[None, ..., None]
    (row,) = session.run(None, {session.get_inputs()[0].name: pixels})[0]
    (image,) = found["images"]
    assert image["class"] == sorted(NAMES)[row.argmax()]
    assert image["probability"] == pytest.approx(row.max(), abs=1e-5)


@slow
@quiet
def test_a_built_run_has_its_best_weights(trained, capsys):
    import keras

    path = trained / "built.keras"
    assert "of best.weights.h5" in told(capsys, "build", trained / "run", "-o", path)
    own = archcompiler.load_run(trained / "run").model.get_weights()
    for one, other in zip(
        own, keras.models.load_model(path).get_weights(), strict=True
    ):
        np.testing.assert_array_equal(one, other)
    told_of = main(["build", str(trained / "run"), "--set", "width=4", "-o", str(path)])
    assert told_of == 0
    assert "note: without the weights of the run: `--set` makes another network" in (
        capsys.readouterr().err
    )


@slow
@quiet
def test_the_spec_of_the_run_is_never_written_over(trained, capsys):
    link = trained / "link.keras"
    link.symlink_to(trained / "run" / "spec" / "small.yaml")
    assert "is read, as" in refused(capsys, trained / "run", "-o", link)
    link.unlink()


@slow
@quiet
def test_images_that_are_gone_are_told(trained, capsys):
    (trained / "digits").rename(trained / "elsewhere")
    try:
        said = refused(capsys, trained / "run", "-o", trained / "gone.keras", code=1)
    finally:
        (trained / "elsewhere").rename(trained / "digits")
    assert "; `--data` names others to compare by" in said
    assert not (trained / "gone.keras").exists()


@slow
def test_other_outputs_are_refused(keras, tmp_path):
    del keras
    from archcompiler.training.exporting.exporting import refuse_other

    own = [np.array([[0.25, 0.75]]), np.array([[20.0, -30.0]])]
    near = [own[0] + 5e-5, own[1] + 2e-3]
    assert refuse_other(tmp_path, own, near) == pytest.approx(2e-3)
    for other in ([own[0] + 2e-4, own[1]], [own[0] * np.nan, own[1]], own[:1]):
        with pytest.raises(archcompiler.TrainingError, match="is not written"):
            refuse_other(tmp_path, own, other)


@slow
def test_a_resizing_that_no_layer_does_is_refused(keras, tmp_path):
    del keras
    from archcompiler.training.exporting.network import with_preprocessing

    text = DEEP.replace("  epochs: 2", "  epochs: 2\n  resize: area")
    (tmp_path / "area.yaml").write_text(text)
    architecture = archcompiler.load(tmp_path / "area.yaml")
    with pytest.raises(archcompiler.TrainingError, match="leave `--preprocess` out"):
        with_preprocessing(architecture.to_keras(), read_recipe(architecture))
