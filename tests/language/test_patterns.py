"""Block names with holes."""

import pytest
from tiny_specs import expand_text, layers, table

from archcompiler.diagnostics import SpecError
from archcompiler.language.expressions.patterns import read_pattern


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


STEPS = [
    ("conv 3x3, 4", {"k": 3, "n": 4}),
    ("conv 3x3, <f>", {"k": 3, "n": 6}),
    ("conv <k>x<k>, <f // 2>", {"k": 5, "n": 3}),
    ("conv <k>x<k>, <f if k > 4 else 1>", {"k": 5, "n": 6}),
    ("conv <k>x<k>, <n>: {n: <f>}", {"k": 5, "n": 6}),
    ("conv <k>x<k>, <n>: {k: 1, n: 2}", {"k": 1, "n": 2}),
]


@pytest.mark.parametrize(("step", "bound"), STEPS)
def test_a_step_fills_the_holes_of_a_pattern(
    step: str, bound: dict[str, object]
) -> None:
    blocks = f"""
      stage:
        columns: [f, k]
        sequence:
        - {step}
      conv <k>x<k>, <n>:
        sequence: [Conv2D: {{patch: <k>x<k>, filters: <n>}}]
    """
    (conv,) = expand_text(table("a: [stage, 6, 5]", "type, f, k", blocks)).frames[1:]
    assert {name: conv.values[name] for name in ("k", "n")} == bound


def test_a_hole_of_a_step_may_say_how_often_the_pattern_runs() -> None:
    blocks = """
      stage: {columns: [n], sequence: ["conv x <n>", "conv x <repeat>": {repeat: 3}]}
      conv x <repeat>: {sequence: [Conv2D: {patch: 1x1, filters: 2}]}
    """
    names = layers(table("a: [stage, 2]", "type, n", blocks))
    assert names == ["a_conv_1_1", "a_conv_1_2"] + [f"a_conv_2_{n}" for n in (1, 2, 3)]


@pytest.mark.parametrize("text", ["conv 3x<k>, 4", "conv 3x3, <n", "conv 3x3, <n>x"])
def test_a_text_with_holes_fills_whole_holes_that_agree(text: str) -> None:
    assert read_pattern("conv <k>x<k>, <n>").fill(text) is None
