"""Arguments of emitted builders: what `--set` checks is built, and refused alike."""

from pathlib import Path
from random import Random

import pytest
from shipped import few_first, programs
from source.pretend import agree, arguments_of

import archcompiler
from archcompiler import SpecError

SPECS = Path(__file__).parent / "specs"
FAMILIES = [name for name, program in programs().items() if program.values]


@pytest.mark.parametrize(
    ("name", "given", "taken"),
    [
        ("fraction", {"width": 0.57}, False),
        ("fraction", {"width": 0.25}, True),
        ("fraction", {"width": 0.3}, False),
        ("fraction", {"width": 1}, True),
        ("helper_class", {"drop": 0.1}, True),
        ("helper_class", {"drop": 1.5}, False),
        ("initializer", {"start": 0.2}, True),
        ("initializer", {"start": 3}, True),
        ("initializer", {"start": "he_normal"}, True),
        ("initializer", {"start": "strange"}, False),
        ("rounding", {"width": 0.5}, True),
        ("rounding", {"width": 0.09}, False),
        ("layout", {"classes": 3, "act": "tanh"}, True),
        ("layout", {"first_width": 0.5}, True),
        ("layout", {"act": 3}, False),
        ("counting_beyond", {}, True),
    ],
)
def test_a_value_is_taken_or_refused_by_both(name, given, taken):
    spec = SPECS / f"{name}.yaml"
    assert agree(spec, archcompiler.load(spec).to_source(), given) is taken


def test_what_is_left_out_today_is_written_out_where_something_asks_for_it():
    source = archcompiler.load(SPECS / "counting_beyond.yaml").to_source()
    assert arguments_of(source) == set()


BESIDE_A_SKIPPED_FORK = """\
name: skipped
input: 8x8x3
parameters: {mode: relu}
blocks:
  b:
    columns: [depth: 1]
    sequence:
    - branches: [[], [{Conv2D: {filters: 4, kernel_size: 1, name: inner}}]]
      merge: concatenate
      when: <depth == 2>
    - %s
table:
  columns: [type]
  rows: [[b]]
"""
STEPS = [
    "{concatenate: {from: [-1, inner], when: \"<mode == 'tanh'>\"}}",
    "{Conv2D: {filters: \"<inner.channels if mode == 'tanh' else 3>\", patch: 1x1}}",
    "{UpSampling2D: {size: \"<inner.channels if mode == 'tanh' else 3>\"}}",
    "{relu: {when: \"<mode == 'tanh' and inner.channels > 3>\"}}",
]


@pytest.mark.parametrize("step", STEPS)
def test_what_decides_whether_a_skipped_fork_is_asked_for_is_written_out(step):
    spec = BESIDE_A_SKIPPED_FORK % step
    source = archcompiler.load(spec).to_source()
    assert "mode" not in arguments_of(source)
    assert agree(spec, source, {})
    with pytest.raises(SpecError, match="inner"):
        archcompiler.load(spec, mode="tanh")


def test_an_axis_that_keras_does_not_check_is_written_out():
    spec = """\
name: axes
input: 4x4x3
parameters: {p: 2}
table:
  columns: [type]
  rows: [{type: Softmax, axis: <p>}]
"""
    assert not arguments_of(archcompiler.load(spec).to_source())
    with pytest.raises(SpecError, match="is no axis of"):
        archcompiler.load(spec, p=4)


NUMBERS = [1, 2, 3, 7, 12, 0.25, 0.57, 1.1, 2.0, 2.5, 0, -1, 64, 96]


@pytest.mark.thorough
@pytest.mark.parametrize("name", few_first(FAMILIES))
def test_builders_of_shipped_specs_do_what_the_spec_does(name, campaign):
    source = archcompiler.load(name).to_source()
    words = sorted(arguments_of(source))
    random = Random(name)
    for _ in range(campaign):
        chosen = random.sample(words, random.randint(1, len(words)))
        agree(name, source, {word: random.choice(NUMBERS) for word in chosen})
