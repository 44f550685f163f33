"""Emitted source is executed and compared with the live model.

Layer by layer, and bit by bit in what both compute with the same weights.
"""

import subprocess
import sys
from pathlib import Path

import pytest
from shipped import variants_in_campaigns
from source.live import (
    copy_weights,
    describe,
    draw_inputs,
    run_source,
    same_bits,
    values,
)
from transplant.living import live_statistics

import archcompiler

pytestmark = pytest.mark.slow

SPECS = Path(__file__).parent / "specs"
TRICKY = sorted(SPECS.glob("*.yaml"))

OTHER_ARGUMENTS = [
    ("googlenet", {"classes": 10}),
    ("googlenet-cifar10", {"classes": 100}),
    ("resnet18", {"classes": 7}),
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
    (SPECS / "cases.yaml", {"kind": "tanh", "n": 3}),
    (SPECS / "cases.yaml", {"n": 5}),
    (SPECS / "sizes.yaml", {"k": 5}),
    (SPECS / "stepping_aside.yaml", {"pair": 1, "act": "tanh"}),
    (SPECS / "steps_with_holes.yaml", {"width": 2}),
]

SMALLER = {
    "efficientnet-b6": {"resolution": 264},
    "efficientnet-b7": {"resolution": 300},
    "u-net": {"resolution": 188},
    **{
        f"efficientnet-v2{name}": {"resolution": 128} for name in ("", "-s", "-m", "-l")
    },
    **{f"convnext-{name}": {"resolution": 64} for name in ("base", "large", "xlarge")},
}
"""Sizes for models whose values at the native one would take gigabytes."""

BLIND = {"repetitions", "three_levels"}
"""Made for their names: so narrow that what they compute ignores their input."""


@pytest.mark.parametrize("name", [*variants_in_campaigns(), *TRICKY], ids=str)
def test_emitted_source_builds_the_live_model(name, keras):
    architecture = archcompiler.load(name)
    build = run_source(architecture.to_source())
    keras.utils.set_random_seed(0)
    built = build()
    keras.utils.set_random_seed(0)
    live = architecture.to_keras()
    assert describe(built) == describe(live)
    compare_first_weights(built, live)
    assert built.count_params() == architecture.parameters
    if name in SMALLER:
        live = archcompiler.load(name, **SMALLER[name]).to_keras()
        built = build(**SMALLER[name])
    compare_values(built, live)
    keras.backend.clear_session()


def compare_first_weights(built, live):
    """Hold what was drawn when layers were made, in the same order by both."""
    ours, theirs = ({v.path: v for v in model.weights} for model in (built, live))
    assert ours.keys() == theirs.keys()
    for path, weight in ours.items():
        assert weight.numpy().tobytes() == theirs[path].numpy().tobytes(), path


def compare_values(built, live):
    """Hold the emitted model's values against the live one's, with its weights."""
    inputs, others = draw_inputs(live, seed=0), draw_inputs(live, seed=1)
    live_statistics(live, inputs)
    copy_weights(live, built)
    expected = values(live, inputs)
    assert same_bits(values(built, inputs), expected)
    blind = same_bits(values(built, others), expected)
    assert blind == (live.name in BLIND)


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
