"""The compiled step beside the NumPy one."""

import gc
import math
import subprocess
import sys
import weakref

import numpy as np
import pytest

from nnstudio.engine import compiled_step, program, rounds
from nnstudio.engine.architecture import Architecture
from nnstudio.engine.hyper import Hyper
from nnstudio.engine.initialise import initialise
from nnstudio.engine.optimisers import OPTIMISERS
from nnstudio.engine.thread_pool import ThreadPool
from nnstudio.engine.training_step import NotFiniteError, TrainingStep

HYPERS = [
    Hyper(learning_rate=0.01),
    Hyper(learning_rate=0.01, l1=0.01, l2=0.1, weight_decay=0.1, ema_decay=0.9),
    Hyper(learning_rate=0.01, clip_norm=0.1, l2=0.1),
]


@pytest.fixture
def small_pieces(monkeypatch):
    """Divide even a network of some hundred weights, by rows, by units and by inputs."""
    monkeypatch.setattr(program, "_MOST_WEIGHTS", 50)
    monkeypatch.setattr(program, "_FEWEST_WEIGHTS", 4)
    monkeypatch.setattr(rounds, "_FEWEST_ROWS", 2)


@pytest.fixture(params=[1, 2, 3])
def pool(request):
    with ThreadPool(request.param) as pool:
        yield pool


def batches(architecture):
    """Return batches of 16, 16 and 8, thrice."""
    rng = np.random.default_rng(3)
    x = rng.standard_normal((40, architecture.n_inputs), np.float32)
    labels = rng.integers(0, architecture.n_outputs, 40)
    return [(x[start : start + 16], labels[start : start + 16]) for start in (0, 16, 32)] * 3


def step_for(architecture, theta, name, hyper, mask=None, **others):
    state = OPTIMISERS[name].initial_state(theta)
    state.mask = mask
    step = TrainingStep(architecture, theta, "cross_entropy", OPTIMISERS[name], state, hyper, 16, **others)
    assert (step._compiled is not None) == others.get("compiled", True)
    return step, state


@pytest.mark.parametrize("is_wide", [False, True])
@pytest.mark.parametrize("hyper", HYPERS)
@pytest.mark.parametrize("name", OPTIMISERS)
@pytest.mark.usefixtures("small_pieces")
def test_it_does_what_numpy_does(pool, name, hyper, is_wide, monkeypatch):
    monkeypatch.setattr(rounds, "_WIDE", 30 if is_wide else 10**9)
    architecture = Architecture((12, 11, 13, 7, 4), ("relu", "leaky_relu", "identity", "softmax"))
    start = initialise(architecture, rng=np.random.default_rng(1))
    mask = (np.random.default_rng(0).random(architecture.n_params) < 0.8).astype(np.float32)
    start *= mask
    theta, plain = start.copy(), start.copy()
    step, state = step_for(architecture, theta, name, hyper, mask, pool=pool)
    plain_step, plain_state = step_for(architecture, plain, name, hyper, mask, compiled=False)
    for x, labels in batches(architecture):
        expected = plain_step.take(x, labels, hyper.learning_rate)
        assert step.take(x, labels, hyper.learning_rate) == pytest.approx(expected, rel=2e-5)
    assert np.linalg.norm(start - plain) > 0.01
    np.testing.assert_allclose(theta, plain, atol=2e-4 * abs(start - plain).max())
    assert not theta[mask == 0].any()
    assert state.t == plain_state.t
    for vector, other in zip(state.vectors, plain_state.vectors, strict=True):
        np.testing.assert_allclose(vector, other, rtol=1e-3, atol=1e-5 * abs(other).max())


@pytest.mark.parametrize("hyper", HYPERS)
@pytest.mark.usefixtures("small_pieces")
def test_frozen_layers(pool, hyper):
    architecture = Architecture((12, 11, 13, 4), ("relu", "leaky_relu", "softmax"))
    start = initialise(architecture, rng=np.random.default_rng(1))
    theta, plain = start.copy(), start.copy()
    step, _ = step_for(architecture, theta, "adam", hyper, pool=pool, frozen=(0, 2))
    plain_step, _ = step_for(architecture, plain, "adam", hyper, frozen=(0, 2), compiled=False)
    for x, labels in batches(architecture):
        expected = plain_step.take(x, labels, hyper.learning_rate)
        assert step.take(x, labels, hyper.learning_rate) == pytest.approx(expected, rel=2e-5)
    for made in (theta, plain):
        layers, first = architecture.layers(made), architecture.layers(start)
        assert [bool((layer.W == was.W).all()) for layer, was in zip(layers, first, strict=True)] == [
            True,
            False,
            True,
        ]
        assert (layers[2].b == first[2].b).all()
    np.testing.assert_allclose(theta, plain, atol=2e-4 * abs(start - plain).max())


@pytest.mark.parametrize("n_threads", [1, 2, 3])
@pytest.mark.parametrize("sizes", ["30-800-400-10", "300-30-10"])
def test_the_same_number_of_threads_gives_the_same_bits(n_threads, sizes):
    architecture = Architecture.parse(sizes)

    def run():
        theta = initialise(architecture, rng=np.random.default_rng(1))
        with ThreadPool(n_threads) as pool:
            step, _ = step_for(architecture, theta, "adam", Hyper(), pool=pool)
            for x, labels in batches(architecture) * 5:
                step.take(x, labels, 1e-3)
        return theta.tobytes()

    assert run() == run() == run()


def test_one_unit_one_row_and_rows_that_do_not_follow_each_other():
    architecture = Architecture.parse("3-1-2")
    theta = initialise(architecture, rng=np.random.default_rng(1))
    plain = theta.copy()
    x = np.random.default_rng(2).standard_normal((3, 6)).astype(np.float32).T[::6]
    step_for(architecture, theta, "sgd", Hyper())[0].take(x, np.array([1]), 0.5)
    step_for(architecture, plain, "sgd", Hyper(), compiled=False)[0].take(x, np.array([1]), 0.5)
    np.testing.assert_allclose(theta, plain, rtol=1e-6)


def test_large_logits_stay_exact():
    architecture = Architecture.parse("1-2")
    theta = np.array([1e4, -1e4, 0, 0], np.float32)
    step, _ = step_for(architecture, theta, "sgd", Hyper())
    assert step.take(np.ones((1, 1), np.float32), np.array([1]), 1.0) == 2e4
    np.testing.assert_array_equal(theta, np.array([1e4 - 1, -1e4 + 1, -1, 1], np.float32))


@pytest.mark.parametrize("hyper", [Hyper(), Hyper(clip_norm=1.0)])
@pytest.mark.parametrize("value", [math.nan, math.inf, 3e38])
def test_a_loss_that_is_not_finite_leaves_theta_alone(pool, hyper, value):
    architecture = Architecture.parse("3-5-2")
    theta = initialise(architecture, rng=np.random.default_rng(1))
    before = theta.copy()
    step, state = step_for(architecture, theta, "adam", hyper, pool=pool)
    x = np.ones((16, 3), np.float32)
    x[3] = value
    with pytest.raises(NotFiniteError, match="loss became"):
        step.take(x, np.zeros(16, int), 0.1)
    assert (theta == before).all()
    assert state.t == 0


@pytest.mark.parametrize("hyper", [Hyper(), Hyper(clip_norm=1.0)])
def test_a_gradient_that_overflows_raises(pool, hyper):
    architecture = Architecture.parse("3-2")
    theta = np.zeros(architecture.n_params, np.float32)
    step, _ = step_for(architecture, theta, "sgd", hyper, pool=pool)
    with pytest.raises(NotFiniteError, match="gradient overflowed"):
        step.take(np.full((16, 3), 1e25, np.float32), np.zeros(16, int), 0.1)
    assert np.isfinite(theta).all()


def test_numpy_trains_on_targets():
    architecture = Architecture.parse("3-5-2")
    theta = initialise(architecture, rng=np.random.default_rng(1))
    plain = theta.copy()
    x, targets = np.ones((4, 3), np.float32), np.full((4, 2), 0.5, np.float32)
    step_for(architecture, theta, "sgd", Hyper())[0].take(x, targets, 0.5)
    step_for(architecture, plain, "sgd", Hyper(), compiled=False)[0].take(x, targets, 0.5)
    np.testing.assert_array_equal(theta, plain)


def test_what_a_helper_calls_keeps_what_it_reads():
    architecture = Architecture.parse("3-2")
    step, _ = step_for(architecture, np.zeros(architecture.n_params, np.float32), "sgd", Hyper())
    step.take(np.ones((16, 3), np.float32), np.zeros(16, int), 0.1)
    bound = step._compiled._bound[16]
    work, control = bound.work, weakref.ref(bound.control)
    del step, bound
    gc.collect()
    # A helper may still wait in it for a further step, and the kernel has nothing but the address.
    assert control() is not None
    del work
    assert control() is None


def test_an_environment_variable_turns_it_off(monkeypatch):
    monkeypatch.setenv("NNSTUDIO_COMPILED", "0")
    assert not compiled_step.is_available()
    monkeypatch.delenv("NNSTUDIO_COMPILED")
    assert compiled_step.is_available()


def test_nothing_is_loaded_before_the_first_step():
    code = """
import sys
import numpy as np
from nnstudio.engine.architecture import Architecture
from nnstudio.engine.hyper import Hyper
from nnstudio.engine.optimisers import OPTIMISERS
from nnstudio.engine.training_step import TrainingStep
architecture, sgd = Architecture.parse("3-2"), OPTIMISERS["sgd"]
theta = np.zeros(8, np.float32)
step = TrainingStep(architecture, theta, "cross_entropy", sgd, sgd.initial_state(theta), Hyper(), 1)
assert "numba" not in sys.modules
step.take(np.ones((1, 3), np.float32), np.zeros(1, int), 0.1)
assert "numba" in sys.modules
"""
    subprocess.run([sys.executable, "-c", code], check=True, timeout=120)


def test_a_kernel_that_cannot_be_loaded_is_not_missed(monkeypatch, caplog):
    def fail():
        raise OSError("no such library")

    monkeypatch.setattr(compiled_step, "_functions", fail)
    compiled_step.load.cache_clear()
    architecture = Architecture.parse("3-2")
    theta, plain = np.zeros(8, np.float32), np.zeros(8, np.float32)
    x, labels = np.ones((2, 3), np.float32), np.array([0, 1])
    try:
        step_for(architecture, theta, "sgd", Hyper())[0].take(x, labels, 0.5)
    finally:
        compiled_step.load.cache_clear()
    step_for(architecture, plain, "sgd", Hyper(), compiled=False)[0].take(x, labels, 0.5)
    np.testing.assert_array_equal(theta, plain)
    assert "goes on without compiled steps" in caplog.text
