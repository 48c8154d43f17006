import numpy as np
import pytest

from nnstudio.insight.reading import read
from nnstudio.insight.terms import largest_terms, strongest
from tests.insight.networks import network


@pytest.mark.parametrize("count", [0, 1, 3, 5, 99])
def test_listed_terms_the_rest_and_the_bias_are_the_sum(count):
    architecture, theta, x = network()
    reading = read(architecture, theta, x)
    layer = architecture.layers(theta)[0]
    for unit in range(7):
        terms = largest_terms(layer.W[unit], x, layer.b[unit], count)
        assert terms.z == pytest.approx(reading.z[0][unit], rel=1e-13)
        assert len(terms.index) == min(count, 5)
        assert terms.n_rest == 5 - len(terms.index)
        np.testing.assert_array_equal(terms.value, layer.W[unit][terms.index] * x[terms.index])


def test_the_largest_come_first_whatever_their_sign_and_zeros_do_not_come():
    terms = largest_terms(np.array([1.0, -3.0, 2.0, 5.0]), np.array([1.0, 1.0, -1.0, 0.0]), 0.5, 4)
    assert terms.index.tolist() == [1, 2, 0]
    assert terms.value.tolist() == [-3.0, -2.0, 1.0]
    assert (terms.rest, terms.n_rest, terms.z) == (0.0, 0, -3.5)


def test_terms_of_float32_are_exact_where_float32_would_round():
    w = np.array([16777216.0, 1.0, -16777216.0], np.float32)
    assert largest_terms(w, np.ones(3, np.float32), 0.0, 3).z == 1.0


def test_equal_strengths_keep_their_order():
    assert strongest(np.array([1.0, -1.0, 0.0, 2.0]), 3).tolist() == [3, 0, 1]
