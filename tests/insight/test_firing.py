from dataclasses import replace

import numpy as np
import pytest

from nnstudio.data.problem import Samples
from nnstudio.data.synthetic import synthetic_digits
from nnstudio.engine.passes import activations
from nnstudio.engine.perceptron import train_perceptrons
from nnstudio.insight.comparison import agreement
from nnstudio.insight.firing import MOST_NAMED, answer_table, count_firing, firing_words
from nnstudio.insight.reading import read
from nnstudio.insight.sample_results import SampleEvaluation
from nnstudio.training.evaluation import Evaluation


@pytest.fixture(scope="module")
def perceptrons():
    """Ten perceptrons that learned some digits, and others to be tested on."""
    images, labels = synthetic_digits(700, rng=np.random.default_rng(0))
    x = images.reshape(len(images), -1).astype(np.float32) / 255
    run = train_perceptrons(x[:400], labels[:400], 10, epochs=3)
    return run.architecture, run.theta.astype(np.float32), Samples(x[400:], labels[400:])


def test_accuracy_of_perceptrons_is_by_the_largest_sum(perceptrons):
    """Not by the first that fires: where none or several do, the order of the classes says nothing."""
    architecture, theta, samples = perceptrons
    trace = activations(architecture, theta, samples.inputs())
    z, outputs = trace.z[-1], trace.a[-1]
    counted = count_firing(z, samples.labels)
    by_first = float(np.mean(outputs.argmax(axis=1) == samples.labels))
    assert counted.n_right / counted.n > by_first + 0.05
    assert counted.n_none > 0
    assert counted.n_several > 0
    assert counted.n_none + counted.n_one + counted.n_several == counted.n == 300
    assert counted.n_right_alone < counted.n_right

    measures = Evaluation(architecture, theta, samples, "perceptron").finish()
    assert measures.n - measures.n_errors == counted.n_right
    results = SampleEvaluation(architecture, theta, samples, "perceptron").finish()
    np.testing.assert_array_equal(results.predicted, z.argmax(axis=1))
    assert results.n_errors == measures.n_errors
    assert results.firing == counted
    assert results.given(0) == results.predicted[0]
    *_, same = agreement((architecture, theta), (architecture, theta), samples)
    assert same.n_first == counted.n_right
    for row in range(20):
        assert read(architecture, theta, samples.inputs()[row]).label == z[row].argmax()


def test_nothing_fires_where_outputs_are_no_steps(perceptrons):
    architecture, theta, samples = perceptrons
    soft = replace(architecture, activations=("softmax",))
    assert SampleEvaluation(soft, theta, samples, "cross_entropy").finish().firing is None


@pytest.mark.parametrize(
    ("z", "words"),
    [
        ([-1, -2, 0], "none fires"),
        ([-1, 0.1, 0], "1 fires alone"),
        ([6.5, 2.4, -7.2], "2 fire: 0 and 1"),
        ([1, 1, -1, -1, -1, -1, -1, -1, 2], "3 fire: 0, 1 and 8"),
        ([1] * (MOST_NAMED + 2), "7 fire: 0, 1, 2, 3, 4 …"),
    ],
)
def test_who_fires_is_said(z, words):
    assert firing_words(np.array(z), "0123456789") == words


def test_a_sum_of_zero_does_not_fire():
    table = answer_table([0.0, 1e-9], [0, 0])
    assert table.y.tolist() == [0, 1]
    assert table.mean == 0.25
