import math

import numpy as np
import pytest

from nnstudio.data.feature_maps import FEATURES, MAX_FEATURES, Feature, FeatureError, mapped
from nnstudio.data.plane_sets import INNER, OUTER, PLANE_SETS, plane_points
from nnstudio.engine.margin import separation


def points_of(name, **options):
    return plane_points(PLANE_SETS[name], rng=np.random.default_rng(0), **options)


def features(*texts):
    return [FEATURES.get(text) or Feature.parse(text) for text in texts]


def test_features_have_titles_of_mathematics():
    titles = [feature.title for feature in FEATURES.values()]
    assert titles == ["x₁", "x₂", "x₁²", "x₂²", "x₁·x₂", "sin(x₁)", "sin(x₂)", "r", "φ"]
    assert len(Feature.parse("x1 + " * 30 + "x2").title) == 32


def test_features_stand_in_the_order_they_were_chosen():
    found = mapped(features("x2", "x1^2", "r", "phi", "exp(x1)"), np.array([[3.0, 4.0]]))
    np.testing.assert_allclose(found.values, [[4, 9, 5, math.atan2(4, 3), math.exp(3)]], rtol=1e-6)
    assert found.values.dtype == np.float32
    assert found.is_kept.all()
    assert not found.remarks


def test_the_radius_alone_parts_the_ring_exactly():
    """W = 1, b = −R; the sum of squares does it too, and x₁, x₂ do not."""
    x, labels = points_of("plane-ring")
    r = mapped(features("r"), x).values[:, 0]
    middle = (INNER + OUTER) / 2
    np.testing.assert_array_equal(r - middle > 0, labels)
    squares = mapped(features("x1^2", "x2^2"), x).values
    np.testing.assert_array_equal(squares.sum(axis=1) - middle**2 > 0, labels)
    assert separation(mapped(features("r", "phi"), x).values, labels).is_separable
    assert not separation(x, labels).is_separable


def test_the_product_parts_xor_blobs_exactly():
    x, labels = points_of("plane-xor-blobs", noise=0.2)
    product = mapped(features("x1*x2"), x).values[:, 0]
    np.testing.assert_array_equal(product > 0, labels)


def test_points_without_a_number_are_counted_and_left_out():
    x = np.array([[1, 0], [0, 0], [-1, 1], [-2, 1], [math.e, 5]])
    found = mapped(features("log(x1)", "x2"), x)
    np.testing.assert_allclose(found.values, [[0, 0], [1, 5]], atol=1e-7)
    assert found.is_kept.tolist() == [True, False, False, False, True]
    assert found.remarks == ("3 points without a number for log(x₁) are left out.",)
    both = mapped(features("log(x1)", "1/x2"), x)
    assert both.remarks == (
        "3 points without a number for log(x₁) are left out.",
        "2 points without a number for 1/x₂ are left out.",
    )
    assert both.is_kept.sum() == 1
    assert mapped(features("exp(exp(5*x1))"), x[:1]).values.shape == (0, 1)


def test_phi_at_the_origin_is_0_and_said():
    found = mapped(features("phi"), np.array([[0, 0], [-1, 0], [-1, -1e-9], [0, 1]]))
    np.testing.assert_allclose(found.values[:, 0], [0, math.pi, -math.pi, math.pi / 2], rtol=1e-6)
    assert found.remarks == ("1 point at the origin, where φ is taken to be 0.",)
    assert not mapped(features("r"), np.zeros((1, 2))).remarks


def test_as_many_features_as_a_network_takes_and_each_once():
    many = [Feature.parse(f"x1^{k}") for k in range(1, MAX_FEATURES + 1)]
    assert mapped(many, np.ones((3, 2))).values.shape == (3, MAX_FEATURES)
    with pytest.raises(FeatureError, match="1 to 12 features, not 13"):
        mapped([*many, FEATURES["x2"]], np.ones((3, 2)))
    with pytest.raises(FeatureError, match="not 0"):
        mapped([], np.ones((3, 2)))
    with pytest.raises(FeatureError, match="x₁² is there twice"):
        mapped(features("x1^2", "x₁²"), np.ones((3, 2)))
