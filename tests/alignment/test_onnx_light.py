"""The models that the package onnx brings along: each opens, and tells what it is."""

from pathlib import Path

import pytest

onnx = pytest.importorskip("onnx")

from archcompiler.alignment.aligning import align  # noqa: E402
from archcompiler.checking.checking import load  # noqa: E402
from archcompiler.reading.opening import open_model  # noqa: E402

FOLDER = Path(onnx.__file__).parent / "backend" / "test" / "data" / "light"
MODELS = sorted(FOLDER.glob("light_*.onnx"))


def test_the_package_has_models():
    assert MODELS


@pytest.mark.slow
@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.stem)
def test_each_model_opens_and_is_laid_beside_a_table(path):
    table = load("squeezenet")
    images = tuple(each.shape for each in table.inputs)
    model = open_model(str(path), images)
    assert model.network.unknown == ()
    assert model.parameters > 10**6
    assert align(table, model).findings


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "spec", "extra"),
    [
        ("bvlc_alexnet", "alexnet", 0),
        ("vgg19", "vgg16", 3),
        ("densenet121", "densenet121", 0),
    ],
)
def test_a_model_has_the_layers_of_its_table(name, spec, extra):
    table = load(spec)
    images = tuple(each.shape for each in table.inputs)
    model = open_model(str(FOLDER / f"light_{name}.onnx"), images)
    told = [finding.what for finding in align(table, model).findings]
    assert told.count("extra layer") == extra
    assert not {"missing layer", "layer", "filters", "kernel"} & {*told}
