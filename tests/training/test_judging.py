"""Judging probabilities: equal to scikit-learn, or to what is counted by hand."""

import numpy as np
import pytest

from archcompiler.training.judging import BINS, judge

NAMES = tuple("abcdefg")


@pytest.fixture(scope="module")
def metrics():
    """Return what scikit-learn counts; to import it takes seconds."""
    from sklearn import metrics

    return metrics


@pytest.fixture(scope="module")
def drawn():
    random = np.random.default_rng(0)
    labels = random.integers(0, 6, 400)  # no image of the class g
    logits = random.normal(size=(400, 7)) + 1.5 * np.eye(7)[labels]
    logits[:, 6] -= 9  # nor is it ever predicted
    powers = np.exp(logits)
    return labels, powers / powers.sum(axis=1, keepdims=True)


@pytest.mark.slow
def test_classes_are_judged_as_scikit_learn_does(drawn, metrics):
    labels, found = drawn
    judged = judge(labels, found, NAMES)
    predicted = found.argmax(axis=1)
    matrix = metrics.confusion_matrix(labels, predicted, labels=range(7))
    assert (judged.confusion == matrix).all()
    oracle = metrics.precision_recall_fscore_support(labels, predicted)
    for at, one in enumerate(judged.classes[:6]):
        assert (one.precision, one.recall, one.f1, one.images) == pytest.approx(
            tuple(column[at] for column in oracle)
        )
    assert judged.classes[6][1:] == (0, 0, 0, None, None, None)
    assert judged.mean("f1") == pytest.approx(
        metrics.f1_score(labels, predicted, average="macro")
    )


@pytest.mark.slow
@pytest.mark.parametrize("k", [2, 3, 5])
def test_the_most_probable_are_counted_as_scikit_learn_does(drawn, metrics, k):
    labels, found = drawn
    top = judge(labels, found, NAMES, most=k).top
    scored = [
        metrics.top_k_accuracy_score(labels, found, k=n, labels=range(7))
        for n in (1, k)
    ]
    assert list(top.values()) == pytest.approx(scored)
    assert list(top) == [1, k]


def test_k_of_all_classes_says_nothing_and_is_left_out(drawn):
    assert list(judge(*drawn, NAMES, most=7).top) == [1]


def test_calibration_is_what_is_counted_by_hand():
    found = np.array([[0.9, 0.1], [0.9, 0.1], [0.6, 0.4], [0.2, 0.8]])
    judged = judge(np.array([0, 1, 0, 1]), found, ("a", "b"))
    assert judged.calibration_error == pytest.approx((2 * 0.4 + 0.4 + 0.2) / 4)
    assert len(judged.bins) == BINS
    assert [each.images for each in judged.bins if each.images] == [1, 1, 2]
    assert judged.bins[13].accuracy == 0.5
    assert judged.bins[0].accuracy is None


def test_a_class_that_is_never_found_has_zeros():
    judged = judge(np.array([0, 0]), np.array([[0, 1.0], [0, 1.0]]), ("a", "b"))
    assert judged.classes[0][4:] == (0.0, 0.0, 0.0)
    assert judged.classes[1][4:] == (0.0, 0.0, 0.0)
