import math

import numpy as np
import pytest

from nnstudio.engine.metrics import (
    accuracy,
    calibration,
    class_scores,
    confusion,
    negative_log_likelihood,
    top_k_accuracy,
)


def test_confusion_counts_true_by_predicted_and_keeps_missing_classes():
    labels, predicted = np.array([0, 0, 2, 2, 2], np.uint8), np.array([0, 3, 2, 0, 2])
    counts = confusion(labels, predicted, 4)
    assert counts.dtype == np.int64
    assert counts.tolist() == [[1, 0, 0, 1], [0, 0, 0, 0], [1, 0, 2, 0], [0, 0, 0, 0]]
    assert accuracy(labels, predicted) == np.trace(counts) / counts.sum() == 0.6


def test_classes_of_a_byte_do_not_overflow():
    labels = np.arange(200, dtype=np.uint8)
    assert (confusion(labels, labels, 200) == np.eye(200)).all()


def test_no_examples_make_an_empty_table_and_no_accuracy():
    none = np.zeros(0, np.int64)
    assert not confusion(none, none, 3).any()
    with pytest.raises(ValueError, match="no prediction"):
        accuracy(none, none)


@pytest.mark.parametrize(
    ("labels", "predicted"),
    [([0, 1], [0]), ([0, 2], [0, 1]), ([0, 1], [-1, 1]), ([[0]], [[0]])],
)
def test_what_does_not_fit_is_refused(labels, predicted):
    with pytest.raises(ValueError, match="must"):
        confusion(np.array(labels), np.array(predicted), 2)


def test_precision_and_recall_by_hand_and_none_where_nothing_is():
    scores = class_scores(np.array([[3, 1, 0], [1, 1, 0], [0, 0, 0]]))
    assert scores.precision[:2].tolist() == [3 / 4, 1 / 2]
    assert scores.recall[:2].tolist() == [3 / 4, 1 / 2]
    assert np.isnan([scores.precision[2], scores.recall[2]]).all()
    assert scores.support.tolist() == [4, 2, 0]


def test_top_k_grows_from_accuracy_to_everything():
    rng = np.random.default_rng(0)
    # Coarse outputs: many are equal.
    outputs, labels = rng.integers(0, 4, (200, 6)), rng.integers(0, 6, 200)
    shares = [top_k_accuracy(labels, outputs, k) for k in range(1, 7)]
    assert shares[0] == accuracy(labels, outputs.argmax(axis=1))
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    by_sorting = np.argsort(-outputs, axis=1, kind="stable")[:, :3]
    assert shares[2] == np.mean([label in row for label, row in zip(labels, by_sorting, strict=True)])


def test_calibration_by_hand():
    """Two bins: three predictions 0.6 sure of which one is right, one 0.5 sure and right."""
    probs = np.array([[0.6, 0.4], [0.4, 0.6], [0.6, 0.4], [0.5, 0.5]])
    found = calibration(np.array([0, 0, 1, 0]), probs, n_bins=2)
    assert found.edges.tolist() == [0, 0.5, 1]
    assert found.counts.tolist() == [1, 3]
    np.testing.assert_allclose(found.confidence, [0.5, 0.6])
    np.testing.assert_allclose(found.accuracy, [1, 1 / 3])
    assert found.error == pytest.approx(0.25 * 0.5 + 0.75 * (0.6 - 1 / 3))


def test_calibrated_predictions_have_no_calibration_error():
    rng = np.random.default_rng(1)
    confidence = rng.uniform(0.5, 1.0, 40_000)
    probs = np.stack([confidence, 1 - confidence], axis=1)
    labels = (rng.random(40_000) > confidence).astype(int)
    assert calibration(labels, probs).error < 0.02
    assert np.isnan(calibration(labels, probs).accuracy[:7]).all()
    assert calibration(1 - labels, probs).error > 0.4


def test_certainty_a_rounding_above_one_is_in_the_last_bin():
    found = calibration(np.array([0]), np.array([[np.float32(1.0000001), 0]], np.float32), n_bins=4)
    assert found.counts.tolist() == [0, 0, 0, 1]


def test_likelihood_of_the_truth():
    probs = np.array([[0.5, 0.5], [1.0, 0.0]], np.float32)
    assert negative_log_likelihood(np.array([1, 0]), probs) == pytest.approx(math.log(2) / 2)
    assert negative_log_likelihood(np.array([1, 1]), probs) == math.inf


@pytest.mark.parametrize(
    "measure", [calibration, negative_log_likelihood, lambda *pair: top_k_accuracy(*pair, 1)]
)
@pytest.mark.parametrize(
    ("labels", "outputs"),
    [
        ([0], [[0.5, 0.5]] * 2),
        ([], np.zeros((0, 2))),
        ([0], [0.5]),
        ([2], [[0.5, 0.5]]),
        ([-1], [[0.5, 0.5]]),
    ],
)
def test_outputs_that_do_not_fit_are_refused(measure, labels, outputs):
    with pytest.raises(ValueError, match="must"):
        measure(np.array(labels, int), np.array(outputs))


def test_a_rank_and_a_number_of_bins_have_bounds():
    for k in (0, 3):
        with pytest.raises(ValueError, match="k must lie between 1 and 2"):
            top_k_accuracy(np.array([0]), np.eye(2)[:1], k)
    with pytest.raises(ValueError, match="at least one bin"):
        calibration(np.array([0]), np.eye(2)[:1], 0)
