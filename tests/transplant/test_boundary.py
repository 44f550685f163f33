"""A boundary: only what feeds it is matched and copied."""

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
def classifier(keras):
    def build(classes, *names):
        stem, middle, pool, head = names
        layers = keras.layers
        inputs = keras.Input((8, 8, 3))
        x = layers.Conv2D(4, 3, activation="relu", name=stem)(inputs)
        x = layers.Conv2D(5, 3, name=middle)(x)
        x = layers.GlobalAveragePooling2D(name=pool)(x)
        return keras.Model(inputs, layers.Dense(classes, name=head)(x), name="net")

    return build


OURS = ("conv1", "conv2", "avg_pool", "predictions")
THEIRS = ("stem", "middle", "pool", "head")


def test_what_feeds_the_boundary_is_copied_and_the_head_is_left(classifier):
    source, target = classifier(1000, *OURS), classifier(10, *THEIRS)
    head = target.get_layer("head").get_weights()
    report = transplant(source, target, until=("avg_pool", "pool"))
    assert report.copied == (
        Copied("conv1", "stem", 2, 112),
        Copied("conv2", "middle", 2, 185),
    )
    assert report.left == (("predictions",), ("head",))
    assert report.parameters == 297
    for ours, theirs in zip(OURS[:2], THEIRS[:2], strict=True):
        for one, other in zip(
            source.get_layer(ours).weights,
            target.get_layer(theirs).weights,
            strict=True,
        ):
            np.testing.assert_array_equal(one, other)
    for before, now in zip(head, target.get_layer("head").get_weights(), strict=True):
        np.testing.assert_array_equal(before, now)


def test_the_report_prints_the_pairs_and_what_was_left(classifier):
    source, target = classifier(1000, *OURS), classifier(10, *THEIRS)
    report = transplant(source, target, until={"avg_pool": "pool"})
    assert str(report).splitlines() == [
        "297 parameters copied",
        "  conv1 -> stem            112",
        "  conv2 -> middle          185",
        "left in the source: predictions",
        "left in the target: head",
    ]


def test_without_a_boundary_another_head_is_refused(classifier):
    with pytest.raises(TransplantError, match="units 1000 in the source, 10 in the"):
        transplant(classifier(1000, *OURS), classifier(10, *THEIRS))


def test_the_boundary_may_be_a_model_in_the_target(keras, classifier):
    source, body = classifier(1000, *OURS), classifier(1000, *THEIRS)
    inner = keras.Model(body.input, body.get_layer("pool").output, name="backbone")
    inputs = keras.Input((8, 8, 3))
    target = keras.Model(inputs, keras.layers.Dense(7)(inner(inputs)))
    for name in ("backbone", "backbone/pool"):
        report = transplant(source, target, until=("avg_pool", name))
        assert [pair.target for pair in report.copied] == [
            "backbone/stem",
            "backbone/middle",
        ]


def test_several_boundaries_are_matched_at_once(classifier):
    source, target = classifier(10, *OURS), classifier(10, *THEIRS)
    report = transplant(source, target, until={"conv1": "stem", "avg_pool": "pool"})
    assert len(report.copied) == 2
    with pytest.raises(TransplantError, match="output 0"):
        transplant(source, target, until={"conv1": "middle", "avg_pool": "pool"})


def test_an_unknown_name_gets_a_suggestion(classifier):
    source, target = classifier(10, *OURS), classifier(10, *THEIRS)
    message = "`until`: the source has no layer `avgpool`; did you mean `avg_pool`?"
    with pytest.raises(TransplantError) as caught:
        transplant(source, target, until=("avgpool", "pool"))
    assert str(caught.value) == message


def test_a_layer_that_is_called_twice_is_no_boundary(keras):
    def siamese():
        dense = keras.layers.Dense(3, name="twin")
        inputs = [keras.Input((4,)) for _ in range(2)]
        return keras.Model(inputs, keras.layers.Add()([*map(dense, inputs)]))

    with pytest.raises(TransplantError, match="`twin` of the source has 2 calls"):
        transplant(siamese(), siamese(), until=("twin", "twin"))
