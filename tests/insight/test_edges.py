import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from nnstudio.insight.edges import EXHAUSTIVE_LIMIT, MOST_ACTIVE, strongest_edges


def brute_force(W, a):
    """Return all (|strength|, source, target, strength) that are not zero, strongest first."""
    found = [
        (abs(W[target, source] * a[source]), source, target, W[target, source] * a[source])
        for target in range(W.shape[0])
        for source in range(W.shape[1])
    ]
    return sorted((edge for edge in found if edge[0] > 0), reverse=True)


@given(
    seed=st.integers(0, 2**32 - 1),
    fan_out=st.integers(1, 7),
    fan_in=st.integers(1, 7),
    count=st.integers(1, 60),
    silent=st.floats(0, 1),
)
def test_finds_the_largest_products(seed, fan_out, fan_in, count, silent):
    rng = np.random.default_rng(seed)
    W = rng.standard_normal((fan_out, fan_in)).astype(np.float32)
    a = rng.standard_normal(fan_in).astype(np.float32) * (rng.random(fan_in) > silent)
    edges = strongest_edges(W, a, count)
    expected = brute_force(W, a)[:count]
    assert len(edges) == len(expected)
    np.testing.assert_allclose(np.abs(edges.strength)[::-1], [edge[0] for edge in expected], rtol=1e-6)
    np.testing.assert_allclose(edges.strength, W[edges.target, edges.source] * a[edges.source], rtol=1e-6)
    assert len(set(zip(edges.source.tolist(), edges.target.tolist(), strict=True))) == len(edges)


def test_a_silent_layer_has_no_edges():
    assert len(strongest_edges(np.ones((3, 4), np.float32), np.zeros(4, np.float32), 5)) == 0


def test_searches_the_most_active_sources_of_large_layers():
    rng = np.random.default_rng(0)
    fan_in = 1000
    W = rng.standard_normal((EXHAUSTIVE_LIMIT // fan_in + 1, fan_in)).astype(np.float32)
    a = np.full(fan_in, 1e-6, np.float32)
    active = rng.choice(fan_in, MOST_ACTIVE, replace=False)
    a[active] = 1 + rng.random(MOST_ACTIVE)
    edges = strongest_edges(W, a, 50)
    size = np.abs(W * a)
    np.testing.assert_allclose(np.abs(edges.strength), np.sort(size.ravel())[-50:], rtol=1e-6)
    np.testing.assert_allclose(np.abs(edges.strength), size[edges.target, edges.source], rtol=1e-6)
