"""Files of real exporters: each is its table, and one slip is told once, at its row."""

from itertools import product
from pathlib import Path

import pytest

pytest.importorskip("onnx")

import numpy as np
from exports.exporting import (
    EXPORTERS,
    FOLDER,
    NETWORKS,
    Network,
    path_of,
)
from onnx.reference import ReferenceEvaluator

from archcompiler import Alignment, audit, load, transplant

EACH = [
    (network, name)
    for network, (name, exporter) in product(NETWORKS, EXPORTERS.items())
    if network.spec not in exporter.refused
]
NAMES = [f"{network.spec}-{exporter}" for network, exporter in EACH]
MOST_BYTES = 300_000


def compare(network: Network, exporter: str, *, is_slip: bool = False) -> Alignment:
    table = FOLDER / f"{network.spec}.yaml"
    return audit(table, path_of(network, exporter, is_slip=is_slip))


@pytest.mark.thorough
@pytest.mark.parametrize(("network", "exporter"), EACH, ids=NAMES)
def test_an_export_is_its_table(network: Network, exporter: str) -> None:
    found = compare(network, exporter)
    assert [*found.findings] == []
    assert not found.differs


@pytest.mark.thorough
@pytest.mark.parametrize(("network", "exporter"), EACH, ids=NAMES)
def test_an_export_with_a_slip_is_told_once(network: Network, exporter: str) -> None:
    found = compare(network, exporter, is_slip=True).findings
    assert [(each.row, each.what) for each in found] == [(network.row, network.what)]


MOVED = [
    *(("branches", exporter) for exporter in EXPORTERS),
    *(("enlarging", exporter) for exporter in ("torch-script", "torch-dynamo")),
]
"""What tells all that changes the outputs: of others a transplant knows no epsilon."""


@pytest.mark.slow
@pytest.mark.usefixtures("keras")
@pytest.mark.parametrize(("spec", "exporter"), MOVED)
def test_the_weights_of_an_export_compute_the_same_in_keras(
    spec: str, exporter: str
) -> None:
    network = next(each for each in NETWORKS if each.spec == spec)
    path = path_of(network, exporter, is_slip=False)
    table = load(FOLDER / f"{spec}.yaml")
    model = table.to_keras()
    transplant(path, model)
    image = np.random.default_rng(0).normal(size=(1, *table.inputs[0].shape))
    image = image.astype("float32")
    ours = np.asarray(model(image, training=False))
    theirs = outputs_of(path, image)
    if theirs.shape != ours.shape:
        theirs = theirs.transpose(0, 2, 3, 1)
    assert abs(ours - theirs).max() < 1e-6


def outputs_of(path: Path, image: np.ndarray) -> np.ndarray:
    """Return what ONNX' own evaluator computes, of an image channels last."""
    evaluator = ReferenceEvaluator(str(path))
    (name,) = evaluator.input_names
    first = evaluator.input_types[0].tensor_type.shape.dim[1].dim_value == 3
    turned = image.transpose(0, 3, 1, 2) if first else image
    return evaluator.run(None, {name: turned})[0]


def test_every_file_is_one_of_these_and_all_are_small() -> None:
    due = {
        path_of(network, exporter, is_slip=is_slip)
        for network, exporter in EACH
        for is_slip in (False, True)
    }
    assert {*FOLDER.glob("*.onnx")} == due
    assert sum(path.stat().st_size for path in due) < MOST_BYTES


def test_no_file_tells_where_it_was_written() -> None:
    for path in FOLDER.rglob("*.onnx"):
        held = path.read_bytes()
        assert b"/home/" not in held
        assert b"site-packages" not in held
        assert b"/work" not in held
