"""A run's folder as SPEC: every command builds what was trained, and nothing else."""

import json

import pytest

import archcompiler
from archcompiler.cli import main
from archcompiler.training.recipe import read_recipe

SPEC = """\
name: small
input: 8x8x1
parameters: {width: 16}
table:
  columns: [name, type, patch, filters, activation]
  rows:
  - [conv, Conv2D, 3x3, <width>, relu]
  - [pool, MaxPooling2D, 6x6]
  - [flat, Flatten]
  - out: {type: Dense, units: 10, activation: softmax}
training:
  optimizer: {Adam: {learning_rate: 0.01}}
  losses: categorical crossentropy
  batch size: 32
  epochs: 6
variants:
  small-wide:
    parameters: {width: 32}
"""
REQUEST = {"settings": {"width": "8"}, "overrides": {"epochs": "2", "seed": "5"}}
PARAMETERS = {8: 9 * 8 + 8 + 80 + 10, 16: 9 * 16 + 16 + 160 + 10}


def keep(folder, spec="spec/small.yaml", request=REQUEST):
    """Write the folder of a run as the first version wrote it, without its weights."""
    (folder / "spec").mkdir(parents=True)
    (folder / "spec" / "small.yaml").write_text(SPEC)
    record = {"spec": spec, "request": request, "data": {"name": "digits"}}
    (folder / "run.json").write_text(json.dumps(record))
    return folder


@pytest.fixture
def kept(tmp_path):
    return keep(tmp_path / "run")


def test_a_run_loads_as_it_was_set(kept):
    found = archcompiler.load(kept)
    assert found.parameters == PARAMETERS[8]
    recipe = read_recipe(found)
    assert (recipe.epochs, recipe.training.seed, recipe.batch_size) == (2, 5, 32)
    assert archcompiler.load(str(kept), width=16).parameters == PARAMETERS[16]


def test_a_run_of_a_variant_loads_as_that(tmp_path):
    request = {"settings": {}, "overrides": {}}
    run = keep(tmp_path / "run", "spec/small.yaml:small-wide", request)
    assert archcompiler.load(run).name == "small-wide"
    wide = keep(tmp_path / "wide", "spec/small.yaml:small-wide")
    assert archcompiler.load(wide).parameters == PARAMETERS[8]


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (["check"], "small: 170 parameters; 2,672 multiply-adds; depth 2\n"),
        (["summary"], "170 (all trainable)"),
        (["table"], "small"),
        (["audit"], "small"),
        (["show"], "parameters: {width: 8}\n"),
        (["show"], "  epochs: 2\n"),
        (["emit"], "def small("),
        (["emit", "--training"], "EPOCHS = 2"),
        (["plot", "-f", "svg"], "170"),
    ],
    ids=" ".join,
)
def test_commands_take_a_run_for_a_spec(kept, capsysbinary, command, said):
    name, *more = command
    assert main([name, str(kept), *more]) == 0
    assert said in capsysbinary.readouterr().out.decode()


@pytest.mark.thorough
def test_a_script_that_would_take_other_data_is_refused(tmp_path, capsys):
    request = {**REQUEST, "takings": ["stratified", "labels-from-1"]}
    kept = keep(tmp_path / "run", request=request)
    assert main(["emit", str(kept), "--training"]) == 1
    told = capsys.readouterr().err.splitlines(keepends=True)
    assert told[-1] == (
        f"archc: error: `{kept}` was trained with `--stratified` and "
        f"`--labels-from-1`, which no script does: "
        f"`archc train {kept} --run NAME` trains it again\n"
    )
    assert main(["emit", str(kept)]) == 0


def test_a_variant_of_a_run_is_refused(kept, capsys, monkeypatch):
    monkeypatch.chdir(kept.parent)
    assert main(["check", "run:small-wide"]) == 1
    assert capsys.readouterr().err == (
        "error[bad-variant]: `run` is a run, which was trained of one variant\n"
        "  help: name the folder alone\n"
    )


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("{", "Expecting property name"),
        ("[]", "list indices must be"),
        ("{}", "it has no 'request'"),
        ('{"request": {}}', "it has no 'spec'"),
    ],
)
def test_a_damaged_record_is_named(kept, capsys, text, reason):
    (kept / "run.json").write_text(text)
    assert main(["check", str(kept)]) == 1
    assert f"`{kept}/run.json` is no record of a run: {reason}" in (
        capsys.readouterr().err
    )


def test_a_record_of_a_later_version_is_no_spec(kept, capsys):
    record = json.loads((kept / "run.json").read_text())
    (kept / "run.json").write_text(json.dumps({**record, "version": 99}))
    assert main(["check", str(kept)]) == 1
    told = capsys.readouterr().err
    assert f"`{kept}/run.json` is of version 99, this" in told
    assert "no record of a run" not in told


def test_what_holds_no_run_or_no_weights_is_refused(kept, tmp_path):
    with pytest.raises(archcompiler.TrainingError, match="holds no run: there is no"):
        archcompiler.load_run(tmp_path)
    with pytest.raises(archcompiler.TrainingError, match=r"no `best.weights.h5` yet"):
        archcompiler.load_run(kept)
    with pytest.raises(ValueError, match="`weights` is `best` or `last`"):
        archcompiler.load_run(kept, weights="first")


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:__array__ implementation")  # of TensorFlow's
def test_a_run_with_settings_gives_back_what_it_trained(keras, tmp_path, monkeypatch):
    del keras
    monkeypatch.chdir(tmp_path)
    (tmp_path / "small.yaml").write_text(SPEC)
    train = ["train", "small.yaml", "--set", "width=8", "--epochs", "2", "--limit"]
    assert main([*train, "200", "--run", "one"]) == 0
    (tmp_path / "small.yaml").unlink()
    run = archcompiler.load_run("one")
    assert run.architecture.parameters == run.model.count_params() == PARAMETERS[8]
    assert run.classes == tuple("0123456789")
    assert [row["epoch"] for row in run.history] == [1, 2]
    assert run.recipe.training.limit == 200
    assert main(["build", "one", "-o", "one.keras"]) == 0
    last = archcompiler.load_run("one", weights="last")
    assert last.weights.name == "last.weights.h5"
    assert main(["train", "one", "--run", "again"]) == 0
    for name in ("history.csv", "spec/small.yaml"):
        assert (tmp_path / "one" / name).read_bytes() == (
            tmp_path / "again" / name
        ).read_bytes()
    assert archcompiler.load("again").parameters == PARAMETERS[8]
