"""Values that nothing reads: none of them has a name in emitted source."""

from pathlib import Path

import archcompiler
from archcompiler.backends.keras_source.code import Assign, For, If, PythonCall, Return
from archcompiler.backends.keras_source.unread import drop_unread

SPEC = Path(__file__).parent / "specs" / "unread.yaml"
LAYER = PythonCall("layers.ReLU()", (("", "x"),))


def test_text_that_is_not_printed_makes_no_variables():
    source = archcompiler.load(SPEC).to_source()
    assert "width" not in source
    assert "passed_over" not in source
    assert "def stem(x, *, name):" in source


def test_values_go_that_nothing_reads_and_what_only_they_read():
    read = Assign("x", LAYER)
    statements = [
        Assign("a", "b.shape[-1]"),
        Assign("c", "a + 1"),
        If("p", [Assign("c", "2"), read], [Assign("c", "3"), read]),
        For("i", "n", [Assign("c", "i"), read]),
        If("q", [Assign("c", "i")]),
        Return("x"),
    ]
    assert drop_unread(statements) == [
        If("p", [read], [read]),
        For("i", "n", [read]),
        Return("x"),
    ]


def test_what_calls_a_layer_or_is_read_stays():
    statements = [
        Assign("y", LAYER),
        Assign("y", "z"),
        Assign("n", "2"),
        Assign("branches", "x"),
        For("i", "n + 1", [Assign("x", "y")]),
        Return(PythonCall("f", (("", "*branches"), ("name=", 'f"{x}_{i}"')))),
    ]
    assert drop_unread(statements) == statements
