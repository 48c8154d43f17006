import numpy as np
import pytest

from nnstudio.data.problem import Samples
from nnstudio.engine.architecture import Architecture
from nnstudio.engine.initialise import initialise
from nnstudio.engine.passes import activations
from nnstudio.insight.sample_results import SampleEvaluation
from nnstudio.training.evaluation import Evaluation

N = 83
rng = np.random.default_rng(5)
SAMPLES = Samples(
    rng.integers(0, 256, (N, 6)).astype(np.uint8), rng.integers(0, 4, N).astype(np.int64), scale=1 / 255
)


def network(hidden="relu", output="softmax", scale=3.0):
    architecture = Architecture.of((6, 7, 5, 4), hidden=hidden, output=output)
    theta = scale * initialise(architecture, rng=np.random.default_rng(1))
    return architecture, theta.astype(np.float32)


def results(architecture, theta, *, unit=None, loss="cross_entropy", rows=10):
    run = SampleEvaluation(architecture, theta, SAMPLES, loss, unit=unit, batch_size=rows)
    while not run.is_done:
        run.advance()
    return run.finish()


@pytest.mark.parametrize("rows", [1, 10, 83, 500])
def test_holds_what_the_network_makes_of_every_sample(rows):
    architecture, theta = network()
    found = results(architecture, theta, rows=rows)
    trace = activations(architecture, theta, SAMPLES.inputs())
    np.testing.assert_allclose(found.outputs, trace.a[-1], rtol=1e-5, atol=1e-6)
    np.testing.assert_array_equal(found.predicted, trace.a[-1].argmax(axis=1))
    np.testing.assert_array_equal(found.labels, SAMPLES.labels)
    np.testing.assert_allclose(
        found.losses, -np.log(trace.a[-1][np.arange(N), SAMPLES.labels]), rtol=1e-4, atol=1e-5
    )
    np.testing.assert_allclose(found.confidences, trace.a[-1].max(axis=1), rtol=1e-5)
    for k, (a, z) in enumerate(zip(trace.a[1:], trace.z, strict=True)):
        np.testing.assert_allclose(found.mean_activation[k], a.mean(axis=0), rtol=1e-4, atol=1e-6)
        if k < 2:
            np.testing.assert_allclose(found.active[k], (z > 0).mean(axis=0), atol=1e-6)
    np.testing.assert_allclose(found.active[2], np.bincount(found.predicted, minlength=4) / N)


def test_agrees_with_the_trainers_measures():
    architecture, theta = network()
    found = results(architecture, theta)
    measures = Evaluation(architecture, theta, SAMPLES, "cross_entropy").finish()
    assert found.n_errors == measures.n_errors
    assert found.losses.mean() == pytest.approx(measures.loss, rel=1e-5)


def test_confusion_counts_true_classes_in_rows():
    architecture, theta = network()
    found = results(architecture, theta)
    for true in range(4):
        for read in range(4):
            pairs = (found.labels == true) & (found.predicted == read)
            assert found.confusion[true, read] == np.count_nonzero(pairs)
    assert found.confusion.sum() == N
    assert N - np.trace(found.confusion) == found.n_errors


@pytest.mark.parametrize("unit", [(0, 3), (1, 4), (2, 0)])
def test_follows_the_selected_unit_over_all_samples(unit):
    architecture, theta = network()
    found = results(architecture, theta, unit=unit)
    trace = activations(architecture, theta, SAMPLES.inputs())
    np.testing.assert_allclose(found.unit_activations, trace.a[unit[0] + 1][:, unit[1]], rtol=1e-5, atol=1e-6)
    assert found.unit == unit


def test_without_a_selected_unit_there_are_no_activations_of_one():
    found = results(*network())
    assert found.unit is None
    assert found.unit_activations is None


def test_a_relu_that_never_opens_is_dead_and_one_that_never_closes_is_not():
    architecture, theta = network()
    layers = architecture.layers(theta)
    layers[0].b[2] = -1000.0
    layers[0].b[3] = 1000.0
    found = results(architecture, theta)
    trace = activations(architecture, theta, SAMPLES.inputs())
    expected = np.ptp(trace.a[1], axis=0) == 0
    np.testing.assert_array_equal(found.dead[0], expected)
    assert found.dead[0][2]
    assert not found.dead[0][3]
    assert found.n_dead == tuple(int(np.count_nonzero(np.ptp(a, axis=0) == 0)) for a in trace.a[1:])


@pytest.mark.parametrize("hidden", ["sigmoid", "tanh", "gelu"])
def test_a_unit_that_says_the_same_to_all_samples_is_dead_whatever_its_activation(hidden):
    architecture, theta = network(hidden)
    layers = architecture.layers(theta)
    layers[0].b[1] = -500.0
    layers[1].W[4] = 0.0
    found = results(architecture, theta)
    assert found.dead[0].tolist() == [False, True, False, False, False, False, False]
    assert found.dead[1].tolist() == [False, False, False, False, True]
    assert not found.dead[2].any()


def test_gives_the_inputs_of_any_samples_in_any_order():
    found = results(*network())
    np.testing.assert_array_equal(found.inputs(np.array([7, 3])), SAMPLES.inputs()[[7, 3]])


def test_weights_that_overflow_are_not_finite():
    architecture, theta = network()
    found = results(architecture, np.full_like(theta, 1e30))
    assert not found.is_finite
    assert results(architecture, theta).is_finite


def test_samples_are_evaluated_in_batches_and_it_can_stop_after_any():
    architecture, theta = network()
    run = SampleEvaluation(architecture, theta, SAMPLES, "cross_entropy", batch_size=10)
    for done in range(0, N, 10):
        assert run.n_done == done
        assert not run.is_done
        run.advance()
    assert run.is_done
    assert run.n_done == N
