"""Random models with one change: the audit and the transplant agree on each.

Where both accept, the outputs are equal, with weights on which they depend.
"""

from random import Random

import pytest
from source.random_specs import RandomSpec
from transplant.living import images_for, live_statistics

import archcompiler
from archcompiler import SpecError, TransplantError, transplant

pytestmark = [
    pytest.mark.slow,
    pytest.mark.usefixtures("keras"),
    # Keras reads TensorFlow's variables in a way that NumPy 2 warns of.
    pytest.mark.filterwarnings("ignore:__array__ implementation"),
]
CHANGES = 3
"""Of each model."""

MOST = 10_000
"""Parameters of a model; some random ones have a billion."""


def moves(source, target):
    """Return whether the weights move; then the outputs must be equal."""
    from alignment.one_layer import outputs_differ

    live_statistics(source, images_for(source))
    try:
        transplant(source, target)
    except TransplantError:
        return False
    assert not outputs_differ(source, target), "the transplant took unlike for like"
    return True


@pytest.mark.parametrize("lot", range(3))
def test_the_audit_and_the_transplant_agree_on_every_change(lot, campaign):
    from alignment.one_change import change

    told = accepted = 0
    for seed in range(lot, 60 * campaign, 3):
        try:
            architecture = archcompiler.load(RandomSpec(seed).text())
        except SpecError:
            continue
        if architecture.parameters > MOST:
            continue
        model, target = architecture.to_keras(), architecture.to_keras()
        random = Random(seed)
        for _ in range(CHANGES):
            made = change(model, random)
            if made is None:
                continue
            found = archcompiler.audit(architecture, made.model)
            is_same = moves(made.model, target)
            if found.differs == is_same and not (made.is_open and not found.differs):
                pytest.fail(f"{seed}: {made[1:]} {found!r} {found.findings[:3]}")
            told += found.differs
            accepted += not found.differs
    assert told >= campaign
    assert accepted >= campaign
