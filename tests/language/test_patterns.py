"""Block names with holes."""

import pytest
from tiny_specs import expand_text, table

from archcompiler.diagnostics import SpecError
from archcompiler.language.patterns import read_pattern


@pytest.mark.parametrize(
    ("name", "text", "bound"),
    [
        ("inception (<name>)", "inception (3a)", {"name": "3a"}),
        ("conv<k>-<n>", "conv3-256", {"k": 3, "n": 256}),
        ("MBConv<t>, k<k>x<k>", "MBConv6, k5x5", {"t": 6, "k": 5}),
        ("dropout (<rate>)", "dropout (40%)", {"rate": 0.4}),
        ("<repeat> x Inception", "3 x Inception", {"repeat": 3}),
        ("[1x1, <a>; 3x3, <b>] x <n>", "[1x1, 64; 3x3, 64] x 3",
         {"a": 64, "b": 64, "n": 3}),
        ("width <w>", "width 0.75", {"w": 0.75}),
        ("<name>-<name>", "a-b-a-b", {"name": "a-b"}),
    ],
)  # fmt: skip
def test_holes_bind(name: str, text: str, bound: dict[str, object]) -> None:
    assert read_pattern(name).match(text) == bound


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("MBConv<t>, k<k>x<k>", "MBConv6, k3x5"),
        ("conv<k>-<n>", "conv3-"),
        ("conv<k>-<n>", "conv3-64 "),
        ("conv<k>-<n>", "xconv3-64"),
        ("conv<k>", "convx"),
        ("conv<k>", "conv03"),
        ("conv<k>", "conv1e3"),
        ("conv<k>", "conv-3"),
        ("inception (<name>)", "inception (3 a)"),
        ("inception (<name>)", "inception ()"),
        ("a.b<k>", "axb3"),
    ],
)
def test_a_hole_matches_one_number_or_one_word(name: str, text: str) -> None:
    assert read_pattern(name).match(text) is None


def test_a_literal_name_beats_a_pattern() -> None:
    blocks = """
      conv<k>: {sequence: [softmax]}
      conv3: {sequence: [relu]}
    """
    graph = expand_text(table("conv3", blocks=blocks)).graph
    assert [node.op.op for node in graph if node.op] == ["Activation"]


def test_two_matching_patterns_are_an_error() -> None:
    blocks = """
      conv<k>-<n>: {sequence: [relu]}
      conv<k>-64: {sequence: [softmax]}
    """
    with pytest.raises(SpecError, match="matches `conv<k>-<n>` and `conv<k>-64`"):
        expand_text(table("conv3-64", blocks=blocks))


def test_a_type_may_itself_hold_parameters() -> None:
    blocks = "FC-<n>: {sequence: [Flatten, Dense: {units: <n>}]}"
    spec = table("fc: FC-<classes>", blocks=blocks, head="parameters: {classes: 7}")
    assert expand_text(spec).outputs[0].shape == (7,)


@pytest.mark.parametrize("name", ["<a><b>", "<a>.<b>", "x< >", "x<a", "x>a", "<a>>"])
def test_holes_that_cannot_be_matched_are_refused(name: str) -> None:
    with pytest.raises(ValueError, match=r"hole"):
        read_pattern(name)
