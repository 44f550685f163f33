"""Runs that begin with the weights of others: copied, begun anew, frozen, told.

Everything is real: trained runs, saved models, kills. Runs in this process share its
Keras; one that is killed, and one that needs another home of Keras, have their own.
"""

import contextlib
import io
import json
import os
import shutil
import signal
import subprocess
import sys
import time

import numpy as np
import pytest

import archcompiler
from archcompiler.cli import main

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore:__array__ implementation"),  # of TensorFlow's
]

SMALL = """\
name: small
input: 8x8x1
parameters: {classes: 10, wide: 8}
blocks:
  conv bn:
    columns: [filters]
    sequence:
    - Conv2D: {name: conv, patch: 3x3, filters: <filters>, padding: same}
    - BatchNormalization: {name: bn, momentum: 0.9}
    - relu
table:
  columns: [name, type, repeat, filters, patch, units, activation]
  rows:
  - [scale, Normalization]
  - [stem, conv bn, ~, 8]
  - [body, conv bn, 2, <wide>]
  - [pool, MaxPooling2D, ~, ~, 2x2]
  - [flat, Flatten]
  - [out, Dense, ~, ~, ~, <classes>, softmax]
training:
  augmentation: [crop: {pad: 1}]
  optimizer: {AdamW: {learning_rate: 0.003, weight_decay: 0.01}}
  losses: categorical crossentropy
  l2: 1e-3
  batch size: 50
  epochs: 1
  limit: 300
variants:
  small-11: {parameters: {classes: 11}, training: {freeze: up to stem, epochs: 3}}
  small-mixed: {parameters: {classes: 11}, training: {precision: mixed_bfloat16}}
  small-wide: {parameters: {wide: 9}}
"""


SEED = 2  # of what the first run begins with


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Return a folder with the small spec."""
    folder = tmp_path_factory.mktemp("transfer")
    (folder / "small.yaml").write_text(SMALL)
    return folder


@pytest.fixture(scope="module")
def spec(folder):
    return folder / "small.yaml"


@pytest.fixture(scope="module")
def first(folder, spec, keras):
    """Return the folder of a run whose weights others begin with."""
    keras.utils.set_random_seed(SEED)
    model = archcompiler.load(spec).to_keras()
    layer = model.get_layer("scale")
    layer.adapt_mean.assign([0.3])
    layer.adapt_variance.assign([0.2])
    layer.finalize_state()
    model.save(folder / "adapted.keras")
    train(spec, "--run", folder / "first", "--init", folder / "adapted.keras")
    del keras
    return folder / "first"


@pytest.fixture(scope="module")
def second(folder, spec, first):
    """Return the folder of a run that began with the first, most of it frozen."""
    run = folder / "second"
    out = train(f"{spec}:small-11", "--init", first, "--run", run, "--save-every", 4)
    (folder / "second.txt").write_text(out)
    return run


def train(*arguments):
    """Train in this process; return what was told."""
    with contextlib.redirect_stdout(io.StringIO()) as out:
        assert main(["train", *map(str, arguments)]) == 0
    return out.getvalue()


def refused(*arguments, code=1):
    """Return the error of a run that cannot begin."""
    with (
        contextlib.redirect_stderr(io.StringIO()) as err,
        contextlib.redirect_stdout(io.StringIO()),
    ):
        assert main(["train", *map(str, arguments)]) == code
    assert "Traceback" not in err.getvalue()
    lines = err.getvalue().splitlines()
    return "\n".join(line for line in lines if not line.startswith("note: "))


def weights(run, spec, name="last.weights.h5"):
    """Return the weights of a run by the names of its layers."""
    model = archcompiler.load(spec).to_keras()
    model.load_weights(run / name)
    return {layer.name: layer.get_weights() for layer in model.layers}


def equal(ours, theirs):
    return all(np.array_equal(a, b) for a, b in zip(ours, theirs, strict=True))


def checkpoints(run):
    return sorted((run / "checkpoints").glob("epoch-*"))


def results(run):
    """Return the bytes in which two equal runs are equal."""
    state = checkpoints(run)[-1] / "state.npz"
    return (run / "history.csv").read_bytes(), state.read_bytes()


# What a run begins with -----------------------------------------------------


def test_the_report_tells_row_by_row_what_was_done(folder, second, first):
    told = (second / "transfer.txt").read_text()
    assert (
        told
        == f"""\
begins with {first}
row    parameters  copied   anew  frozen
scale           3       3              3
stem          112     112            112
body        1,232   1,232
out         1,419          1,419
----------------------------------------
total       2,766   1,347  1,419     115
trained     2,619 of 2,766 parameters
left        1 layer of the source: out
"""
    )
    assert told in (folder / "second.txt").read_text()
    line = f"transfer    1,347 parameters copied from {first}, 1,419 anew, 115 frozen\n"
    assert line in (second / "summary.txt").read_text()
    record = json.loads((second / "transfer.json").read_text())
    assert record["lines"][2] == {
        "row": "body",
        "parameters": 1232,
        "copied": 1232,
        "anew": 0,
        "frozen": 0,
    }


def test_run_json_keeps_the_source_and_the_digest_covers_it(second, first, spec):
    record = json.loads((second / "run.json").read_text())
    assert record["init"]["source"] == str(first)
    assert len(record["init"]["sha256"]) == 64
    from archcompiler.training.recipe import read_recipe

    bare = read_recipe(archcompiler.load(f"{spec}:small-11")).digest
    assert record["digest"] != bare
    state = json.loads((checkpoints(second)[-1] / "progress.json").read_text())
    assert state["digest"] == record["digest"]


def test_frozen_weights_stay_bit_for_bit_and_the_others_move(second, first, spec):
    """AdamW's decay, the penalty and the moving statistics leave them alone."""
    before = weights(first, spec, "best.weights.h5")
    after = weights(second, f"{spec}:small-11")
    for name in ("scale", "stem_conv", "stem_bn"):
        assert before[name]
        assert equal(before[name], after[name]), name
    for name in ("body_1_conv", "body_2_conv", "body_2_bn"):
        for old, new in zip(before[name], after[name], strict=True):
            assert not np.array_equal(old, new), name


def test_only_what_is_trained_is_penalised(keras, spec):
    from archcompiler.training.compiling import build_for_training
    from archcompiler.training.recipe import read_recipe

    architecture = archcompiler.load(f"{spec}:small-11")
    model = build_for_training(architecture, read_recipe(architecture))
    kernels = [v.numpy() for v in model.trainable_variables if v.name == "kernel"]
    assert len(kernels) == 3
    expected = 1e-3 * sum(float((k.astype(np.float64) ** 2).sum()) for k in kernels)
    assert float(sum(map(float, model.losses))) == pytest.approx(expected, rel=1e-5)
    del keras


def test_the_first_weights_are_the_source_s_and_the_seed_s(keras, first, spec):
    from archcompiler.training.compiling import build_for_training
    from archcompiler.training.request import Request
    from archcompiler.training.task import prepare
    from archcompiler.training.transfer.beginning import begin_with

    task = prepare(Request(f"{spec}:small-11", init=str(first)))
    drawn = build_for_training(task.architecture, task.recipe)
    begun = build_for_training(task.architecture, task.recipe, begin_with(task).give)
    source = weights(first, spec, "best.weights.h5")
    for layer in begun.layers:
        if layer.name == "out":
            assert equal(layer.get_weights(), drawn.get_layer("out").get_weights())
        else:
            assert equal(layer.get_weights(), source[layer.name])
    assert float(begun.get_layer("scale").mean.numpy().item()) == pytest.approx(0.3)
    del keras


def test_everything_is_copied_where_everything_matches(spec, first):
    report = begin(spec, first).report
    assert (report.total.copied, report.total.anew) == (2_637, 0)
    assert report.left == ()


def test_mixed_precision_begins_with_the_same_weights(folder, spec, first):
    run = folder / "mixed"
    train(
        f"{spec}:small-mixed", "--init", first, "--run", run, "--freeze", "up to stem"
    )
    before = weights(first, spec, "best.weights.h5")
    after = weights(run, f"{spec}:small-11")
    assert equal(before["stem_conv"], after["stem_conv"])


def test_a_file_of_weights_and_its_run_are_one_source(keras, spec, first, second):
    from archcompiler.training.transfer.opening import open_source

    architecture = archcompiler.load(spec)
    run, file = (
        open_source(str(path), architecture)
        for path in (first, first / "best.weights.h5")
    )
    assert run.digest() == file.digest()
    assert run.digest() != open_source(str(second), architecture).digest()
    del keras


# keras.applications ---------------------------------------------------------

MOBILE = """\
name: mobile
extends: mobilenetv2
parameters: {width: 0.35, resolution: 96, k: 7}
training: {optimizer: Adam, losses: categorical crossentropy, batch size: 8, epochs: 1}
"""


@pytest.fixture(scope="module")
def mobile(folder, keras):
    """Return a spec of MobileNetV2 with another head, and two saved sources."""
    (folder / "mobile.yaml").write_text(MOBILE)
    shape = {"input_shape": (96, 96, 3), "weights": None}
    build = keras.applications.MobileNetV2
    build(alpha=0.35, **shape).save(folder / "top.keras")
    build(alpha=0.35, include_top=False, **shape).save(folder / "no-top.keras")
    return folder / "mobile.yaml"


def begin(spec, source, *head):
    """Read what a run would begin with, without data that it would train on."""
    from archcompiler.training.recipe import read_recipe
    from archcompiler.training.task import Task
    from archcompiler.training.transfer.beginning import begin_with
    from archcompiler.training.transfer.init import read_init

    architecture = archcompiler.load(spec)
    init = read_init(architecture, str(source), head)
    return begin_with(Task(architecture, read_recipe(architecture), None, init=init))


def test_an_application_begins_a_network_with_another_head(keras, folder, mobile):
    beginning = begin(mobile, folder / "top.keras")
    total = beginning.report.total
    assert (total.copied, total.anew) == (410_208, 8_967)
    assert beginning.report.left == ("predictions",)
    ours = archcompiler.load(mobile).to_keras()
    beginning.give(ours)
    theirs = keras.saving.load_model(folder / "top.keras")
    images = np.random.default_rng(0).uniform(-1, 1, (2, 96, 96, 3)).astype("float32")
    cut = [
        keras.Model(model.input, model.layers[-2].output)(images)
        for model in (ours, theirs)
    ]
    np.testing.assert_allclose(*cut, rtol=1e-4, atol=1e-6)


def test_what_a_source_without_top_lacks_is_named_with_what_helps(folder, mobile):
    from archcompiler.training.errors import TrainingError

    with pytest.raises(TrainingError) as caught:
        begin(mobile, folder / "no-top.keras")
    assert str(caught.value) == (
        f"{folder}/no-top.keras does not match what leads to the head, `fc`: the "
        "source `mobilenetv2_0.35_96` and the target `mobile` differ; nothing is "
        "copied:\n"
        "  `pool_1` (global average pooling) of the target has no counterpart in the "
        "source\n"
        "  help: name the rows with which the new head begins, `--head pool` or "
        "earlier ones"
    )
    report = begin(mobile, folder / "no-top.keras", "pool").report
    assert (report.total.copied, report.total.anew) == (410_208, 8_967)


def test_a_head_of_a_class_that_nobody_knows_is_left(keras, folder, spec):
    body = archcompiler.load(spec).to_keras()

    class Own(keras.layers.Dense):
        pass

    cut = keras.Model(body.input, body.get_layer("flat").output, name="body")
    inputs = keras.Input((8, 8, 1))
    keras.Model(inputs, Own(4)(cut(inputs))).save(folder / "own.keras")
    beginning = begin(spec, folder / "own.keras")
    assert (beginning.report.total.copied, beginning.report.total.anew) == (1347, 1290)
    for name, arrays in beginning.weights.items():
        assert equal(arrays, body.get_layer(name).get_weights())


@pytest.mark.filterwarnings("ignore:You are saving your model as an HDF5")
def test_a_model_in_an_old_file_is_a_source(keras, folder, spec):
    model = archcompiler.load(spec).to_keras()
    model.save(folder / "old.h5")
    beginning = begin(spec, folder / "old.h5")
    assert beginning.report.total.anew == 0
    for name, arrays in beginning.weights.items():
        assert equal(arrays, model.get_layer(name).get_weights())
    del keras


def test_the_published_weights_are_fetched_or_said_where_to_put(tmp_path):
    """A proxy that nobody serves is a network that is not there."""
    code = """\
import h5py, keras, numpy, re, os
from keras.src.legacy.saving import legacy_h5_format
from archcompiler.training.errors import TrainingError
from archcompiler.training.transfer.applications import fetch_application
try:
    fetch_application("mobilenetv2")
except TrainingError as error:
    print(error)
    place = re.search("put it there as `(.*)`", str(error))[1]
model = keras.applications.MobileNetV2(weights=None)
with h5py.File(place, "w") as file:
    legacy_h5_format.save_weights_to_hdf5_group(file, model)
fetched, name = fetch_application("mobilenetv2")
print(name, all(map(numpy.array_equal, fetched.get_weights(), model.get_weights())))
os.truncate(place, 1000)
try:
    fetch_application("mobilenetv2")
except TrainingError as error:
    print(error)
"""
    home = tmp_path / "home"
    nowhere = {"https_proxy": "http://127.0.0.1:9", "KERAS_HOME": str(home)}
    nowhere |= {"HTTPS_PROXY": "http://127.0.0.1:9", "no_proxy": "", "NO_PROXY": ""}
    command = [sys.executable, "-c", code]
    environment = {**os.environ, **nowhere}
    done = subprocess.run(command, capture_output=True, text=True, env=environment)
    assert done.returncode == 0, done.stderr
    file = "mobilenet_v2_weights_tf_dim_ordering_tf_kernels_1.0_224.h5"
    origin = (
        "https://storage.googleapis.com/tensorflow/keras-applications/mobilenet_v2/"
    )
    lines = [x for x in done.stdout.splitlines() if not x.startswith("Downloading")]
    assert lines[0].startswith(f"cannot fetch {origin}{file} (")
    assert lines[0].endswith(f"): put it there as `{home}/models/{file}`")
    assert lines[1] == "keras.applications.MobileNetV2 True"
    assert lines[2].startswith(
        f"the weights of MobileNetV2 in `{home}/models` cannot be read: "
    )


# Refused --------------------------------------------------------------------

FORMS = (
    "`--init` takes a `.keras` or `.h5` file, a `.weights.h5` file, the folder of a "
    "run, or a name of keras.applications, received"
)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("nowhere.keras", "there is no file `nowhere.keras`"),
        ("nowhere.weights.h5", "there is no file `nowhere.weights.h5`"),
        (
            "MobileNetV9",
            "`MobileNetV9` is no file, and no model of keras.applications: did you "
            "mean `MobileNetV2`?",
        ),
        ("model.onnx", f"{FORMS} `model.onnx`, and there is none"),
        ("runs/gone", f"{FORMS} `runs/gone`, and there is none"),
        ("", f"{FORMS} ``"),
        (".", "`.` holds no run: there is no `run.json` in it"),
    ],
)
def test_what_is_no_source_is_refused(
    keras, tmp_path, monkeypatch, spec, source, expected
):
    monkeypatch.chdir(tmp_path)
    assert (
        refused(spec, "--init", source, "--run", "run") == f"archc: error: {expected}"
    )
    assert not (tmp_path / "run").exists()
    del keras


def test_damaged_files_are_refused(keras, tmp_path, spec, first):
    for name, source in (
        ("a.keras", first / "summary.txt"),
        ("a.weights.h5", first / "summary.txt"),
    ):
        shutil.copy(source, tmp_path / name)
        said = refused(spec, "--init", tmp_path / name, "--run", tmp_path / "run")
        assert f"`{tmp_path / name}`" in said
    archcompiler.load(spec).to_keras().save(tmp_path / "cut.keras")
    content = (tmp_path / "cut.keras").read_bytes()
    (tmp_path / "cut.keras").write_bytes(content[: len(content) // 2])
    said = refused(spec, "--init", tmp_path / "cut.keras", "--run", tmp_path / "run")
    assert f"`{tmp_path / 'cut.keras'}` is no `.keras` file, or damaged" in said
    assert not (tmp_path / "run").exists()
    del keras


def test_a_run_without_a_best_is_refused(tmp_path, spec, first):
    copy = shutil.copytree(first, tmp_path / "copy")
    (copy / "best.weights.h5").unlink()
    said = refused(spec, "--init", copy, "--run", tmp_path / "run")
    assert said == f"archc: error: the run in `{copy}` has no `best.weights.h5` yet"


def test_weights_of_another_network_are_refused_layer_by_layer(tmp_path, spec, first):
    file = first / "best.weights.h5"
    said = refused(f"{spec}:small-wide", "--init", file, "--run", tmp_path / "run")
    assert (
        said
        == f"""\
archc: error: `{file}` holds the weights of another network:
  `body_1_bn` 8 and 8 and 8 and 8 in the file, `body_1_bn` 9 and 9 and 9 and 9 in the \
network
  `body_2_bn` 8 and 8 and 8 and 8 in the file, `body_2_bn` 9 and 9 and 9 and 9 in the \
network
  `body_1_conv` 3x3x8x8 and 8 in the file, `body_1_conv` 3x3x8x9 and 9 in the network
  `body_2_conv` 3x3x8x8 and 8 in the file, `body_2_conv` 3x3x9x9 and 9 in the network
  `out` 128x10 and 10 in the file, `out` 144x10 and 10 in the network
  help: name the run's folder, or save the whole model as `.keras`"""
    )


def test_weights_of_equal_shapes_in_another_order_are_refused(keras, tmp_path, spec):
    """Keras itself would take them: it counts the layers of a class."""
    text = SMALL.replace("[stem,", "[body 2,").replace("[body,", "[stem,")
    (tmp_path / "other.yaml").write_text(text)
    model = archcompiler.load(tmp_path / "other.yaml").to_keras()
    model.save_weights(tmp_path / "other.weights.h5")
    file = tmp_path / "other.weights.h5"
    archcompiler.load(spec).to_keras().load_weights(file)
    said = refused(spec, "--init", file, "--run", tmp_path / "run")
    assert "`body_2_bn` 8 and 8 and 8 and 8 in the file, `stem_bn` 8 and 8" in said
    del keras


def test_a_network_that_differs_before_the_head_is_refused(tmp_path, spec, first):
    said = refused(f"{spec}:small-wide", "--init", first, "--run", tmp_path / "run")
    assert said == (
        f"archc: error: {first} does not match what leads to the head, `out`: the "
        "source `small` and the target `small_wide` differ; nothing is copied:\n"
        "  `body_1_conv`: filters 8 in the source, 9 in the target\n"
        "  help: name the rows with which the new head begins, `--head body` or "
        "earlier ones"
    )
    assert not (tmp_path / "run").exists()


def test_a_frozen_head_is_refused(tmp_path, spec, first):
    said = refused(
        *(f"{spec}:small-11", "--init", first, "--head", "stem"),
        *("--run", tmp_path / "run"),
    )
    assert said == (
        "archc: error: `freeze` holds `stem`, where weights begin anew: they would "
        "never be trained; freeze only what is copied"
    )


def test_a_head_that_leaves_nothing_is_refused(tmp_path, spec, first):
    said = refused(spec, "--init", first, "--head", "scale", "--run", tmp_path / "run")
    assert said == (
        "archc: error: with `--head scale` everything begins anew: nothing is copied"
    )


def test_a_head_without_a_source_is_bad_usage(spec):
    said = refused(spec, "--head", "out", code=2)
    assert said == (
        "archc: error: --head says what begins anew beside --init: name it, too"
    )


def test_a_resumed_run_takes_no_other_source(second):
    for option in ("--init", "--head", "--freeze"):
        said = refused("--resume", second, option, "out", code=2)
        assert f"--resume goes on as it began: leave {option} out" in said


# Killed ---------------------------------------------------------------------


@pytest.fixture(scope="module")
def killed(folder, spec, first):
    """Return the folder of a run like the second that was killed, its source gone."""
    source = shutil.copytree(first, folder / "source")
    run = folder / "killed"
    command = [sys.executable, "-m", "archcompiler", "train", f"{spec}:small-11"]
    command += ["--init", source, "--run", run, "--save-every", "4"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        until = time.monotonic() + 120
        while time.monotonic() < until and process.poll() is None:
            if any(p.name >= "epoch-00001" for p in (run / "checkpoints").glob("ep*")):
                break
            time.sleep(0.01)
        process.send_signal(signal.SIGKILL)
    assert not (run / "last.weights.h5").exists()
    shutil.rmtree(source)
    return run


@pytest.fixture
def copy(killed, tmp_path):
    """Return a killed run of one's own."""
    return shutil.copytree(killed, tmp_path / "copy")


def test_killed_and_resumed_without_its_source_equals_uninterrupted(copy, second):
    train("--resume", copy)
    assert results(copy) == results(second)
    assert "transfer    1,347 parameters" in (copy / "summary.txt").read_text()


def test_without_a_checkpoint_the_source_is_read_again(copy, second, first, folder):
    shutil.rmtree(copy / "checkpoints")
    source = folder / "source"
    said = refused("--resume", copy)
    assert f"received `{source}`, and there is none" in said
    shutil.copytree(first, source)
    try:
        model = archcompiler.load(source / "spec" / "small.yaml").to_keras()
        model.save_weights(source / "best.weights.h5")
        said = refused("--resume", copy)
        assert f"`{source}` is not what the run began with: the SHA-256 of its" in said
        shutil.copy(first / "best.weights.h5", source / "best.weights.h5")
        train("--resume", copy)
    finally:
        shutil.rmtree(source)
    assert results(copy) == results(second)


# It helps -------------------------------------------------------------------


def test_a_run_that_begins_with_learned_weights_learns_faster(folder, spec, first):
    """The first saw 300 images; both take others' classes anew, for one epoch."""
    losses = {}
    for name, options in (("scratch", ()), ("helped", ("--init", first))):
        run = folder / name
        train(f"{spec}:small-11", *options, "--run", run, "--epochs", 1, "--seed", 3)
        losses[name] = json.loads((run / "summary.json").read_text())["last"]
    assert losses["helped"]["loss"] < losses["scratch"]["loss"]
    assert losses["helped"]["val_loss"] < losses["scratch"]["val_loss"]
