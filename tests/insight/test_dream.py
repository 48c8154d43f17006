import numpy as np
import pytest

from nnstudio.data.problem import InputSpace
from nnstudio.engine.architecture import Architecture
from nnstudio.engine.initialise import initialise
from nnstudio.insight.dream import (
    STEP_SHARE,
    Regularisers,
    blurred,
    dream_start,
    dream_step,
    variation,
    variation_slope,
)
from nnstudio.insight.reading import read

IMAGE = InputSpace("image", (6, 7), 0.0, 1.0)
PLANE = InputSpace("plane", (2,), -1.0, 1.0, ("x₁", "x₂"))
FREE = Regularisers()


def parts(space=IMAGE, hidden="tanh", seed=0):
    architecture = Architecture.of((space.n_features, 9, 8, 3), hidden=hidden)
    rng = np.random.default_rng(seed)
    return architecture, initialise(architecture, rng=rng), rng


def dream(architecture, theta, space, x, goal, regularisers=FREE, n=60, seed=1):
    rng = np.random.default_rng(seed)
    for _ in range(n):
        x = dream_step(architecture, theta, space, x, goal, regularisers, rng=rng)
    return x


@pytest.mark.parametrize("goal", [(0, 4), (1, 7), (2, 2)])
@pytest.mark.parametrize("space", [IMAGE, PLANE])
def test_a_dream_excites_its_unit_more_than_a_thousand_random_inputs(space, goal):
    architecture, theta, rng = parts(space)
    x = dream(architecture, theta, space, dream_start(space, rng=rng), goal)
    layer, unit = goal
    found = read(architecture, theta, x).z[layer][unit]
    others = rng.uniform(space.low, space.high, (1000, space.n_features)).astype(np.float32)
    assert found > max(read(architecture, theta, other).z[layer][unit] for other in others)
    assert x.min() >= space.low
    assert x.max() <= space.high
    assert x.dtype == theta.dtype


def test_a_unit_of_the_first_layer_dreams_of_its_template():
    architecture, theta, rng = parts()
    w = architecture.layers(theta)[0].W[3]
    x = dream(architecture, theta, IMAGE, dream_start(IMAGE, rng=rng), (0, 3), n=400)
    np.testing.assert_array_equal(x[np.abs(w) > 0.02], (w > 0)[np.abs(w) > 0.02])


def test_a_step_goes_along_the_slope_and_has_its_length():
    architecture, theta, _ = parts()
    x = np.full(42, 0.5, np.float32)
    step = dream_step(architecture, theta, IMAGE, x, (1, 0), FREE, rng=np.random.default_rng(0)) - x
    h = 1e-30
    slope = [read(architecture, theta.astype(complex), x + 1j * h * e).z[1][0].imag / h for e in np.eye(42)]
    np.testing.assert_allclose(
        step, STEP_SHARE * 42**0.5 * np.array(slope) / np.linalg.norm(slope), rtol=1e-3, atol=1e-6
    )


def test_the_norm_makes_dreams_fainter_and_variation_and_blur_smoother():
    architecture, theta, rng = parts()
    start = dream_start(IMAGE, rng=rng)
    free = dream(architecture, theta, IMAGE, start, (1, 2))
    fainter = dream(architecture, theta, IMAGE, start, (1, 2), Regularisers(norm=0.1))
    assert np.linalg.norm(fainter) < 0.8 * np.linalg.norm(free)
    for regularisers in (Regularisers(variation=0.01), Regularisers(blur=0.3)):
        smooth = dream(architecture, theta, IMAGE, start, (1, 2), regularisers)
        assert variation(smooth.reshape(6, 7)) < 0.8 * variation(free.reshape(6, 7))


def test_jitter_is_the_seed_s_and_leaves_the_picture_where_it_was():
    architecture, theta, rng = parts()
    start = dream_start(IMAGE, rng=rng)
    jitter = Regularisers(jitter_px=2)
    one = dream(architecture, theta, IMAGE, start, (1, 2), jitter, seed=5)
    np.testing.assert_array_equal(one, dream(architecture, theta, IMAGE, start, (1, 2), jitter, seed=5))
    assert not np.array_equal(one, dream(architecture, theta, IMAGE, start, (1, 2), jitter, seed=6))
    # Where no slope moves it, a jittered picture is the same after the step.
    still = dream_step(architecture, np.zeros_like(theta), IMAGE, start, (1, 2), jitter, rng=rng)
    np.testing.assert_array_equal(still, start)


def test_without_a_slope_only_the_regularisers_act():
    architecture, theta, rng = parts(hidden="relu")
    architecture.layers(theta)[0].b[:] = -1000
    x = np.full(42, 0.5, np.float32)
    np.testing.assert_array_equal(dream_step(architecture, theta, IMAGE, x, (2, 0), FREE, rng=rng), x)
    fainter = dream_step(architecture, theta, IMAGE, x, (2, 0), Regularisers(norm=0.1), rng=rng)
    np.testing.assert_allclose(fainter, 0.45, rtol=1e-6)


def test_enormous_weights_leave_the_picture_finite():
    architecture, theta, rng = parts(hidden="identity")
    x = dream(architecture, theta * 1e30, IMAGE, dream_start(IMAGE, rng=rng), (2, 0), n=3)
    assert np.isfinite(x).all()


def test_the_slope_of_the_variation_is_its_derivative():
    picture = np.random.default_rng(0).random((5, 4))
    h = 1e-7
    numeric = np.zeros_like(picture)
    for index in np.ndindex(*picture.shape):
        step = np.zeros_like(picture)
        step[index] = h
        numeric[index] = (variation(picture + step) - variation(picture - step)) / (2 * h)
    np.testing.assert_allclose(variation_slope(picture), numeric, rtol=1e-5, atol=1e-6)


def test_blur_keeps_what_is_flat_and_spreads_what_is_not():
    np.testing.assert_allclose(blurred(np.full((4, 5), 0.7)), 0.7)
    dot = np.zeros((5, 5))
    dot[2, 2] = 1
    ring = blurred(dot)
    assert ring.sum() == pytest.approx(1)
    np.testing.assert_allclose(ring[1:4, 1:4], np.outer([0.25, 0.5, 0.25], [0.25, 0.5, 0.25]))
