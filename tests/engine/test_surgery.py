from dataclasses import replace

import numpy as np
import pytest

from nnstudio.engine.architecture import Architecture, ArchitectureError
from nnstudio.engine.initialise import initialise
from nnstudio.engine.passes import activations, predict
from nnstudio.engine.surgery import (
    SurgeryError,
    add_scaled,
    interpolate,
    prune,
    silence_units,
    widen,
)


def example(hidden="relu", output="identity", whole=False, dtype=np.float64):
    """Return a network 5-6-4-3 with a theta that cannot be written, and inputs.

    Whole numbers make every sum exact; they are sixteens, so that halving four times leaves them whole.
    """
    rng = np.random.default_rng(0)
    architecture = Architecture.of((5, 6, 4, 3), hidden, output)
    if whole:
        theta, x = 16.0 * rng.integers(-4, 5, architecture.n_params), rng.integers(-3, 4, (20, 5))
    else:
        theta = initialise(architecture, rng=rng, dtype=np.float64)
        theta += 0.1 * rng.standard_normal(theta.size)
        x = rng.standard_normal((20, 5))
    theta = theta.astype(dtype)
    theta.flags.writeable = False
    return architecture, theta, x.astype(dtype)


@pytest.mark.parametrize("hidden", ["relu", "sigmoid"])
@pytest.mark.parametrize("units", [[2], [0, 2, 5], []])
def test_silenced_units_are_as_good_as_absent(hidden, units):
    architecture, theta, x = example(hidden)
    result = silence_units(architecture, theta, 0, units)
    trace = activations(architecture, theta, x)
    others = trace.a[1].copy()
    others[:, units] = 0
    second = architecture.layers(theta)[1]
    np.testing.assert_array_equal(activations(architecture, result, x).z[1], others @ second.W.T + second.b)
    np.testing.assert_array_equal(activations(architecture, result, x).a[1], trace.a[1])


@pytest.mark.parametrize(("layer", "unit"), [(2, 0), (-1, 0), (0, 6), (0, -1)])
def test_only_hidden_units_are_silenced(layer, unit):
    architecture, theta, _ = example()
    with pytest.raises(SurgeryError, match="counted from 0"):
        silence_units(architecture, theta, layer, [unit])


@pytest.mark.parametrize("fraction", [0.0, 0.3, 0.999, 1.0])
def test_pruning_removes_the_smallest_weights_and_no_bias(fraction):
    architecture, theta, _ = example()
    result, mask = prune(architecture, theta, fraction)
    n_weights = 5 * 6 + 6 * 4 + 4 * 3
    assert np.count_nonzero(~mask) == round(fraction * n_weights)
    assert (result == theta * mask).all()
    assert all(layer.b.all() for layer in architecture.layers(mask))
    kept = np.concatenate([layer.W[layer.W != 0] for layer in architecture.layers(result)])
    removed = theta[~mask]
    assert abs(removed).max(initial=0) <= abs(kept).min(initial=np.inf)


def test_one_layer_is_pruned_by_itself():
    architecture, theta, _ = example()
    result, mask = prune(architecture, theta, 0.5, layer=1)
    before, after = architecture.layers(theta), architecture.layers(result)
    assert np.count_nonzero(after[1].W == 0) == np.count_nonzero(~mask) == 12
    assert (after[0].W == before[0].W).all()
    assert (after[2].W == before[2].W).all()


@pytest.mark.parametrize("layer", [-1, 3])
def test_a_layer_that_is_none_is_not_pruned(layer):
    architecture, theta, _ = example()
    with pytest.raises(SurgeryError, match="counted from 0"):
        prune(architecture, theta, 0.5, layer)


def test_pruning_counts_exactly_among_equal_weights():
    architecture = Architecture.parse("4-5-2")
    _, mask = prune(architecture, np.ones(architecture.n_params), 0.5)
    assert np.count_nonzero(~mask) == 15


@pytest.mark.parametrize("fraction", [-0.1, 1.1, np.nan])
def test_a_part_is_from_nothing_to_all(fraction):
    architecture, theta, _ = example()
    with pytest.raises(SurgeryError, match="from 0 to 1"):
        prune(architecture, theta, fraction)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_interpolation_ends_exactly(dtype):
    rng = np.random.default_rng(1)
    start, end = (1e3 * rng.standard_normal((2, 500))).astype(dtype)
    assert (interpolate(start, end, 0.0) == start).all()
    assert (interpolate(start, end, 1.0) == end).all()
    middle = interpolate(start, end, np.float64(0.5))
    assert middle.dtype == dtype
    assert (middle == (start / 2 + end / 2)).all()
    assert (interpolate(start, end, 2.0) == 2 * end - start).all()


@pytest.mark.parametrize(
    ("end", "share"), [(np.zeros(2), 0.5), (np.zeros(3, np.float32), 0.5), (np.zeros(3), np.nan)]
)
def test_ways_that_lead_nowhere_are_refused(end, share):
    with pytest.raises(SurgeryError):
        interpolate(np.zeros(3), end, share)


def test_networks_of_the_same_sizes_are_added_number_by_number():
    architecture, theta, _ = example(whole=True, dtype=np.float32)
    other = np.arange(theta.size, dtype=np.float32)
    result = add_scaled(architecture, theta, 0.5, example("tanh")[0], other)
    assert result.dtype == np.float32
    np.testing.assert_array_equal(result, theta + other / 2)
    np.testing.assert_array_equal(add_scaled(architecture, theta, -0.5, architecture, theta), theta / 2)
    np.testing.assert_array_equal(other, np.arange(theta.size))


def test_networks_of_other_sizes_have_no_sum():
    first, second = Architecture.parse("2-3-1"), Architecture.parse("2-1-3-1")
    without = replace(first, has_biases=False)
    with pytest.raises(SurgeryError, match="has no biases"):
        add_scaled(first, np.zeros(first.n_params), 1.0, without, np.zeros(first.n_params))
    with pytest.raises(SurgeryError, match="2-3-1 and a network 2-1-3-1 are points of two spaces"):
        add_scaled(first, np.zeros(first.n_params), 1.0, second, np.zeros(second.n_params))
    with pytest.raises(ArchitectureError):
        add_scaled(first, np.zeros(first.n_params), 1.0, first, np.zeros(3))


@pytest.mark.parametrize("share", [np.inf, np.nan, 1e39])
def test_a_sum_that_is_not_finite_is_refused(share):
    architecture = Architecture.parse("1-1")
    with pytest.raises(SurgeryError, match="not finite"):
        add_scaled(architecture, np.ones(2, np.float32), share, architecture, np.ones(2, np.float32))


def test_permuted_units_are_another_point_with_the_same_outputs_and_their_middle_is_not():
    architecture, theta, x = example("tanh")
    permuted = theta.copy()
    layers = architecture.layers(permuted)
    order = [3, 0, 5, 1, 2, 4]
    layers[0].W[...], layers[0].b[...] = layers[0].W[order], layers[0].b[order]
    layers[1].W[...] = layers[1].W[:, order]
    assert np.linalg.norm(permuted - theta) > 1
    outputs = predict(architecture, theta, x)
    np.testing.assert_allclose(predict(architecture, permuted, x), outputs, atol=1e-12)
    middle = interpolate(theta, permuted, 0.5)
    assert np.abs(predict(architecture, middle, x) - outputs).max() > 0.1


@pytest.mark.parametrize("size", [6, 7, 11, 13, 40])
@pytest.mark.parametrize("hidden", ["relu", "absolute", "identity"])
def test_a_wider_network_computes_exactly_the_same(hidden, size):
    architecture, theta, x = example(hidden, whole=True)
    wider, result = widen(architecture, theta, 0, size, rng=np.random.default_rng(2))
    assert wider.layer_sizes == (5, size, 4, 3)
    assert (predict(wider, result, x) == predict(architecture, theta, x)).all()


@pytest.mark.parametrize("layer", [0, 1])
@pytest.mark.parametrize("hidden", ["tanh", "gelu"])
def test_a_wider_network_of_any_units_computes_the_same_to_rounding(hidden, layer):
    architecture, theta, x = example(hidden, "softmax")
    wider, result = widen(architecture, theta, layer, 23, rng=np.random.default_rng(2))
    np.testing.assert_allclose(predict(wider, result, x), predict(architecture, theta, x), rtol=1e-13)


def test_every_unit_is_split_before_one_is_split_again():
    architecture, theta, _ = example()
    wider, result = widen(architecture, theta, 0, 12, rng=np.random.default_rng(2))
    first, second = wider.layers(result)[:2]
    templates, counts = np.unique(first.W, axis=0, return_counts=True)
    assert len(templates) == 6
    assert set(counts) == {2}
    np.testing.assert_allclose(second.W.sum(axis=1), architecture.layers(theta)[1].W.sum(axis=1))


def test_noise_parts_the_copies_and_only_them():
    architecture, theta, x = example("tanh")
    wider, result = widen(architecture, theta, 0, 9, rng=np.random.default_rng(2), noise=0.01)
    first = wider.layers(result)[0]
    assert (first.W[:6] == architecture.layers(theta)[0].W).all()
    assert len(np.unique(first.W, axis=0)) == 9
    difference = abs(predict(wider, result, x) - predict(architecture, theta, x)).max()
    assert 1e-5 < difference < 0.1


@pytest.mark.parametrize(
    ("layer", "size", "noise", "words"),
    [(2, 9, 0.0, "no layer 2"), (0, 5, 0.0, "cannot be widened to 5"), (0, 9, -1.0, "noise")],
)
def test_what_cannot_be_widened_is_refused(layer, size, noise, words):
    architecture, theta, _ = example()
    with pytest.raises(SurgeryError, match=words):
        widen(architecture, theta, layer, size, rng=np.random.default_rng(0), noise=noise)
