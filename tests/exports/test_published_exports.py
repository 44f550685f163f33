"""Published networks as PyTorch writes them: nothing differs from their specs.

`tests/campaigns/exporters.py` does that for all of them; CI has no PyTorch.
"""

from pathlib import Path

import pytest

pytest.importorskip("onnx")

from archcompiler import audit, load

FILES = sorted((Path(__file__).parent / "published").glob("*.onnx"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_published_network_is_its_spec(path: Path) -> None:
    spec, _ = path.name.split(".torch-")
    found = audit(load(spec), path)
    assert [*found.findings] == []
    assert not found.differs
