"""A sample of the campaign on ports with a slip: each is told once, at its row."""

import random
from pathlib import Path
from types import ModuleType

import pytest
from mutants import CELLS, Seen, measure
from porting import KINDS, Network, foreign_of, slips

from archcompiler import audit
from archcompiler.alignment.aligning import align
from archcompiler.checking.checking import examine

FILES = (
    ("bn-inception", "filters"),
    ("bn-inception", "branch left out"),
    (CELLS, "wrong input"),
    ("mobilenetv2", "layers swapped"),
    (CELLS, "pooling kind"),
    ("densenet121", "wrong input"),
    ("densenet121", "normalisation left out"),
    ("mobilenetv2", "shortcut left out"),
    ("mobilenetv2", "kernel size"),
    ("squeezenet", "branches swapped"),
    ("squeezenet", "extra layer"),
    ("squeezenet", "layer left out"),
    ("xception", "bias"),
)
SMALL = ("mobilenetv2", "resnet50v2", "squeezenet", CELLS)


@pytest.fixture(scope="module")
def seen(campaign: int) -> list[Seen]:
    """Audit ports of four networks, one with each kind of slip."""
    return [*measure(SMALL, KINDS, campaign, 5)]


@pytest.mark.slow
def test_every_slip_is_told_at_its_row(seen: list[Seen]) -> None:
    assert [str(each) for each in seen if not each.is_at_the_row] == []
    assert {each.kind for each in seen} == {*KINDS}


@pytest.mark.slow
def test_a_slip_is_told_once_or_twice(seen: list[Seen]) -> None:
    assert [str(each) for each in seen if each.told > 2] == []
    once = sum(each.told == 1 for each in seen)
    assert once >= 0.95 * len(seen)


@pytest.mark.slow
def test_few_rows_are_named_without_a_slip(seen: list[Seen]) -> None:
    assert sum(bool(each.elsewhere) for each in seen) <= 0.02 * len(seen)


@pytest.mark.slow
def test_one_wrong_input_of_a_cell_is_one_finding() -> None:
    wrong = [*measure([CELLS], ["wrong input"], 8, 1)]
    assert len(wrong) == 8
    assert [str(each) for each in wrong if each.told != 1] == []


@pytest.mark.thorough
def test_a_port_without_a_slip_is_silent() -> None:
    architecture = examine("resnet50v2").architecture
    network = Network(architecture)
    port = foreign_of(network.slip("nothing"), architecture, random.Random(1))
    assert port is not None
    assert not align(architecture, port).differs
    assert network.touched(network.slip("nothing")) == frozenset()


@pytest.mark.thorough
def test_a_slip_knows_what_has_no_effect_any_more() -> None:
    architecture = examine("vgg16").architecture
    network = Network(architecture)
    kinds = (slips(network, kind, 1, random.Random(1)) for kind in KINDS)
    rows = [network.touched(slip) for made in kinds for slip, _ in made]
    assert all(rows)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:__array__ implementation")
@pytest.mark.parametrize(("name", "kind"), FILES)
def test_a_slip_in_a_file_of_keras_is_told_at_the_same_rows(
    name: str, kind: str, tmp_path: Path, keras: ModuleType
) -> None:
    from ported_keras import save_port

    keras.utils.clear_session()
    architecture = examine(name).architecture
    network = Network(architecture)
    slip, port = next(slips(network, kind, 1, random.Random(4)))
    save_port(slip, architecture, tmp_path / "port.keras")
    found = audit(architecture, tmp_path / "port.keras").findings
    assert [each.row for each in found] == [
        each.row for each in align(architecture, port).findings
    ]
    assert len(found) == 1, [slip.what, *found]
