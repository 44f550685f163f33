"""Specs that source cannot say: refused with their place, never with a traceback."""

import pytest

import archcompiler
from archcompiler import SpecError

CROSSING = """\
name: crossing
input: 8x8x4
blocks:
  unit:
    columns: [go]
    sequence:
    - Conv2D: {patch: 1x1, filters: 4}
    - relu: {when: <go>}
    - add: {from: [-1, -2]}
table:
  columns: [name, type, go]
  rows:
  - [one, Conv2D]
  - [two, unit, true]
  - [three, unit, false]
""".replace("[one, Conv2D]", "{name: one, type: Conv2D, patch: 1x1, filters: 4}")

PASTED = """\
name: pasted
input: 8x8x4
blocks:
  conv:
    columns: [filters]
    sequence: [Conv2D: {patch: 1x1, filters: <filters>}]
  ten:
    columns: [tens]
    sequence: [conv: {filters: <tens>0}]
table:
  columns: [name, type, tens]
  rows:
  - [one, ten, 1]
  - [two, ten, 2]
"""

MERGED = """\
name: merged
input: 8x8x4
blocks:
  pair: {inputs: [one, other], sequence: [add: {from: [one, other]}]}
  unit:
    columns: [go]
    sequence:
    - branches:
      - [tanh]
      - {when: <go>, sequence: [relu]}
      - {when: <not go>, sequence: [sigmoid]}
      merge: pair
table:
  columns: [name, type, go]
  rows:
  - [one, unit, true]
  - [two, unit, false]
"""

COUNTED = """\
name: counted
input: 8x8x4
blocks:
  unit:
    columns: [n]
    sequence: [relu, add: {from: [-1, -2], repeat: <n>}]
table:
  columns: [name, type, n]
  rows:
  - [one, unit, 2]
  - [two, unit, 3]
"""

UNSUPPORTED = {
    "crossing": (
        CROSSING,
        """\
crossing.yaml:9:7: error[unsupported-source]: source cannot say this: calls differ, \
which leaves open which value `-2` is
    9 |     - add: {from: [-1, -2]}
      |       ^^^
  help: the model itself can be built""",
    ),
    "counted": (
        COUNTED,
        """\
counted.yaml:6:22: error[unsupported-source]: source cannot say this: calls repeat \
`add` differently, and it counts back
    6 |     sequence: [relu, add: {from: [-1, -2], repeat: <n>}]
      |                      ^^^
  help: the model itself can be built""",
    ),
    "pasted": (
        PASTED,
        """\
pasted.yaml:9:16: error[unsupported-source]: source cannot say this: what `filters` \
receives is pasted together, and read as a number
    9 |     sequence: [conv: {filters: <tens>0}]
      |                ^^^^
  help: the model itself can be built""",
    ),
    "merged": (
        MERGED,
        """\
merged.yaml:8:7: error[unsupported-source]: source cannot say this: what merges \
branches that may be missing is a block
    8 |     - branches:
      |       ^^^^^^^^
  help: give `when` to the steps of one branch, or merge by an op""",
    ),
}


@pytest.mark.parametrize("name", UNSUPPORTED)
def test_source_refuses_what_it_cannot_say(name, write_spec):
    spec, message = UNSUPPORTED[name]
    architecture = archcompiler.load(write_spec(spec, f"{name}.yaml"))
    with pytest.raises(SpecError) as caught:
        architecture.to_source()
    assert str(caught.value) == message
