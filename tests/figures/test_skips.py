"""Skips: on which side of the trunk edges run, and in which lane."""

from random import Random

import pytest

from archcompiler.figures.skips import Edge, Skip, routed


def lanes(*edges: Edge) -> dict[Edge, tuple[int, int]]:
    return {(s.source, s.target): (s.side, s.lane) for s in routed(edges)}


def test_nested_edges_lie_in_each_other_on_one_side():
    found = lanes((0, 9), (1, 7), (2, 5))
    assert found == {(2, 5): (0, 0), (1, 7): (0, 1), (0, 9): (0, 2)}


def test_edges_that_would_cross_take_both_sides():
    found = lanes((0, 3), (1, 4), (2, 5))
    assert found == {(0, 3): (0, 0), (1, 4): (1, 0), (2, 5): (0, 1)}


def test_edges_that_begin_together_do_not_cross():
    assert lanes((0, 3), (0, 5)) == {(0, 3): (0, 0), (0, 5): (0, 1)}


def test_edges_far_from_each_other_share_a_lane():
    assert lanes((0, 2), (4, 6)) == {(0, 2): (0, 0), (4, 6): (0, 0)}


def test_edges_that_take_turns_share_a_lane_on_each_side():
    found = lanes(*[(at, at + 2) for at in range(9)])
    assert found == {(at, at + 2): (at % 2, 0) for at in range(9)}


def test_edges_from_other_parts_of_a_figure_are_routed_as_all_others():
    assert lanes((-3, 4), (1, 3), (2, 9)) == {
        (1, 3): (0, 0),
        (-3, 4): (0, 1),
        (2, 9): (1, 0),
    }


def clashes(skips: list[Skip]) -> int:
    """Return how many pairs of edges share a place of a lane."""
    return sum(
        one.side == other.side
        and one.lane == other.lane
        and one.source < other.target
        and other.source < one.target
        for at, one in enumerate(skips)
        for other in skips[:at]
    )


@pytest.mark.thorough
def test_no_two_edges_share_a_place_of_a_lane():
    random = Random(0)
    for _ in range(200):
        edges = [(at - random.randint(2, 9), at) for at in range(25)]
        assert clashes(routed(edges)) == 0


@pytest.mark.slow
def test_many_edges_take_near_linear_time():
    random = Random(0)
    edges = [(random.randrange(at), at) for at in range(1, 50_000)]
    assert len(routed(edges)) == len(edges)
