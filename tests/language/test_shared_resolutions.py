"""What blocks call is resolved once for all values of parameters: none may show."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archcompiler.architecture import Architecture
from archcompiler.checking.checking import found_in
from archcompiler.checking.sweeping import weigh_each
from archcompiler.graph.expansion import expand
from archcompiler.language.loading.loading import load_program
from archcompiler.language.variants.sweeps import points_of, sweep_of

TEXT = """\
name: small
input: 8x8x3
parameters: {classes: 10, stride: 1, bare: true, times: 1}
blocks:
  unit:
    columns: [width, last: <classes>]
    sequence:
    - Conv2D: {patch: 3x3/<stride>, filters: <width>, padding: same}
    - Conv2D: {filters: <last>, when: <not bare>}
    - Conv2D: {patch: 1x1, filters: <last>, when: <bare>}
table:
  columns: [name, type, width, repeat]
  rows:
  - [first, unit, 4, <times>]
  - [second, unit, <classes * 2>, ~]
  - flat: Flatten
  - out: {type: Dense, units: <classes>}
"""
"""Its second layer lacks a patch, which shows where `bare` is not true."""

VALUES = [
    *(("classes", value) for value in ("1", "7", "8", "0")),
    *(("stride", value) for value in ("1", "2", "9")),
    *(("bare", value) for value in ("true", "false")),
    *(("times", value) for value in ("1", "3", "0")),
]


def swept(axes):
    """Return what each point of a sweep costs, or what is wrong with it."""
    lists = ", ".join(f"{name}: [{', '.join(axes[name])}]" for name in axes)
    text = f"{TEXT}sweep: {{grid: {{parameters: {{{lists}}}}}}}\n"
    base = load_program(text)
    weighed = weigh_each(base, points_of(sweep_of(base)))
    return [told(w.refusals) or w.cost.parameters for w in weighed]


def told(findings):
    return [(found.code, found.message) for found in findings]


def alone(settings, number):
    """Return the same of a text that was never read, with `--set`."""
    program = load_program(f"{TEXT}# {number}\n", settings)
    return told(found_in(program)) or Architecture(expand(program)).parameters


@pytest.mark.thorough
@given(st.lists(st.sampled_from(VALUES), min_size=1, max_size=4, unique=True))
def test_a_point_of_a_sweep_is_what_a_first_check_with_its_values_finds(values):
    axes = {}
    for name, value in values:
        axes.setdefault(name, []).append(value)
    points = [dict(zip(axes, each, strict=True)) for each in product(*axes.values())]
    assert swept(axes) == [alone(point, at) for at, point in enumerate(points)]
