"""Emitted training scripts: what stands in them, and that they train as archc does."""

import ast
import os
import subprocess
import sys
import sysconfig
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from shipped import programs
from training.random_recipes import random_spec, specs_of_one_choice

import archcompiler
from archcompiler.cli import main
from archcompiler.language.expressions.naming import slug
from archcompiler.language.recipe.data_sets import FACTS
from archcompiler.training.data.sources import load_data
from archcompiler.training.recipe import read_recipe
from archcompiler.training.script import choose_data, emit_training

HERE = Path(__file__).parent
SPECS = HERE / "specs"
ROOT = HERE.parents[1]
RUFF = Path(sysconfig.get_path("scripts")) / "ruff"


def names_of_recipes():
    """Return for each recipe that ships the first spec or variant that has it."""
    names = {}
    for name, program in programs().items():
        at = program.training and program.training.at
        if at and at.source.name == program.files[-1].name:
            names.setdefault((at.source.name, at.line, at.column), name)
    return [*names.values()]


WITH_RECIPE = names_of_recipes()


def emitted(spec, data=None):
    architecture = archcompiler.load(spec)
    recipe = read_recipe(architecture)
    return emit_training(architecture, recipe, choose_data(recipe, data))


script_of = cache(emitted)
"""The same of a spec that no test writes."""


# What stands in a script ------------------------------------------------------


def test_some_shipped_specs_have_a_recipe():
    assert {"googlenet-digits", "googlenet-cifar10-3000"} <= set(WITH_RECIPE)


@pytest.mark.thorough
@pytest.mark.parametrize("name", WITH_RECIPE)
def test_a_generated_script_is_not_stale(name, request):
    path = ROOT / "generated" / f"{slug(name)}_training.py"
    if request.config.getoption("--refresh-goldens"):
        path.write_text(script_of(name))
    assert path.read_text() == script_of(name)


def test_the_model_is_the_one_that_is_emitted_alone():
    source = archcompiler.load("googlenet-digits").to_source()
    begin, end = source.index("def conv("), source.index("\n\n\nif __name__")
    assert source[begin:end] in script_of("googlenet-digits")


@pytest.mark.parametrize(
    "unused",
    [
        *("augment", "draw_of", "hold_back", "tf.image.resize", "/ 255.0", "LIMIT"),
        *("rate_of_step", "LearningRate", "WARM_UP", "loss_weights", "from_logits"),
        *("label_smoothing", "penalise_kernels", "dtype_policy", "sklearn", "step)"),
    ],
)
def test_only_what_the_recipe_uses_appears(unused):
    assert unused in script_of(f"{SPECS}/everything.yaml:in-bfloat16")
    assert unused not in script_of(f"{SPECS}/nothing.yaml")


@pytest.mark.thorough
def test_what_the_recipe_fixes_is_filled_in():
    script = script_of(f"{SPECS}/everything.yaml")
    for line in (
        "SEED = 7",
        "PIXELS = [-1.0, 1.0]",
        '    return tf.image.resize(images, (12, 12), "bicubic")',
        "    images = crop(images, draw_of(2, step, count), pad=1)",
        '    return flip(images, draw_of(4, step, count), axis="vertical")',
        "    return math.pow(0.5, math.floor((1 + math.floor(passed)) / 2))",
        "            variable.regularizer = keras.regularizers.L2(0.001)",
        "        loss_weights=[1.0, 0.3],",
        '    if row["val_soft_accuracy"] == best["val_soft_accuracy"]:',
    ):
        assert f"\n{line}\n" in script


def test_a_script_has_one_function_of_each_name():
    tree = ast.parse(script_of(f"{SPECS}/everything.yaml"))
    names = [n.name for n in tree.body if isinstance(n, ast.FunctionDef | ast.ClassDef)]
    assert len(set(names)) == len(names)
    assert {"train", "scale", "conv", "everything"} <= set(names)


@pytest.mark.thorough
def test_functions_of_the_table_step_aside_for_those_of_the_script(write_spec):
    text = """\
    name: train
    input: 8x8x1
    blocks:
      scale: {sequence: [Flatten]}
      np: {columns: [units], sequence: [Dense: {units: <units>}]}
    table:
      columns: [name, type, units]
      rows:
      - [a, scale]
      - [b, np, 10]
      - [c, softmax]
    training:
      optimizer: Adam
      losses: categorical crossentropy
      batch size: 8
      epochs: 1
    """
    script = emitted(write_spec(text))
    tree = ast.parse(script)
    names = [n.name for n in tree.body if isinstance(n, ast.FunctionDef)]
    assert len(set(names)) == len(names)
    assert "np" not in names
    assert "    model = build_train()\n" in script


HOSTILE = """\
name: 'small\"\"\"; import os; os.system("ls") #'
input: 8x8x1
table:
  columns: [name, type, units, from]
  rows:
  - [flat, Flatten]
  - ['out"); import sys; ("', Dense, 10, flat]
  - [other, Dense, 10, flat]
outputs: ['out"); import sys; ("', other]
training:
  optimizer: Adam
  losses: categorical crossentropy
  precision: mixed_bfloat16
  batch size: 8
  epochs: 1
"""


@pytest.mark.thorough
def test_text_of_the_spec_stays_text(write_spec):
    tree = ast.parse(emitted(write_spec(HOSTILE)))
    imports = [n for n in ast.walk(tree) if isinstance(n, ast.Import | ast.ImportFrom)]
    names = {alias.name for node in imports for alias in node.names}
    allowed = {"argparse", "math", "Path", "keras", "layers", "numpy", "tensorflow"}
    assert names == {*allowed, "load_digits"}


@pytest.mark.slow
def test_ruff_has_nothing_to_say_about_random_recipes(tmp_path, campaign, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "generated").mkdir()
    drawn = [random_spec(seed) for seed in range(60 * campaign)]
    for at, text in enumerate([*specs_of_one_choice(), *drawn]):
        (tmp_path / f"drawn_{at}.yaml").write_text(text)
        script = emitted(tmp_path / f"drawn_{at}.yaml")
        (tmp_path / "generated" / f"drawn_{at}.py").write_text(script)
    (tmp_path / "pyproject.toml").write_text((ROOT / "pyproject.toml").read_text())
    for command in (["format", "--check"], ["check"]):
        done = subprocess.run([RUFF, *command, "."], capture_output=True, text=True)
        assert done.returncode == 0, done.stdout


@pytest.mark.slow
def test_emitting_imports_no_framework_and_is_the_same_under_other_hash_seeds():
    code = (
        "import sys; from archcompiler.cli import main;"
        "main(['emit', 'googlenet-digits', '--training']);"
        "print([m for m in ('keras', 'tensorflow', 'numpy') if m in sys.modules])"
    )
    seed = "4242" if os.environ.get("PYTHONHASHSEED") == "0" else "0"
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONHASHSEED": seed},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == script_of("googlenet-digits") + "[]\n"


# Its data ----------------------------------------------------------------------


@pytest.mark.slow
def test_the_digits_are_as_their_facts_say():
    digits = load_data("digits")
    assert digits.training.images.shape[1:] == FACTS["digits"].image
    assert len(digits.classes) == FACTS["digits"].classes
    assert (digits.validation is not None) == FACTS["digits"].validation


@pytest.mark.parametrize("name", ["cifar10", "cifar100"])
def test_a_published_data_set_is_what_keras_loads(write_spec, name):
    text = """\
    name: some
    input: 32x32x3
    table: {columns: [name, type, units], rows: [[flat, Flatten], [out, Dense, 100]]}
    training:
      optimizer: Adam
      losses: mean squared error
      batch size: 8
      epochs: 1
    """
    script = emitted(write_spec(text), name)
    assert f"    training, validation = keras.datasets.{name}.load_data()\n" in script
    assert "resize(images, (32" not in script


def test_a_recipe_without_fitting_data_asks_for_arrays():
    script = script_of("inception-fer2013")
    assert '    parser.add_argument("data", type=Path' in script
    assert "load_digits" not in script


@pytest.mark.parametrize(
    ("spec", "data", "said"),
    [
        ("nin", None, "`nin` has no recipe: write `training:"),
        (
            "inception-fer2013",
            "mnist",
            "mnist has 10 classes, the network has 7 outputs",
        ),
        (
            "googlenet-cifar10",
            "mnist",
            "mnist has images of 1 channel, the network takes 3 channels",
        ),
        (
            "googlenet-cifar10",
            "cifar11",
            "there is no data `cifar11`: did you mean `cifar10`?",
        ),
        ("googlenet-digits", "nowhere", "it is one of digits, cifar10, cifar100"),
        ("googlenet-digits", ".", "a script reads arrays, and `.` has no x_train.npy"),
    ],
)
def test_what_no_script_can_train_is_refused(capsys, spec, data, said):
    given = ["--data", data] if data else []
    assert main(["emit", spec, "--training", *given]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert err.splitlines()[-1].startswith("archc: error: ")
    assert said in err


def test_a_recipe_whose_own_data_do_not_fit_is_refused(write_spec, capsys):
    text = (SPECS / "arrays.yaml").read_text()
    spec = write_spec(text.replace("\ntraining:", "\ntraining:\n  data: digits"))
    assert main(["emit", spec, "--training"]) == 1
    assert "digits has 10 classes, the network has 3 outputs" in capsys.readouterr().err


@pytest.mark.thorough
def test_arrays_may_take_the_place_of_the_recipe_s_data(tmp_path):
    np.save(tmp_path / "X_train.npy", np.zeros((1, 8, 8)))
    assert "keras.datasets" not in emitted("googlenet-cifar10", str(tmp_path))


# The command -------------------------------------------------------------------


@pytest.mark.thorough
def test_check_and_force_work_as_for_the_model_alone(write_spec, capsys):
    spec = write_spec((SPECS / "nothing.yaml").read_text(), "nothing.yaml")
    assert main(["emit", spec, "--training", "--check"]) == 1
    err = capsys.readouterr().err
    assert "there is no `generated/nothing_training.py`" in err
    assert f"`archc emit {spec} --training -o generated/nothing_training.py`" in err
    Path("generated").mkdir()
    path = Path("generated/nothing_training.py")
    assert main(["emit", spec, "--training", "-o", str(path)]) == 0
    assert main(["emit", spec, "--training", "--check"]) == 0
    path.write_text(path.read_text().replace("EPOCHS = 2", "EPOCHS = 3"))
    assert main(["emit", spec, "--training", "-o", str(path)]) == 1
    assert "was edited by hand" in capsys.readouterr().err
    assert main(["emit", spec, "--training", "-o", str(path), "--force"]) == 0
    assert "EPOCHS = 2" in path.read_text()


def test_data_without_training_is_bad_usage(capsys):
    assert main(["emit", "googlenet-digits", "--data", "mnist"]) == 2
    assert "add --training" in capsys.readouterr().err


def test_a_wrong_recipe_is_shown_at_its_place(write_spec, capsys):
    text = (SPECS / "nothing.yaml").read_text()
    spec = write_spec(text.replace("  epochs: 2\n", ""), "nothing.yaml")
    assert main(["emit", spec, "--training"]) == 1
    assert "error[missing-key]: `training` needs the key `epochs`" in (
        capsys.readouterr().err
    )
