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
    assert (single != other).any()


def test_an_unknown_scheme_is_refused():
    with pytest.raises(InitialiserError, match="choose one of he_normal"):
        initialise(WIDE, rng=np.random.default_rng(0), scheme="zeros-ish")
