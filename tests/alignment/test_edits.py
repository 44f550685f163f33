"""Alignments of sequences and pairings of branches, beside an exhaustive search."""

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archcompiler.alignment.edits import edit, pair, settle

WORDS = st.text("abc", max_size=5)


def unlike(one, other):
    """Return the cost of letters side by side."""
    return lambda i, j: 1.5 * (one[i] != other[j])


def all_alignments(one, other):
    """Return the cost of every alignment that keeps the order."""
    if not one or not other:
        return [len(one) + len(other)]
    together = 1.5 * (one[0] != other[0])
    return [
        *(1 + cost for cost in all_alignments(one[1:], other)),
        *(1 + cost for cost in all_alignments(one, other[1:])),
        *(together + cost for cost in all_alignments(one[1:], other[1:])),
    ]


def cost_of(pairs, one, other):
    cost = unlike(one, other)
    return sum(1 if None in each else cost(*each) for each in pairs)


@pytest.mark.thorough
@given(WORDS, WORDS)
def test_an_edit_costs_what_the_cheapest_alignment_costs(one, other):
    least, pairs = edit([1] * len(one), [1] * len(other), unlike(one, other))
    assert least == min(all_alignments(one, other)) == cost_of(pairs, one, other)


@pytest.mark.thorough
@given(WORDS, WORDS)
def test_settling_costs_nothing_and_keeps_the_order(one, other):
    least, pairs = edit([1] * len(one), [1] * len(other), unlike(one, other))
    settled = settle(pairs, one, other)
    assert cost_of(settled, one, other) == least
    assert [i for i, _ in settled if i is not None] == [*range(len(one))]
    assert [j for _, j in settled if j is not None] == [*range(len(other))]


def test_of_equal_places_the_last_is_the_one_too_many():
    _, pairs = edit([1, 1, 1], [1, 1, 1, 1], unlike("aab", "aaab"))
    assert settle(pairs, "aab", "aaab") == [(0, 0), (1, 1), (None, 2), (2, 3)]


@pytest.mark.thorough
@given(WORDS, WORDS)
def test_a_pairing_costs_what_the_cheapest_pairing_costs(one, other):
    cost = unlike(one, other)
    least, pairs = pair([1] * len(one), [1] * len(other), cost, 0.0)
    assert abs(least - cost_of(pairs, one, other)) < 1e-9
    places = [*range(len(other)), *[None] * len(one)]
    searched = []
    for chosen in permutations(places, len(one)):
        met = [(i, j) for i, j in enumerate(chosen) if j is not None]
        alone = len(one) + len(other) - 2 * len(met)
        searched.append(alone + sum(cost(i, j) for i, j in met))
    assert abs(least - min(searched)) < 1e-9


def test_equal_branches_keep_their_order():
    assert pair([1] * 3, [1] * 3, lambda _i, _j: 0.0, 0.1)[1] == [
        (0, 0),
        (1, 1),
        (2, 2),
    ]
