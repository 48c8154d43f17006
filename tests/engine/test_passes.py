import tracemalloc

import numpy as np
import pytest

from nnstudio.engine.architecture import Architecture
from nnstudio.engine.hyper import Hyper
from nnstudio.engine.initialise import initialise
from nnstudio.engine.layer_passes import Workspace
from nnstudio.engine.optimisers import OPTIMISERS
from nnstudio.engine.passes import activations, all_finite, forward, loss_and_gradient, loss_value, predict

DIGITS = Architecture.parse("784-100-300-10")


def example(n=11, dtype=np.float64, architecture=None):
    architecture = architecture or Architecture.parse("6-5-4-3")
    rng = np.random.default_rng(2)
    theta = initialise(architecture, rng=rng, dtype=dtype)
    theta += (0.1 * rng.standard_normal(theta.size)).astype(dtype)
    x = rng.standard_normal((n, architecture.n_inputs)).astype(dtype)
    return architecture, theta, x, rng.integers(0, architecture.n_outputs, n)


def gradient(architecture, theta, x, labels, workspace=None):
    grad = np.full_like(theta, np.nan)
    workspace = workspace or Workspace(architecture, len(x), theta.dtype)
    return loss_and_gradient(architecture, theta, x, labels, "cross_entropy", grad, workspace), grad


def unit_by_unit(architecture, theta, row):
    """Compute one example with plain numbers: sums over units, ReLU, softmax."""
    values = [float(value) for value in row]
    layers = architecture.layers(theta)
    for layer in layers:
        z = [sum(w * v for w, v in zip(weights, values, strict=True)) for weights in layer.W.tolist()]
        z = [total + bias for total, bias in zip(z, layer.b.tolist(), strict=True)]
        values = [max(total, 0.0) for total in z] if layer is not layers[-1] else z
    exponentials = [2.718281828459045**total for total in values]
    return [value / sum(exponentials) for value in exponentials]


def test_forward_is_the_sum_over_units():
    architecture, theta, x, _ = example()
    outputs = forward(architecture, theta, x, Workspace(architecture, 11, np.float64))
    np.testing.assert_allclose(outputs, [unit_by_unit(architecture, theta, row) for row in x], rtol=1e-12)


def test_a_network_2_2_2_by_hand():
    """Softmax of equal logits (½, ½), label 0: δ² = (−½, ½); the second hidden unit is off."""
    architecture = Architecture.parse("2-2-2")
    theta = np.array([1.0, 2.0, -1.0, 0.0, 0.0, 0.5, 1.0, 4.0, 1.0, -4.0, 0.25, 0.25])
    loss, grad = gradient(architecture, theta, np.array([[1.0, 1.0]]), np.array([0]))
    assert loss == pytest.approx(np.log(2), rel=1e-15)
    #         W1 = −½·1 + ½·1 = 0 at the first unit  b1   W2: δ² a¹ᵀ, a¹ = (3, 0)  b2
    assert grad.tolist() == [0, 0, 0, 0, 0, 0, -1.5, 0, 1.5, 0, -0.5, 0.5]


def test_float32_agrees_with_float64():
    architecture, theta, x, labels = example()
    loss, grad = gradient(architecture, theta, x, labels)
    single_loss, single_grad = gradient(architecture, theta.astype(np.float32), x.astype(np.float32), labels)
    assert single_grad.dtype == np.float32
    assert isinstance(single_loss, float)
    assert single_loss == pytest.approx(loss, rel=1e-6)
    np.testing.assert_allclose(single_grad, grad, atol=1e-6)


def test_a_partial_batch_uses_the_first_rows_and_its_own_mean():
    architecture, theta, x, labels = example()
    workspace = Workspace(architecture, 8, np.float64)
    parts = [
        gradient(architecture, theta, x[rows], labels[rows], workspace) for rows in (slice(8), slice(8, 11))
    ]
    loss, grad = gradient(architecture, theta, x, labels)
    assert (8 * parts[0][0] + 3 * parts[1][0]) / 11 == pytest.approx(loss, rel=1e-14)
    np.testing.assert_allclose((8 * parts[0][1] + 3 * parts[1][1]) / 11, grad, atol=1e-15)


def test_the_loss_alone_is_the_same_loss():
    architecture, theta, x, labels = example()
    workspace = Workspace(architecture, 20, np.float64)
    value = loss_value(architecture, theta, x, labels, "cross_entropy", workspace)
    assert value == gradient(architecture, theta, x, labels)[0]
    np.testing.assert_allclose(workspace.a[-1][:11], predict(architecture, theta, x), rtol=1e-14)


def test_inputs_of_another_dtype_are_converted():
    architecture, theta, _, labels = example(dtype=np.float32)
    x = np.random.default_rng(0).integers(0, 256, (11, 6), np.uint8)
    assert (predict(architecture, theta, x) == predict(architecture, theta, x.astype(np.float32))).all()
    assert np.isfinite(gradient(architecture, theta, x, labels)[1]).all()


def test_predict_joins_batches_in_order():
    architecture, theta, x, _ = example()
    together = predict(architecture, theta, x)
    np.testing.assert_allclose(predict(architecture, theta, x, batch_size=4), together, rtol=1e-13)
    assert together.shape == (11, 3)
    assert predict(architecture, theta, x[:0]).shape == (0, 3)


def test_a_trace_holds_every_layer_and_is_free_to_keep():
    architecture, theta, x, _ = example()
    trace = activations(architecture, theta, x)
    assert [a.shape for a in trace.a] == [(11, 6), (11, 5), (11, 4), (11, 3)]
    assert [z.shape for z in trace.z] == [(11, 5), (11, 4), (11, 3)]
    assert not np.shares_memory(trace.a[0], x)
    assert (trace.a[1] == np.maximum(trace.z[0], 0)).all()
    np.testing.assert_allclose(trace.a[-1], predict(architecture, theta, x), rtol=1e-14)
    np.testing.assert_allclose(trace.z[1], trace.a[1] @ architecture.layers(theta)[1].W.T + theta[55:59])
    assert [a.shape[0] for a in activations(architecture, theta, x[:0]).a] == [0, 0, 0, 0]


def test_outputs_are_a_view_of_the_workspace():
    architecture, theta, x, _ = example()
    workspace = Workspace(architecture, 20, np.float64)
    assert np.shares_memory(forward(architecture, theta, x, workspace), workspace.a[-1])


def test_a_step_allocates_nothing_of_the_size_of_the_batch():
    architecture, theta, x, labels = example(128, np.float32, DIGITS)
    workspace, grad, adam = Workspace(architecture, 128), np.empty_like(theta), OPTIMISERS["adam"]
    state, hyper = adam.initial_state(theta), Hyper()

    def step():
        loss = loss_and_gradient(architecture, theta, x, labels, "cross_entropy", grad, workspace)
        assert all_finite(loss, grad)
        adam.step(theta, grad, state, hyper)

    step()
    tracemalloc.start()
    try:
        step()
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    smallest_hidden = workspace.z[0].nbytes
    assert peak < smallest_hidden


@pytest.mark.parametrize("optimiser", OPTIMISERS)
def test_the_same_seed_gives_the_same_bits(optimiser):
    def run():
        architecture, theta, x, labels = example(50, np.float32)
        workspace, grad = Workspace(architecture, 16), np.empty_like(theta)
        state = OPTIMISERS[optimiser].initial_state(theta)
        for start in list(range(0, 50, 16)) * 5:
            rows = slice(start, start + 16)
            loss_and_gradient(architecture, theta, x[rows], labels[rows], "cross_entropy", grad, workspace)
            OPTIMISERS[optimiser].step(theta, grad, state, Hyper(learning_rate=0.05, weight_decay=0.01))
        return theta.tobytes()

    assert run() == run()


def test_a_network_learns_what_a_line_cannot_separate():
    architecture = Architecture.of((2, 8, 2), hidden="tanh")
    theta = initialise(architecture, rng=np.random.default_rng(0))
    x, labels = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], np.float32), np.array([0, 1, 1, 0])
    workspace, grad, adam = Workspace(architecture, 4), np.empty_like(theta), OPTIMISERS["adam"]
    state = adam.initial_state(theta)
    for _ in range(300):
        loss = loss_and_gradient(architecture, theta, x, labels, "cross_entropy", grad, workspace)
        adam.step(theta, grad, state, Hyper(learning_rate=0.05))
    assert loss < 0.01
    assert (predict(architecture, theta, x).argmax(axis=1) == labels).all()


def test_divergence_gives_no_warning():
    architecture, theta, x, labels = example(dtype=np.float32)
    assert all_finite(*gradient(architecture, theta, x, labels))
    for scale in (1e30, np.inf, np.nan):
        assert not all_finite(*gradient(architecture, theta * np.float32(scale), x, labels))


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf, 1e30])
def test_one_bad_number_is_enough(bad):
    grad = np.zeros(100_000, np.float32)
    assert all_finite(0.5, grad)
    assert not all_finite(float("nan"), grad)
    grad[77_777] = bad
    assert not all_finite(0.5, grad)


def test_parts_that_do_not_belong_together_are_refused():
    architecture, theta, x, labels = example()
    workspace = Workspace(architecture, 11, np.float64)
    with pytest.raises(ValueError, match="workspace is that of 6-5-4-3"):
        forward(Architecture.parse("6-3"), np.zeros(21), x, workspace)
    with pytest.raises(ValueError, match="theta has float32"):
        forward(architecture, theta.astype(np.float32), x, workspace)
    for wrong in (x[:, :5], x[0], np.zeros((12, 6))):
        with pytest.raises(ValueError, match="x must have shape"):
            forward(architecture, theta, wrong, workspace)
    with pytest.raises(ValueError, match="grad must have"):
        loss_and_gradient(
            architecture, theta, x, labels, "cross_entropy", np.zeros(theta.size, np.float32), workspace
        )
    with pytest.raises(ValueError, match="batch_size"):
        Workspace(architecture, 0)
