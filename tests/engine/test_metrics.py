import numpy as np
import pytest

from nnstudio.engine.metrics import accuracy, confusion


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
