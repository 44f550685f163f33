"""Cells: together they stand for every layer of the calls that they show."""

import pytest
from shipped import few_first

from archcompiler import load
from archcompiler.figures.panels import panels_of


@pytest.mark.parametrize("name", few_first())
def test_each_layer_of_a_block_is_in_one_cell(name):
    for panel in panels_of(load(name).expansion, shows_padding=True):
        cells = panel.diagram.cells
        assert len({cell.id for cell in cells}) == len(cells)
        held = [node.name for cell in cells for _, node in cell.layers]
        made = [node.name for call in panel.drawing.calls for node in call.layers]
        assert sorted(held) == sorted(made)
