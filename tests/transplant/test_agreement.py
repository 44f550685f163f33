"""What is written in two ways: the audit and the transplant agree, and the outputs.

Where both accept, the outputs are equal, with weights on which they depend.
"""

from random import Random

import numpy as np
import pytest
from transplant.living import images_for, live_statistics

from archcompiler import TransplantError, transplant
from archcompiler.alignment.aligning import lay_together, ways
from archcompiler.alignment.events import events_of
from archcompiler.alignment.sharing import compare_sharing
from archcompiler.alignment.strictness import open_findings
from archcompiler.alignment.telling import tell
from archcompiler.units.calls import trained_with
from archcompiler.units.units import NOISE

pytestmark = [
    pytest.mark.slow,
    pytest.mark.usefixtures("keras"),
    pytest.mark.filterwarnings("ignore:__array__ implementation"),
]
RANKS = (1, 2, 3)
CHAINS = 2
"""Of each rank."""


def model_of(size, *functions):
    import keras

    x = inputs = keras.Input(size)
    for function in functions:
        x = function(x)
    return keras.Model(inputs, x)


def findings(source, target):
    """Return what a strict audit finds, but for what acts only in training."""
    from archcompiler.reading.keras_model import read_keras

    ours, model = (read_keras(each, each.name) for each in (source, target))
    for one, other in ways(ours.network, model):
        events = [*events_of(one, other, lay_together(one, other))]
        found = [*tell(events, one, {}, is_export=False).findings]
        if not found:
            break
    found += compare_sharing(events, one, other, {}).findings
    idle = {*trained_with(), NOISE}
    strict = open_findings(events, {}, is_export=False)
    return found + [each for each in strict if each.what not in idle]


def assert_equal(source, target):
    """Move the weights both ways; the outputs are equal then."""
    images = images_for(source)
    live_statistics(source, images)
    transplant(source, target)
    ours, theirs = (
        np.asarray(model(images, training=False)) for model in (source, target)
    )
    np.testing.assert_allclose(theirs, ours, rtol=1e-3, atol=1e-4 * np.abs(ours).max())
    transplant(target, source)


def assert_alike(source, target):
    assert not findings(source, target)
    assert not findings(target, source)
    assert_equal(source, target)


def assert_unlike(source, target):
    assert findings(source, target)
    with pytest.raises(TransplantError, match="nothing is copied"):
        transplant(source, target)


def hold(check, rank, pairs):
    """Check pair after pair, and tell all that fail."""
    from transplant.pieces import SIZES

    failed = {}
    for name, pair in pairs:
        try:
            check(*(model_of(SIZES[rank], each) for each in pair))
        except (AssertionError, TransplantError, pytest.fail.Exception) as error:
            failed[name] = str(error)
    assert not failed


@pytest.mark.parametrize("rank", RANKS)
def test_what_is_alike_agrees_one_by_one(rank):
    from transplant.alike import alike, endings

    hold(assert_alike, rank, [*alike(rank), *endings(rank)])


@pytest.mark.parametrize("rank", RANKS)
def test_what_is_unlike_agrees_one_by_one(rank):
    from transplant.unlike import unlike

    hold(assert_unlike, rank, unlike(rank))


@pytest.mark.parametrize("rank", RANKS)
def test_chains_of_what_is_alike_agree_until_one_link_is_not(rank, campaign):
    from transplant.pieces import SIZES
    from transplant.unlike import unlike

    for seed in range(CHAINS * campaign):
        names, ours, theirs = drawn(rank, Random(seed))
        try:
            assert_alike(model_of(SIZES[rank], *ours), model_of(SIZES[rank], *theirs))
        except (AssertionError, TransplantError) as error:
            pytest.fail(f"{names}: {error}")
        random = Random(seed)
        _, ours, theirs = drawn(rank, random)
        _, pair = random.choice([*unlike(rank)])
        ours, theirs = (
            [*side[:-1], each, side[-1]]
            for side, each in zip((ours, theirs), pair, strict=True)
        )
        assert_unlike(model_of(SIZES[rank], *ours), model_of(SIZES[rank], *theirs))


def drawn(rank, random):
    """Return names of links, and both sides of each: layers that nothing took yet."""
    from transplant.alike import alike, endings

    links = [*random.sample([*alike(rank)], 3), random.choice([*endings(rank)])]
    pairs = [random.sample(pair, 2) for _, pair in links]
    ours, theirs = zip(*pairs, strict=True)
    return [name for name, _ in links], ours, theirs


@pytest.mark.parametrize("rank", RANKS)
def test_channels_that_come_first_are_those_of_the_image_turned(keras, rank):
    """Processors don't run them in TensorFlow: only the verdicts are compared."""
    from transplant.pieces import SIZES, Rank

    r, (*lengths, channels) = Rank(rank), SIZES[rank]
    there, back = (*range(2, rank + 2), 1), (rank + 1, *range(1, rank + 1))
    first = {"data_format": "channels_first"}

    def turned(*functions):
        turn, turn_back = keras.layers.Permute(there), keras.layers.Permute(back)
        return model_of((channels, *lengths), turn, *functions, turn_back)

    ours = model_of(
        (channels, *lengths),
        r.Conv(4, 3, padding="same", **first),
        r.ZeroPadding(1, **first),
        r.MaxPooling(3, 2, **first),
    )
    theirs = turned(
        r.ZeroPadding(1), r.Conv(4, 3), r.ZeroPadding(1), r.MaxPooling(3, 2)
    )
    assert not findings(ours, theirs)
    assert transplant(ours, theirs).parameters == ours.count_params()
    last = model_of((channels, *lengths), r.Conv(4, 3))
    assert_unlike(last, turned(r.Conv(4, 3)))
