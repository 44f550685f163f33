"""Sums, products and means of several values, written two by two."""

import pytest

pytest.importorskip("onnx")

from alignment.onnx_by_hand import Graph, compare, told

ROWS = tuple(
    f"type: Conv2D, patch: {size}, filters: 6, padding: same, from: input"
    for size in ("1x1", "3x3", "5x5")
)


def three(graph):
    return [
        graph.add(
            "Conv",
            "x",
            graph.weights(6, 6, size, size),
            graph.weights(6),
            pads=[size // 2] * 4,
        )
        for size in (1, 3, 5)
    ]


def rows(merge, *more):
    return (*ROWS, f"type: {merge}, from: [r0, r1, r2]", *more)


def in_pairs(graph, kind):
    a, b, c = three(graph)
    return graph.add(kind, graph.add(kind, c, a), b)


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("kind", "merge"),
    [("Add", "add"), ("Mul", "multiply"), ("Max", "maximum"), ("Min", "minimum")],
)
def test_a_merge_of_three_is_one_however_it_is_written(kind, merge, tmp_path):
    graph = Graph(1, 6, 4, 4)
    output = graph.add("Softplus", in_pairs(graph, kind))
    assert told(compare(tmp_path, graph, output, *rows(merge, "type: softplus"))) == []
    others = {"add", "multiply", "maximum", "minimum", "average"} - {merge}
    for other in others:
        spec = rows(other, "type: softplus")
        assert compare(tmp_path, graph, output, *spec).differs


@pytest.mark.thorough
def test_a_sum_that_is_taken_before_its_third_term_is_two(tmp_path):
    graph = Graph(1, 6, 4, 4)
    a, b, c = three(graph)
    pair = graph.add("Add", a, b)
    output = graph.add("Mul", graph.add("Add", pair, c), pair)
    first = "type: add, from: [r0, r1]"
    right = (
        *ROWS,
        first,
        "type: add, from: [r3, r2]",
        "type: multiply, from: [r3, r4]",
    )
    assert told(compare(tmp_path, graph, output, *right)) == []
    wrong = (*right[:-1], "type: multiply, from: [r2, r4]")
    assert compare(tmp_path, graph, output, *wrong).differs


def test_a_difference_is_no_term_of_a_sum(tmp_path):
    graph = Graph(1, 6, 4, 4)
    a, b, c = three(graph)
    output = graph.add("Sub", graph.add("Sub", a, b), c)
    pair = "type: subtract, from: [r0, r1]"
    right = (*ROWS, pair, "type: subtract, from: [r3, r2]")
    assert told(compare(tmp_path, graph, output, *right)) == []
    inner = "type: subtract, from: [r1, r2]"
    wrong = (*ROWS, inner, "type: subtract, from: [r0, r3]")
    assert compare(tmp_path, graph, output, *wrong).differs


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("number", "is_mean"), [(3.0, True), (2.0, False), (3.01, False)]
)
def test_a_third_of_a_sum_of_three_is_their_mean(number, is_mean, tmp_path):
    spec = rows("average", "type: softplus")
    for kind, by in (("Div", number), ("Mul", 1 / number)):
        graph = Graph(1, 6, 4, 4)
        part = graph.add(kind, in_pairs(graph, "Add"), by)
        alignment = compare(tmp_path, graph, graph.add("Softplus", part), *spec)
        assert alignment.differs is not is_mean


@pytest.mark.thorough
def test_a_mean_of_means_is_no_mean_of_all(tmp_path):
    graph = Graph(1, 6, 4, 4)
    a, b, c = three(graph)
    pair = graph.add("Mul", graph.add("Add", a, b), 0.5)
    output = graph.add("Mul", graph.add("Add", pair, c), 0.5)
    assert compare(tmp_path, graph, output, *rows("average")).differs
    means = ("type: average, from: [r0, r1]", "type: average, from: [r3, r2]")
    assert told(compare(tmp_path, graph, output, *ROWS, *means)) == []
