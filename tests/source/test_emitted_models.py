"""Emitted source is executed and compared with the live model, layer by layer."""

import subprocess
import sys
from pathlib import Path

import pytest
from source.live import describe, run_source

import archcompiler
from archcompiler.language.loading import shipped_specs

pytestmark = pytest.mark.keras

SPECS = Path(__file__).parent / "specs"
TRICKY = sorted(SPECS.glob("*.yaml"))

OTHER_ARGUMENTS = [
    ("googlenet", {"classes": 10}),
    ("googlenet-cifar10", {"classes": 100}),
    ("resnet18", {"bias": True, "classes": 7}),
    ("densenet121", {"growth": 12}),
    ("mobilenet-v1", {"width": 0.5, "resolution": 160}),
    ("mobilenetv2", {"width": 0.35, "resolution": 96, "k": 12}),
    ("efficientnet-b0", {"width": 1.1, "resolution": 260, "dropout": 0.3}),
    (SPECS / "skipped_steps.yaml", {"wide": False, "width": 3}),
    (SPECS / "holes.yaml", {"wide": 12, "act": "tanh", "flag": False}),
    (SPECS / "passed_on.yaml", {"deep": False, "w": 4}),
    (SPECS / "field_types.yaml", {"p": 2, "q": 1}),
    (SPECS / "expressions.yaml", {"t": 3, "flag": False, "z": 2}),
    (SPECS / "own_layers.yaml", {"r": 0.5, "g": 2, "b": 1, "seed": 9, "size": 3}),
    (SPECS / "never_run.yaml", {"deep": True, "drop": 0.25, "n": 3}),
    (SPECS / "types_with_holes.yaml", {"classes": 7, "k": 5, "f": 6}),
]


@pytest.mark.parametrize("name", [*shipped_specs(), *TRICKY], ids=str)
def test_emitted_source_builds_the_live_model(name, keras):
    architecture = archcompiler.load(name)
    built = run_source(architecture.to_source())()
    assert describe(built) == describe(architecture.to_keras())
    assert built.count_params() == architecture.parameters
    keras.backend.clear_session()


@pytest.mark.parametrize(("name", "arguments"), OTHER_ARGUMENTS, ids=str)
def test_arguments_of_the_builder_are_parameters_of_the_spec(name, arguments, keras):
    build = run_source(archcompiler.load(name).to_source())
    architecture = archcompiler.load(name, **arguments)
    assert describe(build(**arguments)) == describe(architecture.to_keras())
    keras.backend.clear_session()


def test_emitted_source_runs_without_archcompiler(tmp_path):
    path = tmp_path / "googlenet.py"
    path.write_text(archcompiler.load("googlenet").to_source())
    blocked = (
        "import sys, runpy; sys.modules['archcompiler'] = None;"
        f"runpy.run_path({str(path)!r}, run_name='__main__')"
    )
    done = subprocess.run(
        [sys.executable, "-c", blocked], capture_output=True, text=True, check=True
    )
    assert "6,998,552" in done.stdout
