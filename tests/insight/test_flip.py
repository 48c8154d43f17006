import numpy as np
import pytest

from nnstudio.engine.architecture import Architecture
from nnstudio.engine.initialise import initialise
from nnstudio.engine.passes import predict
from nnstudio.insight.flip import project, smallest_flip
from nnstudio.insight.reading import read
from tests.insight.networks import network

WIDE = (-100.0, 100.0)


def linear(rng, n_inputs=6, n_classes=4, dtype=np.float64):
    architecture = Architecture.of((n_inputs, n_classes))
    return architecture, rng.standard_normal(architecture.n_params).astype(dtype)


@pytest.mark.parametrize("seed", range(8))
def test_a_linear_network_is_flipped_at_its_nearest_boundary(seed):
    rng = np.random.default_rng(seed)
    architecture, theta = linear(rng)
    x = rng.standard_normal(6)
    reading = read(architecture, theta, x)
    W, c = architecture.layers(theta)[0].W, reading.label
    others = [k for k in range(4) if k != c]
    distances = [(reading.z[0][c] - reading.z[0][k]) / np.linalg.norm(W[c] - W[k]) for k in others]
    flip = smallest_flip(architecture, theta, x, WIDE)
    assert flip.label_before == c
    assert flip.label == others[int(np.argmin(distances))]
    assert flip.size == pytest.approx(min(distances), rel=1e-3)
    assert flip.size >= min(distances)


@pytest.mark.parametrize("hidden", ["relu", "tanh", "absolute", "gelu", "sine"])
@pytest.mark.parametrize("target", [None, 0, 1, 2])
def test_a_flip_is_read_as_something_else_and_lies_in_the_bounds(hidden, target):
    for seed in range(5):
        architecture, theta, _ = network(hidden)
        x = np.random.default_rng(seed).random(5)
        before = read(architecture, theta, x).label
        flip = smallest_flip(architecture, theta, x, (0.0, 1.0), target)
        if flip is None:
            continue
        assert flip.label_before == before != flip.label
        assert target in (None, flip.label)
        assert read(architecture, theta, flip.x).label == flip.label
        assert flip.x.min() >= 0
        assert flip.x.max() <= 1
        # Bisected: a hundredth of the way back the old answer holds.
        assert read(architecture, theta, flip.between(0.99)).label != flip.label or flip.size < 1e-6


@pytest.mark.parametrize("seed", range(6))
def test_in_the_plane_nothing_much_smaller_flips_the_answer(seed):
    rng = np.random.default_rng(seed)
    architecture = Architecture.of((2, 12, 12, 3))
    theta = initialise(architecture, rng=rng, dtype=np.float64)
    theta += 0.3 * rng.standard_normal(theta.size)
    x = rng.uniform(-1, 1, 2)
    flip = smallest_flip(architecture, theta, x, (-1.0, 1.0))
    before = read(architecture, theta, x).label
    angles = np.linspace(0, 2 * np.pi, 721)
    radii = np.linspace(0, 2.9, 581)[1:]
    ring = np.stack((np.cos(angles), np.sin(angles)), axis=1)
    for radius in radii:
        points = x + radius * ring
        points = points[(np.abs(points) <= 1).all(axis=1)]
        if len(points) and (predict(architecture, theta, points).argmax(axis=1) != before).any():
            break
    else:
        assert flip is None
        return
    assert flip is not None
    assert flip.size <= 1.1 * radius


def test_a_flip_to_a_class_is_to_that_class_even_when_others_are_nearer():
    rng = np.random.default_rng(3)
    architecture, theta = linear(rng, 20, 10, np.float32)
    x = rng.standard_normal(20)
    before = read(architecture, theta, x.astype(np.float32)).label
    nearest = smallest_flip(architecture, theta, x, WIDE)
    for target in range(10):
        flip = smallest_flip(architecture, theta, x, WIDE, target)
        if target == before:
            assert flip is None
        else:
            assert flip.label == target
            assert flip.size >= nearest.size * 0.999


def test_no_flip_is_invented():
    architecture = Architecture.parse("3-4-2")
    theta = np.zeros(architecture.n_params)
    architecture.layers(theta)[-1].b[:] = 1, 0
    assert smallest_flip(architecture, theta, np.ones(3), (0.0, 1.0)) is None
    # The box is too small for this one.
    architecture, theta = Architecture.parse("2-2"), np.array([1.0, 0, 0, 0, 5, 0])
    assert smallest_flip(architecture, theta, np.ones(2), (0.0, 1.0)) is None
    assert smallest_flip(architecture, theta * 1e200, np.ones(2), (0.0, 1.0)) is None


def test_a_search_can_be_cancelled():
    architecture, theta, x = network()
    assert smallest_flip(architecture, theta, x, WIDE, is_cancelled=lambda: True) is None


def test_the_way_between_starts_at_the_input_and_ends_at_the_flip():
    rng = np.random.default_rng(0)
    architecture, theta = linear(rng, dtype=np.float32)
    flip = smallest_flip(architecture, theta, rng.random(6, np.float32), (0.0, 1.0))
    np.testing.assert_array_equal(flip.between(0.0), flip.start)
    np.testing.assert_allclose(flip.between(1.0), flip.x, atol=1e-7)
    assert flip.between(0.5).dtype == np.float32


@pytest.mark.parametrize("seed", range(20))
def test_projections_satisfy_the_conditions_of_the_minimum(seed):
    rng = np.random.default_rng(seed)
    point, normal = rng.random(9), rng.standard_normal(9)
    normal[rng.random(9) < 0.2] = 0
    level = float(normal @ rng.random(9))
    y = project(point, normal, level, (0.0, 1.0))
    assert normal @ y == pytest.approx(level, abs=1e-12)
    assert y.min() >= -1e-15
    assert y.max() <= 1 + 1e-15
    # Karush-Kuhn-Tucker: inside the box one multiplier; at its faces the pull is outwards.
    inside = (y > 1e-12) & (y < 1 - 1e-12) & (normal != 0)
    multipliers = (point - y)[inside] / normal[inside]
    if len(multipliers):
        np.testing.assert_allclose(multipliers, multipliers[0], atol=1e-12)
        unclipped = point - multipliers[0] * normal
        np.testing.assert_allclose(np.clip(unclipped, 0, 1), y, atol=1e-12)


def test_out_of_reach_the_projection_is_the_corner_that_comes_nearest():
    y = project(np.array([0.5, 0.5, 0.2]), np.array([1.0, -2.0, 0.0]), 100.0, (0.0, 1.0))
    np.testing.assert_array_equal(y, [1.0, 0.0, 0.2])


def test_a_projection_keeps_to_the_bounds_of_each_coordinate():
    low, high = np.array([0.0, -1.0, 5.0]), np.array([1.0, 1.0, 6.0])
    y = project(np.array([0.5, 0.0, 5.5]), np.array([0.0, 1.0, 1.0]), 4.4, (low, high))
    np.testing.assert_allclose(y, [0.5, -0.6, 5.0])
