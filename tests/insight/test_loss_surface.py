from dataclasses import replace

import numpy as np
import pytest

from nnstudio.engine.architecture import Architecture
from nnstudio.engine.gradient_check import random_direction
from nnstudio.engine.initialise import initialise
from nnstudio.engine.layer_passes import Workspace
from nnstudio.engine.passes import loss_value
from nnstudio.insight.directions import weight_direction
from nnstudio.insight.landscape_directions import principal_directions, projection, scaled_by_unit
from nnstudio.insight.loss_surface import (
    LossQuestion,
    LossSurface,
    gradient_of,
    parabola,
    sample_slopes,
)


def question(sizes=(3, 5, 4, 3), hidden="tanh", output="softmax", loss="cross_entropy", n=40, seed=0):
    rng = np.random.default_rng(seed)
    architecture = Architecture.of(sizes, hidden=hidden, output=output)
    theta = initialise(architecture, rng=rng, dtype=np.float64)
    theta += 0.1 * rng.standard_normal(theta.size)
    x = rng.standard_normal((n, sizes[0]))
    if loss == "squared_error":
        answers = rng.standard_normal((n, sizes[-1]))
    else:
        answers = rng.integers(0, sizes[-1], n)
    return LossQuestion(architecture, theta, x, answers, loss)


def loss_at(asked, theta):
    workspace = Workspace(asked.architecture, len(asked.x), np.float64)
    return loss_value(asked.architecture, theta, asked.x, asked.answers, asked.loss, workspace)


def directions_of(asked, n=2, seed=3):
    rng = np.random.default_rng(seed)
    return [random_direction(asked.theta.size, rng=rng) for _ in range(n)]


@pytest.mark.parametrize(
    ("hidden", "output", "loss"),
    [
        ("tanh", "softmax", "cross_entropy"),
        ("relu", "sigmoid", "squared_error"),
        ("relu", "identity", "hinge"),
    ],
)
def test_a_place_on_the_surface_is_the_loss_of_the_network_there(hidden, output, loss):
    asked = question(hidden=hidden, output=output, loss=loss)
    directions = directions_of(asked)
    surface = LossSurface(asked, directions)
    for c in ((0.0, 0.0), (0.7, -1.3), (0.0, 2.0), (0.0, 0.0)):
        moved = asked.theta + c[0] * directions[0] + c[1] * directions[1]
        assert surface.at(c) == pytest.approx(loss_at(asked, moved), rel=1e-12)


@pytest.mark.parametrize("layer", [0, 1, 2])
def test_a_weight_of_any_layer_is_followed(layer):
    asked = question()
    coordinate = asked.architecture.coordinate(f"layers.{layer}.weight", 1, 2)
    direction = weight_direction(asked.theta.size, coordinate)
    surface = LossSurface(asked, [direction])
    assert surface.at([0.8]) == pytest.approx(loss_at(asked, asked.theta + 0.8 * direction), rel=1e-12)
    slope = (surface.at([1e-5]) - surface.at([-1e-5])) / 2e-5
    assert slope == pytest.approx(gradient_of(asked)[coordinate], abs=1e-6)


def test_the_slope_along_the_negative_gradient_is_its_square():
    asked = question()
    g = gradient_of(asked)
    surface = LossSurface(asked, [-g])
    slope = (surface.at([1e-5]) - surface.at([-1e-5])) / 2e-5
    assert slope == pytest.approx(-float(g @ g), rel=1e-6)


def test_the_mean_of_the_samples_gradients_is_the_batch_gradient():
    asked = question()
    directions = directions_of(asked)
    slopes = sample_slopes(asked, directions)
    assert slopes.shape == (40, 2)
    g = gradient_of(asked)
    assert np.abs(slopes.mean(axis=0) - [g @ d for d in directions]).max() < 1e-15
    one = replace(asked, x=asked.x[7:8], answers=asked.answers[7:8])
    assert slopes[7] == pytest.approx([gradient_of(one) @ d for d in directions], rel=1e-12)


def test_squared_error_of_an_identity_layer_is_a_parabola():
    asked = question((3, 2), output="identity", loss="squared_error")
    directions = directions_of(asked)
    H = parabola(asked, directions)
    surface, g = LossSurface(asked, directions), gradient_of(asked)
    for a, b in ((0.3, -0.8), (2.0, 1.0), (-5.0, 4.0)):
        c = np.array((a, b))
        slope = np.array([g @ d for d in directions])
        expected = surface.at((0, 0)) + c @ slope + 0.5 * c @ H @ c
        assert surface.at((a, b)) == pytest.approx(expected, rel=1e-12)
    values = [surface.at((c, 0)) for c in np.linspace(-1, 1, 9)]
    assert np.abs(np.diff(values, 3)).max() < 1e-9


def test_a_parabola_in_the_weights_of_one_layer_of_a_linear_network():
    asked = question((3, 4, 2), hidden="identity", output="identity", loss="squared_error")
    d = weight_direction(asked.theta.size, asked.architecture.coordinate("layers.0.weight", 1, 2))
    (curvature,) = parabola(asked, [d])[0]
    at = LossSurface(asked, [d]).at
    assert curvature == pytest.approx(at([1]) - 2 * at([0]) + at([-1]), rel=1e-9)
    # Both layers together are a product, which is none.
    assert parabola(asked, directions_of(asked, 1)) is None
    assert parabola(question(), directions_of(question(), 1)) is None


def test_biases_that_are_held_have_no_gradient():
    asked = question()
    held = replace(asked, architecture=replace(asked.architecture, has_biases=False))
    assert not any(layer.b.any() for layer in held.architecture.layers(gradient_of(held)))


def test_a_large_network_is_computed_in_single_precision():
    assert question().dtype is np.float64
    assert question((784, 100, 10), n=100).dtype is np.float32


def test_units_keep_their_lengths_in_a_scaled_direction():
    asked = question()
    scaled = scaled_by_unit(asked.architecture, asked.theta, directions_of(asked, 1)[0])
    for own, part in zip(
        asked.architecture.layers(asked.theta), asked.architecture.layers(scaled), strict=True
    ):
        lengths = [np.linalg.norm(np.column_stack((each.W, each.b)), axis=1) for each in (own, part)]
        assert lengths[0] == pytest.approx(lengths[1])


def test_principal_directions_hold_a_flat_path():
    rng = np.random.default_rng(0)
    along = np.linalg.qr(rng.standard_normal((50, 2)))[0].T
    centre = rng.standard_normal(50)
    thetas = [centre + a * along[0] + b * along[1] for a, b in ((3, 0), (2, 0.5), (-1, 0.3), (0, 0))]
    found = principal_directions(thetas, centre)
    assert found.shares.sum() == pytest.approx(1)
    assert found.shares[0] > found.shares[1]
    assert found.directions @ found.directions.T == pytest.approx(np.eye(2))
    for theta, coefficients in zip(thetas, found.coefficients, strict=True):
        seen = projection(theta, centre, found.directions)
        assert seen.coefficients == pytest.approx(coefficients)
        assert seen.distance < 1e-12
        assert centre + seen.coefficients @ found.directions == pytest.approx(theta)


def test_a_path_of_one_place_has_no_directions():
    found = principal_directions([np.ones(4)], np.ones(4))
    assert not found.directions.any()
    assert not found.shares.any()
