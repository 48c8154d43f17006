import math

import numpy as np
import pytest

from nnstudio.engine.architecture import Architecture
from nnstudio.engine.initialise import INITIALISERS, InitialiserError, initialise

WIDE = Architecture.of((400, 100, 10))


@pytest.mark.parametrize(
    ("scheme", "std"),
    [
        ("he_normal", math.sqrt(2 / 400)),
        ("he_uniform", math.sqrt(2 / 400)),
        ("glorot_normal", math.sqrt(2 / 500)),
        ("glorot_uniform", math.sqrt(2 / 500)),
        ("orthogonal", math.sqrt(1 / 400)),
        ("normal", 0.01),
        ("uniform", 0.05 / math.sqrt(3)),
    ],
)
def test_weights_have_the_named_spread_and_biases_are_zero(scheme, std):
    theta = initialise(WIDE, rng=np.random.default_rng(0), scheme=scheme)
    first, last = WIDE.layers(theta)
    assert theta.dtype == np.float32
    assert first.W.std() == pytest.approx(std, rel=0.02)
    assert abs(first.W.mean()) < 0.02 * std
    assert not first.b.any()
    assert not last.b.any()
    if scheme.endswith("uniform"):
        assert 0.99 < abs(first.W).max() / (math.sqrt(3) * std) <= 1.0 + 1e-6
    else:
        assert abs(first.W).max() > 3 * std


@pytest.mark.parametrize("scheme", INITIALISERS)
def test_the_same_seed_gives_the_same_network_in_every_precision(scheme):
    single, double = (
        initialise(WIDE, rng=np.random.default_rng(7), scheme=scheme, dtype=dtype)
        for dtype in (np.float32, np.float64)
    )
    assert (single == double.astype(np.float32)).all()
    other = initialise(WIDE, rng=np.random.default_rng(8), scheme=scheme)
    assert (single != other).any() == (scheme not in {"zeros", "constant"})


def test_orthogonal_rows_or_columns_keep_their_angle_and_length():
    narrow, wide = Architecture.of((30, 20, 50)).layers(
        initialise(
            Architecture.of((30, 20, 50)), rng=np.random.default_rng(0), scheme="orthogonal", scale=3.0
        )
    )
    np.testing.assert_allclose(narrow.W @ narrow.W.T, 9 * np.eye(20), atol=1e-5)
    np.testing.assert_allclose(wide.W.T @ wide.W, 9 * np.eye(20), atol=1e-5)


def test_orthogonal_weights_favour_no_sign():
    """Without the choice of signs, Q of LAPACK has a diagonal that is mostly negative."""
    rng = np.random.default_rng(0)
    first = [initialise(Architecture.of((4, 4)), rng=rng, scheme="orthogonal")[0] for _ in range(400)]
    assert abs(np.mean(first)) < 0.1


@pytest.mark.parametrize(("scheme", "scale", "expected"), [("constant", None, 0.1), ("constant", -2.0, -2.0)])
def test_constant_weights_are_the_scale(scheme, scale, expected):
    theta = initialise(WIDE, rng=np.random.default_rng(0), scheme=scheme, scale=scale)
    first, last = WIDE.layers(theta)
    assert set(first.W.flat) == set(last.W.flat) == {np.float32(expected)}
    assert not first.b.any()


def test_zeros_are_zero_and_a_scale_is_finite():
    assert not initialise(WIDE, rng=np.random.default_rng(0), scheme="zeros", scale=5.0).any()
    plain, doubled = (initialise(WIDE, rng=np.random.default_rng(0), scale=scale) for scale in (None, 2.0))
    assert (doubled == 2 * plain).all()
    with pytest.raises(InitialiserError, match="finite number, not nan"):
        initialise(WIDE, rng=np.random.default_rng(0), scale=math.nan)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_kinks_are_spread_over_the_range_of_inputs(dtype):
    line = Architecture.of((1, 1000, 30, 1), output="identity")
    first, *others = line.layers(
        initialise(
            line, rng=np.random.default_rng(0), scheme="kinks_spread", input_range=(-3.0, 5.0), dtype=dtype
        )
    )
    kinks = np.sort(-first.b / first.W[:, 0])
    # The largest distance from the uniform distribution has the 99 % quantile 1.63 / √n (Kolmogorov).
    assert abs((kinks + 3) / 8 - np.arange(1000) / 1000).max() < 1.63 / math.sqrt(1000)
    assert kinks[0] > -3 - 1e-5
    assert kinks[-1] < 5 + 1e-5
    assert first.W.std() == pytest.approx(math.sqrt(2), rel=0.1)
    assert not any(layer.b.any() for layer in others)


def test_kinks_are_spread_over_a_box_of_several_inputs():
    """Each unit changes its sign at some point of the box, so it is neither on nor off all over it."""
    plane = Architecture.of((2, 200, 1), output="identity")
    low, high = np.array([10.0, -1.0]), np.array([12.0, 0.0])
    theta = initialise(
        plane, rng=np.random.default_rng(0), scheme="kinks_spread", input_range=(low, high), dtype=float
    )
    first = plane.layers(theta)[0]
    corners = np.array([[x, y] for x in (10, 12) for y in (-1, 0)])
    z = corners @ first.W.T + first.b
    assert (z.min(axis=0) < 0).all()
    assert (z.max(axis=0) > 0).all()


def test_a_line_without_hidden_units_has_no_kink():
    line = Architecture.of((1, 1), output="identity")
    assert initialise(line, rng=np.random.default_rng(0), scheme="kinks_spread")[1] == 0


@pytest.mark.parametrize("input_range", [(1, 0), (0, math.inf), (math.nan, 1)])
def test_a_range_of_inputs_without_points_is_refused(input_range):
    with pytest.raises(InitialiserError, match="from a smaller to a larger number"):
        initialise(WIDE, rng=np.random.default_rng(0), input_range=input_range)


def test_an_unknown_scheme_is_refused():
    with pytest.raises(InitialiserError, match="choose one of he_normal"):
        initialise(WIDE, rng=np.random.default_rng(0), scheme="zeros-ish")
