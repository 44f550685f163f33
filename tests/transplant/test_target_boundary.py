"""A boundary of the target's layers alone: the source's are found, or refused."""

import numpy as np
import pytest

from archcompiler import TransplantError, transplant
from archcompiler.transplanting import Copied

pytestmark = [
    pytest.mark.slow,
    pytest.mark.usefixtures("keras"),
    pytest.mark.filterwarnings("ignore:__array__ implementation"),
]


@pytest.fixture
def network(keras):
    """Build a stem, a few convolutions side by side, and what joins them."""

    def build(name, branches, join, *, classes=3, stem=4):
        inputs = keras.Input((8, 8, 3))
        x = keras.layers.Conv2D(stem, 3, name=f"{name}_stem")(inputs)
        parts = [
            keras.layers.Conv2D(filters, 1, name=f"{name}_{n}")(x)
            for n, filters in enumerate(branches)
        ]
        x = join(parts)
        x = keras.layers.GlobalAveragePooling2D(name=f"{name}_pool")(x)
        x = keras.layers.Dense(classes, name=f"{name}_out")(x)
        return keras.Model(inputs, x, name=name)

    return build


@pytest.fixture
def joined(keras):
    return lambda parts: keras.layers.Concatenate()(parts)


def same(source, ours, target, theirs):
    pairs = zip(
        source.get_layer(ours).weights, target.get_layer(theirs).weights, strict=True
    )
    return all(np.array_equal(one, other) for one, other in pairs)


def test_the_source_s_end_is_found_by_what_leads_to_it(network, joined):
    source = network("a", [5, 6], joined, classes=1000)
    target = network("b", [5, 6], joined)
    head = target.get_layer("b_out").get_weights()
    report = transplant(source, target, until={"b_pool"})
    assert report.copied == (
        Copied("a_stem", "b_stem", 2, 112),
        Copied("a_0", "b_0", 2, 25),
        Copied("a_1", "b_1", 2, 30),
    )
    assert report.left == (("a_out",), ("b_out",))
    assert same(source, "a_1", target, "b_1")
    for before, now in zip(head, target.get_layer("b_out").get_weights(), strict=True):
        np.testing.assert_array_equal(before, now)


def test_several_ends_are_found_at_once(network, joined):
    source, target = (network(name, [5, 6], joined) for name in "ab")
    report = transplant(source, target, until={"b_0", "b_1"})
    assert [pair.target for pair in report.copied] == ["b_stem", "b_0", "b_1"]


def test_what_the_source_has_behind_or_beside_the_end_is_left(network, joined):
    source, target = network("a", [5, 6, 7], joined), network("b", [6], lambda x: x[0])
    report = transplant(source, target, until={"b_0"})
    assert report.left.source == ("a_0", "a_2", "a_out")


def test_what_the_source_lacks_is_named_and_nothing_is_copied(network, joined):
    source, target = network("a", [5, 6], joined), network("b", [5, 9], joined)
    before = [array.copy() for array in target.get_weights()]
    with pytest.raises(TransplantError) as caught:
        transplant(source, target, until={"b_pool"})
    assert str(caught.value) == (
        "the source `a` and the target `b` differ; nothing is copied:\n"
        "  `a_1` and `b_1`: filters 6 in the source, 9 in the target"
    )
    assert caught.value.lacking == ("b_1",)
    for array, now in zip(before, target.get_weights(), strict=True):
        np.testing.assert_array_equal(array, now)


def test_a_layer_that_only_the_target_has_is_named(keras, network, joined):
    target = network("b", [5, 6], joined)
    source = keras.Model(target.inputs, target.get_layer("b_1").output, name="a")
    source = keras.models.clone_model(source)
    with pytest.raises(TransplantError) as caught:
        transplant(source, target, until={"b_0", "b_1"})
    assert str(caught.value).splitlines()[1:] == [
        "  `b_0` (convolution) of the target has no counterpart in the source"
    ]


def test_twins_that_nothing_tells_apart_are_refused(network, joined):
    source = network("a", [5, 5], joined)
    target = network("b", [5], lambda parts: parts[0])
    with pytest.raises(TransplantError) as caught:
        transplant(source, target, until={"b_0"})
    assert str(caught.value).splitlines()[1:] == [
        "  `b_0` of the target has several counterparts in the source, `a_0`, `a_1`: "
        "which one is meant nobody can tell; `until={source layer: target layer}` says"
    ]
    transplant(source, target, until={"a_1": "b_0"})
    assert same(source, "a_1", target, "b_0")


def test_twins_that_both_end_the_part_are_both_copied(network, joined):
    source, target = (network(name, [5, 5], joined) for name in "ab")
    report = transplant(source, target, until={"b_0", "b_1"})
    assert {pair.source for pair in report.copied} == {"a_stem", "a_0", "a_1"}
    assert {pair.target for pair in report.copied} == {"b_stem", "b_0", "b_1"}


def test_of_twins_the_one_is_taken_that_leads_on_as_in_the_target(network, joined):
    source, target = (network(name, [5, 5], joined) for name in "ab")
    transplant(source, target, until={"b_0", "b_pool"})
    assert same(source, "a_0", target, "b_0")
    assert same(source, "a_1", target, "b_1")


def test_twins_of_which_the_source_has_too_few_are_refused(network, joined):
    source = network("a", [5], lambda parts: parts[0])
    target = network("b", [5, 5], joined)
    with pytest.raises(TransplantError, match="as many must be alike"):
        transplant(source, target, until={"b_0", "b_1"})


def test_an_unknown_name_gets_a_suggestion(network, joined):
    source, target = (network(name, [5, 6], joined) for name in "ab")
    with pytest.raises(TransplantError) as caught:
        transplant(source, target, until={"bpool"})
    message = "`until`: the target has no layer `bpool`; did you mean `b_pool`?"
    assert str(caught.value) == message


@pytest.mark.parametrize("until", [set(), {1, 2}, frozenset({("a", "b")})])
def test_a_set_holds_names(network, joined, until):
    source, target = (network(name, [5, 6], joined) for name in "ab")
    with pytest.raises(TypeError, match="or a set of the target's layers, received"):
        transplant(source, target, until=until)
