"""Figures of large networks take time in proportion to their layers."""

import pytest

from benchmarks.drawing import random_block, random_rows, seconds_per_layer


@pytest.mark.slow
@pytest.mark.parametrize(
    ("text", "kind"),
    [(random_rows, "full"), (random_rows, "strip"), (random_block, "sheet")],
)
def test_a_layer_of_many_takes_about_as_long_as_one_of_few(text, kind, tmp_path):
    few, many = seconds_per_layer(tmp_path, text, kind)
    assert many < 2.5 * few  # what is quadratic would be 10; others want the machine
