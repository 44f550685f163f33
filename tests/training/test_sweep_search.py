"""The search: the same points again, whatever was trained before; nothing twice.

What a run comes to is a formula here, so that thousands of choices take no time.
"""

from functools import partial

import pytest

from archcompiler.checking.sweeping import weigh_each
from archcompiler.language.loading.loading import load_program
from archcompiler.language.variants.sweeps import find_point, sweep_of
from archcompiler.training.sweeping.request import SweepRequest
from archcompiler.training.sweeping.runs import Standing, run_of

pytest.importorskip("optuna")
from archcompiler.training.sweeping.search import Search

pytestmark = pytest.mark.thorough

SPEC = """\
name: small
input: 8x8x1
parameters: {units: 8}
table:
  columns: [name, type, units, activation]
  rows:
  - [flat, Flatten]
  - [hidden, Dense, <units>, relu]
  - [out, Dense, 10, softmax]
training:
  optimizer: Adam
  losses: categorical crossentropy
  batch size: 32
  epochs: 2
sweep:
  grid:
    parameters: {units: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 0]}
    training: {seed: [0, 1, 2], batch size: [8, 16, 32, 64]}
"""


@pytest.fixture
def search(write_spec, tmp_path):
    """Return a function that begins a search of the small spec."""

    def run_at(base, name):
        point = find_point(sweep_of(base), name)
        (weighed,) = weigh_each(base, [point])
        if weighed.cost is None:
            return None
        return run_of(base, weighed, SweepRequest("small.yaml"), tmp_path)

    def begin(total, jobs=1, spec=SPEC):
        base = load_program(write_spec(spec))
        axes = sweep_of(base).grid.axes
        return Search(axes, total, jobs, partial(run_at, base))

    return begin


def reached(run):
    """Return what a run comes to: 12 units are best, and the seed 1."""
    units, seed, _ = run.weighed.point.values
    value = int(units) / 12 - 0.1 * (seed != "1")
    return Standing("complete", "val_accuracy", value, 1, 1.0)


def names_of(search, until=None):
    """Run a search, one run after the other."""
    found = []
    while (run := search.next()) is not None and len(found) != until:
        search.finished(run, reached(run))
        found.append(run.name)
    return found


def test_a_search_chooses_each_point_once(search):
    names = names_of(search(40))
    assert len(names) == len(set(names)) == 40
    assert not any("units=0" in name for name in names)


def test_a_search_finds_what_is_good_sooner_than_chance(search):
    names = names_of(search(40))
    good = [name for name in names[10:] if int(name.split()[0][6:]) >= 9]
    assert len(good) / len(names[10:]) > 1.25 * 4 / 12


def test_a_search_that_was_killed_goes_on_as_if_it_was_not(search):
    assert names_of(search(25), until=9) == names_of(search(25))[:9]
    assert names_of(search(25)) == names_of(search(60))[:25]


def test_a_search_ends_where_nothing_is_left(search):
    small = SPEC.replace("[8, 16, 32, 64]", "[8]").replace("[0, 1, 2]", "[1]")
    assert len(names_of(search(1000, spec=small))) == 12


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0)])
def test_several_jobs_choose_the_same_in_whatever_order_they_end(search, order):
    searched, expected = search(12, jobs=3), search(12, jobs=3)
    names = []
    running = []
    while True:
        while len(running) < 3 and (run := searched.next()) is not None:
            running.append(run)
            names.append(run.name)
        if not running:
            break
        ended = running.pop(order[len(names) % 3] % len(running))
        searched.finished(ended, reached(ended))
    assert names == in_order(expected)


def in_order(search):
    """Run a search whose runs end in the order in which they began."""
    names, running = [], []
    while True:
        while (run := search.next()) is not None:
            running.append(run)
            names.append(run.name)
        if not running:
            return names
        ended = running.pop(0)
        search.finished(ended, reached(ended))


def test_what_fails_is_not_chosen_again(search):
    searched = search(30)
    names = []
    while (run := searched.next()) is not None:
        searched.finished(run, Standing("failed", reason="the loss became nan"))
        names.append(run.name)
    assert len(set(names)) == 30
