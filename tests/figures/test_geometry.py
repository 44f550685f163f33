"""Figures as they lie on the paper: nothing covers, crosses or leaves anything."""

from contextlib import suppress
from pathlib import Path

import networkx
import pytest
from figures.geometry import assert_uncrossed, crossings, faults
from figures.odd_tables import INSIDE, ROWS, WHOLE
from shipped import CROSSED, TABLES, few_first
from source.random_specs import RandomSpec

from archcompiler import SpecError, load
from archcompiler.figures.fonts import DEJAVU_SANS, HELVETICA
from archcompiler.figures.scene import Scene
from archcompiler.language.loading.places import shipped_specs

VARIANTS = sorted({*shipped_specs()} - {*TABLES})


HERE = Path(__file__).parent
SKETCHES = sorted((HERE / "sketches").glob("*.yaml"))
TRICKY = sorted((HERE.parent / "source" / "specs").glob("*.yaml"))


def drawn(spec: str | Path) -> Scene:
    """Return the sheet of a spec; it and the overview are without fault."""
    architecture = load(spec)
    scene = architecture.plot().scene
    for each in (scene, architecture.plot("overview").scene):
        assert not faults(each, HELVETICA)
        assert not faults(each, DEJAVU_SANS)
    return scene


@pytest.mark.thorough
@pytest.mark.parametrize("name", few_first())
def test_the_sheet_of_a_shipped_table_is_without_fault(name):
    assert_uncrossed(name, drawn(name))


@pytest.mark.thorough
@pytest.mark.parametrize("name", CROSSED)
def test_no_plane_holds_a_table_whose_lines_cross(name):
    graph = load(name).graph
    edges = [(source, node.name) for node in graph for source in node.inputs]
    assert not networkx.check_planarity(networkx.Graph(edges))[0]


@pytest.mark.slow
@pytest.mark.parametrize("name", TABLES)
@pytest.mark.parametrize("kind", ["sheet", "overview", "full"])
def test_a_figure_with_padding_is_without_fault(kind, name):
    scene = load(name).plot(kind, padding=True).scene
    assert not faults(scene, HELVETICA)
    assert not faults(scene, DEJAVU_SANS)


@pytest.mark.slow
@pytest.mark.parametrize("name", VARIANTS)
def test_the_sheet_of_a_shipped_variant_is_without_fault(name):
    assert_uncrossed(name, drawn(name))


@pytest.mark.slow
@pytest.mark.parametrize("path", [*SKETCHES, *TRICKY], ids=lambda path: path.stem)
def test_the_figures_of_a_sketch_are_without_fault(path):
    assert not crossings(drawn(path))
    for kind in ("strip", "full"):
        scene = load(path).plot(kind).scene
        assert not faults(scene, HELVETICA)
        assert not faults(scene, DEJAVU_SANS)


@pytest.mark.thorough
@pytest.mark.parametrize("text", (ROWS | WHOLE).values(), ids=ROWS | WHOLE)
def test_the_sheet_of_an_odd_table_is_without_fault(text, write_spec):
    drawn(write_spec(text))


@pytest.mark.thorough
@pytest.mark.parametrize("text", INSIDE.values(), ids=INSIDE)
def test_the_sheet_of_an_odd_block_is_without_fault(text, write_spec):
    assert not crossings(drawn(write_spec(text)))


@pytest.mark.thorough
def test_the_sheets_of_random_specs_are_without_fault(write_spec):
    assert_random_sheets(range(20), write_spec)


@pytest.mark.slow
@pytest.mark.parametrize("lot", range(4))
def test_the_sheets_of_many_random_specs_are_without_fault(lot, write_spec, campaign):
    assert_random_sheets(range(20 + lot, 20 + 200 * campaign, 4), write_spec)


def assert_random_sheets(seeds, write_spec):
    drawings = 0
    for seed in seeds:
        path = write_spec(RandomSpec(seed).text(), f"random_{seed}.yaml")
        with suppress(SpecError):
            assert not crossings(drawn(path)), seed
            drawings += 1
    assert drawings > len(seeds) / 4
