import numpy as np
import pytest

from nnstudio.data import scaling
from nnstudio.data.problem import Samples
from nnstudio.data.scaling import SCALINGS, measure_scaling


@pytest.fixture
def samples():
    rng = np.random.default_rng(4)
    x = rng.integers(0, 256, (50, 6)).astype(np.uint8)
    x[:, 2] = 7
    x[:, 3] //= 10
    return Samples(x, np.zeros(50, np.int64), scale=1 / 255)


def scaled(samples, kind):
    return Samples(samples.x, samples.labels, samples.scale, scaling=measure_scaling(samples, kind))


def test_standardised_features_have_mean_0_and_deviation_1(samples, monkeypatch):
    monkeypatch.setattr(scaling, "_ROWS", 7)
    inputs = scaled(samples, "standardised").inputs()
    np.testing.assert_allclose(inputs.mean(axis=0), 0, atol=1e-6)
    np.testing.assert_allclose(inputs.std(axis=0), [1, 1, 0, 1, 1, 1], atol=1e-6)


def test_unit_features_run_from_0_to_1(samples, monkeypatch):
    monkeypatch.setattr(scaling, "_ROWS", 7)
    inputs = scaled(samples, "unit").inputs()
    assert (inputs.min(axis=0) == 0).all()
    np.testing.assert_allclose(inputs.max(axis=0), [1, 1, 0, 1, 1, 1], rtol=1e-6)


def test_batches_and_parts_are_scaled_like_the_whole(samples):
    whole = scaled(samples, "standardised")
    rows = np.array([3, 1, 40])
    assert (whole.batch(rows) == whole.inputs()[rows]).all()
    assert (whole.subset(slice(5, 9)).inputs() == whole.inputs()[5:9]).all()
    assert measure_scaling(samples, "none") is None
    assert SCALINGS[0] == "none"


def test_a_folded_layer_takes_inputs_as_they_come(samples):
    rng = np.random.default_rng(5)
    W, b = rng.standard_normal((4, 6)).astype(np.float32), rng.standard_normal(4).astype(np.float32)
    found = measure_scaling(samples, "standardised")
    expected = scaled(samples, "standardised").inputs() @ W.T + b
    found.fold(W, b)
    np.testing.assert_allclose(samples.inputs() @ W.T + b, expected, rtol=1e-4, atol=1e-4)


def test_an_unknown_kind_is_refused(samples):
    with pytest.raises(ValueError, match="'log'"):
        measure_scaling(samples, "log")
