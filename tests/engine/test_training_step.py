import math

import numpy as np
import pytest

from nnstudio.engine import rounds, training_step
from nnstudio.engine.architecture import Architecture
from nnstudio.engine.dropout import Dropout
from nnstudio.engine.hyper import Hyper
from nnstudio.engine.initialise import initialise
from nnstudio.engine.layer_passes import Workspace
from nnstudio.engine.losses import LossError
from nnstudio.engine.optimisers import OPTIMISERS
from nnstudio.engine.passes import loss_and_gradient
from nnstudio.engine.thread_pool import ThreadPool
from nnstudio.engine.training_step import NotFiniteError, TrainingStep

HYPERS = [
    Hyper(learning_rate=0.01),
    Hyper(learning_rate=0.01, l1=0.01, l2=0.1, weight_decay=0.1, ema_decay=0.9),
    Hyper(learning_rate=0.01, clip_norm=0.1, l2=0.1),
]


@pytest.fixture
def small_pieces(monkeypatch):
    """Divide even a network of some hundred weights, by rows and by units."""
    monkeypatch.setattr(training_step, "_MOST_WEIGHTS", 50)
    monkeypatch.setattr(training_step, "_FEWEST_WEIGHTS", 4)
    monkeypatch.setattr(rounds, "_FEWEST_ROWS", 2)


@pytest.fixture(params=[1, 2, 3])
def pool(request):
    with ThreadPool(request.param) as pool:
        yield pool


def batches(architecture, n=40, batch_size=16):
    rng = np.random.default_rng(3)
    x, labels = rng.standard_normal((n, architecture.n_inputs)), rng.integers(0, architecture.n_outputs, n)
    return [(x[start : start + batch_size], labels[start : start + batch_size]) for start in (0, 16, 32)] * 3


def step_for(architecture, theta, name, hyper, **others):
    optimiser = OPTIMISERS[name]
    state = optimiser.initial_state(theta)
    state.mask = others.pop("mask", None)
    loss = others.pop("loss", "cross_entropy")
    return TrainingStep(architecture, theta, loss, optimiser, state, hyper, 16, **others), state


@pytest.mark.parametrize("is_wide", [False, True])
@pytest.mark.parametrize("hyper", HYPERS)
@pytest.mark.parametrize("name", ["sgd", "adam"])
@pytest.mark.usefixtures("small_pieces")
def test_a_step_is_gradient_and_update_however_it_is_divided(pool, name, hyper, is_wide, monkeypatch):
    monkeypatch.setattr(rounds, "_WIDE", 30 if is_wide else 10**9)
    architecture = Architecture((6, 11, 9, 7, 4), ("tanh", "relu", "sigmoid", "softmax"))
    start = initialise(architecture, rng=np.random.default_rng(1), dtype=np.float64)
    theta, plain = start.copy(), start.copy()
    step, state = step_for(architecture, theta, name, hyper, pool=pool)
    plain_state = OPTIMISERS[name].initial_state(plain)
    workspace, grad = Workspace(architecture, 16, np.float64), np.empty_like(plain)
    for x, labels in batches(architecture):
        expected = loss_and_gradient(architecture, plain, x, labels, "cross_entropy", grad, workspace)
        OPTIMISERS[name].step(plain, grad, plain_state, hyper)
        assert step.take(x, labels, hyper.learning_rate) == pytest.approx(expected, rel=1e-12)
    np.testing.assert_allclose(theta, plain, rtol=1e-9, atol=1e-12)
    if hyper.ema_decay:
        np.testing.assert_allclose(state.average, plain_state.average, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("n_threads", [1, 2])
def test_the_same_number_of_threads_gives_the_same_bits(n_threads):
    """Without the compiled kernel, whose turn comes in test_compiled_step."""
    architecture = Architecture.parse("30-800-400-10")

    def run():
        theta = initialise(architecture, rng=np.random.default_rng(1))
        with ThreadPool(n_threads) as pool:
            step, _ = step_for(architecture, theta, "adam", Hyper(), pool=pool, compiled=False)
            for x, labels in batches(architecture):
                step.take(x.astype(np.float32), labels, 1e-3)
        return theta.tobytes()

    assert run() == run() == run()


def test_targets_and_a_loss_without_the_simple_delta(pool):
    architecture = Architecture.of((3, 5, 2), hidden="tanh", output="tanh")
    theta = initialise(architecture, rng=np.random.default_rng(1), dtype=np.float64)
    plain, grad = theta.copy(), np.empty_like(theta)
    rng = np.random.default_rng(2)
    x, targets = rng.standard_normal((16, 3)), rng.standard_normal((16, 2))
    step, _ = step_for(architecture, theta, "sgd", Hyper(), loss="squared_error", pool=pool)
    step.take(x, targets, 0.5)
    workspace = Workspace(architecture, 16, np.float64)
    loss_and_gradient(architecture, plain, x, targets, "squared_error", grad, workspace)
    np.testing.assert_allclose(theta, plain - 0.5 * grad, rtol=1e-12)


def test_a_mask_is_kept(pool):
    architecture = Architecture.parse("6-11-4")
    mask = (np.random.default_rng(0).random(architecture.n_params) < 0.5).astype(float)
    theta = mask * initialise(architecture, rng=np.random.default_rng(1), dtype=np.float64)
    step, _ = step_for(architecture, theta, "adam", Hyper(), mask=mask, pool=pool)
    for x, labels in batches(architecture):
        step.take(x, labels, 0.01)
    assert not theta[mask == 0].any()
    assert np.count_nonzero(theta) > 0.9 * mask.sum()


def test_dropout_trains_the_network_without_the_silent_units(pool):
    """With units 0 and 1 silent for the whole batch, a step is one on the network that lacks them, scaled."""
    whole, rest = Architecture.parse("3-6-2"), Architecture.parse("3-4-2")
    theta = initialise(whole, rng=np.random.default_rng(1), dtype=np.float64)
    small = np.empty(rest.n_params)
    for layer, source in zip(rest.layers(small), whole.layers(theta), strict=True):
        layer.W[...] = source.W[-len(layer.W) :, -layer.W.shape[1] :]
        layer.b[...] = source.b[-len(layer.b) :]
    rest.layers(small)[1].W[...] *= 2
    before = whole.layers(theta.copy())
    dropout = Dropout(whole, 16, of_inputs=0.0, of_hidden=0.5, dtype=np.float64)
    dropout.scales[1][...] = [0, 0, 2, 2, 2, 2]
    x, labels = np.random.default_rng(2).standard_normal((16, 3)), np.arange(16) % 2
    step, _ = step_for(whole, theta, "sgd", Hyper(), pool=pool, dropout=dropout)
    loss = step.take(x, labels, 1.0)
    grad, workspace = np.empty_like(small), Workspace(rest, 16, np.float64)
    assert loss == pytest.approx(loss_and_gradient(rest, small, x, labels, "cross_entropy", grad, workspace))
    after, gradient = whole.layers(theta), rest.layers(grad)
    np.testing.assert_allclose(before[0].W[2:] - after[0].W[2:], gradient[0].W, rtol=1e-9)
    np.testing.assert_allclose(before[1].W[:, 2:] - after[1].W[:, 2:], 2 * gradient[1].W, rtol=1e-9)
    assert (before[0].W[:2] == after[0].W[:2]).all()
    assert (before[1].W[:, :2] == after[1].W[:, :2]).all()


@pytest.mark.parametrize("hyper", [Hyper(), Hyper(clip_norm=1.0)])
def test_an_overflow_raises_without_a_warning(pool, hyper):
    architecture = Architecture.of((3, 5, 2), output="identity")
    theta = np.full(architecture.n_params, 1.0, np.float32)
    step, _ = step_for(architecture, theta, "sgd", hyper, loss="squared_error", pool=pool)
    x, labels = np.ones((16, 3), np.float32), np.zeros(16, int)
    with pytest.raises(NotFiniteError, match="loss became"):
        step.take(x * np.float32(1e30), labels, 0.1)
    assert (theta == 1).all()
    with pytest.raises(NotFiniteError, match="gradient overflowed"):
        step.take(x * np.float32(1e17), labels, 0.1)


def test_a_loss_that_does_not_fit_is_refused():
    architecture = Architecture.of((3, 2), output="identity")
    with pytest.raises(LossError):
        step_for(architecture, np.zeros(8), "sgd", Hyper())


def test_about_the_wanted_share_is_silent_and_the_mean_stays():
    dropout = Dropout(Architecture.parse("50-400-30-2"), 100, of_inputs=0.2, of_hidden=0.5)
    dropout.draw(60, rng=np.random.default_rng(0))
    inputs, hidden, last = (scale[:60] for scale in dropout.scales)
    for scale, share in ((inputs, 0.2), (hidden, 0.5), (last, 0.5)):
        assert np.unique(scale).tolist() == pytest.approx([0, 1 / (1 - share)])
        assert (scale == 0).mean() == pytest.approx(share, abs=0.05)
        assert scale.mean() == pytest.approx(1, abs=0.1)
    again = Dropout(Architecture.parse("50-400-30-2"), 60, of_inputs=0.2, of_hidden=0.5)
    again.draw(60, rng=np.random.default_rng(0))
    assert (again.scales[1] == hidden).all()


@pytest.mark.parametrize("share", [-0.1, 1.0, math.nan])
def test_a_share_of_silent_units_is_below_one(share):
    with pytest.raises(ValueError, match="below 1"):
        Dropout(Architecture.parse("2-3-2"), 4, of_inputs=0.0, of_hidden=share)
