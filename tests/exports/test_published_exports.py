"""Published networks as PyTorch writes them: nothing differs from their specs.

`tests/campaigns/exporters.py` does that for all of them; CI has no PyTorch.
"""

from pathlib import Path

import pytest

pytest.importorskip("onnx")

from archcompiler import audit, load

FILES = [
    path
    if path.name.startswith("squeezenet")
    else pytest.param(path, marks=pytest.mark.slow)
    for path in sorted((Path(__file__).parent / "published").glob("*.onnx"))
]
"""One network is fast, in both ways in which PyTorch writes."""


@pytest.mark.thorough
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_published_network_is_its_spec(path: Path) -> None:
    spec, _ = path.name.split(".torch-")
    found = audit(load(spec), path)
    assert [*found.findings] == []
    assert not found.differs
